#!/bin/sh
# Total open impact over time: each point is the board as of then.
. "$(dirname "$0")/lib.sh"
day() {
	MUSTER_NOW=2026-03-${1}T12:00:00Z
	export MUSTER_NOW
}
day 01
small_set
expect 0 triage --over-time
said 'there was no problem yet'
expect 0 triage --over-time --json
json 'j["points"] == []'
expect 0 version stage scorer@1 production --reason first
# version 1 is wrong about l4, l5, l8, l9; version 2 about none
day 02
expect 0 problem add 'wrong about four' --model scorer --testset loans \
	--rule 'age>=41'
expect 0 problem pattern P-1 --key l4 --key l5 --key l8 --key l1
day 03
expect 0 problem set P-1 users=12.5 harm=3 owner=bo --reason 'by hand'
expect 0 model add other --task binary --owner team
expect 0 problem add 'of another model' --model other
day 04
expect 0 problem set P-1 harm=5 --reason 'worse than thought'
day 05
expect 0 role grant nobody reviewer --reason 'moves nothing'
day 06
expect 0 version stage scorer@2 production --reason better
day 07
printf 'id,repaid\nl1,no\n' >fix.csv
expect 0 testset relabel loans fix.csv
day 08
expect 0 problem set P-1 state=described --reason a
expect 0 problem set P-1 state=wont-fix --reason b
expect 0 triage --over-time --json
keys 'j["points"][0]' time index ranked open inbox total
json '[p["time"][8:10] for p in j["points"]] == "02 03 04 06 07 08".split()'
json '[p["total"]["value"] for p in j["points"]] == [0, 12.5 * .75 * 3, 12.5 * .75 * 5, 0, 12.5 * .25 * 5, 0]'
json '[p["ranked"] for p in j["points"]] == [0, 1, 1, 1, 1, 0]'
json '[p["open"] for p in j["points"]] == [1, 2, 2, 2, 2, 1]'
expect 0 triage --over-time --model scorer --json
json '[p["open"] for p in j["points"]] == [1, 1, 1, 1, 1, 0]'
# as of a day: the same points up to it
expect 0 --as-of 2026-03-04 triage --over-time --json
json '[p["total"]["value"] for p in j["points"]] == [0, 12.5 * .75 * 3, 12.5 * .75 * 5]'
# by entry: only those that moved it, and each is the board as of that entry
expect 0 triage --over-time --by entry --json
cp out points.json
json 'len(j["points"]) == 7'
for i in 0 1 2 3 4 5 6; do
	at=$(python3 -c "import json; print(json.load(open('points.json'))['points'][$i]['index'])")
	expect 0 --as-of "$at" triage --json
	json "abs(sum(p['impact'].get('value') or 0 for p in j['problems']) - json.load(open('points.json'))['points'][$i]['total']['value']) < 1e-12"
done
expect 0 triage --over-time
said '########################'
expect 0 triage --over-time --csv
[ "$(wc -l <out)" = 7 ] || die "csv: $(cat out)"
expect 0 triage --over-time --md
said '| 2026-03-04T12:00:00Z |'
grep -q '#' out && die "bars are for people: $(cat out)"
# a clock that was set back: the entry before it counts when both are seen
day 20
expect 0 problem add 'from tomorrow' --model scorer
day 10
expect 0 problem add 'from today' --model scorer
expect 0 triage --over-time --json
json 'j["points"][-1]["time"][8:10] == "10" and j["points"][-1]["open"] == 3'
expect 0 --as-of 2026-03-10 triage --json
json 'len(j["problems"]) == 3'
expect 2 triage --by day
expect 2 triage --over-time --by week
expect 2 triage --over-time --check
expect 2 triage --over-time --of scorer@1
