#include "tui/view_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/hash.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/registry.h"
#include "tui/app.h"
#include "tui/view_entry.h"

/* The newest so many; older ones by 'muster log'. */
#define LOG_SHOWN 20000

VEC_DECLARE(struct log_line, log_lines);

/* What is asked of the registry; each may be NULL. */
struct log_view {
	char *object;
	char *kind, *by;
	int64_t since;		/* INT64_MIN: from the start */
	char *query;		/* as it was typed, or NULL */
	struct log_lines lines;
};

enum { C_INDEX, C_TIME, C_WHO, C_KIND, C_OBJECT, C_WHAT };

static const struct list_column columns[] = {
	[C_INDEX] = { "index", "entry", 5, 6, 9, .right = true },
	[C_TIME] = { "time", "time", 16, 16, 7 },
	[C_WHO] = { "who", "who", 4, 8, 6 },
	[C_KIND] = { "kind", "kind", 13, 17, 3 },
	[C_OBJECT] = { "object", "object", 16, 24, 5 },
	[C_WHAT] = { "what", "what", 20, 30, 8, .elastic = true },
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
	.columns = columns, .n_columns = COUNT(columns),
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
		.object = s->object, .since = s->since, .from = UINT64_MAX,
		.limit = LOG_SHOWN, .kind = s->kind, .by = s->by,
	};

	forget(s);
	return reg_log(app_registry(v->app), &filter, take_line, s, err);
}

static void close_view(struct view *v)
{
	struct log_view *s = v->state;

	forget(s);
	free(s->object);
	free(s->kind);
	free(s->by);
	free(s->query);
	free(s);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct log_view *s = XNEW(struct log_view);

	s->object = xstrdup_or_null(arg);
	s->since = INT64_MIN;
	v->state = s;
	return reload(v, err);
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

	if (s->object || s->query)
		buf_str(out, "Log");
	if (s->object && !s->query)
		buf_printf(out, " of %s", s->object);
	if (s->query)
		buf_printf(out, " %s", s->query);
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

/* -- Which entries -- */

static void set_text(char **at, const char *text, size_t n)
{
	free(*at);
	*at = n ? xmemdupz(text, n) : NULL;
}

/* "object=O kind=K by=WHO since=TIME", in any order; false and *why. */
static bool read_query(struct log_view *q, const char *text, const char **why)
{
	while (*(text += strspn(text, " "))) {
		size_t n = strcspn(text, " ");
		const char *eq = memchr(text, '=', n);
		const char *value = eq ? eq + 1 : NULL;
		size_t len = eq ? n - (size_t)(value - text) : 0;
		char *time;

		if (!eq || !len) {
			*why = "write object=O kind=K by=WHO since=TIME";
			return false;
		}
		if (!strncmp(text, "object=", 7)) {
			set_text(&q->object, value, len);
		} else if (!strncmp(text, "kind=", 5)) {
			set_text(&q->kind, value, len);
		} else if (!strncmp(text, "by=", 3)) {
			set_text(&q->by, value, len);
		} else if (!strncmp(text, "since=", 6)) {
			time = xmemdupz(value, len);
			if (!clock_parse(time, &q->since))
				*why = "since= takes YYYY-MM-DD or RFC 3339";
			free(time);
			if (*why)
				return false;
		} else {
			*why = "there are object=, kind=, by= and since=";
			return false;
		}
		text += n;
	}
	return true;
}

static void query_done(struct view *v, const char *text, void *arg)
{
	struct log_view *s = v->state;
	struct log_view q = { .since = INT64_MIN };
	const char *why = NULL;

	(void)arg;
	if (!read_query(&q, text, &why)) {
		app_say(v->app, "%s", why);
	} else {
		set_text(&s->object, q.object, q.object ? strlen(q.object) :
			 0);
		set_text(&s->kind, q.kind, q.kind ? strlen(q.kind) : 0);
		set_text(&s->by, q.by, q.by ? strlen(q.by) : 0);
		set_text(&s->query, text, strlen(text));
		s->since = q.since;
		app_reload(v->app);
	}
	free(q.object);
	free(q.kind);
	free(q.by);
}

static unsigned ask_query(struct view *v)
{
	struct log_view *s = v->state;
	char *before = s->query ? xstrdup(s->query) : s->object ?
		       xasprintf("object=%s ", s->object) : xstrdup("");

	app_prompt(v->app, "entries with object= kind= by= since=", before,
		   NULL, query_done, NULL);
	free(before);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct log_view *s = v->state;
	size_t row = list_row(&v->lists[0]);

	if (a == ACT_LOG_QUERY)
		return ask_query(v);
	if (a == ACT_LOG && !s->object && !s->query) {
		app_say(v->app, "This is all of the log.");
		return REACT_DRAW;
	}
	if (a != ACT_OPEN || row == SIZE_MAX)
		return REACT_NOT_MINE;
	return app_open(v->app, &view_entry_ops, &s->lines.at[row].index);
}

const struct view_ops view_log_ops = {
	.name = "Log", .screen = SCREEN_MODELS, .context = IN_LOG,
	.n_panes = 2, .master_share = 70,
	.panes = { { .name = "ENTRIES", .list = &source },
		   { .name = "ENTRY", .paint = paint } },
	.open = open_view, .close = close_view, .reload = reload,
	.act = act, .place = place, .object = object,
};
