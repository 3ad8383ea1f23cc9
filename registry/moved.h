/* Why did the score move? One version, two revisions, and the change of a
 * metric split without remainder (DESIGN section 5), in this order:
 *
 *	from		rows of revision R1, targets of R1, what was said then
 *	relabelled	the same rows, targets as R2 has them
 *	repredicted	what the version says today
 *	retired		without the rows that R2 no longer has
 *	added		with those that R1 did not have: revision R2
 *
 * A part is the value after its step minus the value before. "Then" is the
 * evaluation kept on R1; where there is none, or where its predictions were
 * taken back since, it is today and repredicted is 0. A threshold that was
 * moved since counts as predicted anew. Patterns without a prediction are in
 * no value. */
#ifndef MUSTER_REGISTRY_MOVED_H
#define MUSTER_REGISTRY_MOVED_H

#include "base/buf.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/json.h"
#include "model/figure.h"
#include "model/metric.h"
#include "registry/registry.h"

enum moved_part {
	MOVED_RELABELLED, MOVED_REPREDICTED, MOVED_RETIRED, MOVED_ADDED,
	MOVED_PARTS
};
/* "relabelled" … */
const char *moved_part_name(enum moved_part part);

struct moved {
	char *model;
	int64_t version;
	char *testset;
	enum metric metric;
	int64_t from, to;		/* revisions */
	bool has_then;			/* an evaluation was kept on from */
	struct figure value[MOVED_PARTS + 1];	/* from, after each step */
	uint64_t rows[MOVED_PARTS];	/* patterns that the step changed */
	/* of the revisions from and to: active ones, and how many of them the
	 * version has not answered */
	uint64_t patterns[2], unanswered[2];
};
/* metric NULL: the task's main one. RC_USAGE unless from <= to. */
enum rc reg_moved(struct registry *reg, const char *model, int64_t version,
		  const char *testset, int64_t from, int64_t to,
		  const enum metric *metric, struct moved *out,
		  struct err *err) MUST_USE;
void moved_release(struct moved *m);
/* Undefined where one of its two values is. */
struct figure moved_part_figure(const struct moved *m, enum moved_part part);
/* As people read it: all values with the same places behind the point, rounded
 * as everywhere, and a change is the difference of what is shown; so the parts
 * add up as shown. NULL where a value is undefined, or a change too large for
 * a number. Returns out. */
const char *moved_value_text(const struct moved *m, size_t i,
			     char out[DECIMAL_MAX]);
const char *moved_change_text(const struct moved *m, size_t from, size_t to,
			      char out[DECIMAL_MAX]);
/* "400 of the 800 patterns of revision 2 have no prediction and are in no
 * value." for each end where it is so, or nothing. */
void moved_put_unanswered(const struct moved *m, struct buf *out);
/* The JSON object of the command. */
void moved_write(struct json_out *o, const struct moved *m);

#endif
