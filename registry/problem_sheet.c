/* Labelling sheets: which rows, and their text. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/csv.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "model/rng.h"
#include "model/slice.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"
#include "registry/problem_labels.h"

#define DIGEST_HEX 16

char *problem_inputs_digest(const struct pairs *inputs)
{
	struct json *j = NULL;
	struct buf text = BUF_INIT;
	char hex[HASH_HEX_SIZE];
	struct hash hash;

	if (pairs_to_json("input", inputs, &j, NULL) != RC_OK)
		return xstrdup("-");
	json_write_canonical(&text, j);
	hash = hash_bytes(text.data, text.len);
	json_free(j);
	buf_release(&text);
	hash_hex(&hash, hex);
	return xmemdupz(hex, DIGEST_HEX);
}

void problem_reported_rows(const struct problem_reports *reports,
			   struct intern *out)
{
	for (size_t i = 0; i < reports->n; i++) {
		char *name = problem_inputs_digest(&reports->at[i].inputs);

		intern_add(out, name, strlen(name));
		free(name);
	}
}

/* -- Fields -- */

#define INPUT "input:"

static bool is_own(const char *column)
{
	static const char *const own[] = { "row", "label", "labeller",
					   "said_by", "note" };

	for (size_t i = 0; i < COUNT(own); i++)
		if (!strcmp(column, own[i]))
			return true;
	return false;
}

/* Behind any number of marks. */
static bool hides_own(const char *column)
{
	while (!strncmp(column, INPUT, strlen(INPUT)))
		column += strlen(INPUT);
	return is_own(column);
}

void sheet_write_cell(struct buf *csv, const char *text, size_t n)
{
	buf_char(csv, ',');
	csv_write_field(csv, text, n, true);
}

void sheet_write_name(struct buf *csv, const char *input)
{
	char *name = xasprintf("%s%s", hides_own(input) ? INPUT : "", input);

	sheet_write_cell(csv, name, strlen(name));
	free(name);
}

const char *sheet_input_name(const char *column)
{
	const char *name = csv_unguard(column);

	if (is_own(name))
		return NULL;
	return hides_own(name) ? name + strlen(INPUT) : name;
}

struct sheet {
	const struct problem_rec *problem;
	struct slice *slice;
	struct strs names, lines;
	struct intern there;			/* digests of reports */
	const struct csv_field *fields;		/* the row at hand */
	struct rng rng;
	size_t wanted;
	uint64_t seen;				/* rows that match */
	uint64_t rows, costly;
	const char *only;
};

/* -- Rows -- */

static enum rc compile_rule(struct sheet *s, struct err *err)
{
	const char *rule = s->problem->rule;
	char *text = NULL;
	enum rc rc;

	if (rule[0] == '/' && s->only)
		text = xasprintf("\"%s\"~%s", s->only, rule);
	else if (rule[0] == '/')
		return err_set(err, RC_BAD_INPUT, "the rule names no column, "
			       "and there are several: write COLUMN~%s", rule);
	rc = slice_parse(text ? text : rule, &s->slice, err);
	if (rc == RC_OK)
		rc = slice_check(s->slice, (const char *const *)s->names.at,
				 s->names.n, err);
	free(text);
	return rc;
}

static bool field_of(void *arg, const char *name, struct slice_field *out)
{
	const struct sheet *s = arg;

	for (size_t i = 0; i < s->names.n; i++) {
		if (strcmp(s->names.at[i], name) != 0)
			continue;
		out->text = s->fields[i].text;
		out->n = s->fields[i].n;
		return true;
	}
	return false;
}

static char *line_of(const struct sheet *s, const char *digest)
{
	struct buf b = BUF_INIT;

	buf_str(&b, digest);
	for (size_t i = 0; i < s->names.n; i++)
		sheet_write_cell(&b, s->fields[i].text, s->fields[i].n);
	buf_str(&b, ",,\n");
	return buf_detach(&b);
}

static char *digest_of(const struct sheet *s)
{
	struct pairs inputs = VEC_INIT;
	char *digest;

	for (size_t i = 0; i < s->names.n; i++)
		pairs_add(&inputs, s->names.at[i], s->fields[i].text);
	digest = problem_inputs_digest(&inputs);
	pairs_release(&inputs);
	return digest;
}

/* Reservoir (Vitter 1985, algorithm R): each row with the same chance. */
static void offer(struct sheet *s)
{
	char *digest = digest_of(s);
	uint64_t at;

	if (intern_find(&s->there, digest, strlen(digest)) != INTERN_NONE) {
		free(digest);
		return;
	}
	at = s->seen++ < s->wanted ? s->lines.n : rng_below(&s->rng, s->seen);
	if (at < s->lines.n) {
		free(s->lines.at[at]);
		s->lines.at[at] = line_of(s, digest);
	} else if (at < s->wanted) {
		vec_push(&s->lines, line_of(s, digest));
	}
	free(digest);
}

/* -- From a sample -- */

static enum rc take_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct sheet *s = arg;

	for (size_t i = 0; i < names->n; i++)
		strs_add(&s->names, names->at[i]);
	if (names->n == 1)
		s->only = s->names.at[0];
	return compile_rule(s, err);
}

static enum rc take_row(const struct csv_field *fields, size_t n,
			uint64_t line, void *arg, struct err *err)
{
	struct sheet *s = arg;
	enum rule_answer a;

	(void)n;
	(void)line;
	s->fields = fields;
	s->rows++;
	a = slice_match(s->slice, field_of, s);
	if (a == RULE_MATCH)
		offer(s);
	s->costly += a == RULE_UNDECIDED;
	return slice_too_costly(s->costly, s->rows)
	       ? slice_costly_error(s->costly, err) : RC_OK;
}

/* -- The sheet -- */

static enum rc find_there(struct sheet *s, struct registry *reg,
			  struct err *err)
{
	struct problem_reports reports = VEC_INIT;
	enum rc rc = reg_problem_reports(reg, s->problem->id, &reports, err);

	problem_reported_rows(&reports, &s->there);
	problem_reports_release(&reports);
	return rc;
}

static void write_sheet(const struct sheet *s, struct buf *csv)
{
	buf_str(csv, "row");
	for (size_t i = 0; i < s->names.n; i++)
		sheet_write_name(csv, s->names.at[i]);
	buf_str(csv, ",label,labeller\n");
	for (size_t i = 0; i < s->lines.n; i++)
		buf_str(csv, s->lines.at[i]);
}

enum rc reg_problem_sheet(struct registry *reg, int64_t id,
			  const char *sample, size_t n, struct buf *csv,
			  size_t *n_rows, struct err *err)
{
	struct problem_rec p;
	struct sheet s = { .problem = &p, .wanted = n, .there = INTERN_INIT };
	enum rc rc = reg_problem_get(reg, id, &p, err);

	if (rc != RC_OK)
		return rc;
	rng_init(&s.rng, (uint64_t)id, 0, 0);
	if (!p.rule)
		rc = err_set(err, RC_REFUSED, "P-%lld has no rule that says "
			     "which rows belong; 'muster problem set P-%lld "
			     "rule=EXPR' gives it one", (long long)id,
			     (long long)id);
	if (rc == RC_OK)
		rc = find_there(&s, reg, err);
	if (rc == RC_OK)
		rc = sample_rows(sample, take_header, take_row, &s, err);
	if (rc == RC_OK && !s.lines.n)
		rc = err_set(err, RC_REFUSED, "no further row matches the "
			     "rule of P-%lld", (long long)id);
	if (rc == RC_OK)
		write_sheet(&s, csv);
	*n_rows = s.lines.n;
	slice_free(s.slice);
	strs_release(&s.names);
	strs_release(&s.lines);
	intern_release(&s.there);
	problem_rec_release(&p);
	return rc;
}
