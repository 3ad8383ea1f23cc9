/* A struct json is a jansson value under another name: nothing is wrapped,
 * the casts are in to() and from(). Writing is our own, because numbers are
 * printed in base/decimal only. */

/* jansson has other meanings for these names of ours. */
#define json_type jansson_type
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_REAL JANSSON_REAL
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef json_type
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_REAL
#undef JSON_NULL

#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define MAX_DEPTH 512
#define MAX_DEPTH_TEXT "512"

static json_t *from(const struct json *j)
{
	return (json_t *)(uintptr_t)j;
}

static struct json *to(json_t *j)
{
	return (struct json *)j;
}

/* Set while this thread is in json_parse_in: jansson asks nobody where its
 * memory shall be from. */
static _Thread_local struct pool *parsing_in;

static void *allocate(size_t n)
{
	return parsing_in ? pool_alloc(parsing_in, n) : xmalloc(n);
}

static void give_back(void *p)
{
	if (!parsing_in)
		free(p);
}

/* Before main: memory that is there, or the program ends in order. */
__attribute__((constructor)) static void use_our_memory(void)
{
	json_set_alloc_funcs(allocate, give_back);
}

/* jansson gives NULL for text that is no UTF-8. */
static struct json *made(json_t *j)
{
	if (!j)
		BUG("a JSON value could not be made");
	return to(j);
}

static void done(int failed)
{
	if (failed)
		BUG("a JSON value could not be changed");
}

/* The byte that opens level MAX_DEPTH + 1, or NULL. */
static const char *too_deep(const char *s, size_t n)
{
	const char *end = s + n;
	unsigned depth = 0;
	bool in_string = false;

	for (; s < end; s++) {
		if (in_string) {
			if (*s == '\\')
				s++;
			else if (*s == '"')
				in_string = false;
		} else if (*s == '"') {
			in_string = true;
		} else if (*s == '[' || *s == '{') {
			if (++depth > MAX_DEPTH)
				return s;
		} else if ((*s == ']' || *s == '}') && depth > 0) {
			depth--;
		}
	}
	return NULL;
}

static enum rc refuse_at(const char *text, const char *at, const char *what,
			 const char *why, struct err *err)
{
	const char *start = text;
	int line = 1;

	for (const char *s = text; s < at; s++) {
		if (*s == '\n') {
			line++;
			start = s + 1;
		}
	}
	return err_set(err, RC_BAD_INPUT, "%s: line %d, column %zd: %s", what,
		       line, at - start + 1, why);
}

enum rc json_parse(const char *text, size_t n, const char *what,
		   struct json **out, struct err *err)
{
	/* jansson passes over a NUL that follows a number */
	const char *nul = n ? memchr(text, '\0', n) : NULL;
	const char *deep = too_deep(text, n);
	json_error_t why;
	json_t *j;

	if (nul)
		return refuse_at(text, nul, what, "a NUL byte", err);
	if (deep)
		return refuse_at(text, deep, what, "nested deeper than "
				 MAX_DEPTH_TEXT " levels", err);
	j = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
		       &why);
	if (!j && json_error_code(&why) == json_error_out_of_memory)
		return err_set(err, RC_NO_SPACE, "%s: no memory for it", what);
	if (!j)
		return err_set(err, RC_BAD_INPUT, "%s: line %d, column %d: %s",
			       what, why.line, why.column, why.text);
	*out = to(j);
	return RC_OK;
}

enum rc json_parse_in(struct pool *pool, const char *text, size_t n,
		      const char *what, const struct json **out,
		      struct err *err)
{
	struct json *j = NULL;
	enum rc rc;

	parsing_in = pool;
	rc = json_parse(text, n, what, &j, err);
	parsing_in = NULL;
	*out = j;
	return rc;
}

void json_free(struct json *j)
{
	json_decref(from(j));
}

struct json *json_clone(const struct json *j)
{
	return made(json_deep_copy(from(j)));
}

bool json_same(const struct json *a, const struct json *b)
{
	return json_equal(from(a), from(b));
}

enum json_type json_type(const struct json *j)
{
	if (!j)
		return JSON_NULL;
	switch (json_typeof(from(j))) {
	case JANSSON_OBJECT: return JSON_OBJECT;
	case JANSSON_ARRAY: return JSON_ARRAY;
	case JANSSON_STRING: return JSON_STRING;
	case JSON_INTEGER: return JSON_INT;
	case JANSSON_REAL: return JSON_REAL;
	case JSON_TRUE:
	case JSON_FALSE: return JSON_BOOL;
	case JANSSON_NULL: break;
	}
	return JSON_NULL;
}

struct json *json_get(const struct json *object, const char *key)
{
	return to(json_object_get(from(object), key));
}

struct json *json_at(const struct json *array, size_t i)
{
	return to(json_array_get(from(array), i));
}

size_t json_size(const struct json *j)
{
	if (json_type(j) == JSON_OBJECT)
		return json_object_size(from(j));
	return json_array_size(from(j));
}

struct json *json_member(const struct json *object, size_t i,
			 const char **key)
{
	json_t *o = from(object);
	void *at = json_object_iter(o);

	while (at && i-- > 0)
		at = json_object_iter_next(o, at);
	if (!at)
		return NULL;
	if (key)
		*key = json_object_iter_key(at);
	return to(json_object_iter_value(at));
}

const char *json_str(const struct json *j)
{
	return json_string_value(from(j));
}

bool json_int(const struct json *j, int64_t *out)
{
	if (json_type(j) != JSON_INT)
		return false;
	*out = json_integer_value(from(j));
	return true;
}

bool json_num(const struct json *j, double *out)
{
	enum json_type type = json_type(j);

	if (type != JSON_INT && type != JSON_REAL)
		return false;
	*out = json_number_value(from(j));
	return true;
}

bool json_bool(const struct json *j)
{
	return json_is_true(from(j));
}

const char *json_get_str(const struct json *object, const char *key)
{
	return json_str(json_get(object, key));
}

int64_t json_get_int(const struct json *object, const char *key,
		     int64_t fallback)
{
	json_int(json_get(object, key), &fallback);
	return fallback;
}

struct json *json_new_object(void)
{
	return made(json_object());
}

struct json *json_new_array(void)
{
	return made(json_array());
}

struct json *json_new_str(const char *s)
{
	return made(json_string(s));
}

struct json *json_new_int(int64_t i)
{
	return made(json_integer(i));
}

struct json *json_new_num(double x)
{
	return made(json_real(x));
}

struct json *json_new_bool(bool b)
{
	return made(json_boolean(b));
}

struct json *json_new_null(void)
{
	return made(json_null());
}

void json_set(struct json *object, const char *key, struct json *value)
{
	done(json_object_set_new(from(object), key, from(value)));
}

void json_append(struct json *array, struct json *value)
{
	done(json_array_append_new(from(array), from(value)));
}

void json_remove(struct json *object, const char *key)
{
	json_object_del(from(object), key);
}

void json_set_str(struct json *object, const char *key, const char *s)
{
	if (s)
		json_set(object, key, json_new_str(s));
}

void json_set_int(struct json *object, const char *key, int64_t i)
{
	json_set(object, key, json_new_int(i));
}

/* The escape for a byte in a string, or NULL where it stands for itself. */
static const char *escape(unsigned char c, char room[8])
{
	static const char digits[] = "0123456789abcdef";
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	if (c >= 0x20 && c != '"' && c != '\\')
		return NULL;
	memcpy(room, "\\u00", 5);
	for (size_t i = 0; i + 1 < sizeof(named); i += 2) {
		if ((unsigned char)named[i] == c) {
			room[1] = named[i + 1];
			room[2] = '\0';
			return room;
		}
	}
	room[4] = digits[c >> 4];
	room[5] = digits[c & 15];
	room[6] = '\0';
	return room;
}

static void write_ascii(struct buf *b, const char *s, size_t n)
{
	size_t from_here = 0;
	char room[8];

	for (size_t i = 0; i < n; i++) {
		const char *e = escape((unsigned char)s[i], room);

		if (!e)
			continue;
		buf_add(b, s + from_here, i - from_here);
		buf_str(b, e);
		from_here = i + 1;
	}
	buf_add(b, s + from_here, n - from_here);
}

static void write_string(struct buf *b, const char *s, size_t n)
{
	size_t good;

	buf_char(b, '"');
	while (!utf8_valid(s, n, &good)) {
		size_t bad = s[good] != '\0';

		write_ascii(b, s, good + !bad);
		if (bad)
			buf_str(b, "\xef\xbf\xbd");
		s += good + 1;
		n -= good + 1;
	}
	write_ascii(b, s, n);
	buf_char(b, '"');
}

static void write_number(struct buf *b, double x)
{
	char text[DECIMAL_MAX];

	buf_str(b, decimal_shortest(x, text));
	/* A real stays one when it is read again. */
	if (!strpbrk(text, ".e"))
		buf_str(b, ".0");
}

static void new_line(struct buf *b, bool pretty, unsigned depth)
{
	if (!pretty)
		return;
	buf_char(b, '\n');
	buf_fill(b, ' ', (size_t)depth * 2);
}

enum style { PLAIN, PRETTY, CANONICAL };

static void write_value(struct buf *b, json_t *j, enum style style,
			unsigned depth);

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **keys_of(json_t *object, bool sorted)
{
	size_t n = json_object_size(object), i = 0;
	const char **keys = XNEW_ARRAY(const char *, n);

	for (void *at = json_object_iter(object); at;
	     at = json_object_iter_next(object, at))
		keys[i++] = json_object_iter_key(at);
	if (sorted)
		qsort(keys, n, sizeof(keys[0]), by_key);
	return keys;
}

static void write_object(struct buf *b, json_t *j, enum style style,
			 unsigned depth)
{
	const char **keys = keys_of(j, style == CANONICAL);
	size_t n = json_object_size(j);

	buf_char(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ',');
		new_line(b, style == PRETTY, depth + 1);
		write_string(b, keys[i], strlen(keys[i]));
		buf_str(b, style == PRETTY ? ": " : ":");
		write_value(b, json_object_get(j, keys[i]), style, depth + 1);
	}
	if (n)
		new_line(b, style == PRETTY, depth);
	buf_char(b, '}');
	free(keys);
}

static void write_array(struct buf *b, json_t *j, enum style style,
			unsigned depth)
{
	size_t n = json_array_size(j);

	buf_char(b, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_char(b, ',');
		new_line(b, style == PRETTY, depth + 1);
		write_value(b, json_array_get(j, i), style, depth + 1);
	}
	if (n)
		new_line(b, style == PRETTY, depth);
	buf_char(b, ']');
}

static void write_value(struct buf *b, json_t *j, enum style style,
			unsigned depth)
{
	switch (json_type(to(j))) {
	case JSON_NULL: buf_str(b, "null"); break;
	case JSON_BOOL: buf_str(b, json_is_true(j) ? "true" : "false"); break;
	case JSON_INT:
		buf_printf(b, "%lld", (long long)json_integer_value(j));
		break;
	case JSON_REAL: write_number(b, json_real_value(j)); break;
	case JSON_STRING:
		write_string(b, json_string_value(j), json_string_length(j));
		break;
	case JSON_ARRAY: write_array(b, j, style, depth); break;
	case JSON_OBJECT: write_object(b, j, style, depth); break;
	}
}

void json_write_canonical(struct buf *b, const struct json *j)
{
	write_value(b, from(j), CANONICAL, 0);
}

void json_write(struct buf *b, const struct json *j, bool pretty)
{
	write_value(b, from(j), pretty ? PRETTY : PLAIN, 0);
}

/* What stands between the last thing written and the next one. */
static void before_value(struct json_out *o)
{
	if (o->after_key) {
		o->after_key = false;
		return;
	}
	if (!o->depth)
		return;
	if (o->any[o->depth - 1])
		buf_char(o->buf, ',');
	o->any[o->depth - 1] = true;
	new_line(o->buf, o->pretty, o->depth);
}

static void open_level(struct json_out *o, char kind)
{
	before_value(o);
	if (o->depth == sizeof(o->kind))
		BUG("JSON output nested deeper than %zu", sizeof(o->kind));
	o->kind[o->depth] = (uint8_t)kind;
	o->any[o->depth++] = false;
	buf_char(o->buf, kind);
}

void jo_object(struct json_out *o)
{
	open_level(o, '{');
}

void jo_array(struct json_out *o)
{
	open_level(o, '[');
}

void jo_end(struct json_out *o)
{
	if (!o->depth || o->after_key)
		BUG("JSON output ended in the wrong place");
	o->depth--;
	if (o->any[o->depth])
		new_line(o->buf, o->pretty, o->depth);
	buf_char(o->buf, o->kind[o->depth] == '{' ? '}' : ']');
}

void jo_key(struct json_out *o, const char *key)
{
	if (!o->depth || o->kind[o->depth - 1] != '{' || o->after_key)
		BUG("JSON key '%s' in the wrong place", key);
	before_value(o);
	write_string(o->buf, key, strlen(key));
	buf_str(o->buf, o->pretty ? ": " : ":");
	o->after_key = true;
}

void jo_str(struct json_out *o, const char *s)
{
	if (s)
		jo_strn(o, s, strlen(s));
	else
		jo_null(o);
}

void jo_strn(struct json_out *o, const char *s, size_t n)
{
	before_value(o);
	write_string(o->buf, s, n);
}

void jo_int(struct json_out *o, int64_t i)
{
	before_value(o);
	buf_printf(o->buf, "%lld", (long long)i);
}

void jo_num(struct json_out *o, double x)
{
	before_value(o);
	buf_decimal(o->buf, x);
}

void jo_bool(struct json_out *o, bool b)
{
	before_value(o);
	buf_str(o->buf, b ? "true" : "false");
}

void jo_null(struct json_out *o)
{
	before_value(o);
	buf_str(o->buf, "null");
}

void jo_json(struct json_out *o, const struct json *j)
{
	before_value(o);
	write_value(o->buf, from(j), o->pretty ? PRETTY : PLAIN, o->depth);
}

void jo_kstr(struct json_out *o, const char *key, const char *s)
{
	jo_key(o, key);
	jo_str(o, s);
}

void jo_kint(struct json_out *o, const char *key, int64_t i)
{
	jo_key(o, key);
	jo_int(o, i);
}

void jo_knum(struct json_out *o, const char *key, double x)
{
	jo_key(o, key);
	jo_num(o, x);
}

void jo_kbool(struct json_out *o, const char *key, bool b)
{
	jo_key(o, key);
	jo_bool(o, b);
}

void jo_knull(struct json_out *o, const char *key)
{
	jo_key(o, key);
	jo_null(o);
}

const char json_library[] = "jansson " JANSSON_VERSION;
