/* F33: the Nth allocation fails, once or for ever. F34: the Nth open, read,
 * write, sync or rename fails (EIO, ENOSPC, EINTR, half of it done). F01, F11,
 * F52, F84: the program is killed in the middle of it. F35: and again while it
 * recovers from that. F36: what it says after a failed sync is true.
 *
 * Each scenario is a command on a copy of a small registry. Without a fault it
 * is run once, to learn what it adds to the log and what file it writes; with
 * one it must end by itself with a message (or by our SIGKILL), and then the
 * registry verifies, holds all that was there before, and what was
 * acknowledged; a file it writes is there as a whole or not at all.
 *
 * Of the N of each scenario some are tried; MUSTER_NTH sets how many of the
 * transfers (0: all), MUSTER_NTH_ALLOC of the allocations, MUSTER_RECOVERIES
 * how many pairs of faults. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "model/rng.h"
#include "registry/registry.h"
#include "support/filled.h"
#include "support/temp_registry.h"

enum base { NOTHING, FILLED, RELEASED };

struct scenario {
	const char *name;
	enum base base;
	const char *words;	/* after "muster -R r.db" */
	const char *file;	/* that it writes, or NULL */
	int status;		/* without a fault */
};

static const struct scenario scenarios[] = {
	{ "init", NOTHING, "init", NULL, 0 },
	{ "model add", FILLED, "model add other --owner ana", NULL, 0 },
	{ "model set", FILLED, "model set scorer risk=high --reason why", NULL,
	  0 },
	{ "version add", FILLED, "version add scorer --artifact weights",
	  NULL, 0 },
	{ "version stage", FILLED,
	  "version stage scorer@1 candidate --reason better", NULL, 0 },
	{ "testset create", FILLED, "testset create more loans.csv --task "
	  "binary --target repaid --positive yes --key id --slice region "
	  "--input text", NULL, 0 },
	{ "testset grow", FILLED, "testset grow loans more.csv --reason new",
	  NULL, 0 },
	{ "slice add", FILLED, "slice add loans old age>=50", NULL, 0 },
	{ "dataset add", FILLED, "dataset add people loans.csv --label repaid",
	  NULL, 0 },
	{ "predictions import", FILLED, "predictions import scorer@2 loans "
	  "scores.csv --score p2 --threshold .5", NULL, 0 },
	{ "predictions run", FILLED, "predictions run scorer@3 loans", NULL,
	  0 },
	{ "eval", FILLED, "eval loans --all", NULL, 0 },
	{ "card import", FILLED, "card import scorer@1 card.md", NULL, 0 },
	{ "gate set", FILLED, "gate set candidate g.gate --reason stricter",
	  NULL, 0 },
	{ "gate check", FILLED, "gate check scorer@1 production", NULL, 3 },
	{ "role grant", FILLED, "role grant daemon risk --reason theirs", NULL,
	  0 },
	{ "sign", FILLED, "sign scorer@1 --role admin --meaning authored "
	  "--reason mine", NULL, 0 },
	{ "problem add", FILLED, "problem add late --model scorer --testset "
	  "loans --rule age>=41", NULL, 0 },
	{ "problem grow", FILLED, "problem grow P-1", NULL, 0 },
	{ "undo", FILLED, "undo", NULL, 0 },
	{ "rebuild", FILLED, "rebuild", NULL, 0 },
	{ "fsck", FILLED, "fsck", NULL, 0 },
	{ "gc", FILLED, "gc", NULL, 0 },
	{ "backup", FILLED, "backup out.db", "out.db", 0 },
	{ "report", FILLED, "report scorer@1 -o out.html", "out.html", 0 },
	{ "report md", FILLED, "report --kind overview -o out.md", "out.md",
	  0 },
	{ "checkpoint", FILLED, "checkpoint -o out.note", "out.note", 0 },
	{ "migrate", RELEASED, "model add other", NULL, 0 },
};
#define N_SCENARIOS (sizeof(scenarios) / sizeof(scenarios[0]))

enum kind { ALLOC, IO };

struct fault {
	enum kind kind;
	uint64_t at;
	bool ever;
	const char *how;	/* errno, "short", "kill"; NULL: ENOMEM */
};

struct counts {
	uint64_t calls, failures;
};

/* What a run without a fault did. */
struct expected {
	uint64_t calls;			/* 0: not known yet */
	uint64_t before, after;		/* entries */
	struct buf file;
};

static struct stage {
	char folder[64];
	char *muster, *library, *db;
	struct buf filled, released;
	struct counts *counts;
} stage;

static unsigned n_bad;

static char *at_stage(const char *name)
{
	return xasprintf("%s/%s", stage.folder, name);
}

static bool sanitized(void)
{
#ifdef MUSTER_SANITIZE
	return true;
#else
	return false;
#endif
}

static void take(const char *name, struct buf *out)
{
	char *path = at_stage(name);

	assert_ok(fsx_read(path, 64 << 20, out, &oops));
	free(path);
}

static void map_counts(void)
{
	char *path = at_stage("counts");
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(ftruncate(fd, sizeof(struct counts)), 0);
	stage.counts = mmap(NULL, sizeof(struct counts),
			    PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(stage.counts != MAP_FAILED);
	close(fd);
	free(path);
}

static int stage_up(void **state)
{
	const char *b = getenv("B");
	char *relative = xasprintf("%s/muster", b ? b : "build");
	char *fixture = realpath("tests/fixtures/registry-v1.db", NULL);

	(void)state;
	snprintf(stage.folder, sizeof(stage.folder), "%s/muster-nth-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(stage.folder));
	stage.muster = realpath(relative, NULL);
	assert_non_null(stage.muster);
	stage.library = at_stage("nth.so");
	stage.db = at_stage("r.db");
	setenv("MUSTER_NOW", "2026-05-04T03:02:01Z", 1);
	setenv("HOME", stage.folder, 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_DATA_HOME");
	assert_int_equal(run_shell("cc -shared -fPIC -O1 %s -o '%s' "
				   "tests/faults/nth_preload.c -ldl",
				   sanitized() ? "-DNTH_IO_ONLY" : "",
				   stage.library), 0);
	filled_make(stage.folder, stage.muster);
	assert_int_equal(run_shell("cp '%s' '%s/released.db' && chmod 600 "
				   "'%s/released.db'", fixture, stage.folder,
				   stage.folder), 0);
	take("filled.db", &stage.filled);
	take("released.db", &stage.released);
	map_counts();
	free(relative);
	free(fixture);
	return 0;
}

static int stage_down(void **state)
{
	(void)state;
	run_shell("rm -rf '%s'", stage.folder);
	munmap(stage.counts, sizeof(struct counts));
	buf_release(&stage.filled);
	buf_release(&stage.released);
	free(stage.muster);
	free(stage.library);
	free(stage.db);
	return 0;
}

/* -- Runs -- */

static void drop(const char *name)
{
	char *path = at_stage(name);

	unlink(path);
	free(path);
}

static void set_the_scene(const struct scenario *s)
{
	const struct buf *b = s->base == FILLED ? &stage.filled :
			      &stage.released;

	drop("r.db");
	drop("r.db-journal");
	drop("r.db.before-v2");
	drop(".local/state/muster/seen");
	if (s->file)
		drop(s->file);
	if (s->base != NOTHING)
		assert_ok(fsx_write(stage.db, b->data, b->len, 0600, true,
				    &oops));
}

static void set_fault(const struct fault *f)
{
	char number[24];

	snprintf(number, sizeof(number), "%llu", (unsigned long long)f->at);
	setenv("NTH_AT", number, 1);
	setenv("NTH_KIND", f->kind == ALLOC ? "alloc" : "io", 1);
	setenv("NTH_EVER", f->ever ? "1" : "0", 1);
	setenv("NTH_HOW", f->how ? f->how : "0", 1);
	setenv("NTH_FILE", "counts", 1);
	setenv("LD_PRELOAD", stage.library, 1);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:exitcode=99:"
	       "detect_leaks=0", 1);
	setenv("UBSAN_OPTIONS", "exitcode=99", 1);
}

_Noreturn static void be_muster(const char *words, const struct fault *f)
{
	char *argv[40] = { stage.muster, (char[]){ "-R" }, (char[]){ "r.db" } };
	char *copy = xstrdup(words), *word, *rest = copy;
	int n = 3, fd;

	while ((word = strsep(&rest, " ")) != NULL && n < 39)
		if (*word)
			argv[n++] = word;
	if (chdir(stage.folder) != 0)
		_exit(120);
	fd = open("/dev/null", O_RDWR);
	dup2(fd, 0);
	dup2(fd, 1);
	fd = open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	dup2(fd, 2);
	close_range(3, ~0u, 0);
	set_fault(f);
	execv(stage.muster, argv);
	_exit(121);
}

/* Exit status, 128 + signal, or -1: it had to be stopped after 60 s. */
static int run(const char *words, const struct fault *f)
{
	uint64_t until = clock_ns() + 60000000000u;
	int status, got;
	pid_t pid;

	memset(stage.counts, 0, sizeof(*stage.counts));
	pid = fork();
	if (pid == 0)
		be_muster(words, f);
	while ((got = waitpid(pid, &status, WNOHANG)) == 0 &&
	       clock_ns() < until)
		clock_sleep_us(300);
	if (got == 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	       128 + WTERMSIG(status);
}

static const char *described(const struct scenario *s, const struct fault *f)
{
	static char text[200];

	snprintf(text, sizeof(text), "%s, %s %llu%s, %s", s->name,
		 f->kind == ALLOC ? "allocation" : "transfer",
		 (unsigned long long)f->at, f->ever ? " and on" : "",
		 f->how ? f->how : "no memory");
	return text;
}

#define BAD UINT64_MAX

/* All that is found is said before the test fails. */
__attribute__((format(printf, 1, 2)))
static uint64_t bad(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (n_bad++ < 30) {
		vfprintf(stderr, fmt, ap);
		fputc('\n', stderr);
	}
	va_end(ap);
	return BAD;
}

static void expect_whole(const struct scenario *s, const struct fault *f,
			 const struct expected *e)
{
	struct buf now = BUF_INIT;
	char *path;

	if (!s->file)
		return;
	path = at_stage(s->file);
	if (fsx_exists(path)) {
		assert_ok(fsx_read(path, 64 << 20, &now, &oops));
		if (now.len != e->file.len ||
		    memcmp(now.data, e->file.data, now.len) != 0)
			bad("%s: '%s' is there in part",
				 described(s, f), s->file);
		buf_release(&now);
	}
	free(path);
}

/* Entries in the registry, which verifies. */
static uint64_t verified(const struct scenario *s, const struct fault *f)
{
	struct reg_options o = { .path = stage.db };
	struct registry *reg = NULL;
	struct reg_verdict v;
	struct err err = ERR_INIT;

	if (s->base == NOTHING && !fsx_exists(stage.db))
		return 0;
	/* Opening rolls back what a kill left, and migrates. */
	if (reg_open(&o, &reg, &err) != RC_OK)
		return bad("%s: afterwards: %s", described(s, f), err.text);
	reg_close(reg);
	if (reg_fsck(stage.db, NULL, &v, &err) != RC_OK)
		return bad("%s: fsck: %s", described(s, f), err.text);
	if (!v.ok)
		return bad("%s: %s", described(s, f), v.why);
	return v.entries;
}

static bool is_denial(const char *said)
{
	return strstr(said, "was not saved") || strstr(said, "nothing was");
}

static void expect_sane_words(const struct scenario *s, const struct fault *f,
			      int status, const char *said)
{
	const char *d = described(s, f);

	if (status < 0)
		bad("%s: it hangs", d);
	if (status >= 99 && status != 130)
		bad("%s: ended with %d: %s", d, status, said);
	if (strstr(said, "database is locked") ||
	    strstr(said, "fault of the program"))
		bad("%s: said: %s", d, said);
	if (status != s->status && !strstr(said, "muster: "))
		bad("%s: ended with %d and no word: '%s'", d, status,
			 said);
}

static void check_fault(const struct scenario *s, const struct fault *f,
			const struct expected *e)
{
	bool kill = f->how && !strcmp(f->how, "kill");
	struct buf said = BUF_INIT;
	uint64_t entries;
	int status;

	set_the_scene(s);
	status = run(s->words, f);
	take("said", &said);
	buf_str(&said, "");
	if (kill ? status != 128 + SIGKILL && status != s->status : false)
		bad("%s: ended with %d", described(s, f), status);
	if (!kill)
		expect_sane_words(s, f, status, said.data);
	expect_whole(s, f, e);
	entries = verified(s, f);
	if (entries == BAD)
		goto out;
	if (entries < e->before || entries > e->after)
		bad("%s: %llu entries, not %llu to %llu",
			 described(s, f), (unsigned long long)entries,
			 (unsigned long long)e->before,
			 (unsigned long long)e->after);
	if (status == s->status && entries != e->after)
		bad("%s: acknowledged, and not there", described(s, f));
	if (!kill && status != s->status && e->after <= e->before + 1 &&
	    is_denial(said.data) && entries != e->before)
		bad("%s: it is there, and was denied: %s",
			 described(s, f), said.data);
out:
	buf_release(&said);
}

/* -- How many -- */

static uint64_t wanted(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	uint64_t n = otherwise;

	if (text && !decimal_read_u64(text, strlen(text), &n))
		fail_msg("%s is no number", name);
	return n;
}

/* Without a fault: how many calls there are and what there is to see. */
static const struct expected *learn(const struct scenario *s, enum kind kind)
{
	static struct expected known[2][N_SCENARIOS];
	struct expected *e = &known[kind][s - scenarios];
	struct fault none = { .kind = kind };
	struct buf said = BUF_INIT;
	int status;

	if (e->calls)
		return e;
	set_the_scene(s);
	if (s->base == FILLED)
		e->before = verified(s, &none);
	status = run(s->words, &none);
	e->calls = stage.counts->calls;
	take("said", &said);
	if (status != s->status || !e->calls)
		fail_msg("%s: ended with %d: %.*s", s->name, status,
			 (int)said.len, said.data);
	buf_release(&said);
	e->after = verified(s, &none);
	if (s->base == RELEASED)
		e->before = e->after - 1;
	if (s->file)
		take(s->file, &e->file);
	return e;
}

/* n of the calls, one in each stretch of equal length; all where n is 0. */
static uint64_t sweep(const struct scenario *s, struct fault f, uint64_t n)
{
	const struct expected *e = learn(s, f.kind);
	uint64_t tried = 0, hit = 0, calls = e->calls;
	struct rng rng;

	rng_init(&rng, calls, f.kind, f.ever);
	if (n == 0 || n > calls)
		n = calls;
	for (; tried < n; tried++) {
		uint64_t from = tried * calls / n;
		uint64_t to = (tried + 1) * calls / n;

		f.at = from + 1 + rng_below(&rng, to - from);
		check_fault(s, &f, e);
		hit += stage.counts->failures > 0;
	}
	assert_true(hit > 0);
	return tried;
}

static void sweep_all(enum kind kind, const char *how, bool ever, uint64_t n)
{
	uint64_t tried = 0;

	n_bad = 0;
	for (size_t i = 0; i < N_SCENARIOS; i++) {
		const struct scenario *s = &scenarios[i];
		struct fault f = { kind, 0, ever, how };

		tried += sweep(s, f, n);
	}
	print_message("%llu faults\n", (unsigned long long)tried);
	if (n_bad)
		fail_msg("%u of them wrong", n_bad);
}

static void test_f33__an_allocation_fails_once(void **state)
{
	(void)state;
	if (sanitized())
		skip();		/* its allocator is not ours to replace */
	sweep_all(ALLOC, NULL, false, wanted("MUSTER_NTH_ALLOC", 1));
}

static void test_f33__allocations_fail_from_then_on(void **state)
{
	(void)state;
	if (sanitized())
		skip();
	sweep_all(ALLOC, NULL, true, wanted("MUSTER_NTH_ALLOC", 1));
}

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

static void test_f34__a_transfer_fails_once(void **state)
{
	(void)state;
	sweep_all(IO, TEXT(EIO), false, wanted("MUSTER_NTH", 1));
}

static void test_f34__transfers_fail_from_then_on(void **state)
{
	(void)state;
	sweep_all(IO, TEXT(EIO), true, wanted("MUSTER_NTH", 1));
}

static void test_f34__no_space_from_then_on(void **state)
{
	(void)state;
	sweep_all(IO, TEXT(ENOSPC), true, wanted("MUSTER_NTH", 1));
}

static void test_f34__a_transfer_is_interrupted(void **state)
{
	(void)state;
	sweep_all(IO, TEXT(EINTR), false, wanted("MUSTER_NTH", 1));
}

static void test_f34__half_of_a_transfer_is_done(void **state)
{
	(void)state;
	sweep_all(IO, "short", false, wanted("MUSTER_NTH", 1));
}

static void test_f52__killed_in_a_transfer(void **state)
{
	(void)state;
	sweep_all(IO, "kill", false, wanted("MUSTER_NTH", 1));
}

/* Killed in a change; whoever comes next meets a fault while rolling back. */
static void test_f35__a_fault_while_recovering(void **state)
{
	static const char *const hows[] = { TEXT(EIO), TEXT(ENOSPC), "kill" };
	const struct scenario *s = &scenarios[1];
	const struct expected *e = learn(s, IO);
	uint64_t n = wanted("MUSTER_RECOVERIES", 40);
	struct rng rng;

	(void)state;
	rng_init(&rng, 35, 0, 0);
	for (uint64_t i = 0; i < n; i++) {
		struct fault first = { IO, 1 + rng_below(&rng, e->calls), false,
				       "kill" };
		struct fault second = { IO, 1 + rng_below(&rng, e->calls),
					rng_below(&rng, 2), hows[i % 3] };
		uint64_t entries;

		set_the_scene(s);
		run(s->words, &first);
		run("model add next", &second);
		entries = verified(s, &second);
		if (entries < e->before || entries > e->before + 2)
			fail_msg("killed at %llu, then %s: %llu entries",
				 (unsigned long long)first.at,
				 described(s, &second),
				 (unsigned long long)entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f33__an_allocation_fails_once),
		cmocka_unit_test(test_f33__allocations_fail_from_then_on),
		cmocka_unit_test(test_f34__a_transfer_fails_once),
		cmocka_unit_test(test_f34__transfers_fail_from_then_on),
		cmocka_unit_test(test_f34__no_space_from_then_on),
		cmocka_unit_test(test_f34__a_transfer_is_interrupted),
		cmocka_unit_test(test_f34__half_of_a_transfer_is_done),
		cmocka_unit_test(test_f52__killed_in_a_transfer),
		cmocka_unit_test(test_f35__a_fault_while_recovering),
	};

	return cmocka_run_group_tests(tests, stage_up, stage_down);
}
