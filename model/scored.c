#include "model/scored.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/lanes.h"
#include "model/ln.h"

#define CLIP 0x1p-52
#define ROWS_A_CELL 8	/* and more: cells are counted */

static inline double log_loss(double q)
{
	q = q < CLIP ? CLIP : q;
	return -ln(q > 1 - CLIP ? 1 - CLIP : q);
}

double scored_log_loss(double score, bool positive)
{
	return log_loss(positive ? score : 1 - score);
}

WIDE_LOOPS
void scored_log_losses(const double *score, size_t n,
		       double *restrict if_negative,
		       double *restrict if_positive)
{
	for (size_t i = 0; i < n; i++) {
		if_negative[i] = log_loss(1 - score[i]);
		if_positive[i] = log_loss(score[i]);
	}
}

static void put(struct scored *s, double score, unsigned label, double weight)
{
	size_t k = s->n++;
	double miss = label ? 1 - score : score;

	s->score[k] = score;
	s->positive[k] = label;
	s->label[k] = label ? UINT32_MAX : 0;
	if (s->is_probability) {
		s->log_loss[k] = scored_log_loss(score, label);
		s->brier[k] = miss * miss;
	}
	if (s->weight)
		s->weight[k] = weight;
}

static size_t count_cells(const double *score, const uint8_t *label, size_t n)
{
	size_t cells = 0;

	for (size_t i = 0, j; i < n; i = j) {
		unsigned seen = 0;

		for (j = i; j < n && score[j] == score[i]; j++)
			seen |= 1u << label[j];
		cells += seen == 3 ? 2 : 1;
	}
	return cells;
}

static void put_cells(struct scored *s, const double *score,
		      const uint8_t *label, size_t n)
{
	for (size_t j = n, i; j > 0; j = i) {
		uint64_t seen[2] = { 0, 0 };

		for (i = j; i > 0 && score[i - 1] == score[j - 1]; i--)
			seen[label[i - 1]]++;
		for (unsigned l = 0; l < 2; l++) {
			if (!seen[l])
				continue;
			s->count[s->n] = seen[l];
			put(s, score[j - 1], l, 1);
		}
	}
}

size_t scored_bin(double score)
{
	size_t bin = 0;

	while (bin + 1 < SCORED_BINS &&
	       score >= (double)(bin + 1) / SCORED_BINS)
		bin++;
	return bin;
}

static void find_bins(struct scored *s)
{
	size_t i = 0;

	for (size_t b = 0; b < SCORED_BINS; b++) {
		while (i < s->n && (!s->is_probability ||
				    scored_bin(s->score[i]) + b + 1 >=
				    SCORED_BINS))
			i++;
		s->bin_end[b] = i;
	}
}

static void make_room(struct scored *s, size_t room, bool counted,
		      bool weighted)
{
	s->score = XNEW_ARRAY(double, room);
	s->positive = XNEW_ARRAY(double, room);
	s->label = XNEW_ARRAY(uint32_t, room);
	s->log_loss = XNEW_ARRAY(double, room);
	s->brier = XNEW_ARRAY(double, room);
	s->run_end = XNEW_ARRAY(uint8_t, room);
	if (weighted)
		s->weight = XNEW_ARRAY(double, room);
	if (counted)
		s->count = XNEW_ARRAY(uint64_t, room);
}

static void find_ends(struct scored *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->run_end[i] = i + 1 == s->n ||
			s->score[i + 1] != s->score[i];
	find_bins(s);
}

void scored_init(struct scored *s, const double *score, const uint8_t *label,
		 const double *weight, size_t n, bool is_probability)
{
	size_t cells = weight ? n : count_cells(score, label, n);
	bool counted = !weight && cells * ROWS_A_CELL <= n;

	*s = (struct scored){ .is_probability = is_probability };
	make_room(s, (counted ? cells : n) + 1, counted, weight != NULL);
	if (counted)
		put_cells(s, score, label, n);
	for (size_t i = n; i-- > 0 && !counted;)
		put(s, score[i], label[i], weight ? weight[i] : 1);
	find_ends(s);
}

static void put_times(struct scored *s, double score, unsigned label,
		      uint32_t times)
{
	if (s->count && times) {
		s->count[s->n] = times;
		times = 1;
	}
	for (; times > 0; times--)
		put(s, score, label, 1);
}

void scored_init_slot(struct scored *s, const struct histogram *h,
		      size_t slot)
{
	size_t n = 0, cells = 0;
	bool counted;

	*s = (struct scored){ .is_probability = true };
	for (size_t i = 0; i < h->n_scores; i++)
		for (unsigned label = 0; label < 2; label++) {
			uint32_t times = histogram_at(h, i, slot)[label];

			n += times;
			cells += times > 0;
		}
	counted = cells * ROWS_A_CELL <= n;
	make_room(s, (counted ? cells : n) + 1, counted, false);
	for (size_t i = h->n_scores; i-- > 0;)
		for (unsigned label = 0; label < 2; label++)
			put_times(s, h->score[i], label,
				  histogram_at(h, i, slot)[label]);
	find_ends(s);
}

void scored_release(struct scored *s)
{
	free(s->score);
	free(s->positive);
	free(s->label);
	free(s->log_loss);
	free(s->brier);
	free(s->run_end);
	free(s->weight);
	free(s->count);
	*s = (struct scored){ 0 };
}

struct sums {
	double positives, all, pairs, ap, log_loss, brier, gap;
};

/* One pass from the highest score down. A negative's pairs are the positives
 * above it and half of those in its run. */
static inline __attribute__((always_inline)) struct sums
sweep(const struct scored *s, const uint32_t *times, const double *weight)
{
	struct sums t = { 0 };
	double run_p = 0, run_q = 0;
	size_t i = 0;

	for (int b = 0; b < 10; b++) {
		double bin_score = 0, bin_p = 0;

		for (; i < s->bin_end[b]; i++) {
			double w = times ? (double)(int32_t)times[i] : 1, p;

			if (weight)
				w *= weight[i];
			p = w * s->positive[i];
			t.positives += p;
			t.all += w;
			run_p += p;
			run_q += w - p;
			t.log_loss += w * s->log_loss[i];
			t.brier += w * s->brier[i];
			bin_score += w * s->score[i];
			bin_p += p;
			if (s->run_end[i]) {
				t.pairs += run_q * (t.positives - run_p / 2);
				t.ap += run_p * t.positives /
					(t.all > 0 ? t.all : 1);
				run_p = run_q = 0;
			}
		}
		t.gap += fabs(bin_p - bin_score);
	}
	return t;
}

/* Four sums side by side, so that the loop is not one long chain of additions;
 * their order is fixed, and with it every bit. */
static double dot(const uint32_t *times, const double *x, size_t n)
{
	double sum[4] = { 0 };
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (int k = 0; k < 4; k++)
			sum[k] += (double)(int32_t)times[i + (size_t)k] *
				x[i + (size_t)k];
	for (; i < n; i++)
		sum[0] += (double)(int32_t)times[i] * x[i];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Ranks of a bin's rows, in integers; label is all ones for positives. */
static void rank_rows(const struct scored *s, const uint32_t *times,
		      size_t from, size_t to, uint64_t count[4],
		      struct sums *t)
{
	uint64_t positives = count[0], all = count[1];
	uint64_t run_p = count[2], run_q = count[3];
	double ap = t->ap, pairs = t->pairs;

	for (size_t i = from; i < to; i++) {
		uint32_t p = times[i] & s->label[i];

		positives += p;
		all += times[i];
		run_p += p;
		run_q += times[i] - p;
		if (s->run_end[i]) {
			double hits = (double)(int64_t)positives;

			pairs += (double)(int64_t)run_q *
				(hits - (double)(int64_t)run_p / 2);
			ap += (double)(int64_t)run_p * hits /
				(double)(int64_t)(all + !all);
			run_p = run_q = 0;
		}
	}
	count[0] = positives;
	count[1] = all;
	count[2] = run_p;
	count[3] = run_q;
	t->ap = ap;
	t->pairs = pairs;
}

/* The same as sweep() for counts alone. */
static struct sums sweep_counts(const struct scored *s, const uint32_t *times)
{
	struct sums t = { 0 };
	uint64_t count[4] = { 0 };
	size_t from = 0;

	for (int b = 0; b < 10; b++) {
		size_t n = s->bin_end[b] - from;
		uint64_t before = count[0];

		rank_rows(s, times, from, from + n, count, &t);
		if (s->is_probability) {
			t.log_loss += dot(times + from, s->log_loss + from, n);
			t.brier += dot(times + from, s->brier + from, n);
			t.gap += fabs((double)(count[0] - before) -
				      dot(times + from, s->score + from, n));
		}
		from += n;
	}
	t.positives = (double)count[0];
	t.all = (double)count[1];
	return t;
}

static struct sums sweep_any(const struct scored *s, const uint32_t *times)
{
	double *w;
	struct sums t;

	if (times)
		return s->weight ? sweep(s, times, s->weight)
				 : sweep_counts(s, times);
	if (!s->count)
		return s->weight ? sweep(s, NULL, s->weight)
				 : sweep(s, NULL, NULL);
	w = XNEW_ARRAY(double, s->n + 1);
	for (size_t i = 0; i < s->n; i++)
		w[i] = (double)s->count[i];
	t = sweep(s, NULL, w);
	free(w);
	return t;
}

static void stats_of(const struct scored *s, const struct sums *sums,
		     double *out, size_t step)
{
	const struct sums t = *sums;
	double negatives = t.all - t.positives;
	bool any = t.all > 0 && s->is_probability;

	out[SCORED_AUC * step] = t.positives > 0 && negatives > 0
		? t.pairs / (t.positives * negatives) : NAN;
	out[SCORED_AP * step] = t.positives > 0 ? t.ap / t.positives : NAN;
	out[SCORED_LOG_LOSS * step] = any ? t.log_loss / t.all : NAN;
	out[SCORED_BRIER * step] = any ? t.brier / t.all : NAN;
	out[SCORED_ECE * step] = any ? t.gap / t.all : NAN;
}

void scored_weigh(const struct scored *s, const uint32_t *times,
		  double out[SCORED_STATS])
{
	struct sums t = sweep_any(s, times);

	stats_of(s, &t, out, 1);
}

/* -- Side by side -- sweep_counts() for all lanes: the same operations in the
 * same order, so that a lane's result is that of its resample alone. */

typedef double f64_lanes __attribute__((vector_size(8 * LANES)));
typedef int32_t s32_lanes __attribute__((vector_size(4 * LANES)));

struct lane_sums {
	f64_lanes pairs, ap, log_loss, brier, gap;
	s32_lanes positives, all, run_p, run_q;
};

#define LANES_OF(x) __builtin_convertvector(x, f64_lanes)

static inline __attribute__((always_inline)) void
load_lanes(const uint32_t *times, size_t i, s32_lanes *out)
{
	memcpy(out, times + i * LANES, sizeof(*out));
}

WIDE_LOOPS
static void rank_lanes(const struct scored *s, const uint32_t *times,
		       size_t from, size_t to, struct lane_sums *t)
{
	s32_lanes positives = t->positives, all = t->all;
	s32_lanes run_p = t->run_p, run_q = t->run_q;
	f64_lanes ap = t->ap, pairs = t->pairs;

	for (size_t i = from; i < to; i++) {
		s32_lanes w, p;

		load_lanes(times, i, &w);
		p = w & (int32_t)s->label[i];
		positives += p;
		all += w;
		run_p += p;
		run_q += w - p;
		if (s->run_end[i]) {
			f64_lanes hits = LANES_OF(positives);
			f64_lanes rp = LANES_OF(run_p);
			s32_lanes seen = all - (all == 0);

			pairs += LANES_OF(run_q) * (hits - rp / 2);
			ap += rp * hits / LANES_OF(seen);
			run_p = run_q = run_p - run_p;
		}
	}
	t->positives = positives;
	t->all = all;
	t->run_p = run_p;
	t->run_q = run_q;
	t->ap = ap;
	t->pairs = pairs;
}

WIDE_LOOPS
static void dot_lanes(const uint32_t *times, const double *x, size_t n,
		      f64_lanes *out)
{
	f64_lanes sum[4] = { { 0 } };
	s32_lanes w;
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++) {
			load_lanes(times, i + k, &w);
			sum[k] += LANES_OF(w) * x[i + k];
		}
	for (; i < n; i++) {
		load_lanes(times, i, &w);
		sum[0] += LANES_OF(w) * x[i];
	}
	*out = (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Losses of a bin, and its gap. */
WIDE_LOOPS
static void bin_lanes(const struct scored *s, const uint32_t *times,
		      size_t from, size_t n, const s32_lanes *before,
		      struct lane_sums *t)
{
	const uint32_t *w = times + from * LANES;
	f64_lanes log_loss, brier, score, gap;

	dot_lanes(w, s->log_loss + from, n, &log_loss);
	dot_lanes(w, s->brier + from, n, &brier);
	dot_lanes(w, s->score + from, n, &score);
	t->log_loss += log_loss;
	t->brier += brier;
	gap = LANES_OF(t->positives - *before) - score;
	for (int i = 0; i < LANES; i++)
		t->gap[i] += fabs(gap[i]);
}

void scored_weigh_lanes(const struct scored *s, const uint32_t *times,
			double *out)
{
	struct lane_sums t;
	size_t from = 0;

	memset(&t, 0, sizeof(t));
	for (int b = 0; b < 10; b++) {
		s32_lanes before = t.positives;

		rank_lanes(s, times, from, s->bin_end[b], &t);
		if (s->is_probability)
			bin_lanes(s, times, from, s->bin_end[b] - from,
				  &before, &t);
		from = s->bin_end[b];
	}
	for (int i = 0; i < LANES; i++) {
		struct sums one = {
			.positives = t.positives[i], .all = t.all[i],
			.pairs = t.pairs[i], .ap = t.ap[i],
			.log_loss = t.log_loss[i], .brier = t.brier[i],
			.gap = t.gap[i],
		};

		stats_of(s, &one, out + i, LANES);
	}
}
