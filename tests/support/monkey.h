/* Random keys, pastes, clicks and sizes for the real binary on a pty: only 'q'
 * ends it, and orderly. */
#ifndef MUSTER_TESTS_SUPPORT_MONKEY_H
#define MUSTER_TESTS_SUPPORT_MONKEY_H

#include <stdint.h>

struct pty;

/* For pty_start: keys that an editor or a pager takes would do what they
 * like. */
extern const char *const monkey_env[];

/* $MONKEY_KEYS, or what is usual. */
int64_t monkey_keys(int64_t usual);

/* Sends n keys, chosen by $MONKEY_SEED, to what start begins, and begins it
 * anew when it ends; a failure says after which key and seed. */
void monkey_run(struct pty *(*start)(void *arg), void *arg, int64_t n);

#endif
