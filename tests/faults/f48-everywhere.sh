#!/bin/sh
# F48 to F51: hostile text in every field of every noun; HTML, Markdown, CSV
# and JSON of every listing and report.
. "$(dirname "$0")/../cli/lib.sh"
unset MUSTER_REGISTRY
PYTHONPATH=$root/tests/cli PYTHONDONTWRITEBYTECODE=1 \
	python3 "$root/tests/faults/f48_everywhere.py" "$MUSTER" "$work" \
	"${PAYLOADS:-6}" >out || exit 1
cat out
grep -q ' 0 unexpected$' out || die "$(cat out)"
