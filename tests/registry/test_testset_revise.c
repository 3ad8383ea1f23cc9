/* Revisions of test sets, against a small model of what they should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsx.h"
#include "registry/inside.h"
#include "registry/testset.h"
#include "support/small.h"
#include "support/temp_registry.h"

enum { MAX_ROWS = 400, MAX_REVISIONS = 60 };

struct state {				/* of one revision */
	size_t n;
	bool active[MAX_ROWS];
	int target[MAX_ROWS];
};
struct world {
	struct temp_registry t;
	struct state at[MAX_REVISIONS + 1];	/* by revision, from 1 */
	int64_t newest;
	uint32_t seed;
	uint64_t created;			/* index of the first's entry */
	int64_t takes_back[MAX_REVISIONS + 1];	/* that revision's step; 0 */
	bool taken_back[MAX_REVISIONS + 1];
};

static void create(struct world *w, const char *csv)
{
	struct testset_spec spec = { .name = "s", .task = TASK_MULTICLASS,
				     .target = "y" };
	struct import_report report;
	char *path = temp_registry_csv(&w->t, csv);

	strs_add(&spec.keys, "id");
	strs_add(&spec.slices, "g");
	assert_ok(reg_testset_create(w->t.reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	strs_release(&spec.slices);
	free(path);
	w->newest = 1;
	w->created = reg_size(w->t.reg) - 1;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	temp_registry_make(&w->t);
	w->seed = 12345;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	temp_registry_remove(&w->t);
	free(w);
	return 0;
}

typedef enum rc step_fn(struct registry *reg, const struct testset_step *step,
			const char *path, struct testset_step_report *report,
			struct err *err);

static enum rc step(struct world *w, step_fn *fn, bool revive,
		    const char *csv, struct testset_step_report *report,
		    struct err *err)
{
	struct testset_step s = { .testset = "s", .reason = "a test",
				  .revive = revive };
	struct testset_step_report own;
	char *path = temp_registry_csv(&w->t, csv);
	enum rc rc = fn(w->t.reg, &s, path, &own, err);

	free(path);
	if (report)
		*report = own;
	testset_step_report_release(&own);
	return rc;
}

static struct state *next_state(struct world *w)
{
	w->at[w->newest + 1] = w->at[w->newest];
	return &w->at[++w->newest];
}

static void expect_revision(struct world *w, int64_t revision)
{
	const struct state *m = &w->at[revision];
	struct testset *t;
	struct buf b = BUF_INIT;
	const struct column *y;
	uint64_t n_active = 0;

	assert_ok(reg_testset_open(w->t.reg, "s", revision, &t, &oops));
	assert_int_equal(testset_rows(t), m->n);
	assert_ok(testset_column(t, "y", &y, &oops));
	for (size_t i = 0; i < m->n; i++) {
		char want[32];
		const char *s;
		size_t n;

		assert_int_equal(testset_active(t)[i], m->active[i]);
		n_active += m->active[i];
		snprintf(want, sizeof(want), "%d", m->target[i]);
		s = column_text(y, i, &b, &n);
		assert_int_equal(n, strlen(want));
		assert_memory_equal(s, want, n);
		assert_ok(testset_cell(t, i, 2, &b, &s, &n, &oops));
		assert_memory_equal(s, want, n);
		snprintf(want, sizeof(want), "k%zu", i);
		buf_clear(&b);
		assert_ok(testset_key(t, i, &b, &oops));
		assert_string_equal(b.data, want);
	}
	assert_int_equal(testset_info(t)->n, n_active);
	assert_int_equal(testset_info(t)->n_retired, m->n - n_active);
	buf_release(&b);
	testset_close(t);
}

static void grow_some(struct world *w)
{
	struct state *m = next_state(w);
	size_t n = 1 + roll(&w->seed, 12);
	struct testset_step_report r;
	struct buf csv = BUF_INIT;
	uint64_t added = 0, revived = 0;

	buf_str(&csv, "y,unused,id,g,x\n");
	for (size_t i = 0; i < n && m->n < MAX_ROWS; i++) {
		size_t row = m->n;
		bool back = false;

		for (size_t k = 0; k < m->n && roll(&w->seed, 3) == 0 && !back;
		     k++)
			if (!m->active[k] && roll(&w->seed, 4) == 0) {
				row = k;
				back = true;
			}
		m->n += !back;
		m->active[row] = true;
		m->target[row] = (int)roll(&w->seed, 9);
		added += !back;
		revived += back;
		buf_printf(&csv, "%d,z,k%zu,g%zu,%zu\n", m->target[row], row,
			   row % 3, row);
	}
	assert_ok(step(w, reg_testset_grow, true, csv.data, &r, &oops));
	assert_int_equal(r.added, added);
	assert_int_equal(r.revived, revived);
	assert_int_equal(r.revision, w->newest);
	buf_release(&csv);
}

/* Up to n rows in the given state, each once. */
static size_t pick(struct world *w, bool active, size_t n, size_t *rows)
{
	const struct state *m = &w->at[w->newest];
	size_t found = 0;

	for (size_t i = 0; i < m->n && found < n; i++)
		if (m->active[i] == active && roll(&w->seed, 3) == 0)
			rows[found++] = i;
	return found;
}

static void relabel_some(struct world *w)
{
	size_t rows[8], n = pick(w, true, 8, rows), changed = 0;
	struct testset_step_report r;
	struct buf csv = BUF_INIT;
	struct state m = w->at[w->newest];

	buf_str(&csv, "id,y\n");
	for (size_t i = n; i > 0; i--) {
		int to = (int)roll(&w->seed, 9);

		changed += to != m.target[rows[i - 1]];
		m.target[rows[i - 1]] = to;
		buf_printf(&csv, "k%zu,%d\n", rows[i - 1], to);
	}
	if (changed)
		*next_state(w) = m;
	assert_ok(step(w, reg_testset_relabel, false, csv.data, &r, &oops));
	assert_int_equal(r.relabelled, changed);
	assert_int_equal(r.unchanged, n - changed);
	assert_int_equal(r.revision, w->newest);
	buf_release(&csv);
}

static void move_some(struct world *w, bool retire)
{
	size_t rows[8], n = pick(w, retire, 8, rows);
	struct testset_step_report r;
	struct buf csv = BUF_INIT;

	buf_str(&csv, "id\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(&csv, "k%zu\n", rows[i]);
	if (n) {
		struct state *m = next_state(w);

		for (size_t i = 0; i < n; i++)
			m->active[rows[i]] = !retire;
	}
	assert_ok(step(w, retire ? reg_testset_retire : reg_testset_revive,
		       false, csv.data, &r, &oops));
	assert_int_equal(r.retired + r.revived, n);
	buf_release(&csv);
}

static void expect_diff(struct world *w, int64_t from, int64_t to)
{
	const struct state *a = &w->at[from], *b = &w->at[to];
	struct testset_differences d;
	size_t k = 0;

	assert_ok(reg_testset_diff(w->t.reg, "s", from, to, &d, &oops));
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		bool was = i < a->n && a->active[i];
		bool is = i < b->n && b->active[i];

		if (was == is && (!is || a->target[i] == b->target[i]))
			continue;
		assert_true(k < d.n);
		assert_int_equal(d.at[k].row, i);
		assert_int_equal(d.at[k].change,
				 !is ? TESTSET_RETIRED :
				 was ? TESTSET_RELABELLED :
				 i < a->n ? TESTSET_REVIVED : TESTSET_ADDED);
		k++;
	}
	assert_int_equal(k, d.n);
	testset_differences_release(&d);
}

/* Revision 1, of twenty rows. */
static void begin(struct world *w)
{
	struct buf csv = BUF_INIT;

	buf_str(&csv, "id,x,y,g\n");
	for (size_t i = 0; i < 20; i++) {
		w->at[1].active[i] = true;
		w->at[1].target[i] = (int)i % 3;
		buf_printf(&csv, "k%zu,%zu,%zu,g%zu\n", i, i, i % 3, i % 3);
	}
	w->at[1].n = 20;
	create(w, csv.data);
	buf_release(&csv);
}

static void test_testset_revise__as_the_model(void **state)
{
	struct world *w = *state;

	begin(w);
	while (w->newest < MAX_REVISIONS - 1) {
		switch (roll(&w->seed, 4)) {
		case 0: grow_some(w); break;
		case 1: relabel_some(w); break;
		case 2: move_some(w, true); break;
		case 3: move_some(w, false); break;
		}
		expect_revision(w, w->newest);
	}
	for (int64_t r = 1; r <= w->newest; r++)
		expect_revision(w, r);
	for (int i = 0; i < 40; i++)
		expect_diff(w, 1 + roll(&w->seed, (uint32_t)w->newest),
			    1 + roll(&w->seed, (uint32_t)w->newest));
	temp_registry_verify(&w->t);
	assert_ok(reg_rebuild(w->t.reg, NULL, &oops));
	expect_revision(w, w->newest);
	expect_revision(w, 7);
}

/* -- Taking back -- */

/* Each pattern by itself: before the step, after it, now. False: it was made
 * something else since. */
static bool back_to(const struct state *before, const struct state *after,
		    size_t i, struct state *now, size_t *n)
{
	bool was = i < before->n && before->active[i];

	if (was != after->active[i] && now->active[i] != was) {
		now->active[i] = was;
		++*n;
	}
	if (i >= before->n || before->target[i] == after->target[i] ||
	    now->target[i] == before->target[i])
		return true;
	if (now->target[i] != after->target[i])
		return false;
	now->target[i] = before->target[i];
	++*n;
	return true;
}

static enum rc undo_step(struct world *w, int64_t revision, bool dry_run,
			 struct buf *what, struct err *err)
{
	uint64_t done = 0, index = w->created + (uint64_t)revision - 1;
	struct reg_options o = { .path = w->t.path, .dry_run = dry_run };
	struct registry *reg = w->t.reg;
	enum rc rc;

	if (dry_run)
		assert_ok(reg_open(&o, &reg, &oops));
	rc = reg_undo_told(reg, index, &done, what, NULL, err);
	if (rc == RC_OK)
		assert_int_equal(done, index);
	if (dry_run)
		reg_close(reg);
	return rc;
}

static void undo_some(struct world *w, size_t *n_done, size_t *n_refused)
{
	int64_t r = 2 + roll(&w->seed, (uint32_t)w->newest - 1);
	const struct state *after = &w->at[r], *before = &w->at[r - 1];
	struct state m = w->at[w->newest];
	struct buf what = BUF_INIT, dry = BUF_INIT;
	size_t n = 0;
	bool may = !w->taken_back[r];
	enum rc rc;

	for (size_t i = 0; i < after->n; i++)
		may &= back_to(before, after, i, &m, &n);
	rc = undo_step(w, r, true, &dry, NULL);
	assert_int_equal(undo_step(w, r, false, &what, NULL), rc);
	assert_int_equal(rc, may && n ? RC_OK : RC_REFUSED);
	if (rc == RC_OK) {
		*next_state(w) = m;
		w->taken_back[r] = true;
		w->takes_back[w->newest] = r;
		w->taken_back[w->takes_back[r]] = false;
		assert_string_equal(dry.data, what.data);
		assert_non_null(strstr(what.data, "undo of entry"));
	}
	++*(rc == RC_OK ? n_done : n_refused);
	buf_release(&what);
	buf_release(&dry);
}

static void test_testset_revise__undo_as_the_model(void **state)
{
	struct world *w = *state;
	size_t n_done = 0, n_refused = 0;

	w->seed = 1234567;
	begin(w);
	while (w->newest < MAX_REVISIONS - 1) {
		switch (roll(&w->seed, 8)) {
		case 0: grow_some(w); break;
		case 1: relabel_some(w); break;
		case 2: move_some(w, true); break;
		case 3: move_some(w, false); break;
		default:
			if (w->newest > 1)
				undo_some(w, &n_done, &n_refused);
		}
		expect_revision(w, w->newest);
	}
	assert_true(n_done > 15 && n_refused > 5);
	for (int64_t r = 1; r <= w->newest; r++)
		expect_revision(w, r);
	temp_registry_verify(&w->t);
	assert_ok(reg_rebuild(w->t.reg, NULL, &oops));
	expect_revision(w, w->newest);
}

/* The plain undo means the newest step, and does not look for something older
 * in its place; once more, and it is done again. */
static void test_testset_revise__plain_undo_takes_the_step(void **state)
{
	struct world *w = *state;
	struct testset_info info;
	uint64_t done = 0, step_at;
	struct err err = ERR_INIT;

	create(w, "id,x,y,g\nk1,1,1,a\nk2,2,0,b\nk3,3,1,c\n");
	assert_ok(step(w, reg_testset_relabel, false, "id,y\nk2,1\n", NULL,
		       &oops));
	assert_ok(step(w, reg_testset_grow, false, "id,x,y,g\nk4,4,0,a\n",
		       NULL, &oops));
	step_at = reg_size(w->t.reg) - 1;
	assert_ok(reg_undo(w->t.reg, UINT64_MAX, &done, &oops));
	assert_int_equal(done, step_at);
	assert_ok(reg_testset_info(w->t.reg, "s", 0, &info, &oops));
	assert_int_equal(info.revision, 4);
	assert_int_equal(info.n, 3);
	assert_int_equal(info.n_rows, 4);
	testset_info_release(&info);
	assert_ok(reg_undo(w->t.reg, step_at + 1, NULL, &oops));
	assert_ok(reg_testset_info(w->t.reg, "s", 0, &info, &oops));
	assert_int_equal(info.n, 4);
	testset_info_release(&info);
	assert_ok(step(w, reg_testset_relabel, false, "id,y\nk2,0\nk1,0\n",
		       NULL, &oops));
	assert_ok(step(w, reg_testset_relabel, false, "id,y\nk1,9\n", NULL,
		       &oops));
	assert_int_equal(reg_undo(w->t.reg, reg_size(w->t.reg) - 2, NULL,
				  &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "1 of the patterns"));
}

static void expect_change(const struct testset_step_report *r, size_t i,
			  enum testset_change change, const char *key,
			  const char *from, const char *to)
{
	const struct testset_difference *d = &r->changes.at[i];

	assert_true(i < r->changes.n);
	assert_int_equal(d->change, change);
	assert_string_equal(d->key, key);
	if (from)
		assert_string_equal(d->from, from);
	else
		assert_null(d->from);
	if (to)
		assert_string_equal(d->to, to);
	else
		assert_null(d->to);
}

static void would(struct world *w, step_fn *fn, const char *csv,
		  struct testset_step_report *r)
{
	struct testset_step s = { .testset = "s", .dry_run = true };
	char *path = temp_registry_csv(&w->t, csv);

	assert_ok(fn(w->t.reg, &s, path, r, &oops));
	free(path);
}

/* A dry run lists what would change, pattern by pattern. */
static void test_testset_revise__dry_run_lists_changes(void **state)
{
	struct world *w = *state;
	struct testset_step_report r;

	create(w, "id,x,y,g\nk1,1,1,a\nk2,2,0,b\nk3,3,1,c\n");
	would(w, reg_testset_relabel, "id,y\nk2,1\nk1,1\nk3,0\n", &r);
	assert_int_equal(r.changes.n, 2);
	expect_change(&r, 0, TESTSET_RELABELLED, "k2", "0", "1");
	expect_change(&r, 1, TESTSET_RELABELLED, "k3", "1", "0");
	testset_step_report_release(&r);
	would(w, reg_testset_retire, "id\nk3\n", &r);
	expect_change(&r, 0, TESTSET_RETIRED, "k3", "1", NULL);
	testset_step_report_release(&r);
	assert_ok(step(w, reg_testset_retire, false, "id\nk3\n", &r, &oops));
	assert_int_equal(r.changes.n, 0);
	would(w, reg_testset_revive, "id\nk3\n", &r);
	expect_change(&r, 0, TESTSET_REVIVED, "k3", NULL, "1");
	testset_step_report_release(&r);
}

/* Patterns may be named by ordinal instead of by a file. */
static void test_testset_revise__takes_ordinals(void **state)
{
	struct world *w = *state;
	const uint32_t rows[] = { 2, 0 };
	struct testset_step s = { .testset = "s", .rows = rows, .n_rows = 2,
				  .target = "1", .reason = "seen" };
	struct testset_step_report r;
	struct testset_info info;
	struct err err = ERR_INIT;

	create(w, "id,x,y,g\nk1,1,1,a\nk2,2,0,b\nk3,3,0,c\n");
	assert_ok(reg_testset_relabel(w->t.reg, &s, NULL, &r, &oops));
	assert_int_equal(r.relabelled, 1);
	assert_int_equal(r.unchanged, 1);
	testset_step_report_release(&r);
	s.target = "";
	assert_int_equal(reg_testset_relabel(w->t.reg, &s, NULL, &r, &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "cannot be a target"));
	testset_step_report_release(&r);
	assert_ok(reg_testset_retire(w->t.reg, &s, NULL, &r, &oops));
	assert_int_equal(r.retired, 2);
	testset_step_report_release(&r);
	assert_int_equal(reg_testset_retire(w->t.reg, &s, NULL, &r, &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "'k3' is retired"));
	testset_step_report_release(&r);
	assert_ok(reg_testset_info(w->t.reg, "s", 0, &info, &oops));
	assert_int_equal(info.revision, 3);
	assert_int_equal(info.n, 1);
	testset_info_release(&info);
	temp_registry_verify(&w->t);
}

/* So does the look at what an undo would do, which changes nothing. */
static void test_testset_revise__undo_can_be_looked_at(void **state)
{
	struct world *w = *state;
	struct testset_step_report r;
	uint64_t size, found = 0;

	create(w, "id,x,y,g\nk1,1,1,a\nk2,2,0,b\nk3,3,1,c\n");
	assert_ok(step(w, reg_testset_relabel, false, "id,y\nk2,1\n", NULL,
		       &oops));
	assert_ok(step(w, reg_testset_retire, false, "id\nk1\n", NULL, &oops));
	assert_ok(step(w, reg_testset_grow, false, "id,x,y,g\nk4,4,0,a\n",
		       NULL, &oops));
	size = reg_size(w->t.reg);
	assert_ok(reg_undo_look(w->t.reg, UINT64_MAX, &found, &r, &oops));
	assert_int_equal(found, size - 1);
	assert_int_equal(r.retired, 1);
	expect_change(&r, 0, TESTSET_RETIRED, "k4", "0", NULL);
	testset_step_report_release(&r);
	assert_ok(reg_undo_look(w->t.reg, size - 2, NULL, &r, &oops));
	assert_int_equal(r.revived, 1);
	assert_int_equal(r.revision, 5);
	expect_change(&r, 0, TESTSET_REVIVED, "k1", NULL, "1");
	testset_step_report_release(&r);
	assert_ok(reg_undo_look(w->t.reg, size - 3, NULL, &r, &oops));
	assert_int_equal(r.relabelled, 1);
	expect_change(&r, 0, TESTSET_RELABELLED, "k2", "1", "0");
	testset_step_report_release(&r);
	assert_int_equal(reg_size(w->t.reg), size);
}

/* A dry run of the undo tells both at once: its line, and the patterns. */
static void test_testset_revise__dry_undo_tells_its_patterns(void **state)
{
	struct world *w = *state;
	struct testset_step_report r = { 0 };
	struct buf what = BUF_INIT;
	uint64_t size, found = 0;

	create(w, "id,x,y,g\nk1,1,1,a\nk2,2,0,b\nk3,3,1,c\n");
	assert_ok(step(w, reg_testset_retire, false, "id\nk1\n", NULL, &oops));
	size = reg_size(w->t.reg);
	w->t.reg->options.dry_run = true;
	assert_ok(reg_undo_told(w->t.reg, UINT64_MAX, &found, &what, &r,
				&oops));
	w->t.reg->options.dry_run = false;
	assert_int_equal(found, size - 1);
	assert_non_null(strstr(what.data, "1 revived: undo of entry"));
	assert_int_equal(r.revived, 1);
	expect_change(&r, 0, TESTSET_REVIVED, "k1", NULL, "1");
	assert_int_equal(reg_size(w->t.reg), size);
	testset_step_report_release(&r);
	buf_release(&what);
}

/* -- What is refused -- */

struct refusal {
	step_fn *fn;
	const char *csv, *says;
};
static const struct refusal refusals[] = {
	{ reg_testset_grow, "id,x,g,y\nk9,1,a,1\nk1,2,b,0\n",
	  "line 3, column 1 ('id'): the test set has this key already" },
	{ reg_testset_grow, "id,x,g,y\nk3,3,b,0\n",
	  "line 2, column 1 ('id'): this pattern was retired" },
	{ reg_testset_grow, "id,x,y\nk9,1,1\n", "there is no column 'g'" },
	{ reg_testset_grow, "id,x,g,y\nk9,1,a,\n",
	  "line 2, column 4 ('y'): the target is empty" },
	{ reg_testset_grow, "id,x,g,y\nk9,1,a,1\nk9,1,a,1\n",
	  "line 3, column 1 ('id'): the key repeats" },
	{ reg_testset_relabel, "id,y\nk1,2\nk8,1\n",
	  "line 3, column 1 ('id'): no pattern has this key" },
	{ reg_testset_relabel, "id,y\nk3,2\n", "this pattern is retired" },
	{ reg_testset_relabel, "id,y\nk1,\n",
	  "line 2, column 2 ('y'): the target is empty" },
	{ reg_testset_relabel, "id,y\nk1,2\nk1,2\n",
	  "line 3, column 1 ('id'): the key repeats" },
	{ reg_testset_relabel, "id\nk1\n", "there is no column 'y'" },
	{ reg_testset_retire, "id\nk3\n", "this pattern is retired" },
	{ reg_testset_retire, "key\nk1\n", "there is no column 'id'" },
	{ reg_testset_revive, "id\nk1\n", "this pattern is not retired" },
};

static void make_small(struct world *w)
{
	create(w, "id,x,y,g\nk1,1,1,a\nk2,2,0,b\nk3,3,1,c\n");
	assert_ok(step(w, reg_testset_retire, false, "id\nk3\n", NULL, &oops));
}

static void test_testset_revise__refuses(void **state)
{
	struct world *w = *state;
	struct testset_info info;
	uint64_t entries;

	make_small(w);
	entries = reg_size(w->t.reg);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(step(w, refusals[i].fn, false,
				      refusals[i].csv, NULL, &err),
				 RC_BAD_INPUT);
		if (!strstr(err.text, refusals[i].says))
			fail_msg("'%s' does not say '%s'", err.text,
				 refusals[i].says);
	}
	assert_int_equal(reg_size(w->t.reg), entries);
	assert_ok(reg_testset_info(w->t.reg, "s", 0, &info, &oops));
	assert_int_equal(info.revision, 2);
	assert_string_not_equal(info.revisions[0].digest,
				info.revisions[1].digest);
	assert_string_equal(info.revisions[1].reason, "a test");
	testset_info_release(&info);
}

static void test_testset_revise__inputs_never_change(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;

	make_small(w);
	assert_int_equal(step(w, reg_testset_grow, true,
			      "id,x,g,y\nk3,4,c,1\n", NULL, &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "line 2, column 2 ('x'): a key's "
			       "inputs never change"));
}

/* What was looked at is what is written: another file of that name is not, and
 * the report says why. */
static void test_testset_revise__writes_the_reviewed_file(void **state)
{
	static const struct {
		step_fn *fn;
		const char *looked, *later;
	} rows[] = {
		{ reg_testset_grow, "id,x,g,y\nk8,4,c,1\n",
		  "id,x,g,y\nk8,4,c,0\n" },
		{ reg_testset_relabel, "id,y\nk1,0\n", "id,y\nk2,0\n" },
		{ reg_testset_retire, "id\nk1\n", "id\nk2\n" },
		{ reg_testset_revive, "id\nk3\n", "id\nk3\n\n" },
	};
	struct world *w = *state;
	char *path = NULL;

	make_small(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct testset_step s = { .testset = "s", .dry_run = true };
		struct testset_step_report r;
		struct err err = ERR_INIT;
		struct hash looked;
		uint64_t entries = reg_size(w->t.reg);

		path = temp_registry_csv(&w->t, rows[i].looked);
		assert_ok(rows[i].fn(w->t.reg, &s, path, &r, &oops));
		assert_false(r.file_changed);
		looked = r.file;
		testset_step_report_release(&r);
		s.dry_run = false;
		s.reviewed = &looked;
		assert_ok(fsx_write(path, rows[i].later,
				    strlen(rows[i].later), 0600, true,
				    &oops));
		assert_int_equal(rows[i].fn(w->t.reg, &s, path, &r, &err),
				 RC_CONFLICT);
		assert_true(r.file_changed);
		assert_non_null(strstr(err.text, "not the one that was looked "
				       "at"));
		testset_step_report_release(&r);
		assert_int_equal(reg_size(w->t.reg), entries);
		assert_ok(fsx_write(path, rows[i].looked,
				    strlen(rows[i].looked), 0600, true,
				    &oops));
		assert_ok(rows[i].fn(w->t.reg, &s, path, &r, &oops));
		assert_int_equal(reg_size(w->t.reg), entries + 1);
		testset_step_report_release(&r);
		free(path);
	}
}

static void test_testset_revise__stale_base_is_a_conflict(void **state)
{
	struct world *w = *state;
	struct testset_step s = { .testset = "s", .base = 1 };
	struct testset_step_report r;
	char *path;

	make_small(w);
	path = temp_registry_csv(&w->t, "id\nk1\n");
	assert_int_equal(reg_testset_retire(w->t.reg, &s, path, &r, NULL),
			 RC_CONFLICT);
	s.base = 2;
	s.dry_run = true;
	assert_ok(reg_testset_retire(w->t.reg, &s, path, &r, &oops));
	assert_int_equal(r.retired, 1);
	testset_step_report_release(&r);
	s.dry_run = false;
	assert_ok(reg_testset_retire(w->t.reg, &s, path, &r, &oops));
	assert_int_equal(r.revision, 3);
	testset_step_report_release(&r);
	free(path);
}

/* Growth writes what is new, not what is there; the first one beside it what
 * spares the next to read all (registry/testset_seek.h). */
static void test_testset_revise__costs_what_changes(void **state)
{
	struct world *w = *state;
	struct buf csv = BUF_INIT;

	buf_str(&csv, "id,x,y,g\n");
	for (size_t i = 0; i < 50000; i++)
		buf_printf(&csv, "k%zu,text number %zu,%zu,g\n", i, i, i % 2);
	create(w, csv.data);
	buf_release(&csv);
	assert_int_equal(run_shell("test $(sqlite3 '%s' 'SELECT SUM(length("
				   "data)) > 1000000 FROM blob') = 1",
				   w->t.path), 0);
	assert_ok(step(w, reg_testset_grow, false,
		       "id,x,y,g\nfirst,text,1,g\n", NULL, &oops));
	assert_ok(step(w, reg_testset_grow, false,
		       "id,x,y,g\nnew,text,1,g\n", NULL, &oops));
	assert_ok(step(w, reg_testset_relabel, false, "id,y\nk1,0\n", NULL,
		       &oops));
	assert_int_equal(run_shell("test $(sqlite3 '%s' 'SELECT SUM(length("
				   "data)) < 2000 FROM blob WHERE id > (SELECT"
				   " MAX(id) - 3 FROM blob)') = 1",
				   w->t.path), 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_testset_revise__as_the_model),
		T(test_testset_revise__undo_as_the_model),
		T(test_testset_revise__plain_undo_takes_the_step),
		T(test_testset_revise__dry_run_lists_changes),
		T(test_testset_revise__takes_ordinals),
		T(test_testset_revise__undo_can_be_looked_at),
		T(test_testset_revise__dry_undo_tells_its_patterns),
		T(test_testset_revise__refuses),
		T(test_testset_revise__inputs_never_change),
		T(test_testset_revise__writes_the_reviewed_file),
		T(test_testset_revise__stale_base_is_a_conflict),
		T(test_testset_revise__costs_what_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
