/* Proof for fsck that the sieves of test sets (registry/testset_seek.h) hide
 * nothing: each is made again of the rows it is of, and has the same bytes. */
#ifndef MUSTER_REGISTRY_SIEVE_CHECK_H
#define MUSTER_REGISTRY_SIEVE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/registry.h"

/* Of the test set's newest revision. *bad: one is not what its rows give, and
 * *entry names it. Takes 16 bytes of memory for a row that it covers. */
enum rc sieves_check(struct registry *reg, const char *testset, bool *bad,
		     uint64_t *entry, struct err *err) MUST_USE;

#endif
