#include "registry/problem_suggest.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/interval.h"
#include "model/slice.h"
#include "registry/measure.h"
#include "registry/testset.h"

struct suggesting {
	struct measured_set *set;
	const struct said *said;
	const struct testset_info *info;
	size_t n, k;			/* rows, labels */
	uint8_t *wrong;			/* by row: 0, 1, 2: not asked */
	uint32_t *target, *answer;	/* by row: labels, or k */
	uint64_t n_known, n_wrong;
	struct suggestions *out;
};

void suggestions_release(struct suggestions *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].title);
		free(v->at[i].rule);
		vec_free(&v->at[i].members);
	}
	vec_free(v);
}

/* -- What was said -- */

static void look_at(struct suggesting *s, size_t row)
{
	const struct problem_member m = { (uint32_t)row, UINT32_MAX,
					  PATTERN_FALSE_POSITIVE,
					  EXPECT_EQUALS };
	double loss;

	s->wrong[row] = 2;
	s->target[row] = s->answer[row] = (uint32_t)s->k;
	if (!measured_active(s->set, &m) ||
	    !measure_loss(s->set, s->said, &m, false, &loss))
		return;
	s->wrong[row] = loss > 0;
	s->n_known++;
	s->n_wrong += loss > 0;
	measure_labels(s->set, s->said, row, &s->target[row],
		       &s->answer[row]);
}

static void look_at_all(struct suggesting *s)
{
	s->n = testset_rows(measured_testset(s->set));
	s->k = s->info->task == TASK_REGRESSION ? 0 : s->info->labels.n;
	s->wrong = XNEW_ARRAY(uint8_t, s->n + 1);
	s->target = XNEW_ARRAY(uint32_t, s->n + 1);
	s->answer = XNEW_ARRAY(uint32_t, s->n + 1);
	for (size_t i = 0; i < s->n; i++)
		look_at(s, i);
}

static enum pattern_kind kind_of(const struct suggesting *s, size_t row)
{
	const char *positive = s->info->positive;

	return positive && s->target[row] < s->k &&
	       !strcmp(s->info->labels.at[s->target[row]], positive)
	     ? PATTERN_FALSE_NEGATIVE : PATTERN_FALSE_POSITIVE;
}

static void add_member(const struct suggesting *s, struct suggestion *g,
		       size_t row)
{
	vec_push(&g->members, ((struct problem_member){
		(uint32_t)row, UINT32_MAX, kind_of(s, row), EXPECT_EQUALS }));
}

/* -- Confusions -- */

struct confused {
	size_t target, answer;
	uint64_t n, of;
};

static int most_first(const void *va, const void *vb)
{
	const struct confused *a = va, *b = vb;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	if (a->target != b->target)
		return a->target < b->target ? -1 : 1;
	return (a->answer > b->answer) - (a->answer < b->answer);
}

static void add_confusion(struct suggesting *s, const struct confused *c)
{
	struct suggestion *g = vec_add(s->out);

	g->what = "confusion";
	g->title = xasprintf("%s taken for %s", s->info->labels.at[c->target],
			     s->info->labels.at[c->answer]);
	g->error = figure_proportion(c->n, c->of, WHY_NO_PATTERNS, false);
	g->n_wrong = c->n;
	for (size_t i = 0; i < s->n; i++)
		if (s->wrong[i] == 1 && s->target[i] == c->target &&
		    s->answer[i] == c->answer)
			add_member(s, g, i);
}

static void find_confusions(struct suggesting *s, size_t top)
{
	size_t n = s->k * s->k;
	struct confused *all = XNEW_ARRAY(struct confused, n + 1);
	uint64_t *of = XNEW_ARRAY(uint64_t, s->k + 1);

	for (size_t i = 0; i < n; i++)
		all[i] = (struct confused){ i / s->k, i % s->k, 0, 0 };
	for (size_t i = 0; i < s->n; i++) {
		if (s->target[i] >= s->k || s->answer[i] >= s->k)
			continue;
		of[s->target[i]]++;
		if (s->wrong[i] == 1)
			all[s->target[i] * s->k + s->answer[i]].n++;
	}
	for (size_t i = 0; i < n; i++)
		all[i].of = of[all[i].target];
	if (n)
		qsort(all, n, sizeof(*all), most_first);
	for (size_t i = 0; i < n && i < top && all[i].n; i++)
		add_confusion(s, &all[i]);
	free(of);
	free(all);
}

/* -- Slices -- */

static int worst_first(const void *va, const void *vb)
{
	const struct suggestion *a = va, *b = vb;

	if (a->error.low < b->error.low || a->error.low > b->error.low)
		return a->error.low < b->error.low ? 1 : -1;
	return strcmp(a->title, b->title);
}

#define SLICE_MIN 30

/* Worse than the rest, and not by chance: the intervals do not meet. */
static bool is_worse(const struct suggesting *s, const struct suggestion *g)
{
	uint64_t n = g->error.n, rest = s->n_known - n;
	struct interval other;

	if (n < SLICE_MIN || !rest)
		return false;
	other = interval_wilson(s->n_wrong - g->n_wrong, rest);
	return g->error.low > other.high;
}

static void offer_slice(struct suggesting *s, struct suggestions *found,
			const char *title, const char *rule,
			const uint8_t *answer)
{
	struct suggestion g = { .what = "slice" };
	uint64_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (answer[i] != RULE_MATCH || s->wrong[i] == 2)
			continue;
		n++;
		g.n_wrong += s->wrong[i];
		add_member(s, &g, i);
	}
	g.error = figure_proportion(g.n_wrong, n, WHY_NO_PATTERNS, false);
	if (!n || !is_worse(s, &g)) {
		vec_free(&g.members);
		return;
	}
	g.title = xasprintf("worse in %s", title);
	g.rule = xstrdup(rule);
	vec_push(found, g);
}

static enum rc try_rule(struct suggesting *s, struct suggestions *found,
			const char *title, const char *rule, struct err *err)
{
	struct testset *t = measured_testset(s->set);
	uint8_t *answer = XNEW_ARRAY(uint8_t, s->n + 1);
	struct slice *slice = NULL;
	enum rc rc = testset_parse(s->info, rule, &slice, err);

	if (rc == RC_OK)
		rc = slice_eval(slice, s->n, testset_slice_column, t, NULL,
				NULL, answer, err);
	if (rc == RC_OK)
		offer_slice(s, found, title, rule, answer);
	slice_free(slice);
	free(answer);
	return rc;
}

static void put_quoted(struct buf *b, const char *s)
{
	buf_char(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(b, '\\');
		buf_char(b, *s);
	}
	buf_char(b, '"');
}

#define VALUES_MAX 100

/* Each value of a slicing column, where they are few enough for one. */
static enum rc try_column(struct suggesting *s, struct suggestions *found,
			  const char *name, struct err *err)
{
	struct testset *t = measured_testset(s->set);
	const struct column *c;
	struct buf rule = BUF_INIT, title = BUF_INIT;
	enum rc rc = testset_column(t, name, &c, err);

	if (rc != RC_OK || c->kind != COLUMN_CODES || c->n_values > VALUES_MAX)
		return rc;
	for (size_t i = 0; i < c->n_values && rc == RC_OK; i++) {
		buf_clear(&rule);
		put_quoted(&rule, name);
		buf_char(&rule, '=');
		put_quoted(&rule, c->values[i]);
		buf_clear(&title);
		buf_printf(&title, "%s=%s", name, c->values[i]);
		rc = try_rule(s, found, title.data, rule.data, err);
	}
	buf_release(&rule);
	buf_release(&title);
	return rc;
}

static enum rc try_all(struct suggesting *s, struct registry *reg,
		       struct suggestions *found, struct err *err)
{
	struct testset *t = measured_testset(s->set);
	struct slice_recs named = VEC_INIT;
	enum rc rc = reg_slice_list(reg, s->info->name, &named, err);

	for (size_t i = 0; i < named.n && rc == RC_OK; i++)
		rc = try_rule(s, found, named.at[i].name, named.at[i].expr,
			      err);
	for (size_t i = 0; i < testset_n_columns(t) && rc == RC_OK; i++)
		if (testset_column_roles(t, i) & ROLE_SLICE)
			rc = try_column(s, found, testset_column_name(t, i),
					err);
	slice_recs_release(&named);
	return rc;
}

static enum rc find_slices(struct suggesting *s, struct registry *reg,
			   size_t top, struct err *err)
{
	struct suggestions found = VEC_INIT;
	enum rc rc = try_all(s, reg, &found, err);

	vec_sort(&found, worst_first);
	for (size_t i = 0; i < found.n && i < top && rc == RC_OK; i++) {
		vec_push(s->out, found.at[i]);
		found.at[i] = (struct suggestion){ 0 };
	}
	suggestions_release(&found);
	return rc;
}

/* -- The whole -- */

static enum rc suggest(struct suggesting *s, struct registry *reg,
		       size_t top, struct err *err)
{
	enum rc rc = RC_OK;

	s->info = testset_info(measured_testset(s->set));
	look_at_all(s);
	if (!s->n_known)
		rc = err_set(err, RC_REFUSED, "it has said nothing on '%s'",
			     s->info->name);
	if (rc == RC_OK) {
		find_confusions(s, top);
		rc = find_slices(s, reg, top, err);
	}
	free(s->wrong);
	free(s->target);
	free(s->answer);
	return rc;
}

enum rc reg_problem_suggest(struct registry *reg, const char *model,
			    int64_t version, const char *testset, size_t top,
			    struct suggestions *out, uint64_t *n_set,
			    struct err *err)
{
	struct measure *m = measure_new(reg);
	struct suggesting s = { .out = out };
	enum rc rc = measure_set(m, testset, 0, &s.set, err);

	*out = (struct suggestions)VEC_INIT;
	if (rc == RC_OK)
		rc = measure_said(m, s.set, model, version, &s.said, err);
	if (rc == RC_OK)
		rc = suggest(&s, reg, top, err);
	*n_set = s.n_known;
	measure_free(m);
	if (rc != RC_OK)
		suggestions_release(out);
	return rc;
}

enum rc reg_problem_adopt(struct registry *reg, const char *model,
			  int64_t version, const char *testset,
			  const struct suggestion *s, uint64_t n_set,
			  int64_t *id, struct err *err)
{
	struct pairs fields = VEC_INIT;
	char *users = xasprintf("%zu/%llu", s->members.n,
				(unsigned long long)n_set);
	char *of = xasprintf("%s@%lld", model, (long long)version);
	char *source = xasprintf("what %s said on %s", of, testset);
	uint64_t added;
	enum rc rc;

	pairs_add(&fields, "title", s->title);
	pairs_add(&fields, "testset", testset);
	pairs_add(&fields, "source", source);
	pairs_add(&fields, "versions", of);
	pairs_add(&fields, "users", users);
	pairs_add(&fields, "users_source", "share of the test set");
	if (s->rule)
		pairs_add(&fields, "rule", s->rule);
	rc = reg_problem_add(reg, model, &fields, NULL, id, err);
	if (rc == RC_OK)
		rc = reg_problem_members_add(reg, *id, testset, &s->members,
					     source, &added, err);
	pairs_release(&fields);
	free(source);
	free(users);
	free(of);
	return rc;
}
