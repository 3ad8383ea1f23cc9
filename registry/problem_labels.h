/* Gathering data for a problem: sheets that people label, what they said, how
 * far they agree, and what of it may go into the living set.
 *
 * A sheet is a CSV: "row" (digest of the inputs), the inputs, and empty
 * columns "label" and "labeller"; a column "note" is the labeller's to add. An
 * input whose name is one of these, or "said_by", is called "input:NAME"
 * there, and fields that a spreadsheet would run have an apostrophe in front
 * (base/csv.h); both are taken off when the sheet comes back. Each labeller fills in a copy; what comes
 * back is kept in the log, the newest label of a labeller for a row counts.
 * A row is agreed on when at least two labellers say the same and nobody
 * says otherwise, or when an expert has said; it is a conflict when
 * labellers differ and no expert has said. */
#ifndef MUSTER_REGISTRY_PROBLEM_LABELS_H
#define MUSTER_REGISTRY_PROBLEM_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/figure.h"
#include "registry/model.h"
#include "registry/registry.h"

/* Rows of sample (registry/sample.h) that the problem's rule says,
 * at most n of them, chosen with equal chances (seeded by the problem: the
 * same sheet again). Rows whose inputs are reports of the problem already are
 * left out. csv: appended to. */
enum rc reg_problem_sheet(struct registry *reg, int64_t id,
			  const char *sample, size_t n, struct buf *csv,
			  size_t *n_rows, struct err *err) MUST_USE;

/* Takes a sheet back; rows without a label are left alone. labeller: whose it
 * is where the sheet has no such column or an empty cell; or NULL. expert:
 * these labels settle conflicts. RC_BAD_INPUT with the line where a row's
 * inputs were changed, or a label is none of the set's. */
enum rc reg_problem_labels_add(struct registry *reg, int64_t id,
			       const char *path, const char *labeller,
			       bool expert, uint64_t *added, struct err *err)
	MUST_USE;

struct row_label {
	char *labeller, *label;
	bool expert;
};
VEC_DECLARE(struct row_label, row_labels);

struct labelled_row {
	char *row;			/* digest */
	struct pairs inputs;
	struct row_labels labels;	/* one a labeller */
	const char *agreed;		/* one of the labels, or NULL */
	bool is_conflict;
};
VEC_DECLARE(struct labelled_row, labelled_rows);

struct label_pair {			/* two labellers, by number */
	size_t first, second;
	struct figure kappa;		/* Cohen's; n: rows that both labelled */
};
VEC_DECLARE(struct label_pair, label_pairs);

struct labelling {
	struct labelled_rows rows;	/* in order of their digests */
	struct strs labellers;		/* without experts, in byte order */
	struct label_pairs pairs;
	struct figure fleiss;		/* over rows that all labelled */
	size_t n_agreed, n_conflicts, n_single;
};
enum rc reg_problem_labelling(struct registry *reg, int64_t id,
			      struct labelling *out, struct err *err)
	MUST_USE;
void labelling_release(struct labelling *l);

/* Rows of a labeller that somebody should look at again: one of ten, at
 * least one, chosen by digest, so the same ones each time. The caller frees
 * *rows (indexes). Returns how many. */
size_t labelling_review(const struct labelling *l, const char *labeller,
			size_t **rows);
/* Rows in conflict as a sheet for the expert, with what was said. */
void labelling_queue(const struct labelling *l, struct buf *csv);

/* Agreed rows become reports of the problem (those that are not yet), so that
 * reg_problem_grow takes them into the living set. */
enum rc reg_problem_labels_take(struct registry *reg, int64_t id,
				uint64_t *added, struct err *err) MUST_USE;

#endif
