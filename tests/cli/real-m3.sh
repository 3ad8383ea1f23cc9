#!/bin/sh
# The M3 competition: errors averaged per series first, as published.
. "$(dirname "$0")/lib.sh"
gz=$SHARED/data/m3/m3_forecasts_long.csv.gz
[ -r "$gz" ] || { echo "no m3 here"; exit 77; }
python3 - "$gz" "$SHARED/data/m3/m3_series.csv" <<'PY' || die "join"
import csv, gzip, sys
scale = {r["series"]: r["mase_scale"] for r in csv.DictReader(open(sys.argv[2]))}
with gzip.open(sys.argv[1], "rt") as f, open("wide.csv", "w", newline="") as g:
    rows = csv.DictReader(f)
    out = csv.DictWriter(g, rows.fieldnames + ["mase_scale"])
    out.writeheader()
    for r in rows:
        r["mase_scale"] = scale[r["series"]]
        out.writerow(r)
PY
expect 0 init
expect 0 testset create m3 wide.csv --task regression --target actual \
	--key series,horizon --group series --scale mase_scale --slice period \
	--input type
while read -r name column; do
	expect 0 model add "$name" --task regression
	expect 0 version add "$name"
	expect 0 predictions import "$name@1" m3 wide.csv --label "$column"
done <<LIST
Theta THETA
ForecastPro ForecastPro
ForecastX ForcX
BJauto B-J auto
Autobox2 AutoBox2
Autobox1 AutoBox1
Autobox3 AutoBox3
LIST
expect 0 eval m3 --all --resamples 0 --json
python3 - out <<'PY' || die "published figures"
import json, sys
e = {x["model"]: x["metrics"] for x in json.load(open(sys.argv[1]))["evaluations"]}
published = {"Theta": (12.76, 17.42, 1.39), "ForecastPro": (13.06, 18.00, 1.47),
             "ForecastX": (13.09, 17.35, 1.42), "BJauto": (13.72, 19.13, 1.54),
             "Autobox2": (13.82, 18.23, 1.51), "Autobox1": (15.20, 20.36, 1.69),
             "Autobox3": (15.46, 19.31, 1.57)}
assert set(e) == set(published)
for m, (smape, mape, mase) in published.items():
    got = (100 * e[m]["smape"]["value"], 100 * e[m]["mape"]["value"],
           e[m]["mase"]["value"])
    assert [round(x, 2) for x in got] == [smape, mape, mase], (m, got)
PY
expect 0 rank m3 --metric mae --json
json "len(j['ranking']) == 7"
# a method that forecast a part of the series only is partial, not ranked
expect 0 model add AAM1 --task regression
expect 0 version add AAM1
python3 - <<'PY'
import csv
rows = csv.DictReader(open("wide.csv"))
out = csv.writer(open("aam1.csv", "w", newline=""))
out.writerow(["series", "horizon", "f"])
for r in rows:
    if r["AAM1"]:
        out.writerow([r["series"], r["horizon"], r["AAM1"]])
PY
expect 1 predictions import AAM1@1 m3 aam1.csv --label f
expect 0 predictions import AAM1@1 m3 aam1.csv --label f --allow-missing
expect 0 eval m3 AAM1@1 --resamples 0
expect 0 rank m3 --json
json "[(r['model'], r['state']) for r in j['not_ranked']] == [('AAM1', 'partial')]"
