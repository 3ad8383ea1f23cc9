/* problem pattern, grow, import: what concerns a problem's patterns. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "cli/problem_words.h"
#include "cli/report_triage.h"
#include "model/slice.h"
#include "registry/problem_change.h"
#include "registry/testset.h"

struct choosing {
	struct cli *c;
	struct problem_rec problem;
	const char *testset;
	struct testset *t;
	struct problem_member like;	/* kind and expectation of all */
	struct problem_members members;
};

/* -- Which patterns of the set -- */

static enum rc open_set(struct choosing *ch, struct err *err)
{
	ch->testset = ch->problem.testset ? ch->problem.testset
		    : opt_str(&ch->c->opts, "testset");
	if (!ch->testset)
		return err_set(err, RC_USAGE, "P-%lld has no test set yet: say "
			       "'--testset NAME'", (long long)ch->problem.id);
	return reg_testset_open(ch->c->reg, ch->testset, 0, &ch->t, err);
}

static void choose(struct choosing *ch, size_t row)
{
	struct problem_member m = ch->like;

	m.row = (uint32_t)row;
	vec_push(&ch->members, m);
}

static enum rc choose_keys(struct choosing *ch, struct err *err)
{
	struct strs keys = VEC_INIT;
	enum rc rc = RC_OK;
	size_t row;

	opt_list(&ch->c->opts, "key", &keys);
	for (size_t i = 0; i < keys.n && rc == RC_OK; i++) {
		rc = testset_find_key(ch->t, keys.at[i], strlen(keys.at[i]),
				      &row, err);
		if (rc == RC_OK)
			choose(ch, row);
	}
	strs_release(&keys);
	return rc;
}

static enum rc choose_where(struct choosing *ch, const char *where,
			    struct err *err)
{
	size_t n = testset_rows(ch->t);
	const uint8_t *active = testset_active(ch->t);
	struct slice *s = NULL;
	uint8_t *answer = NULL;
	enum rc rc = testset_parse(testset_info(ch->t), where, &s, err);

	if (rc == RC_OK)
		rc = try_alloc(&answer, n + 1, 1, "a rule's answers", err);
	if (rc == RC_OK)
		rc = slice_eval(s, n, testset_slice_column, ch->t,
				progress_cancelled, NULL, answer, err);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if (active[i] && answer[i] == RULE_MATCH)
			choose(ch, i);
	free(answer);
	slice_free(s);
	return rc;
}

static enum rc choose_matching(struct choosing *ch, struct err *err)
{
	struct problem_members found = VEC_INIT;
	uint64_t undecided = 0;
	enum rc rc = reg_problem_matching(ch->c->reg, ch->problem.id,
					  cli_progress(ch->c), &found,
					  &undecided, err);

	progress_clear(&ch->c->progress);
	for (size_t i = 0; i < found.n && rc == RC_OK; i++)
		choose(ch, found.at[i].row);
	if (undecided)
		cli_note(ch->c, "the rule was too costly for %llu patterns, "
			 "which are left undecided",
			 (unsigned long long)undecided);
	vec_free(&found);
	return rc;
}

static enum rc take_expectation(struct choosing *ch, struct err *err)
{
	const struct opts *o = &ch->c->opts;
	const char *expect = opt_str(o, "expect"), *as = opt_str(o, "as");
	const char *kind = opt_str(o, "pattern");
	size_t row;
	enum rc rc;

	ch->like.partner = UINT32_MAX;
	if (kind && !pattern_kind_from_name(kind, &ch->like.kind))
		return err_set(err, RC_USAGE, "'%s' is no kind of pattern",
			       kind);
	if (!expect)
		return RC_OK;
	if (!expectation_from_name(expect, &ch->like.expect))
		return err_set(err, RC_USAGE, "'%s' is no expectation",
			       expect);
	if (ch->like.expect == EXPECT_EQUALS)
		return RC_OK;
	if (!as)
		return err_set(err, RC_USAGE, "'--expect %s' needs '--as KEY', "
			       "the pattern it was changed from", expect);
	rc = testset_find_key(ch->t, as, strlen(as), &row, err);
	ch->like.partner = (uint32_t)row;
	return rc;
}

static enum rc choose_all(struct choosing *ch, struct err *err)
{
	const char *where = opt_str(&ch->c->opts, "where");
	enum rc rc = open_set(ch, err);

	if (rc == RC_OK)
		rc = take_expectation(ch, err);
	if (rc == RC_OK)
		rc = choose_keys(ch, err);
	if (rc == RC_OK && where)
		rc = choose_where(ch, where, err);
	if (rc == RC_OK && opt_has(&ch->c->opts, "matching"))
		rc = choose_matching(ch, err);
	return rc;
}

/* -- pattern -- */

static void show_cell(struct buf *b, const struct problem_cell *c)
{
	if (!c->known)
		buf_str(b, "-");
	else
		buf_str(b, c->pass ? "ok" : "FAIL");
}

static const struct table_column grid_columns[] = {
	{ "key", "pattern", false }, { "kind", "kind", false },
	{ "expect", "expect", false }, { "versions", "by version", false },
	{ 0 },
};

static void show_row(struct table *t, const struct problem_grid *g, size_t i)
{
	struct json *cells = json_new_array();
	struct buf text = BUF_INIT;

	for (size_t v = 0; v < g->n_versions; v++) {
		const struct problem_cell *c = &g->cells[i * g->n_versions + v];
		struct json *j = json_new_object();

		json_set_int(j, "version", g->versions[v]);
		json_set(j, "pass", c->known ? json_new_bool(c->pass)
					     : json_new_null());
		json_append(cells, j);
		buf_printf(&text, "%s%lld ", v ? "  " : "",
			   (long long)g->versions[v]);
		show_cell(&text, c);
	}
	table_key(t, g->keys[i]);
	table_str(t, pattern_kind_name(g->members[i].kind));
	table_str(t, expectation_name(g->members[i].expect));
	table_value(t, cells, text.data);
	buf_release(&text);
}

static enum rc list_patterns(struct cli *c, int64_t id, struct err *err)
{
	static const struct table_spec spec = {
		"patterns", false, grid_columns,
		"no pattern of it is in a living set yet",
	};
	struct problem_grid g = { 0 };
	struct table *t;
	enum rc rc = reg_problem_grid(c->reg, id, &g, err);

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < g.n_rows && table_alive(t); i++)
		show_row(t, &g, i);
	table_end(t);
	problem_grid_release(&g);
	return RC_OK;
}

/* -- errors: problems x versions -- */

static const struct table_column error_columns[] = {
	{ "id", "problem", false }, { "title", "title", false },
	{ "state", "state", false }, { "versions", "error by version", false },
	{ 0 },
};

static void add_error(struct json *cells, struct buf *text,
		      const struct problem_error *e)
{
	struct json *j = json_new_object();
	char x[DECIMAL_MAX];

	json_set_int(j, "version", e->version);
	json_set(j, "error", e->error.why ? json_new_null()
					  : json_new_num(e->error.value));
	json_set_int(j, "patterns", (int64_t)e->n_active);
	json_set_int(j, "scored", (int64_t)e->n_known);
	json_set(j, "fixed", json_new_bool(e->is_fixed));
	json_append(cells, j);
	buf_printf(text, "%s%lld %s%s", text->len ? "  " : "",
		   (long long)e->version,
		   e->error.why ? "-" : decimal_rate(e->error.value, 2, false,
						     x),
		   e->is_fixed ? " ok" : "");
}

static void show_errors(struct table *t, const struct problem_rec *p,
			const struct problem_errors *errors)
{
	struct json *cells = json_new_array();
	struct buf text = BUF_INIT;
	char *name = problem_name(p->id);

	for (size_t i = 0; i < errors->n; i++)
		if (errors->at[i].id == p->id)
			add_error(cells, &text, &errors->at[i]);
	table_str(t, name);
	table_str(t, p->title);
	table_str(t, problem_state_name(p->state));
	table_value(t, cells, text.len ? text.data : "-");
	buf_release(&text);
	free(name);
}

static enum rc run_errors(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"problems", false, error_columns, "no problems yet",
	};
	struct problem_recs problems = VEC_INIT;
	struct problem_errors errors = VEC_INIT;
	struct model_rec m = { 0 };
	struct table *t;
	enum rc rc = reg_model_get(c->reg, cli_arg(c, 0), &m, err);

	if (rc == RC_OK)
		rc = reg_problem_list(c->reg, m.name, &problems, err);
	if (rc == RC_OK)
		rc = reg_problem_by_version(c->reg, m.name, NULL, 0, 0,
					    &errors, err);
	if (rc == RC_OK) {
		t = cli_table(c, &spec);
		for (size_t i = 0; i < problems.n && table_alive(t); i++)
			show_errors(t, &problems.at[i], &errors);
		table_end(t);
	}
	model_rec_release(&m);
	vec_free(&errors);
	problem_recs_release(&problems);
	return rc;
}

static enum rc run_patterns(struct cli *c, struct err *err)
{
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	return rc == RC_OK ? list_patterns(c, id, err) : rc;
}

static enum rc change_members(struct cli *c, int64_t id, struct err *err)
{
	struct choosing ch = { .c = c };
	bool drop = opt_has(&c->opts, "drop");
	const char *why = opt_str(&c->opts, "reason");
	uint64_t added = 0;
	enum rc rc = reg_problem_get(c->reg, id, &ch.problem, err);

	if (rc == RC_OK)
		rc = choose_all(&ch, err);
	if (rc == RC_OK && drop)
		rc = reg_problem_members_drop(c->reg, id, &ch.members, why,
					      err);
	else if (rc == RC_OK)
		rc = reg_problem_members_add(c->reg, id, ch.testset,
					     &ch.members, why, &added, err);
	if (rc == RC_OK && drop)
		cli_did(c, "took out", "take out", "%zu patterns of P-%lld",
			ch.members.n, (long long)id);
	else if (rc == RC_OK)
		cli_did(c, "added", "add", "%llu patterns of %s to P-%lld",
			(unsigned long long)added, ch.testset, (long long)id);
	testset_close(ch.t);
	vec_free(&ch.members);
	problem_rec_release(&ch.problem);
	return rc;
}

static enum rc add_report(struct cli *c, int64_t id,
			  const struct problem_report *r, struct err *err)
{
	enum rc rc = reg_problem_report_add(c->reg, id, r, err);

	if (rc == RC_OK)
		cli_did(c, "added", "add", "a pattern to P-%lld; 'muster "
			"problem grow P-%lld' brings it into the living set",
			(long long)id, (long long)id);
	return rc;
}

static enum rc run_pattern(struct cli *c, struct err *err)
{
	struct problem_report report = { 0 };
	bool has_report = false, members;
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = problem_report_from(c, &report, &has_report, err);
	members = opt_has(&c->opts, "key") || opt_has(&c->opts, "where") ||
		  opt_has(&c->opts, "matching");
	if (rc == RC_OK && has_report)
		rc = add_report(c, id, &report, err);
	if (rc == RC_OK && members)
		rc = change_members(c, id, err);
	if (rc == RC_OK && !has_report && !members)
		rc = list_patterns(c, id, err);
	problem_report_release(&report);
	return rc;
}

/* -- change -- */

static enum rc choose_rows(struct choosing *ch, struct err *err)
{
	const char *where = opt_str(&ch->c->opts, "where");
	enum rc rc = open_set(ch, err);

	if (rc == RC_OK)
		rc = choose_keys(ch, err);
	if (rc == RC_OK && where)
		rc = choose_where(ch, where, err);
	if (rc == RC_OK && !ch->members.n &&
	    (where || opt_has(&ch->c->opts, "key")))
		rc = err_set(err, RC_REFUSED, "no active pattern of '%s' is "
			     "meant", ch->testset);
	return rc;
}

static enum rc take_change(struct cli *c, struct problem_change *change,
			   char **copy, struct err *err)
{
	const char *expect = opt_str(&c->opts, "expect");
	enum rc rc = problem_change_parse(cli_arg(c, 1), change, copy, err);

	if (rc != RC_OK)
		return rc;
	change->label = opt_str(&c->opts, "label");
	if (!expect || !expectation_from_name(expect, &change->expect))
		return err_set(err, RC_USAGE, "say what must hold of the "
			       "changed patterns: '--expect same', 'up' or "
			       "'down'");
	return RC_OK;
}

static void say_changed(struct cli *c, int64_t id, const char *testset,
			const struct problem_changed *done)
{
	cli_did(c, "added", "add", "%llu changed patterns to P-%lld: revision "
		"%lld", (unsigned long long)done->added, (long long)id,
		(long long)done->revision);
	if (done->same || done->there)
		cli_note(c, "%llu patterns stay as they are under the change, "
			 "%llu were made before",
			 (unsigned long long)done->same,
			 (unsigned long long)done->there);
	cli_note(c, "versions with a runner answer them by 'muster "
		 "predictions run MODEL@V %s'", testset);
}

static enum rc run_change(struct cli *c, struct err *err)
{
	struct choosing ch = { .c = c };
	struct problem_change change = { 0 };
	struct problem_changed done;
	uint32_t *rows = NULL;
	char *copy = NULL;
	int64_t id;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = take_change(c, &change, &copy, err);
	if (rc == RC_OK)
		rc = reg_problem_get(c->reg, id, &ch.problem, err);
	if (rc == RC_OK)
		rc = choose_rows(&ch, err);
	rows = XNEW_ARRAY(uint32_t, ch.members.n + 1);
	for (size_t i = 0; i < ch.members.n; i++)
		rows[i] = ch.members.at[i].row;
	change.rows = rows;
	change.n_rows = ch.members.n;
	if (rc == RC_OK)
		rc = reg_problem_change(c->reg, id, &change, c->dry_run, &done,
					err);
	if (rc == RC_OK)
		say_changed(c, id, ch.testset, &done);
	free(rows);
	free(copy);
	testset_close(ch.t);
	vec_free(&ch.members);
	problem_rec_release(&ch.problem);
	return rc;
}

/* -- grow, import -- */

static enum rc run_grow(struct cli *c, struct err *err)
{
	int64_t id, revision = 0;
	uint64_t added = 0;
	enum rc rc = problem_arg(c, 0, &id, err);

	if (rc == RC_OK)
		rc = reg_problem_grow(c->reg, id, c->dry_run, &revision,
				      &added, err);
	if (rc == RC_OK)
		cli_did(c, "grew", "grow", "the living set by %llu patterns of "
			"P-%lld: revision %lld", (unsigned long long)added,
			(long long)id, (long long)revision);
	return rc;
}

static enum rc run_import(struct cli *c, struct err *err)
{
	struct version_ref of = { 0 };
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &of, err);

	if (rc == RC_OK)
		rc = report_complaints(c, &of, cli_arg(c, 1), err);
	free(of.model);
	return rc;
}

static const struct option pattern_options[] = {
	PROBLEM_REPORT_OPTIONS,
	{ "key", 0, "KEY", "a pattern of the set", true, NULL },
	{ "where", 0, "EXPR", "all active patterns that EXPR says", false,
	  NULL },
	{ "matching", 0, NULL, "all that the problem's rule says", false,
	  NULL },
	{ "drop", 0, NULL, "take them out again", false, NULL },
	{ "expect", 0, "E", "what must hold: the target (equals), or, against "
	  "another pattern, same, up, down", false, "equals|same|up|down" },
	{ "as", 0, "KEY", "the pattern it was changed from", false, NULL },
	{ "testset", 0, "NAME", "the set, if the problem has none yet", false,
	  NULL },
	{ "reason", 0, "TEXT", "why; it stands in the log", false, NULL },
	{ 0 },
};

static const struct option change_options[] = {
	{ "expect", 0, "E", "what must hold of a changed pattern against the "
	  "one it was made from: the answer stays the same, or the score goes "
	  "up or down", false, "same|up|down" },
	{ "key", 0, "KEY", "of this pattern of the set", true, NULL },
	{ "where", 0, "EXPR", "of all active patterns that EXPR says", false,
	  NULL },
	{ "label", 0, "LABEL", "the right answer for the changed ones (that "
	  "of their sources)", false, NULL },
	{ 0 },
};

const struct command problem_pattern_commands[] = {
	{
		.words = "problem pattern", .args = "P",
		.min_args = 1, .max_args = 1,
		.summary = "add patterns to a problem; without options, list "
			   "them",
		.more = "Patterns of the living set are named by --key, "
			"--where or --matching; a new one is\nwritten down "
			"with --input and --expected and comes into the set "
			"by 'problem grow'.\nListed, each pattern says ok or "
			"FAIL for every version that was asked.",
		.options = pattern_options,
		.examples = (const char *const[]){
			"problem pattern P-3", "problem pattern P-3 --where "
			"'age>=65 target=no' --pattern false-negative",
			"problem pattern P-3 --key l4 --expect same --as l3",
			"problem pattern P-3 --input age=66 --expected yes",
			NULL },
		.flags = COMMAND_CHANGES, .run = run_pattern,
	},
	{
		.words = "problem patterns", .args = "P",
		.min_args = 1, .max_args = 1,
		.summary = "its patterns, passing or failing by version",
		.examples = (const char *const[]){
			"problem patterns P-3 --as-of 2026-03-01", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_patterns,
	},
	{
		.words = "problem change", .args = "P CHANGE",
		.min_args = 2, .max_args = 2,
		.summary = "patterns with one input changed, to be answered "
			   "the same, up or down",
		.more = "CHANGE is 'COLUMN: FROM -> TO' (': -> TO' whatever it "
			"was), 'COLUMN += NUMBER' or\n'COLUMN ~ "
			"/REGEX/WITH/' (every match; $1 is a group). Without "
			"--key or --where the\nproblem's own patterns are "
			"changed. The changed ones grow the living set under "
			"keys\nlike K~1, with the target of their sources, "
			"and are members held against these.\nOnce made they "
			"are not made again.",
		.options = change_options,
		.examples = (const char *const[]){
			"problem change P-3 'gender: F -> M' --expect same",
			"problem change P-3 'age += 10' --expect up --where "
			"'age<60'",
			"problem change P-3 'text ~ /\\bplease\\b */ /' "
			"--expect same", NULL },
		.flags = COMMAND_CHANGES, .run = run_change,
	},
	{
		.words = "problem errors", .args = "MODEL",
		.min_args = 1, .max_args = 1,
		.summary = "is it fixed? errors of all problems by version",
		.more = "'ok' stands behind an error within the problem's "
			"tolerance, all patterns scored, on\nthe newest "
			"revision.",
		.examples = (const char *const[]){
			"problem errors credit-scorer", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_errors,
	},
	{
		.words = "problem grow", .args = "P",
		.min_args = 1, .max_args = 1,
		.summary = "a problem's written patterns into the living set",
		.more = "Makes a revision that names the problem.",
		.examples = (const char *const[]){ "problem grow P-3", NULL },
		.flags = COMMAND_CHANGES, .run = run_grow,
	},
	{
		.words = "problem import", .args = "MODEL@V FILE",
		.min_args = 2, .max_args = 2,
		.summary = "production complaints from CSV or JSON lines",
		.more = "Columns expected (needed), said, text, source, title, "
			"and inputs as input.NAME (in\nJSON lines an object "
			"input); without any such column all other ones are "
			"inputs.",
		.examples = (const char *const[]){
			"problem import credit-scorer@production "
			"complaints.jsonl", NULL },
		.flags = COMMAND_CHANGES, .run = run_import,
	},
	{ 0 },
};
