/* What a list's owner does for it with prompts and menus: filter, search,
 * sort, saved views, export. */
#include <strings.h>

#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

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

/* -- saved views: $XDG_STATE_HOME/muster/views.json -- */

#define VIEWS_MAX (1u << 20)

static char *views_path(void)
{
	char *folder = fsx_state_dir();
	if (!folder)
		return NULL;
	char *path = xasprintf("%s/views.json", folder);
	free(folder);
	return path;
}

/* An empty object if there is no file, or none that can be read. */
static struct json *views_read(void)
{
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	struct json *j = NULL;
	char *path = views_path();
	if (path && fsx_exists(path) &&
	    fsx_read(path, VIEWS_MAX, &text, &err) == RC_OK &&
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

static enum rc views_write(const struct json *j, struct err *err)
{
	struct buf text = BUF_INIT;
	char *path = views_path(), *folder = fsx_state_dir();
	enum rc rc = RC_OK;
	if (!path)
		rc = err_set(err, RC_FAILED, "there is no home folder to keep "
			     "views in; set XDG_STATE_HOME");
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

static struct json *view_as_json(const struct list *l)
{
	struct json *j = json_new_object(), *sort = json_new_array();
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
	return j;
}

static bool goes_down(const struct json *key)
{
	return json_bool(json_get(key, "descending"));
}

static void apply_view(struct view *v, const struct json *j)
{
	struct list *l = view_list(v);
	struct column_sort keys[LIST_SORT_KEYS];
	struct err err = ERR_INIT;
	struct json *sort = json_get(j, "sort");
	const char *filter = json_get_str(j, "filter");
	size_t n = 0, columns;
	const struct list_column *c = list_columns(l, &columns);
	for (size_t i = 0; i < json_size(sort) && n < LIST_SORT_KEYS; i++) {
		const char *by = json_get_str(json_at(sort, i), "by");
		for (size_t k = 0; by && k < columns; k++)
			if (!strcmp(c[k].key, by))
				keys[n++] = (struct column_sort){ k,
					goes_down(json_at(sort, i)) };
	}
	list_sort_by(l, keys, n);
	if (list_filter(l, filter ? filter : "", &err) != RC_OK)
		app_fail(v->app, &err);
}

static void save_done(struct view *v, const char *text, void *arg)
{
	struct err err = ERR_INIT;
	if (!*text)
		return;
	struct json *all = views_read();
	struct json *mine = json_get(all, v->ops->name);
	if (json_type(mine) != JSON_OBJECT) {
		json_set(all, v->ops->name, json_new_object());
		mine = json_get(all, v->ops->name);
	}
	json_set(mine, text, view_as_json(view_list(v)));
	if (views_write(all, &err) == RC_OK)
		app_say(v->app, "Saved as view \"%s\"; V takes it.", text);
	else
		app_fail(v->app, &err);
	json_free(all);
}

static void view_picked(struct view *v, size_t item, void *arg)
{
	struct json *all = views_read();
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
	struct json *all = views_read();
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
		app_say(v->app, "Wrote %zu rows to %s.", list_count(l), text);
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
	else if (a == ACT_VIEWS)
		ask_views(app, v);
	else if (a == ACT_EXPORT)
		app_prompt(app, "write to (.csv, .json, .md)", "", NULL,
			   export_done, NULL);
	else
		return REACT_NOT_MINE;
	return REACT_DRAW;
}
