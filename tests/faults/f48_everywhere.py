"""argv MUSTER DIR N [FROM]: a registry in which one payload of hostile.py
stands in every text field of every noun, for N payloads from the FROM-th on
(N 0: all); and one with plain words, to compare the Markdown's structure with.

HTML holds only the writer's elements and attributes. Markdown, rendered by
libcmark, has as many headings, links, rules and so on as with plain words.
No CSV cell begins as a formula unless it is a number. JSON is read strictly.
Tables, messages and the workbench's screens hold no control, no invisible and
no bidirectional character. What is refused is refused in words."""
import collections
import csv
import ctypes
import html.parser
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from other_person import other_person
from hostile import payloads
from report_hostile import Allowed

# What no terminal may get: C0 but line ends, DEL, C1, bidi and invisible ones.
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f"
                 "\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
                 "\U000e0000-\U000e0fff]")
# what joins two pictures into one is no hidden text (base/safetext.h)
JOINED = re.compile("(?<=[\U0001f000-\U0001faff])\u200d(?=[\U0001f000-\U0001faff])")
STEPS = """keys 1
keys Enter
keys Esc 2
keys Enter
keys Esc 3
keys Enter
screen problems
keys Esc 5
wait
keys Enter
wait
screen gate
keys Esc 6
wait
screen report
do log
screen log
keys 1
screen models
"""
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$")
LISTS = [
    ["model", "list"], ["model", "show", "m"], ["version", "list", "m"],
    ["version", "show", "m@1"], ["testset", "list"],
    ["testset", "show", "loans"], ["testset", "patterns", "loans"],
    ["slice", "list", "loans"], ["dataset", "list"],
    ["dataset", "show", "people"], ["problem", "list"],
    ["problem", "show", "P-1"], ["problem", "patterns", "P-1"], ["log"],
    ["role", "list"], ["signoffs", "m@1"], ["gate", "check", "m@1",
    "production"], ["gate", "show", "production"], ["gate", "list"],
    ["rank", "loans"], ["triage"], ["card", "check", "m@1"],
    ["card", "history", "m@1"], ["checklist", "show", "m"],
    ["predictions", "runs"], ["matrix", "loans"], ["testset", "show", "odd"],
    ["testset", "patterns", "odd"], ["testset", "looks", "loans"],
    ["version", "overrides", "m@1"], ["problem", "labels", "P-1"],
]
# no table: read as text only
SHOWN = [
    ["card", "show", "m@1"], ["card", "show", "o@1"], ["datasheet", "show", "people"],
    ["assess", "show", "m@1"], ["version", "diff", "m@1", "m@2"],
    ["compare", "loans", "m@1", "m@2"], ["eval", "odd", "m@1", "-n"],
]
REPORTS = [
    ["m@1"], ["m@2"], ["--kind", "card", "m@1"], ["--kind", "overview"],
    ["--kind", "problems"], ["--kind", "log"],
    ["--kind", "comparison", "loans", "m@1", "m@2"],
]


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.n = collections.Counter()

    def handle_starttag(self, tag, attrs):
        self.n[tag] += 1

    def handle_comment(self, data):
        self.n["comment"] += 1


def cmark():
    for name in ("libcmark.so", "libcmark.so.0.30.2", "libcmark.so.0"):
        try:
            lib = ctypes.CDLL(name)
        except OSError:
            continue
        lib.cmark_markdown_to_html.restype = ctypes.c_char_p
        # raw HTML comes through, so that it would be seen
        return lambda b: lib.cmark_markdown_to_html(
            b, ctypes.c_size_t(len(b)), 1 << 17).decode()
    return None


def structure(render, md):
    tags = Tags()
    tags.feed(render(md))
    return {t: tags.n[t] for t in (
        "a img script iframe svg h1 h2 h3 h4 h5 h6 hr pre blockquote table "
        "style link meta comment").split()}


class Registry:
    """One text in every field; taken and asked count what was not refused."""

    def __init__(self, muster, folder, text):
        self.muster, self.folder, self.taken, self.asked = muster, folder, 0, 0
        folder.mkdir()
        self.text, self.bad = text, []
        self.build()

    def run(self, *words):
        return subprocess.run(
            [self.muster, "-R", str(self.folder / "r.db"), *words],
            capture_output=True)

    def must(self, *words):
        done = self.run(*words)
        if done.returncode not in (0, 3):
            sys.exit("%r: %s" % (words, done.stderr.decode()))

    def accepts(self, *words):
        """True if it was done; what is refused is refused in words."""
        self.asked += 1
        done = self.run(*words)
        if RAW.search(JOINED.sub("", done.stderr.decode(
                "utf-8", "surrogateescape"))):
            self.bad.append("message of %r: %r" % (words[:2], done.stderr))
        if done.returncode in (0, 3):
            self.taken += 1
            return True
        if done.returncode not in (1, 2, 4, 5) or not done.stderr:
            self.bad.append("%r ended with %d" % (words[:3], done.returncode))
        return False

    def put(self, *words):
        """@@ is the payload; where it is refused, a plain word."""
        if "\0" in self.text or not self.accepts(
                *[w.replace("@@", self.text) for w in words]):
            self.must(*[w.replace("@@", "word") for w in words])

    def put_file(self, write, *words):
        """The same for words with the file that write(text) makes."""
        if not self.accepts(*[write(self.text) if w == "@file" else w
                              for w in words]):
            self.must(*[write("word") if w == "@file" else w for w in words])

    def waive(self, *words):
        """As somebody else, where we can be."""
        other = other_person(self.muster, self.folder / "r.db")
        if other:
            own, self.run = self.run, other
            self.put("gate", "waive", *words)
            self.run = own

    def file(self, name, text):
        path = self.folder / name
        path.write_bytes(os.fsencode(text))
        return str(path)

    def rows(self, text):
        cell = '"' + text.replace('"', '""') + '"'
        lines = ["id,g,text,y"]
        for i in range(12):
            lines.append("k%d,%s,%s,%s" % (i, cell if i % 2 else "plain", cell,
                                           "ab"[i % 3 > 0]))
        return self.file("set.csv", "\n".join(lines) + "\n")

    def odd(self, text):
        """Names of columns, keys and classes."""
        cell = self.odd_key = '"' + text.replace('"', '""') + '"'
        lines = ["id,%s,y" % cell, "%s,1,%s" % (cell, cell)]
        lines += ["k%d,%d,%s" % (i, i, "bc"[i % 2]) for i in range(6)]
        return self.file("odd.csv", "\n".join(lines) + "\n")

    def odd_said(self, text):
        cell = '"' + text.replace('"', '""') + '"'
        lines = ["id,l", "%s,b" % self.odd_key]
        lines += ["k%d,%s" % (i, cell) for i in range(6)]
        return self.file("odd-said.csv", "\n".join(lines) + "\n")

    def card(self, text):
        """As fields: Markdown would be the card's own structure."""
        fields = {"schema_version": "0.0.2", "model_details": {
            "name": "m", "overview": text, "documentation": text,
            "owners": [{"name": text, "contact": text}],
            "references": [{"reference": text}], "citations": [
                {"style": "apa", "citation": text}]}, "considerations": {
            "limitations": [{"description": text}], "use_cases": [
                {"description": text}], "ethical_considerations": [
                {"name": text, "mitigation_strategy": text}]}}
        return self.file("card.json", json.dumps(fields))

    def card_text(self, text):
        return self.file("card.md", "## 1.1 Made by\n\nSaid: %s\n\n"
                         "## 4.1 Measures\n\n%s\n" % (text, text))

    def sheet(self, text):
        return self.file("sheet.md", "## A1 Purpose\n\n%s\n" % text)

    def gate(self, text):
        return self.file("g.gate", "accuracy >= 0.9 on loans # %s\n"
                         'attested "by hand"\nattested "%s"\n' % (
                             text.replace("\n", " "),
                             text.replace("\n", " ").replace('"', "'")))

    def complaints(self, text):
        return self.file("c.jsonl", json.dumps({
            "text": text, "g": "plain", "said": "b", "expected": "a",
            "source": text}) + "\n")

    def artifact(self, text):
        """A file of that name, as far as a file may have it."""
        name = os.fsencode(text).replace(b"/", b"_").replace(b"\0", b"_")
        path = os.fsencode(str(self.folder)) + b"/" + (name[:200] or b"x")
        if name in (b".", b".."):
            path += b"x"
        with open(path, "wb") as f:
            f.write(b"model")
        return os.fsdecode(path)

    def labels(self, text):
        """The sheet that went out, with the payload for the labeller."""
        path = self.folder / "sheet.csv"
        if not path.exists():
            self.must("problem", "sheet", "P-1", str(self.folder / "set.csv"),
                      "--n", "3", "-o", str(path))
        with open(path, newline="", encoding="utf-8",
                  errors="surrogateescape") as f:
            rows = list(csv.DictReader(f))
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, rows[0].keys())
        writer.writeheader()
        writer.writerows(dict(row, label="a", labeller=text) for row in rows)
        return self.file("filled.csv", out.getvalue())

    def build(self):
        said = ["id,l"] + ["k%d,%s" % (i, "ab"[i % 2]) for i in range(12)]
        said = self.file("said.csv", "\n".join(said) + "\n")
        self.must("init")
        self.put("model", "add", "m", "--owner=@@", "--description=@@",
                 "--task", "binary", "--tag", "k=@@")
        self.put("model", "add", "o", "--task", "multiclass", "--tag", "@@=v")
        self.put_file(self.rows, "testset", "create", "loans", "@file",
                      "--task", "binary", "--target", "y", "--positive", "a",
                      "--key", "id", "--slice", "g", "--input", "text")
        self.put_file(self.odd, "testset", "create", "odd", "@file", "--task",
                      "multiclass", "--target", "y", "--key", "id")
        for _ in "12":
            self.put("version", "add", "m", "--note=@@", "--run=@@",
                     "--code-commit=@@", "--data-digest=@@", "--param",
                     "p=@@")
        self.put("version", "add", "m", "--param", "@@=1", "--runner=@@")
        self.put_file(self.artifact, "version", "add", "m", "--artifact",
                      "@file")
        self.must("version", "add", "o")
        for v in "12":
            self.must("predictions", "import", "m@" + v, "loans", said,
                      "--label", "l")
        self.put_file(self.odd_said, "predictions", "import", "o@1", "odd",
                      "@file", "--label", "l")
        self.put("dataset", "add", "people", str(self.folder / "set.csv"),
                 "--label", "y", "--source=@@", "--note=@@")
        self.put_file(self.odd, "dataset", "add", "columns", "@file")
        self.put_file(self.sheet, "datasheet", "import", "people", "@file")
        self.put("slice", "add", "loans", "odd", 'text="@@"')
        gone = self.file("gone.csv", "id\nk11\n")
        self.put("testset", "retire", "loans", gone, "--reason=@@")
        self.put("testset", "revive", "loans", gone, "--reason=@@")
        self.must("eval", "loans", "--all")
        self.put("version", "stage", "m@1", "candidate", "--reason=@@")
        self.put_file(self.gate, "gate", "set", "production", "@file")
        self.put("gate", "set", "production", str(self.folder / "g.gate"),
                 "--reason=@@")
        self.put("role", "grant", "daemon", "risk", "--reason=@@")
        self.put("gate", "attest", "m@1", "by hand", "--reason=@@")
        self.put("gate", "attest", "m@1", "@@", "--reason", "why")
        self.waive("m@1", "production", "1", "--until", "2026-12-31",
                   "--reason=@@")
        self.put("version", "stage", "m@2", "production", "--override",
                 "--reason=@@")
        self.put_file(self.card, "card", "import", "m@1", "@file")
        self.put_file(self.card_text, "card", "import", "o@1", "@file")
        self.put("card", "import", "o@1", str(self.folder / "card.json"),
                 "--note=@@")
        self.put("assess", "set", "m@1", "decision.kind=advises",
                 "--reason=@@")
        self.put("sign", "m@1", "--role", "admin", "--meaning", "authored",
                 "--reason=@@")
        self.must("sign", "m@1", "--role", "admin", "--meaning", "authored",
                  "--reason", "twice")
        signed = json.loads(self.run("signoffs", "m@1", "--json").stdout)
        self.put("sign", "--revoke", signed["signoffs"][0]["id"],
                 "--reason=@@")
        self.put("problem", "add", "--model", "m", "--testset", "loans",
                 "--text=@@", "--source=@@", "--owner=@@", "--users", "5",
                 "--users-source=@@", "--harm", "3", "--rule", "y=a", "--",
                 "t @@")
        self.put("report-failure", "m@1", "--input", "text=@@", "--input",
                 "g=plain", "--expected", "a", "--said", "b", "--text=@@",
                 "--source=@@")
        self.put_file(self.complaints, "report-failure", "m@1", "--from",
                      "@file")
        self.put("problem", "comment", "P-1", "@@")
        self.put("problem", "set", "P-1", "owner=@@", "--reason=@@")
        self.put("problem", "set", "P-1", "harm_reason=@@", "--reason", "r")
        self.put("problem", "pattern", "P-1", "--where", "g=plain",
                 "--pattern", "false-positive", "--reason=@@")
        self.put_file(self.labels, "problem", "labels", "P-1", "@file")
        self.put("checklist", "tick", "m", "release.explain", "--note=@@")
        self.put("role", "revoke", "daemon", "risk", "--reason=@@")
        self.put("model", "set", "m", "owner=@@", "--reason=@@")


def text_of(done, what, bad):
    """What a command printed, as text that a terminal may get. A text of many
    lines keeps its tabs (base/safetext.h)."""
    tabs = what[0] in ("card", "datasheet", "gate") and what[1] == "show"
    for name, out in ("stdout", done.stdout), ("stderr", done.stderr):
        try:
            text = JOINED.sub("", out.decode())
            raw = RAW.search(text.replace("\t", " ") if tabs else text)
        except UnicodeDecodeError as e:
            bad.append("%s %s: %s" % (what, name, e))
            continue
        if raw:
            bad.append("%s %s: raw %r in %r" % (
                what, name, raw[0],
                out.decode()[max(0, raw.start() - 30):raw.end() + 10]))


def check_terminal(r, bad):
    for words in LISTS + SHOWN:
        done = r.run(*words)
        if done.returncode not in (0, 3):
            bad.append("%s ended with %d: %s" % (words, done.returncode,
                                                 done.stderr))
        text_of(done, words, bad)
    steps = r.file("steps", STEPS)
    env = dict(os.environ, MUSTER_STEPS=steps, TERM="xterm-256color",
               LINES="40", COLUMNS="120", XDG_STATE_HOME=str(r.folder))
    done = subprocess.run([r.muster, "-R", str(r.folder / "r.db")],
                          capture_output=True, env=env)
    if done.returncode or done.stdout.count(b"\n== ") != 4:
        bad.append("workbench: %d %s" % (done.returncode, done.stderr))
    text_of(done, "workbench", bad)


def check_lists(r, bad):
    for words in LISTS:
        done = r.run(*words, "--csv")
        # a gate is a text of its own, not a table
        if done.returncode in (0, 3) and words[:2] != ["gate", "show"]:
            rows = list(csv.reader(io.StringIO(done.stdout.decode(),
                                               newline=""), strict=True))
            if len({len(row) for row in rows} - {0}) != 1:
                bad.append("csv %s: ragged or nothing" % words)
            for row in rows:
                for cell in row:
                    if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and \
                            cell != "-" and not NUMBER.match(cell):
                        bad.append("csv %s: %r" % (words, cell[:60]))
        done = r.run(*words, "--json")
        if done.returncode in (0, 3):
            try:
                json.loads(done.stdout, parse_constant=lambda c: 1 / 0)
            except (ValueError, ZeroDivisionError) as e:
                bad.append("json %s: %s" % (words, e))
        else:
            bad.append("%s: %s" % (words, done.stderr.decode()[:200]))


def check_reports(r, render, plain, bad):
    for words in REPORTS:
        done = r.run("report", *words)
        parser = Allowed()
        parser.feed(done.stdout.decode())
        parser.close()
        if done.returncode or parser.bad or parser.open or parser.n < 20:
            bad.append("html %s: %s %s %s" % (words, done.stderr, parser.open,
                                              parser.bad[:3]))
        done = r.run("report", *words, "--format", "json")
        try:
            json.loads(done.stdout, parse_constant=lambda c: 1 / 0)
        except (ValueError, ZeroDivisionError) as e:
            bad.append("json report %s: %s %s" % (words, e, done.stderr))
        if render:
            md = r.run("report", *words, "--format", "md").stdout
            want = plain.run("report", *words, "--format", "md").stdout
            a, b = structure(render, md), structure(render, want)
            if a != b:
                bad.append("md %s: %s" % (words, {
                    t: (a[t], b[t]) for t in a if a[t] != b[t]}))


def main():
    muster, base, n = sys.argv[1], pathlib.Path(sys.argv[2]), int(sys.argv[3])
    every = payloads()
    first = int(sys.argv[4]) % len(every) if len(sys.argv) > 4 else 0
    n = n or len(every)
    render = cmark()
    plain = Registry(muster, base / "plain", "plain words")
    bad, taken, asked, done = list(plain.bad), 0, 0, 0
    for i in range(n):
        at = (first + i * len(every) // n) % len(every)
        family, text = every[at]
        r = Registry(muster, base / "r", text)
        found = r.bad
        check_lists(r, found)
        check_reports(r, render, plain, found)
        check_terminal(r, found)
        for b in found[:6]:
            print("payload %d, %s, %.80r: %.600s" % (at, family, text, b),
                  flush=True)
        bad += found
        taken += r.taken
        asked += r.asked
        done += 1
        shutil.rmtree(r.folder)
    print("%d payloads of %d from number %d on, %d of %d fields took them, "
          "markdown %s: %d unexpected" % (
              done, len(every), first, taken, asked,
              "rendered" if render else "not rendered", len(bad)))


main()
