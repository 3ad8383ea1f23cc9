#!/bin/sh
# F48: 500 hostile payloads in every free text; HTML parses to the elements
# and attributes that the writer uses, and to nothing else.
. "$(dirname "$0")/lib.sh"
unset MUSTER_REGISTRY
python3 "$root/tests/cli/report_hostile.py" "$MUSTER" "$work" >out || exit 1
grep -q ' payloads, 0 unexpected nodes' out || die "$(cat out)"
[ "$(sed 's/ .*//' out)" -ge 500 ] || die "too few: $(cat out)"
