#!/bin/sh
# F22, F67, F68, F69, F75, F82: who runs it, and what the process is.
. "$(dirname "$0")/../cli/lib.sh"
expect 0 init
n=0
# F22: the environment is no identity
for name in USER LOGNAME SUDO_USER SUDO_UID USERNAME SSH_USER_AUTH \
	SSH_CONNECTION SSH_ORIGINAL_COMMAND PKEXEC_UID DOAS_USER MAIL; do
	env "$name=mallory" "$MUSTER" model add "m$n" >out 2>err || die "$(cat err)"
	n=$((n + 1))
done
"$MUSTER" log --json >out
me=$(id -un)
python3 - "$me" <<'PY' || die "an identity was forged: $(head -c 300 out)"
import json, sys
text = open("out").read()
entries = json.loads(text)
sys.exit("mallory" in text.replace("MAIL", ""))
PY
sqlite3 registry.db "SELECT DISTINCT json_extract(entry, '\$.actor.login') ||
	' ' || json_extract(entry, '\$.actor.uid') FROM log" >who
[ "$(cat who)" = "$me $(id -u)" ] || die "who: $(cat who)"
# F68: no home, one that is missing, another's, a file, a full name
for home in '' /nonexistent/home /root/.. "$work/registry.db" relative /proc \
	/dev/null "$(printf '/%0200d' 0)"; do
	(unset XDG_STATE_HOME XDG_DATA_HOME
	HOME=$home "$MUSTER" -R "$work/registry.db" model add "m$n") >out 2>err ||
		die "HOME='$home': $(cat err)"
	n=$((n + 1))
done
(unset HOME XDG_STATE_HOME XDG_DATA_HOME
"$MUSTER" -R "$work/registry.db" model add "m$n") >out 2>err ||
	die "no HOME: $(cat err)"
# F75: 0, 1 and 2 closed: the registry does not become one of them
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
	n=$((n + 1))
	eval "\"\$MUSTER\" model add m$n $closed"
	"$MUSTER" fsck >out 2>err || die "with $closed: $(cat out err)"
done
# F69: no core, whatever the limit
mkfifo rows
(ulimit -c unlimited
exec "$MUSTER" testset create t - --task binary --target y --positive a \
	--key id <rows >/dev/null 2>&1) &
pid=$!
exec 3>rows
i=0
until [ "$(awk '/core file/ { print $5 }' /proc/$pid/limits)" = 0 ]; do
	i=$((i + 1))
	[ $i -lt 600 ] || die "cores are allowed"
	sleep .05
done
kill -ABRT $pid
wait $pid
exec 3>&-
for f in core core.*; do
	[ ! -e "$f" ] || die "a core: $f"
done
# F82: no socket of the network
if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
	strace -f -qq -e trace=socket,connect -o calls "$MUSTER" model list \
		>out 2>err
	strace -f -qq -e trace=socket,connect -o calls2 "$MUSTER" report \
		--kind overview >out 2>err
	! grep -hE 'AF_INET|AF_NETLINK|AF_PACKET' calls calls2 ||
		die "a socket of the network"
fi
# F67: never with somebody else's rights
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$work"
	for bits in 4755 2755; do
		cp "$MUSTER" muster-s && chown 65533:65533 muster-s
		chmod $bits muster-s
		setpriv --reuid 65534 --regid 65534 --clear-groups \
			./muster-s --version >out 2>err
		got=$?
		[ $got = 1 ] && grep -q 'set-user\|setuid\|rights' err ||
			die "mode $bits: $got $(cat out err)"
	done
fi
echo "$n changes"
