/* The curve of a metric along a numeric column of a test set, with the place
 * where the model begins to fail (model/tipping.h). */
#ifndef MUSTER_REGISTRY_TIPPING_H
#define MUSTER_REGISTRY_TIPPING_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "model/metric.h"
#include "model/tipping.h"
#include "registry/choice.h"
#include "registry/registry.h"

#define CURVE_BINS 10		/* without another wish */
#define CURVE_BINS_MAX 200

struct curve_query {
	const char *model;
	int64_t version;
	const char *testset;
	int64_t revision;		/* 0: the newest */
	const char *column;		/* any column of numbers */
	const enum metric *metric;	/* NULL: the task's main one */
	size_t bins;			/* 0: CURVE_BINS */
	struct choice among;
};
struct curve_bin {
	double from, to;		/* both within it */
	struct figure figure;
};
struct curve {
	char *model, *testset, *column;
	int64_t version, revision;
	enum metric metric;
	const char *loss;		/* what the tipping point's loss is */
	uint64_t n, n_empty;		/* n_empty: patterns without a number */
	size_t n_bins;
	struct curve_bin *bins;
	struct tipping tipping;
};
/* RC_REFUSED for a column that holds other texts than numbers. */
enum rc reg_curve(struct registry *reg, const struct curve_query *query,
		  struct curve *out, struct err *err) MUST_USE;
void curve_release(struct curve *c);
/* Names of the set's columns that may hold numbers: not the key, the target
 * of labels, or texts. */
enum rc reg_curve_columns(struct registry *reg, const char *testset,
			  struct strs *out, struct err *err) MUST_USE;
/* The JSON object of the command. */
void curve_write(struct json_out *o, const struct curve *c);

#endif
