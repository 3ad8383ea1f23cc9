/* What the files of the triage board share: view_problems (lists, ops),
 * problems_detail (the problem under the cursor), problems_change (fields,
 * triage in three questions, the next step), problems_work (what runs in the
 * background), problems_pick (kinds and personas from the lists), problems_what_if
 * (a factor tried out). */
#ifndef MUSTER_TUI_PROBLEMS_H
#define MUSTER_TUI_PROBLEMS_H

#include "model/taxonomy.h"
#include "registry/measure.h"
#include "registry/problem.h"
#include "tui/view.h"

/* In this order because where boxes stand one over the other the second is
 * the first's detail. */
enum { PANE_BOARD, PANE_DETAIL, PANE_INBOX, PANE_SUMMARY };

/* Columns of the board. */
enum { P_ID, P_IMPACT, P_INTERVAL, P_RANK, P_USERS, P_ERROR, P_HARM, P_STATE,
       P_OWNER, P_TITLE };

/* Rows of the triage that a list shows. */
struct problem_index {
	size_t n;
	uint32_t *row;
};

/* A factor changed on the screen alone; the row has it, this has the rest. */
struct what_if {
	int64_t id;			/* 0: none */
	struct figure users, error;	/* as they were */
	int harm;
	size_t place;			/* in the board, then */
	double impact;			/* then; NaN: unknown */
};

/* What prompts and menus gather, for the problems it is about. */
struct change {
	size_t n;
	int64_t *ids;
	int64_t revision;		/* of the only one; else TX_ANY_BASE */
	bool moves;			/* to a state, too */
	enum problem_state to;
	struct pairs fields;
	char *draft;			/* where a value was typed; or NULL */
	struct problem_alikes alikes;	/* what the merging menu offers */
	struct problem_members members;	/* what a rule proposes */
};

/* Who set a field last: "ana 2026-03-17". */
struct problem_note {
	char *text, *login;
	int64_t time;
};
VEC_DECLARE(struct problem_note, problem_notes);

/* Ids being picked from the lists. */
struct picking {
	bool persona;			/* else kinds */
	enum taxonomy list;		/* the one that is shown */
	struct strs ids;
};

#define LINES_SHOWN 3			/* problems in the chart */

struct problems {
	struct view *view;
	struct triage triage;
	bool closed;			/* closed ones are shown, too */
	bool from_inbox;		/* the list that was used last */
	struct problem_index board, inbox;
	struct measure *measure;	/* what was read of sets and answers */
	/* of the problem under the cursor */
	int64_t shown;			/* its id; 0: none */
	struct problem_errors errors[LINES_SHOWN];
	int64_t lines[LINES_SHOWN];	/* whose errors: ids; 0: none */
	struct problem_grid grid;
	struct problem_alikes alikes;
	struct problem_reports reports;
	struct problem_notes notes;	/* its log, oldest first */
	bool tables;			/* charts as tables */
	struct what_if what_if;
	struct change change;
	struct picking pick;
};

/* -- view_problems.c -- */

struct problems *problems_of(void *view);
/* The row of the triage under the cursor of the list that was used last;
 * NULL: none. */
struct triage_row *problems_current(struct problems *p);
/* Ranks and order anew, without reading. */
void problems_rank(struct problems *p);
/* Place on the board, from 0; SIZE_MAX: it is not there. */
size_t problems_place(const struct problems *p, int64_t id);

/* -- problems_detail.c -- */

void problems_forget(struct problems *p);
enum rc problems_read(struct problems *p, struct err *err) MUST_USE;
void problems_paint(struct view *v, struct area *a);
void problems_paint_summary(struct view *v, struct area *a);
/* "5.7", "-"; "62.0h" where it was said by hand. */
void put_users(struct buf *out, const struct triage_row *r);

/* -- problems_change.c -- */

/* Of the problem under the cursor and empty; NULL: there is none. */
struct change *change_begin(struct problems *p);
/* Stores the change with the reason that is typed; without one it is not. */
void change_ask_reason(struct problems *p);
void change_release(struct change *c);
/* REACT_NOT_MINE if it is no action of this file. */
unsigned problems_change(struct problems *p, enum action a);

/* -- problems_work.c: for the problem that the change is about -- */

/* Users by the rule over a file that is asked for. */
void work_ask_sample(struct problems *p);
/* All live versions on the problem's set. */
void work_score(struct problems *p, const struct triage_row *r);
/* Patterns of the set that its rule says, to be confirmed. */
void work_propose(struct problems *p);

/* -- problems_pick.c -- */

/* Kinds, or personas, of the problem under the cursor, which a change was
 * begun for, from the lists. */
void pick_start(struct problems *p, bool persona);

/* -- problems_what_if.c -- */

/* The factor of the board's column, harm if it has none, up (1) or down (-1):
 * users by a tenth of themselves, at least 0.1 %; error by 0.05; harm to the
 * next weight of the scale. */
unsigned what_if_step(struct problems *p, int step);
/* Asks for the reason and stores harm and users; an error is only measured. */
unsigned what_if_keep(struct problems *p);
/* As it was; REACT_NOT_MINE: nothing is tried out. */
unsigned what_if_drop(struct problems *p);

#endif
