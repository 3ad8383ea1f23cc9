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
expect 0 fsck
