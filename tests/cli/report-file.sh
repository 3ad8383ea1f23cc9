#!/bin/sh
# A report as a file: forms, same bytes, never overwritten, and verified.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
expect 0 version stage scorer@1 production --reason first
expect 0 report scorer@2 -o r.html
said "wrote 'r.html'"
expect 0 report scorer@2 -o r.md
expect 0 report scorer@2 -o r.json
head -c 15 r.html | grep -q '^<!DOCTYPE html>' || die "r.html is no HTML"
head -n 1 r.md | grep -q '^# Decision asked for: scorer@2 into production' ||
	die "r.md: $(head -n 1 r.md)"
expect 0 report scorer@2 --format json
cmp -s out r.json || die "stdout and file differ"
json "j['format'] == 'muster-report' and j['kind'] == 'version'"
json "[s['id'] for s in j['sections']][0] == 'decision'"
json "{'evaluation', 'comparison', 'fairness', 'card', 'datasheets', \
	'checklist', 'gate', 'waivers', 'signoffs', 'lineage', 'changes', \
	'transparency', 'crosswalk', 'audit'} <= {s['id'] for s in j['sections']}"

# the same state, the same bytes: any locale, zone, day, home
for l in C C.UTF-8 POSIX de_DE.UTF-8 tr_TR.UTF-8; do
	LC_ALL=$l TZ=Asia/Tokyo HOME=/nowhere MUSTER_NOW=2031-01-01T00:00:00Z \
		"$MUSTER" report scorer@2 >again 2>/dev/null || die "$l"
	cmp -s again r.html || die "locale $l gives other bytes"
done
# nothing of the host, whose name is one that nothing else holds: a short one
# can stand in a signature
host=the-name-of-this-host
named() { unshare -ru sh -c "hostname $host && exec \"\$@\"" sh "$@"; }
if ! named true 2>/dev/null; then
	named() { "$@"; }
	real=$(uname -n)
	[ ${#real} -lt 5 ] || host=$real
fi
for f in html md json; do
	named "$MUSTER" report scorer@2 -o host.$f >/dev/null || die "host.$f"
done
for word in "$work" "$host" /home/ /root/ /tmp/; do
	grep -qF -- "$word" r.html r.md r.json host.* &&
		die "a report names '$word'"
done

# never overwritten
expect 0 report scorer@3 -o r.html
[ -f r.html.1 ] || die "the file that was there is gone"
"$MUSTER" report scorer@2 | cmp -s - r.html.1 || die "r.html.1 is another"
expect 0 report scorer@3 -o r.html
[ ! -e r.html.2 ] || die "the same bytes were kept twice"
expect 0 report scorer@1 -o r.html -n
said "would write"
[ ! -e r.html.2 ] || die "a dry run wrote"
mv r.html.1 r.html

# verify: whole, against the registry, cut, changed
for f in r.html r.md r.json; do
	expect 0 verify-report $f --json
	keys j ok entries root first_bad
	json "j['ok'] is True and j['first_bad'] is None"
	expect 0 verify-report $f -R registry.db
done
sed 's/scorer@2/scorer@1/' r.md >changed.md
expect 3 verify-report changed.md --json
json "j['ok'] is False and 'head' in j['first_bad']"
sed 's/Wilson/wilson/; s/fpr/FPR/' r.md >changed.md
expect 3 verify-report changed.md
complained "section 'evaluation'"
head -c 2000 r.html >cut.html
expect 3 verify-report cut.html
complained "no seal"
expect 1 verify-report nothing.html
expect 2 verify-report

# later entries change nothing about what was said then; another log does
expect 0 model set scorer owner=other --reason handed
expect 0 verify-report r.html -R registry.db
cp registry.db other.db
sqlite3 other.db "UPDATE log SET entry = replace(entry, 'team', 'gang')" 2>/dev/null ||
	sqlite3 other.db "SELECT sql FROM sqlite_master WHERE name = 'log'" >&2
expect 3 verify-report r.html -R other.db

# the other kinds
expect 0 report --kind overview --format json
json "j['sections'][0]['blocks'][0]['rows'][0]['name'] == 'scorer'"
expect 0 report --kind log model/scorer --format json
json "len(j['sections'][0]['blocks'][0]['rows']) == 2"
expect 0 report --kind comparison loans scorer@1 scorer@2 scorer@3 --md
said "scorer@3 against scorer@1"
expect 2 report
expect 2 report --kind nonsense
expect 2 report scorer@1 --for nowhere
expect 2 report scorer@1 --csv
expect 4 report scorer@9
expect 4 report nobody@1

# an open problem is a main risk, and stands in the register with its history
expect 0 problem add 'denied <b>loans</b>' --model scorer
expect 0 report scorer@2 --format json
json "any('P-1' in i and 'denied <b>loans</b>' in i for b in \
	j['sections'][0]['blocks'] if b['type'] == 'list' for i in b['items'])"
json "[s for s in j['sections'] if s['id'] == 'problems'][0]['blocks'][1]['rows'][0]['id'] == 'P-1'"
expect 0 report --kind problems scorer --format json
json "[b for b in j['sections'][0]['blocks'] if b['type'] == 'table'][-1]['rows'][0]['problem'] == 'P-1'"
expect 0 report --kind problems -o all.html
expect 0 verify-report all.html -R registry.db

# what is left out or added stands in the seal, so that it verifies
expect 0 report scorer@2 --no-charts --no-digests --draft -o o.html
grep -q '<svg' o.html && die "a chart all the same"
grep -q 'DRAFT' o.html || die "no draft"
expect 0 verify-report o.html -R registry.db
expect 2 report scorer@2 --pattern-inputs
complained "a reason is needed"
expect 2 report --kind overview --pattern-inputs --reason x
for f in html md json; do
	expect 0 report scorer@3 --pattern-inputs \
		--reason 'review -- > of 3 % & "errors"
asked by ana' -o o.$f
	expect 0 verify-report o.$f -R registry.db
done
expect 0 report scorer@3 --pattern-inputs --reason review --format json
json "[s for s in j['sections'] if s['id'] == 'patterns'][0]['blocks'][1]['rows'][0]['inputs'].startswith('age: ')"
