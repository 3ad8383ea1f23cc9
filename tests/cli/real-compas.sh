#!/bin/sh
# The published confusion tables of ProPublica's analysis, from the published
# CSV (its header names decile_score twice), by the command line alone.
. "$(dirname "$0")/lib.sh"
csv=$SHARED/data/compas_propublica/compas-scores-two-years.csv
published=$SHARED/data/compas_propublica/published_confusion.csv
[ -r "$csv" ] || { echo "no compas_propublica here"; exit 77; }
expect 0 init
expect 0 model add compas --task binary
expect 0 version add compas --note 'Medium or High'
expect 0 version add compas --note 'High only'
expect 0 testset create recid "$csv" --task binary --target two_year_recid \
	--positive 1 --key id --slice race --slice sex --slice age_cat \
	--slice race+sex --input age --input priors_count --input 'decile_score#2'
expect 0 predictions import compas@1 recid "$csv" --score decile_score \
	--threshold 5
expect 0 predictions import compas@2 recid "$csv" --score 'decile_score#2' \
	--threshold 8
expect 0 eval recid --all --json
python3 - out "$published" <<'PY' || die "published figures"
import csv, json, sys
evaluations = json.load(open(sys.argv[1]))["evaluations"]
def slice_of(e, group):
    if group == "All":
        return e
    return [s for s in e["slices"] if (s["by"], s["value"]) == ("race", group)][0]
n = 0
for row in csv.DictReader(open(sys.argv[2])):
    e = evaluations[0 if row["positive_rule"].endswith("!=Low") else 1]
    s = slice_of(e, row["group"])
    for name in ("TN", "FP", "FN", "TP"):
        assert s["confusion"][name.lower()] == int(row[name]), (row, s["confusion"])
    assert round(100 * s["metrics"]["fpr"]["value"], 2) == float(row["FPR_pct"])
    assert round(100 * s["metrics"]["fnr"]["value"], 2) == float(row["FNR_pct"])
    n += 1
assert n == 5
for group, auc in (("All", .702166), ("African-American", .691834),
                   ("Caucasian", .693146)):
    m = slice_of(evaluations[0], group)["metrics"]["roc_auc"]
    assert abs(m["value"] - auc) < 5e-7 and m["low"] < m["value"] < m["high"]
    assert m["method"] == "delong"
# scores from 1 to 10 are no probabilities
assert evaluations[0]["metrics"]["brier"]["value"] is None
assert "probabilities" in evaluations[0]["metrics"]["brier"]["why"]
by = {(s["by"], s["value"]): s["n"] for s in evaluations[0]["slices"]}
assert by["race+sex", "Asian+Male"] == 30, by
assert sum(n for (b, v), n in by.items() if b == "race") == 7214
PY
# the ratios of the article, by the names of Aequitas and AIF360
expect 0 fairness compas@1 recid --by race --of African-American \
	--against Caucasian --all --json
python3 - out <<'PY' || die "published ratios"
import json, sys
c = json.load(open(sys.argv[1]))["columns"][0]
m = {r["measure"]: r for r in c["measures"]}
assert c["reference"] == "Caucasian" and c["n"] == 7214
for name, want, digits in (("aequitas_fpr_disparity", 1.9126, 4),
                           ("aif360_false_positive_rate_ratio", 1.9126, 4)):
    # published from rates of two decimals
    assert abs(m[name]["figure"]["value"] - want) < 1e-3, (name, m[name])
fnr = m["aequitas_fnr_disparity"]["figure"]["value"]
assert abs(1 / fnr - 1.7049) < 1e-3, fnr
assert m["aequitas_fpr_disparity"]["verdict"] == "outside"
# Asian and Native American are too few for the odds
assert m["equalized_odds_difference"]["left_out"], m["equalized_odds_difference"]
few = {g["group"] for g in c["groups"] if g["few"]}
assert few == {"Asian", "Native American"}, few
assert "conflicts" in c["conflicts"]
PY
expect 0 testset show recid --json
json "j['n'] == 7214"
expect 0 testset patterns recid --where 'race:Asian sex:Male' --csv
[ "$(wc -l <out)" = 31 ] || die "31 lines wanted: $(wc -l <out)"
expect 0 fsck
