#!/bin/sh
# docs/faults.md: each row F01 to F87 once, and each test that a row names
# exists: the file, and behind ':' a text in it.
set -eu
cd "$(dirname "$0")/.."
bad=0
i=1
while [ $i -le 87 ]; do
	row=$(printf 'F%02d' $i)
	n=$(grep -c "^| $row |" docs/faults.md || :)
	[ "$n" = 1 ] || { echo "docs/faults.md: $row stands there $n times"; bad=1; }
	i=$((i + 1))
done
grep '^| F[0-9]' docs/faults.md | cut -d'|' -f2,4 | tr ',|' '\n ' |
	sed -n 's/.*`\([^`]*\)`.*/\1/p' >"${TMPDIR:-/tmp}/faults.$$"
trap 'rm -f "${TMPDIR:-/tmp}/faults.$$"' EXIT
while read -r test; do
	file=${test%%:*}
	[ -e "$file" ] || { echo "docs/faults.md: no '$file'"; bad=1; continue; }
	[ "$file" = "$test" ] || grep -qF -- "${test#*:}" "$file" ||
		{ echo "docs/faults.md: no '${test#*:}' in $file"; bad=1; }
done <"${TMPDIR:-/tmp}/faults.$$"
[ "$(wc -l <"${TMPDIR:-/tmp}/faults.$$")" -gt 87 ] ||
	{ echo "docs/faults.md: too few tests are named"; bad=1; }
exit $bad
