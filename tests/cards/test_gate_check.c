/* Rules that only the workbench can meet: documents that were approved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/sshsig.h"
#include "cards/gate_check.h"
#include "registry/document.h"
#include "registry/evidence.h"
#include "registry/inside.h"
#include "registry/signoff.h"
#include "support/temp_registry.h"

static int setup(void **state)
{
	struct temp_registry *t = calloc(1, sizeof(*t));
	struct version_fields f = { .data_digest = "digest-of-nothing",
				    .code_commit = "7be2" };

	assert_non_null(t);
	temp_registry_make(t);
	assert_ok(reg_model_add(t->reg, "m", NULL, &oops));
	assert_ok(reg_version_add(t->reg, "m", &f, NULL, &oops));
	*state = t;
	return 0;
}

static void use_gate(struct temp_registry *t, const char *text)
{
	assert_ok(gate_save(t->reg, "production", text, NULL, TX_ANY_BASE,
			    NULL, &oops));
}

/* The verdict of the gate's only rule; it is met only by a pass. */
static enum gate_verdict verdict(struct temp_registry *t)
{
	struct gate_result r;
	enum gate_verdict v;

	assert_ok(gate_check(t->reg, "m", 1, "production", NULL, &r, &oops));
	assert_int_equal(r.items.n, 1);
	v = r.items.at[0].verdict;
	assert_int_equal(r.met, v == GATE_PASS);
	assert_true(*r.items.at[0].why != '\0');
	gate_result_release(&r);
	return v;
}

static void approve(struct temp_registry *t, enum document_kind kind,
		    const char *of, const char *text)
{
	int64_t rev;

	assert_ok(reg_document_save(t->reg, kind, of, text, NULL,
				    TX_ANY_BASE, &rev, &oops));
	assert_int_equal(verdict(t), GATE_OPEN);
	assert_ok(reg_document_status(t->reg, kind, of, rev, "in-review",
				      "done", &oops));
	assert_int_equal(verdict(t), GATE_OPEN);
	/* by somebody else than who wrote it */
	struct actor author = t->reg->actor;
	t->reg->actor = (struct actor){ 5002, 5002, "bob" };
	assert_ok(reg_document_status(t->reg, kind, of, rev, "approved",
				      "read", &oops));
	t->reg->actor = author;
}

static void test_gate_check__approved_card(void **state)
{
	struct temp_registry *t = *state;

	use_gate(t, "card approved");
	assert_int_equal(verdict(t), GATE_OPEN);
	approve(t, DOCUMENT_CARD, "m@1", "1.1: one\n");
	assert_int_equal(verdict(t), GATE_PASS);
	/* a newer revision is a draft again */
	assert_ok(reg_document_save(t->reg, DOCUMENT_CARD, "m@1", "1.1: two\n",
				    NULL, TX_ANY_BASE, NULL, &oops));
	assert_int_equal(verdict(t), GATE_OPEN);
	temp_registry_verify(t);
}

/* Without a dataset of that digest, what the version says stands for it. */
static void test_gate_check__approved_datasheet(void **state)
{
	struct temp_registry *t = *state;

	use_gate(t, "datasheet approved");
	assert_int_equal(verdict(t), GATE_OPEN);
	approve(t, DOCUMENT_DATASHEET, "digest-of-nothing", "M1: one\n");
	assert_int_equal(verdict(t), GATE_PASS);
}

static void sign_as(struct temp_registry *t, struct actor who,
		    enum meaning m, const char *signature)
{
	struct actor author = t->reg->actor;
	struct gate_result r;
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = "risk", .meaning = m,
		.stage = "production", .reason = "looked at it",
		.fails_for = m == MEANING_APPROVED ? "people under 25" : NULL,
		.gate_met = true, .evidence = &evidence,
		.size = reg_size(t->reg), .time = clock_now(),
		.signature = signature,
		.principal = signature ? "somebody" : NULL,
	};

	assert_ok(gate_check(t->reg, "m", 1, "production", NULL, &r, &oops));
	assert_ok(reg_evidence(t->reg, "m", 1, &evidence, &oops));
	pairs_add(&evidence, "gate production", r.digest);
	t->reg->actor = who;
	assert_ok(reg_signoff_add(t->reg, &n, NULL, &oops));
	t->reg->actor = author;
	pairs_release(&evidence);
	gate_result_release(&r);
}

/* One person is who signs with one key, and an author whose key it is. */
static void test_gate_check__one_key_is_one_person(void **state)
{
	static const struct actor bob = { 5002, 5002, "bob" };
	static const struct actor eva = { 5003, 5003, "eva" };
	static const struct actor ida = { 5004, 5004, "ida" };
	struct temp_registry *t = *state;
	char key[128], *signature;

	if (run_shell("command -v ssh-keygen >/dev/null") != 0)
		skip();
	snprintf(key, sizeof(key), "%s/key", t->folder);
	assert_int_equal(0, run_shell("ssh-keygen -q -t ed25519 -N '' -C '' "
				      "-f %s", key));
	assert_ok(sshsig_sign(key, "muster-signoff@local", "x", 1, &signature,
			      &oops));
	assert_int_equal(0, run_shell("rm %s %s.pub", key, key));
	assert_ok(reg_role_grant(t->reg, "bob", "risk", "r", &oops));
	assert_ok(reg_role_grant(t->reg, "eva", "risk", "r", &oops));
	assert_ok(reg_role_grant(t->reg, "ida", "risk", "r", &oops));
	assert_ok(reg_role_grant(t->reg, t->reg->actor.login, "risk", "r",
				 &oops));
	use_gate(t, "signed by 2 of risk");
	sign_as(t, bob, MEANING_APPROVED, signature);
	assert_int_equal(verdict(t), GATE_OPEN);
	sign_as(t, eva, MEANING_APPROVED, signature);
	assert_int_equal(verdict(t), GATE_OPEN);
	sign_as(t, bob, MEANING_APPROVED, NULL);
	assert_int_equal(verdict(t), GATE_OPEN);
	sign_as(t, ida, MEANING_APPROVED, NULL);
	assert_int_equal(verdict(t), GATE_PASS);
	/* the author shows that the key is theirs */
	sign_as(t, t->reg->actor, MEANING_AUTHORED, signature);
	assert_int_equal(verdict(t), GATE_OPEN);
	free(signature);
}

/* No rule of the language is without an evaluator. */
static void test_gate_check__every_rule_is_evaluated(void **state)
{
	static const char text[] =
		"accuracy > 0\nmae < base\n"
		"fpr difference < 1 by a\nfpr ratio > 0 by a\n"
		"demographic_parity_ratio > 0 by a\nno significant loss\n"
		"no broken problem\nno open problem\nopen impact < 1\n"
		"card complete > 0\ncard approved\n"
		"card findings none of error\nchecklist item x\n"
		"impact assessed\nfresh\nprofile within 1 days\n"
		"lineage complete\nartifact unchanged\nattested \"x\"\n"
		"signed by owner\n";
	struct temp_registry *t = *state;
	struct gate_result r;

	use_gate(t, text);
	assert_ok(gate_check(t->reg, "m", 1, "production", NULL, &r, &oops));
	assert_int_equal(r.items.n, RULE_SIGNED + 1);
	for (size_t i = 0; i < r.items.n; i++) {
		assert_int_equal(r.items.at[i].kind, (int)i);
		if (strstr(r.items.at[i].why, "cannot evaluate"))
			fail_msg("'%s': %s", r.items.at[i].rule,
				 r.items.at[i].why);
	}
	assert_false(r.met);
	gate_result_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_gate_check__approved_card, setup,
			temp_registry_teardown),
		cmocka_unit_test_setup_teardown(
			test_gate_check__approved_datasheet, setup,
			temp_registry_teardown),
		cmocka_unit_test_setup_teardown(
			test_gate_check__one_key_is_one_person, setup,
			temp_registry_teardown),
		cmocka_unit_test_setup_teardown(
			test_gate_check__every_rule_is_evaluated, setup,
			temp_registry_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
