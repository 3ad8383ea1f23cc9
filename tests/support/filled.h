/* A small registry with something of everything, and the files from which it
 * was made, for tests that try commands on copies of it. */
#ifndef MUSTER_TESTS_FILLED_H
#define MUSTER_TESTS_FILLED_H

/* In folder, by the program: filled.db; loans.csv, more.csv, scores.csv,
 * weights, runner, card.md, g.gate. Fails the test if a step does. */
void filled_make(const char *folder, const char *muster);

#endif
