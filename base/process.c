#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"

/* Field 22 of /proc/PID/stat; the command in field 2 may hold anything, so
 * that fields are counted behind its last parenthesis. "" if it is gone. */
static char *start_time(int64_t pid)
{
	char *path = xasprintf("/proc/%lld/stat", (long long)pid);
	struct buf b = BUF_INIT;
	const char *p = NULL;
	char *out;

	if (fsx_read(path, 4096, &b, NULL) == RC_OK)
		p = strrchr(b.data, ')');
	for (int field = 2; p && field < 22; field++) {
		p = strchr(p, ' ');
		p = p ? p + 1 : NULL;
	}
	out = p ? xmemdupz(p, strcspn(p, " ")) : xstrdup("");
	buf_release(&b);
	free(path);
	return out;
}

static char *boot_id(void)
{
	struct buf b = BUF_INIT;
	char *out;

	if (fsx_read("/proc/sys/kernel/random/boot_id", 64, &b, NULL) != RC_OK)
		buf_clear(&b);
	out = xmemdupz(b.data, strcspn(b.data, "\n"));
	buf_release(&b);
	return out;
}

/* "HOST BOOT "; a host's name holds no blank. */
static char *host_and_boot(size_t *n_host)
{
	struct utsname u;
	char *boot = boot_id(), *out;

	if (uname(&u) != 0 || strchr(u.nodename, ' '))
		u.nodename[0] = '\0';
	*n_host = strlen(u.nodename) + 1;
	out = xasprintf("%s %s ", u.nodename, boot);
	free(boot);
	return out;
}

char *process_name(void)
{
	size_t n_host;
	char *place = host_and_boot(&n_host);
	char *start = start_time(getpid());
	char *out = xasprintf("%s%lld %s", place, (long long)getpid(), start);

	free(place);
	free(start);
	return out;
}

enum process_state process_state(const char *name)
{
	size_t n_host;
	char *place = host_and_boot(&n_host);
	enum process_state state = PROCESS_ELSEWHERE;
	const char *rest = name + strlen(place);
	size_t n = strlen(place);

	if (!strncmp(name, place, n_host))
		state = PROCESS_GONE;	/* since a restart of the host */
	if (!strncmp(name, place, n)) {
		size_t digits = strcspn(rest, " ");
		int64_t pid;

		if (rest[digits] && decimal_read_i64(rest, digits, &pid)) {
			char *start = start_time(pid);

			if (*start && !strcmp(start, rest + digits + 1))
				state = PROCESS_ALIVE;
			free(start);
		}
	}
	free(place);
	return state;
}

/* A closed one is replaced by what fails as a closed one does: reading what
 * was opened for writing, and the other way round. */
static void open_standard(void)
{
	for (int fd = 0; fd < 3; fd++)
		while (fcntl(fd, F_GETFD) < 0)
			if (open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
				return;
}

const char *process_guard(void)
{
	const struct rlimit none = { 0, 0 };

	if (getauxval(AT_SECURE))
		return "it must not be installed set-user-ID, set-group-ID or "
		       "with capabilities; 'chmod ug-s' takes them away";
	open_standard();
	setrlimit(RLIMIT_CORE, &none);
#ifndef MUSTER_SANITIZE		/* whose leak check traces the process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	return NULL;
}

/* -- Those that we start -- */

void process_default_signals(void)
{
	struct sigaction sa;
	sigset_t none;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int process_exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) :
	       WEXITSTATUS(wait_status);
}

void process_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}
