#include "tui/version_figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* So few are counted at once, wherever the cursor stands. */
#define FEW 500
#define PAGE 64			/* rows of a list that was not painted yet */

/* -- The question, and its answer on another thread -- */

enum counted { NOT_YET, COUNTED, ABSENT, UNREADABLE };

struct counting {
	int64_t id;
	char *model, *risk;		/* risk NULL: not set */
	int64_t version;
	bool card, impact;		/* asked for */
	enum counted card_state, impact_state;
	struct card_share share;
	struct open_impact total;
};

struct question {
	bool all;
	VEC_DECLARE(struct counting, countings) of;
};

struct steps {
	struct reg_progress *told;
	uint64_t done, all, before;	/* before: those of other models */
};

static enum rc step_on(struct steps *s, uint64_t done)
{
	s->done = done;
	return s->told ? s->told->step(s->told->arg, "versions", done, s->all)
		       : RC_OK;
}

static enum rc step_impacts(void *arg, const char *doing, uint64_t done,
			    uint64_t all)
{
	struct steps *s = arg;

	(void)doing;
	(void)all;
	return step_on(s, s->before + done);
}

static enum rc count_cards(struct registry *reg, struct question *q,
			   struct steps *s, struct err *err)
{
	struct card_shares *shares = NULL;
	enum rc rc = card_shares_open(reg, &shares, err);

	for (size_t i = 0; i < q->of.n && rc == RC_OK; i++) {
		struct counting *c = &q->of.at[i];
		struct err why = ERR_INIT;
		enum rc read;

		if (!c->card || c->card_state != NOT_YET)
			continue;
		read = card_shares_of(shares, c->model, c->version, c->risk,
				      &c->share, &why);
		c->card_state = read == RC_OK ? COUNTED :
				read == RC_NOT_FOUND ? ABSENT : UNREADABLE;
		rc = step_on(s, s->done + 1);
	}
	card_shares_free(shares);
	return rc;
}

/* The impacts of q->of[from .. to), which are versions of one model. */
static enum rc count_model(struct registry *reg, struct question *q,
			   size_t from, size_t to, struct steps *s)
{
	int64_t *versions = xcalloc(to - from, sizeof(*versions));
	struct open_impact *totals = xcalloc(to - from, sizeof(*totals));
	struct reg_progress told = { step_impacts, s };
	struct err why = ERR_INIT;
	size_t n = 0;
	enum rc rc;

	for (size_t i = from; i < to; i++)
		if (q->of.at[i].impact)
			versions[n++] = q->of.at[i].version;
	s->before = s->done;
	rc = reg_open_impacts(reg, q->of.at[from].model, versions, n, &told,
			      totals, &why);
	n = 0;
	for (size_t i = from; i < to && rc != RC_CANCELLED; i++) {
		struct counting *c = &q->of.at[i];

		if (!c->impact)
			continue;
		c->impact_state = rc == RC_OK ? COUNTED : UNREADABLE;
		c->total = totals[n++];
	}
	free(versions);
	free(totals);
	return rc == RC_CANCELLED ? rc : RC_OK;
}

static enum rc count_impacts(struct registry *reg, struct question *q,
			     struct steps *s)
{
	enum rc rc = RC_OK;
	size_t to;

	for (size_t i = 0; i < q->of.n && rc == RC_OK; i = to) {
		const struct counting *c = &q->of.at[i];
		bool any = false;

		for (to = i; to < q->of.n &&
			     !strcmp(q->of.at[to].model, c->model); to++)
			any |= q->of.at[to].impact &&
			       q->of.at[to].impact_state == NOT_YET;
		if (any)
			rc = count_model(reg, q, i, to, s);
	}
	return rc;
}

static enum rc work(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct question *q = arg;
	struct steps s = { .told = progress };
	enum rc rc;

	for (size_t i = 0; i < q->of.n; i++)
		s.all += q->of.at[i].card + q->of.at[i].impact;
	rc = count_cards(reg, q, &s, err);
	return rc == RC_OK ? count_impacts(reg, q, &s) : rc;
}

static void question_free(void *arg)
{
	struct question *q = arg;

	for (size_t i = 0; i < q->of.n; i++) {
		free(q->of.at[i].model);
		free(q->of.at[i].risk);
	}
	vec_free(&q->of);
	free(q);
}

/* -- Into the table -- */

static void put_cell(struct version_figures *f, size_t row,
		     enum version_column column, const char *text,
		     double value, enum column_tier tier)
{
	if (!version_rows_lacks(f->rows, row, column))
		return;
	columns_put(f->rows->table, column, row,
		    columns_figure(f->rows->table, column, text, value, tier));
	f->n_lacking--;
}

static void put_card(struct version_figures *f, size_t row,
		     const struct counting *c)
{
	struct buf text = BUF_INIT;

	if (c->card_state == COUNTED) {
		card_share_text(&text, &c->share);
		f->at[row].has_card = true;
		f->at[row].card = c->share;
	}
	put_cell(f, row, VERSION_COMPLETE, text.len ? text.data : "?",
		 100 * c->share.share,
		 text.len ? TIER_FRESH : TIER_EMPTY);
	buf_release(&text);
}

static void put_impact(struct version_figures *f, size_t row,
		       const struct counting *c)
{
	struct buf text = BUF_INIT;

	if (c->impact_state == COUNTED) {
		open_impact_text(&text, &c->total);
		f->at[row].has_impact = true;
		f->at[row].impact = c->total;
	}
	put_cell(f, row, VERSION_IMPACT, text.len ? text.data : "?",
		 c->total.total.value,
		 !text.len || !c->total.total.n ? TIER_EMPTY :
		 c->total.n_unasked ? TIER_STALE : TIER_FRESH);
	buf_release(&text);
}

static void told(struct app *app, struct asking *a, void **arg, enum rc rc)
{
	struct version_figures *f = a->owner;
	const struct question *q = *arg;

	(void)app;
	if (rc != RC_OK) {
		f->is_stopped = true;
		f->all[0] = f->all[1] = false;
		return;
	}
	if (!f->at)
		f->at = xcalloc(f->rows->n + 1, sizeof(*f->at));
	for (size_t i = 0; i < q->of.n; i++) {
		const struct counting *c = &q->of.at[i];
		size_t row = version_rows_of_id(f->rows, c->id);

		if (row == SIZE_MAX)
			continue;
		if (c->card)
			put_card(f, row, c);
		if (c->impact)
			put_impact(f, row, c);
	}
	if (q->all && (f->list->n_sort || f->list->filter))
		list_refresh(f->list);
}

static const struct asking_kind some_kind = {
	.name = "reading cards and problems", .work = work, .told = told,
	.free = question_free, .yields = true, .is_quiet = true,
};
static const struct asking_kind all_kind = {
	.name = "reading cards and problems", .work = work, .told = told,
	.free = question_free, .yields = true,
};

/* -- What to ask -- */

static void add_row(struct version_figures *f, struct question *q, size_t row,
		    bool card, bool impact)
{
	const struct model_rec *m = version_rows_model(f->rows, row);
	struct counting *c;

	card = card && version_rows_lacks(f->rows, row, VERSION_COMPLETE);
	impact = impact && version_rows_lacks(f->rows, row, VERSION_IMPACT);
	if (!m || (!card && !impact))
		return;
	c = vec_add(&q->of);
	*c = (struct counting){
		.id = f->rows->id[row], .model = xstrdup(m->name),
		.risk = xstrdup_or_null(m->risk),
		.version = version_rows_number(f->rows, row),
		.card = card, .impact = impact };
}

static bool lacks_any(const struct version_figures *f, size_t row)
{
	return version_rows_lacks(f->rows, row, VERSION_COMPLETE) ||
	       version_rows_lacks(f->rows, row, VERSION_IMPACT);
}

static int by_id(const void *va, const void *vb)
{
	const struct counting *a = va, *b = vb;
	int order = strcmp(a->model, b->model);

	return order ? order : (a->version > b->version) -
			       (a->version < b->version);
}

/* Rows that may be on the screen (it shows a page, with the cursor anywhere
 * on it), and another page beyond, so that a step does not ask anew. */
static void add_near(struct version_figures *f, struct question *q)
{
	const struct list *l = f->list;
	size_t page = l->page ? l->page : PAGE, n = list_count(l);
	size_t from = l->cursor > page ? l->cursor - page : 0;
	size_t to = l->cursor + page < n ? l->cursor + page : n;
	bool lacks = false;

	for (size_t i = from; i < to && !lacks; i++)
		lacks = lacks_any(f, list_row_at(l, i));
	if (!lacks)
		return;
	from = from > page ? from - page : 0;
	to = to + page < n ? to + page : n;
	for (size_t i = from; i < to; i++)
		add_row(f, q, list_row_at(l, i), true, true);
	vec_sort(&q->of, by_id);
}

static void count_lacking(struct version_figures *f)
{
	f->counted = f->rows->table;
	f->n_lacking = 0;
	for (size_t row = 0; row < f->rows->n; row++)
		f->n_lacking +=
			version_rows_lacks(f->rows, row, VERSION_COMPLETE) +
			version_rows_lacks(f->rows, row, VERSION_IMPACT);
}

static void ask(struct version_figures *f, struct app *app)
{
	struct question *q = XNEW(struct question);
	bool few = f->n_lacking <= FEW;

	q->all = few || f->all[0] || f->all[1];
	for (size_t row = 0; q->all && row < f->rows->n; row++)
		add_row(f, q, row, few || f->all[0], few || f->all[1]);
	if (q->all && !q->of.n)		/* the column is there by now */
		q->all = f->all[0] = f->all[1] = false;
	if (!q->all)
		add_near(f, q);
	if (q->of.n)
		asking_say(app, &f->asking,
			   few || !q->all ? &some_kind : &all_kind, q);
	else
		question_free(q);
}

void version_figures_count(struct version_figures *f, struct app *app)
{
	if (!f->rows->table)
		return;
	if (f->counted != f->rows->table)
		count_lacking(f);
	if (f->n_lacking && !f->is_stopped && !asking_runs(&f->asking))
		ask(f, app);
}

void version_figures_need(struct version_figures *f, size_t column)
{
	if (column != VERSION_COMPLETE && column != VERSION_IMPACT)
		return;
	f->all[column == VERSION_IMPACT] = true;
	f->is_stopped = false;
}

const struct version_figure *
version_figures_of(const struct version_figures *f, size_t row)
{
	return f->at && row < f->rows->n ? &f->at[row] : NULL;
}

/* -- Life -- */

void version_figures_init(struct version_figures *f, struct version_rows *rows,
			  struct list *list)
{
	*f = (struct version_figures){ .rows = rows, .list = list };
	f->asking.owner = f;
}

static void begin_anew(struct version_figures *f)
{
	asking_forget(&f->asking);
	f->counted = NULL;
	f->n_lacking = 0;
	f->is_stopped = false;
}

void version_figures_reset(struct version_figures *f)
{
	begin_anew(f);
	free(f->at);
	f->at = NULL;
}

void version_figures_drop_impacts(struct version_figures *f)
{
	begin_anew(f);
	for (size_t row = 0; f->at && row < f->rows->n; row++)
		f->at[row].has_impact = false;
}

void version_figures_release(struct version_figures *f)
{
	version_figures_reset(f);
	asking_release(&f->asking);
}
