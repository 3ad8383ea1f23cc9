/* F23: a long log is verified in memory that does not grow with it.
 * MUSTER_ENTRIES sets how long (20,000; torture 1,000,000). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/decimal.h"
#include "registry/model.h"
#include "support/temp_registry.h"

enum { AT_ONCE = 5000 };

struct batch {
	uint64_t first, n;
};

static enum rc add_batch(struct reg_tx *tx, void *arg, struct err *err)
{
	const struct batch *b = arg;
	enum rc rc = RC_OK;

	for (uint64_t i = 0; i < b->n && rc == RC_OK; i++) {
		struct json *body = json_new_object();
		struct json *changes = json_new_object();
		struct json *step = json_new_object();
		char from[40], to[40];

		snprintf(from, sizeof(from), "owner %llu",
			 (unsigned long long)(b->first + i));
		snprintf(to, sizeof(to), "owner %llu",
			 (unsigned long long)(b->first + i + 1));
		json_set_str(step, "from", from);
		json_set_str(step, "to", to);
		json_set(changes, "owner", step);
		json_set(body, "changes", changes);
		json_set_str(body, "name", "m");
		json_set_str(body, "reason", "moved on");
		rc = tx_append(tx, "model.set", "model/m", TX_ANY_BASE, body,
			       NULL, err);
	}
	return rc;
}

/* In a process of its own: its largest size in KiB is told by wait4. */
static void fsck_in_child(const char *path, uint64_t entries, long *kib,
			  double *seconds)
{
	struct reg_verdict v;
	struct rusage used;
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(reg_fsck(path, NULL, &v, NULL) != RC_OK || !v.ok ||
		      v.entries != entries);
	wait4(pid, &status, 0, &used);
	assert_int_equal(status, 0);
	*kib = used.ru_maxrss;
	*seconds = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
		   (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) /
		   1e6;
}

static void test_f23__a_long_log_in_little_memory(void **state)
{
	const char *text = getenv("MUSTER_ENTRIES");
	struct temp_registry t;
	struct model_change c = { .owner = "owner 0" };
	uint64_t n = 20000, entries;
	double seconds;
	long kib;

	(void)state;
	if (text)
		assert_true(decimal_read_u64(text, strlen(text), &n));
	temp_registry_make(&t);
	assert_ok(reg_model_add(t.reg, "m", &c, &oops));
	for (uint64_t i = 0; i < n; i += AT_ONCE) {
		struct batch b = { i, n - i < AT_ONCE ? n - i : AT_ONCE };

		assert_ok(reg_write(t.reg, add_batch, &b, &oops));
	}
	entries = reg_size(t.reg);
	reg_close(t.reg);
	t.reg = NULL;
	fsck_in_child(t.path, entries, &kib, &seconds);
	print_message("%llu entries: %ld KiB, %d ms\n",
		      (unsigned long long)entries, kib,
		      (int)(seconds * 1000));
#ifndef MUSTER_SANITIZE
	assert_true(kib < 65536);
#endif
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f23__a_long_log_in_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
