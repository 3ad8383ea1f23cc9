/* The demonstration's files: a service that matches "I want to meet …" with
 * "I can provide …". Composed from word lists by a seeded generator that
 * uses only exact arithmetic, so every machine writes the same bytes.
 *
 * What is built in, for people to find: offers of drugs without prescription
 * that answer wishes for a doctor (early versions fall for them), offers of
 * the right help at the wrong time, and a fourth version that is better
 * overall and worse in Spanish. */
#ifndef MUSTER_CLI_DEMO_DATA_H
#define MUSTER_CLI_DEMO_DATA_H

#include "base/err.h"

enum { DEMO_PATTERNS = 1000, DEMO_REQUESTS = 3000, DEMO_VERSIONS = 4,
       DEMO_LANGS = 4, DEMO_TOPICS = 8 };

/* Writes meet-live.csv, matcher-N.csv (predictions), matcher-N.model
 * (stand-ins for artifacts), production.csv (a week's requests) and the
 * papers into the folder, which exists. */
enum rc demo_write_files(const char *dir, struct err *err) MUST_USE;

/* Words of one language; cli/demo_words.c. In templates %P is a person, %S
 * what is wanted or offered, %T a time, %L a place. */
struct demo_lang {
	const char *code;
	const char *wants[4], *offers[4];
	const char *persons[DEMO_TOPICS];
	const char *skills[DEMO_TOPICS][3];
	const char *times[4], *places[4];
	const char *traps[3];
};
extern const struct demo_lang demo_langs[DEMO_LANGS];
extern const char *const demo_topics[DEMO_TOPICS];

/* Files whose text is fixed; cli/demo_papers.c. Ends with a NULL name. */
struct demo_paper { const char *name, *text; };
extern const struct demo_paper demo_papers[];

#endif
