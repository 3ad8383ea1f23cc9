/* The first screen: what is asked, in plain words; the three main risks; who
 * signed. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "cards/plain.h"
#include "cards/report_parts.h"
#include "registry/evidence.h"

enum { MAIN_RISKS = 3 };

static const char *kind_of_model(const struct report_ctx *c)
{
	const char *task = c->model.task;

	return !task ? "a" : !strcmp(task, "binary") ? "a binary" :
	       !strcmp(task, "multiclass") ? "a multiclass" : "a regression";
}

static void say_what(struct report_ctx *c, struct report *r)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "May version %lld of %s enter %s? It is %s model of "
		   "%s risk, owned by %s. ", (long long)c->version.version,
		   c->model.name, c->stage, kind_of_model(c),
		   c->model.risk ? c->model.risk : "high (never set)",
		   c->model.owner ? c->model.owner : "nobody");
	if (!c->model.production)
		buf_printf(&b, "Today this version is in stage %s, and no "
			   "version is in production.", c->version.stage);
	else if (c->base)
		buf_printf(&b, "Today this version is in stage %s, and "
			   "version %lld is in production.",
			   c->version.stage, (long long)c->base);
	else
		buf_str(&b, "Today it is the version in production.");
	report_text(r, "%s", b.data);
	buf_release(&b);
}

/* "On loans it answers 91.7 % right (…), measured on 1,000 patterns." */
static void put_score(struct report_ctx *c, struct buf *b)
{
	enum metric m = report_main_metric(c, c->main->task);
	const struct figure *f = &c->main->whole.metrics[m];
	char n[DECIMAL_MAX];

	buf_printf(b, "On test set %s it ", c->main->testset);
	if (f->why)
		buf_printf(b, "has no %s: %s", plain_metric(m), f->why);
	else if (m == METRIC_ACCURACY)
		buf_str(b, "answers ");
	else
		buf_str(b, "has a ");
	if (!f->why)
		plain_figure(b, m, f);
	buf_printf(b, ", measured on %s patterns%s.",
		   decimal_grouped(c->main->whole.n, n),
		   f->method == METHOD_NONE ? "" : " (95 % interval)");
	if (c->main->state && strcmp(c->main->state, "fresh"))
		buf_printf(b, " The evaluation is %s.", c->main->state);
}

static void put_comparison(const struct report_ctx *c,
			   const struct comparison *x, struct buf *b)
{
	const struct candidate *k = &x->candidates[0];
	char fixed[DECIMAL_MAX], broken[DECIMAL_MAX];

	buf_printf(b, " Against version %lld in production %s",
		   (long long)c->base, plain_verdict(k->verdict));
	if (x->task != TASK_REGRESSION)
		buf_printf(b, ": %s answers that were wrong are right now, %s "
			   "that were right are wrong",
			   decimal_grouped(k->fixed, fixed),
			   decimal_grouped(k->broken, broken));
	buf_char(b, '.');
}

static const struct report_compared *main_comparison(
	const struct report_ctx *c)
{
	for (size_t i = 0; c->main && i < c->compared.n; i++)
		if (c->compared.at[i].is_done &&
		    !strcmp(c->compared.at[i].testset, c->main->testset))
			return &c->compared.at[i];
	return NULL;
}

static void say_score(struct report_ctx *c, struct report *r)
{
	const struct report_compared *d = main_comparison(c);
	struct buf b = BUF_INIT;

	if (!c->main) {
		report_text(r, "It was never evaluated: nothing is known of "
			    "how well it does.");
		return;
	}
	put_score(c, &b);
	if (d)
		put_comparison(c, &d->c, &b);
	report_text(r, "%s", b.data);
	buf_release(&b);
}

static void comparison_badge(struct report_ctx *c, struct report *r)
{
	const struct report_compared *d = main_comparison(c);
	enum verdict v;

	if (!d)
		return;
	v = d->c.candidates[0].verdict;
	report_badge(r, v == VERDICT_BETTER ? TONE_GOOD : v == VERDICT_WORSE ?
		     TONE_BAD : TONE_PLAIN, "against production: %s",
		     verdict_text(v));
}

/* Approvals and refusals in force, for the stage asked for. */
static void signed_badge(struct report_ctx *c, struct report *r)
{
	size_t yes = 0, no = 0;

	for (size_t i = 0; i < c->signoffs.n; i++) {
		const struct signoff_rec *s = &c->signoffs.at[i];

		if (s->is_revoked || (s->stage && strcmp(s->stage, c->stage)))
			continue;
		yes += s->meaning == MEANING_APPROVED;
		no += s->meaning == MEANING_REFUSED;
	}
	if (no)
		report_badge(r, TONE_BAD, "refused by %zu", no);
	if (yes)
		report_badge(r, TONE_GOOD, "approved by %zu", yes);
	if (!yes && !no)
		report_badge(r, TONE_WARN, "not approved by anybody");
}

static int by_weight(const void *a, const void *b)
{
	const struct report_risk *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->text, y->text);
}

static bool share_subject(const struct report_risk *a,
			  const struct report_risk *b)
{
	for (size_t i = 0; i < a->about.n; i++)
		for (size_t k = 0; k < b->about.n; k++)
			if (!strcmp(a->about.at[i], b->about.at[k]))
				return true;
	return false;
}

/* The heaviest first; one that says again what stands above it moves behind
 * the others, so that the first screen tells of three things. */
static void order_risks(struct report_risks *v)
{
	size_t n_main = 0;

	vec_sort(v, by_weight);
	for (size_t i = 0; i < v->n && n_main < MAIN_RISKS; i++) {
		struct report_risk here = v->at[i];
		bool again = false;

		for (size_t k = 0; k < n_main; k++)
			again |= share_subject(&v->at[k], &here);
		if (again)
			continue;
		memmove(v->at + n_main + 1, v->at + n_main,
			(i - n_main) * sizeof(*v->at));
		v->at[n_main++] = here;
	}
}

static void say_risks(struct report_ctx *c, struct report *r)
{
	size_t n = c->risks.n < MAIN_RISKS ? c->risks.n : MAIN_RISKS;

	report_heading(r, n < 2 ? "Main risk" : n == 2 ? "The two main risks" :
		       "The three main risks");
	if (!n) {
		report_none(r, "None is recorded: no open problem, no loss "
			    "against production, no group that does worse "
			    "than the whole, no gap in the card.");
		return;
	}
	order_risks(&c->risks);
	for (size_t i = 0; i < n; i++)
		report_item_of(r, c->risks.at[i].section, "%s",
			       c->risks.at[i].text);
	if (c->risks.n > n)
		report_text(r, "%zu more %s in section Risks.",
			    c->risks.n - n,
			    c->risks.n - n > 1 ? "stand" : "stands");
}

/* Signatures that the gate asks for and does not have. */
static void say_unsigned(struct report_ctx *c, struct report *r)
{
	for (size_t i = 0; c->has_gate && i < c->gate.items.n; i++) {
		const struct gate_item *item = &c->gate.items.at[i];

		if (item->kind == RULE_SIGNED &&
		    !gate_verdict_holds(item->verdict))
			report_item_of(r, "gate", "Still asked for: %s.",
				       item->rule);
	}
}

static enum rc say_signed(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	struct pairs now = VEC_INIT;
	enum rc rc = RC_OK;

	report_heading(r, "Who signed");
	if (!c->signoffs.n) {
		report_none(r, "Nobody has signed this version yet.");
		say_unsigned(c, r);
		return RC_OK;
	}
	rc = reg_evidence(c->reg, c->model.name, c->version.version, &now,
			  err);
	for (size_t i = 0; i < c->signoffs.n && rc == RC_OK; i++) {
		const struct signoff_rec *s = &c->signoffs.at[i];
		struct strs moved = VEC_INIT;
		char when[CLOCK_TEXT];

		evidence_compare(&s->evidence, &now, &moved);
		report_item_of(r, "signoffs", "%s, %s: %s%s%s on %.10s%s%s.",
			       s->login, s->role, meaning_name(s->meaning),
			       s->stage ? " for " : "",
			       s->stage ? s->stage : "",
			       clock_format(s->time, when),
			       s->is_revoked ? "; revoked since" : "",
			       moved.n && !s->is_revoked ?
			       "; the evidence changed since" : "");
		strs_release(&moved);
	}
	pairs_release(&now);
	say_unsigned(c, r);
	return rc;
}

enum rc report_part_decision(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	report_section(r, "decision", "Decision");
	r->sections.at[r->sections.n - 1].columns = true;
	report_gate_badge(c, r);
	comparison_badge(c, r);
	signed_badge(c, r);
	say_what(c, r);
	say_score(c, r);
	say_risks(c, r);
	return say_signed(c, r, err);
}

/* All of them, in order: the first screen has room for three. */
enum rc report_part_risks(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	(void)err;
	report_section(r, "risks", "Risks");
	if (!c->risks.n)
		report_none(r, "none is recorded");
	for (size_t i = 0; i < c->risks.n; i++)
		report_item_of(r, c->risks.at[i].section, "%s",
			       c->risks.at[i].text);
	return RC_OK;
}
