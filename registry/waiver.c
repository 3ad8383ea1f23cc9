#include "registry/waiver.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "model/gate.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "registry/nouns.h"
#include "registry/role.h"
#include "registry/signoff_inside.h"

#define DAY 86400

void waivers_release(struct waivers *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].stage);
		free(v->at[i].rule);
		free(v->at[i].reason);
		free(v->at[i].who);
	}
	vec_free(v);
}

bool waiver_holds(const struct waiver *w, int64_t now)
{
	return w->time <= now && now <= w->until &&
	       w->until <= w->time + (int64_t)WAIVER_MAX_DAYS * DAY;
}

void attestations_release(struct attestations *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].claim);
		free(v->at[i].reason);
		free(v->at[i].who);
	}
	vec_free(v);
}

/* -- Reading -- */

enum rc reg_waiver_list(struct registry *reg, const char *model,
			int64_t version, const char *stage,
			struct waivers *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT stage, rule, until, reason, idx, time, uid, who "
		"FROM waiver "
		"WHERE model = ? AND version = ? AND stage = COALESCE(?, stage) "
		"ORDER BY stage, rule");
	enum rc rc;

	*out = (struct waivers)VEC_INIT;
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_text(s, stage);
	while (stmt_next(s, err))
		*vec_add(out) = (struct waiver){
			.stage = stmt_text_copy(s, "stage"),
			.rule = stmt_text_copy(s, "rule"),
			.reason = stmt_text_copy(s, "reason"),
			.who = stmt_text_copy(s, "who"),
			.uid = stmt_int(s, "uid"),
			.until = stmt_int(s, "until"),
			.time = stmt_int(s, "time"),
			.entry = (uint64_t)stmt_int(s, "idx"),
		};
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		waivers_release(out);
	return rc;
}

enum rc reg_attestation_list(struct registry *reg, const char *model,
			     int64_t version, struct attestations *out,
			     struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT claim, reason, idx, time, uid, who "
		"FROM attestation "
		"WHERE model = ? AND version = ? "
		"ORDER BY claim");
	enum rc rc;

	*out = (struct attestations)VEC_INIT;
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	while (stmt_next(s, err))
		*vec_add(out) = (struct attestation){
			.claim = stmt_text_copy(s, "claim"),
			.reason = stmt_text_copy(s, "reason"),
			.who = stmt_text_copy(s, "who"),
			.uid = stmt_int(s, "uid"),
			.time = stmt_int(s, "time"),
			.entry = (uint64_t)stmt_int(s, "idx"),
		};
	rc = stmt_end(s, RC_OK);
	if (rc != RC_OK)
		attestations_release(out);
	return rc;
}

void reg_judge_by_log(struct registry *reg, bool on)
{
	reg->judges_by_log = on;
}

enum rc reg_shown_time(struct registry *reg, int64_t *out, struct err *err)
{
	bool by_log = reg_as_of(reg) || reg->judges_by_log;
	struct stmt *s;
	uint64_t size;
	int64_t now = clock_now();
	enum rc rc;

	*out = now;
	if (!by_log && !clock_is_pinned())
		return RC_OK;
	rc = reg_read_size(reg, &size, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(reg->db, "SELECT time FROM log WHERE idx = ?");
	stmt_bind_int(s, (int64_t)size - 1);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	if (by_log || stmt_int(s, "time") > now)
		*out = stmt_int(s, "time");
	stmt_done(s);
	return RC_OK;
}

/* -- Changing -- */

struct waiving {
	const char *kind;
	const char *model;
	int64_t version;
	const char *stage, *rule, *reason;	/* stage NULL: attesting */
	int64_t until;
};

/* One of the roles that the rule names, or any. */
static enum rc check_role(struct registry *reg, const struct gate_rule *rule,
			  struct err *err)
{
	const struct strs *wanted = &rule->waivable_by;
	const char *me = reg->actor.login;
	struct role_recs all;
	bool holds = false;
	enum rc rc = reg_role_list(reg, &all, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n && !holds; i++) {
		if (strcmp(all.at[i].login, me) != 0)
			continue;
		holds = !wanted->n;
		for (size_t k = 0; k < wanted->n; k++)
			holds |= !strcmp(all.at[i].role, wanted->at[k]);
	}
	role_recs_release(&all);
	if (holds)
		return RC_OK;
	return err_set(err, RC_REFUSED, "'%s' %s and cannot waive that rule; "
		       "an admin grants it: muster role grant %s %s", me,
		       wanted->n ? "does not hold the role that it asks for" :
		       "holds no role", me, wanted->n ? wanted->at[0] : "ROLE");
}

static enum rc check_rule(struct registry *reg, const char *text,
			  struct err *err)
{
	struct gate_rules rules;
	enum rc rc = gate_parse(text, &rules, NULL, err);

	if (rc == RC_OK && rules.n != 1)
		rc = err_set(err, RC_USAGE, "'%.80s' is not one rule", text);
	if (rc == RC_OK && rules.at[0].not_waivable)
		rc = err_set(err, RC_REFUSED, "the gate says of this rule "
			     "that it is not waivable");
	if (rc == RC_OK)
		rc = check_role(reg, &rules.at[0], err);
	gate_rules_release(&rules);
	return rc;
}

static enum rc may_waive(struct registry *reg, const char *model,
			 int64_t version, const char *rule, struct err *err)
{
	enum rc rc = check_rule(reg, rule, err);

	return rc == RC_OK ? signoff_check_no_author(reg, model, version,
						     "waives", err) : rc;
}

enum rc reg_waiver_may(struct registry *reg, const char *model,
		       int64_t version, const char *rule, struct err *err)
{
	enum rc rc = reg_read_begin(reg, err);

	if (rc != RC_OK)
		return rc;
	rc = may_waive(reg, model, version, rule, err);
	reg_read_end(reg);
	return rc;
}

static enum rc append_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct waiving *w = arg;
	struct version_rec v;
	struct json *body;
	char time[CLOCK_TEXT], *object;
	enum rc rc = reg_version_get(tx_registry(tx), w->model, w->version,
				     &v, err);

	if (rc != RC_OK)
		return rc;
	version_rec_release(&v);
	body = json_new_object();
	json_set_str(body, "model", w->model);
	json_set_int(body, "version", w->version);
	json_set_str(body, "stage", w->stage);
	json_set_str(body, w->stage ? "rule" : "claim", w->rule);
	json_set_str(body, "reason", w->reason);
	if (w->until)
		json_set_str(body, "until", clock_format(w->until, time));
	object = xasprintf("waiver/%s@%lld", w->model, (long long)w->version);
	rc = tx_append(tx, w->kind, object, TX_ANY_BASE, body, NULL, err);
	free(object);
	return rc;
}

static enum rc add_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct waiving *w = arg;
	struct version_rec v;
	enum rc rc = reg_version_get(tx_registry(tx), w->model, w->version,
				     &v, err);

	if (rc != RC_OK)
		return rc;
	version_rec_release(&v);
	rc = may_waive(tx_registry(tx), w->model, w->version, w->rule, err);
	return rc == RC_OK ? append_fn(tx, arg, err) : rc;
}

static enum rc check_texts(const struct waiving *w, struct err *err)
{
	enum rc rc = reason_check(w->reason, err);

	if (rc == RC_OK)
		rc = text_check("the reason", w->reason, err);
	if (rc == RC_OK)
		rc = text_check("the rule", w->rule, err);
	return rc == RC_OK ? text_check("the stage", w->stage, err) : rc;
}

enum rc reg_waiver_add(struct registry *reg, const char *model,
		       int64_t version, const char *stage, const char *rule,
		       const char *reason, int64_t until, struct err *err)
{
	struct waiving w = { "waiver.add", model, version, stage, rule,
			     reason, until };
	int64_t now = clock_now(), host = clock_host();
	int64_t from = now < host ? now : host;
	enum rc rc = check_texts(&w, err);

	if (rc == RC_OK && until < now)
		rc = err_set(err, RC_USAGE, "a waiver ends on a day to come");
	if (rc == RC_OK && until > from + (int64_t)WAIVER_MAX_DAYS * DAY)
		rc = err_set(err, RC_USAGE, "a waiver ends within %d days",
			     WAIVER_MAX_DAYS);
	return rc == RC_OK ? reg_write(reg, add_fn, &w, err) : rc;
}

static enum rc end_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct registry *reg = tx_registry(tx);
	struct waiving *w = arg;
	struct waivers all;
	bool found = false;
	enum rc rc = reg_waiver_list(reg, w->model, w->version, w->stage,
				     &all, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n; i++) {
		if (strcmp(all.at[i].rule, w->rule) != 0)
			continue;
		found = true;
		w->until = all.at[i].until;	/* for an undo */
	}
	waivers_release(&all);
	if (!found)
		return err_set(err, RC_NOT_FOUND, "'%s' is not waived for "
			       "%s@%lld in the gate of '%s'", w->rule,
			       w->model, (long long)w->version, w->stage);
	return append_fn(tx, arg, err);
}

enum rc reg_waiver_end(struct registry *reg, const char *model,
		       int64_t version, const char *stage, const char *rule,
		       const char *reason, struct err *err)
{
	struct waiving w = { "waiver.end", model, version, stage, rule,
			     reason, 0 };
	enum rc rc = check_texts(&w, err);

	return rc == RC_OK ? reg_write(reg, end_fn, &w, err) : rc;
}

enum rc reg_attest(struct registry *reg, const char *model, int64_t version,
		   const char *claim, const char *reason, struct err *err)
{
	struct waiving w = { "attestation.add", model, version, NULL, claim,
			     reason, 0 };
	enum rc rc = check_texts(&w, err);

	return rc == RC_OK ? reg_write(reg, append_fn, &w, err) : rc;
}

/* -- Taking back -- */

static enum rc append_again(struct reg_tx *tx, const char *kind,
			    const struct entry *e, struct err *err)
{
	struct json *body = json_clone(e->body);

	json_set_str(body, "reason", "undo");
	return tx_append(tx, kind, e->object, TX_ANY_BASE, body, NULL, err);
}

/* Only while the waiver in force is the one that the entry made. */
static enum rc undo_add(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	struct stmt *s = db_prepare(tx_registry(tx)->shown,
		"SELECT idx FROM waiver WHERE idx = ?");
	enum rc rc;

	stmt_bind_int(s, (int64_t)e->index);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return err_set(err, RC_REFUSED, "that waiver has ended or was "
			       "replaced since");
	if (rc != RC_OK)
		return rc;
	stmt_done(s);
	return append_again(tx, "waiver.end", e, err);
}

/* Whoever takes the end back waives the rule again, in their own name. */
static enum rc undo_end(struct reg_tx *tx, const struct entry *e,
			struct err *err)
{
	const char *until = json_get_str(e->body, "until");
	struct waivers all;
	bool found = false;
	int64_t time;
	enum rc rc;

	if (!until || !clock_parse(until, &time) || time < clock_now())
		return err_set(err, RC_REFUSED, "that waiver has run out");
	rc = reg_waiver_list(tx_registry(tx), json_get_str(e->body, "model"),
			     json_get_int(e->body, "version", 0),
			     json_get_str(e->body, "stage"), &all, err);
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n; i++)
		found |= !strcmp(all.at[i].rule,
				 json_get_str(e->body, "rule"));
	waivers_release(&all);
	if (found)
		return err_set(err, RC_REFUSED, "the rule is waived anew "
			       "already");
	rc = may_waive(tx_registry(tx), json_get_str(e->body, "model"),
		       json_get_int(e->body, "version", 0),
		       json_get_str(e->body, "rule"), err);
	if (rc != RC_OK)
		return rc;
	return append_again(tx, "waiver.add", e, err);
}

static enum rc undo_attest(struct reg_tx *tx, const struct entry *e,
			   struct err *err)
{
	struct json *body = json_clone(e->body);

	json_set_str(body, "reason", "undo");
	json_set_int(body, "entry", (int64_t)e->index);
	return tx_append(tx, "attestation.end", e->object, TX_ANY_BASE, body,
			 NULL, err);
}

/* -- Entries -- */

struct fields {
	const char *model, *stage, *rule, *reason;
	int64_t version, until;
};

static enum rc read_fields(const struct entry *e, const char *rule,
			   struct fields *f, struct err *err)
{
	const struct body_field fields[] = {
		{ "model", &f->model }, { "version", .number = &f->version },
		{ rule, &f->rule }, { "reason", &f->reason }, { 0 },
	};
	char *object;
	enum rc rc = body_read(e->body, fields, err);

	if (rc != RC_OK)
		return rc;
	object = xasprintf("waiver/%s@%lld", f->model,
			   (long long)f->version);
	if (strcmp(object, e->object) != 0)
		rc = err_set(err, RC_CORRUPT, "a waiver of '%s' speaks of "
			     "%s@%lld", e->object, f->model,
			     (long long)f->version);
	free(object);
	return rc;
}

static enum rc read_stage(const struct entry *e, struct fields *f,
			  struct err *err)
{
	enum rc rc = read_fields(e, "rule", f, err);

	return rc == RC_OK ? body_str(e->body, "stage", &f->stage, err) : rc;
}

static enum rc apply_add(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	struct fields f = { 0 };
	const char *until;
	struct stmt *s;
	enum rc rc = read_stage(e, &f, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "until", &until, err);
	if (rc == RC_OK && !clock_parse(until, &f.until))
		rc = err_set(err, RC_CORRUPT, "a waiver until no day");
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"INSERT OR REPLACE INTO waiver (model, version, stage, rule, "
		"until, reason, idx, time, uid, who) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	stmt_bind_text(s, f.model);
	stmt_bind_int(s, f.version);
	stmt_bind_text(s, f.stage);
	stmt_bind_text(s, f.rule);
	stmt_bind_int(s, f.until);
	stmt_bind_text(s, f.reason);
	stmt_bind_int(s, (int64_t)e->index);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, e->uid);
	stmt_bind_text(s, e->login);
	return stmt_run(s, err);
}

static enum rc apply_end(struct apply *a, struct err *err)
{
	struct fields f = { 0 };
	struct stmt *s;
	enum rc rc = read_stage(a->entry, &f, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"DELETE FROM waiver "
		"WHERE model = ? AND version = ? AND stage = ? AND rule = ?");
	stmt_bind_text(s, f.model);
	stmt_bind_int(s, f.version);
	stmt_bind_text(s, f.stage);
	stmt_bind_text(s, f.rule);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_CORRUPT, "entry ends a waiver that is "
			     "not there");
	return rc;
}

static enum rc apply_attest(struct apply *a, struct err *err)
{
	const struct entry *e = a->entry;
	struct fields f = { 0 };
	struct stmt *s;
	enum rc rc = read_fields(e, "claim", &f, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"INSERT OR REPLACE INTO attestation (model, version, claim, "
		"reason, idx, time, uid, who) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
	stmt_bind_text(s, f.model);
	stmt_bind_int(s, f.version);
	stmt_bind_text(s, f.rule);
	stmt_bind_text(s, f.reason);
	stmt_bind_int(s, (int64_t)e->index);
	stmt_bind_int(s, e->time);
	stmt_bind_int(s, e->uid);
	stmt_bind_text(s, e->login);
	return stmt_run(s, err);
}

static enum rc apply_unattest(struct apply *a, struct err *err)
{
	struct fields f = { 0 };
	struct stmt *s;
	int64_t index;
	enum rc rc = read_fields(a->entry, "claim", &f, err);

	if (rc == RC_OK)
		rc = body_int(a->entry->body, "entry", &index, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db,
		"DELETE FROM attestation "
		"WHERE model = ? AND version = ? AND claim = ? AND idx = ?");
	stmt_bind_text(s, f.model);
	stmt_bind_int(s, f.version);
	stmt_bind_text(s, f.rule);
	stmt_bind_int(s, index);
	rc = stmt_run(s, err);
	if (rc == RC_OK && db_changes(a->db) != 1)
		rc = err_set(err, RC_REFUSED, "that attestation was replaced "
			     "since, or taken back");
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	buf_printf(out, "gate %s: '%s' waived until %.10s: %s",
		   entry_text(e, "stage"), entry_text(e, "rule"),
		   entry_text(e, "until"), entry_text(e, "reason"));
}

static void line_end(const struct entry *e, struct buf *out)
{
	buf_printf(out, "gate %s: '%s' no longer waived: %s",
		   entry_text(e, "stage"), entry_text(e, "rule"),
		   entry_text(e, "reason"));
}

static void line_attest(const struct entry *e, struct buf *out)
{
	buf_printf(out, "attested '%s': %s", entry_text(e, "claim"),
		   entry_text(e, "reason"));
}

static void line_unattest(const struct entry *e, struct buf *out)
{
	buf_printf(out, "no longer attested: '%s'", entry_text(e, "claim"));
}

const struct entry_kind waiver_kinds[] = {
	{ "waiver.add", 1, apply_add, line_add, undo_add },
	{ "waiver.end", 1, apply_end, line_end, undo_end },
	{ "attestation.add", 1, apply_attest, line_attest, undo_attest },
	{ "attestation.end", 1, apply_unattest, line_unattest, NULL },
	{ 0 },
};
