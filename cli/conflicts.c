#include "cli/conflicts.h"

#include <stdlib.h>

#include "cli/table.h"
#include "registry/testset_slices.h"

#define SAID 10		/* rows */

static size_t say_some(struct cli *c, const struct testset_conflicts *found,
		       bool differs, size_t said)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < found->list.n && said < SAID; i++) {
		if (found->list.at[i].differs != differs)
			continue;
		buf_clear(&b);
		testset_conflict_text(&found->list.at[i], &b);
		cli_note(c, "%s", b.data);
		said++;
	}
	buf_release(&b);
	return said;
}

void say_conflicts(struct cli *c, const struct testset_conflicts *found)
{
	uint64_t n = testset_conflicts_n(found);
	struct buf b = BUF_INIT;
	size_t said;

	if (!n)
		return;
	testset_conflicts_summary(found, &b);
	cli_note(c, "%s; all are taken", b.data);
	/* other targets first: they are the likely mistakes */
	said = say_some(c, found, true, 0);
	say_some(c, found, false, said);
	if (n > SAID)
		cli_note(c, "and %llu more; --json lists the first %d",
			 (unsigned long long)(n - SAID), CONFLICTS_LISTED);
	buf_release(&b);
}

void say_changes(struct cli *c, const struct testset_step_report *r)
{
	const struct testset_differences *v = &r->changes;
	uint64_t all = r->relabelled + r->retired + r->revived;

	for (size_t i = 0; i < v->n && i < SAID; i++) {
		char *key = table_key_text(v->at[i].key);

		cli_note(c, "%s '%s': %s -> %s",
			 testset_change_name(v->at[i].change), key,
			 v->at[i].from ? v->at[i].from : "not active",
			 v->at[i].to ? v->at[i].to : "not active");
		free(key);
	}
	if (v->n > SAID)
		cli_note(c, "and %llu more; --json lists the first %d",
			 (unsigned long long)(all - SAID),
			 STEP_CHANGES_LISTED);
}

void changes_write(struct json_out *o, const struct testset_step_report *r)
{
	const struct testset_differences *v = &r->changes;

	if (!v->n)
		return;
	jo_key(o, "changes");
	jo_array(o);
	for (size_t i = 0; i < v->n; i++) {
		jo_object(o);
		jo_kstr(o, "change", testset_change_name(v->at[i].change));
		jo_kstr(o, "key", v->at[i].key);
		jo_kstr(o, "from", v->at[i].from);
		jo_kstr(o, "to", v->at[i].to);
		jo_end(o);
	}
	jo_end(o);
}
