#!/bin/sh
# Finite numbers of any size: every command answers, and what no number holds
# is said to be so, never printed as inf or nan.
. "$(dirname "$0")/lib.sh"
finite() {
	! grep -qiwE -- '[+-]?(inf|nan)' out || die "not finite: $(cat out)"
}
# every format of a command
shows() {
	for how in --json --csv ''; do
		expect 0 "$@" $how
		finite
	done
}
expect 0 init

# profiles and drift
printf 'x\n1e200\n3e200\n1\n' >g.csv
expect 0 dataset add g g.csv
expect 0 dataset show g --json
json "abs(j['profile']['columns'][0]['sd'] / 1e200 - 1.5275252316519468) < 1e-12"
printf 'x\n-1.7e308\n1.7e308\n' >ends.csv
expect 0 dataset add ends ends.csv
expect 0 dataset show ends --json
json "j['profile']['columns'][0]['sd'] is None"
for i in 1 2; do
	awk -v k=$i 'BEGIN { print "x"
		for (i = 1; i <= 300; i++)
			printf "%.17ge120\n", (i * i * k) % 997 / 500 - 1 }' \
		>k$i.csv
	expect 0 dataset add k$i k$i.csv
done
shows dataset compare k1 k2 --bins doane
shows dataset compare k1 k2
shows dataset compare g ends

# numbers whose squares, and whose sums, overflow
awk 'BEGIN { print "id,x,y"
	for (i = 0; i < 40; i++) printf "%d,%d,%.3fe308\n", i, i, i / 40 - 1 }' \
	>huge.csv
expect 0 testset create huge huge.csv --task regression --target y --key id \
	--input x
expect 0 model add r --task regression --owner team
for v in 1 2 3; do
	awk -v v=$v 'BEGIN { print "id,v"
		for (i = 0; i < 40; i++)
			printf "%d,%.3fe308\n", i, (v - 2) * (1 - i / 40) }' \
		>said.csv
	expect 0 version add r
	expect 0 predictions import r@$v huge said.csv --label v
done
shows eval huge --all
shows compare huge r@1 r@2 r@3
shows spread r huge
expect 0 spread r huge
said "mean loss (too large for a number)"
shows curve r@1 huge x --bins 3
printf 'id,x,y\n40,1,1e308\n' >more.csv
expect 0 testset grow huge more.csv --source audit
printf 'id,v\n40,-1e308\n' >said.csv
expect 0 predictions import r@2 huge said.csv --label v --allow-missing
shows moved r@2 huge 1 2

# targets that are equal in a third of all resamples
awk 'BEGIN { print "id,y"; for (i = 0; i < 12; i++) print i "," (i ? .1 : .3) }' \
	>equal.csv
awk 'BEGIN { print "id,v"
	for (i = 0; i < 12; i++) print i "," (i ? .1 : .3) + i % 3 / 100 }' \
	>said.csv
expect 0 testset create equal equal.csv --task regression --target y --key id
expect 0 predictions import r@1 equal said.csv --label v
expect 0 eval equal r@1 --json
json "-2 < j['evaluations'][0]['metrics']['r2']['low'] < 1"
awk 'BEGIN { print "id,v"
	for (i = 0; i < 12; i++) print i "," (i ? .1 : .3) + i % 3 / 100 + 1 }' \
	>said.csv
expect 0 predictions import r@2 equal said.csv --label v
expect 0 compare equal r@1 r@2 --json
json "j['candidates'][0]['paired_t']['why'] == 'all differences are equal'"
json "j['candidates'][0]['paired_t']['p'] is None"

# scores and weights
awk 'BEGIN { print "id,g,w,y"
	for (i = 0; i < 60; i++)
		print i "," i % 2 "," (i % 3 + 1) "e307," (i % 7 < 3 ? "yes" : "no") }' \
	>binary.csv
awk 'BEGIN { print "id,s"
	for (i = 0; i < 60; i++) print i "," (i % 5 < 3 ? "" : "-") "1e308" }' \
	>said.csv
expect 0 testset create binary binary.csv --task binary --target y \
	--positive yes --key id --slice g --weight w
expect 0 model add b --task binary --owner team
expect 0 version add b
expect 0 predictions import b@1 binary said.csv --score s --threshold 0
expect 0 eval binary b@1 --json
json "abs(j['evaluations'][0]['metrics']['accuracy']['value'] - sum((i % 3 + 1) * ((i % 7 < 3) == (i % 5 < 3)) for i in range(60)) / 120) < 1e-12"
shows fairness b@1 binary --by g
expect 0 fsck
