/* Every theme reads on the backgrounds it is for, and says nothing by colour
 * alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "tui/theme.h"

struct rgb { double r, g, b; };
/* The eight base colours as usual terminals show them, and what they take for
 * bold ones; defaults of dark and light settings. */
struct palette {
	const char *name;
	struct rgb colour[8], bold[8];
	struct rgb dark, on_dark, light, on_light;
};

static const struct palette palettes[] = {
	{ "xterm",
	  { { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 },
	    { 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 } },
	  { { 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 },
	    { 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 } },
	  { 0, 0, 0 }, { 229, 229, 229 }, { 255, 255, 255 }, { 0, 0, 0 } },
	{ "linux console",
	  { { 0, 0, 0 }, { 170, 0, 0 }, { 0, 170, 0 }, { 170, 85, 0 },
	    { 0, 0, 170 }, { 170, 0, 170 }, { 0, 170, 170 }, { 170, 170, 170 } },
	  { { 85, 85, 85 }, { 255, 85, 85 }, { 85, 255, 85 }, { 255, 255, 85 },
	    { 85, 85, 255 }, { 255, 85, 255 }, { 85, 255, 255 },
	    { 255, 255, 255 } },
	  { 0, 0, 0 }, { 170, 170, 170 }, { 170, 170, 170 }, { 0, 0, 0 } },
	{ "vscode",
	  { { 0, 0, 0 }, { 205, 49, 49 }, { 13, 188, 121 }, { 229, 229, 16 },
	    { 36, 114, 200 }, { 188, 63, 188 }, { 17, 168, 205 },
	    { 229, 229, 229 } },
	  { { 0, 0, 0 }, { 205, 49, 49 }, { 13, 188, 121 }, { 229, 229, 16 },
	    { 36, 114, 200 }, { 188, 63, 188 }, { 17, 168, 205 },
	    { 229, 229, 229 } },
	  { 30, 30, 30 }, { 204, 204, 204 }, { 255, 255, 255 }, { 51, 51, 51 } },
};
#define N_PALETTES (sizeof(palettes) / sizeof(palettes[0]))

/* WCAG 2.1, relative luminance and contrast ratio. */
static double linear(double c)
{
	c /= 255;
	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(struct rgb c)
{
	return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) +
	       0.0722 * linear(c.b);
}

static double contrast(struct rgb a, struct rgb b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
	return x > y ? x / y : y / x;
}

static struct rgb ink_of(const struct theme *t, const struct look *l,
			 const struct palette *p, bool dark)
{
	enum look_colour c = l->colour == COLOUR_DEFAULT ? t->ink : l->colour;
	if (c == COLOUR_DEFAULT)
		return dark ? p->on_dark : p->on_light;
	return l->attrs & LOOK_BOLD && c != COLOUR_BLACK ? p->bold[c]
							 : p->colour[c];
}

static void check(const struct theme *t, const struct palette *p, bool dark)
{
	struct rgb paper = t->paper != COLOUR_DEFAULT ? p->colour[t->paper]
			   : dark ? p->dark : p->light;
	/* the console's own white is grey: a light theme is not for it */
	if (!dark && luminance(paper) < 0.7)
		return;
	for (int s = 0; s < STYLE_COUNT; s++) {
		double ratio = contrast(ink_of(t, &t->looks[s], p, dark),
					paper);
		if (ratio < 3)
			fail_msg("theme %s, style %d in %s on %s: %.2f to 1",
				 t->name, s, p->name, dark ? "dark" : "light",
				 ratio);
	}
}

static void test_theme__every_style_has_contrast(void **state)
{
	size_t n = 0;
	for (const struct theme *t; (t = theme_at(n)); n++) {
		assert_true(t->on_dark || t->on_light);
		for (size_t p = 0; p < N_PALETTES; p++) {
			if (t->on_dark)
				check(t, &palettes[p], true);
			if (t->on_light)
				check(t, &palettes[p], false);
		}
	}
	assert_int_equal(n, 5);
}

/* Colour 4 and colour 8 are for nobody. */
static void test_theme__no_blue(void **state)
{
	const struct theme *t;
	for (size_t i = 0; (t = theme_at(i)); i++)
		for (int s = 0; s < STYLE_COUNT; s++)
			assert_true(t->looks[s].colour != 4 &&
				    t->looks[s].colour < 8);
}

/* Focus, headings and fields are seen without colours in every theme. */
static void test_theme__focus_is_an_attribute(void **state)
{
	static const enum style must[] = { STYLE_TAB, STYLE_CURSOR,
		STYLE_HEADING, STYLE_FIELD, STYLE_HINT_KEY };
	const struct theme *t;
	for (size_t i = 0; (t = theme_at(i)); i++)
		for (size_t k = 0; k < sizeof(must) / sizeof(must[0]); k++)
			assert_true(t->looks[must[k]].attrs != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_theme__every_style_has_contrast),
		cmocka_unit_test(test_theme__no_blue),
		cmocka_unit_test(test_theme__focus_is_an_attribute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
