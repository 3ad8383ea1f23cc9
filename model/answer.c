#include "model/answer.h"

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
