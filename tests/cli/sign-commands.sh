#!/bin/sh
# Sign-offs by two people of the kernel's: needs root, for there is no other
# way to be somebody else.
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

expect 0 eval loans --all
approve="--meaning approved --reason ok --fails-for young"

# roles
as_other 1 role grant "$other" risk --reason r
expect 0 role grant "$other" risk --reason "their work"
expect 5 role grant "$other" risk --reason again
expect 1 role revoke root admin --reason r
expect 0 role list --json
json "sorted((r['login'], r['role']) for r in j['roles']) == sorted([('root', 'admin'), ('$other', 'risk')])"

# an author cannot approve; nobody without the role can
expect 1 sign scorer@1 --role risk $approve --confirm=scorer@1
grep -q "does not hold the role" err || die "$(cat err)"
expect 0 role grant root risk --reason mine
expect 1 sign scorer@1 --role risk $approve --confirm=scorer@1
grep -q "nobody approves" err || die "$(cat err)"

# consent: never by Enter, never by another name, never without the question
as_other 2 sign scorer@1 --role risk $approve
as_other 2 sign scorer@1 --role risk $approve --confirm=scorer@2
as_other 2 sign scorer@1 --role risk --meaning approved --reason ok \
	--confirm=scorer@1
as_other 0 sign scorer@1 --role risk $approve --confirm=scorer@1
expect 0 signoffs scorer@1 --json
keys "j['signoffs'][0]" id role meaning stage who time reason fails_for key \
	changed revoked
json "j['signoffs'][0]['changed'] == [] and j['signoffs'][0]['who'] == '$other'"
id=$(python3 -c 'import json; print(json.load(open("out"))["signoffs"][0]["id"])')

# moving it changes nothing; any edit does
printf 'signed by risk\n' >g.gate
expect 0 version stage scorer@1 candidate --reason r
expect 0 signoffs scorer@1 --json
json "j['signoffs'][0]['changed'] == []"
expect 0 gate set production g.gate
expect 0 signoffs scorer@1 --json
json "j['signoffs'][0]['changed'] == ['gate production: new']"
expect 3 gate check scorer@1 production
as_other 0 sign scorer@1 --role risk $approve --confirm=scorer@1
expect 0 gate check scorer@1 production
expect 0 version stage scorer@1 production --reason approved
expect 0 gate check scorer@1 production
sed 's/\.9,/.8,/' scores.csv >other.csv
expect 0 predictions import scorer@1 loans other.csv --score p1 \
	--threshold .5 --replace
expect 3 gate check scorer@1 production --json
json "'stale' in j['rules'][0]['why']"
expect 0 signoffs scorer@1 --json
json "any('predictions loans' in c for c in j['signoffs'][1]['changed'])"
# as of then it held
expect 0 log --kind version.stage --json
last=$(python3 -c 'import json; print(json.load(open("out"))["entries"][-1]["index"])')
expect 0 gate check scorer@1 production --as-of "$last"
expect 0 signoffs scorer@1 --as-of "$last" --json
json "j['signoffs'][1]['changed'] == []"

# a gate that does not hold cannot be approved
printf 'lineage complete\n' >g.gate
expect 0 gate set production g.gate
as_other 3 sign scorer@1 --role risk $approve --confirm=scorer@1
as_other 0 sign scorer@1 --role risk --meaning refused --reason no \
	--confirm=scorer@1

# revoking
expect 2 sign --revoke "$id"
as_other 0 sign --revoke "$id" --reason "wrong figure"
as_other 1 sign --revoke "$id" --reason again
expect 4 sign --revoke S-9999 --reason r

# keys: signed, verified at once, in fsck and by stock tools
command -v ssh-keygen >/dev/null || exit 0
mkdir keys && chmod 755 keys
ssh-keygen -q -t ed25519 -N '' -f keys/k -C '' && chown 65534 keys/k
ssh-keygen -q -t ed25519 -N '' -f keys/stranger -C '' && chown 65534 keys/stranger
echo "$other $(cat keys/k.pub)" >allowed
chmod 644 allowed
as_other 3 sign scorer@2 --role risk --meaning reviewed --reason ok \
	--key keys/stranger --allowed-signers allowed
as_other 0 sign scorer@2 --role risk --meaning reviewed --reason ok \
	--key keys/k --allowed-signers allowed
expect 0 signoffs scorer@2 --json
json "j['signoffs'][0]['key'].startswith('SHA256:')"
expect 0 fsck --allowed-signers allowed
grep -q "1 signatures hold" err || die "$(cat err)"
echo "$other $(cat keys/stranger.pub)" >others
expect 3 fsck --allowed-signers others
"$root/docs/verify-log.sh" -a allowed registry.db >out ||
	die "the script does not verify"
grep -q 'Good "muster-signoff@local"' out || die "$(cat out)"
"$root/docs/verify-log.sh" -a others registry.db >out 2>&1 &&
	die "the script takes a stranger's key"
exit 0
