#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fuzz/fuzz_registry.c"
#include "support/seeds.h"

static void test_fuzz_registry__seeds(void **state)
{
	assert_true(seeds_run("registry", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz_registry__seeds),
	};

	return cmocka_run_group_tests_name("test_fuzz_registry", tests, NULL, NULL);
}
