#include "cli/signing.h"

#include "base/sshsig.h"
#include "cli/cli.h"

char *signing_namespace(struct cli *c, const char *kind)
{
	return sshsig_namespace(kind, opt_str(&c->opts, "namespace"));
}

char *signing_allowed(struct cli *c)
{
	return sshsig_allowed_file(opt_str(&c->opts, "allowed-signers"));
}

const char *signing_origin(struct cli *c)
{
	const char *given = opt_str(&c->opts, "origin");
	const char *set = getenv("MUSTER_ORIGIN");

	return given ? given : set && *set ? set : NULL;
}
