/* What a view asks in the background: who gets the answer, and that every
 * question is freed once. The jobs are real ones, which wait at a gate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "support/temp_registry.h"
#include "tui/app_state.h"
#include "tui/asking.h"
#include "tui/tui.h"

struct question { int asks, answer; enum rc gives; };

static struct temp_registry t;
static struct app app;
static atomic_bool is_open;		/* the gate */
static int n_alive, n_told;
static enum rc told_rc;

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	struct question *question = q;

	(void)reg;
	while (!atomic_load(&is_open)) {
		usleep(1000);
		if (progress->step(progress->arg, "", 0, 1) != RC_OK)
			return RC_CANCELLED;
	}
	question->answer = 2 * question->asks;
	return question->gives == RC_OK ? RC_OK :
	       err_set(err, question->gives, "no");
}

static void free_question(void *q)
{
	n_alive--;
	free(q);
}

static void told(struct app *to, struct asking *a, void **q, enum rc rc)
{
	(void)to;
	n_told++;
	told_rc = rc;
	if (a && rc == RC_OK)
		asking_take(a, q);
}

static const struct asking_kind silent = {
	.name = "doubling", .work = work, .free = free_question,
};
static const struct asking_kind telling = {
	.name = "doubling", .work = work, .told = told, .free = free_question,
};

static struct question *ask(int what, enum rc gives)
{
	struct question *q = XNEW(struct question);

	q->asks = what;
	q->gives = gives;
	n_alive++;
	return q;
}

static int set_up(void **state)
{
	static const struct tui_options options = { 0 };

	(void)state;
	temp_registry_make(&t);
	app = (struct app){ .options = &options, .reg = t.reg,
			    .reg_path = t.path };
	n_alive = n_told = 0;
	atomic_store(&is_open, false);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vec_free(&app.waiting);
	buf_release(&app.message);
	temp_registry_remove(&t);
	return 0;
}

static int answer_of(const struct asking *a)
{
	const struct question *q = a->answer;

	return q ? q->answer : -1;
}

static void start(struct asking *a, const struct asking_kind *kind, int what,
		  enum rc gives)
{
	assert_ok(asking_start(&app, a, kind, ask(what, gives), &oops));
}

static void end_jobs(void)
{
	atomic_store(&is_open, true);
	job_wait(&app);
	atomic_store(&is_open, false);
}

static void test_asking__the_answer_is_taken(void **state)
{
	struct asking a = { 0 };

	(void)state;
	start(&a, &silent, 21, RC_OK);
	assert_true(asking_runs(&a));
	assert_int_equal(answer_of(&a), -1);
	end_jobs();
	assert_false(asking_runs(&a));
	assert_int_equal(answer_of(&a), 42);
	asking_release(&a);
	assert_int_equal(n_alive, 0);
}

static void test_asking__a_newer_question_forgets_the_older(void **state)
{
	struct asking a = { 0 };

	(void)state;
	start(&a, &telling, 1, RC_OK);
	start(&a, &telling, 2, RC_OK);
	end_jobs();
	assert_int_equal(n_told, 1);
	assert_int_equal(n_alive, 1);
	assert_int_equal(answer_of(&a), 4);
	start(&a, &telling, 5, RC_OK);
	assert_int_equal(answer_of(&a), 4);	/* until the next is in */
	end_jobs();
	assert_int_equal(answer_of(&a), 10);
	assert_int_equal(n_alive, 1);
	asking_release(&a);
	assert_int_equal(n_alive, 0);
}

static void test_asking__what_failed_leaves_the_answer(void **state)
{
	struct asking a = { 0 };

	(void)state;
	start(&a, &telling, 1, RC_OK);
	end_jobs();
	start(&a, &telling, 2, RC_IO);
	end_jobs();
	assert_int_equal(told_rc, RC_IO);
	assert_string_equal(app.message.data, "no");
	assert_int_equal(answer_of(&a), 2);
	start(&a, &silent, 3, RC_IO);
	end_jobs();
	assert_int_equal(answer_of(&a), 2);
	assert_int_equal(n_alive, 1);
	asking_release(&a);
	assert_int_equal(n_alive, 0);
}

/* It waits its turn, and may be stopped while it does. */
static void test_asking__waits_behind_another_job(void **state)
{
	struct asking a = { 0 }, b = { 0 };

	(void)state;
	start(&a, &silent, 1, RC_OK);
	start(&b, &silent, 2, RC_OK);
	assert_true(asking_runs(&b));
	end_jobs();
	assert_int_equal(answer_of(&a), 2);
	assert_int_equal(answer_of(&b), 4);
	start(&a, &silent, 5, RC_OK);
	start(&b, &silent, 6, RC_OK);
	asking_forget(&b);
	assert_false(asking_runs(&b));
	end_jobs();
	assert_int_equal(answer_of(&a), 10);
	assert_int_equal(answer_of(&b), 4);
	asking_release(&a);
	asking_release(&b);
	assert_int_equal(n_alive, 0);
}

/* The asker is gone before its job, which is stopped and tells nobody. */
static void test_asking__release_while_it_runs(void **state)
{
	struct asking a = { 0 };

	(void)state;
	start(&a, &telling, 1, RC_OK);
	asking_release(&a);
	job_wait(&app);			/* at the shut gate: it was stopped */
	assert_int_equal(n_told, 0);
	assert_int_equal(n_alive, 0);
	assert_int_equal(app.message.len, 0);
}

static void test_asking__nobodys_job_is_told_and_freed(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	start(NULL, &telling, 1, RC_OK);
	assert_int_equal(asking_start(&app, NULL, &telling, ask(2, RC_OK),
				      &err), RC_BUSY);
	assert_int_equal(n_alive, 1);
	asking_say(&app, NULL, &telling, ask(2, RC_OK));
	assert_non_null(strstr(app.message.data, "doubling still runs"));
	end_jobs();
	assert_int_equal(n_told, 1);
	assert_int_equal(n_alive, 0);
}

static void expect_line(struct canvas *c, const char *want)
{
	struct buf row = BUF_INIT;

	canvas_line(c, 0, true, &row);
	assert_non_null(strstr(row.data, want));
	buf_release(&row);
	canvas_clear(c);
}

static void test_asking__says_what_is_not_there(void **state)
{
	struct canvas c;
	struct asking a = { 0 };

	(void)state;
	canvas_init(&c, 30, 2, false);
	struct area area = area_of(&c, 0, 0, 30, 2);

	assert_true(asking_paints(&a, &area));
	expect_line(&c, "Nothing computed.");
	start(&a, &silent, 1, RC_OK);
	assert_true(asking_paints(&a, &area));
	expect_line(&c, "computing");
	end_jobs();
	assert_false(asking_paints(&a, &area));
	asking_release(&a);
	canvas_release(&c);
}

/* ^C: it is said what was stopped, the asker is told, what is there stays, and
 * it can be asked again. */
static void test_asking__stopped_is_said_and_asked_again(void **state)
{
	struct canvas c;
	struct asking a = { 0 };

	(void)state;
	canvas_init(&c, 60, 2, false);
	struct area area = area_of(&c, 0, 0, 60, 2);

	start(&a, &telling, 1, RC_OK);
	job_cancel(&app);
	job_wait(&app);			/* at the shut gate */
	assert_int_equal(told_rc, RC_CANCELLED);
	assert_string_equal(app.message.data, "Stopped: doubling. Nothing was "
			    "changed by it.");
	assert_false(asking_runs(&a));
	assert_true(asking_paints(&a, &area));
	expect_line(&c, "Not computed: stopped, or it failed. r asks again.");
	start(&a, &telling, 21, RC_OK);
	end_jobs();
	assert_int_equal(answer_of(&a), 42);
	/* an answer that is there outlives one that is stopped */
	app.stops_next = true;
	start(&a, &telling, 3, RC_OK);
	job_wait(&app);
	assert_int_equal(told_rc, RC_CANCELLED);
	assert_int_equal(answer_of(&a), 42);
	assert_int_equal(n_alive, 1);
	asking_release(&a);
	canvas_release(&c);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_asking__the_answer_is_taken),
		T(test_asking__a_newer_question_forgets_the_older),
		T(test_asking__what_failed_leaves_the_answer),
		T(test_asking__waits_behind_another_job),
		T(test_asking__release_while_it_runs),
		T(test_asking__nobodys_job_is_told_and_freed),
		T(test_asking__says_what_is_not_there),
		T(test_asking__stopped_is_said_and_asked_again),
	};

	return cmocka_run_group_tests_name("asking", tests, NULL, NULL);
}
