/* How each style looks: a colour of the eight base ones, and attributes that
 * carry the meaning where there is no colour. No colour 8 (invisible on many
 * themes), no blue (invisible on black), nothing that only a dim text says.
 *
 * tests/tui/test_theme.c holds each theme to a contrast of 3 to 1 on the
 * backgrounds that it is for, in the palettes of usual terminals. */
#ifndef MUSTER_TUI_THEME_H
#define MUSTER_TUI_THEME_H

#include "tui/canvas.h"

enum look_colour {	/* as in ECMA-48 */
	COLOUR_DEFAULT = -1, COLOUR_BLACK, COLOUR_RED, COLOUR_GREEN,
	COLOUR_YELLOW, COLOUR_MAGENTA = 5, COLOUR_CYAN, COLOUR_WHITE
};
enum look_attr { LOOK_BOLD = 1, LOOK_REVERSE = 2, LOOK_UNDERLINE = 4 };

struct look {
	enum look_colour colour;
	unsigned attrs;		/* of look_attr */
};

struct theme {
	const char *name;
	const char *what;	/* for people */
	/* What it paints; COLOUR_DEFAULT: the terminal's own. */
	enum look_colour ink, paper;
	bool on_dark, on_light;	/* the terminals it is for */
	struct look looks[STYLE_COUNT];
};

/* "standard" reads on dark and light; "dark"; "light" (paints white); and
 * "contrast" (paints black; cyan and magenta, for people who do not tell red
 * from green); "mono" (no colour codes at all). NULL: no such theme. */
const struct theme *theme_find(const char *name);
/* The i-th, NULL behind the last. */
const struct theme *theme_at(size_t i);

#endif
