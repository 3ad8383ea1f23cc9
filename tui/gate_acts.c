/* What a person does to a gate: waive, attest, sign, revoke, export. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "tui/gate.h"
#include "tui/staging.h"
#include "tui/view_sign.h"

#define WAIVER_DAYS 30		/* offered */
#define DAY 86400
#define MENU_MAX 20

void gate_pending_release(struct gate_pending *p)
{
	free(p->rule);
	free(p->id);
	free(p->reason);
	free(p->draft);
	*p = (struct gate_pending){ 0 };
}

static bool is_blank(const char *s)
{
	return !s[strspn(s, " ")];
}

/* What is done with a reason, on what g->pending names. */
struct gate_act {
	const char *name;
	enum rc (*run)(struct registry *reg, const struct gate_view *g,
		       const char *reason, struct err *err);
	const char *did;
	prompt_fn *ask;		/* instead of run: more is asked for */
};

/* False where the reason is empty, which the status line says. */
static bool has_reason(struct view *v, const char *text)
{
	if (!is_blank(text))
		return true;
	app_say(v->app, "Nothing was done: a reason is needed, it stands in "
		"the log.");
	return false;
}

static void finish(struct view *v, enum rc rc, const struct err *err,
		   const char *did)
{
	struct gate_view *g = v->state;

	if (rc != RC_OK) {
		app_fail(v->app, err);
		return;
	}
	app_kept_drop(v->app, g->pending.draft);
	gate_pending_release(&g->pending);
	app_reload(v->app);
	app_say(v->app, "%s", did);
}

static void reason_done(struct view *v, const char *text, void *arg)
{
	struct gate_view *g = v->state;
	const struct gate_act *a = g->pending.act;
	struct err err = ERR_INIT;
	enum rc rc;

	if (!has_reason(v, text))
		return;
	if (a->ask) {
		a->ask(v, text, arg);
		return;
	}
	rc = a->run(app_registry(v->app), g, text, &err);
	finish(v, rc, &err, a->did);
}

/* A reason is kept for what it is about: this act on this subject. */
static void ask_reason(struct view *v, const struct gate_act *act,
		       const char *subject, const char *label)
{
	struct gate_view *g = v->state;

	free(g->pending.draft);
	g->pending.draft = xasprintf("%s %s@%lld %s: %s", act->name, g->model,
				     (long long)g->version, g->stage, subject);
	g->pending.act = act;
	app_prompt_kept(v->app, g->pending.draft, label, NULL, NULL,
			reason_done, NULL);
}

/* -- Waiving -- */

static void until_done(struct view *v, const char *text, void *arg)
{
	struct gate_view *g = v->state;
	struct err err = ERR_INIT;
	int64_t until;
	enum rc rc;

	(void)arg;
	if (!clock_parse(text, &until)) {
		app_say(v->app, "'%s' is no day; write YYYY-MM-DD.", text);
		return;
	}
	rc = reg_waiver_add(app_registry(v->app), g->model, g->version,
			    g->stage, g->pending.rule, g->pending.reason,
			    until, &err);
	finish(v, rc, &err, "Waived until that day; the rule reads WAIVED, "
	       "never pass. u undoes.");
}

static void ask_until(struct view *v, const char *text, void *arg)
{
	struct gate_view *g = v->state;
	char day[CLOCK_TEXT];

	(void)arg;
	xreplace(&g->pending.reason, text);
	clock_format(clock_now() + (int64_t)WAIVER_DAYS * DAY, day);
	day[10] = '\0';
	app_prompt(v->app, "waived until and with", day, NULL, until_done,
		   NULL);
}

static const struct gate_act waive = { .name = "waive", .ask = ask_until };

unsigned gate_waive(struct view *v)
{
	struct gate_view *g = v->state;
	const struct gate_item *item = gate_item_here(v);
	struct err err = ERR_INIT;
	char *label;

	if (!item)
		return REACT_NONE;
	if (reg_waiver_may(app_registry(v->app), g->model, g->version,
			   item->rule, &err) != RC_OK) {
		app_fail(v->app, &err);
		return REACT_DRAW;
	}
	xreplace(&g->pending.rule, item->rule);
	label = xasprintf("waive rule %zu because",
			  list_row(&v->lists[GATE_RULES]) + 1);
	ask_reason(v, &waive, item->rule, label);
	free(label);
	return REACT_DRAW;
}

/* -- Attesting -- */

static enum rc do_attest(struct registry *reg, const struct gate_view *g,
			 const char *reason, struct err *err)
{
	return reg_attest(reg, g->model, g->version, g->pending.rule, reason,
			  err);
}

static const struct gate_act attest = {
	.name = "attest", .run = do_attest,
	.did = "Attested in your name. u undoes.",
};

unsigned gate_attest_here(struct view *v)
{
	struct gate_view *g = v->state;
	const struct gate_item *item = gate_item_here(v);
	struct gate_rules rules;
	struct err err = ERR_INIT;
	char *label;

	if (gate_parse(item->rule, &rules, NULL, &err) != RC_OK) {
		app_fail(v->app, &err);
		return REACT_DRAW;
	}
	xreplace(&g->pending.rule, rules.at[0].measure);
	gate_rules_release(&rules);
	label = xasprintf("'%s' holds because", g->pending.rule);
	ask_reason(v, &attest, g->pending.rule, label);
	free(label);
	return REACT_DRAW;
}

/* -- Taking back -- */

static enum rc do_revoke(struct registry *reg, const struct gate_view *g,
			 const char *reason, struct err *err)
{
	return reg_signoff_revoke(reg, g->pending.id, reason, err);
}

static const struct gate_act revoke = {
	.name = "revoke", .run = do_revoke,
	.did = "Revoked; both stay in the log.",
};

static enum rc do_end(struct registry *reg, const struct gate_view *g,
		      const char *reason, struct err *err)
{
	return reg_waiver_end(reg, g->model, g->version, g->stage,
			      g->pending.rule, reason, err);
}

static const struct gate_act unwaive = {
	.name = "unwaive", .run = do_end,
	.did = "The waiver has ended. u undoes.",
};

static unsigned end_waiver(struct view *v, const char *rule)
{
	struct gate_view *g = v->state;

	xreplace(&g->pending.rule, rule);
	ask_reason(v, &unwaive, rule, "end the waiver because");
	return REACT_DRAW;
}

unsigned gate_revoke(struct view *v)
{
	struct gate_view *g = v->state;
	const struct gate_item *item = gate_item_here(v);
	size_t row = list_row(&v->lists[GATE_SIGNOFFS]);
	char *label;

	if (v->focus == GATE_WAIVERS) {
		row = list_row(&v->lists[GATE_WAIVERS]);
		return row == SIZE_MAX ? REACT_NONE :
		       end_waiver(v, g->waivers.at[row].rule);
	}
	if (v->focus != GATE_SIGNOFFS && item && item->waived_by)
		return end_waiver(v, item->rule);
	if (v->focus != GATE_SIGNOFFS || row >= g->answer.signoffs.n) {
		app_say(v->app, "Tab goes to the sign-offs and waivers; X on "
			"one takes it back.");
		return REACT_DRAW;
	}
	xreplace(&g->pending.id, g->answer.signoffs.at[row].id);
	label = xasprintf("revoke %s because", g->pending.id);
	ask_reason(v, &revoke, g->pending.id, label);
	free(label);
	return REACT_DRAW;
}

/* -- Past the gate -- */

unsigned gate_override(struct view *v)
{
	struct gate_view *g = v->state;
	const char *const *stages = version_stages();

	for (size_t i = 0; stages[i]; i++)
		if (!strcmp(stages[i], g->stage))
			staging_override(v, g->model, g->version, stages[i]);
	return REACT_DRAW;
}

static const struct version_override *unseen(const struct gate_view *g)
{
	for (size_t i = 0; i < g->overrides.n; i++)
		if (!g->overrides.at[i].seen_by)
			return &g->overrides.at[i];
	return NULL;
}

static enum rc do_acknowledge(struct registry *reg, const struct gate_view *g,
			      const char *reason, struct err *err)
{
	const struct version_override *o = unseen(g);

	if (!o)
		return err_set(err, RC_NOT_FOUND, "it is acknowledged by now");
	return reg_version_acknowledge(reg, g->model, g->version, o->entry,
				       reason, err);
}

static const struct gate_act acknowledge = {
	.name = "acknowledge", .run = do_acknowledge,
	.did = "Acknowledged, in your name.",
};

unsigned gate_acknowledge(struct view *v)
{
	if (unseen(v->state))
		ask_reason(v, &acknowledge, "",
			   "you have seen the move past the gate; you say");
	else
		app_say(v->app, "It is acknowledged already.");
	return REACT_DRAW;
}

/* -- Signing -- */

static enum rc my_roles(struct registry *reg, struct strs *out,
			struct err *err)
{
	struct role_recs all;
	enum rc rc = reg_role_list(reg, &all, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.at[i].login, reg_actor(reg)->login))
			strs_add(out, all.at[i].role);
	role_recs_release(&all);
	return RC_OK;
}

static void show_statement(struct view *v, enum meaning m)
{
	struct gate_view *g = v->state;
	const struct sign_arg arg = { g->model, g->version, NULL,
				      g->pending.id, g->stage, m };
	struct err err = ERR_INIT;
	enum rc rc = reg_signoff_may(app_registry(v->app), g->model,
				     g->version, g->pending.id, m, &err);

	if (rc == RC_OK)
		rc = app_push(v->app, &view_sign_ops, &arg, &err);
	if (rc != RC_OK)
		app_fail(v->app, &err);
}

static void meaning_picked(struct view *v, size_t item, void *arg)
{
	static const enum meaning meanings[] = {
		MEANING_AUTHORED, MEANING_REVIEWED, MEANING_APPROVED
	};

	(void)arg;
	show_statement(v, meanings[item]);
}

static void role_chosen(struct view *v, const char *role)
{
	static const struct menu_item items[] = {
		{ 'a', "authored: I made it" },
		{ 'r', "reviewed: I have looked at it" },
		{ 'p', "approved: it may go on" },
	};
	struct gate_view *g = v->state;
	char *title;

	xreplace(&g->pending.id, role);
	if (g->pending.refuse) {
		show_statement(v, MEANING_REFUSED);
		return;
	}
	title = xasprintf("sign as %s", role);
	app_menu(v->app, title, items, 3, meaning_picked, NULL);
	free(title);
}

static void role_picked(struct view *v, size_t item, void *arg)
{
	struct strs roles = VEC_INIT;
	struct err err = ERR_INIT;

	(void)arg;
	if (my_roles(app_registry(v->app), &roles, &err) != RC_OK)
		app_fail(v->app, &err);
	else if (item < roles.n)
		role_chosen(v, roles.at[item]);
	strs_release(&roles);
}

static void role_menu(struct view *v, const struct strs *roles)
{
	struct menu_item items[MENU_MAX];
	size_t n = roles->n < MENU_MAX ? roles->n : MENU_MAX;

	for (size_t i = 0; i < n; i++)
		items[i] = (struct menu_item){ (char)(i < 9 ? '1' + (int)i :
						      'a' + (int)i - 9),
					       roles->at[i] };
	app_menu(v->app, "as what do you sign?", items, n, role_picked, NULL);
}

unsigned gate_sign(struct view *v, bool refuse)
{
	struct gate_view *g = v->state;
	struct registry *reg = app_registry(v->app);
	struct strs roles = VEC_INIT;
	struct err err = ERR_INIT;

	g->pending.refuse = refuse;
	if (my_roles(reg, &roles, &err) != RC_OK)
		app_fail(v->app, &err);
	else if (!roles.n)
		app_say(v->app, "You hold no role here; an admin grants one: "
			"muster role grant %s ROLE", reg_actor(reg)->login);
	else if (roles.n == 1)
		role_chosen(v, roles.at[0]);
	else
		role_menu(v, &roles);
	strs_release(&roles);
	return REACT_DRAW;
}

unsigned gate_show_signoff(struct view *v)
{
	struct gate_view *g = v->state;
	size_t row = list_row(&v->lists[GATE_SIGNOFFS]);
	struct sign_arg arg = { .model = g->model, .version = g->version };

	if (row >= g->answer.signoffs.n) {
		app_say(v->app, "Waiting for a signature; S signs.");
		return REACT_DRAW;
	}
	arg.id = g->answer.signoffs.at[row].id;
	return app_open(v->app, &view_sign_ops, &arg);
}

/* -- Another stage -- */

static void stage_picked(struct view *v, size_t item, void *arg)
{
	struct gate_view *g = v->state;

	(void)arg;
	xreplace(&g->stage, version_stages()[item]);
	app_reload(v->app);
}

unsigned gate_choose_stage(struct view *v)
{
	const char *const *stages = version_stages();
	struct menu_item items[MENU_MAX];
	size_t n = 0;

	for (; stages[n] && n < MENU_MAX; n++)
		items[n] = (struct menu_item){ stages[n][0], stages[n] };
	app_menu(v->app, "the gate of stage", items, n, stage_picked, NULL);
	return REACT_DRAW;
}

/* -- Exporting -- */

static bool ends_in(const char *text, const char *end)
{
	size_t n = strlen(text), k = strlen(end);

	return n > k && !strcmp(text + n - k, end);
}

static void export_done(struct view *v, const char *text, void *arg)
{
	const struct gate_result *r = gate_result_of(v->state);
	const struct list *rules = &v->lists[GATE_RULES];
	struct buf out = BUF_INIT;
	struct json_out o = JSON_OUT(&out, true);
	struct err err = ERR_INIT;

	(void)arg;
	if (!r || !*text)
		return;
	if (ends_in(text, ".json")) {
		gate_result_write(&o, r);
		buf_char(&out, '\n');
	} else if (ends_in(text, ".csv") || ends_in(text, ".md")) {
		list_export(rules, ends_in(text, ".md") ? LIST_MD : LIST_CSV,
			    &out);
	} else {
		app_say(v->app, "The name must end in .json, .csv or .md.");
		return;
	}
	if (fsx_write(text, out.data, out.len, 0644, false, &err) == RC_OK)
		app_say(v->app, "Wrote the %zu rules of gate %s to %s.",
			r->items.n, r->gate, text);
	else
		app_fail(v->app, &err);
	buf_release(&out);
}

unsigned gate_export(struct view *v)
{
	struct gate_view *g = v->state;
	char *name = xasprintf("%s-%lld-%s-gate.json", g->model,
			       (long long)g->version, g->stage);

	if (gate_result_of(g))
		app_prompt_file(v->app, "write the gate's result to", name, NULL,
				export_done, NULL);
	else
		app_say(v->app, "There is no result to export yet.");
	free(name);
	return REACT_DRAW;
}
