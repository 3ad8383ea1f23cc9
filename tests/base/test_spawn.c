#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"

#define SH(script) ((char *const[]){ (char *)(uintptr_t)"/bin/sh", \
	(char *)(uintptr_t)"-c", (char *)(uintptr_t)(script), NULL })

static const struct split {
	const char *line;
	const char *words;	/* each in <>; NULL: refused */
} splits[] = {
	{ "vi", "<vi>" },
	{ "  vi  -R\t-n ", "<vi><-R><-n>" },
	{ "vi 'a b' \"c d\"", "<vi><a b><c d>" },
	{ "a\\ b \\'c", "<a b><'c>" },
	{ "'a\\b' \"a\\\"b\"", "<a\\b><a\"b>" },
	{ "x'y'z\"w\"", "<xyzw>" },
	{ "a '' \"\"", "<a><><>" },
	{ "vi $HOME `id` ; rm *", "<vi><$HOME><`id`><;><rm><*>" },
	{ "vi -- -x", "<vi><--><-x>" },
	{ "", NULL },
	{ "  ", NULL },
	{ "vi 'a", NULL },
	{ "vi \"a", NULL },
	{ "vi \\", NULL },
};

static void test_spawn__split(void **state)
{
	for (size_t i = 0; i < sizeof(splits) / sizeof(splits[0]); i++) {
		struct strs argv = VEC_INIT;
		struct buf words = BUF_INIT;
		enum rc rc = spawn_split(splits[i].line, &argv, NULL);

		for (size_t k = 0; k < argv.n; k++)
			buf_printf(&words, "<%s>", argv.at[k]);
		assert_null(argv.at[argv.n]);
		assert_int_equal(rc, splits[i].words ? RC_OK : RC_BAD_INPUT);
		if (splits[i].words)
			assert_string_equal(words.data, splits[i].words);
		buf_release(&words);
		strs_release(&argv);
	}
}

/* Runs and expects; status is checked when rc is RC_OK. */
static void expect(char *const argv[], struct spawn_io *io, enum rc rc,
		   int status)
{
	struct err err = ERR_INIT;
	int got = -1;

	assert_int_equal(spawn_run(argv, io, &got, &err), rc);
	if (rc == RC_OK)
		assert_int_equal(got, status);
	else
		assert_true(err.text[0] != '\0');
}

static void test_spawn_quote__is_split_back(void **state)
{
	static const char *const words[] = {
		"plain", "a b", "", "it's", "$HOME `id`", "\\ \"x\"", "a\nb",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct buf line = BUF_INIT;
		struct strs argv = VEC_INIT;

		spawn_quote(&line, words[i]);
		buf_str(&line, " x");
		assert_int_equal(spawn_split(line.data, &argv, NULL), RC_OK);
		assert_int_equal(argv.n, 2);
		assert_string_equal(argv.at[0], words[i]);
		strs_release(&argv);
		buf_release(&line);
	}
}

static void test_spawn__reads_both_outputs(void **state)
{
	struct buf out = BUF_INIT, errout = BUF_INIT;
	struct spawn_io io = { .out = &out, .errout = &errout };

	expect(SH("echo one; echo two >&2; exit 3"), &io, RC_OK, 3);
	assert_string_equal(out.data, "one\n");
	assert_string_equal(errout.data, "two\n");
	buf_release(&out);
	buf_release(&errout);
}

static void test_spawn__large_input_comes_back(void **state)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct spawn_io io = { .out = &out };

	for (int i = 0; i < 300000; i++)
		buf_printf(&in, "%d\n", i);
	io.in = in.data;
	io.n_in = in.len;
	expect(SH("cat"), &io, RC_OK, 0);
	assert_int_equal(out.len, in.len);
	assert_memory_equal(out.data, in.data, in.len);
	buf_release(&in);
	buf_release(&out);
}

static void test_spawn__input_that_is_not_read(void **state)
{
	struct buf in = BUF_INIT;
	struct spawn_io io = { 0 };

	buf_fill(&in, 'x', 1 << 20);
	io.in = in.data;
	io.n_in = in.len;
	expect(SH("exit 0"), &io, RC_OK, 0);
	buf_release(&in);
}

static void test_spawn__no_input_is_an_empty_one(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out };

	expect(SH("wc -c"), &io, RC_OK, 0);
	assert_int_equal(out.data[out.len - 2], '0');
	buf_release(&out);
}

static void test_spawn__signal_is_told(void **state)
{
	struct spawn_io io = { 0 };

	expect(SH("kill -TERM $$"), &io, RC_OK, 128 + SIGTERM);
}

static void test_spawn__missing_program(void **state)
{
	char *const argv[] = { (char *)(uintptr_t)"no-such-program", NULL };
	struct spawn_io io = { 0 };

	expect(argv, &io, RC_NOT_FOUND, 0);
}

static void test_spawn__missing_folder(void **state)
{
	struct spawn_io io = { .cwd = "/no/such/folder" };

	expect(SH("true"), &io, RC_NOT_FOUND, 0);
}

static void test_spawn__folder(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .cwd = "/", .out = &out };

	expect(SH("pwd"), &io, RC_OK, 0);
	assert_string_equal(out.data, "/\n");
	buf_release(&out);
}

/* The whole group goes, with what it had started. */
static void test_spawn__deadline_kills_the_group(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out, .timeout_ms = 300 };
	uint64_t start = clock_ns(), pid = 0;

	/* longer, where a shell does not come to its first word in that time */
	for (; !out.len && io.timeout_ms < 30000; io.timeout_ms *= 3)
		expect(SH("trap '' TERM; sleep 1000 & echo $!; wait"), &io,
		       RC_FAILED, 0);
	assert_true(clock_ns() - start < 100000000000ull);
	for (size_t i = 0; i < out.len && out.data[i] != '\n'; i++)
		pid = pid * 10 + (uint64_t)(out.data[i] - '0');
	assert_true(pid > 1);
	/* a zombie until its new parent looks, at most */
	for (int i = 0; i < 3000 && kill((pid_t)pid, 0) == 0; i++) {
		char path[64], text[512] = "";
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		fd = open(path, O_RDONLY);
		if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0 ||
		    strstr(text, ") Z")) {
			if (fd >= 0)
				close(fd);
			pid = 0;
			break;
		}
		close(fd);
		clock_sleep_us(10000);
	}
	assert_true(pid == 0 || kill((pid_t)pid, 0) < 0);
	buf_release(&out);
}

static void test_spawn__flood_is_stopped(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out, .max_out = 100000 };

	expect(SH("yes"), &io, RC_FAILED, 0);
	assert_int_equal(out.len, 100000);
	buf_release(&out);
}

/* What it leaves behind holds its output open: nobody waits for that. */
static void test_spawn__does_not_wait_for_what_is_left_behind(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out };
	uint64_t start = clock_ns();

	expect(SH("sleep 20 & echo done"), &io, RC_OK, 0);
	assert_string_equal(out.data, "done\n");
	assert_true(clock_ns() - start < 15000000000ull);
	buf_release(&out);
}

static void test_spawn__no_descriptor_and_no_terminal(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out };
	int fd = dup2(open("/dev/null", O_RDONLY), 17);

	assert_int_equal(fd, 17);
	expect(SH("test ! -e /proc/self/fd/17 && test $(ps -o sid= -p $$) = "
		  "$$ && ! (: </dev/tty) 2>/dev/null && echo apart"), &io,
	       RC_OK, 0);
	assert_string_equal(out.data, "apart\n");
	close(fd);
	buf_release(&out);
}

static void test_spawn__signals_are_as_ever(void **state)
{
	struct buf out = BUF_INIT;
	struct spawn_io io = { .out = &out };

	expect(SH("grep -E '^Sig(Ign|Blk)' /proc/self/status"), &io, RC_OK, 0);
	/* Signals 32 and 33 are the C library's own: its posix_spawn leaves
	 * them ignored, and nothing but a raw call could change that. */
	if (!strstr(out.data, "SigBlk:\t0000000000000000") ||
	    (!strstr(out.data, "SigIgn:\t0000000000000000") &&
	     !strstr(out.data, "SigIgn:\t0000000180000000")))
		fail_msg("signals are not as ever: %s", out.data);
	buf_release(&out);
}

static void test_spawn__on_terminal(void **state)
{
	int status = -1;

	assert_int_equal(spawn_on_terminal(SH("exit 7"), &status, NULL),
			 RC_OK);
	assert_int_equal(status, 7);
	assert_int_equal(spawn_on_terminal(SH("kill -INT $$"), &status, NULL),
			 RC_OK);
	assert_int_equal(status, 128 + SIGINT);
}

/* Told to end while a pager is on the screen: both are gone. */
static void test_spawn__on_terminal_ends_with_us(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP };
	int status = 0, ready[2];

	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pipe(ready), 0);
		pid_t pid = fork();
		uint64_t from;
		char byte;

		if (pid == 0) {
			dup2(ready[1], 1);
			close(ready[0]);
			close(ready[1]);
			(void)!spawn_on_terminal(SH("echo; exec sleep 60"),
						 &status, NULL);
			_exit(0);
		}
		close(ready[1]);
		assert_int_equal(read(ready[0], &byte, 1), 1);
		from = clock_ns();
		kill(pid, signals[i]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		/* the end of the pipe: the pager has gone as well */
		assert_int_equal(read(ready[0], &byte, 1), 0);
		assert_true(clock_ns() - from < 15000000000ull);
		close(ready[0]);
	}
}

static volatile sig_atomic_t n_told;
static void count(int sig)
{
	n_told = n_told + (sig == SIGTERM);
}

/* A signal that comes just as the pager ends is not lost: it comes to the
 * handler that was there before, then or soon. */
static void test_spawn__on_terminal_loses_no_signal(void **state)
{
	struct sigaction a = { .sa_handler = count }, before;
	char *late = xasprintf("(i=0; while [ $i -lt $1 ]; do i=$((i + 1)); "
			       "done; kill -TERM %d) & exit 0", getpid());

	sigaction(SIGTERM, &a, &before);
	n_told = 0;
	for (int i = 0; i < 200; i++) {
		char delay[16];
		char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, late,
				 (char[]){ "sh" }, delay, NULL };
		int status = 0;

		snprintf(delay, sizeof(delay), "%d", i * 5);
		assert_int_equal(spawn_on_terminal(argv, &status, NULL),
				 RC_OK);
		for (int ms = 0; n_told <= i && ms < 20000; ms++)
			clock_sleep_us(1000);
		assert_int_equal(n_told, i + 1);
	}
	sigaction(SIGTERM, &before, NULL);
	free(late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spawn_quote__is_split_back),
		cmocka_unit_test(test_spawn__split),
		cmocka_unit_test(test_spawn__reads_both_outputs),
		cmocka_unit_test(test_spawn__large_input_comes_back),
		cmocka_unit_test(test_spawn__input_that_is_not_read),
		cmocka_unit_test(test_spawn__no_input_is_an_empty_one),
		cmocka_unit_test(test_spawn__signal_is_told),
		cmocka_unit_test(test_spawn__missing_program),
		cmocka_unit_test(test_spawn__missing_folder),
		cmocka_unit_test(test_spawn__folder),
		cmocka_unit_test(test_spawn__deadline_kills_the_group),
		cmocka_unit_test(test_spawn__flood_is_stopped),
		cmocka_unit_test(
			test_spawn__does_not_wait_for_what_is_left_behind),
		cmocka_unit_test(test_spawn__no_descriptor_and_no_terminal),
		cmocka_unit_test(test_spawn__signals_are_as_ever),
		cmocka_unit_test(test_spawn__on_terminal),
		cmocka_unit_test(test_spawn__on_terminal_ends_with_us),
		cmocka_unit_test(test_spawn__on_terminal_loses_no_signal),
	};

	return cmocka_run_group_tests_name("test_spawn", tests, NULL, NULL);
}
