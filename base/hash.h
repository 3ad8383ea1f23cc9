/* SHA-256 (FIPS 180-4), by libnettle. The only file that includes it is
 * base/hash.c. */
#ifndef MUSTER_BASE_HASH_H
#define MUSTER_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define HASH_SIZE 32
#define HASH_HEX_SIZE 65	/* 64 digits and a NUL */

struct hash {
	uint8_t bytes[HASH_SIZE];
};

struct hasher;			/* opaque */

struct hasher *hasher_new(void);
void hasher_add(struct hasher *h, const void *bytes, size_t n);
/* Frees h. */
struct hash hasher_end(struct hasher *h);

struct hash hash_bytes(const void *bytes, size_t n);
/* The bytes of an open descriptor from its start, read by pread(). *size (or
 * NULL) receives how many they were. */
enum rc hash_fd(int fd, struct hash *out, uint64_t *size, struct err *err);
bool hash_equal(const struct hash *a, const struct hash *b);
/* Lower case. Returns hex. */
const char *hash_hex(const struct hash *h, char hex[HASH_HEX_SIZE]);
/* False unless s is exactly 64 hex digits. */
bool hash_from_hex(const char *s, struct hash *out);

/* Name and version of the library, for 'muster info'. */
extern const char hash_library[];

#endif
