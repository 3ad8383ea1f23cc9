#!/bin/sh
# Gates: written, checked, waived, in the way of a stage; and F85: what cannot
# be evaluated never ends with 0, each rule with each cause.
. "$(dirname "$0")/lib.sh"

small_set
gate() { printf '%s\n' "$@" >g.gate; expect 0 gate set production g.gate; }

# no gate: nothing to check, nothing in the way
expect 4 gate check scorer@1 production
complained "has no gate"
: >empty
expect 2 gate set nowhere empty
expect 1 gate set production empty
complained "no rule"
printf 'accuracy >= 0.5\nacuracy > 1\nfresh on\n' >bad.gate
expect 1 gate set production bad.gate
grep -q "line 2" err || die "no line: $(cat err)"
expect 0 gate show production --default
said "lineage complete"

# each rule, before anything was evaluated, written or signed
while read -r rule; do
	gate "$rule"
	expect 3 gate check scorer@1 production --json
	json "j['met'] is False and len(j['rules']) == 1"
	json "j['rules'][0]['verdict'] in ('open', 'fail', 'insufficient')"
	json "j['rules'][0]['why'] != ''"
done <<'RULES'
accuracy >= 0
accuracy low >= 0 on loans
recall >= 0 in each region
recall >= 0 in region=NW
f1 >= base
mae <= base + 1
fpr difference <= 1 by region
fpr ratio >= 0 by region
accuracy >= 0 on nosuchset
no significant loss
no significant loss of recall on loans
card complete >= 0
card approved
card findings none of error
datasheet complete >= 0
datasheet approved
datasheet findings none of warning
checklist complete >= 0
checklist item release.metrics
checklist item no-such-item
impact assessed
fresh
fresh on loans
lineage complete
artifact unchanged
attested "somebody looked"
signed by owner
signed by 2 of owner, risk
RULES

# evaluated: too few cases say nothing, whatever the figure
expect 0 eval loans --all
gate 'accuracy >= 0' 'recall >= 0 in each region' 'fpr ratio >= 0 by region'
expect 3 gate check scorer@1 production --json
json "[r['verdict'] for r in j['rules']] == ['insufficient'] * 3"
json "j['rules'][0]['figure']['n'] == 10"
gate 'accuracy >= 0.5 with n >= 5' 'fresh' 'mae >= 0'
expect 3 gate check scorer@1 production --json
json "[r['verdict'] for r in j['rules']] == ['pass', 'pass', 'insufficient']"
keys j gate version met rules revision risk digest
json "list(j['rules'][0])[:4] == ['rule', 'verdict', 'figure', 'why']"

# met; stale again when the set grows
gate 'accuracy >= 0.5 with n >= 5' 'fresh'
expect 0 gate check scorer@1 production
printf 'id,region,age,text,repaid\nl11,SE,20,x,no\n' >more.csv
expect 0 testset grow loans more.csv
expect 3 gate check scorer@1 production --json
json "[r['verdict'] for r in j['rules']] == ['open', 'open']"
expect 3 version stage scorer@1 production --reason r
complained "does not meet the gate"
expect 0 version stage scorer@1 candidate --reason r
# under --as-of the gate of then is evaluated on the data of then
entry=$(muster log --json | python3 -c 'import json,sys
print([e["index"] for e in json.load(sys.stdin)["entries"]
       if e["kind"] == "document.save"][-1])')
expect 0 gate check scorer@1 production --as-of "$entry"

# waivers: by number or text, with reason and end, and from no author
# (tests/cli/gate-waivers.sh is somebody else)
gate 'fresh' 'lineage complete'
expect 3 gate check scorer@1 production
soon=$(date -u -d '+10 days' +%F)
expect 2 gate waive scorer@1 production 1 --until "$soon"
expect 2 gate waive scorer@1 production 1 --reason r --until 2001-01-01
expect 2 gate waive scorer@1 production 1 --reason r --until 2999-01-01
expect 4 gate waive scorer@1 production 9 --reason r --until "$soon"
expect 1 gate waive scorer@1 production 1 --reason "set grew today" \
	--until "$soon"
complained "nobody waives what they wrote"
expect 4 gate unwaive scorer@1 production 2 --reason "no longer"
expect 3 gate check scorer@1 production
expect 0 gate attest scorer@1 'tested by hand' --reason "forty cases"
gate 'attested "tested by hand"'
expect 0 gate check scorer@1 production
expect 0 version stage scorer@1 production --reason "it holds"
expect 0 log --kind version.stage --json
json "len(j['entries']) == 2"

# an override stands in the log
gate 'lineage complete'
expect 3 version stage scorer@2 production --reason r
expect 0 version stage scorer@2 production --reason urgent --override
expect 0 log --kind version.stage
said "the gate did not hold"

# the artifact
head -c 100 /dev/zero >model.bin
expect 0 version add scorer --artifact model.bin --data-digest d \
	--code-commit c
gate 'artifact unchanged' 'lineage complete'
expect 3 gate check scorer@4 production
expect 0 gate check scorer@4 production --artifact model.bin
echo x >>model.bin
expect 3 gate check scorer@4 production --artifact model.bin
expect 1 gate check scorer@4 production --artifact nofile

# the editor: errors at the line, help above
cat >ed.sh <<'SH'
#!/bin/sh
grep -q '^#? METRIC' "$1" || exit 9
printf 'fresh\naccuracy > 0.9\n' >>"$1"
SH
chmod +x ed.sh
EDITOR="$work/ed.sh" expect 0 gate edit shadow --reason start
expect 0 gate show shadow
said "accuracy > 0.9"
grep -q '^#?' out && die "the help was kept"
EDITOR=false expect 1 gate edit shadow
expect 2 gate edit shadow --no-input

# a gate for one risk only
printf 'signed by owner\n' >h.gate
expect 0 gate set candidate h.gate --risk high
expect 3 version stage scorer@3 candidate --reason r
# a draft of harmless answers chooses no weaker gate: unset counts as high
printf 'attested "ok"\n' >l.gate
expect 0 gate set shadow h.gate --risk high
expect 0 gate set shadow l.gate --risk low
expect 0 assess set scorer@2 decision.kind=informs \
	decision.matter=convenience people.number=few people.vulnerable=no \
	people.choice=free harm.worst=nuisance harm.groups=unlikely \
	reversibility.undo=easily reversibility.notice=always \
	data.personal=none data.source=own oversight.person=each \
	oversight.appeal=yes
expect 0 assess show scorer@2 --json
json "j['risk'] == 'low' and j['open'] == 0 and j['gate_risk'] == 'high'"
expect 0 gate attest scorer@2 ok --reason 'so it is'
expect 3 version stage scorer@2 shadow --reason r
expect 0 model set scorer risk=low --reason "a toy"
expect 0 version stage scorer@3 candidate --reason r

# the assessment raises the risk
expect 0 assess set scorer@3 harm.worst=danger
expect 3 gate check scorer@3 candidate
expect 2 assess set scorer@3 harm.worst=nonsense
expect 0 assess show scorer@3 --json
json "j['risk'] == 'high' and j['open'] == 12"
expect 0 fsck

# a gate's text is taken back, the first one, too: the stage has none then
printf 'fresh\n' >g1
printf 'lineage complete\n' >g2
expect 0 gate set shadow g1
expect 0 gate set shadow g2
expect 0 undo
expect 0 gate show shadow
said fresh
expect 0 gate set candidate g1
expect 3 gate check scorer@2 candidate
expect 0 undo
expect 4 gate check scorer@2 candidate
complained "has no gate"
expect 0 gate list --json
json "[g['in_force'] for g in j['gates'] if g['gate'] == 'candidate'] == [False]"
expect 0 version stage scorer@2 candidate --reason 'no gate any more'
expect 0 gate set candidate g1
expect 3 gate check scorer@2 candidate
expect 0 gate list --json
json "all(g['in_force'] for g in j['gates'])"
expect 0 fsck
expect 0 rebuild
expect 3 gate check scorer@2 candidate
