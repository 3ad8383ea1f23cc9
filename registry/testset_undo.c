/* Steps of a test set taken back. Nothing is rewritten: a new revision follows,
 * in which each pattern that the step changed is what it was before it.
 *
 * A pattern is looked at three times: before the step, after it, and now. If
 * it is now as the step left it, it goes back; if it is as before, there is
 * nothing to do; if it is a third thing, somebody has changed it since, and
 * all is refused, because to go back would lose that. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/testset_step.h"

struct undo {
	struct revising r;			/* r.t: now */
	struct testset *before, *after;
	struct touched_list retired, revived, relabelled;
	uint64_t n_changed_since;
};

static struct touched *touch(struct touched_list *v, size_t row)
{
	struct touched *t = vec_add(v);

	t->row = (uint32_t)row;
	return t;
}

static enum rc text_of(struct undo *u, struct testset *t, size_t row,
		       char **out, struct err *err)
{
	struct buf b = BUF_INIT;
	const char *text;
	size_t n;
	enum rc rc = testset_cell(t, row, (size_t)u->r.target, &b, &text, &n,
				  err);

	*out = rc == RC_OK ? xmemdupz(text, n) : NULL;
	buf_release(&b);
	return rc;
}

static bool was_active(const struct undo *u, size_t row)
{
	return row < testset_rows(u->before) && u->before->active[row];
}

static void go_back(struct undo *u, size_t row)
{
	bool was = was_active(u, row), now = u->r.t->active[row];

	if (was != u->after->active[row] && now != was)
		touch(was ? &u->revived : &u->retired, row);
}

/* Of a row that was there before. */
static enum rc label_back(struct undo *u, size_t row, struct err *err)
{
	char *before = NULL, *after = NULL, *now = NULL;
	enum rc rc = text_of(u, u->before, row, &before, err);

	if (rc == RC_OK)
		rc = text_of(u, u->after, row, &after, err);
	if (rc == RC_OK)
		rc = text_of(u, u->r.t, row, &now, err);
	if (rc == RC_OK && strcmp(before, after) != 0) {
		if (!strcmp(now, after))
			touch(&u->relabelled, row)->target = xstrdup(before);
		else
			u->n_changed_since += strcmp(now, before) != 0;
	}
	free(before);
	free(after);
	free(now);
	return rc;
}

static enum rc look_at_rows(struct undo *u, const uint8_t *rows,
			    struct err *err)
{
	size_t n = testset_rows(u->after);
	const uint8_t *p = rows, *end = rows + n;
	enum rc rc = RC_OK;

	while (rc == RC_OK && p < end &&
	       (p = memchr(p, 1, (size_t)(end - p)))) {
		size_t row = (size_t)(p++ - rows);

		go_back(u, row);
		if (row < testset_rows(u->before))
			rc = label_back(u, row, err);
	}
	return rc;
}

/* The revision that the entry made, of the set as it is now. */
static enum rc find_revision(struct undo *u, const struct entry *e,
			     int64_t *out, struct err *err)
{
	const struct testset_info *info = testset_info(u->r.t);
	const char *digest;
	enum rc rc = body_int(e->body, "revision", out, err);

	if (rc == RC_OK)
		rc = body_str(e->body, "digest", &digest, err);
	for (size_t i = 0; i < info->n_revisions && rc == RC_OK; i++)
		if (info->revisions[i].revision == *out &&
		    !strcmp(info->revisions[i].digest, digest))
			return RC_OK;
	return rc != RC_OK ? rc :
	       err_set(err, RC_REFUSED, "the test set '%s' that entry %llu "
		       "changed is not there any more", info->name,
		       (unsigned long long)e->index);
}

static enum rc open_at(struct undo *u, int64_t revision, struct testset **out,
		       struct err *err)
{
	enum rc rc = reg_testset_open(u->r.reg, u->r.step->testset, revision,
				      out, err);

	return rc == RC_OK ? ts_load_changes(*out, err) : rc;
}

static enum rc look(struct undo *u, const struct entry *e, struct err *err)
{
	int64_t revision;
	size_t before, n;
	uint8_t *rows;
	enum rc rc = open_at(u, 0, &u->r.t, err);

	if (rc == RC_OK)
		rc = find_revision(u, e, &revision, err);
	if (rc == RC_OK)
		rc = open_at(u, revision, &u->after, err);
	if (rc == RC_OK)
		rc = open_at(u, revision - 1, &u->before, err);
	if (rc != RC_OK)
		return rc;
	u->r.target = ts_schema_column(&u->r.t->schema,
				       u->r.t->schema.target);
	before = testset_rows(u->before);
	n = testset_rows(u->after);
	rows = xcalloc(n + 1, 1);
	memset(rows + before, 1, n - before);
	rc = ts_mark_changes(u->after, revision - 1, rows, err);
	if (rc == RC_OK)
		rc = look_at_rows(u, rows, err);
	free(rows);
	return rc;
}

static enum rc list_changes(struct undo *u, struct err *err)
{
	enum rc rc = step_list_changes(&u->r, TESTSET_RETIRED, &u->retired,
				       err);

	if (rc == RC_OK)
		rc = step_list_changes(&u->r, TESTSET_REVIVED, &u->revived,
				       err);
	if (rc == RC_OK)
		rc = step_list_changes(&u->r, TESTSET_RELABELLED,
				       &u->relabelled, err);
	u->r.report->retired = u->retired.n;
	u->r.report->revived = u->revived.n;
	u->r.report->relabelled = u->relabelled.n;
	return rc;
}

static enum rc append(struct undo *u, const struct entry *e, struct err *err)
{
	uint64_t n = u->retired.n + u->revived.n + u->relabelled.n;
	const char *kind = u->retired.n ? "testset.retire" :
			   u->revived.n ? "testset.revive" : "testset.relabel";
	enum rc rc;

	if (u->n_changed_since)
		return err_set(err, RC_REFUSED, "%llu of the patterns that "
			       "entry %llu changed have been corrected again "
			       "since; take that back first, or 'muster "
			       "testset relabel %s'",
			       (unsigned long long)u->n_changed_since,
			       (unsigned long long)e->index,
			       u->r.step->testset);
	if (!n)
		return err_set(err, RC_REFUSED, "nothing of entry %llu is "
			       "left in test set '%s'",
			       (unsigned long long)e->index,
			       u->r.step->testset);
	rc = list_changes(u, err);
	if (rc == RC_OK)
		rc = step_put_parts(&u->r, CHANGE_RETIRE, &u->retired, err);
	if (rc == RC_OK)
		rc = step_put_parts(&u->r, CHANGE_REVIVE, &u->revived, err);
	if (rc == RC_OK)
		rc = step_put_parts(&u->r, CHANGE_RELABEL, &u->relabelled,
				    err);
	return rc == RC_OK ? step_append(&u->r, kind, json_new_object(), n,
					 err) : rc;
}

enum rc testset_undo(struct registry *reg, const struct entry *e,
		     struct buf *what, struct testset_step_report *out,
		     struct err *err)
{
	char *reason = xasprintf("undo of entry %llu",
				 (unsigned long long)e->index);
	struct testset_step step = { .testset = strchr(e->object, '/') + 1,
				     .reason = reason };
	struct testset_step_report report = { 0 };
	struct undo u = { .r = { .reg = reg, .step = &step, .report = &report,
				 .parts = json_new_array(), .what = what,
				 .undoes = &e->index } };
	enum rc rc = look(&u, e, err);

	if (rc == RC_OK)
		rc = append(&u, e, err);
	testset_close(u.before);
	testset_close(u.after);
	testset_close(u.r.t);
	touched_release(&u.retired);
	touched_release(&u.revived);
	touched_release(&u.relabelled);
	json_free(u.r.parts);
	free(reason);
	if (rc == RC_OK && out)
		*out = report;
	else
		testset_step_report_release(&report);
	return rc;
}
