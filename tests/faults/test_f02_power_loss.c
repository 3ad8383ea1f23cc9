/* F02: power fails at any moment. Writes that no sync has covered may be on
 * the disk or not, whole or torn at a sector, in any order.
 *
 * SQLite writes through a recording layer of ours (a VFS over its own one).
 * From the record, states of the disk after a power cut at a random moment
 * are made: for each file all that a sync has covered, and of the rest a
 * random choice. Each state must open, verify, and hold every change that was
 * acknowledged before that moment. MUSTER_CRASHES sets how many states. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/decimal.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "registry/model.h"
#include "support/temp_registry.h"

enum { SECTOR = 512, MAX_FILES = 2 };

enum op_kind { OP_WRITE, OP_TRUNCATE, OP_SYNC };

struct op {
	enum op_kind kind;
	int file;		/* 0: the registry, 1: its journal */
	int64_t at;		/* WRITE: offset; TRUNCATE: the new size */
	size_t n;
	uint8_t *bytes;
};
VEC_DECLARE(struct op, ops);

/* What was acknowledged: entries that the log had when so many operations
 * had been issued. */
struct ack {
	size_t n_ops;
	uint64_t entries;
};
VEC_DECLARE(struct ack, acks);

static struct ops record;
static struct acks acked;
static bool recording;

/* -- The layer -- */

struct layer_file {
	sqlite3_file base;
	int file;		/* -1: not one that is recorded */
	sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;

static sqlite3_file *real_of(sqlite3_file *f)
{
	return ((struct layer_file *)f)->real;
}

static void note(sqlite3_file *f, enum op_kind kind, int64_t at,
		 const void *bytes, size_t n)
{
	int file = ((struct layer_file *)f)->file;
	struct op *op;

	if (!recording || file < 0)
		return;
	op = vec_add(&record);
	*op = (struct op){ kind, file, at, n, NULL };
	if (n) {
		op->bytes = xmalloc(n);
		memcpy(op->bytes, bytes, n);
	}
}

static int l_close(sqlite3_file *f)
{
	sqlite3_file *real = real_of(f);
	int rc = real->pMethods->xClose(real);

	sqlite3_free(real);
	return rc;
}

static int l_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int l_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	note(f, OP_WRITE, at, p, (size_t)n);
	return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int l_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	note(f, OP_TRUNCATE, size, NULL, 0);
	return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int l_sync(sqlite3_file *f, int flags)
{
	note(f, OP_SYNC, 0, NULL, 0);
	return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int l_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int l_lock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int l_unlock(sqlite3_file *f, int level)
{
	return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int l_reserved(sqlite3_file *f, int *out)
{
	return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int l_control(sqlite3_file *f, int op, void *arg)
{
	return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int l_sector(sqlite3_file *f)
{
	return real_of(f)->pMethods->xSectorSize(real_of(f));
}

/* A disk that promises nothing. */
static int l_device(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static const sqlite3_io_methods layer_methods = {
	.iVersion = 1, .xClose = l_close, .xRead = l_read, .xWrite = l_write,
	.xTruncate = l_truncate, .xSync = l_sync, .xFileSize = l_size,
	.xLock = l_lock, .xUnlock = l_unlock,
	.xCheckReservedLock = l_reserved, .xFileControl = l_control,
	.xSectorSize = l_sector, .xDeviceCharacteristics = l_device,
};

static int l_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f,
		  int flags, int *out)
{
	struct layer_file *l = (struct layer_file *)f;
	int rc;

	(void)vfs;
	l->base.pMethods = NULL;
	l->file = flags & SQLITE_OPEN_MAIN_DB ? 0 :
		  flags & SQLITE_OPEN_MAIN_JOURNAL ? 1 : -1;
	l->real = sqlite3_malloc(real_vfs->szOsFile);
	memset(l->real, 0, (size_t)real_vfs->szOsFile);
	rc = real_vfs->xOpen(real_vfs, name, l->real, flags, out);
	if (rc == SQLITE_OK)
		l->base.pMethods = &layer_methods;
	else
		sqlite3_free(l->real);
	return rc;
}

static sqlite3_vfs layer;

static void layer_install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	layer = *real_vfs;
	layer.zName = "recorded";
	layer.szOsFile = sizeof(struct layer_file);
	layer.xOpen = l_open;
	layer.pNext = NULL;
	assert_int_equal(sqlite3_vfs_register(&layer, 1), SQLITE_OK);
}

static void layer_remove(void)
{
	assert_int_equal(sqlite3_vfs_unregister(&layer), SQLITE_OK);
	assert_int_equal(sqlite3_vfs_register(real_vfs, 1), SQLITE_OK);
}

/* -- What is done while it records -- */

static void acknowledge(struct registry *reg)
{
	struct ack a = { 0, reg_size(reg) };

	a.n_ops = record.n;
	vec_push(&acked, a);
}

static void work(struct registry *reg)
{
	static uint8_t bulk[300000];
	char text[32];

	assert_ok(reg_model_add(reg, "m", NULL, &oops));
	acknowledge(reg);
	for (unsigned i = 0; i < 25; i++) {
		struct version_fields fields = { .note = "a version" };
		struct model_change change = { .owner = text };
		struct hash name;
		int64_t v;

		snprintf(text, sizeof(text), "owner %u", i);
		assert_ok(reg_model_set(reg, "m", &change, "moved on",
					TX_ANY_BASE, &oops));
		acknowledge(reg);
		memset(bulk, (int)i, sizeof(bulk));
		assert_ok(reg_blob_put(reg, bulk, 1000 + i * 11000, &name,
				       &oops));
		assert_ok(reg_version_add(reg, "m", &fields, &v, &oops));
		acknowledge(reg);
	}
}

/* -- Disks after the cut -- */

struct image {
	uint8_t *bytes;
	size_t n, cap;
};

static void image_resize(struct image *im, size_t n)
{
	if (n > im->cap) {
		im->cap = n * 2;
		im->bytes = xrealloc(im->bytes, im->cap);
	}
	if (n > im->n)
		memset(im->bytes + im->n, 0, n - im->n);
	im->n = n;
}

static void image_write(struct image *im, int64_t at, const uint8_t *p,
			size_t n)
{
	if ((size_t)at + n > im->n)
		image_resize(im, (size_t)at + n);
	memcpy(im->bytes + at, p, n);
}

static void image_do(struct image *im, const struct op *op)
{
	switch (op->kind) {
	case OP_WRITE:
		image_write(im, op->at, op->bytes, op->n);
		break;
	case OP_TRUNCATE:
		image_resize(im, (size_t)op->at);
		break;
	case OP_SYNC:
		break;
	}
}

/* An operation that no sync covered: done, not done, or, a write, some of its
 * sectors. */
static void image_maybe(struct image *im, const struct op *op)
{
	int luck = rand() % 4;

	if (luck == 0)
		return;
	if (luck < 3 || op->kind != OP_WRITE) {
		image_do(im, op);
		return;
	}
	for (size_t i = 0; i < op->n; i += SECTOR) {
		size_t n = op->n - i < SECTOR ? op->n - i : SECTOR;

		if (rand() % 2)
			image_write(im, op->at + (int64_t)i, op->bytes + i,
				    n);
	}
}

static void image_make(struct image *im, const struct image *start, int file,
		       size_t until)
{
	size_t synced = 0;

	image_resize(im, 0);
	image_resize(im, start->n);
	if (start->n)
		memcpy(im->bytes, start->bytes, start->n);
	for (size_t i = 0; i < until; i++)
		if (record.at[i].file == file &&
		    record.at[i].kind == OP_SYNC)
			synced = i;
	for (size_t i = 0; i < until; i++) {
		if (record.at[i].file != file)
			continue;
		if (i <= synced)
			image_do(im, &record.at[i]);
		else
			image_maybe(im, &record.at[i]);
	}
}

static void image_read(struct image *im, const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t block[4096];
	size_t n;

	image_resize(im, 0);
	if (!f)
		return;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		image_write(im, (int64_t)im->n, block, n);
	fclose(f);
}

static void image_save(const struct image *im, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, im->bytes, im->n), (ssize_t)im->n);
	close(fd);
}

static uint64_t acked_until(size_t n_ops)
{
	uint64_t entries = 1;	/* registry.init, before the record began */

	for (size_t i = 0; i < acked.n && acked.at[i].n_ops <= n_ops; i++)
		entries = acked.at[i].entries;
	return entries;
}

/* After the cut somebody opens the registry, which rolls back what was under
 * way, and then it must verify. */
static void check_state(const char *path, size_t until)
{
	struct reg_options o = { .path = path };
	struct registry *reg = NULL;
	struct reg_verdict v;

	assert_ok(reg_open(&o, &reg, &oops));
	reg_close(reg);
	assert_ok(reg_fsck(path, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("cut after %zu operations: %s", until, v.why);
	if (v.entries < acked_until(until))
		fail_msg("cut after %zu operations: %llu entries, %llu were "
			 "acknowledged", until, (unsigned long long)v.entries,
			 (unsigned long long)acked_until(until));
}

static unsigned n_crashes(void)
{
	const char *s = getenv("MUSTER_CRASHES");
	uint64_t n = 250;

	if (s && !decimal_read_u64(s, strlen(s), &n))
		fail_msg("MUSTER_CRASHES is no number");
	return (unsigned)n;
}

static void free_record(void)
{
	for (size_t i = 0; i < record.n; i++)
		free(record.at[i].bytes);
	vec_free(&record);
	vec_free(&acked);
}

static void test_f02__every_cut_keeps_what_was_acknowledged(void **state)
{
	struct temp_registry t;
	struct image start[MAX_FILES] = { 0 }, im = { 0 };
	char journal[128];

	(void)state;
	layer_install();
	temp_registry_make(&t);
	snprintf(journal, sizeof(journal), "%s-journal", t.path);
	image_read(&start[0], t.path);
	image_read(&start[1], journal);
	recording = true;
	work(t.reg);
	recording = false;
	temp_registry_close(&t);
	layer_remove();
	assert_true(record.n > 200);
	srand(1);
	for (unsigned i = 0; i < n_crashes(); i++) {
		size_t until = (size_t)rand() % (record.n + 1);

		image_make(&im, &start[0], 0, until);
		image_save(&im, t.path);
		image_make(&im, &start[1], 1, until);
		image_save(&im, journal);
		check_state(t.path, until);
	}
	free(im.bytes);
	free(start[0].bytes);
	free(start[1].bytes);
	free_record();
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_f02__every_cut_keeps_what_was_acknowledged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
