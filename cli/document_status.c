/* The life of a document on the command line: draft, in review, approved,
 * superseded; and the revisions it has had. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "cards/complete.h"
#include "cards/lint.h"
#include "cli/document.h"
#include "registry/signoff.h"

const struct option document_status_options[] = {
	{ "reason", 0, "TEXT", "why; kept in the log", false, NULL },
	{ "revision", 0, "N", "this revision, not the newest", false, NULL },
	{ "gaps", 0, "N", "approve over that many required items without an "
	  "answer", false, NULL },
	{ 0 },
};

static enum rc revision_wanted(struct cli *c, int64_t *out, struct err *err)
{
	const char *text = opt_str(&c->opts, "revision");

	*out = 0;
	if (text && (!decimal_read_i64(text, strlen(text), out) || *out < 1))
		return err_set(err, RC_USAGE, "'%s' is no revision; give a "
			       "whole number from 1 on", text);
	return RC_OK;
}

/* An approval over gaps is one that says how many. */
static enum rc check_gaps(struct cli *c, const struct completeness *all,
			  struct err *err)
{
	const char *text = opt_str(&c->opts, "gaps");
	struct buf names = BUF_INIT;
	uint64_t n = 0;
	enum rc rc = RC_OK;

	if (text && !decimal_read_u64(text, strlen(text), &n))
		return err_set(err, RC_USAGE, "'%s' is no number of gaps",
			       text);
	completeness_gaps(&names, all, 12);
	if (n != all->gaps.n)
		rc = err_set(err, RC_UNMET, "%zu required item%s without an "
			     "answer%s%s; --gaps %zu approves all the same",
			     all->gaps.n, all->gaps.n == 1 ? " is" : "s are",
			     all->gaps.n ? ": " : "", names.data,
			     all->gaps.n);
	buf_release(&names);
	return rc;
}

/* Nor is it without hearing of findings. *reason: as it is kept, with the
 * gaps; the caller frees. */
static enum rc look_at(struct cli *c, enum doc_type type, const char *of,
		       int64_t revision, char **reason, struct err *err)
{
	struct findings found = VEC_INIT;
	struct completeness all;
	struct doc_facts facts;
	struct doc_file file;
	size_t errors;
	enum rc rc = doc_file_open(c->reg, type, of, revision, &file, err);

	if (rc != RC_OK)
		return rc;
	rc = doc_facts_load(c->reg, type, of, &facts, err);
	if (rc == RC_OK) {
		doc_complete(&file.doc, &facts, NULL, &all);
		lint_doc(&file.doc, &facts, &found);
		errors = findings_count(&found, SEVERITY_ERROR);
		rc = check_gaps(c, &all, err);
		if (rc == RC_OK && errors)
			cli_note(c, "%zu finding%s of severity error; 'muster "
				 "%s check %s' lists them", errors,
				 errors == 1 ? "" : "s", doc_type_name(type),
				 of);
		*reason = completeness_reason(&all, opt_str(&c->opts,
							    "reason"));
		completeness_release(&all);
		doc_facts_release(&facts);
	}
	findings_release(&found);
	doc_file_release(&file);
	return rc;
}

/* What an approval asks for, before the registry judges it. */
static enum rc check_approval(struct cli *c, enum doc_type type,
			      const char *of, int64_t revision, char **reason,
			      struct err *err)
{
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_signoff_may_document(c->reg, doc_kind(type), of,
					      revision, err);
	return rc == RC_OK ? look_at(c, type, of, revision, reason, err) : rc;
}

static enum rc move(struct cli *c, enum doc_type type, const char *of,
		    int64_t revision, const char *status, struct err *err)
{
	struct document_rec rec;
	char *reason = NULL;
	enum rc rc = RC_OK;

	if (!document_status_exists(status))
		return err_set(err, RC_USAGE, "'%s' is no status; it is "
			       "draft, in-review, approved or superseded",
			       status);
	rc = reg_document_load(c->reg, doc_kind(type), of, revision, &rec,
			       err);
	if (rc != RC_OK)
		return rc;
	if (!strcmp(status, "approved"))
		rc = check_approval(c, type, of, rec.revision, &reason, err);
	if (rc == RC_OK)
		rc = reg_document_status(c->reg, doc_kind(type), of,
					 rec.revision, status, reason ? reason
					 : opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "moved", "move", "%s %s, rev %lld: %s to %s",
			doc_type_name(type), of, (long long)rec.revision,
			rec.status, status);
	document_rec_release(&rec);
	free(reason);
	return rc;
}

enum rc document_status(struct cli *c, enum doc_type type, struct err *err)
{
	int64_t revision;
	char *of = NULL;
	enum rc rc = revision_wanted(c, &revision, err);

	if (rc == RC_OK)
		rc = document_object(c, type, &of, err);
	if (rc == RC_OK)
		rc = move(c, type, of, revision, cli_arg(c, 1), err);
	free(of);
	return rc;
}

/* -- history -- */

static const struct table_column history_columns[] = {
	{ "revision", "rev", true }, { "status", "status", false },
	{ "time", "saved", false }, { "who", "by", false },
	{ "digest", "digest", false }, { "note", "note", false }, { 0 },
};

enum rc document_history(struct cli *c, enum doc_type type, struct err *err)
{
	static const struct table_spec spec = {
		"revisions", false, history_columns, "nothing was saved yet",
	};
	struct document_recs all = VEC_INIT;
	char *of = NULL, time[CLOCK_TEXT];
	enum rc rc = document_object(c, type, &of, err);

	if (rc == RC_OK)
		rc = reg_document_history(c->reg, doc_kind(type), of, &all,
					  err);
	if (rc == RC_OK) {
		struct table *t = cli_table(c, &spec);

		for (size_t i = 0; i < all.n; i++) {
			table_int(t, all.at[i].revision);
			table_str(t, all.at[i].status);
			table_str(t, clock_format(all.at[i].time, time));
			table_str(t, all.at[i].who);
			table_digest(t, all.at[i].digest);
			table_str(t, all.at[i].note);
		}
		table_end(t);
	}
	document_recs_release(&all);
	free(of);
	return rc;
}
