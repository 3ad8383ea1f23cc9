#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry/document.h"
#include "registry/inside.h"
#include "support/temp_registry.h"

static int64_t save(struct registry *reg, const char *text, int64_t base)
{
	int64_t revision = 0;

	assert_ok(reg_document_save(reg, DOCUMENT_CARD, "m@1", text, "why",
				    base, &revision, &oops));
	return revision;
}

static void test_document__revisions_stay(void **state)
{
	struct temp_registry *t = *state;
	struct document_recs all = VEC_INIT;
	struct document_rec d;

	assert_int_equal(save(t->reg, "{\"a\":1}", 0), 1);
	assert_int_equal(save(t->reg, "{\"a\":2}", 1), 2);
	assert_ok(reg_document_load(t->reg, DOCUMENT_CARD, "m@1", 1, &d,
				    &oops));
	assert_string_equal(d.text, "{\"a\":1}");
	assert_int_equal(d.newest, 2);
	assert_string_equal(d.status, "draft");
	document_rec_release(&d);
	assert_ok(reg_document_load(t->reg, DOCUMENT_CARD, "m@1", 0, &d,
				    &oops));
	assert_string_equal(d.text, "{\"a\":2}");
	document_rec_release(&d);
	assert_ok(reg_document_history(t->reg, DOCUMENT_CARD, "m@1", &all,
				       &oops));
	assert_int_equal(all.n, 2);
	document_recs_release(&all);
	temp_registry_verify(t);
}

static void test_document__a_head_has_no_text(void **state)
{
	struct temp_registry *t = *state;
	struct document_rec d = { 0 };
	struct err err = ERR_INIT;

	assert_int_equal(reg_document_head(t->reg, DOCUMENT_CARD, "m@1", &d,
					   &err), RC_NOT_FOUND);
	save(t->reg, "{\"a\":1}", 0);
	save(t->reg, "{\"a\":2}", 1);
	assert_ok(reg_document_head(t->reg, DOCUMENT_CARD, "m@1", &d, &oops));
	assert_int_equal(d.revision, 2);
	assert_string_equal(d.status, "draft");
	assert_null(d.text);
	document_rec_release(&d);
}

static void test_document__same_text_is_no_change(void **state)
{
	struct temp_registry *t = *state;
	uint64_t before;

	save(t->reg, "{}", 0);
	before = reg_size(t->reg);
	assert_int_equal(save(t->reg, "{}", 1), 1);
	assert_int_equal(reg_size(t->reg), before);
}

/* An argument of a command line may be any bytes. */
static void test_document__no_utf8_is_refused(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;

	assert_int_equal(reg_document_save(t->reg, DOCUMENT_CARD, "m@1",
					   "text", "a\xff", TX_ANY_BASE, NULL,
					   &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "the note is not UTF-8 at byte 2"));
	assert_int_equal(reg_document_save(t->reg, DOCUMENT_CARD, "m@1",
					   "\xc0\x80", NULL, TX_ANY_BASE, NULL,
					   &err), RC_BAD_INPUT);
	temp_registry_verify(t);
}

static void test_document__stale_base_is_conflict(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;

	save(t->reg, "{\"a\":1}", 0);
	assert_int_equal(reg_document_save(t->reg, DOCUMENT_CARD, "m@1",
					   "{\"a\":2}", NULL, 0, NULL, &err),
			 RC_CONFLICT);
}

static enum rc as_bob(struct registry *reg, int64_t revision,
		      const char *status, const char *reason, struct err *err)
{
	struct actor author = reg->actor;
	enum rc rc;

	reg->actor = (struct actor){ 5002, 5002, "bob" };
	rc = reg_document_status(reg, DOCUMENT_CARD, "m@1", revision, status,
				 reason, err);
	reg->actor = author;
	return rc;
}

static void test_document__nobody_approves_what_they_wrote(void **state)
{
	struct temp_registry *t = *state;
	struct actor author = t->reg->actor;
	struct err err = ERR_INIT;

	save(t->reg, "{\"a\":1}", TX_ANY_BASE);
	assert_int_equal(reg_document_status(t->reg, DOCUMENT_CARD, "m@1", 1,
					     "approved", "mine", &err),
			 RC_REFUSED);
	assert_non_null(strstr(err.text, "nobody approves what they wrote"));
	/* the reader who mended a word is an author, too */
	t->reg->actor = (struct actor){ 5003, 5003, "eva" };
	save(t->reg, "{\"a\":2}", TX_ANY_BASE);
	err = (struct err)ERR_INIT;
	assert_int_equal(reg_document_status(t->reg, DOCUMENT_CARD, "m@1", 2,
					     "approved", "read", &err),
			 RC_REFUSED);
	t->reg->actor = author;
	err = (struct err)ERR_INIT;
	assert_int_equal(as_bob(t->reg, 2, "approved", NULL, &err), RC_USAGE);
	assert_ok(as_bob(t->reg, 2, "approved", "read", &oops));
	/* whoever wrote before the approval did not write what comes now */
	t->reg->actor = (struct actor){ 5003, 5003, "eva" };
	save(t->reg, "{\"a\":3}", TX_ANY_BASE);
	t->reg->actor = author;
	assert_ok(reg_document_status(t->reg, DOCUMENT_CARD, "m@1", 3,
				      "approved", "read", &oops));
	temp_registry_verify(t);
}

static void test_document__a_refused_move_names_the_legal_ones(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;

	save(t->reg, "{\"a\":1}", TX_ANY_BASE);
	assert_int_equal(as_bob(t->reg, 1, "superseded", "x", &err),
			 RC_REFUSED);
	assert_non_null(strstr(err.text, "in-review or approved"));
}

static void test_document__approval_supersedes(void **state)
{
	struct temp_registry *t = *state;
	struct document_rec d;
	struct err err = ERR_INIT;

	save(t->reg, "{\"a\":1}", TX_ANY_BASE);
	assert_int_equal(reg_document_status(t->reg, DOCUMENT_CARD, "m@1", 0,
					     "superseded", "no", &err),
			 RC_REFUSED);
	assert_ok(as_bob(t->reg, 0, "approved", "fine", &oops));
	save(t->reg, "{\"a\":2}", TX_ANY_BASE);
	assert_ok(reg_document_load(t->reg, DOCUMENT_CARD, "m@1", 0, &d,
				    &oops));
	assert_string_equal(d.status, "draft");
	assert_int_equal(d.approved, 1);
	document_rec_release(&d);
	assert_ok(as_bob(t->reg, 2, "approved", "fine", &oops));
	assert_ok(reg_document_load(t->reg, DOCUMENT_CARD, "m@1", 1, &d,
				    &oops));
	assert_string_equal(d.status, "superseded");
	assert_int_equal(d.approved, 2);
	document_rec_release(&d);
	temp_registry_verify(t);
}

static void test_document__undo_brings_back_the_text_before(void **state)
{
	struct temp_registry *t = *state;
	struct document_rec d;
	struct err err = ERR_INIT;

	save(t->reg, "{\"a\":1}", TX_ANY_BASE);
	assert_int_equal(reg_undo(t->reg, UINT64_MAX, NULL, &err), RC_REFUSED);
	save(t->reg, "{\"a\":2}", TX_ANY_BASE);
	assert_ok(reg_undo(t->reg, UINT64_MAX, NULL, &oops));
	assert_ok(reg_document_load(t->reg, DOCUMENT_CARD, "m@1", 0, &d,
				    &oops));
	assert_string_equal(d.text, "{\"a\":1}");
	assert_int_equal(d.revision, 3);
	document_rec_release(&d);
	temp_registry_verify(t);
}

static void test_document__lists_by_kind(void **state)
{
	struct temp_registry *t = *state;
	struct document_recs all = VEC_INIT;
	struct err err = ERR_INIT;

	save(t->reg, "{}", TX_ANY_BASE);
	assert_ok(reg_document_save(t->reg, DOCUMENT_DATASHEET, "adult", "{}",
				    NULL, 0, NULL, &oops));
	assert_ok(reg_document_list(t->reg, DOCUMENT_DATASHEET, &all, &oops));
	assert_int_equal(all.n, 1);
	assert_string_equal(all.at[0].of, "adult");
	document_recs_release(&all);
	assert_int_equal(reg_document_load(t->reg, DOCUMENT_GATE, "x", 0,
					   &(struct document_rec){ 0 }, &err),
			 RC_NOT_FOUND);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown( \
		name, temp_registry_setup, temp_registry_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_document__revisions_stay),
		TEST(test_document__a_head_has_no_text),
		TEST(test_document__same_text_is_no_change),
		TEST(test_document__no_utf8_is_refused),
		TEST(test_document__stale_base_is_conflict),
		TEST(test_document__nobody_approves_what_they_wrote),
		TEST(test_document__a_refused_move_names_the_legal_ones),
		TEST(test_document__approval_supersedes),
		TEST(test_document__undo_brings_back_the_text_before),
		TEST(test_document__lists_by_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
