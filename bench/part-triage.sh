#!/bin/sh
# The triage board with 100,000 patterns, 500 problems and 30 versions, and a
# problem's rule over a production sample of 1,000,000 rows beside a bare
# PCRE2 JIT loop over the same texts (bench/rule_scan.c).
# Bars: the board opens in 100 ms, a factor repaints in one frame (16 ms), the
# rule within 2x of the bare loop.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${BENCH_DATA:=/tmp/benchdata}"
mkdir -p "$BENCH_DATA"
export LC_ALL=C.UTF-8 XDG_STATE_HOME="$BENCH_DATA" XDG_CONFIG_HOME="$BENCH_DATA"
muster=$PWD/$B/muster
export MUSTER_REGISTRY="$BENCH_DATA/triage.db"
if [ ! -f "$MUSTER_REGISTRY" ]; then
	final=$MUSTER_REGISTRY
	MUSTER_REGISTRY=$final.new
	rm -f "$MUSTER_REGISTRY"
	awk 'BEGIN { srand(1); print "id,grp,y"; for (i = 0; i < 100000; i++)
		printf "k%06d,g%03d,%s\n", i, i % 500,
			rand() < .5 ? "yes" : "no" }' >"$BENCH_DATA/triage.csv"
	"$muster" -q init
	"$muster" -q model add m --task binary
	"$muster" -q testset create s "$BENCH_DATA/triage.csv" --task binary \
		--target y --positive yes --key id --input grp
	v=0
	while [ $v -lt 30 ]; do
		v=$((v + 1))
		awk -F, -v v=$v 'BEGIN { srand(v); print "id,label" } NR > 1 {
			wrong = rand() < .3 - .005 * v
			print $1 "," (wrong == ($3 == "yes") ? "no" : "yes") }' \
			"$BENCH_DATA/triage.csv" >"$BENCH_DATA/triage-said.csv"
		"$muster" -q version add m
		"$muster" -q predictions import m@$v s \
			"$BENCH_DATA/triage-said.csv" --label label
	done
	"$muster" -q version stage m@20 production --reason bench
	i=0
	while [ $i -lt 500 ]; do
		g=$(printf 'g%03d' $i)
		i=$((i + 1))
		"$muster" -q problem add "group $g is misread" --model m \
			--testset s --rule "grp=$g" --users $((i % 50 + 1)) \
			--users-source survey --harm 3 --owner ana
		"$muster" -q problem pattern P-$i --matching
	done
	mv "$MUSTER_REGISTRY" "$final"
	MUSTER_REGISTRY=$final
fi

# user seconds of a script of steps
steps() {
	printf '%s\n' "$@" >"$BENCH_DATA/triage.steps"
	COLUMNS=120 LINES=40 MUSTER_STEPS=$BENCH_DATA/triage.steps \
		bash -c 'TIMEFORMAT=%U; time "$1" >/dev/null' - "$muster" 2>&1
}
base=$(steps 'keys 2')
board=$(steps 'keys 2' 'keys 3 i')
plus='+ + + + + + + + + +'
factor=$(steps 'keys 2' 'keys 3 i' "keys $plus $plus $plus $plus $plus")
awk -v b="$base" -v o="$board" -v f="$factor" 'BEGIN {
	printf "board opens: %.0f ms (bar 100)\n", (o - b) * 1000
	printf "a factor: %.2f ms (bar 16)\n", (f - o) / 50 * 1000 }'

sample=$BENCH_DATA/triage-sample.csv
[ -f "$sample" ] || awk 'BEGIN { srand(2); print "text"
	split("late fee refund money back please the card was charged twice " \
	      "again and nobody answers my letters about it", w, " ")
	for (i = 0; i < 1000000; i++) { s = ""
		for (k = 0; k < 12; k++) s = s w[int(rand() * 20) + 1] " "
		print s } }' >"$sample"
"$muster" -q problem set P-1 'rule=text~/(refund|money) .*(twice|again) .*fee/' \
	--reason bench
bash -c 'TIMEFORMAT="estimate of 1,000,000 rows: %R s real, %U s user"
	time "$1" -n problem estimate P-1 "$2"' - "$muster" "$sample"
mkdir -p "$B/bench"
${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -I. \
	-o "$B/bench/rule_scan" bench/rule_scan.c "$B/libmuster.a" \
	-lpcre2-8 -pthread
"$B/bench/rule_scan" "$sample" '(refund|money) .*(twice|again) .*fee' |
	awk '{ printf "the rule alone over the same rows in memory: %.2f s\n", $1 }'
