/* Reads what a report is about, in one read transaction, and lets each part
 * write its sections. A noun that comes later adds a row and a file. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/xalloc.h"
#include "cards/render_html.h"
#include "cards/render_json.h"
#include "cards/render_md.h"
#include "cards/report_parts.h"
#include "registry/checkpoint.h"
#include "registry/entry.h"

static report_risk_fn *const risk_rows[] = {
	report_risks_gate, report_risks_evaluation, report_risks_comparison,
	report_risks_problems, report_risks_card,
};

static report_part_fn *const version_parts[] = {
	report_part_decision, report_part_risks, report_part_questions,
	report_part_evaluation, report_part_comparison, report_part_ranking,
	report_part_problems, report_part_fairness,
	report_part_card, report_part_datasheets, report_part_patterns,
	report_part_checklist,
	report_part_assessment, report_part_gate, report_part_waivers, report_part_signoffs,
	report_part_lineage, report_part_changes,
	report_part_areas, report_part_crosswalk, report_part_audit,
};

/* -- The log's head -- */

static enum rc head_line(const struct log_line *line, void *arg,
			 struct err *err)
{
	(void)err;
	((struct report *)arg)->time = line->time;
	return RC_OK;
}

enum rc report_head(struct registry *reg, struct report *r, struct err *err)
{
	struct buf text = BUF_INIT;
	struct checkpoint cp = { 0 };
	struct log_filter last = { .since = INT64_MIN, .from = UINT64_MAX,
				   .limit = 1 };
	char *origin = NULL, hex[HASH_HEX_SIZE];
	enum rc rc = reg_origin(reg, NULL, &origin, err);

	if (rc == RC_OK)
		rc = reg_checkpoint(reg, origin, &text, err);
	if (rc == RC_OK)
		rc = checkpoint_read(text.data, text.len, &cp, err);
	if (rc == RC_OK) {
		r->entries = cp.size;
		r->root = xstrdup(hash_hex(&cp.root, hex));
		rc = reg_log(reg, &last, head_line, r, err);
	}
	checkpoint_release(&cp);
	buf_release(&text);
	free(origin);
	return rc;
}

/* -- A version -- */

void report_risk(struct report_ctx *c, double weight, const char *section,
		 const char *fmt, ...)
{
	struct report_risk *risk = vec_add(&c->risks);
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	risk->weight = weight;
	risk->section = section;
	risk->text = buf_detach(&b);
}

void report_risk_about(struct report_ctx *c, const char *subject)
{
	if (c->risks.n && subject)
		strs_add(&c->risks.at[c->risks.n - 1].about, subject);
}

static void ctx_release(struct report_ctx *c)
{
	model_rec_release(&c->model);
	version_rec_release(&c->version);
	free(c->name);
	doc_facts_release(&c->facts);
	for (size_t i = 0; i < c->compared.n; i++) {
		if (c->compared.at[i].is_done)
			comparison_release(&c->compared.at[i].c);
		free(c->compared.at[i].why);
	}
	vec_free(&c->compared);
	signoff_recs_release(&c->signoffs);
	version_overrides_release(&c->overrides);
	if (c->has_gate)
		gate_result_release(&c->gate);
	for (size_t i = 0; i < c->risks.n; i++) {
		free(c->risks.at[i].text);
		strs_release(&c->risks.at[i].about);
	}
	vec_free(&c->risks);
}

/* The largest set that it was evaluated on, by patterns. */
static void find_main(struct report_ctx *c)
{
	for (size_t i = 0; i < c->facts.evaluations.n; i++) {
		struct evaluation *e = &c->facts.evaluations.at[i];

		if (!c->main || e->whole.n > c->main->whole.n)
			c->main = e;
	}
}

/* The last approval in force of an earlier version. */
static enum rc find_approved(struct report_ctx *c, struct err *err)
{
	struct signoff_recs all = VEC_INIT;
	enum rc rc = reg_signoff_list(c->reg, NULL, 0, &all, err);

	for (size_t i = 0; i < all.n; i++) {
		const struct signoff_rec *s = &all.at[i];

		if (!strcmp(s->model, c->model.name) &&
		    s->meaning == MEANING_APPROVED && !s->is_revoked &&
		    s->version < c->version.version &&
		    s->version > c->approved)
			c->approved = s->version;
	}
	signoff_recs_release(&all);
	if (rc == RC_OK)
		rc = reg_signoff_list(c->reg, c->model.name,
				      c->version.version, &c->signoffs, err);
	return rc;
}

static void compare_on(struct report_ctx *c, const struct testset_info *info)
{
	struct report_compared *d = vec_add(&c->compared);
	struct version_ref base = { c->model.name, c->base };
	struct version_ref mine = { c->model.name, c->version.version };
	struct version_refs refs = VEC_INIT;
	struct compare_options options = { 0 };
	struct err why = ERR_INIT;

	vec_push(&refs, mine);
	d->testset = info->name;
	d->is_done = reg_compare(c->reg, info->name, 0, &base, &refs, &options,
				 c->progress, &d->c, &why) == RC_OK;
	if (!d->is_done)
		d->why = xstrdup(why.text);
	vec_free(&refs);
}

static enum rc load_version(struct report_ctx *c, struct err *err)
{
	struct version_ref ref = { 0 };
	enum rc rc = reg_version_resolve(c->reg, c->spec->of[0], &ref, err);

	if (rc == RC_OK)
		rc = reg_model_get(c->reg, ref.model, &c->model, err);
	if (rc == RC_OK)
		rc = reg_version_get(c->reg, ref.model, ref.version,
				     &c->version, err);
	if (rc == RC_OK) {
		c->name = xasprintf("%s@%lld", ref.model,
				    (long long)ref.version);
		rc = doc_facts_load(c->reg, DOC_CARD, c->name, &c->facts, err);
	}
	free(ref.model);
	return rc;
}

static enum rc ctx_load(struct report_ctx *c, struct err *err)
{
	enum rc rc = load_version(c, err);

	if (rc != RC_OK)
		return rc;
	find_main(c);
	if (c->model.production != c->version.version)
		c->base = c->model.production;
	rc = find_approved(c, err);
	if (rc == RC_OK)
		rc = reg_version_overrides(c->reg, c->model.name,
					   c->version.version, &c->overrides,
					   err);
	for (size_t i = 0; i < c->facts.testsets.n && rc == RC_OK && c->base;
	     i++)
		compare_on(c, &c->facts.testsets.at[i]);
	for (size_t i = 0; i < COUNT(risk_rows) && rc == RC_OK; i++)
		rc = risk_rows[i](c, err);
	return rc;
}

static enum rc collect_version(struct report_ctx *c, struct report *r,
			       struct err *err)
{
	enum rc rc;

	if (c->spec->n_of != 1)
		return err_set(err, RC_USAGE, "a report of a version takes "
			       "one MODEL@VERSION");
	rc = ctx_load(c, err);
	if (rc != RC_OK)
		return rc;
	r->of = xstrdup(c->name);
	r->stage = xstrdup(c->stage);
	if (c->has_gate && !c->gate.met)
		r->draft = "the gate is not met";
	r->title = xasprintf("Decision asked for: %s into %s", c->name,
			     c->stage);
	for (size_t i = 0; i < COUNT(version_parts) && rc == RC_OK; i++)
		rc = version_parts[i](c, r, err);
	return rc;
}

static enum rc collect_card(struct report_ctx *c, struct report *r,
			    struct err *err)
{
	enum rc rc;

	if (c->spec->n_of != 1)
		return err_set(err, RC_USAGE, "a report of a card takes one "
			       "MODEL@VERSION");
	rc = load_version(c, err);
	if (rc != RC_OK)
		return rc;
	r->of = xstrdup(c->name);
	r->title = xasprintf("Model card of %s", c->name);
	rc = report_part_card(c, r, err);
	return rc == RC_OK ? report_part_audit(c, r, err) : rc;
}

/* -- All kinds -- */

static report_part_fn *const kinds[] = {
	[REPORT_VERSION] = collect_version, [REPORT_OVERVIEW] = report_of_overview,
	[REPORT_PROBLEMS] = report_of_problems,
	[REPORT_COMPARISON] = report_of_comparison, [REPORT_LOG] = report_of_log,
	[REPORT_CARD] = collect_card,
};

/* Words of the seal: blanks part them, and HTML comments hold them. */
static enum rc names_check(const struct report_spec *spec, struct err *err)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@/-";

	for (size_t i = 0; i < spec->n_of; i++)
		if (spec->of[i][strspn(spec->of[i], ok)] || !*spec->of[i])
			return err_set(err, RC_USAGE, "'%s' is no name",
				       spec->of[i]);
	return RC_OK;
}

static void join_names(struct report *r, const struct report_spec *spec)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < spec->n_of; i++)
		buf_printf(&b, "%s%s", i ? " " : "", spec->of[i]);
	r->of = buf_detach(&b);
}

static enum rc stage_check(const char *stage, struct err *err)
{
	for (const char *const *s = version_stages(); *s; s++)
		if (!strcmp(*s, stage))
			return RC_OK;
	return err_set(err, RC_USAGE, "there is no stage '%s'", stage);
}

static enum rc flags_check(const struct report_spec *spec, struct err *err)
{
	bool has = spec->reason && spec->reason[strspn(spec->reason, " \t\n")];

	if (!(spec->flags & REPORT_INPUTS))
		return RC_OK;
	if (spec->kind != REPORT_VERSION)
		return err_set(err, RC_USAGE, "only a report of a version "
			       "shows inputs of patterns");
	return has ? RC_OK : err_set(err, RC_USAGE, "inputs of patterns may "
				     "be personal data: a reason is needed");
}

static void put_flags(const struct report_spec *spec, struct report *out)
{
	out->flags = spec->flags;
	if (spec->flags & REPORT_INPUTS)
		out->reason = xstrdup(spec->reason);
	if (spec->flags & REPORT_DRAFT && !out->draft)
		out->draft = "marked as one by who wrote it";
	if (spec->flags & REPORT_NO_DIGESTS)
		report_shorten_digests(out);
}

enum rc report_collect(struct registry *reg, const struct report_spec *spec,
		       struct reg_progress *progress, struct report *out,
		       struct err *err)
{
	struct report_ctx c = { .reg = reg, .spec = spec,
				.progress = progress,
				.stage = spec->stage ? spec->stage
						     : "production" };
	enum rc rc = names_check(spec, err);

	if (rc == RC_OK)
		rc = stage_check(c.stage, err);
	if (rc == RC_OK)
		rc = flags_check(spec, err);
	if (rc == RC_OK)
		rc = reg_read_begin(reg, err);
	if (rc != RC_OK)
		return rc;
	reg_answers_begin(reg);
	reg_judge_by_log(reg, true);
	doc_facts_init(&c.facts);
	out->kind = spec->kind;
	rc = report_head(reg, out, err);
	c.time = out->time;
	if (rc == RC_OK)
		rc = kinds[spec->kind](&c, out, err);
	if (rc == RC_OK && !out->of)
		join_names(out, spec);
	if (rc == RC_OK)
		put_flags(spec, out);
	/* a part that found nothing must not be one that could not look */
	if (rc == RC_OK)
		rc = reg_answers_end(reg, err);
	reg_judge_by_log(reg, false);
	reg_read_end(reg);
	ctx_release(&c);
	return rc;
}

void report_write(const struct report *r, enum report_format format,
		  struct buf *out)
{
	static void (*const writers[])(const struct report *r,
				       struct buf *out) = {
		[REPORT_HTML] = render_html, [REPORT_MD] = render_md,
		[REPORT_JSON] = render_json,
	};

	writers[format](r, out);
}
