#!/bin/sh
# States over more than one run of stored rows: a gap inside is seen, an end
# that is filled later closes it.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "id,x,y,p"; for (i = 1; i <= 70000; i++)
	print "k" i "," i "," (i % 3 ? "yes" : "no") "," (i % 7) / 7 }' >all.csv
expect 0 init
expect 0 model add m --task binary
expect 0 version add m
expect 0 version add m
expect 0 testset create s all.csv --task binary --target y --positive yes \
	--key id --input x
grep -v '^k40000,' all.csv >gap.csv
expect 0 predictions import m@1 s all.csv --score p --threshold .5
expect 0 predictions import m@2 s gap.csv --score p --threshold .5 --allow-missing
state() {
	expect 0 rank s --json
	json "sorted((r['version'], r['state']) for r in j['not_ranked']) == $1"
}
state "[(1, 'missing'), (2, 'partial')]"
expect 0 eval s --all --resamples 0
printf 'id,x,y,p\nk70001,1,yes,.5\nk70002,2,no,.5\n' >more.csv
expect 0 testset grow s more.csv
state "[(1, 'partial'), (2, 'partial')]"
expect 0 predictions import m@1 s more.csv --score p
expect 0 predictions import m@2 s more.csv --score p --allow-missing
state "[(1, 'stale'), (2, 'partial')]"
expect 0 predictions import m@2 s all.csv --score p
said "1 stored"
state "[(1, 'stale'), (2, 'stale')]"
expect 0 eval s --all --resamples 0
state "[]"
