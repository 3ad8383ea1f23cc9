/* The comparison as CLI.md (section JSON) has it. */
#include "model/compare.h"

#include <stdlib.h>

#include "base/xalloc.h"

static void write_delta(struct json_out *o, const struct delta *d)
{
	jo_object(o);
	if (d->why) {
		jo_knull(o, "value");
		jo_kstr(o, "why", d->why);
		jo_kstr(o, "verdict", verdict_text(d->verdict));
		jo_end(o);
		return;
	}
	jo_knum(o, "base", d->base);
	jo_knum(o, "candidate", d->candidate);
	jo_knum(o, "delta", d->delta);
	if (d->has_interval) {
		jo_knum(o, "low", d->low);
		jo_knum(o, "high", d->high);
	}
	jo_kint(o, "n", (int64_t)d->n);
	if (d->has_interval)
		jo_kstr(o, "method", method_name(d->method));
	jo_kstr(o, "verdict", verdict_text(d->verdict));
	jo_end(o);
}

static void write_deltas(struct json_out *o, const struct delta *deltas)
{
	jo_key(o, "metrics");
	jo_object(o);
	for (unsigned m = 0; m < METRIC_COUNT; m++) {
		if (!deltas[m].present)
			continue;
		jo_key(o, metric_key((enum metric)m));
		write_delta(o, &deltas[m]);
	}
	jo_end(o);
}

static void write_name(struct json_out *o, const char *key, const char *model,
		       int64_t version)
{
	char *name = xasprintf("%s@%lld", model ? model : "",
			       (long long)version);

	jo_kstr(o, key, name);
	free(name);
}

static void write_test(struct json_out *o, const struct candidate *c)
{
	if (!c->has_mcnemar)
		return;
	jo_key(o, "mcnemar");
	jo_object(o);
	jo_kint(o, "only_base_right", (int64_t)c->only_base_right);
	jo_kint(o, "only_candidate_right", (int64_t)c->only_candidate_right);
	jo_knum(o, "p", c->p);
	jo_knum(o, "p_holm", c->p_holm);
	jo_end(o);
}

static void write_wilcoxon(struct json_out *o, const struct candidate *c,
			   enum task task)
{
	if (task != TASK_REGRESSION)
		return;
	jo_key(o, "wilcoxon");
	jo_object(o);
	jo_knum(o, "p", c->p);
	jo_knum(o, "p_holm", c->p_holm);
	jo_end(o);
}

static void write_candidate(struct json_out *o, const struct candidate *c,
			    enum task task)
{
	jo_object(o);
	write_name(o, "version", c->model, c->version);
	jo_kstr(o, "verdict", verdict_text(c->verdict));
	write_deltas(o, c->metrics);
	write_test(o, c);
	write_wilcoxon(o, c, task);
	jo_key(o, "flips");
	jo_object(o);
	jo_kint(o, "fixed", (int64_t)c->fixed);
	jo_kint(o, "broken", (int64_t)c->broken);
	jo_end(o);
	jo_key(o, "slices");
	jo_array(o);
	for (size_t i = 0; i < c->n_slices; i++) {
		jo_object(o);
		jo_kstr(o, "by", c->slices[i].by);
		jo_kstr(o, "value", c->slices[i].value);
		jo_kint(o, "n", (int64_t)c->slices[i].n);
		write_deltas(o, c->slices[i].metrics);
		jo_end(o);
	}
	jo_end(o);
	jo_end(o);
}

void comparison_write(struct json_out *o, const struct comparison *c)
{
	jo_object(o);
	jo_key(o, "testset");
	jo_object(o);
	jo_kstr(o, "name", c->testset);
	jo_kint(o, "revision", c->revision);
	jo_kstr(o, "digest", c->digest);
	jo_kint(o, "n", (int64_t)c->n);
	jo_end(o);
	write_name(o, "base", c->base_model, c->base_version);
	jo_key(o, "candidates");
	jo_array(o);
	for (size_t i = 0; i < c->n_candidates; i++)
		write_candidate(o, &c->candidates[i], c->task);
	jo_end(o);
	jo_end(o);
}
