#include "tui/view_assess.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "cards/assess.h"
#include "registry/document.h"
#include "registry/signoff.h"
#include "tui/app.h"
#include "tui/outside.h"
#include "tui/text_draft.h"

enum { PANE_QUESTIONS, PANE_QUESTION, PANE_RESULT };

struct assess_view {
	char *of;
	struct document_rec saved;	/* revision 0: none */
	struct assessment a;		/* as it stands */
	bool has_mine;			/* it differs from what is saved */
	char *note;			/* as typed so far, or NULL */
};

static struct assess_view *state_of(void *view)
{
	return ((struct view *)view)->state;
}

static const struct question *question_here(struct view *v)
{
	size_t row = list_row(&v->lists[PANE_QUESTIONS]);

	return row == SIZE_MAX ? NULL : assess_question(row);
}

/* -- The list -- */

enum { C_GROUP, C_ASKS, C_ANSWER, C_WEIGHT };

static const struct list_column columns[] = {
	[C_GROUP] = { "group", "group", 6, 13, 4 },
	[C_ASKS] = { "asks", "asks", 14, 40, 8, .elastic = true },
	[C_ANSWER] = { "answer", "answer", 8, 12, 9 },
	[C_WEIGHT] = { "weight", "wt", 2, 3, 5, .right = true },
};

static size_t rows(void *arg)
{
	size_t n = 0;

	(void)arg;
	while (assess_question(n))
		n++;
	return n;
}

static enum style cell(void *arg, size_t row, size_t column, struct buf *out)
{
	const struct question *q = assess_question(row);
	const struct choice *c = assess_answer(&state_of(arg)->a, q);

	switch (column) {
	case C_GROUP: buf_str(out, q->group); break;
	case C_ASKS: buf_str(out, q->text); break;
	case C_ANSWER:
		buf_str(out, c ? c->id : "-");
		return c && c->is_high ? STYLE_BAD : STYLE_NORMAL;
	case C_WEIGHT:
		if (c)
			buf_printf(out, "%u", c->weight);
		break;
	}
	return STYLE_NORMAL;
}

static const struct list_source source = {
	.columns = columns, .n_columns = COUNT(columns),
	.empty = "There are no questions.", .rows = rows, .cell = cell,
};

/* -- Drafts and saving -- */

static char *draft_name(const struct assess_view *s)
{
	return xasprintf("impact %s", s->of);
}

static void changed(struct view *v)
{
	struct assess_view *s = v->state;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *name = draft_name(s);

	s->has_mine = true;
	assess_write(&s->a, &text);
	if (text_draft_save(app_registry_path(v->app), name, text.data,
			    &err) != RC_OK)
		app_fail(v->app, &err);
	buf_release(&text);
	free(name);
}

static void drop_mine(struct view *v)
{
	struct assess_view *s = v->state;
	char *name = draft_name(s);

	text_draft_drop(app_registry_path(v->app), name);
	s->has_mine = false;
	free(name);
}

static enum rc load(struct view *v, struct err *err)
{
	struct assess_view *s = v->state;
	struct assessment fresh = { 0 };
	enum rc rc;

	document_rec_release(&s->saved);
	s->saved = (struct document_rec){ 0 };
	rc = reg_document_load(app_registry(v->app), DOCUMENT_IMPACT, s->of, 0,
			       &s->saved, err);
	if (rc == RC_NOT_FOUND)
		rc = RC_OK;
	else if (rc == RC_OK)
		rc = assess_read(s->saved.text, &fresh, err);
	if (rc == RC_OK && !s->has_mine) {
		assessment_release(&s->a);
		s->a = fresh;
	} else if (rc == RC_OK) {
		assessment_release(&fresh);
	}
	return rc;
}

static void load_draft(struct view *v)
{
	struct assess_view *s = v->state;
	struct assessment mine;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char *name = draft_name(s);

	if (text_draft_load(app_registry_path(v->app), name, &text) &&
	    assess_read(text.data, &mine, &err) == RC_OK) {
		assessment_release(&s->a);
		s->a = mine;
		s->has_mine = true;
		app_say(v->app, "Answers that were left behind are back; S "
			"saves them, X throws them away.");
	}
	buf_release(&text);
	free(name);
}

static void close_view(struct view *v)
{
	struct assess_view *s = v->state;

	document_rec_release(&s->saved);
	assessment_release(&s->a);
	free(s->of);
	free(s->note);
	free(s);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct assess_view *s = XNEW(struct assess_view);
	enum rc rc;

	s->of = xstrdup(arg);
	v->state = s;
	rc = load(v, err);
	if (rc == RC_OK)
		load_draft(v);
	return rc;
}

void assess_open(struct app *app, const char *model, int64_t version)
{
	char *of = xasprintf("%s@%lld", model, (long long)version);

	app_open(app, &view_assess_ops, of);
	free(of);
}

static enum rc reload(struct view *v, struct err *err)
{
	return load(v, err);
}

/* -- Answering -- */

static void answer_picked(struct view *v, size_t item, void *arg)
{
	struct assess_view *s = v->state;
	const struct question *q = question_here(v);
	struct err err = ERR_INIT;
	const char *choice = "";

	(void)arg;
	if (item < CHOICES_MAX && q->choices[item].id)
		choice = q->choices[item].id;
	if (assess_set(&s->a, q->id, choice, NULL, &err) != RC_OK) {
		app_fail(v->app, &err);
		return;
	}
	changed(v);
	list_go(&v->lists[PANE_QUESTIONS],
		v->lists[PANE_QUESTIONS].cursor + 1);
	app_say(v->app, "%s: %s. S saves; n adds a note.", q->id,
		*choice ? choice : "not answered");
}

static unsigned answer_menu(struct view *v)
{
	struct menu_item items[CHOICES_MAX + 1];
	const struct question *q = question_here(v);
	char *texts[CHOICES_MAX];
	size_t n = 0;

	if (!q)
		return REACT_NONE;
	for (; n < CHOICES_MAX && q->choices[n].id; n++) {
		texts[n] = xasprintf("%s: %s%s", q->choices[n].id,
				     q->choices[n].text,
				     q->choices[n].is_high ? " (high risk)" :
				     "");
		items[n] = (struct menu_item){ (char)('1' + n), texts[n] };
	}
	items[n] = (struct menu_item){ '0', "not answered" };
	app_menu(v->app, q->id, items, n + 1, answer_picked, NULL);
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	return REACT_DRAW;
}

/* Name of the draft of what a prompt asks for. */
static char *prompt_draft(const struct assess_view *s, const char *what)
{
	return xasprintf("impact %s: %s", s->of, what);
}

static void ask_kept(struct view *v, const char *what, const char *label,
		     const char *initial, prompt_fn *done)
{
	char *draft = prompt_draft(v->state, what);

	app_prompt_kept(v->app, draft, label, initial, NULL, done, NULL);
	free(draft);
}

static void drop_kept(struct view *v, const char *what)
{
	char *draft = prompt_draft(v->state, what);

	app_kept_drop(v->app, draft);
	free(draft);
}

static void note_done(struct view *v, const char *text, void *arg)
{
	struct assess_view *s = v->state;
	const struct question *q = question_here(v);
	const struct choice *c = assess_answer(&s->a, q);
	struct err err = ERR_INIT;

	(void)arg;
	if (assess_set(&s->a, q->id, c ? c->id : "", text, &err) != RC_OK) {
		app_fail(v->app, &err);
		return;
	}
	changed(v);
	drop_kept(v, q->id);
}

static unsigned ask_note(struct view *v)
{
	const struct question *q = question_here(v);

	if (q)
		ask_kept(v, q->id, "note", assess_note(&state_of(v)->a, q->id),
			 note_done);
	return REACT_DRAW;
}

static unsigned edit_outside(struct view *v)
{
	struct assess_view *s = v->state;
	struct strs findings = VEC_INIT;
	struct buf text = BUF_INIT;
	struct assessment fresh;
	struct err err = ERR_INIT;
	enum rc rc;

	assess_to_text(&s->a, s->of, &text);
	rc = outside_edit(v->app, "impact", 0, &text, &err);
	if (rc == RC_OK)
		rc = assess_from_text(text.data, &fresh, &findings, &err);
	if (rc == RC_OK) {
		assessment_release(&s->a);
		s->a = fresh;
		changed(v);
		app_say(v->app, "Taken over; S saves.");
	} else {
		app_fail(v->app, &err);
	}
	strs_release(&findings);
	buf_release(&text);
	return REACT_DRAW;
}

/* -- Saving and approving -- */

static void save_done(struct view *v, const char *note, void *arg)
{
	struct assess_view *s = v->state;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	(void)arg;
	assess_write(&s->a, &text);
	rc = reg_document_save(app_registry(v->app), DOCUMENT_IMPACT, s->of,
			       text.data, *note ? note : NULL, s->saved.base,
			       NULL, &err);
	buf_release(&text);
	if (rc == RC_OK) {
		drop_mine(v);
		drop_kept(v, "what changed");
		app_reload(v->app);
		app_say(v->app, "Saved as rev %lld; somebody else approves "
			"it.%s", (long long)s->saved.revision,
			s->saved.revision > 1 ? " u undoes." : "");
		return;
	}
	app_fail(v->app, &err);
	if (rc == RC_CONFLICT)
		app_reload(v->app);
}

static void approve_done(struct view *v, const char *reason, void *arg)
{
	struct assess_view *s = v->state;
	struct err err = ERR_INIT;

	(void)arg;
	if (!*reason)
		app_say(v->app, "Not approved: a reason is needed.");
	else if (reg_document_status(app_registry(v->app), DOCUMENT_IMPACT,
				     s->of, s->saved.revision, "approved",
				     reason, &err) != RC_OK)
		app_fail(v->app, &err);
	else {
		drop_kept(v, "approved because");
		app_reload(v->app);
		app_say(v->app, "Approved.");
	}
}

static unsigned save_or_approve(struct view *v)
{
	struct assess_view *s = v->state;
	struct assess_result r;
	struct err err = ERR_INIT;

	assess_result(&s->a, &r);
	if (s->has_mine)
		ask_kept(v, "what changed", "what changed (may stay empty)",
			 NULL, save_done);
	else if (!s->saved.revision)
		app_say(v->app, "Nothing is answered yet; Enter answers.");
	else if (!strcmp(s->saved.status, "approved"))
		app_say(v->app, "Rev %lld is approved.",
			(long long)s->saved.revision);
	else if (r.n_open)
		app_say(v->app, "%zu questions have no answer; it cannot be "
			"approved yet.", r.n_open);
	else if (reg_signoff_may_document(app_registry(v->app),
					  DOCUMENT_IMPACT, s->of,
					  s->saved.revision, &err) != RC_OK)
		app_fail(v->app, &err);
	else
		ask_kept(v, "approved because", "approved because", NULL,
			 approve_done);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	switch ((int)a) {
	case ACT_OPEN: return answer_menu(v);
	case ACT_ASSESS_NOTE: return ask_note(v);
	case ACT_ASSESS_OUTSIDE: return edit_outside(v);
	case ACT_ASSESS_SAVE: return save_or_approve(v);
	case ACT_ASSESS_DROP:
		drop_mine(v);
		app_reload(v->app);
		app_say(v->app, "Back to what is saved.");
		return REACT_DRAW;
	}
	return REACT_NOT_MINE;
}

static const char *not_now(struct view *v, enum action a)
{
	if (a == ACT_ASSESS_DROP && !state_of(v)->has_mine)
		return "nothing was changed";
	if (a == ACT_OPEN && reg_readonly(app_registry(v->app)))
		return "the registry is read-only";
	return NULL;
}

/* -- Painting -- */

static void paint_question(struct view *v, struct area *a)
{
	struct assess_view *s = v->state;
	const struct question *q = question_here(v);
	const struct choice *answer;
	const char *note;
	int y = 0;

	if (!q)
		return;
	answer = assess_answer(&s->a, q);
	note = assess_note(&s->a, q->id);
	y = area_paragraph(a, 1, y, STYLE_STRONG, q->text);
	for (size_t i = 0; i < CHOICES_MAX && q->choices[i].id; i++) {
		const struct choice *c = &q->choices[i];
		char *text = xasprintf("%s: %s (weight %u%s)", c->id, c->text,
				       c->weight, c->is_high ?
				       ", high at once" : "");

		area_text(a, 1, y, 3, STYLE_NORMAL, c == answer ? "(x)" :
			  "( )");
		y = area_paragraph(a, 5, y, STYLE_NORMAL, text);
		free(text);
	}
	if (note)
		y = area_paragraph(a, 1, y + 1, STYLE_NORMAL, note);
}

static void paint_result(struct view *v, struct area *a)
{
	struct assess_view *s = v->state;
	struct assess_result r;
	struct buf b = BUF_INIT;
	int y;

	assess_result(&s->a, &r);
	buf_printf(&b, "%s risk: weight %u of %u%s", risk_name(r.risk),
		   r.weight, r.all,
		   r.n_open ? "; open ones count as their worst" : "");
	y = area_paragraph(a, 1, 0, r.risk == RISK_HIGH ? STYLE_BAD :
			   STYLE_GOOD, b.data);
	buf_clear(&b);
	if (r.decisive)
		buf_printf(&b, "High at once by %s. ", r.decisive->id);
	buf_printf(&b, "%zu questions open. ", r.n_open);
	if (s->has_mine)
		buf_str(&b, "Not saved yet: S saves.");
	else if (s->saved.revision)
		buf_printf(&b, "Rev %lld by %s, %s.",
			   (long long)s->saved.revision, s->saved.who,
			   s->saved.status);
	y = area_paragraph(a, 1, y, STYLE_NORMAL, b.data);
	area_paragraph(a, 1, y, STYLE_NORMAL, "The higher of this and the "
		       "model's own risk selects the gate.");
	buf_release(&b);
}

static void place(struct view *v, struct buf *out)
{
	buf_printf(out, "impact %s", state_of(v)->of);
}

static bool object(struct view *v, struct buf *out)
{
	buf_printf(out, "impact/%s", state_of(v)->of);
	return true;
}

const struct view_ops view_assess_ops = {
	.name = "Impact", .screen = SCREEN_GATES, .context = IN_ASSESS,
	.n_panes = 3,
	.panes = {
		{ .name = "QUESTIONS", .list = &source },
		{ .name = "QUESTION", .paint = paint_question },
		{ .name = "RISK", .paint = paint_result },
	},
	.open = open_view, .close = close_view, .reload = reload, .act = act,
	.not_now = not_now, .place = place, .object = object,
};
