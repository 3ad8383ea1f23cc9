#include "registry/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/answer.h"
#include "registry/evalset.h"
#include "registry/prediction.h"

void version_spread_release(struct version_spread *s)
{
	for (size_t i = 0; i < s->n_versions; i++)
		free(s->versions[i].model);
	for (size_t i = 0; i < s->n_patterns; i++) {
		free(s->patterns[i].key);
		free(s->patterns[i].target);
		free(s->patterns[i].said);
	}
	spread_release(&s->all);
	free(s->versions);
	free(s->patterns);
	free(s->testset);
	free(s->digest);
	free(s->weight);
	*s = (struct version_spread){ 0 };
}

struct spreading {
	struct registry *reg;
	struct version_spread *out;
	struct evalset *set;
	struct predictions **predictions;
	struct evalrows **rows;
	struct eval_input *inputs;
	uint8_t *keep;
};

static void add_version(struct version_spread *s, const char *model,
			int64_t version)
{
	s->versions[s->n_versions].model = xstrdup(model);
	s->versions[s->n_versions++].version = version;
}

static enum rc choose_versions(struct spreading *w, const char *model,
			       const struct version_refs *versions,
			       struct err *err)
{
	struct version_spread *s = w->out;
	struct predicteds all = VEC_INIT;
	enum rc rc = reg_predictions_versions(w->reg, s->testset, &all, err);

	s->versions = XNEW_ARRAY(struct version_ref, all.n + 1 +
				 (versions ? versions->n : 0));
	for (size_t i = 0; versions && i < versions->n; i++)
		add_version(s, versions->at[i].model, versions->at[i].version);
	for (size_t i = 0; rc == RC_OK && model && i < all.n; i++)
		if (strcmp(all.at[i].model, model) == 0)
			add_version(s, all.at[i].model, all.at[i].version);
	predicteds_release(&all);
	if (rc == RC_OK && s->n_versions < 2)
		rc = err_set(err, RC_REFUSED, "a spread needs two versions "
			     "with predictions on '%s'; there %s", s->testset,
			     s->n_versions ? "is one" : "are none");
	return rc;
}

static enum rc open_set(struct spreading *w, int64_t revision,
			const struct choice *among, struct err *err)
{
	static const struct choice all;
	struct testset *t = NULL;
	uint8_t *rows;
	enum rc rc = reg_testset_open(w->reg, w->out->testset, revision, &t,
				      err);

	if (rc != RC_OK)
		return rc;
	rows = xcalloc(testset_rows(t) + 1, 1);
	rc = choice_rows(w->reg, t, among ? among : &all, rows, err);
	if (rc == RC_OK)
		rc = evalset_open_rows(w->reg, w->out->testset,
				       testset_info(t)->revision, rows,
				       &w->set, err);
	free(rows);
	testset_close(t);
	return rc;
}

static enum rc load_versions(struct spreading *w,
			     struct reg_progress *progress, struct err *err)
{
	size_t k = w->out->n_versions;
	enum rc rc = RC_OK;

	w->predictions = XNEW_ARRAY(struct predictions *, k);
	w->keep = xmalloc(evalset_n(w->set) + 1);
	memset(w->keep, 1, evalset_n(w->set));
	for (size_t j = 0; j < k && rc == RC_OK; j++) {
		const struct version_ref *v = &w->out->versions[j];

		if (progress && progress->step)
			rc = progress->step(progress->arg, "reading", j, k);
		if (rc != RC_OK)
			return err_set(err, rc, "the spread was cancelled");
		rc = reg_predictions_load(w->reg, v->model, v->version,
					  evalset_testset(w->set), UINT64_MAX,
					  &w->predictions[j], err);
		if (rc == RC_OK)
			evalset_keep_known(w->set, w->predictions[j], w->keep);
	}
	return rc;
}

static bool can_be_compared(const struct eval_input *in)
{
	return in->task == TASK_REGRESSION ? in->value != NULL :
	       answer_has_label(in);
}

static enum rc make_rows(struct spreading *w, struct err *err)
{
	size_t k = w->out->n_versions;

	w->rows = XNEW_ARRAY(struct evalrows *, k);
	w->inputs = XNEW_ARRAY(struct eval_input, k);
	for (size_t j = 0; j < k; j++) {
		w->rows[j] = evalrows_new(w->set, w->predictions[j], w->keep);
		w->predictions[j] = NULL;
		w->inputs[j] = w->rows[j]->in;
		if (w->inputs[j].n && !can_be_compared(&w->inputs[j]))
			return err_set(err, RC_REFUSED, "'%s@%lld' gave scores "
				       "without a threshold; 'muster threshold "
				       "set' chooses one",
				       w->out->versions[j].model,
				       (long long)w->out->versions[j].version);
	}
	if (!w->inputs[0].n)
		return err_set(err, RC_REFUSED, "no pattern of '%s' was "
			       "answered by all %zu versions", w->out->testset,
			       k);
	return RC_OK;
}

/* -- Patterns, widest spread first -- */

static int widest_first(const void *a, const void *b, void *arg)
{
	const struct spread_row *rows = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct spread_row *x = &rows[i], *y = &rows[k];

	if (x->variance != y->variance)
		return x->variance > y->variance ? -1 : 1;
	if (x->entropy != y->entropy)
		return x->entropy > y->entropy ? -1 : 1;
	if (x->loss != y->loss)
		return x->loss > y->loss ? -1 : 1;
	return (i > k) - (i < k);
}

static char *main_text(const struct spreading *w, const struct spread_row *r)
{
	const struct eval_input *in = &w->inputs[0];
	char text[DECIMAL_MAX];

	if (in->task == TASK_REGRESSION)
		return xstrdup(decimal_sig(r->main_value, 6, text));
	return xstrdup(r->main_label < in->n_labels ?
		       in->labels[r->main_label] : "(another label)");
}

static enum rc spell_out(struct spreading *w, uint32_t i,
			 struct spread_pattern *out, struct err *err)
{
	struct testset *t = evalset_testset(w->set);
	struct buf key = BUF_INIT, cell = BUF_INIT;
	const struct column *target;
	const char *text;
	size_t n;
	enum rc rc;

	out->row = w->out->all.rows[i];
	out->ordinal = w->rows[0]->ordinals[i];
	rc = testset_key(t, out->ordinal, &key, err);
	if (rc == RC_OK)
		rc = testset_column(t, testset_info(t)->target, &target, err);
	if (rc == RC_OK) {
		text = column_text(target, out->ordinal, &cell, &n);
		out->target = xmemdupz(text, n);
	}
	out->key = buf_detach(&key);
	out->said = main_text(w, &out->row);
	buf_release(&cell);
	return rc;
}

static enum rc list_patterns(struct spreading *w, size_t most,
			     struct err *err)
{
	struct version_spread *s = w->out;
	uint32_t *order = XNEW_ARRAY(uint32_t, s->all.n + 1);
	size_t n = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s->all.n; i++) {
		order[n] = (uint32_t)i;
		n += s->all.rows[i].variance > 0;
	}
	qsort_r(order, n, sizeof(*order), widest_first, s->all.rows);
	if (most && n > most)
		n = most;
	s->patterns = XNEW_ARRAY(struct spread_pattern, n + 1);
	for (; s->n_patterns < n && rc == RC_OK; s->n_patterns++)
		rc = spell_out(w, order[s->n_patterns],
			       &s->patterns[s->n_patterns], err);
	free(order);
	return rc;
}

static void spreading_release(struct spreading *w)
{
	for (size_t j = 0; j < w->out->n_versions; j++) {
		if (w->predictions)
			predictions_free(w->predictions[j]);
		if (w->rows)
			evalrows_free(w->rows[j]);
	}
	free(w->predictions);
	free(w->rows);
	free(w->inputs);
	free(w->keep);
	evalset_close(w->set);
}

static enum rc spread_on(struct spreading *w, const char *model,
			 const struct version_refs *versions, int64_t revision,
			 const struct choice *among, size_t most,
			 struct reg_progress *progress, struct err *err)
{
	enum rc rc = open_set(w, revision, among, err);

	if (rc == RC_OK)
		rc = choose_versions(w, model, versions, err);
	if (rc == RC_OK)
		rc = load_versions(w, progress, err);
	if (rc == RC_OK)
		rc = make_rows(w, err);
	if (rc != RC_OK)
		return rc;
	w->out->revision = evalset_info(w->set)->revision;
	w->out->digest = xstrdup(evalset_info(w->set)->digest);
	w->out->weight = xstrdup_or_null(evalset_info(w->set)->weight);
	spread_compute(w->inputs, w->out->n_versions, &w->out->all);
	if (!(w->out->all.weight > 0))
		return err_set(err, RC_REFUSED, "the patterns that all "
			       "versions answered have no weight in '%s' of "
			       "'%s'", w->out->weight, w->out->testset);
	return list_patterns(w, most, err);
}

enum rc reg_spread(struct registry *reg, const char *testset,
		   int64_t revision, const char *model,
		   const struct version_refs *versions,
		   const struct choice *among, size_t most,
		   struct reg_progress *progress, struct version_spread *out,
		   struct err *err)
{
	struct spreading w = { .reg = reg, .out = out };
	enum rc rc;

	*out = (struct version_spread){ .testset = xstrdup(testset) };
	rc = reg_read_begin(reg, err);
	if (rc == RC_OK) {
		rc = spread_on(&w, model, versions, revision, among, most,
			       progress, err);
		reg_read_end(reg);
	}
	spreading_release(&w);
	if (rc != RC_OK)
		version_spread_release(out);
	return rc;
}

/* -- JSON -- */

/* null: too large for a number */
static void write_num(struct json_out *o, const char *key, double x)
{
	if (isfinite(x))
		jo_knum(o, key, x);
	else
		jo_knull(o, key);
}

static void write_pattern(struct json_out *o, const struct spread_pattern *p,
			  enum task task)
{
	jo_object(o);
	jo_kstr(o, "key", p->key);
	jo_kstr(o, "target", p->target);
	jo_kstr(o, "main", p->said);
	write_num(o, "bias", p->row.bias);
	write_num(o, "variance", p->row.variance);
	write_num(o, "loss", p->row.loss);
	if (task == TASK_REGRESSION)
		write_num(o, "sd", sqrt(p->row.variance));
	else
		write_num(o, "entropy", p->row.entropy);
	if (task == TASK_BINARY)
		write_num(o, "score_sd", p->row.score_sd);
	jo_end(o);
}

void version_spread_write(struct json_out *o, const struct version_spread *s)
{
	jo_object(o);
	jo_kstr(o, "testset", s->testset);
	jo_kint(o, "revision", s->revision);
	jo_kint(o, "n", (int64_t)s->all.n);
	if (s->weight) {
		jo_kstr(o, "weight", s->weight);
		write_num(o, "weight_sum", s->all.weight);
	}
	jo_key(o, "versions");
	jo_array(o);
	for (size_t i = 0; i < s->n_versions; i++) {
		char *name = xasprintf("%s@%lld", s->versions[i].model,
				       (long long)s->versions[i].version);

		jo_str(o, name);
		free(name);
	}
	jo_end(o);
	write_num(o, "loss", s->all.loss);
	write_num(o, "bias", s->all.bias);
	write_num(o, "variance", s->all.variance);
	write_num(o, "unbiased_variance", s->all.unbiased);
	write_num(o, "biased_variance", s->all.biased);
	jo_kint(o, "unanimous", (int64_t)s->all.n_unanimous);
	jo_key(o, "patterns");
	jo_array(o);
	for (size_t i = 0; i < s->n_patterns; i++)
		write_pattern(o, &s->patterns[i], s->all.task);
	jo_end(o);
	jo_end(o);
}
