/* Who may approve, against a small model: random sequences of savings, ticks,
 * approvals of old and new revisions, sign-offs in several roles, for several
 * stages and with several keys, revocations and waivers, each by one of four
 * people under one of the forms that the kernel may show them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/sshsig.h"
#include "base/xalloc.h"
#include "registry/document.h"
#include "registry/evidence.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/signoff.h"
#include "registry/waiver.h"
#include "support/temp_registry.h"

#define PEOPLE 4
#define KEYS 3
#define DOCS 4
#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

static const char *const logins[PEOPLE] = { "ana", "bob", "eva", "ida" };
static const char *const roles[] = { "owner", "risk" };
static const char *const stages[] = { "production", "candidate", "shadow" };
static const struct { enum document_kind kind; const char *of; } docs[DOCS] = {
	{ DOCUMENT_CARD, "m@1" }, { DOCUMENT_IMPACT, "m@1" },
	{ DOCUMENT_CHECKLIST, "m" }, { DOCUMENT_DATASHEET, "adult" },
};
/* One signature by each key; empty without ssh-keygen. Whether it fits is
 * asked by who calls, so that one of anything serves. */
static char *signatures[KEYS];

struct world {
	struct temp_registry t;
	struct actor root;
};

/* -- The model -- */

struct law {
	bool wrote[PEOPLE];		/* anything of m@1, ever */
	bool held[KEYS][PEOPLE];	/* has signed with the key */
	unsigned state;			/* changes so far */
	struct {
		int n;
		struct { int saver; bool was, is; } rev[400];
	} doc[DOCS];		/* was approved and not drawn back; is now */
	struct { int who, key; unsigned state; bool approval, revoked; } s[400];
	int n;
};

static bool law_author(const struct law *l, int who, int key)
{
	bool is = l->wrote[who];

	for (int p = 0; p < PEOPLE && key >= 0; p++)
		is |= l->wrote[p] && l->held[key][p];
	return is;
}

/* New in revision r is what was saved behind the newest approved below it. */
static bool law_saved(const struct law *l, int d, int r, int who)
{
	bool is = false;

	for (int i = r; i > 0 && (i == r || !l->doc[d].rev[i - 1].was); i--)
		is |= l->doc[d].rev[i - 1].saver == who;
	return is;
}

static void law_approved(struct law *l, int d, int r)
{
	for (int i = 0; i < l->doc[d].n; i++)
		l->doc[d].rev[i].is = false;
	l->doc[d].rev[r - 1].is = l->doc[d].rev[r - 1].was = true;
}

/* -- The world -- */

static int pick(int n)
{
	return (int)(random() % n);
}

/* As themselves, without a login uid, or by su under somebody's name. */
static void as(struct world *w, int who)
{
	int64_t uid = 5001 + who;
	int form = pick(3);

	w->t.reg->actor = (struct actor){ form == 2 ? uid + 2000 : uid,
					  form == 1 ? -1 : uid,
					  logins[form == 2 ? pick(PEOPLE) :
						 who] };
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct version_fields f = { .code_commit = "7be2",
				    .data_digest = "adult" };

	temp_registry_make(&w->t);
	w->root = w->t.reg->actor;
	for (int i = 0; i < PEOPLE; i++)
		for (int k = 0; k < COUNT(roles); k++)
			assert_ok(reg_role_grant(w->t.reg, logins[i], roles[k],
						 "their work", &oops));
	assert_ok(reg_model_add(w->t.reg, "m", NULL, &oops));
	as(w, 0);
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

static enum rc sign(struct world *w, enum meaning m, int key, struct err *err)
{
	struct pairs evidence;
	struct signoff_new n = {
		.model = "m", .version = 1,
		.role = roles[pick(COUNT(roles))], .meaning = m,
		.stage = stages[pick(COUNT(stages))], .reason = "looked at it",
		.fails_for = m == MEANING_APPROVED ? "people under 25" : NULL,
		.gate_met = true, .size = reg_size(w->t.reg),
		.time = clock_now(),
		.signature = key < 0 ? NULL : signatures[key],
		.principal = key < 0 ? NULL : "somebody",
	};
	enum rc rc;

	assert_ok(reg_evidence(w->t.reg, "m", 1, &evidence, &oops));
	n.evidence = &evidence;
	rc = reg_signoff_add(w->t.reg, &n, NULL, err);
	pairs_release(&evidence);
	return rc;
}

/* -- The steps -- */

struct tried {
	unsigned approved, refused, key_refused, doc_approved, doc_refused,
		 waived, revoked;
};

struct round {
	struct world *w;
	struct law *l;
	struct tried *t;
	int who, number;
	unsigned writers;		/* bit set; others seldom write */
};

/* The law and the program say the same. */
static void agree(const struct round *r, const char *what, bool refused,
		  enum rc rc, const struct err *err)
{
	if (rc != (refused ? RC_REFUSED : RC_OK))
		fail_msg("round %d: %s may%s %s: %s", r->number,
			 logins[r->who], refused ? " not" : "", what,
			 rc ? err->text : "and did");
}

static void step_save(struct round *r)
{
	int d = pick(DOCS);
	char text[40];

	if (!(r->writers >> r->who & 1) && pick(100))
		return;
	snprintf(text, sizeof(text), "{\"n\":%d}", r->number);
	assert_ok(reg_document_save(r->w->t.reg, docs[d].kind, docs[d].of,
				    text, NULL, TX_ANY_BASE, NULL, &oops));
	r->l->doc[d].rev[r->l->doc[d].n++].saver = r->who;
	r->l->wrote[r->who] = true;
	r->l->state++;
}

static void step_document(struct round *r)
{
	int d = pick(DOCS), rev, n = r->l->doc[d].n;
	struct err err = ERR_INIT;
	bool refused;
	enum rc rc;

	if (!n)
		return;
	rev = pick(2) ? n : 1 + pick(n);
	/* what is or was approved has no way there but by a draft */
	if (r->l->doc[d].rev[rev - 1].was)
		return;
	refused = law_saved(r->l, d, rev, r->who);
	rc = reg_document_status(r->w->t.reg, docs[d].kind, docs[d].of, rev,
				 "approved", "read", &err);
	agree(r, "approve a document", refused, rc, &err);
	r->t->doc_refused += refused;
	r->t->doc_approved += !refused;
	if (!refused)
		law_approved(r->l, d, rev);
}

static void step_draw_back(struct round *r)
{
	int d = pick(DOCS);

	for (int i = 0; i < r->l->doc[d].n; i++) {
		if (!r->l->doc[d].rev[i].is)
			continue;
		assert_ok(reg_document_status(r->w->t.reg, docs[d].kind,
					      docs[d].of, i + 1, "draft",
					      "not yet", &oops));
		r->l->doc[d].rev[i].is = r->l->doc[d].rev[i].was = false;
	}
}

static int some_key(void)
{
	return signatures[0] ? pick(2 * KEYS) - KEYS : -1;
}

static void signed_by(struct round *r, int key, bool approval)
{
	struct law *l = r->l;

	l->s[l->n].who = r->who;
	l->s[l->n].key = key < 0 ? -1 : key;
	l->s[l->n].state = l->state;
	l->s[l->n++].approval = approval;
	if (key >= 0)
		l->held[key][r->who] = true;
}

static void step_approve(struct round *r)
{
	int key = some_key();
	bool refused = law_author(r->l, r->who, key);
	struct err err = ERR_INIT;
	enum rc rc = sign(r->w, MEANING_APPROVED, key, &err);

	agree(r, "approve", refused, rc, &err);
	r->t->refused += refused;
	r->t->key_refused += refused && !r->l->wrote[r->who];
	r->t->approved += !refused;
	if (!refused)
		signed_by(r, key, true);
}

/* Authors sign as such, and so show whose key is theirs. */
static void step_author(struct round *r)
{
	int key = pick(8) ? -1 : some_key();
	struct err err = ERR_INIT;

	agree(r, "say that they wrote it", false,
	      sign(r->w, pick(2) ? MEANING_AUTHORED : MEANING_REVIEWED, key,
		   &err), &err);
	signed_by(r, key, false);
}

static void step_revoke(struct round *r)
{
	struct signoff_recs all;
	int i = r->l->n ? pick(r->l->n) : 0;

	if (!r->l->n || r->l->s[i].revoked)
		return;
	r->w->t.reg->actor = r->w->root;
	assert_ok(reg_signoff_list(r->w->t.reg, "m", 1, &all, &oops));
	assert_int_equal(all.n, r->l->n);
	assert_ok(reg_signoff_revoke(r->w->t.reg, all.at[i].id, "r", &oops));
	signoff_recs_release(&all);
	r->l->s[i].revoked = true;
	r->t->revoked++;
}

static void step_waive(struct round *r)
{
	struct err err = ERR_INIT;
	enum rc rc = reg_waiver_add(r->w->t.reg, "m", 1, "production", "fresh",
				    "r", clock_now() + 100, &err);

	agree(r, "waive", r->l->wrote[r->who], rc, &err);
	r->t->waived += rc == RC_OK;
}

/* Moving a version is no authorship. */
static void step_move(struct round *r)
{
	struct err err = ERR_INIT;
	enum rc rc = reg_version_stage(r->w->t.reg, "m", 1,
				       stages[pick(COUNT(stages))], "it",
				       TX_ANY_BASE, &err);

	assert_true(rc == RC_OK || rc == RC_REFUSED);
}

static void (*const steps[])(struct round *) = {
	step_save, step_save, step_document, step_document, step_draw_back,
	step_approve, step_approve, step_approve, step_author, step_revoke,
	step_waive, step_move,
};

/* No approval survives a change, and none by who is an author by now. */
static void check_stale(struct round *r)
{
	struct signoff_recs all;
	struct pairs now;
	bool own[400];

	assert_ok(reg_signoff_list(r->w->t.reg, "m", 1, &all, &oops));
	assert_ok(reg_signoff_own(r->w->t.reg, "m", 1, &all, own, &oops));
	assert_ok(reg_evidence(r->w->t.reg, "m", 1, &now, &oops));
	assert_int_equal(all.n, r->l->n);
	for (size_t i = 0; i < all.n; i++) {
		struct strs changed = VEC_INIT;

		evidence_compare(&all.at[i].evidence, &now, &changed);
		assert_int_equal(changed.n == 0,
				 r->l->s[i].state == r->l->state);
		strs_release(&changed);
		assert_int_equal(own[i], law_author(r->l, r->l->s[i].who,
						    r->l->s[i].key));
	}
	pairs_release(&now);
	signoff_recs_release(&all);
}

static void some_rounds(struct world *w, int rounds, struct tried *t)
{
	struct law *l = calloc(1, sizeof(*l));
	struct round r = { .w = w, .l = l, .t = t,
			   .writers = 1u | 1u << pick(PEOPLE) };

	l->wrote[0] = true;		/* the version */
	for (r.number = 0; r.number < rounds; r.number++) {
		r.who = pick(PEOPLE);
		as(w, r.who);
		steps[pick(COUNT(steps))](&r);
		if (r.number % 16 == 0)
			check_stale(&r);
	}
	free(l);
	temp_registry_verify(&w->t);
}

/* In registries of a few hundred changes each, so that many rounds take no
 * longer for each than a few. MUSTER_SEQUENCES sets how many. */
#define ROUNDS_EACH 100

static void test_signoff_law__random_sequences(void **state)
{
	const char *text = getenv("MUSTER_SEQUENCES");
	int64_t rounds = 400;
	struct tried t = { 0 };

	(void)state;
	if (text)
		assert_true(decimal_read_i64(text, strlen(text), &rounds));
	for (; rounds > 0; rounds -= ROUNDS_EACH) {
		void *world;

		assert_int_equal(0, setup(&world));
		some_rounds(world, rounds < ROUNDS_EACH ? (int)rounds :
			    ROUNDS_EACH, &t);
		teardown(&world);
	}
	assert_true(t.refused > 10 && t.approved > 10 && t.waived > 0 &&
		    t.doc_refused > 0 && t.doc_approved > 0 && t.revoked > 0);
	assert_true(!signatures[0] || t.key_refused > 0);
	if (text)
		printf("# %s rounds: %u approvals, %u refused (%u for their "
		       "key), %u revoked; documents: %u approved, %u refused; "
		       "%u waivers\n", text, t.approved, t.refused,
		       t.key_refused, t.revoked, t.doc_approved,
		       t.doc_refused, t.waived);
}

static int make_keys(void **state)
{
	char folder[] = "/tmp/muster-keys-XXXXXX";

	(void)state;
	srandom(41);
	if (run_shell("command -v ssh-keygen >/dev/null") != 0)
		return 0;
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < KEYS; i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/k%d", folder, i);
		assert_int_equal(0, run_shell("ssh-keygen -q -t ed25519 "
					      "-N '' -C '' -f %s", path));
		assert_ok(sshsig_sign(path, "muster-signoff@local", "x", 1,
				      &signatures[i], &oops));
	}
	return run_shell("rm -rf %s", folder);
}

static int drop_keys(void **state)
{
	(void)state;
	for (int i = 0; i < KEYS; i++)
		free(signatures[i]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signoff_law__random_sequences),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
