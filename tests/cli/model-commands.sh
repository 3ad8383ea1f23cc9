#!/bin/sh
. "$(dirname "$0")/lib.sh"
expect 0 init
expect 0 model list
said "no models yet"
expect 0 model list --json
json "j == {'models': []}"
expect 0 model add scorer --task binary --owner team --tag a=1 --tag b=2 \
	--description 'says who repays' -n
said "would add model scorer"
expect 0 model list --json
json "j == {'models': []}"
expect 0 model add scorer --task binary --owner team --tag a=1 --tag b=2 \
	--description 'says who repays'
said "added model scorer (log 1)"
expect 5 model add scorer
complained "scorer"
expect 5 model add scorer -n
expect 2 model add 'bad name'
expect 2 model add other --tag novalue
complained "K=V"
expect 0 model list --json
keys "j['models'][0]" name task owner risk versions production
json "j['models'][0] == dict(name='scorer', task='binary', owner='team', \
	risk='high', versions=0, production=None)"
expect 0 model list --csv
[ "$(head -1 out | tr -d '\r')" = name,task,owner,risk,versions,production ] ||
	die "CSV head: $(head -1 out)"
expect 0 model list --md
said "| model | task |"
expect 0 model show scorer --json
json "j['tags'] == {'a': '1', 'b': '2'} and j['main_metric'] == 'accuracy'"
expect 4 model show nobody
complained "nobody"
expect 2 model set scorer risk=low
complained "--reason"
expect 2 model set scorer colour=red --reason x
complained "risk="
expect 0 model set scorer risk=low owner=others main_metric=roc_auc \
	--reason 'limits apply'
expect 0 model show scorer --json
json "(j['risk'], j['owner'], j['main_metric']) == ('low', 'others', 'roc_auc')"
# a metric's other name is stored as its own
expect 0 model set scorer main_metric=recall --reason r
expect 0 model set scorer main_metric=auc --reason r
expect 0 model show scorer --json
json "j['main_metric'] == 'roc_auc'"
expect 4 model set nobody risk=low --reason x
"$MUSTER" model set scorer risk=enormous --reason x >out 2>err &&
	die "a risk that is none was taken"
exit 0
