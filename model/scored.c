#include "model/scored.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/ln.h"

#define CLIP 0x1p-52

double scored_log_loss(double score, bool positive)
{
	double q = positive ? score : 1 - score;

	q = q < CLIP ? CLIP : q;
	return -ln(q > 1 - CLIP ? 1 - CLIP : q);
}

static void put(struct scored *s, double score, unsigned label, double weight)
{
	size_t k = s->n++;
	double miss = label ? 1 - score : score;

	s->score[k] = score;
	s->positive[k] = label;
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

/* Bins are [k/10, (k+1)/10), the last one closed. */
static void find_bins(struct scored *s)
{
	size_t i = 0;

	for (int b = 0; b < 10; b++) {
		while (i < s->n && (!s->is_probability || b == 9 ||
				    s->score[i] >= (9 - b) / 10.0))
			i++;
		s->bin_end[b] = i;
	}
}

void scored_init(struct scored *s, const double *score, const uint8_t *label,
		 const double *weight, size_t n, bool is_probability)
{
	size_t cells = weight ? n : count_cells(score, label, n);
	bool counted = !weight && cells * 8 <= n;
	size_t room = (counted ? cells : n) + 1;

	*s = (struct scored){ .is_probability = is_probability };
	s->score = XNEW_ARRAY(double, room);
	s->positive = XNEW_ARRAY(double, room);
	s->log_loss = XNEW_ARRAY(double, room);
	s->brier = XNEW_ARRAY(double, room);
	s->run_end = XNEW_ARRAY(uint8_t, room);
	if (weight)
		s->weight = XNEW_ARRAY(double, room);
	if (counted) {
		s->count = XNEW_ARRAY(uint64_t, room);
		put_cells(s, score, label, n);
	} else {
		for (size_t i = n; i-- > 0;)
			put(s, score[i], label[i], weight ? weight[i] : 1);
	}
	for (size_t i = 0; i < s->n; i++)
		s->run_end[i] = i + 1 == s->n ||
			s->score[i + 1] != s->score[i];
	find_bins(s);
}

void scored_release(struct scored *s)
{
	free(s->score);
	free(s->positive);
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

static struct sums sweep_any(const struct scored *s, const uint32_t *times)
{
	double *w;
	struct sums t;

	if (times)
		return s->weight ? sweep(s, times, s->weight)
				 : sweep(s, times, NULL);
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

void scored_weigh(const struct scored *s, const uint32_t *times,
		  double out[SCORED_STATS])
{
	struct sums t = sweep_any(s, times);
	double negatives = t.all - t.positives;
	bool any = t.all > 0 && s->is_probability;

	out[SCORED_AUC] = t.positives > 0 && negatives > 0
		? t.pairs / (t.positives * negatives) : NAN;
	out[SCORED_AP] = t.positives > 0 ? t.ap / t.positives : NAN;
	out[SCORED_LOG_LOSS] = any ? t.log_loss / t.all : NAN;
	out[SCORED_BRIER] = any ? t.brier / t.all : NAN;
	out[SCORED_ECE] = any ? t.gap / t.all : NAN;
}
