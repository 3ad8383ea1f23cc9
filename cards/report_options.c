/* What a report is asked to leave out or to add: flags by name, and the cut
 * through a finished tree that shortens digests. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "cards/report_parts.h"

enum { DIGEST = 64, SHORT = 12 };

static const char *const flag_names[] = {
#define X(id, bit, name) name,
	REPORT_FLAGS(X)
#undef X
};
enum { N_FLAGS = COUNT(flag_names) };

void report_flags_text(struct buf *out, unsigned flags)
{
	size_t n = 0;

	for (size_t i = 0; i < N_FLAGS; i++)
		if (flags & 1u << i)
			buf_printf(out, "%s%s", n++ ? "," : "", flag_names[i]);
}

bool report_flags_from_text(const char *text, unsigned *out)
{
	char *copy = xstrdup(text), *at = copy, *word;
	bool ok = true;

	*out = 0;
	while (ok && (word = strsep(&at, ","))) {
		size_t i = 0;

		while (i < N_FLAGS && strcmp(flag_names[i], word))
			i++;
		ok = i < N_FLAGS;
		if (ok)
			*out |= 1u << i;
	}
	free(copy);
	return ok;
}

/* -- Digests -- */

static size_t hex_run(const char *s)
{
	return strspn(s, "0123456789abcdef");
}

/* Every run of 64 hex digits keeps its first twelve. */
static void shorten(char **text)
{
	struct buf b = BUF_INIT;

	if (!*text)
		return;
	for (const char *s = *text; *s;) {
		size_t n = hex_run(s);

		buf_add(&b, s, n >= DIGEST ? SHORT : n);
		if (n >= DIGEST)
			buf_str(&b, "\xe2\x80\xa6");
		s += n;
		if (*s)
			buf_char(&b, *s++);
	}
	free(*text);
	*text = buf_detach(&b);
}

static void shorten_block(struct report_block *b)
{
	for (size_t i = 0; b->kind == BLOCK_FACTS && i < b->items.n; i++)
		shorten(&b->items.at[i]);
	for (size_t i = 0; b->table && i < b->table->cells.n; i++)
		if (b->table->cells.at[i].kind == CELL_CODE)
			shorten(&b->table->cells.at[i].text);
}

void report_shorten_digests(struct report *r)
{
	for (size_t i = 0; i < r->sections.n; i++) {
		struct report_section *s = &r->sections.at[i];

		/* a proof with cut hashes proves nothing */
		if (!strcmp(s->id, "audit") || !strcmp(s->id, "entries"))
			continue;
		for (size_t k = 0; k < s->blocks.n; k++)
			shorten_block(&s->blocks.at[k]);
	}
}
