#!/bin/sh
# Rows that look like mistakes are taken and reported: counts, lines, keys.
. "$(dirname "$0")/lib.sh"
small_set
cat >more.csv <<CSV
id,region,age,text,repaid
l11,NW,60,plain,no
l12,SE,71,plain,no
l13,NW,23,plain,no
l14,NW,71,plain,yes
l15,NW,71,plain,no
CSV
expect 0 testset grow loans more.csv -n
said "would revise"
expect 0 testset grow loans more.csv --json
json "j['revision'] == 2 and j['added'] == 5 and j['dry_run'] is False"
keys "j['conflicts']" stored_same_target stored_other_target file_same_target \
	file_other_target listed
json "[j['conflicts'][k] for k in list(j['conflicts'])[:4]] == [1, 1, 1, 1]"
json "sorted((c['line'], c['key'], c['other_line'], c['other_key'], c['target'], c['other_target']) for c in j['conflicts']['listed'] if c['other_line']) == [(5, 'l14', 3, 'l12', 'yes', 'no'), (6, 'l15', 3, 'l12', 'no', 'no')]"
json "sorted((c['line'], c['key'], c['other_key'], c['target'], c['other_target']) for c in j['conflicts']['listed'] if not c['other_line']) == [(2, 'l11', 'l5', 'no', 'yes'), (4, 'l13', 'l6', 'no', 'no')]"
# nothing was dropped
expect 0 testset show loans --json
json "j['n'] == 15"
printf 'id\nl7\n' >gone.csv
expect 0 testset retire loans gone.csv
printf 'id,region,age,text,repaid\nl16,SE,35,plain,yes\n' >again.csv
expect 0 testset grow loans again.csv
grep -qF "line 2: 'l16' has the inputs of retired 'l7', target 'yes' both times" err ||
	die "no word about the retired one: $(cat err)"
grep -qF "1 row has the inputs of a stored pattern; all are taken" err ||
	die "no count: $(cat err)"
expect 1 testset grow loans again.csv
complained "has this key already"
