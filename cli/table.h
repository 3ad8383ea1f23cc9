/* A listing in four forms from one description: aligned text for people,
 * JSON, CSV and Markdown for programs.
 *
 *	struct table *t = table_new(c, &spec);
 *	for each row: table_str(t, name); table_int(t, n); …	(in column order)
 *	table_end(t);						(frees)
 *
 * A table with record set has one row and is shown upright: a line for each
 * column; as JSON it is that object alone. Rows stream: widths are settled
 * by the first thousand, so that a million rows take no memory. Text from
 * outside is made safe on its way (base/safetext.h), CSV fields that a
 * spreadsheet would run get an apostrophe. */
#ifndef MUSTER_CLI_TABLE_H
#define MUSTER_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "base/vec.h"
#include "cli/out.h"
#include "model/figure.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_MD };

struct table_column {
	const char *key;	/* in JSON and CSV; NULL: for people only */
	const char *head;	/* for people; NULL: for programs only */
	bool right;		/* aligned to the right */
};

struct table_spec {
	const char *plural;	/* JSON: the array's name; unused for a record */
	bool record;
	const struct table_column *columns;	/* ended by an empty row */
	const char *empty;	/* for people when there is no row, or NULL */
};

struct table;
struct table *table_new(struct out *out, enum format format,
			const struct table_spec *spec);
/* An object that has other members, too: the array is written into it. */
struct table *table_new_within(struct out *out, struct json_out *json,
			       const struct table_spec *spec);
/* Bold heads; off by default. */
void table_bold(struct table *t, bool on);

/* One cell each, in the order of the columns. NULL is shown as '-'. */
void table_str(struct table *t, const char *s);
void table_strn(struct table *t, const char *s, size_t n);
void table_int(struct table *t, int64_t i);
void table_num(struct table *t, double x);
/* The same, of which people see the text. */
void table_num_as(struct table *t, double x, const char *text);
void table_null(struct table *t);
void table_bool(struct table *t, bool b);
void table_figure(struct table *t, const struct figure *f);
void table_strs(struct table *t, const struct strs *list);	/* an array */
/* A digest or commit: people see its first twelve characters. */
void table_digest(struct table *t, const char *hex);
/* A pattern's key. The parts of one of several columns are told apart by a
 * control character, which for people is '/'. */
void table_key(struct table *t, const char *key);
char *table_key_text(const char *key);
struct pairs;
void table_pairs(struct table *t, const struct pairs *pairs);	/* an object */
/* A JSON value (taken over) and its text for people and CSV. */
void table_value(struct table *t, struct json *value, const char *text);
/* False: nobody reads any more. */
bool table_alive(const struct table *t);
void table_end(struct table *t);

/* ".8842 [.8749, .8931]", "3.913", "- (no positives)". */
void figure_text(struct buf *b, const struct figure *f);
/* A number for people: a rate as ".8842", others by five digits. */
void number_text(struct buf *b, double x, bool is_signed);

#endif
