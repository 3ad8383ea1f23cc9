/* Keyboards whose letters are not Latin: in command mode a key means what
 * the Latin keyboard has in its place, so that j moves down wherever it is.
 * Only keys that mean nothing by themselves are looked up. */
#ifndef MUSTER_TUI_LAYOUTS_H
#define MUSTER_TUI_LAYOUTS_H

#include <stdint.h>

/* The Latin key in the place of this one; TK_NONE: none is known. */
uint32_t layout_latin(uint32_t key);

#endif
