#include "tui/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/evaluate.h"
#include "registry/prediction.h"
#include "registry/problem.h"
#include "registry/testset.h"
#include "tui/app.h"
#include "tui/figures.h"

/* Lives from the question to its answer. A question that Esc ends leaves it
 * to the next one: one capture at a time is enough. */
struct captured {
	char *testset, *model, *rule, *source, *title;
	int64_t version;
	uint32_t *ordinals;
	size_t n;
};
static struct captured now;

static void forget(void)
{
	free(now.testset);
	free(now.model);
	free(now.rule);
	free(now.source);
	free(now.title);
	free(now.ordinals);
	now = (struct captured){ 0 };
}

static void keep(const struct capture *what)
{
	forget();
	now = (struct captured){
		.testset = xstrdup(what->testset),
		.model = xstrdup_or_null(what->model),
		.rule = xstrdup_or_null(what->rule),
		.source = xstrdup_or_null(what->source),
		.title = xstrdup_or_null(what->title),
		.version = what->version, .n = what->n,
		.ordinals = xcalloc(what->n + 1, sizeof(uint32_t)),
	};
	for (size_t i = 0; i < what->n; i++)
		now.ordinals[i] = what->ordinals[i];
}

/* -- Reporting -- */

/* A positive that the version missed, else a label said in vain. */
static enum pattern_kind kind_of(struct testset *t, const struct column *c,
				 size_t row)
{
	const char *positive = testset_info(t)->positive;
	struct buf b = BUF_INIT;
	size_t n;
	const char *text = column_text(c, row, &b, &n);
	bool is_positive = positive && strlen(positive) == n &&
			   !memcmp(positive, text, n);

	buf_release(&b);
	return is_positive ? PATTERN_FALSE_NEGATIVE : PATTERN_FALSE_POSITIVE;
}

static enum rc kinds_of(struct registry *reg, struct problem_members *m,
			struct err *err)
{
	const struct column *target;
	struct testset *t = NULL;
	enum rc rc = reg_testset_open(reg, now.testset, 0, &t, err);

	if (rc == RC_OK)
		rc = testset_column(t, testset_info(t)->target, &target, err);
	for (size_t i = 0; i < m->n && rc == RC_OK; i++)
		m->at[i].kind = kind_of(t, target, m->at[i].row);
	testset_close(t);
	return rc;
}

static enum rc find_members(struct registry *reg, int64_t id,
			    struct problem_members *m, struct err *err)
{
	uint64_t undecided;

	for (size_t i = 0; i < now.n; i++)
		vec_push(m, ((struct problem_member){
			now.ordinals[i], UINT32_MAX, PATTERN_FALSE_POSITIVE,
			EXPECT_EQUALS }));
	if (!now.n && now.rule)
		return reg_problem_matching(reg, id, NULL, m, &undecided,
					    err);
	return RC_OK;
}

static enum rc add_members(struct registry *reg, int64_t id, uint64_t *added,
			   struct err *err)
{
	struct problem_members m = VEC_INIT;
	enum rc rc = find_members(reg, id, &m, err);

	if (rc == RC_OK)
		rc = kinds_of(reg, &m, err);
	if (rc == RC_OK && m.n)
		rc = reg_problem_members_add(reg, id, now.testset, &m,
					     now.source, added, err);
	vec_free(&m);
	return rc;
}

static enum rc report(struct registry *reg, const char *title, int64_t *id,
		      struct err *err)
{
	struct pairs fields = VEC_INIT;
	char *version = now.version ? xasprintf("%s@%lld", now.model,
						(long long)now.version) : NULL;
	enum rc rc;

	pairs_add(&fields, "title", title);
	pairs_add(&fields, "testset", now.testset);
	if (now.rule)
		pairs_add(&fields, "rule", now.rule);
	if (now.source)
		pairs_add(&fields, "source", now.source);
	if (version)
		pairs_add(&fields, "versions", version);
	rc = reg_problem_add(reg, now.model, &fields, NULL, id, err);
	pairs_release(&fields);
	free(version);
	return rc;
}

static char *title_draft(void)
{
	return xasprintf("new problem of %s on %s", now.model, now.testset);
}

static void with_title(struct view *v, const char *text, void *arg)
{
	char n[COUNTED_MAX], *draft = title_draft();
	struct registry *reg = app_registry(v->app);
	struct err err = ERR_INIT;
	uint64_t added = 0;
	int64_t id = 0;

	(void)arg;
	if (!*text)
		app_say(v->app, "Not reported: a problem needs a title.");
	else if (report(reg, text, &id, &err) != RC_OK ||
		 add_members(reg, id, &added, &err) != RC_OK)
		app_fail(v->app, &err);
	else
		app_say(v->app, "P-%lld reported with %s; 3 opens Problems, i "
			"there its inbox. u undoes.", (long long)id,
			counted(added, "pattern", "patterns", n));
	if (id)
		app_kept_drop(v->app, draft);
	free(draft);
	forget();
}

static void ask_title(struct view *v)
{
	char *draft = title_draft();

	app_prompt_kept(v->app, draft, "problem, in a few words: ",
			now.title ? now.title : "", NULL, with_title, NULL);
	free(draft);
}

/* -- The rule of a slice -- */

static char *named_slice(struct registry *reg, const char *testset,
			 const char *name)
{
	struct slice_recs all = VEC_INIT;
	char *expr = NULL;

	if (reg_slice_list(reg, testset, &all, NULL) != RC_OK)
		return NULL;
	for (size_t i = 0; i < all.n; i++)
		if (!strcmp(all.at[i].name, name))
			expr = xstrdup(all.at[i].expr);
	slice_recs_release(&all);
	return expr;
}

static void put_quoted(struct buf *b, const char *s, size_t n)
{
	buf_char(b, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"' || s[i] == '\\')
			buf_char(b, '\\');
		buf_char(b, s[i]);
	}
	buf_char(b, '"');
}

static size_t plusses(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '+';
	return n;
}

/* A value that holds a '+' itself leaves open which part it is of. */
char *capture_rule(struct registry *reg, const char *testset, const char *by,
		   const char *value)
{
	struct buf b = BUF_INIT;

	if (!strcmp(by, "slice"))
		return named_slice(reg, testset, value);
	if (plusses(by) && plusses(by) != plusses(value))
		return NULL;
	while (*by) {
		size_t n = strcspn(by, "+");
		size_t m = strchr(by, '+') ? strcspn(value, "+")
					   : strlen(value);

		if (b.len)
			buf_char(&b, ' ');
		put_quoted(&b, by, n);
		buf_char(&b, '=');
		put_quoted(&b, value, m);
		by += n + (by[n] == '+');
		value += m + (value[m] == '+');
	}
	return buf_detach(&b);
}

/* -- Which model -- */

static void with_model(struct view *v, const char *text, void *arg)
{
	(void)arg;
	if (!*text)
		return;
	free(now.model);
	now.model = xstrdup(text);
	ask_title(v);
}

/* The only model that answered the set; NULL: several, or none. */
static char *only_model(struct registry *reg)
{
	struct predicteds all = VEC_INIT;
	char *name = NULL;
	bool several = false;

	if (reg_predictions_versions(reg, now.testset, &all, NULL) != RC_OK)
		return NULL;
	for (size_t i = 0; i < all.n; i++) {
		several |= name && strcmp(name, all.at[i].model) != 0;
		if (!name)
			name = xstrdup(all.at[i].model);
	}
	predicteds_release(&all);
	if (!several)
		return name;
	free(name);
	return NULL;
}

void capture_start(struct view *v, const struct capture *what)
{
	keep(what);
	if (!now.model)
		now.model = only_model(app_registry(v->app));
	if (now.model)
		ask_title(v);
	else
		app_prompt(v->app, "of which model: ", "", NULL, with_model,
			   NULL);
}
