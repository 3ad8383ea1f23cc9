/* A private folder that goes away with all that is in it: for a stranger's
 * program to work in. In $TMPDIR, else /tmp; mode 0700. */
#ifndef MUSTER_BASE_SCRATCH_H
#define MUSTER_BASE_SCRATCH_H

#include "base/err.h"

struct scratch;

enum rc scratch_new(struct scratch **out, struct err *err) MUST_USE;
/* In this folder. */
enum rc scratch_new_in(const char *folder, struct scratch **out,
		       struct err *err) MUST_USE;
/* Absolute, no symbolic link in it. Borrowed. */
const char *scratch_path(const struct scratch *s);
/* Removes the folder; follows no link. NULL is allowed. */
void scratch_free(struct scratch *s);

#endif
