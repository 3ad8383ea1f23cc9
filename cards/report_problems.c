/* Problems of a model: open ones by impact, all with their history, error
 * over versions; and the register as a report of its own. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/report_parts.h"
#include "registry/entry.h"
#include "registry/problem.h"

enum { MOST_PLOTTED = 6 };

/* "8.09 (4.12 to 15)": three digits are what an impact is worth. */
static void put_impact(struct buf *b, const struct figure *f)
{
	char at[DECIMAL_MAX], low[DECIMAL_MAX], high[DECIMAL_MAX];

	if (f->why) {
		buf_printf(b, "impact not known (%s)", f->why);
		return;
	}
	buf_printf(b, "impact %s", decimal_sig(f->value, 3, at));
	if (f->method != METHOD_NONE)
		buf_printf(b, " (%s to %s)", decimal_sig(f->low, 3, low),
			   decimal_sig(f->high, 3, high));
}

static void problem_risk(struct report_ctx *c, const struct triage_row *x,
			 double weight)
{
	const struct problem_rec *p = &x->problem;
	struct buf b = BUF_INIT, id = BUF_INIT;

	put_impact(&b, &x->impact);
	report_risk(c, weight, "problems", "Open problem P-%lld, %s: %s%s%s.",
		    (long long)p->id, p->title, b.data,
		    p->harm_reason ? "; harm: " : "",
		    p->harm_reason ? p->harm_reason : "");
	buf_printf(&id, "P-%lld", (long long)p->id);
	report_risk_about(c, id.data);
	report_risk_about(c, p->rule);
	buf_release(&id);
	buf_release(&b);
}

enum rc report_risks_problems(struct report_ctx *c, struct err *err)
{
	struct triage_query query = { .model = c->model.name,
				      .version = c->version.version };
	struct triage board;
	enum rc rc = reg_triage(c->reg, &query, &board, err);

	if (rc != RC_OK)
		return rc;
	/* by place on the board: the greatest impact first */
	for (size_t i = 0; i < board.n; i++)
		problem_risk(c, &board.rows[i], 3.99 - (double)i / 10000);
	triage_release(&board);
	return RC_OK;
}

static const struct report_column board_columns[] = {
	{ "id", "Id", false }, { "title", "Problem", false },
	{ "state", "State", false }, { "owner", "Owner", false },
	{ "users_pct", "Users affected, %", true },
	{ "error", "Error", true }, { "harm", "Harm", true },
	{ "impact", "Impact", true }, { "next", "Next", false }, { 0 },
};

static void board_row(struct report_table *t, const struct triage_row *x)
{
	bool open = problem_state_is_open(x->problem.state);

	cell_textf(t, "P-%lld", (long long)x->problem.id);
	cell_text(t, x->problem.title);
	cell_toned(t, open ? TONE_WARN : TONE_PLAIN,
		   problem_state_name(x->problem.state));
	cell_text(t, x->problem.owner);
	cell_figure(t, &x->users_pct);
	cell_figure(t, &x->error);
	if (x->harm)
		cell_int(t, x->harm);
	else
		cell_text(t, NULL);
	cell_figure(t, &x->impact);
	cell_text(t, open ? x->next : NULL);
}

/* -- History, from the log -- */

static const struct report_column step_columns[] = {
	{ "problem", "Problem", false }, { "time", "When", false },
	{ "who", "Who", false }, { "what", "What", false }, { 0 },
};

static enum rc history_row(const struct log_line *line, void *arg,
			   struct err *err)
{
	struct report_table *t = arg;

	(void)err;
	cell_text(t, line->object + strlen("problem/"));
	cell_time(t, line->time);
	cell_text(t, line->login);
	cell_text(t, line->text);
	return RC_OK;
}

static enum rc history(struct report_ctx *c, struct report *r,
		       const struct triage *board, struct err *err)
{
	struct report_table *t = report_table(r, "History", step_columns,
					      "no problem, no history");
	enum rc rc = RC_OK;

	for (size_t i = 0; i < board->n && rc == RC_OK; i++) {
		char *object = xasprintf("problem/P-%lld",
			(long long)board->rows[i].problem.id);
		struct log_filter filter = { .object = object,
					     .since = INT64_MIN,
					     .limit = UINT64_MAX };

		rc = reg_log(c->reg, &filter, history_row, t, err);
		free(object);
	}
	return rc;
}

/* -- Error over versions -- */

static size_t label_of(const struct strs *labels, int64_t version)
{
	char *name = xasprintf("%lld", (long long)version);
	size_t i = 0;

	while (i < labels->n && strcmp(labels->at[i], name))
		i++;
	free(name);
	return i;
}

static void put_errors(struct report *r, const struct problem_errors *e,
		       const int64_t *ids, size_t n)
{
	struct strs labels = VEC_INIT, series = VEC_INIT;
	struct plot *p;

	for (size_t i = 0; i < e->n; i++)
		if (label_of(&labels, e->at[i].version) == labels.n)
			vec_push(&labels, xasprintf("%lld",
				 (long long)e->at[i].version));
	for (size_t i = 0; i < n; i++)
		vec_push(&series, xasprintf("P-%lld", (long long)ids[i]));
	p = report_plot(r, "Error of each problem over the model's versions "
			"(0: fixed)", PLOT_LINES, &labels, &series);
	p->label_name = "version";
	p->value_name = "error";
	for (size_t i = 0; i < e->n; i++)
		for (size_t k = 0; k < n; k++)
			if (ids[k] == e->at[i].id)
				*plot_at(p, k, label_of(&labels,
							e->at[i].version)) =
					e->at[i].error;
	strs_release(&labels);
	strs_release(&series);
}

static enum rc errors_plot(struct report_ctx *c, struct report *r,
			   const char *model, const struct triage *board,
			   struct err *err)
{
	struct problem_errors e = VEC_INIT;
	int64_t ids[MOST_PLOTTED];
	size_t n = 0;
	enum rc rc;

	for (size_t i = 0; i < board->n && n < MOST_PLOTTED; i++)
		if (board->rows[i].n_active)
			ids[n++] = board->rows[i].problem.id;
	if (!n)
		return RC_OK;
	rc = reg_problem_by_version(c->reg, model, ids, n, 0, &e, err);
	if (rc == RC_OK && e.n)
		put_errors(r, &e, ids, n);
	vec_free(&e);
	return rc;
}

static enum rc write_board(struct report_ctx *c, struct report *r,
			   const char *model, int64_t version,
			   struct err *err)
{
	struct triage_query query = { .model = model, .version = version,
				      .closed = true };
	struct triage board;
	struct report_table *t;
	enum rc rc = reg_triage(c->reg, &query, &board, err);

	if (rc != RC_OK)
		return rc;
	report_factf(r, "Open", "%zu, of which %zu reported and not yet "
		     "described", board.n_open, board.n_inbox);
	t = report_table(r, "All problems, by impact", board_columns,
			 "no problem was ever reported");
	for (size_t i = 0; i < board.n; i++)
		board_row(t, &board.rows[i]);
	r->sections.at[r->sections.n - 1].silent = !board.n;
	if (model)
		rc = errors_plot(c, r, model, &board, err);
	if (rc == RC_OK)
		rc = history(c, r, &board, err);
	triage_release(&board);
	return rc;
}

enum rc report_part_problems(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	report_section(r, "problems", "Problems");
	return write_board(c, r, c->model.name, c->version.version, err);
}

enum rc report_of_problems(struct report_ctx *c, struct report *r,
			   struct err *err)
{
	const char *model = c->spec->n_of ? c->spec->of[0] : NULL;
	struct model_rec m = { 0 };
	enum rc rc = RC_OK;

	if (c->spec->n_of > 1)
		return err_set(err, RC_USAGE, "a problem register takes one "
			       "model at most");
	if (model)
		rc = reg_model_get(c->reg, model, &m, err);
	if (rc != RC_OK)
		return rc;
	model_rec_release(&m);
	r->title = xasprintf("Problem register%s%s", model ? " of " : "",
			     model ? model : "");
	report_section(r, "problems", "Problems");
	rc = write_board(c, r, model, 0, err);
	return rc == RC_OK ? report_part_audit(c, r, err) : rc;
}
