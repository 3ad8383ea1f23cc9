#include "cards/reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"

void reference_release(struct reference *r)
{
	free(r->testset);
	free(r->by);
	free(r->value);
	free(r->model);
	*r = (struct reference){ 0 };
}

/* -- Reading -- */

/* The words of the text, quotes taken off. */
static enum rc split_words(const char *p, size_t n, struct strs *out,
			   struct err *err)
{
	const char *end = p + n;
	struct buf b = BUF_INIT;

	while (p < end) {
		bool quoted = false, any = false;

		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		buf_clear(&b);
		for (; p < end && (quoted || (*p != ' ' && *p != '\t'));
		     p++) {
			any = true;
			if (*p == '"')
				quoted = !quoted;
			else
				buf_char(&b, *p);
		}
		if (quoted) {
			buf_release(&b);
			return err_set(err, RC_BAD_INPUT,
				       "a quote is not closed");
		}
		if (any)
			strs_add(out, b.data);
	}
	buf_release(&b);
	return RC_OK;
}

/* "NAME@3" into its parts; *number 0 without an '@'. */
static enum rc split_at(const char *word, char **name, int64_t *number,
			struct err *err)
{
	const char *at = strrchr(word, '@');

	*number = 0;
	if (at && (!decimal_read_i64(at + 1, strlen(at + 1), number) ||
		   *number < 1))
		return err_set(err, RC_BAD_INPUT, "'%s' should end in a whole "
			       "number from 1 on", word);
	if (!*word || at == word)
		return err_set(err, RC_BAD_INPUT, "'%s' has no name", word);
	*name = at ? xmemdupz(word, (size_t)(at - word)) : xstrdup(word);
	return RC_OK;
}

static void read_slice(struct reference *r, const char *word)
{
	const char *is = strchr(word, '=');

	r->by = is ? xmemdupz(word, (size_t)(is - word)) : xstrdup("slice");
	r->value = xstrdup(is ? is + 1 : word);
}

static enum rc read_tail(struct reference *r, const struct strs *w,
			 struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 2; i < w->n && rc == RC_OK; i += 2) {
		const char *value = i + 1 < w->n ? w->at[i + 1] : NULL;

		if (value && !strcmp(w->at[i], "slice") && !r->by)
			read_slice(r, value);
		else if (value && !strcmp(w->at[i], "of") && !r->model)
			rc = split_at(value, &r->model, &r->version, err);
		else
			return err_set(err, RC_BAD_INPUT, "'%s' is not "
				       "understood; write METRIC TESTSET "
				       "[slice COL=VALUE] [of MODEL@V]",
				       w->at[i]);
	}
	if (rc == RC_OK && r->model && !r->version)
		rc = err_set(err, RC_BAD_INPUT, "'of %s' names no version; "
			     "write 'of %s@1'", r->model, r->model);
	return rc;
}

static enum rc read_words(struct reference *r, const struct strs *w,
			  struct err *err)
{
	enum rc rc;

	if (w->n < 2)
		return err_set(err, RC_BAD_INPUT, "a reference is METRIC "
			       "TESTSET [slice COL=VALUE] [of MODEL@V]");
	if (!metric_from_key(w->at[0], &r->metric))
		return err_set(err, RC_BAD_INPUT, "'%s' is no metric",
			       w->at[0]);
	rc = split_at(w->at[1], &r->testset, &r->revision, err);
	return rc == RC_OK ? read_tail(r, w, err) : rc;
}

enum rc reference_parse(const char *text, size_t n, struct reference *out,
			struct err *err)
{
	struct strs words = VEC_INIT;
	enum rc rc = split_words(text, n, &words, err);

	*out = (struct reference){ 0 };
	if (rc == RC_OK)
		rc = read_words(out, &words, err);
	if (rc != RC_OK)
		reference_release(out);
	strs_release(&words);
	return rc;
}

/* -- Writing -- */

void reference_write(struct buf *out, const struct reference *r)
{
	buf_printf(out, "{{%s %s", metric_key(r->metric), r->testset);
	if (r->revision)
		buf_printf(out, "@%lld", (long long)r->revision);
	if (r->by) {
		bool named = !strcmp(r->by, "slice");
		bool quote = strpbrk(r->by, " \t") ||
			     strpbrk(r->value, " \t") || !*r->value;

		buf_printf(out, " slice %s%s%s%s%s", quote ? "\"" : "",
			   named ? "" : r->by, named ? "" : "=", r->value,
			   quote ? "\"" : "");
	}
	if (r->model)
		buf_printf(out, " of %s@%lld", r->model,
			   (long long)r->version);
	buf_str(out, "}}");
}

bool reference_find(const char *text, size_t *at, size_t *n)
{
	for (const char *p = text + *at; (p = strstr(p, "{{")); p++) {
		size_t length = strcspn(p + 2, "}\n");

		if (strncmp(p + 2 + length, "}}", 2))
			continue;
		*at = (size_t)(p - text);
		*n = length + 4;
		return true;
	}
	return false;
}

/* -- Resolving -- */

static const struct eval_slice *find_slice(const struct evaluation *e,
					   const struct reference *r)
{
	if (!r->by)
		return &e->whole;
	for (size_t i = 0; i < e->n_slices; i++)
		if (!strcmp(e->slices[i].by, r->by) &&
		    !strcmp(e->slices[i].value, r->value))
			return &e->slices[i];
	return NULL;
}

static enum rc from_evaluation(const struct reference *r,
			       const struct evaluation *e,
			       struct resolved *out, struct err *err)
{
	const struct eval_slice *s = find_slice(e, r);
	const char *state = e->state ? e->state : "fresh";

	if (!metric_fits(r->metric, e->task))
		return err_set(err, RC_NOT_FOUND, "'%s' is no metric of a %s "
			       "test set", metric_key(r->metric),
			       task_name(e->task));
	if (!s)
		return err_set(err, RC_NOT_FOUND, "'%s' has no slice '%s=%s'",
			       r->testset, r->by, r->value);
	out->figure = s->metrics[r->metric];
	out->revision = e->revision;
	memset(out->state, 0, sizeof(out->state));
	memcpy(out->state, state, strnlen(state, sizeof(out->state) - 1));
	return RC_OK;
}

static enum rc from_registry(const struct reference *r,
			     const struct doc_facts *f, const char *model,
			     int64_t version, struct resolved *out,
			     struct err *err)
{
	struct evaluation e;
	enum rc rc = f->reg ? reg_evaluation_load(f->reg, model, version,
						  r->testset, r->revision, &e,
						  err) : RC_NOT_FOUND;

	if (rc != RC_OK)
		return err_set(err, RC_NOT_FOUND, "there is no evaluation of "
			       "'%s@%lld' on '%s'", model, (long long)version,
			       r->testset);
	if (r->revision && e.revision != r->revision)
		rc = err_set(err, RC_NOT_FOUND, "there is no evaluation of "
			     "'%s@%lld' on '%s@%lld'", model,
			     (long long)version, r->testset,
			     (long long)r->revision);
	else
		rc = from_evaluation(r, &e, out, err);
	evaluation_release(&e);
	return rc;
}

enum rc reference_resolve(const struct reference *r, const struct doc_facts *f,
			  struct resolved *out, struct err *err)
{
	const char *model = r->model ? r->model : f->model;
	int64_t version = r->model ? r->version : f->version;
	const struct evaluation *e = doc_facts_on(f, r->testset);

	if (!model || !version)
		return err_set(err, RC_NOT_FOUND, "this document has no "
			       "version of its own; add 'of MODEL@V'");
	if (e && f->model && !strcmp(model, f->model) &&
	    version == f->version &&
	    (!r->revision || r->revision == e->revision))
		return from_evaluation(r, e, out, err);
	return from_registry(r, f, model, version, out, err);
}

/* -- Rendering -- */

void number_print(struct buf *out, double x)
{
	char text[DECIMAL_MAX];

	if (fabs(x) <= 1)
		buf_str(out, decimal_fixed(x, 4, text));
	else
		buf_str(out, decimal_sig(x, 5, text));
}

void figure_print(struct buf *out, const struct figure *f)
{
	char n[DECIMAL_MAX];

	if (f->why) {
		buf_printf(out, "undefined (%s)", f->why);
	} else {
		number_print(out, f->value);
		if (f->method != METHOD_NONE) {
			buf_str(out, " [");
			number_print(out, f->low);
			buf_str(out, ", ");
			number_print(out, f->high);
			buf_char(out, ']');
		}
	}
	buf_printf(out, ", n %s", decimal_grouped(f->n, n));
}

void reference_render(struct buf *out, const struct reference *r,
		      const struct resolved *v)
{
	figure_print(out, &v->figure);
	buf_printf(out, ", %s@%lld", r->testset, (long long)v->revision);
	if (r->by)
		buf_printf(out, ", %s %s", r->by, r->value);
	if (strcmp(v->state, "fresh"))
		buf_printf(out, " ~ %s", v->state);
}

static void render_one(struct buf *out, const char *text, size_t n,
		       const struct doc_facts *f)
{
	struct reference r;
	struct resolved v;
	struct err err = ERR_INIT;
	enum rc rc = reference_parse(text + 2, n - 4, &r, &err);

	if (rc == RC_OK) {
		rc = reference_resolve(&r, f, &v, &err);
		if (rc == RC_OK)
			reference_render(out, &r, &v);
		reference_release(&r);
	}
	if (rc != RC_OK) {
		buf_add(out, text, n);
		buf_printf(out, " (?? %s)", err.text);
	}
}

void references_render(struct buf *out, const char *text,
		       const struct doc_facts *f)
{
	size_t at = 0, from = 0, n;

	while (f && reference_find(text, &at, &n)) {
		buf_add(out, text + from, at - from);
		render_one(out, text + at, n, f);
		from = at += n;
	}
	buf_str(out, text + from);
}
