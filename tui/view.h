/* A view: what one screen shows and does. One ops struct with designated
 * initialisers and private state; one file tui/view_NAME.c each.
 *
 * A view is a few panes. A pane is a list (tui/list.h; give its source) or
 * painted text that scrolls. Where panes go is the frame's business unless
 * the view has a layout of its own: pane 0 is the master, the others are
 * details of the row under its cursor. On small screens panes stand one over
 * the other, or only the focused one is shown.
 *
 * Order of calls: open (read what the first page needs), select (a row is
 * under the cursor: read its details), then paint as often as needed, which
 * reads nothing from the registry. act answers with reaction bits. Nothing
 * stays open in the registry between calls.
 *
 * To add a view: its file with the ops, its rows in tui/action.h, and for a
 * screen of its own a row in the table of tui/app.c. */
#ifndef MUSTER_TUI_VIEW_H
#define MUSTER_TUI_VIEW_H

#include "base/buf.h"
#include "base/err.h"
#include "tui/action.h"
#include "tui/canvas.h"
#include "tui/layout.h"
#include "tui/list.h"

struct app;
struct view;

/* What follows from an action. */
enum reaction {
	REACT_NONE = 0,
	REACT_DRAW = 1,		/* the frame is painted anew (cheap) */
	REACT_SELECT = 2,	/* another row: select() is called */
	REACT_RELOAD = 4,	/* reload() is called */
	REACT_QUIT = 8,
	REACT_NOT_MINE = 16	/* somebody else's action */
};

/* Screens as they are numbered in the title line, from 1. */
enum screen {
	SCREEN_MODELS = 1, SCREEN_DATA, SCREEN_PROBLEMS, SCREEN_COMPARE,
	SCREEN_GATES, SCREEN_REPORTS, SCREEN_END
};

#define VIEW_PANES 4
struct pane {
	const char *name;		/* "MODELS"; the box's title begins so */
	const struct list_source *list;	/* or NULL: painted */
	/* Adds to the title: " (12)", " credit-scorer 7". May be NULL. */
	void (*title)(struct view *v, struct buf *out);
	/* Writes lines from y = 0 on, as many as there are; the area clips and
	 * scrolls. */
	void (*paint)(struct view *v, struct area *a);
};

struct view_ops {
	const char *name;		/* breadcrumb: "Models" */
	enum screen screen;
	unsigned context;		/* of tui/action.h; 0: what its panes add */
	size_t n_panes;
	struct pane panes[VIEW_PANES];
	int master_share;		/* pane 0's width of 100; 0: 60 */
	/* Initialises v->state from arg (each view's header says what it
	 * takes; NULL: nothing). On failure what state then holds goes to
	 * close. */
	enum rc (*open)(struct view *v, const void *arg, struct err *err);
	void (*close)(struct view *v);	/* unless state is NULL */
	enum rc (*reload)(struct view *v, struct err *err);
	/* The cursor of v's focused list, or of pane 0, stands on another
	 * row. May be NULL. */
	enum rc (*select)(struct view *v, struct err *err);
	/* May be NULL. An error goes to app_fail. */
	unsigned (*act)(struct view *v, enum action a);
	/* Why an action cannot be done now (for the palette), or NULL. May be
	 * NULL. */
	const char *(*not_now)(struct view *v, enum action a);
	/* Breadcrumb behind the name, and the right end of that line; both
	 * may be NULL (the right end then is the list's status). */
	void (*place)(struct view *v, struct buf *out);
	void (*summary)(struct view *v, struct buf *out);
	/* Own arrangement for FIT_BOXES in w x h; frames included, edges may
	 * be shared. NULL: the frame's. */
	void (*layout)(struct view *v, int w, int h, struct rect *rects);
	/* Views in which text is typed; all may be NULL. Contexts that hold
	 * now, in place of context and of what the pane adds. */
	unsigned (*contexts)(const struct view *v);
	/* Gets each key before the key table does; false: not taken. */
	bool (*key)(struct view *v, uint32_t key);
	/* When tick is to be called, in clock_ns(); 0: never. A view that
	 * has nothing to do answers 0, so that an idle program sleeps. */
	uint64_t (*due)(const struct view *v);
	void (*tick)(struct view *v, uint64_t now);
	/* What was typed goes to the disk now: the program is about to end,
	 * to stop, or to start another one. */
	void (*keep)(struct view *v);
	/* The object for H and y: "model/credit-scorer". May be NULL. */
	bool (*object)(struct view *v, struct buf *out);
};

struct view {
	const struct view_ops *ops;
	struct app *app;
	/* Never that of another view, as an address may be: who asked in the
	 * background is known by it. */
	uint64_t serial;
	void *state;			/* the view's own */
	struct list lists[VIEW_PANES];	/* of panes with a list */
	int scroll[VIEW_PANES];		/* of painted panes */
	int used[VIEW_PANES];		/* lines they had when last painted */
	size_t focus;
	bool zoomed;
	uint64_t log_size;		/* when it was read last */
	struct view *below;		/* where Esc goes back to */
};

/* The list of the focused pane, or of pane 0, or NULL. */
struct list *view_list(struct view *v);
/* Whether the pane is a list. */
bool view_pane_is_list(const struct view *v, size_t pane);

#endif
