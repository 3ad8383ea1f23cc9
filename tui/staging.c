#include "tui/staging.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "registry/model.h"
#include "tui/app_state.h"
#include "tui/view_gate.h"

#define STAGES_MAX 16

static struct staging *staging_of(struct view *v)
{
	return &v->app->staging;
}

/* What was typed for the same version and stage is offered again. */
static void begin(struct view *v, const char *model, int64_t version)
{
	struct staging *s = staging_of(v);
	char *name = xstrdup(model);

	if (!s->model || strcmp(s->model, model) != 0 ||
	    s->version != version) {
		free(s->reason);
		s->reason = NULL;
	}
	free(s->model);
	s->model = name;
	s->version = version;
	s->override = false;
}

static void said(struct view *v, const struct staging *s, bool had,
		 const struct gate_result *gate)
{
	app_say(v->app, "%s %lld is in stage %s%s. u undoes.", s->model,
		(long long)s->version, s->stage, !had ? "" : gate->met ?
		", gate met" : ", although the gate does not hold");
}

static void move(struct view *v, const char *reason)
{
	struct staging *s = staging_of(v);
	const struct stage_move m = {
		.model = s->model, .version = s->version, .stage = s->stage,
		.reason = reason, .base = TX_ANY_BASE,
		.override = s->override,
	};
	struct gate_result gate = { 0 };
	struct err err = ERR_INIT;
	bool had = false;
	enum rc rc = gate_move(app_registry(v->app), &m, &gate, &had, &err);

	if (rc == RC_OK) {
		app_reload(v->app);
		said(v, s, had, &gate);
		free(s->reason);
		s->reason = NULL;
	} else {
		if (rc == RC_UNMET && v->ops != &view_gate_ops)
			gate_open(v->app, s->model, s->version, s->stage);
		app_fail(v->app, &err);
	}
	if (had)
		gate_result_release(&gate);
}

static void reason_typed(struct view *v, const char *text, void *arg)
{
	struct staging *s = staging_of(v);

	(void)arg;
	if (!text)
		return;
	free(s->reason);
	s->reason = xstrdup(text);
}

static void reason_done(struct view *v, const char *text, void *arg)
{
	(void)arg;
	if (!text[strspn(text, " ")]) {
		app_say(v->app, "Not moved: a reason is needed, it stands in "
			"the log.");
		return;
	}
	move(v, text);
}

static void ask_reason(struct view *v)
{
	struct staging *s = staging_of(v);
	char *label = xasprintf("%s %lld to %s, because", s->model,
				(long long)s->version, s->stage);

	app_prompt(v->app, label, s->reason, reason_typed, reason_done, NULL);
	free(label);
}

static void stage_picked(struct view *v, size_t item, void *arg)
{
	(void)arg;
	staging_of(v)->stage = version_stages()[item];
	ask_reason(v);
}

void staging_start(struct view *v, const char *model, int64_t version)
{
	const char *const *stages = version_stages();
	struct menu_item items[STAGES_MAX];
	char *title = xasprintf("move %s %lld to stage", model,
				(long long)version);
	size_t n = 0;

	begin(v, model, version);
	for (; stages[n] && n < STAGES_MAX; n++)
		items[n] = (struct menu_item){ stages[n][0], stages[n] };
	app_menu(v->app, title, items, n, stage_picked, NULL);
	free(title);
}

static void name_done(struct view *v, const char *text, void *arg)
{
	(void)text;
	(void)arg;
	ask_reason(v);
}

void staging_override(struct view *v, const char *model, int64_t version,
		      const char *stage)
{
	char *name = xasprintf("%s %lld", model, (long long)version);
	char *label = xasprintf("the gate does NOT hold; type '%s' to enter "
				"%s anyway", name, stage);

	begin(v, model, version);
	staging_of(v)->stage = stage;
	staging_of(v)->override = true;
	app_prompt_typed(v->app, label, name, NULL, name_done, NULL);
	free(label);
	free(name);
}
