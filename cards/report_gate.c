/* The gate of the stage asked for: each rule with figure and verdict; and
 * the waivers and attestations that it rests on. */
#include <stdlib.h>

#include "base/clock.h"
#include "cards/report_parts.h"
#include "registry/waiver.h"

static enum tone verdict_tone(enum gate_verdict v)
{
	return v == GATE_PASS ? TONE_GOOD : v == GATE_FAIL ? TONE_BAD :
	       TONE_WARN;
}

/* One risk for all rules that fail; open ones are work still to be done, not
 * risks. */
static void failing_rules(struct report_ctx *c)
{
	const struct gate_item *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->gate.items.n; i++) {
		if (c->gate.items.at[i].verdict != GATE_FAIL)
			continue;
		if (!n++)
			first = &c->gate.items.at[i];
	}
	if (n == 1)
		report_risk(c, 4.6, "gate", "The gate of %s is not met: the "
			    "rule '%s' fails (%s).", c->stage, first->rule,
			    first->why);
	else if (n)
		report_risk(c, 4.6, "gate", "The gate of %s is not met: %zu "
			    "of %zu rules fail, the first '%s' (%s).",
			    c->stage, n, c->gate.items.n, first->rule,
			    first->why);
	if (n && first->evidence && !strncmp(first->evidence, "problem ", 8))
		report_risk_about(c, first->evidence + 8);
}

/* A move past a gate stays in red until a second person has seen it. */
static void overridden(struct report_ctx *c)
{
	for (size_t i = 0; i < c->overrides.n; i++) {
		const struct version_override *x = &c->overrides.at[i];

		if (!x->seen_by)
			report_risk(c, 4.95, "waivers", "%s moved it into %s "
				    "although the gate did not hold, and "
				    "nobody else has acknowledged it: %s",
				    x->who, x->stage, x->reason);
	}
}

static void waived_rules(struct report_ctx *c)
{
	for (size_t i = 0; i < c->gate.items.n; i++) {
		const struct gate_item *x = &c->gate.items.at[i];

		if (x->verdict == GATE_WAIVED)
			report_risk(c, 2.995 - (double)i / 100000, "waivers",
				    "The rule '%s' is waived by %s: %s",
				    x->rule, x->waived_by, x->waived_why);
	}
}

enum rc report_risks_gate(struct report_ctx *c, struct err *err)
{
	struct gate_options options = { .progress = c->progress };
	struct err why = ERR_INIT;
	enum rc rc = gate_check(c->reg, c->model.name, c->version.version,
				c->stage, &options, &c->gate, &why);

	if (rc_is_no_answer(rc))
		return err_set(err, rc, "%s", why.text);
	c->has_gate = rc == RC_OK;
	if (rc == RC_NOT_FOUND)
		report_risk(c, 4.1, "gate", "No gate is defined for %s: "
			    "nothing has to hold before it may enter.",
			    c->stage);
	else if (rc != RC_OK)
		report_risk(c, 4.8, "gate", "The gate of %s could not be "
			    "evaluated: %s.", c->stage, why.text);
	overridden(c);
	if (!c->has_gate)
		return RC_OK;
	failing_rules(c);
	waived_rules(c);
	return RC_OK;
}

void report_gate_badge(struct report_ctx *c, struct report *r)
{
	if (!c->has_gate) {
		report_badge(r, TONE_WARN, "no gate for %s", c->stage);
		return;
	}
	for (size_t i = 0; i < c->overrides.n; i++)
		if (!c->overrides.at[i].seen_by)
			report_badge(r, TONE_BAD, "moved past a gate, not "
				     "acknowledged");
	if (c->gate.met)
		report_badge(r, TONE_GOOD, "gate of %s: met", c->stage);
	else
		report_badge(r, TONE_BAD, "gate of %s: not met", c->stage);
}

static const struct report_column rule_columns[] = {
	{ "rule", "Rule", false }, { "verdict", "Verdict", false },
	{ "figure", "Figure", true }, { "why", "Why", false },
	{ "evidence", "Evidence", false }, { 0 },
};

enum rc report_part_gate(struct report_ctx *c, struct report *r,
			 struct err *err)
{
	struct report_table *t;

	(void)err;
	report_section(r, "gate", "Gate");
	if (!c->has_gate) {
		report_none(r, "no gate is defined for %s, or it could not be "
			    "evaluated", c->stage);
		return RC_OK;
	}
	report_fact(r, "Gate", c->gate.gate);
	report_factf(r, "Revision", "%lld", (long long)c->gate.revision);
	report_fact(r, "Risk class", c->gate.risk);
	report_fact(r, "Met", c->gate.met ? "yes" : "no");
	report_fact(r, "Digest of the result", c->gate.digest);
	t = report_table(r, "Rules", rule_columns, "the gate has no rules");
	for (size_t i = 0; i < c->gate.items.n; i++) {
		const struct gate_item *x = &c->gate.items.at[i];

		cell_text(t, x->rule);
		cell_toned(t, verdict_tone(x->verdict),
			   gate_verdict_name(x->verdict));
		if (x->has_figure)
			cell_figure(t, &x->figure);
		else
			cell_text(t, NULL);
		cell_text(t, x->why);
		cell_text(t, x->evidence);
	}
	return RC_OK;
}

/* -- Waivers -- */

static const struct report_column waiver_columns[] = {
	{ "stage", "Stage", false }, { "rule", "Rule", false },
	{ "reason", "Reason", false }, { "who", "By", false },
	{ "time", "Given", false }, { "until", "Until", false },
	{ "state", "State", false }, { 0 },
};
static const struct report_column claim_columns[] = {
	{ "claim", "Claim", false }, { "reason", "Reason", false },
	{ "who", "By", false }, { "time", "When", false }, { 0 },
};

static void waivers_table(struct report_ctx *c, struct report *r,
			  const struct waivers *v)
{
	struct report_table *t = report_table(r, "Waivers", waiver_columns,
					      "no rule was ever waived for "
					      "this version");

	for (size_t i = 0; i < v->n; i++) {
		const struct waiver *w = &v->at[i];
		bool holds = waiver_holds(w, c->time);

		cell_text(t, w->stage);
		cell_text(t, w->rule);
		cell_text(t, w->reason);
		cell_text(t, w->who);
		cell_time(t, w->time);
		cell_time(t, w->until);
		cell_toned(t, holds ? TONE_WARN : TONE_PLAIN,
			   holds ? "in force" : w->until < c->time ?
			   "ran out" : "not in force");
	}
}

static const struct report_column override_columns[] = {
	{ "stage", "Into", false }, { "who", "By", false },
	{ "time", "When", false }, { "reason", "Reason", false },
	{ "seen", "Acknowledged", false }, { 0 },
};

static void overrides_table(struct report_ctx *c, struct report *r)
{
	struct report_table *t;
	char when[CLOCK_TEXT];

	if (!c->overrides.n)
		return;
	t = report_table(r, "Moves past a gate that did not hold",
			 override_columns, NULL);
	for (size_t i = 0; i < c->overrides.n; i++) {
		const struct version_override *x = &c->overrides.at[i];

		cell_text(t, x->stage);
		cell_text(t, x->who);
		cell_time(t, x->time);
		cell_text(t, x->reason);
		if (x->seen_by)
			cell_textf(t, "%s, %s: %s", x->seen_by,
				   clock_format(x->seen_time, when),
				   x->seen_why);
		else
			cell_toned(t, TONE_BAD, "by nobody");
	}
}

enum rc report_part_waivers(struct report_ctx *c, struct report *r,
			    struct err *err)
{
	struct waivers v = VEC_INIT;
	struct attestations claims = VEC_INIT;
	struct report_table *t;
	enum rc rc = reg_waiver_list(c->reg, c->model.name,
				     c->version.version, NULL, &v, err);

	if (rc == RC_OK)
		rc = reg_attestation_list(c->reg, c->model.name,
					  c->version.version, &claims, err);
	report_section(r, "waivers", "Waivers and attestations");
	waivers_table(c, r, &v);
	overrides_table(c, r);
	t = report_table(r, "Attested by a person", claim_columns,
			 "nobody attested anything of this version");
	for (size_t i = 0; i < claims.n; i++) {
		cell_text(t, claims.at[i].claim);
		cell_text(t, claims.at[i].reason);
		cell_text(t, claims.at[i].who);
		cell_time(t, claims.at[i].time);
	}
	waivers_release(&v);
	attestations_release(&claims);
	return rc;
}
