/* The one way to change a registry. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "registry/inside.h"

struct written {
	uint64_t index;
	struct hash hash;
};
VEC_DECLARE(struct written, writtens);

struct reg_tx {
	struct registry *reg;
	uint64_t size;			/* of the log, with what is appended */
	int64_t undoes;			/* given to the next entry */
	struct writtens written;
};

struct registry *tx_registry(struct reg_tx *tx)
{
	return tx->reg;
}

enum rc reg_object_revision(struct registry *reg, const char *object,
			    int64_t *out, struct err *err)
{
	struct stmt *s = db_prepare(reg->shown,
		"SELECT revision FROM object WHERE name = ?");
	enum rc rc;

	*out = 0;
	stmt_bind_text(s, object);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	*out = stmt_int(s, "revision");
	stmt_done(s);
	return RC_OK;
}

/* -- Appending -- */

static enum rc check_stored(void *arg, const struct hash *name,
			    struct err *err)
{
	struct registry *reg = arg;
	char hex[HASH_HEX_SIZE];
	bool exists;
	enum rc rc = blob_exists(reg, name, &exists, err);

	if (rc == RC_OK && !exists)
		rc = err_set(err, RC_BAD_INPUT, "blob %s is not stored",
			     hash_hex(name, hex));
	return rc;
}

static enum rc insert_entry(struct db *db, const struct entry *e,
			    const struct buf *text, const struct hash *leaf,
			    struct err *err)
{
	struct stmt *s = db_prepare(db,
		"INSERT INTO log (idx, time, kind, object, entry, hash) "
		"VALUES (?, ?, ?, ?, ?, ?)");

	stmt_bind_int(s, (int64_t)e->index);
	stmt_bind_int(s, e->time);
	stmt_bind_text(s, e->kind);
	stmt_bind_text(s, e->object);
	stmt_bind_textn(s, text->data, text->len);
	stmt_bind_blob(s, leaf->bytes, HASH_SIZE);
	return stmt_run(s, err);
}

static enum rc blob_of_write(struct apply *a, const char *ref, struct buf *out,
			     struct err *err)
{
	struct hash name;

	if (!reg_blob_from_ref(ref, &name))
		return err_set(err, RC_CORRUPT, "'%.80s' names no blob", ref);
	return reg_blob_get(a->blob_arg, &name, out, err);
}

/* From the very bytes that are stored, as replay will do it. */
static enum rc apply_text(struct registry *reg, const struct buf *text,
			  struct err *err)
{
	struct json *owner = NULL;
	struct entry e;
	struct apply a = { .db = reg->db, .entry = &e, .blob = blob_of_write,
			   .blob_arg = reg };
	enum rc rc = entry_parse(text->data, text->len, &e, &owner, err);

	if (rc == RC_OK)
		rc = entry_apply(&a, text->data, text->len, err);
	json_free(owner);
	return rc;
}

static enum rc store(struct reg_tx *tx, const struct entry *e, struct err *err)
{
	struct db *db = tx->reg->db;
	struct buf text = BUF_INIT;
	struct written w = { .index = e->index };
	enum rc rc;

	entry_write(&text, e);
	if (text.len > LOG_ENTRY_MAX) {
		rc = err_set(err, RC_BAD_INPUT, "%s of '%s' takes %zu bytes, "
			     "an entry holds %d; shorten the texts", e->kind,
			     e->object, text.len, LOG_ENTRY_MAX);
		goto out;
	}
	w.hash = tree_leaf(text.data, text.len);
	rc = insert_entry(db, e, &text, &w.hash, err);
	if (rc == RC_OK)
		rc = log_add_nodes(db, e->index, &w.hash, err);
	if (rc == RC_OK)
		rc = apply_text(tx->reg, &text, err);
	if (rc == RC_OK) {
		vec_push(&tx->written, w);
		tx->size++;
		tx->undoes = -1;
	}
out:
	buf_release(&text);
	return rc;
}

static enum rc check_base(const char *object, int64_t base, int64_t revision,
			  struct err *err)
{
	if (base == TX_ANY_BASE || base == revision)
		return RC_OK;
	return err_set(err, RC_CONFLICT, "'%s' has moved on from revision "
		       "%lld to %lld; look at it again ('muster log --object "
		       "%s' shows who changed what)", object, (long long)base,
		       (long long)revision, object);
}

enum rc tx_check_base(struct reg_tx *tx, const char *object, int64_t base,
		      struct err *err)
{
	int64_t revision;
	enum rc rc = reg_object_revision(tx->reg, object, &revision, err);

	return rc == RC_OK ? check_base(object, base, revision, err) : rc;
}

enum rc tx_append(struct reg_tx *tx, const char *kind, const char *object,
		  int64_t base, struct json *body, uint64_t *index,
		  struct err *err)
{
	struct entry e = {
		.index = tx->size,
		.kind = kind,
		.version = entry_kind_newest(kind)->version,
		.object = object,
		.base = base,
		.time = clock_now(),
		.uid = tx->reg->actor.uid,
		.loginuid = tx->reg->actor.loginuid,
		.login = tx->reg->actor.login,
		.undoes = tx->undoes,
		.body = body,
	};
	int64_t revision;
	enum rc rc = reg_object_revision(tx->reg, object, &revision, err);

	if (rc == RC_OK)
		rc = check_base(object, base, revision, err);
	if (rc == RC_OK)
		rc = body_blobs(body, check_stored, tx->reg, err);
	e.revision = revision + 1;
	if (rc == RC_OK)
		rc = store(tx, &e, err);
	if (rc == RC_OK && index)
		*index = e.index;
	json_free(body);
	return rc;
}

/* -- Committing -- */

static enum rc reread_one(struct db *db, const struct written *w,
			  struct err *err)
{
	struct stmt *s = db_prepare(db,
		"SELECT entry, hash FROM log WHERE idx = ?");
	struct hash now;
	const char *text;
	const void *stored;
	size_t n, n_hash;
	enum rc rc;

	stmt_bind_int(s, (int64_t)w->index);
	rc = stmt_one(s, err);
	if (rc != RC_OK)
		return rc == RC_NOT_FOUND ? err_set(err, RC_CORRUPT,
			"entry %llu is not there after writing",
			(unsigned long long)w->index) : rc;
	text = stmt_textn(s, "entry", &n);
	now = tree_leaf(text, n);
	stored = stmt_blob(s, "hash", &n_hash);
	if (!hash_equal(&now, &w->hash) || n_hash != HASH_SIZE ||
	    memcmp(stored, w->hash.bytes, HASH_SIZE) != 0)
		rc = err_set(err, RC_CORRUPT, "entry %llu reads back other "
			     "than it was written; nothing was saved",
			     (unsigned long long)w->index);
	stmt_done(s);
	return rc;
}

static enum rc reread(struct reg_tx *tx, struct err *err)
{
	enum rc rc = RC_OK;

	if (tx->reg->before_reread)
		tx->reg->before_reread(tx->reg);
	for (size_t i = 0; i < tx->written.n && rc == RC_OK; i++)
		rc = reread_one(tx->reg->db, &tx->written.at[i], err);
	return rc;
}

/* The disk did not say which way the commit went: a new connection, which
 * rolls back what is half done, and the log itself say it. */
static enum rc ask_the_log(struct reg_tx *tx, struct err *err)
{
	const struct written *last = &tx->written.at[tx->written.n - 1];
	struct registry *reg = tx->reg;
	struct err why = ERR_INIT;
	struct hash now;
	enum rc rc = reg_reconnect(reg, &why);

	if (rc != RC_OK)
		return err_set(err, rc, "the disk failed while saving, and "
			       "whether it was saved is not known: %s",
			       why.text);
	rc = log_leaf(reg->db, last->index, &now, &why);
	if (rc == RC_OK && hash_equal(&now, &last->hash))
		return RC_OK;
	return err_set(err, RC_IO, "the disk failed while saving; it was not "
		       "saved; check the disk of '%s'", reg->path);
}

static enum rc commit(struct reg_tx *tx, struct err *err)
{
	struct db *db = tx->reg->db;
	enum rc rc = db_script(db, "COMMIT", err);
	bool unclear;

	if (rc == RC_OK)
		return rc;
	unclear = db_io_failed(db);
	if (db_in_transaction(db))
		(void)!db_script(db, "ROLLBACK", NULL);
	return unclear && tx->written.n ? ask_the_log(tx, err) : rc;
}

static enum rc begin(struct registry *reg, struct reg_tx *tx, struct err *err)
{
	enum rc rc = reg_check_place(reg, err);

	if (rc == RC_OK && db_is_lost(reg->db))
		rc = reg_reconnect(reg, err);
	if (rc == RC_OK)
		rc = db_script(reg->db, "BEGIN IMMEDIATE", err);
	if (rc != RC_OK)
		return rc;
	rc = reg_check_journal(reg->db, err);
	if (rc == RC_OK)
		rc = log_size(reg->db, &tx->size, err);
	if (rc != RC_OK && db_in_transaction(reg->db))
		(void)!db_script(reg->db, "ROLLBACK", NULL);
	return rc;
}

static enum rc write_with(struct registry *reg, struct reg_tx *tx,
			  reg_write_fn *fn, void *arg, struct err *err)
{
	enum rc rc = begin(reg, tx, err);

	if (rc != RC_OK)
		return rc;
	reg->tx = tx;
	db_allow_writes(reg->db, true);
	rc = fn(tx, arg, err);
	if (rc == RC_OK)
		rc = reread(tx, err);
	db_allow_writes(reg->db, false);
	reg->tx = NULL;
	if (rc == RC_OK && tx->written.n && !reg->options.dry_run)
		return commit(tx, err);
	if (db_in_transaction(reg->db))
		(void)!db_script(reg->db, "ROLLBACK", NULL);
	return rc;
}

enum rc reg_write(struct registry *reg, reg_write_fn *fn, void *arg,
		  struct err *err)
{
	struct reg_tx tx = { .reg = reg, .undoes = -1 };
	enum rc rc;

	if (reg->tx || reg->read_depth)
		BUG("reg_write within another transaction");
	rc = reg_check_writable(reg, err);
	if (rc != RC_OK)
		return rc;
	rc = write_with(reg, &tx, fn, arg, err);
	vec_free(&tx.written);
	return rc;
}

/* -- Undo -- */

struct undoing {
	uint64_t index;		/* UINT64_MAX: the user's newest */
	struct buf *what;
};

/* An entry, and what it points into. */
struct loaded_entry {
	struct entry e;
	const struct entry_kind *kind;	/* or NULL */
	struct json *owner;
	struct buf text;
};

static enum rc load_entry(struct registry *reg, uint64_t index,
			  struct loaded_entry *out, struct err *err)
{
	enum rc rc;

	*out = (struct loaded_entry){ .text = BUF_INIT };
	rc = reg_entry_bytes(reg, index, &out->text, err);
	if (rc == RC_OK)
		rc = entry_parse(out->text.data, out->text.len, &out->e,
				 &out->owner, err);
	if (rc == RC_OK)
		out->kind = entry_kind_find(out->e.kind, out->e.version);
	return rc;
}

static void loaded_entry_release(struct loaded_entry *l)
{
	json_free(l->owner);
	buf_release(&l->text);
}

static bool can_be_undone(const struct loaded_entry *l)
{
	return l->kind && (l->kind->undo || l->kind->undo_apart);
}

static enum rc is_undone(struct registry *reg, uint64_t index, bool *out,
			 struct err *err)
{
	struct stmt *s = db_prepare(reg->db,
		"SELECT idx FROM undone WHERE idx = ?");
	enum rc rc;

	stmt_bind_int(s, (int64_t)index);
	rc = stmt_one(s, err);
	*out = rc == RC_OK;
	if (rc == RC_OK)
		stmt_done(s);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc tx_take_back(struct reg_tx *tx, uint64_t index, struct err *err)
{
	bool undone;
	enum rc rc = is_undone(tx->reg, index, &undone, err);

	if (rc == RC_OK && undone)
		rc = err_set(err, RC_REFUSED, "entry %llu has been taken back "
			     "already", (unsigned long long)index);
	if (rc == RC_OK)
		tx->undoes = (int64_t)index;
	return rc;
}

enum rc tx_describe(struct reg_tx *tx, struct buf *out, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < tx->written.n && rc == RC_OK; i++) {
		struct loaded_entry l;

		rc = load_entry(tx->reg, tx->written.at[i].index, &l, err);
		buf_str(out, i ? "; " : "");
		if (rc == RC_OK)
			l.kind->line(&l.e, out);
		loaded_entry_release(&l);
	}
	return rc;
}

static enum rc cannot(const struct loaded_entry *l, struct err *err)
{
	return err_set(err, RC_REFUSED, "entry %llu (%s) cannot be taken back",
		       (unsigned long long)l->e.index, l->e.kind);
}

static enum rc undo_entry(struct reg_tx *tx, const struct loaded_entry *l,
			  struct buf *what, struct err *err)
{
	enum rc rc;

	if (!can_be_undone(l))
		return cannot(l, err);
	if (!l->kind->undo)	/* it was not there when we looked */
		return err_set(err, RC_CONFLICT, "the registry has moved on; "
			       "look at its log again");
	rc = tx_take_back(tx, l->e.index, err);
	if (rc == RC_OK)
		rc = l->kind->undo(tx, &l->e, err);
	if (rc != RC_OK)
		return rc;
	if (!tx->written.n)
		BUG("undo of '%s' appended nothing", l->e.kind);
	return what ? tx_describe(tx, what, err) : RC_OK;
}

static enum rc undo_index(struct reg_tx *tx, const struct undoing *u,
			  struct err *err)
{
	struct loaded_entry l;
	enum rc rc = load_entry(tx->reg, u->index, &l, err);

	if (rc == RC_OK)
		rc = undo_entry(tx, &l, u->what, err);
	loaded_entry_release(&l);
	return rc;
}

/* What somebody has put their name to stays: a plain undo stops there, and
 * does not take back something older in its place. */
static enum rc refuse_signed(const struct entry *e, struct err *err)
{
	if (!strcmp(e->kind, "signoff.add"))
		return err_set(err, RC_REFUSED, "your newest change is the "
			       "sign-off S-%llu: what is signed is not undone "
			       "but revoked ('muster sign --revoke S-%llu')",
			       (unsigned long long)e->index,
			       (unsigned long long)e->index);
	if (!strcmp(e->kind, "signoff.revoke") ||
	    !strcmp(e->kind, "version.acknowledge"))
		return err_set(err, RC_REFUSED, "your newest change (entry "
			       "%llu) is signed with your name and stays; "
			       "'muster undo INDEX' names an older one",
			       (unsigned long long)e->index);
	return RC_OK;
}

/* Could a plain undo mean this entry: mine, in force, and no undo itself? */
static enum rc is_mine(struct registry *reg, uint64_t index, bool *out,
		       struct err *err)
{
	struct loaded_entry l;
	bool undone = false;
	enum rc rc = load_entry(reg, index, &l, err);

	*out = false;
	if (rc == RC_OK && l.e.uid == reg->actor.uid && l.e.undoes < 0) {
		rc = is_undone(reg, index, &undone, err);
		*out = can_be_undone(&l) && !undone;
		if (rc == RC_OK)
			rc = refuse_signed(&l.e, err);
	}
	loaded_entry_release(&l);
	return rc;
}

static enum rc find_newest(struct registry *reg, uint64_t size, uint64_t *out,
			   struct err *err)
{
	bool mine = false;
	enum rc rc = RC_OK;

	for (uint64_t i = size; i > 0 && !mine && rc == RC_OK; i--) {
		rc = is_mine(reg, i - 1, &mine, err);
		*out = i - 1;
	}
	if (rc == RC_OK && !mine)
		rc = err_set(err, RC_NOT_FOUND, "there is nothing of yours "
			     "that could be taken back");
	return rc;
}

static enum rc undo_fn(struct reg_tx *tx, void *arg, struct err *err)
{
	struct undoing *u = arg;
	enum rc rc = RC_OK;

	if (u->what)
		buf_clear(u->what);	/* of an attempt before */
	if (u->index == UINT64_MAX)
		rc = find_newest(tx->reg, tx->size, &u->index, err);
	return rc == RC_OK ? undo_index(tx, u, err) : rc;
}

static enum rc find_entry(struct registry *reg, uint64_t *index,
			  struct loaded_entry *out, struct err *err)
{
	uint64_t size;
	enum rc rc = reg_read_begin(reg, err);

	if (rc != RC_OK)
		return rc;
	if (*index == UINT64_MAX) {
		rc = log_size(reg->db, &size, err);
		if (rc == RC_OK)
			rc = find_newest(reg, size, index, err);
	}
	if (rc == RC_OK)
		rc = load_entry(reg, *index, out, err);
	reg_read_end(reg);
	return rc;
}

static bool is_apart(const struct loaded_entry *l)
{
	return l->kind && l->kind->undo_apart;
}

enum rc reg_undo_find(struct registry *reg, uint64_t index, uint64_t *found,
		      bool *is_work, struct err *err)
{
	struct loaded_entry l = { .text = BUF_INIT };
	enum rc rc = find_entry(reg, &index, &l, err);

	*found = index;
	*is_work = rc == RC_OK && is_apart(&l);
	loaded_entry_release(&l);
	return rc;
}

enum rc reg_undo_look(struct registry *reg, uint64_t index, uint64_t *found,
		      struct testset_step_report *out, struct err *err)
{
	struct loaded_entry l = { .text = BUF_INIT };
	bool was_dry = reg->options.dry_run;
	enum rc rc = find_entry(reg, &index, &l, err);

	if (found)
		*found = index;
	reg->options.dry_run = true;
	if (rc == RC_OK && is_apart(&l))
		rc = l.kind->undo_apart(reg, &l.e, NULL, out, err);
	else if (rc == RC_OK)
		rc = err_set(err, RC_REFUSED, "entry %llu is no step of a test "
			     "set", (unsigned long long)index);
	reg->options.dry_run = was_dry;
	loaded_entry_release(&l);
	return rc;
}

enum rc reg_undo_told(struct registry *reg, uint64_t index, uint64_t *done,
		      struct buf *what, struct testset_step_report *report,
		      struct err *err)
{
	struct loaded_entry l = { .text = BUF_INIT };
	struct undoing u = { index, what };
	uint64_t found = index;
	enum rc rc = find_entry(reg, &found, &l, err);

	if (rc == RC_OK && is_apart(&l)) {
		rc = l.kind->undo_apart(reg, &l.e, what, report, err);
		u.index = found;
	} else if (rc == RC_OK) {
		rc = reg_write(reg, undo_fn, &u, err);
	}
	loaded_entry_release(&l);
	if (rc == RC_OK && done)
		*done = u.index;
	return rc;
}

enum rc reg_undo(struct registry *reg, uint64_t index, uint64_t *done,
		 struct err *err)
{
	return reg_undo_told(reg, index, done, NULL, NULL, err);
}
