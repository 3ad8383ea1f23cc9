#include "tui/creating.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/task.h"
#include "registry/model.h"
#include "tui/app.h"
#include "tui/questions.h"

static bool is_empty(const char *s)
{
	return !s || !*s;
}

static const char *or_null(const char *s)
{
	return is_empty(s) ? NULL : s;
}

enum rc creating_task(const char *word, struct err *err)
{
	enum task task;

	if (task_from_name(word, &task))
		return RC_OK;
	return err_set(err, RC_USAGE, "a task is binary, multiclass or "
		       "regression, not '%s'", word);
}

/* -- A model -- */

struct new_model { char *name, *task, *owner; };

static void drop_model(void *answers)
{
	struct new_model *m = answers;

	free(m->name);
	free(m->task);
	free(m->owner);
	free(m);
}

static enum rc check_task(void *answers, struct err *err)
{
	return creating_task(((struct new_model *)answers)->task, err);
}

static const struct question model_questions[] = {
	{ "model, its name", offsetof(struct new_model, name), false, NULL,
	  NULL },
	{ "binary, multiclass or regression",
	  offsetof(struct new_model, task), false, NULL, check_task },
	{ "who answers for it (empty: later)",
	  offsetof(struct new_model, owner), true, NULL, NULL },
	{ 0 },
};

static const char model_draft[] = "a new model";

static void ask_model(struct view *v, struct new_model *m);

static void model_answered(struct view *v, void *answers)
{
	struct new_model *m = answers;
	const struct model_change fields = {
		.task = m->task, .owner = or_null(m->owner),
	};
	struct err err = ERR_INIT;

	if (reg_model_add(app_registry(v->app), m->name, &fields, &err)) {
		ask_model(v, m);
		app_fail(v->app, &err);
		return;
	}
	questions_forget(v->app, model_draft);
	app_reload(v->app);
	create_version(v, m->name);
	app_say(v->app, "Added model %s. Its first version; Esc leaves it for "
		"later.", m->name);
	drop_model(m);
}

static void ask_model(struct view *v, struct new_model *m)
{
	const struct questions a = { model_questions, m, model_answered,
				     drop_model, model_draft };

	questions_ask(v, &a);
}

void create_model(struct view *v)
{
	struct new_model *m = XNEW(struct new_model);

	*m = (struct new_model){ .task = xstrdup("binary") };
	ask_model(v, m);
}

/* -- A version -- */

struct new_version { char *model, *artifact, *note, *draft; };

static void drop_version(void *answers)
{
	struct new_version *n = answers;

	free(n->model);
	free(n->artifact);
	free(n->note);
	free(n->draft);
	free(n);
}

static const struct question version_questions[] = {
	{ "a version of model", offsetof(struct new_version, model), false,
	  NULL, NULL },
	{ "its file, to be hashed (empty: none)",
	  offsetof(struct new_version, artifact), true, NULL, NULL, true },
	{ "a remark", offsetof(struct new_version, note), true,
	  NULL, NULL },
	{ 0 },
};

static void ask_version(struct view *v, struct new_version *n);

static void version_answered(struct view *v, void *answers)
{
	struct new_version *n = answers;
	const struct version_fields fields = {
		.artifact_path = or_null(n->artifact),
		.note = or_null(n->note),
	};
	struct err err = ERR_INIT;
	int64_t version;

	if (reg_version_add(app_registry(v->app), n->model, &fields, &version,
			    &err)) {
		ask_version(v, n);
		app_fail(v->app, &err);
		return;
	}
	questions_forget(v->app, n->draft);
	app_reload(v->app);
	app_say(v->app, "Added %s %lld; a on screen 2 brings in what it said.",
		n->model, (long long)version);
	drop_version(n);
}

static void ask_version(struct view *v, struct new_version *n)
{
	const struct questions a = { version_questions, n, version_answered,
				     drop_version, n->draft };

	questions_ask(v, &a);
}

void create_version(struct view *v, const char *model)
{
	struct new_version *n = XNEW(struct new_version);

	*n = (struct new_version){
		.model = xstrdup_or_null(model),
		.draft = model ? xasprintf("a new version of %s", model)
			       : xstrdup("a new version"),
	};
	ask_version(v, n);
}
