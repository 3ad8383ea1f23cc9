/* The real binary on a pseudo-terminal, its bytes fed to libvterm: what a
 * person would see, cell by cell. Tests wait for marks on the screen, never
 * for time to pass. */
#ifndef MUSTER_TESTS_SUPPORT_PTY_H
#define MUSTER_TESTS_SUPPORT_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

#include "base/buf.h"

struct pty;

/* A deadline in ms, never a pause: so long that what is not there by then does
 * not come, also on a slow machine that does much else. */
#define PTY_WAIT 30000

/* argv is NULL-ended. env: "NAME=VALUE" sets and "NAME" unsets on top of the
 * test's own, NULL-ended; may be NULL. Ends the test if it cannot start. */
struct pty *pty_start(char *const argv[], const char *const *env, int w,
		      int h);
/* The same as the job of a small shell of our own, for stopping: when the
 * program stops, the shell says "[stopped]" and waits for "fg" and Enter. Its
 * exit status becomes the shell's. */
struct pty *pty_start_job(char *const argv[], const char *const *env, int w,
			  int h);
/* Kills what still runs. */
void pty_free(struct pty *p);

/* Leaves every view by 'q', waits for the end, and frees. */
void pty_quit(struct pty *p);

pid_t pty_pid(const struct pty *p);
void pty_send(struct pty *p, const char *bytes);
void pty_sendn(struct pty *p, const void *bytes, size_t n);
void pty_resize(struct pty *p, int w, int h);
/* Closes our end, as a dropped connection does. */
void pty_hang_up(struct pty *p);

/* Reads until the screen shows the text; false after ms. */
bool pty_wait(struct pty *p, const char *text, unsigned ms);
/* The same, and fails the test with the screen if it does not by PTY_WAIT. */
void pty_must_see(struct pty *p, const char *text);
/* Reads until it does not. */
bool pty_wait_gone(struct pty *p, const char *text, unsigned ms);
/* Reads until nothing has come for quiet_ms. */
void pty_settle(struct pty *p, unsigned quiet_ms);
/* Whether, before PTY_WAIT is over, it sends nothing and works on nothing for
 * so long. */
bool pty_rests(struct pty *p, unsigned quiet_ms);
/* Waits for its end; false after ms. *status as of waitpid(2). */
bool pty_wait_end(struct pty *p, int *status, unsigned ms);

bool pty_shows(struct pty *p, const char *text);
/* Line y as UTF-8, without blanks at its end; the caller frees. */
char *pty_line(struct pty *p, int y);
/* All lines. */
char *pty_screen(struct pty *p);
void pty_cursor(struct pty *p, int *x, int *y);
/* Reads until it stands there; false after PTY_WAIT. */
bool pty_wait_cursor(struct pty *p, int x, int y);

/* Bytes that came since the last call of pty_raw_clear, and the sequence or
 * character that was cut then. */
const struct buf *pty_raw(const struct pty *p);
void pty_raw_clear(struct pty *p);
/* Reads until these bytes have come; false after PTY_WAIT. */
bool pty_wait_raw(struct pty *p, const char *bytes);
/* First byte of raw output that no terminal description of ours produces:
 * a control or a sequence outside the list, an invisible or bidi character,
 * bad UTF-8. -1: none, though the last one's end may be still to come. */
long pty_raw_bad(const struct pty *p);
/* Modes of the terminal, to compare before and after. */
void pty_modes(const struct pty *p, struct termios *out);
/* Whether, before PTY_WAIT is over, it has no lock on any file. */
bool pty_holds_no_lock(const struct pty *p);
/* CPU time of the program so far, in ms. */
unsigned pty_cpu_ms(const struct pty *p);

#endif
