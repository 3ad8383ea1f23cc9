#include "model/guess.h"

#include <string.h>
#include <strings.h>

#define CLASSES_MAX 20		/* more different numbers: a regression */

static bool is_one_of(const char *s, const char *const *names)
{
	for (; *names; names++)
		if (!strcasecmp(s, *names))
			return true;
	return false;
}

/* -- A test set -- */

/* By its name, or the last column, where most files have it. */
static const struct profile_column *target_of(const struct profile *p,
					      const char *name)
{
	static const char *const usual[] = {
		"target", "label", "class", "y", "outcome", NULL,
	};

	for (size_t i = 0; i < p->n_columns; i++)
		if (name ? !strcmp(p->columns[i].name, name)
			 : is_one_of(p->columns[i].name, usual))
			return &p->columns[i];
	return name || !p->n_columns ? NULL : &p->columns[p->n_columns - 1];
}

/* False: the column is no target for anything. */
static bool task_of(const struct profile *p, const struct profile_column *c,
		    enum task *out)
{
	bool repeats = c->distinct * 2 <= p->rows;

	*out = c->distinct == 2 ? TASK_BINARY
	     : profile_is_numeric(c) && (!repeats || c->distinct > CLASSES_MAX)
		? TASK_REGRESSION : TASK_MULTICLASS;
	return c->distinct >= 2 && (*out != TASK_MULTICLASS || repeats);
}

static const char *positive_of(const struct profile_column *c)
{
	static const char *const yes[] = {
		"1", "yes", "true", "positive", "pos", "y", "t", NULL,
	};

	if (c->distinct != 2)
		return NULL;
	for (size_t i = 0; i < c->n_top; i++)
		if (is_one_of(c->top[i].text, yes))
			return c->top[i].text;
	return c->n_top ? c->top[c->n_top - 1].text : NULL;
}

static const char *key_of(const struct profile *p,
			  const struct profile_column *target)
{
	static const char *const usual[] = {
		"id", "key", "uuid", "idx", "index", "row_id", NULL,
	};

	for (size_t i = 0; i < p->n_columns; i++) {
		const struct profile_column *c = &p->columns[i];

		if (c != target && is_one_of(c->name, usual) &&
		    c->distinct == p->rows && !c->missing)
			return c->name;
	}
	return NULL;
}

void guess_set(const struct profile *p, const char *target, struct guess *out)
{
	*out = (struct guess){ .target = target_of(p, target) };
	if (!out->target)
		return;
	out->has_task = task_of(p, out->target, &out->task);
	out->positive = positive_of(out->target);
	out->key = key_of(p, out->target);
}

/* -- What a version said -- */

static bool is_taken(const char *name, const char *const *taken, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, taken[i]))
			return true;
	return false;
}

static bool holds_scores(const struct profile_column *c)
{
	return profile_is_numeric(c) && c->distinct > 2 && c->min >= 0 &&
	       c->max <= 1;
}

static bool holds_labels(const struct profile_column *c,
			 const char *const *labels, size_t n)
{
	for (size_t i = 0; i < c->n_top; i++)
		if (!is_taken(c->top[i].text, labels, n))
			return false;
	return c->n_top && c->distinct <= n;
}

/* The model's own, else the first that fits, unless a later one has a usual
 * name. */
static void take(const char **at, const char *name, const char *const *usual,
		 const char *model)
{
	if (model && *at && !strcmp(*at, model))
		return;
	if (!*at || (model && !strcmp(name, model)) ||
	    (!is_one_of(*at, usual) && is_one_of(name, usual)))
		*at = name;
}

void guess_said(const struct profile *p, enum task task,
		const char *const *labels, size_t n_labels,
		const char *const *taken, size_t n_taken, const char *model,
		struct guess_said *out)
{
	static const char *const scores[] = {
		"score", "prob", "probability", "proba", "p", NULL,
	};
	static const char *const answers[] = {
		"prediction", "predicted", "pred", "label", "answer", NULL,
	};

	*out = (struct guess_said){ NULL, NULL };
	for (size_t i = 0; i < p->n_columns; i++) {
		const struct profile_column *c = &p->columns[i];

		if (is_taken(c->name, taken, n_taken))
			continue;
		if (task == TASK_BINARY && holds_scores(c))
			take(&out->score, c->name, scores, model);
		if (task == TASK_REGRESSION ? profile_is_numeric(c)
		    : holds_labels(c, labels, n_labels))
			take(&out->label, c->name, answers, model);
	}
}
