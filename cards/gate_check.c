#include "cards/gate_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cards/assess.h"
#include "cards/gate_inside.h"
#include "model/risk.h"
#include "registry/document.h"
#include "registry/evidence.h"

/* NULL: no evaluator in this build; the rule is then open, never passed. */
static gate_fn *const evaluators[] = {
	[RULE_METRIC] = gate_metric,
	[RULE_METRIC_BASE] = gate_metric_base,
	[RULE_GROUP_DIFFERENCE] = gate_group,
	[RULE_GROUP_RATIO] = gate_group,
	[RULE_FAIRNESS] = gate_fairness,
	[RULE_NO_LOSS] = gate_no_loss,
	[RULE_NO_BROKEN_PROBLEM] = gate_no_broken,
	[RULE_NO_OPEN_PROBLEM] = gate_no_open,
	[RULE_OPEN_IMPACT] = gate_open_impact,
	[RULE_COMPLETE] = gate_complete,
	[RULE_APPROVED] = gate_approved,
	[RULE_FINDINGS] = gate_findings,
	[RULE_CHECKLIST] = gate_checklist,
	[RULE_ASSESSED] = gate_assessed,
	[RULE_FRESH] = gate_fresh,
	[RULE_PROFILE] = gate_profile,
	[RULE_LINEAGE] = gate_lineage,
	[RULE_ARTIFACT] = gate_artifact,
	[RULE_ATTESTED] = gate_attested,
	[RULE_SIGNED] = gate_signed,
};

enum rc gate_say(struct gate_item *item, enum gate_verdict v,
		 const char *fmt, ...)
{
	struct buf why = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&why, fmt, ap);
	va_end(ap);
	free(item->why);
	item->why = buf_detach(&why);
	item->verdict = v;
	return RC_OK;
}

static void item_release(struct gate_item *item)
{
	free(item->rule);
	free(item->why);
	free(item->evidence);
	free(item->by);
	free(item->value);
	free(item->waived_by);
	free(item->waived_why);
}

void gate_result_release(struct gate_result *r)
{
	for (size_t i = 0; i < r->items.n; i++)
		item_release(&r->items.at[i]);
	vec_free(&r->items);
	free(r->gate);
	free(r->stage);
	free(r->model);
	*r = (struct gate_result){ 0 };
}

/* -- Which gate -- */

enum rc gate_name(const char *stage, const char *risk, char **out,
		  struct err *err)
{
	const char *const *s = version_stages();
	enum risk named;

	while (*s && strcmp(*s, stage) != 0)
		s++;
	if (!*s)
		return err_set(err, RC_USAGE, "'%.60s' is no stage", stage);
	if (risk && !risk_from_name(risk, &named))
		return err_set(err, RC_USAGE, "'%.60s' is no risk: low, medium "
			       "or high", risk);
	*out = risk ? xasprintf("%s:%s", stage, risk) : xstrdup(stage);
	return RC_OK;
}

/* RC_NOT_FOUND (err untouched) if it was never saved. */
static enum rc load_gate(struct registry *reg, const char *name,
			 struct document_rec *out, struct err *err)
{
	struct err why = ERR_INIT;
	enum rc rc = reg_document_load(reg, DOCUMENT_GATE, name, 0, out, &why);

	if (rc == RC_OK && document_is_superseded(out)) {
		document_rec_release(out);	/* taken back: there is none */
		*out = (struct document_rec){ 0 };
		return RC_NOT_FOUND;
	}
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		return err_set(err, rc, "gate '%s': %s", name, why.text);
	return rc;
}

enum rc gate_find(struct registry *reg, const char *stage, const char *risk,
		  char **out, struct err *err)
{
	const char *const tries[] = { risk, NULL };
	struct document_rec d;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 2; i++) {
		rc = gate_name(stage, tries[i], out, err);
		if (rc != RC_OK)
			return rc;
		rc = load_gate(reg, *out, &d, err);
		if (rc == RC_OK) {
			document_rec_release(&d);
			return RC_OK;
		}
		free(*out);
		*out = NULL;
		if (rc != RC_NOT_FOUND)
			return rc;
	}
	return err_set(err, RC_NOT_FOUND, "stage '%s' has no gate; 'muster "
		       "gate edit %s' writes one", stage, stage);
}

enum rc gate_risk(struct registry *reg, const char *model, int64_t version,
		  const char **out, struct err *err)
{
	char *of = xasprintf("%s@%lld", model, (long long)version);
	struct assess_result result;
	struct document_rec d;
	struct assessment a;
	struct model_rec m;
	enum risk risk;
	enum rc rc = reg_model_get(reg, model, &m, err);

	if (rc != RC_OK) {
		free(of);
		return rc;
	}
	risk = risk_counted(m.risk);
	model_rec_release(&m);
	rc = reg_document_load(reg, DOCUMENT_IMPACT, of, 0, &d, err);
	free(of);
	if (rc == RC_OK) {
		rc = assess_read(d.text, &a, err);
		document_rec_release(&d);
		if (rc != RC_OK)
			return rc;
		assess_result(&a, &result);
		assessment_release(&a);
		if (result.risk > risk)
			risk = result.risk;
	}
	*out = risk_name(risk);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* -- The text -- */

const char *gate_default_text(void)
{
	return
	"# A start, to be made one's own: set the limits, name the test sets.\n"
	"fresh\n"
	"no significant loss\n"
	"no broken problem\n"
	"no open problem with impact >= 2\n"
	"card complete >= 0.9\n"
	"card findings none of error\n"
	"datasheet complete >= 0.8\n"
	"impact assessed\n"
	"lineage complete\n"
	"signed by 1 of owner\n"
	"signed by 1 of risk\n";
}

enum rc gate_text_check(const char *text, struct strs *findings,
			struct err *err)
{
	struct gate_rules rules;
	size_t bad;
	enum rc rc;

	if (!utf8_valid(text, strlen(text), &bad))
		return err_set(err, RC_BAD_INPUT, "the gate is not UTF-8 at "
			       "byte %zu", bad + 1);
	rc = gate_parse(text, &rules, findings, err);
	if (rc != RC_OK)
		return rc;
	if (!rules.n)
		rc = err_set(err, RC_BAD_INPUT, "the gate has no rule");
	gate_rules_release(&rules);
	return rc;
}

enum rc gate_save(struct registry *reg, const char *name, const char *text,
		  const char *note, int64_t base, struct strs *findings,
		  struct err *err)
{
	enum rc rc = gate_text_check(text, findings, err);

	return rc == RC_OK ? reg_document_save(reg, DOCUMENT_GATE, name, text,
					       note, base, NULL, err) : rc;
}

/* -- Waivers and the digest -- */

/* What says that it is not waivable is not, whatever the log holds. */
static void waive(const struct gate_rule *rule, struct gate_item *item,
		  const struct waivers *all, int64_t now)
{
	if (rule->not_waivable)
		return;
	for (size_t i = 0; i < all->n; i++) {
		const struct waiver *w = &all->at[i];
		char until[CLOCK_TEXT];
		char *why;

		if (strcmp(w->rule, item->rule) != 0 ||
		    !waiver_holds(w, now) || item->computed == GATE_PASS)
			continue;
		why = xasprintf("waived by %s until %.10s (%s); %s", w->who,
				clock_format(w->until, until), w->reason,
				item->why);
		gate_say(item, GATE_WAIVED, "%s", why);
		free(why);
		item->waived_by = xstrdup(w->who);
		item->waived_why = xstrdup(w->reason);
		item->waived_until = w->until;
		return;
	}
}

static void digest(struct gate_result *r, const char *text_digest)
{
	struct json *j = json_new_object(), *list = json_new_array();
	struct buf text = BUF_INIT, figure = BUF_INIT;
	struct hash h;

	json_set_str(j, "gate", r->gate);
	json_set_str(j, "text", text_digest);
	for (size_t i = 0; i < r->items.n; i++) {
		const struct gate_item *item = &r->items.at[i];
		struct json *row;

		if (item->kind == RULE_SIGNED)
			continue;
		row = json_new_object();
		json_set_str(row, "rule", item->rule);
		json_set_str(row, "verdict", gate_verdict_name(item->verdict));
		buf_clear(&figure);
		if (item->has_figure && !item->figure.why)
			buf_decimal(&figure, item->figure.value);
		json_set_str(row, "figure", figure.data);
		json_append(list, row);
	}
	json_set(j, "rules", list);
	json_write_canonical(&text, j);
	h = hash_bytes(text.data, text.len);
	hash_hex(&h, r->digest);
	buf_release(&text);
	buf_release(&figure);
	json_free(j);
}

/* -- Checking -- */

static enum rc evaluate_rule(struct checking *c, const struct gate_rule *r,
			     struct gate_result *out,
			     const struct waivers *waivers, struct err *err)
{
	struct gate_item *item = vec_add(&out->items);
	gate_fn *fn = r->kind < COUNT(evaluators) ? evaluators[r->kind] : NULL;
	enum rc rc;

	item->rule = xstrdup(r->text);
	item->line = r->line;
	item->kind = r->kind;
	item->bound = r->bound;
	gate_say(item, GATE_OPEN, "this muster cannot evaluate the rule");
	if (r->kind == RULE_SIGNED)	/* when the rest is known */
		return RC_OK;
	rc = fn ? fn(c, r, item, err) : RC_OK;
	item->computed = item->verdict;
	if (rc == RC_OK)
		waive(r, item, waivers, c->now);
	return rc == RC_OK ? rc : err_prefix(err, "rule '%s'", r->text);
}

static enum rc evaluate_signed(struct checking *c,
			       const struct gate_rules *rules,
			       struct gate_result *out,
			       const struct waivers *waivers, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < rules->n && rc == RC_OK; i++) {
		struct gate_item *item = &out->items.at[i];

		if (item->kind != RULE_SIGNED)
			continue;
		rc = gate_signed(c, &rules->at[i], item, err);
		item->computed = item->verdict;
		waive(&rules->at[i], item, waivers, c->now);
	}
	return rc;
}

static void conclude(struct gate_result *out)
{
	out->met = out->met_unsigned = out->items.n > 0;
	for (size_t i = 0; i < out->items.n; i++) {
		const struct gate_item *item = &out->items.at[i];

		if (gate_verdict_holds(item->verdict))
			continue;
		out->met = false;
		if (item->kind != RULE_SIGNED)
			out->met_unsigned = false;
	}
}

static enum rc evaluate_all(struct checking *c, const struct gate_rules *rules,
			    const char *text_digest, struct gate_result *out,
			    struct err *err)
{
	struct waivers waivers;
	enum rc rc = reg_waiver_list(c->reg, c->v.model, c->v.version,
				     c->stage, &waivers, err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < rules->n && rc == RC_OK; i++)
		rc = evaluate_rule(c, &rules->at[i], out, &waivers, err);
	if (rc == RC_OK) {
		digest(out, text_digest);
		c->digest = out->digest;
		rc = evaluate_signed(c, rules, out, &waivers, err);
	}
	waivers_release(&waivers);
	if (rc == RC_OK)
		conclude(out);
	return rc;
}

static enum rc checking_init(struct checking *c, const char *model,
			     int64_t version, struct err *err)
{
	enum rc rc = reg_version_get(c->reg, model, version, &c->v, err);

	if (rc == RC_OK)
		rc = reg_model_get(c->reg, model, &c->m, err);
	if (rc == RC_OK)
		rc = reg_shown_time(c->reg, &c->now, err);
	if (rc == RC_OK)
		rc = evidence_testsets(c->reg, model, version, &c->testsets,
				       err);
	c->of = xasprintf("%s@%lld", model, (long long)version);
	if (rc == RC_OK)
		rc = reg_version_before(c->reg, model, version, "production",
					&c->production, err);
	return rc;
}

static void checking_release(struct checking *c)
{
	for (size_t i = 0; i < c->cache.n; i++) {
		free(c->cache.at[i].testset);
		fair_source_free(c->cache.at[i].fair);
		if (c->cache.at[i].e)
			evaluation_release(c->cache.at[i].e);
		free(c->cache.at[i].e);
	}
	vec_free(&c->cache);
	strs_release(&c->testsets);
	version_rec_release(&c->v);
	model_rec_release(&c->m);
	free(c->of);
}

static enum rc run_gate(struct checking *c, const struct document_rec *d,
			struct gate_result *out, struct err *err)
{
	struct gate_rules rules;
	enum rc rc = gate_parse(d->text, &rules, NULL, err);

	if (rc != RC_OK)
		return err_prefix(err, "gate '%s' rev %lld", d->of,
				  (long long)d->revision);
	out->revision = d->revision;
	rc = evaluate_all(c, &rules, d->digest, out, err);
	gate_rules_release(&rules);
	return rc;
}

enum rc gate_check(struct registry *reg, const char *model, int64_t version,
		   const char *stage, const struct gate_options *options,
		   struct gate_result *out, struct err *err)
{
	static const struct gate_options none;
	struct checking c = { .reg = reg, .stage = stage,
			      .options = options ? options : &none };
	struct document_rec d = { 0 };
	enum rc rc;

	*out = (struct gate_result){ .stage = xstrdup(stage),
				     .model = xstrdup(model),
				     .version = version };
	rc = reg_read_size(reg, &out->size, err);
	if (rc == RC_OK)
		rc = checking_init(&c, model, version, err);
	if (rc == RC_OK)
		rc = gate_risk(reg, model, version, &out->risk, err);
	if (rc == RC_OK)
		rc = gate_find(reg, stage, out->risk, &out->gate, err);
	if (rc == RC_OK)
		rc = load_gate(reg, out->gate, &d, err);
	if (rc == RC_OK)
		rc = run_gate(&c, &d, out, err);
	document_rec_release(&d);
	checking_release(&c);
	if (rc != RC_OK)
		gate_result_release(out);
	return rc;
}

/* -- Showing -- */

void gate_result_write(struct json_out *o, const struct gate_result *r)
{
	char *version = xasprintf("%s@%lld", r->model, (long long)r->version);
	char until[CLOCK_TEXT];

	jo_object(o);
	jo_kstr(o, "gate", r->gate);
	jo_kstr(o, "version", version);
	jo_kbool(o, "met", r->met);
	jo_key(o, "rules");
	jo_array(o);
	for (size_t i = 0; i < r->items.n; i++) {
		const struct gate_item *item = &r->items.at[i];

		jo_object(o);
		jo_kstr(o, "rule", item->rule);
		jo_kstr(o, "verdict", gate_verdict_name(item->verdict));
		jo_key(o, "figure");
		if (item->has_figure)
			figure_write(o, &item->figure);
		else
			jo_null(o);
		jo_kstr(o, "why", item->why);
		jo_kstr(o, "evidence", item->evidence);
		if (item->waived_by) {
			jo_kstr(o, "waived_by", item->waived_by);
			jo_kstr(o, "waived_until",
				clock_format(item->waived_until, until));
		}
		jo_end(o);
	}
	jo_end(o);
	jo_kint(o, "revision", r->revision);
	jo_kstr(o, "risk", r->risk);
	jo_kstr(o, "digest", r->digest);
	jo_end(o);
	free(version);
}

void gate_result_summary(struct buf *out, const struct gate_result *r)
{
	static const enum gate_verdict bad[] = {
		GATE_FAIL, GATE_INSUFFICIENT, GATE_OPEN
	};
	bool any = false;

	for (size_t k = 0; k < COUNT(bad); k++) {
		size_t n = 0;
		const struct gate_item *first = NULL;

		for (size_t i = 0; i < r->items.n; i++) {
			if (r->items.at[i].verdict != bad[k])
				continue;
			first = first ? first : &r->items.at[i];
			n++;
		}
		if (!n)
			continue;
		buf_printf(out, "%s%zu %s (%s)", any ? ", " : "", n,
			   gate_verdict_name(bad[k]), first->rule);
		any = true;
	}
}
