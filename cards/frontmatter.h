/* The YAML block in front of a README.md: "---", keys, "---".
 *
 * Read as the field's own library does: blank space may stand before it, a
 * fence is three dashes on a line of their own, the first closing fence
 * wins; no block is no error. Kept by its bytes: a key that is changed is
 * written anew, every other line (comments too) comes out as it came in.
 * Keys that do not start lines of their own at the margin (an indented block,
 * a flow mapping) can only be written anew together, once one changes. */
#ifndef MUSTER_CARDS_FRONTMATTER_H
#define MUSTER_CARDS_FRONTMATTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "cards/yaml.h"

struct frontmatter {
	bool has_block;
	struct yaml yaml;		/* root NULL: an empty block, or none */
	size_t block, block_end;	/* the bytes between the fences */
	size_t body;			/* where the rest of the file starts */
	unsigned line;			/* of the block's first line, from 1 */
};

/* RC_BAD_INPUT with the line: no YAML, or not a mapping. */
enum rc frontmatter_parse(const char *text, size_t n, const char *file,
			  struct frontmatter *out, struct err *err) MUST_USE;
void frontmatter_release(struct frontmatter *f);
/* The file's front with members of changes (an object) put in place of the
 * keys they name, or behind the others; a null takes a key out. Ends with
 * the closing fence's line. */
void frontmatter_write(struct buf *out, const struct frontmatter *f,
		       const char *text, const struct json *changes);

#endif
