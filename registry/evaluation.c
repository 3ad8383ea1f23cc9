#include "registry/evaluation.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/par.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/db.h"
#include "registry/entry.h"
#include "registry/evaluate.h"
#include "registry/standing.h"

void stored_release(struct stored *s)
{
	free(s->prediction_digest);
	free(s->options);
	free(s->blob);
	memset(s, 0, sizeof(*s));
}

/* Empty for none, so that it compares in SQL. */
static const char *threshold_text(bool has, double x, char out[DECIMAL_MAX])
{
	out[0] = '\0';
	return has ? decimal_shortest(x, out) : out;
}

/* -- Bodies -- */

static void set_num(struct json *j, const char *key, double x)
{
	char text[DECIMAL_MAX];

	json_set_str(j, key, decimal_shortest(x, text));
}

static struct json *figure_body(const struct figure *f)
{
	struct json *j = json_new_object();

	json_set_int(j, "n", (int64_t)f->n);
	if (f->why) {
		json_set_str(j, "why", f->why);
		return j;
	}
	set_num(j, "value", f->value);
	if (f->method != METHOD_NONE) {
		set_num(j, "low", f->low);
		set_num(j, "high", f->high);
		json_set_str(j, "method", method_name(f->method));
	}
	return j;
}

static struct json *figures_body(const struct evaluation *e)
{
	struct json *j = json_new_object();

	for (enum metric m = 0; m < METRIC_COUNT; m++)
		if (metric_fits(m, e->task))
			json_set(j, metric_key(m),
				 figure_body(&e->whole.metrics[m]));
	return j;
}

static struct json *evaluation_body(const struct keep *k, const char *blob,
				    const char *state, const char *runs)
{
	const struct evaluation *e = k->evaluation;
	struct json *j = json_new_object();
	char text[DECIMAL_MAX];

	json_set_str(j, "model", e->model);
	json_set_int(j, "version", e->version);
	json_set_str(j, "testset", e->testset);
	json_set_int(j, "revision", e->revision);
	json_set_str(j, "revision_digest", e->revision_digest);
	json_set_str(j, "prediction_digest", e->prediction_digest);
	json_set_str(j, "threshold",
		     threshold_text(e->has_threshold, e->threshold, text));
	json_set_int(j, "metric_code", METRIC_CODE_VERSION);
	json_set_str(j, "cuts", k->cuts);
	json_set_str(j, "options", k->options);
	json_set_int(j, "n", (int64_t)e->whole.n);
	json_set_str(j, "task", task_name(e->task));
	json_set_str(j, "blob", blob);
	json_set_str(j, "state", state);
	json_set_str(j, "runs", runs);
	json_set(j, "figures", figures_body(e));
	return j;
}

/* -- Applying -- */

struct add {			/* a body, checked; all borrowed */
	const char *model, *testset, *revision_digest, *prediction_digest;
	const char *threshold, *cuts, *options, *blob;
	int64_t version, revision, metric_code, n;
};

static enum rc read_add(const struct json *body, struct add *a,
			struct err *err)
{
	const struct body_field fields[] = {
		{ "model", &a->model }, { "testset", &a->testset },
		{ "revision_digest", &a->revision_digest },
		{ "prediction_digest", &a->prediction_digest },
		{ "threshold", &a->threshold }, { "cuts", &a->cuts },
		{ "options", &a->options }, { "blob", &a->blob },
		{ "version", .number = &a->version },
		{ "revision", .number = &a->revision },
		{ "metric_code", .number = &a->metric_code },
		{ "n", .number = &a->n }, { 0 },
	};

	return body_read(body, fields, err);
}

/* The version's newest evaluation of all sets is the one that lists show. */
static enum rc retire_newest(struct db *db, const struct add *a,
			     struct err *err)
{
	struct stmt *s = db_prepare(db,
		"UPDATE figure"
		"   SET newest = 0"
		" WHERE evaluation_id IN ("
		"       SELECT id"
		"         FROM evaluation"
		"        WHERE model = ? AND version = ? AND newest = 1)");
	enum rc rc;

	stmt_bind_text(s, a->model);
	stmt_bind_int(s, a->version);
	rc = stmt_run(s, err);
	if (rc)
		return rc;
	s = db_prepare(db,
		"UPDATE evaluation"
		"   SET newest = 0"
		" WHERE model = ? AND version = ? AND newest = 1");
	stmt_bind_text(s, a->model);
	stmt_bind_int(s, a->version);
	return stmt_run(s, err);
}

static enum rc insert_evaluation(struct apply *apply, const struct add *a,
				 struct err *err)
{
	struct stmt *s = db_prepare(apply->db,
		"INSERT INTO evaluation(id, version_id, model, version,"
		"       testset, revision, revision_digest,"
		"       prediction_digest, threshold, metric_code, cuts,"
		"       options, n, blob, time, newest)"
		" SELECT ?, v.id, v.model, v.version, t.name, ?, ?, ?, ?, ?,"
		"        ?, ?, ?, ?, ?, 1"
		"   FROM version AS v, testset AS t"
		"  WHERE v.model = ? AND v.version = ? AND t.name = ?");
	enum rc rc;

	stmt_bind_int(s, (int64_t)apply->entry->index + 1);
	stmt_bind_int(s, a->revision);
	stmt_bind_text(s, a->revision_digest);
	stmt_bind_text(s, a->prediction_digest);
	stmt_bind_text(s, a->threshold);
	stmt_bind_int(s, a->metric_code);
	stmt_bind_text(s, a->cuts);
	stmt_bind_text(s, a->options);
	stmt_bind_int(s, a->n);
	stmt_bind_text(s, a->blob);
	stmt_bind_int(s, apply->entry->time);
	stmt_bind_text(s, a->model);
	stmt_bind_int(s, a->version);
	stmt_bind_text(s, a->testset);
	rc = stmt_run(s, err);
	if (!rc && db_changes(apply->db) != 1)
		rc = err_set(err, RC_CORRUPT, "evaluation of '%s@%lld' on '%s', "
			     "of which one is not there", a->model,
			     (long long)a->version, a->testset);
	return rc;
}

static enum rc bad_figure(const char *key, const char *field, struct err *err)
{
	return err_set(err, RC_CORRUPT, "figure '%s': '%s' is not a number",
		       key, field);
}

/* A decimal string, or null where the field is absent. */
static enum rc bind_decimal(struct stmt *s, const struct json *figure,
			    const char *key, const char *field,
			    struct err *err)
{
	const struct json *j = json_get(figure, field);
	const char *text = json_str(j);
	double x;

	if (!j) {
		stmt_bind_null(s);
		return RC_OK;
	}
	if (!text || !decimal_read(text, strlen(text), &x))
		return bad_figure(key, field, err);
	stmt_bind_real(s, x);
	return RC_OK;
}

static enum rc insert_figure(struct apply *apply, const char *key,
			     const struct json *figure, struct err *err)
{
	static const char *const numbers[] = { "value", "low", "high" };
	struct stmt *s;
	int64_t n;
	enum rc rc = body_int(figure, "n", &n, err);

	if (rc)
		return rc;
	s = db_prepare(apply->db,
		"INSERT INTO figure(evaluation_id, metric, value, low, high,"
		"       method, n, why, newest, version_id)"
		" SELECT id, ?, ?, ?, ?, ?, ?, ?, 1, version_id"
		"   FROM evaluation"
		"  WHERE id = ?");
	stmt_bind_text(s, key);
	for (size_t i = 0; i < 3; i++) {
		rc = bind_decimal(s, figure, key, numbers[i], err);
		if (rc) {
			stmt_done(s);
			return rc;
		}
	}
	stmt_bind_text(s, json_get_str(figure, "method"));
	stmt_bind_int(s, n);
	stmt_bind_text(s, json_get_str(figure, "why"));
	stmt_bind_int(s, (int64_t)apply->entry->index + 1);
	return stmt_run(s, err);
}

static enum rc apply_add(struct apply *apply, struct err *err)
{
	const struct json *figures = json_get(apply->entry->body, "figures");
	struct add a;
	enum rc rc = read_add(apply->entry->body, &a, err);

	if (!rc)
		rc = retire_newest(apply->db, &a, err);
	if (!rc)
		rc = insert_evaluation(apply, &a, err);
	for (size_t i = 0; i < json_size(figures) && !rc; i++) {
		const char *key;
		const struct json *f = json_member(figures, i, &key);

		rc = insert_figure(apply, key, f, err);
	}
	return rc;
}

static void line_add(const struct entry *e, struct buf *out)
{
	const struct json *figures = json_get(e->body, "figures");
	const char *task = json_get_str(e->body, "task");
	const char *testset = json_get_str(e->body, "testset");
	const char *value;
	enum task t;

	buf_printf(out, "evaluated on %s@%lld, n %lld", testset ? testset : "?",
		   (long long)json_get_int(e->body, "revision", 0),
		   (long long)json_get_int(e->body, "n", 0));
	if (!task || !task_from_name(task, &t))
		return;
	value = json_get_str(json_get(figures, metric_key(metric_main(t))),
			     "value");
	if (value)
		buf_printf(out, ", %s %.6s", metric_key(metric_main(t)),
			   value);
}

/* Nobody can take back that a set was looked at: no undo. */
const struct entry_kind evaluation_kinds[] = {
	{ "evaluation.add", 1, apply_add, line_add, NULL },
	{ 0 }
};

/* -- Finding -- */

static enum rc take_stored(struct stmt *s, struct stored *out,
			   struct err *err)
{
	enum rc rc = stmt_one(s, err);

	if (rc)
		return rc;
	*out = (struct stored){
		.id = stmt_int(s, "id"), .revision = stmt_int(s, "revision"),
		.prediction_digest = stmt_text_copy(s, "prediction_digest"),
		.options = stmt_text_copy(s, "options"),
		.blob = stmt_text_copy(s, "blob"),
		.n = (uint64_t)stmt_int(s, "n"),
	};
	stmt_done(s);
	return RC_OK;
}

enum rc evaluation_find(struct registry *reg, const struct causes *c,
			struct stored *out, struct err *err)
{
	char text[DECIMAL_MAX];
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT id, revision, prediction_digest, options, blob, n"
		"  FROM evaluation"
		" WHERE model = ? AND version = ? AND testset = ?"
		"   AND revision_digest = ? AND threshold = ?"
		"   AND metric_code = ? AND cuts = ?"
		"   AND (?8 IS NULL OR prediction_digest = ?8)"
		" ORDER BY id DESC"
		" LIMIT 1");

	stmt_bind_text(s, c->model);
	stmt_bind_int(s, c->version);
	stmt_bind_text(s, c->testset);
	stmt_bind_text(s, c->revision_digest);
	stmt_bind_text(s, threshold_text(c->has_threshold, c->threshold,
					 text));
	stmt_bind_int(s, METRIC_CODE_VERSION);
	stmt_bind_text(s, c->cuts);
	stmt_bind_text(s, c->prediction_digest);
	return take_stored(s, out, err);
}

enum rc evaluation_find_any(struct registry *reg, const char *model,
			    int64_t version, const char *testset,
			    struct stored *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT id, revision, prediction_digest, options, blob, n"
		"  FROM evaluation"
		" WHERE model = ? AND version = ? AND testset = ?"
		" ORDER BY id DESC"
		" LIMIT 1");

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	stmt_bind_text(s, testset);
	return take_stored(s, out, err);
}

enum rc evaluation_find_kept(struct registry *reg, const char *model,
			     int64_t version, const char *testset,
			     struct evaluation_kept *out, struct err *err)
{
	struct stored newest = { 0 };
	const struct json *body;
	struct json *j = NULL;
	struct stmt *s;
	enum rc rc = evaluation_find_any(reg, model, version, testset, &newest,
					 err);

	*out = (struct evaluation_kept){ NULL, NULL };
	if (rc)
		return rc == RC_NOT_FOUND ? RC_OK : rc;
	s = db_prepare(reg_db(reg), "SELECT entry FROM log WHERE idx = ?");
	stmt_bind_int(s, newest.id - 1);
	stored_release(&newest);
	rc = stmt_one(s, err);
	if (rc)
		return rc;
	rc = json_parse(stmt_text(s, "entry"), strlen(stmt_text(s, "entry")),
			"entry", &j, err);
	stmt_done(s);
	if (!rc) {
		body = json_get(j, "body");
		out->state = xstrdup_or_null(json_get_str(body, "state"));
		out->runs = xstrdup_or_null(json_get_str(body, "runs"));
	}
	json_free(j);
	return rc;
}

void evaluation_kept_release(struct evaluation_kept *k)
{
	free(k->state);
	free(k->runs);
	*k = (struct evaluation_kept){ NULL, NULL };
}

enum rc evaluation_newest_testset(struct registry *reg, const char *model,
				  int64_t version, char **testset,
				  struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT testset"
		"  FROM evaluation"
		" WHERE model = ? AND version = ? AND newest = 1");
	enum rc rc;

	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc)
		return rc;
	*testset = stmt_text_copy(s, "testset");
	stmt_done(s);
	return RC_OK;
}

enum rc evaluation_read_blob(struct registry *reg, const char *ref,
			     struct evaluation *out, struct err *err)
{
	struct buf text = BUF_INIT;
	struct json *j = NULL;
	struct hash hash;
	enum rc rc;

	if (!reg_blob_from_ref(ref, &hash))
		return err_set(err, RC_CORRUPT, "evaluation names no blob: "
			       "'%s'", ref);
	rc = reg_blob_get(reg, &hash, &text, err);
	if (!rc)
		rc = json_parse(text.data, text.len, "evaluation", &j, err);
	if (!rc)
		rc = evaluation_read(j, out, err);
	json_free(j);
	buf_release(&text);
	return rc;
}

static void take_figure(struct stmt *s, struct figure *out)
{
	const char *method = stmt_text(s, "method");
	const char *why = stmt_text(s, "why");

	*out = (struct figure){ .n = (uint64_t)stmt_int(s, "n") };
	if (why || stmt_is_null(s, "value")) {
		out->why = figure_why(why ? why : "undefined");
		return;
	}
	out->value = stmt_real(s, "value");
	if (method && method_from_name(method, &out->method) &&
	    !stmt_is_null(s, "low") && !stmt_is_null(s, "high")) {
		out->low = stmt_real(s, "low");
		out->high = stmt_real(s, "high");
	}
}

enum rc evaluation_figure(struct registry *reg, int64_t id, enum metric m,
			  struct figure *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT value, low, high, method, n, why"
		"  FROM figure"
		" WHERE evaluation_id = ? AND metric = ?");
	enum rc rc;

	stmt_bind_int(s, id);
	stmt_bind_text(s, metric_key(m));
	rc = stmt_one(s, err);
	if (rc)
		return rc;
	take_figure(s, out);
	stmt_done(s);
	return RC_OK;
}

enum rc reg_newest_values(struct registry *reg, enum metric m,
			  struct version_values *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT version_id, value"
		"  FROM figure"
		" WHERE newest = 1 AND metric = ? AND value IS NOT NULL"
		" ORDER BY value, version_id");
	enum rc rc;

	stmt_bind_text(s, metric_key(m));
	while (stmt_next(s, err))
		vec_push(out, ((struct version_value){
			stmt_int(s, "version_id"), stmt_real(s, "value") }));
	rc = stmt_end(s, RC_OK);
	if (rc)
		vec_free(out);
	return rc;
}

/* What a score is, and whether it is of what is there now. The first table
 * leads: it is a version's newest evaluation. */
#define SCORE_STALE \
	"e.revision_digest <> r.digest OR e.metric_code <> ?" \
	" OR e.threshold <> coalesce(v.threshold, '')" \
	" OR EXISTS (SELECT 1 FROM prediction AS p" \
	"             WHERE p.testset_id = t.id" \
	"               AND p.version_id = e.version_id" \
	"               AND p.idx >= e.id)"
#define SCORE_COLUMNS \
	"SELECT e.model, e.version, f.metric, f.value," \
	"       " SCORE_STALE " OR e.n <> r.n AS stale" \
	"  FROM evaluation AS e"
#define SCORE_JOINS \
	" CROSS JOIN version AS v ON v.id = e.version_id" \
	" CROSS JOIN testset AS t ON t.name = e.testset" \
	" CROSS JOIN testset_revision AS r" \
	"    ON r.testset_id = t.id AND r.revision = t.revision"
#define TASK_METRIC \
	"CASE t.task WHEN 'regression' THEN 'mae' ELSE 'accuracy' END"

static enum rc take_score(struct stmt *s, struct newest_score *out,
			  struct err *err)
{
	out->value = stmt_real(s, "value");
	out->is_stale = stmt_int(s, "stale");
	if (!metric_from_key(stmt_text(s, "metric"), &out->metric))
		return err_set(err, RC_CORRUPT, "a figure's metric is unknown");
	return RC_OK;
}

enum rc reg_newest_score(struct registry *reg, const char *model,
			  int64_t version, const char *main_metric,
			  struct newest_score *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SCORE_COLUMNS SCORE_JOINS
		" CROSS JOIN figure AS f ON f.evaluation_id = e.id"
		"   AND f.metric = coalesce(?, " TASK_METRIC ")"
		" WHERE e.newest = 1 AND e.model = ? AND e.version = ?"
		"   AND f.value IS NOT NULL");
	enum rc rc;

	stmt_bind_int(s, METRIC_CODE_VERSION);
	stmt_bind_text(s, main_metric);
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	rc = take_score(s, out, err);
	stmt_done(s);
	return rc;
}

static enum rc newest_figure(struct registry *reg, const char *model,
			     int64_t version, const char *metric,
			     struct newest_figure *out, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg),
		"SELECT e.testset, e.revision, f.metric, f.value, f.low,"
		"       f.high, f.method, f.n, f.why,"
		"       " SCORE_STALE " AS stale, e.n < r.n AS partial"
		"  FROM evaluation AS e" SCORE_JOINS
		" CROSS JOIN figure AS f ON f.evaluation_id = e.id"
		"   AND f.metric = coalesce(?, " TASK_METRIC ")"
		" WHERE e.newest = 1 AND e.model = ? AND e.version = ?");
	enum metric m;
	enum rc rc;

	stmt_bind_int(s, METRIC_CODE_VERSION);
	stmt_bind_text(s, metric);
	stmt_bind_text(s, model);
	stmt_bind_int(s, version);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc;
	if (!metric_from_key(stmt_text(s, "metric"), &m))
		rc = err_set(err, RC_CORRUPT, "a figure's metric is unknown");
	else
		*out = (struct newest_figure){
			.testset = stmt_text_copy(s, "testset"),
			.revision = stmt_int(s, "revision"), .metric = m,
			.state = eval_state_text(
				stmt_int(s, "stale") ? STATE_STALE :
				stmt_int(s, "partial") ? STATE_PARTIAL :
				STATE_FRESH) };
	if (rc == RC_OK)
		take_figure(s, &out->figure);
	stmt_done(s);
	return rc;
}

enum rc reg_newest_figure(struct registry *reg, const char *model,
			  int64_t version, const char *main_metric,
			  struct newest_figure *out, struct err *err)
{
	enum metric m;
	const char *key = main_metric && metric_from_key(main_metric, &m)
			  ? metric_key(m) : NULL;
	enum rc rc = newest_figure(reg, model, version, key, out, err);

	if (rc == RC_NOT_FOUND && key)	/* it does not fit the task */
		rc = newest_figure(reg, model, version, NULL, out, err);
	return rc;
}

void newest_figure_release(struct newest_figure *f)
{
	free(f->testset);
	*f = (struct newest_figure){ 0 };
}

enum rc reg_newest_scores(struct registry *reg,
			  const struct version_ref *after, uint64_t limit,
			  void (*take)(void *arg,
				       const struct scored_version *s),
			  void *arg, uint64_t *n, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(reg), SCORE_COLUMNS
		" CROSS JOIN model AS m ON m.name = e.model" SCORE_JOINS
		" CROSS JOIN figure AS f ON f.evaluation_id = e.id"
		"   AND f.metric = coalesce(m.main_metric, " TASK_METRIC ")"
		" WHERE e.newest = 1 AND (e.model, e.version) > (?, ?)"
		"   AND f.value IS NOT NULL"
		" ORDER BY e.model, e.version"
		" LIMIT ?");
	enum rc rc = RC_OK;

	*n = 0;
	stmt_bind_int(s, METRIC_CODE_VERSION);
	stmt_bind_text(s, after ? after->model : "");
	stmt_bind_int(s, after ? after->version : 0);
	stmt_bind_int(s, (int64_t)limit);
	while (rc == RC_OK && stmt_next(s, err)) {
		struct scored_version score = { .model = stmt_text(s, "model"),
			.version = stmt_int(s, "version") };

		rc = take_score(s, &score.score, err);
		if (rc == RC_OK)
			take(arg, &score);
		++*n;
	}
	return stmt_end(s, rc);
}

/* -- Keeping -- */

void eval_options_text(const struct eval_options *options, struct buf *out)
{
	static const struct eval_options usual;
	const struct eval_options *o = options ? options : &usual;

	buf_str(out, o->clopper_pearson ? "clopper-pearson" : "wilson");
	if (o->resamples)
		buf_printf(out, ", %u resamples, seed %llu", o->resamples,
			   (unsigned long long)o->seed);
	if (o->resamples && o->bootstrap_all)
		buf_str(out, ", all");
}

struct keeping {
	const struct keep *keeps;
	size_t n;
	struct reg_blob *blobs;		/* n, then what some have beside them */
	struct reg_blob **counted, **runs;	/* n: which, or NULL */
};

static enum rc append_one(struct reg_tx *tx, const struct keep *k,
			  const struct reg_blob *blob,
			  const struct reg_blob *counted,
			  const struct reg_blob *runs, struct err *err)
{
	const struct evaluation *e = k->evaluation;
	struct causes c = {
		.model = e->model, .version = e->version,
		.testset = e->testset, .revision_digest = e->revision_digest,
		.prediction_digest = e->prediction_digest,
		.has_threshold = e->has_threshold, .threshold = e->threshold,
		.cuts = k->cuts,
	};
	struct stored there = { 0 };
	char *object, *ref, *state, *runs_ref;
	enum rc rc = evaluation_find(tx_registry(tx), &c, &there, err);

	stored_release(&there);
	if (rc != RC_NOT_FOUND)
		return rc;
	object = xasprintf("evaluation/%s@%lld/%s", e->model,
			   (long long)e->version, e->testset);
	ref = reg_blob_ref(&blob->hash);
	state = counted ? reg_blob_ref(&counted->hash)
			: xstrdup_or_null(k->state);
	runs_ref = runs ? reg_blob_ref(&runs->hash) : NULL;
	rc = tx_append(tx, "evaluation.add", object, TX_ANY_BASE,
		       evaluation_body(k, ref, state, runs_ref), NULL, err);
	free(runs_ref);
	free(state);
	free(object);
	free(ref);
	return rc;
}

static enum rc append_all(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct keeping *k = arg;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < k->n && !rc; i++)
		rc = append_one(tx, &k->keeps[i], &k->blobs[i],
				k->counted[i], k->runs[i], err);
	return rc;
}

struct writing {
	const struct keep *keeps;
	struct buf *texts;
};

static void write_text(size_t i, void *arg)
{
	struct writing *w = arg;
	struct json_out o = JSON_OUT(&w->texts[i], false);

	buf_init(&w->texts[i]);
	evaluation_write(&o, w->keeps[i].evaluation);
}

/* Another blob, unless there is nothing for it. */
static struct reg_blob *beside(struct keeping *k, size_t *n_blobs,
			       const struct buf *bytes)
{
	struct reg_blob *b;

	if (!bytes || !bytes->len)
		return NULL;
	b = &k->blobs[(*n_blobs)++];
	b->bytes = bytes->data;
	b->n = bytes->len;
	return b;
}

enum rc evaluation_keep(struct registry *reg, const struct keep *keeps,
			size_t n, struct err *err)
{
	struct keeping k = { keeps, n, XNEW_ARRAY(struct reg_blob, 3 * n + 1),
			     XNEW_ARRAY(struct reg_blob *, n + 1),
			     XNEW_ARRAY(struct reg_blob *, n + 1) };
	struct buf *texts = XNEW_ARRAY(struct buf, n + 1);
	size_t n_blobs = n;
	enum rc rc;

	par_for(n, write_text, &(struct writing){ keeps, texts });
	for (size_t i = 0; i < n; i++) {
		k.blobs[i].bytes = texts[i].data;
		k.blobs[i].n = texts[i].len;
		k.counted[i] = beside(&k, &n_blobs, keeps[i].counted);
		k.runs[i] = beside(&k, &n_blobs, keeps[i].runs);
	}
	rc = reg_blob_put_many(reg, k.blobs, n_blobs, err);
	if (!rc)
		rc = reg_write(reg, append_all, &k, err);
	for (size_t i = 0; i < n; i++)
		buf_release(&texts[i]);
	free(texts);
	free(k.counted);
	free(k.runs);
	free(k.blobs);
	return rc;
}
