#!/bin/sh
# F37: too few descriptors, little memory, small files, no processes. Each
# command ends with a message, and the registry loses nothing.
. "$(dirname "$0")/../cli/lib.sh"
[ "$(basename "${B:-build}")" != sanitize ] || { echo "limits do not suit a sanitizer"; exit 77; }
small_set
head -c 300000 /dev/zero | tr '\0' x >long
n=0
# limited LIMIT COMMAND...: status 0, or 1 with a word
limited() {
	limit=$1
	shift
	# the words by a pipe: a file would be limited too
	words=$(bash -c 'ulimit $0 && exec "$@"' "$limit" "$MUSTER" "$@" \
		2>&1 >/dev/null)
	got=$?
	case $got-$words in
	0-*) ;;
	1-*"muster: "*) ;;
	*) die "$limit '$*' ended with $got: $words" ;;
	esac
	echo "$limit '$*': $got $(echo "$words" | tail -1)"
	"$MUSTER" fsck >out 2>err || die "$limit '$*', then: $(cat out err)"
	n=$((n + 1))
}
for limit in "-n 4" "-n 5" "-n 8" "-n 16" "-f 0" "-f 8" "-f 400" \
	"-v 20000" "-v 60000" "-u 1"; do
	limited "$limit" model add "m$n"
	limited "$limit" report scorer@1 -o "r$n.html"
done
limited "-f 100" backup copy.db
[ ! -e copy.db ] || die "a partial backup"
limited "-f 300" backup copy.db
limited "-n 6" predictions import scorer@1 loans scores.csv --score p2 \
	--threshold .5 --replace
limited "-v 30000" eval loans --all
[ $n -ge 24 ] || die "only $n"
