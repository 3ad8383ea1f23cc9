#!/bin/sh
# Two sheets of 100,000 rows are taken in seconds: rows are found by their
# names, not by looking through all. (Quadratic, each takes a minute.)
. "$(dirname "$0")/lib.sh"
expect 0 init
expect 0 model add m --task binary
expect 0 problem add many --model m --rule 'age>=41'
awk 'BEGIN { print "age,text"; for (i = 0; i < 1e5; i++) print "50,case " i }' \
	>sample.csv
ulimit -t 20
expect 0 problem sheet P-1 sample.csv --n 100000 -o sheet.csv
sed 's/,,$/,yes,/' sheet.csv >ana.csv
sed 's/,,$/,no,/' sheet.csv >bo.csv
expect 0 problem labels P-1 ana.csv --labeller ana
expect 0 problem labels P-1 bo.csv --labeller bo
said '100000 rows: 0 agreed, 100000 in conflict'
# as many labels as rows: no table of all against all
(
	# a sanitizer's shadow memory is no memory
	case ${B:-build} in *sanitize*) ;; *) ulimit -v 4000000 ;; esac
	expect 0 problem add numbers --model m --rule 'age>=41'
	expect 0 problem sheet P-2 sample.csv --n 60000 -o many.csv
	awk 'NR > 1 { sub(/,,$/, ",n" NR ",") } { print }' many.csv >ana.csv
	expect 0 problem labels P-2 ana.csv --labeller ana
	expect 0 problem labels P-2 ana.csv --labeller bo
	expect 0 problem labels P-2 --json
	json "j['cohen'][0]['kappa'] == {'value': None, 'why': 'more than 1,000 different labels'}"
) || exit 1
