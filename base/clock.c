#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"

#define NS_PER_S 1000000000ull

int64_t clock_now(void)
{
	int64_t t;

	if (!clock_is_pinned())
		return clock_host();
	if (!clock_parse(getenv("MUSTER_NOW"), &t))
		fatal("$MUSTER_NOW is not a time such as "
		      "2026-03-01T14:22:07Z");
	return t;
}

bool clock_is_pinned(void)
{
	const char *pinned = getenv("MUSTER_NOW");

	return pinned && *pinned;
}

int64_t clock_host(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

const char *clock_format(int64_t t, char out[CLOCK_TEXT])
{
	time_t seconds = (time_t)t;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || tm.tm_year < -1900 ||
	    tm.tm_year > 9999 - 1900) {
		snprintf(out, CLOCK_TEXT, "@%lld", (long long)t);
		return out;
	}
	snprintf(out, CLOCK_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ",
		 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec);
	return out;
}

/* Exactly n digits at *s, which moves behind them and behind the byte after
 * when that is the one wanted (0: none is). */
static bool take(const char **s, int n, char after, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		*out = *out * 10 + (**s - '0');
	}
	if (after && **s != after)
		return false;
	if (after)
		(*s)++;
	return true;
}

static bool leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool take_date(const char **s, struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
				    30, 31 };
	int year, month, day, last;

	if (!take(s, 4, '-', &year) || !take(s, 2, '-', &month) ||
	    !take(s, 2, 0, &day) || month < 1 || month > 12)
		return false;
	last = days[month - 1] + (month == 2 && leap(year));
	if (day < 1 || day > last)
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

/* "Z" or "+02:00"; *seconds east of UTC. */
static bool take_offset(const char **s, int *seconds)
{
	int sign = **s == '-' ? -1 : 1, hours, minutes;

	*seconds = 0;
	if (**s == 'Z' || **s == 'z') {
		(*s)++;
		return true;
	}
	if (**s != '+' && **s != '-')
		return false;
	(*s)++;
	if (!take(s, 2, ':', &hours) || !take(s, 2, 0, &minutes) ||
	    hours > 23 || minutes > 59)
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool take_time(const char **s, struct tm *tm)
{
	if (!take(s, 2, ':', &tm->tm_hour) || !take(s, 2, ':', &tm->tm_min) ||
	    !take(s, 2, 0, &tm->tm_sec) || tm->tm_hour > 23 ||
	    tm->tm_min > 59 || tm->tm_sec > 60)
		return false;
	if (**s != '.')
		return true;
	do
		(*s)++;
	while (**s >= '0' && **s <= '9');
	return (*s)[-1] != '.';
}

bool clock_parse(const char *s, int64_t *out)
{
	struct tm tm = { 0 };
	int offset = 0;

	if (!take_date(&s, &tm))
		return false;
	if (!*s) {
		tm.tm_hour = 23;
		tm.tm_min = 59;
		tm.tm_sec = 59;
	} else if ((*s != 'T' && *s != 't' && *s != ' ') ||
		   (s++, !take_time(&s, &tm)) || !take_offset(&s, &offset) ||
		   *s) {
		return false;
	}
	*out = (int64_t)timegm(&tm) - offset;
	return true;
}

void clock_sleep_us(unsigned microseconds)
{
	struct timespec left = {
		.tv_sec = microseconds / 1000000,
		.tv_nsec = (long)(microseconds % 1000000) * 1000,
	};

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}
