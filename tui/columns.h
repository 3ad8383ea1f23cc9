/* The columns of a long list in memory: for each row and column a code, and
 * each distinct text once. A filter asks each text once and then looks at
 * codes; sorting counts ranks. So both take a few milliseconds for a hundred
 * thousand rows, whatever they are, and a column costs 4 bytes a row.
 *
 * Code 0 is the empty text in every column. Rows are numbered as the list's
 * source numbers them. Columns beyond the list's own are fields that a filter
 * names (a tag, a metric); they are made when they are first asked for. */
#ifndef MUSTER_TUI_COLUMNS_H
#define MUSTER_TUI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "model/slice.h"

struct columns;			/* opaque */

/* What never is ranked beside fresh figures stands behind them, in either
 * direction, and what is empty stands last. */
enum column_tier { TIER_FRESH, TIER_STALE, TIER_EMPTY };

struct columns *columns_new(size_t n_columns);
void columns_free(struct columns *t);		/* NULL is allowed */

size_t columns_rows(const struct columns *t);
/* Bytes that it takes. */
size_t columns_size(const struct columns *t);

/* Adds a row with empty cells; its number. */
size_t columns_add_row(struct columns *t);
/* Adds an empty column; its number. */
size_t columns_add_column(struct columns *t);

/* The code of a text, which the column keeps once. Texts are sorted by bytes,
 * those that are numbers among each other by value. */
uint32_t columns_text(struct columns *t, size_t column, const char *text);
/* As columns_text, but sorted by order: risks, numbers. */
uint32_t columns_ranked(struct columns *t, size_t column, const char *text,
		      double order);
/* A figure: never looked up, so that two of them may look alike on the
 * screen and still differ. Filters compare the figure itself. */
uint32_t columns_figure(struct columns *t, size_t column, const char *text,
		      double value, enum column_tier tier);
/* As columns_figure in a column that is never shown: its text is the shortest
 * that gives the number. A column has either these or others. */
uint32_t columns_bare_figure(struct columns *t, size_t column, double value);
void columns_put(struct columns *t, size_t column, size_t row, uint32_t code);

/* Empties a column, values and cells. */
void columns_clear(struct columns *t, size_t column);
/* Two columns change places. */
void columns_swap(struct columns *t, size_t a, size_t b);

const char *columns_cell(const struct columns *t, size_t column, size_t row);
enum column_tier columns_cell_tier(const struct columns *t, size_t column,
				size_t row);

/* -- for tui/list.c -- */

/* answer: a byte a row. Clears it where no column below n_columns holds the
 * word (letter case of ASCII ignored), or with negated where one does. */
void columns_keep_word(struct columns *t, size_t n_columns, const char *word,
		     bool negated, uint8_t *answer);
/* Clears it where the expression does not hold. column gives the number of a
 * column by its name in the expression; SIZE_MAX: no such field, which then
 * is empty. */
typedef size_t columns_name_fn(void *arg, const char *name);
enum rc columns_keep_slice(struct columns *t, struct slice *s,
			 columns_name_fn *column, void *arg, uint8_t *answer,
			 struct err *err) MUST_USE;

struct column_sort { size_t column; bool descending; };
/* Puts the row numbers in order; equal ones stay as they stand. */
void columns_sort(struct columns *t, const struct column_sort *keys, size_t n,
		uint32_t *rows, size_t n_rows);
/* Ranks the values of one column ahead of its first sorting; false: all are
 * ranked. For work between keys. */
bool columns_rank_next(struct columns *t);

#endif
