/* A test set's columns as codes into their distinct values, over chosen rows:
 * what groups and slices are cut by.
 *
 * Values are those of the rows, numbers in their order, then the rest by
 * bytes, so that equal revisions give equal cuts. */
#ifndef MUSTER_REGISTRY_CODED_H
#define MUSTER_REGISTRY_CODED_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "registry/testset.h"

struct coded {
	uint32_t *code;		/* one for each row */
	struct strs values;	/* sorted */
};
void coded_release(struct coded *c);

/* The rows are ordinals of t. */
enum rc coded_by(struct testset *t, const char *column,
		 const uint32_t *ordinals, size_t n, struct coded *out,
		 struct err *err) MUST_USE;
/* The same by "a+b+c": values "x+y+z", those that occur. A column's name may
 * itself hold a '+': the whole is tried first. */
enum rc coded_cut(struct testset *t, const char *by, const uint32_t *ordinals,
		  size_t n, struct coded *out, struct err *err) MUST_USE;
/* a becomes a + b; both have n rows. */
void coded_cross(struct coded *a, const struct coded *b, size_t n);

#endif
