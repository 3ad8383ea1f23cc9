/* Roles, sign-offs and their staleness, with several people: the actor of an
 * open registry is set by hand, as only the kernel could do otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/document.h"
#include "registry/evidence.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/signoff.h"
#include "registry/waiver.h"
#include "support/temp_registry.h"

static const struct actor people[] = {
	{ 5001, 5001, "ana" }, { 5002, 5002, "bob" }, { 5003, 5003, "eva" },
	{ 5004, -1, "ida" },
};
enum { ANA, BOB, EVA, IDA, PEOPLE };

struct world {
	struct temp_registry t;
	struct actor root;
};

static void as(struct world *w, int who)
{
	w->t.reg->actor = people[who];
}

static void as_admin(struct world *w)
{
	w->t.reg->actor = w->root;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct version_fields f = { .code_commit = "7be2" };

	temp_registry_make(&w->t);
	w->root = w->t.reg->actor;
	for (int i = 0; i < PEOPLE; i++) {
		assert_ok(reg_role_grant(w->t.reg, people[i].login, "owner",
					 "their work", &oops));
		assert_ok(reg_role_grant(w->t.reg, people[i].login, "risk",
					 "their work", &oops));
	}
	as(w, ANA);
	assert_ok(reg_model_add(w->t.reg, "m", NULL, &oops));
	assert_ok(reg_version_add(w->t.reg, "m", &f, NULL, &oops));
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	temp_registry_remove(&w->t);
	free(w);
	return 0;
}

/* Shows and signs in one go; signature NULL: none. */
static enum rc sign_for(struct world *w, const char *stage, enum meaning m,
			const char *role, const char *signature,
			struct err *err)
{
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = role, .meaning = m,
		.stage = stage, .reason = "looked at it",
		.fails_for = m == MEANING_APPROVED ? "people under 25" : NULL,
		.gate_met = true, .size = reg_size(w->t.reg),
		.time = clock_now(), .signature = signature,
		.principal = signature ? "somebody" : NULL,
	};
	enum rc rc = reg_evidence(w->t.reg, "m", 1, &evidence, err);

	if (rc != RC_OK)
		return rc;
	n.evidence = &evidence;
	rc = reg_signoff_add(w->t.reg, &n, NULL, err);
	pairs_release(&evidence);
	return rc;
}

static enum rc sign(struct world *w, enum meaning m, const char *role,
		    struct err *err)
{
	return sign_for(w, "production", m, role, NULL, err);
}

static enum rc waive(struct world *w, const char *rule, struct err *err)
{
	enum rc may = reg_waiver_may(w->t.reg, "m", 1, rule, err);
	enum rc rc = reg_waiver_add(w->t.reg, "m", 1, "production", rule, "r",
				    clock_now() + 100, err);

	assert_int_equal(may, rc);
	return rc;
}

static void edit_card(struct world *w, const char *text)
{
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_CARD, "m@1", text,
				    NULL, TX_ANY_BASE, NULL, &oops));
}

/* Things that moved since sign-off i. */
static size_t n_changed(struct world *w, size_t i)
{
	struct signoff_recs all;
	struct strs changed = VEC_INIT;
	struct pairs now;
	size_t n;

	assert_ok(reg_signoff_list(w->t.reg, "m", 1, &all, &oops));
	assert_true(i < all.n);
	assert_ok(reg_evidence(w->t.reg, "m", 1, &now, &oops));
	evidence_compare(&all.at[i].evidence, &now, &changed);
	n = changed.n;
	strs_release(&changed);
	pairs_release(&now);
	signoff_recs_release(&all);
	return n;
}

static void test_signoff__author_cannot_approve(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;

	assert_int_equal(sign(w, MEANING_APPROVED, "risk", &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "nobody approves"));
	assert_ok(sign(w, MEANING_AUTHORED, "owner", &oops));
	as(w, BOB);
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	edit_card(w, "{\"bob\":1}");
	assert_int_equal(sign(w, MEANING_APPROVED, "risk", &err), RC_REFUSED);
	/* ana's part was approved, and is hers all the same */
	as(w, ANA);
	assert_int_equal(sign(w, MEANING_APPROVED, "risk", &err), RC_REFUSED);
	as(w, EVA);
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	temp_registry_verify(&w->t);
}

/* Nothing that others have approved makes the author somebody else: not in
 * another role, for another stage, nor after a revocation. */
static void test_signoff__approval_by_others_changes_no_author(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;

	as(w, BOB);
	assert_ok(sign(w, MEANING_APPROVED, "owner", &oops));
	as(w, EVA);
	assert_ok(sign_for(w, "shadow", MEANING_APPROVED, "risk", NULL,
			   &oops));
	as(w, ANA);
	for (int i = 0; i < 4; i++)
		assert_int_equal(RC_REFUSED,
				 sign_for(w, i & 1 ? "shadow" : "production",
					  MEANING_APPROVED,
					  i & 2 ? "risk" : "owner", NULL,
					  &err));
	assert_non_null(strstr(err.text, "nobody approves what they wrote"));
}

/* What ticks say is evidence, and a rule of gates. */
static void test_signoff__ticking_is_authorship(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;

	as(w, BOB);
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_CHECKLIST, "m", "{}",
				    NULL, TX_ANY_BASE, NULL, &oops));
	assert_int_equal(sign(w, MEANING_APPROVED, "risk", &err), RC_REFUSED);
	assert_int_equal(waive(w, "fresh", &err), RC_REFUSED);
	/* of another model they say nothing */
	as(w, EVA);
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_CHECKLIST, "mm", "{}",
				    NULL, TX_ANY_BASE, NULL, &oops));
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
}

static enum rc approve_card(struct world *w, int who, int64_t revision,
			    struct err *err)
{
	as(w, who);
	return reg_document_status(w->t.reg, DOCUMENT_CARD, "m@1", revision,
				   "approved", "read", err);
}

/* The approval of an older revision covers no newer one. */
static void test_signoff__document_by_revision(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;

	as(w, ANA);
	edit_card(w, "{\"a\":1}");
	edit_card(w, "{\"a\":2}");
	assert_ok(approve_card(w, BOB, 1, &oops));
	assert_int_equal(approve_card(w, ANA, 2, &err), RC_REFUSED);
	assert_int_equal(approve_card(w, ANA, 0, &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "nobody approves what they wrote"));
	assert_ok(approve_card(w, BOB, 2, &oops));
	/* two people are enough: each approves what the other changed */
	edit_card(w, "{\"b\":1}");
	assert_int_equal(approve_card(w, BOB, 3, &err), RC_REFUSED);
	assert_ok(approve_card(w, ANA, 3, &oops));
	/* an approval that was drawn back covers nothing */
	as(w, ANA);
	edit_card(w, "{\"a\":4}");
	assert_ok(approve_card(w, BOB, 4, &oops));
	assert_ok(reg_document_status(w->t.reg, DOCUMENT_CARD, "m@1", 4,
				      "draft", "not yet", &oops));
	as(w, BOB);
	edit_card(w, "{\"b\":5}");
	assert_int_equal(approve_card(w, ANA, 5, &err), RC_REFUSED);
	assert_int_equal(approve_card(w, ANA, 4, &err), RC_REFUSED);
	assert_ok(approve_card(w, EVA, 5, &oops));
	/* nor does one of a newer revision cover an older one */
	assert_int_equal(approve_card(w, ANA, 4, &err), RC_REFUSED);
	temp_registry_verify(&w->t);
}

static void test_signoff__same_person_under_another_uid(void **state)
{
	static const struct { struct actor who; bool may; } cases[] = {
		{ { 5001, 5001, "eva" }, false },	/* renamed */
		{ { 5002, 5001, "bob" }, false },	/* su from ana's login */
		{ { 5002, 5002, "bob" }, true },
		{ { 5002, -1, "bob" }, true },
		{ { 5001, -1, "bob" }, false },
	};
	struct world *w = *state;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 5; i++) {
		w->t.reg->actor = cases[i].who;
		assert_int_equal(reg_signoff_may(w->t.reg, "m", 1, "risk",
						 MEANING_APPROVED, &err),
				 cases[i].may ? RC_OK : RC_REFUSED);
	}
}

static void test_signoff__any_edit_makes_it_stale(void **state)
{
	struct world *w = *state;

	as(w, BOB);
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	assert_int_equal(n_changed(w, 0), 0);
	edit_card(w, "{\"a\":1}");
	assert_int_equal(n_changed(w, 0), 1);
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_IMPACT, "m@1", "{}",
				    NULL, TX_ANY_BASE, NULL, &oops));
	assert_int_equal(n_changed(w, 0), 2);
	/* moving between stages is not a change of what was signed */
	assert_ok(reg_version_stage(w->t.reg, "m", 1, "candidate", "it", -1,
				    &oops));
	assert_int_equal(n_changed(w, 0), 2);
}

static void test_signoff__moved_since_shown_is_conflict(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = "risk",
		.meaning = MEANING_APPROVED, .stage = "production",
		.reason = "r", .fails_for = "f", .gate_met = true,
		.size = reg_size(w->t.reg), .time = clock_now(),
	};

	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	n.evidence = &evidence;
	edit_card(w, "{\"late\":1}");
	as(w, BOB);
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err),
			 RC_CONFLICT);
	/* even if the edit was taken back in between */
	n.size = reg_size(w->t.reg);
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err),
			 RC_CONFLICT);
	/* another model's entries do not matter */
	pairs_release(&evidence);
	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	assert_ok(reg_model_add(w->t.reg, "mm", NULL, &oops));
	assert_ok(reg_signoff_add(w->t.reg, &n, NULL, &oops));
	pairs_release(&evidence);
}

/* Whoever moves a version, names it or signs it has not written it. */
static void test_signoff__who_only_touched_it_may_approve(void **state)
{
	struct world *w = *state;

	as(w, BOB);
	assert_ok(reg_version_stage(w->t.reg, "m", 1, "candidate", "r",
				    TX_ANY_BASE, &oops));
	assert_ok(reg_version_alias(w->t.reg, "m", 1, "best", &oops));
	assert_ok(sign(w, MEANING_REVIEWED, "risk", &oops));
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
}

/* What happens to another model, or to the papers of another version, between
 * showing and signing is no reason to look again; to the model itself, or to
 * the version that it is compared with, it is. */
static void test_signoff__what_moved_elsewhere(void **state)
{
	struct world *w = *state;
	struct version_fields f = { .code_commit = "7be3" };
	struct model_change c = { .risk = "high" };
	struct err err = ERR_INIT;
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = "risk",
		.meaning = MEANING_REVIEWED, .stage = "production",
		.reason = "r", .gate_met = true, .time = clock_now(),
	};

	assert_ok(reg_model_add(w->t.reg, "m2", NULL, &oops));
	assert_ok(reg_version_add(w->t.reg, "m", &f, NULL, &oops));
	n.size = reg_size(w->t.reg);
	assert_ok(reg_version_add(w->t.reg, "m2", &f, NULL, &oops));
	assert_ok(reg_version_stage(w->t.reg, "m2", 1, "candidate", "r",
				    TX_ANY_BASE, &oops));
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_CARD, "m2@1", "{}",
				    NULL, TX_ANY_BASE, NULL, &oops));
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_CARD, "m@2", "{}",
				    NULL, TX_ANY_BASE, NULL, &oops));
	as(w, BOB);
	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	n.evidence = &evidence;
	assert_ok(reg_signoff_add(w->t.reg, &n, NULL, &oops));
	pairs_release(&evidence);
	n.size = reg_size(w->t.reg);
	assert_ok(reg_model_set(w->t.reg, "m", &c, "r", TX_ANY_BASE, &oops));
	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err),
			 RC_CONFLICT);
	n.size = reg_size(w->t.reg);
	as(w, ANA);
	assert_ok(reg_version_stage(w->t.reg, "m", 2, "candidate", "r",
				    TX_ANY_BASE, &oops));
	as(w, BOB);
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err),
			 RC_CONFLICT);
	pairs_release(&evidence);
}

static void test_signoff__nobody_approves_a_document_of_their_own(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;

	as(w, BOB);
	edit_card(w, "{\"bob\":1}");
	assert_int_equal(reg_signoff_may_document(w->t.reg, DOCUMENT_CARD,
						  "m@1", 2, &err), RC_REFUSED);
	as(w, EVA);
	assert_ok(reg_signoff_may_document(w->t.reg, DOCUMENT_CARD, "m@1", 2,
					   &oops));
}

/* The text that is signed names each thing that was shown, with its digest. */
static void test_signoff__the_statement_names_the_evidence(void **state)
{
	struct world *w = *state;
	struct buf text = BUF_INIT;
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = "risk",
		.meaning = MEANING_REVIEWED, .stage = "production",
		.reason = "r", .gate_met = true, .time = clock_now(),
		.size = reg_size(w->t.reg), .evidence = &evidence,
	};

	edit_card(w, "{\"a\":1}");
	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	assert_true(evidence.n > 0);
	assert_ok(signoff_statement(w->t.reg, &n, &text, &oops));
	for (size_t i = 0; i < evidence.n; i++) {
		char *line = xasprintf("\nevidence \"%s\" \"%s\"\n",
				       evidence.at[i].key,
				       evidence.at[i].value);

		if (!strstr(text.data, line))
			fail_msg("no %s in %s", line, text.data);
		free(line);
	}
	pairs_release(&evidence);
	buf_release(&text);
}

static enum rc append_signoff(struct reg_tx *tx, void *arg, struct err *err)
{
	return tx_append(tx, "signoff.add", "signoff/m@1", TX_ANY_BASE,
			 json_clone(arg), NULL, err);
}

static void test_signoff__of_nothing_is_refused(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	uint64_t before;
	struct json *body = json_new_object();
	static const char *const texts[] = {
		"model", "m", "role", "risk", "meaning", "approved", "stage",
		"production", "reason", "r", "root", "x", "statement", "x",
		"fails_for", "f",
	};

	for (size_t i = 0; i + 1 < sizeof(texts) / sizeof(*texts); i += 2)
		json_set_str(body, texts[i], texts[i + 1]);
	json_set_int(body, "version", 1);
	json_set_int(body, "size", 1);
	json_set_int(body, "signed", 1);
	json_set(body, "evidence", json_new_array());
	before = reg_size(w->t.reg);
	assert_int_equal(reg_write(w->t.reg, append_signoff, body, &err),
			 RC_CORRUPT);
	assert_non_null(strstr(err.text, "of nothing"));
	assert_int_equal(reg_size(w->t.reg), before);
	json_free(body);
}

static void test_signoff__what_an_approval_needs(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1, .role = "risk",
		.meaning = MEANING_APPROVED, .stage = "production",
		.reason = "r", .fails_for = "f", .gate_met = true,
		.size = reg_size(w->t.reg), .time = clock_now(),
	};

	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	n.evidence = &evidence;
	as(w, BOB);
	n.fails_for = "  \n";
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err), RC_USAGE);
	n.fails_for = "f";
	n.reason = "";
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err), RC_USAGE);
	n.reason = "r";
	n.gate_met = false;
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err), RC_UNMET);
	n.gate_met = true;
	n.role = "auditor";
	assert_int_equal(reg_signoff_add(w->t.reg, &n, NULL, &err),
			 RC_REFUSED);
	n.role = "risk";
	assert_ok(reg_signoff_add(w->t.reg, &n, NULL, &oops));
	pairs_release(&evidence);
}

static void test_signoff__own_grant_not_on_own_records(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	const char *admin;

	as_admin(w);
	admin = w->root.login;
	assert_ok(reg_role_grant(w->t.reg, admin, "risk", "r", &oops));
	assert_ok(sign(w, MEANING_REVIEWED, "risk", &oops));
	edit_card(w, "{\"root\":1}");
	assert_int_equal(sign(w, MEANING_REVIEWED, "risk", &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "to yourself"));
}

static void test_signoff__revoked_by_entry_with_reason(void **state)
{
	struct world *w = *state;
	struct signoff_recs all;
	struct err err = ERR_INIT;
	char *id;

	as(w, BOB);
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	assert_ok(reg_signoff_list(w->t.reg, "m", 1, &all, &oops));
	id = xstrdup(all.at[0].id);
	signoff_recs_release(&all);
	as(w, EVA);
	assert_int_equal(reg_signoff_revoke(w->t.reg, id, "r", &err),
			 RC_REFUSED);
	as(w, BOB);
	assert_int_equal(reg_signoff_revoke(w->t.reg, id, "", &err), RC_USAGE);
	assert_ok(reg_signoff_revoke(w->t.reg, id, "was wrong", &oops));
	assert_int_equal(reg_signoff_revoke(w->t.reg, id, "r", &err),
			 RC_REFUSED);
	assert_int_equal(reg_signoff_revoke(w->t.reg, "S-999", "r", &err),
			 RC_NOT_FOUND);
	assert_ok(reg_signoff_list(w->t.reg, "m", 1, &all, &oops));
	assert_true(all.at[0].is_revoked);
	assert_string_equal(all.at[0].revoked_why, "was wrong");
	signoff_recs_release(&all);
	free(id);
	/* ana's work is approved by nobody again */
	as(w, ANA);
	assert_int_equal(sign(w, MEANING_APPROVED, "risk", &err), RC_REFUSED);
	temp_registry_verify(&w->t);
}

/* An admin revokes what others signed, but lifts no refusal of own work. */
static void test_signoff__author_lifts_no_refusal(void **state)
{
	struct world *w = *state;
	struct signoff_recs all;
	struct err err = ERR_INIT;

	as(w, BOB);
	assert_ok(sign(w, MEANING_REFUSED, "risk", &oops));
	assert_ok(sign(w, MEANING_REFUSED, "owner", &oops));
	as_admin(w);
	assert_ok(reg_role_grant(w->t.reg, "ana", "admin", "deputy", &oops));
	assert_ok(reg_signoff_list(w->t.reg, "m", 1, &all, &oops));
	as(w, ANA);
	assert_int_equal(RC_REFUSED, reg_signoff_revoke(w->t.reg,
			 all.at[0].id, "he is wrong", &err));
	assert_non_null(strstr(err.text, "nobody lifts a refusal"));
	as_admin(w);
	assert_ok(reg_signoff_revoke(w->t.reg, all.at[0].id, "left", &oops));
	as(w, BOB);
	assert_ok(reg_signoff_revoke(w->t.reg, all.at[1].id, "mended", &oops));
	signoff_recs_release(&all);
	/* an approval is the admin's to revoke, whose ever the work is */
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	assert_ok(reg_signoff_list(w->t.reg, "m", 1, &all, &oops));
	as(w, ANA);
	assert_ok(reg_signoff_revoke(w->t.reg, all.at[2].id, "too early",
				     &oops));
	signoff_recs_release(&all);
}

static void test_role__only_an_admin_grants(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	struct role_recs all;

	as(w, BOB);
	assert_int_equal(reg_role_grant(w->t.reg, "bob", "admin", "r", &err),
			 RC_REFUSED);
	as_admin(w);
	assert_int_equal(reg_role_revoke(w->t.reg, w->root.login, "admin",
					 "r", &err), RC_REFUSED);
	assert_ok(reg_role_grant(w->t.reg, "bob", "admin", "r", &oops));
	assert_int_equal(reg_role_grant(w->t.reg, "bob", "admin", "r", &err),
			 RC_EXISTS);
	as(w, BOB);
	assert_ok(reg_role_revoke(w->t.reg, w->root.login, "admin", "r",
				  &oops));
	assert_int_equal(reg_role_revoke(w->t.reg, "nn", "risk", "r", &err),
			 RC_NOT_FOUND);
	assert_int_equal(reg_role_grant(w->t.reg, "x", "No Role", "r", &err),
			 RC_USAGE);
	assert_ok(reg_role_list(w->t.reg, &all, &oops));
	assert_int_equal(all.n, 1 + 2 * PEOPLE);
	role_recs_release(&all);
	temp_registry_verify(&w->t);
}

static void test_waiver__has_reason_author_and_end(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	struct waivers all;
	int64_t now = clock_now();

	as(w, BOB);
	assert_int_equal(reg_waiver_add(w->t.reg, "m", 1, "production",
					"lineage complete", "", now + 100,
					&err), RC_USAGE);
	assert_int_equal(reg_waiver_add(w->t.reg, "m", 1, "production",
					"lineage complete", "r", now - 1,
					&err), RC_USAGE);
	assert_int_equal(reg_waiver_add(w->t.reg, "m", 1, "production",
					"lineage complete", "r",
					now + 367 * 86400, &err), RC_USAGE);
	assert_int_equal(reg_waiver_add(w->t.reg, "m", 2, "production",
					"lineage complete", "r", now + 100,
					&err), RC_NOT_FOUND);
	assert_ok(reg_waiver_add(w->t.reg, "m", 1, "production",
				 "lineage complete", "r", now + 100, &oops));
	assert_ok(reg_waiver_list(w->t.reg, "m", 1, NULL, &all, &oops));
	assert_int_equal(all.n, 1);
	assert_string_equal(all.at[0].who, "bob");
	assert_int_equal(all.at[0].until, now + 100);
	waivers_release(&all);
	assert_ok(reg_waiver_end(w->t.reg, "m", 1, "production",
				 "lineage complete", "mended", &oops));
	assert_int_equal(reg_waiver_end(w->t.reg, "m", 1, "production",
					"lineage complete", "r", &err),
			 RC_NOT_FOUND);
	assert_ok(reg_attest(w->t.reg, "m", 1, "tested by hand", "did", &oops));
	temp_registry_verify(&w->t);
}

static void test_waiver__needs_a_role_and_no_author(void **state)
{
	static const struct actor stranger = { 5009, 5009, "zoe" };
	struct world *w = *state;
	struct err err = ERR_INIT;
	uint64_t ended;

	as(w, ANA);
	assert_int_equal(waive(w, "fresh", &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "nobody waives what they wrote"));
	/* under another uid, after the same login */
	w->t.reg->actor = (struct actor){ 7777, people[ANA].uid, "bob" };
	assert_int_equal(waive(w, "fresh", &err), RC_REFUSED);
	w->t.reg->actor = stranger;
	assert_int_equal(waive(w, "fresh", &err), RC_REFUSED);
	assert_non_null(strstr(err.text, "role grant zoe ROLE"));
	as(w, BOB);
	assert_ok(waive(w, "fresh", &oops));
	assert_ok(waive(w, "fresh waivable by admin, risk", &oops));
	assert_int_equal(waive(w, "fresh waivable by admin", &err),
			 RC_REFUSED);
	assert_non_null(strstr(err.text, "role grant bob admin"));
	assert_int_equal(waive(w, "fresh not waivable", &err), RC_REFUSED);
	assert_int_equal(waive(w, "no such rule", &err), RC_BAD_INPUT);
	/* an approval does not make an author somebody else */
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	as(w, ANA);
	assert_int_equal(waive(w, "fresh", &err), RC_REFUSED);
	/* nor does an undo of the end waive in the author's name */
	as(w, EVA);
	assert_ok(reg_waiver_end(w->t.reg, "m", 1, "production", "fresh",
				 "it is", &oops));
	ended = reg_size(w->t.reg) - 1;
	as(w, ANA);
	assert_int_equal(reg_undo(w->t.reg, ended, NULL, &err), RC_REFUSED);
	as(w, BOB);
	assert_ok(reg_undo(w->t.reg, ended, NULL, &oops));
	temp_registry_verify(&w->t);
}

/* -- Past a gate, and back -- */

static enum rc override_move(struct world *w, struct err *err)
{
	const struct stage_gate gate = { "d1", reg_size(w->t.reg), true };

	return reg_version_stage_gated(w->t.reg, "m", 1, "production",
				       "the shop is down", TX_ANY_BASE, &gate,
				       err);
}

static void test_override__waits_for_a_second_person(void **state)
{
	struct world *w = *state;
	struct version_overrides all;
	struct actor again = { 7777, people[BOB].uid, "bob2" };
	struct err err = ERR_INIT;
	uint64_t entry;

	as(w, BOB);
	entry = reg_size(w->t.reg);
	assert_ok(override_move(w, &oops));
	assert_int_equal(RC_NOT_FOUND, reg_version_acknowledge(w->t.reg, "m",
			 1, entry - 1, "seen", &err));
	assert_int_equal(RC_USAGE, reg_version_acknowledge(w->t.reg, "m", 1,
			 entry, " ", &err));
	assert_int_equal(RC_REFUSED, reg_version_acknowledge(w->t.reg, "m", 1,
			 entry, "seen", &err));
	w->t.reg->actor = again;	/* the same login under another uid */
	assert_int_equal(RC_REFUSED, reg_version_acknowledge(w->t.reg, "m", 1,
			 entry, "seen", &err));
	as(w, EVA);
	assert_ok(reg_version_overrides(w->t.reg, "m", 1, &all, &oops));
	assert_int_equal(1, all.n);
	assert_null(all.at[0].seen_by);
	assert_string_equal("bob", all.at[0].who);
	assert_string_equal("the shop is down", all.at[0].reason);
	version_overrides_release(&all);
	assert_ok(reg_version_acknowledge(w->t.reg, "m", 1, entry, "agreed",
					  &oops));
	assert_int_equal(RC_REFUSED, reg_version_acknowledge(w->t.reg, "m", 1,
			 entry, "again", &err));
	assert_ok(reg_version_overrides(w->t.reg, "m", 1, &all, &oops));
	assert_string_equal("eva", all.at[0].seen_by);
	assert_string_equal("agreed", all.at[0].seen_why);
	version_overrides_release(&all);
	/* and it is nobody's authorship, nor taken back */
	assert_int_equal(RC_REFUSED, reg_undo(w->t.reg, UINT64_MAX, NULL,
					      &err));
	assert_ok(reg_signoff_may(w->t.reg, "m", 1, "risk", MEANING_APPROVED,
				  &oops));
}

static size_t n_waivers(struct world *w)
{
	struct waivers all;
	size_t n;

	assert_ok(reg_waiver_list(w->t.reg, "m", 1, "production", &all,
				  &oops));
	n = all.n;
	waivers_release(&all);
	return n;
}

static size_t n_attested(struct world *w)
{
	struct attestations all;
	size_t n;

	assert_ok(reg_attestation_list(w->t.reg, "m", 1, &all, &oops));
	n = all.n;
	attestations_release(&all);
	return n;
}

static void undo(struct world *w)
{
	assert_ok(reg_undo(w->t.reg, UINT64_MAX, NULL, &oops));
}

static void test_undo__waivers_and_attestations(void **state)
{
	struct world *w = *state;
	int64_t until = clock_now() + 86400;
	struct err err = ERR_INIT;
	uint64_t first = reg_size(w->t.reg);

	as(w, BOB);
	assert_ok(reg_waiver_add(w->t.reg, "m", 1, "production", "fresh",
				 "late", until, &oops));
	undo(w);
	assert_int_equal(0, n_waivers(w));
	assert_ok(reg_waiver_add(w->t.reg, "m", 1, "production", "fresh",
				 "late", until, &oops));
	assert_ok(reg_waiver_end(w->t.reg, "m", 1, "production", "fresh",
				 "done", &oops));
	assert_int_equal(0, n_waivers(w));
	undo(w);
	assert_int_equal(1, n_waivers(w));
	/* replaced since: the former cannot be taken back */
	assert_ok(reg_waiver_add(w->t.reg, "m", 1, "production", "fresh",
				 "later", until, &oops));
	assert_int_equal(RC_REFUSED, reg_undo(w->t.reg, first + 2, NULL,
					      &err));
	assert_int_equal(1, n_waivers(w));
	assert_ok(reg_attest(w->t.reg, "m", 1, "tried", "by hand", &oops));
	assert_int_equal(1, n_attested(w));
	undo(w);
	assert_int_equal(0, n_attested(w));
}

static void test_undo__roles_by_an_admin_only(void **state)
{
	struct world *w = *state;
	struct role_rec r;
	struct err err = ERR_INIT;
	uint64_t granted = reg_size(w->t.reg);

	as_admin(w);
	assert_ok(reg_role_grant(w->t.reg, "eva", "legal", "asked", &oops));
	as(w, BOB);
	assert_int_equal(RC_REFUSED, reg_undo(w->t.reg, granted, NULL, &err));
	as_admin(w);
	undo(w);
	assert_int_equal(RC_NOT_FOUND, reg_role_find(w->t.reg, "eva", "legal",
						     &r, &err));
	assert_ok(reg_role_revoke(w->t.reg, "eva", "risk", "left", &oops));
	undo(w);
	assert_ok(reg_role_find(w->t.reg, "eva", "risk", &r, &oops));
	role_rec_release(&r);
	/* the last admin stays, by an undo, too */
	assert_ok(reg_role_grant(w->t.reg, "eva", "admin", "deputy", &oops));
	assert_ok(reg_role_revoke(w->t.reg, w->root.login, "admin", "leaves",
				  &oops));
	as(w, EVA);
	assert_int_equal(RC_REFUSED, reg_undo(w->t.reg,
					      reg_size(w->t.reg) - 2, NULL,
					      &err));
}

/* What is signed is not undone, and nothing older in its place. */
static void test_undo__stops_at_a_sign_off(void **state)
{
	struct world *w = *state;
	struct err err = ERR_INIT;
	uint64_t size;

	as(w, BOB);
	assert_ok(reg_waiver_add(w->t.reg, "m", 1, "production", "fresh",
				 "late", clock_now() + 86400, &oops));
	assert_ok(sign(w, MEANING_REVIEWED, "risk", &oops));
	size = reg_size(w->t.reg);
	assert_int_equal(RC_REFUSED, reg_undo(w->t.reg, UINT64_MAX, NULL,
					      &err));
	assert_non_null(strstr(err.text, "not undone"));
	assert_int_equal(size, reg_size(w->t.reg));
	assert_int_equal(1, n_waivers(w));
}

/* An undo leads into no stage that has a gate. */
static void test_undo__does_not_pass_a_gate(void **state)
{
	struct world *w = *state;
	struct version_rec v;
	struct err err = ERR_INIT;

	as(w, BOB);
	assert_ok(reg_version_stage(w->t.reg, "m", 1, "production", "free",
				    TX_ANY_BASE, &oops));
	assert_ok(reg_document_save(w->t.reg, DOCUMENT_GATE, "production",
				    "fresh\n", NULL, 0, NULL, &oops));
	assert_ok(reg_version_stage(w->t.reg, "m", 1, "candidate", "back",
				    TX_ANY_BASE, &oops));
	assert_int_equal(RC_REFUSED, reg_undo(w->t.reg, UINT64_MAX, NULL,
					      &err));
	assert_ok(reg_version_get(w->t.reg, "m", 1, &v, &oops));
	assert_string_equal("candidate", v.stage);
	version_rec_release(&v);
}

/* -- Mutations -- a sign-off's projection or statement changed by SQL. */

static void test_signoff__mutations_are_named(void **state)
{
	static const char *const mutations[] = {
		"UPDATE signoff SET meaning = 'refused'",
		"UPDATE signoff SET who = 'eve'",
		"UPDATE signoff SET uid = 1",
		"UPDATE signoff SET loginuid = 1",
		"UPDATE signoff SET role = 'owner'",
		"UPDATE signoff SET reason = 'no'",
		"UPDATE signoff SET fails_for = 'nobody'",
		"UPDATE signoff SET time = 1",
		"UPDATE signoff SET version = 2",
		"UPDATE signoff SET evidence = '{}'",
		"UPDATE signoff SET key = 'SHA256:x'",
		"UPDATE signoff SET revoked_idx = 3",
		"UPDATE signoff SET stage = 'shadow'",
		"DELETE FROM signoff",
		"INSERT INTO signoff SELECT 1, model, version, role, meaning, stage, reason, fails_for, evidence, time, uid, loginuid, who, statement, signature, principal, namespace, key, revoked_idx, revoked_by, revoked_why, revoked_time FROM signoff",
		"UPDATE role SET role = 'admin' WHERE role = 'risk' AND login = 'bob'",
		"INSERT INTO role VALUES ('eve', 'admin', 0, 0, 0, 0, 'x', NULL)",
		"DELETE FROM role WHERE login = 'bob'",
		"UPDATE waiver SET until = until + 1",
		"DELETE FROM waiver",
		"UPDATE attestation SET claim = 'x'",
		"UPDATE blob SET data = CAST(replace(CAST(data AS TEXT), 'approved', 'refused!') AS BLOB)",
		"UPDATE log SET entry = replace(entry, 'approved', 'reviewed') WHERE kind = 'signoff.add'",
	};
	struct world *w = *state;
	struct reg_verdict v;

	as(w, BOB);
	assert_ok(sign(w, MEANING_APPROVED, "risk", &oops));
	assert_ok(reg_waiver_add(w->t.reg, "m", 1, "production", "fresh", "r",
				 clock_now() + 100, &oops));
	assert_ok(reg_attest(w->t.reg, "m", 1, "tested", "did", &oops));
	temp_registry_verify(&w->t);
	for (size_t i = 0; i < sizeof(mutations) / sizeof(*mutations); i++) {
		char copy[128];

		snprintf(copy, sizeof(copy), "%s/copy.db", w->t.folder);
		assert_int_equal(run_shell("cp '%s' '%s' && sqlite3 '%s' "
			"\"PRAGMA foreign_keys=OFF; %s\"", w->t.path, copy,
			copy, mutations[i]), 0);
		assert_ok(reg_fsck(copy, NULL, &v, &oops));
		if (v.ok)
			fail_msg("unnoticed: %s", mutations[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(test_signoff__author_cannot_approve),
		TEST(test_signoff__approval_by_others_changes_no_author),
		TEST(test_signoff__ticking_is_authorship),
		TEST(test_signoff__document_by_revision),
		TEST(test_signoff__same_person_under_another_uid),
		TEST(test_signoff__any_edit_makes_it_stale),
		TEST(test_signoff__moved_since_shown_is_conflict),
		TEST(test_signoff__who_only_touched_it_may_approve),
		TEST(test_signoff__what_moved_elsewhere),
		TEST(test_signoff__nobody_approves_a_document_of_their_own),
		TEST(test_signoff__the_statement_names_the_evidence),
		TEST(test_signoff__of_nothing_is_refused),
		TEST(test_signoff__what_an_approval_needs),
		TEST(test_signoff__own_grant_not_on_own_records),
		TEST(test_signoff__revoked_by_entry_with_reason),
		TEST(test_signoff__author_lifts_no_refusal),
		TEST(test_role__only_an_admin_grants),
		TEST(test_waiver__has_reason_author_and_end),
		TEST(test_waiver__needs_a_role_and_no_author),
		TEST(test_override__waits_for_a_second_person),
		TEST(test_undo__waivers_and_attestations),
		TEST(test_undo__roles_by_an_admin_only),
		TEST(test_undo__stops_at_a_sign_off),
		TEST(test_undo__does_not_pass_a_gate),
		TEST(test_signoff__mutations_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
