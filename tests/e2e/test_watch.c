/* A screen that others write beside: it shows what they did without a key,
 * and costs them nothing (F71). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "registry/dataset.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/testset.h"
#include "tests/support/project.h"
#include "tests/support/pty.h"


struct fixture {
	struct project p;
	struct pty *pty;
};

static void add_model(struct fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	struct model_change c = { .task = "binary" };
	struct version_fields v = { .note = "x" };
	int64_t number;
	if (reg_model_add(f->p.reg, name, &c, &err) != RC_OK ||
	    reg_version_add(f->p.reg, name, &v, &number, &err) != RC_OK)
		fail_msg("%s", err.text);
}

static int set_up(void **state)
{
	struct fixture *f = XNEW(struct fixture);
	char *muster = getenv("MUSTER");
	char dash_r[] = "-R";
	static const char *const env[] = { "LC_ALL=C.UTF-8", "MUSTER_NOW",
					   "TERM=xterm-256color", NULL };
	project_init(&f->p);
	setenv("XDG_STATE_HOME", f->p.dir, 1);
	setenv("XDG_CONFIG_HOME", f->p.dir, 1);
	add_model(f, "first");
	char *argv[] = { muster ? muster : (char[]){ "build/muster" }, dash_r,
			 f->p.path, NULL };
	f->pty = pty_start(argv, env, 100, 30);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	pty_free(f->pty);
	project_release(&f->p);
	free(f);
	return 0;
}

static void shows(struct fixture *f, const char *text)
{
	if (pty_wait(f->pty, text, PTY_WAIT))
		return;
	fail_msg("the screen does not show '%s', but:\n%s", text,
		 pty_screen(f->pty));
}

static void test_watch__shows_what_others_write_without_a_key(void **state)
{
	struct fixture *f = *state;
	shows(f, "MODELS (1)");
	add_model(f, "second");
	shows(f, "MODELS (2)");
	shows(f, "Changed by ");
	shows(f, " s ago");
	add_model(f, "third");
	shows(f, "MODELS (3)");
}

/* A filter that is typed keeps its text; the list is read again behind it. */
static void test_watch__waits_for_the_end_of_a_prompt(void **state)
{
	struct fixture *f = *state;
	shows(f, "MODELS (1)");
	pty_send(f->pty, "/i");
	shows(f, "filter i");
	add_model(f, "third");
	pty_settle(f->pty, 700);
	assert_true(pty_shows(f->pty, "filter i"));
	pty_send(f->pty, "r\r");
	shows(f, "2 of 2");
}

/* A view that lies below another one is not left as it was. */
static void test_watch__a_view_that_comes_up_again_is_fresh(void **state)
{
	struct fixture *f = *state;
	shows(f, "MODELS (1)");
	pty_send(f->pty, "2");
	shows(f, "[2 Data]");
	add_model(f, "second");
	shows(f, "Changed by ");
	pty_send(f->pty, "1");
	shows(f, "MODELS (2)");
}

/* 40 patterns, all answered rightly by first 1. */
static void score_first(struct fixture *f)
{
	struct project_set set = { .name = "set", .target = "y",
				   .positive = "1", .keys = "id",
				   .inputs = "id", .task = TASK_BINARY };
	struct project_answers a = { .model = "first", .testset = "set",
				     .keys = "id", .label = "y",
				     .version = 1 };
	struct buf b = BUF_INIT;
	char *file;
	buf_str(&b, "id,y\n");
	for (int i = 0; i < 40; i++)
		buf_printf(&b, "%d,%d\n", i, i % 2);
	file = project_file(&f->p, "set.csv", b.data);
	set.file = a.file = file;
	project_testset(&f->p, &set);
	project_predict(&f->p, &a);
	free(file);
	buf_release(&b);
}

static void evaluate_first(struct fixture *f)
{
	char model[] = "first";
	struct version_ref ref = { model, 1 };
	const struct version_refs refs = { &ref, 1, 1 };
	struct evaluations all = VEC_INIT;
	struct err err = ERR_INIT;
	if (reg_evaluate(f->p.reg, "set", 0, &refs, NULL, NULL, &all, &err) !=
	    RC_OK)
		fail_msg("%s", err.text);
	evaluations_release(&all);
}

static void slice(struct fixture *f, const char *expression)
{
	struct err err = ERR_INIT;
	if ((expression ? reg_slice_add(f->p.reg, "set", "part", expression,
					&err) :
	     reg_slice_remove(f->p.reg, "set", "part", &err)) != RC_OK)
		fail_msg("%s", err.text);
}

/* How many rules of the gate hold is asked again when a named slice comes, is
 * another, or was looked at. */
static void test_watch__slices_move_the_count_of_the_gate(void **state)
{
	struct fixture *f = *state;
	struct strs findings = VEC_INIT;
	struct err err = ERR_INIT;
	score_first(f);
	slice(f, "id<30");
	evaluate_first(f);
	if (gate_save(f->p.reg, "production", "accuracy >= 0.9 on set\n"
		      "accuracy >= 0.9 in each slice on set with n >= 20\n",
		      NULL, TX_ANY_BASE, &findings, &err) != RC_OK)
		fail_msg("%s", err.text);
	shows(f, "gate 2 of 2");
	/* another one of the same name, with too few patterns to say */
	slice(f, NULL);
	slice(f, "id<9");
	shows(f, "gate 0 of 2");
	evaluate_first(f);
	shows(f, "gate 1 of 2");
	slice(f, NULL);
	shows(f, "gate 0 of 2");
	strs_release(&findings);
}

/* Of two revisions. */
static void add_set(struct fixture *f)
{
	struct project_set set = { .name = "loans", .target = "y",
				   .positive = "1", .keys = "id",
				   .inputs = "x", .task = TASK_BINARY };
	struct testset_step step = { .testset = "loans" };
	struct testset_step_report report = { 0 };
	struct err err = ERR_INIT;
	char *first = project_file(&f->p, "first.csv", "id,x,y\na,1,1\nb,2,0\n");
	char *more = project_file(&f->p, "more.csv", "id,x,y\nc,3,1\n");
	set.file = first;
	project_testset(&f->p, &set);
	if (reg_testset_grow(f->p.reg, &step, more, &report, &err) != RC_OK)
		fail_msg("%s", err.text);
	testset_step_report_release(&report);
	free(first);
	free(more);
}

/* So does the cursor in a list that belongs to another one's row. */
static void test_watch__the_cursor_on_a_revision_stays(void **state)
{
	struct fixture *f = *state;
	shows(f, "MODELS (1)");
	add_set(f);
	shows(f, "Changed by ");
	pty_send(f->pty, "2");
	shows(f, "REVISIONS (2)");
	pty_send(f->pty, "\t\t");
	shows(f, "SET loans r2");
	pty_send(f->pty, "j");
	shows(f, "SET loans r1");
	add_model(f, "second");
	shows(f, "Changed by ");
	assert_true(pty_shows(f->pty, "SET loans r1"));
}

static void test_watch__the_cursor_on_a_column_stays(void **state)
{
	struct fixture *f = *state;
	struct dataset_spec spec = { .name = "people" };
	struct dataset_rec rec = { 0 };
	struct err err = ERR_INIT;
	char *file = project_file(&f->p, "p.csv", "id,x,y\na,1,1\nb,2,0\n");
	shows(f, "MODELS (1)");
	if (reg_dataset_add(f->p.reg, &spec, file, NULL, &rec, &err) != RC_OK)
		fail_msg("%s", err.text);
	dataset_rec_release(&rec);
	free(file);
	shows(f, "Changed by ");
	pty_send(f->pty, "2T");
	shows(f, "COLUMNS (3)");
	pty_send(f->pty, "\t\tj");
	shows(f, "2 of 3");
	add_model(f, "second");
	shows(f, "Changed by ");
	assert_true(pty_shows(f->pty, "2 of 3"));
}

/* F71: on every screen, no lock while idle, and commits as quick as alone. */
static void test_watch__idle_screens_hold_no_lock(void **state)
{
	static const char *const screens[] = { "1", "2", "3", "4", "L" };
	struct fixture *f = *state;
	shows(f, "MODELS (1)");
	for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
		char name[32];
		pty_send(f->pty, screens[i]);
		pty_settle(f->pty, 300);
		assert_true(pty_holds_no_lock(f->pty));
		snprintf(name, sizeof(name), "other-%zu", i);
		uint64_t start = clock_ns();
		add_model(f, name);
		/* who waits for a lock waits a minute */
		assert_true(clock_ns() - start < PTY_WAIT * 1000000ull);
		shows(f, "Changed by ");
		pty_settle(f->pty, 300);
		assert_true(pty_holds_no_lock(f->pty));
	}
}

/* Replaced under our feet: said, and nothing is read from the new file. */
static void test_watch__a_replaced_registry_is_said(void **state)
{
	struct fixture *f = *state;
	shows(f, "MODELS (1)");
	char *aside = xasprintf("%s.aside", f->p.path);
	assert_int_equal(rename(f->p.path, aside), 0);
	shows(f, "was replaced or removed");
	free(aside);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_watch__shows_what_others_write_without_a_key),
		T(test_watch__waits_for_the_end_of_a_prompt),
		T(test_watch__a_view_that_comes_up_again_is_fresh),
		T(test_watch__slices_move_the_count_of_the_gate),
		T(test_watch__the_cursor_on_a_revision_stays),
		T(test_watch__the_cursor_on_a_column_stays),
		T(test_watch__idle_screens_hold_no_lock),
		T(test_watch__a_replaced_registry_is_said),
	};
	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
