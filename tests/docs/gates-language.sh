#!/bin/sh
# Every rule form of docs/gates.md is evaluated on a version with documents,
# test set, production and problems; every kind of rule is in that page. The
# set has no second column to cut by: its only one stands in for age_band.
. "$(dirname "$0")/../cli/lib.sh"

sed -n '/^## The language/,/^## Past a gate/s/^    //p' \
	"$root/docs/gates.md" | sed 's/age_band/region/' >rules
[ "$(wc -l <rules)" -gt 40 ] || die "too few examples: $(wc -l <rules)"
MUSTER_NOW=2026-03-01T12:00:00Z sh "$root/tests/screens/problems.sh" \
	"$MUSTER" "$work/loans.db"
export MUSTER_REGISTRY=$work/loans.db

expect 0 gate set production rules
expect 3 gate check credit@8 production --json
cp out all
json "len(j['rules']) == $(wc -l <rules)"
json "all(r['why'] for r in j['rules'])"
# none is beyond this program, and none found no such set, slice or item
json "not [r for r in j['rules'] if 'cannot evaluate' in r['why']]"
json "not [r for r in j['rules'] for no in ('no slice', 'no item',
	'no case', 'no slicing') if no in r['why']]"
# all verdicts that need no person are among them
json "len({r['verdict'] for r in j['rules']}) == 4"

# every word that may open a rule, and every shape behind a metric
for word in no open card datasheet checklist impact fresh profile lineage \
	artifact attested signed; do
	grep -q "^$word" rules || die "no example starts with '$word'"
done
for shape in ' low ' ' base$' ' base + ' ' base - ' ' in [a-z]*=' \
	' in each slice' ' in each [a-z]*$' ' on loans' ' with n >= ' \
	' difference ' ' ratio >= ' ' ratio <= ' ' against ' \
	' given ' '^calibration_' '^same_score_' 'by [a-z]*+[a-z]' \
	'^no significant loss$' 'loss of ' 'no broken problem' \
	'no open problem$' 'no open problem with' ' complete ' ' approved' \
	'none of error' 'none of warning' 'item ' 'by [a-z]*$' '2 of ' \
	' waivable by [a-z]*$' ' waivable by [a-z]*, ' ' not waivable$'; do
	grep -q -- "$shape" rules || die "no example has '$shape'"
done

# by verdict: the exit status says what the verdicts say
for verdict in pass fail insufficient open; do
	V=$verdict python3 -c '
import json, os
for r in json.load(open("all"))["rules"]:
    if r["verdict"] == os.environ["V"]:
        print(r["rule"])' >some
	expect 0 gate set shadow some
	if [ $verdict = pass ]; then
		expect 0 gate check credit@8 shadow --json
		json "j['met'] is True"
	else
		expect 3 gate check credit@8 shadow --json
	fi
	json "{r['verdict'] for r in j['rules']} == {'$verdict'}"
done
