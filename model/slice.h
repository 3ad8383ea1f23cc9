/* Expressions: which rows are meant. The same in slices, '--where', filters
 * of the workbench and rules of problems.
 *
 *	race:Asian age>=25 !sex=Male text~/refund|money back/
 *
 * Terms joined by blanks; all must hold. A term is [!]COL OP VALUE or
 * [!]COL~/REGEX/. VALUE ends at a blank unless it stands in quotes ("Less
 * than 25", 'so too'), in which a backslash takes the next character as it
 * is; so does a COL that holds blanks or one of : = < > ~. A slash within
 * REGEX is written \/.
 *
 *	:   the words of VALUE stand in the field side by side, letter case of
 *	    ASCII ignored; or both are numbers and equal. sex:male does not
 *	    find "Female", text:"new york" finds "in New York."
 *	=   the field is VALUE, byte for byte; or both are numbers and equal
 *	< <= > >=  as numbers if VALUE is one (a field that is none never
 *	    holds), else by bytes, which orders dates
 *	~   PCRE2 (model/rule.h) finds REGEX somewhere in the field
 *	!   the term does not hold; what is undecided stays so
 *
 * An empty VALUE (COL="") means an empty field, for ':' too. */
#ifndef MUSTER_MODEL_SLICE_H
#define MUSTER_MODEL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/rule.h"

#define SLICE_EXPR_MAX 4096	/* bytes */
#define SLICE_TERMS_MAX 64

struct slice;			/* a parsed expression; opaque; one thread */

/* RC_BAD_INPUT with the place and a remedy. The empty text is all rows. */
enum rc slice_parse(const char *text, struct slice **out,
		    struct err *err) MUST_USE;
void slice_free(struct slice *s);		/* NULL is allowed */
size_t slice_n_terms(const struct slice *s);

/* The columns that the expression names, each once, in order; borrowed. */
size_t slice_n_columns(const struct slice *s);
const char *slice_column(const struct slice *s, size_t i);
/* RC_BAD_INPUT for the first that is not among names, with the nearest name
 * as a suggestion. "auc" and "roc_auc" are the same. */
enum rc slice_check(const struct slice *s, const char *const *names,
		    size_t n_names, struct err *err) MUST_USE;
/* The nearest of names to a mistyped word; NULL: none is near. */
const char *slice_nearest(const char *word, const char *const *names,
			  size_t n_names);

/* -- One row of a list: fields by name -- */

struct slice_field {
	const char *text;	/* n bytes; NULL: empty */
	size_t n;
	bool part;		/* ':' finds any part, not only whole words */
};
/* False: there is no such field, which then is empty. */
typedef bool slice_field_fn(void *arg, const char *name,
			    struct slice_field *out);
enum rule_answer slice_match(struct slice *s, slice_field_fn *field,
			     void *arg);

/* -- Columns -- */

/* One column, in whichever of three forms it has; all borrowed. */
struct slice_source {
	const uint32_t *code;		/* n rows, with values */
	size_t n_values;
	const char *const *values;
	const double *value_number;	/* of the values, NaN: none; or NULL:
					 * what their texts say. Alone: their
					 * shortest texts, "" for NaN */
	bool part;			/* with values: as slice_field.part */
	const double *number;		/* n rows; NaN: empty */
	const uint64_t *offset;		/* n + 1, with bytes */
	const char *bytes;
};
typedef enum rc slice_column_fn(void *arg, const char *name,
				struct slice_source *out, struct err *err);

/* Rows 0..n-1, some at a time. answer: n bytes of enum rule_answer, the
 * caller's, complete up to slice_scan_row() after each step. The slice must
 * outlive the scan. */
struct slice_scan;		/* opaque */
enum rc slice_scan_new(struct slice *s, size_t n, slice_column_fn *column,
		       void *arg, uint8_t *answer, struct slice_scan **out,
		       struct err *err) MUST_USE;
/* True when all rows are done; budget_ns 0: no limit. */
bool slice_scan_step(struct slice_scan *scan, uint64_t budget_ns);
size_t slice_scan_row(const struct slice_scan *scan);
uint64_t slice_scan_matched(const struct slice_scan *scan);
uint64_t slice_scan_undecided(const struct slice_scan *scan);
void slice_scan_free(struct slice_scan *scan);

/* Whether to give an expression up: three rows at least, and one of a hundred
 * of those looked at, were too costly (model/rule.h). As an error, RC_REFUSED:
 * "the rule is too costly for 3 rows …". */
bool slice_too_costly(uint64_t n_costly, uint64_t n_rows);
enum rc slice_costly_error(uint64_t n_costly, struct err *err);

/* All at once, or RC_REFUSED where it is too costly. cancelled (or NULL) is
 * asked every 50 ms; RC_CANCELLED. */
enum rc slice_eval(struct slice *s, size_t n, slice_column_fn *column,
		   void *arg, bool (*cancelled)(void *arg), void *cancel_arg,
		   uint8_t *answer, struct err *err) MUST_USE;

#endif
