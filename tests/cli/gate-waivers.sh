#!/bin/sh
# Who may waive a rule, by the kernel's word: no author of the version, nobody
# without a role, nobody but the roles that the rule names.
. "$(dirname "$0")/lib.sh"
two_people
soon=$(date -u -d '+10 days' +%F)
# waive WHO STATUS RULE
waive() {
	as "$1" "$2" gate waive m@1 production "$3" --reason "set grew" \
		--until "$soon"
}
as games 0 init
as games 0 model add m --task binary
as games 0 version add m
printf 'card approved\nlineage complete waivable by risk\nfresh not waivable\n' \
	>rules
chmod 644 rules
as games 0 gate set production "$work/rules"

waive games 1 1
complained 'nobody waives what they wrote'
for name in USER LOGNAME SUDO_USER; do
	export "$name=news"
	waive games 1 1
	unset "$name"
done
waive news 1 1
complained "'news' holds no role"
as games 0 role grant news legal --reason 'second line'
waive news 0 1
waive news 1 'lineage complete waivable by risk'
complained 'muster role grant news risk'
waive news 1 3
complained 'not waivable'
as games 0 role grant news risk --reason 'second line'
waive news 0 2

as news 3 gate check m@1 production --json
json "[r['verdict'] for r in j['rules']] == ['waived', 'waived', 'open']"
json "'set grew' in j['rules'][0]['why'] and \
	j['rules'][0]['waived_by'] == 'news'"
# a waiver that ran out leaves the rule as it is
MUSTER_NOW=$(date -u -d '+11 days' +%FT12:00:00Z) \
	as news 3 gate check m@1 production --json
json "[r['verdict'] for r in j['rules']] == ['open', 'fail', 'open']"
as news 0 gate unwaive m@1 production 2 --reason "no longer"
ended=$(sqlite3 shared/r.db "SELECT max(idx) FROM log")
as news 3 gate check m@1 production --json
json "[r['verdict'] for r in j['rules']] == ['waived', 'fail', 'open']"
as games 0 role grant games risk --reason 'alone'
# the author takes the end back: that would be waiving
as games 1 undo "$ended"
complained 'nobody waives what they wrote'
as news 0 undo "$ended"
as news 3 gate check m@1 production --json
json "[r['verdict'] for r in j['rules']] == ['waived', 'waived', 'open']"

# no pretended day makes a waiver longer than a year
MUSTER_NOW=2060-01-01T00:00:00Z as news 2 gate waive m@1 production 1 \
	--reason long --until 2060-12-01
complained 'within 366 days'
# one that is given ahead of its time waits for it
day() { date -u -d "$1 days" +%FT12:00:00Z; }
as news 0 gate unwaive m@1 production 1 --reason again
MUSTER_NOW=$(day +20) as news 0 gate waive m@1 production 1 --reason ahead \
	--until "$(date -u -d '+30 days' +%F)"
as news 3 gate check m@1 production --json
json "j['rules'][0]['verdict'] == 'open'"
MUSTER_NOW=$(day +21) as news 3 gate check m@1 production --json
json "j['rules'][0]['verdict'] == 'waived'"
# nor is one that ran out brought back: the log's last entry is of a later day
MUSTER_NOW=$(day +40) as news 0 model set m owner=them --reason later
MUSTER_NOW=$(day +21) as news 3 gate check m@1 production --json
json "j['rules'][0]['verdict'] == 'open'"
as news 0 fsck
