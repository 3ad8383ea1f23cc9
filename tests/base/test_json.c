/* JSON: what must be read and what must not, by the grammar of RFC 8259 and in
 * the manner of JSONTestSuite's y_ and n_ cases. FAULTS F42. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/json.h"

struct text {
	const char *bytes;
	size_t n;
};

#define T(s) { s, sizeof(s) - 1 }

static const struct text good[] = {
	T("[]"), T("{}"), T(" [] "), T("[[]   ]"), T("[\"\"]"),
	T("[1 , 2]"), T("[null, 1, \"1\", {}]"), T("[1,null,null,null,2]"),
	T("[false]"), T("[true]"), T("[null]"), T("null"), T("true"),
	T("false"), T("42"), T("-0.1"), T("\"asd\""), T("\"\""),
	T("[\t1\n,\r2 ]"), T("[123e65]"), T("[0e+1]"), T("[0e1]"),
	T("[ 4]"), T("[-0]"), T("[-0.000000000000000000000000001]"),
	T("[20e1]"), T("[-123]"), T("[-1]"), T("[1E22]"), T("[1E-2]"),
	T("[1E+2]"), T("[123e45]"), T("[123.456e78]"), T("[1e-2]"),
	T("[1e+2]"), T("[123]"), T("[123.456789]"), T("[-9223372036854775808]"),
	T("{\"asd\":\"sdf\", \"dfg\":\"fgh\"}"), T("{\"\":0}"),
	T("{\"foo\\u000abar\":42}"), T("{\"a\":[]}"),
	T("{\"min\":-1.0e+28,\"max\":1.0e+28}"), T("{\n\"a\": \"b\"\n}"),
	T("[\"\\u0060\\u012a\\u12AB\"]"), T("[\"\\uD801\\udc37\"]"),
	T("[\"\\ud83d\\ude39\\ud83d\\udc8d\"]"),
	T("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), T("[\"\\\\u0000\"]"),
	T("[\"a/*b*/c/*d//e\"]"), T("[\"\\\\a\"]"), T("[\"\\u0012\"]"),
	T("[\"\\uFFFF\"]"), T("[\"\xef\xbf\xbf\"]"), T("[ \"asd\"]"),
	T("[\"\xf4\x8f\xbf\xbf\"]"), T("[\"\xe2\x80\xa8\"]"),
	T("[\"\x7f\"]"), T("[\"\\uDBFF\\uDFFE\"]"), T("[\"\xcf\x80\"]"),
	T("[\"\\u0022\"]"), T("[\"\\u200B\"]"), T("[\"\\uA66D\"]"),
};

static const struct text bad[] = {
	/* structure */
	T(""), T(" "), T("["), T("]"), T("{"), T("}"), T("[1"), T("[1,"),
	T("[,1]"), T("[1,,2]"), T("[1,]"), T("[\"\",]"), T("[,]"), T("[1}"),
	T("[1]]"), T("[1]x"), T("[] []"), T("{}}"), T("{}#"), T("[x"),
	T("[1 true]"), T("[3[4]]"), T("[a]"), T("[*]"), T("[\n4\n,1,"),
	T("[1:2]"), T("[\"\": 1]"), T("[[]"), T("[{}"), T("{[: \"x\"}"),
	T("{\"a\" b}"), T("{\"x\"::\"b\"}"), T("{\"a\" \"b\"}"),
	T("{\"a\":"), T("{\"a\""), T("{1:1}"), T("{9999E9999:1}"),
	T("{null:null}"), T("{\"id\":0,}"), T("{\"id\":0,,\"b\":1}"),
	T("{'a':0}"), T("{a: \"b\"}"), T("{\"a\":\"a\" 123}"),
	T("{\"a\":/*c*/\"b\"}"), T("{\"a\":\"b\"}/**/"),
	T("{\"a\":\"b\"}//"), T("{\"a\":true} \"x\""), T("{\"asd\":\"asd\""),
	T("{\"a\":\"b\",\"a\":\"c\"}"), T("{\"a\":\"b\",\"a\":\"b\"}"),
	T("{\"a\":1,\"\\u0061\":2}"), T("[1,\n1\n,1"), T("*"), T("<null>"),
	T("[<null>]"), T("\xef\xbb\xbf{}"), T("\xef\xbb\xbf"), T("\0"),
	T("[]\0"), T("[\0]"), T("[1\0]"), T("1\0"), T("[1\0,2]"),
	T("{\"a\":1\0}"), T("[1 \0]"), T("[1\f]"), T("[\v1]"), T("[\xc2\xa0]"),
	T("[\xe2\x81\xa0]"), T("\xe5"), T("[\xff]"), T("[\x1b[0m]"),
	/* words */
	T("[nul]"), T("[tru]"), T("[fals]"), T("[True]"), T("[TRUE]"),
	T("nulll"), T("[NaN]"), T("[-NaN]"), T("[Infinity]"),
	T("[-Infinity]"), T("[inf]"), T("[undefined]"),
	/* numbers */
	T("[+1]"), T("[++1]"), T("[-]"), T("[- 1]"), T("[-01]"), T("[012]"),
	T("[-012]"), T("[.5]"), T("[-.5]"), T("[.2e-3]"), T("[1.]"),
	T("[-2.]"), T("[2.e3]"), T("[0.e1]"), T("[1.0e]"), T("[1.0e+]"),
	T("[1.0e-]"), T("[1eE2]"), T("[0e]"), T("[0E+]"), T("[0.3e+]"),
	T("[0.1.2]"), T("[1+2]"), T("[1 000.0]"), T("[0x1]"), T("[0x42]"),
	T("[1e1x]"), T("[123a]"), T("[-123.123foo]"), T("[1ea]"),
	T("[1e400]"), T("[-1e400]"), T("[1e99999999999999999999]"),
	T("[9223372036854775808]"), T("[100000000000000000000]"),
	T("[-9223372036854775809]"), T("[\xef\xbc\x91]"),
	/* strings */
	T("[\"a]"), T("[\"]"), T("\""), T("['x']"), T("[\"\\x00\"]"),
	T("[\"\\\"]"), T("[\"\\"), T("[\"\\a\"]"), T("[\"\\'\"]"),
	T("[\"\\\xf0\x9f\x8c\x80\"]"), T("[\"\\u\"]"), T("[\"\\u00A\"]"),
	T("[\"\\uqqqq\"]"), T("[\"\\U0041\"]"), T("[\"\\u00G0\"]"),
	T("[\"a\nb\"]"), T("[\"\t\"]"), T("[\"a\0b\"]"), T("[\"\x1f\"]"),
	T("[\"\\u0000\"]"), T("{\"a\\u0000b\":1}"), T("[\"\\uD800\"]"),
	T("[\"\\uD800\\n\"]"), T("[\"\\uD800\\uD800\"]"),
	T("[\"\\uD800\\u0041\"]"), T("[\"\\uDC00\"]"),
	T("[\"\\uDC00\\uD800\"]"), T("[\"\\uD834\\uDd\"]"),
	T("[\"\x80\"]"), T("[\"\xff\"]"), T("[\"\xc0\xaf\"]"),
	T("[\"\xed\xa0\x80\"]"), T("[\"\xf4\xbf\xbf\xbf\"]"),
	T("[\"\xe0\xff\"]"), T("[\"\xf0\x9f\"]"), T("[\xc3\xa4]"),
	T("abc"), T("[\"x\""), T("\\u000A\"\""),
};

static void test_json__good_texts_are_read(void **state)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct json *j = NULL;
		struct err err = ERR_INIT;

		if (json_parse(good[i].bytes, good[i].n, "t", &j, &err))
			fail_msg("%s: %s", good[i].bytes, err.text);
		json_free(j);
	}
}

static void test_json__bad_texts_are_refused(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct json *j = NULL;
		struct err err = ERR_INIT;

		if (json_parse(bad[i].bytes, bad[i].n, "t", &j, &err) !=
		    RC_BAD_INPUT)
			fail_msg("accepted: %s", bad[i].bytes);
		assert_non_null(strstr(err.text, "t: line "));
		assert_null(j);
	}
}

static enum rc parse_depth(size_t depth, const char *open, const char *inner,
			   const char *close, struct err *err)
{
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	enum rc rc;

	for (size_t i = 0; i < depth; i++)
		buf_str(&b, open);
	buf_str(&b, inner);
	for (size_t i = 0; i < depth; i++)
		buf_str(&b, close);
	rc = json_parse(b.data, b.len, "t", &j, err);
	json_free(j);
	buf_release(&b);
	return rc;
}

static void test_json__depth(void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(parse_depth(512, "[", "", "]", &err), RC_OK);
	assert_int_equal(parse_depth(513, "[", "", "]", &err), RC_BAD_INPUT);
	assert_string_equal(err.text, "t: line 1, column 513: nested deeper "
			    "than 512 levels");
	assert_int_equal(parse_depth(511, "{\"a\":", "[]", "}", &err), RC_OK);
	assert_int_equal(parse_depth(512, "{\"a\":", "[]", "}", &err),
			 RC_BAD_INPUT);
	assert_int_equal(parse_depth(1000000, "[", "", "", &err),
			 RC_BAD_INPUT);
	/* brackets in strings nest nothing */
	assert_int_equal(parse_depth(1, "[\"", "\\\"[[[[{{{{", "\"]", &err),
			 RC_OK);
}

static struct json *parsed(const char *text)
{
	struct json *j = NULL;

	assert_int_equal(json_parse(text, strlen(text), "t", &j, NULL), RC_OK);
	return j;
}

static const struct {
	const char *in;
	const char *plain;
	const char *canonical;
} written[] = {
	{ "{ \"b\" : 1, \"a\" : [true,false,null] }",
	  "{\"b\":1,\"a\":[true,false,null]}",
	  "{\"a\":[true,false,null],\"b\":1}" },
	{ "[0.1, 1.0, -0.0, 1e5, 1e-7, 12345678901]",
	  "[0.1,1.0,0.0,100000.0,1e-07,12345678901]",
	  "[0.1,1.0,0.0,100000.0,1e-07,12345678901]" },
	{ "[\"\\u0001\\n\\\"\\\\\\/\\u00e4\\u2028\"]",
	  "[\"\\u0001\\n\\\"\\\\/\xc3\xa4\xe2\x80\xa8\"]",
	  "[\"\\u0001\\n\\\"\\\\/\xc3\xa4\xe2\x80\xa8\"]" },
	{ "{\"\\u00e4\":1,\"z\":2,\"\":3}", "{\"\xc3\xa4\":1,\"z\":2,\"\":3}",
	  "{\"\":3,\"z\":2,\"\xc3\xa4\":1}" },
	{ "{}", "{}", "{}" }, { "[]", "[]", "[]" },
};

static void test_json__writing(void **state)
{
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		struct json *j = parsed(written[i].in), *copy = json_clone(j);
		struct buf b = BUF_INIT;

		json_write(&b, j, false);
		assert_string_equal(b.data, written[i].plain);
		buf_clear(&b);
		json_write_canonical(&b, copy);
		assert_string_equal(b.data, written[i].canonical);
		assert_true(json_same(j, copy));
		json_free(j);
		j = parsed(b.data);
		assert_true(json_same(j, copy));
		json_free(j);
		json_free(copy);
		buf_release(&b);
	}
}

static void test_json__pretty(void **state)
{
	struct json *j = parsed("{\"a\":[1,{\"b\":[]}],\"c\":{}}");
	struct buf b = BUF_INIT;

	json_write(&b, j, true);
	assert_string_equal(b.data, "{\n  \"a\": [\n    1,\n    {\n"
			    "      \"b\": []\n    }\n  ],\n  \"c\": {}\n}");
	json_free(j);
	buf_release(&b);
}

static void test_json__looking(void **state)
{
	struct json *j = parsed("{\"n\":null,\"i\":7,\"x\":1.5,\"s\":\"t\","
				"\"b\":true,\"a\":[1,2]}");
	const char *key;
	int64_t i = 0;
	double x = 0;

	assert_int_equal(json_size(j), 6);
	assert_int_equal(json_type(json_member(j, 2, &key)), JSON_REAL);
	assert_string_equal(key, "x");
	assert_null(json_member(j, 6, NULL));
	assert_true(json_int(json_get(j, "i"), &i));
	assert_int_equal(i, 7);
	assert_false(json_int(json_get(j, "x"), &i));
	assert_true(json_num(json_get(j, "i"), &x) && x == 7);
	assert_true(json_num(json_get(j, "x"), &x) && x == 1.5);
	assert_true(json_bool(json_get(j, "b")));
	assert_string_equal(json_get_str(j, "s"), "t");
	assert_null(json_get_str(j, "i"));
	assert_int_equal(json_get_int(j, "s", -3), -3);
	assert_int_equal(json_get_int(j, "i", -3), 7);
	/* a chain through what is not there */
	assert_null(json_str(json_get(json_at(json_get(j, "no"), 3), "s")));
	assert_int_equal(json_type(NULL), JSON_NULL);
	assert_int_equal(json_size(NULL), 0);
	assert_int_equal(json_size(json_get(j, "a")), 2);
	assert_null(json_at(json_get(j, "a"), 2));
	json_remove(j, "a");
	assert_int_equal(json_size(j), 5);
	json_set_str(j, "s", NULL);
	assert_string_equal(json_get_str(j, "s"), "t");
	json_free(j);
	json_free(NULL);
}

static void test_json__stream(void **state)
{
	struct buf b = BUF_INIT;
	struct json_out o = JSON_OUT(&b, false);
	struct json *j = parsed("{\"z\":[1]}");

	jo_object(&o);
	jo_kstr(&o, "s", "a\"b");
	jo_kstr(&o, "none", NULL);
	jo_kint(&o, "i", -5);
	jo_knum(&o, "x", 0.25);
	jo_kbool(&o, "b", true);
	jo_knull(&o, "n");
	jo_key(&o, "a");
	jo_array(&o);
	jo_int(&o, 1);
	jo_array(&o);
	jo_end(&o);
	jo_json(&o, j);
	jo_strn(&o, "a\xff" "b\0c", 5);
	jo_end(&o);
	jo_end(&o);
	assert_string_equal(b.data, "{\"s\":\"a\\\"b\",\"none\":null,\"i\":-5,"
			    "\"x\":0.25,\"b\":true,\"n\":null,\"a\":[1,[],"
			    "{\"z\":[1]},\"a\xef\xbf\xbd" "b\\u0000c\"]}");
	json_free(j);
	buf_release(&b);
}

static void test_json__pretty_stream_is_as_pretty(void **state)
{
	struct buf b = BUF_INIT, tree = BUF_INIT;
	struct json_out o = JSON_OUT(&b, true);
	struct json *j;

	jo_object(&o);
	jo_key(&o, "a");
	jo_array(&o);
	jo_int(&o, 1);
	jo_object(&o);
	jo_kstr(&o, "b", "c");
	jo_end(&o);
	jo_end(&o);
	jo_key(&o, "d");
	jo_object(&o);
	jo_end(&o);
	jo_end(&o);
	j = parsed(b.data);
	json_write(&tree, j, true);
	assert_string_equal(b.data, tree.data);
	json_free(j);
	buf_release(&b);
	buf_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json__good_texts_are_read),
		cmocka_unit_test(test_json__bad_texts_are_refused),
		cmocka_unit_test(test_json__depth),
		cmocka_unit_test(test_json__writing),
		cmocka_unit_test(test_json__pretty),
		cmocka_unit_test(test_json__looking),
		cmocka_unit_test(test_json__stream),
		cmocka_unit_test(test_json__pretty_stream_is_as_pretty),
	};

	return cmocka_run_group_tests_name("test_json", tests, NULL, NULL);
}
