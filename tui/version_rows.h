/* Versions by row number, read a block at a time: a registry with a hundred
 * thousand of them opens as fast as a small one. */
#ifndef MUSTER_TUI_VERSION_ROWS_H
#define MUSTER_TUI_VERSION_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/evaluate.h"
#include "registry/model.h"

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

#define VERSION_BLOCKS 4
struct version_rows {
	struct registry *reg;
	struct model_recs models;
	size_t n;			/* rows */
	const char *sort;		/* of version_query; static */
	bool descending;
	uint64_t clock;
	struct version_block blocks[VERSION_BLOCKS];
	struct err err;			/* of the newest block, rc RC_OK: none */
};

/* Reads models and the number of rows. */
enum rc version_rows_open(struct version_rows *v, struct registry *reg,
			  struct err *err) MUST_USE;
void version_rows_release(struct version_rows *v);
/* Borrowed until VERSION_BLOCKS other blocks were asked for. A row that
 * cannot be read (any more) is empty, and v->err says why. */
const struct version_rec *version_rows_at(struct version_rows *v, size_t row);
/* Borrowed until release. NULL where the row cannot be read. */
const struct model_rec *version_rows_model(struct version_rows *v, size_t row);
/* NULL: never evaluated, or undefined. Borrowed as version_rows_at. */
const struct newest_score *version_rows_score(struct version_rows *v,
					       size_t row);
/* In another order of version_query: "name", "stage", "time", "who". */
void version_rows_order(struct version_rows *v, const char *sort,
			bool descending);
/* Reads all rows into one block: for orders that the registry does not have,
 * which look at rows in no order. */
void version_rows_load_all(struct version_rows *v);

#endif
