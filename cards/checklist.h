/* The checklist of a model: items that the registry can see for itself are
 * ticked by evidence and by nothing else; the others by hand, with a note
 * that says what was done (the answer in the model's checklist document).
 *
 * The evidence is that of the version in production, or of the newest where
 * none is. Expectations on data, labelling and robustness leave nothing that
 * the registry could see: those items are ticked by hand. Where evidence may
 * be absent for a good reason (no problem was ever reported), a note stands
 * for it, and the item then says "by hand". */
#ifndef MUSTER_CARDS_CHECKLIST_H
#define MUSTER_CARDS_CHECKLIST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/vec.h"
#include "cards/items.h"
#include "registry/registry.h"

#define CHECK_STATES(X) \
	X(CHECK_EVIDENCE, "evidence")	/* the registry shows it */ \
	X(CHECK_HAND, "by hand")	/* a person says so */ \
	X(CHECK_NA, "not applicable") \
	X(CHECK_OPEN, "open")

enum check_state {
#define X(id, name) id,
	CHECK_STATES(X)
#undef X
};
const char *check_state_name(enum check_state s);
bool check_state_holds(enum check_state s);	/* all but open */

struct check {
	char *section, *id, *name;
	enum check_state state;
	bool is_seen;		/* the registry can see it: no hand ticks it … */
	bool takes_note;	/* … but a note is asked for, or may stand for it */
	char *why;		/* the evidence, the note, or what is missing */
};
VEC_DECLARE(struct check, checks);
void checks_release(struct checks *v);

/* RC_NOT_FOUND: no such model. */
enum rc checklist_load(struct registry *reg, const char *model,
		       struct checks *out, struct err *err) MUST_USE;
/* RC_REFUSED where the registry can see the item (the message says what is
 * missing), RC_USAGE without a note, RC_NOT_FOUND: no such item. */
enum rc checklist_tick(struct registry *reg, const char *model,
		       const char *id, const char *note,
		       struct err *err) MUST_USE;

#endif
