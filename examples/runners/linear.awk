#!/usr/bin/awk -f
# A linear model as a runner: reads CSV inputs on stdin, answers CSV
# predictions on stdout. Works with mawk, gawk and busybox awk.
#
#	muster version add loans --artifact linear.model \
#		--runner "$PWD/linear.awk"
#
# The model's file ($MUSTER_MODEL) has a name and a number on each line:
#	task binary		(answers a score) or regression (a label)
#	intercept -1.5
#	income -0.00002		times the column's value
#	region=NW 0.4		added where the column says so
# A column of the model that the inputs lack, or a value that is not a number
# where one is needed, ends the run with status 1: muster then stores nothing.

function fail(why) {
	print "linear.awk: " why > "/dev/stderr"
	failed = 1
	exit 1
}

# Splits one CSV record into field[1..n]; records are joined while a quote is
# open.
function split_csv(line, field,    n, c, i, text, quoted, more) {
	n = 0
	text = ""
	for (i = 1; ; i++) {
		if (i > length(line)) {
			if (!quoted)
				break
			if ((getline more) <= 0)
				fail("the last record has an open quote")
			line = line "\n" more
		}
		c = substr(line, i, 1)
		if (quoted) {
			if (c != "\"")
				text = text c
			else if (substr(line, i + 1, 1) == "\"")
				text = text substr(line, ++i, 1)
			else
				quoted = 0
		} else if (c == "\"") {
			quoted = 1
		} else if (c == ",") {
			field[++n] = text
			text = ""
		} else if (c != "\r") {
			text = text c
		}
	}
	field[++n] = text
	return n
}

function quote(text) {
	if (text !~ /[",\n\r]/)
		return text
	gsub(/"/, "\"\"", text)
	return "\"" text "\""
}

function is_number(text) {
	return text ~ /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/
}

function read_model(path,    line, at, name, value) {
	while ((getline line < path) > 0) {
		if (line == "" || line ~ /^#/)
			continue
		at = match(line, /[ \t]+[^ \t]+$/)
		name = substr(line, 1, at - 1)
		value = substr(line, at)
		sub(/^[ \t]+/, "", value)
		if (name == "task")
			task = value
		else if (!is_number(value))
			fail("model: '" value "' is not a number")
		else if (name == "intercept")
			intercept = value
		else if ((at = index(name, "=")) > 0)
			when[name] = value
		else
			times[name] = value
	}
	if (task != "binary" && task != "regression")
		fail("model: no task in '" path "'")
}

function read_header(n, field,    i, name) {
	for (i = 1; i <= n; i++)
		column[field[i]] = i
	if (!("key" in column))
		fail("the inputs have no column 'key'")
	for (name in times)
		if (!(name in column))
			fail("the inputs have no column '" name "'")
	print task == "binary" ? "key,score" : "key,label"
}

function predict(n, field,    z, name, i) {
	z = intercept
	for (name in times) {
		i = column[name]
		if (!is_number(field[i]))
			fail("row " NR ", column '" name "': '" field[i] \
			     "' is not a number")
		z += times[name] * field[i]
	}
	for (name in column)
		if ((name "=" field[column[name]]) in when)
			z += when[name "=" field[column[name]]]
	if (task == "binary")
		z = z < -700 ? 0 : 1 / (1 + exp(-z))
	printf "%s,%.9g\n", quote(field[column["key"]]), z
}

BEGIN {
	intercept = 0
	read_model(ENVIRON["MUSTER_MODEL"])
}
{
	n_fields = split_csv($0, field)
	if (NR == 1 || !has_header) {
		read_header(n_fields, field)
		has_header = 1
		n_columns = n_fields
	} else if (n_fields != n_columns) {
		fail("row " NR " has " n_fields " fields, not " n_columns)
	} else {
		predict(n_fields, field)
	}
}
END { if (failed) exit 1 }
