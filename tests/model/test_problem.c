/* The life of a problem and the ranks against small reference models, over
 * random sequences (MUSTER_SEQUENCES of each). */
#include "tests/model/golden.h"

#include "model/impact.h"
#include "model/problem.h"
#include "model/rng.h"

static unsigned n_sequences(void)
{
	const char *text = getenv("MUSTER_SEQUENCES");

	return text ? (unsigned)strtoul(text, NULL, 10) : 300;
}

/* -- States: what the design says, as a table written anew -- */

static bool reference_legal(enum problem_state from, enum problem_state to)
{
	static const char *const rows[] = {
		/* to: r d t i f w g */
		[PROBLEM_REPORTED]    = ".d...w.",
		[PROBLEM_DESCRIBED]   = "..t..w.",
		[PROBLEM_TRIAGED]     = ".d.ifw.",
		[PROBLEM_IN_PROGRESS] = "..t.fw.",
		[PROBLEM_FIXED]       = "......g",
		[PROBLEM_WONT_FIX]    = "..t....",
		[PROBLEM_REGRESSED]   = "..tifw.",
	};

	return rows[from][to] != '.';
}

static bool reference_ready(const struct problem_facts *f,
			    enum problem_state to)
{
	bool described = f->n_patterns || f->has_rule;

	switch (to) {
	case PROBLEM_DESCRIBED: return described;
	case PROBLEM_TRIAGED:
		return described && f->has_users && f->has_error &&
		       f->has_harm;
	case PROBLEM_IN_PROGRESS: return f->has_owner;
	case PROBLEM_FIXED:
		return f->n_patterns && f->patterns_in_set && f->all_scored &&
		       f->production_passes && !f->later_fails;
	case PROBLEM_WONT_FIX: return f->has_reason;
	default: return true;
	}
}

static void random_facts(struct rng *r, struct problem_facts *f)
{
	enum problem_state state = f->state;
	uint64_t bits = rng_next(r) | rng_next(r);

	*f = (struct problem_facts){
		.state = state, .n_patterns = bits & 1 ? 3 : 0,
		.has_rule = bits & 2, .has_users = bits & 4,
		.has_error = bits & 8, .has_harm = bits & 16,
		.has_owner = bits & 32, .patterns_in_set = bits & 64,
		.all_scored = bits & 128, .production_passes = bits & 256,
		.later_fails = (bits & 512) && (bits & 1024),
		.has_reason = bits & 2048,
	};
}

static void check_step(const struct problem_facts *f)
{
	enum problem_state to = PROBLEM_REPORTED;
	enum problem_step step = problem_next_step(f, &to);
	struct err err = ERR_INIT;

	assert_non_null(problem_next_action(f));
	if (!problem_state_is_open(f->state)) {
		assert_int_equal(step, NEXT_NOTHING);
		return;
	}
	assert_true(reference_legal(f->state, to));
	assert_int_equal(step == NEXT_MOVE,
			 problem_move_check(f, to, &err) == RC_OK);
}

static void walk(struct rng *r)
{
	struct problem_facts f = { .state = PROBLEM_REPORTED };

	for (int i = 0; i < 30; i++) {
		enum problem_state to = (enum problem_state)rng_below(r, 7);
		struct err err = ERR_INIT;
		enum rc rc;

		random_facts(r, &f);
		check_step(&f);
		rc = problem_move_check(&f, to, &err);
		if (!reference_legal(f.state, to))
			assert_int_equal(rc, RC_REFUSED);
		else if (reference_ready(&f, to))
			assert_int_equal(rc, RC_OK);
		else
			assert_int_equal(rc, to == PROBLEM_FIXED ? RC_UNMET
								 : RC_REFUSED);
		if (rc == RC_OK)
			f.state = to;
	}
}

static void test_problem__moves_are_those_of_the_design(void **state)
{
	struct rng r;

	(void)state;
	rng_init(&r, 5, 0, 0);
	for (unsigned i = 0; i < n_sequences(); i++)
		walk(&r);
}

/* -- Ranks: by counting, as the design words it -- */

static struct figure random_impact(struct rng *r)
{
	struct figure f;
	double x = (double)rng_below(r, 12);

	if (!rng_below(r, 6))
		return figure_undefined("users are not known", 0);
	f = figure_value(x, 10);
	if (rng_below(r, 4))
		figure_interval(&f, x - (double)rng_below(r, 4),
				x + (double)rng_below(r, 4), METHOD_PRODUCT);
	return f;
}

static double end_of(const struct figure *f, bool high)
{
	return f->method == METHOD_NONE ? f->value : high ? f->high : f->low;
}

static void check_ranks(const struct figure *f, size_t n)
{
	struct impact_rank got[64];

	impact_ranks(f, n, got);
	for (size_t i = 0; i < n; i++) {
		unsigned rank = 1, low = 1, high = 0;

		if (f[i].why) {
			assert_int_equal(got[i].rank, 0);
			continue;
		}
		for (size_t k = 0; k < n; k++) {
			if (f[k].why)
				continue;
			rank += f[k].value > f[i].value;
			low += end_of(&f[k], false) > end_of(&f[i], true);
			high += k == i || end_of(&f[k], true) >
					  end_of(&f[i], false);
		}
		assert_int_equal(got[i].rank, rank);
		assert_int_equal(got[i].low, low);
		assert_int_equal(got[i].high, high);
		assert_true(low <= rank && rank <= high + 1);
	}
}

static void test_problem__ranks_are_those_of_counting(void **state)
{
	struct figure f[64];
	struct rng r;

	(void)state;
	rng_init(&r, 6, 0, 0);
	for (unsigned i = 0; i < n_sequences(); i++) {
		size_t n = rng_below(&r, 64);

		for (size_t k = 0; k < n; k++)
			f[k] = random_impact(&r);
		check_ranks(f, n);
	}
}

static void test_problem__impact_multiplies_low_with_low(void **state)
{
	struct figure users = figure_value(12.4, 5000);
	struct figure error = figure_value(.31, 611), f;

	(void)state;
	figure_interval(&users, 11.5, 13.3, METHOD_WILSON);
	figure_interval(&error, .274, .347, METHOD_WILSON);
	f = impact(&users, &error, 3);
	assert_close(f.value, 12.4 * .31 * 3, 1e-12, "value");
	assert_close(f.low, 11.5 * .274 * 3, 1e-12, "low");
	assert_close(f.high, 13.3 * .347 * 3, 1e-12, "high");
	assert_non_null(impact(&users, &error, 0).why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_problem__moves_are_those_of_the_design),
		cmocka_unit_test(test_problem__ranks_are_those_of_counting),
		cmocka_unit_test(test_problem__impact_multiplies_low_with_low),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
