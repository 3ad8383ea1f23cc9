/* Evaluations as the text of CLI.md (section JSON), and back; and the
 * identities that every one of them must keep. */
#include "model/evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "base/xalloc.h"

/* -- Writing -- */

void figure_write(struct json_out *o, const struct figure *f)
{
	jo_object(o);
	if (f->why) {
		jo_knull(o, "value");
		jo_kstr(o, "why", f->why);
		jo_end(o);
		return;
	}
	jo_knum(o, "value", f->value);
	if (f->method != METHOD_NONE) {
		jo_knum(o, "low", f->low);
		jo_knum(o, "high", f->high);
	}
	jo_kint(o, "n", (int64_t)f->n);
	if (f->method != METHOD_NONE)
		jo_kstr(o, "method", method_name(f->method));
	jo_end(o);
}

static void write_figure(struct json_out *o, const char *key,
			 const struct figure *f)
{
	jo_key(o, key);
	figure_write(o, f);
}

static void write_confusion(struct json_out *o, const struct eval_slice *s)
{
	jo_key(o, "confusion");
	if (!s->has_confusion) {
		jo_null(o);
		return;
	}
	jo_object(o);
	jo_kint(o, "tp", (int64_t)s->confusion.tp);
	jo_kint(o, "fp", (int64_t)s->confusion.fp);
	jo_kint(o, "fn", (int64_t)s->confusion.fn);
	jo_kint(o, "tn", (int64_t)s->confusion.tn);
	jo_end(o);
}

static void write_metrics(struct json_out *o, const struct eval_slice *s,
			  enum task task)
{
	jo_key(o, "metrics");
	jo_object(o);
	for (unsigned m = 0; m < METRIC_COUNT; m++)
		if (metric_fits((enum metric)m, task))
			write_figure(o, metric_key((enum metric)m),
				     &s->metrics[m]);
	jo_end(o);
}

static void write_classes(struct json_out *o, const struct evaluation *e)
{
	jo_key(o, "classes");
	jo_array(o);
	for (size_t i = 0; i < e->n_classes; i++) {
		const struct class_figures *c = &e->classes[i];

		jo_object(o);
		jo_kstr(o, "label", c->label);
		write_figure(o, "precision", &c->precision);
		write_figure(o, "recall", &c->recall);
		write_figure(o, "f1", &c->f1);
		jo_kint(o, "n", (int64_t)c->n);
		jo_end(o);
	}
	jo_end(o);
}

static void write_matrix(struct json_out *o, const struct evaluation *e)
{
	if (!e->matrix)
		return;
	jo_key(o, "matrix");
	jo_array(o);
	for (size_t i = 0; i < e->n_classes; i++) {
		jo_array(o);
		for (size_t k = 0; k <= e->n_classes; k++)
			jo_int(o, (int64_t)e->matrix[i * (e->n_classes + 1) +
						     k]);
		jo_end(o);
	}
	jo_end(o);
}

static void write_slice(struct json_out *o, const struct eval_slice *s,
			enum task task)
{
	jo_object(o);
	jo_kstr(o, "by", s->by);
	jo_kstr(o, "value", s->value);
	jo_kint(o, "n", (int64_t)s->n);
	if (task == TASK_BINARY)
		write_confusion(o, s);
	write_metrics(o, s, task);
	jo_end(o);
}

void evaluation_write(struct json_out *o, const struct evaluation *e)
{
	jo_object(o);
	jo_kstr(o, "model", e->model);
	jo_kint(o, "version", e->version);
	jo_kstr(o, "testset", e->testset);
	jo_kint(o, "revision", e->revision);
	jo_kstr(o, "state", e->state);
	jo_kint(o, "n", (int64_t)e->whole.n);
	if (e->task == TASK_BINARY) {
		if (e->has_threshold)
			jo_knum(o, "threshold", e->threshold);
		else
			jo_knull(o, "threshold");
		write_confusion(o, &e->whole);
	}
	if (e->task == TASK_MULTICLASS)
		write_classes(o, e);
	write_metrics(o, &e->whole, e->task);
	jo_key(o, "slices");
	jo_array(o);
	for (size_t i = 0; i < e->n_slices; i++)
		write_slice(o, &e->slices[i], e->task);
	jo_end(o);
	write_matrix(o, e);
	jo_kstr(o, "task", task_name(e->task));
	jo_kstr(o, "revision_digest", e->revision_digest);
	jo_kstr(o, "prediction_digest", e->prediction_digest);
	jo_kint(o, "metric_code", METRIC_CODE_VERSION);
	jo_end(o);
}

/* -- Reading -- */

static enum rc bad(struct err *err, const char *what)
{
	return err_set(err, RC_BAD_INPUT, "evaluation: '%s' is missing or of "
		       "the wrong type", what);
}

static enum rc read_count(const struct json *object, const char *key,
			  uint64_t *out, struct err *err)
{
	int64_t i;

	if (!json_int(json_get(object, key), &i) || i < 0)
		return bad(err, key);
	*out = (uint64_t)i;
	return RC_OK;
}

enum rc figure_read(const struct json *j, struct figure *out, struct err *err)
{
	const char *why = json_get_str(j, "why");
	const char *method = json_get_str(j, "method");

	*out = (struct figure){ 0 };
	if (why) {
		out->why = figure_why(why);
		return RC_OK;
	}
	if (!json_num(json_get(j, "value"), &out->value))
		return bad(err, "value");
	if (method && (!method_from_name(method, &out->method) ||
		       !json_num(json_get(j, "low"), &out->low) ||
		       !json_num(json_get(j, "high"), &out->high)))
		return bad(err, "method");
	return read_count(j, "n", &out->n, err);
}

static enum rc read_figure(const struct json *object, const char *key,
			   struct figure *out, struct err *err)
{
	const struct json *j = json_get(object, key);

	if (!j)
		return bad(err, key);
	return figure_read(j, out, err);
}

static enum rc read_confusion(const struct json *j, struct eval_slice *s,
			      struct err *err)
{
	enum rc rc;

	if (json_type(j) != JSON_OBJECT)
		return RC_OK;
	s->has_confusion = true;
	rc = read_count(j, "tp", &s->confusion.tp, err);
	if (!rc)
		rc = read_count(j, "fp", &s->confusion.fp, err);
	if (!rc)
		rc = read_count(j, "fn", &s->confusion.fn, err);
	return rc ? rc : read_count(j, "tn", &s->confusion.tn, err);
}

static enum rc read_slot(const struct json *j, enum task task,
			 struct eval_slice *s, struct err *err)
{
	const struct json *metrics = json_get(j, "metrics");
	enum rc rc = read_count(j, "n", &s->n, err);

	if (!rc)
		rc = read_confusion(json_get(j, "confusion"), s, err);
	for (unsigned m = 0; m < METRIC_COUNT && !rc; m++)
		if (metric_fits((enum metric)m, task))
			rc = read_figure(metrics, metric_key((enum metric)m),
					 &s->metrics[m], err);
	return rc;
}

static enum rc read_classes(const struct json *j, struct evaluation *e,
			    struct err *err)
{
	size_t n = json_size(j);
	enum rc rc = RC_OK;

	e->classes = XNEW_ARRAY(struct class_figures, n + 1);
	for (size_t i = 0; i < n && !rc; i++) {
		const struct json *item = json_at(j, i);
		struct class_figures *c = &e->classes[e->n_classes++];

		if (!json_get_str(item, "label"))
			return bad(err, "label");
		c->label = xstrdup(json_get_str(item, "label"));
		rc = read_count(item, "n", &c->n, err);
		if (!rc)
			rc = read_figure(item, "precision", &c->precision, err);
		if (!rc)
			rc = read_figure(item, "recall", &c->recall, err);
		if (!rc)
			rc = read_figure(item, "f1", &c->f1, err);
	}
	return rc;
}

static enum rc read_matrix(const struct json *j, struct evaluation *e,
			   struct err *err)
{
	size_t n = e->n_classes;

	if (!j)
		return RC_OK;
	e->matrix = XNEW_ARRAY(uint64_t, n * (n + 1) + 1);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k <= n; k++) {
			int64_t count;

			if (!json_int(json_at(json_at(j, i), k), &count) ||
			    count < 0)
				return bad(err, "matrix");
			e->matrix[i * (n + 1) + k] = (uint64_t)count;
		}
	}
	return RC_OK;
}

static enum rc read_slices(const struct json *j, struct evaluation *e,
			   struct err *err)
{
	size_t n = json_size(j);
	enum rc rc = RC_OK;

	e->slices = XNEW_ARRAY(struct eval_slice, n + 1);
	for (size_t i = 0; i < n && !rc; i++) {
		const struct json *item = json_at(j, i);
		struct eval_slice *s = &e->slices[e->n_slices++];

		if (!json_get_str(item, "by") || !json_get_str(item, "value"))
			return bad(err, "slices");
		s->by = xstrdup(json_get_str(item, "by"));
		s->value = xstrdup(json_get_str(item, "value"));
		rc = read_slot(item, e->task, s, err);
	}
	return rc;
}

static enum rc read_all(const struct json *j, struct evaluation *e,
			struct err *err)
{
	const char *task = json_get_str(j, "task");
	enum rc rc;

	if (!task || !task_from_name(task, &e->task))
		return bad(err, "task");
	e->model = xstrdup_or_null(json_get_str(j, "model"));
	e->version = json_get_int(j, "version", 0);
	e->testset = xstrdup_or_null(json_get_str(j, "testset"));
	e->revision = json_get_int(j, "revision", 0);
	e->state = xstrdup_or_null(json_get_str(j, "state"));
	e->revision_digest = xstrdup_or_null(json_get_str(j,
							  "revision_digest"));
	e->prediction_digest = xstrdup_or_null(json_get_str(j,
							 "prediction_digest"));
	e->has_threshold = json_num(json_get(j, "threshold"), &e->threshold);
	rc = read_slot(j, e->task, &e->whole, err);
	if (!rc && e->task == TASK_MULTICLASS)
		rc = read_classes(json_get(j, "classes"), e, err);
	if (!rc && e->task == TASK_MULTICLASS)
		rc = read_matrix(json_get(j, "matrix"), e, err);
	return rc ? rc : read_slices(json_get(j, "slices"), e, err);
}

enum rc evaluation_read(const struct json *j, struct evaluation *out,
			struct err *err)
{
	enum rc rc;

	*out = (struct evaluation){ 0 };
	rc = read_all(j, out, err);
	if (rc)
		evaluation_release(out);
	return rc;
}

/* -- Identities -- */

static void find(struct strs *findings, const struct eval_slice *s,
		 const char *what, const char *why)
{
	char *line = s->by
		? xasprintf("%s=%s: %s: %s", s->by, s->value, what, why)
		: xasprintf("%s: %s", what, why);

	strs_add(findings, line);
	free(line);
}

static void check_figure(const struct eval_slice *s, enum metric m,
			 struct strs *findings)
{
	const struct figure *f = &s->metrics[m];
	const char *key = metric_key(m);

	if (f->why)
		return;
	if (!isfinite(f->value))
		find(findings, s, key, "not a number");
	if (f->method != METHOD_NONE &&
	    !(f->low <= f->value && f->value <= f->high))
		find(findings, s, key, "its interval does not contain it");
	if (f->n > s->n)
		find(findings, s, key, "its n is larger than the slice");
}

static bool close_to(double a, double b)
{
	return fabs(a - b) <= 1e-9 * (1 + fabs(a));
}

/* Skipped with weights: rates are then not those of the raw counts. */
static void check_confusion(const struct eval_slice *s, struct strs *findings)
{
	const struct confusion *c = &s->confusion;
	const struct figure *p = &s->metrics[METRIC_PRECISION];
	const struct figure *r = &s->metrics[METRIC_RECALL];
	const struct figure *f = &s->metrics[METRIC_F1];

	if (!s->has_confusion)
		return;
	if (c->tp + c->fp + c->fn + c->tn != s->n)
		find(findings, s, "confusion", "its counts are not n");
	if (!p->why && !r->why && !f->why && p->value + r->value > 0 &&
	    !close_to(f->value, 2 * p->value * r->value /
		      (p->value + r->value)))
		find(findings, s, "f1",
		     "does not agree with precision and recall");
}

/* Slices by one attribute that hold all rows are a full partition: their
 * counts and their weighted mean accuracy are those of the whole. */
static void check_partition(const struct evaluation *e, size_t from, size_t to,
			    struct strs *findings)
{
	const struct figure *whole = &e->whole.metrics[METRIC_ACCURACY];
	uint64_t n = 0, tp = 0;
	double right = 0;

	for (size_t i = from; i < to; i++) {
		const struct eval_slice *s = &e->slices[i];

		n += s->n;
		tp += s->confusion.tp;
		right += s->metrics[METRIC_ACCURACY].value * (double)s->n;
	}
	if (n != e->whole.n || !n)
		return;
	if (e->whole.has_confusion && tp != e->whole.confusion.tp)
		find(findings, &e->slices[from], "confusion",
		     "the slices' counts do not add up to the whole");
	if (e->task != TASK_REGRESSION && !whole->why &&
	    whole->method != METHOD_BOOTSTRAP &&
	    whole->method != METHOD_NONE &&
	    !close_to(right / (double)n, whole->value))
		find(findings, &e->slices[from], "accuracy",
		     "the slices' mean is not the whole's");
}

static void check_slot(const struct evaluation *e, const struct eval_slice *s,
		       struct strs *findings)
{
	for (unsigned m = 0; m < METRIC_COUNT; m++)
		if (metric_fits((enum metric)m, e->task))
			check_figure(s, (enum metric)m, findings);
	if (e->task == TASK_BINARY)
		check_confusion(s, findings);
}

void evaluation_check(const struct evaluation *e, struct strs *findings)
{
	check_slot(e, &e->whole, findings);
	for (size_t i = 0, j; i < e->n_slices; i = j) {
		for (j = i; j < e->n_slices &&
			    !strcmp(e->slices[j].by, e->slices[i].by); j++)
			check_slot(e, &e->slices[j], findings);
		if (strcmp(e->slices[i].by, "slice"))
			check_partition(e, i, j, findings);
	}
}
