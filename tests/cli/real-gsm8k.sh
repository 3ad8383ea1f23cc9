#!/bin/sh
# Four models on 1,319 open questions: the published flags, and what comparing
# answers as texts does to them (5 against 5.0).
. "$(dirname "$0")/lib.sh"
csv=$SHARED/data/gsm8k_solutions/gsm8k_answers.csv
[ -r "$csv" ] || { echo "no gsm8k_solutions here"; exit 77; }
python3 - "$csv" <<'PY' || die "flags"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
with open("flags.csv", "w", newline="") as f:
    out = csv.writer(f)
    models = [c[:-len("_is_correct")] for c in rows[0] if c.endswith("_is_correct")]
    out.writerow(["id", "n_steps", "right"] + models)
    for r in rows:
        out.writerow([r["id"], r["n_steps"], "1"] +
                     [r[m + "_is_correct"] for m in models])
PY
expect 0 init
expect 0 testset create flags flags.csv --task binary --target right \
	--positive 1 --key id --slice n_steps --input n_steps
expect 0 testset create answers "$csv" --task multiclass --target gold \
	--key id --slice n_steps --input n_steps
for m in 6b_finetuning 6b_verification 175b_finetuning 175b_verification; do
	expect 0 model add "$m"
	expect 0 version add "$m"
	expect 0 predictions import "$m@1" flags flags.csv --label "$m"
	# some gave no answer at all
	expect 0 predictions import "$m@1" answers "$csv" --label "$m" \
		--allow-missing
done
expect 0 eval flags --all --resamples 0 --json
json "{e['model']: round(e['metrics']['accuracy']['value'] * 1319) for e in j['evaluations']} == {'6b_finetuning': 286, '6b_verification': 515, '175b_finetuning': 458, '175b_verification': 742}"
expect 0 eval answers --all --resamples 0 --json
python3 - out "$csv" <<'PY' || die "answers as texts"
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[2])))
published = {"6b_finetuning": 2, "6b_verification": 2, "175b_finetuning": 1,
             "175b_verification": 5}
for e in json.load(open(sys.argv[1]))["evaluations"]:
    m = e["model"]
    same = [r[m] == r["gold"] for r in rows]
    assert e["n"] == sum(r[m] != "" for r in rows)
    assert round(e["metrics"]["accuracy"]["value"] * e["n"]) == sum(same)
    flags = [r[m + "_is_correct"] == "1" for r in rows]
    assert sum(a != b for a, b in zip(same, flags)) == published[m], m
PY
# all four at once, then each against the largest; slices by steps
expect 0 compare flags 175b_verification@1 6b_finetuning@1 6b_verification@1 \
	175b_finetuning@1 --json
python3 - out flags.csv <<'PY' || die "Cochran's Q"
import csv, json, sys
j = json.load(open(sys.argv[1]))
rows = list(csv.DictReader(open(sys.argv[2])))
models = ["175b_verification", "6b_finetuning", "6b_verification", "175b_finetuning"]
x = [[r[m] == "1" for m in models] for r in rows]
col = [sum(r[k] for r in x) for k in range(4)]
row = [sum(r) for r in x]
q = 3 * (4 * sum(c * c for c in col) - sum(col) ** 2) / (4 * sum(row) - sum(r * r for r in row))
assert abs(j["cochran_q"]["q"] - q) < 1e-9 and j["cochran_q"]["df"] == 3
for c, m in zip(j["candidates"], models[1:]):
    assert c["verdict"] == "worse"
    k = models.index(m)
    assert c["mcnemar"]["only_base_right"] == sum(r[0] and not r[k] for r in x)
PY
