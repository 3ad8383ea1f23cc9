#include "registry/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/evaluation.h"
#include "registry/evalset.h"
#include "registry/prediction.h"

void history_release(struct history *h)
{
	for (size_t i = 0; i < h->n_versions; i++)
		free(h->versions[i].model);
	free(h->versions);
	free(h->revisions);
	free(h->figures);
	free(h->testset);
	free(h->slice);
	*h = (struct history){ 0 };
}

const struct figure *history_at(const struct history *h, size_t version,
				size_t revision)
{
	return &h->figures[version * h->n_revisions + revision];
}

const char *history_measure(const struct history *h)
{
	return h->error ? "error" : metric_key(h->metric);
}

struct telling {
	struct registry *reg;
	const struct history_query *q;
	struct reg_progress *progress;
	struct history *h;
};

/* -- What is asked -- */

static enum rc choose_metric(struct telling *w,
			     const struct testset_info *info, struct err *err)
{
	w->h->metric = w->q->metric ? *w->q->metric : metric_main(info->task);
	if (!metric_fits(w->h->metric, info->task))
		return err_set(err, RC_USAGE, "metric '%s' does not fit test "
			       "set '%s', which is %s",
			       metric_key(w->h->metric), info->name,
			       task_name(info->task));
	if (w->q->error && w->h->metric != METRIC_ACCURACY)
		return err_set(err, RC_USAGE, "the error is 1 - accuracy; "
			       "'%s' has none", metric_key(w->h->metric));
	return RC_OK;
}

static void choose_revisions(struct telling *w,
			     const struct testset_info *info)
{
	size_t n = w->q->over_revisions ? info->n_revisions : 1;
	size_t from = info->n_revisions - n;

	w->h->n_revisions = n;
	w->h->revisions = XNEW_ARRAY(struct history_revision, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct testset_revision *r = &info->revisions[from + i];

		w->h->revisions[i] = (struct history_revision){
			.revision = r->revision, .time = r->time, .n = r->n,
			.added = r->added, .relabelled = r->relabelled,
			.retired = r->retired, .revived = r->revived,
		};
	}
}

static void add_version(struct history *h, const char *model, int64_t version)
{
	h->versions[h->n_versions].model = xstrdup(model);
	h->versions[h->n_versions++].version = version;
}

static enum rc choose_versions(struct telling *w, struct err *err)
{
	struct predicteds all = VEC_INIT;
	struct history *h = w->h;
	enum rc rc = RC_OK;

	if (w->q->versions) {
		h->versions = XNEW_ARRAY(struct version_ref,
					 w->q->versions->n + 1);
		for (size_t i = 0; i < w->q->versions->n; i++)
			add_version(h, w->q->versions->at[i].model,
				    w->q->versions->at[i].version);
		return RC_OK;
	}
	rc = reg_predictions_versions(w->reg, w->q->testset, &all, err);
	h->versions = XNEW_ARRAY(struct version_ref, all.n + 1);
	for (size_t i = 0; rc == RC_OK && i < all.n; i++)
		if (strcmp(all.at[i].model, w->q->model) == 0)
			add_version(h, all.at[i].model, all.at[i].version);
	predicteds_release(&all);
	if (rc == RC_OK && !h->n_versions)
		rc = err_set(err, RC_NOT_FOUND, "no version of '%s' has "
			     "predictions on '%s'; 'muster predictions "
			     "import' stores them", w->q->model,
			     w->q->testset);
	return rc;
}

/* -- One point -- */

/* Bootstrap only where no closed form gave an interval. */
static enum rc whole_figure(const struct eval_input *in, enum metric m,
			    struct figure *out, struct err *err)
{
	struct eval_options options = { 0 };
	struct evaluation e = { 0 };
	enum rc rc = evaluate(in, &options, &e, err);

	if (rc != RC_OK)
		return rc;
	*out = e.whole.metrics[m];
	evaluation_release(&e);
	if (out->why || out->method != METHOD_NONE)
		return RC_OK;
	options.resamples = 1000;
	rc = evaluate(in, &options, &e, err);
	if (rc == RC_OK)
		*out = e.whole.metrics[m];
	evaluation_release(&e);
	return rc;
}

static void as_error(struct figure *f)
{
	double low = 1 - f->high;

	if (f->why)
		return;
	f->value = 1 - f->value;
	f->high = 1 - f->low;
	f->low = low;
}

static enum rc tell_version(struct telling *w, struct evalset *set, size_t i,
			    struct figure *out, struct err *err)
{
	const struct version_ref *v = &w->h->versions[i];
	struct predictions *p = NULL;
	struct evalrows *rows;
	enum rc rc = reg_predictions_load(w->reg, v->model, v->version,
					  evalset_testset(set), UINT64_MAX,
					  &p, err);

	if (rc != RC_OK)
		return rc;
	rows = evalrows_new(set, p, NULL);
	if (rows->in.n)
		rc = whole_figure(&rows->in, w->h->metric, out, err);
	else
		*out = evalset_no_answer(set);
	if (rc == RC_OK && w->h->error)
		as_error(out);
	evalrows_free(rows);
	return rc;
}

static enum rc open_rows(struct telling *w, int64_t revision,
			 struct evalset **out, struct err *err)
{
	struct testset *t = NULL;
	uint8_t *rows;
	enum rc rc = reg_testset_open(w->reg, w->q->testset, revision, &t, err);

	if (rc != RC_OK)
		return rc;
	rows = xcalloc(testset_rows(t) + 1, 1);
	rc = choice_rows(w->reg, t, &w->q->among, rows, err);
	if (rc == RC_OK)
		rc = evalset_open_rows(w->reg, w->q->testset, revision, rows,
				       out, err);
	free(rows);
	testset_close(t);
	return rc;
}

static enum rc tell_revision(struct telling *w, size_t r, struct err *err)
{
	struct history *h = w->h;
	struct evalset *set = NULL;
	enum rc rc = RC_OK;

	if (w->progress && w->progress->step)
		rc = w->progress->step(w->progress->arg, "computing", r,
				       h->n_revisions);
	if (rc != RC_OK)
		return err_set(err, rc, "the history was cancelled");
	rc = open_rows(w, h->revisions[r].revision, &set, err);
	for (size_t i = 0; rc == RC_OK && i < h->n_versions; i++)
		rc = tell_version(w, set, i,
				  &h->figures[i * h->n_revisions + r], err);
	evalset_close(set);
	return rc;
}

static enum rc tell(struct telling *w, struct err *err)
{
	struct testset_info info;
	enum rc rc = reg_testset_info(w->reg, w->q->testset, w->q->revision,
				      &info, err);

	if (rc != RC_OK)
		return rc;
	rc = choose_metric(w, &info, err);
	if (rc == RC_OK) {
		choose_revisions(w, &info);
		rc = choose_versions(w, err);
	}
	testset_info_release(&info);
	if (rc != RC_OK)
		return rc;
	w->h->figures = XNEW_ARRAY(struct figure, w->h->n_versions *
				   w->h->n_revisions + 1);
	for (size_t r = 0; rc == RC_OK && r < w->h->n_revisions; r++)
		rc = tell_revision(w, r, err);
	return rc;
}

enum rc reg_history(struct registry *reg, const struct history_query *query,
		    struct reg_progress *progress, struct history *out,
		    struct err *err)
{
	struct telling w = { reg, query, progress, out };
	enum rc rc;

	*out = (struct history){
		.testset = xstrdup(query->testset),
		.slice = xstrdup_or_null(query->among.slice),
		.problem = query->among.problem, .error = query->error,
		.over_revisions = query->over_revisions,
	};
	rc = reg_read_begin(reg, err);
	if (rc == RC_OK) {
		rc = tell(&w, err);
		reg_read_end(reg);
	}
	if (rc != RC_OK)
		history_release(out);
	return rc;
}

/* -- JSON -- */

static void write_revisions(struct json_out *o, const struct history *h)
{
	jo_key(o, "revisions");
	jo_array(o);
	for (size_t r = 0; r < h->n_revisions; r++) {
		const struct history_revision *x = &h->revisions[r];

		jo_object(o);
		jo_kint(o, "revision", x->revision);
		jo_kint(o, "n", (int64_t)x->n);
		jo_kint(o, "added", (int64_t)x->added);
		jo_kint(o, "relabelled", (int64_t)x->relabelled);
		jo_kint(o, "retired", (int64_t)x->retired);
		jo_kint(o, "revived", (int64_t)x->revived);
		jo_end(o);
	}
	jo_end(o);
}

void history_write(struct json_out *o, const struct history *h)
{
	jo_object(o);
	jo_kstr(o, "testset", h->testset);
	jo_kstr(o, "measure", history_measure(h));
	jo_kstr(o, "by", h->over_revisions ? "revision" : "version");
	if (h->slice)
		jo_kstr(o, "slice", h->slice);
	if (h->problem)
		jo_kint(o, "problem", h->problem);
	write_revisions(o, h);
	jo_key(o, "versions");
	jo_array(o);
	for (size_t i = 0; i < h->n_versions; i++) {
		jo_object(o);
		jo_kstr(o, "model", h->versions[i].model);
		jo_kint(o, "version", h->versions[i].version);
		jo_key(o, "figures");
		jo_array(o);
		for (size_t r = 0; r < h->n_revisions; r++)
			figure_write(o, history_at(h, i, r));
		jo_end(o);
		jo_end(o);
	}
	jo_end(o);
	jo_end(o);
}
