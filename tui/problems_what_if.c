/* A factor a step up or down on the screen alone: ranks and order follow at
 * once, the status line says what it comes to, and only Enter writes it. */
#include <math.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "model/taxonomy.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/problems.h"

static void restore(struct problems *p)
{
	struct what_if *w = &p->what_if;

	for (size_t i = 0; i < p->triage.n && w->id; i++) {
		struct triage_row *r = &p->triage.rows[i];

		if (r->problem.id != w->id)
			continue;
		r->users_pct = w->users;
		r->error = w->error;
		r->harm = w->harm;
		break;
	}
	w->id = 0;
	problems_rank(p);
}

static void remember(struct problems *p, const struct triage_row *r)
{
	p->what_if = (struct what_if){
		.id = r->problem.id, .users = r->users_pct, .error = r->error,
		.harm = r->harm, .place = problems_place(p, r->problem.id),
		.impact = r->impact.why ? NAN : r->impact.value,
	};
}

static int next_harm(int harm, int step)
{
	size_t n, at = 0;
	const struct harm_weight *scale = harm_scale(&n);

	while (at < n && scale[at].weight < harm)
		at++;
	if (!harm)
		return scale[0].weight;
	if ((step < 0 && !at) || (step > 0 && at + 1 >= n))
		return harm;
	return scale[step < 0 ? at - 1 : at + 1].weight;
}

/* A tenth more or less, at least a tenth of a percent. */
static double next_users(double x, int step)
{
	double by = fmax(x / 10, 0.1);

	x = round((x + step * by) * 10) / 10;
	return fmin(fmax(x, 0), 100);
}

static size_t factor(const struct problems *p)
{
	size_t column = p->view->lists[PANE_BOARD].column;

	return column == P_USERS || column == P_ERROR ? column : P_HARM;
}

static void say_what_if(struct problems *p, const struct triage_row *r)
{
	const struct what_if *w = &p->what_if;
	struct buf b = BUF_INIT;

	buf_printf(&b, "What if P-%lld: ", (long long)w->id);
	if (factor(p) == P_USERS) {
		buf_str(&b, "users ");
		put_users(&b, r);
		buf_str(&b, " %");
	} else if (factor(p) == P_ERROR) {
		buf_str(&b, "error ");
		put_number(&b, r->error.value, false);
	} else {
		buf_printf(&b, "harm %d -> %d (%s)", w->harm, r->harm,
			   harm_text(r->harm));
	}
	if (!r->impact.why) {
		buf_str(&b, ", impact ");
		if (!isnan(w->impact)) {
			buf_fixed(&b, w->impact, 1);
			buf_str(&b, " -> ");
		}
		buf_fixed(&b, r->impact.value, 1);
		buf_printf(&b, ", now row %zu",
			   problems_place(p, w->id) + 1);
	}
	buf_str(&b, ". Enter keeps, Esc drops it.");
	app_say(p->view->app, "%s", b.data);
	buf_release(&b);
}

static struct triage_row *row_by_id(struct problems *p, int64_t id)
{
	for (size_t i = 0; i < p->triage.n; i++)
		if (p->triage.rows[i].problem.id == id)
			return &p->triage.rows[i];
	return NULL;
}

unsigned what_if_step(struct problems *p, int step)
{
	struct triage_row *r = problems_current(p);
	int64_t id;

	if (!r)
		return REACT_NONE;
	id = r->problem.id;
	if (p->what_if.id != id) {
		restore(p);
		r = row_by_id(p, id);
		remember(p, r);
	}
	if (factor(p) == P_USERS)
		r->users_pct = figure_value(next_users(
			r->users_pct.why ? 0 : r->users_pct.value, step), 0);
	else if (factor(p) == P_ERROR)
		r->error = figure_value(fmin(fmax(
			(r->error.why ? 0 : r->error.value) + step * .05, 0),
			1), 0);
	else
		r->harm = next_harm(r->harm, step);
	problems_rank(p);
	say_what_if(p, row_by_id(p, id));
	return REACT_DRAW;
}

static bool differs(const struct figure *a, const struct figure *b)
{
	return !a->why != !b->why || a->value < b->value ||
	       a->value > b->value;
}

unsigned what_if_keep(struct problems *p)
{
	const struct triage_row *r = row_by_id(p, p->what_if.id);
	struct change *c = r ? change_begin(p) : NULL;
	char text[DECIMAL_MAX];

	if (!c || c->ids[0] != p->what_if.id) {
		app_say(p->view->app, "The what-if is of another problem: "
			"P-%lld.", (long long)p->what_if.id);
		return REACT_DRAW;
	}
	if (r->harm != p->what_if.harm) {
		snprintf(text, sizeof(text), "%d", r->harm);
		pairs_add(&c->fields, "harm", text);
	}
	if (differs(&r->users_pct, &p->what_if.users))
		pairs_add(&c->fields, "users",
			  decimal_fixed(r->users_pct.value, 1, text));
	if (c->fields.n)
		change_ask_reason(p);
	else
		app_say(p->view->app, "An error is measured, not said: only "
			"predictions change it. Esc drops the what-if.");
	return REACT_DRAW;
}

unsigned what_if_drop(struct problems *p)
{
	if (!p->what_if.id)
		return REACT_NOT_MINE;
	restore(p);
	app_say(p->view->app, "As it was.");
	return REACT_DRAW;
}
