#!/bin/sh
# Figures of ten loans, checked by hand: version 1 at .5 has tp 4 fp 2 fn 2
# tn 2; rows as in lib.sh.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all --json
keys j testset evaluations
keys "j['testset']" name revision digest n
# what it was computed from follows behind the contract's keys
keys "list(j['evaluations'][0])[:10]" model version testset revision state n \
	threshold confusion metrics slices
keys "j['evaluations'][0]['metrics']" accuracy balanced_accuracy precision \
	recall specificity fpr fnr f1 mcc selection_rate roc_auc \
	average_precision log_loss brier ece
keys "j['evaluations'][0]['metrics']['accuracy']" value low high n method
json "j['evaluations'][0]['confusion'] == dict(tp=4, fp=2, fn=2, tn=2)"
json "abs(j['evaluations'][0]['metrics']['accuracy']['value'] - .6) < 1e-12"
json "j['evaluations'][0]['metrics']['recall']['n'] == 6"
json "j['evaluations'][0]['metrics']['accuracy']['method'] == 'wilson'"
json "len(j['evaluations']) == 3 and j['testset']['n'] == 10"
json "j['evaluations'][2]['metrics']['roc_auc']['value'] is None"
json "[(s['by'], s['value'], s['n']) for s in j['evaluations'][0]['slices']] \
	== [('region', 'NW', 5), ('region', 'SE', 5)]"
cp out first
size=$("$MUSTER" log --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["entries"]))')
expect 0 eval loans --all --json
cmp -s out first || die "the same inputs give other bytes"
again=$("$MUSTER" log --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["entries"]))')
[ "$size" = "$again" ] || die "an evaluation was stored twice"
expect 0 eval loans scorer@2
said "confusion"
said "accuracy"
said "0 new"
expect 0 eval loans scorer@2 --csv
said "metric"
expect 0 eval --all
expect 0 eval loans scorer@1 -n
expect 0 --readonly eval loans scorer@1 --json
expect 2 eval
complained "--all"
expect 0 eval loans --json
cmp -s out first || die "without versions it is not all of them"
expect 0 eval --all --json
cmp -s out first || die "all sets, of which there is one, is not that one"
"$MUSTER" -q testset create again "$work/loans.csv" --task binary \
	--target repaid --positive yes --key id || die "no second set"
expect 0 eval --all --json
keys j evals
json "len(j['evals']) == 2"
expect 2 eval loans scorer@1 --all
expect 4 eval loans scorer@9
expect 4 eval nothing --all
expect 4 eval loans@7 --all
