#include "base/safetext.h"

#include <stdint.h>
#include <string.h>

#include "base/count.h"
#include "base/utf8.h"

/* What is shown as <U+XXXX>: default ignorable code points (Unicode,
 * DerivedCoreProperties), the separators and controls of lines, bidi controls,
 * private use, and what is no character. Sorted. */
static const struct {
	uint32_t first;
	uint32_t last;
	const char *what;
} hidden[] = {
	{ 0x7f, 0x9f, "control" },
	{ 0xad, 0xad, "invisible" },
	{ 0x34f, 0x34f, "invisible" },
	{ 0x61c, 0x61c, "bidi" },
	{ 0x115f, 0x1160, "invisible" },
	{ 0x17b4, 0x17b5, "invisible" },
	{ 0x180b, 0x180f, "invisible" },
	{ 0x200b, 0x200d, "invisible" },
	{ 0x200e, 0x200f, "bidi" },
	{ 0x2028, 0x2029, "control" },
	{ 0x202a, 0x202e, "bidi" },
	{ 0x2060, 0x2065, "invisible" },
	{ 0x2066, 0x2069, "bidi" },
	{ 0x206a, 0x206f, "invisible" },
	{ 0x3164, 0x3164, "invisible" },
	{ 0xe000, 0xf8ff, "private use" },
	{ 0xfdd0, 0xfdef, "invisible" },
	{ 0xfe00, 0xfe0f, "invisible" },
	{ 0xfeff, 0xfeff, "invisible" },
	{ 0xffa0, 0xffa0, "invisible" },
	{ 0xfff0, 0xfffb, "invisible" },
	{ 0xfffe, 0xffff, "invisible" },
	{ 0x1bca0, 0x1bca3, "invisible" },
	{ 0x1d173, 0x1d17a, "invisible" },
	{ 0xe0000, 0xe007f, "tag" },
	{ 0xe0080, 0xe0fff, "invisible" },
	{ 0xf0000, 0x10ffff, "private use" },
};

#define VS16 0xfe0f
#define ZWJ 0x200d
#define KEYCAP 0x20e3

/* Why cp is shown as an escape, or NULL. Newline and tab: see the mode. */
static const char *reason(uint32_t cp)
{
	size_t low = 0, high = COUNT(hidden);

	if (cp < 0x20)
		return "control";
	if (cp == UTF8_BAD)
		return "invalid UTF-8";
	if ((cp & 0xfffe) == 0xfffe)
		return "invisible";
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cp > hidden[mid].last)
			low = mid + 1;
		else if (cp < hidden[mid].first)
			high = mid;
		else
			return hidden[mid].what;
	}
	return NULL;
}

/* What stood before, as far as a joiner asks. */
struct before {
	uint32_t cp;
	bool emoji;		/* cp, or what VS16 or a skin tone follows */
};

static uint32_t peek(const char *s, size_t n)
{
	uint32_t cp = 0;

	if (n)
		utf8_decode(s, n, &cp);
	return cp;
}

/* ZWJ and VS16 where emoji have them; rest: what stands behind. */
static bool joins_emoji(uint32_t cp, const struct before *before,
			const char *rest, size_t n)
{
	uint32_t next = peek(rest, n);

	if (cp == ZWJ)
		return before->emoji && utf8_is_emoji(next);
	if (cp != VS16)
		return false;
	return utf8_is_emoji(before->cp) || (next == KEYCAP &&
	       before->cp < 0x7f && strchr("0123456789#*", (int)before->cp));
}

static void remember(struct before *before, uint32_t cp)
{
	before->emoji = utf8_is_emoji(cp) || (cp == VS16 && before->emoji);
	before->cp = cp;
}

static void escape(struct buf *b, uint32_t cp, const char *s)
{
	if (cp == UTF8_BAD)
		buf_printf(b, "<%02X>", (unsigned char)*s);
	else if (cp < 0x20 || cp == 0x7f)
		buf_printf(b, "^%c", (char)(cp ^ 0x40));
	else
		buf_printf(b, "<U+%04X>", (unsigned)cp);
}

static bool is_plain(char c)
{
	return c >= 0x20 && c < 0x7f;
}

static void add(struct buf *b, const char *s, size_t n,
		enum safetext_mode mode, bool ascii)
{
	struct before before = { 0 };
	size_t from = 0, i = 0, len;
	uint32_t cp;

	for (; i < n; i += len) {
		len = 1;
		if (is_plain(s[i])) {
			remember(&before, (unsigned char)s[i]);
			continue;
		}
		len = utf8_decode(s + i, n - i, &cp);
		if (mode == SAFE_TEXT && (cp == '\n' || cp == '\t'))
			continue;
		if ((ascii && cp >= 0x7f) ||
		    (reason(cp) && !joins_emoji(cp, &before, s + i + len,
						n - i - len))) {
			buf_add(b, s + from, i - from);
			escape(b, cp, s + i);
			from = i + len;
		}
		remember(&before, cp);
	}
	buf_add(b, s + from, n - from);
}

void safetext_add(struct buf *b, const char *s, size_t n,
		  enum safetext_mode mode)
{
	add(b, s, n, mode, false);
}

void safetext_add_ascii(struct buf *b, const char *s, size_t n,
			enum safetext_mode mode)
{
	add(b, s, n, mode, true);
}

char *safetext_line(const char *s)
{
	struct buf b = BUF_INIT;

	safetext_add(&b, s, strlen(s), SAFE_LINE);
	return buf_detach(&b);
}

void safetext_puts(FILE *f, const char *s, enum safetext_mode mode)
{
	struct buf b = BUF_INIT;

	safetext_add(&b, s, strlen(s), mode);
	fwrite(b.data, 1, b.len, f);
	buf_release(&b);
}

bool safetext_clean(const char *s, size_t n, const char **what)
{
	struct before before = { 0 };
	size_t len;
	uint32_t cp;

	for (size_t i = 0; i < n; i += len) {
		const char *why;

		len = utf8_decode(s + i, n - i, &cp);
		why = reason(cp);
		if (why && !joins_emoji(cp, &before, s + i + len,
					n - i - len)) {
			if (what)
				*what = why;
			return false;
		}
		remember(&before, cp);
	}
	return true;
}
