/* The parts of a report, one row and one file each; private to report_*.c.
 *
 * What several parts need is read once into the context, before the first
 * part is written, in one read transaction of the registry. */
#ifndef MUSTER_CARDS_REPORT_PARTS_H
#define MUSTER_CARDS_REPORT_PARTS_H

#include "cards/facts.h"
#include "cards/gate_check.h"
#include "cards/report.h"
#include "registry/model.h"
#include "registry/signoff.h"

struct report_compared {	/* on one test set */
	const char *testset;	/* borrowed from the facts */
	bool is_done;
	struct comparison c;	/* if is_done */
	char *why;		/* if not */
};
VEC_DECLARE(struct report_compared, report_compareds);

struct report_risk {		/* the greater the weight, the further up */
	double weight;
	const char *section;	/* static: the id of what says more */
	char *text;
	struct strs about;	/* subjects: "P-3", "lang=es" */
};
VEC_DECLARE(struct report_risk, report_risks);

struct report_ctx {
	struct registry *reg;
	const struct report_spec *spec;
	struct reg_progress *progress;
	const char *stage;		/* asked for */
	struct model_rec model;
	struct version_rec version;
	char *name;			/* "m@7" */
	struct doc_facts facts;
	struct evaluation *main;	/* on the largest set, in facts; NULL */
	int64_t base;			/* version to compare with, or 0 */
	struct report_compareds compared;
	struct signoff_recs signoffs;	/* of the model's versions */
	int64_t approved;		/* the last one before this, or 0 */
	int64_t time;			/* of the log's last entry */
	bool has_gate;
	struct gate_result gate;	/* of the stage, if has_gate */
	struct version_overrides overrides;	/* of this version */
	struct report_risks risks;
};

/* A main risk for the first screen: a sentence in plain words, and the id of
 * the section that says more. weight: 4 a stop (gate, loss against
 * production), 3 an open problem, 2 a slice, 1 a gap; plus less than 1. */
void report_risk(struct report_ctx *c, double weight, const char *section,
		 const char *fmt, ...) PRINTF_LIKE(4, 5);
/* A subject of the newest one. The first screen shows three risks of which no
 * two have a subject in common, as far as there are such. */
void report_risk_about(struct report_ctx *c, const char *subject);

typedef enum rc report_part_fn(struct report_ctx *c, struct report *r,
			       struct err *err);
/* Writes sections of its own. The parts of a version, in order: */
report_part_fn report_part_decision, report_part_risks,
	report_part_evaluation, report_part_comparison, report_part_ranking,
	report_part_problems, report_part_fairness, report_part_card,
	report_part_datasheets, report_part_patterns, report_part_checklist, report_part_gate,
	report_part_waivers, report_part_questions, report_part_assessment,
	report_part_signoffs, report_part_lineage, report_part_changes,
	report_part_areas, report_part_crosswalk, report_part_audit;
/* Risks that a part finds; called for all before the first is written. */
typedef enum rc report_risk_fn(struct report_ctx *c, struct err *err);
report_risk_fn report_risks_gate, report_risks_evaluation,
	report_risks_comparison, report_risks_problems, report_risks_card;
void report_gate_badge(struct report_ctx *c, struct report *r);

/* "lang = es", "drug-offers", "all patterns". */
void report_slice_name(struct buf *out, const char *by, const char *value);
/* The model's main metric where it fits the task, else the task's. */
enum metric report_main_metric(const struct report_ctx *c, enum task task);
/* How the slice did against production on that set; NULL: not compared. */
const struct delta *report_slice_delta(const struct report_ctx *c,
				       const char *testset, const char *by,
				       const char *value, enum metric m);
/* ROC and reliability, where the version gave scores. */
void report_curves(struct report_ctx *c, struct report *r,
		   const struct evaluation *e);
enum { REPORT_MIN_N_SLICE = 200, REPORT_MOST_PLOTTED = 40 };

/* Other kinds of reports. */
report_part_fn report_of_overview, report_of_problems, report_of_comparison, report_of_log;

/* For REPORT_NO_DIGESTS. */
void report_shorten_digests(struct report *r);

/* Head entry: size, root and time of the log into the report. */
enum rc report_head(struct registry *reg, struct report *r, struct err *err)
	MUST_USE;

#endif
