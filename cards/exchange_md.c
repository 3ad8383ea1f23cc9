/* Plain Markdown: "# 1 Model details", "## 1.1 Made by", the answer. Read by
 * the hand-back, whose headings these are. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "cards/handback.h"
#include "cards/interchange_inside.h"
#include "cards/quantitative.h"

#define FIGURES "<!--? figures -->\n"
#define FIGURES_END "<!--? end of figures -->\n"

/* The text without the figures that we put in. */
static char *without_figures(const char *text)
{
	struct buf b = BUF_INIT;
	const char *p;

	while ((p = strstr(text, FIGURES))) {
		const char *end = strstr(p, FIGURES_END);

		if (!end)
			break;
		buf_add(&b, text, (size_t)(p - text));
		text = end + strlen(FIGURES_END);
	}
	buf_str(&b, text);
	return buf_detach(&b);
}

enum rc md_import(struct exchange *x, struct err *err)
{
	struct handback_notes notes = VEC_INIT;
	char *figures = without_figures(x->text);
	char *text = unmark(figures);
	enum rc rc = handback_read(x->doc, "", text, strlen(text), &notes,
				   err);

	if (rc != RC_OK)
		err_prefix(err, "%s", x->file);
	for (size_t i = 0; i < notes.n && rc == RC_OK; i++)
		loss_add(x, LOSS_KEPT, "heading", "line %u: %s",
			 notes.at[i].line, notes.at[i].text);
	handback_notes_release(&notes);
	free(text);
	free(figures);
	return rc;
}

static void write_figures(struct buf *out, const struct item *item, void *arg)
{
	const struct exchange *x = arg;
	struct buf b = BUF_INIT;

	if (x->facts && (item->flags & ITEM_AUTO))
		quantitative_write(&b, x->facts, !strcmp(item->id, "7.2"));
	if (b.len)
		buf_printf(out, FIGURES "\n%s" FIGURES_END "\n", b.data);
	buf_release(&b);
}

/* The hand-back's text with references rendered, guidance left out, and the
 * figures of section 7 behind its headings. The document is the exchange's
 * own copy, so its answers may be rendered in place. */
enum rc md_export(struct exchange *x, struct buf *out, struct err *err)
{
	for (size_t i = 0; i < x->doc->answers.n; i++) {
		struct answer *a = &x->doc->answers.at[i];
		char *text = render_text(x, a->text);

		free(a->text);
		a->text = text;
	}
	handback_write_plain(out, x->doc, write_figures, x);
	return RC_OK;
}

/* Behind a mark of ours at p, or p. */
static const char *behind_mark(const char *p)
{
	static const char *const marks[] = { FIGURES "\n", FIGURES_END,
					     "<!--/-->" };
	const char *end;

	for (size_t i = 0; i < COUNT(marks); i++)
		if (!strncmp(p, marks[i], strlen(marks[i])))
			return p + strlen(marks[i]);
	if (strncmp(p, "<!--{{", 6))
		return p;
	end = strstr(p, "}}-->");
	return end ? end + 5 : p;
}

enum rc doc_render(struct buf *out, const struct doc *d,
		   const struct doc_facts *f, struct err *err)
{
	struct buf marked = BUF_INIT;
	enum rc rc = doc_export(&marked, d, f, DOC_FORMAT_MD, NULL, err);

	for (const char *p = marked.data; rc == RC_OK && *p;) {
		const char *next = behind_mark(p);

		if (next == p)
			buf_char(out, *next++);
		p = next;
	}
	buf_release(&marked);
	return rc;
}
