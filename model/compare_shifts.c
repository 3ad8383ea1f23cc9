/* The patterns of a regression whose loss changed most from base to candidate,
 * for each kind of loss that is asked for. Of millions only the wanted ones
 * are kept, in a heap whose root is the first that has to go. */
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/compare_inside.h"

struct shift_heap {
	struct shift *at;
	size_t n, most;
};

/* The larger change; of equal ones the earlier pattern. */
static bool comes_before(const struct shift *a, const struct shift *b)
{
	double x = fabs(a->candidate - a->base), y = fabs(b->candidate - b->base);

	return x != y ? x > y : a->ordinal < b->ordinal;
}

static int largest_first(const void *a, const void *b)
{
	const struct shift *x = a, *y = b;

	return comes_before(x, y) ? -1 : comes_before(y, x);
}

static void swap(struct shift *a, struct shift *b)
{
	struct shift kept = *a;

	*a = *b;
	*b = kept;
}

static void sink_root(struct shift_heap *h)
{
	size_t i = 0;

	for (;;) {
		size_t last = i, child = 2 * i + 1;

		for (size_t k = child; k < child + 2 && k < h->n; k++)
			if (comes_before(&h->at[last], &h->at[k]))
				last = k;
		if (last == i)
			return;
		swap(&h->at[i], &h->at[last]);
		i = last;
	}
}

static void rise_from_end(struct shift_heap *h)
{
	size_t i = h->n - 1;

	for (; i && comes_before(&h->at[(i - 1) / 2], &h->at[i]);
	     i = (i - 1) / 2)
		swap(&h->at[i], &h->at[(i - 1) / 2]);
}

static void offer(struct shift_heap *h, const struct shift *s)
{
	if (h->n < h->most) {
		h->at[h->n++] = *s;
		rise_from_end(h);
	} else if (h->n && comes_before(s, &h->at[0])) {
		h->at[0] = *s;
		sink_root(h);
	}
}

/* What no number can be compared with is no change. */
static void find_shifts(const struct comparing *c, size_t candidate,
			enum row_loss loss, const uint32_t *ordinals,
			struct shift_list *out)
{
	const struct eval_input *base = &c->inputs[0];
	const struct eval_input *in = &c->inputs[candidate + 1];
	struct shift_heap h = { .most = c->opt->n_shifts < in->n ?
				c->opt->n_shifts : in->n };

	h.at = XNEW_ARRAY(struct shift, h.most + 1);
	for (size_t i = 0; i < in->n; i++) {
		struct shift s = {
			.ordinal = ordinals ? ordinals[i] : (uint32_t)i,
			.base = answer_loss(base, loss, i),
			.candidate = answer_loss(in, loss, i),
			.base_error = answer_loss(base, LOSS_ABSOLUTE, i),
			.candidate_error = answer_loss(in, LOSS_ABSOLUTE, i),
		};

		if (!(s.candidate < s.base || s.candidate > s.base))
			continue;
		out->changed++;
		offer(&h, &s);
	}
	if (h.n)
		qsort(h.at, h.n, sizeof(*h.at), largest_first);
	out->at = h.at;
	out->n = h.n;
}

static void count_nearer(const struct eval_input *base,
			 const struct eval_input *in, struct candidate *out)
{
	for (size_t i = 0; i < in->n; i++) {
		double was = answer_loss(base, LOSS_ABSOLUTE, i);
		double is = answer_loss(in, LOSS_ABSOLUTE, i);

		out->nearer += is < was;
		out->farther += is > was;
	}
}

void compare_shifts(struct comparing *c, size_t candidate,
		    const uint32_t *ordinals)
{
	const struct eval_input *base = &c->inputs[0];
	const struct eval_input *in = &c->inputs[candidate + 1];
	struct candidate *out = &c->out->candidates[candidate];
	unsigned losses = c->opt->shift_losses ? c->opt->shift_losses
					       : 1u << LOSS_ABSOLUTE;

	if (in->task != TASK_REGRESSION || !base->value || !in->value)
		return;
	out->has_shifts = true;
	count_nearer(base, in, out);
	for (enum row_loss l = LOSS_ABSOLUTE; l < LOSS_COUNT; l++)
		if (c->opt->n_shifts && losses & 1u << l)
			find_shifts(c, candidate, l, ordinals,
				    &out->shifts[l]);
}

enum row_loss candidate_loss(const struct candidate *c, enum metric m)
{
	enum row_loss own = metric_loss(m);

	return !c->has_shifts ? LOSS_WRONG :
	       c->shifts[own].changed ? own : LOSS_ABSOLUTE;
}
