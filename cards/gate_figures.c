/* Rules on figures: the evaluation they need, the figure, the comparison.
 * Nothing is rounded; a figure that is undefined, too small or without the
 * interval that is asked for is insufficient, never passed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/gate_inside.h"
#include "model/compare.h"

/* -- Evaluations -- */

static struct cached *find_cached(struct checking *c, int64_t version,
				  const char *testset)
{
	for (size_t i = 0; i < c->cache.n; i++)
		if (c->cache.at[i].version == version &&
		    !strcmp(c->cache.at[i].testset, testset))
			return &c->cache.at[i];
	return NULL;
}

static enum rc load(struct checking *c, int64_t version, const char *testset,
		    struct cached **out, struct err *err)
{
	struct evaluation e = { 0 };
	struct cached *hit = find_cached(c, version, testset);
	enum rc rc;

	*out = hit;
	if (hit)
		return RC_OK;
	rc = reg_evaluation_load(c->reg, c->v.model, version, testset, 0, &e,
				 err);
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return rc;
	hit = vec_add(&c->cache);
	hit->version = version;
	hit->testset = xstrdup(testset);
	if (rc == RC_OK) {
		hit->e = XNEW(struct evaluation);
		*hit->e = e;
	}
	*out = hit;
	return RC_OK;
}

const char *gate_testset(struct checking *c, const struct gate_rule *r,
			 struct gate_item *item)
{
	if (r->testset)
		return r->testset;
	if (c->testsets.n == 1)
		return c->testsets.at[0];
	if (c->testsets.n)
		gate_say(item, GATE_OPEN, "%s is known on several test sets; "
			 "the rule must say which ('on %s')", c->of,
			 c->testsets.at[0]);
	else
		gate_say(item, GATE_OPEN, "%s was evaluated on no test set; "
			 "'muster eval TESTSET %s'", c->of, c->of);
	return NULL;
}

enum rc gate_need(struct checking *c, int64_t version, const char *testset,
		  struct gate_item *item, const struct evaluation **out,
		  struct err *err)
{
	struct cached *hit;
	enum rc rc = load(c, version, testset, &hit, err);

	*out = NULL;
	if (rc != RC_OK)
		return rc;
	free(item->evidence);
	item->evidence = xasprintf("testset %s", testset);
	if (!hit->e)
		return gate_say(item, GATE_OPEN, "%s@%lld was never evaluated "
				"on %s; 'muster eval %s %s@%lld'", c->v.model,
				(long long)version, testset, testset,
				c->v.model, (long long)version);
	if (!hit->e->state || strcmp(hit->e->state, "fresh") != 0)
		return gate_say(item, GATE_OPEN, "the evaluation of %s@%lld on "
				"%s is %s; 'muster eval %s %s@%lld'",
				c->v.model, (long long)version, testset,
				hit->e->state ? hit->e->state : "missing",
				testset, c->v.model, (long long)version);
	*out = hit->e;
	return RC_OK;
}

struct fair_source *gate_groups(struct checking *c,
				const struct evaluation *e)
{
	size_t i = 0;

	while (c->cache.at[i].e != e)
		i++;
	if (!c->cache.at[i].fair)
		c->cache.at[i].fair = fair_source_new(c->reg, e);
	return c->cache.at[i].fair;
}

/* -- Figures -- */

static void add_number(struct buf *b, double x)
{
	char text[DECIMAL_MAX];

	buf_str(b, decimal_sig(x, 6, text));
}

void gate_set_slice(struct gate_item *item, const char *by,
		    const char *value)
{
	char *old_by = item->by, *old_value = item->value;

	item->by = xstrdup_or_null(by);
	item->value = xstrdup_or_null(value);
	free(old_by);
	free(old_value);
}

/* One figure against a limit. The item's figure is the first one, or the
 * first of the worst verdict. */
struct tally {
	struct gate_item *item;
	const struct gate_rule *r;
	size_t n, n_pass;
	struct buf why;			/* of those that do not pass */
};

static int badness(enum gate_verdict v)
{
	return v == GATE_FAIL ? 2 : v == GATE_INSUFFICIENT ? 1 : 0;
}

static enum gate_verdict judge(const struct gate_rule *r,
			       const struct figure *f, double limit,
			       bool is_slice, struct buf *why)
{
	unsigned min_n = gate_min_n(r, is_slice);
	double left = r->bound == BOUND_LOW ? f->low :
		      r->bound == BOUND_HIGH ? f->high : f->value;

	if (f->why) {
		buf_printf(why, "undefined: %s", f->why);
		return GATE_INSUFFICIENT;
	}
	if (f->n < min_n) {
		buf_printf(why, "n %llu, less than %u",
			   (unsigned long long)f->n, min_n);
		return GATE_INSUFFICIENT;
	}
	if (r->bound != BOUND_VALUE && f->method == METHOD_NONE) {
		buf_str(why, "it has no interval");
		return GATE_INSUFFICIENT;
	}
	add_number(why, left);
	buf_printf(why, " (n %llu)", (unsigned long long)f->n);
	return gate_cmp_holds(r->cmp, left, limit) ? GATE_PASS : GATE_FAIL;
}

static void tally_add(struct tally *t, const struct figure *f, double limit,
		      const char *by, const char *value)
{
	struct buf why = BUF_INIT;
	enum gate_verdict v = judge(t->r, f, limit, by != NULL, &why);

	if (t->n++ == 0 || badness(v) > badness(t->item->verdict)) {
		t->item->verdict = v;
		t->item->has_figure = true;
		t->item->figure = *f;
		gate_set_slice(t->item, by, value);
	}
	t->n_pass += v == GATE_PASS;
	if (v != GATE_PASS || !by) {
		if (t->why.len)
			buf_str(&t->why, "; ");
		if (by)
			buf_printf(&t->why, "%s=%s ", by, value);
		buf_str(&t->why, why.data);
	}
	buf_release(&why);
}

/* Sets the reason from what was tallied. */
static void tally_end(struct tally *t, const char *note)
{
	struct buf why = BUF_INIT;

	if (t->n > 1)
		buf_printf(&why, "%zu of %zu pass%s", t->n_pass, t->n,
			   t->why.len ? ": " : "");
	buf_add(&why, t->why.data, t->why.len);
	if (note)
		buf_printf(&why, "%s%s", why.len ? "; " : "", note);
	free(t->item->why);
	t->item->why = buf_detach(&why);
	buf_release(&t->why);
}

static bool slice_wanted(const struct gate_rule *r, const struct eval_slice *s)
{
	switch (r->where) {
	case WHERE_WHOLE:
		return false;
	case WHERE_SLICE:
		return !strcmp(s->by, r->by) && !strcmp(s->value, r->value);
	case WHERE_EACH_OF:
		return !strcmp(s->by, r->by);
	case WHERE_EACH_SLICE:
		return true;
	}
	BUG("where %d", (int)r->where);
}

static const struct eval_slice *same_slice(const struct evaluation *e,
					   const struct eval_slice *s)
{
	for (size_t i = 0; i < e->n_slices; i++)
		if (!strcmp(e->slices[i].by, s->by) &&
		    !strcmp(e->slices[i].value, s->value))
			return &e->slices[i];
	return NULL;
}

static enum rc no_slice(const struct gate_rule *r, const char *testset,
			struct gate_item *item)
{
	if (r->where == WHERE_EACH_SLICE)
		return gate_say(item, GATE_OPEN, "%s has no slices", testset);
	if (r->where == WHERE_SLICE)
		return gate_say(item, GATE_OPEN, "%s has no slice %s=%s",
				testset, r->by, r->value);
	return gate_say(item, GATE_OPEN, "'%s' is no slicing column of %s",
			r->by, testset);
}

static enum rc fits(const struct gate_rule *r, const struct evaluation *e,
		    struct gate_item *item, bool *ok)
{
	*ok = metric_fits(r->metric, e->task);
	if (*ok)
		return RC_OK;
	return gate_say(item, GATE_INSUFFICIENT, "%s is no figure of a %s "
			"test set", metric_key(r->metric), task_name(e->task));
}

/* base NULL: the limit is the rule's number; else base's figure plus it. */
static enum rc check_metric(const struct gate_rule *r,
			    const struct evaluation *e,
			    const struct evaluation *base,
			    struct gate_item *item)
{
	struct tally t = { .item = item, .r = r, .why = BUF_INIT };
	struct figure undefined = figure_undefined("production has no such "
						   "figure", 0);
	char *note = NULL, number[DECIMAL_MAX];

	if (r->where == WHERE_WHOLE) {
		const struct figure *f = &e->whole.metrics[r->metric];
		const struct figure *b = base ?
			&base->whole.metrics[r->metric] : NULL;

		if (b && b->why)
			f = &undefined;
		tally_add(&t, f, r->number + (b ? b->value : 0), NULL, NULL);
		if (b && !b->why)
			note = xasprintf("production has %s",
					 decimal_sig(b->value, 6, number));
	}
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i], *b;

		if (!slice_wanted(r, s))
			continue;
		b = base ? same_slice(base, s) : NULL;
		if (base && (!b || b->metrics[r->metric].why))
			tally_add(&t, &undefined, 0, s->by, s->value);
		else
			tally_add(&t, &s->metrics[r->metric], r->number +
				  (b ? b->metrics[r->metric].value : 0),
				  s->by, s->value);
	}
	if (!t.n) {
		buf_release(&t.why);
		return no_slice(r, e->testset, item);
	}
	tally_end(&t, note);
	free(note);
	return RC_OK;
}

/* Slices by crossed columns, which the evaluation may lack; where there is no
 * such column e stays, and the rule says that. False in ok: the item says why
 * there are none. */
static enum rc cut_for(struct checking *c, const struct gate_rule *r,
		       struct gate_item *item, const struct evaluation **e,
		       bool *ok, struct err *err)
{
	const struct evaluation *cut;
	struct err why = ERR_INIT;
	enum rc rc;

	if (!r->by || !strchr(r->by, '+'))
		return RC_OK;
	rc = fair_source_cut(gate_groups(c, *e), r->by, &cut, &why);
	*ok = rc == RC_OK || rc == RC_NOT_FOUND;
	if (rc == RC_OK)
		*e = cut;
	return *ok ? RC_OK : gate_no_groups(item, &why, err);
}

enum rc gate_metric(struct checking *c, const struct gate_rule *r,
		    struct gate_item *item, struct err *err)
{
	const char *testset = gate_testset(c, r, item);
	const struct evaluation *e = NULL;
	bool ok = false;
	enum rc rc = RC_OK;

	if (testset)
		rc = gate_need(c, c->v.version, testset, item, &e, err);
	if (rc == RC_OK && e)
		rc = fits(r, e, item, &ok);
	if (rc == RC_OK && ok)
		rc = cut_for(c, r, item, &e, &ok, err);
	return rc == RC_OK && ok ? check_metric(r, e, NULL, item) : rc;
}

/* True if there is something in production to be compared with. */
static bool has_base(const struct checking *c, struct gate_item *item)
{
	if (c->production)
		return true;
	gate_say(item, GATE_PASS, "nothing else of %s has been in production",
		 c->v.model);
	return false;
}

enum rc gate_metric_base(struct checking *c, const struct gate_rule *r,
			 struct gate_item *item, struct err *err)
{
	const struct evaluation *e = NULL, *base = NULL;
	const char *testset;
	bool ok = false;
	enum rc rc = RC_OK;

	/* the version's own figure must be there even without a base */
	testset = gate_testset(c, r, item);
	if (testset)
		rc = gate_need(c, c->v.version, testset, item, &e, err);
	if (rc == RC_OK && e)
		rc = fits(r, e, item, &ok);
	if (rc != RC_OK || !ok || !has_base(c, item))
		return rc;
	rc = gate_need(c, c->production, testset, item, &base, err);
	if (rc == RC_OK && base)
		rc = cut_for(c, r, item, &e, &ok, err);
	if (rc == RC_OK && base && ok)
		rc = cut_for(c, r, item, &base, &ok, err);
	return rc == RC_OK && base && ok ? check_metric(r, e, base, item) : rc;
}

/* -- Groups -- */

enum rc gate_no_groups(struct gate_item *item, const struct err *why,
		       struct err *err)
{
	if (why->rc == RC_NOT_FOUND)
		return gate_say(item, GATE_OPEN, "%s", why->text);
	if (why->rc == RC_REFUSED)
		return gate_say(item, GATE_INSUFFICIENT, "%s", why->text);
	return err_set(err, why->rc, "%s", why->text);
}

struct groups {
	size_t n, n_small;
	double least, greatest;
	const char *least_of, *greatest_of;
	uint64_t min_n;
	struct buf small;
};

static void group_add(struct groups *g, const struct eval_slice *s,
		      const struct figure *f, unsigned min_n)
{
	if (f->why || f->n < min_n) {
		buf_printf(&g->small, "%s%s (", g->n_small++ ? ", " : "",
			   s->value);
		if (f->why)
			buf_str(&g->small, f->why);
		else
			buf_printf(&g->small, "n %llu",
				   (unsigned long long)f->n);
		buf_char(&g->small, ')');
		return;
	}
	if (!g->n || f->value < g->least) {
		g->least = f->value;
		g->least_of = s->value;
	}
	if (!g->n || f->value > g->greatest) {
		g->greatest = f->value;
		g->greatest_of = s->value;
	}
	if (!g->n || f->n < g->min_n)
		g->min_n = f->n;
	g->n++;
}

/* False: both are 0, so that there is no ratio. */
static bool spread(const struct gate_rule *r, const struct groups *g,
		   double *out)
{
	bool up = r->cmp == CMP_LT || r->cmp == CMP_LE;
	double below = up ? g->least : g->greatest;

	if (r->kind == RULE_GROUP_DIFFERENCE) {
		*out = g->greatest - g->least;
		return true;
	}
	if (below <= 0)
		return false;
	*out = up ? g->greatest / g->least : g->least / g->greatest;
	return true;
}

static enum rc judge_groups(const struct gate_rule *r, const struct groups *g,
			    struct gate_item *item)
{
	struct buf why = BUF_INIT;
	double value = 0;
	bool defined = g->n > 1 && spread(r, g, &value);
	bool holds = defined && gate_cmp_holds(r->cmp, value, r->number);

	if (defined) {
		item->has_figure = true;
		item->figure = figure_value(value, g->min_n);
		gate_set_slice(item, r->by,
			       metric_better(r->metric) == BETTER_HIGHER ?
			       g->least_of : g->greatest_of);
		add_number(&why, value);
		buf_printf(&why, ": %s ", g->least_of);
		add_number(&why, g->least);
		buf_printf(&why, ", %s ", g->greatest_of);
		add_number(&why, g->greatest);
		buf_printf(&why, " (n %llu at least)",
			   (unsigned long long)g->min_n);
	} else {
		buf_str(&why, g->n > 1 ? "the rate it is divided by is 0" :
			"fewer than two groups are large enough");
	}
	if (g->n_small)
		buf_printf(&why, "; too few to say: %s", g->small.data);
	gate_say(item, defined && !holds ? GATE_FAIL :
		 holds && !g->n_small ? GATE_PASS : GATE_INSUFFICIENT, "%s",
		 why.data);
	buf_release(&why);
	return RC_OK;
}

enum rc gate_group(struct checking *c, const struct gate_rule *r,
		   struct gate_item *item, struct err *err)
{
	const char *testset = gate_testset(c, r, item);
	struct groups g = { .small = BUF_INIT };
	const struct evaluation *e = NULL;
	struct err why = ERR_INIT;
	bool ok = false;
	enum rc rc = RC_OK;

	if (testset)
		rc = gate_need(c, c->v.version, testset, item, &e, err);
	if (rc == RC_OK && e)
		rc = fits(r, e, item, &ok);
	if (rc != RC_OK || !ok)
		return rc;
	if (fair_source_cut(gate_groups(c, e), r->by, &e, &why) != RC_OK)
		return gate_no_groups(item, &why, err);
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i];

		if (!strcmp(s->by, r->by))
			group_add(&g, s, &s->metrics[r->metric],
				  gate_min_n(r, true));
	}
	rc = judge_groups(r, &g, item);
	buf_release(&g.small);
	return rc;
}

/* -- Against production -- */

static enum rc judge_loss(const struct gate_rule *r,
			  const struct comparison *cmp, struct gate_item *item)
{
	const struct candidate *k = &cmp->candidates[0];
	enum metric m = r->has_metric ? r->metric : metric_main(cmp->task);
	const struct delta *d = &k->metrics[m];
	enum verdict v = r->has_metric ? d->verdict : k->verdict;
	struct buf why = BUF_INIT;

	if (!d->present || d->why)
		return gate_say(item, GATE_INSUFFICIENT, "%s: %s",
				metric_key(m), d->why ? d->why :
				"not compared");
	item->has_figure = true;
	item->figure = figure_value(d->delta, d->n);
	if (d->has_interval)
		figure_interval(&item->figure, d->low, d->high, d->method);
	buf_str(&why, verdict_text(v));
	delta_add_basis(&why, m, d);
	buf_printf(&why, ": %s by ", metric_key(m));
	add_number(&why, d->delta);
	if (d->has_interval) {
		buf_str(&why, " [");
		add_number(&why, d->low);
		buf_str(&why, ", ");
		add_number(&why, d->high);
		buf_char(&why, ']');
	}
	buf_printf(&why, " against %s@%lld (n %llu)", cmp->base_model,
		   (long long)cmp->base_version, (unsigned long long)d->n);
	gate_say(item, v == VERDICT_WORSE ? GATE_FAIL :
		 v == VERDICT_INSUFFICIENT ? GATE_INSUFFICIENT : GATE_PASS,
		 "%s", why.data);
	buf_release(&why);
	return RC_OK;
}

static enum rc compare_with(struct checking *c, const struct gate_rule *r,
			    const char *testset, struct gate_item *item,
			    struct err *err)
{
	struct version_ref base = { c->v.model, c->production };
	struct version_ref me = { c->v.model, c->v.version };
	struct version_refs candidates = { &me, 1, 1 };
	struct compare_options opt = { .min_n = r->min_n };
	struct comparison cmp;
	enum rc rc = reg_compare(c->reg, testset, 0, &base, &candidates, &opt,
				 c->options->progress, &cmp, err);

	if (rc != RC_OK)
		return rc;
	rc = judge_loss(r, &cmp, item);
	comparison_release(&cmp);
	return rc;
}

enum rc gate_no_loss(struct checking *c, const struct gate_rule *r,
		     struct gate_item *item, struct err *err)
{
	const char *testset = gate_testset(c, r, item);
	const struct evaluation *e = NULL;
	bool ok = true;
	enum rc rc = RC_OK;

	if (testset)
		rc = gate_need(c, c->v.version, testset, item, &e, err);
	if (rc == RC_OK && e && r->has_metric)
		rc = fits(r, e, item, &ok);
	if (rc != RC_OK || !e || !ok || !has_base(c, item))
		return rc;
	rc = gate_need(c, c->production, testset, item, &e, err);
	return rc == RC_OK && e ? compare_with(c, r, testset, item, err) : rc;
}

/* -- Freshness -- */

enum rc gate_fresh(struct checking *c, const struct gate_rule *r,
		   struct gate_item *item, struct err *err)
{
	char *one[1] = { r->testset };
	struct strs sets = { one, 1, 1 };
	const struct evaluation *e;

	if (!r->testset)
		sets = c->testsets;
	if (!sets.n)
		(void)gate_testset(c, r, item);
	for (size_t i = 0; i < sets.n; i++) {
		enum rc rc = gate_need(c, c->v.version, sets.at[i], item, &e,
				       err);

		if (rc != RC_OK || !e)
			return rc;
	}
	if (!sets.n)
		return RC_OK;
	return gate_say(item, GATE_PASS, "evaluated on the newest revision of "
			"%s%s", sets.at[0], sets.n > 1 ? " and others" : "");
}
