#include "model/profile_drift.h"

#include <string.h>


static const struct profile_column *find(const struct profile *p,
					 const char *name)
{
	for (size_t i = 0; i < p->n_columns; i++)
		if (!strcmp(p->columns[i].name, name))
			return &p->columns[i];
	return NULL;
}

static void compare(struct column_drift *c, enum drift_bins rule)
{
	struct drift_sample x, y;

	if (!c->a || !c->b) {
		c->why = c->a ? "not in the second" : "not in the first";
		return;
	}
	x = profile_sample(c->a);
	y = profile_sample(c->b);
	if (profile_is_numeric(c->a) != profile_is_numeric(c->b) &&
	    c->a->n && c->b->n)
		c->why = "numbers in one, texts in the other";
	else if (!c->a->n || !c->b->n)
		c->why = "a sample is empty";
	else if (!x.n_values || !y.n_values)
		c->why = "too many different texts";
	else
		drift_compute(&x, &y, rule, &c->drift);
}

void profile_drift(const struct profile *a, const struct profile *b,
		   enum drift_bins rule, struct column_drifts *out)
{
	for (size_t i = 0; i < a->n_columns; i++) {
		const struct profile_column *c = &a->columns[i];

		vec_push(out, ((struct column_drift){
			.a = c, .b = find(b, c->name) }));
	}
	for (size_t i = 0; i < b->n_columns; i++)
		if (!find(a, b->columns[i].name))
			vec_push(out, ((struct column_drift){
				.b = &b->columns[i] }));
	for (size_t i = 0; i < out->n; i++)
		compare(&out->at[i], rule);
}

void profile_drift_count(const struct column_drifts *v, size_t *judged,
			 size_t *drifted)
{
	*judged = *drifted = 0;
	for (size_t i = 0; i < v->n; i++) {
		enum drift_verdict verdict = v->at[i].drift.verdict;

		if (v->at[i].why || verdict == DRIFT_INSUFFICIENT)
			continue;
		++*judged;
		*drifted += verdict != DRIFT_STABLE;
	}
}

const char *column_drift_name(const struct column_drift *c)
{
	return c->a ? c->a->name : c->b->name;
}
