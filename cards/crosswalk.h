/* Which line of which framework a record of the registry supports. Labels
 * are our own short paraphrases, never the official text.
 *
 * NIST AI RMF 1.0 (NIST AI 100-1, January 2023); Regulation (EU) 2024/1689
 * (AI Act), articles and Annex IV, text of 2024; ISO/IEC 42001:2023 Annex A;
 * SR 26-2 (April 2026, which superseded SR 11-7), in the words of model risk
 * management. A row supports a line; that it satisfies it is for people to
 * judge. */
#ifndef MUSTER_CARDS_CROSSWALK_H
#define MUSTER_CARDS_CROSSWALK_H

#include <stddef.h>

struct framework {
	const char *id;		/* "nist", "ai-act", "iso-42001", "sr-26-2" */
	const char *name, *text_version;
};
enum { FRAMEWORK_NIST, FRAMEWORK_AI_ACT, FRAMEWORK_ISO, FRAMEWORK_SR,
       N_FRAMEWORKS };
const struct framework *framework_at(size_t i);

/* Lines of a framework that a report answers one by one. */
struct crosswalk_line {
	size_t framework;
	const char *ref, *about;	/* "Annex IV 2(d)", "data …" */
	const char *section;	/* NULL: not in this registry */
};
const struct crosswalk_line *crosswalk_line_at(size_t i);

#endif
