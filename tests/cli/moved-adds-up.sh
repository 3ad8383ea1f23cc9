#!/bin/sh
# What 'moved' shows adds up to the last digit shown, whatever the size of the
# figures; its patterns add up, too; programs get every digit.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { srand(7); print "id,shop,x,y,v"; for (i = 0; i < 90; i++) {
	y = 300 + 4000 * rand()
	print i "," i % 30 "," i "," y "," y + 900 * (rand() - .4) } }' >all.csv
head -61 all.csv >first.csv
{ head -1 all.csv; tail -n 30 all.csv; } >more.csv
printf 'id,y\n3,777.5\n17,4321.25\n' >correct.csv
printf 'id\n5\n8\n21\n' >gone.csv
expect 0 init
expect 0 model add r --task regression
expect 0 version add r
expect 0 testset create shops first.csv --task regression --target y --key id \
	--input x --group shop
expect 0 predictions import r@1 shops first.csv --label v
expect 0 eval shops --all
expect 0 testset grow shops more.csv
expect 0 predictions import r@1 shops all.csv --label v
expect 0 testset relabel shops correct.csv
expect 0 testset retire shops gone.csv
expect 0 eval shops --all

# adds_up: the last expect's stdout, a listing for people
adds_up() {
	python3 - "$work/out" <<'PY' || die "does not add up: $(cat "$work/out")"
import sys
from decimal import Decimal
lines = [l.split() for l in open(sys.argv[1])]
end = [l for l in lines if l[:1] == ["revision"]]
parts = [l for l in lines if l and l[0] in
         ("relabelled", "repredicted", "retired", "added")]
assert len(end) == 2 and len(parts) == 4
value = Decimal(end[0][-1])
for l in parts:
    value += Decimal(l[2])
    assert value == Decimal(l[3]), l
assert value == Decimal(end[1][-1])
n = int(end[0][2]) - int(parts[2][1]) + int(parts[3][1])
assert n == int(end[1][2]), n
PY
}
for metric in mae rmse mape smape r2 median_absolute_error error_q05 error_q95
do
	expect 0 moved r@1 shops 1 4 --metric $metric
	adds_up
done
expect 0 moved r@1 shops 1 4 --json
cp out j.json
expect 0 moved r@1 shops 1 4 --csv
python3 - <<'PY' || die "programs do not get every digit: $(cat out)"
import csv, json
j = json.load(open("j.json"))
rows = list(csv.DictReader(open("out")))
assert [r["part"] for r in rows[1:5]] == list(j["parts"])
assert [float(r["change"]) for r in rows[1:5]] == list(j["parts"].values())
assert float(rows[0]["value"]) == j["from"]["value"]
assert float(rows[5]["value"]) == j["to"]["value"]
PY

# a tie is rounded as the evaluation rounds it, and counts are of patterns,
# not of the figure's own denominator
awk 'BEGIN { print "id,x,y,v"; for (i = 0; i < 800; i++)
	print i "," i "," (i % 4 ? "no" : "yes") "," (i == 44 ? "yes" : "no") }' \
	>all.csv
head -401 all.csv >first.csv
{ head -1 all.csv; tail -n 400 all.csv; } >more.csv
expect 0 model add b --task binary
expect 0 version add b
expect 0 testset create bin first.csv --task binary --positive yes \
	--target y --key id
expect 0 predictions import b@1 bin first.csv --label v
expect 0 eval bin --all
expect 0 testset grow bin more.csv
# the other half is not answered: that is said
expect 0 moved b@1 bin 1 2 --metric recall
adds_up
said "400 of the 800 patterns of revision 2 have no prediction"
expect 0 predictions import b@1 bin all.csv --label v
expect 0 eval bin --all
for metric in accuracy recall selection_rate precision; do
	expect 0 moved b@1 bin 1 2 --metric $metric
	adds_up
done
expect 0 eval bin b@1
said "selection_rate     .0013 "
expect 0 moved b@1 bin 1 2 --metric selection_rate
said "revision 2        800       -  .0013"
expect 0 moved b@1 bin 1 2 --metric log_loss --csv
python3 - <<'PY' || die "an undefined figure is no number: $(cat out)"
import csv
rows = list(csv.DictReader(open("out")))
assert all(r["value"] == r["change"] == "" for r in rows)
assert all(r["why"] == "no score" for r in rows), rows
PY

# a threshold that was moved says another answer for the scores between
awk 'BEGIN { print "id,x,y,p"; for (i = 0; i < 100; i++)
	print i "," i "," (i % 3 ? "no" : "yes") "," i / 100 }' >scores.csv
expect 0 testset create cuts scores.csv --task binary --positive yes \
	--target y --key id --input x
expect 0 version add b
expect 0 predictions import b@2 cuts scores.csv --score p
expect 0 eval cuts --all
expect 0 threshold set b@2 --rule fixed --value .5 --on cuts
expect 0 moved b@2 cuts 1 1
said "repredicted       100       -"
expect 0 eval cuts --all
expect 0 threshold set b@2 --rule fixed --value .3 --on cuts
expect 0 moved b@2 cuts 1 1
grep -q '^repredicted  *20  ' out || die "not 20 patterns: $(cat out)"
expect 0 threshold set b@2 --rule fixed --value .295 --on cuts
expect 0 eval cuts --all
expect 0 moved b@2 cuts 1 1
grep -q '^repredicted  *0  ' out || die "not 0 patterns: $(cat out)"
