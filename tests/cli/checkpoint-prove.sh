#!/bin/sh
# Proofs are checked without the registry: of an entry, and of an older head.
# Any byte that differs makes them fail with 3.
. "$(dirname "$0")/lib.sh"

small_set
expect 0 checkpoint -o old
expect 0 model set scorer owner=bo --reason 'moved teams'
expect 0 checkpoint -o now
expect 0 checkpoint prove 3 --entry entry -o proof
expect 0 checkpoint prove old -o grown
expect 4 checkpoint prove 999
expect 2 checkpoint prove
expect 1 checkpoint prove scores.csv
mv registry.db away.db
expect 0 checkpoint check proof entry --checkpoint now --json
json "j['ok'] and j['index'] == 3"
expect 0 checkpoint check grown old --checkpoint now --json
json "j['ok'] and j['shows'] == 'the log began with the checkpoint'"
expect 3 checkpoint check proof entry --checkpoint old
complained 'leads to another head'
expect 3 checkpoint check proof old
expect 3 checkpoint check grown entry
expect 3 checkpoint check grown now
mv away.db registry.db
# the proof of 'log --prove' is the same text
expect 0 log --prove 3
cmp -s out proof || die 'log --prove says something else'

# every byte of what is proved and of the proof's hashes counts
python3 - <<'PY' || die 'a changed byte was not noticed'
import os, subprocess, sys
def check(proof, of):
    return subprocess.run([os.environ["MUSTER"], "checkpoint", "check", proof,
        of, "--checkpoint", "now"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
bad = 0
for proof, of in (("proof", "entry"), ("grown", "old")):
    for name in (proof, of):
        whole = open(name, "rb").read()
        step = max(1, len(whole) // 24)
        for at in range(0, len(whole), step):
            with open("flip", "wb") as f:
                f.write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            got = check("flip", of) if name == proof else check(proof, "flip")
            if got != 3:
                print(name, at, got)
                bad += 1
        with open("flip", "wb") as f:
            f.write(whole[:-2])
        bad += (check("flip", of) if name == proof else
                check(proof, "flip")) != 3
sys.exit(bad)
PY
