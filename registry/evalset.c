/* Everything here is by position among the active patterns; 'ordinal' leads
 * from a position to the row of a column. A set without retired patterns and
 * a version that answered all of them need no copying at all. */
#include "registry/evalset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/slice.h"
#include "registry/coded.h"

#define MAX_VALUES 0xfff0	/* of one cut; codes are 16 bits */

struct cut {
	char *by;
	struct strs values;
	uint16_t *code;
};
VEC_DECLARE(struct cut, cuts);

struct evalset {
	struct registry *reg;
	struct testset *testset;
	const struct testset_info *info;
	size_t n;
	uint32_t *ordinal;
	bool whole;		/* position and row are the same */
	const char *labels[2];	/* binary: negative, positive */
	size_t n_labels;
	const char *const *label_names;
	uint16_t *target;
	double *target_value, *weight, *scale;
	uint32_t *group;
	size_t n_groups;
	struct cuts cuts;
	struct partition *partitions;
};

/* -- Targets, weights, groups, scales -- */

static void *pick(const void *from, size_t size, const uint32_t *at, size_t n)
{
	char *out = xmalloc(n * size + 1);

	switch (size) {
	case 2:
		for (size_t i = 0; i < n; i++)
			((uint16_t *)(void *)out)[i] =
				((const uint16_t *)from)[at[i]];
		break;
	case 4:
		for (size_t i = 0; i < n; i++)
			((uint32_t *)(void *)out)[i] =
				((const uint32_t *)from)[at[i]];
		break;
	case 8:
		for (size_t i = 0; i < n; i++)
			((double *)(void *)out)[i] =
				((const double *)from)[at[i]];
		break;
	default:
		for (size_t i = 0; i < n; i++)
			memcpy(out + i * size, (const char *)from +
			       at[i] * size, size);
	}
	return out;
}

static enum rc numbers_by_name(struct evalset *set, const char *name,
			       double **out, struct err *err)
{
	const struct column *col;
	struct buf b = BUF_INIT;
	enum rc rc;

	if (!name)
		return RC_OK;
	rc = testset_column(set->testset, name, &col, err);
	if (rc)
		return rc;
	if (col->kind == COLUMN_NUMBERS) {
		*out = pick(col->number, sizeof(double), set->ordinal, set->n);
		return RC_OK;
	}
	*out = XNEW_ARRAY(double, set->n + 1);
	for (size_t i = 0; i < set->n && !rc; i++) {
		size_t n;
		const char *s = column_text(col, set->ordinal[i], &b, &n);

		if (!decimal_read(s, n, &(*out)[i]))
			rc = err_set(err, RC_REFUSED, "column '%s' holds '%s', "
				     "which is no number", name, s);
	}
	buf_release(&b);
	return rc;
}

static size_t label_index(const struct evalset *set, const char *text)
{
	const struct strs *labels = &set->info->labels;

	if (set->info->task == TASK_BINARY)
		return !strcmp(text, set->labels[1]);
	for (size_t i = 0; i < labels->n; i++)
		if (!strcmp(labels->at[i], text))
			return i;
	return labels->n;
}

static void name_labels(struct evalset *set)
{
	const struct strs *labels = &set->info->labels;

	if (set->info->task == TASK_BINARY) {
		set->labels[0] = "";
		set->labels[1] = set->info->positive;
		for (size_t i = labels->n; i-- > 0;)
			if (strcmp(labels->at[i], set->info->positive) != 0)
				set->labels[0] = labels->at[i];
		set->label_names = set->labels;
		set->n_labels = 2;
	} else if (set->info->task == TASK_MULTICLASS) {
		set->label_names = (const char *const *)labels->at;
		set->n_labels = labels->n;
	}
}

static enum rc load_target(struct evalset *set, struct err *err)
{
	struct coded c = { NULL, VEC_INIT };
	uint16_t *map;
	enum rc rc;

	if (set->info->task == TASK_REGRESSION)
		return numbers_by_name(set, set->info->target,
				       &set->target_value, err);
	rc = coded_by(set->testset, set->info->target, set->ordinal, set->n,
		      &c, err);
	if (rc)
		return rc;
	map = XNEW_ARRAY(uint16_t, c.values.n + 1);
	for (size_t i = 0; i < c.values.n; i++)
		map[i] = (uint16_t)label_index(set, c.values.at[i]);
	set->target = XNEW_ARRAY(uint16_t, set->n + 1);
	for (size_t i = 0; i < set->n; i++)
		set->target[i] = map[c.code[i]];
	free(map);
	coded_release(&c);
	return RC_OK;
}

static enum rc load_group(struct evalset *set, struct err *err)
{
	struct coded c = { NULL, VEC_INIT };
	enum rc rc;

	if (!set->info->group)
		return RC_OK;
	rc = coded_by(set->testset, set->info->group, set->ordinal, set->n,
		      &c, err);
	if (rc)
		return rc;
	set->group = c.code;
	set->n_groups = c.values.n;
	strs_release(&c.values);
	return RC_OK;
}

/* chosen NULL: the active rows. */
static void load_rows(struct evalset *set, const uint8_t *chosen)
{
	size_t rows = testset_rows(set->testset);
	const uint8_t *active = chosen ? chosen
				       : testset_active(set->testset);

	set->ordinal = XNEW_ARRAY(uint32_t, rows + 1);
	for (size_t i = 0; i < rows; i++) {
		set->ordinal[set->n] = (uint32_t)i;
		set->n += active[i] != 0;
	}
	set->whole = set->n == rows;
}

/* -- Cuts -- */

static enum rc too_many(const char *by, size_t n, struct err *err)
{
	return err_set(err, RC_REFUSED, "slices by '%s' would be %zu; the "
		       "limit is %d: slice by an expression instead", by, n,
		       MAX_VALUES);
}

static enum rc cut_by(struct evalset *set, const char *by, struct err *err)
{
	struct coded c = { NULL, VEC_INIT };
	struct cut *cut;
	enum rc rc = coded_cut(set->testset, by, set->ordinal, set->n, &c, err);

	if (!rc && c.values.n > MAX_VALUES)
		rc = too_many(by, c.values.n, err);
	if (!rc) {
		cut = vec_add(&set->cuts);
		cut->by = xstrdup(by);
		cut->values = c.values;
		memset(&c.values, 0, sizeof(c.values));
		cut->code = XNEW_ARRAY(uint16_t, set->n + 1);
		for (size_t i = 0; i < set->n; i++)
			cut->code[i] = (uint16_t)c.code[i];
	}
	coded_release(&c);
	return rc;
}

static enum rc undecided(const struct slice_rec *rec, uint64_t n,
			 struct err *err)
{
	return err_set(err, RC_REFUSED, "slice '%s' is too costly to decide "
		       "for %llu patterns; simplify its regex: '%s'",
		       rec->name, (unsigned long long)n, rec->expr);
}

/* A pattern that cannot be decided belongs to no figure: better none than a
 * wrong one. */
static enum rc cut_named(struct evalset *set, const struct slice_rec *rec,
			 const struct eval_options *options, uint8_t *answer,
			 struct err *err)
{
	struct slice *slice = NULL;
	struct cut *cut;
	uint64_t open = 0;
	enum rc rc = slice_parse(rec->expr, &slice, err);

	if (!rc)
		rc = slice_eval(slice, testset_rows(set->testset),
				testset_slice_column, set->testset,
				options ? options->cancelled : NULL,
				options ? options->arg : NULL, answer, err);
	slice_free(slice);
	if (rc)
		return err_prefix(err, "slice '%s'", rec->name);
	cut = vec_add(&set->cuts);
	cut->by = xstrdup("slice");
	strs_add(&cut->values, "");
	strs_add(&cut->values, rec->name);
	cut->code = XNEW_ARRAY(uint16_t, set->n + 1);
	for (size_t i = 0; i < set->n; i++) {
		uint8_t a = answer[set->ordinal[i]];

		open += a == RULE_UNDECIDED;
		cut->code[i] = a == RULE_MATCH;
	}
	return open ? undecided(rec, open, err) : RC_OK;
}

static enum rc cut_all_named(struct evalset *set,
			     const struct eval_options *options,
			     struct err *err)
{
	struct slice_recs recs = VEC_INIT;
	uint8_t *answer;
	enum rc rc = reg_slice_list(set->reg, set->info->name, &recs, err);

	if (rc)
		return rc;
	answer = xcalloc(testset_rows(set->testset) + 1, 1);
	for (size_t i = 0; i < recs.n && !rc; i++)
		rc = cut_named(set, &recs.at[i], options, answer, err);
	free(answer);
	slice_recs_release(&recs);
	return rc;
}

static enum rc load_cuts(struct evalset *set,
			 const struct eval_options *options, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < set->info->slices.n && !rc; i++)
		rc = cut_by(set, set->info->slices.at[i], err);
	if (!rc)
		rc = cut_all_named(set, options, err);
	if (rc)
		return rc;
	set->partitions = XNEW_ARRAY(struct partition, set->cuts.n + 1);
	for (size_t i = 0; i < set->cuts.n; i++) {
		const struct cut *c = &set->cuts.at[i];

		set->partitions[i] = (struct partition){
			.by = c->by, .n_values = c->values.n,
			.values = (const char *const *)c->values.at,
			.code = c->code,
		};
	}
	return RC_OK;
}

/* -- The set -- */

static enum rc open_rows(struct registry *reg, const char *testset,
			 int64_t revision, const uint8_t *rows,
			 struct evalset *set, struct err *err)
{
	enum rc rc = reg_testset_open(reg, testset, revision, &set->testset,
				      err);

	if (rc)
		return rc;
	set->reg = reg;
	set->info = testset_info(set->testset);
	load_rows(set, rows);
	name_labels(set);
	rc = load_target(set, err);
	if (!rc)
		rc = numbers_by_name(set, set->info->weight, &set->weight, err);
	if (!rc)
		rc = numbers_by_name(set, set->info->scale, &set->scale, err);
	if (!rc)
		rc = load_group(set, err);
	return rc;
}

enum rc evalset_open(struct registry *reg, const char *testset,
		     int64_t revision, const struct eval_options *options,
		     struct evalset **out, struct err *err)
{
	struct evalset *set = XNEW(struct evalset);
	enum rc rc = open_rows(reg, testset, revision, NULL, set, err);

	if (!rc)
		rc = load_cuts(set, options, err);
	if (rc)
		evalset_close(set);
	else
		*out = set;
	return rc;
}

enum rc evalset_open_rows(struct registry *reg, const char *testset,
			  int64_t revision, const uint8_t *rows,
			  struct evalset **out, struct err *err)
{
	struct evalset *set = XNEW(struct evalset);
	enum rc rc = open_rows(reg, testset, revision, rows, set, err);

	if (rc)
		evalset_close(set);
	else
		*out = set;
	return rc;
}

void evalset_close(struct evalset *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->cuts.n; i++) {
		free(set->cuts.at[i].by);
		free(set->cuts.at[i].code);
		strs_release(&set->cuts.at[i].values);
	}
	vec_free(&set->cuts);
	free(set->partitions);
	free(set->ordinal);
	free(set->target);
	free(set->target_value);
	free(set->weight);
	free(set->scale);
	free(set->group);
	testset_close(set->testset);
	free(set);
}

const struct testset_info *evalset_info(const struct evalset *set)
{
	return set->info;
}

struct testset *evalset_testset(struct evalset *set)
{
	return set->testset;
}

size_t evalset_n(const struct evalset *set)
{
	return set->n;
}

const uint32_t *evalset_ordinals(const struct evalset *set)
{
	return set->ordinal;
}

enum rc evalset_cuts(struct registry *reg, const char *testset,
		     char out[HASH_HEX_SIZE], struct err *err)
{
	struct slice_recs recs = VEC_INIT;
	struct hasher *h;
	struct hash hash;
	enum rc rc = reg_slice_list(reg, testset, &recs, err);

	if (rc)
		return rc;
	h = hasher_new();
	for (size_t i = 0; i < recs.n; i++) {
		hasher_add(h, recs.at[i].name, strlen(recs.at[i].name) + 1);
		hasher_add(h, recs.at[i].expr, strlen(recs.at[i].expr) + 1);
	}
	hash = hasher_end(h);
	hash_hex(&hash, out);
	slice_recs_release(&recs);
	return RC_OK;
}

/* -- One version's rows -- */

struct figure evalset_no_answer(const struct evalset *set)
{
	return evalset_n(set) ? figure_undefined("no predictions", 0)
			      : figure_why_not(WHY_NO_PATTERNS, 0);
}

void evalset_keep_known(const struct evalset *set,
			const struct predictions *p, uint8_t *keep)
{
	for (size_t i = 0; i < set->n; i++)
		keep[i] &= p->known[set->ordinal[i]] != 0;
}

static void *own(struct evalrows *r, void *array)
{
	if (r->n_own == COUNT(r->own))
		BUG("more arrays than columns");
	return r->own[r->n_own++] = array;
}

/* What the set holds, by position: all of it, or the kept part. */
static const void *shared(struct evalrows *r, const void *from, size_t size,
			  const uint32_t *position, size_t n)
{
	if (!from || !position)
		return from;
	return own(r, pick(from, size, position, n));
}

static void share_set(struct evalset *set, struct evalrows *r,
		      const uint32_t *position, size_t n)
{
	struct eval_input *in = &r->in;

	in->task = set->info->task;
	in->n = n;
	in->n_labels = set->n_labels;
	in->labels = set->label_names;
	in->target = shared(r, set->target, 2, position, n);
	in->target_value = shared(r, set->target_value, 8, position, n);
	in->weight = shared(r, set->weight, 8, position, n);
	in->scale = shared(r, set->scale, 8, position, n);
	in->group = shared(r, set->group, 4, position, n);
	in->n_groups = set->n_groups;
	in->n_partitions = set->cuts.n;
	in->partitions = set->partitions;
	if (!position)
		return;
	r->partitions = XNEW_ARRAY(struct partition, set->cuts.n + 1);
	for (size_t i = 0; i < set->cuts.n; i++) {
		r->partitions[i] = set->partitions[i];
		r->partitions[i].code = pick(set->partitions[i].code, 2,
					     position, n);
	}
	in->partitions = r->partitions;
}

static bool any_nan(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isnan(x[i]))
			return true;
	return false;
}

/* A score or value that is missing for some rows is no column of scores. */
static const double *answers(struct evalset *set, struct evalrows *r,
			     const double *from, size_t width)
{
	const double *out = from;

	if (!from)
		return NULL;
	if (!set->whole || r->in.n != set->n)
		out = own(r, pick(from, width * sizeof(double), r->ordinals,
				  r->in.n));
	return any_nan(out, r->in.n * width) ? NULL : out;
}

static const uint16_t *label_answers(struct evalset *set, struct evalrows *r)
{
	const struct predictions *p = r->predictions;
	uint16_t *out, *map;

	if (!p->label)
		return NULL;
	map = XNEW_ARRAY(uint16_t, p->labels.n + 1);
	for (size_t i = 0; i < p->labels.n; i++)
		map[i] = i < set->info->labels.n
		       ? (uint16_t)label_index(set, p->labels.at[i])
		       : (uint16_t)set->n_labels;
	out = own(r, XNEW_ARRAY(uint16_t, r->in.n + 1));
	for (size_t i = 0; i < r->in.n; i++) {
		uint32_t code = p->label[r->ordinals[i]];

		out[i] = code < p->labels.n ? map[code]
					    : (uint16_t)set->n_labels;
	}
	free(map);
	return out;
}

static void take_answers(struct evalset *set, struct evalrows *r)
{
	const struct predictions *p = r->predictions;
	struct eval_input *in = &r->in;

	in->score = answers(set, r, p->score, 1);
	in->value = answers(set, r, p->value, 1);
	in->class_score = p->n_class == set->n_labels
			? answers(set, r, p->class_score, p->n_class) : NULL;
	in->has_threshold = p->has_threshold;
	in->threshold = p->threshold;
	in->label = label_answers(set, r);
}

struct evalrows *evalrows_new(struct evalset *set, struct predictions *p,
			      const uint8_t *keep)
{
	struct evalrows *r = XNEW(struct evalrows);
	uint32_t *position = XNEW_ARRAY(uint32_t, set->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		position[n] = (uint32_t)i;
		n += keep ? keep[i] != 0 : p->known[set->ordinal[i]] != 0;
	}
	r->predictions = p;
	r->ordinals = set->ordinal;
	if (n < set->n)
		r->ordinals = own(r, pick(set->ordinal, 4, position, n));
	share_set(set, r, n < set->n ? position : NULL, n);
	take_answers(set, r);
	free(position);
	return r;
}

void evalrows_free(struct evalrows *r)
{
	if (!r)
		return;
	for (size_t i = 0; r->partitions && i < r->in.n_partitions; i++)
		free((void *)(uintptr_t)r->partitions[i].code);
	free(r->partitions);
	for (size_t i = 0; i < r->n_own; i++)
		free(r->own[i]);
	predictions_free(r->predictions);
	free(r);
}
