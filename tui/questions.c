#include "tui/questions.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "tui/app.h"

struct under_way {
	struct questions all;
	const struct question *now;
};

static void ask(struct view *v, struct under_way *u);

static char **answer_of(const struct under_way *u)
{
	return (char **)(void *)((char *)u->all.answers + u->now->answer);
}

static void typed(struct view *v, const char *text, void *arg)
{
	struct under_way *u = arg;

	(void)v;
	if (text)
		return;
	u->all.dropped(u->all.answers);
	free(u);
}

static void answered(struct view *v, const char *text, void *arg)
{
	struct under_way *u = arg;
	char **answer = answer_of(u);
	struct err err = ERR_INIT;

	free(*answer);
	*answer = xstrdup(text);
	if (!*text && !u->now->optional)
		err_set(&err, RC_USAGE, "this needs an answer; Esc leaves");
	else if (!u->now->check ||
		 u->now->check(u->all.answers, &err) == RC_OK)
		u->now++;
	ask(v, u);
	if (*err.text)
		app_fail(v->app, &err);
}

static void ask(struct view *v, struct under_way *u)
{
	while (u->now->label && u->now->applies &&
	       !u->now->applies(u->all.answers))
		u->now++;
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
