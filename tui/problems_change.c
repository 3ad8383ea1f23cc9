/* What the board changes for good: fields, states, owners, merging; triage in
 * three questions; and whatever the next step is (problems_work.c does what
 * takes its time). */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/taxonomy.h"
#include "tui/app.h"
#include "tui/figures.h"
#include "tui/gathering.h"
#include "tui/problems.h"
#include "tui/text_draft.h"

void change_release(struct change *c)
{
	free(c->ids);
	free(c->draft);
	pairs_release(&c->fields);
	problem_alikes_release(&c->alikes);
	vec_free(&c->members);
	*c = (struct change){ 0 };
}

struct change *change_begin(struct problems *p)
{
	const struct triage_row *r = problems_current(p);

	change_release(&p->change);
	if (!r)
		return NULL;
	p->change.n = 1;
	p->change.ids = XNEW_ARRAY(int64_t, 1);
	p->change.ids[0] = r->problem.id;
	p->change.revision = r->problem.revision;
	return &p->change;
}

/* -- Storing -- */

static enum rc store_one(struct registry *reg, const struct change *c,
			 size_t i, const char *reason, struct err *err)
{
	int64_t base = c->n == 1 ? c->revision : TX_ANY_BASE;
	enum rc rc = RC_OK;

	if (c->fields.n)
		rc = reg_problem_set(reg, c->ids[i], &c->fields, reason, base,
				     err);
	if (!rc && c->moves)
		rc = reg_problem_move(reg, c->ids[i], c->to, reason,
				      c->fields.n ? TX_ANY_BASE : base, err);
	return rc;
}

/* "why P-3 changes", "why P-3 and 2 more change". */
static char *reason_draft(const struct change *c)
{
	long long first = (long long)c->ids[0];

	return c->n == 1 ? xasprintf("why P-%lld changes", first)
			 : xasprintf("why P-%lld and %zu more change", first,
				     c->n - 1);
}

/* For what is typed for one field, or as FIELD=VALUE (field "change"). */
static void name_draft(struct change *c, const char *field)
{
	free(c->draft);
	c->draft = xasprintf("%s of P-%lld", field, (long long)c->ids[0]);
}

static char field_rule[] = "rule", field_owner[] = "owner",
	    field_users[] = "users", field_any[] = "change";

/* It is stored. */
static void forget_typed(struct app *app, const struct change *c,
			 const char *reason)
{
	if (c->draft)
		text_draft_drop(app_registry_path(app), c->draft);
	app_kept_drop(app, reason);	/* and counts what is left */
}

static void store(struct problems *p, const char *reason)
{
	struct change *c = &p->change;
	struct app *app = p->view->app;
	char *draft = reason_draft(c);
	struct err err = ERR_INIT;
	enum rc rc = RC_OK;
	size_t i;

	for (i = 0; i < c->n && !rc; i++)
		rc = store_one(app_registry(app), c, i, reason, &err);
	if (!rc)
		forget_typed(app, c, draft);
	free(draft);
	p->what_if.id = 0;
	app_reload(app);
	if (rc)
		app_fail(app, &err);
	else if (c->n == 1)
		app_say(app, "P-%lld changed. u undoes.",
			(long long)c->ids[0]);
	else
		app_say(app, "%zu problems changed. u undoes one by one.",
			c->n);
	change_release(c);
}

static void with_reason(struct view *v, const char *text, void *arg)
{
	(void)arg;
	if (*text)
		store(problems_of(v), text);
	else
		app_say(v->app, "Not changed: a reason is needed, it stands "
			"in the log.");
}

void change_ask_reason(struct problems *p)
{
	char *draft = reason_draft(&p->change);

	app_prompt_kept(p->view->app, draft, "reason: ", "", NULL,
			with_reason, NULL);
	free(draft);
}

/* -- Fields and states -- */

static void with_state(struct view *v, const char *text, void *arg)
{
	struct change *c = &problems_of(v)->change;

	(void)arg;
	if (problem_state_from_name(text, &c->to))
		change_ask_reason(problems_of(v));
	else
		app_say(v->app, "described, triaged, in-progress, fixed or "
			"wont-fix");
}

static void state_picked(struct view *v, size_t item, void *arg)
{
	static const enum problem_state states[] = {
		PROBLEM_DESCRIBED, PROBLEM_TRIAGED, PROBLEM_IN_PROGRESS,
		PROBLEM_FIXED, PROBLEM_WONT_FIX,
	};

	with_state(v, problem_state_name(states[item]), arg);
}

static unsigned ask_state(struct problems *p)
{
	static const struct menu_item items[] = {
		{ 'd', "described: patterns or a rule are there" },
		{ 't', "triaged: users, error and harm are known" },
		{ 'i', "in-progress: somebody owns it" },
		{ 'f', "fixed: every live version was scored, production "
		  "passes" },
		{ 'w', "wont-fix: closed with a reason" },
	};
	struct change *c = change_begin(p);

	if (!c)
		return REACT_NONE;
	c->moves = true;
	app_menu(p->view->app, "To which state?", items,
		 COUNT(items), state_picked, NULL);
	return REACT_DRAW;
}

/* "kind" or "persona" without a value: from the lists. */
static bool is_of_lists(const char *text)
{
	size_t n = strcspn(text, "=");

	return !text[n + (text[n] == '=')] &&
	       ((n == 4 && !memcmp(text, "kind", 4)) ||
		(n == 7 && !memcmp(text, "persona", 7)));
}

static void with_field(struct view *v, const char *text, void *arg)
{
	struct change *c = &problems_of(v)->change;
	const char *equals = strchr(text, '=');
	char *field;

	(void)arg;
	if (is_of_lists(text)) {
		pick_start(problems_of(v), *text == 'p');
		return;
	}
	if (!equals) {
		app_say(v->app, "FIELD=VALUE: users=12.4, harm=3, owner=ana");
		return;
	}
	field = xmemdupz(text, (size_t)(equals - text));
	pairs_add(&c->fields, field, equals + 1);
	free(field);
	change_ask_reason(problems_of(v));
}

static unsigned ask_field(struct problems *p)
{
	if (!change_begin(p))
		return REACT_NONE;
	name_draft(&p->change, field_any);
	app_prompt_kept(p->view->app, p->change.draft,
			"FIELD=VALUE (kind, persona: lists): ", "", NULL,
			with_field, NULL);
	return REACT_DRAW;
}

/* Value of the field that arg names. */
static void with_value(struct view *v, const char *text, void *arg)
{
	if (!*text)
		return;
	pairs_add(&problems_of(v)->change.fields, arg, text);
	change_ask_reason(problems_of(v));
}

static void ask_value(struct problems *p, char *field, const char *label)
{
	name_draft(&p->change, field);
	app_prompt_kept(p->view->app, p->change.draft, label, "", NULL,
			with_value, field);
}

/* -- Many at once -- */

static unsigned assign(struct problems *p)
{
	bool in_inbox = p->view->focus == PANE_INBOX;
	const struct list *l =
		&p->view->lists[in_inbox ? PANE_INBOX : PANE_BOARD];
	const struct problem_index *x = in_inbox ? &p->inbox : &p->board;
	size_t *rows, n = list_selection(l, &rows);
	struct change *c = change_begin(p);

	if (c && n) {
		free(c->ids);
		c->ids = XNEW_ARRAY(int64_t, n);
		c->n = n;
		for (size_t i = 0; i < n; i++)
			c->ids[i] = p->triage.rows[x->row[rows[i]]].problem.id;
		if (n > 1)
			c->revision = TX_ANY_BASE;
		ask_value(p, field_owner, n > 1 ? "owner of all marked: "
						: "owner: ");
	}
	free(rows);
	return c ? REACT_DRAW : REACT_NONE;
}

/* -- Comments, merging -- */

static char *comment_draft(int64_t id)
{
	return xasprintf("comment on P-%lld", (long long)id);
}

static void with_comment(struct view *v, const char *text, void *arg)
{
	struct problems *p = problems_of(v);
	char *draft = comment_draft(p->change.ids[0]);
	struct err err = ERR_INIT;

	(void)arg;
	if (reg_problem_comment(app_registry(v->app), p->change.ids[0], text,
				&err) != RC_OK) {
		app_fail(v->app, &err);
	} else {
		app_kept_drop(v->app, draft);
		app_reload(v->app);
	}
	free(draft);
}

static unsigned ask_comment(struct problems *p)
{
	if (!change_begin(p))
		return REACT_NONE;
	char *draft = comment_draft(p->change.ids[0]);
	app_prompt_kept(p->view->app, draft, "comment: ", "", NULL,
			with_comment, NULL);
	free(draft);
	return REACT_DRAW;
}

static void merge_picked(struct view *v, size_t item, void *arg)
{
	struct problems *p = problems_of(v);
	int64_t into = p->change.alikes.at[item].id, from = p->change.ids[0];
	struct err err = ERR_INIT;

	(void)arg;
	if (reg_problem_merge(app_registry(v->app), into, from, &err) !=
	    RC_OK) {
		app_fail(v->app, &err);
		return;
	}
	app_reload(v->app);
	app_say(v->app, "P-%lld went into P-%lld, patterns and all.",
		(long long)from, (long long)into);
}

#define ALIKES_SHOWN 9

static unsigned ask_merge(struct problems *p)
{
	struct menu_item items[ALIKES_SHOWN];
	char *texts[ALIKES_SHOWN];
	struct change *c = change_begin(p);
	struct err err = ERR_INIT;
	size_t n;

	if (!c)
		return REACT_NONE;
	if (reg_problem_alike(app_registry(p->view->app), c->ids[0],
			      &c->alikes, &err) != RC_OK) {
		app_fail(p->view->app, &err);
		return REACT_DRAW;
	}
	n = c->alikes.n < ALIKES_SHOWN ? c->alikes.n : ALIKES_SHOWN;
	for (size_t i = 0; i < n; i++) {
		const struct problem_alike *l = &c->alikes.at[i];

		texts[i] = xasprintf("P-%lld %s: %s", (long long)l->id, l->why,
				     l->title);
		items[i] = (struct menu_item){ (char)('1' + i), texts[i] };
	}
	if (n)
		app_menu(p->view->app, "The same as which? It goes into that.",
			 items, n, merge_picked, NULL);
	else
		app_say(p->view->app, "No open problem has the same inputs, "
			"the same rule or close words.");
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	return REACT_DRAW;
}

/* -- Triage in three questions -- */

static void walk_harm(struct view *v, size_t item, void *arg)
{
	struct problems *p = problems_of(v);
	const struct triage_row *r = problems_current(p);
	size_t n;
	const struct harm_weight *scale = harm_scale(&n);
	char text[DECIMAL_MAX];

	(void)arg;
	if (item < n) {
		snprintf(text, sizeof(text), "%d", scale[item].weight);
		pairs_add(&p->change.fields, "harm", text);
	}
	p->change.moves = r && (r->problem.state == PROBLEM_DESCRIBED) &&
			  !r->error.why;
	p->change.to = PROBLEM_TRIAGED;
	if (p->change.fields.n || p->change.moves)
		change_ask_reason(p);
}

static void ask_harm(struct problems *p, const char *title, menu_fn *picked)
{
	const struct triage_row *r = problems_current(p);
	struct menu_item items[16];
	char *keep = NULL;
	size_t n;
	const struct harm_weight *scale = harm_scale(&n);

	for (size_t i = 0; i < n; i++)
		items[i] = (struct menu_item){ (char)('0' + scale[i].weight),
					       scale[i].text };
	if (r && r->harm) {
		keep = xasprintf("keep %d", r->harm);
		items[n++] = (struct menu_item){ 'k', keep };
	}
	app_menu(p->view->app, title, items, n, picked, NULL);
	free(keep);
}

static void walk_error(struct view *v, size_t item, void *arg)
{
	struct problems *p = problems_of(v);
	const struct triage_row *r = problems_current(p);

	(void)arg;
	if (item == 1)
		work_propose(p);
	else if (item == 2 && r && r->problem.testset)
		work_score(p, r);
	else
		ask_harm(p, "3 of 3: how bad is it for whom it hits?",
			 walk_harm);
}

static void ask_error(struct problems *p)
{
	const struct triage_row *r = problems_current(p);
	struct buf keep = BUF_INIT;
	struct menu_item items[] = {
		{ 'k', NULL },
		{ 'm', "add the patterns that its rule says, then measure" },
		{ 'e', "evaluate all live versions" },
	};

	if (r && !r->error.why) {
		buf_str(&keep, "keep ");
		put_number(&keep, r->error.value, false);
		buf_printf(&keep, ", measured on %llu patterns",
			   (unsigned long long)r->error.n);
	} else {
		buf_printf(&keep, "leave it: %s", r ? r->error.why : "-");
	}
	items[0].text = keep.data;
	app_menu(p->view->app, "2 of 3: how often is it wrong?", items,
		 COUNT(items), walk_error, NULL);
	buf_release(&keep);
}

static void walk_number(struct view *v, const char *text, void *arg)
{
	(void)arg;
	if (*text)
		pairs_add(&problems_of(v)->change.fields, "users", text);
	ask_error(problems_of(v));
}

/* Shares by hand, as one key each. */
static const struct {
	char key;
	const char *users, *text;
} shares[] = {
	{ '0', "0.1", "hardly anybody: 0.1 %" },
	{ '1', "1", "1 in 100" },
	{ '2', "5", "1 in 20" },
	{ '3', "20", "1 in 5" },
	{ '4', "50", "every other" },
	{ '5', "100", "everybody" },
};
enum { SHARES = COUNT(shares) };

static void walk_users(struct view *v, size_t item, void *arg)
{
	struct problems *p = problems_of(v);

	(void)arg;
	if (item < SHARES) {
		pairs_add(&p->change.fields, "users", shares[item].users);
		pairs_add(&p->change.fields, "users_source",
			  "guessed at triage");
	}
	if (item == SHARES)
		app_prompt(v->app, "users, in percent or as K/N: ", "", NULL,
			   walk_number, NULL);
	else if (item == SHARES + 1)
		work_ask_sample(p);
	else
		ask_error(p);
}

static unsigned walk(struct problems *p)
{
	struct menu_item items[SHARES + 3];
	const struct triage_row *r;
	struct buf keep = BUF_INIT;
	size_t n = 0;

	if (!change_begin(p))
		return REACT_NONE;
	r = problems_current(p);
	for (; n < SHARES; n++)
		items[n] = (struct menu_item){ shares[n].key, shares[n].text };
	items[n++] = (struct menu_item){ 'n', "a number, with its source" };
	items[n++] = (struct menu_item){ 's', "count by the rule over a "
					 "production sample" };
	if (!r->users_pct.why) {
		buf_str(&keep, "keep ");
		put_users(&keep, r);
		buf_str(&keep, " %");
		items[n++] = (struct menu_item){ 'k', keep.data };
	}
	app_menu(p->view->app, "1 of 3: how many users does it hit?", items, n,
		 walk_users, NULL);
	buf_release(&keep);
	return REACT_DRAW;
}

/* -- The next step -- */

static void grow(struct problems *p, int64_t id)
{
	char n[COUNTED_MAX];
	struct app *app = p->view->app;
	struct err err = ERR_INIT;
	int64_t revision;
	uint64_t added;

	if (reg_problem_grow(app_registry(app), id, false, &revision, &added,
			     &err) != RC_OK) {
		app_fail(app, &err);
		return;
	}
	app_reload(app);
	app_say(app, "%s in the living set now: revision %lld. All versions "
		"are to be scored anew.",
		counted(added, "pattern is", "patterns are", n),
		(long long)revision);
}

static void harm_picked(struct view *v, size_t item, void *arg)
{
	walk_harm(v, item, arg);
}

static void say_who_passes(struct problems *p)
{
	const struct problem_errors *e = &p->errors[0];

	for (size_t i = e->n; i-- > 0;) {
		if (!e->at[i].is_fixed)
			continue;
		app_say(p->view->app, "Version %lld passes it: 'muster version "
			"stage' brings it into production, 4 compares.",
			(long long)e->at[i].version);
		return;
	}
	app_say(p->view->app, "No version passes it yet: train one on more "
		"data for it (S gathers some).");
}

static void do_error(struct problems *p, const struct triage_row *r)
{
	if (r->n_outside)
		grow(p, r->problem.id);
	else if (r->problem.rule && !r->n_members)
		work_propose(p);
	else if (r->problem.testset && r->n_members)
		work_score(p, r);
	else
		app_say(p->view->app, "It needs patterns: a rule (e, rule=...), "
			"or 'muster problem pattern P-%lld'.",
			(long long)r->problem.id);
}

static void do_step(struct problems *p, const struct triage_row *r,
		    enum problem_step step)
{
	switch (step) {
	case NEXT_DESCRIBE:
		ask_value(p, field_rule, "rule, which inputs belong: ");
		break;
	case NEXT_USERS:
		if (r->problem.rule)
			work_ask_sample(p);
		else
			ask_value(p, field_users, "users, percent or K/N: ");
		break;
	case NEXT_ERROR: case NEXT_PATTERNS: do_error(p, r); break;
	case NEXT_HARM:
		ask_harm(p, "How bad is it for whom it hits?", harm_picked);
		break;
	case NEXT_OWNER: ask_value(p, field_owner, "owner: "); break;
	case NEXT_GROW: grow(p, r->problem.id); break;
	case NEXT_SCORE: work_score(p, r); break;
	case NEXT_PRODUCTION: case NEXT_LATER: say_who_passes(p); break;
	case NEXT_MOVE: case NEXT_REASON: p->change.moves = true;
		change_ask_reason(p);
		break;
	case NEXT_NOTHING:
		app_say(p->view->app, "It is closed; m moves it.");
		break;
	}
}

static unsigned do_next(struct problems *p)
{
	const struct triage_row *r = problems_current(p);
	struct change *c = change_begin(p);

	if (!c)
		return REACT_NONE;
	do_step(p, r, problem_next_step(&r->facts, &c->to));
	return REACT_DRAW;
}

static unsigned gather(struct problems *p)
{
	const struct triage_row *r = problems_current(p);

	if (!r)
		return REACT_NONE;
	gathering_start(p->view, r->problem.id);
	return REACT_DRAW;
}

unsigned problems_change(struct problems *p, enum action a)
{
	switch (a) {
	case ACT_PROBLEM_MOVE: return ask_state(p);
	case ACT_PROBLEM_SET: return ask_field(p);
	case ACT_PROBLEM_MORE: return what_if_step(p, 1);
	case ACT_PROBLEM_LESS: return what_if_step(p, -1);
	case ACT_PROBLEM_TRIAGE: return walk(p);
	case ACT_PROBLEM_DO: return do_next(p);
	case ACT_PROBLEM_ASSIGN: return assign(p);
	case ACT_PROBLEM_MERGE: return ask_merge(p);
	case ACT_PROBLEM_GATHER: return gather(p);
	case ACT_PROBLEM_COMMENT: return ask_comment(p);
	case ACT_OPEN: return what_if_keep(p);
	case ACT_BACK: return what_if_drop(p);
	default: return REACT_NOT_MINE;
	}
}
