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
keys j name revision digest file size source label note time who profile
json "j['digest'] == '$(sha256sum people.csv | cut -c1-64)'"
json "j['profile']['rows'] == 5 and j['profile']['equal_rows'] == 1"
json "[c['type'] for c in j['profile']['columns']] == ['integer', 'integer', 'category', 'category', 'category']"
json "j['profile']['columns'][1]['missing'] == 1"
json "j['profile']['columns'][1]['placeholders'] == 2"
json "j['profile']['columns'][3]['personal'] is not None"
expect 0 dataset show people
said "Zürich"
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
keys j reference current columns
json "[c['drift']['verdict'] if c['drift'] else c['why'] for c in j['columns']] == ['significant', 'stable', 'stable', 'too many different texts']"
json "abs(j['columns'][0]['drift']['ks'] - .53) < .03"
expect 0 dataset compare before after
said "significant"
expect 0 dataset compare before before --json
json "all(c['drift'] is None or c['drift']['psi'] == 0 for c in j['columns'])"
expect 4 dataset compare before nothing
expect 0 fsck
expect 0 rebuild
expect 0 dataset show people
expect 0 fsck
