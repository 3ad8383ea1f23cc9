/* What the files of a step to a new revision share (testset_revise.c,
 * testset_grow.c, testset_undo.c); nobody else includes it.
 *
 * A step reads its file, collects the patterns that change, sorted by ordinal,
 * puts them as parts (testset_inside.h), and appends one entry that names the
 * parts. Labels that are new come with the entry. */
#ifndef MUSTER_REGISTRY_TESTSET_STEP_H
#define MUSTER_REGISTRY_TESTSET_STEP_H

#include "base/vec.h"
#include "registry/testset_inside.h"

/* A pattern that changes. */
struct touched {
	uint32_t row;
	uint64_t line;
	char *target;			/* the new one, or NULL */
};
VEC_DECLARE(struct touched, touched_list);
void touched_sort(struct touched_list *v);	/* by row, then line */
void touched_release(struct touched_list *v);

struct revising {
	struct registry *reg;
	const struct testset_step *step;
	struct testset_step_report *report;
	struct testset *t;		/* the newest revision */
	int target;			/* column */
	struct strs labels;		/* after the step */
	bool new_labels;
	struct json *parts;		/* refs */
	struct json *sieve;		/* that is kept with the step, or NULL */
	const char *name;		/* of the file */
	const uint64_t *undoes;		/* entry that is taken back, or NULL */
	struct buf *what;		/* then: as reg_undo_told, or NULL */
};

/* Opens the set, checks reason, source and base, has fn change it, and frees
 * all. path "-": stdin. */
enum rc step_run(struct registry *reg, const struct testset_step *step,
		 const char *path, struct testset_step_report *report,
		 enum rc (*fn)(struct revising *r, const char *path,
			       struct err *err), struct err *err) MUST_USE;
/* Why the set cannot take a target; NULL: it can, and knows it now. */
const char *step_take_target(struct revising *r, const char *text);
/* Is it the pattern's target already? */
enum rc step_same_target(struct revising *r, uint32_t row, const char *text,
			 bool *same, struct err *err) MUST_USE;
/* In a dry run: adds what v changes to the report's list; before it is put. */
enum rc step_list_changes(struct revising *r, enum testset_change change,
			  const struct touched_list *v,
			  struct err *err) MUST_USE;
/* v is sorted. */
enum rc step_put_parts(struct revising *r, enum ts_change change,
		       const struct touched_list *v, struct err *err) MUST_USE;
/* Takes body. n: patterns, for the log's line. RC_CONFLICT: the set has moved
 * on meanwhile. */
enum rc step_append(struct revising *r, const char *kind, struct json *body,
		    uint64_t n, struct err *err) MUST_USE;

#endif
