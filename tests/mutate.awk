# One small fault put into a C file of ours.
#	awk -v pick=0 -f mutate.awk FILE	how many there are to pick from
#	awk -v pick=K -f mutate.awk FILE	the file with the Kth; on stderr
#						its line, and the line before and after
# Only statements are touched (lines that begin with a tab), outside of strings
# and comments. Text replaced: comparisons turned or off by one, && and ||,
# + and -, 0 and 1; conditions negated; an error's return dropped; a statement
# left out.

# The line with strings, characters and comments blanked, position by position.
function code(s,    out, i, c, quote) {
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (in_comment) {
			if (substr(s, i, 2) == "*/") {
				in_comment = 0
				out = out " "
				i++
			}
			out = out " "
		} else if (quote != "") {
			if (c == "\\") {
				out = out " "
				i++
			} else if (c == quote)
				quote = ""
			out = out " "
		} else if (substr(s, i, 2) == "/*") {
			in_comment = 1
			out = out " "
		} else if (c == "\"" || c == "'") {
			quote = c
			out = out " "
		} else
			out = out c
	}
	return out
}

function candidate(line) {
	if (++n == pick)
		mutated = line
}

function each(from, to,    at, rest, done) {
	done = 0
	rest = blank
	while ((at = index(rest, from)) > 0) {
		at += done
		candidate(substr($0, 1, at - 1) to \
			  substr($0, at + length(from)))
		done = at + length(from) - 1
		rest = substr(blank, done + 1)
	}
}

# A condition that ends on its line.
function negated(    at, end) {
	if (!match(blank, /^\t+(if|while) \(/))
		return
	at = RLENGTH
	end = 0
	if (match(blank, /\)( \{)?$/))
		end = RSTART
	if (end && balanced(substr(blank, at + 1, end - at - 1)))
		candidate(substr($0, 1, at) "!(" \
			  substr($0, at + 1, end - at - 1) ")" substr($0, end))
}

function balanced(s,    i, depth, c) {
	depth = 0
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		depth += (c == "(") - (c == ")")
		if (depth < 0)
			return 0
	}
	return depth == 0
}

# A call or an assignment on a line of its own. That memory is given back is for
# the leak checker to see.
function left_out() {
	if (blank ~ /^\t+(free|[a-z_]+_(free|release))\(/)
		return
	if (blank ~ /^\t+[a-z_]+\(.*\);$/ ||
	    blank ~ /^\t+[][a-z_.>*-]+ [-+|]?= .*;$/ ||
	    blank ~ /^\t+[][a-z_.>*-]+(\+\+|--);$/)
		candidate(";")
}

function error_dropped() {
	if (match(blank, /err_set\(err, RC_[A-Z_]+/))
		candidate(substr($0, 1, RSTART - 1) "err_set(err, RC_OK" \
			  substr($0, RSTART + RLENGTH))
	if (blank ~ /^\t+return rc;$/)
		candidate("\treturn RC_OK;")
	each("return true;", "return false;")
	each("return false;", "return true;")
}

{
	blank = code($0)
	mutated = $0
	if (blank ~ /^\t/ && blank !~ /^\t*[})]*;?$/) {
		each(" == ", " != ")
		each(" != ", " == ")
		each(" < ", " <= ")
		each(" <= ", " < ")
		each(" > ", " >= ")
		each(" >= ", " > ")
		each(" && ", " || ")
		each(" || ", " && ")
		each(" + ", " - ")
		each(" - ", " + ")
		each(" + 1", "")
		each(" - 1", "")
		each("++", "--")
		each("(!", "(")
		each(" = 0;", " = 1;")
		each(" = 1;", " = 0;")
		error_dropped()
		negated()
		left_out()
	}
	if (pick && n >= pick && !said) {
		said = 1
		printf "%d\n-%s\n+%s\n", NR, $0, mutated >"/dev/stderr"
	}
	if (pick)
		print mutated
}

END { if (!pick) print n + 0 }
