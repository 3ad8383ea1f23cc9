#!/bin/sh
# Models of one family have long names that differ somewhere: the screens do
# not show two of them alike, and no interval loses its end.
. "$(dirname "$0")/lib.sh"
awk 'BEGIN { print "key,x,y"; for (i = 0; i < 40; i++)
	print i "," i "," (i % 2) }' >set.csv
awk 'BEGIN { print "key,a,b,c"; for (i = 0; i < 40; i++)
	print i "," (i > 3) * (i % 2) "," (i > 9) * (i % 2) "," i % 2 }' \
	>said.csv
expect 0 init
expect 0 testset create s set.csv --task binary --target y --positive 1 \
	--key key
while read -r name col; do
	expect 0 model add "$name" --task binary
	expect 0 version add "$name"
	expect 0 predictions import "$name@1" s said.csv --label "$col"
done <<'NAMES'
shake_shake_26_2x64d_SSI a
shake_shake_26_2x64d_SSI_cutout16 b
shake_shake_26_2x96d_SSI_cutout16_and_more_of_it c
NAMES
expect 0 eval s --all
shows() {
	printf '%s\n' "$@" >steps
	env MUSTER_STEPS=steps TERM=xterm-256color LINES=40 COLUMNS=120 \
		"$MUSTER" || die "not shown: $*"
}
shows 'expect shake.._2x64d_SSI ' 'expect shake..I_cutout16 ' \
	'expect shake..more_of_it '
# the matrix has room for two of them in full
shows 'keys 2 m' 'expect shake_shake_26_2x64d_SSI  ' \
	'expect shake_shake_26_2x64d_SSI_cutout16  '
# who said what
shows 'keys 2 Enter' 'expect ..4d_SSI_cutout16 1' \
	'expect shake_shake_26_2x64d_SSI 1'
# a figure whose interval has no room comes without it
shows 'keys 2' 'refuse [.8' 'expect shake_shake_26_2x64d_SSI 1  .9500' \
	'refuse .9500 [' 'expect shake_shake..cutout16_and_more_of_it 1  1.0000'
# fresh, and no figure to rank by: why
expect 0 model add scores --task binary
expect 0 version add scores
expect 0 predictions import scores@1 s said.csv --score a
expect 0 eval s --all
expect 0 rank s
said "- (no threshold)"
expect 0 rank s --json
json "j['not_ranked'] == [{'model': 'scores', 'version': 1, 'state': 'fresh', 'why': 'no threshold'}]"
expect 0 rank s --csv
said "scores,1,,,fresh"
shows 'keys 2' 'expect scores 1  fresh, no threshold'
