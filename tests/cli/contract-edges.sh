#!/bin/sh
# Edges of the command line's contract: heads of somebody's file, "-", what a
# ranking is by, and undefined figures that read the same twice.
. "$(dirname "$0")/lib.sh"
expect 0 init
expect 0 info --json
json "j['entries'] == 1"

printf 'id,\033[31mred,"two\nlines",y\n1,x,u,0\n2,y,v,1\n' >heads.csv
expect 0 testset create heads heads.csv --task binary --target y \
	--positive 1 --key id
for form in '' --md; do
	# shellcheck disable=SC2086
	expect 0 testset patterns heads $form
	grep -q "$(printf '\033')" out && die "a raw escape in a head, '$form'"
	head -1 out | grep -q 'two.*lines' || die "a head broke its line"
done

cat >t.csv <<-CSV
id,y
1,1
2,0
3,1
4,0
CSV
expect 0 testset create t t.csv --task binary --target y --positive 1 --key id
expect 0 model add scorer --task binary
expect 0 version add scorer
printf 'id,p\n1,1\n2,0\n3,0\n4,0\n' >p.csv
expect 0 predictions import scorer@1 t p.csv --key id --label p
expect 0 eval t
said "roc_auc"
grep -v 'new' out >first
expect 0 eval t
grep -v 'new' out >second
cmp -s first second || die "a kept evaluation reads otherwise: $(diff first second)"
expect 0 eval t --json
json "all(-1 <= f['low'] <= f['value'] <= f['high'] <= 1
	for f in [j['evaluations'][0]['metrics']['mcc']])"

# the main metric of the models is what a ranking is by
expect 0 rank t --json
json "j['metric'] == 'accuracy'"
expect 2 model set scorer main_metric=nothing --reason r
complained "is no metric"
expect 0 model set scorer main_metric=recall --reason r
expect 0 rank t --json
json "j['metric'] == 'recall' and j['ranking'][0]['figure']['n'] == 2"
expect 0 rank t --metric accuracy --json
json "j['metric'] == 'accuracy'"
expect 0 model set scorer main_metric=mae --reason 'does not fit'
expect 0 rank t --json
json "j['metric'] == 'accuracy'"

# objects are named in the log as everywhere
expect 0 log --object scorer --json
json "{e['object'] for e in j['entries']} == {'model/scorer'}"
expect 0 log --object scorer@1 --json
json "'version/scorer@1' in {e['object'] for e in j['entries']}"
json "all('/scorer@1' in e['object'] for e in j['entries'])"

# a live version that was never asked is missing in both views
expect 0 version add scorer
expect 0 matrix t --json
json "[r['states'] for r in j['rows']] == [['fresh'], ['missing']]"
expect 0 rank t --json
json "[r['state'] for r in j['not_ranked']] == ['missing']"

# "-" is standard output, and no file of that name
"$MUSTER" backup - >copy.db 2>err || die "backup -: $(cat err)"
[ -e ./- ] && die "a file named '-'"
expect 0 fsck -R copy.db
expect 0 backup -n -

# a label written otherwise than the set's is wrong on every row: it is said
expect 0 version add scorer
printf 'id,p\n1,1.0\n2,0\n3,1.0\n4,0\n' >written.csv
expect 0 predictions import scorer@3 t written.csv --key id --label p
complained "2 of 4 predicted labels are none of 't'"
grep -qF "'1.0'" err || die "the label is not named: $(cat err)"
