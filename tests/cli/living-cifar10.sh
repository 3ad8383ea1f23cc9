#!/bin/sh
# A set that lives: 8,000 images, 2,000 more, labels corrected, doubtful images
# retired; thirty real models scored again from what is stored after each
# step, beside a direct computation; and why each score moved.
. "$(dirname "$0")/lib.sh"
gz=$SHARED/data/cifar10_models/cifar10_test.csv.gz
[ -r "$gz" ] || { echo "no cifar10_models here"; exit 77; }
gzip -dc "$gz" | tr -d '\r' >wide.csv
head -8001 wide.csv >first.csv
{ head -1 wide.csv; tail -n +8002 wide.csv; } >more.csv
python3 - <<'PY' || die "lists"
import csv
rows = list(csv.DictReader(open("wide.csv")))
with open("correct.csv", "w") as f:
    f.write("idx,label\n")
    for r in rows:
        if r["mturk_verdict"] == "correctable":
            f.write("%s,%s\n" % (r["idx"], r["guessed_label"]))
with open("doubtful.csv", "w") as f:
    f.write("idx\n")
    for r in rows:
        if r["mturk_verdict"] in ("nonagreement", "neither"):
            f.write("%s\n" % r["idx"])
PY
[ "$(wc -l <correct.csv)" = 19 ] || die "not 18 correctable"
[ "$(wc -l <doubtful.csv)" = 37 ] || die "not 36 doubtful"
models=$(head -1 wide.csv | tr ',' '\n' | tail -n +5)
expect 0 init
expect 0 testset create cifar first.csv --task multiclass --target label \
	--key idx --input mturk_verdict
for m in $models; do
	expect 0 model add "$m" --task multiclass
	expect 0 version add "$m"
	expect 0 predictions import "$m@1" cifar first.csv --label "$m"
done
expect 0 eval cifar --all --resamples 0 --json
cp out r1
expect 0 testset grow cifar more.csv --reason 'the other 2,000'
said "revision 2"
said "2000 added"
expect 0 matrix cifar --json
json "j['revisions'] == [1, 2] and len(j['rows']) == 30"
json "all(r['states'] == ['fresh', 'partial'] for r in j['rows'])"
# only what is missing is asked for: the other 2,000
for m in $models; do
	expect 0 predictions import "$m@1" cifar more.csv --label "$m"
	said "2000 stored, 0 unchanged"
done
expect 0 eval cifar --all --resamples 0 --json
json "all(e['state'] == 'fresh' and e['n'] == 10000 for e in j['evaluations'])"
cp out r2
expect 0 testset relabel cifar correct.csv
said "18 relabelled"
expect 0 eval cifar --all --resamples 0 --json
cp out r3
expect 0 testset retire cifar doubtful.csv
said "36 retired"
expect 0 rank cifar --json
json "j['ranking'] == [] and len(j['not_ranked']) == 30"
json "{r['state'] for r in j['not_ranked']} == {'stale'}"
expect 0 eval cifar --all --resamples 0 --json
cp out r4
expect 0 matrix cifar --json
json "all(r['states'] == ['fresh'] * 4 for r in j['rows'])"
expect 0 testset diff cifar 1 4 --json
json "[j[k] for k in ('added', 'relabelled', 'retired', 'revived')] == [j['added'], j['relabelled'], j['retired'], 0]"
json "j['added'] + 8000 - j['retired'] == 10000 - 36"
: >moves
for m in $models; do
	expect 0 moved "$m@1" cifar 1 4 --json
	keys j model version testset metric from to parts
	keys "j['parts']" relabelled repredicted retired added
	tr -d '\n' <out >>moves
	echo >>moves
done
python3 - <<'PY' || die "figures"
import csv, json
rows = list(csv.DictReader(open("wide.csv")))
def label(r, corrected):
    return r["guessed_label"] if corrected and \
        r["mturk_verdict"] == "correctable" else r["label"]
def accuracy(m, which, corrected):
    return sum(r[m] == label(r, corrected) for r in which) / len(which)
keep = [r for r in rows if r["mturk_verdict"] not in ("nonagreement", "neither")]
first, rest = rows[:8000], [r for r in rows[:8000] if r in keep]
assert len(keep) == 9964
steps = {"r1": (first, False), "r2": (rows, False), "r3": (rows, True),
         "r4": (keep, True)}
for name, (which, corrected) in steps.items():
    got = json.load(open(name))["evaluations"]
    assert len(got) == 30
    for e in got:
        assert e["metrics"]["accuracy"]["value"] == \
            accuracy(e["model"], which, corrected), (name, e["model"])
moves = [json.loads(line) for line in open("moves")]
assert len(moves) == 30
for j in moves:
    m = j["model"]
    v = [accuracy(m, first, False), accuracy(m, first, True),
         accuracy(m, first, True), accuracy(m, rest, True),
         accuracy(m, keep, True)]
    assert j["from"] == {"revision": 1, "value": v[0]}, (m, j)
    assert j["to"] == {"revision": 4, "value": v[4]}, (m, j)
    p = j["parts"]
    assert list(p.values()) == [b - a for a, b in zip(v, v[1:])], (m, j)
    assert abs(sum(p.values()) - (v[4] - v[0])) < 1e-15
PY
expect 0 moved wrn_28_10@1 cifar 1 4
said "relabelled"
expect 0 fsck
