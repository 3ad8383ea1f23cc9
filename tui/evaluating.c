#include "tui/evaluating.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "tui/asking.h"
#include "tui/figures.h"

struct evaluating {
	char *testset;
	struct version_refs versions;	/* none: all live ones */
	size_t n;			/* evaluated */
	size_t n_partial;		/* of these: patterns lack predictions */
};

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *q, struct err *err)
{
	struct evaluating *e = q;
	struct eval_options options = { .resamples = 1000 };
	struct evaluations all = VEC_INIT;
	enum rc rc = reg_evaluate(reg, e->testset, 0, &e->versions, &options,
				  progress, &all, err);

	e->n = all.n;
	for (size_t i = 0; i < all.n; i++)
		e->n_partial += !strcmp(all.at[i].state, "partial");
	evaluations_release(&all);
	return rc;
}

static void told(struct app *app, struct asking *a, void **q, enum rc rc)
{
	char n[COUNTED_MAX];
	const struct evaluating *e = *q;
	const struct version_ref *one = e->versions.at;

	(void)a;
	if (rc != RC_OK)
		return;
	app_reload(app);
	if (one)
		app_say(app, "Evaluated %s %lld on %s.", one->model,
			(long long)one->version, e->testset);
	else if (e->n)
		app_say(app, "Evaluated %s on %s.",
			counted(e->n, "version", "versions", n), e->testset);
	else
		app_say(app, "No version has said anything on %s: a imports "
			"predictions, m and then a asks runners.", e->testset);
	if (e->n_partial)
		app_say(app, "%s evaluated on %s, %zu in part: predictions "
			"are missing; m, then a asks runners.",
			counted(e->n, "version", "versions", n), e->testset,
			e->n_partial);
}

static void release(void *q)
{
	struct evaluating *e = q;

	free(e->testset);
	version_refs_release(&e->versions);
	free(e);
}

static const struct asking_kind kind = {
	.name = "evaluating", .work = work, .told = told, .free = release,
};

void evaluating_start(struct app *app, const char *testset, const char *model,
		      int64_t version)
{
	struct evaluating *e = XNEW(struct evaluating);

	e->testset = xstrdup(testset);
	if (model)
		vec_push(&e->versions,
			 ((struct version_ref){ xstrdup(model), version }));
	asking_say(app, NULL, &kind, e);
}
