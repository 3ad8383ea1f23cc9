#include "tui/view_labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "registry/problem_labels.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/gathering.h"

struct labels {
	int64_t id;
	struct labelling l;
	bool *review;			/* of rows: somebody looks again */
	size_t *order;			/* conflicts first, agreed ones last */
};

enum { PANE_ROWS, PANE_AGREEMENT };
enum { L_STATE, L_LABELS, L_REVIEW, L_INPUTS };

static struct labels *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Rows -- */

static const struct list_column columns[] = {
	[L_STATE] = { "state", "state", 8, 16, 9 },
	[L_LABELS] = { "labels", "labels", 12, 30, 8 },
	[L_REVIEW] = { "review", "review", 6, 6, 2 },
	[L_INPUTS] = { "inputs", "inputs", 12, 40, 5, .elastic = true },
};

static size_t rows(void *arg)
{
	return state_of(arg)->l.rows.n;
}

static const struct labelled_row *row_at(const struct labels *s, size_t i)
{
	return &s->l.rows.at[s->order[i]];
}

static enum style put_state(const struct labelled_row *r, struct buf *out)
{
	if (r->agreed)
		buf_printf(out, "agreed %s", r->agreed);
	else
		buf_str(out, r->is_conflict ? "conflict" : "by one");
	return r->is_conflict ? STYLE_WARN : STYLE_NORMAL;
}

static void put_labels(const struct labelled_row *r, struct buf *out)
{
	for (size_t i = 0; i < r->labels.n; i++)
		buf_printf(out, "%s%s%s=%s", i ? " " : "",
			   r->labels.at[i].expert ? "expert " : "",
			   r->labels.at[i].labeller, r->labels.at[i].label);
}

static enum style cell(void *arg, size_t i, size_t column, struct buf *out)
{
	const struct labels *s = state_of(arg);
	const struct labelled_row *r = row_at(s, i);

	switch (column) {
	case L_STATE: return put_state(r, out);
	case L_LABELS: put_labels(r, out); break;
	case L_REVIEW: buf_str(out, s->review[s->order[i]] ? "again" : ""); break;
	case L_INPUTS:
		for (size_t k = 0; k < r->inputs.n; k++)
			buf_printf(out, "%s%s=%s", k ? " " : "",
				   r->inputs.at[k].key,
				   r->inputs.at[k].value);
		break;
	}
	return STYLE_NORMAL;
}

static void row_id(void *arg, size_t i, struct buf *out)
{
	buf_str(out, row_at(state_of(arg), i)->row);
}

static bool field(void *arg, size_t i, const char *name, struct buf *out)
{
	const struct labelled_row *r = row_at(state_of(arg), i);

	for (size_t k = 0; k < r->inputs.n; k++) {
		if (strcmp(r->inputs.at[k].key, name) != 0)
			continue;
		buf_str(out, r->inputs.at[k].value);
		return true;
	}
	return false;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "Nothing came back yet. S writes a sheet and takes filled "
		 "ones back.",
	.rows = rows, .cell = cell, .id = row_id, .field = field,
};

/* -- Agreement -- */

static void put_kappa(struct buf *out, const struct figure *f)
{
	if (f->why)
		buf_printf(out, "- (%s)", f->why);
	else
		put_figure(out, f);
	buf_printf(out, ", %llu rows", (unsigned long long)f->n);
}

static void paint_agreement(struct view *v, struct area *a)
{
	const struct labelling *l = &state_of(v)->l;
	struct buf b = BUF_INIT;
	int y = 0;

	area_printf(a, 1, y++, STYLE_NORMAL, "%zu rows: %zu agreed, %zu in "
		    "conflict, %zu by one", l->rows.n, l->n_agreed,
		    l->n_conflicts, l->n_single);
	for (size_t i = 0; i < l->pairs.n; i++) {
		const struct label_pair *p = &l->pairs.at[i];

		buf_clear(&b);
		buf_printf(&b, "%s, %s (Cohen) ", l->labellers.at[p->first],
			   l->labellers.at[p->second]);
		put_kappa(&b, &p->kappa);
		area_text(a, 1, y++, a->w - 2, STYLE_NORMAL, b.data);
	}
	if (l->rows.n) {
		buf_clear(&b);
		buf_str(&b, "all (Fleiss) ");
		put_kappa(&b, &l->fleiss);
		area_text(a, 1, y++, a->w - 2, STYLE_NORMAL, b.data);
	}
	buf_release(&b);
}

/* -- The view -- */

static void mark_review(struct labels *s)
{
	s->review = XNEW_ARRAY(bool, s->l.rows.n + 1);
	for (size_t i = 0; i < s->l.labellers.n; i++) {
		size_t *at, n = labelling_review(&s->l, s->l.labellers.at[i],
						 &at);

		for (size_t k = 0; k < n; k++)
			s->review[at[k]] = true;
		free(at);
	}
}

static int urgency(const struct labelled_row *r)
{
	return r->is_conflict ? 0 : r->agreed ? 2 : 1;
}

static void sort_rows(struct labels *s)
{
	size_t n = 0;

	s->order = XNEW_ARRAY(size_t, s->l.rows.n + 1);
	for (int u = 0; u < 3; u++)
		for (size_t i = 0; i < s->l.rows.n; i++)
			if (urgency(&s->l.rows.at[i]) == u)
				s->order[n++] = i;
}

static enum rc read_labels(struct view *v, int64_t id, struct labels *out,
			   struct err *err)
{
	enum rc rc = reg_problem_labelling(app_registry(v->app), id, &out->l,
					   err);

	out->id = id;
	if (rc != RC_OK)
		return rc;
	mark_review(out);
	sort_rows(out);
	return RC_OK;
}

static void labels_release(struct labels *s)
{
	labelling_release(&s->l);
	free(s->review);
	free(s->order);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct labels *s = XNEW(struct labels);
	enum rc rc = read_labels(v, *(const int64_t *)arg, s, err);

	if (rc == RC_OK)
		v->state = s;
	else
		free(s);
	return rc;
}

static void close_view(struct view *v)
{
	labels_release(v->state);
	free(v->state);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct labels *s = v->state, fresh = { 0 };
	enum rc rc = read_labels(v, s->id, &fresh, err);

	if (rc != RC_OK)
		return rc;
	labels_release(s);
	*s = fresh;
	return RC_OK;
}

static unsigned act(struct view *v, enum action a)
{
	if (a != ACT_PROBLEM_GATHER)
		return REACT_NOT_MINE;
	gathering_start(v, state_of(v)->id);
	return REACT_DRAW;
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "P-%lld > labels", (long long)state_of(v)->id);
}

static bool object(struct view *v, struct buf *out)
{
	buf_printf(out, "problem/P-%lld", (long long)state_of(v)->id);
	return true;
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	int lower = (int)state_of(v)->l.pairs.n + 4;

	lower = lower > h / 2 ? h / 2 : lower;
	rects[PANE_ROWS] = (struct rect){ 0, 0, w, h - lower + 1 };
	rects[PANE_AGREEMENT] = (struct rect){ 0, h - lower, w, lower };
}

const struct view_ops view_labels_ops = {
	.name = "Labels", .screen = SCREEN_PROBLEMS, .context = IN_LABELS,
	.n_panes = 2,
	.panes = {
		[PANE_ROWS] = { .name = "ROWS", .list = &source },
		[PANE_AGREEMENT] = { .name = "AGREEMENT",
				     .paint = paint_agreement },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.object = object, .layout = layout, .place = place,
};
