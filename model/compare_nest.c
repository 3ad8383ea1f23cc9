/* Slices within slices. For each slice its rows vote for every slot that they
 * are in too, which costs rows times partitions and no table of all pairs. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/compare_inside.h"

struct nesting {
	struct comparing *c;
	uint32_t *votes;		/* by slot; zero between slices */
	struct slice_nest *nest;
};

static size_t size_of(const struct nesting *x, size_t slice)
{
	const size_t *start = x->c->rows.start;

	return start[slice + 2] - start[slice + 1];
}

static void vote(struct nesting *x, size_t slice, bool count)
{
	const struct eval_input *in = &x->c->inputs[0];
	const struct cut_rows *r = &x->c->rows;

	for (size_t i = r->start[slice + 1]; i < r->start[slice + 2]; i++)
		for (size_t p = 0; p < in->n_partitions; p++) {
			size_t slot = cuts_slot(&x->c->cuts,
						&in->partitions[p], p,
						r->rows[i]);

			x->votes[slot] = count ? x->votes[slot] + 1 : 0;
		}
}

/* Larger, or as large and named earlier; and holds nearly all. */
static bool holds_slice(const struct nesting *x, size_t outer, size_t slice)
{
	size_t n = size_of(x, slice), m = size_of(x, outer);

	if (outer == slice || m < n || (m == n && outer > slice))
		return false;
	return (double)x->votes[outer + 1] >= NEST_SHARE * (double)n;
}

static void place(struct nesting *x, size_t slice)
{
	struct slice_nest *nest = &x->nest[slice];
	size_t n = size_of(x, slice);

	*nest = (struct slice_nest){ NEST_NONE, NEST_NONE };
	if (!n)
		return;
	vote(x, slice, true);
	for (size_t k = 0; k < x->c->out->n_slices; k++) {
		if (!holds_slice(x, k, slice))
			continue;
		if (nest->same_as == NEST_NONE && size_of(x, k) == n &&
		    x->votes[k + 1] == n)
			nest->same_as = k;
		if (nest->within == NEST_NONE ||
		    size_of(x, k) < size_of(x, nest->within))
			nest->within = k;
	}
	vote(x, slice, false);
}

void compare_find_nested(struct comparing *c)
{
	struct nesting x = { .c = c };

	c->out->n_slices = c->cuts.n_slices;
	x.nest = c->out->nest = XNEW_ARRAY(struct slice_nest,
					   c->out->n_slices + 1);
	x.votes = XNEW_ARRAY(uint32_t, c->cuts.n_slots + 1);
	for (size_t i = 0; i < c->out->n_slices; i++)
		place(&x, i);
	free(x.votes);
}

/* -- Folding -- */

static bool says_nothing_new(const struct delta *inner,
			     const struct delta *outer)
{
	return inner->why || inner->verdict == VERDICT_INSUFFICIENT ||
	       (!outer->why && inner->verdict == outer->verdict);
}

/* within never leads in a circle: it goes to larger slices, or to earlier
 * ones of the same size. */
static size_t keeper_of(const struct comparison *c, const struct candidate *k,
			enum metric m, size_t slice, size_t *keeper)
{
	size_t outer = c->nest[slice].within;

	if (keeper[slice] != NEST_NONE)
		return keeper[slice];
	keeper[slice] = slice;
	if (outer == NEST_NONE)
		return slice;
	outer = keeper_of(c, k, m, outer, keeper);
	if (says_nothing_new(&k->slices[slice].metrics[m],
			     &k->slices[outer].metrics[m]))
		keeper[slice] = outer;
	return keeper[slice];
}

void comparison_fold(const struct comparison *c, size_t candidate,
		     enum metric m, size_t *keeper)
{
	const struct candidate *k = &c->candidates[candidate];

	for (size_t i = 0; i < c->n_slices; i++)
		keeper[i] = NEST_NONE;
	for (size_t i = 0; i < c->n_slices; i++)
		keeper_of(c, k, m, i, keeper);
}
