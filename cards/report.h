/* A report as a tree: sections of blocks, of which a block is a paragraph,
 * facts, a list, a table, a plot … All of it is data: nothing here knows
 * HTML, Markdown or JSON; the writers (render_html.h, render_md.h,
 * render_json.h) escape each text once, by what it stands in.
 *
 * Parts are collected from the registry by the rows of cards/report_parts.h,
 * one file each. A part that has nothing to say says why (report_none).
 *
 *	struct report r;
 *	report_init(&r);
 *	rc = report_collect(reg, &spec, NULL, &r, err);
 *	… report_write(&r, REPORT_HTML, &buf);
 *	report_release(&r);
 *
 * The same state of the registry gives the same bytes: time is that of the
 * log's last entry, nothing comes from the host, the user or the locale. */
#ifndef MUSTER_CARDS_REPORT_H
#define MUSTER_CARDS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "model/figure.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

#define REPORT_KINDS(X) \
	X(REPORT_VERSION, "version")	/* of MODEL@V: the decision */ \
	X(REPORT_OVERVIEW, "overview")	/* all models */ \
	X(REPORT_PROBLEMS, "problems")	/* of all models, or of one */ \
	X(REPORT_COMPARISON, "comparison") /* TESTSET, base, candidates */ \
	X(REPORT_LOG, "log")		/* entries with a proof */ \
	X(REPORT_CARD, "card")		/* of MODEL@V: its model card alone */

enum report_kind {
#define X(id, name) id,
	REPORT_KINDS(X)
#undef X
};
const char *report_kind_name(enum report_kind k);
bool report_kind_from_name(const char *name, enum report_kind *out);

#define REPORT_FORMATS(X) \
	X(REPORT_HTML, "html") \
	X(REPORT_MD, "md") \
	X(REPORT_JSON, "json")

enum report_format {
#define X(id, name) id,
	REPORT_FORMATS(X)
#undef X
};
const char *report_format_name(enum report_format f);
bool report_format_from_name(const char *name, enum report_format *out);

/* id, bit, name on command lines and in the seal */
#define REPORT_FLAGS(X) \
	X(REPORT_NO_CHARTS, 0, "no-charts")	/* tables in their place */ \
	X(REPORT_NO_DIGESTS, 1, "no-digests")	/* their first 12 digits */ \
	X(REPORT_INPUTS, 2, "pattern-inputs")	/* of broken patterns; needs a \
						 * reason */ \
	X(REPORT_DRAFT, 3, "draft")		/* says so on top, whatever \
						 * the gate says */

enum report_flag {
#define X(id, bit, name) id = 1u << (bit),
	REPORT_FLAGS(X)
#undef X
};
/* "no-charts,draft"; false: an unknown name. */
void report_flags_text(struct buf *out, unsigned flags);
bool report_flags_from_text(const char *text, unsigned *out);

/* What to report on; strings are borrowed. Everything here stands in the
 * seal, so that verify-report can make the same report again. */
struct report_spec {
	enum report_kind kind;
	const char *of[16];	/* names: "m@7"; TESTSET BASE CANDIDATE…;
				 * a model, or an object of the log */
	size_t n_of;
	const char *stage;	/* asked for; NULL: production */
	unsigned flags;		/* of enum report_flag */
	const char *reason;	/* why inputs are shown, or NULL */
};

/* -- The tree -- */

enum tone { TONE_PLAIN, TONE_GOOD, TONE_WARN, TONE_BAD };

enum cell_kind { CELL_NONE, CELL_TEXT, CELL_CODE, CELL_INT, CELL_NUM,
		 CELL_FIGURE };
struct report_cell {
	enum cell_kind kind;
	enum tone tone;
	char *text;		/* TEXT; CODE: a digest or the like */
	int64_t i;
	double num;
	struct figure figure;
};
VEC_DECLARE(struct report_cell, report_cells);

struct report_column {
	const char *key;	/* in JSON */
	const char *head;	/* for people */
	bool right;
};

struct report_table {
	const struct report_column *columns;	/* static, to an empty row */
	size_t n_columns;
	struct report_cells cells;		/* row by row */
	const char *empty;			/* static: why no row, or NULL */
};

/* Figures over labels, one series or several. Its table twin is always
 * written beside it. */
enum plot_kind {
	PLOT_INTERVALS,		/* a line per label: value and interval */
	PLOT_LINES,		/* labels in order along x */
	PLOT_MATRIX,		/* counts: series = row, label = column */
	PLOT_CURVE		/* x and y in [0, 1], the diagonal drawn */
};
struct plot {
	enum plot_kind kind;
	const char *label_name;	/* static: what labels are ("slice"); CURVE:
				 * the name of the x axis */
	const char *value_name;	/* static: what is measured ("error") */
	double *x;		/* CURVE: of each label; else NULL */
	uint64_t few;		/* figures of a smaller n are drawn hollow */
	struct strs labels, series;
	struct figure *at;	/* series by series; plot_at */
	size_t n_at;
	bool has_mark;		/* a line across: the whole, a threshold */
	double mark;
};
struct figure *plot_at(const struct plot *p, size_t series, size_t label);

enum block_kind {
	BLOCK_HEADING,		/* text; a second-level head */
	BLOCK_TEXT,		/* text: a paragraph, literal */
	BLOCK_NONE,		/* text: why there is nothing here */
	BLOCK_WRITTEN,		/* text: Markdown that people wrote */
	BLOCK_FACTS,		/* items: name, value, name, value … */
	BLOCK_LIST,		/* items */
	BLOCK_BADGES,		/* items: each with its tone */
	BLOCK_VERBATIM,		/* text: kept line by line */
	BLOCK_TABLE,
	BLOCK_PLOT
};
struct report_block {
	enum block_kind kind;
	enum tone tone;
	char *text;		/* TABLE, PLOT: its caption */
	struct strs items;
	struct strs refs;	/* LIST: ids of the sections that say more, ""
				 * for none; item by item */
	VEC_DECLARE(enum tone, block_tones) tones;
	struct report_table *table;
	struct plot *plot;
};
VEC_DECLARE(struct report_block, report_blocks);

struct report_section {
	const char *id;		/* static: [a-z-]+ */
	const char *title;	/* static */
	bool silent;		/* nothing is recorded: it says why, or lists
				 * what would belong here */
	bool columns;		/* what its headings begin stands side by side
				 * where there is room */
	struct report_blocks blocks;
};
VEC_DECLARE(struct report_section, report_sections);

struct report {
	enum report_kind kind;
	char *title;
	char *of;		/* as in the seal: "m@7", "set m@1 m@2", or "" */
	char *stage;		/* asked for, or NULL */
	unsigned flags;		/* as asked for */
	char *reason;		/* or NULL */
	const char *draft;	/* static: why it is one, said on top; or NULL */
	uint64_t entries;	/* of the log */
	char *root;		/* hex */
	int64_t time;		/* of the last entry, UTC */
	struct report_sections sections;
};

void report_init(struct report *r);
void report_release(struct report *r);

/* -- Building -- each appends to the last section; texts are literal and are
 * copied. Functions without a report work on what was begun last. */

void report_section(struct report *r, const char *id, const char *title);
void report_heading(struct report *r, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
void report_text(struct report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_none(struct report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_written(struct report *r, const char *markdown);
void report_verbatim(struct report *r, const char *text);
/* Consecutive calls make one block. value NULL: "not recorded". */
void report_fact(struct report *r, const char *name, const char *value);
void report_factf(struct report *r, const char *name, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void report_item(struct report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* With the id (static) of the section that says more of it. */
void report_item_of(struct report *r, const char *section, const char *fmt,
		    ...) PRINTF_LIKE(3, 4);
void report_badge(struct report *r, enum tone tone, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

struct report_table *report_table(struct report *r, const char *caption,
				  const struct report_column *columns,
				  const char *empty);
void cell_text(struct report_table *t, const char *text);	/* NULL: none */
void cell_textf(struct report_table *t, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
void cell_toned(struct report_table *t, enum tone tone, const char *text);
void cell_code(struct report_table *t, const char *text);
void cell_int(struct report_table *t, int64_t i);
void cell_num(struct report_table *t, double x);
void cell_figure(struct report_table *t, const struct figure *f);
void cell_time(struct report_table *t, int64_t time);
size_t table_rows(const struct report_table *t);

/* The labels and series are known ahead: n names each, copied. Figures start
 * as undefined ("not measured"). */
struct plot *report_plot(struct report *r, const char *caption,
			 enum plot_kind kind, const struct strs *labels,
			 const struct strs *series);
/* A curve: labels are the values of x, as text. */
struct plot *report_curve(struct report *r, const char *caption,
			  const double *x, size_t n,
			  const struct strs *series);

/* -- Collecting and writing -- */

/* RC_NOT_FOUND, RC_USAGE: what spec names does not exist, or does not go
 * together; RC_CANCELLED. */
enum rc report_collect(struct registry *reg, const struct report_spec *spec,
		       struct reg_progress *progress, struct report *out,
		       struct err *err) MUST_USE;
/* The whole file with its seal (cards/seal.h). */
void report_write(const struct report *r, enum report_format format,
		  struct buf *out);

/* A figure for people, without its n: "0.8842 [0.8749, 0.8931]"; and its
 * parts: "0.8842" (or why it is undefined), "[0.8749, 0.8931]" (or ""). */
void report_figure_text(struct buf *out, const struct figure *f);
void report_figure_value(struct buf *out, const struct figure *f);
void report_figure_bounds(struct buf *out, const struct figure *f);
void report_number(struct buf *out, double x);

#endif
