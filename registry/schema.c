#include "registry/schema.h"

#include <stdio.h>
#include <string.h>

#include "base/count.h"
#include "registry/db.h"

/* What lasts. Only tx_append and reg_blob_put write here, and gc takes blobs
 * out that no entry names. */
static const char lasting[] =
"CREATE TABLE log (\n"
"  -- The truth: one row for each change ever made, never altered.\n"
"  idx INTEGER PRIMARY KEY,  -- 0, 1, 2 ... without gaps\n"
"  time INTEGER NOT NULL,    -- copy from the entry: seconds since 1970, UTC\n"
"  kind TEXT NOT NULL,       -- copy from the entry: 'model.add'\n"
"  object TEXT NOT NULL,     -- copy from the entry: 'model/credit-scorer'\n"
"  entry TEXT NOT NULL,      -- the entry: JSON, at most 65535 bytes\n"
"  hash BLOB NOT NULL,       -- SHA-256 of a byte 0 and the entry (RFC 6962)\n"
"  CHECK (idx >= 0 AND length(hash) = 32)\n"
") STRICT;\n"
"CREATE INDEX log_object ON log (object, idx);\n"
"CREATE TABLE log_node (\n"
"  -- Inner nodes of the RFC 6962 tree over log.hash: complete ones only.\n"
"  level INTEGER NOT NULL,   -- 1: over two leaves, 2: over four ...\n"
"  pos INTEGER NOT NULL,     -- covers leaves pos*2^level up to the next's\n"
"  hash BLOB NOT NULL,       -- SHA-256 of a byte 1, left hash, right hash\n"
"  PRIMARY KEY (level, pos),\n"
"  CHECK (length(hash) = 32)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE blob (\n"
"  -- Bulky bytes that entries name; immutable.\n"
"  id INTEGER PRIMARY KEY,\n"
"  hash BLOB NOT NULL UNIQUE, -- SHA-256 of data\n"
"  stored INTEGER NOT NULL,  -- when, UTC: gc spares what is new\n"
"  data BLOB NOT NULL,\n"
"  CHECK (length(hash) = 32)\n"
") STRICT;\n";

/* What holds for all objects. */
static const char objects[] =
"CREATE TABLE object (\n"
"  -- Newest revision of everything that the log ever spoke of.\n"
"  name TEXT PRIMARY KEY,    -- 'model/credit-scorer'\n"
"  revision INTEGER NOT NULL, -- 1 for the first entry on it\n"
"  idx INTEGER NOT NULL      -- the entry that made it\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE blob_ref (\n"
"  -- Blobs that entries name.\n"
"  hash BLOB PRIMARY KEY,\n"
"  idx INTEGER NOT NULL      -- the first entry that names it\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE undone (\n"
"  -- Entries whose change another entry has taken back.\n"
"  idx INTEGER PRIMARY KEY,\n"
"  by_idx INTEGER NOT NULL   -- the entry that did\n"
") STRICT;\n";

static const char models[] =
"CREATE TABLE model (\n"
"  -- A named model.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry that added it, plus 1\n"
"  name TEXT NOT NULL UNIQUE,\n"
"  task TEXT CHECK (task IN ('binary', 'multiclass', 'regression')),\n"
"  owner TEXT,\n"
"  description TEXT,\n"
"  risk TEXT CHECK (risk IN ('low', 'medium', 'high')), -- null: high\n"
"  main_metric TEXT,         -- JSON key of the metric; null: by task\n"
"  tags TEXT NOT NULL,       -- JSON object\n"
"  last_version INTEGER NOT NULL, -- highest number ever given\n"
"  revision INTEGER NOT NULL -- of the object 'model/NAME'\n"
") STRICT;\n"
"CREATE INDEX model_nocase ON model (name COLLATE NOCASE);\n";

static const char versions[] =
"CREATE TABLE version (\n"
"  -- A version of a model, what it was made from, and its stage.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry that added it, plus 1\n"
"  model_id INTEGER NOT NULL REFERENCES model (id),\n"
"  model TEXT NOT NULL,      -- the model's name, to sort and filter by\n"
"  version INTEGER NOT NULL, -- 1, 2, 3 ... of its model; never given twice\n"
"  stage TEXT NOT NULL,      -- 'none', 'candidate', 'shadow', ...\n"
"  stage_time INTEGER NOT NULL, -- when it entered the stage, UTC\n"
"  stage_idx INTEGER NOT NULL, -- the entry that moved it there\n"
"  artifact TEXT,            -- SHA-256 of the artifact, hex\n"
"  artifact_name TEXT,       -- its file name, without folder\n"
"  artifact_size INTEGER NOT NULL, -- bytes\n"
"  data TEXT,                -- digest of the training data, as given\n"
"  code TEXT,                -- commit of the training code, as given\n"
"  run TEXT,                 -- id of the training run, as given\n"
"  note TEXT,\n"
"  params TEXT NOT NULL,     -- JSON object of texts\n"
"  runner TEXT NOT NULL,     -- JSON array: argv of the runner\n"
"  threshold TEXT,           -- decimal: a score from here on is positive\n"
"  time INTEGER NOT NULL,    -- when it was added, UTC\n"
"  who TEXT NOT NULL,        -- login of who added it\n"
"  revision INTEGER NOT NULL, -- of the object 'version/NAME@V'\n"
"  UNIQUE (model_id, version)\n"
") STRICT;\n"
"CREATE INDEX version_model ON version (model, version);\n"
"CREATE INDEX version_stage ON version (stage, model, version);\n"
"CREATE INDEX version_time ON version (time, id, model);\n"
"CREATE INDEX version_who ON version (who, model, version);\n"
"CREATE TABLE alias (\n"
"  -- Free names for versions: 'champion'.\n"
"  model_id INTEGER NOT NULL REFERENCES model (id),\n"
"  alias TEXT NOT NULL,\n"
"  version_id INTEGER NOT NULL REFERENCES version (id),\n"
"  PRIMARY KEY (model_id, alias)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX alias_version ON alias (version_id, alias);\n";

static const char evaluations[] =
"CREATE TABLE slice (\n"
"  -- Named slices of test sets.\n"
"  testset TEXT NOT NULL,    -- the set's name\n"
"  name TEXT NOT NULL,\n"
"  expr TEXT NOT NULL,       -- 'race:Asian age>=25'\n"
"  PRIMARY KEY (testset, name)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE evaluation (\n"
"  -- Evaluations ever kept, and what each was computed from.\n"
"  id INTEGER PRIMARY KEY,   -- index of its entry, plus 1\n"
"  version_id INTEGER NOT NULL REFERENCES version (id),\n"
"  model TEXT NOT NULL,      -- the version's model\n"
"  version INTEGER NOT NULL, -- and number\n"
"  testset TEXT NOT NULL,    -- the set's name\n"
"  revision INTEGER NOT NULL, -- and revision\n"
"  revision_digest TEXT NOT NULL, -- what that revision held\n"
"  prediction_digest TEXT NOT NULL, -- what the version said on it\n"
"  threshold TEXT NOT NULL,  -- decimal, '' for none\n"
"  metric_code INTEGER NOT NULL, -- version of the metric code\n"
"  cuts TEXT NOT NULL,       -- digest of the named slices of then\n"
"  options TEXT NOT NULL,    -- which intervals\n"
"  n INTEGER NOT NULL,       -- patterns\n"
"  blob TEXT NOT NULL,       -- 'sha256:...' of all figures, as JSON\n"
"  time INTEGER NOT NULL,    -- when, UTC\n"
"  newest INTEGER NOT NULL,  -- 1: the version's newest on any set\n"
"  CHECK (newest IN (0, 1))\n"
") STRICT;\n"
"CREATE INDEX evaluation_version\n"
"  ON evaluation (testset, model, version, revision_digest, id);\n"
"CREATE INDEX evaluation_newest\n"
"  ON evaluation (model, version) WHERE newest = 1;\n"
"CREATE TABLE figure (\n"
"  -- Figures of evaluations over the whole set.\n"
"  evaluation_id INTEGER NOT NULL REFERENCES evaluation (id),\n"
"  metric TEXT NOT NULL,     -- JSON key\n"
"  value REAL,               -- null: undefined\n"
"  low REAL,                 -- interval; null: none\n"
"  high REAL,\n"
"  method TEXT,              -- of the interval\n"
"  n INTEGER NOT NULL,       -- the figure's denominator\n"
"  why TEXT,                 -- why undefined\n"
"  newest INTEGER NOT NULL,  -- copy from the evaluation\n"
"  version_id INTEGER NOT NULL, -- copy from the evaluation\n"
"  PRIMARY KEY (evaluation_id, metric)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX figure_newest\n"
"  ON figure (metric, value, version_id, newest) WHERE newest = 1;\n";

static const char documents[] =
"CREATE TABLE document (\n"
"  -- What people write about something: one row for each that has one.\n"
"  kind TEXT NOT NULL,       -- 'card', 'datasheet', 'checklist', 'gate' ...\n"
"  of_name TEXT NOT NULL,    -- 'credit-scorer@7', 'adult', 'production'\n"
"  newest INTEGER NOT NULL,  -- revision of the newest text\n"
"  approved INTEGER NOT NULL, -- newest approved revision, or 0\n"
"  object_revision INTEGER NOT NULL, -- of the object 'KIND/OF_NAME'\n"
"  PRIMARY KEY (kind, of_name)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE document_revision (\n"
"  -- Every text that was ever saved.\n"
"  kind TEXT NOT NULL,\n"
"  of_name TEXT NOT NULL,\n"
"  revision INTEGER NOT NULL, -- 1, 2, 3 ...\n"
"  status TEXT NOT NULL CHECK\n"
"    (status IN ('draft', 'in-review', 'approved', 'superseded')),\n"
"  digest TEXT NOT NULL,     -- SHA-256 of the text, which is a blob\n"
"  note TEXT,                -- what the saving was for\n"
"  time INTEGER NOT NULL,    -- saved, UTC seconds\n"
"  uid INTEGER NOT NULL,     -- by whom\n"
"  who TEXT NOT NULL,\n"
"  PRIMARY KEY (kind, of_name, revision)\n"
") STRICT, WITHOUT ROWID;\n";


static const char testsets[] =
"CREATE TABLE testset (\n"
"  -- A living test set.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry that created it, plus 1\n"
"  name TEXT NOT NULL UNIQUE,\n"
"  task TEXT NOT NULL CHECK (task IN ('binary', 'multiclass', 'regression')),\n"
"  schema TEXT NOT NULL,     -- JSON: the columns and what they are for\n"
"  revision INTEGER NOT NULL -- the newest, of testset_revision\n"
") STRICT;\n"
"CREATE TABLE testset_revision (\n"
"  -- One state of a test set; a number of patterns differs from the one before.\n"
"  testset_id INTEGER NOT NULL REFERENCES testset (id),\n"
"  revision INTEGER NOT NULL, -- 1, 2, 3 ...\n"
"  digest TEXT NOT NULL,     -- SHA-256 over what it was made from, hex\n"
"  n INTEGER NOT NULL,       -- active patterns\n"
"  n_rows INTEGER NOT NULL,  -- patterns ever added up to it\n"
"  added INTEGER NOT NULL,   -- by this step, as the next three\n"
"  relabelled INTEGER NOT NULL,\n"
"  retired INTEGER NOT NULL,\n"
"  revived INTEGER NOT NULL,\n"
"  labels TEXT NOT NULL,     -- JSON array: labels of the targets, in order\n"
"  time INTEGER NOT NULL,    -- UTC\n"
"  who TEXT NOT NULL,        -- login of who made it\n"
"  reason TEXT,\n"
"  idx INTEGER NOT NULL,     -- the entry that made it\n"
"  PRIMARY KEY (testset_id, revision)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE testset_segment (\n"
"  -- Rows that were added together; they never change.\n"
"  testset_id INTEGER NOT NULL REFERENCES testset (id),\n"
"  first_row INTEGER NOT NULL, -- ordinal of its first pattern\n"
"  revision INTEGER NOT NULL, -- the one that they came with\n"
"  n_rows INTEGER NOT NULL,\n"
"  manifest TEXT NOT NULL,   -- blob: a JSON list of the columns' blobs\n"
"  source TEXT,              -- who or what added them, as given\n"
"  PRIMARY KEY (testset_id, first_row)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE testset_change (\n"
"  -- Corrections to patterns, in the order in which they hold.\n"
"  testset_id INTEGER NOT NULL REFERENCES testset (id),\n"
"  revision INTEGER NOT NULL, -- the one that they came with\n"
"  part INTEGER NOT NULL,    -- 0, 1, 2 ... within the revision\n"
"  change TEXT NOT NULL CHECK (change IN ('retire', 'revive', 'relabel')),\n"
"  n INTEGER NOT NULL,       -- patterns\n"
"  ordinals TEXT NOT NULL,   -- blob: which, and for relabel the new targets\n"
"  PRIMARY KEY (testset_id, revision, part)\n"
") STRICT, WITHOUT ROWID;\n";

static const char predictions[] =
"CREATE TABLE prediction (\n"
"  -- Batches of what a version said for the patterns of a test set; for a\n"
"  -- pattern in several the last one holds.\n"
"  version_id INTEGER NOT NULL REFERENCES version (id),\n"
"  testset_id INTEGER NOT NULL REFERENCES testset (id),\n"
"  idx INTEGER NOT NULL,     -- the entry\n"
"  part INTEGER NOT NULL,    -- 0, 1, 2 ... within the entry\n"
"  first_row INTEGER NOT NULL, -- ordinals from here on\n"
"  n INTEGER NOT NULL,       -- predictions\n"
"  bytes INTEGER NOT NULL,   -- of the blob\n"
"  batch TEXT NOT NULL,      -- blob: registry/batch.h\n"
"  PRIMARY KEY (version_id, testset_id, idx, part)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE INDEX prediction_testset ON prediction (testset_id, version_id, idx);\n";

static const char runs[] =
"CREATE TABLE run (\n"
"  -- Versions that were asked for predictions by their runner.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry that began it, plus 1\n"
"  version_id INTEGER NOT NULL REFERENCES version (id),\n"
"  testset TEXT NOT NULL,    -- the set's name\n"
"  revision INTEGER NOT NULL,\n"
"  asked INTEGER NOT NULL,   -- patterns\n"
"  process TEXT NOT NULL,    -- who watches it: host, boot, number, start\n"
"  state TEXT NOT NULL CHECK (state IN ('running', 'answered', 'failed',\n"
"    'cancelled', 'aborted')),\n"
"  why TEXT,                 -- unless it answered\n"
"  sandbox TEXT,             -- what was enforced, or 'unsandboxed'\n"
"  artifact TEXT,            -- SHA-256 of the model's file as it ran, hex\n"
"  status INTEGER,           -- of the last process: exit, 128 + signal, -1\n"
"  duration_ms INTEGER,\n"
"  stored INTEGER,           -- predictions\n"
"  said TEXT,                -- blob: the end of its stderr; null: nothing\n"
"  time INTEGER NOT NULL,    -- when it began, UTC\n"
"  who TEXT NOT NULL         -- login of who asked\n"
") STRICT;\n"
"CREATE INDEX run_version ON run (version_id, id);\n"
"CREATE INDEX run_open ON run (id) WHERE state = 'running';\n";

static const char signoffs[] =
"CREATE TABLE role (\n"
"  -- Roles that people hold now.\n"
"  login TEXT NOT NULL,\n"
"  role TEXT NOT NULL,       -- 'owner', 'risk', 'admin' ...\n"
"  idx INTEGER NOT NULL,     -- the entry that granted it\n"
"  time INTEGER NOT NULL,    -- UTC\n"
"  uid INTEGER NOT NULL,     -- who granted it, as the next two\n"
"  loginuid INTEGER NOT NULL, -- -1: unset\n"
"  who TEXT NOT NULL,\n"
"  reason TEXT,              -- null: by init\n"
"  PRIMARY KEY (login, role)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE signoff (\n"
"  -- What people signed, bound to digests of what they were shown.\n"
"  id INTEGER PRIMARY KEY,   -- index of its entry, plus 1\n"
"  model TEXT NOT NULL,\n"
"  version INTEGER NOT NULL,\n"
"  role TEXT NOT NULL,       -- that the signer held\n"
"  meaning TEXT NOT NULL CHECK\n"
"    (meaning IN ('authored', 'reviewed', 'approved', 'refused')),\n"
"  stage TEXT NOT NULL,      -- that it is for\n"
"  reason TEXT NOT NULL,\n"
"  fails_for TEXT,           -- answer to: for whom could this fail?\n"
"  evidence TEXT NOT NULL,   -- JSON object: what was shown, with digests\n"
"  time INTEGER NOT NULL,    -- UTC\n"
"  uid INTEGER NOT NULL,     -- the signer, as the next two\n"
"  loginuid INTEGER NOT NULL,\n"
"  who TEXT NOT NULL,\n"
"  statement TEXT NOT NULL,  -- blob: the text that is signed\n"
"  signature TEXT,           -- SSH signature over it; null: none\n"
"  principal TEXT,           -- whose key it is said to be\n"
"  namespace TEXT,           -- of the signature\n"
"  key TEXT,                 -- 'SHA256:...', the key's fingerprint\n"
"  revoked_idx INTEGER,      -- entry that revoked it; null: in force\n"
"  revoked_by TEXT,          -- login\n"
"  revoked_why TEXT,\n"
"  revoked_time INTEGER\n"
") STRICT;\n"
"CREATE INDEX signoff_version ON signoff (model, version, id);\n"
"CREATE INDEX signoff_key ON signoff (key, uid, loginuid)\n"
"  WHERE key IS NOT NULL;\n"
"CREATE TABLE waiver (\n"
"  -- Rules of gates that need not be met, for a version and until a day.\n"
"  model TEXT NOT NULL,\n"
"  version INTEGER NOT NULL,\n"
"  stage TEXT NOT NULL,\n"
"  rule TEXT NOT NULL,       -- its text in the gate\n"
"  until INTEGER NOT NULL,   -- UTC; no longer counts afterwards\n"
"  reason TEXT NOT NULL,\n"
"  idx INTEGER NOT NULL,     -- the entry\n"
"  time INTEGER NOT NULL,\n"
"  uid INTEGER NOT NULL,     -- who waived it\n"
"  who TEXT NOT NULL,\n"
"  PRIMARY KEY (model, version, stage, rule)\n"
") STRICT, WITHOUT ROWID;\n"
"CREATE TABLE attestation (\n"
"  -- What a person says about a version, where a gate asks for it.\n"
"  model TEXT NOT NULL,\n"
"  version INTEGER NOT NULL,\n"
"  claim TEXT NOT NULL,      -- as the gate's rule words it\n"
"  reason TEXT NOT NULL,     -- how it is known\n"
"  idx INTEGER NOT NULL,     -- the entry\n"
"  time INTEGER NOT NULL,\n"
"  uid INTEGER NOT NULL,     -- who says so\n"
"  who TEXT NOT NULL,\n"
"  PRIMARY KEY (model, version, claim)\n"
") STRICT, WITHOUT ROWID;\n";

static const char problems[] =
"CREATE TABLE problem (\n"
"  -- A described failure of a model: 'P-3' has the id 3.\n"
"  id INTEGER PRIMARY KEY,   -- 1, 2, 3 ... in order of their reports\n"
"  model TEXT NOT NULL REFERENCES model (name),\n"
"  state TEXT NOT NULL CHECK (state IN ('reported', 'described', 'triaged',\n"
"    'in-progress', 'fixed', 'wont-fix', 'regressed')),\n"
"  title TEXT NOT NULL,\n"
"  owner TEXT,\n"
"  text TEXT,                -- what the reporter wrote\n"
"  source TEXT,              -- who says so\n"
"  testset TEXT,             -- the living set of its members\n"
"  rule TEXT,                -- expression: which inputs belong\n"
"  kind TEXT,                -- ids of the field's lists, with commas\n"
"  persona TEXT,             -- ids, with commas\n"
"  loss TEXT,                -- 'label' (null) or 'score'\n"
"  tolerance TEXT,           -- decimal; null: 0\n"
"  users TEXT,               -- percent, or 'K/N' of a sample\n"
"  users_source TEXT,        -- where that is from\n"
"  harm TEXT,                -- weight on the scale\n"
"  harm_reason TEXT,\n"
"  versions TEXT,            -- links, with commas\n"
"  dataset TEXT,             -- link\n"
"  time INTEGER NOT NULL,    -- reported, UTC\n"
"  state_time INTEGER NOT NULL, -- entered its state, UTC\n"
"  who TEXT NOT NULL,        -- login that reported it\n"
"  fixed_in INTEGER NOT NULL, -- version that closed it, or 0\n"
"  merged_into INTEGER NOT NULL -- id, or 0\n"
") STRICT;\n"
"CREATE INDEX problem_model ON problem (model, id);\n"
"CREATE TABLE problem_report (\n"
"  -- Inputs that somebody wrote down, as long as the set lacks them.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry that brought it, plus 1\n"
"  problem_id INTEGER NOT NULL REFERENCES problem (id),\n"
"  kind TEXT NOT NULL,       -- 'false-positive' ...\n"
"  inputs TEXT NOT NULL,     -- JSON object of texts\n"
"  said TEXT,                -- what the model said\n"
"  expected TEXT,            -- what it should have said\n"
"  version TEXT,             -- 'credit-scorer@6'\n"
"  in_set INTEGER NOT NULL CHECK (in_set IN (0, 1)) -- it is a member by now\n"
") STRICT;\n"
"CREATE INDEX problem_report_problem ON problem_report (problem_id, id);\n"
"CREATE TABLE problem_members (\n"
"  -- Patterns of the set that were made a problem's, or taken out again.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry, plus 1; in this order\n"
"  problem_id INTEGER NOT NULL REFERENCES problem (id),\n"
"  op TEXT NOT NULL CHECK (op IN ('add', 'drop')),\n"
"  n INTEGER NOT NULL,       -- patterns\n"
"  members TEXT NOT NULL     -- blob: which, registry/problem_parts.c\n"
") STRICT;\n"
"CREATE INDEX problem_members_problem ON problem_members (problem_id, id);\n"
"CREATE TABLE problem_labels (\n"
"  -- What people said of rows that may become patterns of a problem.\n"
"  id INTEGER PRIMARY KEY,   -- index of the entry, plus 1; in this order\n"
"  problem_id INTEGER NOT NULL REFERENCES problem (id),\n"
"  n INTEGER NOT NULL,       -- labels\n"
"  labels TEXT NOT NULL      -- blob: which, registry/problem_labels.c\n"
") STRICT;\n"
"CREATE INDEX problem_labels_problem ON problem_labels (problem_id, id);\n";

/* In order of reference: a section refers to those above it. */
static const char datasets[] =
"CREATE TABLE dataset (\n"
"  -- Tables that models are trained or tested on: their newest revision.\n"
"  name TEXT PRIMARY KEY,\n"
"  file TEXT,                -- name without folder; null: standard input\n"
"  digest TEXT NOT NULL,     -- SHA-256 of the file, hex\n"
"  size INTEGER NOT NULL,    -- bytes\n"
"  rows INTEGER NOT NULL,\n"
"  columns INTEGER NOT NULL,\n"
"  source TEXT,              -- where it comes from, as somebody said\n"
"  label TEXT,               -- column of the label\n"
"  risk TEXT CHECK (risk IN ('low', 'medium', 'high')), -- null: its models'\n"
"  note TEXT,\n"
"  profile TEXT NOT NULL,    -- blob: what was measured\n"
"  value_blob TEXT NOT NULL, -- blob: values and counts, for drift\n"
"  revision INTEGER NOT NULL, -- 1, and one more for each update\n"
"  time INTEGER NOT NULL,    -- of this revision, UTC seconds\n"
"  who TEXT NOT NULL,\n"
"  idx INTEGER NOT NULL      -- the entry that made it\n"
") STRICT, WITHOUT ROWID;\n";

static const char *const projections[] = {
	objects, models, versions, documents, datasets, testsets,
	predictions, runs, evaluations, signoffs, problems
};
#define N_PROJECTIONS COUNT(projections)

/* tests/registry/test_registry.c says the new one where a section changed. */
const char schema_created[] =
	"f1f5df86b5472b9e32d75da9b4bde5019b0a103b58130d7ae12ed0def7ad4814";

enum rc schema_create_projections(struct db *db, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < N_PROJECTIONS && rc == RC_OK; i++)
		rc = db_script(db, projections[i], err);
	return rc;
}

static const char *const lookups[] = {
	"version_stage", "version_time", "version_who", "figure_newest",
};

static enum rc read_lookup(struct db *db, const char *name, struct buf *out,
			   struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT sql FROM sqlite_schema "
		"WHERE type = 'index' AND name = ?");
	enum rc rc;

	stmt_bind_text(s, name);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		BUG("no index %s", name);
	if (rc != RC_OK)
		return rc;
	buf_printf(out, "%s;", stmt_text(s, "sql"));
	stmt_done(s);
	return RC_OK;
}

enum rc schema_drop_lookups(struct db *db, struct buf *again, struct err *err)
{
	struct buf drop = BUF_INIT;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < COUNT(lookups); i++) {
		if (rc == RC_OK && again)
			rc = read_lookup(db, lookups[i], again, err);
		buf_printf(&drop, "DROP INDEX %s;", lookups[i]);
	}
	if (rc == RC_OK)
		rc = db_script(db, drop.data, err);
	buf_release(&drop);
	return rc;
}

enum rc schema_create(struct db *db, struct err *err)
{
	enum rc rc = db_script(db, lasting, err);

	return rc == RC_OK ? schema_create_projections(db, err) : rc;
}

/* SQLite itself says what text it keeps of our statements. */
static enum rc open_expected(bool with_lasting, struct db **out,
			     struct err *err)
{
	enum rc rc = db_open(":memory:", DB_MEMORY, out, err);

	if (rc != RC_OK)
		return rc;
	rc = with_lasting ? schema_create(*out, err) :
	     schema_create_projections(*out, err);
	if (rc != RC_OK) {
		db_close(*out);
		*out = NULL;
	}
	return rc;
}

static const char list_schema[] =
	"SELECT type, name, tbl_name, sql "
	"FROM sqlite_schema "
	"ORDER BY type, name";

static enum rc differs(struct stmt *ours, bool have_ours, struct stmt *theirs,
		       bool have_theirs, struct err *err)
{
	const char *name, *type;

	if (have_theirs && have_ours &&
	    strcmp(stmt_text(ours, "name"), stmt_text(theirs, "name")) < 0)
		have_theirs = false;
	name = have_theirs ? stmt_text(theirs, "name") :
	       stmt_text(ours, "name");
	type = have_theirs ? stmt_text(theirs, "type") :
	       stmt_text(ours, "type");
	return err_set(err, RC_REFUSED, "the registry's schema is not what "
		       "this program creates: %s '%.80s' %s; restore a backup",
		       type ? type : "object", name ? name : "?",
		       have_theirs ? "is foreign or altered" : "is missing");
}

static enum rc compare(struct stmt *ours, struct stmt *theirs, struct err *err)
{
	enum step a, b;

	for (;;) {
		a = stmt_step(ours, err);
		b = stmt_step(theirs, err);
		if (a == STEP_ERROR || b == STEP_ERROR)
			return RC_OK;	/* stmt_end says how it ended */
		if (a == STEP_END && b == STEP_END)
			return RC_OK;
		if (a != b)
			return differs(ours, a == STEP_ROW, theirs,
				       b == STEP_ROW, err);
		for (int i = 0; i < 4; i++)
			if (!stmt_same_value(ours, theirs, i))
				return differs(ours, true, theirs, true, err);
	}
}

/* hex(): also what stands behind a NUL. */
enum rc schema_digest(struct db *db, struct hash *out, struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT typeof(type) || ' ' || hex(type) || ' ' ||"
		"       typeof(name) || ' ' || hex(name) || ' ' ||"
		"       typeof(tbl_name) || ' ' || hex(tbl_name) || ' ' ||"
		"       typeof(sql) || ' ' || hex(sql) AS line"
		"  FROM sqlite_schema"
		" ORDER BY type, name");
	struct buf text = BUF_INIT;

	while (stmt_next(s, err)) {
		buf_str(&text, stmt_text(s, "line"));
		buf_char(&text, '\n');
	}
	*out = hash_bytes(text.data, text.len);
	buf_release(&text);
	return stmt_end(s, RC_OK);
}

/* A table after the other, beside one that is created now. */
static enum rc check_tables(struct db *db, struct err *err)
{
	struct db *expected = NULL;
	struct stmt *ours, *theirs;
	enum rc rc;

	rc = open_expected(true, &expected, err);
	if (rc != RC_OK)
		return rc;
	ours = db_prepare(expected, list_schema);
	theirs = db_prepare(db, list_schema);
	rc = compare(ours, theirs, err);
	rc = stmt_end(theirs, stmt_end(ours, rc));
	db_close(expected);
	return rc;
}

/* To create the tables takes half of the time that a command takes to start:
 * it is left out where the digest is the one that is known. */
enum rc schema_check(struct db *db, struct err *err)
{
	char hex[HASH_HEX_SIZE];
	struct hash digest;
	enum rc rc = schema_digest(db, &digest, err);

	if (rc != RC_OK)
		return rc;
	return strcmp(hash_hex(&digest, hex), schema_created) != 0
	       ? check_tables(db, err) : RC_OK;
}

static enum rc key_of(struct db *db, const char *table, struct strs *keys,
		      struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT name FROM pragma_table_info(?) "
		"WHERE pk > 0 "
		"ORDER BY pk");
	struct buf b = BUF_INIT;
	enum rc rc;

	stmt_bind_text(s, table);
	while (stmt_next(s, err)) {
		if (b.len)
			buf_str(&b, ", ");
		buf_str(&b, stmt_text(s, "name"));
	}
	rc = stmt_end(s, RC_OK);
	if (rc == RC_OK && !b.len)
		BUG("table %s has no primary key", table);
	strs_add(keys, b.data);
	buf_release(&b);
	return rc;
}

enum rc schema_projections(struct strs *names, struct strs *keys,
			   struct err *err)
{
	struct db *db = NULL;
	struct stmt *s;
	enum rc rc;

	rc = open_expected(false, &db, err);
	if (rc != RC_OK)
		return rc;
	s = db_prepare(db, "SELECT name FROM sqlite_schema "
			   "WHERE type = 'table' "
			   "ORDER BY rowid");
	while (stmt_next(s, err))
		strs_add(names, stmt_text(s, "name"));
	rc = stmt_end(s, rc);
	for (size_t i = 0; i < names->n && rc == RC_OK; i++)
		rc = key_of(db, names->at[i], keys, err);
	db_close(db);
	return rc;
}

static enum rc read_one(struct db *db, const char *pragma, const char *column,
			int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(db, pragma);
	enum rc rc = stmt_one(s, err);

	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, column);
	stmt_done(s);
	return RC_OK;
}

enum rc schema_read_ids(struct db *db, int64_t *application_id,
			int64_t *version, struct err *err)
{
	enum rc rc = read_one(db, "PRAGMA application_id", "application_id",
			      application_id, err);

	return rc == RC_OK ? read_one(db, "PRAGMA user_version",
				      "user_version", version, err) : rc;
}
