/* Model Card Toolkit JSON. Read: 0.0.1 and 0.0.2, by schema_version, else by
 * shape; 0.0.1 is first brought into the shape of 0.0.2. Written: 0.0.2.
 *
 * A place is some fields of the file that belong to some items of ours; its
 * read and write know both. Items without a place stand as Markdown in
 * model_details.documentation. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/interchange_inside.h"
#include "cards/markdown.h"
#include "cards/reference.h"

#define KEPT "model-card-toolkit"

struct place {
	const char *ids[4];		/* items, ended by NULL */
	enum rc (*read)(struct exchange *x, const struct json *card,
			struct err *err);
	void (*write)(struct exchange *x, struct json *card);
};

/* -- Fields -- */

/* The object at key, made if need be. */
static struct json *child(struct json *object, const char *key)
{
	struct json *j = json_get(object, key);

	if (json_type(j) != JSON_OBJECT) {
		j = json_new_object();
		json_set(object, key, j);
	}
	return json_get(object, key);
}

static void set_or_remove(struct json *object, const char *key,
			  struct json *value)
{
	bool empty = (json_type(value) == JSON_STRING && !*json_str(value)) ||
		     ((json_type(value) == JSON_ARRAY ||
		       json_type(value) == JSON_OBJECT) && !json_size(value));

	if (!empty) {
		json_set(object, key, value);
		return;
	}
	json_free(value);
	if (json_get(object, key))
		json_remove(object, key);
}

/* A string, or a number as it reads. */
static char *text_of(const struct json *j)
{
	char number[DECIMAL_MAX];
	int64_t i;
	double x;

	if (json_type(j) == JSON_STRING)
		return xstrdup(json_str(j));
	if (json_int(j, &i))
		return xasprintf("%lld", (long long)i);
	if (json_num(j, &x))
		return xstrdup(decimal_shortest(x, number));
	if (json_type(j) == JSON_BOOL)
		return xstrdup(json_bool(j) ? "yes" : "no");
	return xstrdup("");
}

static void add_paragraph(struct buf *b, const char *text)
{
	if (!*text)
		return;
	if (b->len)
		buf_str(b, "\n\n");
	buf_str(b, text);
}

/* Paragraphs of a list of {key: text}, or of bare texts. */
static void list_text(struct buf *b, const struct json *list, const char *key)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *item = json_at(list, i);
		char *text = text_of(json_type(item) == JSON_OBJECT ?
				     json_get(item, key) : item);

		add_paragraph(b, text);
		free(text);
	}
}

/* The text cut at blank lines, each piece as {key: piece}. */
static struct json *text_list(const char *text, const char *key)
{
	struct json *list = json_new_array();

	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);
		char *piece = xmemdupz(text, n);
		struct json *item = json_new_object();

		json_set_str(item, key, piece);
		json_append(list, item);
		free(piece);
		text += n;
		text += strspn(text, "\n");
	}
	return list;
}

/* "NAME: REST" of each line, as {a: NAME, b: REST}. */
static struct json *line_pairs(const char *text, const char *a, const char *b)
{
	struct json *list = json_new_array();

	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xmemdupz(text, n);
		char *colon = strstr(line, ": ");
		struct json *item = json_new_object();

		if (colon) {
			*colon = '\0';
			json_set_str(item, b, colon + 2);
		}
		if (*line) {
			json_set_str(item, a, line);
			json_append(list, item);
		} else {
			json_free(item);
		}
		free(line);
		text += n + (text[n] == '\n');
	}
	return list;
}

static void add_line(struct buf *b, const char *a, const char *c)
{
	if (!*a && !*c)
		return;
	if (b->len)
		buf_char(b, '\n');
	buf_printf(b, "%s%s%s", a, *c ? ": " : "", c);
}

static enum rc take(struct exchange *x, const char *id, struct buf *b,
		    struct err *err)
{
	enum rc rc = b->len ? take_answer(x, id, b->data, err) : RC_OK;

	buf_release(b);
	return rc;
}

static const struct json *details(const struct json *card)
{
	return json_get(card, "model_details");
}

/* -- Places -- */

/* 1.1 names the owners, 1.9 says how to reach them: "Risk team: r@x.org". */
static enum rc read_owners(struct exchange *x, const struct json *card,
			   struct err *err)
{
	const struct json *owners = json_get(details(card), "owners");
	struct buf names = BUF_INIT, contacts = BUF_INIT;
	enum rc rc;

	for (size_t i = 0; i < json_size(owners); i++) {
		char *name = text_of(json_get(json_at(owners, i), "name"));
		char *at = text_of(json_get(json_at(owners, i), "contact"));

		add_line(&names, name, "");
		if (*at)
			add_line(&contacts, *name ? name : at, *name ? at :
				 "");
		free(name);
		free(at);
	}
	rc = take(x, "1.1", &names, err);
	if (rc != RC_OK)
		buf_release(&contacts);
	return rc == RC_OK ? take(x, "1.9", &contacts, err) : rc;
}

static bool has_name(const struct json *list, const char *name)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const char *s = json_get_str(json_at(list, i), "name");

		if (s && !strcmp(s, name))
			return true;
	}
	return false;
}

static void write_owners(struct exchange *x, struct json *card)
{
	char *names = answer_text(x, "1.1", false);
	char *contacts = answer_text(x, "1.9", false);
	struct json *owners = line_pairs(contacts, "name", "contact");
	struct json *others = line_pairs(names, "name", "contact");

	for (size_t i = 0; i < json_size(others); i++) {
		const char *name = json_get_str(json_at(others, i), "name");

		if (!has_name(owners, name))
			json_append(owners, json_clone(json_at(others, i)));
	}
	set_or_remove(child(card, "model_details"), "owners", owners);
	json_free(others);
	free(names);
	free(contacts);
}

static enum rc read_version(struct exchange *x, const struct json *card,
			    struct err *err)
{
	const struct json *v = json_get(details(card), "version");
	char *name = text_of(json_get(v, "name"));
	char *date = text_of(json_get(v, "date"));
	char *diff = text_of(json_get(v, "diff"));
	struct buf both = BUF_INIT;
	enum rc rc = *date ? take_answer(x, "1.2", date, err) : RC_OK;

	add_paragraph(&both, name);
	add_paragraph(&both, diff);
	free(name);
	free(date);
	free(diff);
	if (rc != RC_OK)
		buf_release(&both);
	return rc == RC_OK ? take(x, "1.3", &both, err) : rc;
}

static void write_version(struct exchange *x, struct json *card)
{
	struct json *v = json_new_object();
	char *date = answer_text(x, "1.2", false);
	char *both = answer_text(x, "1.3", false);
	char *gap = strstr(both, "\n\n");

	if (gap)
		*gap = '\0';
	set_or_remove(v, "name", json_new_str(both));
	set_or_remove(v, "date", json_new_str(date));
	set_or_remove(v, "diff", json_new_str(gap ? gap + 2 : ""));
	set_or_remove(child(card, "model_details"), "version", v);
	free(date);
	free(both);
}

static enum rc read_licences(struct exchange *x, const struct json *card,
			     struct err *err)
{
	const struct json *list = json_get(details(card), "licenses");
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *one = json_at(list, i);
		char *text = text_of(json_get(one, "identifier") ?
				     json_get(one, "identifier") :
				     json_get(one, "custom_text"));

		add_paragraph(&b, text);
		free(text);
	}
	return take(x, "1.8", &b, err);
}

/* A word is an identifier, more than that a custom text. */
static void write_licences(struct exchange *x, struct json *card)
{
	char *text = answer_text(x, "1.8", false);
	struct json *list = json_new_array(), *one = json_new_object();
	bool is_id = *text && !strpbrk(text, " \n\t:/");

	if (*text) {
		json_set_str(one, is_id ? "identifier" : "custom_text", text);
		json_append(list, one);
	} else {
		json_free(one);
	}
	set_or_remove(child(card, "model_details"), "licenses", list);
	free(text);
}

/* A list of {key: text} in an object of the card. */
static enum rc read_list(struct exchange *x, const struct json *list,
			 const char *key, const char *id, struct err *err)
{
	struct buf b = BUF_INIT;

	list_text(&b, list, key);
	return take(x, id, &b, err);
}

static void write_list(struct exchange *x, struct json *object,
		       const char *list, const char *key, const char *id)
{
	char *text = answer_text(x, id, false);

	set_or_remove(object, list, text_list(text, key));
	free(text);
}

static const struct list_place {
	const char *id, *object, *list, *key;
} list_places[] = {
	{ "1.6", "model_details", "references", "reference" },
	{ "1.7", "model_details", "citations", "citation" },
	{ "2.1", "considerations", "use_cases", "description" },
	{ "2.2", "considerations", "users", "description" },
	{ "2.3", "considerations", "limitations", "description" },
	{ "4.1", "considerations", "tradeoffs", "description" },
};

static const struct list_place *list_place(const char *id)
{
	for (size_t i = 0; i < sizeof(list_places) / sizeof(*list_places);
	     i++)
		if (!strcmp(list_places[i].id, id))
			return &list_places[i];
	return NULL;
}

static enum rc read_lists(struct exchange *x, const struct json *card,
			  struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(list_places) / sizeof(*list_places) &&
	     rc == RC_OK; i++) {
		const struct list_place *p = &list_places[i];

		rc = read_list(x, json_get(json_get(card, p->object), p->list),
			       p->key, p->id, err);
	}
	return rc;
}

static enum rc read_type(struct exchange *x, const struct json *card,
			 struct err *err)
{
	char *text = text_of(json_get(json_get(card, "model_parameters"),
				      "model_architecture"));
	enum rc rc = *text ? take_answer(x, "1.4", text, err) : RC_OK;

	free(text);
	return rc;
}

static void write_type(struct exchange *x, struct json *card)
{
	char *text = answer_text(x, "1.4", false);

	set_or_remove(child(card, "model_parameters"), "model_architecture",
		      json_new_str(text));
	free(text);
}

/* Data whose name or description speaks of evaluation go to 5.1. */
static bool is_eval_data(const struct json *data)
{
	static const char *const words[] = { "eval", "test", "valid" };
	char *name = text_of(json_get(data, "name"));
	char *what = text_of(json_get(data, "description"));
	bool found = false;

	for (size_t i = 0; i < 3; i++)
		found |= strcasestr(name, words[i]) ||
			 strcasestr(what, words[i]);
	found = found && !strcasestr(name, "train");
	free(name);
	free(what);
	return found;
}

static void data_text(struct buf *b, const struct json *data)
{
	char *name = text_of(json_get(data, "name"));
	char *link = text_of(json_get(data, "link"));
	char *what = text_of(json_get(data, "description"));
	struct buf one = BUF_INIT;

	add_line(&one, name, link);
	if (*what)
		buf_printf(&one, "%s%s", one.len ? "\n" : "", what);
	add_paragraph(b, one.data);
	buf_release(&one);
	free(name);
	free(link);
	free(what);
}

static enum rc read_data(struct exchange *x, const struct json *card,
			 struct err *err)
{
	const struct json *list = json_get(json_get(card, "model_parameters"),
					   "data");
	struct buf train = BUF_INIT, eval = BUF_INIT, sensitive = BUF_INIT;
	enum rc rc;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *data = json_at(list, i);

		data_text(is_eval_data(data) ? &eval : &train, data);
		list_text(&sensitive, json_get(json_get(data, "sensitive"),
					       "sensitive_data"), "");
	}
	rc = take(x, "6.1", &train, err);
	if (rc == RC_OK)
		rc = take(x, "5.1", &eval, err);
	else
		buf_release(&eval);
	if (rc == RC_OK)
		return take(x, "8.1", &sensitive, err);
	buf_release(&sensitive);
	return rc;
}

static void add_data(struct json *list, const char *text, const char *name,
		     const char *sensitive)
{
	struct json *data = json_new_object();

	if (!*text && !*sensitive) {
		json_free(data);
		return;
	}
	json_set_str(data, "name", name);
	if (*text)
		json_set_str(data, "description", text);
	if (*sensitive) {
		struct json *s = json_new_object(), *all = json_new_array();

		json_append(all, json_new_str(sensitive));
		json_set(s, "sensitive_data", all);
		json_set(data, "sensitive", s);
	}
	json_append(list, data);
}

static void write_data(struct exchange *x, struct json *card)
{
	struct json *list = json_new_array();
	char *train = answer_text(x, "6.1", false);
	char *eval = answer_text(x, "5.1", false);
	char *sensitive = answer_text(x, "8.1", false);

	add_data(list, train, "training data", sensitive);
	add_data(list, eval, "evaluation data", "");
	set_or_remove(child(card, "model_parameters"), "data", list);
	free(train);
	free(eval);
	free(sensitive);
}

/* 8.4 names the risks, 8.3 what was done: "age proxy: audit by band". */
static enum rc read_risks(struct exchange *x, const struct json *card,
			  struct err *err)
{
	const struct json *list = json_get(json_get(card, "considerations"),
					   "ethical_considerations");
	struct buf risks = BUF_INIT, done = BUF_INIT;
	enum rc rc;

	for (size_t i = 0; i < json_size(list); i++) {
		char *name = text_of(json_get(json_at(list, i), "name"));
		char *what = text_of(json_get(json_at(list, i),
					      "mitigation_strategy"));

		add_line(&risks, name, "");
		if (*what)
			add_line(&done, name, what);
		free(name);
		free(what);
	}
	rc = take(x, "8.4", &risks, err);
	if (rc != RC_OK)
		buf_release(&done);
	return rc == RC_OK ? take(x, "8.3", &done, err) : rc;
}

static void write_risks(struct exchange *x, struct json *card)
{
	char *risks = answer_text(x, "8.4", false);
	char *done = answer_text(x, "8.3", false);
	struct json *list = line_pairs(done, "name", "mitigation_strategy");
	struct json *others = line_pairs(risks, "name",
					 "mitigation_strategy");

	for (size_t i = 0; i < json_size(others); i++)
		if (!has_name(list, json_get_str(json_at(others, i), "name")))
			json_append(list, json_clone(json_at(others, i)));
	set_or_remove(child(card, "considerations"), "ethical_considerations",
		      list);
	json_free(others);
	free(risks);
	free(done);
}

/* Metrics as text: asserted until they are evaluated here. */
static enum rc read_metrics(struct exchange *x, const struct json *card,
			    struct err *err)
{
	const struct json *list = json_get(json_get(card,
						    "quantitative_analysis"),
					   "performance_metrics");
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *m = json_at(list, i);
		const struct json *ci = json_get(m, "confidence_interval");
		char *type = text_of(json_get(m, "type"));
		char *value = text_of(json_get(m, "value"));
		char *slice = text_of(json_get(m, "slice"));
		char *low = text_of(json_get(ci, "lower_bound"));
		char *high = text_of(json_get(ci, "upper_bound"));

		buf_printf(&b, "%s- %s: %s", b.len ? "\n" : "", type, value);
		if (*low || *high)
			buf_printf(&b, " [%s, %s]", low, high);
		if (*slice)
			buf_printf(&b, " (%s)", slice);
		free(type);
		free(value);
		free(slice);
		free(low);
		free(high);
	}
	return take(x, "7.1", &b, err);
}

static void set_number(struct json *j, const char *key, double value)
{
	char number[DECIMAL_MAX];

	json_set_str(j, key, decimal_shortest(value, number));
}

static void add_metric(struct json *list, const char *slice, enum metric m,
		       const struct figure *f)
{
	struct json *j;

	if (f->why)
		return;
	j = json_new_object();
	json_set_str(j, "type", metric_key(m));
	set_number(j, "value", f->value);
	json_set_str(j, "slice", slice);
	if (f->method != METHOD_NONE) {
		struct json *ci = json_new_object();

		set_number(ci, "lower_bound", f->low);
		set_number(ci, "upper_bound", f->high);
		json_set(j, "confidence_interval", ci);
	}
	json_append(list, j);
}

static void add_metrics(struct json *list, const struct evaluation *e,
			const struct eval_slice *s)
{
	char *slice = s->by ? xasprintf("%s@%lld, %s=%s", e->testset,
					(long long)e->revision, s->by,
					s->value) :
		      xasprintf("%s@%lld", e->testset,
				(long long)e->revision);

	for (int m = 0; m < METRIC_COUNT; m++)
		if (metric_fits((enum metric)m, e->task))
			add_metric(list, slice, (enum metric)m,
				   &s->metrics[m]);
	free(slice);
}

/* Figures come from evaluations; typed ones only as the file had them. */
static void write_metrics(struct exchange *x, struct json *card)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < x->facts->evaluations.n; i++) {
		const struct evaluation *e = &x->facts->evaluations.at[i];

		add_metrics(list, e, &e->whole);
		for (size_t k = 0; k < e->n_slices; k++)
			add_metrics(list, e, &e->slices[k]);
		if (e->state && strcmp(e->state, "fresh"))
			loss_add(x, LOSS_CHANGED, "quantitative_analysis",
				 "the figures on '%s' are %s; the format "
				 "cannot say so", e->testset, e->state);
	}
	set_or_remove(child(card, "quantitative_analysis"),
		      "performance_metrics", list);
}

static const struct place places[] = {
	{ { "1.1", "1.9" }, read_owners, write_owners },
	{ { "1.2", "1.3" }, read_version, write_version },
	{ { "1.4" }, read_type, write_type },
	{ { "1.8" }, read_licences, write_licences },
	{ { "6.1", "5.1", "8.1" }, read_data, write_data },
	{ { "8.4", "8.3" }, read_risks, write_risks },
	{ { "7.1" }, read_metrics, NULL },
	{ { NULL }, read_lists, NULL },
};

static bool has_place(const char *id)
{
	if (list_place(id))
		return true;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		for (size_t k = 0; places[i].ids[k]; k++)
			if (!strcmp(places[i].ids[k], id))
				return true;
	return false;
}

/* -- Extras: fields of theirs that are no item of ours -- */

static const struct { const char *id, *name, *object, *key; } extras[] = {
	{ "mct.name", "Name", "model_details", "name" },
	{ "mct.overview", "Overview", "model_details", "overview" },
	{ "mct.path", "Path", "model_details", "path" },
	{ "mct.input-format", "Input format", "model_parameters",
	  "input_format" },
	{ "mct.output-format", "Output format", "model_parameters",
	  "output_format" },
};
#define N_EXTRAS (sizeof(extras) / sizeof(*extras))

static enum rc read_extras(struct exchange *x, const struct json *card,
			   struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < N_EXTRAS && rc == RC_OK; i++) {
		char *text = text_of(json_get(json_get(card,
						       extras[i].object),
					      extras[i].key));

		if (*text) {
			rc = take_extra(x, extras[i].id, extras[i].name, text,
					err);
			loss_add(x, LOSS_KEPT, extras[i].id, "%s has no item "
				 "of its own; kept beside them",
				 extras[i].name);
		}
		free(text);
	}
	return rc;
}

static void write_extras(struct exchange *x, struct json *card,
			 const struct doc *before)
{
	for (size_t i = 0; i < N_EXTRAS; i++) {
		const char *ids[] = { extras[i].id, NULL };
		char *text = answer_text(x, extras[i].id, false);

		if (answers_differ(x->doc, before, ids))
			set_or_remove(child(card, extras[i].object),
				      extras[i].key, json_new_str(text));
		free(text);
	}
}

/* model_details.documentation: our headings become answers again, what
 * stands before the first is an extra. */
static enum rc read_documentation(struct exchange *x, const struct json *card,
				  struct err *err)
{
	char *text = text_of(json_get(details(card), "documentation"));
	struct md_parts parts = VEC_INIT;
	struct buf rest = BUF_INIT;
	enum rc rc = RC_OK;

	md_split(text, &parts);
	for (size_t i = 0; i < parts.n && rc == RC_OK; i++) {
		const struct md_part *p = &parts.at[i];
		const char *id = p->level == 2 ? heading_item(x->doc,
							      p->title) : NULL;
		char *body = xmemdupz(text + p->head_end,
				      p->body_end - p->head_end);

		if (id)
			rc = take_answer(x, id, body, err);
		else
			buf_add(&rest, text + p->head, p->body_end - p->head);
		free(body);
	}
	if (rc == RC_OK && rest.len)
		rc = take_extra(x, "mct.documentation", "Documentation",
				rest.data, err);
	md_parts_release(&parts);
	buf_release(&rest);
	free(text);
	return rc;
}

/* Items that the format has no place for. */
static void write_documentation(struct exchange *x, struct json *card,
				const struct doc *before)
{
	struct buf b = BUF_INIT;
	static const char *const extra[] = { "mct.documentation", NULL };
	bool differ = false;
	char *rest = answer_text(x, "mct.documentation", false);

	buf_str(&b, rest);
	free(rest);
	for (size_t s = 0; s < x->doc->form->n_sections; s++) {
		const struct section *sec = &x->doc->form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++) {
			const char *ids[] = { sec->items[i].id, NULL };

			if (has_place(ids[0]))
				continue;
			differ |= answers_differ(x->doc, before, ids);
			if (doc_answer(x->doc, ids[0])->state ==
			    ANSWER_EMPTY)
				continue;
			if (b.len)
				buf_str(&b, b.data[b.len - 1] == '\n' ? "" :
					"\n\n");
			items_write(&b, x, ids, 2);
			loss_add(x, LOSS_CHANGED, ids[0], "the format has no "
				 "place for it; it stands in "
				 "model_details.documentation");
		}
	}
	if (differ || answers_differ(x->doc, before, extra))
		set_or_remove(child(card, "model_details"), "documentation",
			      json_new_str(b.data));
	buf_release(&b);
}

/* -- 0.0.1 into the shape of 0.0.2 -- */

static bool is_old(const struct json *card)
{
	const char *version = json_get_str(card, "schema_version");

	if (version)
		return !strcmp(version, "0.0.1");
	return json_get(details(card), "license") ||
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
	text = text_of(j);
	json_set_str(object, key, text);
	free(text);
}

static void renew_metrics(struct json *card)
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

static void renew(struct exchange *x, struct json *card)
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

/* -- In and out -- */

static const char *const parts[] = {
	"schema_version", "model_details", "model_parameters",
	"quantitative_analysis", "considerations",
};

static enum rc check_shape(struct exchange *x, const struct json *card,
			   struct err *err)
{
	if (json_type(card) != JSON_OBJECT)
		return refuse_at(x, "", err, "a model card is an object");
	for (size_t i = 1; i < sizeof(parts) / sizeof(*parts); i++) {
		const struct json *j = json_get(card, parts[i]);

		if (j && json_type(j) != JSON_OBJECT)
			return refuse_at(x, parts[i], err,
					 "this should be an object");
	}
	for (size_t i = 0; i < json_size(card); i++) {
		const char *key = NULL;
		size_t k = 0;

		(void)json_member(card, i, &key);
		while (k < 5 && strcmp(parts[k], key))
			k++;
		if (k == 5)
			return refuse_at(x, key, err, "the format has no such "
					 "part");
	}
	return RC_OK;
}

static void report_graphics(struct exchange *x, const struct json *j,
			    const char *where)
{
	const struct json *all = json_get(json_get(j, "graphics"),
					  "collection");

	if (json_size(all))
		loss_add(x, LOSS_KEPT, where, "%zu pictures are kept and "
			 "exported, not shown", json_size(all));
}

static void report_kept(struct exchange *x, const struct json *card)
{
	static const char *const maps[] = { "input_format_map",
					    "output_format_map" };
	const struct json *p = json_get(card, "model_parameters");
	const struct json *data = json_get(p, "data");

	report_graphics(x, json_get(card, "quantitative_analysis"),
			"quantitative_analysis.graphics");
	for (size_t i = 0; i < json_size(data); i++)
		report_graphics(x, json_at(data, i),
				"model_parameters.data.graphics");
	for (size_t i = 0; i < 2; i++)
		if (json_get(p, maps[i]))
			loss_add(x, LOSS_KEPT, maps[i],
				 "has no item of its own");
}

static enum rc read_card(struct exchange *x, const struct json *card,
			 struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places) &&
	     rc == RC_OK; i++)
		rc = places[i].read(x, card, err);
	if (rc == RC_OK)
		rc = read_extras(x, card, err);
	if (rc == RC_OK)
		rc = read_documentation(x, card, err);
	return rc;
}

enum rc mct_import(struct exchange *x, struct err *err)
{
	struct json *card = NULL;
	struct buf kept = BUF_INIT;
	enum rc rc = json_parse(x->text, x->n, x->file, &card, err);

	if (rc == RC_OK)
		rc = check_shape(x, card, err);
	if (rc == RC_OK) {
		if (is_old(card))
			renew(x, card);
		renew_metrics(card);
		json_set_str(card, "schema_version", "0.0.2");
		rc = read_card(x, card, err);
	}
	if (rc == RC_OK) {
		report_kept(x, card);
		json_write(&kept, card, false);
		doc_keep(x->doc, KEPT, kept.data);
	}
	buf_release(&kept);
	json_free(card);
	return rc;
}

/* The kept card and the answers that it gives by itself. */
static enum rc open_kept(struct exchange *x, struct json **card,
			 struct doc *before, struct err *err)
{
	const char *kept = doc_kept(x->doc, KEPT);
	struct losses unused = VEC_INIT;
	struct exchange in = { before, NULL, &unused, "kept card", kept,
			       kept ? strlen(kept) : 0 };
	enum rc rc;

	doc_init(before, x->doc->form, x->doc->of);
	if (!kept) {
		*card = json_new_object();
		json_set_str(*card, "schema_version", "0.0.2");
		return RC_OK;
	}
	rc = json_parse(kept, in.n, "kept card", card, err);
	if (rc == RC_OK)
		rc = read_card(&in, *card, err);
	losses_release(&unused);
	return rc;
}

static void write_card(struct exchange *x, struct json *card,
		       const struct doc *before)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (places[i].write &&
		    answers_differ(x->doc, before, places[i].ids))
			places[i].write(x, card);
	for (size_t i = 0; i < sizeof(list_places) / sizeof(*list_places);
	     i++) {
		const struct list_place *p = &list_places[i];
		const char *ids[] = { p->id, NULL };

		if (answers_differ(x->doc, before, ids))
			write_list(x, child(card, p->object), p->list, p->key,
				   p->id);
	}
	if (x->facts && x->facts->evaluations.n)
		write_metrics(x, card);
	write_extras(x, card, before);
	write_documentation(x, card, before);
}

static void report_typed(struct exchange *x, const struct doc *before)
{
	static const char *const ids[] = { "7.1", NULL };

	if (answers_differ(x->doc, before, ids) &&
	    doc_answer(x->doc, "7.1")->state != ANSWER_EMPTY)
		loss_add(x, LOSS_DROPPED, "7.1", "the format has metrics only, "
			 "no commentary on them");
}

/* Extras that another format brought. */
static void report_extras(struct exchange *x)
{
	const struct answer *a;

	for (size_t i = 0; (a = doc_extra(x->doc, i)); i++)
		if (strncmp(a->id, "mct.", 4))
			loss_add(x, LOSS_DROPPED, a->id, "the format has no "
				 "place for it");
}

static void report_references(struct exchange *x)
{
	for (size_t i = 0; i < x->doc->answers.n; i++) {
		const struct answer *a = &x->doc->answers.at[i];
		size_t at = 0, n;

		if (reference_find(a->text, &at, &n))
			loss_add(x, LOSS_CHANGED, a->id, "a reference is "
				 "written as the figure it has now");
	}
}

enum rc mct_export(struct exchange *x, struct buf *out, struct err *err)
{
	struct json *card = NULL;
	struct doc before;
	enum rc rc = open_kept(x, &card, &before, err);

	if (rc == RC_OK) {
		write_card(x, card, &before);
		report_typed(x, &before);
		report_extras(x);
		if (x->facts)
			report_references(x);
		json_write(out, card, true);
		buf_char(out, '\n');
	}
	doc_release(&before);
	json_free(card);
	return rc;
}
