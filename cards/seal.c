#include "cards/seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"

#define SEAL "muster-seal 1 "
#define ZEROS \
	"0000000000000000000000000000000000000000000000000000000000000000"
enum { SHORT = 16, DIGITS = 64, LONGEST = 65536 };

/* What stands behind the line, to the end of the file. */
static const char *const tails[] = {
	[REPORT_HTML] = " -->\n", [REPORT_MD] = " -->\n",
	[REPORT_JSON] = "\"\n}\n",
};

void seal_parts_release(struct seal_parts *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].id);
	vec_free(v);
}

void seal_release(struct seal *s)
{
	free(s->program);
	free(s->of);
	free(s->stage);
	free(s->reason);
	seal_parts_release(&s->parts);
	*s = (struct seal){ .format = REPORT_HTML };
}

static void short_digest(const char *bytes, size_t n, char out[SHORT + 1])
{
	char hex[HASH_HEX_SIZE];
	struct hash h = hash_bytes(bytes, n);

	memcpy(out, hash_hex(&h, hex), SHORT);
	out[SHORT] = '\0';
}

/* -- Writing -- */

void seal_mark(struct seal_parts *parts, const char *id,
	       const struct buf *out)
{
	struct seal_part *p = vec_add(parts);

	p->id = xstrdup(id);
	p->start = out->len;
}

static size_t part_end(const struct seal_parts *parts, size_t i, size_t end)
{
	return i + 1 < parts->n ? parts->at[i + 1].start : end;
}

/* A word: no blank, nothing that ends a comment. */
static void put_word(struct buf *out, const char *text)
{
	for (const char *s = text; *s; s++) {
		bool plain = (*s >= 'a' && *s <= 'z') ||
			     (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9');

		if (plain)
			buf_char(out, *s);
		else
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)*s);
	}
}

static void put_options(struct buf *line, const struct report *r)
{
	if (!r->flags)
		return;
	buf_str(line, " options:");
	report_flags_text(line, r->flags);
	if (r->reason) {
		buf_str(line, " reason:");
		put_word(line, r->reason);
	}
}

void seal_line(struct buf *line, const struct report *r,
	       enum report_format format, const struct seal_parts *parts,
	       const struct buf *out, size_t body_end)
{
	buf_printf(line, SEAL "%s program:" MUSTER_VERSION " kind:%s of:",
		   report_format_name(format), report_kind_name(r->kind));
	for (const char *p = r->of ? r->of : ""; *p; p++)
		buf_char(line, *p == ' ' ? ',' : *p);
	buf_printf(line, " stage:%s", r->stage ? r->stage : "");
	put_options(line, r);
	buf_printf(line, " entries:%llu root:%s",
		   (unsigned long long)r->entries, r->root);
	for (size_t i = 0; i < parts->n; i++) {
		char digest[SHORT + 1];
		size_t start = parts->at[i].start;

		short_digest(out->data + start,
			     part_end(parts, i, body_end) - start, digest);
		buf_printf(line, " %s:%zu:%s", parts->at[i].id, start,
			   digest);
	}
	buf_str(line, " sha256:" ZEROS);
}

/* The last of the file's 64 zeros. */
static char *last_zeros(struct buf *out)
{
	for (size_t at = out->len - DIGITS; at > 0; at--)
		if (!memcmp(out->data + at, ZEROS, DIGITS))
			return out->data + at;
	BUG("a report without a seal");
}

void seal_close(struct buf *out)
{
	char hex[HASH_HEX_SIZE];
	char *digits = last_zeros(out);
	struct hash h = hash_bytes(out->data, out->len);

	memcpy(digits, hash_hex(&h, hex), DIGITS);
}

/* -- Reading -- */

/* The last place of needle, or NULL. */
static const char *find_last(const char *text, size_t n, const char *needle)
{
	size_t len = strlen(needle);

	for (size_t at = n >= len ? n - len + 1 : 0; at > 0; at--)
		if (!memcmp(text + at - 1, needle, len))
			return text + at - 1;
	return NULL;
}

static bool is_hex(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789abcdef", s[i]) || !s[i])
			return false;
	return s[n] == '\0';
}

static bool read_part(const char *word, struct seal *out)
{
	const char *start = strchr(word, ':');
	const char *digest = start ? strchr(start + 1, ':') : NULL;
	struct seal_part *p;
	uint64_t at;

	if (!digest || !is_hex(digest + 1, SHORT) ||
	    !decimal_read_u64(start + 1, (size_t)(digest - start - 1), &at) ||
	    at > out->at ||
	    (out->parts.n && at < out->parts.at[out->parts.n - 1].start))
		return false;
	p = vec_add(&out->parts);
	p->id = xmemdupz(word, (size_t)(start - word));
	p->start = (size_t)at;
	memcpy(p->digest, digest + 1, SHORT);
	return true;
}

static const char *value_of(const char *word, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(word, key, n) ? word + n : NULL;
}

static bool set_text(char **field, const char *v)
{
	free(*field);
	*field = xstrdup(v);
	return true;
}

static bool set_hex(char *field, const char *v)
{
	if (strlen(v) != DIGITS || !is_hex(v, DIGITS))
		return false;
	memcpy(field, v, DIGITS + 1);
	return true;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF", *at = strchr(digits, c);

	return c && at ? (int)(at - digits) : -1;
}

static bool read_text(char **field, const char *v)
{
	struct buf b = BUF_INIT;
	bool ok = true;

	for (; *v && ok; v++) {
		int high, low;

		if (*v != '%') {
			buf_char(&b, *v);
			continue;
		}
		high = hex_digit(v[1]);
		low = high < 0 ? -1 : hex_digit(v[2]);
		ok = low >= 0 && high + low > 0;
		if (ok)
			buf_char(&b, (char)(high * 16 + low));
		v += ok ? 2 : 0;
	}
	free(*field);
	*field = buf_detach(&b);
	return ok;
}

static bool read_word(const char *word, struct seal *out)
{
	const char *v;

	if ((v = value_of(word, "program:")))
		return set_text(&out->program, v);
	if ((v = value_of(word, "kind:")))
		return report_kind_from_name(v, &out->kind);
	if ((v = value_of(word, "of:")))
		return set_text(&out->of, v);
	if ((v = value_of(word, "stage:")))
		return set_text(&out->stage, v);
	if ((v = value_of(word, "options:")))
		return report_flags_from_text(v, &out->flags);
	if ((v = value_of(word, "reason:")))
		return read_text(&out->reason, v);
	if ((v = value_of(word, "entries:")))
		return decimal_read_u64(v, strlen(v), &out->entries);
	if ((v = value_of(word, "root:")))
		return set_hex(out->root, v);
	if ((v = value_of(word, "sha256:")))
		return set_hex(out->digest, v);
	return read_part(word, out);
}

/* The words of the line, which is ours to cut up. */
static bool read_words(char *line, struct seal *out)
{
	char *at = line, *word;
	bool ok = (word = strsep(&at, " ")) &&
		  report_format_from_name(word, &out->format);

	while (ok && (word = strsep(&at, " ")))
		ok = read_word(word, out);
	return ok && out->program && out->of && out->stage && *out->root &&
	       *out->digest && out->parts.n;
}

static bool read_line(const char *line, size_t n, struct seal *out)
{
	char *copy;
	bool ok;

	if (n > LONGEST || memchr(line, '\0', n))
		return false;
	copy = xmemdupz(line, n);
	ok = read_words(copy, out);
	free(copy);
	return ok;
}

enum rc seal_read(const char *text, size_t n, struct seal *out,
		  struct err *err)
{
	const char *line = find_last(text, n, SEAL);
	const char *digest = line ? find_last(line, (size_t)(text + n - line),
					      " sha256:") : NULL;
	size_t len, left;

	*out = (struct seal){ .format = REPORT_HTML };
	if (!digest)
		return err_set(err, RC_BAD_INPUT, "there is no seal at the "
			       "end: the file is cut, or no report of muster");
	len = (size_t)(digest - line) + strlen(" sha256:") + DIGITS;
	left = n - (size_t)(line - text);
	out->at = (size_t)(line - text);
	if (len <= left &&
	    read_line(line + strlen(SEAL), len - strlen(SEAL), out) &&
	    left - len == strlen(tails[out->format]) &&
	    !memcmp(line + len, tails[out->format], left - len))
		return RC_OK;
	seal_release(out);
	return err_set(err, RC_BAD_INPUT, "the seal at the end is cut or was "
		       "changed (byte %zu on)", (size_t)(line - text));
}

/* -- Checking -- */

static size_t line_at(const char *text, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += text[i] == '\n';
	return line;
}

static size_t body_end(const char *text, const struct seal *s)
{
	size_t at = s->at;

	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

static enum rc name_part(const char *text, const struct seal *s,
			 struct err *err)
{
	size_t end = body_end(text, s);

	for (size_t i = 0; i < s->parts.n; i++) {
		const struct seal_part *p = &s->parts.at[i];
		size_t to = part_end(&s->parts, i, end);
		char digest[SHORT + 1];

		if (to < p->start || to > end)
			to = end > p->start ? end : p->start;
		short_digest(text + p->start, to - p->start, digest);
		if (strcmp(digest, p->digest))
			return err_set(err, RC_UNMET, "changed in section "
				       "'%s' (lines %zu to %zu)", p->id,
				       line_at(text, p->start),
				       line_at(text, to));
	}
	return err_set(err, RC_UNMET, "changed in the seal (line %zu)",
		       line_at(text, s->at));
}

enum rc seal_check(const char *text, size_t n, const struct seal *s,
		   struct err *err)
{
	char hex[HASH_HEX_SIZE];
	const char *digits = find_last(text, n, " sha256:");
	size_t at = digits ? (size_t)(digits - text) + strlen(" sha256:") : n;
	struct hasher *h;
	struct hash sum;

	if (at + DIGITS > n)
		return err_set(err, RC_UNMET, "cut in the seal");
	h = hasher_new();
	hasher_add(h, text, at);
	hasher_add(h, ZEROS, DIGITS);
	hasher_add(h, text + at + DIGITS, n - at - DIGITS);
	sum = hasher_end(h);
	if (!strcmp(hash_hex(&sum, hex), s->digest))
		return RC_OK;
	return name_part(text, s, err);
}
