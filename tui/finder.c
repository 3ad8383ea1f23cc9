/* Help and palette: both list the actions of the table, narrowed by typing,
 * and run one. Help shows what is meant on this screen, by group; the palette
 * shows all, with command line twins and why something is not possible now. */
#include <strings.h>

#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/options.h"

/* All words of the text, in any order, somewhere in name, help, key or CLI
 * twin. */
static bool matches(const struct app *app, enum action a, const char *text)
{
	const struct action_info *info = action_info(a);
	struct buf hay = BUF_INIT;
	bool all = true;
	buf_printf(&hay, "%s %s %s ", info->name, info->help,
		   info->cli ? info->cli : "");
	keymap_texts(&app->keymap, a, &hay);
	while (all && *text) {
		char word[64];
		size_t n = strcspn(text, " -_");
		if (n && n < sizeof(word)) {
			memcpy(word, text, n);
			word[n] = '\0';
			all = strcasestr(hay.data, word) != NULL;
		}
		text += n + strspn(text + n, " -_");
	}
	buf_release(&hay);
	return all;
}

static void add_found(struct app *app, enum action a)
{
	app->finder.found[app->finder.n++] = a;
}

/* Possible ones first, then those that are not, each in table order. */
static void find_commands(struct app *app)
{
	const char *text = app->finder.edit.text.data;
	app->finder.n = 0;
	for (int pass = 0; pass < 2; pass++)
		for (int a = 0; a < ACTION_COUNT; a++)
			if ((app_not_now(app, (enum action)a) != NULL) == pass &&
			    matches(app, (enum action)a, text))
				add_found(app, (enum action)a);
}

static void find_help(struct app *app)
{
	const char *text = app->finder.edit.text.data;
	app->finder.n = 0;
	for (int g = 0; g < GROUP_COUNT; g++)
		for (int a = 0; a < ACTION_COUNT; a++)
			if (action_info((enum action)a)->group ==
			    (enum group)g &&
			    !app_not_now(app, (enum action)a) &&
			    matches(app, (enum action)a, text))
				add_found(app, (enum action)a);
}

static void finder_close(struct app *app)
{
	edit_release(&app->finder.edit);
}

static void run_found(struct app *app)
{
	struct finder *f = &app->finder;
	enum action a = f->n ? f->found[f->at] : ACT_NONE;
	app_close_overlay(app);
	if (a != ACT_NONE)
		app_do(app, a);
}

static void move(struct finder *f, uint32_t key, size_t page)
{
	if (key == TK_UP)
		f->at -= f->at > 0;
	else if (key == TK_DOWN)
		f->at++;
	else if (key == TK_PGUP)
		f->at = f->at > page ? f->at - page : 0;
	else
		f->at += page;
	if (f->at >= f->n)
		f->at = f->n ? f->n - 1 : 0;
}

/* -- Other keys for the command under the cursor -- */

static void keys_typed(struct view *v, const char *text, void *arg)
{
	enum action a = *(enum action *)arg;
	struct err err = ERR_INIT;
	if (options_keep_keys(v->app, a, text, &err) == RC_OK)
		app_say(v->app, "%s: %s, kept in the config file.",
			action_info(a)->name, *text ? text : "no key");
	else
		app_fail(v->app, &err);
	free(arg);
}

static void keys_left(struct view *v, const char *text, void *arg)
{
	if (!text)
		free(arg);
}

static void ask_keys(struct app *app)
{
	struct finder *f = &app->finder;
	struct buf label = BUF_INIT, keys = BUF_INIT;
	if (!f->n)
		return;
	enum action *a = XNEW(enum action);
	*a = f->found[f->at];
	buf_printf(&label, "keys of '%s', by blanks (a ^G F5 Space)",
		   action_info(*a)->name);
	keymap_texts(&app->keymap, *a, &keys);
	app_prompt(app, label.data, keys.data, keys_left, keys_typed, a);
	buf_release(&label);
	buf_release(&keys);
}

/* A click picks a row, another one on it runs it. */
static void finder_pick(struct app *app, size_t item)
{
	struct finder *f = &app->finder;
	if (item == f->at)
		run_found(app);
	else
		f->at = item;
}

static void finder_key(struct app *app, uint32_t key,
		       void (*find)(struct app *))
{
	struct finder *f = &app->finder;
	if (key == TK_ESC || key == TK_CTRL('C')) {
		app_close_overlay(app);
	} else if (key == TK_F2) {
		ask_keys(app);
	} else if (key == TK_ENTER) {
		run_found(app);
	} else if (key == TK_UP || key == TK_DOWN || key == TK_PGUP ||
		   key == TK_PGDN) {
		move(f, key, 10);
	} else {
		if (key == TK_PASTE)
			edit_paste(&f->edit, app->keys.paste.data,
				   app->keys.paste.len);
		else if (!edit_key(&f->edit, key))
			return;
		f->at = f->top = 0;
		find(app);
	}
}

static void commands_key(struct app *app, uint32_t key)
{
	finder_key(app, key, find_commands);
}

static void help_key(struct app *app, uint32_t key)
{
	finder_key(app, key, find_help);
}

static struct area overlay_box(struct area *screen, const char *title)
{
	int w = screen->w > 84 ? 80 : screen->w;
	int h = screen->h > 26 ? 22 : screen->h - (screen->h > 8 ? 3 : 0);
	struct area box = area_part(screen, (screen->w - w) / 2,
				    screen->h > h + 2 ? 2 : 0, w, h);
	area_fill(&box, STYLE_NORMAL);
	area_box(&box, STYLE_FRAME, STYLE_HEADING, title);
	return box;
}

static void paint_row(const struct app *app, struct area *box, int y,
		      enum action a, bool here, bool grouped, bool with_group,
		      bool possible)
{
	const struct action_info *info = action_info(a);
	struct buf keys = BUF_INIT;
	int x = 3;
	keymap_texts(&app->keymap, a, &keys);
	area_put(box, 1, y, STYLE_CURSOR, here ? '>' : ' ');
	if (with_group)
		area_text(box, x, y, 6, STYLE_HEADING,
			  group_name(info->group));
	x += grouped && box->w >= 60 ? 7 : 0;
	area_text(box, x, y, 14, STYLE_HINT_KEY, keys.data);
	area_printf(box, x + 15, y, here ? STYLE_STRONG : STYLE_NORMAL,
		    "%s%s", possible ? "" : "- not now: ", info->help);
	area_put(box, box->w - 1, y, STYLE_FRAME, LINE_V);
	buf_release(&keys);
}

/* "NAME@V" and "NAME" of a twin as they would be typed for what the cursor is
 * on: "matcher@4". */
static void put_twin(struct app *app, const char *cli, struct buf *out)
{
	struct view *v = app_view(app);
	struct buf object = BUF_INIT;
	bool has = v->ops->object && v->ops->object(v, &object) &&
		   strchr(object.data, '@') && !strchr(object.data, '/');
	for (const char *s = cli; *s;) {
		size_t model = strcspn(object.data, "@");
		if (has && !strncmp(s, "NAME@V", 6)) {
			buf_str(out, object.data);
			s += 6;
		} else if (has && !strncmp(s, "NAME", 4)) {
			buf_add(out, object.data, model);
			s += 4;
		} else {
			buf_char(out, *s++);
		}
	}
	buf_release(&object);
}

/* What it would run on: the rows that are marked, or the one under the
 * cursor. */
static void put_target(struct app *app, enum action a, struct buf *out)
{
	struct view *v = app_view(app);
	struct list *l = view_list(v);
	struct buf object = BUF_INIT;
	if (!(action_info(a)->flags & ACT_NEEDS_ROW))
		buf_str(out, "Enter runs it, F2 changes its keys");
	else if (l && l->n_marks)
		buf_printf(out, "runs on the %zu marked rows", l->n_marks);
	else if (v->ops->object && v->ops->object(v, &object))
		buf_printf(out, "runs on %s", object.data);
	else
		buf_str(out, "runs on the row under the cursor");
	buf_release(&object);
}

static void paint_input(struct app *app, struct area *box, const char *prefix)
{
	area_text(box, 2, 1, 4, STYLE_HINT_KEY, prefix);
	edit_paint(&app->finder.edit, box, 4, 1, box->w - 6);
}

static void scroll(struct finder *f, size_t rows)
{
	if (f->at < f->top)
		f->top = f->at;
	if (rows && f->at >= f->top + rows)
		f->top = f->at - rows + 1;
}

/* Under the list of commands: what the chosen one needs and its twin. */
static void paint_twin(struct app *app, struct area *box)
{
	struct finder *f = &app->finder;
	if (!f->n || box->h < 8)
		return;
	const struct action_info *info = action_info(f->found[f->at]);
	const char *why = app_not_now(app, f->found[f->at]);
	struct buf target = BUF_INIT, twin = BUF_INIT;
	put_target(app, f->found[f->at], &target);
	put_twin(app, info->cli ? info->cli : "(in the workbench only)", &twin);
	area_printf(box, 2, box->h - 3, STYLE_NORMAL, "%s: %s", info->name,
		    why ? why : target.data);
	area_printf(box, 2, box->h - 2, STYLE_NORMAL, "CLI: %s", twin.data);
	buf_release(&target);
	buf_release(&twin);
	area_put(box, box->w - 1, box->h - 3, STYLE_FRAME, LINE_V);
	area_put(box, box->w - 1, box->h - 2, STYLE_FRAME, LINE_V);
}

static void commands_paint(struct app *app, struct area *screen)
{
	struct finder *f = &app->finder;
	struct buf title = BUF_INIT;
	buf_printf(&title, " COMMANDS  %zu ", f->n);
	struct area box = overlay_box(screen, title.data);
	buf_release(&title);
	int rows = box.h - (box.h < 8 ? 3 : 6);
	scroll(f, rows > 0 ? (size_t)rows : 1);
	for (int y = 0; y < rows && f->top + (size_t)y < f->n; y++) {
		enum action a = f->found[f->top + (size_t)y];
		paint_row(app, &box, y + 2, a, f->top + (size_t)y == f->at,
			  false, false, !app_not_now(app, a));
		hit_add(app, HIT_ITEM, f->top + (size_t)y, &box, 1, y + 2,
			box.w - 2);
	}
	paint_twin(app, &box);
	paint_input(app, &box, ":");
}

static void help_paint(struct app *app, struct area *screen)
{
	struct finder *f = &app->finder;
	struct area box = overlay_box(screen, " HELP on this screen: type to "
				      "search, Enter runs, Esc closes ");
	int rows = box.h - 3;
	scroll(f, rows > 0 ? (size_t)rows : 1);
	for (int y = 0; y < rows && f->top + (size_t)y < f->n; y++) {
		size_t i = f->top + (size_t)y;
		bool first = !y || action_info(f->found[i])->group !=
				   action_info(f->found[i - 1])->group;
		paint_row(app, &box, y + 2, f->found[i], i == f->at, true,
			  first && box.w >= 60, true);
		hit_add(app, HIT_ITEM, i, &box, 1, y + 2, box.w - 2);
	}
	paint_input(app, &box, "?");
}

static const struct overlay_ops commands_overlay = {
	.key = commands_key, .paint = commands_paint, .close = finder_close,
	.pick = finder_pick,
};
static const struct overlay_ops help_overlay = {
	.key = help_key, .paint = help_paint, .close = finder_close,
	.pick = finder_pick,
};

static void finder_open(struct app *app, const struct overlay_ops *ops,
			void (*find)(struct app *))
{
	app_close_overlay(app);
	app->finder.at = app->finder.top = 0;
	edit_set(&app->finder.edit, "");
	app->overlay = ops;
	find(app);
}

void palette_open(struct app *app)
{
	finder_open(app, &commands_overlay, find_commands);
}

void help_open(struct app *app)
{
	finder_open(app, &help_overlay, find_help);
}
