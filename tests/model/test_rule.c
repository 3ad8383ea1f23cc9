#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "model/rule.h"

static struct rule *compiled(const char *pattern)
{
	struct err err = ERR_INIT;
	struct rule *r = NULL;

	if (rule_compile(pattern, strlen(pattern), &r, &err))
		fail_msg("%s", err.text);
	return r;
}

/* -- One subject -- */

static const struct match_case {
	const char *name, *pattern, *subject;
	enum rule_answer want;
} match_cases[] = {
	{ "plain", "refund", "a refund please", RULE_MATCH },
	{ "absent", "zzyzx", "a refund please", RULE_NO },
	{ "empty subject", "^$", "", RULE_MATCH },
	{ "unicode word", "^\\w+$", "caf\xc3\xa9", RULE_MATCH },
	{ "dot is a character", "^.$", "\xe2\x82\xac", RULE_MATCH },
	{ "caseless beyond ascii", "(?i)^\xc3\x89t", "\xc3\xa9t\xc3\xa9",
	  RULE_MATCH },
	{ "kelvin is a k", "(?i)kelvin", "\xe2\x84\xaa" "elvin", RULE_MATCH },
	{ "long s is an s", "(?i)sea", "\xc5\xbf" "ea", RULE_MATCH },
	{ "invalid subject", "a", "a\xff", RULE_UNDECIDED },
	{ "look-behind", "(?<=un)do", "undo", RULE_MATCH },
	{ "without jit", "(*NO_JIT)re.*nd", "a refund please", RULE_MATCH },
	{ "backreference", "\\b(\\w+) \\1\\b", "the the", RULE_MATCH },
};

static void test_rule__matches(void **state)
{
	const struct match_case *c = *state;
	struct rule *r = compiled(c->pattern);

	assert_int_equal(rule_match(r, c->subject, strlen(c->subject), 0),
			 c->want);
	rule_free(r);
}

/* A match that starts in any window is found, characters of several bytes
 * at the windows' edges included. */
static void test_rule__long_subject_every_place(void **state)
{
	static const char *const fill[] = { "x", "\xc3\xa9", "\xe2\x82\xac" };
	struct rule *r = compiled("(?<=.)needle$");

	for (size_t f = 0; f < 3; f++) {
		for (size_t at = 200; at < 800; at += 7) {
			struct buf b = BUF_INIT;

			for (size_t i = 0; i < at; i++)
				buf_str(&b, fill[f]);
			assert_int_equal(rule_match(r, b.data, b.len, 0),
					 RULE_NO);
			buf_str(&b, "needle");
			assert_int_equal(rule_match(r, b.data, b.len, 0),
					 RULE_MATCH);
			buf_release(&b);
		}
	}
	rule_free(r);
}

static void test_rule__find_says_where(void **state)
{
	struct rule *r = compiled("\\d+");
	size_t from = 0, to = 0;

	assert_int_equal(rule_find(r, "order 4711.", 11, 0, &from, &to),
			 RULE_MATCH);
	assert_int_equal(from, 6);
	assert_int_equal(to, 10);
	rule_free(r);
}

/* -- Errors -- */

static void refuses(const char *pattern, size_t n, const char *part)
{
	struct err err = ERR_INIT;
	struct rule *r = NULL;

	assert_int_equal(rule_compile(pattern, n, &r, &err), RC_BAD_INPUT);
	assert_null(r);
	if (!strstr(err.text, part))
		fail_msg("'%s' lacks '%s'", err.text, part);
}

static void test_rule__error_names_place(void **state)
{
	refuses("ab(c", 4, "after character 4");
	refuses("\xc3\xa9[", 3, "after character 2");
	refuses("a\\Cb", 4, "after character");
	refuses("a\xff", 2, "byte 2");
}

static void test_rule__long_pattern_is_refused(void **state)
{
	char *p = xmalloc(RULE_PATTERN_MAX + 1);

	memset(p, 'a', RULE_PATTERN_MAX + 1);
	refuses(p, RULE_PATTERN_MAX + 1, "too long");
	free(p);
}

/* -- Cost: patterns that run away, on subjects that let them -- */

static const char *const bombs[] = {
	"(?:a|b)+[cd]", "(a+)+$", "(a|aa)+$", "(a|a?)+$", "([a-z]+)*=",
	"(.*)*x", "(.*a){20}", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:a*)*b",
	"(\\w+\\s?)+$!", "(a?){30}a{30}", "(x+x+)+y", "(.+)+\\1z",
	"(?=(a+))a*b\\1", "((a|b)*?c)*d", "(?:(?:a|b)|(?:a|b))*c",
	"\\b(\\w+)\\b.*\\b\\1\\b.*!", "(?<!b)(?:a|ab|b)+Z", "(?R)?a+b",
	"(a(?1)?b|a)+c", "(?i)(?:A|B)+[CD]", "\\X+\\X+\\X+!", ".*.*.*.*=.*",
	"(?:[^x]*a){12}x", "((((a+)+)+)+)+!",
};

static char *hostile_text(size_t n, unsigned kind)
{
	char *s = xmalloc(n + 1);

	for (size_t i = 0; i < n; i++)
		s[i] = kind == 0 ? 'a' : kind == 1 ? "ab"[i % 2]
		     : "abc de"[(i * 7 + i / 13) % 6];
	s[n] = '\0';
	return s;
}

/* More of them, from parts: something that may match in many ways, repeated,
 * before what never comes. */
static char *made_bomb(unsigned i)
{
	static const char *const inner[] = {
		"a", "a|b", "a|aa", "[a-c]", "\\w", ".", "a?b?", "ab|a|b",
		"(?:a|b)?", "[^x]",
	};
	static const char *const outer[] = {
		"(%s)+", "(?:%s)*", "((%s)*)*", "(?:(?:%s)+)+",
	};
	static const char *const ends[] = { "$!", "[XYZ]", "\\1x", "(?=Q)", "Q" };
	struct buf b = BUF_INIT;
	char *text;

	buf_str(&b, "(?:)");
	for (const char *p = outer[i / 10 % 4]; *p; p++) {
		if (*p == '%') {
			buf_str(&b, inner[i % 10]);
			p++;
			continue;
		}
		buf_char(&b, *p);
	}
	/* a reference wants a group */
	if (i / 40 % 5 == 2)
		buf_insert(&b, 0, "(a*)", 4);
	buf_str(&b, ends[i / 40 % 5]);
	text = buf_detach(&b);
	return text;
}
#define N_MADE 200

static uint64_t cpu_ms(void)
{
	return (uint64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

/* Of the processor's time: a busy machine takes longer by the clock. The
 * bound is five times what FAULTS F43 asks for, as a runaway takes minutes. */
static void takes_at_most(const char *pattern, const char *s, size_t n,
			  uint64_t most_ms)
{
	struct rule *r = compiled(pattern);
	uint64_t start = cpu_ms(), ms;

	(void)rule_match(r, s, n, 0);
	ms = cpu_ms() - start;
	if (ms > most_ms)
		fail_msg("'%s' took %d ms", pattern, (int)ms);
	rule_free(r);
}

/* $MUSTER_BOMBS: a quiet machine and the bound of FAULTS F43. */
static void test_rule__bombs_from_parts(void **state)
{
	bool all = getenv("MUSTER_BOMBS") != NULL;
	char *small = hostile_text(16 << 10, 1), *large = NULL;

	if (all)
		large = hostile_text(1000000, 1);
	for (unsigned i = all ? 0 : 3; i < N_MADE; i += all ? 1 : 8) {
		char *pattern = made_bomb(i);

		takes_at_most(pattern, small, 16 << 10, all ? 250 : 1250);
		if (all)
			takes_at_most(pattern, large, 1000000, 250);
		free(pattern);
	}
	free(small);
	free(large);
}

static void stays_within_budget(size_t n)
{
	for (unsigned kind = 0; kind < 3; kind++) {
		char *s = hostile_text(n, kind);

		for (size_t i = 0; i < sizeof(bombs) / sizeof(*bombs); i++)
			takes_at_most(bombs[i], s, n, 1250);
		free(s);
	}
}

static void test_rule__bombs_on_16_kib(void **state)
{
	stays_within_budget(16 << 10);
}

static void test_rule__bombs_on_1_mb(void **state)
{
	stays_within_budget(1000000);
}

static void test_rule__over_budget_is_undecided(void **state)
{
	struct rule *r = compiled("(?:a|b)+[cd]");
	char *s = hostile_text(1 << 20, 1);

	assert_int_equal(rule_match(r, s, 1 << 20, 0), RULE_UNDECIDED);
	free(s);
	rule_free(r);
}

/* -- Columns -- */

struct texts {
	struct buf bytes;
	uint64_t *offset;
	size_t n;
};

/* Rows of which some hold words, empty ones and other scripts among them. */
static void fill(struct texts *t, size_t n)
{
	static const char *const words[] = {
		"", "refund", "re fund", "order AB-123456 sent",
		"mail me@there.com", "colour is red", "Invoice7", "the the",
		"real ae", "caf\xc3\xa9 caf\xc3\xa9", "zz", "fund re",
		"\xc5\xbf" "ea", "no", "no", "not at all",
	};

	*t = (struct texts){ .bytes = BUF_INIT, .n = n };
	t->offset = xreallocarray(NULL, n + 1, sizeof(*t->offset));
	for (size_t i = 0; i < n; i++) {
		t->offset[i] = t->bytes.len;
		buf_str(&t->bytes, words[(i * 5 + i / 16) % 16]);
	}
	t->offset[n] = t->bytes.len;
}

static const char *const scan_patterns[] = {
	"refund", "zzyzx", "\\b[A-Z]{2}-\\d{6}\\b", "\\w+@\\w+\\.com",
	"colou?r \\w+ (red|blue)", "(?i)invoice[0-9]", "\\b(\\w+) \\1\\b",
	"^re.*[aeiou]{2}$", "", "^$", "(?i)SEA", "no", "re|no", "x*", "f(un)?d",
	"[^a-z]", "t{2}|o{1,2}t", "ref{0}", "ref{1}u", "a\\.?b?", "(?s)no.*t",
	"no(?=t)", "fundre", "(?i)invoice", "caf\xc3\xa9", "re fund\\.?",
	"^re", "^ref?", "^no.*t", "^re|no", "^r+e", "^(re|no)", "^re{0}f",
	"^caf\xc3\xa9 ", "(?i)^RE",
};

static void scan_agrees(void **state)
{
	const char *pattern = *state;
	struct rule *r = compiled(pattern);
	struct rule_scan scan;
	struct texts t;
	uint64_t n_match = 0;
	uint8_t *answer;

	fill(&t, 20000);
	answer = xcalloc(t.n, 1);
	rule_scan_init(&scan, r, &(struct rule_texts){ t.n, t.offset,
		       t.bytes.data }, answer, false);
	while (!rule_scan_step(&scan, SIZE_MAX, 1))
		;
	for (size_t i = 0; i < t.n; i++) {
		enum rule_answer a = rule_match(r, t.bytes.data + t.offset[i],
			(size_t)(t.offset[i + 1] - t.offset[i]), 0);

		assert_int_equal(answer[i], a);
		n_match += a == RULE_MATCH;
	}
	assert_int_equal(scan.n_match, n_match);
	assert_int_equal(scan.n_undecided, 0);
	free(answer);
	free(t.offset);
	buf_release(&t.bytes);
	rule_free(r);
}

/* Bytes that are no text are undecided, for a plain word, too. */
static void test_rule__scan_of_a_word_checks_the_text(void **state)
{
	static const char bytes[] = "a\xff refund" "refund" "refu" "nd";
	const uint64_t offset[] = { 0, 9, 15, 19, 21 };
	const uint8_t want[] = { RULE_UNDECIDED, RULE_MATCH, RULE_NO, RULE_NO };
	struct rule *r = compiled("refund");
	struct rule_scan scan;
	uint8_t answer[4];

	(void)state;
	rule_scan_init(&scan, r, &(struct rule_texts){ 4, offset, bytes },
		       answer, false);
	assert_true(rule_scan_step(&scan, 4, 0));
	assert_memory_equal(answer, want, sizeof(want));
	rule_free(r);
}

static void test_rule__scan_leaves_closed_rows(void **state)
{
	static const uint64_t offset[] = { 0, 1, 2, 3 };
	uint8_t answer[] = { RULE_MATCH, RULE_NO, RULE_UNDECIDED };
	struct rule *r = compiled("[ab]");
	struct rule_scan scan;

	rule_scan_init(&scan, r, &(struct rule_texts){ 3, offset, "aba" },
		       answer, true);
	assert_true(rule_scan_step(&scan, 3, 0));
	assert_int_equal(answer[0], RULE_MATCH);
	assert_int_equal(answer[1], RULE_NO);
	assert_int_equal(answer[2], RULE_UNDECIDED);
	rule_free(r);
}

static void test_rule__replaces_every_match(void **state)
{
	static const struct {
		const char *pattern, *text, *with, *want;
	} cases[] = {
		{ "a", "banana", "", "bnn" },
		{ "^a", "aaa", "b", "baa" },
		{ "(\\w+)@", "x@ yz@", "<$1>", "<x> <yz>" },
		{ "n*", "ab", "-", "-a-b-" },
		{ "\xc3\xa9", "caf\xc3\xa9", "e$$", "cafe$" },
		{ "z", "none", "y", "none" },
	};
	struct err err = ERR_INIT;
	enum { N_HOSTILE = 16 << 10 };
	char *hostile = hostile_text(N_HOSTILE, 1);
	struct buf b = BUF_INIT;
	struct rule *r;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r = compiled(cases[i].pattern);
		buf_clear(&b);
		assert_int_equal(rule_replace(r, cases[i].text,
					      strlen(cases[i].text),
					      cases[i].with, &b, &err), RC_OK);
		assert_string_equal(b.data, cases[i].want);
		rule_free(r);
	}
	/* what is long is as long as it comes out */
	r = compiled("b");
	buf_clear(&b);
	assert_int_equal(rule_replace(r, hostile, 200, "0123456789012345", &b,
				      &err), RC_OK);
	assert_true(b.len > 1500);
	assert_int_equal(rule_replace(r, "b", 1, "${", &b, &err),
			 RC_BAD_INPUT);
	assert_int_equal(rule_replace(r, "\xff", 1, "", &b, &err),
			 RC_REFUSED);
	rule_free(r);
	r = compiled("(?:a|b)+[cd]");
	assert_int_equal(rule_replace(r, hostile, N_HOSTILE, "", &b, &err),
			 RC_REFUSED);
	rule_free(r);
	free(hostile);
	buf_release(&b);
}

/* A screen gets control back soon, whatever the pattern. */
static void test_rule__scan_step_keeps_its_budget(void **state)
{
	struct rule *r = compiled("(?:a|b)+[cd]");
	struct rule_scan scan;
	struct texts t = { BUF_INIT, NULL, 1000 };
	char *s = hostile_text(200, 1);
	uint8_t answer[1000];
	uint64_t start;

	t.offset = xreallocarray(NULL, t.n + 1, sizeof(*t.offset));
	for (size_t i = 0; i <= t.n; i++) {
		t.offset[i] = t.bytes.len;
		buf_add(&t.bytes, s, 200);
	}
	rule_scan_init(&scan, r, &(struct rule_texts){ t.n, t.offset,
		       t.bytes.data }, answer, false);
	start = cpu_ms();
	assert_false(rule_scan_step(&scan, SIZE_MAX, 1000000));
	assert_true(scan.row > 0);
	assert_true(cpu_ms() - start < 1250);
	free(s);
	free(t.offset);
	buf_release(&t.bytes);
	rule_free(r);
}

#define N(array) (sizeof(array) / sizeof(*(array)))

int main(void)
{
	static const struct CMUnitTest plain[] = {
		cmocka_unit_test(test_rule__long_subject_every_place),
		cmocka_unit_test(test_rule__find_says_where),
		cmocka_unit_test(test_rule__error_names_place),
		cmocka_unit_test(test_rule__long_pattern_is_refused),
		cmocka_unit_test(test_rule__bombs_on_16_kib),
		cmocka_unit_test(test_rule__bombs_from_parts),
		cmocka_unit_test(test_rule__bombs_on_1_mb),
		cmocka_unit_test(test_rule__over_budget_is_undecided),
		cmocka_unit_test(test_rule__scan_of_a_word_checks_the_text),
		cmocka_unit_test(test_rule__scan_leaves_closed_rows),
		cmocka_unit_test(test_rule__scan_step_keeps_its_budget),
		cmocka_unit_test(test_rule__replaces_every_match),
	};
	struct CMUnitTest tests[N(plain) + N(match_cases) + N(scan_patterns)];
	size_t n = 0;

	for (size_t i = 0; i < N(plain); i++)
		tests[n++] = plain[i];
	for (size_t i = 0; i < N(match_cases); i++)
		tests[n++] = (struct CMUnitTest){
			.name = match_cases[i].name,
			.test_func = test_rule__matches,
			.initial_state = (void *)(uintptr_t)&match_cases[i],
		};
	for (size_t i = 0; i < N(scan_patterns); i++)
		tests[n++] = (struct CMUnitTest){
			.name = scan_patterns[i],
			.test_func = scan_agrees,
			.initial_state = (void *)(uintptr_t)scan_patterns[i],
		};
	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
