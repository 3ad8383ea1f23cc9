#include "tui/view_models.h"

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tui/app.h"

struct models {
	struct model_recs models;
	struct version_recs versions;
	size_t *model_of;		/* versions.n: index into models */
	struct evaluation newest;	/* of the version under the cursor */
	bool has_newest;
};

enum { COL_NAME, COL_VERSION, COL_STAGE, COL_ALIAS, COL_TASK, COL_OWNER,
       COL_RISK, COL_ADDED };

static const struct list_column columns[] = {
	[COL_NAME] = { "name", "name", 14, 20, 9, .elastic = true },
	[COL_VERSION] = { "version", "v", 3, 3, 8, .right = true },
	[COL_STAGE] = { "stage", "stage", 9, 10, 7 },
	[COL_ALIAS] = { "alias", "alias", 10, 12, 2 },
	[COL_TASK] = { "task", "task", 6, 10, 3 },
	[COL_OWNER] = { "owner", "owner", 6, 8, 5 },
	[COL_RISK] = { "risk", "risk", 6, 6, 4 },
	[COL_ADDED] = { "added", "added", 10, 10, 1 },
};

static const struct model_rec *model_at(const struct models *m, size_t row)
{
	return &m->models.at[m->model_of[row]];
}

static size_t n_rows(void *arg)
{
	struct models *m = ((struct view *)arg)->state;
	return m->versions.n;
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

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	struct models *m = ((struct view *)arg)->state;
	const struct version_rec *v = &m->versions.at[row];
	const struct model_rec *model = model_at(m, row);
	switch (column) {
	case COL_NAME: put(out, v->model); break;
	case COL_VERSION: buf_printf(out, "%lld", (long long)v->version); break;
	case COL_STAGE:
		put(out, v->stage);
		return !strcmp(v->stage, "production") ? STYLE_STRONG
						       : STYLE_NORMAL;
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
	const struct version_rec *x = &m->versions.at[a];
	const struct version_rec *y = &m->versions.at[b];
	if (column == COL_VERSION)
		return (x->version > y->version) - (x->version < y->version);
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
	buf_printf(out, "%s@%lld", m->versions.at[row].model,
		   (long long)m->versions.at[row].version);
}

static const struct list_source source = {
	.columns = columns, .n_columns = sizeof(columns) / sizeof(columns[0]),
	.empty = "No versions yet. 'muster model add NAME', then "
		 "'muster version add NAME --artifact FILE' makes the first.",
	.rows = n_rows, .cell = cell, .compare = compare, .field = field,
	.id = id,
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
	model_recs_release(&m->models);
	version_recs_release(&m->versions);
	free(m->model_of);
	*m = (struct models){ .models = VEC_INIT };
}

static size_t find_model(const struct models *m, const char *name, size_t hint)
{
	for (size_t i = 0; i < m->models.n; i++) {
		size_t at = (hint + i) % m->models.n;
		if (!strcmp(m->models.at[at].name, name))
			return at;
	}
	BUG("a version of model '%s', which is not listed", name);
}

static enum rc load(struct view *v, struct models *m, struct err *err)
{
	struct registry *reg = app_registry(v->app);
	enum rc rc = reg_read_begin(reg, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_model_list(reg, &m->models, err);
	if (rc == RC_OK)
		rc = reg_version_list(reg, NULL, &m->versions, err);
	reg_read_end(reg);
	if (rc != RC_OK)
		return rc;
	size_t hint = 0;
	m->model_of = xcalloc(m->versions.n + 1, sizeof(*m->model_of));
	for (size_t i = 0; i < m->versions.n; i++)
		hint = m->model_of[i] =
			find_model(m, m->versions.at[i].model, hint);
	return RC_OK;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct models *m = XNEW(struct models);
	enum rc rc = load(v, m, err);
	if (rc != RC_OK) {
		release(m);
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
	struct models fresh = { .models = VEC_INIT };
	enum rc rc = load(v, &fresh, err);
	if (rc != RC_OK) {
		release(&fresh);
		return rc;
	}
	release(v->state);
	*(struct models *)v->state = fresh;
	return RC_OK;
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	forget_newest(m);
	if (row == SIZE_MAX)
		return RC_OK;
	const struct version_rec *at = &m->versions.at[row];
	enum rc rc = reg_evaluation_newest(app_registry(v->app), at->model,
					   at->version, &m->newest, err);
	m->has_newest = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void detail_title(struct view *v, struct buf *out)
{
	size_t row = list_row(&v->lists[0]);
	struct models *m = v->state;
	if (row != SIZE_MAX)
		buf_printf(out, " %s %lld", m->versions.at[row].model,
			   (long long)m->versions.at[row].version);
}

static int line(struct area *a, int y, const char *label, const char *text)
{
	if (!text || !*text)
		return y;
	area_text(a, 1, y, 8, STYLE_NORMAL, label);
	area_text(a, 10, y, a->w - 11, STYLE_NORMAL, text);
	return y + 1;
}

static int paint_newest(const struct models *m, struct area *a, int y)
{
	struct buf text = BUF_INIT;
	char x[DECIMAL_MAX], low[DECIMAL_MAX], high[DECIMAL_MAX];
	char n[DECIMAL_MAX];
	const struct evaluation *e = &m->newest;
	if (!m->has_newest)
		return line(a, y, "score", "none yet: e evaluates");
	enum metric metric = metric_main(e->task);
	const struct figure *f = &e->whole.metrics[metric];
	if (f->why)
		buf_printf(&text, "undefined: %s", f->why);
	else
		buf_str(&text, decimal_rate(f->value, 4, false, x));
	if (!f->why && f->method != METHOD_NONE)
		buf_printf(&text, " [%s,%s]",
			   decimal_rate(f->low, 4, false, low),
			   decimal_rate(f->high, 4, false, high));
	buf_printf(&text, " n %s", decimal_grouped(f->n, n));
	y = line(a, y, metric_head(metric), text.data);
	buf_clear(&text);
	buf_printf(&text, "%s r%lld, %s", e->testset, (long long)e->revision,
		   e->state);
	y = line(a, y, "on", text.data);
	buf_release(&text);
	return y;
}

static int paint_source(const struct version_rec *at, struct area *a, int y)
{
	struct buf text = BUF_INIT;
	y = line(a, y, "data", at->data);
	y = line(a, y, "code", at->code);
	y = line(a, y, "run", at->run);
	y = line(a, y, "file", at->artifact_name);
	y = line(a, y, "sha256", at->artifact);
	for (size_t i = 0; i < at->params.n; i++)
		buf_printf(&text, "%s%s=%s", i ? " " : "",
			   at->params.at[i].key, at->params.at[i].value);
	y = line(a, y, "param", text.data);
	buf_release(&text);
	return line(a, y, "note", at->note);
}

static int paint_siblings(const struct models *m, size_t row, struct area *a,
			  int y)
{
	const char *name = m->versions.at[row].model;
	area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "VERSIONS");
	for (size_t i = 0; i < m->versions.n; i++) {
		const struct version_rec *v = &m->versions.at[i];
		if (strcmp(v->model, name) != 0)
			continue;
		area_printf(a, 1, y, STYLE_NORMAL, "%c %3lld %s",
			    i == row ? '>' : ' ', (long long)v->version,
			    v->stage);
		y++;
	}
	return y;
}

static void paint_detail(struct view *v, struct area *a)
{
	struct models *m = v->state;
	size_t row = list_row(&v->lists[0]);
	struct buf text = BUF_INIT;
	if (row == SIZE_MAX)
		return;
	const struct version_rec *at = &m->versions.at[row];
	const struct model_rec *model = model_at(m, row);
	int y = line(a, 0, "stage", at->stage);
	put_strs(&text, &at->aliases, "@");
	y = line(a, y, "alias", text.data);
	y = line(a, y, "owner", model->owner);
	y = line(a, y, "risk", model->risk ? model->risk
					   : "not set, counts as high");
	buf_clear(&text);
	put_date(&text, at->time);
	buf_printf(&text, " by %s", at->who);
	y = line(a, y, "added", text.data);
	buf_release(&text);
	y = paint_newest(m, a, y);
	y = paint_source(at, a, y);
	y = line(a, y, "about", model->description);
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

static unsigned act(struct view *v, enum action a)
{
	if (a != ACT_OPEN)
		return REACT_NOT_MINE;
	v->focus = 1;
	return REACT_DRAW;
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
	.select = select_row, .act = act, .object = object,
};
