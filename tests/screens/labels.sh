#!/bin/sh
# Makes the registry of the scripts that say "#registry labels": that of
# loans.sh with a problem whose sheet two people have filled in: they agree on
# most rows, differ on one, and one row only one of them has said. Usage:
# labels.sh MUSTER REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
sh "$(dirname "$0")/loans.sh" "$1" "$2"
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
awk 'BEGIN {
	print "income,text"
	for (i = 0; i < 60; i++)
		printf "%d,case %d\n", 12000 + i * 900, i
}' >"$tmp/sample.csv"
# the label goes into the column of that name
fill() {
	awk -F, -v who="$1" 'NR == 1 {
		for (i = 1; i <= NF; i++) {
			if ($i == "label") label = i
			if ($i == "labeller") labeller = i
		}
		print
		next
	}
	{
		OFS = ","
		$label = NR % 2 ? "yes" : "no"
		if (who == "bo" && NR == 3) $label = "no"
		if (who == "bo" && NR == 5) $label = ""
		$labeller = who
		print
	}' "$tmp/sheet.csv" >"$tmp/$1.csv"
}
{
	"$muster" problem add 'low incomes' --model credit --testset loans \
		--rule 'income<30000'
	"$muster" problem sheet P-1 "$tmp/sample.csv" --n 10 \
		-o "$tmp/sheet.csv"
	fill ana
	fill bo
	"$muster" problem labels P-1 "$tmp/ana.csv"
	"$muster" problem labels P-1 "$tmp/bo.csv"
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
