/* Model Card Toolkit JSON 0.0.1 into the shape of 0.0.2. */
#include <stdlib.h>
#include <string.h>

#include "cards/exchange_mct_inside.h"

bool mct_is_old(const struct json *card)
{
	const char *version = json_get_str(card, "schema_version");

	if (version)
		return !strcmp(version, "0.0.1");
	return json_get(mct_details(card), "license") ||
	       json_type(json_get(json_get(card, "model_parameters"),
				  "data")) == JSON_OBJECT;
}

/* A list of texts as a list of {key: text}. */
static void wrap_texts(struct json *object, const char *list, const char *key)
{
	const struct json *old = json_get(object, list);
	struct json *fresh = json_new_array();

	for (size_t i = 0; i < json_size(old); i++) {
		const struct json *item = json_at(old, i);
		struct json *wrapped = json_new_object();

		json_set(wrapped, key, json_clone(item));
		json_append(fresh, json_type(item) == JSON_OBJECT ?
			    json_clone(item) : json_clone(wrapped));
		json_free(wrapped);
	}
	if (json_type(old) == JSON_ARRAY)
		json_set(object, list, fresh);
	else
		json_free(fresh);
}

/* A text as a list of one {key: text}, under another name. */
static void wrap_text(struct json *object, const char *old, const char *list,
		      const char *key)
{
	struct json *items = json_new_array(), *one = json_new_object();

	if (json_get_str(object, old)) {
		json_set_str(one, key, json_get_str(object, old));
		json_append(items, one);
		json_remove(object, old);
		json_set(object, list, items);
	} else {
		json_free(one);
		json_free(items);
	}
}

static void write_sensitive(struct json *data)
{
	struct json *s = json_new_object(), *all = json_new_array();

	json_append(all, json_new_str("yes, not said which"));
	json_set(s, "sensitive_data", all);
	json_set(data, "sensitive", s);
}

static void renew_data(struct json *parameters)
{
	static const char *const kinds[] = { "train", "eval" };
	const struct json *old = json_get(parameters, "data");
	struct json *list = json_new_array();

	for (size_t i = 0; i < 2; i++) {
		struct json *one;
		const struct json *was = json_get(old, kinds[i]);

		if (json_type(was) != JSON_OBJECT)
			continue;
		one = json_clone(was);
		if (json_type(json_get(one, "sensitive")) == JSON_BOOL) {
			bool yes = json_bool(json_get(one, "sensitive"));

			json_remove(one, "sensitive");
			if (yes)
				write_sensitive(one);
		}
		if (!json_get(one, "description"))
			json_set_str(one, "description", i ? "evaluation data"
				     : "training data");
		json_append(list, one);
	}
	json_set(parameters, "data", list);
}

static void number_to_text(struct json *object, const char *key)
{
	struct json *j = json_get(object, key);
	char *text;

	if (json_type(j) != JSON_INT && json_type(j) != JSON_REAL)
		return;
	text = mct_text_of(j);
	json_set_str(object, key, text);
	free(text);
}

void mct_renew_metrics(struct json *card)
{
	struct json *list = json_get(json_get(card, "quantitative_analysis"),
				     "performance_metrics");

	for (size_t i = 0; i < json_size(list); i++) {
		struct json *ci = json_get(json_at(list, i),
					   "confidence_interval");

		number_to_text(json_at(list, i), "value");
		number_to_text(ci, "lower_bound");
		number_to_text(ci, "upper_bound");
	}
}

void mct_renew(struct exchange *x, struct json *card)
{
	static const char *const lists[] = { "users", "use_cases",
					     "limitations", "tradeoffs" };
	struct json *d = json_get(card, "model_details");
	struct json *p = json_get(card, "model_parameters");
	struct json *c = json_get(card, "considerations");

	if (json_type(d) == JSON_OBJECT) {
		wrap_text(d, "license", "licenses", "custom_text");
		wrap_text(d, "citation", "citations", "citation");
		wrap_texts(d, "references", "reference");
	}
	if (json_type(json_get(p, "data")) == JSON_OBJECT)
		renew_data(p);
	for (size_t i = 0; i < 4 && json_type(c) == JSON_OBJECT; i++)
		wrap_texts(c, lists[i], "description");
	loss_add(x, LOSS_CHANGED, "schema_version", "0.0.1 is written as "
		 "0.0.2: license, references, citation, data and "
		 "considerations change their shape");
}
