/* Factors that people name against slices that are measured. */
#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/lint_inside.h"

static const char *given(const struct linter *l, const char *id)
{
	const struct answer *a = doc_answer(l->doc, id);

	return a->state == ANSWER_GIVEN ? a->text : "";
}

/* -- What is measured -- */

static void add_once(struct strs *v, const char *s, size_t n)
{
	char *copy = xmemdupz(s, n);

	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->at[i], copy)) {
			free(copy);
			return;
		}
	vec_push(v, copy);
}

/* Attributes ("race", "sex" of "race+sex") and names of named slices of all
 * evaluations. */
static void measured_names(const struct doc_facts *f, struct strs *out)
{
	for (size_t i = 0; i < f->evaluations.n; i++) {
		const struct evaluation *e = &f->evaluations.at[i];

		for (size_t k = 0; k < e->n_slices; k++) {
			const char *p = e->slices[k].by;

			if (!strcmp(p, "slice")) {
				p = e->slices[k].value;
				add_once(out, p, strlen(p));
				continue;
			}
			while (*p) {
				size_t n = strcspn(p, "+");

				add_once(out, p, n);
				p += n + (p[n] == '+');
			}
		}
	}
}

static bool any_value(const struct doc_facts *f, const char *words)
{
	for (size_t i = 0; i < f->evaluations.n; i++) {
		const struct evaluation *e = &f->evaluations.at[i];

		for (size_t k = 0; k < e->n_slices; k++)
			if (words_in(e->slices[k].value, words) ||
			    words_in(words, e->slices[k].value))
				return true;
	}
	return false;
}

/* -- Factors without slices -- */

static size_t count_words(const char *s)
{
	size_t n = 0;

	for (; *s; n++) {
		s += strspn(s, " \t");
		if (!*s)
			break;
		s += strcspn(s, " \t");
	}
	return n;
}

static bool is_measured(const struct linter *l, const struct strs *names,
			const char *factor)
{
	for (size_t i = 0; i < names->n; i++)
		if (words_in(factor, names->at[i]) ||
		    words_in(names->at[i], factor))
			return true;
	return any_value(l->facts, factor);
}

/* Takes "- ", "and", "the" and blanks off; cuts at a remark in brackets. */
static char *clean_factor(const char *p, size_t n)
{
	static const char *const fillers[] = { "and ", "the ", "or ", "by " };
	char *s = xmemdupz(p, n), *start = s, *out;
	bool again = true;

	s[strcspn(s, "(:")] = '\0';
	while (again) {
		again = false;
		start += strspn(start, " \t-*+0123456789.");
		for (size_t i = 0; i < 4; i++)
			if (!strncmp(start, fillers[i], strlen(fillers[i]))) {
				start += strlen(fillers[i]);
				again = true;
			}
	}
	n = strlen(start);
	while (n && strchr(" \t.", start[n - 1]))
		n--;
	out = xmemdupz(start, n);
	free(s);
	return out;
}

static void lint_factor(struct linter *l, const struct strs *names,
			const char *p, size_t n, unsigned line)
{
	char *factor = clean_factor(p, n);

	/* longer pieces are prose, in which no one factor can be told */
	if (*factor && count_words(factor) <= 4 &&
	    !is_measured(l, names, factor))
		lint_found(l, LINT_FACTOR_WITHOUT_SLICE, line, "add a slice "
			   "(muster slice add TESTSET NAME EXPR) and evaluate, "
			   "or move the group to 3.3", "no slice of an "
			   "evaluated test set measures '%s'", factor);
	free(factor);
}

/* The end of a piece: a comma, semicolon or newline outside brackets. */
static size_t piece(const char *p)
{
	size_t n = 0;
	int depth = 0;

	for (; p[n] && p[n] != '\n'; n++) {
		depth += p[n] == '(';
		depth -= p[n] == ')' && depth;
		if (!depth && (p[n] == ',' || p[n] == ';'))
			break;
	}
	return n;
}

static void lint_named_factors(struct linter *l, const struct strs *names)
{
	const char *text = given(l, "3.2");

	l->item = "3.2";
	for (const char *p = text; *p;) {
		size_t n = piece(p);

		lint_factor(l, names, p, n, lint_line(text, (size_t)
						      (p - text)));
		p += n + (p[n] != '\0');
	}
	l->item = "";
}

/* -- Slices without factors -- */

static void lint_unnamed_slices(struct linter *l, const struct strs *names)
{
	l->item = "3.1";
	for (size_t i = 0; i < names->n; i++) {
		if (words_in(given(l, "3.1"), names->at[i]) ||
		    words_in(given(l, "3.2"), names->at[i]))
			continue;
		lint_found(l, LINT_SLICE_WITHOUT_FACTOR, 0, "name it in 3.1 "
			   "or 3.2, or say why it is measured",
			   "'%s' is a slice, and named in no factor",
			   names->at[i]);
	}
	l->item = "";
}

/* -- Groups that are meant to be served -- */

/* Words for groups of people, and by which values a slice may mark them. */
static const struct {
	const char *word;
	const char *values[6];
	double from, to;	/* or ages; 0, 0: none */
} groups[] = {
	{ "women", { "women", "woman", "female", "f" }, 0, 0 },
	{ "men", { "men", "man", "male", "m" }, 0, 0 },
	{ "children", { "child", "children", "minor" }, 0, 17 },
	{ "minors", { "child", "children", "minor" }, 0, 17 },
	{ "teenagers", { "teen", "teenager", "youth" }, 13, 19 },
	{ "adolescents", { "teen", "adolescent", "youth" }, 10, 19 },
	{ "students", { "student" }, 0, 0 },
	{ "elderly", { "elderly", "senior", "old" }, 60, 120 },
	{ "older people", { "elderly", "senior", "old" }, 60, 120 },
	{ "seniors", { "elderly", "senior", "old" }, 60, 120 },
	{ "pensioners", { "pensioner", "retired", "elderly" }, 60, 120 },
	{ "pregnant", { "pregnant", "pregnancy" }, 0, 0 },
	{ "disabled", { "disabled", "disability" }, 0, 0 },
	{ "disabilities", { "disabled", "disability" }, 0, 0 },
	{ "migrants", { "migrant", "immigrant", "foreign" }, 0, 0 },
	{ "immigrants", { "migrant", "immigrant", "foreign" }, 0, 0 },
	{ "veterans", { "veteran" }, 0, 0 },
	{ "prisoners", { "prisoner", "inmate" }, 0, 0 },
	{ "smokers", { "smoker", "smoking" }, 0, 0 },
	{ "rural", { "rural" }, 0, 0 },
	{ "urban", { "urban" }, 0, 0 },
	{ "homeless", { "homeless" }, 0, 0 },
	{ "unemployed", { "unemployed", "unemployment" }, 0, 0 },
};

/* A number within the ages in a value such as "65+" or "Less than 25". */
static bool names_age(const char *value, double from, double to)
{
	while (*value) {
		size_t n = strspn(value, "0123456789");
		double age;

		if (n && decimal_read(value, n, &age) && age >= from &&
		    age <= to)
			return true;
		value += n ? n : 1;
	}
	return false;
}

static bool is_served(const struct eval_slice *s, size_t group)
{
	for (size_t v = 0; v < 6 && groups[group].values[v]; v++)
		if (words_in(s->value, groups[group].values[v]))
			return true;
	return groups[group].to > 0 && words_in(s->by, "age") &&
	       names_age(s->value, groups[group].from, groups[group].to);
}

static bool any_serves(const struct doc_facts *f, size_t group)
{
	for (size_t i = 0; i < f->evaluations.n; i++) {
		const struct evaluation *e = &f->evaluations.at[i];

		for (size_t k = 0; k < e->n_slices; k++)
			if (is_served(&e->slices[k], group))
				return true;
	}
	return false;
}

static void lint_population(struct linter *l, const char *item)
{
	const char *text = given(l, item);

	l->item = item;
	for (size_t g = 0; g < COUNT(groups); g++)
		if (words_in(text, groups[g].word) &&
		    !any_serves(l->facts, g))
			lint_found(l, LINT_POPULATION, 0, "add patterns and a "
				   "slice for the group, or name it in 3.3 and "
				   "9.2 as not evaluated", "'%s' are meant, "
				   "and no slice of an evaluated test set "
				   "measures them", groups[g].word);
	l->item = "";
}

void lint_factors(struct linter *l)
{
	struct strs names = VEC_INIT;

	if (!l->facts->evaluations.n) {
		l->item = "7.1";
		lint_found(l, LINT_NO_EVALUATION, 0, "muster eval TESTSET "
			   "MODEL@V", "no evaluation of this version is "
			   "stored; factors cannot be compared with slices");
		l->item = "";
		return;
	}
	measured_names(l->facts, &names);
	lint_named_factors(l, &names);
	lint_unnamed_slices(l, &names);
	lint_population(l, "2.1");
	lint_population(l, "2.2");
	strs_release(&names);
}
