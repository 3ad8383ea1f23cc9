/* Cards written on a pty: by keyboard only, through dropped lines, and by two
 * people at once. DROPS asks for more dropped lines (make torture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "cards/card_share.h"
#include "cards/complete.h"
#include "cards/store.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "tests/support/pty.h"
#include "tests/support/temp_registry.h"
#include "tests/support/typing.h"
#include "tui/draft.h"

#define READY "? help"
#define AGE_MAX 4000		/* ms: what is older is never lost */

static struct temp_registry t;
static char *binary, *state_home;

static int set_up(void **unused)
{
	const struct model_change c = { .task = "binary", .owner = "ana",
					.risk = "medium",
					.description = "credit" };
	const struct version_fields f = { .note = "first" };
	struct err err = ERR_INIT;
	int64_t v;
	const char *b = getenv("MUSTER");

	binary = realpath(b ? b : "build/muster", NULL);
	temp_registry_make(&t);
	state_home = xasprintf("%s/state", t.folder);
	if (!binary || reg_model_add(t.reg, "credit", &c, &err) != RC_OK ||
	    reg_version_add(t.reg, "credit", &f, &v, &err) != RC_OK)
		return -1;
	return 0;
}

static int tear_down(void **unused)
{
	temp_registry_verify(&t);
	temp_registry_remove(&t);
	free(state_home);
	free(binary);
	return 0;
}

static int no_drafts(void **unused)
{
	return run_shell("rm -rf '%s'", state_home);
}

static struct pty *start(const char *term, int w, int h)
{
	char flag[] = "-R", *argv[] = { binary, flag, t.path, NULL };
	char *state = xasprintf("XDG_STATE_HOME=%s", state_home);
	char *type = xasprintf("TERM=%s", term);
	char *editor = xasprintf("EDITOR=sed -i -e 's/UNTOUCHED/touched/'");
	const char *env[] = { state, type, editor, "VISUAL", "LC_ALL=C.UTF-8",
			      NULL };
	struct pty *p = pty_start(argv, env, w, h);

	free(state);
	free(type);
	free(editor);
	assert_true(pty_wait(p, READY, PTY_WAIT));
	return p;
}

/* -- A whole card -- */

static void answer_gap(struct pty *p, int i)
{
	char *text = xasprintf("answer number %d, typed by hand", i);

	pty_send(p, "n\r");
	pty_must_see(p, "EDITING");
	pty_send(p, text);
	pty_must_see(p, text);
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	free(text);
}

static void approve(struct pty *p, const char *name, const char *reason)
{
	pty_send(p, "S");
	pty_must_see(p, "asks for the name");
	pty_send(p, "a");
	pty_must_see(p, "to approve rev 1 type");
	pty_send(p, name);
	pty_send(p, "\r");
	pty_must_see(p, "Approved, because");
	pty_send(p, reason);
	pty_send(p, "\r");
}

/* The short way that lists take says what the document says. */
static void must_list_the_same(const struct completeness *c, const char *risk)
{
	struct card_shares *shares;
	struct card_share got;

	assert_ok(card_shares_open(t.reg, &shares, &oops));
	assert_ok(card_shares_of(shares, "credit", 1, risk, &got, &oops));
	assert_int_equal(got.n_gaps, c->gaps.n);
	assert_int_equal(got.n_all, c->n_all);
	assert_int_equal(got.n_done, c->n_done);
	card_shares_free(shares);
}

static void test_documents__a_card_by_keyboard_on_vt100(void **unused)
{
	struct pty *p = start("vt100", 80, 24);
	struct doc_file f;
	struct completeness c;
	struct doc_facts facts;
	int i = 0;

	pty_send(p, "e");
	pty_must_see(p, "model card of credit@1, new");
	while (!pty_shows(p, " 0 gaps") && i < 60) {
		answer_gap(p, i++);
		pty_must_see(p, "Draft saved outside");
	}
	pty_must_see(p, " 0 gaps");
	pty_send(p, "S");
	pty_must_see(p, "asks for the name");
	pty_send(p, "r");
	pty_must_see(p, "Revision 1 is saved, in-review");
	approve(p, "credit@1", "read it");
	pty_must_see(p, "nobody approves what they wrote");
	temp_registry_reopen(&t);
	t.reg->actor = (struct actor){ 5002, 5002, "bob" };
	assert_ok(reg_document_status(t.reg, DOCUMENT_CARD, "credit@1", 1,
				      "approved", "read", &oops));
	pty_quit(p);
	temp_registry_reopen(&t);
	assert_ok(doc_file_open(t.reg, DOC_CARD, "credit@1", 0, &f, &oops));
	assert_ok(doc_facts_load(t.reg, DOC_CARD, "credit@1", &facts, &oops));
	doc_complete(&f.doc, &facts, NULL, &c);
	assert_int_equal(c.gaps.n, 0);
	must_list_the_same(&c, facts.risk);
	assert_int_equal(f.rec.approved, 1);
	assert_string_equal(doc_answer(&f.doc, "1.1")->text,
			    "answer number 0, typed by hand");
	completeness_release(&c);
	doc_facts_release(&facts);
	doc_file_release(&f);
}

/* -- A whole datasheet -- */

/* The census of ../shared as a dataset; false: it is not there. */
static bool add_adult(void)
{
	const char *shared = getenv("SHARED");
	char *data = xasprintf("%s/data/adult/adult.train.gz",
			       shared ? shared : "../shared");
	bool there = fsx_exists(data);

	if (!there)
		print_message("skipped: no %s\n", data);
	else
		assert_int_equal(run_shell("{ echo age,workclass,fnlwgt,"
			"education,education-num,marital-status,occupation,"
			"relationship,race,sex,capital-gain,capital-loss,"
			"hours-per-week,native-country,income; gzip -dc '%s' |"
			" sed -e 's/, */,/g' -e '/^$/d' -e '/^|/d'; } >'%s/a.csv'"
			" && '%s' -q -R '%s' dataset add adult '%s/a.csv'"
			" --label income --source 'US census of 1994'", data,
			t.folder, binary, t.path, t.folder), 0);
	free(data);
	return there;
}

/* F takes what is measured; the rest is typed, and the gates are asked. */
static void answer_question(struct pty *p, int i)
{
	static const char *const after_f[] = { "filled from", "yes: it relates",
					       "Nothing more is known", NULL };
	char *text = xasprintf("typed answer %d", i);

	/* the key takes away what was said before */
	pty_send(p, "n");
	for (size_t k = 0; after_f[k]; k++)
		assert_true(pty_wait_gone(p, after_f[k], PTY_WAIT));
	assert_true(pty_wait_gone(p, "answered. u undoes", PTY_WAIT));
	assert_true(pty_wait_gone(p, "Draft saved outside", PTY_WAIT));
	pty_send(p, "F");
	while (!pty_shows(p, after_f[0]) && !pty_shows(p, after_f[1]) &&
	       !pty_shows(p, after_f[2]))
		pty_settle(p, 20);
	if (pty_shows(p, after_f[1])) {
		pty_send(p, "y");
		pty_must_see(p, "answered. u undoes");
	} else if (pty_shows(p, after_f[2])) {
		pty_send(p, "\r");
		pty_must_see(p, "EDITING");
		pty_send(p, text);
		pty_must_see(p, text);
		pty_send(p, "\033");
		assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
		pty_must_see(p, "Draft saved outside");
	}
	free(text);
}

static void test_documents__a_datasheet_by_keyboard_on_vt100(void **unused)
{
	struct pty *p;
	struct doc_file f;
	int i = 0;

	if (!add_adult()) {
		skip();
		return;
	}
	p = start("vt100", 80, 24);
	pty_send(p, "2T");
	pty_must_see(p, "US census of 1994");
	pty_send(p, "\r");
	pty_must_see(p, "datasheet of adult, new");
	while (!pty_shows(p, " 0 gaps") && i < 60)
		answer_question(p, i++);
	pty_must_see(p, " 0 gaps");
	pty_send(p, "S");
	pty_must_see(p, "hand in for review");
	pty_send(p, "r");
	pty_must_see(p, "Revision 1 is saved, in-review");
	pty_quit(p);
	temp_registry_reopen(&t);
	assert_ok(doc_file_open(t.reg, DOC_DATASHEET, "adult", 0, &f, &oops));
	assert_string_equal(f.rec.status, "in-review");
	assert_non_null(strstr(doc_answer(&f.doc, "C2")->text,
			       "32,561 rows, 15 columns"));
	assert_non_null(strstr(doc_answer(&f.doc, "C5")->text,
			       "label 'income': <=50K 75.9%, >50K 24.1%"));
	assert_string_equal(doc_answer(&f.doc, "C.people")->text, "yes");
	doc_file_release(&f);
	no_drafts(NULL);		/* nor where it was left */
}

/* A paste of lines "a", "credit@1" and "y" is text, and confirms nothing. */
static void test_documents__a_paste_approves_nothing(void **unused)
{
	struct pty *p = start("xterm-256color", 120, 40);

	pty_send(p, "e");
	pty_must_see(p, "model card of credit@1");
	pty_send(p, "ee");
	pty_must_see(p, "EDITING");
	pty_send(p, "x\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	pty_send(p, "Sa");
	pty_must_see(p, "Not saved yet");
	pty_send(p, "Ss");
	pty_must_see(p, "is saved, draft");
	pty_send(p, "Sa");
	pty_must_see(p, "to approve rev");
	pty_send(p, "\033[200~y\ny\ncredit@1\n\n\033[201~");
	pty_must_see(p, "y y credit@1");
	assert_false(pty_shows(p, "Approved, because"));
	pty_send(p, "\r");
	pty_must_see(p, "Not approved");
	pty_quit(p);
}

/* -- Dropped lines -- */

/* The text of the field that the draft holds; the caller frees. */
static char *typed_in_draft(void)
{
	char *path = xasprintf("%s/muster/drafts", state_home), *found = NULL;
	struct buf text = BUF_INIT;
	struct draft d;
	char name[256] = "";
	FILE *f;

	char *command = xasprintf("ls '%s'/*.draft 2>/dev/null", path);
	char *list = xasprintf("%s/list", t.folder);
	run_shell("%s >'%s'", command, list);
	f = fopen(list, "r");
	if (f && fgets(name, sizeof(name), f))
		name[strcspn(name, "\n")] = '\0';
	if (f)
		fclose(f);
	if (*name && fsx_read(name, 1u << 24, &text, NULL) == RC_OK &&
	    draft_read(text.data, text.len, &d, NULL) == RC_OK) {
		found = xstrdup(d.typed ? d.typed : "");
		draft_release(&d);
	}
	buf_release(&text);
	free(list);
	free(command);
	free(path);
	return found ? found : xstrdup("");
}

/* Types words at their pace until the drop; every word typed more than 4 s
 * before it must be in the draft. */
static void drop_once(unsigned after_ms, unsigned pace_ms, bool kill_it)
{
	struct pty *p = start("xterm-256color", 100, 30);
	struct typing words;
	char *draft;
	int status;

	pty_send(p, "eee");
	pty_must_see(p, "EDITING");
	typing_do(&words, p, after_ms, pace_ms);
	if (kill_it) {
		kill(pty_pid(p), SIGKILL);
	} else {	/* what nobody has read yet goes with the line */
		pty_send(p, " END");
		pty_must_see(p, " END");
		words.lag = 0;
		pty_hang_up(p);
	}
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
	draft = typed_in_draft();
	/* a line that is dropped in order loses nothing at all */
	typing_check(&words, draft, kill_it ? AGE_MAX : 0);
	free(draft);
	no_drafts(NULL);
}

static void test_documents__a_dropped_line_loses_nothing(void **unused)
{
	drop_once(300, 40, false);
	drop_once(900, 90, false);
}

static void test_documents__kill_loses_no_old_typing(void **unused)
{
	const char *asked = getenv("DROPS");
	int64_t drops = 1;

	if (asked)
		(void)decimal_read_i64(asked, strlen(asked), &drops);
	for (int64_t i = 0; i < drops; i++)
		drop_once(4600 + (unsigned)(i * 137 % 3000),
			  60 + (unsigned)(i * 31 % 90), true);
}

/* After a pause in typing nothing wakes up any more. */
static void test_documents__idle_after_the_pause(void **unused)
{
	struct pty *p = start("xterm-256color", 100, 30);

	pty_send(p, "eee");
	pty_must_see(p, "EDITING");
	pty_send(p, "some words");
	pty_must_see(p, "draft saved");
	assert_true(pty_rests(p, 2500));
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	pty_quit(p);
	no_drafts(NULL);
}

static void test_documents__the_draft_is_offered_and_comes_back(void **unused)
{
	struct pty *p = start("xterm-256color", 100, 30);
	int status;

	pty_send(p, "eee");
	pty_must_see(p, "EDITING");
	pty_send(p, "half a sente");
	pty_must_see(p, "half a sente");
	pty_hang_up(p);
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
	p = start("xterm-256color", 100, 30);
	pty_must_see(p, "1 draft was left behind");
	pty_send(p, "D1");
	pty_must_see(p, "is back");
	pty_must_see(p, "half a sente");
	pty_send(p, "nce");
	pty_must_see(p, "half a sentence");
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	pty_send(p, "X");
	pty_must_see(p, "Back to what is saved");
	pty_quit(p);
	no_drafts(NULL);
}

/* -- Two people -- */

static void save_theirs(const char *id, const char *text)
{
	struct doc_file f;

	temp_registry_reopen(&t);
	assert_ok(doc_file_open(t.reg, DOC_CARD, "credit@1", 0, &f, &oops));
	assert_ok(doc_set(&f.doc, id, ANSWER_GIVEN, text, &oops));
	assert_ok(doc_file_save(t.reg, &f, NULL, &oops));
	doc_file_release(&f);
}

static void test_documents__two_people_overwrite_nothing(void **unused)
{
	struct pty *p = start("xterm-256color", 120, 40);
	struct doc_file f;

	pty_send(p, "eee");
	pty_must_see(p, "EDITING");
	pty_send(p, " MINE");
	pty_must_see(p, "MINE");
	save_theirs("1.1", "THEIRS");
	save_theirs("1.2", "THEIR DATE");
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	pty_send(p, "Ss");
	pty_must_see(p, "nothing was overwritten");
	pty_must_see(p, "1 to join");
	pty_must_see(p, "Two people changed 1.1");
	pty_must_see(p, "THEIR DATE");
	pty_send(p, "Ss");
	pty_must_see(p, "were changed by two people");
	pty_send(p, "b");
	pty_must_see(p, "All is joined");
	pty_send(p, "Ss");
	pty_must_see(p, "is saved, draft");
	pty_quit(p);
	temp_registry_reopen(&t);
	assert_ok(doc_file_open(t.reg, DOC_CARD, "credit@1", 0, &f, &oops));
	assert_non_null(strstr(doc_answer(&f.doc, "1.1")->text, "THEIRS"));
	assert_non_null(strstr(doc_answer(&f.doc, "1.1")->text, "MINE"));
	assert_string_equal(doc_answer(&f.doc, "1.2")->text, "THEIR DATE");
	doc_file_release(&f);
}

/* The second of two is killed while both texts wait to be joined. */
static void test_documents__the_second_one_is_offered_both(void **unused)
{
	struct pty *p = start("xterm-256color", 120, 40);
	int status;

	pty_send(p, "eee");
	pty_must_see(p, "EDITING");
	pty_send(p, " SECOND");
	pty_must_see(p, "SECOND");
	save_theirs("1.1", "THE FIRST ONE");
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	pty_send(p, "Ss");
	pty_must_see(p, "1 to join");
	kill(pty_pid(p), SIGKILL);
	assert_true(pty_wait_end(p, &status, PTY_WAIT));
	pty_free(p);
	p = start("xterm-256color", 120, 40);
	pty_must_see(p, "1 draft was left behind");
	pty_send(p, "D1");
	pty_must_see(p, "1 to join");
	pty_send(p, "n");
	pty_must_see(p, "THE FIRST ONE");
	pty_must_see(p, "SECOND");
	pty_send(p, "m");
	pty_must_see(p, "All is joined");
	pty_send(p, "Ss");
	pty_must_see(p, "is saved, draft");
	pty_quit(p);
	no_drafts(NULL);
}

/* -- $EDITOR -- */

static void test_documents__through_the_editor_and_back(void **unused)
{
	struct pty *p = start("xterm-256color", 120, 40);

	pty_send(p, "eee");
	pty_must_see(p, "EDITING");
	pty_send(p, "\x0f" "UNTOUCHED ");
	pty_must_see(p, "UNTOUCHED");
	pty_send(p, "\033");
	assert_true(pty_wait_gone(p, "EDITING", PTY_WAIT));
	pty_send(p, "Ef");
	pty_must_see(p, "Taken over");
	pty_must_see(p, "touched");
	assert_false(pty_shows(p, "UNTOUCHED"));
	/* the file is gone */
	assert_int_not_equal(run_shell("ls '%s'/muster/editor/* >/dev/null "
				       "2>&1", state_home), 0);
	pty_send(p, "X");
	pty_must_see(p, "Back to what is saved");
	pty_quit(p);
	no_drafts(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents__a_card_by_keyboard_on_vt100),
		cmocka_unit_test(
			test_documents__a_datasheet_by_keyboard_on_vt100),
		cmocka_unit_test(test_documents__a_paste_approves_nothing),
		cmocka_unit_test(test_documents__a_dropped_line_loses_nothing),
		cmocka_unit_test(test_documents__kill_loses_no_old_typing),
		cmocka_unit_test(test_documents__idle_after_the_pause),
		cmocka_unit_test(
			test_documents__the_draft_is_offered_and_comes_back),
		cmocka_unit_test(test_documents__two_people_overwrite_nothing),
		cmocka_unit_test(
			test_documents__the_second_one_is_offered_both),
		cmocka_unit_test(test_documents__through_the_editor_and_back),
	};

	return cmocka_run_group_tests_name("test_documents", tests, set_up,
					   tear_down);
}
