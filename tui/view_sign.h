/* What is about to be signed, to the byte: the statement as it will be
 * stored, with its digest; or one that was signed, with what moved since.
 *
 * Signing: S, then name and version are typed, then the reason, and for an
 * approval the answer to "for whom could this fail?". The statement on the
 * screen follows the typing; the last Enter signs what is shown. Whatever
 * moved since it was shown is refused by the registry. */
#ifndef MUSTER_TUI_VIEW_SIGN_H
#define MUSTER_TUI_VIEW_SIGN_H

#include <stdint.h>

#include "registry/signoff.h"
#include "tui/view.h"

/* The argument; copied. */
struct sign_arg {
	const char *model;
	int64_t version;
	const char *id;		/* a sign-off that is there; else NULL, and: */
	const char *role, *stage;
	enum meaning meaning;
};
extern const struct view_ops view_sign_ops;

#endif
