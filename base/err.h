/* Errors: a code that callers decide on, and one line that a person can act on.
 *
 * A function that can fail returns enum rc (RC_OK is 0) and takes a
 * struct err * last, which it leaves untouched on success. Setting and
 * returning are one statement:
 *
 *	return err_set(err, RC_NOT_FOUND, "model '%s' does not exist; "
 *		       "'muster model list' shows all", name);
 *
 * Wording: lower case, no full stop; what failed first, its subject in single
 * quotes, then what to do. Text from outside goes in as it is: whoever prints
 * the message passes it through base/safetext.h.
 *
 * A fault of our own code is not an error but a BUG(): it says where, and
 * aborts. */
#ifndef MUSTER_BASE_ERR_H
#define MUSTER_BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define MUST_USE __attribute__((warn_unused_result))

/* code, exit status of the command line (CLI.md), default text */
#define RC_LIST(X) \
	X(RC_OK, 0, "done") \
	X(RC_FAILED, 1, "failed") \
	X(RC_BAD_INPUT, 1, "bad input") \
	X(RC_REFUSED, 1, "refused") \
	X(RC_IO, 1, "input or output failed") \
	X(RC_CORRUPT, 1, "the registry is damaged") \
	X(RC_NO_SPACE, 1, "no space left") \
	X(RC_USAGE, 2, "usage") \
	X(RC_UNMET, 3, "a condition does not hold") \
	X(RC_NOT_FOUND, 4, "does not exist") \
	X(RC_CONFLICT, 5, "somebody else changed it first") \
	X(RC_EXISTS, 5, "exists already") \
	X(RC_BUSY, 5, "busy") \
	X(RC_CANCELLED, 130, "cancelled")

enum rc {
#define X(code, status, text) code,
	RC_LIST(X)
#undef X
};

/* The machine failed, somebody holds a lock or asked to stop: there is no
 * answer at all, as opposed to an answer that is no. */
bool rc_is_no_answer(enum rc rc);

/* The text is cut at the size, at a character's edge. */
struct err {
	enum rc rc;
	char text[1024];
};

#define ERR_INIT { RC_OK, "" }

/* Fills err (NULL: only the code is wanted) and returns rc. */
enum rc err_set(struct err *err, enum rc rc, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* As err_set, with ": strerror(errno)" behind the text. */
enum rc err_errno(struct err *err, enum rc rc, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* Puts "text: " in front of what err says already; returns its code. */
enum rc err_prefix(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

int rc_exit_status(enum rc rc);
const char *rc_text(enum rc rc);

/* Who owns the terminal registers how to leave it; BUG() and memory that is
 * exhausted call it before they say their line. NULL: nothing to leave. */
void err_on_fatal(void (*leave_screen)(void));

#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
void bug_at(const char *file, int line, const char *fmt, ...)
	PRINTF_LIKE(3, 4) __attribute__((noreturn));
/* Ends the program in order: screen restored, one line, status 1. */
void fatal(const char *fmt, ...) PRINTF_LIKE(1, 2) __attribute__((noreturn));

#endif
