/* F30: signals on each screen of the demonstration registry. What ends it
 * gives the terminal back and ends it by that signal; SIGPIPE and SIGCONT
 * change nothing; stopped by ^Z it has given the terminal back, too, and
 * others can write meanwhile. MUSTER_SIGNALS: rounds of every signal on every
 * screen (make torture), all but the first at any moment after the keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "tests/support/pty.h"
#include "tests/support/small.h"
#include "tests/support/temp_registry.h"

#define READY "? help"

static const struct place { const char *keys, *mark; } places[] = {
	{ "", "MODELS (4)" },
	{ "m", "> evaluation" },
	{ "mF", "fairness" },
	{ "e", "model card of matcher@1" },
	{ "e\te", "EDITING 1.1" },
	{ "A", "> impact matcher@1" },
	{ "K", "checklist of matcher" },
	{ "L", "ENTRIES (" },
	{ "2", "TEST SETS (1)" },
	{ "2\r", "PATTERNS (1,000)" },
	{ "2m", "VERSIONS x REVISIONS" },
	{ "2T", "DATASETS" },
	{ "3", "TRIAGE" },
	{ "3\r", "PROBLEM P-" },
	{ "3i", "inbox" },
	{ "4", "95%, paired" },
	{ "5", "VERSIONS (3)" },
	{ "5\r", "RULES (7)" },
	{ "6", "PREVIEW" },
	{ "?", "HELP" },
	{ ":", "COMMANDS" },
	{ "/x", "filter" },
	{ "5\rSa", "type" },
};
#define N_PLACES (sizeof(places) / sizeof(places[0]))

static const int endings[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
#define N_ENDINGS (sizeof(endings) / sizeof(endings[0]))

static char *binary, *registry, *folder;
static size_t rounds = 1;
static bool each;	/* ending on each place, not one of them */

static int group_set_up(void **state)
{
	char template[] = "/tmp/muster-f30-XXXXXX";
	const char *b = getenv("MUSTER"), *n = getenv("MUSTER_SIGNALS");
	struct err err = ERR_INIT;
	int64_t asked;

	binary = realpath(b ? b : "build/muster", NULL);
	folder = xstrdup(mkdtemp(template));
	registry = xasprintf("%s/demo/registry.db", folder);
	each = n && decimal_read_i64(n, strlen(n), &asked) && asked > 0;
	if (each)
		rounds = (size_t)asked;
	unsetenv("TMUX");
	unsetenv("SSH_CONNECTION");
	setenv("XDG_STATE_HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("XDG_DATA_HOME", folder, 1);
	char *path = xasprintf("%s/muster", folder);
	must(fsx_mkdirs(path, 0700, &err), &err);
	free(path);
	path = xasprintf("%s/muster/config", folder);
	must(fsx_write(path, "session = no\n", 13, 0600, true, &err), &err);
	free(path);
	return run_shell("'%s' demo '%s/demo' -q --no-input", binary, folder);
}

static int group_tear_down(void **state)
{
	int status = run_shell("rm -rf '%s'", folder);

	free(binary);
	free(registry);
	free(folder);
	return status;
}

static struct pty *start(bool as_job)
{
	static const char *const env[] = { "TERM=xterm-256color",
					   "LC_ALL=C.UTF-8", NULL };
	char dash_r[] = "-R";
	char *argv[] = { binary, dash_r, registry, NULL };
	struct pty *p = as_job ? pty_start_job(argv, env, 100, 30)
			       : pty_start(argv, env, 100, 30);

	pty_must_see(p, READY);
	return p;
}

/* To the place by its keys; the first time until it is there, later until some
 * moment on the way. */
static void go(struct pty *p, const struct place *at, size_t round,
	       uint32_t *seed)
{
	pty_send(p, at->keys);
	if (round == 0)
		pty_must_see(p, at->mark);
	else
		clock_sleep_us(roll(seed, 60000));
}

static void is_given_back(struct pty *p, const char *when)
{
	const struct buf *raw = pty_raw(p);
	struct termios modes;

	pty_modes(p, &modes);
	if (!(modes.c_lflag & ICANON) || !(modes.c_lflag & ECHO) ||
	    !(modes.c_iflag & ICRNL) || !(modes.c_oflag & OPOST))
		fail_msg("the terminal's modes are not back: %s", when);
	if (!memmem(raw->data, raw->len, "\033[?1049l", 8) ||
	    !memmem(raw->data, raw->len, "\033[?2004l", 8))
		fail_msg("the screen is not back: %s", when);
}

static void ends_at(const struct place *at, int sig, size_t round,
		    uint32_t *seed)
{
	struct pty *p = start(false);
	int status;

	go(p, at, round, seed);
	kill(pty_pid(p), SIGPIPE);
	kill(pty_pid(p), SIGCONT);
	if (round == 0) {
		pty_settle(p, 30);
		pty_must_see(p, at->mark);
	}
	pty_settle(p, 0);
	kill(pty_pid(p), sig);
	if (!pty_wait_end(p, &status, PTY_WAIT))
		fail_msg("signal %d does not end it at '%s'", sig, at->mark);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		fail_msg("status %x by signal %d at '%s'", (unsigned)status,
			 sig, at->mark);
	is_given_back(p, at->mark);
	pty_free(p);
}

static void test_f30__ends_and_gives_the_terminal_back(void **state)
{
	uint32_t seed = 30;

	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < N_PLACES; i++)
			for (size_t k = 0; k < (each ? N_ENDINGS : 1); k++)
				ends_at(&places[i], endings[(i + k) % N_ENDINGS],
					r, &seed);
	assert_int_equal(run_shell("'%s' -q -R '%s' fsck", binary, registry), 0);
}

static void stops_at(const struct place *at, size_t round, uint32_t *seed)
{
	struct pty *p = start(true);

	go(p, at, round, seed);
	pty_send(p, "\032");
	pty_must_see(p, "[stopped]");
	is_given_back(p, at->mark);
	if (run_shell("timeout 20 '%s' -q -R '%s' model set matcher "
		      "owner=team-%u --reason moved", binary, registry, roll(seed, 1u << 20)))
		fail_msg("nobody can write while it is stopped at '%s'",
			 at->mark);
	pty_send(p, "fg\n");
	pty_must_see(p, round ? "log " : at->mark);
	pty_free(p);
}

static void test_f30__stopped_it_holds_nothing(void **state)
{
	uint32_t seed = 31;

	for (size_t r = 0; r < rounds; r++)
		for (size_t i = 0; i < N_PLACES; i++)
			stops_at(&places[i], r, &seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f30__ends_and_gives_the_terminal_back),
		cmocka_unit_test(test_f30__stopped_it_holds_nothing),
	};

	return cmocka_run_group_tests_name("f30", tests, group_set_up,
					   group_tear_down);
}
