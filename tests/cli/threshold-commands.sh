#!/bin/sh
# Thresholds by rule against a search through all of them; the log keeps how.
. "$(dirname "$0")/lib.sh"
small_set
python3 - <<'PY' || die "reference"
import csv, json, math
y = [r["repaid"] == "yes" for r in csv.DictReader(open("loans.csv"))]
p = [float(r["p1"]) for r in csv.DictReader(open("scores.csv"))]
def counts(t):
    said = [x >= t for x in p]
    return [sum(a == s and b == w for a, b in zip(y, said)) for s, w in
            ((True, True), (False, True), (True, False), (False, False))]
cuts = sorted(set(p), reverse=True)
table = {t: counts(t) for t in cuts}
none = math.nextafter(cuts[0], 2) # nobody is positive
table[none] = counts(none)
def best(merit, cuts=cuts):
    return max(cuts, key=lambda t: (merit(*table[t]), t))
inf = float("inf")
want = {
    "best-f1": best(lambda tp, fp, fn, tn: 2 * tp / (2 * tp + fp + fn)),
    "cost 5": best(lambda tp, fp, fn, tn: -fp - 5 * fn, cuts + [none]),
    "cost 0.01": best(lambda tp, fp, fn, tn: -fp - .01 * fn, cuts + [none]),
    "precision 0.75": best(lambda tp, fp, fn, tn: tp / (tp + fn)
                           if tp / (tp + fp) >= .75 else -inf),
    "recall 0.9": best(lambda tp, fp, fn, tn: tp / (tp + fp)
                       if tp / (tp + fn) >= .9 else -inf),
}
json.dump([want, [[t] + table[t] for t in cuts]], open("want", "w"))
PY
while read -r rule value; do
	expect 0 threshold set scorer@1 --rule "$rule" \
		${value:+--value "$value"} --on loans --reason agreed
	expect 0 version show scorer@1 --json
	json "j['threshold'] == __import__('json').load(open('want'))[0]['$rule${value:+ $value}']"
done <<'RULES'
best-f1
cost 5
cost 0.01
precision 0.75
recall 0.9
RULES
# by which rule, on what, by whom and when it was chosen
expect 0 version show scorer@1
said "chosen      recall 0.9 on loans@1 by "
expect 0 log --object version/scorer@1 --json
grep -q 'recall 0.9 on loans@1, n 10: tp .*; agreed' "$MUSTER_REGISTRY" ||
	die "the log does not say how"
expect 0 threshold curve scorer@1 loans --points 0 --json
json "[[c[k] for k in ('threshold', 'tp', 'fp', 'fn', 'tn')] for c in j['cutoffs']] \
	== __import__('json').load(open('want'))[1]"
expect 0 threshold curve scorer@1 loans --points 3 --csv
[ "$(wc -l <out)" = 4 ] || die "not 3 points"
expect 0 threshold set scorer@1 --rule fixed --value .55 --on loans@1
expect 0 version show scorer@1 --json
json "j['threshold'] == .55"
expect 3 threshold set scorer@1 --rule precision --value 1.1 --on loans
expect 2 threshold set scorer@1 --rule best-f1 --value 1 --on loans
expect 2 threshold set scorer@1 --rule cost --on loans
expect 2 threshold set scorer@1 --rule best-f1
expect 1 threshold set scorer@3 --rule best-f1 --on loans
complained "no scores"
expect 4 threshold curve scorer@1 nothing
expect 0 fsck
