/* The list widget: cursor, scrolling, filter, sorting, search, marks. One for
 * all lists; what the rows are is the source's business.
 *
 * The list never holds rows. It asks the source for the cells of the rows on
 * the screen, and while neither filter nor sorting is on it keeps no index
 * either, so that a million rows cost what a page costs. Filtering a large
 * source is done in portions (list_work) between keys: what is found so far
 * shows at once.
 *
 * "row" is a row of the source; "place" is where it stands in the list. */
#ifndef MUSTER_TUI_LIST_H
#define MUSTER_TUI_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "tui/action.h"
#include "tui/canvas.h"
#include "tui/columns.h"

struct list_column {
	const char *key;	/* in filters, exports and the config: "stage" */
	const char *head;
	int min, want;		/* cells */
	int priority;		/* lowest goes first where room is short */
	bool right;		/* numbers: at the right, and never cut */
	bool elastic;
	bool tail;		/* its end tells rows apart: where it is too
				 * long, the beginning is cut */
	bool middle;		/* both ends do: its middle is cut */
};

/* For columns_of: as wide as the name, where there is room. */
void list_column_fit(struct list_column *c, const char *name);

#define LIST_SORT_KEYS 4
#define LIST_COLUMNS 64	/* at most */

/* All functions get the arg that list_init was given. */
struct list_source {
	const struct list_column *columns;
	size_t n_columns;
	/* What the empty list says: why it is empty, and what fills it. */
	const char *empty;
	/* The same where it depends; or NULL. */
	const char *(*empty_of)(void *arg);
	size_t (*rows)(void *arg);
	/* Text of a cell, as it comes (the list makes it safe and clips it). */
	enum style (*cell)(void *arg, size_t row, size_t column,
			   struct buf *out);
	/* Below, at or above zero. NULL: the cells' texts in byte order, but
	 * numbers by value. */
	int (*compare)(void *arg, size_t a, size_t b, size_t column);
	/* Takes the order over (true): row numbers then follow it. False: the
	 * list sorts by compare; the source may prepare for being asked in no
	 * order. NULL: false. With n 0 its own order comes back. */
	bool (*order)(void *arg, const struct column_sort *keys, size_t n);
	/* Text of a field that a filter may name beyond the columns (a tag);
	 * false: no such field on this row. May be NULL. */
	bool (*field)(void *arg, size_t row, const char *name,
		      struct buf *out);
	/* What stays when the source is read again; NULL: the row number. */
	void (*id)(void *arg, size_t row, struct buf *out);
	/* All rows in memory, column by column as above: filters and sorting
	 * then are done at once, whatever they are. wait: read to the end
	 * first; NULL: there is none (yet). May be NULL. */
	struct columns *(*table)(void *arg, bool wait);
	/* With table: goes on reading for about ns nanoseconds, between keys;
	 * true while there is more. */
	bool (*load)(void *arg, uint64_t ns);
	/* With table: the column of a field beyond the list's; SIZE_MAX:
	 * there is no such field. */
	size_t (*table_field)(void *arg, const char *name);
	/* A sort or a filter names this column: a source that reads some
	 * columns only for rows that are shown begins to read all of it, and
	 * has the list made anew (list_refresh) when they are there. May be
	 * NULL. */
	void (*needs)(void *arg, size_t column);
	/* A columns function of a source whose columns are known at run time
	 * only; NULL: those above. */
	const struct list_column *(*columns_of)(void *arg, size_t *n);
};

struct list_filter;		/* compiled; opaque */

struct list {
	const struct list_source *source;
	void *arg;
	size_t cursor, top;		/* places */
	size_t page;			/* rows that the last painting showed */
	size_t column;			/* the picked one */
	uint64_t hidden;		/* a bit a column */
	uint32_t *index;		/* rows in order; NULL: all, as they come */
	size_t n_index, cap_index;
	size_t scanned;			/* rows that the filter has seen */
	bool scanning;
	bool awaits;			/* the columns, which are being read */
	size_t awaited_row;		/* where the cursor then is to stand */
	bool ordered;			/* by the source itself */
	struct list_filter *filter;
	struct buf filter_text, search_text;
	size_t n_sort;
	struct column_sort sort[LIST_SORT_KEYS];
	uint8_t *marks;			/* a bit a row; NULL: none */
	size_t n_marks, marked_rows;	/* bits set, rows that marks has room for */
	bool ranging;
	size_t range_from;
	uint8_t widest[LIST_COLUMNS];	/* cells of a number painted so far */
};

void list_init(struct list *l, const struct list_source *source, void *arg);
void list_release(struct list *l);
/* The source has changed: filters and sorts anew, keeps cursor and marks on
 * the rows with the same id. before must be called while the old rows still
 * can be asked. */
void list_before_reload(struct list *l, struct buf *memory);
void list_after_reload(struct list *l, struct buf *memory);

const struct list_column *list_columns(const struct list *l, size_t *n);
size_t list_count(const struct list *l);	/* rows in the list */
size_t list_total(const struct list *l);	/* rows of the source */
/* Why its source has no row, and what fills it; or NULL. */
const char *list_why_empty(const struct list *l);
/* The source's row under the cursor; SIZE_MAX if the list is empty. */
size_t list_row(const struct list *l);
size_t list_row_at(const struct list *l, size_t place);
void list_go(struct list *l, size_t place);
/* Puts the cursor on a row of the source, if it is in the list. */
bool list_go_row(struct list *l, size_t row);

/* "" takes it off. A text that does not parse leaves the list as it is. */
enum rc list_filter(struct list *l, const char *text, struct err *err)
	MUST_USE;
/* Goes on filtering, or reading ahead, for about ns nanoseconds; true while
 * there is more. */
bool list_work(struct list *l, uint64_t ns);
/* The source's cells have changed, its rows have not: filters and sorts anew. */
void list_refresh(struct list *l);
void list_sort_by(struct list *l, const struct column_sort *keys, size_t n);
/* Next place (from the cursor, wrapping) whose cells hold the text. */
bool list_search(struct list *l, const char *text, bool backwards);

/* Columns that are not shown, whatever room there is; the first always is. */
bool list_hidden(const struct list *l, size_t column);
void list_hide(struct list *l, size_t column, bool hide);

bool list_marked(const struct list *l, size_t row);
void list_mark(struct list *l, size_t row, bool on);
void list_unmark_all(struct list *l);
/* The marked rows in list order, or if none is the one under the cursor;
 * the caller frees *rows. Returns how many. */
size_t list_selection(const struct list *l, size_t **rows);

/* Moves, marks; false: not a list's action. */
bool list_act(struct list *l, enum action a);
/* head: whether a row of column heads comes first. wide_gutter: ">> " as
 * without boxes. */
void list_paint(struct list *l, struct area *a, bool wide_gutter);
/* "12 of 214", "12 of 214 so far", with marks "| sel 2" and the sort. */
void list_status(const struct list *l, struct buf *out);

/* One cell's text on its own, for exports and copying. */
void list_cell_text(const struct list *l, size_t row, size_t column,
		    struct buf *out);
enum list_format { LIST_CSV, LIST_JSON, LIST_MD };
/* All rows of the list in its order. */
void list_export(const struct list *l, enum list_format format,
		 struct buf *out);

#endif
