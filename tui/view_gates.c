#include "tui/view_gates.h"

#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/document.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/gate_job.h"
#include "tui/gate_words.h"
#include "tui/staging.h"
#include "tui/view_gate.h"
#include "tui/view_gate_text.h"

struct gates {
	struct version_recs versions;
	struct strs targets;		/* the stage asked for, a row each */
	struct gate_subjects answers;	/* a row each, once they are there */
	struct document_recs gates;
	struct gate_ask *asked;
	struct view *view;
};

enum { C_NAME, C_VERSION, C_STAGE, C_TARGET, C_VERDICT, C_RISK, C_FIRST };

static const struct list_column columns[] = {
	[C_NAME] = { "name", "name", 8, 16, 9 },
	[C_VERSION] = { "v", "v", 2, 4, 8, .right = true },
	[C_STAGE] = { "stage", "stage now", 10, 10, 6 },
	[C_TARGET] = { "gate", "gate", 10, 10, 5 },
	[C_VERDICT] = { "verdict", "verdict", 16, 16, 7 },
	[C_RISK] = { "risk", "risk", 6, 6, 3 },
	[C_FIRST] = { "first", "first that blocks", 16, 30, 2,
		      .elastic = true },
};

static struct gates *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Reading -- */

/* Is a version as new or newer of this model listed already? */
static bool is_newer(const struct gates *g, const struct version_rec *v)
{
	for (size_t i = 0; i < g->versions.n; i++)
		if (!strcmp(g->versions.at[i].model, v->model) &&
		    g->versions.at[i].version > v->version)
			return true;
	return false;
}

static enum rc add_stage(struct registry *reg, struct gates *g,
			 const char *stage, struct err *err)
{
	struct version_query q = { .stage = stage, .sort = "time",
				   .descending = true, .limit = GATES_SHOWN };
	struct version_recs some;
	enum rc rc = reg_version_page(reg, &q, &some, NULL, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < some.n; i++) {
		struct version_rec *v = &some.at[i];

		if (!strcmp(stage, "none") && is_newer(g, v)) {
			version_rec_release(v);
			continue;
		}
		vec_push(&g->versions, *v);
		strs_add(&g->targets, gate_target(&g->gates, v->stage));
	}
	vec_free(&some);		/* the records have moved */
	return RC_OK;
}

static void forget(struct gates *g)
{
	gate_forget(g->asked);
	g->asked = NULL;
	version_recs_release(&g->versions);
	g->versions = (struct version_recs)VEC_INIT;
	strs_release(&g->targets);
	g->targets = (struct strs)VEC_INIT;
	gate_subjects_release(&g->answers);
	g->answers = (struct gate_subjects)VEC_INIT;
	document_recs_release(&g->gates);
	g->gates = (struct document_recs)VEC_INIT;
}

static void told(void *owner, struct gate_subjects *subjects, enum rc rc)
{
	struct gates *g = owner;

	g->asked = NULL;
	if (rc != RC_OK)
		return;
	gate_subjects_release(&g->answers);
	g->answers = *subjects;
	*subjects = (struct gate_subjects)VEC_INIT;
}

static void ask(struct gates *g, bool evaluate)
{
	struct gate_subjects subjects = VEC_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < g->versions.n; i++)
		gate_subject_add(&subjects, g->versions.at[i].model,
				 g->versions.at[i].version,
				 g->targets.at[i]);
	if (!subjects.n)
		return;
	if (gate_ask(g->view->app, g, told, &subjects, evaluate, &g->asked,
		     &err) != RC_OK)
		app_fail(g->view->app, &err);
}

static enum rc read_all(struct registry *reg, struct gates *g, struct err *err)
{
	static const char *const stages[] = { "production", "shadow",
					      "candidate", "none" };
	enum rc rc = reg_document_list(reg, DOCUMENT_GATE, &g->gates, err);

	for (size_t i = 0; i < 4 && rc == RC_OK; i++)
		rc = add_stage(reg, g, stages[i], err);
	return rc;
}

static enum rc reload(struct view *v, struct err *err)
{
	struct gates *g = v->state;
	enum rc rc;

	forget(g);
	rc = read_all(app_registry(v->app), g, err);
	if (rc == RC_OK && g->gates.n)
		ask(g, false);
	return rc;
}

static void close_view(struct view *v)
{
	forget(v->state);
	free(v->state);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct gates *g = XNEW(struct gates);

	(void)arg;
	g->view = v;
	v->state = g;
	return reload(v, err);
}

/* -- The list -- */

static size_t rows(void *arg)
{
	return state_of(arg)->versions.n;
}

static const struct gate_subject *answer_at(const struct gates *g, size_t row)
{
	return row < g->answers.n && g->answers.at[row].is_done ?
	       &g->answers.at[row] : NULL;
}

static enum style verdict_cell(const struct gates *g, size_t row,
			       struct buf *out)
{
	const struct gate_subject *s = answer_at(g, row);

	if (!s && !g->gates.n) {
		buf_str(out, "no gate yet");
		return STYLE_NORMAL;
	}
	if (!s) {
		buf_str(out, g->asked ? "..." : "?");
		return STYLE_NORMAL;
	}
	if (s->why)
		buf_printf(out, "not checked: %s", s->why);
	else if (!s->has_gate)
		buf_str(out, "no gate");
	else
		put_gate_short(out, &s->result);
	return s->why || (s->has_gate && !s->result.met) ? STYLE_BAD :
	       s->has_gate ? STYLE_GOOD : STYLE_NORMAL;
}

static void first_cell(const struct gates *g, size_t row, struct buf *out)
{
	const struct gate_subject *s = answer_at(g, row);

	for (size_t i = 0; s && s->has_gate && i < s->result.items.n; i++) {
		const struct gate_item *item = &s->result.items.at[i];

		if (gate_verdict_holds(item->verdict))
			continue;
		buf_printf(out, "%zu %s", i + 1, item->rule);
		return;
	}
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	struct gates *g = state_of(arg);
	const struct version_rec *v = &g->versions.at[row];
	const struct gate_subject *s = answer_at(g, row);

	switch (column) {
	case C_NAME: buf_str(out, v->model); break;
	case C_VERSION:
		buf_printf(out, "%lld", (long long)v->version);
		break;
	case C_STAGE: buf_str(out, v->stage); break;
	case C_TARGET: buf_str(out, g->targets.at[row]); break;
	case C_VERDICT: return verdict_cell(g, row, out);
	case C_RISK:
		buf_str(out, s && s->has_gate ? s->result.risk : "");
		break;
	case C_FIRST: first_cell(g, row, out); break;
	}
	return STYLE_NORMAL;
}

static void id(void *arg, size_t row, struct buf *out)
{
	const struct version_rec *v = &state_of(arg)->versions.at[row];

	buf_printf(out, "%s@%lld", v->model, (long long)v->version);
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "No version is in use yet. 'muster version add NAME' makes "
		 "one; > moves it to a stage.",
	.rows = rows, .cell = cell, .id = id,
};

/* -- Beside it -- */

static int paint_rules(const struct gate_result *r, struct area *a, int y)
{
	for (size_t i = 0; i < r->items.n; i++) {
		const struct gate_item *item = &r->items.at[i];

		area_printf(a, 1, y, STYLE_NORMAL, "%2zu", i + 1);
		area_text(a, 4, y, 12, gate_verdict_style(item->verdict),
			  gate_verdict_word(item->verdict));
		y += area_wrap(a, 17, y, a->w - 18, STYLE_NORMAL, item->rule);
	}
	return y;
}

static void paint_detail(struct view *v, struct area *a)
{
	struct gates *g = v->state;
	size_t row = list_row(&v->lists[0]);
	const struct gate_subject *s = row == SIZE_MAX ? NULL :
				       answer_at(g, row);
	struct buf text = BUF_INIT;
	int y = 0;

	if (!g->gates.n) {
		area_wrap(a, 1, 0, a->w - 2, STYLE_NORMAL, "No stage has a "
			  "gate: every version may enter every stage. e "
			  "writes one for production, with a sensible start "
			  "to change; or 'muster gate edit production'.");
		return;
	}
	if (row == SIZE_MAX)
		return;
	if (!s) {
		area_wrap(a, 1, 0, a->w - 2, STYLE_NORMAL, g->asked ?
			  "Being checked." : "Not checked; r checks.");
		return;
	}
	if (s->why || !s->has_gate) {
		area_wrap(a, 1, 0, a->w - 2, STYLE_NORMAL, s->why ? s->why :
			  "The stage has no gate for this risk; e writes one.");
		return;
	}
	buf_printf(&text, "gate %s, rev %lld", s->result.gate,
		   (long long)s->result.revision);
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, text.data);
	buf_clear(&text);
	put_gate_verdict(&text, &s->result);
	y += area_wrap(a, 1, y, a->w - 2, s->result.met ? STYLE_GOOD :
		       STYLE_BAD, text.data);
	paint_rules(&s->result, a, y + 1);
	buf_release(&text);
}

static void detail_title(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[0]);

	if (row == SIZE_MAX)
		return;
	buf_char(out, ' ');
	buf_printf(out, "%s %lld", state_of(v)->versions.at[row].model,
		   (long long)state_of(v)->versions.at[row].version);
}

static bool object(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[0]);

	if (row == SIZE_MAX)
		return false;
	id(v, row, out);
	return true;
}

/* -- Actions -- */

static unsigned act(struct view *v, enum action a)
{
	struct gates *g = v->state;
	size_t row = list_row(&v->lists[0]);
	const char *stage = row == SIZE_MAX ? "production" :
			    g->targets.at[row];
	const struct gate_subject *s = row == SIZE_MAX ? NULL :
				       answer_at(g, row);

	switch ((int)a) {
	case ACT_GATE_EDIT:
	case ACT_GATE_EDIT_OUTSIDE:
	case ACT_GATE_TEXT:
		gate_text_open(v->app, s && s->has_gate ? s->result.gate :
			       stage, a);
		return REACT_DRAW;
	case ACT_GATE_RERUN:
		ask(g, true);
		return REACT_DRAW;
	}
	if (row == SIZE_MAX)
		return REACT_NOT_MINE;
	switch ((int)a) {
	case ACT_OPEN:
		gate_open(v->app, g->versions.at[row].model,
			  g->versions.at[row].version, stage);
		return REACT_DRAW;
	case ACT_STAGE:
		staging_start(v, g->versions.at[row].model,
			      g->versions.at[row].version);
		return REACT_DRAW;
	}
	return REACT_NOT_MINE;
}

const struct view_ops view_gates_ops = {
	.name = "Gates", .screen = SCREEN_GATES, .context = IN_GATES,
	.n_panes = 2, .master_share = 66,
	.panes = {
		{ .name = "VERSIONS", .list = &source },
		{ .name = "GATE", .title = detail_title,
		  .paint = paint_detail },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.object = object,
};
