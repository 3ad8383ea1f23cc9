#include "tests/support/project.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fsx.h"
#include "base/spawn.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "registry/testset.h"
#include "tests/support/small.h"

void project_reopen(struct project *p, bool readonly)
{
	struct reg_options o = { .path = p->path, .readonly = readonly };
	struct err err = ERR_INIT;

	reg_close(p->reg);
	p->reg = NULL;
	must(reg_open(&o, &p->reg, &err), &err);
}

void project_init(struct project *p)
{
	char dir[] = "/tmp/muster-test-XXXXXX";
	struct err err = ERR_INIT;

	*p = (struct project){ 0 };
	assert_non_null(mkdtemp(dir));
	p->dir = xstrdup(dir);
	p->path = xasprintf("%s/registry.db", dir);
	must(reg_create(p->path, &err), &err);
	project_reopen(p, false);
}

void project_release(struct project *p)
{
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, p->dir, NULL };
	struct spawn_io io = { 0 };
	struct err err = ERR_INIT;
	int status;

	reg_close(p->reg);
	must(spawn_run(argv, &io, &status, &err), &err);
	free(p->path);
	free(p->dir);
}

int project_setup(void **state)
{
	static struct project p;

	project_init(&p);
	*state = &p;
	return 0;
}

int project_teardown(void **state)
{
	project_release(*state);
	return 0;
}

char *project_file(struct project *p, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", p->dir, name);
	struct err err = ERR_INIT;

	must(fsx_write(path, text, strlen(text), 0600, true, &err), &err);
	return path;
}

static void split(const char *list, struct strs *out)
{
	while (list && *list) {
		size_t n = strcspn(list, ",");

		vec_push(out, xmemdupz(list, n));
		list += n + (list[n] == ',');
	}
}

void project_testset(struct project *p, const struct project_set *set)
{
	struct testset_spec spec = {
		.name = set->name, .task = set->task, .target = set->target,
		.positive = set->positive, .weight = set->weight,
		.group = set->group, .scale = set->scale,
	};
	struct import_report report = { 0 };
	struct err err = ERR_INIT;

	split(set->keys, &spec.keys);
	split(set->slices, &spec.slices);
	split(set->inputs, &spec.inputs);
	must(reg_testset_create(p->reg, &spec, set->file, false, NULL,
				 &report, &err), &err);
	import_report_release(&report);
	strs_release(&spec.keys);
	strs_release(&spec.slices);
	strs_release(&spec.inputs);
}

long project_version(struct project *p, const char *model)
{
	struct version_fields fields = { 0 };
	struct model_change change = { 0 };
	struct err err = ERR_INIT;
	int64_t version = 0;
	enum rc rc = reg_model_add(p->reg, model, &change, &err);

	if (rc != RC_EXISTS)
		must(rc, &err);
	must(reg_version_add(p->reg, model, &fields, &version, &err), &err);
	return (long)version;
}

void project_predict(struct project *p, const struct project_answers *a)
{
	struct prediction_spec spec = {
		.model = a->model, .version = a->version,
		.testset = a->testset, .label = a->label, .score = a->score,
		.has_threshold = a->has_threshold, .threshold = a->threshold,
		.replace = a->replace, .ignore_extra = true,
		.allow_missing = true,
	};
	struct prediction_report report = { 0 };
	struct err err = ERR_INIT;

	split(a->scores, &spec.scores);
	split(a->keys, &spec.keys);
	must(reg_predictions_import(p->reg, &spec, a->file, false, NULL,
				     &report, &err), &err);
	prediction_report_release(&report);
	strs_release(&spec.scores);
	strs_release(&spec.keys);
}

char *project_shared(const char *name)
{
	const char *shared = getenv("SHARED");
	char *path = xasprintf("%s/data/%s", shared ? shared : "../shared",
			       name);

	if (!fsx_exists(path)) {
		print_message("skipped: no %s\n", path);
		free(path);
		skip();
	}
	return path;
}

char *project_unpacked(struct project *p, const char *name, const char *to)
{
	char *packed = project_shared(name), *path;
	char *argv[] = { (char[]){ "gzip" }, (char[]){ "-dc" }, packed, NULL };
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out, .max_out = 64u << 20 };
	struct err err = ERR_INIT;
	int status;

	must(spawn_run(argv, &io, &status, &err), &err);
	assert_int_equal(status, 0);
	path = project_file(p, to, out.data);
	buf_release(&out);
	free(packed);
	return path;
}
