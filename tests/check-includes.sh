#!/bin/sh
# Who may include whom (docs: README, "The house"). A floor includes only
# itself and the floors below; a library's header stands in one .c file.
# Prints file:line and the rule for each violation.
set -eu
cd "$(dirname "$0")/.."
awk '
BEGIN {
	split("base model registry cards tui cli tests", floor)
	for (i in floor) rank[floor[i]] = i
	# library header: the files that may include it, outside tests/
	only["csv.h"] = "base/csv.c"
	only["jansson.h"] = "base/json.c"
	only["nettle/sha2.h"] = "base/hash.c"
	only["nettle/version.h"] = "base/hash.c"
	only["pcre2.h"] = "model/rule.c"
	only["Rmath.h"] = "model/dist.c"
	only["sqlite3.h"] = "registry/db.c registry/db_stmt.c"
	only["cmark.h"] = "cards/markdown.c"
	only["yaml.h"] = "cards/yaml.c"
	only["curses.h"] = "tui/term.c tui/draw.c"
	only["ncurses.h"] = "tui/term.c tui/draw.c"
	only["ncursesw/curses.h"] = "tui/term.c tui/draw.c"
	only["term.h"] = "tui/term.c"
	only["pthread.h"] = "base/par.c"
}
/^[ \t]*#[ \t]*include/ {
	split(FILENAME, path, "/")
	from = path[1]
	if (from == "tests") next
	if (match($0, /"[^"]+"/)) {
		name = substr($0, RSTART + 1, RLENGTH - 2)
		split(name, part, "/")
		to = part[1]
		if (!(to in rank)) {
			bad("name it from the top: \"" from "/" name "\"")
		} else if (rank[to] > rank[from]) {
			bad(from "/ may not include " to "/")
		} else if (from == "cli" && to == "tui" && name != "tui/tui.h") {
			bad("cli/ may include of tui/ only tui/tui.h")
		}
	} else if (match($0, /<[^>]+>/)) {
		name = substr($0, RSTART + 1, RLENGTH - 2)
		if (name in only) {
			if (index(" " only[name] " ", " " FILENAME " ") == 0)
				bad("<" name "> belongs to " only[name] " alone")
		}
	}
}
function bad(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why
	n++
}
END { if (n) exit 1 }
' $(find base model registry cards tui cli -name '*.[ch]' | sort)
echo "include table: ok"
