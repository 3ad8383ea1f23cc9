/* Evil runners: each is contained (no process left within two seconds, no
 * partial answer, muster alive), once walled in by what the host has and once
 * by the keeper alone. Programs are written by the test; those marked WALLS
 * try what only walls can deny and are skipped where there are none. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/landlock.h"
#include "base/xalloc.h"
#include "model/runner.h"

#define N_KEYS 5
static const char *const keys[N_KEYS] = { "p-1", "p-2", "p-3", "p-4", "p-5" };
static const char *const labels[] = { "no", "yes" };

/* A right answer, in sh and in C. */
#define ROWS "p-1,.1\\np-2,.2\\np-3,.3\\np-4,.4\\np-5,.5\\n"
#define SH_OK "printf 'key,score\\n" ROWS "'\n"
#define C_HEAD \
	"#define _GNU_SOURCE\n" \
	"#include <errno.h>\n#include <fcntl.h>\n#include <signal.h>\n" \
	"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n" \
	"#include <sys/ioctl.h>\n#include <sys/mman.h>\n" \
	"#include <sys/prctl.h>\n" \
	"#include <sys/socket.h>\n#include <sys/un.h>\n" \
	"#include <netinet/in.h>\n#include <sys/wait.h>\n" \
	"#include <termios.h>\n#include <unistd.h>\n" \
	"static int ok(void) { puts(\"key,score\\n" \
	"p-1,.1\\np-2,.2\\np-3,.3\\np-4,.4\\np-5,.5\"); return 0; }\n" \
	"int main(int argc, char **argv) {\n"

enum { BOTH = 0, WALLS = 1, MODEL = 2, BIG_INPUT = 4, BARE = 8,
       NETWORK = 16 };

/* Exit status 9 of a program means: it got through. */
struct evil {
	const char *name;
	char language;		/* s: sh, p: Python, c: C */
	unsigned flags;
	enum rc rc;		/* expected */
	const char *words;	/* in the message, or NULL */
	const char *text;
};

static const struct evil evils[] = {
	/* time and signals */
	{ "hangs", 's', 0, RC_FAILED, "more than", "sleep 1000\n" },
	{ "hangs_after_reading", 's', 0, RC_FAILED, "more than",
	  "cat >/dev/null; sleep 1000\n" },
	{ "hangs_after_a_right_answer", 's', 0, RC_FAILED, "more than",
	  SH_OK "sleep 1000\n" },
	{ "ignores_signals", 's', 0, RC_FAILED, "more than",
	  "trap '' TERM INT HUP QUIT PIPE\nwhile :; do sleep 1; done\n" },
	{ "stops_itself", 's', 0, RC_FAILED, "more than", "kill -STOP $$\n" },
	{ "spins", 's', 0, RC_FAILED, "more than", "while :; do :; done\n" },
	{ "drips", 's', 0, RC_FAILED, "more than",
	  "while :; do printf k; sleep .05; done\n" },
	/* processes */
	{ "leaves_a_child", 's', 0, RC_OK, NULL, "sleep 1000 &\n" SH_OK },
	{ "leaves_a_child_on_stdout", 's', 0, RC_OK, NULL,
	  "(trap '' TERM HUP; sleep 1000; echo late) &\n" SH_OK },
	{ "setsid_and_hang", 's', 0, RC_FAILED, "more than",
	  "setsid setsid sh \"$0\" sub </dev/null >/dev/null 2>&1 &\n"
	  "sleep 1000\n" },
	{ "daemonises", 'p', 0, RC_OK, NULL,
	  "import os,time\n"
	  "if os.fork() == 0:\n"
	  "    os.setsid()\n"
	  "    if os.fork(): os._exit(0)\n"
	  "    os.chdir('/'); os.closerange(0, 100)\n"
	  "    time.sleep(1000)\n"
	  "os.wait()\n"
	  "print('key,score')\n"
	  "for i in range(1, 6): print('p-%d,.5' % i)\n" },
	{ "daemons_of_daemons", 'c', 0, RC_FAILED, "status 4", C_HEAD
	  "for (int i = 0; i < 60; i++) if (!fork()) { setsid();\n"
	  " for (int j = 0; j < 3; j++) if (fork()) { if (j) _exit(0); }\n"
	  " signal(SIGTERM, SIG_IGN); for (;;) pause(); }\n"
	  "return 4; }\n" },
	{ "runs_away_by_forking", 'c', 0, RC_OK, NULL, C_HEAD
	  "if (!fork()) { setsid(); close(0); close(1); close(2);\n"
	  " for (;;) if (fork()) _exit(0); }\n"
	  "usleep(50000); return ok(); }\n" },
	{ "kills_its_parent", 's', BARE, RC_FAILED, "keeper",
	  "kill -9 $PPID; sleep 1\n" SH_OK },
	{ "kills_the_first_process", 's', WALLS, RC_OK, NULL,
	  "kill -9 $PPID; kill -9 1 2>/dev/null\n" SH_OK },
	/* output */
	{ "floods_stdout", 's', 0, RC_FAILED, "bytes", "yes\n" },
	{ "floods_stderr", 's', 0, RC_FAILED, "more than", "yes >&2\n" },
	{ "floods_both", 's', 0, RC_FAILED, NULL, "yes >&2 & yes\n" },
	{ "closes_all_and_hangs", 's', 0, RC_FAILED, "more than",
	  "exec 0<&- 1>&- 2>&-\nsleep 1000\n" },
	{ "closes_stdin_and_ends", 's', BIG_INPUT, RC_BAD_INPUT, "nothing",
	  "exec 0<&-\nexit 0\n" },
	{ "never_reads", 's', BIG_INPUT, RC_OK, NULL, SH_OK },
	{ "closes_stdout", 's', 0, RC_BAD_INPUT, "nothing", "exec 1>&-\n" },
	/* memory and disk */
	{ "eats_memory_python", 'p', 0, RC_FAILED, "status",
	  "x = []\nwhile True: x.append(bytearray(1 << 20))\n" },
	{ "eats_memory_c", 'c', 0, RC_FAILED, "status 3", C_HEAD
	  "for (;;) { char *p = malloc(1 << 20); if (!p) return 3;\n"
	  " memset(p, 1, 1 << 20); } }\n" },
	{ "eats_shared_memory", 'c', 0, RC_FAILED, "status 3", C_HEAD
	  "for (;;) if (mmap(0, 64 << 20, PROT_READ | PROT_WRITE,\n"
	  " MAP_SHARED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) return 3; }\n" },
	{ "fills_the_disk", 's', 0, RC_FAILED, NULL,
	  "cat /dev/zero >big || exit 5\n" },
	{ "hides_files", 's', 0, RC_OK, NULL,
	  "mkdir -p a/b/c; ln -s / a/root; echo x >a/b/c/d; chmod 0 a/b a\n"
	  SH_OK },
	{ "deep_folders", 'p', 0, RC_OK, NULL,
	  "import os\n"
	  "for i in range(300): os.mkdir('d' * 40); os.chdir('d' * 40)\n"
	  "print('key,score')\n"
	  "for i in range(1, 6): print('p-%d,.5' % i)\n" },
	/* answers */
	{ "short", 's', 0, RC_BAD_INPUT, "3 of 5",
	  "printf 'key,score\\np-1,.1\\np-2,.2\\np-3,.3\\n'\n" },
	{ "header_only", 's', 0, RC_BAD_INPUT, "0 of 5", "echo key,score\n" },
	{ "no_key", 's', 0, RC_BAD_INPUT, "no column 'key'",
	  "printf 'id,score\\n" ROWS "' | sed s/id/label/\n" },
	{ "only_keys", 's', 0, RC_BAD_INPUT, "neither",
	  "printf 'key\\np-1\\n'\n" },
	{ "doubled_key", 's', 0, RC_BAD_INPUT, "line 7", SH_OK
	  "echo p-3,.3\n" },
	{ "unknown_key", 's', 0, RC_BAD_INPUT, "line 7", SH_OK
	  "echo p-6,.3\n" },
	{ "nan", 's', 0, RC_BAD_INPUT, "line 2, column 2",
	  "printf 'key,score\\np-1,nan\\n'\n" },
	{ "infinite", 's', 0, RC_BAD_INPUT, "line 3, column 2",
	  "printf 'key,score\\np-1,.1\\np-2,inf\\n'\n" },
	{ "hexadecimal", 's', 0, RC_BAD_INPUT, "not a number",
	  "printf 'key,score\\np-1,0x1p3\\n'\n" },
	{ "empty_score", 's', 0, RC_BAD_INPUT, "empty",
	  "printf 'key,score\\np-1,\\n'\n" },
	{ "extra_column", 's', 0, RC_BAD_INPUT, "column 3",
	  "printf 'key,score,note\\np-1,.1,x\\n'\n" },
	{ "column_twice", 's', 0, RC_BAD_INPUT, "column 3",
	  "printf 'key,score,score\\np-1,.1,.2\\n'\n" },
	{ "ragged", 's', 0, RC_BAD_INPUT, NULL,
	  "printf 'key,score\\np-1,.1,.2\\n'\n" },
	{ "nul_bytes", 's', 0, RC_BAD_INPUT, NULL,
	  "printf 'key,score\\np-1,.\\0001\\n'\n" },
	{ "not_utf8", 's', 0, RC_BAD_INPUT, NULL,
	  "printf 'key,label\\np-1,\\377\\n'\n" },
	{ "open_quote", 's', 0, RC_BAD_INPUT, NULL,
	  "printf 'key,label\\np-1,\"x\\n'\n" },
	{ "giant_field", 's', 0, RC_BAD_INPUT, NULL,
	  "printf 'key,label\\np-1,'; head -c 600000 /dev/zero | tr '\\0' x\n"
	  },
	{ "fails_after_a_right_answer", 's', 0, RC_FAILED, "status 1", SH_OK
	  "printf '\\033]52;c;ZXZpbA==\\007\\033[2J' >&2\nexit 1\n" },
	{ "crashes_after_a_right_answer", 's', 0, RC_FAILED, "signal 11",
	  SH_OK "ulimit -c unlimited 2>/dev/null\nkill -SEGV $$\n" },
	{ "escapes_as_key", 's', 0, RC_BAD_INPUT, "not asked for",
	  "printf 'key,score\\n\\033[2Jp-1,.1\\n'\n" },
	/* reaching for what is not its own */
	{ "opens_the_terminal", 'c', 0, RC_OK, NULL, C_HEAD
	  "char c = 'x';\n"
	  "if (open(\"/dev/tty\", O_RDWR) >= 0) return 9;\n"
	  "for (int i = 0; i < 3; i++) if (isatty(i) ||\n"
	  " ioctl(i, TIOCSTI, &c) == 0) return 9;\n"
	  "return ok(); }\n" },
	{ "opens_a_terminal_by_name", 'c', WALLS, RC_OK, NULL, C_HEAD
	  "char c = 'x'; int fd = open(getenv(\"HOME\") ? argv[2] : \"\",\n"
	  " O_RDWR); if (fd >= 0) return 9;\n"
	  "return ok(); }\n" },
	{ "inherits_descriptors", 'c', 0, RC_OK, NULL, C_HEAD
	  "for (int i = 3; i < 1024; i++) if (fcntl(i, F_GETFD) >= 0)\n"
	  " return 9;\n"
	  "return ok(); }\n" },
	{ "looks_for_secrets_in_env", 's', 0, RC_OK, NULL,
	  "env | grep -q canary && exit 9\n" SH_OK },
	{ "gains_privileges", 'c', 0, RC_OK, NULL, C_HEAD
	  "if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 9;\n"
	  "return ok(); }\n" },
	{ "reads_the_registry", 's', WALLS, RC_OK, NULL,
	  "cat \"$1/registry.db\" >&2 && exit 9\n" SH_OK },
	{ "lists_the_registrys_folder", 's', WALLS, RC_OK, NULL,
	  "ls \"$1\" >&2 && exit 9\n" SH_OK },
	{ "writes_the_registry", 's', WALLS, RC_OK, NULL,
	  "(echo x >>\"$1/registry.db\") && exit 9\n"
	  "mv \"$1/registry.db\" \"$1/gone\" && exit 9\n" SH_OK },
	{ "reads_home_and_keys", 's', WALLS, RC_OK, NULL,
	  "for f in /root /home /etc/ssh /var /run; do\n"
	  "  ls $f | grep . && exit 9\ndone 2>/dev/null\n"
	  "for f in /etc/shadow /root/.bashrc ~/../registry.db; do\n"
	  "  cat $f && exit 9\ndone 2>/dev/null\n"
	  SH_OK },
	{ "reads_memory_of_others", 's', WALLS, RC_OK, NULL,
	  "for p in 1 $2 $PPID; do\n"
	  "  cat /proc/$p/environ >/dev/null 2>&1 && [ $p = $2 ] && exit 9\n"
	  "  head -c 1 /proc/$p/mem >/dev/null 2>&1 && exit 9\n"
	  "  cat /proc/$p/maps 2>/dev/null | grep -q . && exit 9\n"
	  "done\n" SH_OK },
	{ "signals_muster", 's', WALLS, RC_OK, NULL,
	  "kill -USR1 $2 2>/dev/null && exit 9\n" SH_OK },
	{ "writes_elsewhere", 's', WALLS, RC_OK, NULL,
	  "for f in /tmp/muster-evil /usr/muster-evil /dev/shm/muster-evil\n"
	  "do (echo x >$f) 2>/dev/null && exit 9; done\n" SH_OK },
	{ "calls_by_tcp", 'c', WALLS | NETWORK, RC_OK, NULL, C_HEAD
	  "struct sockaddr_in a = { .sin_family = AF_INET };\n"
	  "int fd = socket(AF_INET, SOCK_STREAM, 0);\n"
	  "a.sin_port = htons(atoi(argv[2]));\n"
	  "a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);\n"
	  "if (connect(fd, (void *)&a, sizeof(a)) == 0) return 9;\n"
	  "fd = socket(AF_INET, SOCK_DGRAM, 0);\n"
	  "if (sendto(fd, \"x\", 1, 0, (void *)&a, sizeof(a)) == 1)\n"
	  " return 9;\n"
	  "return ok(); }\n" },
	{ "calls_an_abstract_socket", 'c', WALLS | NETWORK, RC_OK, NULL, C_HEAD
	  "struct sockaddr_un a = { .sun_family = AF_UNIX };\n"
	  "int fd = socket(AF_UNIX, SOCK_STREAM, 0);\n"
	  "memcpy(a.sun_path + 1, \"muster-evil\", 11);\n"
	  "if (connect(fd, (void *)&a, sizeof(sa_family_t) + 12) == 0)\n"
	  " return 9;\n"
	  "return ok(); }\n" },
	{ "changes_the_model", 's', MODEL | BARE, RC_REFUSED, "void",
	  "echo x >>\"$MUSTER_MODEL\"\n" SH_OK },
	{ "swaps_the_model", 's', MODEL | BARE, RC_REFUSED, "void",
	  "cp \"$MUSTER_MODEL\" \"$MUSTER_MODEL.2\"\n"
	  "mv \"$MUSTER_MODEL.2\" \"$MUSTER_MODEL\"\n" SH_OK },
	{ "swaps_the_model_and_back", 's', MODEL | BARE, RC_REFUSED, "void",
	  "mv \"$MUSTER_MODEL\" \"$MUSTER_MODEL.2\"\n"
	  "mv \"$MUSTER_MODEL.2\" \"$MUSTER_MODEL\"\n" SH_OK },
	{ "changes_the_model_walled_in", 's', MODEL | WALLS, RC_OK, NULL,
	  "(echo x >>\"$MUSTER_MODEL\") 2>/dev/null && exit 9\n"
	  "cat \"$MUSTER_MODEL\" >/dev/null || exit 8\n" SH_OK },
};
#define N_EVILS (sizeof(evils) / sizeof(*evils))

/* -- The stage -- */

static char folder[PATH_MAX];
static char port_text[16], pid_text[16];
static int pty = -1;

static char *in_folder(const char *name)
{
	return xasprintf("%s/%s", folder, name);
}

static void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void run_cc(const char *source, const char *out)
{
	int status = -1, pid = fork();

	if (pid == 0) {
		execlp("cc", "cc", "-w", "-o", out, source, (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

static void listen_tcp(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (void *)&a, sizeof(a)), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (void *)&a, &len), 0);
	snprintf(port_text, sizeof(port_text), "%d", ntohs(a.sin_port));
}

static void listen_abstract(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(a.sun_path + 1, "muster-evil", 11);
	(void)bind(fd, (void *)&a, sizeof(sa_family_t) + 12);
	(void)listen(fd, 5);
}

static int stage_up(void **state)
{
	char *p;

	snprintf(folder, sizeof(folder), "/tmp/muster-test-runner-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	p = in_folder("registry.db");
	put(p, "canary of the registry\n", 0600);
	/* a descriptor that forgot to close itself on exec */
	if (open(p, O_RDONLY) < 0)
		return -1;
	free(p);
	setenv("SECRET", "canary of the environment", 1);
	snprintf(pid_text, sizeof(pid_text), "%d", getpid());
	signal(SIGUSR1, SIG_IGN);
	listen_tcp();
	listen_abstract();
	pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	return pty < 0 || grantpt(pty) || unlockpt(pty) ? -1 : 0;
}

static int stage_down(void **state)
{
	int pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

/* -- Asking -- */

static enum rc rows(void *arg, size_t first, size_t n, struct buf *out,
		    struct err *err)
{
	size_t extra = arg ? *(size_t *)arg : 0;

	buf_str(out, "key,x\n");
	for (size_t i = first; i < first + n; i++) {
		buf_printf(out, "%s,", keys[i]);
		buf_fill(out, '7', extra);
		buf_printf(out, "%zu\n", i);
	}
	return RC_OK;
}

static struct runner_request question(const struct strs *argv)
{
	struct runner_request r = {
		.argv = argv, .n = N_KEYS, .keys = keys, .input = rows,
		.task = TASK_BINARY, .labels = labels, .n_labels = 2,
		.limits = { .timeout_ms = 30000, .max_out = 1u << 20,
			    .max_memory = 192u << 20, .max_file = 8u << 20 },
	};

	return r;
}

/* Processes that stem from this stage: they name it, or stand in a scratch
 * folder. */
static int strangers(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;
	int found = 0;

	while ((d = readdir(proc)) != NULL) {
		char path[300], text[PATH_MAX] = "";
		ssize_t n;
		int fd;

		if (d->d_name[0] < '0' || d->d_name[0] > '9')
			continue;
		snprintf(path, sizeof(path), "/proc/%s/cmdline", d->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (fd >= 0)
			close(fd);
		for (ssize_t i = 0; i < n; i++)
			if (!text[i])
				text[i] = ' ';
		if (n > 0 && strstr(text, folder))
			found++;
	}
	closedir(proc);
	return found;
}

/* Whether so many were seen at one moment within ms. Only that look counts: a
 * process in the middle of exec has no command line for an instant, so that a
 * second look right after the first may well find fewer. */
static bool seen_at_once(int n, uint64_t ms)
{
	uint64_t until = clock_ns() + ms * 1000000;

	while (strangers() < n) {
		if (clock_ns() > until)
			return false;
		clock_sleep_us(5000);
	}
	return true;
}

/* As a rule at once. */
static bool all_gone(void)
{
	uint64_t until = clock_ns() + 30000000000ull;

	while (strangers() > 0 && clock_ns() < until)
		clock_sleep_us(2000);
	return strangers() == 0;
}

static int scratches(void)
{
	DIR *tmp = opendir(folder);
	struct dirent *d;
	int found = 0;

	while ((d = readdir(tmp)) != NULL)
		found += strncmp(d->d_name, "muster-run-", 11) == 0;
	closedir(tmp);
	return found;
}

static void command(const struct evil *e, struct strs *argv)
{
	const char *ending = e->language == 'c' ? "c" :
		e->language == 'p' ? "py" : "sh";
	char *source = xasprintf("%s/%s.%s", folder, e->name, ending);
	char *binary = in_folder(e->name);

	put(source, e->text, 0600);
	if (e->language == 'c') {
		run_cc(source, binary);
		strs_add(argv, binary);
	} else {
		strs_add(argv, e->language == 'p' ? "/usr/bin/python3" :
			 "/bin/sh");
		strs_add(argv, source);
	}
	strs_add(argv, folder);
	strs_add(argv, strstr(e->name, "tcp") ? port_text :
		 strstr(e->name, "by_name") ? ptsname(pty) : pid_text);
	free(source);
	free(binary);
}

/* Short for what it must end; a busy machine gives the others the time to end
 * by themselves. */
static unsigned deadline(const struct evil *e)
{
	bool ended = e->rc == RC_FAILED && (!e->words ||
					    !strcmp(e->words, "more than"));

	return ended ? 700 : 30000;
}

static void check(const struct evil *e, enum rc rc, const struct err *err,
		  const struct runner_answer *a)
{
	if (rc != e->rc)
		print_message("%s: %s; stderr: %.*s\n", e->name, err->text,
			      (int)a->stderr_tail.len, a->stderr_tail.data);
	assert_int_equal(rc, e->rc);
	if (e->words && !strstr(err->text, e->words))
		fail_msg("'%s' does not say '%s'", err->text, e->words);
	if (rc == RC_OK)
		assert_true(a->csv.len > 0 && a->has_score);
	else
		assert_int_equal(a->csv.len, 0);
	assert_true(a->stderr_tail.len <= 64u << 10);
	/* they would go on for a quarter of an hour */
	assert_true(a->duration_ms < deadline(e) + 30000);
	assert_true(all_gone());
	assert_int_equal(scratches(), 0);
}

static void run_evil(const struct evil *e, enum runner_sandbox sandbox)
{
	struct strs argv = VEC_INIT;
	struct runner_request r = question(&argv);
	struct runner_answer a;
	struct err err = ERR_INIT;
	size_t extra = 500000;
	char *model = in_folder("model");
	enum rc rc;

	command(e, &argv);
	put(model, "weights", 0600);
	r.sandbox = sandbox;
	r.limits.timeout_ms = deadline(e);
	r.artifact = e->flags & MODEL ? model : NULL;
	r.input_arg = e->flags & BIG_INPUT ? &extra : NULL;
	setenv("TMPDIR", folder, 1);
	rc = runner_run(&r, &a, &err);
	/* where the host has no wall against it, the record must say so */
	if (e->flags & NETWORK && !strstr(a.sandboxed, "network"))
		print_message("%s: not kept from the network here: %s\n",
			      e->name, a.sandboxed);
	else
		check(e, rc, &err, &a);
	if (sandbox == RUNNER_SANDBOX_NONE)
		assert_string_equal(a.sandboxed, "unsandboxed");
	runner_answer_release(&a);
	strs_release(&argv);
	free(model);
}

static void test_runner__contains(void **state)
{
	const struct evil *e = *state;

	if (!(e->flags & WALLS))
		run_evil(e, RUNNER_SANDBOX_NONE);
	if (e->flags & BARE)
		return;
	if ((e->flags & WALLS) && landlock_version() < 6) {
		print_message("skipped: Landlock %u of this host is below 6\n",
			      landlock_version());
		skip();
	}
	run_evil(e, RUNNER_SANDBOX_TRY);
}

/* -- What good runners get -- */

static void strs_of(struct strs *v, const char *a, const char *b,
		    const char *c)
{
	strs_add(v, a);
	if (b)
		strs_add(v, b);
	if (c)
		strs_add(v, c);
}

static enum rc ask(const char *program, struct runner_request *r,
		   struct runner_answer *a, struct err *err)
{
	static struct strs argv;
	enum rc rc;

	argv = (struct strs)VEC_INIT;
	strs_of(&argv, "/bin/sh", "-c", program);
	r->argv = &argv;
	setenv("TMPDIR", folder, 1);
	rc = runner_run(r, a, err);
	strs_release(&argv);
	return rc;
}

static void test_runner__answer_in_order_of_keys(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;

	assert_int_equal(ask("printf 'score,key,label\r\n.5,p-5,yes\r\n"
			     ".4,p-4,\"n,o\"\r\n1e-3,p-1,no\r\n.2,p-2,no\r\n"
			     "3,p-3,no\r\n'", &r, &a, &err), RC_OK);
	assert_string_equal(a.csv.data, "key,label,score\np-1,no,1e-3\n"
			    "p-2,no,.2\np-3,no,3\np-4,\"n,o\",.4\n"
			    "p-5,yes,.5\n");
	assert_true(a.has_label && a.has_score && !a.has_scores);
	assert_int_equal(a.status, 0);
	runner_answer_release(&a);
}

static void test_runner__class_scores_in_order_of_labels(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;

	r.task = TASK_MULTICLASS;
	r.n = 1;
	assert_int_equal(ask("printf 'key,score:yes,score:no\\np-1,.9,.1\\n'",
			     &r, &a, &err), RC_OK);
	assert_string_equal(a.csv.data,
			    "key,score:no,score:yes\np-1,.1,.9\n");
	runner_answer_release(&a);
	assert_int_equal(ask("printf 'key,score:yes\\np-1,.9\\n'", &r, &a,
			     &err), RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "1 of 2"));
	runner_answer_release(&a);
}

static void test_runner__regression_wants_numbers(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;

	r.task = TASK_REGRESSION;
	r.n = 1;
	assert_int_equal(ask("printf 'key,label\\np-1,yes\\n'", &r, &a, &err),
			 RC_BAD_INPUT);
	assert_non_null(strstr(err.text, "not a number"));
	runner_answer_release(&a);
}

static enum rc count(void *arg, uint64_t done, uint64_t all)
{
	*(uint64_t *)arg = done;
	return all == N_KEYS ? RC_OK : RC_FAILED;
}

static const char echo_program[] =
	"awk -F, 'NR == 1 { print \"key,score\"; next }"
	" { print $1 \",\" length($0) }'";

static void test_runner__batches_make_one_answer(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;
	uint64_t done = 0;

	r.limits.batch = 2;
	r.progress = count;
	r.progress_arg = &done;
	assert_int_equal(ask(echo_program, &r, &a, &err), RC_OK);
	assert_string_equal(a.csv.data, "key,score\np-1,5\np-2,5\np-3,5\n"
			    "p-4,5\np-5,5\n");
	assert_true(done >= 4);
	runner_answer_release(&a);
}

/* Both pipes full at once would stop a program that is fed first and read
 * afterwards. */
static void test_runner__reads_while_it_writes(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;
	size_t extra = 1000000;

	r.input_arg = &extra;
	r.limits.max_out = 64u << 20;
	r.limits.timeout_ms = 10000;
	assert_int_equal(ask("printf 'key,score\\n' && tail -n +2 | tee "
			     "/dev/stderr | cut -c1-3 | sed 's/$/,1/'", &r, &a,
			     &err), RC_OK);
	assert_int_equal(a.stderr_tail.len, 64u << 10);
	runner_answer_release(&a);
}

static void test_runner__flag_cancels(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;
	atomic_bool cancel = true;

	r.cancel = &cancel;
	r.limits.timeout_ms = 60000;
	assert_int_equal(ask("sleep 1000", &r, &a, &err), RC_CANCELLED);
	assert_true(a.duration_ms < 30000);
	assert_true(all_gone());
	runner_answer_release(&a);
}

static void test_runner__says_what_did_not_start(void **state)
{
	static const char *const programs[][2] = {
		{ "/nowhere/model", "did not start" },
		{ "no-such-program", "did not start" },
		{ "./model", "relative" }, { "", "empty" }, { "/", "start" },
	};

	for (size_t i = 0; i < 5; i++) {
		struct strs argv = VEC_INIT;
		struct runner_request r = question(&argv);
		struct runner_answer a;
		struct err err = ERR_INIT;

		strs_add(&argv, programs[i][0]);
		assert_true(runner_run(&r, &a, &err) != RC_OK);
		assert_non_null(strstr(err.text, programs[i][1]));
		runner_answer_release(&a);
		strs_release(&argv);
	}
}

/* No shell: what a shell would run is an argument like any other. */
static void test_runner__argv_is_not_a_shell_line(void **state)
{
	struct strs argv = VEC_INIT;
	struct runner_request r = question(&argv);
	struct runner_answer a;
	struct err err = ERR_INIT;
	char *canary = in_folder("canary");
	char *evil = xasprintf("; touch %s $(touch %s) `touch %s`", canary,
			       canary, canary);

	strs_of(&argv, "/bin/echo", evil, "key,score");
	assert_int_equal(runner_run(&r, &a, &err), RC_BAD_INPUT);
	assert_int_equal(access(canary, F_OK), -1);
	runner_answer_release(&a);
	strs_release(&argv);
	free(canary);
	free(evil);
}

static void test_runner__wrong_model_file_is_refused(void **state)
{
	struct runner_request r = question(NULL);
	struct runner_answer a;
	struct err err = ERR_INIT;
	struct hash other = hash_bytes("other", 5);
	char *model = in_folder("model");

	put(model, "weights", 0600);
	r.artifact = model;
	r.artifact_digest = &other;
	assert_int_equal(ask("true", &r, &a, &err), RC_REFUSED);
	assert_int_equal(a.status, -1);
	runner_answer_release(&a);
	free(model);
}

/* Somebody replaces the model's file all the time: an answer that is accepted
 * is that of the file whose digest it bears. */
static void test_runner__swapped_model_is_never_accepted(void **state)
{
	char *model = in_folder("model"), *other = in_folder("model.new");
	const struct hash a = hash_bytes("A\n", 2);
	int accepted = 0, pid;

	put(model, "A\n", 0600);
	pid = fork();
	for (int i = 0; pid == 0; i++) {
		int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (fd < 0 || write(fd, i % 2 ? "A\n" : "B\n", 2) != 2)
			_exit(1);
		close(fd);
		rename(other, model);
		usleep((unsigned)(i * 7919 % 9000));
	}
	for (int i = 0; i < 300; i++) {
		struct runner_request r = question(NULL);
		struct runner_answer out;
		struct err err = ERR_INIT;

		r.n = 1;
		r.artifact = model;
		r.sandbox = RUNNER_SANDBOX_NONE;
		if (ask("read m <\"$MUSTER_MODEL\"; printf 'key,label\\n"
			"p-1,%s\\n' \"$m\"", &r, &out, &err) == RC_OK) {
			assert_string_equal(out.csv.data,
				hash_equal(&out.artifact_digest, &a) ?
				"key,label\np-1,A\n" : "key,label\np-1,B\n");
			accepted++;
		}
		runner_answer_release(&out);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	print_message("%d of 300 accepted\n", accepted);
	free(model);
	free(other);
}

/* muster dies by SIGKILL: nothing of the model lives on. */
static void test_runner__dies_with_muster(void **state)
{
	char *script = in_folder("orphan.sh");
	int pid;

	put(script, "trap '' TERM HUP\n"
	    "[ \"$1\" ] && while :; do sleep 1; done\n"
	    "setsid sh \"$0\" sub &\nsh \"$0\" sub\n", 0600);
	for (int i = 0; i < 6; i++) {
		pid = fork();
		if (pid == 0) {
			struct strs argv = VEC_INIT;
			struct runner_request r = question(&argv);
			struct runner_answer a;
			struct err err = ERR_INIT;

			strs_of(&argv, "/bin/sh", script, NULL);
			r.sandbox = i % 2 ? RUNNER_SANDBOX_NONE :
				RUNNER_SANDBOX_TRY;
			r.limits.timeout_ms = 60000;
			if (runner_run(&r, &a, &err) != RC_OK)
				fprintf(stderr, "run %d: %s\n", i, err.text);
			_exit(1);
		}
		assert_true(seen_at_once(3, 30000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		assert_true(all_gone());
	}
	free(script);
}

static enum rc loans(void *arg, size_t first, size_t n, struct buf *out,
		     struct err *err)
{
	buf_str(out, "key,income,late_payments,region,note\n"
		"p-1,40000,0,SE,plain\np-2,40000,0,NW,\"a, \"\"b\"\"\nc\"\n"
		"p-3,1e4,2,SE,\n");
	return RC_OK;
}

/* -1.2 - .00003 * 40000 = -2.4, and so on. */
static void test_runner__linear_example(void **state)
{
	struct strs argv = VEC_INIT;
	struct runner_request r = question(&argv);
	struct runner_answer a;
	struct err err = ERR_INIT;
	char *program = realpath("examples/runners/linear.awk", NULL);
	enum rc rc;

	assert_non_null(program);
	strs_add(&argv, program);
	r.n = 3;
	r.input = loans;
	r.artifact = "examples/runners/linear.model";
	r.limits.timeout_ms = 10000;
	rc = runner_run(&r, &a, &err);
	if (rc != RC_OK)
		fail_msg("%s: %.*s", err.text, (int)a.stderr_tail.len,
			 a.stderr_tail.data);
	assert_string_equal(a.csv.data, "key,score\np-1,0.0831726965\n"
			    "p-2,0.119202922\np-3,0.524979187\n");
	runner_answer_release(&a);
	strs_release(&argv);
	free(program);
}

int main(void)
{
	static const struct CMUnitTest good[] = {
		cmocka_unit_test(test_runner__answer_in_order_of_keys),
		cmocka_unit_test(test_runner__class_scores_in_order_of_labels),
		cmocka_unit_test(test_runner__regression_wants_numbers),
		cmocka_unit_test(test_runner__batches_make_one_answer),
		cmocka_unit_test(test_runner__reads_while_it_writes),
		cmocka_unit_test(test_runner__flag_cancels),
		cmocka_unit_test(test_runner__says_what_did_not_start),
		cmocka_unit_test(test_runner__argv_is_not_a_shell_line),
		cmocka_unit_test(test_runner__wrong_model_file_is_refused),
		cmocka_unit_test(test_runner__swapped_model_is_never_accepted),
		cmocka_unit_test(test_runner__dies_with_muster),
		cmocka_unit_test(test_runner__linear_example),
	};
	static char names[N_EVILS][80];
	static struct CMUnitTest all[N_EVILS + 12];
	size_t n = 0;

	for (size_t i = 0; i < N_EVILS; i++) {
		snprintf(names[i], sizeof(names[i]), "test_runner__contains[%s]",
			 evils[i].name);
		all[n].name = names[i];
		all[n].test_func = test_runner__contains;
		all[n++].initial_state = (void *)(uintptr_t)&evils[i];
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		all[n++] = good[i];
	if (stage_up(NULL) != 0)
		return 1;
	n = (size_t)_cmocka_run_group_tests("runner", all, n, NULL, NULL);
	stage_down(NULL);
	return (int)n;
}
