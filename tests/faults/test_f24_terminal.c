/* F24 to F31 and F03, the terminal's side: what comes out whatever a field
 * holds; sizes; a paste that confirms nothing; a line that drops. MUSTER_PAYLOADS, MUSTER_SIZES, MUSTER_STRINGS and
 * MUSTER_PASTES ask for more (make torture). */
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
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/spawn.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "tests/support/pty.h"
#include "tests/support/temp_registry.h"

#define READY "? help"

static char *binary;

static size_t how_many(const char *name, size_t usual)
{
	const char *text = getenv(name);
	int64_t n;
	if (text && decimal_read_i64(text, strlen(text), &n) && n > 0)
		return (size_t)n;
	return usual;
}

static int group_set_up(void **state)
{
	const char *b = getenv("MUSTER");
	binary = realpath(b ? b : "build/muster", NULL);
	unsetenv("TMUX");
	unsetenv("SSH_CONNECTION");
	return binary ? 0 : -1;
}

static int group_tear_down(void **state)
{
	free(binary);
	return 0;
}

/* A registry, its folder as home for settings, and the session turned off. */
static int set_up(void **state)
{
	struct temp_registry *t = XNEW(struct temp_registry);
	struct err err = ERR_INIT;
	temp_registry_make(t);
	char *config = xasprintf("%s/muster", t->folder);
	char *path = xasprintf("%s/config", config);
	setenv("XDG_STATE_HOME", t->folder, 1);
	setenv("XDG_CONFIG_HOME", t->folder, 1);
	setenv("XDG_DATA_HOME", t->folder, 1);
	if (fsx_mkdirs(config, 0700, &err) != RC_OK ||
	    fsx_write(path, "session = no\n", 13, 0600, true, &err) != RC_OK)
		return -1;
	free(config);
	free(path);
	*state = t;
	return 0;
}

static int tear_down(void **state)
{
	struct temp_registry *t = *state;
	temp_registry_remove(t);
	free(t);
	return 0;
}

static void add(struct temp_registry *t, const char *name, const char *text)
{
	struct err err = ERR_INIT;
	struct model_change c = { .task = "binary", .owner = text,
				  .description = text };
	struct pairs params = VEC_INIT;
	int64_t number;
	pairs_add(&params, "p", text);
	struct version_fields f = { .note = text, .run = text,
		.data_digest = text, .code_commit = text, .params = &params };
	if (reg_model_add(t->reg, name, &c, &err) != RC_OK ||
	    reg_version_add(t->reg, name, &f, &number, &err) != RC_OK)
		fail_msg("%s: %s", name, err.text);
	pairs_release(&params);
}

static struct pty *start_in(struct temp_registry *t, const char *env1, int w,
			    int h)
{
	const char *const env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8",
				    env1, NULL };
	char dash_r[] = "-R";
	char *argv[] = { binary, dash_r, t->path, NULL };
	struct pty *p = pty_start(argv, env, w, h);
	if (!pty_wait(p, READY, PTY_WAIT))
		fail_msg("no first screen, but:\n%s", pty_screen(p));
	return p;
}

static void shows(struct pty *p, const char *text)
{
	if (!pty_wait(p, text, PTY_WAIT))
		fail_msg("the screen does not show '%s', but:\n%s", text,
			 pty_screen(p));
}

static void ends_well(struct pty *p)
{
	int status;
	pty_send(p, "\033");
	pty_settle(p, 60);
	pty_send(p, "q");
	for (int i = 0; i < 5 && !pty_wait_end(p, &status, 500); i++)
		pty_send(p, "q");
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	pty_free(p);
}

/* -- F24 -- */

static const uint32_t nasty[] = {
	0x1b, 0x07, 0x08, 0x0d, 0x0a, 0x09, 0x0e, 0x0f, 0x05, 0x7f, 0x90, 0x9b,
	0x9c, 0x9d, 0x9e, 0x84, 0x85, 0x061c, 0x200b, 0x200c, 0x200e, 0x200f,
	0x202a, 0x202b, 0x202d, 0x202e, 0x2028, 0x2029, 0x2060, 0x2066, 0x2067,
	0x2069, 0xfeff, 0xfff9, 0xe0001, 0xe0041, 0xe007f, 0xe0100, 0xe000,
	0x10fffd, 0x01, 0x03, 0x1a, 0x13, 0x11,
};
static const char *const sequences[] = {
	"\033[2J", "\033[31m", "\033]0;t\a", "\033]52;c;YQ==\a", "\033]8;;x\a",
	"\033P+q544e\033\\", "\033[6n", "\033[c", "\033_G\033\\", "\033^x\033\\",
	"\033[?1049h", "\033c", "\033#8", "\033[20~", "\033[200~", "\033(0",
	"\033[5i", "\033[21t", "\033]4;0;?\a", "\033Z", "\xc2\x9b" "2J",
	"\xc2\x9d" "0;t\xc2\x9c",
};
#define N_NASTY (sizeof(nasty) / sizeof(nasty[0]))
#define N_SEQUENCES (sizeof(sequences) / sizeof(sequences[0]))

static void payload(size_t i, struct buf *out)
{
	char bytes[4];
	buf_clear(out);
	buf_printf(out, "a%zu", i);
	if (i % 2) {
		buf_str(out, sequences[i / 2 % N_SEQUENCES]);
	} else {
		buf_add(out, bytes, utf8_put(nasty[i / 2 % N_NASTY], bytes));
		buf_char(out, 'b');
	}
	if (i >= 2 * N_NASTY) {		/* and pairs of them */
		buf_add(out, bytes, utf8_put(nasty[i * 7 % N_NASTY], bytes));
		buf_str(out, sequences[i * 5 % N_SEQUENCES]);
	}
	buf_str(out, "z");
}

static void clean(struct pty *p, const char *where)
{
	long bad = pty_raw_bad(p);
	if (bad >= 0)
		fail_msg("%s: byte %ld is %02x", where, bad,
			 (unsigned char)pty_raw(p)->data[bad]);
	pty_raw_clear(p);
}

/* What a command prints on a terminal. */
static void command_is_clean(struct temp_registry *t, const char *a,
			     const char *b, const char *c)
{
	char dash_r[] = "-R";
	char *argv[] = { binary, dash_r, t->path, xstrdup(a),
			 b ? xstrdup(b) : NULL, c ? xstrdup(c) : NULL, NULL };
	static const char *const env[] = { "TERM=xterm-256color", "PAGER=cat",
					   "LC_ALL=C.UTF-8", NULL };
	struct pty *p = pty_start(argv, env, 200, 50);
	int status;
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	clean(p, a);
	pty_free(p);
	free(argv[3]);
	free(argv[4]);
	free(argv[5]);
}

static void test_f24__no_field_reaches_the_terminal_raw(void **state)
{
	struct temp_registry *t = *state;
	struct buf text = BUF_INIT;
	size_t n = how_many("MUSTER_PAYLOADS", 90);
	for (size_t i = 0; i < n; i++) {
		char name[32];
		snprintf(name, sizeof(name), "m%04zu", i);
		payload(i, &text);
		add(t, name, text.data);
	}
	struct pty *p = start_in(t, NULL, 120, 40);
	for (size_t i = 0; i < n; i++) {
		pty_send(p, "j");
		if (i % 4 == 3)
			pty_settle(p, 8);
	}
	pty_settle(p, 100);
	clean(p, "models");
	for (size_t i = 0; i < n; i += 9) {	/* in full, its log, copied */
		pty_send(p, i % 2 ? "\rzH\033\033" : "\rH\033\033");
		pty_settle(p, 150);
		clean(p, "a version, its log");
		pty_send(p, "kkkkkkkkk");
		pty_settle(p, 40);
	}
	pty_send(p, "L");
	pty_settle(p, 200);
	clean(p, "the log");
	pty_send(p, "\033");
	for (size_t i = 0; i < n; i += 5) {	/* typed back in, and refused */
		payload(i, &text);
		pty_send(p, "/");
		pty_send(p, "\033[200~nosuch:");
		pty_sendn(p, text.data, text.len);
		pty_send(p, "\033[201~\r\033\033");
		pty_settle(p, 60);
	}
	pty_settle(p, 150);
	pty_send(p, "\033");
	clean(p, "the filter");
	ends_well(p);
	command_is_clean(t, "model", "list", NULL);
	command_is_clean(t, "version", "list", NULL);
	command_is_clean(t, "model", "show", "m0001");
	command_is_clean(t, "log", NULL, NULL);
	payload(7, &text);
	command_is_clean(t, "model", "show", text.data);	/* an error */
	buf_release(&text);
}

/* -- F25 -- */

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

struct place { const char *name, *keys, *leave; };
static const struct place places[] = {
	{ "list", "", "" }, { "filter", "/m", "\033" },
	{ "search", "\006m", "\033" }, { "help", "?", "\033" },
	{ "palette", ":co", "\033" }, { "menu", "s", "\033" },
	{ "card", "e", "\033" }, { "editor", "ee", "\033\033\033" },
	{ "data", "2", "1" }, { "problems", "3", "1" },
	{ "compare", "4", "1" }, { "gates", "5", "1" }, { "reports", "6", "1" },
	{ "log", "L", "\033" },
};
#define N_PLACES (sizeof(places) / sizeof(places[0]))

static void test_f25__every_size_in_every_place(void **state)
{
	struct temp_registry *t = *state;
	size_t n = how_many("MUSTER_SIZES", 40);
	unsigned seed = 25;
	add(t, "m1", "one");
	add(t, "m2", "two \xe6\x97\xa5\xe6\x9c\xac");
	for (size_t k = 0; k < N_PLACES; k++) {
		struct pty *p = start_in(t, NULL, 100, 30);
		pty_send(p, places[k].keys);
		pty_settle(p, 80);
		for (size_t i = 0; i < n; i++) {
			bool large = i % 5 == 4;
			pty_resize(p, 1 + (int)(next_random(&seed) %
						(large ? 500 : 80)),
				   1 + (int)(next_random(&seed) %
					     (large ? 200 : 25)));
			if (i % 3 == 0)
				pty_settle(p, 2);
		}
		pty_resize(p, 100, 30);
		pty_settle(p, 60);
		pty_send(p, places[k].leave);
		pty_settle(p, 60);
		pty_send(p, "\0141");
		shows(p, "1 Models]");
		ends_well(p);
	}
}

/* -- F28 -- */

static void wide_string(unsigned *seed, struct buf *out)
{
	static const uint32_t any[] = {
		'a', 'M', 0x65e5, 0x672c, 0xac00, 0xff21, 0x1f600, 0x1f468,
		0x1f1e9, 0x1f1ea, 0x2764, 0xe9, 0x5d0, 0x627, 0xe01, 0x1112,
		0x20000, 0x3042, 0x1f3fd, 0xb7, 0x2014,
	};
	static const uint32_t marks[] = { 0x301, 0x20d0, 0x483, 0xe31, 0x200d,
					  0xfe0f, 0x1160, 0x5b0 };
	char bytes[4];
	size_t n = 1 + next_random(seed) % 12;
	buf_clear(out);
	for (size_t i = 0; i < n; i++) {
		buf_add(out, bytes, utf8_put(any[next_random(seed) %
			(sizeof(any) / sizeof(any[0]))], bytes));
		size_t m = next_random(seed) % 19 == 0 ? 100
			   : next_random(seed) % 3;
		while (m--)
			buf_add(out, bytes, utf8_put(marks[next_random(seed) %
				(sizeof(marks) / sizeof(marks[0]))], bytes));
	}
}

/* The boxes' right edge ends each row, wherever the terminal's own widths
 * have put what stands before it. The first line without one, or NULL. */
static char *without_edge(struct pty *p, int h)
{
	for (int y = 3; y < h - 3; y++) {
		char *line = pty_line(p, y);
		size_t n = strlen(line);
		if (n < 3 || strcmp(line + n - 3, "\xe2\x94\x82") != 0)
			return line;
		free(line);
	}
	return NULL;
}

/* A frame may be half there when its first line is. */
static void edges_stand(struct pty *p, int h)
{
	char *line = NULL;
	for (int tries = 0; tries < 500; tries++) {
		free(line);
		pty_settle(p, 60);
		line = without_edge(p, h);
		if (!line)
			return;
	}
	fail_msg("a line has no edge: %s", line);
}

static void test_f28__columns_stand_whatever_the_width(void **state)
{
	struct temp_registry *t = *state;
	size_t n = how_many("MUSTER_STRINGS", 120);
	struct buf text = BUF_INIT;
	unsigned seed = 28;
	for (size_t i = 0; i < n; i++) {
		char name[32];
		snprintf(name, sizeof(name), "w%05zu", i);
		wide_string(&seed, &text);
		add(t, name, text.data);
	}
	buf_release(&text);
	struct pty *p = start_in(t, NULL, 120, 40);
	for (size_t i = 0; i < n; i += 12) {
		char place[64];
		snprintf(place, sizeof(place), "%zu of ", i + 1);
		shows(p, place);
		edges_stand(p, 40);
		pty_send(p, "jjjjjjjjjjjj");
	}
	ends_well(p);
}

/* -- F31 -- */

static uint64_t log_size_of(const char *path)
{
	struct reg_options o = { .path = path, .readonly = true };
	struct registry *reg;
	struct err err = ERR_INIT;
	if (reg_open(&o, &reg, &err) != RC_OK)
		fail_msg("%s", err.text);
	uint64_t n = reg_size(reg);
	reg_close(reg);
	return n;
}

static void paste(struct pty *p, const char *line, size_t bytes)
{
	struct buf text = BUF_INIT;
	buf_str(&text, "\033[200~");
	while (text.len < bytes)
		buf_str(&text, line);
	buf_str(&text, "\033[201~");
	pty_sendn(p, text.data, text.len);
	buf_release(&text);
}

/* Wherever a paste lands on the way to a sign-off, a stage or a change of a
 * problem: nothing is written. */
static void test_f31__a_paste_confirms_nothing(void **state)
{
	static const char *const ways[] = { "5\rS", "5\rm", "5\rw", "3m", "3e",
					    "1eS", "5\rSa", "3m1" };
	static const char *const lines[] = { "y\r", "Y\n", "yes\r\n",
					     "matcher@4\r", "1\r", "\r" };
	struct temp_registry *t = *state;
	size_t n = how_many("MUSTER_PASTES", 8);
	char *folder = xasprintf("%s/demo", t->folder), *path;
	char demo[] = "demo", quiet[] = "-q", silent[] = "--no-input";
	char *argv[] = { binary, demo, folder, quiet, silent, NULL };
	struct spawn_io io = { .timeout_ms = 120000 };
	struct err err = ERR_INIT;
	int status = 1;
	assert_int_equal(spawn_run(argv, &io, &status, &err), RC_OK);
	assert_int_equal(status, 0);
	path = xasprintf("%s/registry.db", folder);
	uint64_t before = log_size_of(path);
	for (size_t i = 0; i < n; i++) {
		char dash_r[] = "-R";
		char *run[] = { binary, dash_r, path, NULL };
		static const char *const env[] = { "TERM=xterm-256color",
						   "LC_ALL=C.UTF-8", NULL };
		struct pty *p = pty_start(run, env, 100, 30);
		shows(p, READY);
		pty_send(p, ways[i % (sizeof(ways) / sizeof(ways[0]))]);
		pty_settle(p, 250);
		paste(p, lines[i % (sizeof(lines) / sizeof(lines[0]))],
		      i % 4 == 3 ? 1u << 20 : 200);
		pty_settle(p, 250);
		paste(p, "yes\r", 64);
		pty_settle(p, 150);
		assert_int_equal(log_size_of(path), before);
		kill(pty_pid(p), SIGTERM);
		assert_true(pty_wait_end(p, &status, PTY_WAIT));
		pty_free(p);
	}
	free(path);
	free(folder);
}

/* -- F03 -- */

/* How long it outlives its line, below a parent that swallows the signal. */
static uint64_t outlives_ns(struct temp_registry *t, const char *keys)
{
	char sh[] = "/bin/sh", c[] = "-c", name[] = "sh";
	char script[] = "trap '' HUP; exec \"$1\" -R \"$2\"";
	char *argv[] = { sh, c, script, name, binary, t->path, NULL };
	static const char *const env[] = { "TERM=xterm-256color",
					   "LC_ALL=C.UTF-8", NULL };
	struct pty *p = pty_start(argv, env, 100, 30);
	int status;
	shows(p, READY);
	pty_send(p, keys);
	pty_settle(p, 80);
	unsigned cpu = pty_cpu_ms(p);
	uint64_t from = clock_ns();
	pty_hang_up(p);
	if (!pty_wait_end(p, &status, PTY_WAIT))
		fail_msg("still there after '%s', %u ms of CPU", keys,
			 pty_cpu_ms(p) - cpu);
	uint64_t took = clock_ns() - from;
	pty_free(p);
	return took;
}

/* The line drops: gone within a second, without spinning; on a machine that
 * does much else now and then at least. */
static void test_f03__gone_within_a_second(void **state)
{
	static const char *const keys[] = { "", "2", "4", "?", "/x", "ee", "L" };
	struct temp_registry *t = *state;
	add(t, "m1", "one");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		bool soon = false;
		for (int tries = 0; tries < 10 && !soon; tries++)
			soon = outlives_ns(t, keys[i]) < 1000000000u;
		assert_true(soon);
	}
}

/* -- F26 -- */

static void test_f26__broken_terminfo(void **state)
{
	struct temp_registry *t = *state;
	struct err err = ERR_INIT;
	char *dir = xasprintf("%s/ti/x", t->folder);
	char *file = xasprintf("%s/xterm-256color", dir);
	char *env = xasprintf("TERMINFO=%s/ti", t->folder);
	add(t, "m1", "one");
	assert_int_equal(fsx_mkdirs(dir, 0700, &err), RC_OK);
	assert_int_equal(fsx_write(file, "\x1a\x01garbage", 9, 0600, true,
				   &err), RC_OK);
	struct pty *p = start_in(t, env, 100, 30);
	shows(p, "m1");
	ends_well(p);
	p = start_in(t, "TERMINFO=b64:AAAA", 100, 30);
	shows(p, "m1");
	ends_well(p);
	free(dir);
	free(file);
	free(env);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_f24__no_field_reaches_the_terminal_raw),
		T(test_f25__every_size_in_every_place),
		T(test_f28__columns_stand_whatever_the_width),
		T(test_f31__a_paste_confirms_nothing),
		T(test_f03__gone_within_a_second),
		T(test_f26__broken_terminfo),
	};
	return cmocka_run_group_tests_name("f24", tests, group_set_up,
					   group_tear_down);
}
