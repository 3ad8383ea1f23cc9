#!/bin/sh
# Fairlearn's worked example: rates and counts of three groups.
. "$(dirname "$0")/lib.sh"
csv=$SHARED/data/fairlearn_docs/assessment_metrics.csv
[ -r "$csv" ] || { echo "no fairlearn_docs here"; exit 77; }
expect 0 init
expect 0 model add docs --task binary
expect 0 version add docs
expect 0 testset create example "$csv" --task binary --target y_true \
	--positive 1 --key id --slice group
expect 0 predictions import docs@1 example "$csv" --label y_pred
expect 0 eval example docs@1 --json
python3 - out <<'PY' || die "published figures"
import json, sys
e = json.load(open(sys.argv[1]))["evaluations"][0]
rows = {"overall": (.5, .666667, .555556, 18), "a": (.5, 1.0, .75, 4),
        "b": (.6, 0, .5, 6), "c": (.4, .666667, .5, 8)}
groups = {s["value"]: s for s in e["slices"] if s["by"] == "group"}
assert list(groups) == ["a", "b", "c"]
for name, (tpr, fpr, selected, n) in rows.items():
    s = e if name == "overall" else groups[name]
    m = s["metrics"]
    assert s["n"] == n
    for key, want in (("recall", tpr), ("fpr", fpr), ("selection_rate", selected)):
        assert abs(m[key]["value"] - want) < 1e-6, (name, key, m[key])
PY
# the guide's aggregates, by the command: greatest less least, least over
# greatest, and to overall
expect 0 fairness docs@1 example --by group --all --min-n 1 --json
python3 - out <<'PY' || die "published aggregates"
import json, sys
c = json.load(open(sys.argv[1]))["columns"][0]
m = {r["measure"]: r["figure"]["value"] for r in c["measures"]}
for name, want in (
        ("true_positive_rate_difference", .2), ("true_positive_rate_ratio", .666667),
        ("false_positive_rate_difference", 1), ("false_positive_rate_ratio", 0),
        ("selection_rate_difference", .25), ("selection_rate_ratio", .666667),
        ("true_positive_rate_difference_to_overall", .1),
        ("false_positive_rate_difference_to_overall", .666667),
        ("selection_rate_difference_to_overall", .194444),
        ("true_positive_rate_ratio_to_overall", .8),
        ("false_positive_rate_ratio_to_overall", 0),
        ("selection_rate_ratio_to_overall", .740741),
        ("demographic_parity_ratio", .666667), ("equalized_odds_ratio", 0)):
    assert abs(m[name] - want) < 1e-6, (name, m[name], want)
PY
# eighteen rows say little: no measure reads as fair
expect 0 fairness docs@1 example --by group --json
json "all(r['verdict'] in (None, 'insufficient') for r in j['columns'][0]['measures'])"
