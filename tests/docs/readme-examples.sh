#!/bin/sh
# Runs a document's example, README's if no other is named: in each fenced block that starts with a line
# "$ ...", those lines are commands, run in one folder one block after the
# other, and the lines between them are what they print ("..." stands for
# any lines). Called by check-docs with the program and the README.
set -eu
muster=${1:-$MUSTER}
readme=${2:-$(dirname "$0")/../../README.md}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/home"
ln -s "$muster" "$work/bin/muster"
awk '/^```/ { inside = !inside; first = 1; next }
     inside && first { run = /^\$ /; first = 0 }
     inside && run { print }' "$readme" >"$work/session"
[ -s "$work/session" ] || { echo "$readme has no example" >&2; exit 1; }
python3 - "$work" "$(basename "$readme")" <<'PY'
import os, re, subprocess, sys
work, name = sys.argv[1:]
env = {"PATH": work + "/bin:" + os.environ["PATH"], "HOME": work + "/home",
       "LC_ALL": "C.UTF-8", "TZ": "UTC"}
os.makedirs(work + "/dir")
steps = []
for line in open(work + "/session", encoding="utf-8"):
    if line.startswith("$ "):
        steps.append([line[2:].rstrip("\n"), []])
    elif line.startswith("> "):
        steps[-1][0] += "\n" + line[2:].rstrip("\n")
    else:
        steps[-1][1].append(line.rstrip("\n"))
bad = 0
for command, wanted in steps:
    done = subprocess.run(["bash", "-c", command], cwd=work + "/dir", env=env,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    got = [l.rstrip() for l in done.stdout.splitlines()]
    if done.returncode != 0:
        print("%s: '%s' ended with %d: %s"
              % (name, command, done.returncode, done.stderr), file=sys.stderr)
        bad = 1
        continue
    pattern = "".join(r"(?:.*\n)*?" if w.strip() == "..."
                      else re.escape(w.rstrip()) + "\n" for w in wanted)
    if not re.fullmatch(pattern, "".join(l + "\n" for l in got)):
        print("%s: '%s' prints\n%s\nnot\n%s"
              % (name, command, "\n".join(got), "\n".join(wanted)), file=sys.stderr)
        bad = 1
sys.exit(bad)
PY
