/* The workbench as lines: what the panes show without boxes, numbered rows,
 * and a question at the end. For screen readers, for terminals that cannot
 * place their cursor, and for pipes. The same views, the same actions; typed
 * by number, by name or by key. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

#define PAGE_ROWS 20
#define TEXT_WIDTH 100
#define TEXT_LINES 400

struct linear {
	struct app *app;
	char *line;		/* that was read last */
	size_t cap;
};

/* False: there is nothing more to read. */
static bool ask(struct linear *l, const char *question)
{
	fputs(question, stdout);
	fflush(stdout);
	ssize_t n = getline(&l->line, &l->cap, stdin);
	if (n < 0)
		return false;
	l->line[strcspn(l->line, "\r\n")] = '\0';
	if (!isatty(STDIN_FILENO))	/* what a terminal would have shown */
		printf("%s\n", l->line);
	return true;
}

/* -- Showing -- */

static void print_canvas(const struct canvas *c, int lines)
{
	struct buf text = BUF_INIT;
	for (int y = 0; y < lines && y < c->h; y++) {
		buf_clear(&text);
		canvas_line(c, y, true, &text);
		printf("%s\n", text.data);
	}
	buf_release(&text);
}

static void print_text(struct view *v, size_t pane)
{
	struct canvas c;
	canvas_init(&c, TEXT_WIDTH, TEXT_LINES, v->app->ascii);
	struct area a = area_of(&c, 0, 0, c.w, c.h);
	v->ops->panes[pane].paint(v, &a);
	print_canvas(&c, a.used);
	canvas_release(&c);
}

/* "12  credit-scorer, v 7, stage production": each cell with its head, empty
 * ones left out. */
static void put_row(struct list *l, size_t row, struct buf *out)
{
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	struct buf cell = BUF_INIT;
	for (size_t i = 0; i < n; i++) {
		buf_clear(&cell);
		list_cell_text(l, row, i, &cell);
		if (!cell.len || list_hidden(l, i))
			continue;
		if (i)
			buf_printf(out, ", %s ", c[i].head);
		buf_str(out, cell.data);
	}
	buf_release(&cell);
}

static void print_safe(struct view *v, const char *text)
{
	struct canvas c;
	canvas_init(&c, 1000, 1, v->app->ascii);
	struct area a = area_of(&c, 0, 0, c.w, 1);
	area_text(&a, 0, 0, c.w, STYLE_NORMAL, text);
	print_canvas(&c, 1);
	canvas_release(&c);
}

static void print_list(struct view *v, struct list *l)
{
	size_t n = list_count(l), first = l->cursor - l->cursor % PAGE_ROWS;
	for (size_t i = first; i < n && i < first + PAGE_ROWS; i++) {
		struct buf text = BUF_INIT;
		size_t row = list_row_at(l, i);
		buf_printf(&text, "%s%4zu  ", list_marked(l, row) ? "*" : " ",
			   i + 1);
		put_row(l, row, &text);
		print_safe(v, text.data);
		buf_release(&text);
	}
	if (!n)
		print_safe(v, list_total(l) ? "Nothing matches the filter."
			   : list_why_empty(l) ? list_why_empty(l)
			   : "Nothing.");
	else if (first + PAGE_ROWS < n)
		printf("      %zu to %zu of %zu; Enter alone shows more\n",
		       first + 1, first + PAGE_ROWS, n);
}

static void print_place(struct app *app)
{
	struct view *v = app_view(app);
	struct buf text = BUF_INIT;
	frame_place(v, &text);
	print_safe(v, text.data);
	buf_release(&text);
}

/* The focused pane; a view whose first pane is text shows all. */
static void print_view(struct app *app)
{
	struct view *v = app_view(app);
	printf("\n");
	print_place(app);
	for (size_t i = 0; i < v->ops->n_panes; i++) {
		if (i != v->focus && view_pane_is_list(v, v->focus))
			continue;
		if (v->ops->n_panes > 1)
			printf("%s\n", v->ops->panes[i].name);
		if (view_pane_is_list(v, i))
			print_list(v, &v->lists[i]);
		else
			print_text(v, i);
	}
}

static void print_message(struct app *app)
{
	if (app->message.len)
		print_safe(app_view(app), app->message.data);
	buf_clear(&app->message);
}

/* What can be done here, by name. */
static void print_actions(struct app *app)
{
	printf("A number goes to that row and opens it; + and a number marks "
	       "it; / and words filter;\nEnter alone shows the next rows. "
	       "Else the name or the key of one of these:\n");
	for (int a = 0; a < ACTION_COUNT; a++) {
		const struct action_info *i = action_info((enum action)a);
		struct buf keys = BUF_INIT;
		if (app_not_now(app, (enum action)a))
			continue;
		keymap_texts(&app->keymap, (enum action)a, &keys);
		printf("%-18s %-12s %s\n", i->name, keys.data, i->help);
		buf_release(&keys);
	}
}

/* -- Questions of the app -- */

static bool answer_prompt(struct linear *l)
{
	struct app *app = l->app;
	char *question = xasprintf("%s%s%s%s: ", app->prompt.label,
				   app->prompt.edit.text.len ? " [" : "",
				   app->prompt.edit.text.data,
				   app->prompt.edit.text.len ? "]" : "");
	bool more = ask(l, question);
	free(question);
	if (!more) {
		app_key(app, TK_ESC);
		return false;
	}
	if (*l->line) {
		edit_set(&app->prompt.edit, l->line);
		if (app->prompt.typed)
			app->prompt.typed(app_view(app), l->line,
					  app->prompt.arg);
	}
	app_key(app, TK_ENTER);
	return true;
}

static bool answer_menu(struct linear *l)
{
	struct app *app = l->app;
	int64_t n = 0;
	print_safe(app_view(app), app->menu.title);
	for (size_t i = 0; i < app->menu.texts.n; i++) {
		char *text = xasprintf("%4zu  %s", i + 1,
				       app->menu.texts.at[i]);
		print_safe(app_view(app), text);
		free(text);
	}
	if (!ask(l, "number (Enter: none): ") ||
	    !decimal_read_i64(l->line, strlen(l->line), &n) || n < 1 ||
	    (size_t)n > app->menu.texts.n)
		app_key(app, TK_ESC);
	else
		menu_overlay.pick(app, (size_t)n - 1);
	return !feof(stdin);
}

static bool answer_all(struct linear *l)
{
	while (l->app->overlay) {
		bool more = true;
		if (l->app->overlay == &prompt_overlay)
			more = answer_prompt(l);
		else if (l->app->overlay == &menu_overlay)
			more = answer_menu(l);
		else
			app_close_overlay(l->app);
		if (!more)
			return false;
	}
	return true;
}

/* -- Commands -- */

static void next_page(struct app *app)
{
	struct list *l = view_list(app_view(app));
	if (!l)
		return;
	size_t first = l->cursor - l->cursor % PAGE_ROWS + PAGE_ROWS;
	if (first < list_count(l))
		list_go(l, first);
	else
		app_say(app, "That was the last page.");
}

static void go_to_row(struct app *app, int64_t n, bool mark)
{
	struct list *l = view_list(app_view(app));
	if (!l || n < 1 || (size_t)n > list_count(l)) {
		app_say(app, "There is no row %lld.", (long long)n);
		return;
	}
	list_go(l, (size_t)n - 1);
	if (mark)
		list_mark(l, list_row(l), !list_marked(l, list_row(l)));
	else
		app_do(app, ACT_OPEN);
}

static void filter(struct app *app, const char *text)
{
	struct list *l = view_list(app_view(app));
	struct err err = ERR_INIT;
	if (!l)
		app_say(app, "There is no list here.");
	else if (list_filter(l, text, &err) != RC_OK)
		app_fail(app, &err);
}

static void named(struct app *app, const char *word)
{
	enum action a = action_from_name(word);
	uint32_t key = key_from_name(word);
	if (a == ACT_NONE && key)
		a = keymap_find(&app->keymap, app_contexts(app), key);
	if (a == ACT_HELP || a == ACT_COMMANDS)
		print_actions(app);
	else if (a != ACT_NONE)
		app_do(app, a);
	else
		app_say(app, "No command '%s'; ? lists them.", word);
}

static void command(struct app *app, char *line)
{
	int64_t n;
	bool mark = *line == '+';
	char *number = line + mark;
	if (!*line)
		next_page(app);
	else if (*line == '/')
		filter(app, line + 1);
	else if (decimal_read_i64(number, strlen(number), &n))
		go_to_row(app, n, mark);
	else
		named(app, line);
}

static void settle(struct app *app)
{
	struct list *l = view_list(app_view(app));
	job_wait(app);
	while (l && list_work(l, UINT64_MAX))
		;
	app_select(app);
}

enum rc linear_run(struct app *app, struct err *err)
{
	struct linear l = { .app = app };
	if (app->notes.n)
		app_say(app, "%s", app->notes.at[0]);
	printf("muster as lines. ? lists what can be done, q leaves.\n");
	while (!app->quit) {
		settle(app);
		print_message(app);
		print_view(app);
		if (!ask(&l, "> "))
			break;
		command(app, l.line);
		if (!answer_all(&l))
			break;
		if (app->suspend)	/* the shell's own Ctrl-Z does that */
			app->suspend = false;
	}
	app_keep(app);
	free(l.line);
	if (fflush(stdout) != 0)
		return err_errno(err, RC_IO, "cannot write to standard output");
	return RC_OK;
}
