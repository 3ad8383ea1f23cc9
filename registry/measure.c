#include "registry/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/interval.h"
#include "registry/prediction.h"

#define NO_INDEX UINT32_MAX

struct said {
	char *model;
	int64_t version;
	struct predictions *p;	/* NULL: it never said anything */
};
VEC_DECLARE(struct said *, saids);

struct measured_set {
	char *name;
	int64_t revision;	/* as asked for */
	struct testset *t;
	const struct testset_info *info;
	const uint8_t *active;
	const struct column *target;
	uint32_t *label_of;	/* target's dictionary: index of a label */
	double least, range;	/* regression: of active targets */
	struct saids said;
};
VEC_DECLARE(struct measured_set *, measured_sets);

struct measure {
	struct registry *reg;
	struct measured_sets sets;
};

struct measure *measure_new(struct registry *reg)
{
	struct measure *m = XNEW(struct measure);

	m->reg = reg;
	return m;
}

struct registry *measure_registry(const struct measure *m)
{
	return m->reg;
}

static void forget_said(struct measured_set *set)
{
	for (size_t i = 0; i < set->said.n; i++) {
		predictions_free(set->said.at[i]->p);
		free(set->said.at[i]->model);
		free(set->said.at[i]);
	}
	vec_free(&set->said);
}

static void set_free(struct measured_set *set)
{
	forget_said(set);
	testset_close(set->t);
	free(set->label_of);
	free(set->name);
	free(set);
}

void measure_free(struct measure *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->sets.n; i++)
		set_free(m->sets.at[i]);
	vec_free(&m->sets);
	free(m);
}

void measure_forget_said(struct measure *m)
{
	for (size_t i = 0; i < m->sets.n; i++)
		forget_said(m->sets.at[i]);
}

/* -- Sets -- */

static uint32_t index_of(const struct strs *labels, const char *s, size_t n)
{
	for (size_t i = 0; i < labels->n; i++)
		if (strlen(labels->at[i]) == n && !memcmp(labels->at[i], s, n))
			return (uint32_t)i;
	return NO_INDEX;
}

static void map_labels(struct measured_set *set)
{
	const struct column *c = set->target;

	if (c->kind != COLUMN_CODES)
		return;
	set->label_of = XNEW_ARRAY(uint32_t, c->n_values + 1);
	for (size_t i = 0; i < c->n_values; i++)
		set->label_of[i] = index_of(&set->info->labels, c->values[i],
					    strlen(c->values[i]));
}

static bool number_at(const struct column *c, size_t row, double *out)
{
	struct buf b = BUF_INIT;
	const char *text;
	bool is_number;
	size_t n;

	if (c->kind == COLUMN_NUMBERS) {
		*out = c->number[row];
		return !isnan(*out);
	}
	text = column_text(c, row, &b, &n);
	is_number = decimal_read(text, n, out);
	buf_release(&b);
	return is_number;
}

static void find_range(struct measured_set *set)
{
	double low = INFINITY, high = -INFINITY, x;

	for (size_t i = 0; i < testset_rows(set->t); i++) {
		if (!set->active[i] || !number_at(set->target, i, &x))
			continue;
		low = x < low ? x : low;
		high = x > high ? x : high;
	}
	set->least = low;
	set->range = high > low ? high - low : 0;
}

static enum rc set_open(struct measure *m, struct measured_set *set,
			struct err *err)
{
	enum rc rc = reg_testset_open(m->reg, set->name, set->revision,
				      &set->t, err);

	if (rc)
		return rc;
	set->info = testset_info(set->t);
	set->active = testset_active(set->t);
	rc = testset_column(set->t, set->info->target, &set->target, err);
	if (rc)
		return rc;
	if (set->info->task == TASK_REGRESSION)
		find_range(set);
	else
		map_labels(set);
	return RC_OK;
}

enum rc measure_set(struct measure *m, const char *testset, int64_t revision,
		    struct measured_set **out, struct err *err)
{
	struct measured_set *set;
	enum rc rc;

	for (size_t i = 0; i < m->sets.n; i++) {
		*out = m->sets.at[i];
		if ((*out)->revision == revision &&
		    !strcmp((*out)->name, testset))
			return RC_OK;
	}
	set = XNEW(struct measured_set);
	set->name = xstrdup(testset);
	set->revision = revision;
	rc = set_open(m, set, err);
	if (rc) {
		set_free(set);
		return rc;
	}
	vec_push(&m->sets, set);
	*out = set;
	return RC_OK;
}

struct testset *measured_testset(struct measured_set *set)
{
	return set->t;
}

bool measured_active(const struct measured_set *set,
		     const struct problem_member *member)
{
	size_t rows = testset_rows(set->t);

	if (member->row >= rows || !set->active[member->row])
		return false;
	return member->expect == EXPECT_EQUALS ||
	       (member->partner < rows && set->active[member->partner]);
}

/* -- What versions said -- */

enum rc measure_said(struct measure *m, struct measured_set *set,
		     const char *model, int64_t version,
		     const struct said **out, struct err *err)
{
	struct said *said;
	enum rc rc;

	for (size_t i = 0; i < set->said.n; i++) {
		*out = set->said.at[i];
		if ((*out)->version == version && !strcmp((*out)->model, model))
			return RC_OK;
	}
	said = XNEW(struct said);
	rc = reg_predictions_load(m->reg, model, version, set->t, UINT64_MAX,
				  &said->p, err);
	if (rc) {
		free(said);
		return rc;
	}
	said->model = xstrdup(model);
	said->version = version;
	vec_push(&set->said, said);
	*out = said;
	return RC_OK;
}

/* -- One pattern -- */

static uint32_t target_index(struct measured_set *set, size_t row)
{
	const struct column *c = set->target;
	struct buf b = BUF_INIT;
	const char *text;
	uint32_t found;
	size_t n;

	if (c->kind == COLUMN_CODES)
		return set->label_of[c->code[row]];
	text = column_text(c, row, &b, &n);
	found = index_of(&set->info->labels, text, n);
	buf_release(&b);
	return found;
}

static bool is_positive(const struct measured_set *set, uint32_t label)
{
	return label < set->info->labels.n &&
	       !strcmp(set->info->labels.at[label], set->info->positive);
}

static bool has_score(const struct predictions *p, size_t row)
{
	return p->score && !isnan(p->score[row]);
}

/* A label as model/evaluation.h takes it: from the threshold if there is one
 * and a score, else as it was said. Positive counts as the set's label. */
static bool said_label(const struct measured_set *set,
		       const struct predictions *p, size_t row, uint32_t *out)
{
	if (set->info->task == TASK_BINARY && has_score(p, row) &&
	    p->has_threshold) {
		bool positive = p->score[row] >= p->threshold;

		for (uint32_t i = 0; i < set->info->labels.n; i++)
			if (is_positive(set, i) == positive)
				return *out = i, true;
		*out = NO_INDEX;
		return true;
	}
	if (!p->label || p->label[row] >= p->labels.n)
		return false;
	*out = p->label[row];
	return true;
}

static bool label_loss(struct measured_set *set, const struct predictions *p,
		       size_t row, double *loss)
{
	uint32_t said;

	if (!said_label(set, p, row, &said))
		return false;
	*loss = said != target_index(set, row);
	return true;
}

static bool score_loss(struct measured_set *set, const struct predictions *p,
		       size_t row, double *loss)
{
	double y = is_positive(set, target_index(set, row));

	if (!has_score(p, row) || p->score[row] < 0 || p->score[row] > 1)
		return false;
	*loss = fabs(p->score[row] - y);
	return true;
}

static bool number_loss(struct measured_set *set, const struct predictions *p,
			size_t row, double *loss)
{
	double y;

	if (!p->value || isnan(p->value[row]) ||
	    !number_at(set->target, row, &y))
		return false;
	*loss = fabs(p->value[row] - y);
	if (set->range > 0)
		*loss /= set->range;
	else
		*loss = *loss > 0;
	if (*loss > 1)
		*loss = 1;
	return true;
}

/* What moves: a number, else a score. */
static bool moving_value(const struct measured_set *set,
			 const struct predictions *p, size_t row, double *out)
{
	if (set->info->task == TASK_REGRESSION) {
		if (!p->value || isnan(p->value[row]))
			return false;
		*out = p->value[row];
		return true;
	}
	if (!has_score(p, row))
		return false;
	*out = p->score[row];
	return true;
}

/* The pattern is the changed one; its partner is what it was changed from. */
static bool pair_loss(const struct measured_set *set,
		      const struct predictions *p,
		      const struct problem_member *m, double *loss)
{
	uint32_t a, b;
	double x, y;

	if (!p->known[m->partner])
		return false;
	if (m->expect == EXPECT_SAME &&
	    set->info->task != TASK_REGRESSION) {
		if (!said_label(set, p, m->partner, &a) ||
		    !said_label(set, p, m->row, &b))
			return false;
		*loss = a != b;
		return true;
	}
	if (!moving_value(set, p, m->partner, &x) ||
	    !moving_value(set, p, m->row, &y))
		return false;
	*loss = m->expect == EXPECT_SAME ? x < y || x > y :
		m->expect == EXPECT_UP ? y <= x : y >= x;
	return true;
}

bool measure_loss(struct measured_set *set, const struct said *said,
		  const struct problem_member *m, bool by_score, double *loss)
{
	const struct predictions *p = said->p;

	if (!p || m->row >= p->n || !p->known[m->row])
		return false;
	if (m->expect != EXPECT_EQUALS)
		return pair_loss(set, p, m, loss);
	if (set->info->task == TASK_REGRESSION)
		return number_loss(set, p, m->row, loss);
	if (by_score && set->info->task == TASK_BINARY)
		return score_loss(set, p, m->row, loss);
	return label_loss(set, p, m->row, loss);
}

void measure_labels(struct measured_set *set, const struct said *said,
		    size_t row, uint32_t *target, uint32_t *answer)
{
	uint32_t found;

	if (set->info->task == TASK_REGRESSION || !said->p ||
	    row >= said->p->n || !said->p->known[row])
		return;
	found = target_index(set, row);
	if (found < set->info->labels.n)
		*target = found;
	if (said_label(set, said->p, row, &found))
		*answer = found;
}

/* -- Many -- */

struct loss_sum measure_losses(struct measured_set *set,
			       const struct said *said,
			       const struct problem_members *members,
			       bool by_score)
{
	struct loss_sum s = { 0 };
	double loss;

	s.graded = set->info->task == TASK_REGRESSION ||
		   (by_score && set->info->task == TASK_BINARY);
	for (size_t i = 0; i < members->n; i++) {
		const struct problem_member *m = &members->at[i];

		if (!measured_active(set, m))
			continue;
		s.n_active++;
		if (!measure_loss(set, said, m, by_score, &loss))
			continue;
		s.n_known++;
		s.sum += loss;
		s.squares += loss * loss;
	}
	return s;
}

/* Mean with 1.96 standard errors (Student's s), cut at 0 and 1. */
static struct figure graded_figure(const struct loss_sum *s)
{
	double n = (double)s->n_known, mean = s->sum / n, half;
	struct figure f = figure_value(mean, s->n_known);

	if (s->n_known < 2)
		return f;
	half = fmax(s->squares - n * mean * mean, 0) / (n - 1);
	half = 1.959963984540054 * sqrt(half / n);
	figure_interval(&f, fmax(mean - half, 0), fmin(mean + half, 1),
			METHOD_NORMAL);
	return f;
}

struct figure loss_figure(const struct loss_sum *s)
{
	if (!s->n_active)
		return figure_why_not(WHY_NO_PATTERNS, 0);
	if (!s->n_known)
		return figure_undefined("no predictions", s->n_active);
	if (s->graded)
		return graded_figure(s);
	return figure_proportion((uint64_t)s->sum, s->n_known,
				 WHY_NO_PATTERNS, false);
}

/* Means of decimals round: a tolerance of .1 holds for a mean of .1. */
#define ROUNDING 1e-12

bool loss_passes(const struct loss_sum *s, double tolerance)
{
	return s->n_active && s->n_known == s->n_active &&
	       s->sum / (double)s->n_active <= tolerance + ROUNDING;
}

bool loss_fails(const struct loss_sum *s, double tolerance)
{
	return s->n_active &&
	       s->sum / (double)s->n_active > tolerance + ROUNDING;
}

/* -- Which version -- */

bool version_is_live(const struct version_rec *v)
{
	return strcmp(v->stage, "archived") != 0;
}

int64_t measured_version(const struct version_recs *versions)
{
	int64_t newest = 0, production = 0, since = INT64_MIN;

	for (size_t i = 0; i < versions->n; i++) {
		const struct version_rec *v = &versions->at[i];

		if (version_is_live(v) && v->version > newest)
			newest = v->version;
		if (!strcmp(v->stage, "production") && v->stage_time >= since) {
			production = v->version;
			since = v->stage_time;
		}
	}
	return production ? production : newest;
}
