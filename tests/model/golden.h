/* Tables of figures: rows of a CSV that belong to a case. */
#ifndef MUSTER_TESTS_MODEL_GOLDEN_H
#define MUSTER_TESTS_MODEL_GOLDEN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/xalloc.h"

static inline void golden_read(struct csv_table *t, const char *path)
{
	struct err err = ERR_INIT;

	if (csv_table_read(t, path, &err))
		fail_msg("%s", err.text);
}

/* The rows [from, to) whose first column is the case. */
static inline void golden_case(const struct csv_table *t, const char *name,
			       size_t *from, size_t *to)
{
	for (*from = 0; *from < t->n_rows &&
	     strcmp(csv_table_cell(t, *from, 0), name); (*from)++)
		;
	for (*to = *from; *to < t->n_rows &&
	     !strcmp(csv_table_cell(t, *to, 0), name); (*to)++)
		;
	assert_true(*from < *to);
}

static inline double golden_number(const struct csv_table *t, size_t row,
				   const char *column)
{
	int c = csv_table_column(t, column);
	double x = 0;

	assert_true(c >= 0);
	if (!decimal_read(csv_table_cell(t, row, (size_t)c),
			  strlen(csv_table_cell(t, row, (size_t)c)), &x))
		fail_msg("row %zu: '%s' is no number", row,
			 csv_table_cell(t, row, (size_t)c));
	return x;
}

static inline double *golden_numbers(const struct csv_table *t, size_t from,
				     size_t to, const char *column)
{
	double *out = XNEW_ARRAY(double, to - from + 1);

	for (size_t i = from; i < to; i++)
		out[i - from] = golden_number(t, i, column);
	return out;
}

static inline void assert_close(double got, double expected, double tolerance,
				const char *what)
{
	char a[DECIMAL_MAX], b[DECIMAL_MAX];

	if (!(fabs(got - expected) <= tolerance * (1 + fabs(expected))))
		fail_msg("%s: got %s, expected %s", what,
			 decimal_shortest(got, a),
			 decimal_shortest(expected, b));
}

/* A file of the shared test data, or NULL (the test then skips). */
static inline const char *shared_file(const char *name)
{
	static char path[4096];
	const char *root = getenv("SHARED");

	snprintf(path, sizeof(path), "%s/data/%s", root ? root : "../shared",
		 name);
	return access(path, R_OK) ? NULL : path;
}

#endif
