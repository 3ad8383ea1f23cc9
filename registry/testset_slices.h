/* How many patterns of each slice changed between two revisions. */
#ifndef MUSTER_REGISTRY_TESTSET_SLICES_H
#define MUSTER_REGISTRY_TESTSET_SLICES_H

#include "registry/testset.h"

#define TESTSET_N_CHANGES 4
struct testset_slice_change {
	char *by, *value;		/* "race", "Asian"; "slice", NAME */
	uint64_t n[TESTSET_N_CHANGES];	/* by enum testset_change */
};
VEC_DECLARE(struct testset_slice_change, testset_slice_changes);

/* "added", "relabelled", "retired", "revived" */
const char *testset_change_name(enum testset_change change);
/* Of all slicing columns, then of the named slices; in the order in which the
 * changes meet them. differences: of reg_testset_diff between from and to. */
enum rc reg_testset_slice_changes(struct registry *reg, const char *name,
				  int64_t from, int64_t to,
				  const struct testset_differences *differences,
				  struct testset_slice_changes *out,
				  struct err *err) MUST_USE;
void testset_slice_changes_release(struct testset_slice_changes *v);

#endif
