/* gate check, show, edit, set, list, waive, unwaive, attest. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/safetext.h"
#include "cards/gate_check.h"
#include "cli/cli.h"
#include "cli/edit.h"
#include "registry/document.h"
#include "registry/waiver.h"

#define GATE_MAX (1u << 20)

/* -- check -- */

static const struct table_column check_columns[] = {
	{ NULL, "#", true }, { "rule", "rule", false },
	{ "verdict", "verdict", false }, { "figure", "figure", false },
	{ "why", "why", false }, { 0 },
};

static void check_text(struct cli *c, const struct gate_result *r)
{
	static const struct table_spec spec = { "rules", false, check_columns,
						NULL };
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < r->items.n; i++) {
		const struct gate_item *item = &r->items.at[i];

		table_int(t, (int64_t)i + 1);
		table_str(t, item->rule);
		table_str(t, gate_verdict_name(item->verdict));
		if (item->has_figure)
			table_figure(t, &item->figure);
		else
			table_null(t);
		table_str(t, item->why);
	}
	table_end(t);
}

static void check_json(struct cli *c, const struct gate_result *r)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	gate_result_write(&o, r);
	buf_char(&c->out.buf, '\n');
}

static enum rc unmet(const struct gate_result *r, struct err *err)
{
	struct buf what = BUF_INIT;
	enum rc rc;

	gate_result_summary(&what, r);
	rc = err_set(err, RC_UNMET, "%s@%lld does not meet the gate '%s': %s",
		     r->model, (long long)r->version, r->gate, what.data);
	buf_release(&what);
	return rc;
}

/* On stderr, in every form: a move past the gate that nobody has seen. */
static enum rc warn_of_overrides(struct cli *c, const struct gate_result *r,
				 struct err *err)
{
	struct version_overrides all;
	enum rc rc = reg_version_overrides(c->reg, r->model, r->version, &all,
					   err);

	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < all.n; i++)
		if (!all.at[i].seen_by)
			cli_note(c, "! %s moved %s@%lld to %s although its "
				 "gate did not hold (entry %llu: %s); nobody "
				 "has acknowledged it", all.at[i].who,
				 r->model, (long long)r->version,
				 all.at[i].stage,
				 (unsigned long long)all.at[i].entry,
				 all.at[i].reason);
	version_overrides_release(&all);
	return RC_OK;
}

static enum rc run_check(struct cli *c, struct err *err)
{
	struct gate_options options = {
		.artifact = opt_str(&c->opts, "artifact"),
		.progress = cli_progress(c),
	};
	struct version_ref ref = { 0 };
	struct gate_result r;
	enum rc rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);

	if (rc == RC_OK && options.artifact)
		rc = cli_readable(options.artifact, err);
	if (rc == RC_OK)
		rc = gate_check(c->reg, ref.model, ref.version, cli_arg(c, 1),
				&options, &r, err);
	free(ref.model);
	progress_clear(&c->progress);
	if (rc != RC_OK)
		return rc;
	if (c->format == FORMAT_JSON)
		check_json(c, &r);
	else
		check_text(c, &r);
	rc = warn_of_overrides(c, &r, err);
	if (rc == RC_OK && !r.met)
		rc = unmet(&r, err);
	gate_result_release(&r);
	return rc;
}

/* -- show, edit, set -- */

static enum rc show_default(struct cli *c)
{
	buf_str(&c->out.buf, gate_default_text());
	return RC_OK;
}

static enum rc run_show(struct cli *c, struct err *err)
{
	const char *risk = opt_str(&c->opts, "risk");
	struct document_rec d;
	struct json_out o = JSON_OUT(&c->out.buf, true);
	char *name = NULL;
	enum rc rc = gate_name(cli_arg(c, 0), risk, &name, err);

	if (rc == RC_OK && opt_has(&c->opts, "default")) {
		free(name);
		return show_default(c);
	}
	if (rc == RC_OK)
		rc = reg_document_load(c->reg, DOCUMENT_GATE, name, 0, &d,
				       err);
	if (rc == RC_OK && c->format == FORMAT_JSON) {
		jo_object(&o);
		jo_kstr(&o, "gate", name);
		jo_kint(&o, "revision", d.revision);
		jo_kstr(&o, "digest", d.digest);
		jo_kstr(&o, "who", d.who);
		jo_kstr(&o, "text", d.text);
		jo_end(&o);
		buf_char(&c->out.buf, '\n');
	} else if (rc == RC_OK) {
		safetext_add(&c->out.buf, d.text, strlen(d.text), SAFE_TEXT);
	}
	if (rc == RC_OK)
		document_rec_release(&d);
	free(name);
	return rc;
}

static const struct table_column list_columns[] = {
	{ "gate", "gate", false }, { "revision", "rev", true },
	{ "digest", "digest", false }, { "time", "saved", false },
	{ "who", "by", false }, { "in_force", "in force", false }, { 0 },
};

static enum rc run_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"gates", false, list_columns,
		"no gates yet: 'muster gate edit STAGE' writes one",
	};
	struct document_recs all = VEC_INIT;
	char when[CLOCK_TEXT];
	struct table *t;
	enum rc rc = reg_document_list(c->reg, DOCUMENT_GATE, &all, err);

	if (rc != RC_OK)
		return rc;
	t = cli_table(c, &spec);
	for (size_t i = 0; i < all.n; i++) {
		table_str(t, all.at[i].of);
		table_int(t, all.at[i].revision);
		table_digest(t, all.at[i].digest);
		table_str(t, clock_format(all.at[i].time, when));
		table_str(t, all.at[i].who);
		table_bool(t, !document_is_superseded(&all.at[i]));
	}
	table_end(t);
	document_recs_release(&all);
	return RC_OK;
}

/* The gate as it is, or nothing; base for saving on top of it. */
static enum rc load_text(struct cli *c, const char *name, struct buf *text,
			 int64_t *base, struct err *err)
{
	struct document_rec d;
	enum rc rc = reg_document_load(c->reg, DOCUMENT_GATE, name, 0, &d,
				       err);

	*base = 0;
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	buf_str(text, d.text);
	*base = d.base;
	document_rec_release(&d);
	return RC_OK;
}

/* The language as comments, in front of the text; taken off again. */
#define HELP_MARK "#? "

static void add_lines(struct buf *out, const char *mark, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		buf_printf(out, "%s%.*s\n", mark, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void add_help(struct buf *text, const char *name, bool is_new)
{
	struct buf out = BUF_INIT;

	buf_printf(&out, HELP_MARK "The gate '%s': one rule a line. Lines "
		   "that start with '#?' are not kept.\n", name);
	add_lines(&out, HELP_MARK, gate_language_help());
	if (is_new) {
		buf_str(&out, HELP_MARK "\n" HELP_MARK "A sensible start, "
			"which holds once you take the marks away:\n");
		add_lines(&out, HELP_MARK "    ", gate_default_text());
	}
	buf_add(&out, text->data, text->len);
	buf_release(text);
	*text = out;
}

static void strip_help(struct buf *text)
{
	struct buf out = BUF_INIT;

	for (const char *p = text->data; *p;) {
		size_t n = strcspn(p, "\n");

		n += p[n] == '\n';
		if (strncmp(p, "#?", 2) != 0)
			buf_add(&out, p, n);
		p += n;
	}
	buf_release(text);
	*text = out;
}

static enum rc check_gate_text(void *arg, const char *text,
			       struct strs *findings, struct err *err)
{
	(void)arg;
	return gate_text_check(text, findings, err);
}

static enum rc save(struct cli *c, const char *name, struct buf *text,
		    int64_t base, struct err *err)
{
	struct strs findings = VEC_INIT;
	enum rc rc;

	rc = gate_save(c->reg, name, text->data, opt_str(&c->opts, "reason"),
		       base, &findings, err);
	for (size_t i = 1; i < findings.n; i++)
		cli_note(c, "%s", findings.at[i]);
	strs_release(&findings);
	if (rc == RC_OK)
		cli_did(c, "saved", "save", "gate %s", name);
	return rc;
}

static enum rc edit_named(struct cli *c, const char *name, struct err *err)
{
	char *stem = xasprintf("gate-%s", name), *draft = NULL;
	struct buf text = BUF_INIT, stored = BUF_INIT;
	int64_t base;
	enum rc rc = load_text(c, name, &stored, &base, err);

	if (rc == RC_OK) {
		draft = cli_edit_name(c, stem, base);
		buf_str(&text, stored.data);
		add_help(&text, name, !text.len);
		cli_edit_resume(c, draft, &text);
		rc = cli_edit(c, draft, &text, check_gate_text, NULL, err);
	}
	strip_help(&text);
	if (rc == RC_OK && !strcmp(text.data, stored.data))
		cli_note(c, "nothing was changed");
	else if (rc == RC_OK)
		rc = save(c, name, &text, base, err);
	if (rc == RC_OK)
		cli_edit_done(c, draft);
	buf_release(&text);
	buf_release(&stored);
	free(stem);
	free(draft);
	return rc;
}

static enum rc run_edit(struct cli *c, struct err *err)
{
	char *name = NULL;
	enum rc rc = gate_name(cli_arg(c, 0), opt_str(&c->opts, "risk"), &name,
			       err);

	if (rc == RC_OK)
		rc = edit_named(c, name, err);
	free(name);
	return rc;
}

static enum rc read_stdin(struct buf *out, struct err *err)
{
	char part[4096];
	ssize_t n;

	while ((n = read(STDIN_FILENO, part, sizeof(part))) > 0) {
		buf_add(out, part, (size_t)n);
		if (out->len > GATE_MAX)
			return err_set(err, RC_BAD_INPUT, "standard input is "
				       "too long for a gate");
	}
	return n == 0 ? RC_OK : err_errno(err, RC_IO, "standard input");
}

static enum rc run_set(struct cli *c, struct err *err)
{
	const char *file = cli_arg(c, 1);
	struct buf text = BUF_INIT;
	char *name = NULL;
	enum rc rc = gate_name(cli_arg(c, 0), opt_str(&c->opts, "risk"), &name,
			       err);

	if (rc == RC_OK)
		rc = cli_readable(file, err);
	if (rc == RC_OK)
		rc = strcmp(file, "-") ? fsx_read(file, GATE_MAX, &text, err) :
		     read_stdin(&text, err);
	if (rc == RC_OK && strlen(text.data) != text.len)
		rc = err_set(err, RC_BAD_INPUT, "'%s' holds a NUL", file);
	if (rc == RC_OK)
		rc = save(c, name, &text, TX_ANY_BASE, err);
	buf_release(&text);
	free(name);
	return rc;
}

/* -- Exceptions -- */

/* The rule's text as the gate has it: by number, or by its text. */
static enum rc find_rule(struct cli *c, const struct version_ref *ref,
			 const char *stage, const char *given, char **out,
			 struct err *err)
{
	struct gate_rules rules;
	struct document_rec d;
	const char *risk;
	char *name = NULL;
	uint64_t k = 0;
	enum rc rc = gate_risk(c->reg, ref->model, ref->version, &risk, err);

	*out = NULL;
	if (rc == RC_OK)
		rc = gate_find(c->reg, stage, risk, &name, err);
	if (rc == RC_OK)
		rc = reg_document_load(c->reg, DOCUMENT_GATE, name, 0, &d,
				       err);
	free(name);
	if (rc != RC_OK)
		return rc;
	rc = gate_parse(d.text, &rules, NULL, err);
	document_rec_release(&d);
	if (rc != RC_OK)
		return rc;
	(void)decimal_read_u64(given, strlen(given), &k);
	for (size_t i = 0; i < rules.n && !*out; i++)
		if (k == i + 1 || !strcmp(rules.at[i].text, given))
			*out = xstrdup(rules.at[i].text);
	gate_rules_release(&rules);
	return *out ? RC_OK : err_set(err, RC_NOT_FOUND, "the gate of '%s' has "
				      "no rule '%s'; give its number or its "
				      "text, as 'muster gate check' shows",
				      stage, given);
}

static enum rc waive_rule(struct cli *c, const struct version_ref *ref,
			  const char *rule, struct err *err)
{
	const char *until = opt_str(&c->opts, "until");
	const char *reason = opt_str(&c->opts, "reason");
	int64_t time;
	enum rc rc;

	if (!until || !clock_parse(until, &time))
		return err_set(err, RC_USAGE, "a waiver has an end: --until "
			       "YYYY-MM-DD");
	rc = reg_waiver_add(c->reg, ref->model, ref->version, cli_arg(c, 1),
			    rule, reason, time, err);
	if (rc == RC_OK)
		cli_did(c, "waived", "waive", "'%s' for %s@%lld until %s",
			rule, ref->model, (long long)ref->version, until);
	return rc;
}

/* MODEL@V STAGE RULE, with a reason. Both are the caller's to free. */
static enum rc rule_of_args(struct cli *c, struct version_ref *ref,
			    char **rule, struct err *err)
{
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), ref, err);
	if (rc == RC_OK)
		rc = find_rule(c, ref, cli_arg(c, 1), cli_arg(c, 2), rule, err);
	return rc;
}

static enum rc run_waive(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	char *rule = NULL;
	enum rc rc = rule_of_args(c, &ref, &rule, err);

	if (rc == RC_OK)
		rc = waive_rule(c, &ref, rule, err);
	free(rule);
	free(ref.model);
	return rc;
}

static enum rc run_unwaive(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	char *rule = NULL;
	enum rc rc = rule_of_args(c, &ref, &rule, err);

	if (rc == RC_OK)
		rc = reg_waiver_end(c->reg, ref.model, ref.version,
				    cli_arg(c, 1), rule,
				    opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "ended", "end", "the waiver of '%s' for %s@%lld",
			rule, ref.model, (long long)ref.version);
	free(rule);
	free(ref.model);
	return rc;
}

static enum rc run_attest(struct cli *c, struct err *err)
{
	struct version_ref ref = { 0 };
	enum rc rc = cli_reason(c, err);

	if (rc == RC_OK)
		rc = reg_version_resolve(c->reg, cli_arg(c, 0), &ref, err);
	if (rc == RC_OK)
		rc = reg_attest(c->reg, ref.model, ref.version, cli_arg(c, 1),
				opt_str(&c->opts, "reason"), err);
	if (rc == RC_OK)
		cli_did(c, "attested", "attest", "'%s' of %s@%lld",
			cli_arg(c, 1), ref.model, (long long)ref.version);
	free(ref.model);
	return rc;
}

/* -- The table -- */

#define OPT_RISK { "risk", 0, "RISK", "the gate for this risk class only", \
		   false, "low|medium|high" }
#define OPT_REASON { "reason", 0, "TEXT", "why; kept in the log", false, NULL }

static const struct option check_options[] = {
	{ "artifact", 0, "FILE", "the artifact as it is today, for the rule "
	  "'artifact unchanged'", false, NULL },
	{ 0 },
};
static const struct option show_options[] = {
	OPT_RISK,
	{ "default", 0, NULL, "print a sensible start instead", false, NULL },
	{ 0 },
};
static const struct option edit_options[] = {
	OPT_RISK, OPT_REASON, OPT_DISCARD, { 0 },
};
static const struct option set_options[] = { OPT_RISK, OPT_REASON, { 0 } };
static const struct option reason_options[] = { OPT_REASON, { 0 } };
static const struct option waive_options[] = {
	OPT_REASON,
	{ "until", 0, "DATE", "its last day, UTC; at most a year ahead", false,
	  NULL },
	{ 0 },
};

const struct command gate_commands[] = {
	{
		.words = "gate check", .args = "MODEL@V STAGE",
		.min_args = 2, .max_args = 2,
		.summary = "does a version meet the gate of a stage?",
		.more = "Exit status 0 if it does, 3 if not: any rule that is "
			"neither pass nor waived. What cannot be evaluated "
			"never passes.",
		.options = check_options,
		.examples = (const char *const[]){
			"gate check credit-scorer@7 production",
			"gate check credit-scorer@7 production --json", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_check,
	},
	{
		.words = "gate show", .args = "STAGE",
		.min_args = 1, .max_args = 1,
		.summary = "the rules of a gate",
		.options = show_options,
		.examples = (const char *const[]){
			"gate show production",
			"gate show production --default", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_show,
	},
	{
		.words = "gate list", .args = "",
		.summary = "all gates",
		.examples = (const char *const[]){ "gate list", NULL },
		.flags = COMMAND_NO_DRY_RUN, .run = run_list,
	},
	{
		.words = "gate edit", .args = "STAGE",
		.min_args = 1, .max_args = 1,
		.summary = "write a gate in the editor, with the language "
			   "beside it",
		.options = edit_options,
		.examples = (const char *const[]){
			"gate edit production --risk high", NULL },
		.flags = COMMAND_CHANGES, .run = run_edit,
	},
	{
		.words = "gate set", .args = "STAGE FILE",
		.min_args = 2, .max_args = 2,
		.summary = "take a gate from a file",
		.options = set_options,
		.examples = (const char *const[]){
			"gate set production production.gate", NULL },
		.flags = COMMAND_CHANGES, .run = run_set,
	},
	{
		.words = "gate waive", .args = "MODEL@V STAGE RULE",
		.min_args = 3, .max_args = 3,
		.summary = "let a version pass without a rule, until a day",
		.more = "RULE is its number or its text, as 'gate check' "
			"shows them. Needs a role that the rule allows; no "
			"author of the version waives its rules. The reason "
			"and who waived it are shown "
			"wherever the gate is.",
		.options = waive_options,
		.examples = (const char *const[]){
			"gate waive credit-scorer@7 production 3 --until "
			"2026-06-30 --reason 'data owner on leave'", NULL },
		.flags = COMMAND_CHANGES, .run = run_waive,
	},
	{
		.words = "gate unwaive", .args = "MODEL@V STAGE RULE",
		.min_args = 3, .max_args = 3,
		.summary = "end a waiver before its day",
		.options = reason_options,
		.examples = (const char *const[]){
			"gate unwaive credit-scorer@7 production 3 --reason "
			"'filled in'", NULL },
		.flags = COMMAND_CHANGES, .run = run_unwaive,
	},
	{
		.words = "gate attest", .args = "MODEL@V TEXT",
		.min_args = 2, .max_args = 2,
		.summary = "say by name what a rule 'attested \"TEXT\"' asks",
		.options = reason_options,
		.examples = (const char *const[]){
			"gate attest credit-scorer@7 'tested by hand' "
			"--reason 'forty cases with the desk'", NULL },
		.flags = COMMAND_CHANGES, .run = run_attest,
	},
	{ 0 },
};
