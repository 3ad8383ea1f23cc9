#include "cli/report_eval.h"

#include <string.h>

#include "base/decimal.h"

void report_testset_json(struct json_out *o, const struct testset_info *t)
{
	jo_object(o);
	jo_kstr(o, "name", t->name);
	jo_kint(o, "revision", t->revision);
	jo_kstr(o, "digest", t->digest);
	jo_kint(o, "n", (int64_t)t->n);
	jo_end(o);
}

static void evaluations_json(struct cli *c, const struct testset_info *t,
			     const struct evaluations *list)
{
	struct json_out o = JSON_OUT(&c->out.buf, true);

	jo_object(&o);
	jo_key(&o, "testset");
	report_testset_json(&o, t);
	jo_key(&o, "evaluations");
	jo_array(&o);
	for (size_t i = 0; i < list->n && out_breathe(&c->out); i++)
		evaluation_write(&o, &list->at[i]);
	jo_end(&o);
	jo_end(&o);
	buf_char(&c->out.buf, '\n');
}

/* Long form, one figure a row: what a spreadsheet or R wants. */
static const struct table_column csv_columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "testset", "test set", false }, { "revision", "revision", true },
	{ "state", "state", false }, { "by", "by", false },
	{ "value", "value", false }, { "metric", "metric", false },
	{ "figure", "figure", true }, { "low", "low", true },
	{ "high", "high", true }, { "n", "n", true },
	{ "method", "method", false }, { "why", "why", false }, { 0 },
};

/* An undefined figure is kept without its n: shown alike when new and when
 * read again. */
static void figure_n(struct table *t, const struct figure *f)
{
	f->why ? table_null(t) : table_int(t, (int64_t)f->n);
}

static void csv_figure(struct table *t, const struct evaluation *e,
		       const struct eval_slice *s, enum metric m)
{
	const struct figure *f = &s->metrics[m];

	table_str(t, e->model);
	table_int(t, e->version);
	table_str(t, e->testset);
	table_int(t, e->revision);
	table_str(t, e->state);
	table_str(t, s->by);
	table_str(t, s->value);
	table_str(t, metric_key(m));
	f->why ? table_null(t) : table_num(t, f->value);
	f->why || f->method == METHOD_NONE ? table_null(t)
					   : table_num(t, f->low);
	f->why || f->method == METHOD_NONE ? table_null(t)
					   : table_num(t, f->high);
	figure_n(t, f);
	table_str(t, f->method == METHOD_NONE ? NULL : method_name(f->method));
	table_str(t, f->why);
}

static void csv_slice(struct table *t, const struct evaluation *e,
		      const struct eval_slice *s)
{
	for (enum metric m = 0; m < METRIC_COUNT && table_alive(t); m++)
		if (metric_fits(m, e->task))
			csv_figure(t, e, s, m);
}

static void evaluations_csv(struct cli *c, const struct evaluations *list)
{
	static const struct table_spec spec = {
		"figures", false, csv_columns, NULL,
	};
	struct table *t = cli_table(c, &spec);

	for (size_t i = 0; i < list->n; i++) {
		csv_slice(t, &list->at[i], &list->at[i].whole);
		for (size_t j = 0; j < list->at[i].n_slices; j++)
			csv_slice(t, &list->at[i], &list->at[i].slices[j]);
	}
	table_end(t);
}

/* -- for people: one version after the other -- */

static void head_line(struct buf *b, const struct evaluation *e)
{
	char s[DECIMAL_MAX];

	buf_printf(b, "%s %lld on %s r%lld, n %s, %s", e->model,
		   (long long)e->version, e->testset, (long long)e->revision,
		   decimal_grouped(e->whole.n, s), e->state);
	if (e->has_threshold)
		buf_printf(b, ", threshold %s", decimal_sig(e->threshold, 6, s));
	buf_char(b, '\n');
	if (e->whole.has_confusion) {
		const struct confusion *k = &e->whole.confusion;

		buf_printf(b, "confusion  tp %llu  fp %llu  fn %llu  tn %llu\n",
			   (unsigned long long)k->tp, (unsigned long long)k->fp,
			   (unsigned long long)k->fn, (unsigned long long)k->tn);
	}
	buf_char(b, '\n');
}

static const struct table_column whole_columns[] = {
	{ "metric", "metric", false }, { "figure", "figure [95 %]", false },
	{ "n", "n", true }, { "method", "interval", false }, { 0 },
};

static void whole_table(struct cli *c, const struct evaluation *e)
{
	static const struct table_spec spec = {
		"metrics", false, whole_columns, NULL,
	};
	struct table *t = cli_table(c, &spec);

	for (enum metric m = 0; m < METRIC_COUNT; m++) {
		const struct figure *f = &e->whole.metrics[m];

		if (!metric_fits(m, e->task))
			continue;
		table_str(t, metric_key(m));
		table_figure(t, f);
		figure_n(t, f);
		table_str(t, f->why || f->method == METHOD_NONE
			  ? NULL : method_name(f->method));
	}
	table_end(t);
}

static const struct table_column class_columns[] = {
	{ "label", "class", false }, { "precision", "precision", false },
	{ "recall", "recall", false }, { "f1", "f1", false },
	{ "n", "n", true }, { 0 },
};

static void class_table(struct cli *c, const struct evaluation *e)
{
	static const struct table_spec spec = {
		"classes", false, class_columns, NULL,
	};
	struct table *t;

	if (e->n_classes == 0)
		return;
	buf_char(&c->out.buf, '\n');
	t = cli_table(c, &spec);
	for (size_t i = 0; i < e->n_classes; i++) {
		table_str(t, e->classes[i].label);
		table_figure(t, &e->classes[i].precision);
		table_figure(t, &e->classes[i].recall);
		table_figure(t, &e->classes[i].f1);
		table_int(t, (int64_t)e->classes[i].n);
	}
	table_end(t);
}

/* The three figures that say most about a slice of the task. */
static const enum metric slice_metrics[][3] = {
	[TASK_BINARY] = { METRIC_ACCURACY, METRIC_FPR, METRIC_FNR },
	[TASK_MULTICLASS] = { METRIC_ACCURACY, METRIC_MACRO_F1,
			      METRIC_LOG_LOSS },
	[TASK_REGRESSION] = { METRIC_MAE, METRIC_RMSE, METRIC_R2 },
};

static void slice_table(struct cli *c, const struct evaluation *e)
{
	const enum metric *m = slice_metrics[e->task];
	const struct table_column columns[] = {
		{ "by", "slice by", false }, { "value", "value", false },
		{ "n", "n", true },
		{ metric_key(m[0]), metric_head(m[0]), false },
		{ metric_key(m[1]), metric_head(m[1]), false },
		{ metric_key(m[2]), metric_head(m[2]), false }, { 0 },
	};
	const struct table_spec spec = { "slices", false, columns, NULL };
	struct table *t;

	if (e->n_slices == 0)
		return;
	buf_char(&c->out.buf, '\n');
	t = cli_table(c, &spec);
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct eval_slice *s = &e->slices[i];

		table_str(t, s->by);
		table_str(t, s->value);
		table_int(t, (int64_t)s->n);
		for (size_t j = 0; j < 3; j++)
			table_figure(t, &s->metrics[m[j]]);
	}
	table_end(t);
}

void report_evaluations(struct cli *c, const struct testset_info *t,
			const struct evaluations *list)
{
	if (c->format == FORMAT_JSON) {
		evaluations_json(c, t, list);
		return;
	}
	if (c->format == FORMAT_CSV) {
		evaluations_csv(c, list);
		return;
	}
	for (size_t i = 0; i < list->n && out_breathe(&c->out); i++) {
		const struct evaluation *e = &list->at[i];

		if (i)
			buf_char(&c->out.buf, '\n');
		head_line(&c->out.buf, e);
		whole_table(c, e);
		class_table(c, e);
		slice_table(c, e);
	}
}

void report_stored(struct cli *c, size_t n, uint64_t n_new)
{
	struct buf *b = &c->out.buf;

	buf_printf(b, "\n%zu evaluation%s, %llu new", n, n == 1 ? "" : "s",
		   (unsigned long long)n_new);
	if (n_new)
		buf_printf(b, " (log %llu)",
			   (unsigned long long)reg_size(c->reg) - 1);
	buf_str(b, "\n");
}
