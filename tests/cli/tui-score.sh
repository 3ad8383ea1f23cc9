#!/bin/sh
# The list of models shows the newest score, and '~' once the set moved on.
. "$(dirname "$0")/lib.sh"

printf 'key,x,y\na,1,1\nb,2,0\nc,3,1\nd,4,0\n' >set.csv
printf 'key,score\na,.9\nb,.1\nc,.8\nd,.7\n' >said.csv
printf 'key\nb\n' >gone.csv
expect 0 init
expect 0 model add m --task binary
expect 0 version add m --code-commit c0de
expect 0 testset create s set.csv --task binary --target y --positive 1 \
	--key key
expect 0 predictions import m@1 s said.csv --score score --threshold 0.5
expect 0 eval s --all

shows() {
	printf '%s\n' "$@" >steps
	env MUSTER_STEPS=steps TERM=xterm-256color LINES=24 COLUMNS=100 \
		"$MUSTER" || die "not shown: $*"
}
shows 'expect .7500 acc' 'refuse ~.7500'
expect 0 testset retire s gone.csv --reason wrong
shows 'expect ~.7500 acc'
