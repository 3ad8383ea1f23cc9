#include "tui/staging.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "registry/model.h"
#include "tui/app_state.h"
#include "tui/view_gate.h"

#define STAGES_MAX 16

/* A move that is being checked and made; it lives until its job is done. */
struct moving {
	struct view *from;		/* where it was asked for; compared only */
	char *model, *reason;
	int64_t version;
	const char *stage;		/* static */
	bool override;
	struct gate_result gate;
	bool had;			/* the stage has a gate */
};

static struct staging *staging_of(struct view *v)
{
	return &v->app->staging;
}

static void begin(struct view *v, const char *model, int64_t version)
{
	struct staging *s = staging_of(v);
	char *name = xstrdup(model);

	free(s->model);
	s->model = name;
	s->version = version;
	s->override = false;
}

/* Where the gate does not hold, the same reason may go past it. */
static char *draft_name(const char *model, int64_t version, const char *stage)
{
	return xasprintf("move %s@%lld to %s", model, (long long)version,
			 stage);
}

/* -- The move, in the background: its gate may compare a million answers -- */

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct moving *m = arg;
	const struct stage_move move = {
		.model = m->model, .version = m->version, .stage = m->stage,
		.reason = m->reason, .base = TX_ANY_BASE,
		.override = m->override, .options = { NULL, progress },
	};

	return gate_move(reg, &move, &m->gate, &m->had, err);
}

static void say_moved(struct app *app, const struct moving *m)
{
	char *draft = draft_name(m->model, m->version, m->stage);

	app_kept_drop(app, draft);
	free(draft);
	app_reload(app);
	app_say(app, "%s %lld is in stage %s%s. u undoes.", m->model,
		(long long)m->version, m->stage, !m->had ? "" : m->gate.met ?
		", gate met" : ", although the gate does not hold");
}

/* The gate opens for whoever still waits there. */
static void say_unmet(struct app *app, const struct moving *m,
		      const struct err *err)
{
	struct view *here = app_view(app);

	if (here == m->from && here->ops != &view_gate_ops && !app->overlay)
		gate_open(app, m->model, m->version, m->stage);
	app_fail(app, err);
}

static void moving_free(struct moving *m)
{
	if (m->had)
		gate_result_release(&m->gate);
	free(m->model);
	free(m->reason);
	free(m);
}

static void moved(struct app *app, void *arg, enum rc rc,
		  const struct err *err)
{
	struct moving *m = arg;

	if (rc == RC_OK)
		say_moved(app, m);
	else if (rc == RC_UNMET)
		say_unmet(app, m, err);
	moving_free(m);
}

static void move(struct view *v, const char *reason)
{
	const struct staging *s = staging_of(v);
	struct moving *m = XNEW(struct moving);
	const struct app_job job = {
		.name = "checking the gate, then moving", .work = work,
		.done = moved, .arg = m, .waits = true,
	};
	struct err err = ERR_INIT;

	m->from = v;
	m->model = xstrdup(s->model);
	m->reason = xstrdup(reason);
	m->version = s->version;
	m->stage = s->stage;
	m->override = s->override;
	if (app_start_job(v->app, &job, &err) == RC_OK) {
		app_say(v->app, "Checking the gate of %s ...", m->stage);
		return;
	}
	app_fail(v->app, &err);
	moving_free(m);
}

/* -- What is asked before it -- */

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
	char *draft = draft_name(s->model, s->version, s->stage);

	app_prompt_kept(v->app, draft, label, NULL, NULL, reason_done, NULL);
	free(draft);
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
