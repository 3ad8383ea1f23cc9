/* Problems through the registry's own functions against a small reference
 * model: random growth, labels corrected, patterns retired and revived,
 * versions that come, answer and move between stages, evaluations, factors,
 * members, reports, moves through the states. At any time states, errors,
 * impacts and ranks are those of the model; what was closed as fixed reopens
 * as regressed by itself exactly where the model says so, and the suite names
 * the version.
 *
 * MUSTER_SEQUENCES (40) says how many sequences of steps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/open_impact.h"
#include "registry/prediction.h"
#include "registry/problem.h"
#include "registry/testset.h"
#include "support/small.h"
#include "support/temp_registry.h"

enum { MAX_ROWS = 40, MAX_VERSIONS = 4, MAX_PROBLEMS = 3, N_STEPS = 40,
       SEQUENCES_A_FILE = 20 };

/* -- The reference model -- */

enum { UNSAID = -1 };
enum stage { NEW, PRODUCTION, ARCHIVED };

struct ref_problem {
	int64_t id, fixed_in;
	enum problem_state state;
	bool member[MAX_ROWS], owner, lenient;
	int outside, users, harm;	/* 0: not said */
};
struct ref_version {
	int said[MAX_ROWS], then[MAX_ROWS];	/* then: when evaluated … */
	int64_t evaluated;			/* … on that revision */
	enum stage stage;
	int64_t since;				/* in that stage */
};
struct reference {
	size_t n;
	bool active[MAX_ROWS], positive[MAX_ROWS];
	char key[MAX_ROWS][32];
	int64_t revision;
	struct ref_version v[MAX_VERSIONS + 1];		/* from 1 */
	int n_versions, n_problems;
	struct ref_problem p[MAX_PROBLEMS];
};

struct ref_sum { int active, known, wrong; };

static struct ref_sum ref_sum(const struct reference *r,
			      const struct ref_problem *p, int v)
{
	struct ref_sum s = { 0 };

	for (size_t i = 0; i < r->n; i++) {
		bool counts = p->member[i] && r->active[i];
		int said = v ? r->v[v].said[i] : UNSAID;

		s.active += counts;
		s.known += counts && said != UNSAID;
		s.wrong += counts && said != UNSAID &&
			   said != r->positive[i];
	}
	return s;
}

static bool beyond(const struct ref_problem *p, const struct ref_sum *s)
{
	return s->active && s->wrong * 2 > (p->lenient ? s->active : 0);
}

static bool ref_live(const struct reference *r, int v)
{
	return r->v[v].stage != ARCHIVED;
}

/* In production, the one that came there last; else the newest live one. */
static int ref_serving(const struct reference *r)
{
	int serving = 0, newest = 0;

	for (int v = 1; v <= r->n_versions; v++) {
		if (ref_live(r, v))
			newest = v;
		if (r->v[v].stage == PRODUCTION &&
		    (!serving || r->v[v].since >= r->v[serving].since))
			serving = v;
	}
	return serving ? serving : newest;
}

static bool ref_fresh(const struct reference *r, int v)
{
	const struct ref_version *x = &r->v[v];
	bool fresh = x->evaluated == r->revision;

	for (size_t i = 0; i < r->n; i++)
		fresh &= !r->active[i] || (x->said[i] != UNSAID &&
					   x->said[i] == x->then[i]);
	return fresh;
}

static bool ref_all_scored(const struct reference *r)
{
	int live = 0;

	for (int v = 1; v <= r->n_versions; v++) {
		live += ref_live(r, v);
		if (ref_live(r, v) && !ref_fresh(r, v))
			return false;
	}
	return live;
}

/* The newest version that a closed problem may not be failed by, but is; 0. */
static int ref_failing(const struct reference *r, const struct ref_problem *p)
{
	for (int v = r->n_versions; v > 0; v--) {
		struct ref_sum s = ref_sum(r, p, v);

		if (ref_live(r, v) && beyond(p, &s) &&
		    (v >= p->fixed_in || v == ref_serving(r)))
			return v;
	}
	return 0;
}

static int ref_members(const struct reference *r, const struct ref_problem *p)
{
	int n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += p->member[i];
	return n;
}

static bool ref_may_close(const struct reference *r,
			  const struct ref_problem *p)
{
	struct ref_sum s = ref_sum(r, p, ref_serving(r));

	return ref_serving(r) && s.active && !p->outside &&
	       ref_all_scored(r) && s.known == s.active && !beyond(p, &s) &&
	       !(p->state == PROBLEM_REGRESSED && ref_failing(r, p));
}

static bool ref_may_move(const struct reference *r,
			 const struct ref_problem *p, enum problem_state to)
{
	bool described = ref_members(r, p) + p->outside > 0;
	bool ranked = described && p->users && p->harm &&
		      ref_sum(r, p, ref_serving(r)).known;
	enum problem_state s = p->state;

	switch (to) {
	case PROBLEM_DESCRIBED:
		return described && (s == PROBLEM_REPORTED ||
				     s == PROBLEM_TRIAGED);
	case PROBLEM_TRIAGED:
		return ranked && s != PROBLEM_REPORTED &&
		       s != PROBLEM_TRIAGED && s != PROBLEM_FIXED;
	case PROBLEM_IN_PROGRESS:
		return p->owner && (s == PROBLEM_TRIAGED ||
				    s == PROBLEM_REGRESSED);
	case PROBLEM_FIXED:
		return ref_may_close(r, p) && (s == PROBLEM_TRIAGED ||
			s == PROBLEM_IN_PROGRESS || s == PROBLEM_REGRESSED);
	case PROBLEM_WONT_FIX: return problem_state_is_open(s);
	case PROBLEM_REGRESSED: return s == PROBLEM_FIXED;	/* by hand */
	case PROBLEM_REPORTED: return false;
	}
	return false;
}

/* NAN: undefined, or of no rank. */
static double ref_impact(const struct reference *r,
			 const struct ref_problem *p)
{
	struct ref_sum s = ref_sum(r, p, ref_serving(r));

	if (!p->users || !p->harm || !s.known)
		return NAN;
	return p->users * ((double)s.wrong / s.known) * p->harm;
}

/* -- The program -- */

struct world {
	struct temp_registry t;
	struct reference ref;
	char name[32];			/* of model and set */
	uint32_t seed;
	int64_t now;
	uint64_t inputs;		/* given so far */
	unsigned n_closed, n_regressed;	/* of all sequences */
};

static void pass_time(struct world *w)
{
	char text[CLOCK_TEXT];

	setenv("MUSTER_NOW", clock_format(++w->now, text), 1);
}

static void put_row(struct world *w, const char *key, bool positive)
{
	struct reference *r = &w->ref;

	snprintf(r->key[r->n], sizeof(r->key[0]), "%s", key);
	for (int v = 1; v <= MAX_VERSIONS; v++)
		r->v[v].said[r->n] = r->v[v].then[r->n] = UNSAID;
	r->positive[r->n] = positive;
	r->active[r->n++] = true;
}

static void add_rows(struct world *w, size_t n, struct buf *csv)
{
	struct reference *r = &w->ref;

	buf_str(csv, "id,x,y\n");
	while (n-- > 0) {
		char key[32];

		snprintf(key, sizeof(key), "k%zu", r->n);
		put_row(w, key, r->n < 2 ? r->n == 1 : roll(&w->seed, 2));
		buf_printf(csv, "%s,%llu,%s\n", key,
			   (unsigned long long)w->inputs++,
			   r->positive[r->n - 1] ? "yes" : "no");
	}
}

static void create(struct world *w)
{
	const struct model_change fields = { .task = "binary" };
	struct testset_spec spec = { .name = w->name, .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report;
	struct buf csv = BUF_INIT;
	char *path;

	memset(&w->ref, 0, sizeof(w->ref));
	assert_ok(reg_model_add(w->t.reg, w->name, &fields, &oops));
	add_rows(w, 6, &csv);
	path = temp_registry_csv(&w->t, csv.data);
	strs_add(&spec.keys, "id");
	assert_ok(reg_testset_create(w->t.reg, &spec, path, false, NULL,
				     &report, &oops));
	w->ref.revision = 1;
	import_report_release(&report);
	strs_release(&spec.keys);
	buf_release(&csv);
	free(path);
}

typedef enum rc step_fn(struct registry *reg, const struct testset_step *step,
			const char *path, struct testset_step_report *report,
			struct err *err);

static void revise(struct world *w, step_fn *fn, const struct buf *csv)
{
	struct testset_step step = { .testset = w->name };
	struct testset_step_report report;
	char *path = temp_registry_csv(&w->t, csv->data);

	assert_ok(fn(w->t.reg, &step, path, &report, &oops));
	assert_int_equal(report.revision, ++w->ref.revision);
	testset_step_report_release(&report);
	free(path);
}

static void grow(struct world *w)
{
	struct buf csv = BUF_INIT;

	if (w->ref.n + 2 <= MAX_ROWS) {
		add_rows(w, 1 + roll(&w->seed, 2), &csv);
		revise(w, reg_testset_grow, &csv);
	}
	buf_release(&csv);
}

/* One row; the first two stay, so that both labels have an active one. */
static void change(struct world *w)
{
	struct reference *r = &w->ref;
	size_t i = 2 + roll(&w->seed, (uint32_t)r->n - 2);
	bool relabel = r->active[i] && roll(&w->seed, 2), active = r->active[i];
	struct buf csv = BUF_INIT;

	if (relabel)
		r->positive[i] = !r->positive[i];
	else
		r->active[i] = !active;
	buf_printf(&csv, relabel ? "id,y\n%s,%s\n" : "id\n%s\n", r->key[i],
		   r->positive[i] ? "yes" : "no");
	revise(w, relabel ? reg_testset_relabel : active ? reg_testset_retire
			  : reg_testset_revive, &csv);
	buf_release(&csv);
}

static void add_version(struct world *w)
{
	const struct version_fields none = { 0 };
	int64_t version;

	if (w->ref.n_versions == MAX_VERSIONS)
		return;
	assert_ok(reg_version_add(w->t.reg, w->name, &none, &version, &oops));
	assert_int_equal(version, ++w->ref.n_versions);
}

static void stage(struct world *w)
{
	static const char *const names[] = { "none", "production",
					     "archived" };
	struct reference *r = &w->ref;
	int v = 1 + (int)roll(&w->seed, (uint32_t)r->n_versions);
	enum stage to = (enum stage)roll(&w->seed, 3);
	struct err err = ERR_INIT;
	enum rc rc = reg_version_stage(w->t.reg, w->name, v, names[to], "so",
				       TX_ANY_BASE, &err);

	assert_int_equal(rc == RC_OK, r->v[v].stage != to);
	if (rc != RC_OK)
		return;
	r->v[v].stage = to;
	r->v[v].since = w->now;
}

/* What is missing, or everything anew; one of skill answers is wrong (1:
 * none is). */
static void predict(struct world *w, int v, bool again, uint32_t skill)
{
	struct reference *r = &w->ref;
	struct prediction_spec spec = {
		.model = w->name, .version = v, .testset = w->name,
		.label = "said", .replace = again, .allow_missing = true,
	};
	struct prediction_report report;
	struct buf csv = BUF_INIT;
	size_t n = 0;
	char *path;

	buf_str(&csv, "id,said\n");
	for (size_t i = 0; i < r->n; i++) {
		if ((r->v[v].said[i] != UNSAID && !again) ||
		    !roll(&w->seed, 80))
			continue;
		r->v[v].said[i] = r->positive[i] ==
				  (roll(&w->seed, skill) != 1);
		buf_printf(&csv, "%s,%s\n", r->key[i],
			   r->v[v].said[i] ? "yes" : "no");
		n++;
	}
	path = temp_registry_csv(&w->t, csv.data);
	if (n) {
		assert_ok(reg_predictions_import(w->t.reg, &spec, path, false,
						 NULL, &report, &oops));
		prediction_report_release(&report);
	}
	buf_release(&csv);
	free(path);
}

static uint32_t any_skill(struct world *w)
{
	return roll(&w->seed, 2) ? 1 : 2 + roll(&w->seed, 10);
}

/* -- Problems -- */

static void add_problem(struct world *w)
{
	struct reference *r = &w->ref;
	struct ref_problem *p = &r->p[r->n_problems];
	struct pairs fields = VEC_INIT;

	if (r->n_problems == MAX_PROBLEMS)
		return;
	pairs_add(&fields, "title", "it fails");
	pairs_add(&fields, "testset", w->name);
	p->lenient = !roll(&w->seed, 3);
	if (p->lenient)
		pairs_add(&fields, "tolerance", "0.5");
	assert_ok(reg_problem_add(w->t.reg, w->name, &fields, NULL, &p->id,
				  &oops));
	p->state = PROBLEM_REPORTED;
	r->n_problems++;
	pairs_release(&fields);
}

static void set_factors(struct world *w, struct ref_problem *p)
{
	static const char *const harms[] = { "1", "2", "3", "5", "8" };
	struct pairs fields = VEC_INIT;
	uint32_t harm = roll(&w->seed, 5), users = 1 + roll(&w->seed, 99);
	char *share = xasprintf("%u/100", users);

	pairs_add(&fields, "users", share);
	pairs_add(&fields, "harm", harms[harm]);
	pairs_add(&fields, "owner", "ana");
	assert_ok(reg_problem_set(w->t.reg, p->id, &fields, "so", TX_ANY_BASE,
				  &oops));
	p->users = (int)users;
	p->harm = harms[harm][0] - '0';
	p->owner = true;
	pairs_release(&fields);
	free(share);
}

static void change_members(struct world *w, struct ref_problem *p)
{
	struct problem_members members = VEC_INIT;
	bool drop = !roll(&w->seed, 4);
	uint64_t added;

	for (int i = 0; i < 2; i++) {
		uint32_t row = roll(&w->seed, (uint32_t)w->ref.n);

		vec_push(&members, ((struct problem_member){ .row = row }));
		p->member[row] = !drop;
	}
	if (drop)
		assert_ok(reg_problem_members_drop(w->t.reg, p->id, &members,
						   NULL, &oops));
	else
		assert_ok(reg_problem_members_add(w->t.reg, p->id, w->name,
						  &members, NULL, &added,
						  &oops));
	vec_free(&members);
}

static void add_report(struct world *w, struct ref_problem *p)
{
	struct problem_report report = { .expected = xstrdup("yes") };
	char *x = xasprintf("%llu", (unsigned long long)w->inputs++);

	pairs_add(&report.inputs, "x", x);
	assert_ok(reg_problem_report_add(w->t.reg, p->id, &report, &oops));
	p->outside++;
	problem_report_release(&report);
	free(x);
}

/* Its reports into the set, where they get keys of their own. */
static void grow_by(struct world *w, struct ref_problem *p)
{
	struct reference *r = &w->ref;
	struct problem_reports reports;
	struct err err = ERR_INIT;
	int64_t revision;
	uint64_t added;
	enum rc rc;

	if (r->n + (size_t)p->outside > MAX_ROWS)
		return;
	assert_ok(reg_problem_reports(w->t.reg, p->id, &reports, &oops));
	rc = reg_problem_grow(w->t.reg, p->id, false, &revision, &added,
			      &err);
	assert_int_equal(rc == RC_OK, p->outside > 0);
	for (size_t i = 0; i < reports.n; i++) {
		char key[32];

		if (reports.at[i].in_set)
			continue;
		snprintf(key, sizeof(key), "P-%lld-%lld", (long long)p->id,
			 (long long)reports.at[i].id);
		p->member[r->n] = true;
		put_row(w, key, true);
	}
	if (rc == RC_OK) {
		assert_int_equal(added, p->outside);
		assert_int_equal(revision, ++r->revision);
	}
	p->outside = 0;
	problem_reports_release(&reports);
}

static void move_to(struct world *w, struct ref_problem *p,
		    enum problem_state to)
{
	bool may = ref_may_move(&w->ref, p, to);
	struct err err = ERR_INIT;
	enum rc rc = reg_problem_move(w->t.reg, p->id, to, "so", TX_ANY_BASE,
				      &err);

	if ((rc == RC_OK) != may)
		fail_msg("P-%lld %s -> %s: %s", (long long)p->id,
			 problem_state_name(p->state), problem_state_name(to),
			 rc ? err.text : "may not");
	if (!may)
		return;
	p->state = to;
	if (to != PROBLEM_FIXED)
		return;
	p->fixed_in = ref_serving(&w->ref);
	w->n_closed++;
}

/* Towards being fixed. */
static void move_onwards(struct world *w, struct ref_problem *p)
{
	static const enum problem_state onwards[] = {
		PROBLEM_FIXED, PROBLEM_TRIAGED, PROBLEM_DESCRIBED,
	};

	for (size_t i = 0; i < 3; i++) {
		if (!ref_may_move(&w->ref, p, onwards[i]))
			continue;
		move_to(w, p, onwards[i]);
		return;
	}
}

static void move(struct world *w, struct ref_problem *p)
{
	if (roll(&w->seed, 4))
		move_onwards(w, p);
	else
		move_to(w, p, (enum problem_state)roll(&w->seed, 7));
}

/* -- Evaluating, and what follows by itself -- */

static void note_regressions(struct world *w)
{
	struct reference *r = &w->ref;

	for (int i = 0; i < r->n_problems; i++) {
		struct ref_problem *p = &r->p[i];

		if (p->state != PROBLEM_FIXED || !ref_failing(r, p))
			continue;
		p->state = PROBLEM_REGRESSED;
		w->n_regressed++;
	}
}

static bool has_said(const struct reference *r, int v)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->active[i] && r->v[v].said[i] != UNSAID)
			return true;
	return false;
}

static void evaluate_all(struct world *w)
{
	static const struct eval_options options = { 0 };
	struct reference *r = &w->ref;
	struct evaluations out = VEC_INIT;
	int n = 0;

	for (int v = 1; v <= r->n_versions; v++) {
		if (!ref_live(r, v) || !has_said(r, v))
			continue;
		memcpy(r->v[v].then, r->v[v].said, sizeof(r->v[v].then));
		r->v[v].evaluated = r->revision;
		n++;
	}
	if (!n)
		return;
	assert_ok(reg_evaluate(w->t.reg, w->name, 0, NULL, &options, NULL,
			       &out, &oops));
	evaluations_release(&out);
	note_regressions(w);
}

static void check_closed(struct world *w)
{
	struct problem_failures found;

	assert_ok(reg_problem_regress(w->t.reg, w->name, &found, &oops));
	problem_failures_release(&found);
	note_regressions(w);
}

/* -- What must agree -- */

static const struct ref_problem *ref_of(const struct reference *r, int64_t id)
{
	for (int i = 0; i < r->n_problems; i++)
		if (r->p[i].id == id)
			return &r->p[i];
	fail_msg("P-%lld is unknown", (long long)id);
	return NULL;
}

static unsigned ref_rank(const struct reference *r,
			 const struct ref_problem *p)
{
	double x = ref_impact(r, p);
	unsigned rank = 1;

	if (isnan(x) || !problem_state_is_open(p->state))
		return 0;
	for (int i = 0; i < r->n_problems; i++)
		rank += problem_state_is_open(r->p[i].state) &&
			ref_impact(r, &r->p[i]) > x + 1e-9;
	return rank;
}

static void check_row(const struct reference *r, const struct triage_row *row)
{
	const struct ref_problem *p = ref_of(r, row->problem.id);
	struct ref_sum s = ref_sum(r, p, ref_serving(r));
	double x = ref_impact(r, p);

	assert_string_equal(problem_state_name(row->problem.state),
			    problem_state_name(p->state));
	assert_int_equal(row->version, ref_serving(r));
	assert_int_equal(row->n_members, ref_members(r, p));
	assert_int_equal(row->n_outside, p->outside);
	assert_int_equal(!row->error.why, s.known > 0);
	if (s.known)
		assert_float_equal(row->error.value,
				   (double)s.wrong / s.known, 1e-12);
	assert_int_equal(!row->impact.why, !isnan(x));
	if (!isnan(x))
		assert_float_equal(row->impact.value, x, 1e-9);
	assert_int_equal(row->rank.rank, ref_rank(r, p));
}

static void check_board(struct world *w)
{
	const struct triage_query q = { .model = w->name, .closed = true };
	struct triage t;

	assert_ok(reg_triage(w->t.reg, &q, &t, &oops));
	assert_int_equal(t.n, w->ref.n_problems);
	for (size_t i = 0; i < t.n; i++)
		check_row(&w->ref, &t.rows[i]);
	triage_release(&t);
}

/* Of one version: what the board says when it is asked about that one. */
static void check_impact(struct world *w, int v,
			 const struct open_impact *got)
{
	const struct triage_query q = { .model = w->name, .version = v };
	struct triage t;
	uint64_t unranked = 0, unasked = 0;
	bool same;

	assert_ok(reg_triage(w->t.reg, &q, &t, &oops));
	for (size_t i = 0; i < t.n; i++) {
		const struct triage_row *row = &t.rows[i];
		struct ref_sum s = ref_sum(&w->ref,
					   ref_of(&w->ref, row->problem.id), v);
		bool ranked = !row->users_pct.why && row->harm && s.active;

		unranked += !ranked;
		unasked += ranked && s.known < s.active;
	}
	assert_int_equal(got->n_open, t.n_open);
	assert_int_equal(got->n_unranked, unranked);
	assert_int_equal(got->n_unasked, unasked);
	assert_int_equal(got->total.n, t.total.n);
	assert_float_equal(got->total.value, t.total.value, 1e-12);
	assert_float_equal(got->total.low, t.total.low, 1e-12);
	assert_float_equal(got->total.high, t.total.high, 1e-12);
	if (t.total.n)		/* of equal ones the one reported first */
		assert_float_equal(got->top_impact, t.rows[0].impact.value,
				   1e-12);
	same = t.total.n ? got->top == t.rows[0].problem.id : !got->top;
	assert_true(same);
	triage_release(&t);
}

static void check_impacts(struct world *w)
{
	struct open_impact *got = XNEW_ARRAY(struct open_impact,
					     (size_t)w->ref.n_versions + 1);
	int64_t *versions = XNEW_ARRAY(int64_t,
				       (size_t)w->ref.n_versions + 1);

	for (int v = 1; v <= w->ref.n_versions; v++)
		versions[v - 1] = v;
	assert_ok(reg_open_impacts(w->t.reg, w->name, versions,
				   (size_t)w->ref.n_versions, NULL, got,
				   &oops));
	for (int v = 1; v <= w->ref.n_versions; v++)
		check_impact(w, v, &got[v - 1]);
	free(versions);
	free(got);
}

/* Each closed problem that fails, with the newest version that does, and each
 * that has regressed. */
static void check_suite(struct world *w)
{
	const struct reference *r = &w->ref;
	struct problem_failures found;
	uint64_t n_checked, want = 0;
	size_t n = 0;

	assert_ok(reg_problem_suite(w->t.reg, w->name, 0, &n_checked, &found,
				    &oops));
	for (int i = 0; i < r->n_problems; i++) {
		const struct ref_problem *p = &r->p[i];
		bool regressed = p->state == PROBLEM_REGRESSED;
		int failing = ref_failing(r, p);

		want += regressed || p->state == PROBLEM_FIXED;
		if (!regressed && (p->state != PROBLEM_FIXED || !failing))
			continue;
		assert_true(n < found.n);
		assert_int_equal(found.at[n].id, p->id);
		assert_int_equal(found.at[n++].version,
				 failing ? failing : ref_serving(r));
	}
	assert_int_equal(n, found.n);
	assert_int_equal(n_checked, want);
	problem_failures_release(&found);
}

/* -- Sequences -- */

static void step_of_problem(struct world *w)
{
	struct reference *r = &w->ref;
	struct ref_problem *p = &r->p[roll(&w->seed, (uint32_t)r->n_problems)];

	switch (roll(&w->seed, 12)) {
	case 0: change_members(w, p); break;
	case 1: add_report(w, p); break;
	case 2: case 3: grow_by(w, p); break;
	case 4: set_factors(w, p); break;
	default: move(w, p); break;
	}
}

/* All that is asked for before it may be closed. */
static void mend(struct world *w, struct ref_problem *p)
{
	struct reference *r = &w->ref;

	for (int v = 1; v <= r->n_versions; v++)
		if (ref_live(r, v))
			predict(w, v, v == ref_serving(r), 1);
	evaluate_all(w);
	for (int i = 0; i < 3 && problem_state_is_open(p->state); i++)
		move_onwards(w, p);
}

static void step(struct world *w)
{
	int any = 1 + (int)roll(&w->seed, (uint32_t)w->ref.n_versions);

	pass_time(w);
	switch (roll(&w->seed, 16)) {
	case 0: grow(w); break;
	case 1: change(w); break;
	case 2:
		add_version(w);
		predict(w, w->ref.n_versions, false, any_skill(w));
		break;
	case 3: stage(w); break;
	case 4: add_problem(w); break;
	case 5:
		predict(w, any, true, any_skill(w));
		if (roll(&w->seed, 2))
			evaluate_all(w);
		break;
	case 6: check_closed(w); break;
	case 7: case 8:
		for (int v = 1; v <= w->ref.n_versions; v++)
			predict(w, v, false, any_skill(w));
		evaluate_all(w);
		break;
	case 9: evaluate_all(w); break;
	case 10:
		mend(w, &w->ref.p[roll(&w->seed, (uint32_t)w->ref.n_problems)]);
		break;
	default: step_of_problem(w); break;
	}
}

static void sequence(struct world *w)
{
	create(w);
	add_version(w);
	add_problem(w);
	predict(w, 1, true, 2);
	change_members(w, &w->ref.p[0]);
	set_factors(w, &w->ref.p[0]);
	for (int i = 0; i < N_STEPS; i++) {
		step(w);
		check_board(w);
		check_impacts(w);
		check_suite(w);
	}
}

static void test_regress__follows_the_reference(void **state)
{
	const char *text = getenv("MUSTER_SEQUENCES");
	uint64_t n = 40;
	struct world w = { .now = 1772323200 };

	(void)state;
	if (text)
		assert_true(decimal_read_u64(text, strlen(text), &n));
	for (uint64_t i = 0; i < n; i++) {
		if (i % SEQUENCES_A_FILE == 0)
			temp_registry_make(&w.t);
		w.seed = (uint32_t)i * 2654435761u + 1;
		snprintf(w.name, sizeof(w.name), "m%llu",
			 (unsigned long long)i);
		sequence(&w);
		if (i % SEQUENCES_A_FILE != SEQUENCES_A_FILE - 1 && i + 1 < n)
			continue;
		temp_registry_verify(&w.t);
		temp_registry_remove(&w.t);
	}
	print_message("%llu sequences: closed %u times, regressed %u times\n",
		      (unsigned long long)n, w.n_closed, w.n_regressed);
	/* both came about, often */
	assert_true(w.n_closed >= n / 4 && w.n_regressed >= n / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_regress__follows_the_reference),
	};

	return cmocka_run_group_tests_name("test_regress", tests, NULL, NULL);
}
