/* Slots: the whole is slot 0, then each slice in the order of partitions and
 * their values; the last slot takes rows that are in none.
 *
 * Cubes: so that one pass over the rows serves all slices, partitions are
 * grouped into joint tables ("cubes"), whose cells are small numbers; each
 * slice is a marginal. The lowest bit of a row's cell is its label (1: the
 * positive one). Where a partition has too many values, it has a cube of its
 * own. Prepared once for all versions that share targets and partitions. */
#ifndef MUSTER_MODEL_CUTS_H
#define MUSTER_MODEL_CUTS_H

#include <stddef.h>
#include <stdint.h>

#include "model/evaluation.h"

struct cube {
	size_t n_cells;
	size_t width;		/* slots of a cell */
	uint32_t *slot;		/* n_cells x width */
	uint32_t *cell;		/* n rows */
};

struct cuts {
	size_t n_slots;		/* the whole and the slices */
	size_t n_slices;
	const char **by, **value;	/* per slice; borrowed */
	size_t *first_slot;	/* per partition: the slot of its value 0, or
				 * for a named slice of its value 1 */
	size_t n_cubes;
	struct cube *cubes;
};

void cuts_init(struct cuts *c, const struct eval_input *in);
void cuts_release(struct cuts *c);
/* Whether only the partition's value 1 is a slice. */
bool partition_is_named(const struct partition *p);
/* The slot of a row in a partition; n_slots: in none. */
static inline size_t cuts_slot(const struct cuts *c,
			       const struct partition *p, size_t i, size_t row)
{
	size_t code = p->code[row];

	if (code >= p->n_values)
		return c->n_slots;
	if (!partition_is_named(p))
		return c->first_slot[i] + code;
	return code == 1 ? c->first_slot[i] : c->n_slots;
}

/* Rows of each slot, slot by slot: rows[start[slot] .. start[slot + 1]), in
 * the order that they are given in (NULL: 0, 1, 2 …). */
struct cut_rows {
	size_t *start;		/* n_slots + 1 */
	uint32_t *rows;
};
void cut_rows_init(struct cut_rows *r, const struct cuts *c,
		   const struct eval_input *in, const uint32_t *order);
void cut_rows_release(struct cut_rows *r);

#endif
