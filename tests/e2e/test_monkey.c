/* Random keys on the registry that 'muster demo' makes, on each of its screens:
 * nothing ends the workbench but 'q', and the registry is whole afterwards.
 * MONKEY_KEYS asks for more keys a screen, MONKEY_SEED for others (make
 * torture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "tests/support/monkey.h"
#include "tests/support/pty.h"
#include "tests/support/temp_registry.h"

static char folder[] = "/tmp/muster-monkey-XXXXXX";
static char *binary, *demo;

/* Where keys begin, and what is seen there. */
static const struct screen {
	const char *name, *keys, *shows;
} screens[] = {
	{ "models", "1", "[1 Models]" },
	{ "version", "1\r", "LINEAGE" },
	{ "data", "2", "[2 Data]" },
	{ "problems", "3", "[3 Problems]" },
	{ "compare", "4", "[4 Compare]" },
	{ "gates", "5", "[5 Gates]" },
	{ "gate", "5\r", "RULES" },
	{ "reports", "6", "[6 Reports]" },
	{ "card", "1e", "model card of" },
	{ "log", "1L", "ENTRIES" },
};

struct monkey {
	const struct screen *screen;
	char *path;
};

static struct pty *start(void *arg)
{
	const struct monkey *m = arg;
	char *argv[] = { binary, (char[]){ "-R" }, m->path, NULL };
	struct pty *p = pty_start(argv, monkey_env, 100, 30);

	pty_must_see(p, "? help");
	pty_send(p, m->screen->keys);
	pty_must_see(p, m->screen->shows);
	return p;
}

static void test_monkey__keys(void **state)
{
	struct monkey m = { *state, NULL };
	struct reg_verdict v;

	m.path = xasprintf("%s/%s.db", folder, m.screen->name);
	assert_int_equal(run_shell("cp '%s/registry.db' '%s'", demo, m.path),
			 0);
	monkey_run(start, &m, monkey_keys(1500));
	assert_ok(reg_fsck(m.path, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("fsck: %s", v.why);
	free(m.path);
}

/* What is written to files lands in the folder. */
static int set_up(void **state)
{
	const char *muster = getenv("MUSTER");

	(void)state;
	binary = realpath(muster ? muster : "build/muster", NULL);
	if (!binary || !mkdtemp(folder) || chdir(folder) != 0)
		return -1;
	demo = xasprintf("%s/demo", folder);
	unsetenv("TMUX");
	unsetenv("SSH_CONNECTION");
	setenv("HOME", folder, 1);
	setenv("XDG_STATE_HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("XDG_DATA_HOME", folder, 1);
	return run_shell("mkdir muster && echo 'session = no' >muster/config "
			 "&& '%s' -q demo '%s' --no-input", binary, demo);
}

static int tear_down(void **state)
{
	(void)state;
	free(binary);
	free(demo);
	return run_shell("rm -rf '%s'", folder);
}

int main(void)
{
	struct CMUnitTest tests[COUNT(screens)] = { { NULL } };
	int failed;

	for (size_t i = 0; i < COUNT(screens); i++)
		tests[i] = (struct CMUnitTest){
			xasprintf("test_monkey__keys_on_%s", screens[i].name),
			test_monkey__keys, NULL, NULL,
			(void *)(uintptr_t)&screens[i] };
	failed = cmocka_run_group_tests_name("test_monkey", tests, set_up,
					     tear_down);
	for (size_t i = 0; i < COUNT(screens); i++)
		free((char *)(uintptr_t)tests[i].name);
	return failed;
}
