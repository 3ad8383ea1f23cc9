/* F01: two writers, killed at random moments of their commits. Each
 * acknowledged change is there afterwards and the log verifies.
 * MUSTER_KILLS sets how many (200; 'make torture' asks for 10,000). */
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "registry/model.h"
#include "support/temp_registry.h"

/* Adds models w<round>-<i> until killed; each that is acknowledged is told to
 * the parent as its number. */
static void write_until_killed(const char *path, unsigned round, int told)
{
	struct reg_options o = { .path = path };
	struct err err = ERR_INIT;
	struct registry *reg;
	char name[64];

	if (reg_open(&o, &reg, &err) != RC_OK)
		goto bad;
	for (uint32_t i = 0;; i++) {
		snprintf(name, sizeof(name), "w%u-%u", round, i);
		if (reg_model_add(reg, name, NULL, &err) != RC_OK)
			goto bad;
		if (write(told, &i, sizeof(i)) != sizeof(i))
			_exit(0);
	}
bad:
	fprintf(stderr, "writer: %s\n", err.text);
	_exit(9);
}

static pid_t start(const char *path, unsigned round, int *told)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		write_until_killed(path, round, ends[1]);
	}
	close(ends[1]);
	*told = ends[0];
	return pid;
}

/* Kills it and takes what it had acknowledged; how many these were. */
static uint32_t stop(pid_t pid, int told)
{
	uint32_t i, n = 0;
	int status;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		fail_msg("a writer ended by itself with %d",
			 WEXITSTATUS(status));
	while (read(told, &i, sizeof(i)) == sizeof(i))
		n = i + 1;
	close(told);
	return n;
}

static void check_acknowledged(const struct temp_registry *t,
			       const uint32_t *n, unsigned rounds)
{
	struct reg_options o = { .path = t->path };
	struct registry *reg;
	struct model_recs all;
	uint32_t *seen = calloc(rounds, sizeof(*seen));
	unsigned round, i;

	assert_ok(reg_open(&o, &reg, &oops));
	assert_ok(reg_model_list(reg, &all, &oops));
	for (size_t k = 0; k < all.n; k++)
		if (sscanf(all.at[k].name, "w%u-%u", &round, &i) == 2 &&
		    round < rounds)
			seen[round]++;
	for (unsigned r = 0; r < rounds; r++)
		if (seen[r] < n[r])
			fail_msg("writer %u: %u acknowledged, %u found", r,
				 n[r], seen[r]);
	model_recs_release(&all);
	reg_close(reg);
	free(seen);
	temp_registry_verify(t);
}

/* How long a writer needs until its second change is acknowledged: where the
 * disk is slow, all that is killed sooner proves nothing. */
static unsigned usual_us(const char *path)
{
	uint64_t from = clock_ns();
	uint32_t i;
	int told;
	pid_t pid = start(path, UINT32_MAX, &told);

	for (int k = 0; k < 2; k++)
		assert_int_equal(read(told, &i, sizeof(i)), sizeof(i));
	from = (clock_ns() - from) / 1000;
	(void)stop(pid, told);
	return from < 25000 ? 25000 : from > 1000000 ? 1000000 : (unsigned)from;
}

static void test_f01__no_acknowledged_change_is_lost(void **state)
{
	const char *text = getenv("MUSTER_KILLS");
	int64_t kills = 200;
	struct temp_registry t;
	uint32_t *n, all = 0;
	pid_t pid[2];
	int told[2];
	unsigned round = 0, usual;

	(void)state;
	if (text)
		assert_true(decimal_read_i64(text, strlen(text), &kills));
	n = calloc((size_t)kills + 2, sizeof(*n));
	temp_registry_make(&t);
	temp_registry_close(&t);
	srandom((unsigned)clock_ns());
	usual = usual_us(t.path);
	while (round < kills) {
		for (unsigned k = 0; k < 2; k++)
			pid[k] = start(t.path, round + k, &told[k]);
		for (unsigned k = 0; k < 2; k++) {
			clock_sleep_us(3000 + (unsigned)random() % usual);
			n[round] = stop(pid[k], told[k]);
			all += n[round++];
		}
		if (round % 500 == 0)
			check_acknowledged(&t, n, round);
	}
	check_acknowledged(&t, n, round);
	printf("# %u kills, %u acknowledged changes, 0 lost\n", round, all);
	assert_true(all > 0);
	free(n);
	temp_registry_remove(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_f01__no_acknowledged_change_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
