/* The competitors: all versions on the revision, those with fresh figures
 * ranked, the others apart with why not. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/report_parts.h"

static const struct report_column rank_columns[] = {
	{ "rank", "Rank", true }, { "version", "Version", false },
	{ "figure", "Figure, 95% interval", true },
	{ "state", "State", false }, { 0 },
};

static void rank_row(struct report_ctx *c, struct report_table *t,
		     const struct rank_row *x)
{
	char *name = xasprintf("%s@%lld", x->model, (long long)x->version);
	bool mine = !strcmp(name, c->name);

	if (x->rank)
		cell_int(t, x->rank);
	else
		cell_text(t, NULL);
	cell_textf(t, "%s%s", name, mine ? " (this version)" : "");
	if (x->rank)
		cell_figure(t, &x->figure);
	else
		cell_text(t, NULL);
	cell_toned(t, x->rank ? TONE_PLAIN : TONE_WARN, x->state);
	free(name);
}

static enum rc one_set(struct report_ctx *c, struct report *r, size_t i,
		       struct err *err)
{
	const struct testset_info *info = &c->facts.testsets.at[i];
	enum metric m = c->facts.main_metric;
	struct ranking ranking;
	struct report_table *t;
	struct buf caption = BUF_INIT;
	enum rc rc;

	if (!metric_fits(m, info->task))
		m = metric_main(info->task);
	rc = reg_rank(c->reg, info->name, 0, &m, &ranking, err);
	if (rc != RC_OK)
		return rc;
	buf_printf(&caption, "By %s on %s, revision %lld", metric_key(m),
		   info->name, (long long)info->revision);
	t = report_table(r, caption.data, rank_columns, "no version is scored");
	for (size_t k = 0; k < ranking.n; k++)
		rank_row(c, t, &ranking.rows[k]);
	ranking_release(&ranking);
	buf_release(&caption);
	return RC_OK;
}

enum rc report_part_ranking(struct report_ctx *c, struct report *r,
			    struct err *err)
{
	enum rc rc = RC_OK;

	report_section(r, "ranking", "All versions side by side");
	if (!c->facts.testsets.n)
		report_none(r, "this version was evaluated on no test set");
	for (size_t i = 0; i < c->facts.testsets.n && rc == RC_OK; i++)
		rc = one_set(c, r, i, err);
	return rc;
}
