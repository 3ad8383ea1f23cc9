/* Checkpoints and proofs: C2SP's rules one vector each (F18), and what a user
 * last saw (F15). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base64.h"
#include "base/fsx.h"
#include "registry/checkpoint.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/seen.h"
#include "support/temp_registry.h"

#define ROOT "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo="
#define HEAD "example.org/log\n7\n" ROOT "\n"
#define EMPTY_ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define SIG "\xe2\x80\x94 example.org/log hI2DJwAAAAAAAAAA\n"
#define SIG4 SIG SIG SIG SIG
#define SIG16 SIG4 SIG4 SIG4 SIG4

static const struct vector { const char *name, *text, *why; } vectors[] = {
	{ "plain", HEAD, NULL },
	{ "one signature", HEAD "\n" SIG, NULL },
	{ "16 signatures", HEAD "\n" SIG16, NULL },
	{ "size 0", "o\n0\n" EMPTY_ROOT "\n", NULL },
	{ "size 1", "o\n1\n" ROOT "\n", NULL },
	{ "largest size", "o\n9223372036854775807\n" ROOT "\n", NULL },
	{ "origin in UTF-8", "\xc3\xa9.org\n7\n" ROOT "\n", NULL },
	{ "origin with colon", "https://x/y:1\n7\n" ROOT "\n", NULL },
	{ "nothing", "", "first line" },
	{ "a line feed", "\n", "origin is empty" },
	{ "origin alone", "o\n", "size" },
	{ "origin without end", "o", "first line" },
	{ "no root", "o\n7\n", "root" },
	{ "root without end", "o\n7\n" ROOT, "root" },
	{ "empty origin", "\n7\n" ROOT "\n", "origin" },
	{ "origin with blank", "my log\n7\n" ROOT "\n", "origin" },
	{ "origin with plus", "a+b\n7\n" ROOT "\n", "origin" },
	{ "origin with tab", "a\tb\n7\n" ROOT "\n", "origin" },
	{ "origin with DEL", "a\x7f\n7\n" ROOT "\n", "origin" },
	{ "origin with escape", "a\x1b[1m\n7\n" ROOT "\n", "origin" },
	{ "origin not UTF-8", "a\xff\n7\n" ROOT "\n", "UTF-8" },
	{ "CR LF", "o\r\n7\r\n" ROOT "\r\n", "CR LF" },
	{ "one CR", "o\n7\r\n" ROOT "\n", "CR LF" },
	{ "empty size", "o\n\n" ROOT "\n", "size" },
	{ "leading zero", "o\n07\n" ROOT "\n", "size" },
	{ "two zeros", "o\n00\n" ROOT "\n", "size" },
	{ "signed size", "o\n+7\n" ROOT "\n", "size" },
	{ "negative size", "o\n-7\n" ROOT "\n", "size" },
	{ "size with blank", "o\n 7\n" ROOT "\n", "size" },
	{ "size with blank behind", "o\n7 \n" ROOT "\n", "size" },
	{ "hex size", "o\n0x7\n" ROOT "\n", "size" },
	{ "fraction", "o\n7.0\n" ROOT "\n", "size" },
	{ "exponent", "o\n7e0\n" ROOT "\n", "size" },
	{ "letters", "o\nseven\n" ROOT "\n", "size" },
	{ "size over 63 bits", "o\n9223372036854775808\n" ROOT "\n", "size" },
	{ "size over 64 bits", "o\n99999999999999999999\n" ROOT "\n", "size" },
	{ "Arabic digits", "o\n\xd9\xa7\n" ROOT "\n", "size" },
	{ "empty root", "o\n7\n\n", "root" },
	{ "short root", "o\n7\nqqqq\n", "root" },
	{ "31 bytes", "o\n7\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqg==\n", "root" },
	{ "33 bytes", "o\n7\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\n", "root" },
	{ "no padding", "o\n7\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo\n", "root" },
	{ "unused bits", "o\n7\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqp=\n", "root" },
	{ "URL alphabet", "o\n7\n-_qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n", "root" },
	{ "hex root", "o\n7\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "root" },
	{ "blank behind root", "o\n7\n" ROOT " \n", "root" },
	{ "size 0, other root", "o\n0\n" ROOT "\n", "empty log" },
	{ "extension line", HEAD "more\n", "extension" },
	{ "extension and signature", HEAD "more\n\n" SIG, "extension" },
	{ "bytes behind", HEAD "x", "follows" },
	{ "blank line only", HEAD "\n", "nothing behind" },
	{ "two blank lines", HEAD "\n\n", "signature" },
	{ "17 signatures", HEAD "\n" SIG16 SIG, "16 signatures" },
	{ "hyphen for dash", HEAD "\n- example.org/log hI2DJwAAAAAAAAAA\n", "signature" },
	{ "en dash", HEAD "\n\xe2\x80\x93 example.org/log hI2DJwAAAAAAAAAA\n", "signature" },
	{ "no name", HEAD "\n\xe2\x80\x94 hI2DJwAAAAAAAAAA\n", "signature" },
	{ "empty name", HEAD "\n\xe2\x80\x94  hI2DJwAAAAAAAAAA\n", "signature" },
	{ "name with plus", HEAD "\n\xe2\x80\x94 a+b hI2DJwAAAAAAAAAA\n", "signature" },
	{ "signature no base64", HEAD "\n\xe2\x80\x94 a hI2DJ!\n", "signature" },
	{ "key id alone", HEAD "\n\xe2\x80\x94 a hI2DJw==\n", "signature" },
	{ "signature cut", HEAD "\n\xe2\x80\x94 a hI2DJwAAAAAAAAAA", "behind the last" },
	{ "bytes behind signature", HEAD "\n" SIG "x", "behind the last" },
	{ "text behind signature", HEAD "\n" SIG "x\n", "signature" },
};

static void vector_test(void **state)
{
	const struct vector *v = *state;
	struct checkpoint c;
	struct err err = ERR_INIT;
	enum rc rc = checkpoint_read(v->text, strlen(v->text), &c, &err);

	assert_int_equal(rc, v->why ? RC_BAD_INPUT : RC_OK);
	if (v->why && !strstr(err.text, v->why))
		fail_msg("not '%s' but: %s", v->why, err.text);
	if (!v->why)
		checkpoint_release(&c);
}

static void test_checkpoint__nul_is_refused(void **state)
{
	static const char text[] = "o\0x\n7\n" ROOT "\n";
	struct checkpoint c;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(checkpoint_read(text, sizeof(text) - 1, &c, &err),
			 RC_BAD_INPUT);
}

static int setup(void **state)
{
	struct temp_registry *t = malloc(sizeof(*t));
	char name[16];

	temp_registry_make(t);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		assert_ok(reg_model_add(t->reg, name, NULL, &oops));
	}
	setenv("XDG_STATE_HOME", t->folder, 1);
	*state = t;
	return 0;
}

/* Every head of the past holds; every other one does not. */
static void test_checkpoint__past_heads_hold(void **state)
{
	struct temp_registry *t = *state;
	uint64_t size = reg_size(t->reg);
	struct err err = ERR_INIT;

	for (uint64_t n = 1; n <= size; n++) {
		struct checkpoint c = { .origin = (char[]){ "o" }, .size = n };
		struct hashes path = VEC_INIT;
		struct hash now;

		assert_ok(log_root(t->reg->db, n, &c.root, &oops));
		assert_ok(log_root(t->reg->db, size, &now, &oops));
		assert_ok(reg_checkpoint_check(t->reg, &c, NULL, &path,
					       &oops));
		assert_true(tree_check_consistency(n, &c.root, size, &now,
						   &path));
		vec_free(&path);
		assert_int_equal(reg_checkpoint_check(t->reg, &c, "other",
						      NULL, &err), RC_UNMET);
		c.root.bytes[31] ^= 1;
		assert_int_equal(reg_checkpoint_check(t->reg, &c, NULL, NULL,
						      &err), RC_UNMET);
		c.size = size + n;
		assert_int_equal(reg_checkpoint_check(t->reg, &c, NULL, NULL,
						      &err), RC_UNMET);
		assert_non_null(strstr(err.text, "cut"));
	}
}

static void test_checkpoint__proofs_of_entries(void **state)
{
	struct temp_registry *t = *state;
	uint64_t size = reg_size(t->reg);
	struct err err = ERR_INIT;

	for (uint64_t i = 0; i < size; i++) {
		struct buf text = BUF_INIT;
		struct hash leaf, other;
		struct proof p;

		assert_ok(log_leaf(t->reg->db, i, &leaf, &oops));
		assert_ok(log_leaf(t->reg->db, (i + 1) % size, &other, &oops));
		assert_ok(reg_proof_write(t->reg, "o", i, &text, &oops));
		assert_ok(proof_read(text.data, text.len, &p, &oops));
		assert_ok(proof_check(&p, &leaf, &oops));
		assert_int_equal(proof_check(&p, &other, &err), RC_UNMET);
		p.index = (p.index + 1) % size;
		assert_int_equal(proof_check(&p, &leaf, &err), RC_UNMET);
		proof_release(&p);
		assert_int_equal(proof_read(text.data, text.len - 1, &p,
					    &err), RC_BAD_INPUT);
		buf_release(&text);
	}
	assert_int_equal(reg_proof_write(t->reg, "o", size, &(struct buf)
					 BUF_INIT, &err), RC_NOT_FOUND);
}

static void reopen_changed(struct temp_registry *t, const char *sql)
{
	temp_registry_close(t);
	temp_registry_sql(t, sql);
	temp_registry_reopen(t);
}

static enum seen_state state_now(struct temp_registry *t)
{
	struct seen seen;

	assert_ok(seen_check(t->reg, &seen, &oops));
	assert_true((seen.state > SEEN_SAME) == (*seen.why != 0));
	return seen.state;
}

static void test_seen__notices_what_went_back(void **state)
{
	struct temp_registry *t = *state;
	struct checkpoint head = { .origin = (char[]){ "o" } };
	struct buf kept = BUF_INIT;
	char *where, *aside;

	assert_int_equal(state_now(t), SEEN_NEVER);
	assert_int_equal(state_now(t), SEEN_SAME);
	assert_ok(reg_model_add(t->reg, "grown", NULL, &oops));
	assert_int_equal(state_now(t), SEEN_SAME);
	reopen_changed(t, "DELETE FROM log WHERE idx > 18");
	assert_int_equal(state_now(t), SEEN_CUT);
	assert_int_equal(state_now(t), SEEN_CUT);	/* not forgotten */
	assert_ok(seen_accept(t->reg, &oops));
	assert_int_equal(state_now(t), SEEN_SAME);
	reopen_changed(t, "UPDATE log SET hash = randomblob(32) WHERE idx = 18");
	assert_int_equal(state_now(t), SEEN_REWRITTEN);
	reopen_changed(t, "UPDATE log SET hash = randomblob(32) WHERE idx = 0");
	assert_int_equal(state_now(t), SEEN_OTHER);
	/* a row that was spoilt is no anchor; a file that was is said, and
	 * neither written over nor signed upon */
	where = xasprintf("%s/muster/seen", t->folder);
	assert_true(fsx_exists(where));
	assert_ok(fsx_write(where, "{\"seen\":[{\"path\":7}]}", 21, 0600,
			    true, &oops));
	assert_int_equal(state_now(t), SEEN_NEVER);
	assert_ok(fsx_write(where, "no json", 7, 0600, true, &oops));
	assert_int_equal(state_now(t), SEEN_UNREADABLE);
	assert_int_equal(state_now(t), SEEN_UNREADABLE);
	assert_int_not_equal(signed_check(t->reg, &head, NULL), RC_OK);
	assert_ok(seen_accept(t->reg, &oops));
	assert_int_equal(state_now(t), SEEN_SAME);
	aside = xasprintf("%s.1", where);
	assert_ok(fsx_read(aside, 100, &kept, &oops));
	assert_string_equal(kept.data, "no json");
	buf_release(&kept);
	free(aside);
	free(where);
}

static void test_seen__never_signs_two_logs(void **state)
{
	struct temp_registry *t = *state;
	struct buf text = BUF_INIT;
	struct checkpoint head;
	struct err err = ERR_INIT;

	assert_ok(reg_checkpoint(t->reg, "o", &text, &oops));
	assert_ok(checkpoint_read(text.data, text.len, &head, &oops));
	assert_ok(signed_check(t->reg, &head, &oops));
	assert_ok(signed_note(&head, &oops));
	assert_ok(reg_model_add(t->reg, "more", NULL, &oops));
	assert_ok(signed_check(t->reg, &head, &oops));
	reopen_changed(t, "DELETE FROM log WHERE idx > 15");
	assert_int_equal(signed_check(t->reg, &head, &err), RC_REFUSED);
	free(head.origin);
	head.origin = xstrdup("another");
	assert_ok(signed_check(t->reg, &head, &oops));
	checkpoint_release(&head);
	buf_release(&text);
}

static void test_checkpoint__too_long_is_refused(void **state)
{
	struct buf b = BUF_INIT;
	struct checkpoint cp;
	struct err err = ERR_INIT;

	(void)state;
	buf_str(&b, HEAD "\n");
	while (b.len <= CHECKPOINT_MAX)
		buf_str(&b, SIG);
	assert_int_equal(checkpoint_read(b.data, b.len, &cp, &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "too long"));
	buf_release(&b);
}

static void test_checkpoint__origin_of_a_registry(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;
	char *origin;

	assert_int_equal(reg_origin(t->reg, "two words", &origin, &err),
			 RC_USAGE);
	assert_null(origin);
	assert_ok(reg_origin(t->reg, "example.org/log", &origin, &oops));
	assert_string_equal(origin, "example.org/log");
	free(origin);
}

static void test_base64__strict(void **state)
{
	static const char *const bad[] = {
		"=", "a", "ab", "abc", "a===", "ab=c", "abc=d", "a b=", "ab==\n",
		"AB==", "ABC=x", "====",
	};
	struct buf b = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (base64_read(bad[i], strlen(bad[i]), &b))
			fail_msg("taken: %s", bad[i]);
	buf_clear(&b);
	assert_true(base64_read("aGVsbG8=", 8, &b));
	assert_string_equal(b.data, "hello");
	buf_clear(&b);
	assert_true(base64_read("", 0, &b));
	buf_release(&b);
}

#define N_VECTORS (sizeof(vectors) / sizeof(vectors[0]))

int main(void)
{
	const struct CMUnitTest rest[] = {
		cmocka_unit_test(test_checkpoint__nul_is_refused),
		cmocka_unit_test(test_checkpoint__too_long_is_refused),
		cmocka_unit_test(test_base64__strict),
#define TEST(f) cmocka_unit_test_setup_teardown( \
		f, setup, temp_registry_teardown)
		TEST(test_checkpoint__origin_of_a_registry),
		TEST(test_checkpoint__past_heads_hold),
		TEST(test_checkpoint__proofs_of_entries),
		TEST(test_seen__notices_what_went_back),
		TEST(test_seen__never_signs_two_logs),
	};
	struct CMUnitTest rows[N_VECTORS];
	int failed;

	for (size_t i = 0; i < N_VECTORS; i++)
		rows[i] = (struct CMUnitTest){
			.name = vectors[i].name, .test_func = vector_test,
			.initial_state = (void *)(uintptr_t)&vectors[i] };
	failed = _cmocka_run_group_tests("vectors", rows, N_VECTORS, NULL,
					 NULL);
	return failed + cmocka_run_group_tests(rest, NULL, NULL);
}
