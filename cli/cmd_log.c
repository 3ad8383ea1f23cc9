/* log: every change, oldest first. */
#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "registry/checkpoint.h"
#include "registry/entry.h"

static const struct table_column log_columns[] = {
	{ "index", "log", true }, { "time", "time", false },
	{ "uid", NULL, true }, { "login", "who", false },
	{ "kind", "kind", false }, { "object", "object", false },
	{ "hash", NULL, false }, { NULL, "what", false }, { 0 },
};

struct listing {
	struct table *table;
	const char *object;	/* NAME or NAME@V of any kind, or NULL */
};

/* "version/scorer@2" and "evaluation/scorer@2/loans" are of scorer@2. */
static bool is_of(const char *object, const char *wanted)
{
	const char *name = strchr(object, '/');
	size_t n = strlen(wanted);

	return name && !strncmp(name + 1, wanted, n) &&
	       (name[n + 1] == '\0' || name[n + 1] == '/');
}

static enum rc log_row(const struct log_line *line, void *arg, struct err *err)
{
	const struct listing *listing = arg;
	struct table *t = listing->table;
	char when[CLOCK_TEXT], hex[HASH_HEX_SIZE];

	(void)err;
	if (listing->object && !is_of(line->object, listing->object))
		return RC_OK;
	table_int(t, (int64_t)line->index);
	table_str(t, clock_format(line->time, when));
	table_int(t, line->uid);
	table_str(t, line->login);
	table_str(t, line->kind);
	table_str(t, line->object);
	table_str(t, hash_hex(&line->hash, hex));
	table_str(t, line->text);
	return table_alive(t) ? RC_OK : RC_CANCELLED;
}

/* That an entry is in the log: a text that needs no registry to be checked. */
static enum rc prove(struct cli *c, struct err *err)
{
	const char *set = getenv("MUSTER_ORIGIN");
	char *origin = NULL;
	uint64_t index;
	enum rc rc = opt_u64(&c->opts, "prove", 0, &index, err);

	if (rc == RC_OK)
		rc = reg_origin(c->reg, set && *set ? set : NULL, &origin,
				err);
	if (rc == RC_OK)
		rc = reg_proof_write(c->reg, origin, index, &c->out.buf, err);
	free(origin);
	return rc;
}

static enum rc run_log(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"entries", false, log_columns, "no entry matches",
	};
	const char *since = opt_str(&c->opts, "since");
	struct log_filter f = {
		.object = opt_str(&c->opts, "object"), .since = INT64_MIN,
		.limit = UINT64_MAX, .kind = opt_str(&c->opts, "kind"),
		.by = opt_str(&c->opts, "by"),
	};
	struct listing listing = { 0 };
	enum rc rc;

	if (opt_has(&c->opts, "prove"))
		return prove(c, err);
	if (since && !clock_parse(since, &f.since))
		return err_set(err, RC_USAGE, "'--since' takes YYYY-MM-DD or "
			       "RFC 3339, not '%s'", since);
	if (f.object && *f.object && !strchr(f.object, '/')) {
		listing.object = f.object;
		f.object = NULL;
	}
	listing.table = cli_table(c, &spec);
	rc = reg_log(c->reg, &f, log_row, &listing, err);
	/* nobody reads any more: the writing itself says so at the end */
	if (rc == RC_CANCELLED && !table_alive(listing.table))
		rc = RC_OK;
	table_end(listing.table);
	return rc;
}

static const struct option log_options[] = {
	{ "object", 0, "O", "only this object (NAME, NAME@V, model/NAME), or "
	  "all under a prefix ending in '/'", false, NULL },
	{ "since", 0, "TIME", "only entries from then on; a date is the end "
	  "of that day, UTC", false, NULL },
	{ "kind", 0, "KIND", "only this kind (version.stage), or all of a "
	  "noun ending in '.' (version.)", false, NULL },
	{ "by", 0, "WHO", "only what this login, or uid, did", false, NULL },
	{ "prove", 0, "INDEX", "print a proof (C2SP tlog-proof) that the "
	  "entry is in the log", false, NULL },
	{ 0 },
};

const struct command log_commands[] = {
	{
		.words = "log", .args = "",
		.summary = "every change: when, who, what",
		.options = log_options,
		.examples = (const char *const[]){
			"log", "log --object credit-scorer@7",
			"log --since 2026-03-01 --json",
			"log --kind version.stage --by ana", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_log,
	},
	{ 0 },
};
