#include "tui/view_reports.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/private.h"
#include "base/spawn.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/asking.h"
#include "tui/draft.h"
#include "tui/reporting.h"

/* A file to be made. */
struct asked {
	struct reporting what;
	struct buf bytes;
	bool writes;			/* to the file, too */
	char *path, *kept;
	enum rc rc;
	struct err err;
};

struct reports {
	struct reporting choice;
	struct buf bytes;		/* of the preview */
	size_t *lines;			/* starts, n_lines + 1 */
	size_t n_lines;
	char *why;			/* there is no preview, or NULL */
	struct asking making;
	bool writes;			/* what runs, if something does */
	bool stale;			/* the choice moved on meanwhile */
	bool inputs_asked;		/* Space once on personal data */
};

enum { PANE_CHOOSE, PANE_PREVIEW, PANE_TO };

static struct reports *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- What can be chosen: a row each -- */

enum row_kind { ROW_OF, ROW_STAGE, ROW_KIND, ROW_FORMAT, ROW_FLAG, ROW_PATH,
		ROW_WRITE };
static const struct row {
	enum row_kind kind;
	int value;			/* of the kind, the format, the flag */
	bool inverted;			/* ticked while the flag is off */
	const char *text, *group;
} rows_of_choice[] = {
	{ ROW_KIND, REPORT_VERSION, false, NULL, "report" },
	{ ROW_KIND, REPORT_CARD, false, NULL, "" },
	{ ROW_KIND, REPORT_COMPARISON, false, NULL, "" },
	{ ROW_KIND, REPORT_PROBLEMS, false, NULL, "" },
	{ ROW_KIND, REPORT_OVERVIEW, false, NULL, "" },
	{ ROW_KIND, REPORT_LOG, false, NULL, "" },
	{ ROW_OF, 0, false, "of", "" },
	{ ROW_STAGE, 0, false, "into", "" },
	{ ROW_FORMAT, REPORT_HTML, false, NULL, "format" },
	{ ROW_FORMAT, REPORT_MD, false, NULL, "" },
	{ ROW_FORMAT, REPORT_JSON, false, NULL, "" },
	{ ROW_FORMAT, REPORTING_BOM, false, NULL, "" },
	{ ROW_FLAG, REPORT_NO_CHARTS, true, "charts", "options" },
	{ ROW_FLAG, REPORT_NO_DIGESTS, true, "digests in full", "" },
	{ ROW_FLAG, REPORT_INPUTS, false, "pattern inputs (personal data!)",
	  "" },
	{ ROW_FLAG, REPORT_DRAFT, false, "mark DRAFT", "" },
	{ ROW_PATH, 0, false, "file", "to" },
	{ ROW_WRITE, 0, false, "Write it", "" },
};
enum { N_ROWS = sizeof(rows_of_choice) / sizeof(*rows_of_choice) };

static const struct list_column columns[] = {
	{ "group", "", 3, 7, 9 },
	{ "choice", "", 12, 20, 8, .elastic = true },
};

static size_t rows(void *arg)
{
	(void)arg;
	return N_ROWS;
}

static void put_mark(struct buf *out, const struct reporting *c,
		     const struct row *r)
{
	bool on = r->kind == ROW_KIND ? (int)c->kind == r->value :
		  r->kind == ROW_FORMAT ? c->format == r->value :
		  ((c->flags & (unsigned)r->value) != 0) != r->inverted;

	if (r->kind == ROW_FLAG)
		buf_str(out, on ? "[x] " : "[ ] ");
	else
		buf_str(out, on ? "(o) " : "( ) ");
}

static void put_of(struct buf *out, const struct reporting *c)
{
	const char *of = c->of[c->kind];

	buf_printf(out, "of %s", of && *of ? of : "all of the registry");
}

static void put_choice(struct buf *out, const struct reporting *c,
		       const struct row *r)
{
	char *path;

	switch (r->kind) {
	case ROW_OF: put_of(out, c); return;
	case ROW_STAGE: buf_printf(out, "into %s", c->stage); return;
	case ROW_PATH:
		path = reporting_path(c);
		buf_str(out, path);
		free(path);
		return;
	case ROW_WRITE: buf_str(out, r->text); return;
	default: break;
	}
	put_mark(out, c, r);
	buf_str(out, r->kind == ROW_KIND ?
		reporting_kind_text((enum report_kind)r->value) :
		r->kind == ROW_FORMAT ? reporting_format_text(r->value) :
		r->text);
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct row *r = &rows_of_choice[row];

	if (!column) {
		buf_str(out, r->group);
		return STYLE_HEADING;
	}
	put_choice(out, &state_of(arg)->choice, r);
	return r->kind == ROW_WRITE ? STYLE_STRONG : STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = sizeof(columns) / sizeof(*columns),
	.empty = "Nothing to choose.", .rows = rows, .cell = cell,
};

/* -- The file, made in the background -- */

static void asked_free(void *q)
{
	struct asked *a = q;

	reporting_release(&a->what);
	buf_release(&a->bytes);
	free(a->path);
	free(a->kept);
	free(a);
}

static enum rc make_work(struct registry *reg, struct reg_progress *progress,
			 void *arg, struct err *err)
{
	struct asked *a = arg;

	/* faults of the choice stand in the preview, not in the status line */
	a->rc = reporting_make(&a->what, reg, progress, &a->bytes, &a->err);
	if (a->rc == RC_CANCELLED || (a->rc != RC_OK && a->writes))
		return err_set(err, a->rc, "%s", a->err.text);
	if (a->rc != RC_OK || !a->writes)
		return RC_OK;
	a->rc = fsx_write_keep(a->path, a->bytes.data, a->bytes.len, 0644,
			       &a->kept, err);
	return a->rc;
}

static void index_lines(struct reports *s)
{
	size_t cap = 0;

	free(s->lines);
	s->lines = NULL;
	s->n_lines = 0;
	for (size_t at = 0; at < s->bytes.len; s->n_lines++) {
		const char *nl = memchr(s->bytes.data + at, '\n',
					s->bytes.len - at);

		if (s->n_lines + 2 > cap) {
			cap = cap ? cap * 2 : 256;
			s->lines = xrealloc(s->lines,
					    cap * sizeof(*s->lines));
		}
		s->lines[s->n_lines] = at;
		at = nl ? (size_t)(nl - s->bytes.data) + 1 : s->bytes.len;
		s->lines[s->n_lines + 1] = at;
	}
}

/* An HTML file is shown from its body on: its style is above. */
static int first_line(const struct reports *s)
{
	for (size_t i = 0; i < s->n_lines; i++)
		if (!strncmp(s->bytes.data + s->lines[i], "<body>", 6))
			return (int)i;
	return 0;
}

static void take_preview(struct view *v, struct asked *a)
{
	struct reports *s = v->state;

	free(s->why);
	s->why = a->rc == RC_OK ? NULL : xstrdup(a->err.text);
	buf_clear(&s->bytes);
	buf_add(&s->bytes, a->bytes.data, a->bytes.len);
	index_lines(s);
	v->scroll[PANE_PREVIEW] = first_line(s);
}

static void ask(struct view *v, bool writes);

static void make_told(struct app *app, struct asking *making, void **q,
		      enum rc rc)
{
	struct asked *a = *q;
	struct view *v = making->owner;
	char n[DECIMAL_MAX];

	if (rc == RC_OK)
		take_preview(v, a);
	if (rc == RC_OK && a->writes)
		app_say(app, "Wrote %s, %s bytes%s%s.", a->path,
			decimal_grouped(a->bytes.len, n), a->kept ?
			"; the file that was there is kept as " : "",
			a->kept ? a->kept : "");
	if (state_of(v)->stale)
		ask(v, false);
}

static const struct asking_kind kinds[] = {
	{ "previewing", make_work, make_told, asked_free },
	{ "writing", make_work, make_told, asked_free },
};

/* One at a time: a choice that moves on meanwhile is made afterwards. */
static void ask(struct view *v, bool writes)
{
	struct reports *s = v->state;
	struct asked *a;

	s->stale = asking_runs(&s->making);
	if (s->stale)
		return;
	a = XNEW(struct asked);
	s->making.owner = v;
	s->writes = a->writes = writes;
	a->path = reporting_path(&s->choice);
	reporting_copy(&a->what, &s->choice);
	asking_say(v->app, &s->making, &kinds[writes], a);
}

/* -- Opening: what is likely to be reported on -- */

static bool try_stage(struct registry *reg, const struct model_recs *models,
		      const char *stage, char **out)
{
	for (size_t i = 0; i < models->n && i < 500; i++) {
		char *text = xasprintf("%s@%s", models->at[i].name, stage);
		struct version_ref ref = { 0 };
		struct err ignored = ERR_INIT;
		bool found = reg_version_resolve(reg, text, &ref, &ignored) ==
			     RC_OK;

		if (found)
			*out = xasprintf("%s@%lld", ref.model,
					 (long long)ref.version);
		free(ref.model);
		free(text);
		if (found)
			return true;
	}
	return false;
}

static char *likely_version(struct registry *reg)
{
	struct model_recs models = VEC_INIT;
	struct err ignored = ERR_INIT;
	char *out = NULL;

	if (reg_model_list(reg, &models, &ignored) == RC_OK &&
	    !try_stage(reg, &models, "candidate", &out))
		(void)try_stage(reg, &models, "production", &out);
	for (size_t i = 0; i < models.n && !out; i++)
		if (models.at[i].n_versions)
			out = xasprintf("%s@%lld", models.at[i].name,
				(long long)models.at[i].n_versions);
	model_recs_release(&models);
	return out;
}

/* "SET m@production m@7" where both are there, else to be typed. */
static char *likely_comparison(struct registry *reg, const char *version)
{
	const char *at = strchr(version, '@');
	char *model = xmemdupz(version, (size_t)(at - version));
	char *base = xasprintf("%s@production", model), *out = NULL;
	struct version_ref ref = { 0 }, mine = { 0 };
	struct evaluation e;
	struct err ignored = ERR_INIT;

	if (reg_version_resolve(reg, base, &ref, &ignored) == RC_OK &&
	    reg_version_resolve(reg, version, &mine, &ignored) == RC_OK &&
	    ref.version != mine.version &&
	    reg_evaluation_newest(reg, mine.model, mine.version, &e,
				  &ignored) == RC_OK) {
		out = xasprintf("%s %s@%lld %s", e.testset, model,
				(long long)ref.version, version);
		evaluation_release(&e);
	}
	free(ref.model);
	free(mine.model);
	free(base);
	free(model);
	return out ? out : xstrdup("");
}

static void choose_version(struct reporting *c, struct registry *reg,
			   const char *version)
{
	for (size_t i = 0; i < REPORTING_KINDS; i++) {
		free(c->of[i]);
		c->of[i] = NULL;
	}
	c->of[REPORT_VERSION] = xstrdup(version);
	c->of[REPORT_CARD] = xstrdup(version);
	c->of[REPORT_COMPARISON] = likely_comparison(reg, version);
	c->of[REPORT_PROBLEMS] = xmemdupz(version, strcspn(version, "@"));
	c->of[REPORT_LOG] = xasprintf("version/%s", version);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct reports *s = XNEW(struct reports);
	char *version = arg ? xstrdup(arg) :
			      likely_version(app_registry(v->app));

	(void)err;
	v->state = s;
	buf_init(&s->bytes);
	s->choice = (struct reporting){ .kind = REPORT_VERSION,
					.stage = "production",
					.format = REPORT_MD };
	if (version)
		choose_version(&s->choice, app_registry(v->app), version);
	else
		s->choice.kind = REPORT_OVERVIEW;
	free(version);
	ask(v, false);
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct reports *s = v->state;

	asking_release(&s->making);
	reporting_release(&s->choice);
	buf_release(&s->bytes);
	free(s->lines);
	free(s->why);
	free(s);
}

static enum rc reload(struct view *v, struct err *err)
{
	(void)err;
	ask(v, false);
	return RC_OK;
}

/* -- Preview -- */

static void paint_preview(struct view *v, struct area *a)
{
	struct reports *s = v->state;
	int n = (int)s->n_lines;

	if (s->why) {
		area_wrap(a, 1, 0, a->w - 2, STYLE_WARN, s->why);
		return;
	}
	for (int y = a->scroll; y < n && y < a->scroll + a->h; y++)
		area_textn(a, 0, y, a->w, STYLE_NORMAL,
			   s->bytes.data + s->lines[y],
			   s->lines[y + 1] - s->lines[y] - 1);
	if (a->used < n)
		a->used = n;
}

static void preview_title(struct view *v, struct buf *out)
{
	struct reports *s = v->state;
	char *path = reporting_path(&s->choice);
	char at[DECIMAL_MAX], n[DECIMAL_MAX];

	buf_printf(out, " %s", path);
	if (!s->why && s->n_lines)
		buf_printf(out, "  line %s of %s", decimal_grouped(
			   (uint64_t)v->scroll[PANE_PREVIEW] + 1, at),
			   decimal_grouped(s->n_lines, n));
	free(path);
}

/* -- To -- */

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !slash ? xstrdup(".") :
	       xmemdupz(path, slash == path ? 1 : (size_t)(slash - path));
}

static void put_size(struct buf *out, uint64_t bytes)
{
	static const char units[] = "KMGTP";
	char text[DECIMAL_MAX];
	double x = (double)bytes / 1024;
	size_t i = 0;

	while (x >= 1024 && units[i + 1]) {
		x /= 1024;
		i++;
	}
	buf_printf(out, "%s%c", decimal_fixed(x, 0, text), units[i]);
}

static void paint_to(struct view *v, struct area *a)
{
	struct reports *s = v->state;
	char *path = reporting_path(&s->choice), *folder = folder_of(path);
	struct buf b = BUF_INIT;
	uint64_t room;
	struct err err = ERR_INIT;
	int y = 0;

	reporting_command(&s->choice, &b);
	y += area_wrap(a, 1, y, a->w - 2, STYLE_STRONG, b.data);
	buf_clear(&b);
	buf_printf(&b, "%s  free ", folder);
	if (app_free_space(v->app, folder, &room, &err) == RC_OK)
		put_size(&b, room);
	else
		buf_printf(&b, "unknown: %s", err.text);
	y += area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, b.data);
	if (fsx_exists(path))
		y += area_wrap(a, 1, y, a->w - 2, STYLE_WARN,
			       "The file that is there is kept as .1");
	if (asking_runs(&s->making) && s->writes)
		area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, "Writing; ^C "
			  "stops. The file is renamed only when complete.");
	else
		area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, "The same state "
			  "gives the same bytes.");
	buf_release(&b);
	free(folder);
	free(path);
}

/* -- Actions -- */

static void with_of(struct view *v, const char *text, void *arg)
{
	struct reports *s = v->state;
	struct reporting *c = &s->choice;

	(void)arg;
	if ((c->kind == REPORT_VERSION || c->kind == REPORT_CARD) &&
	    strchr(text, '@')) {
		choose_version(c, app_registry(v->app), text);
	} else {
		free(c->of[c->kind]);
		c->of[c->kind] = xstrdup(text);
	}
	ask(v, false);
}

static void with_path(struct view *v, const char *text, void *arg)
{
	struct reporting *c = &state_of(v)->choice;

	(void)arg;
	free(c->path);
	c->path = *text ? xstrdup(text) : NULL;
}

/* Name of the draft of why personal data is shown. */
#define REASON_DRAFT "report: why inputs are shown"

static void with_reason(struct view *v, const char *text, void *arg)
{
	struct reporting *c = &state_of(v)->choice;

	(void)arg;
	if (!text[strspn(text, " ")]) {
		app_say(v->app, "Not shown: personal data needs a reason, it "
			"stands in the report.");
		return;
	}
	app_kept_drop(v->app, REASON_DRAFT);
	free(c->reason);
	c->reason = xstrdup(text);
	c->flags |= REPORT_INPUTS;
	ask(v, false);
}

static const char *label_of(enum report_kind k)
{
	return k == REPORT_COMPARISON ? "TESTSET BASE CANDIDATE...: " :
	       k == REPORT_PROBLEMS ? "model (none: all): " :
	       k == REPORT_LOG ? "object (none: all): " : "NAME@V: ";
}

static unsigned ask_of(struct view *v)
{
	struct reporting *c = &state_of(v)->choice;

	if (c->kind == REPORT_OVERVIEW) {
		app_say(v->app, "The overview is of all of the registry.");
		return REACT_DRAW;
	}
	app_prompt(v->app, label_of(c->kind), c->of[c->kind] ?
		   c->of[c->kind] : "", NULL, with_of, NULL);
	return REACT_DRAW;
}

static void next_stage(struct reporting *c)
{
	const char *const *all = version_stages();
	size_t i = 0;

	while (all[i] && strcmp(all[i], c->stage) != 0)
		i++;
	c->stage = all[i] && all[i + 1] ? all[i + 1] : all[0];
}

/* Personal data: a second Space, and a reason. */
static bool toggle_inputs(struct view *v)
{
	struct reports *s = v->state;

	if (s->choice.flags & REPORT_INPUTS) {
		s->choice.flags &= ~(unsigned)REPORT_INPUTS;
		return true;
	}
	if (!s->inputs_asked) {
		s->inputs_asked = true;
		app_say(v->app, "Inputs may be personal data, and the file "
			"leaves this registry. Space again, and a reason.");
		return false;
	}
	s->inputs_asked = false;
	app_prompt_kept(v->app, REASON_DRAFT, "reason: ", NULL, NULL,
			with_reason, NULL);
	return false;
}

static unsigned write_it(struct view *v)
{
	struct reports *s = v->state;

	if (s->why)
		app_say(v->app, "Nothing to write: %s", s->why);
	else if (asking_runs(&s->making))
		app_say(v->app, "The file is still being made; then Enter "
			"again. ^C stops.");
	else
		ask(v, true);
	return REACT_DRAW;
}

/* Space and Enter on a row. */
static unsigned pick(struct view *v)
{
	struct reports *s = v->state;
	size_t at = list_row(&v->lists[PANE_CHOOSE]);
	const struct row *r = &rows_of_choice[at < N_ROWS ? at : 0];
	bool was_asked = s->inputs_asked;

	if (r->value != REPORT_INPUTS)
		s->inputs_asked = false;
	switch (r->kind) {
	case ROW_OF: return ask_of(v);
	case ROW_PATH:
		app_prompt_file(v->app, "file: ",
				s->choice.path ? s->choice.path : "",
				NULL, with_path, NULL);
		return REACT_DRAW;
	case ROW_WRITE: return write_it(v);
	case ROW_STAGE: next_stage(&s->choice); break;
	case ROW_KIND: s->choice.kind = (enum report_kind)r->value; break;
	case ROW_FORMAT: s->choice.format = r->value; break;
	case ROW_FLAG:
		s->inputs_asked = was_asked && r->value == REPORT_INPUTS;
		if (r->value != REPORT_INPUTS)
			s->choice.flags ^= (unsigned)r->value;
		else if (!toggle_inputs(v))
			return REACT_DRAW;
		break;
	}
	if (!reporting_fits(&s->choice))
		s->choice.format = REPORT_HTML;
	ask(v, false);
	return REACT_DRAW;
}

/* A copy for the pager, in a folder of ours; gone afterwards. */
static enum rc page(struct view *v, struct err *err)
{
	struct reports *s = v->state;
	const char *pager = getenv("PAGER");
	struct strs argv = VEC_INIT;
	char *folder = NULL, *path = NULL;
	int status;
	enum rc rc = spawn_split(pager && *pager ? pager : "less -FIRX", &argv,
				 err);

	if (rc == RC_OK)
		rc = private_folder("pager", &folder, err);
	if (rc == RC_OK) {
		path = xasprintf("%s/report-%d", folder, (int)getpid());
		rc = fsx_write(path, s->bytes.data, s->bytes.len, 0600, true,
			       err);
	}
	if (rc == RC_OK) {
		strs_add(&argv, path);
		vec_push(&argv, NULL);
		rc = app_on_terminal(v->app, argv.at, &status, err);
		argv.n--;
		unlink(path);
	}
	strs_release(&argv);
	free(folder);
	free(path);
	return rc;
}

static unsigned show_pager(struct view *v)
{
	struct err err = ERR_INIT;

	if (page(v, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

static unsigned copy_command(struct view *v)
{
	struct buf b = BUF_INIT;

	reporting_command(&state_of(v)->choice, &b);
	app_copy(v->app, b.data);
	buf_release(&b);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	switch (a) {
	case ACT_OPEN:
	case ACT_MARK:
		return v->focus == PANE_CHOOSE ? pick(v) : REACT_NOT_MINE;
	case ACT_WRITE_REPORT:
		return write_it(v);
	case ACT_PAGER:
		return show_pager(v);
	case ACT_COPY:
		return copy_command(v);
	default:
		return REACT_NOT_MINE;
	}
}

static void place(struct view *v, struct buf *out)
{
	const struct reporting *c = &state_of(v)->choice;

	buf_printf(out, "Reports > %s", c->of[c->kind] && *c->of[c->kind] ?
		   c->of[c->kind] : "registry");
}

static void summary(struct view *v, struct buf *out)
{
	enum { ROOM = 60 };

	reporting_command(&state_of(v)->choice, out);
	/* longer ones stand in the pane TO, and leave the path its place */
	if (out->len > ROOM)
		buf_clear(out);
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	int below = h > 34 ? 9 : 7;
	struct rect left, right;

	(void)v;
	layout_side_by_side(w, h, 40, &left, &right);
	rects[PANE_PREVIEW] = right;
	rects[PANE_CHOOSE] = (struct rect){ left.x, left.y, left.w,
					    left.h - below + 1 };
	rects[PANE_TO] = (struct rect){ left.x, left.y + left.h - below,
					left.w, below };
}

const struct view_ops view_reports_ops = {
	.name = "Reports", .screen = SCREEN_REPORTS, .context = IN_REPORTS,
	.n_panes = 3,
	.panes = {
		[PANE_CHOOSE] = { .name = "CHOOSE", .list = &source },
		[PANE_PREVIEW] = { .name = "PREVIEW", .paint = paint_preview,
				   .title = preview_title },
		[PANE_TO] = { .name = "TO", .paint = paint_to },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.act = act, .place = place, .summary = summary, .layout = layout,
};

void reports_open(struct app *app, const char *version)
{
	struct err err = ERR_INIT;

	if (app_show(app, &view_reports_ops, version, &err) != RC_OK)
		app_fail(app, &err);
}
