/* Rules on documents, lineage, exceptions and people. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cards/assess.h"
#include "cards/checklist.h"
#include "cards/complete.h"
#include "cards/gate_inside.h"
#include "cards/lint.h"
#include "cards/store.h"
#include "registry/dataset.h"
#include "registry/evidence.h"

static const struct {
	const char *name;
	enum doc_type type;
	enum document_kind kind;
} documents[] = {
	[GATE_CARD] = { "card", DOC_CARD, DOCUMENT_CARD },
	[GATE_DATASHEET] = { "datasheet", DOC_DATASHEET, DOCUMENT_DATASHEET },
	[GATE_CHECKLIST] = { "checklist", DOC_CHECKLIST, DOCUMENT_CHECKLIST },
};

static void set_evidence(struct gate_item *item, const char *what,
			 const char *of)
{
	free(item->evidence);
	item->evidence = xasprintf("%s %s", what, of);
}

/* What the rule's document is of; several for datasheets. */
static enum rc subjects(struct checking *c, const struct gate_rule *r,
			struct strs *out, struct err *err)
{
	switch (r->document) {
	case GATE_CARD:
		strs_add(out, c->of);
		return RC_OK;
	case GATE_CHECKLIST:
		strs_add(out, c->v.model);
		return RC_OK;
	case GATE_DATASHEET:
		return evidence_datasets(c->reg, c->v.model, c->v.version,
					 out, err);
	}
	BUG("document %d", (int)r->document);
}

/* Runs fn on each subject until one does not pass. */
typedef enum rc subject_fn(struct checking *c, const struct gate_rule *r,
			   const char *of, struct gate_item *item,
			   struct err *err);

static enum rc each_subject(struct checking *c, const struct gate_rule *r,
			    subject_fn *fn, struct gate_item *item,
			    struct err *err)
{
	struct strs of = VEC_INIT;
	enum rc rc = subjects(c, r, &of, err);

	if (rc == RC_OK && !of.n)
		gate_say(item, GATE_OPEN, "it is not known which data %s was "
			 "made of or tested on", c->of);
	for (size_t i = 0; i < of.n && rc == RC_OK; i++) {
		set_evidence(item, documents[r->document].name, of.at[i]);
		rc = fn(c, r, of.at[i], item, err);
		if (item->verdict != GATE_PASS)
			break;
	}
	strs_release(&of);
	return rc;
}

/* With what the registry knows of it; says so if it was never written
 * (f->is_new). Both are to be released whatever comes back. */
static enum rc open_document(struct checking *c, const struct gate_rule *r,
			     const char *of, struct gate_item *item,
			     struct doc_file *f, struct doc_facts *facts,
			     struct err *err)
{
	enum doc_type type = documents[r->document].type;
	enum rc rc = doc_file_open(c->reg, type, of, 0, f, err);

	doc_facts_init(facts);
	if (rc != RC_OK)
		return rc;
	if (f->is_new)
		return gate_say(item, GATE_OPEN, "%s has no %s yet", of,
				documents[r->document].name);
	return doc_facts_load(c->reg, type, of, facts, err);
}

/* -- Completeness -- */

static enum rc complete_one(struct checking *c, const struct gate_rule *r,
			    const char *of, struct gate_item *item,
			    struct err *err)
{
	struct doc_facts facts;
	struct completeness done;
	struct doc_file f;
	struct buf why = BUF_INIT;
	enum rc rc = open_document(c, r, of, item, &f, &facts, err);

	if (rc == RC_OK && !f.is_new) {
		free(facts.risk);
		facts.risk = c->m.risk ? xstrdup(c->m.risk) : NULL;
		doc_complete(&f.doc, &facts, NULL, &done);
		completeness_text(&why, &done);
		item->has_figure = true;
		item->figure = figure_value(completeness_share(&done),
					    done.n_all);
		gate_say(item, gate_cmp_holds(r->cmp, item->figure.value,
					      r->number) ? GATE_PASS :
			 GATE_FAIL, "%s: %s", of, why.data);
		completeness_release(&done);
	}
	doc_facts_release(&facts);
	doc_file_release(&f);
	buf_release(&why);
	return rc;
}

enum rc gate_complete(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	return each_subject(c, r, complete_one, item, err);
}

/* -- Approval of a document -- */

static enum rc approved_one(struct checking *c, const struct gate_rule *r,
			    const char *of, struct gate_item *item,
			    struct err *err)
{
	const char *name = documents[r->document].name;
	struct document_rec d;
	enum rc rc = reg_document_load(c->reg, documents[r->document].kind,
				       of, 0, &d, err);

	if (rc == RC_NOT_FOUND)
		return gate_say(item, GATE_OPEN, "%s has no %s yet", of, name);
	if (rc != RC_OK)
		return rc;
	gate_say(item, !strcmp(d.status, "approved") ? GATE_PASS : GATE_OPEN,
		 "%s: the newest %s, rev %lld by %s, is %s", of, name,
		 (long long)d.revision, d.who, d.status);
	document_rec_release(&d);
	return RC_OK;
}

enum rc gate_approved(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	return each_subject(c, r, approved_one, item, err);
}

/* -- Findings -- */

/* Findings of the severity or worse; *first borrows the first one's text. */
static size_t count_findings(const struct findings *v, bool warnings,
			     const struct finding **first)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++) {
		enum severity s = lint_severity(v->at[i].id);

		if (s != SEVERITY_ERROR && (s != SEVERITY_WARNING || !warnings))
			continue;
		if (n++ == 0)
			*first = &v->at[i];
	}
	return n;
}

static enum rc findings_one(struct checking *c, const struct gate_rule *r,
			    const char *of, struct gate_item *item,
			    struct err *err)
{
	struct findings findings = VEC_INIT;
	const struct finding *first = NULL;
	struct doc_facts facts;
	struct doc_file f;
	size_t n;
	enum rc rc = open_document(c, r, of, item, &f, &facts, err);

	if (rc == RC_OK && !f.is_new) {
		lint_doc(&f.doc, &facts, &findings);
		n = count_findings(&findings, !strcmp(r->measure, "warning"),
				   &first);
		item->has_figure = true;
		item->figure = figure_value((double)n, findings.n);
		if (n)
			gate_say(item, GATE_FAIL, "%zu; first: %s: %s", n,
				 first->place, first->why);
		else
			gate_say(item, GATE_PASS, "none of %zu findings",
				 findings.n);
	}
	findings_release(&findings);
	doc_facts_release(&facts);
	doc_file_release(&f);
	return rc;
}

enum rc gate_findings(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	return each_subject(c, r, findings_one, item, err);
}

/* -- Checklist -- */

enum rc gate_checklist(struct checking *c, const struct gate_rule *r,
		       struct gate_item *item, struct err *err)
{
	struct checks all;
	enum rc rc = checklist_load(c->reg, c->v.model, &all, err);

	if (rc != RC_OK)
		return rc;
	set_evidence(item, "checklist", c->v.model);
	gate_say(item, GATE_OPEN, "the checklist has no item '%s'",
		 r->measure);
	for (size_t i = 0; i < all.n; i++) {
		const struct check *one = &all.at[i];

		if (!strcmp(one->id, r->measure))
			gate_say(item, check_state_holds(one->state) ?
				 GATE_PASS : GATE_OPEN, "%s (%s): %s",
				 one->name, check_state_name(one->state),
				 one->why);
	}
	checks_release(&all);
	return RC_OK;
}

/* -- Impact assessment -- */

enum rc gate_assessed(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	struct assess_result result;
	struct assessment a;
	struct document_rec d;
	enum rc rc = reg_document_load(c->reg, DOCUMENT_IMPACT, c->of, 0, &d,
				       err);

	(void)r;
	set_evidence(item, "impact", c->of);
	if (rc == RC_NOT_FOUND)
		return gate_say(item, GATE_OPEN, "%s has no impact assessment; "
				"'muster assess edit %s'", c->of, c->of);
	if (rc != RC_OK)
		return rc;
	rc = assess_read(d.text, &a, err);
	if (rc == RC_OK) {
		assess_result(&a, &result);
		if (result.n_open)
			gate_say(item, GATE_OPEN, "%zu questions have no "
				 "answer", result.n_open);
		else if (strcmp(d.status, "approved") != 0)
			gate_say(item, GATE_OPEN, "%s risk by rev %lld of %s, "
				 "which is %s, not approved",
				 risk_name(result.risk), (long long)d.revision,
				 d.who, d.status);
		else
			gate_say(item, GATE_PASS, "%s risk, rev %lld approved",
				 risk_name(result.risk), (long long)d.revision);
		assessment_release(&a);
	}
	document_rec_release(&d);
	return rc;
}

/* -- Profiles -- */

enum { DAY = 24 * 60 * 60 };

static enum rc profile_one(struct checking *c, const struct gate_rule *r,
			   const char *name, struct gate_item *item,
			   struct err *err)
{
	char then[CLOCK_TEXT], days[DECIMAL_MAX], limit[DECIMAL_MAX];
	struct dataset_rec d;
	double age;
	enum rc rc = reg_dataset_get(c->reg, name, &d, err);

	if (rc != RC_OK)
		return rc;
	age = (double)(c->now - d.time) / DAY;
	set_evidence(item, "dataset", name);
	/* no figure: the digest must not move with the clock */
	gate_say(item, age <= r->number ? GATE_PASS : GATE_FAIL,
		 "%s was profiled %.10s, %s days ago; %s are allowed", name,
		 clock_format(d.time, then), decimal_sig(age, 3, days),
		 decimal_sig(r->number, 6, limit));
	dataset_rec_release(&d);
	return RC_OK;
}

enum rc gate_profile(struct checking *c, const struct gate_rule *r,
		     struct gate_item *item, struct err *err)
{
	struct strs names = VEC_INIT;
	enum rc rc;

	set_evidence(item, "version", c->of);
	if (!c->v.data)
		return gate_say(item, GATE_OPEN, "%s does not say its data",
				c->of);
	rc = reg_dataset_by_digest(c->reg, c->v.data, &names, err);
	if (rc == RC_OK && !names.n)
		gate_say(item, GATE_OPEN, "no dataset has the digest %.*s "
			 "now; 'muster dataset add' profiles one",
			 (int)utf8_fit(c->v.data, strlen(c->v.data), 12,
				       NULL), c->v.data);
	for (size_t i = 0; i < names.n && rc == RC_OK; i++) {
		rc = profile_one(c, r, names.at[i], item, err);
		if (item->verdict != GATE_PASS)
			break;
	}
	strs_release(&names);
	return rc;
}

/* -- Lineage -- */

enum rc gate_lineage(struct checking *c, const struct gate_rule *r,
		     struct gate_item *item, struct err *err)
{
	const struct { const char *what, *value; } parts[] = {
		{ "data", c->v.data }, { "code", c->v.code },
		{ "artifact", c->v.artifact },
	};
	struct buf missing = BUF_INIT;

	(void)r;
	(void)err;
	set_evidence(item, "version", c->of);
	for (size_t i = 0; i < 3; i++)
		if (!parts[i].value || !*parts[i].value)
			buf_printf(&missing, "%s%s", missing.len ? ", " : "",
				   parts[i].what);
	if (missing.len)
		gate_say(item, GATE_FAIL, "%s does not say its %s", c->of,
			 missing.data);
	else
		gate_say(item, GATE_PASS, "data, code and artifact are named");
	buf_release(&missing);
	return RC_OK;
}

/* The version's digest as it was signed last; NULL if it never was. */
static enum rc signed_version(struct checking *c, char **out, struct err *err)
{
	struct signoff_recs all;
	enum rc rc = reg_signoff_list(c->reg, c->v.model, c->v.version, &all,
				      err);

	*out = NULL;
	if (rc != RC_OK)
		return rc;
	for (size_t i = all.n; i > 0 && !*out; i--) {
		const char *digest = evidence_get(&all.at[i - 1].evidence,
						  "version");

		if (!all.at[i - 1].is_revoked && digest)
			*out = xstrdup(digest);
	}
	signoff_recs_release(&all);
	return RC_OK;
}

static enum rc artifact_today(struct checking *c, struct gate_item *item,
			      struct err *err)
{
	char hex[HASH_HEX_SIZE];
	struct hash now;
	int fd;
	enum rc rc = fsx_open_read(c->options->artifact, &fd, err);

	if (rc != RC_OK)
		return err_prefix(err, "artifact");
	rc = hash_fd(fd, &now, NULL, err);
	close(fd);
	if (rc != RC_OK)
		return rc;
	if (!strcmp(hash_hex(&now, hex), c->v.artifact))
		return gate_say(item, GATE_PASS, "the file is what was "
				"registered (%.12s)", hex);
	return gate_say(item, GATE_FAIL, "the file today is %.12s, registered "
			"was %.12s", hex, c->v.artifact);
}

enum rc gate_artifact(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	struct pairs now = VEC_INIT;
	char *signed_as = NULL;
	enum rc rc;

	(void)r;
	set_evidence(item, "version", c->of);
	if (!c->v.artifact)
		return gate_say(item, GATE_OPEN, "%s has no artifact", c->of);
	if (c->options->artifact)
		return artifact_today(c, item, err);
	rc = signed_version(c, &signed_as, err);
	if (rc == RC_OK && signed_as)
		rc = reg_evidence(c->reg, c->v.model, c->v.version, &now, err);
	if (rc == RC_OK && !signed_as)
		gate_say(item, GATE_OPEN, "nobody has signed %s yet; give the "
			 "file: --artifact FILE", c->of);
	else if (rc == RC_OK && !strcmp(signed_as,
					evidence_get(&now, "version")))
		gate_say(item, GATE_PASS, "the version is what was signed");
	else if (rc == RC_OK)
		gate_say(item, GATE_FAIL, "the version is not what was "
			 "signed last");
	pairs_release(&now);
	free(signed_as);
	return rc;
}

/* -- People -- */

enum rc gate_attested(struct checking *c, const struct gate_rule *r,
		      struct gate_item *item, struct err *err)
{
	struct attestations all;
	enum rc rc = reg_attestation_list(c->reg, c->v.model, c->v.version,
					  &all, err);

	if (rc != RC_OK)
		return rc;
	gate_say(item, GATE_OPEN, "nobody attests it; 'muster gate attest %s "
		 "\"%s\" --reason …'", c->of, r->measure);
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.at[i].claim, r->measure))
			gate_say(item, GATE_PASS, "by %s: %s", all.at[i].who,
				 all.at[i].reason);
	attestations_release(&all);
	return RC_OK;
}

struct count {
	unsigned n;
	struct buf who, not;		/* names; why others do not count */
	bool refused;
};

struct signers {
	struct signoff_recs all;	/* of the version, oldest first */
	size_t *person;			/* of each; find_people */
	bool *own;			/* of each; reg_signoff_own of any of
					 * the person's */
};

static bool role_wanted(const struct gate_rule *r, const char *role)
{
	for (size_t i = 0; i < r->roles.n; i++)
		if (!strcmp(r->roles.at[i], role))
			return true;
	return false;
}

/* Sign-offs by one person, as far as anybody can tell, have one number: by
 * the same uid, login or key, or linked by a third. */
static void find_people(const struct signoff_recs *v, size_t *person)
{
	for (size_t i = 0; i < v->n; i++) {
		person[i] = i;
		for (size_t k = 0; k < i; k++) {
			const struct signoff_rec *a = &v->at[k];
			const struct signoff_rec *b = &v->at[i];
			size_t other = person[k];

			if (!actor_same(&a->who, &b->who) &&
			    !(a->key && b->key && !strcmp(a->key, b->key)))
				continue;
			for (size_t m = 0; m <= i; m++)
				if (person[m] == other)
					person[m] = person[i];
		}
	}
}

/* Is there a later sign-off of this person, in force, in a role that counts? */
static bool superseded(const struct signoff_recs *v, size_t i,
		       const size_t *person, const struct gate_rule *r)
{
	for (size_t k = i + 1; k < v->n; k++)
		if (!v->at[k].is_revoked && role_wanted(r, v->at[k].role) &&
		    person[k] == person[i] &&
		    (v->at[k].meaning == MEANING_APPROVED ||
		     v->at[k].meaning == MEANING_REFUSED) &&
		    !strcmp(v->at[k].stage, v->at[i].stage))
			return true;
	return false;
}

static void note_name(struct buf *b, const char *fmt, const char *name)
{
	if (b->len)
		buf_str(b, ", ");
	buf_str(b, name);
	buf_str(b, fmt);
}

static void count_one(struct checking *c, const struct gate_rule *r,
		      const struct signers *g, size_t i,
		      const struct strs *changed, struct count *out)
{
	const struct signoff_rec *s = &g->all.at[i];

	if (s->is_revoked || !role_wanted(r, s->role) ||
	    strcmp(s->stage, c->stage) != 0 ||
	    superseded(&g->all, i, g->person, r))
		return;
	if (s->meaning == MEANING_REFUSED && !changed->n) {
		out->refused = true;
		note_name(&out->not, " refused", s->login);
	} else if (s->meaning == MEANING_APPROVED && changed->n) {
		note_name(&out->not, "'s approval is stale", s->login);
	} else if (s->meaning == MEANING_APPROVED && g->own[i]) {
		note_name(&out->not, " approved their own work", s->login);
	} else if (s->meaning == MEANING_APPROVED) {
		out->n++;
		note_name(&out->who, "", s->login);
	}
}

static void signers_release(struct signers *g)
{
	signoff_recs_release(&g->all);
	free(g->person);
	free(g->own);
}

static enum rc signers_load(struct checking *c, struct signers *g,
			    struct err *err)
{
	enum rc rc = reg_signoff_list(c->reg, c->v.model, c->v.version,
				      &g->all, err);

	if (rc != RC_OK)
		return rc;
	g->person = XNEW_ARRAY(size_t, g->all.n + 1);
	g->own = XNEW_ARRAY(bool, g->all.n + 1);
	find_people(&g->all, g->person);
	rc = reg_signoff_own(c->reg, c->v.model, c->v.version, &g->all,
			     g->own, err);
	if (rc != RC_OK)
		signers_release(g);
	/* the other hands of an author are the author's */
	for (size_t i = 0; i < g->all.n && rc == RC_OK; i++)
		for (size_t k = 0; k < g->all.n && !g->own[i]; k++)
			g->own[i] = g->own[k] && g->person[k] == g->person[i];
	return rc;
}

static enum rc count_all(struct checking *c, const struct gate_rule *r,
			 struct count *out, struct err *err)
{
	struct signers g = { .all = VEC_INIT };
	struct pairs now;
	char *key;
	enum rc rc = signers_load(c, &g, err);

	if (rc != RC_OK)
		return rc;
	rc = reg_evidence(c->reg, c->v.model, c->v.version, &now, err);
	if (rc == RC_OK) {
		key = xasprintf("gate %s", c->stage);
		pairs_add(&now, key, c->digest);
		free(key);
	}
	for (size_t i = 0; i < g.all.n && rc == RC_OK; i++) {
		struct strs changed = VEC_INIT;

		if (!strcmp(g.all.at[i].stage, c->stage))
			evidence_compare(&g.all.at[i].evidence, &now,
					 &changed);
		count_one(c, r, &g, i, &changed, out);
		strs_release(&changed);
	}
	if (rc == RC_OK)
		pairs_release(&now);
	signers_release(&g);
	return rc;
}

enum rc gate_signed(struct checking *c, const struct gate_rule *r,
		    struct gate_item *item, struct err *err)
{
	struct count n = { .who = BUF_INIT, .not = BUF_INIT };
	unsigned need = (unsigned)r->number;
	struct buf why = BUF_INIT;
	enum rc rc = count_all(c, r, &n, err);

	if (rc == RC_OK) {
		set_evidence(item, "signoffs", c->of);
		buf_printf(&why, "%u of %u approve%s%s", n.n, need,
			   n.who.len ? ": " : "", n.who.data);
		if (n.not.len)
			buf_printf(&why, "; %s", n.not.data);
		gate_say(item, n.refused ? GATE_FAIL : n.n >= need ?
			 GATE_PASS : GATE_OPEN, "%s", why.data);
	}
	buf_release(&why);
	buf_release(&n.who);
	buf_release(&n.not);
	return rc;
}
