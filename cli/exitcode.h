/* Exit statuses of the command line (CLI.md). Errors of the floors below
 * carry theirs in base/err.h (rc_exit_status); the two tables agree, and
 * tests/cli/exit-status.sh asserts each status from outside. */
#ifndef MUSTER_CLI_EXITCODE_H
#define MUSTER_CLI_EXITCODE_H

#define EXIT_LIST(X) \
	X(EXIT_DONE, 0, "done") \
	X(EXIT_FAILED, 1, "failed: unreadable file, bad content, illegal move") \
	X(EXIT_USAGE, 2, "usage; also bare muster without a terminal") \
	X(EXIT_UNMET, 3, "a gate, check, verification or condition does not hold") \
	X(EXIT_ABSENT, 4, "an object or the registry does not exist") \
	X(EXIT_CONFLICT, 5, "conflict, lock, or a name already taken") \
	X(EXIT_BY_INT, 130, "stopped by SIGINT") \
	X(EXIT_BY_TERM, 143, "stopped by SIGTERM")

enum exit_status {
#define X(id, status, text) id = status,
	EXIT_LIST(X)
#undef X
};

#endif
