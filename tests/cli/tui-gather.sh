#!/bin/sh
# From the Problems screen: a labelling sheet goes out, filled ones come back,
# agreement is shown, conflicts go to the expert, what is agreed grows the
# living set; patterns with one input changed; kinds from the lists.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 version stage scorer@1 production --reason first
expect 0 eval loans --all
expect 0 problem add 'old people' --model scorer --testset loans \
	--rule 'age>=41'
python3 - <<'PY'
open('sample.csv', 'w').write('age,text\n' +
    ''.join('%d,"case %d"\n' % (20 + i % 60, i) for i in range(60)))
PY

# steps LINE...: on the Problems screen, the cursor on the only problem
steps() {
	printf '%s\n' 'keys 3 i' "$@" >steps
	env MUSTER_STEPS=steps TERM=xterm-256color LINES=40 COLUMNS=120 \
		"$MUSTER" >screens 2>err || die "not so: $* $(cat err)"
}
steps 'keys S' 'expect More data for P-1' 'keys s' 'type sample.csv' \
	'keys Enter' 'expect P-1-sheet.csv' 'keys Enter' wait \
	'expect 39 rows to label' 'keys S l' 'expect Nothing came back yet'
python3 - <<'PY'
import csv
rows = list(csv.DictReader(open('P-1-sheet.csv')))
assert len(rows) == 39, len(rows)
def fill(name, label):
    with open(name, 'w', newline='') as f:
        w = csv.DictWriter(f, rows[0].keys())
        w.writeheader()
        for i, r in enumerate(rows):
            w.writerow(dict(r, label=label(i)))
fill('ana.csv', lambda i: 'yes' if i % 2 else 'no')
fill('bo.csv', lambda i: 'yes' if i % 2 and i != 3 or i == 4 else 'no')
PY
# one sheet, then the other; what came back is shown at once
steps 'keys S s' 'type sample.csv' 'keys Enter Enter' \
	'expect is there already' 'expect P-1-sheet.csv' 'keys Esc' \
	'keys S b' 'type nowhere.csv' 'keys Enter' \
	'expect There is no file' \
	'keys ^U' 'type ana.csv' 'keys Enter' 'expect labelled by' \
	'type ana' 'keys Enter' wait 'expect 39 labels came in' \
	'expect 39 by one' 'keys S b' 'type bo.csv' 'keys Enter' 'type bo' \
	'keys Enter' wait 'expect 37 agreed, 2 in conflict' \
	'expect ana, bo (Cohen) .8974' 'expect agreed yes' \
	'expect ana=yes bo=no' 'expect again' 'expect all (Fleiss)' \
	'keys S c' 'expect P-1-expert.csv' 'keys Enter' \
	'expect 2 rows in conflict are in'
expect 0 problem labels P-1 --json
json "j['agreed'] == 37 and len(j['conflicts']) == 2"
json "abs(j['cohen'][0]['kappa']['value'] - .8974) < 5e-5"
python3 - <<'PY'
import csv
rows = list(csv.DictReader(open('P-1-expert.csv')))
assert len(rows) == 2
with open('expert.csv', 'w', newline='') as f:
    w = csv.DictWriter(f, rows[0].keys())
    w.writeheader()
    for r in rows:
        w.writerow(dict(r, label='yes'))
PY
steps 'keys S e' 'type expert.csv' 'keys Enter' 'type dr-li' 'keys Enter' \
	wait 'expect 39 agreed, 0 in conflict' 'expect expert dr-li=yes' \
	'keys S g' wait 'expect The living set grew by 39 patterns'
expect 0 testset show loans --json
json "j['n'] == 49 and j['revision'] == 2"

# a change that states nothing is asked again, and what was typed stays
steps 'keys S x' 'type age plus' 'keys Enter' 'expect states no change' \
	'keys Backspace Backspace Backspace Backspace' 'type += 1' 'keys Enter' \
	'expect What must a version say' 'keys u' wait \
	'expect 39 changed patterns are in the living set: revision 3'
expect 0 problem show P-1 --json
expect 0 testset show loans --json
json "j['n'] == 88"

# kinds from two lists, one taken out again; personas from theirs
steps 'keys e' 'type kind' 'keys Enter' 'expect from which list' 'keys b' \
	'expect [ ] ' 'keys a b' 'expect [x] ' 'keys a .' 'keys p a .' \
	'keys .' 'expect reason' 'type looked at it' 'keys Enter' \
	'expect changed' 'keys e' 'type persona=' 'keys Enter' 'keys b c .' \
	'type who calls' 'keys Enter' 'expect changed'
expect 0 problem show P-1 --json
json "len(j['kind'].split(',')) == 2 and len(j['persona'].split(',')) == 2"
expect 0 fsck
exit 0
