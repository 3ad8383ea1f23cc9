#include "model/ranked.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/ln.h"

#define GRID RANKED_GRID
#define CELL_BITS 12
#define DIGIT 10		/* two of them hold a score on the grid */
#define DIGITS (1u << DIGIT)
#define BLOCK 4096

/* Not 0 where a score is off the grid. */
WIDE_LOOPS
static unsigned block_keys(const double *score, const uint32_t *cell,
			   size_t n, uint32_t *key)
{
	unsigned off = 0;

	for (size_t i = 0; i < n; i++) {
		double s = score[i];
		double inside = s >= 0 && s <= 1 ? s : 0;
		int32_t g = (int32_t)(inside * GRID + 0.5);

		off |= (double)g / GRID != s;
		key[i] = (uint32_t)g << CELL_BITS | cell[i];
	}
	return off;
}

static void count_digits(const uint32_t *key, size_t n, uint32_t *low,
			 uint32_t *high)
{
	for (size_t i = 0; i < n; i++) {
		low[key[i] >> CELL_BITS & (DIGITS - 1)]++;
		high[key[i] >> (CELL_BITS + DIGIT)]++;
	}
}

static bool grid_keys(const double *score, const uint32_t *cell, size_t n,
		      uint32_t *key, uint32_t *low, uint32_t *high)
{
	for (size_t from = 0; from < n; from += BLOCK) {
		size_t some = n - from < BLOCK ? n - from : BLOCK;

		if (block_keys(score + from, cell + from, some, key + from))
			return false;
		count_digits(key + from, some, low, high);
	}
	return true;
}

static void scatter(const uint32_t *from, uint32_t *to, size_t n,
		    unsigned shift, uint32_t *count)
{
	uint32_t sum = 0;

	for (size_t d = 0; d < DIGITS; d++) {
		uint32_t c = count[d];

		count[d] = sum;
		sum += c;
	}
	for (size_t i = 0; i < n; i++)
		to[count[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

WIDE_LOOPS
static void mark_keys(const uint32_t *key, size_t n, uint32_t *mark)
{
	for (size_t i = 0; i + 1 < n; i++)
		mark[i] = (key[i] & ((1u << CELL_BITS) - 1)) << 1 |
			  (key[i] >> CELL_BITS != key[i + 1] >> CELL_BITS);
	if (n)
		mark[n - 1] = (key[n - 1] & ((1u << CELL_BITS) - 1)) << 1 | 1;
}

static bool rank_by_grid(struct ranked *r, const double *score,
			 const struct cube *cube)
{
	uint32_t *key, *tmp, *digits;
	bool grid;

	if (cube->n_cells > 1u << CELL_BITS)
		return false;
	key = xmalloc((r->n + 1) * sizeof(*key));
	digits = XNEW_ARRAY(uint32_t, 2 * DIGITS);
	grid = grid_keys(score, cube->cell, r->n, key, digits,
			 digits + DIGITS);
	if (grid) {
		tmp = xmalloc((r->n + 1) * sizeof(*tmp));
		scatter(key, tmp, r->n, CELL_BITS, digits);
		scatter(tmp, key, r->n, CELL_BITS + DIGIT, digits + DIGITS);
		mark_keys(key, r->n, tmp);
		r->mark = tmp;
		r->key = key;
	} else {
		free(key);
	}
	free(digits);
	return grid;
}

static void rank_by_order(struct ranked *r, const struct cube *cube,
			  const struct order *o)
{
	r->mark = xmalloc((r->n + 1) * sizeof(*r->mark));
	r->score = o->score;
	for (size_t i = 0; i < r->n; i++)
		r->mark[i] = cube->cell[o->row[i]] << 1 |
			(i + 1 == r->n || o->score[i + 1] != o->score[i]);
}

void ranked_init(struct ranked *r, const double *score, size_t n,
		 const struct cube *cube, struct order *order)
{
	*r = (struct ranked){ .n = n };
	if (!order->n && rank_by_grid(r, score, cube))
		return;
	if (!order->n)
		order_init(order, score, n);
	rank_by_order(r, cube, order);
}

void ranked_release(struct ranked *r)
{
	free(r->mark);
	free(r->key);
	*r = (struct ranked){ 0 };
}

WIDE_LOOPS
static void grid_scores(const uint32_t *key, size_t n, double *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (double)(int32_t)(key[i] >> CELL_BITS) / GRID;
}

void ranked_scores(const struct ranked *r, size_t from, size_t to,
		   double *out)
{
	if (r->key)
		grid_scores(r->key + from, to - from, out);
	else
		memcpy(out, r->score + from, (to - from) * sizeof(*out));
}

size_t ranked_place(const struct ranked *r, double x)
{
	size_t low = 0, high = r->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (ranked_score(r, mid) < x)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
