#include "tui/document.h"

#include <string.h>

#include "base/utf8.h"
#include "cards/diff.h"
#include "cards/measured.h"
#include "cards/quantitative.h"
#include "cards/reference.h"

#define ANSWER_LINES 2		/* of a field that the cursor is not on */
#define ANSWER_LINES_HERE 6
#define ZOOM_H 12		/* lower: the guidance of a field is cut */
#define PREVIEW_MAX (256u << 10)

/* -- Fields -- */

bool document_moved(const struct document *d, const char *id)
{
	for (size_t i = 0; i < d->found.n; i++)
		if (d->found.at[i].id == LINT_MOVED &&
		    !strcmp(d->found.at[i].item, id))
			return true;
	return false;
}

/* What the registry sees counts, whatever is typed; n/a is up to people. */
static const char *check_tag(const struct check *c, const struct answer *a,
			     enum style *style)
{
	if (!c || (a->state == ANSWER_NA) != (c->state == CHECK_NA) ||
	    (c->takes_note && c->state == CHECK_OPEN &&
	     a->state != ANSWER_EMPTY))
		return NULL;		/* typed, and not saved yet */
	*style = c->state == CHECK_OPEN ? STYLE_WARN : STYLE_GOOD;
	return c->state == CHECK_EVIDENCE ? "[seen] evidence" :
	       c->state == CHECK_HAND ? "[ok  ] by hand" :
	       c->state == CHECK_NA ? "[n/a ]" : "[open]";
}

static const char *tag_of(const struct document *d, const struct field *f,
			  enum style *style)
{
	const char *why;
	enum item_status s = item_status(&d->file.doc, &d->facts, f->section,
					 f->item, &why);
	const struct answer *a = doc_answer(&d->file.doc, f->item->id);
	*style = STYLE_GOOD;
	if (a->state == ANSWER_GIVEN && document_moved(d, f->item->id)) {
		*style = STYLE_BAD;
		return "[ ~  ] data moved";
	}
	if (document_conflict(d, f->item->id)) {
		*style = STYLE_BAD;
		return "[><  ] two changed it";
	}
	const char *check = check_tag(document_ticked(d, f->item->id), a,
				      style);
	if (check)
		return check;
	if (s == STATUS_DONE)
		return a->state == ANSWER_GIVEN ? "[ok  ]" :
		       a->state == ANSWER_NA ? "[n/a ]" : "[auto]";
	if (s == STATUS_GAP) {
		*style = STYLE_WARN;
		return a->state == ANSWER_UNKNOWN ? "[ ?? ] unknown" :
		       "[ !! ] empty";
	}
	*style = STYLE_NORMAL;
	return s == STATUS_SKIPPED ? "[skip]" :
	       a->state == ANSWER_UNKNOWN ? "[ ?? ] unknown" : "[    ]";
}

/* Bytes of the next line in w cells, its newline or the blanks at its break
 * taken in *skip. */
static size_t line_of(const char *s, size_t n, int w, size_t *skip)
{
	const char *newline = memchr(s, '\n', n);
	size_t len = newline ? (size_t)(newline - s) : n;
	size_t fit = utf8_fit(s, len, (size_t)w, NULL);
	*skip = fit == len && newline ? 1 : 0;
	if (fit >= len)
		return len;
	for (size_t i = fit; i > 0; i--) {
		if (s[i] == ' ') {
			*skip = 1;
			return i;
		}
	}
	return fit ? fit : utf8_next(s, len, 0);
}

/* At most max lines; says where there is more. a NULL only counts. */
static int paint_some(struct area *a, int x, int y, int w, int max,
		      const char *text)
{
	size_t n = strlen(text), most = (size_t)(w + 1) * 4 * (size_t)max;
	const char *s = text, *end = text + (n < most ? n : most);
	int lines = 0;
	while (s < end && lines < max) {
		size_t skip, len = line_of(s, (size_t)(end - s), w, &skip);
		bool last = lines + 1 == max && s + len + skip < text + n;
		if (a)
			area_textn(a, x, y + lines, w - (last ? 4 : 0),
				   STYLE_NORMAL, s, len);
		if (a && last)
			area_text(a, x + w - 4, y + lines, 4, STYLE_FAINT,
				  " ...");
		s += len + skip;
		lines++;
	}
	return lines;
}

static int lines_for(const struct document *d, size_t i)
{
	return i == d->at ? ANSWER_LINES_HERE : ANSWER_LINES;
}

static void paint_head(const struct document *d, size_t i, struct area *a,
		       int y)
{
	const struct field *f = &d->fields.at[i];
	bool here = i == d->at;
	enum style style;
	const char *tag = tag_of(d, f, &style);
	int right = a->w > 50 ? 24 : 15;
	area_put(a, 0, y, STYLE_CURSOR, here ? '>' : ' ');
	area_put(a, 1, y, STYLE_STRONG, f->marked ? '*' : ' ');
	int x = 2 + area_text(a, 2, y, a->w - right - 3,
			      here ? STYLE_STRONG : STYLE_NORMAL, f->item->id);
	x += 1 + area_text(a, x + 1, y, a->w - right - x - 2,
			   here ? STYLE_STRONG : STYLE_NORMAL, f->item->name);
	if (item_required(f->item, d->facts.risk))
		area_text(a, x + 1, y, 1, STYLE_NORMAL, "*");
	area_text(a, a->w - right, y, right, style, tag);
	if (right > 15 && d->file.has_before &&
	    doc_changed(&d->file.doc, &d->file.before, f->item->id))
		area_text(a, a->w - 8, y, 8, STYLE_FAINT, "changed");
	if (here && a->focused)
		area_cursor(a, 0, y);
}

static int field_lines(const struct document *d, size_t i, int w)
{
	return 1 + paint_some(NULL, 0, 0, w, lines_for(d, i),
			      doc_answer(&d->file.doc,
					 d->fields.at[i].item->id)->text);
}

/* Scrolls so that the cursor's field shows whole. */
static int scroll_for(const struct document *d, size_t first, size_t end,
		      const struct area *a, int scroll)
{
	int top = 0, all = 0, own = 0;
	for (size_t i = first; i < end; i++) {
		int n = field_lines(d, i, a->w - 5);
		if (i < d->at)
			top += n;
		if (i == d->at)
			own = n;
		all += n;
	}
	if (scroll > all - a->h)
		scroll = all > a->h ? all - a->h : 0;
	if (top + own > scroll + a->h)
		scroll = top + own - a->h;
	return top < scroll ? top : scroll;
}

static void paint_list(struct view *v, struct area *a)
{
	const struct document *d = v->state;
	const struct section *s = document_field(d)->section;
	size_t first = d->at, y = 0;
	while (first && d->fields.at[first - 1].section == s)
		first--;
	a->scroll = scroll_for(d, first, first + s->n_items, a,
			       v->scroll[PANE_FIELDS]);
	v->scroll[PANE_FIELDS] = a->scroll;
	for (size_t i = first; i < first + s->n_items; i++) {
		paint_head(d, i, a, (int)y);
		y += 1 + (size_t)paint_some(a, 5, (int)y + 1, a->w - 5,
					    lines_for(d, i),
			doc_answer(&d->file.doc,
				   d->fields.at[i].item->id)->text);
	}
	a->used = (int)y;
}

static void paint_typing(struct view *v, struct area *a)
{
	struct document *d = v->state;
	const struct field *f = document_field(d);
	v->scroll[PANE_FIELDS] = a->scroll = 0;
	area_printf(a, 0, 0, STYLE_STRONG, "> %s %s%s", f->item->id,
		    f->item->name,
		    item_required(f->item, d->facts.risk) ? " *" : "");
	struct buf size = BUF_INIT;
	buf_printf(&size, "%s%zu bytes",
		   d->typed_state == ANSWER_NA ? "n/a, because: " : "",
		   d->editor.text.len);
	area_right(a, a->w / 2, 0, a->w - a->w / 2, STYLE_FAINT, size.data);
	buf_release(&size);
	int y = 1 + paint_some(a, 2, 1, a->w - 2, a->h < ZOOM_H ? 1 : 3,
			       f->item->guidance);
	area_hline(a, 0, y, a->w, STYLE_FRAME);
	editor_paint(&d->editor, a, 1, y + 1, a->w - 2, a->h - y - 1);
	a->used = a->h;
}

void document_paint_fields(struct view *v, struct area *a)
{
	struct document *d = v->state;
	d->low = layout_fit(a->canvas->w, a->canvas->h) != FIT_BOXES;
	if (d->editing)
		paint_typing(v, a);
	else
		paint_list(v, a);
}

/* -- Below: as paragraphs -- */

void document_paint_below(struct view *v, struct area *a)
{
	const struct document *d = v->state;
	int y = 0;
	for (size_t i = 0; i < d->text.n; i++) {
		const struct paragraph *p = &d->text.at[i];
		int lines = area_wrap(a, p->indent, y, a->w - p->indent,
				      p->style, p->text);
		y += lines ? lines : 1;
	}
	a->used = y;
}

static void PRINTF_LIKE(4, 5)
say(struct document *d, enum style style, int indent, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	vec_push(&d->text, ((struct paragraph){ style, indent,
						buf_detach(&b) }));
}

static bool in_section(const struct section *s, const char *id)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (!strcmp(s->items[i].id, id))
			return true;
	return false;
}

/* The remedy where the reader is: all of them at once are a wall. */
static void say_finding(struct document *d, const struct finding *f,
			bool with_remedy)
{
	enum severity s = lint_severity(f->id);
	say(d, s == SEVERITY_ERROR ? STYLE_BAD : STYLE_WARN, 0,
	    "%s %s: %s (%s)", s == SEVERITY_ERROR ? "!!" : "~ ", f->place,
	    f->why, lint_name(f->id));
	if (f->remedy && with_remedy)
		say(d, STYLE_NORMAL, 3, "%s", f->remedy);
}

/* Of the field first, then of its section, then of the whole. */
static void say_checks(struct document *d)
{
	const struct field *f = document_field(d);
	size_t said = 0;
	for (int pass = 0; pass < 3; pass++) {
		for (size_t i = 0; i < d->found.n; i++) {
			const struct finding *x = &d->found.at[i];
			bool here = !strcmp(x->item, f->item->id);
			int its = here ? 0 : in_section(f->section, x->item) ?
				  1 : *x->item ? 3 : 2;
			/* what is open in a checklist was said above */
			if (its != pass || (d->checks.n &&
					    x->id == LINT_EMPTY))
				continue;
			say_finding(d, x, pass != 1);
			said++;
		}
		if (pass == 1 && !said)
			say(d, STYLE_GOOD, 0, "No finding in this section.");
	}
}

static void say_conflict(struct document *d)
{
	const char *id = document_field(d)->item->id;
	const struct answer *was = doc_answer(&d->ancestor, id);
	const struct answer *theirs = doc_answer(&d->start, id);
	const struct answer *mine = doc_answer(&d->file.doc, id);
	say(d, STYLE_BAD, 0, "Two people changed %s. m takes yours, t theirs, "
	    "b both; e edits.", id);
	say(d, STYLE_HEADING, 0, "before (%s)", answer_state_name(was->state));
	say(d, STYLE_NORMAL, 2, "%s", was->text);
	say(d, STYLE_HEADING, 0, "theirs, rev %lld by %s (%s)",
	    (long long)d->file.rec.revision, d->file.rec.who ?
	    d->file.rec.who : "?", answer_state_name(theirs->state));
	say(d, STYLE_NORMAL, 2, "%s", theirs->text);
	say(d, STYLE_HEADING, 0, "yours (%s)", answer_state_name(mine->state));
	say(d, STYLE_NORMAL, 2, "%s", mine->text);
}

static void say_state(struct document *d, const char *mark,
		      const struct answer *a, enum style style)
{
	if (a->state != ANSWER_GIVEN)
		say(d, style, 0, "%s (%s)", mark, answer_state_name(a->state));
}

static void say_lines(struct document *d, const struct diff_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		const struct diff_run *r = &runs->at[i];
		const char *s = r->text, *end = r->text + r->n;
		while (s < end && r->op != DIFF_SAME) {
			const char *nl = memchr(s, '\n', (size_t)(end - s));
			size_t n = (size_t)((nl ? nl : end) - s);
			say(d, r->op == DIFF_OLD ? STYLE_BAD : STYLE_GOOD, 0,
			    "%s %.*s", r->op == DIFF_OLD ? "-" : "+", (int)n,
			    s);
			s += n + (nl != NULL);
		}
	}
}

static void say_words(struct document *d, const struct diff_runs *runs)
{
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < runs->n; i++) {
		const struct diff_run *r = &runs->at[i];
		buf_str(&b, r->op == DIFF_OLD ? "[-" :
			r->op == DIFF_NEW ? "{+" : "");
		buf_add(&b, r->text, r->n);
		buf_str(&b, r->op == DIFF_OLD ? "-]" :
			r->op == DIFF_NEW ? "+}" : "");
	}
	say(d, STYLE_NORMAL, 0, "%s", b.data);
	buf_release(&b);
}

static void say_diff(struct document *d)
{
	struct item_diffs items = VEC_INIT;
	diff_docs(&d->other, &d->file.doc, &items);
	if (!items.n)
		say(d, STYLE_GOOD, 0, "No field differs.");
	for (size_t i = 0; i < items.n; i++) {
		const struct item_diff *x = &items.at[i];
		struct diff_runs runs = VEC_INIT;
		say(d, STYLE_HEADING, 0, "%s %s", x->id, x->name);
		if (x->a->state != x->b->state) {
			say_state(d, "-", x->a, STYLE_BAD);
			say_state(d, "+", x->b, STYLE_GOOD);
		}
		diff_text(x->a->text, x->b->text, d->by_word ? DIFF_WORDS :
			  DIFF_LINES, &runs);
		if (d->by_word)
			say_words(d, &runs);
		else
			say_lines(d, &runs);
		vec_free(&runs);
	}
	vec_free(&items);
}

static void say_text(struct document *d, const char *text)
{
	for (const char *s = text; *s;) {
		size_t n = strcspn(s, "\n");
		say(d, *s == '#' ? STYLE_STRONG : STYLE_NORMAL, 2, "%.*s",
		    (int)n, s);
		s += n + (s[n] == '\n');
	}
}

static void preview_item(struct document *d, const struct item *item)
{
	const struct answer *a = doc_answer(&d->file.doc, item->id);
	struct buf b = BUF_INIT;
	if (a->state == ANSWER_GIVEN)
		references_render(&b, a->text, &d->facts);
	else if (a->state == ANSWER_NA)
		buf_printf(&b, "Not applicable: %s", a->text);
	else if (a->state == ANSWER_UNKNOWN)
		buf_printf(&b, "Unknown. %s", a->text);
	if (item->flags & ITEM_AUTO) {
		if (b.len)
			buf_char(&b, '\n');
		quantitative_write(&b, &d->facts,
				   strcmp(item->id, "7.1") != 0);
	}
	if (b.len > PREVIEW_MAX)
		buf_truncate(&b, PREVIEW_MAX);
	if (b.len) {
		say(d, STYLE_STRONG, 0, "%s %s", item->id, item->name);
		say_text(d, b.data);
	}
	buf_release(&b);
}

static void say_preview(struct document *d)
{
	const struct doc_form *form = d->file.form;
	const struct answer *extra;
	for (size_t s = 0; s < form->n_sections; s++) {
		say(d, STYLE_HEADING, 0, "%s %s", form->sections[s].id,
		    form->sections[s].name);
		for (size_t i = 0; i < form->sections[s].n_items; i++)
			preview_item(d, &form->sections[s].items[i]);
	}
	for (size_t i = 0; (extra = doc_extra(&d->file.doc, i)); i++) {
		say(d, STYLE_STRONG, 0, "%s", extra->name ? extra->name :
		    extra->id);
		say_text(d, extra->text);
	}
}

/* What F would put in. */
static void say_known(struct document *d, const char *id)
{
	struct buf b = BUF_INIT;
	const struct answer *a = doc_answer(&d->file.doc, id);
	if (measured_put(&b, &d->facts, id, a->state == ANSWER_GIVEN ?
			 a->text : "")) {
		buf_clear(&b);
		measured_line(&b, &d->facts, id);
		say(d, STYLE_GOOD, 0, "F takes: %s", b.data);
	}
	buf_release(&b);
}

static void say_evidence(struct document *d, const struct check *c)
{
	if (c && c->state == CHECK_EVIDENCE)
		say(d, STYLE_GOOD, 0, "Evidence: %s.", c->why);
	else if (c && c->state == CHECK_OPEN)
		say(d, STYLE_WARN, 0, "Open: %s.", c->why);
}

static void say_field(struct document *d)
{
	const struct field *f = document_field(d);
	const char *why = NULL;
	bool skips = doc_skips(&d->file.doc, f->section, f->item, &why);
	say(d, STYLE_FAINT, 0, "%s %s: %s", f->item->id, f->item->name,
	    f->item->guidance);
	say_known(d, f->item->id);
	say_evidence(d, document_ticked(d, f->item->id));
	if (skips)
		say(d, STYLE_NORMAL, 0, "Need not be answered: %s.", why);
	if (d->outside)
		say(d, STYLE_WARN, 0, "What came back from the editor and was "
		    "not taken over is in %s.", d->outside);
	if (d->no_draft)
		say(d, STYLE_WARN, 0, "No drafts: %s. What is typed is lost "
		    "if the connection drops.", d->no_draft);
}

void document_refresh_below(struct document *d)
{
	for (size_t i = 0; i < d->text.n; i++)
		free(d->text.at[i].text);
	d->text.n = 0;
	if (d->below == BELOW_PREVIEW) {
		say_preview(d);
		return;
	}
	if (d->has_ancestor &&
	    document_conflict(d, document_field(d)->item->id))
		say_conflict(d);
	else if (d->below == BELOW_DIFF && d->has_other)
		say_diff(d);
	else {
		say_field(d);
		say_checks(d);
	}
}

/* -- What is worked out -- */

/* Items of a checklist that the registry sees are no gaps. */
static void drop_seen(const struct document *d, struct completeness *c)
{
	size_t kept = 0;
	for (size_t i = 0; i < c->gaps.n; i++) {
		const struct check *k = document_ticked(d,
						c->gaps.at[i].item->id);
		if (!k || k->state != CHECK_EVIDENCE) {
			c->gaps.at[kept++] = c->gaps.at[i];
			continue;
		}
		c->n_done++;
		c->done += c->gaps.at[i].weight;
	}
	c->gaps.n = kept;
}

static void complete(struct document *d)
{
	const struct doc_form *form = d->file.form;
	completeness_release(&d->all);
	doc_complete(&d->file.doc, &d->facts, NULL, &d->all);
	drop_seen(d, &d->all);
	for (size_t s = 0; s < form->n_sections; s++) {
		completeness_release(&d->sections[s]);
		doc_complete(&d->file.doc, &d->facts, &form->sections[s],
			     &d->sections[s]);
		drop_seen(d, &d->sections[s]);
	}
}

void document_refresh(struct document *d)
{
	findings_release(&d->found);
	doc_release(&d->linted);
	document_with_typed(d, &d->linted);
	lint_doc(&d->linted, &d->facts, &d->found);
	complete(d);
	d->n_changed = doc_n_changed(&d->file.doc, d->file.has_before ?
				     &d->file.before : NULL);
	document_refresh_below(d);
}
