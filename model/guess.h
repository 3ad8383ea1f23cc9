/* What a table's profile suggests about the table: which column a test set
 * would take for its target, its key, its task; which columns hold what a
 * version said. Guesses, for people to confirm; never taken as they are.
 * Whatever is given out is the profile's own. */
#ifndef MUSTER_MODEL_GUESS_H
#define MUSTER_MODEL_GUESS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/profile.h"
#include "model/task.h"

struct guess {
	const struct profile_column *target;	/* NULL: no such column */
	bool has_task;		/* the target's values suggest one */
	enum task task;
	const char *positive;	/* of two values: the one that says yes, else
				 * the rarer one; NULL: not two */
	const char *key;	/* a column that names its rows, or NULL */
};
/* target: the column's name, or NULL: by the usual names, else the last. */
void guess_set(const struct profile *p, const char *target,
	       struct guess *out);

/* The column with scores of the positive label, and the one with labels (or
 * with numbers, for regression); NULL: none that would fit. taken: columns
 * that are something else (keys). A column that bears the model's name (or
 * NULL) goes before all others: one wide file serves many models. */
struct guess_said { const char *score, *label; };
void guess_said(const struct profile *p, enum task task,
		const char *const *labels, size_t n_labels,
		const char *const *taken, size_t n_taken, const char *model,
		struct guess_said *out);

#endif
