#include "base/vec.h"

void strs_add(struct strs *v, const char *s)
{
	vec_push(v, xstrdup(s));
}

void strs_add_commas(struct strs *v, const char *s)
{
	for (;; s++) {
		size_t n = strcspn(s, ",");

		vec_push(v, xmemdupz(s, n));
		s += n;
		if (!*s)
			return;
	}
}

void strs_release(struct strs *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i]);
	vec_free(v);
}

int strs_by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}
