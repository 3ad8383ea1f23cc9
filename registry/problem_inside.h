/* What the files behind registry/problem.h share; nobody else includes it. */
#ifndef MUSTER_REGISTRY_PROBLEM_INSIDE_H
#define MUSTER_REGISTRY_PROBLEM_INSIDE_H

#include "base/intern.h"
#include "registry/entry.h"
#include "registry/problem.h"
#include "registry/testset.h"

/* "problem/P-3"; the caller frees. */
char *problem_object(int64_t id);
/* RC_CORRUPT unless the entry's object is a problem's. */
enum rc problem_object_id(const struct entry *e, int64_t *id, struct err *err)
	MUST_USE;
/* RC_CORRUPT unless the statement just run changed one row. */
enum rc problem_changed_one(struct apply *a, int64_t id, struct err *err)
	MUST_USE;

/* -- problem_field.c -- */

/* A field's text in the record, and where it stands. */
const char *problem_field(const struct problem_rec *p, size_t i);
char **problem_field_at(struct problem_rec *p, size_t i);
/* -1: no such field. */
int problem_field_index(const char *name);
/* RC_USAGE or RC_BAD_INPUT unless the field may be that; an empty value
 * always may, but for the title. */
enum rc problem_field_check(size_t i, const char *value, struct err *err)
	MUST_USE;
/* Percent with its interval; why it is not known, if so. */
struct figure problem_users(const char *text);
int problem_harm(const char *text);		/* 0: not chosen */
double problem_tolerance(const char *text);

/* -- problem_parts.c: reports and members as entries -- */

struct json *problem_report_json(const struct problem_report *r);
enum rc problem_report_check(const struct problem_report *r, struct err *err)
	MUST_USE;
/* Of an entry that brings one: its id is the entry's index plus 1. */
enum rc problem_report_apply(struct apply *a, int64_t id,
			     const struct json *report, struct err *err)
	MUST_USE;
enum rc problem_report_kind_apply(struct apply *a, struct err *err);
enum rc problem_report_drop_apply(struct apply *a, struct err *err);
enum rc problem_report_undo(struct reg_tx *tx, const struct entry *e,
			    struct err *err);
enum rc problem_members_apply(struct apply *a, struct err *err);
enum rc problem_members_undo(struct reg_tx *tx, const struct entry *e,
			     struct err *err);
/* A change of members as an entry. */
struct members_change {
	int64_t id;
	const char *testset, *op, *why;	/* op: "add", "drop" */
	const struct json *placed;	/* ids of reports that become members, or
					 * NULL */
	char *ref;			/* of the blob; the caller frees it */
	uint64_t n;
};
/* Stores the blob, ahead of the transaction, and sets ref and n. */
enum rc problem_members_put(struct registry *reg, struct members_change *c,
			    const struct problem_members *m,
			    struct err *err) MUST_USE;
/* A reg_write_fn for a struct members_change. */
enum rc problem_members_append(struct reg_tx *tx, void *arg, struct err *err)
	MUST_USE;
#define NO_PARTNER UINT32_MAX	/* of a member with EXPECT_EQUALS */
/* Sorted, each once: those of wanted that are (present) or are not in there,
 * which is sorted. */
void problem_members_sift(const struct problem_members *wanted,
			  const struct problem_members *there, bool present,
			  struct problem_members *out);
/* The problem's own set, else given; RC_REFUSED where both differ. Borrowed. */
enum rc problem_testset(const struct problem_rec *p, const char *given,
			const char **out, struct err *err) MUST_USE;

/* -- problem_grow.c -- */

/* The names of the set's columns, as a row of CSV. */
void problem_write_header(const struct testset *t, struct buf *csv);
/* The set grows by rows of CSV in memory, and they become members of problem
 * id in the same transaction. placed: as in struct members_change. */
struct problem_growth {
	int64_t id;
	const struct buf *csv;
	const struct problem_members *members;
	const struct json *placed;
};
enum rc problem_grow_set(struct registry *reg, const struct testset_step *step,
			 const struct problem_growth *growth,
			 struct testset_step_report *report, struct err *err)
	MUST_USE;

/* -- problem_move.c -- */

enum rc problem_apply_move(struct apply *a, struct err *err);
enum rc problem_apply_comment(struct apply *a, struct err *err);
enum rc problem_apply_merge(struct apply *a, struct err *err);
void problem_line_move(const struct entry *e, struct buf *out);
void problem_line_comment(const struct entry *e, struct buf *out);
void problem_line_merge(const struct entry *e, struct buf *out);
enum rc problem_undo_move(struct reg_tx *tx, const struct entry *e,
			  struct err *err);

/* From fixed to regressed, by itself. */
enum rc problem_regress_append(struct reg_tx *tx, const struct problem_rec *p,
			       const char *why, struct err *err) MUST_USE;

/* -- problem_sheet.c, problem_labels.c -- */

/* Names a row by its inputs; the caller frees. */
char *problem_inputs_digest(const struct pairs *inputs);
/* Adds the names of the reports' rows, in their order. */
void problem_reported_rows(const struct problem_reports *reports,
			   struct intern *out);
/* A field of a sheet behind a comma; spreadsheets do not run it. */
void sheet_write_cell(struct buf *csv, const char *text, size_t n);
/* The same for the name of an input's column: one that is called as a column
 * of the sheet's own gets "input:" in front (and one more, if it is called
 * like that), which sheet_input_name takes off. */
void sheet_write_name(struct buf *csv, const char *input);
/* The input that a column holds, within column; NULL: the sheet's own. */
const char *sheet_input_name(const char *column);
enum rc problem_labels_apply(struct apply *a, struct err *err);
enum rc problem_labels_undo(struct reg_tx *tx, const struct entry *e,
			    struct err *err);
void problem_labels_line(const struct entry *e, struct buf *out);

/* -- triage.c -- */

/* What model/problem.h asks, for one problem as it stands. */
enum rc problem_facts_of(struct registry *reg, const struct problem_rec *p,
			 struct problem_facts *facts, int64_t *version,
			 struct err *err) MUST_USE;

#endif
