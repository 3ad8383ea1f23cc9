#!/bin/sh
# Thirty real models from one wide file: ranking, published intervals, and
# every pair's exact McNemar against whole-number arithmetic.
. "$(dirname "$0")/lib.sh"
gz=$SHARED/data/cifar10_models/cifar10_test.csv.gz
[ -r "$gz" ] || { echo "no cifar10_models here"; exit 77; }
gzip -dc "$gz" >wide.csv
expect 0 init
"$MUSTER" -q testset create cifar - --task multiclass --target label \
	--key idx --input mturk_verdict <wide.csv || die "create"
models=$(head -1 wide.csv | tr -d '\r' | tr ',' '\n' | tail -n +5)
[ "$(echo "$models" | wc -l)" = 30 ] || die "not 30 models"
for m in $models; do
	expect 0 model add "$m" --task multiclass
	expect 0 version add "$m"
	expect 0 predictions import "$m@1" cifar wide.csv --label "$m"
done
expect 0 eval cifar --all --clopper-pearson --resamples 0 --json
json "len(j['evaluations']) == 30"
cp out evaluations
expect 0 rank cifar --json
json "[r['model'] for r in j['ranking']][:5] == \
	['shake_shake_26_2x64d_SSI_cutout16', 'shake_shake_26_2x96d_SSI', \
	'shake_shake_26_2x64d_SSI', 'wrn_28_10_cutout16', 'shake_drop']"
json "j['ranking'][-1]['model'] == 'alexnet_tf_ben' and j['not_ranked'] == []"
base=wrn_28_10
# shellcheck disable=SC2046
expect 0 compare cifar $base@1 $(echo "$models" | grep -vx $base | sed 's/$/@1/') --json
python3 - evaluations out wide.csv $base <<'PY' || die "figures"
import csv, json, math, sys
from fractions import Fraction
evaluations = {e["model"]: e for e in json.load(open(sys.argv[1]))["evaluations"]}
comparison = json.load(open(sys.argv[2]))
rows = list(csv.DictReader(open(sys.argv[3])))
base = sys.argv[4]
right = {m: [r[m] == r["label"] for r in rows] for m in evaluations}
for m, e in evaluations.items():
    assert e["metrics"]["accuracy"]["value"] == sum(right[m]) / 10000, m
# Recht et al. 2018, table 1
for m, value, low, high in (("shake_shake_26_2x64d_SSI_cutout16", 97.1, 96.8, 97.4),
                            ("wrn_28_10", 95.9, 95.5, 96.3),
                            ("resnet_basic_110", 93.5, 93.0, 93.9),
                            ("cudaconvnet", 88.5, 87.9, 89.2),
                            ("random_features_256k_aug", 85.6, 84.9, 86.3)):
    a = evaluations[m]["metrics"]["accuracy"]
    assert [round(100 * a[k], 1) for k in ("value", "low", "high")] == \
        [value, low, high], (m, a)
    assert a["method"] == "clopper-pearson"
def mcnemar(b, c):
    n, k = b + c, min(b, c)
    p = Fraction(2 * sum(math.comb(n, i) for i in range(k + 1)), 2 ** n)
    return float(min(p, Fraction(1)))
ps = []
assert len(comparison["candidates"]) == 29
for k in comparison["candidates"]:
    m = k["version"].split("@")[0]
    broken = sum(a and not b for a, b in zip(right[base], right[m]))
    fixed = sum(b and not a for a, b in zip(right[base], right[m]))
    assert k["flips"] == {"fixed": fixed, "broken": broken}, m
    assert k["mcnemar"]["only_base_right"] == broken
    p = mcnemar(broken, fixed)
    assert abs(k["mcnemar"]["p"] - p) <= 1e-9 * max(p, 1e-300) or \
        abs(k["mcnemar"]["p"] - p) < 1e-15, (m, k["mcnemar"], p)
    ps.append((p, k))
ps.sort(key=lambda x: x[0])
worst = 0
for i, (p, k) in enumerate(ps):
    worst = max(worst, min(1, p * (len(ps) - i)))
    assert abs(k["mcnemar"]["p_holm"] - worst) <= 1e-9 * max(worst, 1e-6)
PY
