#include "base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/count.h"

/* The numbers are the kernel's ABI, the same on every architecture. They
 * stand here because a build host's headers may be older than the kernel
 * that the program meets. */
enum {
	NR_CREATE_RULESET = 444, NR_ADD_RULE = 445, NR_RESTRICT_SELF = 446,
	CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1
};

#define FS_EXECUTE (1u << 0)
#define FS_WRITE_FILE (1u << 1)
#define FS_READ_FILE (1u << 2)
#define FS_READ_DIR (1u << 3)
#define FS_MAKE_CHAR (1u << 6)
#define FS_MAKE_BLOCK (1u << 11)
#define FS_TRUNCATE (1u << 14)
#define FS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)

/* What each version added: rights of files, of TCP, and scopes. */
static const struct {
	uint32_t fs, net, scoped;
	size_t size;		/* of the attribute that carries them */
} versions[] = {
	{ 0, 0, 0, 0 },
	{ 0x1fff, 0, 0, 8 },	/* 1: all but the following */
	{ 0x3fff, 0, 0, 8 },	/* 2: refer */
	{ 0x7fff, 0, 0, 8 },	/* 3: truncate */
	{ 0x7fff, 3, 0, 16 },	/* 4: bind and connect of TCP */
	{ 0xffff, 3, 0, 16 },	/* 5: ioctl of devices */
	{ 0xffff, 3, 3, 24 },	/* 6: abstract sockets, signals */
};
#define NEWEST (COUNT(versions) - 1)

struct ruleset_attr {
	uint64_t fs, net, scoped;
};
struct path_attr {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

unsigned landlock_version(void)
{
	long v = syscall(NR_CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);

	if (v <= 0)
		return 0;
	return (size_t)v > NEWEST ? (unsigned)NEWEST : (unsigned)v;
}

static void add_path(int ruleset, const struct child_path *p, uint32_t handled)
{
	struct path_attr attr;
	struct stat st;
	int fd = open(p->path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return;
	attr.fd = fd;
	attr.allowed = FS_EXECUTE | FS_READ_FILE | FS_READ_DIR;
	if (p->write)
		attr.allowed = handled & ~(FS_MAKE_CHAR | FS_MAKE_BLOCK);
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		attr.allowed &= FS_OF_FILES;
	attr.allowed &= handled;
	(void)syscall(NR_ADD_RULE, ruleset, RULE_PATH_BENEATH, &attr, 0);
	close(fd);
}

unsigned landlock_enter(const struct child_path *paths, size_t n,
			const char *also_read)
{
	unsigned v = landlock_version();
	struct ruleset_attr attr;
	int ruleset;
	long rc;

	if (v == 0)
		return 0;
	attr.fs = versions[v].fs;
	attr.net = versions[v].net;
	attr.scoped = versions[v].scoped;
	ruleset = (int)syscall(NR_CREATE_RULESET, &attr, versions[v].size, 0);
	if (ruleset < 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		add_path(ruleset, &paths[i], versions[v].fs);
	if (also_read)
		add_path(ruleset, &(struct child_path){ .path = also_read },
			 versions[v].fs);
	rc = syscall(NR_RESTRICT_SELF, ruleset, 0);
	close(ruleset);
	return rc == 0 ? v : 0;
}
