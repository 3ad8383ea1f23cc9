#include "tui/questions.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "tui/app.h"
#include "tui/text_draft.h"

struct under_way {
	struct questions all;
	char *draft;			/* own copy of its name */
	const struct question *now;
	char *line;			/* typed and not entered; or NULL */
	bool is_touched;		/* somebody said something */
};

static void ask(struct view *v, struct under_way *u);

static char **answer_to(const struct under_way *u, const struct question *q)
{
	return (char **)(void *)((char *)u->all.answers + q->answer);
}

static char **answer_of(const struct under_way *u)
{
	return answer_to(u, u->now);
}

static void end(struct under_way *u)
{
	free(u->draft);
	free(u->line);
	free(u);
}

/* -- Answers kept under their questions -- */

static void keep_answers(struct app *app, const struct under_way *u)
{
	struct json *j = json_new_object();
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	for (const struct question *q = u->all.questions; q->label; q++) {
		const char *said = *answer_to(u, q);

		if (said && utf8_valid(said, strlen(said), NULL))
			json_set_str(j, q->label, said);
	}
	json_write(&text, j, false);
	if (text_draft_save(app_registry_path(app), u->draft, text.data,
			    &err) != RC_OK)
		app_fail(app, &err);
	json_free(j);
	buf_release(&text);
}

static void load_answers(struct app *app, const struct under_way *u)
{
	struct buf text = BUF_INIT;
	struct json *j = NULL;

	if (text_draft_load(app_registry_path(app), u->draft, &text) &&
	    json_parse(text.data, text.len, u->draft, &j, NULL) == RC_OK)
		for (const struct question *q = u->all.questions; q->label;
		     q++) {
			const char *said = json_get_str(j, q->label);

			if (!said)
				continue;
			free(*answer_to(u, q));
			*answer_to(u, q) = xstrdup(said);
		}
	json_free(j);
	buf_release(&text);
}

void questions_forget(struct app *app, const char *draft)
{
	app_kept_drop(app, draft);
}

/* -- One after the other -- */

/* Of the line of the question that is asked now. */
static char *draft_of(const struct under_way *u)
{
	return xasprintf("%s: %s", u->draft, u->now->label);
}

static void keep(struct view *v, struct under_way *u)
{
	char *draft;

	if (!u->is_touched)
		return;
	draft = draft_of(u);
	if (u->all.keep)
		u->all.keep(u->all.answers);
	else
		keep_answers(v->app, u);
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
	if (u->is_touched && !u->all.keep)
		app_say(v->app, "Left; it asks with these answers again.");
	u->all.dropped(u->all.answers);
	end(u);
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

static void ask(struct view *v, struct under_way *u)
{
	char *draft;

	while (u->now->label && u->now->applies &&
	       !u->now->applies(u->all.answers))
		u->now++;
	if (!u->now->label) {
		u->all.done(v, u->all.answers);
		end(u);
		return;
	}
	draft = draft_of(u);
	app_prompt_kept(v->app, draft, u->now->label, *answer_of(u), typed,
			answered, u);
	if (u->now->is_file)
		app_prompt_completes_file(v->app);
	free(draft);
}

void questions_ask(struct view *v, const struct questions *a)
{
	struct under_way *u = XNEW(struct under_way);

	*u = (struct under_way){ .all = *a, .now = a->questions,
				 .draft = xstrdup(a->draft) };
	if (!a->keep)
		load_answers(v->app, u);
	ask(v, u);
}
