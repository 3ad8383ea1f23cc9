/* The file is JSON: {"seen":[{"path","first","size","root","time"}],
 * "signed":[{"origin","size","root","time"}]}, newest last. Two programs that
 * write at once: the later one wins, and an anchor is at worst one command
 * old. */
#include "registry/seen.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/inside.h"

#define SEEN_MAX (4u << 20)	/* bytes of the file */
#define SEEN_KEPT 500		/* registries, and signed heads */

static char *seen_path(bool make)
{
	char *dir = fsx_state_dir(), *path = NULL;

	if (dir && (!make || fsx_mkdirs(dir, 0700, NULL) == RC_OK))
		path = xasprintf("%s/seen", dir);
	free(dir);
	return path;
}

/* *out is an object in either case, empty where there is no file; the caller
 * frees it. */
static enum rc load_file(struct json **out, struct err *err)
{
	char *path = seen_path(false);
	struct buf text = BUF_INIT;
	struct json *j = NULL;
	enum rc rc = RC_OK;

	if (path && fsx_exists(path)) {
		rc = fsx_read(path, SEEN_MAX, &text, err);
		if (rc == RC_OK)
			rc = json_parse(text.data, text.len, path, &j, err);
	}
	free(path);
	buf_release(&text);
	*out = j ? j : json_new_object();
	return rc;
}

/* keep: what is there is put aside, not replaced. */
static enum rc store_file(const struct json *j, bool keep, struct err *err)
{
	char *path = seen_path(true);
	struct buf text = BUF_INIT;
	enum rc rc = RC_OK;

	json_write(&text, j, true);
	buf_char(&text, '\n');
	if (path && keep)
		rc = fsx_write_keep(path, text.data, text.len, 0600, NULL,
				    err);
	else if (path)
		rc = fsx_write(path, text.data, text.len, 0600, true, err);
	free(path);
	buf_release(&text);
	return rc;
}

/* The row whose key is value, or NULL. */
static struct json *find_row(const struct json *list, const char *key,
			     const char *value)
{
	for (size_t i = 0; i < json_size(list); i++) {
		struct json *row = json_at(list, i);
		const char *has = json_get_str(row, key);

		if (has && !strcmp(has, value))
			return row;
	}
	return NULL;
}

/* The list without the row of that key, and with the new one at its end. */
static void put_row(struct json *file, const char *list, const char *key,
		    struct json *row)
{
	const struct json *old = json_get(file, list);
	const char *value = json_get_str(row, key);
	struct json *fresh = json_new_array();
	size_t n = json_size(old);

	for (size_t i = n >= SEEN_KEPT ? n - SEEN_KEPT + 1 : 0; i < n; i++) {
		const char *has = json_get_str(json_at(old, i), key);

		if (has && strcmp(has, value) != 0)
			json_append(fresh, json_clone(json_at(old, i)));
	}
	json_append(fresh, row);
	json_set(file, list, fresh);
}

struct head {
	char *path;			/* of the registry, resolved */
	struct hash first, root;
	uint64_t size;
};

static enum rc read_head(struct registry *reg, struct head *h,
			 struct err *err)
{
	enum rc rc = log_size(reg->db, &h->size, err);

	if (rc == RC_OK && h->size == 0)
		rc = err_set(err, RC_CORRUPT, "the log is empty");
	if (rc == RC_OK)
		rc = log_leaf(reg->db, 0, &h->first, err);
	if (rc == RC_OK)
		rc = log_root(reg->db, h->size, &h->root, err);
	if (rc == RC_OK) {
		h->path = realpath(reg->path, NULL);
		if (!h->path)
			h->path = xstrdup(reg->path);
	}
	return rc;
}

static enum rc keep_head(const struct head *h, struct json *file, bool aside,
			 struct err *err)
{
	char hex[HASH_HEX_SIZE], time[CLOCK_TEXT];
	struct json *row = json_new_object();

	json_set_str(row, "path", h->path);
	json_set_str(row, "first", hash_hex(&h->first, hex));
	json_set_int(row, "size", (int64_t)h->size);
	json_set_str(row, "root", hash_hex(&h->root, hex));
	json_set_str(row, "time", clock_format(clock_now(), time));
	put_row(file, "seen", "path", row);
	return store_file(file, aside, err);
}

static void describe(struct seen *s)
{
	char time[CLOCK_TEXT];

	clock_format(s->time, time);
	if (s->state == SEEN_CUT)
		snprintf(s->why, sizeof(s->why), "the log has %llu entries, "
			 "you saw %llu on %s: its end was cut, or an older "
			 "copy was put back", (unsigned long long)s->now,
			 (unsigned long long)s->size, time);
	if (s->state == SEEN_REWRITTEN)
		snprintf(s->why, sizeof(s->why), "the first %llu entries are "
			 "not those you saw on %s: the log was rewritten",
			 (unsigned long long)s->size, time);
	if (s->state == SEEN_OTHER)
		snprintf(s->why, sizeof(s->why), "this is another registry "
			 "than the one you saw here on %s", time);
}

static enum rc compare(struct registry *reg, const struct head *h,
		       const struct json *row, struct seen *out,
		       struct err *err)
{
	const char *first = json_get_str(row, "first");
	const char *root = json_get_str(row, "root");
	const char *time = json_get_str(row, "time");
	int64_t size = json_get_int(row, "size", 0);
	struct hash f, r, now;
	enum rc rc = RC_OK;

	if (!first || !root || !hash_from_hex(first, &f) ||
	    !hash_from_hex(root, &r) || size < 1 ||
	    !time || !clock_parse(time, &out->time))
		return RC_OK;
	out->size = (uint64_t)size;
	if (!hash_equal(&f, &h->first)) {
		out->state = SEEN_OTHER;
	} else if (out->size > h->size) {
		out->state = SEEN_CUT;
	} else {
		rc = log_root(reg->db, out->size, &now, err);
		out->state = rc == RC_OK && hash_equal(&now, &r) ?
			     SEEN_SAME : SEEN_REWRITTEN;
	}
	describe(out);
	return rc;
}

enum rc seen_check(struct registry *reg, struct seen *out, struct err *err)
{
	struct err why = ERR_INIT;
	struct head h = { 0 };
	const struct json *row;
	struct json *file;
	bool readable = load_file(&file, &why) == RC_OK;
	enum rc rc = reg_read_begin(reg, err);

	*out = (struct seen){ .state = SEEN_NEVER };
	if (!readable) {
		out->state = SEEN_UNREADABLE;
		snprintf(out->why, sizeof(out->why), "what you saw of it last "
			 "cannot be read: %.180s", why.text);
	}
	if (rc == RC_OK) {
		rc = read_head(reg, &h, err);
		out->now = h.size;
		row = h.path ? find_row(json_get(file, "seen"), "path",
					h.path) : NULL;
		if (rc == RC_OK && row)
			rc = compare(reg, &h, row, out, err);
		reg_read_end(reg);
	}
	if (rc == RC_OK && (out->state == SEEN_NEVER ||
			    (out->state == SEEN_SAME && h.size > out->size)))
		(void)!keep_head(&h, file, false, NULL);
	free(h.path);
	json_free(file);
	return rc;
}

enum rc seen_accept(struct registry *reg, struct err *err)
{
	struct json *file;
	struct head h = { 0 };
	bool readable = load_file(&file, NULL) == RC_OK;
	enum rc rc = read_head(reg, &h, err);

	if (rc == RC_OK)
		rc = keep_head(&h, file, !readable, err);
	free(h.path);
	json_free(file);
	return rc;
}

/* -- Signed heads -- */

enum rc signed_check(struct registry *reg, const struct checkpoint *head,
		     struct err *err)
{
	struct json *file;
	enum rc rc = load_file(&file, err);
	const struct json *row = find_row(json_get(file, "signed"), "origin",
					  head->origin);
	struct checkpoint then = {
		.origin = head->origin,
		.size = (uint64_t)json_get_int(row, "size", 0),
	};
	const char *root = json_get_str(row, "root");

	if (rc != RC_OK)
		err_prefix(err, "not signed: what you signed before");
	else if (root && hash_from_hex(root, &then.root) && then.size > 0)
		rc = reg_checkpoint_check(reg, &then, NULL, NULL, err);
	if (rc == RC_UNMET) {
		err_prefix(err, "not signed: you signed another log under the "
			   "origin '%s'", head->origin);
		if (err)
			err->rc = RC_REFUSED;
		rc = RC_REFUSED;
	}
	json_free(file);
	return rc;
}

enum rc signed_note(const struct checkpoint *head, struct err *err)
{
	char hex[HASH_HEX_SIZE], time[CLOCK_TEXT];
	struct json *file, *row = json_new_object();
	enum rc rc = load_file(&file, err);

	json_set_str(row, "origin", head->origin);
	json_set_int(row, "size", (int64_t)head->size);
	json_set_str(row, "root", hash_hex(&head->root, hex));
	json_set_str(row, "time", clock_format(clock_now(), time));
	put_row(file, "signed", "origin", row);
	if (rc == RC_OK)
		rc = store_file(file, false, err);
	json_free(file);
	return rc;
}
