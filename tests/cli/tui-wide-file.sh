#!/bin/sh
# One wide file has the truth and what many models said: the workbench proposes
# the model's own column, never the truth.
. "$(dirname "$0")/lib.sh"
printf 'idx,label,pic,ada,nas\n1,cat,a,cat,dog\n2,dog,b,cat,dog\n3,cow,c,cow,cow\n' \
	>wide.csv
expect 0 init
expect 0 model add nas --task multiclass
expect 0 version add nas
expect 0 testset create pets wide.csv --task multiclass --target label \
	--key idx --input pic
shows() {
	printf '%s\n' "$@" >steps
	env MUSTER_STEPS=steps TERM=xterm-256color LINES=24 COLUMNS=100 \
		"$MUSTER" || die "not shown: $*"
}
shows 'keys 2 a p' 'type wide.csv' 'keys Enter' wait \
	'expect predictions of NAME@V nas@1' 'keys Enter' \
	'expect column with the answers nas' 'keys Enter' wait \
	'expect nas@1: 3 predictions on pets'
expect 0 eval pets --json
json "j['evaluations'][0]['metrics']['accuracy']['value'] == 2 / 3"
# without a column of that name it is another one than the truth
expect 0 model add other --task multiclass
expect 0 version add other
shows 'keys 2 a p' 'type wide.csv' 'keys Enter' wait \
	'expect predictions of NAME@V other@1' 'keys Enter' \
	'expect column with the answers ada' 'keys Esc'
# a file of keys and answers may name these as the set names its target
printf 'idx,label\n1,cat\n2,cat\n3,cow\n' >small.csv
shows 'keys 2 a p' 'keys ^U' 'type small.csv' 'keys Enter' wait 'keys Enter' \
	'expect column with the answers label' 'keys Esc'
# labels that no pattern has are told here, too
printf 'idx,v\n1,0\n2,1\n3,2\n' >coded.csv
printf '%s\n' 'keys 2 a p' 'keys ^U' 'type coded.csv' 'keys Enter' wait 'keys Enter' \
	'keys ^U' 'type v' 'keys Enter' wait \
	'expect 3 of 3 predicted labels are none of' >steps
env MUSTER_STEPS=steps TERM=xterm-256color LINES=24 COLUMNS=120 "$MUSTER" ||
	die "not told"
