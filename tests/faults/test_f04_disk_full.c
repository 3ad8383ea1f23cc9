/* F04: the disk fills up at any write. F36: a sync fails.
 *
 * Run by itself for the group; with arguments it is the program that the
 * injections start: "add PATH NAME" adds a model and says what it was told. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fsx.h"
#include "registry/checkpoint.h"
#include "registry/inside.h"
#include "registry/model.h"
#include "support/temp_registry.h"

static char self[4096];

enum { SAVED = 0, NOT_SAVED = 10, NO_OPEN = 11 };

static int add(const char *path, const char *name)
{
	struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg;
	enum rc rc;

	if (reg_open(&o, &reg, &err) != RC_OK) {
		fprintf(stderr, "open: %s\n", err.text);
		return NO_OPEN;
	}
	rc = reg_model_add(reg, name, NULL, &err);
	if (rc != RC_OK)
		fprintf(stderr, "%s\n", err.text);
	reg_close(reg);
	return rc == RC_OK ? SAVED : NOT_SAVED;
}

static bool has_model(const char *path, const char *name)
{
	struct reg_options o = { .path = path, .readonly = false };
	struct registry *reg;
	struct model_rec m;
	enum rc rc;

	assert_ok(reg_open(&o, &reg, &oops));
	rc = reg_model_get(reg, name, &m, NULL);
	if (rc == RC_OK)
		model_rec_release(&m);
	reg_close(reg);
	return rc == RC_OK;
}

/* Each sync of a commit in turn fails once with EIO: what the program says
 * must be what the file says. */
static void test_f36__after_a_failed_sync_the_file_is_asked(void **state)
{
	struct temp_registry t;
	char name[32];
	int n_injected = 0;

	(void)state;
	if (run_shell("strace -o /dev/null true 2>/dev/null") != 0) {
		print_message("strace cannot trace here\n");
		skip();
	}
	temp_registry_make(&t);
	temp_registry_close(&t);
	for (int call = 1; call <= 12; call++) {
		int status;

		snprintf(name, sizeof(name), "m%d", call);
		status = run_shell("ASAN_OPTIONS=detect_leaks=0 "
				   "strace -qq -o '%s/trace' -e trace=fdatasync,"
				   "fsync -e inject=fdatasync,fsync:error=EIO:"
				   "when=%d '%s' add '%s' %s 2>'%s/said'",
				   t.folder, call, self, t.path, name, t.folder);
		if (status != SAVED && status != NOT_SAVED)
			fail_msg("sync %d: ended with %d", call, status);
		assert_int_equal(has_model(t.path, name), status == SAVED);
		temp_registry_verify(&t);
		n_injected += run_shell("grep -q INJECTED '%s/trace'",
					t.folder) == 0;
	}
	assert_true(n_injected >= 4);
	temp_registry_remove(&t);
}

static enum rc count_line(const struct log_line *line, void *arg,
			  struct err *err)
{
	(void)line;
	(void)err;
	++*(int *)arg;
	return RC_OK;
}

/* A disk that failed while saving and cannot be opened again: all that asks
 * is told, nothing is answered as if the log were empty, and it goes on once
 * the disk is back. */
static void test_f36__a_lost_connection_is_told(void **state)
{
	struct temp_registry t;
	struct model_recs all;
	struct buf head = BUF_INIT;
	struct log_filter filter = { .limit = 10 };
	struct err err = ERR_INIT;
	struct hash name;
	uint64_t size;
	int lines = 0;

	(void)state;
	temp_registry_make(&t);
	db_close(t.reg->db);
	t.reg->db = t.reg->shown = db_lost(t.reg->path);
	assert_int_equal(reg_checkpoint(t.reg, "o", &head, &err), RC_IO);
	assert_int_equal(head.len, 0);
	assert_non_null(strstr(err.text, "start muster again"));
	assert_int_equal(reg_read_size(t.reg, &size, &err), RC_IO);
	assert_int_equal(reg_size(t.reg), 0);
	assert_int_equal(reg_model_list(t.reg, &all, &err), RC_IO);
	assert_int_equal(reg_log(t.reg, &filter, count_line, &lines, &err),
			 RC_IO);
	assert_int_equal(lines, 0);
	assert_int_equal(reg_read_begin(t.reg, &err), RC_IO);
	assert_int_equal(reg_blob_put(t.reg, "x", 1, &name, &err), RC_IO);
	assert_ok(reg_model_add(t.reg, "again", NULL, &oops));
	assert_int_equal(reg_size(t.reg), 2);
	temp_registry_verify(&t);
	temp_registry_remove(&t);
}

static void fill(const char *folder, uint64_t leave)
{
	uint64_t left;

	assert_ok(fsx_free_space(folder, &left, &oops));
	if (left > leave)
		run_shell("head -c %llu /dev/zero >'%s/ballast' 2>/dev/null",
			  (unsigned long long)(left - leave), folder);
}

static void test_f04__a_full_disk_loses_nothing(void **state)
{
	struct temp_registry t;
	char folder[96], path[128], name[32], text[20000];
	struct model_change c = { .description = text };
	struct reg_options o = { .path = path };
	struct registry *reg;
	struct err err = ERR_INIT;
	int n_full = 0;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	temp_registry_make(&t);
	snprintf(folder, sizeof(folder), "%s/small", t.folder);
	snprintf(path, sizeof(path), "%s/registry.db", folder);
	mkdir(folder, 0700);
	if (mount("tmpfs", folder, "tmpfs", 0, "size=2m,mode=0700") != 0) {
		print_message("no tmpfs can be mounted here: %s\n",
			      strerror(errno));
		temp_registry_remove(&t);
		skip();
	}
	assert_ok(reg_create(path, &oops));
	assert_ok(reg_open(&o, &reg, &oops));
	for (unsigned i = 0; i < 40; i++) {
		uint64_t size = reg_size(reg);
		enum rc rc;

		snprintf(name, sizeof(name), "m%u", i);
		fill(folder, i * 4096);
		rc = reg_model_add(reg, name, &c, &err);
		if (rc != RC_OK && rc != RC_NO_SPACE && rc != RC_IO)
			fail_msg("%u: %s", i, err.text);
		n_full += rc != RC_OK;
		assert_int_equal(reg_size(reg), size + (rc == RC_OK));
		run_shell("rm -f '%s/ballast'", folder);
		if (rc != RC_OK)
			assert_ok(reg_model_add(reg, name, NULL, &oops));
	}
	reg_close(reg);
	struct reg_verdict v;

	assert_ok(reg_fsck(path, NULL, &v, &oops));
	if (!v.ok)
		fail_msg("%s", v.why);
	assert_true(n_full > 0);
	umount(folder);
	temp_registry_remove(&t);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f36__after_a_failed_sync_the_file_is_asked),
		cmocka_unit_test(test_f36__a_lost_connection_is_told),
		cmocka_unit_test(test_f04__a_full_disk_loses_nothing),
	};

	if (argc == 4 && !strcmp(argv[1], "add"))
		return add(argv[2], argv[3]);
	if (!realpath(argv[0], self))
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
