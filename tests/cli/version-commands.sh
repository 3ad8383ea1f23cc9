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
