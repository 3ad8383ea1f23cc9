#!/bin/sh
. "$(dirname "$0")/lib.sh"
MUSTER_NOW=2026-02-01T10:00:00Z expect 0 init
MUSTER_NOW=2026-02-02T10:00:00Z expect 0 model add scorer
MUSTER_NOW=2026-02-03T10:00:00Z expect 0 version add scorer
MUSTER_NOW=2026-03-01T10:00:00Z \
	expect 0 version stage scorer@1 production --reason first
expect 0 log --json
keys "j['entries'][0]" index time uid login kind object hash
json "[e['index'] for e in j['entries']] == [0, 1, 2, 3]"
json "j['entries'][1]['time'] == '2026-02-02T10:00:00Z'"
json "j['entries'][0]['uid'] == $(id -u)"
expect 0 log
said "model/scorer"
expect 0 log --object model/scorer --json
json "all(e['object'] == 'model/scorer' for e in j['entries']) and j['entries']"
expect 0 log --since 2026-02-28 --json
json "[e['index'] for e in j['entries']] == [3]"
expect 2 log --since yesterday
expect 0 version show scorer@1 --as-of 2026-02-15 --json
json "j['stage'] == 'none'"
expect 4 version show scorer@production --as-of 2026-02-15
expect 0 version show scorer@production --as-of 2026-03-01 --json
expect 4 version show scorer@1 --as-of 1
expect 2 model add other --as-of 2026-02-15
expect 0 undo -n
said "would reverse"
expect 0 undo
said "reversed entry 3"
expect 0 version show scorer@1 --json
json "j['stage'] == 'none'"
expect 2 undo nonsense
"$MUSTER" undo 999 >out 2>err && die "an entry that is none was undone"
expect 0 fsck
