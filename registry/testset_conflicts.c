#include "registry/testset_conflicts.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/par.h"
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
	buf_char(out, '\'');
	for (; *key; key++)
		buf_char(out, *key == KEY_JOIN ? '/' : *key);
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
 * By hash: those of the file's rows are in a table, which the stored patterns
 * are looked up in; what meets is then compared text by text. */
struct meeting {
	struct import *im;
	struct testset *t;
	size_t n_new, n_slots;
	const uint64_t *new_hash;
	uint32_t *slot;			/* row of the file + 1 */
	size_t n_inputs;
	const struct column **inputs;	/* of the set */
	uint64_t **dictionary;		/* hashes of values, for CODES */
	uint64_t *hash;			/* of stored patterns */
	uint32_t *met;			/* by row of the file: ordinal + 1 */
	struct loaded *loaded;		/* of the file's chunk, by column */
	struct buf a, b;
};

static enum rc load_inputs(struct meeting *m, struct err *err)
{
	const struct ts_schema *s = &m->t->schema;
	enum rc rc = RC_OK;

	m->inputs = XNEW_ARRAY(const struct column *, s->columns.n + 1);
	m->dictionary = XNEW_ARRAY(uint64_t *, s->columns.n + 1);
	for (size_t c = 0; c < s->columns.n && rc == RC_OK; c++) {
		const struct column *col;

		if (!(s->columns.at[c].roles & ROLE_INPUT))
			continue;
		rc = testset_column_at(m->t, c, &col, err);
		if (rc != RC_OK)
			break;
		if (col->kind == COLUMN_CODES) {
			uint64_t *h = XNEW_ARRAY(uint64_t, col->n_values + 1);

			for (size_t i = 0; i < col->n_values; i++)
				h[i] = text_hash(col->values[i],
						 strlen(col->values[i]));
			m->dictionary[m->n_inputs] = h;
		}
		m->inputs[m->n_inputs++] = col;
	}
	return rc;
}

/* As registry/rows.c hashes a row's inputs. */
static void hash_block(size_t block, void *arg)
{
	struct meeting *m = arg;
	size_t end = (block + 1) * SEGMENT_ROWS, n;
	struct buf b = BUF_INIT;

	if (end > testset_rows(m->t))
		end = testset_rows(m->t);
	for (size_t row = block * SEGMENT_ROWS; row < end; row++)
		for (size_t c = 0; c < m->n_inputs; c++) {
			const struct column *col = m->inputs[c];
			const char *s;

			if (m->dictionary[c]) {
				m->hash[row] = text_hash_mix(m->hash[row],
					m->dictionary[c][col->code[row]]);
				continue;
			}
			s = column_text(col, row, &b, &n);
			m->hash[row] = text_hash_mix(m->hash[row],
						     text_hash(s, n));
		}
	buf_release(&b);
}

static void fill_table(struct meeting *m)
{
	for (m->n_slots = 16; m->n_slots < 2 * m->n_new;)
		m->n_slots *= 2;
	m->slot = XNEW_ARRAY(uint32_t, m->n_slots);
	for (size_t i = 0; i < m->n_new; i++) {
		size_t at = m->new_hash[i] & (m->n_slots - 1);

		while (m->slot[at])
			at = (at + 1) & (m->n_slots - 1);
		m->slot[at] = (uint32_t)i + 1;
	}
}

/* An active pattern is met rather than a retired one. */
static void meet(struct meeting *m, size_t row)
{
	uint64_t hash = m->hash[row];

	for (size_t at = hash & (m->n_slots - 1); m->slot[at];
	     at = (at + 1) & (m->n_slots - 1)) {
		size_t i = m->slot[at] - 1;

		if (m->new_hash[i] == hash &&
		    (!m->met[i] || (m->t->active[row] &&
				    !m->t->active[m->met[i] - 1])))
			m->met[i] = (uint32_t)row + 1;
	}
}

static struct cell file_cell(struct meeting *m, size_t column, size_t at)
{
	return segment_cell(&m->loaded[column].segment, at, &m->a);
}

static bool same_inputs(struct meeting *m, size_t at, size_t row)
{
	for (size_t c = 0, k = 0; c < m->im->n_stored; c++) {
		struct cell cell;
		const char *s;
		size_t n;

		if (!m->im->in_inputs[c])
			continue;
		cell = file_cell(m, c, at);
		s = column_text(m->inputs[k++], row, &m->b, &n);
		if (n != cell.n || memcmp(s, cell.at, n) != 0)
			return false;
	}
	return true;
}

static void file_key(struct meeting *m, size_t at, struct buf *out)
{
	const struct ts_schema *s = &m->im->schema;

	for (size_t i = 0; i < s->keys.n; i++) {
		int c = ts_schema_column(s, s->keys.at[i]);
		struct cell cell = file_cell(m, (size_t)c, at);

		if (i)
			buf_char(out, KEY_JOIN);
		buf_add(out, cell.at, cell.n);
	}
}

static enum rc report_meeting(struct meeting *m, size_t i, size_t at,
			      struct err *err)
{
	size_t row = m->met[i] - 1, n;
	struct buf key = BUF_INIT, other = BUF_INIT, cell = BUF_INIT;
	struct cell target = file_cell(m, (size_t)m->im->target, at);
	struct testset_conflict c = {
		.line = rows_line(m->im->rows, i),
		.retired = !m->t->active[row],
		.target = xmemdupz(target.at, target.n),
	};
	const char *s = "";
	enum rc rc = testset_cell(m->t, row, (size_t)m->im->target, &cell, &s,
				  &n, err);

	if (rc == RC_OK)
		rc = testset_key(m->t, row, &other, err);
	if (rc == RC_OK) {
		c.other_target = xmemdupz(s, n);
		c.differs = strcmp(c.target, c.other_target) != 0;
		file_key(m, at, &key);
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

static enum rc load_chunk(struct meeting *m, size_t chunk, struct err *err)
{
	struct import *im = m->im;
	enum rc rc = RC_OK;

	for (size_t c = 0; c < im->n_stored && rc == RC_OK; c++) {
		loaded_release(&m->loaded[c]);
		if (im->in_inputs[c] || im->in_key[c] || (int)c == im->target)
			rc = chunk_load(im->reg, &im->chunks, chunk, c,
					&m->loaded[c], err);
	}
	return rc;
}

static enum rc look_at_met(struct meeting *m, struct err *err)
{
	const struct chunks *chunks = &m->im->chunks;
	enum rc rc = RC_OK;

	for (size_t k = 0; k < chunks->at.n && rc == RC_OK; k++) {
		const struct chunk *c = &chunks->at.at[k];
		bool is_loaded = false;

		for (size_t i = 0; i < c->n && rc == RC_OK; i++) {
			size_t row = c->first + i;

			if (!m->met[row])
				continue;
			if (!is_loaded)
				rc = load_chunk(m, k, err);
			is_loaded = true;
			if (rc == RC_OK &&
			    same_inputs(m, i, m->met[row] - 1))
				rc = report_meeting(m, row, i, err);
		}
	}
	return rc;
}

static void meeting_release(struct meeting *m)
{
	for (size_t c = 0; c < m->im->n_stored; c++)
		loaded_release(&m->loaded[c]);
	for (size_t c = 0; m->dictionary && c < m->n_inputs; c++)
		free(m->dictionary[c]);
	free(m->dictionary);
	free(m->inputs);
	free(m->loaded);
	free(m->slot);
	free(m->hash);
	free(m->met);
	buf_release(&m->a);
	buf_release(&m->b);
}

enum rc import_check_stored(struct import *im, struct testset *t,
			    struct err *err)
{
	struct meeting m = { .im = im, .t = t, .a = BUF_INIT, .b = BUF_INIT };
	size_t rows = testset_rows(t);
	enum rc rc;

	if (!ts_schema_has_key(&im->schema))
		return RC_OK;
	m.n_new = (size_t)rows_n(im->rows);
	m.new_hash = rows_hashes(im->rows, 1);
	m.loaded = XNEW_ARRAY(struct loaded, im->n_stored + 1);
	rc = load_inputs(&m, err);
	if (rc == RC_OK && m.n_inputs) {
		m.hash = XNEW_ARRAY(uint64_t, rows + 1);
		m.met = XNEW_ARRAY(uint32_t, m.n_new + 1);
		par_for((rows + SEGMENT_ROWS - 1) / SEGMENT_ROWS, hash_block,
			&m);
		fill_table(&m);
		for (size_t row = 0; row < rows; row++)
			meet(&m, row);
		rc = look_at_met(&m, err);
	}
	meeting_release(&m);
	return rc;
}
