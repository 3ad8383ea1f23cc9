#!/bin/sh
# F14, F16: any row and any cell of a full registry, changed by stock SQLite,
# is named; registries that only muster wrote are never blamed.
. "$(dirname "$0")/../cli/lib.sh"
unset MUSTER_REGISTRY
PYTHONDONTWRITEBYTECODE=1 python3 "$root/tests/faults/f14_every_cell.py" \
	"$MUSTER" "$work" "${MUTATIONS:-120}" "${CLEAN:-6}" \
	"$root/docs/verify-log.sh" || exit 1
