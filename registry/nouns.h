/* Small things that the nouns of registry/ share. */
#ifndef MUSTER_REGISTRY_NOUNS_H
#define MUSTER_REGISTRY_NOUNS_H

#include "base/err.h"
#include "base/json.h"
#include "registry/model.h"

/* Text from outside must be UTF-8 without NUL before it enters an entry:
 * RC_BAD_INPUT naming what. NULL is fine. */
enum rc text_check(const char *what, const char *text, struct err *err)
	MUST_USE;
/* RC_USAGE unless there is a reason. */
enum rc reason_check(const char *reason, struct err *err) MUST_USE;

/* Unset, NULL, is as empty. */
bool text_differs(const char *a, const char *b);

/* FIELD: {"from": …, "to": …} among the changes of a body, where an absent end
 * means unset. */
void body_add_step(struct json *changes, const char *field, const char *from,
		   const char *to);
/* Such a step the other way. */
struct json *body_step_back(const struct json *step);
/* An object of texts; RC_USAGE for a key given twice. v may be NULL. */
enum rc pairs_to_json(const char *what, const struct pairs *v,
		      struct json **out, struct err *err) MUST_USE;
/* For apply: RC_CORRUPT unless it is an object, or an array (list), and all
 * in it are texts. */
enum rc texts_check(const char *what, const struct json *j, bool list,
		    struct err *err) MUST_USE;
enum rc pairs_from_text(const char *json_text, struct pairs *out,
			struct err *err) MUST_USE;

/* "model/NAME", "version/NAME@V"; the caller frees. */
char *model_object(const char *name);
char *version_object(const char *model, int64_t version);

#endif
