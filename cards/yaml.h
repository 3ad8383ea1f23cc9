/* YAML, by libyaml, which only cards/yaml.c includes; into struct json, with
 * the line of every member and item.
 *
 * Read: one document of mappings, lists and scalars. Scalars become strings
 * as they are written ("0.90", "no" and "1.10" stay texts), but for plain
 * null, '~' and nothing, which become null. Errors with line and column:
 * what is no YAML, several documents, anchors and aliases, keys that repeat
 * or are no scalars, over 64 levels, text with NUL.
 *
 * Written: block style, no folding, UTF-8 as it is; strings that would be
 * read as something else are quoted. */
#ifndef MUSTER_CARDS_YAML_H
#define MUSTER_CARDS_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/vec.h"

struct yaml_mark {			/* private */
	const struct json *parent;
	size_t i;
	unsigned line, column;
};
VEC_DECLARE(struct yaml_mark, yaml_marks);

struct yaml {
	struct json *root;		/* NULL: no document (an empty text) */
	bool is_block;			/* the root is a mapping in block style */
	struct yaml_marks marks;
};

/* what: the file's name for messages; first_line: the number of the text's
 * first line (1, or where front matter starts). */
enum rc yaml_parse(const char *text, size_t n, const char *what,
		   unsigned first_line, struct yaml *out,
		   struct err *err) MUST_USE;
void yaml_release(struct yaml *y);
/* Line of the i-th member (its key) or item of a container of the document;
 * column likewise, from 1. 0 if there is none. */
unsigned yaml_line(const struct yaml *y, const struct json *parent, size_t i);
unsigned yaml_column(const struct yaml *y, const struct json *parent,
		     size_t i);
/* Line of a member by its key. */
unsigned yaml_line_of(const struct yaml *y, const struct json *object,
		      const char *key);

/* "key: value\n" with all that value holds. */
void yaml_write_member(struct buf *out, const char *key,
		       const struct json *value);

#endif
