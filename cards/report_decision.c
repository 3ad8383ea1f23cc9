/* The first screen: what is asked, in plain words; the three main risks; who
 * signed. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "cards/report_parts.h"
#include "registry/evidence.h"

enum { MAIN_RISKS = 3 };

static void say_what(struct report_ctx *c, struct report *r)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "May %s enter %s? It is version %lld of %s, %s model "
		   "of %s risk, owned by %s, and stands in stage %s. ",
		   c->name, c->stage, (long long)c->version.version,
		   c->model.name,
		   !c->model.task ? "a" :
		   !strcmp(c->model.task, "binary") ? "a binary" :
		   !strcmp(c->model.task, "multiclass") ? "a multiclass" :
		   "a regression",
		   c->model.risk ? c->model.risk : "high (never set)",
		   c->model.owner ? c->model.owner : "nobody",
		   c->version.stage);
	if (!c->model.production)
		buf_str(&b, "No version is in production yet.");
	else if (c->base)
		buf_printf(&b, "In production is version %lld.",
			   (long long)c->base);
	else
		buf_str(&b, "It is the version in production.");
	report_text(r, "%s", b.data);
	buf_release(&b);
}

static void say_score(struct report_ctx *c, struct report *r)
{
	struct buf b = BUF_INIT;
	char n[DECIMAL_MAX];

	if (!c->main) {
		report_text(r, "It was never evaluated: nothing is known of "
			    "how well it does.");
		return;
	}
	buf_printf(&b, "On test set %s, revision %lld (%s patterns), its %s "
		   "is ", c->main->testset, (long long)c->main->revision,
		   decimal_grouped(c->main->whole.n, n),
		   metric_key(c->facts.main_metric));
	report_figure_text(&b,
			   &c->main->whole.metrics[c->facts.main_metric]);
	if (c->main->state && strcmp(c->main->state, "fresh"))
		buf_printf(&b, "; the evaluation is %s", c->main->state);
	for (size_t i = 0; i < c->compared.n; i++)
		if (c->compared.at[i].is_done &&
		    !strcmp(c->compared.at[i].testset, c->main->testset))
			buf_printf(&b, ". Against production: %s", verdict_text(
				c->compared.at[i].c.candidates[0].verdict));
	report_text(r, "%s.", b.data);
	buf_release(&b);
}

static int by_weight(const void *a, const void *b)
{
	const struct report_risk *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->text, y->text);
}

static void say_risks(struct report_ctx *c, struct report *r)
{
	size_t n = c->risks.n < MAIN_RISKS ? c->risks.n : MAIN_RISKS;

	report_heading(r, n < 2 ? "Main risk" : n == 2 ? "The two main risks" :
		       "The three main risks");
	if (!n) {
		report_none(r, "none is recorded: no open problem, no loss "
			    "against production, no slice that is worse than "
			    "the whole, no gap in the card");
		return;
	}
	qsort(c->risks.at, c->risks.n, sizeof(*c->risks.at), by_weight);
	for (size_t i = 0; i < n; i++)
		report_item(r, "%s", c->risks.at[i].text);
	if (c->risks.n > n)
		report_text(r, "%zu more are listed in the sections below.",
			    c->risks.n - n);
}

static enum rc say_signed(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	struct pairs now = VEC_INIT;
	enum rc rc = RC_OK;

	report_heading(r, "Who signed");
	if (!c->signoffs.n) {
		report_none(r, "nobody signed this version yet");
		return RC_OK;
	}
	rc = reg_evidence(c->reg, c->model.name, c->version.version, &now,
			  err);
	for (size_t i = 0; i < c->signoffs.n && rc == RC_OK; i++) {
		const struct signoff_rec *s = &c->signoffs.at[i];
		struct strs moved = VEC_INIT;
		char when[CLOCK_TEXT];

		evidence_compare(&s->evidence, &now, &moved);
		report_item(r, "%s %s as %s for %s on %s%s%s", s->login,
			    meaning_name(s->meaning), s->role,
			    s->stage ? s->stage : "no stage",
			    clock_format(s->time, when),
			    s->is_revoked ? "; revoked since" : "",
			    moved.n ? "; something changed since" : "");
		strs_release(&moved);
	}
	pairs_release(&now);
	return rc;
}

enum rc report_part_decision(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	report_section(r, "decision", "Decision");
	report_gate_badge(c, r);
	say_what(c, r);
	say_score(c, r);
	say_risks(c, r);
	return say_signed(c, r, err);
}
