#!/bin/sh
# F86: a root that holds nothing but the program and what it is linked with: no
# locale, terminfo, passwd, /proc, /dev or /etc. It begins a registry, imports,
# evaluates, reports and verifies; people are numbers; the workbench draws in
# ASCII. A static build ($B/static/muster, or one that needs no libraries) is
# alone in its root.
set -eu
: "${B:=build}"
muster=${MUSTER:-$PWD/$B/muster}
[ -x "$B/static/muster" ] && muster=$PWD/$B/static/muster
case $(readelf -d "$muster" 2>/dev/null) in
*libasan*) echo "the sanitizers want /proc"; exit 77 ;;
esac
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chroot=$(command -v chroot || echo /usr/sbin/chroot)
unshare -r "$chroot" / true 2>/dev/null ||
	{ echo "no user namespace with a root of its own here"; exit 77; }
die() { echo "$*" >&2; cat "$root/out" >&2; exit 1; }
mkdir "$root/w"
cp "$muster" "$root/muster"
ldd "$muster" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
	mkdir -p "$root${library%/*}"
	cp -L "$library" "$root$library"
done
printf 'id,region,age,repaid\n1,N,20,yes\n2,S,30,no\n3,N,40,yes\n4,S,50,no\n' \
	>"$root/w/loans.csv"
printf 'id,p\n1,.9\n2,.2\n3,.7\n4,.4\n' >"$root/w/scores.csv"
# m STATUS WORD...: what it says is in $root/out
m() {
	want=$1
	shift
	status=0
	env -i LC_ALL=C.UTF-8 TERM=xterm-256color unshare -r "$chroot" "$root" \
		/muster -R /w/r.db "$@" >"$root/out" 2>&1 || status=$?
	[ $status = "$want" ] || die "'muster $*' ended with $status"
	n=$((n + 1))
}
has() { grep -q -- "$1" "$root/out" || die "no '$1' in:"; }
n=0
PATH=/usr/bin:/bin:/usr/sbin:/sbin
m 0 init
m 0 model add scorer --task binary --owner team
m 0 version add scorer
m 0 testset create loans /w/loans.csv --task binary --target repaid \
	--positive yes --key id --slice region --input age
m 0 predictions import scorer@1 loans /w/scores.csv --score p --threshold .5
m 0 eval loans --all
has 'roc_auc *1.0000'
m 0 report scorer@1 -o /w/out.html
m 0 verify-report /w/out.html
has 'holds *yes'
m 0 fsck
has 'in order *yes'
m 0 backup /w/copy.db
m 0 log
has 'uid0 *evaluation.add'
m 0 info
has 'user *uid0 (uid 0)'
m 4 gate check scorer@1 production
m 4 model show nobody
[ $n = 14 ] || die "ran $n of 14"

# The workbench, on each terminal whose entry the program brings along.
for term in xterm-256color vt100; do
	env -i PATH="$PATH" TERM=$term LC_ALL=C.UTF-8 LINES=24 COLUMNS=80 \
		python3 - "$chroot" "$root" <<'PY' >"$root/out" 2>&1 ||
import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp("unshare", ["unshare", "-r", sys.argv[1], sys.argv[2],
                          "/muster", "-R", "/w/r.db"])
seen, until, asked = b"", time.time() + 60, False
while time.time() < until:
    if select.select([fd], [], [], .2)[0]:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    if b"scorer" in seen and not asked:
        asked = True
        os.write(fd, b"q")
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(status, seen)
sys.exit(0 if asked and status == 0 and max(seen) < 128 else 1)
PY
		die "the workbench on $term"
done
