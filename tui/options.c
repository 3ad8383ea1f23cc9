#include "tui/options.h"

#include "base/fsx.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

#define CONFIG_MAX (256u << 10)

static enum rc set_theme(struct app *app, const char *value, struct err *err)
{
	const struct theme *theme = theme_find(value);
	if (!theme)
		return err_set(err, RC_BAD_INPUT, "no theme '%s'; there are "
			       "standard, contrast and mono", value);
	if (!term_has_colour(app->term))
		return RC_OK;
	app->theme = theme->name;
	app->mono = !strcmp(theme->name, "mono");
	draw_free(app->draw);
	app->draw = draw_new(theme, !app->mono, app->ascii);
	return RC_OK;
}

static enum rc read_bool(const char *value, bool *out, struct err *err)
{
	bool yes = !strcmp(value, "yes");
	if (!yes && strcmp(value, "no") != 0)
		return err_set(err, RC_BAD_INPUT, "'%s' is neither yes nor no",
			       value);
	*out = yes;
	return RC_OK;
}

static enum rc set_ascii(struct app *app, const char *value, struct err *err)
{
	bool yes = false;
	enum rc rc = read_bool(value, &yes, err);
	if (rc == RC_OK && yes != app->ascii)
		app_do(app, ACT_ASCII);
	return rc;
}

static enum rc set_mouse(struct app *app, const char *value, struct err *err)
{
	bool yes = false;
	enum rc rc = read_bool(value, &yes, err);
	if (rc == RC_OK && yes != app->mouse)
		app_do(app, ACT_MOUSE);
	return rc;
}

static const struct {
	const char *name;
	enum rc (*set)(struct app *app, const char *value, struct err *err);
} options[] = {
	{ "theme", set_theme }, { "ascii", set_ascii }, { "mouse", set_mouse },
};

static enum rc set_keys(struct app *app, const char *name, const char *value,
			struct err *err)
{
	const char *why;
	enum action a = action_from_name(name);
	if (a == ACT_NONE)
		return err_set(err, RC_BAD_INPUT, "no command '%s'; : lists "
			       "them", name);
	struct keymap before = app->keymap;
	enum action x = ACT_NONE, y = ACT_NONE;
	if (!keymap_set(&app->keymap, a, value, &why))
		return err_set(err, RC_BAD_INPUT, "'%s': %s", value, why);
	if (keymap_clash(&app->keymap, &x, &y)) {
		app->keymap = before;
		return err_set(err, RC_BAD_INPUT, "'%s' and '%s' would share "
			       "a key", action_info(x)->name,
			       action_info(y)->name);
	}
	return RC_OK;
}

enum rc options_set(struct app *app, const char *name, const char *value,
		    struct err *err)
{
	if (!strncmp(name, "key.", 4))
		return set_keys(app, name + 4, value, err);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!strcmp(options[i].name, name))
			return options[i].set(app, value, err);
	return err_set(err, RC_BAD_INPUT, "no setting '%s'", name);
}

/* Ends s where its trailing blanks begin, and gives its first non-blank. */
static char *trim(char *s)
{
	s += strspn(s, " \t");
	size_t n = strlen(s);
	while (n && strchr(" \t\r", s[n - 1]))
		s[--n] = '\0';
	return s;
}

static enum rc read_line(struct app *app, char *line, struct err *err)
{
	char *text = trim(line);
	if (!*text || *text == '#')
		return RC_OK;
	char *equals = strchr(text, '=');
	if (!equals)
		return err_set(err, RC_BAD_INPUT, "'%s' is not NAME = VALUE",
			       text);
	*equals = '\0';
	return options_set(app, trim(text), trim(equals + 1), err);
}

static void read_lines(struct app *app, const char *path, char *text)
{
	int number = 1;
	for (char *s = text; *s; number++) {
		size_t n = strcspn(s, "\n");
		char *line = xmemdupz(s, n);
		struct err err = ERR_INIT;
		if (read_line(app, line, &err) != RC_OK) {
			char *note = xasprintf("%s:%d: %s", path, number,
					       err.text);
			strs_add(&app->notes, note);
			free(note);
		}
		free(line);
		s += n + (s[n] == '\n');
	}
}

void options_read(struct app *app)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *folder = fsx_config_dir();
	char *path = folder ? xasprintf("%s/config", folder) : NULL;
	if (path && fsx_exists(path)) {
		if (fsx_read(path, CONFIG_MAX, &text, &err) == RC_OK)
			read_lines(app, path, text.data);
		else
			strs_add(&app->notes, err.text);
	}
	buf_clear(&app->message);
	buf_release(&text);
	free(path);
	free(folder);
}
