#!/bin/sh
# Profile of a table of 1,000,000 x 12 (types, missing, distinct, quantiles,
# top values, equal rows, what drift needs; digest and recording included),
# beside pandas' read_csv and describe(include="all"), in turn. Issue 4:
# faster than pandas. PYTHON names an interpreter that has pandas.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
: "${ROUNDS:=3}" "${PYTHON:=python3}"
csv=$BENCH_DATA/testset.csv
if [ ! -r "$csv" ]; then
	if [ ! -r "$SHARED/bench/Makefile" ]; then
		echo "profile: no $SHARED/bench, skipped"
		exit 77
	fi
	make -s -C "$SHARED/bench" BENCH_DATA="$BENCH_DATA" "$csv"
fi
if ! "$PYTHON" -c 'import pandas' 2>/dev/null; then
	echo "profile: $PYTHON has no pandas, skipped (PYTHON names another)"
	exit 77
fi
t=$(mktemp -d "$BENCH_DATA/profile.XXXXXX")
trap 'rm -rf "$t"' EXIT INT TERM
cat >"$t/peer.py" <<'PY'
import sys
import pandas
pandas.read_csv(sys.argv[1]).describe(include="all")
PY
# wall and processor seconds, and MiB at most, of a whole process
measured() {
	"$PYTHON" -c '
import os, sys, time
from resource import getrusage, RUSAGE_CHILDREN
from subprocess import run
start = time.monotonic()
run(sys.argv[1:], check=True, stdout=-3)
wall = time.monotonic() - start
u = getrusage(RUSAGE_CHILDREN)
print("%.3f %.3f %d" % (wall, u.ru_utime + u.ru_stime, u.ru_maxrss // 1024))
' "$@"
}
ours() {
	rm -f "$t/r.db"
	"$B/muster" -q -R "$t/r.db" init
	measured "$B/muster" -q -R "$t/r.db" dataset add d "$csv"
}
column() { sort -n "$1" | awk -v c="$2" '{ x[NR] = $c } END { print x[int((NR + 1) / 2)] }'; }

i=0
while [ $i -lt "$ROUNDS" ]; do
	ours >>"$t/ours"
	measured "$PYTHON" "$t/peer.py" "$csv" >>"$t/peer"
	i=$((i + 1))
done
printf '%-28s %8s %8s %8s\n' "median of $ROUNDS" wall cpu MiB
for who in ours peer; do
	name='muster dataset add'
	[ $who = ours ] || name='pandas read_csv + describe'
	printf '%-28s %8s %8s %8s\n' "$name" "$(column "$t/$who" 1)" \
		"$(column "$t/$who" 2)" "$(column "$t/$who" 3)"
done
echo "$(column "$t/ours" 1) $(column "$t/peer" 1)" |
	awk '{ printf "ratio %.2f (below 1: faster than pandas)\n", $1 / $2 }'
