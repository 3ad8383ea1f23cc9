#include "base/utf8.h"

#include <string.h>

#include "base/count.h"
#include "base/utf8_width.h"

#define ZWJ 0x200d

/* How many bytes the lead byte promises, 0 if it leads nothing; *low and
 * *high bound the second byte (Unicode 15, table 3-7), which is where
 * overlong forms, surrogates and too large values show. */
static size_t promised(unsigned char lead, unsigned char *low,
		       unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead < 0xc2 || lead > 0xf4)
		return 0;
	if (lead < 0xe0)
		return 2;
	if (lead < 0xf0) {
		if (lead == 0xe0)
			*low = 0xa0;
		if (lead == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (lead == 0xf0)
		*low = 0x90;
	if (lead == 0xf4)
		*high = 0x8f;
	return 4;
}

size_t utf8_decode(const char *s, size_t n, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low, high;
	size_t len;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	*cp = UTF8_BAD;
	len = promised(p[0], &low, &high);
	if (len == 0 || len > n || p[1] < low || p[1] > high)
		return 1;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 1;
	*cp = p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++)
		*cp = *cp << 6 | (p[i] & 0x3f);
	return len;
}

size_t utf8_put(uint32_t cp, char out[4])
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(lead[n] | cp);
	return n;
}

/* Eight bytes that are ASCII and not NUL. */
static bool plain8(const char *s)
{
	const uint64_t ones = 0x0101010101010101ull, tops = ones << 7;
	uint64_t v;

	memcpy(&v, s, sizeof(v));
	return ((v | ((v - ones) & ~v)) & tops) == 0;
}

bool utf8_valid(const char *s, size_t n, size_t *bad)
{
	uint32_t cp;
	size_t i = 0;

	while (i < n) {
		if (n - i >= 8 && plain8(s + i)) {
			i += 8;
			continue;
		}
		if (s[i] == '\0')
			break;
		if ((unsigned char)s[i] < 0x80) {
			i++;
			continue;
		}
		size_t len = utf8_decode(s + i, n - i, &cp);

		if (cp == UTF8_BAD)
			break;
		i += len;
	}
	if (bad && i < n)
		*bad = i;
	return i == n;
}

static bool in_table(const struct utf8_range *table, size_t n, uint32_t cp)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (cp > table[mid].last)
			low = mid + 1;
		else if (cp < table[mid].first)
			high = mid;
		else
			return true;
	}
	return false;
}

#define IN(table, cp) in_table(table, COUNT(table), cp)

static int ambiguous_cells = 1;

void utf8_set_ambiguous(int cells)
{
	ambiguous_cells = cells == 2 ? 2 : 1;
}

int utf8_width(uint32_t cp)
{
	if (cp < 0x7f)
		return cp < 0x20 ? -1 : 1;
	if (cp < 0xa0 || cp > 0x10ffff)
		return -1;
	if (ambiguous_cells == 2 && IN(utf8_ambiguous, cp))
		return 2;
	if (cp < 0x300)
		return 1;
	if (IN(utf8_zero, cp))
		return 0;
	return IN(utf8_wide, cp) ? 2 : 1;
}

/* What cannot be shown has one cell, in which something will stand for it. */
static size_t cells_of(uint32_t cp)
{
	int width = utf8_width(cp);

	return width < 0 ? 1 : (size_t)width;
}

size_t utf8_cells(const char *s, size_t n)
{
	size_t cells = 0;
	uint32_t cp;

	for (size_t i = 0; i < n;) {
		i += utf8_decode(s + i, n - i, &cp);
		cells += cells_of(cp);
	}
	return cells;
}

size_t utf8_fit(const char *s, size_t n, size_t cells, size_t *used)
{
	size_t pos = 0, taken = 0;

	while (pos < n) {
		size_t next = utf8_next(s, n, pos);
		size_t more = utf8_cells(s + pos, next - pos);

		if (more > cells - taken)
			break;
		taken += more;
		pos = next;
	}
	if (used)
		*used = taken;
	return pos;
}

static bool is_flag_letter(uint32_t cp)
{
	return cp >= 0x1f1e6 && cp <= 0x1f1ff;
}

static bool is_skin_tone(uint32_t cp)
{
	return cp >= 0x1f3fb && cp <= 0x1f3ff;
}

/* The Extended_Pictographic of emoji-data.txt, Unicode 14; in the blocks
 * from U+1F000 on, where nearly all are, without their gaps. */
static const struct utf8_range emoji[] = {
	{ 0xa9, 0xa9 }, { 0xae, 0xae }, { 0x203c, 0x203c },
	{ 0x2049, 0x2049 }, { 0x2122, 0x2122 }, { 0x2139, 0x2139 },
	{ 0x2194, 0x2199 }, { 0x21a9, 0x21aa }, { 0x231a, 0x231b },
	{ 0x2328, 0x2328 }, { 0x2388, 0x2388 }, { 0x23cf, 0x23cf },
	{ 0x23e9, 0x23f3 }, { 0x23f8, 0x23fa }, { 0x24c2, 0x24c2 },
	{ 0x25aa, 0x25ab }, { 0x25b6, 0x25b6 }, { 0x25c0, 0x25c0 },
	{ 0x25fb, 0x25fe }, { 0x2600, 0x2605 }, { 0x2607, 0x2612 },
	{ 0x2614, 0x2685 }, { 0x2690, 0x2705 }, { 0x2708, 0x2712 },
	{ 0x2714, 0x2714 }, { 0x2716, 0x2716 }, { 0x271d, 0x271d },
	{ 0x2721, 0x2721 }, { 0x2728, 0x2728 }, { 0x2733, 0x2734 },
	{ 0x2744, 0x2744 }, { 0x2747, 0x2747 }, { 0x274c, 0x274c },
	{ 0x274e, 0x274e }, { 0x2753, 0x2755 }, { 0x2757, 0x2757 },
	{ 0x2763, 0x2767 }, { 0x2795, 0x2797 }, { 0x27a1, 0x27a1 },
	{ 0x27b0, 0x27b0 }, { 0x27bf, 0x27bf }, { 0x2934, 0x2935 },
	{ 0x2b05, 0x2b07 }, { 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b50 },
	{ 0x2b55, 0x2b55 }, { 0x3030, 0x3030 }, { 0x303d, 0x303d },
	{ 0x3297, 0x3297 }, { 0x3299, 0x3299 }, { 0x1f000, 0x1faff },
};

bool utf8_is_emoji(uint32_t cp)
{
	return cp >= 0xa9 && IN(emoji, cp);
}

static bool joins(uint32_t before, uint32_t cp, size_t n_flag_letters)
{
	if (before == '\r')
		return cp == '\n';
	if (utf8_width(before) < 0)
		return false;
	if (utf8_width(cp) == 0 || is_skin_tone(cp))
		return true;
	if (before == ZWJ)
		return utf8_is_emoji(cp);
	return is_flag_letter(before) && is_flag_letter(cp) &&
	       n_flag_letters == 1;
}

size_t utf8_next(const char *s, size_t n, size_t pos)
{
	size_t n_flag_letters = 0;
	uint32_t before, cp;

	if (pos >= n)
		return n;
	pos += utf8_decode(s + pos, n - pos, &before);
	n_flag_letters = is_flag_letter(before);
	while (pos < n) {
		size_t len = utf8_decode(s + pos, n - pos, &cp);

		if (!joins(before, cp, n_flag_letters))
			break;
		n_flag_letters += is_flag_letter(cp);
		before = cp;
		pos += len;
	}
	return pos;
}

/* Forward from a byte behind which a grapheme surely starts: ASCII joins
 * nothing but LF to CR. */
size_t utf8_prev(const char *s, size_t n, size_t pos)
{
	size_t at, next;

	if (pos > n)
		pos = n;
	if (pos == 0)
		return 0;
	at = pos - 1;
	while (at > 0 && ((unsigned char)s[at] >= 0x80 || s[at] == '\n'))
		at--;
	while ((next = utf8_next(s, n, at)) < pos)
		at = next;
	return at;
}
