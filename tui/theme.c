#include "tui/theme.h"

#include "base/count.h"

#define PLAIN { COLOUR_DEFAULT, 0 }
#define BOLD { COLOUR_DEFAULT, LOOK_BOLD }
#define UNDERLINE { COLOUR_DEFAULT, LOOK_UNDERLINE }

#define COMMON \
	[STYLE_NORMAL] = PLAIN, [STYLE_TITLE] = PLAIN, [STYLE_TAB] = BOLD, \
	[STYLE_FRAME] = PLAIN, [STYLE_HEADING] = BOLD, \
	[STYLE_CURSOR] = BOLD, [STYLE_STRONG] = BOLD, [STYLE_FAINT] = PLAIN, \
	[STYLE_HINT_KEY] = BOLD, [STYLE_FIELD] = UNDERLINE

#define OWN COLOUR_DEFAULT, COLOUR_DEFAULT

static const struct theme themes[] = {
	/* of the six colours only red and magenta read on black and white */
	{ "standard", "reads on dark and on light", OWN, true, true, { COMMON,
		[STYLE_GOOD] = PLAIN,
		[STYLE_BAD] = { COLOUR_RED, LOOK_BOLD },
		[STYLE_WARN] = { COLOUR_MAGENTA, 0 },
		[STYLE_MATCH] = { COLOUR_MAGENTA, LOOK_UNDERLINE } } },
	{ "dark", "for dark backgrounds", OWN, true, false, { COMMON,
		[STYLE_GOOD] = { COLOUR_GREEN, 0 },
		[STYLE_BAD] = { COLOUR_RED, LOOK_BOLD },
		[STYLE_WARN] = { COLOUR_YELLOW, 0 },
		[STYLE_MATCH] = { COLOUR_CYAN, LOOK_UNDERLINE } } },
	{ "light", "paints black on white", COLOUR_BLACK, COLOUR_WHITE, false,
	  true, { COMMON,
		[STYLE_GOOD] = PLAIN,
		[STYLE_BAD] = { COLOUR_RED, 0 },
		[STYLE_WARN] = { COLOUR_MAGENTA, 0 },
		[STYLE_MATCH] = { COLOUR_MAGENTA, LOOK_UNDERLINE } } },
	{ "contrast", "paints white on black; cyan and magenta", COLOUR_WHITE,
	  COLOUR_BLACK, true, false, { COMMON,
		[STYLE_GOOD] = { COLOUR_CYAN, 0 },
		[STYLE_BAD] = { COLOUR_MAGENTA, LOOK_BOLD },
		[STYLE_WARN] = { COLOUR_YELLOW, LOOK_BOLD },
		[STYLE_MATCH] = { COLOUR_CYAN, LOOK_UNDERLINE } } },
	{ "mono", "no colours at all", OWN, true, true, { COMMON,
		[STYLE_GOOD] = PLAIN,
		[STYLE_BAD] = BOLD,
		[STYLE_WARN] = BOLD,
		[STYLE_MATCH] = UNDERLINE } },
};
#define N_THEMES COUNT(themes)

const struct theme *theme_find(const char *name)
{
	for (size_t i = 0; i < N_THEMES; i++)
		if (!strcmp(themes[i].name, name))
			return &themes[i];
	return NULL;
}

const struct theme *theme_at(size_t i)
{
	return i < N_THEMES ? &themes[i] : NULL;
}
