#!/bin/sh
# Runners asked by the program: only what is missing, several at once, failed
# and short answers score nothing, a killed muster leaves no orphan.
. "$(dirname "$0")/lib.sh"
small_set
awk=$root/examples/runners/linear.awk
printf 'task binary\nintercept -2\nage 0.05\n' >m4.model
expect 0 version add scorer --artifact m4.model --runner "$awk"
expect 0 eval loans scorer@1
grep -q "scorer@1.*threshold set" err && die "has a threshold: $(cat err)"
expect 0 predictions run scorer@4 loans --json
json "[bool(r['time'] and r['who']) for r in j['runs']] == [True]"
json "[(r['state'], r['asked'], r['stored'], r['status']) for r in j['runs']] == [('answered', 10, 10, 0)]"
json "j['runs'][0]['sandbox'] and len(j['runs'][0]['artifact']) == 64"
cp out first
expect 0 predictions run scorer@4 loans --json
json "[r['state'] for r in j['runs']] == ['nothing to ask']"
# the figures are those of the model: 1/(1+exp(2-.05 age))
expect 0 eval loans scorer@4 --json
cp out figures
grep -q "scorer@4 has scores and no threshold.*threshold set scorer@4" err ||
	die "no way to a threshold: $(cat err)"
cp figures out
python3 - out loans.csv <<'PY' || die "scores"
import csv, json, math, sys
e = json.load(open(sys.argv[1]))["evaluations"][0]
rows = list(csv.DictReader(open(sys.argv[2])))
loss = 0
for r in rows:
    p = 1 / (1 + math.exp(2 - .05 * float(r["age"])))
    loss -= math.log(p if r["repaid"] == "yes" else 1 - p)
assert abs(e["metrics"]["log_loss"]["value"] - loss / len(rows)) < 1e-4, e
PY
# growth: only the new rows are asked for
printf 'id,region,age,text,repaid\nl11,SE,70,new,yes\nl12,SE,30,new,no\n' >more.csv
expect 0 testset grow loans more.csv
expect 0 eval loans --all
grep -q "3 versions of 4\|4 versions of 4" err || die "says nothing of gaps: $(cat err)"
cat >count.sh <<'SH'
#!/bin/sh
awk -F, 'NR == 1 { print "key,label"; next } { print $1 ",yes" }'
SH
chmod +x count.sh
expect 0 version add scorer --runner "$work/count.sh"
expect 0 eval loans --all --run --json
json "{e['version']: (e['state'], e['n']) for e in j['evaluations'] if e['version'] > 3} == {4: ('fresh', 12), 5: ('fresh', 12)}"
expect 0 predictions runs scorer@4 --json
json "[r['asked'] for r in j['runs']] == [2, 10]"
# the model's file is not the version's: nothing runs
printf 'task binary\nintercept 9\n' >m4.model
printf 'id,region,age,text,repaid\nl13,SE,71,new,yes\n' >more.csv
expect 0 testset grow loans more.csv
expect 1 predictions run scorer@4 loans
complained "sha256"
# evil ones
evil() {	# NAME SCRIPT WORDS [SECONDS]: a version with that runner
	printf '#!/bin/sh\n%s\n' "$2" >"$1.sh"
	chmod +x "$1.sh"
	expect 0 version add scorer --runner "$work/$1.sh"
	v=$(sed -n 's/.*scorer@\([0-9]*\).*/\1/p' out | head -1)
	expect 1 predictions run "scorer@$v" loans --timeout "${4:-60}"
	grep -qF -- "$3" err || die "$1: no '$3' in $(cat err)"
	expect 0 predictions runs "scorer@$v" --json
	json "[(r['state'], r['stored']) for r in j['runs']] == [('failed', 0)]"
}
evil short "printf 'key,label\nl1,yes\nl2,yes\n'" "2 of 13"
evil silent "exit 0" "nothing"
evil status "cat; exit 3" "status 3"
evil hangs "trap '' TERM; sleep 1000 & sleep 1000" "more than 1000 ms" 1
evil twice "printf 'key,label\nl1,yes\nl1,yes\n'" "line"
evil loud "printf '\033[2Jred\n' >&2; exit 1" "status 1"
expect 1 predictions run "scorer@$v" loans
grep -q "'muster predictions said [0-9]*' shows its last words" err ||
	die "no way to the last words: $(cat err)"
run=$(MUSTER_REGISTRY=$MUSTER_REGISTRY "$MUSTER" predictions runs "scorer@$v" --csv | tail -1 | cut -d, -f5)
expect 0 predictions said "$run"
said "red"
LC_ALL=C grep -q "$(printf '\033')" out && die "an escape came through"
expect 4 predictions said 0
expect 0 eval loans --all --json
json "not [e for e in j['evaluations'] if e['version'] > 5]"
# killed while it runs: aborted at the next start, its program is gone
nap="sleep 987.$$"
printf '#!/bin/sh\n%s\n' "$nap" >slow.sh
chmod +x slow.sh
expect 0 version add scorer --runner "$work/slow.sh"
v=$(sed -n 's/.*scorer@\([0-9]*\).*/\1/p' out | head -1)
"$MUSTER" predictions run "scorer@$v" loans >/dev/null 2>&1 &
pid=$!
i=0
until pgrep -f "^$nap\$" >/dev/null; do
	i=$((i + 1))
	[ $i -lt 600 ] || die "the runner never started"
	sleep .05
done
expect 0 predictions runs "scorer@$v" --json
json "[r['state'] for r in j['runs']] == ['running']"
kill -9 $pid
wait $pid 2>/dev/null
i=0
while pgrep -f "^$nap\$" >/dev/null; do
	i=$((i + 1))
	[ $i -lt 600 ] || die "an orphan"
	sleep .05
done
expect 0 predictions run scorer@5 loans
expect 0 predictions runs "scorer@$v" --json
json "[(r['state'], r['stored']) for r in j['runs']] == [('aborted', 0)]"
# stopped by the user: nothing is stored
"$MUSTER" predictions run "scorer@$v" loans >/dev/null 2>stopped &
pid=$!
i=0
until pgrep -f "^$nap\$" >/dev/null; do
	i=$((i + 1))
	[ $i -lt 600 ] || die "the runner never started again"
	sleep .05
done
kill -INT $pid
wait $pid
[ $? = 130 ] || die "not stopped by the signal: $(cat stopped)"
expect 0 predictions runs "scorer@$v" --json
json "[r['state'] for r in j['runs']] == ['cancelled', 'aborted']"
# a key of several columns, and no key at all
printf 'a,b,x,y\n1,p,3,yes\n1,q,4,no\n' >two.csv
printf 'x,y\n3,yes\n3,yes\n4,no\n' >none.csv
expect 0 testset create two two.csv --task binary --target y --positive yes \
	--key a,b --input x
expect 0 testset create none none.csv --task binary --target y --positive yes
for set in two none; do
	expect 0 predictions run scorer@5 $set --json
	json "j['runs'][0]['state'] == 'answered' and j['runs'][0]['stored'] == j['runs'][0]['asked'] > 1"
done
expect 0 fsck
expect 0 rebuild
