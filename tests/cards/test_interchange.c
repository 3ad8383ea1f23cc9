#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>

#include "base/fsx.h"
#include "cards/diff.h"
#include "cards/interchange.h"
#include "support/temp_registry.h"

static const char *shared(void)
{
	const char *s = getenv("SHARED");

	return s ? s : "../shared";
}

static bool import(struct doc *d, enum doc_format format, const char *text,
		   struct losses *report, struct err *err)
{
	return doc_import(d, format, "f", text, strlen(text), report, err) ==
	       RC_OK;
}

static char *export(const struct doc *d, enum doc_format format)
{
	struct buf b = BUF_INIT;

	assert_ok(doc_export(&b, d, NULL, format, NULL, &oops));
	return buf_detach(&b);
}

/* Exported and imported anew the document says the same; exported again it
 * is the same bytes. */
static void check_stable(const struct doc *d, enum doc_format format,
			 const char *what)
{
	char *out = export(d, format), *again;
	struct err err = ERR_INIT;
	struct item_diffs diffs = VEC_INIT;
	struct doc back;

	doc_init(&back, d->form, d->of);
	if (!import(&back, format, out, NULL, &err))
		fail_msg("%s: %s\n%s", what, err.text, out);
	diff_docs(d, &back, &diffs);
	if (diffs.n) {
		struct buf b = BUF_INIT;

		diff_docs_text(&b, d, &back, DIFF_LINES);
		fail_msg("%s: import, export, import differ:\n%s\n%s", what,
			 b.data, out);
	}
	again = export(&back, format);
	assert_string_equal(again, out);
	vec_free(&diffs);
	free(out);
	free(again);
	doc_release(&back);
}

/* -- Every sample file -- */

struct tally { unsigned taken, refused; };

static bool ends_with(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

static void try_file(const char *path, enum doc_format format,
		     enum doc_type type, struct tally *t)
{
	struct losses report = VEC_INIT;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct doc d;

	assert_ok(fsx_read(path, 16 << 20, &text, &oops));
	doc_init(&d, doc_form(type), "thing@1");
	if (doc_import(&d, format, path, text.data, text.len, &report,
		       &err) == RC_OK) {
		check_stable(&d, format, path);
		t->taken++;
	} else {
		print_message("refused: %s\n", err.text);
		if (!strstr(err.text, "line "))
			fail_msg("refused without a line: %s", err.text);
		t->refused++;
	}
	losses_release(&report);
	buf_release(&text);
	doc_release(&d);
}

static void try_folder(const char *folder, const char *tail,
		       enum doc_format format, enum doc_type type,
		       struct tally *t)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	if (!dir)
		return;
	while ((e = readdir(dir))) {
		char path[1024];
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] == '.' || stat(path, &st))
			continue;
		if (S_ISDIR(st.st_mode))
			try_folder(path, tail, format, type, t);
		else if (ends_with(path, tail))
			try_file(path, format, type, t);
	}
	closedir(dir);
}

static struct tally try_all(const char *folder, const char *tail,
			    enum doc_format format, enum doc_type type)
{
	struct tally t = { 0, 0 };
	char path[512];

	snprintf(path, sizeof(path), "%s/formats-data/%s", shared(), folder);
	if (!fsx_exists(path)) {
		print_message("skipped: no %s\n", path);
		skip();
	}
	try_folder(path, tail, format, type, &t);
	print_message("%s: %u taken, %u refused\n", folder, t.taken,
		      t.refused);
	return t;
}

static void test_interchange__huggingface_samples(void **state)
{
	struct tally t = try_all("huggingface", "card_template.md",
				 DOC_FORMAT_HF, DOC_CARD);

	assert_true(t.taken + t.refused >= 3);
	t = try_all("huggingface", ".md", DOC_FORMAT_HF, DOC_CARD);
	assert_int_equal(t.taken + t.refused, 13);
	assert_true(t.taken >= 7);
	t = try_all("huggingface", ".md", DOC_FORMAT_HF, DOC_DATASHEET);
	assert_true(t.taken >= 7);
}

static void test_interchange__model_card_toolkit_samples(void **state)
{
	struct tally t = try_all("model-card-toolkit/testdata", ".json",
				 DOC_FORMAT_MCT, DOC_CARD);

	assert_int_equal(t.taken, 5);
	assert_int_equal(t.refused, 0);
	t = try_all("own/misc", "toolkit-min-0.0.2.json", DOC_FORMAT_MCT,
		    DOC_CARD);
	assert_int_equal(t.taken, 1);
}

static void test_interchange__croissant_samples(void **state)
{
	static const char *const folders[] = { "croissant/0.8",
		"croissant/1.0", "croissant/1.1" };
	struct tally t;

	for (size_t i = 0; i < 3; i++) {
		t = try_all(folders[i], ".json", DOC_FORMAT_CROISSANT,
			    DOC_DATASHEET);
		assert_true(t.taken > 0);
		assert_int_equal(t.refused, 0);
	}
	t = try_all("own/misc", "croissant-min-1.1.json",
		    DOC_FORMAT_CROISSANT, DOC_DATASHEET);
	assert_int_equal(t.taken, 1);
	t = try_all("croissant/negative", "metadata.json",
		    DOC_FORMAT_CROISSANT, DOC_DATASHEET);
	/* whatever the reference validator refuses */
	assert_int_equal(t.refused, 15);
	assert_int_equal(t.taken, 0);
}

static void test_interchange__data_cards_template(void **state)
{
	struct tally t = try_all("data-cards", ".md", DOC_FORMAT_HF,
				 DOC_DATASHEET);

	assert_int_equal(t.taken, 1);
}

/* -- Documents of our own -- */

static void fill(struct doc *d)
{
	unsigned k = 0;

	for (size_t s = 0; s < d->form->n_sections; s++) {
		const struct section *sec = &d->form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++, k++) {
			char text[200];
			enum answer_state state = k % 7 == 3 ? ANSWER_NA :
						  k % 7 == 5 ?
						  ANSWER_UNKNOWN :
						  ANSWER_GIVEN;

			if (sec->items[i].flags & ITEM_GATE)
				continue;
			snprintf(text, sizeof(text), "answer %u, \"with\" "
				 "marks: # & <b>\n\n- list\n- more", k);
			assert_ok(doc_set(d, sec->items[i].id, state, text,
					  &oops));
		}
	}
}

static void test_interchange__full_documents_survive(void **state)
{
	static const struct { enum doc_format format; enum doc_type type; }
	pairs_[] = { { DOC_FORMAT_MD, DOC_CARD },
		     { DOC_FORMAT_MD, DOC_DATASHEET },
		     { DOC_FORMAT_MD, DOC_CHECKLIST },
		     { DOC_FORMAT_JSON, DOC_CARD },
		     { DOC_FORMAT_HF, DOC_CARD },
		     { DOC_FORMAT_HF, DOC_DATASHEET },
		     { DOC_FORMAT_CROISSANT, DOC_DATASHEET } };

	for (size_t i = 0; i < sizeof(pairs_) / sizeof(*pairs_); i++) {
		struct doc d;

		doc_init(&d, doc_form(pairs_[i].type), "thing@1");
		fill(&d);
		if (pairs_[i].format == DOC_FORMAT_CROISSANT)
			assert_ok(doc_set_extra(&d, "croissant.name", "Name",
						"thing@1", &oops));
		check_stable(&d, pairs_[i].format,
			     doc_format_name(pairs_[i].format));
		doc_release(&d);
	}
}

static const char readme[] =
	"---\n"
	"# a comment\n"
	"license: mit\n"
	"zebra: [1,  2]   # odd spacing\n"
	"language:\n- en\n"
	"co2_eq_emissions: 12\n"
	"---\n\n"
	"# My model\n\nIt ranks.\n\n"
	"## Model Details\n\n"
	"- **Developed by:** Risk team\n"
	"- **License:** MIT\n\n"
	"## Uses\n\n### Direct Use\n\n<!-- what for -->\n\nLoans.\n\n"
	"### Out-of-Scope Use\n\n[More Information Needed]\n\n"
	"## Strange\n\nkept\n";

static void test_interchange__hf_changes_only_what_changed(void **state)
{
	struct losses report = VEC_INIT;
	struct doc d;
	char *out;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_true(import(&d, DOC_FORMAT_HF, readme, &report, NULL));
	assert_string_equal(doc_answer(&d, "1.1")->text, "Risk team");
	assert_string_equal(doc_answer(&d, "1.8")->text, "MIT");
	assert_string_equal(doc_answer(&d, "2.1")->text, "Loans.");
	assert_int_equal(doc_answer(&d, "2.3")->state, ANSWER_EMPTY);
	assert_true(report.n >= 4);	/* zebra, language, co2, Strange */
	out = export(&d, DOC_FORMAT_HF);
	assert_string_equal(out, readme);
	free(out);

	assert_ok(doc_set(&d, "1.1", ANSWER_GIVEN, "Fraud team", &oops));
	assert_ok(doc_set(&d, "1.8", ANSWER_GIVEN, "Apache-2.0", &oops));
	assert_ok(doc_set(&d, "2.3", ANSWER_GIVEN, "Hiring.", &oops));
	assert_ok(doc_set(&d, "3.2", ANSWER_GIVEN, "age", &oops));
	out = export(&d, DOC_FORMAT_HF);
	assert_non_null(strstr(out, "# a comment\nlicense: apache-2.0\n"
			       "zebra: [1,  2]   # odd spacing\n"));
	assert_non_null(strstr(out, "- **Developed by:** Fraud team\n"));
	assert_non_null(strstr(out, "### Out-of-Scope Use\n\nHiring.\n"));
	assert_non_null(strstr(out, "## Strange\n\nkept\n"));
	assert_non_null(strstr(out, "### 3.2 Evaluation factors\n\nage\n"));
	free(out);
	check_stable(&d, DOC_FORMAT_HF, "changed");
	losses_release(&report);
	doc_release(&d);
}

/* Which slice, which split: a figure without it would say something else. */
static void test_interchange__hf_results_keep_their_names(void **state)
{
	static const char text[] =
		"---\nmodel-index:\n- name: m\n  results:\n"
		"  - task: {type: x}\n"
		"    dataset: {type: b, name: Beans, config: en, split: test}\n"
		"    metrics:\n"
		"    - {type: accuracy, value: 0.9}\n"
		"    - {type: accuracy, value: 0.8, name: 'Accuracy, lang=de'}\n"
		"    - {type: f1, value: 0.7, name: macro, verified: true}\n"
		"---\n";
	struct doc d;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_true(import(&d, DOC_FORMAT_HF, text, NULL, NULL));
	assert_string_equal(doc_answer(&d, "7.1")->text,
			    "- accuracy: 0.9 on Beans (en, test)\n"
			    "- Accuracy, lang=de: 0.8 on Beans (en, test)\n"
			    "- f1 (macro): 0.7 on Beans (en, test), unverified "
			    "claim");
	check_stable(&d, DOC_FORMAT_HF, "names");
	doc_release(&d);
}

static void test_interchange__hf_front_matter_faults(void **state)
{
	static const char *const bad[] = {
		"---\n[]\n---\n", "---\na: [\n---\n", "---\nx\n---\n",
		"---\na: 1\na: 2\n---\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct err err = ERR_INIT;
		struct doc d;

		doc_init(&d, doc_form(DOC_CARD), "m@1");
		assert_false(import(&d, DOC_FORMAT_HF, bad[i], NULL, &err));
		assert_non_null(strstr(err.text, "f: line "));
		doc_release(&d);
	}
}

static void test_interchange__mct_old_becomes_new(void **state)
{
	static const char old[] =
		"{\"model_details\":{\"name\":\"n\",\"license\":\"MIT\","
		"\"references\":[\"r1\",\"r2\"],\"citation\":\"c\"},"
		"\"model_parameters\":{\"data\":{\"train\":{\"name\":\"t\","
		"\"sensitive\":true},\"eval\":{\"name\":\"e\"}}},"
		"\"quantitative_analysis\":{\"performance_metrics\":[{\"type\":"
		"\"acc\",\"value\":0.5,\"threshold\":0.25,"
		"\"confidence_interval\":{\"lower_bound\":0.4,"
		"\"upper_bound\":0.6}}]},"
		"\"considerations\":{\"users\":[\"u\"]}}";
	struct losses report = VEC_INIT;
	struct doc d;
	char *out;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_true(import(&d, DOC_FORMAT_MCT, old, &report, NULL));
	assert_string_equal(doc_answer(&d, "1.6")->text, "r1\n\nr2");
	assert_string_equal(doc_answer(&d, "1.8")->text, "MIT");
	assert_string_equal(doc_answer(&d, "2.2")->text, "u");
	assert_string_equal(doc_answer(&d, "7.1")->text,
			    "- acc: 0.5 [0.4, 0.6]");
	out = export(&d, DOC_FORMAT_MCT);
	assert_non_null(strstr(out, "\"schema_version\": \"0.0.2\""));
	assert_non_null(strstr(out, "\"value\": \"0.5\""));
	assert_non_null(strstr(out, "\"threshold\": 0.25"));
	assert_non_null(strstr(out, "\"lower_bound\": \"0.4\""));
	free(out);
	check_stable(&d, DOC_FORMAT_MCT, "old");
	losses_release(&report);
	doc_release(&d);
}

static void test_interchange__losses_are_reported_by_item(void **state)
{
	struct losses report = VEC_INIT;
	struct buf out = BUF_INIT;
	bool found = false;
	struct doc d;

	doc_init(&d, doc_form(DOC_CARD), "m@1");
	assert_ok(doc_set(&d, "3.2", ANSWER_GIVEN, "age", &oops));
	assert_ok(doc_set(&d, "9.1", ANSWER_NA, "finished", &oops));
	assert_ok(doc_export(&out, &d, NULL, DOC_FORMAT_MCT, &report, &oops));
	for (size_t i = 0; i < report.n; i++)
		found |= !strcmp(report.at[i].what, "3.2") &&
			 report.at[i].kind == LOSS_CHANGED;
	assert_true(found);
	losses_release(&report);
	buf_release(&out);
	check_stable(&d, DOC_FORMAT_MCT, "no place");
	doc_release(&d);
}

/* The exports against the schemas of the samples, by python's jsonschema. */
static void test_interchange__mct_export_validates(void **state)
{
	struct buf out = BUF_INIT;
	char folder[] = "/tmp/muster-test-XXXXXX", path[64], schema[512];
	struct doc d;
	int status;

	snprintf(schema, sizeof(schema), "%s/formats-data/model-card-toolkit/"
		 "schema/v0.0.2/model_card.schema.json", shared());
	if (!fsx_exists(schema) ||
	    run_shell("python3 -c 'import jsonschema' 2>/dev/null")) {
		print_message("skipped: no schema or no jsonschema\n");
		skip();
	}
	doc_init(&d, doc_form(DOC_CARD), "m@1");
	fill(&d);
	assert_ok(doc_set(&d, "1.2", ANSWER_GIVEN, "2026-01-01", &oops));
	assert_ok(doc_export(&out, &d, NULL, DOC_FORMAT_MCT, NULL, &oops));
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/card.json", folder);
	assert_ok(fsx_write(path, out.data, out.len, 0600, false, &oops));
	status = run_shell("python3 -c 'import json,sys,jsonschema; "
			   "jsonschema.validate(json.load(open(sys.argv[1])),"
			   "json.load(open(sys.argv[2])))' '%s' '%s'", path,
			   schema);
	run_shell("rm -rf '%s'", folder);
	assert_int_equal(status, 0);
	buf_release(&out);
	doc_release(&d);
}

static void test_interchange__guessed_from_the_text(void **state)
{
	static const struct { const char *text; enum doc_format format; }
	cases[] = {
		{ "---\na: b\n---\n", DOC_FORMAT_HF },
		{ "# 1 Model details\n\n## 1.1 Made by\n", DOC_FORMAT_MD },
		{ "{\"model_details\":{}}", DOC_FORMAT_MCT },
		{ "{\"@context\":{}}", DOC_FORMAT_CROISSANT },
		{ "{\"form\":\"card\"}", DOC_FORMAT_JSON },
	};
	enum doc_format f;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_true(doc_format_guess(cases[i].text,
					     strlen(cases[i].text), DOC_CARD,
					     &f));
		assert_int_equal(f, cases[i].format);
	}
	assert_false(doc_format_guess("{}", 2, DOC_CARD, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interchange__huggingface_samples),
		cmocka_unit_test(
			test_interchange__model_card_toolkit_samples),
		cmocka_unit_test(test_interchange__croissant_samples),
		cmocka_unit_test(test_interchange__data_cards_template),
		cmocka_unit_test(test_interchange__full_documents_survive),
		cmocka_unit_test(
			test_interchange__hf_changes_only_what_changed),
		cmocka_unit_test(test_interchange__hf_results_keep_their_names),
		cmocka_unit_test(test_interchange__hf_front_matter_faults),
		cmocka_unit_test(test_interchange__mct_old_becomes_new),
		cmocka_unit_test(
			test_interchange__losses_are_reported_by_item),
		cmocka_unit_test(test_interchange__mct_export_validates),
		cmocka_unit_test(test_interchange__guessed_from_the_text),
	};

	return cmocka_run_group_tests_name("test_interchange", tests, NULL,
					   NULL);
}
