/* Words typed at a pace, to see which of them are kept when the typing ends
 * all at once. */
#ifndef MUSTER_TESTS_SUPPORT_TYPING_H
#define MUSTER_TESTS_SUPPORT_TYPING_H

#include <stddef.h>
#include <stdint.h>

#include "support/pty.h"

#define TYPING_MAX 120

struct typing {
	uint64_t end;		/* clock_ns */
	uint64_t lag;		/* ns: longest time without an answer */
	size_t n;
	struct { uint64_t at; char word[16]; } words[TYPING_MAX];
};

/* For so long, a word each pace_ms, without a pause. */
void typing_do(struct typing *t, struct pty *p, unsigned ms, unsigned pace_ms);
/* Fails the test if a word that was typed at least age_ms before the end is
 * not in the text; earlier by the lag, in which it came to no program. */
void typing_check(const struct typing *t, const char *kept, unsigned age_ms);

#endif
