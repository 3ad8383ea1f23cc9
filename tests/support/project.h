/* A registry in a folder of its own, for tests that need models, versions,
 * a test set and predictions. Every function fails the test that calls it. */
#ifndef MUSTER_TESTS_SUPPORT_PROJECT_H
#define MUSTER_TESTS_SUPPORT_PROJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/task.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

struct project {
	char *dir;
	char *path;		/* of the registry */
	struct registry *reg;
};
void project_init(struct project *p);
void project_release(struct project *p);	/* removes the folder */
/* For cmocka: init one into *state, and release it. */
int project_setup(void **state);
int project_teardown(void **state);
/* Opens the registry anew. */
void project_reopen(struct project *p, bool readonly);
/* Writes a file into the folder; its path, to be freed. */
char *project_file(struct project *p, const char *name, const char *text);

/* Columns by name; NULL where there is none. Lists are "a,b". */
struct project_set {
	const char *name, *file, *target, *positive, *keys, *slices, *weight,
		   *group, *scale, *inputs;
	enum task task;
};
void project_testset(struct project *p, const struct project_set *set);
/* Adds the model if need be; the new version's number. */
long project_version(struct project *p, const char *model);
/* label, score, scores ("a=b,c=d"), keys: columns or NULL; threshold "" for
 * none. Gaps and extra rows are allowed. */
struct project_answers {
	const char *model;
	long version;
	const char *testset, *file, *label, *score, *scores, *keys;
	bool has_threshold;
	double threshold;
	bool replace;
};
void project_predict(struct project *p, const struct project_answers *a);

/* SHARED/data/NAME (SHARED: ../shared by default), to be freed; skips the
 * test where it is absent. */
char *project_shared(const char *name);
/* A gzip-packed file of it, unpacked into the folder. */
char *project_unpacked(struct project *p, const char *name, const char *to);

#endif
