/* What the files of the gate check share; nobody else includes it. */
#ifndef MUSTER_CARDS_GATE_INSIDE_H
#define MUSTER_CARDS_GATE_INSIDE_H

#include "base/vec.h"
#include "cards/gate_check.h"
#include "model/evaluation.h"
#include "registry/evaluate.h"
#include "registry/fairness.h"
#include "registry/waiver.h"

struct cached {				/* one evaluation looked for */
	int64_t version;
	char *testset;
	struct evaluation *e;		/* NULL: there is none */
	struct fair_source *fair;	/* of it, or NULL: not asked yet */
};
VEC_DECLARE(struct cached, cache);

struct checking {
	struct registry *reg;
	const struct gate_options *options;
	struct version_rec v;
	struct model_rec m;
	char *of;			/* "m@7" */
	int64_t production;		/* version, or 0 */
	int64_t now;
	struct strs testsets;		/* the version knows */
	struct cache cache;
	const char *stage;
	const char *digest;		/* of the result, for sign-offs */
};

/* Sets verdict and the reason. The return lets an evaluator end with it. */
enum rc gate_say(struct gate_item *item, enum gate_verdict v,
		 const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The slice that the item's figure is of; both may be NULL. */
void gate_set_slice(struct gate_item *item, const char *by,
		    const char *value);

/* The set the rule means; NULL: the item says why there is none. */
const char *gate_testset(struct checking *c, const struct gate_rule *r,
			 struct gate_item *item);
/* A fresh evaluation, borrowed while the check lasts; or NULL, and the item
 * says what is missing. */
enum rc gate_need(struct checking *c, int64_t version, const char *testset,
		  struct gate_item *item, const struct evaluation **out,
		  struct err *err);

/* Groups of one that gate_need gave; borrowed, too. */
struct fair_source *gate_groups(struct checking *c,
				const struct evaluation *e);

/* Why there are none is a verdict (open: no such column or group; else
 * insufficient); an error of the registry stays one. */
enum rc gate_no_groups(struct gate_item *item, const struct err *why,
		       struct err *err);

/* An evaluator: fills the item. An error is one of the registry, never of
 * the version: what is missing there is a verdict. */
typedef enum rc gate_fn(struct checking *c, const struct gate_rule *r,
			struct gate_item *item, struct err *err);

gate_fn gate_metric, gate_metric_base, gate_group, gate_no_loss,
	gate_fresh;					/* gate_figures.c */
gate_fn gate_fairness;					/* gate_fairness.c */
gate_fn gate_no_broken, gate_no_open, gate_open_impact;	/* gate_problems.c */
gate_fn gate_complete, gate_approved, gate_findings, gate_checklist,
	gate_assessed, gate_profile, gate_lineage, gate_artifact,
	gate_attested, gate_signed;			/* gate_facts.c */

#endif
