/* Words that somebody thinks about (why a rule is waived, why a version is
 * signed) on a pty that is killed while they are typed. DROPS asks for more
 * kills (make torture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/role.h"
#include "registry/signoff.h"
#include "registry/testset.h"
#include "registry/waiver.h"
#include "tests/support/pty.h"
#include "tests/support/temp_registry.h"
#include "tests/support/typing.h"

#define AGE_MAX 4000		/* ms: what is older is never lost */
#define LAST_LINE 39

static struct temp_registry t;
static char *binary, *state_home;
static struct actor me;

/* A version that somebody else made, its gate, and roles for us that somebody
 * else gave. */
static int set_up(void **unused)
{
	const struct actor bob = { 5002, 5002, "bob" };
	const char *b = getenv("MUSTER");
	struct strs findings = VEC_INIT;
	struct err err = ERR_INIT;

	(void)unused;
	binary = realpath(b ? b : "build/muster", NULL);
	temp_registry_make(&t);
	state_home = xasprintf("%s/state", t.folder);
	me = t.reg->actor;
	if (!binary ||
	    reg_role_grant(t.reg, "bob", "admin", "second", &err) != RC_OK)
		return -1;
	t.reg->actor = bob;
	if (reg_model_add(t.reg, "credit", NULL, &err) != RC_OK ||
	    reg_version_add(t.reg, "credit", &(struct version_fields){ 0 },
			    NULL, &err) != RC_OK ||
	    reg_role_grant(t.reg, me.login, "risk", "theirs", &err) != RC_OK ||
	    gate_save(t.reg, "production", "attested \"by hand\"\n", NULL,
		      TX_ANY_BASE, &findings, &err) != RC_OK)
		fail_msg("%s", err.text);
	strs_release(&findings);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	temp_registry_verify(&t);
	temp_registry_remove(&t);
	free(state_home);
	free(binary);
	return 0;
}

static struct pty *start(void)
{
	char flag[] = "-R", *argv[] = { binary, flag, t.path, NULL };
	char *state = xasprintf("XDG_STATE_HOME=%s", state_home);
	const char *env[] = { state, "TERM=xterm-256color", "LC_ALL=C.UTF-8",
			      NULL };
	struct pty *p = pty_start(argv, env, 120, LAST_LINE + 1);

	free(state);
	assert_true(pty_wait(p, "? help", PTY_WAIT));
	return p;
}

/* All that is kept of what was typed. */
static char *kept(void)
{
	char *list = xasprintf("%s/kept", t.folder);
	struct buf text = BUF_INIT;

	run_shell("cat '%s'/muster/texts/*.txt >'%s' 2>/dev/null", state_home,
		  list);
	assert_int_equal(fsx_read(list, 1u << 20, &text, NULL), RC_OK);
	free(list);
	return buf_detach(&text);
}

/* -- Where words are typed -- */

static void open_gate(struct pty *p)
{
	pty_send(p, "5");
	pty_must_see(p, "credit");
	pty_send(p, "\r");
	pty_must_see(p, "by hand");
	pty_must_see(p, "SIGN-OFF");
	/* the check, in the background, is done */
	pty_must_see(p, "RULES (1)");
}

static void ask_waiver(struct pty *p)
{
	open_gate(p);
	pty_send(p, "w");
	pty_must_see(p, "waive rule 1 because");
}

static bool last_line_has(struct pty *p, const char *text)
{
	char *line = pty_line(p, LAST_LINE);
	bool has = strstr(line, text) != NULL;

	free(line);
	return has;
}

/* Letter by letter, as what is signed wants it: the next one when the one
 * before is seen, for a program that is kept waiting would read all at once. */
static void type_name(struct pty *p)
{
	static const char name[] = "credit 1";

	for (size_t n = 1; n < sizeof(name); n++) {
		char *seen = xasprintf(" %.*s", (int)n, name);

		pty_sendn(p, name + n - 1, 1);
		for (int i = 0; !last_line_has(p, seen) && i < 1000; i++)
			pty_settle(p, 30);
		assert_true(last_line_has(p, seen));
		pty_settle(p, 30);
		free(seen);
	}
	pty_send(p, "\r");
	pty_must_see(p, "because");
}

static void ask_signed(struct pty *p)
{
	open_gate(p);
	pty_send(p, "S");
	pty_must_see(p, "as what do you sign?");
	pty_send(p, "2r");
	pty_must_see(p, "muster sign-off v1");	/* it was checked */
	pty_send(p, "S");
	pty_must_see(p, "type 'credit 1'");
	type_name(p);
}

static void ask_past(struct pty *p)
{
	open_gate(p);
	pty_send(p, "O");
	pty_must_see(p, "does NOT hold; type");
	type_name(p);
}

static void ask_rules(struct pty *p)
{
	open_gate(p);
	pty_send(p, "e");
	pty_must_see(p, "One rule a line");
}

/* -- Killed -- */

/* Types words at their pace, without a pause, until the kill; every word
 * typed more than 4 s before it must be on the disk. */
static void kill_once(void (*ask)(struct pty *), unsigned after_ms,
		      unsigned pace_ms)
{
	struct pty *p = start();
	struct typing words;
	char *draft;
	int status;

	ask(p);
	typing_do(&words, p, after_ms, pace_ms);
	kill(pty_pid(p), SIGKILL);
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
	draft = kept();
	typing_check(&words, draft, AGE_MAX);
	free(draft);
}

static void forget(void)
{
	run_shell("rm -rf '%s'", state_home);
}

static void test_prompts__kill_loses_no_old_typing(void **unused)
{
	static void (*const places[])(struct pty *) = {
		ask_waiver, ask_signed, ask_past, ask_rules
	};
	const char *asked = getenv("DROPS");
	int64_t drops = 4;

	(void)unused;
	if (asked)
		(void)decimal_read_i64(asked, strlen(asked), &drops);
	for (int64_t i = 0; i < drops; i++) {
		kill_once(places[i % 4], 4600 + (unsigned)(i * 137 % 3000),
			  60 + (unsigned)(i * 31 % 90));
		forget();
	}
}

/* -- And back -- */

static void drop_line(struct pty *p, const char *typed)
{
	int status;

	pty_must_see(p, typed);
	pty_hang_up(p);
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
}

static void test_prompts__a_waiver_goes_on_where_it_was(void **unused)
{
	struct pty *p = start();
	struct waivers all;
	char *left;

	(void)unused;
	ask_waiver(p);
	pty_send(p, "the data own");
	drop_line(p, "the data own");
	p = start();
	ask_waiver(p);
	pty_must_see(p, "What you typed before is back");
	pty_must_see(p, "the data own");
	pty_send(p, "er is away\r");
	pty_must_see(p, "waived until and with");
	/* leaving there keeps it, too */
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "waived until", PTY_WAIT));
	pty_send(p, "w");
	pty_must_see(p, "the data owner is away");
	pty_send(p, "\r");
	pty_must_see(p, "waived until and with");
	pty_send(p, "\r");
	pty_must_see(p, "Waived until that day");
	pty_quit(p);
	temp_registry_reopen(&t);
	assert_ok(reg_waiver_list(t.reg, "credit", 1, "production", &all,
				  &oops));
	assert_int_equal(all.n, 1);
	assert_string_equal(all.at[0].reason, "the data owner is away");
	waivers_release(&all);
	left = kept();
	assert_string_equal(left, "");
	free(left);
}

/* Questions that follow one another: answers and the line being typed. */
static void test_prompts__a_new_set_goes_on_where_it_was(void **unused)
{
	static const char rows[] = "id,y,z\n1,yes,a\n2,no,b\n3,yes,c\n";
	char *file = xasprintf("%s/loans.csv", t.folder), *left;
	struct pty *p = start();
	struct testset_info info;
	struct err err = ERR_INIT;

	(void)unused;
	if (fsx_write(file, rows, strlen(rows), 0600, false, &err) != RC_OK)
		fail_msg("%s", err.text);
	pty_send(p, "2");
	pty_must_see(p, "[2 Data]");
	pty_send(p, "as");
	pty_must_see(p, "CSV file with a header");
	pty_send(p, file);
	pty_send(p, "\r");
	pty_must_see(p, "test set, its name loans");
	pty_send(p, "-of-may\r");
	pty_must_see(p, "column with the true answers");
	pty_send(p, "\x15yy");
	drop_line(p, "true answers yy");
	p = start();
	pty_send(p, "2");
	pty_must_see(p, "[2 Data]");
	pty_send(p, "as");
	pty_must_see(p, "loans.csv");
	pty_send(p, "\r");
	pty_must_see(p, "its name loans-of-may");
	pty_send(p, "\r");
	pty_must_see(p, "true answers yy");
	pty_send(p, "\x7f\r");
	pty_must_see(p, "binary, multiclass or regression");
	pty_send(p, "\r");
	pty_must_see(p, "the positive label");
	pty_send(p, "\r");
	pty_must_see(p, "key columns");
	pty_send(p, "\r");
	pty_must_see(p, "slicing columns");
	pty_send(p, "\r");
	pty_must_see(p, "Created loans-of-may r1");
	pty_quit(p);
	temp_registry_reopen(&t);
	assert_ok(reg_testset_info(t.reg, "loans-of-may", 0, &info, &oops));
	assert_string_equal(info.target, "y");
	testset_info_release(&info);
	left = kept();
	assert_string_equal(left, "");
	free(left);
	free(file);
}

/* An emptied line is thrown away on purpose. */
static void test_prompts__an_emptied_line_is_gone(void **unused)
{
	struct pty *p = start();
	char *left;

	(void)unused;
	ask_past(p);
	pty_send(p, "because");
	pty_must_see(p, "because because");
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "because because", PTY_WAIT));
	left = kept();
	assert_string_equal(left, "because");
	free(left);
	pty_send(p, ">p");
	pty_must_see(p, "because because");
	pty_send(p, "\x15\033");
	assert_true(pty_wait_gone(p, "credit 1 to production", PTY_WAIT));
	left = kept();
	assert_string_equal(left, "");
	free(left);
	pty_quit(p);
}

static void test_prompts__a_signature_goes_on_where_it_was(void **unused)
{
	struct pty *p = start();
	struct signoff_recs all;
	char *left;

	(void)unused;
	ask_signed(p);
	pty_send(p, "I have loo");
	drop_line(p, "I have loo");
	p = start();
	ask_signed(p);
	pty_must_see(p, "reason \"I have loo\"");
	pty_send(p, "ked\r");
	pty_must_see(p, "reviewed as risk");
	pty_quit(p);
	temp_registry_reopen(&t);
	assert_ok(reg_signoff_list(t.reg, "credit", 1, &all, &oops));
	assert_int_equal(all.n, 1);
	assert_string_equal(all.at[0].reason, "I have looked");
	signoff_recs_release(&all);
	left = kept();
	assert_string_equal(left, "");
	free(left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prompts__kill_loses_no_old_typing),
		cmocka_unit_test(test_prompts__a_new_set_goes_on_where_it_was),
		cmocka_unit_test(test_prompts__an_emptied_line_is_gone),
		cmocka_unit_test(test_prompts__a_waiver_goes_on_where_it_was),
		cmocka_unit_test(
			test_prompts__a_signature_goes_on_where_it_was),
	};

	return cmocka_run_group_tests_name("test_prompts", tests, set_up,
					   tear_down);
}
