#include "model/cuts.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define CELLS_MAX 2048		/* of a cube of several partitions */

bool partition_is_named(const struct partition *p)
{
	return !strcmp(p->by, "slice") && p->n_values == 2 && !*p->values[0];
}

static size_t slices_of(const struct partition *p)
{
	return partition_is_named(p) ? 1 : p->n_values;
}

static void name_slices(struct cuts *c, const struct eval_input *in)
{
	size_t n = 0;

	for (size_t i = 0; i < in->n_partitions; i++)
		n += slices_of(&in->partitions[i]);
	c->n_slices = n;
	c->n_slots = n + 1;
	c->by = XNEW_ARRAY(const char *, n + 1);
	c->value = XNEW_ARRAY(const char *, n + 1);
	c->first_slot = XNEW_ARRAY(size_t, in->n_partitions + 1);
	n = 0;
	for (size_t i = 0; i < in->n_partitions; i++) {
		const struct partition *p = &in->partitions[i];
		size_t from = partition_is_named(p) ? 1 : 0;

		c->first_slot[i] = n + 1;
		for (size_t v = from; v < from + slices_of(p); v++, n++) {
			c->by[n] = p->by;
			c->value[n] = p->values[v];
		}
	}
}

/* Cells of a cube over partitions from .. to - 1, without the label. */
static size_t combinations(const struct eval_input *in, size_t from,
			   size_t to)
{
	size_t cells = 1;

	for (size_t i = from; i < to; i++)
		cells *= in->partitions[i].n_values + 1;
	return cells;
}

static void fill_cells(struct cube *cube, const struct eval_input *in,
		       size_t from, size_t to)
{
	memset(cube->cell, 0, (in->n + 1) * sizeof(*cube->cell));
	for (size_t i = from; i < to; i++) {
		const struct partition *p = &in->partitions[i];
		uint32_t values = (uint32_t)p->n_values;
		uint32_t *cell = cube->cell;

		for (size_t row = 0; row < in->n; row++) {
			uint32_t code = p->code[row];

			cell[row] = cell[row] * (values + 1) +
				(code < values ? code : values);
		}
	}
	for (size_t row = 0; row < in->n; row++)
		cube->cell[row] = cube->cell[row] << 1 |
			(in->target[row] == 1);
}

static uint32_t slot_of_code(const struct cuts *c, const struct partition *p,
			     size_t i, size_t code)
{
	bool named = partition_is_named(p);

	if (code >= p->n_values || (named && code != 1))
		return (uint32_t)c->n_slots;
	return (uint32_t)(c->first_slot[i] + (named ? 0 : code));
}

static void fill_slots(const struct cuts *c, struct cube *cube,
		       const struct eval_input *in, size_t from, size_t to)
{
	bool with_whole = from == 0;

	for (size_t cell = 0; cell < cube->n_cells; cell++) {
		uint32_t *slot = cube->slot + cell * cube->width;
		size_t rest = cell >> 1;

		if (with_whole)
			*slot++ = 0;
		for (size_t i = to; i-- > from;) {
			const struct partition *p = &in->partitions[i];

			slot[i - from] = slot_of_code(c, p, i, rest %
						      (p->n_values + 1));
			rest /= p->n_values + 1;
		}
	}
}

static void add_cube(struct cuts *c, const struct eval_input *in, size_t from,
		     size_t to)
{
	struct cube *cube = &c->cubes[c->n_cubes++];

	cube->n_cells = 2 * combinations(in, from, to);
	cube->width = to - from + (from == 0);
	cube->slot = XNEW_ARRAY(uint32_t, cube->n_cells * cube->width);
	cube->cell = xmalloc((in->n + 1) * sizeof(*cube->cell));
	fill_cells(cube, in, from, to);
	fill_slots(c, cube, in, from, to);
}

void cuts_init(struct cuts *c, const struct eval_input *in)
{
	size_t most = in->n / 8 < CELLS_MAX ? in->n / 8 : CELLS_MAX;

	*c = (struct cuts){ 0 };
	name_slices(c, in);
	if (in->task != TASK_BINARY || in->histogram)
		return;
	c->cubes = XNEW_ARRAY(struct cube, in->n_partitions + 1);
	for (size_t from = 0, to; from < in->n_partitions || !from; from = to) {
		to = from < in->n_partitions ? from + 1 : from;
		while (to < in->n_partitions &&
		       combinations(in, from, to + 1) <= most)
			to++;
		add_cube(c, in, from, to);
		if (to == 0)
			break;
	}
}

void cuts_release(struct cuts *c)
{
	for (size_t i = 0; i < c->n_cubes; i++) {
		free(c->cubes[i].slot);
		free(c->cubes[i].cell);
	}
	free(c->cubes);
	free(c->by);
	free(c->value);
	free(c->first_slot);
	*c = (struct cuts){ 0 };
}

/* The slot of each code of a partition, for the caller to free. */
static size_t *slots_of_codes(const struct cuts *c, const struct partition *p,
			      size_t i)
{
	size_t *slot = XNEW_ARRAY(size_t, UINT16_MAX + 1);

	for (size_t code = 0; code <= UINT16_MAX; code++)
		slot[code] = slot_of_code(c, p, i, code);
	return slot;
}

void cut_rows_init(struct cut_rows *r, const struct cuts *c,
		   const struct eval_input *in, const uint32_t *order)
{
	size_t *at = XNEW_ARRAY(size_t, c->n_slots + 2);
	size_t **slot = XNEW_ARRAY(size_t *, in->n_partitions + 1);

	at[0] = in->n;
	for (size_t i = 0; i < in->n_partitions; i++) {
		const struct partition *p = &in->partitions[i];

		slot[i] = slots_of_codes(c, p, i);
		for (size_t k = 0; k < in->n; k++)
			at[slot[i][p->code[k]]]++;
	}
	r->start = XNEW_ARRAY(size_t, c->n_slots + 1);
	for (size_t s = 0; s < c->n_slots; s++)
		r->start[s + 1] = r->start[s] + at[s];
	r->rows = xmalloc((r->start[c->n_slots] + 1) * sizeof(*r->rows));
	memcpy(at, r->start, c->n_slots * sizeof(*at));
	for (size_t k = 0; k < in->n; k++)
		r->rows[k] = order ? order[k] : (uint32_t)k;
	for (size_t i = 0; i < in->n_partitions; i++) {
		const uint16_t *code = in->partitions[i].code;

		for (size_t k = 0; k < in->n; k++) {
			size_t s = slot[i][code[r->rows[k]]];

			if (s < c->n_slots)
				r->rows[at[s]++] = r->rows[k];
		}
		free(slot[i]);
	}
	free(slot);
	free(at);
}

void cut_rows_release(struct cut_rows *r)
{
	free(r->start);
	free(r->rows);
	*r = (struct cut_rows){ 0 };
}
