/* The mouse, off unless asked for: a click does what stands under it. What
 * stands where is noted while the frame is painted. */
#include "tui/app_state.h"

#define WHEEL_UP 64
#define WHEEL_DOWN 65
#define WHEEL_ROWS 3

void hits_clear(struct app *app)
{
	app->hits.n = 0;
	app->hits_view = app_view(app)->serial;
	app->hits_overlay = app->overlay;
}

void hit_add(struct app *app, enum hit_kind kind, size_t what,
	     const struct area *a, int x, int y, int w)
{
	vec_push(&app->hits, ((struct hit){ kind, what, a->x + x, a->y + y, w,
					    1 }));
}

void hit_add_pane(struct app *app, size_t pane, const struct area *inner)
{
	vec_push(&app->hits, ((struct hit){ HIT_PANE, pane, inner->x, inner->y,
					    inner->w, inner->h }));
}

/* The one painted last lies on top. A click before the next frame was aimed at
 * what is not there any more. */
static const struct hit *hit_at(const struct app *app, int x, int y)
{
	if (app->hits_view != app_view(app)->serial ||
	    app->hits_overlay != app->overlay)
		return NULL;
	for (size_t i = app->hits.n; i-- > 0;) {
		const struct hit *h = &app->hits.at[i];
		if (x >= h->x && x < h->x + h->w && y >= h->y &&
		    y < h->y + h->h)
			return h;
	}
	return NULL;
}

static void wheel(struct app *app, bool up)
{
	if (app->overlay) {
		app->overlay->key(app, up ? TK_UP : TK_DOWN);
		return;
	}
	for (int i = 0; i < WHEEL_ROWS; i++)
		app_do(app, up ? ACT_UP : ACT_DOWN);
}

/* Focuses the pane; on a list puts the cursor on the row, and opens it where
 * the cursor stood there already. */
static void click_pane(struct app *app, const struct hit *h, int y)
{
	struct view *v = app_view(app);
	bool had_focus = v->focus == h->what;
	v->focus = h->what;
	if (!view_pane_is_list(v, h->what) || y == h->y)
		return;
	struct list *l = &v->lists[h->what];
	size_t place = l->top + (size_t)(y - h->y) - 1;
	if (place >= list_count(l))
		return;
	bool again = had_focus && l->cursor == place;
	list_go(l, place);
	if (again)
		app_do(app, ACT_OPEN);
}

static void click(struct app *app, int x, int y)
{
	const struct hit *h = hit_at(app, x, y);
	if (!h)
		return;
	if (h->kind == HIT_ITEM && app->overlay)
		app->overlay->pick(app, h->what);
	else if (app->overlay)
		return;
	else if (h->kind == HIT_ACTION)
		app_do(app, (enum action)h->what);
	else if (h->kind == HIT_PANE)
		click_pane(app, h, y);
}

void mouse_event(struct app *app)
{
	if (!app->keys.mouse.down)
		return;
	if (app->keys.mouse.button == WHEEL_UP ||
	    app->keys.mouse.button == WHEEL_DOWN)
		wheel(app, app->keys.mouse.button == WHEEL_UP);
	else if (app->keys.mouse.button == 0)
		click(app, app->keys.mouse.x, app->keys.mouse.y);
}
