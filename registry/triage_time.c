#include "registry/triage_time.h"

#include <string.h>

#include "base/count.h"
#include "registry/inside.h"
#include "registry/problem.h"

enum { DAY = 24 * 60 * 60 };

/* Kinds that no factor, state or error depends on. Any other kind, also one
 * that comes later, is looked at: a point too many costs time alone. */
static const char *const idle[] = {
	"registry.", "role.", "document.", "dataset.", "evaluation.", "run.",
	"signoff.", "waiver.", "attestation.",
};

struct moment {
	int64_t time, until;	/* until: the earliest time from here on */
	bool idle;
};
VEC_DECLARE(struct moment, moments);

struct telling {
	const struct triage_time_query *query;
	struct reg_progress *progress;
	struct registry *then;		/* as it stood; moves on */
	struct moments moments;		/* by index */
	struct triage_points *out;
};

static bool is_idle(const char *kind)
{
	for (size_t i = 0; i < COUNT(idle); i++)
		if (strncmp(kind, idle[i], strlen(idle[i])) == 0)
			return true;
	return false;
}

/* A clock may have been set back: an entry belongs to the first day whose end
 * shows it (asof.c), that of the earliest entry from it on. */
static void date_moments(struct moments *m)
{
	for (size_t i = m->n; i-- > 0;) {
		m->at[i].until = m->at[i].time;
		if (i + 1 < m->n && m->at[i + 1].until < m->at[i].until)
			m->at[i].until = m->at[i + 1].until;
	}
}

static enum rc read_moments(struct registry *reg, struct moments *out,
			    struct err *err)
{
	struct stmt *s;
	uint64_t size;
	enum rc rc = reg_read_size(reg, &size, err);

	if (rc != RC_OK)
		return rc;
	s = db_prepare(reg->db,
		"SELECT time, kind FROM log WHERE idx < ? ORDER BY idx");
	stmt_bind_int(s, (int64_t)size);
	while (stmt_next(s, err))
		vec_push(out, ((struct moment){
			.time = stmt_int(s, "time"),
			.idle = is_idle(stmt_text(s, "kind")) }));
	date_moments(out);
	return stmt_end(s, RC_OK);
}

/* -- One point -- */

/* Replays up to and with that entry. */
static enum rc move_to(struct registry *then, uint64_t index, struct err *err)
{
	enum rc rc;

	db_allow_writes(then->shown, true);
	rc = db_script(then->shown, "BEGIN", err);
	if (rc == RC_OK)
		rc = replay_more(then->db, then->as_of_size, index + 1,
				 then->shown, NULL, err);
	if (rc == RC_OK)
		rc = db_script(then->shown, "COMMIT", err);
	db_allow_writes(then->shown, false);
	if (rc == RC_OK)
		then->as_of_size = index + 1;
	return rc;
}

static bool same(const struct triage_point *a, const struct triage_point *b)
{
	return a->n_open == b->n_open && a->total.n == b->total.n &&
	       a->total.value <= b->total.value &&
	       a->total.value >= b->total.value &&
	       a->total.low <= b->total.low && a->total.low >= b->total.low &&
	       a->total.high <= b->total.high && a->total.high >= b->total.high;
}

static void keep_point(struct telling *w, const struct triage_point *p)
{
	struct triage_points *out = w->out;

	if (!out->n && !p->n_open)
		return;
	if (w->query->by_entry && out->n && same(&out->at[out->n - 1], p))
		return;
	vec_push(out, *p);
}

static enum rc tell_point(struct telling *w, uint64_t index, struct err *err)
{
	const struct triage_query q = { .model = w->query->model };
	struct triage t = { 0 };
	enum rc rc = RC_OK;

	if (w->progress && w->progress->step)
		rc = w->progress->step(w->progress->arg, "looking back", index,
				       w->moments.n);
	if (rc != RC_OK)
		return err_set(err, rc, "the look back was cancelled");
	rc = move_to(w->then, index, err);
	if (rc == RC_OK)
		rc = reg_triage(w->then, &q, &t, err);
	if (rc != RC_OK)
		return err_prefix(err, "as of entry %llu",
				  (unsigned long long)index);
	keep_point(w, &(struct triage_point){
		.index = index, .time = w->moments.at[index].time,
		.n_open = t.n_open, .n_inbox = t.n_inbox, .total = t.total });
	triage_release(&t);
	return RC_OK;
}

/* -- All -- */

static int64_t day_of(int64_t time)
{
	return time / DAY - (time % DAY < 0);
}

static bool ends_day(const struct moments *m, size_t i)
{
	return i + 1 == m->n ||
	       day_of(m->at[i].until) != day_of(m->at[i + 1].until);
}

static enum rc tell_all(struct telling *w, struct err *err)
{
	bool moved = false;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < w->moments.n && rc == RC_OK; i++) {
		moved |= !w->moments.at[i].idle;
		if (!moved || (!w->query->by_entry &&
			       !ends_day(&w->moments, i)))
			continue;
		rc = tell_point(w, i, err);
		moved = false;
	}
	return rc;
}

enum rc reg_triage_over_time(struct registry *reg,
			     const struct triage_time_query *query,
			     struct reg_progress *progress,
			     struct triage_points *out, struct err *err)
{
	const struct reg_options options = { .path = reg->path, .as_of = "0" };
	struct telling w = { .query = query, .progress = progress,
			     .out = out };
	enum rc rc = read_moments(reg, &w.moments, err);

	*out = (struct triage_points)VEC_INIT;
	if (rc == RC_OK && w.moments.n)
		rc = reg_open(&options, &w.then, err);
	if (rc == RC_OK)
		rc = tell_all(&w, err);
	reg_close(w.then);
	vec_free(&w.moments);
	if (rc != RC_OK)
		vec_free(out);
	return rc;
}
