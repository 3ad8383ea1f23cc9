/* The audit proof: which log this report was written from, and a proof that
 * its newest entry about the version is in it; and the log as a report. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cards/report_parts.h"
#include "registry/checkpoint.h"
#include "registry/entry.h"

struct found {
	bool any;
	uint64_t index;
	struct hash hash;
	char *text;
};

static enum rc note_last(const struct log_line *line, void *arg,
			 struct err *err)
{
	struct found *f = arg;

	(void)err;
	f->any = true;
	f->index = line->index;
	f->hash = line->hash;
	free(f->text);
	f->text = xasprintf("%s %s", line->kind, line->object);
	return RC_OK;
}

/* The newest entry on the object (NULL: of all). */
static enum rc find_last(struct registry *reg, const char *object,
			 struct found *out, struct err *err)
{
	struct log_filter filter = { .object = object, .since = INT64_MIN,
				     .from = UINT64_MAX, .limit = 1 };

	return reg_log(reg, &filter, note_last, out, err);
}

static enum rc write_proof(struct registry *reg, struct report *r,
			   const char *object, struct err *err)
{
	struct found f = { 0 };
	struct buf proof = BUF_INIT;
	char *origin = NULL, hex[HASH_HEX_SIZE];
	enum rc rc = find_last(reg, object, &f, err);

	if (rc == RC_OK && f.any)
		rc = reg_origin(reg, NULL, &origin, err);
	if (rc == RC_OK && f.any)
		rc = reg_proof_write(reg, origin, f.index, &proof, err);
	if (rc == RC_OK && f.any) {
		report_factf(r, "Proven entry", "%llu (%s)",
			     (unsigned long long)f.index, f.text);
		report_fact(r, "Its leaf hash", hash_hex(&f.hash, hex));
		report_text(r, "Inclusion proof (C2SP tlog-proof); its last "
			    "lines are the log's checkpoint:");
		report_verbatim(r, proof.data);
	}
	free(f.text);
	free(origin);
	buf_release(&proof);
	return rc;
}

static void head_facts(struct report *r)
{
	char when[CLOCK_TEXT];

	report_factf(r, "Entries in the log", "%llu",
		     (unsigned long long)r->entries);
	report_fact(r, "Root hash (RFC 6962, SHA-256)", r->root);
	report_fact(r, "Time of the last entry", clock_format(r->time, when));
	report_text(r, "Whoever kept a checkpoint of this log can show that "
		    "nothing before it was rewritten. 'muster verify-report "
		    "FILE' says whether this file is whole; with '-R REGISTRY' "
		    "it writes the report anew as of that entry and compares "
		    "every byte.");
}

enum rc report_part_audit(struct report_ctx *c, struct report *r,
			  struct err *err)
{
	char *object = NULL;
	enum rc rc;

	report_section(r, "audit", "Audit proof");
	head_facts(r);
	if (c->name)
		object = xasprintf("version/%s", c->name);
	rc = write_proof(c->reg, r, object, err);
	free(object);
	return rc;
}

/* -- The log as a report -- */

static const struct report_column log_columns[] = {
	{ "index", "Entry", true }, { "time", "Time", false },
	{ "login", "Who", false }, { "kind", "Kind", false },
	{ "object", "Object", false }, { "text", "What", false },
	{ "hash", "Leaf hash", false }, { 0 },
};

static enum rc log_row(const struct log_line *line, void *arg,
		       struct err *err)
{
	struct report_table *t = arg;
	char hex[HASH_HEX_SIZE];

	(void)err;
	cell_int(t, (int64_t)line->index);
	cell_time(t, line->time);
	cell_textf(t, "%s (uid %lld)", line->login, (long long)line->uid);
	cell_text(t, line->kind);
	cell_text(t, line->object);
	cell_text(t, line->text);
	cell_code(t, hash_hex(&line->hash, hex));
	return RC_OK;
}

enum rc report_of_log(struct report_ctx *c, struct report *r, struct err *err)
{
	struct log_filter filter = {
		.object = c->spec->n_of ? c->spec->of[0] : NULL,
		.since = INT64_MIN, .limit = UINT64_MAX,
	};
	struct report_table *t;
	enum rc rc;

	if (c->spec->n_of > 1)
		return err_set(err, RC_USAGE, "a report of the log takes one "
			       "object at most ('model/NAME', 'version/')");
	r->title = xasprintf("Log extract%s%s", c->spec->n_of ? ": " : "",
			     c->spec->n_of ? c->spec->of[0] : "");
	report_section(r, "entries", "Entries");
	t = report_table(r, "Oldest first", log_columns, "no entry matches");
	rc = reg_log(c->reg, &filter, log_row, t, err);
	if (rc != RC_OK)
		return rc;
	report_section(r, "audit", "Audit proof");
	head_facts(r);
	return write_proof(c->reg, r, filter.object, err);
}
