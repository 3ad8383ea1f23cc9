/* The small modules: hash, clock, par, pool, buf, err. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/par.h"
#include "base/pool.h"

/* FIPS 180-4's own examples */
static const struct {
	const char *text;
	const char *hex;
} digests[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb924"
	      "27ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223"
		 "b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039"
	  "a33ce45964ff2167f6ecedd419db06c1" },
};

static void test_hash__known_digests(void **state)
{
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		const char *text = digests[i].text;
		struct hash h = hash_bytes(text, strlen(text)), back, fd_hash;
		struct hasher *hasher = hasher_new();
		char hex[HASH_HEX_SIZE];
		uint64_t size = 99;
		int fd = memfd_create("t", MFD_CLOEXEC);

		assert_string_equal(hash_hex(&h, hex), digests[i].hex);
		assert_true(hash_from_hex(hex, &back));
		assert_true(hash_equal(&h, &back));
		for (size_t k = 0; text[k]; k++)
			hasher_add(hasher, text + k, 1);
		back = hasher_end(hasher);
		assert_true(hash_equal(&h, &back));
		assert_int_equal(write(fd, text, strlen(text)),
				 (ssize_t)strlen(text));
		assert_int_equal(hash_fd(fd, &fd_hash, &size, NULL), RC_OK);
		assert_true(hash_equal(&h, &fd_hash));
		assert_int_equal(size, strlen(text));
		close(fd);
	}
}

static void test_hash__what_is_no_digest(void **state)
{
	struct hash h;
	char hex[HASH_HEX_SIZE + 1];

	memset(hex, 'a', sizeof(hex));
	hex[63] = '\0';
	assert_false(hash_from_hex(hex, &h));
	hex[63] = 'g';
	hex[64] = '\0';
	assert_false(hash_from_hex(hex, &h));
	hex[63] = 'F';
	assert_true(hash_from_hex(hex, &h));
	assert_int_equal(h.bytes[31], 0xaf);
	hex[64] = 'a';
	hex[65] = '\0';
	assert_false(hash_from_hex(hex, &h));
	assert_int_equal(hash_fd(-1, &h, NULL, NULL), RC_IO);
}

static const struct {
	const char *text;
	const char *utc;	/* NULL: refused */
} times[] = {
	{ "2026-03-01T14:22:07Z", "2026-03-01T14:22:07Z" },
	{ "2026-03-01t14:22:07z", "2026-03-01T14:22:07Z" },
	{ "2026-03-01 14:22:07Z", "2026-03-01T14:22:07Z" },
	{ "2026-03-01T14:22:07.999Z", "2026-03-01T14:22:07Z" },
	{ "2026-03-01T14:22:07+02:00", "2026-03-01T12:22:07Z" },
	{ "2026-03-01T00:22:07+05:45", "2026-02-28T18:37:07Z" },
	{ "2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z" },
	{ "2026-03-01", "2026-03-01T23:59:59Z" },
	{ "2024-02-29", "2024-02-29T23:59:59Z" },
	{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z" },
	{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
	{ "2038-01-19T03:14:08Z", "2038-01-19T03:14:08Z" },
	{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z" },
	{ "", NULL }, { "2026", NULL }, { "2026-02-29", NULL },
	{ "2026-13-01", NULL }, { "2026-00-01", NULL },
	{ "2026-04-31", NULL }, { "1900-02-29", NULL },
	{ "2026-03-01T", NULL }, { "2026-03-01T14:22", NULL },
	{ "2026-03-01T14:22:07", NULL }, { "2026-03-01T24:00:00Z", NULL },
	{ "2026-03-01T14:60:00Z", NULL }, { "2026-03-01T14:22:61Z", NULL },
	{ "2026-03-01T14:22:07.Z", NULL }, { "2026-03-01T14:22:07ZZ", NULL },
	{ "2026-03-01T14:22:07+0200", NULL },
	{ "2026-03-01T14:22:07+24:00", NULL }, { " 2026-03-01", NULL },
	{ "26-03-01", NULL }, { "2026-3-1", NULL }, { "-026-03-01", NULL },
};

static void test_clock__parse(void **state)
{
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char text[CLOCK_TEXT];
		int64_t t = -42;
		bool ok = clock_parse(times[i].text, &t);

		assert_int_equal(ok, times[i].utc != NULL);
		if (ok)
			assert_string_equal(clock_format(t, text),
					    times[i].utc);
		else
			assert_int_equal(t, -42);
	}
}

static void test_clock__pinned(void **state)
{
	char text[CLOCK_TEXT];

	setenv("MUSTER_NOW", "2026-03-01T14:22:07Z", 1);
	assert_string_equal(clock_format(clock_now(), text),
			    "2026-03-01T14:22:07Z");
	unsetenv("MUSTER_NOW");
	assert_true(clock_now() > 1700000000);
	clock_format(INT64_MAX, text);
	clock_format(INT64_MIN, text);
	assert_true(strlen(text) < CLOCK_TEXT);
}

static void test_clock__elapsed(void **state)
{
	uint64_t start = clock_ns();

	clock_sleep_us(2000);
	assert_true(clock_ns() - start >= 2000000);
}

static void mark(size_t i, void *arg)
{
	atomic_fetch_add(&((atomic_int *)arg)[i], 1);
}

static void test_par__each_once(void **state)
{
	static const char *const threads[] = { "1", "2", "64", "0", "x", "" };

	for (size_t k = 0; k < 6; k++) {
		atomic_int marks[1000] = { 0 };

		setenv("MUSTER_THREADS", threads[k], 1);
		assert_in_range(par_threads(), 1, 64);
		par_for(1000, mark, marks);
		par_for(0, mark, NULL);
		for (size_t i = 0; i < 1000; i++)
			assert_int_equal(marks[i], 1);
	}
	unsetenv("MUSTER_THREADS");
}

static void set_flag(void *arg)
{
	atomic_store((atomic_int *)arg, 7);
}

static void test_par__thread_beside(void **state)
{
	atomic_int flag = 0;

	par_join(par_start(set_flag, &flag));
	assert_int_equal(flag, 7);
	par_join(NULL);
	flag = 0;
	par_join(par_try(set_flag, &flag));
	assert_int_equal(flag, 7);
}

struct nest {
	atomic_int *marks;
	atomic_int strange;	/* inner steps on another thread */
};
struct inner {
	struct nest *nest;
	size_t row;
	pthread_t self;
};

static void mark_inner(size_t i, void *arg)
{
	struct inner *in = arg;

	if (!pthread_equal(pthread_self(), in->self))
		atomic_fetch_add(&in->nest->strange, 1);
	atomic_fetch_add(&in->nest->marks[in->row * 10 + i], 1);
}

static void mark_row(size_t i, void *arg)
{
	struct inner in = { arg, i, pthread_self() };

	par_for(10, mark_inner, &in);
}

static void mark_beside(void *arg)
{
	mark_row(0, arg);
}

static void test_par__loop_in_a_loop(void **state)
{
	atomic_int marks[1000] = { 0 };
	struct nest nest = { marks, 0 };

	par_for(100, mark_row, &nest);
	par_join(par_beside(mark_beside, &nest));
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(marks[i], i < 10 ? 2 : 1);
	assert_int_equal(nest.strange, 0);
}

/* Pieces of every size, none on another, all of them there to the end. */
static void test_pool__pieces_do_not_meet(void **state)
{
	static const size_t sizes[] = { 0, 1, 7, 16, 17, 1000, 65536, 65537,
					200000, 3 };
	enum { N = sizeof(sizes) / sizeof(sizes[0]) };
	struct pool *p = pool_new();
	char *at[3][N];

	for (int round = 0; round < 2; round++) {
		for (int k = 0; k < 3; k++)
			for (size_t i = 0; i < N; i++) {
				at[k][i] = pool_alloc(p, sizes[i]);
				assert_int_equal((uintptr_t)at[k][i] %
						 _Alignof(max_align_t), 0);
				memset(at[k][i], k * N + (int)i, sizes[i]);
			}
		for (int k = 0; k < 3; k++)
			for (size_t i = 0; i < N; i++)
				for (size_t b = 0; b < sizes[i]; b++)
					assert_int_equal(at[k][i][b],
							 k * N + (int)i);
		assert_string_equal(pool_dupz(p, "abcdef", 3), "abc");
		pool_clear(p);
	}
	pool_free(p);
	pool_free(NULL);
}

/* The same value as on the heap; what is refused leaves nothing behind, and
 * the next on the heap is freed as ever. */
static void test_pool__holds_json(void **state)
{
	static const char text[] = "{\"a\":[1,\"x\",{\"b\":null}],\"c\":1.5}";
	struct pool *p = pool_new();
	const struct json *in = NULL, *none = NULL;
	struct json *on = NULL;
	struct err err = ERR_INIT;

	for (int i = 0; i < 100; i++) {
		assert_int_equal(json_parse_in(p, text, strlen(text), "t", &in,
					       &err), RC_OK);
		assert_int_equal(json_parse_in(p, text, strlen(text) - 1, "t",
					       &none, &err), RC_BAD_INPUT);
		assert_null(none);
		assert_int_equal(json_parse(text, strlen(text), "t", &on, &err),
				 RC_OK);
		assert_true(json_same(in, on));
		json_free(on);
		on = json_clone(in);
		pool_clear(p);
		assert_string_equal(json_str(json_at(json_get(on, "a"), 1)),
				    "x");
		json_free(on);
	}
	pool_free(p);
}

static void give_way(void *arg)
{
	par_give_way();
	*(int *)arg = getpriority(PRIO_PROCESS, 0);
}

static void test_par__gives_way_alone(void **state)
{
	int before = getpriority(PRIO_PROCESS, 0), of_thread = before;

	par_join(par_start(give_way, &of_thread));
	assert_true(of_thread > before || before >= 10);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), before);
}

static void test_buf__edits(void **state)
{
	struct buf b = BUF_INIT;
	char *s;

	assert_string_equal(b.data, "");
	buf_printf(&b, "%d-%s", 5, "x");
	buf_insert(&b, 1, "ab", 2);
	assert_string_equal(b.data, "5ab-x");
	buf_remove(&b, 0, 3);
	assert_string_equal(b.data, "-x");
	buf_fill(&b, '.', 100);
	assert_true(buf_ends_with(&b, "x") == false);
	buf_truncate(&b, 2);
	assert_true(buf_ends_with(&b, "x"));
	s = buf_detach(&b);
	assert_string_equal(s, "-x");
	free(s);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void test_err__is_cut_at_a_character(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	buf_fill(&b, 'x', sizeof(err.text) - 3);
	buf_str(&b, "\xe2\x82\xac\xe2\x82\xac");
	assert_int_equal(err_set(&err, RC_BAD_INPUT, "%s", b.data),
			 RC_BAD_INPUT);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 3);
	err_set(&err, RC_IO, "b");
	assert_int_equal(err_prefix(&err, "a"), RC_IO);
	assert_string_equal(err.text, "a: b");
	assert_int_equal(err_set(NULL, RC_IO, "x"), RC_IO);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash__known_digests),
		cmocka_unit_test(test_hash__what_is_no_digest),
		cmocka_unit_test(test_clock__parse),
		cmocka_unit_test(test_clock__pinned),
		cmocka_unit_test(test_clock__elapsed),
		cmocka_unit_test(test_par__each_once),
		cmocka_unit_test(test_par__thread_beside),
		cmocka_unit_test(test_par__loop_in_a_loop),
		cmocka_unit_test(test_par__gives_way_alone),
		cmocka_unit_test(test_pool__pieces_do_not_meet),
		cmocka_unit_test(test_pool__holds_json),
		cmocka_unit_test(test_buf__edits),
		cmocka_unit_test(test_err__is_cut_at_a_character),
	};

	return cmocka_run_group_tests_name("test_small", tests, NULL, NULL);
}
