#!/bin/sh
# What is called Holm's p is Holm's, over the candidates, of every metric.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { srand(5); print "id,y,base,a,b,c"; for (i = 0; i < 400; i++) {
	y = rand() < .5
	printf "%d,%d", i, y
	for (k = 0; k < 4; k++)
		printf ",%.6f", y * .3 + .7 * rand() + y * k / 40
	print "" } }' >all.csv
expect 0 init
for v in base a b c; do
	expect 0 model add $v --task binary
	expect 0 version add $v
done
expect 0 testset create s all.csv --task binary --positive 1 --target y \
	--key id --input id
for v in base a b c; do
	expect 0 predictions import $v@1 s all.csv --score $v --threshold .6
done
expect 0 compare s base@1 a@1 b@1 c@1 --json
python3 - out <<'PY' || die "not Holm's: $(cat out)"
import json, sys
found = json.load(open(sys.argv[1]))["candidates"]
def holm(p):
    done, out = 0, [0] * len(p)
    for k, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        done = max(done, min(1, (len(p) - k) * p[i]))
        out[i] = done
    return out
checked = 0
for metric in found[0]["metrics"]:
    d = [c["metrics"][metric] for c in found]
    if "p" not in d[0]:
        continue
    want = holm([x["p"] for x in d])
    assert all(abs(x["p_holm"] - w) < 1e-12 for x, w in zip(d, want)), metric
    checked += 1
assert checked > 10, checked
assert any(x["p_holm"] > x["p"] for c in found for x in c["metrics"].values()
           if "p" in x)
PY
