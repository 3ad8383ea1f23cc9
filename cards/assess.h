/* The impact assessment: what a version decides about whom, and what follows
 * when it is wrong. Questions in six groups, each with its choices; the
 * choices' weights give a risk class, which selects the gate.
 *
 * Stored as a document of kind "impact" of "m@7":
 *
 *	{"answers":{"decision.kind":"advises",…},"notes":{"decision.kind":"…"},
 *	 "v":1}
 *
 * The class: the share of the greatest possible weight (high from .5 on,
 * medium from .25), and high at once where a choice says so. An unanswered
 * question counts as its worst choice. */
#ifndef MUSTER_CARDS_ASSESS_H
#define MUSTER_CARDS_ASSESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/risk.h"
#include "registry/model.h"

struct choice {
	const char *id;
	const char *text;
	unsigned weight;
	bool is_high;		/* makes the class high at once */
};
#define CHOICES_MAX 5
struct question {
	const char *group;	/* "decision", "people", "harm" … */
	const char *id;		/* "decision.kind" */
	const char *text;
	struct choice choices[CHOICES_MAX];	/* ended by an empty one */
};
/* In order; NULL behind the last. */
const struct question *assess_question(size_t i);
const struct question *assess_question_find(const char *id);

struct assessment {
	struct pairs answers;	/* question id → choice id */
	struct pairs notes;	/* question id → text */
};
void assessment_release(struct assessment *a);
enum rc assess_read(const char *text, struct assessment *out,
		    struct err *err) MUST_USE;
void assess_write(const struct assessment *a, struct buf *out);
/* RC_USAGE naming the choices there are; an empty choice unsets. note may be
 * NULL: as it was. */
enum rc assess_set(struct assessment *a, const char *question,
		   const char *choice, const char *note, struct err *err)
	MUST_USE;
/* NULL: not answered. */
const struct choice *assess_answer(const struct assessment *a,
				   const struct question *q);

/* The note beside it; NULL: none. */
const char *assess_note(const struct assessment *a, const char *question);

struct assess_result {
	enum risk risk;
	size_t n_open;		/* questions without an answer */
	unsigned weight, all;
	const struct question *decisive;	/* whose choice made it high */
};
void assess_result(const struct assessment *a, struct assess_result *out);

/* -- $EDITOR -- one line "ID = CHOICE" a question, notes on lines behind it
 * that start with a blank. */
void assess_to_text(const struct assessment *a, const char *of,
		    struct buf *out);
/* Every fault is a finding "line 3: …"; RC_BAD_INPUT with the first. */
enum rc assess_from_text(const char *text, struct assessment *out,
			 struct strs *findings, struct err *err) MUST_USE;

#endif
