#include "tui/version_rows.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/xalloc.h"
#include "model/risk.h"
#include "registry/document.h"
#include "registry/entry.h"
#include "registry/open_impact.h"
#include "tui/figures.h"

#define BLOCK_ROWS 128
#define LOAD_ROWS 256		/* a read while loading */
#define NO_IMPACT "0.0"	/* of a model without an open problem */
#define LOOKED_AT 1000		/* entries; more of them: read anew */

static void drop_block(struct version_block *b)
{
	version_recs_release(&b->recs);
	free(b->model_of);
	free(b->scores);
	*b = (struct version_block){ .recs = VEC_INIT };
}

static void drop_blocks(struct version_rows *v)
{
	for (size_t i = 0; i < VERSION_BLOCKS; i++)
		drop_block(&v->blocks[i]);
}

/* Rows of one model mostly stand together: the last found is tried first.
 * models.n: there is none (it was added after the models were read). */
static size_t find_model(const struct version_rows *v, const char *name,
			 size_t hint)
{
	for (size_t i = 0; i < v->models.n; i++) {
		size_t at = (hint + i) % v->models.n;
		if (!strcmp(v->models.at[at].name, name))
			return at;
	}
	return v->models.n;
}

/* -- Open problems by model -- */

struct open_count { struct version_rows *rows; size_t hint; };

static void take_open(void *arg, const char *model, uint64_t n)
{
	struct open_count *c = arg;
	size_t i = c->hint = find_model(c->rows, model, c->hint);
	if (i < c->rows->models.n)
		c->rows->open_of[i] += (uint32_t)n;
	else
		c->hint = 0;
}

static enum rc read_open(struct version_rows *v, struct err *err)
{
	struct open_count c = { v, 0 };

	free(v->open_of);
	v->open_of = xcalloc(v->models.n + 1, sizeof(*v->open_of));
	v->problems_moved = false;
	return reg_open_problems(v->reg, take_open, &c, err);
}

/* -- Opening -- */

enum rc version_rows_open(struct version_rows *v, struct registry *reg,
			  struct err *err)
{
	*v = (struct version_rows){ .reg = reg, .models = VEC_INIT,
				    .fields = VEC_INIT,
				    .shown = METRIC_COUNT,
				    .log_size = reg_size(reg) };
	struct version_query q = { .limit = 0 };
	struct version_recs none = VEC_INIT;
	uint64_t total = 0;
	enum rc rc = reg_read_begin(reg, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_model_heads(reg, &v->models, err);
	if (rc == RC_OK)
		rc = read_open(v, err);
	if (rc == RC_OK)
		rc = reg_version_page(reg, &q, &none, &total, err);
	reg_read_end(reg);
	version_recs_release(&none);
	if (rc != RC_OK)
		version_rows_release(v);
	v->n = (size_t)total;
	return rc;
}

/* Kinds of entries, or documents, that rows are made of: models, versions,
 * their cards, their scores, and what makes those stale. */
static bool is_about_rows(const struct log_line *l)
{
	static const char *const kinds[] = { "model.", "version.", "evaluation.",
		"prediction.", "testset.", "slice." };
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!strncmp(l->kind, kinds[i], strlen(kinds[i])))
			return true;
	return !strncmp(l->kind, "document.", strlen("document.")) &&
	       !strncmp(l->object, "card/", strlen("card/"));
}

struct looked { bool touched, problems; };

static enum rc look_at_line(const struct log_line *l, void *arg,
			    struct err *err)
{
	struct looked *looked = arg;
	(void)err;
	looked->touched |= is_about_rows(l);
	looked->problems |= !strncmp(l->kind, "problem.", strlen("problem."));
	return RC_OK;
}

bool version_rows_touched(struct version_rows *v)
{
	uint64_t size = reg_size(v->reg);
	struct log_filter f = { .since = INT64_MIN, .from = v->log_size,
				.limit = LOOKED_AT };
	struct looked looked = { .touched = v->err.rc != RC_OK ||
					    size < v->log_size ||
					    size - v->log_size > LOOKED_AT };
	struct err err = ERR_INIT;
	if (!looked.touched && size > v->log_size &&
	    reg_log(v->reg, &f, look_at_line, &looked, &err) != RC_OK)
		looked.touched = true;
	if (!looked.touched)
		v->log_size = size;
	v->problems_moved |= looked.problems;
	return looked.touched;
}

/* -- Blocks, until the table is there -- */

static void load_block(struct version_rows *v, struct version_block *b,
		       size_t first)
{
	struct version_query q = { .sort = "name", .offset = first,
				   .limit = BLOCK_ROWS };
	size_t hint = 0;
	drop_block(b);
	v->err = (struct err)ERR_INIT;
	b->loaded = true;
	b->first = first;
	b->n_rows = BLOCK_ROWS;
	if (reg_version_page(v->reg, &q, &b->recs, NULL, &v->err) != RC_OK) {
		version_recs_release(&b->recs);
		b->recs = (struct version_recs)VEC_INIT;
	}
	b->model_of = xcalloc(b->recs.n + 1, sizeof(*b->model_of));
	for (size_t i = 0; i < b->recs.n; i++)
		hint = b->model_of[i] =
			find_model(v, b->recs.at[i].model, hint);
}

static struct version_block *block_of(struct version_rows *v, size_t row)
{
	struct version_block *oldest = &v->blocks[0];
	for (size_t i = 0; i < VERSION_BLOCKS; i++) {
		struct version_block *b = &v->blocks[i];
		if (b->loaded && row >= b->first &&
		    row - b->first < b->n_rows) {
			b->used = ++v->clock;
			return b;
		}
		if (b->used < oldest->used)
			oldest = b;
	}
	load_block(v, oldest, row - row % BLOCK_ROWS);
	oldest->used = ++v->clock;
	return oldest;
}

/* NULL: the row cannot be read. */
static const struct row_score *block_score(struct version_rows *v, size_t row)
{
	struct version_block *b = block_of(v, row);
	size_t at = row - b->first;
	if (at >= b->recs.n || b->model_of[at] >= v->models.n)
		return NULL;
	if (!b->scores)
		b->scores = xcalloc(b->recs.n, sizeof(*b->scores));
	struct row_score *s = &b->scores[at];
	if (!s->is_read)
		s->is_there = reg_newest_score(v->reg, b->recs.at[at].model,
			b->recs.at[at].version,
			v->models.at[b->model_of[at]].main_metric, &s->score,
			&v->err) == RC_OK;
	s->is_read = true;
	return s;
}

/* -- Cells: what a version's columns say -- */

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

void version_score_text(struct buf *out, const struct newest_score *s)
{
	buf_str(out, s->is_stale ? "~" : "");
	put_number(out, s->value, false);
}

/* A model without a risk counts as one of high risk. */
static const char *risk_of(const struct model_rec *m)
{
	return m->risk ? m->risk : "high?";
}

static void model_cell(const struct model_rec *m, enum version_column column,
		       struct buf *out)
{
	if (!m)
		return;
	if (column == VERSION_TASK)
		buf_str(out, or_empty(m->task));
	else if (column == VERSION_OWNER)
		buf_str(out, or_empty(m->owner));
	else if (column == VERSION_RISK)
		buf_str(out, risk_of(m));
}

/* Known before the table is there, so that nothing jumps when it is. */
static void put_no_impact(struct version_rows *v, size_t row, struct buf *out,
			  enum column_tier *tier)
{
	if (version_rows_troubled(v, row) || !version_rows_model(v, row))
		return;
	buf_str(out, NO_IMPACT);
	*tier = TIER_FRESH;
}

static void block_cell(struct version_rows *v, size_t row,
		       enum version_column column, struct buf *out,
		       enum column_tier *tier)
{
	const struct version_rec *r = version_rows_at(v, row);
	const struct row_score *s;
	switch (column) {
	case VERSION_NAME: buf_str(out, r->model); break;
	case VERSION_NUMBER:
		buf_printf(out, "%lld", (long long)r->version);
		break;
	case VERSION_STAGE: buf_str(out, r->stage); break;
	case VERSION_SCORE: case VERSION_METRIC:
		s = block_score(v, row);
		if (!s || !s->is_there)
			break;
		*tier = s->score.is_stale ? TIER_STALE : TIER_FRESH;
		if (column == VERSION_SCORE)
			version_score_text(out, &s->score);
		else
			buf_str(out, metric_head(s->score.metric));
		break;
	case VERSION_ALIAS:
		for (size_t i = 0; i < r->aliases.n; i++)
			buf_printf(out, "%s@%s", i ? " " : "",
				   r->aliases.at[i]);
		break;
	case VERSION_ADDED: put_date(out, r->time); break;
	case VERSION_IMPACT:
		put_no_impact(v, row, out, tier);
		break;
	case VERSION_CARD: case VERSION_COMPLETE:
		break;			/* with the table */
	case VERSION_TASK: case VERSION_OWNER: case VERSION_RISK:
		model_cell(version_rows_model(v, row), column, out);
		break;
	case VERSION_COLUMNS_END: break;
	}
}

void version_rows_cell(struct version_rows *v, size_t row,
		       enum version_column column, struct buf *out,
		       enum column_tier *tier)
{
	*tier = TIER_EMPTY;
	if (!v->table) {
		block_cell(v, row, column, out, tier);
		return;
	}
	if (row >= columns_rows(v->table))
		return;
	buf_str(out, columns_cell(v->table, column, row));
	*tier = columns_cell_tier(v->table, column, row);
}

/* -- Loading the table -- */

enum phase { LOAD_VERSIONS, LOAD_ALIASES, LOAD_CARDS, LOAD_SCORES,
	     LOAD_RANKS };

/* The codes that all versions of a model share. */
struct model_codes { uint32_t name, task, owner, risk; };

struct version_load {
	enum phase phase;
	struct version_rows *rows;
	struct columns *table;
	uint32_t *model_of;
	size_t cap;
	int64_t *id;
	struct model_codes *codes;	/* a model each */
	size_t hint;			/* model, and row, of the one before */
	char *after_model;
	int64_t after;
	int64_t day;			/* of the date that was written last */
	uint32_t day_code;
};

static double risk_order(const struct model_rec *m)
{
	return m->risk ? risk_counted(m->risk) : RISK_HIGH + 1;
}

static void start_load(struct version_rows *v)
{
	struct version_load *l = XNEW(struct version_load);
	l->rows = v;
	l->table = columns_new(VERSION_COLUMNS_END);
	l->codes = xcalloc(v->models.n + 1, sizeof(*l->codes));
	l->day = INT64_MIN;
	for (size_t i = 0; i < v->models.n; i++) {
		const struct model_rec *m = &v->models.at[i];
		l->codes[i] = (struct model_codes){
			columns_text(l->table, VERSION_NAME, m->name),
			columns_text(l->table, VERSION_TASK, or_empty(m->task)),
			columns_text(l->table, VERSION_OWNER, or_empty(m->owner)),
			columns_ranked(l->table, VERSION_RISK, risk_of(m),
				       risk_order(m)) };
	}
	v->load = l;
}

static void end_load(struct version_rows *v)
{
	struct version_load *l = v->load;
	v->load = NULL;
	if (!l)
		return;
	columns_free(l->table);
	free(l->model_of);
	free(l->id);
	free(l->codes);
	free(l->after_model);
	free(l);
}

static void read_to(struct version_load *l, const char *model, int64_t number)
{
	if (!l->after_model || strcmp(l->after_model, model) != 0) {
		free(l->after_model);
		l->after_model = xstrdup(model);
	}
	l->after = number;
}

static uint32_t date_code(struct version_load *l, int64_t time)
{
	struct buf text = BUF_INIT;
	int64_t day = time / 86400 - (time % 86400 < 0);
	if (day == l->day)
		return l->day_code;
	put_date(&text, time);
	l->day = day;
	l->day_code = columns_text(l->table, VERSION_ADDED, text.data);
	buf_release(&text);
	return l->day_code;
}

static void take_brief(void *arg, const struct version_brief *b)
{
	struct version_load *l = arg;
	struct columns *t = l->table;
	char number[24];
	size_t model = l->hint = find_model(l->rows, b->model, l->hint);
	size_t row = columns_add_row(t);
	if (row >= l->cap) {
		l->cap = l->cap ? l->cap + l->cap / 2 : l->rows->n + 64;
		l->model_of = xreallocarray(l->model_of, l->cap,
					    sizeof(*l->model_of));
		l->id = xreallocarray(l->id, l->cap, sizeof(*l->id));
	}
	l->id[row] = b->id;
	l->model_of[row] = (uint32_t)model;
	read_to(l, b->model, b->version);
	snprintf(number, sizeof(number), "%lld", (long long)b->version);
	columns_put(t, VERSION_NUMBER, row, columns_text(t, VERSION_NUMBER,
						     number));
	columns_put(t, VERSION_STAGE, row, columns_text(t, VERSION_STAGE,
						    b->stage));
	columns_put(t, VERSION_ADDED, row, date_code(l, b->time));
	if (model == l->rows->models.n) {
		columns_put(t, VERSION_NAME, row, columns_text(t, VERSION_NAME,
							   b->model));
		return;
	}
	columns_put(t, VERSION_NAME, row, l->codes[model].name);
	columns_put(t, VERSION_TASK, row, l->codes[model].task);
	columns_put(t, VERSION_OWNER, row, l->codes[model].owner);
	columns_put(t, VERSION_RISK, row, l->codes[model].risk);
}

static int64_t number_at(const struct columns *t, size_t row)
{
	return strtoll(columns_cell(t, VERSION_NUMBER, row), NULL, 10);
}

/* Rows are in order, and so is what is looked for: from the last one on, in
 * steps that double. SIZE_MAX: it is not there. */
static size_t find_row(struct version_load *l, const char *model,
		       int64_t number)
{
	const struct columns *t = l->table;
	size_t low = l->hint, step = 1, n = columns_rows(t), high;
	for (high = low; high < n; high = low + step, step *= 2) {
		int c = strcmp(columns_cell(t, VERSION_NAME, high), model);
		if (c > 0 || (!c && number_at(t, high) >= number))
			break;
		low = high;
	}
	if (high > n)
		high = n;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = strcmp(columns_cell(t, VERSION_NAME, mid), model);
		if (c < 0 || (!c && number_at(t, mid) < number))
			low = mid + 1;
		else
			high = mid;
	}
	if (low == n || number_at(t, low) != number ||
	    strcmp(columns_cell(t, VERSION_NAME, low), model) != 0)
		return SIZE_MAX;
	return l->hint = low;
}

static void take_alias(void *arg, const char *model, int64_t number,
		       const char *alias)
{
	struct version_load *l = arg;
	size_t row = find_row(l, model, number);
	struct buf text = BUF_INIT;
	if (row == SIZE_MAX)
		return;
	buf_str(&text, columns_cell(l->table, VERSION_ALIAS, row));
	buf_printf(&text, "%s@%s", text.len ? " " : "", alias);
	columns_put(l->table, VERSION_ALIAS, row,
		  columns_text(l->table, VERSION_ALIAS, text.data));
	buf_release(&text);
}

static void take_score(void *arg, const struct scored_version *s)
{
	struct version_load *l = arg;
	size_t row = find_row(l, s->model, s->version);
	struct buf text = BUF_INIT;
	read_to(l, s->model, s->version);
	if (row == SIZE_MAX)
		return;
	version_score_text(&text, &s->score);
	columns_put(l->table, VERSION_SCORE, row,
		  columns_figure(l->table, VERSION_SCORE, text.data,
			       s->score.value, s->score.is_stale
			       ? TIER_STALE : TIER_FRESH));
	columns_put(l->table, VERSION_METRIC, row,
		  columns_text(l->table, VERSION_METRIC,
			     metric_head(s->score.metric)));
	buf_release(&text);
}

/* "matcher@4" of each card, and how far it is. */
static enum rc load_cards(struct version_rows *v, struct err *err)
{
	struct version_load *l = v->load;
	struct document_recs cards = VEC_INIT;
	enum rc rc = reg_document_list(v->reg, DOCUMENT_CARD, &cards, err);
	for (size_t i = 0; i < cards.n; i++) {
		const struct document_rec *d = &cards.at[i];
		const char *at = strrchr(d->of, '@');
		char *model = at ? xmemdupz(d->of, (size_t)(at - d->of)) : NULL;
		l->hint = 0;	/* names are in order, numbers are not */
		size_t row = model ? find_row(l, model,
					      strtoll(at + 1, NULL, 10))
				   : SIZE_MAX;
		if (row != SIZE_MAX)
			columns_put(l->table, VERSION_CARD, row,
				    columns_text(l->table, VERSION_CARD,
						 d->status));
		free(model);
	}
	document_recs_release(&cards);
	return rc;
}

/* -- Impacts -- */

/* Without an open problem the impact is 0; with one it is to be counted. */
static void put_impacts(struct version_rows *v)
{
	struct columns *t = v->table;
	uint32_t none = columns_figure(t, VERSION_IMPACT, NO_IMPACT, 0,
				       TIER_FRESH);
	for (size_t row = 0; row < columns_rows(t); row++)
		if (v->model_of[row] < v->models.n &&
		    !v->open_of[v->model_of[row]])
			columns_put(t, VERSION_IMPACT, row, none);
}

enum rc version_rows_recount(struct version_rows *v, struct err *err)
{
	enum rc rc = read_open(v, err);

	if (rc != RC_OK || !v->table)
		return rc;
	columns_clear(v->table, VERSION_IMPACT);
	put_impacts(v);
	return RC_OK;
}

bool version_rows_troubled(struct version_rows *v, size_t row)
{
	const struct model_rec *m = version_rows_model(v, row);

	return m && v->open_of[m - v->models.at];
}

bool version_rows_lacks(struct version_rows *v, size_t row,
			enum version_column column)
{
	if (!v->table || row >= v->n || *columns_cell(v->table, column, row))
		return false;
	if (column == VERSION_COMPLETE)
		return *columns_cell(v->table, VERSION_CARD, row) &&
		       version_rows_model(v, row);
	return column == VERSION_IMPACT && version_rows_troubled(v, row);
}

static void next_phase(struct version_load *l)
{
	l->phase++;
	l->hint = 0;
	free(l->after_model);
	l->after_model = NULL;
	l->after = 0;
}

static enum rc load_some(struct version_rows *v, struct err *err)
{
	struct version_load *l = v->load;
	struct version_ref at = { l->after_model, l->after };
	const struct version_ref *after = l->after_model ? &at : NULL;
	uint64_t n = LOAD_ROWS;
	enum rc rc = RC_OK;
	/* take() replaces after_model while the statement holds its copy */
	switch (l->phase) {
	case LOAD_VERSIONS:
		rc = reg_version_briefs(v->reg, after, n, take_brief, l, &n,
					err);
		break;
	case LOAD_ALIASES:
		rc = reg_alias_all(v->reg, take_alias, l, err);
		n = 0;
		break;
	case LOAD_CARDS:
		rc = load_cards(v, err);
		n = 0;
		break;
	case LOAD_SCORES:
		rc = reg_newest_scores(v->reg, after, n, take_score, l, &n,
				       err);
		break;
	case LOAD_RANKS:
		n = columns_rank_next(l->table) ? LOAD_ROWS : 0;
		break;
	}
	if (n < LOAD_ROWS)
		next_phase(l);
	return rc;
}

bool version_rows_load(struct version_rows *v, uint64_t ns)
{
	uint64_t start = clock_ns();
	if (v->table || v->err.rc != RC_OK)
		return false;
	if (!v->load)
		start_load(v);
	while (v->load->phase <= LOAD_RANKS) {
		if (load_some(v, &v->err) != RC_OK) {
			end_load(v);
			return false;
		}
		if (clock_ns() - start >= ns)
			return true;
	}
	v->table = v->load->table;
	v->model_of = v->load->model_of;
	v->id = v->load->id;
	v->n = columns_rows(v->table);
	v->load->table = NULL;
	v->load->model_of = NULL;
	v->load->id = NULL;
	end_load(v);
	drop_blocks(v);
	put_impacts(v);
	return false;
}

struct columns *version_rows_table(struct version_rows *v, bool wait)
{
	while (wait && version_rows_load(v, UINT64_MAX))
		;
	return v->table;
}

/* -- Rows -- */

void version_rows_release(struct version_rows *v)
{
	drop_blocks(v);
	end_load(v);
	columns_free(v->table);
	free(v->model_of);
	free(v->id);
	free(v->open_of);
	free(v->slots);
	if (v->has_one)
		version_rec_release(&v->one);
	for (size_t i = 0; i < v->fields.n; i++)
		free(v->fields.at[i].name);
	vec_free(&v->fields);
	model_recs_release(&v->models);
	*v = (struct version_rows){ .models = VEC_INIT, .fields = VEC_INIT };
}

static const struct version_rec *read_one(struct version_rows *v, size_t row,
					  const struct version_rec *none)
{
	if (v->has_one && v->one_row == row)
		return &v->one;
	if (v->has_one)
		version_rec_release(&v->one);
	v->has_one = row < v->n &&
		     reg_version_get(v->reg,
				     columns_cell(v->table, VERSION_NAME, row),
				     number_at(v->table, row), &v->one,
				     &v->err) == RC_OK;
	v->one_row = row;
	return v->has_one ? &v->one : none;
}

const struct version_rec *version_rows_at(struct version_rows *v, size_t row)
{
	static char empty[] = "";
	static const struct version_rec none = { .model = empty,
						 .stage = empty, .who = empty };
	if (v->table)
		return read_one(v, row, &none);
	const struct version_block *b = block_of(v, row);
	return row - b->first < b->recs.n ? &b->recs.at[row - b->first]
					  : &none;
}

int64_t version_rows_number(struct version_rows *v, size_t row)
{
	if (!v->table)
		return version_rows_at(v, row)->version;
	return row < v->n ? number_at(v->table, row) : 0;
}

const struct model_rec *version_rows_model(struct version_rows *v, size_t row)
{
	size_t model = v->models.n;
	if (v->table && row < v->n) {
		model = v->model_of[row];
	} else if (!v->table) {
		const struct version_block *b = block_of(v, row);
		if (row - b->first < b->recs.n)
			model = b->model_of[row - b->first];
	}
	return model < v->models.n ? &v->models.at[model] : NULL;
}
