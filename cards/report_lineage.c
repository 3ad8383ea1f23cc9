/* Lineage: what the version was made from; and what changed since the last
 * approved one. Command lines and paths stay out: they name hosts. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cards/report_parts.h"
#include "registry/versiondiff.h"

static const struct report_column param_columns[] = {
	{ "name", "Parameter", false }, { "value", "Value", false }, { 0 },
};
static const struct report_column set_columns[] = {
	{ "testset", "Test set", false }, { "revision", "Revision", true },
	{ "n", "Patterns", true }, { "digest", "Digest", false },
	{ "source", "Grown by", false }, { 0 },
};

static void runner_fact(const struct version_rec *v, struct report *r)
{
	struct hasher *h;
	struct hash sum;
	char hex[HASH_HEX_SIZE];

	if (!v->runner.n) {
		report_fact(r, "Runner", "none: predictions were imported");
		return;
	}
	h = hasher_new();
	for (size_t i = 0; i < v->runner.n; i++)
		hasher_add(h, v->runner.at[i], strlen(v->runner.at[i]) + 1);
	sum = hasher_end(h);
	report_factf(r, "Runner", "recorded, SHA-256 of its arguments %s",
		     hash_hex(&sum, hex));
}

static void sources(struct report_ctx *c, struct report *r)
{
	const struct version_rec *v = &c->version;
	char when[CLOCK_TEXT];

	report_factf(r, "Added", "%s by %s", clock_format(v->time, when),
		     v->who);
	report_fact(r, "Artifact", v->artifact_name);
	report_fact(r, "Artifact, SHA-256", v->artifact);
	report_fact(r, "Training data", v->data);
	report_fact(r, "Code commit", v->code);
	report_fact(r, "Run", v->run);
	runner_fact(v, r);
	if (v->note)
		report_fact(r, "Note", v->note);
}

enum rc report_part_lineage(struct report_ctx *c, struct report *r,
			    struct err *err)
{
	const struct version_rec *v = &c->version;
	struct report_table *t;

	(void)err;
	report_section(r, "lineage", "Lineage");
	sources(c, r);
	t = report_table(r, "Parameters", param_columns,
			 "no parameter is recorded");
	for (size_t i = 0; i < v->params.n; i++) {
		cell_text(t, v->params.at[i].key);
		cell_text(t, v->params.at[i].value);
	}
	t = report_table(r, "Test sets", set_columns,
			 "it was evaluated on no test set");
	for (size_t i = 0; i < c->facts.testsets.n; i++) {
		const struct testset_info *s = &c->facts.testsets.at[i];

		cell_text(t, s->name);
		cell_int(t, s->revision);
		cell_int(t, (int64_t)s->n);
		cell_code(t, s->digest);
		cell_text(t, s->n_revisions ?
			  s->revisions[s->n_revisions - 1].actor : NULL);
	}
	return RC_OK;
}

/* -- Changes since the last approved version -- */

static const struct report_column change_columns[] = {
	{ "part", "Part", false }, { "name", "Name", false },
	{ "from", "Was", false }, { "to", "Is", false }, { 0 },
};
static const struct report_column score_columns[] = {
	{ "testset", "Test set", false }, { "metric", "Metric", false },
	{ "from", "Was", true }, { "to", "Is", true }, { 0 },
};

static void diff_tables(struct report *r, const struct version_diff *d)
{
	struct report_table *t = report_table(r, "What differs",
		change_columns, "nothing that is recorded differs");

	for (size_t i = 0; i < d->changes.n; i++) {
		const struct version_change *x = &d->changes.at[i];
		bool hide = !strcmp(x->part, "preprocessing");

		cell_text(t, x->part);
		cell_text(t, x->name);
		cell_text(t, hide && x->from ? "(a command)" : x->from);
		cell_text(t, hide && x->to ? "(another command)" : x->to);
	}
	t = report_table(r, "Scores of both", score_columns,
			 "no test set has both evaluated");
	for (size_t i = 0; i < d->scores.n; i++) {
		cell_text(t, d->scores.at[i].testset);
		cell_text(t, metric_key(d->scores.at[i].metric));
		cell_figure(t, &d->scores.at[i].from);
		cell_figure(t, &d->scores.at[i].to);
	}
}

enum rc report_part_changes(struct report_ctx *c, struct report *r,
			    struct err *err)
{
	struct version_ref from = { c->model.name, c->approved };
	struct version_ref to = { c->model.name, c->version.version };
	struct version_diff d = { 0 };
	enum rc rc;

	report_section(r, "changes", "Changed since the last approved version");
	if (!c->approved) {
		report_none(r, "no earlier version of %s is approved",
			    c->model.name);
		return RC_OK;
	}
	rc = reg_version_diff(c->reg, &from, &to, &d, err);
	if (rc != RC_OK)
		return rc;
	report_text(r, "From %s to %s.", d.from, d.to);
	diff_tables(r, &d);
	version_diff_release(&d);
	return RC_OK;
}
