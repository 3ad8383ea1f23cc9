#!/bin/sh
# F70: 100 texts that lead out of a folder, as the name of everything that has
# one, and in a registry that another program wrote them into. Names that are
# no names are refused, and no file appears but where a person asked for it.
. "$(dirname "$0")/../cli/lib.sh"
small_set
mkdir -p deep/er/still
python3 - "$MUSTER" "$work" <<'PY' || die "a path was followed"
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys

muster, work = sys.argv[1:]
UP = ["../", "..\\", "/", "%2e%2e/", "..%2f", "....//", "./../", "~/",
      "\\\\host\\", "..\u2215"]
GOAL = ["x", "x.db", "registry.db", ".ssh/authorized_keys", "etc/passwd",
        "../x", "x/", "x/../../y", ".", "loans.csv"]
texts = [up + goal for up, goal in itertools.product(UP, GOAL)]
assert len(set(texts)) == 100
os.chdir("deep/er/still")
reg = os.environ["MUSTER_REGISTRY"]
NAMES = [
    ["model", "add", "--"], ["version", "add", "--"],
    ["testset", "create", "--task", "binary", "--target", "repaid",
     "--positive", "yes", "--key", "id", "--"],
    ["dataset", "add", "--"], ["slice", "add", "--", "loans"],
    ["version", "alias", "--", "scorer@1"],
    ["card", "export", "--"], ["report", "--"], ["bundle", "--"],
    ["gate", "show", "--"], ["problem", "show", "--"],
]
AFTER = {"testset": [f"{work}/loans.csv"], "dataset": [f"{work}/loans.csv"],
         "slice": ["age>1"], "bundle": ["loans", "-o", "out"]}


def tree():
    """All files below the folder of the test, and beside the registry."""
    return {os.path.join(d, f) for d, _, files in os.walk(work) for f in files
            if not f.endswith("-journal")}


def run(*words):
    done = subprocess.run([muster, *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60)
    assert done.returncode in (0, 1, 2, 3, 4), (words, done)
    assert done.returncode == 0 or done.stderr, (words, done)
    return done.returncode


before = tree()
n = 0
for text in texts:
    for words in NAMES:
        status = run(*words, text, *AFTER.get(words[0], []))
        assert status != 0, (words, text)
        n += 1
    # as a part of a card, in the name of a draft
    env = dict(os.environ, EDITOR="false")
    subprocess.run([muster, "card", "edit", "scorer@1", "--only", text],
                   capture_output=True, stdin=subprocess.DEVNULL, env=env)
    drafts = {f for f in tree() if f.startswith(f"{work}/state/muster/drafts/")}
    assert tree() - drafts == before, (text, tree() - before)
assert n == 1100, n

# names by another program's hand: what reads them keeps to its folder
for text in texts[::10]:
    shutil.copy(reg, "forged.db")
    c = sqlite3.connect("forged.db")
    for table, column in (("model", "name"), ("testset", "name"),
                          ("version", "artifact"), ("version", "run")):
        try:
            c.execute(f"UPDATE {table} SET {column} = ?", (text,))
        except sqlite3.Error:
            pass        # no such column, or the schema does not take it
    c.execute("UPDATE log SET entry = replace(replace(entry, 'scorer', ?), "
              "'loans', ?)", (text.replace('"', ''),) * 2)
    c.commit()
    c.close()
    known = tree()
    assert run("-R", "forged.db", "fsck") == 3, text
    for words in (["report", "--kind", "overview", "-o", "o.html"],
                  ["report", f"{text}@1", "-o", "v.html"],
                  ["bundle", f"{text}@1", text, "-o", "bundled"],
                  ["card", "export", f"{text}@1", "-o", "card.md"],
                  ["eval", text], ["model", "list"], ["version", "list"]):
        run("-R", "forged.db", *words)
    here = os.getcwd() + "/"
    new = {f for f in tree() - known if not f.startswith(here)}
    assert not {f for f in new if "/state/" not in f and "/data/" not in f}, new
    for f in ("o.html", "v.html", "card.md"):
        if os.path.exists(f):
            os.unlink(f)
    shutil.rmtree("bundled", ignore_errors=True)
PY
