/* testset create, list, show, patterns. */
#include <string.h>

#include "base/clock.h"
#include "cli/cli.h"
#include "cli/conflicts.h"
#include "cli/patterns.h"
#include "cli/propose.h"
#include "registry/looks.h"
#include "registry/testset.h"

static void spec_release(struct testset_spec *s)
{
	strs_release(&s->keys);
	strs_release(&s->inputs);
	strs_release(&s->slices);
}

/* What is left open there, the file may suggest (cli/propose.h). */
static void spec_from_options(const struct opts *o, struct testset_spec *s,
			      struct proposal *p)
{
	const char *task = opt_str(o, "task");

	s->target = opt_str(o, "target");
	s->positive = opt_str(o, "positive");
	s->weight = opt_str(o, "weight");
	s->group = opt_str(o, "group");
	s->scale = opt_str(o, "scale");
	s->source = opt_str(o, "source");
	opt_commas(o, "key", &s->keys);
	opt_list(o, "input", &s->inputs);
	opt_list(o, "slice", &s->slices);
	p->has_task = task && task_from_name(task, &s->task);
}

static void say_notes(struct cli *c, const struct import_report *r)
{
	for (size_t i = 0; i < r->notes.n; i++)
		cli_note(c, "%s", r->notes.at[i]);
}

static void warn_similar(struct cli *c, const char *name)
{
	struct testset_infos list = VEC_INIT;

	if (reg_testset_list(c->reg, &list, NULL) != RC_OK)
		return;
	for (size_t i = 0; i < list.n; i++) {
		cli_warn_case(c, name, list.at[i].name);
		testset_info_release(&list.at[i]);
	}
	vec_free(&list);
}

static void created_json(struct json_out *o, const void *arg)
{
	const struct import_report *r = arg;

	jo_kint(o, "rows", (int64_t)r->rows);
	jo_key(o, "conflicts");
	testset_conflicts_write(o, &r->conflicts);
}

static enum rc run_create(struct cli *c, struct err *err)
{
	struct testset_spec spec = { .name = cli_arg(c, 0) };
	struct import_report report = { 0 };
	struct proposal proposal = { 0 };
	enum rc rc = cli_readable(cli_arg(c, 1), err);

	spec_from_options(&c->opts, &spec, &proposal);
	if (rc == RC_OK)
		rc = propose_testset(c, cli_arg(c, 1), &spec, &proposal, err);
	if (rc == RC_OK)
		rc = reg_testset_create(c->reg, &spec, cli_arg(c, 1),
					c->dry_run, cli_progress(c), &report,
					err);
	if (rc == RC_OK) {
		say_notes(c, &report);
		say_conflicts(c, &report.conflicts);
		warn_similar(c, spec.name);
		c->did_more = created_json;
		c->did_arg = &report;
		cli_did(c, "created", "create",
			"test set %s revision 1: %llu patterns", spec.name,
			(unsigned long long)report.rows);
	}
	import_report_release(&report);
	spec_release(&spec);
	proposal_release(&proposal);
	return rc;
}

static const struct table_column list_columns[] = {
	{ "name", "test set", false }, { "task", "task", false },
	{ "revision", "revision", true }, { "n", "n", true },
	{ "retired", "retired", true }, { "target", "target", false },
	{ "slices", "slices", false }, { "digest", "digest", false }, { 0 },
};

static enum rc run_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"testsets", false, list_columns,
		"no test sets yet: 'muster testset create NAME FILE.csv'",
	};
	struct testset_infos list = VEC_INIT;
	enum rc rc = reg_testset_list(c->reg, &list, err);
	struct table *t;

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < list.n; i++) {
		struct testset_info *s = &list.at[i];

		table_str(t, s->name);
		table_str(t, task_name(s->task));
		table_int(t, s->revision);
		table_int(t, (int64_t)s->n);
		table_int(t, (int64_t)s->n_retired);
		table_str(t, s->target);
		table_strs(t, &s->slices);
		table_digest(t, s->digest);
		testset_info_release(s);
	}
	table_end(t);
	vec_free(&list);
	return RC_OK;
}

static const struct table_column revision_columns[] = {
	{ "revision", "revision", true }, { "digest", "digest", false },
	{ "n", "n", true }, { "added", "added", true },
	{ "relabelled", "relabelled", true }, { "retired", "retired", true },
	{ NULL, "revived", true },
	{ "time", "time", false }, { "actor", "by", false },
	{ "reason", "reason", false }, { 0 },
};
static const struct table_spec revision_spec = {
	"revisions", false, revision_columns, NULL,
};

static void revision_rows(struct table *t, const struct testset_info *s)
{
	for (size_t i = 0; i < s->n_revisions; i++) {
		const struct testset_revision *r = &s->revisions[i];
		char when[CLOCK_TEXT];

		table_int(t, r->revision);
		table_digest(t, r->digest);
		table_int(t, (int64_t)r->n);
		table_int(t, (int64_t)r->added);
		table_int(t, (int64_t)r->relabelled);
		table_int(t, (int64_t)r->retired);
		table_int(t, (int64_t)r->revived);
		table_str(t, clock_format(r->time, when));
		table_str(t, r->actor);
		table_str(t, r->reason);
	}
	table_end(t);
}

static void show_json(struct cli *c, const struct testset_info *s)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_kstr(&o, "name", s->name);
	jo_kstr(&o, "task", task_name(s->task));
	jo_kint(&o, "revision", s->revision);
	jo_kstr(&o, "digest", s->digest);
	jo_kint(&o, "n", (int64_t)s->n);
	jo_kint(&o, "retired", (int64_t)s->n_retired);
	jo_key(&o, "labels");
	jo_array(&o);
	for (size_t i = 0; i < s->labels.n; i++)
		jo_str(&o, s->labels.at[i]);
	jo_end(&o);
	revision_rows(table_new_within(&c->out, &o, &revision_spec), s);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

static const struct table_column head_columns[] = {
	{ "name", "test set", false }, { "task", "task", false },
	{ "revision", "revision", false }, { "digest", "digest", false },
	{ "n", "n", false }, { "retired", "retired", false },
	{ "labels", "labels", false }, { "target", "target", false },
	{ "positive", "positive", false }, { "keys", "key", false },
	{ "inputs", "inputs", false }, { "slices", "slices", false },
	{ 0 },
};

static void show_head(struct cli *c, const struct testset_info *s)
{
	static const struct table_spec spec = { NULL, true, head_columns, NULL };
	struct table *t = cli_table(c, &spec);

	table_str(t, s->name);
	table_str(t, task_name(s->task));
	table_int(t, s->revision);
	table_str(t, s->digest);
	table_int(t, (int64_t)s->n);
	table_int(t, (int64_t)s->n_retired);
	table_strs(t, &s->labels);
	table_str(t, s->target);
	table_str(t, s->positive);
	table_strs(t, &s->keys);
	table_strs(t, &s->inputs);
	table_strs(t, &s->slices);
	table_end(t);
}

static void looks_line(struct cli *c, const struct looks *l)
{
	char when[CLOCK_TEXT];

	buf_printf(&c->out.buf, "\nlooked at %llu times since revision %lld "
		   "grew it (%s): %llu versions, %llu of them chosen\n",
		   (unsigned long long)l->evaluations, (long long)l->revision,
		   clock_format(l->time, when),
		   (unsigned long long)l->versions,
		   (unsigned long long)l->chosen);
}

static const struct table_column looks_columns[] = {
	{ "testset", "test set", false },
	{ "since_revision", "since revision", false },
	{ "since_time", "since", false },
	{ "evaluations", "evaluations", false },
	{ "versions", "versions", false }, { "chosen", "chosen", false },
	{ 0 },
};

static enum rc run_looks(struct cli *c, struct err *err)
{
	static const struct table_spec spec = { NULL, true, looks_columns,
						NULL };
	char when[CLOCK_TEXT];
	struct looks l;
	struct table *t;
	enum rc rc = reg_looks(c->reg, cli_arg(c, 0), &l, err);

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	table_str(t, cli_arg(c, 0));
	table_int(t, l.revision);
	table_str(t, clock_format(l.time, when));
	table_int(t, (int64_t)l.evaluations);
	table_int(t, (int64_t)l.versions);
	table_int(t, (int64_t)l.chosen);
	table_end(t);
	return RC_OK;
}

static enum rc info_of(struct cli *c, struct testset_info *s, struct err *err)
{
	char *name;
	int64_t revision;
	enum rc rc = cli_testset_ref(cli_arg(c, 0), &name, &revision, err);

	if (rc == RC_OK)
		rc = reg_testset_info(c->reg, name, revision, s, err);
	free(name);
	return rc;
}

static enum rc run_show(struct cli *c, struct err *err)
{
	struct testset_info s = { 0 };
	struct looks looks;
	enum rc rc = info_of(c, &s, err);

	if (rc == RC_OK)
		rc = reg_looks(c->reg, s.name, &looks, err);
	if (rc != RC_OK)
		goto out;
	if (c->format == FORMAT_JSON) {
		show_json(c, &s);
	} else {
		if (c->format != FORMAT_CSV) {
			show_head(c, &s);
			buf_char(&c->out.buf, '\n');
		}
		revision_rows(cli_table(c, &revision_spec), &s);
		if (c->format == FORMAT_TEXT)
			looks_line(c, &looks);
	}
out:
	testset_info_release(&s);
	return rc;
}

static enum rc run_patterns(struct cli *c, struct err *err)
{
	struct testset *t = NULL;
	char *name = NULL;
	int64_t revision;
	uint64_t limit;
	enum rc rc = cli_testset_ref(cli_arg(c, 0), &name, &revision, err);

	if (rc == RC_OK)
		rc = opt_u64(&c->opts, "limit", UINT64_MAX, &limit, err);
	if (rc == RC_OK)
		rc = reg_testset_open(c->reg, name, revision, &t, err);
	if (rc == RC_OK)
		rc = patterns_show(c, t, opt_str(&c->opts, "where"), limit,
				   err);
	testset_close(t);
	free(name);
	return rc;
}

static const struct option create_options[] = {
	{ "task", 0, "TASK", "binary, multiclass or regression",
	  false, "binary|multiclass|regression" },
	{ "target", 0, "COL", "the column with the true answers", false, NULL },
	{ "positive", 0, "LABEL", "binary: the label that counts as positive",
	  false, NULL },
	{ "key", 0, "COL[,COL]...", "column(s) that name a pattern",
	  true, NULL },
	{ "slice", 0, "COL[+COL]...", "column, or intersection, to slice by",
	  true, NULL },
	{ "input", 0, "COL", "an input; none: every column not named otherwise",
	  true, NULL },
	{ "weight", 0, "COL", "weight of a pattern", false, NULL },
	{ "group", 0, "COL", "regression: errors are averaged by it first",
	  false, NULL },
	{ "scale", 0, "COL", "regression: divisor for mase", false, NULL },
	{ "source", 0, "TEXT", "where the patterns come from", false, NULL },
	{ 0 },
};

static const struct option patterns_options[] = {
	{ "where", 0, "EXPR", "only patterns that match", false, NULL },
	{ "limit", 0, "N", "at most so many", false, NULL },
	{ 0 },
};

const struct command testset_commands[] = {
	{
		.words = "testset create", .args = "NAME FILE.csv",
		.min_args = 2, .max_args = 2,
		.summary = "create a living test set from a CSV file",
		.more = "FILE.csv has a header; '-' is standard input. The "
			"second column of one name is\nNAME#2. Without --key "
			"the digest of the inputs is the key.",
		.options = create_options,
		.examples = (const char *const[]){
			"testset create loans loans.csv --task binary "
			"--target repaid --positive yes --key id --slice "
			"region --slice region+age_band", NULL },
		.flags = COMMAND_CHANGES, .run = run_create,
	},
	{
		.words = "testset list", .args = "",
		.summary = "all test sets",
		.examples = (const char *const[]){ "testset list", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{
		.words = "testset show", .args = "NAME[@R]",
		.min_args = 1, .max_args = 1,
		.summary = "one test set and its revisions",
		.examples = (const char *const[]){
			"testset show loans", "testset show loans@3 --json",
			NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "testset looks", .args = "NAME",
		.min_args = 1, .max_args = 1,
		.summary = "how often the set was consulted since it grew",
		.more = "A set that versions are chosen by again and again "
			"stops being a test of them.\nchosen: versions that "
			"entered their stage after they were evaluated on it.",
		.examples = (const char *const[]){
			"testset looks loans --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_looks,
	},
	{
		.words = "testset patterns", .args = "NAME[@R]",
		.min_args = 1, .max_args = 1,
		.summary = "the active patterns of a revision",
		.more = "EXPR: terms joined by blanks (and): "
			"[!]COL(:|=|<|<=|>|>=)VALUE, [!]COL~/REGEX/ (PCRE2);\n"
			"quotes around values with blanks.",
		.options = patterns_options,
		.examples = (const char *const[]){
			"testset patterns loans --where 'region:NW age>=65' "
			"--csv", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_patterns,
	},
	{ 0 },
};
