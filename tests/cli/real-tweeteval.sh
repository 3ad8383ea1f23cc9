#!/bin/sh
# Seven tasks, one model's shipped predictions: the recomputed column of the
# MANIFEST (the published row is an average of runs and does not reproduce).
. "$(dirname "$0")/lib.sh"
dir=$SHARED/data/tweeteval
[ -r "$dir/emoji.csv" ] || { echo "no tweeteval here"; exit 77; }
expect 0 init
expect 0 model add roberta --task multiclass
expect 0 version add roberta
task() {	# NAME EXPRESSION over metrics m and classes c
	slice=
	[ "$1" != stance ] || slice="--slice target"
	# shellcheck disable=SC2086
	expect 0 testset create "$1" "$dir/$1.csv" --task multiclass \
		--target gold --key idx $slice --input idx
	expect 0 predictions import roberta@1 "$1" "$dir/$1.csv" \
		--label roberta_retrained
	expect 0 eval "$1" roberta@1 --resamples 0 --json
	cp out "$1.json"
	python3 - "$1.json" "$2" <<'PY' || die "$1: not $2"
import json, sys
e = json.load(open(sys.argv[1]))["evaluations"][0]
m = {k: v["value"] for k, v in e["metrics"].items()}
c = {x["label"]: x for x in e["classes"]}
assert eval(sys.argv[2])
PY
}
task emoji "round(100 * m['macro_f1'], 2) == 31.55"
task emotion "round(100 * m['macro_f1'], 2) == 79.83"
task hate "round(100 * m['macro_f1'], 2) == 55.47"
task irony "round(100 * c['1']['f1']['value'], 2) == 62.48"
task offensive "round(100 * m['macro_f1'], 2) == 81.55"
task sentiment "round(100 * m['macro_recall'], 2) == 72.86"
task stance "round(50 * (c['1']['f1']['value'] + c['2']['f1']['value']), 2) == 72.44"
# the five targets of stance partition it
json "sum(s['n'] for s in j['evaluations'][0]['slices']) == j['evaluations'][0]['n']"
