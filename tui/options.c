#include "tui/options.h"

#include "base/count.h"
#include "base/fsx.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

#define CONFIG_MAX (256u << 10)

static enum rc set_theme(struct app *app, const char *value, struct err *err)
{
	const struct theme *theme = theme_find(value);
	if (!theme)
		return err_set(err, RC_BAD_INPUT, "no theme '%s'; there are "
			       "standard, dark, light, contrast and mono",
			       value);
	if (!term_has_colour(app->term))
		return RC_OK;
	app->mono = !strcmp(theme->name, "mono");
	if (!app->mono)
		app->theme = theme->name;
	app_look(app);
	return RC_OK;
}

static enum rc read_bool(const char *value, bool *out, struct err *err)
{
	bool yes = !strcmp(value, "yes") || !strcmp(value, "on");
	if (!yes && strcmp(value, "no") != 0 && strcmp(value, "off") != 0)
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

static enum rc set_sync(struct app *app, const char *value, struct err *err)
{
	return read_bool(value, &app->sync, err);
}

static enum rc set_slow(struct app *app, const char *value, struct err *err)
{
	return read_bool(value, &app->slow, err);
}

static enum rc set_session(struct app *app, const char *value, struct err *err)
{
	return read_bool(value, &app->restores, err);
}

static enum rc set_ambiguous(struct app *app, const char *value,
			     struct err *err)
{
	bool two = !strcmp(value, "2");
	if (!two && strcmp(value, "1") != 0)
		return err_set(err, RC_BAD_INPUT, "ambiguous is 1 or 2, not "
			       "'%s'", value);
	utf8_set_ambiguous(two ? 2 : 1);
	app->wide = two;
	app_look(app);
	return RC_OK;
}

static const struct {
	const char *name;
	enum rc (*set)(struct app *app, const char *value, struct err *err);
} options[] = {
	{ "theme", set_theme }, { "ascii", set_ascii }, { "mouse", set_mouse },
	{ "sync", set_sync }, { "slow", set_slow },
	{ "ambiguous", set_ambiguous }, { "session", set_session },
};
#define N_OPTIONS COUNT(options)

#define KEY_PREFIX "key."

static enum rc set_keys(struct keymap *m, const char *name, const char *value,
			struct err *err)
{
	const char *why;
	enum action a = action_from_name(name);
	if (a == ACT_NONE)
		return err_set(err, RC_BAD_INPUT, "no command '%s'; : lists "
			       "them", name);
	struct keymap before = *m;
	enum action x = ACT_NONE, y = ACT_NONE;
	if (!keymap_set(m, a, value, &why))
		return err_set(err, RC_BAD_INPUT, "'%s': %s", value, why);
	if (keymap_clash(m, &x, &y)) {
		*m = before;
		return err_set(err, RC_BAD_INPUT, "'%s' and '%s' would share "
			       "a key", action_info(x)->name,
			       action_info(y)->name);
	}
	return RC_OK;
}

enum rc options_set(struct app *app, const char *name, const char *value,
		    struct err *err)
{
	if (!strncmp(name, KEY_PREFIX, strlen(KEY_PREFIX)))
		return set_keys(&app->keymap, name + strlen(KEY_PREFIX), value,
				err);
	for (size_t i = 0; i < N_OPTIONS; i++)
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

typedef enum rc setting_fn(void *arg, const char *name, const char *value,
			   struct err *err);

static enum rc read_line(char *line, setting_fn *set, void *arg,
			 struct err *err)
{
	char *text = trim(line);
	if (!*text || *text == '#')
		return RC_OK;
	char *equals = strchr(text, '=');
	if (!equals)
		return err_set(err, RC_BAD_INPUT, "'%s' is not NAME = VALUE",
			       text);
	*equals = '\0';
	return set(arg, trim(text), trim(equals + 1), err);
}

static void read_lines(const char *path, const char *text, setting_fn *set,
		       void *arg, struct strs *faults)
{
	int number = 1;
	for (const char *s = text; *s; number++) {
		size_t n = strcspn(s, "\n");
		char *line = xmemdupz(s, n);
		struct err err = ERR_INIT;
		if (read_line(line, set, arg, &err) != RC_OK) {
			char *note = xasprintf("%s:%d: %s", path, number,
					       err.text);
			strs_add(faults, note);
			free(note);
		}
		free(line);
		s += n + (s[n] == '\n');
	}
}

static char *config_path(void)
{
	char *folder = fsx_config_dir();
	char *path = folder ? xasprintf("%s/config", folder) : NULL;
	free(folder);
	return path;
}

/* Every line that sets something; a file that cannot be read is a fault. */
static void read_file(setting_fn *set, void *arg, struct strs *faults)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *path = config_path();
	if (path && fsx_exists(path)) {
		if (fsx_read(path, CONFIG_MAX, &text, &err) == RC_OK)
			read_lines(path, text.data, set, arg, faults);
		else
			strs_add(faults, err.text);
	}
	buf_release(&text);
	free(path);
}

static enum rc set_for_app(void *arg, const char *name, const char *value,
			   struct err *err)
{
	return options_set(arg, name, value, err);
}

void options_read(struct app *app)
{
	/* settings say what they did, as keys do; a registry that did not open
	 * has said so before, and that stays */
	struct buf before = app->message;
	bool bad = app->message_bad;
	buf_init(&app->message);
	read_file(set_for_app, app, &app->notes);
	buf_release(&app->message);
	app->message = before;
	app->message_bad = bad;
}

/* Names of settings are looked at, values of keys only. */
static enum rc set_for_keys(void *arg, const char *name, const char *value,
			    struct err *err)
{
	if (!strncmp(name, KEY_PREFIX, strlen(KEY_PREFIX)))
		return set_keys(arg, name + strlen(KEY_PREFIX), value, err);
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (!strcmp(options[i].name, name))
			return RC_OK;
	return err_set(err, RC_BAD_INPUT, "no setting '%s'", name);
}

void options_read_keys(struct keymap *m, struct strs *faults)
{
	keymap_init(m);
	read_file(set_for_keys, m, faults);
}

/* -- Changing one line -- */

static bool sets(const char *line, size_t n, const char *name)
{
	size_t blank = strspn(line, " \t"), k = strlen(name);
	if (blank + k > n || strncmp(line + blank, name, k) != 0)
		return false;
	blank += k;
	blank += strspn(line + blank, " \t");
	return blank < n && line[blank] == '=';
}

static void replace_line(struct buf *text, const char *name, const char *value)
{
	struct buf out = BUF_INIT;
	bool done = false;
	for (const char *s = text->data; *s;) {
		size_t n = strcspn(s, "\n");
		bool here = sets(s, n, name);
		if (here && !done)
			buf_printf(&out, "%s = %s", name, value);
		else if (!here)
			buf_add(&out, s, n);
		if (!here || !done)
			buf_char(&out, '\n');
		done |= here;
		s += n + (s[n] == '\n');
	}
	if (!done)
		buf_printf(&out, "%s = %s\n", name, value);
	buf_release(text);
	*text = out;
}

enum rc options_keep_keys(struct app *app, enum action a, const char *keys,
			  struct err *err)
{
	struct buf text = BUF_INIT;
	char *path = config_path(), *folder = fsx_config_dir();
	char *name = xasprintf(KEY_PREFIX "%s", action_info(a)->name);
	enum rc rc = options_set(app, name, keys, err);
	if (rc == RC_OK && !path)
		rc = err_set(err, RC_FAILED, "there is no home folder to keep "
			     "keys in; set XDG_CONFIG_HOME");
	if (rc == RC_OK && fsx_exists(path))
		rc = fsx_read(path, CONFIG_MAX, &text, err);
	if (rc == RC_OK) {
		replace_line(&text, name, keys);
		rc = fsx_mkdirs(folder, 0700, err);
	}
	if (rc == RC_OK)
		rc = fsx_write(path, text.data, text.len, 0600, true, err);
	buf_release(&text);
	free(name);
	free(path);
	free(folder);
	return rc;
}
