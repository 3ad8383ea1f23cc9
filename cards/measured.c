#include "cards/measured.h"

#include <string.h>

#include "base/count.h"
#include "base/decimal.h"
#include "cards/reference.h"

#define BEGINNING "Measured ("
#define BEHIND "): "
#define COLUMNS_MAX 60		/* that one line names */

/* -- Datasheets: from the profile -- */

static void add_count(struct buf *out, uint64_t n, const char *what)
{
	char text[DECIMAL_MAX];

	buf_printf(out, "%s %s%s", decimal_grouped(n, text), what,
		   n == 1 ? "" : "s");
}

static void fact_rows(const struct doc_facts *f, struct buf *out)
{
	add_count(out, f->profile.rows, "row");
	buf_str(out, ", ");
	add_count(out, f->profile.n_columns, "column");
}

static void fact_columns(const struct doc_facts *f, struct buf *out)
{
	const struct profile *p = &f->profile;

	for (size_t i = 0; i < p->n_columns && i < COLUMNS_MAX; i++)
		buf_printf(out, "%s%s (%s)", i ? ", " : "",
			   p->columns[i].name,
			   profile_type_name(p->columns[i].type));
	if (p->n_columns > COLUMNS_MAX)
		buf_printf(out, " and %zu more", p->n_columns - COLUMNS_MAX);
}

static const struct profile_column *column(const struct doc_facts *f,
					   const char *name)
{
	for (size_t i = 0; name && i < f->profile.n_columns; i++)
		if (!strcmp(f->profile.columns[i].name, name))
			return &f->profile.columns[i];
	return NULL;
}

/* A range where the values are too many to name. */
static void add_values(struct buf *out, const struct profile_column *c)
{
	char a[DECIMAL_MAX], b[DECIMAL_MAX], m[DECIMAL_MAX];

	if (profile_is_numeric(c) && c->distinct > PROFILE_TOP)
		buf_printf(out, "%s to %s, median %s",
			   decimal_sig(c->min, 6, a),
			   decimal_sig(c->max, 6, b),
			   decimal_sig(c->quantile[PROFILE_QUANTILES / 2], 6,
				       m));
	else
		profile_balance(out, c);
}

static void fact_label(const struct doc_facts *f, struct buf *out)
{
	const struct profile_column *c = column(f, f->dataset.label);

	if (!c)
		return;
	buf_printf(out, "label '%s': ", c->name);
	add_values(out, c);
	if (c->missing) {
		buf_str(out, "; ");
		add_count(out, c->missing, "row");
		buf_str(out, " without one");
	}
}

static void fact_missing(const struct doc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->profile.n_columns; i++) {
		const struct profile_column *c = &f->profile.columns[i];
		uint64_t n = c->missing + c->placeholders;
		char share[DECIMAL_MAX];

		if (!n)
			continue;
		buf_printf(out, "%s%s %s%%", out->len ? ", " : "empty or a "
			   "placeholder: ", c->name,
			   decimal_sig(100 * (double)n /
				       (double)f->profile.rows, 3, share));
	}
	if (!out->len && f->profile.rows)
		buf_str(out, "no cell is empty");
}

static void fact_equal(const struct doc_facts *f, struct buf *out)
{
	add_count(out, f->profile.equal_rows, "row");
	buf_str(out, f->profile.equal_rows == 1 ? " equals" : " equal");
	buf_str(out, " an earlier one");
	for (size_t i = 0; i < f->profile.n_columns; i++) {
		const struct profile_column *c = &f->profile.columns[i];

		if (c->n && c->distinct == 1)
			buf_printf(out, "; '%s' has one value only", c->name);
	}
}

static bool may_be_group(const struct profile_column *c)
{
	return c->personal && c->distinct > 1 &&
	       (c->type == PROFILE_CATEGORY || profile_is_numeric(c));
}

static void fact_groups(const struct doc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->profile.n_columns; i++) {
		const struct profile_column *c = &f->profile.columns[i];

		if (!may_be_group(c))
			continue;
		buf_printf(out, "%s%s: ", out->len ? "; " : "", c->name);
		add_values(out, c);
	}
}

static void fact_personal(const struct doc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->profile.n_columns; i++) {
		const struct profile_column *c = &f->profile.columns[i];

		if (c->personal)
			buf_printf(out, "%s%s (%s)", out->len ? ", " :
				   "columns that may be about a person: ",
				   c->name, c->personal);
	}
}

static void fact_time(const struct doc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->profile.n_columns; i++) {
		const struct profile_column *c = &f->profile.columns[i];

		if (c->type == PROFILE_DATE && c->first)
			buf_printf(out, "%s%s: %.10s to %.10s",
				   out->len ? "; " : "", c->name, c->first,
				   c->last);
	}
}

static void fact_source(const struct doc_facts *f, struct buf *out)
{
	if (f->dataset.source)
		buf_printf(out, "recorded as coming from %s",
			   f->dataset.source);
}

static void fact_users(const struct doc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->users.n; i++)
		buf_printf(out, "%s%s@%lld (%s)", i ? ", " : "versions in "
			   "this registry: ", f->users.at[i].model,
			   (long long)f->users.at[i].version,
			   f->users.at[i].is_trained ? "trained" : "tested");
}

/* -- Cards -- */

static void fact_threshold(const struct doc_facts *f, struct buf *out)
{
	char text[DECIMAL_MAX];

	if (f->has_threshold)
		buf_printf(out, "threshold %s",
			   decimal_shortest(f->threshold, text));
}

static void fact_testsets(const struct doc_facts *f, struct buf *out)
{
	char n[DECIMAL_MAX];

	for (size_t i = 0; i < f->testsets.n; i++)
		buf_printf(out, "%s%s revision %lld, %s patterns",
			   i ? "; " : "", f->testsets.at[i].name,
			   (long long)f->testsets.at[i].revision,
			   decimal_grouped(f->testsets.at[i].n, n));
}

static const struct {
	enum doc_type type;
	const char *id;
	void (*fact)(const struct doc_facts *f, struct buf *out);
} facts[] = {
	{ DOC_DATASHEET, "C2", fact_rows },
	{ DOC_DATASHEET, "C4", fact_columns },
	{ DOC_DATASHEET, "C5", fact_label },
	{ DOC_DATASHEET, "C6", fact_missing },
	{ DOC_DATASHEET, "C9", fact_equal },
	{ DOC_DATASHEET, "C13", fact_groups },
	{ DOC_DATASHEET, "C14", fact_personal },
	{ DOC_DATASHEET, "C15", fact_personal },
	{ DOC_DATASHEET, "L1", fact_source },
	{ DOC_DATASHEET, "L5", fact_time },
	{ DOC_DATASHEET, "U1", fact_users },
	{ DOC_CARD, "4.2", fact_threshold },
	{ DOC_CARD, "5.1", fact_testsets },
};

/* What the line says behind its beginning. */
static void fact_of(struct buf *out, const struct doc_facts *f,
		    const char *id)
{
	enum doc_type type = f->version ? DOC_CARD : DOC_DATASHEET;

	if (!f->version && !f->has_dataset)
		return;
	for (size_t i = 0; i < COUNT(facts); i++)
		if (facts[i].type == type && !strcmp(facts[i].id, id))
			facts[i].fact(f, out);
	/* it stays one line, whatever a column is called */
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == '\n' || out->data[i] == '\r')
			out->data[i] = ' ';
}

/* -- Lines -- */

bool measured_line(struct buf *out, const struct doc_facts *f, const char *id)
{
	struct buf fact = BUF_INIT;
	bool any;

	fact_of(&fact, f, id);
	any = fact.len > 0;
	if (any && f->version)
		buf_printf(out, BEGINNING "%s@%lld" BEHIND "%s.", f->model,
			   (long long)f->version, fact.data);
	else if (any)
		buf_printf(out, BEGINNING "%s rev %lld, %.8s" BEHIND "%s.",
			   f->dataset.name, (long long)f->dataset.revision,
			   f->dataset.digest, fact.data);
	buf_release(&fact);
	return any;
}

bool measured_find(const char *text, size_t *at, size_t *n)
{
	for (const char *s = text; *s;) {
		size_t len = strcspn(s, "\n");

		if (!strncmp(s, BEGINNING, strlen(BEGINNING)) &&
		    memmem(s, len, BEHIND, strlen(BEHIND))) {
			*at = (size_t)(s - text);
			*n = len;
			return true;
		}
		s += len + (s[len] == '\n');
	}
	return false;
}

/* What stands behind the beginning; the line has one. */
static const char *behind(const char *line, size_t n)
{
	return (const char *)memmem(line, n, BEHIND, strlen(BEHIND)) +
	       strlen(BEHIND);
}

bool measured_moved(const struct doc_facts *f, const char *id,
		    const char *text, struct buf *now)
{
	struct buf line = BUF_INIT;
	size_t at, n;
	bool moved = false;

	if (measured_find(text, &at, &n) && measured_line(&line, f, id)) {
		const char *was = behind(text + at, n);
		const char *is = behind(line.data, line.len);
		size_t len = (size_t)(text + at + n - was);

		moved = strlen(is) != len || memcmp(is, was, len) != 0;
		if (moved && now)
			buf_str(now, is);
	}
	buf_release(&line);
	return moved;
}

bool measured_put(struct buf *out, const struct doc_facts *f, const char *id,
		  const char *text)
{
	struct buf line = BUF_INIT;
	size_t at = strlen(text), n = 0;
	bool changes = measured_line(&line, f, id);
	bool has = measured_find(text, &at, &n);

	if (has && changes && n == line.len && !memcmp(text + at, line.data, n))
		changes = false;
	if (changes) {
		buf_add(out, text, at);
		buf_printf(out, "%s%s%s", !has && at ? "\n" : "", line.data,
			   text + at + n);
	}
	buf_release(&line);
	return changes;
}
