#include "model/fairness_spread.h"

#include <math.h>

/* Adds a benefit b that w cases have; mean must be known. */
static void add_benefit(struct benefits *out, double b, double w)
{
	double x = b / out->mean;

	out->entropy += w * (x * x - 1) / (2 * out->n);
	if (x > 0)
		out->theil += w * x * log(x) / out->n;
}

static double cases(const struct confusion *c)
{
	return (double)(c->tp + c->fp + c->fn + c->tn);
}

static double sum_of(const struct confusion *c)
{
	return (double)(c->tp + c->tn) + 2 * (double)c->fp;
}

static struct benefits begin(const struct fairness_group *groups, size_t n)
{
	struct benefits b = { 0 };
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		b.n += cases(&groups[i].counts);
		sum += sum_of(&groups[i].counts);
	}
	if (b.n > 0)
		b.mean = sum / b.n;
	return b;
}

struct benefits benefits_of_cases(const struct fairness_group *groups,
				  size_t n)
{
	struct benefits b = begin(groups, n);
	double missed = 0, right = 0, extra = 0;

	if (!(b.mean > 0))
		return b;
	for (size_t i = 0; i < n; i++) {
		missed += (double)groups[i].counts.fn;
		right += (double)(groups[i].counts.tp + groups[i].counts.tn);
		extra += (double)groups[i].counts.fp;
	}
	add_benefit(&b, 0, missed);
	add_benefit(&b, 1, right);
	add_benefit(&b, 2, extra);
	return b;
}

struct benefits benefits_of_groups(const struct fairness_group *groups,
				   size_t n)
{
	struct benefits b = begin(groups, n);

	if (!(b.mean > 0))
		return b;
	for (size_t i = 0; i < n; i++) {
		double w = cases(&groups[i].counts);

		if (w > 0)
			add_benefit(&b, sum_of(&groups[i].counts) / w, w);
	}
	return b;
}

static double smoothed(double said, double all)
{
	return (said + .5) / (all + 1);
}

static uint64_t positives(const struct confusion *c, bool labelled)
{
	return c->tp + (labelled ? c->fn : c->fp);
}

double differential_fairness(const struct fairness_group *groups, size_t n,
			     bool of_labels)
{
	double most = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct confusion *a = &groups[i].counts;
			const struct confusion *b = &groups[k].counts;
			double p, q;

			if (!(cases(a) > 0) || !(cases(b) > 0))
				continue;
			p = smoothed((double)positives(a, of_labels), cases(a));
			q = smoothed((double)positives(b, of_labels), cases(b));
			most = fmax(most, fabs(log(p / q)));
			most = fmax(most, fabs(log((1 - p) / (1 - q))));
		}
	}
	return most;
}

struct distances label_distances(double advantaged, double disadvantaged)
{
	double a[2] = { 1 - advantaged, advantaged };
	double d[2] = { 1 - disadvantaged, disadvantaged };
	struct distances x = { 0 };

	for (int i = 0; i < 2; i++) {
		double mean = (a[i] + d[i]) / 2;

		/* labels that only one of them has take no part */
		if (!(a[i] > 0) || !(d[i] > 0))
			continue;
		x.euclid += (a[i] - d[i]) * (a[i] - d[i]);
		x.variation += fabs(a[i] - d[i]) / 2;
		x.greatest = fmax(x.greatest, fabs(a[i] - d[i]));
		x.kullback += a[i] * log(a[i] / d[i]);
		x.jensen += (a[i] * log(a[i] / mean) +
			     d[i] * log(d[i] / mean)) / 2;
	}
	x.euclid = sqrt(x.euclid);
	return x;
}

/* 0 of 0 is 0, as in Clarify. */
static double share(double part, double rest)
{
	return part + rest > 0 ? part / (part + rest) : 0;
}

double conditional_disparity(const struct fairness_group *disadvantaged,
			     const struct fairness_group *advantaged,
			     bool said, uint64_t *n)
{
	double sum = 0, nd = 0, na = 0, n0 = 0, n1 = 0;

	for (size_t i = 0; i < disadvantaged->n_strata; i++) {
		const struct confusion *d = &disadvantaged->strata[i];
		const struct confusion *a = &advantaged->strata[i];
		double d1 = (double)positives(d, !said), d0 = cases(d) - d1;
		double a1 = (double)positives(a, !said), a0 = cases(a) - a1;

		sum += (cases(d) + cases(a)) * (share(d0, a0) - share(d1, a1));
		nd += cases(d);
		na += cases(a);
		n0 += d0 + a0;
		n1 += d1 + a1;
	}
	*n = (uint64_t)(nd < na ? nd : na);
	return n0 > 0 && n1 > 0 ? sum / (nd + na) : (double)NAN;
}
