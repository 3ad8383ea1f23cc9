#include "tui/view_models.h"

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/creating.h"
#include "tui/figures.h"
#include "tui/staging.h"
#include "tui/version_detail.h"
#include "tui/version_figures.h"
#include "tui/version_rows.h"
#include "tui/view_assess.h"
#include "tui/view_compare.h"
#include "tui/view_document.h"
#include "tui/view_evaluation.h"
#include "tui/view_gate.h"
#include "tui/view_problems.h"
#include "tui/view_reports.h"
#include "tui/view_version.h"

struct models {
	struct version_rows rows;
	struct version_figures figures;
	struct version_facts facts;	/* of the version under the cursor */
	struct version_verdicts verdicts;
	struct list_column heads[VERSION_COLUMNS_END];
};

static const struct list_column columns[] = {
	[VERSION_NAME] = { "name", "name", 14, 14, 9, .elastic = true,
			   .middle = true },
	[VERSION_NUMBER] = { "version", "v", 2, 3, 8, .right = true },
	[VERSION_STAGE] = { "stage", "stage", 10, 10, 7 },
	[VERSION_SCORE] = { "score", "score", 6, 7, 6, .right = true },
	[VERSION_METRIC] = { "metric", "of", 4, 4, 6 },
	[VERSION_COMPLETE] = { "complete", "card", 4, 5, 5, .right = true },
	[VERSION_IMPACT] = { "impact", "impact", 6, 6, 5, .right = true },
	[VERSION_CARD] = { "card", "card is", 8, 9, 3 },
	[VERSION_ALIAS] = { "alias", "alias", 10, 10, 2 },
	[VERSION_TASK] = { "task", "task", 6, 6, 3 },
	[VERSION_OWNER] = { "owner", "owner", 6, 14, 4 },
	[VERSION_RISK] = { "risk", "risk", 6, 6, 4 },
	[VERSION_ADDED] = { "added", "added", 10, 10, 1 },
};

/* What a version's model is while it cannot be read. */
static char nameless[] = "";
static const struct model_rec no_model = { .name = nameless };

static const struct model_rec *model_at(struct models *m, size_t row)
{
	const struct model_rec *model = version_rows_model(&m->rows, row);
	return model ? model : &no_model;
}

static const struct version_rec *version_at(struct models *m, size_t row)
{
	return version_rows_at(&m->rows, row);
}

/* As wide as the longest name, where there is room. */
static void set_heads(struct models *m)
{
	memcpy(m->heads, columns, sizeof(columns));
	for (size_t i = 0; i < m->rows.models.n; i++)
		list_column_fit(&m->heads[VERSION_NAME],
				m->rows.models.at[i].name);
}

static const struct list_column *columns_of(void *arg, size_t *n)
{
	*n = COUNT(columns);
	return ((struct models *)((struct view *)arg)->state)->heads;
}

static size_t n_rows(void *arg)
{
	struct models *m = ((struct view *)arg)->state;
	return m->rows.n;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	enum column_tier tier;
	size_t start = out->len;
	version_rows_cell(&m->rows, row, (enum version_column)column, out,
			  &tier);
	if (column == VERSION_STAGE &&
	    !strcmp(out->data + start, "production"))
		return STYLE_STRONG;
	if (out->len == start &&
	    version_rows_lacks(&m->rows, row, (enum version_column)column))
		buf_str(out, m->figures.is_stopped ? "?" : "...");
	return tier == TIER_STALE ? STYLE_FAINT : STYLE_NORMAL;
}

/* Tags can be named in filters as if they were columns; metrics once all
 * versions are in memory. */
static bool field(void *arg, size_t row, const char *name, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	const struct pairs *tags = &model_at(m, row)->tags;
	for (size_t i = 0; i < tags->n; i++) {
		if (!strcmp(tags->at[i].key, name)) {
			buf_str(out, tags->at[i].value);
			return true;
		}
	}
	return false;
}

static struct columns *table(void *arg, bool wait)
{
	struct models *m = ((struct view *)arg)->state;
	return version_rows_table(&m->rows, wait);
}

/* Of the version under the cursor: before the many figures of the list. */
static void want_verdicts(struct view *v, struct models *m)
{
	size_t row = list_row(&v->lists[0]);
	if (row != SIZE_MAX && m->rows.table)
		version_verdicts_want(&m->verdicts, v->app, m->rows.id[row],
				      model_at(m, row)->name,
				      version_rows_number(&m->rows, row));
}

static bool load(void *arg, uint64_t ns)
{
	struct view *v = arg;
	struct models *m = v->state;
	if (version_rows_load(&m->rows, ns))
		return true;
	want_verdicts(v, m);
	version_figures_count(&m->figures, v->app);
	return false;
}

static void needs(void *arg, size_t column)
{
	struct models *m = ((struct view *)arg)->state;
	version_figures_need(&m->figures, column);
}

static size_t table_field(void *arg, const char *name)
{
	struct models *m = ((struct view *)arg)->state;
	return version_rows_field(&m->rows, name);
}

static void id(void *arg, size_t row, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	buf_printf(out, "%s@%lld", model_at(m, row)->name,
		   (long long)version_rows_number(&m->rows, row));
}

static const struct list_source source = {
	.columns_of = columns_of,
	.empty = "No versions yet. a adds a model and its first version, as do "
		 "'muster model add NAME' and 'muster version add NAME'.",
	.rows = n_rows, .cell = cell, .field = field, .id = id,
	.table = table, .load = load, .table_field = table_field,
	.needs = needs,
};

static void release(struct models *m)
{
	version_facts_release(&m->facts);
	version_verdicts_release(&m->verdicts);
	version_figures_release(&m->figures);
	version_rows_release(&m->rows);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct models *m = XNEW(struct models);
	enum rc rc = version_rows_open(&m->rows, app_registry(v->app), err);
	if (rc != RC_OK) {
		free(m);
		return rc;
	}
	version_figures_init(&m->figures, &m->rows, &v->lists[0]);
	version_verdicts_init(&m->verdicts);
	version_verdicts_reload(&m->verdicts, app_registry(v->app));
	set_heads(m);
	v->state = m;
	return RC_OK;
}

/* Impacts are of problems as they were. */
static enum rc recount(struct models *m, struct err *err)
{
	if (!m->rows.problems_moved)
		return RC_OK;
	version_figures_drop_impacts(&m->figures);
	return version_rows_recount(&m->rows, err);
}

static void close_view(struct view *v)
{
	release(v->state);
	free(v->state);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct models *m = v->state;
	struct version_rows fresh;
	enum metric shown = m->rows.shown;
	version_verdicts_reload(&m->verdicts, app_registry(v->app));
	m->figures.is_stopped = false;
	if (!version_rows_touched(&m->rows))
		return recount(m, err);
	enum rc rc = version_rows_open(&fresh, app_registry(v->app), err);
	if (rc != RC_OK)
		return rc;
	version_facts_release(&m->facts);
	version_figures_reset(&m->figures);
	version_rows_release(&m->rows);
	m->rows = fresh;
	set_heads(m);
	if (shown != METRIC_COUNT && version_rows_show(&m->rows, shown)) {
		*err = m->rows.err;
		return err->rc;
	}
	return RC_OK;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	version_facts_release(&m->facts);
	if (row == SIZE_MAX)
		return RC_OK;
	return version_facts_read(app_registry(v->app), version_at(m, row),
				  model_at(m, row)->main_metric, &m->facts,
				  err);
}

static void detail_title(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[0]);
	struct models *m = v->state;
	if (row != SIZE_MAX)
		buf_printf(out, " %s %lld", model_at(m, row)->name,
			   (long long)version_rows_number(&m->rows, row));
}

/* The first row of the model's versions that are shown below the detail, a
 * page of them, so that a step of the cursor moves one mark and not the whole
 * list. Numbers of a model's versions have no gaps. */
static size_t first_sibling(struct models *m, size_t row, size_t room)
{
	const struct model_rec *model = model_at(m, row);
	size_t number = (size_t)version_rows_number(&m->rows, row);
	size_t back = number ? (number - 1) % room : 0;
	if (back > row || version_rows_model(&m->rows, row - back) != model)
		return row;
	return row - back;
}

static void paint_siblings(struct models *m, size_t row, struct area *a, int y)
{
	const struct model_rec *model = model_at(m, row);
	int64_t here = version_rows_number(&m->rows, row);
	size_t room = a->h > y + 1 ? (size_t)(a->h - y - 1) : 1;
	size_t from = first_sibling(m, row, room), to = from;
	while (to < m->rows.n && to - from < room &&
	       version_rows_model(&m->rows, to) == model)
		to++;
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "VERSIONS");
	for (size_t i = from; i < to; i++, y++) {
		struct buf stage = BUF_INIT;
		enum column_tier tier;
		version_rows_cell(&m->rows, i, VERSION_STAGE, &stage, &tier);
		int64_t number = version_rows_number(&m->rows, i);
		area_printf(a, 1, y, STYLE_NORMAL, "%c %3lld %s",
			    number == here ? '>' : ' ', (long long)number,
			    stage.data);
		buf_release(&stage);
	}
}

static struct version_costly costly_of(struct models *m, size_t row)
{
	const struct version_figure *f = version_figures_of(&m->figures, row);
	int64_t id = version_at(m, row)->id;
	return (struct version_costly){
		.card = f && f->has_card ? &f->card : NULL,
		.impact = f && f->has_impact ? &f->impact : NULL,
		.judged = version_verdicts_of(&m->verdicts, id),
		.impact_stopped = m->figures.is_stopped,
		.judging_stopped = m->verdicts.stopped == id,
		.is_calm = !version_rows_troubled(&m->rows, row) };
}

/* Each entry on an object is a revision of it. */
static int paint_entries(struct area *a, int y, const struct version_rec *v)
{
	char n[COUNTED_MAX];
	char *text = xasprintf("%s, H to open",
			       counted((uint64_t)v->revision, "entry",
				       "entries", n));
	y = paint_labelled(a, y, "log", text);
	free(text);
	return y;
}

static void paint_detail(struct view *v, struct area *a)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	if (row == SIZE_MAX)
		return;
	struct version_costly costly = costly_of(m, row);
	int y = paint_version(a, 0, version_at(m, row), model_at(m, row),
			      &m->facts, &costly);
	y = paint_entries(a, y, version_at(m, row));
	y = paint_made(a, y, version_at(m, row), model_at(m, row), &m->facts,
		       NULL, true);
	paint_siblings(m, row, a, y + 1);
}

static bool object(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[0]);
	if (row == SIZE_MAX)
		return false;
	id(v, row, out);
	return true;
}

/* The name is the model's, which stays while rows come and go. */
static struct version_ref ref_at(struct models *m, size_t row)
{
	return (struct version_ref){ model_at(m, row)->name,
				     version_rows_number(&m->rows, row) };
}

static unsigned open_version(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	return app_open(v->app, &view_version_ops, &ref);
}

static unsigned open_evaluation(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	struct evaluation_arg arg = { ref.model, ref.version, NULL };
	return app_open(v->app, &view_evaluation_ops, &arg);
}

static unsigned open_card(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	char *of = xasprintf("%s@%lld", ref.model, (long long)ref.version);
	document_open(v->app, DOC_CARD, of);
	free(of);
	return REACT_DRAW;
}

static unsigned open_report(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	char *of = xasprintf("%s@%lld", ref.model, (long long)ref.version);

	reports_open(v->app, of);
	free(of);
	return REACT_DRAW;
}

static unsigned open_checklist(struct view *v, size_t row)
{
	document_open(v->app, DOC_CHECKLIST, ref_at(v->state, row).model);
	return REACT_DRAW;
}

static unsigned compare_with(struct view *v, struct version_ref base,
			     const struct version_refs *candidates)
{
	struct compare_arg arg = { .base = &base, .candidates = candidates };
	struct err err = ERR_INIT;
	if (app_show(v->app, &view_compare_ops, &arg, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

/* The marked versions, or that under the cursor, with the one that is in
 * production; the base is no candidate. */
static unsigned compare_production(struct view *v, size_t row)
{
	struct models *m = v->state;
	const struct model_rec *model = model_at(m, row);
	struct version_ref base = { model->name, model->production };
	struct version_refs candidates = VEC_INIT;
	unsigned reaction = REACT_DRAW;
	size_t *rows, n = list_selection(&v->lists[0], &rows);
	for (size_t i = 0; i < n; i++) {
		struct version_ref ref = ref_at(m, rows[i]);
		if (ref.version != base.version ||
		    strcmp(ref.model, base.model) != 0)
			vec_push(&candidates, ref);
	}
	if (!candidates.n)
		app_say(v->app, "%s %lld is the version in production.",
			base.model, (long long)base.version);
	else
		reaction = compare_with(v, base, &candidates);
	vec_free(&candidates);
	free(rows);
	return reaction;
}

/* The base is the first marked one that is in production, else the first. */
static unsigned compare_marked(struct view *v)
{
	struct models *m = v->state;
	struct version_refs candidates = VEC_INIT;
	size_t *rows, n = list_selection(&v->lists[0], &rows), base = 0;
	for (size_t i = n; i-- > 0;)
		if (version_rows_number(&m->rows, rows[i]) ==
		    model_at(m, rows[i])->production)
			base = i;
	for (size_t i = 0; i < n; i++)
		if (i != base)
			vec_push(&candidates, ref_at(m, rows[i]));
	unsigned reaction = compare_with(v, ref_at(m, rows[base]), &candidates);
	vec_free(&candidates);
	free(rows);
	return reaction;
}

/* -- Which metric the score's column shows -- */

static void metric_typed(struct view *v, const char *text, void *arg)
{
	struct models *m = v->state;
	struct list *l = &v->lists[0];
	enum metric metric = METRIC_COUNT;
	if (*text && !metric_from_key(text, &metric)) {
		app_say(v->app, "No metric '%s'; there are accuracy, "
			"roc_auc, f1, mae ... ('muster eval --help').", text);
		return;
	}
	if (version_rows_show(&m->rows, metric) != RC_OK) {
		app_fail(v->app, &m->rows.err);
		return;
	}
	list_refresh(l);
	if (*text)
		app_say(v->app, "The score's column shows %s of each newest "
			"evaluation; w and nothing: the main ones.",
			metric_head(metric));
	else
		app_say(v->app, "Each model's main metric.");
}

static unsigned ask_metric(struct view *v)
{
	const struct models *m = v->state;
	app_prompt(v->app, "metric (nothing: each model's main one)",
		   m->rows.shown == METRIC_COUNT
		   ? "" : metric_key(m->rows.shown), NULL, metric_typed, NULL);
	return REACT_DRAW;
}

static unsigned govern(struct view *v, size_t row, enum action a)
{
	struct version_ref ref = ref_at(v->state, row);
	if (a == ACT_GATE)
		gate_open(v->app, ref.model, ref.version, NULL);
	else if (a == ACT_ASSESS)
		assess_open(v->app, ref.model, ref.version);
	else
		staging_start(v, ref.model, ref.version);
	return REACT_DRAW;
}

static void new_picked(struct view *v, size_t item, void *arg)
{
	size_t row = list_row(&v->lists[0]);
	(void)arg;
	if (item == 0)
		create_version(v, row == SIZE_MAX ? NULL
				  : ref_at(v->state, row).model);
	else
		create_model(v);
}

static unsigned add_new(struct view *v)
{
	static const struct menu_item items[] = {
		{ 'v', "version of a model" }, { 'm', "model" },
	};
	app_menu(v->app, "add", items, 2, new_picked, NULL);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	size_t row = list_row(&v->lists[0]);
	if (a == ACT_SCORE_METRIC)
		return ask_metric(v);
	if (a == ACT_NEW)
		return add_new(v);
	if (row == SIZE_MAX)
		return REACT_NOT_MINE;
	switch ((int)a) {
	case ACT_GATE: case ACT_ASSESS: case ACT_STAGE:
		return govern(v, row, a);
	case ACT_OPEN: return open_version(v, row);
	case ACT_CARD: return open_card(v, row);
	case ACT_REPORT: return open_report(v, row);
	case ACT_OPEN_PROBLEMS:
		problems_open(v->app, ref_at(v->state, row).model);
		return REACT_DRAW;
	case ACT_CHECKLIST: return open_checklist(v, row);
	case ACT_EVALUATION: return open_evaluation(v, row);
	case ACT_COMPARE_PRODUCTION: return compare_production(v, row);
	case ACT_COMPARE_MARKED: return compare_marked(v);
	default: return REACT_NOT_MINE;
	}
}

static const char *not_now(struct view *v, enum action a)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	if (a == ACT_COMPARE_MARKED && v->lists[0].n_marks < 2)
		return "mark two versions or more with Space";
	if (a == ACT_COMPARE_PRODUCTION && row != SIZE_MAX &&
	    !model_at(m, row)->production)
		return "no version of this model is in production";
	return NULL;
}

const struct view_ops view_models_ops = {
	.name = "Models", .screen = SCREEN_MODELS, .context = IN_MODELS,
	.n_panes = 2,
	.panes = {
		{ .name = "MODELS", .list = &source },
		{ .name = "DETAIL", .title = detail_title,
		  .paint = paint_detail },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .not_now = not_now,
	.object = object,
};
