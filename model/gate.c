/* A rule's line is cut into words, and a table of openings says which
 * function reads the rest. Every function takes the words that are its own
 * from the front; what is left over at the end is an error. */
#include "model/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/count.h"
#include "base/decimal.h"
#include "model/fairness.h"
#include "model/slice.h"

static const char *const verdict_names[] = {
#define X(id, name) [id] = name,
	GATE_VERDICTS(X)
#undef X
};

static const char *const cmp_texts[] = {
	[CMP_LT] = "<", [CMP_LE] = "<=", [CMP_GT] = ">", [CMP_GE] = ">=",
	[CMP_EQ] = "=",
};

const char *gate_verdict_name(enum gate_verdict v)
{
	return verdict_names[v];
}

bool gate_verdict_holds(enum gate_verdict v)
{
	return v == GATE_PASS || v == GATE_WAIVED;
}

bool gate_cmp_holds(enum gate_cmp cmp, double left, double right)
{
	switch (cmp) {
	case CMP_LT:
		return left < right;
	case CMP_LE:
		return left <= right;
	case CMP_GT:
		return left > right;
	case CMP_GE:
		return left >= right;
	case CMP_EQ:
		return left == right;
	}
	BUG("comparison %d", (int)cmp);
}

unsigned gate_min_n(const struct gate_rule *r, bool is_slice)
{
	if (r->min_n)
		return r->min_n;
	return is_slice ? GATE_MIN_N_SLICE : GATE_MIN_N;
}

static void rule_release(struct gate_rule *r)
{
	free(r->text);
	free(r->testset);
	free(r->by);
	free(r->value);
	free(r->measure);
	free(r->of);
	free(r->against);
	free(r->given);
	strs_release(&r->roles);
	strs_release(&r->waivable_by);
}

void gate_rules_release(struct gate_rules *v)
{
	for (size_t i = 0; i < v->n; i++)
		rule_release(&v->at[i]);
	vec_free(v);
}

/* -- Words -- */

struct words {
	struct strs w;
	size_t at;
};

static const char *peek(const struct words *w)
{
	return w->at < w->w.n ? w->w.at[w->at] : NULL;
}

static const char *next(struct words *w)
{
	return w->at < w->w.n ? w->w.at[w->at++] : NULL;
}

static bool take(struct words *w, const char *word)
{
	const char *p = peek(w);

	if (!p || strcmp(p, word))
		return false;
	w->at++;
	return true;
}

static enum rc expected(struct words *w, const char *what, struct err *err)
{
	const char *p = peek(w);

	if (p)
		return err_set(err, RC_BAD_INPUT, "expected %s, found '%s'",
			       what, p);
	return err_set(err, RC_BAD_INPUT, "expected %s at the end", what);
}

/* Blanks separate; quotes hold together; a comma is a word of its own. */
static enum rc split_words(const char *line, struct words *w, struct err *err)
{
	struct buf b = BUF_INIT;
	enum rc rc = RC_OK;

	while (*line) {
		if (*line == ' ' || *line == '\t') {
			line++;
			continue;
		}
		buf_clear(&b);
		if (*line == ',') {
			strs_add(&w->w, ",");
			line++;
			continue;
		}
		while (*line && !strchr(" \t,", *line)) {
			const char *end;

			if (*line != '"') {
				buf_char(&b, *line++);
				continue;
			}
			end = strchr(line + 1, '"');
			if (!end) {
				rc = err_set(err, RC_BAD_INPUT,
					     "the quote is not closed");
				goto out;
			}
			buf_add(&b, line + 1, (size_t)(end - line - 1));
			line = end + 1;
		}
		strs_add(&w->w, b.data);
	}
out:
	buf_release(&b);
	return rc;
}

/* -- Parts of rules -- */

static enum rc read_cmp(struct words *w, struct gate_rule *r, struct err *err)
{
	const char *p = peek(w);

	for (size_t i = 0; p && i < COUNT(cmp_texts); i++) {
		if (strcmp(cmp_texts[i], p))
			continue;
		r->cmp = (enum gate_cmp)i;
		w->at++;
		return RC_OK;
	}
	return expected(w, "one of < <= > >= =", err);
}

static enum rc read_number(struct words *w, struct gate_rule *r,
			   struct err *err)
{
	const char *p = peek(w);

	if (!p || !decimal_read(p, strlen(p), &r->number))
		return expected(w, "a number", err);
	r->has_number = true;
	w->at++;
	return RC_OK;
}

static enum rc read_name(struct words *w, const char *what, char **out,
			 struct err *err)
{
	if (!peek(w) || !*peek(w))
		return expected(w, what, err);
	*out = xstrdup(next(w));
	return RC_OK;
}

static enum rc read_on(struct words *w, struct gate_rule *r, struct err *err)
{
	return take(w, "on") ? read_name(w, "a test set", &r->testset, err)
			     : RC_OK;
}

/* "in COL=VALUE", "in each COL", "in each slice" */
static enum rc read_in(struct words *w, struct gate_rule *r, struct err *err)
{
	const char *p, *eq;

	if (!take(w, "in"))
		return RC_OK;
	if (take(w, "each")) {
		if (take(w, "slice")) {
			r->where = WHERE_EACH_SLICE;
			return RC_OK;
		}
		r->where = WHERE_EACH_OF;
		return read_name(w, "a slicing column or 'slice'", &r->by,
				 err);
	}
	p = peek(w);
	eq = p ? strchr(p, '=') : NULL;
	if (!eq || eq == p)
		return expected(w, "COLUMN=VALUE or 'each'", err);
	r->where = WHERE_SLICE;
	r->by = xmemdupz(p, (size_t)(eq - p));
	r->value = xstrdup(eq + 1);
	w->at++;
	return RC_OK;
}

/* "base", "base + 0.05", "base - 0.05" */
static enum rc read_limit(struct words *w, struct gate_rule *r,
			  struct err *err)
{
	bool minus;
	enum rc rc;

	if (!take(w, "base"))
		return read_number(w, r, err);
	r->kind = RULE_METRIC_BASE;
	minus = take(w, "-");
	if (!minus && !take(w, "+"))
		return RC_OK;
	rc = read_number(w, r, err);
	if (!rc && minus)
		r->number = -r->number;
	return rc;
}

static enum rc read_cmp_number(struct words *w, struct gate_rule *r,
			       struct err *err)
{
	enum rc rc = read_cmp(w, r, err);

	return rc ? rc : read_number(w, r, err);
}

static enum rc read_by(struct words *w, struct gate_rule *r, struct err *err)
{
	if (!take(w, "by"))
		return expected(w, "'by COLUMN'", err);
	return read_name(w, "a slicing column", &r->by, err);
}

/* "with n >= 100" */
static enum rc read_min_n(struct words *w, struct gate_rule *r,
			  struct err *err)
{
	const char *p;
	uint64_t n;

	if (!take(w, "with"))
		return RC_OK;
	if (!take(w, "n") || !take(w, ">="))
		return expected(w, "'with n >= N'", err);
	p = peek(w);
	if (!p || !decimal_read_u64(p, strlen(p), &n) || n < 1 ||
	    n > UINT32_MAX)
		return expected(w, "a whole number from 1", err);
	r->min_n = (unsigned)n;
	w->at++;
	return RC_OK;
}

/* -- Rules -- */

typedef enum rc rule_fn(struct words *w, struct gate_rule *r,
			struct err *err);

static enum rc read_metric_rule(struct words *w, struct gate_rule *r,
				struct err *err)
{
	enum rc rc;

	r->kind = RULE_METRIC;
	if (take(w, "difference"))
		r->kind = RULE_GROUP_DIFFERENCE;
	else if (take(w, "ratio"))
		r->kind = RULE_GROUP_RATIO;
	if (r->kind != RULE_METRIC) {
		rc = read_cmp_number(w, r, err);
		if (!rc)
			rc = read_by(w, r, err);
		if (!rc)
			rc = read_on(w, r, err);
		return rc ? rc : read_min_n(w, r, err);
	}
	if (take(w, "low"))
		r->bound = BOUND_LOW;
	else if (take(w, "high"))
		r->bound = BOUND_HIGH;
	rc = read_cmp(w, r, err);
	if (!rc)
		rc = read_limit(w, r, err);
	if (!rc)
		rc = read_on(w, r, err);
	if (!rc)
		rc = read_in(w, r, err);
	if (!rc && !r->testset)
		rc = read_on(w, r, err);
	return rc ? rc : read_min_n(w, r, err);
}

/* "of VALUE against VALUE", where the measure has a sign, and only there. */
static enum rc read_two_groups(struct words *w, struct gate_rule *r,
			       struct err *err)
{
	bool is_signed = fairness_find(r->measure)->is_signed;
	enum rc rc;

	if (!take(w, "of"))
		return is_signed ? expected(w, "'of VALUE against VALUE': the "
					    "measure has a sign", err) : RC_OK;
	if (!is_signed)
		return err_set(err, RC_BAD_INPUT, "'%s' is over all groups; "
			       "it takes no 'of ... against ...'", r->measure);
	rc = read_name(w, "the unprivileged group", &r->of, err);
	if (!rc && !take(w, "against"))
		rc = expected(w, "'against VALUE'", err);
	if (!rc)
		rc = read_name(w, "the privileged group", &r->against, err);
	if (!rc && !strcmp(r->of, r->against))
		rc = err_set(err, RC_BAD_INPUT, "'%s' is compared with itself",
			     r->of);
	return rc;
}

/* "given COL", where the measure is conditional, and only there. */
static enum rc read_given(struct words *w, struct gate_rule *r,
			  struct err *err)
{
	bool needs = fairness_needs(fairness_find(r->measure)) == NEEDS_STRATA;

	if (!take(w, "given"))
		return needs ? expected(w, "'given COLUMN': the measure is "
					"conditional", err) : RC_OK;
	if (!needs)
		return err_set(err, RC_BAD_INPUT, "'%s' is not conditional; it "
			       "takes no 'given ...'", r->measure);
	return read_name(w, "the column to condition on", &r->given, err);
}

static enum rc read_fairness_rule(struct words *w, struct gate_rule *r,
				  struct err *err)
{
	enum rc rc;

	r->kind = RULE_FAIRNESS;
	rc = read_cmp_number(w, r, err);
	if (!rc)
		rc = read_by(w, r, err);
	if (!rc)
		rc = read_two_groups(w, r, err);
	if (!rc)
		rc = read_given(w, r, err);
	if (!rc)
		rc = read_on(w, r, err);
	return rc ? rc : read_min_n(w, r, err);
}

static enum rc read_no(struct words *w, struct gate_rule *r, struct err *err)
{
	enum rc rc = RC_OK;

	if (take(w, "significant") && take(w, "loss")) {
		r->kind = RULE_NO_LOSS;
		if (take(w, "of")) {
			if (!peek(w) || !metric_from_key(peek(w), &r->metric))
				return expected(w, "a metric", err);
			r->has_metric = true;
			w->at++;
		}
		return read_on(w, r, err);
	}
	if (take(w, "broken") && take(w, "problem")) {
		r->kind = RULE_NO_BROKEN_PROBLEM;
		return RC_OK;
	}
	if (take(w, "open") && take(w, "problem")) {
		r->kind = RULE_NO_OPEN_PROBLEM;
		if (take(w, "with"))
			rc = take(w, "impact") ? read_cmp_number(w, r, err) :
			     expected(w, "'impact'", err);
		return rc;
	}
	return expected(w, "'significant loss', 'broken problem' or 'open "
			"problem'", err);
}

static enum rc read_open_impact(struct words *w, struct gate_rule *r,
				struct err *err)
{
	r->kind = RULE_OPEN_IMPACT;
	if (!take(w, "impact"))
		return expected(w, "'impact'", err);
	return read_cmp_number(w, r, err);
}

static enum rc read_document_rule(struct words *w, struct gate_rule *r,
				  struct err *err)
{
	const char *level;

	if (take(w, "complete")) {
		r->kind = RULE_COMPLETE;
		return read_cmp_number(w, r, err);
	}
	if (take(w, "approved")) {
		r->kind = RULE_APPROVED;
		return RC_OK;
	}
	if (r->document == GATE_CHECKLIST && take(w, "item")) {
		r->kind = RULE_CHECKLIST;
		return read_name(w, "the item's id", &r->measure, err);
	}
	if (!take(w, "findings") || !take(w, "none") || !take(w, "of"))
		return expected(w, "'complete', 'approved' or 'findings none "
				"of'", err);
	r->kind = RULE_FINDINGS;
	level = peek(w);
	if (!level || (strcmp(level, "error") && strcmp(level, "warning")))
		return expected(w, "'error' or 'warning'", err);
	return read_name(w, "a severity", &r->measure, err);
}

static enum rc read_card(struct words *w, struct gate_rule *r,
			 struct err *err)
{
	r->document = GATE_CARD;
	return read_document_rule(w, r, err);
}

static enum rc read_datasheet(struct words *w, struct gate_rule *r,
			      struct err *err)
{
	r->document = GATE_DATASHEET;
	return read_document_rule(w, r, err);
}

static enum rc read_checklist(struct words *w, struct gate_rule *r,
			      struct err *err)
{
	r->document = GATE_CHECKLIST;
	return read_document_rule(w, r, err);
}

static enum rc read_impact(struct words *w, struct gate_rule *r,
			   struct err *err)
{
	r->kind = RULE_ASSESSED;
	return take(w, "assessed") ? RC_OK : expected(w, "'assessed'", err);
}

static enum rc read_fresh(struct words *w, struct gate_rule *r,
			  struct err *err)
{
	r->kind = RULE_FRESH;
	return read_on(w, r, err);
}

static enum rc read_profile(struct words *w, struct gate_rule *r,
			    struct err *err)
{
	enum rc rc;

	r->kind = RULE_PROFILE;
	if (!take(w, "within"))
		return expected(w, "'within N days'", err);
	rc = read_number(w, r, err);
	if (!rc && !take(w, "days"))
		rc = expected(w, "'days'", err);
	return rc;
}

static enum rc read_lineage(struct words *w, struct gate_rule *r,
			    struct err *err)
{
	r->kind = RULE_LINEAGE;
	return take(w, "complete") ? RC_OK : expected(w, "'complete'", err);
}

static enum rc read_artifact(struct words *w, struct gate_rule *r,
			     struct err *err)
{
	r->kind = RULE_ARTIFACT;
	return take(w, "unchanged") ? RC_OK : expected(w, "'unchanged'", err);
}

static enum rc read_attested(struct words *w, struct gate_rule *r,
			     struct err *err)
{
	r->kind = RULE_ATTESTED;
	return read_name(w, "what is attested, in quotes", &r->measure, err);
}

static enum rc read_roles(struct words *w, struct strs *out, struct err *err)
{
	do {
		if (!peek(w) || !strcmp(peek(w), ","))
			return expected(w, "a role", err);
		strs_add(out, next(w));
	} while (take(w, ","));
	return RC_OK;
}

static enum rc read_signed(struct words *w, struct gate_rule *r,
			   struct err *err)
{
	const char *p;
	enum rc rc;

	r->kind = RULE_SIGNED;
	r->number = 1;
	if (!take(w, "by"))
		return expected(w, "'by [N of] ROLE'", err);
	p = peek(w);
	if (p && decimal_read(p, strlen(p), &r->number)) {
		w->at++;
		if (!take(w, "of"))
			return expected(w, "'of ROLE'", err);
	}
	r->has_number = true;
	rc = read_roles(w, &r->roles, err);
	if (rc)
		return rc;
	if (r->number < 1 || r->number != (double)(unsigned)r->number)
		return err_set(err, RC_BAD_INPUT,
			       "how many sign must be a whole number from 1");
	return RC_OK;
}

static const struct {
	const char *word;
	rule_fn *read;
} openings[] = {
	{ "no", read_no },
	{ "open", read_open_impact },
	{ "card", read_card },
	{ "datasheet", read_datasheet },
	{ "checklist", read_checklist },
	{ "impact", read_impact },
	{ "fresh", read_fresh },
	{ "profile", read_profile },
	{ "lineage", read_lineage },
	{ "artifact", read_artifact },
	{ "attested", read_attested },
	{ "signed", read_signed },
};

static rule_fn *find_opening(const char *word)
{
	for (size_t i = 0; i < COUNT(openings); i++)
		if (!strcmp(openings[i].word, word))
			return openings[i].read;
	return NULL;
}

VEC_DECLARE(const char *, names);

/* The first word is a name of nothing: says what is near, or all there is. */
static enum rc unknown_opening(const char *word, struct err *err)
{
	struct names names = VEC_INIT;
	size_t n_measures;
	const struct fairness_measure *measures = fairness_list(&n_measures);
	const char *near;

	for (size_t i = 0; i < METRIC_COUNT; i++)
		vec_push(&names, metric_key((enum metric)i));
	for (size_t i = 0; i < n_measures; i++)
		vec_push(&names, measures[i].name);
	for (size_t i = 0; i < COUNT(openings); i++)
		vec_push(&names, openings[i].word);
	near = slice_nearest(word, names.at, names.n);
	vec_free(&names);
	if (near)
		return err_set(err, RC_BAD_INPUT, "no rule starts with '%s'; "
			       "did you mean '%s'?", word, near);
	return err_set(err, RC_BAD_INPUT,
		       "no rule starts with '%s'; the first word is a metric, "
		       "a fairness measure, or one of no, open, card, "
		       "datasheet, checklist, impact, fresh, profile, lineage, "
		       "artifact, attested, signed", word);
}

/* Who may waive the rule; at the end of any. */
static enum rc read_waivable(struct words *w, struct gate_rule *r,
			     struct err *err)
{
	if (take(w, "not")) {
		r->not_waivable = take(w, "waivable");
		return r->not_waivable ? RC_OK : expected(w, "'waivable'",
							  err);
	}
	if (!take(w, "waivable"))
		return RC_OK;
	if (!take(w, "by"))
		return expected(w, "'by ROLE'", err);
	return read_roles(w, &r->waivable_by, err);
}

static enum rc read_rule(struct words *w, struct gate_rule *r,
			 struct err *err)
{
	rule_fn *fn = find_opening(peek(w));
	enum rc rc;

	if (fn) {
		w->at++;
		rc = fn(w, r, err);
	} else if (metric_from_key(peek(w), &r->metric)) {
		w->at++;
		r->has_metric = true;
		rc = read_metric_rule(w, r, err);
	} else if (fairness_find(peek(w))) {
		r->measure = xstrdup(next(w));
		rc = read_fairness_rule(w, r, err);
	} else {
		return unknown_opening(peek(w), err);
	}
	if (!rc)
		rc = read_waivable(w, r, err);
	if (!rc && peek(w))
		rc = err_set(err, RC_BAD_INPUT,
			     "nothing more was expected, found '%s'", peek(w));
	return rc;
}

static char *fold_blanks(const char *s)
{
	struct buf b = BUF_INIT;

	for (; *s; s++) {
		if (*s != ' ' && *s != '\t')
			buf_char(&b, *s);
		else if (b.len && b.data[b.len - 1] != ' ')
			buf_char(&b, ' ');
	}
	while (b.len && b.data[b.len - 1] == ' ')
		buf_truncate(&b, b.len - 1);
	return buf_detach(&b);
}

/* The line without its comment: a '#' outside quotes. */
static char *code_of(const char *line, size_t n)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (line[i] == '"')
			quoted = !quoted;
		if (line[i] == '#' && !quoted)
			break;
	}
	while (i > 0 && line[i - 1] == '\r')
		i--;
	return xmemdupz(line, i);
}

static enum rc parse_line(const char *code, unsigned line,
			  struct gate_rules *out, struct err *err)
{
	struct words w = { VEC_INIT, 0 };
	struct gate_rule *r;
	enum rc rc = split_words(code, &w, err);

	if (!rc && w.w.n) {
		r = vec_add(out);
		r->line = line;
		r->text = fold_blanks(code);
		rc = read_rule(&w, r, err);
	}
	strs_release(&w.w);
	return rc;
}

enum rc gate_parse(const char *text, struct gate_rules *out,
		   struct strs *findings, struct err *err)
{
	enum rc first = RC_OK;
	unsigned line = 0;

	*out = (struct gate_rules)VEC_INIT;
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *code = code_of(text, n);
		struct err why = ERR_INIT;

		line++;
		if (parse_line(code, line, out, &why)) {
			err_prefix(&why, "line %u", line);
			if (findings)
				strs_add(findings, why.text);
			if (!first)
				first = err_set(err, RC_BAD_INPUT, "%s",
						why.text);
		}
		free(code);
		text += n + (text[n] == '\n');
	}
	if (first)
		gate_rules_release(out);
	return first;
}

const char *gate_language_help(void)
{
	return
	"METRIC [low|high] CMP NUMBER [on TESTSET] [in COL=VALUE | in each COL | in each slice]\n"
	"METRIC CMP base [+|- NUMBER] [on TESTSET] [in ...]      against production\n"
	"METRIC difference|ratio CMP NUMBER by COL [on TESTSET]  over the groups\n"
	"MEASURE CMP NUMBER by COL [of VALUE against VALUE] [given COL] [on TESTSET]\n"
	"    ... each of these may end in: with n >= N\n"
	"no significant loss [of METRIC] [on TESTSET]\n"
	"no broken problem\n"
	"no open problem [with impact CMP NUMBER]\n"
	"open impact CMP NUMBER\n"
	"card|datasheet|checklist complete >= SHARE\n"
	"card|datasheet approved\n"
	"card|datasheet findings none of error|warning\n"
	"checklist item ID\n"
	"impact assessed\n"
	"fresh [on TESTSET]\n"
	"profile within N days\n"
	"lineage complete\n"
	"artifact unchanged\n"
	"attested \"TEXT\"\n"
	"signed by [N of] ROLE[, ROLE]...\n"
	"    ... every rule may end in: waivable by ROLE[, ROLE]..., or: not waivable\n";
}
