#!/bin/sh
# A full disk or a closed pipe on stdout is an error exit with one line
# (FAULTS F32), for every reading command; and so it is for changing ones.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
[ -w /dev/full ] || { echo "no /dev/full here"; exit 77; }
n=0
while read -r line; do
	# shellcheck disable=SC2086
	"$MUSTER" $line >/dev/full 2>err
	status=$?
	[ $status = 1 ] || die "'muster $line >/dev/full' ended with $status"
	complained "standard output"
	# a reader that is gone before the first byte
	# shellcheck disable=SC2086
	python3 - "$MUSTER" $line <<'PY' || die "'muster $line' into a closed pipe"
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
done = subprocess.run(sys.argv[1:], stdout=w, stderr=subprocess.PIPE)
sys.exit(0 if done.returncode == 1 and b"Broken pipe" in done.stderr else
         "%d %r" % (done.returncode, done.stderr))
PY
	n=$((n + 1))
done <<LIST
--help
--version
info
model list
model show scorer
version list scorer
version show scorer@1
version diff scorer@1 scorer@2
testset list
testset show loans
testset patterns loans
slice list loans
eval loans --all
rank loans
compare loans scorer@1 scorer@2
log
fsck
model add another -n
LIST
[ $n = 18 ] || die "ran $n of 18"
