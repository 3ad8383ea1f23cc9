/* The keeper and what it keeps. All that runs between fork and exec uses
 * system calls only, allocates nothing and takes no lock, because muster may
 * have other threads.
 *
 * News travel over one pipe as small messages, each written at once, by
 * whoever knows: the program before its exec (walls, what failed), its first
 * process or the keeper (status). The end of the pipe is the last news. */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/landlock.h"
#include "base/process.h"

enum news { NEWS_WALLS, NEWS_EXEC_FAILED, NEWS_STATUS };

#define STAGE_LIST(X) \
	X(STAGE_CWD, "entering its folder") \
	X(STAGE_LIMITS, "setting its limits") \
	X(STAGE_FORK, "starting a process") \
	X(STAGE_EXEC, "starting the program")

enum stage {
#define X(id, text) id,
	STAGE_LIST(X)
#undef X
};
static const char *const stage_texts[] = {
#define X(id, text) text,
	STAGE_LIST(X)
#undef X
};

struct message {
	int32_t news, a, b;
};

/* What the keeper knows; lives on the stack of child_start. */
struct start {
	const struct child_spec *spec;
	int in, out, err;	/* the program's ends */
	int report, lifeline;
	unsigned uid, gid;
};

static void tell(const struct start *s, enum news news, int a, int b)
{
	struct message m = { news, a, b };
	ssize_t n = write(s->report, &m, sizeof(m));

	(void)n;		/* nobody listens: muster is gone */
}

static void exec_failed(const struct start *s, enum stage stage)
{
	tell(s, NEWS_EXEC_FAILED, stage, errno);
	_exit(127);
}

/* -- The program, before it is itself -- */

static void limit(const struct start *s, int what, uint64_t value)
{
	struct rlimit now, want;

	if (getrlimit(what, &now) != 0)
		exec_failed(s, STAGE_LIMITS);
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < value)
		value = now.rlim_max;
	want.rlim_cur = want.rlim_max = value;
	if (setrlimit(what, &want) != 0)
		exec_failed(s, STAGE_LIMITS);
}

static void limits(const struct start *s)
{
	const struct child_spec *spec = s->spec;

	limit(s, RLIMIT_CORE, 0);
	limit(s, RLIMIT_NOFILE, 1024);
	if (spec->max_file)
		limit(s, RLIMIT_FSIZE, spec->max_file);
	if (!spec->max_memory)
		return;
	/* Data counts what a process can dirty by itself. Address space is
	 * bounded too, more widely: runtimes reserve far more than they use. */
	limit(s, RLIMIT_DATA, spec->max_memory);
	if (spec->max_memory < UINT64_MAX / 8)
		limit(s, RLIMIT_AS, 8 * spec->max_memory);
}

/* own_proc: /proc shows nobody else, and may be read. */
_Noreturn static void be_program(const struct start *s, bool namespaces,
				 bool own_proc)
{
	const struct child_spec *spec = s->spec;
	unsigned landlock = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	process_default_signals();
	umask(077);
	dup2(s->in, 0);
	dup2(s->out, 1);
	dup2(s->err, 2);
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	if (spec->cwd && chdir(spec->cwd) != 0)
		exec_failed(s, STAGE_CWD);
	limits(s);
	if (namespaces)		/* root of a namespace is nobody special */
		prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED);
	if (spec->wall_in)
		landlock = landlock_enter(spec->paths, spec->n_paths,
					  own_proc ? "/proc" : NULL);
	tell(s, NEWS_WALLS, (int)landlock, namespaces);
	environ = (char **)(uintptr_t)spec->env;
	execvp(spec->argv[0], spec->argv);
	exec_failed(s, STAGE_EXEC);
	_exit(127);
}

/* -- The keeper -- */

static void close_ours(const struct start *s)
{
	close(s->in);
	close(s->out);
	close(s->err);
}

/* First process of the namespace: whatever loses its parent comes here. When
 * it ends, the kernel kills all others before anybody learns of it. */
_Noreturn static void be_first(const struct start *s)
{
	int pid, got, status;
	bool own_proc;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(s->lifeline);
	own_proc = mount("proc", "/proc", "proc",
			 MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
	pid = fork();
	if (pid == 0)
		be_program(s, true, own_proc);
	close_ours(s);
	if (pid < 0)
		exec_failed(s, STAGE_FORK);
	do {
		got = waitpid(-1, &status, 0);
	} while (got != pid && (got > 0 || errno == EINTR));
	if (got == pid)
		tell(s, NEWS_STATUS, process_exit_status(status), 0);
	_exit(0);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	close(fd);
	return ok;
}

static void map_id(const char *path, unsigned id)
{
	char line[64];

	snprintf(line, sizeof(line), "%u %u 1", id, id);
	write_file(path, line);
}

/* Own users, processes, network, mounts; who we are stays the same. */
static bool enter_namespaces(const struct start *s)
{
	if (unshare(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
		    CLONE_NEWIPC | CLONE_NEWNS) != 0)
		return false;
	/* Files of a process that cannot be dumped belong to root. */
	prctl(PR_SET_DUMPABLE, 1);
	write_file("/proc/self/setgroups", "deny");
	map_id("/proc/self/uid_map", s->uid);
	map_id("/proc/self/gid_map", s->gid);
	prctl(PR_SET_DUMPABLE, 0);
	/* Sockets of agents and daemons live below /run; Landlock does not
	 * judge who connects to them. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0)
		mount("none", "/run", "tmpfs", MS_NOSUID | MS_NODEV | MS_RDONLY,
		      NULL);
	return true;
}

/* Kills every direct child. Their children become ours by that, so that
 * repeating it comes to an end. The list is the kernel's own: quick enough
 * to overtake a program that runs away by forking. */
static void kill_children(void)
{
	char path[64], bytes[4096];
	int fd, pid = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (bytes[i] >= '0' && bytes[i] <= '9') {
				pid = pid * 10 + (bytes[i] - '0');
				continue;
			}
			if (pid > 0)
				kill(pid, SIGKILL);
			pid = 0;
		}
	close(fd);
}

/* Reaps what there is; false when no child is left. */
static bool reap(const struct start *s, int program, bool tell_status,
		 bool *program_ended)
{
	int status, pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != program)
			continue;
		*program_ended = true;
		if (tell_status)
			tell(s, NEWS_STATUS, process_exit_status(status), 0);
	}
	return pid == 0 || errno != ECHILD;
}

/* Waits for the program's end or muster's word or death; then kills until
 * nobody is left. */
static void watch(const struct start *s, int program, bool namespaces)
{
	struct pollfd wait[2] = { { .fd = s->lifeline, .events = POLLIN } };
	unsigned rounds = 0;
	bool ended = false;
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	wait[1].fd = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	wait[1].events = POLLIN;
	while (reap(s, program, !namespaces, &ended) && !ended) {
		struct signalfd_siginfo info;
		ssize_t n;

		poll(wait, 2, 1000);
		n = read(wait[1].fd, &info, sizeof(info));
		(void)n;
		if (wait[0].revents)
			break;
	}
	for (;;) {
		if (!ended)
			kill(program, SIGKILL);
		if (!namespaces)
			kill_children();
		if (!reap(s, program, !namespaces, &ended))
			return;
		/* At first at once again: what was orphaned is ours now. */
		if (++rounds > 1000)
			poll(&wait[1], 1, 5);
	}
}

/* Closes all but the given descriptors and 0, 1, 2, which become null. */
static void close_others(int *keep, size_t n)
{
	unsigned from = 3;
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (keep[j] < keep[i]) {
				int t = keep[i];

				keep[i] = keep[j];
				keep[j] = t;
			}
	for (size_t i = 0; i < n; i++) {
		if ((unsigned)keep[i] > from)
			close_range(from, (unsigned)keep[i] - 1, 0);
		from = (unsigned)keep[i] + 1;
	}
	close_range(from, ~0u, 0);
}

_Noreturn static void be_keeper(const struct start *s)
{
	int keep[] = { s->in, s->out, s->err, s->report, s->lifeline };
	bool namespaces;
	int pid;

	setsid();
	process_default_signals();
	signal(SIGPIPE, SIG_IGN);
	close_others(keep, 5);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	prctl(PR_SET_NAME, "muster-keeper");
	namespaces = s->spec->wall_in && enter_namespaces(s);
	pid = fork();
	if (pid == 0) {
		if (namespaces)
			be_first(s);
		close(s->lifeline);
		be_program(s, false, false);
	}
	close_ours(s);
	if (pid < 0)
		exec_failed(s, STAGE_FORK);
	watch(s, pid, namespaces);
	_exit(0);
}

/* -- muster's side -- */

static bool pipes_open(int pipes[5][2])
{
	for (int i = 0; i < 5; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (int i = 0; i < 5; i++)
		if (pipe2(pipes[i], O_CLOEXEC) != 0)
			return false;
	return true;
}

static int not_blocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd;
}

enum rc child_start(const struct child_spec *spec, struct child *c,
		    struct err *err)
{
	enum { IN, OUT, ERR, REPORT, LIFELINE };
	struct start s = { .spec = spec, .uid = geteuid(), .gid = getegid() };
	int p[5][2], pid = -1;
	enum rc rc = RC_OK;

	memset(c, 0, sizeof(*c));
	c->in = c->out = c->err = c->report = c->lifeline = -1;
	if (!pipes_open(p)) {
		rc = err_errno(err, RC_IO, "opening pipes for '%s' failed",
			       spec->argv[0]);
		goto out;
	}
	s.in = p[IN][0];
	s.out = p[OUT][1];
	s.err = p[ERR][1];
	s.report = p[REPORT][1];
	s.lifeline = p[LIFELINE][0];
	pid = fork();
	if (pid == 0)
		be_keeper(&s);
	if (pid < 0) {
		rc = err_errno(err, RC_IO, "starting '%s' failed",
			       spec->argv[0]);
		goto out;
	}
	c->keeper = pid;
	c->in = not_blocking(p[IN][1]);
	c->out = not_blocking(p[OUT][0]);
	c->err = not_blocking(p[ERR][0]);
	c->report = not_blocking(p[REPORT][0]);
	c->lifeline = p[LIFELINE][1];
	p[IN][1] = p[OUT][0] = p[ERR][0] = p[REPORT][0] = p[LIFELINE][1] = -1;
out:
	for (int i = 0; i < 5; i++) {
		process_close(&p[i][0]);
		process_close(&p[i][1]);
	}
	return rc;
}

static void take(struct child *c, const struct message *m)
{
	switch ((enum news)m->news) {
	case NEWS_WALLS:
		c->walls.landlock = (unsigned)m->a;
		c->walls.namespaces = m->b != 0;
		break;
	case NEWS_EXEC_FAILED:
		c->exec_stage = stage_texts[m->a];
		c->exec_errno = m->b;
		break;
	case NEWS_STATUS:
		c->has_status = true;
		c->status = m->a;
		break;
	}
}

bool child_read_report(struct child *c)
{
	struct message m;
	ssize_t n;

	while ((n = read(c->report, &m, sizeof(m))) == (ssize_t)sizeof(m))
		take(c, &m);
	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

void child_kill(struct child *c)
{
	process_close(&c->lifeline);
}

void child_end(struct child *c)
{
	struct pollfd wait = { .fd = c->report, .events = POLLIN };

	child_kill(c);
	process_close(&c->in);
	process_close(&c->out);
	process_close(&c->err);
	while (c->report >= 0 && !child_read_report(c))
		poll(&wait, 1, -1);
	process_close(&c->report);
	while (c->keeper > 0 && waitpid(c->keeper, NULL, 0) < 0 &&
	       errno == EINTR)
		;
	c->keeper = 0;
}
