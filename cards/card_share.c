#include "cards/card_share.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/complete.h"
#include "cards/facts.h"
#include "cards/store.h"
#include "cards/template.h"

struct card_shares {
	struct registry *reg;
	struct doc_form *form;
};

enum rc card_shares_open(struct registry *reg, struct card_shares **out,
			 struct err *err)
{
	struct card_shares *s = XNEW(struct card_shares);
	enum rc rc = doc_form_load(reg, DOC_CARD, &s->form, err);

	s->reg = reg;
	if (rc != RC_OK) {
		free(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void card_shares_free(struct card_shares *s)
{
	if (!s)
		return;
	doc_form_free(s->form);
	free(s);
}

static enum rc read_card(struct card_shares *s, const char *of,
			 struct doc *out, struct err *err)
{
	struct document_rec rec;
	struct err why = ERR_INIT;
	enum rc rc = reg_document_load(s->reg, DOCUMENT_CARD, of, 0, &rec,
				       &why);

	if (rc == RC_NOT_FOUND)
		return rc;
	if (rc != RC_OK)
		return err_set(err, rc, "%s", why.text);
	rc = doc_read(rec.text, strlen(rec.text), s->form, out, err);
	if (rc != RC_OK)
		err_prefix(err, "card of '%s'", of);
	document_rec_release(&rec);
	return rc;
}

static enum rc share_of(struct card_shares *s, const struct doc *d,
			const char *model, int64_t version, const char *risk,
			struct card_share *out, struct err *err)
{
	struct doc_facts facts;
	struct completeness c;
	enum rc rc = doc_facts_load_evaluated(s->reg, model, version, risk,
					      &facts, err);

	if (rc != RC_OK)
		return rc;
	doc_complete(d, &facts, NULL, &c);
	*out = (struct card_share){ c.n_done, c.n_all, c.gaps.n,
				    completeness_share(&c) };
	completeness_release(&c);
	doc_facts_release(&facts);
	return RC_OK;
}

enum rc card_shares_of(struct card_shares *s, const char *model,
		       int64_t version, const char *risk,
		       struct card_share *out, struct err *err)
{
	char *of = xasprintf("%s@%lld", model, (long long)version);
	struct doc doc;
	enum rc rc = read_card(s, of, &doc, err);

	if (rc == RC_OK) {
		rc = share_of(s, &doc, model, version, risk, out, err);
		doc_release(&doc);
	}
	free(of);
	return rc;
}

int card_share_percent(const struct card_share *s)
{
	int percent = (int)(100 * s->share + .5);

	return s->n_gaps && percent > 99 ? 99 : percent;
}

void card_share_text(struct buf *out, const struct card_share *s)
{
	buf_printf(out, "%d%%%s", card_share_percent(s),
		   s->n_gaps ? "!" : "");
}
