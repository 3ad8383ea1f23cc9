/* The steps of the demonstration: command lines, and when they "happened". */
#ifndef MUSTER_CLI_DEMO_STEPS_H
#define MUSTER_CLI_DEMO_STEPS_H

#include <stddef.h>

enum { DEMO_WORDS = 24 };

/* A word that starts with "%/" is a file in the demonstration's folder. */
struct demo_step {
	const char *time;		/* RFC 3339; NULL: now */
	const char *say;		/* comment in the script, or NULL */
	const char *words[DEMO_WORDS];	/* NULL behind the last, if fewer */
};

/* In order of time. */
extern const struct demo_step demo_steps[];
extern const size_t demo_n_steps;

#endif
