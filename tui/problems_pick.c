/* Kinds and personas of a problem, picked from the lists that the program
 * holds, several at once. An id of one's own that stands there already can be
 * taken out, and typed with e (kind=...) put in. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "model/taxonomy.h"
#include "tui/app.h"
#include "tui/problems.h"

enum { ITEMS_MAX = 40 };

static const struct {
	enum taxonomy list;
	char key;
	const char *text;
} lists[] = {
	{ TAXONOMY_PART, 'p', "part at fault" },
	{ TAXONOMY_SYSTEM, 's', "system issue" },
	{ TAXONOMY_BIAS, 'b', "bias" },
	{ TAXONOMY_DISCRIMINATION, 'd', "discrimination" },
	{ TAXONOMY_HARM, 'h', "kind of harm" },
};
enum { N_LISTS = COUNT(lists) };

static size_t index_of(const struct strs *v, const char *id)
{
	size_t i = 0;

	while (i < v->n && strcmp(v->at[i], id) != 0)
		i++;
	return i;
}

static void toggle(struct strs *v, const char *id)
{
	size_t at = index_of(v, id);

	if (at == v->n) {
		strs_add(v, id);
		return;
	}
	free(v->at[at]);
	memmove(&v->at[at], &v->at[at + 1],
		(v->n - at - 1) * sizeof(*v->at));
	v->n--;
}

static void split(const char *ids, struct strs *out)
{
	for (const char *p = ids ? ids : ""; *p; p += *p == ',') {
		size_t n = strcspn(p, ",");
		char *id = xmemdupz(p, n);

		if (n)
			strs_add(out, id);
		free(id);
		p += n;
	}
}

static void join(const struct strs *v, struct buf *out)
{
	for (size_t i = 0; i < v->n; i++)
		buf_printf(out, "%s%s", i ? "," : "", v->at[i]);
}

/* -- Asking -- */

static void ask_list(struct problems *p);
static void ask_ids(struct problems *p, size_t at);

static void keep(struct problems *p)
{
	struct buf ids = BUF_INIT;

	join(&p->pick.ids, &ids);
	pairs_add(&p->change.fields, p->pick.persona ? "persona" : "kind",
		  ids.data ? ids.data : "");
	change_ask_reason(p);
	buf_release(&ids);
}

/* Item 0 is done with this list; of personas there is one list only. */
static void id_picked(struct view *v, size_t item, void *arg)
{
	struct problems *p = problems_of(v);
	size_t n;
	const struct taxon *list = taxonomy_list(p->pick.list, &n);

	(void)arg;
	if (!item && p->pick.persona)
		keep(p);
	else if (!item)
		ask_list(p);
	else if (item <= n) {
		toggle(&p->pick.ids, list[item - 1].id);
		ask_ids(p, item);
	}
}

static void ask_ids(struct problems *p, size_t at)
{
	struct menu_item items[ITEMS_MAX];
	char *texts[ITEMS_MAX] = { NULL };
	size_t n;
	const struct taxon *list = taxonomy_list(p->pick.list, &n);

	if (n > ITEMS_MAX - 1)
		n = ITEMS_MAX - 1;
	items[0] = (struct menu_item){ '.', p->pick.persona ? "done"
					    : "back to the lists" };
	for (size_t i = 0; i < n; i++) {
		bool has = index_of(&p->pick.ids, list[i].id) < p->pick.ids.n;

		texts[i] = xasprintf("[%c] %s: %s", has ? 'x' : ' ',
				     list[i].id, list[i].text);
		items[i + 1] = (struct menu_item){
			(char)(i < 26 ? 'a' + i : 'A' + i - 26), texts[i] };
	}
	app_menu(p->view->app, "Which? A letter puts it in or takes it out",
		 items, n + 1, id_picked, NULL);
	app_menu_at(p->view->app, at);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
}

static void list_picked(struct view *v, size_t item, void *arg)
{
	struct problems *p = problems_of(v);

	(void)arg;
	if (!item) {
		keep(p);
		return;
	}
	p->pick.list = lists[item - 1].list;
	ask_ids(p, 0);
}

static void ask_list(struct problems *p)
{
	struct menu_item items[N_LISTS + 1];
	struct buf done = BUF_INIT;

	buf_str(&done, "done: ");
	join(&p->pick.ids, &done);
	if (!p->pick.ids.n)
		buf_str(&done, "none");
	items[0] = (struct menu_item){ '.', done.data };
	for (size_t i = 0; i < N_LISTS; i++)
		items[i + 1] = (struct menu_item){ lists[i].key,
						   lists[i].text };
	app_menu(p->view->app, "Kinds of this problem, from which list?",
		 items, N_LISTS + 1, list_picked, NULL);
	buf_release(&done);
}

void pick_start(struct problems *p, bool persona)
{
	const struct triage_row *r = problems_current(p);

	if (!r || r->problem.id != p->change.ids[0]) {
		app_say(p->view->app, "P-%lld is not under the cursor any more.",
			(long long)p->change.ids[0]);
		return;
	}
	strs_release(&p->pick.ids);
	p->pick.persona = persona;
	p->pick.list = TAXONOMY_PERSONA;
	split(persona ? r->problem.persona : r->problem.kind, &p->pick.ids);
	if (persona)
		ask_ids(p, 0);
	else
		ask_list(p);
}
