#include "tui/list.h"

#include <strings.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/filter.h"
#include "tui/layout.h"

#define SCAN_STEP 256		/* rows between two looks at the clock */
#define NUMBER_CELLS 16	/* the widest number that a column grows for */

void list_init(struct list *l, const struct list_source *source, void *arg)
{
	*l = (struct list){ .source = source, .arg = arg,
			    .filter_text = BUF_INIT, .search_text = BUF_INIT };
}

void list_release(struct list *l)
{
	filter_free(l->filter);
	buf_release(&l->filter_text);
	buf_release(&l->search_text);
	free(l->index);
	free(l->marks);
}

const struct list_column *list_columns(const struct list *l, size_t *n)
{
	if (l->source->columns_of)
		return l->source->columns_of(l->arg, n);
	*n = l->source->n_columns;
	return l->source->columns;
}

void list_column_fit(struct list_column *c, const char *name)
{
	int n = (int)strlen(name);

	c->want = n > c->want ? n : c->want;
}

size_t list_total(const struct list *l)
{
	return l->source->rows(l->arg);
}

size_t list_count(const struct list *l)
{
	return l->index ? l->n_index : list_total(l);
}

size_t list_row_at(const struct list *l, size_t place)
{
	if (place >= list_count(l))
		return SIZE_MAX;
	return l->index ? l->index[place] : place;
}

size_t list_row(const struct list *l)
{
	return list_row_at(l, l->cursor);
}

void list_go(struct list *l, size_t place)
{
	size_t n = list_count(l);
	l->cursor = !n ? 0 : place >= n ? n - 1 : place;
}

bool list_go_row(struct list *l, size_t row)
{
	if (!l->index) {
		list_go(l, row);
		return row < list_total(l);
	}
	for (size_t i = 0; i < l->n_index; i++) {
		if (l->index[i] == row) {
			l->cursor = i;
			return true;
		}
	}
	return false;
}

void list_cell_text(const struct list *l, size_t row, size_t column,
		    struct buf *out)
{
	l->source->cell(l->arg, row, column, out);
}

/* -- filter and order -- */

static void index_add(struct list *l, size_t row)
{
	if (l->n_index == l->cap_index) {
		l->cap_index = l->cap_index ? l->cap_index * 2 : 256;
		l->index = xreallocarray(l->index, l->cap_index,
					 sizeof(*l->index));
	}
	l->index[l->n_index++] = (uint32_t)row;
}

static int compare_texts(const struct list *l, size_t a, size_t b,
			 size_t column)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	double p, q;
	list_cell_text(l, a, column, &x);
	list_cell_text(l, b, column, &y);
	int order = filter_number(x.data, &p) && filter_number(y.data, &q)
		    ? (p > q) - (p < q) : strcmp(x.data, y.data);
	buf_release(&x);
	buf_release(&y);
	return order;
}

static int compare_rows(const void *pa, const void *pb, void *arg)
{
	const struct list *l = arg;
	size_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
	for (size_t i = 0; i < l->n_sort; i++) {
		size_t column = l->sort[i].column;
		int order = l->source->compare
			    ? l->source->compare(l->arg, a, b, column)
			    : compare_texts(l, a, b, column);
		if (order)
			return l->sort[i].descending ? -order : order;
	}
	return (a > b) - (a < b);
}

static void sort_index(struct list *l)
{
	if (l->n_sort && !l->ordered && l->n_index > 1)
		qsort_r(l->index, l->n_index, sizeof(*l->index), compare_rows,
			l);
}

static void drop_index(struct list *l)
{
	free(l->index);
	l->index = NULL;
	l->n_index = l->cap_index = l->scanned = 0;
	l->scanning = l->awaits = false;
}

/* The rows that a table's columns let through, in their order. */
static bool index_by_table(struct list *l)
{
	struct columns *t = l->source->table ? l->source->table(l->arg, true)
					   : NULL;
	struct err err = ERR_INIT;
	if (!t)
		return false;
	size_t n = columns_rows(t);
	uint8_t *answer = xmalloc(n + 1);
	memset(answer, 1, n);
	enum rc rc = l->filter ? filter_keep(l->filter, l, t, answer, &err)
			       : RC_OK;
	l->cap_index = n + 1;
	l->index = xcalloc(l->cap_index, sizeof(*l->index));
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		l->index[l->n_index] = (uint32_t)i;
		l->n_index += answer[i];
	}
	l->scanned = n;
	free(answer);
	columns_sort(t, l->sort, l->n_sort, l->index, l->n_index);
	return true;
}

/* Starts the index anew for the filter and the sort keys. */
static void start_index(struct list *l)
{
	drop_index(l);
	if (!l->filter && (!l->n_sort || l->ordered))
		return;
	for (size_t i = 0; l->source->needs && i < l->n_sort; i++)
		l->source->needs(l->arg, l->sort[i].column);
	bool reading = l->source->table && l->source->load &&
		       !l->source->table(l->arg, false);
	if (!reading && index_by_table(l))
		return;
	l->cap_index = 256;
	l->index = xcalloc(l->cap_index, sizeof(*l->index));
	l->scanning = true;
	l->awaits = reading;
}

/* Goes on reading the columns; true while there is more. Then the index is
 * made of them, or, if they cannot be read, row by row. */
static bool await_columns(struct list *l, uint64_t ns)
{
	if (l->source->load(l->arg, ns))
		return true;
	free(l->index);
	l->index = NULL;
	l->n_index = l->cap_index = 0;
	l->awaits = false;
	if (!index_by_table(l))
		return list_work(l, ns);
	l->scanning = false;
	if (l->awaited_row == SIZE_MAX || !list_go_row(l, l->awaited_row))
		list_go(l, 0);
	return false;
}

bool list_work(struct list *l, uint64_t ns)
{
	if (!l->scanning)
		return l->source->load && ns < UINT64_MAX &&
		       l->source->load(l->arg, ns);
	if (l->awaits)
		return await_columns(l, ns);
	uint64_t start = clock_ns();
	size_t n = list_total(l);
	while (l->scanned < n) {
		if (!l->filter || filter_matches(l->filter, l, l->scanned))
			index_add(l, l->scanned);
		l->scanned++;
		if (l->scanned % SCAN_STEP == 0 && clock_ns() - start >= ns)
			return true;
	}
	l->scanning = false;
	sort_index(l);
	return false;
}

/* One frame's worth at once, so that small lists never show half a result. */
#define FIRST_WORK_NS 8000000u

void list_refresh(struct list *l)
{
	if (!l->awaits)
		l->awaited_row = list_row(l);
	size_t row = l->awaited_row;
	start_index(l);
	list_work(l, FIRST_WORK_NS);
	if (row == SIZE_MAX || !list_go_row(l, row))
		list_go(l, 0);
}

enum rc list_filter(struct list *l, const char *text, struct err *err)
{
	struct list_filter *f = NULL;
	if (!strcmp(text, l->filter_text.data))
		return RC_OK;
	enum rc rc = *text ? filter_parse(text, l, &f, err) : RC_OK;
	if (rc != RC_OK)
		return rc;
	filter_free(l->filter);
	l->filter = f;
	buf_clear(&l->filter_text);
	buf_str(&l->filter_text, text);
	list_refresh(l);
	return RC_OK;
}

void list_sort_by(struct list *l, const struct column_sort *keys, size_t n)
{
	l->n_sort = n < LIST_SORT_KEYS ? n : LIST_SORT_KEYS;
	for (size_t i = 0; i < l->n_sort; i++)
		l->sort[i] = keys[i];
	bool was_ordered = l->ordered;
	l->ordered = l->source->order &&
		     l->source->order(l->arg, l->sort, l->n_sort);
	if (!l->ordered && !was_ordered) {
		list_refresh(l);
		return;
	}
	/* row numbers mean other rows now */
	list_unmark_all(l);
	start_index(l);
	list_work(l, FIRST_WORK_NS);
	list_go(l, 0);
}

/* -- reload -- */

static void row_id(const struct list *l, size_t row, struct buf *out)
{
	if (l->source->id)
		l->source->id(l->arg, row, out);
	else
		buf_printf(out, "%zu", row);
	buf_char(out, '\0');
}

/* memory: the cursor's id, then the ids of marked rows, NUL after each. */
void list_before_reload(struct list *l, struct buf *memory)
{
	size_t row = list_row(l), n = list_total(l);
	buf_clear(memory);
	if (row == SIZE_MAX)
		buf_char(memory, '\0');
	else
		row_id(l, row, memory);
	for (size_t i = 0; l->n_marks && i < n; i++)
		if (list_marked(l, i))
			row_id(l, i, memory);
}

static bool remembered(const struct buf *memory, size_t from, const char *id)
{
	for (size_t at = from; at < memory->len;
	     at += strlen(memory->data + at) + 1)
		if (!strcmp(memory->data + at, id))
			return true;
	return false;
}

/* Looking for an id reads the source; beyond this many rows it is given up. */
#define RELOAD_LOOK 20000

void list_after_reload(struct list *l, struct buf *memory)
{
	size_t place = l->cursor, n = list_total(l), found = SIZE_MAX;
	size_t marks_at = strlen(memory->data) + 1;
	struct buf id = BUF_INIT;
	list_unmark_all(l);
	for (size_t i = 0; i < n && i < RELOAD_LOOK; i++) {
		if (found != SIZE_MAX && marks_at >= memory->len)
			break;
		buf_clear(&id);
		row_id(l, i, &id);
		if (!strcmp(id.data, memory->data))
			found = i;
		if (remembered(memory, marks_at, id.data))
			list_mark(l, i, true);
	}
	buf_release(&id);
	start_index(l);
	list_work(l, FIRST_WORK_NS);
	if (found == SIZE_MAX || !list_go_row(l, found))
		list_go(l, place);
}

/* -- search -- */

static bool row_holds(const struct list *l, size_t row, const char *text)
{
	struct buf cell = BUF_INIT;
	size_t n;
	bool found = false;
	list_columns(l, &n);
	for (size_t c = 0; c < n && !found; c++) {
		buf_clear(&cell);
		list_cell_text(l, row, c, &cell);
		found = strcasestr(cell.data, text) != NULL;
	}
	buf_release(&cell);
	return found;
}

bool list_search(struct list *l, const char *text, bool backwards)
{
	size_t n = list_count(l);
	if (text != l->search_text.data) {
		buf_clear(&l->search_text);
		buf_str(&l->search_text, text);
	}
	if (!*text)
		return false;
	for (size_t i = 1; i <= n; i++) {
		size_t place = backwards ? (l->cursor + n - i) % n
					 : (l->cursor + i) % n;
		if (row_holds(l, list_row_at(l, place), text)) {
			l->cursor = place;
			return true;
		}
	}
	return false;
}

bool list_hidden(const struct list *l, size_t column)
{
	return column && column < LIST_COLUMNS && (l->hidden >> column & 1);
}

void list_hide(struct list *l, size_t column, bool hide)
{
	if (!column || column >= LIST_COLUMNS)
		return;
	uint64_t bit = (uint64_t)1 << column;
	l->hidden = hide ? l->hidden | bit : l->hidden & ~bit;
}

/* -- marks -- */

bool list_marked(const struct list *l, size_t row)
{
	return row < l->marked_rows && (l->marks[row / 8] >> (row % 8) & 1);
}

void list_mark(struct list *l, size_t row, bool on)
{
	if (row == SIZE_MAX || list_marked(l, row) == on)
		return;
	if (row >= l->marked_rows) {
		size_t old = l->marked_rows / 8, n = (row / 8 + 1) * 2;
		l->marks = xrealloc(l->marks, n);
		memset(l->marks + old, 0, n - old);
		l->marked_rows = n * 8;
	}
	l->marks[row / 8] ^= (uint8_t)(1u << (row % 8));
	l->n_marks += on ? 1 : (size_t)-1;
}

void list_unmark_all(struct list *l)
{
	free(l->marks);
	l->marks = NULL;
	l->n_marks = l->marked_rows = 0;
	l->ranging = false;
}

size_t list_selection(const struct list *l, size_t **rows)
{
	size_t n = list_count(l), found = 0;
	*rows = xcalloc(l->n_marks ? l->n_marks : 1, sizeof(**rows));
	if (!l->n_marks) {
		if (!n)
			return 0;
		(*rows)[0] = list_row(l);
		return 1;
	}
	for (size_t i = 0; i < n && found < l->n_marks; i++)
		if (list_marked(l, list_row_at(l, i)))
			(*rows)[found++] = list_row_at(l, i);
	return found;
}

static void mark_range(struct list *l)
{
	if (!l->ranging) {
		l->ranging = true;
		l->range_from = l->cursor;
		list_mark(l, list_row(l), true);
		return;
	}
	size_t a = l->range_from, b = l->cursor;
	for (size_t i = a < b ? a : b; i <= (a < b ? b : a); i++)
		list_mark(l, list_row_at(l, i), true);
	l->ranging = false;
}

static void invert_marks(struct list *l)
{
	for (size_t i = 0; i < list_count(l); i++) {
		size_t row = list_row_at(l, i);
		list_mark(l, row, !list_marked(l, row));
	}
}

/* -- actions -- */

static void pick_column(struct list *l, int step)
{
	size_t n;
	list_columns(l, &n);
	size_t at = l->column;
	do {
		at += step < 0 ? (size_t)-1 : 1;
	} while (at < n && list_hidden(l, at));
	if (at < n)
		l->column = at;
}

static void sort_column(struct list *l)
{
	struct column_sort key = { l->column, false };
	if (l->n_sort == 1 && l->sort[0].column == l->column)
		key.descending = !l->sort[0].descending;
	list_sort_by(l, &key, 1);
}

static void move(struct list *l, enum action a)
{
	size_t page = l->page > 1 ? l->page - 1 : 1;
	if (a == ACT_UP)
		list_go(l, l->cursor ? l->cursor - 1 : 0);
	else if (a == ACT_DOWN)
		list_go(l, l->cursor + 1);
	else if (a == ACT_PAGE_UP)
		list_go(l, l->cursor > page ? l->cursor - page : 0);
	else if (a == ACT_PAGE_DOWN)
		list_go(l, l->cursor + page);
	else
		list_go(l, a == ACT_FIRST ? 0 : SIZE_MAX);
}

bool list_act(struct list *l, enum action a)
{
	if (a == ACT_UP || a == ACT_DOWN || a == ACT_PAGE_UP ||
	    a == ACT_PAGE_DOWN || a == ACT_FIRST || a == ACT_LAST) {
		move(l, a);
	} else if (a == ACT_LEFT || a == ACT_RIGHT) {
		pick_column(l, a == ACT_LEFT ? -1 : 1);
	} else if (a == ACT_MARK) {
		size_t row = list_row(l);
		list_mark(l, row, !list_marked(l, row));
		list_go(l, l->cursor + 1);
	} else if (a == ACT_RANGE) {
		mark_range(l);
	} else if (a == ACT_INVERT) {
		invert_marks(l);
	} else if (a == ACT_SORT_COLUMN) {
		sort_column(l);
	} else if (a == ACT_SEARCH_NEXT || a == ACT_SEARCH_PREV) {
		list_search(l, l->search_text.data, a == ACT_SEARCH_PREV);
	} else {
		return false;
	}
	return true;
}

/* -- painting -- */

static int at_least(int cells, int least)
{
	return cells > least ? cells : least;
}

static size_t fit_columns(const struct list *l, int w, int *widths)
{
	struct column_fit fits[LIST_COLUMNS];
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	if (n > LIST_COLUMNS)
		n = LIST_COLUMNS;
	size_t shown[LIST_COLUMNS], n_shown = 0;
	int fit[LIST_COLUMNS];
	for (size_t i = 0; i < n; i++) {
		widths[i] = 0;
		if (list_hidden(l, i))
			continue;
		fits[n_shown] = (struct column_fit){
			at_least(c[i].min, l->widest[i]),
			at_least(c[i].want, l->widest[i]),
			c[i].priority, c[i].elastic };
		shown[n_shown++] = i;
	}
	layout_columns(fits, n_shown, w, fit);
	for (size_t i = 0; i < n_shown; i++)
		widths[shown[i]] = fit[i];
	return n;
}

static const char *sort_mark(const struct list *l, size_t column)
{
	for (size_t i = 0; i < l->n_sort; i++)
		if (l->sort[i].column == column)
			return l->sort[i].descending ? " v" : " ^";
	return "";
}

static void paint_head(const struct list *l, struct area *a, int gutter,
		       size_t n, const int *widths)
{
	size_t all;
	const struct list_column *c = list_columns(l, &all);
	int x = gutter;
	for (size_t i = 0; i < n; i++) {
		struct buf head = BUF_INIT;
		if (!widths[i])
			continue;
		buf_printf(&head, "%s%s", c[i].head, sort_mark(l, i));
		enum style style = i == l->column && a->focused
				   ? STYLE_FIELD : STYLE_HEADING;
		if (c[i].right)
			area_right(a, x, 0, widths[i], style, head.data);
		else
			area_text(a, x, 0, widths[i], style, head.data);
		x += widths[i] + 1;
		buf_release(&head);
	}
}

/* A number that loses a digit says something else, so a column grows to the
 * widest that had no room; it never shrinks, lest columns jump. True: it has
 * grown. */
static bool see_number(struct list *l, size_t column, int width,
		       const char *text, bool ascii)
{
	int cells = text_cells(text, ascii);
	if (cells <= width || cells > NUMBER_CELLS ||
	    cells <= l->widest[column])
		return false;
	l->widest[column] = (uint8_t)cells;
	return true;
}

/* True: a column has grown, and all is to be painted again. */
static bool paint_row(struct list *l, struct area *a, size_t row, int y,
		      int gutter, size_t n, const int *widths)
{
	bool grown = false;
	size_t all;
	const struct list_column *c = list_columns(l, &all);
	struct buf text = BUF_INIT;
	int x = gutter;
	for (size_t i = 0; i < n; i++) {
		if (!widths[i])
			continue;
		buf_clear(&text);
		enum style style = l->source->cell(l->arg, row, i, &text);
		if (c[i].right) {
			area_right(a, x, y, widths[i], style, text.data);
			grown |= see_number(l, i, widths[i], text.data,
					    a->canvas->ascii);
		} else {
			if (c[i].tail)
				text_cut_front(&text, widths[i],
					  a->canvas->ascii);
			if (c[i].middle)
				text_cut_middle(&text, widths[i],
					   a->canvas->ascii);
			area_textn(a, x, y, widths[i], style, text.data,
				   text.len);
		}
		x += widths[i] + 1;
	}
	buf_release(&text);
	return grown;
}

static void paint_gutter(const struct list *l, struct area *a, size_t place,
			 int y, int gutter)
{
	bool here = place == l->cursor;
	if (list_marked(l, list_row_at(l, place)))
		area_put(a, gutter - (gutter > 2 ? 2 : 1), y, STYLE_STRONG, '*');
	if (!here)
		return;
	if (gutter > 2 && !list_marked(l, list_row_at(l, place)))
		area_text(a, 0, y, 2, STYLE_CURSOR, ">>");
	else
		area_put(a, 0, y, STYLE_CURSOR, '>');
	area_restyle(a, gutter, y, 1, STYLE_CURSOR);
	if (a->focused)
		area_cursor(a, gutter, y);
}

static void scroll_to_cursor(struct list *l, size_t n)
{
	size_t count = list_count(l);
	if (l->cursor >= count)
		l->cursor = count ? count - 1 : 0;
	if (l->cursor < l->top)
		l->top = l->cursor;
	if (n && l->cursor >= l->top + n)
		l->top = l->cursor - n + 1;
	if (l->top + n > count)
		l->top = count > n ? count - n : 0;
	l->page = n;
}

static bool paint_table(struct list *l, struct area *a, int gutter)
{
	int widths[LIST_COLUMNS] = { 0 };
	size_t n = fit_columns(l, a->w - gutter, widths);
	bool grown = false;
	paint_head(l, a, gutter, n, widths);
	for (int y = 1; y < a->h; y++) {
		size_t place = l->top + (size_t)y - 1;
		if (place >= list_count(l))
			break;
		grown |= paint_row(l, a, list_row_at(l, place), y, gutter, n,
				   widths);
		paint_gutter(l, a, place, y, gutter);
	}
	return grown;
}

const char *list_why_empty(const struct list *l)
{
	return l->source->empty_of ? l->source->empty_of(l->arg)
				   : l->source->empty;
}

void list_paint(struct list *l, struct area *a, bool wide_gutter)
{
	int gutter = wide_gutter ? 3 : 2;
	scroll_to_cursor(l, a->h > 1 ? (size_t)a->h - 1 : 0);
	while (paint_table(l, a, gutter))
		area_fill(a, STYLE_NORMAL);
	if (list_count(l) || l->scanning)
		return;
	const char *why = list_total(l) ? "Nothing matches the filter; Esc "
			  "takes it off." : list_why_empty(l);
	if (why)
		area_wrap(a, gutter, 2, a->w - gutter - 1, STYLE_NORMAL, why);
}

void list_status(const struct list *l, struct buf *out)
{
	char n[DECIMAL_MAX], total[DECIMAL_MAX];
	size_t count = list_count(l), columns;
	const struct list_column *c = list_columns(l, &columns);
	if (l->filter)
		buf_printf(out, "%s of %s%s", decimal_grouped(count, n),
			   decimal_grouped(list_total(l), total),
			   l->scanning ? " so far" : "");
	else
		buf_printf(out, "%s of %s",
			   decimal_grouped(count ? l->cursor + 1 : 0, n),
			   decimal_grouped(count, total));
	if (l->n_marks)
		buf_printf(out, " | sel %s", decimal_grouped(l->n_marks, n));
	for (size_t i = 0; i < l->n_sort && l->sort[i].column < columns; i++)
		buf_printf(out, "%s%s %c", i ? ", " : " | sort ",
			   c[l->sort[i].column].key,
			   l->sort[i].descending ? 'v' : '^');
}
