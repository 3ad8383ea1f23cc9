#!/bin/sh
# datasheet check, import, export; checklist by evidence and by hand.
. "$(dirname "$0")/lib.sh"
small_set
expect 3 datasheet check adult --json
json "any(f['id'] == 'empty' and f['place'] == 'C.people' \
	for f in j['findings'])"
cat >sheet.md <<'MD'
## M1 Purpose

A benchmark

## C.people Relates to people?

no

## L.people Relates to people?

yes
MD
expect 0 datasheet import adult sheet.md
expect 3 datasheet check adult --json
json "any(f['id'] == 'contradiction-people' for f in j['findings'])"
json "not any(f['place'] == 'C14' for f in j['findings'])"
expect 0 datasheet export adult --format croissant -o c.json
expect 0 datasheet import other c.json
expect 0 datasheet show other --json
json "[i['text'] for i in j['items'] if i['id'] == 'M1'] == ['A benchmark']"
expect 2 datasheet show 'no name'

expect 0 checklist show scorer --json
json "len(j['items']) == 15"
json "{i['id']: i['state'] for i in j['items']}['after.comparable'] == 'open'"
expect 0 eval loans --all
expect 0 checklist show scorer --json
json "{i['id']: i['state'] for i in j['items']}['after.comparable'] \
	== 'evidence'"
expect 1 checklist tick scorer after.comparable --note 'believe me'
complained "by evidence"
expect 2 checklist tick scorer release.explain
expect 4 checklist tick scorer nothing --note x
expect 4 checklist show nobody
expect 0 checklist tick scorer release.explain --note 'SHAP in the file'
expect 0 checklist tick scorer long.refresh --note '90 days'
expect 0 checklist show scorer --json
json "{i['id']: i['state'] for i in j['items']}['release.explain'] \
	== 'by hand'"
json "{i['id']: i['state'] for i in j['items']}['long.refresh'] == 'evidence'"
json "{i['id']: i['why'] for i in j['items']}['after.reproducible'] \
	== 'version 3 lacks data digest, code commit, parameters, seed'"

# what the registry sees of problems, data, explanations, production
state() {
	expect 0 checklist show scorer --json
	json "[(i['state'], i['why']) for i in j['items'] if i['id'] == '$1'][0][0] == '$2'"
}
state after.tracker open
expect 0 checklist tick scorer after.tracker --note 'none reported, 2026-03-01'
state after.tracker 'by hand'
expect 0 problem add 'old people' --model scorer --testset loans
state after.tracker evidence
state after.triage open
expect 1 checklist tick scorer long.versioned --note x
expect 0 dataset add lent loans.csv --source 'the core system'
digest=$(sha256sum loans.csv | cut -c1-64)
expect 0 version add scorer --data-digest "$digest" --code-commit c0de \
	--param seed=1 --param explanation=https://example.org/shap
expect 0 version stage scorer@1 production --reason r
expect 0 version stage scorer@4 production --reason r
state long.versioned evidence
state release.explain evidence
state after.why open
expect 0 version add scorer --data-digest "$digest" --code-commit c0df \
	--param seed=2
expect 0 version stage scorer@5 production --reason r
state after.why evidence
state long.robust open
expect 0 fsck
