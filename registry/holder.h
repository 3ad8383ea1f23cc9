/* Who holds a lock on a file, for the message after waiting in vain: Linux
 * lists the locks of all processes in /proc/locks, by device and inode. */
#ifndef MUSTER_REGISTRY_HOLDER_H
#define MUSTER_REGISTRY_HOLDER_H

#include <stddef.h>

/* "process 4711 (muster, user id 1000)": a writer rather than a reader, never
 * this process. "another process" where nobody is found: it let go meanwhile,
 * its lock is another machine's, or /proc is not there. Cut off at size. */
void lock_holder(const char *file, char *out, size_t size);

#endif
