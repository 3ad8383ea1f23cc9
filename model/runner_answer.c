#include "model/runner_answer.h"

#include <string.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/xalloc.h"

#define SCORE_PREFIX "score:"

enum part { PART_KEY, PART_LABEL, PART_SCORE, PART_CLASS };

/* Columns of the answer, in the order in which they came. */
struct answer_column {
	enum part part;
	size_t label;		/* PART_CLASS: which */
};
VEC_DECLARE(struct answer_column, answer_columns);

struct answer {
	const struct runner_request *req;
	struct answer_columns columns;	/* of the batch being read */
	bool has[4];			/* parts that the first batch had */
	bool has_header;
	char **rows;			/* n: CSV behind the key, or NULL */
	size_t *by_key;			/* n: indices sorted by key, or NULL */
	/* the batch */
	size_t first, n, next, found;
	struct buf line;
};

struct answer *answer_new(const struct runner_request *req)
{
	struct answer *a = XNEW(struct answer);

	a->req = req;
	a->rows = XNEW_ARRAY(char *, req->n ? req->n : 1);
	buf_init(&a->line);
	return a;
}

void answer_free(struct answer *a)
{
	for (size_t i = 0; i < a->req->n; i++)
		free(a->rows[i]);
	free(a->rows);
	free(a->by_key);
	vec_free(&a->columns);
	buf_release(&a->line);
	free(a);
}

/* -- Columns -- */

static bool find_class(const struct answer *a, const char *name, size_t *label)
{
	const size_t skip = strlen(SCORE_PREFIX);

	if (strncmp(name, SCORE_PREFIX, skip) != 0)
		return false;
	for (size_t i = 0; i < a->req->n_labels; i++)
		if (strcmp(name + skip, a->req->labels[i]) == 0) {
			*label = i;
			return true;
		}
	return false;
}

static enum rc take_column(struct answer *a, const char *name, size_t number,
			   struct err *err)
{
	struct answer_column *c = vec_add(&a->columns);
	enum task task = a->req->task;

	if (strcmp(name, "key") == 0)
		c->part = PART_KEY;
	else if (strcmp(name, "label") == 0)
		c->part = PART_LABEL;
	else if (strcmp(name, "score") == 0 && task == TASK_BINARY)
		c->part = PART_SCORE;
	else if (find_class(a, name, &c->label) && task != TASK_REGRESSION)
		c->part = PART_CLASS;
	else
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "1, column %zu: '%.60s' is none of key, label, "
			       "score, score:LABEL that fit the task", number,
			       name);
	return RC_OK;
}

static enum rc check_columns(struct answer *a, struct err *err)
{
	bool has[4] = { false };
	size_t n_class = 0;

	for (size_t i = 0; i < a->columns.n; i++) {
		has[a->columns.at[i].part] = true;
		n_class += a->columns.at[i].part == PART_CLASS;
	}
	if (!has[PART_KEY])
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "1: there is no column 'key'");
	if (!has[PART_LABEL] && !has[PART_SCORE] && !has[PART_CLASS])
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "1: there is neither label nor score");
	if (n_class && n_class != a->req->n_labels)
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "1: %zu of %zu classes have a column score:LABEL",
			       n_class, a->req->n_labels);
	if (a->has_header && memcmp(has, a->has, sizeof(has)) != 0)
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "1: this batch has other columns than the first");
	memcpy(a->has, has, sizeof(has));
	a->has_header = true;
	return RC_OK;
}

static enum rc on_header(const struct strs *names, void *arg, struct err *err)
{
	struct answer *a = arg;
	enum rc rc = RC_OK;

	a->columns.n = 0;
	for (size_t i = 0; rc == RC_OK && i < names->n; i++)
		rc = take_column(a, names->at[i], i + 1, err);
	return rc == RC_OK ? check_columns(a, err) : rc;
}

/* -- Rows -- */

static bool is_key(const struct answer *a, size_t i, const struct csv_field *f)
{
	return strlen(a->req->keys[i]) == f->n &&
	       memcmp(a->req->keys[i], f->text, f->n) == 0;
}

static int by_key(const void *x, const void *y, void *arg)
{
	const struct answer *a = arg;

	return strcmp(a->req->keys[*(const size_t *)x],
		      a->req->keys[*(const size_t *)y]);
}

static void sort_keys(struct answer *a)
{
	a->by_key = XNEW_ARRAY(size_t, a->req->n ? a->req->n : 1);
	for (size_t i = 0; i < a->req->n; i++)
		a->by_key[i] = i;
	qsort_r(a->by_key, a->req->n, sizeof(size_t), by_key, a);
}

static bool search_key(struct answer *a, const struct csv_field *f, size_t *at)
{
	size_t low = 0, high = a->req->n;

	if (!a->by_key)
		sort_keys(a);
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(a->req->keys[a->by_key[mid]], f->text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == a->req->n || !is_key(a, a->by_key[low], f))
		return false;
	*at = a->by_key[low];
	return *at >= a->first && *at < a->first + a->n;
}

/* Most answers keep the order of the question. */
static bool find_key(struct answer *a, const struct csv_field *f, size_t *at)
{
	if (a->next < a->first + a->n && is_key(a, a->next, f)) {
		*at = a->next;
		return true;
	}
	return search_key(a, f, at);
}

static enum rc check_cell(const struct answer *a,
			  const struct answer_column *c,
			  const struct csv_field *f, uint64_t line,
			  size_t number, struct err *err)
{
	static const char *const names[] = { "key", "label", "score", "score:" };
	bool wants_number = c->part == PART_SCORE || c->part == PART_CLASS ||
		(c->part == PART_LABEL && a->req->task == TASK_REGRESSION);
	double x;

	if (f->n == 0)
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "%llu, column %zu (%s) is empty",
			       (unsigned long long)line, number,
			       names[c->part]);
	if (wants_number && !decimal_read(f->text, f->n, &x))
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "%llu, column %zu (%s): '%.60s' is not a number",
			       (unsigned long long)line, number,
			       names[c->part], f->text);
	return RC_OK;
}

#define KEY_SHOWN 61

/* The first 60 bytes, with a slash where columns are joined by U+001F. */
static const char *shown(const char *key, char out[KEY_SHOWN])
{
	snprintf(out, KEY_SHOWN, "%s", key);
	for (char *s = out; *s; s++)
		if (*s == '\x1f')
			*s = '/';
	return out;
}

static enum rc place(struct answer *a, const struct csv_field *key,
		     uint64_t line, size_t *at, struct err *err)
{
	char text[KEY_SHOWN];

	if (!find_key(a, key, at))
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "%llu: the key '%s' was not asked for",
			       (unsigned long long)line,
			       shown(key->text, text));
	if (a->rows[*at])
		return err_set(err, RC_BAD_INPUT, "the runner's answer, line "
			       "%llu: the key '%s' was answered before",
			       (unsigned long long)line,
			       shown(key->text, text));
	return RC_OK;
}

/* Label, score, class scores: always in this order, whatever came first. */
static void add_parts(struct answer *a, const struct csv_field *f, size_t n,
		      enum part part)
{
	for (size_t label = 0; label == 0 || (part == PART_CLASS &&
					      label < a->req->n_labels); label++)
		for (size_t i = 0; i < n; i++) {
			const struct answer_column *c = &a->columns.at[i];

			if (c->part != part ||
			    (part == PART_CLASS && c->label != label))
				continue;
			buf_char(&a->line, ',');
			csv_write_field(&a->line, f[i].text, f[i].n, false);
		}
}

static enum rc on_row(const struct csv_field *f, size_t n, uint64_t line,
		      void *arg, struct err *err)
{
	struct answer *a = arg;
	enum rc rc = RC_OK;
	size_t at = 0;

	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		rc = check_cell(a, &a->columns.at[i], &f[i], line, i + 1, err);
		if (rc == RC_OK && a->columns.at[i].part == PART_KEY)
			rc = place(a, &f[i], line, &at, err);
	}
	if (rc != RC_OK)
		return rc;
	buf_clear(&a->line);
	add_parts(a, f, n, PART_LABEL);
	add_parts(a, f, n, PART_SCORE);
	add_parts(a, f, n, PART_CLASS);
	a->rows[at] = xmemdupz(a->line.data, a->line.len);
	a->next = at + 1;
	a->found++;
	return RC_OK;
}

enum rc answer_add(struct answer *a, const char *bytes, size_t len,
		   size_t first, size_t n, struct err *err)
{
	char text[KEY_SHOWN];
	struct csv_reader r = {
		.name = "the runner's answer", .header = on_header,
		.row = on_row, .arg = a,
	};
	enum rc rc;

	a->first = a->next = first;
	a->n = n;
	a->found = 0;
	if (len == 0)
		return err_set(err, RC_BAD_INPUT, "the runner answered "
			       "nothing, not even a header");
	rc = csv_read_mem(&r, bytes, len, err);
	if (rc != RC_OK || a->found == n)
		return rc;
	for (size_t i = first; i < first + n; i++)
		if (!a->rows[i])
			return err_set(err, RC_BAD_INPUT, "the runner answered "
				       "%zu of %zu rows; the first that is "
				       "missing is '%s'", a->found, n,
				       shown(a->req->keys[i], text));
	BUG("found %zu of %zu", a->found, n);
}

enum rc answer_take(struct answer *a, struct runner_answer *out,
		    struct err *err)
{
	const struct runner_request *req = a->req;
	struct buf *b = &out->csv;

	out->has_label = a->has[PART_LABEL];
	out->has_score = a->has[PART_SCORE];
	out->has_scores = a->has[PART_CLASS];
	buf_str(b, "key");
	buf_str(b, out->has_label ? ",label" : "");
	buf_str(b, out->has_score ? ",score" : "");
	for (size_t i = 0; out->has_scores && i < req->n_labels; i++) {
		buf_clear(&a->line);
		buf_printf(&a->line, SCORE_PREFIX "%s", req->labels[i]);
		buf_char(b, ',');
		csv_write_field(b, a->line.data, a->line.len, false);
	}
	buf_char(b, '\n');
	for (size_t i = 0; i < req->n; i++) {
		csv_write_field(b, req->keys[i], strlen(req->keys[i]), false);
		buf_str(b, a->rows[i]);
		buf_char(b, '\n');
	}
	return RC_OK;
}
