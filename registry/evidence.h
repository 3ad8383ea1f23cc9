/* What an approval rests on: everything about a version that a signer is
 * shown, each thing with what identifies its state. Two evidences differ
 * exactly where something moved.
 *
 *	"version"               digest of artifact, data, code, parameters,
 *	                        runner and threshold
 *	"card", "impact"        "rev 4 <digest of the text>"
 *	"checklist"             of the model
 *	"datasheet NAME"        of the data used (evidence_datasets)
 *	"evaluation TESTSET"    "r3 <digest of all figures>", the newest one
 *	"test set TESTSET"      "r4 <digest>", at its newest revision
 *	"predictions TESTSET"   of the version, the newest batch
 *	"risk"                  of the model
 *	"gate STAGE"            added by the floor above, which checks gates
 */
#ifndef MUSTER_REGISTRY_EVIDENCE_H
#define MUSTER_REGISTRY_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "registry/model.h"
#include "registry/registry.h"

/* Keys in a fixed order. RC_NOT_FOUND: no such version. */
enum rc reg_evidence(struct registry *reg, const char *model, int64_t version,
		     struct pairs *out, struct err *err) MUST_USE;
/* Appends a line for each thing that is not now as it was then:
 * "card: rev 4 is now rev 5", "evaluation recid: new",
 * "datasheet adult: gone". */
void evidence_compare(const struct pairs *then, const struct pairs *now,
		      struct strs *changed);
/* Value of a key, or NULL; borrowed. */
const char *evidence_get(const struct pairs *e, const char *key);
/* Names of the test sets that the version was evaluated or predicted on. */
enum rc evidence_testsets(struct registry *reg, const char *model,
			  int64_t version, struct strs *out,
			  struct err *err) MUST_USE;
/* Data whose datasheets count for the version: its test sets, and the
 * datasets whose newest revision has the version's data digest; where there
 * is none, what the version gives as its data stands for itself. */
enum rc evidence_datasets(struct registry *reg, const char *model,
			  int64_t version, struct strs *out,
			  struct err *err) MUST_USE;

#endif
