/* A ranking of one revision: fresh figures first, all others by their state. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/metric.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/standing.h"

struct ranker {
	struct standings standings;
	enum metric metric;
	size_t cap;
	struct ranking *out;
};

static struct rank_row *add_row(struct ranker *r, const char *model,
				int64_t version)
{
	struct ranking *out = r->out;
	struct rank_row *row;

	if (out->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 16;
		out->rows = xreallocarray(out->rows, r->cap,
					  sizeof(*out->rows));
	}
	row = &out->rows[out->n++];
	*row = (struct rank_row){ .model = xstrdup(model), .version = version };
	return row;
}

static enum rc rank_version(struct ranker *r, const char *model,
			    int64_t version, struct err *err)
{
	struct rank_row *row = add_row(r, model, version);
	struct stored kept = { 0 };
	enum eval_state state;
	enum rc rc = standings_of(&r->standings, model, version, &state, &kept,
				  err);

	if (rc)
		return rc;
	row->state = eval_state_text(state);
	row->figure = row->stored = figure_undefined(row->state, 0);
	if (kept.id)
		rc = evaluation_figure(r->standings.reg, kept.id, r->metric,
				       &row->stored, err);
	if (state == STATE_FRESH)
		row->figure = row->stored;
	/* older code may have known fewer metrics */
	if (rc == RC_NOT_FOUND && state != STATE_FRESH)
		rc = RC_OK;
	if (rc == RC_NOT_FOUND)
		rc = err_set(err, RC_CORRUPT, "evaluation of '%s@%lld' has no "
			     "figure '%s'", model, (long long)version,
			     metric_key(r->metric));
	stored_release(&kept);
	return rc;
}

/* Live versions of a model that was ever asked about the set. */
static enum rc rank_silent(struct ranker *r, const char *model,
			   struct err *err)
{
	struct version_recs all = VEC_INIT;
	enum rc rc = reg_version_list(r->standings.reg, model, &all, err);

	for (size_t i = 0; i < all.n && !rc; i++) {
		const struct version_rec *v = &all.at[i];

		if (strcmp(v->stage, "archived") != 0 &&
		    !standings_predicted(&r->standings, model, v->version))
			rc = rank_version(r, model, v->version, err);
	}
	version_recs_release(&all);
	return rc;
}

static enum rc rank_all(struct ranker *r, struct err *err)
{
	const struct predicteds *p = &r->standings.predicted;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n && !rc; i++) {
		rc = rank_version(r, p->at[i].model, p->at[i].version, err);
		if (!rc && (i + 1 == p->n ||
			    strcmp(p->at[i].model, p->at[i + 1].model) != 0))
			rc = rank_silent(r, p->at[i].model, err);
	}
	return rc;
}

/* Smaller is better. */
static double merit(const struct figure *f, enum metric m)
{
	switch (metric_better(m)) {
	case BETTER_LOWER: return f->value;
	case BETTER_ZERO: return fabs(f->value);
	case BETTER_HIGHER:
	case BETTER_NEITHER: break;
	}
	return -f->value;
}

struct sortable {
	struct rank_row row;
	bool ranked;
	double merit;
};

static int by_merit(const void *va, const void *vb)
{
	const struct sortable *a = va, *b = vb;
	int c;

	if (a->ranked != b->ranked)
		return a->ranked ? -1 : 1;
	if (a->ranked && (a->merit < b->merit || a->merit > b->merit))
		return a->merit < b->merit ? -1 : 1;
	c = strcmp(a->row.model, b->row.model);
	return c ? c : (a->row.version > b->row.version) -
		       (a->row.version < b->row.version);
}

/* Equal figures share a rank; the next one counts them: 1, 1, 3. */
static void sort_rows(struct ranking *out)
{
	struct sortable *s = XNEW_ARRAY(struct sortable, out->n + 1);

	for (size_t i = 0; i < out->n; i++) {
		s[i].row = out->rows[i];
		s[i].ranked = !strcmp(s[i].row.state,
				      eval_state_text(STATE_FRESH)) &&
			      !s[i].row.figure.why;
		if (s[i].ranked)
			s[i].merit = merit(&s[i].row.figure, out->metric);
	}
	qsort(s, out->n, sizeof(*s), by_merit);
	for (size_t i = 0; i < out->n; i++) {
		bool tie = i > 0 && s[i - 1].ranked &&
			   !(s[i - 1].merit < s[i].merit);

		out->rows[i] = s[i].row;
		if (!s[i].ranked)
			continue;
		out->n_ranked++;
		out->rows[i].rank = tie ? out->rows[i - 1].rank
					: (unsigned)i + 1;
	}
	free(s);
}

/* The main metric that all models asked about the set agree on; the task's
 * where they do not, or where theirs does not fit. */
static enum rc agreed_metric(struct standings *st, enum metric *out,
			     struct err *err)
{
	const struct predicteds *p = &st->predicted;
	enum metric first = metric_main(st->info.task);
	enum rc rc = RC_OK;

	*out = first;
	for (size_t i = 0; i < p->n && !rc; i++) {
		struct model_rec m = { 0 };
		enum metric own = metric_main(st->info.task);

		rc = reg_model_get(st->reg, p->at[i].model, &m, err);
		if (!rc && m.main_metric)
			(void)metric_from_key(m.main_metric, &own);
		model_rec_release(&m);
		if (i > 0 && own != first)
			return rc;
		first = own;
	}
	if (metric_fits(first, st->info.task))
		*out = first;
	return rc;
}

static enum rc choose_metric(struct standings *st, const enum metric *metric,
			     enum metric *out, struct err *err)
{
	const struct testset_info *info = &st->info;

	if (!metric)
		return agreed_metric(st, out, err);
	*out = *metric;
	if (metric_fits(*out, info->task))
		return RC_OK;
	return err_set(err, RC_USAGE, "metric '%s' does not fit test set '%s', "
		       "which is %s", metric_key(*out), info->name,
		       task_name(info->task));
}

enum rc reg_rank(struct registry *reg, const char *testset, int64_t revision,
		 const enum metric *metric, struct ranking *out,
		 struct err *err)
{
	struct ranker r = { .out = out };
	enum rc rc;

	*out = (struct ranking){ 0 };
	rc = reg_read_begin(reg, err);
	if (rc)
		return rc;
	rc = standings_open(reg, testset, revision, &r.standings, err);
	if (!rc)
		rc = choose_metric(&r.standings, metric, &r.metric, err);
	out->metric = r.metric;
	if (!rc)
		rc = rank_all(&r, err);
	reg_read_end(reg);
	if (rc) {
		for (size_t i = 0; i < out->n; i++)
			free(out->rows[i].model);
		free(out->rows);
		*out = (struct ranking){ 0 };
	} else {
		sort_rows(out);
		out->testset = r.standings.info;
		memset(&r.standings.info, 0, sizeof(r.standings.info));
	}
	standings_release(&r.standings);
	return rc;
}

void ranking_release(struct ranking *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->rows[i].model);
	free(r->rows);
	testset_info_release(&r->testset);
	memset(r, 0, sizeof(*r));
}
