#!/bin/sh
# Makes tests/fuzz/seeds/apply: the logs of small registries, one for each
# kind of work, with the blobs that are text. usage: make-apply-seeds.sh MUSTER
set -eu
muster=$(realpath "$1")
out=$(cd "$(dirname "$0")" && pwd)/seeds/apply
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$out"
cd "$dir"
export MUSTER_NOW=2026-03-01T10:00:00Z HOME="$dir"
printf 'id,text,region,label\n1,pilot,n,yes\n2,no thanks,s,no\n3,x,n,yes\n' >set.csv
printf 'id,text,region,label\n4,y,s,no\n' >more.csv
printf 'id,label\n1,no\n' >labels.csv
printf 'id\n2\n' >gone.csv
printf 'id,label,score\n1,yes,0.9\n2,no,0.2\n3,no,0.4\n' >said.csv
printf '## 1.1 Made by\n\nThe team\n' >card.md
printf 'accuracy >= 0.5 on live\nattested "tested by hand"\n' >g.gate
m() { "$muster" -q -R r.db "$@" >/dev/null 2>&1; }
start() {
	rm -f r.db r.db-journal
	m init
	m model add matcher --task binary --owner ana --tag team=meet
	m version add matcher --code-commit 7be2 --param seed=1 --note first
	m version add matcher
}
sets() {
	m testset create live set.csv --task binary --target label \
		--positive yes --key id --slice region --input text
}
# seed NAME: blobs in the places of their names' first digits, then the log
seed() {
	for digit in 0 1 2 3 4 5 6 7 8 9 A B C D E F; do
		printf '#'
		sqlite3 r.db "SELECT CAST(data AS TEXT) FROM blob
			WHERE hex(hash) GLOB '$digit*' AND length(data) < 3000
			AND instr(data, x'0a') = 0 AND instr(data, x'00') = 0
			ORDER BY id DESC LIMIT 1" | tr -d '\n'
		echo
	done >"$out/$1"
	sqlite3 r.db 'SELECT entry FROM log ORDER BY idx' >>"$out/$1"
}
start
m model set matcher risk=high main_metric=accuracy --reason why
m version stage matcher@1 production --reason release
m version alias matcher@2 challenger
m threshold set matcher@2 0.4 || m version threshold matcher@2 0.4 || :
m undo
m undo
seed models
start
sets
m testset grow live more.csv --reason monthly
m testset relabel live labels.csv
m testset retire live gone.csv --reason consent
m testset revive live gone.csv
m slice add live north region=n
m dataset add people set.csv --label label
seed sets
start
sets
m predictions import matcher@1 live said.csv --key id --score score \
	--threshold 0.5
m eval live --all
seed answers
start
m card import matcher@1 card.md
m gate set production g.gate --reason first
m gate attest matcher@1 'tested by hand' --reason did || :
m gate waive matcher@1 production 'accuracy >= 0.5 on live' --until \
	2026-04-01 --reason soon || :
m role grant daemon risk --reason theirs
m role revoke daemon risk --reason gone
m sign matcher@1 --role admin --meaning authored --reason mine
m sign --revoke S-1 --reason wrong || :
seed papers
start
sets
m problem add 'north is missed' --model matcher --testset live --rule \
	region=n --kind labels
m report-failure matcher@1 --input text=x --expected yes --said no
m problem comment P-1 seen || :
m problem set P-1 users=12 harm=3 owner=bo --reason survey
m problem pattern P-1 --key 1 || :
m problem merge P-1 P-2
seed problems
ls -l "$out"
