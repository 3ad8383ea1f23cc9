#!/bin/sh
# A log of SIZE entries: fsck and rebuild, their memory, and the log of one object
# and of all, beside sha256sum over the same file. FAULTS F23: a million entries
# verified in 10 s, in less than 64 MiB.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SIZE:=1000000}" "${BENCH_DATA:=/tmp/benchdata}"
models=$(((SIZE + 999) / 1000))
registry=$BENCH_DATA/log-$SIZE.db
mkdir -p "$BENCH_DATA" "$B/bench"
if [ ! -f "$registry" ]; then
	${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -I. -o "$B/bench/tui_registry" \
		bench/tui_registry.c "$B/libmuster.a" -lsqlite3 -lpcre2-8 \
		-ljansson -lnettle -lcsv -lRmath -lm -ldl -pthread
	rm -f "$registry.new"
	"$B/bench/tui_registry" "$registry.new" "$models" 1000
	mv "$registry.new" "$registry"
fi
t=$(mktemp -d "$BENCH_DATA/log.XXXXXX")
trap 'rm -rf "$t"' EXIT INT TERM
export XDG_STATE_HOME="$t" XDG_CONFIG_HOME="$t"
cp "$registry" "$t/copy.db"
# took NAME COMMAND...: seconds, and the peak of memory where it can be told
took() {
	name=$1
	shift
	from=$(date +%s%N)
	"${PYTHON:-python3}" -c 'import resource, subprocess, sys
code = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write("%.0f" % (used / 1024))
sys.exit(code)' "$t/peak" "$@"
	to=$(date +%s%N)
	echo "$name $(((to - from) / 1000)) $(cat "$t/peak")" | awk '{
		printf "%-34s %9.3f %9s\n", $1, $2 / 1e6, $3 }'
}
printf '%-34s %9s %9s\n' "work:$SIZE-entries" s MiB
took sha256sum sha256sum "$registry"
took fsck "$B/muster" -q -R "$registry" fsck
took rebuild "$B/muster" -q -R "$t/copy.db" rebuild
took log:object "$B/muster" -R "$registry" log --object \
	model-00001@7
took log:all "$B/muster" -R "$registry" log
