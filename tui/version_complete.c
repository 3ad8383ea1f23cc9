#include "tui/version_complete.h"

#include <string.h>

#include "base/complete.h"
#include "base/xalloc.h"
#include "registry/model.h"

/* "NAME@" of each. */
static void add_models(struct registry *reg, struct strs *out)
{
	struct model_recs models = VEC_INIT;

	if (reg_model_heads(reg, &models, NULL) == RC_OK)
		for (size_t i = 0; i < models.n; i++)
			vec_push(out, xasprintf("%s@", models.at[i].name));
	model_recs_release(&models);
}

static void add_name(const char *model, const char *name, struct strs *out)
{
	vec_push(out, xasprintf("%s@%s", model, name));
}

static void add_version(const struct version_rec *v, struct strs *out)
{
	vec_push(out, xasprintf("%s@%lld", v->model, (long long)v->version));
	for (size_t i = 0; i < v->aliases.n; i++)
		add_name(v->model, v->aliases.at[i], out);
	if (strcmp(v->stage, "none") != 0)
		add_name(v->model, v->stage, out);
}

static void add_versions(struct registry *reg, const char *model,
			 struct strs *out)
{
	struct version_recs versions = VEC_INIT;

	if (reg_version_list(reg, model, &versions, NULL) == RC_OK)
		for (size_t i = 0; i < versions.n; i++)
			add_version(&versions.at[i], out);
	version_recs_release(&versions);
}

size_t version_complete(struct app *app, const char *text, struct buf *longer,
			struct strs *names)
{
	const char *blank = strrchr(text, ' ');
	const char *word = blank ? blank + 1 : text, *at = strchr(word, '@');
	struct strs all = VEC_INIT;
	char *model = at ? xmemdupz(word, (size_t)(at - word)) : NULL;
	size_t n;

	if (model)
		add_versions(app_registry(app), model, &all);
	else
		add_models(app_registry(app), &all);
	buf_add(longer, text, (size_t)(word - text));
	n = word_complete(word, &all, longer, names);
	if (n == 1 && model)
		buf_char(longer, ' ');
	free(model);
	strs_release(&all);
	return n;
}
