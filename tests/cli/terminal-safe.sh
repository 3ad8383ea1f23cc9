#!/bin/sh
# No control byte of a field, an argument or a file name reaches stdout's
# tables or stderr (FAULTS F24).
. "$(dirname "$0")/lib.sh"
expect 0 init
evil=$(printf 'x\033[31m\033]0;t\007\302\233y\342\200\256z')
expect 0 model add m --description "$evil" --owner "$evil" --tag "k=$evil"
for form in '' --md; do
	# shellcheck disable=SC2086
	expect 0 model show m $form
	grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' out &&
		die "raw control bytes in '$form'"
done
expect 0 model list
grep -q "$(printf '\033')" out && die "raw escape in the list"
"$MUSTER" model show "$evil" >out 2>err
grep -q "$(printf '\033')" err && die "raw escape on stderr"
"$MUSTER" "$evil" >out 2>err
grep -q "$(printf '\033')" err && die "raw escape on stderr"
expect 0 model show m --json
json "j['owner'].startswith('x\x1b[31m')"
