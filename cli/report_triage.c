#include "cli/report_triage.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"

static const struct table_column columns[] = {
	{ "id", "problem", false }, { "title", "title", false },
	{ "state", "state", false }, { "kind", "kind", false },
	{ "owner", "owner", false }, { "users_pct", "users %", false },
	{ "error", "error", false }, { "harm", "harm", true },
	{ "impact", "impact", false }, { "rank", "rank", true },
	{ "rank_low", "from", true }, { "rank_high", "to", true },
	{ "patterns", "patterns", true }, { 0 },
};

char *problem_name(int64_t id)
{
	return xasprintf("P-%lld", (long long)id);
}

static void int_or_null(struct table *t, int64_t i)
{
	if (i)
		table_int(t, i);
	else
		table_null(t);
}

static void add_row(struct table *t, const struct triage_row *r)
{
	char *name = problem_name(r->problem.id);

	table_str(t, name);
	table_str(t, r->problem.title);
	table_str(t, problem_state_name(r->problem.state));
	table_str(t, r->problem.kind);
	table_str(t, r->problem.owner);
	table_figure(t, &r->users_pct);
	table_figure(t, &r->error);
	int_or_null(t, r->harm);
	table_figure(t, &r->impact);
	int_or_null(t, r->rank.rank);
	int_or_null(t, r->rank.low);
	int_or_null(t, r->rank.high);
	table_int(t, (int64_t)r->n_patterns);
	free(name);
}

void report_triage(struct cli *c, const struct triage *t, const char *empty)
{
	const struct table_spec spec = { "problems", false, columns, empty };
	struct table *table = cli_table(c, &spec);

	for (size_t i = 0; i < t->n && table_alive(table); i++)
		add_row(table, &t->rows[i]);
	table_end(table);
}

static void add_before(struct json_out *o, const struct triage *t)
{
	jo_key(o, "before");
	jo_object(o);
	jo_key(o, "revision");
	if (t->before > 0)
		jo_int(o, t->before);
	else
		jo_null(o);
	jo_key(o, "total");
	figure_write(o, &t->total_before);
	jo_end(o);
}

void report_board(struct cli *c, const struct triage *t, const char *empty)
{
	const struct table_spec spec = { "problems", false, columns, empty };
	struct json_out json = JSON_OUT(&c->out.buf, true);
	struct table *table;

	if (c->format != FORMAT_JSON) {
		report_triage(c, t, empty);
		return;
	}
	jo_object(&json);
	table = table_new_within(&c->out, &json, &spec);
	for (size_t i = 0; i < t->n && table_alive(table); i++)
		add_row(table, &t->rows[i]);
	table_end(table);
	jo_key(&json, "total");
	figure_write(&json, &t->total);
	if (t->before)
		add_before(&json, t);
	jo_end(&json);
	buf_char(&c->out.buf, '\n');
}

/* -- Over time -- */

enum { BAR = 24 };

#define POINT_COLUMNS \
	{ "time", "time", false }, { "index", "log", true }, \
	{ "ranked", "ranked", true }, { "open", "open", true }, \
	{ "inbox", "inbox", true }, { "total", "total open impact", false }
static const struct table_column point_columns[] = { POINT_COLUMNS, { 0 } };
static const struct table_column barred_columns[] = {
	POINT_COLUMNS, { NULL, "", false }, { 0 },
};

/* Any total above 0 is seen. */
static void add_bar(struct table *t, double value, double greatest)
{
	char bar[BAR + 1];
	int n = greatest > 0 ? (int)(value / greatest * BAR + .5) : 0;

	n += !n && value > 0;
	memset(bar, '#', (size_t)n);
	bar[n] = '\0';
	table_str(t, bar);
}

static void add_point(struct table *t, const struct triage_point *p)
{
	char time[CLOCK_TEXT];

	table_str(t, clock_format(p->time, time));
	table_int(t, (int64_t)p->index);
	table_int(t, (int64_t)p->total.n);
	table_int(t, (int64_t)p->n_open);
	table_int(t, (int64_t)p->n_inbox);
	table_figure(t, &p->total);
}

void report_triage_points(struct cli *c, const struct triage_points *points)
{
	const bool bars = c->format == FORMAT_TEXT;
	const struct table_spec spec = {
		"points", false, bars ? barred_columns : point_columns,
		"there was no problem yet",
	};
	struct table *t = cli_table(c, &spec);
	double greatest = 0;

	for (size_t i = 0; i < points->n; i++)
		if (points->at[i].total.value > greatest)
			greatest = points->at[i].total.value;
	for (size_t i = 0; i < points->n && table_alive(t); i++) {
		add_point(t, &points->at[i]);
		if (bars)
			add_bar(t, points->at[i].total.value, greatest);
	}
	table_end(t);
}
