#include "model/order.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/ln.h"

#define GRID 1000000
#define GRID_BITS 20
#define DIGIT 11
#define DIGITS (1u << DIGIT)

uint64_t *radix_sort_u64(uint64_t *keys, uint64_t *tmp, size_t n,
			 unsigned shift, unsigned bits)
{
	for (unsigned done = 0; done < bits; done += DIGIT) {
		unsigned width = bits - done < DIGIT ? bits - done : DIGIT;
		uint64_t mask = (1u << width) - 1;
		size_t at[DIGITS] = { 0 }, sum = 0;
		uint64_t *swap;

		for (size_t i = 0; i < n; i++)
			at[(keys[i] >> (shift + done)) & mask]++;
		if (n && at[(keys[0] >> (shift + done)) & mask] == n)
			continue;	/* a digit that all share */
		for (size_t d = 0; d <= mask; d++) {
			size_t count = at[d];

			at[d] = sum;
			sum += count;
		}
		for (size_t i = 0; i < n; i++)
			tmp[at[(keys[i] >> (shift + done)) & mask]++] = keys[i];
		swap = keys;
		keys = tmp;
		tmp = swap;
	}
	return keys;
}

/* Keys of a block on the grid above the rows' numbers; not 0 where a score is
 * off it. */
WIDE_LOOPS
static unsigned block_keys(const double *score, size_t from, size_t to,
			   uint64_t *key)
{
	unsigned off = 0;

	for (size_t i = from; i < to; i++) {
		double s = score[i];
		double inside = s >= 0 && s <= 1 ? s : 0;
		int32_t g = (int32_t)(inside * GRID + 0.5);

		off |= (double)g / GRID != s;
		key[i] = (uint64_t)(uint32_t)g << 32 | i;
	}
	return off;
}

static bool grid_keys(const double *score, size_t n, uint64_t *key)
{
	for (size_t from = 0; from < n; from += 4096)
		if (block_keys(score, from, n - from < 4096 ? n : from + 4096,
			       key))
			return false;
	return true;
}

static void grid_order(struct order *o, const uint64_t *sorted)
{
	for (size_t i = 0; i < o->n; i++) {
		o->row[i] = (uint32_t)sorted[i];
		o->score[i] = (double)(int32_t)(sorted[i] >> 32) / GRID;
	}
}

/* Bits of a double that sort as the number does. */
static uint64_t sortable(double x)
{
	uint64_t bits;

	x += 0.0;	/* -0 becomes 0 */
	memcpy(&bits, &x, 8);
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

/* The upper 32 bits of the keys are sorted with the rows below them, then
 * runs that agree in them by their lower bits: few, where scores differ. */
struct full {
	uint64_t key;
	uint32_t row;
};

static int by_key(const void *a, const void *b)
{
	const struct full *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static void settle_run(uint64_t *run, size_t n, const double *score)
{
	struct full *full = XNEW_ARRAY(struct full, n);

	for (size_t i = 0; i < n; i++) {
		full[i].row = (uint32_t)run[i];
		full[i].key = sortable(score[full[i].row]);
	}
	qsort(full, n, sizeof(*full), by_key);
	for (size_t i = 0; i < n; i++)
		run[i] = (run[i] & 0xffffffff00000000) | full[i].row;
	free(full);
}

static bool run_equal(const uint64_t *run, size_t n, const double *score)
{
	double first = score[(uint32_t)run[0]];

	for (size_t i = 1; i < n; i++)
		if (score[(uint32_t)run[i]] != first)
			return false;
	return true;
}

static void full_keys(const double *score, size_t n, uint64_t *key)
{
	for (size_t i = 0; i < n; i++)
		key[i] = (sortable(score[i]) & 0xffffffff00000000) | i;
}

static void full_order(struct order *o, const double *score, uint64_t *sorted)
{
	for (size_t i = 0, j; i < o->n; i = j) {
		for (j = i + 1; j < o->n && sorted[j] >> 32 == sorted[i] >> 32;)
			j++;
		if (j - i > 1 && !run_equal(sorted + i, j - i, score))
			settle_run(sorted + i, j - i, score);
	}
	for (size_t i = 0; i < o->n; i++) {
		o->row[i] = (uint32_t)sorted[i];
		o->score[i] = score[o->row[i]] + 0.0;
	}
}

/* The array that the sort does not need any more becomes the scores': fresh
 * pages cost as much as the sort. */
void order_init(struct order *o, const double *score, size_t n)
{
	uint64_t *key = xmalloc((n + 1) * 8), *tmp = xmalloc((n + 1) * 8);
	bool grid = grid_keys(score, n, key);
	uint64_t *sorted;

	if (!grid)
		full_keys(score, n, key);
	sorted = radix_sort_u64(key, tmp, n, 32, grid ? GRID_BITS : 32);
	o->n = n;
	o->row = xmalloc((n + 1) * sizeof(*o->row));
	o->score = (double *)(void *)(sorted == key ? tmp : key);
	if (grid)
		grid_order(o, sorted);
	else
		full_order(o, score, sorted);
	free(sorted);
}

void order_release(struct order *o)
{
	free(o->row);
	free(o->score);
	*o = (struct order){ 0 };
}
