#!/bin/sh
# F14, F16: any row and any cell of a full registry, changed by stock SQLite,
# is named; registries that only muster wrote are never blamed.
# thousands of commits, and none of them is about the disk
probe=/dev/shm/muster-probe.$$
if (printf '#!/bin/sh\n' >$probe && chmod +x $probe && $probe) 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
rm -f $probe
. "$(dirname "$0")/../cli/lib.sh"
unset MUSTER_REGISTRY
PYTHONDONTWRITEBYTECODE=1 python3 "$root/tests/faults/f14_every_cell.py" \
	"$MUSTER" "$work" "${MUTATIONS:-120}" "${CLEAN:-6}" \
	"$root/docs/verify-log.sh" || exit 1
