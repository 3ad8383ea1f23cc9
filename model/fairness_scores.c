#include "model/fairness_scores.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"

static double *expected_of(const struct fairness_group *groups, size_t n)
{
	const struct score_cell **cells =
		XNEW_ARRAY(const struct score_cell *, n + 1);
	double *expected = XNEW_ARRAY(double, n + 1);

	for (size_t i = 0; i < n; i++)
		cells[i] = groups[i].cells;
	expected_at_score(cells, n, n ? groups[0].n_cells : 0, expected);
	free(cells);
	return expected;
}

static struct group_value over(double part, double whole, uint64_t n)
{
	struct group_value v = { .n = n };

	if (whole > 0)
		v.value = part / whole;
	if (!isfinite(v.value))
		v.why = why_text(WHY_OVERFLOW);
	if (!(whole > 0))
		v.why = "no positives are expected of a group";
	return v;
}

static struct group_value value_of(enum group_number what,
				   const struct fairness_group *g,
				   double expected)
{
	struct score_sums s = score_sums(g->cells, g->n_cells);
	struct group_value v = { .n = (uint64_t)s.n };

	if (!v.n)
		return v;
	switch (what) {
	case OBSERVED_LESS_SCORE:
		v.value = (s.positives - s.score) / s.n;
		return v;
	case OBSERVED_OVER_SCORE:
		return over(s.positives, s.score, v.n);
	case CALIBRATION_ERROR:
		v.value = score_error(g->cells, g->n_cells);
		return v;
	case OBSERVED_LESS_EXPECTED:
		v.value = (s.positives - expected) / s.n;
		return v;
	case OBSERVED_OVER_EXPECTED:
		return over(s.positives, expected, v.n);
	}
	BUG("number %d", (int)what);
}

void group_values(enum group_number what, const struct fairness_group *groups,
		  size_t n, struct group_value *out)
{
	double *expected = expected_of(groups, n);

	for (size_t i = 0; i < n; i++)
		out[i] = value_of(what, &groups[i], expected[i]);
	free(expected);
}
