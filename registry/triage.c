/* The board: factors, impact, ranks, what to do next; and what closed
 * problems do when versions come. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/db.h"
#include "registry/measure.h"
#include "registry/problem_inside.h"
#include "registry/standing.h"

/* -- What the rows of one board share -- */

struct known_model {
	char *name;
	struct version_recs versions;
	int64_t version;		/* whose error counts, or 0 */
};
VEC_DECLARE(struct known_model, known_models);

struct known_scores {			/* are all live versions fresh? */
	char *model, *testset;
	bool all;
};
VEC_DECLARE(struct known_scores, known_scores_list);

struct outside {
	int64_t id;
	uint64_t n;
};

struct board {
	struct registry *reg;
	struct measure *measure;
	struct known_models models;
	struct known_scores_list scores;
	VEC_DECLARE(struct outside, outsides) outsides;
	bool looks_back;		/* at the revision before, too */
};

static void board_init(struct board *b, struct registry *reg)
{
	*b = (struct board){ .reg = reg, .measure = measure_new(reg) };
}

static void board_release(struct board *b)
{
	for (size_t i = 0; i < b->models.n; i++) {
		free(b->models.at[i].name);
		version_recs_release(&b->models.at[i].versions);
	}
	vec_free(&b->models);
	for (size_t i = 0; i < b->scores.n; i++) {
		free(b->scores.at[i].model);
		free(b->scores.at[i].testset);
	}
	vec_free(&b->scores);
	vec_free(&b->outsides);
	measure_free(b->measure);
}

static enum rc model_of(struct board *b, const char *name,
			const struct known_model **out, struct err *err)
{
	struct version_recs versions = VEC_INIT;
	struct known_model *m;
	enum rc rc;

	for (size_t i = 0; i < b->models.n; i++) {
		*out = &b->models.at[i];
		if (!strcmp((*out)->name, name))
			return RC_OK;
	}
	rc = reg_version_list(b->reg, name, &versions, err);
	if (rc)
		return rc;
	m = vec_add(&b->models);
	m->name = xstrdup(name);
	m->versions = versions;
	m->version = measured_version(&versions);
	*out = m;
	return RC_OK;
}

static enum rc all_fresh(struct board *b, const struct known_model *m,
			 const char *testset, bool *out, struct err *err)
{
	struct standings st;
	enum rc rc = standings_open(b->reg, testset, 0, &st, err);
	size_t n_live = 0;

	if (rc)
		return rc;
	*out = true;
	for (size_t i = 0; i < m->versions.n && *out && !rc; i++) {
		const struct version_rec *v = &m->versions.at[i];
		struct stored kept = { 0 };
		enum eval_state state;

		if (!version_is_live(v))
			continue;
		n_live++;
		rc = standings_of(&st, m->name, v->version, &state, &kept,
				  err);
		*out = !rc && state == STATE_FRESH;
		stored_release(&kept);
	}
	*out = *out && n_live;
	standings_release(&st);
	return rc;
}

static enum rc is_scored(struct board *b, const struct known_model *m,
			 const char *testset, bool *out, struct err *err)
{
	struct known_scores *k;
	enum rc rc;

	for (size_t i = 0; i < b->scores.n; i++) {
		k = &b->scores.at[i];
		*out = k->all;
		if (!strcmp(k->model, m->name) && !strcmp(k->testset, testset))
			return RC_OK;
	}
	rc = all_fresh(b, m, testset, out, err);
	if (rc)
		return rc;
	k = vec_add(&b->scores);
	k->model = xstrdup(m->name);
	k->testset = xstrdup(testset);
	k->all = *out;
	return RC_OK;
}

/* Reports that are not in the set, of all problems at once. */
static enum rc count_outside(struct board *b, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(b->reg),
		"SELECT problem_id, count(*) AS n"
		"  FROM problem_report"
		" WHERE in_set = 0"
		" GROUP BY problem_id"
		" ORDER BY problem_id");

	while (stmt_next(s, err))
		vec_push(&b->outsides, ((struct outside){
			stmt_int(s, "problem_id"),
			(uint64_t)stmt_int(s, "n") }));
	return stmt_end(s, RC_OK);
}

static int by_id(const void *va, const void *vb)
{
	const struct outside *a = va, *b = vb;

	return (a->id > b->id) - (a->id < b->id);
}

static uint64_t outside_of(const struct board *b, int64_t id)
{
	const struct outside key = { id, 0 };
	const struct outside *o = NULL;

	if (b->outsides.n)
		o = bsearch(&key, b->outsides.at, b->outsides.n, sizeof(key),
			    by_id);
	return o ? o->n : 0;
}

/* -- One row -- */

static enum rc sum_on(struct board *b, const struct problem_rec *p,
		      const struct problem_members *members, int64_t version,
		      int64_t revision, struct loss_sum *out, struct err *err)
{
	struct measured_set *set;
	const struct said *said;
	enum rc rc = measure_set(b->measure, p->testset, revision, &set, err);

	if (!rc)
		rc = measure_said(b->measure, set, p->model, version, &said,
				  err);
	if (!rc)
		*out = measure_losses(set, said, members, problem_by_score(p));
	return rc;
}

static enum rc sum_of(struct board *b, const struct problem_rec *p,
		      const struct problem_members *members, int64_t version,
		      struct loss_sum *out, struct err *err)
{
	return sum_on(b, p, members, version, 0, out, err);
}

static enum rc look_back(struct board *b, struct triage_row *r,
			 const struct problem_members *members,
			 struct err *err)
{
	const struct problem_rec *p = &r->problem;
	struct measured_set *newest;
	struct loss_sum sum = { 0 };
	enum rc rc = measure_set(b->measure, p->testset, 0, &newest, err);

	if (!rc)
		r->before = testset_info(measured_testset(newest))->revision -
			    1;
	if (!rc && r->before)
		rc = sum_on(b, p, members, r->version, r->before, &sum, err);
	r->error_before = loss_figure(&sum);
	return rc;
}

static enum rc measure_row(struct board *b, const struct known_model *m,
			   struct triage_row *r, struct err *err)
{
	const struct problem_rec *p = &r->problem;
	struct problem_members members = VEC_INIT;
	struct loss_sum sum = { 0 };
	bool scored = false;
	enum rc rc = reg_problem_members(b->reg, p->id, &members, err);

	if (!rc && members.n && p->testset && r->version)
		rc = sum_of(b, p, &members, r->version, &sum, err);
	if (!rc && b->looks_back && members.n && p->testset && r->version)
		rc = look_back(b, r, &members, err);
	if (!rc && members.n && p->testset)
		rc = is_scored(b, m, p->testset, &scored, err);
	r->n_members = members.n;
	r->n_active = sum.n_active;
	vec_free(&members);
	r->error = r->version || !r->n_members ? loss_figure(&sum)
		 : figure_undefined("no live version", 0);
	r->facts.all_scored = scored;
	r->facts.production_passes =
		loss_passes(&sum, problem_tolerance(p->tolerance));
	return rc;
}

static enum rc newest_failure(struct board *b, const struct problem_rec *p,
			      struct problem_failures *out, struct err *err);

/* Closing it again would not last: a later live version fails it. */
static enum rc look_later(struct board *b, struct triage_row *r,
			  struct err *err)
{
	struct problem_failures found = VEC_INIT;
	enum rc rc = RC_OK;

	if (r->problem.state == PROBLEM_REGRESSED && r->problem.testset)
		rc = newest_failure(b, &r->problem, &found, err);
	r->facts.later_fails = found.n;
	problem_failures_release(&found);
	return rc;
}

static enum rc fill_row(struct board *b, struct triage_row *r,
			int64_t version, struct err *err)
{
	const struct problem_rec *p = &r->problem;
	const struct known_model *m;
	enum rc rc = model_of(b, p->model, &m, err);

	if (rc)
		return rc;
	r->version = version ? version : m->version;
	r->users_pct = problem_users(p->users);
	r->harm = problem_harm(p->harm);
	r->n_outside = outside_of(b, p->id);
	rc = measure_row(b, m, r, err);
	if (!rc)
		rc = look_later(b, r, err);
	if (rc)
		return err_prefix(err, "P-%lld", (long long)p->id);
	r->n_patterns = r->n_active + r->n_outside;
	r->facts.state = p->state;
	r->facts.n_patterns = r->n_members + r->n_outside;
	r->facts.has_rule = p->rule;
	r->facts.has_users = !r->users_pct.why;
	r->facts.has_error = !r->error.why;
	r->facts.has_harm = r->harm > 0;
	r->facts.has_owner = p->owner;
	r->facts.patterns_in_set = r->n_active && !r->n_outside;
	r->next = problem_next_action(&r->facts);
	return RC_OK;
}

enum rc problem_facts_of(struct registry *reg, const struct problem_rec *p,
			 struct problem_facts *facts, int64_t *version,
			 struct err *err)
{
	struct triage_row row = { .problem = *p };
	struct board b;
	enum rc rc;

	board_init(&b, reg);
	rc = count_outside(&b, err);
	if (!rc)
		rc = fill_row(&b, &row, 0, err);
	board_release(&b);
	*facts = row.facts;
	*version = row.version;
	return rc;
}

/* -- The board -- */

static double sort_value(const struct triage_row *r)
{
	return r->impact.why ? -1 : r->impact.value;
}

/* Open before closed, ranked before unranked, greatest impact first. */
static int by_impact(const void *va, const void *vb)
{
	const struct triage_row *a = va, *b = vb;
	bool open_a = problem_state_is_open(a->problem.state);
	bool open_b = problem_state_is_open(b->problem.state);
	double x = sort_value(a), y = sort_value(b);

	if (open_a != open_b)
		return open_a ? -1 : 1;
	if (x < y || x > y)
		return x < y ? 1 : -1;
	return (a->problem.id > b->problem.id) -
	       (a->problem.id < b->problem.id);
}

/* What the row would add to the total on the revision before. */
static void add_before(struct triage *t, const struct triage_row *r)
{
	struct figure f = impact(&r->users_pct, r->before ? &r->error_before
							  : &r->error,
				 r->harm);

	if (r->before && !r->impact.why)
		t->before = t->before && t->before != r->before ? -1
								: r->before;
	if (!f.why)
		impact_add(&t->total_before, &f);
}

void triage_rank(struct triage *t, const struct triage_query *query)
{
	struct figure *impacts = XNEW_ARRAY(struct figure, t->n + 1);
	struct impact_rank *ranks = XNEW_ARRAY(struct impact_rank, t->n + 1);

	t->total = (struct figure){ .method = METHOD_PRODUCT };
	t->total_before = t->total;
	t->before = 0;
	t->n_open = t->n_inbox = 0;
	for (size_t i = 0; i < t->n; i++) {
		struct triage_row *r = &t->rows[i];
		bool open = problem_state_is_open(r->problem.state);

		r->impact = impact(&r->users_pct, &r->error, r->harm);
		impacts[i] = open ? r->impact
				  : figure_undefined("it is closed", 0);
		t->n_open += open;
		t->n_inbox += r->problem.state == PROBLEM_REPORTED;
		if (!impacts[i].why)
			impact_add(&t->total, &impacts[i]);
		if (open)
			add_before(t, r);
	}
	impact_ranks(impacts, t->n, ranks);
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].rank = ranks[i];
	free(impacts);
	free(ranks);
	if (t->n && !query->by_id)
		qsort(t->rows, t->n, sizeof(*t->rows), by_impact);
}

static void row_release(struct triage_row *r)
{
	problem_rec_release(&r->problem);
}

void triage_release(struct triage *t)
{
	for (size_t i = 0; i < t->n; i++)
		row_release(&t->rows[i]);
	free(t->rows);
	*t = (struct triage){ 0 };
}

/* Ranks were taken among all; the rest goes. */
static void keep_only(struct triage *t, int64_t id)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (t->rows[i].problem.id == id)
			t->rows[n++] = t->rows[i];
		else
			row_release(&t->rows[i]);
	}
	t->n = n;
}

static enum rc fill_rows(struct board *b, const struct triage_query *q,
			 struct problem_recs *problems, struct triage *out,
			 struct err *err)
{
	enum rc rc = count_outside(b, err);

	out->rows = XNEW_ARRAY(struct triage_row, problems->n + 1);
	for (size_t i = 0; i < problems->n && !rc; i++) {
		struct problem_rec *p = &problems->at[i];

		if (!q->closed && !problem_state_is_open(p->state) &&
		    p->id != q->only)
			continue;
		out->rows[out->n].problem = *p;
		*p = (struct problem_rec){ 0 };
		rc = fill_row(b, &out->rows[out->n++], q->version, err);
	}
	return rc;
}

enum rc reg_triage(struct registry *reg, const struct triage_query *query,
		   struct triage *out, struct err *err)
{
	struct problem_recs problems = VEC_INIT;
	struct board b;
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct triage){ 0 };
	if (rc)
		return rc;
	board_init(&b, reg);
	b.looks_back = query->looks_back;
	rc = reg_problem_list(reg, query->model, &problems, err);
	if (!rc)
		rc = fill_rows(&b, query, &problems, out, err);
	board_release(&b);
	reg_read_end(reg);
	problem_recs_release(&problems);
	if (rc) {
		triage_release(out);
		return rc;
	}
	triage_rank(out, query);
	if (query->only)
		keep_only(out, query->only);
	return RC_OK;
}

/* -- Closed problems stay closed -- */

void problem_failures_release(struct problem_failures *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].title);
		free(v->at[i].model);
	}
	vec_free(v);
}

static void add_failure(struct problem_failures *out,
			const struct problem_rec *p, int64_t version,
			const struct loss_sum *sum)
{
	vec_push(out, ((struct problem_failure){
		.id = p->id, .title = xstrdup(p->title),
		.model = xstrdup(p->model), .version = version,
		.error = loss_figure(sum) }));
}

/* The one that fixed it, those that came later, and whichever serves. */
static bool must_pass(const struct known_model *m, const struct problem_rec *p,
		      const struct version_rec *v)
{
	return version_is_live(v) && (v->version >= p->fixed_in ||
				      v->version == m->version);
}

/* At most one failure a problem: the newest version that fails it. */
static enum rc newest_failure(struct board *b, const struct problem_rec *p,
			      struct problem_failures *out, struct err *err)
{
	struct problem_members members = VEC_INIT;
	const struct known_model *m;
	enum rc rc = model_of(b, p->model, &m, err);

	if (!rc)
		rc = reg_problem_members(b->reg, p->id, &members, err);
	for (size_t i = rc ? 0 : m->versions.n; i-- > 0 && members.n && !rc;) {
		const struct version_rec *v = &m->versions.at[i];
		struct loss_sum sum = { 0 };

		if (!must_pass(m, p, v))
			continue;
		rc = sum_of(b, p, &members, v->version, &sum, err);
		if (rc || !loss_fails(&sum, problem_tolerance(p->tolerance)))
			continue;
		add_failure(out, p, v->version, &sum);
		break;
	}
	vec_free(&members);
	return rc;
}

struct regressing {
	int64_t id;
	const char *why;
	bool done;
};

static enum rc regress_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct regressing *r = arg;
	struct problem_rec p;
	enum rc rc = reg_problem_get(tx_registry(tx), r->id, &p, err);

	if (rc)
		return rc;
	r->done = p.state == PROBLEM_FIXED;
	if (r->done)
		rc = problem_regress_append(tx, &p, r->why, err);
	problem_rec_release(&p);
	return rc;
}

static enum rc regress_one(struct registry *reg, struct problem_failure *f,
			   struct err *err)
{
	char error[DECIMAL_MAX];
	char *why = xasprintf("%s@%lld fails it: error %s of %llu patterns",
			      f->model, (long long)f->version,
			      decimal_sig(f->error.value, 4, error),
			      (unsigned long long)f->error.n);
	struct regressing r = { .id = f->id, .why = why };
	enum rc rc = reg_write(reg, regress_fn, &r, err);

	f->is_new = !rc && r.done;
	free(why);
	return rc;
}

static enum rc find_failures(struct board *b, const char *model,
			     const char *testset, enum problem_state state,
			     struct problem_failures *out, struct err *err)
{
	struct problem_recs problems = VEC_INIT;
	enum rc rc = reg_problem_list(b->reg, model, &problems, err);

	for (size_t i = 0; i < problems.n && !rc; i++) {
		const struct problem_rec *p = &problems.at[i];

		if (p->state == state && p->testset &&
		    (!testset || !strcmp(testset, p->testset)))
			rc = newest_failure(b, p, out, err);
	}
	problem_recs_release(&problems);
	return rc;
}

enum rc reg_problem_regress(struct registry *reg, const char *testset,
			    struct problem_failures *out, struct err *err)
{
	struct board b;
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct problem_failures)VEC_INIT;
	if (rc)
		return rc;
	board_init(&b, reg);
	rc = find_failures(&b, NULL, testset, PROBLEM_FIXED, out, err);
	board_release(&b);
	reg_read_end(reg);
	for (size_t i = 0; i < out->n && !rc; i++)
		rc = regress_one(reg, &out->at[i], err);
	if (rc)
		problem_failures_release(out);
	return rc;
}

/* -- The suite, without a write -- */

static enum rc check_version(struct board *b, const struct problem_rec *p,
			     int64_t version, struct problem_failures *out,
			     struct err *err)
{
	struct problem_members members = VEC_INIT;
	struct loss_sum sum = { 0 };
	enum rc rc = reg_problem_members(b->reg, p->id, &members, err);

	if (!rc && members.n && p->testset)
		rc = sum_of(b, p, &members, version, &sum, err);
	if (!rc && !loss_passes(&sum, problem_tolerance(p->tolerance)))
		add_failure(out, p, version, &sum);
	vec_free(&members);
	return rc;
}

/* Regressed: it failed, and is not closed again. */
static enum rc check_regressed(struct board *b, const struct problem_rec *p,
			       struct problem_failures *out, struct err *err)
{
	size_t before = out->n;
	struct loss_sum none = { 0 };
	const struct known_model *m;
	enum rc rc = model_of(b, p->model, &m, err);

	if (!rc && p->testset)
		rc = newest_failure(b, p, out, err);
	if (!rc && out->n == before)
		add_failure(out, p, m->version, &none);
	return rc;
}

static enum rc check_one(struct board *b, const struct problem_rec *p,
			 int64_t version, struct problem_failures *out,
			 struct err *err)
{
	if (version)
		return check_version(b, p, version, out, err);
	if (p->state == PROBLEM_REGRESSED)
		return check_regressed(b, p, out, err);
	return p->testset ? newest_failure(b, p, out, err) : RC_OK;
}

enum rc reg_problem_suite(struct registry *reg, const char *model,
			  int64_t version, uint64_t *n_checked,
			  struct problem_failures *out, struct err *err)
{
	struct problem_recs problems = VEC_INIT;
	struct board b;
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct problem_failures)VEC_INIT;
	*n_checked = 0;
	if (rc)
		return rc;
	board_init(&b, reg);
	rc = reg_problem_list(reg, model, &problems, err);
	for (size_t i = 0; i < problems.n && !rc; i++) {
		const struct problem_rec *p = &problems.at[i];

		if (p->state != PROBLEM_FIXED && p->state != PROBLEM_REGRESSED)
			continue;
		++*n_checked;
		rc = check_one(&b, p, version, out, err);
	}
	board_release(&b);
	reg_read_end(reg);
	problem_recs_release(&problems);
	if (rc)
		problem_failures_release(out);
	return rc;
}
