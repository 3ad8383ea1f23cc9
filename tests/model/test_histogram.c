/* An evaluation of rows and one of the histogram that was corrected by what
 * changed are the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/xalloc.h"
#include "model/evaluation.h"
#include "model/histogram.h"
#include "model/rng.h"

enum { ROWS = 6000, GROUPS = 4, SLOTS = 3 };

static const char *const labels[] = { "no", "yes" };
static const char *const groups[] = { "a", "b", "c", "d" };
static const char *const named[] = { "", "few" };

/* All rows there ever are; some of them are in. */
struct rows {
	double score[ROWS];
	uint16_t target[ROWS], group[ROWS], few[ROWS];
	bool in[ROWS];
};
struct picked {			/* those that are in, as an input */
	struct rows rows;
	struct partition partitions[2];
	struct eval_input in;
};

static double random_score(struct rng *r, unsigned values)
{
	return (double)rng_below(r, values + 1) / values;
}

static void start(struct rows *rows, struct rng *r, unsigned values)
{
	for (size_t i = 0; i < ROWS; i++) {
		rows->score[i] = random_score(r, values);
		rows->target[i] = (uint16_t)rng_below(r, 2);
		rows->group[i] = (uint16_t)(i < GROUPS ? i
					    : rng_below(r, GROUPS));
		rows->few[i] = rng_below(r, 20) == 0;
		rows->in[i] = i < GROUPS || rng_below(r, 10) > 0;
	}
}

static void pick(const struct rows *all, struct picked *p)
{
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++) {
		if (!all->in[i])
			continue;
		p->rows.score[n] = all->score[i];
		p->rows.target[n] = all->target[i];
		p->rows.group[n] = all->group[i];
		p->rows.few[n++] = all->few[i];
	}
	p->partitions[0] = (struct partition){ "group", GROUPS, groups,
					       p->rows.group };
	p->partitions[1] = (struct partition){ "slice", 2, named,
					       p->rows.few };
	p->in = (struct eval_input){
		.task = TASK_BINARY, .n = n, .n_labels = 2, .labels = labels,
		.target = p->rows.target, .score = p->rows.score,
		.has_threshold = true, .threshold = 0.5,
		.n_partitions = 2, .partitions = p->partitions,
	};
}

static char *text_of(const struct eval_input *in)
{
	struct eval_options opt = { .resamples = 40, .seed = 1 };
	struct buf b = BUF_INIT;
	struct json_out o = JSON_OUT(&b, false);
	struct evaluation e;

	if (evaluate(in, &opt, &e, NULL))
		fail_msg("cancelled by nobody");
	evaluation_write(&o, &e);
	evaluation_release(&e);
	return buf_detach(&b);
}

/* The slots of a row: whole, group, and the named slice. */
static size_t slots_of(const struct rows *rows, size_t i, uint32_t *slots)
{
	slots[0] = 0;
	slots[1] = 1 + rows->group[i];
	slots[2] = 1 + GROUPS;
	return rows->few[i] ? 3 : 2;
}

struct changes {
	struct histogram_change at[2 * ROWS];
	uint32_t slots[2 * ROWS][SLOTS];
	size_t n;
};

static void note(struct changes *c, const struct rows *rows, size_t i, int by)
{
	struct histogram_change *h = &c->at[c->n];

	*h = (struct histogram_change){ .score = rows->score[i],
					.slots = c->slots[c->n],
					.label = rows->target[i], .by = by };
	h->n_slots = slots_of(rows, i, c->slots[c->n++]);
}

/* Grow, retire, relabel, predict anew, all at once. */
static void change(struct rows *rows, struct rng *r, unsigned values,
		   struct changes *c)
{
	c->n = 0;
	for (size_t i = GROUPS; i < ROWS; i++) {
		unsigned what = (unsigned)rng_below(r, 40);

		if (what > 2)
			continue;
		if (rows->in[i])
			note(c, rows, i, -1);
		if (what == 0)
			rows->in[i] = !rows->in[i];
		else if (what == 1)
			rows->target[i] ^= 1;
		else
			rows->score[i] = random_score(r, values);
		if (rows->in[i])
			note(c, rows, i, 1);
	}
}

static void check_sequence(unsigned seed, unsigned values)
{
	static struct rows rows;
	static struct picked p;
	static struct changes c;
	struct histogram h = { 0 }, next;
	struct rng r;

	rng_init(&r, seed, values, 0);
	start(&rows, &r, values);
	pick(&rows, &p);
	p.in.counted = &h;
	free(text_of(&p.in));
	assert_int_equal(h.n, p.in.n);
	for (int step = 0; step < 4; step++) {
		struct eval_input in;
		char *want, *got;

		change(&rows, &r, values, &c);
		pick(&rows, &p);
		want = text_of(&p.in);
		assert_true(histogram_correct(&h, c.at, c.n, &next));
		histogram_release(&h);
		h = next;
		in = p.in;
		in.histogram = &h;
		in.target = NULL;
		in.score = NULL;
		got = text_of(&in);
		assert_string_equal(got, want);
		free(want);
		free(got);
	}
	histogram_release(&h);
}

static void test_histogram__corrected_gives_the_bytes_of_the_rows(void **state)
{
	static const unsigned values[] = { 1, 10, 100, 200 };

	(void)state;
	for (unsigned seed = 0; seed < 3; seed++)
		for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
			check_sequence(seed, values[i]);
}

static void test_histogram__fine_scores_are_not_counted(void **state)
{
	static struct rows rows;
	static struct picked p;
	struct histogram h = { 0 };
	struct rng r;

	(void)state;
	rng_init(&r, 1, 2, 3);
	start(&rows, &r, 1000);
	pick(&rows, &p);
	p.in.counted = &h;
	free(text_of(&p.in));
	assert_int_equal(h.n_scores, 0);
	assert_false(histogram_takes(0.1234567));
	assert_false(histogram_takes(1.5));
	assert_true(histogram_takes(0.123456));
	assert_true(histogram_takes(1));
}

static void test_histogram__what_is_not_there_cannot_go(void **state)
{
	static struct rows rows;
	static struct picked p;
	const uint32_t slots[] = { 0 };
	struct histogram_change gone = { .score = 0.55, .slots = slots,
					 .n_slots = 1, .by = -1 };
	struct histogram h = { 0 }, next;
	struct rng r;

	(void)state;
	rng_init(&r, 1, 2, 3);
	start(&rows, &r, 10);
	pick(&rows, &p);
	p.in.counted = &h;
	free(text_of(&p.in));
	assert_false(histogram_correct(&h, &gone, 1, &next));
	histogram_release(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_histogram__corrected_gives_the_bytes_of_the_rows),
		cmocka_unit_test(test_histogram__fine_scores_are_not_counted),
		cmocka_unit_test(test_histogram__what_is_not_there_cannot_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
