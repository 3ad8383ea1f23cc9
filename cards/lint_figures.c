/* Figures in an answer: references that hold, and numbers that somebody
 * typed next to a metric's name. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cards/lint_inside.h"
#include "cards/reference.h"

/* -- References -- */

static void lint_resolved(struct linter *l, const struct reference *r,
			  unsigned line)
{
	struct err err = ERR_INIT;
	struct resolved v;

	if (reference_resolve(r, l->facts, &v, &err) != RC_OK) {
		lint_found(l, LINT_UNKNOWN_REFERENCE, line, "muster eval, or "
			   "name a test set and slice there is", "%s",
			   err.text);
		return;
	}
	if (strcmp(v.state, "fresh"))
		lint_found(l, LINT_STALE_REFERENCE, line, "muster eval "
			   "TESTSET MODEL@V", "the evaluation on '%s' is %s",
			   r->testset, v.state);
	if (v.figure.why)
		lint_found(l, LINT_UNDEFINED_REFERENCE, line, "say in words "
			   "what cannot be measured, or choose another figure",
			   "%s is undefined: %s", metric_key(r->metric),
			   v.figure.why);
}

static void lint_reference(struct linter *l, const char *text, size_t at,
			   size_t n)
{
	unsigned line = lint_line(text, at);
	struct err err = ERR_INIT;
	struct reference r;

	if (reference_parse(text + at + 2, n - 4, &r, &err) != RC_OK) {
		lint_found(l, LINT_BAD_REFERENCE, line, "write {{METRIC "
			   "TESTSET [slice COL=VALUE] [of MODEL@V]}}",
			   "'%.*s': %s", (int)(n < 60 ? n : 60), text + at,
			   err.text);
		return;
	}
	if (l->facts)
		lint_resolved(l, &r, line);
	reference_release(&r);
}

/* -- Numbers -- */

/* How people call metrics; longer names first where one begins another. */
static const struct {
	const char *name;
	enum metric metric;
} names[] = {
	{ "balanced accuracy", METRIC_BALANCED_ACCURACY },
	{ "top-3 accuracy", METRIC_TOP_3_ACCURACY },
	{ "accuracy", METRIC_ACCURACY },
	{ "average precision", METRIC_AVERAGE_PRECISION },
	{ "macro precision", METRIC_MACRO_PRECISION },
	{ "weighted precision", METRIC_WEIGHTED_PRECISION },
	{ "micro precision", METRIC_MICRO_PRECISION },
	{ "precision", METRIC_PRECISION },
	{ "macro recall", METRIC_MACRO_RECALL },
	{ "weighted recall", METRIC_WEIGHTED_RECALL },
	{ "micro recall", METRIC_MICRO_RECALL },
	{ "recall", METRIC_RECALL },
	{ "sensitivity", METRIC_RECALL },
	{ "true positive rate", METRIC_RECALL },
	{ "specificity", METRIC_SPECIFICITY },
	{ "true negative rate", METRIC_SPECIFICITY },
	{ "false positive rate", METRIC_FPR },
	{ "false negative rate", METRIC_FNR },
	{ "fpr", METRIC_FPR },
	{ "fnr", METRIC_FNR },
	{ "macro f1", METRIC_MACRO_F1 },
	{ "weighted f1", METRIC_WEIGHTED_F1 },
	{ "micro f1", METRIC_MICRO_F1 },
	{ "f1", METRIC_F1 },
	{ "mcc", METRIC_MCC },
	{ "selection rate", METRIC_SELECTION_RATE },
	{ "roc auc", METRIC_ROC_AUC },
	{ "auroc", METRIC_ROC_AUC },
	{ "auc", METRIC_ROC_AUC },
	{ "log loss", METRIC_LOG_LOSS },
	{ "brier score", METRIC_BRIER },
	{ "brier", METRIC_BRIER },
	{ "expected calibration error", METRIC_ECE },
	{ "ece", METRIC_ECE },
	{ "median absolute error", METRIC_MEDIAN_ABSOLUTE_ERROR },
	{ "mean absolute error", METRIC_MAE },
	{ "mae", METRIC_MAE },
	{ "rmse", METRIC_RMSE },
	{ "smape", METRIC_SMAPE },
	{ "mape", METRIC_MAPE },
	{ "mase", METRIC_MASE },
	{ "r2", METRIC_R2 },
	{ "r²", METRIC_R2 },
};

static bool is_letter(unsigned char c)
{
	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Bytes of p that are the name (blank, '-' and '_' are alike), or 0. */
static size_t match_name(const char *p, const char *name)
{
	size_t i = 0;

	for (; name[i]; i++) {
		bool gap = name[i] == ' ' || name[i] == '-';
		bool blank = p[i] == ' ' || p[i] == '-' || p[i] == '_';

		if (gap ? !blank : strncasecmp(p + i, name + i, 1))
			return 0;
	}
	return is_letter((unsigned char)p[i]) ? 0 : i;
}

struct typed {
	enum metric metric;
	double value;
	bool percent;
	bool has_interval;
	double low, high;
	size_t at;		/* where the metric's name stands */
	const char *from, *end;	/* the number, with its interval */
};

/* A number, with or without '%', at p. *end receives what is behind it. */
static bool number_at(const char *p, double *value, bool *percent,
		      const char **end)
{
	size_t n = 0;

	if (*p == '-' || *p == '+')
		n++;
	while ((p[n] >= '0' && p[n] <= '9') || (p[n] == '.' && p[n + 1] >= '0'
						&& p[n + 1] <= '9'))
		n++;
	if (!decimal_read(p, n, value) || is_letter((unsigned char)p[n]))
		return false;
	p += n;
	while (*p == ' ' && p[1] == '%')
		p++;
	*percent = *p == '%';
	*end = p + *percent;
	return true;
}

/* Words that may stand between a metric and its number. */
static const char *skip_link(const char *p)
{
	static const char *const links[] = {
		"score", "rate", "value", "of", "is", "was", "at", "about",
		"around", "approximately", "roughly", "equals", "reaches",
		"reached", "achieves", "above", "over", "below", "under",
		"the", "a", "an", "model", "test", "overall", "≈", "~", "=",
		":", "|", "*", "`", ">=", "<=", ">", "<",
	};

	for (;;) {
		size_t n = 0;

		p += strspn(p, " \t");
		for (size_t i = 0; i < COUNT(links); i++) {
			size_t m = strlen(links[i]);

			if (!strncasecmp(p, links[i], m) &&
			    (!is_letter((unsigned char)links[i][0]) ||
			     !is_letter((unsigned char)p[m])) && m > n)
				n = m;
		}
		if (!n)
			return p;
		p += n;
	}
}

/* "[.85, .95]", "(0.85 to 0.95)", "(95% CI 85-95%)" behind a number. */
static void read_interval(struct typed *t)
{
	const char *p = t->end + strspn(t->end, " "), *close, *end;
	bool percent;
	double level;

	if (*p != '[' && *p != '(')
		return;
	close = p + strcspn(p, "])\n");
	p++;
	if (number_at(p, &level, &percent, &end) && percent &&
	    !strncasecmp(end + strspn(end, " "), "ci", 2))
		p = end + strspn(end, " ");
	if (!strncasecmp(p, "ci", 2))
		p += 2;
	p += strspn(p, " :=");
	if (!number_at(p, &t->low, &percent, &end))
		return;
	p = end + strspn(end, " ,;");
	if (!strncmp(p, "to ", 3))
		p += 3;
	else if (!strncmp(p, "–", strlen("–")))
		p += strlen("–");
	else if (*p == '-')
		p++;
	p += strspn(p, " ");
	t->has_interval = number_at(p, &t->high, &percent, &end) &&
			  end <= close;
	if (t->has_interval)
		t->end = close + (*close && *close != '\n');
}

/* "accuracy is 0.92": the number behind the name. */
static bool number_behind(const char *text, size_t at, size_t n,
			  struct typed *t)
{
	const char *p = skip_link(text + at + n);

	t->from = p;
	if (!number_at(p, &t->value, &t->percent, &t->end))
		return false;
	read_interval(t);
	return true;
}

/* "92% accuracy", "0.92 AUC": the number before it. */
static bool number_before(const char *text, size_t at, struct typed *t)
{
	size_t from = at;

	while (from && text[from - 1] == ' ')
		from--;
	if (from && text[from - 1] == '%')
		from--;
	while (from && text[from - 1] == ' ')
		from--;
	while (from && strchr("0123456789.", text[from - 1]))
		from--;
	if (from == at || (from && is_letter((unsigned char)text[from - 1])))
		return false;
	t->from = text + from;
	if (!number_at(text + from, &t->value, &t->percent, &t->end))
		return false;
	/* "section 3 accuracy" names no figure */
	return t->percent || memchr(text + from, '.', at - from);
}

/* Least and greatest possible value. */
static void range_of(enum metric m, double *low, double *high)
{
	*low = 0;
	*high = 1;
	switch ((int)m) {
	case METRIC_MCC:
		*low = -1;
		break;
	case METRIC_R2:
		*low = -INFINITY;
		break;
	case METRIC_LOG_LOSS: case METRIC_MAE: case METRIC_RMSE:
	case METRIC_MAPE: case METRIC_SMAPE: case METRIC_MASE:
	case METRIC_MEDIAN_ABSOLUTE_ERROR:
		*high = INFINITY;
		break;
	}
}

/* Numbers as fractions. */
static void to_fractions(struct typed *t)
{
	if (!t->percent)
		return;
	t->value /= 100;
	if (t->has_interval) {
		t->low /= 100;
		t->high /= 100;
	}
}

/* True if it is the measured value of a slice, to the digits typed. */
static bool is_some_figure(const struct evaluation *e, const struct typed *t)
{
	for (size_t i = 0; i < e->n_slices; i++) {
		const struct figure *f = &e->slices[i].metrics[t->metric];

		if (!f->why && fabs(f->value - t->value) < 0.005)
			return true;
	}
	return false;
}

/* The measured figure nearest to what was typed; NULL if none was. */
static const struct figure *measured(const struct linter *l,
				     const struct typed *t,
				     const struct evaluation **on)
{
	const struct figure *best = NULL;

	for (size_t i = 0; l->facts && i < l->facts->evaluations.n; i++) {
		const struct evaluation *e = &l->facts->evaluations.at[i];
		const struct figure *f = &e->whole.metrics[t->metric];

		if (!metric_fits(t->metric, e->task) || f->why ||
		    (best && fabs(best->value - t->value) <=
		     fabs(f->value - t->value)))
			continue;
		best = f;
		*on = e;
	}
	return best;
}

static void lint_against(struct linter *l, const struct typed *t,
			 unsigned line)
{
	const struct evaluation *e = NULL;
	const struct figure *f = measured(l, t, &e);
	const char *key = metric_key(t->metric);
	struct buf b = BUF_INIT, remedy = BUF_INIT;

	if (!f) {
		lint_found(l, LINT_ASSERTED, line, "evaluate the version, then "
			   "refer to the figure with {{…}}", "%s is typed by "
			   "hand: asserted, not measured", key);
		return;
	}
	figure_print(&b, f);
	buf_printf(&remedy, "replace the number by {{%s %s}}", key,
		   e->testset);
	if (f->method != METHOD_NONE &&
	    (t->value < f->low - 5e-5 || t->value > f->high + 5e-5) &&
	    !is_some_figure(e, t))
		lint_found(l, LINT_DISAGREES, line, remedy.data, "%s is typed "
			   "by hand; %s@%lld measured %s", key, e->testset,
			   (long long)e->revision, b.data);
	else
		lint_found(l, LINT_ASSERTED, line, remedy.data, "%s is typed "
			   "by hand: asserted; %s@%lld has %s", key,
			   e->testset, (long long)e->revision, b.data);
	buf_release(&b);
	buf_release(&remedy);
}

static void lint_typed(struct linter *l, const char *text, struct typed *t)
{
	const char *key = metric_key(t->metric);
	unsigned line = lint_line(text, t->at);
	double low, high;

	to_fractions(t);
	range_of(t->metric, &low, &high);
	if (t->value < low || t->value > high) {
		lint_found(l, LINT_RANGE, line, "correct the number; rates "
			   "are fractions, or carry a '%' sign",
			   "no %s can be that", key);
		return;
	}
	if (t->has_interval && (t->value < t->low || t->value > t->high))
		lint_found(l, LINT_INTERVAL, line, "correct the value or the "
			   "interval", "the value of %s lies outside the "
			   "interval beside it", key);
	lint_against(l, t, line);
}

/* The text with references blanked, so that their words are no prose. */
static char *without_references(const char *text)
{
	char *prose = xstrdup(text);
	size_t at = 0, n;

	while (reference_find(text, &at, &n)) {
		memset(prose + at, ' ', n);
		/* "accuracy {{…}} 0.9" is two things, not one */
		prose[at] = ';';
		at += n;
	}
	return prose;
}

static size_t name_at(const char *p, enum metric *metric)
{
	char c = ascii_lower(*p);

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t n = names[i].name[0] == c ?
			   match_name(p, names[i].name) : 0;

		if (n) {
			*metric = names[i].metric;
			return n;
		}
	}
	return 0;
}

/* The next number at or behind *at that is typed next to a metric's name;
 * *at goes on behind the name. */
static bool next_typed(const char *prose, size_t *at, struct typed *t)
{
	while (prose[*at]) {
		size_t n = 0, here = *at;

		*t = (struct typed){ .at = here };
		if (!here || !is_letter((unsigned char)prose[here - 1]))
			n = name_at(prose + here, &t->metric);
		*at += n ? n : 1;
		if (n && (number_behind(prose, here, n, t) ||
			  number_before(prose, here, t)))
			return true;
	}
	return false;
}

static void lint_numbers(struct linter *l, const char *text)
{
	char *prose = without_references(text);
	struct typed t;

	for (size_t at = 0; next_typed(prose, &at, &t);)
		lint_typed(l, text, &t);
	free(prose);
}

/* A number that is not the whole's may be a slice's: then that one is meant,
 * if there is no other. False: it cannot be told. */
static bool whose(const struct evaluation *e, const struct typed *t,
		  struct reference *r)
{
	const struct figure *f = &e->whole.metrics[t->metric];
	size_t n = 0;

	*r = (struct reference){ .metric = t->metric,
				 .testset = e->testset };
	if (fabs(f->value - t->value) < 0.005 || !is_some_figure(e, t))
		return true;
	for (size_t i = 0; i < e->n_slices; i++) {
		f = &e->slices[i].metrics[t->metric];
		if (f->why || fabs(f->value - t->value) >= 0.005)
			continue;
		r->by = e->slices[i].by;
		r->value = e->slices[i].value;
		n++;
	}
	return n == 1;
}

bool lint_take_figures(struct buf *out, const struct doc_facts *f,
		       const char *text)
{
	const struct linter l = { .facts = f };
	char *prose = without_references(text);
	size_t done = 0;
	struct typed t;

	for (size_t at = 0; next_typed(prose, &at, &t);) {
		const struct evaluation *e = NULL;
		size_t from = (size_t)(t.from - prose);
		struct reference r;

		to_fractions(&t);
		if (from < done || !measured(&l, &t, &e) ||
		    !whose(e, &t, &r))
			continue;
		buf_add(out, text + done, from - done);
		reference_write(out, &r);
		done = (size_t)(t.end - prose);
	}
	if (done)
		buf_str(out, text + done);
	free(prose);
	return done > 0;
}

void lint_figures(struct linter *l, const char *text)
{
	size_t at = 0, n;

	while (reference_find(text, &at, &n)) {
		lint_reference(l, text, at, n);
		at += n;
	}
	lint_numbers(l, text);
}
