/* Each value is computed on its own rows, by the same code that evaluates, so
 * that the first and the last are what an evaluation says. Rows are told by
 * ordinal: revision R2 knows all that R1 had, retired or not. */
#include "registry/moved.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/evaluation.h"
#include "registry/db.h"
#include "registry/evalset.h"
#include "registry/prediction.h"

static const char *const part_names[] = {
	[MOVED_RELABELLED] = "relabelled",
	[MOVED_REPREDICTED] = "repredicted",
	[MOVED_RETIRED] = "retired",
	[MOVED_ADDED] = "added",
};

const char *moved_part_name(enum moved_part part)
{
	return part_names[part];
}

void moved_release(struct moved *m)
{
	free(m->model);
	free(m->testset);
	*m = (struct moved){ 0 };
}

struct then {			/* the evaluation kept on the first revision */
	bool found;
	uint64_t entry;
	bool has_threshold;
	double threshold;
	char *prediction_digest;
};

struct moving {
	struct registry *reg;
	struct moved *m;
	struct testset *a, *b;		/* from, to */
	uint8_t *rows;			/* by ordinal of b, of the step */
	uint64_t answered;		/* of the rows valued last */
	struct then then;
};

static enum rc find_then(struct moving *w, struct err *err)
{
	struct stmt *s = db_prepare(reg_db(w->reg),
		"SELECT id, threshold, prediction_digest"
		"  FROM evaluation"
		" WHERE model = ? AND version = ? AND testset = ?"
		"   AND revision_digest = ?"
		" ORDER BY id DESC"
		" LIMIT 1");
	const char *text;
	enum rc rc;

	stmt_bind_text(s, w->m->model);
	stmt_bind_int(s, w->m->version);
	stmt_bind_text(s, w->m->testset);
	stmt_bind_text(s, testset_info(w->a)->digest);
	rc = stmt_one(s, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc)
		return rc;
	w->then.found = true;
	w->then.entry = (uint64_t)stmt_int(s, "id") - 1;
	text = stmt_text(s, "threshold");
	w->then.has_threshold = text && decimal_read(text, strlen(text),
						     &w->then.threshold);
	w->then.prediction_digest = stmt_text_copy(s, "prediction_digest");
	stmt_done(s);
	return RC_OK;
}

/* What the version said: then, as far as it is still known, or today. */
static enum rc load(struct moving *w, struct evalset *set, bool then,
		    struct predictions **out, struct err *err)
{
	uint64_t entry = then && w->then.found ? w->then.entry : UINT64_MAX;
	enum rc rc = reg_predictions_load(w->reg, w->m->model, w->m->version,
					  evalset_testset(set), entry, out,
					  err);

	if (rc || entry == UINT64_MAX)
		return rc;
	(*out)->has_threshold = w->then.has_threshold;
	(*out)->threshold = w->then.threshold;
	return RC_OK;
}

/* The version's value on the rows of a set, which is closed. */
static enum rc value_on(struct moving *w, struct evalset *set, bool then,
			struct figure *out, struct err *err)
{
	struct predictions *p = NULL;
	struct evalrows *rows;
	enum rc rc = load(w, set, then, &p, err);

	if (!rc) {
		rows = evalrows_new(set, p, NULL);
		w->answered = rows->in.n;
		*out = rows->in.n ? evaluate_metric(&rows->in, w->m->metric)
				  : evalset_no_answer(set);
		evalrows_free(rows);
	}
	evalset_close(set);
	return rc;
}

/* Predictions that were taken back since cannot be laid over the rows again:
 * then is as good as never. */
static enum rc first_value(struct moving *w, struct err *err)
{
	struct evalset *set = NULL;
	struct predictions *p = NULL;
	enum rc rc = evalset_open_rows(w->reg, w->m->testset, w->m->from, NULL,
				       &set, err);

	if (!rc && w->then.found)
		rc = load(w, set, true, &p, err);
	if (rc) {
		evalset_close(set);
		return rc;
	}
	if (p && strcmp(p->digest, w->then.prediction_digest) != 0)
		w->then.found = false;
	predictions_free(p);
	w->m->has_then = w->then.found;
	return value_on(w, set, true, &w->m->value[0], err);
}

/* The rows of the step's end, and how many it changed. */
static void choose_rows(struct moving *w, enum moved_part part)
{
	const uint8_t *was = testset_active(w->a), *is = testset_active(w->b);
	size_t n_was = testset_rows(w->a), n = testset_rows(w->b);

	for (size_t i = 0; i < n; i++) {
		bool old = i < n_was && was[i];

		w->rows[i] = part == MOVED_ADDED ? is[i]
			   : part == MOVED_RETIRED ? old && is[i] : old;
		if (part == MOVED_RETIRED)
			w->m->rows[part] += old && !is[i];
		if (part == MOVED_ADDED)
			w->m->rows[part] += is[i] && !old;
	}
}

static enum rc step(struct moving *w, enum moved_part part, struct err *err)
{
	struct evalset *set = NULL;
	enum rc rc;

	choose_rows(w, part);
	rc = evalset_open_rows(w->reg, w->m->testset, w->m->to, w->rows, &set,
			       err);
	if (rc)
		return rc;
	return value_on(w, set, part == MOVED_RELABELLED,
			&w->m->value[part + 1], err);
}

static bool same_label(const struct predictions *a,
		       const struct predictions *b, size_t i)
{
	uint32_t x = a->label ? a->label[i] : UINT32_MAX;
	uint32_t y = b->label ? b->label[i] : UINT32_MAX;

	if (x >= a->labels.n || y >= b->labels.n)
		return x >= a->labels.n && y >= b->labels.n;
	return !strcmp(a->labels.at[x], b->labels.at[y]);
}

static bool same_number(const double *a, const double *b, size_t i, size_t n)
{
	for (size_t k = i * n; k < (i + 1) * n; k++) {
		bool in_a = a && a[k] == a[k], in_b = b && b[k] == b[k];

		if (in_a != in_b || (in_a && !(a[k] == b[k])))
			return false;
	}
	return true;
}

/* What the threshold makes of the score: 1, 0, or -1 where it says nothing. */
static int by_threshold(const struct predictions *p, size_t i)
{
	if (!p->has_threshold || !p->score || isnan(p->score[i]))
		return -1;
	return p->score[i] >= p->threshold;
}

static bool same_answer(const struct predictions *a,
			const struct predictions *b, size_t i)
{
	size_t n = a->n_class > b->n_class ? a->n_class : b->n_class;

	if (!a->known[i] || !b->known[i])
		return a->known[i] == b->known[i];
	if (a->class_score && b->class_score && a->n_class != b->n_class)
		return false;
	return by_threshold(a, i) == by_threshold(b, i) &&
	       same_label(a, b, i) && same_number(a->value, b->value, i, 1) &&
	       same_number(a->score, b->score, i, 1) &&
	       same_number(a->class_score, b->class_score, i, n);
}

static enum rc count_repredicted(struct moving *w, struct err *err)
{
	struct predictions *then = NULL, *now = NULL;
	const uint8_t *active = testset_active(w->a);
	enum rc rc;

	if (!w->then.found)
		return RC_OK;
	rc = reg_predictions_load(w->reg, w->m->model, w->m->version, w->a,
				  w->then.entry, &then, err);
	if (!rc) {
		then->has_threshold = w->then.has_threshold;
		then->threshold = w->then.threshold;
		rc = reg_predictions_load(w->reg, w->m->model, w->m->version,
					  w->a, UINT64_MAX, &now, err);
	}
	for (size_t i = 0; !rc && i < now->n; i++)
		w->m->rows[MOVED_REPREDICTED] += active[i] &&
						 !same_answer(then, now, i);
	predictions_free(then);
	predictions_free(now);
	return rc;
}

/* Targets of rows that the first revision has, as the second one has them. */
static enum rc count_relabelled(struct moving *w, struct err *err)
{
	const uint8_t *active = testset_active(w->a);
	const struct column *a, *b;
	struct buf x = BUF_INIT, y = BUF_INIT;
	enum rc rc = testset_column(w->a, testset_info(w->a)->target, &a, err);

	if (!rc)
		rc = testset_column(w->b, testset_info(w->b)->target, &b, err);
	for (size_t i = 0; !rc && i < testset_rows(w->a); i++) {
		size_t n_s, n_t;
		const char *s, *t;

		if (!active[i])
			continue;
		s = column_text(a, i, &x, &n_s);
		t = column_text(b, i, &y, &n_t);
		w->m->rows[MOVED_RELABELLED] += n_s != n_t ||
						memcmp(s, t, n_s) != 0;
	}
	buf_release(&x);
	buf_release(&y);
	return rc;
}

static enum rc choose_metric(struct moving *w, const enum metric *metric,
			     struct err *err)
{
	const struct testset_info *info = testset_info(w->b);

	w->m->metric = metric ? *metric : metric_main(info->task);
	if (metric_fits(w->m->metric, info->task))
		return RC_OK;
	return err_set(err, RC_USAGE, "metric '%s' does not fit test set '%s', "
		       "which is %s", metric_key(w->m->metric), info->name,
		       task_name(info->task));
}

static void count_end(struct moving *w, size_t end, const struct testset *set)
{
	w->m->patterns[end] = (uint64_t)testset_info(set)->n;
	w->m->unanswered[end] = w->m->patterns[end] - w->answered;
}

static enum rc move(struct moving *w, const enum metric *metric,
		    struct err *err)
{
	struct moved *m = w->m;
	enum rc rc = reg_testset_open(w->reg, m->testset, m->from, &w->a, err);

	if (!rc)
		rc = reg_testset_open(w->reg, m->testset, m->to, &w->b, err);
	if (rc)
		return rc;
	m->from = testset_info(w->a)->revision;
	m->to = testset_info(w->b)->revision;
	if (m->from > m->to)
		return err_set(err, RC_USAGE, "revision %lld is newer than "
			       "%lld: give the older one first",
			       (long long)m->from, (long long)m->to);
	w->rows = XNEW_ARRAY(uint8_t, testset_rows(w->b) + 1);
	rc = choose_metric(w, metric, err);
	if (!rc)
		rc = find_then(w, err);
	if (!rc)
		rc = first_value(w, err);
	if (!rc)
		count_end(w, 0, w->a);
	for (enum moved_part p = 0; p < MOVED_PARTS && !rc; p++)
		rc = step(w, p, err);
	if (!rc)
		count_end(w, 1, w->b);
	if (!rc)
		rc = count_relabelled(w, err);
	return rc ? rc : count_repredicted(w, err);
}

enum rc reg_moved(struct registry *reg, const char *model, int64_t version,
		  const char *testset, int64_t from, int64_t to,
		  const enum metric *metric, struct moved *out,
		  struct err *err)
{
	struct moving w = { .reg = reg, .m = out };
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct moved){
		.model = xstrdup(model), .version = version,
		.testset = xstrdup(testset), .from = from, .to = to,
	};
	if (!rc) {
		rc = move(&w, metric, err);
		reg_read_end(reg);
	}
	testset_close(w.a);
	testset_close(w.b);
	free(w.rows);
	free(w.then.prediction_digest);
	if (rc)
		moved_release(out);
	return rc;
}

struct figure moved_part_figure(const struct moved *m, enum moved_part part)
{
	const struct figure *a = &m->value[part], *b = &m->value[part + 1];

	if (a->why || b->why)
		return figure_undefined(a->why ? a->why : b->why,
					m->rows[part]);
	return figure_value(b->value - a->value, m->rows[part]);
}

/* Four, as rates have; fewer where a difference of two values could not be
 * told to the last of them. */
static int places(const struct moved *m)
{
	double most = 0;
	int n = 4;

	for (size_t i = 0; i <= MOVED_PARTS; i++)
		if (!m->value[i].why)
			most = fmax(most, fabs(m->value[i].value));
	for (; n > 0 && most >= 1e7; most /= 10)
		n--;
	return n;
}

const char *moved_value_text(const struct moved *m, size_t i,
			     char out[DECIMAL_MAX])
{
	const struct figure *f = &m->value[i];

	if (f->why)
		return NULL;
	return fabs(f->value) < 1e15
		? decimal_rate(f->value, places(m), false, out)
		: decimal_sig(f->value, 5, out);
}

static double as_shown(const struct moved *m, size_t i)
{
	double x = m->value[i].value;
	char text[DECIMAL_MAX];

	if (fabs(x) < 1e15) {
		decimal_fixed(x, places(m), text);
		decimal_read(text, strlen(text), &x);
	}
	return x;
}

const char *moved_change_text(const struct moved *m, size_t from, size_t to,
			      char out[DECIMAL_MAX])
{
	double change;

	if (m->value[from].why || m->value[to].why)
		return NULL;
	change = as_shown(m, to) - as_shown(m, from);
	if (!isfinite(change))
		return NULL;
	if (fabs(change) < 1e15)
		return decimal_rate(change, places(m), true, out);
	*out = '+';
	decimal_sig(change, 5, out + (change > 0));
	return out;
}

void moved_put_unanswered(const struct moved *m, struct buf *out)
{
	char some[DECIMAL_MAX], all[DECIMAL_MAX];

	for (size_t i = 0; i < 2; i++) {
		if (!m->unanswered[i])
			continue;
		buf_printf(out, "%s%s of the %s patterns of revision %lld have "
			   "no prediction and are in no value.",
			   out->len ? " " : "",
			   decimal_grouped(m->unanswered[i], some),
			   decimal_grouped(m->patterns[i], all),
			   (long long)(i ? m->to : m->from));
	}
}

static void write_end(struct json_out *o, const char *key, int64_t revision,
		      const struct figure *f)
{
	jo_key(o, key);
	jo_object(o);
	jo_kint(o, "revision", revision);
	if (f->why) {
		jo_knull(o, "value");
		jo_kstr(o, "why", f->why);
	} else {
		jo_knum(o, "value", f->value);
	}
	jo_end(o);
}

void moved_write(struct json_out *o, const struct moved *m)
{
	jo_object(o);
	jo_kstr(o, "model", m->model);
	jo_kint(o, "version", m->version);
	jo_kstr(o, "testset", m->testset);
	jo_kstr(o, "metric", metric_key(m->metric));
	write_end(o, "from", m->from, &m->value[0]);
	write_end(o, "to", m->to, &m->value[MOVED_PARTS]);
	jo_key(o, "parts");
	jo_object(o);
	for (enum moved_part p = 0; p < MOVED_PARTS; p++) {
		struct figure f = moved_part_figure(m, p);

		if (f.why)
			jo_knull(o, part_names[p]);
		else
			jo_knum(o, part_names[p], f.value);
	}
	jo_end(o);
	jo_end(o);
}
