/* Sign-offs: who said what of this version, on which evidence, and what has
 * moved since. */
#include <stdlib.h>

#include "cards/report_parts.h"
#include "registry/evidence.h"

static const struct report_column sign_columns[] = {
	{ "id", "Id", false }, { "who", "Who", false },
	{ "role", "Role", false }, { "meaning", "Meaning", false },
	{ "stage", "For", false }, { "time", "When", false },
	{ "reason", "Reason", false }, { "state", "Today", false },
	{ "key", "SSH key", false }, { 0 },
};
static const struct report_column evidence_columns[] = {
	{ "what", "What", false }, { "state", "State today", false }, { 0 },
};

static char *state_of(const struct signoff_rec *s, const struct pairs *now)
{
	struct strs moved = VEC_INIT;
	struct buf b = BUF_INIT;

	if (s->is_revoked) {
		buf_printf(&b, "revoked by %s: %s", s->revoked_by,
			   s->revoked_why);
		return buf_detach(&b);
	}
	evidence_compare(&s->evidence, now, &moved);
	if (!moved.n)
		buf_str(&b, "holds: nothing moved since");
	for (size_t i = 0; i < moved.n; i++)
		buf_printf(&b, "%s%s", i ? "; " : "changed since: ",
			   moved.at[i]);
	strs_release(&moved);
	return buf_detach(&b);
}

static void sign_row(struct report_table *t, const struct signoff_rec *s,
		     const struct pairs *now)
{
	char *state = state_of(s, now);
	bool holds = !s->is_revoked && state[0] == 'h';

	cell_text(t, s->id);
	cell_text(t, s->login);
	cell_text(t, s->role);
	cell_toned(t, s->meaning == MEANING_REFUSED ? TONE_BAD : TONE_PLAIN,
		   meaning_name(s->meaning));
	cell_text(t, s->stage);
	cell_time(t, s->time);
	cell_text(t, s->reason);
	cell_toned(t, holds ? TONE_GOOD : TONE_WARN, state);
	cell_code(t, s->key);
	free(state);
}

/* What was answered at each approval. */
static void say_fails_for(struct report_ctx *c, struct report *r)
{
	for (size_t i = 0; i < c->signoffs.n; i++)
		if (c->signoffs.at[i].fails_for)
			report_factf(r, "For whom could this fail?",
				     "%s (%s, %s)",
				     c->signoffs.at[i].fails_for,
				     c->signoffs.at[i].login,
				     c->signoffs.at[i].id);
}

enum rc report_part_signoffs(struct report_ctx *c, struct report *r,
			     struct err *err)
{
	struct pairs now = VEC_INIT;
	struct report_table *t;
	enum rc rc = reg_evidence(c->reg, c->model.name, c->version.version,
				  &now, err);

	if (rc != RC_OK)
		return rc;
	report_section(r, "signoffs", "Sign-offs");
	t = report_table(r, "Sign-offs, oldest first", sign_columns,
			 "nobody signed this version yet");
	r->sections.at[r->sections.n - 1].silent = !c->signoffs.n;
	for (size_t i = 0; i < c->signoffs.n; i++)
		sign_row(t, &c->signoffs.at[i], &now);
	say_fails_for(c, r);
	t = report_table(r, "What an approval rests on", evidence_columns,
			 "nothing is recorded");
	for (size_t i = 0; i < now.n; i++) {
		cell_text(t, now.at[i].key);
		cell_code(t, now.at[i].value);
	}
	pairs_release(&now);
	return RC_OK;
}
