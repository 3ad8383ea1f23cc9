#!/bin/sh
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans scorer@1 scorer@2
expect 0 rank loans --json
keys j testset metric ranking not_ranked
keys "j['ranking'][0]" model version rank figure
json "j['metric'] == 'accuracy'"
json "[(r['version'], r['rank']) for r in j['ranking']] == [(2, 1), (1, 2)]"
json "j['ranking'][0]['figure']['value'] == 1.0"
keys "j['not_ranked'][0]" model version state
json "[(r['version'], r['state']) for r in j['not_ranked']] == [(3, 'missing')]"
expect 0 rank loans --metric auc --json
json "j['metric'] == 'roc_auc'"
expect 0 rank loans
said "scorer"
expect 0 rank loans --csv
expect 2 rank loans --metric beauty
complained "beauty"
expect 4 rank nothing
expect 2 rank
