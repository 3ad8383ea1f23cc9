#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

enum { AFTER_MS = 500, EVERY_MS = 100, WIDTH = 30 };

static volatile sig_atomic_t caught;

static void die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

/* The work is asked to stop. A second signal does not ask, and neither does
 * the clock after a second: a read that waits for a silent pipe never looks
 * whether it should stop. The registry survives that as it survives kill -9. */
static void on_signal(int sig)
{
	if (caught)
		die_of(sig);
	caught = sig;
	alarm(1);
}

static void on_alarm(int sig)
{
	(void)sig;
	if (caught)
		die_of(caught);
}

void progress_catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sa.sa_handler = on_alarm;
	sigaction(SIGALRM, &sa, NULL);
}

int progress_signal(void)
{
	return caught;
}

bool progress_cancelled(void *arg)
{
	(void)arg;
	return caught != 0;
}

static void draw(const char *doing, uint64_t done, uint64_t all)
{
	int full = all ? (int)(WIDTH * (done < all ? done : all) / all) : 0;
	int percent = all ? (int)(100 * (done < all ? done : all) / all) : 0;

	fprintf(stderr, "\r%-24.24s ", doing);
	if (all) {
		fputc('[', stderr);
		for (int i = 0; i < WIDTH; i++)
			fputc(i < full ? '#' : ' ', stderr);
		fprintf(stderr, "] %3d %%", percent);
	} else {
		fprintf(stderr, "%llu", (unsigned long long)done);
	}
	fputs("\033[K", stderr);
	fflush(stderr);
}

static enum rc step(void *arg, const char *doing, uint64_t done, uint64_t all)
{
	struct progress *p = arg;
	uint64_t now = clock_ns();

	if (caught)
		return RC_CANCELLED;
	if (p->show && now - p->began > AFTER_MS * 1000000ull &&
	    now - p->last > EVERY_MS * 1000000ull) {
		p->last = now;
		p->drawn = true;
		draw(doing, done, all);
	}
	return RC_OK;
}

void progress_start(struct progress *p, bool show)
{
	*p = (struct progress){ .reg = { step, p },
		.show = show && isatty(STDERR_FILENO), .began = clock_ns() };
}

void progress_clear(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
