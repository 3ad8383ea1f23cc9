#!/bin/sh
# -n, --readonly and --as-of compute and leave the file alone.
. "$(dirname "$0")/lib.sh"
small_set
before=$(sha256sum <registry.db)
expect 0 eval loans --all -n --json
expect 0 eval loans --all --readonly --json
expect 0 eval loans --all --as-of "$("$MUSTER" log --json | python3 -c '
import json, sys; print(json.load(sys.stdin)["entries"][-1]["index"])')" --json
json "len(j['evaluations']) == 3"
[ "$before" = "$(sha256sum <registry.db)" ] || die "the file changed"
expect 0 rank loans --json
json "j['ranking'] == [] and {r['state'] for r in j['not_ranked']} <= \
	{'missing', 'stale', 'partial'}"
