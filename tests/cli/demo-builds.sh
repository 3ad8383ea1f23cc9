#!/bin/sh
# 'muster demo' and the script it prints give the same registry but for the
# moments at which things happened; the story is the one that is told.
. "$(dirname "$0")/lib.sh"
expect 0 demo "$work/one"
said "matcher"
said "compare meet-live matcher@production matcher@challenger"
expect 0 demo "$work/one"
said "found the demonstration"
expect 0 demo --script
cmp -s out "$root/examples/demo/build.sh" ||
	die "examples/demo/build.sh is not what 'muster demo --script' prints"
mkdir two
sh "$root/examples/demo/build.sh" "$MUSTER" "$work/two" >out 2>&1 ||
	die "build.sh: $(cat out)"
for d in one two; do
	MUSTER_REGISTRY=$work/$d/registry.db
	for command in "model list" "version list matcher" \
		"version show matcher@4" "testset show meet-live" \
		"testset patterns meet-live" "slice list meet-live" \
		"rank meet-live" "log" "problem list" "triage" \
		"problem show P-1" "signoffs matcher@4" "dataset list" \
		"compare meet-live matcher@production matcher@challenger"; do
		# shellcheck disable=SC2086
		expect 0 $command --json
		cat out
	done | sed 's/"hash": *"[0-9a-f]*"//' >$d.json
	expect 0 fsck
done
cmp one.json two.json || die "the two ways give different registries"
MUSTER_REGISTRY=$work/one/registry.db
expect 0 rank meet-live --json
json "[r['version'] for r in j['ranking']][0] == 4 and \
	len(j['ranking']) == 3 or len(j['ranking']) == 4"
expect 0 compare meet-live matcher@2 matcher@3 matcher@4 --json
json "[c['verdict'] for c in j['candidates']] == ['no difference shown', 'better']"
json "{(s['by'], s['value']): s['metrics']['accuracy']['verdict'] \
	for s in j['candidates'][1]['slices']}[('lang', 'es')] == 'worse'"
expect 0 version show matcher@production --as-of 2026-02-01 --json
json "j['version'] == 1"
expect 0 testset show meet-live --json
json "j['n'] == 1000"
# eight problems in different states; the regression came by itself
expect 0 problem list --json
json "[p['state'] for p in j['problems']] == ['in-progress', 'triaged', \
	'regressed', 'fixed', 'described', 'in-progress', 'reported', 'reported']"
expect 0 triage --json
json "j['problems'][0]['id'] == 'P-1' and j['problems'][0]['impact']['value'] > 20"
expect 3 triage --check
said P-3
expect 0 problem show P-3
said 'regressed by itself (matcher@4 fails it'
expect 0 problem alike P-8
said P-7
expect 3 gate check matcher@4 production --json
json "{r['rule']: r['verdict'] for r in j['rules']}['no broken problem'] == 'fail'"
expect 0 card show matcher@4
said '.7542'
expect 0 demo -n "$work/three"
[ ! -e three ] || die "a dry run wrote something"
# where no folder is given
expect 0 demo -q
[ -s "$work/data/muster/demo/registry.db" ] || die "not under XDG_DATA_HOME"
