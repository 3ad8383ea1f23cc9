#include "model/calibration.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/order.h"
#include "model/tipping.h"

static size_t n_distinct(const struct order *o)
{
	size_t n = o->n > 0;

	for (size_t i = 1; i < o->n && n <= CALIBRATION_BINS; i++)
		n += o->score[i - 1] < o->score[i];
	return n;
}

static void one_bin_each(const struct order *o, struct calibration *c,
			 uint16_t *bin)
{
	for (size_t i = 0; i < o->n; i++) {
		if (!i || o->score[i - 1] < o->score[i])
			c->low[c->n_bins++] = o->score[i];
		bin[o->row[i]] = (uint16_t)(c->n_bins - 1);
		c->high[c->n_bins - 1] = o->score[i];
	}
}

static void cut_scores(struct calibration *c, const double *score, size_t n,
		       uint16_t *bin)
{
	struct order o;

	c->low = XNEW_ARRAY(double, CALIBRATION_BINS + 1);
	c->high = XNEW_ARRAY(double, CALIBRATION_BINS + 1);
	order_init(&o, score, n);
	c->is_probability = !n || (o.score[0] >= 0 && o.score[n - 1] <= 1);
	if (n_distinct(&o) <= CALIBRATION_BINS)
		one_bin_each(&o, c, bin);
	else
		c->n_bins = tipping_bins(&o, CALIBRATION_BINS, bin, c->low,
					 c->high);
	order_release(&o);
}

/* The last tenth is closed; edges are those of the calibration error. */
static size_t tenth_of(double score)
{
	size_t k = 0;

	while (k + 1 < CALIBRATION_TENTHS &&
	       score >= (double)(k + 1) / CALIBRATION_TENTHS)
		k++;
	return k;
}

static void add_case(struct score_cell *cell, double score, bool positive)
{
	cell->n[positive]++;
	cell->score[positive] += score;
}

void calibration_make(const struct eval_input *in, const struct partition *cut,
		      struct calibration *out)
{
	uint16_t *bin = XNEW_ARRAY(uint16_t, in->n + 1);

	*out = (struct calibration){ .n_groups = cut->n_values };
	cut_scores(out, in->score, in->n, bin);
	out->bins = XNEW_ARRAY(struct score_cell,
			       (cut->n_values + 1) * out->n_bins + 1);
	if (out->is_probability)
		out->tenths = XNEW_ARRAY(struct score_cell,
					 (cut->n_values + 1) *
					 CALIBRATION_TENTHS);
	for (size_t i = 0; i < in->n; i++) {
		size_t g = cut->code[i];
		bool positive = in->target[i] == 1;

		if (g == PARTITION_NONE)
			continue;
		add_case(&out->bins[g * out->n_bins + bin[i]], in->score[i],
			 positive);
		if (out->tenths)
			add_case(&out->tenths[g * CALIBRATION_TENTHS +
					      tenth_of(in->score[i])],
				 in->score[i], positive);
	}
	free(bin);
}

void calibration_release(struct calibration *c)
{
	free(c->low);
	free(c->high);
	free(c->bins);
	free(c->tenths);
	*c = (struct calibration){ 0 };
}

static double cases(const struct score_cell *c)
{
	return (double)(c->n[0] + c->n[1]);
}

struct score_sums score_sums(const struct score_cell *cells, size_t n)
{
	struct score_sums s = { 0 };

	for (size_t i = 0; i < n; i++) {
		s.n += cases(&cells[i]);
		s.positives += (double)cells[i].n[1];
		s.score += cells[i].score[0] + cells[i].score[1];
	}
	return s;
}

double score_error(const struct score_cell *cells, size_t n)
{
	double gap = 0, all = 0;

	for (size_t i = 0; i < n; i++) {
		gap += fabs((double)cells[i].n[1] -
			    (cells[i].score[0] + cells[i].score[1]));
		all += cases(&cells[i]);
	}
	return all > 0 ? gap / all : 0;
}

void expected_at_score(const struct score_cell *const *cells, size_t n_groups,
		       size_t n_cells, double *expected)
{
	for (size_t g = 0; g < n_groups; g++)
		expected[g] = 0;
	for (size_t k = 0; k < n_cells; k++) {
		double n = 0, positives = 0;

		for (size_t g = 0; g < n_groups; g++) {
			n += cases(&cells[g][k]);
			positives += (double)cells[g][k].n[1];
		}
		for (size_t g = 0; g < n_groups && n > 0; g++)
			expected[g] += cases(&cells[g][k]) * positives / n;
	}
}

double gap_at_score(const struct score_cell *a, const struct score_cell *b,
		    size_t n_cells, uint64_t *n)
{
	double sum = 0;

	*n = 0;
	for (size_t k = 0; k < n_cells; k++) {
		if (!(cases(&a[k]) > 0) || !(cases(&b[k]) > 0))
			continue;
		*n += a[k].n[0] + a[k].n[1];
		sum += (double)a[k].n[1] -
		       cases(&a[k]) * (double)b[k].n[1] / cases(&b[k]);
	}
	return *n ? sum / (double)*n : 0;
}
