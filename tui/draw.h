/* A canvas on its way to the terminal. Only rows that differ from what was
 * drawn last are handed to curses, which sends only cells that differ on the
 * screen: an unchanged frame sends no byte. */
#ifndef MUSTER_TUI_DRAW_H
#define MUSTER_TUI_DRAW_H

#include "tui/canvas.h"
#include "tui/theme.h"

struct draw;			/* opaque; needs an open terminal */

/* lines_ascii: boxes as + - | even where the terminal has lines. */
struct draw *draw_new(const struct theme *theme, bool colour,
		      bool lines_ascii);
void draw_free(struct draw *d);		/* NULL is allowed */
/* Whether drawing this would send more than the cursor's place. */
bool draw_differs(const struct draw *d, const struct canvas *c);
void draw_frame(struct draw *d, const struct canvas *c);
/* The next frame repaints everything (^L, after another program). */
void draw_forget(struct draw *d);

#endif
