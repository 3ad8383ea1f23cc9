#include "cards/doc.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/xalloc.h"

static const char *const state_names[] = {
#define X(id, name) [id] = name,
	ANSWER_STATES(X)
#undef X
};

static const char *const type_names[] = {
	[DOC_CARD] = "card",
	[DOC_DATASHEET] = "datasheet",
	[DOC_CHECKLIST] = "checklist",
};

const char *answer_state_name(enum answer_state s)
{
	return state_names[s];
}

/* The place of name in a table of names, or n. */
static size_t name_index(const char *const *names, size_t n, const char *name)
{
	size_t i = 0;

	while (name && i < n && strcmp(names[i], name))
		i++;
	return name ? i : n;
}

bool answer_state_from_name(const char *name, enum answer_state *out)
{
	size_t n = COUNT(state_names);
	size_t i = name_index(state_names, n, name);

	if (i == n)
		return false;
	*out = (enum answer_state)i;
	return true;
}

const char *doc_type_name(enum doc_type type)
{
	return type_names[type];
}

bool doc_type_from_name(const char *name, enum doc_type *out)
{
	size_t n = COUNT(type_names);
	size_t i = name_index(type_names, n, name);

	if (i == n)
		return false;
	*out = (enum doc_type)i;
	return true;
}

/* -- Life -- */

void doc_init(struct doc *d, const struct doc_form *form, const char *of)
{
	*d = (struct doc){ .form = form, .of = xstrdup(of) };
}

static void answer_release(struct answer *a)
{
	free(a->id);
	free(a->name);
	free(a->text);
}

void doc_release(struct doc *d)
{
	for (size_t i = 0; i < d->answers.n; i++)
		answer_release(&d->answers.at[i]);
	vec_free(&d->answers);
	pairs_release(&d->kept);
	free(d->of);
	free(d->from);
	*d = (struct doc){ 0 };
}

static void copy_answers(struct doc *out, const struct doc *d)
{
	for (size_t i = 0; i < d->answers.n; i++) {
		const struct answer *a = &d->answers.at[i];
		struct answer *copy = vec_add(&out->answers);

		copy->id = xstrdup(a->id);
		copy->name = xstrdup_or_null(a->name);
		copy->state = a->state;
		copy->text = xstrdup(a->text);
	}
}

void doc_copy(struct doc *out, const struct doc *d)
{
	doc_init(out, d->form, d->of);
	copy_answers(out, d);
	out->from = xstrdup_or_null(d->from);
	out->from_revision = d->from_revision;
	for (size_t i = 0; i < d->kept.n; i++)
		pairs_add(&out->kept, d->kept.at[i].key, d->kept.at[i].value);
}

bool doc_same(const struct doc *a, const struct doc *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	doc_write(&x, a);
	doc_write(&y, b);
	same = x.len == y.len && memcmp(x.data, y.data, x.len) == 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* -- Answers -- */

static struct answer *find(const struct doc *d, const char *id)
{
	for (size_t i = 0; i < d->answers.n; i++)
		if (!strcmp(d->answers.at[i].id, id))
			return &d->answers.at[i];
	return NULL;
}

const struct answer *doc_answer(const struct doc *d, const char *id)
{
	static char none[] = "";
	static const struct answer empty = { .id = none, .text = none };
	const struct answer *a = find(d, id);

	return a ? a : &empty;
}

/* LF line ends, no blank lines at the ends; the caller frees. */
static char *tidy(const char *text)
{
	struct buf b = BUF_INIT;
	const char *start = text, *p;

	for (p = text; *p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'; p++)
		if (*p == '\n')
			start = p + 1;
	if (!*p)
		return xstrdup("");
	for (p = start; *p; p++)
		if (*p != '\r' || p[strspn(p, "\r")] != '\n')
			buf_char(&b, *p);
	while (b.len && strchr(" \t\n\r", b.data[b.len - 1]))
		buf_truncate(&b, b.len - 1);
	return buf_detach(&b);
}

static enum rc check_text(const char *id, const char *text, struct err *err)
{
	size_t n = strlen(text), bad;

	if (n > DOC_TEXT_MAX)
		return err_set(err, RC_BAD_INPUT, "the answer to '%s' has %zu "
			       "bytes; at most %u are kept", id, n,
			       DOC_TEXT_MAX);
	if (!utf8_valid(text, n, &bad))
		return err_set(err, RC_BAD_INPUT, "the answer to '%s' is no "
			       "UTF-8 at byte %zu; save it as UTF-8", id,
			       bad + 1);
	return RC_OK;
}

static bool is_yes_or_no(const char *text)
{
	return text_says_no(text) ||
	       (strncasecmp(text, "yes", 3) == 0 &&
		strchr(" .,;:\n", text[3]));
}

static enum rc check_answer(const struct doc *d, const char *id,
			    enum answer_state state, const char *text,
			    struct err *err)
{
	const struct item *item = doc_form_item(d->form, id, NULL);

	if (state == ANSWER_NA && !*text)
		return err_set(err, RC_BAD_INPUT, "'%s' is not applicable "
			       "without a reason; say why", id);
	if (state == ANSWER_GIVEN && *text && item &&
	    (item->flags & ITEM_GATE) && !is_yes_or_no(text))
		return err_set(err, RC_BAD_INPUT, "'%s' is answered with "
			       "'yes' or 'no'", id);
	return RC_OK;
}

/* Takes text over. */
static void put(struct doc *d, const char *id, enum answer_state state,
		char *text)
{
	struct answer *a = find(d, id);

	if (!a) {
		a = vec_add(&d->answers);
		a->id = xstrdup(id);
	}
	free(a->text);
	a->text = text;
	a->state = state;
}

enum rc doc_set(struct doc *d, const char *id, enum answer_state state,
		const char *text, struct err *err)
{
	enum rc rc = check_text(id, text ? text : "", err);
	char *clean;

	if (rc != RC_OK)
		return rc;
	clean = tidy(text && state != ANSWER_EMPTY ? text : "");
	rc = check_answer(d, id, state, clean, err);
	if (rc != RC_OK) {
		free(clean);
		return rc;
	}
	if (state == ANSWER_GIVEN && !*clean)
		state = ANSWER_EMPTY;
	put(d, id, state, clean);
	return RC_OK;
}

enum rc doc_set_extra(struct doc *d, const char *id, const char *name,
		      const char *text, struct err *err)
{
	enum rc rc = check_text(id, name, err);
	struct answer *a;

	if (rc == RC_OK)
		rc = doc_set(d, id, ANSWER_GIVEN, text, err);
	if (rc != RC_OK)
		return rc;
	a = find(d, id);
	free(a->name);
	a->name = xstrdup(name);
	return RC_OK;
}

const struct answer *doc_extra(const struct doc *d, size_t i)
{
	for (size_t k = 0; k < d->answers.n; k++) {
		const struct answer *a = &d->answers.at[k];

		if (a->state == ANSWER_EMPTY ||
		    doc_form_item(d->form, a->id, NULL))
			continue;
		if (i-- == 0)
			return a;
	}
	return NULL;
}

bool answer_same(const struct answer *a, const struct answer *b)
{
	return a->state == b->state && !strcmp(a->text, b->text);
}

bool text_says_no(const char *text)
{
	size_t n = strspn(text, " \t\n");
	const char *p = text + n;

	if (strncasecmp(p, "no", 2))
		return false;
	p += strncasecmp(p, "none", 4) == 0 ? 4 : 2;
	return !*p || strchr(".,;:\n", *p);
}

static bool answered_no(const struct doc *d, const char *id)
{
	const struct answer *a = doc_answer(d, id);

	return a->state == ANSWER_GIVEN && text_says_no(a->text);
}

static const struct item *gate_of(const struct section *section)
{
	for (size_t i = 0; i < section->n_items; i++)
		if (section->items[i].flags & ITEM_GATE)
			return &section->items[i];
	return NULL;
}

bool doc_skips(const struct doc *d, const struct section *section,
	       const struct item *item, const char **why)
{
	const struct item *gate = gate_of(section);

	if ((item->flags & ITEM_PEOPLE) && gate && answered_no(d, gate->id)) {
		if (why)
			*why = "relates to no people";
		return true;
	}
	if ((item->flags & ITEM_AFTER_NO) &&
	    answered_no(d, section->items[0].id)) {
		if (why)
			*why = "nothing was done";
		return true;
	}
	return false;
}

/* -- The file that was imported -- */

const char *doc_kept(const struct doc *d, const char *format)
{
	for (size_t i = 0; i < d->kept.n; i++)
		if (!strcmp(d->kept.at[i].key, format))
			return d->kept.at[i].value;
	return NULL;
}

void doc_keep(struct doc *d, const char *format, const char *text)
{
	for (size_t i = 0; i < d->kept.n; i++) {
		if (strcmp(d->kept.at[i].key, format))
			continue;
		free(d->kept.at[i].value);
		d->kept.at[i].value = xstrdup(text);
		return;
	}
	pairs_add(&d->kept, format, text);
}

/* -- Copying forward -- */

void doc_copy_forward(struct doc *out, const struct doc *prev,
		      int64_t prev_revision, const char *of)
{
	doc_copy(out, prev);
	free(out->of);
	free(out->from);
	out->of = xstrdup(of);
	out->from = xstrdup(prev->of);
	out->from_revision = prev_revision;
}

bool doc_changed(const struct doc *d, const struct doc *base, const char *id)
{
	const struct answer *a = doc_answer(d, id);

	if (!base)
		return a->state != ANSWER_EMPTY;
	return !answer_same(a, doc_answer(base, id));
}

size_t doc_n_changed(const struct doc *d, const struct doc *base)
{
	size_t n = 0;

	for (size_t i = 0; i < d->answers.n; i++)
		n += doc_changed(d, base, d->answers.at[i].id);
	for (size_t i = 0; base && i < base->answers.n; i++)
		if (!find(d, base->answers.at[i].id))
			n += base->answers.at[i].state != ANSWER_EMPTY;
	return n;
}

/* -- Stored form -- */

static struct json *answer_json(const struct answer *a)
{
	struct json *j = json_new_object();

	json_set_str(j, "name", a->name);
	json_set_str(j, "state", state_names[a->state]);
	json_set_str(j, "text", a->text);
	return j;
}

static struct json *doc_json(const struct doc *d)
{
	struct json *top = json_new_object(), *answers = json_new_object();

	for (size_t i = 0; i < d->answers.n; i++)
		if (d->answers.at[i].state != ANSWER_EMPTY)
			json_set(answers, d->answers.at[i].id,
				 answer_json(&d->answers.at[i]));
	json_set_int(top, "v", 1);
	json_set_str(top, "form", doc_type_name(d->form->type));
	json_set_str(top, "of", d->of);
	json_set(top, "answers", answers);
	if (d->from) {
		struct json *from = json_new_object();

		json_set_str(from, "of", d->from);
		json_set_int(from, "revision", d->from_revision);
		json_set(top, "from", from);
	}
	if (d->kept.n) {
		struct json *kept = json_new_object();

		for (size_t i = 0; i < d->kept.n; i++)
			json_set_str(kept, d->kept.at[i].key,
				     d->kept.at[i].value);
		json_set(top, "kept", kept);
	}
	return top;
}

void doc_write(struct buf *out, const struct doc *d)
{
	struct json *j = doc_json(d);

	json_write_canonical(out, j);
	json_free(j);
}

static enum rc read_answer(struct doc *d, const char *id,
			   const struct json *j, struct err *err)
{
	const char *text = json_get_str(j, "text");
	const char *name = json_get_str(j, "name");
	enum answer_state state;
	enum rc rc;

	if (json_type(j) != JSON_OBJECT)
		return err_set(err, RC_BAD_INPUT,
			       "answers.%s: should be an object", id);
	if (!answer_state_from_name(json_get_str(j, "state"), &state))
		return err_set(err, RC_BAD_INPUT, "answers.%s.state: should be "
			       "answered, n/a, unknown or empty", id);
	if (!text)
		return err_set(err, RC_BAD_INPUT,
			       "answers.%s.text: should be a text", id);
	rc = doc_set(d, id, state, text, err);
	if (rc == RC_OK && name && find(d, id))
		find(d, id)->name = xstrdup(name);
	if (rc != RC_OK)
		err_prefix(err, "answers.%s", id);
	return rc;
}

static enum rc read_answers(struct doc *d, const struct json *answers,
			    struct err *err)
{
	enum rc rc = RC_OK;

	if (json_type(answers) != JSON_OBJECT)
		return err_set(err, RC_BAD_INPUT,
			       "answers: should be an object");
	for (size_t i = 0; i < json_size(answers) && rc == RC_OK; i++) {
		const char *id = NULL;
		struct json *j = json_member(answers, i, &id);

		rc = read_answer(d, id, j, err);
	}
	return rc;
}

static enum rc read_kept(struct doc *d, const struct json *kept,
			 struct err *err)
{
	for (size_t i = 0; i < json_size(kept); i++) {
		const char *format = NULL;
		const char *text = json_str(json_member(kept, i, &format));

		if (!text)
			return err_set(err, RC_BAD_INPUT,
				       "kept.%s: should be a text", format);
		doc_keep(d, format, text);
	}
	return RC_OK;
}

static enum rc read_head(const struct json *j, const struct doc_form *form,
			 struct err *err)
{
	const char *type = json_get_str(j, "form");

	if (json_type(j) != JSON_OBJECT)
		return err_set(err, RC_BAD_INPUT, "the document is no object");
	if (json_get_int(j, "v", 0) != 1)
		return err_set(err, RC_BAD_INPUT, "v: this program reads "
			       "version 1 of documents");
	if (!type || strcmp(type, doc_type_name(form->type)))
		return err_set(err, RC_BAD_INPUT, "form: should be '%s'",
			       doc_type_name(form->type));
	if (!json_get_str(j, "of"))
		return err_set(err, RC_BAD_INPUT, "of: should be a text");
	return RC_OK;
}

static enum rc doc_from_json(const struct json *j, const struct doc_form *form,
			     struct doc *out, struct err *err)
{
	const struct json *from = json_get(j, "from");
	enum rc rc = read_head(j, form, err);

	if (rc != RC_OK)
		return rc;
	doc_init(out, form, json_get_str(j, "of"));
	out->from = xstrdup_or_null(json_get_str(from, "of"));
	out->from_revision = json_get_int(from, "revision", 0);
	rc = read_answers(out, json_get(j, "answers"), err);
	if (rc == RC_OK)
		rc = read_kept(out, json_get(j, "kept"), err);
	if (rc != RC_OK)
		doc_release(out);
	return rc;
}

enum rc doc_read(const char *text, size_t n, const struct doc_form *form,
		 struct doc *out, struct err *err)
{
	struct json *j = NULL;
	enum rc rc = json_parse(text, n, "document", &j, err);

	*out = (struct doc){ 0 };
	if (rc == RC_OK)
		rc = doc_from_json(j, form, out, err);
	json_free(j);
	return rc;
}
