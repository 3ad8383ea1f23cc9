#!/bin/sh
# A set of N patterns with 10 versions: all evaluated, then again after it grew
# by 1 %, and after 1,000 labels were corrected. Seconds of the real program,
# median of ROUNDS (each round grows and corrects anew), as shares of the first
# evaluation. DESIGN section 12: growth at most 5 %, corrections at most 2 %.
# Then the matrix of 100 versions x 100 revisions beside one frame (16 ms) and
# beside a start of the program that asks nothing.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SIZE:=1000000}" "${N:=$SIZE}" "${ROUNDS:=3}"
muster=$(cd "$B" && pwd)/muster
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
evaluate() { seconds "$muster" -q eval s --all --resamples 0; }

rows 1 "$N" >first.csv
"$muster" -q init
"$muster" -q model add m --task binary
for v in 1 2 3 4 5 6 7 8 9 10; do "$muster" -q version add m; done
"$muster" -q testset create s first.csv --task binary --target y \
	--positive yes --key id --input x --slice region --slice age
predict first.csv
first=$(evaluate)
: >grown; : >corrected
at=$N
for r in $(seq "$ROUNDS"); do
	rows $((at + 1)) $((at + N / 100)) >more.csv
	at=$((at + N / 100))
	"$muster" -q testset grow s more.csv
	predict more.csv
	evaluate >>grown
	awk -F, -v r="$r" 'NR == 1 { print "id,y" }
		NR > 1 && NR % 997 == r && n++ < 1000 {
			print $1 "," ($5 == "yes" ? "no" : "yes") }' \
		first.csv >labels.csv
	"$muster" -q testset relabel s labels.csv
	evaluate >>corrected
done
printf '%-34s %9s %9s\n' work 'muster s' '% of first'
printf '%-34s %9s\n' "first:10x$N" "$first"
for what in grown corrected; do
	echo "$what $(median <$what) $first" |
		awk '{ printf "%-34s %9.4f %9.1f\n", $1, $2, 100 * $2 / $3 }'
done

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
