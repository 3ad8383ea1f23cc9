#include "cards/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define MAX_DEPTH 64
#define MAX_MEMBERS 4000	/* of one mapping */
#define MAX_VALUES 200000

struct loader {
	yaml_parser_t parser;
	yaml_event_t event;	/* the one at hand */
	bool has_event;
	const char *what;
	unsigned first_line;
	struct yaml *out;
	unsigned depth;
};

static enum rc read_value(struct loader *l, struct json **out,
			  struct err *err);

static unsigned line_at(const struct loader *l, size_t line)
{
	return l->first_line + (unsigned)line;
}

static enum rc parser_error(struct loader *l, struct err *err)
{
	const yaml_parser_t *p = &l->parser;

	if (p->error == YAML_MEMORY_ERROR)
		return err_set(err, RC_NO_SPACE, "%s: no memory for it",
			       l->what);
	if (p->error == YAML_READER_ERROR)
		return err_set(err, RC_BAD_INPUT, "%s: byte %zu: %s", l->what,
			       p->problem_offset + 1, p->problem);
	return err_set(err, RC_BAD_INPUT, "%s: line %u, column %zu: %s%s%s",
		       l->what, line_at(l, p->problem_mark.line),
		       p->problem_mark.column + 1,
		       p->context ? p->context : "", p->context ? ": " : "",
		       p->problem ? p->problem : "this is no YAML");
}

static enum rc refuse(struct loader *l, const char *why, struct err *err)
{
	return err_set(err, RC_BAD_INPUT, "%s: line %u, column %zu: %s",
		       l->what, line_at(l, l->event.start_mark.line),
		       l->event.start_mark.column + 1, why);
}

static enum rc next(struct loader *l, struct err *err)
{
	if (l->has_event)
		yaml_event_delete(&l->event);
	l->has_event = false;
	if (!yaml_parser_parse(&l->parser, &l->event))
		return parser_error(l, err);
	l->has_event = true;
	return RC_OK;
}

static void mark(struct loader *l, const struct json *parent, size_t i,
		 const yaml_mark_t *at)
{
	vec_push(&l->out->marks,
		 ((struct yaml_mark){ parent, i, line_at(l, at->line),
				      (unsigned)at->column + 1 }));
}

/* The event's text; RC_BAD_INPUT with a NUL in it. */
static enum rc scalar_text(struct loader *l, char **out, struct err *err)
{
	const char *s = (const char *)l->event.data.scalar.value;
	size_t n = l->event.data.scalar.length;

	if (!utf8_valid(s, n, NULL))
		return refuse(l, "this text is no UTF-8 or holds NUL", err);
	*out = xmemdupz(s, n);
	return RC_OK;
}

static bool is_null(const yaml_event_t *e, const char *text)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcmp(text, words[i]))
			return true;
	return false;
}

static enum rc read_scalar(struct loader *l, struct json **out,
			   struct err *err)
{
	char *text = NULL;
	enum rc rc = scalar_text(l, &text, err);

	if (rc != RC_OK)
		return rc;
	*out = is_null(&l->event, text) ? json_new_null() : json_new_str(text);
	free(text);
	return RC_OK;
}

static enum rc read_list(struct loader *l, struct json *list, struct err *err)
{
	enum rc rc = next(l, err);

	while (rc == RC_OK && l->event.type != YAML_SEQUENCE_END_EVENT) {
		yaml_mark_t at = l->event.start_mark;
		struct json *item = NULL;

		if (l->out->marks.n >= MAX_VALUES)
			return refuse(l, "over 200,000 values are not read",
				      err);
		rc = read_value(l, &item, err);
		if (rc != RC_OK)
			break;
		mark(l, list, json_size(list), &at);
		json_append(list, item);
		rc = next(l, err);
	}
	return rc;
}

static enum rc read_member(struct loader *l, struct json *object,
			   struct err *err)
{
	yaml_mark_t at = l->event.start_mark;
	struct json *value = NULL;
	char *key = NULL;
	enum rc rc;

	if (l->event.type != YAML_SCALAR_EVENT)
		return refuse(l, "a key should be a text", err);
	rc = scalar_text(l, &key, err);
	if (rc != RC_OK)
		return rc;
	if (json_size(object) == MAX_MEMBERS ||
	    l->out->marks.n >= MAX_VALUES)
		rc = refuse(l, "over 4,000 keys in one mapping or 200,000 "
			    "values in all are not read", err);
	else if (json_get(object, key))
		rc = refuse(l, "this key stands here a second time", err);
	if (rc == RC_OK)
		rc = next(l, err);
	if (rc == RC_OK)
		rc = read_value(l, &value, err);
	if (rc == RC_OK) {
		mark(l, object, json_size(object), &at);
		json_set(object, key, value);
	}
	free(key);
	return rc;
}

static enum rc read_mapping(struct loader *l, struct json *object,
			    struct err *err)
{
	enum rc rc = next(l, err);

	while (rc == RC_OK && l->event.type != YAML_MAPPING_END_EVENT) {
		rc = read_member(l, object, err);
		if (rc == RC_OK)
			rc = next(l, err);
	}
	return rc;
}

static enum rc read_container(struct loader *l, bool is_list,
			      struct json **out, struct err *err)
{
	struct json *j;
	enum rc rc;

	if (++l->depth > MAX_DEPTH)
		return refuse(l, "this is nested over 64 levels deep", err);
	j = is_list ? json_new_array() : json_new_object();
	rc = is_list ? read_list(l, j, err) : read_mapping(l, j, err);
	l->depth--;
	if (rc == RC_OK)
		*out = j;
	else
		json_free(j);
	return rc;
}

/* Of the event at hand; leaves its last event at hand. */
static enum rc read_value(struct loader *l, struct json **out,
			  struct err *err)
{
	const yaml_event_t *e = &l->event;

	switch ((int)e->type) {
	case YAML_SCALAR_EVENT:
		if (e->data.scalar.anchor)
			break;
		return read_scalar(l, out, err);
	case YAML_SEQUENCE_START_EVENT:
		if (e->data.sequence_start.anchor)
			break;
		return read_container(l, true, out, err);
	case YAML_MAPPING_START_EVENT:
		if (e->data.mapping_start.anchor)
			break;
		return read_container(l, false, out, err);
	}
	return refuse(l, "anchors and aliases are not read; write the value "
		      "out", err);
}

static enum rc read_document(struct loader *l, struct err *err)
{
	enum rc rc = next(l, err);		/* stream start */

	if (rc == RC_OK)
		rc = next(l, err);
	if (rc != RC_OK || l->event.type == YAML_STREAM_END_EVENT)
		return rc;
	rc = next(l, err);			/* behind document start */
	if (rc != RC_OK)
		return rc;
	l->out->is_block = l->event.type == YAML_MAPPING_START_EVENT &&
			   l->event.data.mapping_start.style !=
			   YAML_FLOW_MAPPING_STYLE;
	rc = read_value(l, &l->out->root, err);
	if (rc == RC_OK)
		rc = next(l, err);		/* document end */
	if (rc == RC_OK)
		rc = next(l, err);
	if (rc == RC_OK && l->event.type != YAML_STREAM_END_EVENT)
		rc = refuse(l, "a second document starts here; one is read",
			    err);
	return rc;
}

enum rc yaml_parse(const char *text, size_t n, const char *what,
		   unsigned first_line, struct yaml *out, struct err *err)
{
	struct loader l = { .what = what, .first_line = first_line,
			    .out = out };
	enum rc rc;

	*out = (struct yaml){ 0 };
	if (!yaml_parser_initialize(&l.parser))
		return err_set(err, RC_NO_SPACE, "%s: no memory for it", what);
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)text,
				     n);
	rc = read_document(&l, err);
	if (l.has_event)
		yaml_event_delete(&l.event);
	yaml_parser_delete(&l.parser);
	if (rc != RC_OK)
		yaml_release(out);
	return rc;
}

void yaml_release(struct yaml *y)
{
	json_free(y->root);
	vec_free(&y->marks);
	*y = (struct yaml){ 0 };
}

static const struct yaml_mark *find(const struct yaml *y,
				    const struct json *parent, size_t i)
{
	for (size_t k = 0; k < y->marks.n; k++)
		if (y->marks.at[k].parent == parent && y->marks.at[k].i == i)
			return &y->marks.at[k];
	return NULL;
}

unsigned yaml_line(const struct yaml *y, const struct json *parent, size_t i)
{
	const struct yaml_mark *m = find(y, parent, i);

	return m ? m->line : 0;
}

unsigned yaml_column(const struct yaml *y, const struct json *parent,
		     size_t i)
{
	const struct yaml_mark *m = find(y, parent, i);

	return m ? m->column : 0;
}

unsigned yaml_line_of(const struct yaml *y, const struct json *object,
		      const char *key)
{
	for (size_t i = 0; i < json_size(object); i++) {
		const char *name = NULL;

		(void)json_member(object, i, &name);
		if (!strcmp(name, key))
			return yaml_line(y, object, i);
	}
	return 0;
}

/* -- Writing -- */

/* True if s reads back as itself without quotes, in YAML 1.1 and 1.2. */
static bool is_plain(const char *s)
{
	static const char *const words[] = {
		"null", "true", "false", "yes", "no", "on", "off", "y", "n",
	};
	size_t n = strlen(s);

	if (!n || !strchr("abcdefghijklmnopqrstuvwxyz"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ", s[0]))
		return false;
	for (size_t i = 0; i < COUNT(words); i++)
		if (!strcasecmp(s, words[i]))
			return false;
	for (const char *p = s; *p; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f ||
		    strchr("\"'\\{}[]&*!|>%@`,", *p) ||
		    (*p == ':' && (!p[1] || p[1] == ' ')) ||
		    (*p == '#' && p[-1] == ' '))
			return false;
	return s[n - 1] != ' ';
}

static void write_quoted(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (const char *p = s; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c == '\n')
			buf_str(out, "\\n");
		else if (c == '\t')
			buf_str(out, "\\t");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(out, "\\x%02X", c);
		else
			buf_char(out, (char)c);
	}
	buf_char(out, '"');
}

static void write_scalar(struct buf *out, const struct json *j)
{
	int64_t i;
	double x;

	if (json_type(j) == JSON_STRING && is_plain(json_str(j)))
		buf_str(out, json_str(j));
	else if (json_type(j) == JSON_STRING)
		write_quoted(out, json_str(j));
	else if (json_int(j, &i))
		buf_printf(out, "%lld", (long long)i);
	else if (json_num(j, &x))
		buf_decimal(out, x);
	else if (json_type(j) == JSON_BOOL)
		buf_str(out, json_bool(j) ? "true" : "false");
	else
		buf_str(out, "null");
}

static bool is_container(const struct json *j)
{
	return (json_type(j) == JSON_OBJECT || json_type(j) == JSON_ARRAY) &&
	       json_size(j);
}

static void write_value(struct buf *out, const struct json *j, size_t indent,
			bool in_list);

/* A list's items stand below its key without indentation, as the field's
 * own tools write them. */
static void write_members(struct buf *out, const struct json *j,
			  size_t indent, bool in_list)
{
	for (size_t i = 0; i < json_size(j); i++) {
		const char *key = NULL;
		const struct json *value = json_member(j, i, &key);

		if (i || !in_list)
			buf_fill(out, ' ', indent);
		if (is_plain(key))
			buf_str(out, key);
		else
			write_quoted(out, key);
		buf_char(out, ':');
		if (is_container(value)) {
			buf_char(out, '\n');
			write_value(out, value, json_type(value) ==
				    JSON_ARRAY ? indent : indent + 2, false);
		} else {
			write_value(out, value, indent, false);
		}
	}
}

static void write_items(struct buf *out, const struct json *j, size_t indent,
			bool in_list)
{
	for (size_t i = 0; i < json_size(j); i++) {
		const struct json *item = json_at(j, i);

		if (i || !in_list)
			buf_fill(out, ' ', indent);
		buf_char(out, '-');
		if (is_container(item)) {
			buf_char(out, ' ');
			write_value(out, item, indent + 2, true);
		} else {
			write_value(out, item, indent, false);
		}
	}
}

/* in_list: behind "- ", so the first line is indented already. */
static void write_value(struct buf *out, const struct json *j, size_t indent,
			bool in_list)
{
	if (json_type(j) == JSON_OBJECT && json_size(j)) {
		write_members(out, j, indent, in_list);
	} else if (json_type(j) == JSON_ARRAY && json_size(j)) {
		write_items(out, j, indent, in_list);
	} else {
		buf_char(out, ' ');
		if (json_type(j) == JSON_OBJECT)
			buf_str(out, "{}");
		else if (json_type(j) == JSON_ARRAY)
			buf_str(out, "[]");
		else
			write_scalar(out, j);
		buf_char(out, '\n');
	}
}

void yaml_write_member(struct buf *out, const char *key,
		       const struct json *value)
{
	struct json *one = json_new_object();

	json_set(one, key, json_clone(value));
	write_members(out, one, 0, false);
	json_free(one);
}
