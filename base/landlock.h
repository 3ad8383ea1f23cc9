/* Landlock by its raw system calls (Linux 5.13 and later; no library).
 * https://docs.kernel.org/userspace-api/landlock.html
 *
 * Safe between fork and exec: no memory is allocated. */
#ifndef MUSTER_BASE_LANDLOCK_H
#define MUSTER_BASE_LANDLOCK_H

#include <stddef.h>

#include "base/child.h"

/* The version that the running kernel offers, 0: none. */
unsigned landlock_version(void);
/* Shuts the calling process in: it may read and execute below the paths that
 * are listed, write below those marked so, and nothing else. Needs
 * NO_NEW_PRIVS. also_read: one more path, or NULL. Returns the version
 * enforced; 0: nothing was enforced. */
unsigned landlock_enter(const struct child_path *paths, size_t n,
			const char *also_read);

#endif
