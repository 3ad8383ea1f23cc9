#!/bin/sh
# F38: a registry where none can be: refused with the reason, or read only;
# never waited for, never a crash.
. "$(dirname "$0")/../cli/lib.sh"
expect 0 init
expect 0 model add known
unset MUSTER_REGISTRY
n=0
# place STATUS WORDS PATH: what 'model add' says of it
place() {
	timeout 20 "$MUSTER" -R "$3" model add "new$n" >out 2>err
	got=$?
	[ $got = "$1" ] || die "'$3' ended with $got: $(cat err)"
	[ "$got" = 0 ] || grep -qE -- "$2" err || die "'$3': $(cat err)"
	timeout 20 "$MUSTER" -R "$3" model list >out 2>err
	got=$?
	[ $got -le 5 ] || die "'$3': reading ended with $got: $(cat err)"
	n=$((n + 1))
}
mkdir folder empty-folder
place 4 'does not exist' missing.db
place 4 'does not exist' missing/deep/r.db
place 4 'does not exist' registry.db/below
place 1 'not a file' folder
place 1 'not a file' /dev/null
place 1 'not a file' /dev/zero
mkfifo pipe
place 1 'not a file' pipe
: >empty.db
place 1 'is empty' empty.db
printf 'SQLite format 3' >cut.db
place 1 '.' cut.db
head -c 8192 registry.db >half.db && chmod 600 half.db
place 1 '.' half.db
echo text >text.db
place 1 '.' text.db
sqlite3 foreign.db 'CREATE TABLE x (y)'
place 1 'not a registry of muster' foreign.db
ln -s registry.db link.db
place 0 '' link.db
ln -s nowhere dangling.db
place 4 'does not exist' dangling.db
ln -s loop.db loop.db
place 1 '.' loop.db
place 4 '.' ''
long=$(printf '%0300d' 0)
place 1 '.' "$long"
place 4 'does not exist' 'a%2e%2e/../r.db'
# another user, for whom modes count
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	other() {
		want=$1 words=$2
		shift 2
		XDG_STATE_HOME=$work/nobody timeout 20 setpriv --reuid 65534 \
			--regid 65534 --clear-groups "$MUSTER" "$@" >out 2>err
		got=$?
		[ $got = "$want" ] || die "other '$*': $got: $(cat err)"
		[ $got = 0 ] || grep -qE "$words" err || die "other '$*': $(cat err)"
		n=$((n + 1))
	}
	chmod 755 "$work"
	other 1 'cannot be read' -R registry.db model list
	chmod 644 registry.db
	other 1 'may not write|chmod' -R registry.db model add x
	other 0 '' -R registry.db model list
	chmod 600 registry.db
	mkdir closed
	cp registry.db closed/r.db
	chmod 644 closed/r.db
	chmod 700 closed
	other 1 'cannot be read|does not exist' -R closed/r.db model list
	chmod 744 closed	# read, but no x
	other 1 'cannot be read|does not exist' -R closed/r.db model list
fi
# a file system that takes no writes
if [ "$(id -u)" = 0 ] && mkdir ro && mount -t tmpfs tmpfs ro 2>/dev/null; then
	cp registry.db ro/r.db && chmod 600 ro/r.db
	mount -o remount,ro ro
	timeout 20 "$MUSTER" -R ro/r.db model add x >out 2>err
	got=$?
	[ $got = 1 ] && grep -qE 'may not write|read' err ||
		{ umount ro; die "read-only: $got $(cat err)"; }
	timeout 20 "$MUSTER" -R ro/r.db model list >out 2>err ||
		{ umount ro; die "read-only, reading: $(cat err)"; }
	umount ro
	n=$((n + 2))
fi
# reached by two names: one registry
ln registry.db hard.db
timeout 20 "$MUSTER" -R hard.db model add two-names >out 2>err || :
"$MUSTER" -R registry.db fsck >out 2>err || die "after the hard link: $(cat out)"
[ $n -ge 18 ] || die "only $n"
echo "$n places"
