#include "model/task.h"

#include <string.h>

#include "base/count.h"

static const char *const names[] = {
#define X(id, name) [id] = name,
	TASK_LIST(X)
#undef X
};

const char *task_name(enum task task)
{
	return names[task];
}

bool task_from_name(const char *name, enum task *out)
{
	for (unsigned i = 0; i < COUNT(names); i++) {
		if (!strcmp(names[i], name)) {
			*out = (enum task)i;
			return true;
		}
	}
	return false;
}
