#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "registry/chunks.h"
#include "registry/rows.h"
#include "registry/segment.h"
#include "registry/testset_inside.h"

/* -- What goes in comes out -- */

struct trip {
	const char *cells[4];		/* repeated up to n */
	size_t n_cells, n;
};

static void make_cells(struct cell *cells, const struct trip *t)
{
	for (size_t i = 0; i < t->n; i++) {
		cells[i].at = t->cells[i % t->n_cells];
		cells[i].n = strlen(cells[i].at);
	}
}

static void expect_cells(const struct segment *s, const struct cell *cells,
			 size_t n)
{
	struct buf b = BUF_INIT;

	assert_int_equal(s->n, n);
	for (size_t i = 0; i < n; i++) {
		struct cell c = segment_cell(s, i, &b);

		assert_int_equal(c.n, cells[i].n);
		assert_memory_equal(c.at, cells[i].at, c.n);
	}
	buf_release(&b);
}

static void test_segment__few_values_are_codes(void **state)
{
	struct trip t = { { "a", "", "b", "\xc3\xa4" }, 4, SEGMENT_ROWS };
	struct cell *cells = malloc(t.n * sizeof(*cells));
	struct buf out = BUF_INIT;
	struct segment s;

	(void)state;
	make_cells(cells, &t);
	segment_write(&out, cells, t.n, NULL);
	assert_int_equal(segment_read(out.data, out.len, &s, NULL), RC_OK);
	assert_int_equal(s.kind, SEGMENT_CODES);
	assert_int_equal(s.width, 1);
	assert_string_equal(segment_value(&s, 3, NULL), "\xc3\xa4");
	expect_cells(&s, cells, t.n);
	buf_release(&out);
	free(cells);
}

/* 500 different texts each; every kind is chosen by what stands there. */
static void round_trip(const char *behind, enum segment_kind kind)
{
	char (*text)[64] = calloc(500, sizeof(*text));
	struct cell cells[500];
	struct buf out = BUF_INIT;
	struct segment s;

	for (size_t i = 0; i < 500; i++) {
		cells[i].n = (size_t)snprintf(text[i], 64, "%zu%s", i + 1,
					      behind);
		cells[i].at = text[i];
	}
	segment_write(&out, cells, 500, NULL);
	assert_int_equal(segment_read(out.data, out.len, &s, NULL), RC_OK);
	assert_int_equal(s.kind, kind);
	expect_cells(&s, cells, 500);
	buf_release(&out);
	free(text);
}

static void test_segment__numbers_only_if_nothing_is_lost(void **state)
{
	(void)state;
	round_trip("", SEGMENT_NUMBERS);
	round_trip(".5", SEGMENT_NUMBERS);
	round_trip(".50", SEGMENT_TEXTS);
	round_trip(".", SEGMENT_TEXTS);
	round_trip("e5", SEGMENT_TEXTS);
	round_trip(" ", SEGMENT_TEXTS);
	round_trip("x", SEGMENT_TEXTS);
	round_trip("00000000000000000000", SEGMENT_TEXTS);
	round_trip(".123456789012345678", SEGMENT_TEXTS);
}

/* Whatever is taken for canonical is what the printer prints. */
static void test_segment__canonical_is_what_is_printed(void **state)
{
	static const char *const texts[] = {
		"0", "-0", "0.0", "1", "-1", "01", "1.0", "1.5", "-1.5", "+1",
		".5", "5.", "0.5", "0.0001", "0.00001", "1e-05", "1e5",
		"123456789012345", "999999999999999", "1000000000000000",
		"1234567890123456", "12345678901234567", "0.1",
		"0.10000000000000001", "0.30000000000000004", "1e300",
		"1e+300", "1e999", "nan", "inf", "0x10", "", "-", ".", " 1",
		"123456.789012345", "0.000123456789012345", "100000000000.25",
		"-0.0001", "-123.456", "1.7976931348623157e+308", "5e-324",
		"4.9406564584124654e-324",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t n = strlen(texts[i]);
		char shortest[DECIMAL_MAX];
		double x, y;
		bool want = decimal_read(texts[i], n, &y) &&
			    !strcmp(decimal_shortest(y, shortest), texts[i]);

		if (segment_canonical(texts[i], n, &x) != want)
			fail_msg("'%s'", texts[i]);
		if (want)
			assert_true(x == y);
	}
}

static void test_segment__equal_cells_equal_bytes(void **state)
{
	struct cell cells[] = { { "b", 1 }, { "a", 1 }, { "b", 1 } };
	uint64_t hash[3];
	struct buf one = BUF_INIT, two = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		hash[i] = text_hash(cells[i].at, cells[i].n);
	segment_write(&one, cells, 3, NULL);
	segment_write(&two, cells, 3, hash);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	buf_release(&one);
	buf_release(&two);
}

/* -- Hostile bytes: each cut and each flipped bit, in memory of exactly that
 * size, so that a sanitizer sees a step beside it -- */

static void hurt(const struct buf *good)
{
	struct buf b = BUF_INIT;
	struct segment s;

	for (size_t n = 0; n < good->len; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, good->data, n);
		assert_int_equal(segment_read(copy, n, &s, NULL), RC_CORRUPT);
		free(copy);
	}
	for (size_t i = 0; i < good->len * 8; i++) {
		char *copy = malloc(good->len);

		memcpy(copy, good->data, good->len);
		copy[i / 8] ^= (char)(1 << i % 8);
		if (segment_read(copy, good->len, &s, NULL) == RC_OK)
			for (size_t k = 0; k < s.n; k++)
				(void)segment_cell(&s, k, &b);
		free(copy);
	}
	buf_release(&b);
}

static void test_segment__hostile_bytes(void **state)
{
	struct cell cells[200];
	char text[200][16];
	double x[] = { 1, 2.5, NAN };
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		cells[i].n = (size_t)snprintf(text[i], 16, "\xc3\xa4%zu", i);
		cells[i].at = text[i];
	}
	segment_write(&out, cells, 200, NULL);
	hurt(&out);
	buf_clear(&out);
	segment_write(&out, cells, 5, NULL);
	hurt(&out);
	buf_clear(&out);
	segment_write_numbers(&out, x, 3);
	hurt(&out);
	buf_release(&out);
}

static void test_segment__hostile_changes(void **state)
{
	uint32_t rows[] = { 1, 5, 9 };
	struct cell cells[] = { { "a", 1 }, { "b", 1 }, { "", 0 } };
	struct buf out = BUF_INIT;
	struct change_part p;

	(void)state;
	change_write(&out, CHANGE_RELABEL, rows, 3, cells);
	assert_int_equal(change_read(out.data, out.len, 10, &p, NULL), RC_OK);
	assert_int_equal(change_read(out.data, out.len, 9, &p, NULL),
			 RC_CORRUPT);
	for (size_t n = 0; n < out.len; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, out.data, n);
		assert_int_equal(change_read(copy, n, 10, &p, NULL),
				 RC_CORRUPT);
		free(copy);
	}
	for (size_t i = 0; i < out.len * 8; i++) {
		char *copy = malloc(out.len);

		memcpy(copy, out.data, out.len);
		copy[i / 8] ^= (char)(1 << i % 8);
		if (change_read(copy, out.len, 10, &p, NULL) == RC_OK)
			for (size_t k = 0; k < p.n; k++)
				assert_true(p.row[k] < 10);
		free(copy);
	}
	buf_release(&out);
}

static const char *const manifests[] = {
	"{}",
	"{\"rows\":1,\"columns\":1,\"blobs\":[],\"chunks\":[[1,0,0,8]]}",
	"{\"rows\":1,\"columns\":2,\"blobs\":[],\"chunks\":[]}",
	"{\"rows\":5,\"columns\":1,\"blobs\":[],\"chunks\":[]}",
	"{\"rows\":1,\"columns\":1,\"blobs\":[[\"blob:zz\",8]],"
	"\"chunks\":[[1,0,0,8]]}",
#define BLOB "[[\"blob:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca" \
	"495991b7852b855\",64]]"
	"{\"rows\":1,\"columns\":1,\"blobs\":" BLOB ",\"chunks\":[[1,0,0,65]]}",
	"{\"rows\":1,\"columns\":1,\"blobs\":" BLOB ",\"chunks\":[[1,0,4,8]]}",
	"{\"rows\":1,\"columns\":1,\"blobs\":" BLOB ",\"chunks\":[[1,0,-8,8]]}",
	"{\"rows\":1,\"columns\":1,\"blobs\":" BLOB ",\"chunks\":[[1,1,0,8]]}",
	"{\"rows\":1,\"columns\":1,\"blobs\":" BLOB ",\"chunks\":[[0,0,0,8]]}",
	"{\"rows\":32769,\"columns\":1,\"blobs\":" BLOB
	",\"chunks\":[[32769,0,0,8]]}",
};

static void test_segment__hostile_manifests(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(manifests) / sizeof(*manifests); i++) {
		struct chunks c;
		struct json *j = NULL;

		chunks_init(&c, 1);
		assert_int_equal(json_parse(manifests[i],
					    strlen(manifests[i]), "test", &j,
					    NULL), RC_OK);
		assert_int_equal(chunks_parse(&c, j, NULL), RC_CORRUPT);
		chunks_release(&c);
		json_free(j);
	}
}

static void test_segment__repeated_hashes(void **state)
{
	uint64_t hash[1000];
	uint8_t mark[1000] = { 0 };

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		hash[i] = text_hash((const char *)&i, sizeof(i));
	assert_int_equal(rows_repeated(hash, 1000, mark), 0);
	hash[700] = hash[3];
	hash[999] = hash[3];
	hash[5] = hash[6];
	assert_int_equal(rows_repeated(hash, 1000, mark), 5);
	assert_true(mark[3] && mark[700] && mark[999] && mark[5] && mark[6]);
	assert_false(mark[4]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segment__few_values_are_codes),
		cmocka_unit_test(test_segment__numbers_only_if_nothing_is_lost),
		cmocka_unit_test(test_segment__canonical_is_what_is_printed),
		cmocka_unit_test(test_segment__equal_cells_equal_bytes),
		cmocka_unit_test(test_segment__hostile_bytes),
		cmocka_unit_test(test_segment__hostile_changes),
		cmocka_unit_test(test_segment__hostile_manifests),
		cmocka_unit_test(test_segment__repeated_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
