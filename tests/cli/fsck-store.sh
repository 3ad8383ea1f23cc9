#!/bin/sh
# fsck, rebuild, gc, backup.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
expect 0 fsck --json
keys j ok entries root first_bad
json "j['ok'] and len(j['root']) == 64"
root_before=$(python3 -c 'import json; print(json.load(open("out"))["root"])')
expect 0 backup copy.db -n
[ ! -e copy.db ] || die "a dry run wrote the copy"
expect 0 backup copy.db
said "copied"
expect 5 backup copy.db
expect 0 backup copy.db --replace
# not onto itself, by whatever name: others write meanwhile
before=$(stat -c '%i %a' registry.db)
ln -s registry.db other-name.db
for itself in registry.db ./registry.db other-name.db; do
	expect 1 backup "$itself" --replace
	complained "is the registry itself"
done
[ "$(stat -c '%i %a' registry.db)" = "$before" ] || die "it was replaced"
expect 0 -R copy.db fsck --json
json "j['root'] == '$root_before'"
expect 0 rank loans --json
cp out ranking
expect 0 rebuild -n
expect 0 rebuild
said "rebuilt"
expect 0 rank loans --json
cmp -s out ranking || die "rebuild gives another ranking"
expect 0 fsck
expect 0 gc -n
expect 0 gc
said "removed"
# a changed byte in the log is found and named
sqlite3 copy.db "UPDATE log SET entry = replace(entry, 'scorer', 'scoreR') \
	WHERE idx = (SELECT max(idx) FROM log)" || die "could not damage the copy"
expect 3 -R copy.db fsck --json
complained "damaged at entry"
json "j['ok'] is False and j['first_bad']['why']"
expect 4 -R nowhere.db fsck
printf 'not a database, but long enough to be looked at by somebody' >junk.db
expect 1 -R junk.db model list
