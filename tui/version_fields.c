/* Columns of the table of versions that are made when they are asked for:
 * another metric in the score's column, and fields that filters name. */
#include "base/count.h"
#include "tui/version_rows.h"

#include "base/xalloc.h"

/* -- Another metric in the score's column -- */

/* Rows by the version's id: a hash table of row + 1. */
static void hash_ids(struct version_rows *v)
{
	size_t n = 64;
	while (n < v->n * 2)
		n *= 2;
	v->n_slots = n;
	v->slots = xcalloc(n, sizeof(*v->slots));
	for (size_t row = 0; row < v->n; row++) {
		size_t i = (size_t)v->id[row] * 2654435761u & (n - 1);
		while (v->slots[i])
			i = (i + 1) & (n - 1);
		v->slots[i] = (uint32_t)row + 1;
	}
}

size_t version_rows_of_id(struct version_rows *v, int64_t id)
{
	if (!v->slots)
		hash_ids(v);
	size_t i = (size_t)id * 2654435761u & (v->n_slots - 1);
	while (v->slots[i] && v->id[v->slots[i] - 1] != id)
		i = (i + 1) & (v->n_slots - 1);
	return v->slots[i] ? v->slots[i] - 1 : SIZE_MAX;
}

static void fill_shown(struct version_rows *v, const struct version_values *x,
		       enum metric m, size_t score, size_t of)
{
	uint32_t name = columns_text(v->table, of, metric_head(m));
	struct buf text = BUF_INIT;
	for (size_t i = 0; i < x->n; i++) {
		size_t row = version_rows_of_id(v, x->at[i].version_id);
		struct newest_score s = { m, x->at[i].value, false };
		if (row == SIZE_MAX)
			continue;
		s.is_stale = columns_cell_tier(v->table, v->put_by, row) ==
			     TIER_STALE;
		buf_clear(&text);
		version_score_text(&text, &s);
		columns_put(v->table, score, row, columns_figure(v->table,
			score, text.data, s.value,
			s.is_stale ? TIER_STALE : TIER_FRESH));
		columns_put(v->table, of, row, name);
	}
	buf_release(&text);
}

static void put_main_back(struct version_rows *v)
{
	if (v->shown == METRIC_COUNT)
		return;
	columns_swap(v->table, VERSION_SCORE, v->put_by);
	columns_swap(v->table, VERSION_METRIC, v->put_by + 1);
	columns_clear(v->table, v->put_by);
	columns_clear(v->table, v->put_by + 1);
	v->shown = METRIC_COUNT;
}

enum rc version_rows_show(struct version_rows *v, enum metric m)
{
	struct version_values values = VEC_INIT;
	if (!version_rows_table(v, true))
		return RC_FAILED;
	put_main_back(v);
	if (m == METRIC_COUNT)
		return RC_OK;
	if (reg_newest_values(v->reg, m, &values, &v->err) != RC_OK)
		return RC_FAILED;
	if (!v->put_by) {
		v->put_by = columns_add_column(v->table);
		columns_add_column(v->table);
	}
	columns_swap(v->table, VERSION_SCORE, v->put_by);
	columns_swap(v->table, VERSION_METRIC, v->put_by + 1);
	v->shown = m;
	fill_shown(v, &values, m, VERSION_SCORE, VERSION_METRIC);
	vec_free(&values);
	return RC_OK;
}

/* -- Fields that filters name -- */

/* "has:card !has:score": what a version has. */
static void has_column(struct version_rows *v, size_t column)
{
	static const struct { enum version_column column; const char *word; }
	things[] = { { VERSION_CARD, "card" }, { VERSION_SCORE, "score" },
		     { VERSION_ALIAS, "alias" } };
	struct buf text = BUF_INIT;
	for (size_t row = 0; row < v->n; row++) {
		buf_clear(&text);
		for (size_t i = 0; i < COUNT(things); i++)
			if (*columns_cell(v->table, things[i].column, row))
				buf_printf(&text, "%s%s", text.len ? " " : "",
					   things[i].word);
		columns_put(v->table, column, row,
			    columns_text(v->table, column, text.data));
	}
	buf_release(&text);
}

static bool tag_column(struct version_rows *v, const char *name, size_t column)
{
	uint32_t *code = xcalloc(v->models.n + 1, sizeof(*code));
	bool found = false;
	for (size_t i = 0; i < v->models.n; i++) {
		const struct pairs *tags = &v->models.at[i].tags;
		for (size_t k = 0; k < tags->n; k++) {
			if (strcmp(tags->at[k].key, name) != 0)
				continue;
			found = true;
			code[i] = columns_text(v->table, column,
					     tags->at[k].value);
		}
	}
	for (size_t row = 0; found && row < v->n; row++)
		columns_put(v->table, column, row, code[v->model_of[row]]);
	free(code);
	return found;
}

/* Values come in order, so that equal ones are neighbours. */
static void metric_column(struct version_rows *v, enum metric m, size_t column)
{
	struct version_values values = VEC_INIT;
	uint32_t code = 0;
	if (reg_newest_values(v->reg, m, &values, &v->err) != RC_OK)
		return;
	for (size_t i = 0; i < values.n; i++) {
		size_t row = version_rows_of_id(v, values.at[i].version_id);
		if (!i || values.at[i].value > values.at[i - 1].value ||
		    values.at[i].value < values.at[i - 1].value)
			code = columns_bare_figure(v->table, column,
						 values.at[i].value);
		if (row != SIZE_MAX)
			columns_put(v->table, column, row, code);
	}
	vec_free(&values);
}

size_t version_rows_field(struct version_rows *v, const char *name)
{
	enum metric m;
	for (size_t i = 0; i < v->fields.n; i++)
		if (!strcmp(v->fields.at[i].name, name))
			return v->fields.at[i].column;
	if (!v->table)
		return SIZE_MAX;
	size_t column = columns_add_column(v->table);
	bool found = tag_column(v, name, column);
	if (!found && !strcmp(name, "has")) {
		has_column(v, column);
		found = true;
	}
	if (!found && metric_from_key(name, &m)) {
		metric_column(v, m, column);
		found = true;
	}
	struct named_column *f = vec_add(&v->fields);
	f->name = xstrdup(name);
	f->column = found ? column : SIZE_MAX;
	return f->column;
}
