#!/bin/sh
# The gate that muster proposes, met step by step: figures, documents, data,
# an assessment that somebody else approved, two signatures. Needs root, for
# there is no other way to be somebody else.
. "$(dirname "$0")/lib.sh"
other_people

small_set
# a folder of a group, as FAULTS 1.1 asks for
chgrp 65534 "$work" && chmod 2770 "$work"
mv registry.db r.db && chgrp 65534 r.db && chmod 0660 r.db
mv r.db registry.db
chmod o+x "$work"
as_other() {
	want=$1
	shift
	(umask 007
	XDG_STATE_HOME=$work/other setpriv --reuid 65534 --regid 65534 \
		--clear-groups "$MUSTER" "$@") >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" = "$want" ] ||
		die "other: 'muster $*' ended with $got: $(cat "$work/err")"
}
other=$(getent passwd 65534 | cut -d: -f1)


# an artifact, code and data that are known; figures
head -c 100 /dev/zero >model.bin
printf 'a,b\n1,2\n3,4\n' >train.csv
expect 0 dataset add train train.csv
expect 0 version add scorer --artifact model.bin --code-commit c \
	--data-digest "$(sha256sum train.csv | cut -d' ' -f1)"
expect 0 predictions import scorer@4 loans scores.csv --score p2 \
	--threshold .5
expect 0 eval loans --all
expect 0 gate show production --default
cp out d.gate
expect 0 gate set production d.gate
expect 3 gate check scorer@4 production

# documents
fill() {
	expect 0 "$1" show "$2" --json
	python3 -c '
import json
for i in json.load(open("out"))["items"]:
    print("## %s x\n\nN/A: a toy for tests\n" % i["id"])' >doc.md
	expect 0 "$1" import "$2" doc.md
}
fill card scorer@4
fill datasheet train
fill datasheet loans
expect 0 assess set scorer@4 decision.kind=informs \
	decision.matter=convenience people.number=few people.vulnerable=no \
	people.choice=free harm.worst=nuisance harm.groups=unlikely \
	reversibility.undo=easily reversibility.notice=always \
	data.personal=none data.source=own oversight.person=each \
	oversight.appeal=yes
expect 3 gate check scorer@4 production --json
json "[r['rule'] for r in j['rules'] if r['verdict'] != 'pass'] == ['impact assessed', 'signed by 1 of owner', 'signed by 1 of risk']"

# people
expect 1 assess approve scorer@4 --reason mine
expect 3 version stage scorer@4 production --reason early
as_other 0 assess approve scorer@4 --reason agreed
for role in owner risk; do
	expect 0 role grant "$other" $role --reason "their work"
	as_other 0 sign scorer@4 --role $role --meaning approved --reason ok \
		--fails-for nobody --confirm=scorer@4
done
expect 0 gate check scorer@4 production --json
json "j['met'] and all(r['verdict'] == 'pass' for r in j['rules'])"
expect 0 version stage scorer@4 production --reason "all of it holds"

# a word in a datasheet, linked by the data digest, and it is stale
sed 's/a toy/one more toy/' doc.md >doc2.md
expect 0 datasheet import train doc2.md
expect 3 gate check scorer@4 production --json
json "[r['verdict'] for r in j['rules'] if r['rule'].startswith('signed')] == ['open', 'open']"
expect 0 signoffs scorer@4 --json
json "any('datasheet train' in c for c in j['signoffs'][0]['changed'])"
expect 0 fsck
