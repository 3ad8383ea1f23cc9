#include "registry/standing.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/coverage.h"
#include "registry/evalset.h"
#include "registry/model.h"

const char *eval_state_text(enum eval_state state)
{
	static const char *const texts[] = {
#define X(id, text) [id] = text,
		STATE_LIST(X)
#undef X
	};

	return texts[state];
}

enum rc standings_open(struct registry *reg, const char *testset,
		       int64_t revision, struct standings *out,
		       struct err *err)
{
	enum rc rc;

	*out = (struct standings){ .reg = reg };
	rc = reg_testset_info(reg, testset, revision, &out->info, err);
	if (rc)
		return rc;
	rc = evalset_cuts(reg, out->info.name, out->cuts, err);
	if (!rc)
		rc = reg_predictions_versions(reg, out->info.name,
					      &out->predicted, err);
	if (rc)
		standings_release(out);
	return rc;
}

void standings_release(struct standings *st)
{
	testset_close(st->testset);
	predicteds_release(&st->predicted);
	testset_info_release(&st->info);
	memset(st, 0, sizeof(*st));
}

static int by_version(const void *va, const void *vb)
{
	const struct predicted *a = va, *b = vb;
	int c = strcmp(a->model, b->model);

	return c ? c : (a->version > b->version) - (a->version < b->version);
}

const struct predicted *standings_predicted(const struct standings *st,
					    const char *model,
					    int64_t version)
{
	struct predicted key = { .version = version };
	const struct predicted *found;

	key.model = xstrdup(model);
	found = st->predicted.n
	      ? bsearch(&key, st->predicted.at, st->predicted.n, sizeof(key),
			by_version) : NULL;
	free(key.model);
	return found;
}

static uint64_t count_known(struct testset *t, const struct predictions *p)
{
	const uint8_t *active = testset_active(t);
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += active[i] && p->known[i];
	return n;
}

/* By the predictions themselves. */
static enum rc look_closer(struct standings *st, struct causes *c,
			   enum eval_state *state, struct stored *out,
			   struct err *err)
{
	struct predictions *p = NULL;
	uint64_t known;
	enum rc rc = RC_OK;

	if (!st->testset)
		rc = reg_testset_open(st->reg, st->info.name,
				      st->info.revision, &st->testset, err);
	if (!rc)
		rc = reg_predictions_load(st->reg, c->model, c->version,
					  st->testset, UINT64_MAX, &p, err);
	if (rc)
		return rc;
	known = count_known(st->testset, p);
	c->prediction_digest = p->digest;
	rc = known ? evaluation_find(st->reg, c, out, err) : RC_NOT_FOUND;
	*state = known == 0 ? STATE_MISSING
	       : known < st->info.n ? STATE_PARTIAL
	       : rc == RC_OK ? STATE_FRESH : STATE_STALE;
	if (rc == RC_NOT_FOUND)
		rc = evaluation_find_any(st->reg, c->model, c->version,
					 st->info.name, out, err);
	if (rc == RC_NOT_FOUND && *state == STATE_STALE)
		*state = STATE_MISSING;
	predictions_free(p);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Nothing was evaluated on the revision: if there is an answer for every row,
 * it is stale, or nothing was evaluated ever, and no prediction is read. */
static enum rc look_at_list(struct standings *st, const struct causes *c,
			    bool *told, enum eval_state *state,
			    struct stored *out, struct err *err)
{
	uint64_t known;
	enum rc rc = coverage_known(st->reg, st->info.id, c->model, c->version,
				    &known, err);

	*told = rc == RC_OK && known >= st->info.n_rows && st->info.n;
	if (!*told)
		return rc;
	rc = evaluation_find_any(st->reg, c->model, c->version, st->info.name,
				 out, err);
	*state = rc == RC_NOT_FOUND ? STATE_MISSING : STATE_STALE;
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* What an evaluation on this revision must have been computed from, but for
 * the predictions. */
static enum rc causes_of(struct standings *st, const char *model,
			 int64_t version, struct causes *c, struct err *err)
{
	struct version_rec v;
	enum rc rc = reg_version_get(st->reg, model, version, &v, err);

	if (rc)
		return rc;
	*c = (struct causes){
		.model = model, .version = version, .testset = st->info.name,
		.revision_digest = st->info.digest, .cuts = st->cuts,
		.has_threshold = v.has_threshold, .threshold = v.threshold,
	};
	version_rec_release(&v);
	return RC_OK;
}

/* fresh_only: one with other causes is not looked for. */
static enum rc find_out(struct standings *st, const char *model,
			int64_t version, bool fresh_only,
			enum eval_state *state, struct stored *out,
			struct err *err)
{
	const struct predicted *p = standings_predicted(st, model, version);
	struct causes c;
	bool told;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	*state = STATE_MISSING;
	if (!p)
		return RC_OK;
	rc = causes_of(st, model, version, &c, err);
	if (rc)
		return rc;
	rc = evaluation_find(st->reg, &c, out, err);
	if (rc && rc != RC_NOT_FOUND)
		return rc;
	if (!rc && p->entry < (uint64_t)out->id) {
		*state = out->n == st->info.n ? STATE_FRESH : STATE_PARTIAL;
		return RC_OK;
	}
	if (rc == RC_NOT_FOUND) {
		if (fresh_only)
			return RC_OK;
		rc = look_at_list(st, &c, &told, state, out, err);
		if (rc || told)
			return rc;
	}
	stored_release(out);
	return look_closer(st, &c, state, out, err);
}

enum rc standings_of(struct standings *st, const char *model,
		     int64_t version, enum eval_state *state,
		     struct stored *out, struct err *err)
{
	return find_out(st, model, version, false, state, out, err);
}

enum rc standings_fresh(struct standings *st, const char *model,
			int64_t version, bool *fresh, struct stored *out,
			struct err *err)
{
	enum eval_state state;
	enum rc rc = find_out(st, model, version, true, &state, out, err);

	*fresh = !rc && state == STATE_FRESH;
	if (!*fresh)
		stored_release(out);
	return rc;
}
