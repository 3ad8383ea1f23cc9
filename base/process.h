/* Whether a process that once wrote down who it was still lives. */
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

#endif
