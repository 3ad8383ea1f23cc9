/* A comparison as a file: JSON, CSV in long form, Markdown. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "tui/comparing.h"
#include "tui/figures.h"

void compared_json(const struct compared *c, struct buf *out)
{
	struct json_out o = JSON_OUT(out, true);

	comparison_write(&o, &c->c);
	buf_char(out, '\n');
}

/* -- CSV: one metric of one candidate (and slice) a row -- */

static void csv_text(struct buf *out, const char *s)
{
	csv_write_field(out, s ? s : "", s ? strlen(s) : 0, true);
	buf_char(out, ',');
}

static void csv_number(struct buf *out, bool there, double x)
{
	if (there)
		buf_decimal(out, x);
	buf_char(out, ',');
}

static void csv_delta(const struct candidate *k, const struct compare_slice *s,
		      enum metric m, struct buf *out)
{
	const struct delta *d = s ? &s->metrics[m] : &k->metrics[m];
	char *name;

	if (!d->present)
		return;
	name = xasprintf("%s@%lld", k->model, (long long)k->version);
	csv_text(out, name);
	csv_text(out, s ? s->by : NULL);
	csv_text(out, s ? s->value : NULL);
	csv_text(out, metric_key(m));
	csv_number(out, !d->why, d->base);
	csv_number(out, !d->why, d->candidate);
	csv_number(out, !d->why, d->delta);
	csv_number(out, d->has_interval, d->low);
	csv_number(out, d->has_interval, d->high);
	buf_printf(out, "%llu,", (unsigned long long)d->n);
	csv_text(out, d->has_interval ? method_name(d->method) : NULL);
	csv_number(out, d->has_p, d->p);
	csv_number(out, d->has_p, d->p_holm);
	csv_text(out, d->why ? d->why : verdict_text(d->verdict));
	buf_str(out, d->why ? "" : basis_key(d->basis));
	buf_char(out, '\n');
	free(name);
}

void compared_csv(const struct compared *c, struct buf *out)
{
	buf_str(out, "candidate,by,value,metric,base,to,delta,low,high,n,"
		"method,p,p_holm,verdict,verdict_by\n");
	for (size_t i = 0; i < c->c.n_candidates; i++) {
		const struct candidate *k = &c->c.candidates[i];

		for (int m = 0; m < METRIC_COUNT; m++)
			csv_delta(k, NULL, (enum metric)m, out);
		for (size_t j = 0; j < k->n_slices; j++)
			for (int m = 0; m < METRIC_COUNT; m++)
				csv_delta(k, &k->slices[j], (enum metric)m,
					  out);
	}
}

/* -- Markdown -- */

static void md_text(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("|\\<>`*_[]#&", *s))
			buf_char(out, '\\');
		buf_char(out, *s == '\n' || *s == '\r' ? ' ' : *s);
	}
}

static void md_delta(enum metric m, const struct delta *d, struct buf *out)
{
	if (!d->why)
		put_number(out, d->base, false);
	buf_str(out, " | ");
	if (d->why)
		buf_str(out, d->why);
	else
		put_delta(out, d);
	buf_printf(out, " | %llu | %s", (unsigned long long)d->n,
		   verdict_text(d->verdict));
	delta_add_basis(out, m, d);
	buf_str(out, " |\n");
}

static void md_slices(const struct compared *c, size_t candidate,
		      enum metric m, struct buf *out)
{
	const struct candidate *k = &c->c.candidates[candidate];
	size_t *keeper = XNEW_ARRAY(size_t, k->n_slices + 1);

	if (k->n_slices)
		buf_printf(out, "\n| %s by slice, Holm over %zu | base | delta "
			   "[95%% interval] | n | verdict |\n"
			   "|---|---:|---|---:|---|\n", metric_key(m),
			   k->family[m]);
	comparison_fold(&c->c, candidate, m, keeper);
	for (size_t i = 0; i < k->n_slices; i++) {
		if (keeper[i] != i)
			continue;
		buf_str(out, "| ");
		md_text(out, k->slices[i].by);
		buf_char(out, '=');
		md_text(out, k->slices[i].value);
		buf_str(out, " | ");
		md_delta(m, &k->slices[i].metrics[m], out);
	}
	free(keeper);
}

static void md_problems(const struct compared *c, size_t candidate,
			struct buf *out)
{
	const struct flip_groups *g = &c->groups[candidate];

	const bool numbers = c->c.candidates[candidate].has_shifts;
	const bool delta = c->c.is_weighted || numbers;

	if (g->n)
		buf_printf(out, "\n| problem | %s |%s%s verdict |\n"
			   "|---|---:|---:|%s---|\n", numbers ?
			   "nearer | farther" : "fixed | broken",
			   c->c.is_weighted ? " weighted" : "",
			   !delta ? "" : numbers ?
			   " difference of mae [95% interval] |" :
			   " difference [95% interval] |",
			   delta ? "---|" : "");
	for (size_t i = 0; i < g->n; i++) {
		buf_printf(out, "| P-%lld ", (long long)g->at[i].problem);
		md_text(out, g->at[i].title);
		buf_printf(out, " | %zu | %zu | ", g->at[i].fixed,
			   g->at[i].broken);
		if (delta)
			put_delta(out, &g->at[i].delta);
		buf_printf(out, "%s%s", delta ? " | " : "",
			   verdict_text(g->at[i].delta.verdict));
		delta_add_basis(out, metric_main(c->c.task), &g->at[i].delta);
		buf_str(out, " |\n");
	}
}

static void md_candidate(const struct compared *c, size_t candidate,
			 struct buf *out)
{
	const struct candidate *k = &c->c.candidates[candidate];
	char p[DECIMAL_MAX];

	buf_printf(out, "\n## %s@%lld: %s\n\n", k->model,
		   (long long)k->version, verdict_text(k->verdict));
	if (k->has_flips)
		buf_printf(out, "%llu fixed, %llu broken, %sp %s (Holm).\n\n",
			   (unsigned long long)k->fixed,
			   (unsigned long long)k->broken,
			   k->has_mcnemar ? "" : "weighted ",
			   decimal_sig(k->p_holm, 3, p));
	else if (k->has_shifts)
		buf_printf(out, "Nearer to the target in %llu, farther in "
			   "%llu.\n\n", (unsigned long long)k->nearer,
			   (unsigned long long)k->farther);
	buf_str(out, "| metric | base | delta [95% interval] | n | verdict |\n"
		"|---|---:|---|---:|---|\n");
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (!k->metrics[m].present)
			continue;
		buf_printf(out, "| %s | ", metric_key((enum metric)m));
		md_delta((enum metric)m, &k->metrics[m], out);
	}
	md_slices(c, candidate, metric_main(c->c.task), out);
	md_problems(c, candidate, out);
}

void compared_md(const struct compared *c, struct buf *out)
{
	buf_printf(out, "# Comparison with %s@%lld on %s r%lld, n %llu\n\n",
		   c->c.base_model, (long long)c->c.base_version, c->c.testset,
		   (long long)c->c.revision, (unsigned long long)c->c.n);
	if (c->slice) {
		buf_str(out, "Only patterns of ");
		md_text(out, c->slice);
		buf_str(out, ". ");
	}
	if (c->has_margin) {
		buf_str(out, "Equivalent: the interval lies within +-");
		buf_decimal(out, c->margin);
		buf_str(out, ". ");
	}
	buf_printf(out, "Digest of the revision: %s. Paired; delta = candidate "
		   "- base.\n", c->c.digest);
	for (size_t i = 0; i < c->c.n_candidates; i++)
		md_candidate(c, i, out);
}
