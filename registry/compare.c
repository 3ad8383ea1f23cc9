/* Patterns that the base and all candidates answered. */
#include "registry/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/par.h"
#include "base/xalloc.h"
#include "registry/evalset.h"
#include "registry/model.h"
#include "registry/prediction.h"

struct pairing {
	struct registry *reg;
	struct evalset *set;
	size_t n;			/* base and candidates */
	struct version_ref *refs;	/* borrowed names */
	struct predictions **predictions;
	struct evalrows **rows;
	struct eval_input *inputs;
	uint8_t *keep;
};

static enum rc load_version(struct pairing *p, size_t i, struct err *err)
{
	const struct version_ref *ref = &p->refs[i];
	struct version_rec v;
	enum rc rc = reg_version_get(p->reg, ref->model, ref->version, &v, err);

	if (rc)
		return rc;
	version_rec_release(&v);
	rc = reg_predictions_load(p->reg, ref->model, ref->version,
				  evalset_testset(p->set), UINT64_MAX,
				  &p->predictions[i], err);
	if (rc)
		return rc;
	if (!p->predictions[i]->n_known)
		return err_set(err, RC_REFUSED, "'%s@%lld' has no predictions "
			       "on '%s'; 'muster predictions import' stores "
			       "them", ref->model, (long long)ref->version,
			       evalset_info(p->set)->name);
	evalset_keep_known(p->set, p->predictions[i], p->keep);
	return RC_OK;
}

static enum rc load_all(struct pairing *p, struct reg_progress *progress,
			struct err *err)
{
	enum rc rc = RC_OK;

	p->keep = xmalloc(evalset_n(p->set) + 1);
	memset(p->keep, 1, evalset_n(p->set));
	for (size_t i = 0; i < p->n && !rc; i++) {
		if (progress && progress->step)
			rc = progress->step(progress->arg, "comparing", i,
					    p->n);
		if (rc)
			return err_set(err, rc, "comparison was cancelled");
		rc = load_version(p, i, err);
	}
	return rc;
}

static enum rc keep_chosen(struct pairing *p, const struct choice *among,
			   struct err *err)
{
	struct testset *t = evalset_testset(p->set);
	const uint32_t *ordinal = evalset_ordinals(p->set);
	uint8_t *rows;
	enum rc rc;

	if (!among)
		return RC_OK;
	rows = xcalloc(testset_rows(t) + 1, 1);
	rc = choice_rows(p->reg, t, among, rows, err);
	for (size_t i = 0; rc == RC_OK && i < evalset_n(p->set); i++)
		p->keep[i] &= rows[ordinal[i]];
	free(rows);
	return rc;
}

/* The rows take the predictions over. */
static enum rc pair_rows(struct pairing *p, struct err *err)
{
	for (size_t i = 0; i < p->n; i++) {
		p->rows[i] = evalrows_new(p->set, p->predictions[i], p->keep);
		p->predictions[i] = NULL;
		p->inputs[i] = p->rows[i]->in;
	}
	if (!p->inputs[0].n)
		return err_set(err, RC_REFUSED, "no pattern of '%s' was "
			       "answered by all of these versions",
			       evalset_info(p->set)->name);
	return RC_OK;
}

static void name_all(const struct pairing *p, struct comparison *c)
{
	const struct testset_info *info = evalset_info(p->set);

	xreplace(&c->testset, info->name);
	c->revision = info->revision;
	xreplace(&c->digest, info->digest);
	xreplace(&c->base_model, p->refs[0].model);
	c->base_version = p->refs[0].version;
	for (size_t i = 0; i < c->n_candidates; i++) {
		xreplace(&c->candidates[i].model, p->refs[i + 1].model);
		c->candidates[i].version = p->refs[i + 1].version;
	}
}

static void pairing_release(struct pairing *p)
{
	for (size_t i = 0; i < p->n; i++) {
		predictions_free(p->predictions[i]);
		evalrows_free(p->rows[i]);
	}
	free(p->predictions);
	free(p->rows);
	free(p->inputs);
	free(p->refs);
	free(p->keep);
	evalset_close(p->set);
}

static void pairing_init(struct pairing *p, struct registry *reg,
			 const struct version_ref *base,
			 const struct version_refs *candidates)
{
	*p = (struct pairing){ .reg = reg, .n = candidates->n + 1 };
	p->refs = XNEW_ARRAY(struct version_ref, p->n);
	p->predictions = XNEW_ARRAY(struct predictions *, p->n);
	p->rows = XNEW_ARRAY(struct evalrows *, p->n);
	p->inputs = XNEW_ARRAY(struct eval_input, p->n);
	p->refs[0] = *base;
	for (size_t i = 0; i < candidates->n; i++)
		p->refs[i + 1] = candidates->at[i];
}

/* Whether to stop, asked by all threads of a comparison. */
struct stopping {
	struct reg_progress *progress;
	struct par_mutex *one;		/* at a time asks */
	size_t n;
	bool is_stopped;
};

static bool is_stopped(void *arg)
{
	struct stopping *s = arg;
	bool stopped;

	par_mutex_lock(s->one);
	if (!s->is_stopped)
		s->is_stopped = s->progress->step(s->progress->arg,
						  "comparing", s->n, s->n) !=
				RC_OK;
	stopped = s->is_stopped;
	par_mutex_unlock(s->one);
	return stopped;
}

static enum rc compare_all(struct pairing *p,
			   const struct compare_options *given,
			   struct reg_progress *progress,
			   struct comparison *out, struct err *err)
{
	struct compare_options options = *given;
	struct stopping stopping = { .progress = progress, .n = p->n };
	enum rc rc;

	if (!progress || !progress->step)
		return compare_versions(p->inputs, p->n,
					p->rows[0]->ordinals, given, out,
					err);
	stopping.one = par_mutex_new();
	options.cancelled = is_stopped;
	options.arg = &stopping;
	rc = compare_versions(p->inputs, p->n, p->rows[0]->ordinals, &options,
			      out, err);
	par_mutex_free(stopping.one);
	return rc == RC_CANCELLED
	       ? err_set(err, rc, "comparison was cancelled") : rc;
}

enum rc reg_compare_among(struct registry *reg, const char *testset,
			  int64_t revision, const struct version_ref *base,
			  const struct version_refs *candidates,
			  const struct choice *among,
			  const struct compare_options *options,
			  struct reg_progress *progress,
			  struct comparison *out, struct err *err)
{
	static const struct compare_options usual;
	struct pairing p;
	enum rc rc;

	if (!candidates->n)
		return err_set(err, RC_USAGE, "a comparison needs a candidate "
			       "beside its base");
	pairing_init(&p, reg, base, candidates);
	rc = evalset_open(reg, testset, revision, NULL, &p.set, err);
	if (!rc)
		rc = load_all(&p, progress, err);
	if (!rc)
		rc = keep_chosen(&p, among, err);
	if (!rc)
		rc = pair_rows(&p, err);
	if (!rc)
		rc = compare_all(&p, options ? options : &usual, progress, out,
				 err);
	if (!rc)
		name_all(&p, out);
	pairing_release(&p);
	return rc;
}

enum rc reg_compare(struct registry *reg, const char *testset,
		    int64_t revision, const struct version_ref *base,
		    const struct version_refs *candidates,
		    const struct compare_options *options,
		    struct reg_progress *progress, struct comparison *out,
		    struct err *err)
{
	return reg_compare_among(reg, testset, revision, base, candidates,
				 NULL, options, progress, out, err);
}
