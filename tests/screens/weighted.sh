#!/bin/sh
# Makes the registry of the scripts that say "#registry weighted": a set whose
# patterns have weights, two versions, and two problems: one with enough
# patterns for a verdict by weight, one with too few. Usage: weighted.sh MUSTER
# REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# of each ten the first is fixed and the sixth breaks, which weighs more
awk 'BEGIN {
	print "id,channel,times,target"
	for (i = 1; i <= 600; i++) {
		channel = "web"
		if (i <= 212) channel = "post"
		if (i <= 200) channel = "phone"
		times = i % 10 == 6 ? 2.5 : 0.5
		printf "%d,%s,%s,%s\n", i, channel, times,
			(i % 3 ? "yes" : "no")
	}
}' >"$tmp/set.csv"
for v in 1 2; do
	awk -F, -v v=$v 'NR == 1 { print "id,said"; next }
	{
		other = $4 == "yes" ? "no" : "yes"
		wrong = $1 % 10 == (v == 1 ? 1 : 6)
		print $1 "," (wrong ? other : $4)
	}' "$tmp/set.csv" >"$tmp/v$v.csv"
done
{
	"$muster" init
	"$muster" model add calls --task binary --owner ana
	for v in 1 2; do
		"$muster" version add calls
	done
	"$muster" version stage calls@1 production --reason released
	"$muster" testset create live "$tmp/set.csv" --task binary \
		--target target --positive yes --key id --weight times \
		--slice channel
	for v in 1 2; do
		"$muster" predictions import calls@$v live "$tmp/v$v.csv" \
			--label said
	done
	"$muster" eval live --all
	"$muster" problem add 'wrong on the phone' --model calls \
		--testset live --owner ana
	"$muster" problem pattern P-1 --where channel=phone \
		--pattern false-negative
	"$muster" problem add 'letters' --model calls --testset live
	"$muster" problem pattern P-2 --where channel=post \
		--pattern false-negative
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
