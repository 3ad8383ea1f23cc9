#!/bin/sh
# A holdout bundle: written whole, rerun elsewhere, differences named.
. "$(dirname "$0")/lib.sh"
small_set
awk=$root/examples/runners/linear.awk
printf 'task binary\nintercept -2\nage 0.05\n' >m4.model
expect 0 version add scorer --artifact m4.model --runner "$awk"
expect 0 predictions run scorer@4 loans
expect 0 bundle scorer@4 loans -o out4
[ "$(ls out4 | tr '\n' ' ')" = "bundle.json expected.csv inputs.csv " ] ||
	die "$(ls out4)"
head -n 1 out4/inputs.csv | grep -qx 'key,age,text' ||
	die "inputs: $(head -n 1 out4/inputs.csv)"
[ "$(wc -l <out4/expected.csv)" = 11 ] || die "expected.csv"
grep -qF -e "$work" -e repaid -e region out4/* && die "says too much"
expect 5 bundle scorer@4 loans -o out4
complained "exists already"
# elsewhere: no registry is there
mkdir far && mv out4 far/ && cp m4.model far/
(unset MUSTER_REGISTRY; cd far && XDG_DATA_HOME=$work/far/none "$MUSTER" \
	bundle check out4 --runner "$awk" --artifact m4.model --json >../out) ||
	die "the same model answers otherwise: $(cat out)"
json "j['n'] == 10 and j['same'] == 10 and j['artifact_checked'] is True"
json "j['version'] == 'scorer@4' and j['testset'] == 'loans@1'"
# another model
printf 'task binary\nintercept -2\nage 0.0501\n' >far/other.model
expect 1 bundle check far/out4 --runner "$awk" --artifact far/other.model
cat >far/other.sh <<SH
#!/bin/sh
awk -F, 'NR == 1 { print "key,score"; next } { print \$1 ",0.25" }'
SH
chmod +x far/other.sh
expect 3 bundle check far/out4 --runner "$work/far/other.sh" --json
complained "first 'l1'"
json "j['same'] < 10 and j['first_key'] == 'l1'"
expect 0 bundle check far/out4 --runner "$work/far/other.sh" --tolerance 1
# damage
sed -i 's/,25,/,26,/' far/out4/inputs.csv
expect 1 bundle check far/out4 --runner "$awk" --artifact far/m4.model
complained "was changed"
expect 2 bundle check far/out4
expect 2 bundle scorer@4 loans
expect 4 bundle scorer@9 loans -o x
expect 4 bundle scorer@4 nothing -o x
[ ! -e x ] || die "left a folder"
ls -d x.new-* 2>/dev/null && die "left a temporary folder"
exit 0
