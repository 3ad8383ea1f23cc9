/* Documents: what people write and what is kept of every saving.
 *
 * A document belongs to something: the card of a version, the datasheet of a
 * dataset, the checklist of a model, the gate of a stage, the impact
 * assessment of a version. Its text is JSON whose shape its own module knows
 * (cards/, model/gate); here it is bytes with revisions 1, 2, 3 …, a status,
 * and optimistic locking.
 *
 * Status: draft → in-review → approved → superseded. Saving an approved
 * document makes a new draft revision; the approved revision stays readable,
 * and document_rec.approved names it. */
#ifndef MUSTER_REGISTRY_DOCUMENT_H
#define MUSTER_REGISTRY_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "registry/registry.h"

#define DOCUMENT_KINDS(X) \
	X(DOCUMENT_CARD, "card") \
	X(DOCUMENT_DATASHEET, "datasheet") \
	X(DOCUMENT_CHECKLIST, "checklist") \
	X(DOCUMENT_GATE, "gate") \
	X(DOCUMENT_IMPACT, "impact") \
	X(DOCUMENT_TEMPLATE, "template")

enum document_kind {
#define X(id, name) id,
	DOCUMENT_KINDS(X)
#undef X
};
const char *document_kind_name(enum document_kind kind);

struct document_rec {
	enum document_kind kind;
	char *of;		/* "credit-scorer@7", "adult", "production" */
	int64_t revision;	/* of the text, 1 …; 0: none was ever saved */
	int64_t newest;		/* revision */
	int64_t approved;	/* newest approved revision, or 0 */
	char *status;		/* of this revision */
	char *text;		/* JSON; NULL in lists and heads */
	char *digest;		/* of the text, hex */
	char *note;		/* of the saving, or NULL */
	int64_t time;
	int64_t uid;
	char *who;
	int64_t base;		/* what to give back when saving on top of it */
};
void document_rec_release(struct document_rec *d);
VEC_DECLARE(struct document_rec, document_recs);
void document_recs_release(struct document_recs *v);

/* base: document_rec.base of what the writer started from (0: there was
 * none, TX_ANY_BASE: never mind). RC_CONFLICT when somebody saved meanwhile:
 * load again and show base, theirs, mine. Saving the newest text again is
 * nothing. *revision (or NULL) receives the revision that now holds it. */
enum rc reg_document_save(struct registry *reg, enum document_kind kind,
			  const char *of, const char *text, const char *note,
			  int64_t base, int64_t *revision, struct err *err)
	MUST_USE;
/* revision 0: the newest; RC_NOT_FOUND if none was ever saved. */
enum rc reg_document_load(struct registry *reg, enum document_kind kind,
			  const char *of, int64_t revision,
			  struct document_rec *out, struct err *err) MUST_USE;
/* The newest, without its text, which is not read. */
enum rc reg_document_head(struct registry *reg, enum document_kind kind,
			  const char *of, struct document_rec *out,
			  struct err *err) MUST_USE;
/* All revisions of one, oldest first, without their texts; none is no
 * error. */
enum rc reg_document_history(struct registry *reg, enum document_kind kind,
			     const char *of, struct document_recs *out,
			     struct err *err) MUST_USE;
/* The newest revision of each of a kind, by name, without texts. */
enum rc reg_document_list(struct registry *reg, enum document_kind kind,
			  struct document_recs *out, struct err *err) MUST_USE;
/* The revision is no longer in force: superseded, or a gate's first text that
 * was taken back. Where it is the newest, saving it again puts it in force. */
bool document_is_superseded(const struct document_rec *d);

/* "draft", "in-review", "approved", "superseded". */
bool document_status_exists(const char *status);
/* Moves a revision to another status (legal moves only: RC_REFUSED, saying
 * which there are). An approval needs a reason (RC_USAGE), supersedes the one
 * approved before, and is refused to whoever saved what is new in it
 * (reg_signoff_may_document), in the transaction that would store it. */
enum rc reg_document_status(struct registry *reg, enum document_kind kind,
			    const char *of, int64_t revision,
			    const char *status, const char *reason,
			    struct err *err) MUST_USE;

#endif
