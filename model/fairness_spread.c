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

double differential_fairness(const struct fairness_group *groups, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			const struct confusion *a = &groups[i].counts;
			const struct confusion *b = &groups[k].counts;
			double p, q;

			if (!(cases(a) > 0) || !(cases(b) > 0))
				continue;
			p = smoothed((double)(a->tp + a->fp), cases(a));
			q = smoothed((double)(b->tp + b->fp), cases(b));
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
