/* SSH signatures (OpenSSH's PROTOCOL.sshsig), made and checked by ssh-keygen,
 * so that anybody can check them with stock tools. Reading one, to show whose
 * key it is, needs no program. */
#ifndef MUSTER_BASE_SSHSIG_H
#define MUSTER_BASE_SSHSIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define SSHSIG_MAX (64u << 10)	/* bytes of one, armoured */

struct sshsig {
	char *namespace;
	char *hash;		/* "sha512" or "sha256" */
	char *key_type;		/* "ssh-ed25519" */
	char *key;		/* as in a .pub file, without the comment */
	char *fingerprint;	/* "SHA256:…", as ssh-keygen -l shows it */
};
void sshsig_release(struct sshsig *s);
/* RC_BAD_INPUT with what is wrong; says nothing of validity. */
enum rc sshsig_parse(const char *text, size_t n, struct sshsig *out,
		     struct err *err) MUST_USE;

/* given, else "KIND@ORG" with $MUSTER_ORG, else "KIND@local". One kind for
 * each purpose, so that a signature for one thing serves for no other. The
 * caller frees. */
char *sshsig_namespace(const char *kind, const char *given);
/* given, else $MUSTER_ALLOWED_SIGNERS, else allowed_signers in the
 * configuration's folder if there is one, else NULL. The caller frees. */
char *sshsig_allowed_file(const char *given);

/* Signs bytes under the namespace. key: a private key, or a public one whose
 * private half the agent holds; a passphrase is asked for on the terminal, if
 * there is one. *out is the armoured signature, the caller's to free. */
enum rc sshsig_sign(const char *key, const char *namespace,
		    const void *bytes, size_t n, char **out,
		    struct err *err) MUST_USE;

struct sshsig_trust {
	const char *allowed;	/* an allowed_signers file; NULL: no trust asked
				 * for, only that the signature fits */
	const char *principal;	/* who it must be; with allowed */
	const char *revoked;	/* revoked keys, or NULL */
	int64_t time;		/* when the key had to be valid; UTC */
};
/* RC_UNMET with ssh-keygen's reason if it does not hold; RC_FAILED if
 * ssh-keygen cannot be run. */
enum rc sshsig_verify(const struct sshsig_trust *trust, const char *namespace,
		      const char *signature, const void *bytes, size_t n,
		      struct err *err) MUST_USE;

#endif
