/* matrix: versions x revisions. */
#include "cli/cli.h"
#include "registry/matrix.h"

/* One row for each version: a column for each revision would not fit a
 * terminal, so equal neighbours are told as a span. */
static const struct table_column text_columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "states", "revisions", false }, { 0 },
};
static const struct table_column cell_columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "revision", "revision", true }, { "state", "state", false }, { 0 },
};
static const char nothing[] =
	"nothing is predicted on this set: 'muster predictions import'";
static const struct table_spec text_spec = {
	"rows", false, text_columns, nothing,
};
static const struct table_spec cell_spec = {
	"rows", false, cell_columns, nothing,
};

/* "1-3 stale, 4 fresh" */
static void spans(struct buf *b, const struct matrix *m,
		  const struct matrix_row *row)
{
	for (size_t i = 0, end; i < m->n_revisions; i = end) {
		for (end = i + 1; end < m->n_revisions &&
		     row->states[end] == row->states[i]; end++)
			;
		buf_printf(b, "%s%lld", i ? ", " : "",
			   (long long)m->revisions[i]);
		if (end > i + 1)
			buf_printf(b, "-%lld",
				   (long long)m->revisions[end - 1]);
		buf_printf(b, " %s", eval_state_text(row->states[i]));
	}
}

static void matrix_text(struct cli *c, const struct matrix *m)
{
	struct table *t = cli_table(c, &text_spec);
	struct buf b = BUF_INIT;

	for (size_t j = 0; j < m->n && table_alive(t); j++) {
		buf_clear(&b);
		spans(&b, m, &m->rows[j]);
		table_str(t, m->rows[j].model);
		table_int(t, m->rows[j].version);
		table_str(t, b.data);
	}
	table_end(t);
	buf_release(&b);
}

static void matrix_cells(struct cli *c, const struct matrix *m)
{
	struct table *t = cli_table(c, &cell_spec);

	for (size_t j = 0; j < m->n; j++) {
		for (size_t i = 0; i < m->n_revisions && table_alive(t); i++) {
			table_str(t, m->rows[j].model);
			table_int(t, m->rows[j].version);
			table_int(t, m->revisions[i]);
			table_str(t, eval_state_text(m->rows[j].states[i]));
		}
	}
	table_end(t);
}

static enum rc run_matrix(struct cli *c, struct err *err)
{
	struct matrix m;
	enum rc rc = reg_matrix(c->reg, cli_arg(c, 0), &m, err);

	if (rc != RC_OK)
		return rc;
	if (c->format == FORMAT_JSON) {
		struct json_out o = JSON_OUT(&c->out.buf, true);

		matrix_write(&o, &m);
		buf_char(&c->out.buf, '\n');
	} else if (c->format == FORMAT_CSV) {
		matrix_cells(c, &m);
	} else {
		matrix_text(c, &m);
	}
	matrix_release(&m);
	return RC_OK;
}

const struct command matrix_commands[] = {
	{
		.words = "matrix", .args = "TESTSET",
		.min_args = 1, .max_args = 1,
		.summary = "versions x revisions: fresh, stale, partial, "
			   "missing",
		.examples = (const char *const[]){
			"matrix loans", "matrix loans --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_matrix,
	},
	{ 0 },
};
