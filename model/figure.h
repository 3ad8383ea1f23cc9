/* A figure: a value that says how sure it is, or why there is none.
 *
 * Undefined is never 0, 1 or NaN on a screen: why is then a static text such
 * as "no positives". n is the figure's own denominator (recall: the
 * positives). */
#ifndef MUSTER_MODEL_FIGURE_H
#define MUSTER_MODEL_FIGURE_H

#include <stdbool.h>
#include <stdint.h>

#define METHOD_LIST(X) \
	X(METHOD_NONE, "") \
	X(METHOD_WILSON, "wilson") \
	X(METHOD_CLOPPER_PEARSON, "clopper-pearson") \
	X(METHOD_DELONG, "delong") \
	X(METHOD_BOOTSTRAP, "bootstrap") \
	X(METHOD_JACKKNIFE, "jackknife") \
	X(METHOD_ORDER, "order-statistics") \
	X(METHOD_NEWCOMBE, "newcombe") \
	X(METHOD_PAIRED_BOOTSTRAP, "paired-bootstrap") \
	X(METHOD_NORMAL, "normal") \
	X(METHOD_PRODUCT, "product-of-ends")

enum method {
#define X(id, name) id,
	METHOD_LIST(X)
#undef X
};

/* Why there is no value. */
#define WHY_LIST(X) \
	X(WHY_NO_PATTERNS, "no patterns") \
	X(WHY_NO_POSITIVES, "no positives") \
	X(WHY_NO_NEGATIVES, "no negatives") \
	X(WHY_NO_PREDICTED_POSITIVES, "no predicted positives") \
	X(WHY_NO_PREDICTED_NEGATIVES, "no predicted negatives") \
	X(WHY_NO_THRESHOLD, "no threshold") \
	X(WHY_NO_SCORE, "no score") \
	X(WHY_NO_CLASS_SCORES, "no class scores") \
	X(WHY_NO_LABEL, "no label") \
	X(WHY_NO_VALUE, "no predicted value") \
	X(WHY_NOT_PROBABILITIES, "scores are not probabilities") \
	X(WHY_ZERO_TARGET, "a target is 0") \
	X(WHY_ZERO_BOTH, "a target and its prediction are 0") \
	X(WHY_NO_SCALE, "no scale") \
	X(WHY_ZERO_SCALE, "a scale is 0 or negative") \
	X(WHY_CONSTANT_TARGET, "all targets are equal") \
	X(WHY_NO_CASES, "no cases of this class") \
	X(WHY_NEVER_PREDICTED, "never predicted") \
	X(WHY_NO_WEIGHT, "weights add up to 0") \
	X(WHY_OVERFLOW, "too large for a number") \
	X(WHY_ZERO_DENOMINATOR, "the rate it is divided by is 0") \
	X(WHY_NO_REFERENCE, "no such reference group") \
	X(WHY_ONE_GROUP, "only one group") \
	X(WHY_CANNOT_PAIR, "one of the two is undefined") \
	X(WHY_UNKNOWN, "for a reason that this version does not know")

enum why {
#define X(id, text) id,
	WHY_LIST(X)
#undef X
	WHY_COUNT
};
const char *why_text(enum why why);

struct figure {
	double value;		/* meaningless if why is set */
	double low, high;	/* only if method is not METHOD_NONE */
	enum method method;
	uint64_t n;
	const char *why;	/* static text, or NULL: defined */
};

const char *method_name(enum method m);
bool method_from_name(const char *name, enum method *out);
struct figure figure_undefined(const char *why, uint64_t n);
struct figure figure_value(double value, uint64_t n);
struct figure figure_why_not(enum why why, uint64_t n);
/* Widens the interval where it would exclude the value: a percentile
 * interval can, when almost every resample differs from the data in the same
 * direction. Gives the value an interval of the method. */
void figure_interval(struct figure *f, double low, double high,
		     enum method method);
/* The static text for a "why" that was read from a file; an unknown one is
 * WHY_UNKNOWN's. */
const char *figure_why(const char *text);

#endif
