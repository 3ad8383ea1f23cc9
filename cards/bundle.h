/* Holdout bundles: what a team elsewhere needs to see whether a model that
 * was exported still answers as it did here.
 *
 * A folder of three files, written whole or not at all:
 *
 *	bundle.json	what it is: version, digest of the artifact, test set
 *			revision and digest, task, labels, threshold, tolerance,
 *			digests of the two files below, size and root of the log
 *	inputs.csv	key and input columns of each pattern, as a runner reads
 *			them (model/runner.h)
 *	expected.csv	key and what the version said: label, score, or one
 *			score:LABEL for each class
 *
 * The model's file is named by digest and not packed; nor are targets, other
 * columns, paths or the runner's command line. Patterns without a prediction
 * are left out and counted. */
#ifndef MUSTER_CARDS_BUNDLE_H
#define MUSTER_CARDS_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "model/runner.h"
#include "registry/evaluate.h"
#include "registry/registry.h"

#define BUNDLE_TOLERANCE 1e-6	/* of a score or a number, absolute */

struct bundle_info {
	uint64_t n, n_left_out;
	int64_t revision;
};
/* RC_EXISTS: dir is there already. RC_NOT_FOUND: no such version or set.
 * RC_BAD_INPUT: the version said nothing on the set. */
enum rc bundle_write(struct registry *reg, const struct version_ref *version,
		     const char *testset, int64_t revision, double tolerance,
		     const char *dir, struct bundle_info *out,
		     struct err *err) MUST_USE;

struct bundle_check_options {
	const struct strs *runner;	/* argv */
	const char *artifact;		/* the model's file, or NULL */
	bool has_tolerance;
	double tolerance;		/* else the bundle's */
	enum runner_sandbox sandbox;
};
struct bundle_verdict {
	char *version, *testset;	/* "m@7", "loans@3" */
	uint64_t n, n_same;
	double greatest;		/* difference of a number or score */
	char *first_key;		/* that differs, or NULL */
	char *first_why;
	bool artifact_checked;		/* its digest is the bundle's */
	const char *sandboxed;		/* static */
};
void bundle_verdict_release(struct bundle_verdict *v);
/* RC_OK even if answers differ: the verdict says so. RC_BAD_INPUT: the bundle
 * is damaged; RC_REFUSED: the model's file is another one. */
enum rc bundle_check(const char *dir, const struct bundle_check_options *o,
		     struct bundle_verdict *out, struct err *err) MUST_USE;

#endif
