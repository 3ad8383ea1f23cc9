/* The binary task from a histogram: one pass over scores, all slots in step.
 */
#include "model/eval_binary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/jackknife.h"
#include "model/ln.h"

/* What add_score() sums, an array by slot each, so that one score is a short
 * loop over slots in which all of them are in step. The areas' sums are those
 * of model/auc.h; whole numbers up to 2^53 in doubles. */
struct slot_sums {
	double *seen, *rest, *negatives, *u2, *square[2], *ap;
	double *b, *c, *x, *x2, *c2;
	double *log_loss, *log_loss2, *brier, *brier2, *gap;
	double *bin_score, *bin_positives, *bin_square;	/* of this bin */
	double *kink;
	double *q, *p;		/* of the score: negatives, positives */
	size_t n;		/* slots, padded */
	double *memory;
};

#define SLOT_SUMS 23
#define BLOCK 256	/* scores */
#define STEP 8		/* slots are padded to a multiple: no loop has a rest */

static size_t padded(size_t n_slots)
{
	return (n_slots + STEP - 1) / STEP * STEP;
}

static void slot_sums_init(struct slot_sums *t, const struct binary *b)
{
	size_t n_slots = b->run->cuts->n_slots, n = padded(n_slots);
	double **arrays[SLOT_SUMS] = {
		&t->seen, &t->rest, &t->negatives, &t->u2, &t->square[0],
		&t->square[1], &t->ap, &t->b, &t->c, &t->x, &t->x2, &t->c2,
		&t->log_loss, &t->log_loss2, &t->brier, &t->brier2, &t->gap,
		&t->bin_score, &t->bin_positives, &t->bin_square, &t->kink,
		&t->q, &t->p,
	};

	t->n = n;
	t->memory = XNEW_ARRAY(double, SLOT_SUMS * n);
	for (size_t i = 0; i < SLOT_SUMS; i++)
		*arrays[i] = t->memory + i * n;
	for (size_t s = 0; s < n_slots; s++) {
		const struct confusion *c = &b->tally[s].c;

		t->rest[s] = (double)(c->tp + c->fn);
		t->negatives[s] = (double)(c->tn + c->fp);
	}
}

static void close_bins(struct slot_sums *t)
{
	for (size_t s = 0; s < t->n; s++) {
		double gap = t->bin_positives[s] - t->bin_score[s];

		t->gap[s] += fabs(gap);
		t->kink[s] += jackknife_kink(gap, t->bin_square[s]);
		t->bin_positives[s] = t->bin_score[s] = t->bin_square[s] = 0;
	}
}

WIDE_LOOPS
static void part_labels(const uint32_t *count, size_t n, double *restrict q,
			double *restrict p)
{
	for (size_t s = 0; s < n; s++) {
		q[s] = (int32_t)count[2 * s];
		p[s] = (int32_t)count[2 * s + 1];
	}
}

/* The rows of one score: their areas. */
WIDE_LOOPS
static void add_areas(const double *restrict q, const double *restrict p,
		      size_t n, double *restrict seen, double *restrict rest,
		      double *restrict u2, double *restrict square0,
		      double *restrict square1)
{
	for (size_t s = 0; s < n / STEP * STEP; s++) {
		double below = 2 * seen[s] + q[s], above = 2 * rest[s] - p[s];

		u2[s] += p[s] * below;
		square1[s] += p[s] * (below * below);
		square0[s] += q[s] * (above * above);
		seen[s] += q[s];
		rest[s] -= p[s];
	}
}

/* Average precision and its derivatives (model/auc.h), before the areas. */
WIDE_LOOPS
static void add_precisions(const double *restrict q, const double *restrict p,
			   size_t n, const double *restrict seen,
			   const double *restrict rest,
			   const double *restrict negatives,
			   double *restrict ap, double *restrict b,
			   double *restrict c, double *restrict x,
			   double *restrict x2, double *restrict c2)
{
	for (size_t s = 0; s < n / STEP * STEP; s++) {
		double left = rest[s] + (negatives[s] - seen[s]);
		double one = 1 / (left > 0 ? left : 1);
		double precision = rest[s] * one, at;

		b[s] += p[s] * ((1 - precision) * one);
		c[s] += p[s] * (precision * one);
		at = precision + b[s];
		ap[s] += p[s] * precision;
		x[s] += p[s] * at;
		x2[s] += p[s] * (at * at);
		c2[s] += q[s] * (c[s] * c[s]);
	}
}

/* And their losses; loss and miss by label. */
WIDE_LOOPS
static void add_score_losses(const double *restrict q,
			     const double *restrict p, size_t n, double score,
			     const double loss[2], const double miss[2],
			     double *restrict log_loss,
			     double *restrict log_loss2,
			     double *restrict brier, double *restrict brier2,
			     double *restrict bin_score,
			     double *restrict bin_positives,
			     double *restrict bin_square)
{
	double loss0 = loss[0], loss1 = loss[1];
	double miss0 = miss[0], miss1 = miss[1];
	double loss0_2 = loss0 * loss0, loss1_2 = loss1 * loss1;
	double miss0_2 = miss0 * miss0, miss1_2 = miss1 * miss1;

	for (size_t s = 0; s < n / STEP * STEP; s++) {
		log_loss[s] += q[s] * loss0 + p[s] * loss1;
		log_loss2[s] += q[s] * loss0_2 + p[s] * loss1_2;
		brier[s] += q[s] * miss0 + p[s] * miss1;
		bin_square[s] += q[s] * miss0 + p[s] * miss1;
		brier2[s] += q[s] * miss0_2 + p[s] * miss1_2;
		bin_score[s] += (q[s] + p[s]) * score;
		bin_positives[s] += p[s];
	}
}

static void add_score(const struct histogram *h, size_t i,
		      const double loss[2], struct slot_sums *t)
{
	double score = h->score[i];
	double miss[2] = { score * score, (1 - score) * (1 - score) };

	part_labels(histogram_at(h, i, 0), h->n_slots, t->q, t->p);
	add_precisions(t->q, t->p, t->n, t->seen, t->rest, t->negatives, t->ap,
		       t->b, t->c, t->x, t->x2, t->c2);
	add_areas(t->q, t->p, t->n, t->seen, t->rest, t->u2, t->square[0],
		  t->square[1]);
	add_score_losses(t->q, t->p, t->n, score, loss, miss, t->log_loss,
			 t->log_loss2, t->brier, t->brier2, t->bin_score,
			 t->bin_positives, t->bin_square);
}

static void take_sums(struct binary *b, size_t s, const struct slot_sums *t)
{
	struct auc *a = &b->auc[s];

	auc_expect(a, (uint64_t)t->negatives[s],
		   b->tally[s].c.tp + b->tally[s].c.fn);
	a->u2 = (uint64_t)t->u2[s];
	a->square[0] = (auc_square)t->square[0][s];
	a->square[1] = (auc_square)t->square[1][s];
	a->ap = t->ap[s];
	a->x = t->x[s];
	a->x2 = t->x2[s];
	a->c2 = t->c2[s];
	b->tally[s].log_loss = t->log_loss[s];
	b->tally[s].log_loss2 = t->log_loss2[s];
	b->tally[s].brier = t->brier[s];
	b->tally[s].brier2 = t->brier2[s];
	b->tally[s].kinks = t->kink[s];
	b->tally[s].gap = t->gap[s];
}

/* Fewer than 2^32 rows in all: no sum is more. */
WIDE_LOOPS
static void sum_counts(const uint32_t *count, size_t n_scores, size_t width,
		       uint32_t *restrict sum)
{
	for (size_t i = 0; i < n_scores; i++)
		for (size_t k = 0; k < width; k++)
			sum[k] += count[i * width + k];
}

void binary_count_slots(struct binary *b)
{
	const struct histogram *h = b->counts;
	size_t width = 2 * h->n_slots, below = 0;
	uint32_t *no = XNEW_ARRAY(uint32_t, 2 * width), *yes = no + width;

	while (below < h->n_scores && !(b->in->has_threshold &&
					h->score[below] >= b->in->threshold))
		below++;
	sum_counts(h->count, below, width, no);
	sum_counts(h->count + below * width, h->n_scores - below, width, yes);
	for (size_t s = 0; s < h->n_slots; s++) {
		struct confusion *c = &b->tally[s].c;

		c->tn += no[2 * s];
		c->fn += no[2 * s + 1];
		c->fp += yes[2 * s];
		c->tp += yes[2 * s + 1];
	}
	free(no);
}

void binary_expect_areas(struct binary *b)
{
	for (size_t k = 0; k <= b->run->cuts->n_slots; k++) {
		const struct confusion *c = &b->tally[k].c;

		auc_expect(&b->auc[k], c->tn + c->fp, c->tp + c->fn);
	}
}

void binary_sum_histogram(struct binary *b)
{
	const struct histogram *h = b->counts;
	struct slot_sums sums;
	double loss[2][BLOCK];
	unsigned bin = 1;

	slot_sums_init(&sums, b);
	for (size_t i = 0; i < h->n_scores; i++) {
		size_t k = i % BLOCK, left = h->n_scores - i;

		if (!k)
			scored_log_losses(h->score + i,
					  left < BLOCK ? left : BLOCK,
					  loss[0], loss[1]);
		for (; bin < SCORED_BINS &&
		       h->score[i] >= (double)bin / SCORED_BINS; bin++)
			close_bins(&sums);
		add_score(h, i, (double[]){ loss[0][k], loss[1][k] }, &sums);
	}
	close_bins(&sums);
	for (size_t s = 0; s < h->n_slots; s++)
		take_sums(b, s, &sums);
	free(sums.memory);
}

bool binary_count_scores(struct binary *b, const struct ranked *first)
{
	const struct cuts *cuts = b->run->cuts;
	struct histogram *h = &b->histogram;

	if (!first->key || b->in->weight ||
	    !histogram_fits(b->in->n, b->n_distinct, cuts->n_slots))
		return false;
	histogram_init(h, first, b->n_distinct, cuts->n_slots);
	histogram_add(h, first, &cuts->cubes[0]);
	for (size_t i = 1; i < cuts->n_cubes; i++) {
		struct ranked r;

		ranked_init(&r, b->in->score, b->in->n, &cuts->cubes[i],
			    &b->order);
		histogram_add(h, &r, &cuts->cubes[i]);
		ranked_release(&r);
	}
	b->counts = h;
	binary_sum_histogram(b);
	return true;
}
