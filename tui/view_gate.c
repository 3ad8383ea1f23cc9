#include "base/count.h"
#include "tui/gate.h"

#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "tui/gate_words.h"
#include "tui/staging.h"
#include "tui/view_assess.h"
#include "tui/view_gate_text.h"

static struct gate_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

const struct gate_result *gate_result_of(const struct gate_view *g)
{
	return g->answer.is_done && g->answer.has_gate ? &g->answer.result :
							 NULL;
}

const struct gate_item *gate_item_here(struct view *v)
{
	const struct gate_result *r = gate_result_of(v->state);
	size_t row = list_row(&v->lists[GATE_RULES]);

	return r && row < r->items.n ? &r->items.at[row] : NULL;
}

/* -- Rules -- */

enum { R_NUMBER, R_RULE, R_VERDICT, R_FIGURE, R_WHO };

static const struct list_column rule_columns[] = {
	[R_NUMBER] = { "number", "#", 2, 2, 9, .right = true },
	[R_RULE] = { "rule", "rule", 14, 30, 8, .elastic = true },
	[R_VERDICT] = { "verdict", "verdict", 6, 12, 7 },
	[R_FIGURE] = { "figure", "figure", 8, 24, 5, .elastic = true },
	[R_WHO] = { "who", "who", 4, 6, 3 },
};

static size_t rule_rows(void *arg)
{
	const struct gate_result *r = gate_result_of(state_of(arg));

	return r ? r->items.n : 0;
}

static enum style rule_cell(void *arg, size_t row, size_t column,
			    struct buf *out)
{
	const struct gate_result *r = gate_result_of(state_of(arg));
	const struct gate_item *item = &r->items.at[row];

	switch (column) {
	case R_NUMBER: buf_printf(out, "%zu", row + 1); break;
	case R_RULE: buf_str(out, item->rule); break;
	case R_VERDICT:
		buf_str(out, gate_verdict_word(item->verdict));
		return gate_verdict_style(item->verdict);
	case R_FIGURE: put_gate_figure(out, item); break;
	case R_WHO: buf_str(out, gate_who(item)); break;
	}
	return STYLE_NORMAL;
}

static void rule_id(void *arg, size_t row, struct buf *out)
{
	buf_str(out, gate_result_of(state_of(arg))->items.at[row].rule);
}

static const struct list_source rule_source = {
	.columns = rule_columns,
	.n_columns = COUNT(rule_columns),
	.empty = "No rule to show: being checked, or the stage has no gate.",
	.rows = rule_rows, .cell = rule_cell, .id = rule_id,
};

/* -- Sign-offs, and who is still waited for -- */

enum { S_MEANING, S_ROLE, S_WHO, S_STATE, S_TIME, S_REASON };

static const struct list_column signoff_columns[] = {
	[S_MEANING] = { "meaning", "meaning", 8, 8, 9 },
	[S_ROLE] = { "role", "role", 4, 8, 7 },
	[S_WHO] = { "who", "who", 4, 8, 8 },
	[S_STATE] = { "state", "state", 8, 22, 6, .elastic = true },
	[S_TIME] = { "time", "time", 10, 10, 4 },
	[S_REASON] = { "reason", "reason", 8, 20, 3, .elastic = true },
};

/* The row-th rule that asks for signatures and does not have them. */
static const struct gate_item *waiting_at(const struct gate_view *g,
					  size_t row)
{
	const struct gate_result *r = gate_result_of(g);

	for (size_t i = 0; r && i < r->items.n; i++) {
		const struct gate_item *item = &r->items.at[i];

		if (item->kind == RULE_SIGNED &&
		    !gate_verdict_holds(item->verdict) && !row--)
			return item;
	}
	return NULL;
}

static size_t signoff_rows(void *arg)
{
	const struct gate_view *g = state_of(arg);
	size_t n = g->answer.changed ? g->answer.signoffs.n : 0;
	size_t k = 0;

	while (waiting_at(g, k))
		k++;
	return n + k;
}

static enum style state_cell(const struct gate_view *g, size_t row,
			     struct buf *out)
{
	const struct signoff_rec *s = &g->answer.signoffs.at[row];
	const struct strs *changed = &g->answer.changed[row];

	if (s->is_revoked) {
		buf_printf(out, "revoked by %s: %s", s->revoked_by,
			   s->revoked_why);
		return STYLE_BAD;
	}
	if (changed->n) {
		buf_printf(out, "%zu changed since: %s", changed->n,
			   changed->at[0]);
		return STYLE_WARN;
	}
	buf_str(out, s->signature ? "holds, with a key" : "holds");
	return STYLE_GOOD;
}

static enum style waiting_cell(const struct gate_item *item, size_t column,
			       struct buf *out)
{
	if (column == S_MEANING)
		buf_str(out, "approved");
	else if (column == S_WHO)
		buf_str(out, "--");
	else if (column == S_STATE)
		buf_printf(out, "waiting: %s", item->rule);
	return STYLE_NORMAL;
}

static enum style signoff_cell(void *arg, size_t row, size_t column,
			       struct buf *out)
{
	const struct gate_view *g = state_of(arg);
	size_t n = g->answer.changed ? g->answer.signoffs.n : 0;
	const struct signoff_rec *s;
	char time[CLOCK_TEXT];

	if (row >= n)
		return waiting_cell(waiting_at(g, row - n), column, out);
	s = &g->answer.signoffs.at[row];
	switch (column) {
	case S_MEANING: buf_str(out, meaning_name(s->meaning)); break;
	case S_ROLE: buf_str(out, s->role); break;
	case S_WHO: buf_str(out, s->login); break;
	case S_STATE: return state_cell(g, row, out);
	case S_TIME:
		buf_printf(out, "%.10s", clock_format(s->time, time));
		break;
	case S_REASON: buf_str(out, s->reason); break;
	}
	return STYLE_NORMAL;
}

static void signoff_id(void *arg, size_t row, struct buf *out)
{
	const struct gate_view *g = state_of(arg);

	if (g->answer.changed && row < g->answer.signoffs.n)
		buf_str(out, g->answer.signoffs.at[row].id);
	else
		buf_printf(out, "waiting %zu", row);
}

static const struct list_source signoff_source = {
	.columns = signoff_columns,
	.n_columns = COUNT(signoff_columns),
	.empty = "Nobody has signed; S signs. Nobody approves what they "
		 "wrote.",
	.rows = signoff_rows, .cell = signoff_cell, .id = signoff_id,
};

/* -- Waivers -- */

enum { W_RULE, W_WHO, W_UNTIL, W_REASON };

static const struct list_column waiver_columns[] = {
	[W_RULE] = { "rule", "rule", 12, 24, 8, .elastic = true },
	[W_WHO] = { "who", "by", 4, 8, 9 },
	[W_UNTIL] = { "until", "until", 10, 12, 7 },
	[W_REASON] = { "reason", "reason", 10, 24, 5, .elastic = true },
};

static size_t waiver_rows(void *arg)
{
	return state_of(arg)->waivers.n;
}

static enum style waiver_cell(void *arg, size_t row, size_t column,
			      struct buf *out)
{
	const struct waiver *w = &state_of(arg)->waivers.at[row];
	bool over = !waiver_holds(w, clock_now());
	char time[CLOCK_TEXT];

	switch (column) {
	case W_RULE: buf_str(out, w->rule); break;
	case W_WHO: buf_str(out, w->who); break;
	case W_UNTIL:
		buf_printf(out, "%.10s%s", clock_format(w->until, time),
			   over ? " !" : "");
		return over ? STYLE_BAD : STYLE_NORMAL;
	case W_REASON: buf_str(out, w->reason); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source waiver_source = {
	.columns = waiver_columns,
	.n_columns = COUNT(waiver_columns),
	.empty = "Nothing is waived; w waives the rule under the cursor.",
	.rows = waiver_rows, .cell = waiver_cell,
};

/* -- Reading -- */

static enum rc count_line(const struct log_line *line, void *arg,
			  struct err *err)
{
	(void)line;
	(void)err;
	++*(uint64_t *)arg;
	return RC_OK;
}

static enum rc count_log(struct registry *reg, struct gate_view *g,
			 struct err *err)
{
	char *object = xasprintf("version/%s@%lld", g->model,
				 (long long)g->version);
	const struct log_filter filter = {
		.object = object, .since = INT64_MIN, .from = UINT64_MAX,
		.limit = 10000,
	};
	enum rc rc;

	g->n_log = 0;
	rc = reg_log(reg, &filter, count_line, &g->n_log, err);
	free(object);
	return rc;
}

static enum rc read_small(struct registry *reg, struct gate_view *g,
			  struct err *err)
{
	struct version_rec v;
	enum rc rc = reg_version_get(reg, g->model, g->version, &v, err);

	if (rc != RC_OK)
		return rc;
	free(g->stage_now);
	g->stage_now = xstrdup(v.stage);
	version_rec_release(&v);
	waivers_release(&g->waivers);
	rc = reg_waiver_list(reg, g->model, g->version, g->stage, &g->waivers,
			     err);
	version_overrides_release(&g->overrides);
	if (rc == RC_OK)
		rc = reg_version_overrides(reg, g->model, g->version,
					   &g->overrides, err);
	return rc == RC_OK ? count_log(reg, g, err) : rc;
}

static void forget_answer(struct gate_view *g)
{
	struct gate_subjects one = VEC_INIT;

	vec_push(&one, g->answer);
	gate_subjects_release(&one);
	g->answer = (struct gate_subject){ 0 };
}

/* The lists' rows are exchanged under their cursors. */
static void told(void *owner, struct gate_subjects *subjects, enum rc rc)
{
	static const size_t lists[] = { GATE_RULES, GATE_SIGNOFFS };
	struct gate_view *g = owner;
	struct buf memory[2] = { BUF_INIT, BUF_INIT };

	g->asked = NULL;
	if (rc != RC_OK)
		return;
	for (size_t i = 0; i < 2; i++)
		list_before_reload(&g->view->lists[lists[i]], &memory[i]);
	forget_answer(g);
	g->answer = subjects->at[0];
	vec_free(subjects);
	for (size_t i = 0; i < 2; i++) {
		list_after_reload(&g->view->lists[lists[i]], &memory[i]);
		buf_release(&memory[i]);
	}
}

void gate_ask_again(struct view *v, bool evaluate)
{
	struct gate_view *g = v->state;
	struct gate_subjects one = VEC_INIT;
	struct err err = ERR_INIT;

	gate_subject_add(&one, g->model, g->version, g->stage);
	one.at[0].with_signoffs = true;
	gate_forget(g->asked);
	g->asked = NULL;
	if (gate_ask(v->app, g, told, &one, evaluate, &g->asked, &err) !=
	    RC_OK)
		app_fail(v->app, &err);
}

static enum rc reload(struct view *v, struct err *err)
{
	enum rc rc = read_small(app_registry(v->app), v->state, err);

	if (rc == RC_OK)
		gate_ask_again(v, false);
	return rc;
}

static void close_view(struct view *v)
{
	struct gate_view *g = v->state;

	gate_forget(g->asked);
	forget_answer(g);
	waivers_release(&g->waivers);
	version_overrides_release(&g->overrides);
	gate_pending_release(&g->pending);
	free(g->model);
	free(g->stage);
	free(g->stage_now);
	free(g);
	v->state = NULL;
}

static enum rc choose_stage(struct registry *reg, struct gate_view *g,
			    struct err *err)
{
	struct document_recs gates = VEC_INIT;
	struct version_rec v;
	enum rc rc = reg_document_list(reg, DOCUMENT_GATE, &gates, err);

	if (rc != RC_OK)
		return rc;
	rc = reg_version_get(reg, g->model, g->version, &v, err);
	if (rc == RC_OK) {
		g->stage = xstrdup(gate_target(&gates, v.stage));
		version_rec_release(&v);
	}
	document_recs_release(&gates);
	return rc;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct gate_arg *given = arg;
	struct gate_view *g = XNEW(struct gate_view);
	enum rc rc = RC_OK;

	g->view = v;
	g->model = xstrdup(given->model);
	g->version = given->version;
	g->stage = xstrdup_or_null(given->stage);
	v->state = g;
	if (!g->stage)
		rc = choose_stage(app_registry(v->app), g, err);
	if (rc == RC_OK)
		rc = reload(v, err);
	return rc;
}

void gate_open(struct app *app, const char *model, int64_t version,
	       const char *stage)
{
	const struct gate_arg arg = { model, version, stage };

	app_open(app, &view_gate_ops, &arg);
}

/* -- Around the panes -- */

static void place(struct view *v, struct buf *out)
{
	struct gate_view *g = v->state;

	buf_printf(out, "%s > %s %lld", g->stage, g->model,
		   (long long)g->version);
}

static void summary(struct view *v, struct buf *out)
{
	struct gate_view *g = v->state;
	const struct gate_result *r = gate_result_of(g);

	if (!r) {
		buf_str(out, g->asked ? "being checked" : "");
		return;
	}
	put_gate_short(out, r);
	buf_printf(out, " | gate rev %lld %.4s..%.2s", (long long)r->revision,
		   r->digest, r->digest + strlen(r->digest) - 2);
}

static bool object(struct view *v, struct buf *out)
{
	struct gate_view *g = v->state;

	buf_printf(out, "version/%s@%lld", g->model, (long long)g->version);
	return true;
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	static const int shares[] = { 5, 3, 2 };
	struct rect left, column[3];

	(void)v;
	layout_side_by_side(w, h, 68, &left, &rects[GATE_STATUS]);
	layout_column(left, shares, 3, 4, column);
	rects[GATE_RULES] = column[0];
	rects[GATE_SIGNOFFS] = column[1];
	rects[GATE_WAIVERS] = column[2];
}

/* -- Actions -- */

static unsigned open_here(struct view *v)
{
	struct gate_view *g = v->state;
	size_t row;

	if (v->focus == GATE_SIGNOFFS)
		return gate_show_signoff(v);
	if (v->focus != GATE_WAIVERS)
		return gate_jump(v);
	row = list_row(&v->lists[GATE_WAIVERS]);
	for (size_t i = 0; row != SIZE_MAX && i < rule_rows(v); i++)
		if (!strcmp(gate_result_of(g)->items.at[i].rule,
			    g->waivers.at[row].rule))
			list_go_row(&v->lists[GATE_RULES], i);
	v->focus = GATE_RULES;
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct gate_view *g = v->state;
	const struct gate_result *r = gate_result_of(g);

	switch ((int)a) {
	case ACT_OPEN: return open_here(v);
	case ACT_GATE_PATTERNS: return gate_open_patterns(v);
	case ACT_WAIVE: return gate_waive(v);
	case ACT_REVOKE: return gate_revoke(v);
	case ACT_SIGN: return gate_sign(v, false);
	case ACT_REFUSE: return gate_sign(v, true);
	case ACT_OVERRIDE: return gate_override(v);
	case ACT_ACKNOWLEDGE: return gate_acknowledge(v);
	case ACT_GATE_STAGE: return gate_choose_stage(v);
	case ACT_EXPORT:
		return v->focus == GATE_RULES ? gate_export(v) :
						REACT_NOT_MINE;
	case ACT_ASSESS:
		assess_open(v->app, g->model, g->version);
		return REACT_DRAW;
	case ACT_STAGE:
		staging_start(v, g->model, g->version);
		return REACT_DRAW;
	case ACT_GATE_RERUN:
		gate_ask_again(v, true);
		return REACT_DRAW;
	case ACT_GATE_TEXT:
	case ACT_GATE_EDIT:
	case ACT_GATE_EDIT_OUTSIDE:
		gate_text_open(v->app, r ? r->gate : g->stage, a);
		return REACT_DRAW;
	}
	return REACT_NOT_MINE;
}

static const char *not_now(struct view *v, enum action a)
{
	struct gate_view *g = v->state;
	const struct gate_item *item = gate_item_here(v);

	if (a == ACT_WAIVE && !item)
		return g->asked ? "still being checked" : "there is no rule";
	if (a == ACT_WAIVE && item->computed == GATE_PASS)
		return "the rule passes; there is nothing to waive";
	if (a == ACT_OVERRIDE && (!gate_result_of(g) ||
				  gate_result_of(g)->met))
		return "the gate holds; > moves the version";
	if (a == ACT_OVERRIDE && !strcmp(g->stage, g->stage_now))
		return "the version is in that stage";
	if (a == ACT_ACKNOWLEDGE && !g->overrides.n)
		return "it was never moved past a gate";
	if (a == ACT_REVOKE && v->focus == GATE_SIGNOFFS &&
	    list_row(&v->lists[GATE_SIGNOFFS]) >= g->answer.signoffs.n)
		return "nobody has signed there";
	return NULL;
}

const struct view_ops view_gate_ops = {
	.name = "Gate", .screen = SCREEN_GATES, .context = IN_GATE,
	.n_panes = 4,
	.panes = {
		[GATE_RULES] = { .name = "RULES", .list = &rule_source },
		[GATE_STATUS] = { .name = "STATUS",
				  .paint = gate_paint_status },
		[GATE_SIGNOFFS] = { .name = "SIGN-OFF",
				    .list = &signoff_source },
		[GATE_WAIVERS] = { .name = "WAIVERS",
				   .list = &waiver_source },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .summary = summary,
	.layout = layout, .object = object,
};
