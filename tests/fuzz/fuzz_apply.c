/* The log's entries: any text, each line one entry, applied in turn to empty
 * projections as a replay does it (FAULTS F87). Lines that begin with '#' are
 * blobs; a name "blob:<hex>" means one of them, by its first digit, so that
 * changed entries still find something. What is refused must leave a log that
 * can go on; what is applied must be written as it was read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "registry/schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_LINES = 200 };

struct lines {
	const char *at[MAX_LINES];
	size_t len[MAX_LINES];
	size_t n;
};

static struct lines blobs;

static enum rc some_blob(struct apply *a, const char *ref, struct buf *out,
			 struct err *err)
{
	struct hash name;
	size_t i;

	(void)a;
	if (!reg_blob_from_ref(ref, &name))
		return err_set(err, RC_CORRUPT, "'%.80s' names no blob", ref);
	if (!blobs.n)
		return err_set(err, RC_CORRUPT, "no such blob");
	i = (name.bytes[0] >> 4) % blobs.n;
	buf_add(out, blobs.at[i], blobs.len[i]);
	return RC_OK;
}

static void split(const char *text, size_t n, struct lines *entries)
{
	const char *end = text + n;

	entries->n = blobs.n = 0;
	while (text < end) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		size_t len = (size_t)((lf ? lf : end) - text);
		bool is_blob = len && *text == '#';
		struct lines *l = is_blob ? &blobs : entries;

		if (l->n < MAX_LINES) {
			l->at[l->n] = text + is_blob;
			l->len[l->n++] = len - is_blob;
		}
		text += len + 1;
	}
}

static void one(struct db *db, const char *text, size_t n)
{
	struct json *owner = NULL;
	struct buf again = BUF_INIT;
	struct entry e;
	struct apply a = { .db = db, .entry = &e, .blob = some_blob };
	struct err err = ERR_INIT;

	if (entry_parse(text, n, &e, &owner, &err) != RC_OK)
		return;
	entry_write(&again, &e);
	if (db_script(db, "SAVEPOINT one", NULL) != RC_OK)
		abort();
	if (entry_apply(&a, text, n, &err) != RC_OK &&
	    db_script(db, "ROLLBACK TO one", NULL) != RC_OK)
		abort();
	if (db_script(db, "RELEASE one", NULL) != RC_OK)
		abort();
	json_free(owner);
	/* its own form is a fixed point */
	if (entry_parse(again.data, again.len, &e, &owner, &err) != RC_OK)
		abort();
	json_free(owner);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct db *db;
	static struct lines entries;

	if (!db && (db_open(":memory:", DB_MEMORY, &db, NULL) != RC_OK ||
		    schema_create_projections(db, NULL) != RC_OK))
		abort();
	if (db_script(db, "BEGIN", NULL) != RC_OK)
		abort();
	split((const char *)data, size, &entries);
	for (size_t i = 0; i < entries.n; i++)
		one(db, entries.at[i], entries.len[i]);
	if (db_script(db, "ROLLBACK", NULL) != RC_OK)
		abort();
	return 0;
}
