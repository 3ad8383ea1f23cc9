#!/bin/sh
# F57: 25 texts in which a shell would make a file, in twelve places each:
# commands, data, names of files. They are words there, whatever happens to
# them, and the file is never made. That these texts do make it in a shell is
# looked at first.
. "$(dirname "$0")/../cli/lib.sh"
small_set
cat >runner <<'SH'
#!/bin/sh
hex() { od -An -v -tx1 | tr -d ' \n'; }
# it can write nowhere: what it was given it tells by stderr
{ printf '%s' "$*" | hex; echo; hex; echo; } >&2
echo key,score
for k in 1 2 3; do echo "$k,.5"; done
SH
cat >editor <<'SH'
#!/bin/sh
exit 0
SH
chmod 700 runner editor
python3 - "$MUSTER" "$work" <<'PY' || die "something was run, or refused without a word"
import csv
import io
import json
import os
import shlex
import subprocess
import sys

muster, work = sys.argv[1:]
canary = os.path.join(work, "canary")
# {}: makes the canary; what stands around it would have a shell run it
AROUND = ["$({})", "`{}`", ";{}", ";{};", "|{}", "|{}|", "&{}", "&&{}",
          "||{}||", "\n{}\n", "x\n{}", "'\n{}\n'", "';{};'", '";{};"',
          "'$({})'", '"$({})"', '"`{}`"', "$(({})", "<({})", ">({})",
          "${{x:=$({})}}", "$[$({})]", "-x;{}", "\\$({})", "a$({})b"]
TOUCH = ">canary"
texts = [a.format(TOUCH) for a in AROUND]
assert len(texts) == 25
env = dict(os.environ, EDITOR="false", PAGER="false")


def made():
    if not os.path.exists(canary):
        return False
    os.unlink(canary)
    return True


# in a shell most of them work, bare or quoted, so the test can fail
shells = sum(any([subprocess.run(["bash", "-c", line], capture_output=True,
                                 stdin=subprocess.DEVNULL) and made()
                  for line in ("echo x" + t, "echo '" + t + "'",
                               'echo "' + t + '"')]) for t in texts)
assert shells >= 20, shells


def run(*words, **more):
    done = subprocess.run([muster, *words], capture_output=True, text=True,
                          env=dict(env, **more), stdin=subprocess.DEVNULL,
                          errors="surrogateescape", timeout=60)
    assert done.returncode in (0, 1, 2, 3, 4, 6), (words, done)
    assert done.returncode == 0 or done.stderr, (words, done)
    return done


def told(version, testset):
    """What its runner was given: words and rows."""
    done = run("predictions", "run", version, testset, "--json")
    assert done.returncode == 0, done
    number = str(json.loads(done.stdout)["runs"][0]["run"])
    lines = run("predictions", "said", number).stdout.split()
    return [bytes.fromhex(x).decode() for x in lines]


def name_of_file(i, text):
    """A file of that name, as far as a name can be it."""
    name = text.replace("/", "%").replace("\0", "")
    with open(name, "w") as f:
        f.write("id,x,y\n1,a,yes\n2,b,no\n")
    return name


def as_runner(i, text):
    run("model", "add", f"r{i}", "--task", "binary")
    run("version", "add", f"r{i}", "--runner", f"{work}/runner {shlex.quote(text)}")
    assert told(f"r{i}@1", "words")[0] == text


def as_input(i, text):
    with open("data.csv", "w", newline="") as f:
        csv.writer(f).writerows([["id", "x", "y"], [1, text, "yes"],
                                 [2, text, "no"], [3, "c", "no"]])
    run("testset", "create", f"d{i}", "data.csv", "--task", "binary",
        "--target", "y", "--positive", "yes", "--key", "id", "--input", "x")
    rows = csv.DictReader(io.StringIO(told("r0@1", f"d{i}")[1], newline=""))
    assert [r["x"] for r in rows][:2] == [text] * 2, text


def as_editor(i, text):
    run("card", "edit", "scorer@1", EDITOR=f"{work}/editor {text}")
    run("card", "edit", "scorer@1", VISUAL=text)


PLACES = {
    "the runner's words": as_runner,
    "inputs for a runner": as_input,
    "the runner itself": lambda i, t: (
        run("version", "add", "scorer", "--runner", t),
        run("predictions", "run", "scorer", "words")),
    "the editor": as_editor,
    "a table's name": lambda i, t: run(
        "testset", "create", f"f{i}", name_of_file(i, t), "--task", "binary",
        "--target", "y", "--positive", "yes", "--key", "id"),
    "an artifact's name": lambda i, t: run(
        "version", "add", "scorer", "--artifact", name_of_file(i, t)),
    "a report's name": lambda i, t: run(
        "report", "scorer@1", "-o", "r" + t.replace("/", "%") + ".html"),
    "a card's name": lambda i, t: run(
        "card", "import", "scorer@1", name_of_file(i, t)),
    "a key's name": lambda i, t: run(
        "sign", "scorer@1", "--role", "owner", "--meaning", "authored",
        "--reason", t, "--key", name_of_file(i, t), "--as", t,
        "--namespace", t),
    "a registry's name": lambda i, t: run(
        "-R", t.replace("/", "%") + ".db", "init"),
    "a model's name and words": lambda i, t: (
        run("model", "add", "--", t),
        run("model", "set", "scorer", f"description={t}", "--reason", t),
        run("version", "add", "scorer", "--note", t, "--run", t)),
    "a failure told": lambda i, t: run(
        "report-failure", "scorer@1", "--input", f"age={i}", "--input",
        f"text={t}", "--expected", "yes", "--said", "no", "--text", t),
}
n = 0
with open("words.csv", "w") as f:
    f.write("id,x,y\n1,a,yes\n2,b,no\n3,c,no\n")
run("testset", "create", "words", "words.csv", "--task", "binary", "--target",
    "y", "--positive", "yes", "--key", "id", "--input", "x")
for place, put in PLACES.items():
    for i, text in enumerate(texts):
        put(i, text)
        assert not made(), (place, text)
        n += 1
assert n == 300, n
assert run("fsck").returncode == 0
PY
