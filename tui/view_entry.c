#include "tui/view_entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/json.h"
#include "base/xalloc.h"
#include "registry/checkpoint.h"
#include "registry/entry.h"
#include "registry/log.h"
#include "tui/app.h"

struct entry_view {
	uint64_t index;
	struct buf bytes, pretty, proof;
	char hash[HASH_HEX_SIZE];
	bool holds;			/* the proof, checked here */
	char *object;
};

static enum rc read_proof(struct registry *reg, struct entry_view *s,
			  struct err *err)
{
	struct hash leaf = tree_leaf(s->bytes.data, s->bytes.len);
	struct proof p;
	char *origin = NULL;
	enum rc rc = reg_origin(reg, NULL, &origin, err);

	hash_hex(&leaf, s->hash);
	if (rc == RC_OK)
		rc = reg_proof_write(reg, origin, s->index, &s->proof, err);
	free(origin);
	if (rc == RC_OK)
		rc = proof_read(s->proof.data, s->proof.len, &p, err);
	if (rc != RC_OK)
		return rc;
	s->holds = proof_check(&p, &leaf, NULL) == RC_OK;
	proof_release(&p);
	return RC_OK;
}

static enum rc read_entry(struct registry *reg, struct entry_view *s,
			  struct err *err)
{
	struct json *j = NULL;
	const char *object;
	enum rc rc = reg_entry_bytes(reg, s->index, &s->bytes, err);

	if (rc == RC_OK)
		rc = json_parse(s->bytes.data, s->bytes.len, "the entry", &j,
				err);
	if (rc != RC_OK)
		return rc;
	json_write(&s->pretty, j, true);
	object = json_get_str(j, "object");
	s->object = xstrdup(object ? object : "");
	json_free(j);
	return read_proof(reg, s, err);
}

static void close_view(struct view *v)
{
	struct entry_view *s = v->state;

	buf_release(&s->bytes);
	buf_release(&s->pretty);
	buf_release(&s->proof);
	free(s->object);
	free(s);
	v->state = NULL;
}

static enum rc open_view(struct view *v, const void *arg, struct err *err)
{
	struct entry_view *s = XNEW(struct entry_view);

	s->index = *(const uint64_t *)arg;
	v->state = s;
	return read_entry(app_registry(v->app), s, err);
}

static int lines_of(struct area *a, int y, enum style style, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xmemdupz(text, n);
		int lines = area_wrap(a, 1, y, a->w - 2, style, line);

		y += lines > 0 ? lines : 1;
		free(line);
		text += n + (text[n] == '\n');
	}
	return y;
}

static void paint_bytes(struct view *v, struct area *a)
{
	struct entry_view *s = v->state;
	int y = lines_of(a, 0, STYLE_NORMAL, s->pretty.data);

	area_text(a, 1, y + 1, a->w - 2, STYLE_HEADING,
		  "AS IT WAS HASHED, TO THE BYTE");
	lines_of(a, y + 2, STYLE_NORMAL, s->bytes.data);
}

static void paint_proof(struct view *v, struct area *a)
{
	struct entry_view *s = v->state;
	char *text = xasprintf("%zu bytes; SHA-256 of a byte 0 and them:",
			       s->bytes.len);
	int y = lines_of(a, 0, STYLE_NORMAL, text);

	free(text);
	y = lines_of(a, y, STYLE_NORMAL, s->hash);
	y = lines_of(a, y + 1, s->holds ? STYLE_GOOD : STYLE_BAD, s->holds ?
		     "It is in the log: the proof holds." :
		     "The proof does NOT hold; run 'muster fsck'.");
	text = xasprintf("muster checkpoint prove %llu", (unsigned long long)
			 s->index);
	y = lines_of(a, y, STYLE_NORMAL, text);
	free(text);
	lines_of(a, y + 1, STYLE_NORMAL, s->proof.data);
}

static void place(struct view *v, struct buf *out)
{
	struct entry_view *s = v->state;

	buf_printf(out, "entry %llu", (unsigned long long)s->index);
}

static bool object(struct view *v, struct buf *out)
{
	buf_str(out, ((struct entry_view *)v->state)->object);
	return true;
}

const struct view_ops view_entry_ops = {
	.name = "Entry", .screen = SCREEN_MODELS, .context = IN_ENTRY,
	.n_panes = 2, .master_share = 55,
	.panes = { { .name = "ENTRY", .paint = paint_bytes },
		   { .name = "PROOF", .paint = paint_proof } },
	.open = open_view, .close = close_view, .place = place,
	.object = object,
};
