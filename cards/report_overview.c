/* The registry in one report: models, what is in production, test sets. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "cards/report_parts.h"

static const struct report_column model_columns[] = {
	{ "name", "Model", false }, { "task", "Task", false },
	{ "owner", "Owner", false }, { "risk", "Risk", false },
	{ "versions", "Versions", true }, { "production", "In production",
					    false },
	{ "main", "Main metric", true }, { "on", "On", false }, { 0 },
};

/* The newest evaluation of the version in production. */
static enum rc production_cells(struct report_ctx *c, struct report_table *t,
				const struct model_rec *m, struct err *err)
{
	struct evaluation e;
	struct buf on = BUF_INIT;
	enum metric metric;
	enum rc rc = m->production ?
		reg_evaluation_newest(c->reg, m->name, m->production, &e, err)
		: RC_NOT_FOUND;

	if (rc != RC_OK) {
		cell_text(t, NULL);
		cell_text(t, m->production ? "never evaluated" : NULL);
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	}
	metric = metric_main(e.task);
	if (m->main_metric)
		metric_from_key(m->main_metric, &metric);
	buf_printf(&on, "%s, %s@%lld", metric_key(metric), e.testset,
		   (long long)e.revision);
	cell_figure(t, &e.whole.metrics[metric]);
	cell_text(t, on.data);
	buf_release(&on);
	evaluation_release(&e);
	return RC_OK;
}

static enum rc models_table(struct report_ctx *c, struct report *r,
			    struct err *err)
{
	struct model_recs v = VEC_INIT;
	struct report_table *t;
	enum rc rc = reg_model_list(c->reg, &v, err);

	report_section(r, "models", "Models");
	t = report_table(r, "All models", model_columns,
			 "no model is registered");
	for (size_t i = 0; i < v.n && rc == RC_OK; i++) {
		const struct model_rec *m = &v.at[i];

		cell_text(t, m->name);
		cell_text(t, m->task);
		cell_toned(t, m->owner ? TONE_PLAIN : TONE_WARN,
			   m->owner ? m->owner : "nobody");
		cell_text(t, m->risk ? m->risk : "unset, counts as high");
		cell_int(t, m->n_versions);
		if (m->production)
			cell_textf(t, "version %lld",
				   (long long)m->production);
		else
			cell_text(t, "none");
		rc = production_cells(c, t, m, err);
	}
	model_recs_release(&v);
	return rc;
}

static const struct report_column set_columns[] = {
	{ "name", "Test set", false }, { "task", "Task", false },
	{ "revision", "Revision", true }, { "n", "Patterns", true },
	{ "retired", "Retired", true }, { "digest", "Digest", false },
	{ "time", "Last changed", false }, { 0 },
};

static enum rc sets_table(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	struct testset_infos v = VEC_INIT;
	struct report_table *t;
	enum rc rc = reg_testset_list(c->reg, &v, err);

	report_section(r, "testsets", "Test sets");
	t = report_table(r, "All test sets", set_columns,
			 "no test set was created");
	for (size_t i = 0; i < v.n && rc == RC_OK; i++) {
		const struct testset_info *s = &v.at[i];

		cell_text(t, s->name);
		cell_text(t, task_name(s->task));
		cell_int(t, s->revision);
		cell_int(t, (int64_t)s->n);
		cell_int(t, (int64_t)s->n_retired);
		cell_code(t, s->digest);
		if (s->n_revisions)
			cell_time(t, s->revisions[s->n_revisions - 1].time);
		else
			cell_text(t, NULL);
	}
	testset_infos_release(&v);
	return rc;
}

enum rc report_of_overview(struct report_ctx *c, struct report *r,
			struct err *err)
{
	enum rc rc;

	if (c->spec->n_of)
		return err_set(err, RC_USAGE, "an overview takes no name: it "
			       "is of all models");
	r->title = xstrdup("Registry overview");
	rc = models_table(c, r, err);
	if (rc == RC_OK)
		rc = sets_table(c, r, err);
	return rc == RC_OK ? report_part_audit(c, r, err) : rc;
}
