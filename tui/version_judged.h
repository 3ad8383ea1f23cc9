/* What is judged of the version under the cursor: against the version that it
 * would replace, and by the gate of production. Both read answers of a whole
 * set, so they come in the background, one version at a time; the newest
 * verdicts are kept until the log grows. */
#ifndef MUSTER_TUI_VERSION_JUDGED_H
#define MUSTER_TUI_VERSION_JUDGED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/compare.h"
#include "registry/model.h"
#include "tui/asking.h"

#define JUDGED_STAGE "production"
#define JUDGED_KEPT 64

/* Of one version. Compared is what holds for the gate too: with the version
 * that was in production when this one came there, or that is there now
 * (reg_version_before); where there is none, with the number before its own.
 * On the set that it was evaluated on last, if both were on one revision. */
struct version_judged {
	int64_t id;			/* version_rec.id */
	int64_t base;			/* version; 0: there is none */
	bool is_compared;
	enum metric metric;		/* if is_compared: the model's main one */
	struct delta delta;
	char *why;			/* not compared; NULL: it is, or there
					 * is nothing to compare */
	bool is_gated;			/* the gate's part is here: it may
					 * take seconds, and comes last */
	bool has_gate;			/* false: production has none */
	size_t n_rules, n_met;		/* passed or waived */
	char *gate_why;			/* it could not be checked, or NULL */
	bool is_evaluated;
	char *worst_by, *worst_value;	/* of its newest evaluation's slices
					 * that are large enough the one that
					 * is worst by its main metric; NULL:
					 * none is */
	struct figure worst;
	char *state;			/* of that evaluation */
};
void version_judged_release(struct version_judged *j);
/* In the foreground: all but the gate's part of *out, which is empty; and the
 * gate's. progress may be NULL. */
enum rc version_judge(struct registry *reg, const char *model, int64_t version,
		      struct reg_progress *progress,
		      struct version_judged *out, struct err *err) MUST_USE;
enum rc version_judge_by_gate(struct registry *reg, const char *model,
			      int64_t version, struct reg_progress *progress,
			      struct version_judged *out, struct err *err)
	MUST_USE;

struct version_verdicts {
	struct asking asking;
	int64_t asked;			/* id; while asking runs */
	int64_t stopped;		/* id that the user stopped; 0: none */
	uint64_t log_size;		/* what is kept is as old as that */
	struct version_judged kept[JUDGED_KEPT];	/* id 0: free */
	size_t next;			/* place of the next one */
};
/* v is zeroed, and stays where it is. */
void version_verdicts_init(struct version_verdicts *v);
void version_verdicts_release(struct version_verdicts *v);
/* What is kept is forgotten if the log has grown; what was stopped is asked
 * for again. */
void version_verdicts_reload(struct version_verdicts *v, struct registry *reg);
/* Asks for what is lacking of the version, unless it is on its way or was
 * stopped; what was asked of another is not needed any more. Cheap. */
void version_verdicts_want(struct version_verdicts *v, struct app *app,
			   int64_t id, const char *model, int64_t version);
/* NULL: not there (yet); borrowed until the next one comes. */
const struct version_judged *
version_verdicts_of(const struct version_verdicts *v, int64_t id);

/* "+.0132 [+.0051,+.0214] better", with what else than the interval says so
 * (delta_basis of model/compare.h), or why there is none. */
void version_base_text(struct buf *out, const struct version_judged *j);
/* "3 of 7", "none". */
void version_gate_text(struct buf *out, const struct version_judged *j);

#endif
