/* problem show: everything about one problem. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "cli/problem_words.h"
#include "cli/report_triage.h"
#include "model/taxonomy.h"
#include "registry/entry.h"

struct history_line {
	int64_t time;
	char *who, *text;
	uint64_t index;
};
VEC_DECLARE(struct history_line, history);

struct shown {
	struct triage triage;
	const struct triage_row *row;
	struct problem_reports reports;
	struct problem_errors versions, revisions;
	struct history history;
};

/* -- Reading -- */

static enum rc take_line(const struct log_line *line, void *arg,
			 struct err *err)
{
	(void)err;
	vec_push((struct history *)arg, ((struct history_line){
		line->time, xstrdup(line->login), xstrdup(line->text),
		line->index }));
	return RC_OK;
}

static enum rc read_history(struct cli *c, int64_t id, struct history *out,
			    struct err *err)
{
	char *object = xasprintf("problem/P-%lld", (long long)id);
	const struct log_filter f = { .object = object, .since = INT64_MIN,
				      .limit = UINT64_MAX };
	enum rc rc = reg_log(c->reg, &f, take_line, out, err);

	free(object);
	return rc;
}

static void shown_release(struct shown *s)
{
	for (size_t i = 0; i < s->history.n; i++) {
		free(s->history.at[i].who);
		free(s->history.at[i].text);
	}
	vec_free(&s->history);
	vec_free(&s->versions);
	vec_free(&s->revisions);
	problem_reports_release(&s->reports);
	triage_release(&s->triage);
}

static enum rc read_all(struct cli *c, int64_t id, struct shown *s,
			struct err *err)
{
	struct problem_rec p;
	struct triage_query q = { .only = id, .closed = true };
	enum rc rc = reg_problem_get(c->reg, id, &p, err);

	if (rc != RC_OK)
		return rc;
	if (p.merged_into)
		rc = err_set(err, RC_REFUSED, "P-%lld was merged into P-%lld; "
			     "'muster problem show P-%lld' shows that",
			     (long long)id, (long long)p.merged_into,
			     (long long)p.merged_into);
	q.model = p.model;
	if (rc == RC_OK)
		rc = reg_triage(c->reg, &q, &s->triage, err);
	if (rc == RC_OK)
		rc = reg_problem_reports(c->reg, id, &s->reports, err);
	if (rc == RC_OK)
		rc = reg_problem_by_version(c->reg, p.model, &id, 1, 0,
					    &s->versions, err);
	if (rc == RC_OK && s->triage.rows[0].version)
		rc = reg_problem_by_revision(c->reg, id, 0, &s->revisions, err);
	if (rc == RC_OK)
		rc = read_history(c, id, &s->history, err);
	s->row = s->triage.rows;
	problem_rec_release(&p);
	return rc;
}

/* -- JSON -- */

static void json_figure(struct json_out *o, const char *key,
			const struct figure *f)
{
	jo_key(o, key);
	figure_write(o, f);
}

static void json_int_or_null(struct json_out *o, const char *key, int64_t i)
{
	if (i)
		jo_kint(o, key, i);
	else
		jo_knull(o, key);
}

static void json_head(struct json_out *o, const struct triage_row *r)
{
	char *name = problem_name(r->problem.id), when[CLOCK_TEXT];

	jo_kstr(o, "id", name);
	jo_kstr(o, "title", r->problem.title);
	jo_kstr(o, "state", problem_state_name(r->problem.state));
	jo_kstr(o, "kind", r->problem.kind);
	jo_kstr(o, "owner", r->problem.owner);
	json_figure(o, "users_pct", &r->users_pct);
	json_figure(o, "error", &r->error);
	json_int_or_null(o, "harm", r->harm);
	json_figure(o, "impact", &r->impact);
	json_int_or_null(o, "rank", r->rank.rank);
	json_int_or_null(o, "rank_low", r->rank.low);
	json_int_or_null(o, "rank_high", r->rank.high);
	jo_kint(o, "patterns", (int64_t)r->n_patterns);
	jo_kstr(o, "model", r->problem.model);
	json_int_or_null(o, "error_of_version", r->version);
	jo_kstr(o, "next", r->next);
	jo_kstr(o, "reported", clock_format(r->problem.time, when));
	jo_kstr(o, "reported_by", r->problem.who);
	json_int_or_null(o, "fixed_in", r->problem.fixed_in);
	free(name);
}

static void json_texts(struct json_out *o, const struct problem_rec *p)
{
	jo_kstr(o, "text", p->text);
	jo_kstr(o, "source", p->source);
	jo_kstr(o, "testset", p->testset);
	jo_kstr(o, "rule", p->rule);
	jo_kstr(o, "persona", p->persona);
	jo_kstr(o, "loss", p->loss ? p->loss : "label");
	jo_kstr(o, "tolerance", p->tolerance ? p->tolerance : "0");
	jo_kstr(o, "users_source", p->users_source);
	jo_kstr(o, "harm_reason", p->harm_reason);
	jo_kstr(o, "versions", p->versions);
	jo_kstr(o, "dataset", p->dataset);
}

static void json_errors(struct json_out *o, const char *key,
			const struct problem_errors *v)
{
	jo_key(o, key);
	jo_array(o);
	for (size_t i = 0; i < v->n; i++) {
		jo_object(o);
		jo_kint(o, "version", v->at[i].version);
		jo_kint(o, "revision", v->at[i].revision);
		jo_kint(o, "patterns", (int64_t)v->at[i].n_active);
		jo_kint(o, "scored", (int64_t)v->at[i].n_known);
		json_figure(o, "error", &v->at[i].error);
		jo_kbool(o, "fixed", v->at[i].is_fixed);
		jo_end(o);
	}
	jo_end(o);
}

static void json_reports(struct json_out *o, const struct problem_reports *v)
{
	jo_key(o, "reports");
	jo_array(o);
	for (size_t i = 0; i < v->n; i++) {
		const struct problem_report *r = &v->at[i];

		jo_object(o);
		jo_kstr(o, "kind", pattern_kind_name(r->kind));
		jo_key(o, "inputs");
		jo_object(o);
		for (size_t k = 0; k < r->inputs.n; k++)
			jo_kstr(o, r->inputs.at[k].key, r->inputs.at[k].value);
		jo_end(o);
		jo_kstr(o, "said", r->said);
		jo_kstr(o, "expected", r->expected);
		jo_kstr(o, "version", r->version);
		jo_kbool(o, "in_set", r->in_set);
		jo_end(o);
	}
	jo_end(o);
}

static void json_history(struct json_out *o, const struct history *v)
{
	char when[CLOCK_TEXT];

	jo_key(o, "history");
	jo_array(o);
	for (size_t i = 0; i < v->n; i++) {
		jo_object(o);
		jo_kint(o, "index", (int64_t)v->at[i].index);
		jo_kstr(o, "time", clock_format(v->at[i].time, when));
		jo_kstr(o, "login", v->at[i].who);
		jo_kstr(o, "what", v->at[i].text);
		jo_end(o);
	}
	jo_end(o);
}

static void show_json(struct cli *c, const struct shown *s)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	json_head(&o, s->row);
	json_texts(&o, &s->row->problem);
	json_reports(&o, &s->reports);
	json_errors(&o, "by_version", &s->versions);
	json_errors(&o, "by_revision", &s->revisions);
	json_history(&o, &s->history);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

/* -- Text -- */

static void line(struct cli *c, const char *label, const char *text)
{
	if (!text)
		return;
	buf_printf(&c->out.buf, "%-10s ", label);
	safetext_add(&c->out.buf, text, strlen(text), SAFE_LINE);
	buf_char(&c->out.buf, '\n');
}

static void figure_line(struct cli *c, const char *label,
			const struct figure *f, const char *more)
{
	struct buf b = BUF_INIT;

	figure_text(&b, f);
	if (more)
		buf_printf(&b, "  (%s)", more);
	line(c, label, b.data);
	buf_release(&b);
}

static void show_factors(struct cli *c, const struct triage_row *r)
{
	struct buf b = BUF_INIT;

	figure_line(c, "users %", &r->users_pct, r->problem.users_source);
	if (r->version)
		buf_printf(&b, "of %s@%lld, n %llu", r->problem.model,
			   (long long)r->version,
			   (unsigned long long)r->error.n);
	figure_line(c, "error", &r->error, b.len ? b.data : NULL);
	buf_clear(&b);
	if (r->harm)
		buf_printf(&b, "%d %s", r->harm, harm_text(r->harm));
	if (r->harm && r->problem.harm_reason)
		buf_printf(&b, "  (%s)", r->problem.harm_reason);
	line(c, "harm", b.len ? b.data : "- (not chosen)");
	figure_line(c, "impact", &r->impact, NULL);
	buf_clear(&b);
	if (r->rank.rank)
		buf_printf(&b, "%u, between %u and %u", r->rank.rank,
			   r->rank.low, r->rank.high);
	line(c, "rank", b.len ? b.data : NULL);
	buf_release(&b);
}

static void show_reports(struct cli *c, const struct problem_reports *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct problem_report *r = &v->at[i];
		struct buf b = BUF_INIT;

		buf_printf(&b, "%s:", pattern_kind_name(r->kind));
		for (size_t k = 0; k < r->inputs.n; k++)
			buf_printf(&b, " %s=%s", r->inputs.at[k].key,
				   r->inputs.at[k].value);
		buf_printf(&b, "; said %s, expected %s%s",
			   r->said ? r->said : "?",
			   r->expected ? r->expected : "?",
			   r->in_set ? ", in the living set" : "");
		line(c, "pattern", b.data);
		buf_release(&b);
	}
}

static void show_errors(struct cli *c, const char *label, bool by_version,
			const struct problem_errors *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct problem_error *e = &v->at[i];
		struct buf b = BUF_INIT;

		buf_printf(&b, "%lld  ", (long long)(by_version ? e->version
							: e->revision));
		figure_text(&b, &e->error);
		buf_printf(&b, "  n %llu%s", (unsigned long long)e->n_known,
			   e->is_fixed ? "  fixed" : "");
		if (e->n_known < e->n_active)
			buf_printf(&b, "  (%llu not scored)",
				   (unsigned long long)(e->n_active -
							e->n_known));
		line(c, label, b.data);
		buf_release(&b);
	}
}

static void show_history(struct cli *c, const struct history *v)
{
	char when[CLOCK_TEXT];

	for (size_t i = 0; i < v->n; i++) {
		char *text = xasprintf("%s  %s: %s",
				       clock_format(v->at[i].time, when),
				       v->at[i].who, v->at[i].text);

		line(c, "log", text);
		free(text);
	}
}

static void show_text(struct cli *c, const struct shown *s)
{
	const struct problem_rec *p = &s->row->problem;
	char *name = problem_name(p->id);

	line(c, name, p->title);
	line(c, "state", problem_state_name(p->state));
	line(c, "next", s->row->next);
	line(c, "model", p->model);
	line(c, "text", p->text);
	line(c, "source", p->source);
	line(c, "kind", p->kind);
	line(c, "persona", p->persona);
	line(c, "owner", p->owner);
	line(c, "rule", p->rule);
	line(c, "test set", p->testset);
	line(c, "tolerance", p->tolerance);
	line(c, "versions", p->versions);
	line(c, "dataset", p->dataset);
	show_factors(c, s->row);
	show_reports(c, &s->reports);
	show_errors(c, "version", true, &s->versions);
	show_errors(c, "revision", false, &s->revisions);
	show_history(c, &s->history);
	free(name);
}

static void show_table(struct cli *c, const struct shown *s)
{
	report_triage(c, &s->triage, NULL);
}

enum rc cmd_problem_show(struct cli *c, struct err *err)
{
	struct shown s = { 0 };
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = read_all(c, id, &s, err);
	if (rc == RC_OK && c->format == FORMAT_JSON)
		show_json(c, &s);
	else if (rc == RC_OK && c->format == FORMAT_TEXT)
		show_text(c, &s);
	else if (rc == RC_OK)
		show_table(c, &s);
	shown_release(&s);
	return rc;
}
