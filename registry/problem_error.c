/* Is it fixed? A problem's error over versions, over revisions, and what each
 * version said for each of its patterns. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/measure.h"
#include "registry/prediction.h"
#include "registry/problem_inside.h"

struct looking {
	struct registry *reg;
	struct measure *measure;
	struct problem_rec problem;
	struct problem_members members;
};

static enum rc looking_open(struct looking *l, struct measure *m, int64_t id,
			    struct err *err)
{
	enum rc rc;

	*l = (struct looking){ .reg = measure_registry(m), .measure = m };
	rc = reg_problem_get(l->reg, id, &l->problem, err);
	if (!rc)
		rc = reg_problem_members(l->reg, id, &l->members, err);
	return rc;
}

static void looking_close(struct looking *l)
{
	vec_free(&l->members);
	problem_rec_release(&l->problem);
}

static enum rc add_error(struct measure *m, struct measured_set *set,
			 const struct problem_rec *p,
			 const struct problem_members *members,
			 int64_t version, struct problem_errors *out,
			 struct err *err)
{
	const struct said *said;
	struct loss_sum sum;
	enum rc rc = measure_said(m, set, p->model, version, &said, err);

	if (rc)
		return rc;
	sum = measure_losses(set, said, members, problem_by_score(p));
	vec_push(out, ((struct problem_error){
		.id = p->id, .version = version,
		.revision = testset_info(measured_testset(set))->revision,
		.n_active = sum.n_active, .n_known = sum.n_known,
		.error = loss_figure(&sum),
		.is_fixed = loss_passes(&sum, problem_tolerance(p->tolerance)),
	}));
	return RC_OK;
}

/* -- Over versions -- */

static bool wanted(int64_t id, const int64_t *ids, size_t n_ids)
{
	for (size_t i = 0; i < n_ids; i++)
		if (ids[i] == id)
			return true;
	return !ids;
}

static enum rc over_versions(struct registry *reg, struct measure *m,
			     const struct problem_rec *p, int64_t revision,
			     struct problem_errors *out, struct err *err)
{
	struct problem_members members = VEC_INIT;
	struct predicteds asked = VEC_INIT;
	struct measured_set *set;
	enum rc rc;

	if (!p->testset)
		return RC_OK;
	rc = reg_problem_members(reg, p->id, &members, err);
	if (!rc)
		rc = measure_set(m, p->testset, revision, &set, err);
	if (!rc)
		rc = reg_predictions_versions(reg, p->testset, &asked, err);
	for (size_t i = 0; i < asked.n && members.n && !rc; i++)
		if (!strcmp(asked.at[i].model, p->model))
			rc = add_error(m, set, p, &members,
				       asked.at[i].version, out, err);
	predicteds_release(&asked);
	vec_free(&members);
	return rc;
}

enum rc measure_by_version(struct measure *m, const char *model,
			   const int64_t *ids, size_t n_ids, int64_t revision,
			   struct problem_errors *out, struct err *err)
{
	struct registry *reg = measure_registry(m);
	struct problem_recs problems = VEC_INIT;
	enum rc rc = reg_problem_list(reg, model, &problems, err);

	*out = (struct problem_errors)VEC_INIT;
	for (size_t i = 0; i < problems.n && !rc; i++)
		if (wanted(problems.at[i].id, ids, n_ids))
			rc = over_versions(reg, m, &problems.at[i], revision,
					   out, err);
	problem_recs_release(&problems);
	if (rc)
		vec_free(out);
	return rc;
}

enum rc reg_problem_by_version(struct registry *reg, const char *model,
			       const int64_t *ids, size_t n_ids,
			       int64_t revision, struct problem_errors *out,
			       struct err *err)
{
	struct measure *m = measure_new(reg);
	enum rc rc = measure_by_version(m, model, ids, n_ids, revision, out,
					err);

	measure_free(m);
	return rc;
}

/* -- Over revisions -- */

static enum rc pick_version(struct looking *l, int64_t *version,
			    struct err *err)
{
	struct version_recs versions = VEC_INIT;
	enum rc rc;

	if (*version)
		return RC_OK;
	rc = reg_version_list(l->reg, l->problem.model, &versions, err);
	if (rc)
		return rc;
	*version = measured_version(&versions);
	version_recs_release(&versions);
	if (!*version)
		rc = err_set(err, RC_NOT_FOUND, "model '%s' has no live "
			     "version", l->problem.model);
	return rc;
}

static enum rc over_revisions(struct looking *l, int64_t version,
			      struct problem_errors *out, struct err *err)
{
	struct testset_info info = { 0 };
	struct measured_set *set;
	enum rc rc = reg_testset_info(l->reg, l->problem.testset, 0, &info,
				      err);

	for (size_t i = 0; i < info.n_revisions && !rc; i++) {
		rc = measure_set(l->measure, l->problem.testset,
				 info.revisions[i].revision, &set, err);
		if (!rc)
			rc = add_error(l->measure, set, &l->problem,
				       &l->members, version, out, err);
	}
	testset_info_release(&info);
	return rc;
}

enum rc measure_by_revision(struct measure *m, int64_t id, int64_t version,
			    struct problem_errors *out, struct err *err)
{
	struct looking l;
	enum rc rc = looking_open(&l, m, id, err);

	*out = (struct problem_errors)VEC_INIT;
	if (!rc && l.problem.testset) {
		rc = pick_version(&l, &version, err);
		if (!rc)
			rc = over_revisions(&l, version, out, err);
	}
	looking_close(&l);
	if (rc)
		vec_free(out);
	return rc;
}

enum rc reg_problem_by_revision(struct registry *reg, int64_t id,
				int64_t version, struct problem_errors *out,
				struct err *err)
{
	struct measure *m = measure_new(reg);
	enum rc rc = measure_by_revision(m, id, version, out, err);

	measure_free(m);
	return rc;
}

/* -- Pattern by pattern -- */

void problem_grid_release(struct problem_grid *g)
{
	for (size_t i = 0; i < g->n_rows; i++)
		free(g->keys[i]);
	free(g->keys);
	free(g->versions);
	free(g->members);
	free(g->cells);
	*g = (struct problem_grid){ 0 };
}

/* Those that said fails, or all others (all, if said is NULL). */
static enum rc add_grid_rows(struct looking *l, struct measured_set *set,
			     const struct said *said, bool failing,
			     size_t max_rows, struct problem_grid *g,
			     struct err *err)
{
	struct buf key = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < l->members.n && g->n_rows < max_rows && !rc;
	     i++) {
		const struct problem_member *member = &l->members.at[i];
		double loss;
		bool fails = said && measure_loss(set, said, member,
						  problem_by_score(&l->problem),
						  &loss) && loss > 0;

		if (fails != failing || !measured_active(set, member))
			continue;
		buf_clear(&key);
		rc = testset_key(measured_testset(set), member->row, &key,
				 err);
		if (rc)
			break;
		g->members[g->n_rows] = *member;
		g->keys[g->n_rows++] = xstrdup(key.data);
	}
	buf_release(&key);
	return rc;
}

/* With a limit, those that the newest version fails come first. */
static enum rc grid_rows(struct looking *l, struct measured_set *set,
			 size_t max_rows, struct problem_grid *g,
			 struct err *err)
{
	size_t n = l->members.n < max_rows ? l->members.n : max_rows;
	const struct said *said = NULL;
	enum rc rc = RC_OK;

	g->members = XNEW_ARRAY(struct problem_member, n + 1);
	g->keys = XNEW_ARRAY(char *, n + 1);
	if (max_rows != SIZE_MAX && g->n_versions)
		rc = measure_said(l->measure, set, l->problem.model,
				  g->versions[g->n_versions - 1], &said, err);
	if (!rc && said)
		rc = add_grid_rows(l, set, said, true, n, g, err);
	return rc ? rc : add_grid_rows(l, set, said, false, n, g, err);
}

static enum rc grid_versions(struct looking *l, struct problem_grid *g,
			     struct err *err)
{
	struct predicteds asked = VEC_INIT;
	enum rc rc = reg_predictions_versions(l->reg, l->problem.testset,
					      &asked, err);

	if (rc)
		return rc;
	g->versions = XNEW_ARRAY(int64_t, asked.n + 1);
	for (size_t i = 0; i < asked.n; i++)
		if (!strcmp(asked.at[i].model, l->problem.model))
			g->versions[g->n_versions++] = asked.at[i].version;
	predicteds_release(&asked);
	return RC_OK;
}

static enum rc grid_cells(struct looking *l, struct measured_set *set,
			  struct problem_grid *g, struct err *err)
{
	const struct said *said;
	enum rc rc = RC_OK;

	g->cells = XNEW_ARRAY(struct problem_cell,
			      g->n_rows * g->n_versions + 1);
	for (size_t v = 0; v < g->n_versions && !rc; v++) {
		rc = measure_said(l->measure, set, l->problem.model,
				  g->versions[v], &said, err);
		for (size_t i = 0; i < g->n_rows && !rc; i++) {
			struct problem_cell *c =
				&g->cells[i * g->n_versions + v];

			c->known = measure_loss(set, said, &g->members[i],
						problem_by_score(&l->problem),
						&c->loss);
			c->pass = c->known && c->loss <= 0;
		}
	}
	return rc;
}

enum rc measure_grid(struct measure *m, int64_t id, size_t max_rows,
		     struct problem_grid *out, struct err *err)
{
	struct measured_set *set;
	struct looking l;
	enum rc rc = looking_open(&l, m, id, err);

	*out = (struct problem_grid){ 0 };
	if (!rc && l.problem.testset) {
		rc = measure_set(l.measure, l.problem.testset, 0, &set, err);
		if (!rc)
			rc = grid_versions(&l, out, err);
		if (!rc)
			rc = grid_rows(&l, set, max_rows, out, err);
		if (!rc)
			rc = grid_cells(&l, set, out, err);
	}
	looking_close(&l);
	if (rc)
		problem_grid_release(out);
	return rc;
}

enum rc reg_problem_grid(struct registry *reg, int64_t id,
			 struct problem_grid *out, struct err *err)
{
	struct measure *m = measure_new(reg);
	enum rc rc = measure_grid(m, id, SIZE_MAX, out, err);

	measure_free(m);
	return rc;
}
