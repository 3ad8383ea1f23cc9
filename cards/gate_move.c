/* Where gates act: before a stage is entered, and before somebody signs. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/gate_check.h"
#include "registry/evidence.h"

void signing_release(struct signing *s)
{
	pairs_release(&s->evidence);
	if (s->has_gate)
		gate_result_release(&s->gate);
	*s = (struct signing){ 0 };
}

/* RC_OK and *had false where the stage has no gate. */
static enum rc check_if_any(struct registry *reg, const char *model,
			    int64_t version, const char *stage,
			    const struct gate_options *options,
			    struct gate_result *out, bool *had,
			    struct err *err)
{
	const char *risk;
	char *name = NULL;
	enum rc rc = gate_risk(reg, model, version, &risk, err);

	*had = false;
	if (rc != RC_OK)
		return rc;
	rc = gate_find(reg, stage, risk, &name, err);
	free(name);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc == RC_OK)
		rc = gate_check(reg, model, version, stage, options, out, err);
	*had = rc == RC_OK;
	return rc;
}

static void add_gate(struct pairs *evidence, const char *stage,
		     const char *digest)
{
	char *key = xasprintf("gate %s", stage);

	pairs_add(evidence, key, digest);
	free(key);
}

enum rc signing_prepare(struct registry *reg, const char *model,
			int64_t version, const char *stage,
			const struct gate_options *options,
			struct signing *out, struct err *err)
{
	enum rc rc;

	*out = (struct signing){ 0 };
	rc = reg_read_size(reg, &out->size, err);
	if (rc == RC_OK)
		rc = reg_evidence(reg, model, version, &out->evidence, err);
	if (rc == RC_OK)
		rc = check_if_any(reg, model, version, stage, options,
				  &out->gate, &out->has_gate, err);
	if (rc == RC_OK && out->has_gate)
		add_gate(&out->evidence, stage, out->gate.digest);
	if (rc != RC_OK)
		signing_release(out);
	return rc;
}

/* -- Staleness -- */

/* Today's evidence for one version and stage, gate included. */
static enum rc evidence_for(struct registry *reg, const struct signoff_rec *s,
			    struct pairs *out, struct err *err)
{
	struct gate_result gate = { 0 };
	bool had = false;
	enum rc rc = reg_evidence(reg, s->model, s->version, out, err);

	if (rc == RC_OK)
		rc = check_if_any(reg, s->model, s->version, s->stage, NULL,
				  &gate, &had, err);
	if (rc == RC_OK && had)
		add_gate(out, s->stage, gate.digest);
	if (had)
		gate_result_release(&gate);
	if (rc != RC_OK)
		pairs_release(out);
	return rc;
}

static bool same_subject(const struct signoff_rec *a,
			 const struct signoff_rec *b)
{
	return a->version == b->version && !strcmp(a->model, b->model) &&
	       !strcmp(a->stage, b->stage);
}

enum rc signoffs_changed(struct registry *reg, const struct signoff_recs *v,
			 struct strs *out, struct err *err)
{
	struct pairs now = VEC_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < v->n; i++)
		out[i] = (struct strs)VEC_INIT;
	for (size_t i = 0; i < v->n && rc == RC_OK; i++) {
		if (i == 0 || !same_subject(&v->at[i], &v->at[i - 1])) {
			pairs_release(&now);
			rc = evidence_for(reg, &v->at[i], &now, err);
		}
		if (rc == RC_OK)
			evidence_compare(&v->at[i].evidence, &now, &out[i]);
	}
	pairs_release(&now);
	if (rc != RC_OK)
		for (size_t i = 0; i < v->n; i++)
			strs_release(&out[i]);
	return rc;
}

/* -- Stages -- */

static enum rc refuse(const struct stage_move *m, const struct gate_result *g,
		      struct err *err)
{
	struct buf what = BUF_INIT;
	enum rc rc;

	gate_result_summary(&what, g);
	rc = err_set(err, RC_UNMET, "%s@%lld does not meet the gate '%s': %s; "
		     "'muster gate check %s@%lld %s' says all", m->model,
		     (long long)m->version, g->gate, what.data, m->model,
		     (long long)m->version, m->stage);
	buf_release(&what);
	return rc;
}

enum rc gate_move(struct registry *reg, const struct stage_move *m,
		  struct gate_result *result, bool *had_gate, struct err *err)
{
	struct gate_result gate = { 0 };
	struct stage_gate kept = { 0 };
	uint64_t size;
	bool had = false;
	enum rc rc = reg_read_size(reg, &size, err);

	if (rc == RC_OK)
		rc = check_if_any(reg, m->model, m->version, m->stage,
				  &m->options, &gate, &had, err);

	if (had_gate)
		*had_gate = had;
	if (rc == RC_USAGE && !had)	/* no such stage: said below */
		rc = RC_OK;
	if (rc == RC_OK && had && !gate.met && !m->override)
		rc = refuse(m, &gate, err);
	if (rc == RC_OK) {
		kept = (struct stage_gate){ had ? gate.digest : NULL, size,
					    had && !gate.met };
		rc = reg_version_stage_gated(reg, m->model, m->version,
					     m->stage, m->reason, m->base,
					     &kept, err);
	}
	if (had && result)
		*result = gate;
	else if (had)
		gate_result_release(&gate);
	return rc;
}
