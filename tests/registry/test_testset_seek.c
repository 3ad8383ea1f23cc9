/* Growth that looks where sieves say, against growth that reads all, and
 * against a small model; with texts whose hashes are equal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/intern.h"
#include "registry/testset_seek.h"
#include "support/temp_registry.h"

/* -- Texts whose hashes are equal -- text_hash takes the last 8 of 32 bytes
 * times what the others gave: where they are what the first 16 gave, the third
 * 8 are lost. */

static char alike_head[17], alike_tail[9];

static uint64_t folded(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static bool is_plain(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] <= ' ' || s[i] >= 127 || s[i] == '"' || s[i] == ',')
			return false;
	return true;
}

static void find_alike(void)
{
	char s[32];
	uint64_t a, b, h;

	for (unsigned i = 0;; i++) {
		snprintf(s, sizeof(s), "alike%011u", i);
		memcpy(&a, s, 8);
		memcpy(&b, s + 8, 8);
		h = folded(a ^ 0xe7037ed1a0b428dbu,
			   b ^ 0xa0761d6478bd642fu ^ 32);
		if (is_plain((char *)&h, 8))
			break;
	}
	memcpy(alike_head, s, 16);
	memcpy(alike_tail, &h, 8);
}

static const char *alike(unsigned i)
{
	static char text[8][33];
	static unsigned next;
	char *s = text[next++ % 8];

	snprintf(s, 33, "%s%08u%s", alike_head, i, alike_tail);
	return s;
}

static void test_seek__hashes_are_alike(void **state)
{
	(void)state;
	assert_int_equal(text_hash(alike(1), 32), text_hash(alike(2), 32));
	assert_string_not_equal(alike(1), alike(2));
}

/* -- Two registries and a model -- */

enum { MAX_ROWS = 3000, SETS = 2 };
enum { SIEVES, ALL_READ };

struct row {
	char key[80], x[40], n[8], y[4];	/* key: as muster shows it */
	char id[40], part[8];			/* key columns */
	bool active;
};
struct variant {
	const char *name, *header;
	const char *keys[3], *inputs[3];	/* in the spec's order */
	bool has_part;
};
static struct variant variants[] = {
	{ "one key", "id,x,n,y", { "id" }, { NULL }, false },
	{ "two keys, the other way round", "part,id,x,n,y", { "id", "part" },
	  { NULL }, true },
	{ "an input that is the key", "id,x,n,y", { "id" }, { "x", "id" },
	  false },
	{ "no key", "x,n,y", { NULL }, { NULL }, false },
	{ "no inputs", "id,y", { "id" }, { NULL }, false },
};
struct world {
	const struct variant *v;
	struct temp_registry t[SETS];
	struct row *row;
	size_t n;
	int64_t newest;
	uint32_t seed;
	unsigned n_ids;
};

static uint32_t roll(struct world *w, uint32_t n)
{
	w->seed = w->seed * 1664525u + 1013904223u;
	return (w->seed >> 8) % n;
}

static bool has_column(const struct world *w, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = w->v->header; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, name, n) && (p[n] == ',' || !p[n]))
			return true;
	}
	return false;
}

static bool has_key(const struct world *w)
{
	return w->v->keys[0] != NULL;
}

static bool same_inputs(const struct world *w, const struct row *a,
			const struct row *b)
{
	if (!has_column(w, "x"))
		return false;
	if (w->v->inputs[0])
		return !strcmp(a->x, b->x) && !strcmp(a->id, b->id);
	return !strcmp(a->x, b->x) && !strcmp(a->n, b->n);
}

static bool same_key(const struct world *w, const struct row *a,
		     const struct row *b)
{
	if (!has_key(w))
		return same_inputs(w, a, b);
	return !strcmp(a->id, b->id) && (!w->v->has_part ||
					 !strcmp(a->part, b->part));
}

static void fill_row(struct world *w, struct row *r)
{
	static const char *const numbers[] = { "1", "2.5", "", "abc", "-7" };

	memset(r, 0, sizeof(*r));
	r->active = true;
	if (roll(w, 3))
		snprintf(r->id, sizeof(r->id), "k%u", w->n_ids++);
	else
		snprintf(r->id, sizeof(r->id), "%s", alike(w->n_ids++));
	snprintf(r->part, sizeof(r->part), "p%u", roll(w, 3));
	if (roll(w, 2))
		snprintf(r->x, sizeof(r->x), "%s", alike(roll(w, 40)));
	else
		snprintf(r->x, sizeof(r->x), "text %u", roll(w, 60));
	snprintf(r->n, sizeof(r->n), "%s", numbers[roll(w, 5)]);
	snprintf(r->y, sizeof(r->y), "%u", roll(w, 3));
}

static void put_cells(const struct world *w, const struct row *r,
		      const char *header, struct buf *csv)
{
	const struct {
		const char *name, *text;
	} cells[] = { { "id", r->id }, { "part", r->part }, { "x", r->x },
		      { "n", r->n }, { "y", r->y } };

	(void)w;
	for (const char *p = header; *p;) {
		size_t n = strcspn(p, ",");

		for (size_t i = 0; i < 5; i++)
			if (strlen(cells[i].name) == n &&
			    !strncmp(cells[i].name, p, n))
				buf_printf(csv, "\"%s\"", cells[i].text);
		p += n;
		if (*p)
			buf_char(csv, *p++);
	}
	buf_char(csv, '\n');
}

static void create(struct world *w, size_t n)
{
	struct testset_spec spec = { .name = "s", .task = TASK_MULTICLASS,
				     .target = "y" };
	struct buf csv = BUF_INIT;
	char *path;

	buf_printf(&csv, "%s\n", w->v->header);
	while (w->n < n) {
		fill_row(w, &w->row[w->n]);
		put_cells(w, &w->row[w->n++], w->v->header, &csv);
	}
	path = temp_registry_csv(&w->t[0], csv.data);
	for (size_t i = 0; w->v->keys[i]; i++)
		strs_add(&spec.keys, w->v->keys[i]);
	for (size_t i = 0; w->v->inputs[i]; i++)
		strs_add(&spec.inputs, w->v->inputs[i]);
	for (int i = 0; i < SETS; i++) {
		struct import_report report;

		assert_ok(reg_testset_create(w->t[i].reg, &spec, path, false,
					     NULL, &report, &oops));
		import_report_release(&report);
	}
	strs_release(&spec.keys);
	strs_release(&spec.inputs);
	buf_release(&csv);
	free(path);
	w->newest = 1;
}

static void expect_same_list(const struct testset_conflicts *a,
			     const struct testset_conflicts *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	struct json_out xo = JSON_OUT(&x, true), yo = JSON_OUT(&y, true);

	testset_conflicts_write(&xo, a);
	testset_conflicts_write(&yo, b);
	assert_string_equal(x.data, y.data);
	buf_release(&x);
	buf_release(&y);
}

typedef enum rc step_fn(struct registry *reg, const struct testset_step *step,
			const char *path, struct testset_step_report *report,
			struct err *err);

/* In both registries: the same comes of it. */
static enum rc step(struct world *w, step_fn *fn, bool revive,
		    const struct buf *csv, struct testset_step_report *report)
{
	struct testset_step s = { .testset = "s", .revive = revive };
	struct testset_step_report r[SETS];
	struct err err[SETS] = { ERR_INIT, ERR_INIT };
	char *path = temp_registry_csv(&w->t[0], csv->data);
	enum rc rc[SETS];

	for (int i = 0; i < SETS; i++) {
		ts_sieve_off = i == ALL_READ;
		rc[i] = fn(w->t[i].reg, &s, path, &r[i], &err[i]);
	}
	ts_sieve_off = false;
	if (rc[0] != rc[1])
		fail_msg("%s / %s", err[0].text, err[1].text);
	assert_string_equal(err[0].text, err[1].text);
	assert_int_equal(r[0].revision, r[1].revision);
	assert_int_equal(r[0].added, r[1].added);
	assert_int_equal(r[0].revived, r[1].revived);
	assert_int_equal(r[0].relabelled, r[1].relabelled);
	expect_same_list(&r[0].conflicts, &r[1].conflicts);
	testset_step_report_release(&r[1]);
	*report = r[0];
	free(path);
	return rc[0];
}

/* -- Growth -- */

/* The pattern with its inputs that a report names: the first active, else
 * the first. */
static const struct row *meets(const struct world *w, const struct row *r)
{
	const struct row *first = NULL;

	for (size_t i = 0; i < w->n; i++) {
		if (!same_inputs(w, &w->row[i], r))
			continue;
		if (w->row[i].active)
			return &w->row[i];
		first = first ? first : &w->row[i];
	}
	return first;
}

static const struct row *stored(const struct world *w, const struct row *r)
{
	for (size_t i = 0; i < w->n; i++)
		if (same_key(w, &w->row[i], r))
			return &w->row[i];
	return NULL;
}

static void expect_conflicts(const struct world *w, const struct row *rows,
			     size_t n, const struct testset_conflicts *got)
{
	uint64_t same = 0, other = 0;
	size_t k = 0;

	for (size_t i = 0; i < n && has_key(w); i++) {
		const struct row *m = meets(w, &rows[i]);
		const struct testset_conflict *c;

		if (!m || stored(w, &rows[i]))
			continue;
		*(strcmp(m->y, rows[i].y) ? &other : &same) += 1;
		while (k < got->list.n && got->list.at[k].other_line)
			k++;
		if (k == CONFLICTS_LISTED)
			continue;
		assert_true(k < got->list.n);
		c = &got->list.at[k++];
		assert_int_equal(c->line, i + 2);
		assert_string_equal(c->other_target, m->y);
		assert_int_equal(c->retired, !m->active);
		assert_int_equal(c->differs, strcmp(m->y, rows[i].y) != 0);
		assert_int_equal(strncmp(c->other_key, m->id, strlen(m->id)),
				 0);
	}
	assert_int_equal(got->stored_same, same);
	assert_int_equal(got->stored_other, other);
}

/* What comes in: new rows, at times one whose key is there. */
static size_t make_rows(struct world *w, struct row *rows, size_t n,
			bool may_repeat)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct row *r = &rows[kept];
		bool repeats = false;

		fill_row(w, r);
		if (may_repeat && w->n && roll(w, 4) == 0) {
			*r = w->row[roll(w, (uint32_t)w->n)];
			r->active = true;
			snprintf(r->y, sizeof(r->y), "%u", roll(w, 3));
		}
		for (size_t k = 0; k < kept; k++)
			repeats = repeats || same_key(w, &rows[k], r);
		if (!repeats && (has_key(w) || may_repeat || !stored(w, r)))
			kept++;
	}
	return kept;
}

static void grow_some(struct world *w)
{
	struct row rows[12];
	bool revive = roll(w, 3) == 0, refused = false;
	size_t n = make_rows(w, rows, 1 + roll(w, 12), roll(w, 3) == 0);
	struct testset_step_report r;
	struct buf csv = BUF_INIT;
	enum rc rc;

	buf_printf(&csv, "%s\n", w->v->header);
	for (size_t i = 0; i < n; i++) {
		const struct row *old = stored(w, &rows[i]);

		refused = refused || (old && (old->active || !revive));
		put_cells(w, &rows[i], w->v->header, &csv);
	}
	rc = step(w, reg_testset_grow, revive, &csv, &r);
	if (rc != (refused || !n ? RC_BAD_INPUT : RC_OK))
		fail_msg("%d of %s", rc, csv.data);
	if (rc == RC_OK)
		expect_conflicts(w, rows, n, &r.conflicts);
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		const struct row *old = stored(w, &rows[i]);

		if (old)
			w->row[old - w->row] = rows[i];
		else
			w->row[w->n++] = rows[i];
	}
	w->newest = r.revision;
	testset_step_report_release(&r);
	buf_release(&csv);
}

/* -- Corrections -- */

static void change_some(struct world *w, bool retire)
{
	const char *header = !has_key(w) ? "x,n,y" : w->v->has_part ?
			     "id,part,y" : "id,y";
	struct testset_step_report r;
	struct buf csv = BUF_INIT;
	size_t at = roll(w, (uint32_t)w->n), n = 0;

	buf_printf(&csv, "%s\n", header);
	for (size_t i = 0; i < 5 && i < w->n; i++, at++) {
		struct row *row = &w->row[at % w->n];

		if (!row->active)
			continue;
		if (!retire)
			snprintf(row->y, sizeof(row->y), "%u", roll(w, 3));
		put_cells(w, row, header, &csv);
		row->active = !retire;
		n++;
	}
	if (n)
		assert_int_equal(step(w, retire ? reg_testset_retire :
				      reg_testset_relabel, false, &csv, &r),
				 RC_OK);
	if (n)
		testset_step_report_release(&r);
	buf_release(&csv);
}

static void expect_same_sets(struct world *w)
{
	struct testset_info a, b;

	assert_ok(reg_testset_info(w->t[0].reg, "s", 0, &a, &oops));
	assert_ok(reg_testset_info(w->t[1].reg, "s", 0, &b, &oops));
	assert_string_equal(a.digest, b.digest);
	assert_int_equal(a.n_rows, w->n);
	testset_info_release(&a);
	testset_info_release(&b);
}

static size_t count_sieves(struct world *w)
{
	struct ts_kept_sieves kept;
	struct testset *t;
	size_t n;

	assert_ok(reg_testset_open(w->t[SIEVES].reg, "s", 0, &t, &oops));
	assert_ok(ts_sieves_kept(t, &kept, &oops));
	n = kept.n;
	vec_free(&kept);
	testset_close(t);
	return n;
}

static void world_open(struct world *w, struct variant *v, uint32_t seed)
{
	*w = (struct world){ .v = v, .seed = seed,
			     .row = calloc(MAX_ROWS, sizeof(struct row)) };
	for (int i = 0; i < SETS; i++)
		temp_registry_make(&w->t[i]);
}

static void world_close(struct world *w)
{
	for (int i = 0; i < SETS; i++)
		temp_registry_remove(&w->t[i]);
	free(w->row);
}

/* Seeds and steps: MUSTER_SEEK_SEEDS asks for a longer run. */
static void test_seek__as_if_all_was_read(void **state)
{
	static const uint64_t least_rows[] = { 1, 30, 1000 };
	static const uint64_t least_chunks[] = { 3, 1000, 1 };
	const char *asked = getenv("MUSTER_SEEK_SEEDS");
	uint32_t n_seeds = asked ? (uint32_t)strtoul(asked, NULL, 10) : 3;

	for (uint32_t seed = 1; seed <= n_seeds; seed++) {
		struct world w;
		size_t n_sieves;

		world_open(&w, *state, seed * 7919);
		ts_sieve_least_rows = least_rows[seed % 3];
		ts_sieve_least_chunks = least_chunks[seed / 3 % 3];
		create(&w, has_key(&w) ? 5 + roll(&w, 100) : 1);
		for (int i = 0; i < 40; i++) {
			uint32_t what = roll(&w, 10);

			if (what < 6)
				grow_some(&w);
			else
				change_some(&w, what < 8);
			if (roll(&w, 8) == 0)
				temp_registry_reopen(&w.t[SIEVES]);
		}
		expect_same_sets(&w);
		n_sieves = count_sieves(&w);
		assert_true(n_sieves > 0 || ts_sieve_least_chunks == 1000);
		temp_registry_verify(&w.t[SIEVES]);
		assert_ok(reg_rebuild(w.t[SIEVES].reg, NULL, &oops));
		assert_int_equal(count_sieves(&w), n_sieves);
		world_close(&w);
	}
	ts_sieve_least_rows = 8192;
	ts_sieve_least_chunks = 16;
}

/* -- What is read -- */

static void add_rows(struct buf *csv, size_t from, size_t n, const char *key)
{
	for (size_t i = from; i < from + n; i++)
		buf_printf(csv, "%s%zu,text number %zu,%zu,%zu\n", key, i, i,
			   i * 3, i % 3);
}

static void make_long(struct world *w)
{
	struct testset_spec spec = { .name = "s", .task = TASK_MULTICLASS,
				     .target = "y" };
	struct import_report report;
	struct buf csv = BUF_INIT;
	char *path;

	world_open(w, &variants[0], 1);
	buf_str(&csv, "id,x,n,y\n");
	add_rows(&csv, 0, 140000, "k");
	path = temp_registry_csv(&w->t[0], csv.data);
	strs_add(&spec.keys, "id");
	assert_ok(reg_testset_create(w->t[0].reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	buf_release(&csv);
	free(path);
}

static enum rc grow(struct world *w, const char *rows, bool revive,
		    struct testset_step_report *r, struct err *err)
{
	struct testset_step s = { .testset = "s", .revive = revive };
	struct buf csv = BUF_INIT;
	char *path;
	enum rc rc;

	buf_printf(&csv, "id,x,n,y\n%s", rows);
	path = temp_registry_csv(&w->t[0], csv.data);
	ts_rows_hashed = 0;
	rc = reg_testset_grow(w->t[0].reg, &s, path, r, err);
	buf_release(&csv);
	free(path);
	return rc;
}

static void expect_hashed(struct world *w, const char *rows, uint64_t hashed,
			  uint64_t n_conflicts)
{
	struct testset_step_report r;

	assert_ok(grow(w, rows, false, &r, &oops));
	assert_int_equal(ts_rows_hashed, hashed);
	assert_int_equal(testset_conflicts_n(&r.conflicts), n_conflicts);
	testset_step_report_release(&r);
}

static void test_seek__reads_what_may_meet(void **state)
{
	struct world w;
	struct testset_step_report r;
	struct err err = ERR_INIT;

	(void)state;
	make_long(&w);
	/* keys and inputs of all, once; then they are kept */
	expect_hashed(&w, "a1,new,1,1\n", 2 * 140000, 0);
	expect_hashed(&w, "a2,newer,1,1\n", 0, 0);
	/* what is kept over, by chunk; and both groups of the few behind it */
	expect_hashed(&w, "a3,text number 70000,210000,1\n",
		      SEGMENT_ROWS + 2, 1);
	expect_hashed(&w, "a4,text number 1,3,1\na5,text number 2,6,2\n",
		      SEGMENT_ROWS + 4, 2);
	expect_hashed(&w, "a6,newer,1,1\n", 8, 1);
	assert_int_equal(grow(&w, "k70000,x,1,1\n", false, &r, &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "has this key already"));
	assert_int_equal(ts_rows_hashed, SEGMENT_ROWS + 5);
	testset_step_report_release(&r);
	temp_registry_verify(&w.t[0]);
	world_close(&w);
}

/* A correction keeps one, too; and who asks for a key reads its chunk. */
static void test_seek__after_a_correction(void **state)
{
	struct testset_step s = { .testset = "s" };
	struct testset_step_report r;
	struct buf csv = BUF_INIT;
	struct testset *t;
	struct world w;
	char *path;
	size_t row;

	(void)state;
	make_long(&w);
	buf_str(&csv, "id,y\nk7,2\nk70000,2\n");
	path = temp_registry_csv(&w.t[0], csv.data);
	assert_ok(reg_testset_relabel(w.t[0].reg, &s, path, &r, &oops));
	assert_int_equal(r.relabelled, 2);
	testset_step_report_release(&r);
	assert_int_equal(count_sieves(&w), 1);
	expect_hashed(&w, "a2,newer,1,1\n", 0, 0);
	expect_hashed(&w, "a3,text number 7,21,1\n", SEGMENT_ROWS + 2, 1);
	assert_ok(reg_testset_open(w.t[0].reg, "s", 0, &t, &oops));
	ts_rows_hashed = 0;
	assert_ok(testset_find_key(t, "k70000", 6, &row, &oops));
	assert_int_equal(row, 70000);
	assert_int_equal(testset_find_key(t, "k", 1, &row, NULL),
			 RC_NOT_FOUND);
	assert_ok(testset_find_key(t, "a3", 2, &row, &oops));
	assert_int_equal(row, 140001);
	assert_int_equal(ts_rows_hashed, 2 + SEGMENT_ROWS + 1);
	testset_close(t);
	temp_registry_verify(&w.t[0]);
	buf_release(&csv);
	free(path);
	world_close(&w);
}

/* A sieve that is not what it was, or not there, is done without. */
static void test_seek__without_damaged_sieves(void **state)
{
	static const char *const damage[] = {
		"UPDATE blob SET data = zeroblob(length(data)) "
		"WHERE hex(substr(data, 1, 3)) = '4D5356'",
		"DELETE FROM blob WHERE hex(substr(data, 1, 3)) = '4D5356'",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct testset_step_report r;
		struct err err = ERR_INIT;
		struct world w;

		make_long(&w);
		expect_hashed(&w, "a1,new,1,1\n", 2 * 140000, 0);
		temp_registry_sql(&w.t[0], damage[i]);
		expect_hashed(&w, "a3,text number 70000,210000,1\n",
			      2 * 140001, 1);
		assert_int_equal(grow(&w, "k70000,x,1,1\n", false, &r, &err),
				 RC_BAD_INPUT);
		testset_step_report_release(&r);
		world_close(&w);
	}
}

/* What is kept is named: it is there when gc was. */
static void test_seek__is_not_taken_out(void **state)
{
	uint64_t n, bytes;
	struct world w;

	(void)state;
	make_long(&w);
	expect_hashed(&w, "a1,new,1,1\n", 2 * 140000, 0);
	setenv("MUSTER_NOW", "2099-03-01T10:00:00Z", 1);
	assert_ok(reg_gc(w.t[0].reg, &n, &bytes, &oops));
	unsetenv("MUSTER_NOW");
	assert_int_equal(n, 0);
	temp_registry_verify(&w.t[0]);
	expect_hashed(&w, "a2,newer,1,1\n", 0, 0);
	world_close(&w);
}

/* -- Where a group's hashes make no sieve -- */

/* As many as no part holds, all of one; and as many that are not. */
static uint64_t *many_hashes(size_t n, bool alike)
{
	uint64_t *hash = malloc(n * sizeof(*hash));

	for (size_t i = 0; i < n; i++)
		hash[i] = alike ? (uint64_t)(i % 2048) << 48 |
				  (uint64_t)(i / 2048) << 20 :
			  i * 0x9e3779b97f4a7c15u;
	return hash;
}

static void test_seek__keeps_both_sieves_or_none(void **state)
{
	const size_t n = REG_BLOB_MAX / 4;
	struct temp_registry *t;
	struct testset *set;
	struct world w;

	(void)state;
	make_long(&w);
	t = &w.t[0];
	assert_ok(reg_testset_open(t->reg, "s", 0, &set, &oops));
	for (int alike = 0; alike < 2; alike++) {
		uint64_t *keys = many_hashes(n, alike);
		uint64_t *inputs = many_hashes(n, false);
		const uint64_t *const hash[SEEK_GROUPS] = { keys, inputs };
		struct chunks added = { 0 };
		struct ts_new_sieve made;
		struct ts_seeker *s;
		struct json *j;

		vec_push(&added.at, ((struct chunk){ .n = (uint32_t)n }));
		assert_ok(ts_seeker_new(set, &s, &oops));
		assert_ok(ts_sieve_make(s, n, hash, &added, &made, &oops));
		assert_int_equal(made.n_parts[SEEK_KEYS], alike ? 0 : 32);
		assert_int_equal(made.n_parts[SEEK_INPUTS], alike ? 0 : 32);
		if (alike) {
			assert_ok(ts_sieve_put(set, &made, &j, &oops));
			assert_null(j);
		}
		ts_sieve_release(&made);
		ts_seeker_free(s);
		vec_free(&added.at);
		free(keys);
		free(inputs);
	}
	testset_close(set);
	temp_registry_verify(t);
	world_close(&w);
}

/* -- Entries whose sieve is not that of the rows -- */

struct forgery {
	struct json *body;
};

static enum rc append_forgery(struct reg_tx *tx, void *arg, struct err *err)
{
	struct forgery *f = arg;

	return tx_append(tx, "testset.grow", "testset/s", TX_ANY_BASE,
			 json_clone(f->body), NULL, err);
}

enum forged { RIGHT, NOTHING_COMES, OTHER_CHUNK, ROW_MISSING };

/* Hashes of the set's rows, and of its last one once more. */
static uint64_t *real_hashes(struct testset *t, int group)
{
	size_t n = testset_rows(t);
	uint64_t *out[SEEK_GROUPS] = { NULL };
	struct ts_seeker *s;

	out[group] = calloc(n + 1, sizeof(uint64_t));
	assert_ok(ts_seeker_new(t, &s, &oops));
	assert_ok(ts_hash_chunks(s, 0, t->chunks.at.n, out, &oops));
	ts_seeker_free(s);
	out[group][n] = out[group][n - 1];
	return out[group];
}

static void forge(enum forged what, uint64_t *hash, size_t n,
		  uint32_t *first)
{
	if (what == NOTHING_COMES)
		memset(hash, 0, n * sizeof(*hash));
	else if (what == OTHER_CHUNK)
		first[1]++;	/* that chunk's first row is in the one before */
	else if (what == ROW_MISSING)
		hash[n / 2] = hash[0];
}

static struct json *forged_sieve(struct registry *reg, struct testset *t,
				 const char *segment, enum forged what)
{
	struct ts_new_sieve n = { .rows = testset_rows(t) + 1 };
	struct reg_blob blobs[SEEK_GROUPS * SIEVE_PARTS] = { { 0 } };
	size_t n_chunks = t->chunks.at.n, k = 0;
	struct json *j;

	for (int g = 0; g < SEEK_GROUPS; g++) {
		uint64_t *hash = real_hashes(t, g);
		uint32_t first[8] = { 0 };

		for (size_t i = 0; i < n_chunks; i++)
			first[i] = (uint32_t)t->chunks.at.at[i].first;
		first[n_chunks] = (uint32_t)testset_rows(t);
		forge(what, hash, (size_t)n.rows, first);
		n.n_parts[g] = sieve_write(hash, (size_t)n.rows, first,
					   n_chunks + 1, n.parts[g]);
		for (size_t i = 0; i < n.n_parts[g]; i++, k++) {
			blobs[k].bytes = n.parts[g][i].data;
			blobs[k].n = n.parts[g][i].len;
		}
		free(hash);
	}
	assert_ok(reg_blob_put_many(reg, blobs, k, &oops));
	j = ts_sieve_json(t, &n, blobs, segment);
	ts_sieve_release(&n);
	return j;
}

/* A set with such an entry: its last row comes once more, as if its key had
 * not been there. */
static void make_forged(struct world *w, enum forged what)
{
	struct forgery f = { json_new_object() };
	struct testset_step_report r;
	char hex[HASH_HEX_SIZE];
	struct testset *t;

	make_long(w);
	ts_sieve_least_rows = ts_sieve_least_chunks = UINT64_MAX;
	assert_ok(grow(w, "a1,new,1,1\n", false, &r, &oops));
	testset_step_report_release(&r);
	ts_sieve_least_rows = 8192;
	ts_sieve_least_chunks = 16;
	assert_ok(reg_testset_open(w->t[0].reg, "s", 0, &t, &oops));
	json_set_str(f.body, "segment", t->segments.at[1].manifest);
	json_set_int(f.body, "rows", 1);
	json_set_int(f.body, "revision", 3);
	json_set_int(f.body, "n", 1);
	json_set(f.body, "sieve",
		 forged_sieve(w->t[0].reg, t, t->segments.at[1].manifest,
			      what));
	ts_revision_digest(t->info.digest, f.body, hex);
	json_set_str(f.body, "digest", hex);
	testset_close(t);
	assert_ok(reg_write(w->t[0].reg, append_forgery, &f, &oops));
	json_free(f.body);
	assert_int_equal(count_sieves(w), 1);
}

/* One that is right shows that only the sieve is what is found. */
static void test_seek__fsck_names_a_sieve_that_does_not_fit(void **state)
{
	(void)state;
	for (enum forged what = RIGHT; what <= ROW_MISSING; what++) {
		struct reg_verdict v;
		struct world w;

		make_forged(&w, what);
		assert_ok(reg_fsck(w.t[0].path, NULL, &v, &oops));
		assert_int_equal(v.ok, what == RIGHT);
		assert_int_equal(v.has_bad, what != RIGHT);
		if (what != RIGHT) {
			assert_int_equal(v.bad_index,
					 reg_size(w.t[0].reg) - 1);
			assert_non_null(strstr(v.why, "sieve"));
		}
		world_close(&w);
	}
}

#define N_VARIANTS (sizeof(variants) / sizeof(*variants))

int main(void)
{
	static char names[N_VARIANTS][80];
	struct CMUnitTest tests[N_VARIANTS + 7] = {
		cmocka_unit_test(test_seek__hashes_are_alike),
		cmocka_unit_test(test_seek__reads_what_may_meet),
		cmocka_unit_test(test_seek__after_a_correction),
		cmocka_unit_test(test_seek__without_damaged_sieves),
		cmocka_unit_test(test_seek__is_not_taken_out),
		cmocka_unit_test(test_seek__keeps_both_sieves_or_none),
		cmocka_unit_test(
		test_seek__fsck_names_a_sieve_that_does_not_fit),
	};

	if (access("/dev/shm", W_OK) == 0)
		setenv("MUSTER_TEST_TMP", "/dev/shm", 0);
	find_alike();
	for (size_t i = 0; i < N_VARIANTS; i++) {
		snprintf(names[i], sizeof(names[i]),
			 "test_seek__as_if_all_was_read: %s", variants[i].name);
		tests[7 + i] = (struct CMUnitTest){
			.name = names[i],
			.test_func = test_seek__as_if_all_was_read,
			.initial_state = &variants[i],
		};
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
