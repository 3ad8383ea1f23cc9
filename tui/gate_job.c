#include "tui/gate_job.h"

#include <string.h>

#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "registry/evidence.h"

struct gate_ask {
	struct app *app;
	void *owner;			/* NULL: nobody listens */
	gate_told *told;
	struct gate_subjects subjects;
	bool evaluate;
};

void gate_subjects_release(struct gate_subjects *v)
{
	for (size_t i = 0; i < v->n; i++) {
		struct gate_subject *s = &v->at[i];

		free(s->model);
		free(s->stage);
		free(s->why);
		if (s->has_gate)
			gate_result_release(&s->result);
		for (size_t k = 0; s->changed && k < s->signoffs.n; k++)
			strs_release(&s->changed[k]);
		free(s->changed);
		signoff_recs_release(&s->signoffs);
	}
	vec_free(v);
}

void gate_subject_add(struct gate_subjects *v, const char *model,
		      int64_t version, const char *stage)
{
	*vec_add(v) = (struct gate_subject){ .model = xstrdup(model),
					     .version = version,
					     .stage = xstrdup(stage) };
}

/* -- On the other thread -- */

static enum rc evaluate_on(struct registry *reg, const char *testset,
			   const struct version_refs *versions,
			   struct reg_progress *progress, struct err *err)
{
	struct evaluations all = VEC_INIT;
	enum rc rc = reg_evaluate(reg, testset, 0, versions, NULL, progress,
				  &all, err);

	if (rc == RC_OK)
		evaluations_release(&all);
	return rc;
}

/* What has no predictions cannot be evaluated: the gate says so itself. */
static enum rc evaluate_subject(struct registry *reg,
				const struct gate_subject *s,
				struct reg_progress *progress, struct err *err)
{
	struct version_ref refs[2] = { { s->model, s->version },
				       { s->model, 0 } };
	struct strs sets = VEC_INIT;
	enum rc rc = evidence_testsets(reg, s->model, s->version, &sets, err);

	if (rc == RC_OK)
		rc = reg_version_before(reg, s->model, s->version,
					"production", &refs[1].version, err);
	for (size_t i = 0; i < sets.n && rc == RC_OK; i++) {
		for (size_t k = 0; k < 2 && rc == RC_OK; k++) {
			const struct version_refs one = { &refs[k], 1, 1 };

			if (!refs[k].version)
				continue;
			rc = evaluate_on(reg, sets.at[i], &one, progress, err);
			if (rc == RC_NOT_FOUND || rc == RC_REFUSED ||
			    rc == RC_BAD_INPUT || rc == RC_UNMET)
				rc = RC_OK;
		}
	}
	strs_release(&sets);
	return rc;
}

static enum rc read_signoffs(struct registry *reg, struct gate_subject *s,
			     struct err *err)
{
	enum rc rc = reg_signoff_list(reg, s->model, s->version, &s->signoffs,
				      err);

	if (rc != RC_OK)
		return rc;
	s->changed = xcalloc(s->signoffs.n + 1, sizeof(*s->changed));
	rc = signoffs_changed(reg, &s->signoffs, s->changed, err);
	if (rc != RC_OK) {
		free(s->changed);	/* its lists are released */
		s->changed = NULL;
	}
	return rc;
}

/* Only being cancelled is the job's error; all others are the answer. */
static enum rc check_subject(struct registry *reg, struct gate_subject *s,
			     struct reg_progress *progress, struct err *out)
{
	struct gate_options options = { NULL, progress };
	struct err err = ERR_INIT;
	const char *risk;
	char *name = NULL;
	enum rc rc = gate_risk(reg, s->model, s->version, &risk, &err);

	s->is_done = true;
	if (rc == RC_OK)
		rc = gate_find(reg, s->stage, risk, &name, &err);
	free(name);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = gate_check(reg, s->model, s->version, s->stage, &options,
				&s->result, &err);
	s->has_gate = rc == RC_OK;
	if (rc == RC_CANCELLED)
		return err_set(out, rc, "%s", err.text);
	if (rc != RC_OK)
		s->why = xstrdup(err.text);
	return RC_OK;
}

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct gate_ask *q = arg;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < q->subjects.n && rc == RC_OK; i++) {
		struct gate_subject *s = &q->subjects.at[i];

		if (q->evaluate)
			rc = evaluate_subject(reg, s, progress, err);
		if (rc == RC_OK)
			rc = check_subject(reg, s, progress, err);
		if (rc == RC_OK && s->with_signoffs)
			rc = read_signoffs(reg, s, err);
	}
	return rc;
}

/* -- On this one -- */

static void done(struct app *app, void *arg, enum rc rc,
		 const struct err *err)
{
	struct gate_ask *q = arg;

	(void)app;
	(void)err;
	if (q->owner)
		q->told(q->owner, &q->subjects, rc);
	gate_subjects_release(&q->subjects);
	free(q);
}

enum rc gate_ask(struct app *app, void *owner, gate_told *told,
		 struct gate_subjects *subjects_take, bool evaluate,
		 struct gate_ask **out, struct err *err)
{
	struct gate_ask *q = XNEW(struct gate_ask);
	struct app_job job = { .name = evaluate ? "evaluating and checking" :
			       "checking gates",
			       .work = work, .done = done, .arg = q,
			       .waits = true };
	enum rc rc;

	q->app = app;
	q->owner = owner;
	q->told = told;
	q->subjects = *subjects_take;
	q->evaluate = evaluate;
	*subjects_take = (struct gate_subjects)VEC_INIT;
	rc = app_start_job(app, &job, err);
	if (rc != RC_OK) {
		gate_subjects_release(&q->subjects);
		free(q);
		return rc;
	}
	*out = q;
	return RC_OK;
}

void gate_forget(struct gate_ask *q)
{
	if (!q)
		return;
	q->owner = NULL;
	app_forget_job(q->app, q);
}
