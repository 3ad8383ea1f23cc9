#include "cards/lint.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "cards/complete.h"
#include "cards/lint_inside.h"
#include "cards/measured.h"

static const struct {
	const char *name;
	enum severity severity;
} rows[] = {
#define X(id, name, severity, about) [id] = { name, severity },
	LINT_LIST(X)
#undef X
};

const char *severity_name(enum severity s)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[s];
}

const char *lint_name(enum lint_id id)
{
	return rows[id].name;
}

enum severity lint_severity(enum lint_id id)
{
	return rows[id].severity;
}

void findings_release(struct findings *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].place);
		free(v->at[i].why);
		free(v->at[i].remedy);
	}
	vec_free(v);
}

size_t findings_count(const struct findings *v, enum severity s)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += rows[v->at[i].id].severity == s;
	return n;
}

/* -- What the parts share -- */

static char *place_of(const struct linter *l, unsigned line)
{
	if (line)
		return xasprintf("%s line %u", l->item, line);
	return xstrdup(*l->item ? l->item : l->doc->of);
}

void lint_found(struct linter *l, enum lint_id id, unsigned line,
		const char *remedy, const char *fmt, ...)
{
	struct finding *f = vec_add(l->out);
	struct buf why = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&why, fmt, ap);
	va_end(ap);
	*f = (struct finding){ id, l->item, place_of(l, line),
			       buf_detach(&why), xstrdup(remedy) };
}

/* The line of byte at, or 0 in a text of one line. */
unsigned lint_line(const char *text, size_t at)
{
	unsigned line = 1;

	const char *p = text, *end = text + at;

	if (!strchr(text, '\n'))
		return 0;
	while ((p = memchr(p, '\n', (size_t)(end - p)))) {
		line++;
		p++;
	}
	return line;
}

static bool is_letter(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static size_t word_at(const char *p)
{
	size_t n = 0;

	while (is_letter((unsigned char)p[n]))
		n++;
	return n;
}

static const char *next_word(const char *p)
{
	while (*p && !is_letter((unsigned char)*p))
		p++;
	return p;
}

/* Without a plural 's'. */
static size_t stem(const char *p, size_t n)
{
	return n > 3 && (p[n - 1] == 's' || p[n - 1] == 'S') ? n - 1 : n;
}

static bool same_word(const char *a, size_t n, const char *b, size_t m)
{
	n = stem(a, n);
	m = stem(b, m);
	return n == m && !strncasecmp(a, b, n);
}

bool words_in(const char *text, const char *needle)
{
	const char *first = next_word(needle);

	for (const char *p = next_word(text); *p && *first;
	     p = next_word(p + word_at(p))) {
		const char *a = p, *b = first;

		while (*a && *b &&
		       same_word(a, word_at(a), b, word_at(b))) {
			a = next_word(a + word_at(a));
			b = next_word(b + word_at(b));
		}
		if (!*b)
			return true;
	}
	return false;
}

/* -- One answer -- */

/* The whole answer, letter case and marks at its ends ignored. */
static const char *const whole_placeholders[] = {
	"tbd", "tba", "tbc", "todo", "to do", "wip", "na", "n/a", "none yet",
	"xxx", "xx", "x", "to be determined", "to be done", "to be completed",
	"to be added", "to be decided", "coming soon", "placeholder", "later",
	"pending", "fill in", "fill me in", "test", "asdf", "foo", "bar",
	"more information needed", "unknown yet", "insert text here", "",
};

/* Anywhere in it, as words. */
static const char *const part_placeholders[] = {
	"more information needed", "lorem ipsum", "to be determined",
	"to be completed", "insert text here", "your text here",
	"describe here", "fill me in", "placeholder text",
};

/* In capitals, as words. */
static const char *const loud_placeholders[] = {
	"TBD", "TODO", "FIXME", "XXX", "TBC", "TBA",
};

static bool is_whole_placeholder(const char *text)
{
	size_t n = strlen(text);

	while (n && !is_letter((unsigned char)*text))
		text++, n--;
	while (n && !is_letter((unsigned char)text[n - 1]))
		n--;
	for (size_t i = 0; i < COUNT(whole_placeholders); i++)
		if (n == strlen(whole_placeholders[i]) &&
		    !strncasecmp(text, whole_placeholders[i], n))
			return true;
	return false;
}

static const char *loud_placeholder(const char *text)
{
	for (size_t i = 0; i < COUNT(loud_placeholders); i++) {
		const char *word = loud_placeholders[i], *p = text;
		size_t n = strlen(word);

		for (; (p = strstr(p, word)); p += n)
			if ((p == text || !is_letter((unsigned char)p[-1])) &&
			    !is_letter((unsigned char)p[n]))
				return word;
	}
	return NULL;
}

static const char *placeholder(const char *text)
{
	if (is_whole_placeholder(text))
		return text;
	for (size_t i = 0; i < COUNT(part_placeholders); i++)
		if (words_in(text, part_placeholders[i]))
			return part_placeholders[i];
	return loud_placeholder(text);
}

static void lint_placeholder(struct linter *l, const char *text)
{
	const char *what = placeholder(text);

	if (what)
		lint_found(l, LINT_PLACEHOLDER, 0, "write the answer, or say "
			   "that it is not applicable (with the reason) or "
			   "unknown", "'%.40s' stands for an answer", what);
}

/* Tabs and newlines are no faults in a text of several lines. */
static void lint_unsafe(struct linter *l, const char *text)
{
	const char *what = NULL, *p = text;

	while (*p) {
		size_t n = strcspn(p, "\n\t");

		if (!safetext_clean(p, n, &what)) {
			lint_found(l, LINT_UNSAFE, lint_line(text, (size_t)
				   (p - text)), "take the character out; it "
				   "may make the text read other than it is",
				   "it holds a character of kind '%s'", what);
			return;
		}
		p += n + (p[n] != '\0');
	}
}

/* An address, a link, a number to call, or at least a team's name. */
static bool can_be_reached(const char *text)
{
	size_t digits = 0, words = 0;

	for (const char *p = text; *p; p++)
		digits += *p >= '0' && *p <= '9';
	for (const char *p = next_word(text); *p; p = next_word(p +
								word_at(p)))
		words++;
	return strchr(text, '@') || strstr(text, "://") || digits >= 6 ||
	       words >= 2;
}

static void lint_contact(struct linter *l, const struct answer *a)
{
	if (strcmp(l->item, "1.9") && strcmp(l->item, "N2"))
		return;
	if (a->state == ANSWER_NA || (a->state == ANSWER_GIVEN &&
				      !can_be_reached(a->text)))
		lint_found(l, LINT_CONTACT, 0, "name a team or a person with "
			   "an address, link or number", "'%.60s' cannot be "
			   "written to", a->text);
}

static void lint_state(struct linter *l, const struct section *section,
		       const struct item *item)
{
	const char *risk = l->facts ? l->facts->risk : NULL;

	if (item_status(l->doc, l->facts, section, item, NULL) != STATUS_GAP)
		return;
	if (doc_answer(l->doc, item->id)->state == ANSWER_UNKNOWN)
		lint_found(l, LINT_UNKNOWN, 0, "find out, or say who will by "
			   "when; a gate does not pass on it",
			   "%s is answered 'unknown'", item->name);
	else
		lint_found(l, LINT_EMPTY, 0, "answer it, or say why it is not "
			   "applicable", "%s is required for risk %s",
			   item->name, risk ? risk : "high (unset)");
}

static void lint_measured(struct linter *l, const char *text)
{
	struct buf now = BUF_INIT;
	size_t at = 0, n;

	if (l->facts && measured_moved(l->facts, l->item, text, &now)) {
		(void)measured_find(text, &at, &n);
		lint_found(l, LINT_MOVED, lint_line(text, at), "F takes what is "
			   "measured now; read again what the answer says of "
			   "it", "measured now: %.200s", now.data);
	}
	buf_release(&now);
}

static void lint_text(struct linter *l, const struct answer *a)
{
	if (a->state == ANSWER_EMPTY)
		return;
	lint_unsafe(l, a->text);
	if (a->state == ANSWER_GIVEN || a->state == ANSWER_NA)
		lint_placeholder(l, a->text);
	lint_figures(l, a->text);
	lint_measured(l, a->text);
	lint_contact(l, a);
}

static void one_item(struct linter *l, const struct section *section,
		     const struct item *item)
{
	l->item = item->id;
	lint_state(l, section, item);
	lint_text(l, doc_answer(l->doc, item->id));
	l->item = "";
}

/* -- The whole -- */

static void lint_extras(struct linter *l)
{
	const struct answer *a;

	for (size_t i = 0; (a = doc_extra(l->doc, i)); i++) {
		l->item = a->id;
		if (a->name)
			lint_unsafe(l, a->name);
		lint_text(l, a);
	}
	l->item = "";
}

static void lint_owner(struct linter *l)
{
	if (l->facts && l->facts->model && !l->facts->owner)
		lint_found(l, LINT_OWNER, 0, "muster model set NAME owner=WHO "
			   "--reason TEXT", "model '%s' has no owner",
			   l->facts->model);
}

/* The two gates of a datasheet speak of the same data. */
static void lint_gates(struct linter *l)
{
	const struct answer *c = doc_answer(l->doc, "C.people");
	const struct answer *n = doc_answer(l->doc, "L.people");

	if (c->state != ANSWER_GIVEN || n->state != ANSWER_GIVEN ||
	    text_says_no(c->text) == text_says_no(n->text))
		return;
	l->item = "L.people";
	lint_found(l, LINT_GATE, 0, "answer C.people and L.people alike",
		   "C.people says '%.20s', L.people says '%.20s'", c->text,
		   n->text);
	l->item = "";
}

void lint_doc(const struct doc *d, const struct doc_facts *f,
	      struct findings *out)
{
	struct linter l = { d, f, out, "" };

	for (size_t s = 0; s < d->form->n_sections; s++)
		for (size_t i = 0; i < d->form->sections[s].n_items; i++)
			one_item(&l, &d->form->sections[s],
				 &d->form->sections[s].items[i]);
	lint_extras(&l);
	if (d->form->type == DOC_DATASHEET)
		lint_gates(&l);
	if (d->form->type != DOC_CARD)
		return;
	lint_owner(&l);
	if (f) {
		lint_factors(&l);
		lint_sheets(&l);
	}
}
