"""argv MUSTER DIR N: a registry in which one payload stands in every field of
every noun, for N payloads (0: all); and one with plain words, to compare the
Markdown's structure with.

HTML holds only the writer's elements and attributes. Markdown, rendered by
libcmark, has as many headings, links, rules and so on as with plain words.
No CSV cell begins as a formula unless it is a number. JSON is read strictly."""
import collections
import csv
import ctypes
import html.parser
import io
import json
import pathlib
import re
import subprocess
import sys

from other_person import other_person
from report_hostile import Allowed, payloads

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
    ["predictions", "runs"], ["matrix", "loans"],
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
    def __init__(self, muster, folder, text):
        self.muster, self.folder, self.taken, self.asked = muster, folder, 0, 0
        folder.mkdir()
        self.text = text
        self.build()

    def run(self, *words):
        return subprocess.run([self.muster, "-R", str(self.folder / "r.db"),
                               *words], capture_output=True)

    def must(self, *words):
        done = self.run(*words)
        if done.returncode:
            sys.exit("%r: %s" % (words, done.stderr.decode()))

    def put(self, *words):
        """@ is the payload; where it is refused, a plain word."""
        self.asked += 1
        done = self.run(*[w.replace("@@", self.text) for w in words])
        if done.returncode in (0, 3):
            self.taken += 1
            return
        if done.returncode not in (1, 2, 4, 5) or not done.stderr:
            sys.exit("%r ended with %d" % (words, done.returncode))
        self.must(*[w.replace("@@", "word") for w in words])

    def waive(self, *words):
        """As somebody else, where we can be."""
        other = other_person(self.muster, self.folder / "r.db")
        if other:
            own, self.run = self.run, other
            self.put("gate", "waive", *words)
            self.run = own

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def build(self):
        cell = '"' + self.text.replace('"', '""') + '"'
        rows, said = ["id,g,text,y"], ["id,l"]
        for i in range(12):
            rows.append("k%d,%s,%s,%s" % (i, cell if i % 2 else "plain", cell,
                                          "ab"[i % 3 > 0]))
            said.append("k%d,%s" % (i, "ab"[i % 2]))
        rows = self.file("set.csv", "\n".join(rows) + "\n")
        said = self.file("said.csv", "\n".join(said) + "\n")
        card = self.file("card.md", "## 1.1 Made by\n\nSaid: @@\n\n"
                         "## 4.1 Measures\n\nSaid: @@\n".replace("@@", self.text))
        gate = self.file("g.gate", "accuracy >= 0.9 on loans\n"
                         'attested "by hand"\n')
        self.must("init")
        self.put("model", "add", "m", "--owner=@@", "--description=@@",
                 "--task", "binary", "--tag", "k=@@")
        self.put("testset", "create", "loans", rows, "--task", "binary",
                 "--target", "y", "--positive", "a", "--key", "id",
                 "--slice", "g", "--input", "text", "--source=@@")
        for v in "12":
            self.put("version", "add", "m", "--note=@@", "--run=@@",
                     "--code-commit=@@", "--data-digest=@@", "--param",
                     "p=@@")
            self.must("predictions", "import", "m@" + v, "loans", said,
                      "--label", "l")
        self.put("dataset", "add", "people", rows, "--label", "y",
                 "--source=@@", "--note=@@")
        self.put("slice", "add", "loans", "odd", 'text="@@"')
        self.must("eval", "loans", "--all")
        self.put("version", "stage", "m@1", "candidate", "--reason=@@")
        self.put("gate", "set", "production", gate, "--reason=@@")
        self.put("role", "grant", "daemon", "risk", "--reason=@@")
        self.put("gate", "attest", "m@1", "by hand", "--reason=@@")
        self.waive("m@1", "production", "1", "--until", "2026-12-31",
                   "--reason=@@")
        self.put("card", "import", "m@1", card, "--note=@@")
        self.put("sign", "m@1", "--role", "admin", "--meaning", "authored",
                 "--reason=@@")
        self.put("problem", "add", "--model", "m", "--testset", "loans",
                 "--text=@@", "--source=@@", "--owner=@@", "--users", "5",
                 "--users-source=@@", "--harm", "3", "--", "t @@")
        self.put("report-failure", "m@1", "--input", "text=@@", "--input",
                 "g=plain", "--expected", "a", "--said", "b", "--text=@@",
                 "--source=@@")
        self.put("problem", "comment", "P-1", "@@")
        self.put("problem", "set", "P-1", "owner=@@", "--reason=@@")
        self.put("checklist", "tick", "m", "release.explain", "--note=@@")
        self.put("model", "set", "m", "owner=@@", "--reason=@@")


def check_lists(r, bad):
    for words in LISTS:
        done = r.run(*words, "--csv")
        if done.returncode in (0, 3):
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
    every = payloads()[:66]
    step = max(1, len(every) // n) if n else 1
    render = cmark()
    plain = Registry(muster, base / "plain", "plain words")
    bad, taken, asked, done = [], 0, 0, 0
    for i in range(0, len(every), step):
        r = Registry(muster, base / ("r%d" % i), every[i])
        before = len(bad)
        check_lists(r, bad)
        check_reports(r, render, plain, bad)
        for b in bad[before:before + 6]:
            print("payload %r: %s" % (every[i], b))
        taken += r.taken
        asked += r.asked
        done += 1
    print("%d payloads, %d of %d fields took them, markdown %s: %d unexpected"
          % (done, taken, asked, "rendered" if render else "not rendered",
             len(bad)))


main()
