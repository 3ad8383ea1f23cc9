/* Single patterns with their inputs: those that production answers right and
 * this version does not. Only on request (REPORT_INPUTS) and with a reason,
 * for inputs may be personal data. */
#include <stdlib.h>
#include <string.h>

#include "cards/report_parts.h"
#include "registry/testset.h"

enum { MOST_PATTERNS = 100 };

static const struct report_column pattern_columns[] = {
	{ "key", "Pattern", false }, { "target", "Should be", false },
	{ "inputs", "Inputs", false }, { 0 },
};

static enum rc add_cell(struct testset *set, size_t row, size_t column,
			struct buf *out, struct err *err)
{
	struct buf cell = BUF_INIT;
	const char *text;
	size_t n;
	enum rc rc = testset_cell(set, row, column, &cell, &text, &n, err);

	if (rc == RC_OK)
		buf_add(out, text, n);
	buf_release(&cell);
	return rc;
}

static enum rc add_inputs(struct testset *set, size_t row, struct buf *out,
			  struct err *err)
{
	const struct strs *inputs = &testset_info(set)->inputs;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < testset_n_columns(set) && rc == RC_OK; i++) {
		const char *name = testset_column_name(set, i);

		for (size_t k = 0; k < inputs->n; k++) {
			if (strcmp(name, inputs->at[k]) || rc != RC_OK)
				continue;
			buf_printf(out, "%s%s: ", out->len ? "; " : "", name);
			rc = add_cell(set, row, i, out, err);
		}
	}
	return rc;
}

static enum rc pattern_row(struct testset *set, const struct column *target,
			   size_t row, struct report_table *t, struct err *err)
{
	struct buf key = BUF_INIT, is = BUF_INIT, inputs = BUF_INIT;
	const char *text;
	size_t n;
	enum rc rc = testset_key(set, row, &key, err);

	if (rc == RC_OK)
		rc = add_inputs(set, row, &inputs, err);
	if (rc == RC_OK) {
		testset_key_shown(key.data, key.len);
		text = column_text(target, row, &is, &n);
		cell_text(t, key.data);
		cell_textf(t, "%.*s", (int)n, text);
		cell_text(t, inputs.len ? inputs.data : NULL);
	}
	buf_release(&key);
	buf_release(&is);
	buf_release(&inputs);
	return rc;
}

static enum rc broken_on(struct report_ctx *c, struct report *r,
			 const struct report_compared *d, struct err *err)
{
	const struct candidate *x = &d->c.candidates[0];
	const struct column *target;
	struct testset *set = NULL;
	struct report_table *t;
	struct buf caption = BUF_INIT;
	enum rc rc = reg_testset_open(c->reg, d->testset, d->c.revision, &set,
				      err);

	if (rc == RC_OK)
		rc = testset_column(set, testset_info(set)->target, &target,
				    err);
	buf_printf(&caption, "Of %s: right in production, wrong in this version"
		   "%s", d->testset, x->broken > MOST_PATTERNS ?
		   " (the first 100)" : "");
	t = report_table(r, caption.data, pattern_columns,
			 "no pattern was broken");
	for (uint64_t i = 0; i < x->broken && i < MOST_PATTERNS && rc == RC_OK;
	     i++)
		rc = pattern_row(set, target, x->flips[x->fixed + i], t, err);
	testset_close(set);
	buf_release(&caption);
	return rc;
}

enum rc report_part_patterns(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	enum rc rc = RC_OK;

	if (!(c->spec->flags & REPORT_INPUTS))
		return RC_OK;
	report_section(r, "patterns", "Patterns with their inputs");
	report_text(r, "Inputs of single patterns stand here, which may be "
		    "personal data. The reason that was given: %s",
		    c->spec->reason);
	if (!c->compared.n)
		report_none(r, "there is no version in production to compare "
			    "with, so no pattern was broken");
	for (size_t i = 0; i < c->compared.n && rc == RC_OK; i++)
		if (c->compared.at[i].is_done && c->compared.at[i].c.task !=
		    TASK_REGRESSION)
			rc = broken_on(c, r, &c->compared.at[i], err);
	return rc;
}
