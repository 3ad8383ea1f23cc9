#!/bin/sh
# A set of N patterns with 10 versions: all evaluated, then again after it grew
# by 1 %, and after 1,000 labels were corrected; without resampling, and with the
# resamples that are usual. Seconds of the real program, median of ROUNDS (each
# round grows and corrects anew), as shares of the first evaluation, and of
# computing all again in plain C and in numpy: the figures of 10 versions and 18
# slices over 1.01 N rows, two threads and one, without start and reading. DESIGN
# section 12: growth at most 5 %, corrections at most 2 % of the first. And the
# growth itself: its rows are read, and looked for among those that are there.
# Then the matrix of 100 versions x 100 revisions beside one frame (16 ms) and
# beside a start of the program that asks nothing.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SIZE:=1000000}" "${N:=$SIZE}" "${ROUNDS:=3}"
: "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
muster=$(cd "$B" && pwd)/muster
case $SHARED in /*) ;; *) SHARED=$PWD/$SHARED ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MUSTER_REGISTRY="$work/registry.db" HOME="$work"
cd "$work"
# rows FIRST LAST: a set with ten score columns
rows() {
	awk -v first="$1" -v last="$2" 'BEGIN {
		srand(first)
		printf "id,x,region,age,y"
		for (v = 1; v <= 10; v++) printf ",p%d", v
		print ""
		for (i = first; i <= last; i++) {
			q = rand(); y = rand() < q
			printf "k%d,%d,r%d,a%d,%s", i, i, i % 9, int(rand() * 9),
				(y ? "yes" : "no")
			for (v = 1; v <= 10; v++) {
				p = q + (rand() - .5) * v / 12
				printf(",%.4f", (p < 0) ? 0 : (p > 1) ? 1 : p)
			}
			print ""
		}
	}'
}
predict() {	# FILE
	for v in 1 2 3 4 5 6 7 8 9 10; do
		"$muster" -q predictions import "m@$v" s "$1" --score "p$v" \
			--threshold .5
	done
}
seconds() {
	from=$(date +%s%N)
	"$@" >/dev/null
	echo $(($(date +%s%N) - from)) | awk '{ printf "%.4f\n", $1 / 1e9 }'
}
median() {
	sort -n | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}
# peer NAME COMMAND: the seconds that it says, or nothing
peer() {
	name=$1
	shift
	: >"$name"
	for _ in $(seq "$ROUNDS"); do
		"$@" | sed -n 's/.* \([0-9][0-9.]*\) s.*/\1/p' | head -1 >>"$name"
	done
}
peers() {
	if [ ! -d "$SHARED/bench" ] || [ "$N" -gt 1000000 ]; then
		echo "no $SHARED/bench for this size: plain C and numpy skipped"
		return
	fi
	mkdir -p "$BENCH_DATA"
	make -s -C "$SHARED/bench" BENCH_DATA="$BENCH_DATA" \
		"$BENCH_DATA/eval/scores.f64" "$BENCH_DATA/bin/eval_floor"
	all=$((N + N / 100))
	OMP_NUM_THREADS=2 peer c "$BENCH_DATA/bin/eval_floor" \
		"$BENCH_DATA/eval" slices "$all" 10
	if "${PYTHON:-python3}" -c 'import numpy' 2>/dev/null; then
		peer numpy "${PYTHON:-python3}" \
			"$SHARED/bench/peers/eval_numpy.py" \
			"$BENCH_DATA/eval" slices "$all"
	else
		echo 'no numpy: skipped'
	fi
}
# evaluate RESAMPLES: an empty one is what is usual
evaluate() { seconds "$muster" -q eval s --all ${1:+--resamples "$1"}; }
# both registries in turn
both() {
	for which in none usual; do
		export MUSTER_REGISTRY="$work/$which.db"
		"$@"
	done
}
resamples() { [ "$which" = usual ] || echo 0; }
evaluated() { evaluate "$(resamples)" >>"$1.$which"; }
grow() {
	seconds "$muster" -q testset grow s more.csv >>rows
	predict more.csv
	evaluated grown
}
relabel() {
	"$muster" -q testset relabel s labels.csv
	evaluated corrected
}

rows 1 "$N" >first.csv
"$muster" -q init
"$muster" -q model add m --task binary
for v in 1 2 3 4 5 6 7 8 9 10; do "$muster" -q version add m; done
"$muster" -q testset create s first.csv --task binary --target y \
	--positive yes --key id --input x --slice region --slice age
predict first.csv
cp registry.db none.db
mv registry.db usual.db
both evaluated first
at=$N
for r in $(seq "$ROUNDS"); do
	rows $((at + 1)) $((at + N / 100)) >more.csv
	at=$((at + N / 100))
	both grow
	awk -F, -v r="$r" 'NR == 1 { print "id,y" }
		NR > 1 && NR % 997 == r && n++ < 1000 {
			print $1 "," ($5 == "yes" ? "no" : "yes") }' \
		first.csv >labels.csv
	both relabel
done
: >c; : >numpy
peers
c=$(median <c) numpy=$(median <numpy)
printf '%-24s %9s %9s %9s %9s\n' work 'muster s' '% first' '% C' '% numpy'
for which in none usual; do
	first=$(median <"first.$which")
	for what in first grown corrected; do
		echo "$what:$which $(median <"$what.$which") $first \
			${c:-0} ${numpy:-0}" | awk '
		function share(x) { return x ? sprintf("%.1f", 100 * $2 / x) : "-" }
		{ printf "%-24s %9.4f %9s %9s %9s\n",
			$1, $2, share($3), share($4), share($5) }'
	done
done
printf '%-24s %9s\n%-24s %9s\n%-24s %9s\n' 'plain C again' "${c:--}" \
	'numpy again' "${numpy:--}" 'the growth itself' "$(median <rows)"

export MUSTER_REGISTRY="$work/small.db"
rows 1 200 >small.csv
"$muster" -q init
"$muster" -q testset create s small.csv --task binary --target y \
	--positive yes --key id --input x
"$muster" -q model add m --task binary
for v in $(seq 100); do
	"$muster" -q version add m
	"$muster" -q predictions import "m@$v" s small.csv \
		--score "p$((v % 10 + 1))" --threshold .5
done
for r in $(seq 99); do
	printf 'id,y\nk%d,yes\nk%d,no\nk%d,yes\n' $r $((r + 1)) $((r + 99)) \
		>labels.csv
	"$muster" -q testset relabel s labels.csv
	[ $((r % 10)) != 0 ] || "$muster" -q eval s --all --resamples 0
done
for i in 1 2 3 4 5 6 7 8 9; do
	seconds "$muster" matrix s --json >>matrix
	seconds "$muster" testset list >>start
done
printf '%-34s %9s   (a start alone: %s)\n' matrix:100x100 \
	"$(median <matrix)" "$(median <start)"
