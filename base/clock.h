/* Wall clock and elapsed time. The only file that asks the system what time
 * it is. Times in the registry are UTC, RFC 3339, whole seconds:
 * "2026-03-01T14:22:07Z". */
#ifndef MUSTER_BASE_CLOCK_H
#define MUSTER_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_TEXT 32

/* Seconds since 1970 UTC. $MUSTER_NOW (RFC 3339) pins it, for tests and for
 * reproducible demonstrations; the log marks nothing of it, as any user may
 * set the host's clock too. */
int64_t clock_now(void);
bool clock_is_pinned(void);
/* The same by the host's clock alone, whatever $MUSTER_NOW says: for limits
 * that nobody may move. */
int64_t clock_host(void);
/* Monotonic nanoseconds, for deadlines and progress. */
uint64_t clock_ns(void);
/* Returns out. */
const char *clock_format(int64_t t, char out[CLOCK_TEXT]);
/* RFC 3339 (any offset), or YYYY-MM-DD, which means the last second of that
 * day, UTC. */
bool clock_parse(const char *s, int64_t *out);
void clock_sleep_us(unsigned microseconds);

#endif
