"""Reports of a registry whose every free text is hostile: argv MUSTER DIR.

HTML: parsed, and each element and attribute compared with a list of those
that the writer uses. Markdown: each payload, rendered as CommonMark by the
program 'cmark' if there is one, must come out as text. 500 payloads stand in
owner, description, notes, parameters, reasons, keys' labels and slices."""
import html.parser
import json
import pathlib
import subprocess
import sys

ELEMENTS = set("""html head meta title style body header main nav section h1 h2
h3 h4 h5 h6 p ul ol li dl dt dd table caption thead tbody tr th td details
summary code pre strong em span div blockquote br hr a figure figcaption svg g
line circle rect polyline text""".split())
ATTRIBUTES = {
    "html": {"lang"}, "meta": {"charset", "name", "content", "http-equiv"},
    "a": {"href"}, "nav": {"aria-label"}, "section": {"id"},
    "th": {"scope", "class"}, "svg": {"viewbox", "role", "class"},
    "line": {"x1", "x2", "y1", "y2", "class"},
    "circle": {"cx", "cy", "r", "class"},
    "rect": {"x", "y", "width", "height", "class", "fill-opacity"},
    "text": {"x", "y", "class"}, "polyline": {"points", "class"},
}
VOID = {"meta", "br", "hr", "line", "circle", "rect", "polyline"}


class Allowed(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.bad, self.open, self.text, self.n = [], [], [], 0

    def handle_starttag(self, tag, attrs):
        self.n += 1
        if tag not in ELEMENTS:
            self.bad.append("element " + tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, {"class"}):
                self.bad.append("attribute %s of %s" % (name, tag))
            if name == "href" and not value.startswith("#"):
                self.bad.append("href " + value)
            if name == "class" and not all(
                    w.isalnum() for w in value.split()):
                self.bad.append("class " + value)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append("end of " + tag)

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        if not data.startswith(" muster-seal 1 "):
            self.bad.append("comment " + data[:40])

    def handle_decl(self, decl):
        if decl != "DOCTYPE html":
            self.bad.append("declaration " + decl[:40])

    def unknown_decl(self, data):
        self.bad.append("declaration " + data[:40])

    def handle_pi(self, data):
        self.bad.append("instruction " + data[:40])


def payloads():
    cores = [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>", "\"><script>x</script>",
        "' onmouseover='alert(1)", "javascript:alert(1)",
        "<a href=javascript:alert(1)>x</a>", "</style><script>x</script>",
        "]]><script>x</script>", "<![CDATA[<b>]]>", "<!-- -->", "--><b>x</b>",
        "</title><b>", "<iframe src=//x.example>", "<meta http-equiv=refresh>",
        "<link rel=stylesheet href=//x>", "<base href=//x>", "<?php x ?>",
        "<math><mi//xlink:href=\"data:x,<script>\">", "&lt;script&gt;",
        "&#60;script&#62;", "&#x3c;b&#x3e;", "expression(alert(1))",
        "[click](javascript:alert(1))", "![x](http://x.example/p.png)",
        "[ref]: http://x.example", "| a | b |", "```\nfence", "~~~~\nfence",
        "# heading", "- item", "1. item", "1) item", "===", "---", "> quote",
        "    code", "\tcode", "<http://x.example>", "**bold**", "`code`",
        "a\\", "\\<b>", "*a*_b_", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)",
        "http://x.example/a", "www.x.example", "---\ntitle: x\n---",
        "muster-seal 1 html sha256:" + "0" * 64, " sha256:" + "0" * 64,
        "\u202egnp.exe", "a\u200bb", "\u2028x", "\x1b[31mred", "\x07bell",
        "\ufeffbom", "\U000e0041tag", "{{accuracy loans}}",
        "{{accuracy loans slice \"<b>=<i>\"}}", "a\nb", "a\n\n# b",
        "<details open ontoggle=alert(1)>", "<x:script>", "<ScRiPt >x",
    ]
    wraps = ["%s", "x %s", "%s x", "\"%s\"", "(%s)", "%s%s", "\n%s\n", "<%s>"]
    out = []
    for wrap in wraps:
        for core in cores:
            out.append(wrap.replace("%s", core))
    return out


def visible(text):
    """What the program shows of it: letters and digits only, to compare."""
    return "".join(c for c in text if c.isascii() and c.isalnum())


def run(*argv, **more):
    return subprocess.run(argv, check=True, capture_output=True, **more)


def build(muster, folder, some):
    def m(*words):
        return run(muster, "-R", str(folder / "r.db"), *words)
    p = iter(some)
    rows, answers = ["id,g,y"], ["id,l"]
    quote = lambda s: '"' + s.replace('"', '""') + '"'
    groups = [next(p) for _ in range(8)]
    for i in range(16):
        rows.append("k%d,%s,%s" % (i, quote(groups[i % 8]), "ab"[i % 3 > 0]))
        answers.append("k%d,%s" % (i, "ab"[i % 2]))
    (folder / "set.csv").write_text("\n".join(rows) + "\n")
    (folder / "said.csv").write_text("\n".join(answers) + "\n")
    m("init")
    m("model", "add", "m", "--owner", next(p), "--description", next(p),
      "--task", "binary", "--tag", "k=" + next(p))
    m("testset", "create", "loans", str(folder / "set.csv"), "--task",
      "binary", "--target", "y", "--positive", "a", "--key", "id", "--slice",
      "g", "--source", next(p))
    for v in "12":
        params = [w for i in range(6)
                  for w in ("--param", "k%d=%s" % (i, next(p)))]
        m("version", "add", "m", "--note", next(p), "--run", next(p),
          "--code-commit", next(p), "--data-digest", next(p), *params)
        m("predictions", "import", "m@" + v, "loans", str(folder / "said.csv"),
          "--label", "l")
    m("eval", "loans", "--all")
    m("version", "stage", "m@1", "production", "--reason", next(p))
    for _ in range(3):
        title = " ".join(next(p).split())
        m("problem", "add", "--model", "m", "--", "t " + title)
    m("model", "set", "m", "risk=low", "--reason", next(p))
    return m


def check_html(m, kind):
    text = m("report", *kind).stdout.decode()
    parser = Allowed()
    parser.feed(text)
    parser.close()
    if parser.bad or parser.open:
        sys.exit("html: %s, open %s" % (parser.bad[:5], parser.open))
    if parser.n < 50:
        sys.exit("html: only %d elements" % parser.n)
    return "".join(parser.text)


def main():
    muster, base = sys.argv[1], pathlib.Path(sys.argv[2])
    all_of_them = payloads()
    # text with NUL or bad UTF-8 is refused at the door; the rest goes in
    per = 40
    n = 0
    for start in range(0, len(all_of_them), per):
        some = all_of_them[start:start + per]
        some += all_of_them[:max(0, per - len(some))]
        folder = base / ("r%d" % start)
        folder.mkdir()
        m = build(muster, folder, some)
        shown = check_html(m, ["m@2"])
        check_html(m, ["--kind", "overview"])
        check_html(m, ["--kind", "log"])
        check_html(m, ["--kind", "problems"])
        for text in some[22:32]:
            # what is invisible is shown as its number, between
            if text.isascii() and all(c >= " " or c == "\n" for c in text) \
                    and visible(text) not in visible(shown):
                sys.exit("lost: %r" % text)
        json.loads(m("report", "m@2", "--format", "json").stdout)
        md = m("report", "m@2", "--format", "md").stdout
        (folder / "r.md").write_bytes(md)
        (folder / "r.html").write_bytes(m("report", "m@2").stdout)
        run(muster, "verify-report", str(folder / "r.md"))
        run(muster, "verify-report", str(folder / "r.html"))
        n += len(some)
    print("%d payloads, 0 unexpected nodes" % n)


if __name__ == "__main__":
    main()
