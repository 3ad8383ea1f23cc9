#include "cards/assess.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/xalloc.h"

/* Groups and their questions after the impact assessments that public bodies
 * and banks use (decision, people, harm, reversibility, data, oversight). */
static const struct question questions[] = {
	{ "decision", "decision.kind", "What is done with what it says?",
	  { { "informs", "somebody reads it beside other things", 0, false },
	    { "advises", "somebody usually follows it", 2, false },
	    { "decides", "it decides, people may object", 4, false },
	    { "acts", "it acts at once, nobody in between", 6, false } } },
	{ "decision", "decision.matter", "What is it about?",
	  { { "convenience", "order of lists, wording, small comfort", 0, false },
	    { "service", "quality or speed of a service", 1, false },
	    { "access", "work, credit, housing, schooling, insurance", 5, false },
	    { "vital", "health, liberty, safety, support to live on", 8, true } } },
	{ "people", "people.number", "How many people in a year?",
	  { { "few", "up to a hundred", 0, false },
	    { "hundreds", "up to ten thousand", 1, false },
	    { "thousands", "up to a million", 2, false },
	    { "millions", "more", 3, false } } },
	{ "people", "people.vulnerable", "Are some of them easily harmed "
	  "(children, patients, people in need or in custody)?",
	  { { "no", "none that are known", 0, false },
	    { "some", "some among many", 2, false },
	    { "mostly", "it is about them", 4, false } } },
	{ "people", "people.choice", "Can they do without it?",
	  { { "free", "yes, at no cost to them", 0, false },
	    { "costly", "yes, with trouble", 1, false },
	    { "none", "no", 3, false } } },
	{ "harm", "harm.worst", "The worst that a wrong answer does to one "
	  "person?",
	  { { "nuisance", "a nuisance", 0, false },
	    { "degraded", "a worse service", 2, false },
	    { "unfair", "unfair denial, stereotype, money lost", 4, false },
	    { "serious", "serious loss", 6, false },
	    { "danger", "danger to health, liberty or life", 8, true } } },
	{ "harm", "harm.groups", "Could it fall on some groups more than on "
	  "others?",
	  { { "measured", "measured: no difference that matters", 0, false },
	    { "unlikely", "unlikely, not measured", 2, false },
	    { "likely", "likely, or not known", 4, false } } },
	{ "reversibility", "reversibility.undo", "Can a wrong outcome be put "
	  "right?",
	  { { "easily", "at once", 0, false },
	    { "slowly", "in days, with effort", 2, false },
	    { "partly", "not quite", 4, false },
	    { "never", "never", 6, false } } },
	{ "reversibility", "reversibility.notice", "Would somebody notice?",
	  { { "always", "the person sees it at once", 0, false },
	    { "sometimes", "sometimes, or late", 2, false },
	    { "hardly", "hardly ever", 3, false } } },
	{ "data", "data.personal", "What does it know of people?",
	  { { "none", "nothing", 0, false },
	    { "ordinary", "ordinary personal data", 2, false },
	    { "sensitive", "health, origin, belief, biometrics, record", 4, false } } },
	{ "data", "data.source", "Where are its training data from?",
	  { { "own", "collected for this use, with consent", 0, false },
	    { "reused", "collected for another use", 1, false },
	    { "unknown", "scraped, bought or not known", 3, false } } },
	{ "oversight", "oversight.person", "Who watches it?",
	  { { "each", "a person sees every case before it counts", 0, false },
	    { "samples", "a person looks at samples", 1, false },
	    { "alarms", "a person is called by alarms", 2, false },
	    { "nobody", "nobody", 4, false } } },
	{ "oversight", "oversight.appeal", "Can those concerned object?",
	  { { "yes", "yes, to a person, and they are told so", 0, false },
	    { "hard", "yes, but few know how", 2, false },
	    { "no", "no", 4, false } } },
};
#define N_QUESTIONS COUNT(questions)

const struct question *assess_question(size_t i)
{
	return i < N_QUESTIONS ? &questions[i] : NULL;
}

const struct question *assess_question_find(const char *id)
{
	for (size_t i = 0; i < N_QUESTIONS; i++)
		if (!strcmp(questions[i].id, id))
			return &questions[i];
	return NULL;
}

static size_t n_choices(const struct question *q)
{
	size_t n = 0;

	while (n < CHOICES_MAX && q->choices[n].id)
		n++;
	return n;
}

static const struct choice *choice_find(const struct question *q,
					const char *id)
{
	for (size_t i = 0; i < n_choices(q); i++)
		if (!strcmp(q->choices[i].id, id))
			return &q->choices[i];
	return NULL;
}

/* -- Answers -- */

void assessment_release(struct assessment *a)
{
	pairs_release(&a->answers);
	pairs_release(&a->notes);
}

static struct pair *pair_find(const struct pairs *v, const char *key)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i].key, key))
			return &v->at[i];
	return NULL;
}

static void pair_put(struct pairs *v, const char *key, const char *value)
{
	struct pair *p = pair_find(v, key);

	if (!p) {
		pairs_add(v, key, value);
		return;
	}
	free(p->value);
	p->value = xstrdup(value);
}

const struct choice *assess_answer(const struct assessment *a,
				   const struct question *q)
{
	const struct pair *p = pair_find(&a->answers, q->id);

	return p ? choice_find(q, p->value) : NULL;
}

enum rc assess_set(struct assessment *a, const char *question,
		   const char *choice, const char *note, struct err *err)
{
	const struct question *q = assess_question_find(question);
	struct buf list = BUF_INIT;
	size_t bad;
	enum rc rc;

	if (!q)
		return err_set(err, RC_USAGE, "there is no question '%.60s'; "
			       "'muster assess show' lists them", question);
	if (note && !utf8_valid(note, strlen(note), &bad))
		return err_set(err, RC_BAD_INPUT, "the note is not UTF-8");
	if (!*choice || choice_find(q, choice)) {
		pair_put(&a->answers, question, choice);
		if (note)
			pair_put(&a->notes, question, note);
		return RC_OK;
	}
	for (size_t i = 0; i < n_choices(q); i++)
		buf_printf(&list, "%s%s", i ? ", " : "", q->choices[i].id);
	rc = err_set(err, RC_USAGE, "'%.60s' is no answer to %s; there are "
		     "%s", choice, question, list.data);
	buf_release(&list);
	return rc;
}

/* -- The class -- */

/* What an unanswered question counts as. */
static const struct choice *worst(const struct question *q)
{
	const struct choice *w = &q->choices[0];

	for (size_t i = 1; i < n_choices(q); i++)
		if (q->choices[i].weight > w->weight)
			w = &q->choices[i];
	return w;
}

const char *assess_note(const struct assessment *a, const char *question)
{
	for (size_t i = 0; i < a->notes.n; i++)
		if (!strcmp(a->notes.at[i].key, question))
			return a->notes.at[i].value;
	return NULL;
}

void assess_result(const struct assessment *a, struct assess_result *out)
{
	*out = (struct assess_result){ 0 };
	for (size_t i = 0; i < N_QUESTIONS; i++) {
		const struct question *q = &questions[i];
		const struct choice *c = assess_answer(a, q);

		out->n_open += !c;
		out->weight += (c ? c : worst(q))->weight;
		out->all += worst(q)->weight;
		if (c && c->is_high && !out->decisive)
			out->decisive = q;
	}
	out->risk = out->decisive || out->weight * 2 >= out->all ? RISK_HIGH :
		    out->weight * 4 >= out->all ? RISK_MEDIUM : RISK_LOW;
}

/* -- Stored form -- */

static enum rc read_pairs(const struct json *j, const char *what,
			  struct pairs *out, struct err *err)
{
	const char *key, *value;

	for (size_t i = 0; i < json_size(j); i++) {
		value = json_str(json_member(j, i, &key));
		if (!value)
			return err_set(err, RC_BAD_INPUT, "assessment: %s.%.60s "
				       "is no text", what, key);
		pairs_add(out, key, value);
	}
	return RC_OK;
}

enum rc assess_read(const char *text, struct assessment *out, struct err *err)
{
	struct json *j = NULL;
	enum rc rc = json_parse(text, strlen(text), "assessment", &j, err);

	*out = (struct assessment){ 0 };
	if (rc == RC_OK && json_get_int(j, "v", 0) != 1)
		rc = err_set(err, RC_BAD_INPUT, "assessment: this version of "
			     "its form is unknown");
	if (rc == RC_OK)
		rc = read_pairs(json_get(j, "answers"), "answers",
				&out->answers, err);
	if (rc == RC_OK)
		rc = read_pairs(json_get(j, "notes"), "notes", &out->notes,
				err);
	if (rc != RC_OK)
		assessment_release(out);
	json_free(j);
	return rc;
}

static struct json *pairs_json(const struct pairs *v)
{
	struct json *j = json_new_object();

	for (size_t i = 0; i < v->n; i++)
		if (*v->at[i].value)
			json_set_str(j, v->at[i].key, v->at[i].value);
	return j;
}

void assess_write(const struct assessment *a, struct buf *out)
{
	struct json *j = json_new_object();

	json_set(j, "answers", pairs_json(&a->answers));
	json_set(j, "notes", pairs_json(&a->notes));
	json_set_int(j, "v", 1);
	json_write_canonical(out, j);
	json_free(j);
}

/* -- $EDITOR -- */

static void question_to_text(const struct assessment *a,
			     const struct question *q, struct buf *out)
{
	const struct choice *c = assess_answer(a, q);
	const struct pair *note = pair_find(&a->notes, q->id);

	buf_printf(out, "\n# %s\n", q->text);
	for (size_t i = 0; i < n_choices(q); i++)
		buf_printf(out, "#   %-12s %s\n", q->choices[i].id,
			   q->choices[i].text);
	buf_printf(out, "%s = %s\n", q->id, c ? c->id : "");
	for (const char *p = note ? note->value : ""; *p;) {
		size_t n = strcspn(p, "\n");

		buf_printf(out, "  %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
}

void assess_to_text(const struct assessment *a, const char *of,
		    struct buf *out)
{
	const char *group = "";

	buf_printf(out, "# Impact assessment of %s. Write a choice behind "
		   "each '='; lines below it\n# that start with a blank are "
		   "your note on it.\n", of);
	for (size_t i = 0; i < N_QUESTIONS; i++) {
		if (strcmp(group, questions[i].group) != 0)
			buf_printf(out, "\n# -- %s --\n", questions[i].group);
		group = questions[i].group;
		question_to_text(a, &questions[i], out);
	}
}

static char *trimmed(const char *s, size_t n)
{
	while (n && strchr(" \t\r", *s)) {
		s++;
		n--;
	}
	while (n && strchr(" \t\r", s[n - 1]))
		n--;
	return xmemdupz(s, n);
}

/* "ID = CHOICE"; *id becomes the question's, for the notes that follow. */
static enum rc read_answer(struct assessment *a, const char *line, size_t n,
			   char **id, struct err *err)
{
	const char *eq = memchr(line, '=', n);
	char *choice;
	enum rc rc;

	if (!eq)
		return err_set(err, RC_BAD_INPUT, "expected 'QUESTION = "
			       "CHOICE', or a note that starts with a blank");
	free(*id);
	*id = trimmed(line, (size_t)(eq - line));
	choice = trimmed(eq + 1, n - (size_t)(eq + 1 - line));
	rc = assess_set(a, *id, choice, "", err);
	free(choice);
	return rc;
}

static enum rc read_note(struct assessment *a, const char *line, size_t n,
			 const char *id, struct err *err)
{
	const struct pair *p = id ? pair_find(&a->notes, id) : NULL;
	char *text = trimmed(line, n), *joined;

	if (!p && *text) {
		free(text);
		return err_set(err, RC_BAD_INPUT, "a note without a question "
			       "above it");
	}
	if (p && *text) {
		joined = xasprintf("%s%s%s", p->value, *p->value ? "\n" : "",
				   text);
		pair_put(&a->notes, id, joined);
		free(joined);
	}
	free(text);
	return RC_OK;
}

enum rc assess_from_text(const char *text, struct assessment *out,
			 struct strs *findings, struct err *err)
{
	unsigned line = 0;
	char *id = NULL;
	enum rc first = RC_OK;

	*out = (struct assessment){ 0 };
	while (*text) {
		size_t n = strcspn(text, "\n");
		struct err why = ERR_INIT;
		enum rc rc = RC_OK;

		line++;
		if (n && strchr(" \t\r", *text))
			rc = read_note(out, text, n, id, &why);
		else if (n && *text != '#')
			rc = read_answer(out, text, n, &id, &why);
		if (rc != RC_OK) {
			err_prefix(&why, "line %u", line);
			if (findings)
				strs_add(findings, why.text);
			if (first == RC_OK)
				first = err_set(err, RC_BAD_INPUT, "%s",
						why.text);
		}
		text += n + (text[n] == '\n');
	}
	free(id);
	if (first != RC_OK)
		assessment_release(out);
	return first;
}
