#include "tui/view_runs.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "registry/run.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/version_detail.h"

struct runs {
	char *testset;
	struct run_recs recs;
	int64_t shown;			/* id of the run in said; 0: none */
	struct buf said;		/* safe; lines */
};

enum { PANE_RUNS, PANE_DETAIL };

static struct runs *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- The list -- */

enum { R_WHEN, R_MODEL, R_VERSION, R_REVISION, R_STATE, R_ASKED, R_STORED };

static const struct list_column columns[] = {
	[R_WHEN] = { "when", "when", 10, 16, 4 },
	[R_MODEL] = { "model", "model", 6, 16, 8, .elastic = true,
		      .middle = true },
	[R_VERSION] = { "version", "v", 2, 4, 8, .right = true },
	[R_REVISION] = { "revision", "rev", 3, 4, 3, .right = true },
	[R_STATE] = { "state", "state", 9, 9, 9 },
	[R_ASKED] = { "asked", "asked", 5, 9, 6, .right = true },
	[R_STORED] = { "stored", "stored", 6, 9, 7, .right = true },
};

static size_t rows(void *arg)
{
	return state_of(arg)->recs.n;
}

/* "2026-03-01 12:00" */
static void put_when(struct buf *out, int64_t time)
{
	char text[CLOCK_TEXT];

	clock_format(time, text);
	buf_add(out, text, 10);
	buf_char(out, ' ');
	buf_add(out, text + 11, 5);
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct run_rec *r = &state_of(arg)->recs.at[row];

	switch (column) {
	case R_WHEN: put_when(out, r->time); break;
	case R_MODEL: buf_str(out, r->model); break;
	case R_VERSION: buf_printf(out, "%lld", (long long)r->version); break;
	case R_REVISION:
		buf_printf(out, "r%lld", (long long)r->revision);
		break;
	case R_STATE:
		buf_str(out, run_state_text(r->state));
		return r->state == RUN_ANSWERED || r->state == RUN_RUNNING
		     ? STYLE_NORMAL : STYLE_WARN;
	case R_ASKED: put_count(out, r->asked); break;
	case R_STORED: put_count(out, r->stored); break;
	}
	return STYLE_NORMAL;
}

static void row_id(void *arg, size_t row, struct buf *out)
{
	buf_printf(out, "%lld", (long long)state_of(arg)->recs.at[row].id);
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "No runner was asked on this set yet: a on the matrix asks "
		 "those of all versions, 'muster version add --runner' names "
		 "one.",
	.rows = rows, .cell = cell, .id = row_id,
};

/* -- Reading -- */

static enum rc read_all(struct view *v, struct runs *s, struct err *err)
{
	return reg_run_list(app_registry(v->app), NULL, 0, s->testset,
			    &s->recs, err);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct runs *s = XNEW(struct runs);

	s->testset = xstrdup(arg);
	v->state = s;
	return read_all(v, s, err);
}

static void close_view(struct view *v)
{
	struct runs *s = v->state;

	run_recs_release(&s->recs);
	buf_release(&s->said);
	free(s->testset);
	free(s);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct runs *s = v->state, fresh = { .testset = s->testset };
	enum rc rc = read_all(v, &fresh, err);

	if (rc != RC_OK)
		return rc;
	run_recs_release(&s->recs);
	s->recs = fresh.recs;
	s->shown = 0;
	return RC_OK;
}

static const struct run_rec *at_cursor(struct view *v)
{
	size_t row = list_row(&v->lists[PANE_RUNS]);

	return row == SIZE_MAX ? NULL : &state_of(v)->recs.at[row];
}

static enum rc select_row(struct view *v, struct err *err)
{
	struct runs *s = v->state;
	const struct run_rec *r = at_cursor(v);
	struct buf raw = BUF_INIT;
	enum rc rc = RC_OK;

	if (!r || r->id == s->shown)
		return RC_OK;
	s->shown = r->id;
	buf_clear(&s->said);
	if (r->said)
		rc = reg_run_said(app_registry(v->app), r->id, &raw, err);
	if (rc == RC_OK)
		safetext_add(&s->said, raw.data, raw.len, SAFE_TEXT);
	buf_release(&raw);
	return rc;
}

/* -- Detail -- */

static int paint_end(const struct run_rec *r, struct area *a, int y)
{
	char took[DECIMAL_MAX];
	struct buf text = BUF_INIT;

	if (r->sandbox) {
		buf_printf(&text, "%s ms, status %lld",
			   decimal_grouped((uint64_t)r->duration_ms, took),
			   (long long)r->status);
		y = paint_labelled(a, y, "took", text.data);
	}
	y = paint_labelled(a, y, "sandbox",
			   r->sandbox ? r->sandbox : "never ran");
	y = paint_labelled(a, y, "file", r->artifact);
	buf_release(&text);
	return y;
}

static int paint_said(const struct buf *said, struct area *a, int y)
{
	const char *p = said->len ? said->data : "";

	area_text(a, 1, ++y, a->w - 2, STYLE_HEADING,
		  "THE END OF ITS STDERR");
	if (!*p)
		area_text(a, 1, y + 1, a->w - 2, STYLE_NORMAL, "(nothing)");
	while (*p) {
		size_t n = strcspn(p, "\n");
		char *one = xmemdupz(p, n);
		int lines = area_wrap(a, 1, ++y, a->w - 2, STYLE_NORMAL, one);

		y += lines > 1 ? lines - 1 : 0;
		p += n + (p[n] == '\n');
		free(one);
	}
	return y + 1;
}

static void paint_detail(struct view *v, struct area *a)
{
	const struct run_rec *r = at_cursor(v);
	struct buf text = BUF_INIT;
	int y;

	if (!r)
		return;
	put_when(&text, r->time);
	buf_printf(&text, " by %s, entry %lld", r->who,
		   (long long)r->id - 1);
	y = paint_labelled(a, 0, "asked", text.data);
	y = paint_labelled(a, y, "ended", run_state_text(r->state));
	y = paint_labelled(a, y, "why", r->why);
	y = paint_end(r, a, y);
	paint_said(&state_of(v)->said, a, y);
	buf_release(&text);
}

static void detail_title(struct view *v, struct buf *out)
{
	const struct run_rec *r = at_cursor(v);

	if (r)
		buf_printf(out, " %s %lld", r->model, (long long)r->version);
}

/* -- The view -- */

static unsigned act(struct view *v, enum action a)
{
	if (a != ACT_OPEN)
		return REACT_NOT_MINE;
	v->focus = PANE_DETAIL;
	return REACT_DRAW;
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "runs on %s", state_of(v)->testset);
}

static bool object(struct view *v, struct buf *out)
{
	buf_printf(out, "testset/%s", state_of(v)->testset);
	return true;
}

const struct view_ops view_runs_ops = {
	.name = "Runs", .screen = SCREEN_DATA,
	.n_panes = 2,
	.panes = {
		[PANE_RUNS] = { .name = "RUNS", .list = &source },
		[PANE_DETAIL] = { .name = "RUN", .title = detail_title,
				  .paint = paint_detail },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_row, .act = act, .place = place, .object = object,
};
