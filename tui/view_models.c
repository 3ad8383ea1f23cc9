#include "tui/view_models.h"

#include <math.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/version_detail.h"
#include "tui/version_rows.h"
#include "tui/view_compare.h"
#include "tui/view_document.h"
#include "tui/view_evaluation.h"
#include "tui/view_version.h"

struct models {
	struct version_rows rows;
	struct version_recs siblings;	/* of the one under the cursor */
	struct evaluation newest;	/* of the version under the cursor */
	bool has_newest;
};

enum { COL_NAME, COL_VERSION, COL_STAGE, COL_SCORE, COL_METRIC, COL_ALIAS, COL_TASK, COL_OWNER,
       COL_RISK, COL_ADDED };

static const struct list_column columns[] = {
	[COL_NAME] = { "name", "name", 14, 20, 9, .elastic = true },
	[COL_VERSION] = { "version", "v", 3, 3, 8, .right = true },
	[COL_STAGE] = { "stage", "stage", 10, 10, 7 },
	[COL_SCORE] = { "score", "score", 7, 7, 6, .right = true },
	[COL_METRIC] = { "metric", "of", 4, 8, 6 },
	[COL_ALIAS] = { "alias", "alias", 10, 12, 2 },
	[COL_TASK] = { "task", "task", 6, 10, 3 },
	[COL_OWNER] = { "owner", "owner", 6, 8, 5 },
	[COL_RISK] = { "risk", "risk", 6, 6, 4 },
	[COL_ADDED] = { "added", "added", 10, 10, 1 },
};

/* What a version's model is while it cannot be read. */
static const struct model_rec no_model;

static const struct model_rec *model_at(struct models *m, size_t row)
{
	const struct model_rec *model = version_rows_model(&m->rows, row);
	return model ? model : &no_model;
}

static const struct version_rec *version_at(struct models *m, size_t row)
{
	return version_rows_at(&m->rows, row);
}

static size_t n_rows(void *arg)
{
	struct models *m = ((struct view *)arg)->state;
	return m->rows.n;
}

static void put(struct buf *out, const char *text)
{
	buf_str(out, text ? text : "");
}

static void put_strs(struct buf *out, const struct strs *v, const char *before)
{
	for (size_t i = 0; i < v->n; i++)
		buf_printf(out, "%s%s%s", i ? " " : "", before, v->at[i]);
}

static void put_date(struct buf *out, int64_t t)
{
	char text[CLOCK_TEXT];
	buf_add(out, clock_format(t, text), 10);
}

static const char *risk_of(const struct model_rec *m)
{
	return m->risk ? m->risk : "high?";
}

/* '~' in front of one that is not of what is there now. */
static enum style put_score(struct models *m, size_t row, struct buf *out)
{
	const struct newest_score *s = version_rows_score(&m->rows, row);
	if (!s)
		return STYLE_NORMAL;
	buf_str(out, s->is_stale ? "~" : "");
	put_number(out, s->value, false);
	return s->is_stale ? STYLE_FAINT : STYLE_NORMAL;
}

static void put_metric(struct models *m, size_t row, struct buf *out)
{
	const struct newest_score *s = version_rows_score(&m->rows, row);
	buf_str(out, s ? metric_head(s->metric) : "");
}

/* Those without a score stand last. */
static int compare_scores(struct models *m, size_t a, size_t b)
{
	const struct newest_score *s = version_rows_score(&m->rows, a);
	double x = s ? s->value : INFINITY;
	s = version_rows_score(&m->rows, b);
	double y = s ? s->value : INFINITY;
	return (x > y) - (x < y);
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	const struct version_rec *v = version_at(m, row);
	const struct model_rec *model = model_at(m, row);
	switch (column) {
	case COL_NAME: put(out, v->model); break;
	case COL_VERSION: buf_printf(out, "%lld", (long long)v->version); break;
	case COL_STAGE:
		put(out, v->stage);
		return !strcmp(v->stage, "production") ? STYLE_STRONG
						       : STYLE_NORMAL;
	case COL_SCORE: return put_score(m, row, out);
	case COL_METRIC: put_metric(m, row, out); break;
	case COL_ALIAS: put_strs(out, &v->aliases, "@"); break;
	case COL_TASK: put(out, model->task); break;
	case COL_OWNER: put(out, model->owner); break;
	case COL_RISK: put(out, risk_of(model)); break;
	case COL_ADDED: put_date(out, v->time); break;
	}
	return STYLE_NORMAL;
}

static int compare(void *arg, size_t a, size_t b, size_t column)
{
	static const char *const risks[] = { "low", "medium", "high" };
	struct models *m = ((struct view *)arg)->state;
	const struct version_rec *x = version_at(m, a), *y = version_at(m, b);
	if (column == COL_VERSION)
		return (x->version > y->version) - (x->version < y->version);
	if (column == COL_SCORE)
		return compare_scores(m, a, b);
	if (column == COL_ADDED)
		return (x->time > y->time) - (x->time < y->time);
	if (column == COL_RISK) {
		int p = 3, q = 3;
		for (int i = 0; i < 3; i++) {
			p = strcmp(risk_of(model_at(m, a)), risks[i]) ? p : i;
			q = strcmp(risk_of(model_at(m, b)), risks[i]) ? q : i;
		}
		return p - q;
	}
	struct buf s = BUF_INIT, t = BUF_INIT;
	cell(arg, a, column, &s);
	cell(arg, b, column, &t);
	int order = strcmp(s.data, t.data);
	buf_release(&s);
	buf_release(&t);
	return order;
}

/* Tags can be named in filters as if they were columns. */
static bool field(void *arg, size_t row, const char *name, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	const struct pairs *tags = &model_at(m, row)->tags;
	for (size_t i = 0; i < tags->n; i++) {
		if (!strcmp(tags->at[i].key, name)) {
			put(out, tags->at[i].value);
			return true;
		}
	}
	return false;
}

static void id(void *arg, size_t row, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	buf_printf(out, "%s@%lld", version_at(m, row)->model,
		   (long long)version_at(m, row)->version);
}

/* One key that the registry has an order for; for others all rows are read,
 * because sorting looks at them in no order. */
static bool order(void *arg, const struct list_sort *keys, size_t n)
{
	struct models *m = ((struct view *)arg)->state;
	const char *by = !n || keys[0].column == COL_NAME ? "name"
			 : keys[0].column == COL_STAGE ? "stage"
			 : keys[0].column == COL_ADDED ? "time" : NULL;
	bool known = n < 2 && by;
	version_rows_order(&m->rows, known ? by : "name",
			   known && n && keys[0].descending);
	if (!known)
		version_rows_load_all(&m->rows);
	return known;
}

static const struct list_source source = {
	.columns = columns, .n_columns = sizeof(columns) / sizeof(columns[0]),
	.empty = "No versions yet. 'muster model add NAME', then "
		 "'muster version add NAME --artifact FILE' makes the first.",
	.rows = n_rows, .cell = cell, .compare = compare, .field = field,
	.id = id, .order = order,
};

static void forget_newest(struct models *m)
{
	if (m->has_newest)
		evaluation_release(&m->newest);
	m->has_newest = false;
}

static void release(struct models *m)
{
	forget_newest(m);
	version_recs_release(&m->siblings);
	version_rows_release(&m->rows);
	*m = (struct models){ .siblings = VEC_INIT };
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct models *m = XNEW(struct models);
	enum rc rc = version_rows_open(&m->rows, app_registry(v->app), err);
	if (rc != RC_OK) {
		free(m);
		return rc;
	}
	v->state = m;
	return RC_OK;
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
	enum rc rc = version_rows_open(&fresh, app_registry(v->app), err);
	if (rc != RC_OK)
		return rc;
	fresh.sort = m->rows.sort;
	fresh.descending = m->rows.descending;
	release(m);
	m->rows = fresh;
	return RC_OK;
}

#define SIBLINGS_MAX 200

static enum rc select_row(struct view *v, struct err *err)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	forget_newest(m);
	version_recs_release(&m->siblings);
	m->siblings = (struct version_recs)VEC_INIT;
	if (row == SIZE_MAX)
		return RC_OK;
	const struct version_rec *at = version_at(m, row);
	struct version_query q = { .model = at->model, .sort = "name",
				   .limit = SIBLINGS_MAX };
	enum rc rc = reg_version_page(app_registry(v->app), &q, &m->siblings,
				      NULL, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_evaluation_newest(app_registry(v->app), at->model,
				   at->version, &m->newest, err);
	m->has_newest = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void detail_title(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[0]);
	struct models *m = v->state;
	if (row != SIZE_MAX)
		buf_printf(out, " %s %lld", version_at(m, row)->model,
			   (long long)version_at(m, row)->version);
}

static int paint_siblings(const struct models *m, int64_t here,
			  struct area *a, int y)
{
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "VERSIONS");
	for (size_t i = 0; i < m->siblings.n; i++, y++) {
		const struct version_rec *v = &m->siblings.at[i];
		area_printf(a, 1, y, STYLE_NORMAL, "%c %3lld %s",
			    v->version == here ? '>' : ' ',
			    (long long)v->version, v->stage);
	}
	return y;
}

static void paint_detail(struct view *v, struct area *a)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	if (row == SIZE_MAX)
		return;
	int y = paint_version(a, 0, version_at(m, row), model_at(m, row),
			      m->has_newest ? &m->newest : NULL);
	paint_siblings(m, version_at(m, row)->version, a, y + 1);
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
				     version_at(m, row)->version };
}

static unsigned open_version(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	struct err err = ERR_INIT;
	if (app_push(v->app, &view_version_ops, &ref, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

static unsigned open_evaluation(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	struct evaluation_arg arg = { ref.model, ref.version, NULL };
	struct err err = ERR_INIT;
	if (app_push(v->app, &view_evaluation_ops, &arg, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

static unsigned open_card(struct view *v, size_t row)
{
	struct version_ref ref = ref_at(v->state, row);
	char *of = xasprintf("%s@%lld", ref.model, (long long)ref.version);
	document_open(v->app, DOC_CARD, of);
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
		if (!strcmp(version_at(m, rows[i])->stage, "production"))
			base = i;
	for (size_t i = 0; i < n; i++)
		if (i != base)
			vec_push(&candidates, ref_at(m, rows[i]));
	unsigned reaction = compare_with(v, ref_at(m, rows[base]), &candidates);
	vec_free(&candidates);
	free(rows);
	return reaction;
}

static unsigned act(struct view *v, enum action a)
{
	size_t row = list_row(&v->lists[0]);
	if (row == SIZE_MAX)
		return REACT_NOT_MINE;
	switch ((int)a) {
	case ACT_OPEN: return open_version(v, row);
	case ACT_CARD: return open_card(v, row);
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
