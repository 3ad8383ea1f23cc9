#!/bin/sh
# List, filter and sort of 100,000 versions with 20 metrics: the workbench's
# list, plain arrays (the limit), SQLite's prepared statements, and MLflow's
# way where SQLAlchemy is installed.
# DESIGN section 12: 16 ms at any page, any sort, any filter.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
mkdir -p "$BENCH_DATA" "$B/bench"
libs="$B/libmuster.a -lsqlite3 -lpcre2-8 -ljansson -lnettle -lcsv -lRmath
	-lcmark -lyaml -lncursesw -ltinfo -lm -ldl -pthread"
for program in tui_registry list_bench; do
	# shellcheck disable=SC2086
	${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -I. -o "$B/bench/$program" \
		"bench/$program.c" $libs
done
registry=$BENCH_DATA/list-100000.db
if [ ! -f "$registry" ]; then
	awk 'BEGIN { srand(1); print "id,target,score"
		for (i = 0; i < 200; i++) { y = rand() < .5
			printf "%d,%s,%.3f\n", i, y ? "yes" : "no",
				.2 + .3 * y + .3 * rand() } }' \
		>"$BENCH_DATA/list.csv"
	rm -f "$registry.new"
	"$B/bench/tui_registry" "$registry.new" 100 1000 "$BENCH_DATA/list.csv"
	mv "$registry.new" "$registry"
fi
"$B/bench/list_bench" "$registry"
peer=$SHARED/bench/peers/registry_mlflow_way.py
if [ -r "$peer" ] && [ -f "$BENCH_DATA/registry.db" ] &&
   python3 -c 'import sqlalchemy' 2>/dev/null; then
	python3 "$peer" "$BENCH_DATA/registry.db" 38
else
	echo "mlflow way: no SQLAlchemy or no $BENCH_DATA/registry.db, skipped"
fi
