/* Versions by row number, in order of model and number: the rows of the list
 * of models.
 *
 * The first page is read a block at a time, so that a registry with a hundred
 * thousand versions opens as fast as a small one. Then, between keys, all of
 * them are read into a table (tui/columns.h), some at a time; from then on
 * rows, filters and sorting cost no read. */
#ifndef MUSTER_TUI_VERSION_ROWS_H
#define MUSTER_TUI_VERSION_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "tui/columns.h"

/* The table's columns, and the list's. */
enum version_column {
	VERSION_NAME, VERSION_NUMBER, VERSION_STAGE, VERSION_SCORE,
	VERSION_METRIC, VERSION_COMPLETE, VERSION_IMPACT, VERSION_CARD,
	VERSION_ALIAS, VERSION_TASK, VERSION_OWNER, VERSION_RISK,
	VERSION_ADDED, VERSION_COLUMNS_END
};

struct row_score {
	bool is_read, is_there;
	struct newest_score score;
};

struct version_block {
	bool loaded;
	size_t first, n_rows;		/* rows it stands for */
	uint64_t used;			/* when it was asked for last */
	struct version_recs recs;
	size_t *model_of;		/* index into models, a row each */
	struct row_score *scores;	/* a row each; NULL: not asked for */
};

struct version_load;			/* what is under way; opaque */
struct named_column { char *name; size_t column; };

#define VERSION_BLOCKS 4
struct version_rows {
	struct registry *reg;
	uint64_t log_size;		/* what was read is as old as that */
	struct model_recs models;
	size_t n;			/* rows */
	uint64_t clock;
	struct version_block blocks[VERSION_BLOCKS];
	struct version_load *load;	/* NULL: done, or never begun */
	struct columns *table;		/* NULL: not yet */
	uint32_t *model_of;		/* with table: a row each, as id */
	int64_t *id;
	uint32_t *open_of;		/* open problems, a model each */
	bool problems_moved;		/* version_rows_touched has seen it */
	uint32_t *slots;		/* rows by id; NULL: not asked for */
	size_t n_slots;
	VEC_DECLARE(struct named_column, fields) fields;
	enum metric shown;		/* in the score's column; METRIC_COUNT:
					 * each model's main one */
	size_t put_by;			/* unless so: the main ones' columns,
					 * score and metric, stand here */
	size_t one_row;			/* of one, if has_one */
	bool has_one;
	struct version_rec one;		/* the one that was asked for last */
	struct err err;			/* of the newest read, rc RC_OK: none */
};

/* Reads the models and the number of rows. */
enum rc version_rows_open(struct version_rows *v, struct registry *reg,
			  struct err *err) MUST_USE;
void version_rows_release(struct version_rows *v);
/* Whether anything in the log since then can have changed what the rows say;
 * if not, they are up to date. Problems, gates, sign-offs and the like come
 * and go beside a long list without its being read again. */
bool version_rows_touched(struct version_rows *v);
/* After that: whether a problem changed, so that impacts are to be counted
 * anew (version_rows_recount). */
enum rc version_rows_recount(struct version_rows *v, struct err *err)
	MUST_USE;
/* All that is known of the row. Borrowed until the next call. A row that
 * cannot be read (any more) is empty, and v->err says why. */
const struct version_rec *version_rows_at(struct version_rows *v, size_t row);
/* Borrowed until release. NULL where the row cannot be read. */
const struct model_rec *version_rows_model(struct version_rows *v, size_t row);
int64_t version_rows_number(struct version_rows *v, size_t row);
/* "~.8430" of one that is not of what is there now. */
void version_score_text(struct buf *out, const struct newest_score *s);
/* A cell as the list shows it; *tier of a score. */
void version_rows_cell(struct version_rows *v, size_t row,
		       enum version_column column, struct buf *out,
		       enum column_tier *tier);

/* Goes on reading into the table for about ns nanoseconds; true while there
 * is more. */
bool version_rows_load(struct version_rows *v, uint64_t ns);
/* The table, read to its end first if wait; NULL: not yet, or (v->err) it
 * cannot be read. */
struct columns *version_rows_table(struct version_rows *v, bool wait);
/* With a table: this cell is to be counted yet. VERSION_COMPLETE lacks where a
 * card was saved, VERSION_IMPACT where the model has open problems; other
 * columns never do. tui/version_figures.h counts. */
bool version_rows_lacks(struct version_rows *v, size_t row,
			enum version_column column);
/* The row's model has an open problem. */
bool version_rows_troubled(struct version_rows *v, size_t row);
/* Has the score's column show this metric of every version's newest
 * evaluation, or (METRIC_COUNT) each model's main one. RC_FAILED (v->err) if
 * it cannot be read. */
enum rc version_rows_show(struct version_rows *v, enum metric m) MUST_USE;
/* With a table: the row of a version by its id; SIZE_MAX: it has none. */
size_t version_rows_of_id(struct version_rows *v, int64_t id);
/* The table's column for a field that filters may name: a tag of models, a
 * metric of the newest evaluation, or "has" (card, score, alias).
 * SIZE_MAX: there is none of that name. */
size_t version_rows_field(struct version_rows *v, const char *name);

#endif
