/* The columns of a test set, keys without a column, and lists of changes. */
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "registry/testset_inside.h"

#define ALL_ROLES (ROLE_KEY | ROLE_TARGET | ROLE_INPUT | ROLE_SLICE | \
		   ROLE_WEIGHT | ROLE_GROUP | ROLE_SCALE)

void ts_schema_release(struct ts_schema *s)
{
	free(s->target);
	free(s->positive);
	free(s->weight);
	free(s->group);
	free(s->scale);
	strs_release(&s->keys);
	strs_release(&s->slices);
	for (size_t i = 0; i < s->columns.n; i++)
		free(s->columns.at[i].name);
	vec_free(&s->columns);
	*s = (struct ts_schema){ 0 };
}

bool ts_schema_has_key(const struct ts_schema *s)
{
	return s->keys.n > 0;
}

int ts_schema_column(const struct ts_schema *s, const char *name)
{
	for (size_t i = 0; i < s->columns.n; i++)
		if (!strcmp(s->columns.at[i].name, name))
			return (int)i;
	return -1;
}

static struct json *list_json(const struct strs *v)
{
	struct json *j = json_new_array();

	for (size_t i = 0; i < v->n; i++)
		json_append(j, json_new_str(v->at[i]));
	return j;
}

struct json *ts_schema_json(const struct ts_schema *s)
{
	struct json *j = json_new_object(), *columns = json_new_array();

	json_set_str(j, "task", task_name(s->task));
	json_set_str(j, "target", s->target);
	json_set_str(j, "positive", s->positive);
	json_set_str(j, "weight", s->weight);
	json_set_str(j, "group", s->group);
	json_set_str(j, "scale", s->scale);
	json_set(j, "keys", list_json(&s->keys));
	json_set(j, "slices", list_json(&s->slices));
	for (size_t i = 0; i < s->columns.n; i++) {
		struct json *c = json_new_array();

		json_append(c, json_new_str(s->columns.at[i].name));
		json_append(c, json_new_int(s->columns.at[i].roles));
		json_append(columns, c);
	}
	json_set(j, "columns", columns);
	return j;
}

/* -- Reading a stored one -- */

static enum rc bad(struct err *err, const char *why)
{
	return err_set(err, RC_CORRUPT, "the columns of a test set are "
		       "damaged: %s", why);
}

static enum rc parse_list(const struct json *j, struct strs *out,
			  struct err *err)
{
	if (json_type(j) != JSON_ARRAY)
		return bad(err, "a list is missing");
	for (size_t i = 0; i < json_size(j); i++) {
		const char *s = json_str(json_at(j, i));

		if (!s)
			return bad(err, "a name is missing");
		strs_add(out, s);
	}
	return RC_OK;
}

static enum rc parse_columns(const struct json *j, struct ts_schema *out,
			     struct err *err)
{
	for (size_t i = 0; i < json_size(j); i++) {
		const char *name = json_str(json_at(json_at(j, i), 0));
		struct ts_column *c;
		int64_t roles;

		if (!name || !json_int(json_at(json_at(j, i), 1), &roles) ||
		    roles < 0 || roles > ALL_ROLES)
			return bad(err, "a column has no name or no role");
		c = vec_add(&out->columns);
		c->name = xstrdup(name);
		c->roles = (unsigned)roles;
	}
	return out->columns.n ? RC_OK : bad(err, "there are none");
}

static bool has_role(const struct ts_schema *s, const char *name,
		     unsigned role)
{
	int i = name ? ts_schema_column(s, name) : -1;

	return i >= 0 && (s->columns.at[i].roles & role);
}

static enum rc check_roles(const struct ts_schema *s, struct err *err)
{
	bool good = has_role(s, s->target, ROLE_TARGET) &&
		    (!s->weight || has_role(s, s->weight, ROLE_WEIGHT)) &&
		    (!s->group || has_role(s, s->group, ROLE_GROUP)) &&
		    (!s->scale || has_role(s, s->scale, ROLE_SCALE)) &&
		    (s->task == TASK_BINARY) == (s->positive != NULL);

	for (size_t i = 0; i < s->keys.n; i++)
		good = good && has_role(s, s->keys.at[i], ROLE_KEY);
	if (!s->keys.n)
		good = good && !*s->columns.at[s->columns.n - 1].name;
	return good ? RC_OK : bad(err, "a role has no column");
}

enum rc ts_schema_parse(const struct json *j, struct ts_schema *out,
			struct err *err)
{
	const char *task = json_get_str(j, "task");
	enum rc rc;

	*out = (struct ts_schema){ 0 };
	if (!task || !task_from_name(task, &out->task))
		return bad(err, "the task is unknown");
	out->target = xstrdup_or_null(json_get_str(j, "target"));
	out->positive = xstrdup_or_null(json_get_str(j, "positive"));
	out->weight = xstrdup_or_null(json_get_str(j, "weight"));
	out->group = xstrdup_or_null(json_get_str(j, "group"));
	out->scale = xstrdup_or_null(json_get_str(j, "scale"));
	rc = parse_list(json_get(j, "keys"), &out->keys, err);
	if (rc == RC_OK)
		rc = parse_list(json_get(j, "slices"), &out->slices, err);
	if (rc == RC_OK)
		rc = parse_columns(json_get(j, "columns"), out, err);
	if (rc == RC_OK)
		rc = check_roles(out, err);
	if (rc != RC_OK)
		ts_schema_release(out);
	return rc;
}

/* -- Digests of revisions -- */

static void add_ref(struct buf *b, const char *what, const char *ref)
{
	if (ref)
		buf_printf(b, "%s %s\n", what, ref);
}

void ts_revision_digest(const char *before, const struct json *body,
			char hex[HASH_HEX_SIZE])
{
	const struct json *parts = json_get(body, "parts");
	struct buf b = BUF_INIT;
	struct hash h;

	buf_printf(&b, "before %s\n", before ? before : "-");
	add_ref(&b, "schema", json_get_str(body, "schema"));
	add_ref(&b, "segment", json_get_str(body, "segment"));
	for (size_t i = 0; i < json_size(parts); i++)
		add_ref(&b, "part", json_str(json_at(parts, i)));
	h = hash_bytes(b.data, b.len);
	hash_hex(&h, hex);
	buf_release(&b);
}

char *testset_object(const char *name)
{
	return xasprintf("testset/%s", name);
}

/* -- Lists of changes -- */

const char *const ts_change_names[] = { "retire", "revive", "relabel" };

struct change_head {
	char magic[3];
	uint8_t version;
	uint32_t change, n, zero;
};
_Static_assert(sizeof(struct change_head) == 16, "the layout of the header");

void change_write(struct buf *out, enum ts_change change, const uint32_t *row,
		  size_t n, const struct cell *targets)
{
	struct change_head h = {
		.magic = { 'M', 'T', 'C' }, .version = 1, .change = change,
		.n = (uint32_t)n,
	};

	buf_add(out, &h, sizeof(h));
	buf_add(out, row, n * sizeof(*row));
	buf_fill(out, '\0', -out->len % 8);
	if (change == CHANGE_RELABEL)
		segment_write(out, targets, n, NULL);
}

static enum rc bad_list(struct err *err)
{
	return err_set(err, RC_CORRUPT, "a list of changes is damaged");
}

enum rc change_read(const void *bytes, size_t size, uint64_t n_rows,
		    struct change_part *out, struct err *err)
{
	struct change_head h;
	size_t at;
	enum rc rc = RC_OK;

	*out = (struct change_part){ 0 };
	if (size < sizeof(h))
		return bad_list(err);
	memcpy(&h, bytes, sizeof(h));
	at = sizeof(h) + ((size_t)h.n * sizeof(uint32_t) + 7) / 8 * 8;
	if (memcmp(h.magic, "MTC", 3) || h.version != 1 || h.zero ||
	    h.change > CHANGE_RELABEL || h.n == 0 || h.n > CHANGE_ROWS ||
	    size < at || (h.change != CHANGE_RELABEL && size != at))
		return bad_list(err);
	out->change = h.change;
	out->n = h.n;
	out->row = (const uint32_t *)(const void *)((const char *)bytes +
						    sizeof(h));
	for (size_t i = 0; i < h.n; i++)
		if (out->row[i] >= n_rows ||
		    (i && out->row[i] <= out->row[i - 1]))
			return bad_list(err);
	if (h.change == CHANGE_RELABEL)
		rc = segment_read((const char *)bytes + at, size - at,
				  &out->targets, err);
	return rc == RC_OK && h.change == CHANGE_RELABEL &&
	       out->targets.n != h.n ? bad_list(err) : rc;
}
