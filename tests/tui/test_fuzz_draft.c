#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fuzz/fuzz_draft.c"
#include "support/seeds.h"

static void test_fuzz_draft__seeds(void **state)
{
	assert_true(seeds_run("draft", LLVMFuzzerTestOneInput) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fuzz_draft__seeds),
	};

	return cmocka_run_group_tests_name("test_fuzz_draft", tests, NULL, NULL);
}
