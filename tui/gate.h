/* The inside of the gate view (tui/view_gate.h), shared by its files:
 * view_gate.c (reading, lists, actions), gate_paint.c (the status pane),
 * gate_acts.c (waivers, attestations, revoking, exporting), gate_jump.c (from
 * a rule to its cause). */
#ifndef MUSTER_TUI_GATE_H
#define MUSTER_TUI_GATE_H

#include <stdint.h>

#include "cards/gate_check.h"
#include "registry/model.h"
#include "registry/signoff.h"
#include "registry/waiver.h"
#include "tui/app.h"
#include "tui/gate_job.h"
#include "tui/view_gate.h"

enum { GATE_RULES, GATE_STATUS, GATE_SIGNOFFS, GATE_WAIVERS };

/* What is being asked for at the bottom of the screen. */
struct gate_pending {
	char *rule;		/* that it is about */
	char *id;		/* sign-off, or role */
	char *reason;		/* of a waiver whose day is asked for */
	char *draft;		/* name of the reason's draft */
	const struct gate_act *act;	/* what the reason is for */
	bool refuse;		/* signing: the meaning is known */
};

struct gate_view {
	struct view *view;
	char *model;
	int64_t version;
	char *stage;
	char *stage_now;		/* that the version is in */
	struct waivers waivers;		/* of the stage */
	struct version_overrides overrides;
	uint64_t n_log;			/* entries on the version */
	struct gate_subject answer;	/* newest; is_done false: none yet */
	struct gate_ask *asked;
	struct gate_pending pending;
};

/* NULL while there is none: being checked, no gate, or it failed. */
const struct gate_result *gate_result_of(const struct gate_view *g);
/* The rule under the cursor of the first pane, or NULL. */
const struct gate_item *gate_item_here(struct view *v);
/* Checks anew; evaluate: after bringing evaluations up to date. */
void gate_ask_again(struct view *v, bool evaluate);

/* -- gate_paint.c -- */
void gate_paint_status(struct view *v, struct area *a);

/* -- gate_acts.c -- */
void gate_pending_release(struct gate_pending *p);
unsigned gate_waive(struct view *v);
unsigned gate_attest_here(struct view *v);
/* The sign-off or waiver under the cursor. */
unsigned gate_revoke(struct view *v);
unsigned gate_export(struct view *v);
unsigned gate_override(struct view *v);
/* The role and the meaning are asked for, then it is shown what is signed. */
unsigned gate_sign(struct view *v, bool refuse);
/* What was moved past a gate, as a second person. */
unsigned gate_acknowledge(struct view *v);
unsigned gate_choose_stage(struct view *v);
/* What was signed, of the sign-off under the cursor. */
unsigned gate_show_signoff(struct view *v);

/* -- gate_jump.c -- */
unsigned gate_jump(struct view *v);
unsigned gate_open_patterns(struct view *v);

#endif
