#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cards/template.h"
#include "cards/yaml.h"
#include "support/temp_registry.h"

static void parse(const char *text, struct yaml *out)
{
	assert_ok(yaml_parse(text, strlen(text), "f", 1, out, &oops));
}

static void test_yaml__texts_stay_and_lines_are_known(void **state)
{
	struct yaml y;
	struct json *list;

	parse("# c\na: no\nb:\n  - 0.90\n  - ~\nc: {d: \"x\\ny\"}\n", &y);
	assert_true(y.is_block);
	assert_string_equal(json_get_str(y.root, "a"), "no");
	list = json_get(y.root, "b");
	assert_string_equal(json_str(json_at(list, 0)), "0.90");
	assert_int_equal(json_type(json_at(list, 1)), JSON_NULL);
	assert_int_equal(yaml_line_of(&y, y.root, "c"), 6);
	assert_int_equal(yaml_line(&y, list, 1), 5);
	assert_int_equal(yaml_column(&y, list, 1), 5);
	assert_string_equal(json_get_str(json_get(y.root, "c"), "d"),
			    "x\ny");
	yaml_release(&y);
	parse("", &y);
	assert_null(y.root);
	yaml_release(&y);
}

struct refused { const char *text, *why; };

static void test_yaml__refused_with_a_line(void **state)
{
	static const struct refused cases[] = {
		{ "a: &x 1\nb: *x\n", "line 1" },
		{ "a: 1\nb: *x\n", "line 2" },
		{ "a: 1\na: 2\n", "line 2, column 1" },
		{ "? [a]\n: b\n", "line 1" },
		{ "a: 1\n---\nb: 2\n", "line 2" },
		{ "a: [1\nb: 2\n", "line 2" },
		{ "a: \"\\0\"\n", "NUL" },
		{ "a: \xff\n", "byte 4" },
		{ "\t- a", "line 1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = ERR_INIT;
		struct yaml y;

		assert_int_equal(yaml_parse(cases[i].text,
					    strlen(cases[i].text), "f", 1, &y,
					    &err), RC_BAD_INPUT);
		if (!strstr(err.text, cases[i].why))
			fail_msg("case %zu: '%s' lacks '%s'", i, err.text,
				 cases[i].why);
	}
}

static void test_yaml__deep_nesting_is_refused(void **state)
{
	char text[300];
	struct yaml y;

	memset(text, '[', sizeof(text));
	assert_int_equal(yaml_parse(text, sizeof(text), "f", 1, &y, NULL),
			 RC_BAD_INPUT);
}

static void test_yaml__written_text_reads_back(void **state)
{
	static const char json[] =
		"{\"a\":\"no\",\"b\":[\"x\",\"- y\",\"\",\"1.0\"],\"c\":{\"d\":"
		"[{\"e\":\"f: g\",\"h\":[]},{\"i\":\"\xc3\xa9\\n#\"}],"
		"\"k\":{}},\"l\":[[\"m\"],\"n #\"],\"o\":null}";
	struct json *j = NULL;
	struct buf b = BUF_INIT;
	struct yaml y;

	assert_ok(json_parse(json, strlen(json), "j", &j, &oops));
	for (size_t i = 0; i < json_size(j); i++) {
		const char *key = NULL;
		struct json *value = json_member(j, i, &key);

		yaml_write_member(&b, key, value);
	}
	parse(b.data, &y);
	if (!json_same(j, y.root))
		fail_msg("not the same:\n%s", b.data);
	yaml_release(&y);
	json_free(j);
	buf_release(&b);
}

static const char good[] =
	"document: card\n"
	"name: Example bank\n"
	"sections:\n"
	"  - section: \"3\"\n"
	"    items:\n"
	"      - id: 3.B1\n"
	"        name: Branch\n"
	"        guidance: Does it differ between branches?\n"
	"        required: always\n"
	"        weight: 2\n"
	"  - section: bank\n"
	"    name: Bank\n"
	"    items:\n"
	"      - {id: B1, name: Regulator}\n";

static void test_template__adds_to_the_form(void **state)
{
	struct doc_form *form = NULL;
	struct json *stored = NULL;
	const struct section *section = NULL;
	const struct item *item;
	enum doc_type type;

	assert_ok(template_parse(good, strlen(good), "t.yaml", &stored, &type,
				 NULL, &oops));
	assert_int_equal(type, DOC_CARD);
	assert_ok(doc_form_build(type, stored, &form, &oops));
	item = doc_form_item(form, "3.B1", &section);
	assert_non_null(item);
	assert_string_equal(section->id, "3");
	assert_int_equal(section->n_items, 5);
	assert_int_equal(item->weight, 2);
	assert_int_equal(item->need, NEED_ALWAYS);
	assert_true(item_is_own(form, item));
	assert_false(item_is_own(form, doc_form_item(form, "3.1", NULL)));
	assert_int_equal(form->n_sections, 10);
	assert_int_equal(doc_form_item(form, "B1", NULL)->need, NEED_NEVER);
	doc_form_free(form);
	json_free(stored);
	assert_ok(doc_form_build(DOC_DATASHEET, NULL, &form, &oops));
	assert_int_equal(form->n_sections, 7);
	doc_form_free(form);
}

static void test_template__faults_have_lines(void **state)
{
	static const char text[] =
		"document: card\n"
		"colour: red\n"
		"sections:\n"
		"  - section: \"3\"\n"
		"    items:\n"
		"      - id: 3.1\n"
		"        name: Taken\n"
		"      - id: x y\n"
		"        name: |\n"
		"          two\n"
		"          lines\n"
		"        weight: heavy\n"
		"      - name: none\n"
		"        required: maybe\n"
		"  - section: own\n"
		"    items: []\n";
	static const char *const want[] = {
		"t:2: 'colour'", "t:6: '3.1'", "t:8: 'x y'", "t:9: 'name'",
		"t:12: 'weight'", "t:13: 'id'", "t:14: 'required'",
		"t:15: 'name'", "t:15: a section",
	};
	struct strs findings = VEC_INIT;
	struct json *stored = NULL;
	enum doc_type type;

	assert_int_equal(template_parse(text, strlen(text), "t", &stored,
					&type, &findings, NULL),
			 RC_BAD_INPUT);
	assert_null(stored);
	assert_int_equal(findings.n, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < findings.n; i++)
		if (strncmp(findings.at[i], want[i], strlen(want[i])))
			fail_msg("'%s' is not '%s'", findings.at[i], want[i]);
	strs_release(&findings);
}

static void test_template__wrong_shapes(void **state)
{
	static const char *const texts[] = {
		"", "[]", "x", "document: poem\n", "document: card\n",
		"document: card\nsections: {}\n",
		"document: card\nsections: [x]\n",
		"document: card\nsections: [{section: \"3\", items: [x]}]\n",
		"document: card\nsections: [{section: \"3\", items: x}]\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct json *stored = NULL;
		enum doc_type type;

		assert_int_equal(template_parse(texts[i], strlen(texts[i]),
						"t", &stored, &type, NULL,
						NULL), RC_BAD_INPUT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml__texts_stay_and_lines_are_known),
		cmocka_unit_test(test_yaml__refused_with_a_line),
		cmocka_unit_test(test_yaml__deep_nesting_is_refused),
		cmocka_unit_test(test_yaml__written_text_reads_back),
		cmocka_unit_test(test_template__adds_to_the_form),
		cmocka_unit_test(test_template__faults_have_lines),
		cmocka_unit_test(test_template__wrong_shapes),
	};

	return cmocka_run_group_tests_name("test_template", tests, NULL,
					   NULL);
}
