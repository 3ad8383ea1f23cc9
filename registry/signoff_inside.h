/* What the files behind registry/signoff.h share; and what
 * waivers (registry/waiver.c) take of it. */
#ifndef MUSTER_REGISTRY_SIGNOFF_INSIDE_H
#define MUSTER_REGISTRY_SIGNOFF_INSIDE_H

#include "registry/inside.h"
#include "registry/nouns.h"
#include "registry/signoff.h"

/* -- signoff_statement.c -- */

/* "signoff/m@7"; the caller frees. */
char *signoff_object(const char *model, int64_t version);
/* The entry's body but for the statement's blob and the signature. */
enum rc signoff_body(struct registry *reg, const struct signoff_new *n,
		     struct json **out, struct err *err) MUST_USE;
/* From an entry's own fields and body. */
void signoff_write_statement(struct buf *out, const char *object,
			     const struct actor *who, const struct json *body);

/* -- signoff_duties.c -- */

/* RC_REFUSED unless the caller holds the role and may use it so; key (or
 * NULL): the fingerprint of the key that signed. */
enum rc signoff_check_duties(struct registry *reg, const char *model,
			     int64_t version, const char *role_name,
			     enum meaning m, const char *key, struct err *err)
	MUST_USE;
/* RC_REFUSED "nobody DOES what they wrote" for an author of the version, its
 * predictions or its documents, whenever that was. */
enum rc signoff_check_no_author(struct registry *reg, const char *model,
				int64_t version, const char *does,
				struct err *err) MUST_USE;

#endif
