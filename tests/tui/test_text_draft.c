/* Drafts of texts that are no documents: kept, listed by name, dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/xalloc.h"
#include "tests/support/temp_registry.h"
#include "tui/text_draft.h"

static struct temp_registry t;
static char *file, *other;

static int set_up(void **state)
{
	(void)state;
	temp_registry_make(&t);
	file = xasprintf("%s", reg_path(t.reg));
	other = xasprintf("%s.other", file);
	setenv("XDG_STATE_HOME", t.folder, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(file);
	free(other);
	temp_registry_remove(&t);
	return 0;
}

static void save(const char *registry, const char *name, const char *text)
{
	assert_ok(text_draft_save(registry, name, text, &oops));
}

/* The names, in the order that they come. */
static char *names(const char *registry)
{
	struct text_draft_infos all = VEC_INIT;
	struct buf out = BUF_INIT;

	text_draft_list(registry, &all);
	for (size_t i = 0; i < all.n; i++)
		buf_printf(&out, "%s|", all.at[i].name);
	text_draft_infos_release(&all);
	return buf_detach(&out);
}

static void assert_names(const char *registry, const char *want)
{
	char *got = names(registry);

	assert_string_equal(got, want);
	free(got);
}

static void test_text_draft__are_listed_by_name(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	assert_names(file, "");
	save(file, "comment on P-3", "because");
	save(file, "comment on P-3", "because of");
	save(file, "a new one", "x");
	save(other, "elsewhere", "y");
	assert_names(file, "a new one|comment on P-3|");
	assert_names(other, "elsewhere|");
	assert_true(text_draft_load(file, "comment on P-3", &text));
	assert_string_equal(text.data, "because of");
	buf_release(&text);
	text_draft_drop(file, "comment on P-3");
	text_draft_drop(file, "a new one");
	assert_names(file, "");
	assert_names(other, "elsewhere|");
	text_draft_drop(other, "elsewhere");
}

/* What is not ours, or is not whole, is passed over. */
static void test_text_draft__half_of_one_is_none(void **state)
{
	(void)state;
	save(file, "gone", "x");
	assert_int_equal(run_shell("rm '%s'/muster/texts/*.txt",
				   t.folder), 0);
	assert_names(file, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_text_draft__are_listed_by_name, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_text_draft__half_of_one_is_none, set_up,
			tear_down),
	};

	return cmocka_run_group_tests_name("text_draft", tests, NULL, NULL);
}
