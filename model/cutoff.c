#include "model/cutoff.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"

static const char *const names[] = {
#define X(id, name) [id] = name,
	CUTOFF_RULE_LIST(X)
#undef X
};

const char *cutoff_rule_name(enum cutoff_rule rule)
{
	return names[rule];
}

struct scored {
	double score;
	uint16_t target;
};

static int highest_first(const void *va, const void *vb)
{
	const struct scored *a = va, *b = vb;

	return (a->score < b->score) - (a->score > b->score);
}

void cutoff_sweep(const double *score, const uint16_t *target, size_t n,
		  struct cutoffs *out)
{
	struct scored *s = XNEW_ARRAY(struct scored, n + 1);
	struct confusion c = { 0 };

	for (size_t i = 0; i < n; i++) {
		s[i] = (struct scored){ score[i], target[i] };
		c.fn += target[i] == 1;
		c.tn += target[i] != 1;
	}
	qsort(s, n, sizeof(*s), highest_first);
	for (size_t i = 0; i < n; i++) {
		bool yes = s[i].target == 1;

		c.tp += yes;
		c.fn -= yes;
		c.fp += !yes;
		c.tn -= !yes;
		if (i + 1 == n || s[i + 1].score < s[i].score)
			vec_push(out, ((struct cutoff){ s[i].score, c }));
	}
	free(s);
}

/* How good a cut is by a rule; -INFINITY: it misses the target. */
static double merit(const struct confusion *c, enum cutoff_rule rule,
		    double value)
{
	double tp = (double)c->tp, fp = (double)c->fp, fn = (double)c->fn;
	double precision = tp / (tp + fp), recall = tp / (tp + fn);

	switch (rule) {
	case CUTOFF_FIXED:
	case CUTOFF_RULES:
		break;
	case CUTOFF_BEST_F1: return 2 * tp / (2 * tp + fp + fn);
	case CUTOFF_COST: return -(fp + value * fn);
	case CUTOFF_PRECISION: return precision >= value ? recall : -INFINITY;
	case CUTOFF_RECALL: return recall >= value ? precision : -INFINITY;
	}
	return -INFINITY;
}

/* The counts that a threshold between the cuts gives. */
static void at_fixed(const struct cutoffs *cuts, double value,
		     struct cutoff *out)
{
	const struct confusion *all = &cuts->at[cuts->n - 1].confusion;

	*out = (struct cutoff){ value, { .tn = all->fp + all->tn,
					 .fn = all->tp + all->fn } };
	for (size_t i = 0; i < cuts->n && cuts->at[i].threshold >= value; i++)
		out->confusion = cuts->at[i].confusion;
}

/* Where a threshold says that nobody is positive. */
static struct cutoff above_all(const struct cutoffs *cuts)
{
	struct cutoff none;

	at_fixed(cuts, INFINITY, &none);
	none.threshold = nextafter(cuts->at[0].threshold, INFINITY);
	return none;
}

static enum rc check_value(enum cutoff_rule rule, double value,
			   struct err *err)
{
	switch (rule) {
	case CUTOFF_COST:
		return value > 0 ? RC_OK : err_set(err, RC_USAGE, "the cost "
			"of a false negative is above 0 false positives");
	case CUTOFF_PRECISION:
	case CUTOFF_RECALL:
		return value > 0 ? RC_OK : err_set(err, RC_USAGE, "the target "
			"of '%s' is above 0", cutoff_rule_name(rule));
	case CUTOFF_FIXED:
	case CUTOFF_BEST_F1:
	case CUTOFF_RULES:
		break;
	}
	return RC_OK;
}

enum rc cutoff_choose(const struct cutoffs *cuts, enum cutoff_rule rule,
		      double value, struct cutoff *out, struct err *err)
{
	double best = -INFINITY;
	struct cutoff none;
	enum rc rc = check_value(rule, value, err);

	if (rc)
		return rc;
	if (!cuts->n || !cuts->at[cuts->n - 1].confusion.tp)
		return err_set(err, RC_REFUSED, "no threshold can be chosen: "
			       "there are no %s", cuts->n ? "positives"
							   : "scores");
	if (rule == CUTOFF_FIXED) {
		at_fixed(cuts, value, out);
		return RC_OK;
	}
	none = above_all(cuts);
	if (rule == CUTOFF_COST && isfinite(none.threshold)) {
		best = merit(&none.confusion, rule, value);
		*out = none;
	}
	for (size_t i = 0; i < cuts->n; i++) {
		double m = merit(&cuts->at[i].confusion, rule, value);

		if (m > best) {
			best = m;
			*out = cuts->at[i];
		}
	}
	return best > -INFINITY ? RC_OK
		: err_set(err, RC_UNMET, "no threshold reaches that %s",
			  cutoff_rule_name(rule));
}
