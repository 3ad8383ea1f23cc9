/* The problem under the cursor: factors with who said so, what to do next,
 * patterns by version, errors as a chart with one line a problem. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/taxonomy.h"
#include "registry/entry.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/problems.h"

/* -- Reading -- */

void problems_forget(struct problems *p)
{
	problem_grid_release(&p->grid);
	for (size_t i = 0; i < LINES_SHOWN; i++)
		vec_free(&p->errors[i]);
	problem_alikes_release(&p->alikes);
	problem_reports_release(&p->reports);
	for (size_t i = 0; i < p->notes.n; i++) {
		free(p->notes.at[i].text);
		free(p->notes.at[i].login);
	}
	vec_free(&p->notes);
	p->shown = 0;
}

/* The problem itself, and those of most impact beside it. */
static void choose_lines(struct problems *p, const struct triage_row *r)
{
	size_t n = 1;

	memset(p->lines, 0, sizeof(p->lines));
	p->lines[0] = r->problem.id;
	for (size_t i = 0; i < p->board.n && n < LINES_SHOWN; i++) {
		const struct triage_row *o = &p->triage.rows[p->board.row[i]];

		if (o->problem.id != r->problem.id && o->n_members &&
		    !strcmp(o->problem.model, r->problem.model))
			p->lines[n++] = o->problem.id;
	}
}

static enum rc read_errors(struct problems *p, const struct triage_row *r,
			   struct err *err)
{
	enum rc rc = RC_OK;

	choose_lines(p, r);
	for (size_t i = 0; i < LINES_SHOWN && p->lines[i] && !rc; i++)
		rc = measure_by_version(p->measure, r->problem.model,
					&p->lines[i], 1, 0, &p->errors[i],
					err);
	return rc;
}

static enum rc take_note(const struct log_line *line, void *arg,
			 struct err *err)
{
	(void)err;
	vec_push((struct problem_notes *)arg, ((struct problem_note){
		xstrdup(line->text), xstrdup(line->login), line->time }));
	return RC_OK;
}

static enum rc read_notes(struct problems *p, int64_t id, struct err *err)
{
	char *object = xasprintf("problem/P-%lld", (long long)id);
	const struct log_filter f = { .object = object, .since = INT64_MIN,
				      .limit = UINT64_MAX };
	enum rc rc = reg_log(app_registry(p->view->app), &f, take_note,
			     &p->notes, err);

	free(object);
	return rc;
}

#define ROWS_SHOWN 200

enum rc problems_read(struct problems *p, struct err *err)
{
	const struct triage_row *r = problems_current(p);
	enum rc rc = RC_OK;

	if (r && r->problem.id == p->shown)
		return RC_OK;
	problems_forget(p);
	if (!r)
		return RC_OK;
	p->shown = r->problem.id;
	if (r->n_members)
		rc = read_errors(p, r, err);
	if (!rc && r->n_members)
		rc = measure_grid(p->measure, r->problem.id, ROWS_SHOWN,
				  &p->grid, err);
	if (!rc && r->problem.state == PROBLEM_REPORTED)
		rc = reg_problem_alike(app_registry(p->view->app),
				       r->problem.id, &p->alikes, err);
	if (!rc)
		rc = reg_problem_reports(app_registry(p->view->app),
					 r->problem.id, &p->reports, err);
	if (!rc)
		rc = read_notes(p, r->problem.id, err);
	return rc;
}

/* -- Lines -- */

#define LABEL 10

static int line(struct area *a, int y, const char *label, const char *text)
{
	int lines;

	if (!text || !*text)
		return y;
	area_text(a, 1, y, LABEL - 1, STYLE_FAINT, label);
	lines = area_wrap(a, LABEL, y, a->w - LABEL - 1, STYLE_NORMAL, text);
	return y + (lines > 0 ? lines : 1);
}

/* Who set this field last, " (ana 2026-03-17)". */
static void put_by(const struct problems *p, const char *field,
		   struct buf *out)
{
	size_t n = strlen(field);
	char when[CLOCK_TEXT];

	for (size_t i = p->notes.n; i-- > 0;) {
		const char *t = p->notes.at[i].text, *at = strstr(t, field);

		if (!at || at[n] != ' ' || (at != t && at[-1] != ' '))
			continue;
		buf_printf(out, " (%s, %.10s)", p->notes.at[i].login,
			   clock_format(p->notes.at[i].time, when));
		return;
	}
}

static void put_or_why(struct buf *out, const struct figure *f)
{
	if (f->why) {
		buf_str(out, f->why);
		return;
	}
	put_number(out, f->value, false);
	if (f->method != METHOD_NONE)
		buf_char(out, ' ');
	put_bounds(out, f);
}

/* A name and a digest: the name is enough where room is short. */
static void put_source(const struct problems *p, const char *source,
		       struct buf *out)
{
	const char *digest = p->view->zoomed ? NULL
			   : strstr(source, " (sha256");
	size_t n = digest ? (size_t)(digest - source) : strlen(source);

	buf_printf(out, ", %.*s", (int)n, source);
}

static int paint_users(const struct problems *p, const struct triage_row *r,
		       struct area *a, int y)
{
	const struct figure *f = &r->users_pct;
	struct buf b = BUF_INIT;

	if (f->why)
		return line(a, y, "users", f->why);
	buf_fixed(&b, f->value, 1);
	buf_str(&b, " %");
	if (f->method != METHOD_NONE) {
		buf_str(&b, " [");
		buf_fixed(&b, f->low, 1);
		buf_char(&b, ',');
		buf_fixed(&b, f->high, 1);
		buf_char(&b, ']');
	}
	if (r->problem.users_source)
		put_source(p, r->problem.users_source, &b);
	put_by(p, "users", &b);
	y = line(a, y, "users", b.data);
	buf_release(&b);
	return y;
}

static int paint_error(const struct triage_row *r, struct area *a, int y)
{
	struct buf b = BUF_INIT;

	put_or_why(&b, &r->error);
	if (!r->error.why)
		buf_printf(&b, " n %llu, of %s %lld",
			   (unsigned long long)r->error.n, r->problem.model,
			   (long long)r->version);
	if (r->problem.tolerance)
		buf_printf(&b, ", tolerance %s", r->problem.tolerance);
	y = line(a, y, "error", b.data);
	buf_release(&b);
	return y;
}

static int paint_harm(const struct problems *p, const struct triage_row *r,
		      struct area *a, int y)
{
	struct buf b = BUF_INIT;

	if (!r->harm)
		return line(a, y, "harm", "not chosen");
	buf_printf(&b, "%d", r->harm);
	if (p->view->zoomed || !r->problem.harm_reason)
		buf_printf(&b, " %s", harm_text(r->harm));
	if (r->problem.harm_reason)
		buf_printf(&b, ": %s", r->problem.harm_reason);
	put_by(p, "harm", &b);
	y = line(a, y, "harm", b.data);
	buf_release(&b);
	return y;
}

static int paint_impact(const struct triage_row *r, struct area *a, int y)
{
	struct buf b = BUF_INIT;

	if (r->impact.why)
		return y;
	buf_fixed(&b, r->users_pct.value, 1);
	buf_str(&b, " x ");
	put_number(&b, r->error.value, false);
	buf_printf(&b, " x %d = ", r->harm);
	buf_fixed(&b, r->impact.value, 1);
	buf_str(&b, " [");
	buf_fixed(&b, r->impact.low, 1);
	buf_char(&b, ',');
	buf_fixed(&b, r->impact.high, 1);
	buf_char(&b, ']');
	if (r->rank.rank)
		buf_printf(&b, ", rank %u", r->rank.rank);
	if (r->rank.rank && r->rank.low != r->rank.high)
		buf_printf(&b, " (%u-%u)", r->rank.low, r->rank.high);
	y = line(a, y, "impact", b.data);
	buf_release(&b);
	return y;
}

static int paint_next(const struct problems *p, const struct triage_row *r,
		      struct area *a, int y)
{
	char *text = xasprintf("%s%s", r->next,
			       problem_state_is_open(r->problem.state)
			       ? " (d does it)" : "");

	area_text(a, 1, y, LABEL - 1, STYLE_STRONG, "next");
	y = line(a, y, "next", text);
	free(text);
	for (size_t i = 0; i < p->alikes.n && i < 3; i++) {
		const struct problem_alike *l = &p->alikes.at[i];

		text = xasprintf("P-%lld %s: %s (w merges)", (long long)l->id,
				 l->why, l->title);
		y = line(a, y, "alike", text);
		free(text);
	}
	return y;
}

static int paint_head(const struct problems *p, const struct triage_row *r,
		      struct area *a)
{
	const struct problem_rec *rec = &r->problem;
	int y = area_wrap(a, 1, 0, a->w - 2, STYLE_STRONG, rec->title);

	y = line(a, y, "state", problem_state_name(rec->state));
	y = paint_next(p, r, a, y);
	y = paint_impact(r, a, y);
	y = paint_users(p, r, a, y);
	y = paint_error(r, a, y);
	y = paint_harm(p, r, a, y);
	return line(a, y, "owner", rec->owner ? rec->owner : "nobody") + 1;
}

static void put_report(const struct problem_report *r, struct buf *out)
{
	for (size_t i = 0; i < r->inputs.n; i++)
		buf_printf(out, "%s%s=%s", i ? ", " : "", r->inputs.at[i].key,
			   r->inputs.at[i].value);
	buf_printf(out, "; said %s, expected %s%s", r->said ? r->said : "?",
		   r->expected ? r->expected : "?",
		   r->in_set ? " (in the set)" : "");
}

static int paint_about(const struct problems *p, const struct triage_row *r,
		       struct area *a, int y)
{
	const struct problem_rec *rec = &r->problem;

	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "DESCRIPTION");
	y = line(a, y, "text", rec->text);
	y = line(a, y, "source", rec->source);
	for (size_t i = 0; i < p->reports.n; i++) {
		struct buf b = BUF_INIT;

		put_report(&p->reports.at[i], &b);
		y = line(a, y, "report", b.data);
		buf_release(&b);
	}
	y = line(a, y, "rule", rec->rule);
	y = line(a, y, "kind", rec->kind);
	y = line(a, y, "affects", rec->persona);
	y = line(a, y, "model", rec->model);
	y = line(a, y, "test set", rec->testset);
	y = line(a, y, "versions", rec->versions);
	return line(a, y, "dataset", rec->dataset) + 1;
}

/* -- Patterns -- */

#define KEY_CELLS 16
#define VERSION_CELLS 5

/* The newest ones, as many as there is room for. */
static size_t first_version(const struct problem_grid *g, int w)
{
	size_t room = w > KEY_CELLS ? (size_t)(w - KEY_CELLS) / VERSION_CELLS
				    : 0;

	return g->n_versions > room ? g->n_versions - room : 0;
}

static void paint_row(const struct problem_grid *g, size_t row, size_t first,
		      struct area *a, int y)
{
	bool neighbour = pattern_kind_is_neighbour(g->members[row].kind);

	area_text(a, 1, y, KEY_CELLS - 2, STYLE_NORMAL, g->keys[row]);
	area_text(a, KEY_CELLS - 1, y, 1, STYLE_NORMAL, neighbour ? "=" : "");
	for (size_t i = first; i < g->n_versions; i++) {
		const struct problem_cell *c =
			&g->cells[row * g->n_versions + i];

		area_text(a, KEY_CELLS + (int)(i - first) * VERSION_CELLS, y,
			  VERSION_CELLS - 1,
			  c->known && !c->pass ? STYLE_BAD : STYLE_NORMAL,
			  !c->known ? "-" : c->pass ? "ok" : "FAIL");
	}
}

static int paint_errors_below(const struct problems *p, size_t first,
			      struct area *a, int y)
{
	const struct problem_errors *e = &p->errors[0];
	char text[DECIMAL_MAX];

	area_text(a, 1, y, KEY_CELLS - 2, STYLE_STRONG, "error of all");
	for (size_t i = first; i < e->n; i++)
		area_text(a, KEY_CELLS + (int)(i - first) * VERSION_CELLS, y,
			  VERSION_CELLS - 1, STYLE_STRONG,
			  e->at[i].error.why ? "-" :
			  decimal_rate(e->at[i].error.value, 2, false, text));
	return y + 1;
}

#define BRIEF_ROWS 6

static int paint_patterns(const struct problems *p,
			  const struct triage_row *r, struct area *a, int y)
{
	const struct problem_grid *g = &p->grid;
	size_t first = first_version(g, a->w);
	size_t n = p->view->zoomed || g->n_rows < BRIEF_ROWS ? g->n_rows
							     : BRIEF_ROWS;
	struct buf head = BUF_INIT;

	buf_printf(&head, "PATTERNS %llu", (unsigned long long)r->n_active);
	area_text(a, 1, y, KEY_CELLS - 2, STYLE_HEADING, head.data);
	for (size_t i = first; i < g->n_versions; i++) {
		buf_clear(&head);
		buf_printf(&head, "v%lld", (long long)g->versions[i]);
		area_text(a, KEY_CELLS + (int)(i - first) * VERSION_CELLS, y,
			  VERSION_CELLS - 1, STYLE_HEADING, head.data);
	}
	y++;
	for (size_t i = 0; i < n; i++)
		paint_row(g, i, first, a, y++);
	if (n < r->n_active)
		area_printf(a, 1, y++, STYLE_FAINT, "%llu more, p opens all",
			    (unsigned long long)(r->n_active - n));
	y = paint_errors_below(p, first, a, y);
	buf_release(&head);
	return y + 1;
}

/* -- Errors -- */

static const char marks[LINES_SHOWN] = { '*', 'o', 'x' };

static void put_errors_chart(const struct problems *p, int w, int h,
			     struct buf *out)
{
	size_t n = p->errors[0].n;
	struct chart_point *points = xcalloc(n * LINES_SHOWN + 1,
					     sizeof(*points));
	char **labels = xcalloc(n + 1, sizeof(*labels));
	char *names[LINES_SHOWN] = { NULL };
	struct chart_series series[LINES_SHOWN];
	struct chart chart = { .n = n, .series = series, .digits = 2,
			       .x_labels = (const char *const *)labels };

	for (size_t k = 0; k < LINES_SHOWN && p->lines[k]; k++) {
		if (p->errors[k].n != n)
			continue;
		for (size_t i = 0; i < n; i++)
			points[k * n + i] =
				figure_point(&p->errors[k].at[i].error);
		names[k] = xasprintf("P-%lld", (long long)p->lines[k]);
		series[chart.n_series++] = (struct chart_series){
			names[k], marks[k], points + k * n };
	}
	for (size_t i = 0; i < n; i++)
		labels[i] = xasprintf("v%lld",
				      (long long)p->errors[0].at[i].version);
	if (p->tables)
		chart_table(&chart, out);
	else
		chart_plot(&chart, app_chart_level(p->view->app), w, h, out);
	for (size_t i = 0; i < n; i++)
		free(labels[i]);
	for (size_t k = 0; k < LINES_SHOWN; k++)
		free(names[k]);
	free(labels);
	free(points);
}

#define CHART_LINES 9

static int paint_errors(const struct problems *p, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, p->tables
		  ? "ERROR BY VERSION (T chart, f more)"
		  : "ERROR BY VERSION (T table, f more)");
	put_errors_chart(p, a->w - 2, CHART_LINES, &text);
	y = paint_lines(a, 1, y, text.data);
	buf_release(&text);
	return y + 1;
}

static void paint_notes(const struct problems *p, struct area *a, int y)
{
	char when[CLOCK_TEXT];

	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "HISTORY, newest first");
	for (size_t i = p->notes.n; i-- > 0;) {
		const struct problem_note *n = &p->notes.at[i];
		char *text = xasprintf("%.10s %s: %s",
				       clock_format(n->time, when), n->login,
				       n->text);
		int lines = area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, text);

		y += lines > 0 ? lines : 1;
		free(text);
	}
}

void problems_paint(struct view *v, struct area *a)
{
	struct problems *p = v->state;
	const struct triage_row *r = problems_current(p);
	int y;

	if (!r || r->problem.id != p->shown)
		return;
	y = paint_head(p, r, a);
	if (p->grid.n_rows)
		y = paint_patterns(p, r, a, y);
	if (p->errors[0].n)
		y = paint_errors(p, a, y);
	y = paint_about(p, r, a, y);
	paint_notes(p, a, y);
}

/* -- All problems -- */

static void put_states(const struct problems *p, struct buf *out)
{
	size_t n[PROBLEM_REGRESSED + 1] = { 0 };

	for (size_t i = 0; i < p->triage.n; i++)
		n[p->triage.rows[i].problem.state]++;
	buf_str(out, "BY STATE ");
	for (int s = PROBLEM_DESCRIBED; s <= PROBLEM_REGRESSED; s++)
		if (n[s])
			buf_printf(out, " %s %zu ",
				   problem_state_name((enum problem_state)s),
				   n[s]);
}

/* The share of the greatest in the whole: is one problem most of it? */
static void put_greatest(const struct problems *p, struct buf *out)
{
	const struct triage_row *top =
		p->board.n ? &p->triage.rows[p->board.row[0]] : NULL;

	if (!top || top->impact.why || !(p->triage.total.value > 0))
		return;
	buf_str(out, "  ");
	chart_meter(top->impact.value / p->triage.total.value, 12,
		    app_chart_level(p->view->app), out);
	buf_printf(out, " P-%lld alone ", (long long)top->problem.id);
	buf_fixed(out, top->impact.value, 1);
}

/* Against the revision before: what its growth and corrections have done. */
static void put_change(const struct triage *t, struct buf *out)
{
	double before = t->total_before.value;
	char text[DECIMAL_MAX];

	if (!t->before || !(before > 0))
		return;
	buf_printf(out, " (%s%s%% against ", t->total.value < before ? "" : "+",
		   decimal_fixed((t->total.value / before - 1) * 100, 0,
				 text));
	if (t->before > 0)
		buf_printf(out, "r%lld)", (long long)t->before);
	else
		buf_str(out, "the revisions before)");
}

void problems_paint_summary(struct view *v, struct area *a)
{
	struct problems *p = v->state;
	const struct figure *total = &p->triage.total;
	struct buf b = BUF_INIT;

	put_states(p, &b);
	area_text(a, 1, 0, a->w - 2, STYLE_NORMAL, b.data);
	buf_clear(&b);
	buf_str(&b, "TOTAL OPEN IMPACT ");
	buf_fixed(&b, total->value, 1);
	if (total->n) {
		buf_str(&b, " [");
		buf_fixed(&b, total->low, 1);
		buf_char(&b, ',');
		buf_fixed(&b, total->high, 1);
		buf_printf(&b, "] of %llu", (unsigned long long)total->n);
	}
	put_change(&p->triage, &b);
	put_greatest(p, &b);
	area_text(a, 1, 1, a->w - 2, STYLE_NORMAL, b.data);
	buf_release(&b);
}
