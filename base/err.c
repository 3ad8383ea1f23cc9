#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*leave_screen_fn)(void);

static const struct {
	int status;
	const char *text;
} rc_table[] = {
#define X(code, status, text) [code] = { status, text },
	RC_LIST(X)
#undef X
};

int rc_exit_status(enum rc rc)
{
	return rc_table[rc].status;
}

const char *rc_text(enum rc rc)
{
	return rc_table[rc].text;
}

bool rc_is_no_answer(enum rc rc)
{
	return rc == RC_IO || rc == RC_CORRUPT || rc == RC_NO_SPACE ||
	       rc == RC_BUSY || rc == RC_CANCELLED;
}

/* vsnprintf cuts at a byte; a character cut in two would be shown as damage. */
static void cut_at_character(char *text, size_t size)
{
	size_t n = strlen(text);

	if (n + 1 < size)
		return;
	while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)text[n - 1] >= 0xc0)
		n--;
	text[n] = '\0';
}

enum rc err_set(struct err *err, enum rc rc, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return rc;
	err->rc = rc;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	cut_at_character(err->text, sizeof(err->text));
	return rc;
}

enum rc err_errno(struct err *err, enum rc rc, const char *fmt, ...)
{
	int why = errno;
	va_list ap;
	size_t n;

	if (!err)
		return rc;
	err->rc = rc;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s", strerror(why));
	cut_at_character(err->text, sizeof(err->text));
	return rc;
}

enum rc err_prefix(struct err *err, const char *fmt, ...)
{
	char old[sizeof(err->text)];
	va_list ap;
	size_t n;

	if (!err)
		return RC_FAILED;
	memcpy(old, err->text, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s", old);
	cut_at_character(err->text, sizeof(err->text));
	return err->rc;
}

void err_on_fatal(void (*leave_screen)(void))
{
	leave_screen_fn = leave_screen;
}

static void say_last_words(const char *kind, const char *fmt, va_list ap)
{
	if (leave_screen_fn) {
		void (*leave)(void) = leave_screen_fn;

		leave_screen_fn = NULL;
		leave();
	}
	fprintf(stderr, "muster: %s", kind);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void bug_at(const char *file, int line, const char *fmt, ...)
{
	char where[256];
	va_list ap;

	snprintf(where, sizeof(where), "fault of the program at %s:%d: ",
		 file, line);
	va_start(ap, fmt);
	say_last_words(where, fmt, ap);
	va_end(ap);
	abort();
}

void fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_last_words("", fmt, ap);
	va_end(ap);
	_exit(1);
}
