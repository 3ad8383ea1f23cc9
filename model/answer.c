#include "model/answer.h"

#include <math.h>

bool answer_has_label(const struct eval_input *in)
{
	return in->task != TASK_REGRESSION &&
	       (in->label || (in->has_threshold && in->score));
}

uint32_t answer_label(const struct eval_input *in, size_t row)
{
	if (in->task == TASK_BINARY && in->has_threshold && in->score)
		return in->score[row] >= in->threshold;
	return in->label[row] < in->n_labels ? in->label[row]
					     : (uint32_t)in->n_labels;
}

bool answer_is_right(const struct eval_input *in, size_t row)
{
	return answer_label(in, row) == in->target[row];
}

bool answer_is_positive(const struct eval_input *in, size_t row)
{
	uint32_t label = answer_label(in, row);

	return label < 2 ? label == 1 : in->target[row] != 1;
}

double answer_loss(const struct eval_input *in, enum row_loss l, size_t row)
{
	double y = in->target_value[row], f = in->value[row], e = fabs(f - y);
	double by;

	switch (l) {
	case LOSS_SQUARED:
		return e * e;
	case LOSS_RELATIVE:
		return y != 0 ? e / fabs(y) : NAN;
	case LOSS_SYMMETRIC:
		by = fabs(y) + fabs(f);
		return by > 0 ? 2 * e / by : NAN;
	case LOSS_SCALED:
		return in->scale && in->scale[row] > 0 ? e / in->scale[row]
						       : NAN;
	case LOSS_WRONG:
	case LOSS_ABSOLUTE:
	case LOSS_COUNT:
		break;
	}
	return e;
}
