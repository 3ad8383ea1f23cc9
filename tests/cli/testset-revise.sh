#!/bin/sh
# grow, relabel, retire, revive, diff, matrix, moved: what they do and refuse.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
printf 'id,region,age,text,repaid\nl11,SE,70,new,yes\nl1,NW,25,again,no\n' >bad.csv
expect 1 testset grow loans bad.csv
complained "line 3"
printf 'id,region,age,text,repaid\nl11,SE,70,new,yes\nl12,NW,20,new,no\n' >more.csv
expect 0 testset grow loans more.csv -n
said "would revise"
expect 0 testset grow loans more.csv --reason monthly
said "revised test set loans revision 2: 2 added"
expect 5 testset retire loans more.csv --base 1
printf 'id,repaid\nl1,no\nl2,no\n' >labels.csv
expect 0 testset relabel loans labels.csv
said "1 relabelled, 1 had that target already"
printf 'id\nl12\nl3\n' >gone.csv
expect 0 testset retire loans gone.csv --reason consent
said "2 retired"
expect 1 testset retire loans gone.csv
complained "line 2"
expect 0 testset show loans --json
json "[(r['revision'], r['n'], r['added'], r['relabelled'], r['retired']) \
	for r in j['revisions']] == [(1, 10, 10, 0, 0), (2, 12, 2, 0, 0), \
	(3, 12, 0, 1, 0), (4, 10, 0, 0, 2)]"
expect 0 testset diff loans 1 4 --json
keys j testset from to added relabelled retired revived slices changes
json "[j['added'], j['relabelled'], j['retired'], j['revived']] == [1, 1, 1, 0]"
json "sorted(c['key'] for c in j['changes']) == ['l1', 'l11', 'l3']"
json "{'by': 'region', 'value': 'NW', 'added': 0, 'relabelled': 1, \
	'retired': 1, 'revived': 0} in j['slices']"
expect 0 testset diff loans 4 4
expect 2 testset diff loans one 2
complained "no revision"
expect 4 testset diff loans 1 9
# a retired key comes back when asked to
expect 1 testset grow loans bad.csv
printf 'id,region,age,text,repaid\nl12,NW,20,new,no\n' >back.csv
expect 1 testset grow loans back.csv
expect 0 testset grow loans back.csv --revive
said "1 revived"
printf 'id\nl3\n' >back.csv
expect 0 testset revive loans back.csv
said "1 revived"
# what is missing: the two new patterns
expect 0 matrix loans --json
keys j testset revisions rows
keys "j['rows'][0]" model version states
json "j['revisions'] == [1, 2, 3, 4, 5, 6]"
json "j['rows'][0]['states'] == ['fresh'] + ['partial'] * 5"
expect 0 matrix loans
said "1 fresh, 2-6 partial"
printf 'id,p1\nl11,.9\nl12,.9\n' >new.csv
expect 0 predictions import scorer@1 loans new.csv --score p1
said "2 stored"
expect 0 eval loans scorer@1
expect 0 moved scorer@1 loans 1 6 --json
json "j['metric'] == 'accuracy' and j['from']['value'] == .6"
json "abs(sum(j['parts'].values()) - (j['to']['value'] - j['from']['value'])) < 1e-15"
json "j['parts']['repredicted'] == 0"
# a prediction made anew is told apart
printf 'id,p1\nl6,.9\n' >anew.csv
expect 0 predictions import scorer@1 loans anew.csv --score p1 --replace
expect 0 moved scorer@1 loans 1 6 --json
json "abs(j['parts']['repredicted'] + .1) < 1e-12 and j['from']['value'] == .6"
expect 0 moved scorer@1 loans 1 6 --metric roc_auc --json
json "abs(sum(j['parts'].values()) - (j['to']['value'] - j['from']['value'])) < 1e-15"
expect 2 moved scorer@1 loans 6 1
complained "older one first"
expect 2 moved scorer@1 loans 1 6 --metric mae
expect 4 moved scorer@9 loans 1 6
# a step is taken back by a new revision, which the dry run tells
printf 'id,repaid\nl1,yes\nl4,no\n' >wrong.csv
expect 0 testset show loans --json
json "j['revision'] == 6"
expect 0 testset relabel loans wrong.csv -n --json
json "[(c['key'], c['from'], c['to']) for c in j['changes']] == [('l1', 'no', 'yes')]"
expect 0 testset relabel loans wrong.csv -n
complained "relabelled 'l1': no -> yes"
expect 0 testset relabel loans wrong.csv --json
json "'changes' not in j"
expect 0 undo -n --json
json "[(c['change'], c['key'], c['to']) for c in j['changes']] == [('relabelled', 'l1', 'no')]"
expect 0 undo -n
complained "relabelled 'l1': yes -> no"
said "would reverse entry"
said "revision 8: "
said "relabelled: undo of entry"
expect 0 testset show loans --json
json "j['revision'] == 7"
expect 0 undo
said "reversed entry"
expect 0 testset diff loans 6 8 --json
json "j['changes'] == []"
printf 'id,region,age,text,repaid\nl20,NW,20,new,no\nl21,NW,20,newer,no\n' >added.csv
expect 0 testset grow loans added.csv
expect 0 undo --json
json "'2 retired: undo of entry' in j['did']"
expect 0 testset diff loans 8 10 --json
json "j['changes'] == []"
# where all is as before it anyway, there is nothing to do
printf 'id,repaid\nl1,yes\n' >first.csv
printf 'id,repaid\nl1,no\n' >second.csv
expect 0 testset relabel loans first.csv
expect 0 log --json
step=$(python3 -c 'import json; print(json.load(open("out"))["entries"][-1]["index"])')
expect 0 testset relabel loans second.csv
expect 1 undo "$step"
complained "nothing of entry $step is left"
expect 0 fsck
