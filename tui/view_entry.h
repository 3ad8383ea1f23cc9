/* One entry of the log: its fields, the bytes as they were hashed, its leaf
 * hash, and the proof that it is in the log. */
#ifndef MUSTER_TUI_VIEW_ENTRY_H
#define MUSTER_TUI_VIEW_ENTRY_H

#include <stdint.h>

#include "tui/view.h"

/* arg: const uint64_t *, the entry's index; copied. */
extern const struct view_ops view_entry_ops;

#endif
