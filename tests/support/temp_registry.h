/* A registry in a folder of its own, for tests. */
#ifndef MUSTER_TESTS_TEMP_REGISTRY_H
#define MUSTER_TESTS_TEMP_REGISTRY_H

#include "registry/registry.h"

struct temp_registry {
	char folder[64];
	char path[96];
	struct registry *reg;	/* open for writing */
};

void temp_registry_make(struct temp_registry *t);
void temp_registry_reopen(struct temp_registry *t);
void temp_registry_remove(struct temp_registry *t);
/* Fails the test with what fsck says. */
void temp_registry_verify(const struct temp_registry *t);
/* Runs SQL with the stock sqlite3; fails the test if that fails. */
void temp_registry_sql(const struct temp_registry *t, const char *sql);
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
