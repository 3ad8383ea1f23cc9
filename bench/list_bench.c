/* The workbench's list of models at its size, beside plain arrays and SQLite:
 *	list_bench REGISTRY		(of bench/tui_registry with evaluations)
 * Each question is asked RUNS times of the real list widget; the same of the
 * figures in plain arrays (the limit), and of prepared statements over the
 * registry's own tables and indexes. A page is 38 rows with all their cells. */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "tui/list.h"
#include "tui/version_rows.h"

enum { RUNS = 21, PAGE = 38 };

static const struct list_column heads[VERSION_COLUMNS_END] = {
	[VERSION_NAME] = { "name", "name", 14, 20, 9 },
	[VERSION_NUMBER] = { "version", "v", 3, 3, 8 },
	[VERSION_STAGE] = { "stage", "stage", 10, 10, 7 },
	[VERSION_SCORE] = { "score", "score", 7, 7, 6 },
	[VERSION_METRIC] = { "metric", "of", 4, 8, 6 },
	[VERSION_COMPLETE] = { "complete", "card", 4, 5, 5 },
	[VERSION_IMPACT] = { "impact", "impact", 6, 6, 5 },
	[VERSION_CARD] = { "card", "card is", 8, 9, 3 },
	[VERSION_ALIAS] = { "alias", "alias", 10, 12, 2 },
	[VERSION_TASK] = { "task", "task", 6, 10, 3 },
	[VERSION_OWNER] = { "owner", "owner", 6, 8, 5 },
	[VERSION_RISK] = { "risk", "risk", 6, 6, 4 },
	[VERSION_ADDED] = { "added", "added", 10, 10, 1 },
};

static size_t n_rows(void *arg)
{
	return ((struct version_rows *)arg)->n;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	enum column_tier tier;
	version_rows_cell(arg, row, (enum version_column)column, out, &tier);
	return STYLE_NORMAL;
}

static bool field(void *arg, size_t row, const char *name, struct buf *out)
{
	return false;
}

static struct columns *table(void *arg, bool wait)
{
	return version_rows_table(arg, wait);
}

static size_t table_field(void *arg, const char *name)
{
	return version_rows_field(arg, name);
}

static const struct list_source source = {
	.columns = heads, .n_columns = VERSION_COLUMNS_END, .rows = n_rows,
	.cell = cell, .field = field, .table = table,
	.table_field = table_field,
};

/* -- Time -- */

static double times[RUNS];

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double worst;
static void line(const char *side, const char *what, size_t n)
{
	qsort(times, RUNS, sizeof(times[0]), by_time);
	printf("%-8s %-44s %8.3f ms (%.3f-%.3f) %zu rows\n", side, what,
	       times[RUNS / 2], times[0], times[RUNS - 1], n);
	if (!strcmp(side, "muster") && times[RUNS / 2] > worst)
		worst = times[RUNS / 2];
}

static double since(uint64_t start)
{
	return (double)(clock_ns() - start) * 1e-6;
}

/* -- The list -- */

static void page(struct list *l, size_t top)
{
	struct buf text = BUF_INIT;
	for (size_t i = top; i < top + PAGE && i < list_count(l); i++)
		for (size_t c = 0; c < VERSION_COLUMNS_END; c++) {
			buf_clear(&text);
			list_cell_text(l, list_row_at(l, i), c, &text);
		}
	buf_release(&text);
}

struct question {
	const char *what, *filter;
	struct column_sort sort[2];
	size_t n_sort;
	int at;				/* page: 0 first, 1 middle, 2 last */
};

static const struct question questions[] = {
	{ "the first page as it comes", "", { { 0, false } }, 0, 0 },
	{ "sort by f1", "", { { VERSION_SCORE, true } }, 1, 0 },
	{ "sort by f1, last page", "", { { VERSION_SCORE, true } }, 1, 2 },
	{ "sort by stage, then f1, middle page", "",
	  { { VERSION_STAGE, false }, { VERSION_SCORE, true } }, 2, 1 },
	{ "sort by number", "", { { VERSION_NUMBER, true } }, 1, 0 },
	{ "sort by date, then name", "",
	  { { VERSION_ADDED, true }, { VERSION_NAME, false } }, 2, 0 },
	{ "auc > .9, sort by f1", "auc>.9", { { VERSION_SCORE, true } }, 1, 0 },
	{ "stage and auc > .9, sort by f1, last page",
	  "stage:production auc>.9", { { VERSION_SCORE, true } }, 1, 2 },
	{ "score > .5", "score>.5", { { 0, false } }, 0, 0 },
	{ "name contains 'l-0001', sort by f1", "name:l-0001",
	  { { VERSION_SCORE, true } }, 1, 0 },
	{ "any column contains 'prod'", "prod", { { 0, false } }, 0, 0 },
	{ "any column contains '77'", "77", { { 0, false } }, 0, 0 },
	{ "none contains 'x', sort by f1", "!x",
	  { { VERSION_SCORE, true } }, 1, 0 },
	{ "name matches a regex", "name~/-000[1-3]\\d/", { { 0, false } }, 0,
	  0 },
};

static void ask(struct list *l, const struct question *q)
{
	struct err err = ERR_INIT;
	for (int r = -1; r < RUNS; r++) {
		list_sort_by(l, NULL, 0);
		if (list_filter(l, "", &err) != RC_OK)
			abort();
		uint64_t start = clock_ns();
		if (list_filter(l, q->filter, &err) != RC_OK)
			abort();
		if (q->n_sort)
			list_sort_by(l, q->sort, q->n_sort);
		size_t n = list_count(l);
		page(l, q->at == 0 || n < PAGE ? 0 :
			q->at == 1 ? n / 2 : n - PAGE);
		if (r >= 0)
			times[r] = since(start);
	}
	line("muster", q->what, list_count(l));
}

static void ask_list(struct registry *reg)
{
	struct version_rows rows;
	struct list l;
	struct err err = ERR_INIT;
	uint64_t start = clock_ns();
	if (version_rows_open(&rows, reg, &err) != RC_OK)
		BUG("%s", err.text);
	printf("%-8s %-44s %8.3f ms\n", "muster", "open: models, first page",
	       since(start));
	start = clock_ns();
	version_rows_table(&rows, true);
	printf("%-8s %-44s %8.3f ms, %.1f MiB, between keys\n", "muster",
	       "all columns into memory, once", since(start),
	       (double)columns_size(rows.table) / 1048576);
	start = clock_ns();
	if (version_rows_show(&rows, METRIC_F1) != RC_OK)
		BUG("%s", rows.err.text);
	printf("%-8s %-44s %8.3f ms\n", "muster",
	       "another metric into the score's column", since(start));
	start = clock_ns();
	version_rows_field(&rows, "auc");
	printf("%-8s %-44s %8.3f ms\n", "muster",
	       "a metric that a filter names, first time", since(start));
	list_init(&l, &source, &rows);
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		ask(&l, &questions[i]);
	list_release(&l);
	version_rows_release(&rows);
}

/* -- Plain arrays: the limit -- */

static size_t top_of(const double *auc, const double *f1,
		     const unsigned char *stage, size_t n, bool filter)
{
	double top[PAGE];
	size_t k = 0, hits = 0;
	for (size_t i = 0; i < n; i++) {
		if (filter && !(auc[i] > .9 && stage[i]))
			continue;
		hits++;
		if (k == PAGE && f1[i] <= top[k - 1])
			continue;
		size_t j = k < PAGE ? k++ : PAGE - 1;
		for (; j && top[j - 1] < f1[i]; j--)
			top[j] = top[j - 1];
		top[j] = f1[i];
	}
	return hits;
}

#define METRIC_OF(name) "(SELECT value FROM figure AS f JOIN evaluation AS e" \
	" ON e.id = f.evaluation_id WHERE e.newest = 1 AND e.model = v.model" \
	" AND e.version = v.version AND f.metric = '" name "')"

static void ask_arrays(sqlite3 *db)
{
	sqlite3_stmt *st;
	size_t n = 0, cap = 1 << 20, hits = 0;
	double *auc = xcalloc(cap, sizeof(*auc)), *f1 = xcalloc(cap, sizeof(*f1));
	unsigned char *stage = xcalloc(cap, 1);
	if (sqlite3_prepare_v2(db, "SELECT " METRIC_OF("roc_auc") ", "
		METRIC_OF("f1") ", v.stage = 'production' FROM version AS v",
		-1, &st, NULL) != SQLITE_OK)
		BUG("%s", sqlite3_errmsg(db));
	for (; n < cap && sqlite3_step(st) == SQLITE_ROW; n++) {
		auc[n] = sqlite3_column_double(st, 0);
		f1[n] = sqlite3_column_double(st, 1);
		stage[n] = (unsigned char)sqlite3_column_int(st, 2);
	}
	sqlite3_finalize(st);
	for (int filter = 0; filter < 2; filter++) {
		for (int r = -1; r < RUNS; r++) {
			uint64_t start = clock_ns();
			hits = top_of(auc, f1, stage, n, filter);
			if (r >= 0)
				times[r] = since(start);
		}
		line("arrays", filter ? "stage and auc > .9, sort by f1, top 38"
			   : "sort by f1, top 38", hits);
	}
	free(auc);
	free(f1);
	free(stage);
}

/* -- Prepared statements -- */

static const struct { const char *what, *sql; } statements[] = {
	{ "newest 38 (index)", "SELECT id, model, version, stage, time, who "
	  "FROM version ORDER BY time DESC, id DESC LIMIT 38" },
	{ "top 38 by f1 (index)", "SELECT v.model, v.version, v.stage, f.value "
	  "FROM figure AS f CROSS JOIN version AS v ON v.id = f.version_id "
	  "WHERE f.newest = 1 AND f.metric = 'f1' "
	  "ORDER BY f.value DESC LIMIT 38" },
	{ "by f1, last page (index)", "SELECT v.model, v.version, v.stage, "
	  "f.value FROM figure AS f CROSS JOIN version AS v "
	  "ON v.id = f.version_id WHERE f.newest = 1 AND f.metric = 'f1' "
	  "ORDER BY f.value DESC LIMIT 38 OFFSET 99962" },
	{ "stage and auc > .9, sort by f1", "SELECT v.model, v.version, "
	  "a.value, b.value FROM figure AS a "
	  "CROSS JOIN version AS v ON v.id = a.version_id "
	  "CROSS JOIN figure AS b ON b.evaluation_id = a.evaluation_id "
	  "AND b.metric = 'f1' WHERE a.newest = 1 AND a.metric = 'roc_auc' "
	  "AND a.value > .9 AND v.stage = 'production' "
	  "ORDER BY b.value DESC LIMIT 38" },
	{ "name contains 'l-0001', sort by f1", "SELECT v.model, v.version, "
	  "f.value FROM figure AS f CROSS JOIN version AS v "
	  "ON v.id = f.version_id WHERE f.newest = 1 AND f.metric = 'f1' "
	  "AND v.model LIKE '%l-0001%' ORDER BY f.value DESC LIMIT 38" },
};

static void ask_sqlite(sqlite3 *db)
{
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]);
	     i++) {
		sqlite3_stmt *st;
		size_t rows = 0;
		if (sqlite3_prepare_v2(db, statements[i].sql, -1, &st, NULL) !=
		    SQLITE_OK)
			BUG("%s", sqlite3_errmsg(db));
		for (int r = -1; r < RUNS; r++) {
			uint64_t start = clock_ns();
			for (rows = 0; sqlite3_step(st) == SQLITE_ROW; rows++)
				for (int c = 0; c < sqlite3_column_count(st);
				     c++)
					sqlite3_column_bytes(st, c);
			sqlite3_reset(st);
			if (r >= 0)
				times[r] = since(start);
		}
		sqlite3_finalize(st);
		line("sqlite", statements[i].what, rows);
	}
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct registry *reg;
	sqlite3 *db;
	if (argc != 2) {
		fputs("usage: list_bench REGISTRY\n", stderr);
		return 2;
	}
	struct reg_options o = { .path = argv[1], .readonly = true };
	if (reg_open(&o, &reg, &err) != RC_OK) {
		fprintf(stderr, "list_bench: %s\n", err.text);
		return 1;
	}
	ask_list(reg);
	reg_close(reg);
	if (sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK)
		return 1;
	sqlite3_exec(db, "PRAGMA mmap_size=4000000000; "
		     "PRAGMA cache_size=-200000", NULL, NULL, NULL);
	ask_arrays(db);
	ask_sqlite(db);
	sqlite3_close(db);
	printf("bar: 16 ms at any page, any sort, any filter; worst median "
	       "%.1f ms: %s\n", worst, worst <= 16 ? "holds" : "DOES NOT HOLD");
	return 0;
}
