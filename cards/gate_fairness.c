/* Rules on fairness measures: the confusion counts of the groups of a column,
 * from the version's evaluation.
 *
 * A measure over all groups is taken over those that are large enough in
 * every denominator it uses; a rule that holds without the others is
 * insufficient, one that fails without them fails. Undefined over groups that
 * are large enough fails too: it says that a rate has nothing to divide by. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/gate_inside.h"
#include "model/fairness.h"

VEC_DECLARE(struct fairness_group, fairness_groups);

struct judging {
	const struct gate_rule *r;
	const struct fairness_measure *measure;
	uint64_t min_n;
	struct fairness_groups groups;	/* with cases; large enough ones only
					 * where the measure is over all */
	size_t n_small;
	struct buf small;		/* their names and denominators */
};

static void add_number(struct buf *b, double x)
{
	char text[DECIMAL_MAX];

	buf_str(b, decimal_sig(x, 6, text));
}

static bool is_empty(const struct confusion *c)
{
	return c->tp + c->fp + c->fn + c->tn == 0;
}

/* The smallest denominator that the measure has in this group alone. */
static enum rc smallest(const struct judging *k,
			const struct fairness_group *g, uint64_t *n,
			struct err *err)
{
	struct fairness_result alone;
	enum rc rc = fairness_compute(k->measure, g, 1, 0, 0, k->min_n,
				      &alone, err);

	*n = rc == RC_OK ? alone.figure.n : 0;
	return rc;
}

static enum rc add_group(struct judging *k, const struct eval_slice *s,
			 struct err *err)
{
	struct fairness_group g = { s->value, s->confusion };
	uint64_t n = k->min_n;
	enum rc rc = RC_OK;

	if (is_empty(&g.counts))
		return RC_OK;
	if (!k->measure->is_signed)
		rc = smallest(k, &g, &n, err);
	if (rc == RC_OK && n < k->min_n)
		buf_printf(&k->small, "%s%s (n %llu)", k->n_small++ ? ", " :
			   "", s->value, (unsigned long long)n);
	else if (rc == RC_OK)
		vec_push(&k->groups, g);
	return rc;
}

/* What is there to be measured; false: the item says why it is not. */
static enum rc collect(struct judging *k, const struct evaluation *e,
		       struct gate_item *item, bool *ok, struct err *err)
{
	size_t n_found = 0, n_counted = 0;
	enum rc rc = RC_OK;

	*ok = false;
	for (size_t i = 0; i < e->n_slices && rc == RC_OK; i++) {
		if (strcmp(e->slices[i].by, k->r->by) != 0)
			continue;
		n_found++;
		if (!e->slices[i].has_confusion)
			continue;
		n_counted++;
		rc = add_group(k, &e->slices[i], err);
	}
	if (rc != RC_OK)
		return rc;
	if (!n_found)
		return gate_say(item, GATE_OPEN, "'%s' is no slicing column "
				"of %s", k->r->by, e->testset);
	if (n_counted < n_found)
		return gate_say(item, GATE_INSUFFICIENT, "the evaluation on "
				"%s has no confusion counts: it needs a "
				"binary set and labels or a threshold",
				e->testset);
	*ok = true;
	return RC_OK;
}

static size_t find_group(const struct judging *k, const char *value)
{
	size_t i = 0;

	while (value && i < k->groups.n &&
	       strcmp(k->groups.at[i].value, value) != 0)
		i++;
	return i;
}

static void describe(const struct judging *k,
		     const struct fairness_result *f, struct buf *why)
{
	if (f->figure.why)
		buf_printf(why, "undefined: %s", f->figure.why);
	else
		add_number(why, f->figure.value);
	if (k->measure->is_signed)
		buf_printf(why, ": %s against %s", f->low, f->high);
	else if (f->low && f->high)
		buf_printf(why, ": least %s, greatest %s", f->low, f->high);
	buf_printf(why, " (n %llu at least)",
		   (unsigned long long)f->figure.n);
	if (k->n_small)
		buf_printf(why, "; too few to say: %s", k->small.data);
}

static enum gate_verdict verdict_of(const struct judging *k,
				    const struct fairness_result *f)
{
	if (f->is_small || (f->figure.why && k->n_small))
		return GATE_INSUFFICIENT;
	if (f->figure.why || !gate_cmp_holds(k->r->cmp, f->figure.value,
					     k->r->number))
		return GATE_FAIL;
	return k->n_small ? GATE_INSUFFICIENT : GATE_PASS;
}

static enum rc judge_fairness(struct judging *k, struct gate_item *item,
			      struct err *err)
{
	size_t of = find_group(k, k->r->of);
	size_t against = find_group(k, k->r->against);
	struct fairness_result f;
	struct buf why = BUF_INIT;
	enum rc rc;

	if (k->measure->is_signed &&
	    (of == k->groups.n || against == k->groups.n))
		return gate_say(item, GATE_OPEN, "there is no case of %s=%s",
				k->r->by, of == k->groups.n ? k->r->of :
				k->r->against);
	rc = fairness_compute(k->measure, k->groups.at, k->groups.n, of,
			      against, k->min_n, &f, err);
	if (rc != RC_OK)
		return rc;
	item->has_figure = true;
	item->figure = f.figure;
	gate_set_slice(item, k->r->by, f.low ? f.low : f.high);
	describe(k, &f, &why);
	gate_say(item, verdict_of(k, &f), "%s", why.data);
	buf_release(&why);
	return RC_OK;
}

enum rc gate_fairness(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	struct judging k = { .r = r, .measure = fairness_find(r->measure),
			     .min_n = gate_min_n(r, true),
			     .small = BUF_INIT };
	const char *testset = gate_testset(c, r, item);
	const struct evaluation *e = NULL;
	bool ok = false;
	enum rc rc = RC_OK;

	if (testset)
		rc = gate_need(c, c->v.version, testset, item, &e, err);
	if (rc == RC_OK && e)
		rc = collect(&k, e, item, &ok, err);
	if (rc == RC_OK && ok)
		rc = judge_fairness(&k, item, err);
	vec_free(&k.groups);
	buf_release(&k.small);
	return rc;
}
