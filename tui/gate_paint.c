/* The status pane: the rule under the cursor, what blocks, and whether one
 * may sign. */
#include <string.h>

#include "base/clock.h"
#include "tui/figures.h"
#include "tui/gate.h"
#include "tui/gate_words.h"

static int paint_head(const struct gate_view *g, const struct gate_result *r,
		      struct area *a, int y)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s %lld, now %s, risk %s", g->model,
		   (long long)g->version, g->stage_now, r->risk);
	y = area_paragraph(a, 1, y, STYLE_NORMAL, text.data);
	buf_clear(&text);
	put_gate_verdict(&text, r);
	y = area_paragraph(a, 1, y, r->met ? STYLE_GOOD : STYLE_BAD, text.data);
	buf_release(&text);
	return y;
}

/* As many cells of a meter as rules hold. */
static int paint_meter(const struct gate_result *r, struct area *a, int y)
{
	int w = a->w - 14 < 20 ? a->w - 14 : 20;
	size_t n = gate_count(r, GATE_PASS) + gate_count(r, GATE_WAIVED);
	int full = r->items.n ? (int)((size_t)w * n / r->items.n) : 0;

	if (w < 4)
		return y;
	area_text(a, 1, y, 1, STYLE_NORMAL, "[");
	for (int i = 0; i < w; i++)
		area_put(a, 2 + i, y, r->met ? STYLE_GOOD : STYLE_WARN,
			 i < full ? '#' : '.');
	area_text(a, 2 + w, y, 1, STYLE_NORMAL, "]");
	area_printf(a, 4 + w, y, STYLE_NORMAL, "%zu of %zu", n, r->items.n);
	return y + 1;
}

static int paint_item(const struct gate_item *item, size_t number,
		      struct area *a, int y)
{
	struct buf text = BUF_INIT;

	area_hline(a, 0, y, a->w, STYLE_FRAME);
	area_printf(a, 2, y++, STYLE_HEADING, " rule %zu ", number);
	y = area_paragraph(a, 1, y, STYLE_STRONG, item->rule);
	buf_printf(&text, "%s: %s", gate_verdict_word(item->verdict),
		   item->why);
	y = area_paragraph(a, 1, y, gate_verdict_style(item->verdict),
			   text.data);
	buf_clear(&text);
	buf_printf(&text, "Enter: %s", gate_leads_to(item->kind));
	y = area_paragraph(a, 1, y, STYLE_NORMAL, text.data);
	buf_release(&text);
	return y;
}

static int paint_blocks(const struct gate_result *r, struct area *a, int y)
{
	struct buf text = BUF_INIT;

	area_hline(a, 0, y, a->w, STYLE_FRAME);
	area_text(a, 2, y++, a->w - 3, STYLE_HEADING, " What blocks this? ");
	for (size_t i = 0; i < r->items.n; i++) {
		const struct gate_item *item = &r->items.at[i];

		if (gate_verdict_holds(item->verdict))
			continue;
		buf_clear(&text);
		buf_printf(&text, "%s: %s", item->rule, item->why);
		area_printf(a, 1, y, STYLE_NORMAL, "%2zu", i + 1);
		y = area_paragraph(a, 4, y, STYLE_NORMAL, text.data);
	}
	buf_release(&text);
	return y;
}

static int paint_may(const struct gate_view *g, const struct gate_result *r,
		     struct area *a, int y)
{
	struct buf text = BUF_INIT;

	area_hline(a, 0, y, a->w, STYLE_FRAME);
	if (r->met_unsigned) {
		area_text(a, 2, y++, a->w - 3, STYLE_HEADING, " SIGN ");
		buf_printf(&text, "S shows what is signed. To sign, type '%s "
			   "%lld'; Enter alone does nothing.", g->model,
			   (long long)g->version);
	} else {
		area_text(a, 2, y++, a->w - 3, STYLE_HEADING,
			  " APPROVE is not possible ");
		buf_str(&text, "until the rules hold or are waived. R "
			"refuses, with a reason.");
	}
	y = area_paragraph(a, 1, y, STYLE_NORMAL, text.data);
	buf_release(&text);
	return y;
}

/* Moves past a gate that did not hold: red until a second person has seen
 * them. */
static int paint_overrides(const struct gate_view *g, struct area *a, int y)
{
	struct buf text = BUF_INIT;
	char time[CLOCK_TEXT];

	for (size_t i = 0; i < g->overrides.n; i++) {
		const struct version_override *o = &g->overrides.at[i];

		buf_clear(&text);
		buf_printf(&text, "%s%s moved it to %s on %.10s although the "
			   "gate did not hold: %s", o->seen_by ? "" : "! ",
			   o->who, o->stage, clock_format(o->time, time),
			   o->reason);
		if (o->seen_by)
			buf_printf(&text, " (acknowledged by %s: %s)",
				   o->seen_by, o->seen_why);
		else
			buf_str(&text, ". Not acknowledged by a second person "
				"yet: K.");
		y = area_paragraph(a, 1, y, o->seen_by ? STYLE_NORMAL :
				   STYLE_BAD, text.data);
	}
	buf_release(&text);
	return y;
}

static void paint_none(const struct gate_view *g, struct area *a)
{
	struct buf text = BUF_INIT;

	if (g->answer.why)
		buf_printf(&text, "The gate could not be checked: %s",
			   g->answer.why);
	else if (g->answer.is_done)
		buf_printf(&text, "Stage '%s' has no gate for this version: "
			   "it may be entered. e writes one.", g->stage);
	else
		buf_str(&text, g->asked ? "Being checked." :
			"Not checked; r checks.");
	area_paragraph(a, 1, 0, g->answer.why ? STYLE_BAD : STYLE_NORMAL,
		       text.data);
	buf_release(&text);
}

void gate_paint_status(struct view *v, struct area *a)
{
	char n[COUNTED_MAX];
	struct gate_view *g = v->state;
	const struct gate_result *r = gate_result_of(g);
	const struct gate_item *item = gate_item_here(v);
	int y;

	if (!r) {
		paint_none(g, a);
		return;
	}
	y = paint_head(g, r, a, 0);
	y = paint_meter(r, a, y);
	y = paint_overrides(g, a, y);
	if (item)
		y = paint_item(item, list_row(&v->lists[GATE_RULES]) + 1, a,
			       y);
	if (!r->met)
		y = paint_blocks(r, a, y);
	y = paint_may(g, r, a, y);
	area_printf(a, 1, y + 1, STYLE_NORMAL, "log: %s on %lld (H)",
		    counted(g->n_log, "entry", "entries", n),
		    (long long)g->version);
}
