/* Processes: whether one that once wrote down who it was still lives; what is
 * true of ourselves; and what base/spawn and base/child, which start others,
 * have in common. */
#ifndef MUSTER_BASE_PROCESS_H
#define MUSTER_BASE_PROCESS_H

/* This process, for ever: "HOST BOOT PID START", where BOOT tells one start of
 * the kernel from another and START one holder of the number PID from the
 * next. The caller frees. */
char *process_name(void);

enum process_state {
	PROCESS_ALIVE,
	PROCESS_GONE,
	PROCESS_ELSEWHERE	/* of another host, or not to be told */
};
enum process_state process_state(const char *name);

/* First thing in main: no core (it would hold private text), 0 to 2 open, so
 * that no file of ours becomes one of them, and a file size limit or a closed
 * pipe is an error rather than a death. NULL, or why the program must not run:
 * with the rights of its file rather than of who started it. */
const char *process_guard(void);

/* Between fork and exec, where nothing else is safe: every signal does what it
 * does by default, and none is held back. */
void process_default_signals(void);
/* Of what waitpid gives: the exit status, or 128 + the signal. */
int process_exit_status(int wait_status);
/* One end of a pipe, or another descriptor: closes it unless it is -1, and
 * makes it -1. */
void process_close(int *fd);

#endif
