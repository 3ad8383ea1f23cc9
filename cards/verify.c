#include "cards/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/count.h"
#include "base/fsx.h"
#include "base/xalloc.h"
#include "cards/report.h"
#include "cards/seal.h"
#include "registry/checkpoint.h"

void verified_release(struct verified *v)
{
	free(v->program);
	free(v->first_bad);
	*v = (struct verified){ 0 };
}

static void bad(struct verified *v, const char *why)
{
	v->ok = false;
	if (!v->first_bad)
		v->first_bad = xstrdup(why);
}

void verify_whole(const char *text, size_t n, struct verified *out)
{
	struct err err = ERR_INIT;
	struct seal s;

	*out = (struct verified){ .ok = true };
	if (seal_read(text, n, &s, &err) != RC_OK) {
		bad(out, err.text);
		return;
	}
	out->has_seal = true;
	out->entries = s.entries;
	memcpy(out->root, s.root, sizeof(out->root));
	out->program = xstrdup(s.program);
	if (seal_check(text, n, &s, &err) != RC_OK)
		bad(out, err.text);
	seal_release(&s);
}

static enum rc open_as_of(const char *path, uint64_t entries,
			  struct registry **reg, struct err *err)
{
	char *as_of = xasprintf("%llu", (unsigned long long)(entries - 1));
	struct reg_options options = { .path = path, .readonly = true,
				       .as_of = as_of };
	enum rc rc = reg_open(&options, reg, err);

	free(as_of);
	return rc;
}

/* -- Against a checkpoint -- */

static enum rc check_sizes(const struct checkpoint *cp, const char *path,
			   struct verified *out, struct err *err)
{
	struct registry *reg = NULL;
	char *mine;
	uint64_t size = cp->size > out->entries ? cp->size : out->entries;
	struct checkpoint report = { .size = out->entries };
	struct err why = ERR_INIT;
	enum rc rc;

	if (!path) {
		mine = xasprintf("the checkpoint is of %llu entries, the "
				 "report of %llu: only the registry ('-R') "
				 "shows that they belong together",
				 (unsigned long long)cp->size,
				 (unsigned long long)out->entries);
		bad(out, mine);
		free(mine);
		return RC_OK;
	}
	rc = open_as_of(path, size, &reg, err);
	if (rc != RC_OK)
		return rc;
	if (!hash_from_hex(out->root, &report.root) ||
	    reg_checkpoint_check(reg, cp, NULL, NULL, &why) != RC_OK ||
	    reg_checkpoint_check(reg, &report, NULL, NULL, &why) != RC_OK)
		bad(out, *why.text ? why.text : "the roots cannot be read");
	reg_close(reg);
	return RC_OK;
}

enum rc verify_checkpoint(const char *text, size_t n, const char *checkpoint,
			  size_t n_checkpoint, const char *path,
			  struct verified *out, struct err *err)
{
	struct checkpoint cp = { 0 };
	char hex[HASH_HEX_SIZE];
	enum rc rc = checkpoint_read(checkpoint, n_checkpoint, &cp, err);

	if (rc != RC_OK)
		return rc;
	verify_whole(text, n, out);
	if (out->ok && cp.size == out->entries &&
	    strcmp(hash_hex(&cp.root, hex), out->root))
		bad(out, "the checkpoint's root is another: the report was "
		    "written from another log");
	else if (out->ok && cp.size != out->entries)
		rc = check_sizes(&cp, path, out, err);
	checkpoint_release(&cp);
	return rc;
}

/* -- Against the registry -- */

static void compare(const char *text, size_t n, const struct buf *again,
		    const struct seal *s, struct verified *out)
{
	size_t at = 0, line = 1;
	char *why;

	while (at < n && at < again->len && text[at] == again->data[at])
		line += text[at++] == '\n';
	if (at == n && at == again->len)
		return;
	why = xasprintf("the registry says something else from line %zu on%s%s",
			line, strcmp(s->program, MUSTER_VERSION) ?
			"; the report was written by muster " : "",
			strcmp(s->program, MUSTER_VERSION) ? s->program : "");
	bad(out, why);
	free(why);
}

/* The names of the seal, which is cut up in place. */
static void spec_from(struct seal *s, struct report_spec *spec)
{
	char *at = s->of;

	*spec = (struct report_spec){ .kind = s->kind, .flags = s->flags,
				      .reason = s->reason };
	if (*s->stage)
		spec->stage = s->stage;
	while (*s->of && at &&
	       spec->n_of < COUNT(spec->of))
		spec->of[spec->n_of++] = strsep(&at, ",");
}

static enum rc write_again(struct registry *reg, struct seal *s,
			   struct buf *out, struct err *err)
{
	struct report r;
	struct report_spec spec;
	enum rc rc;

	spec_from(s, &spec);
	report_init(&r);
	rc = report_collect(reg, &spec, NULL, &r, err);
	if (rc == RC_OK)
		report_write(&r, s->format, out);
	report_release(&r);
	return rc;
}

enum rc verify_registry(const char *text, size_t n, const char *path,
			struct verified *out, struct err *err)
{
	struct registry *reg = NULL;
	struct buf again = BUF_INIT;
	struct seal s;
	enum rc rc;

	verify_whole(text, n, out);
	if (!out->ok)
		return RC_OK;
	rc = seal_read(text, n, &s, err);
	if (rc != RC_OK)
		return rc;
	rc = s.entries ? open_as_of(path, s.entries, &reg, err) :
	     err_set(err, RC_BAD_INPUT, "a report of no entry");
	if (rc == RC_OK)
		rc = write_again(reg, &s, &again, err);
	if (rc == RC_OK)
		compare(text, n, &again, &s, out);
	/* what it reports on is not in this registry, or not yet then */
	if (rc == RC_NOT_FOUND && fsx_exists(path)) {
		bad(out, err->text);
		rc = RC_OK;
	}
	reg_close(reg);
	seal_release(&s);
	buf_release(&again);
	return rc;
}
