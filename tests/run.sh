#!/bin/sh
# Runs every test and counts: unit tests (cmocka, TAP) and shell tests
# (tests/cli/*.sh, tests/faults/*.sh, tests/screens/run.sh …: exit 0 passes,
# 77 skips with the reason on the last line). ONLY='glob' picks by path.
# The last line is "N passed, N failed, N skipped"; what failed stands in
# $B/test-logs/failures, too.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${B:=build}"
only=${ONLY:-}
logs=$B/test-logs
[ "${1:-}" = --one ] || { rm -rf "$logs" && mkdir -p "$logs"; }
export B MUSTER="$PWD/$B/muster" LC_ALL=C.UTF-8 TZ=UTC
unset MUSTER_REGISTRY MUSTER_NOW NO_COLOR

list() {
	for t in "$B"/tests/*/test_*; do
		[ -x "$t" ] && [ ! -d "$t" ] && echo "$t"
	done
	for t in tests/cli/*.sh tests/faults/*.sh tests/screens/*.sh \
		 tests/e2e/*.sh tests/docs/*.sh; do
		[ -x "$t" ] && echo "$t"
	done
}

one() {
	t=$1
	log=$logs/$(echo "$t" | tr '/' '_').log
	case $t in
	*.sh)
		timeout "${TEST_TIMEOUT:-300}" "$t" >"$log" 2>&1 </dev/null
		rc=$?
		case $rc in
		0) echo "ok 1 - $t" >>"$log" ;;
		77) echo "ok 1 - $t # SKIP $(tail -1 "$log")" >>"$log" ;;
		*) echo "not ok 1 - $t (exit $rc)" >>"$log" ;;
		esac ;;
	*)
		CMOCKA_MESSAGE_OUTPUT=TAP timeout "${TEST_TIMEOUT:-300}" "$t" \
			>"$log" 2>&1 </dev/null
		rc=$?
		grep -q '^not ok' "$log" || [ $rc = 0 ] ||
			echo "not ok - $t ended with $rc" >>"$log" ;;
	esac
}

if [ "${1:-}" = --one ]; then
	one "$2"
	exit 0
fi

list | { if [ -n "$only" ]; then grep -E "$only"; else cat; fi; } |
	xargs -P "$(nproc)" -I{} "$0" --one {}

passed=0 failed=0 skipped=0
for log in "$logs"/*.log; do
	[ -f "$log" ] || continue
	# cmocka says "not ok 1 # SKIP name" of a test that skips itself
	s=$(grep -cE '^(not )?ok .*# *SKIP' "$log")
	p=$(grep -E '^ok ' "$log" | grep -cvE '# *SKIP')
	f=$(grep -E '^not ok' "$log" | grep -cvE '# *SKIP')
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	if [ "$f" != 0 ]; then
		{ echo "== $log"; tail -40 "$log"; } | tee -a "$logs/failures"
	fi
done
grep -hE '^(not )?ok .*# *SKIP' "$logs"/*.log 2>/dev/null |
	sed -E 's/^(not )?ok [0-9]* (- )?/skipped: /'
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
