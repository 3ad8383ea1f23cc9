/* Where the last session on this registry ended: the screen, and each
 * screen's list with its filter, sort, columns and cursor. Kept in
 * $XDG_STATE_HOME/muster/session.json when the workbench ends; a convenience,
 * so that a file that cannot be read or written is no fault. */
#include <stdlib.h>

#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

#define STATE_MAX (1u << 20)
#define REGISTRIES_MAX 50
#define SESSION "session.json"

/* -- Files of ours in $XDG_STATE_HOME/muster -- */

static char *state_path(const char *file)
{
	char *folder = fsx_state_dir();
	char *path = folder ? xasprintf("%s/%s", folder, file) : NULL;
	free(folder);
	return path;
}

struct json *state_read(const char *file)
{
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct json *j = NULL;
	char *path = state_path(file);
	if (path && fsx_exists(path) &&
	    fsx_read(path, STATE_MAX, &text, &err) == RC_OK &&
	    json_parse(text.data, text.len, path, &j, &err) != RC_OK)
		j = NULL;
	if (json_type(j) != JSON_OBJECT) {
		json_free(j);
		j = json_new_object();
	}
	buf_release(&text);
	free(path);
	return j;
}

enum rc state_write(const char *file, const struct json *j, struct err *err)
{
	struct buf text = BUF_INIT;
	char *path = state_path(file), *folder = fsx_state_dir();
	enum rc rc = RC_OK;
	if (!path)
		rc = err_set(err, RC_FAILED, "there is no home folder to keep "
			     "%s in; set XDG_STATE_HOME", file);
	if (rc == RC_OK)
		rc = fsx_mkdirs(folder, 0700, err);
	json_write(&text, j, true);
	buf_char(&text, '\n');
	if (rc == RC_OK)
		rc = fsx_write(path, text.data, text.len, 0600, true, err);
	buf_release(&text);
	free(path);
	free(folder);
	return rc;
}

/* -- The session -- */

/* The first view of a screen: those above it belong to what was opened. */
static struct view *base_of(const struct app *app, int screen)
{
	struct view *v = app->top[screen];
	while (v && v->below)
		v = v->below;
	return v;
}

static struct json *state_of(const struct app *app)
{
	struct json *j = json_new_object(), *lists = json_new_object();
	json_set_int(j, "screen", app->screen);
	for (int s = 1; s < SCREEN_END; s++) {
		struct view *v = base_of(app, s);
		if (v && view_pane_is_list(v, 0))
			json_set(lists, v->ops->name,
				 listacts_state(&v->lists[0]));
	}
	json_set(j, "lists", lists);
	return j;
}

void session_keep(struct app *app)
{
	struct err err = ERR_INIT;
	char *real = app->reg ? realpath(app->reg_path, NULL) : NULL;
	if (real) {
		struct json *all = state_read(SESSION);
		if (json_size(all) >= REGISTRIES_MAX) {
			json_free(all);
			all = json_new_object();
		}
		json_set(all, real, state_of(app));
		(void)!state_write(SESSION, all, &err);
		json_free(all);
	}
	free(real);
}

static void restore(struct app *app, const struct json *j)
{
	const struct json *lists = json_get(j, "lists");
	int64_t screen = json_get_int(j, "screen", SCREEN_MODELS);
	if (screen > 0 && screen < SCREEN_END &&
	    app_screen_ops((enum screen)screen))
		app_do(app, (enum action)(ACT_SCREEN_1 + screen - 1));
	for (int s = 1; s < SCREEN_END; s++) {
		struct view *v = base_of(app, s);
		const struct json *state = v ? json_get(lists, v->ops->name)
					     : NULL;
		if (state && view_pane_is_list(v, 0))
			listacts_restore(&v->lists[0], state);
	}
	buf_clear(&app->message);
}

void session_restore(struct app *app)
{
	char *real = app->reg ? realpath(app->reg_path, NULL) : NULL;
	if (real && app->restores) {
		struct json *all = state_read(SESSION);
		const struct json *mine = json_get(all, real);
		if (mine)
			restore(app, mine);
		json_free(all);
	}
	free(real);
}
