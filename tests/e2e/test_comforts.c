/* What makes the workbench pleasant, on a pty: the session, the mouse, keys of
 * other layouts, keys that are changed, the clipboard, synchronized output. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tests/support/project.h"
#include "tests/support/pty.h"


struct fixture {
	struct project p;
	struct pty *pty;
};

static void add_model(struct fixture *f, const char *name, int n)
{
	struct err err = ERR_INIT;
	struct model_change c = { .task = "binary", .owner = "ana" };
	struct version_fields v = { .note = "x" };
	int64_t number;
	if (reg_model_add(f->p.reg, name, &c, &err) != RC_OK)
		fail_msg("%s", err.text);
	for (int i = 0; i < n; i++)
		if (reg_version_add(f->p.reg, name, &v, &number, &err) != RC_OK)
			fail_msg("%s", err.text);
}

static void start(struct fixture *f, const char *more)
{
	char *muster = getenv("MUSTER");
	char dash_r[] = "-R";
	const char *const env[] = { "LC_ALL=C.UTF-8", "MUSTER_NOW", "TMUX",
		"STY", "SSH_CONNECTION", "TERM=xterm-256color", more, NULL };
	char *argv[] = { muster ? muster : (char[]){ "build/muster" }, dash_r,
			 f->p.path, NULL };
	f->pty = pty_start(argv, env, 100, 30);
}

static void shows(struct fixture *f, const char *text)
{
	if (pty_wait(f->pty, text, PTY_WAIT))
		return;
	fail_msg("the screen does not show '%s', but:\n%s", text,
		 pty_screen(f->pty));
}

static void quit(struct fixture *f)
{
	int status;
	pty_send(f->pty, "q");
	assert_true(pty_wait_end(f->pty, &status, PTY_WAIT));
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	pty_free(f->pty);
	f->pty = NULL;
}

static void config(struct fixture *f, const char *text)
{
	struct err err = ERR_INIT;
	char *dir = xasprintf("%s/muster", f->p.dir);
	char *path = xasprintf("%s/config", dir);
	assert_int_equal(fsx_mkdirs(dir, 0700, &err), RC_OK);
	assert_int_equal(fsx_write(path, text, strlen(text), 0600, true, &err),
			 RC_OK);
	free(dir);
	free(path);
}

static int set_up(void **state)
{
	struct fixture *f = XNEW(struct fixture);
	project_init(&f->p);
	setenv("XDG_STATE_HOME", f->p.dir, 1);
	setenv("XDG_CONFIG_HOME", f->p.dir, 1);
	add_model(f, "credit", 12);
	add_model(f, "triage", 3);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	if (f->pty)
		pty_free(f->pty);
	project_release(&f->p);
	free(f);
	return 0;
}

static void test_comforts__session_comes_back(void **state)
{
	struct fixture *f = *state;
	start(f, NULL);
	shows(f, "1 of 15");
	pty_send(f->pty, "/triage\r");
	shows(f, "3 of 15");
	pty_send(f->pty, "svj");
	shows(f, "sort version ^");
	pty_send(f->pty, "Ot");	/* hides task */
	pty_wait_gone(f->pty, " task ", PTY_WAIT);
	quit(f);
	start(f, NULL);
	shows(f, "Models > triage");
	shows(f, "sort version ^");
	shows(f, "DETAIL triage 2");
	assert_false(pty_shows(f->pty, " task "));
	quit(f);
	config(f, "session = no\n");
	start(f, NULL);
	shows(f, "1 of 15");
	quit(f);
}

/* Off by default; on: a click picks a row, another opens it; tabs and hints
 * act; the wheel moves. */
static void test_comforts__mouse(void **state)
{
	struct fixture *f = *state;
	start(f, NULL);
	shows(f, "1 of 15");
	assert_null(memmem(pty_raw(f->pty)->data, pty_raw(f->pty)->len,
			   "\033[?1000h", 8));
	pty_send(f->pty, "M");
	shows(f, "mouse");
	pty_send(f->pty, "\033[<0;10;8M\033[<0;10;8m");
	shows(f, "4 of 15");
	pty_send(f->pty, "\033[<65;10;8M");
	shows(f, "7 of 15");
	pty_send(f->pty, "\033[<64;10;8M");
	shows(f, "4 of 15");
	pty_send(f->pty, "\033[<0;10;8M\033[<0;10;8m");
	shows(f, "LINEAGE");
	pty_send(f->pty, "\033");
	shows(f, "MODELS (15)");
	pty_send(f->pty, "\033[<0;21;1M\033[<0;21;1m");	/* the tab "2 Data" */
	shows(f, "[2 Data]");
	pty_send(f->pty, "1");
	shows(f, "[1 Models]");
	pty_send(f->pty, "\033[<0;3;30M\033[<0;3;30m");	/* "? help" */
	shows(f, "HELP");
	pty_send(f->pty, "\033");
	pty_send(f->pty, "M");
	shows(f, "Mouse off");
	quit(f);
}

/* What a click was aimed at is what was shown, not what a key before it in the
 * same burst is about to show. */
static void test_comforts__click_behind_a_key_is_no_click(void **state)
{
	struct fixture *f = *state;
	start(f, NULL);
	shows(f, "1 of 15");
	for (int y = 4; y < 28; y += 4) {
		char *burst = xasprintf("1\033[<0;90;%dM\033[<0;90;%dm", y, y);

		pty_send(f->pty, "6");
		shows(f, "[6 Reports]");
		pty_send(f->pty, burst);
		shows(f, "[1 Models]");
		free(burst);
	}
	pty_send(f->pty, "j");		/* the list has the focus */
	shows(f, "2 of 15");
	quit(f);
}

static void test_comforts__keys_of_a_cyrillic_keyboard(void **state)
{
	struct fixture *f = *state;
	int status;
	start(f, NULL);
	shows(f, "1 of 15");
	pty_send(f->pty, "\xd0\xbe\xd0\xbe");	/* where j is, twice */
	shows(f, "3 of 15");
	pty_send(f->pty, "\xd0\x9f");		/* where G is */
	shows(f, "15 of 15");
	pty_send(f->pty, "\xd1\x8b\xd0\xb8");	/* s, then a letter: no item */
	shows(f, "sort by");
	pty_send(f->pty, "\033\xd0\xb9");	/* q */
	assert_true(pty_wait_end(f->pty, &status, PTY_WAIT));
}

static void test_comforts__palette_changes_a_key_for_good(void **state)
{
	struct fixture *f = *state;
	config(f, "# mine\ntheme = dark\n");
	start(f, NULL);
	shows(f, "1 of 15");
	pty_send(f->pty, ":to the last row");
	shows(f, "COMMANDS  1 ");
	pty_send(f->pty, "\033OQ");	/* F2 */
	shows(f, "keys of 'last'");
	pty_send(f->pty, "\025%\r");
	shows(f, "kept in the config file");
	pty_send(f->pty, "%");
	shows(f, "15 of 15");
	pty_send(f->pty, ":to the last row");
	shows(f, "COMMANDS  1 ");
	pty_send(f->pty, "\033OQ");
	shows(f, "keys of 'last'");
	pty_send(f->pty, "\025q\r");
	shows(f, "would share a key");
	quit(f);
	start(f, NULL);
	shows(f, "15 of 15");
	pty_send(f->pty, "g");
	shows(f, "1 of 15");
	pty_send(f->pty, "%");
	shows(f, "15 of 15");
	quit(f);
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *path = xasprintf("%s/muster/config", f->p.dir);
	assert_int_equal(fsx_read(path, 4096, &text, &err), RC_OK);
	assert_string_equal(text.data,
			    "# mine\ntheme = dark\nkey.last = %\n");
	buf_release(&text);
	free(path);
}

static void test_comforts__a_faulty_config_is_named_by_line(void **state)
{
	struct fixture *f = *state;
	config(f, "theme = dark\nkey.nosuch = x\nambiguous = 3\n");
	start(f, NULL);
	shows(f, "config:2: no command 'nosuch'");
	quit(f);
}

/* y copies and shows; y again writes it to a file. */
static void test_comforts__copy(void **state)
{
	struct fixture *f = *state;
	start(f, NULL);
	shows(f, "1 of 15");
	pty_raw_clear(f->pty);
	pty_send(f->pty, "y");
	shows(f, "Copied: credit@1");
	assert_non_null(memmem(pty_raw(f->pty)->data, pty_raw(f->pty)->len,
			       "\033]52;c;Y3JlZGl0QDE=\a", 20));
	char *path = xasprintf("%s/copied.txt", f->p.dir);
	pty_send(f->pty, "y");
	shows(f, "write what was copied");
	pty_send(f->pty, path);
	pty_send(f->pty, "\r");
	shows(f, "Wrote what was copied");
	assert_true(fsx_exists(path));
	free(path);
	quit(f);
	start(f, "STY=1.pts");
	shows(f, "of 15");
	pty_raw_clear(f->pty);
	pty_send(f->pty, "y");
	shows(f, "Copied: credit@1");
	assert_non_null(memmem(pty_raw(f->pty)->data, pty_raw(f->pty)->len,
			       "\033P\033]52;c;Y3JlZGl0QDE=\a\033\\", 24));
	quit(f);
}

static void test_comforts__synchronized_output_only_when_asked(void **state)
{
	struct fixture *f = *state;
	start(f, NULL);
	shows(f, "1 of 15");
	pty_send(f->pty, "j");
	shows(f, "2 of 15");
	assert_null(memmem(pty_raw(f->pty)->data, pty_raw(f->pty)->len,
			   "\033[?2026h", 8));
	quit(f);
	config(f, "sync = on\nsession = no\n");
	start(f, NULL);
	shows(f, "1 of 15");
	pty_raw_clear(f->pty);
	pty_send(f->pty, "j");
	shows(f, "2 of 15");
	assert_true(pty_wait_raw(f->pty, "\033[?2026h"));
	assert_true(pty_wait_raw(f->pty, "\033[?2026l"));
	/* and nothing by itself; what the list reads aside may still come */
	for (int i = 0; i < 20; i++) {
		pty_raw_clear(f->pty);
		pty_settle(f->pty, 300);
		if (!pty_raw(f->pty)->len)
			break;
	}
	assert_int_equal(pty_raw(f->pty)->len, 0);
	quit(f);
}

/* Where the terminal shows them two cells wide, what stands behind them is
 * put where it belongs. */
static void test_comforts__ambiguous_width_is_told(void **state)
{
	struct fixture *f = *state;
	config(f, "ambiguous = 2\n");
	start(f, NULL);
	shows(f, "1 of 15");
	for (size_t i = 0; i < pty_raw(f->pty)->len; i++)
		assert_true((unsigned char)pty_raw(f->pty)->data[i] < 0x80);
	quit(f);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_comforts__session_comes_back),
		T(test_comforts__mouse),
		T(test_comforts__click_behind_a_key_is_no_click),
		T(test_comforts__keys_of_a_cyrillic_keyboard),
		T(test_comforts__palette_changes_a_key_for_good),
		T(test_comforts__a_faulty_config_is_named_by_line),
		T(test_comforts__copy),
		T(test_comforts__synchronized_output_only_when_asked),
		T(test_comforts__ambiguous_width_is_told),
	};
	return cmocka_run_group_tests_name("comforts", tests, NULL, NULL);
}
