#!/bin/sh
# The M3 competition, all 24 methods: paired by series against Theta, with
# Wilcoxon, Student's t and Holm as a direct computation has them. In short
# seven of them; MUSTER_METHODS=24: all.
. "$(dirname "$0")/lib.sh"
gz=$SHARED/data/m3/m3_forecasts_long.csv.gz
[ -r "$gz" ] || { echo "no m3 here"; exit 77; }
gzip -dc "$gz" | tr -d '\r' >wide.csv
expect 0 init
expect 0 testset create m3 wide.csv --task regression --target actual \
	--key series,horizon --group series --slice period --input type
expect 0 model add m3 --task regression
head -1 wide.csv | tr -d '"' | tr ',' '\n' | tail -n +6 >methods
[ "$(wc -l <methods)" = 24 ] || die "not 24 methods"
n=${MUSTER_METHODS:-7}
if [ "$n" = 7 ]; then
	grep -x -e THETA -e NAIVE2 -e ForecastPro -e ForcX -e AutoBox2 \
		-e AAM1 -e AAM2 methods >some
	mv some methods
fi
v=0
while read -r method; do
	v=$((v + 1))
	expect 0 version add m3 --note "$method"
	python3 - "$method" <<'PY' || die "columns"
import csv, sys
out = csv.writer(open("one.csv", "w", newline=""))
out.writerow(["series", "horizon", "f"])
for r in csv.DictReader(open("wide.csv")):
    if r[sys.argv[1]]:
        out.writerow([r["series"], r["horizon"], r[sys.argv[1]]])
PY
	expect 0 predictions import "m3@$v" m3 one.csv --label f --allow-missing
done <methods
theta=$(grep -n '^THETA$' methods | cut -d: -f1)
others=$(seq "$n" | grep -vx "$theta" | sed 's/^/m3@/')
full=$(echo "$others" | grep -vx -e "m3@$(grep -n '^AAM1$' methods | cut -d: -f1)" \
	-e "m3@$(grep -n '^AAM2$' methods | cut -d: -f1)")
# shellcheck disable=SC2086
expect 0 compare m3 "m3@$theta" $full --resamples 50 --flips 25 --json
cp out full.json
# those who forecast a part are compared on what all of them forecast
# shellcheck disable=SC2086
expect 0 compare m3 "m3@$theta" $others --resamples 50 --json
cp out all.json
python3 - <<'PY' || die "another result by hand"
import csv, json, math
methods = open("methods").read().split("\n")[:-1]
rows = list(csv.DictReader(open("wide.csv")))
def check(name, keep):
    j = json.load(open(name))
    base = methods[int(j["base"].split("@")[1]) - 1]
    mine = []
    for c in j["candidates"]:
        m = methods[int(c["version"].split("@")[1]) - 1]
        diff, n = {}, {}
        for r in rows:
            if not keep(r):
                continue
            y = float(r["actual"])
            d = abs(float(r[m]) - y) - abs(float(r[base]) - y)
            diff[r["series"]] = diff.get(r["series"], 0) + d
            n[r["series"]] = n.get(r["series"], 0) + 1
        d = [diff[s] / n[s] for s in diff]
        mean = sum(d) / len(d)
        sd = math.sqrt(sum((x - mean) ** 2 for x in d) / (len(d) - 1))
        t = mean / (sd / math.sqrt(len(d)))
        assert c["metrics"]["mae"]["n"] == len(d)
        if "patterns" in j:
            # those whose error changed most, by sorting all; ties by row
            off = lambda r, by: abs(float(r[by]) - float(r["actual"]))
            all_ = sorted((-abs(off(r, m) - off(r, base)), i, r)
                          for i, r in enumerate(rows) if keep(r))
            want = [(r["series"] + "\x1f" + r["horizon"],
                     off(r, m) - off(r, base)) for _, _, r in all_[:25]]
            assert want == [(p["key"], p["delta"]) for p in j["patterns"]
                            if p["candidate"] == c["version"]], m
            assert c["shifts"]["nearer"] == sum(
                off(r, m) < off(r, base) for _, _, r in all_)
        assert abs(c["metrics"]["mae"]["delta"] - mean) < 1e-7 * max(1, abs(mean)), (m, mean)
        assert abs(c["paired_t"]["t"] - t) < 1e-6 * max(1, abs(t)), (m, t)
        # Wilcoxon: zeros left out, ties averaged, normal with continuity
        z = sorted((abs(x), x > 0) for x in d if x != 0)
        i, v, ties = 0, 0.0, 0
        while i < len(z):
            k = i
            while k < len(z) and z[k][0] == z[i][0]:
                k += 1
            v += (i + 1 + k) / 2 * sum(p for _, p in z[i:k])
            ties += (k - i) ** 3 - (k - i)
            i = k
        k = len(z)
        gap = v - k * (k + 1) / 4
        sigma = math.sqrt(k * (k + 1) * (2 * k + 1) / 24 - ties / 48)
        p = math.erfc(abs(gap - math.copysign(.5, gap)) / sigma / math.sqrt(2))
        if gap * mean < 0:
            assert abs(c["wilcoxon"]["p_ranks"] - p) < 1e-9, (m, p)
            assert "other way" in c["wilcoxon"]["why"]
            p = 1
        else:
            assert "p_ranks" not in c["wilcoxon"]
        assert abs(c["wilcoxon"]["p"] - min(p, 1)) < 1e-9, (m, p, c["wilcoxon"])
        mine.append((min(p, 1), c))
    worst = 0
    for rank, (p, c) in enumerate(sorted(mine, key=lambda x: x[0])):
        worst = max(worst, min(1, p * (len(mine) - rank)))
        assert abs(c["wilcoxon"]["p_holm"] - worst) < 1e-9
        want = "no difference shown" if worst >= .05 else \
            "worse" if c["metrics"]["mae"]["delta"] > 0 else "better"
        assert c["verdict"] == want, (c["version"], worst)
    return len(mine)
assert check("full.json", lambda r: True) == len(methods) - 3
assert check("all.json", lambda r: r["AAM1"] and r["AAM2"]) == len(methods) - 1
PY
