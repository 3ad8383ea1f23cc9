/* The total over time against what the board said at the time: random steps
 * on days that pass (and clocks that are set back), the live board noted
 * after each entry; looking back must say the same.
 *
 * MUSTER_SEQUENCES (8) says how many sequences of steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "registry/problem.h"
#include "registry/testset.h"
#include "registry/triage_time.h"
#include "support/small.h"
#include "support/temp_registry.h"

enum { MAX_ENTRIES = 128, N_STEPS = 30, N_ROWS = 8, N_VERSIONS = 2, DAY = 86400 };

struct noted {
	int64_t time;
	size_t n_open;
	struct figure total;
};
struct world {
	struct temp_registry t;
	uint32_t seed;
	int64_t now;
	int64_t problems;
	struct noted noted[MAX_ENTRIES];	/* by index of the log */
	size_t n;
};

static void set_time(struct world *w, int64_t time)
{
	char text[CLOCK_TEXT];

	w->now = time;
	setenv("MUSTER_NOW", clock_format(time, text), 1);
}

static void pass_time(struct world *w)
{
	set_time(w, roll(&w->seed, 8) ? w->now + roll(&w->seed, DAY) :
		 w->now - 2 * DAY);
}

/* The entries since the last note were one step. */
static void note(struct world *w)
{
	const struct triage_query q = { 0 };
	struct triage t;
	size_t size = (size_t)reg_size(w->t.reg);

	assert_true(size <= MAX_ENTRIES && size <= w->n + 1);
	if (size == w->n)
		return;
	assert_ok(reg_triage(w->t.reg, &q, &t, &oops));
	w->noted[w->n++] = (struct noted){ w->now, t.n_open, t.total };
	triage_release(&t);
}

/* -- Steps -- */

static void create(struct world *w)
{
	struct testset_spec spec = { .name = "s", .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report;
	struct buf csv = BUF_INIT;
	char *path;

	buf_str(&csv, "id,x,y\n");
	for (int i = 0; i < N_ROWS; i++)
		buf_printf(&csv, "k%d,%d,%s\n", i, i, i % 2 ? "yes" : "no");
	path = temp_registry_csv(&w->t, csv.data);
	strs_add(&spec.keys, "id");
	assert_ok(reg_testset_create(w->t.reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	buf_release(&csv);
	free(path);
	note(w);
}

static void predict(struct world *w)
{
	struct prediction_spec spec = {
		.model = "m", .version = 1 + roll(&w->seed, N_VERSIONS),
		.testset = "s", .label = "said", .replace = true,
	};
	struct prediction_report report;
	struct buf csv = BUF_INIT;
	char *path;

	buf_str(&csv, "id,said\n");
	for (int i = 0; i < N_ROWS; i++)
		buf_printf(&csv, "k%d,%s\n", i,
			   roll(&w->seed, 2) ? "yes" : "no");
	path = temp_registry_csv(&w->t, csv.data);
	assert_ok(reg_predictions_import(w->t.reg, &spec, path, false, NULL,
					 &report, &oops));
	prediction_report_release(&report);
	buf_release(&csv);
	free(path);
}

static void relabel(struct world *w)
{
	struct testset_step step = { .testset = "s" };
	struct testset_step_report report;
	struct buf csv = BUF_INIT;
	struct err err = ERR_INIT;
	char *path;

	buf_printf(&csv, "id,y\nk%u,%s\n", 2 + roll(&w->seed, N_ROWS - 2),
		   roll(&w->seed, 2) ? "yes" : "no");
	path = temp_registry_csv(&w->t, csv.data);
	/* refused where the target is that already */
	if (reg_testset_relabel(w->t.reg, &step, path, &report, &err) == RC_OK)
		testset_step_report_release(&report);
	buf_release(&csv);
	free(path);
}

static void stage(struct world *w)
{
	static const char *const stages[] = { "production", "staging",
					      "archived" };
	struct err err = ERR_INIT;

	(void)!reg_version_stage(w->t.reg, "m", 1 + roll(&w->seed, N_VERSIONS),
				 stages[roll(&w->seed, 3)], "so it is",
				 TX_ANY_BASE, &err);
}

static void add_problem(struct world *w)
{
	struct pairs fields = VEC_INIT;

	pairs_add(&fields, "title", "it fails");
	assert_ok(reg_problem_add(w->t.reg, "m", &fields, NULL, &w->problems,
				  &oops));
	pairs_release(&fields);
}

static int64_t any_problem(struct world *w)
{
	struct problem_recs all;
	int64_t id;

	assert_ok(reg_problem_list(w->t.reg, NULL, &all, &oops));
	id = all.n ? all.at[roll(&w->seed, (uint32_t)all.n)].id : 0;
	problem_recs_release(&all);
	return id;
}

static void set_factor(struct world *w, int64_t id)
{
	static const char *const harms[] = { "1", "2", "3", "5", "8" };
	struct pairs fields = VEC_INIT;
	char *users = xasprintf("%u/100", 1 + roll(&w->seed, 99));

	if (roll(&w->seed, 2))
		pairs_add(&fields, "users", users);
	else
		pairs_add(&fields, "harm", harms[roll(&w->seed, 5)]);
	assert_ok(reg_problem_set(w->t.reg, id, &fields, "it is so",
				  TX_ANY_BASE, &oops));
	pairs_release(&fields);
	free(users);
}

static void add_members(struct world *w, int64_t id)
{
	struct problem_members members = VEC_INIT;
	uint64_t added;

	for (int i = 0; i < 3; i++)
		vec_push(&members, ((struct problem_member){
			.row = roll(&w->seed, N_ROWS) }));
	assert_ok(reg_problem_members_add(w->t.reg, id, "s", &members, NULL,
					  &added, &oops));
	vec_free(&members);
}

static void move(struct world *w, int64_t id)
{
	struct err err = ERR_INIT;

	(void)!reg_problem_move(w->t.reg, id, roll(&w->seed, 3) ?
				PROBLEM_DESCRIBED : PROBLEM_WONT_FIX,
				"so it is", TX_ANY_BASE, &err);
}

static void step(struct world *w)
{
	int64_t id = any_problem(w);

	switch (id ? roll(&w->seed, 9) : 0) {
	case 0: add_problem(w); break;
	case 1: predict(w); break;
	case 2: relabel(w); break;
	case 3: stage(w); break;
	case 4: move(w, id); break;
	case 5: case 6: add_members(w, id); break;
	default: set_factor(w, id); break;
	}
}

/* -- Looking back -- */

static void same(const struct triage_point *got, const struct noted *want)
{
	assert_int_equal(got->time, want->time);
	assert_int_equal(got->n_open, want->n_open);
	assert_int_equal(got->total.n, want->total.n);
	assert_float_equal(got->total.value, want->total.value, 1e-12);
	assert_float_equal(got->total.low, want->total.low, 1e-12);
	assert_float_equal(got->total.high, want->total.high, 1e-12);
}

static bool differ(const struct noted *a, const struct noted *b)
{
	return a->n_open != b->n_open || a->total.n != b->total.n ||
	       memcmp(&a->total.value, &b->total.value, sizeof(double)) ||
	       memcmp(&a->total.low, &b->total.low, sizeof(double)) ||
	       memcmp(&a->total.high, &b->total.high, sizeof(double));
}

static void check_entries(struct world *w)
{
	const struct triage_time_query q = { .by_entry = true };
	const struct noted *last = NULL;
	struct triage_points points;
	size_t k = 0;

	assert_ok(reg_triage_over_time(w->t.reg, &q, NULL, &points, &oops));
	for (size_t i = 0; i < w->n; i++) {
		const struct noted *x = &w->noted[i];

		if (last ? !differ(last, x) : !x->n_open)
			continue;
		assert_true(k < points.n);
		assert_int_equal(points.at[k].index, i);
		same(&points.at[k++], x);
		last = x;
	}
	assert_int_equal(k, points.n);
	vec_free(&points);
}

/* The last entry of that time or before: what --as-of takes. */
static size_t seen_at(const struct world *w, int64_t time)
{
	size_t last = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->noted[i].time <= time)
			last = i;
	return last;
}

static void check_days(struct world *w)
{
	const struct triage_time_query q = { 0 };
	struct triage_points points;

	assert_ok(reg_triage_over_time(w->t.reg, &q, NULL, &points, &oops));
	assert_true(points.n);
	for (size_t k = 0; k < points.n; k++) {
		const struct triage_point *p = &points.at[k];
		int64_t day = p->time / DAY * DAY + DAY - 1;

		assert_int_equal(p->index, seen_at(w, day));
		same(p, &w->noted[p->index]);
	}
	assert_false(differ(&w->noted[points.at[points.n - 1].index],
			    &w->noted[w->n - 1]));
	vec_free(&points);
}

static void play(struct world *w, uint32_t seed)
{
	const struct model_change fields = { .task = "binary" };
	const struct version_fields none = { 0 };

	*w = (struct world){ .seed = seed };
	set_time(w, 1772323200);
	temp_registry_make(&w->t);
	note(w);
	assert_ok(reg_model_add(w->t.reg, "m", &fields, &oops));
	note(w);
	for (int i = 0; i < N_VERSIONS; i++) {
		int64_t version;

		assert_ok(reg_version_add(w->t.reg, "m", &none, &version,
					  &oops));
		note(w);
	}
	create(w);
	for (int i = 0; i < N_STEPS; i++) {
		pass_time(w);
		step(w);
		note(w);
	}
	check_entries(w);
	check_days(w);
	temp_registry_remove(&w->t);
}

static void test_over_time__says_what_the_board_said(void **state)
{
	const char *n = getenv("MUSTER_SEQUENCES");
	uint32_t n_sequences = n ? (uint32_t)strtoul(n, NULL, 10) : 8;
	static struct world world;

	(void)state;
	for (uint32_t i = 0; i < n_sequences; i++)
		play(&world, i * 7919 + 1);
	unsetenv("MUSTER_NOW");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_over_time__says_what_the_board_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
