/* Rows of a file that look like mistakes on their way into a test set: the
 * same inputs twice, the same inputs with another target. They are taken as
 * they are and reported, never dropped: a person decides.
 *
 * (A key that is there already is refused; a set without key columns has its
 * inputs as keys, so there only rows of one file can be equal.) */
#ifndef MUSTER_REGISTRY_TESTSET_CONFLICTS_H
#define MUSTER_REGISTRY_TESTSET_CONFLICTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/vec.h"

#define CONFLICTS_LISTED 100

struct testset_conflict {
	uint64_t line;		/* of the file */
	char *key, *target;	/* of that row */
	uint64_t other_line;	/* an earlier row of the file; 0: stored */
	char *other_key, *other_target;
	bool differs;		/* in the target */
	bool retired;		/* the stored pattern is */
};
struct testset_conflicts {
	/* Rows with the inputs of a stored pattern, and of an earlier row of
	 * the file: with its target, with another one. */
	uint64_t stored_same, stored_other, file_same, file_other;
	/* The first CONFLICTS_LISTED: of the file, then stored. */
	VEC_DECLARE(struct testset_conflict, conflict_list) list;
};
void testset_conflicts_release(struct testset_conflicts *c);
uint64_t testset_conflicts_n(const struct testset_conflicts *c);
/* Counts it and, while there is room, lists it: the texts are copied. */
void testset_conflicts_add(struct testset_conflicts *c,
			   const struct testset_conflict *found);
/* "line 7: 'l13' has the inputs of stored 'l4', target 'yes', there 'no'" */
void testset_conflict_text(const struct testset_conflict *c, struct buf *out);
/* "3 rows have the inputs of a stored pattern, 2 of them another target"; ""
 * without any. */
void testset_conflicts_summary(const struct testset_conflicts *c,
			       struct buf *out);
/* An object: the counts, and "listed". */
void testset_conflicts_write(struct json_out *o,
			     const struct testset_conflicts *c);

#endif
