#include "cli/conflicts.h"

#define SAID 10		/* rows */

void say_conflicts(struct cli *c, const struct testset_conflicts *found)
{
	uint64_t n = testset_conflicts_n(found);
	struct buf b = BUF_INIT;

	if (!n)
		return;
	testset_conflicts_summary(found, &b);
	cli_note(c, "%s; all are taken", b.data);
	for (size_t i = 0; i < found->list.n && i < SAID; i++) {
		buf_clear(&b);
		testset_conflict_text(&found->list.at[i], &b);
		cli_note(c, "%s", b.data);
	}
	if (n > SAID)
		cli_note(c, "and %llu more; --json lists the first %d",
			 (unsigned long long)(n - SAID), CONFLICTS_LISTED);
	buf_release(&b);
}
