#!/bin/sh
# Evaluation and bootstrap beside the plain-C bound, in turn, as ratios of
# medians over ROUNDS rounds; both on two threads. DESIGN section 12: at most
# 1.5 times the bound, and faster than the bound. numpy and scikit-learn join
# where PYTHON has them and PEERS=1 (a minute).
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
: "${ROUNDS:=3}" "${SIZE:=1000000}"
export OMP_NUM_THREADS=2 MUSTER_THREADS=2
if [ ! -d "$SHARED/bench" ]; then
	echo "eval: no $SHARED/bench, skipped"
	exit 77
fi
mkdir -p "$BENCH_DATA" "$B/bench"
make -s -C "$SHARED/bench" BENCH_DATA="$BENCH_DATA" \
	"$BENCH_DATA/eval/scores.f64" "$BENCH_DATA/bin/eval_floor"
${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -I. -o "$B/bench/eval_bench" \
	bench/eval_bench.c "$B/libmuster.a" -lRmath -lm -pthread
data=$BENCH_DATA/eval
seconds() {
	"$@" | sed -n 's/.* \([0-9][0-9.]*\) s.*/\1/p' | head -1
}
median() {
	sort -n | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'
}
# part NAME MODE N X
part() {
	: >"$B/bench/floor" && : >"$B/bench/muster"
	for _ in $(seq "$ROUNDS"); do
		seconds "$BENCH_DATA/bin/eval_floor" "$data" "$2" "$3" "$4" \
			>>"$B/bench/floor"
		seconds "$B/bench/eval_bench" "$data" "$2" "$3" "$4" \
			>>"$B/bench/muster"
	done
	f=$(median <"$B/bench/floor") m=$(median <"$B/bench/muster")
	echo "$1 $m $f" | awk '{ printf "%-34s %9.4f %9.4f %7.2f\n",
		$1, $2, $3, $2 / $3 }'
}
peers() {
	for peer in numpy sklearn; do
		"${PYTHON:-python3}" -c "import $peer" 2>/dev/null || continue
		printf '%-34s %9.4f\n' "$peer:slices" "$(seconds \
			"${PYTHON:-python3}" "$SHARED/bench/peers/eval_$peer.py" \
			"$data" slices "$SIZE")"
	done
}
printf '%-34s %9s %9s %7s\n' work 'muster s' 'plain C s' ratio
part "slices:10x$SIZE" slices "$SIZE" 10
part "bootstrap:$((SIZE / 10))x1000" boot $((SIZE / 10)) 1000
[ "${PEERS:-0}" = 0 ] || peers
