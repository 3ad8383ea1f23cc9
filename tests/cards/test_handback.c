#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cards/diff.h"
#include "cards/handback.h"
#include "support/temp_registry.h"

/* Pieces from which texts are made that try to be taken for structure. */
static const char *const pieces[] = {
	"# Title", "## 1.1 Made by", "## unknown heading", "### mine", "```",
	"~~~~", "```c", "N/A", "n/a: no", "UNKNOWN", "unknown: x", "\\# x",
	"\\\\## 1.2", "<!--? ours -->", "<!-- theirs -->", "-->", "<!--?",
	"plain", "", "  indented", "\\", "- list", "{{accuracy s}}", "a\\",
	"##", "#", "#! x", "\\#! y", "é ∑", "\\n/a: x", "\\UNKNOWN", "## x.foo Foo", "#\tx",
};

static uint32_t rnd(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void random_text(struct buf *b, uint32_t *seed)
{
	size_t n = sizeof(pieces) / sizeof(*pieces);

	buf_clear(b);
	for (uint32_t k = rnd(seed) % 7 + 1; k; k--) {
		buf_str(b, pieces[rnd(seed) % n]);
		buf_char(b, '\n');
	}
}

static void random_doc(struct doc *d, uint32_t *seed)
{
	struct buf b = BUF_INIT;

	for (size_t s = 0; s < d->form->n_sections; s++) {
		const struct section *sec = &d->form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++) {
			enum answer_state state = rnd(seed) % 4;

			random_text(&b, seed);
			buf_char(&b, 'z');
			if (sec->items[i].flags & ITEM_GATE)
				continue;
			assert_ok(doc_set(d, sec->items[i].id, state, b.data,
					  &oops));
		}
	}
	random_text(&b, seed);
	buf_char(&b, 'z');
	assert_ok(doc_set_extra(d, "x.foo", "Foo: bar", b.data, &oops));
	assert_ok(doc_set(d, "old.1", ANSWER_NA, "it was so", &oops));
	buf_release(&b);
}

static void check_round_trip(const struct doc *d)
{
	struct handback_notes notes = VEC_INIT;
	struct buf text = BUF_INIT;
	struct doc back;

	doc_copy(&back, d);
	assert_ok(handback_write(&text, d, NULL, NULL, &oops));
	for (size_t i = 0; i < back.answers.n; i++)
		back.answers.at[i].state = ANSWER_EMPTY;
	assert_ok(handback_read(&back, NULL, text.data, text.len, &notes,
				&oops));
	if (!doc_same(d, &back)) {
		struct buf diff = BUF_INIT;

		diff_docs_text(&diff, d, &back, DIFF_LINES);
		fail_msg("not the same:\n%s\n%s", diff.data, text.data);
	}
	assert_int_equal(notes.n, 0);
	handback_notes_release(&notes);
	buf_release(&text);
	doc_release(&back);
}

static void test_handback__what_goes_out_comes_back(void **state)
{
	for (uint32_t k = 0; k < 300; k++) {
		uint32_t seed = k;
		struct doc d;

		doc_init(&d, doc_form(k % 2 ? DOC_CARD : DOC_DATASHEET),
			 "m@1");
		random_doc(&d, &seed);
		check_round_trip(&d);
		doc_release(&d);
	}
}

static enum rc read_text(struct doc *d, const char *text,
			 struct handback_notes *notes, struct err *err)
{
	return handback_read(d, NULL, text, strlen(text), notes, err);
}

static void test_handback__typed_by_hand(void **state)
{
	struct handback_notes notes = VEC_INIT;
	struct doc d;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_ok(read_text(&d, "<!--? x\ny -->\r\n# 1 Model details\r\n\r\n"
			    "## 1.1\r\nwe\r\n\r\n## 1.6 Resources\nn/a: none "
			    "yet\n## 1.7\nunknown\n## 2.3 Out\n```\n# code\n"
			    "```\n### sub\n", &notes, &oops));
	assert_string_equal(doc_answer(&d, "1.1")->text, "we");
	assert_int_equal(doc_answer(&d, "1.6")->state, ANSWER_NA);
	assert_string_equal(doc_answer(&d, "1.6")->text, "none yet");
	assert_int_equal(doc_answer(&d, "1.7")->state, ANSWER_UNKNOWN);
	assert_string_equal(doc_answer(&d, "2.3")->text,
			    "```\n# code\n```\n### sub");
	handback_notes_release(&notes);
	doc_release(&d);
}

/* Carriage returns of any number end a line, and a heading. */
static void test_handback__carriage_returns(void **state)
{
	static const char text[] = "# Other o\r\r\r\r\nsaid\r\r\nmore\r\n";
	struct doc d;

	doc_init(&d, doc_form(DOC_DATASHEET), "adult");
	assert_ok(handback_read(&d, NULL, text, strlen(text), NULL, &oops));
	assert_string_equal(doc_extra(&d, 0)->name, "Other o");
	assert_string_equal(doc_extra(&d, 0)->text, "said\nmore");
	check_round_trip(&d);
	doc_release(&d);
}

static void test_handback__unknown_headings_are_kept(void **state)
{
	struct handback_notes notes = VEC_INIT;
	const struct answer *a;
	struct doc d;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_ok(read_text(&d, "## 1.1 Made by\nwe\n\n## My own\ntext\n"
			    "## My own\nmore\n", &notes, &oops));
	assert_int_equal(notes.at[0].line, 4);
	assert_false(notes.at[0].is_error);
	a = doc_extra(&d, 0);
	assert_string_equal(a->id, "x.my-own");
	assert_string_equal(a->name, "My own");
	assert_string_equal(a->text, "text");
	assert_string_equal(doc_extra(&d, 1)->id, "x.my-own-2");
	check_round_trip(&d);
	handback_notes_release(&notes);
	doc_release(&d);
}

struct fault { const char *text; unsigned line; };

static void test_handback__errors_have_a_line(void **state)
{
	static const struct fault faults[] = {
		{ "stray\n", 1 },
		{ "## 1.1\na\n# 2 Intended use\nstray\n", 4 },
		{ "## 1.1\na\n## 1.1\nb\n", 3 },
		{ "\n## 1.6\nN/A\n", 2 },
		{ "## 1.1\na\n<!--? never ends\n", 3 },
		{ "## 1.1\na\n\xff\n", 3 },
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct handback_notes notes = VEC_INIT;
		struct err err = ERR_INIT;
		struct buf again = BUF_INIT;
		unsigned line = 0;
		struct doc d, before;

		doc_init(&d, doc_form(DOC_CARD), "m@1");
		assert_ok(doc_set(&d, "1.1", ANSWER_GIVEN, "was", &oops));
		doc_copy(&before, &d);
		assert_int_equal(read_text(&d, faults[i].text, &notes, &err),
				 RC_BAD_INPUT);
		assert_true(doc_same(&d, &before));
		assert_int_equal(notes.at[0].line, faults[i].line);
		handback_annotate(&again, faults[i].text,
				  strlen(faults[i].text), &notes, &line);
		assert_int_equal(line, faults[i].line + 3);
		handback_notes_release(&notes);
		/* the same errors at the same place, and only once */
		assert_int_equal(read_text(&d, again.data, &notes, &err),
				 RC_BAD_INPUT);
		assert_int_equal(notes.at[0].line, line);
		struct buf third = BUF_INIT;
		unsigned line3 = 0;

		handback_annotate(&third, again.data, again.len, &notes,
				  &line3);
		assert_string_equal(third.data, again.data);
		buf_release(&third);
		buf_release(&again);
		handback_notes_release(&notes);
		doc_release(&d);
		doc_release(&before);
	}
}

static void test_handback__scopes(void **state)
{
	struct handback_notes notes = VEC_INIT;
	struct buf b = BUF_INIT;
	struct doc d;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_ok(handback_write(&b, &d, NULL, "3", &oops));
	assert_non_null(strstr(b.data, "## 3.2 "));
	assert_null(strstr(b.data, "## 2.1 "));
	buf_clear(&b);
	assert_ok(handback_write(&b, &d, NULL, "3.2", &oops));
	assert_null(strstr(b.data, "## 3.1 "));
	assert_int_equal(handback_write(&b, &d, NULL, "99", NULL),
			 RC_NOT_FOUND);
	assert_ok(handback_read(&d, "3.2", "", 0, &notes, &oops));
	assert_int_equal(notes.n, 1);
	assert_non_null(strstr(notes.at[0].text, "'3.2'"));
	handback_notes_release(&notes);
	buf_release(&b);
	doc_release(&d);
}

/* -- diff -- */

static void check_diff(const char *a, const char *b, enum diff_unit unit)
{
	struct diff_runs runs = VEC_INIT;
	struct buf x = BUF_INIT, y = BUF_INIT;

	diff_text(a, b, unit, &runs);
	for (size_t i = 0; i < runs.n; i++) {
		if (runs.at[i].op != DIFF_NEW)
			buf_add(&x, runs.at[i].text, runs.at[i].n);
		if (runs.at[i].op != DIFF_OLD)
			buf_add(&y, runs.at[i].text, runs.at[i].n);
		if (i)
			assert_int_not_equal(runs.at[i].op,
					     runs.at[i - 1].op);
	}
	assert_string_equal(x.data, a);
	assert_string_equal(y.data, b);
	buf_release(&x);
	buf_release(&y);
	vec_free(&runs);
}

static void test_diff__runs_give_both_texts(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	uint32_t seed = 7;

	for (int k = 0; k < 300; k++) {
		random_text(&a, &seed);
		random_text(&b, &seed);
		check_diff(a.data, b.data, k % 2 ? DIFF_LINES : DIFF_WORDS);
	}
	/* far apart: more edits than one round takes */
	buf_clear(&a);
	buf_clear(&b);
	for (int k = 0; k < 4000; k++) {
		buf_printf(&a, "%u ", rnd(&seed) % 50);
		buf_printf(&b, "%u ", rnd(&seed) % 50);
	}
	check_diff(a.data, b.data, DIFF_WORDS);
	buf_release(&a);
	buf_release(&b);
}

/* Length of the longest common subsequence, by the book. */
static size_t lcs(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), best[64][64];

	memset(best, 0, sizeof(best));
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++)
			best[i][j] = a[i - 1] == b[j - 1] ?
				     best[i - 1][j - 1] + 1 :
				     best[i - 1][j] > best[i][j - 1] ?
				     best[i - 1][j] : best[i][j - 1];
	return best[n][m];
}

static void test_diff__script_is_shortest(void **state)
{
	static const char letters[] = ".,;:";
	uint32_t seed = 3;

	for (int k = 0; k < 500; k++) {
		char a[32] = "", b[32] = "";
		struct diff_runs runs = VEC_INIT;
		size_t same = 0;

		for (uint32_t i = rnd(&seed) % 30; i; i--)
			a[i - 1] = letters[rnd(&seed) % 4];
		for (uint32_t i = rnd(&seed) % 30; i; i--)
			b[i - 1] = letters[rnd(&seed) % 4];
		diff_text(a, b, DIFF_WORDS, &runs);
		for (size_t i = 0; i < runs.n; i++)
			if (runs.at[i].op == DIFF_SAME)
				same += runs.at[i].n;
		assert_int_equal(same, lcs(a, b));
		vec_free(&runs);
	}
}

static void test_diff__by_item_and_word(void **state)
{
	struct buf out = BUF_INIT;
	struct doc a, b;

	doc_init(&a, doc_form(DOC_CARD), "m@1");
	doc_init(&b, doc_form(DOC_CARD), "m@2");
	assert_ok(doc_set(&a, "3.1", ANSWER_GIVEN, "age, region (9)", &oops));
	assert_ok(doc_set(&b, "3.1", ANSWER_GIVEN, "age, region (12)",
			  &oops));
	assert_ok(doc_set(&b, "1.6", ANSWER_NA, "none", &oops));
	diff_docs_text(&out, &a, &b, DIFF_WORDS);
	assert_string_equal(out.data, "@@ 1.6 Resources\n{+N/A: none\n+}\n"
			    "@@ 3.1 Relevant factors\n"
			    "age, region ([-9-]{+12+})\n");
	buf_clear(&out);
	diff_docs_text(&out, &a, &b, DIFF_LINES);
	assert_non_null(strstr(out.data, "- age, region (9)\n"
				"+ age, region (12)\n"));
	buf_release(&out);
	doc_release(&a);
	doc_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_handback__what_goes_out_comes_back),
		cmocka_unit_test(test_handback__typed_by_hand),
		cmocka_unit_test(test_handback__carriage_returns),
		cmocka_unit_test(test_handback__unknown_headings_are_kept),
		cmocka_unit_test(test_handback__errors_have_a_line),
		cmocka_unit_test(test_handback__scopes),
		cmocka_unit_test(test_diff__runs_give_both_texts),
		cmocka_unit_test(test_diff__script_is_shortest),
		cmocka_unit_test(test_diff__by_item_and_word),
	};

	return cmocka_run_group_tests_name("test_handback", tests, NULL,
					   NULL);
}
