#!/bin/sh
# Import of a CSV test set, 1,000,000 x 12, beside bare libcsv and sqlite3's
# .import, in turn. DESIGN section 12: at most 2 times bare libcsv, hash,
# re-read and fsync included. Then what opening the set costs.
# BENCH_DATA holds testset.csv and bin/import_bound (made by SHARED/bench).
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
: "${ROUNDS:=5}"
csv=$BENCH_DATA/testset.csv
bound=$BENCH_DATA/bin/import_bound
if [ ! -r "$csv" ] || [ ! -x "$bound" ]; then
	if [ ! -r "$SHARED/bench/Makefile" ]; then
		echo "import: no $SHARED/bench, skipped"
		exit 77
	fi
	make -s -C "$SHARED/bench" BENCH_DATA="$BENCH_DATA" "$csv" "$bound"
fi
mkdir -p "$B/bench"
${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -I. -o "$B/bench/import_set" \
	bench/import_set.c "$B/libmuster.a" -lsqlite3 -lcsv -ljansson \
	-lnettle -lpcre2-8 -lRmath -lm -ldl -pthread
t=$(mktemp -d "$BENCH_DATA/import.XXXXXX")
trap 'rm -rf "$t"' EXIT INT TERM

# seconds of a whole process
seconds() {
	from=$(date +%s%N)
	"$@" >"$t/out"
	to=$(date +%s%N)
	echo $(((to - from) / 1000)) | awk '{ printf "%.3f\n", $1 / 1e6 }'
}
sqlite_import() {
	rm -f "$t/s.db"
	sqlite3 "$t/s.db" '.mode csv' ".import $csv t"
}
median() { sort -n "$1" | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }

i=0
while [ $i -lt "$ROUNDS" ]; do
	seconds "$bound" parse "$csv" >>"$t/libcsv"
	seconds "$B/bench/import_set" "$csv" "$t/r.db" import >>"$t/muster"
	seconds sqlite_import >>"$t/sqlite3"
	i=$((i + 1))
done
libcsv=$(median "$t/libcsv")
for what in libcsv muster sqlite3; do
	median "$t/$what" | awk -v w=$what -v l="$libcsv" \
		'{ printf "%-8s %7.3f s  %5.2f x bare libcsv\n", w, $1, $1 / l }'
done
"$B/bench/import_set" "$csv" "$t/r.db" open
