#!/bin/sh
# What is said of a living set is what happened to it: keys as people know
# them, revivals beside retirements, steps that change nothing, labels that no
# pattern has, thresholds that make no sense, slices without patterns.
. "$(dirname "$0")/lib.sh"
printf 'shop,day,x,y\na,1,5,yes\na,2,6,no\nb,1,7,yes\nb,2,8,no\n' >set.csv
expect 0 init
expect 0 model add m --task binary
expect 0 version add m
expect 0 testset create s set.csv --task binary --target y --positive yes \
	--key shop,day --slice shop
printf 'shop,day,v\na,1,yes\nb,1,yes\n' >said.csv
expect 1 predictions import m@1 s said.csv --label v
complained "2 patterns of 's' have no prediction, the first is 'a/2'"
printf 'shop,day,v\na,1,yes\na,2,yes\nb,1,yes\n' >said.csv
expect 1 predictions import m@1 s said.csv --label v
complained "1 pattern of 's' has no prediction, 'b/2'"
printf 'shop,day,v\na,1,yes\nc,9,yes\n' >said.csv
expect 1 predictions import m@1 s said.csv --label v
complained "'c/9' is no key of 's' (1 row like that; --ignore-extra leaves it out)"
printf 'shop,day,v\na,1,yes\na,2,no\nb,1,yes\nb,2,no\n' >said.csv
expect 0 predictions import m@1 s said.csv --label v
printf 'shop,day,v\na,1,no\na,2,no\nb,1,yes\nb,2,no\n' >said.csv
expect 5 predictions import m@1 s said.csv --label v
complained "(1 row like that; --replace predicts it anew)"

# a step that changes nothing makes no revision, and does not say so
printf 'shop,day,y\na,1,yes\n' >same.csv
expect 0 testset relabel s same.csv
said "left test set s at revision 1: 1 had that target already"
expect 0 testset relabel s same.csv -n
said "would leave test set s at revision 1: 1 had that target already"
# n goes up by what came back
printf 'shop,day\na,2\n' >key.csv
expect 0 testset retire s key.csv
expect 0 testset revive s key.csv
expect 0 testset show s
grep -q 'retired  revived' out || die "no revivals: $(cat out)"
grep -q '  3 .* 4  *0  *0  *0  *1  ' out || die "not revived: $(cat out)"

# no pattern is not no prediction
expect 0 history m@1 s --slice shop=nobody
said "- (no patterns)"
printf 'shop,day\na,1\na,2\nb,1\nb,2\n' >all.csv
expect 0 testset retire s all.csv
expect 0 moved m@1 s 3 4
said "- (no patterns)"
expect 0 undo

# answers that no pattern can have
printf 'id,x,y\n1,1,cat\n2,2,dog\n3,3,cow\n' >pets.csv
printf 'id,v,w\n1,0,cat\n2,1,horse\n3,2,cow\n' >said.csv
expect 0 model add p --task multiclass
expect 0 version add p
expect 0 version add p
expect 0 testset create pets pets.csv --task multiclass --target y --key id
expect 0 predictions import p@1 pets said.csv --label v
complained "3 of 3 predicted labels are none of 'pets' and count as wrong; the first is '0'"
expect 0 predictions import p@2 pets said.csv --label w
complained "1 of 3 predicted labels is none of 'pets' and counts as wrong; the first is 'horse'"
printf 'id,x,y\n1,1,right\n2,2,right\n' >flags.csv
printf 'id,v,w\n1,True,right\n2,False,wrong\n' >said.csv
expect 0 testset create flags flags.csv --task multiclass --target y --key id
expect 0 predictions import p@1 flags said.csv --label v
complained "2 of 2 predicted labels are none of 'flags'"
expect 0 predictions import p@2 flags said.csv --label w
[ ! -s err ] || die "a flag that is wrong is no foreign label: $(cat err)"

# thresholds by rules that mean something
printf 'shop,day,p\na,1,.9\na,2,.2\nb,1,.7\nb,2,.4\n' >said.csv
expect 0 version add m
expect 0 predictions import m@2 s said.csv --score p
for value in 0 -5; do
	expect 2 threshold set m@2 --rule cost --value=$value --on s
	complained "the cost of a false negative is above 0 false positives"
done
for value in 0 -.5; do
	expect 2 threshold set m@2 --rule recall --value=$value --on s
	complained "the target of 'recall' is above 0"
done

# a long header is not listed as if it were whole
awk 'BEGIN { for (i = 0; i < 100; i++) printf "column%d,", i; print "y"
	for (i = 0; i < 100; i++) printf "1,"; print "yes" }' >wide.csv
expect 1 testset create w wide.csv --task binary --target z --positive yes
grep -q "'column[0-9]*' and [0-9]* more$" err || die "$(cat err)"

# a pipe is told how it is read; a question that was answered wrongly comes
# back with its answer
mkfifo pipe
expect 1 testset grow s pipe
complained "'pipe' is not a file but a pipe, which '-' reads"
printf '%s\n' 'keys 2 m m ^U' 'type 3 1' 'keys Enter' \
	'expect older, newer, metric, as 1 4 macro_f1:  3 1' >steps
env MUSTER_STEPS=steps TERM=xterm-256color LINES=24 COLUMNS=100 \
	"$MUSTER" || die "what was typed is gone"

# the same of what a runner forgets
cat >forgets.sh <<'SH'
#!/bin/sh
awk -F, 'NR == 1 { print "key,label"; next } NR < 5 { print $1 ",no" }'
SH
chmod +x forgets.sh
expect 0 version add m --runner "$PWD/forgets.sh"
expect 1 predictions run m@3 s
complained "the runner answered 3 of 4 rows; the first that is missing is 'b/2'"
