/* The seal of a report: its last line, by which anybody can see offline
 * whether the file is whole, and where it is not.
 *
 *	muster-seal 1 html program:0.1.0 kind:version of:m@7 stage:production
 *	entries:1842 root:HEX head:0:HEX16 decision:2034:HEX16 … sha256:HEX
 *
 * (one line, blanks between the words). A word ID:START:HEX16 names a
 * section, the byte it starts at and the first 16 hex digits of the SHA-256
 * of its bytes up to the next one (the last: up to the seal). sha256 is that
 * of the whole file, seal included, with its own 64 digits taken as '0': no
 * byte can be changed, added or cut without its being seen. In HTML and
 * Markdown the line is a comment, in JSON the member "seal", always last.
 * What was left out or added stands behind the stage as options:NAME,NAME and
 * reason:TEXT, whose bytes beyond letters and digits are written as %XX.
 *
 * A seal says that a file is as it was written, not who wrote it: anybody
 * can seal. That it says what the registry said is shown by writing it again
 * (cards/verify.h), or by its root in a signed checkpoint. */
#ifndef MUSTER_CARDS_SEAL_H
#define MUSTER_CARDS_SEAL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/vec.h"
#include "cards/report.h"

struct seal_part {
	char *id;
	size_t start;
	char digest[17];	/* read: as the seal says */
};
VEC_DECLARE(struct seal_part, seal_parts);

/* A section begins at the end of what is written. */
void seal_mark(struct seal_parts *parts, const char *id,
	       const struct buf *out);
/* The line, without its digest (64 times '0'). Sections end at body_end. */
void seal_line(struct buf *line, const struct report *r,
	       enum report_format format, const struct seal_parts *parts,
	       const struct buf *out, size_t body_end);
/* Puts the digest in; the line must be in out already. */
void seal_close(struct buf *out);
void seal_parts_release(struct seal_parts *v);

struct seal {
	enum report_format format;
	enum report_kind kind;
	char *program, *of, *stage;	/* of, stage: "" for none */
	unsigned flags;			/* of report.h */
	char *reason;			/* or NULL */
	uint64_t entries;
	char root[HASH_HEX_SIZE];
	struct seal_parts parts;
	size_t at;			/* where the line starts */
	char digest[HASH_HEX_SIZE];
};
void seal_release(struct seal *s);
/* RC_BAD_INPUT: no seal at the end of the text: no report of ours, or cut. */
enum rc seal_read(const char *text, size_t n, struct seal *out,
		  struct err *err) MUST_USE;
/* RC_UNMET says where the file differs from what was sealed. */
enum rc seal_check(const char *text, size_t n, const struct seal *s,
		   struct err *err) MUST_USE;

#endif
