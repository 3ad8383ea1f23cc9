#!/bin/sh
. "$(dirname "$0")/lib.sh"
small_set
expect 0 version show scorer@1 --json
json "j['threshold'] == 0.5"
expect 0 predictions import scorer@1 loans scores.csv --score p1
said "10 unchanged"
expect 5 predictions import scorer@1 loans scores.csv --score p2
complained "replace"
expect 0 predictions import scorer@1 loans scores.csv --score p2 --replace -n
said "would import"
expect 0 predictions import scorer@1 loans scores.csv --score p2 --replace
said "replaced"
expect 2 predictions import scorer@1 loans scores.csv
complained "--label"
expect 2 predictions import scorer@1 loans scores.csv --score p1 --threshold x
complained "number"
expect 2 predictions import scorer loans scores.csv --score p1
expect 4 predictions import scorer@9 loans scores.csv --score p1
expect 4 predictions import scorer@1 nothing scores.csv --score p1
expect 1 predictions import scorer@1 loans missing.csv --score p1
expect 1 predictions import scorer@1 loans scores.csv --score nocolumn
expect 0 version add scorer
head -6 scores.csv >part.csv
expect 1 predictions import scorer@4 loans part.csv --score p1
complained "5"
expect 0 predictions import scorer@4 loans part.csv --score p1 --allow-missing
{ cat scores.csv; echo 'l99,.5,.5,yes'; } >extra.csv
expect 0 version add scorer
expect 1 predictions import scorer@5 loans extra.csv --score p1
complained "l99"
expect 0 predictions import scorer@5 loans extra.csv --score p1 --ignore-extra
{ cat scores.csv; tail -1 scores.csv; } >twice.csv
expect 0 version add scorer
expect 1 predictions import scorer@6 loans twice.csv --score p1
expect 0 version add scorer
sed 's/^id/other/' scores.csv >other.csv
expect 0 predictions import scorer@7 loans other.csv --key other --label l3
expect 0 eval loans scorer@4 --json
json "j['evaluations'][0]['state'] == 'partial'"
