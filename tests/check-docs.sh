#!/bin/sh
# Every command and option of the program stands in the manual, what is
# generated is what the program would generate today, and every example of
# README runs and gives what README says.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}"
muster=$PWD/$B/muster
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
bad=0
fail() {
	echo "check-docs: $*" >&2
	bad=1
}

same() {	# FILE COMMAND...
	file=$1
	shift
	"$@" >"$tmp/generated" || fail "'$*' failed"
	cmp -s "$tmp/generated" "$file" ||
		fail "$file is not what the program writes: '$*' > $file"
}
same docs/muster.1 "$muster" docs man docs/muster.1.in
same docs/muster.bash "$muster" docs bash
same examples/demo/build.sh "$muster" demo --script

# the manual holds each command with each of its options
"$muster" docs words >"$tmp/words"
[ "$(wc -l <"$tmp/words")" -ge 30 ] || fail "the command table is too short"
sed 's/\\-/-/g; s/\\f[BIR]//g' docs/muster.1 >"$tmp/man"
while IFS="$(printf '\t')" read -r words option; do
	awk -v head=".SS muster $words" -v option="$option" '
		$0 == head { inside = 1; found = option == ""; next }
		/^\.S[SH]/ { if (inside) exit }
		inside && option != "" &&
			match($0, option "($|[^a-z-])") { found = 1; exit }
		END { exit !found }' "$tmp/man" ||
		fail "the manual lacks 'muster $words' $option"
done <"$tmp/words"

# help exists for each, and shows an example
cut -f1 "$tmp/words" | sort -u | while read -r words; do
	# shellcheck disable=SC2086
	"$muster" $words --help >"$tmp/help" || echo "$words: --help failed"
	grep -q '^Examples' "$tmp/help" || echo "$words: help has no example"
done >"$tmp/helpless"
[ ! -s "$tmp/helpless" ] || fail "$(cat "$tmp/helpless")"

tests/check-faults.sh || bad=1
bash -n docs/muster.bash || fail "docs/muster.bash does not parse"

for doc in README.md docs/living.md; do
	tests/docs/readme-examples.sh "$muster" "$doc" || bad=1
done
[ $bad = 0 ] && echo "docs: ok"
exit $bad
