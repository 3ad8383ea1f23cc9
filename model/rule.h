/* A rule: one PCRE2 pattern over texts, with a bound on what it may cost.
 *
 * The only file that includes pcre2.h is model/rule.c. Patterns are UTF-8
 * with Unicode classes (\w knows é), at most 1 KiB, without \C and callouts.
 *
 * PCRE2's own match limit counts anew at every start offset and is therefore
 * no limit of time. Long subjects are matched in windows of start offsets
 * with the clock read between them, so that a subject costs at most its
 * budget and the last window. A subject over budget is undecided ("too
 * costly"): never a match, never "no match".
 *
 * Subjects are bytes; one that is not valid UTF-8 is undecided, too. A rule
 * is for one thread at a time. */
#ifndef MUSTER_MODEL_RULE_H
#define MUSTER_MODEL_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define RULE_PATTERN_MAX 1024
#define RULE_BUDGET_MS 100

struct rule;			/* opaque */

/* Also the bytes of answers in arrays. */
enum rule_answer { RULE_NO, RULE_MATCH, RULE_UNDECIDED };

/* RC_BAD_INPUT names the place in the pattern. */
enum rc rule_compile(const char *pattern, size_t n, struct rule **out,
		     struct err *err) MUST_USE;
void rule_free(struct rule *r);			/* NULL is allowed */

/* budget_ms 0: RULE_BUDGET_MS. */
enum rule_answer rule_match(struct rule *r, const char *s, size_t n,
			    unsigned budget_ms);
/* As rule_match, for what to highlight: the first match is s[*from..*to). */
enum rule_answer rule_find(struct rule *r, const char *s, size_t n,
			   unsigned budget_ms, size_t *from, size_t *to);

/* Every match replaced, "$1" in with being what a group matched; appended to
 * out. RC_REFUSED where that is too costly (or s is longer than 64 KiB), or s
 * is no text; RC_BAD_INPUT: with. */
enum rc rule_replace(struct rule *r, const char *s, size_t n, const char *with,
		     struct buf *out, struct err *err) MUST_USE;

/* Texts of a column: row i is bytes[offset[i] .. offset[i + 1]). */
struct rule_texts {
	size_t n;
	const uint64_t *offset;		/* n + 1 */
	const char *bytes;
};

/* A scan over a column that can stop after any row and go on later, so that
 * a screen shows first hits at once and a person can cancel.
 *
 * answer (n bytes, the caller's) is complete up to scan.row after each step.
 * With only_open rows whose answer is RULE_NO already are left alone, and the
 * others get the "and" of both. */
struct rule_scan {
	struct rule *rule;
	struct rule_texts texts;
	uint8_t *answer;
	bool only_open;
	bool by_literal;	/* private: candidates by required literal */
	uint64_t tried;		/* private: candidates so far */
	size_t row;		/* the next row to look at */
	uint64_t n_match, n_undecided;
};
void rule_scan_init(struct rule_scan *scan, struct rule *rule,
		    const struct rule_texts *texts, uint8_t *answer,
		    bool only_open);
/* Works until row 'to' or until the budget (nanoseconds, 0: none) is used
 * up; true when row 'to' (or the end) is reached. */
bool rule_scan_step(struct rule_scan *scan, size_t to, uint64_t budget_ns);

/* "and" of two answers: no beats undecided beats match. */
enum rule_answer rule_and(enum rule_answer a, enum rule_answer b);

/* Name and version of the library, for 'muster info'. */
extern const char rule_library[];

#endif
