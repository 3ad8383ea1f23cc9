#!/bin/sh
# Makes the registry of the scripts that say "#registry models": that of
# problems.sh with all factors of two problems, a model without problems, and
# cards that are complete to different degrees. Usage: models.sh MUSTER
# REGISTRY; MUSTER_NOW is pinned.
set -eu
muster=$1
sh "$(dirname "$0")/problems.sh" "$1" "$2"
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
exec 3>&1 >"$2.log" 2>&1
trap 'test $? = 0 || cat "$2.log" >&3' EXIT
"$muster" model add toy --task binary --owner bo
"$muster" model set toy risk=low --reason 'a toy'
"$muster" version add toy
# the first items of a version's card
card() {
	"$muster" card show "$1" --md >"$3.shown"
	sed -n 's/^## \([0-9][0-9.]*\) .*/\1/p' "$3.shown" | sed -n "1,$2p" |
		while read -r item; do
			printf '## %s x\n\nyes, it is so\n\n' "$item"
		done >"$3.card"
	"$muster" card import "$1" "$3.card"
	rm -f "$3.card" "$3.shown"
}
card credit@8 9 "$2"
card credit@6 20 "$2"
card toy@1 99 "$2"
