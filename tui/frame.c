/* The frame: title, breadcrumb, panes, status, hints. Paints into the canvas
 * only and reads nothing from the registry, so that a frame costs what its
 * cells cost. */
#include "tui/app_state.h"

#define HINT_GAP 2
#define NARROW 60		/* one pane: every cell of the status line counts */

static void paint_tabs(struct app *app, struct area *a, int x)
{
	for (int s = 1; s < SCREEN_END; s++) {
		bool here = app->screen == (enum screen)s && app->reg;
		if (!app_screen_ops((enum screen)s))
			continue;
		int w = area_printf(a, x, 0, here ? STYLE_TAB : STYLE_TITLE,
				    here ? "[%d %s]" : " %d %s ", s,
				    app_screen_name((enum screen)s));
		hit_add(app, HIT_ACTION, (size_t)(ACT_SCREEN_1 + s - 1), a, x,
			0, w);
		x += w;
	}
}

static int tabs_width(void)
{
	int w = 0;
	for (int s = 1; s < SCREEN_END; s++)
		if (app_screen_ops((enum screen)s))
			w += (int)strlen(app_screen_name((enum screen)s)) + 4;
	return w;
}

static void title_right(const struct app *app, const char *gap, struct buf *out)
{
	const char *mode = "rw";
	if (!app->reg)
		buf_printf(out, "no registry%s", gap);
	else if (reg_as_of(app->reg))
		buf_printf(out, "as of %s%s", reg_as_of(app->reg), gap);
	if (app->n_inbox)
		buf_printf(out, "inbox %llu%s",
			   (unsigned long long)app->n_inbox, gap);
	if (app->n_drafts)
		buf_printf(out, "drafts %zu%s", app->n_drafts, gap);
	if (app->mouse)
		buf_printf(out, "mouse%s", gap);
	if (app->reg && reg_readonly(app->reg))
		mode = "READ-ONLY";
	buf_printf(out, "%s %s ", app->who, mode);
}

/* Where only one screen is named. */
static void paint_screen(const struct app *app, struct area *a, int room)
{
	if (a->w >= 40)
		area_printf(a, 9, 0, STYLE_TAB, "%d %s", (int)app->screen,
			    app->reg ? app_screen_name(app->screen) :
			    "Welcome");
	if (a->w >= 60 && room > 36 && app->reg)
		area_text(a, 22, 0, 20, STYLE_TITLE, "(1-6 screens)");
}

static void paint_title(struct app *app, struct area *a)
{
	enum { TABS_AT = 8, TABS_LEAST = 96 };
	struct buf right = BUF_INIT;
	int room = a->w - TABS_AT - tabs_width(), w;
	title_right(app, "  ", &right);
	w = text_cells(right.data, app->ascii);
	if (a->w >= TABS_LEAST && w > room) {
		buf_clear(&right);
		title_right(app, " ", &right);
		w = text_cells(right.data, app->ascii);
	}
	area_text(a, 1, 0, 6, STYLE_TITLE, "muster");
	if (a->w >= TABS_LEAST && w <= room)
		paint_tabs(app, a, TABS_AT);
	else
		paint_screen(app, a, a->w - w);
	if (a->w - w > 22)
		area_text(a, a->w - w, 0, w, STYLE_TITLE, right.data);
	buf_release(&right);
}

static void add_place(const struct view *v, struct buf *out)
{
	if (v->below) {
		add_place(v->below, out);
		buf_str(out, " > ");
	}
	struct buf own = BUF_INIT;
	if (v->ops->place)
		v->ops->place((struct view *)(uintptr_t)v, &own);
	if (own.len)
		buf_add(out, own.data, own.len);
	else
		buf_str(out, v->ops->name);
	buf_release(&own);
}

void frame_place(struct view *v, struct buf *out)
{
	struct list *l = view_list(v);
	add_place(v, out);
	if (l && l->filter)
		buf_printf(out, " > %s", l->filter_text.data);
}

static void paint_place(const struct app *app, struct area *a, int y)
{
	struct view *v = app_view(app);
	struct buf left = BUF_INIT, right = BUF_INIT;
	struct list *l = view_list(v);
	/* where one pane is shown, no box says which */
	if (v->focus && layout_fit(app->canvas.w, app->canvas.h) == FIT_ONE)
		buf_printf(&left, "[%s] ", v->ops->panes[v->focus].name);
	frame_place(v, &left);
	if (v->ops->summary)
		v->ops->summary(v, &right);
	else if (l)
		list_status(l, &right);
	int w = text_cells(right.data, app->ascii);
	if (w > a->w - 4)
		w = a->w - 4;
	if (text_cells(left.data, app->ascii) + w + 4 > a->w && a->w < 60)
		w = 0;
	area_text(a, 1, y, a->w - w - 3, STYLE_NORMAL, left.data);
	if (w > 0)
		area_right(a, a->w - w - 1, y, w, STYLE_NORMAL, right.data);
	buf_release(&left);
	buf_release(&right);
}

static void pane_title(struct view *v, size_t i, struct buf *out)
{
	const struct pane *p = &v->ops->panes[i];
	buf_str(out, p->name);
	if (p->title)
		p->title(v, out);
	else if (p->list)
		buf_printf(out, " (%zu)", list_count(&v->lists[i]));
}

static void paint_pane(struct view *v, size_t i, struct area inner,
		       bool wide_gutter)
{
	inner.focused = v->focus == i;
	hit_add_pane(v->app, i, &inner);
	if (view_pane_is_list(v, i)) {
		list_paint(&v->lists[i], &inner, wide_gutter);
		return;
	}
	if (v->scroll[i] > 0 && v->scroll[i] > v->used[i] - inner.h)
		v->scroll[i] = v->used[i] > inner.h ? v->used[i] - inner.h : 0;
	inner.scroll = v->scroll[i];
	if (inner.focused)
		area_cursor(&inner, 0, inner.scroll);
	v->ops->panes[i].paint(v, &inner);
	v->used[i] = inner.used;
}

/* Says in the lower edge that there is more, and where one is. */
static void paint_more(const struct view *v, size_t i, struct area *box)
{
	int inner = box->h - 2, used = v->used[i];
	if (view_pane_is_list(v, i) || used <= inner || box->w < 24)
		return;
	struct buf more = BUF_INIT;
	buf_printf(&more, " %d-%d of %d ", v->scroll[i] + 1,
		   v->scroll[i] + inner, used);
	area_right(box, box->w - 22, box->h - 1, 20, STYLE_FRAME, more.data);
	buf_release(&more);
}

static void paint_boxed(struct view *v, size_t i, struct area *body,
			struct rect r)
{
	struct buf title = BUF_INIT;
	struct area box = area_part(body, r.x, r.y, r.w, r.h);
	pane_title(v, i, &title);
	area_box(&box, STYLE_FRAME,
		 v->focus == i ? STYLE_HEADING : STYLE_NORMAL, title.data);
	paint_pane(v, i, area_part(&box, 1, 1, r.w - 2, r.h - 2), false);
	paint_more(v, i, &box);
	buf_release(&title);
}

/* Again when all boxes stand: the one above draws its lower edge over the
 * upper one of the box below, which bears a title. */
static void paint_box_title(struct view *v, size_t i, struct area *body,
			    struct rect r)
{
	struct buf title = BUF_INIT;
	struct area box = area_part(body, r.x, r.y, r.w, r.h);
	pane_title(v, i, &title);
	area_text(&box, 2, 0, r.w - 4,
		  v->focus == i ? STYLE_HEADING : STYLE_NORMAL, title.data);
	buf_release(&title);
}

static void default_layout(const struct view *v, int w, int h,
			   struct rect *rects)
{
	static const int even[VIEW_PANES] = { 1, 1, 1, 1 };
	struct rect right;
	size_t n = v->ops->n_panes;
	int share = v->ops->master_share ? v->ops->master_share : 60;
	if (n == 1) {
		rects[0] = (struct rect){ 0, 0, w, h };
		return;
	}
	layout_side_by_side(w, h, share, &rects[0], &right);
	layout_column(right, even, n - 1, 3, rects + 1);
}

static void paint_boxes(struct view *v, struct area *body)
{
	struct rect rects[VIEW_PANES];
	if (v->zoomed) {
		paint_boxed(v, v->focus, body,
			    (struct rect){ 0, 0, body->w, body->h });
		return;
	}
	if (v->ops->layout)
		v->ops->layout(v, body->w, body->h, rects);
	else
		default_layout(v, body->w, body->h, rects);
	for (size_t i = 0; i < v->ops->n_panes; i++)
		if (i != v->focus)
			paint_boxed(v, i, body, rects[i]);
	paint_boxed(v, v->focus, body, rects[v->focus]);
	for (size_t i = 0; i < v->ops->n_panes; i++)
		paint_box_title(v, i, body, rects[i]);
}

static void paint_rule(struct view *v, size_t i, struct area *body, int y)
{
	struct buf title = BUF_INIT;
	area_hline(body, 0, y, body->w, STYLE_FRAME);
	pane_title(v, i, &title);
	buf_insert(&title, 0, " ", 1);
	buf_char(&title, ' ');
	area_text(body, 2, y, body->w - 4, STYLE_HEADING, title.data);
	buf_release(&title);
}

/* Master over detail, parted by rules; the first pane alone if there is no
 * second, or the focused one when zoomed. */
static void paint_stacked(struct view *v, struct area *body)
{
	size_t detail = v->focus ? v->focus : 1;
	int h = body->h;
	area_hline(body, 0, 0, body->w, STYLE_FRAME);
	area_hline(body, 0, h - 1, body->w, STYLE_FRAME);
	if (v->zoomed || v->ops->n_panes == 1) {
		size_t i = v->zoomed ? v->focus : 0;
		paint_pane(v, i, area_part(body, 0, 1, body->w, h - 2), true);
		return;
	}
	int upper = (h - 3) / 2;
	paint_pane(v, 0, area_part(body, 0, 1, body->w, upper), true);
	paint_rule(v, detail, body, upper + 1);
	paint_pane(v, detail, area_part(body, 1, upper + 2, body->w - 1,
					h - upper - 3), true);
}

static void paint_body(struct app *app, struct area *body, enum fit fit)
{
	struct view *v = app_view(app);
	switch (fit) {
	case FIT_BOXES:
		paint_boxes(v, body);
		break;
	case FIT_STACKED:
		paint_stacked(v, body);
		break;
	case FIT_ONE:
		paint_pane(v, v->focus, *body, false);
		break;
	case FIT_NOTHING:
		break;
	}
}

static void paint_status(const struct app *app, struct area *a, int y)
{
	struct buf right = BUF_INIT, job = BUF_INIT;
	if (!app->reg)
		buf_str(&right, "log -");
	else if (reg_as_of(app->reg))
		buf_printf(&right, "as of %s", reg_as_of(app->reg));
	else
		buf_printf(&right, "log %llu",
			   (unsigned long long)app->log_size);
	/* what is said goes before where the log stands */
	if (a->w < NARROW && app->message.len &&
	    text_cells(app->message.data, app->ascii) > a->w - (int)right.len - 4)
		buf_clear(&right);
	int w = (int)right.len;
	area_right(a, a->w - w - 1, y, w, STYLE_NORMAL, right.data);
	/* a key is answered while work runs, too */
	if (job_status(app, &job) && app->message.len)
		buf_str(&job, "  ");
	int x = 1 + area_text(a, 1, y, a->w - w - 4, STYLE_NORMAL, job.data);
	area_text(a, x, y, a->w - w - 3 - x,
		  app->message_bad ? STYLE_BAD : STYLE_NORMAL,
		  app->message.data);
	buf_release(&right);
	buf_release(&job);
}

/* The first of an action's keys; while text is typed the first that is no
 * letter. 0: none. */
static uint32_t hint_code(const struct app *app, enum action act)
{
	bool typing = app_contexts(app) & IN_FIELD;
	for (int i = 0; i < KEYMAP_KEYS && app->keymap.key[act][i]; i++) {
		uint32_t key = app->keymap.key[act][i];
		if (!typing || key < 32 || key >= KEY_BASE)
			return key;
	}
	return 0;
}

static const char *hint_key(const struct app *app, enum action act,
			    char out[24])
{
	uint32_t key = hint_code(app, act);
	out[0] = '\0';
	return key ? key_text(key, out) : out;
}

/* Here its key does what something nearer wants. */
static bool is_shadowed(const struct app *app, enum action act)
{
	uint32_t key = hint_code(app, act);
	return key && keymap_find(&app->keymap, app_contexts(app), key) != act;
}

static int paint_hint(struct app *app, struct area *a, int x, int y,
		      enum action act)
{
	char key[24];
	int start = x;
	x += area_text(a, x, y, a->w - x, STYLE_HINT_KEY,
		       hint_key(app, act, key));
	x += 1;
	x += area_text(a, x, y, a->w - x, STYLE_NORMAL,
		       action_info(act)->hint);
	hit_add(app, HIT_ACTION, act, a, start, y, x - start);
	return x - start;
}

static int hint_width(const struct app *app, enum action act)
{
	char key[24];
	return text_cells(hint_key(app, act, key), app->ascii) +
	       1 + text_cells(action_info(act)->hint, app->ascii);
}

/* The action with the smallest place above the given one that is meant
 * here. */
static enum action next_hint(const struct app *app, int place, enum action last)
{
	enum action best = ACT_NONE;
	unsigned contexts = app_contexts(app);
	for (int i = 0; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		if (!info->place || !(info->contexts & contexts))
			continue;
		if (info->place < place ||
		    (info->place == place && i <= (int)last))
			continue;
		if ((best == ACT_NONE ||
		     info->place < action_info(best)->place) &&
		    !is_shadowed(app, (enum action)i))
			best = (enum action)i;
	}
	return best;
}

void frame_hints(struct app *app, struct area *line)
{
	int end = line->w - hint_width(app, ACT_COMMANDS) - 1;
	int x = 1 + paint_hint(app, line, 1, 0, ACT_HELP);
	if (end > x + HINT_GAP)
		paint_hint(app, line, end, 0, ACT_COMMANDS);
	else
		end = line->w;
	for (enum action a = next_hint(app, 0, ACT_NONE); a != ACT_NONE;
	     a = next_hint(app, action_info(a)->place, a)) {
		if (app_not_now(app, a))
			continue;
		if (x + HINT_GAP + hint_width(app, a) + 1 > end)
			break;
		x += HINT_GAP;
		x += paint_hint(app, line, x, 0, a);
	}
}

void frame_paint(struct app *app)
{
	struct canvas *c = &app->canvas;
	canvas_clear(c);
	hits_clear(app);
	struct area all = area_of(c, 0, 0, c->w, c->h);
	enum fit fit = layout_fit(c->w, c->h);
	if (fit == FIT_NOTHING) {
		area_text(&all, 0, 0, c->w, STYLE_NORMAL, "enlarge to 20x5");
		return;
	}
	/* below 8 lines the list gets what place and status would take */
	bool tight = c->h < 8;
	int top = tight ? 1 : 2, bottom = tight ? 1 : 2;
	paint_title(app, &all);
	struct area body = area_of(c, 0, top, c->w, c->h - top - bottom);
	paint_body(app, &body, fit);
	struct area hints = area_of(c, 0, c->h - 1, c->w, 1);
	if (!tight) {
		paint_place(app, &all, 1);
		paint_status(app, &all, c->h - 2);
	} else if (app->message.len) {
		area_text(&hints, 1, 0, c->w - 2, STYLE_NORMAL,
			  app->message.data);
	}
	if (!tight || !app->message.len)
		frame_hints(app, &hints);
	if (app->overlay)
		app->overlay->paint(app, &all);
}
