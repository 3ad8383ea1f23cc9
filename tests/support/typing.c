#include "support/typing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"

#define NS_PER_MS 1000000ull

void typing_do(struct typing *t, struct pty *p, unsigned ms, unsigned pace_ms)
{
	uint64_t begin = clock_ns(), asked = begin;

	t->n = 0;
	t->lag = 0;
	while ((t->end = clock_ns()) - begin < ms * NS_PER_MS) {
		size_t had = pty_raw(p)->len;

		if (t->n < TYPING_MAX) {
			char *word = t->words[t->n].word;

			snprintf(word, sizeof(t->words[0].word), "w%zu,", t->n);
			pty_send(p, word);
			t->words[t->n++].at = clock_ns();
		}
		pty_settle(p, pace_ms);
		if (clock_ns() - asked > t->lag + pace_ms * NS_PER_MS)
			t->lag = clock_ns() - asked - pace_ms * NS_PER_MS;
		if (pty_raw(p)->len > had)
			asked = clock_ns();
	}
}

void typing_check(const struct typing *t, const char *kept, unsigned age_ms)
{
	for (size_t i = 0; i < t->n; i++) {
		uint64_t age = t->end - t->words[i].at;

		if (age >= age_ms * NS_PER_MS + t->lag &&
		    !strstr(kept, t->words[i].word))
			fail_msg("'%s', typed %u ms before, is not in '%s'",
				 t->words[i].word, (unsigned)(age / NS_PER_MS),
				 kept);
	}
}
