#include "cards/complete.h"

#include "base/decimal.h"

/* Section 7 fills itself: its first item from any slice, its second from
 * slices over several attributes. */
static bool filled(const struct doc_facts *f, const struct section *section,
		   const struct item *item)
{
	bool first = item == &section->items[0];

	if (!f || !(item->flags & ITEM_AUTO))
		return false;
	return first ? f->evaluations.n > 0 && f->has_unitary :
	       f->has_intersectional;
}

static enum item_status said(enum item_status status, const char *text,
			     const char **why)
{
	if (why)
		*why = text;
	return status;
}

enum item_status item_status(const struct doc *d, const struct doc_facts *f,
			     const struct section *section,
			     const struct item *item, const char **why)
{
	enum answer_state state = doc_answer(d, item->id)->state;
	const char *skips = NULL;

	if (state == ANSWER_GIVEN || state == ANSWER_NA)
		return said(STATUS_DONE, answer_state_name(state), why);
	if (filled(f, section, item))
		return said(STATUS_DONE, "filled from evaluations", why);
	if (doc_skips(d, section, item, &skips))
		return said(STATUS_SKIPPED, skips, why);
	return said(item_required(item, f ? f->risk : NULL) ? STATUS_GAP :
		    STATUS_OPTIONAL, answer_state_name(state), why);
}

static void count(const struct doc *d, const struct doc_facts *f,
		  const struct section *section, const struct item *item,
		  struct completeness *c)
{
	const char *why;
	enum item_status status = item_status(d, f, section, item, &why);
	struct gap *gap;

	if (!item_required(item, f ? f->risk : NULL) ||
	    status == STATUS_SKIPPED)
		return;
	c->n_all++;
	c->all += item->weight;
	if (status == STATUS_DONE) {
		c->n_done++;
		c->done += item->weight;
		return;
	}
	gap = vec_add(&c->gaps);
	*gap = (struct gap){ section, item, why, item->weight };
}

void doc_complete(const struct doc *d, const struct doc_facts *f,
		  const struct section *section, struct completeness *out)
{
	*out = (struct completeness){ 0 };
	for (size_t s = 0; s < d->form->n_sections; s++) {
		const struct section *sec = &d->form->sections[s];

		if (section && sec != section)
			continue;
		for (size_t i = 0; i < sec->n_items; i++)
			count(d, f, sec, &sec->items[i], out);
	}
}

void completeness_release(struct completeness *c)
{
	vec_free(&c->gaps);
	*c = (struct completeness){ 0 };
}

double completeness_share(const struct completeness *c)
{
	return c->all ? (double)c->done / c->all : 1;
}

void completeness_text(struct buf *out, const struct completeness *c)
{
	char share[DECIMAL_MAX];

	buf_printf(out, "%zu of %zu, %s%%", c->n_done, c->n_all,
		   decimal_sig(100 * completeness_share(c), 3, share));
	for (size_t i = 0; i < c->gaps.n; i++)
		buf_printf(out, "%s %s", i ? "," : "; missing",
			   c->gaps.at[i].item->id);
}

void completeness_gaps(struct buf *out, const struct completeness *c,
		       size_t max)
{
	size_t n = c->gaps.n > max ? max : c->gaps.n;

	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i ? ", " : "",
			   c->gaps.at[i].item->id);
	if (n < c->gaps.n)
		buf_printf(out, " and %zu more", c->gaps.n - n);
}

char *completeness_reason(const struct completeness *c, const char *reason)
{
	struct buf b = BUF_INIT;

	buf_str(&b, reason);
	if (c->gaps.n) {
		buf_printf(&b, " (over %zu gap%s: ", c->gaps.n,
			   c->gaps.n == 1 ? "" : "s");
		completeness_gaps(&b, c, 12);
		buf_char(&b, ')');
	}
	return buf_detach(&b);
}
