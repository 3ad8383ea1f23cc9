#include "registry/threshold.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/evalset.h"
#include "registry/model.h"

enum rc reg_threshold_curve(struct registry *reg, const char *model,
			    int64_t version, const char *testset,
			    int64_t revision, struct cutoffs *out,
			    struct err *err)
{
	struct evalset *set = NULL;
	struct predictions *p = NULL;
	struct evalrows *rows;
	enum rc rc = evalset_open_rows(reg, testset, revision, NULL, &set,
				       err);

	*out = (struct cutoffs)VEC_INIT;
	if (rc)
		return rc;
	if (evalset_info(set)->task != TASK_BINARY)
		rc = err_set(err, RC_REFUSED, "test set '%s' is not binary: "
			     "there is no threshold", testset);
	if (!rc)
		rc = reg_predictions_load(reg, model, version,
					  evalset_testset(set), UINT64_MAX,
					  &p, err);
	if (!rc) {
		rows = evalrows_new(set, p, NULL);
		if (rows->in.n && rows->in.score)
			cutoff_sweep(rows->in.score, rows->in.target,
				     rows->in.n, out);
		else
			rc = err_set(err, RC_REFUSED, "'%s@%lld' gave no "
				     "scores on '%s'", model,
				     (long long)version, testset);
		evalrows_free(rows);
	}
	evalset_close(set);
	return rc;
}

struct recording {
	const struct threshold_choice *c;
	double threshold;
	const char *reason;
};

static enum rc write_threshold(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct recording *w = arg;

	return tx_version_threshold(tx, w->c->model, w->c->version,
				    w->threshold, w->reason, err);
}

/* "best-f1 on loans@3, n 12: tp 5, fp 1, fn 1, tn 5; as agreed" */
static void say_rule(const struct threshold_choice *c, int64_t revision,
		     const struct confusion *k, struct buf *out)
{
	buf_str(out, cutoff_rule_name(c->rule));
	if (c->rule != CUTOFF_FIXED && c->rule != CUTOFF_BEST_F1) {
		buf_char(out, ' ');
		buf_decimal(out, c->value);
	}
	buf_printf(out, " on %s@%lld, n %llu: tp %llu, fp %llu, fn %llu, "
		   "tn %llu", c->testset, (long long)revision,
		   (unsigned long long)(k->tp + k->fp + k->fn + k->tn),
		   (unsigned long long)k->tp, (unsigned long long)k->fp,
		   (unsigned long long)k->fn, (unsigned long long)k->tn);
	if (c->reason)
		buf_printf(out, "; %s", c->reason);
}

enum rc reg_threshold_set(struct registry *reg,
			  const struct threshold_choice *c,
			  struct cutoff *chosen, struct err *err)
{
	struct testset_info info = { 0 };
	struct cutoffs cuts = VEC_INIT;
	struct buf reason = BUF_INIT;
	struct recording w = { .c = c };
	enum rc rc = reg_testset_info(reg, c->testset, c->revision, &info,
				      err);

	if (!rc)
		rc = reg_threshold_curve(reg, c->model, c->version, c->testset,
					 info.revision, &cuts, err);
	if (!rc)
		rc = cutoff_choose(&cuts, c->rule, c->value, chosen, err);
	if (!rc) {
		say_rule(c, info.revision, &chosen->confusion, &reason);
		w.threshold = chosen->threshold;
		w.reason = reason.data;
		rc = reg_write(reg, write_threshold, &w, err);
	}
	testset_info_release(&info);
	vec_free(&cuts);
	buf_release(&reason);
	return rc;
}

/* -- Where it came from -- */

struct newest { uint64_t index; bool is_found; struct threshold_origin *out; };

static enum rc take_newest(const struct log_line *line, void *arg,
			   struct err *err)
{
	struct newest *n = arg;

	(void)err;
	n->index = line->index;
	n->is_found = true;
	n->out->login = xstrdup(line->login);
	n->out->time = line->time;
	return RC_OK;
}

/* The rule stands before its count of cases (say_rule). */
static enum rc read_rule(struct registry *reg, struct newest *n,
			 struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct json *j = NULL;
	const char *reason, *end;
	enum rc rc = reg_entry_bytes(reg, n->index, &bytes, err);

	if (!rc)
		rc = json_parse(bytes.data, bytes.len, "entry", &j, err);
	reason = rc ? NULL : json_get_str(json_get(j, "body"), "reason");
	end = reason ? strstr(reason, ", n ") : NULL;
	if (end)
		n->out->rule = xmemdupz(reason, (size_t)(end - reason));
	json_free(j);
	buf_release(&bytes);
	return rc;
}

enum rc reg_threshold_origin(struct registry *reg, const char *model,
			     int64_t version, struct threshold_origin *out,
			     struct err *err)
{
	char *object = xasprintf("version/%s@%lld", model, (long long)version);
	const struct log_filter filter = {
		.object = object, .kind = "version.threshold",
		.since = INT64_MIN, .from = UINT64_MAX, .limit = 1,
	};
	struct newest n = { .out = out };
	enum rc rc;

	*out = (struct threshold_origin){ 0 };
	rc = reg_log(reg, &filter, take_newest, &n, err);
	if (!rc && !n.is_found)
		rc = err_set(err, RC_NOT_FOUND, "'%s@%lld' has no threshold",
			     model, (long long)version);
	if (!rc)
		rc = read_rule(reg, &n, err);
	if (rc)
		threshold_origin_release(out);
	free(object);
	return rc;
}

enum rc threshold_chosen_text(struct registry *reg, const char *model,
			      int64_t version, struct buf *out,
			      struct err *err)
{
	struct threshold_origin o;
	char when[CLOCK_TEXT];
	enum rc rc = reg_threshold_origin(reg, model, version, &o, err);

	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	buf_printf(out, "%s by %s, %s", o.rule ? o.rule : "with its answers",
		   o.login, clock_format(o.time, when));
	threshold_origin_release(&o);
	return RC_OK;
}

void threshold_origin_release(struct threshold_origin *o)
{
	free(o->login);
	free(o->rule);
	*o = (struct threshold_origin){ 0 };
}
