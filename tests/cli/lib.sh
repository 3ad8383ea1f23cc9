# Sourced by the tests here: a folder and a registry of their own, and steps
# that name themselves when they fail.
set -u
: "${MUSTER:=$PWD/${B:-build}/muster}"
root=$(cd "$(dirname "$0")/../.." && pwd)
SHARED=${SHARED:-$root/../shared}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state HOME=$work
export MUSTER_REGISTRY=$work/registry.db
unset MUSTER_NOW
cd "$work" || exit 1

die() {
	echo "FAIL: $*" >&2
	exit 1
}
# muster WORD...: the program under test
muster() { "$MUSTER" "$@"; }
# expect STATUS WORD...: runs muster; out and err hold what it said
expect() {
	want=$1
	shift
	"$MUSTER" "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ "$got" = "$want" ] ||
		die "'muster $*' ended with $got, not $want: $(cat "$work/err")"
}
# said TEXT: the last expect's stdout holds it; complained: its stderr, in
# one line that begins with "muster: "
said() { grep -qF -- "$1" "$work/out" || die "no '$1' in: $(cat "$work/out")"; }
complained() {
	[ "$(wc -l <"$work/err")" = 1 ] || die "not one line: $(cat "$work/err")"
	grep -q '^muster: ' "$work/err" || die "not ours: $(cat "$work/err")"
	grep -qF -- "$1" "$work/err" || die "no '$1' in: $(cat "$work/err")"
}
# Skips where we cannot be other people by the kernel's word: who logged in as
# somebody stays that person, whatever user becomes of the process.
other_people() {
	[ "$(id -u)" = 0 ] || { echo "needs root, to be other people"; exit 77; }
	command -v setpriv >/dev/null || { echo "needs setpriv"; exit 77; }
	[ "$(cat /proc/self/loginuid 2>/dev/null || echo 4294967295)" = \
		4294967295 ] ||
		{ echo "a login uid is set: all would be one person"; exit 77; }
}
# Two people by the kernel's word, games and news, who share a registry; what
# they do is "as WHO STATUS WORD...". Skips where we cannot be other people.
two_people() {
	other_people
	for who in games news; do
		id "$who" >/dev/null 2>&1 || { echo "no user '$who'"; exit 77; }
	done
	chmod 755 "$work"
	# they may not see the folder that the program was built in
	install -m 755 "$MUSTER" "$work/muster"
	MUSTER=$work/muster
	mkdir -m 2770 shared
	chgrp games shared
	export MUSTER_REGISTRY=$work/shared/r.db
}
as() {
	who=$1
	want=$2
	shift 2
	mkdir -p "home-$who"
	chown "$who" "home-$who"
	setpriv --reuid="$who" --regid=games --clear-groups \
		env HOME="$work/home-$who" XDG_STATE_HOME="$work/home-$who" \
		"$MUSTER" "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ $got = "$want" ] || die "$who: '$*' ended with $got, not $want:" \
		"$(cat "$work/err")"
}
# json EXPRESSION: true about the JSON of the last expect, called j
json() {
	python3 -c '
import json, sys
j = json.load(open(sys.argv[1]), object_pairs_hook=dict)
ok = eval(sys.argv[2])
sys.exit(0 if ok else "json: %s is %r" % (sys.argv[2], ok))
' "$work/out" "$1" || die "in: $(head -c 2000 "$work/out")"
}
# keys EXPRESSION NAME...: an object has exactly these keys, in this order
keys() {
	where=$1
	shift
	json "list($where) == '$*'.split()"
}
# A small binary set: ten loans, two regions, keys l1..l10.
small_set() {
	cat >loans.csv <<-CSV
	id,region,age,text,repaid
	l1,NW,25,first loan,yes
	l2,NW,31,second loan,no
	l3,NW,44,"a, quoted ""text""",yes
	l4,NW,52,plain,no
	l5,NW,60,plain,yes
	l6,SE,23,plain,no
	l7,SE,35,plain,yes
	l8,SE,41,plain,yes
	l9,SE,58,plain,no
	l10,SE,66,plain,yes
	CSV
	cat >scores.csv <<-CSV
	id,p1,p2,l3
	l1,.9,.8,yes
	l2,.4,.3,no
	l3,.6,.7,no
	l4,.7,.2,no
	l5,.2,.6,yes
	l6,.1,.1,no
	l7,.8,.9,yes
	l8,.3,.55,yes
	l9,.6,.4,yes
	l10,.95,.9,yes
	CSV
	expect 0 init
	expect 0 model add scorer --task binary --owner team
	expect 0 version add scorer
	expect 0 version add scorer
	expect 0 version add scorer
	expect 0 testset create loans loans.csv --task binary \
		--target repaid --positive yes --key id --slice region \
		--input age --input text
	expect 0 predictions import scorer@1 loans scores.csv --score p1 \
		--threshold .5
	expect 0 predictions import scorer@2 loans scores.csv --score p2 \
		--threshold .5
	expect 0 predictions import scorer@3 loans scores.csv --label l3
}
