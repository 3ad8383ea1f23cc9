/* import_set CSV REGISTRY import: creates a test set from the bench's CSV in a
 * new registry. import_set CSV REGISTRY open: reads a page, columns and a key
 * of it. Both print what it took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "registry/testset.h"

static void must(enum rc rc, const struct err *err)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

static unsigned milli(uint64_t since)
{
	return (unsigned)((clock_ns() - since) / 1000000);
}

static void page(struct testset *t, size_t from, struct err *err)
{
	struct buf b = BUF_INIT;

	for (size_t row = from; row < from + 40; row++)
		for (size_t c = 0; c < testset_n_columns(t); c++) {
			const char *s;
			size_t n;

			must(testset_cell(t, row, c, &b, &s, &n, err), err);
		}
	buf_release(&b);
}

static void import(struct registry *reg, const char *csv, struct err *err)
{
	struct testset_spec spec = {
		.name = "bench", .task = TASK_BINARY, .target = "label",
		.positive = "1",
	};
	struct import_report report;
	struct rusage use;
	uint64_t start = clock_ns();

	strs_add(&spec.keys, "id");
	must(reg_testset_create(reg, &spec, csv, false, NULL, &report, err),
	     err);
	getrusage(RUSAGE_SELF, &use);
	printf("%u ms import, %llu rows, %ld MiB\n", milli(start),
	       (unsigned long long)report.rows, use.ru_maxrss / 1024);
	import_report_release(&report);
	strs_release(&spec.keys);
}

static void look(struct registry *reg, struct err *err)
{
	static const char *const columns[] = { "label", "score", "text" };
	const struct column *c;
	struct rusage use;
	struct testset *t;
	uint64_t start = clock_ns();
	size_t row;

	must(reg_testset_open(reg, "bench", 0, &t, err), err);
	page(t, 0, err);
	getrusage(RUSAGE_SELF, &use);
	printf("open and first page %u ms, %ld MiB\n", milli(start),
	       use.ru_maxrss / 1024);
	start = clock_ns();
	page(t, testset_rows(t) - 40, err);
	printf("last page %u ms\n", milli(start));
	for (size_t i = 0; i < 3; i++) {
		start = clock_ns();
		must(testset_column(t, columns[i], &c, err), err);
		printf("column %s %u ms\n", columns[i], milli(start));
	}
	start = clock_ns();
	must(testset_find_key(t, "777777", 6, &row, err), err);
	printf("index of keys %u ms\n", milli(start));
	testset_close(t);
}

int main(int argc, char **argv)
{
	struct reg_options options = { .path = argc > 2 ? argv[2] : "" };
	bool is_import = argc == 4 && !strcmp(argv[3], "import");
	struct registry *reg;
	struct err err = ERR_INIT;

	if (argc != 4)
		return 2;
	if (is_import) {
		unlink(argv[2]);
		must(reg_create(argv[2], &err), &err);
	}
	must(reg_open(&options, &reg, &err), &err);
	if (is_import)
		import(reg, argv[1], &err);
	else
		look(reg, &err);
	reg_close(reg);
	return 0;
}
