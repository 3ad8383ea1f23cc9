#include "cards/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/store.h"

void doc_facts_init(struct doc_facts *f)
{
	*f = (struct doc_facts){ .main_metric = METRIC_ACCURACY };
}

void doc_facts_release(struct doc_facts *f)
{
	free(f->model);
	free(f->risk);
	free(f->owner);
	free(f->trained_on);
	free(f->personal);
	dataset_rec_release(&f->dataset);
	profile_release(&f->profile);
	dataset_users_release(&f->users);
	evaluations_release(&f->evaluations);
	for (size_t i = 0; i < f->testsets.n; i++)
		testset_info_release(&f->testsets.at[i]);
	vec_free(&f->testsets);
	for (size_t i = 0; i < f->sheets.n; i++) {
		free(f->sheets.at[i].dataset);
		doc_release(&f->sheets.at[i].doc);
	}
	vec_free(&f->sheets);
	doc_facts_init(f);
}

static void note_slices(struct doc_facts *f, const struct evaluation *e)
{
	for (size_t i = 0; i < e->n_slices; i++) {
		if (strchr(e->slices[i].by, '+'))
			f->has_intersectional = true;
		else
			f->has_unitary = true;
	}
}

/* Takes the evaluation on one set in, if there is one. */
static enum rc add_testset(struct doc_facts *f, const char *testset,
			   struct err *err)
{
	struct evaluation e;
	struct testset_info info;
	struct err why = ERR_INIT;
	enum rc rc = reg_evaluation_load(f->reg, f->model, f->version,
					 testset, 0, &e, &why);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	rc = reg_testset_info(f->reg, testset, 0, &info, err);
	if (rc != RC_OK) {
		evaluation_release(&e);
		return rc;
	}
	note_slices(f, &e);
	vec_push(&f->evaluations, e);
	vec_push(&f->testsets, info);
	return RC_OK;
}

static enum rc add_evaluations(struct doc_facts *f, struct err *err)
{
	struct testset_infos all = VEC_INIT;
	enum rc rc = reg_testset_list(f->reg, &all, err);

	for (size_t i = 0; i < all.n && rc == RC_OK; i++)
		rc = add_testset(f, all.at[i].name, err);
	for (size_t i = 0; i < all.n; i++)
		testset_info_release(&all.at[i]);
	vec_free(&all);
	return rc;
}

static enum rc add_sheet(struct doc_facts *f, const char *dataset,
			 struct err *err)
{
	const struct doc_form *form = doc_form(DOC_DATASHEET);
	struct document_rec rec;
	struct sheet *sheet;
	struct doc doc;
	enum rc rc = reg_document_load(f->reg, DOCUMENT_DATASHEET, dataset, 0,
				       &rec, err);

	if (rc != RC_OK)
		return rc;
	rc = doc_read(rec.text, strlen(rec.text), form, &doc, err);
	document_rec_release(&rec);
	if (rc != RC_OK)
		return rc;
	sheet = vec_add(&f->sheets);
	sheet->dataset = xstrdup(dataset);
	sheet->doc = doc;
	return RC_OK;
}

static enum rc add_sheets(struct doc_facts *f, struct err *err)
{
	struct document_recs all = VEC_INIT;
	enum rc rc = reg_document_list(f->reg, DOCUMENT_DATASHEET, &all, err);

	for (size_t i = 0; i < all.n && rc == RC_OK; i++)
		rc = add_sheet(f, all.at[i].of, err);
	document_recs_release(&all);
	return rc;
}

static enum rc add_model(struct doc_facts *f, const char *name,
			 struct err *err)
{
	struct model_rec m;
	enum task task = TASK_BINARY;
	enum rc rc = reg_model_get(f->reg, name, &m, err);

	if (rc != RC_OK)
		return rc;
	f->model = xstrdup(name);
	f->risk = xstrdup_or_null(m.risk);
	f->owner = xstrdup_or_null(m.owner);
	if (m.task)
		(void)task_from_name(m.task, &task);
	if (!m.main_metric || !metric_from_key(m.main_metric, &f->main_metric))
		f->main_metric = metric_main(task);
	model_rec_release(&m);
	return RC_OK;
}

/* A datasheet may be older than the record of its data. */
static enum rc add_dataset(struct doc_facts *f, const char *name,
			   struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = reg_dataset_get(f->reg, name, &f->dataset, &why);

	if (rc == RC_OK) {
		f->has_dataset = true;
		rc = reg_dataset_profile(f->reg, name, false, &f->profile,
					 err);
	} else if (rc == RC_NOT_FOUND) {
		rc = RC_OK;
	} else {
		return err_set(err, rc, "%s", why.text);
	}
	if (rc == RC_OK)
		rc = reg_dataset_users(f->reg, name, &f->users, err);
	if (rc == RC_OK)
		f->risk = xstrdup(dataset_risk(&f->dataset, &f->users));
	return rc;
}

static void note_personal(struct doc_facts *f, const struct profile *p)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < p->n_columns; i++)
		if (p->columns[i].personal)
			buf_printf(&names, "%s%s", names.len ? ", " : "",
				   p->columns[i].name);
	f->personal = names.len ? buf_detach(&names) : NULL;
	buf_release(&names);
}

static enum rc add_trained_on(struct doc_facts *f, const char *digest,
			      struct err *err)
{
	struct strs names = VEC_INIT;
	struct profile p = { 0 };
	enum rc rc = reg_dataset_by_digest(f->reg, digest, &names, err);

	if (rc == RC_OK && names.n) {
		f->trained_on = xstrdup(names.at[0]);
		rc = reg_dataset_profile(f->reg, names.at[0], false, &p, err);
		note_personal(f, &p);
		profile_release(&p);
	}
	strs_release(&names);
	return rc;
}

static enum rc add_made_from(struct doc_facts *f, struct err *err)
{
	struct version_rec v;
	enum rc rc = reg_version_get(f->reg, f->model, f->version, &v, err);

	if (rc != RC_OK)
		return rc;
	f->has_threshold = v.has_threshold;
	f->threshold = v.threshold;
	if (v.data)
		rc = add_trained_on(f, v.data, err);
	version_rec_release(&v);
	return rc;
}

static enum rc add_version(struct doc_facts *f, const char *of,
			   struct err *err)
{
	struct version_ref ref;
	enum rc rc = reg_version_resolve(f->reg, of, &ref, err);

	if (rc != RC_OK)
		return rc;
	f->version = ref.version;
	rc = add_model(f, ref.model, err);
	free(ref.model);
	if (rc == RC_OK)
		rc = add_made_from(f, err);
	return rc == RC_OK ? add_evaluations(f, err) : rc;
}

enum rc doc_facts_load(struct registry *reg, enum doc_type type,
		       const char *of, struct doc_facts *out,
		       struct err *err)
{
	enum rc rc = RC_OK;

	doc_facts_init(out);
	out->reg = reg;
	switch (type) {
	case DOC_CARD:
		rc = add_version(out, of, err);
		break;
	case DOC_CHECKLIST:
		rc = add_model(out, of, err);
		break;
	case DOC_DATASHEET:
		rc = add_dataset(out, of, err);
		break;
	}
	if (rc == RC_OK)
		rc = add_sheets(out, err);
	if (rc != RC_OK)
		doc_facts_release(out);
	return rc;
}

enum rc doc_facts_load_evaluated(struct registry *reg, const char *model,
				 int64_t version, const char *risk,
				 struct doc_facts *out, struct err *err)
{
	enum rc rc;

	doc_facts_init(out);
	out->reg = reg;
	out->model = xstrdup(model);
	out->version = version;
	out->risk = xstrdup_or_null(risk);
	rc = add_evaluations(out, err);
	if (rc != RC_OK)
		doc_facts_release(out);
	return rc;
}

const struct evaluation *doc_facts_on(const struct doc_facts *f,
				      const char *testset)
{
	for (size_t i = 0; i < f->evaluations.n; i++)
		if (!strcmp(f->evaluations.at[i].testset, testset))
			return &f->evaluations.at[i];
	return NULL;
}
