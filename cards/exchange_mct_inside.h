/* What the files of cards/exchange_mct share; for no other file. */
#ifndef MUSTER_CARDS_EXCHANGE_MCT_INSIDE_H
#define MUSTER_CARDS_EXCHANGE_MCT_INSIDE_H

#include "cards/interchange_inside.h"

/* -- exchange_mct_fields.c -- */

/* The object at key, made if need be. */
struct json *mct_child(struct json *object, const char *key);
/* Takes value; NULL takes the member out. */
void mct_set_or_remove(struct json *object, const char *key,
		       struct json *value);
/* A string, or a number or truth as it reads; "" for anything else. The
 * caller frees. */
char *mct_text_of(const struct json *j);
void mct_add_paragraph(struct buf *b, const char *text);
/* Paragraphs of a list of {key: text}, or of bare texts. */
void mct_list_text(struct buf *b, const struct json *list, const char *key);
/* The text cut at blank lines, each piece as {key: piece}; NULL if there is
 * none. The caller's. */
struct json *mct_text_list(const char *text, const char *key);
/* "NAME: REST" of each line, as {a: NAME, b: REST}; the caller's. */
struct json *mct_line_pairs(const char *text, const char *a, const char *b);
/* "a: c" as a line of its own. */
void mct_add_line(struct buf *b, const char *a, const char *c);
/* The text as the answer to an item; releases b. */
enum rc mct_take(struct exchange *x, const char *id, struct buf *b,
		 struct err *err) MUST_USE;
const struct json *mct_details(const struct json *card);

/* -- exchange_mct_places.c: a card in the shape of 0.0.2 -- */

enum rc mct_read_card(struct exchange *x, const struct json *card,
		      struct err *err) MUST_USE;
/* Only the places whose items were answered otherwise than in before. */
void mct_write_card(struct exchange *x, struct json *card,
		    const struct doc *before);

/* -- exchange_mct_old.c -- */

bool mct_is_old(const struct json *card);
/* Changes what 0.0.1 says otherwise, and reports it. */
void mct_renew(struct exchange *x, struct json *card);
/* Numbers of metrics to the texts that 0.0.2 wants. */
void mct_renew_metrics(struct json *card);

#endif
