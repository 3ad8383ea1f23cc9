/* import_set CSV REGISTRY: creates a test set from the bench's CSV in a new
 * registry. Prints the seconds it took, then reopens and reads one page, one
 * column, and prints those. */
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

int main(int argc, char **argv)
{
	struct reg_options options = { .path = argv[2] };
	struct testset_spec spec = {
		.name = "bench", .task = TASK_BINARY, .target = "label",
		.positive = "1",
	};
	struct import_report report;
	struct registry *reg;
	struct testset *t;
	const struct column *c;
	struct err err = ERR_INIT;
	struct rusage use;
	uint64_t start;

	if (argc != 3)
		return 2;
	strs_add(&spec.keys, "id");
	unlink(argv[2]);
	must(reg_create(argv[2], &err), &err);
	must(reg_open(&options, &reg, &err), &err);
	start = clock_ns();
	must(reg_testset_create(reg, &spec, argv[1], false, NULL, &report,
				&err), &err);
	getrusage(RUSAGE_SELF, &use);
	printf("%u.%03u s import, %llu rows, %ld MiB\n", milli(start) / 1000,
	       milli(start) % 1000, (unsigned long long)report.rows,
	       use.ru_maxrss / 1024);
	reg_close(reg);
	must(reg_open(&options, &reg, &err), &err);
	start = clock_ns();
	must(reg_testset_open(reg, "bench", 0, &t, &err), &err);
	page(t, 0, &err);
	printf("%u ms open and first page\n", milli(start));
	start = clock_ns();
	page(t, testset_rows(t) - 40, &err);
	printf("%u ms last page\n", milli(start));
	start = clock_ns();
	must(testset_column(t, "label", &c, &err), &err);
	printf("%u ms label\n", milli(start));
	start = clock_ns();
	must(testset_column(t, "score", &c, &err), &err);
	printf("%u ms score (kind %d)\n", milli(start), c->kind);
	start = clock_ns();
	must(testset_column(t, "text", &c, &err), &err);
	printf("%u ms text\n", milli(start));
	start = clock_ns();
	must(testset_find_key(t, "777777", 6, &(size_t){ 0 }, &err), &err);
	printf("%u ms key index\n", milli(start));
	testset_close(t);
	reg_close(reg);
	return 0;
}
