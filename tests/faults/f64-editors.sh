#!/bin/sh
# F63, F64: editors of all kinds, by 'card edit'. What was typed is saved, or a
# message says why not and the words come back at the next edit; no shell sees
# the command; what stands in the place of the file afterwards is read only if
# it is a file of ours.
. "$(dirname "$0")/../cli/lib.sh"
small_set
drafts=$XDG_STATE_HOME/muster/drafts
n=0
# editor NAME LINE...: a script; "$f" is the file, "add" puts the words in
editor() {
	name=$1
	shift
	{
		echo '#!/bin/sh'
		echo 'for f; do :; done'
		echo 'add() { printf "\n%s\n" "words of '"$name"'" >>"$f"; }'
		printf '%s\n' "$@"
	} >"$name"
	chmod 700 "$name"
}
editor look 'cp "$f" seen' 'exit 1'
# ends STATUS NAME COMMAND: and nothing made a canary
ends() {
	VISUAL= EDITOR=$3 expect "$1" card edit scorer@1 --only 1.1
	[ ! -e canary ] || die "$2: a shell saw '$3'"
	n=$((n + 1))
}
saves() {	# NAME COMMAND: with the words of NAME, once
	ends 0 "$1" "$2"
	expect 0 card export scorer@1 --format md
	said "words of $1"
	[ -z "$(ls "$drafts")" ] || die "$1: a draft stayed"
}
# The words are kept for the next edit, and the message holds the text.
keeps() {	# NAME TEXT
	ends 1 "$1" "$work/$1"
	complained "$2"
	EDITOR=$work/look expect 1 card edit scorer@1 --only 1.1
	grep -q "words of $1" seen || die "$1: its words did not come back"
	rm -f seen
	rm -f "$drafts"/*
}
refuses() {	# STATUS NAME COMMAND TEXT: nothing is saved
	expect 0 log
	cp out log.before
	ends "$1" "$2" "$3"
	grep -qF -- "$4" err || die "$2: no '$4' in: $(cat err)"
	expect 0 log
	cmp -s out log.before || die "$2: something was saved"
	rm -rf "$drafts"/*
}

editor plain add
saves plain "$work/plain"
editor words '[ "$1$2" = "-xa b" ] && add'
saves words "$work/words -x 'a b'"
editor 'two words' add
saves 'two words' "'$work/two words'"
editor 'three more words' add
saves 'three more words' "\"$work/three more words\""
editor 'a blank' add
saves 'a blank' "$work/a\\ blank"
editor dashes '[ "$1" = -- ] && add'
saves dashes "$work/dashes --"
editor minus '[ "$2" = -f ] && add'
saves minus "$work/minus -- -f"
editor dollar '[ "$1" = "\$(touch" ] && add'
saves dollar "$work/dollar \$(touch $work/canary)"
editor semicolon '[ "$1" = ";" ] && add'
saves semicolon "$work/semicolon ; touch $work/canary"
editor renames add 'cp "$f" "$f.new"' 'mv "$f.new" "$f"'
saves renames "$work/renames"
editor opens add 'chmod 666 "$f"'
saves opens "$work/opens"
editor crlf add 'sed -i "s/\$/\r/" "$f"'
saves crlf "$work/crlf"
editor visual add
VISUAL=$work/visual EDITOR=false expect 0 card edit scorer@1 --only 1.1
n=$((n + 1))
mkdir path
editor path/vi 'printf "\nwords of vi\n" >>"$f"'
(PATH=$work/path:$PATH; saves vi '') || exit 1

editor leaves add 'exit 1'
keeps leaves "the editor ended with 1"
editor leaves255 add 'exit 255'
keeps leaves255 "the editor ended with 255"
editor killed add 'kill -9 $$'
keeps killed "the editor ended with 137"
editor terminated add 'kill -TERM $$'
keeps terminated "the editor ended with 143"
editor latin1 add 'printf "\377\n" >>"$f"'
keeps latin1 "this is no UTF-8"

refuses 4 missing "$work/no-such-editor" "set \$VISUAL or \$EDITOR"
: >data
refuses 1 data "$work/data" "set \$VISUAL or \$EDITOR"
refuses 1 folder "$work" "set \$VISUAL or \$EDITOR"
refuses 1 open "$work/plain 'x" "an open quote"
refuses 1 blanks "   " "the command is empty"
editor nul add 'printf "a\0b" >>"$f"'
refuses 1 nul "$work/nul" "a NUL"
editor large 'head -c 5000000 /dev/zero | tr "\0" x >>"$f"'
refuses 1 large "$work/large" "is larger than"
editor removes 'rm "$f"'
refuses 4 removes "$work/removes" "not there any more"
printf 'a secret\n' >secret
for way in 'ln -s "$work/secret" "$f"' 'ln "$work/secret" "$f"' 'mkdir "$f"' \
	'mkfifo "$f"'; do
	editor swaps 'rm "$f"' "work=$work" "$way"
	refuses 1 "$way" "$work/swaps" "not the file that was handed out"
done
editor nothing :
refuses 0 nothing "$work/nothing" "nothing was changed"
editor empties ': >"$f"'
refuses 0 empties "$work/empties" "nothing was changed"
# a link that waited there beforehand is neither read nor written through
expect 0 card export scorer@1 --format md
cp out card.before
EDITOR=$work/leaves expect 1 card edit scorer@1 --only 1.1
file=$(ls "$drafts")
ln -sf "$work/secret" "$drafts/$file"
EDITOR=$work/look expect 1 card edit scorer@1 --only 1.1
[ ! -e seen ] || ! grep -q 'a secret' seen || die "a link was read"
[ "$(cat secret)" = 'a secret' ] || die "a link was written through"
[ $n -ge 25 ] || die "only $n"
