#include "cli/help.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

enum { OPTION_WIDTH = 26, COMMAND_WIDTH = 20 };

static void heading(struct buf *b, const char *text, bool bold)
{
	buf_printf(b, "\n%s%s%s\n", bold ? "\033[1m" : "", text,
		   bold ? "\033[0m" : "");
}

void help_option(struct buf *b, const struct option *o)
{
	if (o->letter)
		buf_printf(b, "-%c, ", o->letter);
	else
		buf_str(b, "    ");
	buf_printf(b, "--%s", o->name);
	if (o->arg)
		buf_printf(b, " %s", o->arg);
}

/* False: the reader would have to guess which values there are. */
static bool values_are_said(const struct option *o)
{
	char *values, *rest, *value;
	bool said = true;

	if (!o->values || !strcmp(o->arg, o->values))
		return true;
	values = rest = xstrdup(o->values);
	while ((value = strsep(&rest, "|")))
		said = said && strstr(o->help, value);
	free(values);
	return said;
}

void help_option_text(struct buf *b, const struct option *o)
{
	buf_str(b, o->help);
	if (o->many)
		buf_str(b, " (may repeat)");
	if (!values_are_said(o))
		buf_printf(b, ": %s", o->values);
}

static void option_lines(struct buf *b, const struct option *o)
{
	for (; o && o->name; o++) {
		size_t start = b->len;

		buf_str(b, "  ");
		help_option(b, o);
		if (b->len - start > OPTION_WIDTH)
			buf_printf(b, "\n%*s", OPTION_WIDTH, "");
		else
			buf_fill(b, ' ', OPTION_WIDTH - (b->len - start));
		buf_str(b, "  ");
		help_option_text(b, o);
		buf_char(b, '\n');
	}
}

static void command_help(struct buf *b, const struct command *c, bool bold)
{
	buf_printf(b, "muster %s: %s\n", c->words, c->summary);
	if (c->examples) {
		heading(b, "Examples", bold);
		for (const char *const *e = c->examples; *e; e++)
			buf_printf(b, "  muster %s\n", *e);
	}
	heading(b, "Usage", bold);
	buf_printf(b, "  muster %s%s%s%s\n", c->words, *c->args ? " " : "",
		   c->args, c->options ? " [OPTION]..." : "");
	if (c->more)
		buf_printf(b, "\n%s\n", c->more);
	if (c->options) {
		heading(b, "Options", bold);
		option_lines(b, c->options);
	}
	buf_str(b, "\n'muster --help' lists the options of every command; "
		   "'man muster' is the manual.\n");
}

static bool in_group(const struct command *c, const char *group)
{
	size_t n = strlen(group);

	return strncmp(c->words, group, n) == 0 && c->words[n] == ' ';
}

static void command_lines(struct buf *b, const char *group)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++) {
		if ((c->flags & COMMAND_HIDDEN) ||
		    (group && !in_group(c, group)))
			continue;
		buf_printf(b, "  %-*s  %s\n", COMMAND_WIDTH, c->words,
			   c->summary);
	}
}

static void program_help(struct buf *b, bool bold)
{
	buf_str(b, "muster: is this model fit for duty? Models, versions, "
		   "living test sets,\nevaluations and comparisons in one "
		   "file, without a network.\n");
	heading(b, "Examples", bold);
	buf_str(b, "  muster                      open the workbench\n"
		   "  muster demo                 look around in a finished "
		   "project\n"
		   "  muster init                 begin your own\n"
		   "  muster compare loans credit-scorer@production "
		   "credit-scorer@7\n");
	heading(b, "Commands ('muster COMMAND --help' shows examples)", bold);
	command_lines(b, NULL);
	heading(b, "Options of every command", bold);
	option_lines(b, global_options);
	buf_str(b, "\nObjects are NAME@VERSION (credit-scorer@7, @champion, "
		   "@production) and test sets\nNAME or NAME@REVISION. Exit "
		   "status: 0 done, 1 failed, 2 usage, 3 condition does\nnot "
		   "hold, 4 does not exist, 5 conflict. 'man muster' is the "
		   "manual.\n");
}

void help_write(struct buf *b, const struct command *cmd, const char *group,
		bool bold)
{
	if (cmd) {
		command_help(b, cmd, bold);
	} else if (group) {
		buf_printf(b, "muster %s:\n\n", group);
		command_lines(b, group);
		buf_printf(b, "\n'muster %s COMMAND --help' shows examples.\n",
			   group);
	} else {
		program_help(b, bold);
	}
}

enum rc help_group_error(const char *group, struct err *err)
{
	struct buf list = BUF_INIT;
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++)
		if (in_group(c, group) && !(c->flags & COMMAND_HIDDEN))
			buf_printf(&list, "%s%s", list.len ? ", " : "",
				   c->words + strlen(group) + 1);
	err_set(err, RC_USAGE, "'muster %s' needs one of: %s", group,
		list.data);
	buf_release(&list);
	return RC_USAGE;
}
