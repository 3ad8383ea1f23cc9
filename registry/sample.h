/* A production sample: rows of inputs, as CSV with a header or as JSON lines
 * (".jsonl", ".ndjson", ".json"; one object a line, whose members, or those
 * of its member "input", are the columns). What is asked of it is the share
 * of rows that a rule says.
 *
 * The file is streamed, on all cores if it is a CSV: memory is that of a few
 * rounds of bytes, however long it is. A row that costs the rule more than its
 * budget (model/rule.h) is undecided and counts neither way. A rule that
 * leaves too many undecided (slice_too_costly) is refused. */
#ifndef MUSTER_REGISTRY_SAMPLE_H
#define MUSTER_REGISTRY_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/hash.h"
#include "registry/registry.h"

struct sample_count {
	uint64_t n;			/* rows that were decided */
	uint64_t matched;		/* of them */
	uint64_t undecided;
	struct hash digest;		/* of the file's bytes */
};

/* JSON lines, by the file's name; else it is read as CSV. */
bool sample_is_json(const char *path);
/* rule: an expression (model/slice.h), or /REGEX/ over column, which may be
 * NULL where the sample has one column. "-" is standard input (as CSV).
 * RC_BAD_INPUT where the rule names a column that the sample lacks. */
enum rc sample_count_rule(const char *path, const char *rule,
			  const char *column, struct reg_progress *progress,
			  struct sample_count *out, struct err *err) MUST_USE;

/* Row by row, as base/csv.h gives them. Of JSON lines the first says which
 * columns there are: one that a later line lacks is empty, one that it adds is
 * RC_BAD_INPUT. */
enum rc sample_rows(const char *path, csv_header_fn *header, csv_row_fn *row,
		    void *arg, struct err *err) MUST_USE;

#endif
