#include "cli/signing.h"

#include <stdlib.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "cli/cli.h"

char *signing_namespace(struct cli *c, const char *kind)
{
	const char *given = opt_str(&c->opts, "namespace");
	const char *org = getenv("MUSTER_ORG");

	if (given)
		return xstrdup(given);
	return xasprintf("%s@%s", kind, org && *org ? org : "local");
}

char *signing_allowed(struct cli *c)
{
	const char *given = opt_str(&c->opts, "allowed-signers");
	const char *set = getenv("MUSTER_ALLOWED_SIGNERS");
	char *dir, *path;

	if (given)
		return xstrdup(given);
	if (set && *set)
		return xstrdup(set);
	dir = fsx_config_dir();
	path = dir ? xasprintf("%s/allowed_signers", dir) : NULL;
	if (path && !fsx_exists(path)) {
		free(path);
		path = NULL;
	}
	free(dir);
	return path;
}
