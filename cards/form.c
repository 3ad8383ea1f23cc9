/* Forms with an organisation's items: built in memory from the stored
 * template (cards/template.h). */
#include "cards/template.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static const char *const need_names[] = {
	[NEED_NEVER] = "never",
	[NEED_HIGH] = "high",
	[NEED_MEDIUM] = "medium",
	[NEED_ALWAYS] = "always",
};

static enum item_need need_from(const char *name)
{
	for (int i = NEED_NEVER; i <= NEED_ALWAYS; i++)
		if (name && !strcmp(name, need_names[i]))
			return (enum item_need)i;
	return NEED_NEVER;
}

bool item_is_own(const struct doc_form *form, const struct item *item)
{
	return !doc_form_item(doc_form(form->type), item->id, NULL);
}

static bool section_is_own(const struct doc_form *form,
			   const struct section *s)
{
	const struct doc_form *ours = doc_form(form->type);

	for (size_t i = 0; i < ours->n_sections; i++)
		if (!strcmp(ours->sections[i].id, s->id))
			return false;
	return true;
}

/* What the form owns it holds as const, as its readers see it. */
static void free_const(const void *p)
{
	free((void *)(uintptr_t)p);
}

static void free_section(struct doc_form *form, const struct section *s)
{
	for (size_t i = 0; i < s->n_items; i++) {
		if (!item_is_own(form, &s->items[i]))
			continue;
		free_const(s->items[i].id);
		free_const(s->items[i].name);
		free_const(s->items[i].guidance);
	}
	free_const(s->items);
	if (section_is_own(form, s)) {
		free_const(s->id);
		free_const(s->name);
	}
}

void doc_form_free(struct doc_form *form)
{
	if (!form)
		return;
	for (size_t i = 0; i < form->n_sections; i++)
		free_section(form, &form->sections[i]);
	free_const(form->sections);
	free(form);
}

static const struct json *template_section(const struct json *stored,
					   const char *id)
{
	const struct json *all = json_get(stored, "sections");

	for (size_t i = 0; i < json_size(all); i++) {
		const char *name = json_get_str(json_at(all, i), "section");

		if (name && !strcmp(name, id))
			return json_at(all, i);
	}
	return NULL;
}

static const char *text_of(const struct json *j, const char *key)
{
	const char *s = json_get_str(j, key);

	return xstrdup(s ? s : "");
}

static struct item own_item(const struct json *j)
{
	int64_t weight = json_get_int(j, "weight", 1);

	return (struct item){
		.id = text_of(j, "id"),
		.name = text_of(j, "name"),
		.guidance = text_of(j, "guidance"),
		.need = need_from(json_get_str(j, "required")),
		.weight = weight > 0 && weight <= 100 ? (unsigned)weight : 1,
	};
}

/* Ours (none for a new section), then the template's. */
static void fill_section(struct section *out, const struct section *ours,
			 const struct json *theirs)
{
	const struct json *items = json_get(theirs, "items");
	size_t n = ours ? ours->n_items : 0, more = json_size(items);
	struct item *all = XNEW_ARRAY(struct item, n + more + 1);

	if (n)
		memcpy(all, ours->items, n * sizeof(*all));
	for (size_t i = 0; i < more; i++)
		all[n + i] = own_item(json_at(items, i));
	out->id = ours ? ours->id : text_of(theirs, "section");
	out->name = ours ? ours->name : text_of(theirs, "name");
	out->items = all;
	out->n_items = n + more;
}

static bool is_ours(const struct doc_form *ours, const struct json *theirs)
{
	const char *id = json_get_str(theirs, "section");

	for (size_t i = 0; i < ours->n_sections; i++)
		if (id && !strcmp(ours->sections[i].id, id))
			return true;
	return false;
}

enum rc doc_form_build(enum doc_type type, const struct json *stored,
		       struct doc_form **out, struct err *err)
{
	const struct doc_form *ours = doc_form(type);
	const struct json *theirs = json_get(stored, "sections");
	size_t n = ours->n_sections;
	struct section *all;

	if (stored && json_type(theirs) != JSON_ARRAY)
		return err_set(err, RC_BAD_INPUT,
			       "the stored template has no sections");
	all = XNEW_ARRAY(struct section, n + json_size(theirs));
	for (size_t i = 0; i < n; i++)
		fill_section(&all[i], &ours->sections[i],
			     template_section(stored, ours->sections[i].id));
	for (size_t i = 0; i < json_size(theirs); i++)
		if (!is_ours(ours, json_at(theirs, i)))
			fill_section(&all[n++], NULL, json_at(theirs, i));
	*out = XNEW(struct doc_form);
	**out = (struct doc_form){ type, ours->name, all, n };
	return RC_OK;
}
