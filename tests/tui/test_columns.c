/* Columns in memory: the same rows and order as asking each row one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/columns.h"
#include "tui/list.h"

#define ROWS 700
#define RISKS 3

static const char *const risks[RISKS] = { "low", "medium", "high" };

/* One made-up row: what the columns hold, and a slow list can be asked. */
struct row {
	char name[16];
	int number, risk;
	double score;			/* NaN: none */
	bool stale;
	double auc;
};

struct rows {
	struct row at[ROWS];
	struct columns *columns;
	bool asked_field;
};

static const struct list_column heads[] = {
	{ "name", "name", 4, 8, 9, .elastic = true },
	{ "version", "v", 3, 6, 5, .right = true },
	{ "risk", "risk", 3, 6, 5 },
	{ "score", "score", 3, 6, 5, .right = true },
};
enum { NAME, NUMBER, RISK, SCORE, N_HEADS };

static size_t n_rows(void *arg)
{
	return ROWS;
}

static void score_text(const struct row *r, char out[16])
{
	out[0] = '\0';
	if (!isnan(r->score))
		snprintf(out, 16, "%s%.3f", r->stale ? "~" : "", r->score);
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct row *r = &((struct rows *)arg)->at[row];
	char text[16];
	switch (column) {
	case NAME: buf_str(out, r->name); break;
	case NUMBER: buf_printf(out, "%d", r->number); break;
	case RISK: buf_str(out, risks[r->risk]); break;
	default:
		score_text(r, text);
		buf_str(out, text);
	}
	return STYLE_NORMAL;
}

static bool field(void *arg, size_t row, const char *name, struct buf *out)
{
	if (strcmp(name, "auc") != 0)
		return false;
	buf_decimal(out, ((struct rows *)arg)->at[row].auc);
	return true;
}

static int tier(const struct row *r)
{
	return isnan(r->score) ? TIER_EMPTY : r->stale ? TIER_STALE : TIER_FRESH;
}

/* What the columns promise: in either direction stale scores stand behind
 * fresh ones, and rows without one last. The list turns the sign. */
static bool down;
static int compare(void *arg, size_t a, size_t b, size_t column)
{
	const struct row *x = &((struct rows *)arg)->at[a];
	const struct row *y = &((struct rows *)arg)->at[b];
	switch (column) {
	case NAME: return strcmp(x->name, y->name);
	case NUMBER: return x->number - y->number;
	case RISK: return x->risk - y->risk;
	default:
		if (tier(x) != tier(y))
			return down ? tier(y) - tier(x) : tier(x) - tier(y);
		return (x->score > y->score) - (x->score < y->score);
	}
}

static const struct list_source slow = {
	.columns = heads, .n_columns = N_HEADS, .rows = n_rows, .cell = cell,
	.field = field, .compare = compare,
};

static struct columns *columns_of(void *arg, bool wait)
{
	return ((struct rows *)arg)->columns;
}

static size_t columns_field(void *arg, const char *name)
{
	struct rows *rows = arg;
	if (strcmp(name, "auc") != 0)
		return SIZE_MAX;
	if (rows->asked_field)
		return N_HEADS;
	rows->asked_field = true;
	size_t k = columns_add_column(rows->columns);
	for (size_t i = 0; i < ROWS; i++)
		columns_put(rows->columns, k, i,
			    columns_bare_figure(rows->columns, k,
						rows->at[i].auc));
	return k;
}

static const struct list_source quick = {
	.columns = heads, .n_columns = N_HEADS, .rows = n_rows, .cell = cell,
	.field = field, .table = columns_of, .table_field = columns_field,
};

static unsigned seed;
static unsigned next_random(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16 & 0x7fff) % below;
}

static void fill(struct rows *rows, unsigned from)
{
	struct columns *c = columns_new(N_HEADS);
	*rows = (struct rows){ .columns = c };
	seed = from;
	for (size_t i = 0; i < ROWS; i++) {
		struct row *r = &rows->at[i];
		char text[16];
		snprintf(r->name, sizeof(r->name), "%s-%u",
			 next_random(2) ? "Fraud" : "lang", next_random(40));
		r->number = (int)next_random(30);
		r->risk = (int)next_random(RISKS);
		r->score = next_random(4) ? next_random(90) / 100.0 : NAN;
		r->stale = !next_random(3);
		r->auc = next_random(1000) / 1000.0;
		size_t row = columns_add_row(c);
		columns_put(c, NAME, row, columns_text(c, NAME, r->name));
		snprintf(text, sizeof(text), "%d", r->number);
		columns_put(c, NUMBER, row, columns_text(c, NUMBER, text));
		columns_put(c, RISK, row, columns_ranked(c, RISK,
			risks[r->risk], r->risk));
		score_text(r, text);
		if (*text)
			columns_put(c, SCORE, row, columns_figure(c, SCORE,
				text, r->score, (enum column_tier)tier(r)));
	}
}

static void expect_same(struct rows *rows, const char *filter,
			const struct column_sort *keys, size_t n)
{
	struct list a, b;
	struct err err = ERR_INIT;
	list_init(&a, &slow, rows);
	list_init(&b, &quick, rows);
	down = n && keys[0].descending;
	list_sort_by(&a, keys, n);
	list_sort_by(&b, keys, n);
	assert_int_equal(list_filter(&a, filter, &err), RC_OK);
	assert_int_equal(list_filter(&b, filter, &err), RC_OK);
	while (list_work(&a, UINT64_MAX))
		;
	assert_false(list_work(&b, UINT64_MAX));
	if (list_count(&a) != list_count(&b))
		fail_msg("'%s': %zu rows one by one, %zu by columns", filter,
			 list_count(&a), list_count(&b));
	for (size_t i = 0; i < list_count(&a); i++)
		if (list_row_at(&a, i) != list_row_at(&b, i))
			fail_msg("'%s': place %zu is row %zu, by columns %zu",
				 filter, i, list_row_at(&a, i),
				 list_row_at(&b, i));
	list_release(&a);
	list_release(&b);
}

static const char *const filters[] = {
	"", "fraud", "FRAUD", "!fraud", "1", "fraud-1 !high", "name:lang",
	"name=lang-3", "v>=10 v<20", "version:7", "risk=high", "!risk=low",
	"score>.5", "score<=.25", "!score>.5", "score:.3", "score=.3", ".5",
	"~", "auc>.7", "auc>.7 fraud", "auc:.5", "auc~/^\\.1/",
	"name~/-[12]$/", "!name~/-[12]$/", "nosuch:x", "nosuch=\"\"",
	"risk:hi score>.1 !lang", "\"lang-1\"", "score=\"\"",
};

static void test_columns__filter_as_row_by_row(void **state)
{
	struct rows *rows = XNEW(struct rows);
	fill(rows, 1);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		expect_same(rows, filters[i], NULL, 0);
	columns_free(rows->columns);
	free(rows);
}

/* Each column up and down, and pairs of which the second is not a score
 * (whose order depends on the direction). */
static void test_columns__sort_as_row_by_row(void **state)
{
	struct rows *rows = XNEW(struct rows);
	for (unsigned s = 0; s < 3; s++) {
		fill(rows, s);
		for (unsigned k = 0; k < N_HEADS * 2; k++) {
			struct column_sort keys[2] = {
				{ k / 2, k % 2 }, { next_random(3), s % 2 } };
			expect_same(rows, "", keys, 1);
			expect_same(rows, "fraud", keys, 2);
		}
		columns_free(rows->columns);
	}
	free(rows);
}

static void test_columns__many_figures_are_ranked_by_value(void **state)
{
	enum { N = 50000 };
	struct columns *c = columns_new(1);
	uint32_t *order = xcalloc(N, sizeof(*order));
	double *x = xcalloc(N, sizeof(*x));
	seed = 5;
	for (uint32_t i = 0; i < N; i++) {
		x[i] = (next_random(30000) - 15000.0) * next_random(1000);
		order[i] = i;
		columns_put(c, 0, columns_add_row(c),
			    columns_figure(c, 0, "x", x[i], TIER_FRESH));
	}
	struct column_sort key = { 0, true };
	columns_sort(c, &key, 1, order, N);
	for (size_t i = 1; i < N; i++)
		assert_true(x[order[i - 1]] > x[order[i]] ||
			    (!(x[order[i - 1]] < x[order[i]]) &&
			     order[i - 1] < order[i]));
	columns_free(c);
	free(order);
	free(x);
}

/* -- A filter that is typed while the columns are being read -- */

static int portions;

static struct columns *columns_late(void *arg, bool wait)
{
	return portions ? NULL : ((struct rows *)arg)->columns;
}

static bool load(void *arg, uint64_t ns)
{
	if (ns == UINT64_MAX)
		portions = 0;
	return portions && --portions;
}

static const struct list_source late = {
	.columns = heads, .n_columns = N_HEADS, .rows = n_rows, .cell = cell,
	.field = field, .table = columns_late, .load = load,
	.table_field = columns_field,
};

static void test_columns__a_filter_waits_without_blocking(void **state)
{
	struct rows *rows = XNEW(struct rows);
	struct list l, whole;
	struct err err = ERR_INIT;
	fill(rows, 9);
	list_init(&l, &late, rows);
	list_init(&whole, &quick, rows);
	portions = 4;
	list_go(&l, 30);
	assert_int_equal(list_filter(&l, "l", &err), RC_OK);
	assert_int_equal(portions, 3);
	assert_int_equal(list_count(&l), 0);
	assert_int_equal(list_filter(&l, "", &err), RC_OK);
	assert_int_equal(list_count(&l), ROWS);
	assert_int_equal(list_filter(&l, rows->at[30].name, &err), RC_OK);
	while (list_work(&l, 1))
		;
	assert_int_equal(portions, 0);
	assert_int_equal(list_filter(&whole, rows->at[30].name, &err), RC_OK);
	assert_int_equal(list_count(&l), list_count(&whole));
	assert_true(list_count(&l) > 0 && list_count(&l) < ROWS);
	list_release(&l);
	list_release(&whole);
	columns_free(rows->columns);
	free(rows);
}

static void test_columns__a_text_is_kept_once(void **state)
{
	struct columns *c = columns_new(1);
	char text[16];
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "t%d", i % 100);
		assert_int_equal(columns_text(c, 0, text), i % 100 + 1);
	}
	assert_int_equal(columns_text(c, 0, ""), 0);
	columns_free(c);
}

/* A new value must not be sorted by ranks from before it. */
static void test_columns__ranks_follow_new_values(void **state)
{
	struct columns *c = columns_new(1);
	static const char *const texts[] = { "b", "c", "a" };
	uint32_t rows[3] = { 0, 1, 2 };
	struct column_sort key = { 0, false };
	for (int i = 0; i < 2; i++)
		columns_put(c, 0, columns_add_row(c),
			    columns_text(c, 0, texts[i]));
	while (columns_rank_next(c))
		;
	columns_put(c, 0, columns_add_row(c), columns_text(c, 0, texts[2]));
	columns_sort(c, &key, 1, rows, 3);
	assert_int_equal(rows[0], 2);
	assert_int_equal(rows[2], 1);
	columns_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns__filter_as_row_by_row),
		cmocka_unit_test(test_columns__sort_as_row_by_row),
		cmocka_unit_test(test_columns__many_figures_are_ranked_by_value),
		cmocka_unit_test(test_columns__a_filter_waits_without_blocking),
		cmocka_unit_test(test_columns__a_text_is_kept_once),
		cmocka_unit_test(test_columns__ranks_follow_new_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
