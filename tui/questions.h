/* A few questions one after the other on the last line, each with a proposal
 * that Enter takes; Esc ends them all, and nothing was done.
 *
 * What was typed is a draft: the line by itself (app_prompt_kept), the answers
 * after each one, and when they are left; then the line that was not entered is
 * the answer, whatever check says.
 *
 * The answers are texts in a struct of the caller; a question names its own by
 * the offset. What an answer may not be is said, and asked again with what was
 * typed. */
#ifndef MUSTER_TUI_QUESTIONS_H
#define MUSTER_TUI_QUESTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/view.h"

struct question {
	const char *label;
	size_t answer;		/* offset of a char *: proposal and answer */
	bool optional;		/* may be left empty */
	/* False: not to be asked, by the answers so far. NULL: always. */
	bool (*applies)(const void *answers);
	/* What is wrong with it; NULL: any text will do. May change later
	 * proposals. */
	enum rc (*check)(void *answers, struct err *err);
	bool is_file;		/* Tab completes it */
};
struct questions {
	const struct question *questions;	/* ended by a NULL label */
	void *answers;
	/* All were answered; it takes the answers over. */
	void (*done)(struct view *v, void *answers);
	/* Esc; frees the answers. */
	void (*dropped)(void *answers);
	const char *draft;		/* the draft's name; is copied */
	/* Writes the answers into it; not called as long as nothing was typed
	 * or answered. NULL: they are kept under their questions, and are the
	 * proposals when these are asked again; questions_forget once they
	 * have done what they are for. */
	void (*keep)(void *answers);
};
void questions_ask(struct view *v, const struct questions *a);
void questions_forget(struct app *app, const char *draft);

#endif
