/* Gates: the language in which rules are written, and what a verdict is.
 *
 * A gate's text has one rule a line; '#' starts a comment, blank lines are
 * free. Words are separated by blanks; a value with blanks stands in quotes.
 * Every rule is one of these shapes ([…] may be left out, CMP is one of
 * < <= > >= =):
 *
 *  METRIC [low|high] CMP NUMBER [on TESTSET] [in COL=VALUE | in each COL | in each slice]
 *	the figure, or an end of its interval, over the whole or in slices:
 *	  accuracy >= 0.80 on fraud-live
 *	  roc_auc low >= 0.86
 *	  recall >= 0.7 in each race
 *  METRIC CMP base [+ NUMBER | - NUMBER] [on TESTSET] [in …]
 *	against the version in production:  mae <= base + 0.05 in each slice
 *  METRIC difference|ratio CMP NUMBER by COL [on TESTSET]
 *	greatest less least over the groups of COL; a ratio asked to be at
 *	least something is least over greatest, one asked to be at most
 *	something is greatest over least. Groups too small to say are left
 *	out of the figure and make a rule that holds without them
 *	insufficient:
 *	  fpr ratio >= 0.8 by race
 *	  fpr ratio <= 1.25 by race with n >= 100
 *  MEASURE CMP NUMBER by COL [of VALUE against VALUE] [given COL] [on TESTSET]
 *	a fairness measure by its library's name (model/fairness.h); "of …
 *	against …" names the unprivileged and the privileged group where the
 *	measure is signed, "given …" the column that a conditional one is taken
 *	within:  demographic_parity_ratio >= 0.8 by sex
 *		 clarify_cddpl <= 0.1 by sex of f against m given branch
 *  no significant loss [of METRIC] [on TESTSET]
 *	no paired comparison with production says "worse"
 *  no broken problem		every closed problem stays closed
 *  no open problem [with impact CMP NUMBER]
 *  open impact CMP NUMBER	the sum over open problems
 *  card complete >= NUMBER	a share of 0 to 1; also datasheet, checklist
 *  card approved		also datasheet: the newest revision is
 *  card findings none of error|warning
 *  checklist item ID
 *  impact assessed		the risk questionnaire is answered and approved
 *  fresh [on TESTSET]		evaluated on the newest revision
 *  profile within N days	each dataset whose newest revision has the
 *				version's data digest was measured since
 *  lineage complete		data, code and artifact digests on the version
 *  artifact unchanged		its digest is that of the file today, or of
 *				the version as it was signed
 *  attested "TEXT"		a person says so, by name (gate attest)
 *  signed by [N of] ROLE[, ROLE]…	approvals, none of them stale
 *
 * A rule on figures may end in "with n >= N": fewer cases than that are too
 * few to say (else 30 for the whole, 200 for a slice or group). Every rule
 * may end in "waivable by ROLE[, ROLE]…" or "not waivable": who may waive it.
 * Without, whoever holds a role may.
 *
 * COL after "by" may join slicing columns: by race+sex.
 *
 * Without "on TESTSET" a rule holds on the model's only test set; with
 * several, the rule must say which. */
#ifndef MUSTER_MODEL_GATE_H
#define MUSTER_MODEL_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/metric.h"

#define GATE_VERDICTS(X) \
	X(GATE_PASS, "pass") \
	X(GATE_FAIL, "fail") \
	X(GATE_INSUFFICIENT, "insufficient") \
	X(GATE_OPEN, "open") \
	X(GATE_WAIVED, "waived")

enum gate_verdict {
#define X(id, name) id,
	GATE_VERDICTS(X)
#undef X
};
const char *gate_verdict_name(enum gate_verdict v);
/* Only pass and waived let a version through. */
bool gate_verdict_holds(enum gate_verdict v);

enum gate_rule_kind {
	RULE_METRIC,		/* metric, bound, cmp, number, testset, where */
	RULE_METRIC_BASE,	/* the same, number relative to production */
	RULE_GROUP_DIFFERENCE,	/* metric, cmp, number, by */
	RULE_GROUP_RATIO,
	RULE_FAIRNESS,		/* measure, cmp, number, by, of, against,
				 * given */
	RULE_NO_LOSS,		/* metric if has_metric */
	RULE_NO_BROKEN_PROBLEM,
	RULE_NO_OPEN_PROBLEM,	/* cmp, number if has_number */
	RULE_OPEN_IMPACT,
	RULE_COMPLETE,		/* document, cmp, number */
	RULE_APPROVED,		/* document */
	RULE_FINDINGS,		/* document; measure: "error" or "warning" */
	RULE_CHECKLIST,		/* measure: the item's id */
	RULE_ASSESSED,
	RULE_FRESH,
	RULE_PROFILE,		/* number: days */
	RULE_LINEAGE,
	RULE_ARTIFACT,
	RULE_ATTESTED,		/* measure: the text */
	RULE_SIGNED		/* number: how many; roles */
};

enum gate_bound { BOUND_VALUE, BOUND_LOW, BOUND_HIGH };
enum gate_cmp { CMP_LT, CMP_LE, CMP_GT, CMP_GE, CMP_EQ };
enum gate_document { GATE_CARD, GATE_DATASHEET, GATE_CHECKLIST };

/* Where a metric's rule looks. */
enum gate_where {
	WHERE_WHOLE,
	WHERE_SLICE,		/* by = value */
	WHERE_EACH_OF,		/* each value of by */
	WHERE_EACH_SLICE
};

struct gate_rule {
	enum gate_rule_kind kind;
	char *text;		/* as written, blanks folded: the rule's name */
	unsigned line;		/* in the gate's text, from 1 */
	bool has_metric;
	enum metric metric;
	enum gate_bound bound;
	enum gate_cmp cmp;
	bool has_number;
	double number;
	char *testset;		/* or NULL */
	enum gate_where where;
	char *by, *value;
	char *measure;
	char *of, *against, *given;
	enum gate_document document;
	struct strs roles;
	unsigned min_n;		/* 0: not said */
	bool not_waivable;
	struct strs waivable_by;	/* roles; empty: any */
};
VEC_DECLARE(struct gate_rule, gate_rules);
void gate_rules_release(struct gate_rules *v);

/* Every faulty line is a finding "line 3: …; …"; RC_BAD_INPUT with the first
 * if there is any (out is then empty). findings may be NULL. */
enum rc gate_parse(const char *text, struct gate_rules *out,
		   struct strs *findings, struct err *err) MUST_USE;

/* Cases below which a figure says nothing. */
#define GATE_MIN_N 30
#define GATE_MIN_N_SLICE 200
unsigned gate_min_n(const struct gate_rule *r, bool is_slice);

/* left CMP right, with nothing allowed for rounding. */
bool gate_cmp_holds(enum gate_cmp cmp, double left, double right);
/* The shapes above as lines for help and for the editor's comment header. */
const char *gate_language_help(void);

#endif
