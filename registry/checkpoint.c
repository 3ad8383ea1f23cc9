#include "registry/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "registry/inside.h"

#define OLD_LINE "old "
#define PROOF_LINE "c2sp.org/tlog-proof@v1"
#define DASH "\xe2\x80\x94 "		/* em dash and a blank */

void checkpoint_release(struct checkpoint *c)
{
	free(c->origin);
	*c = (struct checkpoint){ 0 };
}

void proof_release(struct proof *p)
{
	checkpoint_release(&p->head);
	vec_free(&p->path);
}

/* -- Lines -- */

struct lines {
	const char *at;
	size_t left;
};

/* One line ended by LF, without it. */
static bool take_line(struct lines *l, const char **line, size_t *n)
{
	const char *nl = l->left ? memchr(l->at, '\n', l->left) : NULL;

	if (!nl)
		return false;
	*line = l->at;
	*n = (size_t)(nl - l->at);
	l->at += *n + 1;
	l->left -= *n + 1;
	return true;
}

static bool read_size(const char *s, size_t n, uint64_t *out)
{
	if (n == 0 || n > 19 || (n > 1 && *s == '0'))
		return false;
	for (size_t i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return decimal_read_u64(s, n, out) && *out <= INT64_MAX;
}

static bool read_hash(const char *s, size_t n, struct hash *out)
{
	struct buf b = BUF_INIT;
	bool ok = base64_read(s, n, &b) && b.len == HASH_SIZE;

	if (ok)
		memcpy(out->bytes, b.data, HASH_SIZE);
	buf_release(&b);
	return ok;
}

static const char *check_name(const char *s, size_t n)
{
	if (n == 0)
		return "the origin is empty";
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == '+' || s[i] == 127)
			return "the origin holds a blank, a control character "
			       "or '+'";
	return NULL;
}

static const char *read_head(struct lines *l, struct checkpoint *c)
{
	const char *line, *why;
	struct hash empty = tree_empty();
	size_t n;

	if (!take_line(l, &line, &n))
		return "there is no first line";
	why = check_name(line, n);
	if (why)
		return why;
	c->origin = xmemdupz(line, n);
	if (!take_line(l, &line, &n) || !read_size(line, n, &c->size))
		return "the second line is no size: decimal digits without "
		       "leading zero";
	if (!take_line(l, &line, &n) || !read_hash(line, n, &c->root))
		return "the third line is no root hash: 32 bytes in base64";
	if (c->size == 0 && !hash_equal(&c->root, &empty))
		return "the root of an empty log is another";
	return NULL;
}

/* "— name base64", with a key id of four bytes and something signed. */
static bool is_signature(const char *line, size_t n)
{
	size_t head = strlen(DASH);
	const char *name = line + head, *blank;
	struct buf b = BUF_INIT;
	bool ok;

	if (n < head || memcmp(line, DASH, head) != 0)
		return false;
	blank = memchr(name, ' ', n - head);
	if (!blank || check_name(name, (size_t)(blank - name)))
		return false;
	blank++;
	ok = base64_read(blank, n - (size_t)(blank - line), &b) && b.len > 4;
	buf_release(&b);
	return ok;
}

static const char *read_signatures(struct lines *l, struct checkpoint *c)
{
	const char *line;
	size_t n;

	if (!take_line(l, &line, &n) || n != 0)
		return "a line follows the root hash; extension lines are not "
		       "taken";
	if (!l->left)
		return "an empty line and nothing behind it";
	while (l->left) {
		if (!take_line(l, &line, &n))
			return "bytes follow behind the last line";
		if (!is_signature(line, n))
			return "a line behind the empty one is no signature";
		if (++c->n_signatures > CHECKPOINT_SIGNATURES)
			return "it has more than 16 signatures";
	}
	return NULL;
}

enum rc checkpoint_read(const char *text, size_t n, struct checkpoint *out,
			struct err *err)
{
	struct lines l = { text, n };
	const char *why = NULL;
	size_t bad;

	*out = (struct checkpoint){ 0 };
	if (n > CHECKPOINT_MAX)
		why = "it is too long";
	else if (memchr(text, '\r', n))
		why = "its lines end in CR LF, not in LF";
	else if (memchr(text, 0, n) || !utf8_valid(text, n, &bad))
		why = "it is not UTF-8 without NUL";
	if (!why)
		why = read_head(&l, out);
	out->body = n - l.left;
	if (!why && l.left)
		why = read_signatures(&l, out);
	if (!why)
		return RC_OK;
	checkpoint_release(out);
	return err_set(err, RC_BAD_INPUT, "this is no checkpoint: %s", why);
}

/* -- Of a registry -- */

enum rc reg_origin(struct registry *reg, const char *given, char **out,
		   struct err *err)
{
	char hex[HASH_HEX_SIZE];
	struct hash first;
	enum rc rc;

	*out = NULL;
	if (given && check_name(given, strlen(given)))
		return err_set(err, RC_USAGE, "origin '%.80s': %s", given,
			       check_name(given, strlen(given)));
	if (given) {
		*out = xstrdup(given);
		return RC_OK;
	}
	rc = log_leaf(reg->db, 0, &first, err);
	if (rc == RC_OK)
		*out = xasprintf("muster/%.16s", hash_hex(&first, hex));
	return rc;
}

enum rc reg_checkpoint(struct registry *reg, const char *origin,
		       struct buf *out, struct err *err)
{
	uint64_t size;
	struct hash root;
	enum rc rc = reg_read_size(reg, &size, err);

	if (rc == RC_OK)
		rc = log_root(reg->db, size, &root, err);
	return rc == RC_OK ? checkpoint_write(out, origin, size, &root, err)
			   : rc;
}

enum rc reg_checkpoint_check(struct registry *reg, const struct checkpoint *c,
			     const char *origin, struct hashes *path,
			     struct err *err)
{
	uint64_t size;
	struct hash root;
	enum rc rc = reg_read_size(reg, &size, err);

	if (rc != RC_OK)
		return rc;
	if (origin && strcmp(origin, c->origin) != 0)
		return err_set(err, RC_UNMET, "the checkpoint is of '%s', not "
			       "of '%s'", c->origin, origin);
	if (c->size > size)
		return err_set(err, RC_UNMET, "the checkpoint knows %llu "
			       "entries, the log has %llu: its end was cut, or "
			       "an older copy was put back",
			       (unsigned long long)c->size,
			       (unsigned long long)size);
	rc = log_root(reg->db, c->size, &root, err);
	if (rc != RC_OK)
		return rc;
	if (!hash_equal(&root, &c->root))
		return err_set(err, RC_UNMET, "the first %llu entries are not "
			       "those of the checkpoint: the log was rewritten",
			       (unsigned long long)c->size);
	if (path && c->size)
		rc = log_consistency(reg->db, c->size, size, path, err);
	return rc;
}

/* -- Proofs -- */

/* The hashes, a line each, an empty line and today's checkpoint. */
static enum rc add_proof(struct registry *reg, const char *origin,
			 const struct hashes *path, struct buf *out,
			 struct err *err)
{
	for (size_t i = 0; i < path->n; i++) {
		base64_add(out, path->at[i].bytes, HASH_SIZE);
		buf_char(out, '\n');
	}
	buf_char(out, '\n');
	return reg_checkpoint(reg, origin, out, err);
}

enum rc reg_proof_write(struct registry *reg, const char *origin,
			uint64_t index, struct buf *out, struct err *err)
{
	struct hashes path = VEC_INIT;
	uint64_t size;
	enum rc rc = reg_read_size(reg, &size, err);

	if (rc == RC_OK)
		rc = log_inclusion(reg->db, index, size, &path, err);
	if (rc == RC_OK) {
		buf_printf(out, PROOF_LINE "\nindex %llu\n",
			   (unsigned long long)index);
		rc = add_proof(reg, origin, &path, out, err);
	}
	vec_free(&path);
	return rc;
}

enum rc reg_consistency_write(struct registry *reg, const char *origin,
			      const struct checkpoint *old, struct buf *out,
			      struct err *err)
{
	struct hashes path = VEC_INIT;
	enum rc rc = reg_checkpoint_check(reg, old, origin, &path, err);

	if (rc == RC_OK) {
		buf_printf(out, OLD_LINE "%llu\n",
			   (unsigned long long)old->size);
		rc = add_proof(reg, origin, &path, out, err);
	}
	vec_free(&path);
	return rc;
}

/* The first lines: of which kind, and of which entry or size. */
static const char *read_subject(struct lines *l, struct proof *p)
{
	const char *line;
	size_t n, old = strlen(OLD_LINE);

	if (!take_line(l, &line, &n))
		return "it is cut";
	p->is_consistency = n > old && !memcmp(line, OLD_LINE, old);
	if (p->is_consistency)
		return read_size(line + old, n - old, &p->index) ? NULL :
		       "it says no old size";
	if (n != strlen(PROOF_LINE) || memcmp(line, PROOF_LINE, n) != 0)
		return "its first line is neither '" PROOF_LINE "' nor 'old "
		       "SIZE'";
	if (!take_line(l, &line, &n))
		return "it is cut";
	if (n > 6 && !memcmp(line, "extra ", 6) && !take_line(l, &line, &n))
		return "it is cut";
	if (n < 7 || memcmp(line, "index ", 6) != 0 ||
	    !read_size(line + 6, n - 6, &p->index))
		return "it says no index";
	return NULL;
}

static const char *read_path(struct lines *l, struct proof *p)
{
	const char *line, *why;
	struct hash h;
	size_t n;

	why = read_subject(l, p);
	if (why)
		return why;
	for (;;) {
		if (!take_line(l, &line, &n))
			return "it is cut";
		if (n == 0)
			return NULL;
		if (p->path.n > 63 || !read_hash(line, n, &h))
			return "a line is no hash";
		vec_push(&p->path, h);
	}
}

enum rc proof_read(const char *text, size_t n, struct proof *out,
		   struct err *err)
{
	struct lines l = { text, n };
	const char *why;
	enum rc rc;

	*out = (struct proof){ 0 };
	why = n > CHECKPOINT_MAX ? "it is too long" : read_path(&l, out);
	if (why)
		rc = err_set(err, RC_BAD_INPUT, "this is no proof: %s", why);
	else
		rc = checkpoint_read(l.at, l.left, &out->head, err);
	if (rc != RC_OK)
		proof_release(out);
	return rc;
}

enum rc proof_check_consistency(const struct proof *p,
				const struct checkpoint *old, struct err *err)
{
	if (!p->is_consistency)
		return err_set(err, RC_BAD_INPUT, "the proof is one of an "
			       "entry, not of an older checkpoint");
	if (strcmp(old->origin, p->head.origin) != 0)
		return err_set(err, RC_UNMET, "the checkpoint is of '%s', the "
			       "proof of '%s'", old->origin, p->head.origin);
	if (old->size == p->index &&
	    tree_check_consistency(old->size, &old->root, p->head.size,
				   &p->head.root, &p->path))
		return RC_OK;
	return err_set(err, RC_UNMET, "the proof does not show the log to "
		       "have begun with the checkpoint's %llu entries",
		       (unsigned long long)old->size);
}

enum rc proof_check(const struct proof *p, const struct hash *leaf,
		    struct err *err)
{
	if (p->is_consistency)
		return err_set(err, RC_BAD_INPUT, "the proof is one of an "
			       "older checkpoint, not of an entry");
	if (tree_check_inclusion(leaf, p->index, p->head.size, &p->path,
				 &p->head.root))
		return RC_OK;
	return err_set(err, RC_UNMET, "the proof does not show the entry to "
		       "be number %llu of that log",
		       (unsigned long long)p->index);
}
