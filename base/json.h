/* JSON, by libjansson, which only base/json.c includes.
 *
 * Reading: strict RFC 8259 from UTF-8; double keys, NUL in strings, lone
 * surrogates, numbers beyond double, bytes behind the end and nesting over
 * 512 are errors with line and column. Key order is kept.
 *
 * Integers beyond 64 bits are errors too: they could only be read rounded.
 *
 * Two writers: a tree (struct json, built and changed in memory), and a
 * stream (struct json_out, for long documents in a stated key order). */
#ifndef MUSTER_BASE_JSON_H
#define MUSTER_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct json;			/* a value of any type; opaque */

enum json_type {
	JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_STRING, JSON_ARRAY,
	JSON_OBJECT
};

/* what: the file's or the field's name, for messages. The caller frees *out. */
enum rc json_parse(const char *text, size_t n, const char *what,
		   struct json **out, struct err *err) MUST_USE;
/* As json_parse, into a pool: the value is read only, and gone when the pool is
 * cleared; json_free is not for it. */
struct pool;
enum rc json_parse_in(struct pool *pool, const char *text, size_t n,
		      const char *what, const struct json **out,
		      struct err *err) MUST_USE;
/* NULL is allowed. Only for values that the caller owns: what json_get and
 * json_at give belongs to its parent. */
void json_free(struct json *j);
struct json *json_clone(const struct json *j);	/* deep */
bool json_same(const struct json *a, const struct json *b);

/* Looking. All take NULL (as JSON_NULL), so that a chain of look-ups needs
 * one test at its end. Borrowed until the parent is changed or freed. */
enum json_type json_type(const struct json *j);
struct json *json_get(const struct json *object, const char *key);
struct json *json_at(const struct json *array, size_t i);
size_t json_size(const struct json *j);		/* items or members; else 0 */
/* Member i in order; *key (or NULL) receives its name. Takes i steps. */
struct json *json_member(const struct json *object, size_t i,
			 const char **key);
const char *json_str(const struct json *j);	/* NULL unless a string */
bool json_int(const struct json *j, int64_t *out);
bool json_num(const struct json *j, double *out);	/* int or real */
bool json_bool(const struct json *j);
/* Of a member: NULL / fallback unless there and of that type. */
const char *json_get_str(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key,
		     int64_t fallback);

/* Building. Strings must be UTF-8 without NUL: BUG otherwise (input is
 * checked where it enters). json_set and json_append take the value over. */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_str(const char *s);
struct json *json_new_int(int64_t i);
struct json *json_new_num(double x);		/* finite */
struct json *json_new_bool(bool b);
struct json *json_new_null(void);
void json_set(struct json *object, const char *key, struct json *value);
void json_append(struct json *array, struct json *value);
void json_remove(struct json *object, const char *key);
/* NULL sets nothing. */
void json_set_str(struct json *object, const char *key, const char *s);
void json_set_int(struct json *object, const char *key, int64_t i);

/* Keys sorted by bytes, no blanks: one value, one text. */
void json_write_canonical(struct buf *b, const struct json *j);
/* Keys in their order; indented by two when pretty. */
void json_write(struct buf *b, const struct json *j, bool pretty);

/* The stream. Commas, colons and indentation come by themselves.
 *
 *	struct json_out o = JSON_OUT(&buf, true);
 *	jo_object(&o);
 *	jo_key(&o, "models"); jo_array(&o); ... jo_end(&o);
 *	jo_end(&o);
 */
struct json_out {
	struct buf *buf;
	bool pretty;
	bool after_key;
	unsigned depth;
	uint8_t kind[64];	/* per level: '{' or '[' */
	bool any[64];		/* per level: holds something already */
};
#define JSON_OUT(b, is_pretty) { .buf = (b), .pretty = (is_pretty) }

void jo_object(struct json_out *o);
void jo_array(struct json_out *o);
void jo_end(struct json_out *o);
void jo_key(struct json_out *o, const char *key);
/* Bytes that are no UTF-8 are written as U+FFFD. */
void jo_str(struct json_out *o, const char *s);	/* NULL writes null */
void jo_strn(struct json_out *o, const char *s, size_t n);
void jo_int(struct json_out *o, int64_t i);
void jo_num(struct json_out *o, double x);	/* shortest round-trip */
void jo_bool(struct json_out *o, bool b);
void jo_null(struct json_out *o);
void jo_json(struct json_out *o, const struct json *j);
/* key and value in one */
void jo_kstr(struct json_out *o, const char *key, const char *s);
void jo_kint(struct json_out *o, const char *key, int64_t i);
void jo_knum(struct json_out *o, const char *key, double x);
void jo_kbool(struct json_out *o, const char *key, bool b);
void jo_knull(struct json_out *o, const char *key);

/* Name and version of the library, for 'muster info'. */
extern const char json_library[];

#endif
