/* rule_scan FILE PATTERN: scans the lines of a file as a column of texts.
 * Prints seconds (median of five), hits, milliseconds to the first hit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fsx.h"
#include "model/rule.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct rule_texts split(char *bytes, size_t len)
{
	struct rule_texts t = { 0, NULL, bytes };
	uint64_t *offset = NULL, to = 0;
	size_t cap = 0;

	for (char *p = bytes, *end = bytes + len; p < end;) {
		char *q = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((q ? q : end) - p);

		if (t.n + 2 > cap)
			offset = realloc(offset, (cap = cap * 2 + 64) * 8);
		offset[t.n++] = to;
		memmove(bytes + to, p, n);
		to += n;
		p += n + 1;
	}
	offset[t.n] = to;
	t.offset = offset;
	return t;
}

static double scan(struct rule *rule, const struct rule_texts *t,
		   uint8_t *answer, uint64_t *hits, double *first)
{
	uint64_t start = clock_ns();
	struct rule_scan s;
	bool any = false, done;

	rule_scan_init(&s, rule, t, answer, false);
	do {
		done = rule_scan_step(&s, SIZE_MAX, any ? 0 : 1000000);
		if (!any && s.n_match) {
			any = true;
			*first = (double)(clock_ns() - start) / 1e6;
		}
	} while (!done);
	*hits = s.n_match;
	return (double)(clock_ns() - start) / 1e9;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct buf file = BUF_INIT;
	struct rule *rule = NULL;
	struct rule_texts t;
	double seconds[5], first = 0;
	uint64_t hits = 0;
	uint8_t *answer;

	if (argc != 3 || fsx_read(argv[1], (size_t)1 << 32, &file, &err) ||
	    rule_compile(argv[2], strlen(argv[2]), &rule, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	t = split(file.data, file.len);
	answer = calloc(t.n + 1, 1);
	for (int i = 0; i < 5; i++)
		seconds[i] = scan(rule, &t, answer, &hits, &first);
	qsort(seconds, 5, sizeof(*seconds), by_value);
	printf("%.5f %llu %.3f\n", seconds[2], (unsigned long long)hits,
	       first);
	return 0;
}
