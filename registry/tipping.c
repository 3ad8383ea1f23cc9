#include "registry/tipping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/answer.h"
#include "registry/evalset.h"
#include "registry/prediction.h"

void curve_release(struct curve *c)
{
	free(c->model);
	free(c->testset);
	free(c->column);
	free(c->bins);
	*c = (struct curve){ 0 };
}

/* -- Numbers of a column -- NAN: the cell is empty. */

static enum rc number_of(const struct column *col, size_t row, struct buf *b,
			 double *out, struct err *err)
{
	size_t n;
	const char *s = column_text(col, row, b, &n);

	*out = NAN;
	if (n == 0 || decimal_read(s, n, out))
		return RC_OK;
	return err_set(err, RC_REFUSED, "column '%s' holds '%.*s', which is no "
		       "number", col->name, n < 80 ? (int)n : 80, s);
}

static enum rc read_numbers(struct testset *t, const char *name,
			    const uint8_t *rows, double *out, struct err *err)
{
	const struct column *col;
	struct buf b = BUF_INIT;
	enum rc rc = testset_column(t, name, &col, err);

	for (size_t i = 0; rc == RC_OK && i < testset_rows(t); i++) {
		if (!rows[i])
			continue;
		if (col->kind == COLUMN_NUMBERS)
			out[i] = col->number[i];
		else
			rc = number_of(col, i, &b, &out[i], err);
	}
	buf_release(&b);
	return rc;
}

/* -- The curve -- */

struct drawing {
	struct registry *reg;
	const struct curve_query *q;
	struct curve *out;
	double *x;			/* by ordinal */
	struct evalset *set;
	struct evalrows *rows;
	struct order order;		/* of the rows' numbers */
};

static enum rc choose_rows(struct drawing *d, struct testset *t,
			   struct err *err)
{
	size_t n = testset_rows(t);
	uint8_t *rows = xcalloc(n + 1, 1);
	enum rc rc = choice_rows(d->reg, t, &d->q->among, rows, err);

	d->x = XNEW_ARRAY(double, n + 1);
	if (rc == RC_OK)
		rc = read_numbers(t, d->q->column, rows, d->x, err);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		d->out->n_empty += rows[i] && isnan(d->x[i]);
		rows[i] &= !isnan(d->x[i]);
	}
	if (rc == RC_OK)
		rc = evalset_open_rows(d->reg, d->q->testset,
				       testset_info(t)->revision, rows,
				       &d->set, err);
	free(rows);
	return rc;
}

static enum rc open_rows(struct drawing *d, struct err *err)
{
	struct testset *t = NULL;
	struct predictions *p = NULL;
	enum rc rc = reg_testset_open(d->reg, d->q->testset, d->q->revision, &t,
				      err);

	if (rc == RC_OK)
		rc = choose_rows(d, t, err);
	testset_close(t);
	if (rc == RC_OK)
		rc = reg_predictions_load(d->reg, d->q->model, d->q->version,
					  evalset_testset(d->set), UINT64_MAX,
					  &p, err);
	if (rc != RC_OK)
		return rc;
	d->rows = evalrows_new(d->set, p, NULL);
	if (!d->rows->in.n)
		return err_set(err, RC_REFUSED, "'%s@%lld' said nothing for "
			       "patterns of '%s' that have a number in '%s'",
			       d->q->model, (long long)d->q->version,
			       d->q->testset, d->q->column);
	return RC_OK;
}

static enum rc choose_metric(struct drawing *d, struct err *err)
{
	enum task task = d->rows->in.task;
	const struct eval_input *in = &d->rows->in;

	d->out->metric = d->q->metric ? *d->q->metric : metric_main(task);
	d->out->loss = task == TASK_REGRESSION ? "absolute error" :
		       answer_has_label(in) ? "error" : "squared error";
	if (metric_fits(d->out->metric, task))
		return RC_OK;
	return err_set(err, RC_USAGE, "metric '%s' does not fit test set '%s', "
		       "which is %s", metric_key(d->out->metric),
		       d->q->testset, task_name(task));
}

static void order_rows(struct drawing *d)
{
	size_t n = d->rows->in.n;
	double *x = XNEW_ARRAY(double, n + 1);

	for (size_t i = 0; i < n; i++)
		x[i] = d->x[d->rows->ordinals[i]];
	order_init(&d->order, x, n);
	free(x);
}

/* The bins are slices of one cut, so that their figures are those of any
 * slice. */
static enum rc fill_bins(struct drawing *d, struct err *err)
{
	size_t most = d->q->bins ? d->q->bins : CURVE_BINS;
	struct eval_input in = d->rows->in;
	uint16_t *code = XNEW_ARRAY(uint16_t, in.n + 1);
	double *edge = XNEW_ARRAY(double, 2 * most + 2);
	const char **names = XNEW_ARRAY(const char *, most + 1);
	struct eval_options options = { .resamples = 1000 };
	struct partition cut = { .by = d->q->column, .values = names,
				 .code = code };
	struct evaluation e = { 0 };
	enum rc rc;

	cut.n_values = tipping_bins(&d->order, most, code, edge, edge + most);
	for (size_t i = 0; i < cut.n_values; i++)
		names[i] = "bin";
	in.n_partitions = 1;
	in.partitions = &cut;
	rc = evaluate(&in, &options, &e, err);
	if (rc == RC_OK) {
		d->out->n_bins = e.n_slices;
		d->out->bins = XNEW_ARRAY(struct curve_bin, e.n_slices + 1);
	}
	for (size_t i = 0; i < e.n_slices; i++)
		d->out->bins[i] = (struct curve_bin){
			edge[i], edge[most + i],
			e.slices[i].metrics[d->out->metric],
		};
	evaluation_release(&e);
	free(names);
	free(edge);
	free(code);
	return rc;
}

static enum rc draw(struct drawing *d, struct err *err)
{
	enum rc rc = open_rows(d, err);

	if (rc == RC_OK)
		rc = choose_metric(d, err);
	if (rc != RC_OK)
		return rc;
	d->out->revision = evalset_info(d->set)->revision;
	d->out->n = d->rows->in.n;
	order_rows(d);
	if (!isnan(tipping_loss(&d->rows->in, 0)))
		d->out->tipping = tipping_find(&d->order, &d->rows->in);
	return fill_bins(d, err);
}

enum rc reg_curve(struct registry *reg, const struct curve_query *query,
		  struct curve *out, struct err *err)
{
	struct drawing d = { .reg = reg, .q = query, .out = out };
	enum rc rc;

	*out = (struct curve){
		.model = xstrdup(query->model), .version = query->version,
		.testset = xstrdup(query->testset),
		.column = xstrdup(query->column),
	};
	if (query->bins > CURVE_BINS_MAX || query->bins == 1)
		rc = err_set(err, RC_USAGE, "a curve has 2 to %d bins",
			     CURVE_BINS_MAX);
	else
		rc = reg_read_begin(reg, err);
	if (rc == RC_OK) {
		rc = draw(&d, err);
		reg_read_end(reg);
	}
	if (d.order.row)
		order_release(&d.order);
	evalrows_free(d.rows);
	evalset_close(d.set);
	free(d.x);
	if (rc != RC_OK)
		curve_release(out);
	return rc;
}

/* -- Columns that can be asked for -- */

enum { PROBED = 50 };

static bool holds_numbers(struct testset *t, size_t c)
{
	size_t n = testset_rows(t) < PROBED ? testset_rows(t) : PROBED, some = 0;
	struct buf b = BUF_INIT;
	bool ok = true;

	for (size_t i = 0; i < n && ok; i++) {
		const char *s;
		size_t len;
		double x;

		if (testset_cell(t, i, c, &b, &s, &len, NULL) != RC_OK)
			ok = false;
		else if (len)
			some += ok = decimal_read(s, len, &x);
	}
	buf_release(&b);
	return ok && some;
}

enum rc reg_curve_columns(struct registry *reg, const char *testset,
			  struct strs *out, struct err *err)
{
	struct testset *t = NULL;
	enum rc rc = reg_testset_open(reg, testset, 0, &t, err);

	if (rc != RC_OK)
		return rc;
	for (size_t c = 0; c < testset_n_columns(t); c++) {
		unsigned roles = testset_column_roles(t, c);

		if (!*testset_column_name(t, c) || (roles & ROLE_KEY) ||
		    ((roles & ROLE_TARGET) &&
		     testset_info(t)->task != TASK_REGRESSION))
			continue;
		if (holds_numbers(t, c))
			strs_add(out, testset_column_name(t, c));
	}
	testset_close(t);
	return RC_OK;
}

/* -- JSON -- */

static void write_tipping(struct json_out *o, const struct curve *c)
{
	const struct tipping *t = &c->tipping;

	jo_key(o, "tipping_point");
	if (!t->found) {
		jo_null(o);
		return;
	}
	jo_object(o);
	jo_knum(o, "at", t->at);
	jo_kstr(o, "loss", c->loss);
	jo_key(o, "below");
	figure_write(o, &t->below);
	jo_key(o, "from");
	figure_write(o, &t->above);
	jo_knum(o, "statistic", t->statistic);
	jo_knum(o, "p", t->p);
	jo_end(o);
}

void curve_write(struct json_out *o, const struct curve *c)
{
	jo_object(o);
	jo_kstr(o, "model", c->model);
	jo_kint(o, "version", c->version);
	jo_kstr(o, "testset", c->testset);
	jo_kint(o, "revision", c->revision);
	jo_kstr(o, "column", c->column);
	jo_kstr(o, "metric", metric_key(c->metric));
	jo_kint(o, "n", (int64_t)c->n);
	jo_kint(o, "without_number", (int64_t)c->n_empty);
	jo_key(o, "bins");
	jo_array(o);
	for (size_t i = 0; i < c->n_bins; i++) {
		jo_object(o);
		jo_knum(o, "from", c->bins[i].from);
		jo_knum(o, "to", c->bins[i].to);
		jo_key(o, "figure");
		figure_write(o, &c->bins[i].figure);
		jo_end(o);
	}
	jo_end(o);
	write_tipping(o, c);
	jo_end(o);
}
