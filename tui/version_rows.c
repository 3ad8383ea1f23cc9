#include "tui/version_rows.h"

#include "base/xalloc.h"

#define BLOCK_ROWS 256
#define AHEAD_ROWS 4096		/* while rows are read one after the other */

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

enum rc version_rows_open(struct version_rows *v, struct registry *reg,
			  struct err *err)
{
	struct version_query q = { .limit = 0 };
	struct version_recs none = VEC_INIT;
	uint64_t total = 0;
	*v = (struct version_rows){ .reg = reg, .models = VEC_INIT };
	enum rc rc = reg_read_begin(reg, err);
	if (rc != RC_OK)
		return rc;
	rc = reg_model_list(reg, &v->models, err);
	if (rc == RC_OK)
		rc = reg_version_page(reg, &q, &none, &total, err);
	reg_read_end(reg);
	version_recs_release(&none);
	if (rc != RC_OK)
		version_rows_release(v);
	v->n = (size_t)total;
	return rc;
}

void version_rows_release(struct version_rows *v)
{
	drop_blocks(v);
	model_recs_release(&v->models);
	v->n = 0;
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

static void load(struct version_rows *v, struct version_block *b, size_t first,
		 size_t n)
{
	struct version_query q = { .sort = v->sort,
				   .descending = v->descending,
				   .offset = first, .limit = n };
	size_t hint = 0;
	drop_block(b);
	v->err = (struct err)ERR_INIT;
	b->loaded = true;
	b->first = first;
	b->n_rows = n;
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
	size_t n = BLOCK_ROWS;
	for (size_t i = 0; i < VERSION_BLOCKS; i++) {
		struct version_block *b = &v->blocks[i];
		if (b->loaded && row >= b->first &&
		    row - b->first < b->n_rows) {
			b->used = ++v->clock;
			return b;
		}
		/* the row behind a block: twice as many at a time */
		if (b->loaded && row == b->first + b->n_rows &&
		    b->n_rows * 2 <= AHEAD_ROWS)
			n = b->n_rows * 2;
		else if (b->loaded && row == b->first + b->n_rows)
			n = AHEAD_ROWS;
		if (b->used < oldest->used)
			oldest = b;
	}
	load(v, oldest, n == BLOCK_ROWS ? row - row % BLOCK_ROWS : row, n);
	oldest->used = ++v->clock;
	return oldest;
}

const struct version_rec *version_rows_at(struct version_rows *v, size_t row)
{
	static char empty[] = "";
	static const struct version_rec none = { .model = empty,
						 .stage = empty, .who = empty };
	const struct version_block *b = block_of(v, row);
	return row - b->first < b->recs.n ? &b->recs.at[row - b->first]
					  : &none;
}

const struct model_rec *version_rows_model(struct version_rows *v, size_t row)
{
	const struct version_block *b = block_of(v, row);
	if (row - b->first >= b->recs.n ||
	    b->model_of[row - b->first] >= v->models.n)
		return NULL;
	return &v->models.at[b->model_of[row - b->first]];
}

const struct newest_score *version_rows_score(struct version_rows *v,
					       size_t row)
{
	const struct model_rec *model = version_rows_model(v, row);
	struct version_block *b = block_of(v, row);
	size_t at = row - b->first;
	if (!model || at >= b->recs.n)
		return NULL;
	if (!b->scores)
		b->scores = xcalloc(b->recs.n, sizeof(*b->scores));
	struct row_score *s = &b->scores[at];
	if (!s->is_read)
		s->is_there = reg_newest_score(v->reg, b->recs.at[at].model,
						b->recs.at[at].version,
						model->main_metric, &s->score,
						&v->err) == RC_OK;
	s->is_read = true;
	return s->is_there ? &s->score : NULL;
}

void version_rows_order(struct version_rows *v, const char *sort,
			bool descending)
{
	v->sort = sort;
	v->descending = descending;
	drop_blocks(v);
}

void version_rows_load_all(struct version_rows *v)
{
	if (v->blocks[0].loaded && v->blocks[0].n_rows >= v->n)
		return;
	drop_blocks(v);
	if (v->n)
		load(v, &v->blocks[0], 0, v->n);
	v->blocks[0].used = ++v->clock;
}
