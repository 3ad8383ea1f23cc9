#!/bin/sh
# Problems from real answers: the difference in false positive rates that
# ProPublica published, the worst confusions of tweets and of thirty image
# models as the versions of one.
. "$(dirname "$0")/lib.sh"
data=$SHARED/data
csv=$data/compas_propublica/compas-scores-two-years.csv
gz=$data/cifar10_models/cifar10_test.csv.gz
tweets=$data/tweeteval/sentiment.csv
for f in "$csv" "$gz" "$tweets"; do
	[ -r "$f" ] || { echo "no $f here"; exit 77; }
done
expect 0 init
# -- compas: two slices of those who did not reoffend
expect 0 model add compas --task binary
expect 0 version add compas
expect 0 testset create recid "$csv" --task binary --target two_year_recid \
	--positive 1 --key id --slice race --slice sex --input age \
	--input priors_count
expect 0 predictions import compas@1 recid "$csv" --score decile_score \
	--threshold 5
expect 0 eval recid --all
for race in African-American Caucasian; do
	expect 0 problem add "$race: called risky, did nothing" --model compas \
		--testset recid --rule "race=$race two_year_recid=0" \
		--kind indirect,allocative --persona subject
done
for p in P-1 P-2; do
	expect 0 problem pattern $p --matching --pattern false-positive
	expect 0 problem estimate $p "$csv"
	expect 0 problem set $p harm=3 --reason 'freedom is at stake'
done
expect 0 triage --json
# published: 44.85 and 23.45 percent of 1,795 and 1,488
json "[(p['id'], round(100 * p['error']['value'], 2), p['error']['n'], \
	p['patterns']) for p in j['problems']] == \
	[('P-1', 44.85, 1795, 1795), ('P-2', 23.45, 1488, 1488)]"
json "abs(j['problems'][0]['impact']['value'] - \
	100 * 1795 / 7214 * 805 / 1795 * 3) < 1e-9"
json "j['problems'][0]['rank_high'] == 1 and j['problems'][1]['rank_low'] == 2"
# -- tweets: the worst confusions by command, against counting
expect 0 model add tweets --task multiclass
expect 0 version add tweets
expect 0 testset create sentiment "$tweets" --task multiclass --target gold --key idx
expect 0 predictions import tweets@1 sentiment "$tweets" --label roberta_retrained
expect 0 problem suggest tweets@1 sentiment --top 3 --add --json
cp out suggested
python3 - suggested "$tweets" <<'PY' || die 'not the worst confusions'
import collections, csv, json, sys
got = [s for s in json.load(open(sys.argv[1]))["suggestions"] if s["what"] == "confusion"]
n = collections.Counter((r["gold"], r["roberta_retrained"]) for r in csv.DictReader(open(sys.argv[2]))
                        if r["gold"] != r["roberta_retrained"])
want = n.most_common(3)
assert [s["wrong"] for s in got] == [c for _, c in want], (got, want)
assert [s["title"] for s in got] == ["%s taken for %s" % k for k, _ in want]
PY
# -- thirty image models as thirty versions: is the worst confusion fixed?
gzip -dc "$gz" >wide.csv
"$MUSTER" -q testset create cifar - --task multiclass --target label \
	--key idx --input mturk_verdict <wide.csv || die "create"
expect 0 model add vision --task multiclass
v=0
for m in $(head -1 wide.csv | tr -d '\r' | tr ',' '\n' | tail -n +5); do
	v=$((v + 1))
	expect 0 version add vision --note "$m"
	expect 0 predictions import "vision@$v" cifar wide.csv --label "$m"
done
expect 0 version stage vision@5 production --reason 'as it was'
expect 0 problem suggest vision@production cifar --top 4 --add --json
cp out suggested
expect 0 problem errors vision --json
cp out errors
python3 - suggested errors wide.csv <<'PY' || die 'errors by version'
import collections, csv, json, sys
got = json.load(open(sys.argv[1]))["suggestions"]
errors = {p["id"]: p for p in json.load(open(sys.argv[2]))["problems"]}
rows = list(csv.DictReader(open(sys.argv[3])))
models = list(rows[0])[4:]
n = collections.Counter((r["label"], r[models[4]]) for r in rows
                        if r["label"] != r[models[4]])
assert len(models) == 30 and len(got) == 4
for s in got:
    a, b = s["title"].split(" taken for ")
    assert s["wrong"] == n[a, b] and s["wrong"] >= n.most_common(5)[-1][1]
    hit = [r for r in rows if (r["label"], r[models[4]]) == (a, b)]
    line = errors[s["id"]]["versions"]
    assert [v["version"] for v in line] == list(range(1, 31))
    for v, m in zip(line, models):
        want = sum(r[m] != r["label"] for r in hit) / len(hit)
        assert abs(v["error"] - want) < 1e-12, (s["title"], m)
    assert line[4]["error"] == 1
PY
expect 0 fsck
