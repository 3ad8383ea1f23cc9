#include "tui/questions.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "tui/app.h"

struct under_way {
	struct questions all;
	const struct question *now;
	char *line;			/* typed and not entered; or NULL */
	bool is_touched;		/* somebody said something */
};

static void ask(struct view *v, struct under_way *u);

static char **answer_of(const struct under_way *u)
{
	return (char **)(void *)((char *)u->all.answers + u->now->answer);
}

/* Of the line of the question that is asked now. */
static char *draft_of(const struct under_way *u)
{
	return xasprintf("%s: %s", u->all.draft, u->now->label);
}

static void keep(struct view *v, struct under_way *u)
{
	char *draft;

	if (!u->all.draft || !u->is_touched)
		return;
	draft = draft_of(u);
	u->all.keep(u->all.answers);
	app_kept_drop(v->app, draft);
	free(draft);
}

static void leave(struct view *v, struct under_way *u)
{
	char **answer = answer_of(u);

	if (u->line) {
		free(*answer);
		*answer = u->line;
		u->line = NULL;
	}
	keep(v, u);
	u->all.dropped(u->all.answers);
	free(u);
}

static void typed(struct view *v, const char *text, void *arg)
{
	struct under_way *u = arg;
	const char *answer = *answer_of(u);

	if (!text) {
		leave(v, u);
		return;
	}
	free(u->line);
	u->line = xstrdup(text);
	u->is_touched |= strcmp(text, answer ? answer : "") != 0;
}

static void answered(struct view *v, const char *text, void *arg)
{
	struct under_way *u = arg;
	char **answer = answer_of(u);
	struct err err = ERR_INIT;

	free(*answer);
	*answer = xstrdup(text);
	free(u->line);
	u->line = NULL;
	u->is_touched = true;
	keep(v, u);
	if (!*text && !u->now->optional)
		err_set(&err, RC_USAGE, "this needs an answer; Esc leaves");
	else if (!u->now->check ||
		 u->now->check(u->all.answers, &err) == RC_OK)
		u->now++;
	ask(v, u);
	if (*err.text)
		app_fail(v->app, &err);
}

static void ask_kept(struct view *v, struct under_way *u)
{
	char *draft = draft_of(u);

	app_prompt_kept(v->app, draft, u->now->label, *answer_of(u), typed,
			answered, u);
	free(draft);
}

static void ask(struct view *v, struct under_way *u)
{
	while (u->now->label && u->now->applies &&
	       !u->now->applies(u->all.answers))
		u->now++;
	if (u->now->label && u->all.draft) {
		ask_kept(v, u);
		if (u->now->is_file)
			app_prompt_completes_file(v->app);
		return;
	}
	if (u->now->label) {
		(u->now->is_file ? app_prompt_file : app_prompt)(
			v->app, u->now->label,
			*answer_of(u) ? *answer_of(u) : "", typed, answered,
			u);
		return;
	}
	u->all.done(v, u->all.answers);
	free(u);
}

void questions_ask(struct view *v, const struct questions *a)
{
	struct under_way *u = XNEW(struct under_way);

	*u = (struct under_way){ *a, a->questions };
	ask(v, u);
}
