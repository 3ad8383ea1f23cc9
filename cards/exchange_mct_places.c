/* What of a Model Card Toolkit card belongs to which items of ours. A place is
 * some fields of the file that belong to some items; its read and write know
 * both. Items without a place stand as Markdown in
 * model_details.documentation. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/exchange_mct_inside.h"
#include "cards/markdown.h"
#include "cards/reference.h"

struct place {
	const char *ids[4];		/* items, ended by NULL */
	enum rc (*read)(struct exchange *x, const struct json *card,
			struct err *err);
	void (*write)(struct exchange *x, struct json *card);
};

/* -- Places -- */

/* 1.1 names the owners, 1.9 says how to reach them: "Risk team: r@x.org". */
static enum rc read_owners(struct exchange *x, const struct json *card,
			   struct err *err)
{
	const struct json *owners = json_get(mct_details(card), "owners");
	struct buf names = BUF_INIT, contacts = BUF_INIT;
	enum rc rc;

	for (size_t i = 0; i < json_size(owners); i++) {
		char *name = mct_text_of(json_get(json_at(owners, i), "name"));
		char *at = mct_text_of(json_get(json_at(owners, i), "contact"));

		mct_add_line(&names, name, "");
		if (*at)
			mct_add_line(&contacts, *name ? name : at, *name ? at :
				 "");
		free(name);
		free(at);
	}
	rc = mct_take(x, "1.1", &names, err);
	if (rc != RC_OK)
		buf_release(&contacts);
	return rc == RC_OK ? mct_take(x, "1.9", &contacts, err) : rc;
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
	struct json *owners = mct_line_pairs(contacts, "name", "contact");
	struct json *others = mct_line_pairs(names, "name", "contact");

	for (size_t i = 0; i < json_size(others); i++) {
		const char *name = json_get_str(json_at(others, i), "name");

		if (!has_name(owners, name))
			json_append(owners, json_clone(json_at(others, i)));
	}
	mct_set_or_remove(mct_child(card, "model_details"), "owners", owners);
	json_free(others);
	free(names);
	free(contacts);
}

static enum rc read_version(struct exchange *x, const struct json *card,
			    struct err *err)
{
	const struct json *v = json_get(mct_details(card), "version");
	char *name = mct_text_of(json_get(v, "name"));
	char *date = mct_text_of(json_get(v, "date"));
	char *diff = mct_text_of(json_get(v, "diff"));
	struct buf both = BUF_INIT;
	enum rc rc = *date ? take_answer(x, "1.2", date, err) : RC_OK;

	mct_add_paragraph(&both, name);
	mct_add_paragraph(&both, diff);
	free(name);
	free(date);
	free(diff);
	if (rc != RC_OK)
		buf_release(&both);
	return rc == RC_OK ? mct_take(x, "1.3", &both, err) : rc;
}

static void write_version(struct exchange *x, struct json *card)
{
	struct json *v = json_new_object();
	char *date = answer_text(x, "1.2", false);
	char *both = answer_text(x, "1.3", false);
	char *gap = strstr(both, "\n\n");

	if (gap)
		*gap = '\0';
	mct_set_or_remove(v, "name", json_new_str(both));
	mct_set_or_remove(v, "date", json_new_str(date));
	mct_set_or_remove(v, "diff", json_new_str(gap ? gap + 2 : ""));
	mct_set_or_remove(mct_child(card, "model_details"), "version", v);
	free(date);
	free(both);
}

static enum rc read_licences(struct exchange *x, const struct json *card,
			     struct err *err)
{
	const struct json *list = json_get(mct_details(card), "licenses");
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *one = json_at(list, i);
		char *text = mct_text_of(json_get(one, "identifier") ?
				     json_get(one, "identifier") :
				     json_get(one, "custom_text"));

		mct_add_paragraph(&b, text);
		free(text);
	}
	return mct_take(x, "1.8", &b, err);
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
	mct_set_or_remove(mct_child(card, "model_details"), "licenses", list);
	free(text);
}

/* A list of {key: text} in an object of the card. */
static enum rc read_list(struct exchange *x, const struct json *list,
			 const char *key, const char *id, struct err *err)
{
	struct buf b = BUF_INIT;

	mct_list_text(&b, list, key);
	return mct_take(x, id, &b, err);
}

static void write_list(struct exchange *x, struct json *object,
		       const char *list, const char *key, const char *id)
{
	char *text = answer_text(x, id, false);

	mct_set_or_remove(object, list, mct_text_list(text, key));
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
	for (size_t i = 0; i < COUNT(list_places); i++)
		if (!strcmp(list_places[i].id, id))
			return &list_places[i];
	return NULL;
}

static enum rc read_lists(struct exchange *x, const struct json *card,
			  struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < COUNT(list_places) && rc == RC_OK; i++) {
		const struct list_place *p = &list_places[i];

		rc = read_list(x, json_get(json_get(card, p->object), p->list),
			       p->key, p->id, err);
	}
	return rc;
}

static enum rc read_type(struct exchange *x, const struct json *card,
			 struct err *err)
{
	char *text = mct_text_of(json_get(json_get(card, "model_parameters"),
				      "model_architecture"));
	enum rc rc = *text ? take_answer(x, "1.4", text, err) : RC_OK;

	free(text);
	return rc;
}

static void write_type(struct exchange *x, struct json *card)
{
	char *text = answer_text(x, "1.4", false);

	mct_set_or_remove(mct_child(card, "model_parameters"), "model_architecture",
		      json_new_str(text));
	free(text);
}

/* Data whose name or description speaks of evaluation go to 5.1. */
static bool is_eval_data(const struct json *data)
{
	static const char *const words[] = { "eval", "test", "valid" };
	char *name = mct_text_of(json_get(data, "name"));
	char *what = mct_text_of(json_get(data, "description"));
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
	char *name = mct_text_of(json_get(data, "name"));
	char *link = mct_text_of(json_get(data, "link"));
	char *what = mct_text_of(json_get(data, "description"));
	struct buf one = BUF_INIT;

	mct_add_line(&one, name, link);
	if (*what)
		buf_printf(&one, "%s%s", one.len ? "\n" : "", what);
	mct_add_paragraph(b, one.data);
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
		mct_list_text(&sensitive, json_get(json_get(data, "sensitive"),
					       "sensitive_data"), "");
	}
	rc = mct_take(x, "6.1", &train, err);
	if (rc == RC_OK)
		rc = mct_take(x, "5.1", &eval, err);
	else
		buf_release(&eval);
	if (rc == RC_OK)
		return mct_take(x, "8.1", &sensitive, err);
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
	mct_set_or_remove(mct_child(card, "model_parameters"), "data", list);
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
		char *name = mct_text_of(json_get(json_at(list, i), "name"));
		char *what = mct_text_of(json_get(json_at(list, i),
					      "mitigation_strategy"));

		mct_add_line(&risks, name, "");
		if (*what)
			mct_add_line(&done, name, what);
		free(name);
		free(what);
	}
	rc = mct_take(x, "8.4", &risks, err);
	if (rc != RC_OK)
		buf_release(&done);
	return rc == RC_OK ? mct_take(x, "8.3", &done, err) : rc;
}

static void write_risks(struct exchange *x, struct json *card)
{
	char *risks = answer_text(x, "8.4", false);
	char *done = answer_text(x, "8.3", false);
	struct json *list = mct_line_pairs(done, "name", "mitigation_strategy");
	struct json *others = mct_line_pairs(risks, "name",
					 "mitigation_strategy");

	for (size_t i = 0; i < json_size(others); i++)
		if (!has_name(list, json_get_str(json_at(others, i), "name")))
			json_append(list, json_clone(json_at(others, i)));
	mct_set_or_remove(mct_child(card, "considerations"), "ethical_considerations",
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
		char *type = mct_text_of(json_get(m, "type"));
		char *value = mct_text_of(json_get(m, "value"));
		char *slice = mct_text_of(json_get(m, "slice"));
		char *low = mct_text_of(json_get(ci, "lower_bound"));
		char *high = mct_text_of(json_get(ci, "upper_bound"));

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
	return mct_take(x, "7.1", &b, err);
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
	mct_set_or_remove(mct_child(card, "quantitative_analysis"),
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
	for (size_t i = 0; i < COUNT(places); i++)
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
#define N_EXTRAS COUNT(extras)

static enum rc read_extras(struct exchange *x, const struct json *card,
			   struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < N_EXTRAS && rc == RC_OK; i++) {
		char *text = mct_text_of(json_get(json_get(card,
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
			mct_set_or_remove(mct_child(card, extras[i].object),
				      extras[i].key, json_new_str(text));
		free(text);
	}
}

/* model_details.documentation: our headings become answers again, what
 * stands before the first is an extra. */
static enum rc read_documentation(struct exchange *x, const struct json *card,
				  struct err *err)
{
	char *text = mct_text_of(json_get(mct_details(card), "documentation"));
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
		mct_set_or_remove(mct_child(card, "model_details"), "documentation",
			      json_new_str(b.data));
	buf_release(&b);
}

/* -- The whole -- */

enum rc mct_read_card(struct exchange *x, const struct json *card,
		      struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < COUNT(places) && rc == RC_OK; i++)
		rc = places[i].read(x, card, err);
	if (rc == RC_OK)
		rc = read_extras(x, card, err);
	if (rc == RC_OK)
		rc = read_documentation(x, card, err);
	return rc;
}

void mct_write_card(struct exchange *x, struct json *card,
		    const struct doc *before)
{
	for (size_t i = 0; i < COUNT(places); i++)
		if (places[i].write &&
		    answers_differ(x->doc, before, places[i].ids))
			places[i].write(x, card);
	for (size_t i = 0; i < COUNT(list_places); i++) {
		const struct list_place *p = &list_places[i];
		const char *ids[] = { p->id, NULL };

		if (answers_differ(x->doc, before, ids))
			write_list(x, mct_child(card, p->object), p->list, p->key,
				   p->id);
	}
	if (x->facts && x->facts->evaluations.n)
		write_metrics(x, card);
	write_extras(x, card, before);
	write_documentation(x, card, before);
}
