#!/bin/sh
# Builds each tests/fuzz/fuzz_NAME.c with libFuzzer, ASan and UBSan and runs it
# for FUZZ_TIME seconds from tests/fuzz/seeds/NAME (or tests/fuzz/NAME).
# ONLY=NAME runs one. What a run finds stays under $B/fuzz.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${FUZZ_TIME:=60}" "${ONLY:=}" "${CLANG:=clang}"
out=$B/fuzz
mkdir -p "$out"

probe=$out/probe.c
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return 0; }' \
	>"$probe"
if ! "$CLANG" -fsanitize=fuzzer,address,undefined -o "$out/probe" "$probe" \
     2>"$out/probe.log"; then
	echo "fuzzing skipped: $CLANG cannot build a fuzzer here (clang and" \
	     "libclang-rt-dev are needed); see $out/probe.log"
	exit 77
fi

make -s B="$out" CC="$CLANG" HARDEN= FORTIFY= CFLAGS="-O1 -g \
	-fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=undefined" WARNINGS= "$out/libmuster.a"

failed=0
for src in tests/fuzz/fuzz_*.c; do
	name=${src#tests/fuzz/fuzz_}
	name=${name%.c}
	[ -z "$ONLY" ] || [ "$ONLY" = "$name" ] || continue
	"$CLANG" -g -O1 -std=gnu11 -D_GNU_SOURCE -I. -Itests \
		-fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined -o "$out/fuzz_$name" "$src" \
		"$out/libmuster.a" $(make -s print-libs)
	mkdir -p "$out/corpus-$name"
	seeds=tests/fuzz/seeds/$name
	[ -d "$seeds" ] || seeds=tests/fuzz/$name
	echo "fuzzing $name for $FUZZ_TIME s"
	"$out/fuzz_$name" -max_total_time="$FUZZ_TIME" -timeout=20 \
		-rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
		-artifact_prefix="$out/$name-" \
		"$out/corpus-$name" "$seeds" \
		>"$out/$name.log" 2>&1 || failed=1
	grep -E 'number_of_executed_units|ERROR|SUMMARY' "$out/$name.log" || :
done
exit $failed
