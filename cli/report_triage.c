#include "cli/report_triage.h"

#include <stdlib.h>

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
