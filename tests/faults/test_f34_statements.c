/* F34, from inside: the Nth call of SQLite fails, once or from then on, in each
 * command of the command line. Its functions are ours here, in front of the
 * library's, and a command is run in a child of this process.
 *
 * Afterwards the command has either ended with an error and a word of it, or,
 * if it only reads, has given the very answer that it gives without the fault;
 * and a change is in the log, as a whole, or not there, as was said.
 *
 * MUSTER_STATEMENTS sets how many N of each command are tried (0: all). */
#include <fcntl.h>
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "cli/cli.h"
#include "model/rng.h"
#include "registry/registry.h"
#include "support/filled.h"
#include "support/temp_registry.h"

/* -- SQLite, as it fails -- */

/* Shared with the child that runs the command. */
static struct fault {
	uint64_t calls, at, hits;	/* at: 0 for none */
	bool ever;
	int code;
	char sql[200];		/* what was to be done */
} *fault;

static int faked;		/* what the library would say of its last call */
static int inside;		/* the library calls itself */

#define REAL(name, result, ...) \
	static result (*real)(__VA_ARGS__); \
	if (!real) \
		*(void **)&real = dlsym(RTLD_NEXT, name)

static bool fails(const char *what)
{
	if (!fault || inside || !what)
		return false;
	faked = 0;
	fault->calls++;
	if (!fault->at || (fault->ever ? fault->calls < fault->at :
			   fault->calls != fault->at))
		return false;
	if (!fault->hits++)
		snprintf(fault->sql, sizeof(fault->sql), "%s", what);
	faked = fault->code;
	return true;
}

/* What the library prepares for itself has no text. */
int sqlite3_step(sqlite3_stmt *s)
{
	REAL("sqlite3_step", int, sqlite3_stmt *);
	int code;

	if (fails(sqlite3_sql(s)))
		return faked;
	inside++;
	code = real(s);
	inside--;
	return code;
}

/* The way back is always free: it needs no disk. */
int sqlite3_exec(sqlite3 *db, const char *sql,
		 int (*row)(void *, int, char **, char **), void *arg,
		 char **why)
{
	REAL("sqlite3_exec", int, sqlite3 *, const char *,
	     int (*)(void *, int, char **, char **), void *, char **);
	int code;

	if (strcmp(sql, "ROLLBACK") != 0 && fails(sql))
		return faked;
	inside++;
	code = real(db, sql, row, arg, why);
	inside--;
	return code;
}

int sqlite3_open_v2(const char *path, sqlite3 **db, int flags,
		    const char *vfs)
{
	REAL("sqlite3_open_v2", int, const char *, sqlite3 **, int,
	     const char *);
	int code = real(path, db, flags, vfs);

	return fails("open") ? faked : code;
}

int sqlite3_blob_open(sqlite3 *db, const char *name, const char *table,
		      const char *column, sqlite3_int64 row, int flags,
		      sqlite3_blob **out)
{
	REAL("sqlite3_blob_open", int, sqlite3 *, const char *, const char *,
	     const char *, sqlite3_int64, int, sqlite3_blob **);
	if (!fails("open a value"))
		return real(db, name, table, column, row, flags, out);
	*out = NULL;
	return faked;
}

int sqlite3_blob_read(sqlite3_blob *b, void *out, int n, int at)
{
	REAL("sqlite3_blob_read", int, sqlite3_blob *, void *, int, int);
	return fails("read a value") ? faked : real(b, out, n, at);
}

int sqlite3_backup_step(sqlite3_backup *b, int pages)
{
	REAL("sqlite3_backup_step", int, sqlite3_backup *, int);
	return fails("copy pages") ? faked : real(b, pages);
}

int sqlite3_errcode(sqlite3 *db)
{
	REAL("sqlite3_errcode", int, sqlite3 *);
	return faked ? faked & 0xff : real(db);
}

int sqlite3_extended_errcode(sqlite3 *db)
{
	REAL("sqlite3_extended_errcode", int, sqlite3 *);
	return faked ? faked : real(db);
}

/* -- Commands -- */

enum does { READS, CHANGES, CREATES };

static const struct command_line {
	const char *words;
	enum does does;
	int status;		/* without a fault */
} lines[] = {
#define R(words) { words, READS, 0 }
#define C(words) { words, CHANGES, 0 }
	{ "init", CREATES, 0 },
	R("model list"),
	R("model show scorer"),
	C("model add other --owner ana"),
	C("model set scorer risk=high --reason why"),
	C("version add scorer --artifact weights"),
	R("version list scorer"),
	R("version list"),
	R("version show scorer@1"),
	C("version stage scorer@2 candidate --reason better"),
	R("version overrides scorer@1"),
	C("version alias scorer@2 best"),
	R("version diff scorer@1 scorer@2"),
	C("testset create more loans.csv --task binary --target repaid "
	  "--positive yes --key id --slice region --input text"),
	R("testset list"),
	R("testset show loans"),
	R("testset looks loans"),
	R("testset patterns loans"),
	C("testset grow loans more.csv --reason new"),
	C("testset relabel loans relabel.csv --reason typo"),
	C("testset retire loans keys.csv --reason out"),
	R("testset diff grown 1 2"),
	C("slice add loans old age>=50"),
	R("slice list loans"),
	C("dataset add people2 loans.csv --label repaid"),
	R("dataset list"),
	R("dataset show people"),
	R("dataset compare people people"),
	C("predictions import scorer@2 loans scores.csv --score p2 "
	  "--threshold .5"),
	C("predictions run scorer@3 loans"),
	R("predictions runs"),
	C("eval loans --all"),
	R("rank loans"),
	R("matrix loans"),
	R("compare grown scorer@1 scorer@2"),
	R("moved scorer@1 grown 1 2"),
	R("history scorer grown"),
	R("spread scorer grown"),
	R("curve scorer@1 grown age"),
	R("fairness scorer@1 grown --by region --min-n 1"),
	C("threshold set scorer@1 --rule best-f1 --on grown"),
	R("threshold curve scorer@1 grown --points 3"),
	{ "gate check scorer@1 production", READS, 3 },
	R("gate show production"),
	R("gate list"),
	C("gate set candidate g.gate --reason stricter"),
	R("assess show scorer@1"),
	C("role grant daemon risk --reason theirs"),
	R("role list"),
	C("sign scorer@1 --role admin --meaning authored --reason mine"),
	R("signoffs scorer@1"),
	R("report scorer@1"),
	R("report --kind overview"),
	C("problem add late --model scorer --testset loans --rule age>=41"),
	R("problem list"),
	R("problem show P-1"),
	C("problem set P-1 harm=3 --reason freedom"),
	C("problem comment P-1 seen"),
	C("problem merge P-1 P-2"),
	R("problem alike P-1"),
	R("problem kinds"),
	C("problem set P-1 rule=age>=41 --reason clear"),
	R("problem patterns P-1"),
	R("problem errors scorer"),
	C("problem grow P-1"),
	C("report-failure scorer@1 --input age=61 --input text=three "
	  "--expected yes --said no --text denied"),
	R("triage"),
	R("triage --over-time"),
	R("log"),
	R("log --json"),
	R("checkpoint"),
	R("checkpoint prove 3"),
	C("undo"),
	R("fsck"),
	{ "rebuild", CHANGES, 0 },
	{ "gc", CHANGES, 0 },
	R("card show scorer@1"),
	{ "card check scorer@1", READS, 3 },
	R("card diff scorer@1"),
	R("card history scorer@1"),
	R("card export scorer@1 --format huggingface"),
	C("card import scorer@2 card.md"),
	R("datasheet show people"),
	{ "datasheet check people", READS, 3 },
	R("checklist show scorer"),
	R("template show card"),
	R("model list --as-of 9"),
#undef R
#undef C
};
#define N_LINES (sizeof(lines) / sizeof(lines[0]))

static struct stage {
	char folder[64];
	char *db;
	struct buf filled;
} stage;

static void take(const char *name, struct buf *out)
{
	char *path = xasprintf("%s/%s", stage.folder, name);

	buf_truncate(out, 0);
	assert_ok(fsx_read(path, 64 << 20, out, &oops));
	buf_str(out, "");
	free(path);
}

static int stage_up(void **state)
{
	const char *b = getenv("B");
	char *relative = xasprintf("%s/muster", b ? b : "build");
	char *muster = realpath(relative, NULL);

	(void)state;
	snprintf(stage.folder, sizeof(stage.folder), "%s/muster-nth-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(stage.folder));
	stage.db = xasprintf("%s/r.db", stage.folder);
	setenv("MUSTER_NOW", "2026-05-04T03:02:01Z", 1);
	setenv("MUSTER_THREADS", "1", 1);
	setenv("HOME", stage.folder, 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_CONFIG_HOME");
	filled_make(stage.folder, muster);
	assert_int_equal(run_shell("set -e; cd '%s'; "
		"m() { '%s' -q -R filled.db \"$@\"; }; "
		"printf 'id,repaid\nl2,yes\n' >relabel.csv; "
		"printf 'id\nl6\n' >keys.csv; "
		"m testset create grown loans.csv --task binary --target "
		"repaid --positive yes --key id --slice region --input age; "
		"m predictions import scorer@1 grown scores.csv --score p1 "
		"--threshold .5; "
		"m predictions import scorer@2 grown scores.csv --score p2 "
		"--threshold .5; m eval grown --all; "
		"m testset grow grown more.csv --reason new; "
		"printf 'id,p1,p2\nl7,.3,.9\n' >s2.csv; "
		"m predictions import scorer@1 grown s2.csv --score p1; "
		"m predictions import scorer@2 grown s2.csv --score p2; "
		"m eval grown --all; m dataset add people loans.csv --label "
		"repaid; m card import scorer@1 card.md; "
		"m problem add second --model scorer --testset loans; "
		"m sign scorer@1 --role admin --meaning authored --reason ok; "
		"m version alias scorer@1 champion", stage.folder, muster), 0);
	take("filled.db", &stage.filled);
	fault = mmap(NULL, sizeof(*fault), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(fault != MAP_FAILED);
	free(relative);
	free(muster);
	return 0;
}

static int stage_down(void **state)
{
	(void)state;
	run_shell("rm -rf '%s'", stage.folder);
	buf_release(&stage.filled);
	free(stage.db);
	munmap(fault, sizeof(*fault));
	fault = NULL;
	return 0;
}

static void to_file(int fd, const char *name)
{
	int to = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (to < 0 || dup2(to, fd) < 0)
		_exit(120);
	close(to);
}

_Noreturn static void be_muster(const char *words)
{
	static const int deadly[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE,
				      SIGILL };
	char *argv[40] = { (char[]){ "muster" }, (char[]){ "-R" },
			   (char[]){ "r.db" } };
	char *rest = xstrdup(words), *word;
	int n = 3;

	while ((word = strsep(&rest, " ")) != NULL && n < 39)
		argv[n++] = word;
	/* cmocka would go on with its tests, in the child */
	for (size_t i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], SIG_DFL);
	if (chdir(stage.folder) != 0)
		_exit(120);
	close(0);
	(void)!open("/dev/null", O_RDONLY);
	to_file(1, "out");
	to_file(2, "said");
#ifdef MUSTER_SANITIZE
	n = cli_run(n, argv);	/* leaks on the way out are not looked for */
	fflush(NULL);
	_exit(n);
#else
	exit(cli_run(n, argv));
#endif
}

static void set_the_scene(const struct command_line *l)
{
	run_shell("cd '%s' && rm -rf r.db r.db-journal .local", stage.folder);
	if (l->does != CREATES)
		assert_ok(fsx_write(stage.db, stage.filled.data,
				    stage.filled.len, 0600, true, &oops));
}

/* Exit status, or 128 + signal; 142 after a minute. */
static int run(const struct command_line *l, uint64_t at, bool ever, int code)
{
	int status;
	pid_t pid;

	set_the_scene(l);
	*fault = (struct fault){ .at = at, .ever = ever, .code = code };
	pid = fork();
	if (pid == 0) {
		alarm(60);
		be_muster(l->words);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	       128 + WTERMSIG(status);
}

/* Entries in a registry that verifies, or -1 with why. */
static int64_t verified(struct err *why)
{
	struct reg_verdict v;
	struct fault kept = *fault;
	int64_t n = -1;

	*fault = (struct fault){ 0 };
	if (!fsx_exists(stage.db))
		n = 0;
	else if (reg_fsck(stage.db, NULL, &v, why) == RC_OK) {
		n = v.ok ? (int64_t)v.entries : -1;
		err_set(why, RC_FAILED, "%s", v.why);
	}
	*fault = kept;
	return n;
}

static unsigned n_bad;

__attribute__((format(printf, 2, 3)))
static void bad(const struct command_line *l, const char *fmt, ...)
{
	va_list ap;

	if (n_bad++ >= 40)
		return;
	fprintf(stderr, "%s: call %llu%s fails with %d (%s): ", l->words,
		(unsigned long long)fault->at, fault->ever ? " and on" : "",
		fault->code, fault->sql);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

struct answer {
	struct buf out;
	int64_t before, after;
	uint64_t calls;
};

static void check_words(const struct command_line *l, int status,
			const char *said)
{
	if (status > 5 && status != 130)
		bad(l, "ended with %d: %s", status, said);
	if (!strstr(said, "muster: "))
		bad(l, "ended with %d and no word", status);
	if (strstr(said, "database is locked") ||
	    strstr(said, "fault of the program"))
		bad(l, "said: %s", said);
}

static void check_registry(const struct command_line *l, int status,
			   const struct answer *right)
{
	struct err why = ERR_INIT;
	int64_t n = verified(&why);

	if (n < 0)
		bad(l, "ended with %d, and then: %s", status, why.text);
	else if (status == l->status ? n != right->after :
		 n < right->before || n > right->after)
		bad(l, "ended with %d and has %lld entries", status,
		    (long long)n);
}

static void try(const struct command_line *l, uint64_t at, bool ever, int code,
		const struct answer *right)
{
	struct buf out = BUF_INIT, said = BUF_INIT;
	int status = run(l, at, ever, code);

	take("said", &said);
	take("out", &out);
	if (status != l->status)
		check_words(l, status, said.data);
	else if (l->does == READS && strcmp(out.data, right->out.data) != 0)
		bad(l, "ended as if nothing had happened, and says other "
		    "things");
	if (l->does != READS)
		check_registry(l, status, right);
	buf_release(&out);
	buf_release(&said);
}

static void learn(const struct command_line *l, struct answer *right)
{
	struct err why = ERR_INIT;
	struct buf said = BUF_INIT;
	int status;

	set_the_scene(l);
	right->before = verified(&why);
	status = run(l, 0, false, 0);
	take("said", &said);
	take("out", &right->out);
	if (status != l->status)
		fail_msg("%s: ended with %d: %s", l->words, status, said.data);
	right->calls = fault->calls;
	right->after = verified(&why);
	if (right->after < 0)
		fail_msg("%s: %s", l->words, why.text);
	buf_release(&said);
}

/* One N in each of n stretches of equal length. */
static uint64_t sweep(const struct command_line *l, uint64_t n, bool ever)
{
	static const int codes[] = { SQLITE_IOERR_READ, SQLITE_CORRUPT,
				     SQLITE_BUSY };
	struct answer right = { .out = BUF_INIT };
	struct rng rng;

	learn(l, &right);
	rng_init(&rng, right.calls, ever, 34);
	if (n == 0 || n > right.calls)
		n = right.calls;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t from = i * right.calls / n;
		uint64_t to = (i + 1) * right.calls / n;

		try(l, from + 1 + rng_below(&rng, to - from), ever,
		    codes[(i + (uint64_t)(l - lines)) % 3], &right);
	}
	buf_release(&right.out);
	return n;
}

static void sweep_all(bool ever)
{
	const char *text = getenv("MUSTER_STATEMENTS");
	const char *only = getenv("MUSTER_ONLY");
	uint64_t n = 2, tried = 0;

	if (text)
		assert_true(decimal_read_u64(text, strlen(text), &n));
	n_bad = 0;
	for (size_t i = 0; i < N_LINES; i++)
		if (!only || !strncmp(lines[i].words, only, strlen(only)))
			tried += sweep(&lines[i], n, ever);
	print_message("%llu faults\n", (unsigned long long)tried);
	if (n_bad)
		fail_msg("%u of them wrong", n_bad);
}

static void test_f34__a_statement_fails_once(void **state)
{
	(void)state;
	sweep_all(false);
}

static void test_f34__statements_fail_from_then_on(void **state)
{
	(void)state;
	sweep_all(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f34__a_statement_fails_once),
		cmocka_unit_test(test_f34__statements_fail_from_then_on),
	};

	return cmocka_run_group_tests(tests, stage_up, stage_down);
}
