#!/bin/sh
# Makes the registry of the scripts that say "#registry numbers": forecasts of
# numbers in the thousands by three versions. Usage: numbers.sh MUSTER
# REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

awk 'BEGIN {
	print "shop,week,kind,sold,a,b,c"
	for (i = 1; i <= 600; i++) {
		y = 3000 + i * 7919 % 4001
		e = i * 31 % 97 - 48
		printf "s%03d,%d,%s,%d,%d,%.1f,%d\n", i, i % 52 + 1,
			i % 3 ? "city" : "land", y, y + 20 * e,
			y + 15 * e + (i % 50 ? 0 : 9000), y + 25 * e - 30
	}
}' >"$tmp/set.csv"
{
	"$muster" init
	"$muster" model add sales --task regression
	"$muster" testset create shops "$tmp/set.csv" --task regression \
		--target sold --key shop --key week --slice kind --input week
	for v in a b c; do
		"$muster" version add sales --run "$v"
	done
	"$muster" predictions import sales@1 shops "$tmp/set.csv" --label a
	"$muster" predictions import sales@2 shops "$tmp/set.csv" --label b
	"$muster" predictions import sales@3 shops "$tmp/set.csv" --label c
	"$muster" eval shops --all
	"$muster" problem add 'the last weeks' --model sales --testset shops
	"$muster" problem pattern P-1 --where 'week>48'
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
