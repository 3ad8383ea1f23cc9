#include "tui/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "registry/testset.h"

void put_number(struct buf *out, double x, bool is_signed)
{
	char text[DECIMAL_MAX];

	if (fabs(x) < 10)
		buf_str(out, decimal_rate(x, 4, is_signed, text));
	else
		buf_printf(out, "%s%s", is_signed && x > 0 ? "+" : "",
			   decimal_sig(x, 5, text));
}

void put_count(struct buf *out, uint64_t n)
{
	char text[DECIMAL_MAX];

	buf_str(out, decimal_grouped(n, text));
}

void put_figure(struct buf *out, const struct figure *f)
{
	if (f->why)
		buf_str(out, "undefined");
	else
		put_number(out, f->value, false);
}

void put_bounds(struct buf *out, const struct figure *f)
{
	if (f->why || f->method == METHOD_NONE)
		return;
	buf_char(out, '[');
	put_number(out, f->low, false);
	buf_char(out, ',');
	put_number(out, f->high, false);
	buf_char(out, ']');
}

void put_said(const struct prediction_one *said, struct buf *out)
{
	char text[DECIMAL_MAX];

	if (said->has_value)
		buf_str(out, decimal_sig(said->value, 6, text));
	if (said->label)
		buf_str(out, said->label);
	if (said->has_score)
		buf_printf(out, "%s%s", said->label ? " " : "",
			   decimal_rate(said->score, 3, false, text));
	if (!said->has_value && !said->label && !said->has_score)
		buf_char(out, '-');
}

const char *better_text(enum metric m)
{
	switch (metric_better(m)) {
	case BETTER_HIGHER:
		return "up";
	case BETTER_LOWER:
		return "down";
	case BETTER_ZERO:
		return "to 0";
	case BETTER_NEITHER:
		break;
	}
	return "";
}

struct chart_point figure_point(const struct figure *f)
{
	return (struct chart_point){
		.defined = !f->why, .value = f->value,
		.has_interval = !f->why && f->method != METHOD_NONE,
		.low = f->low, .high = f->high,
	};
}

void put_delta(struct buf *out, const struct delta *d)
{
	if (d->why) {
		buf_printf(out, "undefined: %s", d->why);
		return;
	}
	put_number(out, d->delta, true);
	if (!d->has_interval)
		return;
	buf_str(out, " [");
	put_number(out, d->low, true);
	buf_char(out, ',');
	put_number(out, d->high, true);
	buf_char(out, ']');
}

const char *delta_verdict(enum metric m, const struct delta *d)
{
	return delta_only_differs(m, d) ? "differs"
					: verdict_short(d->verdict);
}

const char *verdict_short(enum verdict v)
{
	switch (v) {
	case VERDICT_NO_DIFFERENCE:
		return "no diff";
	case VERDICT_BETTER:
		return "better";
	case VERDICT_WORSE:
		return "WORSE !";
	case VERDICT_EQUIVALENT:
		return "equivalent";
	case VERDICT_INSUFFICIENT:
		return "too few";
	}
	BUG("verdict %d", v);
}

enum style verdict_style(enum verdict v)
{
	if (v == VERDICT_BETTER)
		return STYLE_GOOD;
	return v == VERDICT_WORSE ? STYLE_BAD : STYLE_NORMAL;
}

void put_key(struct buf *out, const char *key)
{
	size_t from = out->len;

	buf_str(out, key);
	testset_key_shown(out->data + from, out->len - from);
}

void put_date(struct buf *out, int64_t time)
{
	char text[CLOCK_TEXT];

	buf_add(out, clock_format(time, text), 10);
}

const char *counted(uint64_t n, const char *one, const char *many,
		    char out[COUNTED_MAX])
{
	char digits[DECIMAL_MAX];

	snprintf(out, COUNTED_MAX, "%s %s", decimal_grouped(n, digits),
		 n == 1 ? one : many);
	return out;
}

/* The larger, the better. */
static double goodness(enum metric m, double x)
{
	switch (metric_better(m)) {
	case BETTER_LOWER:
		return -x;
	case BETTER_ZERO:
		return -fabs(x);
	case BETTER_HIGHER:
	case BETTER_NEITHER:
		break;
	}
	return x;
}

int figure_compare(enum metric m, const struct figure *a,
		   const struct figure *b)
{
	double x, y;

	if (a->why || b->why)
		return (a->why ? 1 : 0) - (b->why ? 1 : 0);
	x = goodness(m, a->value);
	y = goodness(m, b->value);
	return (x > y) - (x < y);
}

void put_slice(struct buf *out, const char *by, const char *value)
{
	if (!by)
		buf_str(out, "all");
	else if (strcmp(by, "slice") == 0)
		buf_str(out, value);
	else
		buf_printf(out, "%s=%s", by, *value ? value : "(empty)");
}

void put_looks(struct buf *out, const struct looks *l)
{
	char n[COUNTED_MAX], versions[COUNTED_MAX];

	if (!l->evaluations) {
		buf_printf(out, "never since revision %lld grew it",
			   (long long)l->revision);
		return;
	}
	buf_printf(out, "%s since revision %lld grew it: %s, ",
		   counted(l->evaluations, "time", "times", n),
		   (long long)l->revision,
		   counted(l->versions, "version", "versions", versions));
	put_count(out, l->chosen);
	buf_str(out, " of them chosen");
}

void metric_menu(struct app *app, const char *title,
		 const enum metric *metrics, size_t n, menu_fn *picked)
{
	const char *names[METRIC_COUNT];

	for (size_t i = 0; i < n; i++)
		names[i] = metric_key(metrics[i]);
	app_menu_names(app, title, names, n, picked);
}

int paint_lines(struct area *a, int x, int y, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		area_textn(a, x, y++, a->w - x, STYLE_NORMAL, text, n);
		text += n + (text[n] == '\n');
	}
	return y;
}
