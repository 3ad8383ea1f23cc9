/* Model Card Toolkit JSON. Read: 0.0.1 and 0.0.2, by schema_version, else by
 * shape; 0.0.1 is first brought into the shape of 0.0.2. Written: 0.0.2. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "cards/exchange_mct_inside.h"
#include "cards/reference.h"

#define KEPT "model-card-toolkit"

static const char *const parts[] = {
	"schema_version", "model_details", "model_parameters",
	"quantitative_analysis", "considerations",
};

static enum rc check_shape(struct exchange *x, const struct json *card,
			   struct err *err)
{
	if (json_type(card) != JSON_OBJECT)
		return refuse_at(x, "", err, "a model card is an object");
	for (size_t i = 1; i < COUNT(parts); i++) {
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

enum rc mct_import(struct exchange *x, struct err *err)
{
	struct json *card = NULL;
	struct buf kept = BUF_INIT;
	enum rc rc = json_parse(x->text, x->n, x->file, &card, err);

	if (rc == RC_OK)
		rc = check_shape(x, card, err);
	if (rc == RC_OK) {
		if (mct_is_old(card))
			mct_renew(x, card);
		mct_renew_metrics(card);
		json_set_str(card, "schema_version", "0.0.2");
		rc = mct_read_card(x, card, err);
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
		rc = mct_read_card(&in, *card, err);
	losses_release(&unused);
	return rc;
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
		mct_write_card(x, card, &before);
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
