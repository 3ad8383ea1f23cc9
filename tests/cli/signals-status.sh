#!/bin/sh
# SIGINT stops a long command with status 130, SIGTERM with 143, and the
# registry stays as it was.
. "$(dirname "$0")/lib.sh"
expect 0 init
python3 - <<'PY'
import random
random.seed(1)
with open("big.csv", "w") as f:
    f.write("id,a,b,text,y\n")
    for i in range(400000):
        f.write("k%d,%d,%.6f,some words of text %d,%d\n"
                % (i, i % 7, random.random(), i % 1000, i % 2))
PY
for pair in INT:130 TERM:143; do
	python3 - "${pair%:*}" "${pair#*:}" "$MUSTER" testset create big big.csv \
		--task binary --target y --positive 1 --key id <<'PY' || die "$pair"
import signal, subprocess, sys, time
sig, want, argv = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
p = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
time.sleep(.15)
p.send_signal(getattr(signal, "SIG" + sig))
err = p.communicate()[1]
# killed by the signal before the program could take it counts the same in a
# shell; done before the signal came is no test
if p.returncode == 0:
    sys.exit("it was done already")
sys.exit(0 if p.returncode in (want, want - 128 - 2 * (want - 128)) else
         "%d %r" % (p.returncode, err))
PY
done
expect 4 testset show big
expect 0 fsck
