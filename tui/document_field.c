#include "tui/document.h"

#include <string.h>

#include "base/xalloc.h"
#include "tui/keys.h"

#define PAST_MAX 100		/* steps of undo between fields */

/* -- Undo -- */

static void remember(struct pasts *v, const struct doc *doc, const char *what)
{
	struct past *p;
	if (v->n == PAST_MAX) {
		doc_release(&v->at[0].doc);
		free(v->at[0].what);
		memmove(v->at, v->at + 1, --v->n * sizeof(*v->at));
	}
	p = vec_add(v);
	doc_copy(&p->doc, doc);
	p->what = xstrdup(what);
}

static void drop_last(struct pasts *v)
{
	struct past *p = &v->at[--v->n];
	doc_release(&p->doc);
	free(p->what);
}

void document_step(struct document *d, const char *what)
{
	while (d->future.n)
		drop_last(&d->future);
	remember(&d->past, &d->file.doc, what);
}

void document_step_back(struct document *d)
{
	struct past *p = &d->past.at[d->past.n - 1];
	doc_release(&d->file.doc);
	doc_copy(&d->file.doc, &p->doc);
	drop_last(&d->past);
}

void document_changed(struct view *v)
{
	struct document *d = v->state;
	document_touch(d);
	document_refresh(d);
	document_save_draft(v);
}

unsigned document_undo(struct view *v, bool redo)
{
	struct document *d = v->state;
	struct pasts *from = redo ? &d->future : &d->past;
	if (!from->n) {
		app_say(v->app, redo ? "Nothing was undone." :
			"No change of this visit to undo.");
		return REACT_DRAW;
	}
	struct past *p = &from->at[from->n - 1];
	remember(redo ? &d->past : &d->future, &d->file.doc, p->what);
	doc_release(&d->file.doc);
	doc_copy(&d->file.doc, &p->doc);
	app_say(v->app, redo ? "Done again: %s. u undoes." :
		"Undone: %s. U does it again.", p->what);
	drop_last(from);
	document_changed(v);
	return REACT_DRAW;
}

/* -- Typing -- */

void document_type_in(struct view *v, enum answer_state state, const char *text,
		   size_t at)
{
	struct document *d = v->state;
	editor_init(&d->editor, DOC_TEXT_MAX);
	editor_set(&d->editor, text);
	editor_go(&d->editor, at);
	d->untouched = d->editor.changes;
	d->typed_state = state;
	d->editing = true;
	d->was_zoomed = v->zoomed;
	v->focus = PANE_FIELDS;
	if (d->low)
		v->zoomed = true;
}

static const struct menu_item gate_items[] = {
	{ 'y', "yes: it relates to people" }, { 'n', "no: it does not" },
	{ 'u', "unknown" }, { 'e', "empty" },
};

static enum rc put(struct view *v, enum answer_state state, const char *text,
		   const char *what)
{
	struct document *d = v->state;
	struct err err = ERR_INIT;
	document_step(d, what);
	enum rc rc = doc_set(&d->file.doc, document_field(d)->item->id, state,
			     text, &err);
	if (rc == RC_OK) {
		document_changed(v);
		return RC_OK;
	}
	document_step_back(d);
	app_fail(v->app, &err);
	return rc;
}

static void gate_picked(struct view *v, size_t item, void *arg)
{
	static const enum answer_state states[] = {
		ANSWER_GIVEN, ANSWER_GIVEN, ANSWER_UNKNOWN, ANSWER_EMPTY };
	struct document *d = v->state;
	const char *id = document_field(d)->item->id;
	if (put(v, states[item], item == 0 ? "yes" : item == 1 ? "no" : "",
		id) == RC_OK)
		app_say(v->app, "%s answered. u undoes.", id);
}

unsigned document_edit_here(struct view *v)
{
	struct document *d = v->state;
	const struct answer *a = document_answer(d);
	const struct check *c = document_ticked(d, document_field(d)->item->id);
	if (!d->writable) {
		app_say(v->app, "The registry is read-only.");
	} else if (c && !c->takes_note) {
		app_say(v->app, "Evidence ticks %s, no hand: %s.", c->id,
			c->why);
	} else if (document_field(d)->item->flags & ITEM_GATE) {
		app_menu(v->app, document_field(d)->item->name, gate_items, 4,
			 gate_picked, NULL);
	} else {
		document_type_in(v, a->state == ANSWER_NA ? ANSWER_NA :
			      ANSWER_GIVEN, a->text, strlen(a->text));
		app_say(v->app, "Esc keeps and leaves, Tab goes on to the "
			"next field, ^U undoes, F1 shows all keys.");
	}
	return REACT_DRAW;
}

static void stop_typing(struct view *v)
{
	struct document *d = v->state;
	editor_release(&d->editor);
	d->editing = false;
	v->zoomed = d->was_zoomed;
}

static bool blank(const char *s)
{
	return !s[strspn(s, " \t\n")];
}

bool document_keep_field(struct view *v)
{
	struct document *d = v->state;
	const char *id = document_field(d)->item->id;
	enum answer_state state = d->typed_state;
	if (blank(d->editor.text.data))
		state = ANSWER_EMPTY;
	if (d->editor.changes != d->untouched) {
		char *text = xstrdup(d->editor.text.data);
		d->editing = false;	/* the draft has the field itself */
		enum rc rc = put(v, state, text, id);
		free(text);
		d->editing = rc != RC_OK;
		if (rc != RC_OK)
			return false;
	}
	stop_typing(v);
	document_refresh(d);
	return true;
}

void document_with_typed(const struct document *d, struct doc *out)
{
	doc_copy(out, &d->file.doc);
	/* what cannot be kept as it is shows as it was */
	if (d->editing && !blank(d->editor.text.data) &&
	    doc_set(out, document_field(d)->item->id, d->typed_state,
		    d->editor.text.data, NULL) != RC_OK) {
		doc_release(out);
		doc_copy(out, &d->file.doc);
	}
}

bool document_key(struct view *v, uint32_t key)
{
	struct document *d = v->state;
	bool full = false;
	if (!d->editing)
		return false;
	uint64_t before = d->editor.changes;
	if (key == TK_PASTE)
		full = !editor_paste(&d->editor, app_pasted(v->app)->data,
				     app_pasted(v->app)->len);
	else if (!editor_key(&d->editor, key, &full))
		return false;
	if (full)
		app_say(v->app, "A field holds at most %u MB; this was not "
			"put in.", DOC_TEXT_MAX >> 20);
	if (d->editor.changes != before)
		document_touch(d);
	return true;
}

static void found(struct view *v, const char *text, void *arg)
{
	struct document *d = v->state;
	if (d->editing && !editor_find(&d->editor, text))
		app_say(v->app, "'%s' is not in this field.", text);
}

static unsigned next_field(struct view *v, bool backwards)
{
	struct document *d = v->state;
	size_t n = d->fields.n;
	if (!document_keep_field(v))
		return REACT_DRAW;
	document_go(v, backwards ? (d->at + n - 1) % n : (d->at + 1) % n);
	if (!(document_field(d)->item->flags & ITEM_GATE))
		return document_edit_here(v);
	return REACT_DRAW;
}

static unsigned keep_and_leave(struct view *v)
{
	struct document *d = v->state;
	bool changed = d->editor.changes != d->untouched;
	if (!document_keep_field(v))
		return REACT_DRAW;
	if (!changed)
		app_say(v->app, "Nothing changed.");
	else if (d->no_draft)
		app_say(v->app, "Kept here only; S puts it into the registry.");
	else if (!d->typing.since)
		app_say(v->app, "Draft saved outside the registry (survives a "
			"disconnect); u undoes.");
	return REACT_DRAW;
}

static void change_text(struct document *d, enum action a)
{
	uint64_t before = d->editor.changes;
	struct editor *e = &d->editor;
	switch ((int)a) {
	case ACT_FIELD_UNDO: editor_undo(e); break;
	case ACT_FIELD_REDO: editor_redo(e); break;
	case ACT_FIELD_CUT_WORD: editor_delete(e, MOVE_WORD_LEFT); break;
	case ACT_FIELD_CUT_LINE: editor_delete(e, MOVE_ROW_END); break;
	case ACT_FIELD_WORD_LEFT: editor_move(e, MOVE_WORD_LEFT); break;
	case ACT_FIELD_WORD_RIGHT: editor_move(e, MOVE_WORD_RIGHT); break;
	case ACT_FIELD_TOP: editor_move(e, MOVE_TEXT_START); break;
	case ACT_FIELD_BOTTOM: editor_move(e, MOVE_TEXT_END); break;
	case ACT_PAGE_UP: editor_move(e, MOVE_PAGE_UP); break;
	case ACT_PAGE_DOWN: editor_move(e, MOVE_PAGE_DOWN); break;
	default: break;
	}
	if (e->changes != before)
		document_touch(d);
}

unsigned document_field_act(struct view *v, enum action a)
{
	struct document *d = v->state;
	switch ((int)a) {
	case ACT_FIELD_KEEP: case ACT_BACK: return keep_and_leave(v);
	case ACT_FIELD_NEXT: return next_field(v, false);
	case ACT_FIELD_PREV: return next_field(v, true);
	case ACT_FIELD_FIND:
		app_prompt(v->app, "Find", "", NULL, found, NULL);
		return REACT_DRAW;
	case ACT_FIELD_FIND_NEXT:
		if (!editor_find(&d->editor, ""))
			app_say(v->app, "Nothing was searched, or it is not "
				"in this field.");
		return REACT_DRAW;
	case ACT_FIELD_FIGURE: return document_pick_figure(v);
	case ACT_HELP: case ACT_COMMANDS: case ACT_REDRAW: case ACT_SUSPEND:
	case ACT_MONO: case ACT_ASCII: case ACT_MOUSE: case ACT_ZOOM:
	case ACT_RELOAD: case ACT_CANCEL: case ACT_DRAFTS:
		return REACT_NOT_MINE;
	case ACT_UNDO: case ACT_REDO: case ACT_QUIT:
		return REACT_DRAW;	/* of the field and not of the log */
	default: break;
	}
	if (a >= ACT_SCREEN_1 && a <= ACT_SCREEN_6)
		return REACT_NOT_MINE;
	change_text(d, a);
	return REACT_DRAW;
}

/* -- States -- */

/* The marked fields, or the one under the cursor; gates keep out. */
static size_t set_all(struct view *v, enum answer_state state,
		      const char *text, struct err *err)
{
	struct document *d = v->state;
	size_t n = 0, marked = 0;
	for (size_t i = 0; i < d->fields.n; i++)
		marked += d->fields.at[i].marked;
	document_step(d, marked ? "state of the marked fields" :
		      document_field(d)->item->id);
	for (size_t i = 0; i < d->fields.n; i++) {
		struct field *f = &d->fields.at[i];
		if (marked ? !f->marked : i != d->at)
			continue;
		if (doc_set(&d->file.doc, f->item->id, state, text, err) !=
		    RC_OK) {
			document_step_back(d);
			return 0;
		}
		n++;
	}
	for (size_t i = 0; i < d->fields.n; i++)
		d->fields.at[i].marked = false;
	document_changed(v);
	return n;
}

static bool say_set(struct view *v, enum answer_state state, const char *text)
{
	struct err err = ERR_INIT;
	size_t n = set_all(v, state, text, &err);
	if (n)
		app_say(v->app, "%zu field%s: %s. u undoes.", n,
			n == 1 ? "" : "s", answer_state_name(state));
	else
		app_fail(v->app, &err);
	return n > 0;
}

/* Why a field is in a state, as a draft until the field has it. */
static char *why_draft(const struct document *d, enum answer_state state)
{
	return xasprintf("%s %s %s: %s", doc_type_name(d->type), d->of,
			 document_field(d)->item->id,
			 answer_state_name(state));
}

static void set_because(struct view *v, enum answer_state state,
			const char *text)
{
	char *draft = why_draft(v->state, state);

	if (say_set(v, state, text))
		app_kept_drop(v->app, draft);
	free(draft);
}

static void reason(struct view *v, const char *text, void *arg)
{
	set_because(v, ANSWER_NA, text);
}

static void why_unknown(struct view *v, const char *text, void *arg)
{
	set_because(v, ANSWER_UNKNOWN, text);
}

static void ask_why(struct view *v, enum answer_state state, const char *label,
		    prompt_fn *done)
{
	char *draft = why_draft(v->state, state);

	app_prompt_kept(v->app, draft, label, NULL, NULL, done, NULL);
	free(draft);
}

static void state_picked(struct view *v, size_t item, void *arg)
{
	switch (item) {
	case 0: document_edit_here(v); break;
	case 1:
		ask_why(v, ANSWER_NA, "Not applicable, because", reason);
		break;
	case 2:
		ask_why(v, ANSWER_UNKNOWN, "Unknown; what is known of why",
			why_unknown);
		break;
	case 3: say_set(v, ANSWER_EMPTY, NULL); break;
	default: break;
	}
}

unsigned document_state_menu(struct view *v)
{
	static const struct menu_item items[] = {
		{ 'a', "answered: type it" },
		{ 'n', "not applicable, with a reason" },
		{ 'u', "unknown (allowed in a draft, stays a gap)" },
		{ 'e', "empty" },
	};
	app_menu(v->app, "State of this field, or of the marked ones", items,
		 4, state_picked, NULL);
	return REACT_DRAW;
}
