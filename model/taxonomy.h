/* Lists that the field has already: choices that problems, cards, datasheets
 * and reports offer. Ids are stable; an organisation may add its own in a
 * template, nothing here is ever removed.
 *
 * Sources: Mehrabi et al., arXiv:1908.09635 (bias, discrimination); Ren, Gay,
 * Kästner, Jamshidi (system issues); Sculley et al. 2015 (debt); J. Abbott,
 * "Machine Learning's Surprises" (parts at fault, personas, serving). */
#ifndef MUSTER_MODEL_TAXONOMY_H
#define MUSTER_MODEL_TAXONOMY_H

#include <stddef.h>

enum taxonomy {
	TAXONOMY_PART,		/* part at fault */
	TAXONOMY_SYSTEM,	/* system issue */
	TAXONOMY_BIAS,
	TAXONOMY_DISCRIMINATION,
	TAXONOMY_HARM,		/* kind of harm */
	TAXONOMY_MITIGATION,
	TAXONOMY_PERSONA,
	TAXONOMY_SERVING,
	TAXONOMY_COUNT
};

struct taxon {
	const char *id;
	const char *text;	/* one sentence */
	const char *stage;	/* bias: user, data, algorithm; else NULL */
};

/* "part", "bias" … as options and fields name the list. */
const char *taxonomy_name(enum taxonomy t);
const struct taxon *taxonomy_list(enum taxonomy t, size_t *n);
/* The first list that has the id, in the order above; TAXONOMY_COUNT: none. */
enum taxonomy taxonomy_of(const char *id);

/* Harm weights (DESIGN section 7). */
struct harm_weight {
	int weight;
	const char *text;
};
const struct harm_weight *harm_scale(size_t *n);
/* NULL unless the weight stands on the scale. */
const char *harm_text(int weight);

#endif
