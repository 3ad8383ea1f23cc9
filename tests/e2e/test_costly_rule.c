/* A hostile rule on the triage board (F43): it is given up and said so, over a
 * production sample and over the set, keys are answered meanwhile, and ^C
 * stops what would go on. bench/part-triage.sh has the times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/xalloc.h"
#include "registry/problem.h"
#include "tests/support/project.h"
#include "tests/support/pty.h"

#define RULE "text~/(?:a|b)+[cd]/"
#define COSTLY_BYTES 65536
#define MIXED_BYTES 4096

struct fixture {
	struct project p;
	char *costly, *mixed;		/* samples */
	struct pty *pty;
};

/* n rows, each step-th of them one that the rule cannot decide in time. */
static char *rows(struct fixture *f, const char *name, size_t n, size_t step,
		  size_t bytes)
{
	struct buf b = BUF_INIT;
	char *path;

	buf_str(&b, "id,text,y\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, "k%zu,%zu ", i, i);
		for (size_t k = 0; i % step == 0 && k < bytes; k += 2)
			buf_str(&b, "ab");
		buf_printf(&b, "short,%s\n", i % 2 ? "yes" : "no");
	}
	path = project_file(&f->p, name, b.data);
	buf_release(&b);
	return path;
}

static void add_problem(struct project *p, const char *title)
{
	struct err err = ERR_INIT;
	struct pairs fields = VEC_INIT;
	int64_t id;

	pairs_add(&fields, "title", title);
	pairs_add(&fields, "testset", "s");
	pairs_add(&fields, "rule", RULE);
	if (reg_problem_add(p->reg, "m", &fields, NULL, &id, &err) != RC_OK)
		fail_msg("%s", err.text);
	pairs_release(&fields);
}

static int set_up(void **state)
{
	struct fixture *f = XNEW(struct fixture);
	char *muster = getenv("MUSTER");
	char dash_r[] = "-R";
	static const char *const env[] = { "LC_ALL=C.UTF-8",
					   "TERM=xterm-256color",
					   "MUSTER_THREADS=1", NULL };
	struct project_set set = { .name = "s", .target = "y",
				   .positive = "yes", .keys = "id",
				   .inputs = "text", .task = TASK_BINARY };

	project_init(&f->p);
	setenv("XDG_STATE_HOME", f->p.dir, 1);
	setenv("XDG_CONFIG_HOME", f->p.dir, 1);
	f->costly = rows(f, "costly.csv", 30, 1, COSTLY_BYTES);
	set.file = f->costly;
	project_testset(&f->p, &set);
	project_version(&f->p, "m");
	add_problem(&f->p, "first");
	add_problem(&f->p, "second");
	char *argv[] = { muster ? muster : (char[]){ "build/muster" }, dash_r,
			 f->p.path, NULL };
	f->pty = pty_start(argv, env, 120, 40);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	pty_free(f->pty);
	free(f->costly);
	free(f->mixed);
	project_release(&f->p);
	free(f);
	return 0;
}

static void shows(struct fixture *f, const char *text)
{
	if (!pty_wait(f->pty, text, PTY_WAIT))
		fail_msg("the screen does not show '%s', but:\n%s", text,
			 pty_screen(f->pty));
}

static void presses(struct fixture *f, const char *keys, const char *text)
{
	pty_send(f->pty, keys);
	shows(f, text);
}

/* The first problem of the inbox, triage. */
static void triages(struct fixture *f)
{
	presses(f, "3", "2 reported");
	presses(f, "i", "> P-");
	presses(f, "t", "1 of 3");
}

/* How many users: by the rule over a sample. */
static void counts(struct fixture *f, const char *path)
{
	triages(f);
	presses(f, "s", "production sample");
	pty_send(f->pty, path);
	pty_send(f->pty, "\r");
}

static void test_costly_rule__over_a_sample_is_given_up(void **state)
{
	struct fixture *f = *state;

	counts(f, f->costly);
	shows(f, "too costly for 3 rows");
	presses(f, "?", "HELP");
}

static void test_costly_rule__over_the_set_is_given_up(void **state)
{
	struct fixture *f = *state;

	triages(f);
	presses(f, "1", "2 of 3");
	pty_send(f->pty, "m");
	shows(f, "too costly for 3 rows");
}

static void test_costly_rule__keys_are_answered_meanwhile(void **state)
{
	struct fixture *f = *state;

	/* so long that it still goes on when we have come to look */
	f->mixed = rows(f, "mixed.csv", 600000, 150, MIXED_BYTES);
	counts(f, f->mixed);
	shows(f, "^C stops");
	presses(f, "?", "HELP");
	pty_send(f->pty, "\033");
	assert_true(pty_wait_gone(f->pty, "HELP", PTY_WAIT));
	shows(f, "^C stops");	/* a frame comes line by line */
	presses(f, "\003", "Stopped: counting");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_costly_rule__over_a_sample_is_given_up,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_costly_rule__over_the_set_is_given_up,
			set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_costly_rule__keys_are_answered_meanwhile,
			set_up, tear_down),
	};

	return cmocka_run_group_tests_name("test_costly_rule", tests, NULL,
					   NULL);
}
