#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/process.h"
#include "base/xalloc.h"

#define NS_PER_MS 1000000ull
#define MAX_LEFT 64	/* reads that empty the largest pipe */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* One word at *s, which moves behind it; false: a quote is open. */
static bool take_word(const char **s, struct buf *word)
{
	char quote = '\0';

	for (; **s && (quote || !is_blank(**s)); ++*s) {
		char c = **s;

		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? '\0' : c;
		} else if (c == '\\' && quote != '\'') {
			if (!(*s)[1])
				return false;
			buf_char(word, *++*s);
		} else {
			buf_char(word, c);
		}
	}
	return !quote;
}

enum rc spawn_split(const char *line, struct strs *argv, struct err *err)
{
	struct buf word = BUF_INIT;
	enum rc rc = RC_OK;

	for (const char *s = line; rc == RC_OK; ) {
		while (is_blank(*s))
			s++;
		if (!*s)
			break;
		buf_clear(&word);
		if (take_word(&s, &word))
			strs_add(argv, word.data);
		else
			rc = err_set(err, RC_BAD_INPUT, "the command '%s' has "
				     "an open quote or ends in a backslash",
				     line);
	}
	buf_release(&word);
	if (rc == RC_OK && !argv->n)
		rc = err_set(err, RC_BAD_INPUT, "the command is empty");
	vec_push(argv, NULL);
	argv->n--;
	return rc;
}

static const char *editor_command(void)
{
	static const char *const names[] = { "VISUAL", "EDITOR" };

	for (size_t i = 0; i < COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return value;
	}
	return "vi";
}

static bool takes_line(const char *program)
{
	static const char *const known[] = { "vi", "vim", "nvim", "nano",
					     "emacs", "joe", "micro", "ne" };
	const char *slash = strrchr(program, '/');

	for (size_t i = 0; i < COUNT(known); i++)
		if (!strcmp(slash ? slash + 1 : program, known[i]))
			return true;
	return false;
}

enum rc spawn_editor(const char *path, unsigned line, struct strs *argv,
		     struct err *err)
{
	enum rc rc = spawn_split(editor_command(), argv, err);

	if (rc != RC_OK)
		return err_prefix(err, "$VISUAL or $EDITOR");
	if (line && takes_line(argv->at[0])) {
		char *at = xasprintf("+%u", line);

		strs_add(argv, at);
		free(at);
	}
	strs_add(argv, path);
	vec_push(argv, NULL);
	argv->n--;
	return RC_OK;
}

void spawn_quote(struct buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@/-+=:,";

	if (*word && !word[strspn(word, plain)]) {
		buf_str(out, word);
		return;
	}
	buf_char(out, '\'');
	for (; *word; word++)
		if (*word == '\'')
			buf_str(out, "'\\''");
		else
			buf_char(out, *word);
	buf_char(out, '\'');
}

/* What one run holds; every descriptor is -1 when closed. */
struct run {
	struct spawn_io *io;
	pid_t pid;
	int pidfd;
	int in, out, errout;		/* our ends */
	int child[3];			/* its ends */
	int exec_error;			/* becomes readable, or just closes */
	size_t n_in;			/* written so far */
	uint64_t deadline;		/* 0: none */
	bool killed;
};

/* Our end stays out of what we start otherwise, and never blocks us. */
static int make_pipe(int *ours, int *theirs, bool we_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	*ours = ends[we_write];
	*theirs = ends[!we_write];
	return fcntl(*ours, F_SETFL, O_NONBLOCK);
}

static int open_null(int *theirs, int flags)
{
	*theirs = open("/dev/null", flags | O_CLOEXEC);
	return *theirs < 0 ? -1 : 0;
}

static int open_ends(struct run *r)
{
	const struct spawn_io *io = r->io;

	if (io->in ? make_pipe(&r->in, &r->child[0], true) :
		     open_null(&r->child[0], O_RDONLY))
		return -1;
	if (io->out ? make_pipe(&r->out, &r->child[1], false) :
		      open_null(&r->child[1], O_WRONLY))
		return -1;
	return io->errout ? make_pipe(&r->errout, &r->child[2], false) :
			    open_null(&r->child[2], O_WRONLY);
}

/* From here to exec only what is safe between fork and exec is called. */

_Noreturn static void tell_why(int tell)
{
	int why = errno;

	if (write(tell, &why, sizeof(why)) < 0)
		_exit(126);
	_exit(127);
}

_Noreturn static void exec_or_tell(char *const argv[], int tell)
{
	/* marks them only: tell must live until exec succeeds */
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	execvp(argv[0], argv);
	tell_why(tell);
}

/* An end that is 0, 1 or 2 itself would be overwritten by the next dup2. */
static int above_stdio(int fd)
{
	return fd > 2 ? fd : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

_Noreturn static void child_main(const struct run *r, char *const argv[],
				 int tell)
{
	int ends[3];

	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	process_default_signals();
	tell = above_stdio(tell);
	for (int i = 0; i < 3; i++)
		ends[i] = above_stdio(r->child[i]);
	for (int i = 0; i < 3; i++)
		dup2(ends[i], i);
	if (r->io->cwd && chdir(r->io->cwd) != 0)
		tell_why(tell);
	exec_or_tell(argv, tell);
}

static enum rc start(struct run *r, char *const argv[], struct err *err)
{
	int tell[2];

	if (open_ends(r) < 0 || pipe2(tell, O_CLOEXEC) < 0)
		return err_errno(err, RC_IO, "starting '%s' failed", argv[0]);
	r->pid = fork();
	if (r->pid == 0)
		child_main(r, argv, tell[1]);
	close(tell[1]);
	r->exec_error = tell[0];
	for (int i = 0; i < 3; i++)
		process_close(&r->child[i]);
	if (r->pid < 0)
		return err_errno(err, RC_IO, "starting '%s' failed", argv[0]);
	r->pidfd = pidfd_open(r->pid, 0);
	if (r->io->timeout_ms)
		r->deadline = clock_ns() + r->io->timeout_ms * NS_PER_MS;
	return RC_OK;
}

/* Waits for what the child tells until its exec. */
static enum rc started(int tell, const char *name, struct err *err)
{
	ssize_t n;
	int why;

	do
		n = read(tell, &why, sizeof(why));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(why))
		return RC_OK;
	errno = why;
	return err_errno(err, why == ENOENT ? RC_NOT_FOUND : RC_FAILED,
			 "starting '%s' failed", name);
}

static enum rc kill_all(struct run *r, enum rc rc)
{
	kill(-r->pid, SIGKILL);
	kill(r->pid, SIGKILL);
	r->killed = true;
	return rc;
}

static void feed(struct run *r)
{
	const char *bytes = r->io->in;
	ssize_t n = 0;

	if (r->n_in < r->io->n_in)
		n = write(r->in, bytes + r->n_in, r->io->n_in - r->n_in);
	if (n > 0)
		r->n_in += (size_t)n;
	if (r->n_in == r->io->n_in ||
	    (n < 0 && errno != EAGAIN && errno != EINTR))
		process_close(&r->in);
}

/* True: there was something to read. */
static bool drain(struct run *r, int *fd, struct buf *to, const char *name,
		  enum rc *rc, struct err *err)
{
	char block[16384];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, block, sizeof(block));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		process_close(fd);
		return false;
	}
	buf_add(to, block, (size_t)n);
	if (!r->io->max_out || to->len <= r->io->max_out)
		return true;
	buf_truncate(to, r->io->max_out);
	if (*rc == RC_OK)
		*rc = kill_all(r, err_set(err, RC_FAILED, "'%s' wrote more "
					  "than %zu bytes and was killed",
					  name, r->io->max_out));
	return true;
}

static bool drain_both(struct run *r, const char *name, enum rc *rc,
		       struct err *err)
{
	bool more = drain(r, &r->out, r->io->out, name, rc, err);

	return drain(r, &r->errout, r->io->errout, name, rc, err) || more;
}

/* Milliseconds that poll may wait. Without a pidfd it looks now and then. */
static int patience(const struct run *r)
{
	uint64_t now = clock_ns(), ms;

	ms = !r->deadline ? 60000 : r->deadline <= now ? 0 :
	     (r->deadline - now) / NS_PER_MS + 1;
	if (r->pidfd < 0 && ms > 20)
		ms = 20;
	return ms > 60000 ? 60000 : (int)ms;
}

static bool ended(const struct run *r, int *wait_status)
{
	pid_t pid = waitpid(r->pid, wait_status, WNOHANG);

	return pid == r->pid || (pid < 0 && errno != EINTR);
}

/* Until the child itself has ended: what it left behind may hold the pipes
 * open for ever, and is read as far as it is there. */
static enum rc supervise(struct run *r, const char *name, int *status,
			 struct err *err)
{
	enum rc rc = RC_OK;
	int wait_status = 0;

	while (!ended(r, &wait_status)) {
		struct pollfd fds[] = {
			{ .fd = r->in, .events = POLLOUT },
			{ .fd = r->out, .events = POLLIN },
			{ .fd = r->errout, .events = POLLIN },
			{ .fd = r->pidfd, .events = POLLIN },
		};

		poll(fds, 4, patience(r));
		if (r->in >= 0)
			feed(r);
		drain_both(r, name, &rc, err);
		if (r->deadline && clock_ns() >= r->deadline && !r->killed)
			rc = kill_all(r, err_set(err, RC_FAILED, "'%s' took "
				      "longer than %u ms and was killed",
				      name, r->io->timeout_ms));
	}
	for (int i = 0; i < MAX_LEFT && drain_both(r, name, &rc, err); i++)
		;
	*status = process_exit_status(wait_status);
	return rc;
}

enum rc spawn_run(char *const argv[], struct spawn_io *io, int *status,
		  struct err *err)
{
	struct run r = {
		.io = io, .pid = -1, .pidfd = -1, .in = -1, .out = -1,
		.errout = -1, .child = { -1, -1, -1 }, .exec_error = -1,
	};
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	enum rc rc;

	sigaction(SIGPIPE, &ignore, &old);
	rc = start(&r, argv, err);
	if (rc == RC_OK) {
		rc = started(r.exec_error, argv[0], err);
		if (rc == RC_OK)
			rc = supervise(&r, argv[0], status, err);
		else
			waitpid(r.pid, NULL, 0);
	}
	sigaction(SIGPIPE, &old, NULL);
	process_close(&r.in);
	process_close(&r.out);
	process_close(&r.errout);
	process_close(&r.pidfd);
	process_close(&r.exec_error);
	for (int i = 0; i < 3; i++)
		process_close(&r.child[i]);
	return rc;
}

/* -- on the terminal -- */

#define LEAVE_MS 500		/* for what runs there to save and to end */

/* A signal that ends us must end what we wait for, too: written to by the
 * handler, whichever thread the kernel picks for it. */
static int leave_pipe[2] = { -1, -1 };

static void told_to_leave(int sig)
{
	int was = errno;
	unsigned char byte = (unsigned char)sig;

	(void)!write(leave_pipe[1], &byte, 1);
	errno = was;
}

/* What is changed meanwhile, in this order. */
static const int held[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
#define N_HELD COUNT(held)

static void hold_signals(struct sigaction *old)
{
	for (size_t i = 0; i < N_HELD; i++) {
		struct sigaction a = { .sa_handler = i < 2 ? SIG_IGN :
							     told_to_leave };

		sigaction(held[i], &a, &old[i]);
	}
}

static void release_signals(const struct sigaction *old)
{
	for (size_t i = 0; i < N_HELD; i++)
		sigaction(held[i], &old[i], NULL);
}

/* The signal that came meanwhile, or 0: then the child has ended. */
static int until_ended(pid_t pid, int pidfd)
{
	struct pollfd fds[] = { { .fd = pidfd, .events = POLLIN },
				{ .fd = leave_pipe[0], .events = POLLIN } };
	unsigned char sig = 0;

	while (!(fds[0].revents & POLLIN)) {
		if (poll(fds, sig ? 1 : 2, sig ? LEAVE_MS : -1) == 0)
			break;
		if (!sig && (fds[1].revents & POLLIN) &&
		    read(leave_pipe[0], &sig, 1) == 1)
			kill(pid, SIGHUP);
	}
	return sig;
}

/* Not waited for beyond LEAVE_MS: an editor that does not heed SIGHUP must
 * not keep us here once the terminal is gone. */
static int wait_on_terminal(pid_t pid, int *wait_status)
{
	int pidfd = pidfd_open(pid, 0);
	int sig = pidfd < 0 ? 0 : until_ended(pid, pidfd);

	while (waitpid(pid, wait_status, sig ? WNOHANG : 0) < 0 &&
	       errno == EINTR)
		;
	process_close(&pidfd);
	return sig;
}

static enum rc run_on_terminal(char *const argv[], int tell[2], int *status,
			       int *sig, struct err *err)
{
	int wait_status = 0;
	pid_t pid = fork();
	enum rc rc;

	if (pid == 0) {
		process_default_signals();
		exec_or_tell(argv, tell[1]);
	}
	process_close(&tell[1]);
	if (pid < 0)
		return err_errno(err, RC_IO, "starting '%s' failed", argv[0]);
	rc = started(tell[0], argv[0], err);
	*sig = wait_on_terminal(pid, &wait_status);
	if (rc == RC_OK)
		*status = *sig ? 128 + *sig : process_exit_status(wait_status);
	return rc;
}

/* One that came when the child had ended, and before release_signals. */
static int told_late(void)
{
	unsigned char sig = 0;

	return read(leave_pipe[0], &sig, 1) == 1 ? sig : 0;
}

enum rc spawn_on_terminal(char *const argv[], int *status, struct err *err)
{
	struct sigaction old[N_HELD];
	int tell[2] = { -1, -1 }, sig = 0;
	enum rc rc;

	if (pipe2(tell, O_CLOEXEC) < 0 ||
	    pipe2(leave_pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		rc = err_errno(err, RC_IO, "starting '%s' failed", argv[0]);
	} else {
		hold_signals(old);
		rc = run_on_terminal(argv, tell, status, &sig, err);
		release_signals(old);
		if (!sig)
			sig = told_late();
	}
	for (int i = 0; i < 2; i++) {
		process_close(&tell[i]);
		process_close(&leave_pipe[i]);
	}
	if (sig)
		raise(sig);
	return rc;
}
