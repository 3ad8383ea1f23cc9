/* Predictions from a CSV, joined by key.
 *
 * The file is read on all cores: each slot looks up its rows' keys and keeps
 * what was said by ordinal. Merging, on the caller's thread, puts it beside
 * what is stored already: the same is left out, what differs needs replace.
 * What has changed then goes to prediction_store.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"
#include "base/intern.h"
#include "registry/prediction_inside.h"
#include "registry/testset_import.h"

#define LABEL_MAX 4096			/* bytes */
#define EXTRA UINT32_MAX

struct said {				/* a row of the file */
	uint32_t row;			/* ordinal, or EXTRA */
	uint32_t label;			/* of the slot's labels */
	uint64_t line;
	double number;			/* value or score */
};
struct slot {
	VEC_DECLARE(struct said, saids) rows;
	VEC_DECLARE(double, doubles) classes;
	struct intern labels;
	struct key_scratch key;
	struct buf text;
	char *first_extra;		/* key */
	uint64_t extra_line;
};

struct joining {
	struct registry *reg;
	const struct prediction_spec *spec;
	const struct prediction_source *from;	/* NULL: a path */
	struct prediction_report *report;
	struct reg_progress *progress;
	const char *name;		/* of the file */
	struct strs header;
	struct testset *t;
	struct predictions *p;		/* stored, then with what is new */
	enum task task;

	size_t *key;			/* columns of the file */
	size_t n_keys;
	bool digest_keys;		/* keys are digests of those columns */
	int label, score;		/* columns, or -1 */
	size_t *class_column;		/* by label */
	size_t n_file_class;		/* of the file */
	size_t n_class;			/* kept: not for binary sets, … */
	size_t positive;		/* … where this one is the score */

	struct slot slot[CSV_SLOTS];
	struct intern labels;		/* the set's, then others */
	uint8_t *seen;			/* by ordinal: in this file */
	uint8_t *changed;		/* by ordinal: to be written */
	uint32_t *times;		/* digest keys: rows so far, by the
					 * ordinal of the first */
	uint64_t first_conflict;	/* line */
	uint64_t n_labels, n_foreign;	/* those the set does not know, */
	uint32_t foreign;		/* … the first of them */
	uint64_t extra_line;
	char *first_extra;
};

void prediction_report_release(struct prediction_report *r)
{
	strs_release(&r->notes);
	*r = (struct prediction_report){ 0 };
}

/* -- Which columns -- */

static enum rc find_column(struct joining *j, const char *name, size_t *out,
			   struct err *err)
{
	for (size_t i = 0; i < j->header.n; i++)
		if (!strcmp(j->header.at[i], name)) {
			*out = i;
			return RC_OK;
		}
	return import_no_column(j->name, &j->header, name, err);
}

static enum rc find_keys(struct joining *j, struct err *err)
{
	const struct testset_info *info = testset_info(j->t);
	const struct strs *names = j->spec->keys.n ? &j->spec->keys :
				   info->keys.n ? &info->keys : &info->inputs;
	enum rc rc = RC_OK;

	j->digest_keys = !j->spec->keys.n && !info->keys.n;
	if (!(j->from && j->from->whole_key) && info->keys.n &&
	    names->n != info->keys.n)
		return err_set(err, RC_USAGE, "the key of '%s' has %zu "
			       "columns; --key names %zu", info->name,
			       info->keys.n, names->n);
	if (!info->keys.n && j->spec->keys.n > 1)
		return err_set(err, RC_USAGE, "the key of '%s' is one text; "
			       "--key names several columns", info->name);
	j->n_keys = names->n;
	j->key = XNEW_ARRAY(size_t, names->n + 1);
	for (size_t i = 0; i < names->n && rc == RC_OK; i++)
		rc = find_column(j, names->at[i], &j->key[i], err);
	return rc;
}

/* "LABEL=COL", where LABEL is one of the set's; -1: bare. */
static int named_class(const struct testset_info *info, const char *text,
		       const char **column)
{
	for (size_t i = 0; i < info->labels.n; i++) {
		size_t n = strlen(info->labels.at[i]);

		if (!strncmp(text, info->labels.at[i], n) && text[n] == '=') {
			*column = text + n + 1;
			return (int)i;
		}
	}
	*column = text;
	return -1;
}

static enum rc find_classes(struct joining *j, struct err *err)
{
	const struct testset_info *info = testset_info(j->t);
	const struct strs *v = &j->spec->scores;
	size_t n = info->labels.n;
	enum rc rc = RC_OK;

	if (!v->n)
		return RC_OK;
	if (v->n != n)
		return err_set(err, RC_USAGE, "--scores names %zu columns, "
			       "but '%s' has %zu labels", v->n, info->name, n);
	j->class_column = XNEW_ARRAY(size_t, n);
	j->n_file_class = n;
	j->n_class = j->task == TASK_BINARY ? 0 : n;
	while (j->task == TASK_BINARY && j->positive + 1 < n &&
	       strcmp(info->labels.at[j->positive], info->positive) != 0)
		j->positive++;
	for (size_t i = 0; i < n; i++)
		j->class_column[i] = SIZE_MAX;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		const char *column;
		int k = named_class(info, v->at[i], &column);

		if (k < 0)
			k = (int)i;
		if (j->class_column[k] != SIZE_MAX)
			return err_set(err, RC_USAGE, "--scores names label "
				       "'%s' twice", info->labels.at[k]);
		rc = find_column(j, column, &j->class_column[k], err);
	}
	return rc;
}

static enum rc check_task(struct joining *j, struct err *err)
{
	const struct prediction_spec *s = j->spec;

	if (!s->label && !s->score && !s->scores.n)
		return err_set(err, RC_USAGE, "say which column holds the "
			       "predictions: --label, --score or --scores");
	if (j->task == TASK_REGRESSION && (s->score || s->scores.n))
		return err_set(err, RC_USAGE, "predictions of numbers are "
			       "named by --label");
	if (j->task != TASK_BINARY && (s->score || s->has_threshold))
		return err_set(err, RC_USAGE, "--score and --threshold are for "
			       "binary test sets; --scores names class "
			       "scores");
	if (s->score && s->scores.n)
		return err_set(err, RC_USAGE, "--score and --scores say the "
			       "same; give one");
	return RC_OK;
}

static enum rc take_header(const struct strs *names, void *arg,
			   struct err *err)
{
	struct joining *j = arg;
	size_t column = 0;
	enum rc rc;

	for (size_t i = 0; i < names->n; i++)
		strs_add(&j->header, names->at[i]);
	rc = find_keys(j, err);
	j->label = j->score = -1;
	if (rc == RC_OK && j->spec->label) {
		rc = find_column(j, j->spec->label, &column, err);
		j->label = (int)column;
	}
	if (rc == RC_OK && j->spec->score) {
		rc = find_column(j, j->spec->score, &column, err);
		j->score = (int)column;
	}
	return rc == RC_OK ? find_classes(j, err) : rc;
}

/* -- Rows, in the threads -- */

static enum rc refuse(struct joining *j, uint64_t line, size_t column,
		      const char *what, struct err *err)
{
	return csv_refuse(j->name, line, column + 1, j->header.at[column], err,
			  "%s", what);
}

/* The row's key as one text. */
static void join_key(const struct joining *j, struct slot *s,
		     const struct csv_field *fields)
{
	struct key_text text;

	buf_clear(&s->text);
	key_text_begin(&text, j->digest_keys, &s->text);
	for (size_t i = 0; i < j->n_keys; i++)
		key_text_add(&text, fields[j->key[i]].text,
			     fields[j->key[i]].n);
	key_text_end(&text);
}

static void look_up(struct joining *j, struct slot *s, struct said *said,
		    const struct csv_field *fields)
{
	const char *key = s->text.data;
	size_t n, row;

	if (j->n_keys == 1 && !j->digest_keys) {
		key = fields[j->key[0]].text;
		n = fields[j->key[0]].n;
	} else {
		join_key(j, s, fields);
		key = s->text.data;
		n = s->text.len;
	}
	if (ts_find_indexed(j->t, key, n, &s->key, &row)) {
		said->row = (uint32_t)row;
		return;
	}
	said->row = EXTRA;
	if (!s->first_extra) {
		s->first_extra = xmemdupz(key, n);
		s->extra_line = said->line;
	}
}

static enum rc take_number(struct joining *j, const struct csv_field *f,
			   size_t column, uint64_t line, double *out,
			   struct err *err)
{
	*out = NAN;
	if (!f->n || decimal_read(f->text, f->n, out))
		return RC_OK;
	return refuse(j, line, column, "this is no number", err);
}

static enum rc take_classes(struct joining *j, struct slot *s,
			    const struct csv_field *fields, uint64_t line,
			    struct err *err)
{
	size_t n_empty = 0, start = s->classes.n;
	enum rc rc = RC_OK;

	for (size_t k = 0; k < j->n_file_class && rc == RC_OK; k++) {
		size_t column = j->class_column[k];
		double x;

		rc = take_number(j, &fields[column], column, line, &x, err);
		vec_push(&s->classes, x);
		n_empty += isnan(x) != 0;
	}
	for (size_t k = 0; rc == RC_OK && n_empty && n_empty < j->n_file_class &&
	     k < j->n_file_class; k++)
		if (isnan(s->classes.at[start + k]))
			return refuse(j, line, j->class_column[k],
				      "a class score is missing", err);
	return rc;
}

static enum rc take_label(struct joining *j, struct slot *s,
			  const struct csv_field *f, struct said *said,
			  struct err *err)
{
	if (j->task == TASK_REGRESSION)
		return take_number(j, f, (size_t)j->label, said->line,
				   &said->number, err);
	if (f->n > LABEL_MAX)
		return refuse(j, said->line, (size_t)j->label,
			      "the label is longer than 4096 bytes", err);
	if (f->n)
		said->label = intern_add(&s->labels, f->text, f->n);
	return RC_OK;
}

static enum rc take_row(unsigned slot, const struct csv_field *fields,
			size_t n, uint64_t line, void *arg, struct err *err)
{
	struct joining *j = arg;
	struct slot *s = &j->slot[slot];
	struct said said = { .line = line, .label = NO_LABEL, .number = NAN };
	enum rc rc = RC_OK;

	(void)n;
	look_up(j, s, &said, fields);
	if (j->label >= 0)
		rc = take_label(j, s, &fields[j->label], &said, err);
	if (rc == RC_OK && j->score >= 0)
		rc = take_number(j, &fields[j->score], (size_t)j->score, line,
				 &said.number, err);
	if (rc == RC_OK && j->n_file_class)
		rc = take_classes(j, s, fields, line, err);
	vec_push(&s->rows, said);
	return rc;
}

/* -- Merging -- */

/* The k-th row of the same inputs is the k-th pattern of them. */
static void number_row(struct joining *j, struct said *said)
{
	struct buf key = BUF_INIT;
	size_t row;

	if (!j->digest_keys || said->row == EXTRA)
		return;
	if (!j->times)
		j->times = XNEW_ARRAY(uint32_t, j->p->n + 1);
	if (++j->times[said->row] == 1)
		return;
	if (testset_key(j->t, said->row, &key, NULL) != RC_OK)
		BUG("a key in memory cannot be read");
	buf_printf(&key, "#%u", j->times[said->row]);
	said->row = testset_find_key(j->t, key.data, key.len, &row, NULL) ==
		    RC_OK ? (uint32_t)row : EXTRA;
	if (said->row == EXTRA && !j->first_extra) {
		j->first_extra = buf_detach(&key);
		j->extra_line = said->line;
	}
	buf_release(&key);
}

struct answer {				/* what one row says */
	uint32_t label;
	double number;
	const double *classes;		/* n_class, or NULL */
};

static bool says_nothing(const struct joining *j, const struct answer *a)
{
	return a->label == NO_LABEL && isnan(a->number) &&
	       (!j->n_class || isnan(a->classes[0]));
}

static void fill(double *to, double x, bool *changed)
{
	if (isnan(x) || *to == x)
		return;
	*to = x;
	*changed = true;
}

static bool differs(const struct joining *j, uint32_t row,
		    const struct answer *a)
{
	const struct predictions *p = j->p;
	const double *number = p->value ? p->value : p->score;

	if (a->label != NO_LABEL && p->label[row] != NO_LABEL &&
	    p->label[row] != a->label)
		return true;
	if (number && !isnan(a->number) && !isnan(number[row]) &&
	    number[row] != a->number)
		return true;
	for (size_t k = 0; k < j->n_class; k++) {
		double stored = p->class_score[row * p->n_class + k];

		if (!isnan(a->classes[k]) && !isnan(stored) &&
		    a->classes[k] != stored)
			return true;
	}
	return false;
}

static void forget(struct joining *j, uint32_t row)
{
	struct predictions *p = j->p;

	if (p->label)
		p->label[row] = NO_LABEL;
	if (p->value)
		p->value[row] = NAN;
	if (p->score)
		p->score[row] = NAN;
	for (size_t k = 0; p->class_score && k < p->n_class; k++)
		p->class_score[row * p->n_class + k] = NAN;
}

static void put(struct joining *j, uint32_t row, const struct answer *a)
{
	struct predictions *p = j->p;
	double *number = p->value ? p->value : p->score;
	bool changed = !p->known[row];

	if (a->label != NO_LABEL && p->label[row] != a->label) {
		p->label[row] = a->label;
		changed = true;
	}
	if (number)
		fill(&number[row], a->number, &changed);
	for (size_t k = 0; k < j->n_class; k++)
		fill(&p->class_score[row * p->n_class + k], a->classes[k],
		     &changed);
	j->changed[row] = changed;
	p->known[row] = 1;
}

static enum rc take_answer(struct joining *j, const struct said *said,
			   const struct answer *a, struct err *err)
{
	if (j->seen[said->row])
		return csv_refuse(j->name, said->line, j->key[0] + 1,
				  j->header.at[j->key[0]], err,
				  "the key repeats an earlier row's");
	j->seen[said->row] = 1;
	if (says_nothing(j, a))
		return RC_OK;
	if (j->p->known[said->row] && differs(j, said->row, a)) {
		if (!j->first_conflict)
			j->first_conflict = said->line;
		j->report->replaced++;
		forget(j, said->row);
		put(j, said->row, a);
		return RC_OK;
	}
	put(j, said->row, a);
	j->report->stored += j->changed[said->row];
	j->report->unchanged += !j->changed[said->row];
	return RC_OK;
}

/* "1.0" where the set says "1" is wrong on every row: worth a remark. */
static void watch_label(struct joining *j, uint32_t label)
{
	if (j->task == TASK_REGRESSION || label == NO_LABEL)
		return;
	j->n_labels++;
	if (label >= testset_info(j->t)->labels.n && !j->n_foreign++)
		j->foreign = label;
}

/* A set with one label so far does not know its others: one label that none
 * of many classes has is worth it only where every answer is like that. */
static bool is_foreign(const struct joining *j)
{
	if (testset_info(j->t)->labels.n >= 2)
		return j->n_foreign > 0;
	return j->task == TASK_MULTICLASS && j->n_foreign > 0 &&
	       j->n_foreign == j->n_labels;
}

static void note_foreign(struct joining *j)
{
	const char *text;
	size_t n;

	if (!is_foreign(j))
		return;
	text = intern_text(&j->labels, j->foreign, &n);
	vec_push(&j->report->notes, xasprintf("%llu of %llu "
		"predicted labels %s none of '%s' and count%s as wrong; the "
		"first is '%.*s'", (unsigned long long)j->n_foreign,
		(unsigned long long)j->n_labels,
		j->n_foreign == 1 ? "is" : "are", j->spec->testset,
		j->n_foreign == 1 ? "s" : "",
		n < 80 ? (int)n : 80, text));
}

static enum rc merge_slot(struct joining *j, struct slot *s, struct err *err)
{
	uint32_t *map = XNEW_ARRAY(uint32_t, s->labels.n + 1);
	enum rc rc = RC_OK;

	for (uint32_t i = 0; i < s->labels.n; i++) {
		size_t n;
		const char *text = intern_text(&s->labels, i, &n);

		map[i] = intern_add(&j->labels, text, n);
	}
	if (s->first_extra && !j->first_extra) {
		j->first_extra = xstrdup(s->first_extra);
		j->extra_line = s->extra_line;
	}
	for (size_t i = 0; i < s->rows.n && rc == RC_OK; i++) {
		struct said *said = &s->rows.at[i];
		struct answer a = {
			said->label == NO_LABEL ? NO_LABEL : map[said->label],
			said->number, NULL,
		};

		if (j->n_file_class)
			a.classes = s->classes.at + i * j->n_file_class;
		if (j->n_file_class && !j->n_class)
			a.number = a.classes[j->positive];
		number_row(j, said);
		j->report->rows++;
		if (said->row == EXTRA) {
			j->report->extra++;
			continue;
		}
		watch_label(j, a.label);
		rc = take_answer(j, said, &a, err);
	}
	free(map);
	s->rows.n = 0;
	s->classes.n = 0;
	intern_clear(&s->labels);
	return rc;
}

static enum rc merge(unsigned n_slots, void *arg, struct err *err)
{
	struct joining *j = arg;
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < n_slots && rc == RC_OK; i++)
		rc = merge_slot(j, &j->slot[i], err);
	return rc;
}

static enum rc progress(uint64_t done, uint64_t all, void *arg)
{
	struct joining *j = arg;

	return j->progress ? j->progress->step(j->progress->arg, "importing",
					       done, all) : RC_OK;
}

/* -- The file -- */

static void fill_nan(double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = NAN;
}

/* What the file may say has its array, whether anything is stored or not. */
static void need_arrays(struct joining *j)
{
	struct predictions *p = j->p;

	if (!p->label) {
		p->label = xmalloc((p->n + 1) * sizeof(*p->label));
		memset(p->label, 0xff, p->n * sizeof(*p->label));
	}
	if (j->task == TASK_REGRESSION && !p->value) {
		p->value = xmalloc((p->n + 1) * sizeof(double));
		fill_nan(p->value, p->n);
	}
	if (j->task == TASK_BINARY && !p->score) {
		p->score = xmalloc((p->n + 1) * sizeof(double));
		fill_nan(p->score, p->n);
	}
	if (j->spec->scores.n && j->task != TASK_BINARY && !p->class_score) {
		p->n_class = testset_info(j->t)->labels.n;
		p->class_score = xreallocarray(NULL, p->n * p->n_class + 1,
					       sizeof(double));
		fill_nan(p->class_score, p->n * p->n_class);
	}
	for (size_t i = 0; i < p->labels.n; i++)
		intern_add(&j->labels, p->labels.at[i],
			   strlen(p->labels.at[i]));
	j->seen = XNEW_ARRAY(uint8_t, p->n + 1);
	j->changed = XNEW_ARRAY(uint8_t, p->n + 1);
}

static enum rc read_file(struct joining *j, const char *path, struct err *err)
{
	bool is_open = !path || strcmp(path, "-") == 0;
	struct csv_parts parts = {
		.header = take_header, .row = take_row, .merge = merge,
		.progress = progress, .arg = j,
	};
	int fd = path ? STDIN_FILENO : j->from->fd;
	enum rc rc = RC_OK;

	j->name = parts.name = !path ? j->from->name : is_open ? "stdin" : path;
	if (!is_open)
		rc = fsx_open_read(path, &fd, err);
	if (rc != RC_OK)
		return rc;
	rc = csv_read_parts(&parts, fd, err);
	if (!is_open)
		close(fd);
	return rc;
}

/* -- What is refused as a whole -- */

static enum rc check_extra(struct joining *j, struct err *err)
{
	if (!j->report->extra || j->spec->ignore_extra)
		return RC_OK;
	if (j->first_extra)
		testset_key_shown(j->first_extra, strlen(j->first_extra));
	return csv_refuse(j->name, j->extra_line, j->key[0] + 1,
			  j->header.at[j->key[0]], err, "'%.200s' is no key of "
			  "'%s' (%llu row%s like that; --ignore-extra leaves "
			  "%s out)", j->first_extra ? j->first_extra : "?",
			  j->spec->testset,
			  (unsigned long long)j->report->extra,
			  j->report->extra == 1 ? "" : "s",
			  j->report->extra == 1 ? "it" : "them");
}

static enum rc check_missing(struct joining *j, struct err *err)
{
	const uint8_t *active = testset_active(j->t);
	struct buf key = BUF_INIT;
	size_t first = SIZE_MAX;

	for (size_t i = 0; active && i < j->p->n; i++)
		if (active[i] && !j->p->known[i]) {
			j->report->missing++;
			if (first == SIZE_MAX)
				first = i;
		}
	if (!active || !j->report->missing || j->spec->allow_missing)
		return RC_OK;
	if (testset_key(j->t, first, &key, NULL) != RC_OK)
		buf_str(&key, "?");
	testset_key_shown(key.data, key.len);
	if (j->report->missing == 1)
		err_set(err, RC_BAD_INPUT, "%s: 1 pattern of '%s' has no "
			"prediction, '%.200s'; --allow-missing imports all "
			"the same", j->name, j->spec->testset, key.data);
	else
		err_set(err, RC_BAD_INPUT, "%s: %llu patterns of '%s' have no "
			"prediction, the first is '%.200s'; --allow-missing "
			"imports all the same", j->name,
			(unsigned long long)j->report->missing,
			j->spec->testset, key.data);
	buf_release(&key);
	return RC_BAD_INPUT;
}

static enum rc check_conflict(struct joining *j, struct err *err)
{
	if (!j->report->replaced || j->spec->replace)
		return RC_OK;
	return err_set(err, RC_CONFLICT, "%s: line %llu: the prediction "
		       "differs from the stored one (%llu row%s like that; "
		       "--replace predicts %s anew)", j->name,
		       (unsigned long long)j->first_conflict,
		       (unsigned long long)j->report->replaced,
		       j->report->replaced == 1 ? "" : "s",
		       j->report->replaced == 1 ? "it" : "them");
}

static enum rc store(struct joining *j, uint64_t newest, struct err *err)
{
	struct prediction_batch batch = {
		.spec = j->spec, .t = j->t, .p = j->p, .labels = &j->labels,
		.changed = j->changed,
		.n = j->report->stored + j->report->replaced,
		.replaced = j->report->replaced,
		.run = j->from ? j->from->run : -1, .newest = newest,
	};

	return prediction_store(j->reg, &batch, err);
}

static enum rc run(struct joining *j, const char *path, struct err *err)
{
	const struct prediction_spec *s = j->spec;
	uint64_t newest = 0;
	enum rc rc = reg_testset_open(j->reg, s->testset, 0, &j->t, err);

	if (rc != RC_OK)
		return rc;
	j->task = testset_info(j->t)->task;
	rc = check_task(j, err);
	if (rc == RC_OK)
		rc = prediction_newest(j->reg, s, &newest, err);
	if (rc == RC_OK)
		rc = reg_predictions_load(j->reg, s->model, s->version, j->t,
					  UINT64_MAX, &j->p, err);
	if (rc == RC_OK)
		rc = ts_index_keys(j->t, err);
	if (rc != RC_OK)
		return rc;
	need_arrays(j);
	rc = read_file(j, path, err);
	note_foreign(j);
	if (rc == RC_OK)
		rc = check_extra(j, err);
	if (rc == RC_OK)
		rc = check_missing(j, err);
	if (rc == RC_OK)
		rc = check_conflict(j, err);
	return rc == RC_OK ? store(j, newest, err) : rc;
}

static void release(struct joining *j)
{
	for (size_t i = 0; i < CSV_SLOTS; i++) {
		struct slot *s = &j->slot[i];

		vec_free(&s->rows);
		vec_free(&s->classes);
		intern_release(&s->labels);
		buf_release(&s->key.key);
		buf_release(&s->key.cell);
		buf_release(&s->text);
		free(s->first_extra);
	}
	intern_release(&j->labels);
	strs_release(&j->header);
	predictions_free(j->p);
	testset_close(j->t);
	free(j->key);
	free(j->class_column);
	free(j->seen);
	free(j->changed);
	free(j->times);
	free(j->first_extra);
}

/* path NULL: what j->from says. */
static enum rc import(struct joining *j, const char *path, struct err *err)
{
	enum rc rc;

	*j->report = (struct prediction_report){ 0 };
	for (size_t i = 0; i < CSV_SLOTS; i++) {
		buf_init(&j->slot[i].key.key);
		buf_init(&j->slot[i].key.cell);
		buf_init(&j->slot[i].text);
	}
	rc = run(j, path, err);
	release(j);
	return rc;
}

enum rc reg_predictions_import(struct registry *reg,
			       const struct prediction_spec *spec,
			       const char *path, bool dry_run,
			       struct reg_progress *progress_or_null,
			       struct prediction_report *report,
			       struct err *err)
{
	struct joining j = { .reg = reg, .spec = spec, .report = report,
			     .progress = progress_or_null };
	bool was_dry = reg->options.dry_run;
	enum rc rc;

	reg->options.dry_run |= dry_run;
	rc = import(&j, path, err);
	reg->options.dry_run = was_dry;
	return rc;
}

enum rc prediction_import_from(struct registry *reg,
			       const struct prediction_spec *spec,
			       const struct prediction_source *from,
			       struct reg_progress *progress_or_null,
			       struct prediction_report *report,
			       struct err *err)
{
	struct joining j = { .reg = reg, .spec = spec, .from = from,
			     .report = report, .progress = progress_or_null };

	return import(&j, NULL, err);
}
