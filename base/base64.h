/* Base64 of RFC 4648 section 4, with padding, strictly. */
#ifndef MUSTER_BASE_BASE64_H
#define MUSTER_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

void base64_add(struct buf *out, const void *bytes, size_t n);
/* Appends the bytes. False unless text is the one encoding of them: complete
 * groups of four, padding at the end only, unused bits 0, no blanks. */
bool base64_read(const char *text, size_t n, struct buf *out);

#endif
