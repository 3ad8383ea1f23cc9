/* Both ways share one rule, special(): what a line would be taken for. The
 * writer puts a backslash before such lines of an answer, the reader takes
 * it off; fences are followed on the answer's own lines by both. */
#include "cards/handback.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/xalloc.h"

#define COMMENT "<!--?"
#define OTHERS "Other answers"

void handback_notes_release(struct handback_notes *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].text);
	vec_free(v);
}

/* -- Lines -- */

struct fence {
	char mark;		/* '`' or '~'; 0: outside */
	size_t length;
};

/* Follows a line of an answer into or out of fenced code. */
static void fence_step(struct fence *f, const char *p, size_t n)
{
	size_t blanks = 0, length = 0;
	char mark;

	while (blanks < n && p[blanks] == ' ')
		blanks++;
	if (blanks > 3 || blanks == n)
		return;
	mark = p[blanks];
	while (blanks + length < n && p[blanks + length] == mark)
		length++;
	if ((mark != '`' && mark != '~') || length < 3)
		return;
	if (!f->mark) {
		if (mark == '~' || !memchr(p + blanks + length, '`',
					   n - blanks - length))
			*f = (struct fence){ mark, length };
		return;
	}
	for (size_t i = blanks + length; i < n; i++)
		if (p[i] != ' ' && p[i] != '\t')
			return;
	if (mark == f->mark && length >= f->length)
		f->mark = 0;
}

/* Level 1 or 2 if the line is such a heading, else 0; *rest is its text. */
static int heading(const char *p, size_t n, const char **rest, size_t *n_rest)
{
	size_t level = 0;

	while (level < n && p[level] == '#')
		level++;
	if (level < 1 || level > 2 ||
	    (level < n && p[level] != ' ' && p[level] != '\t'))
		return 0;
	p += level;
	n -= level;
	while (n && (*p == ' ' || *p == '\t'))
		p++, n--;
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t' ||
		     p[n - 1] == '\r'))
		n--;
	*rest = p;
	*n_rest = n;
	return (int)level;
}

static size_t word(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] != ' ' && p[i] != '\t')
		i++;
	return i;
}

/* An item's or an extra's id as the first word of a heading's text. */
static bool names_item(const struct doc *d, const char *p, size_t n)
{
	char *id = xmemdupz(p, word(p, n));
	bool found = *id && (doc_form_item(d->form, id, NULL) ||
			     *doc_answer(d, id)->id);

	free(id);
	return found;
}

static const struct section *find_section(const struct doc_form *form,
					  const char *id)
{
	for (size_t i = 0; i < form->n_sections; i++)
		if (!strcmp(form->sections[i].id, id))
			return &form->sections[i];
	return NULL;
}

/* "model card of m@7": above everything. */
static bool is_title(const struct doc *d, const char *p, size_t n)
{
	size_t m = strlen(d->form->name);

	return n > m + 4 && !memcmp(p, d->form->name, m) &&
	       !memcmp(p + m, " of ", 4);
}

/* The heading of a section as it is written, or of the answers behind. */
static bool is_section_title(const struct doc *d, const char *p, size_t n)
{
	char *title = xmemdupz(p, n);
	char *id = xmemdupz(p, word(p, n));
	const struct section *s = find_section(d->form, id);
	bool found = !strcmp(title, OTHERS) || is_title(d, p, n) ||
		     (s && n == strlen(id) + 1 + strlen(s->name) &&
		      !strcmp(title + strlen(id) + 1, s->name));

	free(title);
	free(id);
	return found;
}

/* "N/A", "N/A: …", "UNKNOWN", "UNKNOWN: …", in any case. */
static bool marker(const char *p, size_t n, enum answer_state *state,
		   const char **rest, size_t *n_rest)
{
	static const struct {
		const char *word;
		enum answer_state state;
	} words[] = { { "n/a", ANSWER_NA }, { "unknown", ANSWER_UNKNOWN } };

	for (size_t i = 0; i < 2; i++) {
		size_t w = strlen(words[i].word);

		if (n < w || strncasecmp(p, words[i].word, w) ||
		    (n > w && p[w] != ':'))
			continue;
		w += n > w;
		w += n > w && p[w] == ' ';
		*state = words[i].state;
		*rest = p + w;
		*n_rest = n - w;
		return true;
	}
	return false;
}

/* True if a line of an answer would be read as something else. */
static bool special(const struct doc *d, const char *p, size_t n, bool first,
		    const struct fence *f)
{
	enum answer_state state;
	const char *rest;
	size_t n_rest;
	int level;

	while (n && *p == '\\')
		p++, n--;
	if (n >= strlen(COMMENT) && !memcmp(p, COMMENT, strlen(COMMENT)))
		return true;
	level = heading(p, n, &rest, &n_rest);
	if (level && f->mark)
		return level == 2 ? names_item(d, rest, n_rest) :
		       is_section_title(d, rest, n_rest);
	return level || (first && marker(p, n, &state, &rest, &n_rest));
}

/* True if a line of an answer is written with a backslash in front: what
 * special() says, and the marks with which an editor session shows errors. */
static bool escaped(const struct doc *d, const char *p, size_t n, bool first,
		    const struct fence *f)
{
	const char *rest = p;
	size_t n_rest = n;

	while (n_rest && *rest == '\\')
		rest++, n_rest--;
	return (n_rest >= 3 && !memcmp(rest, "#! ", 3)) ||
	       special(d, p, n, first, f);
}

/* -- Writing -- */

static void write_text(struct buf *out, const struct doc *d, const char *text,
		       bool first)
{
	struct fence fence = { 0 };

	while (*text) {
		size_t n = strcspn(text, "\n");

		if (escaped(d, text, n, first, &fence))
			buf_char(out, '\\');
		buf_add(out, text, n);
		buf_char(out, '\n');
		fence_step(&fence, text, n);
		first = false;
		text += n + (text[n] == '\n');
	}
}

/* Behind "N/A: " and "UNKNOWN: " the first line is taken as it stands. */
static void write_reason(struct buf *out, const struct doc *d,
			 const char *text)
{
	struct fence fence = { 0 };
	size_t n = strcspn(text, "\n");

	buf_add(out, text, n);
	buf_char(out, '\n');
	fence_step(&fence, text, n);
	for (text += n + (text[n] == '\n'); *text;) {
		n = strcspn(text, "\n");
		if (escaped(d, text, n, false, &fence))
			buf_char(out, '\\');
		buf_add(out, text, n);
		buf_char(out, '\n');
		fence_step(&fence, text, n);
		text += n + (text[n] == '\n');
	}
}

static void write_answer(struct buf *out, const struct doc *d,
			 const struct answer *a)
{
	switch (a->state) {
	case ANSWER_EMPTY:
		break;
	case ANSWER_GIVEN:
		write_text(out, d, a->text, true);
		break;
	case ANSWER_NA:
		buf_str(out, "N/A: ");
		write_reason(out, d, a->text);
		break;
	case ANSWER_UNKNOWN:
		buf_str(out, *a->text ? "UNKNOWN: " : "UNKNOWN");
		write_reason(out, d, a->text);
		break;
	}
	buf_char(out, '\n');
}

/* A comment of ours must not end before it ends. */
static void comment_text(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (!strncmp(s, "-->", 3)) {
			buf_str(out, "-- >");
			s += 2;
		} else {
			buf_char(out, *s);
		}
	}
}

static void write_item(struct buf *out, const struct doc *d,
		       const struct doc_facts *f, const struct item *item)
{
	buf_printf(out, "## %s %s\n" COMMENT " ", item->id, item->name);
	comment_text(out, item->guidance);
	buf_str(out, item_required(item, f ? f->risk : NULL) ?
		" (required) -->\n\n" : " -->\n\n");
	write_answer(out, d, doc_answer(d, item->id));
}

static void write_section(struct buf *out, const struct doc *d,
			  const struct doc_facts *f, const struct section *s)
{
	buf_printf(out, "# %s %s\n\n", s->id, s->name);
	for (size_t i = 0; i < s->n_items; i++)
		write_item(out, d, f, &s->items[i]);
}

static void write_extras(struct buf *out, const struct doc *d)
{
	const struct answer *a;

	for (size_t i = 0; (a = doc_extra(d, i)); i++) {
		if (i == 0)
			buf_str(out, "# " OTHERS "\n\n");
		buf_printf(out, "## %s %s\n\n", a->id, a->name ? a->name : "");
		write_answer(out, d, a);
	}
}

static void write_head(struct buf *out, const struct doc *d)
{
	buf_printf(out, COMMENT " %s of ", d->form->name);
	comment_text(out, d->of);
	buf_str(out, "\n  Write each answer under its heading, in Markdown. "
		"\"N/A: reason\" says that\n  a question does not apply, "
		"\"UNKNOWN\" or \"UNKNOWN: why\" that nobody knows.\n"
		"  Comments like this one are dropped; headings of your own "
		"start with ###.\n"
		"  Figures are references: {{accuracy TESTSET slice "
		"COL=VALUE}}.\n-->\n\n");
}

enum rc handback_write(struct buf *out, const struct doc *d,
		       const struct doc_facts *f, const char *scope,
		       struct err *err)
{
	const struct section *s = scope ? find_section(d->form, scope) : NULL;
	const struct item *item = scope ? doc_form_item(d->form, scope, NULL) :
				  NULL;

	if (scope && !s && !item)
		return err_set(err, RC_NOT_FOUND, "'%s' is no section and no "
			       "item of a %s", scope, d->form->name);
	write_head(out, d);
	if (s) {
		write_section(out, d, f, s);
	} else if (item) {
		write_item(out, d, f, item);
	} else {
		for (size_t i = 0; i < d->form->n_sections; i++)
			write_section(out, d, f, &d->form->sections[i]);
		write_extras(out, d);
	}
	return RC_OK;
}

void handback_write_plain(struct buf *out, const struct doc *d,
			  void (*figures)(struct buf *out,
					  const struct item *item, void *arg),
			  void *arg)
{
	buf_printf(out, "# %s of %s\n\n", d->form->name, d->of);
	for (size_t s = 0; s < d->form->n_sections; s++) {
		const struct section *sec = &d->form->sections[s];

		buf_printf(out, "# %s %s\n\n", sec->id, sec->name);
		for (size_t i = 0; i < sec->n_items; i++) {
			buf_printf(out, "## %s %s\n\n", sec->items[i].id,
				   sec->items[i].name);
			if (figures)
				figures(out, &sec->items[i], arg);
			write_answer(out, d, doc_answer(d,
							sec->items[i].id));
		}
	}
	write_extras(out, d);
}

/* -- Reading -- */

struct reader {
	const struct doc *before;	/* decides which ids are known */
	struct doc doc;			/* the copy that is changed */
	struct strs seen;		/* ids whose heading was there */
	struct handback_notes *notes;
	/* the answer being read */
	char *id, *name;		/* id NULL: text belongs nowhere */
	unsigned line;			/* of its heading; 0: none yet */
	struct buf text;
	struct fence fence;
	enum answer_state state;
	bool any;			/* a line that is not blank */
	bool in_comment;
	unsigned comment_line;
};

static void note(struct reader *r, unsigned line, bool is_error,
		 const char *fmt, ...) PRINTF_LIKE(4, 5);

static void note(struct reader *r, unsigned line, bool is_error,
		 const char *fmt, ...)
{
	struct handback_note *n = vec_add(r->notes);
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	*n = (struct handback_note){ line, is_error, buf_detach(&b) };
}

static bool seen(const struct reader *r, const char *id)
{
	for (size_t i = 0; i < r->seen.n; i++)
		if (!strcmp(r->seen.at[i], id))
			return true;
	return false;
}

/* Ends the answer that was read. */
static void finish(struct reader *r)
{
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;

	if (r->id && r->name)
		rc = doc_set_extra(&r->doc, r->id, r->name, "", &err);
	if (r->id && rc == RC_OK)
		rc = doc_set(&r->doc, r->id, r->state, r->text.data, &err);
	if (rc != RC_OK)
		note(r, r->line, true, "%s", err.text);
	free(r->id);
	free(r->name);
	r->id = r->name = NULL;
	buf_clear(&r->text);
	r->fence = (struct fence){ 0 };
	r->state = ANSWER_GIVEN;
	r->any = false;
}

/* An id for a heading that names nothing: "x.my-heading". */
static char *new_id(const struct reader *r, const char *p, size_t n)
{
	struct buf b = BUF_INIT;
	size_t base;

	buf_str(&b, "x.");
	for (size_t i = 0; i < n && b.len < 40; i++) {
		char c = p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_char(&b, c);
		else if (b.data[b.len - 1] != '-' && b.len > 2)
			buf_char(&b, '-');
	}
	if (b.len == 2)
		buf_str(&b, "text");
	base = b.len;
	for (unsigned k = 2; seen(r, b.data) || *doc_answer(&r->doc,
							    b.data)->id; k++) {
		buf_truncate(&b, base);
		buf_printf(&b, "-%u", k);
	}
	return buf_detach(&b);
}

static void start_item(struct reader *r, const char *p, size_t n,
		       unsigned line)
{
	size_t w = word(p, n);
	char *id = xmemdupz(p, w);

	if (seen(r, id))
		note(r, line, true, "'%s' stands here a second time; join the "
		     "two answers under one heading", id);
	if (!doc_form_item(r->before->form, id, NULL) && w < n) {
		while (w < n && (p[w] == ' ' || p[w] == '\t'))
			w++;
		r->name = xmemdupz(p + w, n - w);
	}
	strs_add(&r->seen, id);
	r->id = id;
}

static void start_unknown(struct reader *r, const char *p, size_t n,
			  unsigned line)
{
	r->id = new_id(r, p, n);
	r->name = n ? xmemdupz(p, n) : xstrdup("(no heading)");
	strs_add(&r->seen, r->id);
	note(r, line, false, "'%s' is no item of a %s; kept as '%s'", r->name,
	     r->before->form->name, r->id);
}

static bool names_section(const struct doc *d, const char *p, size_t n)
{
	char *id = xmemdupz(p, word(p, n));
	bool found = find_section(d->form, id) != NULL;

	free(id);
	return found || is_title(d, p, n) ||
	       (n == strlen(OTHERS) && !memcmp(p, OTHERS, n));
}

static void start(struct reader *r, int level, const char *p, size_t n,
		  unsigned line)
{
	finish(r);
	r->line = line;
	if (level == 2 && names_item(r->before, p, n))
		start_item(r, p, n, line);
	else if (level == 2 || !names_section(r->before, p, n))
		start_unknown(r, p, n, line);
}

static bool is_blank(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != ' ' && p[i] != '\t')
			return false;
	return true;
}

static void add_line(struct reader *r, const char *p, size_t n, unsigned line)
{
	if (!r->any && !is_blank(p, n)) {
		const char *rest;
		size_t n_rest;

		r->any = true;
		if (!r->id)
			note(r, line, true, "this text stands under no item's "
			     "heading; move it below one");
		if (marker(p, n, &r->state, &rest, &n_rest)) {
			p = rest;
			n = n_rest;
		} else if (*p == '\\' && escaped(r->before, p, n, true,
						 &r->fence)) {
			p++, n--;
		}
	} else if (n && *p == '\\' && escaped(r->before, p, n, false,
					      &r->fence)) {
		p++, n--;
	}
	fence_step(&r->fence, p, n);
	buf_add(&r->text, p, n);
	buf_char(&r->text, '\n');
}

static bool ends_comment(const char *p, size_t n)
{
	for (size_t i = 0; i + 3 <= n; i++)
		if (!memcmp(p + i, "-->", 3))
			return true;
	return false;
}

static void read_line(struct reader *r, const char *p, size_t n,
		      unsigned line)
{
	const char *rest;
	size_t n_rest;
	int level;

	if (r->in_comment) {
		r->in_comment = !ends_comment(p, n);
		return;
	}
	if (!n || *p == '\\' || !special(r->before, p, n, false, &r->fence)) {
		add_line(r, p, n, line);
		return;
	}
	level = heading(p, n, &rest, &n_rest);
	if (level) {
		start(r, level, rest, n_rest, line);
		return;
	}
	r->in_comment = !ends_comment(p, n);
	r->comment_line = line;
}

static void read_lines(struct reader *r, const char *text, size_t n)
{
	unsigned line = 1;

	for (size_t at = 0; at < n; line++) {
		const char *end = memchr(text + at, '\n', n - at);
		size_t length = end ? (size_t)(end - text) - at : n - at;
		size_t shown = length;

		while (shown && text[at + shown - 1] == '\r')
			shown--;
		read_line(r, text + at, shown, line);
		at += length + 1;
	}
	finish(r);
	if (r->in_comment)
		note(r, r->comment_line, true, "the comment that starts here "
		     "has no end; write '-->' behind it");
}

/* Reports what was written out and did not come back. */
static void report_missing(struct reader *r, const char *scope)
{
	const struct doc_form *form = r->before->form;

	for (size_t s = 0; s < form->n_sections; s++) {
		const struct section *sec = &form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++) {
			const char *id = sec->items[i].id;

			if (seen(r, id) || (scope && strcmp(scope, id) &&
					    strcmp(scope, sec->id)))
				continue;
			note(r, 0, false, "the heading of '%s' is gone; its "
			     "answer stays as it was", id);
		}
	}
}

static unsigned line_of(const char *text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static enum rc first_error(const struct handback_notes *notes,
			   struct err *err)
{
	for (size_t i = 0; i < notes->n; i++)
		if (notes->at[i].is_error)
			return err_set(err, RC_BAD_INPUT, "line %u: %s",
				       notes->at[i].line, notes->at[i].text);
	return RC_OK;
}

enum rc handback_read(struct doc *d, const char *scope, const char *text,
		      size_t n, struct handback_notes *notes,
		      struct err *err)
{
	struct handback_notes own = VEC_INIT;
	struct reader r = {
		.before = d, .notes = notes ? notes : &own, .text = BUF_INIT,
		.state = ANSWER_GIVEN,
	};
	size_t bad;
	enum rc rc;

	doc_copy(&r.doc, d);
	if (!utf8_valid(text, n, &bad)) {
		note(&r, line_of(text, bad), true,
		     "this is no UTF-8; save the file as UTF-8");
	} else {
		read_lines(&r, text, n);
		report_missing(&r, scope);
	}
	rc = first_error(r.notes, err);
	if (rc == RC_OK) {
		doc_release(d);
		*d = r.doc;
	} else {
		doc_release(&r.doc);
	}
	strs_release(&r.seen);
	buf_release(&r.text);
	handback_notes_release(&own);
	return rc;
}

/* -- Errors into the file -- */

#define ERRORS COMMENT " not taken over yet:\n"

/* Bytes of an earlier block of errors in front. */
static size_t old_errors(const char *text, size_t n)
{
	size_t at = strlen(ERRORS);

	if (n < at || memcmp(text, ERRORS, at))
		return 0;
	while (at < n && memcmp(text + at, "-->\n", n - at < 4 ? n - at : 4))
		at++;
	return at + 4 <= n ? at + 4 : 0;
}

void handback_annotate(struct buf *out, const char *text, size_t n,
		       const struct handback_notes *notes, unsigned *line)
{
	size_t skip = old_errors(text, n);
	unsigned gone = line_of(text, skip) - 1, more = 2, first = 0;

	for (size_t i = 0; i < notes->n; i++)
		more += notes->at[i].is_error;
	buf_str(out, ERRORS);
	for (size_t i = 0; i < notes->n; i++) {
		const struct handback_note *note = &notes->at[i];

		if (!note->is_error)
			continue;
		if (!first)
			first = note->line - gone + more;
		buf_printf(out, "  line %u: ", note->line - gone + more);
		for (const char *p = note->text; *p; p++)
			buf_char(out, *p == '\n' || *p == '>' ? ' ' : *p);
		buf_char(out, '\n');
	}
	buf_str(out, "-->\n");
	buf_add(out, text + skip, n - skip);
	*line = first;
}
