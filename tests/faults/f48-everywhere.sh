#!/bin/sh
# F48 to F51: hostile text in every field of every noun; HTML, Markdown, CSV
# and JSON of every listing and report. The short form takes the same payloads
# each time; FROM=N PAYLOADS=6 takes others, PAYLOADS=0 all (make torture).
# thousands of commits, and none of them is about the disk
probe=/dev/shm/muster-probe.$$
if (printf '#!/bin/sh\n' >$probe && chmod +x $probe && $probe) 2>/dev/null; then
	export TMPDIR=/dev/shm
fi
rm -f $probe
. "$(dirname "$0")/../cli/lib.sh"
unset MUSTER_REGISTRY
PYTHONPATH=$root/tests/cli PYTHONDONTWRITEBYTECODE=1 \
	python3 "$root/tests/faults/f48_everywhere.py" "$MUSTER" "$work" \
	"${PAYLOADS:-6}" "${FROM:-20784}" >out ||
	die "$(cat out)"
cat out
grep -q ' 0 unexpected$' out || die "$(cat out)"
