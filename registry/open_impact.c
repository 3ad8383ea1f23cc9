#include "registry/open_impact.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "model/impact.h"
#include "registry/db.h"
#include "registry/measure.h"
#include "registry/problem_inside.h"

struct open_problem {
	struct problem_rec *rec;	/* of the list */
	struct problem_members members;
	struct figure users_pct;
	int harm;
};

/* What the versions of one model share. */
struct impacts {
	struct registry *reg;
	struct measure *measure;
	struct problem_recs problems;
	VEC_DECLARE(struct open_problem, open_problems) open;
};

static void impacts_release(struct impacts *s)
{
	for (size_t i = 0; i < s->open.n; i++)
		vec_free(&s->open.at[i].members);
	vec_free(&s->open);
	problem_recs_release(&s->problems);
	measure_free(s->measure);
}

static enum rc impacts_open(struct impacts *s, struct registry *reg,
			    const char *model, struct err *err)
{
	enum rc rc;

	*s = (struct impacts){ .reg = reg, .measure = measure_new(reg),
			       .problems = VEC_INIT, .open = VEC_INIT };
	rc = reg_problem_list(reg, model, &s->problems, err);
	for (size_t i = 0; i < s->problems.n && !rc; i++) {
		struct problem_rec *p = &s->problems.at[i];
		struct open_problem *o;

		if (!problem_state_is_open(p->state))
			continue;
		o = vec_add(&s->open);
		*o = (struct open_problem){
			.rec = p, .members = VEC_INIT,
			.users_pct = problem_users(p->users),
			.harm = problem_harm(p->harm) };
		rc = reg_problem_members(reg, p->id, &o->members, err);
	}
	return rc;
}

static enum rc losses_of(struct impacts *s, const struct open_problem *o,
			 int64_t version, struct loss_sum *out,
			 struct err *err)
{
	struct measured_set *set;
	const struct said *said;
	enum rc rc;

	if (!o->members.n || !o->rec->testset)
		return RC_OK;
	rc = measure_set(s->measure, o->rec->testset, 0, &set, err);
	if (!rc)
		rc = measure_said(s->measure, set, o->rec->model, version,
				  &said, err);
	if (!rc)
		*out = measure_losses(set, said, &o->members,
				      problem_by_score(o->rec));
	return rc;
}

static enum rc add_problem(struct impacts *s, const struct open_problem *o,
			   int64_t version, struct open_impact *out,
			   struct err *err)
{
	struct loss_sum sum = { 0 };
	struct figure error, f;
	enum rc rc = losses_of(s, o, version, &sum, err);

	if (rc)
		return err_prefix(err, "P-%lld", (long long)o->rec->id);
	error = loss_figure(&sum);
	f = impact(&o->users_pct, &error, o->harm);
	if (o->users_pct.why || o->harm <= 0 || !sum.n_active)
		out->n_unranked++;
	else if (sum.n_known < sum.n_active)
		out->n_unasked++;
	if (f.why)
		return RC_OK;
	impact_add(&out->total, &f);
	if (!out->top || f.value > out->top_impact) {
		out->top = o->rec->id;
		out->top_impact = f.value;
	}
	return RC_OK;
}

static enum rc add_version(struct impacts *s, int64_t version,
			   struct open_impact *out, struct err *err)
{
	enum rc rc = RC_OK;

	*out = (struct open_impact){ .n_open = s->open.n,
				     .total = { .method = METHOD_PRODUCT } };
	for (size_t i = 0; i < s->open.n && !rc; i++)
		rc = add_problem(s, &s->open.at[i], version, out, err);
	measure_forget_said(s->measure);
	return rc;
}

enum rc reg_open_impacts(struct registry *reg, const char *model,
			 const int64_t *versions, size_t n,
			 struct reg_progress *progress,
			 struct open_impact *out, struct err *err)
{
	struct impacts s;
	enum rc rc = reg_read_begin(reg, err);

	if (rc)
		return rc;
	rc = impacts_open(&s, reg, model, err);
	for (size_t i = 0; i < n && !rc; i++) {
		rc = add_version(&s, versions[i], &out[i], err);
		if (!rc && progress)
			rc = progress->step(progress->arg, "impacts", i + 1,
					    n);
	}
	impacts_release(&s);
	reg_read_end(reg);
	return rc;
}

void open_impact_text(struct buf *out, const struct open_impact *i)
{
	char text[DECIMAL_MAX];

	if (i->n_open && !i->total.n)
		buf_char(out, '?');
	else
		buf_printf(out, "%s%s%s", i->n_unasked ? "~" : "",
			   decimal_fixed(i->total.value, 1, text),
			   i->n_unranked ? "+" : "");
}

enum rc reg_open_problems(struct registry *reg,
			  void (*take)(void *arg, const char *model,
				       uint64_t n),
			  void *arg, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT model, state, COUNT(*) AS n"
		"  FROM problem"
		" WHERE merged_into = 0"
		" GROUP BY model, state"
		" ORDER BY model");

	while (stmt_next(s, err)) {
		enum problem_state state;

		if (problem_state_from_name(stmt_text(s, "state"), &state) &&
		    problem_state_is_open(state))
			take(arg, stmt_text(s, "model"),
			     (uint64_t)stmt_int(s, "n"));
	}
	return stmt_end(s, RC_OK);
}
