#include "model/lanes.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/ln.h"

/* Tables of Poisson numbers go up to this mean; cells beyond are heavy. A
 * draw of few cells is all binomials: adding and taking back would cost more
 * than it saves. */
#define LIGHT 512
#define FEW 256
#define GUIDE 256


/* Numbers of one mean: the first k whose limit is at least the 64 bits drawn;
 * the search begins where the highest 8 of them say. */
struct table {
	uint64_t *limit;
	uint16_t guide[GUIDE];
};

struct resampler {
	const uint64_t *counts;
	const struct rng_poisson *poisson;
	size_t n;
	/* with counts, and more than FEW cells: */
	struct table *tables;		/* LIGHT + 1, by mean */
	uint16_t *mean;			/* n: 0 where heavy */
	uint32_t *heavy;		/* cells, and their counts, behind */
	uint64_t *heavy_count;		/* which the light ones as a whole */
	size_t n_heavy;
	uint64_t light;			/* rows of light cells */
	uint32_t *owner;		/* their cells */
};

/* -- Preparing -- */

/* e^-mean by squaring of e^-1: exp() may differ between machines. */
static double exp_minus(unsigned mean)
{
	double base = 0.36787944117144233, x = 1;

	for (; mean; mean >>= 1, base *= base)
		if (mean & 1)
			x *= base;
	return x;
}

/* Shares are summed from 0 on; beyond mean + 12 spreads + 30 nothing comes in
 * 64 bits. */
static void table_init(struct table *t, unsigned mean)
{
	double share = exp_minus(mean), sum = 0;
	unsigned most = mean + 30, root = 0, k = 0, at = 0;

	while (root * root < mean)
		root++;
	most += 12 * root;
	t->limit = XNEW_ARRAY(uint64_t, most + 1);
	for (k = 0; k <= most; k++) {
		sum += share;
		share *= (double)mean / (k + 1);
		t->limit[k] = sum >= 1 - 0x1p-53 || k == most ? UINT64_MAX
			: (uint64_t)(sum * 0x1p64);
	}
	for (unsigned h = 0; h < GUIDE; h++) {
		while (t->limit[at] < (uint64_t)h << 56)
			at++;
		t->guide[h] = (uint16_t)at;
	}
}

static void sort_out(struct resampler *d)
{
	for (size_t i = 0; i < d->n; i++) {
		uint64_t c = d->counts[i];

		if (c > LIGHT) {
			d->heavy[d->n_heavy] = (uint32_t)i;
			d->heavy_count[d->n_heavy++] = c;
			continue;
		}
		d->mean[i] = (uint16_t)c;
		d->light += c;
		if (c && !d->tables[c].limit)
			table_init(&d->tables[c], (unsigned)c);
	}
	d->heavy_count[d->n_heavy] = d->light;
}

static void name_owners(struct resampler *d)
{
	size_t at = 0;

	d->owner = XNEW_ARRAY(uint32_t, d->light + 1);
	for (size_t i = 0; i < d->n; i++)
		for (unsigned k = 0; k < d->mean[i]; k++)
			d->owner[at++] = (uint32_t)i;
}

struct resampler *resampler_new(const uint64_t *counts, size_t n,
		      const struct rng_poisson *poisson)
{
	struct resampler *d = XNEW(struct resampler);

	d->counts = counts;
	d->poisson = poisson;
	d->n = n;
	if (!counts || n <= FEW)
		return d;
	d->tables = XNEW_ARRAY(struct table, LIGHT + 1);
	d->mean = XNEW_ARRAY(uint16_t, n + 1);
	d->heavy = XNEW_ARRAY(uint32_t, n + 1);
	d->heavy_count = XNEW_ARRAY(uint64_t, n + 1);
	sort_out(d);
	name_owners(d);
	return d;
}

void resampler_free(struct resampler *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->tables && i <= LIGHT; i++)
		free(d->tables[i].limit);
	free(d->tables);
	free(d->mean);
	free(d->heavy);
	free(d->heavy_count);
	free(d->owner);
	free(d);
}

/* -- Lanes -- plain loops over lanes, which the compiler turns into vectors
 * of each target's width. */

struct lanes {			/* the generators, word by word */
	uint64_t s[4][LANES];
};

static void join(struct lanes *l, const struct rng lane[LANES])
{
	for (int w = 0; w < 4; w++)
		for (int i = 0; i < LANES; i++)
			l->s[w][i] = lane[i].s[w];
}

static void part(const struct lanes *l, struct rng lane[LANES])
{
	for (int w = 0; w < 4; w++)
		for (int i = 0; i < LANES; i++)
			lane[i].s[w] = l->s[w][i];
}

static void part_one(const struct lanes *l, int i, struct rng *r)
{
	for (int w = 0; w < 4; w++)
		r->s[w] = l->s[w][i];
}

static void join_one(struct lanes *l, int i, const struct rng *r)
{
	for (int w = 0; w < 4; w++)
		l->s[w][i] = r->s[w];
}

/* The next number of each lane, n times. */
WIDE_LOOPS
static void draw_bits(struct lanes *lanes, size_t n, uint64_t out[][LANES])
{
	struct lanes l = *lanes;

	for (size_t k = 0; k < n; k++)
		for (int i = 0; i < LANES; i++) {
			uint64_t s0 = l.s[0][i], s1 = l.s[1][i];
			uint64_t s2 = l.s[2][i] ^ s0, s3 = l.s[3][i] ^ s1;
			uint64_t sum = s0 + l.s[3][i];

			out[k][i] = ((sum << 23) | (sum >> 41)) + s0;
			l.s[0][i] = s0 ^ s3;
			l.s[1][i] = s1 ^ s2;
			l.s[2][i] = s2 ^ s1 << 17;
			l.s[3][i] = (s3 << 45) | (s3 >> 19);
		}
	*lanes = l;
}

/* -- Rows -- */

/* Beyond 8 all limits agree in the 16 bits that are looked at. */
#define STEPS 9
#define BLOCK 16		/* numbers of 64 bits, each of 4 rows */

/* How many of the limits lie below each 16 bits. Those that equal a limit are
 * not decided by them: *open is then not 0. */
WIDE_LOOPS
static void count_steps(const uint16_t *h, const uint16_t limit[STEPS],
			uint16_t *count, uint16_t *open)
{
	uint16_t any = 0;

	for (size_t i = 0; i < (size_t)BLOCK * LANES * 4; i++) {
		uint16_t c = 0, same = 0;

		for (int k = 0; k < STEPS; k++) {
			c = (uint16_t)(c + (h[i] > limit[k]));
			same |= h[i] == limit[k];
		}
		count[i] = c;
		any |= same;
	}
	*open = any;
}

/* One lane's block again, bit by bit as rng_resample() does. */
static void redo_lane(struct lanes *l, const struct lanes *before, int i,
		      const struct rng_poisson *p, size_t rows,
		      uint16_t *count)
{
	struct rng r;

	part_one(before, i, &r);
	for (size_t k = 0; k * 4 < rows; k++)
		rng_poisson_some(&r, p, rows - k * 4 < 4 ? rows - k * 4 : 4,
				 count + (k * LANES + (size_t)i) * 4);
	join_one(l, i, &r);
}

static bool lane_open(uint64_t bits[][LANES], int lane, size_t rows,
		      const struct rng_poisson *p)
{
	for (size_t k = 0; k < rows; k++) {
		uint64_t h = bits[k / 4][lane] >> k % 4 * 16 & 0xffff;

		if (p->count[h] == UINT8_MAX)
			return true;
	}
	return false;
}

struct drawn {			/* of each lane */
	uint32_t sum[LANES], most[LANES];
};

/* From (number, lane, 16 bits) to (row, lane). */
WIDE_LOOPS
static void spread(const uint64_t *count, uint32_t *times)
{
	for (size_t k = 0; k < BLOCK; k++)
		for (size_t j = 0; j < 4; j++)
			for (size_t i = 0; i < LANES; i++)
				times[(k * 4 + j) * LANES + i] = (uint32_t)
					(count[k * LANES + i] >> 16 * j) &
					0xffff;
}

WIDE_LOOPS
static void sum_up(const uint32_t *times, size_t n, struct drawn *d)
{
	struct drawn t = *d;

	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < LANES; i++) {
			uint32_t x = times[k * LANES + i];

			t.sum[i] += x;
			t.most[i] = x > t.most[i] ? x : t.most[i];
		}
	*d = t;
}

/* Poisson(1) for n rows in all lanes. */
static void draw_poisson(struct lanes *l, const struct rng_poisson *p,
			 size_t n, uint32_t *times, struct drawn *d)
{
	uint64_t bits[BLOCK][LANES] = { { 0 } };
	union {			/* four 16 bits are one number */
		uint16_t count[BLOCK * LANES * 4];
		uint64_t four[BLOCK * LANES];
	} c;
	uint16_t h[BLOCK * LANES * 4], limit[STEPS], open;
	uint32_t block[BLOCK * 4 * LANES];

	for (int k = 0; k < STEPS; k++)
		limit[k] = (uint16_t)(p->limit[k] >> 48);
	for (size_t from = 0; from < n; from += BLOCK * 4) {
		size_t rows = n - from < BLOCK * 4 ? n - from : BLOCK * 4;
		struct lanes before = *l;

		draw_bits(l, (rows + 3) / 4, bits);
		memcpy(h, bits, sizeof(h));
		count_steps(h, limit, c.count, &open);
		for (int i = 0; open && i < LANES; i++)
			if (lane_open(bits, i, rows, p))
				redo_lane(l, &before, i, p, rows, c.count);
		spread(c.four, block);
		memcpy(times + from * LANES, block,
		       rows * LANES * sizeof(*times));
		sum_up(block, rows, d);
	}
}

/* A drawn one at random: rows by rejection in proportion to their weight. */
static void take_back(struct rng *r, size_t n, uint32_t *times, uint32_t most)
{
	for (;;) {
		size_t i = (size_t)rng_below(r, n) * LANES;

		if (times[i] && rng_below(r, most) < times[i]) {
			times[i]--;
			return;
		}
	}
}

static void settle_rows(struct rng *r, size_t n, uint32_t sum, uint32_t most,
			uint32_t *times)
{
	for (; sum < n; sum++)
		times[rng_below(r, n) * LANES]++;
	for (; sum > n; sum--)
		take_back(r, n, times, most);
}

static void draw_rows(const struct resampler *d, struct rng lane[LANES],
		      uint32_t *times)
{
	struct drawn drawn = { 0 };
	struct lanes l;

	join(&l, lane);
	draw_poisson(&l, d->poisson, d->n, times, &drawn);
	part(&l, lane);
	for (int i = 0; i < LANES; i++)
		settle_rows(&lane[i], d->n, drawn.sum[i], drawn.most[i],
			    times + i);
}

/* -- Cells -- */

static inline uint32_t look_up(const struct table *t, uint64_t x)
{
	const uint64_t *limit = t->limit + t->guide[x >> 56];

	while (*limit < x)
		limit++;
	return (uint32_t)(limit - t->limit);
}

static void draw_light(const struct resampler *d, struct lanes *l,
		       uint32_t *times, uint64_t sum[LANES])
{
	uint64_t bits[BLOCK][LANES];

	memset(sum, 0, LANES * sizeof(*sum));
	for (size_t i = 0; i < d->n; i++) {
		const struct table *t = &d->tables[d->mean[i]];

		if (i % BLOCK == 0)
			draw_bits(l, BLOCK, bits);
		for (size_t k = 0; k < LANES; k++) {
			uint32_t c = d->mean[i] ? look_up(t, bits[i % BLOCK][k])
						: 0;

			times[i * LANES + k] = c;
			sum[k] += c;
		}
	}
}

/* The highest share of a cell's draws in its count, rounded up. */
static uint32_t most_per_row(const struct resampler *d, const uint32_t *times)
{
	uint32_t most = 1;

	for (size_t i = 0; i < d->n; i++)
		if (times[i * LANES] > most * d->mean[i] && d->mean[i])
			most = times[i * LANES] / d->mean[i] + 1;
	return most;
}

/* Rows lead to cells in proportion to their counts; so a cell is taken with
 * times / (count * most). */
static void take_cell_back(const struct resampler *d, struct rng *r,
			   uint32_t *times, uint32_t most)
{
	for (;;) {
		size_t i = d->owner[rng_below(r, d->light)];
		uint32_t *t = &times[i * LANES];

		if (rng_below(r, (uint64_t)d->mean[i] * most) < *t) {
			--*t;
			return;
		}
	}
}

static void settle_cells(const struct resampler *d, struct rng *r,
			 uint64_t sum, uint64_t want, uint32_t *times)
{
	uint32_t most;

	for (; sum < want; sum++)
		times[d->owner[rng_below(r, d->light)] * (size_t)LANES]++;
	if (sum == want)
		return;
	most = most_per_row(d, times);
	for (; sum > want; sum--)
		take_cell_back(d, r, times, most);
}

static void draw_cells(const struct resampler *d, struct rng lane[LANES],
		       uint32_t *times)
{
	uint32_t *drawn = XNEW_ARRAY(uint32_t, d->n_heavy + 1);
	uint64_t sum[LANES];
	struct lanes l;

	join(&l, lane);
	draw_light(d, &l, times, sum);
	part(&l, lane);
	for (int i = 0; i < LANES; i++) {
		rng_multinomial(&lane[i], d->heavy_count, d->n_heavy + 1,
				drawn);
		for (size_t k = 0; k < d->n_heavy; k++)
			times[d->heavy[k] * (size_t)LANES + (size_t)i] =
				drawn[k];
		settle_cells(d, &lane[i], sum[i], drawn[d->n_heavy],
			     times + i);
	}
	free(drawn);
}

/* -- Few cells -- one conditional binomial each, as rng_multinomial() has it,
 * number for number. */

struct trial {			/* the first of the rejection method, by lane */
	double v[LANES], u[LANES];
	double out[LANES];	/* k where it is taken at once, else -1 */
};

/* As rng_large_binomial() begins. */
WIDE_LOOPS
static void try_binomials(const uint64_t bits[][LANES], const double *n,
			  double p, struct trial *t)
{
	double q = 1 - p;

	for (int i = 0; i < LANES; i++) {
		double v = (double)(int64_t)(bits[0][i] >> 11) * 0x1p-53;
		double u = (double)(int64_t)(bits[1][i] >> 11) * 0x1p-53 - 0.5;
		double b = 1.15 + 2.53 * sqrt(n[i] * p * q);
		double a = -0.0873 + 0.0248 * b + 0.01 * p;
		double us = 0.5 - fabs(u);
		double k = floor((2 * a / us + b) * u + (n[i] * p + 0.5));
		int64_t taken = (k >= 0) & (k <= n[i]) & (v > 0) &
				(us >= 0.07) & (v <= 0.92 - 4.2 / b);

		t->v[i] = v;
		t->u[i] = u;
		t->out[i] = taken ? k : -1;
	}
}

/* p of at most a half, n p of at least RNG_LARGE in all lanes. */
static void large_binomials(struct lanes *l, const uint64_t *n, double p,
			    uint64_t *out)
{
	uint64_t bits[2][LANES];
	double count[LANES];
	struct trial t;

	for (int i = 0; i < LANES; i++)
		count[i] = (double)n[i];
	draw_bits(l, 2, bits);
	try_binomials((const uint64_t (*)[LANES])bits, count, p, &t);
	for (int i = 0; i < LANES; i++) {
		struct rng r;

		if (t.out[i] >= 0) {
			out[i] = (uint64_t)t.out[i];
			continue;
		}
		part_one(l, i, &r);
		out[i] = rng_large_binomial(&r, n[i], p, t.v[i], t.u[i]);
		join_one(l, i, &r);
	}
}

static void binomials(struct lanes *l, const uint64_t *n, double p,
		      uint64_t *out)
{
	double least = p > 0.5 ? 1 - p : p;
	bool large = true;

	for (int i = 0; i < LANES; i++)
		large &= (double)n[i] * least >= RNG_LARGE;
	for (int i = 0; i < LANES && !large; i++) {
		struct rng r;

		part_one(l, i, &r);
		out[i] = rng_binomial(&r, n[i], p);
		join_one(l, i, &r);
	}
	if (!large)
		return;
	large_binomials(l, n, least, out);
	for (int i = 0; i < LANES && p > 0.5; i++)
		out[i] = n[i] - out[i];
}

static void draw_few(const struct resampler *d, struct rng lane[LANES],
		     uint32_t *times)
{
	uint64_t rest = 0, left[LANES], k[LANES] = { 0 };
	struct lanes l;

	for (size_t c = 0; c < d->n; c++)
		rest += d->counts[c];
	for (int i = 0; i < LANES; i++)
		left[i] = rest;
	join(&l, lane);
	for (size_t c = 0; c < d->n; c++) {
		uint64_t count = d->counts[c];

		memset(k, 0, sizeof(k));
		if (count == rest)
			memcpy(k, left, sizeof(k));
		else if (count)
			binomials(&l, left, (double)count / (double)rest, k);
		for (int i = 0; i < LANES; i++) {
			times[c * LANES + (size_t)i] = (uint32_t)k[i];
			left[i] -= k[i];
		}
		rest -= count;
	}
	part(&l, lane);
}

void resampler_draw(const struct resampler *d, struct rng lane[LANES],
		    uint32_t *times)
{
	if (!d->counts)
		draw_rows(d, lane, times);
	else if (d->tables)
		draw_cells(d, lane, times);
	else
		draw_few(d, lane, times);
}
