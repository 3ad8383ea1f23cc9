#!/bin/sh
# Makes the registry of the scripts that say "#registry living": loans.sh's set
# as it grew and was corrected, in four revisions, with a problem. Usage:
# living.sh MUSTER REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
here=$(cd "$(dirname "$0")" && pwd)
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
sh "$here/loans.sh" "$muster" "$2"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
awk 'BEGIN {
	print "key,text,region,income,default"
	split("NE NW SE SW", region, " ")
	for (i = 1201; i <= 1500; i++)
		printf "t-%04d,grown %d,%s,%d,%s\n", i, i,
			region[1 + int(i / 7) % 4], 12000 + i * 137 % 50000,
			i * 31 % 97 < 30 ? "yes" : "no"
}' >"$tmp/more.csv"
for v in 6 7 8; do
	awk -F, -v v=$v 'NR == 1 { print "key,score"; next }
	{
		x = NR * 7919 * v % 1009 / 1009
		wrong = x < (v == 6 ? .24 : v == 7 ? .08 : .10)
		s = ($NF == "yes") != wrong ? .6 + .4 * x : .4 * x
		printf "%s,%.4f\n", $1, s
	}' "$tmp/more.csv" >"$tmp/v$v.csv"
done
awk 'BEGIN { print "key,default"; for (i = 11; i < 200; i += 11)
	printf "t-%04d,%s\n", i, i * 31 % 97 < 30 ? "no" : "yes" }' \
	>"$tmp/fix.csv"
printf 'key\nt-0100\nt-0200\n' >"$tmp/gone.csv"
{
	"$muster" testset grow loans "$tmp/more.csv" --reason "summer"
	for v in 6 7 8; do
		"$muster" predictions import credit@$v loans "$tmp/v$v.csv" \
			--score score
	done
	"$muster" testset relabel loans "$tmp/fix.csv" --reason "second look"
	"$muster" testset retire loans "$tmp/gone.csv" --reason "withdrawn"
	"$muster" eval loans --all
	"$muster" problem add "north west denied" --model credit \
		--testset loans
	"$muster" problem pattern P-1 --where 'region=NW income<25000' \
		--pattern false-negative
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
# For the scripts, in the folder that they run in.
cat >"$(dirname "$2")/late.csv" <<CSV
key,text,region,income,default
n-1,grown 1300,NE,40100,yes
n-2,grown 1300,NE,40100,no
n-3,fresh,SW,1,no
CSV
printf 'key,default\nt-0001,yes\nt-0002,no\nt-0003,no\nt-0004,yes\n' \
	>"$(dirname "$2")/corrected.csv"
# A new set and what a version said on it.
awk 'BEGIN {
	print "id,age,plan,left"
	for (i = 1; i <= 40; i++)
		printf "c%d,%d,%s,%s\n", i, 20 + i, i % 3 ? "basic" : "full",
			i % 4 ? "no" : "yes"
}' >"$(dirname "$2")/churn.csv"
awk 'BEGIN {
	print "id,score"
	for (i = 1; i <= 40; i++)
		printf "c%d,%.2f\n", i, i % 5 ? i / 100 : .9
}' >"$(dirname "$2")/said.csv"
