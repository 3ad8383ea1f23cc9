#include "cards/template.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "cards/doc.h"
#include "cards/yaml.h"

#define MOST_FINDINGS 100
#define MOST_ITEMS 1000		/* of a section, and sections */

struct checker {
	const char *file;
	struct yaml yaml;
	struct strs *findings;
	const struct doc_form *form;
	struct strs ids;		/* given so far */
};

static void found(struct checker *c, unsigned line, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static void found(struct checker *c, unsigned line, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	if (c->findings->n == MOST_FINDINGS)
		return;
	buf_printf(&b, "%s:%u: ", c->file, line);
	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	strs_add(c->findings, b.data);
	buf_release(&b);
}

static bool is_id(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n && n <= 32 && !s[n] && !strchr("._-", s[0]);
}

/* Keys outside the list are findings, so that a mistyped one is not
 * silently without effect. */
static void check_keys(struct checker *c, const struct json *j,
		       const char *const *keys)
{
	for (size_t i = 0; i < json_size(j); i++) {
		const char *key = NULL;
		size_t k = 0;

		(void)json_member(j, i, &key);
		while (keys[k] && strcmp(keys[k], key))
			k++;
		if (!keys[k])
			found(c, yaml_line(&c->yaml, j, i),
			      "'%s' is not known here", key);
	}
}

/* A text on one line, or NULL with a finding. line: of the thing itself. */
static const char *one_line(struct checker *c, const struct json *j,
			    const char *key, unsigned line)
{
	const char *s = json_get_str(j, key);

	if (!s || !*s || strchr(s, '\n')) {
		unsigned at = yaml_line_of(&c->yaml, j, key);

		found(c, at ? at : line, "'%s' should be a text of one line",
		      key);
		return NULL;
	}
	return s;
}

static void check_id(struct checker *c, const char *id, unsigned line)
{
	if (!is_id(id))
		found(c, line, "'%s' is no id; use letters, digits, '.', '_' "
		      "and '-', at most 32", id);
	if (doc_form_item(c->form, id, NULL))
		found(c, line, "'%s' is an item of the %s already; take "
		      "another id", id, c->form->name);
	for (size_t i = 0; i < c->ids.n; i++)
		if (!strcmp(c->ids.at[i], id))
			found(c, line, "'%s' is given twice", id);
	strs_add(&c->ids, id);
}

static void check_required(struct checker *c, const struct json *j,
			   struct json *out)
{
	static const char *const words[] = { "never", "high", "medium",
					     "always" };
	const char *s = json_get_str(j, "required");

	for (size_t i = 0; i < 4 && s; i++)
		if (!strcmp(words[i], s)) {
			json_set_str(out, "required", s);
			return;
		}
	if (json_get(j, "required"))
		found(c, yaml_line_of(&c->yaml, j, "required"), "'required' "
		      "is one of never, high, medium, always");
}

static void check_weight(struct checker *c, const struct json *j,
			 struct json *out)
{
	const char *s = json_get_str(j, "weight");
	int64_t weight;

	if (!json_get(j, "weight"))
		return;
	if (s && decimal_read_i64(s, strlen(s), &weight) && weight >= 1 &&
	    weight <= 100)
		json_set_int(out, "weight", weight);
	else
		found(c, yaml_line_of(&c->yaml, j, "weight"),
		      "'weight' is a whole number from 1 to 100");
}

static struct json *check_item(struct checker *c, const struct json *j,
			       unsigned line)
{
	static const char *const keys[] = { "id", "name", "guidance",
					    "required", "weight", NULL };
	struct json *out = json_new_object();
	const char *id;

	if (json_type(j) != JSON_OBJECT) {
		found(c, line, "an item is a mapping with id, name, guidance");
		return out;
	}
	check_keys(c, j, keys);
	id = one_line(c, j, "id", line);
	if (id)
		check_id(c, id, yaml_line_of(&c->yaml, j, "id"));
	json_set_str(out, "id", id);
	json_set_str(out, "name", one_line(c, j, "name", line));
	json_set_str(out, "guidance", json_get_str(j, "guidance"));
	check_required(c, j, out);
	check_weight(c, j, out);
	return out;
}

static struct json *check_items(struct checker *c, const struct json *section,
				unsigned line)
{
	const struct json *items = json_get(section, "items");
	struct json *out = json_new_array();

	if (json_type(items) != JSON_ARRAY || !json_size(items))
		found(c, line, "a section has a list of 'items'");
	if (json_size(items) > MOST_ITEMS)
		found(c, line, "a section has at most %d items", MOST_ITEMS);
	for (size_t i = 0; i < json_size(items) && i < MOST_ITEMS &&
	     json_type(items) == JSON_ARRAY; i++)
		json_append(out, check_item(c, json_at(items, i),
					    yaml_line(&c->yaml, items, i)));
	return out;
}

static bool has_section(const struct doc_form *form, const char *id)
{
	for (size_t i = 0; i < form->n_sections; i++)
		if (!strcmp(form->sections[i].id, id))
			return true;
	return false;
}

static struct json *check_section(struct checker *c, const struct json *j,
				  unsigned line)
{
	static const char *const keys[] = { "section", "name", "items", NULL };
	struct json *out = json_new_object();
	const char *id;

	if (json_type(j) != JSON_OBJECT) {
		found(c, line, "a section is a mapping with section, items");
		return out;
	}
	check_keys(c, j, keys);
	id = one_line(c, j, "section", line);
	json_set_str(out, "section", id);
	if (id && !has_section(c->form, id)) {
		check_id(c, id, yaml_line_of(&c->yaml, j, "section"));
		json_set_str(out, "name", one_line(c, j, "name", line));
	}
	json_set(out, "items", check_items(c, j, line));
	return out;
}

static void check_twice(struct checker *c, const struct json *all, size_t i)
{
	const char *id = json_get_str(json_at(all, i), "section");

	for (size_t k = 0; k < i && id; k++) {
		const char *other = json_get_str(json_at(all, k), "section");

		if (other && !strcmp(other, id) && has_section(c->form, id))
			found(c, yaml_line(&c->yaml, all, i),
			      "section '%s' stands above already", id);
	}
}

static struct json *check_sections(struct checker *c)
{
	const struct json *all = json_get(c->yaml.root, "sections");
	struct json *out = json_new_array();

	if (json_type(all) != JSON_ARRAY) {
		found(c, 1, "a template has a list of 'sections'");
		return out;
	}
	if (json_size(all) > MOST_ITEMS)
		found(c, 1, "a template has at most %d sections", MOST_ITEMS);
	for (size_t i = 0; i < json_size(all) && i < MOST_ITEMS; i++) {
		check_twice(c, all, i);
		json_append(out, check_section(c, json_at(all, i),
					       yaml_line(&c->yaml, all, i)));
	}
	return out;
}

static struct json *check_all(struct checker *c, enum doc_type *type)
{
	static const char *const keys[] = { "document", "name", "sections",
					    NULL };
	const struct json *root = c->yaml.root;
	struct json *out = json_new_object();

	check_keys(c, root, keys);
	if (!doc_type_from_name(json_get_str(root, "document"), type)) {
		unsigned line = yaml_line_of(&c->yaml, root, "document");

		found(c, line ? line : 1, "'document' is one of card, "
		      "datasheet, checklist");
		return out;
	}
	c->form = doc_form(*type);
	json_set_int(out, "v", 1);
	json_set_str(out, "document", doc_type_name(*type));
	json_set_str(out, "name", json_get_str(root, "name"));
	json_set(out, "sections", check_sections(c));
	return out;
}

static enum rc check_root(struct checker *c, struct json **stored,
			  enum doc_type *type, struct err *err)
{
	if (json_type(c->yaml.root) != JSON_OBJECT)
		return err_set(err, RC_BAD_INPUT, "%s:1: a template is a "
			       "mapping with document, sections", c->file);
	*stored = check_all(c, type);
	if (!c->findings->n)
		return RC_OK;
	json_free(*stored);
	*stored = NULL;
	return err_set(err, RC_BAD_INPUT, "%s", c->findings->at[0]);
}

enum rc template_parse(const char *text, size_t n, const char *file,
		       struct json **stored, enum doc_type *type,
		       struct strs *findings, struct err *err)
{
	struct strs own = VEC_INIT;
	struct checker c = { .file = file,
			     .findings = findings ? findings : &own };
	enum rc rc;

	if (n > TEMPLATE_MAX)
		return err_set(err, RC_BAD_INPUT, "%s: over 256 KiB is no "
			       "template", file);
	rc = yaml_parse(text, n, file, 1, &c.yaml, err);
	if (rc == RC_OK)
		rc = check_root(&c, stored, type, err);
	yaml_release(&c.yaml);
	strs_release(&c.ids);
	strs_release(&own);
	return rc;
}
