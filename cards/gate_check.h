/* Does a version meet the gate of a stage? The rules (model/gate.h) are data;
 * here each gets its verdict, with the figure it rests on and why.
 *
 * A gate is a document of kind "gate" named STAGE or STAGE:RISK; its text is
 * the language itself. The gate of the version's risk class counts, else that
 * of the stage. What cannot be evaluated never passes: "open" where something
 * has to be done first (evaluate, write, sign), "insufficient" where the data
 * cannot say.
 *
 * The digest covers every rule's text, verdict and figure but those of
 * sign-offs, which the digest is an input of; it depends on no clock but
 * through verdicts. */
#ifndef MUSTER_CARDS_GATE_CHECK_H
#define MUSTER_CARDS_GATE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/vec.h"
#include "model/figure.h"
#include "model/gate.h"
#include "registry/model.h"
#include "registry/registry.h"
#include "registry/signoff.h"

struct gate_item {
	char *rule;			/* its text */
	unsigned line;			/* in the gate's text */
	enum gate_rule_kind kind;
	enum gate_verdict verdict;
	enum gate_verdict computed;	/* as if nothing were waived */
	bool has_figure;
	struct figure figure;
	char *why;			/* never NULL; one line */
	char *evidence;			/* "testset recid", "card m@7",
					 * "problem P-3" …: where to look */
	enum gate_bound bound;		/* which of the figure's ends counts */
	char *by, *value;		/* the slice that the figure is of, or
					 * the group that decided; or NULL */
	char *waived_by, *waived_why;	/* or NULL */
	int64_t waived_until;
};
VEC_DECLARE(struct gate_item, gate_items);

struct gate_result {
	char *gate;			/* "production" or "production:high" */
	char *stage;
	int64_t revision;		/* of the gate's text */
	char *model;
	int64_t version;
	const char *risk;		/* static: low, medium, high */
	bool met;
	bool met_unsigned;		/* but for sign-offs */
	struct gate_items items;
	char digest[HASH_HEX_SIZE];
	uint64_t size;			/* of the log when it was checked */
};
void gate_result_release(struct gate_result *r);

struct gate_options {
	const char *artifact;		/* the file as it is today, or NULL */
	struct reg_progress *progress;	/* or NULL */
};
/* RC_NOT_FOUND: no such version, or the stage has no gate; other errors: it
 * could not be evaluated at all. Whether it is met, the result says. */
enum rc gate_check(struct registry *reg, const char *model, int64_t version,
		   const char *stage, const struct gate_options *options,
		   struct gate_result *out, struct err *err) MUST_USE;
/* The JSON object of the command. */
void gate_result_write(struct json_out *o, const struct gate_result *r);
/* "2 fail, 1 open; …" of what does not hold; empty when met. */
void gate_result_summary(struct buf *out, const struct gate_result *r);

/* -- Gates as documents -- */

/* Name of the gate that counts for a stage and a risk: *out is the caller's
 * to free; RC_NOT_FOUND: there is none. */
enum rc gate_find(struct registry *reg, const char *stage, const char *risk,
		  char **out, struct err *err) MUST_USE;
/* "production", or "production:high"; RC_USAGE for no stage or risk. */
enum rc gate_name(const char *stage, const char *risk, char **out,
		  struct err *err) MUST_USE;
/* Checks the text (every fault a finding "line 3: …") and saves it. */
enum rc gate_save(struct registry *reg, const char *name, const char *text,
		  const char *note, int64_t base, struct strs *findings,
		  struct err *err) MUST_USE;
/* What saving checks: the language, measures that exist, at least one rule. */
enum rc gate_text_check(const char *text, struct strs *findings,
			struct err *err) MUST_USE;
/* A sensible start, for people to change: never applied by itself. */
const char *gate_default_text(void);
/* The risk class that counts for a version: the higher of the model's and
 * its assessment's; static text. */
enum rc gate_risk(struct registry *reg, const char *model, int64_t version,
		  const char **out, struct err *err) MUST_USE;

/* -- Where gates act -- */

/* What a signer is shown: evidence and the gate's result. */
struct signing {
	struct pairs evidence;
	bool has_gate;
	struct gate_result gate;	/* if has_gate */
	uint64_t size;
};
void signing_release(struct signing *s);
enum rc signing_prepare(struct registry *reg, const char *model,
			int64_t version, const char *stage,
			const struct gate_options *options,
			struct signing *out, struct err *err) MUST_USE;
/* What moved since each sign-off, in their order: out[i] are lines, empty
 * while it holds. out has v->n items, to be released with strs_release. */
enum rc signoffs_changed(struct registry *reg, const struct signoff_recs *v,
			 struct strs *out, struct err *err) MUST_USE;

/* Moves a version into a stage: runs its gate if there is one (RC_UNMET with
 * what does not hold, unless override), then writes the move together with
 * the result's digest, if nothing moved meanwhile (RC_CONFLICT). result (or
 * NULL) receives the gate's, if there was one. */
struct stage_move {
	const char *model;
	int64_t version;
	const char *stage, *reason;
	int64_t base;
	bool override;
	struct gate_options options;
};
enum rc gate_move(struct registry *reg, const struct stage_move *move,
		  struct gate_result *result, bool *had_gate,
		  struct err *err) MUST_USE;

#endif
