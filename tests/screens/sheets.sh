#!/bin/sh
# Makes the registry of the scripts that say "#registry sheets": a dataset of
# people that was updated since its datasheet was filled, a model trained on
# it, and the same people later. Usage: sheets.sh MUSTER REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
people() {
	awk -v n="$1" 'BEGIN {
		print "id,day,age,sex,city,income,repaid"
		split("Bern Genf Chur", city, " ")
		for (i = 1; i <= n; i++)
			printf "%d,2026-0%d-%02d,%s,%s,%s,%d,%s\n", i,
				1 + i % 3, 1 + i % 28,
				i % 9 ? 18 + i * 7 % 60 : "",
				i % 3 ? "f" : "m", city[1 + i % 3],
				2000 + i * 37 % 4000, i % 5 ? "yes" : "no"
	}'
}
{
	people 900 >"$tmp/people.csv"
	"$muster" init
	"$muster" dataset add people "$tmp/people.csv" --label repaid \
		--source "core banking export"
	printf '## C2 How many\n\n%s\n' "$(
		printf 'Measured (people rev 1, %.8s): ' \
			"$(sha256sum "$tmp/people.csv")"
		echo '900 rows, 7 columns.')" >"$tmp/sheet.md"
	"$muster" datasheet import people "$tmp/sheet.md"
	people 1200 >"$tmp/people.csv"
	"$muster" dataset add people "$tmp/people.csv" --label repaid \
		--source "core banking export" --update
	awk -F, 'NR == 1 { print; next }
		NR % 3 { OFS = ","; $6 = int($6 * 1.4); print }' \
		"$tmp/people.csv" >"$tmp/later.csv"
	"$muster" dataset add people-later "$tmp/later.csv" --label repaid
	"$muster" model add repay --task binary --owner ana
	"$muster" model set repay risk=medium --reason "small sums"
	"$muster" version add repay \
		--data-digest "$(sha256sum "$tmp/people.csv" | cut -c1-64)"
	"$muster" version stage repay@1 production --reason released
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
