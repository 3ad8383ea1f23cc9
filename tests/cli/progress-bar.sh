#!/bin/sh
# Long work shows how far it is on stderr after half a second, on a terminal
# only, and takes it away; with -q there is nothing. The import reads a pipe
# that is slow.
. "$(dirname "$0")/lib.sh"
expect 0 init
python3 - "$MUSTER" <<'PY' || die "the bar"
import os, pty, subprocess, sys, threading, time
def rows():
    yield b"id,text,y\n"
    for part in range(12):
        yield b"".join(b"k%d,word %d,%d\n" % (i, i, i % 2)
                       for i in range(part * 20000, (part + 1) * 20000))
        time.sleep(.1)
def feed(pipe):
    for part in rows():
        pipe.write(part)
        pipe.flush()
    pipe.close()
def run(name, terminal, *more):
    ours, theirs = pty.openpty() if terminal else os.pipe()
    p = subprocess.Popen([sys.argv[1], *more, "testset", "create", name, "-",
                          "--task", "binary", "--target", "y", "--positive",
                          "1", "--key", "id"], stdin=subprocess.PIPE,
                         stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    threading.Thread(target=feed, args=(p.stdin,)).start()
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    assert p.wait() == 0, seen
    return seen
seen = run("one", True)
assert seen.startswith(b"\r") and seen.endswith(b"\r\x1b[K"), seen
assert run("two", True, "-q") == b""
assert run("three", False) == b""
PY
