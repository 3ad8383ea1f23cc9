#include "registry/testset_conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/testset_import.h"

void testset_conflicts_release(struct testset_conflicts *c)
{
	for (size_t i = 0; i < c->list.n; i++) {
		free(c->list.at[i].key);
		free(c->list.at[i].target);
		free(c->list.at[i].other_key);
		free(c->list.at[i].other_target);
	}
	vec_free(&c->list);
	*c = (struct testset_conflicts){ 0 };
}

uint64_t testset_conflicts_n(const struct testset_conflicts *c)
{
	return c->stored_same + c->stored_other + c->file_same +
	       c->file_other;
}

void testset_conflicts_add(struct testset_conflicts *c,
			   const struct testset_conflict *found)
{
	struct testset_conflict *copy;

	if (found->other_line)
		*(found->differs ? &c->file_other : &c->file_same) += 1;
	else
		*(found->differs ? &c->stored_other : &c->stored_same) += 1;
	if (c->list.n == CONFLICTS_LISTED)
		return;
	copy = vec_add(&c->list);
	*copy = *found;
	copy->key = xstrdup(found->key);
	copy->target = xstrdup(found->target);
	copy->other_key = xstrdup(found->other_key);
	copy->other_target = xstrdup(found->other_target);
}

/* A key of several columns is shown with a slash between them. */
static void put_key(struct buf *out, const char *key)
{
	size_t from;

	buf_char(out, '\'');
	from = out->len;
	buf_str(out, key);
	testset_key_shown(out->data + from, out->len - from);
	buf_char(out, '\'');
}

void testset_conflict_text(const struct testset_conflict *c, struct buf *out)
{
	buf_printf(out, "line %llu: ", (unsigned long long)c->line);
	put_key(out, c->key);
	buf_str(out, " has the inputs of ");
	if (c->other_line)
		buf_printf(out, "line %llu ",
			   (unsigned long long)c->other_line);
	else
		buf_str(out, c->retired ? "retired " : "stored ");
	put_key(out, c->other_key);
	if (c->differs)
		buf_printf(out, ", target '%s', there '%s'", c->target,
			   c->other_target);
	else
		buf_printf(out, ", target '%s' both times", c->target);
}

static void put_count(struct buf *out, uint64_t n, uint64_t other,
		      const char *of)
{
	if (!n)
		return;
	if (out->len)
		buf_str(out, "; ");
	buf_printf(out, "%llu row%s the inputs of %s",
		   (unsigned long long)n, n == 1 ? " has" : "s have", of);
	if (other)
		buf_printf(out, ", %llu of them with another target",
			   (unsigned long long)other);
}

void testset_conflicts_summary(const struct testset_conflicts *c,
			       struct buf *out)
{
	put_count(out, c->stored_same + c->stored_other, c->stored_other,
		  "a stored pattern");
	put_count(out, c->file_same + c->file_other, c->file_other,
		  "an earlier row of the file");
}

void testset_conflicts_write(struct json_out *o,
			     const struct testset_conflicts *c)
{
	jo_object(o);
	jo_kint(o, "stored_same_target", (int64_t)c->stored_same);
	jo_kint(o, "stored_other_target", (int64_t)c->stored_other);
	jo_kint(o, "file_same_target", (int64_t)c->file_same);
	jo_kint(o, "file_other_target", (int64_t)c->file_other);
	jo_key(o, "listed");
	jo_array(o);
	for (size_t i = 0; i < c->list.n; i++) {
		const struct testset_conflict *x = &c->list.at[i];

		jo_object(o);
		jo_kint(o, "line", (int64_t)x->line);
		jo_kstr(o, "key", x->key);
		jo_kstr(o, "target", x->target);
		if (x->other_line)
			jo_kint(o, "other_line", (int64_t)x->other_line);
		else
			jo_knull(o, "other_line");
		jo_kstr(o, "other_key", x->other_key);
		jo_kstr(o, "other_target", x->other_target);
		jo_kbool(o, "retired", x->retired);
		jo_end(o);
	}
	jo_end(o);
	jo_end(o);
}

/* -- Rows of a file against stored patterns --
 *
 * The file's rows are in groups by the hash of their inputs, in a table, which
 * the stored patterns are looked up in, chunk by chunk, in the order of their
 * ordinals; only of chunks that may have one of the hashes. What meets is
 * compared text by text. A row meets the first active pattern with its inputs,
 * else the first retired one. */
struct meeting_group {
	uint64_t hash;
	uint32_t first;			/* row of the file + 1 */
	uint32_t n_open;		/* rows that meet no active one yet */
};
struct meeting {
	struct import *im;
	struct testset *t;
	struct ts_seeker *seeker;
	size_t n_new;
	VEC_DECLARE(struct meeting_group, meeting_groups) groups;
	struct hashtab by_hash;		/* groups */
	size_t n_open;			/* groups with open rows */
	/* by row of the file */
	uint32_t *next;			/* of its group + 1, or 0 */
	uint32_t *met;			/* ordinal + 1, or 0 */
	uint8_t *differs;		/* in the target, if it is met */
	struct loaded **loaded;		/* the file's chunks, by column */
	struct ts_hashed *stored;	/* the chunk at hand */
	struct buf a, b;
};

/* Where the group's number plus 1 stands, or the 0 where it would. */
static uint32_t *group_at(const struct meeting *m, uint64_t hash)
{
	uint32_t *at = hashtab_first(&m->by_hash, hash);

	while (*at && m->groups.at[*at - 1].hash != hash)
		at = hashtab_next(&m->by_hash, at);
	return at;
}

static void make_groups(struct meeting *m)
{
	const uint64_t *hash = rows_hashes(m->im->rows, SEEK_INPUTS);

	hashtab_reset(&m->by_hash, m->n_new);
	for (size_t i = 0; i < m->n_new; i++) {
		uint32_t *at = group_at(m, hash[i]);
		struct meeting_group *g;

		if (!*at) {
			g = vec_add(&m->groups);
			g->hash = hash[i];
			*at = (uint32_t)m->groups.n;
		}
		g = &m->groups.at[*at - 1];
		m->next[i] = g->first;
		g->first = (uint32_t)i + 1;
		g->n_open++;
	}
	m->n_open = m->groups.n;
}

static struct meeting_group *find_group(struct meeting *m, uint64_t hash)
{
	uint32_t number = *group_at(m, hash);

	return number ? &m->groups.at[number - 1] : NULL;
}

/* A chunk of the file, which stays: there are as many as the file is long. */
static enum rc file_chunk(struct meeting *m, size_t i, size_t *at,
			  const struct loaded **out, struct err *err)
{
	struct import *im = m->im;
	size_t chunk = chunks_find(&im->chunks, i);
	struct loaded *loaded = m->loaded[chunk];
	enum rc rc = RC_OK;

	if (!loaded)
		loaded = m->loaded[chunk] = XNEW_ARRAY(struct loaded,
						       im->n_stored + 1);
	for (size_t c = 0; c < im->n_stored && rc == RC_OK; c++)
		if (!loaded[c].bytes &&
		    (im->in_inputs[c] || im->in_key[c] ||
		     (int)c == im->target))
			rc = chunk_load(im->reg, &im->chunks, chunk, c,
					&loaded[c], err);
	*at = i - (size_t)im->chunks.at.at[chunk].first;
	*out = loaded;
	return rc;
}

static bool same_cell(struct meeting *m, const struct segment *file,
		      size_t at, const struct segment *stored, size_t row)
{
	struct cell a = segment_cell(file, at, &m->a);
	struct cell b = segment_cell(stored, row, &m->b);

	return a.n == b.n && !memcmp(a.at, b.at, a.n);
}

/* Row i of the file and row k of the chunk at hand; differs: in the target as
 * it is now. */
static enum rc compare(struct meeting *m, size_t i, size_t k, bool *same,
		       bool *differs, struct err *err)
{
	size_t row = (size_t)m->t->chunks.at.at[m->stored->chunk].first + k;
	const char *corrected = ts_correction(m->t, row);
	size_t target = (size_t)m->im->target, at;
	const struct loaded *file;
	struct cell cell;
	enum rc rc = ts_hashed_columns(m->seeker, m->stored, err);

	if (rc == RC_OK)
		rc = file_chunk(m, i, &at, &file, err);
	*same = rc == RC_OK;
	for (size_t c = 0; c < m->im->n_stored && *same; c++)
		*same = !m->im->in_inputs[c] ||
			same_cell(m, &file[c].segment, at,
				  &m->stored->column[c].segment, k);
	if (rc != RC_OK || !*same)
		return rc;
	cell = segment_cell(&file[target].segment, at, &m->a);
	*differs = corrected ? cell.n != strlen(corrected) ||
			       memcmp(cell.at, corrected, cell.n) != 0
			     : !same_cell(m, &file[target].segment, at,
					  &m->stored->column[target].segment,
					  k);
	return RC_OK;
}

static enum rc meet(struct meeting *m, struct meeting_group *g, size_t k,
		    struct err *err)
{
	size_t row = (size_t)m->t->chunks.at.at[m->stored->chunk].first + k;
	bool active = m->t->active[row];
	enum rc rc = RC_OK;

	for (size_t i = g->first; i > 0 && rc == RC_OK; i = m->next[i - 1]) {
		uint32_t met = m->met[i - 1];
		bool same, differs;

		if (met && (!active || m->t->active[met - 1]))
			continue;
		rc = compare(m, i - 1, k, &same, &differs, err);
		if (rc != RC_OK || !same)
			continue;
		m->met[i - 1] = (uint32_t)row + 1;
		m->differs[i - 1] = differs;
		g->n_open -= active;
	}
	m->n_open -= g->n_open == 0;
	return rc;
}

static enum rc meet_chunk(struct meeting *m, struct ts_hashed *stored,
			  struct err *err)
{
	size_t n = m->t->chunks.at.at[stored->chunk].n;
	enum rc rc = RC_OK;

	m->stored = stored;
	for (size_t k = 0; k < n && rc == RC_OK && m->n_open; k++) {
		struct meeting_group *g = find_group(m, stored->hash[k]);

		if (g && g->n_open)
			rc = meet(m, g, k, err);
	}
	return rc;
}

static enum rc meet_all(struct meeting *m, struct err *err)
{
	size_t n_chunks = m->t->chunks.at.n, chunk = 0, n;
	uint64_t *hash = XNEW_ARRAY(uint64_t, m->groups.n + 1);
	uint8_t *wanted = XNEW_ARRAY(uint8_t, n_chunks + 1);
	struct ts_hashed stored[TS_HASHED_MOST];
	enum rc rc;

	for (size_t i = 0; i < m->groups.n; i++)
		hash[i] = m->groups.at[i].hash;
	rc = ts_seek_inputs(m->seeker, hash, m->groups.n, wanted, err);
	while (rc == RC_OK && m->n_open) {
		rc = ts_hashed_next(m->seeker, wanted, &chunk, stored, &n,
				    err);
		if (rc != RC_OK || n == 0)
			break;
		for (size_t i = 0; i < n; i++) {
			if (rc == RC_OK)
				rc = meet_chunk(m, &stored[i], err);
			ts_hashed_release(m->seeker, &stored[i]);
		}
	}
	free(hash);
	free(wanted);
	return rc;
}

/* -- Reporting them, in the file's order -- */

static enum rc list_meeting(struct meeting *m, size_t i, struct err *err)
{
	size_t row = m->met[i] - 1, at, n;
	struct buf key = BUF_INIT, other = BUF_INIT, cell = BUF_INIT;
	struct testset_conflict c = {
		.line = rows_line(m->im->rows, i), .differs = m->differs[i],
		.retired = !m->t->active[row],
	};
	const struct loaded *file;
	struct cell target;
	const char *s = "";
	enum rc rc = file_chunk(m, i, &at, &file, err);

	if (rc == RC_OK)
		rc = testset_cell(m->t, row, (size_t)m->im->target, &cell, &s,
				  &n, err);
	if (rc == RC_OK)
		rc = testset_key(m->t, row, &other, err);
	if (rc == RC_OK) {
		target = segment_cell(&file[m->im->target].segment, at, &m->a);
		c.target = xmemdupz(target.at, target.n);
		c.other_target = xmemdupz(s, n);
		import_row_key(m->im, file, at, &key, &m->a);
		c.key = key.data;
		c.other_key = other.data;
		testset_conflicts_add(&m->im->report->conflicts, &c);
	}
	free(c.target);
	free(c.other_target);
	buf_release(&key);
	buf_release(&other);
	buf_release(&cell);
	return rc;
}

static enum rc report_all(struct meeting *m, struct err *err)
{
	struct testset_conflicts *conflicts = &m->im->report->conflicts;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < m->n_new && rc == RC_OK; i++) {
		struct testset_conflict counted = { 0 };

		if (!m->met[i])
			continue;
		if (conflicts->list.n < CONFLICTS_LISTED) {
			rc = list_meeting(m, i, err);
			continue;
		}
		counted.differs = m->differs[i];
		testset_conflicts_add(conflicts, &counted);
	}
	return rc;
}

static void meeting_release(struct meeting *m)
{
	for (size_t k = 0; k < m->im->chunks.at.n; k++) {
		for (size_t c = 0; m->loaded[k] && c < m->im->n_stored; c++)
			loaded_release(&m->loaded[k][c]);
		free(m->loaded[k]);
	}
	free(m->loaded);
	vec_free(&m->groups);
	hashtab_release(&m->by_hash);
	free(m->next);
	free(m->met);
	free(m->differs);
	buf_release(&m->a);
	buf_release(&m->b);
}

static bool has_inputs(const struct import *im)
{
	return memchr(im->in_inputs, true, im->n_stored) != NULL;
}

enum rc import_check_stored(struct import *im, struct testset *t,
			    struct ts_seeker *seeker, struct err *err)
{
	struct meeting m = { .im = im, .t = t, .seeker = seeker,
			     .a = BUF_INIT, .b = BUF_INIT };
	enum rc rc;

	if (!ts_schema_has_key(&im->schema) || !has_inputs(im))
		return RC_OK;
	rc = ts_seeker_read(seeker, false, true, err);
	if (rc != RC_OK)
		return rc;
	m.n_new = (size_t)rows_n(im->rows);
	m.next = XNEW_ARRAY(uint32_t, m.n_new + 1);
	m.met = XNEW_ARRAY(uint32_t, m.n_new + 1);
	m.differs = XNEW_ARRAY(uint8_t, m.n_new + 1);
	m.loaded = XNEW_ARRAY(struct loaded *, im->chunks.at.n + 1);
	make_groups(&m);
	rc = meet_all(&m, err);
	if (rc == RC_OK)
		rc = report_all(&m, err);
	meeting_release(&m);
	return rc;
}
