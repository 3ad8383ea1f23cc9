#!/bin/sh
# Makes the registry of the scripts that say "#registry problems": that of
# loans.sh with three problems, one of them in the inbox. Usage: problems.sh
# MUSTER REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
sh "$(dirname "$0")/loans.sh" "$1" "$2"
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
exec 3>&1 >"$2.log" 2>&1
trap 'test $? = 0 || cat "$2.log" >&3' EXIT
"$muster" problem add 'the poor of the north west' --model credit \
	--testset loans --users 124/1000 --users-source survey --harm 3 \
	--owner ana
"$muster" problem pattern P-1 --where 'income<14000 region=NW' \
	--pattern false-negative
"$muster" problem add 'late fees' --model credit --testset loans --users 2 \
	--users-source log --harm 2
"$muster" problem pattern P-2 --where 'income>61500' --pattern false-positive
"$muster" report-failure credit@6 --input income=2100 --input text=refund \
	--expected yes --text 'denied twice'
"$muster" problem set P-1 state=described --reason clear
"$muster" problem set P-2 state=described --reason clear
