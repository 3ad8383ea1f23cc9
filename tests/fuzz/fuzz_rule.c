/* A pattern, a NUL, and texts separated by NULs: the scan of the column, with
 * its short cuts, agrees with one match after the other; nothing takes long
 * or reads astray. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/rule.h"

#define MAX_ROWS 64

static void scan(struct rule *r, const struct rule_texts *t)
{
	uint8_t answer[MAX_ROWS];
	struct rule_scan s;

	rule_scan_init(&s, r, t, answer, false);
	while (!rule_scan_step(&s, SIZE_MAX, 1000))
		;
	for (size_t i = 0; i < t->n; i++) {
		enum rule_answer a = rule_match(r, t->bytes + t->offset[i],
			(size_t)(t->offset[i + 1] - t->offset[i]), 0);

		if (answer[i] != a && answer[i] != RULE_UNDECIDED &&
		    a != RULE_UNDECIDED)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	const char *end = memchr(s, '\0', size);
	uint64_t offset[MAX_ROWS + 1] = { 0 };
	struct rule_texts t = { 0, offset, NULL };
	struct err err = ERR_INIT;
	struct rule *r = NULL;
	char *bytes;

	if (!end || rule_compile(s, (size_t)(end - s), &r, &err))
		return 0;
	bytes = malloc(size + 1);
	for (const char *p = end + 1; p < s + size && t.n < MAX_ROWS;) {
		size_t left = (size_t)(s + size - p);
		const char *q = memchr(p, '\0', left);
		size_t n = q ? (size_t)(q - p) : left;

		memcpy(bytes + offset[t.n], p, n);
		offset[t.n + 1] = offset[t.n] + n;
		t.n++;
		p += n + 1;
	}
	t.bytes = bytes;
	scan(r, &t);
	free(bytes);
	rule_free(r);
	return 0;
}
