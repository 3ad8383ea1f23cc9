#!/bin/sh
. "$(dirname "$0")/lib.sh"
small_set
expect 0 slice list loans
said "no named slices"
expect 0 slice add loans elderly 'age>=50' -n
expect 0 slice list loans --json
json "j == {'slices': []}"
expect 0 slice add loans elderly 'age>=50'
expect 5 slice add loans elderly 'age>=60'
expect 2 slice add loans 'no name' 'age>=60'
expect 1 slice add loans bad 'age>='
expect 1 slice add loans bad 'nocolumn:1'
expect 4 slice add nothing s 'age>=50'
expect 4 slice list nothing
expect 0 slice list loans --json
json "j == {'slices': [{'name': 'elderly', 'expr': 'age>=50'}]}"
expect 0 eval loans scorer@1 --json
json "[s['n'] for s in j['evaluations'][0]['slices'] if \
	(s['by'], s['value']) == ('slice', 'elderly')] == [4]"
