"""argv MUSTER DIR MUTATIONS CLEAN SCRIPT: a finished project, copied and
changed behind muster's back MUTATIONS times: one cell, row or pair of rows of
one table, by SQLite alone, without regard to keys or checks. Half of the
changes go to the log and its tree. 'muster fsck' must exit 3 and name the
first bad entry or the table; for the log, SCRIPT (stock tools) must agree.
Then CLEAN registries of random commands, which nobody may blame."""
import collections
import csv
import json
import math
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys

from other_person import other_person

# What no entry speaks of: the number of a row, and when it was stored (gc).
UNLOGGED = {("blob", "id"), ("blob", "stored")}


class Muster:
    def __init__(self, program, registry):
        self.program, self.registry = program, registry

    def run(self, *words):
        return subprocess.run([self.program, "-R", str(self.registry), *words],
                              capture_output=True, text=True)

    def must(self, *words):
        done = self.run(*words)
        if done.returncode:
            sys.exit("%r: %s" % (words, done.stderr))
        return done


def finished_project(program, folder):
    """The demonstration, and what it leaves out: a row in each table."""
    subprocess.run([program, "demo", str(folder)], check=True,
                   capture_output=True)
    m = Muster(program, folder / "registry.db")
    runner = folder / "yes.sh"
    runner.write_text("#!/bin/sh\nawk -F, 'NR == 1 { print \"key,label\";"
                      " next } { print $1 \",yes\" }'\n")
    runner.chmod(0o755)
    rows = (folder / "meet-live.csv").read_text().splitlines()
    for name, some in ("gone.csv", rows[1:4]), ("back.csv", rows[2:3]):
        (folder / name).write_text(
            "\n".join(["id"] + [row.split(",")[0] for row in some]) + "\n")
    (folder / "g.gate").write_text('accuracy >= 0.9 on meet-live\n'
                                   'attested "by hand"\n')
    m.must("testset", "retire", "meet-live", str(folder / "gone.csv"))
    m.must("testset", "revive", "meet-live", str(folder / "back.csv"))
    m.must("version", "add", "matcher", "--runner", str(runner))
    m.must("predictions", "run", "matcher@5", "meet-live")
    m.must("eval", "meet-live", "--all")
    m.must("role", "grant", "daemon", "risk", "--reason", "second line")
    m.must("gate", "set", "production", str(folder / "g.gate"), "--reason",
           "simpler")
    m.must("gate", "attest", "matcher@4", "by hand", "--reason", "tried")
    other = other_person(program, m.registry)
    if other:
        done = other("gate", "waive", "matcher@4", "production", "1",
                     "--until", "2026-12-31", "--reason", "known")
        if done.returncode:
            sys.exit(done.stderr.decode())
    m.must("problem", "sheet", "P-1", str(folder / "production.csv"), "--n",
           "4", "-o", str(folder / "sheet.csv"))
    with open(folder / "sheet.csv", newline="") as f:
        sheet = list(csv.DictReader(f))
    with open(folder / "filled.csv", "w", newline="") as f:
        out = csv.DictWriter(f, sheet[0].keys())
        out.writeheader()
        out.writerows(dict(row, label="yes") for row in sheet)
    m.must("problem", "labels", "P-1", str(folder / "filled.csv"),
           "--labeller", "ana")
    m.must("model", "set", "matcher", "owner=others", "--reason", "moved")
    m.must("undo")
    m.must("fsck")
    return m.registry


class Table:
    def __init__(self, db, name):
        self.name = name
        info = db.execute("SELECT name, pk FROM pragma_table_info(?)",
                          (name,)).fetchall()
        self.columns = [column for column, _ in info]
        self.key = [column for column, pk in info if pk]
        self.rows = db.execute("SELECT * FROM " + name).fetchall()

    def of(self, row, column):
        return row[self.columns.index(column)]

    def where(self, row):
        return (" WHERE " + " AND ".join(c + " IS ?" for c in self.key),
                [self.of(row, c) for c in self.key])


def another(value, chance):
    """A value that is not this one."""
    if value is None:
        return chance.choice([1, 0, "x", "", b"x"])
    if isinstance(value, int):
        return chance.choice([value + 1, value - 1, -value - 1, 1 << 40, None,
                              str(value) + "x"])
    if isinstance(value, float):
        return chance.choice([math.nextafter(value, 9), value + 1, None])
    if isinstance(value, bytes):
        at = chance.randrange(len(value)) if value else 0
        flipped = value[:at] + bytes([value[at] ^ 1 << chance.randrange(8)]) \
            + value[at + 1:] if value else b"x"
        return chance.choice([flipped, chance.randbytes(32), value[:-1], None])
    at = chance.randrange(len(value) + 1)
    return chance.choice([
        value + " ", " " + value, value[:at] + "x" + value[at:], value + "\0",
        value[:-1] if value else "x", value.swapcase(), None,
        value[:at] + "\u200b" + value[at:]])


def entry_of(t, row):
    """The entry at which a log or its tree is found to be wrong there."""
    if t.name == "log_node":
        return ((row[1] + 1) << row[0]) - 1
    return row[0] if t.name == "log" else 0


def change_cell(db, t, row, chance):
    free = [c for c in t.columns if (t.name, c) not in UNLOGGED]
    column = chance.choice(free)
    value = another(t.of(row, column), chance)
    where, key = t.where(row)
    db.execute("UPDATE %s SET %s = ?%s" % (t.name, column, where),
               [value, *key])
    return row, "column " + column


def delete_row(db, t, row, chance):
    where, key = t.where(row)
    db.execute("DELETE FROM " + t.name + where, key)
    return row, "deleted"


def insert_row(db, t, row, chance):
    """A copy under another key."""
    column = chance.choice(t.key)
    copy = list(row)
    copy[t.columns.index(column)] = another(t.of(row, column), chance)
    db.execute("INSERT INTO %s VALUES (%s)" % (
        t.name, ",".join("?" * len(copy))), copy)
    return copy, "inserted"


def swap_rows(db, t, row, chance):
    """Two rows change places: all but their keys."""
    other = chance.choice(t.rows)
    rest = [c for c in t.columns if c not in t.key]
    if t.key == ["idx"] and t.name != "log":
        rest = t.columns
    if not rest:
        raise sqlite3.IntegrityError("nothing but a key")
    for a, b in (row, other), (other, row):
        where, key = t.where(a)
        db.execute("UPDATE %s SET %s%s" % (
            t.name, ", ".join(c + " = ?" for c in rest), where),
            [t.of(b, c) for c in rest] + key)
    return min(row, other, key=lambda r: entry_of(t, r)), "swapped"


KINDS = [change_cell] * 4 + [delete_row, insert_row, swap_rows]


def fingerprint(path):
    """All rows of all tables, but for what is not logged."""
    db = sqlite3.connect(path)
    db.text_factory = bytes
    out = {}
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = "
                              "'table' AND name NOT LIKE 'sqlite%'"):
        name = name.decode()
        columns = [c.decode() for (c,) in db.execute(
            "SELECT name FROM pragma_table_info(?)", (name,))]
        wanted = [c for c in columns if (name, c) not in UNLOGGED]
        out[name] = sorted(map(repr, db.execute(
            "SELECT %s FROM %s" % (",".join(wanted), name))))
    db.close()
    return out


def mutate(path, tables, before, chance):
    """One change that SQLite makes; None where its keys refuse it."""
    t = tables[chance.choice(["log", "log", "log_node"]) if chance.random() < .5
               else chance.choice(sorted(tables))]
    kind = chance.choice(KINDS)
    row = chance.choice(t.rows)
    db = sqlite3.connect(path)
    db.executescript("PRAGMA ignore_check_constraints = ON; PRAGMA "
                     "foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA "
                     "journal_mode = MEMORY")
    try:
        row, how = kind(db, t, row, chance)
        db.commit()
    except sqlite3.Error:
        return None
    finally:
        db.close()
    if fingerprint(path)[t.name] == before[t.name]:
        return None
    return t, row, how


def first_bad(t, row, how, n):
    """Indexes of which one must be named, for a change of the log."""
    if how == "inserted":
        # in front of all, or behind them; a node that belongs nowhere
        return {0, n} if t.name == "log" else {n}
    if how == "column idx":
        return {0, row[0]}
    return {entry_of(t, row)}


def judge(said, t, row, how, n):
    """Why the verdict does not name the change; None if it does."""
    verdict, why = json.loads(said.stdout or "{}"), said.stderr
    if said.returncode != 3 or verdict.get("ok"):
        return "exit %d: %s" % (said.returncode, why)
    at = (verdict["first_bad"] or {"index": None})["index"]
    if t.name in ("log", "log_node"):
        # the last entry of an odd number has no node: its tables tell
        if how == "deleted" and t.name == "log" and row[0] == n - 1:
            return None
        if at not in first_bad(t, row, how, n):
            return "entry %s was blamed: %s" % (at, why)
        return None
    if t.name == "blob" and (at is not None or "blob row" in why):
        return None
    return None if "'%s'" % t.name in why else "not named: " + why


def mutations(program, folder, count, script):
    registry = finished_project(program, folder)
    chance = random.Random(count)
    db = sqlite3.connect(registry)
    tables = {}
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = "
                              "'table' AND name NOT LIKE 'sqlite%'"):
        tables[name] = Table(db, name)
    db.close()
    bare = [name for name in tables if not tables[name].rows]
    if bare == ["waiver"]:
        print("nobody else is here to waive a rule")
        del tables["waiver"]
    elif bare:
        sys.exit("no row in %s: no full registry" % bare)
    n = len(tables["log"].rows)
    before = fingerprint(registry)
    copy = Muster(program, folder / "copy.db")
    done, bad, agreed, seen = 0, 0, 0, collections.Counter()
    while done < count:
        shutil.copyfile(registry, copy.registry)
        change = mutate(copy.registry, tables, before, chance)
        if not change:
            continue
        t, row, how = change
        done += 1
        seen[t.name] += 1
        said = copy.run("fsck", "--json")
        why = judge(said, t, row, how, n)
        if why:
            bad += 1
            print("%s %s %r: %s" % (t.name, how, row[:2], why))
        # the script reads the log and its entries, not the tree's nodes
        if t.name == "log" and how != "deleted" and seen["log"] % 20 == 1:
            stock = subprocess.run(["sh", script, str(copy.registry)],
                                   capture_output=True)
            agreed += 1
            if stock.returncode != 3:
                bad += 1
                print("the script does not see: log %s %r" % (how, row[:1]))
    print("%d mutations of %d tables, %d of the log and its tree, %d asked "
          "of stock tools: %d not named" % (
              done, len(seen), seen["log"] + seen["log_node"], agreed, bad))
    return bad


# -- Registries that nobody touched --

ROWS = ["k%d,%s,%d,%s" % (i, "ab"[i % 2], i * 7 % 50, "yn"[i % 3 > 0])
        for i in range(40)]


def commands(folder, chance):
    """Random commands; some are refused, which is as it should be."""
    some = lambda *words: chance.choice(words)
    model = lambda: some("m", "n")
    version = lambda: "%s@%d" % (model(), chance.randrange(1, 4))
    problem = lambda: "P-%d" % chance.randrange(1, 4)
    keys = chance.sample(range(60), 3)

    def table(name, head, lines):
        path = folder / name
        path.write_text("\n".join([head, *lines]) + "\n")
        return str(path)
    return chance.choice([
        lambda: ["version", "add", model(), "--note", some("a", "b")],
        lambda: ["version", "add", model(), "--param", "p=%d" % keys[0]],
        lambda: ["version", "stage", version(), some("candidate", "shadow",
                 "production", "archived"), "--reason", "r"],
        lambda: ["version", "alias", version(), some("champion", "x")],
        lambda: ["model", "set", model(), "owner=" + some("o", "p", ""),
                 "--reason", "r"],
        lambda: ["model", "add", some("m", "n", "o"), "--task", "binary"],
        lambda: ["testset", "grow", "s", table("g.csv", "id,g,x,y", [
                 "k%d,a,1,y" % k for k in keys])],
        lambda: ["testset", "relabel", "s", table("l.csv", "id,y", [
                 "k%d,%s" % (k, some("y", "n")) for k in keys])],
        lambda: ["testset", "retire", "s", table("r.csv", "id", [
                 "k%d" % k for k in keys[:1]])],
        lambda: ["testset", "revive", "s", table("v.csv", "id", [
                 "k%d" % k for k in keys[:1]])],
        lambda: ["predictions", "import", version(), "s", table(
                 "p.csv", "id,l", ["k%d,%s" % (i, some("y", "n"))
                                   for i in range(40)]), "--label", "l"],
        lambda: ["eval", "s", "--all"],
        lambda: ["slice", "add", "s", some("old", "new"), "x>=20"],
        lambda: ["problem", "add", "t", "--model", model(), "--testset", "s",
                 "--rule", "g=a"],
        lambda: ["problem", "set", problem(), "owner=o", "--reason", "r"],
        lambda: ["problem", "pattern", problem(), "--matching"],
        lambda: ["problem", "comment", problem(), "words"],
        lambda: ["problem", "merge", "P-1", "P-2"],
        lambda: ["role", "grant", some("daemon", "bin"), "risk", "--reason",
                 "r"],
        lambda: ["role", "revoke", some("daemon", "bin"), "risk", "--reason",
                 "r"],
        lambda: ["gate", "set", some("production", "shadow"), table(
                 "x.gate", "accuracy >= 0.%d on s" % chance.randrange(1, 9),
                 ['attested "t"'])],
        lambda: ["gate", "waive", version(), "production", "1", "--until",
                 "2026-12-31", "--reason", "r"],
        lambda: ["gate", "attest", version(), "t", "--reason", "r"],
        lambda: ["sign", version(), "--role", "admin", "--meaning",
                 some("authored", "reviewed", "refused"), "--reason", "r"],
        lambda: ["card", "import", version(), table(
                 "c.md", "## 1.1 Made by", ["", some("us", "them")])],
        lambda: ["card", "status", version(), some("in-review", "draft")],
        lambda: ["checklist", "tick", model(), "release.explain"],
        lambda: ["dataset", "add", "d", table("d.csv", "id,g,x,y", ROWS)],
        lambda: ["undo"], lambda: ["undo"],
        lambda: ["undo", str(chance.randrange(40))],
        lambda: ["gc"], lambda: ["rebuild"],
    ])()


def clean(program, folder, count, script):
    bad = entries = refused = 0
    for i in range(count):
        chance = random.Random(i)
        here = folder / "clean"
        here.mkdir()
        m = Muster(program, here / "r.db")
        (here / "s.csv").write_text("\n".join(["id,g,x,y", *ROWS]) + "\n")
        m.must("init")
        for name in "mn":
            m.must("model", "add", name, "--task", "binary")
            m.must("version", "add", name)
            m.must("version", "add", name)
        m.must("testset", "create", "s", str(here / "s.csv"), "--task",
               "binary", "--target", "y", "--positive", "y", "--key", "id",
               "--slice", "g", "--input", "x")
        for _ in range(chance.randrange(5, 40)):
            words = commands(here, chance)
            done = m.run(*words)
            refused += done.returncode != 0
            if done.returncode not in (0, 1, 2, 3, 4, 5):
                bad += 1
                print("%r ended with %d" % (words, done.returncode))
        said = m.run("fsck", "--json")
        verdict = json.loads(said.stdout)
        if said.returncode or not verdict["ok"]:
            bad += 1
            print("registry %d is blamed: %s" % (i, said.stderr))
        entries += verdict["entries"]
        if i % 10 == 0:
            stock = subprocess.run(["sh", script, str(m.registry)],
                                   capture_output=True, text=True)
            if stock.returncode:
                bad += 1
                print("the script blames registry %d: %s" % (i, stock.stderr))
        shutil.rmtree(here)
    print("%d clean registries, %d entries, %d commands refused: %d false "
          "alarms" % (count, entries, refused, bad))
    return bad


def main():
    program, base = sys.argv[1], pathlib.Path(sys.argv[2])
    count, n_clean, script = int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    bad = mutations(program, base / "full", count, script)
    bad += clean(program, base, n_clean, script)
    sys.exit(1 if bad else 0)


main()
