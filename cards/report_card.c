/* Card, datasheets and checklist, as they were answered; figures in them are
 * rendered from evaluations (cards/reference.h). */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cards/checklist.h"
#include "cards/complete.h"
#include "cards/reference.h"
#include "cards/report_parts.h"
#include "cards/store.h"
#include "registry/evidence.h"

enum { DIGEST_LENGTH = 64 };	/* hex */

enum rc report_risks_card(struct report_ctx *c, struct err *err)
{
	struct doc_file f;
	struct completeness done = { 0 };
	enum rc rc = doc_file_open(c->reg, DOC_CARD, c->name, 0, &f, err);

	if (rc != RC_OK)
		return rc;
	doc_complete(&f.doc, &c->facts, NULL, &done);
	if (f.is_new)
		report_risk(c, 1.9, "card", "It has no model card.");
	else if (done.gaps.n)
		report_risk(c, 1 + .8 * (1 - completeness_share(&done)),
			    "card", "Its model card lacks %zu of %zu required "
			    "answers, the first: %s.", done.gaps.n,
			    done.n_all, done.gaps.at[0].item->name);
	completeness_release(&done);
	doc_file_release(&f);
	return RC_OK;
}

/* Section 7 of a card needs no words, only figures that there are. */
static bool is_filled(const struct doc *d, const struct doc_facts *f,
		      const struct section *s, const struct item *item)
{
	return (item->flags & ITEM_AUTO) && f->evaluations.n &&
	       item_status(d, f, s, item, NULL) == STATUS_DONE;
}

static void write_answer(struct report *r, const struct doc *d,
			 const struct doc_facts *f, const struct section *s,
			 const struct item *item)
{
	const struct answer *a = doc_answer(d, item->id);
	struct buf text = BUF_INIT;
	const char *why = NULL;

	if (is_filled(d, f, s, item))
		report_factf(r, item->name, "%s: filled from the newest "
			     "evaluations; charts and tables by slice stand "
			     "above, under Evaluation", item->id);
	if (a->state == ANSWER_EMPTY) {
		/* gaps are listed once, above */
		return;
	}
	if (doc_skips(d, s, item, &why) && !*a->text)
		return;
	report_factf(r, item->name, "%s%s%s", item->id,
		     a->state == ANSWER_NA ? ": not applicable" :
		     a->state == ANSWER_UNKNOWN ? ": unknown" : "",
		     a->state != ANSWER_GIVEN && *a->text ? ", because" : "");
	references_render(&text, a->text, f);
	if (text.len)
		report_written(r, text.data);
	buf_release(&text);
}

static void write_gaps(struct report *r, const struct completeness *done)
{
	struct buf b = BUF_INIT;

	completeness_text(&b, done);
	report_fact(r, "Complete", b.data);
	buf_release(&b);
	if (!done->gaps.n)
		return;
	for (size_t i = 0; i < done->gaps.n; i++)
		report_item(r, "%s %s: %s", done->gaps.at[i].item->id,
			    done->gaps.at[i].item->name, done->gaps.at[i].why);
}

static void write_doc(struct report_ctx *c, struct report *r,
		      const struct doc_file *f)
{
	const struct doc_form *form = f->doc.form;
	struct completeness done = { 0 };
	char when[CLOCK_TEXT];

	report_factf(r, "Revision", "%lld, %s, saved %s by %s",
		     (long long)f->rec.revision, f->rec.status,
		     clock_format(f->rec.time, when), f->rec.who);
	report_fact(r, "Digest", f->rec.digest);
	doc_complete(&f->doc, &c->facts, NULL, &done);
	write_gaps(r, &done);
	completeness_release(&done);
	for (size_t i = 0; i < form->n_sections; i++) {
		const struct section *s = &form->sections[i];
		bool any = false;

		for (size_t k = 0; k < s->n_items; k++)
			any = any || doc_answer(&f->doc, s->items[k].id)->state
				     != ANSWER_EMPTY ||
			      is_filled(&f->doc, &c->facts, s, &s->items[k]);
		if (!any)
			continue;
		report_heading(r, "%s. %s", s->id, s->name);
		for (size_t k = 0; k < s->n_items; k++)
			write_answer(r, &f->doc, &c->facts, s, &s->items[k]);
	}
}

static void write_extras(struct report *r, const struct doc *d)
{
	const struct answer *a;

	for (size_t i = 0; (a = doc_extra(d, i)); i++) {
		report_heading(r, "%s", a->name ? a->name : a->id);
		if (*a->text)
			report_written(r, a->text);
	}
}

static enum rc one_doc(struct report_ctx *c, struct report *r,
		       enum doc_type type, const char *of, const char *none,
		       struct err *err)
{
	struct doc_file f;
	enum rc rc = doc_file_open(c->reg, type, of, 0, &f, err);

	if (rc != RC_OK)
		return rc;
	if (f.is_new) {
		report_none(r, "%s", none);
	} else {
		write_doc(c, r, &f);
		write_extras(r, &f.doc);
	}
	doc_file_release(&f);
	return RC_OK;
}

enum rc report_part_card(struct report_ctx *c, struct report *r,
			 struct err *err)
{
	report_section(r, "card", "Model card");
	return one_doc(c, r, DOC_CARD, c->name,
		       "no card of this version was ever saved", err);
}

enum rc report_part_datasheets(struct report_ctx *c, struct report *r,
			       struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = evidence_datasets(c->reg, c->model.name,
				       c->version.version, &names, err);

	report_section(r, "datasheets", "Datasheets");
	if (rc == RC_OK && !names.n)
		report_none(r, "no dataset is named by the version's data or "
			    "by its test sets");
	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		/* the version's data, of which only the digest is known */
		bool unknown = strlen(names.at[i]) == DIGEST_LENGTH;

		report_heading(r, unknown ? "Data of digest %.12s..."
					  : "Dataset %s", names.at[i]);
		rc = one_doc(c, r, DOC_DATASHEET, names.at[i], unknown ?
			     "no dataset of this digest is registered, so "
			     "there is no datasheet" :
			     "this dataset has no datasheet", err);
	}
	strs_release(&names);
	return rc;
}

static const struct report_column check_columns[] = {
	{ "id", "Id", false }, { "name", "Item", false },
	{ "state", "State", false }, { "why", "Evidence, note or gap", false },
	{ 0 },
};

enum rc report_part_checklist(struct report_ctx *c, struct report *r,
			      struct err *err)
{
	struct checks v = VEC_INIT;
	struct report_table *t;
	enum rc rc = checklist_load(c->reg, c->model.name, &v, err);

	if (rc != RC_OK)
		return rc;
	report_section(r, "checklist", "Checklist");
	t = report_table(r, "Items of the model's checklist", check_columns,
			 "the checklist has no items");
	for (size_t i = 0; i < v.n; i++) {
		bool holds = check_state_holds(v.at[i].state);

		cell_text(t, v.at[i].id);
		cell_text(t, v.at[i].name);
		cell_toned(t, holds ? TONE_GOOD : TONE_WARN,
			   check_state_name(v.at[i].state));
		cell_text(t, v.at[i].why);
	}
	checks_release(&v);
	return RC_OK;
}
