#!/bin/sh
# Gates on problems: open ones by what they weigh, closed ones that break.
. "$(dirname "$0")/lib.sh"

small_set
gate() { printf '%s\n' "$@" >g.gate; expect 0 gate set production g.gate; }
verdicts() {
	of=$1
	want=$2
	shift 2
	expect "$want" gate check "$of" production --json
	json "' '.join(r['verdict'] for r in j['rules']) == '$*'"
}

expect 0 eval loans --all
gate 'no open problem' 'no open problem with impact >= 20' \
	'open impact <= 20' 'no broken problem'
verdicts scorer@1 0 pass pass pass pass

# one that nobody weighed: it holds up what asks for its impact
expect 0 problem add 'wrong about three' --model scorer --testset loans
expect 0 problem pattern P-1 --key l4 --key l5 --key l8 --key l1
verdicts scorer@1 3 fail open open pass
json "j['rules'][1]['evidence'] == 'problem P-1'"
json "'users are not known' in j['rules'][1]['why']"

# weighed: error .75 of version 1, 0 of version 2
expect 0 problem set P-1 users=12.5 harm=3 owner=bo --reason 'by hand'
verdicts scorer@1 3 fail fail fail pass
json "abs(j['rules'][1]['figure']['value'] - 12.5 * .75 * 3) < 1e-9"
json "abs(j['rules'][2]['figure']['value'] - 12.5 * .75 * 3) < 1e-9"
verdicts scorer@2 3 fail pass pass pass
gate 'no open problem with impact > 28.125' 'open impact < 28.126' \
	'open impact = 28.125' 'open impact > 100'
verdicts scorer@1 3 pass pass pass fail

# closed: versions that fail it are stopped, and so are those not asked
expect 0 version stage scorer@2 production --reason better --override
for state in described triaged in-progress; do
	expect 0 problem set P-1 state=$state --reason next
done
expect 0 problem close P-1 --reason 'version 2'
gate 'no open problem' 'no broken problem'
verdicts scorer@2 0 pass pass
json "'1 closed' in j['rules'][1]['why']"
verdicts scorer@1 3 pass fail
json "j['rules'][1]['evidence'] == 'problem P-1'"
json "'error 0.75' in j['rules'][1]['why']"
expect 0 version add scorer
verdicts scorer@4 3 pass open
expect 0 fsck
