#include "base/hash.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <nettle/version.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/xalloc.h"

struct hasher {
	struct sha256_ctx ctx;
};

static const char digits[] = "0123456789abcdef";

struct hasher *hasher_new(void)
{
	struct hasher *h = XNEW(struct hasher);

	sha256_init(&h->ctx);
	return h;
}

void hasher_add(struct hasher *h, const void *bytes, size_t n)
{
	sha256_update(&h->ctx, n, bytes);
}

struct hash hasher_end(struct hasher *h)
{
	struct hash out;

	sha256_digest(&h->ctx, HASH_SIZE, out.bytes);
	free(h);
	return out;
}

struct hash hash_bytes(const void *bytes, size_t n)
{
	struct sha256_ctx ctx;
	struct hash out;

	sha256_init(&ctx);
	if (n)
		sha256_update(&ctx, n, bytes);
	sha256_digest(&ctx, HASH_SIZE, out.bytes);
	return out;
}

enum rc hash_fd(int fd, struct hash *out, uint64_t *size, struct err *err)
{
	enum { STEP = 256 * 1024 };
	struct hasher *h = hasher_new();
	char *block = xmalloc(STEP);
	enum rc rc = RC_OK;
	uint64_t at = 0;

	for (;;) {
		ssize_t n = pread(fd, block, STEP, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			rc = err_errno(err, RC_IO, "reading the file failed");
		if (n <= 0)
			break;
		hasher_add(h, block, (size_t)n);
		at += (uint64_t)n;
	}
	free(block);
	if (rc == RC_OK) {
		*out = hasher_end(h);
		if (size)
			*size = at;
	} else {
		free(h);
	}
	return rc;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return memcmp(a->bytes, b->bytes, HASH_SIZE) == 0;
}

const char *hash_hex(const struct hash *h, char hex[HASH_HEX_SIZE])
{
	for (size_t i = 0; i < HASH_SIZE; i++) {
		hex[2 * i] = digits[h->bytes[i] >> 4];
		hex[2 * i + 1] = digits[h->bytes[i] & 15];
	}
	hex[HASH_HEX_SIZE - 1] = '\0';
	return hex;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hash_from_hex(const char *s, struct hash *out)
{
	struct hash h;

	if (strlen(s) != HASH_HEX_SIZE - 1)
		return false;
	for (size_t i = 0; i < HASH_SIZE; i++) {
		int high = hex_value(s[2 * i]), low = hex_value(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		h.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*out = h;
	return true;
}

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
const char hash_library[] = "nettle " TEXT(NETTLE_VERSION_MAJOR) "." TEXT(NETTLE_VERSION_MINOR);
