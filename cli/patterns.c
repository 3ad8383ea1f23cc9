#include "cli/patterns.h"

#include <math.h>

#include "base/xalloc.h"
#include "model/slice.h"

VEC_DECLARE(const struct column *, columns);

static enum rc source_of(void *arg, const char *name, struct slice_source *out,
			 struct err *err)
{
	const struct column *col;
	enum rc rc = testset_column(arg, name, &col, err);

	if (rc != RC_OK)
		return rc;
	*out = (struct slice_source){
		.code = col->code, .n_values = col->n_values,
		.values = col->values, .number = col->number,
		.offset = col->offset, .bytes = col->bytes,
	};
	return RC_OK;
}

/* A column that the set does not have is bad input, not a missing object. */
static enum rc check_columns(const struct slice *s, const struct columns *cols,
			     struct err *err)
{
	const char **names = XNEW_ARRAY(const char *, cols->n + 1);
	enum rc rc;

	for (size_t i = 0; i < cols->n; i++)
		names[i] = cols->at[i]->name;
	rc = slice_check(s, names, cols->n, err);
	free(names);
	return rc;
}

/* picked: 1 for each active row that matches. */
static enum rc pick(struct cli *c, struct testset *t,
		    const struct columns *cols, const char *where,
		    uint8_t *picked, struct err *err)
{
	const uint8_t *active = testset_active(t);
	size_t n = testset_rows(t);
	struct slice *s = NULL;
	uint64_t undecided = 0;
	enum rc rc;

	rc = slice_parse(where ? where : "", &s, err);
	if (rc == RC_OK)
		rc = check_columns(s, cols, err);
	if (rc == RC_OK)
		rc = slice_eval(s, n, source_of, t, progress_cancelled, NULL,
				picked, err);
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		undecided += active[i] && picked[i] == RULE_UNDECIDED;
		picked[i] = active[i] && picked[i] == RULE_MATCH;
	}
	if (undecided)
		cli_note(c, "%llu patterns are undecided: their text was too "
			 "costly to match", (unsigned long long)undecided);
	slice_free(s);
	return rc;
}

static enum rc load_columns(struct testset *t, struct columns *cols,
			    struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < testset_n_columns(t) && rc == RC_OK; i++) {
		const struct column *col;

		rc = testset_column_at(t, i, &col, err);
		if (rc == RC_OK)
			vec_push(cols, col);
	}
	return rc;
}

/* Heads are names from outside: made safe by the table, kept by the set. */
static struct table_column *heads(const struct columns *cols, bool with_key)
{
	struct table_column *h = XNEW_ARRAY(struct table_column, cols->n + 2);
	size_t n = 0;

	if (with_key)
		h[n++] = (struct table_column){ "key", "key", false };
	for (size_t i = 0; i < cols->n; i++)
		h[n++] = (struct table_column){
			cols->at[i]->name, cols->at[i]->name,
			cols->at[i]->kind == COLUMN_NUMBERS };
	return h;
}

static void cell(struct table *t, const struct column *col, size_t row,
		 struct buf *b)
{
	size_t n;
	const char *s;

	if (col->kind == COLUMN_NUMBERS && isnan(col->number[row])) {
		table_null(t);
	} else if (col->kind == COLUMN_NUMBERS) {
		table_num(t, col->number[row]);
	} else {
		s = column_text(col, row, b, &n);
		table_strn(t, s, n);
	}
}

static enum rc show_rows(struct cli *c, struct testset *t,
			 const struct columns *cols, const uint8_t *picked,
			 uint64_t limit, struct err *err)
{
	bool with_key = testset_info(t)->keys.n == 0;
	struct table_column *h = heads(cols, with_key);
	struct table_spec spec = { "patterns", false, h, "no pattern matches" };
	struct table *out = cli_table(c, &spec);
	struct buf key = BUF_INIT, text = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < testset_rows(t) && limit && rc == RC_OK &&
	     table_alive(out); i++) {
		if (!picked[i])
			continue;
		limit--;
		if (with_key) {
			buf_clear(&key);
			rc = testset_key(t, i, &key, err);
			table_strn(out, key.data, key.len);
		}
		for (size_t j = 0; j < cols->n; j++)
			cell(out, cols->at[j], i, &text);
	}
	table_end(out);
	buf_release(&key);
	buf_release(&text);
	free(h);
	return rc;
}

enum rc patterns_show(struct cli *c, struct testset *t, const char *where,
		      uint64_t limit, struct err *err)
{
	struct columns cols = VEC_INIT;
	uint8_t *picked = xcalloc(testset_rows(t) + 1, 1);
	enum rc rc = load_columns(t, &cols, err);

	if (rc == RC_OK)
		rc = pick(c, t, &cols, where, picked, err);
	if (rc == RC_OK)
		rc = show_rows(c, t, &cols, picked, limit, err);
	vec_free(&cols);
	free(picked);
	return rc;
}
