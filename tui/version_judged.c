#include "tui/version_judged.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "model/fairview.h"
#include "tui/figures.h"

void version_judged_release(struct version_judged *j)
{
	free(j->why);
	free(j->gate_why);
	free(j->worst_by);
	free(j->worst_value);
	free(j->state);
	*j = (struct version_judged){ 0 };
}

/* -- Against the version before, on another thread -- */

static enum rc find_base(struct registry *reg, const char *model,
			 int64_t version, int64_t *out, struct err *err)
{
	struct version_rec v;
	struct err why = ERR_INIT;
	enum rc rc = reg_version_before(reg, model, version, JUDGED_STAGE, out,
					err);

	for (int64_t n = version - 1; rc == RC_OK && !*out && n > 0; n--) {
		rc = reg_version_get(reg, model, n, &v, &why);
		if (rc == RC_OK) {
			*out = n;
			version_rec_release(&v);
		} else if (rc == RC_NOT_FOUND) {
			rc = RC_OK;	/* its adding was undone */
		} else {
			rc = err_set(err, rc, "%s", why.text);
		}
	}
	return rc;
}

static void take_delta(struct version_judged *out, const struct model_rec *m,
		       const struct comparison *c)
{
	out->metric = metric_main_of(m->main_metric, c->task);
	out->delta = c->candidates[0].metrics[out->metric];
	out->is_compared = true;
}

/* What cannot be compared is an answer; only no answer at all is an error. */
static enum rc compare_on(struct registry *reg, const struct model_rec *m,
			  int64_t version, const struct evaluation *e,
			  struct reg_progress *progress,
			  struct version_judged *out, struct err *err)
{
	struct version_ref base = { m->name, out->base };
	struct version_ref here = { m->name, version };
	const struct version_refs candidates = { &here, 1, 1 };
	const struct compare_options options = { .whole_only = true };
	struct comparison c;
	struct err why = ERR_INIT;
	enum rc rc = reg_compare(reg, e->testset, e->revision, &base,
				 &candidates, &options, progress, &c,
			       &why);

	if (rc == RC_OK) {
		take_delta(out, m, &c);
		comparison_release(&c);
		return RC_OK;
	}
	if (rc_is_no_answer(rc))
		return err_set(err, rc, "%s", why.text);
	out->why = xasprintf("not compared: %s", why.text);
	return RC_OK;
}

/* Whether the base was evaluated where this one was; if not, out->why. */
static enum rc check_base(struct registry *reg, const struct model_rec *m,
			  const struct evaluation *e,
			  struct version_judged *out, struct err *err)
{
	struct evaluation base;
	struct err why = ERR_INIT;
	enum rc rc = reg_evaluation_load(reg, m->name, out->base, e->testset,
					 e->revision, &base, &why);

	if (rc == RC_NOT_FOUND) {
		out->why = xasprintf("not evaluated on %s", e->testset);
		return RC_OK;
	}
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	if (base.revision != e->revision)
		out->why = xasprintf("not compared: %s r%lld there, r%lld here",
				     e->testset, (long long)base.revision,
				     (long long)e->revision);
	evaluation_release(&base);
	return RC_OK;
}

/* Of the slices that are large enough, by the metric; NULL: none. */
static const struct eval_slice *worst_slice(const struct evaluation *e,
					    enum metric m)
{
	const struct eval_slice *worst = NULL;

	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i];
		const struct figure *f = &s->metrics[m];

		if (!f->why && f->n >= FAIR_MIN_N &&
		    (!worst || figure_compare(m, f, &worst->metrics[m]) < 0))
			worst = s;
	}
	return worst;
}

static void take_evaluation(struct version_judged *out,
			    const struct model_rec *m,
			    const struct evaluation *e)
{
	enum metric metric = metric_main_of(m->main_metric, e->task);
	const struct eval_slice *worst = worst_slice(e, metric);

	out->is_evaluated = true;
	out->state = xstrdup_or_null(e->state);
	if (!worst)
		return;
	out->worst_by = xstrdup(worst->by);
	out->worst_value = xstrdup(worst->value);
	out->worst = worst->metrics[metric];
}

static enum rc judge(struct registry *reg, const struct model_rec *m,
		     int64_t version, struct reg_progress *progress,
		     struct version_judged *out, struct err *err)
{
	struct evaluation e;
	struct err why = ERR_INIT;
	enum rc rc = reg_evaluation_newest(reg, m->name, version, &e, &why);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	take_evaluation(out, m, &e);
	rc = find_base(reg, m->name, version, &out->base, err);
	if (rc == RC_OK && out->base)
		rc = check_base(reg, m, &e, out, err);
	if (rc == RC_OK && out->base && !out->why)
		rc = compare_on(reg, m, version, &e, progress, out, err);
	evaluation_release(&e);
	return rc;
}

enum rc version_judge(struct registry *reg, const char *model, int64_t version,
		      struct reg_progress *progress,
		      struct version_judged *out, struct err *err)
{
	struct model_rec m = { 0 };
	enum rc rc = reg_model_get(reg, model, &m, err);

	*out = (struct version_judged){ 0 };
	if (rc == RC_OK)
		rc = judge(reg, &m, version, progress, out, err);
	model_rec_release(&m);
	if (rc != RC_OK)
		version_judged_release(out);
	return rc;
}

/* -- By the gate -- */

enum rc version_judge_by_gate(struct registry *reg, const char *model,
			      int64_t version, struct reg_progress *progress,
			      struct version_judged *out, struct err *err)
{
	const struct gate_options options = { NULL, progress };
	struct gate_result result;
	struct err why = ERR_INIT;
	const char *risk;
	char *name = NULL;
	enum rc rc = gate_risk(reg, model, version, &risk, &why);

	if (rc == RC_OK)
		rc = gate_find(reg, JUDGED_STAGE, risk, &name, &why);
	free(name);
	out->has_gate = rc != RC_NOT_FOUND;
	if (rc == RC_OK)
		rc = gate_check(reg, model, version, JUDGED_STAGE, &options,
				&result, &why);
	if (rc != RC_OK && rc_is_no_answer(rc))
		return err_set(err, rc, "%s", why.text);
	out->is_gated = true;
	if (rc != RC_OK) {
		out->gate_why = out->has_gate ? xstrdup(why.text) : NULL;
		return RC_OK;
	}
	out->n_rules = result.items.n;
	for (size_t i = 0; i < result.items.n; i++)
		out->n_met += gate_verdict_holds(result.items.at[i].verdict);
	gate_result_release(&result);
	return RC_OK;
}

/* -- The question -- */

struct question {
	char *model;
	int64_t id, version;
	bool by_gate;
	struct version_judged answer;
};

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct question *q = arg;

	return (q->by_gate ? version_judge_by_gate : version_judge)(
		reg, q->model, q->version, progress, &q->answer, err);
}

static void question_free(void *arg)
{
	struct question *q = arg;

	version_judged_release(&q->answer);
	free(q->model);
	free(q);
}

/* JUDGED_KEPT: it is not kept. */
static size_t find(const struct version_verdicts *v, int64_t id)
{
	size_t i = 0;

	while (i < JUDGED_KEPT && (!id || v->kept[i].id != id))
		i++;
	return i;
}

const struct version_judged *
version_verdicts_of(const struct version_verdicts *v, int64_t id)
{
	size_t at = find(v, id);

	return at < JUDGED_KEPT ? &v->kept[at] : NULL;
}

static void add_gate(struct version_judged *to, struct version_judged *from)
{
	to->is_gated = true;
	to->has_gate = from->has_gate;
	to->n_rules = from->n_rules;
	to->n_met = from->n_met;
	to->gate_why = from->gate_why;
	from->gate_why = NULL;
}

static void keep(struct version_verdicts *v, struct question *q)
{
	struct version_judged *to = &v->kept[v->next];

	v->next = (v->next + 1) % JUDGED_KEPT;
	version_judged_release(to);
	*to = q->answer;
	to->id = q->id;
	q->answer = (struct version_judged){ 0 };
}

/* What it lacks yet is asked for next. */
static void told(struct app *app, struct asking *a, void **arg, enum rc rc)
{
	struct version_verdicts *v = a->owner;
	struct question *q = *arg;
	size_t at = find(v, q->id);

	if (rc != RC_OK) {
		v->stopped = q->id;
		return;
	}
	if (at < JUDGED_KEPT)
		add_gate(&v->kept[at], &q->answer);
	else
		keep(v, q);
	version_verdicts_want(v, app, q->id, q->model, q->version);
}

static const struct asking_kind kind = {
	.name = "judging a version", .work = work, .told = told,
	.free = question_free, .yields = true, .is_quiet = true,
};

void version_verdicts_want(struct version_verdicts *v, struct app *app,
			   int64_t id, const char *model, int64_t version)
{
	const struct version_judged *known = version_verdicts_of(v, id);
	struct question *q;

	if (asking_runs(&v->asking) && v->asked != id)
		asking_forget(&v->asking);
	if (asking_runs(&v->asking) || v->stopped == id ||
	    (known && known->is_gated))
		return;
	q = XNEW(struct question);
	*q = (struct question){ .model = xstrdup(model), .id = id,
				.version = version, .by_gate = known != NULL };
	v->asked = id;
	v->stopped = 0;
	asking_say(app, &v->asking, &kind, q);
}

/* -- As text -- */

void version_base_text(struct buf *out, const struct version_judged *j)
{
	if (!j->base)
		buf_str(out, "no version before it");
	else if (!j->is_compared)
		buf_str(out, j->why);
	else if (j->delta.why)
		put_delta(out, &j->delta);
	else {
		put_delta(out, &j->delta);
		buf_printf(out, " %s", delta_verdict(j->metric, &j->delta));
		delta_add_basis(out, j->metric, &j->delta);
	}
}

void version_gate_text(struct buf *out, const struct version_judged *j)
{
	if (!j->has_gate)
		buf_str(out, "none");
	else if (j->gate_why)
		buf_str(out, j->gate_why);
	else
		buf_printf(out, "%zu of %zu", j->n_met, j->n_rules);
}

/* -- Life -- */

void version_verdicts_init(struct version_verdicts *v)
{
	v->asking.owner = v;
}

static void drop(struct version_verdicts *v)
{
	asking_forget(&v->asking);
	for (size_t i = 0; i < JUDGED_KEPT; i++)
		version_judged_release(&v->kept[i]);
	v->next = 0;
}

void version_verdicts_reload(struct version_verdicts *v, struct registry *reg)
{
	uint64_t size = reg_size(reg);

	v->stopped = 0;
	if (size != v->log_size)
		drop(v);
	v->log_size = size;
}

void version_verdicts_release(struct version_verdicts *v)
{
	drop(v);
	asking_release(&v->asking);
}
