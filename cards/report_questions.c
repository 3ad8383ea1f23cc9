/* What to ask before an approval, with what the registry answers; and the
 * impact assessment, from which the risk class comes. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "cards/assess.h"
#include "cards/report_parts.h"
#include "cards/store.h"
#include "model/gate.h"
#include "registry/document.h"

/* -- The assessment -- */

static const struct report_column assess_columns[] = {
	{ "group", "About", false }, { "question", "Question", false },
	{ "answer", "Answer", false }, { "note", "Note", false }, { 0 },
};

static enum rc load_assessment(struct report_ctx *c, struct document_rec *d,
			       struct assessment *a, struct err *err)
{
	enum rc rc = reg_document_load(c->reg, DOCUMENT_IMPACT, c->name, 0, d,
				       err);

	if (rc != RC_OK)
		return rc;
	rc = assess_read(d->text, a, err);
	if (rc != RC_OK)
		document_rec_release(d);
	return rc;
}

static void assessment_facts(struct report *r, const struct document_rec *d,
			     const struct assessment *a)
{
	struct assess_result x;
	char when[CLOCK_TEXT];

	assess_result(a, &x);
	report_fact(r, "Risk class", risk_name(x.risk));
	report_factf(r, "Weight", "%u of %u", x.weight, x.all);
	if (x.decisive)
		report_fact(r, "High at once by", x.decisive->text);
	if (x.n_open)
		report_factf(r, "Not answered", "%zu, each counts as its worst "
			     "choice", x.n_open);
	report_factf(r, "Revision", "%lld, %s, saved %s by %s",
		     (long long)d->revision, d->status,
		     clock_format(d->time, when), d->who);
}

enum rc report_part_assessment(struct report_ctx *c, struct report *r,
			       struct err *err)
{
	struct document_rec d;
	struct assessment a = { 0 };
	struct report_table *t;
	struct err why = ERR_INIT;
	enum rc rc = load_assessment(c, &d, &a, &why);

	report_section(r, "assessment", "Impact assessment");
	if (rc == RC_NOT_FOUND) {
		report_none(r, "nobody has assessed the impact of this "
			    "version: its risk counts as the model's (%s)",
			    c->model.risk ? c->model.risk : "unset, high");
		return RC_OK;
	}
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	assessment_facts(r, &d, &a);
	t = report_table(r, "Questions and answers", assess_columns, NULL);
	for (size_t i = 0; assess_question(i); i++) {
		const struct question *q = assess_question(i);
		const struct choice *x = assess_answer(&a, q);

		cell_text(t, q->group);
		cell_text(t, q->text);
		cell_toned(t, x ? TONE_PLAIN : TONE_WARN,
			   x ? x->text : "not answered");
		cell_text(t, assess_note(&a, q->id));
	}
	assessment_release(&a);
	document_rec_release(&d);
	return RC_OK;
}

/* -- Questions before approval -- */

static void add(struct buf *out, const char *text)
{
	buf_printf(out, "%s%s", out->len ? "; " : "", text);
}

/* What people answered when they approved, and what was measured. */
static enum rc answer_fails_for(struct report_ctx *c, struct buf *out,
				struct err *err)
{
	size_t n = 0;

	(void)err;
	for (size_t i = 0; i < c->signoffs.n; i++) {
		const struct signoff_rec *s = &c->signoffs.at[i];

		if (s->fails_for && !s->is_revoked)
			buf_printf(out, "%s%s: %s", out->len ? "; " : "",
				   s->login, s->fails_for);
	}
	for (size_t i = 0; i < c->risks.n; i++)
		n += !strncmp(c->risks.at[i].text, "Worse for ", 10);
	if (n)
		buf_printf(out, "%smeasured: %zu groups do worse, see Risks",
			   out->len ? "; " : "", n);
	return RC_OK;
}

static enum rc answer_missing(struct report_ctx *c, struct buf *out,
			      struct err *err)
{
	struct buf name = BUF_INIT;
	size_t n = 0;

	(void)err;
	for (size_t i = 0; c->main && i < c->main->n_slices; i++) {
		const struct eval_slice *s = &c->main->slices[i];

		if (s->n >= REPORT_MIN_N_SLICE || strchr(s->by, '+'))
			continue;
		report_slice_name(&name, s->by, s->value);
		if (n++ < 8)
			add(out, name.data);
	}
	if (n > 8)
		buf_printf(out, " and %zu more", n - 8);
	if (n)
		buf_printf(out, " (fewer than %d patterns each)",
			   REPORT_MIN_N_SLICE);
	buf_release(&name);
	return RC_OK;
}

static enum rc answer_basis(struct report_ctx *c, struct buf *out,
			    struct err *err)
{
	(void)err;
	for (size_t i = 0; c->has_gate && i < c->gate.items.n; i++) {
		const struct gate_item *x = &c->gate.items.at[i];

		if (x->kind == RULE_FAIRNESS ||
		    x->kind == RULE_GROUP_DIFFERENCE ||
		    x->kind == RULE_GROUP_RATIO)
			buf_printf(out, "%sgate %s, revision %lld: %s",
				   out->len ? "; " : "", c->gate.gate,
				   (long long)c->gate.revision, x->rule);
	}
	if (out->len)
		buf_str(out, "; what it gives up stands under Fairness");
	return RC_OK;
}

static enum rc answer_harm(struct report_ctx *c, struct buf *out,
			   struct err *err)
{
	static const char *const ids[] = { "harm.worst",
					   "reversibility.undo" };
	struct document_rec d;
	struct assessment a = { 0 };
	struct err ignored = ERR_INIT;

	(void)err;
	if (load_assessment(c, &d, &a, &ignored) != RC_OK)
		return RC_OK;
	for (size_t i = 0; i < 2; i++) {
		const struct question *q = assess_question_find(ids[i]);
		const struct choice *x = q ? assess_answer(&a, q) : NULL;

		if (x)
			buf_printf(out, "%s%s %s", out->len ? "; " : "",
				   q->text, x->text);
	}
	assessment_release(&a);
	document_rec_release(&d);
	return RC_OK;
}

static enum rc answer_who(struct report_ctx *c, struct buf *out,
			  struct err *err)
{
	(void)err;
	if (c->model.owner)
		buf_printf(out, "owner: %s", c->model.owner);
	for (size_t i = 0; i < c->signoffs.n; i++) {
		const struct signoff_rec *s = &c->signoffs.at[i];

		if (s->meaning == MEANING_APPROVED && !s->is_revoked)
			buf_printf(out, "%sapproved by %s as %s",
				   out->len ? "; " : "", s->login, s->role);
	}
	return RC_OK;
}

/* Card 9.4. */
static enum rc answer_off(struct report_ctx *c, struct buf *out,
			  struct err *err)
{
	struct doc_file f;
	enum rc rc = doc_file_open(c->reg, DOC_CARD, c->name, 0, &f, err);

	if (rc != RC_OK)
		return rc;
	if (doc_answer(&f.doc, "9.4")->state == ANSWER_GIVEN)
		buf_str(out, doc_answer(&f.doc, "9.4")->text);
	doc_file_release(&f);
	return RC_OK;
}

static const struct {
	const char *text;
	enum rc (*answer)(struct report_ctx *c, struct buf *out,
			  struct err *err);
} questions[] = {
	{ "For whom could this fail?", answer_fails_for },
	{ "Who is missing from the data?", answer_missing },
	{ "Which fairness basis was chosen?", answer_basis },
	{ "Which harm is worst, and is it reversible?", answer_harm },
	{ "Who answers for it by name?", answer_who },
	{ "What would make us switch it off?", answer_off },
};

static const struct report_column question_columns[] = {
	{ "question", "Question", false },
	{ "answer", "What the registry answers", false }, { 0 },
};

enum rc report_part_questions(struct report_ctx *c, struct report *r,
			      struct err *err)
{
	struct report_table *t;
	struct buf b = BUF_INIT;
	enum rc rc = RC_OK;

	report_section(r, "questions", "Questions before approval");
	t = report_table(r, "Asked of every approval", question_columns, NULL);
	for (size_t i = 0; i < COUNT(questions) && rc == RC_OK; i++) {
		buf_clear(&b);
		rc = questions[i].answer(c, &b, err);
		cell_text(t, questions[i].text);
		cell_toned(t, b.len ? TONE_PLAIN : TONE_WARN,
			   b.len ? b.data : "not answered");
	}
	buf_release(&b);
	return rc;
}
