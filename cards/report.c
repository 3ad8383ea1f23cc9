#include "cards/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"

static const char *const kind_names[] = {
#define X(id, name) [id] = name,
	REPORT_KINDS(X)
#undef X
};

static const char *const format_names[] = {
#define X(id, name) [id] = name,
	REPORT_FORMATS(X)
#undef X
};

const char *report_kind_name(enum report_kind k)
{
	return kind_names[k];
}

bool report_kind_from_name(const char *name, enum report_kind *out)
{
	for (size_t i = 0; i < COUNT(kind_names); i++) {
		if (!strcmp(name, kind_names[i])) {
			*out = (enum report_kind)i;
			return true;
		}
	}
	return false;
}

const char *report_format_name(enum report_format f)
{
	return format_names[f];
}

bool report_format_from_name(const char *name, enum report_format *out)
{
	for (size_t i = 0; i < COUNT(format_names); i++) {
		if (!strcmp(name, format_names[i])) {
			*out = (enum report_format)i;
			return true;
		}
	}
	return false;
}

/* -- The tree -- */

void report_init(struct report *r)
{
	*r = (struct report){ .kind = REPORT_VERSION };
}

static void table_free(struct report_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->cells.n; i++)
		free(t->cells.at[i].text);
	vec_free(&t->cells);
	free(t);
}

static void plot_free(struct plot *p)
{
	if (!p)
		return;
	strs_release(&p->labels);
	strs_release(&p->series);
	free(p->x);
	free(p->at);
	free(p);
}

static void section_release(struct report_section *s)
{
	for (size_t i = 0; i < s->blocks.n; i++) {
		struct report_block *b = &s->blocks.at[i];

		free(b->text);
		strs_release(&b->items);
		strs_release(&b->refs);
		vec_free(&b->tones);
		table_free(b->table);
		plot_free(b->plot);
	}
	vec_free(&s->blocks);
}

void report_release(struct report *r)
{
	for (size_t i = 0; i < r->sections.n; i++)
		section_release(&r->sections.at[i]);
	vec_free(&r->sections);
	free(r->title);
	free(r->of);
	free(r->stage);
	free(r->reason);
	free(r->root);
	report_init(r);
}

struct figure *plot_at(const struct plot *p, size_t series, size_t label)
{
	return &p->at[series * p->labels.n + label];
}

/* -- Building -- */

static struct report_section *last_section(struct report *r)
{
	if (!r->sections.n)
		BUG("a block before the first section");
	return &r->sections.at[r->sections.n - 1];
}

static struct report_block *block_new(struct report *r, enum block_kind kind)
{
	struct report_block *b = vec_add(&last_section(r)->blocks);

	b->kind = kind;
	return b;
}

/* The last block if it is of the kind, else a new one. */
static struct report_block *block_same(struct report *r, enum block_kind kind)
{
	struct report_section *s = last_section(r);

	if (s->blocks.n && s->blocks.at[s->blocks.n - 1].kind == kind)
		return &s->blocks.at[s->blocks.n - 1];
	return block_new(r, kind);
}

static char *format_text(const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;

	buf_vprintf(&b, fmt, ap);
	return buf_detach(&b);
}

void report_section(struct report *r, const char *id, const char *title)
{
	struct report_section *s = vec_add(&r->sections);

	s->id = id;
	s->title = title;
}

#define BLOCK_OF_FORMAT(r, kind, fmt) \
	do { \
		va_list ap; \
		va_start(ap, fmt); \
		block_new(r, kind)->text = format_text(fmt, ap); \
		va_end(ap); \
	} while (0)

void report_heading(struct report *r, const char *fmt, ...)
{
	BLOCK_OF_FORMAT(r, BLOCK_HEADING, fmt);
}

void report_text(struct report *r, const char *fmt, ...)
{
	BLOCK_OF_FORMAT(r, BLOCK_TEXT, fmt);
}

void report_none(struct report *r, const char *fmt, ...)
{
	BLOCK_OF_FORMAT(r, BLOCK_NONE, fmt);
}

void report_written(struct report *r, const char *markdown)
{
	block_new(r, BLOCK_WRITTEN)->text = xstrdup(markdown);
}

void report_verbatim(struct report *r, const char *text)
{
	block_new(r, BLOCK_VERBATIM)->text = xstrdup(text);
}

void report_fact(struct report *r, const char *name, const char *value)
{
	struct report_block *b = block_same(r, BLOCK_FACTS);

	strs_add(&b->items, name);
	strs_add(&b->items, value ? value : "not recorded");
}

void report_factf(struct report *r, const char *name, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = format_text(fmt, ap);
	va_end(ap);
	report_fact(r, name, text);
	free(text);
}

static void add_item(struct report *r, const char *section, const char *fmt,
		     va_list ap)
{
	struct report_block *b = block_same(r, BLOCK_LIST);

	vec_push(&b->items, format_text(fmt, ap));
	strs_add(&b->refs, section);
}

void report_item(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_item(r, "", fmt, ap);
	va_end(ap);
}

void report_item_of(struct report *r, const char *section, const char *fmt,
		    ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_item(r, section, fmt, ap);
	va_end(ap);
}

void report_badge(struct report *r, enum tone tone, const char *fmt, ...)
{
	struct report_block *b = block_same(r, BLOCK_BADGES);
	va_list ap;

	va_start(ap, fmt);
	vec_push(&b->items, format_text(fmt, ap));
	va_end(ap);
	vec_push(&b->tones, tone);
}

/* -- Tables -- */

struct report_table *report_table(struct report *r, const char *caption,
				  const struct report_column *columns,
				  const char *empty)
{
	struct report_block *b = block_new(r, BLOCK_TABLE);
	struct report_table *t = XNEW(struct report_table);

	b->text = xstrdup(caption);
	b->table = t;
	t->columns = columns;
	t->empty = empty;
	while (columns[t->n_columns].key)
		t->n_columns++;
	return t;
}

static struct report_cell *cell_new(struct report_table *t,
				    enum cell_kind kind)
{
	struct report_cell *c = vec_add(&t->cells);

	c->kind = kind;
	return c;
}

void cell_text(struct report_table *t, const char *text)
{
	if (text)
		cell_new(t, CELL_TEXT)->text = xstrdup(text);
	else
		cell_new(t, CELL_NONE);
}

void cell_textf(struct report_table *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	cell_new(t, CELL_TEXT)->text = format_text(fmt, ap);
	va_end(ap);
}

void cell_toned(struct report_table *t, enum tone tone, const char *text)
{
	cell_text(t, text);
	t->cells.at[t->cells.n - 1].tone = tone;
}

void cell_code(struct report_table *t, const char *text)
{
	cell_text(t, text);
	if (text)
		t->cells.at[t->cells.n - 1].kind = CELL_CODE;
}

void cell_int(struct report_table *t, int64_t i)
{
	cell_new(t, CELL_INT)->i = i;
}

void cell_num(struct report_table *t, double x)
{
	cell_new(t, CELL_NUM)->num = x;
}

void cell_figure(struct report_table *t, const struct figure *f)
{
	cell_new(t, CELL_FIGURE)->figure = *f;
}

void cell_time(struct report_table *t, int64_t time)
{
	char text[CLOCK_TEXT];

	cell_text(t, clock_format(time, text));
}

size_t table_rows(const struct report_table *t)
{
	return t->cells.n / t->n_columns;
}

/* -- Plots -- */

static void copy_strs(struct strs *out, const struct strs *v)
{
	for (size_t i = 0; i < v->n; i++)
		strs_add(out, v->at[i]);
}

struct plot *report_plot(struct report *r, const char *caption,
			 enum plot_kind kind, const struct strs *labels,
			 const struct strs *series)
{
	struct report_block *b = block_new(r, BLOCK_PLOT);
	struct plot *p = XNEW(struct plot);

	b->text = xstrdup(caption);
	b->plot = p;
	p->kind = kind;
	p->label_name = "label";
	p->value_name = "value";
	copy_strs(&p->labels, labels);
	copy_strs(&p->series, series);
	p->n_at = labels->n * series->n;
	p->at = XNEW_ARRAY(struct figure, p->n_at + 1);
	for (size_t i = 0; i < p->n_at; i++)
		p->at[i] = figure_undefined("not measured", 0);
	return p;
}

struct plot *report_curve(struct report *r, const char *caption,
			  const double *x, size_t n,
			  const struct strs *series)
{
	struct strs labels = VEC_INIT;
	struct buf b = BUF_INIT;
	struct plot *p;

	for (size_t i = 0; i < n; i++) {
		buf_clear(&b);
		report_number(&b, x[i]);
		strs_add(&labels, b.data);
	}
	p = report_plot(r, caption, PLOT_CURVE, &labels, series);
	p->x = XNEW_ARRAY(double, n + 1);
	for (size_t i = 0; i < n; i++)
		p->x[i] = x[i];
	strs_release(&labels);
	buf_release(&b);
	return p;
}

/* -- Figures for people -- */

void report_number(struct buf *out, double x)
{
	char text[DECIMAL_MAX];

	if (x == 0 || (x >= -1 && x <= 1 && (x >= .0001 || x <= -.0001)))
		buf_str(out, decimal_fixed(x, 4, text));
	else if (x > -1 && x < 1)
		buf_str(out, decimal_sig(x, 2, text));
	else
		buf_str(out, decimal_sig(x, 5, text));
}

void report_figure_value(struct buf *out, const struct figure *f)
{
	if (f->why)
		buf_printf(out, "undefined (%s)", f->why);
	else
		report_number(out, f->value);
}

void report_figure_bounds(struct buf *out, const struct figure *f)
{
	if (f->why || f->method == METHOD_NONE)
		return;
	buf_char(out, '[');
	report_number(out, f->low);
	buf_str(out, ", ");
	report_number(out, f->high);
	buf_char(out, ']');
}

void report_figure_text(struct buf *out, const struct figure *f)
{
	report_figure_value(out, f);
	if (!f->why && f->method != METHOD_NONE)
		buf_char(out, ' ');
	report_figure_bounds(out, f);
}
