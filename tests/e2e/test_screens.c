/* Runs every script of tests/screens/ and compares its screens. One test a
 * script, named after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsx.h"
#include "base/spawn.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/waiver.h"
#include "tests/support/small.h"

#define MAX_SCRIPTS 256
#define MAX_TEXT (1u << 20)

static char *folder, *registry, *binary;
static bool is_root;

/* Registries that tests/screens/NAME.sh makes by public commands. */
static const char *const made[] = { "loans", "problems", "sheets",
				   "gates", "living", "total", "small",
				   "models", "runners", "numbers",
				   "weighted", "labels" };
#define N_MADE (sizeof(made) / sizeof(made[0]))

/* -- the registry: models with versions in all stages -- */

static const struct {
	const char *name, *owner, *risk, *task;
	int versions, production;	/* number in production, or 0 */
} models[] = {
	{ "address-match", "ana", "medium", "binary", 2, 0 },
	{ "credit-scorer", "ana", "high", "binary", 8, 6 },
	{ "kyc-face", "bo", "high", "multiclass", 4, 4 },
	{ "pay-forecast", "eva", NULL, "regression", 1, 0 },
	{ "triage-bert", "bo", "low", "multiclass", 9, 8 },
};

static void add_versions(struct registry *reg, const char *name, int n,
			 int production)
{
	struct err err = ERR_INIT;
	int64_t v;
	for (int i = 1; i <= n; i++) {
		char *run = xasprintf("run-%s-%d", name, i);
		struct version_fields f = {
			.data_digest = "41d07e", .code_commit = "7be241",
			.run = run, .note = i % 2 ? "weekly training" : NULL };
		must(reg_version_add(reg, name, &f, &v, &err), &err);
		const char *stage = v == production ? "production"
				  : v < production ? "archived"
				  : v == n ? "candidate" : NULL;
		if (stage)
			must(reg_version_stage(reg, name, v, stage,
					       "by the plan", TX_ANY_BASE,
					       &err), &err);
		free(run);
	}
	if (production)
		must(reg_version_alias(reg, name, production, "champion",
				       &err), &err);
}

static void fill(struct registry *reg)
{
	struct err err = ERR_INIT;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct model_change c = { .task = models[i].task,
					  .owner = models[i].owner,
					  .risk = models[i].risk };
		must(reg_model_add(reg, models[i].name, &c, &err), &err);
		add_versions(reg, models[i].name, models[i].versions,
			     models[i].production);
	}
}

/* What an author cannot do: "test_screens --waive REGISTRY", which gates.sh
 * calls, is bob. */
static int somebody_else(const char *path)
{
	const struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg;
	int64_t until;
	enum rc rc = reg_open(&o, &reg, &err);

	if (rc == RC_OK) {
		reg->actor = (struct actor){ 5002, 5002, "bob" };
		(void)clock_parse("2026-04-30", &until);
		rc = reg_waiver_add(reg, "credit", 8, "production",
				    "lineage complete",
				    "artifact store is down", until, &err);
		reg_close(reg);
	}
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", err.text);
	return rc != RC_OK;
}

static void make_by(const char *name)
{
	char *script = xasprintf("tests/screens/%s.sh", name);
	char *path = xasprintf("%s/%s.db", folder, name);
	char sh[] = "sh";
	char *argv[] = { sh, script, binary, path, NULL };
	struct buf said = BUF_INIT;
	struct spawn_io io = { .out = &said, .errout = &said,
			       .max_out = MAX_TEXT, .timeout_ms = 60000 };
	struct err err = ERR_INIT;
	int status;
	must(spawn_run(argv, &io, &status, &err), &err);
	if (status)
		fail_msg("%s: %s", script, said.data);
	buf_release(&said);
	free(script);
	free(path);
}

static int set_up(void **state)
{
	struct err err = ERR_INIT;
	struct registry *reg;
	char template[] = "/tmp/muster-screens-XXXXXX";
	char *cwd = getcwd(NULL, 0);
	const char *muster = getenv("MUSTER");
	binary = muster && muster[0] == '/' ? xstrdup(muster)
		 : xasprintf("%s/%s", cwd, muster ? muster : "build/muster");
	free(cwd);
	folder = xstrdup(mkdtemp(template));
	registry = xasprintf("%s/r.db", folder);
	setenv("MUSTER_NOW", "2026-03-01T12:00:00Z", 1);
	must(reg_create(registry, &err), &err);
	struct reg_options o = { .path = registry };
	must(reg_open(&o, &reg, &err), &err);
	fill(reg);
	reg_close(reg);
	for (size_t i = 0; i < N_MADE; i++)
		make_by(made[i]);
	return 0;
}

static int tear_down(void **state)
{
	char rm[] = "rm", rf[] = "-rf";
	char *argv[] = { rm, rf, folder, NULL };
	struct spawn_io io = { .timeout_ms = 10000 };
	struct err err = ERR_INIT;
	int status;
	must(spawn_run(argv, &io, &status, &err), &err);
	free(folder);
	free(registry);
	free(binary);
	return 0;
}

/* -- scripts -- */

/* The rest of the first line that starts with the word; the caller frees. */
static char *directive(const char *script, const char *word)
{
	const char *s = strstr(script, word);
	if (!s || (s != script && s[-1] != '\n'))
		return xstrdup("");
	s += strlen(word);
	return xmemdupz(s, strcspn(s, "\n"));
}

static void add_all(struct strs *argv, const char *line)
{
	struct strs words = VEC_INIT;
	struct err err = ERR_INIT;
	if (!*line)
		return;
	must(spawn_split(line, &words, &err), &err);
	for (size_t i = 0; i < words.n; i++)
		strs_add(argv, words.at[i]);
	strs_release(&words);
}

/* The registry of a script; the caller frees. "NAME copy" is a copy of its
 * own, for scripts that write. */
static char *registry_of(const char *script)
{
	char *which = directive(script, "#registry "), *path;
	char *copy = strstr(which, " copy");
	struct err err = ERR_INIT;
	struct buf bytes = BUF_INIT;
	char *from;
	if (copy)
		*copy = '\0';
	from = !*which ? xstrdup(registry)
	     : strcmp(which, "none") ? xasprintf("%s/%s.db", folder, which)
	     : xstrdup("/nowhere/registry.db");
	path = copy ? xasprintf("%s/copy.db", folder) : xstrdup(from);
	if (copy) {
		must(fsx_read(from, 64u << 20, &bytes, &err), &err);
		must(fsx_write(path, bytes.data, bytes.len, 0600, true, &err),
		     &err);
	}
	buf_release(&bytes);
	free(from);
	free(which);
	return path;
}

/* env pins what a screen may depend on; later assignments win. */
static void command(struct strs *argv, const char *steps, const char *script)
{
	char *env = directive(script, "#env ");
	char *args = directive(script, "#args ");
	char *path = registry_of(script);
	char *home = xasprintf("HOME=%s XDG_STATE_HOME=%s XDG_CONFIG_HOME=%s "
			       "XDG_DATA_HOME=%s MUSTER_STEPS=%s",
			       folder, folder, folder, folder, steps);
	add_all(argv, "env -u NO_COLOR -u TMUX -u STY -u SSH_CONNECTION "
		"-u MUSTER_REGISTRY TERM=xterm-256color LC_ALL=C.UTF-8 TZ=UTC "
		"LINES=30 COLUMNS=100 MUSTER_NOW=2026-03-01T12:00:00Z");
	add_all(argv, home);
	add_all(argv, env);
	strs_add(argv, binary);
	strs_add(argv, "-R");
	strs_add(argv, path);
	add_all(argv, args);
	free(env);
	free(args);
	free(path);
	free(home);
}

/* The name of the test's folder is no part of a screen. */
static void forget_folder(struct buf *screens)
{
	size_t n = strlen(folder);
	char *s = screens->data;
	while ((s = strstr(s, folder)) != NULL) {
		memcpy(s + n - 6, "XXXXXX", 6);
		s += n;
	}
}

/* Nor is how many commands there are: "COMMANDS  2 of 124". */
static void forget_count(struct buf *screens)
{
	char *s = screens->data;
	while ((s = strstr(s, "COMMANDS  ")) != NULL) {
		s += strlen("COMMANDS  ");
		s += strspn(s, "0123456789");
		if (strncmp(s, " of ", 4) != 0)
			continue;
		for (s += 4; *s >= '0' && *s <= '9'; s++)
			*s = '#';
	}
}

/* Copies of registries have one name: what a script typed into its own is not
 * offered to the next. */
static void drop_drafts(void)
{
	char *texts = xasprintf("%s/muster/texts", folder);
	char *const argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, texts,
			       NULL };
	struct spawn_io io = { .timeout_ms = 60000 };
	struct err err = ERR_INIT;
	int status = 0;

	must(spawn_run(argv, &io, &status, &err), &err);
	free(texts);
}

static void run(const char *steps, struct buf *screens)
{
	struct err err = ERR_INIT;
	struct buf script = BUF_INIT, errors = BUF_INIT;
	struct strs argv = VEC_INIT;
	struct spawn_io io = { .out = screens, .errout = &errors,
			       .max_out = MAX_TEXT, .timeout_ms = 60000,
			       .cwd = folder };
	int status = 0;
	drop_drafts();
	must(fsx_read(steps, MAX_TEXT, &script, &err), &err);
	command(&argv, steps, script.data);
	vec_push(&argv, NULL);
	must(spawn_run(argv.at, &io, &status, &err), &err);
	if (status)
		fail_msg("%s: exit %d: %s", steps, status, errors.data);
	forget_folder(screens);
	forget_count(screens);
	strs_release(&argv);
	buf_release(&script);
	buf_release(&errors);
}

/* Where the two differ first: both lines. */
static void compare(const char *name, const char *want, const char *got)
{
	int line = 1;
	while (*want && *want == *got) {
		line += *want == '\n';
		want++;
		got++;
	}
	if (!*want && !*got)
		return;
	fail_msg("%s: line %d\nwant: ...%.*s\ngot:  ...%.*s", name, line,
		 (int)strcspn(want, "\n"), want, (int)strcspn(got, "\n"), got);
}

static void check_script(void **state)
{
	const char *steps = *state;

	if (!is_root) {
		print_message("needs root or a user namespace\n");
		skip();
	}
	struct err err = ERR_INIT;
	struct buf screens = BUF_INIT, want = BUF_INIT;
	char *path = xasprintf("%.*s.screen",
			       (int)(strlen(steps) - strlen(".steps")), steps);
	run(steps, &screens);
	if (getenv("UPDATE"))
		must(fsx_write(path, screens.data, screens.len, 0644, true,
			       &err), &err);
	must(fsx_read(path, MAX_TEXT, &want, &err), &err);
	compare(path, want.data, screens.data);
	buf_release(&screens);
	buf_release(&want);
	free(path);
}

static bool write_line(const char *path, const char *line)
{
	FILE *f = fopen(path, "we");
	bool ok = f && fputs(line, f) >= 0;

	return f && fclose(f) == 0 && ok;
}

/* Who runs the tests is no part of a screen, whose log has names, cut where
 * there is no room, and digests of them: it is always root, if need be of a
 * namespace that has nobody else. */
static bool become_root(void)
{
	char *uids = xasprintf("0 %u 1", getuid());
	char *gids = xasprintf("0 %u 1", getgid());
	bool ok = !getuid() ||
		  (unshare(CLONE_NEWUSER) == 0 &&
		   write_line("/proc/self/setgroups", "deny") &&
		   write_line("/proc/self/uid_map", uids) &&
		   write_line("/proc/self/gid_map", gids));

	free(uids);
	free(gids);
	return ok;
}

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[MAX_SCRIPTS];
	glob_t found;

	if (argc == 3 && !strcmp(argv[1], "--waive"))
		return somebody_else(argv[2]);
	is_root = become_root();
	char *self = realpath("/proc/self/exe", NULL);
	setenv("SOMEBODY_ELSE", self, 1);
	free(self);
	char *cwd = getcwd(NULL, 0);
	char *pattern = xasprintf("%s/tests/screens/*.steps", cwd);
	if (glob(pattern, 0, NULL, &found) != 0 ||
	    found.gl_pathc > MAX_SCRIPTS) {
		puts("not ok 1 - test_screens__finds_its_scripts");
		return 1;
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *base = strrchr(found.gl_pathv[i], '/') + 1;
		tests[i] = (struct CMUnitTest){
			xasprintf("test_screens__%s", base), check_script,
			NULL, NULL, found.gl_pathv[i] };
	}
	int rc = _cmocka_run_group_tests("screens", tests, found.gl_pathc,
					 set_up, tear_down);
	for (size_t i = 0; i < found.gl_pathc; i++)
		free((char *)(uintptr_t)tests[i].name);
	globfree(&found);
	free(pattern);
	free(cwd);
	return rc;
}
