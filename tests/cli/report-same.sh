#!/bin/sh
# The same state, the same bytes: in eight locales and zones, on any day, for
# any user's home; all kinds and forms. REPEATS=100 for the long form.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
expect 0 version stage scorer@1 production --reason first
expect 0 problem add 'denied loans' --model scorer
: "${REPEATS:=8}"
write() {	# NAME
	"$MUSTER" report scorer@2 --format html >"$1.html"
	"$MUSTER" report scorer@2 --format md >"$1.md"
	"$MUSTER" report scorer@2 --format json >"$1.json"
	"$MUSTER" report scorer@2 --format cyclonedx >"$1.cdx"
	"$MUSTER" report --kind overview >"$1.overview"
	"$MUSTER" report --kind problems scorer >"$1.problems"
	"$MUSTER" report --kind comparison loans scorer@1 scorer@2 >"$1.compare"
	"$MUSTER" report --kind log --format json >"$1.log"
	"$MUSTER" fairness scorer@2 loans --all --json >"$1.fair"
}
write first
n=0
while [ "$n" -lt "$REPEATS" ]; do
	case $((n % 8)) in
	0) l=C z=UTC ;; 1) l=C.UTF-8 z=Asia/Tokyo ;;
	2) l=POSIX z=America/New_York ;; 3) l=de_DE.UTF-8 z=Europe/Berlin ;;
	4) l=tr_TR.UTF-8 z=Europe/Istanbul ;; 5) l=ar_EG.UTF-8 z=Africa/Cairo ;;
	6) l=hi_IN.UTF-8 z=Asia/Kolkata ;; 7) l=ja_JP.EUC-JP z=Pacific/Apia ;;
	esac
	(export LC_ALL=$l TZ=$z HOME=/nowhere USER=somebody \
		MUSTER_NOW=20$((30 + n % 60))-0$((1 + n % 9))-11T0$((n % 10)):00:00Z
	write again) || die "locale $l"
	for f in first.*; do
		cmp -s "$f" "again.${f#first.}" || die "${f#first.} in $l, run $n"
	done
	n=$((n + 1))
done
