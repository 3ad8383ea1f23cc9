/* Everything is a walk over the two lists of values in step, or over bins
 * that such a walk has filled. */
#include "model/drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/err.h"
#include "base/xalloc.h"
#include "model/dist.h"

enum { FEW_VALUES = 20, FEW_CELLS = 30, DECILES = 10 };

static const char *const names[DRIFT_COUNT] = {
	[DRIFT_PSI] = "psi", [DRIFT_PSI_DECILES] = "psi_deciles",
	[DRIFT_JENSEN_SHANNON] = "jensen_shannon",
	[DRIFT_JENSEN_SHANNON_2] = "jensen_shannon_2", [DRIFT_KL] = "kl",
	[DRIFT_HELLINGER] = "hellinger", [DRIFT_TVD] = "tvd",
	[DRIFT_L_INFINITY] = "l_infinity", [DRIFT_KS] = "ks",
	[DRIFT_KS_P] = "ks_p", [DRIFT_WASSERSTEIN] = "wasserstein",
	[DRIFT_WASSERSTEIN_NORMED] = "wasserstein_normed",
	[DRIFT_CHI2] = "chi2", [DRIFT_CHI2_DF] = "chi2_df",
	[DRIFT_CHI2_P] = "chi2_p",
};

static const char *const verdict_names[] = {
#define X(id, name) [id] = name,
	DRIFT_VERDICTS(X)
#undef X
};

const char *drift_name(enum drift_measure m)
{
	return names[m];
}

const char *drift_verdict_name(enum drift_verdict v)
{
	return verdict_names[v];
}

static const char *const bins_names[] = {
#define X(id, name) [id] = name,
	DRIFT_BINS(X)
#undef X
};

const char *drift_bins_name(enum drift_bins b)
{
	return bins_names[b];
}

bool drift_bins_from_name(const char *name, enum drift_bins *out)
{
	for (size_t i = 0; i < COUNT(bins_names); i++) {
		if (strcmp(bins_names[i], name))
			continue;
		*out = (enum drift_bins)i;
		return true;
	}
	return false;
}

/* -- The two samples in step -- */

struct cell {
	double value;		/* numbers */
	uint64_t r, c;		/* counts */
};

struct cells {
	struct cell *at;
	size_t n;
	double n_r, n_c;		/* sums of the counts */
	double cells_r, cells_c;	/* that they stand for */
	int exponent;			/* values are times 2^-exponent */
};

static uint64_t cells_of(const struct drift_sample *s)
{
	return s->stands_for ? s->stands_for : s->n;
}

static int compare_at(const struct drift_sample *a, size_t i,
		      const struct drift_sample *b, size_t j)
{
	if (i == a->n_values || j == b->n_values)
		return i == a->n_values ? 1 : -1;
	if (a->value)
		return (a->value[i] > b->value[j]) -
		       (a->value[i] < b->value[j]);
	return strcmp(a->text[i], b->text[j]);
}

/* To at most 1/2, so that no difference leaves the range of a number; by a
 * power of 2, which is exact. */
static void scale(struct cells *all)
{
	double most = all->n ? fmax(fabs(all->at[0].value),
				    fabs(all->at[all->n - 1].value)) : 0;

	all->exponent = most > 0 ? ilogb(most) + 2 : 0;
	for (size_t i = 0; i < all->n; i++)
		all->at[i].value = ldexp(all->at[i].value, -all->exponent);
}

static struct cells join(const struct drift_sample *r,
			 const struct drift_sample *c)
{
	struct cells out = { NULL, 0, (double)r->n, (double)c->n,
			     (double)cells_of(r), (double)cells_of(c), 0 };
	size_t i = 0, j = 0;

	out.at = XNEW_ARRAY(struct cell, r->n_values + c->n_values);
	while (i < r->n_values || j < c->n_values) {
		int order = compare_at(r, i, c, j);
		struct cell *cell = &out.at[out.n++];

		if (r->value)
			cell->value = order <= 0 ? r->value[i] : c->value[j];
		if (order <= 0)
			cell->r = r->count[i++];
		if (order >= 0)
			cell->c = c->count[j++];
	}
	if (r->value)
		scale(&out);
	return out;
}

/* -- Shares in bins -- */

struct shares {
	double *r, *c;
	size_t n;
};

static struct shares shares_new(size_t n)
{
	return (struct shares){ XNEW_ARRAY(double, n), XNEW_ARRAY(double, n),
				n };
}

static void shares_release(struct shares *s)
{
	free(s->r);
	free(s->c);
}

static void add_cell(struct shares *s, size_t bin, const struct cell *cell,
		     const struct cells *all)
{
	s->r[bin] += (double)cell->r / all->n_r;
	s->c[bin] += (double)cell->c / all->n_c;
}

static struct shares by_value(const struct cells *all)
{
	struct shares s = shares_new(all->n);

	for (size_t i = 0; i < all->n; i++)
		add_cell(&s, i, &all->at[i], all);
	return s;
}

/* n bins of equal width from low to high; what lies outside is one more. */
static struct shares by_width(const struct cells *all, double low,
			      double high, size_t n)
{
	struct shares s = shares_new(n + 1);
	bool outside = false;

	for (size_t i = 0; i < all->n; i++) {
		double x = all->at[i].value;
		double at = (x - low) / (high - low) * (double)n;
		size_t bin = x >= high ? n - 1 : (size_t)fmax(at, 0);

		if (x < low || x > high) {
			bin = n;
			outside = true;
		}
		add_cell(&s, bin, &all->at[i], all);
	}
	s.n = n + outside;
	return s;
}

/* As numpy counts, by the width of a bin: it may round to one more. Of ranges
 * so small that the width has hardly any digits, the count itself. */
static size_t n_bins(double range, double bins)
{
	double count = ceil(range / (range / bins));

	return (size_t)(count >= 1 && count <= bins + 2 ? count : ceil(bins));
}

/* Sturges: ceil(log2 n) + 1 bins over both, as numpy's. */
static struct shares by_sturges(const struct cells *all)
{
	double low = all->at[0].value, high = all->at[all->n - 1].value;
	double bins = log2(all->cells_r + all->cells_c) + 1;

	return by_width(all, low, high, n_bins(high - low, bins));
}

/* Moments of the reference, of its own deviation. */
static double skewness(const struct cells *all)
{
	double mean = 0, squares = 0, cubes = 0, most = 0;
	int exponent;

	for (size_t i = 0; i < all->n; i++) {
		mean += all->at[i].value * (double)all->at[i].r / all->n_r;
		most = all->at[i].r ? fmax(most, fabs(all->at[i].value)) : most;
	}
	/* the other sample's may be far larger: its unit is not the one */
	exponent = most > 0 ? ilogb(most) : 0;
	for (size_t i = 0; i < all->n; i++) {
		double d = ldexp(all->at[i].value - mean, -exponent);
		double share = (double)all->at[i].r / all->n_r;

		squares += share > 0 ? d * d * share : 0;
		cubes += share > 0 ? d * d * d * share : 0;
	}
	return squares > 0 ? cubes / pow(squares, 1.5) : 0;
}

/* Doane 1976 ("Aesthetic frequency classifications"), as numpy's: over the
 * reference alone. */
static struct shares by_doane(const struct cells *all)
{
	double n = all->cells_r, low = 0, high = 0, of_skew, bins;
	bool found = false;

	for (size_t i = 0; i < all->n; i++) {
		if (!all->at[i].r)
			continue;
		low = found ? low : all->at[i].value;
		high = all->at[i].value;
		found = true;
	}
	if (n < 3 || high <= low)
		return by_sturges(all);
	of_skew = sqrt(6 * (n - 2) / ((n + 1) * (n + 3)));
	bins = 1 + log2(n) + log2(1 + fabs(skewness(all) / of_skew));
	return by_width(all, low, high, n_bins(high - low, bins));
}

/* The reference's value at 0-based rank. */
static double at_rank(const struct cells *all, double rank)
{
	double seen = 0;
	size_t i = 0;

	for (; i + 1 < all->n; i++) {
		seen += (double)all->at[i].r;
		if (rank < seen)
			break;
	}
	return all->at[i].value;
}

static struct shares by_decile(const struct cells *all)
{
	struct shares s = shares_new(DECILES);
	double cut[DECILES - 1];
	size_t bin = 0;

	for (size_t k = 0; k < DECILES - 1; k++)
		cut[k] = at_rank(all, floor(all->n_r * (double)(k + 1) /
					    DECILES));
	for (size_t i = 0; i < all->n; i++) {
		while (bin < DECILES - 1 && all->at[i].value >= cut[bin])
			bin++;
		add_cell(&s, bin, &all->at[i], all);
	}
	return s;
}

/* An empty bin would make a logarithm infinite. */
static void fill_empty(double *share, size_t n)
{
	double least = 1;

	for (size_t i = 0; i < n; i++)
		if (share[i] > 0 && share[i] < least)
			least = share[i];
	for (size_t i = 0; i < n; i++)
		if (share[i] <= 0)
			share[i] = least <= 0.0001 ? least / 1e6 : 0.0001;
}

static double psi_of(struct shares *s)
{
	double sum = 0;

	fill_empty(s->r, s->n);
	fill_empty(s->c, s->n);
	for (size_t i = 0; i < s->n; i++)
		sum += (s->c[i] - s->r[i]) * log(s->c[i] / s->r[i]);
	return sum;
}

/* Filled bins add to a little over 1: scaled back to 1 first. */
static double kl_of(const struct shares *s)
{
	double sum = 0, all_r = 0, all_c = 0;

	for (size_t i = 0; i < s->n; i++) {
		all_r += s->r[i];
		all_c += s->c[i];
	}
	for (size_t i = 0; i < s->n; i++) {
		double r = s->r[i] / all_r, c = s->c[i] / all_c;

		sum += r * log(r / c);
	}
	return sum;
}

static double half_kl(double p, double m)
{
	return p > 0 ? p * log(p / m) / 2 : 0;
}

static double jensen_shannon_of(const struct shares *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->n; i++) {
		double m = (s->r[i] + s->c[i]) / 2;

		sum += half_kl(s->r[i], m) + half_kl(s->c[i], m);
	}
	return sqrt(fmax(sum, 0));
}

static double hellinger_of(const struct shares *s)
{
	double sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += sqrt(s->r[i] * s->c[i]);
	return sqrt(fmax(1 - sum, 0));
}

static void spread_of(const struct shares *s, double *tvd, double *most)
{
	*tvd = *most = 0;
	for (size_t i = 0; i < s->n; i++) {
		double d = fabs(s->r[i] - s->c[i]);

		*tvd += d / 2;
		*most = fmax(*most, d);
	}
}

/* -- Distribution functions -- */

/* Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2), x corrected for the sizes. */
static double ks_p(double d, double n_r, double n_c)
{
	double n = n_r * n_c / (n_r + n_c);
	double x = (sqrt(n) + 0.12 + 0.11 / sqrt(n)) * d, sum = 0, sign = 1;

	if (x < 0.2)
		return 1;
	for (int k = 1; k <= 100; k++) {
		double term = exp(-2.0 * k * k * x * x);

		sum += sign * term;
		if (term < 1e-16)
			break;
		sign = -sign;
	}
	return fmin(fmax(2 * sum, 0), 1);
}

static double deviation(const struct cells *all)
{
	double mean = 0, squares = 0;

	for (size_t i = 0; i < all->n; i++)
		mean += all->at[i].value * (double)all->at[i].r / all->n_r;
	for (size_t i = 0; i < all->n; i++) {
		double d = all->at[i].value - mean;

		squares += d * d * (double)all->at[i].r / all->n_r;
	}
	return sqrt(squares);
}

static void set(struct drift *out, enum drift_measure m, double x)
{
	uint64_t n = out->n_reference < out->n_current ? out->n_reference :
							 out->n_current;

	out->figure[m] = figure_value(x, n);
}

static void distribution_functions(struct drift *out,
				   const struct cells *all)
{
	double f_r = 0, f_c = 0, most = 0, area = 0;

	for (size_t i = 0; i < all->n; i++) {
		f_r += (double)all->at[i].r / all->n_r;
		f_c += (double)all->at[i].c / all->n_c;
		most = fmax(most, fabs(f_r - f_c));
		if (i + 1 < all->n)
			area += fabs(f_r - f_c) *
				(all->at[i + 1].value - all->at[i].value);
	}
	set(out, DRIFT_KS, most);
	set(out, DRIFT_KS_P, ks_p(most, all->cells_r, all->cells_c));
	set(out, DRIFT_WASSERSTEIN, ldexp(area, all->exponent));
	set(out, DRIFT_WASSERSTEIN_NORMED,
	    area / fmax(deviation(all), ldexp(0.001, -all->exponent)));
}

/* -- Counts -- */

static void chi_square(struct drift *out, const struct cells *all)
{
	double all_n = all->n_r + all->n_c, sum = 0;
	double df = (double)all->n - 1;

	for (size_t i = 0; i < all->n; i++) {
		double row = (double)(all->at[i].r + all->at[i].c);
		double e_r = row * all->n_r / all_n;
		double e_c = row * all->n_c / all_n;
		double d = (double)all->at[i].r - e_r;

		sum += d * d / e_r + d * d / e_c;
	}
	if (df < 1)
		return;
	set(out, DRIFT_CHI2, sum);
	set(out, DRIFT_CHI2_DF, df);
	set(out, DRIFT_CHI2_P, dist_chi2_upper(sum, df));
}

static void binned(struct drift *out, const struct cells *all, bool is_number)
{
	bool wide = is_number && all->n > FEW_VALUES;
	struct shares s = !wide ? by_value(all) :
			  out->rule == DRIFT_DOANE ? by_doane(all) :
			  by_sturges(all);
	double tvd, most, js = jensen_shannon_of(&s);

	out->n_bins = s.n;
	spread_of(&s, &tvd, &most);
	set(out, DRIFT_TVD, tvd);
	set(out, DRIFT_L_INFINITY, most);
	set(out, DRIFT_HELLINGER, hellinger_of(&s));
	set(out, DRIFT_JENSEN_SHANNON, js);
	set(out, DRIFT_JENSEN_SHANNON_2, js / sqrt(log(2)));
	set(out, DRIFT_PSI, psi_of(&s));	/* fills the empty bins */
	set(out, DRIFT_KL, kl_of(&s));
	shares_release(&s);
	if (!is_number)
		return;
	s = by_decile(all);
	set(out, DRIFT_PSI_DECILES, psi_of(&s));
	shares_release(&s);
}

static enum drift_verdict judge(const struct drift *d)
{
	double psi = d->figure[DRIFT_PSI].value - d->psi_by_chance;

	if (d->n_reference < FEW_CELLS || d->n_current < FEW_CELLS ||
	    d->psi_by_chance >= 0.1)
		return DRIFT_INSUFFICIENT;
	if (psi < 0.1)
		return DRIFT_STABLE;
	return psi < 0.25 ? DRIFT_MODERATE : DRIFT_SIGNIFICANT;
}

void drift_compute(const struct drift_sample *reference,
		   const struct drift_sample *current, enum drift_bins rule,
		   struct drift *out)
{
	bool is_number = reference->value != NULL;
	struct cells all;

	if (is_number != (current->value != NULL) && current->n_values)
		BUG("numbers against texts");
	*out = (struct drift){ .n_reference = cells_of(reference),
			       .n_current = cells_of(current), .rule = rule,
			       .verdict = DRIFT_INSUFFICIENT };
	for (int m = 0; m < DRIFT_COUNT; m++)
		out->figure[m] = figure_undefined(
			!reference->n || !current->n ? "a sample is empty" :
			"it is for numbers", 0);
	if (!reference->n || !current->n)
		return;
	all = join(reference, current);
	binned(out, &all, is_number);
	if (is_number)
		distribution_functions(out, &all);
	out->figure[DRIFT_CHI2] = figure_undefined("too many different values",
						   0);
	if (!is_number || all.n <= FEW_VALUES)
		chi_square(out, &all);
	out->psi_by_chance = (1 / all.cells_r + 1 / all.cells_c) *
			     (double)(out->n_bins - 1);
	out->verdict = judge(out);
	free(all.at);
}

void drift_write(struct json_out *o, const struct drift *d)
{
	jo_object(o);
	jo_kstr(o, "verdict", verdict_names[d->verdict]);
	jo_kint(o, "n_reference", (int64_t)d->n_reference);
	jo_kint(o, "n_current", (int64_t)d->n_current);
	jo_kstr(o, "rule", bins_names[d->rule]);
	jo_kint(o, "bins", (int64_t)d->n_bins);
	jo_knum(o, "psi_by_chance", d->psi_by_chance);
	for (int m = 0; m < DRIFT_COUNT; m++) {
		jo_key(o, names[m]);
		if (d->figure[m].why)
			jo_null(o);
		else
			jo_num(o, d->figure[m].value);
	}
	jo_end(o);
}
