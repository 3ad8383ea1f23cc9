#!/bin/sh
# F85: a gate that cannot be evaluated never ends with 0. Each cause meets
# each rule that it touches: 3 with a reason in the rule, 5 when the registry
# is locked, 1 when it cannot be read.
. "$(dirname "$0")/lib.sh"

n=0
# hold VERSION RULE...: no rule of this gate passes, each says why
hold() {
	of=$1
	shift
	printf '%s\n' "$@" >one
	n=$((n + $#))
	"$MUSTER" gate set shadow one >/dev/null 2>err ||
		die "gate set: $cause: $(cat err)"
	"$MUSTER" gate check "$of" shadow --json >out 2>err
	got=$?
	[ $got = 3 ] || die "ended with $got: $cause: $(cat err)"
	python3 -c '
import json
for r in json.load(open("out"))["rules"]:
    if r["verdict"] not in ("open", "insufficient", "fail") or not r["why"]:
        raise SystemExit(repr(r))
' || die "$of: $cause"
}
figures() {
	hold "$@" 'accuracy >= 0' 'accuracy low >= 0' 'accuracy >= base - 1' \
		'accuracy >= 0 in region=NW' 'accuracy >= 0 in each region' \
		'accuracy >= 0 in each slice' 'ece <= 1' \
		'fpr difference <= 1 by region' 'fpr ratio <= 99 by region' \
		'demographic_parity_ratio >= 0 by region' \
		'equalized_odds_difference <= 1 by region' \
		'clarify_dppl <= 1 by region of NW against SE' \
		'no significant loss' 'no significant loss of recall'
}
small_set
expect 0 eval loans --all
expect 0 version stage scorer@1 production --reason first

cause='ten cases are too few'
figures scorer@2
cause='nobody has said anything'
expect 0 version add scorer
figures scorer@4
hold scorer@4 fresh 'fresh on loans' 'card complete >= 0' 'card approved' \
	'card findings none of error' 'datasheet complete >= 0' \
	'datasheet approved' 'datasheet findings none of error' \
	'checklist complete >= 0.1' 'checklist item release.metrics' \
	'impact assessed' 'profile within 999 days' 'lineage complete' \
	'artifact unchanged' 'attested "tried"' 'signed by risk' \
	'signed by 2 of owner, risk'
cause='there is no such set, slice, column, group or item'
hold scorer@2 'accuracy >= 0 on nowhere' 'accuracy >= 0 in region=XX' \
	'accuracy >= 0 in each nothing' 'fpr ratio >= 0 by nothing' \
	'demographic_parity_ratio >= 0 by nothing' \
	'clarify_dppl <= 1 by region of XX against SE' 'fresh on nowhere' \
	'no significant loss on nowhere' 'checklist item no.such'
cause='it is no figure of such a set'
hold scorer@2 'mae <= 99' 'mae <= base + 99' 'mae difference <= 99 by region'

cause='a problem whose harm, users and error are not known'
expect 0 report-failure scorer@2 --input age=30 --input text=x --expected yes
hold scorer@2 'no open problem' 'no open problem with impact >= 99' \
	'open impact <= 99'

cause='the set has grown since'
printf 'id,region,age,text,repaid\nl11,NW,30,new,yes\n' >more.csv
expect 0 testset grow loans more.csv
figures scorer@2
hold scorer@2 fresh 'fresh on loans'

cause='two sets, and the rule does not say which'
sed 's/^l/k/' loans.csv >other.csv
sed 's/^l\([0-9]\)/k\1/' scores.csv >other-scores.csv
expect 0 testset create other other.csv --task binary --target repaid \
	--positive yes --key id --slice region --input age --input text
expect 0 predictions import scorer@2 other other-scores.csv --score p2 \
	--threshold .5
expect 0 eval other --all
figures scorer@2

cause='nobody has signed'
expect 0 role grant "$(id -un)" risk --reason r
hold scorer@2 'signed by risk'

# in the long form, as the program waits a minute for a lock
if [ -n "${MUSTER_LONG:-}" ]; then
	python3 - <<-'PY' &
	import sqlite3, time
	c = sqlite3.connect("registry.db", isolation_level=None)
	c.execute("BEGIN EXCLUSIVE")
	open("locked", "w").close()
	time.sleep(130)
	PY
	holder=$!
	while [ ! -e locked ]; do sleep 0.05; done
	expect 5 gate check scorer@2 shadow
	kill $holder
	wait $holder 2>/dev/null
fi

cause='what it rests on cannot be read'
rules='accuracy >= 0 on other with n >= 5'
printf '%s\n' "$rules" >one
expect 0 gate set shadow one
expect 0 gate check scorer@2 shadow
cp registry.db whole.db
sqlite3 registry.db "UPDATE blob SET data = CAST(x'00' || substr(data, 2) AS BLOB)
	WHERE length(data) > 0"
"$MUSTER" gate check scorer@2 shadow >out 2>err
got=$?
[ $got = 1 ] || die "spoiled blobs ended with $got: $(cat err)"
cp whole.db registry.db
printf 'no database' >registry.db
expect 1 gate check scorer@2 shadow
cp whole.db registry.db
dd if=/dev/zero of=registry.db bs=4096 seek=3 count=8 conv=notrunc 2>/dev/null
"$MUSTER" gate check scorer@2 shadow >out 2>err
got=$?
[ $got = 1 ] || die "zeroed pages ended with $got: $(cat err)"
cp whole.db registry.db
rm registry.db
expect 4 gate check scorer@2 shadow
echo "$n gates held"
