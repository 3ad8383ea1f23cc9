#include "tui/view_version.h"

#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/model.h"
#include "registry/open_impact.h"
#include "registry/threshold.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/figures.h"
#include "tui/staging.h"
#include "tui/version_detail.h"
#include "tui/view_assess.h"
#include "tui/view_compare.h"
#include "tui/view_document.h"
#include "tui/view_entry.h"
#include "tui/view_evaluation.h"
#include "tui/view_gate.h"
#include "tui/view_problems.h"
#include "tui/view_reports.h"

#define LOG_SHOWN 1000

struct log_row { uint64_t index; int64_t time; char *who, *text; };

struct version_view {
	char *name;
	int64_t version;
	struct model_rec model;
	struct version_recs versions;	/* of the model, oldest first */
	struct version_rec *here;	/* among them */
	struct version_facts facts;
	struct buf chosen;		/* how the threshold was */
	bool has_share;
	struct card_share share;	/* of its card */
	struct asking impact;		/* struct impact_ask */
	bool impact_stopped;		/* by the user, or it failed */
	struct version_verdicts verdicts;
	size_t node;			/* of the lineage: 0 is the dataset, if
					 * there is one, then the versions */
	int across, lines;		/* of the lineage, as painted last */
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
	.n_columns = COUNT(log_columns),
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

/* -- Lineage: nodes that are picked -- */

static size_t first_version(const struct version_view *s)
{
	return s->facts.dataset != NULL;
}

static size_t last_node(const struct version_view *s)
{
	return first_version(s) + s->versions.n - 1;
}

static size_t row_down(const struct version_view *s)
{
	size_t to = s->node + (s->node < first_version(s) ? 1
			       : (size_t)s->across);

	return to < last_node(s) ? to : last_node(s);
}

static size_t row_up(const struct version_view *s)
{
	size_t first = first_version(s), across = (size_t)s->across;

	return s->node >= first + across ? s->node - across : 0;
}

/* The line it stands on, to be seen with what is below it. */
static void show_node(struct view *v, struct version_view *s)
{
	size_t first = first_version(s);
	int y = s->node < first || !s->across ? 0 : 2 * (int)first +
		(int)(s->node - first) / s->across * LINEAGE_LINES;
	int *scroll = &v->scroll[PANE_LINEAGE];

	if (y < *scroll)
		*scroll = y;
	if (y + LINEAGE_LINES - 1 > *scroll + s->lines)
		*scroll = s->lines < LINEAGE_LINES - 1 ? y
			  : y + LINEAGE_LINES - 1 - s->lines;
}

static unsigned pick_node(struct view *v, struct version_view *s,
			  enum action a)
{
	switch ((int)a) {
	case ACT_LEFT: s->node -= s->node > 0; break;
	case ACT_RIGHT: s->node += s->node < last_node(s); break;
	case ACT_UP: s->node = row_up(s); break;
	case ACT_DOWN: s->node = row_down(s); break;
	case ACT_FIRST: s->node = 0; break;
	case ACT_LAST: s->node = last_node(s); break;
	default: return REACT_NOT_MINE;
	}
	show_node(v, s);
	return REACT_DRAW;
}

static unsigned open_node(struct view *v, struct version_view *s)
{
	size_t first = first_version(s);

	if (s->node < first) {
		document_open(v->app, DOC_DATASHEET, s->facts.dataset);
		return REACT_DRAW;
	}
	int64_t version = s->versions.at[s->node - first].version;
	struct version_ref ref = { s->name, version };
	if (version == s->version) {
		app_say(v->app, "This is %s %lld.", s->name,
			(long long)version);
		return REACT_DRAW;
	}
	return app_open(v->app, &view_version_ops, &ref);
}

static unsigned contexts(const struct view *v)
{
	return IN_ALL | IN_VERSIONS | (v->focus == PANE_LOG ? IN_LIST :
	       v->focus == PANE_LINEAGE ? IN_TEXT | IN_NODES : IN_TEXT);
}

/* -- Reading -- */

static void forget(struct version_view *s)
{
	model_rec_release(&s->model);
	memset(&s->model, 0, sizeof(s->model));
	version_recs_release(&s->versions);
	s->here = NULL;
	version_facts_release(&s->facts);
	s->has_share = false;
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
	vec_sort(&s->versions, by_version);
	for (size_t i = 0; i < s->versions.n; i++)
		if (s->versions.at[i].version == s->version)
			s->here = &s->versions.at[i];
	if (s->here)
		return RC_OK;
	return err_set(err, RC_NOT_FOUND, "version '%s@%lld' does not exist",
		       s->name, (long long)s->version);
}

static enum rc read_share(struct registry *reg, struct version_view *s,
			  struct err *err)
{
	struct card_shares *shares;
	enum rc rc = card_shares_open(reg, &shares, err);

	if (rc != RC_OK)
		return rc;
	rc = card_shares_of(shares, s->name, s->version, s->model.risk,
			    &s->share, err);
	s->has_share = rc == RC_OK;
	card_shares_free(shares);
	return rc;
}

/* -- The impact of open problems, in the background -- */

struct impact_ask {
	char *model;
	int64_t version;
	struct open_impact answer;
};

static enum rc impact_work(struct registry *reg, struct reg_progress *progress,
			   void *arg, struct err *err)
{
	struct impact_ask *q = arg;

	return reg_open_impacts(reg, q->model, &q->version, 1, progress,
				&q->answer, err);
}

static void impact_free(void *arg)
{
	struct impact_ask *q = arg;

	free(q->model);
	free(q);
}

static void impact_told(struct app *app, struct asking *a, void **q,
			enum rc rc)
{
	struct version_view *s = a->owner;

	(void)app;
	s->impact_stopped = rc != RC_OK;
	if (rc == RC_OK)
		asking_take(a, q);
}

static const struct asking_kind impact_kind = {
	.name = "reading problems", .work = impact_work,
	.told = impact_told, .free = impact_free,
	.yields = true, .is_quiet = true,
};

static void ask_impact(struct view *v, struct version_view *s)
{
	struct impact_ask *q = XNEW(struct impact_ask);

	q->model = xstrdup(s->name);
	q->version = s->version;
	s->impact_stopped = false;
	asking_say(v->app, &s->impact, &impact_kind, q);
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
	rc = version_facts_read(reg, s->here, s->model.main_metric, &s->facts,
				err);
	if (rc == RC_OK && s->facts.card)
		rc = read_share(reg, s, err);
	if (rc != RC_OK)
		return rc;
	if (s->node > last_node(s))
		s->node = last_node(s);
	ask_impact(v, s);
	version_verdicts_reload(&s->verdicts, reg);
	version_verdicts_want(&s->verdicts, v->app, s->here->id, s->name,
			      s->version);
	return RC_OK;
}

static void free_state(struct version_view *s)
{
	asking_release(&s->impact);
	version_verdicts_release(&s->verdicts);
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
	s->impact.owner = s;
	version_verdicts_init(&s->verdicts);
	enum rc rc = load(v, s, err);
	if (rc == RC_OK)
		s->node = first_version(s) +
			  (size_t)(s->here - s->versions.at);
	return rc;
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

	const struct impact_ask *impact = s->impact.answer;
	const struct version_costly costly = {
		.card = s->has_share ? &s->share : NULL,
		.impact = impact ? &impact->answer : NULL,
		.impact_stopped = s->impact_stopped,
		.judged = s->here ? version_verdicts_of(&s->verdicts,
							s->here->id) : NULL,
		.judging_stopped = s->verdicts.stopped != 0 };
	int y;

	if (!s->here)
		return;
	y = paint_version(a, 0, s->here, &s->model, &s->facts, &costly);
	paint_made(a, y, s->here, &s->model, &s->facts, s->chosen.data,
		   false);
}

/* The data it was made of, when they are on record: a node like another. */
static int paint_data_node(struct version_view *s, struct area *a, bool focused)
{
	struct buf text = BUF_INIT;

	if (!s->facts.dataset)
		return 0;
	buf_printf(&text, "%s %.8s, %s%s --> %lld", s->facts.dataset,
		   s->here->data, s->facts.sheet ? "sheet " : "no datasheet",
		   s->facts.sheet ? s->facts.sheet : "",
		   (long long)s->version);
	area_text(a, 1, 0, a->w - 2, focused ? STYLE_CURSOR : STYLE_NORMAL,
		  text.data);
	if (focused) {
		area_put(a, 0, 0, STYLE_CURSOR, '>');
		area_cursor(a, 1, 0);
	}
	buf_release(&text);
	return 2;
}

static void paint_strip(struct view *v, struct area *a)
{
	struct version_view *s = v->state;
	size_t first = first_version(s);
	bool on_data = a->focused && s->node < first;
	const struct lineage l = {
		.versions = s->versions.at, .n = s->versions.n,
		.here = s->version,
		.focus = a->focused && !on_data ? s->node - first : SIZE_MAX };

	s->across = (int)lineage_across(a->w);
	s->lines = a->h;
	paint_lineage(a, paint_data_node(s, a, on_data), &l);
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

static unsigned open_entry(struct view *v, struct version_view *s)
{
	size_t row = list_row(&v->lists[PANE_LOG]);

	if (v->focus != PANE_LOG || row == SIZE_MAX)
		return REACT_NOT_MINE;
	return app_open(v->app, &view_entry_ops, &s->log.at[row].index);
}

static unsigned act(struct view *v, enum action a)
{
	struct version_view *s = v->state;
	/* a version that was undone while it is shown has no lineage */
	bool on_node = v->focus == PANE_LINEAGE && s->here;
	unsigned done = on_node ? pick_node(v, s, a) : REACT_NOT_MINE;

	if (done != REACT_NOT_MINE)
		return done;
	if (a == ACT_OPEN)
		return on_node ? open_node(v, s) :
		       open_entry(v, s);
	if (a == ACT_OPEN_PROBLEMS) {
		problems_open(v->app, s->name);
		return REACT_DRAW;
	}
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
	.object = object, .contexts = contexts,
};
