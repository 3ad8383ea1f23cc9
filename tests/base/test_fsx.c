#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"

/* A folder of the test's own; the working folder while it runs. */
static int enter(void **state)
{
	char folder[] = "/tmp/muster-test-XXXXXX";

	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	*state = xstrdup(folder);
	return 0;
}

static void empty_folder(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		char *name;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		name = xasprintf("%s/%s", path, e->d_name);
		if (e->d_type == DT_DIR)
			empty_folder(name);
		remove(name);
		free(name);
	}
	if (dir)
		closedir(dir);
}

static int leave(void **state)
{
	empty_folder(*state);
	if (chdir("/") < 0 || rmdir(*state) < 0)
		return -1;
	free(*state);
	return 0;
}

static unsigned mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static size_t n_entries(void)
{
	DIR *dir = opendir(".");
	size_t n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n - 2;
}

static void expect_content(const char *path, const char *content)
{
	struct buf b = BUF_INIT;

	assert_int_equal(fsx_read(path, 1000, &b, NULL), RC_OK);
	assert_string_equal(b.data, content);
	buf_release(&b);
}

static void test_fsx__write_and_replace(void **state)
{
	assert_int_equal(fsx_write("f", "one", 3, 0600, false, NULL), RC_OK);
	expect_content("f", "one");
	assert_int_equal(fsx_write("f", "two", 3, 0600, false, NULL),
			 RC_EXISTS);
	expect_content("f", "one");
	assert_int_equal(fsx_write("f", "three", 5, 0644, true, NULL), RC_OK);
	expect_content("f", "three");
	assert_int_equal(fsx_write("e", NULL, 0, 0600, false, NULL), RC_OK);
	expect_content("e", "");
	/* nothing else is left behind */
	assert_int_equal(n_entries(), 2);
}

/* FAULTS F65 */
static void test_fsx__modes_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 000, 022, 077, 0777 };

	for (size_t i = 0; i < 4; i++) {
		mode_t old = umask(masks[i]);
		enum rc rc[4];

		rc[0] = fsx_write("private", "x", 1, 0600, true, NULL);
		rc[1] = fsx_create_store("group", 0660, NULL);
		rc[2] = fsx_create_store("own", 0600, NULL);
		rc[3] = fsx_mkdirs("folder", 0700, NULL);
		umask(old);
		for (size_t k = 0; k < 4; k++)
			assert_int_equal(rc[k], RC_OK);
		assert_int_equal(mode_of("private"), 0600);
		assert_int_equal(mode_of("group"), 0660);
		assert_int_equal(mode_of("own"), 0600);
		assert_int_equal(mode_of("folder"), 0700);
		unlink("group");
		unlink("own");
		rmdir("folder");
	}
}

static void test_fsx__links_and_devices_are_not_replaced(void **state)
{
	assert_int_equal(fsx_write("target", "old", 3, 0600, false, NULL),
			 RC_OK);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(fsx_write("link", "new", 3, 0600, true, NULL),
			 RC_REFUSED);
	assert_int_equal(fsx_write("dangling", "new", 3, 0600, true, NULL),
			 RC_REFUSED);
	assert_int_equal(fsx_write("fifo", "new", 3, 0600, true, NULL),
			 RC_REFUSED);
	assert_int_equal(fsx_write("/dev/null", "new", 3, 0600, true, NULL),
			 RC_REFUSED);
	assert_int_equal(fsx_create_store("dangling", 0600, NULL), RC_EXISTS);
	expect_content("target", "old");
}

static void test_fsx__reading_refuses_and_never_waits(void **state)
{
	struct buf b = BUF_INIT;
	struct err err = ERR_INIT;

	buf_str(&b, "kept");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(fsx_write("big", "0123456789", 10, 0600, false, NULL),
			 RC_OK);
	assert_int_equal(fsx_read("fifo", 9, &b, &err), RC_BAD_INPUT);
	assert_int_equal(fsx_read(".", 9, &b, &err), RC_BAD_INPUT);
	assert_int_equal(fsx_read("/dev/zero", 9, &b, &err), RC_BAD_INPUT);
	assert_int_equal(fsx_read("missing", 9, &b, &err), RC_NOT_FOUND);
	assert_non_null(strstr(err.text, "'missing'"));
	assert_int_equal(fsx_read("loop", 9, &b, &err), RC_IO);
	assert_int_equal(fsx_read("big", 9, &b, &err), RC_BAD_INPUT);
	assert_string_equal(b.data, "kept");
	assert_int_equal(fsx_read("big", 10, &b, &err), RC_OK);
	assert_string_equal(b.data, "kept0123456789");
	buf_release(&b);
}

static void test_fsx__writing_where_it_cannot(void **state)
{
	assert_int_equal(fsx_write("no/f", "x", 1, 0600, false, NULL),
			 RC_NOT_FOUND);
	assert_int_equal(fsx_write("/proc/f", "x", 1, 0600, false, NULL) !=
			 RC_OK, 1);
	assert_int_equal(fsx_write("", "x", 1, 0600, true, NULL) != RC_OK, 1);
}

static void test_fsx__mkdirs(void **state)
{
	assert_int_equal(fsx_mkdirs("a/b/c/", 0700, NULL), RC_OK);
	assert_int_equal(mode_of("a/b/c"), 0700);
	assert_int_equal(fsx_mkdirs("a/b/c", 0755, NULL), RC_OK);
	assert_int_equal(mode_of("a/b/c"), 0700);
	assert_int_equal(fsx_mkdirs("/", 0755, NULL), RC_OK);
	assert_int_equal(fsx_write("file", "x", 1, 0600, false, NULL), RC_OK);
	assert_int_equal(fsx_mkdirs("file/x", 0700, NULL) != RC_OK, 1);
	assert_int_equal(fsx_mkdirs("file", 0700, NULL), RC_EXISTS);
}

static void test_fsx__rename(void **state)
{
	assert_int_equal(fsx_write("a", "x", 1, 0600, false, NULL), RC_OK);
	assert_int_equal(fsx_rename("a", "b", NULL), RC_OK);
	assert_false(fsx_exists("a"));
	assert_true(fsx_exists("b"));
	assert_int_equal(fsx_rename("a", "b", NULL), RC_NOT_FOUND);
}

static void test_fsx__folders_of_the_user(void **state)
{
	char *dir;

	setenv("HOME", "/home/x", 1);
	setenv("XDG_DATA_HOME", "/data", 1);
	setenv("XDG_STATE_HOME", "relative", 1);
	unsetenv("XDG_CONFIG_HOME");
	dir = fsx_data_dir();
	assert_string_equal(dir, "/data/muster");
	free(dir);
	dir = fsx_state_dir();
	assert_string_equal(dir, "/home/x/.local/state/muster");
	free(dir);
	dir = fsx_config_dir();
	assert_string_equal(dir, "/home/x/.config/muster");
	free(dir);
	unsetenv("HOME");
	assert_null(fsx_config_dir());
}

static void test_fsx__the_environment_is_no_identity(void **state)
{
	setenv("USER", "somebody-else", 1);
	setenv("LOGNAME", "somebody-else", 1);
	assert_string_not_equal(fsx_login(), "somebody-else");
	assert_ptr_equal(fsx_login(), fsx_login());
	assert_int_equal(fsx_uid(), getuid());
	assert_true(fsx_loginuid() >= -1);
}

static void test_fsx__free_space(void **state)
{
	uint64_t n = 0;

	assert_int_equal(fsx_free_space(".", &n, NULL), RC_OK);
	assert_true(n > 0);
	assert_int_equal(fsx_free_space("missing", &n, NULL), RC_NOT_FOUND);
	assert_false(fsx_is_remote("/proc", NULL));
}

static void test_fsx__guarded_files_keep_their_place(void **state)
{
	static const char *const names[] = {
		"r.db", "./r.db", "same/r.db", "soft", "hard", "r.db-journal",
		"same/r.db-wal", "r.db-shm",
	};
	struct fsx_guard *one, *two;
	struct stat before, now;
	char *kept;

	(void)state;
	assert_null(fsx_guard("r.db"));
	assert_int_equal(fsx_write("r.db", "a", 1, 0600, false, NULL), RC_OK);
	assert_int_equal(symlink(".", "same"), 0);
	assert_int_equal(symlink("r.db", "soft"), 0);
	assert_int_equal(link("r.db", "hard"), 0);
	one = fsx_guard("soft");
	two = fsx_guard("r.db");
	assert_int_equal(stat("r.db", &before), 0);
	for (int held = 2; held; held--) {
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
			assert_int_equal(fsx_write(names[i], "b", 1, 0600,
						   true, NULL), RC_REFUSED);
			assert_int_equal(fsx_write_keep(names[i], "b", 1, 0600,
							&kept, NULL),
					 RC_REFUSED);
			assert_null(kept);
		}
		assert_int_equal(stat("r.db", &now), 0);
		assert_int_equal(now.st_ino, before.st_ino);
		assert_int_equal(now.st_nlink, before.st_nlink);
		assert_int_equal(fsx_check_guards("r.db-journal.txt", NULL),
				 RC_OK);
		fsx_unguard(held == 2 ? one : two);
	}
	assert_int_equal(fsx_write("r.db", "b", 1, 0600, true, NULL), RC_OK);
	assert_int_equal(fsx_check_guards("r.db-journal", NULL), RC_OK);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(test_fsx__write_and_replace),
		IN_FOLDER(test_fsx__modes_whatever_the_umask),
		IN_FOLDER(test_fsx__links_and_devices_are_not_replaced),
		IN_FOLDER(test_fsx__reading_refuses_and_never_waits),
		IN_FOLDER(test_fsx__writing_where_it_cannot),
		IN_FOLDER(test_fsx__guarded_files_keep_their_place),
		IN_FOLDER(test_fsx__mkdirs),
		IN_FOLDER(test_fsx__rename),
		cmocka_unit_test(test_fsx__folders_of_the_user),
		cmocka_unit_test(test_fsx__the_environment_is_no_identity),
		IN_FOLDER(test_fsx__free_space),
	};

	return cmocka_run_group_tests_name("test_fsx", tests, NULL, NULL);
}
