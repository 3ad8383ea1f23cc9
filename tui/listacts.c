/* What a list's owner does for it with prompts and menus: filter, search,
 * sort, saved views, export. */
#include <strings.h>

#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/figures.h"

static struct app *app_of(struct view *v)
{
	return v->app;
}

/* -- filter -- */

static void filter_typed(struct view *v, const char *text, void *arg)
{
	struct list *l = view_list(v);
	struct err err = ERR_INIT;
	char *before = arg;
	const char *want = text ? text : before;
	buf_clear(&app_of(v)->message);
	if (text && v->app->slow)
		return;
	if (list_filter(l, want, &err) != RC_OK && text)
		app_say(v->app, "%s", err.text);
	if (!text)
		free(before);
}

static void filter_done(struct view *v, const char *text, void *arg)
{
	struct err err = ERR_INIT;
	free(arg);
	if (list_filter(view_list(v), text, &err) != RC_OK)
		app_fail(v->app, &err);
}

static void ask_filter(struct app *app, struct list *l)
{
	app_prompt(app, "filter", l->filter_text.data, filter_typed,
		   filter_done, xstrdup(l->filter_text.data));
}

/* -- search -- */

static void search_typed(struct view *v, const char *text, void *arg)
{
	struct list *l = view_list(v);
	size_t start = *(size_t *)arg;
	buf_clear(&app_of(v)->message);
	list_go(l, start);
	if (!text) {
		free(arg);
		return;
	}
	/* a row matches itself: look from the one before */
	if (*text && l->cursor)
		l->cursor--;
	else if (*text)
		l->cursor = list_count(l) ? list_count(l) - 1 : 0;
	if (*text && !list_search(l, text, false)) {
		list_go(l, start);
		app_say(v->app, "No row with '%s'.", text);
	}
}

static void search_done(struct view *v, const char *text, void *arg)
{
	free(arg);
	app_say(v->app, "n goes to the next, N to the one before.");
}

static void ask_search(struct app *app, struct list *l)
{
	size_t *start = XNEW(size_t);
	*start = l->cursor;
	app_prompt(app, "search", "", search_typed, search_done, start);
}

/* -- sort -- */

#define MENU_MAX 26

static void sort_picked(struct view *v, size_t item, void *arg)
{
	struct list *l = view_list(v);
	struct column_sort keys[LIST_SORT_KEYS] = { { item, false } };
	size_t n = 1, columns;
	const struct list_column *c = list_columns(l, &columns);
	if (item >= columns) {
		list_sort_by(l, keys, 0);
		app_say(v->app, "In the order of the registry.");
		return;
	}
	/* the former first key becomes the second, and so on */
	if (l->n_sort && l->sort[0].column == item)
		keys[0].descending = !l->sort[0].descending;
	for (size_t i = 0; i < l->n_sort && n < LIST_SORT_KEYS; i++)
		if (l->sort[i].column != item)
			keys[n++] = l->sort[i];
	list_sort_by(l, keys, n);
	app_say(v->app, "Sorted by %s%s; s on another column puts it first.",
		c[item].head, keys[0].descending ? ", high to low" : "");
}

/* A letter of the column's name that is still free, else any. */
static char menu_letter(const char *name, const char *taken)
{
	for (const char *s = name; *s; s++)
		if (*s >= 'a' && *s <= 'z' && *s != 'q' && !strchr(taken, *s))
			return *s;
	for (char c = 'a'; c <= 'z'; c++)
		if (c != 'q' && !strchr(taken, c))
			return c;
	return '?';
}

static void ask_sort(struct app *app, struct list *l)
{
	struct menu_item items[MENU_MAX + 1];
	char taken[MENU_MAX + 2] = "";
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	if (n > MENU_MAX - 2)
		n = MENU_MAX - 2;
	for (size_t i = 0; i < n; i++) {
		taken[i] = menu_letter(c[i].key, taken);
		items[i] = (struct menu_item){ taken[i], c[i].head };
	}
	items[n] = (struct menu_item){ '0', "as they come" };
	app_menu(app, "sort by (again: the other way)", items, n + 1,
		 sort_picked, NULL);
}

/* -- columns -- */

static void column_picked(struct view *v, size_t item, void *arg)
{
	struct list *l = view_list(v);
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	if (item == 0 || item >= n)
		return;
	list_hide(l, item, !list_hidden(l, item));
	app_say(v->app, list_hidden(l, item)
		? "%s is hidden; O shows it again."
		: "%s is shown where there is room.", c[item].head);
}

static void ask_columns(struct app *app, struct list *l)
{
	struct menu_item items[MENU_MAX];
	char *texts[MENU_MAX], taken[MENU_MAX + 1] = "";
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	if (n > MENU_MAX - 2)
		n = MENU_MAX - 2;
	for (size_t i = 0; i < n; i++) {
		taken[i] = menu_letter(c[i].key, taken);
		texts[i] = xasprintf("%s %s", !i ? "always" : list_hidden(l, i)
				     ? "hidden" : "shown ", c[i].head);
		items[i] = (struct menu_item){ taken[i], texts[i] };
	}
	app_menu(app, "columns: hide or show", items, n, column_picked, NULL);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
}

/* -- saved views: $XDG_STATE_HOME/muster/views.json -- */

#define VIEWS "views.json"

struct json *listacts_state(const struct list *l)
{
	struct json *j = json_new_object(), *sort = json_new_array();
	struct json *hidden = json_new_array();
	struct buf id = BUF_INIT;
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	json_set_str(j, "filter", l->filter_text.data);
	for (size_t i = 0; i < l->n_sort; i++) {
		struct json *key = json_new_object();
		json_set_str(key, "by", c[l->sort[i].column].key);
		json_set(key, "descending",
			 json_new_bool(l->sort[i].descending));
		json_append(sort, key);
	}
	json_set(j, "sort", sort);
	for (size_t i = 0; i < n; i++)
		if (list_hidden(l, i))
			json_append(hidden, json_new_str(c[i].key));
	json_set(j, "hidden", hidden);
	if (list_count(l) && l->source->id) {
		l->source->id(l->arg, list_row(l), &id);
		json_set_str(j, "on", id.data);
		json_set_int(j, "place", (int64_t)l->cursor);
		json_set_int(j, "row", (int64_t)list_row(l));
	}
	buf_release(&id);
	return j;
}

static bool goes_down(const struct json *key)
{
	return json_bool(json_get(key, "descending"));
}

static size_t column_named(const struct list *l, const char *key)
{
	size_t n;
	const struct list_column *c = list_columns(l, &n);
	for (size_t i = 0; key && i < n; i++)
		if (!strcmp(c[i].key, key))
			return i;
	return SIZE_MAX;
}

static void restore_order(struct list *l, const struct json *j)
{
	struct column_sort keys[LIST_SORT_KEYS];
	const struct json *sort = json_get(j, "sort");
	const struct json *hidden = json_get(j, "hidden");
	size_t n = 0;
	for (size_t i = 0; i < json_size(sort) && n < LIST_SORT_KEYS; i++) {
		const struct json *key = json_at(sort, i);
		size_t k = column_named(l, json_get_str(key, "by"));
		if (k != SIZE_MAX)
			keys[n++] = (struct column_sort){ k, goes_down(key) };
	}
	if (n || l->n_sort)
		list_sort_by(l, keys, n);
	l->hidden = 0;
	for (size_t i = 0; i < json_size(hidden); i++) {
		size_t k = column_named(l, json_str(json_at(hidden, i)));
		if (k != SIZE_MAX)
			list_hide(l, k, true);
	}
}

static enum rc restore_list(struct list *l, const struct json *j,
			    struct err *err)
{
	const char *filter = json_get_str(j, "filter");
	restore_order(l, j);
	return list_filter(l, filter ? filter : "", err);
}

/* The same row still stands there. */
static bool has_id(const struct list *l, size_t row, const char *id)
{
	struct buf text = BUF_INIT;
	l->source->id(l->arg, row, &text);
	bool same = !strcmp(text.data, id);
	buf_release(&text);
	return same;
}

/* Places are not known while the columns are being read, but rows are. */
void listacts_restore(struct list *l, const struct json *j)
{
	struct err err = ERR_INIT;
	const char *on = json_get_str(j, "on");
	size_t place = (size_t)json_get_int(j, "place", 0);
	size_t row = (size_t)json_get_int(j, "row", -1);
	if (restore_list(l, j, &err) != RC_OK || !on || !l->source->id)
		return;
	if (l->awaits && row < list_total(l) && has_id(l, row, on))
		l->awaited_row = row;
	else if (place < list_count(l) && has_id(l, list_row_at(l, place), on))
		list_go(l, place);
}

static void apply_view(struct view *v, const struct json *j)
{
	struct err err = ERR_INIT;
	if (restore_list(view_list(v), j, &err) != RC_OK)
		app_fail(v->app, &err);
}

static void save_done(struct view *v, const char *text, void *arg)
{
	struct err err = ERR_INIT;
	if (!*text)
		return;
	struct json *all = state_read(VIEWS);
	struct json *mine = json_get(all, v->ops->name);
	if (json_type(mine) != JSON_OBJECT) {
		json_set(all, v->ops->name, json_new_object());
		mine = json_get(all, v->ops->name);
	}
	json_set(mine, text, listacts_state(view_list(v)));
	if (state_write(VIEWS, all, &err) == RC_OK)
		app_say(v->app, "Saved as view \"%s\"; V takes it.", text);
	else
		app_fail(v->app, &err);
	json_free(all);
}

static void view_picked(struct view *v, size_t item, void *arg)
{
	struct json *all = state_read(VIEWS);
	struct json *mine = json_get(all, v->ops->name);
	const char *name;
	if (item == 0) {
		app_prompt(v->app, "save this filter and sort as", "", NULL,
			   save_done, NULL);
	} else {
		struct json *j = json_member(mine, item - 1, &name);
		if (j) {
			apply_view(v, j);
			app_say(v->app, "View \"%s\".", name);
		}
	}
	json_free(all);
}

static void ask_views(struct app *app, struct view *v)
{
	struct menu_item items[MENU_MAX];
	struct json *all = state_read(VIEWS);
	struct json *mine = json_get(all, v->ops->name);
	size_t n = json_size(mine);
	items[0] = (struct menu_item){ 'S', "save what is shown" };
	if (n > 9)
		n = 9;
	for (size_t i = 0; i < n; i++) {
		json_member(mine, i, &items[i + 1].text);
		items[i + 1].key = (char)('1' + i);
	}
	app_menu(app, "views", items, n + 1, view_picked, NULL);
	json_free(all);
}

/* -- export -- */

static bool format_of(const char *path, enum list_format *out)
{
	static const struct { const char *end; enum list_format format; }
	table[] = { { ".csv", LIST_CSV }, { ".json", LIST_JSON },
		    { ".md", LIST_MD } };
	const char *dot = strrchr(path, '.');
	for (size_t i = 0; dot && i < 3; i++) {
		if (!strcasecmp(dot, table[i].end)) {
			*out = table[i].format;
			return true;
		}
	}
	return false;
}

static void export_done(struct view *v, const char *text, void *arg)
{
	char n[COUNTED_MAX];
	enum list_format format;
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;
	struct list *l = view_list(v);
	if (!*text)
		return;
	if (!format_of(text, &format)) {
		app_say(v->app, "The name must end in .csv, .json or .md.");
		return;
	}
	while (list_work(l, UINT64_MAX))
		;
	list_export(l, format, &out);
	if (fsx_write(text, out.data, out.len, 0644, false, &err) == RC_OK)
		app_say(v->app, "Wrote %s to %s.",
			counted(list_count(l), "row", "rows", n), text);
	else
		app_fail(v->app, &err);
	buf_release(&out);
}

unsigned listacts_do(struct app *app, struct view *v, enum action a)
{
	struct list *l = view_list(v);
	if (a == ACT_FILTER)
		ask_filter(app, l);
	else if (a == ACT_SEARCH)
		ask_search(app, l);
	else if (a == ACT_SORT)
		ask_sort(app, l);
	else if (a == ACT_COLUMNS)
		ask_columns(app, l);
	else if (a == ACT_VIEWS)
		ask_views(app, v);
	else if (a == ACT_EXPORT)
		app_prompt_file(app, "write to (.csv, .json, .md)", "", NULL,
				export_done, NULL);
	else
		return REACT_NOT_MINE;
	return REACT_DRAW;
}
