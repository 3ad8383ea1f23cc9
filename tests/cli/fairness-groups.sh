#!/bin/sh
# Calibration, conditional disparity and crossed groups by the command, the
# report and the gate: the same figures, those of a calculation from the file.
. "$(dirname "$0")/lib.sh"

# 1,200 cases; scores in thousandths that mean more in group b
awk 'BEGIN {
	print "id,race,sex,branch,y"
	print "id,s" >"scores.csv"
	x = 4711
	for (i = 1; i <= 1200; i++) {
		for (k = 0; k < 5; k++) {
			x = (x * 16807) % 2147483647
			u[k] = x / 2147483647
		}
		race = u[0] < .5 ? "a" : u[0] < .97 ? "b" : "c"
		score = int(1000 * u[3]) / 1000
		p = score * (race == "b" ? 1.2 : .9)
		printf "p%d,%s,%s,%d,%s\n", i, race, u[1] < .4 ? "f" : "m", \
			int(3 * u[2]), u[4] < p ? "yes" : "no"
		printf "p%d,%.3f\n", i, score >"scores.csv"
	}
}' >set.csv
expect 0 init
expect 0 model add m --task binary
expect 0 version add m
expect 0 testset create set set.csv --task binary --target y --positive yes \
	--key id --slice race --slice sex --input branch
expect 0 predictions import m@1 set scores.csv --score s --threshold 0.5
expect 0 eval set --all
expect 0 fairness m@1 set --by race --given branch --all --min-n 20 --json
cp out race.json
expect 0 fairness m@1 set --by race+sex --min-n 20 --json
cp out crossed.json
python3 - <<'PY' || die "figures"
import csv, json, math
rows = list(csv.DictReader(open("set.csv")))
score = {r["id"]: float(r["s"]) for r in csv.DictReader(open("scores.csv"))}
for r in rows:
    r["s"], r["y"] = score[r["id"]], r["y"] == "yes"
    r["said"] = r["s"] >= .5
mean = lambda xs: sum(xs) / len(xs)
by = {g: [r for r in rows if r["race"] == g] for g in "abc"}
close = lambda a, b: math.isclose(a, b, abs_tol=1e-12)
c = json.load(open("race.json"))["columns"][0]
m = {(x["measure"], x["low"] if "gap" in x["measure"] or "cdd" in x["measure"]
      else None): x["figure"]["value"] for x in c["measures"]}

less = {g: mean([r["y"] for r in v]) - mean([r["s"] for r in v])
        for g, v in by.items()}
over = {g: mean([r["y"] for r in v]) / mean([r["s"] for r in v])
        for g, v in by.items()}
def ece(v):
    gap = [0] * 10
    for r in v:
        gap[min(9, sum(r["s"] >= k / 10 for k in range(1, 10)))] += r["y"] - r["s"]
    return sum(map(abs, gap)) / len(v)
errors = {g: ece(v) for g, v in by.items()}
spread = lambda d: max(d.values()) - min(d.values())
assert close(m["calibration_difference", None], spread(less))
assert close(m["calibration_ratio", None], min(over.values()) / max(over.values()))
assert close(m["calibration_error_difference", None], spread(errors))
assert close(m["calibration_error_group_max", None], max(errors.values()))
for g in c["calibration"]:
    assert close(g["less_score"]["value"], less[g["group"]])
    assert close(g["ece"]["value"], errors[g["group"]])
    assert close(g["mean_score"]["value"], mean([r["s"] for r in by[g["group"]]]))

# bins of equal scores are those that the command shows
bins = sorted({(s["low"], s["high"]) for s in c["scores"]})
assert len(bins) == 20 and sum(s["n"] for s in c["scores"]) == len(rows)
bin_of = lambda r: [i for i, (a, b) in enumerate(bins) if a <= r["s"] <= b][0]
share = [mean([r["y"] for r in rows if bin_of(r) == k]) for k in range(20)]
same = {g: mean([r["y"] - share[bin_of(r)] for r in v]) for g, v in by.items()}
assert close(m["same_score_difference", None], spread(same))
ref = c["reference"]
theirs = [[r["y"] for r in by[ref] if bin_of(r) == k] for k in range(20)]
for g in set("abc") - {ref}:
    met = [r for r in by[g] if theirs[bin_of(r)]]
    assert close(m["same_score_gap", g],
                 mean([r["y"] - mean(theirs[bin_of(r)]) for r in met]))
    # Clarify's conditional demographic disparity, within branches
    two = by[g] + by[ref]
    for name, key in (("clarify_cddl", "y"), ("clarify_cddpl", "said")):
        total = 0
        for b in "012":
            s = [r for r in two if r["branch"] == b]
            no = [r["race"] == g for r in s if not r[key]]
            yes = [r["race"] == g for r in s if r[key]]
            total += len(s) * ((mean(no) if no else 0) - (mean(yes) if yes else 0))
        assert close(m[name, g], total / len(two)), (name, g)

c = json.load(open("crossed.json"))["columns"][0]
want = {}
for r in rows:
    g = want.setdefault(r["race"] + "+" + r["sex"], [0, 0])
    g[0] += 1
    g[1] += r["said"]
assert {g["group"]: g["n"] for g in c["groups"]} == {k: v[0] for k, v in want.items()}
for g in c["groups"]:
    assert close(g["selection_rate"]["value"], want[g["group"]][1] / g["n"])
assert c["too_few"] and [g["few"] for g in c["groups"]] == sorted(g["few"] for g in c["groups"])
assert all(x["low"][0] != "c" and x["high"][0] != "c" for x in c["measures"]
           if x["low"] and x["measure"].startswith("equal"))
PY

# the gate has the command's figure
value() {
	M=$1 L=${2:-} python3 -c '
import json, os
c = json.load(open("race.json"))["columns"][0]
print(next(repr(x["figure"]["value"]) for x in c["measures"]
           if x["measure"] == os.environ["M"]
           and os.environ["L"] in ("", x["low"])))'
}
ref=$(python3 -c 'import json
print(json.load(open("race.json"))["columns"][0]["reference"])')
other=$([ "$ref" = a ] && echo b || echo a)
{
	for m in calibration_difference same_score_difference \
		calibration_error_group_max equalized_odds_difference; do
		echo "$m = $(value $m) by race with n >= 20"
	done
	echo "clarify_cddpl = $(value clarify_cddpl "$other") by race of" \
		"$other against $ref given branch with n >= 20"
} >g
expect 0 gate set production g
expect 3 gate check m@1 production --json
# c is too small for equalized odds, where it has few positives
json "[r['verdict'] for r in j['rules']][:3] == ['pass'] * 3"
json "j['rules'][4]['verdict'] == 'pass'"
json "all(abs(r['figure']['value'] - float(r['rule'].split()[2])) < 1e-15 for r in j['rules'])"
json "j['rules'][3]['verdict'] == 'insufficient' and ' c (n ' in j['rules'][3]['why']"

# slices by crossed columns, each; what is too small is not passed
{
	echo 'selection_rate >= 0 in each race+sex with n >= 1'
	echo 'selection_rate >= 0 in each race+sex with n >= 100'
	echo 'selection_rate >= 0 in race+sex=a+m with n >= 100'
	echo 'selection_rate >= 0 in each race+branch with n >= 1'
} >g
expect 0 gate set production g
expect 3 gate check m@1 production --json
json "[r['verdict'] for r in j['rules']] == ['pass', 'insufficient', 'pass', 'open']"
json "'6 of 6 pass' in j['rules'][0]['why'] and 'race+sex=c+f' in j['rules'][1]['why']"

# a comparison has both versions' differences, as the command has them
expect 0 version add m
awk -F, 'NR == 1 { print; next } { print $1 "," $2 * $2 }' scores.csv >square.csv
expect 0 predictions import m@2 set square.csv --score s --threshold 0.5
expect 0 eval set --all
for v in 1 2; do
	expect 0 fairness m@$v set --by race --json
	cp out v$v.json
done
expect 0 compare set m@1 m@2 --json
python3 - out <<'PY' || die "differences compared"
import json, sys
c = json.load(open(sys.argv[1]))["candidates"][0]
got = {(g["by"], g["measure"]): g for g in c["fairness"]}
assert {b for b, _ in got} == {"race", "sex"} and len(got) == 8
for v, side in ((1, "base"), (2, "candidate")):
    for m in json.load(open("v%d.json" % v))["columns"][0]["measures"]:
        g = got.get(("race", m["measure"]))
        if g and g["too_few"] == len(m["left_out"]):
            assert abs(g[side] - m["figure"]["value"]) < 1e-12, (g, m)
g = got["race", "demographic_parity_difference"]
assert g["low"] <= g["delta"] <= g["high"] and g["method"] == "paired-bootstrap"
assert abs(g["candidate"] - g["base"] - g["delta"]) < 1e-12
PY
expect 0 compare set m@1 m@2
said "differences between groups"

# what cannot be asked is said
printf 'fresh\nclarify_cddl <= 1 by race of a against b\n' >g
expect 1 gate set production g
complained "given COLUMN"
printf 'fresh\nsame_score_difference <= 1 by race given branch\n' >g
expect 1 gate set production g
complained "not conditional"
expect 4 fairness m@1 set --by branch
complained "no slicing column"
expect 4 fairness m@1 set --by race+branch
expect 4 fairness m@1 set --by race --given nosuch
expect 4 fairness m@1 set --by race --only x
complained "race=x"
expect 0 fairness m@1 set --by race --measure clarify_cddl --json
json "'no column is given' in j['columns'][0]['measures'][0]['figure']['why']"

# other predictions than those that were evaluated are not believed
awk -F, 'NR > 1 { $2 = 1 - $2 } { print $1 "," $2 }' scores.csv >other.csv
expect 0 predictions import m@1 set other.csv --score s --threshold 0.5 --replace
expect 0 fairness m@1 set --by race --json
json "'changed since' in j['columns'][0]['conflicts']"
json "not j['columns'][0]['calibration']"
expect 1 fairness m@1 set --by race+sex -q
grep -q "no groups by 'race+sex'.*muster eval set" err || die "$(cat err)"
# labels alone have no calibration
printf 'id,l\n' >labels.csv
awk -F, 'NR > 1 { print $1 "," ($2 > .5 ? "yes" : "no") }' scores.csv >>labels.csv
expect 0 version add m
expect 0 predictions import m@3 set labels.csv --label l
expect 0 eval set --all
expect 0 fairness m@3 set --by race --json
json "'cannot be taken: no score' in j['columns'][0]['conflicts']"
# a group that no prediction is known of: the report of it says so
echo id,s >part.csv
awk -F, 'FNR == NR { race[$1] = $2; next }
	FNR > 1 && race[$1] != "c"' set.csv scores.csv >>part.csv
expect 0 version add m
expect 0 predictions import m@4 set part.csv --score s --threshold 0.5 \
	--allow-missing
expect 0 eval set m@4
expect 0 report m@4 -o part.md
grep -q '^| c | 0 .*no score' part.md || die "$(grep '^| c ' part.md)"
expect 0 fsck
