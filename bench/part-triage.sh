#!/bin/sh
# The triage board with 100,000 patterns, 500 problems and 30 versions, and a
# problem's rule over a production sample of 1,000,000 rows: the whole command,
# which reads the CSV and takes its digest, beside a bare PCRE2 JIT loop over
# the same lines in memory, and beside libcsv's bare reading plus that loop.
# Then a hostile rule counted from the screen: how long until it is given up,
# and how long keys take meanwhile, seen from the other end of the pty.
# Bars: the board opens in 100 ms, a factor repaints in one frame (16 ms), the
# rule within 2x of the bare loop; a row is too costly after 100 ms (worst
# 250), and the screen stays live (a frame; DESIGN section 12: 16 ms worst).
# BENCH_DATA holds bin/regex_bound and bin/import_bound (made by SHARED/bench).
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
: "${ROUNDS:=5}"
mkdir -p "$BENCH_DATA"
export LC_ALL=C.UTF-8 XDG_STATE_HOME="$BENCH_DATA"
export XDG_CONFIG_HOME="$BENCH_DATA/triage-config"
mkdir -p "$XDG_CONFIG_HOME/muster"
echo 'session = no' >"$XDG_CONFIG_HOME/muster/config"
muster=$PWD/$B/muster
export MUSTER_REGISTRY="$BENCH_DATA/triage-board.db"
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
		"$muster" -q problem set P-$i state=described --reason bench
	done
	mv "$MUSTER_REGISTRY" "$final"
	MUSTER_REGISTRY=$final
fi

# CPU seconds of a script of steps
steps() {
	printf '%s\n' "$@" >"$BENCH_DATA/triage.steps"
	COLUMNS=120 LINES=40 MUSTER_STEPS=$BENCH_DATA/triage.steps \
		bash -c 'TIMEFORMAT="%U %S"; time "$1" >/dev/null' - \
		"$muster" 2>&1 | awk '{ print $1 + $2 }'
}
base=$(steps 'keys 2')
board=$(steps 'keys 2' 'keys 3')
plus='+ + + + + + + + + +'
factor=$(steps 'keys 2' 'keys 3' "keys $plus $plus $plus $plus $plus")
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
pattern='(refund|money) .*(twice|again) .*fee'
"$muster" -q problem set P-1 "rule=text~/$pattern/" --reason bench
mkdir -p "$B/bench"
${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -I. \
	-o "$B/bench/rule_scan" bench/rule_scan.c "$B/libmuster.a" \
	-lpcre2-8 -pthread
bin=$BENCH_DATA/bin
if [ ! -x "$bin/regex_bound" ] || [ ! -x "$bin/import_bound" ]; then
	if [ ! -r "$SHARED/bench/Makefile" ]; then
		echo "triage: no $SHARED/bench, the rule is not measured"
		exit 0
	fi
	make -s -C "$SHARED/bench" BENCH_DATA="$BENCH_DATA" \
		"$bin/regex_bound" "$bin/import_bound"
fi

t=$(mktemp -d "$BENCH_DATA/triage.XXXXXX")
trap 'rm -rf "$t"' EXIT INT TERM
median() { sort -n "$1" | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }
i=0
while [ $i -lt "$ROUNDS" ]; do
	i=$((i + 1))
	"$bin/regex_bound" lines8 "$sample" "$pattern" |
		awk '{ print $3 }' >>"$t/loop"
	"$bin/import_bound" parse "$sample" | awk '{ print $3 }' >>"$t/libcsv"
	bash -c 'TIMEFORMAT=%R; time "$1" -n -q problem estimate P-1 "$2"' \
		- "$muster" "$sample" 2>>"$t/command"
	MUSTER_THREADS=1 bash -c \
		'TIMEFORMAT=%R; time "$1" -n -q problem estimate P-1 "$2"' \
		- "$muster" "$sample" 2>>"$t/command1"
	"$B/bench/rule_scan" "$sample" "$pattern" |
		awk '{ print $1 }' >>"$t/scan"
done
loop=$(median "$t/loop") libcsv=$(median "$t/libcsv")
line() {
	awk -v w="$1" -v x="$2" -v l="$loop" -v c="$libcsv" 'BEGIN {
		printf "%-42s %.3f s  %.2f x loop  %.2f x libcsv + loop\n",
			w, x, x / l, x / (l + c) }'
}
echo "a rule over 1,000,000 rows, medians of $ROUNDS (bar 2 x loop):"
line 'bare PCRE2 JIT loop, lines in memory' "$loop"
line "the rule's scan, texts in memory" "$(median "$t/scan")"
line 'bare libcsv, no rule' "$libcsv"
line 'problem estimate, CSV read and digested' "$(median "$t/command")"
line 'problem estimate on one thread' "$(median "$t/command1")"

# -- a hostile rule, from the screen --

harness=$SHARED/bench/ptybench.py
costly=$BENCH_DATA/triage-costly.csv slow=$BENCH_DATA/triage-slow.csv
[ -f "$slow" ] || awk -v costly="$costly" -v slow="$slow" 'BEGIN {
	for (s = "ab"; length(s) < 65536;) s = s s
	print "text" >costly; print "text" >slow
	for (i = 0; i < 200; i++) print s >costly
	for (i = 0; i < 40000; i++) print i % 400 ? "a short row" : s >slow }'
top=$("$muster" triage --csv | sed -n '2s/,.*//p')
"$muster" -q problem set "$top" 'rule=text~/(?:a|b)+[cd]/' --reason bench
echo "== a hostile rule on $top counted from the screen: all rows of 64 KiB"
echo "   are costly (ready: until 'too costly' is said)"
python3 "$harness" -r "$ROUNDS" -s 120x40 -g commands -t 20 -k '3=TRIAGE' \
	-k 't=1 of 3' -k 's=sample' -k "$costly" -k 'Enter=too costly' \
	-- "$muster"
echo "== one row of 400 is: Down before, j and k while it counts on (the status"
echo "   line, which counts, left out)"
python3 "$harness" -r "$ROUNDS" -s 120x40 -x 38 -g commands -t 20 -k '3=TRIAGE' \
	-k 'Down*20' -k 't=1 of 3' -k 's=sample' -k "$slow" -k Enter \
	-k 'j*20' -k 'k*20' -- "$muster"
