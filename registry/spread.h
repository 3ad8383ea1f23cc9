/* The spread of a model's versions on a test set (model/spread.h): on the
 * active patterns that all of them answered. */
#ifndef MUSTER_REGISTRY_SPREAD_H
#define MUSTER_REGISTRY_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "model/spread.h"
#include "registry/choice.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

struct spread_pattern {
	uint32_t ordinal;
	char *key, *target;
	char *said;		/* main prediction; regression: the mean */
	struct spread_row row;
};
struct version_spread {
	char *testset, *digest;
	char *weight;			/* the column of weights, or NULL */
	int64_t revision;
	struct spread all;		/* its rows are freed: see patterns */
	size_t n_versions;
	struct version_ref *versions;
	size_t n_patterns;		/* widest spread first */
	struct spread_pattern *patterns;
};
/* Of versions (or NULL), and all of model (or NULL) that said something. Patterns on which all
 * agree are counted, not listed. most: list at most so many; 0: all.
 * RC_REFUSED for fewer than two versions, where one gave no answer that can be
 * compared, or where all patterns have weight 0. */
enum rc reg_spread(struct registry *reg, const char *testset,
		   int64_t revision, const char *model,
		   const struct version_refs *versions,
		   const struct choice *among, size_t most,
		   struct reg_progress *progress, struct version_spread *out,
		   struct err *err) MUST_USE;
void version_spread_release(struct version_spread *s);
/* The JSON object of the command. */
void version_spread_write(struct json_out *o, const struct version_spread *s);

#endif
