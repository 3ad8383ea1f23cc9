/* Checking gates in the background: a check may compare a million answers,
 * and no key waits for that.
 *
 * Whoever asks owns itself only: the question lives until its job is done.
 * gate_forget tells it that nobody listens any more, which ends the job. */
#ifndef MUSTER_TUI_GATE_JOB_H
#define MUSTER_TUI_GATE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "cards/gate_check.h"
#include "tui/app.h"

struct gate_subject {
	char *model;
	int64_t version;
	char *stage;
	bool is_done;
	bool has_gate;			/* false: the stage has none */
	struct gate_result result;	/* if has_gate */
	char *why;			/* it could not be checked, or NULL */
	/* If asked for: who signed, and what moved since, a row each. */
	bool with_signoffs;
	struct signoff_recs signoffs;
	struct strs *changed;
};
VEC_DECLARE(struct gate_subject, gate_subjects);
void gate_subjects_release(struct gate_subjects *v);
void gate_subject_add(struct gate_subjects *v, const char *model,
		      int64_t version, const char *stage);

struct gate_ask;			/* opaque */
/* The subjects, each with its answer; the listener may take things out.
 * rc other than RC_OK: the job failed or was cancelled. */
typedef void gate_told(void *owner, struct gate_subjects *subjects,
		       enum rc rc);
/* Takes the subjects (also on failure). evaluate: first brings the
 * evaluations of each version, and of the one in production, up to date; on
 * a read-only registry they are computed only. While another job runs it
 * waits its turn. */
enum rc gate_ask(struct app *app, void *owner, gate_told *told,
		 struct gate_subjects *subjects_take, bool evaluate,
		 struct gate_ask **out, struct err *err) MUST_USE;
/* NULL is fine. */
void gate_forget(struct gate_ask *q);

#endif
