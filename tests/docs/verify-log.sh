#!/bin/sh
# docs/verify-log.sh against registries that somebody changed: every change
# that the log covers is named, a clean one never.
. "$(dirname "$0")/../cli/lib.sh"
for tool in sqlite3 sha256sum ssh-keygen; do
	command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
verify=$root/docs/verify-log.sh
small_set
expect 0 version stage scorer@1 candidate --reason "a \"quoted\" reason"
for i in 1 2 3 4 5 6 7; do
	expect 0 version alias "scorer@$((i % 3 + 1))" champion
done
ssh-keygen -q -t ed25519 -N '' -f key -C ''
ssh-keygen -q -t ed25519 -N '' -f stranger -C ''
echo "ana@example.org namespaces=\"muster-checkpoint@local\" $(cat key.pub)" >allowed
expect 0 checkpoint --sign key -o cp
size=$(sed -n 2p cp)
expect 0 version alias scorer@1 later

holds() { "$verify" "$@" >out 2>err || die "verify $*: $(cat err)"; }
refused() {
	"$verify" "$@" >out 2>err
	[ $? = 3 ] || die "unnoticed: $* $(cat out err)"
}
holds registry.db
said "$((size + 1)) entries, root $("$MUSTER" fsck --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["root"])')"
holds -c cp registry.db
sign="-g cp.sig -a allowed -w ana@example.org -n muster-checkpoint@local"
holds -c cp $sign registry.db

# the checkpoint itself
for edit in '2s/.*/3/' '2s/^/0/' '3s/^./A/' '1s/^/x/'; do
	sed "$edit" cp >cp2
	refused -c cp2 $sign registry.db
done
refused -c cp -g cp.sig -a allowed -w eve@example.org -n muster-checkpoint@local registry.db
refused -c cp -g cp.sig -a allowed -w ana@example.org -n file registry.db
ssh-keygen -q -Y sign -f stranger -n muster-checkpoint@local <cp >bad.sig 2>/dev/null
refused -c cp -g bad.sig -a allowed -w ana@example.org -n muster-checkpoint@local registry.db

# the log: one mutation each, on a copy; both the script and fsck name it
at=3
while IFS='|' read -r name index sql; do
	cp registry.db copy.db
	sqlite3 copy.db "$sql" || die "sqlite3 refuses $name"
	refused copy.db
	grep -q "entry $index:" err || die "$name: $(cat err)"
	"$MUSTER" -R copy.db fsck >out 2>err && die "fsck: $name unnoticed"
	grep -q "entry $index:" err || die "fsck on $name: $(cat err)"
done <<SQL
edited|$at|UPDATE log SET entry = replace(entry, 'scorer', 'scoreR') WHERE idx = $at
blank|$at|UPDATE log SET entry = entry || ' ' WHERE idx = $at
deleted|$at|DELETE FROM log WHERE idx = $at
hash|$at|UPDATE log SET hash = randomblob(32) WHERE idx = $at
kind|$at|UPDATE log SET kind = 'model.x' WHERE idx = $at
object|$at|UPDATE log SET object = 'x' WHERE idx = $at
time|$at|UPDATE log SET time = time + 1 WHERE idx = $at
swapped|$at|UPDATE log SET entry = (SELECT entry FROM log WHERE idx = 4), hash = (SELECT hash FROM log WHERE idx = 4) WHERE idx = $at
SQL
cp registry.db copy.db
sqlite3 copy.db "UPDATE blob SET data = x'00'
	WHERE id = (SELECT max(id) FROM blob)"
refused copy.db

# cut behind, or put back to an older copy: seen against the checkpoint
cp registry.db copy.db
sqlite3 copy.db "DELETE FROM log WHERE idx >= $((size - 2)); DELETE FROM log_node"
holds copy.db
refused -c cp copy.db
grep -q "was cut" err || die "$(cat err)"
# rewritten from some entry on, hashes made to fit: seen against it, too
cp registry.db copy.db
python3 - copy.db <<'PY'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
(text,) = db.execute("SELECT entry FROM log WHERE idx = 7").fetchone()
changed = text.replace('"login":"', '"login":"x')
assert changed != text
db.execute("UPDATE log SET entry = ?, hash = ? WHERE idx = 7",
           (changed, hashlib.sha256(b"\0" + changed.encode()).digest()))
db.commit()
PY
holds copy.db
refused -c cp copy.db
grep -q "are not those of the checkpoint" err || die "$(cat err)"

# the program says the same of checkpoints
expect 0 checkpoint verify cp --who ana@example.org --allowed-signers allowed
expect 3 checkpoint verify cp2
sed '3s/^./A/' cp >cp3
expect 3 checkpoint verify cp3

# what this user saw last: an older copy put back is noticed at the start
cp registry.db old.db
expect 0 version alias scorer@2 newest
cp old.db registry.db
expect 0 model list
grep -q "warning: the log has" err || die "no warning: $(cat err)"
expect 1 checkpoint --sign key
expect 3 fsck
expect 0 checkpoint accept
expect 0 model list
[ ! -s err ] || die "$(cat err)"
# but a head inconsistent with a signed one is never signed
expect 0 checkpoint --sign key -o cp9
cp old.db registry.db
sqlite3 registry.db "DELETE FROM log WHERE idx >= $((size - 2))"
expect 1 checkpoint --sign key
exit 0
