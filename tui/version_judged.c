#include "tui/version_judged.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "tui/figures.h"

void version_judged_release(struct version_judged *j)
{
	free(j->why);
	free(j->gate_why);
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
	struct comparison c;
	struct err why = ERR_INIT;
	enum rc rc = reg_compare(reg, e->testset, e->revision, &base,
				 &candidates, NULL, progress, &c, &why);

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

static enum rc judge_by_base(struct registry *reg, const struct model_rec *m,
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
	rc = find_base(reg, m->name, version, &out->base, err);
	if (rc == RC_OK && out->base)
		rc = check_base(reg, m, &e, out, err);
	if (rc == RC_OK && out->base && !out->why)
		rc = compare_on(reg, m, version, &e, progress, out, err);
	evaluation_release(&e);
	return rc;
}

/* -- By the gate -- */

static enum rc judge_by_gate(struct registry *reg, const char *model,
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
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	out->has_gate = true;
	if (rc == RC_OK)
		rc = gate_check(reg, model, version, JUDGED_STAGE, &options,
				&result, &why);
	if (rc != RC_OK && rc_is_no_answer(rc))
		return err_set(err, rc, "%s", why.text);
	if (rc != RC_OK) {
		out->gate_why = xstrdup(why.text);
		return RC_OK;
	}
	out->n_rules = result.items.n;
	for (size_t i = 0; i < result.items.n; i++)
		out->n_met += gate_verdict_holds(result.items.at[i].verdict);
	gate_result_release(&result);
	return RC_OK;
}

enum rc version_judge(struct registry *reg, const char *model, int64_t version,
		      struct reg_progress *progress,
		      struct version_judged *out, struct err *err)
{
	struct model_rec m = { 0 };
	enum rc rc = reg_model_get(reg, model, &m, err);

	*out = (struct version_judged){ 0 };
	if (rc == RC_OK)
		rc = judge_by_gate(reg, model, version, progress, out, err);
	if (rc == RC_OK)
		rc = judge_by_base(reg, &m, version, progress, out, err);
	model_rec_release(&m);
	if (rc != RC_OK)
		version_judged_release(out);
	return rc;
}

/* -- The question -- */

struct question {
	char *model;
	int64_t id, version;
	struct version_judged answer;
};

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct question *q = arg;

	return version_judge(reg, q->model, q->version, progress, &q->answer,
			     err);
}

static void question_free(void *arg)
{
	struct question *q = arg;

	version_judged_release(&q->answer);
	free(q->model);
	free(q);
}

static void told(struct app *app, struct asking *a, void **arg, enum rc rc)
{
	struct version_verdicts *v = a->owner;
	struct question *q = *arg;

	(void)app;
	if (rc != RC_OK) {
		v->stopped = q->id;
		return;
	}
	version_judged_release(&v->kept[v->next]);
	v->kept[v->next] = q->answer;
	v->kept[v->next].id = q->id;
	v->next = (v->next + 1) % JUDGED_KEPT;
	q->answer = (struct version_judged){ 0 };
}

static const struct asking_kind kind = {
	.name = "judging a version", .work = work, .told = told,
	.free = question_free, .yields = true, .is_quiet = true,
};

void version_verdicts_want(struct version_verdicts *v, struct app *app,
			   int64_t id, const char *model, int64_t version)
{
	struct question *q;

	if (asking_runs(&v->asking) && v->asked != id)
		asking_forget(&v->asking);
	if (asking_runs(&v->asking) || v->stopped == id ||
	    version_verdicts_of(v, id))
		return;
	q = XNEW(struct question);
	*q = (struct question){ .model = xstrdup(model), .id = id,
				.version = version };
	v->asked = id;
	v->stopped = 0;
	asking_say(app, &v->asking, &kind, q);
}

const struct version_judged *
version_verdicts_of(const struct version_verdicts *v, int64_t id)
{
	for (size_t i = 0; id && i < JUDGED_KEPT; i++)
		if (v->kept[i].id == id)
			return &v->kept[i];
	return NULL;
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
