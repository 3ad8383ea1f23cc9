#!/bin/sh
# A sheet of production rows goes out, two labellers and an expert fill it in,
# and what they agree on grows the living set.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 version stage scorer@1 production --reason first
expect 0 eval loans --all
expect 0 problem add 'old people' --model scorer --testset loans \
	--rule 'age>=41'
python3 - <<'PY'
open('sample.csv', 'w').write('age,text\n' +
    ''.join('%d,"case %d, page 2"\n' % (20 + i % 60, i) for i in range(300)))
PY
expect 0 problem sheet P-1 sample.csv --n 25 -o sheet.csv
said '25 rows'
cp sheet.csv first.csv
expect 0 problem sheet P-1 sample.csv --n 25 -o sheet.csv -f
cmp -s sheet.csv first.csv || die 'the same sheet again differs'
# JSON lines of the same inputs give the same sheet
python3 - <<'PY'
import csv, json
with open('sample.jsonl', 'w') as f:
    for i, r in enumerate(csv.DictReader(open('sample.csv'))):
        r['age'] = int(r['age'])
        f.write(json.dumps(r if i % 2 else {'input': r, 'said': 'no'}) + '\n')
open('more.jsonl', 'w').write('{"age":50,"text":"a"}\n{"age":50,"also":1}\n')
PY
expect 0 problem sheet P-1 sample.jsonl --n 25 -o lines.csv
cmp -s sheet.csv lines.csv || die 'the sheet of JSON lines differs'
expect 1 problem sheet P-1 more.jsonl
complained "line 2: 'also' is not in the first line"
expect 0 problem set P-1 'rule=text~/(?:a|b)+[cd]/' --reason hostile
python3 -c "print('age,text'); [print('1,' + 'ab' * 32768) for i in range(9)]" \
	>costly.csv
expect 1 problem sheet P-1 costly.csv
complained 'too costly'
expect 0 problem set P-1 'rule=age>=41' --reason again
python3 - <<'PY'
import csv
rows = list(csv.DictReader(open('sheet.csv')))
assert all(int(r['age']) >= 41 for r in rows) and len(rows) == 25
def fill(name, label, extra=None):
    with open(name, 'w', newline='') as f:
        w = csv.DictWriter(f, rows[0].keys())
        w.writeheader()
        for i, r in enumerate(rows):
            w.writerow(dict(r, label=label(i), labeller=extra or ''))
fill('ana.csv', lambda i: 'yes' if i % 2 else 'no', 'ana')
fill('bo.csv', lambda i: 'yes' if i % 2 and i != 3 or i == 4 else 'no')
fill('bad.csv', lambda i: 'perhaps', 'ana')
rows[0]['text'] = 'changed'
fill('changed.csv', lambda i: 'yes', 'ana')
PY
expect 1 problem labels P-1 bad.csv
complained "'perhaps' is no label"
expect 1 problem labels P-1 changed.csv
complained 'line 2'
expect 1 problem labels P-1 bo.csv
complained 'labeller'
expect 0 problem labels P-1 ana.csv
expect 0 problem labels P-1 bo.csv --labeller bo
said '23 agreed, 2 in conflict'
expect 0 problem labels P-1 --json
json "j['rows'] == 25 and j['agreed'] == 23 and len(j['conflicts']) == 2"
# the kappa of 11 yes/yes, 12 no/no, 1 and 1: (po - pe) / (1 - pe)
json "abs(j['cohen'][0]['kappa']['value'] - (23/25 - (12*12 + 13*13)/625) / \
	(1 - (12*12 + 13*13)/625)) < 1e-12"
json "[r['labeller'] for r in j['review']] == ['ana', 'bo'] and \
	all(2 <= len(r['rows']) <= 3 for r in j['review'])"
expect 0 problem labels P-1 --conflicts -o queue.csv
python3 - <<'PY'
import csv
rows = list(csv.DictReader(open('queue.csv')))
assert len(rows) == 2 and 'ana: ' in rows[0]['said_by']
with open('expert.csv', 'w', newline='') as f:
    w = csv.DictWriter(f, rows[0].keys())
    w.writeheader()
    w.writerows(dict(r, label='yes') for r in rows)
PY
expect 0 problem labels P-1 expert.csv --expert --labeller dr-li
said '25 agreed, 0 in conflict'
expect 0 problem labels P-1 --grow
said 'revision 2'
expect 0 testset show loans --json
json "j['n'] == 35 and 'P-1' in j['revisions'][1]['reason']"
expect 0 problem show P-1 --json
json "j['patterns'] == 25 and all(r['in_set'] for r in j['reports'])"
expect 1 problem labels P-1 --grow
complained 'in the living set already'
expect 0 problem sheet P-1 sample.csv --n 500 -o rest.csv
python3 - <<'PY' || die 'rows that were labelled came again'
import csv
a = {r['row'] for r in csv.DictReader(open('sheet.csv'))}
b = {r['row'] for r in csv.DictReader(open('rest.csv'))}
assert b and not a & b
PY
expect 0 fsck
expect 0 rebuild
expect 0 problem labels P-1 --json
json "j['agreed'] == 25"
expect 0 fsck
