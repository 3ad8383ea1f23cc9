/* A card against the datasheets of the data that it names in 5.1 and 6.1, or
 * that carry the name of a test set it is evaluated on. */
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "cards/lint_inside.h"

static const char *given(const struct doc *d, const char *id)
{
	const struct answer *a = doc_answer(d, id);

	return a->state == ANSWER_GIVEN ? a->text : "";
}

static bool is_used(const struct linter *l, const char *dataset)
{
	return words_in(given(l->doc, "5.1"), dataset) ||
	       words_in(given(l->doc, "6.1"), dataset) ||
	       doc_facts_on(l->facts, dataset);
}

/* -- Data about people -- */

/* "No", "no personal data is used", "does not use sensitive data". */
static bool denies_people(const char *text)
{
	static const char *const phrases[] = {
		"no personal data", "no sensitive data", "no personal",
		"no sensitive", "not use personal", "not use sensitive",
		"without personal data", "not personal", "non personal",
		"no data about people", "no data on people",
	};

	if (text_says_no(text))
		return true;
	for (size_t i = 0; i < COUNT(phrases); i++)
		if (words_in(text, phrases[i]))
			return true;
	return false;
}

static bool says(const struct doc *d, const char *id, bool yes)
{
	const char *text = given(d, id);

	return *text && text_says_no(text) != yes;
}

/* The item in which a datasheet says that it is about people, or NULL. */
static const char *admits_people(const struct doc *sheet)
{
	if (says(sheet, "C15", true) && !denies_people(given(sheet, "C15")))
		return "C15";
	if (says(sheet, "C14", true))
		return "C14";
	return says(sheet, "C.people", true) ? "C.people" : NULL;
}

static void lint_people(struct linter *l, const struct sheet *s)
{
	const char *text = given(l->doc, "8.1");
	const char *where = admits_people(&s->doc);

	l->item = "8.1";
	if (*text && denies_people(text) && where)
		lint_found(l, LINT_PERSONAL_DATA, 0, "correct the card or the "
			   "datasheet; a reader must find one truth", "the "
			   "card denies data about people, %s of datasheet "
			   "'%s' says '%.60s'", where, s->dataset,
			   given(&s->doc, where));
	else if (!strncasecmp(text, "yes", 3) && says(&s->doc, "C.people",
						      false))
		lint_found(l, LINT_PERSONAL_DATA, 0, "correct the card or the "
			   "datasheet; a reader must find one truth", "the "
			   "card says yes, datasheet '%s' relates to no "
			   "people", s->dataset);
	l->item = "";
}

/* The data themselves speak, with a datasheet or without. */
static void lint_columns(struct linter *l)
{
	const char *text = given(l->doc, "8.1");

	l->item = "8.1";
	if (*text && denies_people(text) && l->facts->personal)
		lint_found(l, LINT_PERSONAL_DATA, 0, "say what these columns "
			   "are, and what is done with them", "the card denies "
			   "data about people; dataset '%s', which it was "
			   "trained on, has %s", l->facts->trained_on,
			   l->facts->personal);
	l->item = "";
}

/* -- Licence -- */

static void lint_licence(struct linter *l, const struct sheet *s)
{
	const char *card = given(l->doc, "1.8");
	const char *sheet = given(&s->doc, "T4");

	if (!*card || !*sheet || words_in(card, sheet) ||
	    words_in(sheet, card))
		return;
	l->item = "1.8";
	lint_found(l, LINT_LICENCE, 0, "make sure that the data's terms allow "
		   "the model's, and say so in 1.8", "the card says '%.40s', "
		   "datasheet '%s' says '%.40s'", card, s->dataset, sheet);
	l->item = "";
}

void lint_sheets(struct linter *l)
{
	lint_columns(l);
	for (size_t i = 0; i < l->facts->sheets.n; i++) {
		const struct sheet *s = &l->facts->sheets.at[i];

		if (!is_used(l, s->dataset))
			continue;
		lint_people(l, s);
		lint_licence(l, s);
	}
}
