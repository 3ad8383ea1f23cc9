/* From a rule to its cause: the document, the evaluation, the patterns, the
 * problem. Where a rule leads is a table; the item's evidence ("testset
 * recid", "card m@7") says to which. */
#include <stdlib.h>
#include <string.h>

#include "registry/evaluate.h"
#include "registry/evidence.h"
#include "registry/testset.h"
#include "tui/gate.h"
#include "tui/view_assess.h"
#include "tui/view_compare.h"
#include "tui/view_datasets.h"
#include "tui/view_document.h"
#include "tui/view_evaluation.h"
#include "tui/view_fairness.h"
#include "tui/view_patterns.h"
#include "tui/view_problems.h"
#include "tui/view_staleness.h"
#include "tui/view_version.h"

/* "testset recid" -> "recid" for "testset"; NULL: it is of another kind. */
static const char *evidence_of(const struct gate_item *item, const char *kind)
{
	size_t n = strlen(kind);

	if (!item->evidence || strncmp(item->evidence, kind, n) != 0 ||
	    item->evidence[n] != ' ')
		return NULL;
	return item->evidence + n + 1;
}

typedef enum rc jump_fn(struct view *v, const struct gate_item *item,
			struct err *err);

static enum rc to_evaluation(struct view *v, const struct gate_item *item,
			     struct err *err)
{
	struct gate_view *g = v->state;
	const struct evaluation_arg arg = { g->model, g->version,
					    evidence_of(item, "testset") };

	return app_push(v->app, &view_evaluation_ops, &arg, err);
}

/* The groups and measures of the rule's column, where they can be shown. */
static enum rc to_fairness(struct view *v, const struct gate_item *item,
			   struct err *err)
{
	struct gate_view *g = v->state;
	const struct fairness_arg arg = { g->model, g->version,
					  evidence_of(item, "testset"),
					  item->by };

	if (!arg.testset || !item->by)
		return to_evaluation(v, item, err);
	return app_push(v->app, &view_fairness_ops, &arg, err);
}

static enum rc to_comparison(struct view *v, const struct gate_item *item,
			     struct err *err)
{
	struct gate_view *g = v->state;
	struct version_ref base = { g->model, 0 };
	struct version_ref me = { g->model, g->version };
	const struct version_refs candidates = { &me, 1, 1 };
	const struct compare_arg arg = { &base, &candidates,
					 evidence_of(item, "testset"), 0 };
	enum rc rc = reg_version_before(app_registry(v->app), g->model,
					g->version, "production",
					&base.version, err);

	if (rc != RC_OK)
		return rc;
	return base.version ? app_show(v->app, &view_compare_ops, &arg, err) :
	       to_evaluation(v, item, err);
}

static enum rc to_document(struct view *v, const struct gate_item *item,
			   struct err *err)
{
	static const struct { const char *kind; enum doc_type type; } kinds[] = {
		{ "card", DOC_CARD }, { "datasheet", DOC_DATASHEET },
		{ "checklist", DOC_CHECKLIST },
	};

	(void)err;
	for (size_t i = 0; i < 3; i++) {
		const char *of = evidence_of(item, kinds[i].kind);

		if (!of)
			continue;
		document_open(v->app, kinds[i].type, of);
		/* complete asks for answers: the first that is missing */
		if (item->kind == RULE_COMPLETE && app_view(v->app) != v &&
		    app_view(v->app)->ops->act)
			app_view(v->app)->ops->act(app_view(v->app),
						   ACT_GAP_NEXT);
		return RC_OK;
	}
	app_say(v->app, "%s", item->why);
	return RC_OK;
}

/* Shows a list and puts its cursor on the row that holds the text. */
static enum rc to_row(struct view *v, const struct view_ops *ops,
		      const char *text, struct err *err)
{
	enum rc rc = app_show(v->app, ops, NULL, err);
	struct list *l;

	if (rc != RC_OK || !text)
		return rc;
	l = &app_view(v->app)->lists[0];
	/* a row matches itself: the search starts behind the cursor */
	list_go(l, list_count(l) ? list_count(l) - 1 : 0);
	if (!list_search(l, text, false))
		list_go(l, 0);
	return RC_OK;
}

static enum rc to_problem(struct view *v, const struct gate_item *item,
			  struct err *err)
{
	return to_row(v, &view_problems_ops, evidence_of(item, "problem"),
		      err);
}

static enum rc to_dataset(struct view *v, const struct gate_item *item,
			  struct err *err)
{
	const char *name = evidence_of(item, "dataset");
	enum rc rc = app_push(v->app, &view_datasets_ops, NULL, err);

	if (rc == RC_OK && name)
		list_search(&app_view(v->app)->lists[0], name, false);
	return rc;
}

static enum rc to_staleness(struct view *v, const struct gate_item *item,
			    struct err *err)
{
	const char *name = evidence_of(item, "testset");

	if (name)
		return app_push(v->app, &view_staleness_ops, name, err);
	app_say(v->app, "%s", item->why);
	return RC_OK;
}

static enum rc to_version(struct view *v, const struct gate_item *item,
			  struct err *err)
{
	struct gate_view *g = v->state;
	const struct version_ref ref = { g->model, g->version };

	(void)item;
	return app_push(v->app, &view_version_ops, &ref, err);
}

static enum rc to_assessment(struct view *v, const struct gate_item *item,
			     struct err *err)
{
	struct gate_view *g = v->state;

	(void)item;
	(void)err;
	assess_open(v->app, g->model, g->version);
	return RC_OK;
}

static enum rc to_attestation(struct view *v, const struct gate_item *item,
			      struct err *err)
{
	(void)item;
	(void)err;
	if (reg_readonly(app_registry(v->app)))
		app_say(v->app, "The registry is read-only.");
	else
		gate_attest_here(v);
	return RC_OK;
}

static enum rc to_signoffs(struct view *v, const struct gate_item *item,
			   struct err *err)
{
	(void)err;
	v->focus = GATE_SIGNOFFS;
	app_say(v->app, "%s", item->why);
	return RC_OK;
}

static jump_fn *const jumps[] = {
	[RULE_METRIC] = to_evaluation,
	[RULE_METRIC_BASE] = to_comparison,
	[RULE_GROUP_DIFFERENCE] = to_evaluation,
	[RULE_GROUP_RATIO] = to_evaluation,
	[RULE_FAIRNESS] = to_fairness,
	[RULE_NO_LOSS] = to_comparison,
	[RULE_NO_BROKEN_PROBLEM] = to_problem,
	[RULE_NO_OPEN_PROBLEM] = to_problem,
	[RULE_OPEN_IMPACT] = to_problem,
	[RULE_COMPLETE] = to_document,
	[RULE_APPROVED] = to_document,
	[RULE_FINDINGS] = to_document,
	[RULE_CHECKLIST] = to_document,
	[RULE_ASSESSED] = to_assessment,
	[RULE_FRESH] = to_staleness,
	[RULE_PROFILE] = to_dataset,
	[RULE_LINEAGE] = to_version,
	[RULE_ARTIFACT] = to_version,
	[RULE_ATTESTED] = to_attestation,
	[RULE_SIGNED] = to_signoffs,
};

unsigned gate_jump(struct view *v)
{
	const struct gate_item *item = gate_item_here(v);
	struct err err = ERR_INIT;

	if (item && jumps[item->kind](v, item, &err) != RC_OK)
		app_fail(v->app, &err);
	return REACT_DRAW;
}

/* -- Patterns of the slice -- */

static enum rc named_slice(struct registry *reg, const char *testset,
			   const char *name, struct buf *out, struct err *err)
{
	struct slice_recs all;
	enum rc rc = reg_slice_list(reg, testset, &all, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.at[i].name, name))
			buf_str(out, all.at[i].expr);
	slice_recs_release(&all);
	return RC_OK;
}

/* "race=Asian"; a named slice has its own expression. Intersections are
 * "by": "race+sex", "value": "Asian+Male". */
static enum rc slice_filter(struct view *v, const struct gate_item *item,
			    const char *testset, struct buf *out,
			    struct err *err)
{
	const char *by = item->by, *value = item->value;

	if (!by || !value)
		return RC_OK;
	if (!strcmp(by, "slice"))
		return named_slice(app_registry(v->app), testset, value, out,
				   err);
	while (*by) {
		size_t n = strcspn(by, "+"), k = strcspn(value, "+");

		if (!by[n])
			k = strlen(value);	/* the last one may hold '+' */
		buf_printf(out, "%s%.*s:\"%.*s\"", out->len ? " " : "",
			   (int)n, by, (int)k, value);
		by += n + (by[n] == '+');
		value += k + (value[k] == '+');
	}
	return RC_OK;
}

unsigned gate_open_patterns(struct view *v)
{
	struct gate_view *g = v->state;
	const struct gate_item *item = gate_item_here(v);
	const char *testset = item ? evidence_of(item, "testset") : NULL;
	struct version_ref me = { g->model, g->version };
	const struct version_refs versions = { &me, 1, 1 };
	const struct patterns_arg arg = { .testset = testset,
					  .versions = &versions };
	struct buf filter = BUF_INIT;
	struct err err = ERR_INIT;
	enum rc rc;

	if (!testset) {
		app_say(v->app, "This rule is about no patterns.");
		return REACT_DRAW;
	}
	rc = slice_filter(v, item, testset, &filter, &err);
	if (rc == RC_OK)
		rc = app_push(v->app, &view_patterns_ops, &arg, &err);
	if (rc == RC_OK && filter.len)
		rc = list_filter(&app_view(v->app)->lists[0], filter.data,
				 &err);
	if (rc != RC_OK)
		app_fail(v->app, &err);
	buf_release(&filter);
	return REACT_DRAW;
}
