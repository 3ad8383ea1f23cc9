#!/bin/sh
# Behavioural expectations from a stated change of the input: made, answered
# by runners, held against their sources, and not made twice.
. "$(dirname "$0")/lib.sh"
cat >people.csv <<'CSV'
id,sex,age,text,y
a,F,20,"please, help",no
b,M,30.5,help me,no
c,F,41,please now,yes
d,M,52,now,yes
CSV
# says yes from 40 on, or where the text begins with "please"; unfair on M
cat >runner.sh <<'SH'
#!/bin/sh
exec python3 -c '
import csv, sys
out = csv.writer(sys.stdout)
out.writerow(["key", "label", "score"])
for r in csv.DictReader(sys.stdin):
    s = float(r["age"]) / 100 + (.2 if r["sex"] == "M" else 0)
    s += .3 if r["text"].startswith("please") else 0
    out.writerow([r["key"], "yes" if s >= .4 else "no", "%.4f" % s])
'
SH
chmod 755 runner.sh
expect 0 init
expect 0 model add scorer --task binary
expect 0 version add scorer --runner "$work/runner.sh"
expect 0 testset create s people.csv --task binary --target y --positive yes \
	--key id --input sex --input age --input text
expect 0 predictions run scorer@1 s
expect 0 problem add 'sex decides' --model scorer --testset s
expect 0 problem pattern P-1 --key a --key b --key c

# forms that state nothing, and what cannot be
expect 2 problem change P-1 'sex = M' --expect same
complained 'states no change'
expect 2 problem change P-1 'sex: F -> M'
complained "'--expect same'"
expect 2 problem change P-1 'y: no -> yes' --expect same
complained "'y' is no input"
expect 2 problem change P-1 'nowhere += 1' --expect up
expect 1 problem change P-1 'sex += 1' --expect up
complained 'is no number'
expect 1 problem change P-1 'sex: X -> M' --expect same
complained '3 stay as they are'
expect 1 problem change P-1 'text ~ /(/x/' --expect same
complained 'pattern fails'
expect 1 problem change P-1 'text ~ /e/${x/' --expect same
complained 'cannot stand for a match'

# a value: a and c become M; b is M already
expect 0 problem change P-1 'sex: F -> M' --expect same -n
expect 0 testset show s --json
json 'j["revision"] == 1'
expect 0 problem change P-1 'sex: F -> M' --expect same
said 'added 2 changed patterns to P-1: revision 2'
grep -q '1 patterns stay as they are' err || die 'b is not told'
expect 0 testset patterns s --csv
said 'a~1,M,20,"please, help",no'
said 'c~1,M,41,please now,yes'
expect 1 problem change P-1 'sex: F -> M' --expect same
complained '2 were made before'
# they are not answered until the runner was asked, and then compared with
# their sources: a says yes by .50, a~1 by .70; b none; c both yes
expect 0 problem pattern P-1
said 'a~1'
said '1 -'
expect 0 predictions run scorer@1 s
expect 0 problem pattern P-1
grep -q 'a~1 .* same .*1 ok' out || die "$(cat out)"

# a number keeps its decimals; from all active patterns that an expression
# says; up holds for all
expect 0 problem add 'age counts' --model scorer --testset s
expect 0 problem change P-2 'age += 0.25' --expect up --where 'sex=M !id~/~/'
expect 0 testset patterns s --csv
said 'b~1,M,30.75,help me,no'
said 'd~1,M,52.25,now,yes'
expect 0 predictions run scorer@1 s
expect 0 problem pattern P-2
[ "$(grep -c ' up .*1 ok' out)" = 2 ] || die "$(cat out)"

# a replacement with a group, a label of its own; down fails for none but b
expect 0 problem add 'please helps' --model scorer --testset s
expect 0 problem change P-3 'text ~ /^(help|now)/please $1/' --expect down \
	--key b --key d --label yes
expect 0 testset patterns s --csv
said 'b~2,M,30.5,please help me,yes'
expect 0 predictions run scorer@1 s
expect 0 problem pattern P-3
[ "$(grep -c ' down .*1 FAIL' out)" = 2 ] || die "$(cat out)"
expect 0 undo
expect 0 fsck
exit 0
