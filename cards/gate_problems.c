/* Rules on problems, on what this version says for their patterns. A problem
 * whose impact or error is not known holds a gate up: it is open until
 * somebody asks the version, or says whom it hurts. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/gate_inside.h"
#include "registry/problem.h"

static void set_problem(struct gate_item *item, int64_t id)
{
	free(item->evidence);
	item->evidence = xasprintf("problem P-%lld", (long long)id);
}

static void add_figure(struct buf *b, const struct figure *f)
{
	char text[DECIMAL_MAX];

	buf_str(b, f->why ? f->why : decimal_sig(f->value, 3, text));
}

/* -- Closed ones -- */

/* Those that fail come before those that were not asked. */
static const struct problem_failure *
worst_of(const struct problem_failures *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (!v->at[i].error.why)
			return &v->at[i];
	return &v->at[0];
}

static void judge_broken(const struct problem_failures *v, uint64_t n_checked,
			 struct gate_item *item)
{
	const struct problem_failure *first;
	struct buf why = BUF_INIT;

	if (!v->n) {
		gate_say(item, GATE_PASS, n_checked ? "%llu closed stay closed"
			 : "%llu problems are closed",
			 (unsigned long long)n_checked);
		return;
	}
	first = worst_of(v);
	set_problem(item, first->id);
	item->has_figure = true;
	item->figure = first->error;
	buf_printf(&why, "%zu of %llu closed do not hold; P-%lld '%s': ",
		   v->n, (unsigned long long)n_checked,
		   (long long)first->id, first->title);
	buf_str(&why, first->error.why ? "" : "error ");
	add_figure(&why, &first->error);
	gate_say(item, first->error.why ? GATE_OPEN : GATE_FAIL, "%s",
		 why.data);
	buf_release(&why);
}

enum rc gate_no_broken(struct checking *c, const struct gate_rule *r,
		       struct gate_item *item, struct err *err)
{
	struct problem_failures failures;
	uint64_t n_checked;
	enum rc rc = reg_problem_suite(c->reg, c->v.model, c->v.version,
				       &n_checked, &failures, err);

	(void)r;
	if (rc != RC_OK)
		return rc;
	judge_broken(&failures, n_checked, item);
	problem_failures_release(&failures);
	return RC_OK;
}

/* -- Open ones -- */

static enum rc open_problems(struct checking *c, struct triage *out,
			     struct err *err)
{
	const struct triage_query query = {
		.model = c->v.model, .version = c->v.version, .by_id = true,
	};

	return reg_triage(c->reg, &query, out, err);
}

struct open_tally {
	size_t n_bad, n_unknown;
	const struct triage_row *bad, *unknown;	/* the first of each */
};

static void tally_open(const struct triage *t, const struct gate_rule *r,
		       struct open_tally *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct triage_row *row = &t->rows[i];

		if (!problem_state_is_open(row->problem.state))
			continue;
		if (r->has_number && row->impact.why) {
			if (!out->n_unknown++)
				out->unknown = row;
		} else if (!r->has_number ||
			   gate_cmp_holds(r->cmp, row->impact.value,
					  r->number)) {
			if (!out->n_bad++)
				out->bad = row;
		}
	}
}

static void say_row(struct gate_item *item, enum gate_verdict v, size_t n,
		    const char *what, const struct triage_row *row)
{
	struct buf why = BUF_INIT;

	set_problem(item, row->problem.id);
	item->has_figure = true;
	item->figure = row->impact;
	buf_printf(&why, "%zu open %s; P-%lld '%s' (%s): impact ", n, what,
		   (long long)row->problem.id, row->problem.title,
		   problem_state_name(row->problem.state));
	if (row->impact.why)
		buf_str(&why, "not known, ");
	add_figure(&why, &row->impact);
	gate_say(item, v, "%s", why.data);
	buf_release(&why);
}

enum rc gate_no_open(struct checking *c, const struct gate_rule *r,
		     struct gate_item *item, struct err *err)
{
	struct open_tally n = { 0 };
	struct triage t;
	enum rc rc = open_problems(c, &t, err);

	if (rc != RC_OK)
		return rc;
	tally_open(&t, r, &n);
	if (n.bad)
		say_row(item, GATE_FAIL, n.n_bad, r->has_number ?
			"with such an impact" : "in all", n.bad);
	else if (n.unknown)
		say_row(item, GATE_OPEN, n.n_unknown, "without an impact",
			n.unknown);
	else
		gate_say(item, GATE_PASS, t.n_open ? "none of %zu open ones" :
			 "%zu are open", t.n_open);
	triage_release(&t);
	return RC_OK;
}

/* A sum that only grows fails a limit from above before all is known. */
static bool fails_already(const struct gate_rule *r, double sum)
{
	return (r->cmp == CMP_LT || r->cmp == CMP_LE) &&
	       !gate_cmp_holds(r->cmp, sum, r->number);
}

static void judge_sum(const struct gate_rule *r, const struct triage *t,
		      const struct triage_row *unknown, size_t n_unknown,
		      struct gate_item *item)
{
	struct buf why = BUF_INIT;
	enum gate_verdict v = gate_cmp_holds(r->cmp, t->total.value,
					     r->number) ? GATE_PASS :
			      GATE_FAIL;

	item->has_figure = true;
	item->figure = t->total;
	add_figure(&why, &t->total);
	buf_printf(&why, " over %llu open",
		   (unsigned long long)t->total.n);
	if (unknown) {
		set_problem(item, unknown->problem.id);
		buf_printf(&why, "; %zu without an impact, P-%lld: ",
			   n_unknown, (long long)unknown->problem.id);
		add_figure(&why, &unknown->impact);
		v = fails_already(r, t->total.value) ? GATE_FAIL : GATE_OPEN;
	}
	gate_say(item, v, "%s", why.data);
	buf_release(&why);
}

enum rc gate_open_impact(struct checking *c, const struct gate_rule *r,
			 struct gate_item *item, struct err *err)
{
	struct open_tally n = { 0 };
	struct triage t;
	enum rc rc = open_problems(c, &t, err);

	if (rc != RC_OK)
		return rc;
	tally_open(&t, r, &n);
	judge_sum(r, &t, n.unknown, n.n_unknown, item);
	triage_release(&t);
	return RC_OK;
}
