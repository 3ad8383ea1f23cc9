/* What kind of answer a model gives. */
#ifndef MUSTER_MODEL_TASK_H
#define MUSTER_MODEL_TASK_H

#include <stdbool.h>

#define TASK_LIST(X) \
	X(TASK_BINARY, "binary") \
	X(TASK_MULTICLASS, "multiclass") \
	X(TASK_REGRESSION, "regression")

enum task {
#define X(id, name) id,
	TASK_LIST(X)
#undef X
};

const char *task_name(enum task task);
bool task_from_name(const char *name, enum task *out);

#endif
