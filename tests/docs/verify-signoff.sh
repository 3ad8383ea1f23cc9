#!/bin/sh
# The recipe of docs/verify.md for one sign-off on another host: sqlite3 and
# ssh-keygen say what muster says. A signature for another purpose is refused.
. "$(dirname "$0")/../cli/lib.sh"
command -v ssh-keygen >/dev/null || { echo "needs ssh-keygen"; exit 77; }

expect 0 init
expect 0 model add m --task binary
expect 0 version add m
me=$(id -un)
expect 0 role grant "$me" owner --reason builds
ssh-keygen -q -t ed25519 -N '' -f key
echo "$me $(cat key.pub)" >allowed_signers
export MUSTER_ORG=example.org
sign() {
	expect "$1" sign m@1 --role owner --meaning authored --reason r \
		--key key --allowed-signers allowed_signers $2
}
sign 0 ''
sign 2 '--namespace file'
expect 0 fsck --allowed-signers allowed_signers
"$root/docs/verify-log.sh" -a allowed_signers registry.db >out ||
	die 'the script does not verify the sign-off'
index=$(sqlite3 registry.db "SELECT idx FROM log WHERE kind = 'signoff.add'")

# the lines of the page, with this sign-off's number and signer
sed -n '/On another host/,/take the last byte/s/^      //p' \
	"$root/docs/verify.md" |
	sed "s/idx = 41/idx = $index/; s/ana@example.org/$me/
		s/^ssh-keygen/truncate -s -1 statement; ssh-keygen/" >recipe
[ "$(wc -l <recipe)" = 7 ] || die "another recipe: $(cat recipe)"
sh -eu recipe >out || die "the recipe ended with $?: $(cat out)"
said "Good \"muster-signoff@example.org\" signature for $me"
printf x >>statement
ssh-keygen -Y verify -f allowed_signers -I "$me" \
	-n muster-signoff@example.org -s statement.sig <statement >out 2>&1 &&
	die 'another statement verifies'
exit 0
