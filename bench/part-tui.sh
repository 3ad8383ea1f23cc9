#!/bin/sh
# The workbench seen from the other end of its pty: start on 100,000 versions
# and a key, beside less.
# DESIGN section 12: ready in 30 ms under 32 MiB; a key median 2 ms, worst
# 16 ms, at most 150 bytes per row move; nothing when idle.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
harness=$SHARED/bench/ptybench.py
if [ ! -r "$harness" ]; then
	echo "tui: no $harness, skipped"
	exit 77
fi
mkdir -p "$BENCH_DATA" "$B/bench"
export LC_ALL=C.UTF-8 XDG_STATE_HOME="$BENCH_DATA" XDG_CONFIG_HOME="$BENCH_DATA"
registry=$BENCH_DATA/tui-100000.db
if [ ! -f "$registry" ]; then
	${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -I. -o "$B/bench/tui_registry" \
		bench/tui_registry.c "$B/libmuster.a" -lsqlite3 -lpcre2-8 \
		-ljansson -lnettle -lcsv -lRmath -lm -ldl -pthread
	rm -f "$registry.new"
	"$B/bench/tui_registry" "$registry.new" 100 1000
	mv "$registry.new" "$registry"
fi
echo "== workbench, 100,000 versions"
python3 "$harness" -r 5 -s 120x40 -g commands -k 'Down*20' -k 'PageDown*10' \
	-k End -k Home -i 2 -- "$B/muster" -R "$registry"
if command -v less >/dev/null; then
	seq 1 100000 >"$BENCH_DATA/lines.txt"
	echo "== less, 100,000 lines"
	python3 "$harness" -r 5 -s 120x40 -k 'Down*20' -k 'PageDown*10' -i 2 \
		-- less "$BENCH_DATA/lines.txt"
fi
