#!/bin/sh
# The long runs of the fault tests that 'make check' only samples.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}"
: "${KILLS:=10000}"
run() {
	echo "== $*"
	env "$@"
}
run MUSTER_KILLS="$KILLS" "$B/tests/faults/test_f01_kill9"
run MUSTER_MUTATIONS=5500 MUSTER_FLIPS=10000 \
	"$B/tests/faults/test_f14_mutations"
run MUTATIONS=50000 CLEAN=1000 MUSTER="$PWD/$B/muster" \
	tests/faults/f14-every-cell.sh
run MUSTER_FLIPS=10000 "$B/tests/cards/test_report"
run REPEATS=100 MUSTER="$B/muster" tests/cli/report-same.sh
run MUSTER_CRASHES=20000 "$B/tests/faults/test_f02_power_loss"
run MUSTER_BACKUPS=200 "$B/tests/faults/test_f10_backup"
run MUSTER_NTH=0 MUSTER_NTH_ALLOC=500 MUSTER_RECOVERIES=2000 \
	"$B/tests/faults/test_f33_nth"
run MUSTER_STATEMENTS=0 "$B/tests/faults/test_f34_statements"
run MUSTER_TAMPERINGS=5000 "$B/tests/faults/test_f13_tampering"
run PAYLOADS=0 MUSTER="$PWD/$B/muster" tests/faults/f48-everywhere.sh
run MUSTER_BOMBS=1 "$B/tests/model/test_rule"
run MUSTER_ENTRIES=1000000 "$B/tests/faults/test_f23_huge_log"
run MUSTER_ROUNDS=1000 "$B/tests/faults/test_f77_recovery"
run MUSTER_TEXTS=100000 "$B/tests/faults/test_f41_texts"
run MUSTER_SEQUENCES=100000 "$B/tests/registry/test_signoff_law"
run MUSTER_SEQUENCES=10000 "$B/tests/registry/test_living"
run MUSTER_METHODS=24 MUSTER="$PWD/$B/muster" sh tests/cli/real-m3-paired.sh
run MUSTER_SEQUENCES=10000 "$B/tests/model/test_problem"
run MUSTER_SEQUENCES=10000 "$B/tests/registry/test_regress"
run DROPS="${DROPS:-200}" MUSTER="$B/muster" "$B/tests/e2e/test_documents"
run DROPS="${DROPS:-200}" MUSTER="$B/muster" "$B/tests/e2e/test_prompts"
run MUSTER_PAYLOADS=400 MUSTER_SIZES=700 MUSTER_STRINGS=2000 \
	MUSTER_PASTES=200 MUSTER="$B/muster" "$B/tests/faults/test_f24_terminal"
run MUSTER_RACES=1000 "$B/tests/faults/test_f20_races"
run MUSTER_RACES=100000 "$B/tests/base/test_private"
run MUSTER_SIGNALS=10 MUSTER="$B/muster" "$B/tests/faults/test_f30_signals"
run MONKEY_KEYS="${MONKEY_KEYS:-200000}" MUSTER="$B/muster" \
	"$B/tests/e2e/test_workbench"
run MONKEY_KEYS="${MONKEY_KEYS:-200000}" MUSTER="$B/muster" \
	"$B/tests/e2e/test_monkey"
run MUSTER_LONG=1 MUSTER="$PWD/$B/muster" tests/cli/gate-unevaluable.sh
i=0
while [ $i -lt 50 ]; do
	"$B/tests/faults/test_f06_writers" >/dev/null
	i=$((i + 1))
done
echo "torture: passed"
