#include "model/histogram.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define PLACES_MAX ((size_t)1 << 20)
#define ROWS_A_SCORE 16

void histogram_release(struct histogram *h)
{
	free(h->score);
	free(h->count);
	*h = (struct histogram){ 0 };
}

bool histogram_fits(size_t n, size_t n_scores, size_t n_slots)
{
	return n_scores && n_scores <= n / ROWS_A_SCORE &&
	       n_slots <= PLACES_MAX / n_scores && n_slots <= n / n_scores;
}

bool histogram_takes(double score)
{
	return score >= 0 && score <= 1 &&
	       (double)(int32_t)(score * RANKED_GRID + 0.5) / RANKED_GRID ==
	       score;
}

void histogram_init(struct histogram *h, const struct ranked *r,
		    size_t n_scores, size_t n_slots)
{
	size_t at = 0;

	*h = (struct histogram){ .n = r->n, .n_slots = n_slots,
				 .n_scores = n_scores };
	h->score = XNEW_ARRAY(double, n_scores + 1);
	h->count = XNEW_ARRAY(uint32_t, n_scores * n_slots * 2 + 1);
	for (size_t i = 0; i < r->n; i++)
		if (r->mark[i] & 1)
			h->score[at++] = ranked_score(r, i);
}

/* Rows of no slot (the one behind the last) are left out. */
void histogram_add(struct histogram *h, const struct ranked *r,
		   const struct cube *cube)
{
	uint32_t *count = h->count;

	for (size_t i = 0; i < r->n; i++) {
		uint32_t mark = r->mark[i];
		const uint32_t *slot = cube->slot + (mark >> 1) * cube->width;

		for (size_t k = 0; k < cube->width; k++)
			if (slot[k] < h->n_slots)
				count[slot[k] * 2 + (mark >> 1 & 1)]++;
		if (mark & 1)
			count += h->n_slots * 2;
	}
}

/* -- Corrections -- */

/* The scores of both, ascending, each once; where each change's score and
 * each old one are among them. */
static void join_scores(const struct histogram *h, const double *score,
			size_t n, struct histogram *all, uint32_t *place,
			uint32_t *old_place)
{
	size_t a = 0, b = 0, at = 0;
	struct order o;

	order_init(&o, score, n);
	all->score = xmalloc((h->n_scores + n + 1) * sizeof(*all->score));
	while (a < h->n_scores || b < n) {
		double x = b == n || (a < h->n_scores &&
				      h->score[a] <= o.score[b])
			 ? h->score[a] : o.score[b];

		all->score[at] = x;
		if (a < h->n_scores && h->score[a] == x)
			old_place[a++] = (uint32_t)at;
		for (; b < n && o.score[b] == x; b++)
			place[o.row[b]] = (uint32_t)at;
		at++;
	}
	all->n_scores = at;
	order_release(&o);
}

/* Over the joined scores, before any change. Where there is no new one, the
 * counts stay where they are: fresh memory costs as much as all the rest. */
static void spread(struct histogram *h, struct histogram *all,
		   const struct histogram_change *changes, size_t n,
		   uint32_t *place)
{
	double *score = XNEW_ARRAY(double, n + 1);
	uint32_t *old_place = XNEW_ARRAY(uint32_t, h->n_scores + 1);
	size_t width = h->n_slots * 2;

	for (size_t i = 0; i < n; i++)
		score[i] = changes[i].score;
	join_scores(h, score, n, all, place, old_place);
	free(score);
	if (all->n_scores == h->n_scores) {
		all->count = h->count;
		h->count = NULL;
		free(old_place);
		return;
	}
	all->count = XNEW_ARRAY(uint32_t, all->n_scores * width + 1);
	for (size_t i = 0; i < h->n_scores; i++)
		memcpy(all->count + old_place[i] * width,
		       h->count + i * width, width * sizeof(*h->count));
	free(old_place);
}

static bool apply(struct histogram *h, const struct histogram_change *c,
		  size_t place)
{
	uint32_t *count = h->count + place * h->n_slots * 2 + c->label;

	for (size_t k = 0; k < c->n_slots; k++) {
		uint32_t *here = count + c->slots[k] * 2;

		if (c->by < 0 && !*here)
			return false;
		*here += (uint32_t)c->by;
	}
	h->n += (size_t)c->by;
	return true;
}

/* Scores that no row has any more go. */
static void close_ranks(struct histogram *h)
{
	size_t at = 0, width = h->n_slots * 2;

	for (size_t i = 0; i < h->n_scores; i++) {
		const uint32_t *from = h->count + i * width;

		if (!(from[0] | from[1]))
			continue;
		if (at < i) {
			h->score[at] = h->score[i];
			memcpy(h->count + at * width, from,
			       width * sizeof(*from));
		}
		at++;
	}
	h->n_scores = at;
}

bool histogram_correct(struct histogram *h,
		       const struct histogram_change *changes, size_t n,
		       struct histogram *out)
{
	struct histogram all = { .n = h->n, .n_slots = h->n_slots };
	uint32_t *place = XNEW_ARRAY(uint32_t, n + 1);
	bool ok = true;

	spread(h, &all, changes, n, place);
	histogram_release(h);
	/* additions first: a row may change its label within its score */
	for (size_t i = 0; i < n; i++)
		if (changes[i].by > 0)
			ok = ok && apply(&all, &changes[i], place[i]);
	for (size_t i = 0; i < n; i++)
		if (changes[i].by < 0)
			ok = ok && apply(&all, &changes[i], place[i]);
	free(place);
	close_ranks(&all);
	if (ok && histogram_fits(all.n, all.n_scores, all.n_slots)) {
		*out = all;
		return true;
	}
	histogram_release(&all);
	return false;
}
