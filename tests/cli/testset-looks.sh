#!/bin/sh
# Looks are counted from the last growth on; versions staged after one count
# as chosen.
. "$(dirname "$0")/lib.sh"
small_set
looks() {
	expect 0 testset looks loans --json
	json "[j[k] for k in ('since_revision', 'evaluations', 'versions', 'chosen')] == $1"
}
looks "[1, 0, 0, 0]"
expect 0 version stage scorer@3 candidate --reason early
expect 0 eval loans --all
looks "[1, 3, 3, 0]"
expect 0 eval loans --all
looks "[1, 3, 3, 0]"
expect 0 version stage scorer@2 production --reason best
looks "[1, 3, 3, 1]"
printf 'id,repaid\nl1,no\n' >labels.csv
expect 0 testset relabel loans labels.csv
expect 0 eval loans scorer@1 scorer@2
looks "[1, 5, 3, 1]"
expect 0 testset show loans
said "looked at 5 times since revision 1"
printf 'id,region,age,text,repaid\nl11,SE,70,new,yes\n' >more.csv
expect 0 testset grow loans more.csv
looks "[3, 0, 0, 0]"
expect 4 testset looks nothing
