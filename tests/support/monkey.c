#include "tests/support/monkey.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/count.h"
#include "base/decimal.h"
#include "tests/support/pty.h"

#define USUAL_SEED 20260301

const char *const monkey_env[] = { "LC_ALL=C.UTF-8", "TERM=xterm-256color",
				   "VISUAL=true", "EDITOR=true", "PAGER=true",
				   NULL };

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void send_key(struct pty *p, unsigned *seed)
{
	static const char *const special[] = {
		"\033[A", "\033[B", "\033[C", "\033[D", "\033[5~", "\033[6~",
		"\t", "\033", "\r", "\033OP", "\033[200~paste\033[201~",
		"\033[<0;3;4M", "\014", "\020", "\177", "\xe6\x97\xa5",
		"\033[Z", "\033[999z", "\033[1;5A", "\006",
	};
	unsigned r = next_random(seed);

	if (r % 3 == 0) {
		pty_send(p, special[next_random(seed) % COUNT(special)]);
	} else {
		char c[2] = { (char)(' ' + next_random(seed) % 95), '\0' };

		pty_send(p, c[0] == 'x' ? "j" : c);	/* writes files */
	}
	if (r % 97 == 0)
		pty_resize(p, 1 + (int)(next_random(seed) % 130),
			   1 + (int)(next_random(seed) % 45));
}

static int64_t from_env(const char *name, int64_t usual)
{
	const char *s = getenv(name);
	int64_t n;

	return s && decimal_read_i64(s, strlen(s), &n) ? n : usual;
}

int64_t monkey_keys(int64_t usual)
{
	return from_env("MONKEY_KEYS", usual);
}

static void must_end_well(int status, int64_t key, unsigned first)
{
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("%s %d after key %lld of seed %u",
			 WIFEXITED(status) ? "status" : "signal",
			 WIFEXITED(status) ? WEXITSTATUS(status)
					   : WTERMSIG(status),
			 (long long)key, first);
}

static void end(struct pty *p, int64_t key, unsigned first)
{
	int status;

	kill(pty_pid(p), SIGTERM);
	if (!pty_wait_end(p, &status, PTY_WAIT))
		fail_msg("does not end after key %lld of seed %u",
			 (long long)key, first);
	pty_free(p);
}

/* Whether it ended by itself. */
static bool has_ended(struct pty *p, int64_t key, unsigned first)
{
	int status;

	if (!pty_wait_end(p, &status, 0))
		return false;
	must_end_well(status, key, first);
	pty_free(p);
	return true;
}

void monkey_run(struct pty *(*start)(void *arg), void *arg, int64_t n)
{
	unsigned first = (unsigned)from_env("MONKEY_SEED", USUAL_SEED);
	unsigned seed = first;
	struct pty *p = start(arg);
	size_t drawn = 0;

	for (int64_t i = 1; i <= n; i++) {
		send_key(p, &seed);
		if (i % 16)
			continue;
		/* now and then all that was asked for is done and drawn */
		pty_settle(p, i % 32 ? 0 : 10);
		drawn += pty_raw(p)->len;
		pty_raw_clear(p);
		if (has_ended(p, i, first)) {
			p = start(arg);
		} else if (i % 1024 == 0) {	/* deep in views on views */
			end(p, i, first);
			p = start(arg);
		}
	}
	end(p, n, first);
	/* whether it comes to quit by q depends on when keys arrive; that it
	 * was not somewhere where no key does anything does not */
	if (drawn <= (size_t)n)
		fail_msg("only %zu bytes for %lld keys of seed %u", drawn,
			 (long long)n, first);
}
