#include "tui/layout.h"

enum fit layout_fit(int w, int h)
{
	if (w < 20 || h < 5)
		return FIT_NOTHING;
	if (w >= 96 && h >= 20)
		return FIT_BOXES;
	if (w >= 60 && h >= 16)
		return FIT_STACKED;
	return FIT_ONE;
}

void layout_side_by_side(int w, int h, int left_share, struct rect *left,
			 struct rect *right)
{
	int split = w * left_share / 100;
	*left = (struct rect){ 0, 0, split + 1, h };
	*right = (struct rect){ split, 0, w - split, h };
}

void layout_column(struct rect all, const int *shares, size_t n, int min,
		   struct rect *out)
{
	int sum = 0, y = 0;
	for (size_t i = 0; i < n; i++)
		sum += shares[i];
	for (size_t i = 0; i < n; i++) {
		int rest = all.h - y;
		int h = sum ? all.h * shares[i] / sum : 0;
		if (h < min)
			h = min;
		if (i + 1 == n || h > rest)
			h = rest;
		/* boxes share their lines: each but the last is one longer */
		int shared = i + 1 < n && h < rest ? 1 : 0;
		out[i] = (struct rect){ all.x, all.y + y, all.w, h + shared };
		y += h;
	}
}

static int total(const struct column_fit *c, size_t n, const int *widths)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++)
		if (widths[i])
			sum += widths[i] + (sum > 0);
	(void)c;
	return sum;
}

/* Takes columns out, lowest priority first, until the smallest widths fit. */
static void drop_columns(const struct column_fit *c, size_t n, int w,
			 int *widths)
{
	while (total(c, n, widths) > w) {
		size_t worst = 0;
		for (size_t i = 1; i < n; i++)
			if (widths[i] && (!worst ||
					  c[i].priority <= c[worst].priority))
				worst = i;
		if (!worst)
			break;
		widths[worst] = 0;
	}
}

void layout_columns(const struct column_fit *c, size_t n, int w, int *widths)
{
	for (size_t i = 0; i < n; i++)
		widths[i] = c[i].min > 0 ? c[i].min : 1;
	drop_columns(c, n, w, widths);
	if (n && widths[0] > w)
		widths[0] = w < 1 ? 1 : w;
	int left = w - total(c, n, widths);
	for (size_t i = 0; i < n && left > 0; i++) {
		int more = c[i].want - widths[i];
		if (!widths[i] || more <= 0)
			continue;
		if (more > left)
			more = left;
		widths[i] += more;
		left -= more;
	}
	for (size_t i = 0; i < n && left > 0; i++) {
		if (widths[i] && c[i].elastic) {
			widths[i] += left;
			break;
		}
	}
}
