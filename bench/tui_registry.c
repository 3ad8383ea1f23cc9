/* Makes a registry with many versions for the workbench's bench:
 *	tui_registry FILE MODELS VERSIONS-EACH
 * Entries go in by the thousand a transaction, through the same function as
 * every write. */
#include <stdio.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "registry/registry.h"

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

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct registry *reg = NULL;
	int64_t models, each;
	if (argc != 4 ||
	    !decimal_read_i64(argv[2], strlen(argv[2]), &models) ||
	    !decimal_read_i64(argv[3], strlen(argv[3]), &each)) {
		fputs("usage: tui_registry FILE MODELS VERSIONS-EACH\n", stderr);
		return 2;
	}
	struct reg_options o = { .path = argv[1] };
	enum rc rc = reg_create(argv[1], &err);
	if (rc == RC_OK)
		rc = reg_open(&o, &reg, &err);
	if (rc == RC_OK)
		rc = fill(reg, models, each, &err);
	reg_close(reg);
	if (rc != RC_OK)
		fprintf(stderr, "tui_registry: %s\n", err.text);
	return rc != RC_OK;
}
