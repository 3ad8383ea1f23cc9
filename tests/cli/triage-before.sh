#!/bin/sh
# The total open impact against the revision before: none with one revision,
# then what a correction has done to the same problems and factors.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 version stage scorer@1 production --reason first
expect 0 problem add 'wrong about four' --model scorer --testset loans \
	--users 12.5 --users-source survey --harm 3
expect 0 problem pattern P-1 --key l4 --key l5 --key l8 --key l1
expect 0 problem set P-1 state=described --reason clear
expect 0 triage --json
json 'list(j) == ["problems", "total"] and j["total"]["value"] == 28.125'

board() {
	printf '%s\n' 'keys 3' "$@" >steps
	env MUSTER_STEPS=steps TERM=xterm-256color LINES=40 COLUMNS=120 \
		"$MUSTER" || die "not shown: $*"
}
board 'expect TOTAL OPEN IMPACT 28.1' 'refuse against'
# l4 was yes: version 1 is right about it
printf 'id,repaid\nl4,yes\n' >right.csv
expect 0 testset relabel loans right.csv --reason checked
expect 0 triage --json
json 'list(j) == ["problems", "total", "before"]'
json 'j["total"]["value"] == 18.75 and j["before"]["revision"] == 1'
json 'j["before"]["total"]["value"] == 28.125 and j["before"]["total"]["n"] == 1'
board 'expect TOTAL OPEN IMPACT 18.8' 'expect (-33% against r1)'
# a pattern that came later was nothing then; of an earlier day none is known
printf 'id,region,age,text,repaid\nl11,SE,70,new,no\n' >more.csv
expect 0 testset grow loans more.csv
printf 'id,p1\nl11,.9\n' >said.csv
expect 0 predictions import scorer@1 loans said.csv --score p1 --threshold .5
expect 0 problem pattern P-1 --key l11
expect 0 triage --json
json 'j["before"]["revision"] == 2 and j["before"]["total"]["value"] == 18.75'
json 'j["total"]["value"] == 22.5'
board 'expect (+20% against r2)'
expect 0 triage --as-of 5 --json
json 'list(j) == ["problems", "total"]'
