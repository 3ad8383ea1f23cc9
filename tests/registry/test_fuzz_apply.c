#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fuzz/fuzz_apply.c"
#include "support/seeds.h"

static void test_fuzz_apply__seeds(void **state)
{
	assert_true(seeds_run("apply", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz_apply__seeds),
	};

	return cmocka_run_group_tests_name("test_fuzz_apply", tests, NULL, NULL);
}
