#!/bin/sh
# card show, check, diff, import, export, edit; template; figures as
# references.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
editor() {
	cat >"$work/editor" && chmod +x "$work/editor"
	export VISUAL="$work/editor"
}

# nothing written: findings of severity error, exit 3
expect 3 card check scorer@1 --json
keys j findings
keys "j['findings'][0]" id severity place why remedy
json "any(f['id'] == 'empty' and f['place'] == '1.1' for f in j['findings'])"
expect 4 card check scorer@9
expect 4 card show nothing@1

# import and show
cat >card.md <<'MD'
## 1.1 Made by

The risk team

## 3.2 Evaluation factors

region, channel

## 4.1 Measures

Accuracy is {{accuracy loans}}; in the south {{accuracy loans slice region=SE}}.
We also saw a recall of 0.99.

## 1.6 Resources

N/A: no paper
MD
expect 0 card import scorer@1 card.md
said "imported card scorer@1 from md"
expect 0 card show scorer@1
said "Accuracy is 0.6000 [0.3127, 0.8318], n 10, loans@1; in"
expect 0 card show scorer@1 --json
json "[i['state'] for i in j['items'] if i['id'] == '1.6'] == ['n/a']"
json "j['revision'] == 1 and j['status'] == 'draft'"
expect 3 card check scorer@1 --json
json "[f['why'] for f in j['findings'] if f['id'] == 'factor-without-slice'] \
	== [\"no slice of an evaluated test set measures 'channel'\"]"
json "any(f['id'] in ('asserted', 'disagrees') and f['place'] == '4.1 line 2' \
	for f in j['findings'])"
json "not any(f['id'] == 'stale-reference' for f in j['findings'])"

# the set grows: the reference is stale, and says so
printf 'id,region,age,text,repaid\nl11,SE,30,new,yes\n' >more.csv
expect 0 testset grow loans more.csv
expect 3 card check scorer@1 --json
json "sum(f['id'] == 'stale-reference' for f in j['findings']) == 2"
expect 0 card show scorer@1
said "~ "

# the next version starts from it
expect 0 card show scorer@2 --json
json "[i['text'] for i in j['items'] if i['id'] == '1.1'] == ['The risk team']"
json "not any(i['changed'] for i in j['items'])"

# the editor
editor <<'SH'
#!/bin/sh
sed -i 's/^The risk team$/The fraud team/' "$1"
SH
expect 0 card edit scorer@2
said "saved card scorer@2"
expect 0 card diff scorer@2
said "- The risk team"
said "+ The fraud team"
expect 0 card diff scorer@2 --words
said "The [-risk-]{+fraud+} team"
expect 0 card edit scorer@2
expect 0 card show scorer@2 --json
json "j['revision'] == 1"

# a refused text stays as a draft and is taken up again
editor <<'SH'
#!/bin/sh
sed -i 's/^# 1 Model details$/&\nthis stands nowhere/' "$1"
SH
expect 1 card edit scorer@2
complained "the text is in '"
editor <<'SH'
#!/bin/sh
grep -q 'this stands nowhere' "$1" || exit 9
sed -i 's/^this stands nowhere$//; s/^The fraud team$/Both teams/' "$1"
SH
expect 0 card edit scorer@2
[ -z "$(ls "$XDG_STATE_HOME/muster/drafts")" ] || die "the draft is still there"

# two people: what does not meet is joined
editor <<'SH'
#!/bin/sh
sed -i 's/^Both teams$/All teams/' "$1"
printf '## 2.1 Primary uses\n\nfrom the other\n' >"$WORK/other.md"
VISUAL= "$PROGRAM" card import scorer@2 "$WORK/other.md" >/dev/null || exit 9
SH
export WORK="$work" PROGRAM="$MUSTER"
expect 0 card edit scorer@2
expect 0 card show scorer@2
said "All teams"
said "from the other"
# and what does is shown, never overwritten
editor <<'SH'
#!/bin/sh
grep -q '^<<<<<<< mine' "$1" && {
	sed -i '/^<<<<<<< mine/d; /^|||||||/,/^>>>>>>> /d' "$1"; exit; }
sed -i 's/^All teams$/Mine/' "$1"
printf '## 1.1 Made by\n\nTheirs\n' >"$WORK/other.md"
VISUAL= "$PROGRAM" card import scorer@2 "$WORK/other.md" >/dev/null || exit 9
SH
expect 5 card edit scorer@2
complained "shows both"
expect 0 card show scorer@2
said "Theirs"
expect 0 card edit scorer@2
expect 0 card show scorer@2
said "Mine"

# other formats, there and back
for format in huggingface model-card-toolkit md json; do
	expect 0 card export scorer@2 --format $format -o out.$format
	expect 1 card import scorer@3 nowhere.$format
	expect 0 card import scorer@3 out.$format
	expect 0 card show scorer@3 --json
	json "[i['text'] for i in j['items'] if i['id'] == '1.1'] == ['Mine']"
done
expect 5 card export scorer@2 -o out.md
expect 2 card export scorer@2 --format croissant
printf -- '---\n[]\n---\n' >bad.md
expect 1 card import scorer@3 bad.md --format huggingface
complained "bad.md: line 2:"

# items of one's own
cat >bank.yaml <<'YAML'
document: card
sections:
  - section: "3"
    items: [{id: 3.B1, name: Branch, required: always}]
YAML
expect 0 template set bank.yaml
expect 0 template show card --json
json "[i['id'] for i in j['items']] == ['3.B1']"
expect 3 card check scorer@1 --json
json "any(f['place'] == '3.B1' for f in j['findings'])"
printf 'document: card\nsections:\n  - section: "3"\n    items: [{id: 3.1}]\n' \
	>bad.yaml
expect 1 template set bad.yaml
grep -q 'bad.yaml:4: ' "$work/err" || die "no line: $(cat "$work/err")"
expect 0 fsck

# draft, in review, approved by somebody else
expect 2 card status scorer@2 done
expect 2 card status scorer@2 approved
expect 0 card status scorer@2 in-review --reason 'please read'
said "moved card scorer@2"
expect 1 card status scorer@2 approved --reason mine
grep -q 'nobody approves what they wrote' "$work/err" || die "$(cat "$work/err")"
expect 1 card status scorer@2 superseded --reason x
expect 0 card status scorer@2 draft --reason 'say more of 3.2'
expect 0 card history scorer@2 --json
keys "j['revisions'][0]" revision status time who digest note
json "j['revisions'][-1]['status'] == 'draft'"
expect 0 log --object card/scorer@2
said "in-review to draft (say more of 3.2)"
expect 4 card status scorer@3 in-review --revision 99
expect 0 fsck
