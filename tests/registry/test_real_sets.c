/* Real tables, which are not part of the repository: read from ../shared/data
 * ($SHARED), and skipped where that is absent. Figures are those of the
 * MANIFEST.md beside each table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fsx.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "support/temp_registry.h"

static char *data_path(const char *name)
{
	const char *shared = getenv("SHARED");
	char *path = xasprintf("%s/data/%s", shared ? shared : "../shared",
			       name);

	if (!fsx_exists(path)) {
		print_message("%s is absent\n", path);
		free(path);
		skip();
	}
	return path;
}

/* As a plain file in the test's folder. */
static char *unpacked(struct temp_registry *t, const char *name)
{
	char *packed = data_path(name);
	char *path = xasprintf("%s/unpacked.csv", t->folder);

	assert_int_equal(run_shell("gzip -dc '%s' >'%s'", packed, path), 0);
	free(packed);
	return path;
}

static int setup(void **state)
{
	struct temp_registry *t = malloc(sizeof(*t));

	temp_registry_make(t);
	assert_ok(reg_model_add(t->reg, "m", NULL, &oops));
	*state = t;
	return 0;
}

static int64_t add_version(struct temp_registry *t)
{
	struct version_fields f = { 0 };
	int64_t v = 0;

	assert_ok(reg_version_add(t->reg, "m", &f, &v, &oops));
	return v;
}

static uint64_t create(struct temp_registry *t, struct testset_spec *spec,
		       const char *path)
{
	struct import_report report;
	uint64_t rows;

	assert_ok(reg_testset_create(t->reg, spec, path, false, NULL, &report,
				     &oops));
	rows = report.rows;
	import_report_release(&report);
	strs_release(&spec->keys);
	strs_release(&spec->slices);
	strs_release(&spec->inputs);
	return rows;
}

static void test_real_sets__compas(void **state)
{
	struct temp_registry *t = *state;
	char *path = data_path("compas_propublica/compas-scores-two-years.csv");
	struct testset_spec spec = { .name = "recid", .task = TASK_BINARY,
				     .target = "two_year_recid",
				     .positive = "1" };
	struct prediction_spec p = { .model = "m", .testset = "recid",
				     .score = "decile_score",
				     .has_threshold = true, .threshold = 5 };
	struct prediction_report report;
	const struct column *c;
	struct testset *set;
	uint64_t positives = 0;

	strs_add(&spec.keys, "id");
	strs_add(&spec.slices, "race");
	strs_add(&spec.slices, "sex");
	strs_add(&spec.slices, "race+sex");
	assert_int_equal(create(t, &spec, path), 7214);
	assert_ok(reg_testset_open(t->reg, "recid", 0, &set, &oops));
	assert_int_equal(testset_n_columns(set), 46);
	assert_ok(testset_column(set, "decile_score#2", &c, &oops));
	assert_ok(testset_column(set, "two_year_recid", &c, &oops));
	for (size_t i = 0; i < testset_rows(set); i++)
		positives += !strcmp(c->values[c->code[i]], "1");
	assert_int_equal(positives, 3251);
	testset_close(set);
	p.version = add_version(t);
	assert_ok(reg_predictions_import(t->reg, &p, path, false, NULL,
					 &report, &oops));
	assert_int_equal(report.stored, 7214);
	prediction_report_release(&report);
	temp_registry_verify(t);
	free(path);
}

/* Patterns that a version labels rightly, by the texts. */
static uint64_t count_right(struct temp_registry *t, const char *name,
			    int64_t version)
{
	struct predictions *p;
	struct testset *set;
	const struct column *c;
	uint64_t right = 0;

	assert_ok(reg_testset_open(t->reg, name, 0, &set, &oops));
	assert_ok(testset_column(set, testset_info(set)->target, &c, &oops));
	assert_ok(reg_predictions_load(t->reg, "m", version, set, UINT64_MAX,
				       &p, &oops));
	for (size_t i = 0; i < p->n; i++)
		right += !strcmp(p->labels.at[p->label[i]],
				 c->values[c->code[i]]);
	predictions_free(p);
	testset_close(set);
	return right;
}

static const struct {
	const char *column;
	unsigned right;			/* of 10,000; 0: not published */
} cifar_models[] = {
	{ "shake_shake_26_2x64d_SSI_cutout16", 9711 },
	{ "wrn_28_10_cutout16", 9696 }, { "wrn_28_10", 9593 },
	{ "resnet_basic_110", 9346 }, { "cudaconvnet", 8854 },
	{ "random_features_256k_aug", 8563 }, { "alexnet_tf_ben", 8198 },
	{ "darc" }, { "densenet_BC_100_12" }, { "nas" },
	{ "pyramidnet_basic_110_270" }, { "pyramidnet_basic_110_84" },
	{ "random_features_256k_no_aug" }, { "random_features_32k_aug" },
	{ "random_features_32k_no_aug", 8331 }, { "resnet_basic_32" },
	{ "resnet_basic_44" }, { "resnet_basic_56" },
	{ "resnet_preact_basic_110" }, { "resnet_preact_bottleneck_164" },
	{ "resnetv2_tf" }, { "resnext_29_4x64d" }, { "resnext_29_8x64d" },
	{ "shake_drop", 9687 }, { "shake_shake_26_2x32d_SSI" },
	{ "shake_shake_26_2x64d_SSI", 9699 },
	{ "shake_shake_26_2x96d_SSI", 9707 }, { "vgg16_keras" },
	{ "vgg_15_BN_64" }, { "wide_resnet_tf" },
};

static void test_real_sets__thirty_models_in_one_file(void **state)
{
	struct temp_registry *t = *state;
	char *path = unpacked(t, "cifar10_models/cifar10_test.csv.gz");
	struct testset_spec spec = { .name = "cifar", .task = TASK_MULTICLASS,
				     .target = "label" };

	strs_add(&spec.keys, "idx");
	strs_add(&spec.inputs, "idx");
	assert_int_equal(create(t, &spec, path), 10000);
	for (size_t i = 0; i < sizeof(cifar_models) / sizeof(*cifar_models);
	     i++) {
		struct prediction_spec p = {
			.model = "m", .version = add_version(t),
			.testset = "cifar", .label = cifar_models[i].column,
		};
		struct prediction_report report;

		assert_ok(reg_predictions_import(t->reg, &p, path, false, NULL,
						 &report, &oops));
		assert_int_equal(report.stored, 10000);
		prediction_report_release(&report);
		if (cifar_models[i].right)
			assert_int_equal(count_right(t, "cifar", p.version),
					 cifar_models[i].right);
	}
	temp_registry_verify(t);
	free(path);
}

static void test_real_sets__partial_forecasts(void **state)
{
	struct temp_registry *t = *state;
	char *path = unpacked(t, "m3/m3_forecasts_long.csv.gz");
	struct testset_spec spec = { .name = "m3", .task = TASK_REGRESSION,
				     .target = "actual", .group = "series" };
	struct prediction_spec p = { .model = "m", .testset = "m3",
				     .label = "AAM2" };
	struct prediction_report report;
	struct err err = ERR_INIT;

	strs_add(&spec.keys, "series");
	strs_add(&spec.keys, "horizon");
	strs_add(&spec.slices, "period");
	strs_add(&spec.inputs, "type");
	assert_int_equal(create(t, &spec, path), 37014);
	p.version = add_version(t);
	assert_int_equal(reg_predictions_import(t->reg, &p, path, false, NULL,
						&report, &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "--allow-missing"));
	prediction_report_release(&report);
	p.allow_missing = true;
	assert_ok(reg_predictions_import(t->reg, &p, path, false, NULL,
					 &report, &oops));
	assert_int_equal(report.stored, 37014 - 5262);
	assert_int_equal(report.missing, 5262);
	prediction_report_release(&report);
	p.label = "B-J auto";
	p.version = add_version(t);
	assert_ok(reg_predictions_import(t->reg, &p, path, false, NULL,
					 &report, &oops));
	assert_int_equal(report.stored, 37014);
	prediction_report_release(&report);
	temp_registry_verify(t);
	free(path);
}

static void test_real_sets__scores_beside_labels(void **state)
{
	static const struct {
		const char *file, *key, *target, *score, *label;
		unsigned rows;
	} sets[] = {
		{ "aequitas/compas_for_aequitas.csv", "entity_id",
		  "label_value", "score", NULL, 7214 },
		{ "fairlearn_docs/assessment_metrics.csv", "id", "y_true",
		  NULL, "y_pred", 18 },
	};
	struct temp_registry *t = *state;

	for (size_t i = 0; i < 2; i++) {
		char *path = data_path(sets[i].file);
		struct testset_spec spec = {
			.name = i ? "b" : "a", .task = TASK_BINARY,
			.target = sets[i].target, .positive = "1",
		};
		struct prediction_spec p = {
			.model = "m", .version = add_version(t),
			.testset = spec.name, .score = sets[i].score,
			.label = sets[i].label,
		};
		struct prediction_report report;

		strs_add(&spec.keys, sets[i].key);
		assert_int_equal(create(t, &spec, path), sets[i].rows);
		assert_ok(reg_predictions_import(t->reg, &p, path, false, NULL,
						 &report, &oops));
		assert_int_equal(report.stored, sets[i].rows);
		prediction_report_release(&report);
		free(path);
	}
	temp_registry_verify(t);
}

#define T(name) cmocka_unit_test_setup_teardown( \
		name, setup, temp_registry_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_real_sets__compas),
		T(test_real_sets__thirty_models_in_one_file),
		T(test_real_sets__partial_forecasts),
		T(test_real_sets__scores_beside_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
