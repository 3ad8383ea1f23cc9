/* Looks at a test set. A set that is consulted often stops being a test set:
 * who chooses among many versions by their figures on it fits them to it.
 * Growing it brings patterns that nobody has chosen by. */
#ifndef MUSTER_REGISTRY_LOOKS_H
#define MUSTER_REGISTRY_LOOKS_H

#include <stdint.h>

#include "base/err.h"
#include "registry/registry.h"

struct looks {
	int64_t revision;	/* that grew last */
	int64_t time;		/* when */
	/* Since then, on that revision and later ones: */
	uint64_t evaluations;
	uint64_t versions;	/* distinct, evaluated */
	uint64_t chosen;	/* of these, moved to the stage that they hold
				 * after they had been evaluated: not 'none',
				 * not 'archived' */
};
enum rc reg_looks(struct registry *reg, const char *testset, struct looks *out,
		  struct err *err) MUST_USE;

#endif
