/* The real binary on a pty: keys, sizes, signals, terminals, hostile text.
 * MUSTER names the binary (tests/run.sh sets it). MONKEY_KEYS asks for a
 * longer random run, MONKEY_SEED for another (make torture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/registry.h"
#include "registry/testset.h"
#include "tests/support/monkey.h"
#include "tests/support/pty.h"
#include "tests/support/small.h"

#define READY "? help"
#define ENTER "\r"
#define DOWN "\033[B"

static char *folder, *registry, *binary;

/* -- a registry with a few versions, and one whose text is hostile -- */

static const char *const hostile[] = {
	"esc \033[31mred\033[2J", "osc \033]0;title\a", "dcs \033Pq\033\\",
	"c1 \xc2\x9b" "31m \xc2\x9d", "bidi \xe2\x80\xae" "abc\xe2\x81\xa6",
	"zero\xe2\x80\x8bwidth\xef\xbb\xbf", "tag \xf3\xa0\x81\x81",
	"back\b\b\bspace\rreturn\nline\ttab", "del \x7f",
};
#define N_HOSTILE (sizeof(hostile) / sizeof(hostile[0]))

static void add_model(struct registry *reg, const char *name,
		      const char *text, int versions)
{
	struct err err = ERR_INIT;
	struct model_change c = { .task = "binary", .owner = text,
				  .description = text };
	struct version_fields f = { .note = text, .run = text };
	int64_t number;
	must(reg_model_add(reg, name, &c, &err), &err);
	for (int i = 0; i < versions; i++)
		must(reg_version_add(reg, name, &f, &number, &err), &err);
}

static int make_registry(void **state)
{
	struct err err = ERR_INIT;
	struct registry *reg;
	char template[] = "/tmp/muster-e2e-XXXXXX";
	const char *muster = getenv("MUSTER");
	binary = xstrdup(muster ? muster : "build/muster");
	if (binary[0] != '/') {
		char *cwd = getcwd(NULL, 0);
		char *whole = xasprintf("%s/%s", cwd, binary);
		free(cwd);
		free(binary);
		binary = whole;
	}
	folder = xstrdup(mkdtemp(template));
	registry = xasprintf("%s/r.db", folder);
	setenv("MUSTER_NOW", "2026-03-01T12:00:00Z", 1);
	setenv("XDG_STATE_HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("XDG_DATA_HOME", folder, 1);
	unsetenv("TMUX");
	unsetenv("SSH_CONNECTION");
	if (chdir(folder) != 0)
		return -1;
	/* every test starts on the first row, wherever the one before ended */
	char *config = xasprintf("%s/muster", folder);
	must(fsx_mkdirs(config, 0700, &err), &err);
	free(config);
	config = xasprintf("%s/muster/config", folder);
	must(fsx_write(config, "session = no\n", 13, 0600, true, &err), &err);
	free(config);
	must(reg_create(registry, &err), &err);
	struct reg_options o = { .path = registry };
	must(reg_open(&o, &reg, &err), &err);
	add_model(reg, "credit", "ana", 12);
	add_model(reg, "triage", "bo", 3);
	for (size_t i = 0; i < N_HOSTILE; i++) {
		char *name = xasprintf("hostile-%zu", i);
		add_model(reg, name, hostile[i], 1);
		free(name);
	}
	reg_close(reg);
	return 0;
}

static int remove_registry(void **state)
{
	char *cmd[] = { (char[]){ "/bin/rm" }, (char[]){ "-rf" }, folder,
			NULL };
	pid_t pid = fork();
	if (pid == 0) {
		execv(cmd[0], cmd);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	free(folder);
	free(registry);
	free(binary);
	return 0;
}

static struct pty *start_env(const char *const *env, int w, int h)
{
	char dash_r[] = "-R";
	char *argv[] = { binary, dash_r, registry, NULL };
	return pty_start(argv, env, w, h);
}

static struct pty *started(struct pty *p)
{
	if (!pty_wait(p, READY, PTY_WAIT)) {
		char *screen = pty_screen(p);
		fail_msg("no first screen, but:\n%s", screen);
	}
	return p;
}

static struct pty *start(int w, int h)
{
	static const char *const env[] = { "LC_ALL=C.UTF-8", NULL };
	return started(start_env(env, w, h));
}

static void shows(struct pty *p, const char *text)
{
	if (pty_wait(p, text, PTY_WAIT))
		return;
	char *screen = pty_screen(p);
	fail_msg("the screen does not show '%s', but:\n%s", text, screen);
}

static void quits(struct pty *p)
{
	int status;
	pty_send(p, "q");
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	pty_free(p);
}

/* -- keys -- */

static void test_workbench__shows_the_list_and_quits(void **state)
{
	struct pty *p = start(100, 30);
	shows(p, "[1 Models]");
	shows(p, "credit");
	shows(p, ": commands");
	quits(p);
}

/* What the first row's detail counts in the background needs no key. */
static void test_workbench__background_begins_by_itself(void **state)
{
	struct pty *p = start(100, 30);

	shows(p, "gate none");
	quits(p);
}

static void test_workbench__cursor_follows_the_row(void **state)
{
	struct pty *p = start(100, 30);
	assert_true(pty_wait_cursor(p, 3, 4));
	pty_send(p, DOWN);
	assert_true(pty_wait_cursor(p, 3, 5));
	shows(p, "2 of 24");
	quits(p);
}

/* The rest of a frame that came late is not what moving costs: one row of
 * many without it tells. */
static void test_workbench__row_move_costs_at_most_150_bytes(void **state)
{
	struct pty *p = start(100, 30);
	size_t least = SIZE_MAX;
	pty_send(p, "z");	/* the list alone: what moving itself costs */
	assert_true(pty_wait_gone(p, "DETAIL", PTY_WAIT));
	for (int row = 2; row <= 20 && least > 150; row++) {
		char *place = xasprintf("%d of 24", row);
		assert_true(pty_rests(p, 100));
		pty_raw_clear(p);
		pty_send(p, "j");
		shows(p, place);
		assert_true(pty_rests(p, 100));
		if (pty_raw(p)->len < least)
			least = pty_raw(p)->len;
		free(place);
	}
	if (least > 150)
		fail_msg("%zu bytes for one row", least);
	quits(p);
}

static unsigned long switches(const struct pty *p)
{
	char *path = xasprintf("/proc/%d/status", (int)pty_pid(p));
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	int64_t n = 0;
	must(fsx_read(path, 8192, &text, &err), &err);
	const char *s = strstr(text.data, "\nvoluntary_ctxt_switches:");
	assert_non_null(s);
	s += strcspn(s, "0123456789");
	assert_true(decimal_read_i64(s, strcspn(s, "\n"), &n));
	buf_release(&text);
	free(path);
	return (unsigned long)n;
}

static void test_workbench__idle_sends_and_wakes_nothing(void **state)
{
	struct pty *p = start(100, 30);
	bool rests = false;
	for (int i = 0; i < 10 && !rests; i++) {
		unsigned long before = switches(p);
		rests = pty_rests(p, 1000) && switches(p) == before;
	}
	assert_true(rests);
	quits(p);
}

static void test_workbench__idle_holds_no_lock(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "jjj");
	shows(p, "4 of 24");
	assert_true(pty_holds_no_lock(p));
	quits(p);
}

static void test_workbench__filter_narrows_while_typing(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "/triage");
	shows(p, "3 of 24");
	pty_send(p, ENTER);
	shows(p, "Models > triage");
	pty_send(p, "\033");
	shows(p, "of 24");	/* on the row where it was */
	shows(p, "Filter taken off");
	quits(p);
}

/* Where we are kept from sending the rest in time, it is three keys. */
static void test_workbench__split_arrow_is_an_arrow(void **state)
{
	struct pty *p = start(100, 30);
	bool moved = false;
	for (int i = 0; i < 10 && !moved; i++) {
		pty_send(p, "\033");
		pty_settle(p, 60);
		pty_send(p, "O");
		pty_settle(p, 20);
		pty_send(p, "B");
		moved = pty_wait(p, "2 of 24", 3000);
		if (!moved)
			pty_send(p, "\033");
	}
	assert_true(moved);
	quits(p);
}

static void test_workbench__paste_is_ignored_outside_text(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "\033[200~q\rjjjq\033[201~");
	shows(p, "Pasted text is ignored here");
	shows(p, "1 of 24");
	quits(p);
}

static void test_workbench__a_megabyte_pasted_is_ignored(void **state)
{
	struct pty *p = start(100, 30);
	char *block = xcalloc(1, 1 << 20);
	memset(block, 'Y', 1 << 20);
	pty_send(p, "\033[200~");
	pty_sendn(p, block, 1 << 20);
	pty_send(p, "\033[201~");
	shows(p, "Pasted text is ignored here");
	free(block);
	quits(p);
}

static void test_workbench__paste_fills_a_prompt(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "/");
	shows(p, "filter");
	pty_send(p, "\033[200~tri\rage\033[201~");
	shows(p, "tri age");
	pty_send(p, "\003");
	shows(p, ": commands");
	quits(p);
}

static void test_workbench__palette_runs_a_command(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, ":last row");
	shows(p, "To the last row");
	pty_send(p, ENTER);
	shows(p, "24 of 24");
	pty_send(p, ":take back the undo");
	shows(p, "not now");
	pty_send(p, "\033");
	shows(p, ": commands");
	quits(p);
}

static void test_workbench__unknown_key_says_so(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "`");
	shows(p, "No action on ` here");
	quits(p);
}

/* -- sizes -- */

static void test_workbench__every_small_size(void **state)
{
	struct pty *p = start(80, 25);
	for (int h = 1; h <= 25; h++)
		for (int w = 1; w <= 80; w += h % 5 ? 7 : 1)
			pty_resize(p, w, h);
	pty_resize(p, 100, 30);
	shows(p, "[1 Models]");
	quits(p);
}

static void test_workbench__resize_storm_in_prompt_and_help(void **state)
{
	static const char *const keys[] = { "/cre", "\r?", "mark", "\033:",
					    "comp", "\033" };
	struct pty *p = start(100, 30);
	unsigned seed = 1;
	for (int i = 0; i < 600; i++) {
		seed = seed * 1103515245u + 12345u;
		if (i % 100 == 0)
			pty_send(p, keys[i / 100]);
		pty_resize(p, 1 + (int)(seed >> 16) % 200,
			   1 + (int)(seed >> 8 & 0xff) % 60);
	}
	pty_send(p, "\033");
	pty_settle(p, 100);
	pty_send(p, "\033");
	pty_resize(p, 100, 30);
	shows(p, ": commands");
	shows(p, "[1 Models]");
	pty_quit(p);
}

static void test_workbench__too_small_says_so(void **state)
{
	struct pty *p = start(100, 30);
	pty_resize(p, 18, 4);
	shows(p, "enlarge to 20x5");
	pty_resize(p, 20, 5);
	shows(p, "credit");
	quits(p);
}

/* -- signals -- */

static void ends_by(int sig)
{
	struct pty *p = start(100, 30);
	struct termios before, after;
	int status;
	char *argv[] = { (char[]){ "/bin/sleep" }, (char[]){ "5" }, NULL };
	struct pty *fresh = pty_start(argv, NULL, 80, 24);
	pty_modes(fresh, &before);
	pty_free(fresh);
	kill(pty_pid(p), sig);
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), sig);
	pty_modes(p, &after);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	assert_non_null(memmem(pty_raw(p)->data, pty_raw(p)->len,
			       "\033[?1049l", 8));
	assert_non_null(memmem(pty_raw(p)->data, pty_raw(p)->len,
			       "\033[?2004l", 8));
	pty_free(p);
}

static void test_workbench__term_restores_the_terminal(void **state)
{
	ends_by(SIGTERM);
}

static void test_workbench__int_restores_the_terminal(void **state)
{
	ends_by(SIGINT);
}

static void test_workbench__quit_restores_the_terminal(void **state)
{
	ends_by(SIGQUIT);
}

static void test_workbench__hup_restores_the_terminal(void **state)
{
	ends_by(SIGHUP);
}

#ifndef MUSTER_SANITIZE
static void test_workbench__segv_restores_the_terminal(void **state)
{
	ends_by(SIGSEGV);
}
#endif

static void test_workbench__lost_connection_ends_it(void **state)
{
	struct pty *p = start(100, 30);
	int status;
	pty_hang_up(p);
	/* how soon is for F03 in tests/faults; a spin never ends */
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
}

static void test_workbench__ctrl_z_stops_and_fg_returns(void **state)
{
	static const char *const env[] = { "LC_ALL=C.UTF-8", NULL };
	char dash_r[] = "-R";
	char *argv[] = { binary, dash_r, registry, NULL };
	struct pty *p = pty_start_job(argv, env, 100, 30);
	shows(p, READY);
	pty_send(p, "j\032");
	shows(p, "[stopped]");
	assert_non_null(memmem(pty_raw(p)->data, pty_raw(p)->len,
			       "\033[?1049l", 8));
	pty_send(p, "fg\n");
	shows(p, "[1 Models]");
	pty_send(p, "j");
	shows(p, "3 of 24");
	quits(p);
}

/* Keys that come faster than frames are about the row that the cursor is on, on
 * a screen that was not painted yet. */
static void test_workbench__keys_ahead_of_the_screen(void **state)
{
	static const char *const env[] = { "LC_ALL=C.UTF-8", NULL };
	static const char rows[] = "x,y\n1,yes\n2,no\n";
	struct testset_spec spec = { .name = "one", .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report = { 0 };
	char dash_r[] = "-R", *path = xasprintf("%s/sets.db", folder);
	char *argv[] = { binary, dash_r, path, NULL };
	struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg;

	must(fsx_write("sets.csv", rows, strlen(rows), 0600, true, &err),
	     &err);
	must(reg_create(path, &err), &err);
	must(reg_open(&o, &reg, &err), &err);
	must(reg_testset_create(reg, &spec, "sets.csv", false, NULL, &report,
				&err), &err);
	import_report_release(&report);
	spec.name = "two";
	must(reg_testset_create(reg, &spec, "sets.csv", false, NULL, &report,
				&err), &err);
	import_report_release(&report);
	reg_close(reg);
	struct pty *p = started(pty_start(argv, env, 100, 30));
	pty_send(p, "2\r");
	shows(p, "one r1 patterns");
	pty_quit(p);
	p = started(pty_start(argv, env, 100, 30));
	pty_send(p, "2j\r");
	shows(p, "two r1 patterns");
	pty_quit(p);
	free(path);
}

/* A set, and a version whose runner answers once the file "go" is there. */
static void make_slow_registry(const char *path)
{
	static const char rows[] = "id,x,y\na,1,yes\nb,2,no\n";
	struct testset_spec spec = { .name = "small", .task = TASK_BINARY,
				     .target = "y", .positive = "yes" };
	struct import_report report = { 0 };
	struct reg_options o = { .path = path };
	struct strs runner = VEC_INIT;
	struct version_fields slow = { .runner = &runner };
	struct registry *reg;
	struct err err = ERR_INIT;
	int64_t number;
	char *wait = xasprintf("until [ -e %s/go ]; do sleep .05; done",
			       folder);
	must(fsx_write("rows.csv", rows, strlen(rows), 0600, true, &err),
	     &err);
	strs_add(&spec.keys, "id");
	strs_add(&runner, "/bin/sh");
	strs_add(&runner, "-c");
	strs_add(&runner, wait);
	must(reg_create(path, &err), &err);
	must(reg_open(&o, &reg, &err), &err);
	add_model(reg, "slow", "ana", 0);
	must(reg_testset_create(reg, &spec, "rows.csv", false, NULL, &report,
				&err), &err);
	must(reg_version_add(reg, "slow", &slow, &number, &err), &err);
	reg_close(reg);
	strs_release(&spec.keys);
	strs_release(&runner);
	import_report_release(&report);
	free(wait);
}

/* A job may hold a lock that all others wait for. */
static void test_workbench__ctrl_z_waits_for_a_job(void **state)
{
	static const char *const env[] = { "LC_ALL=C.UTF-8", NULL };
	char dash_r[] = "-R";
	char *path = xasprintf("%s/slow.db", folder);
	char *argv[] = { binary, dash_r, path, NULL };
	make_slow_registry(path);
	struct pty *p = pty_start_job(argv, env, 100, 30);
	shows(p, READY);
	pty_send(p, "2");
	shows(p, "small");
	pty_send(p, "m");
	shows(p, "VERSIONS x REVISIONS");
	pty_send(p, "a");
	shows(p, "^C stops");
	pty_send(p, "\032");
	shows(p, "Stops when this job has ended");
	assert_false(pty_wait(p, "[stopped]", 300));
	struct err err = ERR_INIT;
	must(fsx_write("go", "", 0, 0600, true, &err), &err);
	shows(p, "[stopped]");
	pty_send(p, "fg\n");
	shows(p, "VERSIONS x REVISIONS");
	pty_send(p, "\033");
	shows(p, "TEST SETS");
	quits(p);
	free(path);
}

static void test_workbench__ctrl_z_without_a_shell_does_nothing(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "\032j");
	shows(p, "2 of 24");
	quits(p);
}

/* -- terminals -- */

struct terminal { const char *name, *term, *locale, *marker; };
static const struct terminal terminals[] = {
	{ "xterm_256color", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "credit" },
	{ "xterm", "TERM=xterm", "LC_ALL=C.UTF-8", "credit" },
	{ "vt100", "TERM=vt100", "LC_ALL=C", "credit" },
	{ "linux", "TERM=linux", "LC_ALL=C.UTF-8", "credit" },
	{ "screen", "TERM=screen", "LC_ALL=C.UTF-8", "credit" },
	{ "tmux_256color", "TERM=tmux-256color", "LC_ALL=C.UTF-8", "credit" },
	{ "unknown_says_so", "TERM=no-such-terminal", "LC_ALL=C.UTF-8",
	  "TERM no-such-terminal is unknown here; using xterm-256color" },
	{ "unset_says_so", "TERM", "LC_ALL=C.UTF-8", "is unknown here" },
	{ "bad_locale_is_ascii", "TERM=xterm", "LC_ALL=xx_YY.nothing",
	  "credit" },
};

static void check_terminal(void **state)
{
	const struct terminal *t = *state;
	const char *const env[] = { t->term, t->locale, NULL };
	struct pty *p = start_env(env, 100, 30);
	shows(p, READY);
	shows(p, t->marker);
	pty_send(p, "j");
	shows(p, "2 of 24");
	quits(p);
}

static void test_workbench__dumb_terminal_is_refused(void **state)
{
	static const char *const env[] = { "TERM=dumb", NULL };
	struct pty *p = start_env(env, 160, 24);
	int status;
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_true(pty_shows(p, "muster model list"));
	pty_free(p);
}

static void test_workbench__no_color_sends_no_colour(void **state)
{
	static const char *const env[] = { "NO_COLOR=1", "LC_ALL=C.UTF-8",
					   NULL };
	struct pty *p = start_env(env, 100, 30);
	shows(p, READY);
	pty_send(p, "jj?\033");
	shows(p, "3 of 24");
	for (int c = 30; c < 50; c++) {
		char *code = xasprintf("\033[%dm", c);
		assert_null(memmem(pty_raw(p)->data, pty_raw(p)->len, code,
				   strlen(code)));
		free(code);
	}
	quits(p);
}

static void test_workbench__ascii_locale_gets_ascii(void **state)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	struct pty *p = start_env(env, 100, 30);
	shows(p, READY);
	pty_send(p, "G?\033");
	shows(p, "24 of 24");
	for (size_t i = 0; i < pty_raw(p)->len; i++)
		assert_true((unsigned char)pty_raw(p)->data[i] < 0x80);
	quits(p);
}

/* -- hostile text -- */

static void test_workbench__hostile_text_is_shown_as_escapes(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "/hostile" ENTER);
	shows(p, "9 of 24");
	for (size_t i = 0; i < N_HOSTILE; i++) {
		char *place = xasprintf("hostile-%zu", i);
		shows(p, place);
		pty_send(p, "z");
		pty_send(p, "z");
		pty_send(p, "j");
		free(place);
	}
	pty_send(p, "gy");
	shows(p, "^[[31mred");
	shows(p, "Copied");	/* by a sequence of the clipboard's */
	pty_raw_clear(p);
	pty_send(p, "\014");	/* all of it once more */
	assert_true(pty_wait_raw(p, "\033[2J"));
	shows(p, ": commands");
	assert_true(pty_raw(p)->len > 1000);
	assert_int_equal(pty_raw_bad(p), -1);
	pty_send(p, "\033");
	shows(p, "of 24");
	quits(p);
}

static void test_workbench__raw_bytes_of_a_tour_are_clean(void **state)
{
	struct pty *p = start(100, 30);
	pty_send(p, "jjjG");
	shows(p, "24 of 24");
	pty_send(p, "?");
	shows(p, "HELP");
	pty_send(p, "\033");
	shows(p, ": commands");
	pty_send(p, "/hostile" ENTER);
	shows(p, "9 of 24");
	for (size_t i = 0; i < N_HOSTILE; i++) {
		pty_send(p, "j");
		pty_settle(p, 20);
	}
	long bad = pty_raw_bad(p);
	if (bad >= 0)
		fail_msg("byte %ld: %02x", bad,
			 (unsigned char)pty_raw(p)->data[bad]);
	pty_send(p, "\033");
	shows(p, "of 24");
	quits(p);
}

/* -- monkey -- */

static struct pty *start_alone(void *arg)
{
	(void)arg;
	return started(start_env(monkey_env, 100, 30));
}

static void test_workbench__random_keys_never_break_it(void **state)
{
	monkey_run(start_alone, NULL, monkey_keys(4000));
}

#define UNIT(f) cmocka_unit_test(f)
#define N_TERMINALS (sizeof(terminals) / sizeof(terminals[0]))

int main(void)
{
	const struct CMUnitTest more[] = {
		UNIT(test_workbench__shows_the_list_and_quits),
		UNIT(test_workbench__background_begins_by_itself),
		UNIT(test_workbench__cursor_follows_the_row),
		UNIT(test_workbench__row_move_costs_at_most_150_bytes),
		UNIT(test_workbench__idle_sends_and_wakes_nothing),
		UNIT(test_workbench__idle_holds_no_lock),
		UNIT(test_workbench__filter_narrows_while_typing),
		UNIT(test_workbench__keys_ahead_of_the_screen),
		UNIT(test_workbench__split_arrow_is_an_arrow),
		UNIT(test_workbench__paste_is_ignored_outside_text),
		UNIT(test_workbench__a_megabyte_pasted_is_ignored),
		UNIT(test_workbench__paste_fills_a_prompt),
		UNIT(test_workbench__palette_runs_a_command),
		UNIT(test_workbench__unknown_key_says_so),
		UNIT(test_workbench__every_small_size),
		UNIT(test_workbench__resize_storm_in_prompt_and_help),
		UNIT(test_workbench__too_small_says_so),
		UNIT(test_workbench__term_restores_the_terminal),
		UNIT(test_workbench__int_restores_the_terminal),
		UNIT(test_workbench__quit_restores_the_terminal),
		UNIT(test_workbench__hup_restores_the_terminal),
#ifndef MUSTER_SANITIZE
		UNIT(test_workbench__segv_restores_the_terminal),
#endif
		UNIT(test_workbench__lost_connection_ends_it),
		UNIT(test_workbench__ctrl_z_stops_and_fg_returns),
		UNIT(test_workbench__ctrl_z_waits_for_a_job),
		UNIT(test_workbench__ctrl_z_without_a_shell_does_nothing),
		UNIT(test_workbench__dumb_terminal_is_refused),
		UNIT(test_workbench__no_color_sends_no_colour),
		UNIT(test_workbench__ascii_locale_gets_ascii),
		UNIT(test_workbench__hostile_text_is_shown_as_escapes),
		UNIT(test_workbench__raw_bytes_of_a_tour_are_clean),
		UNIT(test_workbench__random_keys_never_break_it),
	};
	enum { N_MORE = sizeof(more) / sizeof(more[0]) };
	struct CMUnitTest tests[N_TERMINALS + N_MORE] = { { NULL } };
	static char names[N_TERMINALS][64];
	for (size_t i = 0; i < N_TERMINALS; i++) {
		snprintf(names[i], sizeof(names[i]), "test_workbench__term_%s",
			 terminals[i].name);
		tests[i] = (struct CMUnitTest){
			names[i], check_terminal, NULL, NULL,
			(void *)(uintptr_t)&terminals[i] };
	}
	memcpy(tests + N_TERMINALS, more, sizeof(more));
	return cmocka_run_group_tests_name("workbench", tests, make_registry,
					   remove_registry);
}
