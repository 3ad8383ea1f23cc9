#!/bin/sh
# Two people by the kernel's word: who wrote a version does not approve it,
# under no name that the environment claims; somebody else does, and the
# version enters production. A move past the gate waits for a second person.
. "$(dirname "$0")/lib.sh"

two_people
approve() {
	as "$1" "$2" sign m@1 --role risk --meaning approved --reason r \
		--fails-for 'the young' --confirm m@1
}
as games 0 init
as games 0 model add m --task binary
as games 0 version add m --code-commit c0de --note mine
as games 0 role grant games risk --reason 'alone'
as games 0 role grant news risk --reason 'second line'
printf 'signed by 1 of risk\n' >rules
chmod 644 rules
as games 0 gate set production "$work/rules"

# the author, by whatever name
approve games 1
grep -q 'nobody approves what they wrote' err || die "$(cat err)"
for name in USER LOGNAME SUDO_USER SSH_USER_AUTH; do
	export "$name=news"
	approve games 1
	unset "$name"
done
as news 3 version stage m@1 production --reason now
as news 1 sign m@1 --role owner --meaning approved --reason r \
	--fails-for x --confirm m@1
approve news 0
as news 0 version stage m@1 production --reason 'approved by risk'
# that somebody else approved makes the author nobody else
as games 0 role grant games owner --reason 'alone'
for role in owner risk; do
	as games 1 sign m@1 --role $role --meaning approved --reason r \
		--fails-for x --confirm m@1
	grep -q 'nobody approves what they wrote' err || die "$(cat err)"
done
as news 0 signoffs m@1 --json
json "j['signoffs'][0]['who'] == 'news' and not j['signoffs'][0]['changed']"

# an edit voids the approval, and makes its author an author
as news 0 model set m risk=low --reason 'looked again'
as news 0 signoffs m@1 --json
json "j['signoffs'][0]['changed'] != []"
as news 3 gate check m@1 production
as news 0 assess set m@1 decision.kind=informs
approve news 1

# past the gate: the mover cannot say that somebody has seen it
as news 0 version stage m@1 candidate --reason back
as news 3 version stage m@1 production --reason 'outage'
as news 0 version stage m@1 production --reason 'outage' --override
as news 1 version acknowledge m@1 --reason 'seen'
as news 3 gate check m@1 production
grep -q 'nobody has acknowledged it' err || die "$(cat err)"
as games 0 version acknowledge m@1 --reason 'agreed by phone'
as games 0 version overrides m@1 --json
json "j['overrides'][0]['acknowledged_by'] == 'games'"
as games 4 version acknowledge m@1 --reason again

# a card, revision by revision: an old one's approval covers no newer one
printf '## 1.1 Name\n\none\n' >one.md
printf '## 1.1 Name\n\ntwo\n' >two.md
chmod 644 one.md two.md
as games 0 version add m --code-commit c0de2
as games 0 card import m@2 "$work/one.md"
as games 0 card import m@2 "$work/two.md"
as news 0 card status m@2 approved --revision 1 --gaps 14 --reason read
as games 1 card status m@2 approved --reason mine
grep -q 'nobody approves what they wrote' err || die "$(cat err)"
as news 0 card status m@2 approved --gaps 14 --reason read

# who ticks the checklist has said something of it
as news 0 checklist tick m release.explain --note 'SHAP in the file'
as news 1 sign m@2 --role risk --meaning approved --reason r \
	--fails-for x --stage shadow --confirm m@2
grep -q 'nobody approves what they wrote' err || die "$(cat err)"
as games 0 fsck
