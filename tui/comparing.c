#include "tui/comparing.h"

#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/prediction.h"
#include "registry/testset.h"
#include "tui/figures.h"

void compare_question_release(struct compare_question *q)
{
	free(q->testset);
	free(q->base.model);
	version_refs_release(&q->candidates);
	memset(q, 0, sizeof(*q));
}

static void flips_release(struct flips *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].key);
		free(v->at[i].target);
		free(v->at[i].base);
		free(v->at[i].candidate);
	}
	vec_free(v);
}

void compared_free(struct compared *c)
{
	if (!c)
		return;
	for (size_t i = 0; c->flips && i < c->c.n_candidates; i++)
		flips_release(&c->flips[i]);
	free(c->flips);
	comparison_release(&c->c);
	free(c);
}

/* -- Flips -- */

struct said_by {
	struct testset *set;
	const struct column *target;
	struct predictions *base, *candidate;
};

static char *said_text(const struct said_by *s, const struct predictions *p,
		       size_t row)
{
	struct buf text = BUF_INIT;

	put_prediction(p, testset_info(s->set), row, &text);
	return buf_detach(&text);
}

static enum rc spell_out(const struct said_by *s, struct flip *f,
			 struct err *err)
{
	struct buf text = BUF_INIT, cell = BUF_INIT;
	const char *target;
	size_t n;
	enum rc rc = testset_key(s->set, f->ordinal, &text, err);

	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] == '\x1f')
			text.data[i] = '/';
	f->key = buf_detach(&text);
	target = column_text(s->target, f->ordinal, &cell, &n);
	f->target = xmemdupz(target, n);
	f->base = said_text(s, s->base, f->ordinal);
	f->candidate = said_text(s, s->candidate, f->ordinal);
	buf_release(&cell);
	return rc;
}

static enum rc spell_out_all(const struct said_by *s,
			     const struct candidate *c, struct flips *out,
			     struct err *err)
{
	uint64_t n = c->fixed + c->broken;
	enum rc rc = RC_OK;

	for (uint64_t i = 0; rc == RC_OK && i < n && i < FLIPS_MAX; i++) {
		struct flip *f = vec_add(out);

		f->ordinal = c->flips[i];
		f->fixed = i < c->fixed;
		rc = spell_out(s, f, err);
	}
	return rc;
}

static enum rc read_flips(struct registry *reg, struct compared *c,
			  struct said_by *s, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->c.n_candidates; i++) {
		const struct candidate *at = &c->c.candidates[i];

		rc = reg_predictions_load(reg, at->model, at->version, s->set,
					  UINT64_MAX, &s->candidate, err);
		if (rc == RC_OK)
			rc = spell_out_all(s, at, &c->flips[i], err);
		predictions_free(s->candidate);
		s->candidate = NULL;
	}
	return rc;
}

static enum rc add_flips(struct registry *reg, struct compared *c,
			 struct err *err)
{
	struct said_by s = { NULL };
	enum rc rc;

	c->flips = XNEW_ARRAY(struct flips, c->c.n_candidates + 1);
	rc = reg_testset_open(reg, c->c.testset, c->c.revision, &s.set, err);
	if (rc == RC_OK)
		rc = testset_column(s.set, testset_info(s.set)->target,
				    &s.target, err);
	if (rc == RC_OK)
		rc = reg_predictions_load(reg, c->c.base_model,
					  c->c.base_version, s.set, UINT64_MAX,
					  &s.base, err);
	if (rc == RC_OK)
		rc = read_flips(reg, c, &s, err);
	predictions_free(s.base);
	testset_close(s.set);
	return rc;
}

enum rc compare_answer(struct registry *reg, const struct compare_question *q,
		       struct reg_progress *progress, struct compared **out,
		       struct err *err)
{
	struct compare_options options = { 0 };
	struct compared *c = XNEW(struct compared);
	enum rc rc = reg_compare(reg, q->testset, q->revision, &q->base,
				 &q->candidates, &options, progress, &c->c,
				 err);

	if (rc != RC_OK) {
		free(c);
		return rc;
	}
	rc = add_flips(reg, c, err);
	if (rc != RC_OK)
		compared_free(c);
	else
		*out = c;
	return rc;
}

/* -- Files -- */

void compared_json(const struct compared *c, struct buf *out)
{
	struct json_out o = JSON_OUT(out, true);

	comparison_write(&o, &c->c);
	buf_char(out, '\n');
}

static void md_candidate(const struct compared *c, const struct candidate *k,
			 struct buf *out)
{
	char p[DECIMAL_MAX];

	buf_printf(out, "\n## %s@%lld: %s\n\n", k->model,
		   (long long)k->version, verdict_text(k->verdict));
	if (k->has_mcnemar)
		buf_printf(out, "%llu fixed, %llu broken, p %s (Holm).\n\n",
			   (unsigned long long)k->fixed,
			   (unsigned long long)k->broken,
			   decimal_sig(k->p_holm, 3, p));
	buf_str(out, "| metric | base | delta [95% interval] | n | verdict |\n"
		"|---|---:|---|---:|---|\n");
	for (int m = 0; m < METRIC_COUNT; m++) {
		const struct delta *d = &k->metrics[m];

		if (!d->present)
			continue;
		buf_printf(out, "| %s | ", metric_key((enum metric)m));
		if (!d->why)
			put_number(out, d->base, false);
		buf_str(out, " | ");
		put_delta(out, d);
		buf_printf(out, " | %llu | %s |\n", (unsigned long long)d->n,
			   verdict_text(d->verdict));
	}
}

void compared_md(const struct compared *c, struct buf *out)
{
	buf_printf(out, "# Comparison with %s@%lld on %s r%lld, n %llu\n\n"
		   "Digest of the revision: %s. Paired; delta = candidate - "
		   "base.\n", c->c.base_model, (long long)c->c.base_version,
		   c->c.testset, (long long)c->c.revision,
		   (unsigned long long)c->c.n, c->c.digest);
	for (size_t i = 0; i < c->c.n_candidates; i++)
		md_candidate(c, &c->c.candidates[i], out);
}
