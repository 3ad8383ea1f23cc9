/* Some of a test set's patterns: a slice, an expression, a problem's. What a
 * figure "of one slice" is computed on, whatever the revision. */
#ifndef MUSTER_REGISTRY_CHOICE_H
#define MUSTER_REGISTRY_CHOICE_H

#include <stdint.h>

#include "base/err.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct choice {
	const char *slice;	/* a named slice, or else an expression; or NULL */
	int64_t problem;	/* members of it; 0: none */
};
/* Sets rows[i] (testset_rows bytes) to 1 for the active patterns of the
 * revision that are meant, else to 0. Both given: patterns that are in both.
 * RC_REFUSED where an expression cannot be decided. */
enum rc choice_rows(struct registry *reg, struct testset *t,
		    const struct choice *c, uint8_t *rows, struct err *err)
	MUST_USE;
/* As an expression what a slicing attribute's value means: race="Asian". An
 * intersection ("race+sex", "Asian+Male") becomes two terms where both fall
 * into equally many parts, else false. The buffer is appended to. */
bool choice_of_slice(const char *by, const char *value, struct buf *out);

#endif
