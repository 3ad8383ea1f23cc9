/* Versions x revisions: where is what fresh, stale, partial, missing.
 *
 * Answered from the projections; the predictions themselves are read only for
 * a cell that these cannot decide (scattered gaps, predictions replaced since
 * an evaluation). */
#ifndef MUSTER_REGISTRY_MATRIX_H
#define MUSTER_REGISTRY_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "registry/registry.h"
#include "registry/standing.h"

struct matrix_row {
	char *model;
	int64_t version;
	enum eval_state *states;	/* one for each revision */
};
struct matrix {
	char *testset;
	size_t n_revisions;
	int64_t *revisions;		/* oldest first */
	size_t n;
	struct matrix_row *rows;	/* versions with any prediction */
};
enum rc reg_matrix(struct registry *reg, const char *testset,
		   struct matrix *out, struct err *err) MUST_USE;
void matrix_release(struct matrix *m);
/* The JSON object of the command. */
void matrix_write(struct json_out *o, const struct matrix *m);

#endif
