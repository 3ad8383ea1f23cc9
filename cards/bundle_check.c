/* Running a bundle's inputs through a model elsewhere, and comparing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "cards/bundle.h"
#include "model/task.h"

enum { BUNDLE_JSON_MAX = 1 << 20 };
#define BUNDLE_CSV_MAX ((size_t)4 << 30)

struct checking {
	struct json *json;
	struct buf inputs;
	struct csv_table expected;
	struct strs lines;		/* header and rows of inputs.csv */
	enum task task;
	struct strs labels;
	double tolerance;
	struct bundle_verdict *out;
	struct strs answer_names;
	size_t row;			/* of the answer */
	uint64_t n_compared;		/* columns of the answer, each row */
};

void bundle_verdict_release(struct bundle_verdict *v)
{
	free(v->version);
	free(v->testset);
	free(v->first_key);
	free(v->first_why);
	*v = (struct bundle_verdict){ 0 };
}

/* -- Reading the bundle -- */

static enum rc read_json(struct checking *c, const char *dir, struct err *err)
{
	char *path = xasprintf("%s/bundle.json", dir);
	struct buf text = BUF_INIT;
	const struct json *labels;
	enum rc rc = fsx_read(path, BUNDLE_JSON_MAX, &text, err);

	if (rc == RC_OK)
		rc = json_parse(text.data, text.len, path, &c->json, err);
	if (rc == RC_OK &&
	    (!json_get_str(c->json, "format") ||
	     strcmp(json_get_str(c->json, "format"), "muster-bundle") ||
	     json_get_int(c->json, "version", 0) != 1 ||
	     !json_get_str(c->json, "task") ||
	     !task_from_name(json_get_str(c->json, "task"), &c->task)))
		rc = err_set(err, RC_BAD_INPUT, "'%s' is no bundle of version "
			     "1", path);
	labels = json_get(c->json, "labels");
	for (size_t i = 0; rc == RC_OK && i < json_size(labels); i++)
		strs_add(&c->labels, json_str(json_at(labels, i)) ?
			 json_str(json_at(labels, i)) : "");
	free(path);
	buf_release(&text);
	return rc;
}

/* The file as the bundle says it is. */
static enum rc read_sealed(struct checking *c, const char *path,
			   const char *key, struct buf *out, struct err *err)
{
	const char *want = json_get_str(c->json, key);
	char hex[HASH_HEX_SIZE];
	struct hash h;
	enum rc rc = fsx_read(path, BUNDLE_CSV_MAX, out, err);

	if (rc != RC_OK)
		return rc;
	h = hash_bytes(out->data, out->len);
	if (!want || strcmp(hash_hex(&h, hex), want))
		return err_set(err, RC_BAD_INPUT, "'%s' was changed: its "
			       "digest is not the one of bundle.json", path);
	return RC_OK;
}

/* Rows end outside quotes. */
static void split_rows(struct checking *c)
{
	size_t start = 0;
	bool quoted = false;

	for (size_t i = 0; i < c->inputs.len; i++) {
		quoted ^= c->inputs.data[i] == '"';
		if (c->inputs.data[i] != '\n' || quoted)
			continue;
		vec_push(&c->lines, xmemdupz(c->inputs.data + start,
					     i + 1 - start));
		start = i + 1;
	}
}

static enum rc read_files(struct checking *c, const char *dir,
			  struct err *err)
{
	char *inputs = xasprintf("%s/inputs.csv", dir);
	char *expected = xasprintf("%s/expected.csv", dir);
	struct buf text = BUF_INIT;
	enum rc rc = read_sealed(c, inputs, "inputs_sha256", &c->inputs, err);

	if (rc == RC_OK)
		rc = read_sealed(c, expected, "expected_sha256", &text, err);
	if (rc == RC_OK)
		rc = csv_table_read(&c->expected, expected, err);
	if (rc == RC_OK) {
		split_rows(c);
		if (c->lines.n != c->expected.n_rows + 1 ||
		    csv_table_column(&c->expected, "key") != 0)
			rc = err_set(err, RC_BAD_INPUT, "inputs and expected "
				     "predictions of '%s' are not of the same "
				     "patterns", dir);
	}
	free(inputs);
	free(expected);
	buf_release(&text);
	return rc;
}

/* -- Asking -- */

static enum rc give_inputs(void *arg, size_t first, size_t n,
			   struct buf *out, struct err *err)
{
	const struct checking *c = arg;

	(void)err;
	buf_str(out, c->lines.at[0]);
	for (size_t i = first; i < first + n; i++)
		buf_str(out, c->lines.at[i + 1]);
	return RC_OK;
}

/* -- Comparing -- */

static void differ(struct checking *c, const char *name, const char *said,
		   const char *expected)
{
	if (c->out->first_key)
		return;
	c->out->first_key = xstrdup(csv_table_cell(&c->expected, c->row, 0));
	c->out->first_why = xasprintf("%s is '%s', expected '%s'", name, said,
				      expected);
}

/* One cell; numbers within the tolerance. An expected cell that is empty was
 * never said, and is not compared. */
static bool same_cell(struct checking *c, const char *name, const char *said,
		      const char *expected)
{
	bool number = c->task == TASK_REGRESSION || strcmp(name, "label");
	double a, b;

	if (!*expected)
		return true;
	c->n_compared++;
	if (!number)
		return !strcmp(said, expected);
	if (!decimal_read(said, strlen(said), &a) ||
	    !decimal_read(expected, strlen(expected), &b))
		return false;
	if (fabs(a - b) > c->out->greatest)
		c->out->greatest = fabs(a - b);
	return fabs(a - b) <= c->tolerance;
}

static enum rc note_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct checking *c = arg;

	(void)err;
	for (size_t i = 0; i < names->n; i++)
		strs_add(&c->answer_names, names->at[i]);
	return RC_OK;
}

static enum rc compare_row(const struct csv_field *fields, size_t n,
			   uint64_t line, void *arg, struct err *err)
{
	struct checking *c = arg;
	bool same = true;

	(void)line;
	(void)err;
	for (size_t i = 1; i < n; i++) {
		const char *name = c->answer_names.at[i];
		int col = csv_table_column(&c->expected, name);
		const char *expected;

		if (col < 0)
			continue;
		expected = csv_table_cell(&c->expected, c->row, (size_t)col);
		if (same_cell(c, name, fields[i].text, expected))
			continue;
		differ(c, name, fields[i].text, expected);
		same = false;
	}
	c->out->n++;
	c->out->n_same += same;
	c->row++;
	return RC_OK;
}

static enum rc compare(struct checking *c, const struct runner_answer *a,
		       struct err *err)
{
	struct csv_reader r = { .name = "the runner's answer",
				.header = note_header, .row = compare_row,
				.arg = c };
	enum rc rc = csv_read_mem(&r, a->csv.data, a->csv.len, err);

	if (rc == RC_OK && !c->n_compared)
		rc = err_set(err, RC_BAD_INPUT, "the runner answers with no "
			     "column that is expected (label, score, or "
			     "score:LABEL)");
	return rc;
}

static enum rc ask(struct checking *c, const struct bundle_check_options *o,
		   struct err *err)
{
	const char *hex = json_get_str(c->json, "artifact_sha256");
	struct strs keys = VEC_INIT;
	struct runner_answer answer;
	struct hash digest;
	bool has_digest = hex && hash_from_hex(hex, &digest);
	struct runner_request q = {
		.argv = o->runner, .artifact = o->artifact,
		.artifact_digest = o->artifact && has_digest ? &digest : NULL,
		.n = c->expected.n_rows, .input = give_inputs, .input_arg = c,
		.task = c->task,
		.labels = (const char *const *)c->labels.at,
		.n_labels = c->labels.n, .sandbox = o->sandbox,
	};
	enum rc rc;

	for (size_t i = 0; i < c->expected.n_rows; i++)
		strs_add(&keys, csv_table_cell(&c->expected, i, 0));
	q.keys = (const char *const *)keys.at;
	rc = runner_run(&q, &answer, err);
	c->out->sandboxed = answer.sandboxed;
	c->out->artifact_checked = q.artifact_digest != NULL;
	if (rc == RC_OK)
		rc = compare(c, &answer, err);
	runner_answer_release(&answer);
	strs_release(&keys);
	return rc;
}

enum rc bundle_check(const char *dir, const struct bundle_check_options *o,
		     struct bundle_verdict *out, struct err *err)
{
	struct checking c = { .inputs = BUF_INIT, .out = out };
	enum rc rc;

	*out = (struct bundle_verdict){ 0 };
	rc = read_json(&c, dir, err);
	if (rc == RC_OK)
		rc = read_files(&c, dir, err);
	if (rc == RC_OK) {
		const char *model = json_get_str(c.json, "model");
		const char *set = json_get_str(c.json, "testset");

		c.tolerance = o->tolerance;
		if (!o->has_tolerance &&
		    !json_num(json_get(c.json, "tolerance"), &c.tolerance))
			c.tolerance = BUNDLE_TOLERANCE;
		out->version = xasprintf("%s@%lld", model ? model : "?",
			(long long)json_get_int(c.json, "model_version", 0));
		out->testset = xasprintf("%s@%lld", set ? set : "?",
			(long long)json_get_int(c.json, "revision", 0));
		rc = ask(&c, o, err);
	}
	json_free(c.json);
	buf_release(&c.inputs);
	csv_table_release(&c.expected);
	strs_release(&c.lines);
	strs_release(&c.labels);
	strs_release(&c.answer_names);
	return rc;
}
