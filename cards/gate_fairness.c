/* Rules on fairness measures: the figure is that of model/fairview.h, which
 * the command, the report and the workbench show.
 *
 * A measure over all groups is taken over those that are large enough in
 * every denominator it uses; a rule that holds without the others is
 * insufficient, one that fails without them fails. Undefined over groups that
 * are large enough fails too: it says that a rate has nothing to divide by. */
#include <stdlib.h>

#include "base/decimal.h"
#include "cards/gate_inside.h"

static void describe(const struct fair_row *row, struct buf *why)
{
	char text[DECIMAL_MAX];

	if (row->figure.why)
		buf_printf(why, "undefined: %s", row->figure.why);
	else
		buf_str(why, decimal_sig(row->figure.value, 6, text));
	if (row->measure->is_signed)
		buf_printf(why, ": %s against %s", row->low, row->high);
	else if (row->low && row->high)
		buf_printf(why, ": least %s, greatest %s", row->low, row->high);
	buf_printf(why, " (n %llu at least)",
		   (unsigned long long)row->figure.n);
	for (size_t i = 0; i < row->left_out.n; i++)
		buf_printf(why, "%s%s (n %llu)", i ? ", " :
			   "; too few to say: ", row->left_out.at[i],
			   (unsigned long long)row->left_out_n.at[i]);
}

static enum gate_verdict verdict_of(const struct gate_rule *r,
				    const struct fair_row *row)
{
	const struct figure *f = &row->figure;

	if (f->n < gate_min_n(r, true) || (f->why && row->left_out.n))
		return GATE_INSUFFICIENT;
	if (f->why || !gate_cmp_holds(r->cmp, f->value, r->number))
		return GATE_FAIL;
	return row->left_out.n ? GATE_INSUFFICIENT : GATE_PASS;
}

static void judge(const struct gate_rule *r, const struct fair_row *row,
		  struct gate_item *item)
{
	struct buf why = BUF_INIT;

	item->has_figure = true;
	item->figure = row->figure;
	gate_set_slice(item, r->by, row->low ? row->low : row->high);
	describe(row, &why);
	gate_say(item, verdict_of(r, row), "%s", why.data);
	buf_release(&why);
}

enum rc gate_fairness(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	const struct fair_options o = {
		.by = r->by, .of = r->of, .against = r->against,
		.measure = r->measure, .given = r->given,
		.min_n = gate_min_n(r, true),
	};
	const char *testset = gate_testset(c, r, item);
	const struct evaluation *e = NULL;
	struct err why = ERR_INIT;
	struct fairview view;
	enum rc rc = RC_OK;

	if (testset)
		rc = gate_need(c, c->v.version, testset, item, &e, err);
	if (rc != RC_OK || !e)
		return rc;
	if (fair_source_view(gate_groups(c, e), &o, &view, &why) != RC_OK)
		return gate_no_groups(item, &why, err);
	judge(r, &view.rows[0], item);
	fairview_release(&view);
	return RC_OK;
}
