#!/bin/sh
# What was written in an editor and not taken is there at the next edit; a dry
# run takes nothing away; registries do not mix; another revision's draft stays.
. "$(dirname "$0")/lib.sh"
small_set
drafts=$XDG_STATE_HOME/muster/drafts
cat >bad.sh <<'SH'
#!/bin/sh
printf 'fresh\nnonsense of mine\n' >>"$1"
SH
cat >mend.sh <<'SH'
#!/bin/sh
cp "$1" seen
sed -i 's/^nonsense of mine$/no broken problem/' "$1"
SH
cat >answer.sh <<'SH'
#!/bin/sh
cp "$1" seen
printf '%s\n' "$ADD" >>"$1"
SH
chmod +x ./*.sh

# a gate that was refused comes back, and is saved once it is right
EDITOR=$work/bad.sh expect 1 gate edit production
EDITOR=$work/mend.sh expect 0 gate edit production -n
grep -q 'nonsense of mine' seen || die "the refused text did not come back"
grep -q 'taking up the draft' err || die "it does not say so: $(cat err)"
expect 4 gate show production
EDITOR=true expect 0 gate edit production
expect 0 gate show production
said "no broken problem"
[ -z "$(ls "$drafts")" ] || die "the draft is still there"

# nor is it lost when somebody else saves first
EDITOR=$work/bad.sh expect 1 gate edit production
printf 'fresh\n' >theirs.gate
expect 0 gate set production theirs.gate
EDITOR=$work/mend.sh expect 0 gate edit production
grep -q 'nonsense' seen && die "a text on another revision was taken up"
grep -q 'nonsense of mine' "$drafts"/gate-production-* || die "it is gone"
rm "$drafts"/gate-production-*

# --discard begins anew
EDITOR=$work/bad.sh expect 1 gate edit production
EDITOR=$work/mend.sh expect 0 gate edit production --discard
grep -q 'nonsense' seen && die "it was taken up all the same"

# the assessment likewise
ADD='this is no answer' EDITOR=$work/answer.sh expect 1 assess edit scorer@1
ADD='' EDITOR=$work/answer.sh expect 1 assess edit scorer@1
grep -q 'this is no answer' seen || die "the answers did not come back"

# a card's draft belongs to its registry
cat >card.sh <<'SH'
#!/bin/sh
cp "$1" seen
[ -z "$ADD" ] || sed -i "0,/^$/s//\n$ADD\n/" "$1"
exit 1
SH
chmod +x card.sh
ADD='words of A' EDITOR=$work/card.sh expect 1 card edit scorer@1
MUSTER_REGISTRY=$work/other.db
expect 0 init
expect 0 model add scorer --task binary
expect 0 version add scorer
ADD= EDITOR=$work/card.sh expect 1 card edit scorer@1
grep -q 'words of A' seen && die "the card of another registry was taken up"
MUSTER_REGISTRY=$work/registry.db
ADD= EDITOR=$work/card.sh expect 1 card edit scorer@1
grep -q 'words of A' seen || die "its own was not"
exit 0
