#include "tui/comparing.h"

#include <string.h>

#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/problem.h"
#include "registry/testset.h"

void compare_question_release(struct compare_question *q)
{
	free(q->testset);
	free(q->slice);
	free(q->base.model);
	version_refs_release(&q->candidates);
	memset(q, 0, sizeof(*q));
}

static void groups_release(struct flip_groups *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].title);
		free(v->at[i].ordinals);
	}
	vec_free(v);
}

void compared_free(struct compared *c)
{
	if (!c)
		return;
	flips_free(c->flips, c->c.n_candidates);
	for (size_t i = 0; c->groups && i < c->c.n_candidates; i++)
		groups_release(&c->groups[i]);
	free(c->groups);
	free(c->slice);
	free(c->base_stage);
	threshold_origin_release(&c->origin);
	comparison_release(&c->c);
	free(c);
}

/* -- Flips by problem -- */

/* Problems of the base's model that have patterns in the set, and these. */
struct asked_problems {
	struct problem_recs all;
	struct compare_among *parts;	/* all.n */
};

static void asked_problems_release(struct asked_problems *p)
{
	for (size_t i = 0; p->parts && i < p->all.n; i++)
		free((void *)(uintptr_t)p->parts[i].ordinals);
	free(p->parts);
	problem_recs_release(&p->all);
}

static enum rc read_part(struct registry *reg, int64_t id,
			 struct compare_among *out, struct err *err)
{
	struct problem_members members = VEC_INIT;
	enum rc rc = reg_problem_members(reg, id, &members, err);
	uint32_t *ordinals = XNEW_ARRAY(uint32_t, members.n + 1);

	for (size_t i = 0; i < members.n; i++)
		ordinals[i] = members.at[i].row;
	*out = (struct compare_among){ ordinals, members.n };
	vec_free(&members);
	return rc;
}

static void drop_other_sets(struct problem_recs *all, const char *testset)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct problem_rec *p = &all->at[i];

		if (p->testset && !strcmp(p->testset, testset))
			all->at[n++] = *p;
		else
			problem_rec_release(p);
	}
	all->n = n;
}

static enum rc read_problems(struct registry *reg,
			     const struct compare_question *q,
			     struct asked_problems *out, struct err *err)
{
	enum rc rc = reg_problem_list(reg, q->base.model, &out->all, err);

	if (rc != RC_OK)
		return rc;
	drop_other_sets(&out->all, q->testset);
	out->parts = XNEW_ARRAY(struct compare_among, out->all.n + 1);
	for (size_t i = 0; rc == RC_OK && i < out->all.n; i++)
		rc = read_part(reg, out->all.at[i].id, &out->parts[i], err);
	return rc;
}

static void add_group(const struct problem_rec *p,
		      const struct compare_part *part, struct flip_groups *out)
{
	size_t n = part->fixed + part->broken;
	struct flip_group g = { .problem = p->id, .delta = part->delta,
				.fixed = part->fixed, .broken = part->broken };

	if (!n)
		return;
	g.ordinals = XNEW_ARRAY(uint32_t, n);
	memcpy(g.ordinals, part->ordinals, n * sizeof(*g.ordinals));
	g.title = xstrdup_or_null(p->title);
	vec_push(out, g);
}

static int most_flips_first(const void *a, const void *b)
{
	const struct flip_group *x = a, *y = b;
	size_t n = x->fixed + x->broken, m = y->fixed + y->broken;

	if (n != m)
		return n < m ? 1 : -1;
	return x->problem < y->problem ? -1 : 1;
}

static void group_flips(struct compared *c, size_t candidate,
			const struct asked_problems *asked)
{
	const struct candidate *from = &c->c.candidates[candidate];
	struct flip_groups *out = &c->groups[candidate];

	for (size_t i = 0; i < from->n_parts; i++)
		add_group(&asked->all.at[i], &from->parts[i], out);
	vec_sort(out, most_flips_first);
}

static void add_groups(struct compared *c, const struct asked_problems *asked)
{
	c->groups = XNEW_ARRAY(struct flip_groups, c->c.n_candidates + 1);
	for (size_t i = 0; i < c->c.n_candidates; i++)
		group_flips(c, i, asked);
}

static enum rc add_origin(struct registry *reg, struct compared *c,
			  struct err *err)
{
	enum rc rc;

	if (!c->has_threshold)
		return RC_OK;
	rc = reg_threshold_origin(reg, c->c.base_model, c->c.base_version,
				  &c->origin, err);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Only a fresh evaluation of the patterns that are compared says how sure the
 * base's figures are. */
static enum rc add_base(struct registry *reg, struct compared *c,
			struct err *err)
{
	const struct delta *d = c->c.candidates[0].metrics;
	struct evaluation e;
	enum rc rc;

	for (int m = 0; m < METRIC_COUNT; m++)
		c->base[m] = figure_undefined("", 0);
	if (c->slice)
		return RC_OK;
	rc = reg_evaluation_load(reg, c->c.base_model, c->c.base_version,
				 c->c.testset, c->c.revision, &e, err);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	for (int m = 0; m < METRIC_COUNT; m++)
		if (e.whole.n == c->c.n && !strcmp(e.state, "fresh") &&
		    d[m].present && !d[m].why)
			c->base[m] = e.whole.metrics[m];
	evaluation_release(&e);
	return RC_OK;
}

/* What the head line says of the base and the set. */
static enum rc add_head(struct registry *reg, struct compared *c,
			struct err *err)
{
	struct testset_info info;
	struct version_rec v;
	enum rc rc = reg_version_get(reg, c->c.base_model, c->c.base_version,
				     &v, err);

	if (rc != RC_OK)
		return rc;
	if (strcmp(v.stage, "none") != 0)
		c->base_stage = xstrdup(v.stage);
	c->has_threshold = v.has_threshold && c->c.task == TASK_BINARY;
	c->threshold = v.threshold;
	version_rec_release(&v);
	rc = reg_testset_info(reg, c->c.testset, c->c.revision, &info, err);
	if (rc != RC_OK)
		return rc;
	c->n_revisions = info.n_revisions;
	testset_info_release(&info);
	return add_origin(reg, c, err);
}

static enum rc fill_in(struct registry *reg, struct compared *c,
		       const struct compare_question *q,
		       const struct asked_problems *asked, struct err *err)
{
	enum rc rc;

	c->slice = xstrdup_or_null(q->slice);
	c->has_margin = q->has_margin;
	c->margin = q->margin;
	add_groups(c, asked);
	rc = reg_flips(reg, &c->c, FLIPS_MAX, &c->flips, err);
	if (rc == RC_OK)
		rc = add_head(reg, c, err);
	if (rc == RC_OK)
		rc = add_base(reg, c, err);
	return rc;
}

enum rc compare_answer(struct registry *reg, const struct compare_question *q,
		       struct reg_progress *progress, struct compared **out,
		       struct err *err)
{
	struct compare_options options = { .has_margin = q->has_margin,
					   .margin = q->margin,
					   .n_shifts = SHIFTS_MAX,
					   .shift_losses = ~0u };
	struct compared *c = XNEW(struct compared);
	struct choice among = { .slice = q->slice };
	struct asked_problems asked = { .all = VEC_INIT };
	enum rc rc = read_problems(reg, q, &asked, err);

	options.parts = asked.parts;
	options.n_parts = asked.all.n;
	if (rc == RC_OK)
		rc = reg_compare_among(reg, q->testset, q->revision, &q->base,
				       &q->candidates, &among, &options,
				       progress, &c->c, err);
	if (rc != RC_OK) {
		free(c);
		c = NULL;
	} else {
		rc = fill_in(reg, c, q, &asked, err);
	}
	asked_problems_release(&asked);
	if (rc != RC_OK)
		compared_free(c);
	else
		*out = c;
	return rc;
}
