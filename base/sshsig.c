/* The wire format: every field is a 32-bit length and bytes. A signature is
 * "SSHSIG", version 1, public key, namespace, reserved (empty), hash
 * algorithm, signature. */
#include "base/sshsig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/clock.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/scratch.h"
#include "base/spawn.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define BEGIN_LINE "-----BEGIN SSH SIGNATURE-----\n"
#define END_LINE "-----END SSH SIGNATURE-----\n"
#define WAIT_MS 60000u

void sshsig_release(struct sshsig *s)
{
	free(s->namespace);
	free(s->hash);
	free(s->key_type);
	free(s->key);
	free(s->fingerprint);
	*s = (struct sshsig){ 0 };
}

/* -- Reading -- */

struct wire {
	const uint8_t *at;
	size_t left;
};

static bool take_bytes(struct wire *w, size_t n, const uint8_t **out)
{
	if (n > w->left)
		return false;
	*out = w->at;
	w->at += n;
	w->left -= n;
	return true;
}

static bool take_u32(struct wire *w, uint32_t *out)
{
	const uint8_t *p;

	if (!take_bytes(w, 4, &p))
		return false;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
	return true;
}

static bool take_string(struct wire *w, const uint8_t **out, size_t *n)
{
	uint32_t size;

	if (!take_u32(w, &size) || !take_bytes(w, size, out))
		return false;
	*n = size;
	return true;
}

/* A field that must be readable text. */
static bool take_text(struct wire *w, char **out)
{
	const uint8_t *p;
	size_t n, bad;

	if (!take_string(w, &p, &n) || memchr(p, 0, n) ||
	    !utf8_valid((const char *)p, n, &bad))
		return false;
	*out = xmemdupz(p, n);
	return true;
}

static bool take_key(struct wire *w, struct sshsig *out)
{
	struct buf text = BUF_INIT;
	struct wire key;
	struct hash h;

	if (!take_string(w, &key.at, &key.left))
		return false;
	h = hash_bytes(key.at, key.left);
	buf_str(&text, "SHA256:");
	base64_add(&text, h.bytes, HASH_SIZE);
	while (buf_ends_with(&text, "="))
		buf_truncate(&text, text.len - 1);
	out->fingerprint = xstrdup(text.data);
	buf_clear(&text);
	base64_add(&text, key.at, key.left);
	if (!take_text(&key, &out->key_type)) {
		buf_release(&text);
		return false;
	}
	out->key = xasprintf("%s %s", out->key_type, text.data);
	buf_release(&text);
	return true;
}

static const char *read_blob(struct wire *w, struct sshsig *out)
{
	const uint8_t *p;
	uint32_t version;
	size_t n;

	if (!take_bytes(w, 6, &p) || memcmp(p, "SSHSIG", 6) != 0)
		return "it does not begin as an SSH signature";
	if (!take_u32(w, &version) || version != 1)
		return "its version is not 1";
	if (!take_key(w, out))
		return "its public key cannot be read";
	if (!take_text(w, &out->namespace) || !*out->namespace)
		return "it has no namespace";
	if (!take_string(w, &p, &n))
		return "it is cut";
	if (!take_text(w, &out->hash) || (strcmp(out->hash, "sha256") != 0 &&
					  strcmp(out->hash, "sha512") != 0))
		return "its hash algorithm is neither sha256 nor sha512";
	if (!take_string(w, &p, &n) || n == 0)
		return "it is cut";
	if (w->left)
		return "bytes follow behind its end";
	return NULL;
}

static const char *read_armour(const char *text, size_t n, struct buf *blob)
{
	size_t head = strlen(BEGIN_LINE), tail = strlen(END_LINE);
	struct buf b64 = BUF_INIT;
	bool is_base64;

	if (n > SSHSIG_MAX)
		return "it is too long";
	if (n < head + tail || memcmp(text, BEGIN_LINE, head) != 0)
		return "its first line is not 'BEGIN SSH SIGNATURE'";
	if (memcmp(text + n - tail, END_LINE, tail) != 0)
		return "its last line is not 'END SSH SIGNATURE'";
	for (size_t i = head; i < n - tail; i++)
		if (text[i] != '\n')
			buf_char(&b64, text[i]);
	is_base64 = base64_read(b64.data, b64.len, blob);
	buf_release(&b64);
	return is_base64 ? NULL : "it is not base64 between its lines";
}

enum rc sshsig_parse(const char *text, size_t n, struct sshsig *out,
		     struct err *err)
{
	struct buf blob = BUF_INIT;
	const char *why = read_armour(text, n, &blob);
	struct wire w = { (const uint8_t *)blob.data, blob.len };

	*out = (struct sshsig){ 0 };
	if (!why)
		why = read_blob(&w, out);
	buf_release(&blob);
	if (!why)
		return RC_OK;
	sshsig_release(out);
	return err_set(err, RC_BAD_INPUT, "the signature cannot be read: %s",
		       why);
}

/* -- ssh-keygen -- */

/* Its last line that says something, as the reason. */
static const char *last_line(struct buf *b)
{
	char *nl;

	while (b->len && strchr("\r\n", b->data[b->len - 1]))
		buf_truncate(b, b->len - 1);
	nl = strrchr(b->data, '\n');
	return nl ? nl + 1 : b->data;
}

static enum rc run_keygen(struct strs *args, const void *in, size_t n,
			  struct buf *out, struct buf *errout, int *status,
			  struct err *err)
{
	struct spawn_io io = {
		.in = in, .n_in = n, .out = out, .errout = errout,
		.max_out = SSHSIG_MAX, .timeout_ms = WAIT_MS,
	};
	enum rc rc;

	vec_push(args, NULL);
	args->n--;
	rc = spawn_run(args->at, &io, status, err);
	if (rc != RC_OK)
		return err_prefix(err, "ssh-keygen (of OpenSSH 8.9 or later) "
				  "is needed for signatures");
	return RC_OK;
}

static void keygen(struct strs *args, const char *verb, const char *namespace)
{
	strs_add(args, "ssh-keygen");
	strs_add(args, "-Y");
	strs_add(args, verb);
	strs_add(args, "-n");
	strs_add(args, namespace);
}

/* With a terminal ssh-keygen asks for the passphrase itself; it then wants
 * files. */
static enum rc sign_on_terminal(const char *key, const char *namespace,
				const void *bytes, size_t n, struct buf *out,
				struct err *err)
{
	struct scratch *dir = NULL;
	struct strs args = VEC_INIT;
	char *file, *sig;
	int status = -1;
	enum rc rc = scratch_new(&dir, err);

	if (rc != RC_OK)
		return rc;
	file = xasprintf("%s/statement", scratch_path(dir));
	sig = xasprintf("%s.sig", file);
	rc = fsx_write(file, bytes, n, 0600, false, err);
	keygen(&args, "sign", namespace);
	strs_add(&args, "-f");
	strs_add(&args, key);
	strs_add(&args, file);
	vec_push(&args, NULL);
	args.n--;
	if (rc == RC_OK)
		rc = spawn_on_terminal(args.at, &status, err);
	if (rc == RC_OK && status != 0)
		rc = err_set(err, RC_FAILED, "ssh-keygen could not sign with "
			     "'%s'", key);
	if (rc == RC_OK)
		rc = fsx_read(sig, SSHSIG_MAX, out, err);
	strs_release(&args);
	free(file);
	free(sig);
	scratch_free(dir);
	return rc;
}

static enum rc sign_quietly(const char *key, const char *namespace,
			    const void *bytes, size_t n, struct buf *out,
			    struct err *err)
{
	struct buf errout = BUF_INIT;
	struct strs args = VEC_INIT;
	int status = -1;
	enum rc rc;

	keygen(&args, "sign", namespace);
	strs_add(&args, "-f");
	strs_add(&args, key);
	rc = run_keygen(&args, bytes, n, out, &errout, &status, err);
	if (rc == RC_OK && status != 0)
		rc = err_set(err, RC_REFUSED, "ssh-keygen could not sign with "
			     "'%s': %s", key, last_line(&errout));
	strs_release(&args);
	buf_release(&errout);
	return rc;
}

enum rc sshsig_sign(const char *key, const char *namespace,
		    const void *bytes, size_t n, char **out, struct err *err)
{
	struct buf text = BUF_INIT;
	struct sshsig parsed;
	enum rc rc;

	if (!fsx_exists(key))
		return err_set(err, RC_NOT_FOUND, "key '%s' does not exist",
			       key);
	rc = sign_quietly(key, namespace, bytes, n, &text, err);
	if (rc == RC_REFUSED && isatty(STDIN_FILENO) &&
	    isatty(STDERR_FILENO)) {
		buf_clear(&text);
		rc = sign_on_terminal(key, namespace, bytes, n, &text, err);
	}
	if (rc == RC_REFUSED)
		rc = RC_FAILED;
	if (rc == RC_OK)
		rc = sshsig_parse(text.data, text.len, &parsed, err);
	if (rc == RC_OK) {
		sshsig_release(&parsed);
		*out = buf_detach(&text);
	}
	buf_release(&text);
	return rc;
}

/* "2026-03-01T14:22:07Z" is 20260301142207Z to ssh-keygen. */
static char *verify_time(int64_t time)
{
	char text[CLOCK_TEXT];
	struct buf b = BUF_INIT;

	buf_str(&b, "verify-time=");
	clock_format(time, text);
	for (const char *p = text; *p; p++)
		if ((*p >= '0' && *p <= '9') || *p == 'Z')
			buf_char(&b, *p);
	return buf_detach(&b);
}

static void verify_args(struct strs *args, const struct sshsig_trust *t,
			const char *namespace, const char *sig_file)
{
	char *time = verify_time(t->time);

	keygen(args, t->allowed ? "verify" : "check-novalidate", namespace);
	strs_add(args, "-s");
	strs_add(args, sig_file);
	if (t->allowed) {
		strs_add(args, "-f");
		strs_add(args, t->allowed);
		strs_add(args, "-I");
		strs_add(args, t->principal);
		strs_add(args, "-O");
		strs_add(args, time);
	}
	if (t->allowed && t->revoked) {
		strs_add(args, "-r");
		strs_add(args, t->revoked);
	}
	free(time);
}

enum rc sshsig_verify(const struct sshsig_trust *trust, const char *namespace,
		      const char *signature, const void *bytes, size_t n,
		      struct err *err)
{
	struct buf out = BUF_INIT, errout = BUF_INIT;
	struct strs args = VEC_INIT;
	struct scratch *dir = NULL;
	char *file = NULL;
	int status = -1;
	enum rc rc = RC_OK;

	if (trust->allowed && !fsx_exists(trust->allowed))
		return err_set(err, RC_NOT_FOUND, "file of allowed signers "
			       "'%s' does not exist", trust->allowed);
	rc = scratch_new(&dir, err);
	if (rc != RC_OK)
		return rc;
	file = xasprintf("%s/sig", scratch_path(dir));
	rc = fsx_write(file, signature, strlen(signature), 0600, false, err);
	verify_args(&args, trust, namespace, file);
	if (rc == RC_OK)
		rc = run_keygen(&args, bytes, n, &out, &errout, &status, err);
	if (rc == RC_OK && status != 0)
		rc = err_set(err, RC_UNMET, "the signature does not hold: %s",
			     last_line(errout.len ? &errout : &out));
	strs_release(&args);
	scratch_free(dir);
	free(file);
	buf_release(&out);
	buf_release(&errout);
	return rc;
}

/* -- Names and files that are used where nothing is said -- */

char *sshsig_namespace(const char *kind, const char *given)
{
	const char *org = getenv("MUSTER_ORG");

	if (given)
		return xstrdup(given);
	return xasprintf("%s@%s", kind, org && *org ? org : "local");
}

char *sshsig_allowed_file(const char *given)
{
	const char *set = getenv("MUSTER_ALLOWED_SIGNERS");
	char *dir, *path;

	if (given || (set && *set))
		return xstrdup(given ? given : set);
	dir = fsx_config_dir();
	path = dir ? xasprintf("%s/allowed_signers", dir) : NULL;
	if (path && !fsx_exists(path)) {
		free(path);
		path = NULL;
	}
	free(dir);
	return path;
}
