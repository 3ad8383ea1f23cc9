/* The binary task. Counts of all slices come from the cubes' cells; what
 * hangs on scores from one sweep of each cube in the order of scores.
 * Weighted figures and intervals by resampling of rows take each slice's rows
 * by themselves (model/scored.h). */
#include "model/eval_binary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/answer.h"
#include "model/jackknife.h"
#include "model/ln.h"

#define BLOCK 512
#define CLIP 0x1p-52

/* -- Counts -- */

/* said[row]: 2 for positive, so that cell's lowest bit | said is a place in
 * the confusion table. */
static uint8_t *what_was_said(const struct binary *b)
{
	uint8_t *said = xcalloc(b->in->n + 1, 1);

	for (size_t i = 0; b->has_label && i < b->in->n; i++)
		said[i] = answer_is_positive(b->in, i);
	return said;
}

static void add_cell(struct tally *t, unsigned label, const uint64_t n[2],
		     const double w[2])
{
	if (label) {
		t->c.fn += n[0];
		t->c.tp += n[1];
		t->w.fn += w[0];
		t->w.tp += w[1];
	} else {
		t->c.tn += n[0];
		t->c.fp += n[1];
		t->w.tn += w[0];
		t->w.fp += w[1];
	}
}

static void count_cube(const struct binary *b, const struct cube *cube,
		       const uint8_t *said)
{
	const double *weight = b->in->weight;
	uint64_t (*n)[2] = xcalloc(cube->n_cells, sizeof(*n));
	double (*w)[2] = xcalloc(cube->n_cells, sizeof(*w));

	for (size_t i = 0; i < b->in->n; i++)
		n[cube->cell[i]][said[i]]++;
	for (size_t i = 0; weight && i < b->in->n; i++)
		w[cube->cell[i]][said[i]] += weight[i];
	for (size_t cell = 0; cell < cube->n_cells; cell++)
		for (size_t k = 0; k < cube->width; k++)
			add_cell(&b->tally[cube->slot[cell * cube->width + k]],
				 cell & 1, n[cell], w[cell]);
	free(n);
	free(w);
}

static void count_all(struct binary *b)
{
	const struct cuts *cuts = b->run->cuts;
	uint8_t *said = what_was_said(b);

	for (size_t i = 0; i < cuts->n_cubes; i++)
		count_cube(b, &cuts->cubes[i], said);
	free(said);
}

/* -- Scores -- */

/* Sums of a cell. */
struct cell {
	double log_loss, brier;
	double log_loss2, brier2;	/* of their squares */
	double bin_score, bin_square;	/* of the bin under way */
	int64_t bin_n;
};

struct bin_sum {		/* of a slot */
	double score, positives, square;
};

/* Adds the bin under way to the slots' gaps, by way of their sums. */
static void close_bin(const struct cube *cube, struct cell *cells,
		      struct bin_sum *sums, struct tally *tally,
		      size_t n_slots)
{
	memset(sums, 0, (n_slots + 1) * sizeof(*sums));
	for (size_t c = 0; c < cube->n_cells; c++) {
		const uint32_t *slot = cube->slot + c * cube->width;

		if (!cells[c].bin_n)
			continue;
		for (size_t k = 0; k < cube->width; k++) {
			struct bin_sum *sum = &sums[slot[k]];

			sum->score += cells[c].bin_score;
			sum->square += cells[c].bin_square;
			if (c & 1)
				sum->positives += (double)cells[c].bin_n;
		}
		cells[c].bin_n = 0;
		cells[c].bin_score = cells[c].bin_square = 0;
	}
	for (size_t s = 0; s < n_slots; s++) {
		double gap = sums[s].positives - sums[s].score;

		tally[s].gap += fabs(gap);
		tally[s].kinks += jackknife_kink(gap, sums[s].square);
	}
}

/* q: the probability given to what is true; and its log loss. */
WIDE_LOOPS
static void block_losses(const double *score, const uint32_t *mark, size_t n,
			 double *q, double *loss)
{
	for (size_t i = 0; i < n; i++) {
		double x = mark[i] & 2 ? score[i] : 1 - score[i];

		q[i] = x;
		x = x < CLIP ? CLIP : x;
		loss[i] = -ln(x > 1 - CLIP ? 1 - CLIP : x);
	}
}

/* Losses of a block of rows in order, by their cells. */
static void add_block(const struct ranked *r, size_t from, size_t to,
		      struct cell *cells)
{
	double score[BLOCK], q[BLOCK], loss[BLOCK];
	const uint32_t *mark = r->mark + from;
	size_t n = to - from;

	ranked_scores(r, from, to, score);
	block_losses(score, mark, n, q, loss);
	for (size_t i = 0; i < n; i++) {
		struct cell *c = &cells[mark[i] >> 1];
		double brier = (1 - q[i]) * (1 - q[i]);

		c->log_loss += loss[i];
		c->log_loss2 += loss[i] * loss[i];
		c->brier += brier;
		c->brier2 += brier * brier;
		c->bin_square += brier;
		c->bin_score += score[i];
		c->bin_n++;
	}
}

static void add_losses(const struct binary *b, const struct cube *cube,
		       const struct ranked *r)
{
	size_t n_slots = b->run->cuts->n_slots;
	struct cell *cells = XNEW_ARRAY(struct cell, cube->n_cells);
	struct bin_sum *sums = XNEW_ARRAY(struct bin_sum, n_slots + 1);

	for (size_t bin = 0, at = 0; bin < SCORED_BINS; bin++) {
		size_t end = bin + 1 == SCORED_BINS ? r->n :
			ranked_place(r, (double)(bin + 1) / SCORED_BINS);

		for (; at < end; at = at + BLOCK < end ? at + BLOCK : end)
			add_block(r, at, at + BLOCK < end ? at + BLOCK : end,
				  cells);
		close_bin(cube, cells, sums, b->tally, n_slots);
	}
	for (size_t c = 0; c < cube->n_cells; c++) {
		for (size_t k = 0; k < cube->width; k++) {
			struct tally *t = &b->tally[cube->slot[
				c * cube->width + k]];

			t->log_loss += cells[c].log_loss;
			t->log_loss2 += cells[c].log_loss2;
			t->brier += cells[c].brier;
			t->brier2 += cells[c].brier2;
		}
	}
	free(cells);
	free(sums);
}

/* -- Areas -- */

struct sweep {
	const struct cube *cube;
	struct auc *auc;	/* by slot */
	uint32_t (*run)[2];	/* by slot: of the run under way, by label */
	uint32_t *met;		/* slots that the run has met */
};

static const uint32_t *slots_of(const struct sweep *s, uint32_t mark)
{
	return s->cube->slot + (mark >> 1) * s->cube->width;
}

static unsigned label_of(uint32_t mark)
{
	return mark >> 1 & 1;
}

static inline void sweep_one(const struct sweep *s, uint32_t mark)
{
	const uint32_t *slot = slots_of(s, mark);

	if (label_of(mark))
		for (size_t k = 0; k < s->cube->width; k++)
			auc_positive(&s->auc[slot[k]]);
	else
		for (size_t k = 0; k < s->cube->width; k++)
			auc_negative(&s->auc[slot[k]]);
}

/* Two rows with one score: in most slots they do not meet. */
static inline void sweep_two(const struct sweep *s, uint32_t first,
			     uint32_t second)
{
	const uint32_t *a = slots_of(s, first), *b = slots_of(s, second);
	unsigned p = label_of(first), r = label_of(second);

	if (!p && !r) {
		sweep_one(s, first);
		sweep_one(s, second);
		return;
	}
	for (size_t k = 0; k < s->cube->width; k++) {
		if (a[k] == b[k]) {
			auc_tie(&s->auc[a[k]], p + r, 2 - p - r);
			continue;
		}
		if (p)
			auc_positive(&s->auc[a[k]]);
		else
			auc_negative(&s->auc[a[k]]);
		if (r)
			auc_positive(&s->auc[b[k]]);
		else
			auc_negative(&s->auc[b[k]]);
	}
}

static void sweep_run(const struct sweep *s, const uint32_t *mark, size_t n)
{
	size_t n_met = 0;

	for (size_t i = 0; i < n; i++) {
		const uint32_t *slot = slots_of(s, mark[i]);

		for (size_t k = 0; k < s->cube->width; k++) {
			uint32_t *run = s->run[slot[k]];

			s->met[n_met] = slot[k];
			n_met += !(run[0] | run[1]);
			run[label_of(mark[i])]++;
		}
	}
	for (size_t i = 0; i < n_met; i++) {
		uint32_t *run = s->run[s->met[i]];
		struct auc *a = &s->auc[s->met[i]];

		if (run[1])
			auc_tie(a, run[1], run[0]);
		else
			a->seen += run[0];
		run[0] = run[1] = 0;
	}
}

static void sweep_aucs(const struct sweep *s, const struct ranked *r)
{
	const uint32_t *mark = r->mark;

	for (size_t i = 0, j; i < r->n; i = j) {
		for (j = i; !(mark[j] & 1); j++)
			;
		j++;
		if (j - i == 1)
			sweep_one(s, mark[i]);
		else if (j - i == 2)
			sweep_two(s, mark[i], mark[i + 1]);
		else
			sweep_run(s, mark + i, j - i);
	}
}

static void look_at_scores(struct binary *b, const struct ranked *r)
{
	b->is_probability = !r->n || (ranked_score(r, 0) >= 0 &&
				      ranked_score(r, r->n - 1) <= 1);
	for (size_t i = 0; i < r->n; i++)
		b->n_distinct += r->mark[i] & 1;
}

static void sweep_cubes(struct binary *b)
{
	const struct cuts *cuts = b->run->cuts;
	struct sweep s = {
		.auc = b->auc,
		.run = xcalloc(cuts->n_slots + 1, sizeof(*s.run)),
		.met = XNEW_ARRAY(uint32_t, cuts->n_slots + 2),
	};

	binary_expect_areas(b);
	for (size_t i = 0; i < cuts->n_cubes && !b->counts; i++) {
		struct ranked r;

		s.cube = &cuts->cubes[i];
		ranked_init(&r, b->in->score, b->in->n, s.cube, &b->order);
		if (i == 0)
			look_at_scores(b, &r);
		if (i == 0 && binary_count_scores(b, &r)) {
			ranked_release(&r);
			break;
		}
		if (b->is_probability)
			add_losses(b, s.cube, &r);
		sweep_aucs(&s, &r);
		ranked_release(&r);
	}
	for (size_t k = 0; k <= cuts->n_slots && !b->counts; k++)
		auc_count(&b->auc[k]);
	free(s.run);
	free(s.met);
}

/* -- Figures -- */

static const enum metric score_metrics[SCORED_STATS] = {
	[SCORED_AUC] = METRIC_ROC_AUC,
	[SCORED_AP] = METRIC_AVERAGE_PRECISION,
	[SCORED_LOG_LOSS] = METRIC_LOG_LOSS,
	[SCORED_BRIER] = METRIC_BRIER,
	[SCORED_ECE] = METRIC_ECE,
};

static struct figure label_figure(const struct binary *b,
				  const struct tally *t, enum metric m,
				  uint64_t n)
{
	if (!b->has_label)
		return figure_why_not(WHY_NO_THRESHOLD, n);
	if (b->in->weight)
		return confusion_weighted(&t->w, &t->c, m);
	return confusion_figure(&t->c, m, b->run->opt->clopper_pearson);
}

static struct figure mean_of(const struct binary *b, double sum, uint64_t n)
{
	if (!b->is_probability)
		return figure_why_not(WHY_NOT_PROBABILITIES, n);
	if (!n)
		return figure_why_not(WHY_NO_PATTERNS, 0);
	return figure_value(sum / (double)n, n);
}

static struct figure weighted_figure(const struct binary *b,
				     const struct tally *t,
				     enum scored_stat stat, uint64_t n)
{
	struct figure f = stat == SCORED_AUC ? auc_figure(&b->auc[t - b->tally])
		: stat == SCORED_AP ? auc_average_precision(&b->auc[t - b->tally])
		: mean_of(b, 0, n);

	if (f.why)
		return f;
	if (isnan(t->weighted[stat]))
		return figure_why_not(WHY_NO_WEIGHT, n);
	return figure_value(t->weighted[stat], n);
}

static struct figure score_figure(const struct binary *b,
				  const struct tally *t, enum scored_stat stat,
				  uint64_t n)
{
	if (!b->has_score)
		return figure_why_not(WHY_NO_SCORE, n);
	if (b->in->weight)
		return weighted_figure(b, t, stat, n);
	switch (stat) {
	case SCORED_AUC: return auc_figure(&b->auc[t - b->tally]);
	case SCORED_AP: return auc_average_precision(&b->auc[t - b->tally]);
	case SCORED_LOG_LOSS: return mean_of(b, t->log_loss, n);
	case SCORED_BRIER: return mean_of(b, t->brier, n);
	case SCORED_ECE: return mean_of(b, t->gap, n);
	case SCORED_STATS: break;
	}
	BUG("no such figure of scores");
}

/* What a resample of a slot's scores costs. */
static size_t score_cells(const struct binary *b, size_t n)
{
	size_t cells = 2 * b->n_distinct;

	return b->in->weight || n < cells ? n : cells;
}

/* Intervals for figures of more scores than are resampled. The derivative of
 * the calibration error by a row's weight is d - ECE over n, d being the
 * row's score - label with the sign of its bin's sum: d squared is Brier's. */
static void spread_scores(const struct binary *b, size_t slot)
{
	const struct tally *t = &b->tally[slot];
	struct eval_slice *out = eval_slot(b->run, slot);
	struct figure *m = out->metrics, *ece = &m[METRIC_ECE];

	if (!b->has_score || b->in->weight ||
	    eval_is_cheap(b->run, slot, score_cells(b, out->n)))
		return;
	if (t->c.tp + t->c.fn >= JACKKNIFE_LEAST)
		jackknife_interval(&m[METRIC_AVERAGE_PRECISION],
				   auc_precision_variance(&b->auc[slot]), 0,
				   1);
	jackknife_mean(&m[METRIC_LOG_LOSS], t->log_loss2, INFINITY);
	jackknife_mean(&m[METRIC_BRIER], t->brier2, 1);
	if (t->kinks <= KINK_SHARE * t->brier)
		jackknife_interval(ece, (t->brier / (double)out->n -
					 ece->value * ece->value) /
				   (double)out->n, 0, 1);
}

static void fill_slot(const struct binary *b, size_t slot)
{
	struct eval_slice *out = eval_slot(b->run, slot);
	const struct tally *t = &b->tally[slot];

	out->n = t->c.tp + t->c.fp + t->c.fn + t->c.tn;
	out->has_confusion = b->has_label;
	if (b->has_label)
		out->confusion = t->c;
	for (unsigned m = 0; m < METRIC_COUNT; m++)
		if (confusion_has((enum metric)m))
			out->metrics[m] = label_figure(b, t, (enum metric)m,
						       out->n);
	for (unsigned s = 0; s < SCORED_STATS; s++)
		out->metrics[score_metrics[s]] =
			score_figure(b, t, (enum scored_stat)s, out->n);
	spread_scores(b, slot);
}

/* -- Intervals by resampling -- */

static const enum metric table_metrics[] = {
	METRIC_BALANCED_ACCURACY, METRIC_F1, METRIC_MCC,
};

static void table_stats(const uint32_t *times, const void *arg, double *out)
{
	struct weighted_confusion w = { times[0], times[1], times[2],
					times[3] };

	for (unsigned i = 0; i < 3; i++)
		out[i] = confusion_value(&w, table_metrics[i]);
}

static void table_lane_stats(const uint32_t *times, const void *arg,
			     double *out)
{
	(void)arg;
	confusion_lanes(times, out);
}

static void boot_table(struct binary *b, size_t slot)
{
	struct eval_slice *out = eval_slot(b->run, slot);
	uint64_t *counts = eval_keep(b->run, 4, sizeof(*counts));
	struct boot_job *job = eval_add_job(b->run, slot, DRAW_TABLE);

	counts[0] = out->confusion.tp;
	counts[1] = out->confusion.fp;
	counts[2] = out->confusion.fn;
	counts[3] = out->confusion.tn;
	job->n_units = 4;
	job->counts = counts;
	job->stat = table_stats;
	job->lanes = b->in->n > INT32_MAX ? NULL : table_lane_stats;
	job->n_stats = 3;
	for (unsigned i = 0; i < 3; i++)
		job->figure[i] = &out->metrics[table_metrics[i]];
}

static void scored_stats(const uint32_t *times, const void *arg, double *out)
{
	scored_weigh(arg, times, out);
}

static void scored_lane_stats(const uint32_t *times, const void *arg,
			      double *out)
{
	scored_weigh_lanes(arg, times, out);
}

/* Weighted label figures: rows' places in the table and their weights. */
struct placed {
	size_t n;
	const uint8_t *place;	/* 0 tp, 1 fp, 2 fn, 3 tn */
	const double *weight;
};

static const enum metric label_metrics[] = {
	METRIC_ACCURACY, METRIC_BALANCED_ACCURACY, METRIC_PRECISION,
	METRIC_RECALL, METRIC_SPECIFICITY, METRIC_FPR, METRIC_FNR, METRIC_F1,
	METRIC_MCC, METRIC_SELECTION_RATE,
};
#define N_LABEL_METRICS (sizeof(label_metrics) / sizeof(*label_metrics))

static void placed_stats(const uint32_t *times, const void *arg, double *out)
{
	const struct placed *p = arg;
	double sum[4] = { 0 };
	struct weighted_confusion w;

	for (size_t i = 0; i < p->n; i++)
		sum[p->place[i]] += p->weight[i] * times[i];
	w = (struct weighted_confusion){ sum[0], sum[1], sum[2], sum[3] };
	for (unsigned i = 0; i < N_LABEL_METRICS; i++)
		out[i] = confusion_value(&w, label_metrics[i]);
}

const struct eval_kind eval_places = {
	label_metrics, N_LABEL_METRICS, placed_stats,
};

const void *eval_places_new(struct eval_run *run, const uint32_t *rows,
			    size_t n)
{
	const struct eval_input *in = run->in;
	struct placed *p = eval_keep(run, 1, sizeof(*p));
	uint8_t *place = eval_keep(run, n + 1, 1);
	double *weight = eval_keep(run, n + 1, sizeof(*weight));

	for (size_t i = 0; i < n; i++) {
		bool said = answer_is_positive(in, rows[i]);
		bool is = in->target[rows[i]] == 1;

		place[i] = said ? !is : is ? 2 : 3;
		weight[i] = in->weight ? in->weight[rows[i]] : 1;
	}
	*p = (struct placed){ n, place, weight };
	return p;
}

static void boot_placed(struct binary *b, size_t slot, const uint32_t *rows,
			size_t n)
{
	const void *places = eval_places_new(b->run, rows, n);
	struct boot_job *job = eval_add_job(b->run, slot, DRAW_PLACES);

	job->n_units = n;
	job->stat = placed_stats;
	job->arg = places;
	job->n_stats = N_LABEL_METRICS;
	for (unsigned i = 0; i < N_LABEL_METRICS; i++)
		job->figure[i] = &eval_slot(b->run, slot)->metrics[
			label_metrics[i]];
}

static void boot_scored(struct binary *b, size_t slot, struct scored *s)
{
	struct boot_job *job = eval_add_job(b->run, slot,
					    DRAW_SCORES);
	unsigned first = b->in->weight ? SCORED_AUC : SCORED_AP;

	job->n_units = s->n;
	job->counts = s->count;
	job->stat = scored_stats;
	job->lanes = s->weight || b->in->n > INT32_MAX ? NULL
						       : scored_lane_stats;
	job->arg = s;
	job->n_stats = SCORED_STATS;
	for (unsigned i = first; i < SCORED_STATS; i++)
		job->figure[i] = &eval_slot(b->run, slot)->metrics[
			score_metrics[i]];
}

/* The rows of a slot, ascending by score, as what can be weighed. */
static struct scored *gather(struct binary *b, const uint32_t *rows, size_t n)
{
	struct scored *s = XNEW(struct scored);
	double *score = XNEW_ARRAY(double, n + 1);
	double *weight = b->in->weight ? XNEW_ARRAY(double, n + 1) : NULL;
	uint8_t *label = XNEW_ARRAY(uint8_t, n + 1);

	for (size_t i = 0; i < n; i++) {
		score[i] = b->in->score[rows[i]];
		label[i] = b->in->target[rows[i]] == 1;
		if (weight)
			weight[i] = b->in->weight[rows[i]];
	}
	scored_init(s, score, label, weight, n, b->is_probability);
	free(score);
	free(weight);
	free(label);
	return s;
}

/* What the run frees at its end. */
static void keep_scored(struct eval_run *run, struct scored *s)
{
	void *parts[] = { s->score, s->positive, s->label, s->log_loss, s->brier,
			  s->run_end, s->weight, s->count, s };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i])
			vec_add(&run->owned)->p = parts[i];
}

static bool boots_scores(const struct binary *b, size_t slot, size_t n)
{
	return b->has_score && n &&
	       eval_may_boot(b->run, slot, score_cells(b, n));
}

static void row_slot(struct binary *b, size_t slot, const uint32_t *rows,
		     size_t n)
{
	bool boots = boots_scores(b, slot, n);
	struct scored *s;

	if (b->in->weight && b->has_label && n &&
	    eval_may_boot(b->run, slot, n))
		boot_placed(b, slot, rows, n);
	if (!b->has_score || (!boots && !b->in->weight))
		return;
	s = gather(b, rows, n);
	if (b->in->weight) {
		scored_weigh(s, NULL, b->tally[slot].weighted);
		fill_slot(b, slot);
	}
	if (boots)
		boot_scored(b, slot, s);
	keep_scored(b->run, s);
}

/* What is drawn of each slot comes from the histogram, too. */
static void boot_histogram(struct binary *b)
{
	for (size_t slot = 0; slot < b->run->cuts->n_slots; slot++) {
		struct scored *s;

		if (!boots_scores(b, slot, eval_slot(b->run, slot)->n))
			continue;
		s = XNEW(struct scored);
		scored_init_slot(s, b->counts, slot);
		boot_scored(b, slot, s);
		keep_scored(b->run, s);
	}
}

static bool wants_rows(const struct binary *b)
{
	const struct cuts *cuts = b->run->cuts;

	if (b->in->weight)
		return true;
	for (size_t s = 0; s < cuts->n_slots; s++)
		if (boots_scores(b, s, eval_slot(b->run, s)->n))
			return true;
	return false;
}

static void all_row_slots(struct binary *b)
{
	const struct cuts *cuts = b->run->cuts;
	struct cut_rows rows;

	if (b->has_score && !b->order.n)
		order_init(&b->order, b->in->score, b->in->n);
	cut_rows_init(&rows, cuts, b->in, b->has_score ? b->order.row : NULL);
	for (size_t s = 0; s < cuts->n_slots; s++)
		row_slot(b, s, rows.rows + rows.start[s],
			 rows.start[s + 1] - rows.start[s]);
	cut_rows_release(&rows);
}

/* Fills the tallies from rows or from a histogram. */
static void look_at_all(struct binary *b)
{
	const struct eval_input *in = b->in;

	if (in->histogram) {
		b->has_score = true;
		b->has_label = in->has_threshold;
		b->is_probability = true;
		b->counts = in->histogram;
		b->n_distinct = in->histogram->n_scores;
		binary_count_slots(b);
		binary_sum_histogram(b);
		return;
	}
	b->has_score = in->score != NULL;
	b->has_label = in->label || (in->has_threshold && in->score);
	count_all(b);
	if (b->has_score)
		sweep_cubes(b);
}

void eval_binary(struct eval_run *run)
{
	const struct eval_input *in = run->in;
	size_t n_slots = run->cuts->n_slots;
	struct binary b = { .run = run, .in = in };

	b.tally = XNEW_ARRAY(struct tally, n_slots + 1);
	b.auc = XNEW_ARRAY(struct auc, n_slots + 1);
	look_at_all(&b);
	for (size_t s = 0; s < n_slots; s++)
		fill_slot(&b, s);
	for (size_t s = 0; s < n_slots && run->opt->resamples; s++)
		if (b.has_label && !in->weight && eval_slot(run, s)->n)
			boot_table(&b, s);
	if (b.counts)
		boot_histogram(&b);
	else if (wants_rows(&b))
		all_row_slots(&b);
	if (in->counted && b.counts == &b.histogram)
		*in->counted = b.histogram;
	else
		histogram_release(&b.histogram);
	order_release(&b.order);
	free(b.tally);
	free(b.auc);
}
