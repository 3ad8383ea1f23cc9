/* The pane below the sections: where the document stands; for a datasheet
 * what was measured on its data and who uses them, for a card what it was
 * evaluated on. */
#include "tui/document.h"

#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "tui/figures.h"

#define BAR 4			/* cells of a bar, a quarter each */
#define HEAD 9			/* cells of what stands before a line */

static void line(struct area *a, int *y, enum style style, const char *head,
		 const char *text)
{
	area_text(a, 1, *y, HEAD - 1, STYLE_HEADING, head);
	area_text(a, 1 + HEAD, *y, a->w - HEAD - 2, style, text);
	++*y;
}

static void count(struct area *a, int *y, const char *head, uint64_t n)
{
	char text[DECIMAL_MAX];
	line(a, y, STYLE_NORMAL, head, decimal_grouped(n, text));
}

/* -- Where it stands -- */

static void state(const struct document *d, struct area *a, int *y)
{
	struct buf b = BUF_INIT;
	char time[CLOCK_TEXT];
	if (d->file.rec.revision)
		buf_printf(&b, "rev %lld, %s%s",
			   (long long)d->file.rec.revision, d->file.rec.status,
			   document_nothing_to_keep(d) ? "" : "; a draft "
			   "on it");
	else
		buf_str(&b, "nothing saved yet");
	line(a, y, STYLE_NORMAL, "state", b.data);
	buf_clear(&b);
	if (d->file.rec.revision) {
		buf_printf(&b, "%s %.10s", d->file.rec.who,
			   clock_format(d->file.rec.time, time));
		line(a, y, STYLE_NORMAL, "saved by", b.data);
		buf_clear(&b);
	}
	if (d->file.rec.approved) {
		buf_printf(&b, "rev %lld", (long long)d->file.rec.approved);
		line(a, y, STYLE_GOOD, "approved", b.data);
		buf_clear(&b);
	}
	if (d->file.doc.from) {
		buf_printf(&b, "%s rev %lld", d->file.doc.from,
			   (long long)d->file.doc.from_revision);
		line(a, y, STYLE_NORMAL, "from", b.data);
		buf_clear(&b);
	}
	buf_printf(&b, "%s%s", d->facts.risk ? d->facts.risk : "unset, counts "
		   "as high", d->facts.risk ? " (* = required)" : "");
	line(a, y, STYLE_NORMAL, "risk", b.data);
	buf_release(&b);
}

/* -- Of a datasheet -- */

static const struct profile_column *next_missing(const struct profile *p,
						 uint64_t below)
{
	const struct profile_column *most = NULL;
	for (size_t i = 0; i < p->n_columns; i++) {
		const struct profile_column *c = &p->columns[i];
		uint64_t n = c->missing + c->placeholders;
		if (n && n < below &&
		    (!most || n > most->missing + most->placeholders))
			most = c;
	}
	return most;
}

/* The columns with most missing cells, each with its bar. */
static void missing(const struct profile *p, struct area *a, int *y)
{
	uint64_t below = UINT64_MAX;
	for (int k = 0; k < 3; k++) {
		const struct profile_column *c = next_missing(p, below);
		char share[DECIMAL_MAX], text[160], bar[BAR + 1] = "";
		if (!c)
			break;
		below = c->missing + c->placeholders;
		double of = (double)below / (double)p->rows;
		memset(bar, '#', (size_t)(of * BAR + 0.999));
		bar[(size_t)(of * BAR + 0.999)] = '\0';
		snprintf(text, sizeof(text), "%s%% %s %.80s",
			 decimal_sig(100 * of, 3, share), bar, c->name);
		line(a, y, STYLE_NORMAL, k ? "" : "missing", text);
	}
	if (below == UINT64_MAX)
		line(a, y, STYLE_NORMAL, "missing", "nothing");
}

static void label(const struct document *d, struct area *a, int *y)
{
	const struct profile *p = &d->facts.profile;
	struct buf b = BUF_INIT;
	for (size_t i = 0; d->facts.dataset.label && i < p->n_columns; i++)
		if (!strcmp(p->columns[i].name, d->facts.dataset.label))
			profile_balance(&b, &p->columns[i]);
	if (d->facts.dataset.label)
		line(a, y, STYLE_NORMAL, "label", b.len ? b.data :
		     d->facts.dataset.label);
	buf_release(&b);
}

static void personal(const struct profile *p, struct area *a, int *y)
{
	struct buf b = BUF_INIT;
	size_t n = 0;
	for (size_t i = 0; i < p->n_columns; i++) {
		if (!p->columns[i].personal)
			continue;
		buf_printf(&b, "%s%s", n ? ", " : ": ", p->columns[i].name);
		n++;
	}
	char head[DECIMAL_MAX];
	buf_insert(&b, 0, n == 1 ? " column" : " columns",
		   n == 1 ? 7 : 8);
	decimal_grouped(n, head);
	buf_insert(&b, 0, head, strlen(head));
	line(a, y, n ? STYLE_WARN : STYLE_NORMAL, "personal", n ? b.data :
	     "no column looks like it");
	buf_release(&b);
}

static void users(const struct document *d, struct area *a, int *y)
{
	const struct dataset_users *v = &d->facts.users;
	char head[DECIMAL_MAX + 32];
	area_printf(a, 1, (*y)++, STYLE_HEADING, "USED BY %zu version%s", v->n,
		    v->n == 1 ? "" : "s");
	for (size_t i = 0; i < v->n; i++) {
		snprintf(head, sizeof(head), "%s%s%s",
			 v->at[i].is_trained ? "trained" : "tested",
			 strcmp(v->at[i].stage, "none") ? ", " : "",
			 strcmp(v->at[i].stage, "none") ? v->at[i].stage : "");
		area_printf(a, 2, (*y)++, STYLE_NORMAL, "%s %lld  (%s)",
			    v->at[i].model, (long long)v->at[i].version, head);
	}
}

static void profile(const struct document *d, struct area *a, int *y)
{
	const struct profile *p = &d->facts.profile;
	if (!d->facts.has_dataset) {
		area_wrap(a, 1, *y, a->w - 2, STYLE_WARN, "The data are not "
			  "recorded: muster dataset add NAME FILE.csv "
			  "measures them.");
		*y += 3;
		return;
	}
	area_printf(a, 1, (*y)++, STYLE_HEADING, "PROFILE rev %lld, %.8s",
		    (long long)d->facts.dataset.revision,
		    d->facts.dataset.digest);
	count(a, y, "rows", p->rows);
	count(a, y, "columns", p->n_columns);
	if (p->equal_rows)
		count(a, y, "equal", p->equal_rows);
	missing(p, a, y);
	label(d, a, y);
	personal(p, a, y);
}

/* -- Of a card -- */

static void evaluations(const struct document *d, struct area *a, int *y)
{
	area_text(a, 1, (*y)++, a->w - 2, STYLE_HEADING, "EVALUATED ON");
	for (size_t i = 0; i < d->facts.evaluations.n; i++) {
		const struct evaluation *e = &d->facts.evaluations.at[i];
		struct buf b = BUF_INIT;
		bool fresh = !e->state || !strcmp(e->state, "fresh");
		buf_printf(&b, "%s%s r%lld %s ", fresh ? "" : "~", e->testset,
			   (long long)e->revision,
			   metric_key(d->facts.main_metric));
		put_figure(&b, &e->whole.metrics[d->facts.main_metric]);
		area_text(a, 2, (*y)++, a->w - 3, fresh ? STYLE_NORMAL :
			  STYLE_WARN, b.data);
		buf_release(&b);
	}
	if (!d->facts.evaluations.n)
		area_text(a, 2, (*y)++, a->w - 3, STYLE_WARN,
			  "nothing yet: muster eval TESTSET");
}

void document_paint_about(struct view *v, struct area *a)
{
	const struct document *d = v->state;
	int y = 0;
	if (d->type == DOC_DATASHEET) {
		profile(d, a, &y);
		users(d, a, &y);
	}
	state(d, a, &y);
	if (d->type == DOC_CARD)
		evaluations(d, a, &y);
	a->used = y;
}
