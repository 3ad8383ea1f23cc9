/* Test sets and predictions from CSV files: the file is asked for, looked at
 * in the background, asked about, and read in the background. */
#include "tui/creating.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/guess.h"
#include "registry/dataset.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/questions.h"
#include "tui/figures.h"
#include "tui/text_draft.h"
#include "tui/view_review.h"

/* What both have. First member of each, so that the steps below serve both. */
struct from_file {
	char *path;
	struct profile profile;
	struct app *app;
	struct view *view;		/* who asks; only while it is shown */
	uint64_t asker;			/* its serial */
	/* the answers, from the profile; in the background */
	void (*propose)(struct registry *reg, struct from_file *f);
	void (*ask)(struct view *v, struct from_file *f);
	void (*release)(struct from_file *f);
	/* of what is typed (tui/questions.h) */
	const char *draft;
	void (*keep)(void *answers);	/* or NULL */
	void (*left)(void *answers);	/* in place of drop, or NULL */
};

static void drop(void *answers)
{
	struct from_file *f = answers;

	profile_release(&f->profile);
	free(f->path);
	f->release(f);
	free(f);
}

/* The one who asked may be gone: then so is the question. */
static bool is_shown(const struct app *app, const struct from_file *f)
{
	return app_view(app)->serial == f->asker;
}

static const struct question file_question[] = {
	{ "CSV file with a header",
	  offsetof(struct from_file, path), false, NULL, NULL, true },
	{ 0 },
};

static void file_answered(struct view *v, void *answers);

static void ask_file(struct view *v, struct from_file *f)
{
	const struct questions a = { file_question, f, file_answered,
				     f->left ? f->left : drop, f->draft,
				     f->keep };

	questions_ask(v, &a);
}

static enum rc look(struct registry *reg, struct reg_progress *progress,
		    void *arg, struct err *err)
{
	struct from_file *f = arg;
	struct hash digest;
	uint64_t size;
	enum rc rc = dataset_measure(f->path, progress, &f->profile, &digest,
				     &size, err);

	if (!rc)
		f->propose(reg, f);
	return rc;
}

/* Behind a question that is asked again. */
static void say_why(struct app *app, enum rc rc, const struct err *err)
{
	if (rc == RC_CANCELLED)
		app_say(app, "Stopped. Nothing was changed by it; Enter asks "
			"for it again.");
	else
		app_fail(app, err);
}

static void looked(struct app *app, void *arg, enum rc rc,
		   const struct err *err)
{
	struct from_file *f = arg;

	if (!is_shown(app, f)) {
		drop(f);
	} else if (rc) {
		ask_file(f->view, f);
		say_why(app, rc, err);
	} else {
		f->ask(f->view, f);
	}
}

/* f is the job's until it is done. If it cannot be started, because another
 * one runs, what was answered is asked about again. */
static void start(struct app *app, struct from_file *f, const char *name,
		  enum rc (*work)(struct registry *, struct reg_progress *,
				  void *, struct err *),
		  void (*done)(struct app *, void *, enum rc,
			       const struct err *))
{
	struct app_job job = { .name = name, .work = work, .done = done,
			       .arg = f };
	struct err err = ERR_INIT;

	if (app_start_job(app, &job, &err) == RC_OK)
		return;
	if (!is_shown(app, f))
		drop(f);
	else if (work == look)
		ask_file(f->view, f);
	else
		f->ask(f->view, f);
	app_fail(app, &err);
}

static void file_answered(struct view *v, void *answers)
{
	start(v->app, answers, "reading", look, looked);
}

/* After the work: false: it failed, and is asked again. */
static bool went_well(struct app *app, struct from_file *f, enum rc rc,
		      const struct err *err)
{
	if (rc && is_shown(app, f)) {
		f->ask(f->view, f);
		say_why(app, rc, err);
	} else if (rc) {
		drop(f);
	}
	return rc == RC_OK;
}

static void begin(struct view *v, struct from_file *f)
{
	f->app = v->app;
	f->view = v;
	f->asker = v->serial;
	ask_file(v, f);
}

static bool is_empty(const char *s)
{
	return !s || !*s;
}

static const char *or_null(const char *s)
{
	return is_empty(s) ? NULL : s;
}

static void set_answer(char **answer, const char *text)
{
	char *copy = xstrdup_or_null(text);

	free(*answer);
	*answer = copy;
}

/* -- A test set -- */

struct new_set {
	struct from_file file;
	char *name, *target, *task, *positive, *keys, *slices;
	char *proposed_for;		/* the target that the others go with */
	bool is_checked;		/* a dry run went well */
	struct hash checked;		/* the file's digest then */
	bool was_reviewed;		/* by a person, not only by us */
	struct json *kept;		/* answers of another time, or NULL */
	bool is_proposed;		/* the file was looked at */
	bool is_kept;			/* there are answers to come back to */
	struct import_report report;
};

static void release_set(struct from_file *f)
{
	struct new_set *s = (struct new_set *)f;

	free(s->name);
	free(s->target);
	free(s->task);
	free(s->positive);
	free(s->keys);
	free(s->slices);
	free(s->proposed_for);
	json_free(s->kept);
	import_report_release(&s->report);
}

/* -- Its answers, kept when they or the review are left -- */

static const char kept_name[] = "the new test set";
static const struct {
	const char *key;
	size_t answer;
} kept_answers[] = {
	{ "file", offsetof(struct new_set, file.path) },
	{ "name", offsetof(struct new_set, name) },
	{ "target", offsetof(struct new_set, target) },
	{ "task", offsetof(struct new_set, task) },
	{ "positive", offsetof(struct new_set, positive) },
	{ "keys", offsetof(struct new_set, keys) },
	{ "slices", offsetof(struct new_set, slices) },
	{ "proposed_for", offsetof(struct new_set, proposed_for) },
};

static char **kept_answer(struct new_set *s, size_t i)
{
	return (char **)(void *)((char *)s + kept_answers[i].answer);
}

/* What was answered, or as long as another file's name is being typed, what
 * was another time. */
static const char *said_of(struct new_set *s, size_t i)
{
	return s->is_proposed ? *kept_answer(s, i) :
	       json_get_str(s->kept, kept_answers[i].key);
}

static void keep_answers(struct new_set *s)
{
	struct json *j = json_new_object();
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < COUNT(kept_answers); i++) {
		const char *said = said_of(s, i);

		if (said && utf8_valid(said, strlen(said), NULL))
			json_set_str(j, kept_answers[i].key, said);
	}
	if (s->file.path && utf8_valid(s->file.path, strlen(s->file.path),
				       NULL))
		json_set_str(j, "asked", s->file.path);
	s->is_kept = true;
	json_write(&text, j, false);
	if (text_draft_save(app_registry_path(s->file.app), kept_name,
			    text.data, &err) != RC_OK)
		app_fail(s->file.app, &err);
	app_count_drafts(s->file.app);
	json_free(j);
	buf_release(&text);
}

static void load_kept(struct app *app, struct new_set *s)
{
	struct buf text = BUF_INIT;
	const char *path = NULL;

	if (text_draft_load(app_registry_path(app), kept_name, &text) &&
	    json_parse(text.data, text.len, kept_name, &s->kept, NULL) ==
	    RC_OK) {
		path = json_get_str(s->kept, "asked");
		path = path ? path : json_get_str(s->kept, "file");
	}
	s->file.path = xstrdup_or_null(path);
	buf_release(&text);
}

static void keep_typed(void *answers)
{
	keep_answers(answers);
}

/* Esc amid the questions. */
static void leave_set(void *answers)
{
	struct new_set *s = answers;

	if (s->is_kept)
		app_say(s->file.app, "%s is not created; a, a test set, asks "
			"with these answers again.",
			is_empty(s->name) ? "The test set" : s->name);
	drop(s);
}

static void drop_reviewed(void *answers)
{
	keep_answers(answers);
	leave_set(answers);
}

/* "loans" of "data/loans.csv". */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	return xmemdupz(name, strcspn(name, "."));
}

static void propose_answers(struct new_set *s)
{
	struct guess g;

	guess_set(&s->file.profile, or_null(s->target), &g);
	if (!g.target)
		return;
	set_answer(&s->target, g.target->name);
	set_answer(&s->proposed_for, g.target->name);
	set_answer(&s->task, g.has_task ? task_name(g.task) : NULL);
	set_answer(&s->positive, g.positive);
	set_answer(&s->keys, g.key);
}

/* What somebody answered about this file goes before what it suggests. */
static void propose_kept(struct new_set *s)
{
	const char *file = json_get_str(s->kept, "file");

	if (!file || strcmp(file, s->file.path) != 0)
		return;
	for (size_t i = 0; i < COUNT(kept_answers); i++)
		set_answer(kept_answer(s, i),
			   json_get_str(s->kept, kept_answers[i].key));
	if (!s->proposed_for)
		set_answer(&s->proposed_for, s->target);
}

static void propose_set(struct registry *reg, struct from_file *f)
{
	struct new_set *s = (struct new_set *)f;

	(void)reg;
	set_answer(&s->name, NULL);
	s->name = name_of(f->path);
	propose_answers(s);
	propose_kept(s);
	s->is_proposed = true;
}

/* Another target has other values. */
static enum rc check_target(void *answers, struct err *err)
{
	struct new_set *s = answers;
	struct guess g;

	guess_set(&s->file.profile, s->target, &g);
	if (!g.target)
		return err_set(err, RC_BAD_INPUT, "'%s' has no column '%s'",
			       s->file.path, s->target);
	if (!s->proposed_for || strcmp(s->target, s->proposed_for) != 0)
		propose_answers(s);
	return RC_OK;
}

static enum rc check_set_task(void *answers, struct err *err)
{
	return creating_task(((struct new_set *)answers)->task, err);
}

static bool is_binary(const void *answers)
{
	const struct new_set *s = answers;

	return !strcmp(s->task, task_name(TASK_BINARY));
}

static const struct question set_questions[] = {
	{ "test set, its name", offsetof(struct new_set, name), false, NULL,
	  NULL },
	{ "column with the true answers", offsetof(struct new_set, target),
	  false, NULL, check_target },
	{ "binary, multiclass or regression", offsetof(struct new_set, task),
	  false, NULL, check_set_task },
	{ "the positive label", offsetof(struct new_set, positive), false,
	  is_binary, NULL },
	{ "key columns (empty: the inputs)",
	  offsetof(struct new_set, keys), true, NULL, NULL },
	{ "slicing columns, A,B,A+B",
	  offsetof(struct new_set, slices), true, NULL, NULL },
	{ 0 },
};

static enum rc create_set(struct registry *reg, struct reg_progress *progress,
			  void *arg, struct err *err)
{
	struct new_set *s = arg;
	struct testset_spec spec = {
		.name = s->name, .target = s->target,
		.positive = is_binary(s) ? s->positive : NULL,
		.reviewed = s->is_checked ? &s->checked : NULL,
	};
	enum rc rc;

	import_report_release(&s->report);
	task_from_name(s->task, &spec.task);
	if (!is_empty(s->keys))
		strs_add_commas(&spec.keys, s->keys);
	if (!is_empty(s->slices))
		strs_add_commas(&spec.slices, s->slices);
	rc = reg_testset_create(reg, &spec, s->file.path, !s->is_checked,
				progress, &s->report, err);
	strs_release(&spec.keys);
	strs_release(&spec.slices);
	return rc;
}

/* The new set is what the next step is about. */
static void go_to(struct list *l, const char *id)
{
	struct buf here = BUF_INIT;
	bool found = false;

	for (size_t row = 0; row < list_total(l) && !found; row++) {
		buf_clear(&here);
		l->source->id(l->arg, row, &here);
		found = !strcmp(here.data, id);
		if (found)
			list_go_row(l, row);
	}
	buf_release(&here);
}

static void set_checked(struct app *app, void *arg, enum rc rc,
			const struct err *err);

/* Another file than the one that was looked at is to be looked at again. */
static void set_created(struct app *app, void *arg, enum rc rc,
			const struct err *err)
{
	struct new_set *s = arg;
	struct buf text = BUF_INIT;

	s->is_checked = false;
	if (s->was_reviewed && s->report.file_changed && is_shown(app, &s->file)) {
		start(app, &s->file, "checking", create_set, set_checked);
		return;
	}
	if (!went_well(app, &s->file, rc, err))
		return;
	app_kept_drop(app, kept_name);
	app_reload(app);
	if (is_shown(app, &s->file))
		go_to(&s->file.view->lists[0], s->name);
	put_count(&text, s->report.rows);
	buf_str(&text, " patterns");
	if (testset_conflicts_n(&s->report.conflicts)) {
		buf_str(&text, ", ");
		put_count(&text, testset_conflicts_n(&s->report.conflicts));
		buf_str(&text, " with the inputs of an earlier one");
	}
	app_say(app, "Created %s r1: %s. Next: a, predictions.", s->name,
		text.data);
	buf_release(&text);
	drop(s);
}

static void make_set(struct app *app, struct new_set *s)
{
	s->is_checked = true;
	s->checked = s->report.file;
	start(app, &s->file, "creating", create_set, set_created);
}

static void set_accepted(struct view *v, void *arg)
{
	struct new_set *s = arg;

	s->was_reviewed = true;
	make_set(v->app, s);
}

/* Rows that look like mistakes are looked at before they are taken. */
static void review_set(struct app *app, struct new_set *s)
{
	char *title = xasprintf("create %s from %s", s->name, s->file.path);
	struct testset_step_report found = {
		.added = s->report.rows, .conflicts = s->report.conflicts,
		.notes = s->report.notes,
	};
	const struct review_arg arg = {
		.title = title, .report = &found, .accepted = set_accepted,
		.accepts = "a creates it with all rows as they are, Esc "
			   "leaves it.",
		.dropped = drop_reviewed, .arg = s,
	};

	s->report = (struct import_report){ .file = s->report.file };
	app_open(app, &view_review_ops, &arg);
	if (s->was_reviewed)
		app_say(app, "%s has changed since you looked: nothing was "
			"written, this is how it is now.", s->file.path);
	free(title);
}

static void set_checked(struct app *app, void *arg, enum rc rc,
			const struct err *err)
{
	struct new_set *s = arg;

	if (!went_well(app, &s->file, rc, err))
		return;
	if (!testset_conflicts_n(&s->report.conflicts)) {
		make_set(app, s);
	} else if (is_shown(app, &s->file) && !app_is_asking(app)) {
		review_set(app, s);
	} else {
		app_say(app, "%s is not created: rows of %s have the inputs "
			"of others; a again shows them.", s->name,
			s->file.path);
		keep_answers(s);
		drop(s);
	}
}

static void set_answered(struct view *v, void *answers)
{
	start(v->app, answers, "checking", create_set, set_checked);
}

static void ask_set(struct view *v, struct from_file *f)
{
	struct new_set *s = (struct new_set *)f;
	const struct questions a = { set_questions, s, set_answered, leave_set,
				     kept_name, keep_typed };

	questions_ask(v, &a);
}

void create_testset(struct view *v)
{
	struct new_set *s = XNEW(struct new_set);

	*s = (struct new_set){ .file = { .propose = propose_set,
					 .ask = ask_set,
					 .release = release_set,
					 .draft = kept_name,
					 .keep = keep_typed,
					 .left = leave_set } };
	load_kept(v->app, s);
	begin(v, &s->file);
}

/* -- What a version said -- */

struct new_said {
	struct from_file file;
	struct testset_info set;
	char *version, *score, *threshold, *label;
	char *file_draft, *draft;	/* their names */
	struct prediction_report report;
};

static void release_said(struct from_file *f)
{
	struct new_said *s = (struct new_said *)f;

	testset_info_release(&s->set);
	free(s->version);
	free(s->score);
	free(s->threshold);
	free(s->label);
	free(s->file_draft);
	free(s->draft);
	prediction_report_release(&s->report);
}

static bool takes_score(const void *answers)
{
	const struct new_said *s = answers;

	return s->set.task == TASK_BINARY;
}

static bool has_score(const void *answers)
{
	const struct new_said *s = answers;

	return takes_score(s) && !is_empty(s->score);
}

static bool needs_label(const void *answers)
{
	return !has_score(answers);
}

static enum rc check_threshold(void *answers, struct err *err)
{
	const struct new_said *s = answers;
	double x;

	if (is_empty(s->threshold) ||
	    decimal_read(s->threshold, strlen(s->threshold), &x))
		return RC_OK;
	return err_set(err, RC_USAGE, "'%s' is no number", s->threshold);
}

static const struct question said_questions[] = {
	{ "predictions of NAME@V",
	  offsetof(struct new_said, version), false, NULL, NULL },
	{ "score column (empty: labels only)",
	  offsetof(struct new_said, score), true, takes_score, NULL },
	{ "positive from score (empty: later)",
	  offsetof(struct new_said, threshold), true, has_score,
	  check_threshold },
	{ "column with the answers", offsetof(struct new_said, label), false,
	  needs_label, NULL },
	{ 0 },
};

static enum rc import_said(struct registry *reg, struct reg_progress *progress,
			   void *arg, struct err *err)
{
	struct new_said *s = arg;
	struct prediction_spec spec = {
		.testset = s->set.name,
		.score = has_score(s) ? s->score : NULL,
		.label = needs_label(s) ? s->label : NULL,
	};
	struct version_ref ref = { 0 };
	enum rc rc = reg_version_resolve(reg, s->version, &ref, err);

	prediction_report_release(&s->report);
	spec.model = ref.model;
	spec.version = ref.version;
	spec.has_threshold = has_score(s) && !is_empty(s->threshold) &&
		decimal_read(s->threshold, strlen(s->threshold),
			     &spec.threshold);
	if (!rc)
		rc = reg_predictions_import(reg, &spec, s->file.path, false,
					    progress, &s->report, err);
	free(ref.model);
	return rc;
}

static void said_imported(struct app *app, void *arg, enum rc rc,
			  const struct err *err)
{
	struct new_said *s = arg;
	struct buf text = BUF_INIT;

	if (!went_well(app, &s->file, rc, err))
		return;
	questions_forget(app, s->file_draft);
	questions_forget(app, s->draft);
	app_reload(app);
	put_count(&text, s->report.stored);
	app_say(app, "%s: %s predictions on %s. %s", s->version, text.data,
		s->set.name, s->report.notes.n ? s->report.notes.at[0]
					       : "Next: e evaluates.");
	buf_release(&text);
	drop(s);
}

static void said_answered(struct view *v, void *answers)
{
	start(v->app, answers, "importing", import_said, said_imported);
}

static bool has_said(const struct predicteds *v, const char *model,
		     int64_t version)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->at[i].version == version &&
		    !strcmp(v->at[i].model, model))
			return true;
	return false;
}

/* "NAME@V", the model's newest version, unless that has said something. */
static char *newest_without(struct registry *reg, const char *model,
			    const struct predicteds *said)
{
	struct version_recs v = VEC_INIT;
	char *text = NULL;

	if (reg_version_list(reg, model, &v, NULL) == RC_OK && v.n &&
	    !has_said(said, model, v.at[v.n - 1].version))
		text = xasprintf("%s@%lld", model,
				 (long long)v.at[v.n - 1].version);
	version_recs_release(&v);
	return text;
}

static char *version_without(struct registry *reg,
			     const struct testset_info *set)
{
	struct predicteds said = VEC_INIT;
	struct model_recs models = VEC_INIT;
	char *text = NULL;

	if (reg_predictions_versions(reg, set->name, &said, NULL) == RC_OK &&
	    reg_model_heads(reg, &models, NULL) == RC_OK)
		for (size_t i = 0; i < models.n && !text; i++)
			if (!models.at[i].task ||
			    !strcmp(models.at[i].task, task_name(set->task)))
				text = newest_without(reg, models.at[i].name,
						      &said);
	model_recs_release(&models);
	predicteds_release(&said);
	return text;
}

/* After growth: the first that has not answered all yet. */
static char *version_with_gap(struct registry *reg, const char *testset)
{
	struct ranking r;
	char *text = NULL;

	if (reg_rank(reg, testset, 0, NULL, &r, NULL) != RC_OK)
		return NULL;
	for (size_t i = r.n_ranked; i < r.n && !text; i++)
		if (!strcmp(r.rows[i].state, "partial"))
			text = xasprintf("%s@%lld", r.rows[i].model,
					 (long long)r.rows[i].version);
	ranking_release(&r);
	return text;
}

static void guess_beside(const struct new_said *s, const struct strs *taken,
			 const char *model, struct guess_said *g)
{
	const struct strs *labels = &s->set.labels;

	guess_said(&s->file.profile, s->set.task,
		   (const char *const *)labels->at, labels->n,
		   (const char *const *)taken->at, taken->n, model, g);
}

/* A file that has the set's own columns, too, has the answers in another one:
 * what is true is never proposed for what was said. Unless there is no other:
 * a file of keys and answers may well name these as the set names its
 * target. */
static void guess_columns(const struct new_said *s, struct guess_said *g)
{
	const struct strs *own[] = { &s->set.keys, &s->set.inputs,
				     &s->set.slices };
	char *model = s->version ? xmemdupz(s->version,
					    strcspn(s->version, "@")) : NULL;
	struct strs taken = VEC_INIT;

	for (size_t k = 0; k < COUNT(own); k++)
		for (size_t i = 0; i < own[k]->n; i++)
			strs_add(&taken, own[k]->at[i]);
	strs_add(&taken, s->set.target);
	guess_beside(s, &taken, model, g);
	if (!g->score && !g->label)
		guess_beside(s, &s->set.keys, model, g);
	strs_release(&taken);
	free(model);
}

static void propose_said(struct registry *reg, struct from_file *f)
{
	struct new_said *s = (struct new_said *)f;
	struct guess_said g;

	s->version = version_without(reg, &s->set);
	if (!s->version)
		s->version = version_with_gap(reg, s->set.name);
	guess_columns(s, &g);
	s->score = xstrdup_or_null(g.score);
	s->threshold = xstrdup_or_null(g.score ? "0.5" : NULL);
	s->label = xstrdup_or_null(g.label);
}

static void ask_said(struct view *v, struct from_file *f)
{
	struct new_said *s = (struct new_said *)f;
	struct questions a = { said_questions, s, said_answered, drop };

	set_answer(&s->draft, NULL);
	s->draft = xasprintf("what %s says on %s", s->file.path, s->set.name);
	a.draft = s->draft;
	questions_ask(v, &a);
}

void create_predictions(struct view *v, const char *testset)
{
	struct new_said *s = XNEW(struct new_said);
	struct err err = ERR_INIT;

	*s = (struct new_said){ .file = { .propose = propose_said,
					  .ask = ask_said,
					  .release = release_said } };
	if (reg_testset_info(app_registry(v->app), testset, 0, &s->set,
			     &err) != RC_OK) {
		app_fail(v->app, &err);
		release_said(&s->file);
		free(s);
		return;
	}
	s->file_draft = xasprintf("predictions on %s", testset);
	s->file.draft = s->file_draft;
	begin(v, &s->file);
}
