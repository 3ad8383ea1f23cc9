#include "tui/view_gate_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/diff.h"
#include "cards/gate_check.h"
#include "registry/document.h"
#include "tui/app.h"
#include "tui/draft.h"
#include "tui/editor.h"
#include "tui/keys.h"
#include "tui/outside.h"
#include "tui/text_draft.h"

#define TEXT_MAX (1u << 20)

enum { PANE_REVISIONS, PANE_TEXT, PANE_LANGUAGE };

struct gate_text {
	char *name;
	struct document_recs revisions;	/* newest first, with texts */
	int64_t base;			/* what is saved on top of */
	bool whole;			/* the text, not what changed */
	bool editing;
	bool has_mine;			/* a text that is not saved yet */
	bool was_zoomed;
	struct editor editor;
	struct draft_clock typing;	/* what the draft does not have */
	struct strs faults;		/* of the text as it stands */
};

static struct gate_text *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* -- Revisions -- */

enum { C_REVISION, C_TIME, C_WHO, C_NOTE };

static const struct list_column columns[] = {
	[C_REVISION] = { "revision", "rev", 3, 4, 9, .right = true },
	[C_TIME] = { "time", "saved", 10, 16, 6 },
	[C_WHO] = { "who", "by", 4, 8, 7 },
	[C_NOTE] = { "note", "why", 6, 16, 5, .elastic = true },
};

static size_t rows(void *arg)
{
	return state_of(arg)->revisions.n;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct document_rec *d = &state_of(arg)->revisions.at[row];
	char time[CLOCK_TEXT];

	switch (column) {
	case C_REVISION:
		buf_printf(out, "%lld", (long long)d->revision);
		break;
	case C_TIME:
		clock_format(d->time, time);
		buf_printf(out, "%.10s %.5s", time, time + 11);
		break;
	case C_WHO: buf_str(out, d->who); break;
	case C_NOTE: buf_str(out, d->note ? d->note : ""); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "This gate was never written: e writes it here, E in the "
		 "editor.",
	.rows = rows, .cell = cell,
};

static enum rc read_all(struct registry *reg, struct gate_text *t,
			struct err *err)
{
	struct document_recs all = VEC_INIT;
	enum rc rc = reg_document_history(reg, DOCUMENT_GATE, t->name, &all,
					  err);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	for (size_t i = all.n; i-- > 0 && rc == RC_OK;) {
		struct document_rec d;

		rc = reg_document_load(reg, DOCUMENT_GATE, t->name,
				       all.at[i].revision, &d, err);
		if (rc == RC_OK)
			vec_push(&t->revisions, d);
	}
	document_recs_release(&all);
	return rc;
}

static const char *newest_text(const struct gate_text *t)
{
	return t->revisions.n ? t->revisions.at[0].text : "";
}

static long long newest(const struct gate_text *t)
{
	return t->revisions.n ? (long long)t->revisions.at[0].revision : 0;
}

/* -- What is typed -- */

static char *draft_name(const struct gate_text *t)
{
	return xasprintf("gate %s", t->name);
}

static void look_for_faults(struct gate_text *t)
{
	struct err err = ERR_INIT;

	strs_release(&t->faults);
	t->faults = (struct strs)VEC_INIT;
	if (gate_text_check(t->editor.text.data, &t->faults, &err) != RC_OK &&
	    !t->faults.n)
		strs_add(&t->faults, err.text);
}

static void keep_draft(struct view *v)
{
	struct gate_text *t = v->state;
	struct err err = ERR_INIT;
	char *name;

	if (!t->typing.since)
		return;
	name = draft_name(t);
	if (text_draft_save(app_registry_path(v->app), name,
			    t->editor.text.data, &err) == RC_OK) {
		t->typing.since = 0;
	} else {
		draft_clock_failed(&t->typing, clock_ns());
		app_fail(v->app, &err);
	}
	free(name);
}

static void start_mine(struct gate_text *t, const char *text)
{
	if (!t->has_mine)
		editor_init(&t->editor, TEXT_MAX);
	editor_set(&t->editor, text);
	editor_go(&t->editor, 0);
	t->has_mine = true;
	look_for_faults(t);
}

static void drop_mine(struct view *v)
{
	struct gate_text *t = v->state;
	char *name = draft_name(t);

	if (t->has_mine)
		editor_release(&t->editor);
	t->has_mine = false;
	t->typing.since = 0;
	text_draft_drop(app_registry_path(v->app), name);
	free(name);
}

/* The text to go on with: mine, else the newest, else a start to change. */
static void need_mine(struct gate_text *t)
{
	if (!t->has_mine)
		start_mine(t, t->revisions.n ? newest_text(t) :
			   gate_default_text());
}

static void stop_typing(struct view *v)
{
	struct gate_text *t = v->state;

	t->editing = false;
	v->zoomed = t->was_zoomed;
	keep_draft(v);
	if (!strcmp(t->editor.text.data, newest_text(t)) && t->revisions.n)
		drop_mine(v);
	else
		app_say(v->app, "Kept as a draft. S saves it as a revision, "
			"e goes on, X throws it away.");
}

static unsigned type_here(struct view *v)
{
	struct gate_text *t = v->state;

	need_mine(t);
	t->editing = true;
	t->was_zoomed = v->zoomed;
	v->focus = PANE_TEXT;
	app_say(v->app, "One rule a line. Esc keeps and leaves; then S "
		"saves. ^U undoes.");
	return REACT_DRAW;
}

/* Puts the cursor where "line 3: …" says. */
static void go_to_fault(struct gate_text *t)
{
	const char *text = t->editor.text.data, *p = text;
	uint64_t line = 0;

	if (!t->faults.n || strncmp(t->faults.at[0], "line ", 5) != 0)
		return;
	decimal_read_u64(t->faults.at[0] + 5,
			 strspn(t->faults.at[0] + 5, "0123456789"), &line);
	while (line > 1 && (p = strchr(p, '\n'))) {
		p++;
		line--;
	}
	if (p)
		editor_go(&t->editor, (size_t)(p - text));
}

static unsigned type_outside(struct view *v)
{
	struct gate_text *t = v->state;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	need_mine(t);
	keep_draft(v);
	buf_add(&text, t->editor.text.data, t->editor.text.len);
	rc = outside_edit(v->app, "gate",
			  (unsigned)editor_row(&t->editor) + 1, &text, &err);
	if (rc == RC_OK && strcmp(text.data, t->editor.text.data) != 0) {
		start_mine(t, text.data);
		draft_clock_touch(&t->typing, clock_ns());
		keep_draft(v);
	}
	if (rc != RC_OK)
		app_fail(v->app, &err);
	else if (t->faults.n) {
		go_to_fault(t);
		type_here(v);
		app_say(v->app, "%s", t->faults.at[0]);
	} else {
		stop_typing(v);
	}
	buf_release(&text);
	return REACT_DRAW;
}

static bool key(struct view *v, uint32_t k)
{
	struct gate_text *t = v->state;
	uint64_t before;
	bool full = false, mine;

	if (!t->editing)
		return false;
	before = t->editor.changes;
	if (k == TK_PASTE) {
		full = !editor_paste(&t->editor, app_pasted(v->app)->data,
				     app_pasted(v->app)->len);
		mine = true;
	} else {
		mine = editor_key(&t->editor, k, &full);
	}
	if (full)
		app_say(v->app, "The text would be too long for a gate.");
	if (t->editor.changes != before) {
		draft_clock_touch(&t->typing, clock_ns());
		look_for_faults(t);
	}
	return mine;
}

/* -- Saving -- */

static char *note_draft(const struct gate_text *t)
{
	return xasprintf("gate %s: what changed", t->name);
}

static void drop_note(struct view *v)
{
	char *draft = note_draft(v->state);

	app_kept_drop(v->app, draft);
	free(draft);
}

static void save_done(struct view *v, const char *note, void *arg)
{
	struct gate_text *t = v->state;
	struct strs findings = VEC_INIT;
	struct err err = ERR_INIT;
	enum rc rc = gate_save(app_registry(v->app), t->name,
			       t->editor.text.data, *note ? note : NULL,
			       t->base, &findings, &err);

	(void)arg;
	strs_release(&findings);
	if (rc == RC_OK) {
		drop_mine(v);
		drop_note(v);
		app_reload(v->app);
		app_say(v->app, "Gate %s, rev %lld. u undoes.", t->name,
			newest(t));
		return;
	}
	if (rc == RC_CONFLICT) {
		app_reload(v->app);
		app_say(v->app, "Somebody saved rev %lld meanwhile; your text "
			"is kept. Look at theirs; S again saves yours on top.",
			newest(t));
		return;
	}
	app_fail(v->app, &err);
}

static unsigned save(struct view *v)
{
	struct gate_text *t = v->state;
	char *draft;

	if (!t->has_mine) {
		app_say(v->app, "Nothing was changed; e changes it.");
		return REACT_DRAW;
	}
	if (t->faults.n) {
		go_to_fault(t);
		type_here(v);
		app_say(v->app, "Not saved: %s", t->faults.at[0]);
		return REACT_DRAW;
	}
	draft = note_draft(t);
	app_prompt_kept(v->app, draft, "what changed, and why (may stay empty)",
			NULL, NULL, save_done, NULL);
	free(draft);
	return REACT_DRAW;
}

/* -- Opening -- */

static void forget(struct gate_text *t)
{
	document_recs_release(&t->revisions);
	t->revisions = (struct document_recs)VEC_INIT;
}

static enum rc reload(struct view *v, struct err *err)
{
	struct gate_text *t = v->state;
	enum rc rc;

	forget(t);
	rc = read_all(app_registry(v->app), t, err);
	t->base = t->revisions.n ? t->revisions.at[0].base : 0;
	return rc;
}

static void close_view(struct view *v)
{
	struct gate_text *t = v->state;

	keep_draft(v);
	if (t->has_mine)
		editor_release(&t->editor);
	forget(t);
	strs_release(&t->faults);
	free(t->name);
	free(t);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct gate_text *t = XNEW(struct gate_text);
	struct buf draft = BUF_INIT;
	char *name;
	enum rc rc;

	t->name = xstrdup(arg);
	v->state = t;
	rc = reload(v, err);
	if (rc != RC_OK)
		return rc;
	name = draft_name(t);
	if (text_draft_load(app_registry_path(v->app), name, &draft)) {
		start_mine(t, draft.data);
		app_say(v->app, "The draft that was left behind is back; S "
			"saves it, X throws it away.");
	}
	free(name);
	buf_release(&draft);
	return RC_OK;
}

void gate_text_open(struct app *app, const char *name, enum action a)
{
	struct err err = ERR_INIT;

	if (app_push(app, &view_gate_text_ops, name, &err) != RC_OK)
		app_fail(app, &err);
	else if (a == ACT_GATE_EDIT)
		type_here(app_view(app));
	else if (a == ACT_GATE_EDIT_OUTSIDE)
		type_outside(app_view(app));
}

/* -- Painting -- */

static int paint_run(struct area *a, int y, char mark, enum style style,
		     const struct diff_run *r)
{
	const char *p = r->text, *end = r->text + r->n;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl ? (size_t)(nl - p) : (size_t)(end - p);
		char *line = xasprintf("%c %.*s", mark, (int)n, p);
		int lines = area_wrap(a, 1, y, a->w - 2, style, line);

		y += lines > 0 ? lines : 1;
		free(line);
		p += n + (nl != NULL);
	}
	return y;
}

static void paint_diff(struct area *a, int y, const char *old,
		       const char *new)
{
	struct diff_runs runs = VEC_INIT;

	diff_text(old, new, DIFF_LINES, &runs);
	for (size_t i = 0; i < runs.n; i++) {
		enum diff_op op = runs.at[i].op;

		y = paint_run(a, y, op == DIFF_OLD ? '-' : op == DIFF_NEW ?
			      '+' : ' ', op == DIFF_OLD ? STYLE_BAD :
			      op == DIFF_NEW ? STYLE_GOOD : STYLE_NORMAL,
			      &runs.at[i]);
	}
	vec_free(&runs);
}

static void paint_editor(struct gate_text *t, struct area *a)
{
	int room = a->h > 8 ? 3 : 1;

	editor_paint(&t->editor, a, 1, 0, a->w - 2, a->h - room);
	area_hline(a, 0, a->h - room, a->w, STYLE_FRAME);
	for (int i = 0; i < room; i++) {
		bool is_fault = (size_t)i < t->faults.n;

		if (is_fault)
			area_text(a, 1, a->h - room + (room > 1 ? i + 1 : i),
				  a->w - 2, STYLE_BAD, t->faults.at[i]);
	}
	if (!t->faults.n)
		area_text(a, 1, a->h - 1, a->w - 2, STYLE_GOOD,
			  "Every line is a rule, a comment or blank.");
}

static void paint_text(struct view *v, struct area *a)
{
	struct gate_text *t = v->state;
	size_t row = list_row(&v->lists[PANE_REVISIONS]);

	if (t->editing) {
		paint_editor(t, a);
		return;
	}
	if (t->has_mine) {
		area_text(a, 1, 0, a->w - 2, STYLE_WARN, t->faults.n ?
			  t->faults.at[0] : "Not saved yet, against the "
			  "newest revision:");
		paint_diff(a, 1, newest_text(t), t->editor.text.data);
		return;
	}
	if (row >= t->revisions.n) {
		area_wrap(a, 1, 0, a->w - 2, STYLE_NORMAL, source.empty);
		return;
	}
	paint_diff(a, 0, t->whole ? t->revisions.at[row].text :
		   row + 1 < t->revisions.n ? t->revisions.at[row + 1].text :
		   "", t->revisions.at[row].text);
}

static void text_title(struct view *v, struct buf *out)
{
	struct gate_text *t = v->state;
	size_t row = list_row(&v->lists[PANE_REVISIONS]);

	if (t->editing)
		buf_printf(out, " line %zu", editor_row(&t->editor) + 1);
	else if (t->has_mine)
		buf_str(out, " draft");
	else if (row < t->revisions.n)
		buf_printf(out, t->whole || row + 1 >= t->revisions.n ?
			   " rev %lld" : " rev %lld, what changed",
			   (long long)t->revisions.at[row].revision);
}

static void paint_language(struct view *v, struct area *a)
{
	const char *p = gate_language_help();
	int y = 0;

	(void)v;
	while (*p) {
		size_t n = strcspn(p, "\n");
		char *line = xmemdupz(p, n);
		int lines = area_wrap(a, 1, y, a->w - 2, STYLE_NORMAL, line);

		y += lines > 0 ? lines : 1;
		free(line);
		p += n + (p[n] == '\n');
	}
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "gate %s", state_of(v)->name);
}

static bool object(struct view *v, struct buf *out)
{
	buf_printf(out, "gate/%s", state_of(v)->name);
	return true;
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	static const int shares[] = { 2, 3 };
	struct rect left, column[2];

	(void)v;
	layout_side_by_side(w, h, 42, &left, &rects[PANE_TEXT]);
	layout_column(left, shares, 2, 4, column);
	rects[PANE_REVISIONS] = column[0];
	rects[PANE_LANGUAGE] = column[1];
}

static unsigned contexts(const struct view *v)
{
	const struct gate_text *t = v->state;

	if (t->editing)
		return IN_FIELD;
	return IN_ALL | IN_GATE_TEXT |
	       (view_pane_is_list(v, v->focus) ? IN_LIST : IN_TEXT);
}

static uint64_t due(const struct view *v)
{
	const struct gate_text *t = v->state;

	return draft_clock_due(&t->typing);
}

static void tick(struct view *v, uint64_t now)
{
	(void)now;
	keep_draft(v);
}

/* -- Actions -- */

static void find_done(struct view *v, const char *text, void *arg)
{
	(void)arg;
	if (!editor_find(&state_of(v)->editor, text))
		app_say(v->app, "'%s' is not in the text.", text);
}

static unsigned field_act(struct view *v, enum action a)
{
	struct gate_text *t = v->state;
	static const struct { enum action act; enum editor_move move; }
	moves[] = {
		{ ACT_FIELD_WORD_LEFT, MOVE_WORD_LEFT },
		{ ACT_FIELD_WORD_RIGHT, MOVE_WORD_RIGHT },
		{ ACT_FIELD_TOP, MOVE_TEXT_START },
		{ ACT_FIELD_BOTTOM, MOVE_TEXT_END },
	};

	for (size_t i = 0; i < COUNT(moves); i++)
		if (moves[i].act == a)
			editor_move(&t->editor, moves[i].move);
	if (a == ACT_FIELD_KEEP)
		stop_typing(v);
	else if (a == ACT_FIELD_UNDO && !editor_undo(&t->editor))
		app_say(v->app, "Nothing to undo.");
	else if (a == ACT_FIELD_REDO && !editor_redo(&t->editor))
		app_say(v->app, "Nothing was undone.");
	else if (a == ACT_FIELD_CUT_WORD)
		editor_delete(&t->editor, MOVE_WORD_LEFT);
	else if (a == ACT_FIELD_CUT_LINE)
		editor_delete(&t->editor, MOVE_ROW_END);
	else if (a == ACT_FIELD_FIND)
		app_prompt(v->app, "find", "", NULL, find_done, NULL);
	else if (a == ACT_FIELD_FIND_NEXT)
		find_done(v, "", NULL);
	else if (a == ACT_FIELD_FIGURE)
		app_say(v->app, "A gate compares figures by their names; the "
			"language stands beside it.");
	if (t->editing)
		look_for_faults(t);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct gate_text *t = v->state;

	if (t->editing)
		return field_act(v, a);
	switch ((int)a) {
	case ACT_GATE_EDIT: return type_here(v);
	case ACT_GATE_EDIT_OUTSIDE: return type_outside(v);
	case ACT_GATE_SAVE: return save(v);
	case ACT_GATE_DROP:
		if (t->has_mine)
			drop_mine(v);
		app_say(v->app, "The draft is gone.");
		return REACT_DRAW;
	case ACT_OPEN:
		t->whole = !t->whole;
		return REACT_DRAW;
	}
	return REACT_NOT_MINE;
}

static const char *not_now(struct view *v, enum action a)
{
	if (a == ACT_GATE_DROP && !state_of(v)->has_mine)
		return "there is no draft";
	return NULL;
}

const struct view_ops view_gate_text_ops = {
	.name = "Gate text", .screen = SCREEN_GATES, .context = IN_GATE_TEXT,
	.n_panes = 3,
	.panes = {
		[PANE_REVISIONS] = { .name = "REVISIONS", .list = &source },
		[PANE_TEXT] = { .name = "RULES", .title = text_title,
				.paint = paint_text },
		[PANE_LANGUAGE] = { .name = "LANGUAGE",
				    .paint = paint_language },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .object = object,
	.layout = layout, .contexts = contexts, .key = key, .due = due,
	.tick = tick, .keep = keep_draft,
};
