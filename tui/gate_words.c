#include "tui/gate_words.h"

#include <string.h>

#include "base/count.h"
#include "tui/figures.h"

static const struct {
	const char *word, *plain;
	enum style style;
} verdicts[] = {
	[GATE_PASS] = { "pass", "pass", STYLE_GOOD },
	[GATE_FAIL] = { "FAIL !", "fail", STYLE_BAD },
	[GATE_INSUFFICIENT] = { "insufficient", "insufficient", STYLE_WARN },
	[GATE_OPEN] = { "open", "open", STYLE_WARN },
	[GATE_WAIVED] = { "WAIVED", "waived", STYLE_WARN },
};

const char *gate_verdict_word(enum gate_verdict v)
{
	return verdicts[v].word;
}

enum style gate_verdict_style(enum gate_verdict v)
{
	return verdicts[v].style;
}

size_t gate_count(const struct gate_result *r, enum gate_verdict v)
{
	size_t n = 0;

	for (size_t i = 0; i < r->items.n; i++)
		n += r->items.at[i].verdict == v;
	return n;
}

void put_gate_short(struct buf *out, const struct gate_result *r)
{
	size_t held = gate_count(r, GATE_PASS) + gate_count(r, GATE_WAIVED);

	if (r->met)
		put_gate_verdict(out, r);
	else
		buf_printf(out, "BLOCKED %zu of %zu", r->items.n - held,
			   r->items.n);
}

void put_gate_verdict(struct buf *out, const struct gate_result *r)
{
	static const enum gate_verdict bad[] = {
		GATE_FAIL, GATE_INSUFFICIENT, GATE_OPEN
	};
	size_t waived = gate_count(r, GATE_WAIVED);

	if (r->met) {
		buf_str(out, "met");
		if (waived)
			buf_printf(out, ", %zu waived", waived);
		return;
	}
	buf_str(out, "BLOCKED");
	for (size_t i = 0; i < COUNT(bad); i++) {
		size_t n = gate_count(r, bad[i]);

		if (n)
			buf_printf(out, " %zu %s", n, verdicts[bad[i]].plain);
	}
}

static void put_bound(struct buf *out, const struct gate_item *item)
{
	bool low = item->bound == BOUND_LOW;

	buf_str(out, low ? "low " : "high ");
	put_number(out, low ? item->figure.low : item->figure.high, false);
}

void put_gate_figure(struct buf *out, const struct gate_item *item)
{
	if (!item->has_figure || item->figure.why) {
		buf_str(out, item->why);
		return;
	}
	if (item->bound == BOUND_VALUE || item->figure.method == METHOD_NONE)
		put_figure(out, &item->figure);
	else
		put_bound(out, item);
	if (item->figure.n) {
		buf_str(out, " n ");
		put_count(out, item->figure.n);
	}
}

const char *gate_who(const struct gate_item *item)
{
	if (item->waived_by)
		return item->waived_by;
	return item->kind == RULE_SIGNED || item->kind == RULE_ATTESTED ?
	       "people" : "auto";
}

const char *gate_leads_to(enum gate_rule_kind kind)
{
	switch (kind) {
	case RULE_METRIC:
	case RULE_GROUP_DIFFERENCE:
	case RULE_GROUP_RATIO:
		return "the evaluation; o its patterns";
	case RULE_FAIRNESS:
		return "groups and measures; o patterns";
	case RULE_METRIC_BASE:
	case RULE_NO_LOSS:
		return "the comparison with production; o patterns";
	case RULE_NO_BROKEN_PROBLEM:
	case RULE_NO_OPEN_PROBLEM:
	case RULE_OPEN_IMPACT:
		return "the problem on the triage board";
	case RULE_COMPLETE:
	case RULE_APPROVED:
	case RULE_FINDINGS:
	case RULE_CHECKLIST:
		return "the document";
	case RULE_ASSESSED:
		return "the impact assessment";
	case RULE_FRESH:
		return "versions x revisions; r evaluates";
	case RULE_PROFILE:
		return "the dataset's profile";
	case RULE_LINEAGE:
	case RULE_ARTIFACT:
		return "the version";
	case RULE_ATTESTED:
		return "asks for your word on it, with a reason";
	case RULE_SIGNED:
		return "the sign-offs; S signs";
	}
	BUG("rule kind %d", (int)kind);
}

static bool gate_exists(const struct document_recs *gates, const char *stage)
{
	size_t n = strlen(stage);

	for (size_t i = 0; i < gates->n; i++) {
		const char *of = gates->at[i].of;

		if (document_is_superseded(&gates->at[i]))
			continue;
		if (!strncmp(of, stage, n) && (!of[n] || of[n] == ':'))
			return true;
	}
	return false;
}

const char *gate_target(const struct document_recs *gates, const char *stage)
{
	static const char *const order[] = { "none", "candidate", "shadow",
					     "production" };
	size_t at = 0;

	for (size_t i = 0; i < 4; i++)
		if (!strcmp(order[i], stage))
			at = i;
	for (size_t i = at + 1; i < 4; i++)
		if (gate_exists(gates, order[i]))
			return order[i];
	return gate_exists(gates, stage) ? stage : "production";
}
