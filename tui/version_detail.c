#include "tui/version_detail.h"

#include <string.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "model/fairview.h"
#include "registry/dataset.h"
#include "registry/document.h"
#include "registry/signoff.h"
#include "tui/figures.h"

/* -- Reading -- */

/* "rev 2, approved"; NULL: none was ever saved. */
static enum rc read_document(struct registry *reg, enum document_kind kind,
			     const char *of, char **out, struct err *err)
{
	struct document_rec d;
	struct err why = ERR_INIT;
	enum rc rc = reg_document_head(reg, kind, of, &d, &why);

	*out = NULL;
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	*out = xasprintf("rev %lld, %s", (long long)d.revision, d.status);
	document_rec_release(&d);
	return RC_OK;
}

static enum rc read_dataset(struct registry *reg, const struct version_rec *v,
			    struct version_facts *f, struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc = v->data ? reg_dataset_by_digest(reg, v->data, &names, err)
			     : RC_OK;

	if (rc == RC_OK && names.n) {
		f->dataset = xstrdup(names.at[0]);
		rc = read_document(reg, DOCUMENT_DATASHEET, f->dataset,
				   &f->sheet, err);
	}
	strs_release(&names);
	return rc;
}

static enum rc read_signed(struct registry *reg, const struct version_rec *v,
			   struct version_facts *f, struct err *err)
{
	struct signoff_recs all = VEC_INIT;
	char day[CLOCK_TEXT];
	enum rc rc = reg_signoff_list(reg, v->model, v->version, &all, err);

	for (size_t i = all.n; i-- > 0 && !f->signed_as;) {
		const struct signoff_rec *s = &all.at[i];

		if (!s->is_revoked)
			f->signed_as = xasprintf(
				"%s by %s (%s) for %s, %.10s",
				meaning_name(s->meaning), s->login, s->role,
				s->stage, clock_format(s->time, day));
	}
	signoff_recs_release(&all);
	return rc;
}

enum rc version_facts_read(struct registry *reg, const struct version_rec *v,
			   const char *main_metric, struct version_facts *out,
			   struct err *err)
{
	char *of = xasprintf("%s@%lld", v->model, (long long)v->version);
	struct err why = ERR_INIT;
	enum rc rc;

	*out = (struct version_facts){ 0 };
	rc = reg_newest_figure(reg, v->model, v->version, main_metric,
			       &out->newest, &why);
	out->has_newest = rc == RC_OK;
	if (rc != RC_OK && rc != RC_NOT_FOUND)
		err_set(err, rc, "%s", why.text);
	else
		rc = read_document(reg, DOCUMENT_CARD, of, &out->card, err);
	if (rc == RC_OK)
		rc = read_dataset(reg, v, out, err);
	if (rc == RC_OK)
		rc = read_signed(reg, v, out, err);
	free(of);
	if (rc != RC_OK)
		version_facts_release(out);
	return rc;
}

void version_facts_release(struct version_facts *f)
{
	newest_figure_release(&f->newest);
	free(f->dataset);
	free(f->sheet);
	free(f->card);
	free(f->signed_as);
	*f = (struct version_facts){ 0 };
}

/* -- Lines -- */

int paint_labelled(struct area *a, int y, const char *label, const char *text)
{
	int lines;

	if (!text || !*text)
		return y;
	area_text(a, 1, y, 8, STYLE_NORMAL, label);
	lines = area_wrap(a, 10, y, a->w - 11, STYLE_NORMAL, text);
	return y + (lines > 0 ? lines : 1);
}

/* Two that are short stand beside each other, else one below the other. */
#define SECOND 22
static int paint_pair(struct area *a, int y, const char *const labels[2],
		      const char *const texts[2])
{
	bool ascii = a->canvas->ascii;
	bool both = texts[0] && *texts[0] && texts[1] && *texts[1];
	int first = both ? 10 + text_cells(texts[0], ascii) + 2 : 0;
	int x = first > SECOND ? first : SECOND;
	int at = x + 1 + text_cells(labels[1], ascii);
	bool fits = both && at + text_cells(texts[1], ascii) < a->w;

	if (!fits) {
		y = paint_labelled(a, y, labels[0], texts[0]);
		return paint_labelled(a, y, labels[1], texts[1]);
	}
	area_text(a, x, y, at - x, STYLE_NORMAL, labels[1]);
	area_text(a, at, y, a->w - at, STYLE_NORMAL, texts[1]);
	return paint_labelled(a, y, labels[0], texts[0]);
}

static int paint_newest(struct area *a, int y, const struct newest_figure *n,
			const char *state)
{
	struct buf text = BUF_INIT;
	const struct figure *f = &n->figure;

	if (f->why)
		buf_printf(&text, "undefined: %s", f->why);
	else
		put_figure(&text, f);
	if (!f->why && f->method != METHOD_NONE)
		buf_char(&text, ' ');
	put_bounds(&text, f);
	buf_str(&text, " n ");
	put_count(&text, f->n);
	y = paint_labelled(a, y, metric_head(n->metric), text.data);
	buf_clear(&text);
	buf_printf(&text, "%s r%lld, %s", n->testset, (long long)n->revision,
		   state);
	y = paint_labelled(a, y, "on", text.data);
	buf_release(&text);
	return y;
}

/* While it is not there. */
static const char *coming(bool is_stopped)
{
	return is_stopped ? "not computed: stopped; r does it" : "...";
}

/* Against the version that it would replace. */
static int paint_base(struct area *a, int y, const struct version_costly *c)
{
	struct buf label = BUF_INIT, text = BUF_INIT;
	const struct version_judged *j = c->judged;

	buf_str(&label, "vs");
	if (j && j->base)
		buf_printf(&label, " %lld", (long long)j->base);
	if (j)
		version_base_text(&text, j);
	else
		buf_str(&text, coming(c->judging_stopped));
	y = paint_labelled(a, y, label.data, text.data);
	buf_release(&label);
	buf_release(&text);
	return y;
}

static int paint_stage(struct area *a, int y, const struct version_rec *v,
		       const struct version_costly *c)
{
	static const char *const labels[] = { "stage", "gate" };
	struct buf gate = BUF_INIT;

	if (c->judged && c->judged->is_gated)
		version_gate_text(&gate, c->judged);
	else
		buf_str(&gate, coming(c->judging_stopped));
	y = paint_pair(a, y, labels,
		       (const char *const[]){ v->stage, gate.data });
	buf_release(&gate);
	return y;
}

static int paint_threshold(struct area *a, int y, const struct version_rec *v,
			   const char *chosen)
{
	struct buf text = BUF_INIT;

	if (v->has_threshold)
		put_number(&text, v->threshold, false);
	if (v->has_threshold && chosen && *chosen)
		buf_printf(&text, ", %s", chosen);
	y = paint_labelled(a, y, "thresh.", text.data);
	buf_release(&text);
	return y;
}

/* Its ends tell it apart where there is no room for all of it. */
static int paint_digest(struct area *a, int y, const char *label,
			const char *text, bool is_brief)
{
	size_t n = text ? strlen(text) : 0;
	char *brief;

	if (!is_brief || (int)n <= a->w - 11 ||
	    strspn(text, "0123456789abcdef") < n)
		return paint_labelled(a, y, label, text);
	brief = xasprintf("%.12s..%s", text, text + n - 6);
	y = paint_labelled(a, y, label, brief);
	free(brief);
	return y;
}

static int paint_source(struct area *a, int y, const struct version_rec *v,
			bool is_brief)
{
	struct buf text = BUF_INIT;

	y = paint_labelled(a, y, "code", v->code);
	y = paint_labelled(a, y, "run", v->run);
	y = paint_labelled(a, y, "file", v->artifact_name);
	y = paint_digest(a, y, "sha256", v->artifact, is_brief);
	for (size_t i = 0; i < v->params.n; i++)
		buf_printf(&text, "%s%s=%s", i ? " " : "",
			   v->params.at[i].key, v->params.at[i].value);
	y = paint_labelled(a, y, "param", text.data);
	buf_clear(&text);
	for (size_t i = 0; i < v->runner.n; i++)
		buf_printf(&text, "%s%s", i ? " " : "", v->runner.at[i]);
	y = paint_labelled(a, y, "runner", text.data);
	buf_release(&text);
	return paint_labelled(a, y, "note", v->note);
}

static int paint_worst(struct area *a, int y, const struct version_costly *c)
{
	const struct version_judged *j = c->judged;
	struct buf text = BUF_INIT;

	if (!j) {
		buf_str(&text, coming(c->judging_stopped));
	} else if (!j->worst_by) {
		buf_printf(&text, "no slice has %d patterns", FAIR_MIN_N);
	} else {
		put_slice(&text, j->worst_by, j->worst_value);
		buf_char(&text, ' ');
		put_figure(&text, &j->worst);
		if (j->worst.method != METHOD_NONE)
			buf_char(&text, ' ');
		put_bounds(&text, &j->worst);
		buf_str(&text, " n ");
		put_count(&text, j->worst.n);
	}
	y = paint_labelled(a, y, "worst", text.data);
	buf_release(&text);
	return y;
}

/* What it scored, and what of that stands out. */
static int paint_scores(struct area *a, int y,
			const struct version_facts *facts,
			const struct version_costly *costly)
{
	const struct version_judged *j = costly->judged;

	if (!facts->has_newest)
		return paint_labelled(a, y, "score", "none yet: m, then r");
	y = paint_newest(a, y, &facts->newest, j && j->state ? j->state :
			 facts->newest.state);
	y = paint_base(a, y, costly);
	return paint_worst(a, y, costly);
}

static void put_open(struct buf *out, const struct open_impact *i)
{
	char n[COUNTED_MAX], text[DECIMAL_MAX];

	buf_str(out, counted(i->n_open, "problem", "problems", n));
	if (i->total.n)
		buf_printf(out, ", impact %s",
			   decimal_fixed(i->total.value, 1, text));
	if (i->top)
		buf_printf(out, ", top P-%lld %s", (long long)i->top,
			   decimal_fixed(i->top_impact, 1, text));
	if (i->n_unranked)
		buf_printf(out, "; %llu without an impact yet",
			   (unsigned long long)i->n_unranked);
	if (i->n_unasked)
		buf_printf(out, "; not asked about %llu",
			   (unsigned long long)i->n_unasked);
}

static int paint_open(struct area *a, int y, const struct version_costly *c)
{
	struct buf text = BUF_INIT;

	if (c->impact && c->impact->n_open)
		put_open(&text, c->impact);
	else
		buf_str(&text, c->is_calm || c->impact ? "no problem" :
			coming(c->impact_stopped));
	y = paint_labelled(a, y, "open", text.data);
	buf_release(&text);
	return y;
}

static int paint_card(struct area *a, int y, const struct version_facts *f,
		      const struct version_costly *c)
{
	char n[COUNTED_MAX];
	struct buf text = BUF_INIT;

	if (!f->card)
		return paint_labelled(a, y, "card", "none yet: e writes it");
	if (c->card)
		buf_printf(&text, "%d%%, ", card_share_percent(c->card));
	buf_str(&text, f->card);
	if (c->card && c->card->n_gaps)
		buf_printf(&text, ", %s missing !",
			   counted(c->card->n_gaps, "required item",
				   "required items", n));
	y = paint_labelled(a, y, "card", text.data);
	buf_release(&text);
	return y;
}

/* The name of what is on record says more than the digest. */
static int paint_data(struct area *a, int y, const struct version_rec *v,
		      const struct version_facts *f, bool is_brief)
{
	struct buf text = BUF_INIT;

	if (!f->dataset)
		return paint_digest(a, y, "data", v->data, is_brief);
	buf_printf(&text, "%s, %s%s", f->dataset,
		   f->sheet ? "sheet " : "no datasheet",
		   f->sheet ? f->sheet : "");
	y = paint_labelled(a, y, "data", text.data);
	buf_release(&text);
	return paint_digest(a, y, "digest", v->data, is_brief);
}

int paint_version(struct area *a, int y, const struct version_rec *v,
		  const struct model_rec *model,
		  const struct version_facts *facts,
		  const struct version_costly *costly)
{
	static const char *const who[] = { "owner", "risk" };
	struct buf text = BUF_INIT;

	y = paint_stage(a, y, v, costly);
	for (size_t i = 0; i < v->aliases.n; i++)
		buf_printf(&text, "%s@%s", i ? " " : "", v->aliases.at[i]);
	y = paint_labelled(a, y, "alias", text.data);
	y = paint_pair(a, y, who, (const char *const[]){
		model->owner, model->risk ? model->risk :
		"not set, counts as high" });
	buf_release(&text);
	y = paint_scores(a, y, facts, costly);
	y = paint_open(a, y, costly);
	y = paint_card(a, y, facts, costly);
	return paint_labelled(a, y, "signed", facts->signed_as);
}

int paint_made(struct area *a, int y, const struct version_rec *v,
	       const struct model_rec *model,
	       const struct version_facts *facts, const char *chosen,
	       bool is_brief)
{
	char day[CLOCK_TEXT];
	char *added = xasprintf("%.10s by %s", clock_format(v->time, day),
				v->who);

	y = paint_labelled(a, y, "added", added);
	free(added);
	y = paint_threshold(a, y, v, chosen);
	y = paint_data(a, y, v, facts, is_brief);
	y = paint_source(a, y, v, is_brief);
	return paint_labelled(a, y, "about", model->description);
}

/* -- Lineage -- */

static bool differs(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") != 0;
}

static void put_changed(struct buf *out, const struct version_rec *before,
			const struct version_rec *v)
{
	static const char *const words[] = { "data", "code", "file" };
	const bool changed[] = {
		differs(before->data, v->data), differs(before->code, v->code),
		differs(before->artifact, v->artifact),
	};
	bool any = false;

	if (changed[0] && changed[1] && changed[2]) {
		buf_str(out, "all changed");	/* the words have no room */
		return;
	}
	for (int i = 0; i < 3; i++)
		if (changed[i]) {
			buf_printf(out, "%s%s", any ? "+" : "", words[i]);
			any = true;
		}
	if (!any)
		buf_str(out, "same");
}

/* A step's cells; stage names have at most ten letters. */
#define STEP 14

static void paint_step(struct area *a, int x, int y,
		       const struct lineage *l, size_t i)
{
	const struct version_rec *v = &l->versions[i];
	struct buf text = BUF_INIT;
	bool here = v->version == l->here, last = i + 1 == l->n;
	enum style style = here ? STYLE_STRONG : STYLE_NORMAL;
	int used;

	buf_printf(&text, here ? "[%lld]" : "%lld", (long long)v->version);
	used = area_text(a, x, y, STEP - 1,
			 i == l->focus ? STYLE_CURSOR : style, text.data);
	for (int k = used + 1; !last && k < STEP - 1; k++)
		area_put(a, x + k, y, STYLE_FAINT, k < STEP - 2 ? '-' : '>');
	area_text(a, x, y + 1, STEP - 1, style, v->stage);
	if (i == l->focus) {
		area_put(a, x - 1, y, STYLE_CURSOR, '>');
		area_cursor(a, x, y);
	}
	buf_clear(&text);
	if (i)
		put_changed(&text, v - 1, v);
	area_text(a, x, y + 2, STEP - 1, STYLE_FAINT, text.data);
	buf_release(&text);
}

size_t lineage_across(int w)
{
	return w > 2 * STEP ? (size_t)((w - 1) / STEP) : 1;
}

int paint_lineage(struct area *a, int y, const struct lineage *l)
{
	size_t across = lineage_across(a->w);

	for (size_t i = 0; i < l->n; i++)
		paint_step(a, 1 + (int)(i % across) * STEP,
			   y + (int)(i / across) * LINEAGE_LINES, l, i);
	return l->n ? y + (int)((l->n - 1) / across) * LINEAGE_LINES + 3 : y;
}
