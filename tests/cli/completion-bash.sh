#!/bin/bash
# What Tab offers, from the generated script.
. "$(dirname "$0")/lib.sh"
. "$root/docs/muster.bash"
offers() {	# WORDS... : offered words, one a line; the last is being typed
	COMP_WORDS=(muster "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_muster
	printf '%s\n' "${COMPREPLY[@]}"
}
wants() {	# WANTED WORDS...
	want=$1
	shift
	offers "$@" | grep -qxF -- "$want" ||
		die "'muster $*' offers no '$want': $(offers "$@" | tr '\n' ' ')"
}
wants model mo
wants testset ''
wants show model s
wants create testset ''
wants --where testset patterns meet --w
wants --json rank --j
wants regression testset create t f.csv --task r
touch unusual.csv
wants unusual.csv testset create t un
offers docs '' | grep -qx man && die "hidden commands are offered"
offers d | grep -qx docs && die "hidden commands are offered"
exit 0
