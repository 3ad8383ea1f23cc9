#include "tui/draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/private.h"
#include "base/xalloc.h"

#define FILE_MAX (64u << 20)
#define SLOTS 16		/* terminals on one document */
#define NAME_HEX 16		/* digits of the registry's and document's hash */
#define SUFFIX ".draft"

#define IDLE_NS 2000000000u	/* a pause in typing */
#define MOST_NS 3500000000u	/* at the latest, with room for the disk */
#define AGAIN_NS 5000000000u	/* after a draft could not be written */

void draft_release(struct draft *d)
{
	free(d->of);
	free(d->registry);
	free(d->doc);
	free(d->start);
	free(d->ancestor);
	strs_release(&d->conflicts);
	free(d->item);
	free(d->typed);
	*d = (struct draft){ 0 };
}

/* -- When -- */

void draft_clock_touch(struct draft_clock *c, uint64_t now)
{
	c->typed = now;
	if (!c->since)
		c->since = now;
}

uint64_t draft_clock_due(const struct draft_clock *c)
{
	uint64_t idle = c->typed + IDLE_NS, most = c->since + MOST_NS;

	if (!c->since)
		return 0;
	return idle < most ? idle : most;
}

bool draft_clock_idle(const struct draft_clock *c, uint64_t now)
{
	return now >= c->typed && now - c->typed >= IDLE_NS;
}

void draft_clock_failed(struct draft_clock *c, uint64_t now)
{
	c->since = c->typed = now + AGAIN_NS;
}

/* -- The file's text -- */

static void write_field(struct json_out *o, const struct draft *d)
{
	jo_key(o, "field");
	jo_object(o);
	jo_kint(o, "at", (int64_t)d->at);
	jo_kstr(o, "item", d->item);
	jo_kstr(o, "state", answer_state_name(d->state));
	jo_kstr(o, "text", d->typed);
	jo_end(o);
}

void draft_write(struct buf *out, const struct draft *d)
{
	struct json_out o = JSON_OUT(out, true);
	char time[CLOCK_TEXT];
	jo_object(&o);
	jo_kint(&o, "v", 1);
	jo_kstr(&o, "form", doc_type_name(d->type));
	jo_kstr(&o, "of", d->of);
	jo_kstr(&o, "registry", d->registry);
	jo_kint(&o, "base", d->base);
	jo_kint(&o, "revision", d->revision);
	jo_kstr(&o, "saved", clock_format(d->time, time));
	if (d->item)
		write_field(&o, d);
	jo_kstr(&o, "doc", d->doc);
	jo_kstr(&o, "start", d->start);
	if (d->ancestor)
		jo_kstr(&o, "ancestor", d->ancestor);
	jo_key(&o, "conflicts");
	jo_array(&o);
	for (size_t i = 0; i < d->conflicts.n; i++)
		jo_str(&o, d->conflicts.at[i]);
	jo_end(&o);
	jo_end(&o);
	buf_char(out, '\n');
}

/* A text that must be there. */
static enum rc take(const struct json *j, const char *key, char **out,
		    struct err *err)
{
	const char *s = json_get_str(j, key);
	if (!s)
		return err_set(err, RC_BAD_INPUT, "%s: no text", key);
	*out = xstrdup(s);
	return RC_OK;
}

static enum rc read_field(const struct json *j, struct draft *d,
			  struct err *err)
{
	const char *state = json_get_str(j, "state");
	int64_t at = json_get_int(j, "at", 0);
	if (json_type(j) == JSON_NULL)
		return RC_OK;
	if (!state || !answer_state_from_name(state, &d->state))
		return err_set(err, RC_BAD_INPUT, "field.state: no state");
	enum rc rc = take(j, "item", &d->item, err);
	if (rc == RC_OK)
		rc = take(j, "text", &d->typed, err);
	if (rc != RC_OK)
		return err_prefix(err, "field");
	if (at < 0 || (size_t)at > strlen(d->typed))
		return err_set(err, RC_BAD_INPUT, "field.at: not in the text");
	d->at = (size_t)at;
	return RC_OK;
}

static enum rc read_conflicts(const struct json *j, struct draft *d,
			      struct err *err)
{
	for (size_t i = 0; i < json_size(j); i++) {
		const char *id = json_str(json_at(j, i));
		if (!id)
			return err_set(err, RC_BAD_INPUT, "conflicts: no text");
		strs_add(&d->conflicts, id);
	}
	return RC_OK;
}

static enum rc read_head(const struct json *j, struct draft *d,
			 struct err *err)
{
	const char *form = json_get_str(j, "form");
	const char *saved = json_get_str(j, "saved");
	if (json_get_int(j, "v", 0) != 1)
		return err_set(err, RC_BAD_INPUT, "v: not 1");
	if (!form || !doc_type_from_name(form, &d->type))
		return err_set(err, RC_BAD_INPUT, "form: no kind of document");
	if (!saved || !clock_parse(saved, &d->time))
		return err_set(err, RC_BAD_INPUT, "saved: no time");
	d->base = json_get_int(j, "base", 0);
	d->revision = json_get_int(j, "revision", 0);
	enum rc rc = take(j, "of", &d->of, err);
	if (rc == RC_OK)
		rc = take(j, "registry", &d->registry, err);
	if (rc == RC_OK)
		rc = take(j, "doc", &d->doc, err);
	return rc == RC_OK ? take(j, "start", &d->start, err) : rc;
}

enum rc draft_read(const char *text, size_t n, struct draft *out,
		   struct err *err)
{
	struct json *j = NULL;
	*out = (struct draft){ 0 };
	enum rc rc = json_parse(text, n, "draft", &j, err);
	if (rc == RC_OK)
		rc = read_head(j, out, err);
	if (rc == RC_OK)
		rc = read_field(json_get(j, "field"), out, err);
	if (rc == RC_OK)
		rc = read_conflicts(json_get(j, "conflicts"), out, err);
	if (rc == RC_OK)
		out->ancestor = xstrdup_or_null(json_get_str(j, "ancestor"));
	if (rc != RC_OK)
		draft_release(out);
	json_free(j);
	return rc;
}

/* -- Files -- */

/* Ours, private, plain, with one name, not too large. */
static enum rc check_file(int fd, const char *path, struct err *err)
{
	struct stat st;
	const char *why = NULL;
	if (fstat(fd, &st) != 0)
		return err_errno(err, RC_IO, "looking at '%s' failed", path);
	if (!S_ISREG(st.st_mode))
		why = "is not a plain file";
	else if (st.st_uid != geteuid())
		why = "belongs to somebody else";
	else if (st.st_mode & 077)
		why = "can be reached by others (chmod 600)";
	else if (st.st_nlink != 1)
		why = "has a second name";
	else if (st.st_size > FILE_MAX)
		why = "is too large";
	if (!why)
		return RC_OK;
	return err_set(err, RC_REFUSED, "draft '%s' %s", path, why);
}

/* RC_NOT_FOUND: no file there. */
static enum rc load(const char *path, struct draft *out, struct err *err)
{
	struct buf text = BUF_INIT;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
		      O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return RC_NOT_FOUND;
	if (fd < 0)
		return err_errno(err, RC_REFUSED, "opening draft '%s' failed",
				 path);
	enum rc rc = check_file(fd, path, err);
	if (rc == RC_OK)
		rc = fsx_read_fd(fd, path, FILE_MAX, &text, err);
	if (rc == RC_OK) {
		rc = draft_read(text.data, text.len, out, err);
		if (rc != RC_OK)
			err_prefix(err, "draft '%s'", path);
	}
	close(fd);
	buf_release(&text);
	return rc;
}

/* -- Slots -- */

static char *stem_of(const char *folder, const char *registry,
		     enum doc_type type, const char *of)
{
	struct hasher *h = hasher_new();
	char hex[HASH_HEX_SIZE];
	hasher_add(h, registry, strlen(registry) + 1);
	hasher_add(h, of, strlen(of) + 1);
	struct hash hash = hasher_end(h);
	hash_hex(&hash, hex);
	return xasprintf("%s/%s-%.*s", folder, doc_type_name(type), NAME_HEX,
			 hex);
}

/* The lock's descriptor, or -1: another program holds it, or it cannot be
 * made. A lock file that was removed by who held it is no lock. */
static int take_lock(const char *path)
{
	struct stat here, there;
	for (int tries = 0; tries < 8; tries++) {
		int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
			      0600);
		if (fd < 0)
			return -1;
		(void)fchmod(fd, 0600);	/* whatever the umask */
		if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
			close(fd);
			return -1;
		}
		if (fstat(fd, &here) == 0 && lstat(path, &there) == 0 &&
		    here.st_ino == there.st_ino && here.st_dev == there.st_dev)
			return fd;
		close(fd);
	}
	return -1;
}

static bool lock_slot(struct draft_slot *slot, const char *stem, int number)
{
	slot->path = xasprintf("%s-%d" SUFFIX, stem, number);
	char *lock = xasprintf("%s.lock", slot->path);
	slot->lock = take_lock(lock);
	free(lock);
	if (slot->lock >= 0)
		return true;
	draft_slot_release(slot);
	return false;
}

static bool same_document(const struct draft *d, const char *registry,
			  enum doc_type type, const char *of)
{
	return d->type == type && !strcmp(d->of, of) &&
	       !strcmp(d->registry, registry);
}

/* RC_OK: the slot is ours, with or without a draft in it. */
static enum rc look_into(struct draft_slot *slot, const char *registry,
			 enum doc_type type, const char *of,
			 struct draft *found, bool *has, struct err *err)
{
	enum rc rc = load(slot->path, found, err);
	if (rc == RC_NOT_FOUND)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	if (!same_document(found, registry, type, of)) {
		draft_release(found);
		return err_set(err, RC_BAD_INPUT, "draft '%s' is of another "
			       "document", slot->path);
	}
	*has = slot->written = true;
	return RC_OK;
}

enum rc draft_claim(const char *registry, enum doc_type type, const char *of,
		    struct draft_slot *slot, struct draft *found, bool *has,
		    char **passed, struct err *err)
{
	struct err why = ERR_INIT;
	char *folder;
	*slot = (struct draft_slot)DRAFT_SLOT_NONE;
	*has = false;
	if (passed)
		*passed = NULL;
	enum rc rc = private_folder("drafts", &folder, err);
	if (rc != RC_OK)
		return rc;
	char *stem = stem_of(folder, registry, type, of);
	rc = RC_BUSY;
	for (int i = 1; i <= SLOTS && rc != RC_OK; i++) {
		if (!lock_slot(slot, stem, i))
			continue;
		rc = look_into(slot, registry, type, of, found, has, &why);
		if (rc == RC_OK)
			break;
		if (passed && !*passed)
			*passed = xstrdup(why.text);
		draft_slot_release(slot);
	}
	if (rc != RC_OK)
		rc = err_set(err, RC_FAILED, "no draft can be kept in '%s'",
			     folder);
	free(stem);
	free(folder);
	return rc;
}

void draft_save(struct draft_slot *slot, const struct draft *d)
{
	struct buf text = BUF_INIT;
	draft_write(&text, d);
	writing_put(&slot->writing, slot->path, &text);
	slot->written = true;
}

void draft_remove(struct draft_slot *slot)
{
	if (slot->path && slot->written)
		writing_put(&slot->writing, slot->path, NULL);
	slot->written = false;
}

bool draft_ended(struct draft_slot *slot, enum rc *rc, struct err *err)
{
	return writing_ended(&slot->writing, rc, err);
}

enum rc draft_wait(struct draft_slot *slot, struct err *err)
{
	return writing_wait(&slot->writing, err);
}

void draft_slot_release(struct draft_slot *slot)
{
	draft_wait(slot, NULL);		/* who wants to know has asked */
	if (slot->lock >= 0) {
		char *lock = xasprintf("%s.lock", slot->path);
		unlink(lock);		/* while it is held: see take_lock */
		free(lock);
		close(slot->lock);
	}
	free(slot->path);
	*slot = (struct draft_slot)DRAFT_SLOT_NONE;
}

/* -- What was left behind -- */

static bool is_held(const char *path)
{
	char *lock = xasprintf("%s.lock", path);
	int fd = open(lock, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0;
	if (fd >= 0)
		close(fd);
	free(lock);
	return held;
}

static void list_one(const char *path, const char *registry,
		     struct draft_infos *out)
{
	struct draft d;
	if (is_held(path) || load(path, &d, NULL) != RC_OK)
		return;
	if (!strcmp(d.registry, registry)) {
		vec_push(out, ((struct draft_info){ d.type, d.of, d.time }));
		d.of = NULL;
	}
	draft_release(&d);
}

static int newest_first(const void *a, const void *b)
{
	const struct draft_info *x = a, *y = b;
	return x->time == y->time ? strcmp(x->of, y->of) :
	       x->time < y->time ? 1 : -1;
}

void draft_list(const char *registry, struct draft_infos *out)
{
	char *folder;
	if (private_folder("drafts", &folder, NULL) != RC_OK)
		return;
	DIR *dir = opendir(folder);
	const struct dirent *e;
	while (dir && (e = readdir(dir))) {
		size_t n = strlen(e->d_name), tail = strlen(SUFFIX);
		if (n < tail || strcmp(e->d_name + n - tail, SUFFIX) != 0)
			continue;
		char *path = xasprintf("%s/%s", folder, e->d_name);
		list_one(path, registry, out);
		free(path);
	}
	if (dir)
		closedir(dir);
	free(folder);
	vec_sort(out, newest_first);
}

void draft_infos_release(struct draft_infos *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->at[i].of);
	vec_free(v);
}
