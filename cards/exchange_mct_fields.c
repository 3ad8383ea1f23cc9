/* Fields of Model Card Toolkit JSON: objects, lists and lines of text. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/exchange_mct_inside.h"

/* The object at key, made if need be. */
struct json *mct_child(struct json *object, const char *key)
{
	struct json *j = json_get(object, key);

	if (json_type(j) != JSON_OBJECT) {
		j = json_new_object();
		json_set(object, key, j);
	}
	return json_get(object, key);
}

void mct_set_or_remove(struct json *object, const char *key,
		       struct json *value)
{
	bool empty = (json_type(value) == JSON_STRING && !*json_str(value)) ||
		     ((json_type(value) == JSON_ARRAY ||
		       json_type(value) == JSON_OBJECT) && !json_size(value));

	if (!empty) {
		json_set(object, key, value);
		return;
	}
	json_free(value);
	if (json_get(object, key))
		json_remove(object, key);
}

/* A string, or a number as it reads. */
char *mct_text_of(const struct json *j)
{
	char number[DECIMAL_MAX];
	int64_t i;
	double x;

	if (json_type(j) == JSON_STRING)
		return xstrdup(json_str(j));
	if (json_int(j, &i))
		return xasprintf("%lld", (long long)i);
	if (json_num(j, &x))
		return xstrdup(decimal_shortest(x, number));
	if (json_type(j) == JSON_BOOL)
		return xstrdup(json_bool(j) ? "yes" : "no");
	return xstrdup("");
}

void mct_add_paragraph(struct buf *b, const char *text)
{
	if (!*text)
		return;
	if (b->len)
		buf_str(b, "\n\n");
	buf_str(b, text);
}

/* Paragraphs of a list of {key: text}, or of bare texts. */
void mct_list_text(struct buf *b, const struct json *list, const char *key)
{
	for (size_t i = 0; i < json_size(list); i++) {
		const struct json *item = json_at(list, i);
		char *text = mct_text_of(json_type(item) == JSON_OBJECT ?
				     json_get(item, key) : item);

		mct_add_paragraph(b, text);
		free(text);
	}
}

/* The text cut at blank lines, each piece as {key: piece}. */
struct json *mct_text_list(const char *text, const char *key)
{
	struct json *list = json_new_array();

	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t n = end ? (size_t)(end - text) : strlen(text);
		char *piece = xmemdupz(text, n);
		struct json *item = json_new_object();

		json_set_str(item, key, piece);
		json_append(list, item);
		free(piece);
		text += n;
		text += strspn(text, "\n");
	}
	return list;
}

/* "NAME: REST" of each line, as {a: NAME, b: REST}. */
struct json *mct_line_pairs(const char *text, const char *a, const char *b)
{
	struct json *list = json_new_array();

	while (*text) {
		size_t n = strcspn(text, "\n");
		char *line = xmemdupz(text, n);
		char *colon = strstr(line, ": ");
		struct json *item = json_new_object();

		if (colon) {
			*colon = '\0';
			json_set_str(item, b, colon + 2);
		}
		if (*line) {
			json_set_str(item, a, line);
			json_append(list, item);
		} else {
			json_free(item);
		}
		free(line);
		text += n + (text[n] == '\n');
	}
	return list;
}

void mct_add_line(struct buf *b, const char *a, const char *c)
{
	if (!*a && !*c)
		return;
	if (b->len)
		buf_char(b, '\n');
	buf_printf(b, "%s%s%s", a, *c ? ": " : "", c);
}

enum rc mct_take(struct exchange *x, const char *id, struct buf *b,
		 struct err *err)
{
	enum rc rc = b->len ? take_answer(x, id, b->data, err) : RC_OK;

	buf_release(b);
	return rc;
}

const struct json *mct_details(const struct json *card)
{
	return json_get(card, "model_details");
}
