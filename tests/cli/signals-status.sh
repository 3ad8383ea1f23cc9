#!/bin/sh
# SIGINT stops a long command with status 130, SIGTERM with 143, and the
# registry stays as it was. The rows come through a pipe that stays open, so
# that the command is still reading when the signal arrives.
. "$(dirname "$0")/lib.sh"
expect 0 init
for pair in INT:130 TERM:143; do
	python3 - "${pair%:*}" "${pair#*:}" "$MUSTER" testset create big - \
		--task binary --target y --positive 1 --key id <<'PY' || die "$pair"
import signal, subprocess, sys, time
sig, want, argv = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                     stderr=subprocess.PIPE,
                     preexec_fn=lambda: signal.signal(signal.SIGINT,
                                                      signal.SIG_DFL))
p.stdin.write(b"id,a,y\n" + b"".join(b"k%d,%d,%d\n" % (i, i % 7, i % 2)
                                    for i in range(400000)))
p.stdin.flush()
time.sleep(.2)
p.send_signal(getattr(signal, "SIG" + sig))
try:
    err = p.stderr.read()
    p.wait(60)
except subprocess.TimeoutExpired:
    p.kill()
    sys.exit("it did not stop")
# killed by the signal before the program could take it counts the same in a
# shell
sys.exit(0 if p.returncode in (want, 128 - want) else
         "%d %r" % (p.returncode, err))
PY
done
expect 4 testset show big
expect 0 fsck
