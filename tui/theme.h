/* How each style looks: a colour of the eight base ones on the default
 * background, and attributes that carry the meaning where there is no
 * colour. No colour 8 (invisible on many themes), no plain blue, nothing
 * that only a dim text says. */
#ifndef MUSTER_TUI_THEME_H
#define MUSTER_TUI_THEME_H

#include "tui/canvas.h"

enum look_colour {	/* as in ECMA-48 */
	COLOUR_DEFAULT = -1, COLOUR_RED = 1, COLOUR_GREEN, COLOUR_YELLOW,
	COLOUR_MAGENTA = 5, COLOUR_CYAN
};
enum look_attr { LOOK_BOLD = 1, LOOK_REVERSE = 2, LOOK_UNDERLINE = 4 };

struct look {
	enum look_colour colour;
	unsigned attrs;		/* of look_attr */
};

struct theme {
	const char *name;
	struct look looks[STYLE_COUNT];
};

/* "standard", "contrast" (cyan and magenta, for people who do not tell red
 * from green), "mono" (no colour codes at all). NULL: no such theme. */
const struct theme *theme_find(const char *name);
/* The i-th, NULL behind the last. */
const struct theme *theme_at(size_t i);

#endif
