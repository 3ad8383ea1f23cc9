/* Hugging Face README.md: front matter and a body whose headings and bullets
 * ("- **Developed by:** …") belong to items.
 *
 * The body is a list of places: stretches of bytes, each of one item. An
 * export to a kept file replaces the stretches of items that were answered
 * otherwise, and puts items that have no place behind the rest. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cards/frontmatter.h"
#include "cards/interchange_inside.h"
#include "cards/markdown.h"

#define KEPT "huggingface"
#define FURTHER "Further answers"

/* Headings and bullets of both templates; the first row of an item is where
 * a new file has it. */
static const struct row {
	const char *title;
	const char *card, *sheet;	/* item, or NULL */
} rows[] = {
	{ "Developed by", "1.1", NULL },
	{ "Curated by", NULL, "M2" },
	{ "Funded by", NULL, "M3" },
	{ "Model type", "1.4", NULL },
	{ "License", "1.8", "T4" },
	{ "Licence", "1.8", "T4" },
	{ "Model Sources", "1.6", NULL },
	{ "Direct Use", "2.1", "U1" },
	{ "Intended Use", "2.1", NULL },
	{ "Intended uses", "2.1", NULL },
	{ "Out-of-Scope Use", "2.3", "U5" },
	{ "Dataset Structure", NULL, "C4" },
	{ "Curation Rationale", NULL, "M1" },
	{ "Data Collection and Processing", NULL, "L1" },
	{ "Who are the source data producers?", NULL, "L4" },
	{ "Annotation process", NULL, "C5" },
	{ "Personal and Sensitive Information", NULL, "C15" },
	{ "Bias, Risks, and Limitations", "8.4", "C9" },
	{ "Limitations", "8.4", "C9" },
	{ "Recommendations", "9.4", "U4" },
	{ "Training Data", "6.1", NULL },
	{ "Preprocessing", "6.3", "P1" },
	{ "Training Hyperparameters", "1.5", NULL },
	{ "Testing Data", "5.1", NULL },
	{ "Factors", "3.1", NULL },
	{ "Metrics", "4.1", NULL },
	{ "Results", "7.1", NULL },
	{ "Citation", "1.7", "U2" },
	{ "Model Card Contact", "1.9", NULL },
	{ "Dataset Card Contact", NULL, "N2" },
};
#define N_ROWS COUNT(rows)

struct stretch {
	char *id;		/* item or extra */
	char *name;		/* of an extra, else NULL */
	size_t from, to;	/* of the answer's bytes in the file */
};
VEC_DECLARE(struct stretch, stretches);

static void stretches_release(struct stretches *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].id);
		free(v->at[i].name);
	}
	vec_free(v);
}

static const char *item_of(const struct row *row, enum doc_type type)
{
	return type == DOC_CARD ? row->card : row->sheet;
}

/* A title without "[optional]" and a colon at its end. */
static char *plain_title(const char *title)
{
	const char *optional = strstr(title, "[optional]");
	size_t n = optional ? (size_t)(optional - title) : strlen(title);

	while (n && strchr(" :\t", title[n - 1]))
		n--;
	return xmemdupz(title, n);
}

static const char *title_item(const struct doc *d, const char *title)
{
	const char *own = heading_item(d, title);
	char *plain = plain_title(title);
	const char *id = own;

	for (size_t i = 0; i < N_ROWS && !id; i++)
		if (!strcasecmp(rows[i].title, plain))
			id = item_of(&rows[i], d->form->type);
	free(plain);
	return id;
}

/* -- Places of a body -- */

static char *slug(const char *title)
{
	struct buf b = BUF_INIT;

	buf_str(&b, "hf.");
	for (const char *p = title; *p && b.len < 60; p++) {
		char c = ascii_lower(*p);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_char(&b, c);
		else if (b.len > 3 && b.data[b.len - 1] != '-')
			buf_char(&b, '-');
	}
	if (b.len == 3)
		buf_str(&b, "text");
	return buf_detach(&b);
}

static bool has_stretch(const struct stretches *v, const char *id)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i].id, id))
			return true;
	return false;
}

/* An item that has a place already: the second becomes an extra. */
static void add_stretch(struct stretches *v, const char *id,
			const char *title, size_t from, size_t to)
{
	struct stretch s = { NULL, NULL, from, to };
	char *base;

	if (id && !has_stretch(v, id)) {
		s.id = xstrdup(id);
		vec_push(v, s);
		return;
	}
	base = slug(title);
	s.id = xstrdup(base);
	for (unsigned k = 2; has_stretch(v, s.id); k++) {
		free(s.id);
		s.id = xasprintf("%s-%u", base, k);
	}
	free(base);
	s.name = xstrdup(*title ? title : "Summary");
	vec_push(v, s);
}

/* "- **Name:** text" at p: where the name and the text stand. */
static bool bullet(const char *p, size_t n, size_t *name, size_t *n_name,
		   size_t *text)
{
	size_t i = 0, end;

	if (n < 6 || (p[0] != '-' && p[0] != '*') || p[1] != ' ')
		return false;
	i = 2;
	while (i < n && p[i] == ' ')
		i++;
	if (i + 2 >= n || p[i] != '*' || p[i + 1] != '*')
		return false;
	*name = i += 2;
	for (end = i; end + 1 < n && (p[end] != '*' || p[end + 1] != '*');
	     end++)
		;
	if (end + 1 >= n)
		return false;
	*n_name = end - i;
	*text = end + 2;
	while (*text < n && (p[*text] == ' ' || p[*text] == ':'))
		(*text)++;
	return true;
}

/* A line in [from, to), without its end. */
static size_t line_at(const char *text, size_t from, size_t to)
{
	size_t n = 0;

	while (from + n < to && text[from + n] != '\n' &&
	       text[from + n] != '\r')
		n++;
	return n;
}

/* Cuts bullets that are items out of [from, to); *from moves behind the
 * last, so that what is left is the heading's own text. True if any. */
static bool take_bullets(const struct doc *d, const char *text, size_t *from,
			 size_t to, struct stretches *out)
{
	bool any = false;
	size_t at = *from;

	while (at < to) {
		size_t n = line_at(text, at, to), name, n_name, start;

		if (bullet(text + at, n, &name, &n_name, &start)) {
			char *title = xmemdupz(text + at + name, n_name);
			const char *id = title_item(d, title);

			if (id && !has_stretch(out, id)) {
				add_stretch(out, id, title, at + start,
					    at + n);
				any = true;
				*from = at + n;
			}
			free(title);
		}
		at += n;
		while (at < to && (text[at] == '\n' || text[at] == '\r'))
			at++;
	}
	return any;
}

/* Blank lines at both ends do not belong to an answer. */
static void trim(const char *text, size_t *from, size_t *to)
{
	while (*from < *to && strchr(" \t\r\n", text[*from]))
		(*from)++;
	while (*to > *from && strchr(" \t\r\n", text[*to - 1]))
		(*to)--;
}

/* True for what is only comments and blanks. */
static bool only_comments(const char *p, size_t n)
{
	while (n) {
		const char *end;

		if (strchr(" \t\r\n", *p)) {
			p++, n--;
			continue;
		}
		end = n > 4 && !memcmp(p, "<!--", 4) ?
		      memmem(p, n, "-->", 3) : NULL;
		if (!end)
			return false;
		n -= (size_t)(end + 3 - p);
		p = end + 3;
	}
	return true;
}

/* Our marks are comments too, but hold the answer. */
static void skip_comment(const char *text, size_t *from, size_t to)
{
	for (;;) {
		const char *end;

		while (*from < to && strchr(" \t\r\n", text[*from]))
			(*from)++;
		if (to - *from < 7 || memcmp(text + *from, "<!--", 4) ||
		    text[*from + 4] == '{')
			return;
		end = memmem(text + *from, to - *from, "-->", 3);
		if (!end)
			return;
		*from = (size_t)(end - text) + 3;
	}
}

static void find_places(const struct doc *d, const char *text, size_t body,
			struct stretches *out)
{
	struct md_parts parts = VEC_INIT;

	md_split(text + body, &parts);
	for (size_t i = 0; i < parts.n; i++) {
		const struct md_part *p = &parts.at[i];
		const char *id = p->level ? title_item(d, p->title) : NULL;
		size_t from = body + p->head_end, to = body + p->body_end;
		bool bullets = id ? false :
			       take_bullets(d, text, &from, to, out);

		skip_comment(text, &from, to);
		trim(text, &from, &to);
		if (!id && (from == to || only_comments(text + from,
							to - from)))
			continue;
		if (bullets && !id)
			add_stretch(out, NULL, p->title, from, to);
		else if (!id && !strcmp(p->title, FURTHER))
			continue;
		else
			add_stretch(out, id, p->title, from, to);
	}
	md_parts_release(&parts);
}

/* -- Front matter -- */

/* A text, or the texts of a list joined by ", ". */
static char *joined(const struct json *j)
{
	struct buf b = BUF_INIT;

	if (json_str(j))
		buf_str(&b, json_str(j));
	for (size_t i = 0; json_type(j) == JSON_ARRAY && i < json_size(j);
	     i++)
		if (json_str(json_at(j, i)))
			buf_printf(&b, "%s%s", b.len ? ", " : "",
				   json_str(json_at(j, i)));
	return buf_detach(&b);
}

static void nested_text(struct buf *b, const struct json *j)
{
	if (json_str(j))
		buf_str(b, json_str(j));
	else if (j)
		json_write(b, j, false);
}

/* "accuracy", or, where its name says more, "accuracy, lang=de" or "f1
 * (macro)". */
static void metric_words(struct buf *b, const struct json *m)
{
	const char *type = json_get_str(m, "type");
	const char *name = json_get_str(m, "name");

	type = type ? type : "?";
	if (!name || !strcasecmp(name, type))
		buf_str(b, type);
	else if (!strncasecmp(name, type, strlen(type)))
		buf_str(b, name);
	else
		buf_printf(b, "%s (%s)", type, name);
}

/* "- accuracy: 0.9 on Beans (test), unverified claim" for each metric. */
static void result_lines(struct buf *b, const struct json *result)
{
	const struct json *metrics = json_get(result, "metrics");
	const struct json *dataset = json_get(result, "dataset");
	const char *split = json_get_str(dataset, "split");
	const char *config = json_get_str(dataset, "config");

	for (size_t i = 0; i < json_size(metrics); i++) {
		const struct json *m = json_at(metrics, i);
		const char *name = json_get_str(dataset, "name");

		buf_str(b, b->len ? "\n- " : "- ");
		metric_words(b, m);
		buf_str(b, ": ");
		nested_text(b, json_get(m, "value"));
		if (name)
			buf_printf(b, " on %s", name);
		if (split || config)
			buf_printf(b, " (%s%s%s)", config ? config : "",
				   split && config ? ", " : "",
				   split ? split : "");
		if (json_get(m, "verified") || json_get(m, "verifyToken"))
			buf_str(b, ", unverified claim");
	}
}

static bool has_fields(const struct json *object, const char *const *keys)
{
	for (; *keys; keys++)
		if (!json_get(object, *keys))
			return false;
	return json_type(object) == JSON_OBJECT;
}

/* Faults are reported, the rest of the card is still read. */
static bool check_result(struct exchange *x, const struct frontmatter *f,
			 const struct json *results, size_t i)
{
	static const char *const task[] = { "type", NULL };
	static const char *const dataset[] = { "type", "name", NULL };
	const struct json *r = json_at(results, i);
	unsigned line = yaml_line(&f->yaml, results, i);

	if (has_fields(json_get(r, "task"), task) &&
	    has_fields(json_get(r, "dataset"), dataset) &&
	    json_type(json_get(r, "metrics")) == JSON_ARRAY)
		return true;
	loss_add(x, LOSS_KEPT, "model-index", "line %u: a result needs "
		 "task.type, dataset.type, dataset.name and metrics; not "
		 "taken over", line);
	return false;
}

static enum rc read_model_index(struct exchange *x,
				const struct frontmatter *f, struct err *err)
{
	const struct json *index = json_get(f->yaml.root, "model-index");
	struct buf b = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < json_size(index); i++) {
		const struct json *results = json_get(json_at(index, i),
						      "results");

		for (size_t k = 0; k < json_size(results); k++)
			if (check_result(x, f, results, k))
				result_lines(&b, json_at(results, k));
	}
	if (b.len && doc_answer(x->doc, "7.1")->state == ANSWER_EMPTY)
		rc = take_answer(x, "7.1", b.data, err);
	buf_release(&b);
	return rc;
}

/* Keys that answer an item of which the body says nothing. */
static const struct { const char *key, *card, *sheet; } keys[] = {
	{ "license", "1.8", "T4" },
	{ "datasets", "6.1", NULL },
	{ "metrics", "4.1", NULL },
	{ "size_categories", NULL, "C2" },
	{ "annotations_creators", NULL, "L4" },
	{ "source_datasets", NULL, "C10" },
	{ "task_categories", NULL, "U3" },
};
#define N_KEYS COUNT(keys)

static const char *key_item(size_t i, enum doc_type type)
{
	return type == DOC_CARD ? keys[i].card : keys[i].sheet;
}

static enum rc read_keys(struct exchange *x, const struct frontmatter *f,
			 struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < N_KEYS && rc == RC_OK; i++) {
		const char *id = key_item(i, x->doc->form->type);
		char *text = joined(json_get(f->yaml.root, keys[i].key));

		if (id && *text &&
		    doc_answer(x->doc, id)->state == ANSWER_EMPTY)
			rc = take_answer(x, id, text, err);
		free(text);
	}
	return rc;
}

static void report_keys(struct exchange *x, const struct frontmatter *f)
{
	const struct json *root = f->yaml.root;

	for (size_t i = 0; i < json_size(root); i++) {
		const char *key = NULL;
		bool taken = false;

		(void)json_member(root, i, &key);
		for (size_t k = 0; k < N_KEYS; k++)
			taken |= !strcmp(key, keys[k].key) &&
				 key_item(k, x->doc->form->type);
		if (!taken && strcmp(key, "model-index"))
			loss_add(x, LOSS_KEPT, key, "line %u: no item of "
				 "ours", yaml_line(&f->yaml, root, i));
	}
}

/* -- In -- */

static enum rc read_body(struct exchange *x, size_t body, struct err *err)
{
	struct stretches places = VEC_INIT;
	enum rc rc = RC_OK;

	find_places(x->doc, x->text, body, &places);
	for (size_t i = 0; i < places.n && rc == RC_OK; i++) {
		const struct stretch *s = &places.at[i];
		char *text = xmemdupz(x->text + s->from, s->to - s->from);

		if (s->name) {
			rc = take_extra(x, s->id, s->name, text, err);
			loss_add(x, LOSS_KEPT, s->id, "'%s' is no item of "
				 "ours; kept beside them", s->name);
		} else {
			rc = take_answer(x, s->id, text, err);
		}
		free(text);
	}
	stretches_release(&places);
	return rc;
}

/* x->doc gets what the file says; what it has not stays. */
static enum rc read_file(struct exchange *x, struct err *err)
{
	struct frontmatter f;
	enum rc rc = frontmatter_parse(x->text, x->n, x->file, &f, err);

	if (rc != RC_OK)
		return rc;
	rc = read_body(x, f.body, err);
	if (rc == RC_OK)
		rc = read_keys(x, &f, err);
	if (rc == RC_OK && x->doc->form->type == DOC_CARD)
		rc = read_model_index(x, &f, err);
	if (rc == RC_OK)
		report_keys(x, &f);
	frontmatter_release(&f);
	return rc;
}

/* The answers that a file gives by itself. */
static enum rc read_alone(struct doc *out, const struct doc *like,
			  const char *text, struct losses *report,
			  const char *file, struct err *err)
{
	struct exchange in = { out, NULL, report, file, text, strlen(text) };

	doc_init(out, like->form, like->of);
	return read_file(&in, err);
}

enum rc hf_import(struct exchange *x, struct err *err)
{
	struct doc alone;
	enum rc rc = read_alone(&alone, x->doc, x->text, x->report, x->file,
				err);

	for (size_t i = 0; i < alone.answers.n && rc == RC_OK; i++) {
		const struct answer *a = &alone.answers.at[i];

		if (a->state == ANSWER_EMPTY)
			continue;
		if (a->name)
			rc = doc_set_extra(x->doc, a->id, a->name, a->text,
					   err);
		if (rc == RC_OK)
			rc = doc_set(x->doc, a->id, a->state, a->text, err);
	}
	doc_release(&alone);
	if (rc == RC_OK)
		doc_keep(x->doc, KEPT, x->text);
	return rc;
}

/* -- Out -- */

static struct json *metric_json(enum metric m, const struct figure *f,
				const char *slice)
{
	struct json *j = json_new_object();

	json_set_str(j, "type", metric_key(m));
	json_set(j, "value", json_new_num(f->value));
	if (slice) {
		char *name = xasprintf("%s, %s", metric_key(m), slice);

		json_set_str(j, "name", name);
		free(name);
	}
	return j;
}

static void add_metrics(struct json *list, const struct evaluation *e,
			const struct eval_slice *s)
{
	char *slice = s->by ? xasprintf("%s=%s", s->by, s->value) : NULL;

	for (int m = 0; m < METRIC_COUNT; m++)
		if (metric_fits((enum metric)m, e->task) &&
		    !s->metrics[m].why)
			json_append(list, metric_json((enum metric)m,
						      &s->metrics[m], slice));
	free(slice);
}

static struct json *result_json(const struct evaluation *e)
{
	struct json *r = json_new_object(), *task = json_new_object();
	struct json *data = json_new_object(), *metrics = json_new_array();

	json_set_str(task, "type", e->task == TASK_REGRESSION ?
		     "tabular-regression" : "tabular-classification");
	json_set(r, "task", task);
	json_set_str(data, "type", e->testset);
	json_set_str(data, "name", e->testset);
	json_set_str(data, "split", "test");
	json_set_str(data, "revision", e->revision_digest);
	json_set(r, "dataset", data);
	add_metrics(metrics, e, &e->whole);
	for (size_t i = 0; i < e->n_slices; i++)
		add_metrics(metrics, e, &e->slices[i]);
	json_set(r, "metrics", metrics);
	return r;
}

static void index_changes(struct exchange *x, struct json *changes)
{
	const struct evaluations *all = &x->facts->evaluations;
	struct json *index = json_new_array(), *one = json_new_object();
	struct json *results = json_new_array();

	for (size_t i = 0; i < all->n; i++) {
		json_append(results, result_json(&all->at[i]));
		if (all->at[i].state && strcmp(all->at[i].state, "fresh"))
			loss_add(x, LOSS_CHANGED, "model-index", "the figures "
				 "on '%s' are %s; the format cannot say so",
				 all->at[i].testset, all->at[i].state);
	}
	json_set_str(one, "name", x->facts->model);
	json_set(one, "results", results);
	json_append(index, one);
	json_set(changes, "model-index", index);
}

/* The licence as a word goes to the key; more than that is "other". */
static void licence_change(struct exchange *x, const struct doc *before,
			   struct json *changes)
{
	const char *id = x->doc->form->type == DOC_CARD ? "1.8" : "T4";
	const char *ids[] = { id, NULL };
	const struct answer *a = doc_answer(x->doc, id);
	struct buf word = BUF_INIT;

	if (!answers_differ(x->doc, before, ids) || a->state != ANSWER_GIVEN)
		return;
	for (const char *p = a->text; *p; p++)
		buf_char(&word, ascii_lower(*p));
	json_set_str(changes, "license", strpbrk(word.data, " \n\t:/,") ?
		     "other" : word.data);
	buf_release(&word);
}

static bool item_differs(const struct exchange *x, const struct doc *before,
			 const char *id)
{
	const char *ids[] = { id, NULL };

	return answers_differ(x->doc, before, ids);
}

/* The kept body, with the answers that differ in their places. */
static void write_kept_body(struct exchange *x, struct buf *out,
			    const struct doc *before, const char *text,
			    size_t body, struct strs *done)
{
	struct stretches places = VEC_INIT;
	size_t from = body;

	find_places(x->doc, text, body, &places);
	for (size_t i = 0; i < places.n; i++) {
		const struct stretch *s = &places.at[i];
		char *answer;

		strs_add(done, s->id);
		if (!item_differs(x, before, s->id) || s->from < from)
			continue;
		answer = answer_text(x, s->id, true);
		buf_add(out, text + from, s->from - from);
		if (s->from == s->to && s->from &&
		    text[s->from - 1] != '\n' && text[s->from - 1] != ' ')
			buf_str(out, "\n\n");
		buf_str(out, answer);
		if (s->from == s->to)
			buf_char(out, '\n');
		free(answer);
		from = s->to;
	}
	buf_str(out, text + from);
	stretches_release(&places);
}

static bool listed(const struct strs *v, const char *id)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], id))
			return true;
	return false;
}

/* Items for which the file has no place. */
static void write_further(struct exchange *x, struct buf *out,
			  const struct doc *before, const struct strs *done)
{
	bool any = false;

	for (size_t s = 0; s < x->doc->form->n_sections; s++) {
		const struct section *sec = &x->doc->form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++) {
			const char *ids[] = { sec->items[i].id, NULL };

			if (listed(done, ids[0]) ||
			    !item_differs(x, before, ids[0]) ||
			    doc_answer(x->doc, ids[0])->state ==
			    ANSWER_EMPTY)
				continue;
			if (!any && !memmem(out->data, out->len,
					    "## " FURTHER, 18))
				buf_str(out, "\n## " FURTHER "\n\n");
			any = true;
			items_write(out, x, ids, 3);
		}
	}
}

static void write_extras(struct exchange *x, struct buf *out,
			 const struct doc *before, const struct strs *done)
{
	const struct answer *a;

	for (size_t i = 0; (a = doc_extra(x->doc, i)); i++) {
		char *text;

		if (listed(done, a->id) || !item_differs(x, before, a->id))
			continue;
		text = answer_text(x, a->id, true);
		buf_printf(out, "## %s\n\n%s\n\n", a->name ? a->name : a->id,
			   text);
		free(text);
	}
}

/* A new body: the template's headings for the items that have one. */
static void write_new_body(struct exchange *x, struct buf *out,
			   struct strs *done)
{
	enum doc_type type = x->doc->form->type;

	buf_str(out, type == DOC_CARD ? "# Model Card for " :
		"# Dataset Card for ");
	md_literal(out, x->doc->of);
	buf_str(out, "\n\n");
	for (size_t i = 0; i < N_ROWS; i++) {
		const char *id = item_of(&rows[i], type);
		char *text;

		if (!id || listed(done, id) ||
		    doc_answer(x->doc, id)->state == ANSWER_EMPTY)
			continue;
		text = answer_text(x, id, true);
		buf_printf(out, "## %s\n\n%s\n\n", rows[i].title, text);
		strs_add(done, id);
		free(text);
	}
}

enum rc hf_export(struct exchange *x, struct buf *out, struct err *err)
{
	const char *kept = doc_kept(x->doc, KEPT);
	const char *text = kept ? kept : "";
	struct losses unused = VEC_INIT;
	struct json *changes = json_new_object();
	struct strs done = VEC_INIT;
	struct frontmatter f;
	struct doc before;
	enum rc rc = read_alone(&before, x->doc, text, &unused, "kept file",
				err);

	if (rc == RC_OK)
		rc = frontmatter_parse(text, strlen(text), "kept file", &f,
				       err);
	if (rc != RC_OK)
		goto out;
	licence_change(x, &before, changes);
	if (x->doc->form->type == DOC_CARD && x->facts &&
	    x->facts->evaluations.n)
		index_changes(x, changes);
	frontmatter_write(out, &f, text, changes);
	if (kept)
		write_kept_body(x, out, &before, text, f.body, &done);
	else
		write_new_body(x, out, &done);
	write_further(x, out, &before, &done);
	write_extras(x, out, &before, &done);
	frontmatter_release(&f);
out:
	json_free(changes);
	strs_release(&done);
	losses_release(&unused);
	doc_release(&before);
	return rc;
}
