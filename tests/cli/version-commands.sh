#!/bin/sh
. "$(dirname "$0")/lib.sh"
expect 0 init
expect 0 model add scorer --task binary
expect 4 version add nobody
expect 1 version add scorer --artifact missing.bin
complained "missing.bin"
printf 'weights' >model.bin
expect 0 version add scorer --artifact model.bin --code-commit 7be2f41 \
	--data-digest "$(printf x | sha256sum | cut -c1-64)" \
	--run r1 --param seed=1 --param depth=3 \
	--runner "./predict --fast 'a b'" --note first
said "added version scorer@1 (log 2)"
expect 0 version add scorer --param seed=2 -n
expect 0 version add scorer --param seed=2 --param leaf=9
said "scorer@2"
expect 0 version show scorer@1 --json
keys j model version stage aliases artifact data code run params runner threshold
json "j['artifact'] == '$(sha256sum <model.bin | cut -c1-64)'"
json "j['runner'] == ['./predict', '--fast', 'a b'] and j['threshold'] is None"
json "j['params'] == {'seed': '1', 'depth': '3'}"
json "j['stage'] == 'none' and j['aliases'] == []"
expect 2 version stage scorer@1 production
complained "--reason"
expect 0 version stage scorer@1 production --reason 'first'
said "moved scorer@1 to stage production"
expect 0 version stage scorer@2 production --reason 'better'
expect 0 version show scorer@production --json
json "j['version'] == 2"
expect 0 version alias scorer@1 champion
expect 0 version show scorer@champion --json
json "j['version'] == 1 and j['aliases'] == ['champion']"
expect 0 version alias scorer@2 champion
expect 0 version show scorer@champion --json
json "j['version'] == 2"
expect 2 version alias scorer@2 7
expect 2 version alias scorer@2 production
expect 2 version show scorer
expect 4 version show scorer@9
expect 4 version show scorer@nobody
"$MUSTER" version stage scorer@1 retired --reason x >out 2>err &&
	die "a stage that is none was taken"
expect 0 model list --json
json "j['models'][0]['production'] == 2 and j['models'][0]['versions'] == 2"
expect 0 version list scorer --json
json "[v['version'] for v in j['versions']] in ([1, 2], [2, 1])"
json "[list(v)[-6:] for v in j['versions']] == [['complete', \
	'required_missing', 'open_problems', 'impact', 'without_impact', \
	'not_asked']] * 2"
json "[(v['complete'], v['open_problems'], v['impact']['value']) \
	for v in j['versions']] == [(None, 0, 0)] * 2"
# how complete the card is, as the card says itself; and what problems weigh
expect 0 card show scorer@2 --md
item=$(sed -n 's/^## \([0-9][0-9.]*\) .*/\1/p' out | head -1)
printf '## %s x\n\nthis one is known\n' "$item" >card.md
expect 0 card import scorer@2 card.md
expect 0 card show scorer@2 --json
complete=$(python3 -c "import json; c = json.load(open('out'))['complete']
print(c['share'], len(c['missing']))")
expect 0 problem add "wrong at night" --model scorer
expect 0 version list scorer --json
json "[v for v in j['versions'] if v['version'] == 1][0]['complete'] is None"
json "['%r %d' % (v['complete'], v['required_missing']) \
	for v in j['versions'] if v['version'] == 2] == ['$complete']"
json "all(v['open_problems'] == 1 and v['without_impact'] == 1 and \
	v['impact'] == {'value': None, \
	'why': 'no open problem has an impact yet'} for v in j['versions'])"
expect 0 version list scorer
grep -q 'champion  *[0-9]*%!  *? ' out || die "no figures in: $(cat out)"
# capitals: versions and models are not in one order
expect 0 model add Zed --task binary
expect 0 version add Zed
expect 0 model set scorer risk=low --reason toy
expect 0 card show scorer@2 --json
low=$(python3 -c "import json; print(len(json.load(open('out'))['complete']['missing']))")
expect 0 version list --json
json "[v['required_missing'] for v in j['versions']] == [None, None, $low]"
expect 4 version list nobody
expect 0 version diff scorer@1 scorer@2 --json
keys j "from" to changes scores
json "{(c['part'], c['name']) for c in j['changes']} >= {('data', None), \
	('code', None), ('parameter', 'seed'), ('parameter', 'depth'), \
	('parameter', 'leaf'), ('artifact', None), ('preprocessing', 'runner')}"
expect 0 version diff scorer@1 scorer@1
said "no difference"
"$MUSTER" version add scorer --runner "open 'quote" >out 2>err &&
	die "an open quote was taken"
exit 0
