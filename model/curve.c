#include "model/curve.h"

#include <math.h>

/* Negatives and positives said positive at the cut before i; none before the
 * first. */
static struct confusion before(const struct cutoffs *cuts, size_t i)
{
	return i ? cuts->at[i - 1].confusion : (struct confusion){ 0 };
}

double curve_roc_at(const struct cutoffs *cuts, double fpr)
{
	const struct confusion *last;
	double want, at, from;
	size_t i = 0;

	if (!cuts->n)
		return NAN;
	last = &cuts->at[cuts->n - 1].confusion;
	if (!(last->tp + last->fn) || !(last->fp + last->tn))
		return NAN;
	want = fpr * (double)(last->fp + last->tn);
	/* the first cut beyond; the curve passes want on the way to it */
	while (i < cuts->n && (double)cuts->at[i].confusion.fp <= want)
		i++;
	if (i == cuts->n)
		return 1;
	from = (double)before(cuts, i).tp;
	at = from + ((double)cuts->at[i].confusion.tp - from) *
		    (want - (double)before(cuts, i).fp) /
		    (double)(cuts->at[i].confusion.fp - before(cuts, i).fp);
	return at / (double)(last->tp + last->fn);
}

bool curve_reliability(const struct cutoffs *cuts,
		       struct curve_bin out[CURVE_BINS])
{
	for (size_t i = 0; i < cuts->n; i++)
		if (!(cuts->at[i].threshold >= 0 && cuts->at[i].threshold <= 1))
			return false;
	for (size_t b = 0; b < CURVE_BINS; b++)
		out[b] = (struct curve_bin){ 0 };
	for (size_t i = 0; i < cuts->n; i++) {
		struct confusion was = before(cuts, i);
		const struct confusion *is = &cuts->at[i].confusion;
		struct curve_bin *b = &out[scored_bin(cuts->at[i].threshold)];
		uint64_t positives = is->tp - was.tp;
		uint64_t n = positives + is->fp - was.fp;

		b->positives += positives;
		b->n += n;
		b->mean += cuts->at[i].threshold * (double)n;
	}
	for (size_t b = 0; b < CURVE_BINS; b++)
		if (out[b].n)
			out[b].mean /= (double)out[b].n;
	return true;
}
