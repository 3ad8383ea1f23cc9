#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry/model.h"
#include "support/temp_registry.h"

static void add_model(struct registry *reg, const char *name)
{
	assert_ok(reg_model_add(reg, name, NULL, &oops));
}

static int64_t add_version(struct registry *reg, const char *model)
{
	struct version_fields f = { .note = "made by a test" };
	int64_t v = 0;

	assert_ok(reg_version_add(reg, model, &f, &v, &oops));
	return v;
}

static void test_model__fields_come_back(void **state)
{
	struct temp_registry *t = *state;
	struct pairs tags = VEC_INIT;
	struct model_change c = { .task = "binary", .owner = "ana",
				  .risk = "low", .tags = &tags };
	struct model_rec m;

	pairs_add(&tags, "team", "credit");
	assert_ok(reg_model_add(t->reg, "credit-scorer", &c, &oops));
	assert_ok(reg_model_get(t->reg, "credit-scorer", &m, &oops));
	assert_string_equal(m.task, "binary");
	assert_string_equal(m.owner, "ana");
	assert_string_equal(m.risk, "low");
	assert_null(m.main_metric);
	assert_int_equal(m.tags.n, 1);
	assert_string_equal(m.tags.at[0].value, "credit");
	assert_int_equal(m.revision, 1);
	assert_int_equal(m.n_versions, 0);
	model_rec_release(&m);
	pairs_release(&tags);
	temp_registry_verify(t);
}

static void test_model__twice_is_exists(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;

	add_model(t->reg, "a");
	assert_int_equal(reg_model_add(t->reg, "a", NULL, &err), RC_EXISTS);
	assert_int_equal(reg_size(t->reg), 2);
}

static void test_model__names_that_differ_in_case_are_found(void **state)
{
	struct temp_registry *t = *state;
	char *like;

	add_model(t->reg, "Scorer");
	assert_ok(reg_model_like(t->reg, "scorer", &like, &oops));
	assert_string_equal(like, "Scorer");
	free(like);
	assert_ok(reg_model_like(t->reg, "Scorer", &like, &oops));
	assert_null(like);
}

static void test_model__names(void **state)
{
	static const char *const bad[] = {
		"", ".a", "-rf", "a b", "a/b", "../x", "a@1", "\xc3\xa4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaa", "a\n", "a\xe2\x80\xae", "_x",
	};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(name_check("model", bad[i], &err), RC_USAGE);
	assert_int_equal(name_check("model", "9.a_B-c", &err), RC_OK);
}

static void test_model__set_and_stale_base(void **state)
{
	struct temp_registry *t = *state;
	struct model_change bo = { .owner = "bo" }, li = { .owner = "li" };
	struct err err = ERR_INIT;
	struct model_rec m;

	add_model(t->reg, "a");
	assert_ok(reg_model_set(t->reg, "a", &bo, "handed over", 1, &oops));
	assert_int_equal(reg_model_set(t->reg, "a", &li, "no", 1, &err),
			 RC_CONFLICT);
	assert_non_null(strstr(err.text, "moved on"));
	/* The same value from a stale base is a conflict too. */
	assert_int_equal(reg_model_set(t->reg, "a", &bo, "no", 1, &err),
			 RC_CONFLICT);
	assert_ok(reg_model_get(t->reg, "a", &m, &oops));
	assert_string_equal(m.owner, "bo");
	assert_int_equal(m.revision, 2);
	model_rec_release(&m);
	temp_registry_verify(t);
}

static void test_model__set_needs_a_reason(void **state)
{
	struct temp_registry *t = *state;
	struct model_change c = { .owner = "bo" };

	add_model(t->reg, "a");
	assert_int_equal(reg_model_set(t->reg, "a", &c, "  ", -1, NULL),
			 RC_USAGE);
	assert_int_equal(reg_model_set(t->reg, "a", &c, NULL, -1, NULL),
			 RC_USAGE);
}

static void test_version__numbers_are_never_reused(void **state)
{
	struct temp_registry *t = *state;

	add_model(t->reg, "a");
	assert_int_equal(add_version(t->reg, "a"), 1);
	assert_int_equal(add_version(t->reg, "a"), 2);
	assert_ok(reg_undo(t->reg, UINT64_MAX, NULL, &oops));
	assert_int_equal(add_version(t->reg, "a"), 3);
	temp_registry_verify(t);
}

static void test_version__artifact_is_hashed(void **state)
{
	struct temp_registry *t = *state;
	char path[128];
	struct version_fields f = { .artifact_path = path };
	struct version_rec v;
	int64_t n;

	snprintf(path, sizeof(path), "%s/m.bin", t->folder);
	assert_int_equal(run_shell("printf abc >'%s'", path), 0);
	add_model(t->reg, "a");
	assert_ok(reg_version_add(t->reg, "a", &f, &n, &oops));
	assert_ok(reg_version_get(t->reg, "a", n, &v, &oops));
	assert_string_equal(v.artifact, "ba7816bf8f01cfea414140de5dae2223"
			    "b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(v.artifact_name, "m.bin");
	assert_int_equal(v.artifact_size, 3);
	version_rec_release(&v);
}

static void check_resolves(struct registry *reg, const char *text, int64_t to)
{
	struct version_ref r;

	assert_ok(reg_version_resolve(reg, text, &r, &oops));
	assert_int_equal(r.version, to);
	free(r.model);
}

static void test_version__stage_alias_resolve(void **state)
{
	struct temp_registry *t = *state;
	struct version_ref r;

	add_model(t->reg, "a");
	add_version(t->reg, "a");
	add_version(t->reg, "a");
	assert_ok(reg_version_stage(t->reg, "a", 1, "production", "first", -1,
				    &oops));
	assert_ok(reg_version_stage(t->reg, "a", 2, "production", "better", -1,
				    &oops));
	assert_ok(reg_version_alias(t->reg, "a", 1, "champion", &oops));
	check_resolves(t->reg, "a@production", 2);
	check_resolves(t->reg, "a@champion", 1);
	check_resolves(t->reg, "a@2", 2);
	assert_int_equal(reg_version_resolve(t->reg, "a@7", &r, NULL),
			 RC_NOT_FOUND);
	assert_int_equal(reg_version_resolve(t->reg, "b@1", &r, NULL),
			 RC_NOT_FOUND);
	assert_int_equal(reg_version_resolve(t->reg, "a", &r, NULL), RC_USAGE);
	assert_int_equal(reg_version_alias(t->reg, "a", 1, "7", NULL),
			 RC_USAGE);
	assert_int_equal(reg_version_alias(t->reg, "a", 1, "shadow", NULL),
			 RC_USAGE);
	assert_int_equal(reg_version_stage(t->reg, "a", 2, "live", "x", -1,
					   NULL), RC_USAGE);
	assert_int_equal(reg_version_stage(t->reg, "a", 2, "production", "x",
					   -1, NULL), RC_REFUSED);
	temp_registry_verify(t);
}

static enum rc set_threshold(struct reg_tx *tx, void *arg, struct err *err)
{
	return tx_version_threshold(tx, "a", 1, *(double *)arg, "costs", err);
}

static void test_version__undo_walks_back(void **state)
{
	struct temp_registry *t = *state;
	struct model_change c = { .owner = "bo" };
	double half = 0.5;
	struct model_recs all;
	uint64_t done;

	add_model(t->reg, "a");			/* 1 */
	assert_ok(reg_model_set(t->reg, "a", &c, "x", -1, &oops));	/* 2 */
	add_version(t->reg, "a");		/* 3 */
	assert_ok(reg_version_stage(t->reg, "a", 1, "shadow", "x", -1, &oops));
	assert_ok(reg_version_alias(t->reg, "a", 1, "c", &oops));		/* 5 */
	assert_ok(reg_write(t->reg, set_threshold, &half, &oops));	/* 6 */
	for (uint64_t expected = 6; expected > 3; expected--) {
		assert_ok(reg_undo(t->reg, UINT64_MAX, &done, &oops));
		assert_int_equal(done, expected);
		temp_registry_verify(t);
	}
	/* Its revision has moved, though back to the same values. */
	assert_int_equal(reg_undo(t->reg, 3, NULL, NULL), RC_REFUSED);
	assert_ok(reg_undo(t->reg, 2, NULL, &oops));
	assert_ok(reg_model_list(t->reg, &all, &oops));
	assert_int_equal(all.n, 1);
	assert_null(all.at[0].owner);
	model_recs_release(&all);
	temp_registry_verify(t);
}

static void test_version__undo_of_an_undo(void **state)
{
	struct temp_registry *t = *state;
	struct model_rec m;

	add_model(t->reg, "a");
	assert_ok(reg_undo(t->reg, 1, NULL, &oops));
	assert_int_equal(reg_model_get(t->reg, "a", &m, NULL), RC_NOT_FOUND);
	assert_int_equal(reg_undo(t->reg, 1, NULL, NULL), RC_REFUSED);
	assert_ok(reg_undo(t->reg, 2, NULL, &oops));
	assert_ok(reg_model_get(t->reg, "a", &m, &oops));
	model_rec_release(&m);
	temp_registry_verify(t);
}

static void test_version__page_sorts_filters_and_counts(void **state)
{
	struct temp_registry *t = *state;
	struct version_query q = { .filter = "B", .sort = "name",
				   .descending = true, .limit = 2 };
	struct version_recs page;
	uint64_t total;

	add_model(t->reg, "ab");
	add_model(t->reg, "cc");
	for (int i = 0; i < 3; i++)
		add_version(t->reg, "ab");
	add_version(t->reg, "cc");
	assert_ok(reg_version_page(t->reg, &q, &page, &total, &oops));
	assert_int_equal(total, 3);
	assert_int_equal(page.n, 2);
	assert_int_equal(page.at[0].version, 3);
	version_recs_release(&page);
	q.sort = "1; DROP TABLE model";
	assert_int_equal(reg_version_page(t->reg, &q, &page, &total, NULL),
			 RC_USAGE);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown( \
		name, temp_registry_setup, temp_registry_teardown)
	const struct CMUnitTest tests[] = {
		T(test_model__fields_come_back),
		T(test_model__twice_is_exists),
		T(test_model__names_that_differ_in_case_are_found),
		T(test_model__names),
		T(test_model__set_and_stale_base),
		T(test_model__set_needs_a_reason),
		T(test_version__numbers_are_never_reused),
		T(test_version__artifact_is_hashed),
		T(test_version__stage_alias_resolve),
		T(test_version__undo_walks_back),
		T(test_version__undo_of_an_undo),
		T(test_version__page_sorts_filters_and_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
