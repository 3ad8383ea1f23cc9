/* The event loop. Waits in poll(2) for keys, signals (written to a pipe by
 * their handlers) and news of a job; without any of them it does not wake
 * up. A frame is painted when all keys that have come are done. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/count.h"
#include "tui/app_state.h"

#define WORK_NS 2000000u	/* of filtering between two looks at the keys */
#define READ_MAX 65536

/* Written by handlers, which get no argument. */
static int signal_pipe[2] = { -1, -1 };

static const int caught[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH,
			      SIGTSTP, SIGCONT };
#define N_CAUGHT COUNT(caught)
/* The sanitizers report crashes themselves. */
#ifdef MUSTER_SANITIZE
#define catch_crashes(on)
#else
static void on_crash(int sig)
{
	term_restore_raw();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_crashes(bool on)
{
	static const int crashes[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE,
				       SIGILL };
	for (size_t i = 0; i < COUNT(crashes); i++)
		signal(crashes[i], on ? on_crash : SIG_DFL);
}
#endif

static void on_signal(int sig)
{
	int saved = errno;
	char byte = (char)sig;
	ssize_t ignored = write(signal_pipe[1], &byte, 1);
	(void)ignored;
	errno = saved;
}

static enum rc catch_signals(struct sigaction *before, struct err *err)
{
	struct sigaction on = { .sa_handler = on_signal,
				.sa_flags = SA_RESTART };
	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_errno(err, RC_IO, "cannot make a pipe");
	sigemptyset(&on.sa_mask);
	for (size_t i = 0; i < N_CAUGHT; i++)
		sigaction(caught[i], &on, &before[i]);
	catch_crashes(true);
	signal(SIGPIPE, SIG_IGN);
	return RC_OK;
}

static void release_signals(const struct sigaction *before)
{
	for (size_t i = 0; i < N_CAUGHT; i++)
		sigaction(caught[i], &before[i], NULL);
	catch_crashes(false);
	close(signal_pipe[0]);
	close(signal_pipe[1]);
	signal_pipe[0] = signal_pipe[1] = -1;
}

static void resize(struct app *app)
{
	int w, h;
	term_size(app->term, &w, &h);
	app_resize(app, w, h);
	/* terminals move or cut lines as they like when their size changes */
	draw_forget(app->draw);
}

/* Nothing is open in the registry between two keys, so stopping here holds
 * no lock; a job that reads or writes does, so it ends first. */
static void suspend(struct app *app)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, before;
	if (app->job) {
		app_say(app, "Stops when this job has ended: others wait for "
			"what it holds. ^C ends it.");
		return;
	}
	app->suspend = false;
	app_keep(app);
	term_suspend(app->term);
	sigemptyset(&stop.sa_mask);
	sigaction(SIGTSTP, &stop, &before);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	term_resume(app->term);
	draw_forget(app->draw);
	resize(app);
}

static void take_signal(struct app *app, int sig)
{
	if (sig == SIGWINCH || sig == SIGCONT)
		resize(app);
	else if (sig == SIGTSTP)
		app->suspend = true;
	else if (!app->signal)
		app->signal = sig;
}

static void take_signals(struct app *app)
{
	unsigned char bytes[64];
	ssize_t n;
	while ((n = read(signal_pipe[0], bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++)
			take_signal(app, bytes[i]);
}

/* False: the terminal is gone. */
static bool take_bytes(struct app *app, int fd)
{
	char bytes[READ_MAX];
	ssize_t n = read(fd, bytes, sizeof(bytes));
	if (n > 0)
		keys_feed(&app->keys, bytes, (size_t)n, clock_ns());
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

/* One list at a time works on its filter, the shown one. */
static bool work(struct app *app, uint64_t ns)
{
	struct list *l = view_list(app_view(app));
	return l && list_work(l, ns);
}

static int wait_ms(struct app *app, bool working)
{
	uint64_t now = clock_ns(), due = app_due(app);
	int ms = keys_wait_ms(&app->keys, now);
	if (due) {
		uint64_t left = due > now ? (due - now) / 1000000 + 1 : 0;
		if (left < 60000 && (ms < 0 || (int)left < ms))
			ms = (int)left;
		else if (ms < 0)
			ms = 60000;
	}
	return working ? 0 : ms;
}

/* An editor that one of many keys starts would keep the signals that came
 * before it waiting. */
static void take_keys(struct app *app)
{
	uint32_t key;
	do {
		take_signals(app);
		key = app->quit || app->signal ? TK_NONE
		      : keys_next(&app->keys, clock_ns());
		if (key != TK_NONE)
			app_key(app, key);
	} while (key != TK_NONE);
}

/* One turn: wait, then do what came. False: the terminal is gone. */
static bool turn(struct app *app, bool working)
{
	struct pollfd fds[4] = {
		{ .fd = term_fd(app->term), .events = POLLIN },
		{ .fd = signal_pipe[0], .events = POLLIN },
		{ .fd = job_fd(app), .events = POLLIN },
		{ .fd = app->watch_fd, .events = POLLIN },
	};
	if (poll(fds, 4, wait_ms(app, working)) < 0 && errno != EINTR)
		return false;
	if (fds[1].revents)
		take_signals(app);
	if (fds[2].revents)
		job_news(app);
	if (fds[3].revents)
		watch_news(app);
	if (fds[0].revents & POLLIN) {
		if (!take_bytes(app, fds[0].fd))
			return false;
	} else if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		return false;
	}
	take_keys(app);
	if (app_due(app))
		app_tick(app, clock_ns());
	return true;
}

static void run(struct app *app)
{
	bool working = true;	/* nobody asked the first list yet */
	while (!app->quit && !app->signal) {
		app_frame(app);
		app_present(app);
		if (!turn(app, working)) {
			app->signal = SIGHUP;
			break;
		}
		if (app->suspend)
			suspend(app);
		working = work(app, WORK_NS);
	}
}

enum rc loop_run(struct app *app, struct err *err)
{
	struct sigaction before[N_CAUGHT];
	enum rc rc = catch_signals(before, err);
	if (rc != RC_OK)
		return rc;
	resize(app);
	run(app);
	app_keep(app);
	session_keep(app);
	release_signals(before);
	return RC_OK;
}
