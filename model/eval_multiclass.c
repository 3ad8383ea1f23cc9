/* The multiclass task. A slice's table is kept as its cells that are not
 * empty: (target, said, count), so that many classes and many slices cost
 * what the rows cost. A label outside the set is "said" n_labels. */
#include "model/eval_parts.h"
#include "model/jackknife.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/interval.h"
#include "model/ln.h"
#include "model/order.h"

#define CLIP 0x1p-52
#define MATRIX_MAX 256		/* classes */

static const enum metric table_metrics[] = {
	METRIC_ACCURACY,
	METRIC_MACRO_PRECISION, METRIC_MACRO_RECALL, METRIC_MACRO_F1,
	METRIC_WEIGHTED_PRECISION, METRIC_WEIGHTED_RECALL, METRIC_WEIGHTED_F1,
	METRIC_MICRO_PRECISION, METRIC_MICRO_RECALL, METRIC_MICRO_F1,
};
#define N_TABLE (sizeof(table_metrics) / sizeof(*table_metrics))
static const enum metric row_metrics[] = {
	METRIC_LOG_LOSS, METRIC_TOP_3_ACCURACY,
};
#define N_ROW (sizeof(row_metrics) / sizeof(*row_metrics))

struct cell {
	uint32_t target, said;
};

struct table {
	size_t n_labels, n_cells, n_rows;
	struct cell *cells;
	uint64_t *count;		/* per cell */
	/* with weights only */
	uint32_t *cell_of;		/* per row */
	double *weight;
};

/* Losses and hits of rows, with their weights. */
struct losses {
	size_t n;
	double *loss, *hit, *weight;
};

struct multi {
	struct eval_run *run;
	const struct eval_input *in;
	bool is_probability;
};

/* -- A table's figures -- */

struct class_sums {
	double tp, target, said;
};

static void sum_classes(const struct table *t, const double *weight,
			struct class_sums *sums)
{
	for (size_t i = 0; i < t->n_cells; i++) {
		struct cell c = t->cells[i];

		sums[c.target].target += weight[i];
		sums[c.said].said += weight[i];
		if (c.said == c.target)
			sums[c.target].tp += weight[i];
	}
}

static void average(const struct class_sums *sums, size_t n_labels,
		    double out[N_TABLE])
{
	double macro[3] = { 0 }, weighted[3] = { 0 };
	double n = sums[n_labels].said, tp = 0, inside = 0, labels = 0;

	for (size_t k = 0; k < n_labels; k++) {
		struct class_sums s = sums[k];
		double part[3] = {
			s.said > 0 ? s.tp / s.said : 0,
			s.target > 0 ? s.tp / s.target : 0,
			2 * s.tp / (s.said + s.target),
		};

		if (!(s.said + s.target > 0))
			continue;
		labels++;
		n += s.said;
		inside += s.said;
		tp += s.tp;
		for (int i = 0; i < 3; i++) {
			macro[i] += part[i];
			weighted[i] += part[i] * s.target;
		}
	}
	out[0] = n > 0 ? tp / n : NAN;
	for (int i = 0; i < 3; i++) {
		out[1 + i] = labels > 0 && n > 0 ? macro[i] / labels : NAN;
		out[4 + i] = n > 0 ? weighted[i] / n : NAN;
	}
	out[7] = inside > 0 ? tp / inside : NAN;
	out[8] = n > 0 ? tp / n : NAN;
	out[9] = n > 0 ? 2 * tp / (n + inside) : NAN;
}

static void table_values(const struct table *t, const double *weight,
			 double out[N_TABLE])
{
	struct class_sums *sums = XNEW_ARRAY(struct class_sums,
					     t->n_labels + 1);

	sum_classes(t, weight, sums);
	average(sums, t->n_labels, out);
	free(sums);
}

static void table_stats(const uint32_t *times, const void *arg, double *out)
{
	const struct table *t = arg;
	double *weight = XNEW_ARRAY(double, t->n_cells + 1);

	if (t->weight)
		for (size_t i = 0; i < t->n_rows; i++)
			weight[t->cell_of[i]] += t->weight[i] * times[i];
	else
		for (size_t i = 0; i < t->n_cells; i++)
			weight[i] = times[i];
	table_values(t, weight, out);
	free(weight);
}

/* -- Tables from rows -- */

static uint32_t said_of(const struct eval_input *in, size_t row)
{
	return in->label[row] < in->n_labels ? in->label[row]
					     : (uint32_t)in->n_labels;
}

static unsigned bits_of(uint64_t x)
{
	return x ? 64 - (unsigned)__builtin_clzll(x) : 1;
}

/* With by_row each row can be drawn by itself; else the cells are. */
static struct table *table_new(struct eval_run *run, const uint32_t *rows,
			       size_t n, bool by_row)
{
	const struct eval_input *in = run->in;
	struct table *t = eval_keep(run, 1, sizeof(*t));
	uint64_t width = in->n_labels + 1;
	uint64_t *key = XNEW_ARRAY(uint64_t, n + 1);
	uint64_t *tmp = XNEW_ARRAY(uint64_t, n + 1), *sorted;
	size_t at = 0;

	for (size_t i = 0; i < n; i++)
		key[i] = (in->target[rows[i]] * width +
			  said_of(in, rows[i])) << 32 | i;
	sorted = radix_sort_u64(key, tmp, n, 32, bits_of(width * width));
	t->n_labels = in->n_labels;
	t->n_rows = n;
	for (size_t i = 0; i < n; i++)
		t->n_cells += !i || sorted[i] >> 32 != sorted[i - 1] >> 32;
	t->cells = eval_keep(run, t->n_cells + 1, sizeof(*t->cells));
	t->count = eval_keep(run, t->n_cells + 1, sizeof(*t->count));
	if (by_row) {
		t->cell_of = eval_keep(run, n + 1, sizeof(*t->cell_of));
		t->weight = eval_keep(run, n + 1, sizeof(*t->weight));
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t place = sorted[i] >> 32;
		uint32_t k = (uint32_t)sorted[i];

		at += i && place != sorted[i - 1] >> 32;
		t->cells[at] = (struct cell){ (uint32_t)(place / width),
					      (uint32_t)(place % width) };
		t->count[at]++;
		if (by_row) {
			t->cell_of[k] = (uint32_t)at;
			t->weight[k] = in->weight ? in->weight[rows[k]] : 1;
		}
	}
	free(key);
	free(tmp);
	return t;
}

static double *cell_weights(const struct table *t)
{
	double *w = XNEW_ARRAY(double, t->n_cells + 1);

	if (t->weight)
		for (size_t i = 0; i < t->n_rows; i++)
			w[t->cell_of[i]] += t->weight[i];
	else
		for (size_t i = 0; i < t->n_cells; i++)
			w[i] = (double)t->count[i];
	return w;
}

/* Counts for the proportions among the figures. */
static void count_parts(const struct table *t, uint64_t *tp, uint64_t *inside)
{
	*tp = *inside = 0;
	for (size_t i = 0; i < t->n_cells; i++) {
		if (t->cells[i].said < t->n_labels)
			*inside += t->count[i];
		if (t->cells[i].said == t->cells[i].target)
			*tp += t->count[i];
	}
}

static void fill_proportions(struct multi *m, struct eval_slice *out,
			     const struct table *t)
{
	bool exact = m->run->opt->clopper_pearson;
	uint64_t tp, inside;

	count_parts(t, &tp, &inside);
	out->metrics[METRIC_ACCURACY] = out->metrics[METRIC_MICRO_RECALL] =
		figure_proportion(tp, t->n_rows, WHY_NO_PATTERNS, exact);
	out->metrics[METRIC_MICRO_PRECISION] =
		figure_proportion(tp, inside, WHY_NEVER_PREDICTED, exact);
	if (inside == t->n_rows)
		out->metrics[METRIC_MICRO_F1] = out->metrics[METRIC_ACCURACY];
}

static void fill_table(struct multi *m, struct eval_slice *out,
		       const struct table *t)
{
	double value[N_TABLE], *weight = cell_weights(t);
	enum why why = t->n_rows ? WHY_NO_WEIGHT : WHY_NO_PATTERNS;

	table_values(t, weight, value);
	free(weight);
	for (size_t i = 0; i < N_TABLE; i++)
		out->metrics[table_metrics[i]] = isnan(value[i])
			? figure_why_not(why, t->n_rows)
			: figure_value(value[i], t->n_rows);
	if (!m->in->weight && t->n_rows)
		fill_proportions(m, out, t);
}

static void boot_table(struct multi *m, size_t slot, const struct table *t)
{
	struct eval_slice *out = eval_slot(m->run, slot);
	struct boot_job *job;

	if (!m->run->opt->resamples || !t->n_rows ||
	    (t->weight && !eval_may_boot(m->run, slot, t->n_rows)))
		return;
	job = eval_add_job(m->run, slot, DRAW_TABLE);
	job->n_units = t->weight ? t->n_rows : t->n_cells;
	job->counts = t->weight ? NULL : t->count;
	job->stat = table_stats;
	job->arg = t;
	job->n_stats = N_TABLE;
	for (size_t i = 0; i < N_TABLE; i++)
		if (out->metrics[table_metrics[i]].method == METHOD_NONE)
			job->figure[i] = &out->metrics[table_metrics[i]];
}

/* -- Classes -- */

static void f1_stat(const uint32_t *times, const void *arg, double *out)
{
	double n = 2.0 * times[0] + times[1] + times[2];

	*out = times[0] + times[2] ? 2.0 * times[0] / n : NAN;
}

static void boot_class(struct multi *m, struct figure *f1, size_t k,
		       const uint64_t counts[4])
{
	struct boot_job *job = eval_add_job(m->run, k, DRAW_CLASS);
	uint64_t *own = eval_keep(m->run, 4, sizeof(*own));

	for (int i = 0; i < 4; i++)
		own[i] = counts[i];
	job->n_units = 4;
	job->counts = own;
	job->stat = f1_stat;
	job->n_stats = 1;
	job->figure[0] = f1;
}

static struct figure ratio(double of, double out_of, enum why why, uint64_t n)
{
	return out_of > 0 ? figure_value(of / out_of, n)
			  : figure_why_not(n ? WHY_NO_WEIGHT : why, n);
}

static void fill_class(struct multi *m, size_t k, const struct class_sums *raw,
		       const struct class_sums *w)
{
	struct class_figures *c = &m->run->out->classes[k];
	bool exact = m->run->opt->clopper_pearson;
	uint64_t tp = (uint64_t)raw->tp, said = (uint64_t)raw->said;
	uint64_t n = (uint64_t)raw->target, rows = m->in->n;
	uint64_t counts[4] = { tp, said - tp, n - tp, rows + tp - said - n };

	c->label = xstrdup(m->in->labels[k]);
	c->n = n;
	c->f1 = n ? ratio(2 * w->tp, w->said + w->target, WHY_NO_CASES, rows)
		  : figure_why_not(WHY_NO_CASES, rows);
	if (m->in->weight) {
		c->precision = ratio(w->tp, w->said, WHY_NEVER_PREDICTED, said);
		c->recall = ratio(w->tp, w->target, WHY_NO_CASES, n);
		return;
	}
	c->precision = figure_proportion(tp, said, WHY_NEVER_PREDICTED, exact);
	c->recall = figure_proportion(tp, n, WHY_NO_CASES, exact);
	if (n && m->run->opt->resamples)
		boot_class(m, &c->f1, k, counts);
}

static void fill_matrix(struct multi *m, const struct table *t)
{
	size_t width = t->n_labels + 1;

	if (t->n_labels > MATRIX_MAX)
		return;
	m->run->out->matrix = XNEW_ARRAY(uint64_t, t->n_labels * width + 1);
	for (size_t i = 0; i < t->n_cells; i++)
		m->run->out->matrix[t->cells[i].target * width +
				    t->cells[i].said] = t->count[i];
}

static void fill_classes(struct multi *m, const struct table *t)
{
	struct class_sums *raw = XNEW_ARRAY(struct class_sums, t->n_labels + 1);
	struct class_sums *w = XNEW_ARRAY(struct class_sums, t->n_labels + 1);
	double *count = XNEW_ARRAY(double, t->n_cells + 1);
	double *weight = cell_weights(t);

	for (size_t i = 0; i < t->n_cells; i++)
		count[i] = (double)t->count[i];
	sum_classes(t, count, raw);
	sum_classes(t, weight, w);
	m->run->out->n_classes = t->n_labels;
	m->run->out->classes = XNEW_ARRAY(struct class_figures,
					  t->n_labels + 1);
	for (size_t k = 0; k < t->n_labels; k++)
		fill_class(m, k, &raw[k], &w[k]);
	fill_matrix(m, t);
	free(raw);
	free(w);
	free(count);
	free(weight);
}

/* -- Class scores -- */

/* A class with an equal score and a higher place is ahead. */
static bool in_top_3(const double *score, size_t n, size_t target)
{
	size_t ahead = 0;

	for (size_t k = 0; k < n; k++)
		ahead += score[k] > score[target] ||
			 (score[k] == score[target] && k > target);
	return ahead < 3;
}

static double row_loss(double p)
{
	p = p < CLIP ? CLIP : p > 1 - CLIP ? 1 - CLIP : p;
	return -ln(p);
}

static bool are_probabilities(const struct eval_input *in)
{
	for (size_t i = 0; i < in->n * in->n_labels; i++)
		if (!(in->class_score[i] >= 0 && in->class_score[i] <= 1))
			return false;
	return true;
}

static void losses_stats(const uint32_t *times, const void *arg, double *out)
{
	const struct losses *l = arg;
	double n = 0, loss = 0, hit = 0;

	for (size_t i = 0; i < l->n; i++) {
		double w = times ? times[i] : 1;

		if (l->weight)
			w *= l->weight[i];
		n += w;
		loss += w * l->loss[i];
		hit += w * l->hit[i];
	}
	out[0] = n > 0 ? loss / n : NAN;
	out[1] = n > 0 ? hit / n : NAN;
}

static struct losses *losses_new(struct multi *m, const uint32_t *rows,
				 size_t n)
{
	struct losses *l = eval_keep(m->run, 1, sizeof(*l));

	l->n = n;
	l->loss = eval_keep(m->run, n + 1, sizeof(double));
	l->hit = eval_keep(m->run, n + 1, sizeof(double));
	if (m->in->weight)
		l->weight = eval_keep(m->run, n + 1, sizeof(double));
	for (size_t i = 0; i < n; i++) {
		const double *s = m->in->class_score +
			rows[i] * m->in->n_labels;

		l->loss[i] = row_loss(s[m->in->target[rows[i]]]);
		l->hit[i] = in_top_3(s, m->in->n_labels,
				     m->in->target[rows[i]]);
		if (l->weight)
			l->weight[i] = m->in->weight[rows[i]];
	}
	return l;
}

static void fill_losses(struct multi *m, size_t slot, const struct losses *l)
{
	struct eval_slice *out = eval_slot(m->run, slot);
	enum why why = l->n ? WHY_NO_WEIGHT : WHY_NO_PATTERNS;
	double value[N_ROW], hits = 0;

	losses_stats(NULL, l, value);
	for (size_t i = 0; i < N_ROW; i++)
		out->metrics[row_metrics[i]] = isnan(value[i])
			? figure_why_not(why, l->n)
			: figure_value(value[i], l->n);
	if (!m->is_probability)
		out->metrics[METRIC_LOG_LOSS] =
			figure_why_not(WHY_NOT_PROBABILITIES, l->n);
	for (size_t i = 0; i < l->n; i++)
		hits += l->hit[i];
	if (!l->weight)
		out->metrics[METRIC_TOP_3_ACCURACY] =
			figure_proportion((uint64_t)hits, l->n,
					  WHY_NO_PATTERNS,
					  m->run->opt->clopper_pearson);
}

static double sum_of_squares(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * x[i];
	return sum;
}

static void boot_losses(struct multi *m, size_t slot, const struct losses *l)
{
	struct eval_slice *out = eval_slot(m->run, slot);
	struct boot_job *job;

	if (!l->weight && !eval_is_cheap(m->run, slot, l->n))
		jackknife_mean(&out->metrics[METRIC_LOG_LOSS],
			       sum_of_squares(l->loss, l->n), INFINITY);
	if (!eval_may_boot(m->run, slot, l->n))
		return;
	job = eval_add_job(m->run, slot, DRAW_SCORES);
	job->n_units = l->n;
	job->stat = losses_stats;
	job->arg = l;
	job->n_stats = N_ROW;
	for (size_t i = 0; i < N_ROW; i++)
		if (out->metrics[row_metrics[i]].method == METHOD_NONE)
			job->figure[i] = &out->metrics[row_metrics[i]];
}

const struct eval_kind eval_tables = { table_metrics, N_TABLE, table_stats };
const struct eval_kind eval_losses = { row_metrics, N_ROW, losses_stats };

const void *eval_tables_new(struct eval_run *run, const uint32_t *rows,
			    size_t n)
{
	return table_new(run, rows, n, true);
}

const void *eval_losses_new(struct eval_run *run, const uint32_t *rows,
			    size_t n)
{
	struct multi m = { .run = run, .in = run->in };

	return losses_new(&m, rows, n);
}

/* -- Slots -- */

static void say_why(struct eval_slice *out, const enum metric *metrics,
		    size_t n, enum why why)
{
	for (size_t i = 0; i < n; i++)
		out->metrics[metrics[i]] = figure_why_not(why, out->n);
}

static void fill_slot(struct multi *m, size_t slot, const uint32_t *rows,
		      size_t n)
{
	struct eval_slice *out = eval_slot(m->run, slot);

	out->n = n;
	if (m->in->label) {
		struct table *t = table_new(m->run, rows, n,
					    m->in->weight != NULL);

		fill_table(m, out, t);
		boot_table(m, slot, t);
		if (!slot)
			fill_classes(m, t);
	} else {
		say_why(out, table_metrics, N_TABLE, WHY_NO_THRESHOLD);
	}
	if (m->in->class_score) {
		struct losses *l = losses_new(m, rows, n);

		fill_losses(m, slot, l);
		boot_losses(m, slot, l);
	} else {
		say_why(out, row_metrics, N_ROW, WHY_NO_CLASS_SCORES);
	}
}

void eval_multiclass(struct eval_run *run)
{
	struct multi m = { .run = run, .in = run->in };
	struct cut_rows rows;

	if (m.in->class_score)
		m.is_probability = are_probabilities(m.in);
	cut_rows_init(&rows, run->cuts, m.in, NULL);
	for (size_t s = 0; s < run->cuts->n_slots; s++)
		fill_slot(&m, s, rows.rows + rows.start[s],
			  rows.start[s + 1] - rows.start[s]);
	cut_rows_release(&rows);
}
