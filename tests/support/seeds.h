/* The fuzzers' seeds as ordinary tests: each file of tests/fuzz/seeds/NAME is
 * given to the target once, and so is each with a byte changed, cut or
 * doubled, at places that are always the same. */
#ifndef MUSTER_TESTS_SUPPORT_SEEDS_H
#define MUSTER_TESTS_SUPPORT_SEEDS_H

#include <stddef.h>
#include <stdint.h>

typedef int fuzz_target(const uint8_t *data, size_t size);

/* Returns how many files there were. The working folder is the tree's. */
size_t seeds_run(const char *name, fuzz_target *target);

#endif
