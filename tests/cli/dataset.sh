#!/bin/sh
# Datasets: what is measured, updates, refusals, and undo.
. "$(dirname "$0")/lib.sh"
expect 0 init
cat >people.csv <<CSV
id,age,city,mail,repaid
1,31,Bern,a@x.ch,yes
2,44,Genf,b@x.ch,no
3,,Bern,c@x.ch,yes
4,?,Zürich,d@x.ch,yes
4,?,Zürich,d@x.ch,yes
CSV
expect 0 dataset add people people.csv --label repaid --source 'a test'
said "5 rows, 5 columns"
expect 0 dataset show people --json
keys j name revision digest file size source label note time who risk used_by \
	profile
json "j['digest'] == '$(sha256sum people.csv | cut -c1-64)'"
json "j['profile']['rows'] == 5 and j['profile']['equal_rows'] == 1"
json "[c['type'] for c in j['profile']['columns']] == ['integer', 'integer', 'category', 'category', 'category']"
json "j['profile']['columns'][1]['missing'] == 1"
json "j['profile']['columns'][1]['placeholders'] == 2"
json "j['profile']['columns'][3]['personal'] is not None"
expect 0 dataset show people
said "Zürich"
said "label repaid: yes 80%, no 20%"

# its risk: set, else that of the models that use it, else high
json_risk() {
	expect 0 dataset show people --json
	json "j['risk'] == '$1'"
}
json_risk high
expect 0 model add m --task binary
expect 0 model set m risk=low --reason r
expect 0 version add m --data-digest "$(sha256sum people.csv | cut -c1-64)"
json_risk low
json "[(u['model'], u['trained']) for u in j['used_by']] == [('m', True)]"
expect 2 dataset set people risk=low
expect 2 dataset set people risk=huge --reason r
expect 2 dataset set people owner=x --reason r
expect 4 dataset set nobody risk=low --reason r
expect 0 dataset set people risk=medium --reason 'about people'
json_risk medium
expect 3 datasheet check people --json
json "any(f['place'] == 'M3' and 'risk medium' in f['why'] for f in j['findings'])"
json "not any(f['place'] == 'C7' for f in j['findings'])"
expect 0 undo
json_risk low
expect 3 datasheet check people --json
json "not any(f['place'] == 'M3' for f in j['findings'])"
expect 0 dataset set people risk=unset --reason 'nothing to do'

# a card cannot deny what the columns of its data say
printf '## 8.1 Sensitive data\n\nNo personal data.\n' >card.md
expect 0 card import m@1 card.md
expect 3 card check m@1 --json
json "[f['why'] for f in j['findings'] if f['id'] == 'contradiction-personal-data'] == [\"the card denies data about people; dataset 'people', which it was trained on, has age, mail\"]"
expect 5 dataset add people people.csv
complained "--update"
expect 0 dataset add people people.csv --update --label repaid
expect 0 dataset list --json
json "[d['revision'] for d in j['datasets']] == [1]"
sed -i 's/31/32/' people.csv
expect 0 dataset add people - --update <people.csv
expect 0 dataset list --json
json "[d['revision'] for d in j['datasets']] == [2]"
expect 1 undo
complained "--update"
expect 1 dataset add other people.csv --label salary
complained "'repaid'"
expect 1 dataset add other nothing.csv
expect 2 dataset add 'a/b' people.csv
expect 4 dataset show nothing
expect 0 dataset add other people.csv
expect 0 undo
expect 4 dataset show other

# the data in the datasheet's Croissant: digest, columns, types; stable
printf '## M1 Purpose\n\nA test\n' >sheet.md
expect 0 datasheet import people sheet.md
expect 0 datasheet export people --format croissant -o people.json
expect 0 datasheet export people --format croissant
json "j['distribution'][0]['sha256'] == '$(sha256sum people.csv | cut -c1-64)'"
json "[(f['name'], f['dataType']) for f in j['recordSet'][0]['field']][1:3] == [('age', 'sc:Integer'), ('city', 'sc:Text')]"
expect 0 datasheet import copy people.json
expect 0 datasheet export copy --format croissant -o copy.json
cmp people.json copy.json || die "the copy differs"
python3 - <<'PY'
import random
random.seed(7)
for name, shift in (("before", 0), ("after", 15)):
    with open(name + ".csv", "w") as f:
        f.write("amount,colour,same,text\n")
        for i in range(5000):
            f.write("%d,%s,%d,t%s%d\n" % (random.gauss(50, 10) + shift,
                    random.choice("rgb" if shift else "rgbb"), i % 3, name, i))
PY
expect 0 dataset add before before.csv
expect 0 dataset add after after.csv
expect 0 dataset compare before after --json
keys j reference current rule columns
json "[c['drift']['verdict'] if c['drift'] else c['why'] for c in j['columns']] == ['significant', 'stable', 'stable', 'too many different texts']"
json "abs(j['columns'][0]['drift']['ks'] - .53) < .03"
expect 0 dataset compare before after
said "significant"
expect 0 dataset compare before before --json
json "all(c['drift'] is None or c['drift']['psi'] == 0 for c in j['columns'])"
expect 0 dataset compare before after --bins doane --json
json "j['rule'] == 'doane' and j['columns'][0]['drift']['verdict'] == 'significant'"
json "j['columns'][0]['drift']['n_reference'] == 5000"
expect 0 dataset compare before after
said "1 of 3 columns that can be judged drifted"
expect 2 dataset compare before after --bins mine
expect 0 dataset compare before people --json
json "[(c['name'], c['why']) for c in j['columns']][-1] == ('repaid', 'not in the first')"
expect 4 dataset compare before nothing
expect 0 fsck
expect 0 rebuild
expect 0 dataset show people
expect 0 fsck
