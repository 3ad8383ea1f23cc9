/* Reports on their way into the living set: a small CSV in a private folder,
 * then the same growth as of any other file. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/fsx.h"
#include "base/scratch.h"
#include "base/xalloc.h"
#include "registry/problem_inside.h"
#include "registry/testset.h"

struct growth {
	struct registry *reg;
	const struct problem_rec *problem;
	struct problem_reports reports;
	struct testset *t;
	struct buf csv;
	size_t n;			/* rows */
};

static const char *input_of(const struct problem_report *r, const char *name)
{
	for (size_t i = 0; i < r->inputs.n; i++)
		if (!strcmp(r->inputs.at[i].key, name))
			return r->inputs.at[i].value;
	return NULL;
}

static enum rc key_of(const struct growth *g, const struct problem_report *r,
		      char **out, struct err *err)
{
	if (testset_info(g->t)->keys.n != 1)
		return err_set(err, RC_REFUSED, "a report of P-%lld lacks a "
			       "part of its key", (long long)g->problem->id);
	*out = xasprintf("P-%lld-%lld", (long long)g->problem->id,
			 (long long)r->id);
	return RC_OK;
}

static enum rc field_of(const struct growth *g, const struct problem_report *r,
			const char *name, unsigned roles, char **out,
			struct err *err)
{
	const char *given = input_of(r, name);

	if (!given && (roles & ROLE_TARGET))
		given = r->expected;
	if (given)
		*out = xstrdup(given);
	else if (roles & ROLE_KEY)
		return key_of(g, r, out, err);
	else if (roles & (ROLE_INPUT | ROLE_TARGET))
		return err_set(err, RC_REFUSED, "a report of P-%lld gives no "
			       "'%s', which every pattern of '%s' has",
			       (long long)g->problem->id, name,
			       testset_info(g->t)->name);
	else
		*out = xstrdup("");
	return RC_OK;
}

static enum rc write_row(struct growth *g, const struct problem_report *r,
			 struct err *err)
{
	for (size_t i = 0; i < testset_n_columns(g->t); i++) {
		char *field = NULL;
		enum rc rc = field_of(g, r, testset_column_name(g->t, i),
				      testset_column_roles(g->t, i), &field,
				      err);

		if (rc)
			return rc;
		if (i)
			buf_char(&g->csv, ',');
		csv_write_field(&g->csv, field, strlen(field), false);
		free(field);
	}
	buf_char(&g->csv, '\n');
	g->n++;
	return RC_OK;
}

void problem_write_header(const struct testset *t, struct buf *csv)
{
	for (size_t i = 0; i < testset_n_columns(t); i++) {
		const char *name = testset_column_name(t, i);

		if (i)
			buf_char(csv, ',');
		csv_write_field(csv, name, strlen(name), false);
	}
	buf_char(csv, '\n');
}

static enum rc write_rows(struct growth *g, struct err *err)
{
	enum rc rc = RC_OK;

	problem_write_header(g->t, &g->csv);
	for (size_t i = 0; i < g->reports.n && !rc; i++)
		if (!g->reports.at[i].in_set)
			rc = write_row(g, &g->reports.at[i], err);
	if (!rc && !g->n)
		rc = err_set(err, RC_REFUSED, "all patterns of P-%lld are in "
			     "the living set already",
			     (long long)g->problem->id);
	return rc;
}

static enum rc grow_from(struct registry *reg, const struct testset_step *step,
			 const struct buf *csv,
			 struct testset_step_report *report, struct err *err)
{
	struct scratch *folder = NULL;
	char *path = NULL;
	enum rc rc = scratch_new(&folder, err);

	if (!rc) {
		path = xasprintf("%s/patterns.csv", scratch_path(folder));
		rc = fsx_write(path, csv->data, csv->len, 0600, false, err);
	}
	if (!rc)
		rc = reg_testset_grow(reg, step, path, report, err);
	free(path);
	scratch_free(folder);
	return rc;
}

/* The members' rows are numbered from the revision that the step rests on
 * (step->base), so that their list can be stored ahead. */
enum rc problem_grow_set(struct registry *reg, const struct testset_step *step,
			 const struct problem_growth *growth,
			 struct testset_step_report *report, struct err *err)
{
	const struct problem_members none = VEC_INIT;
	struct problem_members sorted = VEC_INIT;
	struct members_change c = {
		.id = growth->id, .testset = step->testset, .op = "add",
		.why = step->reason, .placed = growth->placed,
	};
	struct testset_step whole = *step;
	enum rc rc = RC_OK;

	if (!step->dry_run) {
		problem_members_sift(growth->members, &none, false, &sorted);
		rc = problem_members_put(reg, &c, &sorted, err);
		whole.also = problem_members_append;
		whole.also_arg = &c;
	}
	if (!rc)
		rc = grow_from(reg, &whole, growth->csv, report, err);
	free(c.ref);
	vec_free(&sorted);
	return rc;
}

/* New rows stand behind those there were, in the order of the file. */
static void list_members(const struct growth *g, struct problem_members *out,
			 struct json *placed)
{
	uint64_t row = testset_info(g->t)->n_rows;

	for (size_t i = 0; i < g->reports.n; i++) {
		const struct problem_report *r = &g->reports.at[i];

		if (r->in_set)
			continue;
		json_append(placed, json_new_int(r->id));
		vec_push(out, ((struct problem_member){
			(uint32_t)row++, NO_PARTNER, r->kind,
			EXPECT_EQUALS }));
	}
}

static enum rc grow(struct growth *g, bool dry_run, int64_t *revision,
		    uint64_t *added, struct err *err)
{
	const struct testset_info *info = testset_info(g->t);
	struct testset_step_report report = { 0 };
	struct problem_members members = VEC_INIT;
	struct json *placed = json_new_array();
	char *why = xasprintf("patterns of problem P-%lld: %s",
			      (long long)g->problem->id, g->problem->title);
	char *source = xasprintf("P-%lld", (long long)g->problem->id);
	const struct testset_step step = {
		.testset = info->name, .base = info->revision, .reason = why,
		.source = source, .dry_run = dry_run,
	};
	const struct problem_growth growth = { g->problem->id, &g->csv,
					       &members, placed };
	enum rc rc;

	list_members(g, &members, placed);
	rc = problem_grow_set(g->reg, &step, &growth, &report, err);
	*revision = report.revision;
	*added = report.added;
	testset_step_report_release(&report);
	vec_free(&members);
	json_free(placed);
	free(source);
	free(why);
	return rc;
}

enum rc reg_problem_grow(struct registry *reg, int64_t id, bool dry_run,
			 int64_t *revision, uint64_t *added, struct err *err)
{
	struct problem_rec p;
	struct growth g = { .reg = reg, .problem = &p, .csv = BUF_INIT };
	enum rc rc = reg_problem_get(reg, id, &p, err);

	if (rc)
		return rc;
	if (!p.testset)
		rc = err_set(err, RC_REFUSED, "P-%lld has no test set; 'muster "
			     "problem set P-%lld testset=NAME' says which",
			     (long long)id, (long long)id);
	if (!rc)
		rc = reg_problem_reports(reg, id, &g.reports, err);
	if (!rc)
		rc = reg_testset_open(reg, p.testset, 0, &g.t, err);
	if (!rc)
		rc = write_rows(&g, err);
	if (!rc)
		rc = grow(&g, dry_run, revision, added, err);
	testset_close(g.t);
	problem_reports_release(&g.reports);
	buf_release(&g.csv);
	problem_rec_release(&p);
	return rc;
}
