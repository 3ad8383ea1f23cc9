#include "tui/version_detail.h"

#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "tui/figures.h"

int paint_labelled(struct area *a, int y, const char *label, const char *text)
{
	int lines;

	if (!text || !*text)
		return y;
	area_text(a, 1, y, 8, STYLE_NORMAL, label);
	lines = area_wrap(a, 10, y, a->w - 11, STYLE_NORMAL, text);
	return y + (lines > 0 ? lines : 1);
}

static int paint_newest(struct area *a, int y, const struct evaluation *e)
{
	struct buf text = BUF_INIT;
	const struct figure *f;
	enum metric metric;

	if (!e)
		return paint_labelled(a, y, "score", "none yet: e evaluates");
	metric = metric_main(e->task);
	f = &e->whole.metrics[metric];
	if (f->why)
		buf_printf(&text, "undefined: %s", f->why);
	else
		put_figure(&text, f);
	if (!f->why && f->method != METHOD_NONE)
		buf_char(&text, ' ');
	put_bounds(&text, f);
	buf_str(&text, " n ");
	put_count(&text, f->n);
	y = paint_labelled(a, y, metric_head(metric), text.data);
	buf_clear(&text);
	buf_printf(&text, "%s r%lld, %s", e->testset, (long long)e->revision,
		   e->state);
	y = paint_labelled(a, y, "on", text.data);
	buf_release(&text);
	return y;
}

static int paint_threshold(struct area *a, int y, const struct version_rec *v,
			   const char *chosen)
{
	struct buf text = BUF_INIT;

	if (v->has_threshold)
		put_number(&text, v->threshold, false);
	if (v->has_threshold && chosen && *chosen)
		buf_printf(&text, ", %s", chosen);
	y = paint_labelled(a, y, "thresh.", text.data);
	buf_release(&text);
	return y;
}

static int paint_source(struct area *a, int y, const struct version_rec *v)
{
	struct buf text = BUF_INIT;

	y = paint_labelled(a, y, "data", v->data);
	y = paint_labelled(a, y, "code", v->code);
	y = paint_labelled(a, y, "run", v->run);
	y = paint_labelled(a, y, "file", v->artifact_name);
	y = paint_labelled(a, y, "sha256", v->artifact);
	for (size_t i = 0; i < v->params.n; i++)
		buf_printf(&text, "%s%s=%s", i ? " " : "",
			   v->params.at[i].key, v->params.at[i].value);
	y = paint_labelled(a, y, "param", text.data);
	buf_clear(&text);
	for (size_t i = 0; i < v->runner.n; i++)
		buf_printf(&text, "%s%s", i ? " " : "", v->runner.at[i]);
	y = paint_labelled(a, y, "runner", text.data);
	buf_release(&text);
	return paint_labelled(a, y, "note", v->note);
}

int paint_version(struct area *a, int y, const struct version_rec *v,
		  const struct model_rec *model,
		  const struct evaluation *newest, const char *chosen)
{
	struct buf text = BUF_INIT;
	char day[CLOCK_TEXT];

	y = paint_labelled(a, y, "stage", v->stage);
	for (size_t i = 0; i < v->aliases.n; i++)
		buf_printf(&text, "%s@%s", i ? " " : "", v->aliases.at[i]);
	y = paint_labelled(a, y, "alias", text.data);
	y = paint_labelled(a, y, "owner", model->owner);
	y = paint_labelled(a, y, "risk", model->risk ? model->risk :
			   "not set, counts as high");
	buf_clear(&text);
	buf_printf(&text, "%.10s by %s", clock_format(v->time, day), v->who);
	y = paint_labelled(a, y, "added", text.data);
	buf_release(&text);
	y = paint_newest(a, y, newest);
	y = paint_threshold(a, y, v, chosen);
	y = paint_source(a, y, v);
	return paint_labelled(a, y, "about", model->description);
}

/* -- Lineage -- */

static bool differs(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

static void put_changed(struct buf *out, const struct version_rec *before,
			const struct version_rec *v)
{
	static const char *const words[] = { "data", "code", "file" };
	const bool changed[] = {
		differs(before->data, v->data), differs(before->code, v->code),
		differs(before->artifact, v->artifact),
	};
	bool any = false;

	if (changed[0] && changed[1] && changed[2]) {
		buf_str(out, "all changed");	/* the words have no room */
		return;
	}
	for (int i = 0; i < 3; i++)
		if (changed[i]) {
			buf_printf(out, "%s%s", any ? "+" : "", words[i]);
			any = true;
		}
	if (!any)
		buf_str(out, "same");
}

/* Stage names have at most ten letters. */
#define STEP 14

static void paint_step(struct area *a, int x, int y,
		       const struct version_rec *before,
		       const struct version_rec *v, bool here, bool last)
{
	struct buf text = BUF_INIT;
	enum style style = here ? STYLE_STRONG : STYLE_NORMAL;
	int used;

	buf_printf(&text, here ? "[%lld]" : "%lld", (long long)v->version);
	used = area_text(a, x, y, STEP - 1, style, text.data);
	for (int i = used + 1; !last && i < STEP - 1; i++)
		area_put(a, x + i, y, STYLE_FAINT, i < STEP - 2 ? '-' : '>');
	area_text(a, x, y + 1, STEP - 1, style, v->stage);
	buf_clear(&text);
	if (before)
		put_changed(&text, before, v);
	area_text(a, x, y + 2, STEP - 1, STYLE_FAINT, text.data);
	buf_release(&text);
}

int paint_lineage(struct area *a, int y, const struct version_rec *versions,
		  size_t n, int64_t here)
{
	int x = 1;

	for (size_t i = 0; i < n; i++) {
		if (x + STEP > a->w && x > 1) {
			x = 1;
			y += 4;
		}
		paint_step(a, x, y, i ? &versions[i - 1] : NULL, &versions[i],
			   versions[i].version == here, i + 1 == n);
		x += STEP;
	}
	return n ? y + 3 : y;
}
