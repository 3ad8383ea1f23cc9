/* CSV: every refusal with its place, nothing altered, and the parallel reader
 * equal to the serial one on random input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/xalloc.h"

/* What a reading gave, as text: names, then "line: <cell>…" a row, then the
 * result. */
struct seen {
	struct buf text;
	struct buf slots[CSV_SLOTS];
};

static void seen_release(struct seen *s)
{
	buf_release(&s->text);
	for (size_t i = 0; i < CSV_SLOTS; i++)
		buf_release(&s->slots[i]);
}

static void seen_init(struct seen *s)
{
	buf_init(&s->text);
	for (size_t i = 0; i < CSV_SLOTS; i++)
		buf_init(&s->slots[i]);
}

static enum rc see_header(const struct strs *names, void *arg,
			  struct err *err)
{
	struct seen *s = arg;

	for (size_t i = 0; i < names->n; i++)
		buf_printf(&s->text, "[%s]", names->at[i]);
	buf_char(&s->text, '\n');
	return RC_OK;
}

static void add_row(struct buf *b, const struct csv_field *fields, size_t n,
		    uint64_t line)
{
	buf_printf(b, "%llu:", (unsigned long long)line);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(strlen(fields[i].text), fields[i].n);
		buf_printf(b, "<%s>", fields[i].text);
	}
	buf_char(b, '\n');
}

static enum rc see_row(const struct csv_field *fields, size_t n,
		       uint64_t line, void *arg, struct err *err)
{
	add_row(&((struct seen *)arg)->text, fields, n, line);
	return RC_OK;
}

static enum rc see_slot_row(unsigned slot, const struct csv_field *fields,
			    size_t n, uint64_t line, void *arg,
			    struct err *err)
{
	add_row(&((struct seen *)arg)->slots[slot], fields, n, line);
	return RC_OK;
}

static enum rc see_merge(unsigned n_slots, void *arg, struct err *err)
{
	struct seen *s = arg;

	for (size_t i = 0; i < n_slots; i++) {
		buf_add(&s->text, s->slots[i].data, s->slots[i].len);
		buf_clear(&s->slots[i]);
	}
	return RC_OK;
}

static void add_result(struct buf *b, enum rc rc, const struct err *err,
		       bool had_bom, uint64_t rows)
{
	if (had_bom)
		buf_str(b, "BOM\n");
	if (rc == RC_OK)
		buf_printf(b, "%llu rows\n", (unsigned long long)rows);
	else
		buf_printf(b, "%s\n", err->text);
}

static int file_of(const char *bytes, size_t n)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Rows before an error may differ between readers: they are left out then. */
static void drop_rows(struct buf *b)
{
	const char *p = strchr(b->data, '\n');

	if (p)
		buf_truncate(b, (size_t)(p - b->data) + 1);
}

static char *read_mem(const char *bytes, size_t n)
{
	struct seen s;
	struct csv_reader r = {
		.name = "f", .header = see_header, .row = see_row, .arg = &s,
	};
	struct err err = ERR_INIT;
	enum rc rc;

	seen_init(&s);
	rc = csv_read_mem(&r, bytes, n, &err);
	if (rc != RC_OK)
		drop_rows(&s.text);
	add_result(&s.text, rc, &err, r.had_bom, r.rows);
	return buf_detach(&s.text);
}

static char *read_fd(const char *bytes, size_t n)
{
	struct seen s;
	struct csv_reader r = {
		.name = "f", .header = see_header, .row = see_row, .arg = &s,
	};
	struct err err = ERR_INIT;
	int fd = file_of(bytes, n);
	enum rc rc;

	seen_init(&s);
	rc = csv_read_fd(&r, fd, &err);
	close(fd);
	if (rc != RC_OK)
		drop_rows(&s.text);
	add_result(&s.text, rc, &err, r.had_bom, r.rows);
	return buf_detach(&s.text);
}

static void gather(const void *bytes, size_t n, void *arg)
{
	struct seen *s = arg;

	buf_add(&s->slots[CSV_SLOTS - 1], bytes, n);
}

/* round: bytes a round. */
static char *read_parts(const char *bytes, size_t n, size_t round)
{
	struct seen s;
	struct csv_parts r = {
		.name = "f", .header = see_header, .row = see_slot_row,
		.merge = see_merge, .arg = &s, .round = round,
		.bytes = gather,
	};
	struct err err = ERR_INIT;
	int fd = file_of(bytes, n);
	char *text;
	enum rc rc;

	seen_init(&s);
	rc = csv_read_parts(&r, fd, &err);
	close(fd);
	if (rc == RC_OK) {
		assert_int_equal(r.size, n);
		assert_int_equal(s.slots[CSV_SLOTS - 1].len, n);
		assert_memory_equal(s.slots[CSV_SLOTS - 1].data, bytes, n);
	} else {
		drop_rows(&s.text);
	}
	add_result(&s.text, rc, &err, r.had_bom, r.rows);
	text = xstrdup(s.text.data);
	seen_release(&s);
	return text;
}

struct row {
	const char *name;
	const char *bytes;
	size_t n;		/* 0: strlen */
	const char *expected;
};

#define TEXT(s) s, sizeof(s) - 1
#define H2 "[a][b]\n"

static const struct row rows[] = {
	/* accepted, unaltered */
	{ "plain", TEXT("a,b\n1,2\n"), H2 "2:<1><2>\n1 rows\n" },
	{ "no_end", TEXT("a,b\n1,2"), H2 "2:<1><2>\n1 rows\n" },
	{ "crlf", TEXT("a,b\r\n1,2\r\n"), H2 "2:<1><2>\n1 rows\n" },
	{ "mixed_ends", TEXT("a,b\r\n1,2\n3,4\r\n"),
	  H2 "2:<1><2>\n3:<3><4>\n2 rows\n" },
	{ "header_only", TEXT("a,b\n"), H2 "0 rows\n" },
	{ "header_no_end", TEXT("a,b"), H2 "0 rows\n" },
	{ "bom", TEXT("\xef\xbb\xbf" "a,b\n1,2\n"),
	  H2 "2:<1><2>\nBOM\n1 rows\n" },
	{ "bom_quoted", TEXT("\xef\xbb\xbf\"a\",b\n"), H2 "BOM\n0 rows\n" },
	{ "blanks_stay", TEXT("a,b\n 1 ,\t2\t\n"),
	  H2 "2:< 1 ><\t2\t>\n1 rows\n" },
	{ "blanks_alone", TEXT("a,b\n ,  \n"), H2 "2:< ><  >\n1 rows\n" },
	{ "blanks_in_quotes", TEXT("a,b\n\" 1 \",\"\t\"\n"),
	  H2 "2:< 1 ><\t>\n1 rows\n" },
	{ "blank_at_file_end", TEXT("a,b\n1,2 "), H2 "2:<1><2 >\n1 rows\n" },
	{ "empty_fields", TEXT("a,b\n,\n\"\",\n"),
	  H2 "2:<><>\n3:<><>\n2 rows\n" },
	{ "quotes", TEXT("a,b\n\"x\"\"y\",\"\"\"\"\n"),
	  H2 "2:<x\"y><\">\n1 rows\n" },
	{ "comma_in_quotes", TEXT("a,b\n\"1,2\",3\n"),
	  H2 "2:<1,2><3>\n1 rows\n" },
	{ "line_in_quotes", TEXT("a,b\n\"1\n\n2\",3\n4,5\n"),
	  H2 "2:<1\n\n2><3>\n5:<4><5>\n2 rows\n" },
	{ "crlf_in_quotes", TEXT("a,b\n\"1\r\n2\",3\r\n"),
	  H2 "2:<1\r\n2><3>\n1 rows\n" },
	{ "cr_in_quotes", TEXT("a,b\n\"1\r2\r\",3\n"),
	  H2 "2:<1\r2\r><3>\n1 rows\n" },
	{ "line_in_header", TEXT("\"a\nx\",b\n1,2\n"),
	  "[a\nx][b]\n3:<1><2>\n1 rows\n" },
	{ "utf8", TEXT("a,b\n\xc3\xa4,\xf0\x9f\x90\x98\n"),
	  H2 "2:<\xc3\xa4><\xf0\x9f\x90\x98>\n1 rows\n" },
	{ "odd_numbers", TEXT("a,b\n1e999,nan\n0x10,99999999999999999999\n"),
	  H2 "2:<1e999><nan>\n3:<0x10><99999999999999999999>\n2 rows\n" },
	{ "blank_lines_at_end", TEXT("a,b\n1,2\n\n\r\n\n"),
	  H2 "2:<1><2>\n1 rows\n" },
	{ "one_column", TEXT("a\n1\n\n2\n\"\"\n\n"),
	  "[a]\n2:<1>\n3:<>\n4:<2>\n5:<>\n4 rows\n" },
	{ "one_column_blank_first", TEXT("a\n\r\n\n1\n"),
	  "[a]\n2:<>\n3:<>\n4:<1>\n3 rows\n" },
	/* names */
	{ "repeated_names", TEXT("a,a,b,a\n"), "[a][a#2][b][a#3]\n0 rows\n" },
	{ "repeated_name_taken", TEXT("a,a#2,a,a\n"),
	  "[a][a#2][a#3][a#4]\n0 rows\n" },
	{ "repeated_name_taken_twice", TEXT("a#2,a,a#2,a\n"),
	  "[a#2][a][a#2#2][a#3]\n0 rows\n" },
	{ "no_names", TEXT(",x,\n"), "[column#1][x][column#3]\n0 rows\n" },
	{ "no_name_taken", TEXT(",column#1,\n"),
	  "[column#2][column#1][column#3]\n0 rows\n" },
	{ "no_names_and_column", TEXT("column,column,\n"),
	  "[column][column#2][column#3]\n0 rows\n" },
	{ "no_name_and_columns", TEXT("column,,column\n"),
	  "[column][column#2][column#3]\n0 rows\n" },
	{ "blanks_begin_a_long_line", TEXT("a,b\n\t1234567890,1234567890\n"
	  " 1234567890,\"1234567890\"\r\n"),
	  H2 "2:<\t1234567890><1234567890>\n3:< 1234567890><1234567890>\n"
	  "2 rows\n" },
	{ "names_are_not_trimmed", TEXT("a, a\n"), "[a][ a]\n0 rows\n" },
	/* refused, with the place */
	{ "empty", TEXT(""), "f: the file is empty; its first line must name "
	  "the columns\n" },
	{ "only_bom", TEXT("\xef\xbb\xbf"), "BOM\nf: the file is empty; its "
	  "first line must name the columns\n" },
	{ "only_blank", TEXT("\n\n"), "f: the file is empty; its first line "
	  "must name the columns\n" },
	{ "blank_header", TEXT("\na,b\n"), "f: line 1: blank, where the "
	  "header should be\n" },
	{ "blank_line", TEXT("a,b\n1,2\n\n3,4\n"), H2 "f: line 3: blank; a "
	  "row has a value for each column\n" },
	{ "blank_lines", TEXT("a,b\n\r\n\n3,4\n"), H2 "f: line 2: blank; a "
	  "row has a value for each column\n" },
	{ "short", TEXT("a,b\n1,2\n3\n"), H2 "f: line 3, column 2 ('b'): the "
	  "field is missing: the row is shorter than the header\n" },
	{ "short_no_end", TEXT("a,b\n3"), H2 "f: line 2, column 2 ('b'): the "
	  "field is missing: the row is shorter than the header\n" },
	{ "long", TEXT("a,b\n1,2,3\n"), H2 "f: line 2, column 3: the row has "
	  "more fields than the header has (2)\n" },
	{ "long_empty", TEXT("a,b\n1,2,\n"), H2 "f: line 2, column 3: the "
	  "row has more fields than the header has (2)\n" },
	{ "open_quote", TEXT("a,b\n1,2\n3,\"4\n5,6\n"), H2 "f: line 3, "
	  "column 2 ('b'): the quote is never closed\n" },
	{ "open_quote_later", TEXT("a,b\n\"1\n2\",\"4\n5,6\n"), H2 "f: line "
	  "3, column 2 ('b'): the quote is never closed\n" },
	{ "open_quote_header", TEXT("a,\"b\n1,2\n"), "f: line 1, column 2: "
	  "the quote is never closed\n" },
	{ "behind_quote", TEXT("a,b\n\"1\"x,2\n"), H2 "f: line 2, column 1 "
	  "('a'): something stands behind the closing quote\n" },
	{ "blank_behind_quote", TEXT("a,b\n\"1\" ,2\n"), H2 "f: line 2, "
	  "column 1 ('a'): something stands behind the closing quote\n" },
	{ "blank_before_quote", TEXT("a,b\n1, \"2\"\n"), H2 "f: line 2, "
	  "column 2 ('b'): a quote inside a field that does not begin with "
	  "one\n" },
	{ "bare_quote", TEXT("a,b\n1,x\"y\n"), H2 "f: line 2, column 2 "
	  "('b'): a quote inside a field that does not begin with one\n" },
	{ "nul", TEXT("a,b\n1,x\0y\n"), H2 "f: line 2, column 2 ('b'): a NUL "
	  "byte (is the file UTF-16? save it as UTF-8)\n" },
	{ "nul_in_quotes", TEXT("a,b\n\"1\n\0\",2\n"), H2 "f: line 3, "
	  "column 1 ('a'): a NUL byte (is the file UTF-16? save it as "
	  "UTF-8)\n" },
	{ "bad_utf8", TEXT("a,b\n\"1,\n,\",\xff\n"), H2 "f: line 3, column "
	  "2 ('b'): a byte that is no UTF-8\n" },
	{ "cut_utf8", TEXT("a,b\n1,\xc3"), H2 "f: line 2, column 2 ('b'): a "
	  "byte that is no UTF-8\n" },
	{ "surrogate", TEXT("a,b\n\xed\xa0\x80,2\n"), H2 "f: line 2, column "
	  "1 ('a'): a byte that is no UTF-8\n" },
	{ "latin1_header", TEXT("a,\xe4\n"), "f: line 1, column 2: a byte "
	  "that is no UTF-8\n" },
	{ "utf16le", TEXT("\xff\xfe" "a\0,\0"), "f: line 1: the file is "
	  "UTF-16; save it as UTF-8\n" },
	{ "utf16be", TEXT("\xfe\xff\0a\0,"), "f: line 1: the file is "
	  "UTF-16; save it as UTF-8\n" },
	{ "utf32le", TEXT("\xff\xfe\0\0a\0\0\0"), "f: line 1: the file is "
	  "UTF-32; save it as UTF-8\n" },
	{ "utf16_no_bom", TEXT("a\0,\0b\0\n\0"), "f: line 1, column 1: a NUL "
	  "byte (is the file UTF-16? save it as UTF-8)\n" },
	{ "mac_ends", TEXT("a,b\r1,2\r"), "f: line 1, column 2: a carriage "
	  "return without a line feed\n" },
	{ "lone_cr", TEXT("a,b\n1,2\r3,4\n"), H2 "f: line 2, column 2 "
	  "('b'): a carriage return without a line feed\n" },
	{ "lone_cr_first", TEXT("a,b\n\r1,2\n"), H2 "f: line 2, column 1 "
	  "('a'): a carriage return without a line feed\n" },
	{ "lone_cr_last", TEXT("a,b\n1,2\r"), H2 "f: line 2, column 2 "
	  "('b'): a carriage return without a line feed\n" },
	{ "cr_cr_lf", TEXT("a,b\n1,2\r\r\n"), H2 "f: line 2, column 2 "
	  "('b'): a carriage return without a line feed\n" },
	{ "first_error_wins", TEXT("a,b\n1\n\xff,2,3\n"), H2 "f: line 2, "
	  "column 2 ('b'): the field is missing: the row is shorter than the "
	  "header\n" },
};

static void check_row(void **state)
{
	const struct row *row = *state;
	char *mem = read_mem(row->bytes, row->n);
	char *fd = read_fd(row->bytes, row->n);

	assert_string_equal(mem, row->expected);
	assert_string_equal(fd, row->expected);
	free(mem);
	free(fd);
	for (size_t round = 1; round < 40; round += 3) {
		char *parts = read_parts(row->bytes, row->n, round);

		assert_string_equal(parts, row->expected);
		free(parts);
	}
}

/* A small generator of its own: the same cases everywhere. */
static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return (uint32_t)(*seed >> 33);
}

/* Mostly well-formed: rows of cols fields, some quoted with anything in them,
 * and now and then a fault. */
static void random_csv(struct buf *b, uint64_t *seed)
{
	static const char *const bare[] = {
		"", "1", "abc", " x", "y ", "\xc3\xa4", "a b", "-1.5",
	};
	static const char *const quoted[] = {
		"\"\"", "\"a\"\"b\"", "\"x\ny\"", "\"\n\n\"", "\"a,b\"",
		"\"\r\n\"", "\"\r\"", "\" \"", "\"\xe2\x82\xac\"",
	};
	static const char *const faults[] = {
		"\"", "x\"", "\r", ",", "\xff", "\"a\"b", "\n", "",
	};
	size_t cols = 1 + next_random(seed) % 4;
	size_t n_rows = next_random(seed) % 60;
	bool faulty = next_random(seed) % 3 == 0;

	for (size_t i = 0; i < cols; i++)
		buf_printf(b, "%sh%zu", i ? "," : "", i);
	buf_str(b, "\n");
	for (size_t r = 0; r < n_rows; r++) {
		for (size_t i = 0; i < cols; i++) {
			uint32_t k = next_random(seed);

			if (i)
				buf_char(b, ',');
			buf_str(b, k % 3 ? bare[k / 3 % 8] :
				quoted[k / 3 % 9]);
		}
		if (faulty && next_random(seed) % 40 == 0)
			buf_str(b, faults[next_random(seed) % 8]);
		buf_str(b, next_random(seed) % 4 ? "\n" : "\r\n");
		if (next_random(seed) % 30 == 0)
			buf_str(b, "\n");
	}
	if (next_random(seed) % 4 == 0 && b->len)
		buf_truncate(b, b->len - 1);
}

static void test_csv__parts_equal_serial(void **state)
{
	uint64_t seed = 20260301;
	size_t n_good = 0;

	for (int i = 0; i < 1500; i++) {
		struct buf b = BUF_INIT;
		size_t round = 1 + next_random(&seed) % 300;
		char *mem, *fd, *parts;

		random_csv(&b, &seed);
		mem = read_mem(b.data, b.len);
		fd = read_fd(b.data, b.len);
		parts = read_parts(b.data, b.len, round);
		assert_string_equal(fd, mem);
		if (strcmp(parts, mem) != 0)
			print_error("case %d, round %zu: %s\n", i, round,
				    b.data);
		assert_string_equal(parts, mem);
		n_good += strstr(mem, " rows\n") != NULL;
		free(mem);
		free(fd);
		free(parts);
		buf_release(&b);
	}
	/* both kinds were met */
	assert_in_range(n_good, 300, 1300);
}

/* Lines of bare fields, now and then one too few or too many; the same with
 * line ends that only the parser reads. */
static void random_bare(struct buf *lf, struct buf *crlf, uint64_t *seed)
{
	static const char alphabet[] = "ab 1-.\t=";
	size_t n_rows = next_random(seed) % 20;

	for (size_t r = 0; r <= n_rows; r++) {
		size_t n = 3;

		if (r && next_random(seed) % 200 == 0)
			n = 1 + next_random(seed) % 5;
		for (size_t i = 0; i < n; i++) {
			if (i)
				buf_char(lf, ',');
			for (size_t k = next_random(seed) % 9; k > 0; k--)
				buf_char(lf, alphabet[next_random(seed) % 8]);
			if (next_random(seed) % 9 == 0)
				buf_str(lf, "\xe2\x82\xac");
		}
		buf_char(lf, '\n');
	}
	for (size_t i = 0; i < lf->len; i++) {
		if (lf->data[i] == '\n')
			buf_char(crlf, '\r');
		buf_char(crlf, lf->data[i]);
	}
}

static void test_csv__bare_lines_equal_parsed_ones(void **state)
{
	uint64_t seed = 20261127;
	size_t n_good = 0;

	for (int i = 0; i < 1500; i++) {
		struct buf lf = BUF_INIT, crlf = BUF_INIT;
		char *cut, *parsed;

		random_bare(&lf, &crlf, &seed);
		cut = read_mem(lf.data, lf.len);
		parsed = read_mem(crlf.data, crlf.len);
		assert_string_equal(cut, parsed);
		n_good += strstr(cut, " rows\n") != NULL;
		free(cut);
		free(parsed);
		buf_release(&lf);
		buf_release(&crlf);
	}
	assert_in_range(n_good, 1200, 1480);
}

static void expect_all(const struct buf *b, const char *expected)
{
	char *mem = read_mem(b->data, b->len), *fd = read_fd(b->data, b->len);
	char *parts = read_parts(b->data, b->len, 0);

	assert_string_equal(mem, expected);
	assert_string_equal(fd, expected);
	assert_string_equal(parts, expected);
	free(mem);
	free(fd);
	free(parts);
}

static void test_csv__field_of_a_mebibyte(void **state)
{
	struct buf b = BUF_INIT, expected = BUF_INIT;

	buf_str(&b, "a,b\n1,\"");
	buf_fill(&b, 'x', 1 << 20);
	buf_str(&b, "\"\n");
	buf_str(&expected, H2 "2:<1><");
	buf_fill(&expected, 'x', 1 << 20);
	buf_str(&expected, ">\n1 rows\n");
	expect_all(&b, expected.data);
	/* bare, too */
	buf_remove(&b, b.len - 2, 1);
	buf_remove(&b, 6, 1);
	expect_all(&b, expected.data);
	/* one byte more */
	buf_insert(&b, 6, "x", 1);
	expect_all(&b, H2 "f: line 2, column 2 ('b'): the field is larger "
		   "than 1 MiB\n");
	buf_clear(&b);
	buf_str(&b, "a,b\n1,\"");
	buf_fill(&b, 'x', (1 << 20) + 1);
	buf_str(&b, "\"\n");
	expect_all(&b, H2 "f: line 2, column 2 ('b'): the field is larger "
		   "than 1 MiB\n");
	buf_release(&b);
	buf_release(&expected);
}

/* A quote that is never closed swallows no more than a field may have. */
static void test_csv__open_quote_in_a_large_file(void **state)
{
	struct buf b = BUF_INIT;

	buf_str(&b, "a,b\n\"1,2\n");
	for (int i = 0; i < 400000; i++)
		buf_str(&b, "123456,7\n");
	expect_all(&b, H2 "f: line 116511, column 1 ('a'): the field is "
		   "larger than 1 MiB\n");
	buf_release(&b);
}

static void test_csv__too_many_columns(void **state)
{
	struct buf b = BUF_INIT;

	buf_fill(&b, ',', 65536);
	buf_str(&b, "\n");
	expect_all(&b, "f: line 1, column 65537: more than 65,536 columns\n");
	buf_release(&b);
}

static void test_csv__most_columns(void **state)
{
	struct buf b = BUF_INIT;
	char *text;

	buf_fill(&b, ',', 65535);
	buf_str(&b, "\n");
	text = read_mem(b.data, b.len);
	assert_non_null(strstr(text, "[column#65536]\n0 rows\n"));
	free(text);
	buf_release(&b);
}

/* Multi-byte characters and CR LF over the places where long lines are cut. */
static void test_csv__long_lines_are_cut_between_characters(void **state)
{
	for (size_t shift = 0; shift < 5; shift++) {
		struct buf b = BUF_INIT, expected = BUF_INIT;

		buf_str(&b, "a,b\n");
		buf_fill(&b, 'x', shift);
		buf_str(&expected, H2 "2:<");
		buf_fill(&expected, 'x', shift);
		for (int i = 0; i < 60000; i++) {
			buf_str(&b, "\xf0\x9f\x90\x98");
			buf_str(&expected, "\xf0\x9f\x90\x98");
		}
		buf_str(&b, ",\"");
		buf_str(&expected, "><");
		for (int i = 0; i < 100000; i++) {
			buf_str(&b, "\r");
			buf_str(&expected, "\r");
		}
		buf_str(&b, "\"\r\n1,2");
		buf_str(&expected, ">\n3:<1><2>\n2 rows\n");
		expect_all(&b, expected.data);
		buf_release(&b);
		buf_release(&expected);
	}
}

/* A row longer than a round is read in one piece. */
static void test_csv__row_over_64_mib(void **state)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < 100; i++)
		buf_printf(&b, "%sa%d", i ? "," : "", i);
	buf_str(&b, "\n");
	for (int i = 0; i < 70; i++) {
		buf_fill(&b, 'x', 1000000);
		buf_char(&b, ',');
	}
	for (int round = 0; round < 2; round++) {
		char *text = round ? read_parts(b.data, b.len, 0) :
				     read_fd(b.data, b.len);

		assert_non_null(strstr(text, "f: line 2: the row is larger "
				       "than 64 MiB\n"));
		free(text);
	}
	buf_release(&b);
}

static enum rc stop_at_3(const struct csv_field *fields, size_t n,
			 uint64_t line, void *arg, struct err *err)
{
	if (line < 3)
		return RC_OK;
	return csv_refuse("f", line, 2, "b", err, "'%s' is too much",
			  fields[1].text);
}

static void test_csv__row_function_stops_the_reading(void **state)
{
	struct csv_reader r = { .name = "f", .row = stop_at_3 };
	struct err err = ERR_INIT;

	assert_int_equal(csv_read_mem(&r, TEXT("a,b\n1,2\n3,4\n5,6\n"), &err),
			 RC_BAD_INPUT);
	assert_string_equal(err.text, "f: line 3, column 2 ('b'): '4' is too "
			    "much");
}

static enum rc cancel(uint64_t done, uint64_t all, void *arg)
{
	assert_int_equal(all, 8);
	return RC_CANCELLED;
}

static void test_csv__progress_cancels(void **state)
{
	struct csv_reader r = {
		.name = "f", .row = see_row, .progress = cancel,
	};
	struct seen s;
	struct err err = ERR_INIT;
	int fd = file_of("a,b\n1,2\n", 8);

	seen_init(&s);
	r.arg = &s;
	assert_int_equal(csv_read_fd(&r, fd, &err), RC_CANCELLED);
	close(fd);
	seen_release(&s);
}

static void test_csv__table(void **state)
{
	char path[] = "/tmp/muster-test-XXXXXX";
	int fd = mkstemp(path);
	struct csv_table t;
	struct err err = ERR_INIT;

	assert_int_equal(write(fd, "k,v\n1,\"a\nb\"\n2,c\n", 16), 16);
	close(fd);
	assert_int_equal(csv_table_read(&t, path, &err), RC_OK);
	assert_int_equal(t.n_rows, 2);
	assert_int_equal(csv_table_column(&t, "v"), 1);
	assert_int_equal(csv_table_column(&t, "w"), -1);
	assert_string_equal(csv_table_cell(&t, 0, 1), "a\nb");
	assert_string_equal(csv_table_cell(&t, 1, 0), "2");
	assert_int_equal(t.lines[1], 4);
	csv_table_release(&t);
	unlink(path);
	assert_int_equal(csv_table_read(&t, path, &err), RC_NOT_FOUND);
	assert_int_equal(csv_table_read(&t, "/dev/zero", &err), RC_BAD_INPUT);
}

static const struct written {
	const char *text;
	const char *plain;
	const char *guarded;
} written[] = {
	{ "", "", "" },
	{ "abc", "abc", "abc" },
	{ " a ", " a ", " a " },
	{ "a,b", "\"a,b\"", "\"a,b\"" },
	{ "a\"b", "\"a\"\"b\"", "\"a\"\"b\"" },
	{ "a\nb", "\"a\nb\"", "\"a\nb\"" },
	{ "a\rb", "\"a\rb\"", "\"a\rb\"" },
	{ "=1+1", "=1+1", "'=1+1" },
	{ "=1,2", "\"=1,2\"", "\"'=1,2\"" },
	{ "+1", "+1", "+1" },
	{ "-1.5e3", "-1.5e3", "-1.5e3" },
	{ "-1-1", "-1-1", "'-1-1" },
	{ "+cmd|' /C calc'!A0", "+cmd|' /C calc'!A0",
	  "'+cmd|' /C calc'!A0" },
	{ "@SUM(1)", "@SUM(1)", "'@SUM(1)" },
	{ "\t=1", "\t=1", "'\t=1" },
	{ "\r=1", "\"\r=1\"", "\"'\r=1\"" },
	{ "'=1", "'=1", "''=1" },
	{ "''@a", "''@a", "'''@a" },
	{ "'", "'", "'" },
	{ "'a", "'a", "'a" },
	{ "'-5", "'-5", "'-5" },
};

static void test_csv__writing(void **state)
{
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		const struct written *w = &written[i];
		struct buf b = BUF_INIT;

		csv_write_field(&b, w->text, strlen(w->text), false);
		assert_string_equal(b.data, w->plain);
		buf_clear(&b);
		csv_write_field(&b, w->text, strlen(w->text), true);
		assert_string_equal(b.data, w->guarded);
		if (!strchr(w->guarded, '"'))
			assert_string_equal(csv_unguard(b.data), w->text);
		buf_release(&b);
	}
}

static enum rc keep_cell(const struct csv_field *fields, size_t n,
			 uint64_t line, void *arg, struct err *err)
{
	assert_int_equal(n, 2);
	buf_add(arg, fields[1].text, fields[1].n);
	return RC_OK;
}

/* With a guard, too, and then no field runs in a spreadsheet. */
static void test_csv__what_is_written_reads_back(void **state)
{
	static const char alphabet[] = "a,\"\n\r \t'=";
	uint64_t seed = 7;

	for (int i = 0; i < 4000; i++) {
		bool guard = i % 2;
		struct buf field = BUF_INIT, file = BUF_INIT, back = BUF_INIT;
		struct csv_reader r = {
			.name = "f", .row = keep_cell, .arg = &back,
		};
		size_t n = next_random(&seed) % 12;

		while (n-- > 0)
			buf_char(&field, alphabet[next_random(&seed) % 9]);
		buf_str(&file, "k,v\n1,");
		csv_write_field(&file, field.data, field.len, guard);
		buf_str(&file, "\n");
		assert_int_equal(csv_read_mem(&r, file.data, file.len, NULL),
				 RC_OK);
		if (guard && back.len)
			assert_null(strchr("=\t\r", *back.data));
		assert_string_equal(guard ? csv_unguard(back.data) : back.data,
				    field.data);
		buf_release(&field);
		buf_release(&file);
		buf_release(&back);
	}
}

int main(void)
{
	struct CMUnitTest cases[sizeof(rows) / sizeof(rows[0])];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_csv__parts_equal_serial),
		cmocka_unit_test(test_csv__bare_lines_equal_parsed_ones),
		cmocka_unit_test(test_csv__field_of_a_mebibyte),
		cmocka_unit_test(test_csv__open_quote_in_a_large_file),
		cmocka_unit_test(test_csv__too_many_columns),
		cmocka_unit_test(test_csv__most_columns),
		cmocka_unit_test(
			test_csv__long_lines_are_cut_between_characters),
		cmocka_unit_test(test_csv__row_over_64_mib),
		cmocka_unit_test(test_csv__row_function_stops_the_reading),
		cmocka_unit_test(test_csv__progress_cancels),
		cmocka_unit_test(test_csv__table),
		cmocka_unit_test(test_csv__writing),
		cmocka_unit_test(test_csv__what_is_written_reads_back),
	};
	int failed;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cases[i] = (struct CMUnitTest){
			.name = rows[i].name, .test_func = check_row,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	failed = cmocka_run_group_tests_name("test_csv__row", cases, NULL,
					     NULL);
	return failed + cmocka_run_group_tests_name("test_csv", others, NULL,
						    NULL);
}
