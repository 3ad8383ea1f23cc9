#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "registry/batch.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "support/temp_registry.h"

static void make_set(struct temp_registry *t, const char *name,
		     enum task task, const char *key, const char *csv)
{
	struct testset_spec spec = { .name = name, .task = task, .target = "y",
				     .positive = task == TASK_BINARY ? "1" :
						 NULL };
	struct import_report report;
	char *path = temp_registry_csv(t, csv);

	if (key)
		strs_add(&spec.keys, key);
	assert_ok(reg_testset_create(t->reg, &spec, path, false, NULL,
				     &report, &oops));
	import_report_release(&report);
	strs_release(&spec.keys);
	free(path);
}

static int setup(void **state)
{
	struct temp_registry *t = malloc(sizeof(*t));
	struct version_fields f = { 0 };
	int64_t v;

	temp_registry_make(t);
	assert_ok(reg_model_add(t->reg, "m", NULL, &oops));
	assert_ok(reg_version_add(t->reg, "m", &f, &v, &oops));
	assert_ok(reg_version_add(t->reg, "m", &f, &v, &oops));
	make_set(t, "s", TASK_BINARY, "id", "id,x,y\na,1,1\nb,2,0\nc,3,1\n");
	*state = t;
	return 0;
}

static enum rc import(struct temp_registry *t, struct prediction_spec spec,
		      const char *csv, struct prediction_report *report,
		      struct err *err)
{
	struct prediction_report own = { 0 };
	char *path = temp_registry_csv(t, csv);
	enum rc rc;

	spec.model = spec.model ? spec.model : "m";
	spec.version = spec.version ? spec.version : 1;
	spec.testset = spec.testset ? spec.testset : "s";
	rc = reg_predictions_import(t->reg, &spec, path, false, NULL, &own,
				    err);
	if (report)
		*report = own;
	prediction_report_release(&own);
	free(path);
	return rc;
}
#define SPEC(...) ((struct prediction_spec){ __VA_ARGS__ })

static struct predictions *load(struct temp_registry *t, const char *set,
				int64_t version)
{
	struct predictions *p;
	struct testset *s;

	assert_ok(reg_testset_open(t->reg, set, 0, &s, &oops));
	assert_ok(reg_predictions_load(t->reg, "m", version, s, UINT64_MAX, &p,
				       &oops));
	testset_close(s);
	return p;
}

static const char *label(const struct predictions *p, size_t row)
{
	return p->label && p->label[row] < p->labels.n ?
	       p->labels.at[p->label[row]] : "";
}

static void test_prediction__joined_by_key(void **state)
{
	struct temp_registry *t = *state;
	struct prediction_report r;
	struct version_rec v;
	struct predictions *p;

	assert_ok(import(t, SPEC(.label = "said", .score = "p",
				 .has_threshold = true, .threshold = 0.5),
			 "p,id,said\n0.25,c,0\n0.75,a,1\n0.125,b,maybe\n", &r,
			 &oops));
	assert_int_equal(r.rows, 3);
	assert_int_equal(r.stored, 3);
	p = load(t, "s", 1);
	assert_int_equal(p->n_known, 3);
	assert_string_equal(label(p, 0), "1");
	assert_string_equal(label(p, 1), "maybe");
	assert_string_equal(label(p, 2), "0");
	assert_true(p->score[0] == 0.75 && p->score[2] == 0.25);
	assert_true(p->has_threshold && p->threshold == 0.5);
	predictions_free(p);
	assert_ok(reg_version_get(t->reg, "m", 1, &v, &oops));
	assert_true(v.has_threshold && v.threshold == 0.5);
	version_rec_release(&v);
	temp_registry_verify(t);
}

static void test_prediction__same_again_is_nothing(void **state)
{
	struct temp_registry *t = *state;
	const char *csv = "id,p\na,0.1\nb,0.2\nc,0.3\n";
	struct prediction_report r;
	uint64_t entries;

	assert_ok(import(t, SPEC(.score = "p"), csv, NULL, &oops));
	entries = reg_size(t->reg);
	assert_ok(import(t, SPEC(.score = "p"), csv, &r, &oops));
	assert_int_equal(r.unchanged, 3);
	assert_int_equal(r.stored, 0);
	assert_int_equal(reg_size(t->reg), entries);
}

static void test_prediction__other_aspects_are_added(void **state)
{
	struct temp_registry *t = *state;
	struct predictions *p;

	assert_ok(import(t, SPEC(.score = "p"), "id,p\na,0.1\nb,0.2\nc,0.3\n",
			 NULL, &oops));
	assert_ok(import(t, SPEC(.label = "l"), "id,l\na,1\nb,0\nc,0\n",
			 NULL, &oops));
	p = load(t, "s", 1);
	assert_true(p->score[1] == 0.2);
	assert_string_equal(label(p, 0), "1");
	predictions_free(p);
}

static void test_prediction__differing_needs_replace(void **state)
{
	struct temp_registry *t = *state;
	struct prediction_report r;
	struct err err = ERR_INIT;
	struct predictions *p;

	assert_ok(import(t, SPEC(.label = "l", .score = "p"),
			 "id,l,p\na,1,0.1\nb,0,0.2\nc,0,0.3\n", NULL, &oops));
	assert_int_equal(import(t, SPEC(.score = "p"),
				"id,p\na,0.1\nb,0.9\nc,0.3\n", NULL, &err),
			 RC_CONFLICT);
	assert_non_null(strstr(err.text, "line 3"));
	assert_ok(import(t, SPEC(.score = "p", .replace = true),
			 "id,p\na,0.1\nb,0.9\nc,0.3\n", &r, &oops));
	assert_int_equal(r.replaced, 1);
	assert_int_equal(r.unchanged, 2);
	p = load(t, "s", 1);
	assert_true(p->score[1] == 0.9);
	assert_string_equal(label(p, 0), "1");
	assert_string_equal(label(p, 1), "");	/* said of the old answer */
	predictions_free(p);
	assert_ok(reg_undo(t->reg, UINT64_MAX, NULL, &oops));
	p = load(t, "s", 1);
	assert_true(p->score[1] == 0.2);
	assert_string_equal(label(p, 1), "0");
	predictions_free(p);
	temp_registry_verify(t);
}

struct refusal {
	const char *csv, *says;
	struct prediction_spec spec;
	enum rc rc;
};
static const struct refusal refusals[] = {
	{ "id,p\na,1\nb,0\na,1\nc,1\n", "line 4, column 1 ('id'): the key "
	  "repeats", { .score = "p" }, RC_BAD_INPUT },
	{ "id,p\na,1\nb,0\nz,1\nc,1\n", "line 4, column 1 ('id'): 'z' is no "
	  "key", { .score = "p" }, RC_BAD_INPUT },
	{ "id,p\na,1\nb,0\n", "1 pattern of 's' has no prediction, "
	  "'c'", { .score = "p" }, RC_BAD_INPUT },
	{ "id,p\na,1\nb,\nc,1\n", "no prediction, 'b'", { .score = "p" },
	  RC_BAD_INPUT },
	{ "id,p\na,1\nb,x\nc,1\n", "line 3, column 2 ('p'): this is no number",
	  { .score = "p" }, RC_BAD_INPUT },
	{ "id,p\na,1\n", "there is no column 'q'", { .score = "q" },
	  RC_BAD_INPUT },
	{ "key,p\na,1\n", "there is no column 'id'", { .score = "p" },
	  RC_BAD_INPUT },
	{ "id,p\na,1\n", "'m@9' does not exist",
	  { .score = "p", .version = 9 }, RC_NOT_FOUND },
	{ "id,p\na,1\n", "test set 'none' does not exist",
	  { .score = "p", .testset = "none" }, RC_NOT_FOUND },
	{ "id,p\na,1\n", "say which column", { 0 }, RC_USAGE },
};

static void test_prediction__refuses(void **state)
{
	struct temp_registry *t = *state;
	uint64_t entries = reg_size(t->reg);

	for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct err err = ERR_INIT;

		assert_int_equal(import(t, r->spec, r->csv, NULL, &err),
				 r->rc);
		if (!strstr(err.text, r->says))
			fail_msg("'%s' does not say '%s'", err.text, r->says);
	}
	assert_int_equal(reg_size(t->reg), entries);
}

static void test_prediction__allowed_gaps_and_extras(void **state)
{
	struct temp_registry *t = *state;
	struct prediction_report r;
	struct predictions *p;

	assert_ok(import(t, SPEC(.score = "p", .allow_missing = true,
				 .ignore_extra = true),
			 "id,p\na,1\nz,0\nb,\n", &r, &oops));
	assert_int_equal(r.extra, 1);
	assert_int_equal(r.missing, 2);
	assert_int_equal(r.stored, 1);
	p = load(t, "s", 1);
	assert_int_equal(p->n_known, 1);
	assert_true(p->known[0] && !p->known[1]);
	predictions_free(p);
	/* the gaps may be filled later, by the rest alone */
	assert_ok(import(t, SPEC(.score = "p"), "id,p\nb,0.5\nc,0.25\n", &r,
			 &oops));
	p = load(t, "s", 1);
	assert_int_equal(p->n_known, 3);
	assert_true(p->score[0] == 1 && p->score[2] == 0.25);
	predictions_free(p);
}

static void test_prediction__digest_says_what_is_said(void **state)
{
	struct temp_registry *t = *state;
	struct predictions *one, *two;

	assert_ok(import(t, SPEC(.score = "p"), "id,p\na,1\nb,0\nc,0.5\n",
			 NULL, &oops));
	assert_ok(import(t, SPEC(.score = "p", .version = 2,
				 .allow_missing = true), "id,p\nb,0\n", NULL,
			 &oops));
	one = load(t, "s", 1);
	two = load(t, "s", 2);
	assert_string_not_equal(one->digest, two->digest);
	predictions_free(two);
	assert_ok(import(t, SPEC(.score = "p", .version = 2),
			 "id,p\nc,0.5\na,1\n", NULL, &oops));
	two = load(t, "s", 2);
	assert_string_equal(one->digest, two->digest);
	predictions_free(one);
	predictions_free(two);
}

static void test_prediction__classes(void **state)
{
	struct temp_registry *t = *state;
	struct prediction_spec spec = { .testset = "k", .label = "l" };
	struct predictions *p;

	make_set(t, "k", TASK_MULTICLASS, "id",
		 "id,x,y\na,1,10\nb,2,9\nc,3,2\n");
	strs_add(&spec.scores, "10=p10");
	strs_add(&spec.scores, "p9");
	strs_add(&spec.scores, "2=p2");
	assert_ok(import(t, spec, "id,l,p2,p9,p10\nc,2,0.5,0.25,0.25\n"
			 "a,10,0,0,1\nb,other,0.1,0.2,0.7\n", NULL, &oops));
	p = load(t, "k", 1);
	assert_int_equal(p->n_class, 3);
	assert_string_equal(p->labels.at[0], "2");
	assert_string_equal(label(p, 1), "other");
	assert_true(p->class_score[2 * 3 + 0] == 0.5);
	assert_true(p->class_score[0 * 3 + 2] == 1);
	assert_true(p->class_score[1 * 3 + 1] == 0.2);
	predictions_free(p);
	strs_release(&spec.scores);
	temp_registry_verify(t);
}

static void test_prediction__numbers(void **state)
{
	struct temp_registry *t = *state;
	struct predictions *p;

	make_set(t, "r", TASK_REGRESSION, "id", "id,x,y\na,1,1.5\nb,2,-2\n");
	assert_ok(import(t, SPEC(.testset = "r", .label = "f"),
			 "id,f\nb,1e3\na,1.250\n", NULL, &oops));
	p = load(t, "r", 1);
	assert_true(p->value[0] == 1.25 && p->value[1] == 1000);
	assert_int_equal(import(t, SPEC(.testset = "r", .score = "f"),
				"id,f\na,1\nb,1\n", NULL, NULL), RC_USAGE);
	predictions_free(p);
}

/* Without a key column the inputs are the key; equal rows in their order. */
static void test_prediction__by_inputs(void **state)
{
	struct temp_registry *t = *state;
	struct predictions *p;

	make_set(t, "n", TASK_BINARY, NULL,
		 "x,y,z\na,1,1\nb,0,2\na,0,1\n");
	assert_ok(import(t, SPEC(.testset = "n", .score = "p"),
			 "p,z,x\n0.1,1,a\n0.2,1,a\n0.3,2,b\n", NULL, &oops));
	p = load(t, "n", 1);
	assert_true(p->score[0] == 0.1 && p->score[1] == 0.3 &&
		    p->score[2] == 0.2);
	predictions_free(p);
}

static void test_prediction__many_runs(void **state)
{
	struct temp_registry *t = *state;
	struct buf set = BUF_INIT, csv = BUF_INIT;
	const size_t n = 100000;
	struct predictions *p;

	buf_str(&set, "id,y\n");
	buf_str(&csv, "id,p\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(&set, "k%zu,%zu\n", i, i % 2);
		buf_printf(&csv, "k%zu,0.%zu\n", n - 1 - i, n - 1 - i);
	}
	make_set(t, "big", TASK_BINARY, "id", set.data);
	assert_ok(import(t, SPEC(.testset = "big", .score = "p"), csv.data,
			 NULL, &oops));
	p = load(t, "big", 1);
	assert_int_equal(p->n_known, n);
	assert_true(p->score[12345] == 0.12345);
	assert_true(p->score[99999] == 0.99999);
	predictions_free(p);
	buf_release(&set);
	buf_release(&csv);
	temp_registry_verify(t);
}

/* -- Hostile bytes -- */

static void test_prediction__damaged_batches_are_refused(void **state)
{
	uint32_t codes[] = { 0, 1, 1, 0 }, ordinal[] = { 0, 2, 3 };
	double score[] = { 0.5, 0.25, NAN, 1 };
	struct strs labels = VEC_INIT;
	struct batch_source from = { codes, &labels, NULL, score, NULL, 0 };
	struct buf good = BUF_INIT;
	struct batch b;

	(void)state;
	strs_add(&labels, "no");
	strs_add(&labels, "yes");
	batch_write(&good, &from, ordinal, 3);
	assert_int_equal(batch_read(good.data, good.len, &b, NULL), RC_OK);
	for (size_t n = 0; n < good.len; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, good.data, n);
		assert_int_equal(batch_read(copy, n, &b, NULL), RC_CORRUPT);
		free(copy);
	}
	/* any other byte may change what is said, never where it is read */
	for (size_t i = 0; i < good.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *copy = malloc(good.len);

			memcpy(copy, good.data, good.len);
			copy[i] ^= (char)(1 << bit);
			if (batch_read(copy, good.len, &b, NULL) == RC_OK)
				assert_true(b.n <= 4);
			free(copy);
		}
	buf_release(&good);
	strs_release(&labels);
}

/* -- Narrow numbers -- */

enum { MANY = 999 };

/* What is written is read, bit for bit but for what stands for none. */
static void check_form(const double *x, uint8_t form)
{
	struct batch_source from = { .score = x, .value = x };
	uint32_t ordinal[MANY];
	double all[MANY];
	struct buf bytes = BUF_INIT;
	struct batch_outline o;
	struct batch b;

	for (uint32_t i = 0; i < MANY; i++)
		ordinal[i] = i;
	batch_write(&bytes, &from, ordinal, MANY);
	assert_int_equal(batch_read(bytes.data, bytes.len, &b, NULL), RC_OK);
	assert_int_equal(b.score.form, form);
	assert_int_equal(bytes.data[3], form ? 2 : 1);
	batch_widen(&b.value, 0, MANY, all);
	for (size_t i = 0; i < MANY; i++) {
		double got = batch_number(&b.score, i);

		assert_true(isnan(x[i]) ? isnan(got) && isnan(all[i]) :
			    !memcmp(&got, &x[i], sizeof(got)) &&
			    !memcmp(&all[i], &x[i], sizeof(got)));
	}
	assert_int_equal(batch_read_outline(bytes.data, bytes.len, &o, NULL),
			 RC_OK);
	assert_ptr_equal(bytes.data + o.scores_at, b.score.at);
	assert_int_equal(o.score_form, form);
	for (size_t n = 0; n < bytes.len; n += 7)
		assert_int_equal(batch_read(bytes.data, n, &b, NULL),
				 RC_CORRUPT);
	buf_release(&bytes);
}

static void fill_numbers(double *x, double most, double power, double odd)
{
	for (size_t i = 0; i < MANY; i++)
		x[i] = i % 9 == 4 ? NAN :
			floor((double)(i * 7919 % MANY) / MANY * most) / power;
	x[5] = most / power;
	x[6] = odd;
}

static void test_prediction__numbers_are_as_narrow_as_is_exact(void **state)
{
	double x[MANY];

	(void)state;
	fill_numbers(x, 10, 1, 3);
	check_form(x, 2);
	fill_numbers(x, 99, 100, 0.5);
	check_form(x, 2 + 8 * 2);
	fill_numbers(x, 10000, 10000, 0.1234);
	check_form(x, 2 + 8 * 4);
	fill_numbers(x, 65534, 10000, 0.0001);
	check_form(x, 2 + 8 * 4);
	fill_numbers(x, 65535, 10000, 0.0001);
	check_form(x, 4 + 8 * 4);
	fill_numbers(x, 1000000, 1000000, 0.123457);
	check_form(x, 4 + 8 * 6);
	fill_numbers(x, 4294967294.0, 1, 3);
	check_form(x, 4);
	fill_numbers(x, 4294967295.0, 1, 3);
	check_form(x, 0);
	fill_numbers(x, 10, 1, 0.1234567);
	check_form(x, 0);
	fill_numbers(x, 10, 1, -0.0);
	check_form(x, 0);
	fill_numbers(x, 10, 1, -3);
	check_form(x, 0);
	fill_numbers(x, 10, 1, 1e300);
	check_form(x, 0);
	fill_numbers(x, 10, 1, nextafter(0.3, 1));
	check_form(x, 0);
}

#define T(name) cmocka_unit_test_setup_teardown( \
		name, setup, temp_registry_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_prediction__joined_by_key),
		T(test_prediction__numbers_are_as_narrow_as_is_exact),
		T(test_prediction__same_again_is_nothing),
		T(test_prediction__other_aspects_are_added),
		T(test_prediction__differing_needs_replace),
		T(test_prediction__refuses),
		T(test_prediction__allowed_gaps_and_extras),
		T(test_prediction__digest_says_what_is_said),
		T(test_prediction__classes),
		T(test_prediction__numbers),
		T(test_prediction__by_inputs),
		T(test_prediction__many_runs),
		cmocka_unit_test(test_prediction__damaged_batches_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
