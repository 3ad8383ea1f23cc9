#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "cards/lint.h"
#include "cards/markdown.h"
#include "cards/quantitative.h"
#include "cards/reference.h"
#include "support/temp_registry.h"

/* A model evaluated on one set: accuracy .88 [.87, .90] over 4,812, slices
 * by race and age; recall has no positives among 'Asian'. */
static void slice(struct eval_slice *s, const char *by, const char *value,
		  double accuracy, uint64_t n)
{
	for (int m = 0; m < METRIC_COUNT; m++)
		s->metrics[m] = figure_undefined("no positives", 0);
	s->by = by ? xstrdup(by) : NULL;
	s->value = value ? xstrdup(value) : NULL;
	s->n = n;
	s->metrics[METRIC_ACCURACY] = (struct figure){
		accuracy, accuracy - 0.01, accuracy + 0.02, METHOD_WILSON, n,
		NULL };
}

static void make_facts(struct doc_facts *f, const char *state)
{
	struct evaluation *e;

	doc_facts_init(f);
	f->model = xstrdup("m");
	f->owner = xstrdup("ana");
	f->version = 1;
	e = vec_add(&f->evaluations);
	e->model = xstrdup("m");
	e->version = 1;
	e->testset = xstrdup("loans");
	e->revision = 37;
	e->state = xstrdup(state);
	e->task = TASK_BINARY;
	slice(&e->whole, NULL, NULL, 0.88, 4812);
	e->n_slices = 4;
	e->slices = XNEW_ARRAY(struct eval_slice, 4);
	slice(&e->slices[0], "race", "Asian", 0.91, 150);
	slice(&e->slices[1], "race", "White", 0.87, 4000);
	slice(&e->slices[2], "age", "65+", 0.61, 611);
	slice(&e->slices[3], "race+age", "Asian+65+", 0.5, 12);
	f->has_unitary = f->has_intersectional = true;
}

static struct doc_facts *facts(const char *state)
{
	struct doc_facts *f = xmalloc(sizeof(*f));

	make_facts(f, state);
	return f;
}

static void free_facts(struct doc_facts *f)
{
	doc_facts_release(f);
	free(f);
}

static void add_sheet(struct doc_facts *f, const char *id, const char *text)
{
	struct sheet *s;

	if (!f->sheets.n) {
		s = vec_add(&f->sheets);
		s->dataset = xstrdup("loans");
		doc_init(&s->doc, doc_form(DOC_DATASHEET), "loans");
	}
	assert_ok(doc_set(&f->sheets.at[0].doc, id, ANSWER_GIVEN, text,
			  &oops));
}

/* How often a finding is made for one answer on one item. */
static size_t found(enum lint_id id, const char *item, const char *text,
		    const struct doc_facts *f, struct finding *first)
{
	static struct findings all;
	struct doc d;
	size_t n = 0;

	findings_release(&all);
	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_ok(doc_set(&d, item, ANSWER_GIVEN, text, &oops));
	lint_doc(&d, f, &all);
	for (size_t i = 0; i < all.n; i++) {
		if (all.at[i].id != id || strcmp(all.at[i].item, item))
			continue;
		if (first && !n)
			*first = all.at[i];
		n++;
	}
	doc_release(&d);
	return n;
}

struct text_case { enum lint_id id; const char *text; size_t n; };

static void test_lint__texts(void **state)
{
	static const struct text_case cases[] = {
		{ LINT_PLACEHOLDER, "TBD", 1 },
		{ LINT_PLACEHOLDER, "tbd.", 1 },
		{ LINT_PLACEHOLDER, "[More Information Needed]", 1 },
		{ LINT_PLACEHOLDER, "Lorem ipsum dolor sit amet", 1 },
		{ LINT_PLACEHOLDER, "Made by us. TODO: say who", 1 },
		{ LINT_PLACEHOLDER, "...", 1 },
		{ LINT_PLACEHOLDER, "We do not know what it will do", 0 },
		{ LINT_PLACEHOLDER, "mastodon", 0 },
		{ LINT_UNSAFE, "a\u202e b", 1 },
		{ LINT_UNSAFE, "a\x1b[31m", 1 },
		{ LINT_UNSAFE, "zero\u200bwidth", 1 },
		{ LINT_UNSAFE, "tab\tand\nnew line, 東京, é", 0 },
		{ LINT_ASSERTED, "accuracy is 0.88", 1 },
		{ LINT_ASSERTED, "an accuracy of 88%", 1 },
		{ LINT_ASSERTED, "reaches 88.1% accuracy", 1 },
		{ LINT_ASSERTED, "Accuracy: 0.88, AUC .93", 2 },
		{ LINT_ASSERTED, "| accuracy | 0.88 |", 1 },
		{ LINT_ASSERTED, "false positive rate = 0.1", 1 },
		{ LINT_ASSERTED, "accuracy matters in 3 cases", 0 },
		{ LINT_ASSERTED, "inaccuracy 0.9", 0 },
		{ LINT_ASSERTED, "{{accuracy loans}} and 0.9 of it", 0 },
		{ LINT_ASSERTED, "section 3 accuracy", 0 },
		{ LINT_RANGE, "accuracy of 130%", 1 },
		{ LINT_RANGE, "recall 1.3", 1 },
		{ LINT_RANGE, "MCC -0.5", 0 },
		{ LINT_RANGE, "MAE is 130.5", 0 },
		{ LINT_INTERVAL, "AUC 0.80 [0.85, 0.95]", 1 },
		{ LINT_INTERVAL, "AUC 90% (95% CI 85 to 95%)", 0 },
		{ LINT_INTERVAL, "AUC 0.90 [0.85, 0.95]", 0 },
		{ LINT_INTERVAL, "AUC 0.97 (0.85-0.95)", 1 },
		{ LINT_DISAGREES, "accuracy 0.95", 1 },
		{ LINT_DISAGREES, "accuracy 0.885", 0 },
		{ LINT_DISAGREES, "accuracy 0.61 for older people", 0 },
		{ LINT_BAD_REFERENCE, "{{accurcy loans}}", 1 },
		{ LINT_BAD_REFERENCE, "{{ card_data }}", 1 },
		{ LINT_BAD_REFERENCE, "{{accuracy loans}}", 0 },
		{ LINT_UNKNOWN_REFERENCE, "{{accuracy other}}", 1 },
		{ LINT_UNKNOWN_REFERENCE, "{{accuracy loans@36}}", 1 },
		{ LINT_UNKNOWN_REFERENCE, "{{accuracy loans slice race=Blue}}",
		  1 },
		{ LINT_UNKNOWN_REFERENCE, "{{mae loans}}", 1 },
		{ LINT_UNKNOWN_REFERENCE,
		  "{{accuracy loans@37 slice race=Asian}}", 0 },
		{ LINT_UNDEFINED_REFERENCE, "{{recall loans}}", 1 },
	};
	struct doc_facts *f = facts("fresh");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t n = found(cases[i].id, "4.3", cases[i].text, f, NULL);

		if (n != cases[i].n)
			fail_msg("%s: '%s' found %zu times, not %zu",
				 lint_name(cases[i].id), cases[i].text, n,
				 cases[i].n);
	}
	free_facts(f);
}

static void test_lint__stale_reference_names_the_line(void **state)
{
	struct doc_facts *f = facts("stale");
	struct finding first;

	assert_int_equal(found(LINT_STALE_REFERENCE, "4.1",
			       "one\n{{accuracy loans}}", f, &first), 1);
	assert_string_equal(first.place, "4.1 line 2");
	free_facts(f);
}

static void test_lint__factors_and_slices(void **state)
{
	struct doc_facts *f = facts("fresh");
	struct finding first;

	assert_int_equal(found(LINT_FACTOR_WITHOUT_SLICE, "3.2",
			       "race, age (years), channel", f, &first), 1);
	assert_non_null(strstr(first.why, "'channel'"));
	assert_int_equal(found(LINT_FACTOR_WITHOUT_SLICE, "3.2",
			       "- Races\n- and age band", f, NULL), 0);
	assert_int_equal(found(LINT_SLICE_WITHOUT_FACTOR, "3.1", "race", f,
			       &first), 1);
	assert_non_null(strstr(first.why, "'age'"));
	assert_int_equal(found(LINT_SLICE_WITHOUT_FACTOR, "3.1",
			       "race and age", f, NULL), 0);
	assert_int_equal(found(LINT_POPULATION, "2.2", "women over 65", f,
			       NULL), 1);
	assert_int_equal(found(LINT_POPULATION, "2.2", "elderly people", f,
			       NULL), 0);
	free_facts(f);
}

static void test_lint__card_against_datasheet(void **state)
{
	struct doc_facts *f = facts("fresh");

	add_sheet(f, "C.people", "yes");
	assert_int_equal(found(LINT_PERSONAL_DATA, "8.1",
			       "No personal data is used.", f, NULL), 1);
	assert_int_equal(found(LINT_PERSONAL_DATA, "8.1", "Age and income.",
			       f, NULL), 0);
	add_sheet(f, "T4", "CC-BY-NC-4.0");
	assert_int_equal(found(LINT_LICENCE, "1.8", "MIT", f, NULL), 1);
	assert_int_equal(found(LINT_LICENCE, "1.8", "cc by nc 4.0, as the "
			       "data", f, NULL), 0);
	add_sheet(f, "C.people", "no");
	assert_int_equal(found(LINT_PERSONAL_DATA, "8.1", "No.", f, NULL), 0);
	assert_int_equal(found(LINT_PERSONAL_DATA, "8.1", "Yes, age.", f,
			       NULL), 1);
	free_facts(f);
}

/* What F makes of numbers that were typed. */
static void test_lint__typed_numbers_become_references(void **state)
{
	static const struct { const char *text, *want; } cases[] = {
		{ "The accuracy is 0.88.", "The accuracy is {{accuracy loans}}." },
		{ "accuracy: 88% (95% CI 87-90%), good",
		  "accuracy: {{accuracy loans}}, good" },
		{ "88 % accuracy overall", "{{accuracy loans}} accuracy overall" },
		{ "accuracy of 0.61 for the old",
		  "accuracy of {{accuracy loans slice age=65+}} for the old" },
		{ "accuracy {{accuracy loans}}", NULL },
		{ "recall 0.7", NULL },		/* not measured */
		{ "in 2019 we had 12 people", NULL },
	};
	struct doc_facts *f = facts("fresh");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf out = BUF_INIT;
		bool any = lint_take_figures(&out, f, cases[i].text);

		assert_int_equal(any, cases[i].want != NULL);
		if (any)
			assert_string_equal(out.data, cases[i].want);
		buf_release(&out);
	}
	free_facts(f);
}

static void test_lint__contact_and_owner(void **state)
{
	struct doc_facts *f = facts("fresh");
	struct findings all = VEC_INIT;
	struct doc d;
	size_t n = 0;

	assert_int_equal(found(LINT_CONTACT, "1.9", "Bob", f, NULL), 1);
	assert_int_equal(found(LINT_CONTACT, "1.9", "ml@example.org", f,
			       NULL), 0);
	free(f->owner);
	f->owner = NULL;
	doc_init(&d, doc_form(DOC_CARD), "m@1");
	lint_doc(&d, f, &all);
	for (size_t i = 0; i < all.n; i++)
		n += all.at[i].id == LINT_OWNER;
	assert_int_equal(n, 1);
	findings_release(&all);
	doc_release(&d);
	free_facts(f);
}

static void test_lint__empty_unknown_and_gates(void **state)
{
	struct findings all = VEC_INIT;
	size_t empty = 0, unknown = 0, gate = 0;
	struct doc d;

	doc_init(&d, doc_form(DOC_DATASHEET), "adult");
	assert_ok(doc_set(&d, "M1", ANSWER_UNKNOWN, NULL, &oops));
	assert_ok(doc_set(&d, "C.people", ANSWER_GIVEN, "yes", &oops));
	assert_ok(doc_set(&d, "L.people", ANSWER_GIVEN, "no", &oops));
	lint_doc(&d, NULL, &all);
	for (size_t i = 0; i < all.n; i++) {
		empty += all.at[i].id == LINT_EMPTY;
		unknown += all.at[i].id == LINT_UNKNOWN;
		gate += all.at[i].id == LINT_GATE;
		assert_true(*all.at[i].place && *all.at[i].why &&
			    *all.at[i].remedy);
	}
	assert_int_equal(unknown, 1);
	assert_int_equal(gate, 1);
	assert_true(empty > 10);
	findings_release(&all);
	doc_release(&d);
}

static void test_lint__every_id_is_documented(void **state)
{
	struct buf text = BUF_INIT;

	assert_ok(fsx_read("docs/lint.md", 1 << 20, &text, &oops));
	for (int i = 0; i < LINT_COUNT; i++) {
		char want[100];

		snprintf(want, sizeof(want), "| `%s` | %s |",
			 lint_name((enum lint_id)i),
			 severity_name(lint_severity((enum lint_id)i)));
		if (!strstr(text.data, want))
			fail_msg("docs/lint.md lacks %s", want);
	}
	buf_release(&text);
}

/* -- References -- */

static void test_reference__round_trip(void **state)
{
	static const char *const texts[] = {
		"{{accuracy loans}}", "{{recall loans@37 slice race=Asian}}",
		"{{fpr loans slice race+age=Asian+65+ of m@6}}",
		"{{roc_auc loans slice rural}}",
		"{{accuracy loans slice \"region=New York\"}}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buf b = BUF_INIT;
		struct reference r;

		assert_ok(reference_parse(texts[i] + 2, strlen(texts[i]) - 4,
					  &r, &oops));
		reference_write(&b, &r);
		assert_string_equal(b.data, texts[i]);
		reference_release(&r);
		buf_release(&b);
	}
}

static void render(const char *text, const struct doc_facts *f,
		   const char *want)
{
	struct buf b = BUF_INIT;

	references_render(&b, text, f);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void test_reference__rendered_with_all_that_belongs(void **state)
{
	struct doc_facts *f = facts("fresh");

	render("acc {{accuracy loans}}!", f,
	       "acc 0.8800 [0.8700, 0.9000], n 4,812, loans@37!");
	render("{{accuracy loans slice race=Asian}}", f,
	       "0.9100 [0.9000, 0.9300], n 150, loans@37, race Asian");
	render("{{recall loans}}", f,
	       "undefined (no positives), n 0, loans@37");
	render("{{recall nowhere}}", f, "{{recall nowhere}} (?? there is no "
	       "evaluation of 'm@1' on 'nowhere')");
	free_facts(f);
	f = facts("stale");
	render("{{accuracy loans}}", f,
	       "0.8800 [0.8700, 0.9000], n 4,812, loans@37 ~ stale");
	free_facts(f);
}

static void test_quantitative__tables_and_charts(void **state)
{
	struct doc_facts *f = facts("fresh");
	struct buf b = BUF_INIT;

	quantitative_write(&b, f, false);
	assert_non_null(strstr(b.data, "| race | Asian | 150 (insufficient) "
			       "| 0.9100 [0.9000, 0.9300], n 150 |"));
	assert_non_null(strstr(b.data, "| all |  | 4,812 |"));
	assert_null(strstr(b.data, "Asian+65+"));
	assert_non_null(strstr(b.data, "age=65+                  |"
			       "                   *"));
	buf_clear(&b);
	quantitative_write(&b, f, true);
	assert_non_null(strstr(b.data, "| race+age | Asian+65+ |"));
	assert_null(strstr(b.data, "| all |"));
	buf_release(&b);
	free_facts(f);
}

/* -- Markdown -- */

static void html(const char *text, const char *want)
{
	struct buf b = BUF_INIT;

	md_html(&b, text);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

static void test_markdown__nothing_hostile_passes(void **state)
{
	html("<script>alert(1)</script>",
	     "<pre>&lt;script&gt;alert(1)&lt;/script&gt;\n</pre>\n");
	html("a <img src=x onerror=y> b",
	     "<p>a &lt;img src=x onerror=y&gt; b</p>\n");
	html("[x](javascript:alert(1))", "<p>x</p>\n");
	html("[x](https://a.org/?\"q\")",
	     "<p>x (https://a.org/?&quot;q&quot;)</p>\n");
	html("![p](http://a.org/i.png)", "<p>p (http://a.org/i.png)</p>\n");
	html("# h\n\n- *a*\n- **b**\n", "<h3>h</h3>\n<ul>\n<li><p><em>a</em>"
	     "</p>\n</li>\n<li><p><strong>b</strong></p>\n</li>\n</ul>\n");
}

static void test_markdown__literal_text_stays_literal(void **state)
{
	static const char *const texts[] = {
		"*a* _b_ `c` [d](e) <f> &amp; # g", "# h", "- i", "1 < 2 | 3",
		"\\", "a\nb", "![x](y)", "~~z~~", "=", "> q",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct buf md = BUF_INIT, shown = BUF_INIT, want = BUF_INIT;

		md_literal(&md, texts[i]);
		md_html(&shown, md.data);
		buf_str(&want, "<p>");
		html_literal(&want, texts[i]);
		buf_str(&want, "</p>\n");
		for (size_t k = 3; k < want.len - 1; k++)
			if (want.data[k] == '\n')
				want.data[k] = ' ';
		assert_string_equal(shown.data, want.data);
		buf_release(&md);
		buf_release(&shown);
		buf_release(&want);
	}
}

static void test_markdown__split_by_headings(void **state)
{
	static const char text[] = "top\n\n# A *b*\n\none\n\n```\n# no\n```\n"
				   "Two\n---\nlast";
	struct md_parts parts = VEC_INIT;

	md_split(text, &parts);
	assert_int_equal(parts.n, 3);
	assert_string_equal(parts.at[1].title, "A b");
	assert_int_equal(parts.at[1].line, 3);
	assert_string_equal(parts.at[2].title, "Two");
	assert_int_equal(parts.at[2].level, 2);
	assert_memory_equal(text + parts.at[2].head_end, "last", 4);
	assert_memory_equal(text + parts.at[0].head, "top", 3);
	assert_int_equal(parts.at[0].body_end, 5);
	md_parts_release(&parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lint__texts),
		cmocka_unit_test(test_lint__stale_reference_names_the_line),
		cmocka_unit_test(test_lint__factors_and_slices),
		cmocka_unit_test(test_lint__card_against_datasheet),
		cmocka_unit_test(test_lint__typed_numbers_become_references),
		cmocka_unit_test(test_lint__contact_and_owner),
		cmocka_unit_test(test_lint__empty_unknown_and_gates),
		cmocka_unit_test(test_lint__every_id_is_documented),
		cmocka_unit_test(test_reference__round_trip),
		cmocka_unit_test(
			test_reference__rendered_with_all_that_belongs),
		cmocka_unit_test(test_quantitative__tables_and_charts),
		cmocka_unit_test(test_markdown__nothing_hostile_passes),
		cmocka_unit_test(test_markdown__literal_text_stays_literal),
		cmocka_unit_test(test_markdown__split_by_headings),
	};

	return cmocka_run_group_tests_name("test_lint", tests, NULL, NULL);
}
