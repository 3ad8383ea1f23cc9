#!/bin/sh
# F21: the clock stands in 1970, before it, behind 2038, runs back and forward,
# in any time zone: order is the log's, times are UTC, a step back is said.
. "$(dirname "$0")/../cli/lib.sh"
n=0
export MUSTER_NOW=2026-05-01T00:00:00Z
expect 0 init
for now in 2026-04-01T00:00:00Z 2026-04-01T00:00:00Z 1970-01-01T00:00:00Z \
	1969-12-31T23:59:59Z 2038-01-19T03:14:07Z 2038-01-19T03:14:08Z \
	9999-12-31T23:59:59Z 2024-02-29T12:00:00Z 2026-03-29T01:30:00Z \
	2026-10-25T00:30:00Z 2026-10-25T01:30:00Z 2026-06-30T23:59:60Z; do
	for zone in UTC America/New_York Asia/Kathmandu Not/AZone; do
		n=$((n + 1))
		TZ=$zone MUSTER_NOW=$now "$MUSTER" model add "m$n" >out 2>err ||
			die "$now in $zone: $(cat err)"
	done
done
MUSTER_NOW=2026-02-29T00:00:00Z
expect 1 model add noday
MUSTER_NOW=2026-05-01T00:00:00Z
expect 0 fsck
grep -q 'the clock went back [0-9]* times, first at entry 1:' err ||
	die "a step back is not said: $(cat err)"
sqlite3 registry.db "SELECT idx, object FROM log ORDER BY idx" >order
i=1
while [ $i -le $n ]; do
	grep -q "^$i|model/m$i\$" order || die "entry $i is not m$i"
	i=$((i + 1))
done
# every zone wrote the same moment
[ "$(sqlite3 registry.db 'SELECT count(DISTINCT time) FROM log WHERE idx
	BETWEEN 5 AND 8')" = 1 ] || die "a time zone came through"
TZ=UTC "$MUSTER" log --json >a
TZ=America/New_York "$MUSTER" log --json >b
cmp a b || die "a time zone is shown"
expect 0 rebuild
expect 0 fsck
[ $n = 48 ] || die "$n"
