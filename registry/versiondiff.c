#include "registry/versiondiff.h"

#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/testset.h"

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void change(struct version_diff *d, const char *part, const char *name,
		   const char *from, const char *to)
{
	struct version_change *ch;

	if (same(from, to))
		return;
	ch = vec_add(&d->changes);
	ch->part = part;
	ch->name = xstrdup_or_null(name);
	ch->from = xstrdup_or_null(from);
	ch->to = xstrdup_or_null(to);
}

static const char *value_of(const struct pairs *pairs, const char *key)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->at[i].key, key) == 0)
			return pairs->at[i].value;
	return NULL;
}

static void params_diff(struct version_diff *d, const struct pairs *from,
			const struct pairs *to)
{
	for (size_t i = 0; i < from->n; i++)
		change(d, "parameter", from->at[i].key, from->at[i].value,
		       value_of(to, from->at[i].key));
	for (size_t i = 0; i < to->n; i++)
		if (!value_of(from, to->at[i].key))
			change(d, "parameter", to->at[i].key, NULL,
			       to->at[i].value);
}

static const char *threshold_text(const struct version_rec *v,
				  char out[DECIMAL_MAX])
{
	return v->has_threshold ? decimal_shortest(v->threshold, out) : NULL;
}

/* The command line that predicts is where preprocessing lives. */
static char *runner_text(const struct version_rec *v)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < v->runner.n; i++)
		buf_printf(&b, "%s%s", i ? " " : "", v->runner.at[i]);
	return v->runner.n ? buf_detach(&b) : NULL;
}

static void made_diff(struct version_diff *d, const struct version_rec *from,
		      const struct version_rec *to)
{
	char a[DECIMAL_MAX], b[DECIMAL_MAX];
	char *run_from = runner_text(from), *run_to = runner_text(to);

	change(d, "data", NULL, from->data, to->data);
	change(d, "code", NULL, from->code, to->code);
	params_diff(d, &from->params, &to->params);
	change(d, "artifact", NULL, from->artifact, to->artifact);
	change(d, "preprocessing", "runner", run_from, run_to);
	change(d, "threshold", NULL, threshold_text(from, a),
	       threshold_text(to, b));
	change(d, "run", NULL, from->run, to->run);
	change(d, "stage", NULL, from->stage, to->stage);
	free(run_from);
	free(run_to);
}

static enum rc score_diff(struct registry *reg, struct version_diff *d,
			  const struct version_ref *from,
			  const struct version_ref *to,
			  const struct testset_info *t, struct err *err)
{
	struct evaluation a = { 0 }, b = { 0 };
	struct err why = ERR_INIT;
	enum rc rc = reg_evaluation_load(reg, from->model, from->version,
					 t->name, t->revision, &a, &why);

	if (rc == RC_OK)
		rc = reg_evaluation_load(reg, to->model, to->version, t->name,
					 t->revision, &b, &why);
	if (rc == RC_OK && strcmp(a.state, "fresh") == 0 &&
	    strcmp(b.state, "fresh") == 0) {
		struct version_score *s = vec_add(&d->scores);

		s->testset = xstrdup(t->name);
		s->revision = t->revision;
		s->metric = metric_main(t->task);
		s->from = a.whole.metrics[s->metric];
		s->to = b.whole.metrics[s->metric];
	}
	evaluation_release(&a);
	evaluation_release(&b);
	if (rc == RC_OK || rc == RC_NOT_FOUND)
		return RC_OK;
	return err_set(err, rc, "%s", why.text);
}

static enum rc diff_within(struct registry *reg,
			   const struct version_ref *from,
			   const struct version_ref *to,
			   struct version_diff *d, struct err *err)
{
	struct version_rec a = { 0 }, b = { 0 };
	struct testset_infos sets = VEC_INIT;
	enum rc rc;

	rc = reg_version_get(reg, from->model, from->version, &a, err);
	if (rc == RC_OK)
		rc = reg_version_get(reg, to->model, to->version, &b, err);
	if (rc == RC_OK)
		rc = reg_testset_list(reg, &sets, err);
	if (rc == RC_OK)
		made_diff(d, &a, &b);
	for (size_t i = 0; i < sets.n && rc == RC_OK; i++)
		rc = score_diff(reg, d, from, to, &sets.at[i], err);
	for (size_t i = 0; i < sets.n; i++)
		testset_info_release(&sets.at[i]);
	vec_free(&sets);
	version_rec_release(&a);
	version_rec_release(&b);
	return rc;
}

enum rc reg_version_diff(struct registry *reg, const struct version_ref *from,
			 const struct version_ref *to,
			 struct version_diff *out, struct err *err)
{
	enum rc rc = reg_read_begin(reg, err);

	if (rc != RC_OK)
		return rc;
	*out = (struct version_diff){ 0 };
	out->from = xasprintf("%s@%lld", from->model, (long long)from->version);
	out->to = xasprintf("%s@%lld", to->model, (long long)to->version);
	rc = diff_within(reg, from, to, out, err);
	reg_read_end(reg);
	if (rc != RC_OK)
		version_diff_release(out);
	return rc;
}

void version_diff_release(struct version_diff *d)
{
	for (size_t i = 0; i < d->changes.n; i++) {
		free(d->changes.at[i].name);
		free(d->changes.at[i].from);
		free(d->changes.at[i].to);
	}
	for (size_t i = 0; i < d->scores.n; i++)
		free(d->scores.at[i].testset);
	vec_free(&d->changes);
	vec_free(&d->scores);
	free(d->from);
	free(d->to);
	*d = (struct version_diff){ 0 };
}
