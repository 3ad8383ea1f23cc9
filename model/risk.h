/* The risk class of a model or of a dataset. From it follow what documents must
 * say and which gate counts. It is kept and shown by its name; unset, it counts
 * as high. */
#ifndef MUSTER_MODEL_RISK_H
#define MUSTER_MODEL_RISK_H

#include <stdbool.h>

/* Lowest first: a higher risk is a greater number. */
#define RISK_LIST(X) \
	X(RISK_LOW, "low") \
	X(RISK_MEDIUM, "medium") \
	X(RISK_HIGH, "high")

enum risk {
#define X(id, name) id,
	RISK_LIST(X)
#undef X
};

const char *risk_name(enum risk risk);
bool risk_from_name(const char *name, enum risk *out);
/* Of what is kept: NULL (it was never set) counts as high. */
enum risk risk_counted(const char *name);

#endif
