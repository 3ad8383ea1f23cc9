/* Loaded into the program under test (LD_PRELOAD): counts its calls of one
 * kind and lets the Nth fail, once or from then on. test_f33_nth.c compiles it
 * and says by the environment what is wanted:
 *
 *	NTH_FILE	a file of at least 16 bytes, shared: calls, failures
 *	NTH_KIND	alloc: malloc and its kin; io: open, read, write, sync,
 *			truncate, rename
 *	NTH_AT		which call; 0: none, only count
 *	NTH_EVER	1: every call from that one on
 *	NTH_HOW		errno as a number; "short": half is done; "kill": half
 *			is done, then SIGKILL
 *
 * Only the program itself is hit, not its children. What stdio reads and
 * writes does not pass here; tests of /dev/full see to that. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { NONE, ALLOC, IO };
enum how { FAIL, SHORT, KILL };

struct counts {
	unsigned long long calls, failures;
};

static struct counts *counts;
static enum kind kind;
static enum how how;
static unsigned long long at;
static bool ever;
static int error, owner;

#define REAL(name, result, ...) \
	static result (*real)(__VA_ARGS__); \
	if (!real) \
		*(void **)&real = dlsym(RTLD_NEXT, name)

/* Is this the call? */
static bool hit(enum kind k)
{
	unsigned long long n;

	if (!counts || k != kind || getpid() != owner)
		return false;
	n = __atomic_add_fetch(&counts->calls, 1, __ATOMIC_RELAXED);
	if (!at || (ever ? n < at : n != at))
		return false;
	__atomic_add_fetch(&counts->failures, 1, __ATOMIC_RELAXED);
	if (how == FAIL)
		errno = error;
	return true;
}

static void die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

__attribute__((constructor)) static void start(void)
{
	const char *file = getenv("NTH_FILE"), *k = getenv("NTH_KIND");
	const char *h = getenv("NTH_HOW"), *n = getenv("NTH_AT");
	const char *e = getenv("NTH_EVER");
	int fd = file ? open(file, O_RDWR | O_CLOEXEC) : -1;
	void *p;

	if (fd < 0 || !k || !n)
		return;
	p = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		 0);
	close(fd);
	if (p == MAP_FAILED)
		return;
	owner = getpid();
	kind = !strcmp(k, "alloc") ? ALLOC : IO;
	at = strtoull(n, NULL, 10);
	ever = e && *e == '1';
	how = !h ? FAIL : !strcmp(h, "short") ? SHORT : !strcmp(h, "kill") ?
	      KILL : FAIL;
	error = kind == ALLOC ? ENOMEM : h && how == FAIL ?
		(int)strtol(h, NULL, 10) : EIO;
	counts = p;
}

/* -- Memory -- */

#ifndef NTH_IO_ONLY
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);

void *malloc(size_t n)
{
	return hit(ALLOC) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
	return hit(ALLOC) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
	return hit(ALLOC) ? NULL : __libc_realloc(p, n);
}
#endif

/* -- Files -- */

#define OPEN(name) \
int name(const char *path, int flags, ...) \
{ \
	va_list ap; \
	unsigned mode; \
\
	va_start(ap, flags); \
	mode = va_arg(ap, unsigned); \
	va_end(ap); \
	REAL(#name, int, const char *, int, unsigned); \
	if (counts && hit(IO)) { \
		if (how == KILL) \
			die(); \
		if (how == FAIL) \
			return -1; \
	} \
	return real(path, flags, mode); \
}

OPEN(open)
OPEN(open64)

/* n bytes: none, half, or all. */
#define TRANSFER(name, pointer) \
ssize_t name(int fd, pointer p, size_t n) \
{ \
	REAL(#name, ssize_t, int, pointer, size_t); \
	if (hit(IO)) { \
		if (how == FAIL) \
			return -1; \
		if (how == KILL && n > 1 && real(fd, p, n / 2) >= 0) \
			die(); \
		if (how == KILL) \
			die(); \
		n -= n / 2; \
	} \
	return real(fd, p, n); \
}

#define TRANSFER_AT(name, pointer) \
ssize_t name(int fd, pointer p, size_t n, off_t offset) \
{ \
	REAL(#name, ssize_t, int, pointer, size_t, off_t); \
	if (hit(IO)) { \
		if (how == FAIL) \
			return -1; \
		if (how == KILL && n > 1 && real(fd, p, n / 2, offset) >= 0) \
			die(); \
		if (how == KILL) \
			die(); \
		n -= n / 2; \
	} \
	return real(fd, p, n, offset); \
}

TRANSFER(read, void *)
TRANSFER(write, const void *)
TRANSFER_AT(pread, void *)
TRANSFER_AT(pread64, void *)
TRANSFER_AT(pwrite, const void *)
TRANSFER_AT(pwrite64, const void *)

#define WHOLE(name, args, ...) \
int name args \
{ \
	REAL(#name, int, TYPES_##name); \
	if (hit(IO) && how != SHORT) { \
		if (how == KILL) \
			die(); \
		return -1; \
	} \
	return real(__VA_ARGS__); \
}

#define TYPES_fsync int
#define TYPES_fdatasync int
#define TYPES_ftruncate int, off_t
#define TYPES_ftruncate64 int, off_t
#define TYPES_rename const char *, const char *
#define TYPES_renameat2 int, const char *, int, const char *, unsigned

WHOLE(fsync, (int fd), fd)
WHOLE(fdatasync, (int fd), fd)
WHOLE(ftruncate, (int fd, off_t n), fd, n)
WHOLE(ftruncate64, (int fd, off_t n), fd, n)
WHOLE(rename, (const char *a, const char *b), a, b)
WHOLE(renameat2, (int a, const char *b, int c, const char *d, unsigned e),
      a, b, c, d, e)
