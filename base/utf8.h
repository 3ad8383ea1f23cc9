/* UTF-8 and the width of characters in cells, without the host's locale
 * (a static binary on a bare host has none). */
#ifndef MUSTER_BASE_UTF8_H
#define MUSTER_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one character of the n > 0 bytes at s. Returns its length in bytes
 * and sets *cp; an invalid byte counts as length 1 with *cp = UTF8_BAD.
 * Surrogates, overlong forms and beyond U+10FFFF are invalid. */
#define UTF8_BAD 0xfffffffful
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);
/* Returns the length (1 to 4) written to out. */
size_t utf8_put(uint32_t cp, char out[4]);
/* True for valid UTF-8 without NUL. *bad (or NULL) receives the offset of the
 * first byte that is not. */
bool utf8_valid(const char *s, size_t n, size_t *bad);

/* A to Z become a to z; every other byte stays, whatever the locale says. */
static inline char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Cells that a character takes: 0 (combining, joiners), 1 or 2 (East Asian
 * wide, emoji). -1: a control. */
int utf8_width(uint32_t cp);
/* Characters that East Asian fonts show two cells wide and others one ("±",
 * Cyrillic, lines of boxes): how many they take from now on, 1 unless told.
 * A property of the terminal, and as the locale one for the whole process. */
void utf8_set_ambiguous(int cells);
/* Cells of a whole text: the sum of its characters' widths, as curses and the
 * terminals behind it count (emoji joined by ZWJ each take their own cells
 * there). A control or an invalid byte counts as one. */
size_t utf8_cells(const char *s, size_t n);
/* How many leading bytes fit into the given cells, cut at a grapheme's edge;
 * *used (or NULL) receives the cells they take. */
size_t utf8_fit(const char *s, size_t n, size_t cells, size_t *used);
/* What ZWJ sequences and the emoji variation selector are made with. */
bool utf8_is_emoji(uint32_t cp);
/* Byte offset of the next or previous grapheme from pos; n or 0 at the ends.
 * A grapheme here: a character with the combining ones behind it, emoji
 * joined by ZWJ, a pair of flag letters, CR LF. */
size_t utf8_next(const char *s, size_t n, size_t pos);
size_t utf8_prev(const char *s, size_t n, size_t pos);

#endif
