/* The text that is signed: written from an entry's own fields, so that replay
 * can write it anew and compare. */
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "registry/signoff_inside.h"

#define OBJECT "signoff/"

char *signoff_object(const char *model, int64_t version)
{
	return xasprintf(OBJECT "%s@%lld", model, (long long)version);
}

/* Free text in quotes as JSON writes it: one fact stays one line. */
static void add_quoted(struct buf *out, const char *text)
{
	struct json_out o = JSON_OUT(out, false);

	jo_str(&o, text);
}

static void fact(struct buf *out, const char *key, const char *text)
{
	if (!text)
		return;
	buf_printf(out, "%s ", key);
	add_quoted(out, text);
	buf_char(out, '\n');
}

/* From an entry's own fields and body, so that replay can write it anew. */
void signoff_write_statement(struct buf *out, const char *object,
			     const struct actor *who, const struct json *body)
{
	const struct json *evidence = json_get(body, "evidence");
	char time[CLOCK_TEXT];
	const char *key;

	buf_str(out, "muster sign-off v1\n");
	fact(out, "log", json_get_str(body, "log"));
	fact(out, "version", !strncmp(object, OBJECT, strlen(OBJECT)) ?
	     object + strlen(OBJECT) : object);
	fact(out, "stage", json_get_str(body, "stage"));
	fact(out, "meaning", json_get_str(body, "meaning"));
	fact(out, "role", json_get_str(body, "role"));
	buf_printf(out, "who %lld ", (long long)who->uid);
	add_quoted(out, who->login);
	buf_printf(out, "\ntime %s\n",
		   clock_format(json_get_int(body, "signed", 0), time));
	buf_printf(out, "head %lld %s\n",
		   (long long)json_get_int(body, "size", 0),
		   json_get_str(body, "root") ? json_get_str(body, "root")
					      : "");
	fact(out, "reason", json_get_str(body, "reason"));
	fact(out, "fails-for", json_get_str(body, "fails_for"));
	for (size_t i = 0; i < json_size(evidence); i++) {
		const char *value = json_str(json_member(evidence, i, &key));

		buf_str(out, "evidence ");
		add_quoted(out, key);
		buf_char(out, ' ');
		add_quoted(out, value ? value : "");
		buf_char(out, '\n');
	}
}

/* Keys sorted, as they come back from the stored entry. */
static struct json *evidence_json(const struct pairs *v)
{
	struct json *j = json_new_object(), *sorted = NULL;
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < v->n; i++)
		json_set_str(j, v->at[i].key, v->at[i].value);
	json_write_canonical(&text, j);
	if (json_parse(text.data, text.len, "evidence", &sorted, NULL))
		BUG("evidence is no JSON");
	buf_release(&text);
	json_free(j);
	return sorted;
}

enum rc signoff_body(struct registry *reg, const struct signoff_new *n,
		     struct json **out, struct err *err)
{
	struct json *body = json_new_object();
	char hex[HASH_HEX_SIZE];
	struct hash first, root;
	enum rc rc = log_leaf(reg->db, 0, &first, err);

	if (rc == RC_OK)
		rc = log_root(reg->db, n->size, &root, err);
	if (rc != RC_OK) {
		json_free(body);
		return rc;
	}
	json_set_str(body, "log", hash_hex(&first, hex));
	json_set_str(body, "model", n->model);
	json_set_int(body, "version", n->version);
	json_set_str(body, "stage", n->stage);
	json_set_str(body, "meaning", meaning_name(n->meaning));
	json_set_str(body, "role", n->role);
	json_set_int(body, "signed", n->time);
	json_set_int(body, "size", (int64_t)n->size);
	json_set_str(body, "root", hash_hex(&root, hex));
	json_set_str(body, "reason", n->reason);
	json_set_str(body, "fails_for", n->fails_for);
	json_set(body, "evidence", evidence_json(n->evidence));
	*out = body;
	return RC_OK;
}

enum rc signoff_statement(struct registry *reg, const struct signoff_new *n,
			  struct buf *out, struct err *err)
{
	struct json *body = NULL;
	char *object;
	enum rc rc = signoff_body(reg, n, &body, err);

	if (rc != RC_OK)
		return rc;
	object = signoff_object(n->model, n->version);
	signoff_write_statement(out, object, &reg->actor, body);
	free(object);
	json_free(body);
	return RC_OK;
}
