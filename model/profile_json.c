/* Profiles as JSON, and back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/profile_inside.h"

static void write_numbers(struct json_out *o, const struct profile_column *c)
{
	jo_knum(o, "min", c->min);
	jo_knum(o, "max", c->max);
	jo_knum(o, "mean", c->mean);
	if (isnan(c->sd))
		jo_knull(o, "sd");
	else
		jo_knum(o, "sd", c->sd);
	jo_key(o, "quantiles");
	jo_array(o);
	for (size_t q = 0; q < PROFILE_QUANTILES; q++)
		jo_num(o, c->quantile[q]);
	jo_end(o);
	jo_key(o, "bins");
	jo_array(o);
	for (size_t b = 0; b < PROFILE_BINS; b++)
		jo_int(o, (int64_t)c->bin[b]);
	jo_end(o);
}

static void write_column(struct json_out *o, const struct profile_column *c)
{
	jo_object(o);
	jo_kstr(o, "name", c->name);
	jo_kstr(o, "type", profile_type_name(c->type));
	jo_kint(o, "n", (int64_t)c->n);
	jo_kint(o, "missing", (int64_t)c->missing);
	jo_kint(o, "placeholders", (int64_t)c->placeholders);
	jo_kint(o, "distinct", (int64_t)c->distinct);
	if (profile_is_numeric(c)) {
		write_numbers(o, c);
	} else {
		jo_kstr(o, "first", c->first);
		jo_kstr(o, "last", c->last);
		jo_kint(o, "longest", (int64_t)c->longest);
	}
	jo_key(o, "top");
	jo_array(o);
	for (size_t i = 0; i < c->n_top; i++) {
		jo_object(o);
		jo_kstr(o, "value", c->top[i].text);
		jo_kint(o, "n", (int64_t)c->top[i].n);
		jo_end(o);
	}
	jo_end(o);
	jo_kstr(o, "personal", c->personal);
	jo_end(o);
}

void profile_write(struct json_out *o, const struct profile *p)
{
	jo_object(o);
	jo_kint(o, "rows", (int64_t)p->rows);
	jo_kint(o, "equal_rows", (int64_t)p->equal_rows);
	jo_key(o, "columns");
	jo_array(o);
	for (size_t i = 0; i < p->n_columns; i++)
		write_column(o, &p->columns[i]);
	jo_end(o);
	jo_end(o);
}

static enum rc read_u64(const struct json *j, const char *key, uint64_t *out,
			struct err *err)
{
	int64_t i;

	if (!json_int(json_get(j, key), &i) || i < 0)
		return err_set(err, RC_BAD_INPUT,
			       "a profile's '%s' is no count", key);
	*out = (uint64_t)i;
	return RC_OK;
}

static enum rc read_num(const struct json *j, const char *what, double *out,
			struct err *err)
{
	if (!json_num(j, out))
		return err_set(err, RC_BAD_INPUT,
			       "a profile's '%s' is no number", what);
	return RC_OK;
}

static enum rc read_numbers(const struct json *j, struct profile_column *c,
			    struct err *err)
{
	const struct json *q = json_get(j, "quantiles");
	const struct json *bins = json_get(j, "bins"), *sd = json_get(j, "sd");
	enum rc rc = read_num(json_get(j, "min"), "min", &c->min, err);

	if (!rc)
		rc = read_num(json_get(j, "max"), "max", &c->max, err);
	if (!rc)
		rc = read_num(json_get(j, "mean"), "mean", &c->mean, err);
	c->sd = NAN;
	if (!rc && !(sd && json_type(sd) == JSON_NULL))
		rc = read_num(sd, "sd", &c->sd, err);
	for (size_t i = 0; !rc && i < PROFILE_QUANTILES; i++)
		rc = read_num(json_at(q, i), "quantiles", &c->quantile[i],
			      err);
	for (size_t i = 0; !rc && i < PROFILE_BINS; i++) {
		int64_t n;

		if (!json_int(json_at(bins, i), &n) || n < 0)
			return err_set(err, RC_BAD_INPUT,
				       "a profile's 'bins' are no counts");
		c->bin[i] = (uint64_t)n;
	}
	return rc;
}

static enum rc read_top(const struct json *top, struct profile_column *c,
			struct err *err)
{
	for (size_t i = 0; i < json_size(top) && i < PROFILE_TOP; i++) {
		const struct json *v = json_at(top, i);
		const char *text = json_get_str(v, "value");
		int64_t n = json_get_int(v, "n", -1);

		if (!text || n < 0)
			return err_set(err, RC_BAD_INPUT,
				       "a profile's 'top' is not as it "
				       "should be");
		c->top[c->n_top++] = (struct profile_value){
			xstrdup(text), (uint64_t)n,
		};
	}
	return RC_OK;
}

static bool type_from_name(const char *name, enum profile_type *out)
{
	for (int i = 0; name && i <= PROFILE_TEXT; i++) {
		if (strcmp(profile_type_name((enum profile_type)i), name))
			continue;
		*out = (enum profile_type)i;
		return true;
	}
	return false;
}

static enum rc read_column(const struct json *j, struct profile_column *c,
			   struct err *err)
{
	const char *name = json_get_str(j, "name");
	enum rc rc;

	if (!name || !type_from_name(json_get_str(j, "type"), &c->type))
		return err_set(err, RC_BAD_INPUT, "a column of the profile "
			       "has no name or no known type");
	c->name = xstrdup(name);
	rc = read_u64(j, "n", &c->n, err);
	if (!rc)
		rc = read_u64(j, "missing", &c->missing, err);
	if (!rc)
		rc = read_u64(j, "placeholders", &c->placeholders, err);
	if (!rc)
		rc = read_u64(j, "distinct", &c->distinct, err);
	if (!rc && profile_is_numeric(c)) {
		rc = read_numbers(j, c, err);
	} else if (!rc) {
		c->first = xstrdup_or_null(json_get_str(j, "first"));
		c->last = xstrdup_or_null(json_get_str(j, "last"));
		rc = read_u64(j, "longest", &c->longest, err);
	}
	c->personal = profile_known_reason(json_get_str(j, "personal"));
	return rc ? rc : read_top(json_get(j, "top"), c, err);
}

enum rc profile_read(const struct json *j, struct profile *out,
		     struct err *err)
{
	const struct json *columns = json_get(j, "columns");
	enum rc rc;

	*out = (struct profile){ 0 };
	rc = read_u64(j, "rows", &out->rows, err);
	if (!rc)
		rc = read_u64(j, "equal_rows", &out->equal_rows, err);
	out->n_columns = rc ? 0 : json_size(columns);
	out->columns = XNEW_ARRAY(struct profile_column, out->n_columns);
	for (size_t i = 0; !rc && i < out->n_columns; i++)
		rc = read_column(json_at(columns, i), &out->columns[i], err);
	if (rc)
		profile_release(out);
	return rc;
}

/* -- Values -- */

static void write_values(struct json_out *o, const struct profile_column *c)
{
	jo_object(o);
	jo_kstr(o, "name", c->name);
	jo_kbool(o, "sketch", c->is_sketch);
	jo_key(o, "values");
	jo_array(o);
	for (size_t i = 0; i < c->n_values; i++) {
		if (c->value)
			jo_num(o, c->value[i]);
		else
			jo_str(o, c->text[i]);
	}
	jo_end(o);
	jo_key(o, "counts");
	jo_array(o);
	for (size_t i = 0; i < c->n_values; i++)
		jo_int(o, (int64_t)c->count[i]);
	jo_end(o);
	jo_end(o);
}

void profile_values_write(struct json_out *o, const struct profile *p)
{
	jo_array(o);
	for (size_t i = 0; i < p->n_columns; i++)
		write_values(o, &p->columns[i]);
	jo_end(o);
}

static enum rc read_value(const struct json *v, const struct json *n,
			  struct profile_column *c, size_t i, struct err *err)
{
	int64_t count;

	if (!json_int(n, &count) || count < 0)
		return err_set(err, RC_BAD_INPUT,
			       "a profile's 'counts' are no counts");
	c->count[i] = (uint64_t)count;
	if (c->value)
		return read_num(v, "values", &c->value[i], err);
	if (!json_str(v))
		return err_set(err, RC_BAD_INPUT,
			       "a profile's 'values' are no texts");
	c->text[i] = xstrdup(json_str(v));
	return RC_OK;
}

static enum rc read_values(const struct json *j, struct profile_column *c,
			   struct err *err)
{
	const struct json *values = json_get(j, "values");
	const struct json *counts = json_get(j, "counts");
	size_t n = json_size(values);
	enum rc rc = RC_OK;

	if (n > PROFILE_VALUES || c->count)
		return err_set(err, RC_BAD_INPUT,
			       "a profile has too many values");
	c->is_sketch = json_bool(json_get(j, "sketch"));
	c->n_values = n;
	c->count = XNEW_ARRAY(uint64_t, n);
	if (profile_is_numeric(c))
		c->value = XNEW_ARRAY(double, n);
	else
		c->text = XNEW_ARRAY(char *, n);
	for (size_t i = 0; !rc && i < n; i++)
		rc = read_value(json_at(values, i), json_at(counts, i), c, i,
				err);
	return rc;
}

enum rc profile_values_read(const struct json *j, struct profile *p,
			    struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < p->n_columns && i < json_size(j); i++)
		rc = read_values(json_at(j, i), &p->columns[i], err);
	return rc;
}

