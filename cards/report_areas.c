/* Seven areas of transparency, and the crosswalk to frameworks: where in
 * this report each line is answered, or that it is not. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "cards/crosswalk.h"
#include "cards/report_parts.h"

static const struct area {
	const char *name, *about;
	const char *sections[4];
} areas[] = {
	{ "data", "datasheets, test sets, what is known of groups",
	  { "datasheets", "evaluation", NULL } },
	{ "algorithms", "card, evaluation, code commit and parameters",
	  { "card", "evaluation", "lineage", NULL } },
	{ "goals", "intended use, choice of metric and threshold, priorities",
	  { "card", "gate", "decision", NULL } },
	{ "outcomes", "problems and their history, figures in production",
	  { "problems", "comparison", NULL } },
	{ "compliance", "gate, impact assessment, checklist, crosswalk",
	  { "gate", "assessment", "checklist", NULL } },
	{ "influence", "who asked for what: waivers, sign-offs, funding in "
	  "the datasheet", { "waivers", "signoffs", "datasheets", NULL } },
	{ "usage", "which personal data is used for what",
	  { "datasheets", "card", NULL } },
};

/* The section, or NULL; *said: it says more than why it is empty. */
static const struct report_section *find_section(const struct report *r,
						 const char *id, bool *said)
{
	for (size_t i = 0; i < r->sections.n; i++) {
		const struct report_section *s = &r->sections.at[i];

		if (strcmp(s->id, id))
			continue;
		*said = false;
		for (size_t k = 0; k < s->blocks.n; k++) {
			const struct report_block *b = &s->blocks.at[k];

			*said |= b->kind != BLOCK_NONE &&
				 b->kind != BLOCK_HEADING &&
				 !(b->table && !table_rows(b->table));
		}
		*said &= !s->silent;
		return s;
	}
	return NULL;
}

static const struct report_column area_columns[] = {
	{ "area", "Area", false }, { "about", "What belongs to it", false },
	{ "sections", "Answered in", false }, { "gaps", "Says nothing", false },
	{ 0 },
};

enum rc report_part_areas(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	struct report_table *t;
	struct buf full = BUF_INIT, gaps = BUF_INIT;

	(void)c;
	(void)err;
	report_section(r, "transparency", "Seven areas of transparency");
	t = report_table(r, "Areas", area_columns, NULL);
	for (size_t i = 0; i < COUNT(areas); i++) {
		buf_clear(&full);
		buf_clear(&gaps);
		for (const char *const *id = areas[i].sections; *id; id++) {
			bool said;
			const struct report_section *s =
				find_section(r, *id, &said);
			struct buf *b = s && said ? &full : &gaps;

			buf_printf(b, "%s%s", b->len ? ", " : "",
				   s ? s->title : *id);
		}
		cell_text(t, areas[i].name);
		cell_text(t, areas[i].about);
		cell_text(t, full.len ? full.data : NULL);
		cell_toned(t, gaps.len ? TONE_WARN : TONE_PLAIN,
			   gaps.len ? gaps.data : NULL);
	}
	buf_release(&full);
	buf_release(&gaps);
	return RC_OK;
}

/* -- Crosswalk -- */

static const struct report_column line_columns[] = {
	{ "ref", "Line", false }, { "about", "About", false },
	{ "section", "Section here", false }, { "state", "State", false },
	{ 0 },
};

static void line_row(struct report *r, struct report_table *t,
		     const struct crosswalk_line *x)
{
	bool said = false;
	const struct report_section *s =
		x->section ? find_section(r, x->section, &said) : NULL;
	/* written behind this one; it always says something */
	bool audit = x->section && !strcmp(x->section, "audit");

	cell_text(t, x->ref);
	cell_text(t, x->about);
	cell_text(t, s ? s->title : audit ? "Audit proof" : NULL);
	if (!x->section)
		cell_toned(t, TONE_WARN, "not kept in this registry");
	else if (said || audit)
		cell_toned(t, TONE_GOOD, "supported by a record");
	else
		cell_toned(t, TONE_WARN, "no record yet");
}

enum rc report_part_crosswalk(struct report_ctx *c, struct report *r,
			      struct err *err)
{
	(void)c;
	(void)err;
	report_section(r, "crosswalk", "Crosswalk to frameworks");
	report_text(r, "Short labels of our own, for finding the evidence; "
		    "they are no official text, and a record that supports a "
		    "line does not by itself satisfy it.");
	for (size_t f = 0; f < N_FRAMEWORKS; f++) {
		const struct framework *fw = framework_at(f);
		struct buf caption = BUF_INIT;
		struct report_table *t;

		buf_printf(&caption, "%s (%s)", fw->name, fw->text_version);
		t = report_table(r, caption.data, line_columns, NULL);
		for (size_t i = 0; crosswalk_line_at(i); i++)
			if (crosswalk_line_at(i)->framework == f)
				line_row(r, t, crosswalk_line_at(i));
		buf_release(&caption);
	}
	return RC_OK;
}
