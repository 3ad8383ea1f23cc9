#!/bin/sh
# The n beside a slice's figure is the figure's own: negatives for a false
# positive rate, groups where errors are averaged by them; and tests on groups
# say so.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { srand(3); print "id,shop,kind,x,y,a,b"; for (i = 0; i < 400; i++) {
	y = 100 * rand()
	print i "," int(i / 2) "," (i < 240 ? "old" : "new") "," i "," y "," \
		y + rand() "," y + 3 * rand() } }' >reg.csv
expect 0 init
for v in a b; do
	expect 0 model add r$v --task regression
	expect 0 version add r$v
	expect 0 model add b$v --task binary
	expect 0 version add b$v
done
expect 0 testset create reg reg.csv --task regression --target y --key id \
	--input x --group shop --slice kind
expect 0 predictions import ra@1 reg reg.csv --label a
expect 0 predictions import rb@1 reg reg.csv --label b
expect 0 compare reg ra@1 rb@1
said "Wilcoxon signed rank on absolute errors of 200 groups: p "
grep -q '^kind  *old  *120 ' out || die "not 120 groups: $(cat out)"
grep -q '^kind  *new  *80 .*insufficient' out || die "not 80: $(cat out)"

awk 'BEGIN { print "id,kind,x,y,a,b"; for (i = 0; i < 900; i++)
	print i "," (i < 600 ? "old" : "new") "," i "," \
		(i % 3 ? "yes" : "no") "," (i % 5 ? "yes" : "no") "," \
		(i % 7 ? "yes" : "no") }' >bin.csv
expect 0 testset create bin bin.csv --task binary --positive yes --target y \
	--key id --input x --slice kind
expect 0 predictions import ba@1 bin bin.csv --label a
expect 0 predictions import bb@1 bin bin.csv --label b
expect 0 compare bin ba@1 bb@1 --metric fpr
grep -q '^kind  *old  *200 ' out || die "not 200 negatives: $(cat out)"
grep -q '^kind  *new  *100 .*insufficient' out || die "not 100: $(cat out)"
expect 0 compare bin ba@1 bb@1
grep -q '^kind  *old  *600 ' out || die "not 600 patterns: $(cat out)"
