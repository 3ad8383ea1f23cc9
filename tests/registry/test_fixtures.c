/* Every schema that was ever released opens, migrates and reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "registry/model.h"
#include "registry/schema.h"
#include "support/temp_registry.h"

static void open_and_read(int schema)
{
	char fixture[64];
	struct temp_registry t;
	struct model_rec m;
	struct version_ref r;

	snprintf(fixture, sizeof(fixture), "tests/fixtures/registry-v%d.db",
		 schema);
	if (access(fixture, R_OK) != 0) {
		/* the newest one only: no release has left it behind yet */
		assert_int_equal(schema, SCHEMA_VERSION);
		print_message("no %s yet: schema %d is not released\n", fixture,
			      schema);
		return;
	}
	temp_registry_make(&t);
	temp_registry_close(&t);
	assert_int_equal(run_shell("cp '%s' '%s' && chmod 600 '%s'", fixture,
				   t.path, t.path), 0);
	temp_registry_reopen(&t);
	assert_ok(reg_model_get(t.reg, "matcher", &m, &oops));
	assert_int_equal(m.production, 1);
	model_rec_release(&m);
	assert_ok(reg_version_resolve(t.reg, "matcher@1", &r, &oops));
	free(r.model);
	assert_ok(reg_model_add(t.reg, "new", NULL, &oops));
	temp_registry_verify(&t);
	temp_registry_remove(&t);
}

static void test_fixtures__every_released_schema_opens(void **state)
{
	(void)state;
	for (int schema = 1; schema <= SCHEMA_VERSION; schema++)
		open_and_read(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixtures__every_released_schema_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
