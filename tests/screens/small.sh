#!/bin/sh
# Makes the registry of the scripts that say "#registry small": slices of very
# different size, and a version whose only evaluation is stale. Usage:
# small.sh MUSTER REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# 400 letters: 2 by fax, 28 by hand, 100 by mail; the rest came by web.
awk 'BEGIN {
	print "key,channel,spam"
	for (i = 1; i <= 400; i++) {
		by = i <= 30 ? i <= 2 ? "fax" : "hand" : i <= 130 ? "mail" : "web"
		printf "s-%03d,%s,%s\n", i, by, i * 31 % 97 < 30 ? "yes" : "no"
	}
}' >"$tmp/set.csv"
# Wrong: both by fax, every second by hand, every 5th by mail, every 10th.
for v in 1 2; do
	awk -F, -v v=$v 'NR == 1 { print "key,score"; next }
	{
		y = $3 == "yes"
		n = $2 == "fax" ? 1 : $2 == "hand" ? 2 : $2 == "mail" ? 5 : 10
		s = y != (NR % (n * v) == 0 || n == 1) ? .9 : .1
		printf "%s,%.2f\n", $1, s
	}' "$tmp/set.csv" >"$tmp/v$v.csv"
done
{
	"$muster" init
	"$muster" model add filter --task binary
	"$muster" testset create letters "$tmp/set.csv" --task binary \
		--target spam --positive yes --key key --slice channel
	for v in 1 2; do
		"$muster" version add filter --param seed=$v
		"$muster" predictions import filter@$v letters "$tmp/v$v.csv" \
			--score score --threshold 0.5
	done
	"$muster" eval letters --all
	"$muster" threshold set filter@1 --rule fixed --value 0.6 \
		--on letters --reason "fewer complaints"
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
