/* The tables of the registry file, as text that a reader of the file sees.
 *
 * Two kinds of tables: the lasting ones (log, log_node, blob), which only
 * grow, and the projections, which replay of the log recreates. Each noun
 * that projects has one section of SQL. To add a noun: write its section in
 * registry/schema.c, add it to the list there, and its entry kinds in
 * registry/entry.c. Rules for a section:
 *
 *  - "CREATE TABLE name (…) STRICT;" and "CREATE INDEX …;" only, each table
 *    with a primary key (rowid or not), a comment on every table and column,
 *    CHECKs for states; no trigger, no view, no AUTOINCREMENT.
 *  - projections refer to projections, never to log or blob: an --as-of view
 *    holds them alone, in another database.
 *  - a changed section is a new schema version: see registry/migrate.h. */
#ifndef MUSTER_REGISTRY_SCHEMA_H
#define MUSTER_REGISTRY_SCHEMA_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"

struct db;

/* "mstr" */
#define SCHEMA_APPLICATION_ID 0x6d737472
#define SCHEMA_VERSION 3

/* The lasting tables, then all projections. */
enum rc schema_create(struct db *db, struct err *err) MUST_USE;
enum rc schema_create_projections(struct db *db, struct err *err) MUST_USE;
/* Drops the indexes that only listings ask, never an apply: a long replay is
 * quicker without, and makes them anew afterwards by the statements that are
 * added to again (NULL: it will not). */
enum rc schema_drop_lookups(struct db *db, struct buf *again,
			    struct err *err) MUST_USE;
/* RC_REFUSED naming the first table or index that is not what this version
 * would have created. */
enum rc schema_check(struct db *db, struct err *err) MUST_USE;
/* SHA-256 over all that the file says of its tables and indexes; and what it
 * is where this version created them. */
enum rc schema_digest(struct db *db, struct hash *out, struct err *err)
	MUST_USE;
extern const char schema_created[];	/* hex */
/* Names of the projections, and for each the columns of its primary key,
 * separated by commas. */
enum rc schema_projections(struct strs *names, struct strs *keys,
			   struct err *err) MUST_USE;

/* True if the file says to be a registry of ours. */
enum rc schema_read_ids(struct db *db, int64_t *application_id,
			int64_t *version, struct err *err) MUST_USE;

#endif
