/* What a runner answered, checked row by row while it is gathered from
 * batches: every key that was asked once, nothing else, and every number a
 * number. Part of model/runner.h, which documents the format. */
#ifndef MUSTER_MODEL_RUNNER_ANSWER_H
#define MUSTER_MODEL_RUNNER_ANSWER_H

#include <stddef.h>

#include "base/err.h"
#include "model/runner.h"

struct answer;

struct answer *answer_new(const struct runner_request *req);
/* One batch's whole stdout, for the rows first to first + n - 1. */
enum rc answer_add(struct answer *a, const char *bytes, size_t len,
		   size_t first, size_t n, struct err *err) MUST_USE;
/* Writes out->csv and has_*. */
enum rc answer_take(struct answer *a, struct runner_answer *out,
		    struct err *err) MUST_USE;
void answer_free(struct answer *a);

#endif
