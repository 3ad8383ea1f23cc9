#include "cli/command.h"

#include <string.h>

#include "base/count.h"

static const struct command *const tables[] = {
#define X(table) table,
	COMMAND_TABLES(X)
#undef X
};

const struct option global_options[] = {
	{ "registry", 'R', "FILE", "the registry file", false, NULL },
	{ "as-of", 0, "TIME|INDEX",
	  "read the registry as it stood then (reading commands)", false, NULL },
	{ "json", 0, NULL, "print one JSON object", false, NULL },
	{ "csv", 0, NULL, "print CSV", false, NULL },
	{ "md", 0, NULL, "print a Markdown table", false, NULL },
	{ "no-color", 0, NULL, "no colours (also NO_COLOR)", false, NULL },
	{ "no-input", 0, NULL, "never ask, never open the screen", false, NULL },
	{ "quiet", 'q', NULL, "say only what went wrong", false, NULL },
	{ "dry-run", 'n', NULL, "say what would be done, change nothing",
	  false, NULL },
	{ "readonly", 0, NULL, "open the registry for reading only", false,
	  NULL },
	{ "mono", 0, NULL, "the workbench without colours", false, NULL },
	{ "ascii", 0, NULL, "the workbench in ASCII", false, NULL },
	{ "slow", 0, NULL, "the workbench for slow lines: no live preview",
	  false, NULL },
	{ "linear", 0, NULL, "the workbench as numbered questions and plain "
	  "lines", false, NULL },
	{ "help", 'h', NULL, "help on a command, examples first", false, NULL },
	{ "version", 0, NULL, "version of the program", false, NULL },
	{ 0 },
};

const struct command *command_at(size_t i)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (const struct command *c = tables[t]; c->words; c++)
			if (i-- == 0)
				return c;
	return NULL;
}

/* How many of the given words the command's own words take; 0: another. */
static size_t words_taken(const struct command *c, char *const *words,
			  size_t n_words)
{
	const char *rest = c->words;
	size_t used = 0;

	while (*rest) {
		size_t n = strcspn(rest, " ");

		if (used == n_words || strlen(words[used]) != n ||
		    memcmp(words[used], rest, n) != 0)
			return 0;
		used++;
		rest += n + (rest[n] == ' ');
	}
	return used;
}

const struct command *command_find(char *const *words, size_t n_words,
				   size_t *used)
{
	const struct command *best = NULL, *c;

	*used = 0;
	for (size_t i = 0; (c = command_at(i)); i++) {
		size_t n = words_taken(c, words, n_words);

		if (n > *used) {
			*used = n;
			best = c;
		}
	}
	return best;
}

bool command_is_group(const char *word)
{
	const struct command *c;
	size_t n = strlen(word);

	for (size_t i = 0; (c = command_at(i)); i++)
		if (strncmp(c->words, word, n) == 0 && c->words[n] == ' ')
			return true;
	return false;
}

/* Edit distance where swapping two neighbours counts one (optimal string
 * alignment), for words up to 39 bytes; longer ones are far from all. */
static unsigned distance(const char *a, const char *b)
{
	enum { MOST = 40 };
	unsigned d[MOST][MOST];
	size_t n = strlen(a), m = strlen(b);

	if (n >= MOST || m >= MOST)
		return MOST;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (unsigned)i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			unsigned x = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);

			if (d[i - 1][j] + 1 < x)
				x = d[i - 1][j] + 1;
			if (d[i][j - 1] + 1 < x)
				x = d[i][j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < x)
				x = d[i - 2][j - 2] + 1;
			d[i][j] = x;
		}
	}
	return d[n][m];
}

/* Near enough to have been meant: a third of the letters, at least one. */
static unsigned tolerance(const char *word)
{
	size_t n = strlen(word);

	return n < 4 ? 1 : (unsigned)n / 3;
}

/* The words as typed, joined, up to as many as the row has. */
static void joined(char *const *words, size_t n_words, size_t n_wanted,
		   char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n_words && i < n_wanted && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
					i ? " " : "", words[i]);
}

const char *command_suggest(char *const *words, size_t n_words)
{
	const struct command *c;
	const char *best = NULL;
	unsigned least = 0;
	char typed[40];

	for (size_t i = 0; (c = command_at(i)); i++) {
		unsigned d;

		if (c->flags & COMMAND_HIDDEN)
			continue;
		joined(words, n_words, strchr(c->words, ' ') ? 2 : 1, typed,
		       sizeof(typed));
		d = distance(typed, c->words);
		if (d <= tolerance(c->words) && (!best || d < least)) {
			best = c->words;
			least = d;
		}
	}
	return best;
}

static const struct option *in_table(const struct option *o, const char *name,
				     char letter)
{
	for (; o && o->name; o++)
		if (name ? strcmp(o->name, name) == 0 : o->letter == letter)
			return o;
	return NULL;
}

const struct option *option_find(const struct command *cmd, const char *name)
{
	const struct option *o = cmd ? in_table(cmd->options, name, 0) : NULL;

	return o ? o : in_table(global_options, name, 0);
}

const struct option *option_find_letter(const struct command *cmd, char c)
{
	const struct option *o = cmd ? in_table(cmd->options, NULL, c) : NULL;

	return o ? o : in_table(global_options, NULL, c);
}

const char *option_suggest(const struct command *cmd, const char *name)
{
	const struct option *list[2] = { cmd ? cmd->options : NULL,
					 global_options };
	const char *best = NULL;
	unsigned least = 0;

	for (size_t i = 0; i < 2; i++) {
		for (const struct option *o = list[i]; o && o->name; o++) {
			unsigned d = distance(name, o->name);

			if (d <= tolerance(o->name) && (!best || d < least)) {
				best = o->name;
				least = d;
			}
		}
	}
	return best;
}
