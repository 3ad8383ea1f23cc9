#include "cli/manpage.h"

#include <string.h>

#include "base/count.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/exitcode.h"
#include "model/metric.h"
#include "tui/tui.h"

/* Text for roff: backslashes, hyphens that are to be typed, leading dots. */
static void roff(struct buf *b, const char *s)
{
	for (const char *p = s; *p; p++) {
		if (*p == '\\')
			buf_str(b, "\\e");
		else if (*p == '-')
			buf_str(b, "\\-");
		else if (*p == '\n')
			buf_str(b, "\n");
		else if ((*p == '.' || *p == '\'') && (p == s || p[-1] == '\n'))
			buf_printf(b, "\\&%c", *p);
		else if (*p == '\'')
			buf_str(b, "\\(aq");
		else
			buf_char(b, *p);
	}
}

static void write_options(struct buf *b, const struct option *o)
{
	for (; o && o->name; o++) {
		struct buf text = BUF_INIT;

		buf_str(b, ".TP\n\\fB");
		if (o->letter)
			buf_printf(b, "\\-%c\\fR, \\fB", o->letter);
		buf_str(b, "\\-\\-");
		roff(b, o->name);
		buf_str(b, "\\fR");
		if (o->arg) {
			buf_str(b, " \\fI");
			roff(b, o->arg);
			buf_str(b, "\\fR");
		}
		buf_char(b, '\n');
		help_option_text(&text, o);
		roff(b, text.data);
		buf_char(b, '\n');
		buf_release(&text);
	}
}

static void write_command(struct buf *b, const struct command *c)
{
	buf_str(b, ".SS muster ");
	roff(b, c->words);
	buf_str(b, "\n.nf\n\\fBmuster ");
	roff(b, c->words);
	buf_str(b, "\\fR");
	if (*c->args) {
		buf_str(b, " \\fI");
		roff(b, c->args);
		buf_str(b, "\\fR");
	}
	buf_printf(b, "%s\n.fi\n.PP\n", c->options ? " [OPTION]..." : "");
	roff(b, c->summary);
	buf_str(b, ".\n");
	if (c->more) {
		roff(b, c->more);
		buf_char(b, '\n');
	}
	write_options(b, c->options);
	if (!c->examples)
		return;
	buf_str(b, ".PP\n.RS 4\n.nf\n");
	for (const char *const *e = c->examples; *e; e++) {
		buf_str(b, "muster ");
		roff(b, *e);
		buf_char(b, '\n');
	}
	buf_str(b, ".fi\n.RE\n");
}

static void write_commands(struct buf *b)
{
	const struct command *c;

	for (size_t i = 0; (c = command_at(i)); i++)
		if (!(c->flags & COMMAND_HIDDEN))
			write_command(b, c);
}

static void write_globals(struct buf *b)
{
	write_options(b, global_options);
}

static void write_exit(struct buf *b)
{
	static const struct { int status; const char *text; } list[] = {
#define X(id, status, text) { status, text },
		EXIT_LIST(X)
#undef X
	};

	for (size_t i = 0; i < COUNT(list); i++) {
		buf_printf(b, ".TP\n.B %d\n", list[i].status);
		roff(b, list[i].text);
		buf_char(b, '\n');
	}
}

static void write_metrics(struct buf *b)
{
	for (enum task t = TASK_BINARY; t <= TASK_REGRESSION; t++) {
		const char *comma = "";

		buf_printf(b, ".TP\n.B %s\n", task_name(t));
		for (enum metric m = 0; m < METRIC_COUNT; m++) {
			if (!metric_fits(m, t))
				continue;
			buf_printf(b, "%s%s", comma, metric_key(m));
			comma = ", ";
		}
		buf_char(b, '\n');
	}
}

static const struct {
	const char *word;
	void (*write)(struct buf *b);
} sections[] = {
	{ "@COMMANDS@", write_commands },
	{ "@OPTIONS@", write_globals },
	{ "@EXIT@", write_exit },
	{ "@METRICS@", write_metrics },
	{ "@KEYS@", tui_write_keys_roff },
};

static enum rc section(struct buf *out, const char *line, size_t n,
		       struct err *err)
{
	for (size_t i = 0; i < COUNT(sections); i++) {
		if (strlen(sections[i].word) == n &&
		    memcmp(sections[i].word, line, n) == 0) {
			sections[i].write(out);
			return RC_OK;
		}
	}
	return err_set(err, RC_BAD_INPUT, "the template's '%.*s' is no section",
		       (int)n, line);
}

static void prose(struct buf *out, const char *line, size_t n)
{
	static const char mark[] = "@VERSION@";
	size_t start = out->len;
	char *at;

	buf_add(out, line, n);
	while ((at = strstr(out->data + start, mark))) {
		size_t pos = (size_t)(at - out->data);

		buf_remove(out, pos, sizeof(mark) - 1);
		buf_insert(out, pos, MUSTER_VERSION, strlen(MUSTER_VERSION));
	}
	buf_char(out, '\n');
}

enum rc manpage_write(struct buf *out, const char *template, struct err *err)
{
	enum rc rc = RC_OK;

	while (*template && rc == RC_OK) {
		size_t n = strcspn(template, "\n");

		if (n > 2 && template[0] == '@' && template[n - 1] == '@')
			rc = section(out, template, n, err);
		else
			prose(out, template, n);
		template += n + (template[n] == '\n');
	}
	return rc;
}
