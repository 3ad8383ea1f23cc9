/* A version as a CycloneDX 1.6 bill of materials with its model card
 * (ML-BOM): component, artifact's digest, card, figures with slices and
 * intervals, test sets as data components. What CycloneDX has no place for
 * stands in properties named "muster:…".
 *
 * The same state of the registry gives the same bytes: the time is that of
 * the log's last entry, the serial number is made from the log and the name
 * (a UUID of version 8). */
#ifndef MUSTER_CARDS_CYCLONEDX_H
#define MUSTER_CARDS_CYCLONEDX_H

#include "base/buf.h"
#include "base/err.h"
#include "registry/registry.h"

/* of: "m@7". RC_NOT_FOUND. */
enum rc cyclonedx_write(struct registry *reg, const char *of, struct buf *out,
			struct err *err) MUST_USE;

#endif
