/* Prompts and menus: what takes the keys until it is closed. */
#include <string.h>

#include "base/complete.h"
#include "base/clock.h"
#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/layouts.h"
#include "tui/text_draft.h"

static void prompt_release(struct prompt *p)
{
	free(p->label);
	free(p->expected);
	free(p->draft);
	edit_release(&p->edit);
}

static void prompt_close(struct app *app)
{
	prompt_keep(app);
	prompt_release(&app->prompt);
	app->prompt = (struct prompt){ .edit = EDIT_INIT };
}

static void prompt_end(struct app *app, bool keep)
{
	struct prompt p;

	prompt_keep(app);
	p = app->prompt;
	app->prompt = (struct prompt){ .edit = EDIT_INIT };
	app->overlay = NULL;
	if (keep)
		p.done(app_view(app), p.edit.text.data, p.arg);
	else if (p.typed)
		p.typed(app_view(app), NULL, p.arg);
	if (p.draft)
		app_count_drafts(app);
	prompt_release(&p);
}

/* -- The draft of what is typed -- */

uint64_t prompt_due(const struct app *app)
{
	return app->prompt.draft ? draft_clock_due(&app->prompt.typing) : 0;
}

void prompt_keep(struct app *app)
{
	struct prompt *p = &app->prompt;
	const char *text = p->edit.text.data;
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;

	if (!p->draft || !p->typing.since)
		return;
	if (text[strspn(text, " ")])
		rc = text_draft_save(app->reg_path, p->draft, text, &err);
	else
		text_draft_drop(app->reg_path, p->draft);
	p->typing.since = 0;
	if (rc != RC_OK) {
		draft_clock_failed(&p->typing, clock_ns());
		err_prefix(&err, "what is typed is not saved");
		app_fail(app, &err);
	}
}

void app_prompt_kept(struct app *app, const char *draft, const char *label,
		     const char *initial, prompt_fn *typed, prompt_fn *done,
		     void *arg)
{
	struct buf text = BUF_INIT;
	bool found = text_draft_load(app->reg_path, draft, &text);

	app_prompt(app, label, found ? text.data : initial, typed, done, arg);
	app->prompt.draft = xstrdup(draft);
	if (found && typed)
		typed(app_view(app), text.data, arg);
	if (found)
		app_say(app, "What you typed before is back; ^U empties the "
			"line.");
	buf_release(&text);
}

void app_kept_drop(struct app *app, const char *draft)
{
	text_draft_drop(app->reg_path, draft);
	app_count_drafts(app);
}

/* -- Its keys -- */

/* Nobody types a key in less. A terminal without bracketed paste sends what
 * is pasted as keys; so does a program that plays a person. */
#define TYPED_NS 12000000u

/* False: the text may not confirm, and the status line says why. */
static bool may_confirm(struct app *app)
{
	struct prompt *p = &app->prompt;
	const char *text = p->edit.text.data;
	bool fast = !app->options->steps &&
		    p->n_keys > 1 && p->last_ns - p->began_ns <
		    (p->n_keys - 1) * TYPED_NS;

	if (!p->expected || (!strcmp(text, p->expected) && !fast))
		return true;
	app_say(app, !*text ? "Nothing is confirmed: type '%s', or Esc." :
		strcmp(text, p->expected) != 0 ? "That is not '%s'." :
		"That came faster than typing: type '%s' again.",
		p->expected);
	if (fast && *text) {
		edit_set(&p->edit, "");
		p->n_keys = 0;
	}
	return false;
}

static void prompt_pasted(struct app *app)
{
	struct prompt *p = &app->prompt;

	if (p->expected)
		app_say(app, "Pasted text confirms nothing: type '%s'.",
			p->expected);
	else
		edit_paste(&p->edit, app->keys.paste.data,
			   app->keys.paste.len);
}

#define NAMES_SAID 12

static void say_names(struct app *app, const struct strs *names)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < names->n && i < NAMES_SAID; i++)
		buf_printf(&text, "%s%s", i ? "  " : "", names->at[i]);
	if (names->n > NAMES_SAID)
		buf_printf(&text, "  and %zu more", names->n - NAMES_SAID);
	app_say(app, "%s", names->n ? text.data : app->prompt.nothing);
	buf_release(&text);
}

static size_t complete_file(struct app *app, const char *text,
			    struct buf *longer, struct strs *names)
{
	(void)app;
	return path_complete(text, longer, names);
}

static void complete_line(struct app *app)
{
	struct prompt *p = &app->prompt;
	struct buf longer = BUF_INIT;
	struct strs names = VEC_INIT;

	if (p->complete(app, p->edit.text.data ? p->edit.text.data : "",
			&longer, &names) == 1)
		app_say(app, "%s", "");
	else
		say_names(app, &names);
	if (longer.len)
		edit_set(&p->edit, longer.data);
	strs_release(&names);
	buf_release(&longer);
}

static void prompt_key(struct app *app, uint32_t key)
{
	struct prompt *p = &app->prompt;
	if (key == TK_ENTER || key == TK_ESC || key == TK_CTRL('C')) {
		if (key != TK_ENTER || may_confirm(app))
			prompt_end(app, key == TK_ENTER);
		return;
	}
	if (!p->edit.text.len) {
		p->began_ns = clock_ns();
		p->n_keys = 0;
	}
	p->n_keys++;
	p->last_ns = clock_ns();
	if (key == TK_TAB && p->complete)
		complete_line(app);
	else if (key == TK_PASTE)
		prompt_pasted(app);
	else if (!edit_key(&p->edit, key))
		return;
	draft_clock_touch(&p->typing, clock_ns());
	if (p->typed)
		p->typed(app_view(app), p->edit.text.data, p->arg);
}

static void prompt_paint(struct app *app, struct area *screen)
{
	struct prompt *p = &app->prompt;
	struct area line = area_part(screen, 0, screen->h - 1, screen->w, 1);
	area_fill(&line, STYLE_NORMAL);
	int x = 1 + area_text(&line, 1, 0, screen->w / 2, STYLE_STRONG,
			      p->label);
	const char *hint = p->complete && screen->w > 90
			 ? "  Tab completes  Enter keeps  Esc leaves"
			 : "  Enter keeps  Esc leaves";
	int room = screen->w > 70 ? (int)strlen(hint) + 1 : 0;
	if (room)
		area_text(&line, screen->w - room, 0, room, STYLE_NORMAL,
			  hint);
	edit_paint(&p->edit, &line, x + 1, 0, screen->w - x - 2 - room);
}

bool app_is_asking(const struct app *app)
{
	return app->overlay != NULL;
}

const struct overlay_ops prompt_overlay = {
	.key = prompt_key, .paint = prompt_paint, .close = prompt_close,
};

void app_prompt(struct app *app, const char *label, const char *initial,
		prompt_fn *typed, prompt_fn *done, void *arg)
{
	app_close_overlay(app);
	app->prompt = (struct prompt){ .label = xstrdup(label),
				       .edit = EDIT_INIT, .typed = typed,
				       .done = done, .arg = arg };
	edit_set(&app->prompt.edit, initial ? initial : "");
	app->overlay = &prompt_overlay;
}

void app_prompt_file(struct app *app, const char *label, const char *initial,
		     prompt_fn *typed, prompt_fn *done, void *arg)
{
	app_prompt(app, label, initial, typed, done, arg);
	app_prompt_completes_file(app);
}

void app_prompt_completes_file(struct app *app)
{
	app_prompt_completes(app, complete_file, "No file begins so.");
}

void app_prompt_completes(struct app *app, complete_fn *complete,
			  const char *nothing)
{
	app->prompt.complete = complete;
	app->prompt.nothing = nothing;
}

void app_prompt_typed(struct app *app, const char *label,
		      const char *expected, prompt_fn *typed, prompt_fn *done,
		      void *arg)
{
	app_prompt(app, label, "", typed, done, arg);
	app->prompt.expected = xstrdup(expected);
}

/* -- menus -- */

static void menu_close(struct app *app)
{
	free(app->menu.title);
	free(app->menu.keys);
	strs_release(&app->menu.texts);
	app->menu = (struct menu){ NULL };
}

static void menu_pick(struct app *app, size_t item)
{
	menu_fn *picked = app->menu.picked;
	void *arg = app->menu.arg;
	app_close_overlay(app);
	picked(app_view(app), item, arg);
}

static bool menu_letter(struct app *app, uint32_t key)
{
	const struct menu *m = &app->menu;
	for (size_t i = 0; i < m->texts.n; i++) {
		if (key && key == (unsigned char)m->keys[i]) {
			menu_pick(app, i);
			return true;
		}
	}
	return false;
}

static void menu_key(struct app *app, uint32_t key)
{
	struct menu *m = &app->menu;
	if (menu_letter(app, key) || menu_letter(app, layout_latin(key)))
		return;
	if (key == TK_UP && m->at)
		m->at--;
	else if (key == TK_DOWN && m->at + 1 < m->texts.n)
		m->at++;
	else if (key == TK_ENTER && m->texts.n)
		menu_pick(app, m->at);
	else if (key == TK_ESC || key == 'q' || key == TK_CTRL('C'))
		app_close_overlay(app);
}

static int menu_width(const struct app *app)
{
	int w = text_cells(app->menu.title, app->ascii) + 4;
	for (size_t i = 0; i < app->menu.texts.n; i++) {
		int need = text_cells(app->menu.texts.at[i], app->ascii) + 8;
		w = need > w ? need : w;
	}
	return w;
}

static void menu_paint(struct app *app, struct area *screen)
{
	struct menu *m = &app->menu;
	int n = (int)m->texts.n, w = menu_width(app);
	int h = n + 2 > screen->h - 1 ? screen->h - 1 : n + 2;
	w = w > screen->w ? screen->w : w;
	struct area box = area_part(screen, (screen->w - w) / 2,
				    screen->h - 1 - h, w, h);
	int first = (int)m->at >= h - 2 ? (int)m->at - (h - 3) : 0;
	area_fill(&box, STYLE_NORMAL);
	area_box(&box, STYLE_FRAME, STYLE_HEADING, m->title);
	for (int y = 0; y < h - 2 && first + y < n; y++) {
		size_t i = (size_t)(first + y);
		area_put(&box, 1, y + 1, STYLE_CURSOR, i == m->at ? '>' : ' ');
		area_put(&box, 3, y + 1, STYLE_HINT_KEY,
			 (unsigned char)m->keys[i]);
		area_text(&box, 5, y + 1, w - 6, STYLE_NORMAL, m->texts.at[i]);
		hit_add(app, HIT_ITEM, i, &box, 1, y + 1, w - 2);
	}
	area_cursor(&box, 3, (int)m->at - first + 1);
}

const struct overlay_ops menu_overlay = {
	.key = menu_key, .paint = menu_paint, .close = menu_close,
	.pick = menu_pick,
};

void app_menu(struct app *app, const char *title,
	      const struct menu_item *items, size_t n, menu_fn *picked,
	      void *arg)
{
	app_close_overlay(app);
	struct menu *m = &app->menu;
	m->title = xstrdup(title);
	m->keys = xcalloc(n + 1, 1);
	m->picked = picked;
	m->arg = arg;
	for (size_t i = 0; i < n; i++) {
		m->keys[i] = items[i].key;
		strs_add(&m->texts, items[i].text);
	}
	app->overlay = &menu_overlay;
}

void app_menu_names(struct app *app, const char *title,
		    const char *const *names, size_t n, menu_fn *picked)
{
	struct menu_item items[26];
	if (n > sizeof(items) / sizeof(items[0]))
		n = sizeof(items) / sizeof(items[0]);
	for (size_t i = 0; i < n; i++)
		items[i] = (struct menu_item){ (char)('a' + i), names[i] };
	if (n)
		app_menu(app, title, items, n, picked, NULL);
}

void app_menu_at(struct app *app, size_t item)
{
	if (item < app->menu.texts.n)
		app->menu.at = item;
}
