#!/usr/bin/env python3
"""Makes base/utf8_width.h: which characters take no cell, which take two, and
which take one or two as the terminal likes.

    python3 base/utf8_width.py >base/utf8_width.h

No cell: general category Mn, Me or Cf (but U+00AD, which terminals show),
the medial and final jamo of Hangul, and the tag characters and variation
selectors that Unicode has not assigned yet. Two cells: East Asian Width W or F.
The rules are those of Markus Kuhn's wcwidth (2007) with today's tables.
Ambiguous: East Asian Width A but for private use.
Unassigned characters take one cell, in the ranges reserved for ideographs two.
"""
import unicodedata as u

RESERVED_WIDE = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
                 (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]


def is_zero(c):
    if c == 0xAD:
        return False
    if 0x1160 <= c <= 0x11FF or 0xD7B0 <= c <= 0xD7FF or 0xE0000 <= c <= 0xE0FFF:
        return True
    return u.category(chr(c)) in ("Mn", "Me", "Cf")


def is_wide(c):
    if is_zero(c):
        return False
    if any(a <= c <= b for a, b in RESERVED_WIDE):
        return True
    return u.category(chr(c)) != "Cn" and u.east_asian_width(chr(c)) in "WF"


def is_ambiguous(c):
    return not is_zero(c) and u.category(chr(c)) != "Co" and \
        u.east_asian_width(chr(c)) == "A"


def ranges(holds):
    start = None
    for c in range(0x80, 0x110001):
        inside = c < 0x110000 and holds(c)
        if inside and start is None:
            start = c
        elif not inside and start is not None:
            yield start, c - 1
            start = None


def table(name, holds):
    print(f"static const struct utf8_range {name}[] = {{")
    line = "\t"
    for a, b in ranges(holds):
        item = f"{{ 0x{a:x}, 0x{b:x} }},"
        if len(line) + len(item) + 8 > 80:
            print(line.rstrip())
            line = "\t"
        line += item + " "
    print(line.rstrip())
    print("};")


print(f"""/* Made by base/utf8_width.py from Unicode {u.unidata_version}; not edited by hand.
 * Sorted ranges, both ends included, from U+0080 on. */
#ifndef MUSTER_BASE_UTF8_WIDTH_H
#define MUSTER_BASE_UTF8_WIDTH_H

#include <stdint.h>

struct utf8_range {{
	uint32_t first;
	uint32_t last;
}};
""")
table("utf8_zero", is_zero)
print()
table("utf8_wide", is_wide)
print()
table("utf8_ambiguous", is_ambiguous)
print("\n#endif")
