#include "cards/checklist.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/count.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cards/facts.h"
#include "cards/store.h"
#include "registry/dataset.h"
#include "registry/model.h"
#include "registry/problem.h"
#include "registry/signoff.h"
#include "registry/versiondiff.h"

const char *check_state_name(enum check_state s)
{
	static const char *const names[] = {
#define X(id, name) [id] = name,
		CHECK_STATES(X)
#undef X
	};

	return names[s];
}

bool check_state_holds(enum check_state s)
{
	return s != CHECK_OPEN;
}

void checks_release(struct checks *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].section);
		free(v->at[i].id);
		free(v->at[i].name);
		free(v->at[i].why);
	}
	vec_free(v);
}

/* What evidence is looked for in. */
struct seeing {
	struct registry *reg;
	struct model_rec model;
	struct version_recs versions;
	const struct version_rec *v;	/* production, else newest; or NULL */
	struct doc_file list, card;
	struct doc_facts facts;		/* of v */
	const char *id;
};

static bool say(struct check *c, bool holds, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static bool say(struct check *c, bool holds, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	free(c->why);
	c->why = buf_detach(&b);
	return holds;
}

static bool in_card(const struct seeing *s, const char *id)
{
	return doc_answer(&s->card.doc, id)->state == ANSWER_GIVEN;
}

/* What a person said in the place of evidence, where nothing could show it;
 * else what is missing. */
static bool by_note(struct seeing *s, struct check *c, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static bool by_note(struct seeing *s, struct check *c, const char *fmt, ...)
{
	const struct answer *a = doc_answer(&s->list.doc, c->id);
	struct buf b = BUF_INIT;
	va_list ap;
	bool given = a->state == ANSWER_GIVEN;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	if (given)
		c->state = CHECK_HAND;
	say(c, given, "%s", given ? a->text : b.data);
	buf_release(&b);
	return given;
}

/* -- Evidence, one function an item; false: not shown -- */

/* Somebody signed the version, and with it the card that says why. */
static bool see_signed(struct seeing *s, struct check *c, struct err *err)
{
	struct signoff_recs all = VEC_INIT;
	const struct signoff_rec *by = NULL;
	bool holds = false;

	if (reg_signoff_list(s->reg, s->model.name, s->v->version, &all,
			     err) != RC_OK)
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (!all.at[i].is_revoked &&
		    (all.at[i].meaning == MEANING_REVIEWED ||
		     all.at[i].meaning == MEANING_APPROVED))
			by = &all.at[i];
	if (by)
		holds = say(c, true, "%s, reasons in 4.1 of the card of %s, "
			    "%s by %s as %s", s->model.main_metric,
			    s->card.rec.of, meaning_name(by->meaning),
			    by->login, by->role);
	else
		say(c, false, "nobody has signed version %lld with its reasons "
		    "(4.1) for '%s'", (long long)s->v->version,
		    s->model.main_metric);
	signoff_recs_release(&all);
	return holds;
}

static bool see_metrics(struct seeing *s, struct check *c, struct err *err)
{
	if (!s->model.main_metric)
		return say(c, false, "no main metric is set; 'muster model "
			   "set %s main_metric=…'", s->model.name);
	if (!in_card(s, "4.1"))
		return say(c, false, "card 4.1 does not say why '%s'",
			   s->model.main_metric);
	return see_signed(s, c, err);
}

static bool see_threshold(struct seeing *s, struct check *c, struct err *err)
{
	char x[DECIMAL_MAX];

	if (!s->v->has_threshold)
		return say(c, false, "version %lld has no threshold on record",
			   (long long)s->v->version);
	if (!in_card(s, "4.2"))
		return say(c, false, "card 4.2 does not say by which rule %s "
			   "was chosen", decimal_shortest(s->v->threshold,
							  x));
	return say(c, true, "%s, rule in 4.2 of the card of %s",
		   decimal_shortest(s->v->threshold, x), s->card.rec.of);
}

static bool see_fairness(struct seeing *s, struct check *c, struct err *err)
{
	if (!s->facts.has_unitary)
		return say(c, false, "no slice of version %lld is evaluated",
			   (long long)s->v->version);
	if (!in_card(s, "3.2"))
		return say(c, false, "card 3.2 does not say which groups were "
			   "chosen");
	return say(c, true, "slices evaluated on %zu test set%s, groups in "
		   "3.2 of the card", s->facts.evaluations.n,
		   s->facts.evaluations.n == 1 ? "" : "s");
}

/* "shap=https://…", "explanation=…" on the version, or what a person says. */
static bool see_explain(struct seeing *s, struct check *c, struct err *err)
{
	static const char *const words[] = { "explain", "explanation", "shap",
					     "lime" };

	for (size_t i = 0; i < s->v->params.n; i++)
		for (size_t k = 0; k < COUNT(words); k++)
			if (strcasestr(s->v->params.at[i].key, words[k]))
				return say(c, true, "version %lld: %s=%s",
					   (long long)s->v->version,
					   s->v->params.at[i].key,
					   s->v->params.at[i].value);
	return by_note(s, c, "version %lld names no explanation ('--param "
		       "explanation=LINK')", (long long)s->v->version);
}

static bool has_seed(const struct version_rec *v)
{
	for (size_t i = 0; i < v->params.n; i++)
		if (strcasestr(v->params.at[i].key, "seed"))
			return true;
	return false;
}

static bool see_reproducible(struct seeing *s, struct check *c,
			     struct err *err)
{
	const struct version_rec *v = s->v;
	struct buf missing = BUF_INIT;
	bool holds;

	if (!v->data)
		buf_str(&missing, ", data digest");
	if (!v->code)
		buf_str(&missing, ", code commit");
	if (!v->params.n)
		buf_str(&missing, ", parameters");
	if (!has_seed(v))
		buf_str(&missing, ", seed");
	holds = !missing.len;
	if (holds)
		say(c, true, "version %lld names data, code, parameters and "
		    "seed", (long long)v->version);
	else
		say(c, false, "version %lld lacks %s", (long long)v->version,
		    missing.data + 2);
	buf_release(&missing);
	return holds;
}

/* Live versions of the model that are not fresh on a set. */
static enum rc count_states(struct seeing *s, const char *testset,
			    size_t *n_fresh, size_t *n_other,
			    struct err *err)
{
	struct ranking r;
	enum rc rc = reg_rank(s->reg, testset, 0, NULL, &r, err);

	if (rc != RC_OK)
		return rc;
	*n_fresh = *n_other = 0;
	for (size_t i = 0; i < r.n; i++) {
		if (strcmp(r.rows[i].model, s->model.name))
			continue;
		if (!strcmp(r.rows[i].state, "fresh"))
			++*n_fresh;
		else
			++*n_other;
	}
	ranking_release(&r);
	return RC_OK;
}

static bool see_comparable(struct seeing *s, struct check *c, struct err *err)
{
	size_t fresh, other, most = 0;

	say(c, false, "no test set has all live versions fresh");
	for (size_t i = 0; i < s->facts.testsets.n; i++) {
		const struct testset_info *t = &s->facts.testsets.at[i];

		if (count_states(s, t->name, &fresh, &other, err) != RC_OK)
			return false;
		if (fresh && !other)
			return say(c, true, "%zu live version%s fresh on "
				   "%s@%lld", fresh, fresh == 1 ? "" : "s",
				   t->name, (long long)t->revision);
		if (fresh + other > most) {
			most = fresh + other;
			say(c, false, "%zu of %zu live versions are not fresh "
			    "on %s@%lld", other, most, t->name,
			    (long long)t->revision);
		}
	}
	return false;
}

static bool see_results(struct seeing *s, struct check *c, struct err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < s->versions.n; i++) {
		const struct version_rec *v = &s->versions.at[i];
		struct evaluation e;
		enum rc rc;

		if (strcmp(v->stage, "production"))
			continue;
		rc = reg_evaluation_newest(s->reg, s->model.name, v->version,
					   &e, NULL);
		if (rc != RC_OK)
			return say(c, false, "version %lld is in production "
				   "and was never evaluated",
				   (long long)v->version);
		evaluation_release(&e);
		n++;
	}
	if (!n)
		return say(c, false, "no version is in production");
	return say(c, true, "%zu version%s in production, all evaluated", n,
		   n == 1 ? "" : "s");
}

static bool see_tracker(struct seeing *s, struct check *c, struct err *err)
{
	const struct triage_query q = { .model = s->model.name,
					.closed = true };
	struct triage t;
	bool holds = false;

	if (reg_triage(s->reg, &q, &t, err) != RC_OK)
		return false;
	if (t.n)
		holds = say(c, true, "%zu problem%s on record, %zu open", t.n,
			    t.n == 1 ? "" : "s", t.n_open);
	else
		holds = by_note(s, c, "no problem of '%s' is on record; say "
				"\"none reported\" and the date",
				s->model.name);
	triage_release(&t);
	return holds;
}

static bool see_triage(struct seeing *s, struct check *c, struct err *err)
{
	const struct triage_query q = { .model = s->model.name };
	size_t n = 0, whole = 0;
	struct triage t;
	const char *what = "";
	int64_t first = 0;

	if (reg_triage(s->reg, &q, &t, err) != RC_OK)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		const struct triage_row *r = &t.rows[i];
		const char *lacks = r->users_pct.why ? "users" :
				    r->error.why ? "error" :
				    !r->harm ? "harm" : NULL;

		n++;
		whole += !lacks;
		if (lacks && !first) {
			first = r->problem.id;
			what = lacks;
		}
	}
	triage_release(&t);
	if (!n)
		return by_note(s, c, "no problem of '%s' is open, so no "
			       "strategy shows", s->model.name);
	if (whole < n)
		return say(c, false, "%zu of %zu open problems lack a factor: "
			   "P-%lld has no %s", n - whole, n, (long long)first,
			   what);
	return say(c, true, "users, error and harm on all %zu open problem%s",
		   n, n == 1 ? "" : "s");
}

/* What is not recorded of one of two versions cannot be what changed. */
static bool knows_why(const struct version_diff *d, struct check *c)
{
	for (size_t i = 0; i < d->changes.n; i++) {
		const struct version_change *ch = &d->changes.at[i];

		if (strcmp(ch->part, "data") && strcmp(ch->part, "code") &&
		    strcmp(ch->part, "artifact"))
			continue;
		if (!ch->from || !ch->to)
			return say(c, false, "the %s of %s is not recorded",
				   ch->part, ch->from ? d->to : d->from);
	}
	return say(c, true, "%zu differences between %s and %s, none unknown",
		   d->changes.n, d->from, d->to);
}

static bool see_why(struct seeing *s, struct check *c, struct err *err)
{
	struct version_ref from = { s->model.name, 0 };
	struct version_ref to = { s->model.name, s->model.production };
	struct version_diff d;
	bool holds;

	if (!to.version)
		return say(c, false, "no version is in production");
	if (reg_version_before(s->reg, s->model.name, to.version, "production",
			       &from.version, err) != RC_OK)
		return false;
	if (!from.version || from.version == to.version)
		return by_note(s, c, "no version was in production before "
			       "%lld", (long long)to.version);
	if (!s->v->data || !s->v->code)
		return say(c, false, "version %lld lacks its %s",
			   (long long)to.version, s->v->data ? "code commit" :
			   "data digest");
	if (reg_version_diff(s->reg, &from, &to, &d, err) != RC_OK)
		return false;
	holds = knows_why(&d, c);
	version_diff_release(&d);
	return holds;
}

/* The data of the version are a dataset on record, and it has an origin. */
static bool see_versioned(struct seeing *s, struct check *c, struct err *err)
{
	struct strs names = VEC_INIT;
	struct dataset_rec d;
	bool holds = false;

	if (!s->v->data)
		return say(c, false, "version %lld names no data digest",
			   (long long)s->v->version);
	if (reg_dataset_by_digest(s->reg, s->v->data, &names, err) != RC_OK)
		return false;
	if (!names.n)
		say(c, false, "no recorded dataset has the digest %.*s; "
		    "'muster dataset add'", (int)utf8_fit(s->v->data,
		    strlen(s->v->data), 12, NULL), s->v->data);
	else if (reg_dataset_get(s->reg, names.at[0], &d, err) == RC_OK) {
		holds = d.source ? say(c, true, "%s revision %lld, from %s",
				       d.name, (long long)d.revision,
				       d.source) :
			say(c, false, "dataset '%s' has no origin; 'muster "
			    "dataset add %s FILE --update --source TEXT'",
			    d.name, d.name);
		dataset_rec_release(&d);
	}
	strs_release(&names);
	return holds;
}

/* Growth younger than the period that the item's note states ("90 days"). */
static bool see_refresh(struct seeing *s, struct check *c, struct err *err)
{
	const char *p = doc_answer(&s->list.doc, c->id)->text;
	int64_t days = 0, newest = 0;

	p += strcspn(p, "0123456789");
	if (!decimal_read_i64(p, strspn(p, "0123456789"), &days) || days < 1)
		return say(c, false, "no period is stated; 'muster checklist "
			   "tick %s %s --note \"90 days\"'", s->model.name,
			   c->id);
	for (size_t i = 0; i < s->facts.testsets.n; i++) {
		const struct testset_info *t = &s->facts.testsets.at[i];

		for (size_t k = 0; k < t->n_revisions; k++)
			if (t->revisions[k].added &&
			    t->revisions[k].time > newest)
				newest = t->revisions[k].time;
	}
	if (!newest)
		return say(c, false, "no test set of the version ever grew");
	return say(c, clock_now() - newest <= days * 86400, "newest growth "
		   "%lld days ago, period %lld days",
		   (long long)((clock_now() - newest) / 86400),
		   (long long)days);
}

static const struct {
	const char *id;
	bool (*see)(struct seeing *s, struct check *c, struct err *err);
	bool takes_note;	/* a note states or stands for the evidence */
} seen[] = {
	{ "release.metrics", see_metrics, false },
	{ "release.threshold", see_threshold, false },
	{ "release.explain", see_explain, true },
	{ "release.fairness", see_fairness, false },
	{ "after.tracker", see_tracker, true },
	{ "after.triage", see_triage, true },
	{ "after.reproducible", see_reproducible, false },
	{ "after.comparable", see_comparable, false },
	{ "after.results", see_results, false },
	{ "after.why", see_why, true },
	{ "long.refresh", see_refresh, true },
	{ "long.versioned", see_versioned, false },
};

static size_t seen_index(const char *id)
{
	size_t i = 0, n = COUNT(seen);

	while (i < n && strcmp(seen[i].id, id))
		i++;
	return i;
}

/* -- The list -- */

static void look(struct seeing *s, struct check *c)
{
	const struct answer *a = doc_answer(&s->list.doc, c->id);
	size_t i = seen_index(c->id);

	c->is_seen = i < COUNT(seen);
	c->takes_note = !c->is_seen || seen[i].takes_note;
	if (a->state == ANSWER_NA) {
		c->state = CHECK_NA;
		say(c, true, "%s", a->text);
	} else if (c->is_seen && !s->v) {
		say(c, false, "the model has no version yet");
	} else if (c->is_seen) {
		if (seen[i].see(s, c, NULL) && c->state == CHECK_OPEN)
			c->state = CHECK_EVIDENCE;
	} else if (a->state == ANSWER_GIVEN) {
		c->state = CHECK_HAND;
		say(c, true, "%s", a->text);
	} else {
		say(c, false, "not seen by the registry; 'muster checklist "
		    "tick %s %s --note TEXT'", s->model.name, c->id);
	}
}

static void find_version(struct seeing *s)
{
	for (size_t i = 0; i < s->versions.n; i++) {
		const struct version_rec *v = &s->versions.at[i];

		if (!s->v || v->version == s->model.production ||
		    (s->v->version != s->model.production &&
		     v->version > s->v->version))
			s->v = v;
	}
}

static enum rc open_version(struct seeing *s, struct err *err)
{
	char *of;
	enum rc rc;

	find_version(s);
	if (!s->v)
		return doc_file_open(s->reg, DOC_CARD, "none@0", 0, &s->card,
				     err);
	of = xasprintf("%s@%lld", s->model.name, (long long)s->v->version);
	rc = doc_file_open(s->reg, DOC_CARD, of, 0, &s->card, err);
	if (rc == RC_OK)
		rc = doc_facts_load(s->reg, DOC_CARD, of, &s->facts, err);
	free(of);
	return rc;
}

static void seeing_release(struct seeing *s)
{
	model_rec_release(&s->model);
	version_recs_release(&s->versions);
	doc_file_release(&s->list);
	doc_file_release(&s->card);
	doc_facts_release(&s->facts);
}

static void list_checks(struct seeing *s, struct checks *out)
{
	const struct doc_form *form = s->list.doc.form;

	for (size_t i = 0; i < form->n_sections; i++)
		for (size_t k = 0; k < form->sections[i].n_items; k++) {
			const struct item *item = &form->sections[i].items[k];
			struct check *c = vec_add(out);

			c->section = xstrdup(form->sections[i].name);
			c->id = xstrdup(item->id);
			c->name = xstrdup(item->name);
			c->state = CHECK_OPEN;
			look(s, c);
		}
}

enum rc checklist_load(struct registry *reg, const char *model,
		       struct checks *out, struct err *err)
{
	struct seeing s = { .reg = reg };
	enum rc rc = reg_model_get(reg, model, &s.model, err);

	*out = (struct checks)VEC_INIT;
	if (rc != RC_OK)
		return rc;
	doc_facts_init(&s.facts);
	rc = reg_version_list(reg, model, &s.versions, err);
	if (rc == RC_OK)
		rc = doc_file_open(reg, DOC_CHECKLIST, model, 0, &s.list,
				   err);
	if (rc == RC_OK)
		rc = open_version(&s, err);
	if (rc == RC_OK)
		list_checks(&s, out);
	seeing_release(&s);
	return rc;
}

static enum rc may_tick(struct registry *reg, const char *model,
			const char *id, struct err *err)
{
	struct checks all;
	enum rc rc;

	rc = checklist_load(reg, model, &all, err);
	if (rc != RC_OK)
		return rc;
	rc = err_set(err, RC_NOT_FOUND, "the checklist has no item '%s'; "
		     "'muster checklist show %s' lists them", id, model);
	for (size_t k = 0; k < all.n; k++) {
		if (strcmp(all.at[k].id, id))
			continue;
		rc = RC_OK;
		if (!all.at[k].takes_note)
			rc = err_set(err, RC_REFUSED, "'%s' is ticked by "
				     "evidence, not by hand: %s", id,
				     all.at[k].why);
	}
	checks_release(&all);
	return rc;
}

enum rc checklist_tick(struct registry *reg, const char *model,
		       const char *id, const char *note, struct err *err)
{
	struct doc_file f;
	enum rc rc;

	if (!note || !note[strspn(note, " \t\n")])
		return err_set(err, RC_USAGE, "say what was done: --note "
			       "TEXT");
	rc = may_tick(reg, model, id, err);
	if (rc != RC_OK)
		return rc;
	rc = doc_file_open(reg, DOC_CHECKLIST, model, 0, &f, err);
	if (rc != RC_OK)
		return rc;
	rc = doc_set(&f.doc, id, ANSWER_GIVEN, note, err);
	if (rc == RC_OK)
		rc = doc_file_save(reg, &f, note, err);
	doc_file_release(&f);
	return rc;
}
