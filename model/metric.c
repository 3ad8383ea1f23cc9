#include "model/metric.h"

#include <string.h>

static const struct {
	const char *key, *head;
	unsigned tasks;
	enum better better;
	enum row_loss loss;
} metrics[METRIC_COUNT] = {
#define X(id, k, t, b, h, l) \
	[id] = { .key = k, .head = h, .tasks = t, .better = b, .loss = l },
	METRIC_LIST(X)
#undef X
};

static const char *const losses[LOSS_COUNT] = {
#define X(id, text) [id] = text,
	LOSS_LIST(X)
#undef X
};

const char *loss_text(enum row_loss l)
{
	return losses[l];
}

const char *metric_key(enum metric m)
{
	return metrics[m].key;
}

const char *metric_head(enum metric m)
{
	return metrics[m].head;
}

enum better metric_better(enum metric m)
{
	return metrics[m].better;
}

enum row_loss metric_loss(enum metric m)
{
	return metrics[m].loss;
}

bool metric_fits(enum metric m, enum task task)
{
	return metrics[m].tasks & (1u << task);
}

bool metric_from_key(const char *key, enum metric *out)
{
	if (!strcmp(key, "auc"))
		key = "roc_auc";
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		if (!strcmp(metrics[m].key, key)) {
			*out = (enum metric)m;
			return true;
		}
	}
	return false;
}

enum metric metric_main(enum task task)
{
	return task == TASK_REGRESSION ? METRIC_MAE : METRIC_ACCURACY;
}

enum metric metric_main_of(const char *key, enum task task)
{
	enum metric m;

	return key && metric_from_key(key, &m) && metric_fits(m, task)
	       ? m : metric_main(task);
}
