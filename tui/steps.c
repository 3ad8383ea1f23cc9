#include "tui/steps.h"

#include <stdio.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define SCRIPT_MAX (1u << 20)

typedef enum rc step_fn(struct app *app, const char *rest, struct err *err);

static void settle(struct app *app)
{
	struct list *l = view_list(app_view(app));
	while (l && list_work(l, UINT64_MAX))
		;
	while (l && l->source->load && l->source->load(l->arg, UINT64_MAX))
		;
	app_frame(app);
	app_present(app);
}

static enum rc step_keys(struct app *app, const char *rest, struct err *err)
{
	for (const char *s = rest; *s;) {
		size_t n = strcspn(s, " ");
		char *name = xmemdupz(s, n);
		uint32_t key = key_from_name(name);
		if (!key) {
			err_set(err, RC_BAD_INPUT, "no key '%s'", name);
			free(name);
			return RC_BAD_INPUT;
		}
		free(name);
		app_key(app, key);
		settle(app);
		s += n + strspn(s + n, " ");
	}
	return RC_OK;
}

static enum rc step_type(struct app *app, const char *rest, struct err *err)
{
	for (size_t pos = 0, n = strlen(rest); pos < n;) {
		uint32_t cp;
		pos += utf8_decode(rest + pos, n - pos, &cp);
		app_key(app, cp);
		settle(app);
	}
	return RC_OK;
}

static enum rc step_paste(struct app *app, const char *rest, struct err *err)
{
	buf_clear(&app->keys.paste);
	buf_str(&app->keys.paste, rest);
	app_key(app, TK_PASTE);
	return RC_OK;
}

static enum rc step_do(struct app *app, const char *rest, struct err *err)
{
	enum action a = action_from_name(rest);
	if (a == ACT_NONE)
		return err_set(err, RC_BAD_INPUT, "no action '%s'", rest);
	buf_clear(&app->message);
	app_do(app, a);
	return RC_OK;
}

static enum rc step_size(struct app *app, const char *rest, struct err *err)
{
	int64_t w, h;
	size_t n = strcspn(rest, " ");
	const char *second = rest + n + strspn(rest + n, " ");
	if (!decimal_read_i64(rest, n, &w) ||
	    !decimal_read_i64(second, strlen(second), &h) || w < 1 || h < 1 ||
	    w > 1000 || h > 1000)
		return err_set(err, RC_BAD_INPUT, "a size is two numbers, "
			       "columns and lines, not '%s'", rest);
	app_resize(app, (int)w, (int)h);
	return RC_OK;
}

static void screen_text(const struct app *app, struct buf *out)
{
	for (int y = 0; y < app->canvas.h; y++) {
		canvas_line(&app->canvas, y, app->options->ascii, out);
		buf_char(out, '\n');
	}
}

static enum rc step_screen(struct app *app, const char *rest, struct err *err)
{
	struct buf out = BUF_INIT;
	buf_printf(&out, "== %s %dx%d, cursor %d,%d\n", rest, app->canvas.w,
		   app->canvas.h, app->canvas.cursor_x, app->canvas.cursor_y);
	screen_text(app, &out);
	fwrite(out.data, 1, out.len, stdout);
	buf_release(&out);
	if (fflush(stdout) != 0)
		return err_errno(err, RC_IO, "cannot write the screen");
	return RC_OK;
}

static bool shows(const struct app *app, const char *text)
{
	struct buf out = BUF_INIT;
	screen_text(app, &out);
	bool found = strstr(out.data, text) != NULL;
	buf_release(&out);
	return found;
}

static enum rc step_expect(struct app *app, const char *rest, struct err *err)
{
	if (shows(app, rest))
		return RC_OK;
	return err_set(err, RC_UNMET, "the screen does not show '%s'", rest);
}

static enum rc step_refuse(struct app *app, const char *rest, struct err *err)
{
	if (!shows(app, rest))
		return RC_OK;
	return err_set(err, RC_UNMET, "the screen shows '%s'", rest);
}

static enum rc step_wait(struct app *app, const char *rest, struct err *err)
{
	job_wait(app);
	return RC_OK;
}

static enum rc step_stop(struct app *app, const char *rest, struct err *err)
{
	app->stops_next = true;
	return RC_OK;
}

static const struct {
	const char *name;
	step_fn *run;
} steps[] = {
	{ "keys", step_keys }, { "type", step_type }, { "paste", step_paste },
	{ "do", step_do }, { "size", step_size }, { "screen", step_screen },
	{ "expect", step_expect }, { "refuse", step_refuse },
	{ "wait", step_wait }, { "stop", step_stop },
};

static enum rc run_line(struct app *app, const char *line, struct err *err)
{
	size_t n = strcspn(line, " ");
	const char *rest = line + n + (line[n] == ' ');
	if (!*line || *line == '#')
		return RC_OK;
	for (size_t i = 0; i < COUNT(steps); i++) {
		if (strlen(steps[i].name) != n ||
		    strncmp(steps[i].name, line, n) != 0)
			continue;
		enum rc rc = steps[i].run(app, rest, err);
		settle(app);
		return rc;
	}
	return err_set(err, RC_BAD_INPUT, "no step '%.*s'", (int)n, line);
}

enum rc steps_run(struct app *app, const char *path, struct err *err)
{
	struct buf script = BUF_INIT;
	enum rc rc = fsx_read(path, SCRIPT_MAX, &script, err);
	settle(app);
	int number = 0;
	for (char *s = script.data; rc == RC_OK && *s && !app->quit;) {
		size_t n = strcspn(s, "\n");
		char *line = xmemdupz(s, n);
		number++;
		rc = run_line(app, line, err);
		if (rc != RC_OK)
			err_prefix(err, "%s:%d", path, number);
		free(line);
		s += n + (s[n] == '\n');
	}
	buf_release(&script);
	return rc;
}
