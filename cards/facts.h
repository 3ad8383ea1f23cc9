/* What the registry knows about the thing that a document describes; read
 * once, then used for completeness, lint, references, and section 7. An open
 * record, so that a test or a screen may fill it by hand. */
#ifndef MUSTER_CARDS_FACTS_H
#define MUSTER_CARDS_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "cards/doc.h"
#include "registry/dataset.h"
#include "registry/evaluate.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct sheet {				/* a datasheet that was ever saved */
	char *dataset;
	struct doc doc;
};
VEC_DECLARE(struct sheet, sheets);

struct doc_facts {
	struct registry *reg;		/* borrowed; NULL: nothing beyond this */
	char *model;			/* of a card or checklist, or NULL */
	int64_t version;		/* of a card, or 0 */
	char *risk, *owner;		/* or NULL: unset */
	enum metric main_metric;
	bool has_threshold;		/* of the version */
	double threshold;
	/* The dataset that the version was trained on, where one is on record,
	 * and its columns that may be about a person ("age, sex"); or NULL. */
	char *trained_on, *personal;
	/* Of a datasheet: the dataset as it is recorded, what was measured on
	 * it, and who uses it. risk is then dataset_risk. */
	bool has_dataset;
	struct dataset_rec dataset;
	struct profile profile;
	struct dataset_users users;
	/* The newest evaluation on each test set there is one for, and the
	 * test sets in the same order, at their newest revision. */
	struct evaluations evaluations;
	struct testset_infos testsets;
	struct sheets sheets;		/* all datasheets there are */
	bool has_unitary, has_intersectional;	/* some slice of that kind */
};

void doc_facts_init(struct doc_facts *f);
void doc_facts_release(struct doc_facts *f);
/* of: "m@7" for a card, a dataset's name, a model's name. RC_NOT_FOUND if
 * the model or version does not exist; a dataset need not be recorded. */
enum rc doc_facts_load(struct registry *reg, enum doc_type type,
		       const char *of, struct doc_facts *out,
		       struct err *err) MUST_USE;
/* Of a card only what its completeness rests on: risk (as given), and the
 * newest evaluations. */
enum rc doc_facts_load_evaluated(struct registry *reg, const char *model,
				 int64_t version, const char *risk,
				 struct doc_facts *out, struct err *err)
	MUST_USE;
/* The evaluation of the model's version on a set, or NULL. */
const struct evaluation *doc_facts_on(const struct doc_facts *f,
				      const char *testset);

#endif
