#!/bin/sh
# F80 in short: a few small faults in the code of the log; the unit tests of the
# log must notice four of five ('make mutants' tries 200 in log and sign-off).
set -u
: "${B:=build}"
case $B in
*sanitize* | *cover*) echo "mutants are compiled as make does it by itself"
	exit 77 ;;
esac
MUTANTS=5 FILES=log LEAST=80 "$(dirname "$0")/../mutants.sh"
