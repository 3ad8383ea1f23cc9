#include "cards/frontmatter.h"

#include <string.h>

/* Bytes of the line at, without its end; *next behind the end. */
static size_t line_length(const char *text, size_t n, size_t at, size_t *next)
{
	size_t end = at;

	while (end < n && text[end] != '\n' && text[end] != '\r')
		end++;
	*next = end;
	if (*next < n && text[*next] == '\r')
		(*next)++;
	if (*next < n && text[*next] == '\n' &&
	    (*next == end || text[end] == '\r'))
		(*next)++;
	return end - at;
}

static bool is_fence(const char *text, size_t length, bool closing)
{
	if (length < 3 || memcmp(text, "---", 3))
		return false;
	for (size_t i = 3; i < length; i++)
		if (!closing || (text[i] != ' ' && text[i] != '\t'))
			return false;
	return true;
}

/* Finds the fences; false if there is no block. */
static bool find_block(const char *text, size_t n, struct frontmatter *f)
{
	size_t at = 0, next, length;

	f->line = 2;
	while (at < n && strchr(" \t\r\n", text[at])) {
		f->line += text[at] == '\n' ||
			   (text[at] == '\r' && text[at + 1] != '\n');
		at++;
	}
	length = line_length(text, n, at, &next);
	if (!is_fence(text + at, length, false) || next == n)
		return false;
	f->block = at = next;
	while (at < n) {
		length = line_length(text, n, at, &next);
		if (is_fence(text + at, length, true)) {
			f->block_end = at;
			f->body = next;
			return true;
		}
		at = next;
	}
	return false;
}

enum rc frontmatter_parse(const char *text, size_t n, const char *file,
			  struct frontmatter *out, struct err *err)
{
	enum rc rc;

	*out = (struct frontmatter){ 0 };
	out->has_block = find_block(text, n, out);
	if (!out->has_block)
		return RC_OK;
	rc = yaml_parse(text + out->block, out->block_end - out->block, file,
			out->line, &out->yaml, err);
	if (rc != RC_OK || !out->yaml.root ||
	    json_type(out->yaml.root) == JSON_OBJECT ||
	    json_type(out->yaml.root) == JSON_NULL)
		return rc;
	frontmatter_release(out);
	return err_set(err, RC_BAD_INPUT, "%s: line %u: the front matter "
		       "should be a mapping of keys to values", file,
		       out->line ? out->line : 2);
}

void frontmatter_release(struct frontmatter *f)
{
	yaml_release(&f->yaml);
	f->has_block = false;
}

/* Byte offset of a line of the file within the block. */
static size_t line_offset(const struct frontmatter *f, const char *text,
			  unsigned line)
{
	size_t at = f->block, next = at;

	for (unsigned i = f->line; i < line && at < f->block_end; i++) {
		(void)line_length(text, f->block_end, at, &next);
		at = next;
	}
	return at;
}

/* True if every key starts a line of its own, so that lines can be kept. */
static bool by_lines(const struct frontmatter *f)
{
	const struct json *root = f->yaml.root;
	unsigned last = 0;

	if (!f->yaml.is_block)
		return false;
	for (size_t i = 0; i < json_size(root); i++) {
		unsigned line = yaml_line(&f->yaml, root, i);

		if (line <= last || yaml_column(&f->yaml, root, i) != 1)
			return false;
		last = line;
	}
	return true;
}

static const char *line_end(const struct frontmatter *f, const char *text)
{
	size_t at = f->block ? f->block - 1 : 0;

	if (!f->has_block || text[at] == '\n')
		return f->has_block && at && text[at - 1] == '\r' ? "\r\n" :
		       "\n";
	return "\r";
}

static void put(struct buf *out, const char *key, const struct json *value,
		const char *end)
{
	struct buf b = BUF_INIT;

	if (json_type(value) == JSON_NULL)
		return;
	yaml_write_member(&b, key, value);
	for (size_t i = 0; i < b.len; i++) {
		if (b.data[i] == '\n')
			buf_str(out, end);
		else
			buf_char(out, b.data[i]);
	}
	buf_release(&b);
}

static void write_keys(struct buf *out, const struct frontmatter *f,
		       const char *text, const struct json *changes)
{
	const struct json *root = f->yaml.root;
	const char *end = line_end(f, text);
	bool lines = by_lines(f);
	size_t from = f->block;

	for (size_t i = 0; i < json_size(root); i++) {
		const char *key = NULL;
		const struct json *value = json_member(root, i, &key);
		const struct json *change = json_get(changes, key);
		size_t to = i + 1 < json_size(root) ?
			    line_offset(f, text, yaml_line(&f->yaml, root,
							   i + 1)) :
			    f->block_end;

		if (lines && i == 0) {
			from = line_offset(f, text, yaml_line(&f->yaml, root,
							      0));
			buf_add(out, text + f->block, from - f->block);
		}
		if (change || !lines)
			put(out, key, change ? change : value, end);
		else
			buf_add(out, text + from, to - from);
		from = to;
	}
	if (!json_size(root))
		buf_add(out, text + f->block, f->block_end - f->block);
}

void frontmatter_write(struct buf *out, const struct frontmatter *f,
		       const char *text, const struct json *changes)
{
	const char *end = line_end(f, text);

	if (!json_size(changes)) {
		buf_add(out, text, f->body);
		return;
	}
	if (f->has_block)
		buf_add(out, text, f->block);
	else
		buf_str(out, "---\n");
	if (f->has_block)
		write_keys(out, f, text, changes);
	for (size_t i = 0; i < json_size(changes); i++) {
		const char *key = NULL;
		const struct json *value = json_member(changes, i, &key);

		if (!json_get(f->yaml.root, key))
			put(out, key, value, end);
	}
	if (f->has_block)
		buf_add(out, text + f->block_end, f->body - f->block_end);
	else
		buf_str(out, "---\n\n");
}
