#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "cards/card_share.h"
#include "cards/complete.h"
#include "cards/doc.h"
#include "cards/store.h"
#include "support/temp_registry.h"

static void set(struct doc *d, const char *id, enum answer_state state,
		const char *text)
{
	assert_ok(doc_set(d, id, state, text, &oops));
}

static void test_doc__states_and_tidy_texts(void **state)
{
	struct doc d;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_int_equal(doc_answer(&d, "1.1")->state, ANSWER_EMPTY);
	set(&d, "1.1", ANSWER_GIVEN, "\r\n  \n  a\r\r\nb  \n\n");
	assert_string_equal(doc_answer(&d, "1.1")->text, "  a\nb");
	set(&d, "1.1", ANSWER_GIVEN, " \n\t");
	assert_int_equal(doc_answer(&d, "1.1")->state, ANSWER_EMPTY);
	assert_int_equal(doc_set(&d, "1.6", ANSWER_NA, " ", NULL),
			 RC_BAD_INPUT);
	assert_int_equal(doc_set(&d, "1.6", ANSWER_GIVEN, "a\xff", NULL),
			 RC_BAD_INPUT);
	set(&d, "1.6", ANSWER_UNKNOWN, NULL);
	assert_int_equal(doc_answer(&d, "1.6")->state, ANSWER_UNKNOWN);
	doc_release(&d);
}

static void test_doc__gates_take_yes_and_no(void **state)
{
	struct doc d;
	struct err err = ERR_INIT;

	doc_init(&d, doc_form(DOC_DATASHEET), "adult");
	assert_int_equal(doc_set(&d, "C.people", ANSWER_GIVEN, "maybe", &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "'C.people'"));
	set(&d, "C.people", ANSWER_GIVEN, "No, only machines.");
	set(&d, "C.people", ANSWER_GIVEN, "yes");
	doc_release(&d);
}

static void test_doc__no_is_a_word(void **state)
{
	assert_true(text_says_no("no"));
	assert_true(text_says_no("No."));
	assert_true(text_says_no(" none\nat all"));
	assert_false(text_says_no("not yet"));
	assert_false(text_says_no("No consent was asked"));
	assert_false(text_says_no("normalised"));
	assert_false(text_says_no("yes, no doubt"));
}

static void test_doc__stored_form_is_canonical(void **state)
{
	struct doc a, b, back;
	struct buf x = BUF_INIT, y = BUF_INIT;

	doc_init(&a, doc_form(DOC_CARD), "m@1");
	doc_init(&b, doc_form(DOC_CARD), "m@1");
	set(&a, "1.1", ANSWER_GIVEN, "we");
	set(&a, "own.9", ANSWER_NA, "why not");
	set(&b, "own.9", ANSWER_NA, "why not");
	set(&b, "2.1", ANSWER_GIVEN, "x");
	set(&b, "2.1", ANSWER_EMPTY, NULL);
	set(&b, "1.1", ANSWER_GIVEN, "we");
	doc_keep(&a, "huggingface", "---\nz: 1\n---\n");
	doc_keep(&b, "huggingface", "---\nz: 1\n---\n");
	doc_write(&x, &a);
	doc_write(&y, &b);
	assert_string_equal(x.data, y.data);
	assert_ok(doc_read(x.data, x.len, doc_form(DOC_CARD), &back, &oops));
	assert_true(doc_same(&a, &back));
	assert_string_equal(doc_extra(&back, 0)->id, "own.9");
	assert_null(doc_extra(&back, 1));
	doc_release(&a);
	doc_release(&b);
	doc_release(&back);
	buf_release(&x);
	buf_release(&y);
}

struct bad { const char *text, *field; };

static void test_doc__read_names_the_field(void **state)
{
	static const struct bad bad[] = {
		{ "[]", "no object" },
		{ "{\"v\":2,\"form\":\"card\"}", "v:" },
		{ "{\"v\":1,\"form\":\"datasheet\",\"of\":\"x\"}", "form:" },
		{ "{\"v\":1,\"form\":\"card\"}", "of:" },
		{ "{\"v\":1,\"form\":\"card\",\"of\":\"m@1\",\"answers\":3}",
		  "answers:" },
		{ "{\"v\":1,\"form\":\"card\",\"of\":\"m@1\",\"answers\":"
		  "{\"1.1\":{\"state\":\"so\",\"text\":\"\"}}}",
		  "answers.1.1.state" },
		{ "{\"v\":1,\"form\":\"card\",\"of\":\"m@1\",\"answers\":"
		  "{\"1.1\":{\"state\":\"n/a\",\"text\":\"\"}}}",
		  "answers.1.1" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err err = ERR_INIT;
		struct doc d;

		assert_int_equal(doc_read(bad[i].text, strlen(bad[i].text),
					  doc_form(DOC_CARD), &d, &err),
				 RC_BAD_INPUT);
		if (!strstr(err.text, bad[i].field))
			fail_msg("'%s' does not name '%s'", err.text,
				 bad[i].field);
	}
}

static size_t gaps(const struct doc *d, const struct doc_facts *f)
{
	struct completeness c;
	size_t n;

	doc_complete(d, f, NULL, &c);
	n = c.gaps.n;
	assert_int_equal(c.n_all - c.n_done, n);
	completeness_release(&c);
	return n;
}

static void test_complete__risk_decides_what_counts(void **state)
{
	char low[] = "low", medium[] = "medium";
	struct doc_facts f;
	struct doc d;
	size_t high;

	doc_facts_init(&f);
	doc_init(&d, doc_form(DOC_CARD), "m@1");
	high = gaps(&d, NULL);
	assert_int_equal(gaps(&d, &f), high);
	f.risk = medium;
	assert_true(gaps(&d, &f) < high);
	high = gaps(&d, &f);
	f.risk = low;
	assert_true(gaps(&d, &f) < high);
	doc_release(&d);
}

static void test_complete__unknown_is_a_gap_and_na_is_not(void **state)
{
	struct doc d;
	size_t n;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	n = gaps(&d, NULL);
	set(&d, "1.1", ANSWER_UNKNOWN, NULL);
	assert_int_equal(gaps(&d, NULL), n);
	set(&d, "1.1", ANSWER_NA, "made by nobody");
	assert_int_equal(gaps(&d, NULL), n - 1);
	doc_release(&d);
}

static void test_complete__gates_skip(void **state)
{
	struct doc d;
	size_t n;

	doc_init(&d, doc_form(DOC_DATASHEET), "adult");
	n = gaps(&d, NULL);
	set(&d, "C.people", ANSWER_GIVEN, "no");
	assert_int_equal(gaps(&d, NULL), n - 4);
	set(&d, "L.people", ANSWER_GIVEN, "yes");
	assert_int_equal(gaps(&d, NULL), n - 5);
	set(&d, "P1", ANSWER_GIVEN, "No.");
	assert_int_equal(gaps(&d, NULL), n - 7);
	doc_release(&d);
}

static void test_complete__section_seven_fills_itself(void **state)
{
	struct doc_facts f;
	struct doc d;
	size_t n;

	doc_facts_init(&f);
	doc_init(&d, doc_form(DOC_CARD), "m@1");
	n = gaps(&d, &f);
	f.evaluations.n = 1;	/* only counted */
	f.has_unitary = true;
	assert_int_equal(gaps(&d, &f), n - 1);
	f.has_intersectional = true;
	assert_int_equal(gaps(&d, &f), n - 2);
	doc_release(&d);
}

static void test_store__a_new_version_starts_from_the_last_card(void **state)
{
	struct temp_registry t;
	struct doc_file f;

	temp_registry_make(&t);
	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@1", 0, &f, &oops));
	assert_true(f.is_new);
	assert_false(f.has_before);
	set(&f.doc, "1.1", ANSWER_GIVEN, "we");
	set(&f.doc, "2.1", ANSWER_GIVEN, "loans");
	assert_ok(doc_file_save(t.reg, &f, NULL, &oops));
	assert_false(f.is_new);
	assert_int_equal(f.rec.revision, 1);
	doc_file_release(&f);

	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@3", 0, &f, &oops));
	assert_true(f.is_new);
	assert_string_equal(f.doc.from, "m@1");
	assert_int_equal(doc_n_changed(&f.doc, &f.before), 0);
	set(&f.doc, "2.1", ANSWER_GIVEN, "loans and cards");
	assert_true(doc_changed(&f.doc, &f.before, "2.1"));
	assert_false(doc_changed(&f.doc, &f.before, "1.1"));
	assert_ok(doc_file_save(t.reg, &f, "more", &oops));
	doc_file_release(&f);

	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@3", 0, &f, &oops));
	assert_true(f.has_before);
	assert_int_equal(doc_n_changed(&f.doc, &f.before), 1);
	doc_file_release(&f);
	assert_int_equal(doc_file_open(t.reg, DOC_CARD, "m@3", 9, &f, NULL),
			 RC_NOT_FOUND);
	temp_registry_verify(&t);
	temp_registry_remove(&t);
}

static void test_store__second_writer_gets_a_conflict_and_merges(void **state)
{
	struct merge_items items = VEC_INIT;
	struct doc_file a, b, base;
	struct temp_registry t;
	struct doc merged;

	temp_registry_make(&t);
	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@1", 0, &base, &oops));
	set(&base.doc, "1.1", ANSWER_GIVEN, "we");
	assert_ok(doc_file_save(t.reg, &base, NULL, &oops));
	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@1", 0, &a, &oops));
	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@1", 0, &b, &oops));
	set(&a.doc, "1.1", ANSWER_GIVEN, "they");
	set(&a.doc, "2.1", ANSWER_GIVEN, "theirs");
	assert_ok(doc_file_save(t.reg, &a, NULL, &oops));
	set(&b.doc, "1.1", ANSWER_GIVEN, "I");
	set(&b.doc, "2.3", ANSWER_GIVEN, "mine");
	assert_int_equal(doc_file_save(t.reg, &b, NULL, NULL), RC_CONFLICT);
	doc_merge(&base.doc, &b.doc, &a.doc, &merged, &items);
	assert_int_equal(items.n, 2);
	assert_true(items.at[0].conflict);
	assert_false(items.at[1].conflict);
	assert_string_equal(doc_answer(&merged, "1.1")->text, "they");
	assert_string_equal(doc_answer(&merged, "2.1")->text, "theirs");
	assert_string_equal(doc_answer(&merged, "2.3")->text, "mine");
	vec_free(&items);
	doc_release(&merged);
	doc_file_release(&a);
	doc_file_release(&b);
	doc_file_release(&base);
	temp_registry_remove(&t);
}

/* As lists ask: risk decides, and without a card there is nothing. */
static void test_card_share__says_what_the_document_says(void **state)
{
	static const char *const risks[] = { NULL, "low", "medium", "high" };
	struct temp_registry t;
	struct doc_file f;
	struct card_shares *shares;
	struct card_share got = { 0 };

	temp_registry_make(&t);
	assert_ok(doc_file_open(t.reg, DOC_CARD, "m@1", 0, &f, &oops));
	set(&f.doc, "1.1", ANSWER_GIVEN, "we");
	set(&f.doc, "2.1", ANSWER_NA, "no users");
	assert_ok(doc_file_save(t.reg, &f, NULL, &oops));
	assert_ok(card_shares_open(t.reg, &shares, &oops));
	assert_int_equal(card_shares_of(shares, "m", 2, NULL, &got, NULL),
			 RC_NOT_FOUND);
	for (size_t i = 0; i < sizeof(risks) / sizeof(*risks); i++) {
		struct doc_facts facts;
		struct completeness c;

		doc_facts_init(&facts);
		facts.risk = xstrdup_or_null(risks[i]);
		doc_complete(&f.doc, &facts, NULL, &c);
		assert_ok(card_shares_of(shares, "m", 1, risks[i], &got,
					 &oops));
		assert_int_equal(got.n_done, c.n_done);
		assert_int_equal(got.n_all, c.n_all);
		assert_int_equal(got.n_gaps, c.gaps.n);
		assert_float_equal(got.share, completeness_share(&c), 1e-15);
		completeness_release(&c);
		doc_facts_release(&facts);
	}
	card_shares_free(shares);
	doc_file_release(&f);
	temp_registry_remove(&t);
}

static void test_card_share__full_percent_only_without_gaps(void **state)
{
	const struct card_share almost = { 299, 300, 1, .9967 };
	const struct card_share all = { 300, 300, 0, 1 };
	const struct card_share some = { 11, 12, 1, .9167 };

	assert_int_equal(card_share_percent(&almost), 99);
	assert_int_equal(card_share_percent(&all), 100);
	assert_int_equal(card_share_percent(&some), 92);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doc__states_and_tidy_texts),
		cmocka_unit_test(test_doc__gates_take_yes_and_no),
		cmocka_unit_test(test_doc__no_is_a_word),
		cmocka_unit_test(test_doc__stored_form_is_canonical),
		cmocka_unit_test(test_doc__read_names_the_field),
		cmocka_unit_test(test_complete__risk_decides_what_counts),
		cmocka_unit_test(
			test_complete__unknown_is_a_gap_and_na_is_not),
		cmocka_unit_test(test_complete__gates_skip),
		cmocka_unit_test(test_complete__section_seven_fills_itself),
		cmocka_unit_test(
			test_store__a_new_version_starts_from_the_last_card),
		cmocka_unit_test(
			test_store__second_writer_gets_a_conflict_and_merges),
		cmocka_unit_test(test_card_share__says_what_the_document_says),
		cmocka_unit_test(
			test_card_share__full_percent_only_without_gaps),
	};

	return cmocka_run_group_tests_name("test_doc", tests, NULL, NULL);
}
