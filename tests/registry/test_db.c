#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry/db.h"
#include "registry/model.h"
#include "registry/registry.h"
#include "support/temp_registry.h"

static struct db *connect(const struct temp_registry *t, enum db_open how)
{
	struct db *db;

	assert_ok(db_open(t->path, how, &db, &oops));
	return db;
}

static struct stmt *read_log(struct db *db)
{
	return db_prepare(db, "SELECT idx FROM log ORDER BY idx");
}

/* -- How rows end -- */

static void test_db__behind_the_last_row_is_an_end(void **state)
{
	struct db *db = connect(*state, DB_READ);
	struct stmt *s = read_log(db);
	struct err err = ERR_INIT;

	assert_true(stmt_next(s, &err));
	assert_false(stmt_next(s, &err));
	assert_int_equal(stmt_end(s, RC_OK), RC_OK);
	assert_int_equal(err.rc, RC_OK);
	db_close(db);
}

static void test_db__what_the_caller_found_comes_first(void **state)
{
	struct db *db = connect(*state, DB_READ);
	struct stmt *s = read_log(db);

	db_interrupt(db);
	assert_true(stmt_next(s, NULL));
	db_interrupt(db);
	assert_false(stmt_next(s, NULL));
	assert_int_equal(stmt_end(s, RC_CONFLICT), RC_CONFLICT);
	db_close(db);
}

static void test_db__stopped_is_cancelled(void **state)
{
	struct db *db = connect(*state, DB_READ);
	struct stmt *s = read_log(db);
	struct err err = ERR_INIT;

	assert_true(stmt_next(s, &err));
	db_interrupt(db);
	assert_false(stmt_next(s, &err));
	assert_int_equal(stmt_end(s, RC_OK), RC_CANCELLED);
	assert_int_equal(err.rc, RC_CANCELLED);
	/* the next use of the same statement knows nothing of it */
	s = read_log(db);
	assert_true(stmt_next(s, NULL));
	assert_int_equal(stmt_end(s, RC_OK), RC_OK);
	db_close(db);
}

static void test_db__locked_is_busy(void **state)
{
	struct db *holder = connect(*state, DB_WRITE);
	struct db *db = connect(*state, DB_READ);
	struct stmt *s = read_log(db);
	struct err err = ERR_INIT;

	assert_ok(db_script(holder, "BEGIN EXCLUSIVE", &oops));
	db_set_deadline(db, 1);
	assert_false(stmt_next(s, &err));
	assert_int_equal(stmt_end(s, RC_OK), RC_BUSY);
	assert_non_null(strstr(err.text, "is held by"));
	assert_ok(db_script(holder, "ROLLBACK", &oops));
	db_close(holder);
	db_close(db);
}

/* -- What use cases make of it -- */

/* Zeros over the table's first page. */
static void damage(const struct temp_registry *t, const char *table)
{
	assert_int_equal(run_shell(
		"f='%s'; size=$(sqlite3 \"$f\" 'PRAGMA page_size') && "
		"page=$(sqlite3 \"$f\" \"SELECT rootpage FROM sqlite_schema "
		"WHERE name = '%s'\") && "
		"dd if=/dev/zero of=\"$f\" bs=$size seek=$((page - 1)) "
		"count=1 conv=notrunc 2>/dev/null", t->path, table), 0);
}

static void test_db__a_listing_of_damage_is_damaged(void **state)
{
	struct temp_registry *t = *state;
	struct model_recs models;
	struct err err = ERR_INIT;

	assert_ok(reg_model_add(t->reg, "loans", NULL, &oops));
	damage(t, "model");
	temp_registry_reopen(t);
	assert_int_equal(reg_model_list(t->reg, &models, &err), RC_CORRUPT);
	assert_int_equal(err.rc, RC_CORRUPT);
	assert_non_null(strstr(err.text, "malformed"));
	assert_int_equal(reg_model_list(t->reg, &models, NULL), RC_CORRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown( \
		name, temp_registry_setup, temp_registry_teardown)
		T(test_db__behind_the_last_row_is_an_end),
		T(test_db__what_the_caller_found_comes_first),
		T(test_db__stopped_is_cancelled),
		T(test_db__locked_is_busy),
		T(test_db__a_listing_of_damage_is_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
