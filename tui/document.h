/* The inside of the document view (tui/view_document.h), shared by its files:
 * view_document.c (panes' rows, moves, actions), document_paint.c and
 * document_about.c (what panes show), document_field.c (typing, states, undo), document_keep.c (drafts,
 * saving, two people on one document), document_submit.c (the life of a
 * revision), document_outside.c ($EDITOR), document_fill.c (what the registry
 * knows).
 *
 * The document as it stands is file.doc; every change goes through
 * document_step, which makes it one step of undo and saves the draft. While
 * two people's changes wait to be joined, file.doc has mine, start has theirs
 * and ancestor what both started from. */
#ifndef MUSTER_TUI_DOCUMENT_H
#define MUSTER_TUI_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cards/checklist.h"
#include "cards/complete.h"
#include "cards/facts.h"
#include "cards/lint.h"
#include "cards/store.h"
#include "tui/app.h"
#include "tui/draft.h"
#include "tui/editor.h"
#include "tui/view_document.h"

enum { PANE_SECTIONS, PANE_FIELDS, PANE_BELOW, PANE_ABOUT };

/* What the third pane shows. */
enum below { BELOW_CHECKS, BELOW_DIFF, BELOW_PREVIEW };

struct field {
	const struct section *section;
	const struct item *item;
	bool marked;
};
VEC_DECLARE(struct field, fields);

struct paragraph { enum style style; int indent; char *text; };
VEC_DECLARE(struct paragraph, paragraphs);

struct past { struct doc doc; char *what; };	/* before the step */
VEC_DECLARE(struct past, pasts);

struct document {
	enum doc_type type;
	char *of;
	struct registry *reg;		/* borrowed */
	struct doc_file file;
	struct doc start;		/* as saved at file.rec.base */
	struct doc_facts facts;
	bool writable;
	struct checks checks;		/* of a checklist: what shows */
	struct fields fields;		/* all of the form, in its order */
	size_t at;			/* field under the cursor */

	/* what is worked out after each change */
	struct completeness all, *sections;
	struct doc linted;		/* findings borrow from it */
	struct findings found;
	size_t n_changed;		/* fields that differ from before */
	enum below below;
	bool by_word;
	bool has_other;			/* what the diff compares with */
	struct doc other;
	char *other_name;
	struct paragraphs text;		/* of the third pane */

	bool editing;
	struct editor editor;
	uint64_t untouched;		/* editor.changes at the start */
	enum answer_state typed_state;
	bool was_zoomed;
	bool low;			/* the screen: no room for boxes */

	struct pasts past, future;	/* undo, redo */

	struct draft_slot slot;
	char *no_draft;			/* why none can be kept, or NULL */
	struct draft_clock typing;	/* what is not in the draft yet */
	int64_t saved;			/* time of the draft's saving, or 0 */
	int64_t kept;			/* of the last that is on the disk */
	uint64_t look_at;		/* next, whether it is */
	struct strs conflicts;		/* ids */
	bool has_ancestor;
	struct doc ancestor;
	char *outside;			/* path of a file that did not come in */
	char *outside_scope;		/* or NULL: the whole document */
};

/* -- view_document.c -- */
const struct field *document_field(const struct document *d);
const struct answer *document_answer(const struct document *d);
/* Moves the cursor, and the list of sections with it. */
void document_go(struct view *v, size_t field);
bool document_conflict(const struct document *d, const char *id);
/* What shows for an item of a checklist as it is saved, or NULL. */
const struct check *document_ticked(const struct document *d, const char *id);

/* -- document_paint.c -- */
void document_paint_fields(struct view *v, struct area *a);
void document_paint_below(struct view *v, struct area *a);
/* The answer says it was measured, and the data now say otherwise. */
bool document_moved(const struct document *d, const char *id);
/* Works out anew what the panes show; reads the registry no more than lint
 * does. */
void document_refresh(struct document *d);
/* Only the third pane's text: the cursor has moved. */
void document_refresh_below(struct document *d);

/* -- document_about.c -- */
void document_paint_about(struct view *v, struct area *a);

/* -- document_field.c -- */
/* Before a change: remembers the document as it stands. */
void document_step(struct document *d, const char *what);
void document_step_back(struct document *d);	/* the change failed */
/* After it: works out, and saves the draft. */
void document_changed(struct view *v);
unsigned document_undo(struct view *v, bool redo);
void document_type_in(struct view *v, enum answer_state state, const char *text,
		   size_t at);
/* Starts typing in the field under the cursor. */
unsigned document_edit_here(struct view *v);
/* Keeps what was typed and ends typing; false: it cannot be kept, and typing
 * goes on. */
bool document_keep_field(struct view *v);
/* The document as it stands with what is being typed. The caller releases
 * *out. */
void document_with_typed(const struct document *d, struct doc *out);
unsigned document_state_menu(struct view *v);
bool document_key(struct view *v, uint32_t key);
unsigned document_field_act(struct view *v, enum action a);

/* -- document_keep.c -- */
void document_claim(struct view *v);
void document_touch(struct document *d);	/* something was typed */
uint64_t document_due(const struct view *v);
void document_tick(struct view *v, uint64_t now);
void document_save_draft(struct view *v);
void document_keep(struct view *v);	/* the same, and waits for the disk */
unsigned document_discard(struct view *v);
/* Nothing differs from what is saved. */
bool document_nothing_to_keep(const struct document *d);
/* Into the registry. RC_CONFLICT: what somebody else saved has been joined
 * in, look at it. */
enum rc document_save(struct view *v, struct err *err);
unsigned document_resolve(struct view *v, enum action a);
/* Somebody may have saved meanwhile. */
enum rc document_look_again(struct view *v, struct err *err);

/* -- document_submit.c -- */
unsigned document_submit_menu(struct view *v);

/* -- document_outside.c -- */
unsigned document_outside_menu(struct view *v);

/* -- document_fill.c -- */
unsigned document_fill(struct view *v);
unsigned document_pick_figure(struct view *v);
unsigned document_diff_menu(struct view *v);

#endif
