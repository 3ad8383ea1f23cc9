/* Names and files that commands with SSH signatures share. */
#ifndef MUSTER_CLI_SIGNING_H
#define MUSTER_CLI_SIGNING_H

struct cli;

/* --namespace, else "KIND@ORG" with $MUSTER_ORG, else "KIND@local". One kind
 * for each purpose, so that a signature for one thing serves for no other.
 * The caller frees. */
char *signing_namespace(struct cli *c, const char *kind);
/* --allowed-signers, else $MUSTER_ALLOWED_SIGNERS, else allowed_signers in
 * the configuration's folder if there is one, else NULL. The caller frees. */
char *signing_allowed(struct cli *c);
/* --origin of a checkpoint, else $MUSTER_ORIGIN, else NULL. Borrowed. */
const char *signing_origin(struct cli *c);

#define SIGNING_OPTIONS \
	{ "namespace", 0, "NAME", "of the SSH signature; \"…@$MUSTER_ORG\" " \
	  "unless given", false, NULL }, \
	{ "allowed-signers", 0, "FILE", "whose keys are trusted, as ssh-keygen " \
	  "reads it; $MUSTER_ALLOWED_SIGNERS unless given", false, NULL }

#endif
