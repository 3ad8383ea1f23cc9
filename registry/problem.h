/* Model problems: described failures, kept in the log, joined with what the
 * versions said (DESIGN section 7; model/problem.h owns the legal moves).
 *
 * A problem has patterns of two origins. *Reports* are inputs that somebody
 * wrote down; they are outside the living set until reg_problem_grow adds
 * them. *Members* are patterns of the set, by ordinal. Only members that are
 * active in the revision asked for are measured.
 *
 * The loss of a version on a member is 1 if it said another label than the
 * target; |p - y| with loss=score; for regression |f - y| over the range of
 * the set's active targets, cut at 1. A member with an expectation other than
 * "equals" is compared with its partner (another pattern of the set): "same"
 * fails where the version says something else for the two, "up" and "down"
 * where its score (or number) does not move that way. The error is the mean
 * loss; its interval is Wilson's for losses of 0 and 1, else the normal one
 * (mean and 1.96 standard errors, within 0 and 1). */
#ifndef MUSTER_REGISTRY_PROBLEM_H
#define MUSTER_REGISTRY_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/figure.h"
#include "model/impact.h"
#include "model/problem.h"
#include "registry/evaluate.h"
#include "registry/model.h"
#include "registry/registry.h"
#include "registry/sample.h"

/* Fields that people set. The texts are the struct's own, NULL when unset;
 * the list is table-driven (problem_field_name). */
#define PROBLEM_FIELDS(X) \
	X(title) \
	X(owner) \
	X(text)		/* what the reporter wrote */ \
	X(source)	/* who says so */ \
	X(testset)	/* the living set of its members */ \
	X(rule)		/* an expression (model/slice.h), or /REGEX/ */ \
	X(kind)		/* ids of model/taxonomy.h or own, with commas */ \
	X(persona)	/* ids, with commas */ \
	X(loss)		/* "label" or "score"; NULL: label */ \
	X(tolerance)	/* decimal in 0..1; NULL: 0 */ \
	X(users)	/* "12.4" percent by hand, or "K/N" of a sample */ \
	X(users_source)	/* where the number is from */ \
	X(harm)		/* a weight of harm_scale() */ \
	X(harm_reason) \
	X(versions)	/* links, "credit-scorer@6" with commas */ \
	X(dataset)

struct problem_rec {
	int64_t id;			/* 3 of "P-3" */
	char *model;
	enum problem_state state;
#define X(name) char *name;
	PROBLEM_FIELDS(X)
#undef X
	int64_t time, state_time;	/* reported; entered its state; UTC */
	char *who;			/* login that reported it */
	int64_t fixed_in;		/* version that closed it, or 0 */
	int64_t merged_into;		/* id, or 0 */
	int64_t revision;		/* of the object, for optimistic locking */
};
void problem_rec_release(struct problem_rec *p);
/* Its error is the loss of scores, not of labels. */
bool problem_by_score(const struct problem_rec *p);
VEC_DECLARE(struct problem_rec, problem_recs);
void problem_recs_release(struct problem_recs *v);

/* Names of the fields in order; NULL behind the last. */
const char *problem_field_name(size_t i);
/* "P-3", "p-3" or "3"; RC_USAGE otherwise. */
enum rc problem_id_parse(const char *text, int64_t *id, struct err *err)
	MUST_USE;

/* What somebody wrote down about one input. */
struct problem_report {
	int64_t id;			/* out: unique in the registry */
	enum pattern_kind kind;
	struct pairs inputs;
	char *said, *expected;		/* or NULL */
	char *version;			/* "credit-scorer@6", or NULL */
	bool in_set;			/* out: it is a member by now */
};
void problem_report_release(struct problem_report *r);
VEC_DECLARE(struct problem_report, problem_reports);
void problem_reports_release(struct problem_reports *v);

/* fields: of PROBLEM_FIELDS, "title" at least. report, reason may be NULL.
 * The problem starts as reported. */
enum rc reg_problem_add(struct registry *reg, const char *model,
			const struct pairs *fields,
			const struct problem_report *report, int64_t *id,
			struct err *err) MUST_USE;
/* All fields in one entry; an empty value unsets. Checks what each may be:
 * RC_USAGE, RC_BAD_INPUT for a rule. base: TX_ANY_BASE or the revision seen.
 * Nothing is appended if all is so already. */
enum rc reg_problem_set(struct registry *reg, int64_t id,
			const struct pairs *fields, const char *reason,
			int64_t base, struct err *err) MUST_USE;
/* Asks model/problem.h: RC_REFUSED or RC_UNMET say what is missing. */
enum rc reg_problem_move(struct registry *reg, int64_t id,
			 enum problem_state to, const char *reason,
			 int64_t base, struct err *err) MUST_USE;
enum rc reg_problem_comment(struct registry *reg, int64_t id,
			    const char *text, struct err *err) MUST_USE;
/* from goes into into: its patterns and reports with it; it is closed. */
enum rc reg_problem_merge(struct registry *reg, int64_t into, int64_t from,
			  struct err *err) MUST_USE;
enum rc reg_problem_get(struct registry *reg, int64_t id,
			struct problem_rec *out, struct err *err) MUST_USE;
/* In order of id; model NULL: of all; merged ones are left out. */
enum rc reg_problem_list(struct registry *reg, const char *model,
			 struct problem_recs *out, struct err *err) MUST_USE;

/* How many are reported and wait for somebody to look at them. */
enum rc reg_problem_inbox(struct registry *reg, uint64_t *n, struct err *err)
	MUST_USE;

/* -- Patterns -- */

enum rc reg_problem_report_add(struct registry *reg, int64_t id,
			       const struct problem_report *report,
			       struct err *err) MUST_USE;
enum rc reg_problem_reports(struct registry *reg, int64_t id,
			    struct problem_reports *out, struct err *err)
	MUST_USE;

#define EXPECTATIONS(X) \
	X(EXPECT_EQUALS, "equals") \
	X(EXPECT_SAME, "same") \
	X(EXPECT_UP, "up") \
	X(EXPECT_DOWN, "down")
enum expectation {
#define X(id, name) id,
	EXPECTATIONS(X)
#undef X
};
const char *expectation_name(enum expectation e);
bool expectation_from_name(const char *name, enum expectation *out);

struct problem_member {
	uint32_t row;			/* ordinal in the set */
	uint32_t partner;		/* unless EXPECT_EQUALS */
	enum pattern_kind kind;
	enum expectation expect;
};
VEC_DECLARE(struct problem_member, problem_members);
/* Adds patterns of the set (the problem's, else testset, which becomes it).
 * Those that are members already stay once. *added receives how many are
 * new. why: for the log, or NULL. */
enum rc reg_problem_members_add(struct registry *reg, int64_t id,
				const char *testset,
				const struct problem_members *members,
				const char *why, uint64_t *added,
				struct err *err) MUST_USE;
enum rc reg_problem_members_drop(struct registry *reg, int64_t id,
				 const struct problem_members *members,
				 const char *why, struct err *err) MUST_USE;
/* In order of ordinals, each once. */
enum rc reg_problem_members(struct registry *reg, int64_t id,
			    struct problem_members *out, struct err *err)
	MUST_USE;
/* Active patterns of the set that its rule says and that are no members.
 * RC_REFUSED where the rule is too costly (model/slice.h); undecided: rows
 * for which it was. progress (or NULL) may cancel. */
enum rc reg_problem_matching(struct registry *reg, int64_t id,
			     struct reg_progress *progress,
			     struct problem_members *out,
			     uint64_t *undecided, struct err *err) MUST_USE;

/* Into the living set: reports that are outside become patterns of a new
 * revision, and members. A column of the set that a report does not give is
 * RC_REFUSED if it is an input, else empty; a single key column is filled
 * with "P-3-17" (problem and report). *revision receives the new one, *added
 * how many. RC_REFUSED if there is none to add. */
enum rc reg_problem_grow(struct registry *reg, int64_t id, bool dry_run,
			 int64_t *revision, uint64_t *added, struct err *err)
	MUST_USE;

/* -- How many users -- */

/* The share of users from a production sample (registry/sample.h) by the
 * problem's rule: users becomes "K/N", users_source names the file and its
 * digest. why: for the log, or NULL. RC_REFUSED without a rule. */
enum rc reg_problem_estimate(struct registry *reg, int64_t id,
			     const char *path, const char *why,
			     struct reg_progress *progress,
			     struct sample_count *out, struct err *err)
	MUST_USE;

/* -- Capture -- */

/* What a user complains about. */
struct complaint {
	const char *model;
	int64_t version;
	const struct pairs *inputs;
	const char *said, *expected;	/* said may be NULL */
	const char *text, *source;	/* or NULL */
	const char *title;		/* NULL: made from text or inputs */
	const char *testset;		/* NULL: the version's newest, if any */
};
/* A reported problem with its first pattern: a false negative if a binary
 * set's positive label is expected, else a false positive. */
enum rc reg_report_failure(struct registry *reg, const struct complaint *c,
			   int64_t *id, struct err *err) MUST_USE;
/* Complaints from a CSV or JSON-lines file (".jsonl", or a first byte '{').
 * Columns expected, said, text, source, title and those named input.NAME, or,
 * with JSON, an object input; without any such column all other ones are
 * inputs. Nothing is stored unless all rows are right. ids: of the new
 * problems, to be appended to. */
VEC_DECLARE(int64_t, problem_ids);
enum rc reg_problem_import(struct registry *reg, const char *model,
			   int64_t version, const char *path, bool dry_run,
			   struct problem_ids *ids, struct err *err) MUST_USE;

/* Open problems of the same model that look like this one: same inputs, same
 * rule, or close text (at least half of the words of title and text that
 * either has, in both; letter case ignored). Closest first. */
struct problem_alike {
	int64_t id;
	char *title;
	double closeness;		/* 1: same inputs or rule */
	const char *why;		/* static */
};
VEC_DECLARE(struct problem_alike, problem_alikes);
enum rc reg_problem_alike(struct registry *reg, int64_t id,
			  struct problem_alikes *out, struct err *err)
	MUST_USE;
void problem_alikes_release(struct problem_alikes *v);

/* -- The board -- */

struct triage_row {
	struct problem_rec problem;
	struct figure users_pct, error, impact;
	int harm;			/* 0: not chosen */
	struct impact_rank rank;	/* among open ones; 0: none */
	uint64_t n_patterns;		/* active members, and reports outside */
	uint64_t n_members, n_active, n_outside;
	int64_t version;		/* whose error it is, or 0 */
	int64_t before;			/* the set's last but one revision */
	struct figure error_before;	/* … and the error on that; 0: none */
	struct problem_facts facts;
	const char *next;		/* what to do next; static */
};
struct triage {
	size_t n, n_open, n_inbox;	/* n_inbox: reported ones */
	struct triage_row *rows;
	struct figure total;		/* open impact; n: how many are in it */
	/* The same problems, factors and versions measured on the revision
	 * before the newest one, if asked for; before: that revision, 0: no
	 * set has one, -1: several sets. */
	struct figure total_before;
	int64_t before;
};
struct triage_query {
	const char *model;		/* or NULL: of all */
	bool closed;			/* also those */
	bool by_id;			/* in that order, else by impact */
	bool looks_back;		/* total_before is asked for */
	int64_t version;		/* whose error; 0: production's, else
					 * the newest live one's */
	int64_t only;			/* one problem's id; ranks are still
					 * among all; or 0 */
};
enum rc reg_triage(struct registry *reg, const struct triage_query *query,
		   struct triage *out, struct err *err) MUST_USE;
void triage_release(struct triage *t);
/* Impact, order, ranks and total anew after a factor in a row was changed
 * (what-if): nothing is read. */
void triage_rank(struct triage *t, const struct triage_query *query);

/* Closed problems that a live version fails now: each becomes regressed (one
 * entry each, by itself). Called after evaluations were stored. testset NULL:
 * all. */
struct problem_failure {
	int64_t id;
	char *title;
	char *model;
	int64_t version;
	struct figure error;
	bool is_new;			/* regressed by this call */
};
VEC_DECLARE(struct problem_failure, problem_failures);
void problem_failures_release(struct problem_failures *v);
enum rc reg_problem_regress(struct registry *reg, const char *testset,
			    struct problem_failures *out, struct err *err)
	MUST_USE;
/* The regression suite, without a write: problems closed as fixed that live
 * versions fail, and those that have regressed. model NULL: of all. version
 * not 0: that version alone, live or not, which also must have been asked. */
enum rc reg_problem_suite(struct registry *reg, const char *model,
			  int64_t version, uint64_t *n_checked,
			  struct problem_failures *out, struct err *err)
	MUST_USE;

/* -- Is it fixed? -- */

struct problem_error {
	int64_t id;
	int64_t version;
	int64_t revision;		/* of the set */
	uint64_t n_active, n_known;	/* members; asked of this version */
	struct figure error;
	bool is_fixed;			/* all known and within tolerance */
};
VEC_DECLARE(struct problem_error, problem_errors);
/* Over all versions of the model that said something, on revision (0: the
 * newest), in their order; ids NULL: all problems of the model. */
enum rc reg_problem_by_version(struct registry *reg, const char *model,
			       const int64_t *ids, size_t n_ids,
			       int64_t revision, struct problem_errors *out,
			       struct err *err) MUST_USE;
/* One version (0: as on the board) over all revisions of the set. */
enum rc reg_problem_by_revision(struct registry *reg, int64_t id,
				int64_t version, struct problem_errors *out,
				struct err *err) MUST_USE;

/* What each version said for a problem's members: a cell each. */
struct problem_cell {
	bool known;
	bool pass;			/* loss within 0 */
	double loss;
};
struct problem_grid {
	size_t n_versions, n_rows;
	int64_t *versions;
	struct problem_member *members;	/* n_rows: active ones */
	char **keys;			/* n_rows */
	struct problem_cell *cells;	/* row by row */
};
enum rc reg_problem_grid(struct registry *reg, int64_t id,
			 struct problem_grid *out, struct err *err) MUST_USE;
void problem_grid_release(struct problem_grid *g);

#endif
