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
	X(METHOD_NEWCOMBE, "newcombe") \
	X(METHOD_PAIRED_BOOTSTRAP, "paired-bootstrap") \
	X(METHOD_WILCOXON, "wilcoxon") \
	X(METHOD_NORMAL, "normal") \
	X(METHOD_PRODUCT, "product-of-ends")

enum method {
#define X(id, name) id,
	METHOD_LIST(X)
#undef X
};

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
/* Static texts for "why" that was read from a file: the same words give the
 * same pointer; an unknown text is kept for ever. */
const char *figure_why(const char *text);

#endif
