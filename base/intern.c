#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define K0 0xa0761d6478bd642fu
#define K1 0xe7037ed1a0b428dbu

static uint64_t multiply(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t load8(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static uint64_t load4(const char *p)
{
	uint32_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

uint64_t text_hash(const char *s, size_t n)
{
	uint64_t h = K0 ^ n, a, b;
	size_t left = n;

	for (; left > 16; left -= 16, s += 16)
		h = multiply(load8(s) ^ K1, load8(s + 8) ^ h);
	if (left >= 8) {
		a = load8(s);
		b = load8(s + left - 8);
	} else if (left >= 4) {
		a = load4(s);
		b = load4(s + left - 4);
	} else if (left) {
		a = (uint64_t)(uint8_t)s[0] << 16 |
		    (uint64_t)(uint8_t)s[left / 2] << 8 |
		    (uint8_t)s[left - 1];
		b = 0;
	} else {
		a = b = 0;
	}
	return multiply(K1 ^ n, multiply(a ^ K1, b ^ h));
}

void intern_release(struct intern *in)
{
	free(in->bytes);
	free(in->text);
	hashtab_release(&in->numbers);
	*in = (struct intern)INTERN_INIT;
}

void intern_clear(struct intern *in)
{
	in->n = 0;
	in->n_bytes = 0;
	hashtab_clear(&in->numbers);
}

static void grow(struct intern *in)
{
	hashtab_reset(&in->numbers, in->n ? (size_t)in->n * 2 : 32);
	for (uint32_t i = 0; i < in->n; i++)
		hashtab_put(&in->numbers, in->text[i].hash, i);
}

static void keep(struct intern *in, const char *s, size_t n, uint64_t hash)
{
	struct intern_text *t;

	if (in->n == in->cap) {
		in->cap = in->cap ? in->cap * 2 : 32;
		in->text = xreallocarray(in->text, in->cap,
					 sizeof(*in->text));
	}
	if (in->cap_bytes - in->n_bytes < n + 1) {
		in->cap_bytes = in->cap_bytes * 2 + n + 64;
		in->bytes = xrealloc(in->bytes, in->cap_bytes);
	}
	t = &in->text[in->n++];
	*t = (struct intern_text){ hash, in->n_bytes, (uint32_t)n };
	if (n)
		memcpy(in->bytes + in->n_bytes, s, n);
	in->bytes[in->n_bytes + n] = '\0';
	in->n_bytes += n + 1;
}

/* Where the text's number plus 1 stands, or the 0 where it would. */
static uint32_t *find(const struct intern *in, const char *s, size_t n,
		      uint64_t hash)
{
	uint32_t *at = hashtab_first(&in->numbers, hash);

	for (; *at; at = hashtab_next(&in->numbers, at)) {
		const struct intern_text *t = &in->text[*at - 1];

		if (t->hash == hash && t->n == n &&
		    (!n || !memcmp(in->bytes + t->at, s, n)))
			break;
	}
	return at;
}

uint32_t intern_add_hashed(struct intern *in, const char *s, size_t n,
			   uint64_t hash)
{
	uint32_t *at;

	if (!hashtab_holds(&in->numbers, (size_t)in->n + 1))
		grow(in);
	at = find(in, s, n, hash);
	if (*at)
		return *at - 1;
	*at = in->n + 1;
	keep(in, s, n, hash);
	return in->n - 1;
}

uint32_t intern_add(struct intern *in, const char *s, size_t n)
{
	return intern_add_hashed(in, s, n, text_hash(s, n));
}

uint32_t intern_find_hashed(const struct intern *in, const char *s, size_t n,
			    uint64_t hash)
{
	uint32_t found = in->n ? *find(in, s, n, hash) : 0;

	return found ? found - 1 : INTERN_NONE;
}

uint32_t intern_find(const struct intern *in, const char *s, size_t n)
{
	return intern_find_hashed(in, s, n, text_hash(s, n));
}

const char *intern_text(const struct intern *in, uint32_t i, size_t *n)
{
	if (n)
		*n = in->text[i].n;
	return in->bytes + in->text[i].at;
}
