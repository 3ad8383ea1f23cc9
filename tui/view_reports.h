/* Screen 6: which report, in which form; the file as it will be; where to.
 *
 * arg: "NAME@V" (const char *), the version to report on; NULL: the one that
 * entered stage candidate last, else the one in production. */
#ifndef MUSTER_TUI_VIEW_REPORTS_H
#define MUSTER_TUI_VIEW_REPORTS_H

#include "tui/view.h"

/* Shows screen 6 with the version chosen. */
void reports_open(struct app *app, const char *version);

extern const struct view_ops view_reports_ops;

#endif
