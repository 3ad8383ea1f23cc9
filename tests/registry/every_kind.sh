#!/bin/sh
# Makes a registry whose log has entries of many kinds, with all their blobs,
# for test_hostile_entries.c. usage: every_kind.sh MUSTER FOLDER
set -eu
muster=$1
cd "$2"
export MUSTER_NOW=2026-03-01T10:00:00Z HOME="$2" XDG_STATE_HOME="$2"
m() { "$muster" -q -R made.db "$@" >/dev/null; }
printf 'id,text,region,label\n1,pilot,n,yes\n2,no thanks,s,no\n3,x,n,yes\n' >set.csv
printf 'id,text,region,label\n4,y,s,no\n' >more.csv
printf 'id,label\n1,no\n' >labels.csv
printf 'id\n2\n' >gone.csv
printf 'id,label,score\n1,yes,0.9\n2,no,0.2\n3,no,0.4\n' >said.csv
printf '## 1.1 Made by\n\nThe team\n' >card.md
printf 'accuracy >= 0.5 on live\nattested "tested by hand"\n' >g.gate
printf 'id,text,region\n7,a pilot please,n\n8,pilot wanted,s\n' >sample.csv
printf weights >model.bin
m init
m model add matcher --task binary --owner ana --tag team=meet
m version add matcher --artifact model.bin --param seed=1 --note first
m version add matcher
m model set matcher risk=high main_metric=accuracy --reason why
m version stage matcher@2 shadow --reason 'to be looked at'
m version alias matcher@2 challenger
m testset create live set.csv --task binary --target label --positive yes \
	--key id --slice region --input text
m predictions import matcher@1 live said.csv --key id --score score \
	--threshold 0.5
m eval live --all
m testset grow live more.csv --reason monthly
m testset relabel live labels.csv
m testset retire live gone.csv --reason consent
m testset revive live gone.csv
m slice add live north region=n
m undo
m dataset add people set.csv --label label
m dataset set people risk=low --reason 'three rows'
m problem add 'north is missed' --model matcher --testset live --rule \
	region=n --kind labels
m report-failure matcher@1 --input text=x --expected yes --said no
m problem comment P-1 seen
m problem set P-1 users=12 harm=3 owner=bo --reason survey
m problem pattern P-1 --key 1
m problem add pilots --model matcher --testset live --rule 'text~/pilot/'
m problem sheet P-3 sample.csv --n 2 -o sheet.csv
sed -i '2,$s/,,$/,yes,ana/' sheet.csv
m problem labels P-3 sheet.csv
m problem merge P-1 P-2
m card import matcher@1 card.md
m gate set production g.gate --reason first
m gate attest matcher@1 'tested by hand' --reason did
m role grant daemon risk --reason theirs
m role revoke daemon risk --reason gone
m sign matcher@1 --role admin --meaning authored --reason mine
m sign --revoke S-32 --reason wrong
