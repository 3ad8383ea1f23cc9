#include "cards/quantitative.h"

#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/safetext.h"
#include "base/utf8.h"
#include "cards/markdown.h"
#include "cards/reference.h"

#define BAR 32			/* cells of a chart */
#define NAME 24			/* of a slice's name beside it */

/* Beside the main metric: the errors that fairness asks about. */
static const enum metric beside[] = {
	METRIC_FPR, METRIC_FNR, METRIC_SELECTION_RATE, METRIC_MACRO_F1,
	METRIC_RMSE,
};

static bool wanted(const struct eval_slice *s, bool intersectional)
{
	return (strchr(s->by, '+') != NULL) == intersectional;
}

static bool any_wanted(const struct evaluation *e, bool intersectional)
{
	for (size_t i = 0; i < e->n_slices; i++)
		if (wanted(&e->slices[i], intersectional))
			return true;
	return false;
}

static size_t cell(double x, double least, double most, size_t width)
{
	double share = most > least ? (x - least) / (most - least) : 0;

	if (!(share > 0))
		return 0;
	return share >= 1 ? width - 1 : (size_t)(share * (double)width);
}

void interval_bar(struct buf *out, const struct figure *f, double least,
		  double most, size_t width)
{
	size_t start = out->len + 1;

	buf_char(out, '|');
	buf_fill(out, ' ', width);
	buf_char(out, '|');
	if (f->why)
		return;
	if (f->method != METHOD_NONE) {
		size_t low = cell(f->low, least, most, width);
		size_t high = cell(f->high, least, most, width);

		memset(out->data + start + low, '-', high - low + 1);
	}
	out->data[start + cell(f->value, least, most, width)] = '*';
}

/* The range that holds every interval; 0 to 1 for rates. */
static void scale_of(const struct evaluation *e, enum metric m,
		     bool intersectional, double *least, double *most)
{
	*least = 0;
	*most = 1;
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct figure *f = &e->slices[i].metrics[m];
		double low = f->method == METHOD_NONE ? f->value : f->low;
		double high = f->method == METHOD_NONE ? f->value : f->high;

		if (f->why || !wanted(&e->slices[i], intersectional))
			continue;
		if (low < *least)
			*least = low;
		if (high > *most)
			*most = high;
	}
}

static size_t columns(const struct evaluation *e, enum metric first,
		      enum metric out[8])
{
	size_t n = 0;

	if (metric_fits(first, e->task))
		out[n++] = first;
	else
		out[n++] = metric_main(e->task);
	for (size_t i = 0; i < COUNT(beside); i++)
		if (metric_fits(beside[i], e->task) && beside[i] != out[0])
			out[n++] = beside[i];
	return n;
}

static void table_row(struct buf *out, const char *by, const char *value,
		      const struct eval_slice *s, const enum metric *m,
		      size_t n)
{
	char count[DECIMAL_MAX];

	buf_str(out, "| ");
	md_cell(out, by);
	buf_str(out, " | ");
	md_cell(out, value);
	buf_printf(out, " | %s%s |", decimal_grouped(s->n, count),
		   s->n < QUANTITATIVE_MIN_N ? " (insufficient)" : "");
	for (size_t i = 0; i < n; i++) {
		buf_char(out, ' ');
		figure_print(out, &s->metrics[m[i]]);
		buf_str(out, " |");
	}
	buf_char(out, '\n');
}

static void write_table(struct buf *out, const struct evaluation *e,
			const enum metric *m, size_t n, bool intersectional)
{
	buf_str(out, "| by | value | n |");
	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %s |", metric_key(m[i]));
	buf_str(out, "\n|---|---|---|");
	for (size_t i = 0; i < n; i++)
		buf_str(out, "---|");
	buf_char(out, '\n');
	if (!intersectional)
		table_row(out, "all", "", &e->whole, m, n);
	for (size_t i = 0; i < e->n_slices; i++)
		if (wanted(&e->slices[i], intersectional))
			table_row(out, e->slices[i].by, e->slices[i].value,
				  &e->slices[i], m, n);
	buf_char(out, '\n');
}

/* A name in NAME cells; what a terminal must not see is escaped, and a fence
 * cannot be closed from within a line. */
static void padded(struct buf *out, const char *name)
{
	char *safe = safetext_line(name);
	size_t used, n = utf8_fit(safe, strlen(safe), NAME, &used);

	buf_add(out, safe, n);
	buf_fill(out, ' ', NAME + 1 - used);
	free(safe);
}

static void write_chart(struct buf *out, const struct evaluation *e,
			enum metric m, bool intersectional)
{
	double least, most;

	scale_of(e, m, intersectional, &least, &most);
	buf_printf(out, "```\n%-*s", NAME + 1, metric_key(m));
	number_print(out, least);
	buf_fill(out, ' ', BAR - 10);
	number_print(out, most);
	buf_char(out, '\n');
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i];
		struct buf name = BUF_INIT;

		if (!wanted(s, intersectional))
			continue;
		buf_printf(&name, "%s=%s", s->by, s->value);
		padded(out, name.data);
		buf_release(&name);
		interval_bar(out, &s->metrics[m], least, most, BAR);
		buf_char(out, ' ');
		figure_print(out, &s->metrics[m]);
		buf_char(out, '\n');
	}
	buf_str(out, "```\n\n");
}

void quantitative_write(struct buf *out, const struct doc_facts *f,
			bool intersectional)
{
	for (size_t i = 0; i < f->evaluations.n; i++) {
		const struct evaluation *e = &f->evaluations.at[i];
		enum metric m[8];
		char n[DECIMAL_MAX];
		size_t n_m = columns(e, f->main_metric, m);

		if (intersectional && !any_wanted(e, true))
			continue;
		buf_printf(out, "%s@%lld, n %s%s%s\n\n", e->testset,
			   (long long)e->revision,
			   decimal_grouped(e->whole.n, n),
			   e->state && strcmp(e->state, "fresh") ? " ~ " : "",
			   e->state && strcmp(e->state, "fresh") ? e->state :
			   "");
		write_table(out, e, m, n_m, intersectional);
		if (any_wanted(e, intersectional))
			write_chart(out, e, m[0], intersectional);
	}
}
