"""Hostile texts, made by families: payloads() gives (family, text) pairs, all
different, always in the same order. A byte that is no UTF-8 stands as Python's
surrogate escape (os.fsencode gives it back)."""

TAGS = """script img svg math iframe object embed form input button textarea
select video audio source track base link meta style template slot noscript
noembed plaintext xmp frameset marquee details dialog table td body html head
title a b p li h1 pre blockquote canvas keygen isindex portal x-tag""".split()
EVENTS = """abort afterprint animationend auxclick beforeinput begin blur
canplay change click close copy cut dblclick drag drop ended error focus
focusin hashchange input keydown load message mouseover paste pointerenter
popstate reset resize scroll select submit toggle transitionend unload
wheel""".split()
SCHEMES = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
           "java\nscript:alert(1)", "\x01javascript:alert(1)",
           "javascript&colon;alert(1)", "javascript&#58;alert(1)",
           "data:text/html,<script>alert(1)</script>",
           "data:image/svg+xml;base64,PHN2Zz4=", "vbscript:msgbox(1)",
           "file:///etc/passwd", "blob:x", "//x.example/a", "\\\\x.example\\a",
           "https://x.example/a?b=c&d=e", "mailto:a@x.example", "tel:1",
           "about:blank", "view-source:x", "#top", "?q=1", "../../x"]
NAMED = ["&lt;b&gt;", "&#60;b&#62;", "&#x3c;b&#x3e;", "&#0060b", "&#x3cb",
         "&lt", "&amp;lt;b&amp;gt;", "&amp;amp;", "&quot; x=&quot;", "&apos;",
         "&NewLine;", "&Tab;", "&colon;", "&lpar;", "&nbsp;", "&zwnj;",
         "&#0;", "&#x0;", "&#128;", "&#x110000;", "&#xd800;", "&notanentity;",
         "&", "&&", "&;", "&#;", "&#x;"]
MARKUP = ["<!-- x", "-->", "--!>", "<!-->", "<!--->", "<!-- --!><b>",
          "<![CDATA[x]]>", "]]>", "<!DOCTYPE html>", "<?xml version='1.0'?>",
          "<?php echo 1 ?>", "<![if IE]>", "<%= 1 %>", "<!ENTITY x 'y'>",
          "</section>", "</td></tr></table>", "</style><b>", "</title><b>",
          "</textarea><b>", "</script><b>", "</svg><b>", "</p><h1>x</h1>",
          "<", ">", "<<b>>", "< b>", "</ b>", "<b", "<b/", "<b x", "<b x=",
          "<b x='", "<b\t>", "<b\n>", "<b\x0c>", "<B>", "<b/>", "\"", "'", "`",
          "\" x=\"", "' x='", "` x=`", "\"/><b>", "'/><b>", "x\"y'z`",
          "muster-seal 1 html sha256:" + "0" * 64,
          "<!-- muster-seal 1 html sha256:" + "0" * 64 + " -->"]
FOREIGN = ["<svg><animate onbegin=alert(1) attributeName=x>",
           "<svg><set attributeName=href to=javascript:alert(1)>",
           "<svg><foreignObject><b>", "<svg><use href='data:image/svg+xml,x'>",
           "<svg><a xlink:href=javascript:alert(1)><text>x",
           "<svg><style>*{x:y}</style>", "<svg><title><b></title>",
           "<svg><desc><b>", "<svg><script href=data:,alert(1) />",
           "<math><mtext><table><mglyph><style><b>",
           "<math href=javascript:alert(1)>x", "<math><maction>",
           "<math><annotation-xml encoding='text/html'><b>",
           "<math><mi//xlink:href='data:x,<script>'>",
           "<svg></p><style><b title='</style><img src=x>'>",
           "<form><math><mtext></form><form><mglyph><style>",
           "<noscript><p title='</noscript><img src=x>'>"]
STYLES = ["expression(alert(1))", "x:url(http://x.example)", "@import 'x'",
          "}*{display:none", "/*", "*/", "\\3c b\\3e", "--x:y",
          "<style>*{display:none}</style>", "<link rel=stylesheet href=//x>"]
BLOCKS = ["# h", "## h", "###### h", "#", "h\n===", "h\n---", "===", "---",
          "***", "___", "- - -", "- item", "* item", "+ item", "1. item",
          "1) item", "0. item", "- [ ] task", "- [x] task", "> quote", ">> q",
          "> - q", "```\nfence", "```html\n<b>\n```", "~~~\nfence",
          "````\n```\n", "    code", "\tcode", "| a | b |",
          "| a |\n|---|\n| b |", "a | b\n--|--\nc | d", ":--|--:", "term\n: def",
          "[^1]: note", "[ref]: http://x.example", "[ref]: <x> 'title'",
          "*[abbr]: x", "---\ntitle: x\n---", "+++\nx = 1\n+++", "$$\nx\n$$",
          "::: note", "!!! note", "<div>\n# h\n</div>", "<!-- c -->\n# h",
          "<script>\n# h\n</script>", "a\n\n# h", "a\n\n- i", "a\n\n    c",
          "a\n\n> q", "a\n\n---", "a\n\n```\nb", "a  \nb", "a\\\nb", "\n\n\n# h",
          "{: .class}", "\\begin{x}", "%%% x"]
INLINES = ["*e*", "**s**", "***b***", "_e_", "__s__", "a*b*c", "`code`",
           "``a`b``", "`", "``", "~~d~~", "~d~", "[t](u)", "[t](<u>)",
           "[t](u 't')", "[t][r]", "[r][]", "[r]", "[^1]", "![a](u)",
           "![a][r]", "<http://x.example>", "<a@x.example>",
           "http://x.example", "www.x.example", "a@x.example", "\\*", "\\<b>",
           "\\\\", "\\", "\\`a\\`", "\\[t\\](u)", "==m==", "^s^", "H~2~O",
           ":smile:", "[[wiki]]", "{{x}}", "{{accuracy loans}}",
           "{{accuracy loans slice \"<b>=<i>\"}}", "{% x %}", "${x}", "$(x)",
           "#{x}", "%s%n%x", "$x$", "@user", "#1", "a<b>c", "*a_b*c_", "[a](",
           "[a]", "](x)", "![", "a](b)[c", "\\|", "a|b", "|", "||"]
STARTS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "  =", "\u00a0=",
          "\u2003=", "\u3000=", "\u200b=", "\ufeff=", "\u2060=", "\u00ad=",
          "'=", "\"=", "\"\"=", ";=", ",=", "|=", "%=", "\uff1d", "\uff0b",
          "\uff0d", "\uff20", "\ufe66", "\ufe62", "\ufe63", "\ufe6b", "\u2212",
          "\u207a", "\x0b=", "\x0c=", "\x1f=", "\x85=", "\u2028=", "--",
          "+-+-", "=-", "-+", "=="]
FORMULAS = ["=1+1", "=cmd|'/C calc'!A0", "@SUM(1,1)", "+1-1", "-1+1",
            "=HYPERLINK(\"http://x.example\";\"x\")", "=IMPORTXML(\"x\",\"y\")",
            "=WEBSERVICE(\"http://x.example\")", "-2+3+cmd|' /C calc'!D2",
            "=DDE(\"cmd\";\"/C calc\";\"x\")", "+A1", "-A1", "@A1", "=A1:A9",
            "-1e5x", "+.5.", "-", "+", "=", "@", "1e309", "-0", "0x10", "1,5"]
ESCAPES = ["\x1b", "\x1b[31m", "\x1b[2J", "\x1b[H", "\x1b[6n", "\x1b[c",
           "\x1b[?1049h", "\x1b[?1000h", "\x1b[?2004h", "\x1b[8m", "\x1b[5;5H",
           "\x1b[1A", "\x1b[999D", "\x1b[K", "\x1b[21t", "\x1b[>q", "\x1b[!p",
           "\x1bc", "\x1b7", "\x1b8", "\x1b(0", "\x1b)0", "\x1bN", "\x1bO",
           "\x1b#8", "\x1b=", "\x1b>", "\x1b]0;title\x07",
           "\x1b]0;title\x1b\\", "\x1b]2;t\x07", "\x1b]4;1;?\x07",
           "\x1b]8;;http://x.example\x07x\x1b]8;;\x07",
           "\x1b]52;c;eA==\x07", "\x1b]133;A\x07", "\x1b]1337;x\x07",
           "\x1bP+q544e\x1b\\", "\x1bP1$r0m\x1b\\", "\x1b_x\x1b\\",
           "\x1b^x\x1b\\", "\x1bXx\x1b\\", "\x1bPtmux;\x1b\x1b]0;x\x07\x1b\\",
           "\x9b31m", "\x9d0;t\x9c", "\x90q\x9c", "a\rb", "a\x08b", "a\x08\x08b"]
INVISIBLE = ("\u200b \u200c \u200d \u200e \u200f \u202a \u202b \u202c \u202d "
             "\u202e \u2060 \u2061 \u2062 \u2063 \u2064 \u2066 \u2067 \u2068 "
             "\u2069 \u206a \u206f \u061c \u034f \u00ad \u180e \ufeff \u2028 "
             "\u2029 \u3164 \uffa0 \u115f \u17b4 \ufe00 \ufe0f \U000e0001 "
             "\U000e0020 \U000e0041 \U000e007f \U000e0100 \ufff9 \ufffa \ufffc "
             "\ufffd \ufffe \uffff \ufdd0 \U0001fffe \ue000 \U000f0000 "
             "\U0010fffd \u0378").split(" ")
BROKEN = [b"\x80", b"\xbf", b"\xc0\x80", b"\xc0\xbc", b"\xc1\xbf",
          b"\xe0\x80\xbc", b"\xe0\x9f\xbf", b"\xf0\x80\x80\xbc",
          b"\xf0\x8f\xbf\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf",
          b"\xed\xa0\x81\xed\xb0\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
          b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xfe",
          b"\xff", b"\xfe\xff", b"\xff\xfe<\x00b\x00>\x00", b"\xc3", b"\xe2\x82",
          b"\xf0\x9f\x98", b"\xc3<b>", b"\xe2\x82<b>", b"a\x9b31m",
          b"+ADw-b+AD4-\xff", b"<\xc0\xaf script>"]
LONG = ["A" * 8000, "<" * 3000, "<b>" * 1500, "&" * 3000, "[" * 2000,
        "](" * 1500, "`" * 2000, "*" * 2000, "_a" * 1500, "> " * 300,
        "- " * 300, "|" * 2000, "\\" * 3000, "(" * 2000, "![" * 1500,
        "#" * 2000, "=" * 2000, "-" * 2000, "\u0301" * 500, "e\u0301" * 900,
        "\u202e" * 500, "\u200b" * 1000, "x" + "\t" * 500 + "y", " " * 3000 + "x",
        "x " * 3000, "\n" * 500 + "x", "\U0001f468\u200d" * 300, "\ufdfa" * 900,
        "\"" * 2000, "'" * 2000, "%s" * 1500, "&lt;" * 1500, "=1+" * 1500]
WORDS = ["NULL", "null", "None", "nan", "NaN", "inf", "-inf", "true", "undefined",
         "[object Object]", "0", "-1", "1e999", "'; DROP TABLE model; --",
         "\" OR 1=1 --", "../../../etc/passwd", "~root", "$HOME", "`id`",
         "$(id)", "| id", "; id", "&& id", "-rf", "--help", "{\"a\":1}", "[1]",
         "\"a\":\"b\"", "a\\u0000b", "\\x41", "\\n", "a: b\n- c", "!!python/x",
         "&anchor *alias", "%PDF", "CON", "\u0130\u0131", "\u00df\u1e9e",
         "\u0430dmin", "\u2603", "\U0001f600", "\u4e2d\u6587", "\u05d0\u05d1",
         "\u0627\u0644", "\u0e01\u0e33", "a\u0300\u0316b"]


def families():
    yield "element", ["<%s>alert(1)</%s>" % (t, t) for t in TAGS]
    yield "attribute", ["<%s src=x href=x style=x id=x>" % t for t in TAGS]
    yield "event", ["\" on%s=\"alert(1)" % e for e in EVENTS]
    yield "unquoted event", ["<img src=x on%s=alert(1)>" % e for e in EVENTS]
    yield "entity", NAMED
    yield "markup", MARKUP
    yield "svg, mathml", FOREIGN
    yield "style", STYLES
    yield "scheme", SCHEMES
    yield "link", ["[x](%s)" % s for s in SCHEMES]
    yield "image", ["![x](%s)" % s for s in SCHEMES]
    yield "autolink", ["<%s>" % s for s in SCHEMES]
    yield "anchor", ["<a href=\"%s\">x</a>" % s for s in SCHEMES]
    yield "reference", ["[x]: %s\n\n[x]" % s for s in SCHEMES]
    yield "block", BLOCKS
    yield "block within", ["x\n\n" + b for b in BLOCKS]
    yield "inline", INLINES
    yield "csv start", [s + "1+cmd|' /C x'!A0" for s in STARTS]
    yield "formula", FORMULAS
    yield "c0", ["a%cb" % c for c in range(1, 32)] + ["a\x7fb"]
    yield "c1", ["a%sb" % chr(c) for c in range(0x80, 0xa0)]
    yield "escape", ESCAPES
    yield "invisible", ["a%sb" % c for c in INVISIBLE]
    yield "broken utf-8", [b.decode("utf-8", "surrogateescape")
                           for b in BROKEN]
    yield "nul", ["a\0b", "\0=1+1", "<\0script>", "\0"]
    yield "long", LONG
    yield "word", WORDS


def payloads():
    seen, out = set(), []
    for family, texts in families():
        for text in texts:
            if text not in seen:
                seen.add(text)
                out.append((family, text))
    return out


if __name__ == "__main__":
    import collections
    every = payloads()
    print(len(every), dict(collections.Counter(f for f, _ in every)))
