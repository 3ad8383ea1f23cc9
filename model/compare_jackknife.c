/* Differences of figures that are no means of rows, beyond what is resampled:
 * by what each row moves either of them (model/jackknife.h). */
#include <math.h>
#include <stdlib.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "model/compare_inside.h"
#include "model/dist.h"
#include "model/jackknife.h"

/* The pair's rows side by side; the second half are the candidate's. */
struct side {
	double *truth, *said[2];
	uint8_t *label;
	double *moves[2];
};

static void side_init(struct side *s, const struct pair *p, bool errors)
{
	s->said[0] = XNEW_ARRAY(double, 5 * p->n + 1);
	s->said[1] = s->said[0] + p->n;
	s->truth = s->said[1] + p->n;
	s->moves[0] = s->truth + p->n;
	s->moves[1] = s->moves[0] + p->n;
	s->label = XNEW_ARRAY(uint8_t, p->n + 1);
	for (size_t i = 0; i < p->n; i++) {
		uint32_t r = p->rows[i];

		s->said[0][i] = errors ? p->base->value[r] : p->base->score[r];
		s->said[1][i] = errors ? p->in->value[r] : p->in->score[r];
		if (errors)
			s->truth[i] = p->in->target_value[r];
		else
			s->label[i] = p->in->target[r] == 1;
	}
}

static void side_release(struct side *s)
{
	free(s->said[0]);
	free(s->label);
}

/* False: it has no such interval. */
typedef bool score_moves_fn(const double *score, const uint8_t *label,
			    size_t n, double *moves);
typedef void error_moves_fn(const double *target, const double *value,
			    size_t n, double *moves);

/* As in an evaluation, few positives make no normal law. */
static bool precision_moves(const double *score, const uint8_t *label,
			    size_t n, double *moves)
{
	size_t positives = 0;

	for (size_t i = 0; i < n; i++)
		positives += label[i];
	if (positives < JACKKNIFE_LEAST)
		return false;
	jackknife_precision_moves(score, label, n, moves);
	return true;
}

static const struct moved_by {
	enum metric metric;
	score_moves_fn *scores;
	error_moves_fn *errors;
	double most;			/* that a difference can be */
} figures[] = {
	{ METRIC_AVERAGE_PRECISION, precision_moves, NULL, 1 },
	{ METRIC_ECE, jackknife_ece_moves, NULL, 1 },
	{ METRIC_RMSE, NULL, jackknife_rmse_moves, INFINITY },
	{ METRIC_R2, NULL, jackknife_r2_moves, INFINITY },
};

static void settle(const struct pair *p, const struct moved_by *f,
		   const struct side *s)
{
	struct delta *d = &p->deltas[f->metric];
	double variance = 0, half;

	for (unsigned k = 0; k < 2; k++) {
		if (f->errors)
			f->errors(s->truth, s->said[k], p->n, s->moves[k]);
		else if (!f->scores(s->said[k], s->label, p->n, s->moves[k]))
			return;
	}
	for (size_t i = 0; i < p->n; i++) {
		double move = s->moves[1][i] - s->moves[0][i];

		variance += move * move;
	}
	half = Z_95 * sqrt(variance);
	compare_set_interval(d, fmax(d->delta - half, -f->most),
			     fmin(d->delta + half, f->most), METHOD_JACKKNIFE);
}

void compare_jackknife(struct pair *p)
{
	bool errors = p->in->task == TASK_REGRESSION;
	struct side s = { 0 };

	if (p->in->weight || p->in->group || p->n < JACKKNIFE_LEAST ||
	    p->in->task == TASK_MULTICLASS)
		return;
	for (size_t i = 0; i < COUNT(figures); i++) {
		const struct moved_by *f = &figures[i];
		const struct delta *d = &p->deltas[f->metric];

		if (!d->present || d->why || d->has_interval ||
		    errors != (f->errors != NULL))
			continue;
		if (!s.label)
			side_init(&s, p, errors);
		settle(p, f, &s);
	}
	side_release(&s);
}
