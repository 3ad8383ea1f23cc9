#include "tui/view_version.h"

#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/model.h"
#include "registry/threshold.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/staging.h"
#include "tui/version_detail.h"
#include "tui/view_assess.h"
#include "tui/view_compare.h"
#include "tui/view_document.h"
#include "tui/view_evaluation.h"
#include "tui/view_gate.h"
#include "tui/view_reports.h"

#define LOG_SHOWN 1000

struct log_row { uint64_t index; int64_t time; char *who, *text; };

struct version_view {
	char *name;
	int64_t version;
	struct model_rec model;
	struct version_recs versions;	/* of the model, oldest first */
	struct version_rec *here;	/* among them */
	struct evaluation newest;
	bool has_newest;
	struct buf chosen;		/* how the threshold was */
	VEC_DECLARE(struct log_row, log_rows) log;
};

enum { PANE_VERSION, PANE_LINEAGE, PANE_LOG };

static struct version_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- The log of this version -- */

enum { L_INDEX, L_TIME, L_WHO, L_TEXT };

static const struct list_column log_columns[] = {
	[L_INDEX] = { "index", "entry", 5, 6, 7, .right = true },
	[L_TIME] = { "time", "time", 16, 16, 6 },
	[L_WHO] = { "who", "who", 4, 8, 5 },
	[L_TEXT] = { "what", "what", 10, 30, 9, .elastic = true },
};

static size_t log_rows(void *arg)
{
	return state_of(arg)->log.n;
}

static enum style log_cell(void *arg, size_t row, size_t column,
			   struct buf *out)
{
	const struct log_row *r = &state_of(arg)->log.at[row];
	char text[CLOCK_TEXT];

	switch (column) {
	case L_INDEX:
		buf_printf(out, "%llu", (unsigned long long)r->index);
		break;
	case L_TIME:
		clock_format(r->time, text);
		buf_printf(out, "%.10s %.5s", text, text + 11);
		break;
	case L_WHO: buf_str(out, r->who); break;
	case L_TEXT: buf_str(out, r->text); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source log_source = {
	.columns = log_columns,
	.n_columns = sizeof(log_columns) / sizeof(*log_columns),
	.empty = "No entry on this version.",
	.rows = log_rows, .cell = log_cell,
};

static enum rc take_line(const struct log_line *line, void *arg,
			 struct err *err)
{
	struct version_view *s = arg;

	vec_push(&s->log, ((struct log_row){
		.index = line->index, .time = line->time,
		.who = xstrdup(line->login), .text = xstrdup(line->text) }));
	return RC_OK;
}

static enum rc read_log(struct registry *reg, struct version_view *s,
			struct err *err)
{
	char *object = xasprintf("version/%s@%lld", s->name,
				 (long long)s->version);
	const struct log_filter filter = {
		.object = object, .since = INT64_MIN, .from = UINT64_MAX,
		.limit = LOG_SHOWN,
	};
	enum rc rc = reg_log(reg, &filter, take_line, s, err);

	free(object);
	return rc;
}

/* -- Reading -- */

static void forget(struct version_view *s)
{
	model_rec_release(&s->model);
	memset(&s->model, 0, sizeof(s->model));
	version_recs_release(&s->versions);
	s->here = NULL;
	if (s->has_newest)
		evaluation_release(&s->newest);
	s->has_newest = false;
	buf_clear(&s->chosen);
	for (size_t i = 0; i < s->log.n; i++) {
		free(s->log.at[i].who);
		free(s->log.at[i].text);
	}
	vec_free(&s->log);
}

static int by_version(const void *a, const void *b)
{
	const struct version_rec *x = a, *y = b;

	return (x->version > y->version) - (x->version < y->version);
}

static enum rc read_versions(struct registry *reg, struct version_view *s,
			     struct err *err)
{
	enum rc rc = reg_version_list(reg, s->name, &s->versions, err);

	if (rc != RC_OK)
		return rc;
	qsort(s->versions.at, s->versions.n, sizeof(*s->versions.at),
	      by_version);
	for (size_t i = 0; i < s->versions.n; i++)
		if (s->versions.at[i].version == s->version)
			s->here = &s->versions.at[i];
	if (s->here)
		return RC_OK;
	return err_set(err, RC_NOT_FOUND, "version '%s@%lld' does not exist",
		       s->name, (long long)s->version);
}

static enum rc load(struct view *v, struct version_view *s, struct err *err)
{
	struct registry *reg = app_registry(v->app);
	enum rc rc;

	forget(s);
	rc = reg_model_get(reg, s->name, &s->model, err);
	if (rc == RC_OK)
		rc = read_versions(reg, s, err);
	if (rc == RC_OK)
		rc = read_log(reg, s, err);
	if (rc == RC_OK)
		rc = threshold_chosen_text(reg, s->name, s->version,
					   &s->chosen, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_evaluation_newest(reg, s->name, s->version, &s->newest, err);
	s->has_newest = rc == RC_OK;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static void free_state(struct version_view *s)
{
	forget(s);
	buf_release(&s->chosen);
	free(s->name);
	free(s);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct version_ref *ref = arg;
	struct version_view *s = XNEW(struct version_view);

	v->state = s;
	s->name = xstrdup(ref->model);
	s->version = ref->version;
	return load(v, s, err);
}

static void close_view(struct view *v)
{
	free_state(v->state);
}

static enum rc reload(struct view *v, struct err *err)
{
	return load(v, v->state, err);
}

/* -- Panes -- */

static void paint_here(struct view *v, struct area *a)
{
	struct version_view *s = v->state;

	if (s->here)
		paint_version(a, 0, s->here, &s->model,
			      s->has_newest ? &s->newest : NULL,
			      s->chosen.data);
}

static void paint_strip(struct view *v, struct area *a)
{
	struct version_view *s = v->state;

	paint_lineage(a, 0, s->versions.at, s->versions.n, s->version);
}

static void place(struct view *v, struct buf *out)
{
	struct version_view *s = v->state;

	buf_printf(out, "%s %lld", s->name, (long long)s->version);
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	static const int shares[] = { 2, 3 };
	struct rect right, rows[2];

	layout_side_by_side(w, h, 50, &rects[PANE_VERSION], &right);
	layout_column(right, shares, 2, 4, rows);
	rects[PANE_LINEAGE] = rows[0];
	rects[PANE_LOG] = rows[1];
}

/* -- Actions -- */

static unsigned open_evaluation(struct view *v)
{
	struct version_view *s = v->state;
	const struct evaluation_arg arg = { s->name, s->version, NULL };

	return app_open(v->app, &view_evaluation_ops, &arg);
}

static unsigned open_card(struct view *v)
{
	struct version_view *s = v->state;
	char *of = xasprintf("%s@%lld", s->name, (long long)s->version);

	document_open(v->app, DOC_CARD, of);
	free(of);
	return REACT_DRAW;
}

static unsigned compare_production(struct view *v)
{
	struct version_view *s = v->state;
	struct version_ref base = { s->name, s->model.production };
	struct version_ref here = { s->name, s->version };
	const struct version_refs candidates = { &here, 1, 1 };
	const struct compare_arg arg = { .base = &base,
					 .candidates = &candidates };
	struct err err = ERR_INIT;

	if (app_show(v->app, &view_compare_ops, &arg, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct version_view *s = v->state;

	if (a == ACT_GATE)
		gate_open(v->app, s->name, s->version, NULL);
	else if (a == ACT_ASSESS)
		assess_open(v->app, s->name, s->version);
	else if (a == ACT_STAGE)
		staging_start(v, s->name, s->version);
	if (a == ACT_GATE || a == ACT_ASSESS || a == ACT_STAGE)
		return REACT_DRAW;
	if (a == ACT_EVALUATION)
		return open_evaluation(v);
	if (a == ACT_CARD)
		return open_card(v);
	if (a == ACT_REPORT) {
		char *of = xasprintf("%s@%lld", s->name,
				     (long long)s->version);

		reports_open(v->app, of);
		free(of);
		return REACT_DRAW;
	}
	if (a == ACT_CHECKLIST) {
		document_open(v->app, DOC_CHECKLIST, s->name);
		return REACT_DRAW;
	}
	if (a == ACT_COMPARE_PRODUCTION)
		return compare_production(v);
	return REACT_NOT_MINE;
}

static const char *not_now(struct view *v, enum action a)
{
	struct version_view *s = v->state;

	if (a == ACT_COMPARE_MARKED)
		return "mark versions in the list of models";
	if (a == ACT_COMPARE_PRODUCTION && !s->model.production)
		return "no version is in production";
	if (a == ACT_COMPARE_PRODUCTION && s->model.production == s->version)
		return "this version is in production";
	return NULL;
}

static bool object(struct view *v, struct buf *out)
{
	struct version_view *s = v->state;

	buf_printf(out, "version/%s@%lld", s->name, (long long)s->version);
	return true;
}

const struct view_ops view_version_ops = {
	.name = "Version", .screen = SCREEN_MODELS, .context = IN_VERSIONS,
	.n_panes = 3,
	.panes = {
		[PANE_VERSION] = { .name = "VERSION", .paint = paint_here },
		[PANE_LINEAGE] = { .name = "LINEAGE", .paint = paint_strip },
		[PANE_LOG] = { .name = "LOG", .list = &log_source },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .layout = layout,
	.object = object,
};
