#include "tui/view_sign.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/sshsig.h"
#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "tui/app.h"

/* The question what would be signed; it lives until its job is done. */
struct sign_ask {
	struct view *owner;		/* NULL: nobody listens */
	char *model, *stage;
	int64_t version;
	struct signing result;
};

struct sign {
	char *model, *id, *role, *stage;
	int64_t version;
	enum meaning meaning;
	int64_t time;			/* that the statement bears */
	struct signing shown;		/* what it rests on */
	struct sign_ask *asked;		/* it is being checked */
	bool is_ready;			/* what is shown may be signed */
	char *why;			/* it could not be checked, or NULL */
	char *reason, *fails_for;	/* as typed so far, or NULL */
	char *key;			/* file, or NULL */
	struct buf text;		/* the statement */
	char digest[HASH_HEX_SIZE];
	struct strs changed;		/* since, for one that is there */
	char *note;			/* of one that is there */
};

static struct sign *state_of(void *view)
{
	return ((struct view *)view)->state;
}

/* Names of the drafts of what is typed: the reason, and for whom it fails. */
static char *draft_name(const struct sign *s, const char *what)
{
	return xasprintf("sign %s@%lld %s as %s for %s: %s", s->model,
			 (long long)s->version, meaning_name(s->meaning),
			 s->role, s->stage, what);
}

/* -- The statement -- */

static struct signoff_new facts_of(const struct sign *s)
{
	return (struct signoff_new){
		.model = s->model, .version = s->version, .role = s->role,
		.meaning = s->meaning, .stage = s->stage,
		.reason = s->reason, .fails_for = s->fails_for,
		.evidence = &s->shown.evidence,
		.gate_met = !s->shown.has_gate || s->shown.gate.met_unsigned,
		.size = s->shown.size, .time = s->time,
	};
}

static void set_digest(struct sign *s)
{
	struct hash h = hash_bytes(s->text.data, s->text.len);

	hash_hex(&h, s->digest);
}

static enum rc write_text(struct view *v, struct err *err)
{
	struct sign *s = v->state;
	const struct signoff_new n = facts_of(s);
	enum rc rc;

	buf_clear(&s->text);
	rc = signoff_statement(app_registry(v->app), &n, &s->text, err);
	set_digest(s);
	return rc;
}

static enum rc load_text(struct view *v, const struct signoff_rec *r,
			 struct err *err)
{
	struct sign *s = v->state;
	struct hash name;
	enum rc rc;

	if (!reg_blob_from_ref(r->statement, &name))
		return err_set(err, RC_CORRUPT, "%s names no statement",
			       r->id);
	rc = reg_blob_get(app_registry(v->app), &name, &s->text, err);
	set_digest(s);
	return rc;
}

/* -- Opening -- */

static void describe(struct sign *s, const struct signoff_rec *r)
{
	struct buf b = BUF_INIT;

	if (r->signature)
		buf_printf(&b, "Signed with the key %s as %s in %s. ", r->key,
			   r->principal, r->namespace);
	else
		buf_str(&b, "Without a key: it is the word of uid and "
			"login, as the log has them. ");
	if (r->is_revoked)
		buf_printf(&b, "REVOKED by %s: %s", r->revoked_by,
			   r->revoked_why);
	s->note = buf_detach(&b);
}

static enum rc open_signed(struct view *v, struct err *err)
{
	struct sign *s = v->state;
	struct registry *reg = app_registry(v->app);
	struct signoff_recs all;
	enum rc rc = reg_signoff_list(reg, s->model, s->version, &all, err);

	if (rc != RC_OK)
		return rc;
	rc = err_set(err, RC_NOT_FOUND, "sign-off '%s' is not there", s->id);
	for (size_t i = 0; i < all.n; i++) {
		const struct signoff_recs one = { &all.at[i], 1, 1 };

		if (strcmp(all.at[i].id, s->id) != 0)
			continue;
		rc = load_text(v, &all.at[i], err);
		if (rc == RC_OK)
			rc = signoffs_changed(reg, &one, &s->changed, err);
		describe(s, &all.at[i]);
	}
	signoff_recs_release(&all);
	return rc;
}

/* -- What it rests on, in the background -- */

static enum rc check(struct registry *reg, struct reg_progress *progress,
		     void *arg, struct err *err)
{
	struct sign_ask *q = arg;
	const struct gate_options options = { NULL, progress };

	return signing_prepare(reg, q->model, q->version, q->stage, &options,
			       &q->result, err);
}

static void ask_free(struct sign_ask *q)
{
	signing_release(&q->result);
	free(q->model);
	free(q->stage);
	free(q);
}

static void take_result(struct view *v, struct sign_ask *q)
{
	struct sign *s = v->state;
	struct err err = ERR_INIT;

	signing_release(&s->shown);
	s->shown = q->result;
	q->result = (struct signing){ 0 };
	s->time = clock_now();
	s->is_ready = write_text(v, &err) == RC_OK;
	if (!s->is_ready)
		xreplace(&s->why, err.text);
}

static void checked(struct app *app, void *arg, enum rc rc,
		    const struct err *err)
{
	struct sign_ask *q = arg;
	struct sign *s = q->owner ? q->owner->state : NULL;

	(void)app;
	if (s) {
		s->asked = NULL;
		if (rc == RC_OK)
			take_result(q->owner, q);
		else
			xreplace(&s->why, rc == RC_CANCELLED ?
				 "it was stopped" : err->text);
	}
	ask_free(q);
}

static void forget(struct view *v)
{
	struct sign *s = v->state;
	struct sign_ask *q = s->asked;

	s->asked = NULL;
	if (!q)
		return;
	q->owner = NULL;
	app_forget_job(v->app, q);
}

static enum rc ask(struct view *v, struct err *err)
{
	struct sign *s = v->state;
	struct sign_ask *q = XNEW(struct sign_ask);
	const struct app_job job = {
		.name = "checking", .work = check,
		.done = checked, .arg = q, .waits = true,
	};
	enum rc rc;

	forget(v);
	s->is_ready = false;
	xreplace(&s->why, NULL);
	q->owner = v;
	q->model = xstrdup(s->model);
	q->stage = xstrdup(s->stage);
	q->version = s->version;
	rc = app_start_job(v->app, &job, err);
	if (rc == RC_OK)
		s->asked = q;
	else
		ask_free(q);
	return rc;
}

static void close_view(struct view *v)
{
	struct sign *s = v->state;

	forget(v);
	signing_release(&s->shown);
	strs_release(&s->changed);
	buf_release(&s->text);
	free(s->model);
	free(s->id);
	free(s->role);
	free(s->stage);
	free(s->reason);
	free(s->fails_for);
	free(s->key);
	free(s->note);
	free(s->why);
	free(s);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct sign_arg *given = arg;
	struct sign *s = XNEW(struct sign);

	s->model = xstrdup(given->model);
	s->version = given->version;
	s->id = xstrdup_or_null(given->id);
	s->role = xstrdup_or_null(given->role);
	s->stage = xstrdup_or_null(given->stage);
	s->meaning = given->meaning;
	s->text = (struct buf)BUF_INIT;
	v->state = s;
	return s->id ? open_signed(v, err) : ask(v, err);
}

/* Something may have moved: what is shown is read anew, and so is what would
 * be signed. */
static enum rc reload(struct view *v, struct err *err)
{
	return state_of(v)->id ? RC_OK : ask(v, err);
}

/* -- Signing -- */

static enum rc add_signature(struct view *v, struct signoff_new *n,
			     char **signature, struct err *err)
{
	struct sign *s = v->state;
	char *namespace = sshsig_namespace("muster-signoff", NULL);
	char *allowed = sshsig_allowed_file(NULL);
	struct sshsig_trust trust = {
		.allowed = allowed, .time = n->time,
		.principal = reg_actor(app_registry(v->app))->login,
	};
	enum rc rc;

	app_leave_screen(v->app);	/* a passphrase may be asked for */
	rc = sshsig_sign(s->key, namespace, s->text.data, s->text.len,
			 signature, err);
	app_return_screen(v->app);
	if (rc == RC_OK)
		rc = sshsig_verify(&trust, namespace, *signature,
				   s->text.data, s->text.len, err);
	n->signature = *signature;
	n->principal = trust.principal;
	free(namespace);
	free(allowed);
	return rc;
}

static void drop_drafts(struct view *v)
{
	char *reason = draft_name(v->state, "reason");
	char *fails = draft_name(v->state, "fails for");

	app_kept_drop(v->app, reason);
	app_kept_drop(v->app, fails);
	free(fails);
	free(reason);
}

static void sign_it(struct view *v)
{
	struct sign *s = v->state;
	struct signoff_new n = facts_of(s);
	struct app *app = v->app;
	char *signature = NULL, *id = NULL;
	struct err err = ERR_INIT;
	enum rc rc;

	if (!s->is_ready) {
		app_say(app, "Not signed: something moved and is being "
			"checked anew. What you typed is kept.");
		return;
	}
	rc = s->key ? add_signature(v, &n, &signature, &err) : RC_OK;
	if (rc == RC_OK)
		rc = reg_signoff_add(app_registry(app), &n, &id, &err);
	if (rc == RC_OK) {
		char *said = xasprintf("%s: %s %lld %s as %s%s. It is not "
				       "undone; X revokes it.", id, s->model,
				       (long long)s->version,
				       meaning_name(s->meaning), s->role,
				       signature ? ", with a key" : "");

		drop_drafts(v);
		app_close_view(app);
		app_reload(app);
		app_say(app, "%s", said);
		free(said);
	} else {
		app_fail(app, &err);
	}
	free(signature);
	free(id);
}

static bool is_blank(const char *t)
{
	return !t || !t[strspn(t, " ")];
}

static void text_typed(struct view *v, const char *text, void *arg)
{
	struct sign *s = v->state;
	struct err err = ERR_INIT;

	if (!text)
		return;
	xreplace(arg == &s->fails_for ? &s->fails_for : &s->reason, text);
	if (write_text(v, &err) != RC_OK)
		app_fail(v->app, &err);
}

static void ask_text(struct view *v, const char *what, const char *label,
		     prompt_fn *done, char **at)
{
	char *draft = draft_name(v->state, what);

	app_prompt_kept(v->app, draft, label, *at, text_typed, done, at);
	free(draft);
}

static void fails_done(struct view *v, const char *text, void *arg)
{
	if (is_blank(text)) {
		app_say(v->app, "Not signed: an approval answers for whom "
			"this could fail.");
		return;
	}
	text_typed(v, text, arg);
	sign_it(v);
}

static void reason_done(struct view *v, const char *text, void *arg)
{
	struct sign *s = v->state;

	if (is_blank(text)) {
		app_say(v->app, "Not signed: a reason is needed, it is part "
			"of what is signed.");
		return;
	}
	text_typed(v, text, arg);
	if (s->meaning != MEANING_APPROVED)
		sign_it(v);
	else
		ask_text(v, "fails for", "for whom could this fail?",
			 fails_done, &s->fails_for);
}

static void name_done(struct view *v, const char *text, void *arg)
{
	struct sign *s = v->state;

	(void)text;
	(void)arg;
	ask_text(v, "reason", "because", reason_done, &s->reason);
}

static unsigned begin(struct view *v)
{
	struct sign *s = v->state;
	char *name = xasprintf("%s %lld", s->model, (long long)s->version);
	char *label = xasprintf("%s: type '%s'", meaning_name(s->meaning),
				name);

	app_prompt_typed(v->app, label, name, NULL, name_done, NULL);
	free(label);
	free(name);
	return REACT_DRAW;
}

static void key_done(struct view *v, const char *text, void *arg)
{
	(void)arg;
	xreplace(&state_of(v)->key, is_blank(text) ? NULL : text);
	app_say(v->app, is_blank(text) ? "Signed without a key then." :
		"ssh-keygen will sign with it when you confirm.");
}

static unsigned ask_key(struct view *v)
{
	const char *set = getenv("MUSTER_SIGN_KEY");
	struct sign *s = v->state;

	app_prompt_file(v->app, "SSH key file (empty: none)", s->key ? s->key :
			set ? set : "", NULL, key_done, NULL);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	if (a == ACT_SIGN)
		return begin(v);
	if (a == ACT_SIGN_KEY)
		return ask_key(v);
	return REACT_NOT_MINE;
}

static const char *not_now(struct view *v, enum action a)
{
	const struct sign *s = v->state;

	if ((a == ACT_SIGN || a == ACT_SIGN_KEY) && s->id)
		return "it is signed; Esc goes back";
	if (a == ACT_SIGN && !s->is_ready)
		return s->asked ? "still being checked" : "not checked";
	if (a == ACT_SIGN && s->meaning == MEANING_APPROVED &&
	    s->shown.has_gate && !s->shown.gate.met_unsigned)
		return "the gate does not hold";
	return NULL;
}

/* -- Painting -- */

static int lines_of(struct area *a, int y, enum style style, const char *text)
{
	int n = area_wrap(a, 1, y, a->w - 2, style, text);

	return y + (n > 0 ? n : 1);
}

static void paint_statement(struct view *v, struct area *a)
{
	const struct sign *s = state_of(v);
	const char *p = s->text.data;
	int y = 0;

	if (!s->text.len)
		lines_of(a, 0, STYLE_NORMAL, s->asked ? "checking ..." :
			 "There is nothing to sign.");
	while (*p) {
		size_t n = strcspn(p, "\n");
		char *line = xmemdupz(p, n);

		y = lines_of(a, y, STYLE_NORMAL, line);
		free(line);
		p += n + (p[n] == '\n');
	}
}

static void paint_signed(const struct sign *s, struct area *a)
{
	int y = lines_of(a, 0, STYLE_HEADING, s->id);

	y = lines_of(a, y, STYLE_NORMAL, s->note);
	y = lines_of(a, y, s->changed.n ? STYLE_WARN : STYLE_GOOD,
		     s->changed.n ? "Changed since it was signed:" :
		     "Nothing that it rests on has changed since.");
	for (size_t i = 0; i < s->changed.n; i++)
		y = lines_of(a, y, STYLE_WARN, s->changed.at[i]);
	y = lines_of(a, y, STYLE_NORMAL, "SHA-256 of the statement:");
	lines_of(a, y, STYLE_NORMAL, s->digest);
}

static void paint_waiting(const struct sign *s, struct area *a)
{
	struct buf text = BUF_INIT;

	if (s->asked)
		buf_str(&text, "checking ... What is shown is what is signed: "
			"S works when it is there. Esc leaves.");
	else
		buf_printf(&text, "Cannot be signed: %s. r checks again.",
			   s->why ? s->why : "it was not checked");
	lines_of(a, 0, s->asked ? STYLE_NORMAL : STYLE_BAD, text.data);
	buf_release(&text);
}

static void paint_ready(const struct sign *s, struct area *a)
{
	bool blocked = s->meaning == MEANING_APPROVED && s->shown.has_gate &&
		       !s->shown.gate.met_unsigned;
	struct buf text = BUF_INIT;
	int y;

	if (blocked)
		buf_str(&text, "Cannot be approved: the gate does not hold. "
			"Esc goes back to its rules.");
	else
		buf_printf(&text, "This very text is signed, as %s. S, then "
			   "type '%s %lld'; the reason%s. Enter alone and "
			   "pasted text do nothing.", s->role, s->model,
			   (long long)s->version,
			   s->meaning == MEANING_APPROVED ?
			   " and for whom it could fail" : "");
	y = lines_of(a, 0, blocked ? STYLE_BAD : STYLE_NORMAL, text.data);
	buf_clear(&text);
	buf_printf(&text, "key: %s", s->key ? s->key : "none (K names one)");
	y = lines_of(a, y + 1, STYLE_NORMAL, text.data);
	y = lines_of(a, y, STYLE_NORMAL, "SHA-256 of the statement:");
	lines_of(a, y, STYLE_NORMAL, s->digest);
	buf_release(&text);
}

static void paint_beside(struct view *v, struct area *a)
{
	const struct sign *s = v->state;

	if (s->id)
		paint_signed(s, a);
	else if (!s->is_ready)
		paint_waiting(s, a);
	else
		paint_ready(s, a);
}

static void place(struct view *v, struct buf *out)
{
	const struct sign *s = v->state;

	buf_str(out, s->id ? s->id : meaning_name(s->meaning));
}

static bool object(struct view *v, struct buf *out)
{
	const struct sign *s = v->state;

	buf_printf(out, "signoff/%s@%lld", s->model, (long long)s->version);
	return true;
}

const struct view_ops view_sign_ops = {
	.name = "Sign", .screen = SCREEN_GATES, .context = IN_SIGN,
	.n_panes = 2, .master_share = 64,
	.panes = {
		{ .name = "STATEMENT", .paint = paint_statement },
		{ .name = "SIGN", .paint = paint_beside },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .object = object,
};
