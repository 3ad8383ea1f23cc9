/* F20: somebody edits the card all the time while somebody else approves. What
 * was approved is what was shown: between the two stands no entry, or the
 * approval was refused. MUSTER_RACES: approvals tried (make torture). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "registry/document.h"
#include "registry/evidence.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/signoff.h"
#include "tests/support/small.h"
#include "tests/support/temp_registry.h"

static const struct actor author = { 5001, 5001, "ana" };
static const struct actor reviewer = { 5002, 5002, "bob" };

static enum rc save_card(struct registry *reg, uint32_t i, struct err *err)
{
	char text[32];

	snprintf(text, sizeof(text), "{\"edit\":%u}", i);
	return reg_document_save(reg, DOCUMENT_CARD, "m@1", text, NULL,
				 TX_ANY_BASE, NULL, err);
}

/* Its own registry handle, as another program has. */
static pid_t start_editor(const char *path)
{
	struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg;
	uint32_t seed = 20;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (reg_open(&o, &reg, &err) != RC_OK)
		_exit(1);
	reg->actor = author;
	for (uint32_t i = 1;; i++) {
		clock_sleep_us(roll(&seed, 8000));
		if (save_card(reg, i, &err) != RC_OK)
			_exit(2);
	}
}

/* What a screen shows and what its key then signs, with some time between. */
static enum rc show_and_sign(struct registry *reg, uint32_t *seed,
			     uint64_t *shown)
{
	struct err err = ERR_INIT;
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = "risk",
		.meaning = MEANING_APPROVED, .stage = "production",
		.reason = "read", .fails_for = "nobody known",
		.gate_met = true, .size = reg_size(reg), .time = clock_now(),
	};
	enum rc rc;

	must(reg_evidence(reg, "m", 1, &evidence, &err), &err);
	n.evidence = &evidence;
	*shown = n.size;
	clock_sleep_us(roll(seed, 6000));
	rc = reg_signoff_add(reg, &n, NULL, &err);
	pairs_release(&evidence);
	if (rc != RC_OK && rc != RC_CONFLICT)
		fail_msg("%s", err.text);
	return rc;
}

static uint64_t newest_signoff(struct registry *reg)
{
	struct signoff_recs all;
	uint64_t entry;

	assert_ok(reg_signoff_list(reg, "m", 1, &all, &oops));
	assert_true(all.n > 0);
	entry = all.at[all.n - 1].entry;
	signoff_recs_release(&all);
	return entry;
}

static void set_the_scene(struct temp_registry *t)
{
	struct version_fields f = { .code_commit = "7be2" };

	assert_ok(reg_role_grant(t->reg, reviewer.login, "risk", "their work",
				 &oops));
	t->reg->actor = author;
	assert_ok(reg_model_add(t->reg, "m", NULL, &oops));
	assert_ok(reg_version_add(t->reg, "m", &f, NULL, &oops));
	assert_ok(save_card(t->reg, 0, &oops));
	t->reg->actor = reviewer;
}

static void test_f20__what_was_shown_is_what_is_signed(void **state)
{
	struct temp_registry *t = *state;
	const char *asked = getenv("MUSTER_RACES");
	int64_t n = 100, signed_now = 0, refused = 0;
	uint32_t seed = 4;
	uint64_t shown;
	int status;
	pid_t editor;

	if (asked)
		assert_true(decimal_read_i64(asked, strlen(asked), &n));
	set_the_scene(t);
	editor = start_editor(t->path);
	for (int64_t i = 0; i < n || !signed_now || !refused; i++) {
		if (show_and_sign(t->reg, &seed, &shown) != RC_OK) {
			refused++;
			continue;
		}
		signed_now++;
		assert_int_equal(newest_signoff(t->reg), shown);
	}
	assert_int_equal(waitpid(editor, &status, WNOHANG), 0);
	kill(editor, SIGKILL);
	waitpid(editor, &status, 0);
	temp_registry_verify(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_f20__what_was_shown_is_what_is_signed,
			temp_registry_setup, temp_registry_teardown),
	};

	return cmocka_run_group_tests_name("f20", tests, NULL, NULL);
}
