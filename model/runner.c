#include "model/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/count.h"
#include "base/process.h"
#include "base/scratch.h"
#include "base/xalloc.h"
#include "model/runner_answer.h"

#define STDERR_KEEP (64u << 10)
#define TICK_MS 50

/* What programs need of a system to start at all, to read only. No /proc of
 * others, no home, no tty, none of /etc that holds secrets. */
static const char *const system_paths[] = {
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
	"/opt", "/nix/store", "/gnu/store",
	"/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
	"/etc/ld.so.preload", "/etc/alternatives", "/etc/localtime",
	"/etc/nsswitch.conf", "/etc/passwd", "/etc/group", "/etc/host.conf",
	"/etc/python3", "/etc/python3.11", "/etc/R", "/etc/fonts",
	"/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/self",
	"/proc/filesystems",
	"/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu",
	"/dev/urandom", "/dev/random", "/dev/zero"
};
/* The folders of an installation that stands elsewhere: beside bin/. */
static const char *const beside_bin[] = {
	"bin", "lib", "lib64", "pyvenv.cfg"
};

struct limits {
	unsigned timeout_ms;
	uint64_t max_out, max_memory, max_file;
	size_t batch;
};

struct run {
	const struct runner_request *req;
	struct runner_answer *out;
	struct limits lim;
	int model;			/* the model's file, or -1 */
	char *model_path;
	struct stat model_stat;
	struct strs argv, env;		/* argv ended by a NULL */
	struct strs path_texts;		/* owns what paths point to */
	VEC_DECLARE(struct child_path, paths) paths;
	struct scratch *scratch;
	uint64_t start_ns;
	uint64_t rows_done;		/* of the batches before */
};

/* -- Preparing -- */

static void take_limits(struct limits *l, const struct runner_limits *want)
{
	l->timeout_ms = want->timeout_ms ? want->timeout_ms : 600000;
	l->max_out = want->max_out ? want->max_out : 256u << 20;
	l->max_memory = want->max_memory ? want->max_memory : 4ull << 30;
	l->max_file = want->max_file ? want->max_file : 1u << 30;
	l->batch = want->batch ? want->batch : 100000;
}

static void allow(struct run *r, const char *path, bool write)
{
	struct child_path *p = vec_add(&r->paths);

	strs_add(&r->path_texts, path);
	p->path = r->path_texts.at[r->path_texts.n - 1];
	p->write = write;
}

/* program: ".../bin/name". Folders beside bin are part of it. */
static void allow_installation(struct run *r, const char *program)
{
	const char *name = strrchr(program, '/');
	size_t n = (size_t)(name - program);

	if (n < 4 || memcmp(name - 4, "/bin", 4) != 0)
		return;
	for (size_t i = 0; i < COUNT(beside_bin); i++) {
		char *path = xasprintf("%.*s%s", (int)(n - 3), program,
				       beside_bin[i]);

		allow(r, path, false);
		free(path);
	}
}

static void allow_program(struct run *r, const char *program)
{
	char *real;

	if (program[0] != '/')
		return;
	allow(r, program, false);
	allow_installation(r, program);
	real = realpath(program, NULL);
	if (real) {
		allow(r, real, false);
		allow_installation(r, real);
	}
	free(real);
}

static void allow_files_of_argv(struct run *r)
{
	const struct strs *argv = r->req->argv;
	struct stat st;

	for (size_t i = 1; i < argv->n; i++)
		if (argv->at[i][0] == '/' && stat(argv->at[i], &st) == 0 &&
		    S_ISREG(st.st_mode))
			allow(r, argv->at[i], false);
}

static void allow_all(struct run *r)
{
	for (size_t i = 0; i < COUNT(system_paths); i++)
		allow(r, system_paths[i], false);
	allow(r, "/dev/null", true);
	allow(r, "/dev/full", true);
	allow(r, scratch_path(r->scratch), true);
	allow_program(r, r->req->argv->at[0]);
	allow_files_of_argv(r);
	if (r->model_path)
		allow(r, r->model_path, false);
	for (size_t i = 0; r->req->reads && i < r->req->reads->n; i++)
		allow(r, r->req->reads->at[i], false);
}

static void add_env(struct run *r, const char *name, const char *value)
{
	char *s = xasprintf("%s=%s", name, value);

	strs_add(&r->env, s);
	free(s);
}

static void make_env(struct run *r)
{
	add_env(r, "PATH", "/usr/local/bin:/usr/bin:/bin");
	add_env(r, "HOME", scratch_path(r->scratch));
	add_env(r, "TMPDIR", scratch_path(r->scratch));
	add_env(r, "LANG", "C.UTF-8");
	if (r->model_path)
		add_env(r, "MUSTER_MODEL", r->model_path);
	vec_push(&r->env, NULL);
}

static enum rc check_argv(struct run *r, struct err *err)
{
	const struct strs *argv = r->req->argv;

	if (argv->n == 0 || argv->at[0][0] == '\0')
		return err_set(err, RC_BAD_INPUT, "the runner's command is "
			       "empty; name a program");
	if (argv->at[0][0] != '/' && strchr(argv->at[0], '/'))
		return err_set(err, RC_BAD_INPUT, "the runner '%s' is a "
			       "relative path, but runs in a scratch folder; "
			       "give the path from /", argv->at[0]);
	for (size_t i = 0; i < argv->n; i++)
		strs_add(&r->argv, argv->at[i]);
	vec_push(&r->argv, NULL);
	return RC_OK;
}

/* -- The model's file -- */

static enum rc model_open(struct run *r, struct err *err)
{
	const struct runner_request *req = r->req;
	char want[HASH_HEX_SIZE], have[HASH_HEX_SIZE];
	enum rc rc;

	if (!req->artifact)
		return RC_OK;
	r->model_path = realpath(req->artifact, NULL);
	if (r->model_path)
		r->model = open(r->model_path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
				O_NONBLOCK);
	if (r->model < 0 || fstat(r->model, &r->model_stat) != 0)
		return err_errno(err, RC_NOT_FOUND, "opening the model file "
				 "'%s' failed", req->artifact);
	if (!S_ISREG(r->model_stat.st_mode))
		return err_set(err, RC_BAD_INPUT, "the model '%s' is not a "
			       "regular file", req->artifact);
	rc = hash_fd(r->model, &r->out->artifact_digest, NULL, err);
	if (rc != RC_OK || !req->artifact_digest ||
	    hash_equal(req->artifact_digest, &r->out->artifact_digest))
		return rc;
	hash_hex(req->artifact_digest, want);
	hash_hex(&r->out->artifact_digest, have);
	return err_set(err, RC_REFUSED, "the model file '%s' has sha256 "
		       "%.12s.., but the version was registered with %.12s..; "
		       "give the registered file", req->artifact, have, want);
}

/* Same file at the same path, never touched: contents, and the time that
 * renaming or writing leaves behind. */
static enum rc model_check(struct run *r, struct err *err)
{
	const struct stat *was = &r->model_stat;
	struct stat is;
	struct hash hash;
	enum rc rc;

	if (r->model < 0)
		return RC_OK;
	rc = hash_fd(r->model, &hash, NULL, err);
	if (rc != RC_OK)
		return rc;
	if (stat(r->model_path, &is) == 0 && is.st_dev == was->st_dev &&
	    is.st_ino == was->st_ino && is.st_size == was->st_size &&
	    is.st_ctim.tv_sec == was->st_ctim.tv_sec &&
	    is.st_ctim.tv_nsec == was->st_ctim.tv_nsec &&
	    hash_equal(&hash, &r->out->artifact_digest))
		return RC_OK;
	return err_set(err, RC_REFUSED, "the model file '%s' changed during "
		       "the run, which is void; run it again when nobody "
		       "touches the file", r->model_path);
}

/* -- One batch -- */

enum stop {
	STOP_NO, STOP_CANCELLED, STOP_DEADLINE, STOP_OUTPUT
};

struct batch {
	struct run *run;
	struct child child;
	struct buf in, out;
	size_t fed;
	size_t counted;			/* bytes of out seen by rows */
	uint64_t rows;			/* line ends there, for progress */
	uint64_t deadline_ns;
	enum stop stop;
	bool gone;			/* no descendant is left */
};

static void feed(struct batch *b)
{
	ssize_t n = write(b->child.in, b->in.data + b->fed, b->in.len - b->fed);

	if (n > 0)
		b->fed += (size_t)n;
	/* A program need not read all; its answer decides. */
	if (b->fed == b->in.len ||
	    (n < 0 && errno != EAGAIN && errno != EINTR))
		process_close(&b->child.in);
}

/* Reads what is there; false at the end. */
static bool drain(int *fd, struct buf *to)
{
	size_t had = to->len;
	char bytes[65536];
	ssize_t n;

	n = read(*fd, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(to, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		process_close(fd);
	return to->len > had;
}

static void keep_tail(struct buf *b)
{
	if (b->len > 2 * STDERR_KEEP)
		buf_remove(b, 0, b->len - STDERR_KEEP);
}

static void count_rows(struct batch *b)
{
	const char *p = b->out.data + b->counted;
	const char *end = b->out.data + b->out.len;

	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		b->rows++;
		p++;
	}
	b->counted = b->out.len;
}

static enum stop why_stop(struct batch *b)
{
	const struct runner_request *req = b->run->req;
	uint64_t done = b->run->rows_done + (b->rows ? b->rows - 1 : 0);

	if (req->cancel && atomic_load(req->cancel))
		return STOP_CANCELLED;
	if (req->progress &&
	    req->progress(req->progress_arg, done < req->n ? done : req->n,
			  req->n) != RC_OK)
		return STOP_CANCELLED;
	if (b->out.len > b->run->lim.max_out)
		return STOP_OUTPUT;
	if (clock_ns() > b->deadline_ns)
		return STOP_DEADLINE;
	return STOP_NO;
}

static void attend(struct batch *b)
{
	struct child *c = &b->child;
	struct pollfd p[4] = {
		{ .fd = c->in, .events = POLLOUT },
		{ .fd = c->out, .events = POLLIN },
		{ .fd = c->err, .events = POLLIN },
		{ .fd = c->report, .events = POLLIN },
	};

	/* When nobody is left, what the pipes hold is all there will be, even
	 * if a process that escaped still has their other end. */
	if (poll(p, b->gone ? 3 : 4, b->gone ? 0 : TICK_MS) == 0 && b->gone) {
		process_close(&c->out);
		process_close(&c->err);
		return;
	}
	if (p[0].revents)
		feed(b);
	/* Once stopped, what still comes is not wanted. */
	if (p[1].revents && drain(&c->out, &b->out) && b->stop)
		buf_clear(&b->out);
	if (p[2].revents)
		drain(&c->err, &b->run->out->stderr_tail);
	keep_tail(&b->run->out->stderr_tail);
	if (!b->gone && p[3].revents && child_read_report(c))
		b->gone = true;
}

/* Until nobody is left who could write, and all that was written is read. */
static void converse(struct batch *b)
{
	struct child *c = &b->child;
	uint64_t tick_ns = 0;

	while (!b->gone || c->out >= 0 || c->err >= 0) {
		attend(b);
		if (b->gone)
			process_close(&c->in);
		if (b->stop || b->gone)
			continue;
		if (b->out.len <= b->run->lim.max_out && clock_ns() < tick_ns)
			continue;
		tick_ns = clock_ns() + TICK_MS * 1000000ull;
		count_rows(b);
		b->stop = why_stop(b);
		if (b->stop)
			child_kill(c);
	}
}

static const char *walls_text(const struct child_walls *w)
{
	static const char *const texts[2][3] = {
		{ "unsandboxed", "sandboxed: files (Landlock)",
		  "sandboxed: files, TCP (Landlock)" },
		{ "sandboxed: processes, network (namespaces)",
		  "sandboxed: files (Landlock), processes, network (namespaces)",
		  "sandboxed: files (Landlock), processes, network (namespaces)" },
	};
	unsigned files = w->landlock >= 4 ? 2 : w->landlock ? 1 : 0;

	return texts[w->namespaces][files];
}

static enum rc judge_stop(struct batch *b, struct err *err)
{
	const char *name = b->run->req->argv->at[0];

	switch (b->stop) {
	case STOP_NO:
		return RC_OK;
	case STOP_CANCELLED:
		return err_set(err, RC_CANCELLED, "the run of '%s' was "
			       "cancelled; nothing is stored", name);
	case STOP_DEADLINE:
		return err_set(err, RC_FAILED, "the runner '%s' was killed: "
			       "it took more than %u ms", name,
			       b->run->lim.timeout_ms);
	case STOP_OUTPUT:
		return err_set(err, RC_FAILED, "the runner '%s' was killed: "
			       "it wrote more than %llu bytes", name,
			       (unsigned long long)b->run->lim.max_out);
	}
	BUG("stop %d", b->stop);
}

static enum rc judge(struct batch *b, struct err *err)
{
	const struct child *c = &b->child;
	const char *name = b->run->req->argv->at[0];
	enum rc rc;

	if (!b->stop && b->out.len > b->run->lim.max_out)
		b->stop = STOP_OUTPUT;
	rc = judge_stop(b, err);
	if (rc != RC_OK)
		return rc;
	if (c->exec_stage) {
		errno = c->exec_errno;
		return err_errno(err, RC_FAILED, "the runner '%s' did not "
				 "start: %s failed", name, c->exec_stage);
	}
	if (!c->has_status)
		return err_set(err, RC_FAILED, "the runner '%s' was killed "
			       "together with its keeper", name);
	if (c->status > 128)
		return err_set(err, RC_FAILED, "the runner '%s' ended by "
			       "signal %d; its last words are kept", name,
			       c->status - 128);
	if (c->status != 0)
		return err_set(err, RC_FAILED, "the runner '%s' ended with "
			       "status %d; its last words are kept", name,
			       c->status);
	return RC_OK;
}

static enum rc run_batch(struct run *r, size_t first, size_t n,
			 struct answer *answer, struct err *err)
{
	const struct runner_request *req = r->req;
	struct child_spec spec = {
		.argv = r->argv.at, .env = r->env.at,
		.cwd = scratch_path(r->scratch),
		.max_memory = r->lim.max_memory, .max_file = r->lim.max_file,
		.wall_in = req->sandbox != RUNNER_SANDBOX_NONE,
		.paths = r->paths.at, .n_paths = r->paths.n,
	};
	struct batch b = { .run = r, .in = BUF_INIT, .out = BUF_INIT };
	enum rc rc;

	r->out->status = -1;
	rc = req->input(req->input_arg, first, n, &b.in, err);
	if (rc == RC_OK)
		rc = child_start(&spec, &b.child, err);
	if (rc != RC_OK)
		goto out;
	b.deadline_ns = clock_ns() + r->lim.timeout_ms * 1000000ull;
	converse(&b);
	child_end(&b.child);
	r->out->sandboxed = walls_text(&b.child.walls);
	if (b.child.has_status)
		r->out->status = b.child.status;
	rc = judge(&b, err);
	if (rc == RC_OK && req->sandbox == RUNNER_SANDBOX_REQUIRE &&
	    !b.child.walls.landlock)
		rc = err_set(err, RC_REFUSED, "this host has no Landlock; "
			     "allow unsandboxed runs, or use a newer kernel");
	if (rc == RC_OK)
		rc = answer_add(answer, b.out.data, b.out.len, first, n, err);
out:
	buf_release(&b.in);
	buf_release(&b.out);
	return rc;
}

/* -- All of it -- */

/* A pipe whose reader is gone must not end muster. The signal is blocked for
 * this thread and, if one came, taken back. */
static void pipe_signal(bool begin, sigset_t *was)
{
	const struct timespec now = { 0, 0 };
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	if (begin) {
		pthread_sigmask(SIG_BLOCK, &pipe, was);
		return;
	}
	if (!sigismember(was, SIGPIPE))
		while (sigtimedwait(&pipe, NULL, &now) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, was, NULL);
}

static enum rc prepare(struct run *r, struct err *err)
{
	enum rc rc = check_argv(r, err);

	if (rc == RC_OK)
		rc = model_open(r, err);
	if (rc == RC_OK)
		rc = scratch_new(&r->scratch, err);
	if (rc != RC_OK)
		return rc;
	make_env(r);
	allow_all(r);
	return RC_OK;
}

static enum rc run_all(struct run *r, struct answer *answer, struct err *err)
{
	const struct runner_request *req = r->req;
	enum rc rc = RC_OK;

	for (size_t first = 0; rc == RC_OK && first < req->n; ) {
		size_t n = req->n - first;

		if (n > r->lim.batch)
			n = r->lim.batch;
		rc = run_batch(r, first, n, answer, err);
		first += n;
		r->rows_done = first;
	}
	return rc;
}

static void run_release(struct run *r)
{
	process_close(&r->model);
	free(r->model_path);
	strs_release(&r->argv);
	strs_release(&r->env);
	strs_release(&r->path_texts);
	vec_free(&r->paths);
	scratch_free(r->scratch);
}

enum rc runner_run(const struct runner_request *req, struct runner_answer *out,
		   struct err *err)
{
	struct run r = { .req = req, .out = out, .model = -1 };
	struct answer *answer = answer_new(req);
	sigset_t was;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	buf_init(&out->csv);
	buf_init(&out->stderr_tail);
	out->sandboxed = "unsandboxed";
	out->status = -1;
	r.start_ns = clock_ns();
	take_limits(&r.lim, &req->limits);
	pipe_signal(true, &was);
	rc = prepare(&r, err);
	if (rc == RC_OK)
		rc = run_all(&r, answer, err);
	if (rc == RC_OK)
		rc = model_check(&r, err);
	if (rc == RC_OK)
		rc = answer_take(answer, out, err);
	if (out->stderr_tail.len > STDERR_KEEP)
		buf_remove(&out->stderr_tail, 0,
			   out->stderr_tail.len - STDERR_KEEP);
	out->duration_ms = (clock_ns() - r.start_ns) / 1000000;
	answer_free(answer);
	run_release(&r);
	pipe_signal(false, &was);
	return rc;
}

void runner_answer_release(struct runner_answer *a)
{
	buf_release(&a->csv);
	buf_release(&a->stderr_tail);
}
