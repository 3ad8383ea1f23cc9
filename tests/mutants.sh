#!/bin/bash
# F80: checks that check nothing. Small faults are put into the code of log and
# sign-off, one at a time (tests/mutate.awk); the tests of that file must
# notice. Only the file is compiled anew, and the tests and the program are
# linked with it.
#
#	MUTANTS=200	how many, spread evenly over FILES
#	FIRST=0		which of the first; another number gives other mutants
#	FILES='...'	without folder and ending; each has its line below
#	LEAST=95	percent that must be noticed
#
# The survivors are listed with what was changed; a mutant that compiles to the
# same object is none.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${B:=build}" "${MUTANTS:=200}" "${FIRST:=0}" "${LEAST:=95}"
: "${FILES:=log signoff signoff_apply signoff_duties signoff_statement
	checkpoint waiver write fsck ahead rebuild}"
[ -f "$B/libmuster.a" ] || { echo "no $B/libmuster.a: run make"; exit 77; }

# The tests of a file, those first that are quick or likely to notice.
tests_of() {
	case $1 in
	log) echo registry/test_log registry/test_checkpoint \
		registry/test_registry faults/test_f34_statements ;;
	signoff*) echo registry/test_signoff cli/sign-two-people.sh \
		cli/sign-commands.sh faults/test_f34_statements ;;
	checkpoint) echo registry/test_checkpoint cli/checkpoint-prove.sh \
		faults/test_f34_statements ;;
	waiver) echo cli/gate-waivers.sh registry/test_signoff \
		cli/gate-default.sh cli/gate-commands.sh \
		faults/test_f34_statements ;;
	write) echo registry/test_registry cli/log-undo.sh \
		registry/test_model registry/test_checkpoint \
		faults/test_f04_disk_full faults/test_f13_tampering \
		faults/test_f34_statements ;;
	fsck | ahead) echo faults/test_f14_mutations faults/test_f23_huge_log \
		cli/fsck-store.sh cli/sign-commands.sh \
		registry/test_registry faults/test_f13_tampering ;;
	rebuild) echo cli/fsck-store.sh faults/test_f14_mutations \
		registry/test_registry faults/test_f13_tampering \
		faults/test_f10_backup ;;
	esac
}

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/registry" "$tmp/bin"
export TZ=UTC LC_ALL=C.UTF-8 B MUSTER="$tmp/bin/muster" MUSTER_STATEMENTS=12
unset MUSTER_REGISTRY MUSTER_NOW NO_COLOR

# What make would do for that target, on one line; asked once.
recipe() {
	local said=$tmp/${1//\//_}.recipe
	[ -s "$said" ] ||
		make -n B="$B" CC="${CC:-cc}" LDEXTRA="${LDEXTRA:-}" \
			-W "$2" "$1" | tr '\t' ' ' |
		sed -e :a -e '/\\$/N; s/\\\n//; ta' | grep -- " -o $1 " >"$said"
	cat "$said"
}

# compile FILE: $tmp/mutant.c to $tmp/mutant.o
compile() {
	local line
	line=$(recipe "$B/registry/$1.o" "registry/$1.c")
	line=${line/ -MMD -MP/}
	line=${line/ -o $B\/registry\/$1.o registry\/$1.c/ -o $tmp/mutant.o $tmp/mutant.c}
	eval "$line -w" 2>"$tmp/cc.log"
}

# A test's own object is made once; its name is that of the test.
test_object() {
	local o=$tmp/${1//\//_}.o line
	if [ ! -f "$o" ]; then
		line=$(recipe "$B/tests/$1" "tests/$1.c")
		eval "${line%% -MMD*} -c -o $o tests/$1.c" || exit 1
	fi
	echo "$o"
}

# link NAME: the program or a test, with the mutant in front of the archive
link() {
	local line to=$tmp/bin/${1//\//_}
	if [ "$1" = muster ]; then
		line=$(recipe "$B/muster" cli/main.c)
		line=${line/ -o $B\/muster/ -o $to}
	else
		line=$(recipe "$B/tests/$1" "tests/$1.c")
		line=${line/ -o $B\/tests\/$(printf %s "$1") tests\/$1.c/ -o $to $(test_object "$1")}
		line=${line/ -MMD -MP -MF * -MT $B\/tests\/$1/}
	fi
	case $line in
	*" $B/libmuster.a"*) ;;
	*) echo "no archive in: $line" >&2; exit 1 ;;
	esac
	eval "${line/ $B\/libmuster.a/ $tmp/mutant.o $B/libmuster.a}"
}

# notices TEST: it fails, or does not end
notices() {
	case $1 in
	*.sh) link muster || exit 1
		! timeout "${TEST_TIMEOUT:-120}" "tests/$1" ;;
	*) link "$1" || exit 1
		! timeout "${TEST_TIMEOUT:-120}" "$tmp/bin/${1//\//_}" ;;
	esac >"$tmp/test.log" 2>&1 </dev/null
}

# code of an object, without names and lines of its source
code_of() {
	objcopy -g -R .comment "$1" "$tmp/code" && sha256sum <"$tmp/code"
}

all=$(for f in $FILES; do
	n=$(awk -v pick=0 -f tests/mutate.awk "registry/$f.c")
	seq 1 "$n" | sed "s/^/$f /"
done)
total=$(echo "$all" | wc -l)
killed=0 lived=0 none=0
while read -r file k; do
	cp "registry/$file.c" "$tmp/mutant.c"
	compile "$file" || exit 1
	before=$(code_of "$tmp/mutant.o")
	awk -v pick="$k" -f tests/mutate.awk "registry/$file.c" \
		>"$tmp/mutant.c" 2>"$tmp/what"
	if ! compile "$file" || [ "$(code_of "$tmp/mutant.o")" = "$before" ]
	then
		none=$((none + 1))
		continue
	fi
	by=
	for t in $(tests_of "$file"); do
		if notices "$t"; then
			by=$t
			break
		fi
	done
	if [ -n "$by" ]; then
		killed=$((killed + 1))
		[ -z "${VERBOSE:-}" ] || echo "$file $k: $by"
	else
		lived=$((lived + 1))
		echo "survives: registry/$file.c ($k), line $(cat "$tmp/what")"
	fi
done <<EOF
$(echo "$all" | awk -v n="$MUTANTS" -v all="$total" -v first="$FIRST" '
	int((NR - 1 + first) * n / all) != int((NR + first) * n / all)')
EOF
tried=$((killed + lived))
[ "$tried" != 0 ] || { echo "no mutant"; exit 1; }
echo "mutants: $killed of $tried noticed ($((killed * 100 / tried)) %)," \
	"$none that are none"
[ $((killed * 100)) -ge $((LEAST * tried)) ]
