#!/bin/sh
# Gates that are met: against production, documents, data, and a whole one.
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

# against production: accuracy .6 of version 1, 1 of 2, .8 of 3
expect 0 eval loans --all
gate 'accuracy >= base with n >= 5' 'no significant loss'
verdicts scorer@2 0 pass pass
json "'nothing else' in j['rules'][0]['why']"
expect 0 version stage scorer@2 production --reason best --override
gate 'accuracy >= base - 0.2 with n >= 5' 'accuracy >= base with n >= 5' \
	'accuracy >= base - 0.2 in each region with n >= 5' \
	'accuracy >= base - 0.2'
verdicts scorer@3 3 pass fail pass insufficient
json "'production has 1' in j['rules'][0]['why']"
gate 'accuracy >= base - 0.2 with n >= 5'
expect 0 gate check scorer@3 production
expect 3 gate check scorer@1 production

# a card as complete as is asked, without findings of its own
cat >card.md <<'MD'
## 1.1 Made by

The risk team

## 1.6 Resources

N/A: no paper
MD
expect 0 card import scorer@2 card.md
gate 'card complete >= 0.05' 'card complete >= 0.99'
verdicts scorer@2 3 pass fail
json "0.05 <= j['rules'][0]['figure']['value'] < 0.99"

# data: by its digest, with a datasheet under its name, profiled lately
printf 'a,b\n1,2\n3,4\n' >train.csv
digest=$(sha256sum train.csv | cut -d' ' -f1)
expect 0 version add scorer --data-digest "$digest" --code-commit c
gate 'profile within 30 days'
verdicts scorer@1 3 open
verdicts scorer@4 3 open
json "'no dataset has the digest' in j['rules'][0]['why']"
expect 0 dataset add train train.csv
verdicts scorer@4 0 pass
json "j['rules'][0]['evidence'] == 'dataset train'"
first=$(python3 -c 'import json; print(json.load(open("out"))["digest"])')
MUSTER_NOW=$(date -u -d '+29 days' +%FT%TZ) expect 0 gate check scorer@4 \
	production --json
json "j['digest'] == '$first'"
MUSTER_NOW=$(date -u -d '+31 days' +%FT%TZ) expect 3 gate check scorer@4 \
	production --json
json "j['rules'][0]['verdict'] == 'fail'"
gate 'datasheet complete >= 0.01'
verdicts scorer@4 3 open
json "'train has no datasheet' in j['rules'][0]['why']"
printf '## M1 Purpose\n\nA toy\n' >sheet.md
expect 0 datasheet import train sheet.md
verdicts scorer@4 0 pass
json "j['rules'][0]['evidence'] == 'datasheet train'"
# other data under the name are not what the version was made of
printf '5,6\n' >>train.csv
expect 0 dataset add train train.csv --update
gate 'profile within 30 days'
verdicts scorer@4 3 open
expect 0 fsck
