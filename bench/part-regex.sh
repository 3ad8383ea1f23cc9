#!/bin/sh
# Regex over 1,000,000 texts: a rule's scan beside the bare PCRE2 JIT loop,
# in one run. DESIGN section 12: at most 1.5 times the bare loop.
# BENCH_DATA holds texts.txt and bin/regex_bound (made by SHARED/bench).
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
patterns=$SHARED/bench/patterns.txt
texts=$BENCH_DATA/texts.txt
bound=$BENCH_DATA/bin/regex_bound
if [ ! -r "$patterns" ]; then
	echo "regex: no $patterns, skipped"
	exit 77
fi
if [ ! -r "$texts" ] || [ ! -x "$bound" ]; then
	make -s -C "$SHARED/bench" BENCH_DATA="$BENCH_DATA" "$texts" "$bound"
fi
mkdir -p "$B/bench"
${CC:-cc} -std=c11 -O2 -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 -I. \
	-o "$B/bench/rule_scan" bench/rule_scan.c "$B/libmuster.a" \
	-lpcre2-8 -pthread
printf '%-12s %9s %9s %9s %7s %7s  %s\n' pattern 'rule s' 'rows s' 'buffer s' \
	/rows /buffer 'first hit ms'
while IFS="$(printf '\t')" read -r name pattern; do
	rows=$("$bound" lines8 "$texts" "$pattern" | awk '{ print $3 }')
	buffer=$("$bound" buffer8 "$texts" "$pattern" | awk '{ print $3 }')
	"$B/bench/rule_scan" "$texts" "$pattern" |
	awk -v n="$name" -v r="$rows" -v b="$buffer" '{
		printf "%-12s %9.4f %9.4f %9.4f %7.2f %7.2f  %.2f\n",
			n, $1, r, b, $1 / r, $1 / b, $3 }'
done <"$patterns"
