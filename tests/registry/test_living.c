/* A living test set against a small reference model: random growth, labels
 * corrected, patterns retired and revived, predictions, evaluations; at any
 * time any revision says what a computation from scratch says. Evaluations
 * that follow from kept counts (registry/counted.h) are the bytes that the
 * rows give.
 *
 * MUSTER_SEQUENCES (150) says how many sequences of steps. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "base/json.h"
#include "registry/counted.h"
#include "registry/evaluate.h"
#include "registry/evalset.h"
#include "registry/matrix.h"
#include "registry/model.h"
#include "registry/moved.h"
#include "registry/prediction_inside.h"
#include "support/small.h"
#include "support/temp_registry.h"

enum { MAX_ROWS = 160, MAX_REVISIONS = 24, N_VERSIONS = 2, N_STEPS = 14 };

/* -- The reference model -- */

struct revision {
	size_t n;
	bool active[MAX_ROWS], positive[MAX_ROWS];
};
struct said {				/* scores in tenths, or -1 */
	int score[MAX_ROWS];
};
struct reference {
	struct revision at[MAX_REVISIONS + 1];	/* from 1 */
	int64_t newest;
	struct said now[N_VERSIONS];
	struct said then[N_VERSIONS][MAX_REVISIONS + 1];
	bool evaluated[N_VERSIONS][MAX_REVISIONS + 1], ever[N_VERSIONS];
};

static size_t ref_known(const struct revision *r, const struct said *s,
			size_t *n_active)
{
	size_t known = 0;

	*n_active = 0;
	for (size_t i = 0; i < r->n; i++) {
		*n_active += r->active[i];
		known += r->active[i] && s->score[i] >= 0;
	}
	return known;
}

/* NAN: undefined. A score from .5 on is positive. */
static double ref_value(const bool *active, const bool *positive, size_t n,
			const struct said *s, enum metric m)
{
	double right = 0, known = 0, wins = 0, pairs = 0, loss = 0;

	for (size_t i = 0; i < n; i++) {
		double d = s->score[i] / 10.0 - positive[i];

		if (!active[i] || s->score[i] < 0)
			continue;
		known++;
		right += (s->score[i] >= 5) == positive[i];
		loss += d * d;
		for (size_t k = 0; k < n && positive[i]; k++) {
			if (!active[k] || s->score[k] < 0 || positive[k])
				continue;
			pairs++;
			wins += s->score[i] > s->score[k] ? 1
			      : s->score[i] == s->score[k] ? .5 : 0;
		}
	}
	return m == METRIC_ACCURACY ? right / known
	     : m == METRIC_BRIER ? loss / known : wins / pairs;
}

static enum eval_state ref_state(const struct reference *r, int v,
				 int64_t revision)
{
	const struct revision *at = &r->at[revision];
	const struct said *then = &r->then[v][revision];
	size_t n, known = ref_known(at, &r->now[v], &n);
	bool same = r->evaluated[v][revision];

	for (size_t i = 0; i < at->n; i++)
		same &= !at->active[i] ||
			then->score[i] == r->now[v].score[i];
	return !known ? STATE_MISSING : known < n ? STATE_PARTIAL
	     : same ? STATE_FRESH : r->ever[v] ? STATE_STALE : STATE_MISSING;
}

static void ref_moved(const struct reference *r, int v, int64_t from,
		      int64_t to, enum metric m, double out[MOVED_PARTS + 1])
{
	const struct revision *a = &r->at[from], *b = &r->at[to];
	const struct said *now = &r->now[v];
	const struct said *then = r->evaluated[v][from] ? &r->then[v][from]
							: now;
	bool both[MAX_ROWS];

	for (size_t i = 0; i < a->n; i++)
		both[i] = a->active[i] && b->active[i];
	out[0] = ref_value(a->active, a->positive, a->n, then, m);
	out[1] = ref_value(a->active, b->positive, a->n, then, m);
	out[2] = ref_value(a->active, b->positive, a->n, now, m);
	out[3] = ref_value(both, b->positive, a->n, now, m);
	out[4] = ref_value(b->active, b->positive, b->n, now, m);
}

/* -- The program -- */

struct world {
	struct temp_registry t;
	struct reference ref;
	char set[32];
	uint32_t seed;
};

static struct revision *next(struct world *w)
{
	struct reference *r = &w->ref;

	r->at[r->newest + 1] = r->at[r->newest];
	return &r->at[++r->newest];
}

static void add_rows(struct world *w, struct revision *m, size_t n,
		     struct buf *csv)
{
	buf_str(csv, "id,x,g,h,y\n");
	for (size_t i = 0; i < n && m->n < MAX_ROWS; i++, m->n++) {
		m->active[m->n] = true;
		m->positive[m->n] = m->n < 2 ? m->n == 1 : roll(&w->seed, 2);
		buf_printf(csv, "k%zu,%zu,g%zu,h%zu,%s\n", m->n, m->n,
			   m->n % 3, m->n / 2 % 2,
			   m->positive[m->n] ? "yes" : "no");
	}
}

static void create(struct world *w)
{
	struct testset_spec spec = { .name = w->set, .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report;
	struct buf csv = BUF_INIT;
	char *path;

	memset(&w->ref, 0, sizeof(w->ref));
	for (int v = 0; v < N_VERSIONS; v++)
		memset(w->ref.now[v].score, 0xff, sizeof(w->ref.now[v].score));
	add_rows(w, next(w), roll(&w->seed, 3) ? 48 + roll(&w->seed, 20) :
		 4 + roll(&w->seed, 8), &csv);
	path = temp_registry_csv(&w->t, csv.data);
	strs_add(&spec.keys, "id");
	strs_add(&spec.slices, "g");
	strs_add(&spec.slices, "h+g");
	assert_ok(reg_testset_create(w->t.reg, &spec, path, false, NULL,
				     &report, &oops));
	assert_ok(reg_slice_add(w->t.reg, w->set, "early", "x<40 !g:g1",
				&oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	strs_release(&spec.slices);
	buf_release(&csv);
	free(path);
}

typedef enum rc step_fn(struct registry *reg, const struct testset_step *step,
			const char *path, struct testset_step_report *report,
			struct err *err);

static void revise(struct world *w, step_fn *fn, const struct buf *csv)
{
	struct testset_step step = { .testset = w->set };
	struct testset_step_report report;
	char *path = temp_registry_csv(&w->t, csv->data);

	assert_ok(fn(w->t.reg, &step, path, &report, &oops));
	assert_int_equal(report.revision, w->ref.newest);
	testset_step_report_release(&report);
	free(path);
}

static void grow(struct world *w)
{
	struct buf csv = BUF_INIT;

	if (w->ref.at[w->ref.newest].n == MAX_ROWS)
		return;
	add_rows(w, next(w), 1 + roll(&w->seed, 9), &csv);
	revise(w, reg_testset_grow, &csv);
	buf_release(&csv);
}

/* Rows 0 and 1 stay as they are, so that both labels have an active row. */
static void change(struct world *w)
{
	struct revision m = w->ref.at[w->ref.newest];
	uint32_t what = roll(&w->seed, 3);
	struct buf csv = BUF_INIT;
	size_t n = 0;

	buf_str(&csv, what == 0 ? "id,y\n" : "id\n");
	for (size_t i = 2; i < m.n && n < 4; i++) {
		if (roll(&w->seed, 3) || m.active[i] != (what != 2))
			continue;
		n++;
		if (what == 0)
			m.positive[i] = !m.positive[i];
		else
			m.active[i] = what == 2;
		buf_printf(&csv, what == 0 ? "k%zu,%s\n" : "k%zu\n", i,
			   m.positive[i] ? "yes" : "no");
	}
	if (n) {
		*next(w) = m;
		revise(w, what == 0 ? reg_testset_relabel : what == 1 ?
		       reg_testset_retire : reg_testset_revive, &csv);
	}
	buf_release(&csv);
}

/* What is missing: all of it or some; or all or some anew. */
static void predict(struct world *w, int v, bool all, bool again)
{
	struct said *said = &w->ref.now[v];
	struct prediction_spec spec = {
		.model = "m", .version = v + 1, .testset = w->set,
		.score = "p", .has_threshold = true, .threshold = .5,
		.replace = again, .allow_missing = true,
	};
	struct prediction_report report;
	struct buf csv = BUF_INIT;
	char *path;

	buf_str(&csv, "id,p\n");
	for (size_t i = 0; i < w->ref.at[w->ref.newest].n; i++) {
		if ((said->score[i] >= 0 && !again) ||
		    (!all && roll(&w->seed, 2)))
			continue;
		said->score[i] = (int)(again && !all ? roll(&w->seed, 11)
						     : 4 * roll(&w->seed, 3));
		buf_printf(&csv, "k%zu,", i);
		buf_decimal(&csv, said->score[i] / 10.0);
		buf_str(&csv, "\n");
	}
	path = temp_registry_csv(&w->t, csv.data);
	assert_ok(reg_predictions_import(w->t.reg, &spec, path, false, NULL,
					 &report, &oops));
	prediction_report_release(&report);
	buf_release(&csv);
	free(path);
}

static const enum metric metrics[] = { METRIC_ACCURACY, METRIC_ROC_AUC,
				       METRIC_BRIER };
#define N_METRICS (sizeof(metrics) / sizeof(*metrics))

static void same(double want, const struct figure *got)
{
	if (isnan(want))
		assert_non_null(got->why);
	else if (got->why)
		fail_msg("undefined: %s", got->why);
	else
		assert_true(fabs(want - got->value) < 1e-12);
}

static char *text_of(const struct evaluation *e)
{
	struct buf b = BUF_INIT;
	struct json_out o = JSON_OUT(&b, false);

	evaluation_write(&o, e);
	return buf_detach(&b);
}

/* From the rows alone; all but the figures is taken from the other. */
static void same_bytes(struct world *w, const struct evaluation *got,
		       int64_t revision)
{
	static const struct eval_options options = { 0 };
	struct predictions *p = NULL;
	struct evalset *set = NULL;
	struct evaluation e, shown;
	struct evalrows *rows;
	char *a, *b;

	assert_ok(evalset_open(w->t.reg, w->set, revision, NULL, &set, &oops));
	assert_ok(reg_predictions_load(w->t.reg, "m", got->version,
				       evalset_testset(set), UINT64_MAX, &p,
				       &oops));
	assert_string_equal(p->digest, got->prediction_digest);
	rows = evalrows_new(set, p, NULL);
	assert_ok(evaluate(&rows->in, &options, &e, &oops));
	shown = *got;
	shown.whole = e.whole;
	shown.slices = e.slices;
	shown.n_slices = e.n_slices;
	a = text_of(got);
	b = text_of(&shown);
	assert_string_equal(a, b);
	free(a);
	free(b);
	evaluation_release(&e);
	evalrows_free(rows);
	evalset_close(set);
}

/* Evaluates on any revision, and knows what was kept. */
static void evaluate_on(struct world *w, int64_t revision)
{
	static const struct eval_options options = { 0 };
	struct reference *r = &w->ref;
	const struct revision *at = &r->at[revision];
	struct version_refs all = VEC_INIT;
	struct evaluations out = VEC_INIT;

	for (int v = 0; v < N_VERSIONS; v++)
		vec_push(&all, ((struct version_ref){ xstrdup("m"), v + 1 }));
	assert_ok(reg_evaluate(w->t.reg, w->set, revision, &all, &options,
			       NULL, &out, &oops));
	assert_int_equal(out.n, N_VERSIONS);
	for (int v = 0; v < N_VERSIONS; v++) {
		size_t n, known = ref_known(at, &r->now[v], &n);

		if (!known) {
			assert_string_equal(out.at[v].state, "missing");
			continue;
		}
		assert_string_equal(out.at[v].state,
				    known < n ? "partial" : "fresh");
		assert_int_equal(out.at[v].whole.n, known);
		for (size_t m = 0; m < N_METRICS; m++)
			same(ref_value(at->active, at->positive, at->n,
				       &r->now[v], metrics[m]),
			     &out.at[v].whole.metrics[metrics[m]]);
		same_bytes(w, &out.at[v], revision);
		r->evaluated[v][revision] = r->ever[v] = true;
		r->then[v][revision] = r->now[v];
	}
	evaluations_release(&out);
	version_refs_release(&all);
}

static void check_matrix(struct world *w)
{
	struct matrix m;

	assert_ok(reg_matrix(w->t.reg, w->set, &m, &oops));
	assert_int_equal(m.n_revisions, w->ref.newest);
	for (size_t j = 0; j < m.n; j++)
		for (size_t i = 0; i < m.n_revisions; i++)
			assert_int_equal(m.rows[j].states[i],
					 ref_state(&w->ref,
						   (int)m.rows[j].version - 1,
						   m.revisions[i]));
	matrix_release(&m);
}

/* An evaluation is appended once for each of its causes, so that "then" may
 * be an older entry with the same causes: equal on all active rows. */
static void check_moved(struct world *w)
{
	int64_t to = 1 + roll(&w->seed, (uint32_t)w->ref.newest);
	int64_t from = 1 + roll(&w->seed, (uint32_t)to);
	int v = (int)roll(&w->seed, N_VERSIONS);
	enum metric metric = metrics[roll(&w->seed, N_METRICS)];
	double want[MOVED_PARTS + 1];
	struct moved m;

	assert_ok(reg_moved(w->t.reg, "m", v + 1, w->set, from, to, &metric,
			    &m, &oops));
	ref_moved(&w->ref, v, from, to, metric, want);
	for (size_t i = 0; i <= MOVED_PARTS; i++)
		same(want[i], &m.value[i]);
	moved_release(&m);
}

static void sequence(struct world *w)
{
	create(w);
	for (int i = 0; i < N_STEPS && w->ref.newest < MAX_REVISIONS; i++) {
		uint32_t what = roll(&w->seed, 8);

		if (what < 2)
			grow(w);
		if (what == 0 || i == 0)
			for (int v = 0; v < N_VERSIONS; v++)
				predict(w, v, true, false);
		else if (what < 4)
			change(w);
		else if (what == 4)
			predict(w, (int)roll(&w->seed, N_VERSIONS),
				roll(&w->seed, 2), roll(&w->seed, 3) == 0);
		else
			evaluate_on(w, roll(&w->seed, 2) ? w->ref.newest : 1 +
				    roll(&w->seed, (uint32_t)w->ref.newest));
	}
	check_matrix(w);
	check_moved(w);
	evaluate_on(w, 1 + roll(&w->seed, (uint32_t)w->ref.newest));
	check_matrix(w);
}

/* Registries are short, so that the log's growth is not what is timed. */
static void begin(struct world *w)
{
	int64_t version;

	temp_registry_make(&w->t);
	assert_ok(reg_model_add(w->t.reg, "m", NULL, &oops));
	for (int v = 0; v < N_VERSIONS; v++)
		assert_ok(reg_version_add(w->t.reg, "m",
					  &(struct version_fields){ 0 },
					  &version, &oops));
}

static void end(struct world *w)
{
	temp_registry_verify(&w->t);
	temp_registry_remove(&w->t);
}

static void test_living__any_revision_equals_from_scratch(void **state)
{
	const char *text = getenv("MUSTER_SEQUENCES");
	unsigned long n = text ? strtoul(text, NULL, 10) : 150;
	struct world *w = *state;

	assert_true(n > 0);
	counted_least_rows = 1;
	if (access("/dev/shm", W_OK) == 0)
		setenv("MUSTER_TEST_TMP", "/dev/shm", 0);
	for (unsigned long i = 0; i < n; i++) {
		if (i % 50 == 0)
			begin(w);
		w->seed = (uint32_t)(i * 2654435761u + 1);
		snprintf(w->set, sizeof(w->set), "s%lu", i);
		sequence(w);
		if (i % 50 == 49 || i + 1 == n)
			end(w);
	}
	print_message("%llu evaluations followed from kept counts\n",
		      (unsigned long long)counted_followed);
	if (counted_followed < n / 4)
		fail_msg("only %llu evaluations followed from kept counts",
			 (unsigned long long)counted_followed);
}

/* -- A set of several runs of rows -- */

enum { LONG_ROWS = 70000 };

static void long_set(struct world *w)
{
	struct testset_spec spec = { .name = w->set, .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report;
	struct buf csv = BUF_INIT;
	char *path;

	buf_str(&csv, "id,x,y,p\n");
	for (size_t i = 0; i < LONG_ROWS; i++)
		buf_printf(&csv, "k%zu,%zu,%s,0.%zu\n", i, i,
			   i % 3 ? "no" : "yes", i % 10);
	path = temp_registry_csv(&w->t, csv.data);
	strs_add(&spec.keys, "id");
	strs_add(&spec.inputs, "x");
	assert_ok(reg_testset_create(w->t.reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	strs_release(&spec.inputs);
	for (int v = 0; v < N_VERSIONS; v++) {
		struct prediction_spec said = {
			.model = "m", .version = v + 1, .testset = w->set,
			.score = "p", .has_threshold = true, .threshold = .5 };
		struct prediction_report what;

		assert_ok(reg_predictions_import(w->t.reg, &said, path, false,
						 NULL, &what, &oops));
		prediction_report_release(&what);
	}
	buf_release(&csv);
	free(path);
}

static void long_step(struct world *w, const char *text,
		      enum rc (*fn)(struct registry *,
				    const struct testset_step *, const char *,
				    struct testset_step_report *,
				    struct err *))
{
	struct testset_step step = { .testset = w->set };
	struct testset_step_report report;
	struct buf csv = BUF_INIT;
	char *path;

	buf_str(&csv, text);
	path = temp_registry_csv(&w->t, csv.data);
	assert_ok(fn(w->t.reg, &step, path, &report, &oops));
	testset_step_report_release(&report);
	buf_release(&csv);
	free(path);
}

static void evaluate_long(struct world *w, int64_t revision)
{
	static const struct eval_options options = { 0 };
	struct evaluations out = VEC_INIT;

	assert_ok(reg_evaluate(w->t.reg, w->set, revision, NULL, &options,
			       NULL, &out, &oops));
	assert_int_equal(out.n, N_VERSIONS);
	for (size_t i = 0; i < out.n; i++)
		same_bytes(w, &out.at[i], revision);
	evaluations_release(&out);
}

/* Retired rows are in the first two runs of three; the third is no whole one.
 * Once hashed, a run is not read again until something in it changes. */
static void test_living__runs_are_hashed_once(void **state)
{
	struct world *w = *state;

	counted_least_rows = 1;
	snprintf(w->set, sizeof(w->set), "long");
	begin(w);
	long_set(w);
	evaluate_long(w, 1);
	run_digests_found = 0;
	long_step(w, "id\nk5\nk40000\n", reg_testset_retire);
	evaluate_long(w, 2);
	assert_int_equal(run_digests_found, 0);
	long_step(w, "id,y\nk6,no\nk9,no\n", reg_testset_relabel);
	evaluate_long(w, 3);
	assert_int_equal(run_digests_found, 3 * N_VERSIONS);
	long_step(w, "id\nk7\n", reg_testset_retire);
	evaluate_long(w, 4);
	assert_int_equal(run_digests_found, 5 * N_VERSIONS);
	long_step(w, "id\nk5\nk7\n", reg_testset_revive);
	evaluate_long(w, 5);
	assert_int_equal(run_digests_found, 7 * N_VERSIONS);
	end(w);
}

int main(void)
{
	static struct world world;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_prestate(
			test_living__any_revision_equals_from_scratch, &world),
		cmocka_unit_test_prestate(test_living__runs_are_hashed_once,
					  &world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
