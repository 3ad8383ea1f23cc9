#include "registry/flips.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "registry/testset.h"

struct said_by {
	struct testset *set;
	const struct column *target;
	struct predictions *base, *candidate;
};

double flip_change(const struct flip *f)
{
	return f->candidate_loss - f->base_loss;
}

const char *flip_distance(const struct flip *f)
{
	return f->candidate_error < f->base_error ? "nearer" :
	       f->candidate_error > f->base_error ? "farther" : "as far";
}

static struct prediction_one keep_said(const struct said_by *s,
			     const struct predictions *p, size_t row)
{
	struct prediction_one said = prediction_at(p,
						   testset_info(s->set), row);

	said.label = xstrdup_or_null(said.label);
	return said;
}

static enum rc spell_out(const struct said_by *s, struct flip *f,
			 struct err *err)
{
	struct buf text = BUF_INIT, cell = BUF_INIT;
	const char *target;
	size_t n;
	enum rc rc = testset_key(s->set, f->ordinal, &text, err);

	f->key = buf_detach(&text);
	target = column_text(s->target, f->ordinal, &cell, &n);
	f->target = xmemdupz(target, n);
	f->base = keep_said(s, s->base, f->ordinal);
	f->candidate = keep_said(s, s->candidate, f->ordinal);
	buf_release(&cell);
	return rc;
}

static enum rc spell_out_flips(const struct said_by *s,
			       const struct candidate *c, size_t most,
			       struct flips *out, struct err *err)
{
	uint64_t n = c->fixed + c->broken;
	enum rc rc = RC_OK;

	for (uint64_t i = 0; rc == RC_OK && i < n && i < most; i++) {
		struct flip *f = vec_add(out);

		f->fixed = i >= c->broken;
		f->ordinal = c->flips[f->fixed ? i - c->broken : c->fixed + i];
		rc = spell_out(s, f, err);
	}
	return rc;
}

static enum rc spell_out_shifts(const struct said_by *s,
				const struct shift_list *shifts, size_t most,
				struct flips *out, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < shifts->n && i < most; i++) {
		const struct shift *at = &shifts->at[i];
		struct flip *f = vec_add(out);

		f->fixed = at->candidate < at->base;
		f->ordinal = at->ordinal;
		f->base_loss = at->base;
		f->candidate_loss = at->candidate;
		f->base_error = at->base_error;
		f->candidate_error = at->candidate_error;
		rc = spell_out(s, f, err);
	}
	return rc;
}

static enum rc read_candidates(struct registry *reg,
			       const struct comparison *c, size_t most,
			       struct said_by *s, struct flip_lists *out,
			       struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->n_candidates; i++) {
		const struct candidate *at = &c->candidates[i];

		rc = reg_predictions_load(reg, at->model, at->version, s->set,
					  UINT64_MAX, &s->candidate, err);
		if (rc == RC_OK)
			rc = spell_out_flips(s, at, most,
					     &out[i].by[LOSS_WRONG], err);
		for (enum row_loss l = 0; rc == RC_OK && l < LOSS_COUNT; l++)
			rc = spell_out_shifts(s, &at->shifts[l], most,
					      &out[i].by[l], err);
		predictions_free(s->candidate);
		s->candidate = NULL;
	}
	return rc;
}

enum rc reg_flips(struct registry *reg, const struct comparison *c,
		  size_t most, struct flip_lists **out, struct err *err)
{
	struct said_by s = { NULL };
	enum rc rc;

	*out = XNEW_ARRAY(struct flip_lists, c->n_candidates + 1);
	rc = reg_testset_open(reg, c->testset, c->revision, &s.set, err);
	if (rc == RC_OK)
		rc = testset_column(s.set, testset_info(s.set)->target,
				    &s.target, err);
	if (rc == RC_OK)
		rc = reg_predictions_load(reg, c->base_model, c->base_version,
					  s.set, UINT64_MAX, &s.base, err);
	if (rc == RC_OK)
		rc = read_candidates(reg, c, most, &s, *out, err);
	predictions_free(s.base);
	testset_close(s.set);
	return rc;
}

static void release_one(struct flips *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].key);
		free(v->at[i].target);
		free((void *)(uintptr_t)v->at[i].base.label);
		free((void *)(uintptr_t)v->at[i].candidate.label);
	}
	vec_free(v);
}

void flips_free(struct flip_lists *flips, size_t n)
{
	for (size_t i = 0; flips && i < n; i++)
		for (enum row_loss l = 0; l < LOSS_COUNT; l++)
			release_one(&flips[i].by[l]);
	free(flips);
}
