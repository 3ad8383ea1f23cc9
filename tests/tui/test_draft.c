#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "tests/support/temp_registry.h"
#include "tui/draft.h"

#define REGISTRY "/somewhere/registry.db"

static char folder[] = "/tmp/muster-test-draft-XXXXXX";

static int set_up(void **state)
{
	assert_non_null(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
	return 0;
}

static int clean(void **state)
{
	return run_shell("rm -rf '%s'/*", folder);
}

static int tear_down(void **state)
{
	return run_shell("rm -rf '%s'", folder);
}

static struct draft sample(void)
{
	struct draft d = {
		.type = DOC_CARD, .of = xstrdup("m@7"),
		.registry = xstrdup(REGISTRY), .base = 12, .revision = 3,
		.time = 1772375000, .doc = xstrdup("{\"a\":1}"),
		.start = xstrdup("{}"), .ancestor = xstrdup("{\"b\":2}"),
		.item = xstrdup("3.2"), .state = ANSWER_NA,
		.typed = xstrdup("line\nwith \"caf\xc3\xa9\""), .at = 4,
	};
	strs_add(&d.conflicts, "3.2");
	return d;
}

static enum rc claim(struct draft_slot *slot, struct draft *found, bool *has,
		     char **passed)
{
	struct err err = ERR_INIT;
	return draft_claim(REGISTRY, DOC_CARD, "m@7", slot, found, has, passed,
			   &err);
}

/* Saves the sample and lets go; the path, to be freed. */
static char *leave_one(void)
{
	struct draft_slot slot;
	struct draft d = sample(), found;
	bool has;
	assert_int_equal(claim(&slot, &found, &has, NULL), RC_OK);
	assert_false(has);
	draft_save(&slot, &d);
	assert_ok(draft_wait(&slot, &oops));
	char *path = xstrdup(slot.path);
	draft_slot_release(&slot);
	draft_release(&d);
	return path;
}

static void test_draft__comes_back_as_it_was(void **state)
{
	struct draft a = sample(), b;
	struct buf text = BUF_INIT, again = BUF_INIT;
	draft_write(&text, &a);
	assert_ok(draft_read(text.data, text.len, &b, &oops));
	assert_int_equal(b.base, 12);
	assert_int_equal(b.revision, 3);
	assert_int_equal(b.time, a.time);
	assert_string_equal(b.typed, a.typed);
	assert_int_equal(b.state, ANSWER_NA);
	assert_int_equal(b.at, 4);
	assert_string_equal(b.ancestor, a.ancestor);
	draft_write(&again, &b);
	assert_string_equal(text.data, again.data);
	draft_release(&a);
	draft_release(&b);
	buf_release(&text);
	buf_release(&again);
}

static void test_draft__is_found_again(void **state)
{
	struct draft_slot slot;
	struct draft found;
	bool has;
	free(leave_one());
	assert_int_equal(claim(&slot, &found, &has, NULL), RC_OK);
	assert_true(has);
	assert_string_equal(found.item, "3.2");
	draft_remove(&slot);
	draft_slot_release(&slot);
	draft_release(&found);
	assert_int_equal(claim(&slot, &found, &has, NULL), RC_OK);
	assert_false(has);
	draft_slot_release(&slot);
}

static void test_draft__two_terminals_have_two(void **state)
{
	struct draft_slot a, b;
	struct draft d = sample(), found;
	bool has;
	assert_int_equal(claim(&a, &found, &has, NULL), RC_OK);
	draft_save(&a, &d);
	assert_ok(draft_wait(&a, &oops));
	assert_int_equal(claim(&b, &found, &has, NULL), RC_OK);
	assert_false(has);
	assert_string_not_equal(a.path, b.path);
	draft_slot_release(&a);
	draft_slot_release(&b);
	draft_release(&d);
}

static unsigned mode_of(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

/* Modes do not depend on the umask. */
static void test_draft__is_private_under_any_umask(void **state)
{
	static const mode_t masks[] = { 0, 077, 0777 };
	for (size_t i = 0; i < 3; i++) {
		mode_t before = umask(masks[i]);
		char *path = leave_one();
		umask(before);
		assert_int_equal(mode_of(path), 0600);
		*strrchr(path, '/') = '\0';
		assert_int_equal(mode_of(path), 0700);
		free(path);
		run_shell("rm -rf '%s'/*", folder);
	}
}

/* A command that spoils the file at PATH, and what is said of it. */
static const struct { const char *command, *says; } strange[] = {
	{ "chmod 644 '%s'", "chmod 600" },
	{ "ln '%s' '%s.second'", "second name" },
	{ "mv '%s' '%s.real'; ln -s '%s.real' '%s'", "failed" },
	{ "rm '%s'; mkfifo -m 600 '%s'", "not a plain file" },
	{ "rm '%s'; mkdir -m 700 '%s'", "not a plain file" },
	{ "printf 'nonsense' >'%s'", "draft" },
	{ ": >'%s'", "draft" },
	{ "sed -i 's/\"v\": 1/\"v\": 2/' '%s'", "v: not 1" },
	{ "sed -i 's/m@7/m@8/' '%s'", "another document" },
	{ "sed -i 's/\"at\": 4/\"at\": 4000/' '%s'", "field.at" },
};

static void test_draft__passes_over_strange_files(void **state)
{
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		char *path = leave_one(), *passed;
		struct draft_slot slot;
		struct draft found;
		bool has;
		struct buf command = BUF_INIT;
		/* each %s is the path */
		for (const char *s = strange[i].command; *s; s++) {
			if (s[0] == '%' && s[1] == 's') {
				buf_str(&command, path);
				s++;
			} else {
				buf_char(&command, *s);
			}
		}
		assert_int_equal(run_shell("%s", command.data), 0);
		assert_int_equal(claim(&slot, &found, &has, &passed), RC_OK);
		assert_false(has);
		assert_non_null(passed);
		if (!strstr(passed, strange[i].says))
			fail_msg("'%s' says '%s'", command.data, passed);
		assert_string_not_equal(slot.path, path);
		free(passed);
		draft_slot_release(&slot);
		buf_release(&command);
		free(path);
		run_shell("rm -rf '%s'/*", folder);
	}
}

static void test_draft__lists_what_was_left(void **state)
{
	struct draft_infos v = VEC_INIT;
	struct draft_slot slot;
	struct draft found;
	bool has;
	free(leave_one());
	draft_list(REGISTRY, &v);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.at[0].of, "m@7");
	draft_infos_release(&v);
	draft_list("/another.db", &v);
	assert_int_equal(v.n, 0);
	draft_infos_release(&v);
	/* in use: not left behind */
	assert_int_equal(claim(&slot, &found, &has, NULL), RC_OK);
	draft_list(REGISTRY, &v);
	assert_int_equal(v.n, 0);
	draft_infos_release(&v);
	draft_slot_release(&slot);
	draft_release(&found);
}

/* Without a home: says so, and the caller works on. */
static void test_draft__no_home_is_said(void **state)
{
	static const struct { const char *home, *says; } homes[] = {
		{ NULL, "no home" }, { "/proc/nowhere", "/proc" },
		{ "/dev/null", "/dev/null" },
	};
	for (size_t i = 0; i < 3; i++) {
		struct draft_slot slot;
		struct draft found;
		struct err err = ERR_INIT;
		bool has;
		unsetenv("HOME");
		if (homes[i].home)
			setenv("XDG_STATE_HOME", homes[i].home, 1);
		else
			unsetenv("XDG_STATE_HOME");
		enum rc rc = draft_claim(REGISTRY, DOC_CARD, "m@7", &slot,
					 &found, &has, NULL, &err);
		setenv("XDG_STATE_HOME", folder, 1);
		assert_int_not_equal(rc, RC_OK);
		assert_null(slot.path);
		if (!strstr(err.text, homes[i].says))
			fail_msg("says '%s'", err.text);
	}
}

static void test_draft__folder_that_is_a_link_is_refused(void **state)
{
	struct draft_slot slot;
	struct draft found;
	bool has;
	run_shell("mkdir -p '%s/muster' '%s/else'; ln -s '%s/else' "
		  "'%s/muster/drafts'", folder, folder, folder, folder);
	assert_int_not_equal(claim(&slot, &found, &has, NULL), RC_OK);
	assert_null(slot.path);
}

/* -- When -- */

#define SEC 1000000000ull

/* Keys without a pause do not put the saving off for ever. */
static void test_draft__is_due_while_typing_goes_on(void **unused)
{
	struct draft_clock c = { 0 };

	(void)unused;
	assert_int_equal(draft_clock_due(&c), 0);
	draft_clock_touch(&c, 10 * SEC);
	assert_int_equal(draft_clock_due(&c), 12 * SEC);
	for (uint64_t t = 10 * SEC; t <= 13 * SEC; t += SEC / 10)
		draft_clock_touch(&c, t);
	assert_in_range(draft_clock_due(&c), 13 * SEC, 14 * SEC - 1);
	assert_false(draft_clock_idle(&c, 14 * SEC));
	assert_true(draft_clock_idle(&c, 15 * SEC));
	draft_clock_failed(&c, 20 * SEC);
	assert_true(draft_clock_due(&c) > 24 * SEC);
	assert_false(draft_clock_idle(&c, 20 * SEC));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draft__is_due_while_typing_goes_on),
		cmocka_unit_test_teardown(test_draft__comes_back_as_it_was,
					  clean),
		cmocka_unit_test_teardown(test_draft__is_found_again, clean),
		cmocka_unit_test_teardown(test_draft__two_terminals_have_two,
					  clean),
		cmocka_unit_test_teardown(
			test_draft__is_private_under_any_umask, clean),
		cmocka_unit_test_teardown(
			test_draft__passes_over_strange_files, clean),
		cmocka_unit_test_teardown(test_draft__lists_what_was_left,
					  clean),
		cmocka_unit_test_teardown(test_draft__no_home_is_said, clean),
		cmocka_unit_test_teardown(
			test_draft__folder_that_is_a_link_is_refused, clean),
	};

	return cmocka_run_group_tests_name("test_draft", tests, set_up,
					   tear_down);
}
