#include "tui/view_patterns.h"

#include <string.h>

#include "base/xalloc.h"
#include "registry/prediction.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/capture.h"
#include "tui/figures.h"
#include "tui/filter.h"
#include "tui/revising.h"

/* Sets up to this many cells are read whole when the view opens. Of larger
 * ones the screen is painted from single cells; a column is read whole when a
 * filter or a sort key first asks for it. */
#define EAGER_CELLS 2000000u
#define BRIEF_CELLS 16		/* of the detail, until all are asked for */
#define MAX_SHOWN 60		/* columns of the list */
#define LONG_TEXT 16		/* cells; longer ones may be clipped */

/* What one version said. */
struct said {
	char *head;			/* "credit-scorer 7" */
	struct predictions *p;		/* NULL: could not be read */
};

struct patterns {
	char *testset, *title;
	int64_t revision;
	struct version_refs versions;
	uint32_t *only;			/* as given; NULL: all active */
	size_t n_only;
	/* of the set as it is now */
	struct testset *set;
	uint32_t *ordinals;		/* n; NULL: row is ordinal */
	size_t n;
	struct strs names;		/* of the set's columns */
	size_t *at;			/* names.n: columns of the set */
	const struct column **column;	/* names.n; NULL: not read whole */
	VEC_DECLARE(struct said, saids) said;
	struct list_column heads[2 + MAX_SHOWN];
	size_t n_heads;
	struct strs head_texts;		/* owns what heads point to */
	bool in_full;			/* the detail shows all cells */
	size_t loaded_said;		/* said.n that have a column */
	bool broken;			/* a column could not be read: said once */
	struct revising revising;
	struct view *view;
};

enum { COL_KEY, COL_SAID };

static size_t ordinal(const struct patterns *p, size_t row)
{
	return p->ordinals ? p->ordinals[row] : row;
}

/* -- Cells -- */

static void say_broken(struct patterns *p, const struct err *err)
{
	if (!p->broken)
		app_fail(p->view->app, err);
	p->broken = true;
}

static const struct column *column_of(struct patterns *p, size_t i)
{
	struct err err = ERR_INIT;

	if (!p->column[i] && !p->broken &&
	    testset_column_at(p->set, p->at[i], &p->column[i], &err) != RC_OK)
		say_broken(p, &err);
	return p->column[i];
}

static void put_cell(struct patterns *p, size_t i, size_t row, struct buf *out)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	const char *s;
	size_t n;

	if (p->broken) {
		buf_char(out, '?');
	} else if (testset_cell(p->set, row, p->at[i], &text, &s, &n, &err) ==
		   RC_OK) {
		buf_add(out, s, n);
	} else {
		say_broken(p, &err);
		buf_char(out, '?');
	}
	buf_release(&text);
}

static void put_answer(struct patterns *p, const struct said *s, size_t row,
		       struct buf *out)
{
	struct prediction_one one = prediction_at(s->p, testset_info(p->set),
						  row);

	put_said(&one, out);
}

/* Right, wrong, or neither can be said. */
static enum style style_of_said(struct patterns *p, const struct said *s,
				size_t row)
{
	const struct testset_info *info = testset_info(p->set);
	const char *label = prediction_at(s->p, info, row).label;
	struct buf target = BUF_INIT;
	enum style style = STYLE_NORMAL;

	if (!label)
		return style;
	for (size_t i = 0; i < p->names.n; i++)
		if (strcmp(p->names.at[i], info->target) == 0)
			put_cell(p, i, row, &target);
	if (strcmp(target.data, label) != 0)
		style = STYLE_BAD;
	buf_release(&target);
	return style;
}

static void put_row_key(struct patterns *p, size_t row, struct buf *out)
{
	struct err err = ERR_INIT;
	size_t from = out->len;

	if (testset_key(p->set, row, out, &err) != RC_OK) {
		buf_truncate(out, from);
		buf_char(out, '?');
		return;
	}
	testset_key_shown(out->data + from, out->len - from);
}

/* -- The list -- */

static struct patterns *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static size_t rows(void *arg)
{
	return state_of(arg)->n;
}

static const struct list_column *columns_of(void *arg, size_t *n)
{
	*n = state_of(arg)->n_heads;
	return state_of(arg)->heads;
}

/* The row is read by a filter, which goes on to all others. */
static bool is_filtering(const struct patterns *p, size_t row)
{
	const struct list *l = &p->view->lists[0];

	return l->scanning && l->filter && l->scanned == row;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	struct patterns *p = state_of(arg);
	size_t at = ordinal(p, row);

	if (column == COL_KEY) {
		put_row_key(p, at, out);
		return STYLE_NORMAL;
	}
	column -= COL_SAID;
	if (column < p->loaded_said) {
		put_answer(p, &p->said.at[column], at, out);
		return style_of_said(p, &p->said.at[column], at);
	}
	column -= p->loaded_said;
	if (is_filtering(p, row))
		column_of(p, column);
	put_cell(p, column, at, out);
	return STYLE_NORMAL;
}

/* Sorting looks at rows in no order: what it compares is read whole. The key
 * is made of the key columns, or of the inputs. */
static bool order(void *arg, const struct column_sort *keys, size_t n)
{
	struct patterns *p = state_of(arg);
	bool named = testset_info(p->set)->keys.n > 0;
	unsigned role = named ? ROLE_KEY : ROLE_INPUT;
	const struct column *c;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		size_t column = keys[i].column - COL_SAID;

		if (keys[i].column >= COL_SAID + p->loaded_said)
			column_of(p, column - p->loaded_said);
		if (keys[i].column != COL_KEY)
			continue;
		for (size_t k = 0; k < testset_n_columns(p->set); k++)
			if ((testset_column_roles(p->set, k) & role) &&
			    testset_column_at(p->set, k, &c, &err) != RC_OK)
				say_broken(p, &err);
	}
	return false;
}

static void row_id(void *arg, size_t row, struct buf *out)
{
	buf_printf(out, "%zu", ordinal(state_of(arg), row));
}

static const struct list_source source = {
	.empty = "No patterns in this revision. 'muster testset grow NAME "
		 "FILE.csv' adds some.",
	.rows = rows, .cell = cell, .id = row_id, .order = order,
	.columns_of = columns_of,
};

/* -- Opening -- */

static bool is_small(const struct patterns *p)
{
	return testset_rows(p->set) * p->names.n <= EAGER_CELLS;
}

/* A name that is no column ("race+sex") is left out. */
static void add_name(struct patterns *p, const char *name)
{
	size_t at = 0, n = testset_n_columns(p->set);

	while (name && at < n &&
	       strcmp(testset_column_name(p->set, at), name) != 0)
		at++;
	for (size_t i = 0; i < p->names.n; i++)
		if (p->at[i] == at)
			return;
	if (!name || at == n)
		return;
	p->at[p->names.n] = at;
	strs_add(&p->names, name);
}

/* Target first, then inputs, then what only slices. */
static void take_names(struct patterns *p)
{
	const struct testset_info *info = testset_info(p->set);

	p->at = XNEW_ARRAY(size_t, testset_n_columns(p->set) + 1);
	add_name(p, info->target);
	for (size_t i = 0; i < info->inputs.n; i++)
		add_name(p, info->inputs.at[i]);
	for (size_t i = 0; i < info->slices.n; i++)
		add_name(p, info->slices.at[i]);
	add_name(p, info->weight);
	add_name(p, info->group);
	add_name(p, info->scale);
	p->column = XNEW_ARRAY(const struct column *, p->names.n + 1);
}

/* What may be clipped says so by its type: only texts get narrower than they
 * want to be, as half a number would read as another one. */
static void add_head(struct patterns *p, const char *text, int want,
		     int priority, bool elastic)
{
	struct list_column *c = &p->heads[p->n_heads++];

	strs_add(&p->head_texts, text);
	c->key = c->head = p->head_texts.at[p->head_texts.n - 1];
	c->min = elastic && want > LONG_TEXT ? LONG_TEXT : want;
	c->want = want;
	c->priority = priority;
	c->elastic = elastic;
}

/* Wide enough for what stands in the first rows. Columns that will hardly be
 * on the screen are not looked at for that. */
#define LOOK_ROWS 50
#define LOOK_CELLS 100

struct look {
	int width;
	bool numbers;		/* all that are not empty */
	bool texts;		/* may be clipped */
};

static struct look look_at(struct patterns *p, size_t i)
{
	struct look look = { .width = 4, .numbers = true };
	struct buf text = BUF_INIT;
	double x;

	for (size_t row = 0; row < p->n && row < LOOK_ROWS; row++) {
		int cells;

		buf_clear(&text);
		put_cell(p, i, ordinal(p, row), &text);
		cells = text_cells(text.data, false);
		look.width = cells > look.width ? cells : look.width;
		look.numbers &= !text.len || filter_number(text.data, &x);
	}
	buf_release(&text);
	look.texts = !look.numbers && look.width > LONG_TEXT;
	look.width = look.width < 40 ? look.width : 40;
	return look;
}

/* A column in memory says what it is. */
static struct look look_whole(struct patterns *p, size_t i)
{
	const struct column *c = column_of(p, i);
	struct look look = look_at(p, i);

	look.numbers = c && c->kind == COLUMN_NUMBERS;
	look.texts = !c || c->kind == COLUMN_TEXTS;
	return look;
}

static int add_column(struct patterns *p, size_t i, int priority, bool look)
{
	struct look l = { .width = 10, .texts = true };
	int name = text_cells(p->names.at[i], false);

	if (look)
		l = is_small(p) ? look_whole(p, i) : look_at(p, i);
	add_head(p, p->names.at[i], l.width > name ? l.width : name, priority,
		 l.texts);
	p->heads[p->n_heads - 1].right = l.numbers;
	return p->heads[p->n_heads - 1].min;
}

static void make_heads(struct patterns *p)
{
	int priority = 100, cells = 0;

	p->n_heads = 0;
	strs_release(&p->head_texts);
	add_head(p, "key", 12, priority--, false);
	p->loaded_said = p->said.n < MAX_SHOWN / 2 ? p->said.n : MAX_SHOWN / 2;
	for (size_t i = 0; i < p->loaded_said; i++)
		add_head(p, p->said.at[i].head, 10, priority - 1, false);
	priority -= 2;
	for (size_t i = 0; i < p->names.n && p->n_heads <= MAX_SHOWN; i++)
		cells += add_column(p, i, priority--, cells < LOOK_CELLS);
}

static void take_ordinals(struct patterns *p)
{
	const uint8_t *active = testset_active(p->set);
	size_t all = testset_rows(p->set);

	if (p->only) {
		p->ordinals = XNEW_ARRAY(uint32_t, p->n_only + 1);
		for (size_t i = 0; i < p->n_only; i++)
			if (p->only[i] < all)
				p->ordinals[p->n++] = p->only[i];
		return;
	}
	p->n = all;
	if (testset_info(p->set)->n_retired == 0)
		return;
	p->ordinals = XNEW_ARRAY(uint32_t, all + 1);
	p->n = 0;
	for (size_t i = 0; i < all; i++)
		if (active[i])
			p->ordinals[p->n++] = (uint32_t)i;
}

static enum rc take_said(struct patterns *p, const struct version_refs *v,
			 struct err *err)
{
	struct registry *reg = app_registry(p->view->app);

	for (size_t i = 0; i < v->n; i++) {
		struct said *s = vec_add(&p->said);
		enum rc rc;

		s->head = xasprintf("%s %lld", v->at[i].model,
				    (long long)v->at[i].version);
		rc = reg_predictions_load(reg, v->at[i].model,
					  v->at[i].version, p->set, UINT64_MAX,
					  &s->p, err);
		if (rc != RC_OK && rc != RC_NOT_FOUND)
			return rc;
	}
	return RC_OK;
}

/* All versions that have predictions here, for the detail. */
static enum rc take_all_said(struct patterns *p, struct err *err)
{
	struct registry *reg = app_registry(p->view->app);
	struct predicteds all = VEC_INIT;
	struct version_refs v = VEC_INIT;
	enum rc rc = reg_predictions_versions(reg, p->testset, &all, err);

	for (size_t i = 0; rc == RC_OK && i < all.n; i++) {
		char *head = xasprintf("%s %lld", all.at[i].model,
				       (long long)all.at[i].version);
		bool known = false;

		for (size_t k = 0; k < p->said.n; k++)
			known |= strcmp(p->said.at[k].head, head) == 0;
		free(head);
		if (!known)
			vec_push(&v, ((struct version_ref){
				.model = all.at[i].model,
				.version = all.at[i].version }));
	}
	if (rc == RC_OK)
		rc = take_said(p, &v, err);
	vec_free(&v);		/* its names are all's */
	predicteds_release(&all);
	return rc;
}

static void close_set(struct patterns *p)
{
	testset_close(p->set);
	p->set = NULL;
	free(p->ordinals);
	p->ordinals = NULL;
	free(p->column);
	p->column = NULL;
	free(p->at);
	p->at = NULL;
	strs_release(&p->names);
	strs_release(&p->head_texts);
	for (size_t i = 0; i < p->said.n; i++) {
		free(p->said.at[i].head);
		predictions_free(p->said.at[i].p);
	}
	vec_free(&p->said);
	p->n = p->n_heads = 0;
	p->broken = false;
}

static enum rc show_in_full(struct patterns *p, struct err *err)
{
	p->in_full = true;
	return take_all_said(p, err);
}

static enum rc open_set(struct patterns *p, struct err *err)
{
	struct registry *reg = app_registry(p->view->app);
	enum rc rc = reg_testset_open(reg, p->testset, p->revision, &p->set,
				      err);

	if (rc != RC_OK)
		return rc;
	take_names(p);
	take_ordinals(p);
	rc = take_said(p, &p->versions, err);
	if (rc != RC_OK)
		return rc;
	make_heads(p);
	if (is_small(p))
		return show_in_full(p, err);
	return RC_OK;
}

static void copy_arg(struct patterns *p, const struct patterns_arg *arg)
{
	p->testset = xstrdup(arg->testset);
	p->title = xstrdup_or_null(arg->title);
	p->revision = arg->revision;
	for (size_t i = 0; arg->versions && i < arg->versions->n; i++)
		vec_push(&p->versions, ((struct version_ref){
			.model = xstrdup(arg->versions->at[i].model),
			.version = arg->versions->at[i].version }));
	if (!arg->ordinals)
		return;
	p->n_only = arg->n_ordinals;
	p->only = XNEW_ARRAY(uint32_t, p->n_only + 1);
	memcpy(p->only, arg->ordinals, p->n_only * sizeof(*p->only));
}

static void free_state(struct patterns *p)
{
	close_set(p);
	free(p->testset);
	free(p->title);
	free(p->only);
	version_refs_release(&p->versions);
	free(p);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct patterns *p = XNEW(struct patterns);

	v->state = p;
	p->view = v;
	copy_arg(p, arg);
	return open_set(p, err);
}

static void close_view(struct view *v)
{
	revising_release(&((struct patterns *)v->state)->revising);
	free_state(v->state);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct patterns *p = v->state;

	if (p->revising.found)	/* corrected here: that is what is shown */
		p->revision = 0;
	close_set(p);
	return open_set(p, err);
}

/* -- The detail -- */

/* Room for the names of cells and versions: all of the longest one, as long as
 * half of the pane is left for what they hold. */
static int name_width(const struct patterns *p, const struct area *a)
{
	int least = a->w > 60 ? 20 : 12, most = a->w / 2, wide = least;

	for (size_t i = 0; i < p->names.n + p->said.n; i++) {
		const char *name = i < p->names.n ? p->names.at[i]
				 : p->said.at[i - p->names.n].head;
		int cells = text_cells(name, a->canvas->ascii) + 1;

		wide = cells > wide ? cells : wide;
	}
	return wide <= most ? wide : most > least ? most : least;
}

static int paint_cell(struct area *a, int y, int wide, const char *name,
		      const char *text, enum style style)
{
	int lines;

	area_text(a, 1, y, wide - 1, STYLE_FAINT, name);
	lines = area_wrap(a, wide + 1, y, a->w - wide - 2, style,
			  *text ? text : "(empty)");
	return y + (lines > 0 ? lines : 1);
}

static int paint_cells(struct patterns *p, struct area *a, size_t row, int y,
		       int wide)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < p->names.n; i++) {
		if (!p->in_full && i >= BRIEF_CELLS)
			break;
		buf_clear(&text);
		put_cell(p, i, row, &text);
		y = paint_cell(a, y, wide, p->names.at[i], text.data,
			       i ? STYLE_NORMAL : STYLE_STRONG);
	}
	buf_release(&text);
	return y;
}

/* "yes .721  wrong": names may take what such an answer leaves. */
#define SAID_CELLS 18

static int said_width(const struct patterns *p, const struct area *a, int wide)
{
	int most = a->w - SAID_CELLS, want = wide;

	for (size_t i = 0; i < p->said.n; i++) {
		int cells = text_cells(p->said.at[i].head, a->canvas->ascii);

		want = cells + 1 > want ? cells + 1 : want;
	}
	return want <= most ? want : most > wide ? most : wide;
}

static int paint_said(struct patterns *p, struct area *a, size_t row, int y,
		      int wide)
{
	struct buf text = BUF_INIT, head = BUF_INIT;

	wide = said_width(p, a, wide);

	if (p->said.n)
		area_text(a, 1, y++, a->w - 2, STYLE_HEADING, "SAID");
	for (size_t i = 0; i < p->said.n; i++) {
		enum style style = style_of_said(p, &p->said.at[i], row);

		buf_clear(&text);
		put_answer(p, &p->said.at[i], row, &text);
		if (style == STYLE_BAD)
			buf_str(&text, "  wrong");
		buf_clear(&head);
		buf_str(&head, p->said.at[i].head);
		text_cut_middle(&head, wide - 1, a->canvas->ascii);
		y = paint_cell(a, y, wide, head.data, text.data, style);
	}
	buf_release(&head);
	buf_release(&text);
	return y;
}

static void paint_detail(struct view *v, struct area *a)
{
	struct patterns *p = v->state;
	size_t row = list_row(&v->lists[0]);
	struct buf key = BUF_INIT;
	int y, wide = name_width(p, a);

	if (row == SIZE_MAX)
		return;
	put_row_key(p, ordinal(p, row), &key);
	y = paint_cell(a, 0, wide, "key", key.data, STYLE_STRONG);
	y = paint_cells(p, a, ordinal(p, row), y, wide);
	if (!p->in_full)
		area_text(a, 1, y, a->w - 2, STYLE_FAINT,
			  "Enter shows all cells and what was said.");
	else
		paint_said(p, a, ordinal(p, row), y + 1, wide);
	buf_release(&key);
}

static void detail_title(struct view *v, struct buf *out)
{
	struct patterns *p = v->state;
	size_t row = list_row(&v->lists[0]);

	if (row == SIZE_MAX)
		return;
	buf_char(out, ' ');
	put_row_key(p, ordinal(p, row), out);
}

static void list_title(struct view *v, struct buf *out)
{
	struct patterns *p = v->state;

	buf_str(out, " (");
	put_count(out, list_count(&v->lists[0]));
	buf_char(out, ')');
	if (p->title)
		buf_printf(out, " %s", p->title);
}

static void place(struct view *v, struct buf *out)
{
	struct patterns *p = v->state;

	buf_printf(out, "%s r%lld patterns", p->testset,
		   (long long)testset_info(p->set)->revision);
}

/* -- Actions -- */

/* The filter text for a regex on the picked column, as it is typed. */
static void regex_filter(struct view *v, const char *regex)
{
	struct patterns *p = v->state;
	struct list *l = &v->lists[0];
	const char *name = p->heads[l->column].key;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	bool plain = strpbrk(name, " :=<>~\"") == NULL;

	if (*regex) {
		buf_printf(&text, plain ? "%s~/" : "\"%s\"~/", name);
		for (const char *s = regex; *s; s++)
			buf_printf(&text, *s == '/' ? "\\%c" : "%c", *s);
		buf_char(&text, '/');
	}
	if (list_filter(l, text.data, &err) != RC_OK)
		app_say(v->app, "%s", err.text);
	else
		app_say(v->app, "%s", "");
	buf_release(&text);
}

static void regex_typed(struct view *v, const char *text, void *arg)
{
	regex_filter(v, text ? text : "");
}

static void regex_done(struct view *v, const char *text, void *arg)
{
	regex_filter(v, text);
}

static void ask_regex(struct view *v)
{
	struct patterns *p = v->state;
	const char *name = p->heads[v->lists[0].column].head;
	struct buf label = BUF_INIT;

	buf_printf(&label, "regex in %s", name);
	app_prompt(v->app, label.data, "", regex_typed, regex_done, NULL);
	buf_release(&label);
}

/* The marked patterns, or the one under the cursor. */
static unsigned report(struct view *v)
{
	struct patterns *p = v->state;
	size_t *rows, n = list_selection(&v->lists[0], &rows);
	uint32_t *ordinals = xcalloc(n + 1, sizeof(*ordinals));
	bool one = p->versions.n == 1;
	const struct capture what = {
		.testset = p->testset, .ordinals = ordinals, .n = n,
		.model = one ? p->versions.at[0].model : NULL,
		.version = one ? p->versions.at[0].version : 0,
		.source = p->title,
	};

	for (size_t i = 0; i < n; i++)
		ordinals[i] = (uint32_t)ordinal(p, rows[i]);
	if (n)
		capture_start(v, &what);
	free(ordinals);
	free(rows);
	return n ? REACT_DRAW : REACT_NONE;
}

/* Only the newest revision can be corrected. */
static bool is_newest(struct view *v, const struct patterns *p)
{
	struct testset_info now;
	struct err err = ERR_INIT;
	int64_t shown = testset_info(p->set)->revision, newest;

	if (reg_testset_info(app_registry(v->app), p->testset, 0, &now,
			     &err) != RC_OK) {
		app_fail(v->app, &err);
		return false;
	}
	newest = now.revision;
	testset_info_release(&now);
	if (shown != newest)
		app_say(v->app, "r%lld is not the newest revision of %s, r%lld: "
			"that one can be corrected.", (long long)shown,
			p->testset, (long long)newest);
	return shown == newest;
}

/* The marked patterns, or the one under the cursor, get another target or are
 * retired. */
static unsigned correct(struct view *v)
{
	struct patterns *p = v->state;
	size_t *rows, n = list_selection(&v->lists[0], &rows);
	uint32_t *ordinals = xcalloc(n + 1, sizeof(*ordinals));

	for (size_t i = 0; i < n; i++)
		ordinals[i] = (uint32_t)ordinal(p, rows[i]);
	if (n && is_newest(v, p))
		revise_ask_rows(v, &p->revising, p->testset,
				testset_info(p->set)->revision, ordinals, n);
	free(ordinals);
	free(rows);
	return n ? REACT_DRAW : REACT_NONE;
}

static unsigned act(struct view *v, enum action a)
{
	struct patterns *p = v->state;
	struct err err = ERR_INIT;

	if (a == ACT_REGEX) {
		v->focus = 0;
		ask_regex(v);
		return REACT_DRAW;
	}
	if (a == ACT_CAPTURE)
		return report(v);
	if (a == ACT_CORRECT)
		return correct(v);
	if (a != ACT_OPEN)
		return REACT_NOT_MINE;
	if (!p->in_full && show_in_full(p, &err) != RC_OK)
		app_fail(v->app, &err);
	v->focus = 1;
	v->zoomed = true;
	return REACT_DRAW;
}

const struct view_ops view_patterns_ops = {
	.name = "Patterns", .screen = SCREEN_DATA, .context = IN_PATTERNS,
	.n_panes = 2,
	.panes = {
		{ .name = "PATTERNS", .list = &source, .title = list_title },
		{ .name = "PATTERN", .title = detail_title,
		  .paint = paint_detail },
	},
	.master_share = 60,
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.place = place,
};
