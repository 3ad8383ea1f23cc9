/* From a complaint to a reported problem; and which reports look alike. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/csv.h"
#include "base/fsx.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "registry/evaluation.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"
#include "registry/sample.h"

#define TITLE_CELLS 60

/* -- One complaint -- */

static char *title_of(const struct complaint *c)
{
	struct buf b = BUF_INIT;
	const char *line = c->title ? c->title : c->text;
	size_t n;

	if (line && line[strspn(line, " \t\n")]) {
		n = utf8_fit(line, strcspn(line, "\n"), TITLE_CELLS, NULL);
		return xmemdupz(line, n);
	}
	buf_printf(&b, "expected %s", c->expected ? c->expected : "?");
	if (c->said)
		buf_printf(&b, ", said %s", c->said);
	for (size_t i = 0; i < c->inputs->n && i < 2; i++)
		buf_printf(&b, "%s%s=%s", i ? " " : " for ",
			   c->inputs->at[i].key, c->inputs->at[i].value);
	n = utf8_fit(b.data, b.len, TITLE_CELLS, NULL);
	buf_truncate(&b, n);
	return buf_detach(&b);
}

static enum pattern_kind kind_of(struct registry *reg, const char *testset,
				 const char *expected)
{
	struct testset_info info = { 0 };
	enum pattern_kind kind = PATTERN_FALSE_POSITIVE;

	if (testset && expected &&
	    reg_testset_info(reg, testset, 0, &info, NULL) == RC_OK &&
	    info.positive && !strcmp(info.positive, expected))
		kind = PATTERN_FALSE_NEGATIVE;
	testset_info_release(&info);
	return kind;
}

static void add_field(struct pairs *fields, const char *name, const char *value)
{
	if (value && *value)
		pairs_add(fields, name, value);
}

static enum rc newest_set(struct registry *reg, const struct complaint *c,
			  char **out, struct err *err)
{
	enum rc rc;

	*out = xstrdup_or_null(c->testset);
	if (*out)
		return RC_OK;
	rc = evaluation_newest_testset(reg, c->model, c->version, out, err);
	return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc report(struct registry *reg, const struct complaint *c,
		      const char *testset, int64_t *id, struct err *err)
{
	char *title = title_of(c);
	char *version = xasprintf("%s@%lld", c->model, (long long)c->version);
	struct pairs fields = VEC_INIT;
	struct problem_report r = {
		.kind = kind_of(reg, testset, c->expected),
		.inputs = *c->inputs, .version = version,
	};
	enum rc rc;

	r.said = xstrdup_or_null(c->said);
	r.expected = xstrdup_or_null(c->expected);
	add_field(&fields, "title", title);
	add_field(&fields, "text", c->text);
	add_field(&fields, "source", c->source);
	add_field(&fields, "testset", testset);
	add_field(&fields, "versions", version);
	rc = reg_problem_add(reg, c->model, &fields, &r, id, err);
	free(r.said);
	free(r.expected);
	pairs_release(&fields);
	free(version);
	free(title);
	return rc;
}

enum rc reg_report_failure(struct registry *reg, const struct complaint *c,
			   int64_t *id, struct err *err)
{
	struct version_rec v = { 0 };
	struct testset_info info = { 0 };
	char *testset = NULL;
	enum rc rc = reg_version_get(reg, c->model, c->version, &v, err);

	version_rec_release(&v);
	if (!rc)
		rc = newest_set(reg, c, &testset, err);
	if (!rc && testset)
		rc = reg_testset_info(reg, testset, 0, &info, err);
	testset_info_release(&info);
	if (!rc)
		rc = report(reg, c, testset, id, err);
	free(testset);
	return rc;
}

/* -- Many, from a file -- */

struct line {
	struct pairs inputs;
	char *said, *expected, *text, *source, *title;
};
VEC_DECLARE(struct line, lines);

static void lines_release(struct lines *v)
{
	for (size_t i = 0; i < v->n; i++) {
		struct line *l = &v->at[i];

		pairs_release(&l->inputs);
		free(l->said);
		free(l->expected);
		free(l->text);
		free(l->source);
		free(l->title);
	}
	vec_free(v);
}

static char **place_of(struct line *l, const char *name)
{
	const struct {
		const char *name;
		char **at;
	} places[] = {
		{ "said", &l->said }, { "expected", &l->expected },
		{ "text", &l->text }, { "source", &l->source },
		{ "title", &l->title },
	};

	for (size_t i = 0; i < COUNT(places); i++)
		if (!strcmp(places[i].name, name))
			return places[i].at;
	return NULL;
}

static void take_cell(struct line *l, const char *name, const char *value,
		      bool only_named)
{
	char **at = place_of(l, name);

	if (at) {
		free(*at);
		*at = *value ? xstrdup(value) : NULL;
	} else if (!strncmp(name, "input.", 6)) {
		pairs_add(&l->inputs, name + 6, value);
	} else if (!only_named) {
		pairs_add(&l->inputs, name, value);
	}
}

static enum rc check_line(const struct line *l, const char *path,
			  uint64_t number, struct err *err)
{
	if (!l->expected)
		return err_set(err, RC_BAD_INPUT, "%s: line %llu: a complaint "
			       "needs what was expected (column 'expected')",
			       path, (unsigned long long)number);
	if (!l->inputs.n)
		return err_set(err, RC_BAD_INPUT, "%s: line %llu: a complaint "
			       "needs its inputs", path,
			       (unsigned long long)number);
	return RC_OK;
}

static enum rc read_csv(const char *path, struct lines *out, struct err *err)
{
	struct csv_table t = { 0 };
	bool only_named = false;
	enum rc rc = csv_table_read(&t, path, err);

	for (size_t c = 0; c < t.names.n && !rc; c++)
		only_named |= !strncmp(t.names.at[c], "input.", 6);
	for (size_t i = 0; i < t.n_rows && !rc; i++) {
		struct line *l = vec_add(out);

		for (size_t c = 0; c < t.names.n; c++)
			take_cell(l, t.names.at[c], csv_table_cell(&t, i, c),
				  only_named);
		rc = check_line(l, path, t.lines[i], err);
	}
	csv_table_release(&t);
	return rc;
}

static void json_text(const struct json *j, struct buf *out)
{
	buf_clear(out);
	if (json_type(j) == JSON_STRING)
		buf_str(out, json_str(j));
	else if (json_type(j) != JSON_NULL)
		json_write(out, j, false);
}

static void take_object(struct line *l, const struct json *j, bool inside)
{
	struct buf text = BUF_INIT;
	const char *name;
	bool only_named = json_type(json_get(j, "input")) == JSON_OBJECT;

	for (size_t i = 0; i < json_size(j); i++) {
		const struct json *value = json_member(j, i, &name);

		if (!inside && only_named && !strcmp(name, "input")) {
			take_object(l, value, true);
			continue;
		}
		json_text(value, &text);
		if (inside)
			pairs_add(&l->inputs, name, text.data);
		else
			take_cell(l, name, text.data, only_named);
	}
	buf_release(&text);
}

static enum rc read_jsonl(const char *path, const struct buf *bytes,
			  struct lines *out, struct err *err)
{
	const char *p = bytes->data, *end = p + bytes->len;
	uint64_t number = 1;
	enum rc rc = RC_OK;

	for (; p < end && !rc; number++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);
		struct json *j = NULL;

		if (n && (n > 1 || *p != '\r')) {
			char *what = xasprintf("%s: line %llu", path,
					       (unsigned long long)number);

			rc = json_parse(p, n, what, &j, err);
			free(what);
			if (!rc) {
				struct line *l = vec_add(out);

				take_object(l, j, false);
				rc = check_line(l, path, number, err);
			}
			json_free(j);
		}
		p += n + 1;
	}
	return rc;
}

#define COMPLAINTS_MAX (64u << 20)

static enum rc read_lines(const char *path, struct lines *out,
			  struct err *err)
{
	struct buf bytes = BUF_INIT;
	enum rc rc;

	if (!sample_is_json(path))
		return read_csv(path, out, err);
	rc = fsx_read(path, COMPLAINTS_MAX, &bytes, err);
	if (!rc)
		rc = read_jsonl(path, &bytes, out, err);
	buf_release(&bytes);
	return rc;
}

enum rc reg_problem_import(struct registry *reg, const char *model,
			   int64_t version, const char *path, bool dry_run,
			   struct problem_ids *ids, struct err *err)
{
	struct lines lines = VEC_INIT;
	enum rc rc = read_lines(path, &lines, err);

	for (size_t i = 0; i < lines.n && !rc; i++) {
		const struct line *l = &lines.at[i];
		const struct complaint c = {
			.model = model, .version = version,
			.inputs = &l->inputs, .said = l->said,
			.expected = l->expected, .text = l->text,
			.source = l->source, .title = l->title,
		};
		int64_t id = 0;

		if (!dry_run)
			rc = reg_report_failure(reg, &c, &id, err);
		if (!rc)
			vec_push(ids, id);
	}
	lines_release(&lines);
	return rc;
}

/* -- Alike -- */

static void add_words(struct strs *words, const char *text)
{
	while (text && *text) {
		size_t n = 0;
		char *word;

		while (isalnum((unsigned char)text[n]) ||
		       (unsigned char)text[n] >= 0x80)
			n++;
		if (n > 1) {
			word = xmemdupz(text, n);
			for (size_t i = 0; i < n; i++)
				word[i] = ascii_lower(word[i]);
			vec_push(words, word);
		}
		text += n ? n : 1;
	}
}

/* Each once, sorted. */
static void words_of(const struct problem_rec *p, struct strs *words)
{
	size_t n = 0;

	add_words(words, p->title);
	add_words(words, p->text);
	vec_sort(words, strs_by_bytes);
	for (size_t i = 0; i < words->n; i++) {
		if (n && !strcmp(words->at[n - 1], words->at[i]))
			free(words->at[i]);
		else
			words->at[n++] = words->at[i];
	}
	words->n = n;
}

/* Jaccard's index of two sorted sets. */
static double overlap(const struct strs *a, const struct strs *b)
{
	size_t i = 0, k = 0, both = 0;

	while (i < a->n && k < b->n) {
		int c = strcmp(a->at[i], b->at[k]);

		both += !c;
		i += c <= 0;
		k += c >= 0;
	}
	if (!both)
		return 0;
	return (double)both / (double)(a->n + b->n - both);
}

struct likeness {
	struct problem_rec problem;
	struct strs words, inputs;	/* inputs: of each report, as text */
};

static enum rc inputs_of(struct registry *reg, int64_t id, struct strs *out,
			 struct err *err)
{
	struct problem_reports reports = VEC_INIT;
	enum rc rc = reg_problem_reports(reg, id, &reports, err);

	for (size_t i = 0; i < reports.n && !rc; i++) {
		struct buf text = BUF_INIT;
		struct json *j = NULL;

		rc = pairs_to_json("input", &reports.at[i].inputs, &j, err);
		if (!rc)
			json_write_canonical(&text, j);
		if (!rc)
			strs_add(out, text.data);
		json_free(j);
		buf_release(&text);
	}
	problem_reports_release(&reports);
	return rc;
}

static bool share_inputs(const struct strs *a, const struct strs *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (!strcmp(a->at[i], b->at[k]))
				return true;
	return false;
}

#define CLOSE_TEXT 0.5

static void compare_one(const struct likeness *a, const struct likeness *b,
			struct problem_alikes *out)
{
	const struct problem_rec *p = &b->problem;
	struct problem_alike like = { .id = p->id };

	like.closeness = overlap(&a->words, &b->words);
	if (share_inputs(&a->inputs, &b->inputs)) {
		like.closeness = 1;
		like.why = "same inputs";
	} else if (a->problem.rule && p->rule &&
		   !strcmp(a->problem.rule, p->rule)) {
		like.closeness = 1;
		like.why = "same rule";
	} else if (like.closeness >= CLOSE_TEXT) {
		like.why = "close text";
	}
	if (!like.why)
		return;
	like.title = xstrdup(p->title);
	vec_push(out, like);
}

static int by_closeness(const void *va, const void *vb)
{
	const struct problem_alike *a = va, *b = vb;

	if (a->closeness > b->closeness || a->closeness < b->closeness)
		return a->closeness > b->closeness ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static void likeness_release(struct likeness *l)
{
	strs_release(&l->words);
	strs_release(&l->inputs);
}

void problem_alikes_release(struct problem_alikes *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].title);
	vec_free(v);
}

enum rc reg_problem_alike(struct registry *reg, int64_t id,
			  struct problem_alikes *out, struct err *err)
{
	struct likeness self = { 0 };
	struct problem_recs all = VEC_INIT;
	enum rc rc = reg_problem_get(reg, id, &self.problem, err);

	*out = (struct problem_alikes)VEC_INIT;
	if (!rc)
		rc = reg_problem_list(reg, self.problem.model, &all, err);
	if (!rc)
		rc = inputs_of(reg, id, &self.inputs, err);
	if (!rc)
		words_of(&self.problem, &self.words);
	for (size_t i = 0; i < all.n && !rc; i++) {
		struct likeness other = { .problem = all.at[i] };

		if (all.at[i].id == id ||
		    !problem_state_is_open(all.at[i].state))
			continue;
		words_of(&other.problem, &other.words);
		rc = inputs_of(reg, all.at[i].id, &other.inputs, err);
		if (!rc)
			compare_one(&self, &other, out);
		likeness_release(&other);
	}
	vec_sort(out, by_closeness);
	likeness_release(&self);
	problem_rec_release(&self.problem);
	problem_recs_release(&all);
	return rc;
}
