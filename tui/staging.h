/* Moving a version into a stage, from whatever view stands on it: a menu of
 * the stages, then the reason. The stage's gate is checked (cards/gate_check);
 * if it does not hold, nothing moves and the gate opens. */
#ifndef MUSTER_TUI_STAGING_H
#define MUSTER_TUI_STAGING_H

#include <stdint.h>

#include "tui/view.h"

void staging_start(struct view *v, const char *model, int64_t version);
/* Although the gate does not hold: name and version are typed, then the
 * reason, which is shown in red until somebody else acknowledges it. stage is
 * one of version_stages(). */
void staging_override(struct view *v, const char *model, int64_t version,
		      const char *stage);

#endif
