#include "tui/view_log.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/registry.h"
#include "tui/app.h"

/* The newest so many; older ones by 'muster log'. */
#define LOG_SHOWN 20000

VEC_DECLARE(struct log_line, log_lines);

struct log_view {
	char *object;		/* or NULL */
	struct log_lines lines;
};

enum { C_INDEX, C_TIME, C_WHO, C_KIND, C_OBJECT, C_WHAT };

static const struct list_column columns[] = {
	[C_INDEX] = { "index", "entry", 5, 6, 9, .right = true },
	[C_TIME] = { "time", "time", 16, 16, 7 },
	[C_WHO] = { "who", "who", 4, 8, 6 },
	[C_KIND] = { "kind", "kind", 8, 16, 3 },
	[C_OBJECT] = { "object", "object", 8, 24, 5 },
	[C_WHAT] = { "what", "what", 12, 30, 8, .elastic = true },
};

static struct log_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static size_t rows(void *arg)
{
	return state_of(arg)->lines.n;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct log_line *l = &state_of(arg)->lines.at[row];
	char time[CLOCK_TEXT];

	switch (column) {
	case C_INDEX:
		buf_printf(out, "%llu", (unsigned long long)l->index);
		break;
	case C_TIME:
		clock_format(l->time, time);
		buf_printf(out, "%.10s %.5s", time, time + 11);
		break;
	case C_WHO: buf_str(out, l->login); break;
	case C_KIND: buf_str(out, l->kind); break;
	case C_OBJECT: buf_str(out, l->object); break;
	case C_WHAT: buf_str(out, l->text); break;
	}
	return STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = sizeof(columns) / sizeof(*columns),
	.empty = "No entry speaks of this object.",
	.rows = rows, .cell = cell,
};

static enum rc take_line(const struct log_line *line, void *arg,
			 struct err *err)
{
	struct log_view *s = arg;

	(void)err;
	vec_push(&s->lines, ((struct log_line){
		.index = line->index, .time = line->time, .uid = line->uid,
		.login = xstrdup(line->login), .kind = xstrdup(line->kind),
		.object = xstrdup(line->object), .text = xstrdup(line->text),
		.hash = line->hash }));
	return RC_OK;
}

static void forget(struct log_view *s)
{
	for (size_t i = 0; i < s->lines.n; i++) {
		free(s->lines.at[i].login);
		free(s->lines.at[i].kind);
		free(s->lines.at[i].object);
		free(s->lines.at[i].text);
	}
	vec_free(&s->lines);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct log_view *s = v->state;
	const struct log_filter filter = {
		.object = s->object, .since = INT64_MIN, .from = UINT64_MAX,
		.limit = LOG_SHOWN,
	};

	forget(s);
	return reg_log(app_registry(v->app), &filter, take_line, s, err);
}

static void close_view(struct view *v)
{
	struct log_view *s = v->state;

	forget(s);
	free(s->object);
	free(s);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct log_view *s = XNEW(struct log_view);
	enum rc rc;

	s->object = xstrdup_or_null(arg);
	v->state = s;
	rc = reload(v, err);
	if (rc)
		close_view(v);
	return rc;
}

static void line_of(struct area *a, int *y, const char *head,
		    const char *text)
{
	area_text(a, 1, *y, 8, STYLE_HEADING, head);
	*y += area_wrap(a, 10, *y, a->w - 11, STYLE_NORMAL, text);
}

static void paint(struct view *v, struct area *a)
{
	struct log_view *s = v->state;
	size_t row = list_row(&v->lists[0]);
	char hex[HASH_HEX_SIZE], time[CLOCK_TEXT];
	const struct log_line *l;
	char *who;
	int y = 0;

	if (row == SIZE_MAX)
		return;
	l = &s->lines.at[row];
	who = xasprintf("%s (uid %lld)", l->login, (long long)l->uid);
	line_of(a, &y, "what", l->text);
	line_of(a, &y, "object", l->object);
	line_of(a, &y, "kind", l->kind);
	line_of(a, &y, "who", who);
	line_of(a, &y, "time", clock_format(l->time, time));
	line_of(a, &y, "hash", hash_hex(&l->hash, hex));
	free(who);
}

static void place(struct view *v, struct buf *out)
{
	const struct log_view *s = v->state;

	if (s->object)
		buf_str(out, s->object);
}

static bool object(struct view *v, struct buf *out)
{
	struct log_view *s = v->state;
	size_t row = list_row(&v->lists[0]);

	if (row == SIZE_MAX)
		return false;
	buf_str(out, s->lines.at[row].object);
	return true;
}

const struct view_ops view_log_ops = {
	.name = "Log", .screen = SCREEN_MODELS, .context = IN_LOG,
	.n_panes = 2, .master_share = 70,
	.panes = { { .name = "ENTRIES", .list = &source },
		   { .name = "ENTRY", .paint = paint } },
	.open = open_view, .close = close_view, .reload = reload,
	.place = place, .object = object,
};
