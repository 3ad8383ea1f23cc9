/* Moves past a gate that did not hold, and who has acknowledged them. They
 * are few and are read from the log itself: no table could forget one. */
#include <string.h>

#include "base/xalloc.h"
#include "registry/version_inside.h"

void version_overrides_release(struct version_overrides *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].who);
		free(v->at[i].stage);
		free(v->at[i].reason);
		free(v->at[i].seen_by);
		free(v->at[i].seen_why);
	}
	vec_free(v);
}

static char *text_of(const struct entry *e, const char *key)
{
	const char *text = json_get_str(e->body, key);

	return xstrdup(text ? text : "");
}

static void take_move(const struct entry *e, uint64_t index,
		      struct version_overrides *out)
{
	if (!json_get_str(e->body, "overridden"))
		return;
	*vec_add(out) = (struct version_override){
		.entry = index, .time = e->time, .uid = e->uid,
		.loginuid = e->loginuid, .who = xstrdup(e->login),
		.stage = text_of(e, "to"), .reason = text_of(e, "reason"),
	};
}

static struct version_override *find(struct version_overrides *v,
				     uint64_t entry)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->at[i].entry == entry)
			return &v->at[i];
	return NULL;
}

static void take_seen(const struct entry *e, struct version_overrides *out)
{
	int64_t index = json_get_int(e->body, "entry", -1);
	struct version_override *o = index < 0 ? NULL :
				     find(out, (uint64_t)index);

	if (!o || o->seen_by)
		return;
	o->seen_by = xstrdup(e->login);
	o->seen_why = text_of(e, "reason");
	o->seen_time = e->time;
}

static enum rc take(struct stmt *s, struct version_overrides *out,
		    struct err *err)
{
	struct json *owner = NULL;
	struct entry e;
	size_t n;
	const char *text = stmt_textn(s, "entry", &n);
	enum rc rc = entry_parse(text, n, &e, &owner, err);

	if (rc == RC_OK && !strcmp(e.kind, "version.stage"))
		take_move(&e, (uint64_t)stmt_int(s, "idx"), out);
	else if (rc == RC_OK)
		take_seen(&e, out);
	json_free(owner);
	return rc;
}

enum rc reg_version_overrides(struct registry *reg, const char *model,
			      int64_t version, struct version_overrides *out,
			      struct err *err)
{
	char *object = version_object(model, version);
	struct stmt *s = db_prepare(reg->db,
		"SELECT idx, entry FROM log "
		"WHERE object = ? AND idx < ? "
		"AND kind IN ('version.stage', 'version.acknowledge') "
		"ORDER BY idx");
	enum rc rc = RC_OK;

	*out = (struct version_overrides)VEC_INIT;
	stmt_bind_text(s, object);
	stmt_bind_int(s, (int64_t)reg_size(reg));
	while (rc == RC_OK && stmt_next(s, err))
		rc = take(s, out, err);
	rc = stmt_end(s, rc);
	free(object);
	if (rc != RC_OK)
		version_overrides_release(out);
	return rc;
}

/* -- Acknowledging -- */

struct acknowledging {
	const char *model;
	int64_t version;
	uint64_t entry;
	const char *reason;
};

static enum rc check_override(struct registry *reg,
			      const struct acknowledging *k,
			      const struct version_override *o,
			      struct err *err)
{
	struct actor mover;

	if (!o)
		return err_set(err, RC_NOT_FOUND, "entry %llu is no move of "
			       "%s@%lld past its gate",
			       (unsigned long long)k->entry, k->model,
			       (long long)k->version);
	mover = (struct actor){ o->uid, o->loginuid, o->who };
	if (actor_same(&mover, &reg->actor))
		return err_set(err, RC_REFUSED, "you moved %s@%lld to %s past "
			       "its gate; a second person acknowledges it",
			       k->model, (long long)k->version, o->stage);
	if (o->seen_by)
		return err_set(err, RC_REFUSED, "%s has acknowledged it "
			       "already", o->seen_by);
	return RC_OK;
}

static enum rc acknowledge_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct acknowledging *k = arg;
	struct version_overrides all;
	struct json *body;
	char *object;
	enum rc rc = reg_version_overrides(tx_registry(tx), k->model,
					   k->version, &all, err);

	if (rc != RC_OK)
		return rc;
	rc = check_override(tx_registry(tx), k, find(&all, k->entry), err);
	version_overrides_release(&all);
	if (rc != RC_OK)
		return rc;
	body = json_new_object();
	json_set_str(body, "model", k->model);
	json_set_int(body, "version", k->version);
	json_set_int(body, "entry", (int64_t)k->entry);
	json_set_str(body, "reason", k->reason);
	object = version_object(k->model, k->version);
	rc = tx_append(tx, "version.acknowledge", object, TX_ANY_BASE, body,
		       NULL, err);
	free(object);
	return rc;
}

enum rc reg_version_acknowledge(struct registry *reg, const char *model,
				int64_t version, uint64_t entry,
				const char *reason, struct err *err)
{
	struct acknowledging k = { model, version, entry, reason };
	enum rc rc = reason_check(reason, err);

	if (rc == RC_OK)
		rc = text_check("the reason", reason, err);
	return rc == RC_OK ? reg_write(reg, acknowledge_fn, &k, err) : rc;
}

enum rc version_acknowledge_apply(struct apply *a, struct err *err)
{
	const char *model, *reason;
	int64_t id, entry;
	enum rc rc = version_begin_change(a, &model, &id, err);

	if (rc == RC_OK)
		rc = body_int(a->entry->body, "entry", &entry, err);
	if (rc == RC_OK)
		rc = body_str(a->entry->body, "reason", &reason, err);
	if (rc == RC_OK && (entry < 0 || (uint64_t)entry >= a->entry->index))
		rc = err_set(err, RC_CORRUPT, "entry acknowledges what was "
			     "not there yet");
	return rc;
}

void version_acknowledge_line(const struct entry *e, struct buf *out)
{
	const char *reason = json_get_str(e->body, "reason");

	version_line_object(e, out, "moved past its gate");
	buf_printf(out, " (entry %lld), acknowledged: %s",
		   (long long)json_get_int(e->body, "entry", -1),
		   reason ? reason : "?");
}
