#include "cards/render_json.h"

#include "base/clock.h"
#include "base/json.h"
#include "cards/seal.h"
#include "model/evaluation.h"

static const char *const types[] = {
	[BLOCK_HEADING] = "heading", [BLOCK_TEXT] = "text",
	[BLOCK_NONE] = "none", [BLOCK_WRITTEN] = "written",
	[BLOCK_FACTS] = "facts", [BLOCK_LIST] = "list",
	[BLOCK_BADGES] = "badges", [BLOCK_VERBATIM] = "verbatim",
	[BLOCK_TABLE] = "table", [BLOCK_PLOT] = "plot",
};
static const char *const tone_names[] = {
	[TONE_PLAIN] = "plain", [TONE_GOOD] = "good", [TONE_WARN] = "warn",
	[TONE_BAD] = "bad",
};
static const char *const plots[] = {
	[PLOT_INTERVALS] = "intervals", [PLOT_LINES] = "lines",
	[PLOT_MATRIX] = "matrix", [PLOT_CURVE] = "curve",
};

static void write_cell(struct json_out *o, const struct report_cell *c)
{
	switch (c->kind) {
	case CELL_NONE:
		jo_null(o);
		break;
	case CELL_TEXT:
	case CELL_CODE:
		jo_str(o, c->text);
		break;
	case CELL_INT:
		jo_int(o, c->i);
		break;
	case CELL_NUM:
		jo_num(o, c->num);
		break;
	case CELL_FIGURE:
		figure_write(o, &c->figure);
		break;
	}
}

static void write_table(struct json_out *o, const struct report_table *t)
{
	jo_key(o, "rows");
	jo_array(o);
	for (size_t i = 0; i < table_rows(t); i++) {
		jo_object(o);
		for (size_t k = 0; k < t->n_columns; k++) {
			jo_key(o, t->columns[k].key);
			write_cell(o, &t->cells.at[i * t->n_columns + k]);
		}
		jo_end(o);
	}
	jo_end(o);
	if (!table_rows(t))
		jo_kstr(o, "empty", t->empty);
}

static void write_strs(struct json_out *o, const char *key,
		       const struct strs *v)
{
	jo_key(o, key);
	jo_array(o);
	for (size_t i = 0; i < v->n; i++)
		jo_str(o, v->at[i]);
	jo_end(o);
}

static void write_plot(struct json_out *o, const struct plot *p)
{
	jo_kstr(o, "plot", plots[p->kind]);
	write_strs(o, "labels", &p->labels);
	if (p->x) {
		jo_key(o, "x");
		jo_array(o);
		for (size_t k = 0; k < p->labels.n; k++)
			jo_num(o, p->x[k]);
		jo_end(o);
	}
	jo_key(o, "series");
	jo_array(o);
	for (size_t i = 0; i < p->series.n; i++) {
		jo_object(o);
		jo_kstr(o, "name", p->series.at[i]);
		jo_key(o, "figures");
		jo_array(o);
		for (size_t k = 0; k < p->labels.n; k++)
			figure_write(o, plot_at(p, i, k));
		jo_end(o);
		jo_end(o);
	}
	jo_end(o);
}

/* Objects of two strings each: first[i], second[i]. */
static void write_twos(struct json_out *o, const struct report_block *b)
{
	bool facts = b->kind == BLOCK_FACTS;
	size_t step = facts ? 2 : 1;

	jo_key(o, types[b->kind]);
	jo_array(o);
	for (size_t i = 0; i + step <= b->items.n; i += step) {
		jo_object(o);
		jo_kstr(o, facts ? "name" : "text", b->items.at[i]);
		jo_kstr(o, facts ? "value" : "tone",
			facts ? b->items.at[i + 1]
			      : tone_names[b->tones.at[i]]);
		jo_end(o);
	}
	jo_end(o);
}

static void write_block(struct json_out *o, const struct report_block *b)
{
	jo_object(o);
	jo_kstr(o, "type", types[b->kind]);
	if (b->text)
		jo_kstr(o, b->table || b->plot ? "caption" : "text", b->text);
	if (b->kind == BLOCK_FACTS || b->kind == BLOCK_BADGES)
		write_twos(o, b);
	if (b->kind == BLOCK_LIST)
		write_strs(o, "items", &b->items);
	if (b->table)
		write_table(o, b->table);
	if (b->plot)
		write_plot(o, b->plot);
	jo_end(o);
}

static void write_section(struct json_out *o, const struct report_section *s)
{
	jo_object(o);
	jo_kstr(o, "id", s->id);
	jo_kstr(o, "title", s->title);
	jo_key(o, "blocks");
	jo_array(o);
	for (size_t i = 0; i < s->blocks.n; i++)
		write_block(o, &s->blocks.at[i]);
	jo_end(o);
	jo_end(o);
}

static void write_head(struct json_out *o, const struct report *r)
{
	char time[CLOCK_TEXT];

	jo_kstr(o, "format", "muster-report");
	jo_kint(o, "version", 1);
	jo_kstr(o, "kind", report_kind_name(r->kind));
	jo_kstr(o, "title", r->title);
	jo_kstr(o, "of", r->of);
	jo_kstr(o, "stage", r->stage);
	jo_kbool(o, "draft", r->draft != NULL);
	jo_key(o, "registry");
	jo_object(o);
	jo_kint(o, "entries", (int64_t)r->entries);
	jo_kstr(o, "root", r->root);
	jo_kstr(o, "time", clock_format(r->time, time));
	jo_end(o);
}

void render_json(const struct report *r, struct buf *out)
{
	struct json_out o = JSON_OUT(out, true);
	struct seal_parts parts = VEC_INIT;
	struct buf line = BUF_INIT;

	seal_mark(&parts, "head", out);
	jo_object(&o);
	write_head(&o, r);
	jo_key(&o, "sections");
	jo_array(&o);
	for (size_t i = 0; i < r->sections.n; i++) {
		seal_mark(&parts, r->sections.at[i].id, out);
		write_section(&o, &r->sections.at[i]);
	}
	jo_end(&o);
	jo_key(&o, "seal");
	/* the last section ends where the seal's line starts */
	{
		size_t end = out->len;

		while (end > 0 && out->data[end - 1] != '\n')
			end--;
		seal_line(&line, r, REPORT_JSON, &parts, out, end);
	}
	jo_str(&o, line.data);
	jo_end(&o);
	if (!buf_ends_with(out, "\n"))
		buf_char(out, '\n');
	seal_close(out);
	seal_parts_release(&parts);
	buf_release(&line);
}
