#include "cli/version_list.h"

#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "cards/card_share.h"
#include "registry/open_impact.h"

/* What is counted beside a version's record. Of what cannot be read the list
 * says so, and goes on. */
struct counts {
	bool has_card, has_impact;
	struct card_share card;		/* if has_card */
	char *no_card;			/* why it cannot be read, or NULL */
	struct open_impact impact;	/* if has_impact */
	char *no_impact;
};

struct listing {
	struct cli *c;
	struct version_recs versions;	/* of a model beside each other */
	struct counts *counts;		/* a version each */
	struct model_recs models;
	size_t at;			/* among models, asked for last */
	struct card_shares *shares;
};

static void listing_release(struct listing *l)
{
	for (size_t i = 0; l->counts && i < l->versions.n; i++) {
		free(l->counts[i].no_card);
		free(l->counts[i].no_impact);
	}
	free(l->counts);
	card_shares_free(l->shares);
	model_recs_release(&l->models);
	version_recs_release(&l->versions);
}

/* Mostly the one behind that which was asked for last: both are in order, but
 * for capitals. */
static const char *risk_of(struct listing *l, const char *model)
{
	for (size_t i = 0; i < l->models.n; i++) {
		const struct model_rec *m =
			&l->models.at[(l->at + i) % l->models.n];

		if (strcmp(m->name, model) != 0)
			continue;
		l->at = (size_t)(m - l->models.at);
		return m->risk;
	}
	return NULL;
}

static enum rc count_card(struct listing *l, size_t i, const char *risk,
			  struct err *err)
{
	const struct version_rec *v = &l->versions.at[i];
	struct counts *n = &l->counts[i];
	struct err why = ERR_INIT;
	enum rc rc = card_shares_of(l->shares, v->model, v->version, risk,
				    &n->card, &why);

	if (rc == RC_CANCELLED)
		return err_set(err, rc, "%s", why.text);
	n->has_card = rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		n->no_card = xstrdup(why.text);
	return RC_OK;
}

/* Of versions[from .. to), which are one model's. */
static enum rc count_impacts(struct listing *l, size_t from, size_t to,
			     struct err *err)
{
	size_t n = to - from;
	int64_t *versions = xcalloc(n, sizeof(*versions));
	struct open_impact *out = xcalloc(n, sizeof(*out));
	struct err why = ERR_INIT;
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		versions[i] = l->versions.at[from + i].version;
	rc = reg_open_impacts(l->c->reg, l->versions.at[from].model, versions,
			      n, cli_progress(l->c), out, &why);
	for (size_t i = 0; i < n; i++) {
		l->counts[from + i].has_impact = rc == RC_OK;
		l->counts[from + i].impact = out[i];
		if (rc != RC_OK)
			l->counts[from + i].no_impact = xstrdup(why.text);
	}
	free(versions);
	free(out);
	return rc == RC_CANCELLED ? err_set(err, rc, "%s", why.text) : RC_OK;
}

static enum rc count_all(struct listing *l, struct err *err)
{
	enum rc rc = card_shares_open(l->c->reg, &l->shares, err);
	size_t to;

	l->counts = xcalloc(l->versions.n + 1, sizeof(*l->counts));
	for (size_t i = 0; i < l->versions.n && rc == RC_OK; i = to) {
		const char *model = l->versions.at[i].model;
		const char *risk = risk_of(l, model);

		for (to = i; to < l->versions.n && rc == RC_OK &&
			     !strcmp(l->versions.at[to].model, model); to++)
			rc = count_card(l, to, risk, err);
		if (rc == RC_OK)
			rc = count_impacts(l, i, to, err);
	}
	progress_clear(&l->c->progress);
	return rc;
}

/* -- Rows -- */

static const struct table_column columns[] = {
	{ "model", "model", false }, { "version", "version", true },
	{ "stage", "stage", false }, { "aliases", "aliases", false },
	{ NULL, "card", true }, { NULL, "impact", true },
	{ "data", "data", false }, { "code", "code", false },
	{ "params", "parameters", false }, { "time", "added", false },
	{ "who", "by", false },
	{ "complete", NULL, true }, { "required_missing", NULL, true },
	{ "open_problems", NULL, true }, { "impact", NULL, true },
	{ "without_impact", NULL, true }, { "not_asked", NULL, true }, { 0 },
};

/* As the workbench says them. */
static void row_words(struct table *t, const struct counts *n)
{
	struct buf card = BUF_INIT, impact = BUF_INIT;

	if (n->has_card)
		card_share_text(&card, &n->card);
	if (n->has_impact)
		open_impact_text(&impact, &n->impact);
	table_str(t, card.len ? card.data : n->no_card ? "?" : NULL);
	table_str(t, impact.len ? impact.data : "?");
	buf_release(&card);
	buf_release(&impact);
}

static void row_figures(struct table *t, const struct counts *n)
{
	const struct open_impact *i = &n->impact;

	if (n->has_card) {
		table_num(t, n->card.share);
		table_int(t, (int64_t)n->card.n_gaps);
	} else {
		table_null(t);
		table_null(t);
	}
	if (!n->has_impact) {
		const struct figure none = figure_undefined(n->no_impact, 0);

		table_null(t);
		table_figure(t, &none);
		table_null(t);
		table_null(t);
		return;
	}
	const struct figure known = !i->n_open || i->total.n ? i->total :
		figure_undefined("no open problem has an impact yet", 0);
	table_int(t, (int64_t)i->n_open);
	table_figure(t, &known);
	table_int(t, (int64_t)i->n_unranked);
	table_int(t, (int64_t)i->n_unasked);
}

static void row(struct table *t, const struct version_rec *v,
		const struct counts *n)
{
	char when[CLOCK_TEXT];

	table_str(t, v->model);
	table_int(t, v->version);
	table_str(t, v->stage);
	table_strs(t, &v->aliases);
	row_words(t, n);
	table_digest(t, v->data);
	table_digest(t, v->code);
	table_pairs(t, &v->params);
	table_str(t, clock_format(v->time, when));
	table_str(t, v->who);
	row_figures(t, n);
}

enum rc version_list(struct cli *c, struct err *err)
{
	static const struct table_spec spec = {
		"versions", false, columns,
		"no versions yet: 'muster version add NAME' adds one",
	};
	struct listing l = { .c = c, .versions = VEC_INIT,
			     .models = VEC_INIT };
	struct model_rec m = { 0 };
	enum rc rc = RC_OK;
	struct table *t;

	if (cli_arg(c, 0))
		rc = reg_model_get(c->reg, cli_arg(c, 0), &m, err);
	model_rec_release(&m);
	if (rc == RC_OK)
		rc = reg_model_heads(c->reg, &l.models, err);
	if (rc == RC_OK)
		rc = reg_version_list(c->reg, cli_arg(c, 0), &l.versions, err);
	if (rc == RC_OK)
		rc = count_all(&l, err);
	if (rc == RC_OK) {
		t = cli_table(c, &spec);
		for (size_t i = 0; i < l.versions.n && table_alive(t); i++)
			row(t, &l.versions.at[i], &l.counts[i]);
		table_end(t);
	}
	listing_release(&l);
	return rc;
}
