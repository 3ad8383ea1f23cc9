#include "tui/view_document.h"

#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/document.h"
#include "tui/figures.h"

#define ABOUT_MIN 5		/* lines of its box */
#define SHORT_ID 2		/* letters: numbers of sections, no words */

const struct field *document_field(const struct document *d)
{
	return &d->fields.at[d->at];
}

const struct answer *document_answer(const struct document *d)
{
	return doc_answer(&d->file.doc, document_field(d)->item->id);
}

bool document_conflict(const struct document *d, const char *id)
{
	for (size_t i = 0; i < d->conflicts.n; i++)
		if (!strcmp(d->conflicts.at[i], id))
			return true;
	return false;
}

const struct check *document_ticked(const struct document *d, const char *id)
{
	for (size_t i = 0; i < d->checks.n; i++)
		if (!strcmp(d->checks.at[i].id, id))
			return &d->checks.at[i];
	return NULL;
}

/* -- The list of sections -- */

enum { S_NAME, S_DONE, S_STATE };

static const struct list_column section_columns[] = {
	[S_NAME] = { "section", "section", 10, 24, 8, .elastic = true },
	[S_DONE] = { "done", "done", 5, 5, 7, .right = true },
	[S_STATE] = { "state", "", 3, 4, 6 },
};

static size_t section_rows(void *arg)
{
	const struct document *d = ((struct view *)arg)->state;
	return d ? d->file.form->n_sections : 0;
}

static void section_state(const struct document *d, size_t row,
			  struct buf *out)
{
	const struct section *s = &d->file.form->sections[row];
	const struct completeness *c = &d->sections[row];
	size_t open = 0;
	for (size_t i = 0; i < d->conflicts.n; i++)
		for (size_t k = 0; k < s->n_items; k++)
			open += !strcmp(d->conflicts.at[i], s->items[k].id);
	if (open)
		buf_printf(out, "><%zu", open);
	else if (c->gaps.n)
		buf_printf(out, "!%zu", c->gaps.n);
	else
		buf_str(out, "ok");
}

static enum style section_cell(void *arg, size_t row, size_t column,
			       struct buf *out)
{
	const struct document *d = ((struct view *)arg)->state;
	const struct completeness *c = &d->sections[row];
	const struct section *s = &d->file.form->sections[row];
	switch (column) {
	case S_NAME:
		if (strlen(s->id) <= SHORT_ID)
			buf_printf(out, "%s ", s->id);
		buf_str(out, s->name);
		break;
	case S_DONE:
		buf_printf(out, "%zu/%zu", c->n_done, c->n_all);
		break;
	case S_STATE:
		section_state(d, row, out);
		return c->gaps.n ? STYLE_WARN : STYLE_GOOD;
	}
	return STYLE_NORMAL;
}

static const struct list_source section_source = {
	.columns = section_columns,
	.n_columns = COUNT(section_columns),
	.empty = "This form has no sections.",
	.rows = section_rows, .cell = section_cell,
};

static void sections_title(struct view *v, struct buf *out)
{
	const struct document *d = v->state;
	char share[DECIMAL_MAX];
	double done = completeness_share(&d->all);
	buf_printf(out, " %zu of %zu  %s%% [", d->all.n_done, d->all.n_all,
		   decimal_sig(100 * done, 2, share));
	for (int i = 1; i <= 5; i++)
		buf_char(out, done * 5 >= i ? '#' : '.');
	buf_str(out, "]");
}

static void fields_title(struct view *v, struct buf *out)
{
	const struct field *f = document_field(v->state);
	buf_printf(out, " %s %s", f->section->id, f->section->name);
}

static void below_title(struct view *v, struct buf *out)
{
	const struct document *d = v->state;
	char time[CLOCK_TEXT];
	if (d->below == BELOW_DIFF && d->has_other)
		buf_printf(out, "DIFF with %s", d->other_name);
	else if (d->below == BELOW_PREVIEW)
		buf_str(out, "PREVIEW");
	else
		buf_str(out, "CHECKS");
	if (d->no_draft)
		buf_str(out, " | no drafts");
	else if (d->saved)
		buf_printf(out, " | draft saved %.8s",
			   clock_format(d->saved, time) + 11);
}

static void about_title(struct view *v, struct buf *out)
{
	const struct document *d = v->state;
	buf_str(out, d->type == DOC_DATASHEET ? "DATA" : d->type == DOC_CARD ?
		"VERSION" : "MODEL");
}

/* -- Opening -- */

static void number_fields(struct document *d)
{
	const struct doc_form *form = d->file.form;
	for (size_t s = 0; s < form->n_sections; s++)
		for (size_t i = 0; i < form->sections[s].n_items; i++)
			vec_push(&d->fields, ((struct field){
				&form->sections[s],
				&form->sections[s].items[i], false }));
}

static void free_pasts(struct pasts *v)
{
	for (size_t i = 0; i < v->n; i++) {
		doc_release(&v->at[i].doc);
		free(v->at[i].what);
	}
	vec_free(v);
}

static void free_paragraphs(struct paragraphs *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].text);
	vec_free(v);
}

static void free_document(struct document *d)
{
	if (d->editing)
		editor_release(&d->editor);
	draft_slot_release(&d->slot);
	free_pasts(&d->past);
	free_pasts(&d->future);
	free_paragraphs(&d->text);
	findings_release(&d->found);
	completeness_release(&d->all);
	for (size_t i = 0; d->sections && i < d->file.form->n_sections; i++)
		completeness_release(&d->sections[i]);
	free(d->sections);
	doc_release(&d->linted);
	doc_release(&d->start);
	if (d->has_other)
		doc_release(&d->other);
	if (d->has_ancestor)
		doc_release(&d->ancestor);
	strs_release(&d->conflicts);
	checks_release(&d->checks);
	doc_facts_release(&d->facts);
	vec_free(&d->fields);
	if (d->file.form)
		doc_file_release(&d->file);
	free(d->other_name);
	free(d->no_draft);
	free(d->outside);
	free(d->outside_scope);
	free(d->of);
	free(d);
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	const struct document_arg *a = arg;
	struct document *d = XNEW(struct document);
	d->type = a->type;
	d->of = xstrdup(a->of);
	d->reg = app_registry(v->app);
	d->writable = !reg_readonly(d->reg);
	d->slot = (struct draft_slot)DRAFT_SLOT_NONE;
	doc_facts_init(&d->facts);
	enum rc rc = doc_facts_load(d->reg, a->type, a->of, &d->facts, err);
	if (rc == RC_OK)
		rc = doc_file_open(d->reg, a->type, a->of, 0, &d->file, err);
	if (rc == RC_OK && a->type == DOC_CHECKLIST)
		rc = checklist_load(d->reg, a->of, &d->checks, err);
	if (rc != RC_OK) {
		free(d->of);
		free(d);
		return rc;
	}
	doc_copy(&d->start, &d->file.doc);
	doc_copy(&d->linted, &d->file.doc);
	d->sections = xcalloc(d->file.form->n_sections + 1,
			      sizeof(*d->sections));
	number_fields(d);
	v->state = d;
	if (d->writable)
		document_claim(v);
	document_refresh(d);
	return RC_OK;
}

static void close_view(struct view *v)
{
	struct document *d = v->state;
	struct app *app = v->app;
	document_keep(v);
	free_document(d);
	app_count_drafts(app);
}

void document_open(struct app *app, enum doc_type type, const char *of)
{
	const struct document_arg arg = { type, of };
	app_open(app, &view_document_ops, &arg);
	app_count_drafts(app);
}

static enum rc reload(struct view *v, struct err *err)
{
	struct document *d = v->state;
	struct doc_facts fresh;
	enum rc rc = doc_facts_load(d->reg, d->type, d->of, &fresh, err);
	if (rc != RC_OK)
		return rc;
	doc_facts_release(&d->facts);
	d->facts = fresh;
	if (d->type == DOC_CHECKLIST) {
		checks_release(&d->checks);
		rc = checklist_load(d->reg, d->of, &d->checks, err);
	}
	if (rc == RC_OK)
		rc = document_look_again(v, err);
	document_refresh(d);
	return rc;
}

/* -- Moving -- */

static size_t section_number(const struct document *d, size_t field)
{
	return (size_t)(d->fields.at[field].section - d->file.form->sections);
}

void document_go(struct view *v, size_t field)
{
	struct document *d = v->state;
	if (field >= d->fields.n)
		return;
	d->at = field;
	list_go_row(&v->lists[PANE_SECTIONS], section_number(d, field));
	document_refresh_below(d);
}

static size_t first_of(const struct document *d, size_t section)
{
	size_t i = 0;
	while (i < d->fields.n && section_number(d, i) != section)
		i++;
	return i;
}

static enum rc select_section(struct view *v, struct err *err)
{
	struct document *d = v->state;
	size_t row = list_row(&v->lists[PANE_SECTIONS]);
	if (row != SIZE_MAX && row != section_number(d, d->at)) {
		d->at = first_of(d, row);
		document_refresh_below(d);
	}
	return RC_OK;
}

static bool is_gap(const struct document *d, size_t i)
{
	const struct field *f = &d->fields.at[i];
	const struct check *c = document_ticked(d, f->item->id);
	if (c && c->state == CHECK_EVIDENCE)
		return false;
	return document_conflict(d, f->item->id) ||
	       document_moved(d, f->item->id) ||
	       item_status(&d->file.doc, &d->facts, f->section, f->item,
			   NULL) == STATUS_GAP;
}

static unsigned walk_gaps(struct view *v, bool backwards)
{
	struct document *d = v->state;
	size_t n = d->fields.n, i = d->at;
	/* from the list of sections the field under the cursor counts, too */
	if (v->focus != PANE_FIELDS)
		i += backwards ? 1 : n - 1;
	for (size_t step = 0; step < n; step++) {
		i = backwards ? (i + n - 1) % n : (i + 1) % n;
		if (!is_gap(d, i))
			continue;
		document_go(v, i);
		v->focus = PANE_FIELDS;
		return REACT_DRAW;
	}
	app_say(v->app, is_gap(d, d->at) ? "This is the only gap." :
		"No required field is without an answer.");
	return REACT_DRAW;
}

static unsigned move(struct view *v, enum action a)
{
	struct document *d = v->state;
	size_t n = d->fields.n, s = section_number(d, d->at);
	switch ((int)a) {
	case ACT_UP:
		document_go(v, d->at ? d->at - 1 : 0);
		break;
	case ACT_DOWN:
		document_go(v, d->at + 1 < n ? d->at + 1 : d->at);
		break;
	case ACT_PAGE_UP: document_go(v, first_of(d, s ? s - 1 : 0)); break;
	case ACT_PAGE_DOWN: document_go(v, first_of(d, s + 1)); break;
	case ACT_FIRST: document_go(v, 0); break;
	case ACT_LAST: document_go(v, n - 1); break;
	default:
		return REACT_NOT_MINE;
	}
	return REACT_DRAW;
}

/* -- Acting -- */

static unsigned edit(struct view *v)
{
	if (v->focus != PANE_FIELDS) {
		v->focus = PANE_FIELDS;
		v->zoomed = false;
		return REACT_DRAW;
	}
	return document_edit_here(v);
}

static unsigned mark(struct view *v)
{
	struct document *d = v->state;
	d->fields.at[d->at].marked = !d->fields.at[d->at].marked;
	v->focus = PANE_FIELDS;
	return move(v, ACT_DOWN);
}

static unsigned show_below(struct view *v, enum below what)
{
	struct document *d = v->state;
	d->below = d->below == what ? BELOW_CHECKS : what;
	v->scroll[PANE_BELOW] = 0;
	v->zoomed = d->below == BELOW_PREVIEW;
	v->focus = v->zoomed ? PANE_BELOW : PANE_FIELDS;
	document_refresh_below(d);
	return REACT_DRAW;
}

static unsigned by_word(struct view *v)
{
	struct document *d = v->state;
	d->by_word = !d->by_word;
	document_refresh_below(d);
	return REACT_DRAW;
}

static unsigned act(struct view *v, enum action a)
{
	struct document *d = v->state;
	if (d->editing)
		return document_field_act(v, a);
	if (v->focus == PANE_FIELDS) {
		unsigned r = move(v, a);
		if (r != REACT_NOT_MINE)
			return r;
	}
	switch ((int)a) {
	case ACT_EDIT: return edit(v);
	case ACT_EDIT_OUTSIDE: return document_outside_menu(v);
	case ACT_GAP_NEXT: return walk_gaps(v, false);
	case ACT_GAP_PREV: return walk_gaps(v, true);
	case ACT_STATE: return document_state_menu(v);
	case ACT_MARK_FIELD: return mark(v);
	case ACT_FILL: return document_fill(v);
	case ACT_DIFF: return document_diff_menu(v);
	case ACT_DIFF_WORDS: return by_word(v);
	case ACT_PREVIEW: return show_below(v, BELOW_PREVIEW);
	case ACT_SUBMIT: return document_submit_menu(v);
	case ACT_DISCARD: return document_discard(v);
	case ACT_MINE: case ACT_THEIRS: case ACT_BOTH:
		return document_resolve(v, a);
	case ACT_UNDO: return document_undo(v, false);
	case ACT_REDO: return document_undo(v, true);
	default: return REACT_NOT_MINE;
	}
}

static const char *not_now(struct view *v, enum action a)
{
	const struct document *d = v->state;
	bool conflict = document_conflict(d, document_field(d)->item->id);
	if (d->editing && (a == ACT_COPY || a == ACT_NEXT_PANE))
		return "a field is typed in";
	if ((a == ACT_MINE || a == ACT_THEIRS || a == ACT_BOTH) && !conflict)
		return "nobody else has changed this field";
	if (a == ACT_DIFF_WORDS && d->below != BELOW_DIFF)
		return "d shows differences first";
	return NULL;
}

static unsigned contexts(const struct view *v)
{
	const struct document *d = v->state;
	if (d->editing)
		return IN_ALL | IN_FIELD;
	return IN_ALL | IN_DOCUMENT |
	       (v->focus == PANE_SECTIONS ? IN_LIST : IN_TEXT);
}

/* -- Frame -- */

static void place(struct view *v, struct buf *out)
{
	const struct document *d = v->state;
	buf_printf(out, "%s of %s", d->file.form->name, d->of);
	if (d->file.rec.revision)
		buf_printf(out, ", rev %lld (%s)",
			   (long long)d->file.rec.revision,
			   d->file.rec.status);
	else
		buf_str(out, ", new");
}

static void summary(struct view *v, struct buf *out)
{
	char n[COUNTED_MAX];
	const struct document *d = v->state;
	if (d->editing)
		buf_printf(out, "EDITING %s | ", document_field(d)->item->id);
	if (d->conflicts.n)
		buf_printf(out, "%zu to join | ", d->conflicts.n);
	buf_printf(out, "%zu changed | %s", d->n_changed,
		   counted(d->all.gaps.n, "gap", "gaps", n));
}

static void layout(struct view *v, int w, int h, struct rect *rects)
{
	const struct document *d = v->state;
	static const int shares[] = { 3, 2 }, typing[] = { 3, 1 };
	struct rect left, right, rows[2];
	/* its edges and the head of the list stand beside the sections */
	int sections = (int)d->file.form->n_sections + 3;
	layout_side_by_side(w, h, 37, &left, &right);
	layout_column(right, d->editing ? typing : shares, 2, 4, rows);
	rects[PANE_FIELDS] = rows[0];
	rects[PANE_BELOW] = rows[1];
	if (sections > h - ABOUT_MIN)
		sections = h - ABOUT_MIN;
	rects[PANE_SECTIONS] = (struct rect){ left.x, left.y, left.w,
					      sections };
	rects[PANE_ABOUT] = (struct rect){ left.x, left.y + sections - 1,
					   left.w, h - sections + 1 };
}

static bool object(struct view *v, struct buf *out)
{
	const struct document *d = v->state;
	buf_printf(out, "%s/%s", doc_type_name(d->type), d->of);
	return true;
}

const struct view_ops view_document_ops = {
	.name = "Document", .screen = SCREEN_MODELS, .context = IN_DOCUMENT,
	.n_panes = 4,
	.panes = {
		[PANE_SECTIONS] = { .name = "SECTIONS",
				    .list = &section_source,
				    .title = sections_title },
		[PANE_FIELDS] = { .name = "FIELDS", .title = fields_title,
				  .paint = document_paint_fields },
		[PANE_BELOW] = { .name = "", .title = below_title,
				 .paint = document_paint_below },
		[PANE_ABOUT] = { .name = "", .title = about_title,
				 .paint = document_paint_about },
	},
	.open = open_view, .close = close_view, .reload = reload,
	.select = select_section, .act = act, .not_now = not_now,
	.place = place, .summary = summary, .layout = layout,
	.contexts = contexts, .key = document_key, .due = document_due,
	.tick = document_tick, .keep = document_keep, .object = object,
};
