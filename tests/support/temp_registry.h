/* A registry in a folder of its own, for tests. */
#ifndef MUSTER_TESTS_TEMP_REGISTRY_H
#define MUSTER_TESTS_TEMP_REGISTRY_H

#include <sys/types.h>

#include "registry/registry.h"

struct temp_registry {
	char folder[64];
	char path[96];
	struct registry *reg;	/* open for writing */
};

void temp_registry_make(struct temp_registry *t);
void temp_registry_reopen(struct temp_registry *t);
void temp_registry_close(struct temp_registry *t);	/* reg becomes NULL */
void temp_registry_remove(struct temp_registry *t);
/* For cmocka: make one into *state, and remove it. */
int temp_registry_setup(void **state);
int temp_registry_teardown(void **state);
/* Writes the text into the folder's in.csv; its path, to be freed. */
char *temp_registry_csv(const struct temp_registry *t, const char *text);
/* Fails the test with what fsck says. */
void temp_registry_verify(const struct temp_registry *t);
/* Runs SQL with the stock sqlite3; fails the test if that fails. */
void temp_registry_sql(const struct temp_registry *t, const char *sql);
/* A process that adds models to the registry until it is killed. */
pid_t temp_registry_start_writer(const char *path);
/* Kills it, and fails the test if it had ended by itself. */
void temp_registry_stop_writer(pid_t pid);
/* A command line of ours, in a shell; its exit status. */
int run_shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The call passes &oops as its last argument. */
#define assert_ok(call) \
	do { \
		struct err oops = ERR_INIT; \
		if ((call) != RC_OK) \
			fail_msg("%s: %s", #call, oops.text); \
	} while (0)

#endif
