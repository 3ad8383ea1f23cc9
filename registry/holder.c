#include "registry/holder.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fsx.h"

/* One line of /proc/locks:
 * "1: POSIX  ADVISORY  WRITE 1234 08:01:5678 1073741825 1073741825". */
static bool lock_line(const char *line, const struct stat *st, bool *writes,
		      long *pid)
{
	char type[16], mode[16], access[16];
	unsigned major, minor;
	unsigned long inode;

	if (sscanf(line, "%*d: %15s %15s %15s %ld %x:%x:%lu", type, mode,
		   access, pid, &major, &minor, &inode) != 7)
		return false;
	*writes = !strcmp(access, "WRITE");
	return inode == st->st_ino && *pid != (long)getpid() &&
	       makedev(major, minor) == st->st_dev;
}

static void describe_process(long pid, char *out, size_t size)
{
	struct buf comm = BUF_INIT;
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	if (fsx_read(path, 256, &comm, NULL) != RC_OK)
		buf_clear(&comm);
	if (comm.len && comm.data[comm.len - 1] == '\n')
		buf_truncate(&comm, comm.len - 1);
	snprintf(path, sizeof(path), "/proc/%ld", pid);
	if (stat(path, &st) == 0)
		snprintf(out, size, "process %ld (%s, user id %u)", pid,
			 comm.len ? comm.data : "unknown program",
			 (unsigned)st.st_uid);
	else
		snprintf(out, size, "process %ld", pid);
	buf_release(&comm);
}

void lock_holder(const char *file, char *out, size_t size)
{
	struct buf locks = BUF_INIT;
	long pid, found = 0;
	bool writes;
	struct stat st;

	snprintf(out, size, "another process");
	if (stat(file, &st) != 0 ||
	    fsx_read("/proc/locks", 1 << 20, &locks, NULL) != RC_OK)
		goto end;
	for (char *line = locks.data, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (lock_line(line, &st, &writes, &pid) && (writes || !found))
			found = pid;
	}
	if (found)
		describe_process(found, out, size);
end:
	buf_release(&locks);
}
