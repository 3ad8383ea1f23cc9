#!/bin/sh
# Makes the registry of the scripts that say "#registry gates": that of
# problems.sh with a gate for production, roles, a waiver, an assessment and
# two sign-offs. Usage: gates.sh MUSTER REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
sh "$(dirname "$0")/problems.sh" "$1" "$2"
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
exec 3>&1 >"$2.log" 2>&1
trap 'test $? = 0 || cat "$2.log" >&3' EXIT
cat >"$2.gate" <<'GATE'
# what the credit desk asks for
accuracy low >= 0.86 on loans
recall >= 0.7 in each region
fpr ratio <= 1.25 by region with n >= 50
no significant loss
no open problem with impact >= 2
card complete >= 0.9
impact assessed
fresh
lineage complete
attested "rollback tested"
signed by 1 of risk
GATE
"$muster" gate set production "$2.gate" --reason 'first rules'
sed -i 's/0.86/0.88/' "$2.gate"
"$muster" gate set production "$2.gate" --reason 'tighter since the audit'
me=$(id -un)
"$muster" role grant "$me" owner --reason 'builds it'
"$muster" role grant "$me" risk --reason 'alone here'
# no author waives: tests/e2e/test_screens.c is somebody else
"$muster" role grant bob risk --reason 'second line'
"$SOMEBODY_ELSE" --waive "$2"
"$muster" assess set credit@8 decision.kind=advises people.number=thousands \
	harm.worst=unfair
"$muster" sign credit@8 --role owner --meaning authored --reason 'ready'
rm -f "$2.gate"
