/* What the workbench makes anew: a model, a version of one, a test set from a
 * CSV file, what a version said on a set. A few questions each (tui/questions.h);
 * files are looked at in the background first, and what they suggest
 * (model/guess.h) is proposed. What fails is asked again with its answers, and
 * so is a set that was reviewed and left, another time. */
#ifndef MUSTER_TUI_CREATING_H
#define MUSTER_TUI_CREATING_H

#include "base/err.h"
#include "tui/view.h"

void create_model(struct view *v);
/* model: the proposal; NULL: none. */
void create_version(struct view *v, const char *model);
void create_testset(struct view *v);
void create_predictions(struct view *v, const char *testset);

/* For tui/creating*.c: RC_USAGE unless the word is a task. */
enum rc creating_task(const char *word, struct err *err);

#endif
