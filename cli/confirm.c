#include "cli/confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "cli/cli.h"

static bool can_ask(const struct cli *c)
{
	return !c->no_input && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Terminals that know bracketed paste put ESC [ 200 ~ in front of one, which
 * no answer contains. What was typed ahead of the question is dropped. */
static char *ask_line(const char *question)
{
	struct buf line = BUF_INIT;
	int c;

	tcflush(STDIN_FILENO, TCIFLUSH);
	fputs("\033[?2004h", stderr);
	safetext_puts(stderr, question, SAFE_LINE);
	fputc(' ', stderr);
	fflush(stderr);
	while ((c = getchar()) != EOF && c != '\n')
		buf_char(&line, (char)c);
	fputs("\033[?2004l", stderr);
	fflush(stderr);
	if (c == EOF)
		fputc('\n', stderr);
	return buf_detach(&line);
}

char *cli_ask(struct cli *c, const char *question)
{
	return can_ask(c) ? ask_line(question) : NULL;
}

static enum rc check_typed(const char *typed, const char *object,
			   struct err *err)
{
	char *wanted = xstrdup(object), *at = strchr(wanted, '@');
	bool same;

	if (at)
		*at = ' ';
	same = !strcmp(typed, wanted);
	free(wanted);
	if (same)
		return RC_OK;
	return err_set(err, RC_REFUSED, strchr(typed, 27) ?
		       "a paste does not confirm; nothing was signed" :
		       "that is another name; nothing was signed");
}

enum rc cli_confirm(struct cli *c, const char *object, const char *what,
		    struct err *err)
{
	const char *given = opt_str(&c->opts, "confirm");
	char *question, *typed;
	enum rc rc;

	if (given && !strcmp(given, object))
		return RC_OK;
	if (given)
		return err_set(err, RC_USAGE, "'--confirm=%s' names another "
			       "object than '%s'", given, object);
	question = xasprintf("%s: type the name and the version of %s to "
			     "confirm:", what, object);
	typed = cli_ask(c, question);
	free(question);
	if (!typed)
		return err_set(err, RC_USAGE, "%s cannot be taken back; "
			       "confirm it with --confirm=%s", what, object);
	rc = check_typed(typed, object, err);
	free(typed);
	return rc;
}
