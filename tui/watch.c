/* Has somebody else changed the registry? The kernel says when its file was
 * written (inotify, which opens nothing: closing a descriptor of the file
 * would drop SQLite's locks), so that an idle screen neither wakes up nor
 * takes a lock, and yet is never stale. Where the kernel does not know (a
 * network disk) the question is asked at the next key. */
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "registry/entry.h"
#include "tui/app_state.h"

/* Not more often, however many write; and not before a commit is through. */
#define LOOK_NS 500000000u
#define SETTLE_NS 100000000u

void watch_start(struct app *app)
{
	app->watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (app->watch_fd < 0 || !app->reg || reg_as_of(app->reg))
		return;
	inotify_add_watch(app->watch_fd, reg_path(app->reg),
			  IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF);
}

void watch_end(struct app *app)
{
	if (app->watch_fd >= 0)
		close(app->watch_fd);
	app->watch_fd = -1;
}

void watch_news(struct app *app)
{
	char events[4096];
	uint64_t now = clock_ns();
	while (read(app->watch_fd, events, sizeof(events)) > 0)
		;
	if (app->look_at)
		return;
	app->look_at = now + SETTLE_NS;
	if (app->look_at < app->looked_ns + LOOK_NS)
		app->look_at = app->looked_ns + LOOK_NS;
}

uint64_t watch_due(const struct app *app)
{
	return app->overlay ? 0 : app->look_at;
}

static void put_age(struct buf *out, int64_t seconds)
{
	if (seconds < 0)
		seconds = 0;
	if (seconds < 120)
		buf_printf(out, "%lld s ago", (long long)seconds);
	else if (seconds < 7200)
		buf_printf(out, "%lld min ago", (long long)(seconds / 60));
	else
		buf_printf(out, "%lld h ago", (long long)(seconds / 3600));
}

static enum rc newest(const struct log_line *line, void *arg, struct err *err)
{
	struct app *app = arg;
	struct buf age = BUF_INIT;
	put_age(&age, clock_now() - line->time);
	app_say(app, "Changed by %s %s: %s", line->login, age.data,
		line->text);
	buf_release(&age);
	return RC_OK;
}

void watch_look(struct app *app)
{
	struct log_filter f = { .since = INT64_MIN, .from = UINT64_MAX,
				.limit = 1 };
	struct err err = ERR_INIT;
	bool gone = false;
	app->look_at = 0;
	app->looked_ns = clock_ns();
	if (!app->reg || reg_as_of(app->reg) || !reg_changed(app->reg, &gone))
		return;
	if (gone) {
		app_say(app, "The registry file was replaced or removed; "
			"leave with q and open it again.");
		app->message_bad = true;
		return;
	}
	/* what a job of ours wrote, it says itself */
	bool ours = job_writes(app) || reg_size(app->reg) <= app->jobs_size;
	app_reload(app);
	if (!ours && reg_log(app->reg, &f, newest, app, &err) != RC_OK)
		app_say(app, "The registry has changed; read again.");
}

void watch_key(struct app *app)
{
	if (!app->overlay && (app->look_at || clock_ns() - app->looked_ns >=
					      LOOK_NS))
		watch_look(app);
}
