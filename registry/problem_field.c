/* The fields of a problem: one table, what each may be, what each means. */
#include <stddef.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "model/interval.h"
#include "model/rule.h"
#include "model/slice.h"
#include "model/taxonomy.h"
#include "registry/nouns.h"
#include "registry/problem_inside.h"

typedef enum rc check_fn(const char *value, struct err *err);

/* -- What each may be -- */

static enum rc check_title(const char *value, struct err *err)
{
	if (value[strspn(value, " \t\n")])
		return RC_OK;
	return err_set(err, RC_USAGE, "a problem needs a title");
}

static enum rc check_rule(const char *value, struct err *err)
{
	size_t n = strlen(value);
	struct slice *s = NULL;
	struct rule *r = NULL;
	enum rc rc;

	if (n > 2 && value[0] == '/' && value[n - 1] == '/') {
		rc = rule_compile(value + 1, n - 2, &r, err);
		if (!rc)
			rule_free(r);
		return rc;
	}
	rc = slice_parse(value, &s, err);
	if (!rc)
		slice_free(s);
	return rc;
}

static bool is_id(const char *s, size_t n)
{
	if (!n || n > 64)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') &&
		    !(s[i] >= '0' && s[i] <= '9') && s[i] != '-')
			return false;
	return true;
}

/* Ids with commas; the lists may be extended, so any id is allowed. */
static enum rc check_ids(const char *value, struct err *err)
{
	for (const char *p = value;; p++) {
		size_t n = strcspn(p, ",");

		if (!is_id(p, n))
			return err_set(err, RC_USAGE, "'%.80s' is no list of "
				       "kinds: ids of a-z, 0-9 and '-' with "
				       "commas, like 'labels,sampling'",
				       value);
		p += n;
		if (!*p)
			return RC_OK;
	}
}

static enum rc check_loss(const char *value, struct err *err)
{
	if (!strcmp(value, "label") || !strcmp(value, "score"))
		return RC_OK;
	return err_set(err, RC_USAGE, "loss '%.80s' is none of label, score",
		       value);
}

static enum rc check_tolerance(const char *value, struct err *err)
{
	double x;

	if (decimal_read(value, strlen(value), &x) && x >= 0 && x <= 1)
		return RC_OK;
	return err_set(err, RC_USAGE, "tolerance '%.80s' is no number from 0 "
		       "to 1", value);
}

/* "K/N" */
static bool read_share(const char *text, uint64_t *k, uint64_t *n)
{
	const char *slash = strchr(text, '/');

	return slash && decimal_read_u64(text, (size_t)(slash - text), k) &&
	       decimal_read_u64(slash + 1, strlen(slash + 1), n) && *n &&
	       *k <= *n;
}

static enum rc check_users(const char *value, struct err *err)
{
	uint64_t k, n;
	double x;

	if (read_share(value, &k, &n) ||
	    (decimal_read(value, strlen(value), &x) && x >= 0 && x <= 100))
		return RC_OK;
	return err_set(err, RC_USAGE, "users '%.80s' is neither a percentage "
		       "from 0 to 100 nor 'K/N' of a sample", value);
}

static enum rc check_harm(const char *value, struct err *err)
{
	const struct harm_weight *scale;
	struct buf list = BUF_INIT;
	int64_t weight;
	size_t n;
	enum rc rc;

	if (decimal_read_i64(value, strlen(value), &weight) && weight > 0 &&
	    weight < 1000 && harm_text((int)weight))
		return RC_OK;
	scale = harm_scale(&n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%d %s", i ? ", " : "", scale[i].weight,
			   scale[i].text);
	rc = err_set(err, RC_USAGE, "harm '%.80s' is not on the scale: %s",
		     value, list.data);
	buf_release(&list);
	return rc;
}

/* -- The table -- */

struct field {
	const char *name;
	size_t offset;
};

static const struct field fields[] = {
#define X(name) { #name, offsetof(struct problem_rec, name) },
	PROBLEM_FIELDS(X)
#undef X
};
#define N_FIELDS COUNT(fields)

static const struct {
	const char *name;
	check_fn *check;
} special[] = {
	{ "title", check_title }, { "rule", check_rule },
	{ "kind", check_ids }, { "persona", check_ids },
	{ "loss", check_loss }, { "tolerance", check_tolerance },
	{ "users", check_users }, { "harm", check_harm },
};

const char *problem_field_name(size_t i)
{
	return i < N_FIELDS ? fields[i].name : NULL;
}

int problem_field_index(const char *name)
{
	for (size_t i = 0; i < N_FIELDS; i++)
		if (!strcmp(fields[i].name, name))
			return (int)i;
	return -1;
}

char **problem_field_at(struct problem_rec *p, size_t i)
{
	return (char **)(void *)((char *)p + fields[i].offset);
}

const char *problem_field(const struct problem_rec *p, size_t i)
{
	return *(char *const *)(const void *)
		((const char *)p + fields[i].offset);
}

enum rc problem_field_check(size_t i, const char *value, struct err *err)
{
	enum rc rc = text_check(fields[i].name, value, err);

	if (rc || (!*value && strcmp(fields[i].name, "title") != 0))
		return rc;
	for (size_t k = 0; k < COUNT(special); k++)
		if (!strcmp(special[k].name, fields[i].name))
			return special[k].check(value, err);
	return RC_OK;
}

/* -- What they mean -- */

struct figure problem_users(const char *text)
{
	uint64_t k, n;
	struct figure f;
	double x;

	if (!text)
		return figure_undefined("users are not known", 0);
	if (!read_share(text, &k, &n))
		return decimal_read(text, strlen(text), &x)
		     ? figure_value(x, 0)
		     : figure_undefined("users are not known", 0);
	f = figure_proportion(k, n, WHY_NO_PATTERNS, false);
	f.value *= 100;
	f.low *= 100;
	f.high *= 100;
	return f;
}

int problem_harm(const char *text)
{
	int64_t weight;

	return text && decimal_read_i64(text, strlen(text), &weight) &&
	       weight > 0 && weight < 1000 ? (int)weight : 0;
}

double problem_tolerance(const char *text)
{
	double x;

	return text && decimal_read(text, strlen(text), &x) ? x : 0;
}

enum rc problem_id_parse(const char *text, int64_t *id, struct err *err)
{
	const char *p = text;

	if ((*p == 'P' || *p == 'p') && p[1] == '-')
		p += 2;
	if (*p >= '0' && *p <= '9' && decimal_read_i64(p, strlen(p), id) &&
	    *id > 0)
		return RC_OK;
	return err_set(err, RC_USAGE, "'%.80s' is no problem's name; they "
		       "look like P-3", text);
}
