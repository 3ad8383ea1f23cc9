#!/bin/sh
# A figure over revisions and versions, along a column, and across versions.
. "$(dirname "$0")/lib.sh"
small_set
cat >more.csv <<CSV
id,region,age,text,repaid
l11,NW,70,plain,yes
l12,SE,71,plain,no
CSV
expect 0 testset grow loans more.csv
printf 'id,repaid\nl2,yes\n' >fix.csv
expect 0 testset relabel loans fix.csv

# history: each revision by its own targets, on what was predicted
expect 0 history scorer@1 loans --json
keys j testset measure by revisions versions
json "j['by'] == 'revision' and j['measure'] == 'accuracy'"
json "[r['revision'] for r in j['revisions']] == [1, 2, 3]"
json "[r['added'] for r in j['revisions']] == [10, 2, 0]"
json "[f['n'] for f in j['versions'][0]['figures']] == [10, 10, 10]"
json "[f['value'] for f in j['versions'][0]['figures']] == [.6, .6, .5]"
expect 0 history scorer loans --metric error --slice region=NW --json
json "j['by'] == 'version' and j['measure'] == 'error' and j['slice'] == 'region=NW'"
json "[v['version'] for v in j['versions']] == [1, 2, 3]"
json "all(len(v['figures']) == 1 and v['figures'][0]['n'] == 5 for v in j['versions'])"
json "j['versions'][0]['figures'][0]['value'] == .6"
json "all(f['low'] <= f['value'] <= f['high'] for v in j['versions'] for f in v['figures'])"
expect 0 slice add loans old 'age>=60'
expect 0 history scorer@1 loans@1 --slice old --by version --json
json "j['versions'][0]['figures'][0]['n'] == 2"
expect 0 history scorer loans --by revision
said "scorer        3"
expect 0 history scorer loans --csv
said "model,version,revision,measure,value,low,high,n,why"
expect 2 history scorer loans --by month
expect 2 history scorer loans --metric mae
expect 4 history scorer nothing
expect 4 history other loans
expect 1 history scorer loans --slice 'colour=red'

# spread: what most say, and who does not
expect 0 spread scorer loans --json
keys j testset revision n versions loss bias variance unbiased_variance \
	biased_variance unanimous patterns
json "j['n'] == 10 and len(j['versions']) == 3"
json "abs(j['loss'] - (j['bias'] + j['unbiased_variance'] - j['biased_variance'])) < 1e-12"
json "j['unanimous'] + len(j['patterns']) == 10"
json "all(abs(p['variance'] - 1/3) < 1e-12 for p in j['patterns'])"
expect 0 spread scorer@1 loans --with scorer@2 --json
json "j['versions'] == ['scorer@2', 'scorer@1']"
expect 0 spread scorer loans
said "all agree on"
expect 1 spread scorer@1 loans
expect 4 spread scorer nothing

# weighted: l0 counts three times, l1 not at all
cat >weighted.csv <<CSV
id,x,times,y
l0,0,3,yes
l1,1,0,no
l2,2,1,yes
CSV
expect 0 testset create weighted weighted.csv --task binary --target y \
	--positive yes --key id --weight times
printf 'id,y\nl0,yes\nl1,yes\nl2,no\n' >w1.csv
printf 'id,y\nl0,no\nl1,no\nl2,no\n' >w2.csv
expect 0 predictions import scorer@1 weighted w1.csv --label y
expect 0 predictions import scorer@2 weighted w2.csv --label y
expect 0 spread scorer weighted --json
json "j['weight'] == 'times' and j['weight_sum'] == 4 and j['n'] == 3"
json "j['loss'] == (3 * .5 + 1) / 4"
json "abs(j['loss'] - (j['bias'] + j['unbiased_variance'] - j['biased_variance'])) < 1e-12"
expect 0 spread scorer weighted
said "weighted mean loss .6250"
said "column 'times'"
expect 0 spread scorer loans --json
json "'weight' not in j"
printf 'id,x,times,y\nl0,0,0,yes\nl1,1,0,no\n' >none.csv
expect 0 testset create weightless none.csv --task binary --target y \
	--positive yes --key id --weight times
expect 0 predictions import scorer@1 weightless w1.csv --label y --ignore-extra
expect 0 predictions import scorer@2 weightless w2.csv --label y --ignore-extra
expect 1 spread scorer weightless
complained "have no weight in 'times'"

# curve: along a column of numbers
expect 0 curve scorer@1 loans age --bins 2 --json
keys j model version testset revision column metric n without_number bins tipping_point
json "len(j['bins']) == 2 and sum(b['figure']['n'] for b in j['bins']) == 10"
json "j['bins'][0]['from'] == 23 and j['bins'][1]['to'] == 66"
json "j['tipping_point']['below']['n'] + j['tipping_point']['from']['n'] == 10"
expect 0 curve scorer@1 loans age
said "accuracy of scorer 1 along age"
expect 1 curve scorer@1 loans text
complained "is no number"
expect 2 curve scorer@1 loans age --bins 1
expect 4 curve scorer@1 loans height
# for people: a key of several columns with a slash, edges of bins as the
# column has them; for programs: as stored
printf 'shop,week,sold,a,b\ns1,1,10,11,12\ns1,2,20,19,25\ns2,1,30,33,30\ns2,3,40,40,49\n' >shops.csv
expect 0 model add sales --task regression
expect 0 version add sales
expect 0 version add sales
expect 0 testset create shops shops.csv --task regression --target sold \
	--key shop,week --input week
expect 0 predictions import sales@1 shops shops.csv --label a
expect 0 predictions import sales@2 shops shops.csv --label b
expect 0 spread sales shops
said "s2/3"
expect 0 spread sales shops --json
json "any(p['key'] == 's2\x1f3' for p in j['patterns'])"
expect 0 curve sales@1 shops week --bins 2
grep -q "^ *1  *1 " out || die "edges: $(cat out)"
# over versions, what one revision changed is not said of each of them
expect 0 history scorer loans --by version
grep -q "relabelled" out && die "changes of a revision beside versions"
expect 0 history scorer@1 loans
said "relabelled"
