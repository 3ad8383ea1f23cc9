/* The script is data and one function: a case over the words typed so far
 * gives the words that may follow; options with fixed values offer these;
 * everything else is a file name. */
#include "cli/completion.h"

#include <string.h>

#include "cli/command.h"

static void option_words(struct buf *b, const struct option *o)
{
	for (; o && o->name; o++) {
		buf_printf(b, " --%s", o->name);
		if (o->letter)
			buf_printf(b, " -%c", o->letter);
	}
}

/* First words, each once. */
static void first_words(struct buf *b)
{
	const struct command *c;
	const char *last = "";
	size_t n_last = 0;

	for (size_t i = 0; (c = command_at(i)); i++) {
		size_t n = strcspn(c->words, " ");

		if ((c->flags & COMMAND_HIDDEN) ||
		    (n == n_last && memcmp(c->words, last, n) == 0))
			continue;
		buf_printf(b, "%s%.*s", n_last ? " " : "", (int)n, c->words);
		last = c->words;
		n_last = n;
	}
}

/* A group's second words stand together in its table. */
static void second_words(struct buf *b)
{
	const struct command *c;
	const char *open = NULL;
	size_t n_open = 0;

	for (size_t i = 0; (c = command_at(i)); i++) {
		const char *blank = strchr(c->words, ' ');
		size_t n = blank ? (size_t)(blank - c->words) : 0;

		if (!blank || (c->flags & COMMAND_HIDDEN))
			continue;
		if (open && n == n_open && memcmp(open, c->words, n) == 0) {
			buf_printf(b, " %s", blank + 1);
			continue;
		}
		buf_printf(b, "%s\t'%.*s') next='%s", open ? "' ;;\n" : "",
			   (int)n, c->words, blank + 1);
		open = c->words;
		n_open = n;
	}
	if (open)
		buf_str(b, "' ;;\n");
}

static void command_options(struct buf *b)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++) {
		if ((c->flags & COMMAND_HIDDEN) || !c->options)
			continue;
		buf_printf(b, "\t'%s'*) options='", c->words);
		option_words(b, c->options);
		buf_str(b, "' ;;\n");
	}
}

static void option_values(struct buf *b)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++) {
		for (const struct option *o = c->options; o && o->name; o++) {
			if (!o->values || (c->flags & COMMAND_HIDDEN))
				continue;
			buf_printf(b, "\t'%s'*' --%s') values='", c->words,
				   o->name);
			for (const char *p = o->values; *p; p++)
				buf_char(b, *p == '|' ? ' ' : *p);
			buf_str(b, "' ;;\n");
		}
	}
}

void completion_write(struct buf *b)
{
	buf_str(b, "# bash completion for muster; written by "
		   "'muster docs bash' from the command table\n"
		   "_muster()\n{\n"
		   "\tlocal cur typed next='' options='' values=''\n"
		   "\tcur=${COMP_WORDS[COMP_CWORD]}\n"
		   "\ttyped=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\"\n"
		   "\tCOMPREPLY=()\n"
		   "\tcase $typed in\n\t'') next='");
	first_words(b);
	buf_str(b, "' ;;\n");
	second_words(b);
	buf_str(b, "\tesac\n\tcase \"$typed\" in\n");
	option_values(b);
	buf_str(b, "\tesac\n\tif [[ -n $values ]]; then\n"
		   "\t\tCOMPREPLY=($(compgen -W \"$values\" -- \"$cur\"))\n"
		   "\t\treturn\n\tfi\n"
		   "\tif [[ $cur == -* ]]; then\n\t\tcase \"$typed\" in\n");
	command_options(b);
	buf_str(b, "\t\tesac\n\t\tCOMPREPLY=($(compgen -W \"$options");
	option_words(b, global_options);
	buf_str(b, "\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
		   "\tif [[ -n $next ]]; then\n"
		   "\t\tCOMPREPLY=($(compgen -W \"$next\" -- \"$cur\"))\n"
		   "\t\treturn\n\tfi\n"
		   "\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
		   "}\ncomplete -o filenames -F _muster muster\n");
}
