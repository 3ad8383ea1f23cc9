#include "model/figure.h"

#include <math.h>
#include <string.h>

#include "base/count.h"

static const char *const methods[] = {
#define X(id, name) [id] = name,
	METHOD_LIST(X)
#undef X
};

static const char *const whys[WHY_COUNT] = {
#define X(id, text) [id] = text,
	WHY_LIST(X)
#undef X
};

const char *method_name(enum method m)
{
	return methods[m];
}

bool method_from_name(const char *name, enum method *out)
{
	for (unsigned i = 0; i < COUNT(methods); i++) {
		if (!strcmp(methods[i], name)) {
			*out = (enum method)i;
			return true;
		}
	}
	return false;
}

const char *why_text(enum why why)
{
	return whys[why];
}

struct figure figure_undefined(const char *why, uint64_t n)
{
	return (struct figure){ .why = why, .n = n };
}

struct figure figure_why_not(enum why why, uint64_t n)
{
	return figure_undefined(whys[why], n);
}

/* Finite numbers only leave this floor: sums of huge errors may overflow. */
struct figure figure_value(double value, uint64_t n)
{
	if (!isfinite(value))
		return figure_why_not(WHY_OVERFLOW, n);
	return (struct figure){ .value = value, .n = n };
}

void figure_interval(struct figure *f, double low, double high,
		     enum method method)
{
	if (f->why || !isfinite(low) || !isfinite(high))
		return;
	f->low = low < f->value ? low : f->value;
	f->high = high > f->value ? high : f->value;
	f->method = method;
}

const char *figure_why(const char *text)
{
	for (unsigned i = 0; i < WHY_COUNT; i++)
		if (!strcmp(whys[i], text))
			return whys[i];
	return whys[WHY_UNKNOWN];
}
