#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fuzz/fuzz_handback.c"
#include "support/seeds.h"

static void test_fuzz_handback__seeds(void **state)
{
	assert_true(seeds_run("handback", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz_handback__seeds),
	};

	return cmocka_run_group_tests_name("test_fuzz_handback", tests, NULL, NULL);
}
