/* Makes a registry with many versions for the workbench's bench:
 *	tui_registry FILE MODELS VERSIONS-EACH [CSV]
 * Entries go in by the thousand a transaction, through the same function as
 * every write. With a CSV (id, target, score) every version also gets an
 * evaluation: the first one's, whose figures then are varied. */
#include <sqlite3.h>
#include <stdio.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/prediction.h"
#include "registry/registry.h"
#include "registry/testset.h"

struct batch { int64_t model, first, n; };

static struct json *body_of(const char *model, int64_t version)
{
	struct json *b = json_new_object();
	char *run = xasprintf("run-%s-%lld", model, (long long)version);
	json_set_str(b, "model", model);
	json_set_str(b, "data", "41d07e");
	json_set_str(b, "code", "7be241");
	json_set_str(b, "run", run);
	json_set(b, "params", json_new_object());
	json_set(b, "runner", json_new_array());
	json_set_int(b, "version", version);
	free(run);
	return b;
}

static enum rc add_batch(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct batch *b = arg;
	char *model = xasprintf("model-%05lld", (long long)b->model);
	enum rc rc = RC_OK;
	for (int64_t v = b->first; rc == RC_OK && v < b->first + b->n; v++) {
		char *object = xasprintf("version/%s@%lld", model,
					 (long long)v);
		rc = tx_append(tx, "version.add", object, TX_ANY_BASE,
			       body_of(model, v), NULL, err);
		free(object);
	}
	free(model);
	return rc;
}

static enum rc fill(struct registry *reg, int64_t models, int64_t each,
		    struct err *err)
{
	enum rc rc = RC_OK;
	for (int64_t m = 0; rc == RC_OK && m < models; m++) {
		char *name = xasprintf("model-%05lld", (long long)m);
		struct model_change c = { .task = "binary", .owner = "ana" };
		rc = reg_model_add(reg, name, &c, err);
		free(name);
		for (int64_t v = 1; rc == RC_OK && v <= each; v += 1000) {
			struct batch b = { m, v, each - v + 1 < 1000
						 ? each - v + 1 : 1000 };
			rc = reg_write(reg, add_batch, &b, err);
		}
	}
	return rc;
}

/* -- Evaluations -- */

static const char *const stages[] = { "candidate", "shadow", "production",
				      "archived" };

static enum rc evaluate_first(struct registry *reg, const char *csv,
			      struct err *err)
{
	char name[] = "model-00000";
	struct testset_spec spec = { .name = "live", .target = "target",
				     .positive = "yes" };
	struct prediction_spec said = { .model = name, .version = 1,
		.testset = "live", .score = "score", .has_threshold = true,
		.threshold = .5, .ignore_extra = true };
	struct import_report r1 = { 0 };
	struct prediction_report r2 = { 0 };
	struct version_refs refs = VEC_INIT;
	struct eval_options options = { 0 };
	struct evaluations all = VEC_INIT;
	strs_add(&spec.keys, "id");
	strs_add(&spec.inputs, "score");
	enum rc rc = reg_testset_create(reg, &spec, csv, false, NULL, &r1, err);
	if (rc == RC_OK)
		rc = reg_predictions_import(reg, &said, csv, false, NULL, &r2,
					    err);
	vec_push(&refs, ((struct version_ref){ name, 1 }));
	if (rc == RC_OK)
		rc = reg_evaluate(reg, "live", 0, &refs, &options, NULL, &all,
				  err);
	evaluations_release(&all);
	return rc;
}

static struct json *first_body(const char *path, struct err *err)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *st = NULL;
	struct json *entry = NULL, *body = NULL;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) ==
	    SQLITE_OK &&
	    sqlite3_prepare_v2(db, "SELECT entry FROM log WHERE kind = "
			       "'evaluation.add' LIMIT 1", -1, &st, NULL) ==
	    SQLITE_OK && sqlite3_step(st) == SQLITE_ROW &&
	    json_parse((const char *)sqlite3_column_text(st, 0),
		       (size_t)sqlite3_column_bytes(st, 0), "entry", &entry,
		       err) == RC_OK)
		body = json_get(entry, "body");
	sqlite3_finalize(st);
	sqlite3_close(db);
	return body;
}

struct copies { const struct json *body; int64_t model, first, n; };
static unsigned long long state = 1;

static double any(void)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (double)(state >> 40) / (1 << 24);
}

/* The same, but for who it is of and the values. */
static struct json *copy_of(const struct json *from, const char *model,
			    int64_t version)
{
	static const char *const same[] = { "testset", "revision_digest",
		"prediction_digest", "threshold", "cuts", "options", "blob",
		"task" };
	const struct json *figures = json_get(from, "figures");
	struct json *b = json_new_object(), *f = json_new_object();
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		json_set_str(b, same[i], json_get_str(from, same[i]));
	json_set_str(b, "model", model);
	json_set_int(b, "version", version);
	json_set_int(b, "revision", json_get_int(from, "revision", 1));
	json_set_int(b, "metric_code", json_get_int(from, "metric_code", 1));
	json_set_int(b, "n", json_get_int(from, "n", 1));
	for (size_t i = 0; i < json_size(figures) && i < 20; i++) {
		const char *key;
		char text[DECIMAL_MAX];
		const struct json *old = json_member(figures, i, &key);
		struct json *one = json_new_object();
		json_set_int(one, "n", json_get_int(old, "n", 1));
		decimal_shortest(any(), text);
		json_set_str(one, "value", text);
		json_set(f, key, one);
	}
	json_set(b, "figures", f);
	return b;
}

static enum rc add_copies(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct copies *c = arg;
	char *model = xasprintf("model-%05lld", (long long)c->model);
	enum rc rc = RC_OK;
	for (int64_t v = c->first; rc == RC_OK && v < c->first + c->n; v++) {
		char *object = xasprintf("version/%s@%lld", model,
					 (long long)v);
		rc = tx_append(tx, "evaluation.add", object, TX_ANY_BASE,
			       copy_of(c->body, model, v), NULL, err);
		free(object);
	}
	free(model);
	return rc;
}

static enum rc evaluate_all(struct registry *reg, const char *path,
			    int64_t models, int64_t each, const char *csv,
			    struct err *err)
{
	enum rc rc = evaluate_first(reg, csv, err);
	struct copies c = { .body = rc == RC_OK ? first_body(path, err)
						: NULL };
	if (rc == RC_OK && !c.body)
		return err_set(err, RC_FAILED, "no evaluation to copy");
	for (c.model = 0; rc == RC_OK && c.model < models; c.model++)
		for (c.first = 1; rc == RC_OK && c.first <= each;
		     c.first += 1000) {
			c.n = each - c.first + 1 < 1000 ? each - c.first + 1
							: 1000;
			rc = reg_write(reg, add_copies, &c, err);
		}
	for (int64_t m = 0; rc == RC_OK && m < models; m++) {
		char *name = xasprintf("model-%05lld", (long long)m);
		for (int64_t v = 1; rc == RC_OK && v < 40 && v <= each; v++)
			rc = reg_version_stage(reg, name, v, stages[v % 4],
					       "bench", TX_ANY_BASE, err);
		free(name);
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct registry *reg = NULL;
	int64_t models, each;
	if (argc < 4 || argc > 5 ||
	    !decimal_read_i64(argv[2], strlen(argv[2]), &models) ||
	    !decimal_read_i64(argv[3], strlen(argv[3]), &each)) {
		fputs("usage: tui_registry FILE MODELS VERSIONS-EACH "
		      "[CSV]\n", stderr);
		return 2;
	}
	struct reg_options o = { .path = argv[1] };
	enum rc rc = reg_create(argv[1], &err);
	if (rc == RC_OK)
		rc = reg_open(&o, &reg, &err);
	if (rc == RC_OK)
		rc = fill(reg, models, each, &err);
	if (rc == RC_OK && argc == 5)
		rc = evaluate_all(reg, argv[1], models, each, argv[4], &err);
	reg_close(reg);
	if (rc != RC_OK)
		fprintf(stderr, "tui_registry: %s\n", err.text);
	return rc != RC_OK;
}
