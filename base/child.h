/* A stranger's program under supervision: a model, which may do anything.
 *
 * Between muster and the program stands a keeper, a process of its own that
 * does nothing but watch. It is the subreaper of all that the program starts,
 * in whichever session or group, and it ends when no descendant is left:
 * when the program ended, when child_kill() was called, and when muster
 * itself died, however it died (the keeper holds the other end of a pipe).
 *
 *	muster --- keeper --- [first process of its namespace] --- program
 *
 * The program has a session without a terminal, a group of its own, no
 * descriptor beyond 0, 1 and 2, no new privileges, no core files, a limit of
 * memory, and the environment that it is given. Where the kernel allows, it
 * is walled in as well:
 *	Landlock (Linux 5.13): it may read what the spec lists and nothing else;
 *	  from 6.7 on no TCP, from 6.12 on no signals and no abstract sockets
 *	  to the outside;
 *	namespaces of a user (where the site allows them): its own processes,
 *	  killed by the kernel at one blow; an empty network; an empty /run.
 * What of this holds is told by child_walls, never assumed.
 *
 * Where there are no namespaces and no Landlock of 6.12, a program can kill
 * its keeper; then the program dies with it, but what it had started before
 * may live. That is what "unsandboxed" warns of. */
#ifndef MUSTER_BASE_CHILD_H
#define MUSTER_BASE_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct child_path {
	const char *path;	/* one that does not exist is passed over */
	bool write;		/* a folder to write in; else read, execute */
};

struct child_spec {
	char *const *argv;	/* [0]: absolute, or a name found in env's PATH */
	char *const *env;	/* all of the environment */
	const char *cwd;
	uint64_t max_memory;	/* bytes of each process's data; 0: no limit */
	uint64_t max_file;	/* bytes of each file it writes; 0: no limit */
	bool wall_in;		/* try Landlock and namespaces */
	const struct child_path *paths;
	size_t n_paths;
};

struct child_walls {
	unsigned landlock;	/* ABI version enforced; 0: none */
	bool namespaces;
};

struct child {
	int in, out, err;	/* our ends, not blocking; -1 when closed */
	int report;		/* readable when the keeper has news */
	/* Known when child_read_report has said ended: */
	struct child_walls walls;
	bool has_status;	/* false: killed before it could tell */
	int status;		/* exit status, or 128 + signal */
	int exec_errno;		/* not 0: the program never started */
	const char *exec_stage;	/* static: what failed then */
	/* The module's own. */
	int lifeline;
	int keeper;
};

/* On failure nothing runs and nothing is open. */
enum rc child_start(const struct child_spec *spec, struct child *c,
		    struct err *err) MUST_USE;
/* Call when report is readable. True: no descendant is left. */
bool child_read_report(struct child *c);
/* Asks the keeper to kill everything; report tells when it is done. Safe to
 * call again. */
void child_kill(struct child *c);
/* Kills, waits until nothing is left, closes all descriptors. */
void child_end(struct child *c);

#endif
