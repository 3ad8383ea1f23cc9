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
