#include "model/risk.h"

#include <string.h>

#include "base/count.h"

static const char *const names[] = {
#define X(id, name) [id] = name,
	RISK_LIST(X)
#undef X
};

const char *risk_name(enum risk risk)
{
	return names[risk];
}

bool risk_from_name(const char *name, enum risk *out)
{
	for (unsigned i = 0; i < COUNT(names); i++) {
		if (!strcmp(names[i], name)) {
			*out = (enum risk)i;
			return true;
		}
	}
	return false;
}

enum risk risk_counted(const char *name)
{
	enum risk risk;

	return name && risk_from_name(name, &risk) ? risk : RISK_HIGH;
}
