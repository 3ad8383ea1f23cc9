#include "base/base64.h"

#include <stdint.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_add(struct buf *out, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16;

		if (i + 1 < n)
			v |= (unsigned)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		buf_char(out, digits[v >> 18 & 63]);
		buf_char(out, digits[v >> 12 & 63]);
		buf_char(out, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_char(out, i + 2 < n ? digits[v & 63] : '=');
	}
}

static int digit_value(char c)
{
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

bool base64_read(const char *text, size_t n, struct buf *out)
{
	struct buf again = BUF_INIT;
	size_t start = out->len, pad = 0;
	bool same;

	if (n % 4)
		return false;
	while (pad < 2 && pad < n && text[n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < n; i += 4) {
		unsigned v = 0;

		for (size_t k = 0; k < 4; k++) {
			int d = i + k >= n - pad ? 0 : digit_value(text[i + k]);

			if (d < 0)
				return false;
			v = v << 6 | (unsigned)d;
		}
		buf_char(out, (char)(v >> 16));
		buf_char(out, (char)(v >> 8));
		buf_char(out, (char)v);
	}
	buf_truncate(out, out->len - pad);
	base64_add(&again, out->data + start, out->len - start);
	same = again.len == n && !memcmp(again.data, text, n);
	buf_release(&again);
	return same;
}
