/* The regression task. A slice becomes units (rows, or groups, whose errors
 * are averaged first), each with its errors and a weight; every figure is a
 * function of the units and of how often each counts.
 *
 * The error is prediction minus target. */
#include "model/eval_parts.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/interval.h"
#include "model/jackknife.h"
#include "model/order.h"

static const enum metric metrics[] = {
	METRIC_MAE, METRIC_RMSE, METRIC_MAPE, METRIC_SMAPE, METRIC_MASE,
	METRIC_R2, METRIC_MEDIAN_ABSOLUTE_ERROR, METRIC_ERROR_Q05,
	METRIC_ERROR_Q25, METRIC_ERROR_Q75, METRIC_ERROR_Q95,
};
#define N_METRICS (sizeof(metrics) / sizeof(*metrics))
enum { MAE, RMSE, MAPE, SMAPE, MASE, R2, MEDIAN, Q05, Q25, Q75, Q95 };

static const double shares[] = { 0.05, 0.25, 0.75, 0.95 };
enum { N_SHARES = sizeof(shares) / sizeof(*shares) };

struct unit {
	double weight;		/* a row's, or the sum of the group's */
	double mean[5];		/* |e|, e squared, |e/y|, symmetric, scaled */
	double error;
	/* sums over rows, for R squared: weight, y, y squared, e squared; y
	 * less the slice's mean */
	double row[4];
};

struct units {
	size_t n, n_rows;
	struct unit *unit;
	uint32_t *by_error, *by_size;	/* units in ascending order */
	bool weighs_alike;		/* those that weigh anything */
	enum why why[N_METRICS];	/* WHY_COUNT: defined */
};

struct regress {
	struct eval_run *run;
	const struct eval_input *in;
	uint32_t *unit_of;	/* per group: its unit in the slot + 1, or 0 */
};

/* -- Units from rows -- */

static double target_mean(const struct eval_input *in, const uint32_t *rows,
			  size_t n)
{
	double mean = 0;

	/* running mean: a sum of huge targets would overflow */
	for (size_t i = 0; i < n; i++)
		mean += (in->target_value[rows[i]] - mean) / (double)(i + 1);
	return mean;
}

static void add_row(struct unit *u, const struct eval_input *in, uint32_t row,
		    double centre)
{
	double y = in->target_value[row], f = in->value[row], e = f - y;
	double w = in->weight ? in->weight[row] : 1;

	if (!(w > 0))
		return;		/* 0 times what may be too large for a number */
	u->weight += w;
	u->error += w * e;
	u->mean[0] += w * fabs(e);
	u->mean[1] += w * e * e;
	u->mean[2] += w * fabs(e) / fabs(y);
	u->mean[3] += w * 2 * fabs(e) / (fabs(y) + fabs(f));
	u->mean[4] += in->scale ? w * fabs(e) / in->scale[row] : 0;
	y -= centre;
	u->row[0] += w;
	u->row[1] += w * y;
	u->row[2] += w * y * y;
	u->row[3] += w * e * e;
}

/* Rows that make a figure undefined, of whatever weight. */
static void look_at_row(struct units *u, const struct eval_input *in,
			uint32_t row)
{
	double y = in->target_value[row];

	if (y == 0)
		u->why[MAPE] = WHY_ZERO_TARGET;
	if (y == 0 && in->value[row] == 0)
		u->why[SMAPE] = WHY_ZERO_BOTH;
	if (in->scale && !(in->scale[row] > 0))
		u->why[MASE] = WHY_ZERO_SCALE;
}

static void settle_units(struct units *u, bool grouped, bool weighted)
{
	for (size_t i = 0; i < u->n; i++) {
		struct unit *x = &u->unit[i];

		if (x->weight > 0) {
			for (int k = 0; k < 5; k++)
				x->mean[k] /= x->weight;
			x->error /= x->weight;
		}
		if (grouped && !weighted)
			x->weight = 1;
	}
}

static uint32_t *sorted_units(const struct units *u, bool by_size)
{
	double *key = XNEW_ARRAY(double, u->n + 1);
	struct order o;

	for (size_t i = 0; i < u->n; i++)
		key[i] = by_size ? u->unit[i].mean[0] : u->unit[i].error;
	order_init(&o, key, u->n);
	free(o.score);
	free(key);
	return o.row;
}

static bool weigh_alike(const struct units *u)
{
	double first = 0;

	for (size_t i = 0; i < u->n; i++) {
		double w = u->unit[i].weight;

		if (w > 0 && first > 0 && w != first)
			return false;
		first = w > 0 ? w : first;
	}
	return true;
}

static struct unit *unit_of(struct regress *r, struct units *u, uint32_t row)
{
	uint32_t *known;

	if (!r->in->group)
		return &u->unit[u->n++];
	known = &r->unit_of[r->in->group[row]];
	if (!*known)
		*known = (uint32_t)++u->n;
	return &u->unit[*known - 1];
}

static struct units *units_new(struct regress *r, const uint32_t *rows,
			       size_t n)
{
	struct units *u = eval_keep(r->run, 1, sizeof(*u));
	double centre = target_mean(r->in, rows, n);

	u->n_rows = n;
	u->unit = eval_keep(r->run, n + 1, sizeof(*u->unit));
	for (size_t i = 0; i < N_METRICS; i++)
		u->why[i] = n ? WHY_COUNT : WHY_NO_PATTERNS;
	for (size_t i = 0; i < n; i++) {
		add_row(unit_of(r, u, rows[i]), r->in, rows[i], centre);
		look_at_row(u, r->in, rows[i]);
	}
	for (size_t i = 0; r->in->group && i < n; i++)
		r->unit_of[r->in->group[rows[i]]] = 0;
	if (!r->in->scale)
		u->why[MASE] = WHY_NO_SCALE;
	settle_units(u, r->in->group, r->in->weight);
	u->weighs_alike = weigh_alike(u);
	u->by_error = sorted_units(u, false);
	vec_add(&r->run->owned)->p = u->by_error;
	u->by_size = sorted_units(u, true);
	vec_add(&r->run->owned)->p = u->by_size;
	return u;
}

/* -- Figures of units -- */

/* How often a unit stands in the resample; 0 if it weighs nothing. */
static double times_of(const struct units *u, const uint32_t *times, size_t i)
{
	return u->unit[i].weight > 0 ? times ? times[i] : 1 : 0;
}

static double unit_value(const struct units *u, size_t i, bool by_size)
{
	return by_size ? u->unit[i].mean[0] : u->unit[i].error;
}

/* Quantiles of type 7 of R, of the list in which each unit stands as often as
 * it was drawn; all: how long it is. p ascends. */
static void plain_quantiles(const struct units *u, bool by_size,
			    const uint32_t *times, double all,
			    const double *p, size_t n_p, double *out)
{
	const uint32_t *order = by_size ? u->by_size : u->by_error;
	double below = 0, last = 0;
	size_t k = 0;
	bool half = false;	/* the lower neighbour of p[k] is found */

	for (size_t j = 0; j < u->n && k < n_p; j++) {
		below += times_of(u, times, order[j]);
		last = unit_value(u, order[j], by_size);
		while (k < n_p) {
			double h = (all - 1) * p[k], at = floor(h > 0 ? h : 0);

			if (!half && below > at) {
				out[k] = last;
				half = true;
			}
			if (!half || (below <= at + 1 && j + 1 < u->n))
				break;
			out[k] += (h > 0 ? h - at : 0) * (last - out[k]);
			half = false;
			k++;
		}
	}
}

/* Over the list: how long it is, the sum of weights, and of their squares. */
struct weights { double n, sum, squares; };

/* Weighted quantiles of type 7 (model/evaluation.h): the mean of the values
 * that lie, by share of weight, within a window as wide as one of the
 * effective sample's. p ascends. */
static void weighted_quantiles(const struct units *u, bool by_size,
			       const uint32_t *times,
			       const struct weights *all, const double *p,
			       size_t n_p, double *out)
{
	const uint32_t *order = by_size ? u->by_size : u->by_error;
	double below = 0, within[N_SHARES] = { 0 };
	double width = all->squares / all->sum;	/* sum / effective size */
	size_t k = 0;

	for (size_t i = 0; i < n_p; i++)
		out[i] = 0;
	for (size_t j = 0; j < u->n && k < n_p; j++) {
		double w = u->unit[order[j]].weight *
			   times_of(u, times, order[j]);
		double value = unit_value(u, order[j], by_size);

		for (size_t i = k; i < n_p && w > 0; i++) {
			double from = p[i] * (all->sum - width);
			double part = fmin(below + w, from + width) -
				      fmax(below, from);

			if (from >= below + w)
				break;
			if (part > 0) {
				within[i] += part;
				out[i] += part / within[i] * (value - out[i]);
			}
			k += i == k && from + width <= below + w;
		}
		below += w;
	}
}

static void quantiles(const struct units *u, bool by_size,
		      const uint32_t *times, const struct weights *all,
		      const double *p, size_t n_p, double *out)
{
	if (u->weighs_alike)
		plain_quantiles(u, by_size, times, all->n, p, n_p, out);
	else
		weighted_quantiles(u, by_size, times, all, p, n_p, out);
}

/* 1 - e / y, of sums of squares; NaN: the targets are equal, but for the
 * rounding of their sums. Infinite: too large for a number. */
static double r_squared(const double row[4], size_t n)
{
	double sums = row[2] + row[1] * row[1] / row[0];
	double total = row[2] - row[1] * row[1] / row[0];

	if (!isfinite(sums) || !isfinite(row[3]))
		return -INFINITY;
	return total > (double)n * DBL_EPSILON * sums ? 1 - row[3] / total
						      : NAN;
}

static void unit_stats(const uint32_t *times, const void *arg, double *out)
{
	const struct units *u = arg;
	double mean[5] = { 0 }, row[4] = { 0 }, half = 0.5;
	struct weights all = { 0 };

	for (size_t i = 0; i < u->n; i++) {
		const struct unit *x = &u->unit[i];
		double k = times ? times[i] : 1, w = k * x->weight;

		all.n += w > 0 ? k : 0;
		all.sum += w;
		all.squares += w * x->weight;
		for (int j = 0; j < 5; j++)
			mean[j] += w * x->mean[j];
		for (int j = 0; j < 4; j++)
			row[j] += k * x->row[j];
	}
	for (size_t i = 0; i < N_METRICS; i++)
		out[i] = NAN;
	if (!(all.sum > 0))
		return;
	for (int j = 0; j < 5; j++)
		out[j] = mean[j] / all.sum;
	out[RMSE] = sqrt(out[RMSE]);
	out[R2] = r_squared(row, u->n_rows);
	quantiles(u, true, times, &all, &half, 1, &out[MEDIAN]);
	quantiles(u, false, times, &all, shares, N_SHARES, &out[Q05]);
}

const struct eval_kind eval_errors = { metrics, N_METRICS, unit_stats };

const void *eval_errors_new(struct eval_run *run, const uint32_t *rows,
			    size_t n, size_t *n_units)
{
	struct regress r = { .run = run, .in = run->in };
	struct units *u;

	r.unit_of = XNEW_ARRAY(uint32_t, r.in->n_groups + 1);
	u = units_new(&r, rows, n);
	free(r.unit_of);
	*n_units = u->n;
	return u;
}

static bool constant_target(const struct eval_input *in, const uint32_t *rows,
			    size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (in->target_value[rows[i]] != in->target_value[rows[0]])
			return false;
	return true;
}

static bool any_weight(const struct units *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->unit[i].weight > 0)
			return true;
	return false;
}

/* -- Intervals of so many units that they are not resampled -- */

/* Of the mean of a weighted number: the sum of (w (x - mean))^2 over (sum w)^2,
 * the derivative by a unit's count being w (x - mean) over the sum. */
static double mean_variance(const struct units *u, size_t which, double mean)
{
	double all = 0, sum = 0;

	for (size_t i = 0; i < u->n; i++) {
		const struct unit *x = &u->unit[i];
		double d = x->weight > 0 ? x->weight *
					   (x->mean[which] - mean) : 0;

		all += x->weight;
		sum += d * d;
	}
	return sum / all / all;
}

/* R squared is 1 - E / Y, sums over rows; a unit with e and y of them moves it
 * by -(e - E / Y y) / Y. */
static double r2_variance(const struct units *u, double r2)
{
	double row[4] = { 0 }, sum = 0, centre, total;

	for (size_t i = 0; i < u->n; i++)
		for (int j = 0; j < 4; j++)
			row[j] += u->unit[i].row[j];
	centre = row[1] / row[0];
	total = row[2] - row[1] * centre;
	for (size_t i = 0; i < u->n; i++) {
		const double *x = u->unit[i].row;
		double y = x[2] - centre * (2 * x[1] - centre * x[0]);
		double d = (x[3] - (1 - r2) * y) / total;

		sum += d * d;
	}
	return sum;
}

static void spread_quantile(const struct units *u, bool by_size, double p,
			    struct figure *f)
{
	const uint32_t *order = by_size ? u->by_size : u->by_error;
	struct rank_interval r = interval_quantile(u->n, p);
	const struct unit *a = &u->unit[order[r.low]];
	const struct unit *b = &u->unit[order[r.high]];

	figure_interval(f, by_size ? a->mean[0] : a->error,
			by_size ? b->mean[0] : b->error, METHOD_ORDER);
}

static bool equal_weights(const struct units *u)
{
	for (size_t i = 1; i < u->n; i++)
		if (u->unit[i].weight != u->unit[0].weight)
			return false;
	return true;
}

static void spread_units(const struct units *u, struct eval_slice *out)
{
	static const unsigned char means[] = { MAE, MAPE, SMAPE, MASE };
	static const unsigned char which[] = { 0, 2, 3, 4 };
	struct figure *rmse = &out->metrics[METRIC_RMSE];
	struct figure *r2 = &out->metrics[METRIC_R2];
	double square = rmse->value * rmse->value;

	for (size_t i = 0; i < sizeof(means); i++) {
		struct figure *f = &out->metrics[metrics[means[i]]];

		if (!f->why)
			jackknife_interval(f, mean_variance(u, which[i],
							    f->value),
					   0, INFINITY);
	}
	if (!rmse->why && square > 0)
		jackknife_interval(rmse, mean_variance(u, 1, square) /
					 (4 * square), 0, INFINITY);
	if (!r2->why)
		jackknife_interval(r2, r2_variance(u, r2->value), -INFINITY,
				   1);
	if (!equal_weights(u))
		return;
	for (size_t i = MEDIAN; i <= Q95; i++)
		if (!out->metrics[metrics[i]].why)
			spread_quantile(u, i == MEDIAN, i == MEDIAN ? .5 :
					shares[i - Q05],
					&out->metrics[metrics[i]]);
}

static void fill_slot(struct regress *r, size_t slot, const uint32_t *rows,
		      size_t n)
{
	struct eval_slice *out = eval_slot(r->run, slot);
	struct units *u = units_new(r, rows, n);
	struct boot_job *job;
	double value[N_METRICS];
	bool weighs = any_weight(u);

	if (n && constant_target(r->in, rows, n))
		u->why[R2] = WHY_CONSTANT_TARGET;
	unit_stats(NULL, u, value);
	if (weighs && u->why[R2] == WHY_COUNT && isnan(value[R2]))
		u->why[R2] = WHY_CONSTANT_TARGET;
	for (size_t i = 0; i < N_METRICS; i++) {
		uint64_t units = i == R2 ? n : u->n;

		if (n && u->why[i] == WHY_COUNT && !weighs)
			u->why[i] = WHY_NO_WEIGHT;
		out->metrics[metrics[i]] = u->why[i] != WHY_COUNT
			? figure_why_not(u->why[i], units)
			: figure_value(value[i], units);
	}
	if (!eval_is_cheap(r->run, slot, u->n))
		spread_units(u, out);
	if (!eval_may_boot(r->run, slot, u->n))
		return;
	job = eval_add_job(r->run, slot, DRAW_SCORES);
	job->n_units = u->n;
	job->stat = unit_stats;
	job->arg = u;
	job->n_stats = N_METRICS;
	for (size_t i = 0; i < N_METRICS; i++)
		job->figure[i] = &out->metrics[metrics[i]];
}

void eval_regression(struct eval_run *run)
{
	struct regress r = { .run = run, .in = run->in };
	struct cut_rows rows;

	r.unit_of = XNEW_ARRAY(uint32_t, r.in->n_groups + 1);
	cut_rows_init(&rows, run->cuts, r.in, NULL);
	for (size_t s = 0; s < run->cuts->n_slots; s++) {
		size_t n = rows.start[s + 1] - rows.start[s];
		struct eval_slice *out = eval_slot(run, s);

		out->n = n;
		if (r.in->value) {
			fill_slot(&r, s, rows.rows + rows.start[s], n);
			continue;
		}
		for (size_t i = 0; i < N_METRICS; i++)
			out->metrics[metrics[i]] =
				figure_why_not(WHY_NO_VALUE, n);
	}
	cut_rows_release(&rows);
	free(r.unit_of);
}
